"""Ports of loopback for the systems of a run."""

import random
import socket
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_LOWEST: Final = 20_000
_EPHEMERAL: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_EPHEMERAL_START: Final = 32_768


class NoFreePort(Exception):
    """No port is free; the text is one line."""


class PortUnavailable(Exception):
    """The address can't be listened on; the text is one line `field: rule; remedy`."""


def unavailable(field: str, host: str, port: int) -> PortUnavailable:
    """What to say of an address that is taken. `field` is the one of the configuration."""
    return PortUnavailable(f"{field}: {host}:{port} is in use or not allowed; name a free port, or 0 for any")


class ReservedPorts:
    """Ports that nobody else takes while this object lives, one a name.

    They lie below the range from which outgoing connections take theirs: systems dial each other, and a dialling
    system must not take the port on which another is about to listen. Each is held by a socket that is bound and
    never listens; a server with SO_REUSEADDR can listen beside it, another reservation can not.
    """

    def __init__(self, host: str, names: Iterable[str]) -> None:
        self._sockets = {name: _reserve(host) for name in names}

    def __getitem__(self, name: str) -> int:
        port: int = self._sockets[name].getsockname()[1]
        return port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for held in self._sockets.values():
            held.close()


def _reserve(host: str) -> socket.socket:
    highest = _ephemeral_start() - 1
    for port in random.SystemRandom().sample(range(_LOWEST, highest), min(500, highest - _LOWEST)):
        held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with suppress(OSError):
            held.bind((host, port))
            # After the bind: what it shares, it shares with servers to come, not with another reservation.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            return held
        held.close()
    raise NoFreePort(f"port: no free port on {host} between {_LOWEST} and {highest}; end other programs")


def _ephemeral_start() -> int:
    try:
        start = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError):
        return _USUAL_EPHEMERAL_START
    return start if start > _LOWEST + 1000 else 65_000
