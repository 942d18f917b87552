"""Maintenance staff: passwords and their rules, wrong tries, tokens. [3.3.4]"""

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
DELAY_SECONDS = 1.0
"""How long nobody of that number gets in after the first wrong password; after the second twice as long, and so on."""
FIRST_STAFF_ID = "HOSHU-0001"
LEAST_LENGTH = 12
LEAST_DIFFERENT_CHARACTERS = 6

_SALT_BYTES = 16


class StaffRoom:
    """Who may maintain the kiosk. Locks out by real time, never by the civil clock: a set clock lifts no lockout."""

    def __init__(
        self, journal: Journal, real_seconds: Callable[[], float] = time.time, lock_seconds: float = LOCKED_SECONDS
    ) -> None:
        self._journal = journal
        self._real_seconds = real_seconds
        self._lock_seconds = lock_seconds
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
        """A token for a right password, else None.

        After each wrong one even the right one is refused for a while, and what comes in the meantime is not counted;
        after five in a row it is refused for long. Blocks for the time of one password hash, whether or not there is
        such a member.
        """
        known = self._journal.staff(staff_id)
        staff = known or Staff(staff_id, b"\0" * _SALT_BYTES, b"")
        right = hmac.compare_digest(_hash(password, staff.salt), staff.password_hash)
        if known is None or self._real_seconds() < max(known.locked_until, known.delayed_until):
            return None
        if not right:
            self._journal.save_staff(self.after_wrong(known))
            return None
        self._journal.save_staff(replace(known, wrong_in_a_row=0, locked_until=0.0, delayed_until=0.0))
        token = secrets.token_urlsafe(32)
        self.admit(token, staff_id)
        return token

    def admit(self, token: str, staff_id: str) -> None:
        """From now on the token stands for this member, for a while."""
        self._tokens[token] = (staff_id, self._real_seconds() + TOKEN_SECONDS)

    def after_wrong(self, staff: Staff) -> Staff:
        """What is known of a member after one more wrong password."""
        wrong, now = staff.wrong_in_a_row + 1, self._real_seconds()
        if wrong < WRONG_IN_A_ROW_ALLOWED:
            return replace(staff, wrong_in_a_row=wrong, delayed_until=now + DELAY_SECONDS * 2 ** (wrong - 1))
        return replace(staff, wrong_in_a_row=0, locked_until=now + self._lock_seconds)

    def change_password(self, staff_id: str, password: str, new_password: str) -> str | None:
        """Changes one's own password and ends every token of that number.

        None where it is done; the rule that the new one breaks; or the empty text where the old one is wrong, which
        counts like any wrong login.
        """
        broken = broken_rule(staff_id, password, new_password)
        if broken is not None:
            return broken
        if self.log_in(staff_id, password) is None:
            return ""
        staff = self._journal.staff(staff_id)
        assert staff is not None
        salt = secrets.token_bytes(_SALT_BYTES)
        self._journal.save_staff(replace(staff, salt=salt, password_hash=_hash(new_password, salt)))
        self._tokens = {token: held for token, held in self._tokens.items() if held[0] != staff_id}
        return None

    def holder_of(self, token: str) -> str | None:
        """The staff id that a token stands for; None where it was never given or has run out."""
        staff_id, until = self._tokens.get(token, ("", 0.0))
        if self._real_seconds() >= until:
            self._tokens.pop(token, None)
            return None
        return staff_id


def broken_rule(staff_id: str, password: str, new_password: str) -> str | None:
    """The rule that a new password breaks, in words; None where it keeps them all."""
    if len(new_password) < LEAST_LENGTH:
        return f"at least {LEAST_LENGTH} characters"
    if len(set(new_password)) < LEAST_DIFFERENT_CHARACTERS:
        return f"at least {LEAST_DIFFERENT_CHARACTERS} different characters"
    if staff_id.lower() in new_password.lower():
        return "not the staff number in it"
    if password.lower() in new_password.lower() or new_password.lower() in password.lower():
        return "not the old one, nor the old one with something added"
    return None


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8"), salt=salt, n=2**14, r=8, p=1)
