"""The traceability matrix: each requirement with the checks, faults, vectors and incidents that belong to it."""

from collections.abc import Iterator

from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, document, heading, plain, table
from kofu_site.words import CLASSES, LEVELS, PENDING
from kofu_spec.requirements import Requirement, VerdictClass


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    entries = facts.catalogue.values()
    judged = [entry for entry in entries if facts.links.checks_of(entry.id)]
    waiting = [entry for entry in entries if entry.pending is not None]
    yield Page(
        "tracing",
        document(
            heading(1, lang("追跡表", "Traceability matrix")),
            lang(
                f"要件{len(entries)}件のうち、検査のあるもの{len(judged)}件、まだ確かめられないもの{len(waiting)}件。"
                "検査と要件の対応は、参照実装に対して実際に行った試験の結果から作る。",
                f"Of {len(entries)} requirements {len(judged)} have checks and {len(waiting)} wait for them. What "
                "judges what is read from a real run against the reference, never from the text of the suite.",
            ),
            table(
                (
                    lang("要件", "Requirement"),
                    lang("拘束", "Level"),
                    lang("確かめ方", "Judged by"),
                    lang("検査", "Checks"),
                    lang("見付けた誤り", "Faults found"),
                    lang("試験値", "Vectors"),
                    lang("事例", "Incidents"),
                    lang("状況", "State"),
                ),
                [_row(facts, lang, entry) for entry in entries],
                "matrix",
            ),
        ),
    )


def _row(facts: Facts, lang: Lang, entry: Requirement) -> tuple[str, ...]:
    checks = facts.links.checks_of(entry.id)
    return (
        links.to_titled_requirement(facts, lang, entry.id),
        plain(lang(*LEVELS[entry.level])),
        lang("、", ", ").join(lang(*CLASSES[one]) for one in VerdictClass if one in entry.classes),
        _lines(links.to_check(check.id) for check in checks),
        _lines(links.to_fault(fault.id) for fault in facts.known.faults_around(entry.id)),
        _lines(links.to_vectors(name) for name in facts.links.vectors_of(entry.id)),
        _lines(links.to_incident(lang, incident) for incident in facts.incidents_of(entry.id)),
        state(facts, lang, entry),
    )


def state(facts: Facts, lang: Lang, entry: Requirement) -> str:
    """Whether it is judged, and if not, why."""
    if VerdictClass.INFORMATIVE in entry.classes:
        return lang("確かめる事項なし", "nothing to check")
    if entry.pending is not None:
        waits = lang(*PENDING[entry.pending])
        return lang(f"未対応（{waits}を待つ）", f"not yet covered (waits for {waits})")
    return (
        lang("検査済み", "judged") if _exercised(facts, entry) else lang("場面が起きていない", "situation never arose")
    )


def _exercised(facts: Facts, entry: Requirement) -> bool:
    return any(entry.id in check.exercised for check in facts.links.checks_of(entry.id))


def _lines(entries: Iterator[str]) -> str:
    return "<br>".join(entries)
