"""What a change filed at the counter does to the city's records, and what of it is fed. [2.1, 2.3, 2.6]"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import protovalidate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.tests.chain_pieces import (
    CITY,
    EVENING,
    MUNICIPALITY,
    RESIDENTS,
    TAXES,
    key_of,
    recorded,
    replayed,
    resident_of,
)
from reference.tests.places import Places, tables

from kofu.v1 import feed_pb2, register_pb2
from kofu.v1.common_pb2 import CivilDate, Holder
from kofu.v1.counter_pb2 import FileChangeRequest, FileChangeResponse
from kofu.v1.feed_pb2 import FeedChange
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.core.changes import ChangeOffice
from kofu_reference.core.registers import Registers
from kofu_reference.runtime import Refusal
from kofu_reference.storage import Database

TODAY: Final = CivilDate(year=2026, month=10, day=8)
"""In Japan, at EVENING."""
MOVED_ON: Final = CivilDate(year=2026, month=10, day=1)
NEW_ADDRESS: Final = "架空県架空市ゆうやけ町九丁目9番9号"
NEW_NAME: Final = "新見\u3000例"
HOUSEHOLDER, WIFE, TWIN, OTHER_TWIN = (citizen.key for citizen in CITY.household("h00000005"))
WIDOW, SON, LATE_HUSBAND = (citizen.key for citizen in CITY.household("h00000010"))
ALONE: Final = key_of("card-expiring")
SEALLESS: Final = key_of("no-seal")
MOVED_OUT: Final = key_of("moved-out")
RECORDED: Final = {
    citizen.key: citizen.resident
    for key in (HOUSEHOLDER, WIDOW, ALONE, SEALLESS, MOVED_OUT)
    for citizen in CITY.household(RESIDENTS[key].control.household_key)
    if citizen.resident is not None
}
SEAL: Final = register_pb2.SealImpression(
    png=b"\x89PNG\r\n\x1a\n" + bytes(72),
    width_hundredth_mm=1500,
    height_hundredth_mm=1500,
    registered_on=TODAY,
    registration_number="00000007",
)
NOBODY: Final = "r99999999"
HARD_NAMES: Final = {
    "variation sequence": "\u8fbb\U000e0102見\u3000例",
    "compatibility ideograph": "\ufa19見\u3000例",
    "compatibility ideograph beside its like": "\u795e\ufa19\u3000\ufa1a\u7965",
    "beyond the BMP": "\U00020bb7見\u3000\U0002000b",
    "decomposed kana": "か\u3099見\u3000がレ\u309aイ",
    "blanks": " 見  例\u3000",
}


def change(event: str, /, **filing: Any) -> FileChangeRequest:
    """A filing that the counter's interface would let through."""
    request = FileChangeRequest(municipality_code=MUNICIPALITY, **{event: filing})
    protovalidate.validate(request)
    return request


def certificate(serial: str) -> Holder:
    return Holder(issuer_key_id=bytes(20), certificate_serial=serial)


class Hall:
    """The city hall: registers with a few families in them, and the office where changes are filed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.registers = Registers(database)
        self._office = ChangeOffice(self.registers)

    def load(self) -> None:
        taxes = [tax for (key, _), tax in TAXES.items() if key in RECORDED]
        with self.registers.transaction():
            self.registers.commit(feed_pb2.RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, list(RECORDED.values()), taxes)

    def file(self, request: FileChangeRequest) -> FileChangeResponse:
        return self._office.file(request, EVENING)

    def record(self, key: str) -> ResidentRecord:
        record = self.registers.resident(key)
        assert record is not None
        return record

    def fed(self) -> list[FeedChange]:
        return self.registers.changes_from(1, 1_000_000)


@pytest.fixture(scope="module")
def loaded(places: Places) -> str:
    place = places.fresh()
    hall = Hall(places.open(place))
    hall.load()
    hall.registers.close()
    return place


@pytest.fixture
def hall(places: Places, loaded: str) -> Iterator[Hall]:
    hall = Hall(places.open(places.copy(loaded)))
    yield hall
    hall.registers.close()


def filed_as(
    hall: Hall,
    request: FileChangeRequest,
    kind: str,
    *concerned: ResidentRecord,
    taxes: Sequence[TaxRecord] = (),
    **told: Any,
) -> None:
    """Files a change, and sees that exactly what it concerns is recorded and fed as it is to stand."""
    number = hall.registers.newest_number() + 1
    residents_before, taxes_before = recorded(hall.database)

    assert hall.file(request) == FileChangeResponse(number=number, kind=f"RECORD_CHANGE_KIND_{kind}", **told)

    expected = FeedChange(number=number, kind=f"RECORD_CHANGE_KIND_{kind}", residents=concerned, taxes=taxes)
    expected.committed_at.FromDatetime(EVENING)
    expected.change_id = hall.fed()[-1].change_id
    assert hall.fed()[-1] == expected
    residents_fed, taxes_fed = replayed([expected])
    assert recorded(hall.database) == (residents_before | residents_fed, taxes_before | taxes_fed)
    protovalidate.validate(expected)


def test_registered_seal_replaces_the_earlier_one(hall: Hall) -> None:
    expected = resident_of(HOUSEHOLDER)
    assert expected.HasField("seal_impression")
    expected.seal_impression.CopyFrom(SEAL)
    filed_as(hall, change("register_seal", resident_key=HOUSEHOLDER, impression=SEAL), "SEAL_REGISTERED", expected)


def test_cancelled_seal_is_gone_from_the_record(hall: Hall) -> None:
    expected = resident_of(HOUSEHOLDER)
    expected.ClearField("seal_impression")
    filed_as(hall, change("cancel_seal", resident_key=HOUSEHOLDER), "SEAL_CANCELLED", expected)


def moved(key: str) -> ResidentRecord:
    record = resident_of(key)
    record.previous_address = record.address
    record.address = NEW_ADDRESS
    record.address_established_on.CopyFrom(MOVED_ON)
    record.notified_on.CopyFrom(TODAY)
    return record


def move_within(household_key: str) -> FileChangeRequest:
    return change("move_within", household_key=household_key, address=NEW_ADDRESS, established_on=MOVED_ON)


def test_household_moves_whole(hall: Hall) -> None:
    family = [moved(citizen.key) for citizen in CITY.household("h00000005")]
    filed_as(hall, move_within("h00000005"), "MOVE_WITHIN", *family)


def test_the_dead_of_a_household_do_not_move_with_it(hall: Hall) -> None:
    filed_as(hall, move_within("h00000010"), "MOVE_WITHIN", moved(WIDOW), moved(SON))


@pytest.mark.parametrize("event", ["move_out", "record_death"])
def test_who_is_gone_has_no_seal_and_stays_on_record(hall: Hall, event: str) -> None:
    kind, state = {
        "move_out": ("MOVE_OUT", register_pb2.RESIDENCE_STATE_MOVED_OUT),
        "record_death": ("DEATH", register_pb2.RESIDENCE_STATE_DECEASED),
    }[event]
    expected = resident_of(WIFE)
    expected.control.state = state
    expected.ClearField("seal_impression")
    filed_as(hall, change(event, resident_key=WIFE), kind, expected)


@pytest.mark.parametrize("event", ["move_out", "record_death"])
def test_householder_may_leave_when_nobody_lives_there_any_more(hall: Hall, event: str) -> None:
    hall.file(change("move_out", resident_key=SON))
    hall.file(change(event, resident_key=WIDOW))
    assert hall.record(WIDOW).control.state != register_pb2.RESIDENCE_STATE_RESIDENT


@pytest.mark.parametrize("key", [HOUSEHOLDER, MOVED_OUT])
def test_issue_blocks_stand_as_filed_and_none_lifts_all(hall: Hall, key: str) -> None:
    expected = resident_of(key)
    for blocks in ([register_pb2.ISSUE_BLOCK_SUPPORT_MEASURES], [register_pb2.ISSUE_BLOCK_OFFICIAL], []):
        expected.control.ClearField("blocks")
        expected.control.blocks.extend(blocks)
        filed_as(hall, change("set_issue_blocks", resident_key=key, blocks=blocks), "ISSUE_BLOCK", expected)


def test_who_splits_heads_a_household_of_their_own_at_the_same_address(hall: Hall) -> None:
    households = {record.control.household_key for record in RECORDED.values()}
    for key in (TWIN, OTHER_TWIN):
        expected = resident_of(key)
        new = f"h{int(max(households)[1:]) + 1:08d}"
        households.add(new)
        expected.control.household_key = new
        expected.control.member_number = 1
        expected.relationship, expected.householder = "世帯主", expected.name
        expected.notified_on.CopyFrom(TODAY)
        filed_as(hall, change("split_household", resident_key=key), "HOUSEHOLD", expected, new_household_key=new)
    assert [member.control.resident_key for member in hall.registers.household("h00000005")] == [HOUSEHOLDER, WIFE]


@pytest.mark.parametrize("year", [2026, 2025])
def test_assessed_tax_is_fed_alone_and_stands_for_its_year(hall: Hall, year: int) -> None:
    record = TaxRecord()
    record.CopyFrom(TAXES[HOUSEHOLDER, 2026])
    record.tax_year = year
    record.not_taxable = True
    filed_as(hall, change("assess_tax", record=record), "TAX", taxes=[record])


def renamed(key: str) -> ResidentRecord:
    record = resident_of(key)
    record.name = NEW_NAME
    record.ClearField("seal_impression")
    return record


def test_new_name_ends_the_seal_registration_and_concerns_nobody_else(hall: Hall) -> None:
    assert resident_of(WIFE).HasField("seal_impression")
    filing = change("change_name", resident_key=WIFE, name=NEW_NAME)
    filed_as(hall, filing, "PERSONAL_ITEMS", renamed(WIFE))


def test_new_name_of_the_householder_stands_on_the_record_of_everyone_who_lives_there(hall: Hall) -> None:
    widow, son = renamed(WIDOW), resident_of(SON)
    widow.householder = son.householder = NEW_NAME
    filed_as(hall, change("change_name", resident_key=WIDOW, name=NEW_NAME), "PERSONAL_ITEMS", widow, son)


@pytest.mark.parametrize("name", HARD_NAMES.values(), ids=HARD_NAMES)
def test_names_go_through_code_point_by_code_point(hall: Hall, name: str) -> None:
    hall.file(change("change_name", resident_key=ALONE, name=name))
    code_points = [ord(character) for character in name]
    for record in (hall.record(ALONE), hall.fed()[-1].residents[0]):
        assert [ord(character) for character in record.name] == code_points
        assert [ord(character) for character in record.householder] == code_points


def test_certificates_stand_as_filed_and_may_go_to_another_once_taken_away(hall: Hall) -> None:
    (own,) = resident_of(HOUSEHOLDER).control.holders
    for key, holders in ((HOUSEHOLDER, [certificate("1a"), own]), (HOUSEHOLDER, []), (WIFE, [own])):
        expected = hall.record(key)
        expected.control.ClearField("holders")
        expected.control.holders.extend(holders)
        filed_as(hall, change("link_cards", resident_key=key, holders=holders), "CARD_LINK", expected)
        assert [hall.registers.linked_to(holder) for holder in holders] == [key] * len(holders)
    assert hall.registers.linked_to(certificate("1a")) is None


def refused(hall: Hall, request: FileChangeRequest) -> Refusal:
    """Files a change that is refused, and sees that nothing at all was written."""
    before = tables(hall.database)
    with pytest.raises(Refusal) as caught:
        hall.file(request)
    assert tables(hall.database) == before
    return caught.value


def filings_of(key: str) -> dict[str, FileChangeRequest]:
    """Everything that can be filed of a resident."""
    tax = TaxRecord()
    tax.CopyFrom(TAXES[HOUSEHOLDER, 2026])
    tax.resident_key = key
    requests = {name: change(name, resident_key=key) for name in ("cancel_seal", "move_out", "record_death")}
    return requests | {
        "register_seal": change("register_seal", resident_key=key, impression=SEAL),
        "split_household": change("split_household", resident_key=key),
        "change_name": change("change_name", resident_key=key, name=NEW_NAME),
        "set_issue_blocks": change("set_issue_blocks", resident_key=key, blocks=[register_pb2.ISSUE_BLOCK_OFFICIAL]),
        "link_cards": change("link_cards", resident_key=key, holders=[certificate("1a")]),
        "assess_tax": change("assess_tax", record=tax),
    }


@pytest.mark.parametrize("request_", filings_of(NOBODY).values(), ids=filings_of(NOBODY))
def test_of_an_unknown_resident_nothing_can_be_filed(hall: Hall, request_: FileChangeRequest) -> None:
    assert refused(hall, request_).reason == Reason.REASON_RECORD_NOT_FOUND


@pytest.mark.parametrize("key", [MOVED_OUT, LATE_HUSBAND])
def test_of_who_is_gone_only_blocks_cards_and_taxes_can_be_filed(hall: Hall, key: str) -> None:
    for name, request in filings_of(key).items():
        if name in ("set_issue_blocks", "link_cards", "assess_tax"):
            hall.file(request)
        else:
            assert refused(hall, request).reason == Reason.REASON_RECORD_NOT_FOUND


@pytest.mark.parametrize(
    "household_key", ["h99999999", RESIDENTS[MOVED_OUT].control.household_key], ids=["unknown", "all gone"]
)
def test_household_in_which_nobody_lives_can_not_move(hall: Hall, household_key: str) -> None:
    assert refused(hall, move_within(household_key)).reason == Reason.REASON_RECORD_NOT_FOUND


def test_seal_that_is_not_registered_can_not_be_cancelled(hall: Hall) -> None:
    assert refused(hall, change("cancel_seal", resident_key=SEALLESS)).reason == Reason.REASON_RECORD_NOT_FOUND


def invalid(hall: Hall, request: FileChangeRequest, field: str) -> None:
    """The change is refused with one clear line: the field, the rule and the remedy."""
    refusal = refused(hall, request)
    assert refusal.reason == Reason.REASON_INVALID_REQUEST
    assert refusal.metadata["field"] == field
    assert all(refusal.metadata[part] for part in ("rule", "message", "remedy"))
    assert resident_of(HOUSEHOLDER).name not in " ".join(refusal.metadata.values())


@pytest.mark.parametrize("event", ["move_out", "split_household", "record_death"])
def test_householder_does_not_leave_others_without_one(hall: Hall, event: str) -> None:
    invalid(hall, change(event, resident_key=HOUSEHOLDER), f"{event}.new_householder")


def test_certificate_of_another_resident_is_not_linked(hall: Hall) -> None:
    (others,) = resident_of(HOUSEHOLDER).control.holders
    request = change("link_cards", resident_key=WIFE, holders=[certificate("1a"), others])
    invalid(hall, request, "link_cards.holders[1]")


def test_certificate_named_twice_is_not_linked(hall: Hall) -> None:
    twice = [certificate("1a"), certificate("1b"), certificate("1a")]
    invalid(hall, change("link_cards", resident_key=WIFE, holders=twice), "link_cards.holders[2]")


PEOPLE: Final = (HOUSEHOLDER, WIFE, TWIN, WIDOW, SON, LATE_HUSBAND, ALONE, SEALLESS, MOVED_OUT, NOBODY)
HOUSEHOLDS: Final = ("h00000005", "h00000010", RESIDENTS[ALONE].control.household_key, "h99999999")


def any_filing() -> st.SearchStrategy[FileChangeRequest]:
    """Any change, of few people, so that filings meet."""
    people = st.sampled_from(PEOPLE)
    holders = st.lists(st.sampled_from("123").map(certificate), max_size=3)
    blocks = st.lists(st.sampled_from(register_pb2.IssueBlock.values()[1:]), max_size=4)
    linked = st.builds(lambda key, holders: change("link_cards", resident_key=key, holders=holders), people, holders)
    blocked = st.builds(lambda key, blocks: change("set_issue_blocks", resident_key=key, blocks=blocks), people, blocks)
    named = st.builds(
        lambda key, name: change("change_name", resident_key=key, name=name),
        people,
        st.sampled_from([*HARD_NAMES.values(), "\U00020bb7" * 200]),
    )
    of_person = people.flatmap(lambda key: st.sampled_from(list(filings_of(key).values())))
    return of_person | linked | blocked | named | st.sampled_from(HOUSEHOLDS).map(move_within)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_filing(), min_size=1, max_size=12))
def test_after_any_filings_the_feed_tells_the_registers_and_they_are_in_order(
    places: Places, loaded: str, filings: list[FileChangeRequest]
) -> None:
    hall = Hall(places.open(places.copy(loaded)))
    for filing in filings:
        told = len(hall.fed())
        try:
            hall.file(filing)
        except Refusal:
            assert len(hall.fed()) == told
        else:
            protovalidate.validate(hall.fed()[-1])

    fed = hall.fed()
    assert [one.number for one in fed] == list(range(1, len(fed) + 1))
    residents, _ = replayed(fed)
    assert residents == {key: hall.record(key) for key in RECORDED}
    in_order(residents.values())
    hall.registers.close()


def in_order(records: Any) -> None:
    """What holds of the registers whatever was filed: who heads a household, whose a certificate is, who has a seal."""
    households: dict[str, list[ResidentRecord]] = {}
    owners: dict[str, str] = {}
    for record in records:
        control = record.control
        gone = control.state in (register_pb2.RESIDENCE_STATE_MOVED_OUT, register_pb2.RESIDENCE_STATE_DECEASED)
        assert not (gone and record.HasField("seal_impression"))
        if not gone:
            households.setdefault(control.household_key, []).append(record)
        for holder in control.holders:
            assert owners.setdefault(holder.certificate_serial, control.resident_key) == control.resident_key
    for members in households.values():
        (head,) = (member for member in members if member.control.member_number == 1)
        assert {member.householder for member in members} == {head.name}
        assert len({member.control.member_number for member in members}) == len(members)
        assert len({member.address for member in members}) == 1
