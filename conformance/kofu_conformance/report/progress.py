"""Shows how a run goes on: a live line for the running check where there is a terminal, plain lines elsewhere."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from kofu_conformance.engine.registry import Check
from kofu_conformance.engine.runner import CheckResult
from kofu_conformance.report.screen import STYLES


class LiveProgress:
    """A watcher of the engine. Use it as a context manager."""

    def __init__(self, console: Console, checks: int) -> None:
        self._console = console
        self._checks = checks
        self._done = 0
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def check_starts(self, check: Check, planned: int) -> None:
        """A check begins."""
        self._progress.reset(self._task, total=planned, description=f"[{self._done + 1}/{self._checks}] {check.id}")

    def case_done(self, check: Check, done: int, planned: int) -> None:
        """One more case was run."""
        self._progress.update(self._task, completed=done)

    def shrinking(self, check: Check, executions: int) -> None:
        """A failing case is being made smaller."""
        self._progress.update(self._task, description=f"{check.id}: shrinking, {executions} runs")

    def check_done(self, result: CheckResult) -> None:
        """A check has its verdict: a line that stays."""
        self._done += 1
        line = Text(f"{result.verdict:<14}", style=STYLES[result.verdict])
        line.append(f"{result.check.id}  ", style="default")
        line.append(f"{result.cases} cases, {result.seconds:.1f} s", style="dim")
        self._console.print(line, soft_wrap=True, highlight=False)
