"""The money unit of one terminal: a machine of its own that forgets nothing without power. All in yen. [3.3.6]"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Coins:
    """Where the money is. Every yen put in is in exactly one place; electronic money is held or kept, or was let go."""

    cash_box_yen: int = 0
    held_yen: int = 0
    return_slot_yen: int = 0
    electronic_held_yen: int = 0
    electronic_kept_yen: int = 0


class CoinMemory(Protocol):
    """What the money unit remembers. A write is done as a whole or not at all."""

    def read(self) -> Coins: ...

    def write(self, coins: Coins) -> None: ...


class CoinFile:
    """The memory as a file, which outlives the process as the machine outlives a power cut."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Coins:
        """What was last written; nothing at the very first."""
        return Coins(**json.loads(self._path.read_text())) if self._path.exists() else Coins()

    def write(self, coins: Coins) -> None:
        """Replaces what was there in one step."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        arriving = self._path.with_suffix(".arriving")
        arriving.write_text(json.dumps(asdict(coins)))
        arriving.replace(self._path)


class Till:
    """Slot, escrow, cash box and electronic money. Each method is one act of the unit: done whole, or not at all."""

    def __init__(self, memory: CoinMemory) -> None:
        self.memory = memory
        self.coins = memory.read()

    @property
    def held_yen(self) -> int:
        """What lies in escrow, cash and electronic."""
        return self.coins.held_yen + self.coins.electronic_held_yen

    @property
    def cash_box_yen(self) -> int:
        """What this terminal has kept since it began, cash and electronic."""
        return self.coins.cash_box_yen + self.coins.electronic_kept_yen

    @property
    def return_slot_yen(self) -> int:
        """What lies in the return slot."""
        return self.coins.return_slot_yen

    def insert(self, yen: int) -> None:
        """Holds money until the papers are there."""
        self._become(replace(self.coins, held_yen=self.coins.held_yen + yen))

    def reject(self, yen: int) -> None:
        """Lets money that nobody asked for fall through into the return slot."""
        self._become(replace(self.coins, return_slot_yen=self.coins.return_slot_yen + yen))

    def authorise(self, yen: int) -> None:
        """Holds electronic money; the card that it comes from is not known here."""
        self._become(replace(self.coins, electronic_held_yen=self.coins.electronic_held_yen + yen))

    def settle(self, kept_yen: int) -> None:
        """Keeps what is due and lets go of the rest: cash into the return slot, electronic money back to its card."""
        coins = self.coins
        if kept_yen > self.held_yen:
            raise ValueError(f"kept_yen: must not exceed the {self.held_yen} yen held; it was {kept_yen}")
        from_cash = min(kept_yen, coins.held_yen)
        self._become(
            Coins(
                cash_box_yen=coins.cash_box_yen + from_cash,
                return_slot_yen=coins.return_slot_yen + coins.held_yen - from_cash,
                electronic_kept_yen=coins.electronic_kept_yen + kept_yen - from_cash,
            )
        )

    def give_back(self) -> None:
        """Returns everything held: nothing is charged for what was not printed."""
        self.settle(0)

    def take_returned(self) -> int:
        """A hand empties the return slot."""
        returned_yen = self.coins.return_slot_yen
        if returned_yen:
            self._become(replace(self.coins, return_slot_yen=0))
        return returned_yen

    def _become(self, coins: Coins) -> None:
        self.memory.write(coins)
        self.coins = coins
