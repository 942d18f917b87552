"""The run directory of the whole chain: keys, cards, configurations, and the profile that tells of it."""

import fcntl
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import tomli_w

from kofu_reference.jpki.http import LIST_PATH
from kofu_reference.runtime.config import (
    ClockStart,
    LogLevel,
    OperationsConfig,
    PeerConfig,
    SystemConfig,
    Traces,
    WaitsConfig,
)
from kofu_reference.runtime.identity import build_of
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.process import SYSTEMS
from kofu_reference.runtime.pseudonyms import SHORTEST_KEY_BYTES
from kofu_spec.city import LeavingMember
from kofu_spec.pki import jpki
from kofu_spec.pki.tls import TlsAuthority

HOST: Final = "127.0.0.1"
HTTP_PORT: Final = "jpki-http"
SCREEN_PORT: Final = "kiosk-screen"
OUTER_RESPONDER: Final = "outer-responder"

SERVERS: Final = 2
"""Servers of the issuing site, where nothing else is said: more than one, as at most sites, shows what one hides."""

NEIGHBOUR: Final[Mapping[str, Any]] = {"municipality_code": "992020", "starts_on": date(2019, 1, 1)}
"""A second city of the same issuing system, of which nothing is fed yet. It began before the era ended."""


def nodes(servers: int = SERVERS) -> tuple[str, ...]:
    """The processes of a chain: one a system, and the issuing site's further servers, `issuing-2` and so on."""
    further = [f"issuing-{number}" for number in range(2, servers + 1)]
    return tuple(node for system in SYSTEMS for node in (system, *(further if system == "issuing" else ())))


def system_of(node: str) -> str:
    """The system that a process of the chain belongs to."""
    return node.partition("-")[0]


def ports(servers: int = SERVERS) -> tuple[str, ...]:
    """What a chain needs ports for."""
    of_nodes = [port for node in nodes(servers) for port in (node, f"{node}-json", f"{node}-operations")]
    return (*of_nodes, HTTP_PORT, SCREEN_PORT, OUTER_RESPONDER)


PORTS: Final = ports()
"""What a chain of the usual size needs ports for."""

BASE_INSTANT: Final = "2026-10-07T10:00:00+09:00"
SUITE_ROLES: Final = ("tester", "office", "kiosk", "center", "issuing", "relay", "core", "counter", "maintenance")
PEERS: Final[Mapping[str, tuple[str, ...]]] = {
    "core": ("relay",),
    "relay": ("issuing", "koseki"),
    "issuing": ("relay",),
    "center": ("issuing",),
    "kiosk": ("center",),
    "counter": ("core",),
}
_AREAS: Final[Mapping[str, str]] = {"center": "jlis", "jpki": "jlis", "inquiry": "jlis", "kiosk": "shop"}
_RENDERERS: Final = 2
"""Processes that render, of a whole site."""

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
    city_size: int = 0
    """Residents in all; those beyond `residents` have records alone and no card."""
    municipality_code: str = "992011"
    leaving_member: LeavingMember = LeavingMember.SHOWN
    fault: str | None = None
    clock: datetime | None = None
    servers: int = SERVERS
    outer_responder: bool = False
    """The center asks a responder that somebody else runs, at an address that the profile gives."""
    waits: WaitsConfig = field(default_factory=WaitsConfig)
    screen_cards: tuple[str, ...] = ()
    """Cards to lie beside the screen of the kiosk; none lights no screen."""
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
        self.terminal_register.write_text(_register_of_terminals(), encoding="utf-8")
        tls = TlsAuthority.create(self.folder / "pki")
        self.authority = self.folder / "pki" / "authority.pem"
        self.nodes = nodes(options.servers)
        self._nodes = {node: _issue(tls, _identity(node, options)) for node in self.nodes}
        # The suite's own peers have number 9 of their role.
        self.suite = {role: _issue(tls, f"{role}-9.{role}.suite") for role in SUITE_ROLES}
        jpki.write_authority(self.folder / "jpki", options.cache)
        self._pseudonym_key = self.folder / "pki" / "pseudonyms.key"
        self._pseudonym_key.write_bytes(secrets.token_bytes(SHORTEST_KEY_BYTES))
        for node in self.nodes:
            self.config_of(node).write_text(tomli_w.dumps(self._config(node)), encoding="utf-8")

    @property
    def profile(self) -> Path:
        return self.folder / "profile.toml"

    def nodes_of(self, system: str) -> tuple[str, ...]:
        """The processes of a system: its servers, where it is a site of more than one."""
        return tuple(node for node in self.nodes if system_of(node) == system)

    @property
    def terminal_register(self) -> Path:
        """The center's register of terminals: what is written there in one step counts from its next call on."""
        return self.folder / "config" / "terminals.csv"

    def config_of(self, system: str) -> Path:
        return self.folder / "config" / f"{system}.toml"

    def log_of(self, system: str) -> Path:
        return self.folder / "log" / f"{system}.log"

    def peer(self, system: str) -> PeerConfig:
        """Where a system listens and who it is."""
        return PeerConfig(address=f"{HOST}:{self._ports[system]}", identity=self._nodes[system].identity)

    def json_address(self, system: str) -> str:
        """Where a system listens for HTTP/JSON."""
        return f"{HOST}:{self._ports[f'{system}-json']}"

    def operations_address(self, system: str) -> str:
        """Where a system shows its metrics and its readiness."""
        return f"{HOST}:{self._ports[f'{system}-operations']}"

    @property
    def screen_address(self) -> str:
        """Where a browser of this machine finds the screen of the kiosk, where it is lit."""
        return f"http://{HOST}:{self._ports[SCREEN_PORT]}/"

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

    def _config(self, node: str) -> dict[str, Any]:
        options = self.options
        system, _, number = node.partition("-")
        tls = self._nodes[node]
        config: dict[str, Any] = {
            "system": system,
            "identity": tls.identity,
            "host": HOST,
            "port": self._ports[node],
            "json_port": self._ports[f"{node}-json"],
            "certificate": str(tls.certificate),
            "key": str(tls.key),
            "authority": str(self.authority),
            "data_folder": str(self.folder / "data" / system),
            "font": str(options.font),
            "testing": options.testing,
            "city": self._city(),
            "clock": _clock(options.clock),
            "waits": options.waits.model_dump(),
            "operations": self._operations(node),
            "peers": {name: self.peer(name).model_dump() for name in self._peers_of(system)},
        }
        if system == "issuing":
            config |= {"server": int(number or 1), "servers": options.servers, "areas": [self._neighbour()]}
            config["city"] |= {"leaving_member": options.leaving_member}
            config["renderers"] = max(1, _RENDERERS // options.servers)
        if system == "core":
            config["city"] |= {"size": options.city_size}
        if system in ("kiosk", "counter"):
            config["card_box"] = str(self.folder / "cards")
        if system == "kiosk":
            config["paper_folder"] = str(self.folder / "paper")
            if options.screen_cards:
                config["screen_port"] = self._ports[SCREEN_PORT]
                config["screen_cards"] = list(options.screen_cards)
        if system == "center":
            config["center"] = {"terminal_register": str(self.terminal_register)}
            config["ocsp_url"] = f"http://{self._responder}/"
            config["revocation_list_url"] = f"http://{self._responder}{LIST_PATH}"
            config["jpki_authorities"] = [str(self.folder / "jpki" / "authority.pem")]
        if system == "jpki":
            config["http_port"] = self._ports[HTTP_PORT]
            config["jpki_folder"] = str(self.folder / "jpki")
        if options.fault is not None:
            config["fault"] = options.fault
        return config

    def _peers_of(self, system: str) -> tuple[str, ...]:
        further = [node for node in self.nodes if node.startswith("issuing-")] if system == "center" else []
        return (*PEERS.get(system, ()), *further)

    def _neighbour(self) -> dict[str, Any]:
        taken = self.options.municipality_code == NEIGHBOUR["municipality_code"]
        return {**NEIGHBOUR, "municipality_code": "992011"} if taken else dict(NEIGHBOUR)

    @property
    def _responder(self) -> str:
        return f"{HOST}:{self._ports[OUTER_RESPONDER if self.options.outer_responder else HTTP_PORT]}"

    def _operations(self, node: str) -> dict[str, Any]:
        shared = self.options.operations
        operations = OperationsConfig(
            log_level=shared.log_level,
            pseudonym_key=self._pseudonym_key,
            host=HOST,
            port=self._ports[f"{node}-operations"],
            traces=Traces.FILE if shared.traces_to_files else Traces.OFF,
            traces_file=self.folder / "traces" / f"{node}.jsonl" if shared.traces_to_files else None,
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
        waits = self.options.waits.model_dump(exclude={"session_seconds", "lock_seconds"})
        return {
            "iut": {"name": "kofu reference", "build": build_of(), "role": "all"},
            "city": {**self._city(), "leaving_member": self.options.leaving_member},
            "tls": {
                "authority": str(self.authority),
                "peers": {
                    role: {"certificate": str(tls.certificate), "key": str(tls.key)} for role, tls in self.suite.items()
                },
            },
            "cards": {"folder": str(self.folder / "cards")},
            "maintenance": {"login": str(self.folder / "data" / "kiosk" / "maintenance-login.json")},
            **self._played(),
            "clock": {"base": datetime.fromisoformat(BASE_INSTANT)},
            "waits": waits,
            "areas": [self._neighbour()],
            "systems": {name: self._declared(name) for name in SYSTEMS}
            | {
                "issuing": {
                    **self._declared("issuing"),
                    "servers": [self._declared(node) for node in self.nodes if node.startswith("issuing-")],
                }
            },
        }

    def _declared(self, node: str) -> dict[str, Any]:
        return {
            **self.peer(node).model_dump(),
            "json_address": self.json_address(node),
            "test_control": self.options.testing,
            "clock": "frozen",
            "reset": "never",
            "log": str(self.log_of(node)),
        }

    def _played(self) -> dict[str, Any]:
        """What the suite has to play because the chain lacks it."""
        if not self.options.outer_responder:
            return {}
        return {"jpki": {"folder": str(self.folder / "jpki"), "listen": self._responder}}


def _register_of_terminals() -> str:
    """The terminals of the kiosk, registered by its operator. [1.7]"""
    terminals: tuple[str, ...] = SystemConfig.model_fields["terminals"].default
    rows = [f"{terminal_id},{_AREAS['kiosk']},registered,架空県架空市" for terminal_id in terminals]
    return "\n".join(("terminal_id,operator,state,place", *rows)) + "\n"


def _issue(tls: TlsAuthority, name: str) -> TlsFiles:
    identity = f"{name}.kofu.invalid"
    return TlsFiles(identity, *tls.issue(identity))


def _identity(node: str, options: RunOptions) -> str:
    system, _, number = node.partition("-")
    return f"{system}-{number or 1}.{system}.{_area(system, options)}"


def _area(system: str, options: RunOptions) -> str:
    return _AREAS.get(system, options.municipality_code)


def _clock(instant: datetime | None) -> dict[str, Any]:
    if instant is None:
        return {"mode": ClockStart.REAL.value}
    return {"mode": ClockStart.RUNNING.value, "instant": instant, "counts_from": datetime.now(UTC)}
