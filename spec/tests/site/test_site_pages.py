"""What the generators write, and that they tell everything of the data that they are given."""

import dataclasses
import html
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from buf.validate import validate_pb2
from contract.image import Image
from kofu_site import (
    checks_pages,
    flow_pages,
    flows,
    glossary_pages,
    incidents_pages,
    interfaces_pages,
    model_pages,
    reasons_pages,
    requirements_pages,
    rule_words,
    rules_pages,
    search,
    source_pages,
    tracing_pages,
    vectors_pages,
)
from kofu_site.build import write_sources
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, code, plain, table
from kofu_site.pages import all_pages
from kofu_site.session_diagram import PHASES, session_moves
from kofu_spec.explanation import Knowledge
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.requirements import Catalogue, Pending
from kofu_spec.traceability import Traceability


def texts(pages: Iterable[Page]) -> dict[str, str]:
    return {page.path: page.text for page in pages}


def shown(text: str) -> str:
    """Markdown without the backslashes of `plain`."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@pytest.mark.parametrize("lang", Lang)
def test_a_requirement_tells_its_source_decisions_checks_faults_and_reasons(gathered: Facts, lang: Lang) -> None:
    page = shown(texts(requirements_pages.pages(gathered, lang))["requirements/3.3.10"])
    requirement = gathered.catalogue["3.3.10"]
    for line in requirement.source.splitlines():
        assert line in page
    for decision in requirement.decisions:
        assert lang(decision.ja, decision.en) in page
        assert lang(decision.reason_ja, decision.reason_en) in page
    assert lang(requirement.verdict_ja, requirement.verdict_en) in page
    for check in gathered.links.checks_of("3.3.10"):
        assert check.id in page
        assert " ".join(check.story.strip().split("\n\n")[0].split()) in page
    for fault in gathered.known.faults_around("3.3.10"):
        assert fault.sentence in page
    assert "REASON_PIN_LOCKED" in page
    assert "rule-pin_lock" in page


def test_every_requirement_has_a_page_and_a_row_in_the_matrix(gathered: Facts) -> None:
    pages = texts(requirements_pages.pages(gathered, Lang.JA))
    matrix = next(tracing_pages.pages(gathered, Lang.JA)).text
    for requirement_id in gathered.catalogue:
        assert f"requirements/{requirement_id}" in pages
        assert f"(<#req-{requirement_id}>)" in matrix


def test_what_waits_for_a_check_is_never_shown_as_judged(gathered: Facts) -> None:
    waiting = [one for one in gathered.catalogue.values() if one.pending is not None]
    assert waiting
    pages = texts(requirements_pages.pages(gathered, Lang.EN))
    for requirement in waiting:
        assert "Not yet covered" in pages[f"requirements/{requirement.id}"], requirement.id
        assert tracing_pages.state(gathered, Lang.EN, requirement).startswith("not yet covered"), requirement.id


def without_checks(gathered: Facts) -> Facts:
    links = Traceability(checks={}, faults={}, vectors={})
    return dataclasses.replace(gathered, known=dataclasses.replace(gathered.known, links=links))


def test_without_checks_nothing_is_judged(gathered: Facts) -> None:
    """A requirement that has lost its checks says so, though it waits for none."""
    bare = without_checks(gathered)
    assert tracing_pages.state(gathered, Lang.EN, gathered.catalogue["3.3.10"]) == "judged"
    assert tracing_pages.state(bare, Lang.EN, bare.catalogue["3.3.10"]) == "situation never arose"
    assert "## Checks" not in texts(requirements_pages.pages(bare, Lang.EN))["requirements/3.3.10"]


def test_a_requirement_that_begins_to_wait_is_shown_as_waiting(gathered: Facts) -> None:
    waiting = dataclasses.replace(gathered.catalogue["3.3.10"], pending=Pending.PAPER)
    known = Knowledge(Catalogue([waiting]), gathered.known.links, gathered.known.incidents, gathered.known.errata)
    page = requirements_pages.page(dataclasses.replace(gathered, known=known), Lang.JA, waiting).text
    assert "まだ確かめられない。用紙の検査を待っている。" in page


def test_every_check_and_every_fault_is_told(gathered: Facts) -> None:
    pages = texts(checks_pages.pages(gathered, Lang.EN))
    told = shown("\n".join(pages.values()))
    for check in gathered.links.checks.values():
        assert f"(check-{check.id})=" in told
    for fault in gathered.links.faults.values():
        assert f"(fault-{fault.id})=" in pages["faults"]
        assert fault.sentence in told


@pytest.mark.parametrize("lang", Lang)
def test_every_message_field_enum_and_method_is_told(gathered: Facts, lang: Lang) -> None:
    told = "\n".join(texts(interfaces_pages.pages(gathered, lang)).values())
    for message in gathered.image.messages:
        assert f"(proto-{message.full_name})=" in told
        for field in message.fields:
            assert f"{{#{field.full_name.replace('.', '-')}}}" in told
            assert lang(*comment(gathered.image, field.full_name)) in shown(told), field.full_name
    for service in gathered.image.services:
        for method in service.methods:
            assert f"(proto-{method.full_name})=" in told


def comment(image: Image, name: str) -> tuple[str, str]:
    text = image.text(name)
    return text.ja or text.en, text.en or text.ja


@pytest.mark.parametrize("lang", Lang)
def test_every_rule_of_every_field_is_said_in_words(gathered: Facts, lang: Lang) -> None:
    """None falls back to the rule's own notation."""
    for message in gathered.image.messages:
        for field in message.fields:
            for phrase in rule_words.of_field(gathered.image, lang, field, False):
                assert not re.search(r"`\w+\.\w+ = ", phrase), f"{field.full_name}: {phrase}"


@pytest.mark.parametrize(
    ("kind", "rules", "ja", "en"),
    [
        ("string", {"min_len": 1, "max_len": 300}, ["1～300文字"], ["1 to 300 characters"]),
        ("string", {"max_len": 40}, ["40文字以下"], ["at most 40 characters"]),
        ("string", {"pattern": "^[0-9]{4}$"}, ["形式 `^[0-9]{4}$`"], ["form `^[0-9]{4}$`"]),
        ("string", {"uuid": True}, ["UUID"], ["UUID"]),
        ("string", {"uuid": False}, [], []),
        ("string", {"in": ["", "夫"]}, ['次のいずれか: "", `夫`'], ['one of "", `夫`']),
        ("bytes", {"len": 32}, ["32バイト"], ["32 bytes"]),
        ("bytes", {"prefix": b"\x89P"}, ["先頭は `89 50`"], ["begins with `89 50`"]),
        ("int32", {"gt": 390, "lt": 1380}, ["391～1379"], ["391 to 1379"]),
        ("int32", {"gte": 0}, ["0以上"], ["at least 0"]),
        ("repeated", {"min_items": 1, "max_items": 30}, ["1～30件"], ["1 to 30 entries"]),
        ("enum", {"not_in": [0]}, ["次を除く: 未指定"], ["none of the unspecified one"]),
        ("bool", {"const": False}, ["常に `false`"], ["always `false`"]),
        ("string", {"ipv4": True}, ["`string.ipv4 = True`"], ["`string.ipv4 = True`"]),
    ],
)
def test_rules_in_words(kind: str, rules: dict[str, object], ja: list[str], en: list[str]) -> None:
    stated = getattr(validate_pb2.FieldRules(**{kind: rules}), kind)
    assert list(rule_words.of_type(Lang.JA, kind, stated)) == ja
    assert list(rule_words.of_type(Lang.EN, kind, stated)) == en


def test_every_method_is_drawn_in_the_flow_of_its_interface(gathered: Facts) -> None:
    def calls(steps: tuple[flows.Step, ...]) -> set[str]:
        found: set[str] = set()
        for step in steps:
            if isinstance(step, flows.Call):
                found |= {f"kofu.{step.method}", *calls(step.within)}
        return found

    for service in gathered.image.services:
        flow = flows.FLOWS[service.file.name.rpartition("/")[2].removesuffix(".proto")]
        unary = {method.full_name for method in service.methods if not method.server_streaming}
        assert unary <= calls(flow.steps), service.full_name
        assert "<svg" in "".join(flow_pages.drawn(gathered, Lang.JA, flow))


def test_a_flow_of_a_method_that_is_gone_is_refused(gathered: Facts) -> None:
    gone = flows.Flow("", "", ("kiosk", "center"), (flows.Call("kiosk", "center", "v1.CenterService.Gone"),))
    with pytest.raises(KeyError, match="Gone"):
        list(flow_pages.drawn(gathered, Lang.JA, gone))


def test_a_diagram_says_in_words_what_it_shows(gathered: Facts) -> None:
    drawn = "\n".join(flow_pages.drawn(gathered, Lang.EN, flows.ONE_CERTIFICATE))
    assert 'aria-label="Diagram: One certificate, from card to paper"' in drawn
    assert "issuance center → JPKI: validity (OCSP)" in drawn


@pytest.mark.parametrize("lang", Lang)
def test_rules_show_their_whole_table(gathered: Facts, lang: Lang) -> None:
    pages = texts(rules_pages.pages(gathered, lang))
    for name, rule in gathered.tables.items():
        assert pages[f"rules/{name}"].count("\n| ") == len(rule.rows) + 1
        assert lang(rule.title.ja, rule.title.en) in shown(pages[f"rules/{name}"])


def test_the_state_diagram_has_every_state_of_the_lock(gathered: Facts) -> None:
    page = texts(rules_pages.pages(gathered, Lang.JA))["rules/pin_lock"]
    for state in ("誤り0回", "誤り1回", "誤り2回", "ロック"):
        assert f">{state}</text>" in page
    assert ">誤り3回</text>" not in page


@pytest.mark.parametrize("lang", Lang)
def test_an_incident_tells_what_broke_and_what_catches_it(gathered: Facts, lang: Lang) -> None:
    pages = texts(incidents_pages.pages(gathered, lang))
    for incident in gathered.incidents.values():
        page = shown(pages[f"incidents/{incident.id}"])
        assert lang(incident.came_out_ja, incident.came_out_en) in page
        assert lang(incident.cause_ja, incident.cause_en) in page
        assert all(f"(<#req-{one}>)" in page for one in incident.properties)
        assert all(f"(<#check-{gathered.links.faults[one].killed_by}>)" in page for one in incident.faults)
        assert incident.faults or lang("まだ確かめられない", "not yet covered") in page


def test_every_reason_says_what_may_be_done_then(gathered: Facts) -> None:
    page = shown(next(reasons_pages.pages(gathered, Lang.EN)).text)
    for name, entry in gathered.reasons.items():
        assert f"(reason-{name})=" in page
        assert entry.en in page


def test_both_languages_have_the_same_pages(gathered: Facts) -> None:
    """So the language switch of every page leads somewhere."""
    assert all_pages(gathered, Lang.JA).keys() == all_pages(gathered, Lang.EN).keys()


def test_two_pages_of_one_path_are_refused(gathered: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kofu_site.pages.GENERATORS", (reasons_pages.pages, reasons_pages.pages))
    with pytest.raises(ValueError, match="reasons: two pages"):
        all_pages(gathered, Lang.JA)


@pytest.mark.parametrize(
    "text", ["a_b_c *d* `e` [f](g) <h> # i | j $k$ {l} ~m~ !n ^o^", "- no list", "1. no list", "+ no", "= no", "> no"]
)
def test_nothing_in_plain_text_means_anything(text: str) -> None:
    whole = MarkdownIt("commonmark").render(plain(text))
    unescaped = html.unescape(whole)
    assert unescaped == f"<p>{text}</p>\n"


def test_code_may_hold_ticks_and_tables_bars() -> None:
    assert code("a`b") == "``a`b``"
    assert table(("x",), [("a|b",), ("c\\|d",)]).splitlines()[2:] == ["| a\\|b |", "| c\\|d |"]


def test_search_terms_are_pairs_and_whole_names() -> None:
    assert search.index_terms("暗証番号は3.3.10") == [
        *("暗証", "証番", "番号", "号は"),
        *("暗", "証", "番", "号", "は"),
        *("3.3.10", "3", "10"),
    ]
    assert "REASON_PIN_LOCKED" in search.index_terms("(REASON_PIN_LOCKED)")


def test_sources_that_are_the_same_stay_untouched(tmp_path: Path) -> None:
    folder = tmp_path
    write_sources({"a": "one", "b/c": "two"}, folder)
    before = (folder / "a.md").stat().st_mtime_ns
    write_sources({"a": "one", "d": "three"}, folder)
    assert (folder / "a.md").stat().st_mtime_ns == before
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*.md")) == ["a.md", "d.md"]


@pytest.mark.parametrize("lang", Lang)
def test_every_invariant_and_every_mutant_is_told_with_its_shortest_history(gathered: Facts, lang: Lang) -> None:
    pages = texts(model_pages.pages(gathered, lang))
    for invariant in INVARIANTS.values():
        assert lang(invariant.ja, invariant.en) in shown(pages["model/invariants"])
    for mutant in MUTANTS.values():
        assert f"(mutant-{mutant.name})=" in pages["model/mutants"]
        told = pages["model/mutants"].partition(f"(mutant-{mutant.name})=")[2].partition("\n(mutant-")[0]
        steps = sum(killed.length for killed in gathered.model.of_mutant(mutant.name))
        assert len(re.findall(r"(?m)^[0-9]+\. ", told)) == steps > 0


def test_an_incident_with_a_mutant_shows_its_counterexample(gathered: Facts) -> None:
    """The one that breaks what the incident broke; where none does, it says so."""
    pages = texts(incidents_pages.pages(gathered, Lang.EN))
    assert "mutant-only_the_lock_released" in pages["incidents/yokohama"]
    assert "still keep what the incident broke" in pages["incidents/yokohama"]
    assert "still keep what the incident broke" not in pages["incidents/kawasaki"]

    first, second = (killed.invariant for killed in gathered.model.of_mutant("only_the_lock_released"))
    assert first != second
    other = dataclasses.replace(gathered.incidents["yokohama"], properties=INVARIANTS[second].requirements)
    page = incidents_pages.page(gathered, Lang.EN, other).text
    assert re.findall(r"#invariant-(\w+)", page) == [second]


def test_the_session_diagram_is_every_step_of_the_model(gathered: Facts) -> None:
    moves = {(one.before.name, one.action.name, one.after.name) for one in session_moves()}
    assert ("IDLE", "insert", "CARD_IN") in moves
    assert ("PAID", "done", "ENDING") in moves
    assert {before for before, _, _ in moves} == {phase.name for phase in PHASES}
    page = texts(model_pages.pages(gathered, Lang.EN))["model/session"]
    assert page.count("\n| ") == len(moves) + 1


def test_each_file_of_vectors_has_a_page(gathered: Facts) -> None:
    pages = texts(vectors_pages.pages(gathered, Lang.JA))
    for name, file in gathered.vectors.items():
        assert file.vectors[0].because_ja in shown(pages[f"vectors/{name}"])
        assert pages[f"vectors/{name}"].count("\n| ") == min(len(file.vectors), vectors_pages.SHOWN) + 1


def test_every_word_of_the_source_document_is_on_its_page(gathered: Facts) -> None:
    page = next(source_pages.pages(gathered, Lang.EN)).text
    for requirement in gathered.catalogue.values():
        for line in requirement.source.splitlines():
            assert "".join(line.split()) in "".join(shown(page).split()), requirement.id


def test_every_term_is_in_the_glossary(gathered: Facts) -> None:
    page = shown(next(glossary_pages.pages(gathered, Lang.EN)).text)
    assert all(term.ja in page and term.meaning_en in page for term in gathered.glossary.values())
