"""The register of kiosk terminals: which are registered, and with whom. [1.7]

A CSV file in UTF-8, a line a terminal, under the heading `terminal_id,operator,state,place`. `operator` is the area in
the certificate of the operator's kiosks, `state` is `registered` or `deregistered`, `place` says where the terminal
stands and decides nothing.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from sys import intern
from typing import Final

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.config import ConfigurationInvalid

COLUMNS: Final = ("terminal_id", "operator", "state", "place")
REGISTERED: Final = "registered"
DEREGISTERED: Final = "deregistered"

_TERMINAL_ID: Final = re.compile(r"[A-Z0-9-]{4,32}")
_OPERATOR: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_PLACE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True)
class TerminalRegister:
    """The registered terminals, and the operator of each; None where any operator may show it."""

    operators: Mapping[str, str | None]

    @classmethod
    def of_anybody(cls, terminal_ids: Sequence[str]) -> "TerminalRegister":
        """A register of terminals alone, for a center that is told of no operators."""
        return cls(dict.fromkeys(terminal_ids))

    def is_registered(self, terminal_id: str) -> bool:
        return terminal_id in self.operators

    def check(self, terminal_id: str, operator: str | None) -> None:
        """Raises REASON_TERMINAL_NOT_REGISTERED, also for a terminal that another operator has registered.

        `operator` is the one whose kiosk shows the terminal's code; None stands for a tester, who plays them all.
        """
        if not self.is_registered(terminal_id):
            raise Refusal(Reason.REASON_TERMINAL_NOT_REGISTERED)
        if operator is not None and self.operators[terminal_id] not in (None, operator):
            raise Refusal(Reason.REASON_TERMINAL_NOT_REGISTERED)


def read_terminals(path: Path) -> TerminalRegister:
    """The register in a file. Raises ConfigurationInvalid: one line with line, field, rule and remedy."""
    operators: dict[str, str | None] = {}
    first_lines: dict[str, int] = {}
    for number, (terminal_id, operator, state, place) in _rows(path):
        where = f"{path} line {number}"
        _check_form(where, terminal_id, operator, state, place)
        if terminal_id in first_lines:
            rule = f"stands on line {first_lines[terminal_id]} already; leave one line a terminal"
            raise ConfigurationInvalid(f"{where}, terminal_id: {rule}")
        first_lines[terminal_id] = number
        if state == REGISTERED:
            operators[terminal_id] = intern(operator)
    if not first_lines:
        # An empty file is a copy that broke off, not the end of the service.
        raise ConfigurationInvalid(f"{path}: must name at least one terminal; hand over the whole register")
    return TerminalRegister(operators)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines under the heading, with their numbers. A byte order mark, as spreadsheets write it, is no fault."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != COLUMNS:
                heading = ",".join(COLUMNS)
                raise ConfigurationInvalid(f"{path} line 1: must be the heading {heading}; write it as the first line")
            for row in reader:
                if row and len(row) != len(COLUMNS):
                    rule = (
                        f"must have {len(COLUMNS)} fields, has {len(row)}; put a place with commas in quotation marks"
                    )
                    raise ConfigurationInvalid(f"{path} line {reader.line_num}: {rule}")
                if row:
                    yield reader.line_num, row
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror or error}; name a readable file") from error
    except UnicodeDecodeError as error:
        raise ConfigurationInvalid(f"{path}: must be UTF-8; save the register as CSV in UTF-8") from error
    except csv.Error as error:
        raise ConfigurationInvalid(f"{path} line {reader.line_num}: {error}; mend the quotation marks") from error


def _check_form(where: str, terminal_id: str, operator: str, state: str, place: str) -> None:
    if not _TERMINAL_ID.fullmatch(terminal_id):
        rule = "must be 4 to 32 capital letters, digits or hyphens; write the code of the terminal"
        raise ConfigurationInvalid(f"{where}, terminal_id: {rule}")
    if not _OPERATOR.fullmatch(operator):
        rule = "must be small letters, digits and hyphens; write the area in the certificate of its kiosks"
        raise ConfigurationInvalid(f"{where}, operator: {rule}")
    if state not in (REGISTERED, DEREGISTERED):
        raise ConfigurationInvalid(f"{where}, state: must be {REGISTERED} or {DEREGISTERED}; write one of them")
    if not _PLACE.fullmatch(place):
        raise ConfigurationInvalid(f"{where}, place: must be 1 to 200 characters on one line; say where it stands")
