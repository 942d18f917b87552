"""Power goes and processes are killed, at every system call of a try: the strike is never lost. [3.3.10]

The formal model has the guard `strike_first`: the card writes the strike before it answers.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from reference.tests.cards import PIN, CardFolder, whole_card

from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.reader import JpkiReader

STRACE = shutil.which("strace")
traced = pytest.mark.skipif(STRACE is None, reason="left out: strace is not installed, so nothing is killed mid-call")

TRY = """
import os, sys
from pathlib import Path
from kofu_reference.card.jpki import VirtualCard
card = VirtualCard(Path(sys.argv[1]))
for command in ("00A4040C0AD392F000260100000001", "00A4020C020018"):
    card.transmit(bytes.fromhex(command))
os.write(1, b"ready ")
answer = card.transmit(bytes.fromhex("0020008004") + sys.argv[2].encode())
os.write(1, answer.hex().encode())
"""
COMPARED = """
from kofu_reference.card import jpki
import os, signal
jpki._same_pin = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
"""
CALLS = ("openat", "write", "fsync", "rename", "flock", "close")


def tried(
    folder: CardFolder, pin: str, *, before: str = "", trace: Sequence[str] = ()
) -> "subprocess.CompletedProcess[str]":
    command = [*trace, sys.executable, "-c", before + TRY, str(folder.path), pin]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> CardFolder:
    return whole_card(tmp_path / "card")


@pytest.mark.parametrize("pin", ["0000", PIN])
def test_killed_while_it_compares_the_card_has_used_the_try(folder: CardFolder, pin: str) -> None:
    for left in (2, 1, 0):
        assert tried(folder, pin, before=COMPARED).returncode == -signal.SIGKILL
        assert folder.tries() == left
    assert tried(folder, PIN).stdout == "ready 6984"


def calls_of_a_try(folder: CardFolder, log: Path) -> list[tuple[str, int, str]]:
    """Name, number among those of the name, and line of each traced call from the command to its answer."""
    tried(folder, "0000", trace=[str(STRACE), "-f", "-o", str(log), "-e", f"trace={','.join(CALLS)}"])
    counts = dict.fromkeys(CALLS, 0)
    calls: list[tuple[str, int, str]] = []
    begun = False
    for line in log.read_text().splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        if found is None:
            continue
        name = found[1]
        counts[name] += 1
        if begun:
            calls.append((name, counts[name], line))
        begun = begun or '"ready "' in line
        if begun and '"63c2"' in line:
            break
    return calls


@traced
def test_killed_at_any_call_the_memory_is_whole_and_no_answer_came_without_its_strike(
    tmp_path: Path, folder: CardFolder
) -> None:
    calls = calls_of_a_try(folder, tmp_path / "calls")
    assert {"fsync", "rename", "flock"} <= {name for name, _, _ in calls}
    assert len(calls) >= 8
    for place, (name, number, _) in enumerate(calls):
        card = whole_card(tmp_path / f"killed-{place}")
        inject = f"inject={name}:signal=KILL:when={number}"
        run = tried(card, "0000", trace=[str(STRACE), "-f", "-o", os.devnull, "-e", f"trace={name}", "-e", inject])
        assert run.stdout.startswith("ready"), "the kill came before the try"
        answered = "63c2" in run.stdout
        assert card.tries() == 2 if answered else card.tries() in (2, 3), (name, number)

        reader = JpkiReader(VirtualCard(card.path))
        reader.select_application()
        assert reader.tries_left() == card.tries(), (name, number)
        reader.verify("0000")
        assert sorted(path.name for path in card.path.iterdir()) == sorted(path.name for path in folder.path.iterdir())


@traced
def test_strike_is_on_the_disk_before_the_answer_goes_out(tmp_path: Path, folder: CardFolder) -> None:
    names = [name for name, _, _ in calls_of_a_try(folder, tmp_path / "calls") if name in ("write", "fsync", "rename")]
    assert names == ["write", "fsync", "rename", "fsync", "write"]
