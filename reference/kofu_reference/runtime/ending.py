"""When a process has to end: a signal, or its standard input closing because whoever started it is gone."""

import asyncio
import os
import signal
import stat
import threading
from typing import Final

ENDED: Final = 0
"""Exit status of a process that ended as asked."""


def end(ended: "asyncio.Future[int]", status: int) -> None:
    """Ends the wait with an exit status; the first one holds."""
    if not ended.done():
        ended.set_result(status)


def watch_signals(ended: "asyncio.Future[int]") -> None:
    """SIGTERM and SIGINT end the wait."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, ended, ENDED)


def watch_standard_input(ended: "asyncio.Future[int]") -> None:
    """Where standard input is a pipe, its closing ends the wait."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return
    loop = asyncio.get_running_loop()

    def wait_for_end() -> None:
        while os.read(0, 4096):
            pass
        try:
            loop.call_soon_threadsafe(end, ended, ENDED)
        except RuntimeError:
            return  # the loop has ended by itself

    threading.Thread(target=wait_for_end, name="standard-input", daemon=True).start()
