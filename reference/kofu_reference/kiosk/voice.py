"""The loudspeaker of a terminal, in the language that the citizen chose. [3.3.7]"""

import asyncio
from collections import deque

from kofu.testing.v1 import control_pb2
from kofu_reference.kiosk.texts import Text

JAPANESE, ENGLISH = control_pb2.LANGUAGE_JAPANESE, control_pb2.LANGUAGE_ENGLISH
_REMEMBERED = 50


class Voice:
    """Says texts, and tells whoever shows the screen that it has changed. It says nothing personal."""

    def __init__(self) -> None:
        self.language: control_pb2.Language = JAPANESE
        self._chosen_before_session = False
        self._since_last_act: deque[control_pb2.Spoken] = deque(maxlen=_REMEMBERED)
        self._listeners: set[asyncio.Queue[str]] = set()
        self._to_tell = ""
        self.changes = 0
        """How often the terminal has changed."""

    def choose(self, language: control_pb2.Language, *, before_session: bool) -> None:
        """The language of what is said and shown from now on."""
        self.language = language
        self._chosen_before_session = before_session

    def begin_session(self) -> None:
        """A session begins in Japanese, unless its citizen chose before putting the card down."""
        if not self._chosen_before_session:
            self.language = JAPANESE
        self._chosen_before_session = False

    def end_session(self) -> None:
        """The next citizen finds Japanese."""
        self.language = JAPANESE
        self._chosen_before_session = False

    def say(self, text: Text) -> None:
        """Says a text aloud."""
        said = text.en if self.language == ENGLISH else text.ja
        self._since_last_act.append(control_pb2.Spoken(language=self.language, text=said))
        self._to_tell = said

    def heard(self) -> list[control_pb2.Spoken]:
        """What was said since this was asked the last time."""
        said = list(self._since_last_act)
        self._since_last_act.clear()
        return said

    def listen(self) -> "asyncio.Queue[str]":
        """A queue that gets what is said, or an empty text where only the screen has changed."""
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def leave(self, queue: "asyncio.Queue[str]") -> None:
        """Ends listening."""
        self._listeners.discard(queue)

    def tell(self) -> None:
        """Tells every listener that the terminal has changed, with what was said last."""
        said, self._to_tell = self._to_tell, ""
        self.changes += 1
        for queue in self._listeners:
            queue.put_nowait(said)
