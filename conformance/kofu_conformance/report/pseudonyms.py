"""No personal data in reports: whatever slips into a text is replaced by a pseudonym before anything is written.

Checks and testers speak of families and pseudonyms in the first place; this is the last door, for a text that an
implementation sent back, or the traceback of a fault.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from google.protobuf.message import Message

from kofu_conformance.engine.execution import Finding, Outcome, SuiteFault
from kofu_conformance.engine.runner import CheckResult, Unseen
from kofu_spec.city import City

PERSONAL_FIELDS = frozenset(
    {
        "address",
        "adoptive_father_name",
        "adoptive_mother_name",
        "common_name",
        "father_name",
        "filer",
        "head_of_register",
        "householder",
        "individual_number",
        "katakana_name",
        "mother_name",
        "name",
        "other_party",
        "previous_address",
        "previous_register_head",
        "residence_card_number",
    }
)
SHORTEST = 4
"""Shorter texts are words of the language as well."""


class Pseudonyms:
    """Replaces texts of persons by pseudonyms."""

    def __init__(self, pseudonyms: Mapping[str, str]) -> None:
        """`pseudonyms`: what stands for each text, also where it was written with escapes (repr, JSON)."""
        self._pseudonyms = {
            form: pseudonym for text, pseudonym in pseudonyms.items() for form in (text, repr(text)[1:-1], _ascii(text))
        }
        longest_first = sorted(self._pseudonyms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @classmethod
    def of(cls, city: City) -> "Pseudonyms":
        """Those of every person in the city: 〈name of r00000012〉."""
        known: dict[str, str] = {}
        for citizen in city.citizens:
            for record in (citizen.resident, citizen.tax, citizen.koseki):
                for field, text in _personal(record) if record is not None else ():
                    known.setdefault(text, f"〈{field} of {citizen.key}〉")
        return cls(known)

    def text(self, text: str) -> str:
        """The text with pseudonyms."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._pseudonyms[found.group()], text)

    def result(self, result: CheckResult) -> CheckResult:
        """A result all of whose texts have pseudonyms."""
        failure = result.failure
        return replace(
            result,
            reasons=tuple(map(self.text, result.reasons)),
            failure=failure and replace(failure, outcome=self.outcome(failure.outcome)),
            fault=result.fault and self._fault(result.fault),
            faulty=result.faulty and self.outcome(result.faulty),
            unseen=tuple(Unseen(one.case_number, self.text(one.why)) for one in result.unseen),
        )

    def outcome(self, outcome: Outcome) -> Outcome:
        """An execution all of whose texts have pseudonyms; the case is symbolic and stays."""
        finding = outcome.finding
        return replace(
            outcome,
            steps=tuple(map(self.text, outcome.steps)),
            ledger=tuple(map(self.text, outcome.ledger)),
            transcript=tuple(self._value(event) for event in outcome.transcript),
            finding=finding
            and Finding(
                finding.code, self.text(finding.expected), self.text(finding.observed), self.text(finding.seen_at)
            ),
            fault=outcome.fault and self._fault(outcome.fault),
        )

    def _fault(self, fault: SuiteFault) -> SuiteFault:
        return replace(fault, message=self.text(fault.message), traceback=self.text(fault.traceback))

    def _value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self._value(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(one) for one in value]
        return value


def _ascii(text: str) -> str:
    return json.dumps(text)[1:-1]


def _personal(message: Message) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        if isinstance(value, Message):
            yield from _personal(value)
        elif field.name in PERSONAL_FIELDS and isinstance(value, str) and len(value) >= SHORTEST:
            yield field.name, value
        elif not isinstance(value, str | bytes) and isinstance(value, Iterable):
            for one in value:
                if isinstance(one, Message):
                    yield from _personal(one)
