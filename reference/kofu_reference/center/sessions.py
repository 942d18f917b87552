"""Sessions of kiosk terminals. They live in memory only and end by the elapsed clock. [3.3.9, 3.2.3]"""

import asyncio
import secrets
import time
import uuid
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kofu.v1.center_pb2 import ReportOutcomeRequest
from kofu.v1.common_pb2 import Holder
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal

CHALLENGE_BYTES: Final = 32


@dataclass(slots=True)
class Session:
    """One session. `peer` is the kiosk that opened it; `challenge` is empty once an answer to it was tried."""

    session_id: str
    terminal_id: str
    peer: str
    ends_at_seconds: float
    challenge: bytes
    holder: Holder | None = None
    applied: set[str] = field(default_factory=set)
    outcomes: dict[str, ReportOutcomeRequest] = field(default_factory=dict)


class Sessions:
    """The open sessions: at most `most` of them, and of one terminal at most `most_a_terminal`.

    `elapsed` tells the elapsed clock in seconds.
    """

    def __init__(
        self,
        lifetime_seconds: float,
        elapsed: Callable[[], float] = time.monotonic,
        most: int = 60_000,
        most_a_terminal: int = 1_000,
    ) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._most = most
        self._most_a_terminal = most_a_terminal
        self._elapsed = elapsed
        # A plain dict passes all that were taken from its front each time its first is looked at.
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._of_terminal: Counter[str] = Counter()

    def open(self, terminal_id: str, peer: str) -> Session:
        """A new session with a fresh challenge. Sessions that have run out are forgotten.

        Raises REASON_UPSTREAM_UNAVAILABLE where no more can be open at once.
        """
        self.forget_what_ran_out()
        if len(self._sessions) >= self._most or self._of_terminal[terminal_id] >= self._most_a_terminal:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE, busy="sessions")
        session = Session(
            session_id=str(uuid.uuid4()),
            terminal_id=terminal_id,
            peer=peer,
            ends_at_seconds=self._elapsed() + self._lifetime_seconds,
            challenge=secrets.token_bytes(CHALLENGE_BYTES),
        )
        self._sessions[session.session_id] = session
        self._of_terminal[terminal_id] += 1
        return session

    def __len__(self) -> int:
        return len(self._sessions)

    def forget_what_ran_out(self) -> None:
        """All live equally long, so that those opened first run out first: only these are looked at."""
        now = self._elapsed()
        while self._sessions and next(iter(self._sessions.values())).ends_at_seconds <= now:
            self.close(next(iter(self._sessions)))

    async def keep_forgetting(self) -> None:
        """Forgets what has run out also where nobody opens another, as at night."""
        while True:
            await asyncio.sleep(self._lifetime_seconds / 10)
            self.forget_what_ran_out()

    def find(self, session_id: str, peer: str) -> Session:
        """The open session of that id and kiosk. Raises REASON_SESSION_NOT_OPEN."""
        session = self._sessions.get(session_id)
        if session is None or session.peer != peer:
            raise Refusal(Reason.REASON_SESSION_NOT_OPEN)
        if session.ends_at_seconds <= self._elapsed():
            self.close(session_id)
            raise Refusal(Reason.REASON_SESSION_NOT_OPEN)
        return session

    def find_authenticated(self, session_id: str, peer: str) -> tuple[Session, Holder]:
        """The open session and its holder. Raises REASON_SESSION_NOT_OPEN or REASON_NOT_AUTHENTICATED."""
        session = self.find(session_id, peer)
        if session.holder is None:
            raise Refusal(Reason.REASON_NOT_AUTHENTICATED)
        return session, session.holder

    def take_challenge(self, session: Session) -> bytes:
        """The challenge, once. Raises REASON_OUT_OF_ORDER where an answer to it was tried before."""
        if not session.challenge:
            raise Refusal(Reason.REASON_OUT_OF_ORDER)
        challenge, session.challenge = session.challenge, b""
        return challenge

    def close(self, session_id: str) -> None:
        """Forgets a session and everything that belongs to it."""
        session = self._sessions.pop(session_id, None)
        if session is None:
            return
        self._of_terminal[session.terminal_id] -= 1
        if not self._of_terminal[session.terminal_id]:
            del self._of_terminal[session.terminal_id]
