"""Maintenance staff: passwords, wrong tries, tokens. [3.3.4]"""

import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kofu_reference.kiosk.journal import Journal, Staff

WRONG_IN_A_ROW_ALLOWED = 5
LOCKED_SECONDS = 900.0
TOKEN_SECONDS = 900.0
FIRST_STAFF_ID = "HOSHU-0001"

_SALT_BYTES = 16


class StaffRoom:
    """Who may maintain the kiosk. Locks out by real time, never by the civil clock: a set clock lifts no lockout."""

    def __init__(self, journal: Journal, real_seconds: Callable[[], float] = time.time) -> None:
        self._journal = journal
        self._real_seconds = real_seconds
        self._tokens: dict[str, tuple[str, float]] = {}

    def prepare(self, password_file: Path) -> None:
        """At the very first start makes one member of the staff and writes the password to a file of mode 0600."""
        if self._journal.staff(FIRST_STAFF_ID) is not None:
            return
        password = secrets.token_urlsafe(18)
        password_file.unlink(missing_ok=True)
        descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            json.dump({"staff_id": FIRST_STAFF_ID, "password": password}, stream)
        salt = secrets.token_bytes(_SALT_BYTES)
        self._journal.save_staff(Staff(FIRST_STAFF_ID, salt, _hash(password, salt)))

    def log_in(self, staff_id: str, password: str) -> str | None:
        """A token for a right password, else None. After five wrong ones in a row the right one is refused as well.

        Blocks for the time of one password hash, whether or not there is such a member.
        """
        known = self._journal.staff(staff_id)
        staff = known or Staff(staff_id, b"\0" * _SALT_BYTES, b"")
        right = hmac.compare_digest(_hash(password, staff.salt), staff.password_hash)
        if known is None or self._real_seconds() < known.locked_until:
            return None
        if not right:
            self._journal.save_staff(self._after_wrong(known))
            return None
        self._journal.save_staff(replace(known, wrong_in_a_row=0, locked_until=0.0))
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (staff_id, self._real_seconds() + TOKEN_SECONDS)
        return token

    def _after_wrong(self, staff: Staff) -> Staff:
        wrong = staff.wrong_in_a_row + 1
        if wrong < WRONG_IN_A_ROW_ALLOWED:
            return replace(staff, wrong_in_a_row=wrong)
        return replace(staff, wrong_in_a_row=0, locked_until=self._real_seconds() + LOCKED_SECONDS)

    def holder_of(self, token: str) -> str | None:
        """The staff id that a token stands for; None where it was never given or has run out."""
        staff_id, until = self._tokens.get(token, ("", 0.0))
        if self._real_seconds() >= until:
            self._tokens.pop(token, None)
            return None
        return staff_id


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8"), salt=salt, n=2**14, r=8, p=1)
