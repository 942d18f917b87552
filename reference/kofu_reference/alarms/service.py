"""AlarmService of a system that flags errors: the center's and the issuing server's. [P.7]"""

# ruff: noqa: N802 - names are those of the generated servicer

import logging
from collections.abc import Collection, Mapping
from typing import Any, Final

from kofu.v1.alarm_pb2 import (
    ContentFinding,
    ListAlarmsRequest,
    ListAlarmsResponse,
    ReconcileAlarmRequest,
    ReconcileAlarmResponse,
)
from kofu.v1.alarm_pb2_grpc import AlarmServiceServicer, add_AlarmServiceServicer_to_server
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import AlarmBook
from kofu_reference.runtime import Binding, Refusal
from kofu_reference.runtime.guard import SUITE_AREA, peer_area
from kofu_reference.runtime.writer import Writer

_OFFICERS: Final[Mapping[str, frozenset[str]]] = {
    "ListAlarms": frozenset({"office"}),
    "ReconcileAlarm": frozenset({"office"}),
}
_log = logging.getLogger("kofu.alarms")


class AlarmServicer(AlarmServiceServicer):
    """Shows officers the alarms of a municipality that this system serves, and takes what the content showed.

    An officer of another city is refused. `municipality_codes` is asked for each call: municipalities may come and go.
    """

    def __init__(
        self, book: AlarmBook, thread: Writer, municipality_codes: Collection[str], *, testing: bool = False
    ) -> None:
        self._book = book
        self._thread = thread
        self._municipality_codes = municipality_codes
        self._testing = testing

    def binding(self) -> Binding:
        return Binding(add_AlarmServiceServicer_to_server, self, _OFFICERS)

    async def ListAlarms(self, request: ListAlarmsRequest, context: Any) -> ListAlarmsResponse:
        """The alarms of one municipality."""
        self._must_serve(request.municipality_code, context)
        return ListAlarmsResponse(alarms=await self._thread.run(self._book.alarms_of, request.municipality_code))

    async def ReconcileAlarm(self, request: ReconcileAlarmRequest, context: Any) -> ReconcileAlarmResponse:
        """Closes one alarm; its request stays blocked."""
        self._must_serve(request.municipality_code, context)
        found = request.reconciliation
        await self._thread.run(self._book.reconcile, request.municipality_code, request.request_id, found)
        fields = {
            "request_id": request.request_id,
            "finding": ContentFinding.Name(found.finding),
            "officer_id": found.officer_id,
        }
        _log.info("alarm reconciled", extra={"fields": fields})
        return ReconcileAlarmResponse()

    def _must_serve(self, municipality_code: str, context: Any) -> None:
        """An officer sees the alarms of the own city alone, and learns of no other whether it is served."""
        area = peer_area(context)
        if area != municipality_code and not (self._testing and area == SUITE_AREA):
            raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role="office", area="another city's")
        if municipality_code not in self._municipality_codes:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
