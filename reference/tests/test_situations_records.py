"""Situations of records that break products: what the issuing server makes of them, down to the paper. [2.1, 2.8]"""

import io
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from google.protobuf.message import Message
from reference.tests import city_side
from reference.tests.city_side import CITY, NOW, RESIDENCE, RESIDENCE_WHOLE, SEAL, one, resident_of
from reference.tests.paper_pages import Press, press, printed

from kofu.v1.common_pb2 import Application, CertificateKind, ResidenceOptions
from kofu.v1.document_pb2 import ResidenceItems, SealItems
from kofu.v1.issuing_pb2 import IssueRequest
from kofu_reference.issuing.register import Register
from kofu_reference.issuing.service import due
from kofu_reference.runtime import Refusal
from kofu_reference.storage import SqliteDatabase
from kofu_spec.city import Citizen

RESIDENCE_KIND = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
SEAL_KIND = CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION


@pytest.fixture(scope="module")
def register() -> Iterator[Register]:
    with closing(Register(SqliteDatabase(Path(":memory:")))) as register:
        city_side.fill(register)
        yield register


@pytest.fixture(scope="module")
def paper() -> Iterator[Press]:
    with press() as at_work:
        yield at_work


def issued(register: Register, citizen: Citizen, application: Application, now: datetime = NOW) -> Message:
    """The items that a citizen gets. Raises the refusal of what can't be had."""
    standing = register.standing_of(city_side.holder(city_side.serial_of(citizen)))
    return due(IssueRequest(application=application), standing, now, CITY.leaving_member)


def residence(register: Register, citizen: Citizen, options: ResidenceOptions, now: datetime = NOW) -> ResidenceItems:
    items = issued(register, citizen, Application(residence_certificate=options), now)
    assert isinstance(items, ResidenceItems)
    return items


def seal(register: Register, citizen: Citizen) -> SealItems:
    items = issued(register, citizen, SEAL)
    assert isinstance(items, SealItems)
    return items


def foreign_holders_of_seals(family: str) -> list[Citizen]:
    """Those of a family with a card and a seal."""
    return [
        citizen for citizen in CITY.family(family) if citizen.card and resident_of(citizen).HasField("seal_impression")
    ]


def test_a_stay_that_ends_meanwhile_changes_nothing_for_whoever_lives_here(register: Register) -> None:
    citizen = one("stay-expiring")
    last_day = resident_of(citizen).period_of_stay_ends_on
    assert (last_day.year, last_day.month, last_day.day) == (NOW.year, NOW.month, NOW.day)
    evening = NOW.replace(hour=22, minute=59, second=59)
    for instant in (NOW, evening, evening + timedelta(hours=8)):
        person = residence(register, citizen, ResidenceOptions(), instant).persons[0]
        assert person.name == citizen.name
        assert person.period_of_stay_ends_on == last_day


@pytest.mark.parametrize("family", ["common-name", "katakana-name"])
def test_a_seal_certificate_shows_the_names_by_which_the_seal_goes(
    register: Register, paper: Press, family: str
) -> None:
    holders = foreign_holders_of_seals(family)
    for citizen in holders:
        items, record = seal(register, citizen), resident_of(citizen)
        assert (items.name, items.common_name, items.katakana_name) == (
            record.name,
            record.common_name,
            record.katakana_name,
        )
    items = seal(register, holders[0])
    text = "".join(page.text for page in paper.pages(SEAL_KIND, items, foreign=True))
    for name in (items.name, items.common_name, items.katakana_name):
        assert name.replace(" ", "").replace("\u3000", "") in text


def test_an_impression_that_was_replaced_or_cancelled_is_on_no_certificate(register: Register) -> None:
    shown, refused, reasons = 0, 0, set[str]()
    for key, former in CITY.replaced_impressions.items():
        citizen = CITY.by_key(key)
        if citizen.card is None:
            continue
        try:
            items = seal(register, citizen)
        except Refusal as refusal:
            reasons.add(refusal.name)
            refused += 1
            continue
        assert items.impression == resident_of(citizen).seal_impression
        assert items.impression.png != former.png
        shown += 1
    assert reasons == {"REASON_NO_SEAL_REGISTRATION"}
    assert shown >= len(CITY.family("seal-replaced")) + len(CITY.family("seal-replaced-same-day"))
    assert refused >= len(CITY.family("seal-cancelled")) + len(CITY.family("seal-gone-with-the-name"))


def everything_in(pdf: bytes) -> bytes:
    """All that stands in a file: every stream as it reads decoded, and the objects around them."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        loose = io.BytesIO()
        opened.save(
            loose,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
        )
    return loose.getvalue()


def test_the_individual_number_is_there_for_whom_it_is_asked_and_nowhere_else(register: Register, paper: Press) -> None:
    family = CITY.family("large-household")
    applicant = family[0]
    numbers = [resident_of(citizen).individual_number for citizen in family]

    for application in (RESIDENCE, RESIDENCE_WHOLE):
        plain = issued(register, applicant, application)
        assert isinstance(plain, ResidenceItems)
        pdf = paper.make(RESIDENCE_KIND, plain).pdf
        said = "".join(page.text for page in printed(pdf)).encode() + everything_in(pdf)
        assert [number for number in numbers if number.encode() in said] == []

    chosen = [resident_of(citizen).control.member_number for citizen in family[1:3]]
    items = residence(register, applicant, ResidenceOptions(member_numbers=chosen, show_individual_number=True))
    assert [person.individual_number for person in items.persons] == numbers[1:3]
    pdf = paper.make(RESIDENCE_KIND, items).pdf
    text = "".join(page.text for page in printed(pdf))
    assert [number for number in numbers if number in text] == numbers[1:3]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        about = opened.Root.Metadata.read_bytes().decode() + str(dict(opened.docinfo))
    assert [number for number in numbers if number in about] == []
