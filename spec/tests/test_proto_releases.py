"""The protos go on from what was released: a break is refused, an addition is not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROTO = ROOT / "proto"
CENTER = "kofu/v1/center.proto"
COMMON = "kofu/v1/common.proto"


class Copy:
    """A copy of the protos that a test may change; its compiler is the project's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "proto"
        shutil.copytree(PROTO, self.folder, ignore=shutil.ignore_patterns("gen", "__pycache__"))
        shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
        tools = ROOT / ".cache" / "proto-tools"
        tools.parent.mkdir(exist_ok=True)
        (folder / ".cache").mkdir()
        (folder / ".cache" / "proto-tools").symlink_to(tools, target_is_directory=True)

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")

    def generate(self, what: str) -> "subprocess.CompletedProcess[str]":
        program = self.folder / "generate.py"
        return subprocess.run([sys.executable, program, what], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def compiler() -> None:
    """The pinned compiler is there before a copy links to it."""
    subprocess.run([sys.executable, PROTO / "generate.py", "--image", os.devnull], check=True)


@pytest.fixture
def copy(compiler: None, tmp_path: Path) -> Copy:
    made = Copy(tmp_path)
    assert made.generate("--release").returncode == 0
    return made


def test_the_protos_do_not_break_the_last_release(compiler: None) -> None:
    done = subprocess.run([sys.executable, PROTO / "generate.py", "--breaking"], capture_output=True, text=True)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (CENTER, "int32 charged_yen = 5 [", "int32 charged_yen = 6 [", 'previously present field "5"'),
        (CENTER, "int32 charged_yen = 5 [", "int32 paid_yen = 5 [", "changed name"),
        (CENTER, "rpc Apply(ApplyRequest)", "rpc Apply(ListOffersRequest)", "changed request type"),
        (CENTER, "OUTCOME_ABORTED = 4;", "OUTCOME_ABORTED = 5;", 'previously present enum value "4"'),
        (CENTER, "rpc CloseSession(", "rpc EndSession(", "previously present RPC"),
    ],
    ids=["renumbered field", "renamed field", "other request", "renumbered enum value", "renamed method"],
)
def test_a_break_is_refused(copy: Copy, file: str, old: str, new: str, told: str) -> None:
    copy.change(file, old, new)

    done = copy.generate("--breaking")

    assert told.lower() in done.stdout.lower(), done.stdout + done.stderr
    assert done.returncode == 1


def test_an_addition_passes(copy: Copy) -> None:
    copy.change(COMMON, "message SealOptions {}", "message SealOptions {\n  // 追加。 Added.\n  bool added = 1;\n}")
    copy.change(CENTER, "OUTCOME_ABORTED = 4;", "OUTCOME_ABORTED = 4;\n  // 追加。 Added.\n  OUTCOME_ADDED = 5;")

    done = copy.generate("--breaking")

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_the_newest_release_counts_and_an_older_one_stays(copy: Copy) -> None:
    released = copy.folder / "released"
    before = {file.name: file.read_bytes() for file in released.iterdir()}
    project = copy.folder.parent / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'version = "0.10.0"'))
    copy.change(COMMON, "message SealOptions {}", "message SealOptions {\n  // 追加。 Added.\n  bool added = 1;\n}")
    assert copy.generate("--release").stdout == "proto/released/kofu-0.10.0.binpb\n"
    assert {name: (released / name).read_bytes() for name in before} == before

    copy.change(COMMON, "bool added = 1;", "bool added = 2;")

    assert copy.generate("--breaking").returncode == 1
