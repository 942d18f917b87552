"""A wall between municipalities: what one of them holds up is held up there alone. [2.7, 3.1.2]"""

from collections.abc import Iterator
from contextlib import contextmanager

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal


class Bulkhead:
    """So many requests to one municipality may be under way at once. Used from the event loop only."""

    def __init__(self, places: int) -> None:
        self._places = places
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one request. Raises REASON_UPSTREAM_UNAVAILABLE at once where none is free: whoever waited in
        line behind a server that does not answer would wait for nothing."""
        if self.taken >= self._places:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE, busy="issuing")
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
