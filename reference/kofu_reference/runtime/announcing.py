"""What the chain says of its start: text for people, JSON lines for programs."""

import abc
import json
import sys
import time
from collections.abc import Mapping
from typing import Final

from rich.console import Console
from rich.status import Status

from kofu_reference.runtime.process import SYSTEMS
from kofu_reference.runtime.rundirectory import RunDirectory, system_of

DESCRIPTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "core": ("住民記録・印鑑・税の基幹システム", "the city's registers of residents, seals and tax"),
    "relay": ("連携サーバ", "the city's only door"),
    "koseki": ("戸籍システム", "family registers"),
    "issuing": ("証明発行サーバ", "makes the certificates"),
    "center": ("証明書交付センター", "between shops and cities"),
    "kiosk": ("キオスク端末", "the copier in the shop"),
    "counter": ("市区町村窓口", "the city's counter"),
    "jpki": ("公的個人認証の失効確認", "validity of the cards' certificates (OCSP)"),
    "inquiry": ("改ざん確認サイト", "shows the front of a sheet again"),
}
"""What each system is, Japanese and English."""


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
    """One JSON object a line on standard output; the event `ready` carries the profile's path and every address."""

    def starting(self) -> None:
        _write(event="starting")

    def listening(self, system: str) -> None:
        _write(event="listening", system=system)

    def restarted(self, system: str) -> None:
        _write(event="restarted", system=system)

    async def ready(self, chain: RunDirectory) -> None:
        systems = {
            node: {
                "description_ja": DESCRIPTIONS[system_of(node)][0],
                "description_en": DESCRIPTIONS[system_of(node)][1],
                "identity": chain.peer(node).identity,
                "address": chain.peer(node).address,
                "json_address": chain.json_address(node),
                "operations_address": chain.operations_address(node),
            }
            for node in chain.nodes
        }
        started_with = {"test_control": chain.options.testing, "fault": chain.options.fault}
        _write(event="ready", profile=str(chain.profile), **started_with, systems=systems)


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
        for system, (japanese, english) in DESCRIPTIONS.items():
            self._say(f"\n[bold]{system}[/]  {japanese} / {english}")
            for node in chain.nodes_of(system):
                self._say(
                    f"  grpc {chain.peer(node).address}  json {chain.json_address(node)}"
                    f"  metrics http://{chain.operations_address(node)}/metrics\n  {chain.peer(node).identity}"
                )
        self._say(f"\n鍵 / keys        {chain.folder / 'pki'}  (office-9, kiosk-9, center-9, tester-9 … are for you)")
        self._say(f"ログ / logs      {chain.folder / 'log'}")
        self._say(f"設定 / profile   {chain.profile}  (kofu check PROFILE)")
        if chain.options.fault is not None:
            self._say(f"[bold yellow]誤りを埋め込んで稼働中 / runs with the seeded fault {chain.options.fault}[/]")
        if chain.options.testing:
            self._say(
                "[bold yellow]試験用操作（TestControl）が有効。実データを入れないこと。\n"
                "TestControl is on: whoever has a tester's certificate sets clocks, restarts systems and works the "
                "kiosks. Never with real data.[/]"
            )
        else:
            self._say("試験用操作（TestControl）は無効 / TestControl is off")
        self._console.print("Ctrl-C で終了 / ends with Ctrl-C")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)

    def finish(self) -> None:
        """Takes the progress line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None


def _write(**content: object) -> None:
    sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    sys.stdout.flush()
