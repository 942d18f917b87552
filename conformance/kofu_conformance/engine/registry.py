"""`@check`: registers a function of a suite as a check, under the id made of its module and its name."""

import inspect
import re
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from hypothesis.strategies import SearchStrategy
from pydantic import TypeAdapter

Function = TypeVar("Function", bound=Callable[..., None])

SUITES = ".suites."
REQUIREMENT_ID = re.compile(r"[0-9A-Z]+([.-][0-9A-Za-z]+)*")


class Level(StrEnum):
    """How many cases a run takes."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


class CheckDefinitionError(TypeError):
    """A check is written in a way that the engine can't run: a fault of the suite, seen at import."""


@dataclass(frozen=True)
class Check:
    """One check: a story about some requirements, and the cases in which it is told."""

    id: str
    requirements: tuple[str, ...]
    run: Callable[..., None]
    cases: SearchStrategy[Any] | None
    case_type: TypeAdapter[Any] | None
    case_counts: Mapping[Level, int]
    exclusive: bool
    needs: tuple[str, ...]
    situation: str
    """First paragraph of the docstring: the situation."""
    quotation: str
    """The quoted sentence of the source document, without the mark `>`."""
    description: str
    """The whole docstring."""


class Registry:
    """The checks by id. The suites fill one registry at import; tests make their own."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def add(self, check: Check) -> None:
        """Registers a check; the same function again (a module loaded twice) takes the place of the first."""
        known = self._checks.get(check.id)
        if known is not None and known.run.__code__.co_filename != check.run.__code__.co_filename:
            raise CheckDefinitionError(f"check {check.id}: the id is taken; give the function another name")
        self._checks[check.id] = check

    def __iter__(self) -> Iterator[Check]:
        return iter(sorted(self._checks.values(), key=lambda one: one.id))

    def __getitem__(self, check_id: str) -> Check:
        return self._checks[check_id]

    def __contains__(self, check_id: object) -> bool:
        return check_id in self._checks

    def __len__(self) -> int:
        return len(self._checks)


CHECKS = Registry()


def check(
    *requirement_ids: str,
    cases: SearchStrategy[Any] | None = None,
    quick: int = 1,
    standard: int | None = None,
    thorough: int | None = None,
    exclusive: bool = False,
    needs: tuple[str, ...] = (),
    registry: Registry = CHECKS,
) -> Callable[[Function], Function]:
    """Registers `function(chain)` or, with `cases`, `function(chain, case)` as a check of these requirements.

    `cases` draws JSON-able values of the second parameter's annotation; `quick`, `standard` and `thorough` say how many
    distinct ones a level takes (each defaults to the smaller level's). `exclusive` checks (clock, restart) run last.
    `needs` names what the profile has to declare: "kiosk" a system, "kiosk.test_control", "center.clock", and
    "responder" that the center asks one of the suite's; without it
    the check is not applicable, and listed as left out.
    """

    def register(function: Function) -> Function:
        registry.add(_make(function, requirement_ids, cases, _counts(quick, standard, thorough), exclusive, needs))
        return function

    return register


def _make(
    function: Callable[..., None],
    requirement_ids: tuple[str, ...],
    cases: SearchStrategy[Any] | None,
    counts: Mapping[Level, int],
    exclusive: bool,
    needs: tuple[str, ...],
) -> Check:
    check_id = _id(function)
    _require(bool(requirement_ids), check_id, 'no requirement named; write @check("3.3.10", …)')
    for one in requirement_ids:
        _require(
            isinstance(one, str) and REQUIREMENT_ID.fullmatch(one) is not None,
            check_id,
            f'{one!r} is no requirement id; ids look like "3.3.10"',
        )
    _require(all(count >= 1 for count in counts.values()), check_id, "a level needs at least 1 case")
    _require(
        cases is not None or all(count == 1 for count in counts.values()),
        check_id,
        "more than one case a level, but no cases; give cases=…",
    )
    description = inspect.getdoc(function) or ""
    _require(bool(description), check_id, "no docstring; tell the situation and quote the source after >")
    quotation = " ".join(line[1:].strip() for line in description.splitlines() if line.startswith(">"))
    _require(bool(quotation), check_id, "the docstring quotes no source sentence; add a line that starts with >")
    return Check(
        id=check_id,
        requirements=requirement_ids,
        run=function,
        cases=cases,
        case_type=_case_type(function, cases, check_id),
        case_counts=counts,
        exclusive=exclusive,
        needs=needs,
        situation=" ".join(description.split("\n\n")[0].split()),
        quotation=quotation,
        description=description,
    )


def _id(function: Callable[..., None]) -> str:
    module = function.__module__
    _, found, below = module.rpartition(SUITES)
    return f"{below if found else module.rpartition('.')[2]}.{function.__name__}"


def _counts(quick: int, standard: int | None, thorough: int | None) -> Mapping[Level, int]:
    standard = quick if standard is None else standard
    return {Level.QUICK: quick, Level.STANDARD: standard, Level.THOROUGH: standard if thorough is None else thorough}


def _case_type(
    function: Callable[..., None], cases: SearchStrategy[Any] | None, check_id: str
) -> TypeAdapter[Any] | None:
    parameters = list(inspect.signature(function).parameters.values())
    wanted = "(chain)" if cases is None else "(chain, case)"
    _require(len(parameters) == (1 if cases is None else 2), check_id, f"takes {len(parameters)}; write {wanted}")
    if cases is None:
        return None
    _require(isinstance(cases, SearchStrategy), check_id, "cases has to be a Hypothesis strategy")
    hints = typing.get_type_hints(function, include_extras=True)
    name = parameters[1].name
    _require(name in hints, check_id, f"parameter {name} has no annotation, so cases can't be stored; annotate it")
    try:
        return TypeAdapter(hints[name])
    except Exception as error:
        raise CheckDefinitionError(
            f"check {check_id}: {name}: {hints[name]} can't be stored as JSON: {error}"
        ) from None


def _require(condition: bool, check_id: str, fault: str) -> None:
    if not condition:
        raise CheckDefinitionError(f"check {check_id}: {fault}")
