"""What the register knows of its feed: whether it is current, for all servers of a site, and by snapshot. [2.6, P.5]"""

import time
from contextlib import closing
from typing import Any

import pytest
from reference.tests import city_side
from reference.tests.city_side import CITY, FEED_ID, change, holder, one, resident_of, serial_of
from reference.tests.places import Places
from reference.tests.test_issuing_register import (
    name_behind,
    named,
    place,
    refusal_of,
    register,
    tax_of,
    tax_years,
)

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.records import Records
from kofu_reference.issuing.register import Register
from kofu_reference.runtime import Refusal

__all__ = ["place", "register"]  # the fixtures of the tests here

# Whether it is known to be complete


def test_the_records_are_current_once_the_newest_number_is_applied_and_told(register: Register) -> None:
    citizen = one("plain")
    assert not register.is_current()
    register.apply(change(1, resident_of(citizen)))
    register.apply(change(2, resident_of(citizen)))
    assert not register.is_current(), "nobody has said yet that there are no more than two"
    register.note_newest(3)
    assert not register.is_current(), "the third has not arrived"
    register.apply(change(3, resident_of(citizen)))
    register.note_newest(3)
    assert register.is_current()


def test_a_register_without_any_record_is_not_current_whatever_the_newest_number(register: Register) -> None:
    register.note_newest(0)
    assert not register.is_current()


def test_register_that_is_opened_is_current_only_once_the_feed_was_heard_since(
    register: Register, places: Places, place: str
) -> None:
    """It may be an older copy, put back a moment ago: only what is told from now on says how far the feed is."""
    register.apply(change(1, resident_of(one("plain"))))
    register.note_newest(1)
    with closing(Register(places.open(place))) as reopened:
        assert register.is_current()
        assert not reopened.is_current()
        reopened.open_feed(FEED_ID)
        reopened.note_newest(1)
        assert reopened.is_current()


def test_copy_of_an_older_register_is_behind_what_it_is_told(register: Register, places: Places, place: str) -> None:
    citizen = one("plain")
    register.apply(change(1, resident_of(citizen)))
    register.note_newest(1)
    register.close()
    copied = places.copy(place)
    with closing(Register(places.open(copied))) as restored:
        restored.open_feed(FEED_ID)
        restored.note_newest(2)
        assert not restored.is_current()
        restored.apply(change(2, named(citizen, "二 番")))
        assert restored.is_current()


@pytest.mark.parametrize("seen", [True, False], ids=["heard lately", "silent too long"])
def test_silent_feed_is_not_taken_for_one_without_news(places: Places, seen: bool) -> None:
    patience = 1000.0 if seen else 0.0
    with closing(Register(places.open(places.fresh()), patience)) as register:
        register.open_feed(FEED_ID)
        register.apply(change(1, resident_of(one("plain"))))
        register.note_newest(1)
        time.sleep(0.01)
        assert register.is_current() is seen


def test_gap_takes_back_that_the_records_are_current_until_the_feed_has_caught_up(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, resident_of(citizen)))
    register.note_newest(1)
    refusal_of(register, change(3, resident_of(citizen)))
    assert not register.is_current()
    for number in (2, 3):
        register.apply(change(number, resident_of(citizen)))
    register.note_newest(3)
    assert register.is_current()


def test_sender_that_knows_less_than_is_here_is_older_than_the_register(register: Register) -> None:
    for number in (1, 2):
        register.apply(change(number, resident_of(one("plain"))))
    register.note_newest(2)
    with pytest.raises(Refusal) as refused:
        register.note_newest(1)
    assert (refused.value.name, refused.value.metadata) == ("REASON_FEED_GAP", {"applied": "2", "newest": "1"})
    assert not register.is_current()


def test_another_change_under_a_number_that_was_applied_is_a_gap(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, named(citizen, "一 番")))
    other = change(1, named(citizen, "別 番"))
    other.change_id = city_side.new_id()
    assert refusal_of(register, other)[0] == "REASON_FEED_GAP"
    assert name_behind(register, serial_of(citizen)) == "一 番"


# Several servers of one site


def test_every_server_of_a_site_sees_a_change_once_one_of_them_has_applied_it(
    register: Register, places: Places, place: str
) -> None:
    """They share one register: so the acknowledgement of one speaks for all. [2.6, P.5]"""
    citizen = one("plain")
    others = [Register(places.open(place)) for _ in range(3)]
    try:
        for number in range(1, 30):
            register.apply(change(number, named(citizen, f"{number} 番")))
            assert {name_behind(each, serial_of(citizen)) for each in others} == {f"{number} 番"}
        register.note_newest(29)
        assert all(each.is_current() for each in others)
        register.note_newest(30)
        assert not any(each.is_current() for each in others)
    finally:
        for each in others:
            each.close()


def test_applicant_and_household_are_of_one_moment_though_another_server_applies_a_change(
    register: Register, places: Places, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a page could show a householder of before beside a household of after."""
    citizen = one("plain")
    register.apply(change(1, named(citizen, "前 番")))
    household = Records.household

    with closing(Register(places.open(place))) as other:
        other.open_feed(FEED_ID)

        def household_after_a_change(records: Records, household_key: str) -> tuple[ResidentRecord, ...]:
            other.apply(change(2, named(citizen, "後 番")))
            return household(records, household_key)

        monkeypatch.setattr(Records, "household", household_after_a_change)
        standing = register.standing_of(holder(serial_of(citizen)))
    assert standing is not None
    assert standing.resident.name == "前 番"
    assert standing.resident in standing.household


def test_change_is_applied_once_though_two_servers_of_a_site_are_fed(
    register: Register, places: Places, place: str
) -> None:
    citizen = one("plain")
    with closing(Register(places.open(place))) as other:
        other.open_feed(FEED_ID)
        for number in range(1, 10):
            for each in (register, other) if number % 2 else (other, register):
                each.apply(change(number, named(citizen, f"{number} 番")))
        assert other.open_feed(FEED_ID).next_number == register.open_feed(FEED_ID).next_number == 10


# Snapshots

SNAPSHOT = "5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a"


def part(number: int, *residents: ResidentRecord, last: bool = False, **rest: Any) -> FeedSnapshotPart:
    named = {"snapshot_id": SNAPSHOT, "number": 7, "change_id": city_side.new_id()} | rest
    return FeedSnapshotPart(part=number, residents=residents, last=last, **named)


def test_snapshot_takes_the_place_of_everything_at_once(register: Register, places: Places, place: str) -> None:
    """Nobody sees a part of it, and of what was here before nothing is left."""
    old, first, second = CITY.family("plain")[:3]
    register.apply(change(1, named(old, "前 一"), named(first, "前 二"), taxes=(tax_of(old), tax_of(first))))
    register.note_newest(1)
    with closing(Register(places.open(place))) as other:
        other.open_feed(FEED_ID)
        wanted = register.open_feed(city_side.new_id())
        assert wanted.snapshot_wanted
        for one_part in (part(1, named(first, "後 二"), taxes=[tax_of(first, 2025)]), part(2, named(second, "後 三"))):
            assert not register.take_part(one_part)
            assert [name_behind(each, serial_of(old)) for each in (register, other)] == ["前 一"] * 2
            assert name_behind(other, serial_of(second)) is None
            assert not register.is_current()
        assert register.take_part(part(3, last=True))
        for each in (register, other):
            names = [name_behind(each, serial_of(citizen)) for citizen in (old, first, second)]
            assert names == [None, "後 二", "後 三"]
            assert tax_years(each, first) == [2025]
    assert not register.is_current(), "what came after it is not told yet"
    register.note_newest(8)
    assert not register.is_current()
    register.apply(change(8, named(first, "新 二")))
    assert register.is_current()


@pytest.mark.parametrize(
    "wrong",
    [part(1), part(3), part(2, snapshot_id=FEED_ID), part(4, last=True)],
    ids=["again from the start", "one left out", "of another snapshot", "the end too early"],
)
def test_snapshot_out_of_its_order_leaves_what_was_here(register: Register, wrong: FeedSnapshotPart) -> None:
    old, first = CITY.family("plain")[:2]
    register.apply(change(1, named(old, "前 一")))
    assert not register.take_part(part(1, named(first, "後 二")))
    if wrong.part == 1:
        assert not register.take_part(wrong)
    else:
        with pytest.raises(Refusal) as refused:
            register.take_part(wrong)
        assert refused.value.name == "REASON_FEED_GAP"
        with pytest.raises(Refusal):
            register.take_part(part(2, last=True))
    assert name_behind(register, serial_of(old)) == "前 一"
    resume = register.open_feed(FEED_ID)
    assert (resume.next_number, resume.snapshot_wanted) == (2, False)


def test_snapshot_that_breaks_off_leaves_what_was_here_and_another_may_follow(
    register: Register, places: Places, place: str
) -> None:
    old, first = CITY.family("plain")[:2]
    register.apply(change(1, named(old, "前 一")))
    register.take_part(part(1, named(first, "後 二")))
    register.close()
    with closing(Register(places.open(place))) as reopened:
        assert name_behind(reopened, serial_of(old)) == "前 一"
        assert name_behind(reopened, serial_of(first)) is None
        assert reopened.open_feed(FEED_ID).next_number == 2
        assert reopened.take_part(part(1, named(first, "後 二"), last=True))
        assert reopened.open_feed(FEED_ID).next_number == 8


def test_feed_that_begins_with_change_1_takes_the_place_of_another_without_a_snapshot(register: Register) -> None:
    old, first = CITY.family("plain")[:2]
    register.apply(change(1, named(old, "前 一")))
    register.open_feed(city_side.new_id())
    assert refusal_of(register, change(2, named(first, "後 二")))[1] == {"expected": "1", "received": "2"}
    assert name_behind(register, serial_of(old)) == "前 一"
    register.apply(change(1, named(first, "後 二")))
    assert [name_behind(register, serial_of(citizen)) for citizen in (old, first)] == [None, "後 二"]


def test_calendar_comes_with_the_feed_and_with_a_snapshot(register: Register) -> None:
    calendar = ServiceCalendar(municipality_code=city_side.AREA, closed_days=[CivilDate(year=2026, month=11, day=7)])
    closed = change(1)
    closed.calendar.CopyFrom(calendar)
    register.apply(closed)
    assert register.calendar() == calendar
    calendar.ClearField("closed_days")
    register.take_part(part(1, last=True, calendar=calendar))
    assert register.calendar() == calendar
    register.take_part(part(1, last=True))
    assert register.calendar() is None
