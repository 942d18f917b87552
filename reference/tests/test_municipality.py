"""What the city's systems share: hours, ages, request ids that serve once, documents made in time. [1.4-1.8, 2.8]"""

import asyncio
import uuid
from calendar import isleap
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import jpholiday
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kofu.v1.common_pb2 import CertificateKind, CivilDate, PartialDate, RecordedDate
from kofu.v1.document_pb2 import Document, ResidenceItems
from kofu.v1.reason_pb2 import Reason
from kofu_reference.municipality.age import is_of_age
from kofu_reference.municipality.calendar import CityCalendar
from kofu_reference.municipality.maker import Maker
from kofu_reference.municipality.used_ids import UsedRequestIds
from kofu_reference.paper import Renderer, specimens
from kofu_reference.runtime import JST, Holds, Refusal
from kofu_spec.paths import find_font
from kofu_spec.rules.eligibility import is_old_enough

CALENDAR = CityCalendar()
OUT_OF_HOURS = "REASON_OUT_OF_HOURS"
KOSEKI_OUT_OF_HOURS = "REASON_KOSEKI_OUT_OF_HOURS"
NOT_STARTED = "REASON_SERVICE_NOT_STARTED"
REQUEST_ID = "abcdef01-2345-4678-89ab-cdef01234567"
STAGE = "city.render"
PATIENT_SECONDS = 60.0


def refusal_of(act: Callable[[], object]) -> Refusal | None:
    try:
        act()
    except Refusal as refusal:
        return refusal
    return None


def answer(instant: datetime, *, koseki: bool) -> str | None:
    refusal = refusal_of(lambda: CALENDAR.check(instant, koseki=koseki))
    return None if refusal is None else refusal.name


def at(text: str) -> datetime:
    """An instant in Japan, unless the text names another zone."""
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=JST)


@pytest.mark.parametrize(
    ("instant", "refused"),
    [
        ("2026-10-07T06:29:59.999999", OUT_OF_HOURS),
        ("2026-10-07T06:30:00", None),
        ("2026-10-07T22:59:59.999999", None),
        ("2026-10-07T23:00:00", OUT_OF_HOURS),
        ("2026-10-10T12:00:00", None),
        ("2026-10-11T12:00:00", None),
        ("2026-09-22T12:00:00", None),
        ("2024-02-29T22:59:59.999999", None),
        ("2028-02-29T06:30:00", None),
        ("2026-12-28T22:59:59.999999", None),
        ("2026-12-29T06:30:00", OUT_OF_HOURS),
        ("2026-12-31T12:00:00", OUT_OF_HOURS),
        ("2027-01-01T12:00:00", OUT_OF_HOURS),
        ("2027-01-03T22:59:59.999999", OUT_OF_HOURS),
        ("2027-01-04T06:30:00", None),
        ("2022-02-28T12:00:00", NOT_STARTED),
        ("2022-02-28T22:59:59.999999", NOT_STARTED),
        ("2021-12-31T03:00:00", NOT_STARTED),
        ("2022-03-01T00:00:00", OUT_OF_HOURS),
        ("2022-03-01T06:30:00", None),
    ],
)
def test_the_service_is_open_in_half_open_hours_from_its_first_day_but_not_between_the_years(
    instant: str, refused: str | None
) -> None:
    assert answer(at(instant), koseki=False) == refused


@pytest.mark.parametrize(
    ("instant", "refused"),
    [
        ("2026-10-07T08:59:59.999999", KOSEKI_OUT_OF_HOURS),
        ("2026-10-07T09:00:00", None),
        ("2026-10-07T16:59:59.999999", None),
        ("2026-10-07T17:00:00", KOSEKI_OUT_OF_HOURS),
        ("2026-10-10T12:00:00", KOSEKI_OUT_OF_HOURS),  # a Saturday
        ("2026-10-11T12:00:00", KOSEKI_OUT_OF_HOURS),  # a Sunday
        ("2026-10-12T12:00:00", KOSEKI_OUT_OF_HOURS),  # スポーツの日
        ("2026-09-21T12:00:00", KOSEKI_OUT_OF_HOURS),  # 敬老の日
        ("2026-09-22T12:00:00", KOSEKI_OUT_OF_HOURS),  # 国民の休日 between two holidays
        ("2026-09-24T12:00:00", None),
        ("2026-05-06T12:00:00", KOSEKI_OUT_OF_HOURS),  # 振替休日 of a Sunday, three days later
        ("2026-05-07T12:00:00", None),
        ("2024-02-29T12:00:00", None),  # a Thursday that is there every fourth year
        ("2026-12-28T12:00:00", None),
        ("2027-01-04T12:00:00", None),
    ],
)
def test_koseki_certificates_need_an_office_day_and_office_hours(instant: str, refused: str | None) -> None:
    assert answer(at(instant), koseki=True) == refused
    assert answer(at(instant), koseki=False) is None


@pytest.mark.parametrize(
    ("instant", "refused"),
    [
        ("2026-10-07T06:00:00", OUT_OF_HOURS),
        ("2026-12-29T12:00:00", OUT_OF_HOURS),
        ("2022-02-28T12:00:00", NOT_STARTED),
    ],
)
def test_where_nothing_is_to_be_had_the_koseki_hours_are_not_the_reason(instant: str, refused: str) -> None:
    assert answer(at(instant), koseki=True) == refused


@pytest.mark.parametrize(
    ("instant", "refused"),
    [
        ("2026-10-06T21:29:59.999999+00:00", OUT_OF_HOURS),
        ("2026-10-06T21:30:00+00:00", None),
        ("2026-10-07T14:00:00+00:00", OUT_OF_HOURS),
        ("2026-12-28T22:00:00+00:00", OUT_OF_HOURS),
        ("2027-01-03T22:00:00+00:00", None),
        ("2022-02-28T21:30:00+00:00", None),
    ],
)
def test_the_day_and_the_hour_in_japan_decide(instant: str, refused: str | None) -> None:
    assert answer(at(instant), koseki=False) == refused
    assert answer(at(instant).astimezone(JST), koseki=False) == refused


def test_office_days_agree_with_a_second_list_of_holidays() -> None:
    day = date(2022, 3, 1)
    while day < date(2032, 1, 1):
        between_the_years = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
        works = day.weekday() < 5 and not jpholiday.is_holiday(day) and not between_the_years
        assert CALENDAR.is_office_day(day) == works, day
        day += timedelta(days=1)


def born(year: int, month: int, day: int) -> RecordedDate:
    return RecordedDate(exact=CivilDate(year=year, month=month, day=day))


@pytest.mark.parametrize("year", [2004, 2008, 2012, 2016])
def test_who_was_born_on_29_february_is_fifteen_on_1_march(year: int) -> None:
    birth = born(year, 2, 29)
    assert not isleap(year + 15)
    assert [is_of_age(birth, date(year + 15, *day)) for day in ((2, 27), (2, 28), (3, 1))] == [False, False, True]
    assert [is_of_age(birth, date(year + 16, *day)) for day in ((2, 27), (2, 28), (2, 29))] == [True, True, True]


@pytest.mark.parametrize(
    ("birth", "first_day"),
    [
        (born(2011, 10, 7), date(2026, 10, 7)),
        (born(2009, 2, 28), date(2024, 2, 28)),
        (born(2009, 3, 1), date(2024, 3, 1)),
        (born(2011, 12, 31), date(2026, 12, 31)),
        (RecordedDate(partial=PartialDate(year=2011)), date(2026, 12, 31)),
        (RecordedDate(partial=PartialDate(year=2011, month=4)), date(2026, 4, 30)),
        (RecordedDate(partial=PartialDate(year=2011, month=12)), date(2026, 12, 31)),
        (RecordedDate(partial=PartialDate(year=2011, month=2)), date(2026, 2, 28)),
        (RecordedDate(partial=PartialDate(year=2012, month=2)), date(2027, 3, 1)),
        (RecordedDate(partial=PartialDate(year=2009, month=2)), date(2024, 2, 28)),
    ],
)
def test_somebody_is_of_age_from_the_fifteenth_birthday_on_the_latest_that_the_record_allows(
    birth: RecordedDate, first_day: date
) -> None:
    assert not is_of_age(birth, first_day - timedelta(days=1))
    assert is_of_age(birth, first_day)
    assert is_of_age(birth, first_day + timedelta(days=400))


def test_a_birth_date_of_which_nothing_is_known_is_no_ground_to_refuse() -> None:
    assert is_of_age(RecordedDate(unknown=True), date(2026, 10, 7))
    assert is_of_age(RecordedDate(unknown=True), date(2022, 3, 1))


BIRTHS = st.one_of(
    st.dates(date(2005, 1, 1), date(2014, 12, 31)).map(lambda day: born(day.year, day.month, day.day)),
    st.builds(
        lambda year, month: RecordedDate(partial=PartialDate(year=year, month=month)),
        st.integers(2005, 2014),
        st.integers(0, 12),
    ),
)


@settings(deadline=None)
@given(birth=BIRTHS, day=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_ages_agree_with_the_specification(birth: RecordedDate, day: date) -> None:
    assert is_of_age(birth, day) == is_old_enough(birth, day)


@pytest.fixture
def ids(tmp_path: Path) -> Iterator[UsedRequestIds]:
    with closing(UsedRequestIds(tmp_path / "used.sqlite3")) as ids:
        yield ids


def is_used(ids: UsedRequestIds, request_id: str) -> bool:
    refusal = refusal_of(lambda: ids.use(request_id))
    assert refusal is None or refusal.reason == Reason.REASON_REQUEST_ID_USED
    return refusal is not None


def test_a_request_id_serves_once(ids: UsedRequestIds) -> None:
    assert [is_used(ids, REQUEST_ID) for _ in range(3)] == [False, True, True]
    assert not is_used(ids, str(uuid.uuid4()))


def test_a_request_id_in_capitals_is_the_same_id(ids: UsedRequestIds) -> None:
    capitals = str(uuid.uuid4()).upper()
    assert not is_used(ids, REQUEST_ID)
    assert is_used(ids, REQUEST_ID.upper())
    assert not is_used(ids, capitals)
    assert is_used(ids, capitals.lower())


def test_a_request_id_stays_used_after_a_reopen(tmp_path: Path) -> None:
    with closing(UsedRequestIds(tmp_path / "used.sqlite3")) as before:
        assert not is_used(before, REQUEST_ID)
    with closing(UsedRequestIds(tmp_path / "used.sqlite3")) as after:
        assert is_used(after, REQUEST_ID)


def test_of_two_threads_that_use_an_id_at_once_exactly_one_wins(tmp_path: Path) -> None:
    """Each has opened the same file, as two servers of one site have."""
    path = tmp_path / "used.sqlite3"
    together = Barrier(2)

    def use(ids: UsedRequestIds, request_id: str) -> bool:
        together.wait(30)
        return is_used(ids, request_id)

    with closing(UsedRequestIds(path)) as one, closing(UsedRequestIds(path)) as other, ThreadPoolExecutor(2) as threads:
        for _ in range(100):
            request_id = str(uuid.uuid4())
            answers = list(threads.map(use, (one, other), (request_id, request_id)))
            assert sorted(answers) == [False, True]


class NotingRenderer(Renderer):
    """Notes the requests whose documents it made."""

    def __init__(self, font: Path) -> None:
        super().__init__(font)
        self.made: list[str] = []

    async def document(self, *, request_id: str, **asked: Any) -> Document:
        document = await super().document(request_id=request_id, **asked)
        self.made.append(request_id)
        return document


class Workshop:
    """A maker with a renderer of its own, on an event loop of its own."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.renderer = NotingRenderer(find_font())
        self.holds = Holds((STAGE,))
        self.maker = Maker(self.renderer, self.holds, STAGE, PATIENT_SECONDS)

    def make(self, name: str, request_id: str) -> Awaitable[Document]:
        items = ResidenceItems(address="架空市", persons=[specimens.resident(name)])
        return self.maker.make(
            request_id=request_id,
            kind=CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
            issued_on=specimens.ISSUED_ON,
            items=items,
            foreign=False,
        )

    async def refusal(self, name: str, request_id: str) -> Refusal:
        with pytest.raises(Refusal) as refused:
            await self.make(name, request_id)
        return refused.value


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    with asyncio.Runner() as runner:
        workshop = Workshop(runner)
        runner.run(workshop.renderer.start())
        yield workshop
        runner.run(workshop.renderer.stop())


def test_what_is_still_under_way_when_the_wait_runs_out_goes_to_nobody(workshop: Workshop) -> None:
    late, next_one, beside = (str(uuid.uuid4()) for _ in range(3))

    async def story() -> None:
        workshop.holds.set(STAGE, 0.3, 1)
        workshop.maker.wait_seconds = 0.1
        refused = asyncio.create_task(workshop.refusal("見本 遅子", late))
        await asyncio.sleep(0)  # the one who is late has passed into the hold
        workshop.maker.wait_seconds = PATIENT_SECONDS
        documents = {beside: await workshop.make("見本 隣子", beside)}
        refusal = await refused
        assert (refusal.reason, refusal.metadata) == (Reason.REASON_TIMED_OUT, {"stage": STAGE})
        documents[next_one] = await workshop.make("見本 次子", next_one)
        for request_id, name in ((beside, "見本 隣子"), (next_one, "見本 次子")):
            assert documents[request_id].request_id == request_id
            assert [person.name for person in documents[request_id].residence_certificate.persons] == [name]
        await asyncio.sleep(0.5)  # longer than the hold: whatever went on behind the refusal would be done
        assert late not in workshop.renderer.made

    workshop.run(story())


def test_a_character_that_the_font_lacks_is_refused_and_named(workshop: Workshop) -> None:
    refusal = workshop.run(workshop.refusal("見本 辻\U000e0100子", REQUEST_ID))
    assert refusal.reason == Reason.REASON_CHARACTER_NOT_AVAILABLE
    assert refusal.metadata == {"character": "辻\U000e0100", "code_points": "U+8FBB U+E0100"}


def test_an_item_that_does_not_fit_is_refused_and_named_without_its_text(workshop: Workshop) -> None:
    refusal = workshop.run(workshop.refusal("長" * 601, REQUEST_ID))
    assert refusal.reason == Reason.REASON_DOES_NOT_FIT
    assert refusal.metadata == {"item": "persons[1].name"}


def test_what_cannot_be_rendered_is_an_internal_fault(workshop: Workshop) -> None:
    broken = specimens.seal()
    broken.impression.png = b"no picture" * 10
    making = workshop.maker.make(
        request_id=REQUEST_ID,
        kind=CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION,
        issued_on=specimens.ISSUED_ON,
        items=broken,
        foreign=False,
    )
    with pytest.raises(Refusal) as refused:
        workshop.run(making)
    assert (refused.value.reason, refused.value.metadata) == (Reason.REASON_INTERNAL, {})


def test_neither_document_ids_nor_handles_are_ever_repeated(workshop: Workshop) -> None:
    """Not even of the same person, asked for under the same request id."""

    async def story() -> list[Document]:
        return [await workshop.make("見本 太郎", REQUEST_ID) for _ in range(20)]

    documents = workshop.run(story())
    handles = [{page.subject_handle for page in document.pages} for document in documents]
    assert len({document.document_id for document in documents}) == len(documents)
    assert len(set().union(*handles)) == len(documents)
    assert all(len(handle) == 1 for handle in handles)
