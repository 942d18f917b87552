"""The lock of the user authentication PIN: three wrong ones in a row. [3.3.9, 3.3.10, 3.3.11]"""

from dataclasses import dataclass, replace

from kofu.v1.reason_pb2 import Reason


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
