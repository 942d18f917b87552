"""Spoils make what comes out of a stage wrong for a while, so that a tester sees whether it is noticed. [P.7]"""

from kofu.testing.v1.control_pb2 import SpoilKind


class Spoils:
    """The spoils of one system, by stage. Used from the event loop only."""

    def __init__(self, stages: tuple[str, ...] = ()) -> None:
        self.stages = stages
        self._spoils: dict[str, list[SpoilKind]] = {}

    def set(self, stage: str, kind: SpoilKind, passages: int) -> None:
        """Spoils the next `passages` passages of the stage; 0 takes a spoil back."""
        if stage not in self.stages:
            raise KeyError(stage)
        self._spoils[stage] = [kind] * passages

    def take(self, stage: str) -> "SpoilKind | None":
        """How this passage is spoiled; None where it is not."""
        left = self._spoils.get(stage)
        return left.pop() if left else None
