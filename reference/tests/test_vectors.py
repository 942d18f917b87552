"""The test vectors, made from the specification's rules, put to the reference's own: two readings of one text."""

import asyncio
import json
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import protovalidate
import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from reference.tests import city_side
from reference.tests.test_issuing_eligibility import IN_MEMORY, reading_of_the_reference

from kofu.v1 import calendar_pb2
from kofu.v1.center_pb2 import ApplyRequest, GetCalendarRequest
from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate, RecordedDate
from kofu.v1.document_pb2 import KosekiItems, ResidenceItems, ResidencePersonItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import KosekiRecord, ResidentRecord, TaxRecord
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardMemory
from kofu_reference.center.calendar import ServiceCalendar, is_public_holiday
from kofu_reference.issuing.eligibility import current_tax_year, is_koseki, tax_record
from kofu_reference.issuing.items import items_for
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.kiosk.till import CoinFile, Till
from kofu_reference.koseki.items import items_for as koseki_items_for
from kofu_reference.koseki.register import Entry, Registers
from kofu_reference.municipality.calendar import CityCalendar
from kofu_reference.paper import Renderer, forms, specimens
from kofu_reference.paper.coverage import Coverage
from kofu_reference.runtime import JST, Refusal
from kofu_reference.storage import SqliteDatabase
from kofu_spec import vectors
from kofu_spec.city import LeavingMember
from kofu_spec.paths import find_font
from kofu_spec.vectors import Vector
from kofu_spec.vectors.makers.eligibility import application_of
from kofu_spec.vectors.makers.persons import city_of, number_in


def each(name: str, *without: str) -> "pytest.MarkDecorator":
    """A test for each vector of a file."""
    found = [vector for vector in vectors.load(name).vectors if not vector.id.startswith(without)]
    return pytest.mark.parametrize("vector", found, ids=[vector.id for vector in found])


def reason_of(refusal: "Reason | None") -> str | None:
    return None if refusal is None else Reason.Name(refusal)


def day_of(civil: CivilDate) -> date:
    return date(civil.year, civil.month, civil.day)


def hours_of(hours: calendar_pb2.DailyHours) -> tuple[time, time]:
    return time(*divmod(hours.opens_at_minute, 60)), time(*divmod(hours.closes_at_minute, 60))


def calendar_of(told: Mapping[str, Any]) -> ServiceCalendar:
    message = ParseDict(dict(told), calendar_pb2.ServiceCalendar())
    (opens_at, closes_at), (koseki_opens_at, koseki_closes_at) = map(hours_of, (message.hours, message.koseki_hours))
    return ServiceCalendar(
        starts_on=day_of(message.starts_on),
        opens_at=opens_at,
        closes_at=closes_at,
        koseki_opens_at=koseki_opens_at,
        koseki_closes_at=koseki_closes_at,
        closed_days=frozenset(map(day_of, message.closed_days)),
        office_closed_days=frozenset(map(day_of, message.office_closed_days)),
        office_open_days=frozenset(map(day_of, message.office_open_days)),
        irregular_hours={day_of(one.day): hours_of(one.hours) for one in message.irregular_hours},
    )


@each("hours")
def test_the_center_opens_and_closes(vector: Vector) -> None:
    calendar = calendar_of(vector.given["calendar"]) if "calendar" in vector.given else ServiceCalendar()
    kind = None if vector.given["kind"] is None else CertificateKind.Value(vector.given["kind"])
    refusal = calendar.refusal_at(datetime.fromisoformat(vector.given["instant"]), kind)
    assert reason_of(refusal) == vector.expect["reason"], vector.because_en


@each("hours")
def test_the_city_judges_as_the_center_does(vector: Vector) -> None:
    """The city's systems know no closings of single days, and no session."""
    if vector.given["kind"] is None or "calendar" in vector.given:
        return
    koseki = "KOSEKI" in vector.given["kind"]
    try:
        CityCalendar().check(datetime.fromisoformat(vector.given["instant"]), koseki=koseki)
        refusal = None
    except Refusal as refused:
        refusal = refused.name
    assert refusal == vector.expect["reason"], vector.because_en


@each("holidays")
def test_the_city_knows_the_holidays(vector: Vector) -> None:
    first = date(vector.given["year"], 1, 1)
    days = [first + timedelta(days=number) for number in range(366)]
    found = [day.isoformat() for day in days if day.year == first.year and is_public_holiday(day)]
    assert found == [one["day"] for one in vector.expect["holidays"]]
    assert [day.isoformat() for day in days if day.year == first.year and day in CityCalendar().holidays] == found


PIN, WRONG_PIN = "1234", "4321"
SELECT_PIN = ("00A4040C0AD392F000260100000001", "00A4020C020018")
ANSWERS = {"9000": "ACCEPTED", "63C2": "REASON_PIN_WRONG", "63C1": "REASON_PIN_WRONG"}
LOCKED = {"63C0", "6984", "6983"}


class CardInHand:
    """A card of the box, put under power anew at each interruption."""

    def __init__(self, folder: Path, strikes: int) -> None:
        self._folder = folder
        (folder / "nv.json").write_text(json.dumps({"auth": {"pin": PIN, "tries": 3 - strikes}}))
        self._card = VirtualCard(folder)

    def act(self, act: str) -> str | None:
        match act:
            case "interrupted":
                self._card = VirtualCard(self._folder)
            case "unblocked":
                CardMemory(self._folder).set_pin("auth", PIN)
            case _:
                return self._verified(PIN if act == "right" else WRONG_PIN)
        return None

    @property
    def tries_left(self) -> int:
        return CardMemory(self._folder).read()["auth"].tries

    def _verified(self, pin: str) -> str:
        for command in SELECT_PIN:
            assert self._sent(command) == "9000"
        status = self._sent(f"0020008004{pin.encode().hex()}")
        return "REASON_PIN_LOCKED" if status in LOCKED else ANSWERS[status]

    def _sent(self, command: str) -> str:
        return self._card.transmit(bytes.fromhex(command)).hex().upper()


@each("pin")
def test_the_card_counts_wrong_pins(vector: Vector, tmp_path: Path) -> None:
    card = CardInHand(tmp_path, vector.given["strikes"])
    assert [card.act(act) for act in vector.given["acts"]] == vector.expect["answers"], vector.because_en
    assert card.tries_left == vector.expect["tries_left"]
    assert (card.tries_left == 0) == vector.expect["locked"]


@each("municipality_code")
def test_the_interfaces_take_right_codes_alone(vector: Vector) -> None:
    message = GetCalendarRequest(municipality_code=vector.given["text"])
    assert (not protovalidate.collect_violations(message)) == vector.expect["valid"], vector.because_en


@each("individual_number", "length.empty")
def test_the_interfaces_take_right_numbers_alone(vector: Vector) -> None:
    """An empty one is a number that was not asked for, and so no wrong one."""
    message = specimens.resident(individual_number=vector.given["text"])
    assert (not protovalidate.collect_violations(message)) == vector.expect["valid"], vector.because_en


@each("eras")
def test_the_paper_prints_dates(vector: Vector) -> None:
    recorded = ParseDict(vector.given["date"], RecordedDate())
    printed = forms.recorded_date(recorded, gregorian=vector.given["form"] == "gregorian")
    assert printed == vector.expect["printed"], vector.because_en


@each("tax_year", "late-switch")
def test_the_issuing_server_knows_the_tax_year(vector: Vector) -> None:
    """The reference switches on 1 June, and knows no other day."""
    at = datetime.combine(date.fromisoformat(vector.given["day"]), time(12), JST)
    assert current_tax_year(at) == vector.expect["current_year"], vector.because_en
    assert forms.tax_year(current_tax_year(at)) == vector.expect["printed"], vector.because_en
    taxes = tuple(TaxRecord(tax_year=year) for year in vector.given["recorded_years"])
    try:
        tax_record(Standing(ResidentRecord(), (), taxes), vector.given["asked_year"], at)
        refusal = None
    except Refusal as refused:
        refusal = refused.name
    assert refusal == vector.expect["reason"], vector.because_en


@each("fees")
def test_the_till_keeps_what_was_printed(vector: Vector, tmp_path: Path) -> None:
    """After a jam the price of the copies that came out is kept."""
    for given, expect in zip(vector.given["applications"], vector.expect["applications"], strict=True):
        if expect["reason"] is not None:
            continue
        price = given["tariff"][given["kind"]]
        till, total = Till(CoinFile(tmp_path / uuid.uuid4().hex)), price * given["copies"]
        till.insert(given["paid_yen"])
        assert total == expect["total_yen"]
        assert (till.held_yen >= total) == expect["prints"], vector.because_en
        if given["copies_printed"]:
            till.settle(price * given["copies_printed"])
        else:
            till.give_back()
        assert (till.cash_box_yen, till.return_slot_yen) == (expect["kept_yen"], expect["returned_yen"])


@each("fees")
def test_the_center_takes_as_many_copies_as_there_may_be(vector: Vector) -> None:
    for given, expect in zip(vector.given["applications"], vector.expect["applications"], strict=True):
        request = ApplyRequest(
            session_id=specimens.REQUEST_ID,
            request_id=specimens.REQUEST_ID,
            municipality_code="992011",
            application=Application(seal_registration={}),
            copies=given["copies"],
        )
        refused = bool(protovalidate.collect_violations(request))
        assert refused == (expect["reason"] == "REASON_INVALID_REQUEST"), vector.because_en


@each("eligibility")
def test_the_city_issues_to_whom_it_is_due(vector: Vector) -> None:
    city, applicant = city_of(vector.given)
    application = application_of(vector.given)
    assert applicant.card is not None
    holder = city_side.holder(applicant.card.serial)
    with closing(Register(SqliteDatabase(IN_MEMORY))) as residents, closing(Registers(IN_MEMORY)) as registers:
        city_side.fill(residents, city)
        registers.load(city.registers)
        at = datetime.fromisoformat(vector.given["received_at"])
        standing, entry = residents.standing_of(holder), registers.entry_of(holder)
        found = reading_of_the_reference(application, standing, entry, at, city.leaving_member)
    if isinstance(found, str):
        assert found == vector.expect["reason"], vector.because_en
        return
    assert vector.expect["reason"] is None, vector.because_en
    shown = found.persons if isinstance(found, ResidenceItems | KosekiItems) else [found]
    assert [number_in(person.name) for person in shown] == vector.expect["shows"], vector.because_en


def filled(message: Message, without: str = "") -> Message:
    """A message with every field set, but for one of them; what stands in a list stands there once."""
    for field in message.DESCRIPTOR.fields:
        if field.name == without or field.name in ("control", "unknown", "partial"):
            continue
        if field.message_type is not None:
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner, without)
            continue
        value: Any = {field.TYPE_STRING: "x", field.TYPE_BYTES: b"x", field.TYPE_BOOL: True}.get(field.type, 1)
        if field.is_repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message


def paths(message: Message, at: str = "") -> Iterator[str]:
    """The items that a message shows, as paths in JSON; a date is one item."""
    for field, value in message.ListFields():
        name = at + field.json_name
        if field.message_type is None or field.message_type.name in ("CivilDate", "RecordedDate"):
            yield name
        elif field.is_repeated:
            for inner in value:
                yield from paths(inner, f"{name}[].")
        else:
            yield from paths(value, f"{name}.")


@each("items")
def test_the_city_shows_what_was_asked_for_and_nothing_besides(vector: Vector) -> None:
    """Of records in which everything is set; the tax once with amounts and once without."""
    application, shown = ParseDict(vector.given["application"], Application()), set()
    if is_koseki(application):
        koseki = KosekiRecord()
        filled(koseki)
        filled(koseki.members.add())
        koseki.filing_in_progress = False
        shown = set(paths(koseki_items_for(application, Entry(koseki, koseki.members[0]))))
    else:
        for without in ("assessed", "not_taxable"):
            resident, tax = ResidentRecord(), TaxRecord()
            filled(resident)
            filled(tax, without)
            other = ResidentRecord.FromString(resident.SerializeToString())
            for number, person in enumerate((resident, other), start=1):
                person.control.member_number, person.control.state = number, 1  # type: ignore[assignment]
            tax.tax_year = 2026
            standing = Standing(resident, (resident, other), (tax,))
            shown |= set(paths(items_for(application, standing, city_side.NOW, LeavingMember.SHOWN)))
    assert shown == set(vector.expect["shown"]), vector.because_en


def text_of(code_points: list[str]) -> str:
    return "".join(chr(int(one.removeprefix("U+"), 16)) for one in code_points)


@each("names")
def test_the_interfaces_take_names_that_a_register_may_hold(vector: Vector) -> None:
    person = specimens.resident(text_of(vector.given["code_points"]))
    wrong = vector.expect["fault"] in ("CONTROL_CHARACTER", "VARIATION_SELECTOR")
    assert bool(protovalidate.collect_violations(person)) == wrong, vector.because_en


@each("names", "text.")
def test_the_font_has_what_the_vectors_say(vector: Vector) -> None:
    missing = Coverage(find_font()).missing(text_of(vector.given["code_points"]))
    expected = vector.expect["missing"]
    assert missing == (None if expected is None else text_of(expected)), vector.because_en


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
def test_the_paper_shows_every_name_code_point_by_code_point(tmp_path: Path) -> None:
    """All names that may be printed on one document, read back as text."""
    names = [vector for vector in vectors.load("names").vectors if vector.expect["fault"] is None]
    pages = "".join(text_on_paper(names, tmp_path).split())
    for vector in names:
        assert text_of(vector.expect["printed"]) in pages, vector.because_en
        if vector.expect["normalized"] is not None:
            assert "".join(text_of(vector.expect["normalized"]).split()) not in pages, vector.because_en


def text_on_paper(names: list[Vector], folder: Path) -> str:
    persons = [
        ResidencePersonItems(name=text_of(vector.given["code_points"]), birth_date={"unknown": True})
        for vector in names
    ]

    async def made() -> bytes:
        renderer = Renderer(find_font(), 1)
        await renderer.start()
        try:
            document = await renderer.document(
                document_id=specimens.DOCUMENT_ID,
                request_id=specimens.REQUEST_ID,
                kind=CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE,
                issued_on=specimens.ISSUED_ON,
                items=ResidenceItems(address="架空市", persons=persons),
                subject_handle=specimens.HANDLE,
            )
        finally:
            await renderer.stop()
        return document.pdf

    file = folder / "names.pdf"
    file.write_bytes(asyncio.run(made()))
    return subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", file, "-"], capture_output=True, text=True, check=True
    ).stdout
