"""The money of one terminal: what was put in, what lies in the return slot, what was kept. All in yen. [3.3.6]"""

from dataclasses import dataclass


@dataclass
class Till:
    """Every yen put in is in exactly one of three places: held, in the return slot, or in the cash box."""

    cash_box_yen: int
    held_yen: int = 0
    return_slot_yen: int = 0

    def insert(self, yen: int) -> None:
        """Holds money until the papers are there."""
        self.held_yen += yen

    def reject(self, yen: int) -> None:
        """Lets money that nobody asked for fall through into the return slot."""
        self.return_slot_yen += yen

    def settle(self, fee_yen: int) -> None:
        """Keeps the fee and puts the change into the return slot."""
        if fee_yen > self.held_yen:
            raise ValueError(f"fee_yen: must not exceed the {self.held_yen} yen held; it was {fee_yen}")
        self.cash_box_yen += fee_yen
        self.return_slot_yen += self.held_yen - fee_yen
        self.held_yen = 0

    def give_back(self) -> None:
        """Returns everything held: nothing is charged for what was not printed."""
        self.return_slot_yen += self.held_yen
        self.held_yen = 0

    def take_returned(self) -> int:
        """A hand empties the return slot."""
        returned_yen, self.return_slot_yen = self.return_slot_yen, 0
        return returned_yen
