"""Start-up of an issuing server by snapshot, beside the bare copying of as many bytes: seconds, and KB for a resident.

`python bench/bench_snapshot.py [RESIDENTS]`, 20,000 where nothing is said.
"""

import asyncio
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench_feed import ROLES, CityHall, Receiving, acknowledged

from kofu_reference.core.registers import Registers
from kofu_reference.core.system import Core
from kofu_reference.relay.system import Relay
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.storage import SqliteDatabase
from kofu_spec.city import make_city, multitude

MEGABYTE = 1024 * 1024


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def peak_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def copied(source: Path, target: Path) -> float:
    """Seconds to copy the core's records and have them on the disk."""
    began = time.perf_counter()
    shutil.copy(source, target)
    with target.open("rb+") as file:
        os.fsync(file.fileno())
    return time.perf_counter() - began


async def started(folder: Path, ports: ReservedPorts, count: int) -> float:
    hall = CityHall(folder, ports)
    (folder / "core").mkdir()
    city = make_city(1, 400)
    began = time.perf_counter()
    registers = Registers(SqliteDatabase(folder / "core" / "core.sqlite3"))
    with registers.transaction():
        registers.load(
            (resident for resident, _ in multitude(city, count)),
            (tax for _, tax in multitude(city, count) if tax is not None),
        )
    registers.close()
    print(f"core loaded in {time.perf_counter() - began:.1f} s, {size_of(folder / 'core') / MEGABYTE:.0f} MB on disk")
    before = peak_memory()
    core = await hall.start(Core)
    assert isinstance(core, Core)
    await hall.start(Relay)
    began, busy = time.perf_counter(), time.process_time()
    await hall.start(Receiving)
    await acknowledged(core, 1)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    await hall.stop()
    print(
        f"snapshot of {count} residents from core by relay to register, in one transaction: {seconds:.1f} s,"
        f" {busy:.1f} s of them on a processor, {count / seconds:.0f} residents/s"
    )
    register = size_of(folder / "issuing")
    print(
        f"register {register / MEGABYTE:.0f} MB on disk, {register / count / 1024:.1f} KB for a resident;"
        f" relay {size_of(folder / 'relay') / 1024:.0f} KB; memory of all three together"
        f" {before:.0f} MB before and {peak_memory():.0f} MB at its peak,"
        f" {(peak_memory() - before) * 1024 / count:.2f} KB for a resident"
    )
    return seconds


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as made, ReservedPorts("127.0.0.1", ROLES) as ports:
        folder = Path(made)
        seconds = asyncio.run(started(folder, ports, count))
        bare = copied(folder / "core" / "core.sqlite3", folder / "copy")
        print(f"bare copy of the core's file {bare:.1f} s   ratio {bare / seconds:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
