"""Every session of the center has the same challenge: a signature once overheard opens the next session."""

from kofu_reference.center.sessions import CHALLENGE_BYTES, Session
from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "3.3.9"
KILLED_BY = "chain.validity.card_and_pin_together"


def install(system: Center) -> None:
    open_session = system.sessions.open

    def open_with_the_same_challenge(terminal_id: str, peer: str) -> Session:
        session = open_session(terminal_id, peer)
        session.challenge = bytes(CHALLENGE_BYTES)
        return session

    system.sessions.open = open_with_the_same_challenge  # type: ignore[method-assign]
