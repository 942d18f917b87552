"""A page for each requirement, and the list of them."""

from collections.abc import Iterator

from kofu_site import links
from kofu_site.checks_pages import story
from kofu_site.facts import Facts
from kofu_site.markup import (
    Lang,
    Page,
    block,
    bullets,
    document,
    heading,
    link,
    plain,
    quotation,
    spoken,
    table,
    target,
    toctree,
)
from kofu_site.source_pages import SOURCE_DOCUMENT, misread
from kofu_site.words import CLASSES, CLASSES_EXPLAINED, LEVELS, PENDING, systems
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.requirements import Decision, Requirement, VerdictClass
from kofu_spec.traceability import CheckLink

FOLDER = "requirements"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts, lang)
    for requirement in facts.catalogue.values():
        yield page(facts, lang, requirement)


def index(facts: Facts, lang: Lang) -> Page:
    """All requirements in the order of the document."""
    entries = facts.catalogue.values()
    rows = [
        (
            link(plain(entry.id), links.requirement(entry.id)),
            plain(lang(entry.title_ja, entry.title_en)),
            plain(lang(*LEVELS[entry.level])),
            _classes(lang, entry),
            _coverage(facts, lang, entry),
        )
        for entry in entries
    ]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("要件", "Requirements")),
            lang(
                f"諮問資料の一文ごとに番号を付けた要件と、誤交付の事例から定めた要件（P.1以降）を示す。全部で{len(entries)}件である。"
                "検査のない要件は「未対応」とし、合格とは扱わない。",
                f"The {len(entries)} requirements: each sentence of the source document with its number, and those "
                "that the reported wrong issuances ask for (P.1 and on). One without a check is shown as not yet "
                "covered, never as passed.",
            ),
            table(
                (
                    lang("番号", "Id"),
                    lang("要件", "Requirement"),
                    lang("拘束", "Level"),
                    lang("確かめ方", "Judged by"),
                    lang("検査", "Checks"),
                ),
                rows,
                "wide",
            ),
            toctree([f"/{FOLDER}/{entry.id}" for entry in entries]),
        ),
    )


def page(facts: Facts, lang: Lang, requirement: Requirement) -> Page:
    checks = facts.links.checks_of(requirement.id)
    return Page(
        f"{FOLDER}/{requirement.id}",
        document(
            target(links.requirement(requirement.id)),
            heading(1, plain(f"{requirement.id} {lang(requirement.title_ja, requirement.title_en)}")),
            _properties(lang, requirement),
            heading(2, lang("要件", "Requirement")),
            plain(lang(requirement.ja, requirement.en)),
            block(f"other-language language-{lang.other}", plain(lang.other(requirement.ja, requirement.en))),
            heading(2, lang("原文", "Source")),
            *_source(facts, lang, requirement),
            *_decisions(lang, requirement),
            *_verdict(facts, lang, requirement),
            *_checks(lang, checks),
            *_faults(facts, lang, requirement),
            *_elsewhere(facts, lang, requirement),
        ),
    )


def _properties(lang: Lang, requirement: Requirement) -> str:
    return block(
        "properties",
        bullets(
            [
                f"**{lang('拘束', 'Level')}** {plain(lang(*LEVELS[requirement.level]))}",
                f"**{lang('対象', 'Systems')}** {plain(systems(lang, requirement.systems))}",
                f"**{lang('確かめ方', 'Judged by')}** {_classes(lang, requirement)}",
            ]
        ),
    )


def _classes(lang: Lang, requirement: Requirement) -> str:
    return lang("、", ", ").join(lang(*CLASSES[one]) for one in VerdictClass if one in requirement.classes)


def _coverage(facts: Facts, lang: Lang, requirement: Requirement) -> str:
    count = len(facts.links.checks_of(requirement.id))
    if VerdictClass.INFORMATIVE in requirement.classes:
        return "－" if lang is Lang.JA else "–"
    if requirement.pending is not None:
        waits = lang(*PENDING[requirement.pending])
        return lang(f"未対応（{waits}）", f"not yet covered ({waits})")
    return lang(f"{count}件", str(count))


def _source(facts: Facts, lang: Lang, requirement: Requirement) -> Iterator[str]:
    if not requirement.source:
        yield lang(
            f"諮問資料にはない、この仕様の定めである（{plain(requirement.paragraph)}）。",
            "Not in the source document: this profile's own.",
        )
        return
    yield quotation(Lang.JA, requirement.source.splitlines())
    place = spoken(Lang.JA, plain(f"{requirement.paragraph} {requirement.circled}".strip()))
    document_ = link(lang("諮問資料", "Source document"), SOURCE_DOCUMENT)
    yield f"{document_} {place}"
    for erratum in facts.known.errata:
        if requirement.id in erratum.requirements:
            yield bullets([misread(lang, erratum)])


def _decisions(lang: Lang, requirement: Requirement) -> Iterator[str]:
    if not requirement.decisions:
        return
    yield heading(2, lang("判断", "Decisions"))
    yield lang(
        "資料に定めのない事項について、この仕様が決めたこと及びその理由。",
        "What this specification decides where the source is silent, and why.",
    )
    for decision in requirement.decisions:
        yield _decision(lang, decision)


def _decision(lang: Lang, decision: Decision) -> str:
    because = lang("理由", "Because")
    return block(
        "decision",
        plain(lang(decision.ja, decision.en)),
        f"**{because}** {plain(lang(decision.reason_ja, decision.reason_en))}",
    )


def _verdict(facts: Facts, lang: Lang, requirement: Requirement) -> Iterator[str]:
    yield heading(2, lang("判定の意味", "What a verdict means"))
    if requirement.verdict_ja:
        yield plain(lang(requirement.verdict_ja, requirement.verdict_en))
    yield bullets(
        f"**{lang(*CLASSES[one])}** {lang(*CLASSES_EXPLAINED[one])}"
        for one in VerdictClass
        if one in requirement.classes
    )
    if requirement.pending is not None:
        waits = lang(*PENDING[requirement.pending])
        yield block(
            "not-covered",
            lang(
                f"まだ確かめられない。{waits}を待っている。合格とは表示しない。",
                f"Not yet covered: it waits for {waits}. It is never shown as passed.",
            ),
        )
    elif facts.links.checks_of(requirement.id):
        yield lang(
            "場面が起きなかった、又は観測できなかったときは判定不能（inconclusive）であり、合格とは扱わない。",
            "Where it did not arise, or could not be observed, the verdict is *inconclusive*, which is no pass.",
        )
        least = ", ".join(f"{level} {count}" for level, count in requirement.least_triggers.items())
        yield lang(
            f"合格とするには、この場面が次の回数以上起きていることを要する: {least}。",
            f"A pass takes that many times, by level: {least}.",
        )
    if requirement.evidence_ja:
        yield heading(2, lang("求める証拠", "Evidence asked for"))
        yield plain(lang(requirement.evidence_ja, requirement.evidence_en))


def _checks(lang: Lang, checks: tuple[CheckLink, ...]) -> Iterator[str]:
    if not checks:
        return
    yield heading(2, lang("検査", "Checks"))
    for check in checks:
        yield heading(3, links.to_check(check.id))
        yield from story(lang, check)


def _faults(facts: Facts, lang: Lang, requirement: Requirement) -> Iterator[str]:
    found = facts.known.faults_around(requirement.id)
    if not found:
        return
    yield heading(2, lang("仕込んだ誤り", "Seeded faults"))
    yield lang(
        "参照実装に仕込むことができる誤りと、それを見付ける検査。",
        "Faults that the reference can be started with, and the check that finds each.",
    )
    for fault in found:
        yield bullets(
            [f"{links.to_fault(fault.id)} {spoken(Lang.EN, plain(fault.sentence))} → {links.to_check(fault.killed_by)}"]
        )


def _elsewhere(facts: Facts, lang: Lang, requirement: Requirement) -> Iterator[str]:
    """Rules, vectors, reasons and incidents that belong to it."""
    if tables := facts.tables_of(requirement.id):
        yield heading(2, lang("規則", "Rules"))
        yield bullets(links.to_table(lang, table) for table in tables)
    if invariants := [one for one in INVARIANTS.values() if requirement.id in one.requirements]:
        yield heading(2, lang("モデルの性質", "Invariants of the model"))
        yield bullets(f"{links.to_invariant(one.name)} {plain(lang(one.ja, one.en))}" for one in invariants)
    if vectors := facts.links.vectors_of(requirement.id):
        yield heading(2, lang("試験値", "Vectors"))
        yield bullets(links.to_vectors(name) for name in vectors)
    if reasons := facts.reasons_of(requirement.id):
        yield heading(2, lang("拒否の理由", "Reasons of refusals"))
        yield bullets(f"{links.to_reason(entry.reason)} {plain(lang(entry.ja, entry.en))}" for entry in reasons)
    if incidents := facts.incidents_of(requirement.id):
        yield heading(2, lang("事例", "Incidents"))
        yield bullets(links.to_incident(lang, incident) for incident in incidents)
