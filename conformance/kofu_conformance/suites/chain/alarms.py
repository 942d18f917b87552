"""An error that a system flagged stays closed until the content was compared. [P.7]"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.message import Message
from hypothesis import strategies as st

from kofu.v1.alarm_pb2 import Reconciliation
from kofu.v1.common_pb2 import Application
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.alarms import AlarmClient, compared
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.chain import Chain
from kofu_spec.city import Citizen

Door = Literal["center", "issuing"]
ANOTHER_REQUEST: Final = 1
PAGE_MISSING: Final = 2
"""Kinds of SpoilKind, as a case is stored."""

DOORS: tuple[Door, ...] = ("center", "issuing")
ALARM = "REASON_ALARM_RAISED"


@dataclass(frozen=True)
class Flagged:
    """Where a document goes wrong, how, and at whose door the applicants stand."""

    stage: Literal["issuing.render", "issuing.answer", "koseki.render"]
    kind: Literal[1, 2]
    """A SpoilKind."""
    door: Door

    @property
    def flagged_by(self) -> tuple[Literal["center", "issuing"], ...]:
        """The systems that have to know of it: the one that sees it, and those before it."""
        if self.stage == "issuing.answer":
            return ("center",)
        return ("issuing", "center") if self.door == "center" else ("issuing",)


ERRORS = st.sampled_from(
    [
        Flagged("issuing.answer", ANOTHER_REQUEST, "center"),
        Flagged("issuing.render", PAGE_MISSING, "issuing"),
        Flagged("issuing.render", ANOTHER_REQUEST, "center"),
        Flagged("koseki.render", ANOTHER_REQUEST, "center"),
    ]
)
DIRECTED: st.SearchStrategy[tuple[Flagged, ...]] = st.tuples(
    st.just(Flagged("issuing.answer", ANOTHER_REQUEST, "center")),
    st.just(Flagged("issuing.render", PAGE_MISSING, "issuing")),
    ERRORS,
)
"""One that the center has to see, one that the issuing server has to see, and one of any."""


@check("P.7", "2.8", cases=DIRECTED, quick=1, standard=3, thorough=10, exclusive=True, needs=("issuing.test_control",))
def a_retry_does_not_close_it(chain: Chain, errors: tuple[Flagged, ...]) -> None:
    """
    A document comes out wrong on its way. The same citizen applies again, and another does, while nobody has looked at
    it; an officer tries to close the alarm without having compared anything, and at last closes it by the content.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    The wrong document goes to nobody, its request stays blocked for good, and the officers see it. Nothing more is
    handed over until they have compared the content: an application that would go well closes nothing.
    """
    for error in errors:
        with _put_right(chain):
            _judge(chain, error)
        chain.story.trigger("P.7")
        chain.story.trigger("2.8")


def _judge(chain: Chain, error: Flagged) -> None:
    citizen, other = chain.citizen("plain"), chain.citizen("plain")
    application = applications.koseki_all() if error.stage == "koseki.render" else applications.residence()
    first = _visit(chain, error.door, citizen)
    chain.spoil(error.stage, error.kind)
    first.apply(application).refused(ALARM, code="flagged_error_not_told")
    for node in chain.profile.nodes_of(error.stage.partition(".")[0]):
        chain.control(node).spoil(error.stage, error.kind, 0)
    for system in error.flagged_by:
        _is_open(chain.alarms(system), first.request_id, system)

    chain.story.step("the same and another citizen apply again: nothing is wrong any more")
    for one in (citizen, other):
        _visit(chain, error.door, one).apply(applications.residence()).refused(ALARM, code="retry_closed_the_alarm")
    for system in error.flagged_by:
        _is_open(chain.alarms(system), first.request_id, system)
        chain.story.step(f"an officer closes the alarm at {system} without having compared anything")
        unread = chain.alarms(system).reconcile(first.request_id, Reconciliation())
        unread.refused("REASON_INVALID_REQUEST", code="closed_without_content")

    chain.story.step("an officer has compared the content")
    for system in error.flagged_by:
        chain.alarms(system).reconcile(first.request_id, compared()).granted("the alarm closed by its content")
    again = _visit(chain, error.door, citizen)
    again.apply(applications.residence()).granted("the service as before", code="blocked_for_ever")
    again.apply(application, request_id=first.request_id).refused(ALARM, code="flagged_request_served")


@dataclass
class _Visit:
    """A citizen at a door, with the number of the application made last."""

    chain: Chain
    door: Door
    citizen: Citizen
    request_id: str = ""

    def apply(self, application: Application, request_id: str = "") -> "Answer[Message]":
        self.request_id = request_id or self.chain.new_request_id()
        if self.door == "issuing":
            return self.chain.issuing().issue(self.citizen, application, request_id=self.request_id)
        client = self.chain.center().session_for(self.citizen)
        return client.apply(application, request_id=self.request_id)


def _visit(chain: Chain, door: Door, citizen: Citizen) -> _Visit:
    chain.story.step(f"{citizen.key} at {door}")
    return _Visit(chain, door, citizen)


def _is_open(alarms: AlarmClient, request_id: str, system: str) -> None:
    found = [alarm for alarm in alarms.open() if alarm.request_id == request_id]
    seen_at = f"office -> {system} AlarmService/ListAlarms"
    expect_equal(len(found), 1, seen_at=seen_at, code="alarm_not_open")
    expect(found[0].faults, expected="what did not fit", observed="nothing", seen_at=seen_at, code="alarm_says_nothing")


@contextmanager
def _put_right(chain: Chain) -> Iterator[None]:
    """Whatever the check finds, no alarm of its own is left behind."""
    try:
        yield
    finally:
        for system in DOORS:
            client = chain.alarms(system)
            for alarm in client.open():
                client.reconcile(alarm.request_id, compared())
