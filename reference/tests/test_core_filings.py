"""Filings about arriving, leaving, and who lives with whom: what each does, and what it is fed as. [2.1, 2.6]"""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from reference.tests.chain_pieces import CITY, RESIDENTS, resident_of
from reference.tests.test_core_changes import (
    ALONE,
    HOUSEHOLDER,
    LATE_HUSBAND,
    MOVED_OUT,
    OTHER_TWIN,
    RECORDED,
    SEAL,
    SON,
    TODAY,
    TWIN,
    WIDOW,
    WIFE,
    Hall,
    certificate,
    change,
    hall,
    in_order,
    invalid,
    loaded,
    refused,
    replayed,
)

from kofu.v1 import register_pb2
from kofu.v1.common_pb2 import CivilDate, RecordedDate
from kofu.v1.counter_pb2 import FileChangeRequest
from kofu.v1.feed_pb2 import RecordChangeKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.runtime import JST

__all__ = ["hall", "loaded"]  # the fixtures of the tests here

TOMORROW: Final = CivilDate(year=2026, month=10, day=9)
YESTERDAY: Final = CivilDate(year=2026, month=10, day=7)
FAMILY: Final = "h00000005"


def kind_of(hall: Hall) -> str:
    return RecordChangeKind.Name(hall.fed()[-1].kind).removeprefix("RECORD_CHANGE_KIND_")


# Arriving


def arrival(**other: Any) -> dict[str, Any]:
    person: dict[str, Any] = {
        "name": "転入\u3000一",
        "birth_date": RecordedDate(exact=CivilDate(year=1990, month=2, day=28)),
        "sex": register_pb2.SEX_FEMALE,
        "relationship": "世帯主",
        "individual_number": RESIDENTS[ALONE].individual_number,
        "japanese": {"registered_domicile": "架空県旧市一番", "head_of_register": "転入\u3000一"},
    }
    return person | other


def move_in(*persons: dict[str, Any], **other: Any) -> FileChangeRequest:
    filing: dict[str, Any] = {
        "address": "架空県架空市あさやけ町一丁目1番1号",
        "previous_address": "架空県旧市一丁目1番",
        "moved_in_on": TODAY,
        "persons": persons or (arrival(),),
    }
    return change("move_in", **(filing | other))


def test_family_that_moves_in_gets_records_and_a_household_of_its_own(hall: Hall) -> None:
    answer = hall.file(move_in(arrival(), arrival(name="転入\u3000二", relationship="子")))
    assert kind_of(hall) == "MOVE_IN"
    first, second = (hall.record(key) for key in answer.arrived_keys)
    assert list(hall.fed()[-1].residents) == [first, second]
    assert not {first.control.resident_key, second.control.resident_key} & RECORDED.keys()
    assert {one.control.household_key for one in (first, second)} == {answer.new_household_key}
    assert answer.new_household_key not in {record.control.household_key for record in RECORDED.values()}
    assert [one.control.member_number for one in (first, second)] == [1, 2]
    for one in (first, second):
        assert one.householder == first.name
        assert one.moved_in_on == one.address_established_on == one.resident_since == one.notified_on == TODAY
        assert one.previous_address == "架空県旧市一丁目1番"
    in_order(replayed(hall.fed())[0].values())


def test_person_who_moves_in_with_a_family_lives_at_its_address_under_its_householder(hall: Hall) -> None:
    answer = hall.file(move_in(arrival(relationship="母"), household_key=FAMILY, address=""))
    mother, head = hall.record(answer.arrived_keys[0]), hall.record(HOUSEHOLDER)
    assert (mother.address, mother.householder, mother.control.household_key) == (head.address, head.name, FAMILY)
    assert mother.control.member_number == 1 + max(one.control.member_number for one in CITY_FAMILY)
    assert answer.new_household_key == ""


CITY_FAMILY: Final = [resident_of(citizen.key) for citizen in CITY.household(FAMILY)]


def test_foreign_national_moves_in_with_the_items_of_foreign_residents(hall: Hall) -> None:
    since = CivilDate(year=2020, month=4, day=1)
    foreign = {"nationality": "架空国", "category": 1, "foreign_resident_since": since, "common_name": "通称"}
    person = arrival(foreign=foreign)
    del person["japanese"]
    record = hall.record(hall.file(move_in(person)).arrived_keys[0])
    assert (record.nationality, record.common_name, record.foreign_category) == ("架空国", "通称", 1)
    assert record.foreign_resident_since == since
    assert not record.HasField("resident_since")


def test_who_moves_out_and_back_has_a_new_record_and_the_card_no_longer_opens_the_old_one(hall: Hall) -> None:
    """Moved out and back: the old record is never printed. [2.6]"""
    (card,) = resident_of(WIFE).control.holders
    hall.file(change("move_out", resident_key=WIFE))
    answer = hall.file(move_in(arrival(holders=[card])))
    (new,) = answer.arrived_keys
    assert new != WIFE
    assert hall.registers.linked_to(card) == new
    old = hall.record(WIFE)
    assert (old.control.state, list(old.control.holders)) == (register_pb2.RESIDENCE_STATE_MOVED_OUT, [])
    assert {one.control.resident_key for one in hall.fed()[-1].residents} == {WIFE, new}, "in one change"


@pytest.mark.parametrize(
    ("filing", "field"),
    [
        (move_in(arrival(relationship="妻")), "move_in.persons[0].relationship"),
        (move_in(arrival(), arrival()), "move_in.persons[1].relationship"),
        (move_in(household_key=FAMILY, address=""), "move_in.persons[0].relationship"),
        (move_in(arrival(relationship="母"), household_key=FAMILY), "move_in.address"),
        (move_in(address=""), "move_in.address"),
        (move_in(moved_in_on=TOMORROW), "move_in.moved_in_on"),
        (move_in(arrival(holders=resident_of(HOUSEHOLDER).control.holders)), "move_in.persons[0].holders[0]"),
        (move_in(arrival(holders=[certificate("1a")] * 2)), "move_in.persons[0].holders[1]"),
        (
            move_in(*[arrival(relationship="母")] * 30, household_key=FAMILY, address=""),
            "move_in.household_key",
        ),
    ],
    ids=[
        "nobody heads it",
        "two head it",
        "a second householder",
        "an address besides the household's",
        "no address",
        "tomorrow",
        "another's card",
        "a card twice",
        "too many",
    ],
)
def test_move_in_that_would_leave_the_registers_in_disorder_is_refused(
    hall: Hall, filing: FileChangeRequest, field: str
) -> None:
    invalid(hall, filing, field)


def test_nobody_moves_into_a_household_that_is_gone(hall: Hall) -> None:
    gone = RESIDENTS[MOVED_OUT].control.household_key
    filing = move_in(arrival(relationship="母"), household_key=gone, address="")
    assert refused(hall, filing).reason == Reason.REASON_RECORD_NOT_FOUND


# Leaving on a day to come


def at(day: CivilDate, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=JST)


def notify(key: str = WIFE, **rest: Any) -> FileChangeRequest:
    return change("notify_move_out", resident_key=key, **({"leaves_on": TOMORROW} | rest))


def let_leave(hall: Hall, now: datetime) -> int:
    return ChangeOffice(hall.registers).let_leave(now)


def test_notified_moving_out_takes_effect_at_midnight(hall: Hall) -> None:
    hall.file(notify())
    assert hall.record(WIFE).control.state == register_pb2.RESIDENCE_STATE_LEAVING
    fed = len(hall.fed())
    assert let_leave(hall, at(TOMORROW) - timedelta(milliseconds=1)) == 0
    assert len(hall.fed()) == fed
    assert let_leave(hall, at(TOMORROW)) == 1
    assert kind_of(hall) == "MOVE_OUT"
    wife = hall.record(WIFE)
    assert wife.control.state == register_pb2.RESIDENCE_STATE_MOVED_OUT
    assert not wife.HasField("seal_impression")
    assert let_leave(hall, at(TOMORROW, 12)) == 0


def test_cancelled_moving_out_does_not_come(hall: Hall) -> None:
    before = hall.record(WIFE)
    hall.file(notify())
    hall.file(change("cancel_move_out", resident_key=WIFE))
    assert hall.record(WIFE) == before
    assert let_leave(hall, at(TOMORROW)) == 0
    assert hall.record(WIFE) == before


@pytest.mark.parametrize("first", ["move_out", "record_death", "delete_record"])
def test_who_is_gone_before_that_day_does_not_leave_again(hall: Hall, first: str) -> None:
    hall.file(notify())
    hall.file(change(first, resident_key=WIFE))
    fed = len(hall.fed())
    assert let_leave(hall, at(TOMORROW)) == 0
    assert len(hall.fed()) == fed


SUCCESSION: Final[dict[str, Any]] = {
    "new_householder": WIFE,
    "relationships": [
        {"resident_key": TWIN, "relationship": "子"},
        {"resident_key": OTHER_TWIN, "relationship": "妻の子"},
    ],
}


def test_householder_that_leaves_is_followed_as_was_notified(hall: Hall) -> None:
    invalid(hall, notify(HOUSEHOLDER), "notify_move_out.succession.new_householder")
    twice = [*SUCCESSION["relationships"], {"resident_key": TWIN, "relationship": "弟"}]
    stated_twice = notify(HOUSEHOLDER, succession=SUCCESSION | {"relationships": twice})
    invalid(hall, stated_twice, "notify_move_out.succession.relationships")
    hall.file(notify(HOUSEHOLDER, succession=SUCCESSION))
    assert hall.record(WIFE).householder == resident_of(HOUSEHOLDER).name, "nothing changes before that day"
    assert let_leave(hall, at(TOMORROW)) == 1
    assert hall.record(TWIN).householder == hall.record(WIFE).name
    in_order(replayed(hall.fed())[0].values())


def test_moving_out_that_no_longer_fits_the_household_waits_for_the_office(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    """One of those who were to stay has died meanwhile: who follows is for the family to say again."""
    hall.file(notify(HOUSEHOLDER, succession=SUCCESSION))
    hall.file(change("record_death", resident_key=TWIN))
    office = ChangeOffice(hall.registers)
    assert [office.let_leave(at(TOMORROW, hour)) for hour in (0, 1)] == [0, 0]
    assert caplog.messages.count("a notified moving out has to be filed by hand") == 1
    assert hall.record(HOUSEHOLDER).control.state == register_pb2.RESIDENCE_STATE_LEAVING
    assert let_leave(hall, at(TOMORROW)) == 0


@pytest.mark.parametrize("day", [TODAY, YESTERDAY])
def test_day_on_which_somebody_leaves_is_to_come(hall: Hall, day: CivilDate) -> None:
    invalid(hall, notify(leaves_on=day), "notify_move_out.leaves_on")


def test_succession_goes_with_a_day(hall: Hall) -> None:
    invalid(hall, notify(HOUSEHOLDER, succession=SUCCESSION, leaves_on=None), "notify_move_out.succession")


# Who lives with whom


def test_another_member_heads_the_household_and_the_former_householder_stays(hall: Hall) -> None:
    related = [{"resident_key": HOUSEHOLDER, "relationship": "夫"}, *SUCCESSION["relationships"]]
    succession = {"new_householder": WIFE, "relationships": related}
    hall.file(change("change_householder", household_key=FAMILY, succession=succession))
    assert kind_of(hall) == "HOUSEHOLDER"
    husband, wife = hall.record(HOUSEHOLDER), hall.record(WIFE)
    assert (wife.control.member_number, husband.control.member_number) == (1, 2)
    assert (wife.relationship, husband.relationship) == ("世帯主", "夫")
    assert len(hall.fed()[-1].residents) == 4, "all in one change"
    in_order(replayed(hall.fed())[0].values())


@pytest.mark.parametrize("new", [HOUSEHOLDER, WIDOW])
def test_householder_is_changed_for_another_who_lives_there(hall: Hall, new: str) -> None:
    filing = change("change_householder", household_key=FAMILY, succession=SUCCESSION | {"new_householder": new})
    invalid(hall, filing, "change_householder.succession.new_householder")


def join(key: str, household: str, **rest: Any) -> FileChangeRequest:
    filing = {"resident_key": key, "household_key": household, "relationship": "同居人", "established_on": TODAY}
    return change("join_household", **(filing | rest))


def test_who_joins_a_household_takes_its_address_and_householder(hall: Hall) -> None:
    before, head = resident_of(TWIN), resident_of(WIDOW)
    hall.file(join(TWIN, "h00000010"))
    assert kind_of(hall) == "HOUSEHOLD"
    twin = hall.record(TWIN)
    assert (twin.address, twin.householder, twin.relationship) == (head.address, head.name, "同居人")
    assert (twin.previous_address, twin.address_established_on) == (before.address, TODAY)
    assert [one.control.resident_key for one in hall.registers.household(FAMILY)] == [HOUSEHOLDER, WIFE, OTHER_TWIN]
    in_order(replayed(hall.fed())[0].values())


def test_householder_who_joins_another_household_is_followed(hall: Hall) -> None:
    invalid(hall, join(HOUSEHOLDER, "h00000010"), "join_household.succession.new_householder")
    hall.file(join(HOUSEHOLDER, "h00000010", succession=SUCCESSION))
    in_order(replayed(hall.fed())[0].values())
    invalid(hall, join(WIFE, FAMILY), "join_household.household_key")


def test_deleted_record_counts_as_gone_and_comes_back_without_its_seal(hall: Hall) -> None:
    hall.file(change("delete_record", resident_key=WIFE))
    assert kind_of(hall) == "DELETED"
    wife = hall.record(WIFE)
    assert wife.control.state == register_pb2.RESIDENCE_STATE_DELETED
    assert not wife.HasField("seal_impression")
    assert refused(hall, change("register_seal", resident_key=WIFE, impression=SEAL)).reason == (
        Reason.REASON_RECORD_NOT_FOUND
    )
    invalid(hall, change("restore_record", resident_key=WIFE), "restore_record.relationship")
    hall.file(change("restore_record", resident_key=WIFE, relationship="妻"))
    assert kind_of(hall) == "RESTORED"
    expected = resident_of(WIFE)
    expected.ClearField("seal_impression")
    assert hall.record(WIFE) == expected


def test_restored_record_takes_householder_and_address_of_today(hall: Hall) -> None:
    hall.file(change("delete_record", resident_key=WIDOW, succession={"new_householder": SON}))
    hall.file(change("move_within", household_key="h00000010", address="架空県架空市北町1番", established_on=TODAY))
    hall.file(change("restore_record", resident_key=WIDOW, relationship="母"))
    widow, son = hall.record(WIDOW), hall.record(SON)
    assert (widow.householder, widow.address, son.control.member_number) == (son.name, son.address, 1)
    in_order(replayed(hall.fed())[0].values())


def test_last_one_of_a_household_is_restored_as_its_householder(hall: Hall) -> None:
    hall.file(change("delete_record", resident_key=ALONE))
    invalid(hall, change("restore_record", resident_key=ALONE, relationship="妻"), "restore_record.relationship")
    hall.file(change("restore_record", resident_key=ALONE))
    assert hall.record(ALONE).relationship == "世帯主"


@pytest.mark.parametrize("key", [WIFE, MOVED_OUT, LATE_HUSBAND])
def test_only_a_deleted_record_is_restored(hall: Hall, key: str) -> None:
    filing = change("restore_record", resident_key=key, relationship="妻")
    assert refused(hall, filing).reason == Reason.REASON_RECORD_NOT_FOUND
