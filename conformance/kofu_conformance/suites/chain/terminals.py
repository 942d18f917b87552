"""Only registered terminals are served. [1.7]"""

from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from kofu_conformance.engine import check
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain

LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=4, max_size=24)


@dataclass(frozen=True)
class Stranger:
    """A terminal that nobody registered: of a name of its own, or of almost that of a registered one."""

    like: int
    """Which of the registered ones, counted from 0; further than they go, round again."""
    way: Literal["own name", "longer", "shorter", "another last character"]
    text: str

    def terminal_id(self, registered: tuple[str, ...]) -> str:
        """The name by which it comes, which none of these terminals has."""
        like = registered[self.like % len(registered)]
        made = {
            "own name": f"ZZZ-{self.text}",
            "longer": f"{like}{self.text[:4]}"[:32],
            "shorter": like[:-1],
            "another last character": f"{like[:-1]}{self.text[0]}",
        }[self.way]
        return made if made not in registered and len(made) >= 4 else f"ZZZ-{self.text}"


STRANGERS = st.lists(
    st.builds(
        Stranger,
        st.integers(0, 3),
        st.sampled_from(("own name", "longer", "shorter", "another last character")),
        LETTERS,
    ),
    min_size=2,
    max_size=8,
)


@check("1.7", cases=STRANGERS, quick=2, standard=10, thorough=60)
def only_registered_terminals_are_served(chain: Chain, strangers: list[Stranger]) -> None:
    """
    Every registered terminal opens a session, wherever it stands. Between them come terminals that nobody registered,
    some of a name that differs from a registered one's by a character.

    > 利用場所	セブンイレブン、ローソン、サークルKサンクス、ファミリーマート、セイコーマート、イオンリテール等 (令和3年12月末現在 全国約5万6千店舗)

    The registered ones are served, before and after; the others are refused as not registered and have no session.
    """
    registered = chain.terminals
    for turn, stranger in enumerate(strangers):
        _served(chain, turn + 1)
        terminal_id = stranger.terminal_id(registered)
        chain.story.step(f"{terminal_id} comes, which nobody registered")
        client = chain.center()
        answer = client.open_session(terminal_id)
        answer.refused("REASON_TERMINAL_NOT_REGISTERED", code="unregistered_terminal_served")
        client.apply(applications.residence()).refused("REASON_SESSION_NOT_OPEN", code="served_without_session")
        chain.story.trigger("1.7")
    for number, terminal_id in enumerate(registered, start=1):
        chain.story.step(f"{terminal_id}, which is registered, opens a session")
        _served(chain, number)
        chain.story.trigger("1.7")


def _served(chain: Chain, number: int) -> None:
    client = chain.center(number)
    client.open_session().granted("a session for a registered terminal")
    client.close().granted("the session closed")
