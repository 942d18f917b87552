"""The lock of the PIN. [3.3.9, 3.3.10, 3.3.11]"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.pin import PinLock

TYPED = st.lists(st.booleans(), max_size=30)


def after(typed: list[bool], lock: PinLock | None = None) -> PinLock:
    lock = lock or PinLock()
    for right in typed:
        lock = lock.after(right)
    return lock


def has_three_wrong_in_a_row(typed: list[bool]) -> bool:
    return any(typed[start : start + 3] == [False] * 3 for start in range(len(typed)))


@given(TYPED)
def test_three_wrong_in_a_row_lock_and_nothing_less_does(typed: list[bool]) -> None:
    assert after(typed).locked == has_three_wrong_in_a_row(typed)


@given(TYPED, TYPED)
def test_a_lock_holds_whatever_is_typed(typed: list[bool], later: list[bool]) -> None:
    lock = after([*typed, False, False, False, *later])
    assert lock.locked
    assert lock.answer == Reason.REASON_PIN_LOCKED
    assert lock.tries_left == 0


@given(TYPED)
def test_the_answer_is_for_the_last_pin(typed: list[bool]) -> None:
    lock = after(typed)
    if lock.locked:
        assert lock.answer == Reason.REASON_PIN_LOCKED
    elif typed and not typed[-1]:
        assert lock.answer == Reason.REASON_PIN_WRONG
        assert 0 < lock.tries_left < 3
    else:
        assert lock.answer is None
        assert lock.tries_left == 3


@given(TYPED, TYPED)
def test_the_counter_begins_anew(typed: list[bool], later: list[bool]) -> None:
    assert after(later, after(typed).unblocked()) == after(later)


def test_two_strikes_from_elsewhere_leave_one_try() -> None:
    assert PinLock(strikes=2).tries_left == 1
    assert PinLock(strikes=2).after(right=False).answer == Reason.REASON_PIN_LOCKED
    assert PinLock(strikes=2).after(right=True) == PinLock()


@pytest.mark.parametrize("strikes", [-1, 4])
def test_a_count_that_cannot_be_is_refused(strikes: int) -> None:
    with pytest.raises(ValueError, match="strikes: must lie between 0 and 3"):
        PinLock(strikes)
