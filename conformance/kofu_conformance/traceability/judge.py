"""What is wrong with the links between requirements, checks and faults: one line each, nothing where all is well."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from kofu_spec.requirements import Requirement
from kofu_spec.traceability import CheckLink, FaultLink, Traceability

WRITE = "run make traceability and commit what it writes"


def problems(
    catalogue: Mapping[str, Requirement], run: Traceability, committed: Traceability, may_wait: AbstractSet[str]
) -> list[str]:
    """Judges what a run emitted against the catalogue, the committed links and the list of what may still wait."""
    return [
        *_uncovered(catalogue, run),
        *_checks_without_requirement(catalogue, run),
        *_faults_not_killed(run),
        *_checks_without_fault(run),
        *_waiting(catalogue, run, may_wait),
        *_vectors_without_requirement(catalogue, committed),
        *_differences("check", run.checks, committed.checks),
        *_differences("fault", run.faults, committed.faults),
    ]


def _uncovered(catalogue: Mapping[str, Requirement], run: Traceability) -> Iterator[str]:
    exercised = {requirement for check in run.checks.values() for requirement in check.exercised}
    for requirement in catalogue.values():
        if requirement.testable and requirement.pending is None and requirement.id not in exercised:
            yield (
                f"requirement {requirement.id}: testable, but no check exercised it in the run; "
                "write a check that counts its trigger"
            )


def _checks_without_requirement(catalogue: Mapping[str, Requirement], run: Traceability) -> Iterator[str]:
    for check in run.checks.values():
        if not check.requirements:
            yield f"check {check.id}: judges no requirement; name one in @check"
        for requirement in check.requirements:
            if requirement not in catalogue:
                yield f"check {check.id}: judges {requirement}, which the catalogue lacks; add it or name another"


def _vectors_without_requirement(catalogue: Mapping[str, Requirement], committed: Traceability) -> Iterator[str]:
    for name, requirements in committed.vectors.items():
        for requirement in requirements:
            if requirement not in catalogue:
                yield f"vectors {name}: exercise {requirement}, which the catalogue lacks; add it or name another"


def _faults_not_killed(run: Traceability) -> Iterator[str]:
    for fault in run.faults.values():
        if fault.killed_by not in run.checks:
            yield f"fault {fault.id}: no check {fault.killed_by or 'named'} ran; let KILLED_BY name one"
        elif not fault.killed:
            yield f"fault {fault.id}: not killed, {fault.killed_by} did not find it; mend the check or the fault"


def _checks_without_fault(run: Traceability) -> Iterator[str]:
    killing = {fault.killed_by for fault in run.faults.values() if fault.killed}
    for check in run.checks.values():
        if check.id not in killing:
            yield f"check {check.id}: kills no seeded fault; seed one that it has to find"


def _waiting(catalogue: Mapping[str, Requirement], run: Traceability, may_wait: AbstractSet[str]) -> Iterator[str]:
    named = {requirement: check.id for check in run.checks.values() for requirement in check.requirements}
    waits = {requirement.id for requirement in catalogue.values() if requirement.pending}
    for requirement in catalogue.values():
        if requirement.id in waits and requirement.id in named:
            yield (
                f"requirement {requirement.id}: pending is stale, {named[requirement.id]} judges it; "
                "take pending out of the catalogue"
            )
        if requirement.id in waits - may_wait:
            yield f"requirement {requirement.id}: pending, but not among those of waiting.json; write a check"
    for requirement_id in sorted(may_wait - waits):
        yield f"waiting.json: {requirement_id} waits no longer; take it out of may_wait"


def _differences(
    what: str, run: Mapping[str, CheckLink] | Mapping[str, FaultLink], committed: Mapping[str, CheckLink | FaultLink]
) -> Iterator[str]:
    for one in sorted(run.keys() | committed.keys()):
        if one not in run:
            yield f"links.json: {what} {one}: committed, but the run did not emit it; {WRITE}"
        elif one not in committed:
            yield f"links.json: {what} {one}: emitted by the run, but not committed; {WRITE}"
        elif run[one] != committed[one]:
            fields = ", ".join(_fields_that_differ(run[one], committed[one]))
            yield f"links.json: {what} {one}: {fields}: committed otherwise than emitted; {WRITE}"


def _fields_that_differ(one: CheckLink | FaultLink, other: CheckLink | FaultLink) -> Iterable[str]:
    return (name for name, value in vars(one).items() if value != getattr(other, name))
