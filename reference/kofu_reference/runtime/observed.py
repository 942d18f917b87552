"""What is noted of every call that is served: counted, timed, logged, traced. [3.2.6]"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from kofu_reference.runtime import log, metrics, traces
from kofu_reference.runtime.pseudonyms import pseudonym
from kofu_reference.runtime.refusal import Refusal

OK: Final = "OK"
CANCELLED: Final = "CANCELLED"
"""The caller went away or waited no longer, or the system ended before the answer came about."""

_IDS: Final = ("request_id", "session_id")
_log = logging.getLogger("kofu.calls")


class Observed:
    """The calls of one method of a system. `path` is `package.Service/Method`."""

    def __init__(self, system: str, path: str) -> None:
        self._system = system
        self._path = path
        self._service, _, self._method = path.rpartition("/")

    @contextmanager
    def call(self, request: object, metadata: Iterable[tuple[str, Any]] | None) -> Iterator[None]:
        """One call, from its request to its answer or refusal."""
        reason, began = OK, time.perf_counter()
        correlation = _correlation(request)
        restored = log.served.set(log.Served(correlation))
        metrics.IN_FLIGHT.inc()
        try:
            with traces.serving(self._system, self._service, self._method, correlation, metadata) as ended:
                try:
                    yield
                except Refusal as refusal:
                    reason = refusal.name
                    raise
                except BaseException:
                    reason = CANCELLED
                    raise
                finally:
                    ended.with_reason(reason)
        finally:
            metrics.IN_FLIGHT.dec()
            self._note(reason, time.perf_counter() - began)
            log.served.reset(restored)

    @contextmanager
    def stream(self) -> Iterator[None]:
        """One stream, from its opening to its end. No span: it lasts for as long as both sides live."""
        reason = OK
        metrics.FEED_STREAMS.inc()
        try:
            yield
        except Refusal as refusal:
            reason = refusal.name
            raise
        except (asyncio.CancelledError, GeneratorExit):
            reason = CANCELLED
            raise
        finally:
            metrics.FEED_STREAMS.dec()
            self._note(reason, None)

    def _note(self, reason: str, seconds: float | None) -> None:
        metrics.ANSWERS.labels(self._service, self._method, reason).inc()
        fields: dict[str, object] = {"method": self._path, "reason": reason}
        if seconds is not None:
            metrics.ANSWER_SECONDS.labels(self._service, self._method).observe(seconds)
            fields["milliseconds"] = round(seconds * 1000, 1)
        _log.info("answered", extra={"fields": fields})


def correlate(request_id: str) -> None:
    """What is logged and traced from here on belongs to this request too, though it is not named in what was called."""
    name = pseudonym(request_id)
    call = log.served.get()
    if call is None:  # an act at the kiosk's own screen is no call
        log.served.set(log.Served(name))
    else:
        call.correlation = name
    traces.correlate(name)


def _correlation(request: object) -> str:
    """The pseudonym of the id by which a request is followed through the systems; empty where it has none."""
    for name in _IDS:
        if value := getattr(request, name, ""):
            return pseudonym(str(value))
    return ""
