"""What `kofu explain` tells of one id: a requirement, check, seeded fault or incident, and all that belongs to it."""

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kofu_spec import requirements, traceability
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.mutants import MUTANTS
from kofu_spec.requirements import Catalogue, Erratum, Requirement, UnknownRequirement, VerdictClass, incidents
from kofu_spec.requirements.incidents import Incident
from kofu_spec.traceability import CheckLink, FaultLink, Traceability

CLASSES_JA = {"test": "試験", "witness": "立会い", "attest": "確認書", "informative": "参考"}


@dataclass(frozen=True)
class Section:
    """A heading in both languages and the lines below it."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """What is told of one thing; `data` is the same for programs."""

    title: str
    about: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any]


class UnknownId(LookupError):
    """An id that names nothing; its text is one line that suggests near ones."""


@dataclass(frozen=True)
class Knowledge:
    """All that can be explained."""

    catalogue: Catalogue
    links: Traceability
    incidents: Mapping[str, Incident]
    errata: tuple[Erratum, ...]

    @staticmethod
    def of_this_package() -> "Knowledge":
        """What the files of this package hold."""
        return Knowledge(requirements.load(), traceability.load(), incidents.load(), requirements.errata())

    @cached_property
    def killed_by(self) -> Mapping[str, tuple[FaultLink, ...]]:
        """The faults that each check finds."""
        return {check: self.links.faults_of(check) for check in self.links.checks}

    def faults_around(self, requirement_id: str) -> tuple[FaultLink, ...]:
        """The faults that break a requirement, then those that its checks find besides."""
        own = self.links.faults_of(requirement_id)
        found = [fault for check in self.links.checks_of(requirement_id) for fault in self.killed_by[check.id]]
        return tuple(dict.fromkeys([*own, *found]))

    def checks_catching(self, incident: Incident) -> tuple[CheckLink, ...]:
        """The checks that find the faults which do an incident's harm."""
        killers = dict.fromkeys(self.links.faults[fault].killed_by for fault in incident.faults)
        return tuple(self.links.checks[check] for check in killers)


def explain(wanted: str, known: Knowledge) -> tuple[Explanation, ...]:
    """The explanations of an id; two where an incident and a fault share it. Raises `UnknownId`."""
    sources: tuple[tuple[Mapping[str, Any], Callable[[Any, Knowledge], Explanation]], ...] = (
        (known.catalogue, of_requirement),
        (known.incidents, of_incident),
        (known.links.checks, of_check),
        (known.links.faults, of_fault),
    )
    found = tuple(tell(things[wanted], known) for things, tell in sources if wanted in things)
    if not found:
        raise UnknownId(_not_known(wanted, known, [one for things, _ in sources for one in things]))
    return found


def _not_known(wanted: str, known: Knowledge, ids: list[str]) -> str:
    if wanted[:1].isdigit() or wanted[:2].upper() == "P.":
        return str(UnknownRequirement(wanted, known.catalogue))
    inside = [one for one in ids if wanted and wanted.replace("-", "_") in one.replace("-", "_")]
    near = list(dict.fromkeys([*inside[:4], *difflib.get_close_matches(wanted, ids, n=4, cutoff=0.5)]))[:4]
    remedy = f"did you mean {', '.join(near)}?" if near else "'kofu explain' lists the requirements"
    return f"id {wanted!r}: no requirement, check, fault or incident; {remedy}"


def of_requirement(requirement: Requirement, known: Knowledge) -> Explanation:
    """A requirement: what it says and on what ground, what a verdict means, what judges it."""
    checks = known.links.checks_of(requirement.id)
    faults = known.faults_around(requirement.id)
    broke = [one for one in known.incidents.values() if requirement.id in one.properties]
    vectors = known.links.vectors_of(requirement.id)
    kinds = ", ".join(f"{CLASSES_JA[kind]} {kind}" for kind in classes(requirement))
    return Explanation(
        title=f"{requirement.id}  {requirement.title_ja} / {requirement.title_en}",
        about=f"{requirement.level} · {kinds} · {', '.join(requirement.systems)}",
        sections=(
            Section("要件 / requirement", (requirement.ja, requirement.en)),
            _source(requirement, known.errata),
            *_decisions(requirement),
            *_told("判定の意味 / what a verdict means", _verdict(requirement)),
            *_told("求める証拠 / evidence asked", filter(None, (requirement.evidence_ja, requirement.evidence_en))),
            *(Section(f"検査 / check {check.id}", _story(check)) for check in checks),
            *_told("検査が見つける誤り / faults that the checks find", map(_fault_line, faults)),
            *_told("モデルの不変条件 / invariants of the model", _invariants_of(requirement)),
            *_told("事例 / incidents", map(_incident_line, broke)),
            *_told("ベクトル / vectors", vectors),
            *_told("未対応 / not yet covered", [f"waits for: {requirement.pending}"] if requirement.pending else ()),
        ),
        data={
            **requirement_data(requirement),
            "checks": [check.id for check in checks],
            "faults": [fault.id for fault in faults],
            "incidents": [incident.id for incident in broke],
            "vectors": list(vectors),
        },
    )


def of_check(check: CheckLink, known: Knowledge) -> Explanation:
    """A check: its story, what it judges, what it finds."""
    faults = known.killed_by[check.id]
    caught = [one for one in known.incidents.values() if set(one.faults) & {fault.id for fault in faults}]
    return Explanation(
        title=f"{check.id}  検査 / check",
        about=f"{check.suite} · {', '.join(check.requirements)}",
        sections=(
            Section("内容 / story", _story(check)),
            *_told("判定する要件 / judges", _titles(check.requirements, known.catalogue)),
            *_told("見つける誤り / faults that it finds", map(_fault_line, faults)),
            *_told("事例 / incidents", map(_incident_line, caught)),
        ),
        data={
            "kind": "check",
            **dataclasses.asdict(check),
            "faults": [fault.id for fault in faults],
            "incidents": [incident.id for incident in caught],
        },
    )


def of_fault(fault: FaultLink, known: Knowledge) -> Explanation:
    """A seeded fault: what it does wrong, and the check that finds it."""
    told = [one for one in known.incidents.values() if fault.id in one.faults]
    check = known.links.checks.get(fault.killed_by)
    found_by = [check.id, *_story(check)] if check else [fault.killed_by]
    return Explanation(
        title=f"{fault.id}  参照実装に仕込んだ誤り / seeded fault of the reference",
        about=f"{fault.system} · {fault.statement}",
        sections=(
            Section("誤り / fault", (fault.sentence,)),
            *_told("反する要件 / breaks", _titles((fault.statement,), known.catalogue)),
            *_told("見つける検査 / found by", found_by),
            *_told("事例 / incidents", map(_incident_line, told)),
            Section("試す / try it", (f"kofu check --reference all --fault {fault.id} --check {fault.killed_by}",)),
        ),
        data={"kind": "fault", **dataclasses.asdict(fault), "incidents": [incident.id for incident in told]},
    )


def of_incident(incident: Incident, known: Knowledge) -> Explanation:
    """An incident: what was reported, what it broke, what catches it."""
    checks = known.checks_catching(incident)
    faults = [known.links.faults[fault] for fault in incident.faults]
    return Explanation(
        title=f"{incident.id}  {incident.place_ja} / {incident.place_en}",
        about=f"{incident.when_ja} / {incident.when_en}",
        sections=(
            Section("出たもの / what came out", (incident.came_out_ja, incident.came_out_en)),
            Section("原因 / stated cause", (incident.cause_ja, incident.cause_en)),
            *_told("破られた性質 / what it broke", _titles(incident.properties, known.catalogue)),
            *_told("同じ害を生む誤り / seeded faults that do the same harm", map(_fault_line, faults)),
            *_told("見つける検査 / checks that catch it", (f"{check.id}: {check.title}" for check in checks)),
            *_told("モデルの変異 / mutants of the model", _mutants_of(incident)),
            *_told("未対応 / not yet covered", [f"waits for: {incident.pending}"] if incident.pending else ()),
        ),
        data={"kind": "incident", **dataclasses.asdict(incident), "checks": [check.id for check in checks]},
    )


def classes(requirement: Requirement) -> list[str]:
    """How a requirement is judged, in the order of the catalogue's classes."""
    return [kind for kind in CLASSES_JA if VerdictClass(kind) in requirement.classes]


def requirement_data(requirement: Requirement) -> dict[str, Any]:
    """A requirement as JSON-able data."""
    return {"kind": "requirement", **dataclasses.asdict(requirement), "classes": classes(requirement)}


def _source(requirement: Requirement, errata: Iterable[Erratum]) -> Section:
    if not requirement.source:
        return Section("原文 / source", (f"この仕様の定め（{requirement.paragraph}） / this profile's own",))
    place = f"{requirement.paragraph} {requirement.circled}".rstrip()
    read = [f"読み替え / read {one.scanned} as {one.meant}" for one in errata if requirement.id in one.requirements]
    return Section(f"原文 / source: {place}", (*requirement.source.splitlines(), *read))


def _verdict(requirement: Requirement) -> Iterator[str]:
    if not requirement.verdict_ja:
        return
    yield from (requirement.verdict_ja, requirement.verdict_en)
    if requirement.testable:
        least = " / ".join(f"{level} {count}" for level, count in requirement.least_triggers.items())
        yield f"状況の最少回数 / least number of situations that have to arise: {least}"


def _decisions(requirement: Requirement) -> Iterator[Section]:
    for one in requirement.decisions:
        lines = (f"{one.ja}（理由：{one.reason_ja}）", f"{one.en} (because: {one.reason_en})")
        yield Section("判断 / decision", lines)


def _told(heading: str, lines: Iterable[str]) -> Iterator[Section]:
    """The section, where there is anything to tell."""
    told = tuple(lines)
    if told:
        yield Section(heading, told)


def _story(check: CheckLink) -> tuple[str, ...]:
    """A line a paragraph; the quoted sentence in brackets."""
    paragraphs = [" ".join(part.split()) for part in check.story.split("\n\n")]
    return tuple(f"「{part[1:].strip()}」" if part.startswith(">") else part for part in paragraphs)


def _titles(requirement_ids: Iterable[str], catalogue: Catalogue) -> Iterator[str]:
    for one in requirement_ids:
        yield f"{one}  {catalogue[one].title_ja} / {catalogue[one].title_en}" if one in catalogue else one


def _fault_line(fault: FaultLink) -> str:
    return f"{fault.id} ({fault.system}, {fault.statement}): {fault.sentence} — {fault.killed_by}"


def _invariants_of(requirement: Requirement) -> Iterator[str]:
    for one in INVARIANTS.values():
        if requirement.id in one.requirements:
            yield f"{one.name}: {one.ja} / {one.en} — kofu model {one.name}"


def _mutants_of(incident: Incident) -> Iterator[str]:
    for one in MUTANTS.values():
        if one.incident == incident.id:
            yield f"{one.name}: {one.ja} / {one.en} — kofu model {incident.id}"


def _incident_line(incident: Incident) -> str:
    return f"{incident.id}: {incident.place_ja} / {incident.place_en}, {incident.when_en}: {incident.came_out_en}"
