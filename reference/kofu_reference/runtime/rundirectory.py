"""The run directory of the whole chain: keys, cards, configurations, and the profile that tells of it."""

import fcntl
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import tomli_w

from kofu_reference.runtime.config import ClockStart, LogLevel, OperationsConfig, PeerConfig, Traces, WaitsConfig
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.process import SYSTEMS
from kofu_reference.runtime.pseudonyms import SHORTEST_KEY_BYTES
from kofu_spec.pki import jpki
from kofu_spec.pki.tls import TlsAuthority

HOST: Final = "127.0.0.1"
HTTP_PORT: Final = "jpki-http"
PORTS: Final = (
    *SYSTEMS,
    *(f"{system}-json" for system in SYSTEMS),
    *(f"{system}-operations" for system in SYSTEMS),
    HTTP_PORT,
)
"""What a chain needs ports for."""

BASE_INSTANT: Final = "2026-10-07T10:00:00+09:00"
SUITE_ROLES: Final = ("tester", "office", "kiosk", "center", "issuing", "relay", "core", "maintenance")
PEERS: Final[Mapping[str, tuple[str, ...]]] = {
    "core": ("relay",),
    "relay": ("issuing", "koseki"),
    "issuing": ("relay",),
    "center": ("issuing",),
    "kiosk": ("center",),
    "counter": ("core",),
}
_AREAS: Final[Mapping[str, str]] = {"center": "jlis", "jpki": "jlis", "inquiry": "jlis", "kiosk": "shop"}
_MARK: Final = "kofu-run"


class RunDirectoryUnusable(Exception):
    """The run directory can't be used; the text is one line `field: rule; remedy`."""


@dataclass(frozen=True)
class OperationsShared:
    """What of the systems' operations is the same for all; ports, keys and files are the run directory's own."""

    log_level: LogLevel = LogLevel.INFO
    traces_to_files: bool = False
    grace_seconds: float = 5.0


@dataclass(frozen=True)
class RunOptions:
    """What the whole chain is started with."""

    folder: Path
    font: Path
    cache: Path
    seed: int = 1
    residents: int = 400
    municipality_code: str = "992011"
    fault: str | None = None
    clock: datetime | None = None
    waits: WaitsConfig = field(default_factory=WaitsConfig)
    testing: bool = True
    operations: OperationsShared = field(default_factory=OperationsShared)


@dataclass(frozen=True)
class TlsFiles:
    """Certificate and private key of one identity, PEM."""

    identity: str
    certificate: Path
    key: Path


class RunDirectory:
    """A run directory, held for as long as the chain runs. What an earlier run left in it is taken away first."""

    def __init__(self, options: RunOptions, ports: ReservedPorts) -> None:
        self.options = options
        self.folder = options.folder.absolute()
        self._ports = ports
        self._claim()
        for name in ("pki", "jpki", "config", "data", "cards", "paper", "log"):
            (self.folder / name).mkdir()
        tls = TlsAuthority.create(self.folder / "pki")
        self.authority = self.folder / "pki" / "authority.pem"
        self._systems = {name: _issue(tls, f"{name}-1.{name}.{_area(name, options)}") for name in SYSTEMS}
        # Systems have number 1 of their role, the suite's own peers number 9.
        self.suite = {role: _issue(tls, f"{role}-9.{role}.suite") for role in SUITE_ROLES}
        jpki.write_authority(self.folder / "jpki", options.cache)
        self._pseudonym_key = self.folder / "pki" / "pseudonyms.key"
        self._pseudonym_key.write_bytes(secrets.token_bytes(SHORTEST_KEY_BYTES))
        for name in SYSTEMS:
            self.config_of(name).write_text(tomli_w.dumps(self._config(name)), encoding="utf-8")

    @property
    def profile(self) -> Path:
        return self.folder / "profile.toml"

    def config_of(self, system: str) -> Path:
        return self.folder / "config" / f"{system}.toml"

    def log_of(self, system: str) -> Path:
        return self.folder / "log" / f"{system}.log"

    def peer(self, system: str) -> PeerConfig:
        """Where a system listens and who it is."""
        return PeerConfig(address=f"{HOST}:{self._ports[system]}", identity=self._systems[system].identity)

    def json_address(self, system: str) -> str:
        """Where a system listens for HTTP/JSON."""
        return f"{HOST}:{self._ports[f'{system}-json']}"

    def operations_address(self, system: str) -> str:
        """Where a system shows its metrics and its readiness."""
        return f"{HOST}:{self._ports[f'{system}-operations']}"

    def write_profile(self) -> None:
        """Writes the profile in one step: where it stands, it is whole, and the chain is ready."""
        arriving = self.folder / "profile.toml.arriving"
        arriving.write_text(tomli_w.dumps(self._profile()), encoding="utf-8")
        arriving.replace(self.profile)

    def _claim(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            mark = self.folder / _MARK
            if not mark.exists() and any(self.folder.iterdir()):
                raise RunDirectoryUnusable(f"--dir: {self.folder} holds other files; name a new or empty folder")
            self._lock = mark.open("a")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for entry in self.folder.iterdir():
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                elif entry != mark:
                    entry.unlink()
        except BlockingIOError:
            raise RunDirectoryUnusable(f"--dir: {self.folder} is used by another run; name another folder") from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise RunDirectoryUnusable(f"--dir: {self.folder}: {reason}; name a folder that can be written") from None

    def _config(self, system: str) -> dict[str, Any]:
        options = self.options
        tls = self._systems[system]
        config: dict[str, Any] = {
            "system": system,
            "identity": tls.identity,
            "host": HOST,
            "port": self._ports[system],
            "json_port": self._ports[f"{system}-json"],
            "certificate": str(tls.certificate),
            "key": str(tls.key),
            "authority": str(self.authority),
            "data_folder": str(self.folder / "data" / system),
            "font": str(options.font),
            "testing": options.testing,
            "city": self._city(),
            "clock": _clock(options.clock),
            "waits": options.waits.model_dump(),
            "operations": self._operations(system),
            "peers": {name: self.peer(name).model_dump() for name in PEERS.get(system, ())},
        }
        if system in ("kiosk", "counter"):
            config["card_box"] = str(self.folder / "cards")
        if system == "kiosk":
            config["paper_folder"] = str(self.folder / "paper")
        if system == "center":
            config["ocsp_url"] = f"http://{HOST}:{self._ports[HTTP_PORT]}/"
            config["jpki_authorities"] = [str(self.folder / "jpki" / "authority.pem")]
        if system == "jpki":
            config["http_port"] = self._ports[HTTP_PORT]
            config["jpki_folder"] = str(self.folder / "jpki")
        if options.fault is not None:
            config["fault"] = options.fault
        return config

    def _operations(self, system: str) -> dict[str, Any]:
        shared = self.options.operations
        operations = OperationsConfig(
            log_level=shared.log_level,
            pseudonym_key=self._pseudonym_key,
            host=HOST,
            port=self._ports[f"{system}-operations"],
            traces=Traces.FILE if shared.traces_to_files else Traces.OFF,
            traces_file=self.folder / "traces" / f"{system}.jsonl" if shared.traces_to_files else None,
            grace_seconds=shared.grace_seconds,
        )
        return operations.model_dump(mode="json", exclude_none=True)

    def _city(self) -> dict[str, Any]:
        options = self.options
        return {
            "seed": options.seed,
            "residents": options.residents,
            "municipality_code": options.municipality_code,
        }

    def _profile(self) -> dict[str, Any]:
        waits = self.options.waits.model_dump(exclude={"session_seconds"})
        return {
            "iut": {"name": "kofu reference", "build": version("kofu"), "role": "all"},
            "city": self._city(),
            "tls": {
                "authority": str(self.authority),
                "peers": {
                    role: {"certificate": str(tls.certificate), "key": str(tls.key)} for role, tls in self.suite.items()
                },
            },
            "cards": {"folder": str(self.folder / "cards")},
            "clock": {"base": datetime.fromisoformat(BASE_INSTANT)},
            "waits": waits,
            "systems": {
                name: {
                    **self.peer(name).model_dump(),
                    "json_address": self.json_address(name),
                    "test_control": self.options.testing,
                    "clock": "frozen",
                    "reset": "never",
                }
                for name in SYSTEMS
            },
        }


def _issue(tls: TlsAuthority, name: str) -> TlsFiles:
    identity = f"{name}.kofu.invalid"
    return TlsFiles(identity, *tls.issue(identity))


def _area(system: str, options: RunOptions) -> str:
    return _AREAS.get(system, options.municipality_code)


def _clock(instant: datetime | None) -> dict[str, Any]:
    if instant is None:
        return {"mode": ClockStart.REAL.value}
    return {"mode": ClockStart.RUNNING.value, "instant": instant, "counts_from": datetime.now(UTC)}
