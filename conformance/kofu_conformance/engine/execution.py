"""One execution of one case of a check against the implementation."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kofu_conformance.engine.cases import arguments
from kofu_conformance.engine.deviation import Deviation, Unobserved
from kofu_conformance.engine.registry import Check
from kofu_conformance.engine.story import Story


class Chain(Protocol):
    """What the engine asks of the chain that checks are given; everything else is between checks and testers."""

    def begin_case(self, story: Story) -> None:
        """Makes ready for the next case: clocks at base, nothing held, `chain.story` is this story."""


@dataclass(frozen=True)
class Finding:
    """A deviation, as reports show it."""

    code: str
    expected: str
    observed: str
    seen_at: str


@dataclass(frozen=True)
class SuiteFault:
    """An error of the suite itself."""

    type: str
    message: str
    place: str
    """Innermost place in the suite: file:line function."""
    traceback: str


@dataclass(frozen=True)
class Outcome:
    """What one execution of a case gave."""

    case_json: str
    steps: tuple[str, ...]
    triggers: Mapping[str, int]
    ledger: tuple[str, ...]
    """What could not be observed."""
    transcript: tuple[dict[str, Any], ...]
    finding: Finding | None = None
    fault: SuiteFault | None = None


def execute(check: Check, chain: Chain, case_json: str) -> Outcome:
    """Runs one case. Only `KeyboardInterrupt` and `SystemExit` come out of it."""
    story = Story(check.requirements)
    finding: Finding | None = None
    fault: SuiteFault | None = None
    try:
        case = arguments(check, case_json)
        chain.begin_case(story)
        check.run(chain, *case)
    except Deviation as deviation:
        finding = Finding(deviation.code, deviation.expected, deviation.observed, deviation.seen_at)
    except Unobserved as unobserved:
        story.unobserved(unobserved.why)
    except Exception as error:
        fault = fault_of(error)
    return Outcome(case_json, story.steps, story.triggers, story.ledger, story.transcript, finding, fault)


def fault_of(error: BaseException) -> SuiteFault:
    """An error of the suite, with the place where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    place = f"{Path(last.filename).name}:{last.lineno} {last.name}" if last else "unknown place"
    return SuiteFault(
        type(error).__name__, str(error), place, "".join(traceback.format_exception(error, limit=-20)).rstrip()
    )
