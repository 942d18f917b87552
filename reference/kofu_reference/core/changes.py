"""Record changes as the counter files them: each done whole, with its place in the feed. [2.6]"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from kofu.v1.counter_pb2 import FileChangeRequest, FileChangeResponse
from kofu_reference.core import arrivals, households, papers, persons
from kofu_reference.core.desk import Desk, invalid
from kofu_reference.core.registers import Registers
from kofu_reference.runtime import JST, Refusal

_FILINGS: Final[Mapping[str, Callable[[Desk, Any, datetime], FileChangeResponse]]] = {
    "register_seal": papers.register_seal,
    "cancel_seal": papers.cancel_seal,
    "move_within": households.move_within,
    "move_out": households.move_out,
    "set_issue_blocks": persons.set_issue_blocks,
    "split_household": households.split_household,
    "assess_tax": papers.assess_tax,
    "change_name": persons.change_name,
    "link_cards": papers.link_cards,
    "record_death": households.record_death,
    "notify_move_out": households.notify_move_out,
    "cancel_move_out": households.cancel_move_out,
    "record_birth": arrivals.record_birth,
    "move_in": arrivals.move_in,
    "record_koseki_filing": persons.record_koseki_filing,
    "change_nationality": persons.change_nationality,
    "change_residence_status": persons.change_residence_status,
    "change_common_name": persons.change_common_name,
    "change_individual_number": persons.change_individual_number,
    "set_support_measures": persons.set_support_measures,
    "issue_card": papers.issue_card,
    "renew_card": papers.renew_card,
    "revoke_card": papers.revoke_card,
    "change_householder": households.change_householder,
    "join_household": households.join_household,
    "delete_record": households.delete_record,
    "restore_record": households.restore_record,
    "correct_record": persons.correct_record,
    "withdraw_tax": papers.withdraw_tax,
    "set_calendar": papers.set_calendar,
}
_log = logging.getLogger("kofu.core")


class ChangeOffice:
    """Applies filed changes, each in one transaction with its place in the feed. Call it from one thread."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._desk = Desk(registers)
        self._told: set[str] = set()

    def file(self, request: FileChangeRequest, now: datetime) -> FileChangeResponse:
        """The change's number and kind, once durable. Raises REASON_RECORD_NOT_FOUND or REASON_INVALID_REQUEST."""
        name = request.WhichOneof("change") or ""
        filing = getattr(request, name)
        if name == "set_calendar" and filing.calendar.municipality_code != request.municipality_code:
            raise invalid("set_calendar.calendar.municipality_code", "it is this city's", "state the same code twice")
        with self._registers.transaction():
            return _FILINGS[name](self._desk, filing, now)

    def let_leave(self, now: datetime) -> int:
        """Those whose day it is move out, each by a change of their own; how many did.

        Where the household is no longer the one for which it was notified, the person stays as one who is leaving, to
        whom nothing is issued, until the moving out is filed.
        """
        left = 0
        for departure in self._registers.departures_due(now.astimezone(JST).date()):
            try:
                with self._registers.transaction():
                    households.move_out(self._desk, departure.move_out, now)
                left += 1
            except Refusal as refusal:
                if departure.move_out.resident_key not in self._told:
                    self._told.add(departure.move_out.resident_key)
                    _log.warning(
                        "a notified moving out has to be filed by hand",
                        extra={"fields": {"reason": refusal.name}},
                    )
        return left
