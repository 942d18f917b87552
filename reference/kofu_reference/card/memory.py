"""A card's non-volatile memory: PINs and the tries that are left, in `nv.json` of the card's folder. [3.3.10]

Kiosk, counter and a reader at home are different processes at one card, so every access reads the file anew and every
change is made under a lock that all of them take. A change is there wholly or not at all, whenever power goes.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator

PinName = Literal["auth", "sign"]
MOST_TRIES: dict[PinName, int] = {"auth": 3, "sign": 5}

_FORMS: dict[PinName, re.Pattern[str]] = {"auth": re.compile(r"[0-9]{4}"), "sign": re.compile(r"[A-Z0-9]{6,16}")}
_FILE_NAME = "nv.json"
_ARRIVING = ".nv.json.arriving"


class CardUnreadable(ValueError):
    """The folder holds no usable card memory; the text names file, rule and remedy in one line."""


class PinCell(BaseModel):
    """One PIN and the tries that are left before it is locked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pin: str
    tries: int = Field(ge=0)


class _Cells(RootModel[dict[PinName, PinCell]]):
    """The whole file. A card for face authentication alone has no cell `auth`."""

    @model_validator(mode="after")
    def _as_issued(self) -> Self:
        for name, cell in self.root.items():
            if _FORMS[name].fullmatch(cell.pin) is None or cell.tries > MOST_TRIES[name]:
                raise ValueError(f"{name}: not a PIN of its form with at most {MOST_TRIES[name]} tries")
        return self


class CardMemory:
    """The memory of the card in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether the folder holds a card with a JPKI application."""
        return (folder / _FILE_NAME).is_file()

    def read(self) -> dict[PinName, PinCell]:
        """Every PIN of the card as it stands now; raises `CardUnreadable`."""
        path = self._folder / _FILE_NAME
        try:
            return _Cells.model_validate_json(path.read_bytes()).root
        except OSError as error:
            raise CardUnreadable(f"{path}: must be readable; {error.strerror}") from error
        except ValidationError:
            raise CardUnreadable(
                f"{path}: must hold each PIN with its tries, such as {{'auth': {{'pin': '1234', 'tries': 3}}}}; "
                "make the card box anew"
            ) from None  # what is wrong with the content is told by quoting it, PINs and all

    @contextmanager
    def changing(self) -> Iterator[dict[PinName, PinCell]]:
        """Holds the card for one change: no other process changes it meanwhile. Writes are `write`'s."""
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield self.read()
        finally:
            os.close(descriptor)

    def write(self, cells: dict[PinName, PinCell]) -> None:
        """Replaces the memory durably: after this returns, a power cut does not bring the old one back.

        Only within `changing`, whose lock makes one name enough for what arrives, also where an earlier process was
        killed and left its own there.
        """
        text = json.dumps({name: cell.model_dump() for name, cell in cells.items()})
        arriving = self._folder / _ARRIVING
        descriptor = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        arriving.replace(self._folder / _FILE_NAME)
        self._sync_folder()

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def set_pin(self, name: PinName, pin: str) -> None:
        """Sets a new PIN with its full number of tries, as the counter does. [3.3.11]"""
        with self.changing() as cells:
            if name not in cells:
                raise CardUnreadable(f"{self._folder}: must hold the PIN {name!r}; make the card box anew")
            self.write({**cells, name: PinCell(pin=pin, tries=MOST_TRIES[name])})
