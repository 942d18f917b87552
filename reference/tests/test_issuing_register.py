"""The fed register: each change whole and once, in order, seen through the newest link of a card. [2.1, 2.6, P.5]"""

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from reference.tests import city_side
from reference.tests.city_side import CITY, FEED_ID, IssuingSide, change, holder, one, resident_of, serial_of
from reference.tests.places import Places

from kofu.v1.common_pb2 import Holder
from kofu.v1.document_pb2 import Document
from kofu.v1.feed_pb2 import FeedChange, FeedHeartbeat, FeedHello, FeedRequest
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu.v1.register_pb2 import ResidenceState, ResidentRecord, TaxRecord
from kofu_reference.issuing.register import Register, Standing
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_spec.city import Citizen

NEW_SERIAL = "abcdef0123456789"


@pytest.fixture
def place(places: Places) -> str:
    return places.fresh()


@pytest.fixture
def register(places: Places, place: str) -> Iterator[Register]:
    with closing(Register(places.open(place))) as register:
        register.open_feed(FEED_ID)
        yield register


def name_behind(register: Register, serial: str) -> str | None:
    """The name of the resident whom the register finds for a certificate; None where it finds nobody."""
    standing = register.standing_of(holder(serial))
    return None if standing is None else standing.resident.name


def standing_of(register: Register, citizen: Citizen) -> Standing:
    standing = register.standing_of(holder(serial_of(citizen)))
    assert standing is not None
    return standing


def tax_years(register: Register, citizen: Citizen) -> list[int]:
    return sorted(tax.tax_year for tax in standing_of(register, citizen).taxes)


def refusal_of(register: Register, refused: FeedChange) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refusal) as caught:
        register.apply(refused)
    return caught.value.name, caught.value.metadata


def named(citizen: Citizen, name: str) -> ResidentRecord:
    record = resident_of(citizen)
    record.name = name
    return record


def linked(citizen: Citizen, *serials: str) -> ResidentRecord:
    record = resident_of(citizen)
    record.control.ClearField("holders")
    record.control.holders.extend(holder(serial) for serial in serials)
    return record


def tax_of(citizen: Citizen, year: int = 2026) -> TaxRecord:
    assert citizen.tax is not None
    record = TaxRecord.FromString(citizen.tax.SerializeToString())
    record.tax_year = year
    return record


# Whole, once, in order


def test_a_change_is_applied_whole_or_not_at_all(register: Register, places: Places, place: str) -> None:
    """Two residents and a tax record, which can't be written at first; the same change is fed again."""
    first, second = CITY.family("plain")[:2]
    register.apply(change(1, named(first, "前 一"), named(second, "前 二")))
    later = change(2, named(first, "後 一"), named(second, "後 二"), taxes=(tax_of(first),))
    places.break_inserts(place, "tax")
    with pytest.raises(Exception, match="no place left"):
        register.apply(later)
    assert [name_behind(register, serial_of(each)) for each in (first, second)] == ["前 一", "前 二"]
    assert register.open_feed(FEED_ID).next_number == 2
    places.mend(place, "tax")
    register.apply(later)
    assert [name_behind(register, serial_of(each)) for each in (first, second)] == ["後 一", "後 二"]
    assert tax_years(register, first) == [2026]
    assert register.open_feed(FEED_ID).next_number == 3


def test_a_change_seen_before_is_passed_over(register: Register) -> None:
    """A sender that lost an acknowledgement sends again; nothing goes back to how it was."""
    citizen = one("plain")
    register.apply(change(1, named(citizen, "一 番")))
    register.apply(change(2, named(citizen, "二 番")))
    for number in (1, 2):
        register.apply(change(number, named(citizen, "又 又")))
    assert name_behind(register, serial_of(citizen)) == "二 番"
    assert register.open_feed(FEED_ID).next_number == 3


@pytest.mark.parametrize("number", [3, 4, 1000])
def test_a_gap_is_refused_with_the_number_expected_and_nothing_applied(register: Register, number: int) -> None:
    citizen = one("plain")
    register.apply(change(1, named(citizen, "一 番")))
    assert refusal_of(register, change(number, named(citizen, "飛 番"))) == (
        "REASON_FEED_GAP",
        {"expected": "2", "received": str(number)},
    )
    assert name_behind(register, serial_of(citizen)) == "一 番"
    assert register.open_feed(FEED_ID).next_number == 2


def test_another_feed_is_offered_a_snapshot_s_place_and_what_is_here_is_not_current_any_more(
    register: Register, places: Places, place: str
) -> None:
    """Only the snapshot replaces what is here: the feed of before may come back until then."""
    register.apply(change(1, resident_of(one("plain"))))
    register.note_newest(1)
    assert register.is_current()
    with closing(Register(places.open(place))) as reopened:
        for each in (register, reopened):
            asked = each.open_feed(city_side.new_id())
            assert (asked.next_number, asked.snapshot_wanted, asked.last_change_id) == (1, True, "")
            assert not register.is_current()
            each.note_newest(1)
            assert not register.is_current(), "the newest number of a feed of which nothing is here"
            back = each.open_feed(FEED_ID)
            assert (back.next_number, back.snapshot_wanted, back.last_change_id) == (2, False, change(1).change_id)


def test_what_was_applied_is_still_there_after_a_reopen(register: Register, places: Places, place: str) -> None:
    city_side.fill(register)
    with closing(Register(places.open(place))) as reopened:
        for label in ("plain", "leaving", "foreign-mid-to-long-term"):
            for citizen in CITY.family(label):
                for each in (register, reopened):
                    standing = standing_of(each, citizen)
                    assert standing.resident == citizen.resident
                    assert standing.taxes == ((citizen.tax,) if citizen.tax else ())


# Links


def test_only_the_issuer_and_the_serial_together_find_a_resident(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, resident_of(citizen)))
    assert name_behind(register, serial_of(citizen)) == citizen.name
    assert register.standing_of(Holder(issuer_key_id=bytes(20), certificate_serial=serial_of(citizen))) is None
    assert name_behind(register, NEW_SERIAL) is None


def test_after_a_renewal_the_new_card_finds_its_holder_and_the_old_one_nobody(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, resident_of(citizen)))
    register.apply(change(2, linked(citizen, NEW_SERIAL)))
    assert name_behind(register, NEW_SERIAL) == citizen.name
    assert name_behind(register, serial_of(citizen)) is None


def test_a_resident_may_be_linked_to_several_cards_and_to_none(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, linked(citizen, serial_of(citizen), NEW_SERIAL)))
    assert name_behind(register, serial_of(citizen)) == name_behind(register, NEW_SERIAL) == citizen.name
    register.apply(change(2, linked(citizen)))
    assert name_behind(register, serial_of(citizen)) is None
    assert name_behind(register, NEW_SERIAL) is None


@pytest.mark.parametrize("order", ["giver first", "taker first", "a change each"])
def test_a_serial_moved_to_another_resident_finds_that_one(register: Register, order: str) -> None:
    giver, taker = CITY.family("plain")[:2]
    register.apply(change(1, resident_of(giver), resident_of(taker)))
    without, given = linked(giver), linked(taker, serial_of(taker), serial_of(giver))
    match order:
        case "giver first":
            register.apply(change(2, without, given))
        case "taker first":
            register.apply(change(2, given, without))
        case _:
            register.apply(change(2, without))
            assert name_behind(register, serial_of(giver)) is None
            register.apply(change(3, given))
    assert name_behind(register, serial_of(giver)) == taker.name
    assert name_behind(register, serial_of(taker)) == taker.name


def test_a_serial_on_the_records_of_two_finds_nobody(register: Register) -> None:
    giver, taker = CITY.family("plain")[:2]
    register.apply(change(1, resident_of(giver), linked(taker, serial_of(giver))))
    assert name_behind(register, serial_of(giver)) is None


# What is seen of an applicant


@pytest.mark.parametrize("label", ["large-household", "householder-deceased"])
def test_a_household_stands_in_its_own_order_whatever_the_order_of_feeding(register: Register, label: str) -> None:
    household = CITY.household(resident_of(one(label)).control.household_key)
    shuffled = random.Random(3).sample(household, len(household))
    for number, member in enumerate(shuffled, start=1):
        register.apply(change(number, resident_of(member)))
    for member in (each for each in household if each.card is not None):
        shown = standing_of(register, member).household
        assert [each.control.member_number for each in shown] == list(range(1, len(household) + 1))
        assert [each.name for each in shown] == [each.name for each in household]


def test_who_left_for_a_household_of_their_own_stands_only_there(register: Register) -> None:
    household = CITY.household(resident_of(one("twins")).control.household_key)
    leaver, *_, stayer = (member for member in household if member.card is not None)
    register.apply(change(1, *(resident_of(member) for member in household)))
    gone = resident_of(leaver)
    gone.control.household_key, gone.control.member_number = "h99999999", 1
    register.apply(change(2, gone))
    old, new = (standing_of(register, each) for each in (stayer, leaver))
    assert [each.name for each in old.household] == [each.name for each in household if each.key != leaver.key]
    assert [each.name for each in new.household] == [leaver.name]


def test_the_newest_record_counts_with_all_that_it_leaves_unset(register: Register) -> None:
    citizen = one("plain")
    register.apply(change(1, resident_of(citizen)))
    cancelled = resident_of(citizen)
    cancelled.ClearField("seal_impression")
    cancelled.control.state = ResidenceState.RESIDENCE_STATE_DECEASED
    register.apply(change(2, cancelled))
    standing = standing_of(register, citizen)
    assert standing.resident == cancelled
    assert cancelled in standing.household


def test_a_tax_record_is_replaced_by_year_and_gone_once_withdrawn(register: Register) -> None:
    citizen, other = [each for each in CITY.family("plain") if each.tax is not None][:2]
    register.apply(change(1, resident_of(citizen), resident_of(other), taxes=(tax_of(citizen), tax_of(other))))
    corrected = tax_of(citizen)
    corrected.taxable_base_yen += 1000
    register.apply(change(2, taxes=(corrected, tax_of(citizen, 2025))))
    assert corrected in standing_of(register, citizen).taxes
    assert tax_years(register, citizen) == [2025, 2026]
    register.apply(change(3, withdrawn=((citizen.key, 2026),)))
    assert tax_years(register, citizen) == [2025]
    assert tax_years(register, other) == [2026]


def test_names_pass_code_point_by_code_point(register: Register, places: Places, place: str) -> None:
    """Compatibility ideographs, variation selectors, characters beyond the BMP, and forms that NFC would join."""
    # Spelt by code point: an editor might normalise them.
    names = [
        "\ufa19\u795e",
        "\u8fbb\U000e0100\u8fbb\U000e0102",
        "\U00020bb7\u5409",
        "\u304b\u3099\u304c",
        "A\u030a\u212b",
    ]
    names += [citizen.name for label in ("hard-name", "kana-given-name") for citizen in CITY.family(label)]
    citizens = CITY.family("plain")[: len(names)]
    for number, (citizen, name) in enumerate(zip(citizens, names, strict=True), start=1):
        register.apply(change(number, named(citizen, name)))
    with closing(Register(places.open(place))) as reopened:
        for citizen, name in zip(citizens, names, strict=True):
            found = name_behind(reopened, serial_of(citizen))
            assert found is not None
            assert [f"U+{ord(each):04X}" for each in found] == [f"U+{ord(each):04X}" for each in name]


# Over the wire


HELLO = FeedRequest(hello=FeedHello(municipality_code=city_side.AREA, feed_id=FEED_ID))
TO_ANOTHER_CITY = FeedRequest(hello=FeedHello(municipality_code="992020", feed_id=FEED_ID))
WAY_AHEAD = FeedRequest(change=change(5, resident_of(one("plain"))))


def newest(number: int) -> FeedRequest:
    return FeedRequest(heartbeat=FeedHeartbeat(newest_number=number))


@pytest.fixture(scope="module")
def unfed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuingSide]:
    with city_side.issuing_side(tmp_path_factory.mktemp("issuing"), fed=False) as side:
        yield side


def conversation(side: IssuingSide, *said: FeedRequest, role: str = "relay") -> list[str]:
    """What a sender hears on one connection, and the reason where it ends in a refusal."""

    async def talk() -> list[str]:
        heard = []
        async with side.running.channel(role) as line:
            try:
                async for answer in RecordFeedServiceStub(line).Feed(iter(said)):
                    number = answer.resume.next_number or answer.acknowledgement.number
                    heard.append(f"{answer.WhichOneof('message')} {number}")
            except grpc.aio.AioRpcError as error:
                heard.append(from_rpc_error(error).name)
        return heard

    return side.run(talk())


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ((newest(0),), ["REASON_OUT_OF_ORDER"]),
        ((WAY_AHEAD,), ["REASON_OUT_OF_ORDER"]),
        ((HELLO, HELLO), ["resume 1", "REASON_OUT_OF_ORDER"]),
        ((HELLO, WAY_AHEAD, newest(5)), ["resume 1", "REASON_FEED_GAP"]),
        ((TO_ANOTHER_CITY,), ["REASON_MUNICIPALITY_NOT_SERVED"]),
    ],
)
def test_a_feed_opens_with_a_hello_for_this_city_and_goes_on_without_a_gap(
    unfed: IssuingSide, said: tuple[FeedRequest, ...], heard: list[str]
) -> None:
    assert conversation(unfed, *said) == heard


@pytest.mark.parametrize("role", ["core", "center", "issuing", "tester"])
def test_only_the_relay_may_feed(unfed: IssuingSide, role: str) -> None:
    assert conversation(unfed, HELLO, role=role) == ["REASON_ROLE_NOT_ALLOWED"]


def test_nothing_is_issued_before_the_records_are_known_to_be_complete(unfed: IssuingSide) -> None:
    """Not even a koseki certificate: whether the applicant is blocked is not known either."""
    first, second = city_side.with_everything()[:2]
    kinds = (city_side.RESIDENCE, city_side.ALL_MATTERS)
    changes = [FeedRequest(change=change(n, resident_of(each))) for n, each in ((1, first), (2, second))]

    koseki_asked = 0

    def nothing_to_be_had() -> bool:
        asked = [unfed.refusal(*each) for each in product((first, second), kinds)]
        return set(asked) == {"REASON_RECORDS_NOT_CURRENT"} and len(unfed.koseki.asked) == koseki_asked

    assert nothing_to_be_had()
    assert conversation(unfed, HELLO, newest(0)) == ["resume 1"]
    assert nothing_to_be_had()
    assert conversation(unfed, HELLO, changes[0], newest(2)) == ["resume 1", "acknowledgement 1"]
    assert nothing_to_be_had()
    assert conversation(unfed, HELLO, *changes, newest(2)) == ["resume 2", *(f"acknowledgement {n}" for n in (1, 1, 2))]
    for application in kinds:
        assert unfed.document(first, application).pdf
    koseki_asked = len(unfed.koseki.asked)
    unfed.run(unfed.restart())
    assert nothing_to_be_had(), "what was told before the restart says nothing of now"
    assert conversation(unfed, HELLO, newest(2)) == ["resume 3", "acknowledgement 2"]
    assert unfed.document(second, city_side.RESIDENCE).pdf


def test_a_change_is_acknowledged_when_it_can_be_seen_and_no_sooner(tmp_path: Path) -> None:
    """Its disk is busy: as long as the change is not written, no acknowledgement comes."""
    citizen = one("plain")

    async def story(side: IssuingSide) -> Document:
        async with side.running.channel("relay") as line:
            stream: Any = RecordFeedServiceStub(line).Feed()  # type: ignore[call-arg]
            await stream.write(HELLO)
            resume, seen_before = await stream.read(), await stream.read()
            assert resume.resume.next_number == seen_before.acknowledgement.number + 1 == side.next_number
            with closing(
                sqlite3.connect(side.folder / city_side.AREA / "register.sqlite3", isolation_level=None)
            ) as disk:
                disk.execute("BEGIN IMMEDIATE")
                await stream.write(FeedRequest(change=change(side.next_number, named(citizen, "後 太郎"))))
                answer = asyncio.ensure_future(stream.read())
                await asyncio.wait([answer], timeout=0.3)
                assert not answer.done()
                disk.execute("ROLLBACK")
            assert (await answer).acknowledgement.number == side.next_number
            return await side.issue(city_side.issue_request(citizen, city_side.RESIDENCE))

    with city_side.issuing_side(tmp_path) as side:
        document = side.run(story(side))
    assert [person.name for person in document.residence_certificate.persons] == ["後 太郎"]
