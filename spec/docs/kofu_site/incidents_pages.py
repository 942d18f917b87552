"""A page for each publicly reported incident: what happened, what it broke, what catches it."""

from collections.abc import Iterator

from kofu_site import links
from kofu_site.checks_pages import story
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, block, document, heading, plain, spoken, table, target, toctree
from kofu_site.model_pages import counterexample, to_mutant
from kofu_site.words import PENDING
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.requirements.incidents import Incident

FOLDER = "incidents"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts, lang)
    for incident in facts.incidents.values():
        yield page(facts, lang, incident)


def index(facts: Facts, lang: Lang) -> Page:
    rows = [
        (
            links.to_incident(lang, one),
            plain(lang(one.came_out_ja, one.came_out_en)),
            ", ".join(map(links.to_requirement, one.properties)),
            ", ".join(map(links.to_fault, one.faults)) or _waits(lang, one),
        )
        for one in facts.incidents.values()
    ]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("事例", "Incidents")),
            lang(
                "公表された誤交付及び障害の事例。それぞれについて、破られた要件と、同じ誤りを見付ける検査を示す。",
                "Publicly reported wrong issuances and outages: for each the requirements that it broke, and the check "
                "that finds the same fault.",
            ),
            table(
                (
                    lang("事例", "Incident"),
                    lang("出たもの", "What came out"),
                    lang("破られた要件", "Broken"),
                    lang("同じ誤り", "The same fault"),
                ),
                rows,
                "wide",
            ),
            toctree([f"/{FOLDER}/{incident_id}" for incident_id in facts.incidents]),
        ),
    )


def page(facts: Facts, lang: Lang, incident: Incident) -> Page:
    return Page(
        f"{FOLDER}/{incident.id}",
        document(
            target(links.incident(incident.id)),
            heading(
                1,
                plain(
                    lang(f"{incident.place_ja}の事例（{incident.when_ja}）", f"{incident.place_en}, {incident.when_en}")
                ),
            ),
            heading(2, lang("何が起きたか", "What happened")),
            f"**{lang('出たもの', 'What came out')}** {plain(lang(incident.came_out_ja, incident.came_out_en))}",
            f"**{lang('原因', 'Cause')}** {plain(lang(incident.cause_ja, incident.cause_en))}",
            heading(2, lang("破られた要件", "What it broke")),
            *(_property(facts, lang, one) for one in incident.properties),
            *_modelled(facts, lang, incident),
            *_caught(facts, lang, incident),
        ),
    )


def _property(facts: Facts, lang: Lang, requirement_id: str) -> str:
    entry = facts.catalogue[requirement_id]
    return block("decision", links.to_titled_requirement(facts, lang, requirement_id), plain(lang(entry.ja, entry.en)))


def _modelled(facts: Facts, lang: Lang, incident: Incident) -> Iterator[str]:
    """The mutants of the model with the incident's cause, and how each breaks what it breaks first."""
    mutants = [one for one in MUTANTS.values() if one.incident == incident.id]
    if not mutants:
        return
    yield heading(2, lang("モデルの反例", "The model's counterexample"))
    for mutant in mutants:
        yield f"{to_mutant(mutant)} {plain(lang(mutant.ja, mutant.en))}"
        killed = facts.model.of_mutant(mutant.name)
        alike = [one for one in killed if set(INVARIANTS[one.invariant].requirements) & set(incident.properties)]
        if not alike:
            yield lang(
                "この確認だけを欠くモデルでは、後の確認が事例のような結果を防ぐ。それでも次の性質が破れる。",
                "With this guard alone gone, later ones still keep what the incident broke. All the same this breaks:",
            )
        yield from counterexample(lang, (alike or killed)[0])


def _caught(facts: Facts, lang: Lang, incident: Incident) -> Iterator[str]:
    yield heading(2, lang("見付ける検査", "What catches it"))
    if incident.pending is not None:
        yield block("not-covered", _waits(lang, incident))
    for fault_id in incident.faults:
        fault = facts.links.faults[fault_id]
        yield lang(
            f"同じ誤りを参照実装に仕込むことができる: {links.to_fault(fault.id)}",
            f"The reference can be started with the same fault: {links.to_fault(fault.id)}",
        )
        yield spoken(Lang.EN, plain(fault.sentence))
        yield heading(3, links.to_check(fault.killed_by))
        yield from story(lang, facts.links.checks[fault.killed_by])


def _waits(lang: Lang, incident: Incident) -> str:
    assert incident.pending is not None
    waits = lang(*PENDING[incident.pending])
    return lang(f"まだ確かめられない（{waits}を待つ）", f"not yet covered: it waits for {waits}")
