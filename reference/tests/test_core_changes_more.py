"""A householder who leaves others behind is followed by one of them; moving out in advance; births. [2.1, 2.6]"""

from typing import Any, Final

import protovalidate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.tests.chain_pieces import CITY, resident_of
from reference.tests.places import Places
from reference.tests.test_core_changes import (
    HOUSEHOLDER,
    MOVED_OUT,
    OTHER_TWIN,
    RECORDED,
    SON,
    TODAY,
    TWIN,
    WIDOW,
    WIFE,
    Hall,
    any_filing,
    change,
    filed_as,
    hall,
    in_order,
    invalid,
    loaded,
    refused,
    replayed,
)

from kofu.v1 import feed_pb2, register_pb2
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import FileChangeRequest
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.runtime import Refusal

__all__ = ["hall", "loaded"]  # the fixtures of the tests here

STAY: Final = {WIFE: "", TWIN: "子", OTHER_TWIN: "妻の子"}
"""Who stays when the householder goes, and how they are related to the wife, who follows."""
EVENTS: Final = {"move_out": "MOVE_OUT", "record_death": "DEATH", "split_household": "HOUSEHOLD"}


def leaving(event: str, key: str, follows: str, related: dict[str, str]) -> FileChangeRequest:
    relationships = [{"resident_key": one, "relationship": relationship} for one, relationship in related.items()]
    return change(event, resident_key=key, new_householder=follows, relationships=relationships)


def followed(event: str) -> FileChangeRequest:
    return leaving(event, HOUSEHOLDER, WIFE, {key: text for key, text in STAY.items() if text})


def gone(event: str) -> ResidentRecord:
    """The householder afterwards."""
    record = resident_of(HOUSEHOLDER)
    if event == "split_household":
        record.control.household_key = f"h{max(int(key[1:]) for key in _households()) + 1:08d}"
        record.notified_on.CopyFrom(TODAY)
        return record
    moved_out, deceased = register_pb2.RESIDENCE_STATE_MOVED_OUT, register_pb2.RESIDENCE_STATE_DECEASED
    record.control.state = moved_out if event == "move_out" else deceased
    record.ClearField("seal_impression")
    return record


def _households() -> set[str]:
    return {record.control.household_key for record in RECORDED.values()}


def under_the_wife(key: str) -> ResidentRecord:
    record = resident_of(key)
    record.householder = resident_of(WIFE).name
    record.relationship = STAY[key] or "世帯主"
    if key == WIFE:
        record.control.member_number = 1
    return record


@pytest.mark.parametrize("event", EVENTS)
def test_one_who_stays_follows_and_everyone_is_told_in_one_change(hall: Hall, event: str) -> None:
    expected = [gone(event), *(under_the_wife(key) for key in STAY)]
    told = {"new_household_key": expected[0].control.household_key} if event == "split_household" else {}
    filed_as(hall, followed(event), EVENTS[event], *expected, **told)
    in_order(replayed(hall.fed())[0].values())


def test_last_one_who_stays_heads_a_household_alone(hall: Hall) -> None:
    hall.file(leaving("record_death", WIDOW, SON, {}))
    son = hall.record(SON)
    assert (son.relationship, son.householder, son.control.member_number) == ("世帯主", son.name, 1)


def test_who_follows_may_leave_too(hall: Hall) -> None:
    hall.file(followed("record_death"))
    hall.file(leaving("move_out", WIFE, TWIN, {OTHER_TWIN: "弟"}))
    twin = hall.record(OTHER_TWIN)
    assert (twin.relationship, twin.householder) == ("弟", resident_of(TWIN).name)


def test_the_dead_need_no_relationship_to_the_new_householder(hall: Hall) -> None:
    """The late husband stands in the widow's household; a filing that names him is wrong."""
    (late,) = [
        citizen.key for citizen in CITY.household("h00000010") if citizen.resident and citizen.key not in (WIDOW, SON)
    ]
    invalid_of(hall, leaving("move_out", WIDOW, SON, {late: "父"}), "move_out.relationships")


def invalid_of(hall: Hall, request: FileChangeRequest, field: str) -> None:
    """The filing is refused, naming the field, and nothing is fed."""
    before = hall.fed()
    with pytest.raises(Refusal) as caught:
        hall.file(request)
    assert caught.value.name == "REASON_INVALID_REQUEST"
    assert caught.value.metadata["field"] == field
    assert all(caught.value.metadata[part] for part in ("rule", "message", "remedy"))
    assert hall.fed() == before


WRONG: Final[dict[str, tuple[str, str, dict[str, str], str]]] = {
    "nobody follows": (HOUSEHOLDER, "", {}, "new_householder"),
    "the one who leaves follows": (HOUSEHOLDER, HOUSEHOLDER, {WIFE: "妻", TWIN: "子"}, "new_householder"),
    "somebody of another household follows": (HOUSEHOLDER, SON, {WIFE: "妻"}, "new_householder"),
    "somebody who is gone follows": (HOUSEHOLDER, MOVED_OUT, {WIFE: "妻"}, "new_householder"),
    "an unknown one follows": (HOUSEHOLDER, "r99999999", {WIFE: "妻"}, "new_householder"),
    "one is left out": (HOUSEHOLDER, WIFE, {TWIN: "子"}, "relationships"),
    "one too many": (HOUSEHOLDER, WIFE, {TWIN: "子", OTHER_TWIN: "子", SON: "子"}, "relationships"),
    "the one who leaves among them": (
        HOUSEHOLDER,
        WIFE,
        {TWIN: "子", OTHER_TWIN: "子", HOUSEHOLDER: "夫"},
        "relationships",
    ),
    "no householder leaves": (WIFE, HOUSEHOLDER, {TWIN: "子", OTHER_TWIN: "子"}, "new_householder"),
    "a householder leaves nobody": (SON, WIFE, {}, "new_householder"),
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize(("key", "follows", "related", "field"), WRONG.values(), ids=WRONG)
def test_filing_that_leaves_the_household_unclear_is_refused(
    hall: Hall, event: str, key: str, follows: str, related: dict[str, str], field: str
) -> None:
    if key == SON:
        hall.file(change("move_out", resident_key=SON))
        key = WIDOW
    invalid(hall, leaving(event, key, follows, related), f"{event}.{field}")


def test_who_notifies_moving_out_is_leaving_until_that_is_cancelled(hall: Hall) -> None:
    expected = resident_of(WIFE)
    expected.control.state = register_pb2.RESIDENCE_STATE_LEAVING
    filed_as(hall, change("notify_move_out", resident_key=WIFE), "MOVE_OUT_NOTIFIED", expected)
    filed_as(hall, change("cancel_move_out", resident_key=WIFE), "MOVE_OUT_CANCELLED", resident_of(WIFE))


@pytest.mark.parametrize("key", [MOVED_OUT, "r99999999"])
def test_moving_out_is_notified_once_and_cancelled_only_where_it_was_notified(hall: Hall, key: str) -> None:
    not_found = Reason.REASON_RECORD_NOT_FOUND
    for event in ("notify_move_out", "cancel_move_out"):
        assert refused(hall, change(event, resident_key=key)).reason == not_found
    assert refused(hall, change("cancel_move_out", resident_key=WIFE)).reason == not_found
    hall.file(change("notify_move_out", resident_key=WIFE))
    assert refused(hall, change("notify_move_out", resident_key=WIFE)).reason == not_found


def birth(**other: Any) -> FileChangeRequest:
    child: dict[str, Any] = {
        "household_key": "h00000010",
        "name": "新見\u3000例",
        "birth_date": TODAY,
        "sex": register_pb2.SEX_FEMALE,
        "relationship": "子",
        "individual_number": "000000000000",
        "registered_domicile": "架空県架空市一番地",
        "head_of_register": "新見\u3000一",
    }
    return change("record_birth", **(child | other))


@pytest.mark.parametrize("nationality", ["", "架空国"])
def test_child_is_recorded_in_the_household_with_a_key_and_a_number_of_its_own(hall: Hall, nationality: str) -> None:
    known = {resident.control.resident_key for resident in hall.fed()[0].residents}
    numbers = {member.control.member_number for member in hall.registers.household("h00000010")}
    foreign: dict[str, Any] = {"nationality": nationality, "registered_domicile": "", "head_of_register": ""}
    answer = hall.file(birth(**(foreign if nationality else {})))

    assert answer.kind == feed_pb2.RECORD_CHANGE_KIND_BIRTH
    assert answer.resident_key not in known
    child, widow = hall.record(answer.resident_key), resident_of(WIDOW)
    protovalidate.validate(hall.fed()[-1])
    assert list(hall.fed()[-1].residents) == [child]
    assert child.control.member_number not in numbers
    assert child.control.state == register_pb2.RESIDENCE_STATE_RESIDENT
    assert (child.address, child.householder, child.relationship) == (widow.address, widow.name, "子")
    assert child.birth_date.exact == child.address_established_on == child.notified_on == TODAY
    since = child.foreign_resident_since if nationality else child.resident_since
    assert since == TODAY
    assert child.HasField("resident_since") != bool(nationality)
    assert bool(child.registered_domicile) != bool(nationality)
    transitional = register_pb2.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL
    assert child.foreign_category == (transitional if nationality else 0)
    assert hall.file(birth()).resident_key not in known | {answer.resident_key}
    in_order(replayed(hall.fed())[0].values())


def test_child_is_not_born_tomorrow_nor_where_nobody_lives_nor_as_the_thirty_first(hall: Hall) -> None:
    tomorrow = CivilDate(year=TODAY.year, month=TODAY.month, day=TODAY.day + 1)
    invalid(hall, birth(birth_date=tomorrow), "record_birth.birth_date")
    for household in ("h99999999", resident_of(MOVED_OUT).control.household_key):
        assert refused(hall, birth(household_key=household)).reason == Reason.REASON_RECORD_NOT_FOUND
    for _ in range(27):
        hall.file(birth())
    invalid(hall, birth(), "record_birth.household_key")


def any_succession() -> st.SearchStrategy[FileChangeRequest]:
    """A householder leaves, and the filing may or may not say enough."""
    households = ((HOUSEHOLDER, WIFE, TWIN, OTHER_TWIN), (WIDOW, SON))

    def filing(event: str, members: tuple[str, ...], order: Any, left_out: int) -> FileChangeRequest:
        key, follows, *others = order.sample(list(members), len(members))
        return leaving(event, key, follows, dict.fromkeys(others[left_out:], "同居人"))

    return st.builds(
        filing,
        st.sampled_from(list(EVENTS)),
        st.sampled_from(households),
        st.randoms(use_true_random=False),
        st.sampled_from([0, 0, 0, 1]),
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(any_succession() | any_filing(), min_size=1, max_size=12))
def test_every_household_keeps_exactly_one_householder_whatever_is_filed(
    places: Places, loaded: str, filings: list[FileChangeRequest]
) -> None:
    hall = Hall(places.open(places.copy(loaded)))
    for filing in filings:
        before = hall.fed()
        try:
            hall.file(filing)
        except Refusal:
            assert hall.fed() == before
    residents, _ = replayed(hall.fed())
    assert residents == {key: hall.record(key) for key in residents}
    in_order(residents.values())
    hall.registers.close()
