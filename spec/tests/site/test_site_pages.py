"""What the generators write, and that they tell everything of the data that they are given."""

import dataclasses
import re

import pytest
from contract.image import Image
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet

from buf.validate import validate_pb2
from kofu_site import (
    checks_pages,
    flow_pages,
    flows,
    incidents_pages,
    interfaces_pages,
    reasons_pages,
    requirements_pages,
    rule_words,
    rules_pages,
    search,
    tracing_pages,
)
from kofu_site.build import write_sources
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, code, plain, table
from kofu_site.pages import all_pages
from kofu_spec.explanation import Knowledge
from kofu_spec.requirements import Catalogue, Pending
from kofu_spec.traceability import Traceability


def texts(pages: "object") -> dict[str, str]:
    assert hasattr(pages, "__iter__")
    return {page.path: page.text for page in pages if isinstance(page, Page)}


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
    known = Knowledge(
        Catalogue([waiting]), gathered.known.links, gathered.known.incidents, gathered.known.errata
    )
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
    assert "3. issuance center → JPKI: validity (OCSP)" not in drawn
    assert "issuance center → JPKI: validity \\(OCSP\\)" in drawn or "issuance center → JPKI: validity (OCSP)" in drawn


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
    from markdown_it import MarkdownIt

    rendered = MarkdownIt("commonmark").enable("table").renderInline(plain(text))
    whole = MarkdownIt("commonmark").render(plain(text))
    unescaped = re.sub(r"&(lt|gt|amp|quot);", lambda one: {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}[one[1]], whole)
    assert unescaped == f"<p>{text}</p>\n"
    assert "<em>" not in rendered


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


def test_sources_that_are_the_same_stay_untouched(tmp_path: "object") -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    write_sources({"a": "one", "b/c": "two"}, folder)
    before = (folder / "a.md").stat().st_mtime_ns
    write_sources({"a": "one", "d": "three"}, folder)
    assert (folder / "a.md").stat().st_mtime_ns == before
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*.md")) == ["a.md", "d.md"]


def test_an_image_without_comments_still_has_pages() -> None:
    """The generators read comments, and do not fall over where there are none."""
    from kofu.v1 import common_pb2

    found = FileDescriptorSet()
    for module in (validate_pb2, common_pb2):
        for dependency in module.DESCRIPTOR.dependencies:
            if all(one.name != dependency.name for one in found.file):
                found.file.append(FileDescriptorProto.FromString(dependency.serialized_pb))
        if all(one.name != module.DESCRIPTOR.name for one in found.file):
            found.file.append(FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb))
    image = Image(found.SerializeToString())
    assert image.text("kofu/v1/common.proto").ja == ""
