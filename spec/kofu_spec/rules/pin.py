"""The lock of the user authentication PIN: three wrong ones in a row. [3.3.9, 3.3.10, 3.3.11]"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product

from kofu.v1.reason_pb2 import Reason


class Act(StrEnum):
    """What happens to a card."""

    RIGHT = "right"
    """The right PIN is typed, at whatever terminal."""
    WRONG = "wrong"
    """A wrong PIN is typed, at whatever terminal."""
    INTERRUPTED = "interrupted"
    """Power is cut, the kiosk restarts, the card goes to another reader, time passes: nothing that counts."""
    UNBLOCKED = "unblocked"
    """The holder has come to the city office and the counter has checked who it is. [3.3.11]"""


@dataclass(frozen=True)
class PinLock:
    """One card's count of wrong PINs in a row, wherever and whenever they were typed.

    Only a right PIN before the lock sets the count back, and only the counter lifts a lock.
    """

    strikes: int = 0
    limit: int = 3

    def __post_init__(self) -> None:
        if not 0 <= self.strikes <= self.limit:
            raise ValueError(f"strikes: must lie between 0 and {self.limit}, not {self.strikes}")

    def after(self, right: bool) -> "PinLock":
        """The lock after one more PIN was typed."""
        if self.locked:
            return self
        return replace(self, strikes=0 if right else self.strikes + 1)

    def unblocked(self) -> "PinLock":
        """The lock after a visit to the city office. [3.3.11]"""
        return replace(self, strikes=0)

    def after_act(self, act: Act) -> "PinLock":
        """The lock after whatever happened to the card."""
        match act:
            case Act.INTERRUPTED:
                return self
            case Act.UNBLOCKED:
                return self.unblocked()
        return self.after(right=act is Act.RIGHT)

    @property
    def locked(self) -> bool:
        """Whether the function is locked."""
        return self.strikes == self.limit

    @property
    def tries_left(self) -> int:
        """How many PINs may still be typed."""
        return self.limit - self.strikes

    @property
    def answer(self) -> "Reason | None":
        """What the last PIN typed is answered with; None for a right one, or where none was typed.

        The wrong PIN that uses up the count is answered as locked, and so is everything after it.
        """
        if self.locked:
            return Reason.REASON_PIN_LOCKED
        return Reason.REASON_PIN_WRONG if self.strikes else None


@dataclass(frozen=True)
class Transition:
    """One arrow of the state diagram: `answer` is that to a PIN typed, None where it is accepted or none was typed."""

    before: PinLock
    act: Act
    after: PinLock
    answer: "Reason | None"


def transitions() -> Iterator[Transition]:
    """Every arrow, from every count of strikes."""
    for strikes, act in product(range(PinLock().limit + 1), Act):
        yield from history([act], PinLock(strikes))


def history(acts: Iterable[Act], lock: PinLock | None = None) -> Iterator[Transition]:
    """What each act does to a card, one after the other; a fresh card unless a lock is given."""
    lock = lock or PinLock()
    for act in acts:
        after = lock.after_act(act)
        yield Transition(lock, act, after, after.answer if act in (Act.RIGHT, Act.WRONG) else None)
        lock = after
