"""The lower tester as an officer before the alarms of the center or of the issuing server. [P.7]"""

from kofu.v1 import alarm_pb2
from kofu_conformance.engine import Unobserved
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.wire import Method, Wire

SERVICE = "kofu.v1.AlarmService"
LIST = Method(SERVICE, "ListAlarms")
RECONCILE = Method(SERVICE, "ReconcileAlarm")
OFFICER = "K0007"


def compared(finding: alarm_pb2.ContentFinding = alarm_pb2.CONTENT_FINDING_INCOMPLETE) -> alarm_pb2.Reconciliation:
    """What an officer found in the content."""
    return alarm_pb2.Reconciliation(finding=finding, pages_compared=1, officer_id=OFFICER)


class AlarmClient:
    """Asks one system for its alarms, and reconciles them."""

    def __init__(self, wire: Wire, system: str, municipality_code: str) -> None:
        self._wire = wire
        self._system = system
        self._municipality_code = municipality_code

    def all(self) -> tuple[alarm_pb2.Alarm, ...]:
        """Every alarm of the municipality. Raises `Unobserved` where the system doesn't tell."""
        request = alarm_pb2.ListAlarmsRequest(municipality_code=self._municipality_code)
        answer = self._wire.call(self._system, "office", LIST, request, alarm_pb2.ListAlarmsResponse)
        if answer.message is None:
            raise Unobserved(f"{self._system}: does not tell its alarms: {answer.result}")
        return tuple(answer.message.alarms)

    def open(self) -> tuple[alarm_pb2.Alarm, ...]:
        """Those that nobody has reconciled."""
        return tuple(alarm for alarm in self.all() if not alarm.HasField("reconciliation"))

    def reconcile(
        self, request_id: str, found: alarm_pb2.Reconciliation | None
    ) -> Answer[alarm_pb2.ReconcileAlarmResponse]:
        """Reconciles one alarm by what was found in the content; None says nothing of the content."""
        request = alarm_pb2.ReconcileAlarmRequest(municipality_code=self._municipality_code, request_id=request_id)
        if found is not None:
            request.reconciliation.CopyFrom(found)
        return self._wire.call(self._system, "office", RECONCILE, request, alarm_pb2.ReconcileAlarmResponse)
