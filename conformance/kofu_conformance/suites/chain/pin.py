"""The PIN of the user authentication certificate and its lock. [3.3.9, 3.3.10, 3.3.11]"""

from dataclasses import dataclass

from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.home import HomeReader
from kofu_spec.city import Citizen
from kofu_spec.rules.pin import PinLock

PIN_WRONG = "REASON_PIN_WRONG"
PIN_LOCKED = "REASON_PIN_LOCKED"
OPENED = "session opened"


@dataclass(frozen=True)
class Typed:
    """One PIN typed at one of two kiosks."""

    right: bool
    kiosk: int


def pin_sequences() -> st.SearchStrategy[list[Typed]]:
    """Right and wrong PINs in any order, wrong ones twice as often; long enough to see a count that is not reset."""
    typed = st.builds(Typed, right=st.sampled_from([True, False, False]), kiosk=st.integers(1, 2))
    return st.lists(typed, min_size=4, max_size=8)


def wrong_pin(citizen: Citizen) -> str:
    """A PIN of the right form that is not this card's."""
    assert citizen.card is not None
    return f"{(int(citizen.card.pin) + 1) % 10000:04d}"


def type_pin(chain: Chain, citizen: Citizen, typed: Typed) -> str:
    """Puts the card in, types, and says what came of it; the terminal is idle afterwards."""
    assert citizen.card is not None
    kiosk = chain.kiosk(typed.kiosk)
    chain.story.step(f"kiosk {typed.kiosk}: card in, {'right' if typed.right else 'wrong'} PIN")
    shown = kiosk.insert(citizen.card)
    if not shown.reason:
        shown = kiosk.enter_pin(citizen.card.pin if typed.right else wrong_pin(citizen))
    observed = shown.reason or OPENED
    kiosk.tidy()
    return observed


def expected_of(lock: PinLock, right: bool) -> str:
    if lock.locked:
        return PIN_LOCKED
    if right:
        return OPENED
    return PIN_LOCKED if lock.after(right=False).locked else PIN_WRONG


@check(
    "3.3.10",
    "3.3.9",
    cases=pin_sequences(),
    quick=10,
    standard=60,
    thorough=400,
    needs=("kiosk.test_control",),
)
def three_wrong_pins_lock(chain: Chain, sequence: list[Typed]) -> None:
    """
    A citizen types PINs, right and wrong, in any order, at two kiosks.

    > なお、暗証番号を連続して3回誤った場合、個人情報保護を目的に、機能へロックを掛けアクセス不可（再設定には来庁手続きを要する）こととする。

    From the third wrong one in a row nothing opens any more, not even the right PIN, at whichever kiosk; a right one
    before that starts the count anew.
    """
    citizen = chain.citizen("plain")
    chain.set_aside(citizen)
    lock = PinLock()

    for number, typed in enumerate(sequence, start=1):
        expected = expected_of(lock, typed.right)
        observed = type_pin(chain, citizen, typed)
        lock = lock.after(right=typed.right)
        chain.story.trigger("3.3.9")
        chain.story.trigger("3.3.10", count=int(lock.locked))
        seen_at = f"citizen -> kiosk {typed.kiosk}, PIN {number} of {len(sequence)}"
        expect_equal(observed, expected, seen_at=seen_at, code="pin_answer")


@dataclass(frozen=True)
class Interrupted:
    """Wrong PINs before and after a restart of the kiosk; together three."""

    wrong_before: int


@check(
    "3.3.10",
    cases=st.builds(Interrupted, wrong_before=st.sampled_from([3, 2, 1])),
    quick=2,
    standard=3,
    thorough=3,
    exclusive=True,
    needs=("kiosk.test_control",),
)
def lock_survives_restart(chain: Chain, case: Interrupted) -> None:
    """
    Three wrong PINs, with a restart of the kiosk in between or afterwards.

    > なお、暗証番号を連続して3回誤った場合、個人情報保護を目的に、機能へロックを掛けアクセス不可（再設定には来庁手続きを要する）こととする。

    The count is the card's, and lasts: a restart gives no further try and lifts no lock.
    """
    citizen = chain.citizen("plain")
    chain.set_aside(citizen)
    wrong = Typed(right=False, kiosk=1)
    for _ in range(case.wrong_before):
        type_pin(chain, citizen, wrong)
    chain.story.step("kiosk restarted")
    chain.restart("kiosk")
    for _ in range(3 - case.wrong_before):
        type_pin(chain, citizen, wrong)

    observed = type_pin(chain, citizen, Typed(right=True, kiosk=1))
    chain.story.trigger("3.3.10")
    expect_equal(observed, PIN_LOCKED, seen_at="citizen -> kiosk 1, right PIN at the end", code="lock_after_restart")


@dataclass(frozen=True)
class AtHome:
    """Wrong PINs typed at home, and whether a right one came after them there."""

    wrong: int
    then_right: bool = False


@check(
    "3.3.10",
    cases=st.sampled_from([AtHome(2), AtHome(3), AtHome(1), AtHome(2, then_right=True)]),
    quick=4,
    needs=("kiosk.test_control",),
)
def tries_at_home_count(chain: Chain, case: AtHome) -> None:
    """
    A citizen types wrong PINs on a computer at home, and goes on at a kiosk.

    > なお、暗証番号を連続して3回誤った場合、個人情報保護を目的に、機能へロックを掛けアクセス不可（再設定には来庁手続きを要する）こととする。

    The count is the card's: three in a row lock, wherever each was typed, and a right one anywhere begins anew.
    """
    citizen = chain.citizen("plain")
    assert citizen.card is not None
    chain.set_aside(citizen)
    # The kiosk has seen the card before, with all its tries.
    type_pin(chain, citizen, Typed(right=True, kiosk=1))
    home = HomeReader(chain.profile.cards.folder, citizen.card.card_id)
    lock = PinLock()
    for right in [False] * case.wrong + [True] * case.then_right:
        chain.story.step(f"at home: {'right' if right else 'wrong'} PIN")
        home.type_pin(citizen.card.pin if right else wrong_pin(citizen))
        lock = lock.after(right=right)

    for number in range(3):
        expected = expected_of(lock, right=False)
        observed = type_pin(chain, citizen, Typed(right=False, kiosk=1 + number % 2))
        lock = lock.after(right=False)
        expect_equal(observed, expected, seen_at=f"kiosk, wrong PIN {number + 1} after home", code="home_not_counted")
    observed = type_pin(chain, citizen, Typed(right=True, kiosk=1))
    expect_equal(observed, PIN_LOCKED, seen_at="kiosk 1, right PIN at the end", code="home_not_counted")
    chain.story.trigger("3.3.10")


@check("3.3.9", cases=st.integers(1, 2), quick=2, needs=("kiosk.test_control",))
def a_card_without_pin_opens_nothing(chain: Chain, kiosk_number: int) -> None:
    """
    Someone with a card for face authentication alone, which has no PIN, puts it on the reader.

    > マイナンバーカードに搭載された利用者証明用電子証明書は、カード本体と暗証番号の併用により本人確認を行うこととする。

    The kiosk says at once that only the office can help, asks for no PIN, and the card is as it was.
    """
    citizen = chain.citizen("card-without-pin")
    assert citizen.card is not None
    kiosk = chain.kiosk(kiosk_number)
    chain.story.step(f"kiosk {kiosk_number}: card without PIN in")
    shown = kiosk.insert(citizen.card)
    refusals = (PIN_LOCKED, "REASON_CARD_NOT_ACCEPTED")
    expect(
        shown.reason in refusals,
        expected=" or ".join(refusals),
        observed=shown.reason or shown.screen,
        seen_at=shown.seen_at,
        code="card_without_pin_taken",
    )
    for pin in ("0000", "1234"):
        typed = kiosk.enter_pin(pin)
        expect_equal(typed.reason, "REASON_OUT_OF_ORDER", seen_at=typed.seen_at, code="pin_asked_where_there_is_none")
    chain.story.trigger("3.3.9")
    kiosk.tidy()


@check("3.3.11", needs=("kiosk.test_control", "counter"))
def only_the_counter_lifts_the_lock(chain: Chain) -> None:
    """
    A citizen with a locked card visits the city office.

    > 機能へロックを掛けアクセス不可（再設定には来庁手続きを要する）こととする。

    Without a recorded identity check the counter does nothing. With one it sets a new PIN: the card opens with it,
    and no longer with the old one.
    """
    citizen = chain.citizen("plain")
    assert citizen.card is not None
    for _ in range(3):
        type_pin(chain, citizen, Typed(right=False, kiosk=1))

    chain.story.step("counter asked to unblock without an identity check")
    answer = chain.counter().unblock_pin(citizen, citizen.card.pin, identity_check=None)
    answer.refused(Reason.REASON_IDENTITY_CHECK_MISSING, code="unblocked_without_identity_check")
    observed = type_pin(chain, citizen, Typed(right=True, kiosk=2))
    expect_equal(observed, PIN_LOCKED, seen_at="citizen -> kiosk 2, right PIN", code="lock_lifted_elsewhere")

    new_pin = wrong_pin(citizen)
    chain.story.step("identity checked at the counter, new PIN set")
    chain.counter().unblock_pin(citizen, new_pin).granted()
    observed = type_pin(chain, citizen, Typed(right=True, kiosk=1))
    expect(observed == PIN_WRONG, expected=PIN_WRONG, observed=observed, seen_at="kiosk 1, old PIN", code="old_pin")
    observed = type_pin(chain, citizen, Typed(right=False, kiosk=1))
    expect(observed == OPENED, expected=OPENED, observed=observed, seen_at="kiosk 1, new PIN", code="new_pin")

    chain.story.step("the old PIN set again at the counter")
    chain.counter().unblock_pin(citizen, citizen.card.pin).granted()
    chain.story.trigger("3.3.11")
