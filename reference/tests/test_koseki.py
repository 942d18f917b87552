"""The koseki system: its own registers, in its own glyphs and hours, for the relay alone. [2.2, 2.9]"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from reference.tests import city_side
from reference.tests.city_side import ALL_MATTERS, CITY, KOSEKI_KINDS, NOW, OWN_MATTERS, holder, matters_of, new_id, one

from kofu.v1.common_pb2 import Application, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub
from kofu.v1.register_pb2 import KosekiMember, KosekiRecord
from kofu_reference.koseki.register import Registers
from kofu_reference.koseki.system import Koseki
from kofu_reference.municipality.maker import Maker
from kofu_reference.runtime import JST, SystemConfig, call
from kofu_reference.runtime.config import CalendarConfig, CityConfig
from kofu_spec.city import Citizen, make_city
from kofu_spec.rules.eligibility import expected

USED = "REASON_REQUEST_ID_USED"
NOT_FOUND = "REASON_APPLICANT_NOT_FOUND"
FILING = "REASON_KOSEKI_FILING_IN_PROGRESS"


class KosekiSide:
    """A koseki system and the relay that asks it."""

    def __init__(self, keys: city_side.Keys, config: SystemConfig, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.running = city_side.Running(keys, Koseki, config)
        self.folder = config.data_folder
        self.relay = self.running.channel("relay")

    @property
    def system(self) -> Koseki:
        assert isinstance(self.running.system, Koseki)
        return self.running.system

    async def issue(self, request: IssueKosekiRequest, role: str = "relay") -> Document:
        if role != "relay":
            async with self.running.channel(role) as line:
                return await self._ask(line, request)
        return await self._ask(self.relay, request)

    async def _ask(self, line: grpc.aio.Channel, request: IssueKosekiRequest) -> Document:
        answer = await call(KosekiServiceStub(line).IssueKoseki, request, timeout=city_side.PATIENT_SECONDS)
        return answer.document

    def document(self, who: Citizen, application: Application, **rest: Any) -> Document:
        return self.run(self.issue(request_of(who, application, **rest)))

    def refusal(self, who: Citizen, application: Application, role: str = "relay", **rest: Any) -> str:
        """The name of the reason; a document fails the test."""
        return self.run(city_side.refusal_of(self.issue(request_of(who, application, **rest), role))).name

    @contextmanager
    def meanwhile(self, then: Callable[[Document], Document | None]) -> Iterator[None]:
        """What happens between the making of a document and its release."""
        maker: Maker = self.system.maker
        self.system.maker = city_side.Meddling(maker, then)
        try:
            yield
        finally:
            self.system.maker = maker


@contextmanager
def koseki_side(folder: Path, *, seed: int = 1, **configured: Any) -> Iterator[KosekiSide]:
    """A koseki system at work on an event loop of its own."""
    keys = city_side.Keys(folder / "pki")
    config = keys.config("koseki", folder / "data").model_copy(update={"city": CityConfig(seed=seed)})
    patient = dict.fromkeys(("render_seconds", "koseki_seconds"), city_side.PATIENT_SECONDS)
    configured["waits"] = config.waits.model_copy(update=patient)
    with asyncio.Runner() as runner:

        async def opened() -> KosekiSide:
            side = KosekiSide(keys, config.model_copy(update=configured), runner)
            await side.running.start()
            return side

        side = runner.run(opened())
        try:
            yield side
        finally:
            runner.run(side.relay.close(None))
            runner.run(side.running.stop())


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KosekiSide]:
    with koseki_side(tmp_path_factory.mktemp("koseki")) as side:
        yield side


def request_of(
    who: Citizen,
    application: Application,
    *,
    at: datetime = NOW,
    request_id: str | None = None,
    municipality_code: str = city_side.AREA,
) -> IssueKosekiRequest:
    return IssueKosekiRequest(
        request_id=request_id or new_id(),
        municipality_code=municipality_code,
        holder=holder(city_side.serial_of(who)),
        application=application,
        received_at=city_side.timestamp(at),
    )


def register_of(citizen: Citizen) -> KosekiRecord:
    assert citizen.koseki is not None
    return citizen.koseki


def own_entry(citizen: Citizen) -> KosekiMember:
    assert citizen.koseki_member is not None
    return register_of(citizen).members[citizen.koseki_member - 1]


def names_on(document: Document) -> list[str]:
    return [person.name for person in getattr(document, document.WhichOneof("items") or "").persons]


# What is issued


@pytest.mark.parametrize("application", KOSEKI_KINDS, ids=city_side.kind_name)
def test_a_certificate_shows_what_the_register_says(side: KosekiSide, application: Application) -> None:
    for label in ("twins", "long-register", "unknown-dates", "non-resident-koseki"):
        for citizen in CITY.family(label)[:2]:
            request_id = new_id()
            document = side.document(citizen, application, request_id=request_id)
            shown = getattr(document, document.WhichOneof("items") or "")
            assert shown == expected(CITY, citizen, application, NOW)
            assert (document.request_id, document.WhichOneof("items")) == (request_id, city_side.kind_name(application))
            assert document.issued_on == CivilDate(year=2026, month=10, day=7)
            total = len(document.pages)
            assert [(page.number, page.total) for page in document.pages] == [(n, total) for n in range(1, total + 1)]


def test_all_matters_show_every_member_in_the_order_of_the_register(side: KosekiSide) -> None:
    for citizen in CITY.family("twins"):
        names = [member.name for member in register_of(citizen).members]
        assert names_on(side.document(citizen, ALL_MATTERS)) == names
        assert len(names) == 4


def test_members_are_asked_for_by_their_numbers_and_shown_in_the_order_of_the_register(side: KosekiSide) -> None:
    citizen = one("twins")
    names = [member.name for member in register_of(citizen).members]
    for numbers in ((1,), (2,), (3, 1), (4, 2, 3), (4, 3, 2, 1)):
        assert names_on(side.document(citizen, matters_of(*numbers))) == [names[n - 1] for n in sorted(numbers)]


def test_who_names_nobody_gets_the_own_matters_and_nobody_elses(side: KosekiSide) -> None:
    for citizen in CITY.family("twins"):
        assert names_on(side.document(citizen, OWN_MATTERS)) == [own_entry(citizen).name]


@pytest.mark.parametrize("numbers", [(5,), (1, 5), (30,)])
def test_a_number_that_is_not_in_the_register_is_refused(side: KosekiSide, numbers: tuple[int, ...]) -> None:
    assert side.refusal(one("twins"), matters_of(*numbers)) == "REASON_PERSON_NOT_PERMITTED"


def test_a_removed_member_is_shown_as_such_and_may_not_apply(side: KosekiSide) -> None:
    for citizen in CITY.family("register-with-removed-member"):
        persons = side.document(citizen, ALL_MATTERS).koseki_all_matters.persons
        assert [person.removed for person in persons] == [False, False, True]
        own = side.document(citizen, matters_of(3)).koseki_individual_matters.persons
        assert [(person.name, person.removed) for person in own] == [(persons[2].name, True)]
    for citizen in CITY.family("removed-member"):
        for application in (*KOSEKI_KINDS, matters_of(1)):
            assert side.refusal(citizen, application) == NOT_FOUND


def test_a_filing_in_progress_closes_the_register_to_everybody_in_it(side: KosekiSide) -> None:
    for citizen in CITY.family("koseki-filing-in-progress"):
        for application in (*KOSEKI_KINDS, matters_of(1), matters_of(2)):
            assert side.refusal(citizen, application) == FILING
        assert side.refusal(citizen, matters_of(30)) == "REASON_PERSON_NOT_PERMITTED"


@pytest.mark.parametrize("application", KOSEKI_KINDS, ids=city_side.kind_name)
def test_names_stand_in_the_kosekis_own_glyphs(side: KosekiSide, application: Application) -> None:
    for citizen in CITY.family("koseki-glyph-differs"):
        [name] = names_on(side.document(citizen, application))
        assert citizen.resident is not None
        assert [ord(each) for each in name] == [ord(each) for each in own_entry(citizen).name]
        assert name != citizen.resident.name


# What is refused


@pytest.mark.parametrize("label", ["koseki-elsewhere", "non-resident-not-registered", "moved-out", "card-mislinked"])
def test_who_has_no_register_here_or_no_card_registered_for_it_is_not_found(side: KosekiSide, label: str) -> None:
    for citizen in CITY.family(label):
        assert {side.refusal(citizen, application) for application in KOSEKI_KINDS} == {NOT_FOUND}


def test_a_former_card_finds_nobody(side: KosekiSide) -> None:
    for citizen in CITY.family("card-renewed"):
        assert names_on(side.document(citizen, OWN_MATTERS)) == [own_entry(citizen).name]
        assert side.refusal(replace(citizen, card=citizen.former_card), OWN_MATTERS) == NOT_FOUND


def test_the_age_in_the_koseki_counts(side: KosekiSide) -> None:
    for citizen in CITY.family("under-15"):
        for application in (*KOSEKI_KINDS, matters_of(1), matters_of(30)):
            assert side.refusal(citizen, application) == "REASON_UNDER_AGE"
    for citizen in CITY.family("turns-15"):
        day = own_entry(citizen).birth_date.exact.day
        on_the_day, before = NOW.replace(day=day), NOW.replace(day=day - 1)
        assert side.refusal(citizen, OWN_MATTERS, at=before) == "REASON_UNDER_AGE"
        assert names_on(side.document(citizen, OWN_MATTERS, at=on_the_day)) == [own_entry(citizen).name]


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-10-07T06:29:59.999", "REASON_OUT_OF_HOURS"),
        ("2026-10-07T08:59:59.999", "REASON_KOSEKI_OUT_OF_HOURS"),
        ("2026-10-07T17:00:00", "REASON_KOSEKI_OUT_OF_HOURS"),
        ("2026-10-10T12:00:00", "REASON_KOSEKI_OUT_OF_HOURS"),
        ("2026-09-22T12:00:00", "REASON_KOSEKI_OUT_OF_HOURS"),
        ("2026-12-29T12:00:00", "REASON_OUT_OF_HOURS"),
        ("2022-02-28T12:00:00", "REASON_SERVICE_NOT_STARTED"),
    ],
)
def test_the_hours_at_the_centers_instant_of_receipt_decide_and_come_before_the_person(
    side: KosekiSide, at: str, reason: str
) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=JST)
    for citizen in (one("twins"), one("koseki-elsewhere")):
        assert side.refusal(citizen, ALL_MATTERS, at=instant) == reason


def test_the_first_and_the_last_moment_of_an_office_day_are_served(side: KosekiSide) -> None:
    for at in (NOW.replace(hour=9), NOW.replace(hour=16, minute=59, second=59, microsecond=999999)):
        assert side.document(one("twins"), OWN_MATTERS, at=at).pdf


def test_another_municipality_is_refused_before_anything_else_but_a_used_id(side: KosekiSide) -> None:
    request_id = new_id()
    elsewhere: dict[str, Any] = {"municipality_code": "992020", "at": NOW.replace(hour=3)}
    assert (
        side.refusal(one("twins"), ALL_MATTERS, request_id=request_id, **elsewhere) == "REASON_MUNICIPALITY_NOT_SERVED"
    )
    assert side.refusal(one("twins"), ALL_MATTERS, request_id=request_id, **elsewhere) == USED


@pytest.mark.parametrize("role", ["issuing", "center", "core", "kiosk", "tester", "koseki"])
def test_only_the_relay_may_ask(side: KosekiSide, role: str) -> None:
    assert side.refusal(one("twins"), ALL_MATTERS, role=role) == "REASON_ROLE_NOT_ALLOWED"


# Once, and nothing stays


def test_an_answer_is_never_kept(tmp_path: Path) -> None:
    """The same id again is refused, also after a refusal and a restart; a new id makes a new document."""
    citizen, served, refused = one("twins"), new_id(), new_id()
    with koseki_side(tmp_path) as side:
        documents = [side.document(citizen, ALL_MATTERS, request_id=served), side.document(citizen, ALL_MATTERS)]
        assert side.refusal(citizen, matters_of(30), request_id=refused) == "REASON_PERSON_NOT_PERMITTED"
        for request_id in (served, served.upper(), refused):
            assert side.refusal(citizen, ALL_MATTERS, request_id=request_id) == USED
        assert city_side.left_in(side.folder, documents) == set()
    with koseki_side(tmp_path) as side:
        for request_id in (served, refused):
            assert side.refusal(citizen, ALL_MATTERS, request_id=request_id) == USED
        documents.append(side.document(citizen, ALL_MATTERS))
    assert city_side.left_in(side.folder, documents) == set()
    assert city_side.files_with(side.folder, [served.encode()]) == ["used.sqlite3"], "the search finds what is there"
    assert len({document.document_id for document in documents}) == len(documents)
    assert len({page.subject_handle for document in documents for page in document.pages}) == len(documents)


def test_each_of_many_at_once_gets_their_own(side: KosekiSide) -> None:
    citizens = [*CITY.family("twins"), *CITY.family("koseki-glyph-differs"), *CITY.family("era-boundaries")]

    async def all_at_once() -> list[Document]:
        return await asyncio.gather(*(side.issue(request_of(citizen, OWN_MATTERS)) for citizen in citizens))

    for citizen, document in zip(citizens, side.run(all_at_once()), strict=True):
        assert names_on(document) == [own_entry(citizen).name]


# Release


def test_a_register_that_changes_meanwhile_stops_the_release(side: KosekiSide) -> None:
    citizen = one("twins")
    filed, corrected = (KosekiRecord.FromString(register_of(citizen).SerializeToString()) for _ in range(2))
    filed.filing_in_progress = True
    corrected.members[0].birthplace = "架空県見本市"

    def write(record: KosekiRecord, _: Document | None = None) -> None:
        with closing(sqlite3.connect(side.folder / "koseki.sqlite3")) as registers, registers:
            values = (record.SerializeToString(), record.koseki_key)
            registers.execute("UPDATE koseki SET record = ? WHERE koseki_key = ?", values)

    for record, reason in ((filed, FILING), (corrected, "REASON_RECORDS_NOT_CURRENT")):
        with side.meanwhile(partial(write, record)):
            answer = side.refusal(citizen, ALL_MATTERS)
        write(register_of(citizen))
        assert answer == reason
    assert side.document(citizen, ALL_MATTERS).pdf


@pytest.mark.parametrize("changed", ["request_id", "items"])
def test_the_document_of_another_request_or_kind_raises_an_alarm(side: KosekiSide, changed: str) -> None:
    def another(document: Document) -> Document:
        other = Document.FromString(document.SerializeToString())
        if changed == "request_id":
            other.request_id = new_id()
        else:
            other.koseki_individual_matters.CopyFrom(document.koseki_all_matters)
        return other

    with side.meanwhile(another):
        assert side.refusal(one("twins"), ALL_MATTERS) == "REASON_ALARM_RAISED"


# The registers


def test_the_registers_are_loaded_once_at_the_first_start(tmp_path: Path) -> None:
    """Started again with another city in its configuration, it still holds the first one's registers, and no others."""
    another_city = make_city(seed=2)
    with koseki_side(tmp_path, seed=1):
        pass
    with koseki_side(tmp_path, seed=2) as side:
        assert names_on(side.document(one("twins"), OWN_MATTERS)) == [own_entry(one("twins")).name]
        assert side.refusal(another_city.family("twins")[0], OWN_MATTERS) == NOT_FOUND


def test_a_load_that_fails_half_way_is_done_again_whole(tmp_path: Path) -> None:
    path = tmp_path / "koseki.sqlite3"
    with closing(Registers(path)) as registers:
        with pytest.raises(sqlite3.Error):
            registers.load([*CITY.registers[:3], CITY.registers[0]])
        assert registers.is_empty()
        registers.load(CITY.registers)
        assert not registers.is_empty()
    with closing(Registers(path)) as reopened:
        for citizen in CITY.family("twins"):
            entry = reopened.entry_of(holder(city_side.serial_of(citizen)))
            assert entry is not None
            assert (entry.koseki, entry.member) == (register_of(citizen), own_entry(citizen))


def test_a_certificate_registered_in_two_registers_finds_nobody(tmp_path: Path) -> None:
    first, second = CITY.registers[:2]
    doubled = KosekiRecord.FromString(second.SerializeToString())
    doubled.members[0].holders.extend(first.members[0].holders)
    with closing(Registers(tmp_path / "koseki.sqlite3")) as registers:
        registers.load([first, doubled])
        assert registers.entry_of(first.members[0].holders[0]) is None
        assert registers.entry_of(second.members[0].holders[0]) is not None


# Filings


def test_a_filing_closes_the_register_until_it_is_recorded_also_for_what_is_being_made(tmp_path: Path) -> None:
    citizen = city_side.with_everything()[0]
    key = register_of(citizen).koseki_key
    recorded = KosekiRecord.FromString(register_of(citizen).SerializeToString())
    recorded.head_of_register = "新見　太郎"
    with koseki_side(tmp_path) as side:

        def file_meanwhile(_: Document) -> None:
            side.system.registers.begin_filing(key)

        with side.meanwhile(file_meanwhile):
            assert side.refusal(citizen, ALL_MATTERS) == FILING
        assert side.refusal(citizen, OWN_MATTERS) == FILING
        side.system.registers.record_filing(recorded)
        shown = side.document(citizen, ALL_MATTERS).koseki_all_matters
    assert shown.head_of_register == recorded.head_of_register


def test_a_filing_in_no_register_changes_nothing(side: KosekiSide) -> None:
    with pytest.raises(KeyError):
        side.system.registers.begin_filing("k99999999")


# Days of the city


def test_on_a_day_on_which_the_office_closes_besides_there_is_no_koseki(tmp_path: Path) -> None:
    citizen, day = city_side.with_everything()[0], NOW.date()
    calendar = CalendarConfig(office_closed_days=(day,), closed_days=(day.replace(day=8),))
    with koseki_side(tmp_path, calendar=calendar) as side:
        assert side.refusal(citizen, ALL_MATTERS) == "REASON_KOSEKI_OUT_OF_HOURS"
        assert side.refusal(citizen, ALL_MATTERS, at=NOW.replace(day=8)) == "REASON_OUT_OF_HOURS"
        assert side.document(citizen, ALL_MATTERS, at=NOW.replace(day=9)).pdf
