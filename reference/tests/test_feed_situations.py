"""What is filed at the core decides what is issued once it is fed: situations that break products. [2.6, 2.8, P.5]

Core registers feed an issuing server directly, so that each story is short: what was filed is applied, then asked for.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from reference.tests import city_side
from reference.tests.city_side import (
    CITY,
    NOW,
    RESIDENCE,
    RESIDENCE_WHOLE,
    RESIDENTS_KINDS,
    SEAL,
    TAX,
    IssuingSide,
    one,
)
from reference.tests.test_core_changes import SEAL as NEW_SEAL
from reference.tests.test_core_filings import arrival
from reference.tests.test_core_filings_more import calendar

from kofu.v1 import register_pb2
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import FileChangeRequest, FileChangeResponse, SetSupportMeasures
from kofu.v1.document_pb2 import Document
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.runtime import JST, Refusal
from kofu_reference.storage import SqliteDatabase
from kofu_spec.city import Citizen

ALL_KINDS: Final = (*RESIDENTS_KINDS, city_side.ALL_MATTERS)
BLOCKED: Final = "REASON_ISSUE_BLOCKED"
NOT_FOUND: Final = "REASON_APPLICANT_NOT_FOUND"
NOT_CURRENT: Final = "REASON_RECORDS_NOT_CURRENT"


class Town:
    """A core whose changes an issuing server has as soon as they are filed."""

    def __init__(self, registers: Registers, side: IssuingSide) -> None:
        self.registers = registers
        self.side = side
        self._office = ChangeOffice(registers)
        side.system.register.open_feed(registers.feed().feed_id)
        for part in registers.snapshot():
            side.system.register.take_part(part)
        self.fed = registers.newest_number()
        side.system.register.note_newest(self.fed)

    def file(self, event: str, at: datetime = NOW, /, **filing: Any) -> FileChangeResponse:
        request = FileChangeRequest(municipality_code=city_side.AREA, **{event: filing})
        answer = self._office.file(request, at)
        self.feed()
        return answer

    def midnight(self, at: datetime) -> None:
        self._office.let_leave(at)
        self.feed()

    def feed(self) -> None:
        for change in self.registers.changes_from(self.fed + 1, 1000):
            self.side.system.register.apply(change)
            self.fed = change.number
        self.side.system.register.note_newest(self.fed)

    def refusals(self, who: Citizen | str, **rest: Any) -> set[str]:
        """Why somebody gets nothing of any kind."""
        return {self.side.refusal(who, application, **rest) for application in RESIDENTS_KINDS}

    def document(self, who: Citizen | str, application: Any = RESIDENCE, **rest: Any) -> Document:
        return self.side.document(who, application, **rest)


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuingSide]:
    with city_side.issuing_side(tmp_path_factory.mktemp("issuing"), fed=False) as side:
        yield side


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory, side: IssuingSide) -> Iterator[Town]:
    with closing(Registers(SqliteDatabase(tmp_path_factory.mktemp("core") / "core.sqlite3"))) as registers:
        residents = [citizen.resident for citizen in CITY.citizens if citizen.resident is not None]
        taxes = [citizen.tax for citizen in CITY.citizens if citizen.tax is not None]
        with registers.transaction():
            registers.load(residents, taxes)
        yield Town(registers, side)


def family() -> list[Citizen]:
    """A household of several, of whom more than one may ask for themselves."""
    for citizen in CITY.family("plain"):
        assert citizen.resident is not None
        members = list(CITY.household(citizen.resident.control.household_key))
        able = [
            member for member in members if member.card and {"plain"} <= member.labels and not member.labels & {"child"}
        ]
        if len(able) > 1 and able[0] is members[0]:
            return [*able, *(member for member in members if member not in able)]
    raise AssertionError("no such family in the city")


# Cards


def test_renewed_card_opens_the_same_record_and_the_former_one_nothing(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    former, renewed = city_side.holder(city_side.serial_of(citizen)), city_side.holder("abcdef01")
    before = town.document(citizen)
    assert town.refusals("abcdef01") == {NOT_FOUND}
    town.file("renew_card", resident_key=citizen.key, former=former, renewed=renewed)
    assert town.document("abcdef01").residence_certificate == before.residence_certificate
    assert town.refusals(citizen) == {NOT_FOUND}


def test_revoked_card_opens_nothing_though_the_record_stands(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    town.file("revoke_card", resident_key=citizen.key, holder=city_side.holder(city_side.serial_of(citizen)))
    assert town.refusals(citizen) == {NOT_FOUND}


def test_moved_within_the_city_the_card_goes_on_and_the_new_address_is_printed(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    assert citizen.resident is not None
    household = citizen.resident.control.household_key
    day = CivilDate(year=2026, month=10, day=7)
    town.file("move_within", household_key=household, address="架空県架空市北町1番", established_on=day)
    assert town.document(citizen).residence_certificate.address == "架空県架空市北町1番"


# Blocks


def test_support_measures_of_several_close_everything_for_each_and_open_again(town: Town) -> None:
    members = family()[:2]
    keys = [member.key for member in members]
    town.file("set_support_measures", resident_keys=keys, in_force=True)
    for member in members:
        assert {town.side.refusal(member, application) for application in ALL_KINDS} == {BLOCKED}
    town.file("set_support_measures", resident_keys=keys)
    for member in members:
        assert town.document(member).pdf


def test_household_does_not_obtain_the_address_of_a_member_under_support_measures(town: Town) -> None:
    """Neither by the whole household nor by naming the member; and the answer is that of any block."""
    head, protected = family()[:2]
    assert protected.resident is not None
    town.file("set_support_measures", resident_keys=[protected.key], in_force=True)
    number = protected.resident.control.member_number
    for application in (RESIDENCE_WHOLE, city_side.members(number)):
        assert town.side.refusal(head, application) == BLOCKED
    shown = town.document(head).residence_certificate
    assert [person.name for person in shown.persons] == [head.name]


@pytest.mark.parametrize("block", register_pb2.IssueBlock.values()[1:], ids=register_pb2.IssueBlock.keys()[1:])
def test_every_kind_of_block_is_answered_alike(town: Town, block: int) -> None:
    citizen = city_side.with_everything()[0]
    town.file("set_issue_blocks", resident_key=citizen.key, blocks=[block])
    assert town.refusals(citizen) == {BLOCKED}


def test_block_that_comes_while_a_document_is_made_stops_it(town: Town) -> None:
    citizen = city_side.with_everything()[0]

    def block(_: Document) -> None:
        request = FileChangeRequest(municipality_code=city_side.AREA)
        request.set_support_measures.resident_keys.append(citizen.key)
        request.set_support_measures.in_force = True
        ChangeOffice(town.registers).file(request, NOW)
        town.side.system.register.apply(town.registers.changes_from(town.fed + 1, 1)[0])

    with town.side.meanwhile(block):
        assert town.side.refusal(citizen, RESIDENCE) == BLOCKED


# Moving out, dying, coming back


def test_notified_moving_out_blocks_and_at_midnight_ends_everything_and_the_seal(town: Town) -> None:
    head, leaver = family()[:2]
    leaves_on = CivilDate(year=2026, month=10, day=9)
    midnight = datetime(2026, 10, 9, tzinfo=JST)
    town.file("notify_move_out", resident_key=leaver.key, leaves_on=leaves_on)
    assert town.refusals(leaver) == {BLOCKED}
    town.midnight(midnight - timedelta(seconds=1))
    assert town.refusals(leaver) == {BLOCKED}
    town.midnight(midnight)
    assert town.refusals(leaver) == {NOT_FOUND}
    record = town.registers.resident(leaver.key)
    assert record is not None
    assert not record.HasField("seal_impression")
    whole = town.document(head, RESIDENCE_WHOLE).residence_certificate
    assert leaver.name not in [person.name for person in whole.persons]


def test_cancelled_moving_out_opens_everything_again(town: Town) -> None:
    leaver = family()[1]
    day = CivilDate(year=2026, month=10, day=9)
    town.file("notify_move_out", resident_key=leaver.key, leaves_on=day)
    town.file("cancel_move_out", resident_key=leaver.key)
    town.midnight(datetime(2026, 10, 9, tzinfo=JST))
    assert town.document(leaver).pdf


def test_who_moved_out_and_came_back_is_shown_by_the_new_record_alone(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    assert citizen.resident is not None
    alone = [one for one in city_side.with_everything() if one.resident and _lives_alone(one)]
    leaver = alone[0]
    card = city_side.holder(city_side.serial_of(leaver))
    town.file("move_out", resident_key=leaver.key)
    assert town.refusals(leaver) == {NOT_FOUND}
    back = arrival(holders=[card], name="戻\u3000人")
    day = CivilDate(year=2026, month=10, day=7)
    moved = {"address": "架空県架空市戻町1番", "previous_address": "他市1番", "moved_in_on": day, "persons": [back]}
    town.file("move_in", **moved)
    shown = town.document(leaver).residence_certificate
    assert [person.name for person in shown.persons] == ["戻\u3000人"]
    assert shown.address == "架空県架空市戻町1番"
    assert town.side.refusal(leaver, SEAL) == "REASON_NO_SEAL_REGISTRATION", "that of before has lapsed"
    assert town.side.refusal(leaver, TAX) == "REASON_NO_TAX_RECORD", "not a resident on 1 January"


def _lives_alone(citizen: Citizen) -> bool:
    assert citizen.resident is not None
    return len(CITY.household(citizen.resident.control.household_key)) == 1


def test_dead_householder_is_followed_on_every_record_at_once(town: Town) -> None:
    head, follows, *others = family()
    here = [
        one for one in others if one.resident and one.resident.control.state == register_pb2.RESIDENCE_STATE_RESIDENT
    ]
    relationships = [{"resident_key": one.key, "relationship": "同居人"} for one in here]
    town.file("record_death", resident_key=head.key, new_householder=follows.key, relationships=relationships)
    assert town.refusals(head) == {NOT_FOUND}
    whole = city_side.Application(
        residence_certificate=city_side.ResidenceOptions(whole_household=True, show_relationship=True)
    )
    shown = town.document(follows, whole).residence_certificate
    assert shown.householder == follows.name
    assert [person.relationship for person in shown.persons] == ["世帯主", *["同居人"] * len(here)]


def test_former_member_of_a_household_that_split_is_refused_there(town: Town) -> None:
    head, leaver = family()[:2]
    assert leaver.resident is not None
    town.file("split_household", resident_key=leaver.key)
    number = leaver.resident.control.member_number
    assert town.side.refusal(head, city_side.members(number)) == "REASON_PERSON_NOT_PERMITTED"
    assert [person.name for person in town.document(leaver, RESIDENCE_WHOLE).residence_certificate.persons] == [
        leaver.name
    ]


@pytest.mark.parametrize("event", ["delete_record", "move_out", "record_death"])
def test_who_is_gone_gets_nothing_whatever_the_way(town: Town, event: str) -> None:
    leaver = family()[1]
    town.file(event, resident_key=leaver.key)
    assert town.refusals(leaver) == {NOT_FOUND}


# Seals


def test_replaced_seal_is_the_new_one_on_the_same_day(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    before = town.document(citizen, SEAL).seal_registration.impression
    town.file("cancel_seal", resident_key=citizen.key)
    assert town.side.refusal(citizen, SEAL) == "REASON_NO_SEAL_REGISTRATION"
    town.file("register_seal", resident_key=citizen.key, impression=NEW_SEAL)
    record = town.side.system.register.standing_of(city_side.holder(city_side.serial_of(citizen)))
    assert record is not None
    assert record.resident.seal_impression == NEW_SEAL != before


def test_seal_is_gone_with_the_name_that_it_bears(town: Town) -> None:
    citizen = family()[1]
    persons = [{"resident_key": citizen.key, "name": "新姓\u3000例"}]
    town.file("record_koseki_filing", kind="KOSEKI_FILING_KIND_MARRIAGE", persons=persons)
    assert town.side.refusal(citizen, SEAL) == "REASON_NO_SEAL_REGISTRATION"
    assert town.document(citizen).residence_certificate.persons[0].name == "新姓\u3000例"


def test_seal_on_a_common_name_is_gone_with_it(town: Town) -> None:
    citizen = next(
        each for each in CITY.citizens if each.resident and each.resident.common_name and each.card
        and each.resident.control.state == register_pb2.RESIDENCE_STATE_RESIDENT
        and not each.resident.control.blocks
    )  # fmt: skip
    town.file("register_seal", resident_key=citizen.key, impression=NEW_SEAL)
    town.file("change_common_name", resident_key=citizen.key)
    assert town.side.refusal(citizen, SEAL) == "REASON_NO_SEAL_REGISTRATION"


# Foreign residents


def test_naturalised_resident_has_a_domicile_on_the_certificate(town: Town) -> None:
    citizen = one("foreign-mid-to-long-term")
    items = {"registered_domicile": "架空県架空市帰化一番", "head_of_register": "帰化\u3000人"}
    town.file("change_nationality", resident_key=citizen.key, name="帰化\u3000人", japanese=items)
    options = city_side.ResidenceOptions(show_domicile=True)
    shown = town.document(citizen, city_side.Application(residence_certificate=options)).residence_certificate
    (person,) = shown.persons
    assert (person.registered_domicile, person.nationality, person.name) == ("架空県架空市帰化一番", "", "帰化\u3000人")


def test_renewed_period_of_stay_is_shown(town: Town) -> None:
    citizen = one("foreign-mid-to-long-term")
    ends_on = CivilDate(year=2031, month=10, day=6)
    items = {
        "category": 1,
        "residence_card_number": "ZZ12345678ZZ",
        "residence_status": "定住者",
        "period_of_stay": "5年",
    }
    town.file("change_residence_status", resident_key=citizen.key, period_of_stay_ends_on=ends_on, **items)
    (person,) = town.document(citizen).residence_certificate.persons
    assert (person.residence_status, person.period_of_stay, person.period_of_stay_ends_on) == ("定住者", "5年", ends_on)


# Taxes


def test_reassessed_tax_is_certified_as_it_stands_and_a_withdrawn_one_not_at_all(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    assert citizen.tax is not None
    record = type(citizen.tax).FromString(citizen.tax.SerializeToString())
    record.taxable_base_yen += 1000
    town.file("assess_tax", record=record)
    assert town.document(citizen, TAX).tax_assessment.taxable_base_yen == record.taxable_base_yen
    record.not_taxable = True
    town.file("assess_tax", record=record)
    items = town.document(citizen, TAX).tax_assessment
    assert (items.not_taxable, items.HasField("assessed")) == (True, False)
    record.tax_year = 2025
    town.file("assess_tax", record=record)
    town.file("withdraw_tax", resident_key=citizen.key, tax_year=2026)
    assert town.side.refusal(citizen, TAX) == "REASON_NO_TAX_RECORD"
    march = datetime(2026, 4, 1, 10, tzinfo=JST)
    assert town.document(citizen, TAX, at=march).tax_assessment.tax_year == 2025, "until the city's switch"


# The calendar


def test_special_closing_reaches_the_issuing_server(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    days = {
        "closed_days": [CivilDate(year=2026, month=10, day=8)],
        "office_closed_days": [CivilDate(year=2026, month=10, day=9)],
    }
    irregular = {
        "day": CivilDate(year=2026, month=10, day=10),
        "hours": {"opens_at_minute": 600, "closes_at_minute": 720},
    }
    town.file("set_calendar", calendar=calendar(city_side.AREA) | days | {"irregular_hours": [irregular]})

    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 10, day, hour, tzinfo=JST)

    assert town.refusals(citizen, at=at(8, 10)) == {"REASON_OUT_OF_HOURS"}
    assert town.document(citizen, at=at(9, 10)).pdf
    assert town.side.refusal(citizen, city_side.ALL_MATTERS, at=at(9, 10)) == "REASON_KOSEKI_OUT_OF_HOURS"
    assert town.refusals(citizen, at=at(10, 9)) == town.refusals(citizen, at=at(10, 12)) == {"REASON_OUT_OF_HOURS"}
    assert town.document(citizen, at=at(10, 11)).pdf
    town.file("set_calendar", calendar=calendar(city_side.AREA) | {"closed_days": []})
    assert town.document(citizen, at=at(8, 10)).pdf


# Whether it is known


def test_silence_of_the_feed_is_refused_and_said_so(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    register = town.side.system.register
    register._silence_seconds, patience = 0.0, register._silence_seconds
    try:
        assert {town.side.refusal(citizen, application) for application in ALL_KINDS} == {"REASON_RECORDS_NOT_CURRENT"}
    finally:
        register._silence_seconds = patience
    town.feed()
    assert town.document(citizen).pdf


def test_change_that_was_told_of_and_is_not_here_yet_is_waited_for(town: Town) -> None:
    citizen = city_side.with_everything()[0]
    town.side.system.register.note_newest(town.fed + 1)
    assert town.refusals(citizen) == {"REASON_RECORDS_NOT_CURRENT"}
    town.file("cancel_seal", resident_key=citizen.key)
    assert town.document(citizen).pdf


def test_nothing_is_issued_from_a_number_left_out_until_what_was_missing_is_here(town: Town) -> None:
    """Also to those of whom nothing is missing: whom it concerns stands in what is not here."""
    protected, another = city_side.with_everything()[:2]
    request = FileChangeRequest(municipality_code=city_side.AREA)
    request.set_support_measures.MergeFrom(SetSupportMeasures(resident_keys=[protected.key], in_force=True))
    ChangeOffice(town.registers).file(request, NOW)
    request.cancel_seal.resident_key = another.key
    ChangeOffice(town.registers).file(request, NOW)
    first, second = town.registers.changes_from(town.fed + 1, 2)
    with pytest.raises(Refusal, match="REASON_FEED_GAP"):
        town.side.system.register.apply(second)
    for who in (protected, another):
        assert {town.side.refusal(who, application) for application in ALL_KINDS} == {NOT_CURRENT}
    town.side.system.register.apply(first)
    assert town.refusals(another) == {NOT_CURRENT}, "whether that is all was not told since"
    town.feed()
    assert town.refusals(protected) == {BLOCKED}
    assert town.document(another).pdf


def test_snapshot_takes_the_place_of_all_that_was_fed_before_and_counts_once_it_is_whole(town: Town) -> None:
    """A core that was put back begins another feed: whoever it does not know is not known any more."""
    stays, goes = city_side.with_everything()[:2]
    town.file("cancel_seal", resident_key=stays.key)
    register = town.side.system.register
    parts = list(town.registers.snapshot())
    for part in parts:
        rest = [record for record in part.residents if record.control.resident_key != goes.key]
        del part.residents[:]
        part.residents.extend(rest)
    *begun, last = parts
    assert begun
    register.open_feed(city_side.new_id())
    assert town.refusals(stays) == {NOT_CURRENT}
    for part in begun:
        assert not register.take_part(part)
    assert town.refusals(goes) == {NOT_CURRENT}
    assert register.take_part(last)
    assert town.refusals(stays) == {NOT_CURRENT}, "that it is the newest is for the sender to tell"
    register.note_newest(last.number)
    assert town.refusals(goes) == {NOT_FOUND}
    assert town.side.refusal(stays, SEAL) == "REASON_NO_SEAL_REGISTRATION"
    assert town.document(stays).pdf
