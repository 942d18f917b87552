"""Killed wherever it writes or sends, each system of the feed and of issuance starts again with all that it told.

`make test` kills at a sample of the points, `make crash-full` at each; both print how many there are. In between:
`KOFU_CRASH_POINTS=10` kills at ten a system.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from reference.tests.crash_points import SENDING, WRITING, CrashPoint, points_in, straced
from reference.tests.crash_story import ON_CERTIFICATES_ALONE, Story
from reference.tests.running import Running, running

VICTIMS: Final = ("core", "relay", "issuing", "koseki")
POINTS: Final = os.environ.get("KOFU_CRASH_POINTS", "2")
"""How many a system, or `all`."""

TELLINGS: Final = 3

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="crash points left out: strace is missing (Debian: apt-get install strace)"
)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("crash") / "run", residents=1) as made:
        yield made


@pytest.fixture(scope="module")
def story(chain: Running) -> Story:
    return Story(chain)


def data_of(chain: Running, victim: str) -> Path:
    return chain.chain.folder / "data" / victim


def points_of(chain: Running, story: Story, victim: str) -> list[CrashPoint]:
    """The points of one telling of the story."""
    log = chain.scratch / "points.strace"
    with straced(chain.process(victim), ["-e", f"trace={','.join((*WRITING, *SENDING))}"], log):
        story.go_on(chain.process(victim))
    points = points_in(log, victim, data_of(chain, victim))
    log.unlink()
    return points


def crash(chain: Running, story: Story, point: CrashPoint) -> bool:
    """Kills the victim at a point, starts it again and judges; whether the point was reached.

    What goes with the beat of the feed comes in no fixed number: the story is told again while the point has not come.
    Messages are not sent in the same number each time, so a point at one of them may not come at all.
    """
    log = chain.scratch.parent / "killed.strace"
    process = chain.process(point.system)
    with straced(process, point.arguments(data_of(chain, point.system)), log):
        for _ in range(TELLINGS):
            if process.poll() is None:
                story.go_on(process)
    reached = process.poll() is not None
    if not reached:
        process.kill()
    chain.ended(point.system)
    chain.start(point.system)
    story.judge()
    return reached


def chosen(points: list[CrashPoint]) -> list[CrashPoint]:
    """All points, or some on files, evenly spread."""
    if POINTS == "all":
        return points
    on_files = [point for point in points if point.file]
    count = min(int(POINTS), len(on_files))
    return [on_files[len(on_files) * (2 * place + 1) // (2 * count)] for place in range(count)]


@pytest.mark.timeout(7200 if POINTS == "all" else 600)
@pytest.mark.parametrize("victim", VICTIMS)
def test_nothing_is_lost_doubled_or_kept_wherever_a_system_is_killed(
    chain: Running, story: Story, victim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    points = points_of(chain, story, victim)
    story.judge()
    on_files = [point for point in points if point.file]
    assert len(on_files) > 2, "a system that is told something writes it down"
    picked = chosen(points)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{victim}: {len(on_files)} crash points on files, {len(points) - len(on_files)} at messages; "
            f"killed at {len(picked)}\n"
        )
    missed = [point for point in picked if not crash(chain, story, point) and point.file]
    assert missed == [], "these calls came in one telling and not in the next"


def test_the_search_finds_what_a_system_would_keep(chain: Running, story: Story) -> None:
    """A search that never found anything says nothing."""
    for number, mark in enumerate(ON_CERTIFICATES_ALONE):
        victim = VICTIMS[number % len(VICTIMS)]
        for plant in (data_of(chain, victim) / "spool", chain.scratch / "tmpspool"):
            plant.write_bytes(b"x" * 100 + mark.encode("utf-16-le" if number % 2 else "utf-8") + b" and more")
            name = str(plant.relative_to(chain.chain.folder))
            assert {(file, text) for file, text, _ in story.kept()} == {(name, mark)}
            plant.unlink()
    assert story.kept() == []
