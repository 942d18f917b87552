"""Everything that the pages tell, gathered once from where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from contract.image import Image

from kofu_conformance.engine.registry import CHECKS, Check
from kofu_conformance.engine.selection import load_suites
from kofu_reference.faults import Fault, list_faults
from kofu_spec.contract import reasons
from kofu_spec.contract.reasons import ReasonEntry
from kofu_spec.requirements import Catalogue, load

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Facts:
    """The specification's data. `root` is the repository, whose decisions and changes are shown too."""

    root: Path
    image: Image
    catalogue: Catalogue
    reasons: Mapping[str, ReasonEntry]
    checks: tuple[Check, ...]
    faults: tuple[Fault, ...]

    @cached_property
    def check_ids(self) -> frozenset[str]:
        return frozenset(check.id for check in self.checks)

    def checks_of(self, requirement_id: str) -> list[Check]:
        return [check for check in self.checks if requirement_id in check.requirements]

    def faults_of(self, requirement_id: str) -> list[Fault]:
        """Faults that break a requirement, or are found by a check of it."""
        checks = {check.id for check in self.checks_of(requirement_id)}
        return [fault for fault in self.faults if fault.statement == requirement_id or fault.killed_by in checks]

    def faults_killed_by(self, check_id: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.killed_by == check_id]


def gather(image: bytes, root: Path = ROOT) -> Facts:
    """The facts of this checkout; `image` is the protos' descriptor image with comments."""
    load_suites()
    return Facts(
        root=root,
        image=Image(image),
        catalogue=load(),
        reasons=reasons.load(),
        checks=tuple(CHECKS),
        faults=list_faults(),
    )
