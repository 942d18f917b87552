"""The relay is the city's only door: what it serves and to whom; nothing else of it listens. [2.6, 2.9, 3.1.6]"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import tomli_w
from reference.tests.chain_pieces import ROLES, Chain, make_authority

from kofu_reference.relay.system import Relay
from kofu_reference.runtime.ports import ReservedPorts

LISTENING: Final = "0A"


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with ReservedPorts("127.0.0.1", ROLES) as ports:
        yield Chain(tmp_path, make_authority(tmp_path / "pki"), ports)


def listening_sockets_of(process_id: int) -> set[str]:
    """What a process listens on, TCP ports and the names of Unix sockets."""
    folder = Path(f"/proc/{process_id}")
    own = set()
    for link in (folder / "fd").iterdir():
        target = str(link.readlink())
        if target.startswith("socket:["):
            own.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in (folder / "net" / table).read_text(encoding="ascii").splitlines()[1:]:
            local, state, inode = (line.split()[column] for column in (1, 3, 9))
            if inode in own and (state == LISTENING or table.startswith("udp")):
                found.add(f"{table[:3]} {int(local.rpartition(':')[2], 16)}")
    return found


def test_nothing_else_of_the_relay_listens(chain: Chain, tmp_path: Path) -> None:
    """Two ports, one of them for the same calls as JSON, where its configuration says."""
    config = json.loads(chain.config("relay").model_dump_json(exclude_none=True))
    path = tmp_path / "relay.toml"
    path.write_text(tomli_w.dumps(config), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "kofu_reference.runtime.process", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    try:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        listening = listening_sockets_of(process.pid)
    finally:
        process.communicate(timeout=60)
    assert said["port"] == config["port"]
    assert listening == {f"tcp {said['port']}", f"tcp {said['json_port']}"}


def test_relay_serves_the_feed_to_the_core_and_koseki_to_the_issuing_server_and_no_more(chain: Chain) -> None:
    async def served() -> dict[str, object]:
        relay = chain.make(Relay)
        try:
            return {name: roles for binding in relay.bindings() for name, roles in binding.roles.items()}
        finally:
            await relay.stop()

    assert asyncio.run(served()) == {"Feed": frozenset({"core"}), "IssueKoseki": frozenset({"issuing"})}
