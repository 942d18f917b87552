"""Holds make a stage slow for a while, as load or a slow device would. [2.8]"""

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class _Hold:
    seconds: float
    passages_left: int


class Holds:
    """The holds of one system, by stage. Used from the event loop only."""

    def __init__(self, stages: tuple[str, ...] = ()) -> None:
        self.stages = stages
        self._holds: dict[str, _Hold] = {}

    def set(self, stage: str, seconds: float, passages: int) -> None:
        """Delays the next `passages` passages of the stage by `seconds` each; 0 passages takes a hold back."""
        if stage not in self.stages:
            raise KeyError(stage)
        if passages == 0:
            self._holds.pop(stage, None)
        else:
            self._holds[stage] = _Hold(seconds, passages)

    async def passage(self, stage: str) -> None:
        """Passes the stage: at once, or after the delay where a hold is set."""
        hold = self._holds.get(stage)
        if hold is None:
            return
        hold.passages_left -= 1
        if hold.passages_left <= 0:
            self._holds.pop(stage, None)
        await asyncio.sleep(hold.seconds)
