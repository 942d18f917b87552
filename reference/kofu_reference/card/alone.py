"""A PC/SC service of its own for one card and one program, in a network and mount namespace of their own.

vpcd listens on every address and asks nobody who they are, so it never runs where anything else could reach it.
`python -m kofu_reference.card.alone` runs within the namespaces, which `kofu card --alone` makes.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from kofu_reference.card import vpcd
from kofu_reference.card.jpki import AS_ISSUED, BY_STANDARD, VirtualCard

READER: Final = "Virtual PCD 00 00"
"""The name of the reader in which the card lies."""

_PRESENT: Final = 0x0020
_SOCKET: Final = Path("/run/pcscd/pcscd.comm")
_WITHIN_SECONDS: Final = 20.0
_PACKAGES: Final = {"unshare": "util-linux", "ip": "iproute2", "pcscd": "pcscd"}
_FOLDERS: Final = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))
_DRIVERS: Final = Path("/usr/lib/pcsc/drivers/serial")


class CannotBeAlone(Exception):
    """Something is missing; the text is one line."""


def missing() -> list[str]:
    """Debian's packages that are not installed here and are needed."""
    packages = [package for program, package in _PACKAGES.items() if shutil.which(program, path=_FOLDERS) is None]
    return packages if any(_DRIVERS.glob("libifdvpcd.so*")) else [*packages, "vsmartcard-vpcd"]


def command(card: Path, *, by_standard: bool, program: Sequence[str]) -> list[str]:
    """The command that runs a program beside the card. Raises `CannotBeAlone`."""
    if packages := missing():
        raise CannotBeAlone(f"--alone: needs Debian's {', '.join(packages)}; install them with apt-get")
    unshare = [shutil.which("unshare", path=_FOLDERS) or "unshare", "--mount", "--net"]
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    make = "standard" if by_standard else "issued"
    return [*unshare, *as_root, sys.executable, "-m", __name__, str(card.absolute()), make, *program]


@contextlib.contextmanager
def pcsc_service() -> Iterator[None]:
    """Runs pcscd for as long as the block lasts. Only within namespaces of its own."""
    for preparation in (
        ["ip", "link", "set", "lo", "up"],
        ["mount", "-t", "tmpfs", "tmpfs", str(_folder_of_service())],
    ):
        subprocess.run(preparation, check=True, env={**os.environ, "PATH": _FOLDERS})
    _SOCKET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryFile() as log:
        pcscd = shutil.which("pcscd", path=_FOLDERS) or "pcscd"
        process = subprocess.Popen([pcscd, "--foreground"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait_until_it_serves(process)
            yield
        finally:
            process.terminate()
            process.wait()


def _folder_of_service() -> Path:
    return _SOCKET.parent if _SOCKET.parent.is_dir() else _SOCKET.parent.parent


def _wait_until_it_serves(process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _WITHIN_SECONDS
    while not (_SOCKET.exists() and _listens(vpcd.PORT)):
        if process.poll() is not None or time.monotonic() > until:
            raise CannotBeAlone("--alone: pcscd did not start here; see what `pcscd --foreground` says")
        time.sleep(0.02)


def _listens(port: int) -> bool:
    """Whether a port is listened on, without making a connection: the virtual reader takes one card."""
    listening = f":{port:04X} 00000000:0000 0A"
    return any(
        listening in table.read_text() or f":{port:04X} {'0' * 32}:0000 0A" in table.read_text()
        for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
        if table.exists()
    )


class _ReaderState(ctypes.Structure):
    """SCARD_READERSTATE of pcsc-lite."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("user_data", ctypes.c_void_p),
        ("current", ctypes.c_ulong),
        ("event", ctypes.c_ulong),
        ("length", ctypes.c_ulong),
        ("answer_to_reset", ctypes.c_ubyte * 33),
    )


def _wait_until_the_card_is_seen() -> None:
    """pcscd looks for cards a few times a second; a program that comes before finds an empty reader."""
    pcsc = ctypes.CDLL("libpcsclite.so.1")
    context = ctypes.c_long()
    pcsc.SCardEstablishContext(ctypes.c_ulong(2), None, None, ctypes.byref(context))
    state = _ReaderState(READER.encode())
    until = time.monotonic() + _WITHIN_SECONDS
    while not state.event & _PRESENT:
        if time.monotonic() > until:
            raise CannotBeAlone(f"--alone: pcscd saw no card in the reader {READER}; see that vsmartcard-vpcd is whole")
        pcsc.SCardGetStatusChange(context, ctypes.c_ulong(1000), ctypes.byref(state), ctypes.c_ulong(1))
        state.current = state.event
    pcsc.SCardReleaseContext(context)


def _run(card: VirtualCard, program: list[str]) -> int:
    with pcsc_service(), vpcd.slot() as slot:
        serving = threading.Thread(target=slot.serve, args=(card,), daemon=True)
        serving.start()
        _wait_until_the_card_is_seen()
        status = subprocess.run(program, check=False).returncode
        slot.take_out()
        serving.join()
        return status


def main(arguments: Sequence[str]) -> int:
    """CARD FOLDER, its make, and the program with its arguments."""
    folder, make, *program = arguments
    card = VirtualCard(Path(folder), BY_STANDARD if make == "standard" else AS_ISSUED)
    try:
        return _run(card, program)
    except (CannotBeAlone, vpcd.ReaderUnreachable) as error:
        sys.stderr.write(f"kofu: {error}\n")
        return 2
    except FileNotFoundError as error:
        sys.stderr.write(f"kofu: {error.filename}: no such program; install it, or name another\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
