"""What the chain says of its start: text for people, JSON lines for programs."""

import abc
import json
import sys
import time

from rich.console import Console
from rich.status import Status

from kofu_reference.runtime.process import SYSTEMS
from kofu_reference.runtime.rundirectory import RunDirectory


class Announcer(abc.ABC):
    """Told how the start goes on."""

    @abc.abstractmethod
    def starting(self) -> None: ...

    @abc.abstractmethod
    def listening(self, system: str) -> None: ...

    @abc.abstractmethod
    def restarted(self, system: str) -> None: ...

    @abc.abstractmethod
    async def ready(self, chain: RunDirectory) -> None:
        """The chain serves and its profile is written."""


class JsonAnnouncer(Announcer):
    """One JSON object a line on standard output; the event `ready` carries the path of the profile."""

    def starting(self) -> None:
        _write(event="starting")

    def listening(self, system: str) -> None:
        _write(event="listening", system=system)

    def restarted(self, system: str) -> None:
        _write(event="restarted", system=system)

    async def ready(self, chain: RunDirectory) -> None:
        _write(event="ready", profile=str(chain.profile))


class TextAnnouncer(Announcer):
    """Text in both languages."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._status: Status | None = None
        self._waiting_for = set(SYSTEMS)
        self._started_at = time.monotonic()

    def starting(self) -> None:
        self._status = self._console.status("起動中 / starting: keys")
        self._status.start()

    def listening(self, system: str) -> None:
        self._waiting_for.discard(system)
        if self._status is not None:
            waiting = " ".join(name for name in SYSTEMS if name in self._waiting_for)
            self._status.update(f"起動中 / starting: {waiting or 'records on their way to the issuing server'}")

    def restarted(self, system: str) -> None:
        self._console.print(f"再起動 / restarted: {system}")

    async def ready(self, chain: RunDirectory) -> None:
        self.finish()
        seconds = time.monotonic() - self._started_at
        self._console.print(f"[bold]全システム稼働 / the chain serves[/] ({seconds:.1f} s)")
        for name in chain.nodes:
            peer = chain.peer(name)
            addresses = f"grpc {peer.address:16} json {chain.json_address(name):16}"
            self._console.print(f"  {name:9} {addresses} {peer.identity}", highlight=False, soft_wrap=True)
        self._console.print(f"  profile   {chain.profile}", highlight=False, soft_wrap=True)
        self._console.print("Ctrl-C で終了 / ends with Ctrl-C")

    def finish(self) -> None:
        """Takes the progress line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None


def _write(**content: str) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    sys.stdout.flush()
