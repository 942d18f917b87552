"""A citizen's own reader at home: the suite's JPKI card over the memory of a virtual card in the box. [3.3.10]"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kofu_conformance.engine import Unobserved

SELECT_APPLICATION = bytes.fromhex("00A4040C0AD392F000260100000001")
SELECT_PIN = bytes.fromhex("00A4020C020018")
VERIFY = bytes.fromhex("00200080")
MOST_TRIES = 3

OK, BLOCKED, NOT_FOUND, NOT_SUPPORTED = "9000", "6984", "6A82", "6D00"


class HomeReader:
    """The card of a citizen in a reader that no kiosk knows of. Speaks APDUs; answers are hex."""

    def __init__(self, box: Path, card_id: str) -> None:
        self._folder = box / card_id
        if not (self._folder / "nv.json").is_file():
            raise Unobserved(f"card box: {card_id} has no memory that the suite can use at home")
        self._selected: bytes | None = None

    def type_pin(self, pin: str) -> str:
        """Selects the application and its PIN, and types; the status of VERIFY."""
        self.transmit(SELECT_APPLICATION)
        self.transmit(SELECT_PIN)
        return self.transmit(VERIFY + bytes([len(pin)]) + pin.encode())

    def tries_left(self) -> int:
        """What the card's memory holds; 0 where there is no PIN."""
        cell = self._memory().get("auth")
        return 0 if cell is None else int(cell["tries"])

    def transmit(self, command: bytes) -> str:
        """One command of the few that a wrong PIN takes."""
        if command in (SELECT_APPLICATION, SELECT_PIN):
            self._selected = command
            return NOT_FOUND if command == SELECT_PIN and "auth" not in self._memory() else OK
        if command[:4] == VERIFY and self._selected == SELECT_PIN:
            return self._verify(command[5:].decode())
        return NOT_SUPPORTED

    def _verify(self, pin: str) -> str:
        with self._alone():
            memory = self._memory()
            cell = memory["auth"]
            if cell["tries"] == 0:
                return BLOCKED
            # The strike first, as on the real card: pulled out now, it has used a try.
            self._write({**memory, "auth": {**cell, "tries": cell["tries"] - 1}})
            if pin == cell["pin"]:
                self._write({**memory, "auth": {**cell, "tries": MOST_TRIES}})
                return OK
            return f"63C{cell['tries'] - 1}"

    def _memory(self) -> dict[str, Any]:
        memory: dict[str, Any] = json.loads((self._folder / "nv.json").read_text(encoding="ascii"))
        return memory

    def _write(self, memory: dict[str, Any]) -> None:
        arriving = self._folder / ".nv.json.home"
        arriving.write_text(json.dumps(memory), encoding="ascii")
        arriving.replace(self._folder / "nv.json")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """A card lies in one reader at a time."""
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
