"""A kiosk that is killed at any step charges exactly for what it printed, as a bystander counted it. [3.3.6, 3.3.3]

`make test` kills at a sample of the steps; `make kiosk-crash` at every one.
"""

# ruff: noqa: F811 - fixtures are imported

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from reference.tests import kiosk_world
from reference.tests.kiosk_side import card_box, key  # noqa: F401 - fixtures

EVERY_STEP = os.environ.get("KOFU_CRASH_STEPS") == "all"
SAMPLED_STRIDE = 5


def world(folder: Path, scenario: str, steps: list[int]) -> list[dict[str, Any]]:
    program = [sys.executable, "-m", "reference.tests.kiosk_world", str(folder), scenario, *map(str, steps)]
    root = Path(__file__).parents[2]
    paths = [str(root), *(str(root / part) for part in ("proto/gen", "spec", "reference", "conformance"))]
    done = subprocess.run(
        program, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def consistent(seen: dict[str, Any]) -> None:
    """The bystander's judgement: every yen accounted for, and kept is the price of the copies that came out."""
    assert seen["held_yen"] == 0, seen
    assert seen["kept_yen"] == kiosk_world.FEE_YEN * seen["copies_out"], seen
    assert seen["put_in_yen"] == seen["kept_yen"] + seen["back_yen"], seen
    assert seen["copies_out"] == seen["copies_taken"] == seen["different_copies"], seen
    assert seen["copies_lying"] == 0, seen


@pytest.mark.parametrize(
    ("scenario", "copies"), [("cash", 3), ("jam", 1), ("cancelled", 0), ("electronic", 2), ("several", 3)]
)
def test_killed_anywhere_charges_for_what_was_printed(
    tmp_path: Path, card_box: Path, scenario: str, copies: int
) -> None:
    (undisturbed,) = world(tmp_path, scenario, [])
    consistent(undisturbed)
    assert undisturbed["copies_out"] == copies
    steps = range(1, undisturbed["steps"] + 1, 1 if EVERY_STEP else SAMPLED_STRIDE)
    runs = world(tmp_path, scenario, list(steps))
    assert [run["step"] for run in runs] == list(steps)
    for run in runs:
        # It really died, and the kiosk after it served the next citizen.
        assert run["died"], run
        assert run["lived"], run
        consistent(run)
    assert any(run["died_again"] for run in runs)
