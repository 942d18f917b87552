"""The lock of the PIN. [3.3.9, 3.3.10, 3.3.11]"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.pin import Act, PinLock, history, transitions

ACTS = st.lists(st.sampled_from(Act), max_size=30)
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


@given(ACTS)
def test_what_lies_between_two_pins_does_not_count(acts: list[Act]) -> None:
    without = [act for act in acts if act is not Act.INTERRUPTED]
    answers, lock = [each.answer for each in history(acts) if each.act is not Act.INTERRUPTED], PinLock()
    assert answers == [each.answer for each in history(without)]
    for each in history(acts):
        assert each.before == lock
        lock = each.after


@given(ACTS)
def test_only_the_counter_lifts_a_lock(acts: list[Act]) -> None:
    lifted = [each.act for each in history(acts) if each.before.locked and not each.after.locked]
    assert set(lifted) <= {Act.UNBLOCKED}


@given(ACTS)
def test_the_right_pin_opens_unless_three_wrong_ones_came_since_the_counter(acts: list[Act]) -> None:
    typed: list[bool] = []
    for each in history(acts):
        if each.act is Act.UNBLOCKED:
            typed = []
        elif each.act is not Act.INTERRUPTED:
            typed.append(each.act is Act.RIGHT)
        if each.act is Act.RIGHT:
            assert (each.answer is None) == (not has_three_wrong_in_a_row(typed))


def test_the_diagram_has_every_act_from_every_count_once_and_is_what_a_card_does() -> None:
    arrows = list(transitions())
    assert len({(arrow.before, arrow.act) for arrow in arrows}) == len(arrows) == 4 * len(Act)
    assert all([arrow] == list(history([arrow.act], arrow.before)) for arrow in arrows)
    assert {arrow.before.strikes for arrow in arrows if arrow.after.locked and arrow.act is Act.RIGHT} == {3}
