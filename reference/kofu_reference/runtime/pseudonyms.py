"""Pseudonyms stand in logs and traces for what names a request, a session or a thing. [3.2.3]

The same id has the same pseudonym wherever the same key is configured, so that one request can be followed through
all systems; without the key nobody can tell the id from it, nor find it by trying.
"""

import hashlib
import secrets
from pathlib import Path
from typing import Final

SHORTEST_KEY_BYTES: Final = 32
_LONGEST_KEY_BYTES: Final = 64
_PSEUDONYM_BYTES: Final = 8


class KeyUnusable(ValueError):
    """The file is no key; the text says the rule and the remedy."""


class Pseudonyms:
    """Keyed hashes of ids."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:_LONGEST_KEY_BYTES]

    @classmethod
    def from_file(cls, path: Path) -> "Pseudonyms":
        key = path.read_bytes()
        if len(key) < SHORTEST_KEY_BYTES:
            raise KeyUnusable(f"has to hold {SHORTEST_KEY_BYTES} bytes or more; fill it with random bytes")
        return cls(key)

    def of(self, value: str) -> str:
        """The pseudonym of an id. A UUID in capitals is the same UUID."""
        return hashlib.blake2b(value.lower().encode(), key=self._key, digest_size=_PSEUDONYM_BYTES).hexdigest()


_current = Pseudonyms(secrets.token_bytes(SHORTEST_KEY_BYTES))
"""Where no key is configured, pseudonyms hold for this process alone."""


def use(pseudonyms: Pseudonyms) -> None:
    """From now on the process forms its pseudonyms so."""
    global _current
    _current = pseudonyms


def pseudonym(value: str) -> str:
    """The pseudonym of an id, with the key of this process."""
    return _current.of(value)
