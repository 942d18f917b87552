"""Several servers of one site on one folder: ids, alarms and changes are the site's. [2.6, 3.1.4, P.3, P.5, P.7]"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from reference.tests import city_side
from reference.tests.city_side import RESIDENCE, IssuingSide, new_id, resident_of
from reference.tests.test_core_filings_more import calendar

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest, IssueResponse
from kofu_reference.center.site import IssuingSite
from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime.process import _clock_file

CITIZENS = city_side.with_everything()
USED = "REASON_REQUEST_ID_USED"
ALARM = "REASON_ALARM_RAISED"
NOT_CURRENT = "REASON_RECORDS_NOT_CURRENT"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Site"]:
    with site_of_two(tmp_path_factory.mktemp("site")) as site:
        yield site


class Site:
    """Server 1, which takes the feed, and server 2 of one site."""

    def __init__(self, first: IssuingSide, second: city_side.Running) -> None:
        self.first = first
        self.second = second
        self.line = second.channel("center")

    def document(self, n: int, request: IssueRequest) -> Document:
        return self.first.run(self.first.issue(request, None if n == 1 else self.line))

    def refusal(self, n: int, request: IssueRequest) -> str:
        asking = self.first.issue(request, None if n == 1 else self.line)
        return self.first.run(city_side.refusal_of(asking)).name


@contextmanager
def site_of_two(folder: Path) -> Iterator[Site]:
    with city_side.issuing_side(folder, servers=2) as first:
        second = city_side.Running(first.keys, Issuing, first.config(server=2))
        first.run(second.start())
        first.hear()
        site = Site(first, second)
        try:
            yield site
        finally:
            first.run(site.line.close(None))
            first.run(second.stop())


def test_an_id_used_at_one_server_is_used_at_the_other(site: Site) -> None:
    for n, other in ((1, 2), (2, 1)):
        request = city_side.issue_request(CITIZENS[0], RESIDENCE)
        assert site.document(n, request).request_id == request.request_id
        assert site.refusal(other, request) == USED


def test_of_two_servers_asked_at_once_with_one_id_exactly_one_answers(site: Site) -> None:
    async def both(request: IssueRequest) -> list[object]:
        asking = (site.first.issue(request), site.first.issue(request, site.line))
        return await asyncio.gather(*asking, return_exceptions=True)

    for _ in range(8):
        answers = site.first.run(both(city_side.issue_request(CITIZENS[1], RESIDENCE)))
        assert sorted(isinstance(answer, Document) for answer in answers) == [False, True]


def test_a_change_counts_at_every_server_once_it_is_applied(site: Site) -> None:
    citizen = CITIZENS[2]
    record = resident_of(citizen)
    record.address = "架空県架空市ひばり台一丁目1番1号"
    before = site.document(2, city_side.issue_request(citizen, RESIDENCE))
    assert before.residence_certificate.address == resident_of(citizen).address
    with site.first.changed(record):
        for n in (1, 2):
            document = site.document(n, city_side.issue_request(citizen, RESIDENCE))
            assert document.residence_certificate.address == record.address


def test_a_server_refuses_until_the_feed_was_heard_of_since_it_started(site: Site) -> None:
    """What was told before says nothing of a register that may have been put back meanwhile."""
    third = city_side.Running(site.first.keys, Issuing, site.first.config(server=2))
    line = third.channel("center")

    async def ask() -> Document:
        return await site.first.issue(city_side.issue_request(CITIZENS[5], RESIDENCE), line)

    site.first.run(third.start())
    try:
        assert site.first.run(city_side.refusal_of(ask())).name == NOT_CURRENT
        site.first.hear()
        assert site.first.run(ask()).pdf
    finally:
        site.first.run(line.close(None))
        site.first.run(third.stop())


def test_every_server_refuses_where_the_feed_has_more_to_tell(site: Site) -> None:
    register = site.first.system.register
    register.note_newest(site.first.next_number)
    for n in (1, 2):
        assert site.refusal(n, city_side.issue_request(CITIZENS[5], RESIDENCE)) == NOT_CURRENT
    site.first.hear()
    for n in (1, 2):
        assert site.document(n, city_side.issue_request(CITIZENS[5], RESIDENCE)).pdf


def test_a_closing_that_the_city_fed_closes_every_server(site: Site) -> None:
    closed = calendar(city_side.AREA) | {"closed_days": [CivilDate(year=2026, month=10, day=8)]}
    day = city_side.NOW.replace(day=8)
    for n in (1, 2):
        assert site.document(n, city_side.issue_request(CITIZENS[6], RESIDENCE, at=day)).pdf
    site.first.feed(calendar=ServiceCalendar(**closed))
    site.first.hear()
    for n in (1, 2):
        assert site.refusal(n, city_side.issue_request(CITIZENS[6], RESIDENCE, at=day)) == "REASON_OUT_OF_HOURS"
        assert site.document(n, city_side.issue_request(CITIZENS[6], RESIDENCE)).pdf


def test_an_alarm_that_one_server_raised_stops_all_of_them(site: Site) -> None:
    request = city_side.issue_request(CITIZENS[3], RESIDENCE)

    def another(document: Document) -> None:
        document.request_id = new_id()

    with site.first.meanwhile(another):
        assert site.refusal(1, request) == ALARM
    assert site.refusal(2, city_side.issue_request(CITIZENS[4], RESIDENCE)) == ALARM
    site.first.reconcile(request.request_id)
    assert site.document(2, city_side.issue_request(CITIZENS[4], RESIDENCE)).pdf
    assert site.refusal(2, request) == ALARM


def test_only_the_first_server_takes_the_feed(site: Site) -> None:
    served = [binding.add_to_server.__name__ for binding in site.second.system.bindings()]
    assert [name for name in served if "Feed" in name] == []


def test_servers_that_do_the_same_name_the_same_configuration(site: Site) -> None:
    first, second = site.first.system, site.second.system
    assert first.config.identity == second.config.identity or first.config != second.config
    assert (first.build, first.configuration) == (second.build, second.configuration)
    waits = first.config.waits.model_copy(update={"render_seconds": 7.0})
    changed = Issuing(first.config.model_copy(update={"waits": waits}), first.clock, first.holds)
    site.first.run(changed.stop())
    assert changed.configuration != first.configuration


def test_each_server_finds_the_clock_that_it_left_at_a_restart(site: Site) -> None:
    assert _clock_file(site.first.system.config) != _clock_file(site.second.system.config)


# The center asks them in turn


class Line:
    """A connection of the center in some state."""

    def __init__(self, name: str, state: grpc.ChannelConnectivity = grpc.ChannelConnectivity.READY) -> None:
        self.name = name
        self.state = state

    def get_state(self, *, try_to_connect: bool) -> grpc.ChannelConnectivity:
        assert try_to_connect
        return self.state


class Noting(IssuingSite):
    """Notes whom it asks."""

    def __init__(self, *lines: Line) -> None:
        self._lines = lines  # type: ignore[assignment]
        self._turns = iter(range(100))  # type: ignore[assignment]

    def asked(self) -> str:
        return self._lines[self._next()].name  # type: ignore[attr-defined, no-any-return]


def test_the_center_asks_the_servers_in_turn_and_passes_over_one_that_is_gone() -> None:
    gone = grpc.ChannelConnectivity.TRANSIENT_FAILURE
    assert [Noting(Line("a"), Line("b")).asked()] == ["a"]
    site = Noting(Line("a"), Line("b", gone), Line("c"))
    assert [site.asked() for _ in range(4)] == ["a", "c", "c", "a"]
    assert Noting(Line("a", gone), Line("b", gone)).asked() == "a"


def test_what_was_sent_to_one_server_is_never_sent_to_another() -> None:
    asked: list[str] = []

    def issue(name: str) -> object:
        async def refuse(request: IssueRequest, timeout: float) -> IssueResponse:
            asked.append(name)
            raise TimeoutError

        return type("Stub", (), {"Issue": staticmethod(refuse)})()

    site = Noting(Line("a"), Line("b"))
    site._stubs = (issue("a"), issue("b"))  # type: ignore[assignment]
    with pytest.raises(TimeoutError):
        asyncio.run(site.issue(IssueRequest(), 1.0))
    assert asked == ["a"]
