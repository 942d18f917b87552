"""Connections made by `openssl s_client`, which shares no line with the systems that it asks."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from reference.tests.tls_side import Certificate

HTTP2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
"""The preface of HTTP/2 with empty SETTINGS."""
HTTP = b"POST / HTTP/1.1\r\nhost: kofu\r\ncontent-length: 0\r\n\r\n"
SETTINGS = 4
PATIENT_SECONDS = 20


def openssl() -> str:
    """Skips the test where there is none."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("openssl: not there; install Debian's package openssl")
    return found


def knock(port: int, alpn: str, who: Certificate | None, options: Sequence[str] = ()) -> bool:
    """Whether the server on this port answers a request in HTTP/2 ("h2") or HTTP/1.1 of somebody who comes so."""
    shown = ["-cert", str(who.certificate), "-key", str(who.key)] if who is not None else []
    client = subprocess.Popen(
        [
            openssl(),
            "s_client",
            "-connect",
            f"127.0.0.1:{port}",
            "-alpn",
            alpn,
            "-quiet",
            "-nocommands",
            *shown,
            *options,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    late = threading.Timer(PATIENT_SECONDS, client.kill)
    late.start()
    try:
        try:
            client.stdin.write(HTTP2 if alpn == "h2" else HTTP)
            client.stdin.flush()
        except BrokenPipeError:
            return False
        return is_answer(alpn, client.stdout.read(9))
    finally:
        late.cancel()
        client.terminate()
        client.communicate()


def knock_in_plain_text(port: int, alpn: str) -> bool:
    """The same without TLS."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENT_SECONDS) as wire:
        wire.sendall(HTTP2 if alpn == "h2" else HTTP)
        try:
            return is_answer(alpn, wire.recv(9))
        except ConnectionError:
            return False


def is_answer(alpn: str, received: bytes) -> bool:
    return received[3:4] == bytes([SETTINGS]) if alpn == "h2" else received.startswith(b"HTTP/1.1")


def listening_ports(pid: str = "self") -> set[int]:
    """The TCP ports on which a process listens, as the kernel tells."""
    owned = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            owned.add(entry.readlink().name)
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            (
                _,
                local,
                _,
                state,
                *_,
            ) = line.split()
            if state == "0A" and f"socket:[{line.split()[9]}]" in owned:
                found.add(int(local.rpartition(":")[2], 16))
    return found
