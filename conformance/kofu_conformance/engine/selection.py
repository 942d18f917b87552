"""Which checks a run takes, in which order, and which it leaves out for what reason."""

import difflib
import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kofu_conformance.engine.registry import Check, Registry

NOT_SELECTED = "not selected"


class UnknownCheckError(LookupError):
    """A check or requirement was asked for that isn't there. The message is one line."""


@dataclass(frozen=True)
class LeftOut:
    """A check that isn't run."""

    check: Check
    why: str
    not_applicable: bool
    """The profile doesn't declare what it needs; otherwise it wasn't asked for."""


@dataclass(frozen=True)
class Selection:
    """The checks of a run."""

    checks: tuple[Check, ...]
    """In the order in which they run: exclusive ones last, otherwise by id."""
    left_out: tuple[LeftOut, ...]


def load_suites(package: str = "kofu_conformance.suites") -> None:
    """Imports every module of the suites, so that their checks are registered."""
    root = importlib.import_module(package)
    for folder in map(Path, root.__path__):
        for file in sorted(folder.rglob("*.py")):
            inside = file.relative_to(folder).with_suffix("").parts
            importlib.import_module(".".join((package, *(part for part in inside if part != "__init__"))))


def select(
    registry: Registry,
    *,
    requirements: Iterable[str] = (),
    checks: Iterable[str] = (),
    declared: Mapping[str, bool] | None = None,
) -> Selection:
    """All checks, or those that are named or judge a requirement that is named.

    `declared` says what the profile declares, by the words of a check's `needs`; None: nothing is asked.
    Raises `UnknownCheckError`.
    """
    requirements, checks = tuple(requirements), tuple(checks)
    for check_id in checks:
        if check_id not in registry:
            raise UnknownCheckError(f"--check: no check {check_id}; {_nearest(check_id, [one.id for one in registry])}")
    covered = sorted({one for check in registry for one in check.requirements})
    for requirement in requirements:
        if requirement not in covered:
            raise UnknownCheckError(
                f"--requirement: no check judges {requirement} yet; {_nearest(requirement, covered)}"
            )
    taken: list[Check] = []
    left_out: list[LeftOut] = []
    for check in registry:
        asked = not (requirements or checks) or check.id in checks or bool(set(check.requirements) & set(requirements))
        missing = [need for need in check.needs if declared is not None and not declared.get(need, False)]
        if not asked:
            left_out.append(LeftOut(check, NOT_SELECTED, not_applicable=False))
        elif missing:
            left_out.append(LeftOut(check, f"the profile doesn't declare {', '.join(missing)}", not_applicable=True))
        else:
            taken.append(check)
    return Selection(tuple(sorted(taken, key=lambda one: (one.exclusive, one.id))), tuple(left_out))


def _nearest(wanted: str, known: list[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.4)
    return f"did you mean {', '.join(near)}?" if near else f"there are {len(known)}, such as {', '.join(known[:3])}"
