"""One run of many checks: pytest takes them one by one, shielded from the settings of whoever calls us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis.configuration
import pytest

from kofu_conformance.engine.cases import ShrinkBudget
from kofu_conformance.engine.execution import Chain, fault_of
from kofu_conformance.engine.registry import Check, Level
from kofu_conformance.engine.runner import CheckResult, CheckRun, Watcher
from kofu_conformance.engine.verdict import Verdict

ENGINE_PLUGIN = "kofu_conformance_engine"
HERE = Path(__file__).resolve().parent
SHIELDED = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_THEME")


class EngineFault(RuntimeError):
    """pytest could not run the checks: a fault of the suite."""


class Session:
    """Holds the checks of a run and their results; registered with pytest as a plugin."""

    def __init__(
        self,
        checks: tuple[Check, ...],
        chain: Chain,
        run_seed: int,
        level: Level,
        watcher: Watcher,
        budget: ShrinkBudget | None = None,
    ) -> None:
        self.checks = checks
        self.interrupted = False
        self._chain = chain
        self._seed = run_seed
        self._level = level
        self._watcher = watcher
        self._budget = budget
        self._results: dict[str, CheckResult] = {}

    def run(self, check: Check) -> CheckResult:
        """Runs one check. `KeyboardInterrupt` comes out of it once what is known is kept."""
        run = CheckRun(check, self._chain, self._seed, self._level, self._watcher, self._budget)
        try:
            result = run.run()
        except KeyboardInterrupt:
            self.interrupted = True
            self._keep(run.interrupted())
            raise
        except Exception as error:
            fault = fault_of(error)
            result = CheckResult(
                check, Verdict.ERROR, (f"{fault.type}: {fault.message} (at {fault.place})",), fault=fault
            )
        return self._keep(result)

    def results(self) -> tuple[CheckResult, ...]:
        """A result for every check; one that wasn't reached is inconclusive."""
        return tuple(
            self._results.get(check.id)
            or CheckResult(check, Verdict.INCONCLUSIVE, ("not run: the run was interrupted",))
            for check in self.checks
        )

    def _keep(self, result: CheckResult) -> CheckResult:
        self._results[result.check.id] = result
        self._watcher.check_done(result)
        return result


def run_session(session: Session, cache: Path) -> tuple[CheckResult, ...]:
    """Runs all checks of the session in this process. Raises `EngineFault` where pytest itself can't run.

    Interrupted by Ctrl-C it returns what was found and sets `session.interrupted`; checks not reached are inconclusive.
    """
    hypothesis.configuration.set_hypothesis_home_dir(cache / "hypothesis")
    with _shielded():
        status = pytest.main(
            [
                str(HERE / "run_checks.py"),
                f"-c{HERE / 'run_checks.ini'}",
                f"--rootdir={HERE}",
                f"--confcutdir={HERE}",
                "--import-mode=importlib",
                "--assert=plain",
                "--capture=no",
                *("-p", "no:cacheprovider"),
                *("-p", "no:terminal"),
                *("-p", "no:faulthandler"),
                *("-p", "no:logging"),
                *("-p", "no:warnings"),
            ],
            plugins=[_Named(session)],
        )
    session.interrupted = session.interrupted or status == pytest.ExitCode.INTERRUPTED
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
        raise EngineFault(
            f"pytest ended with {pytest.ExitCode(status).name}; run with PYTHONPATH and sys.path unchanged"
        )
    return session.results()


class _Named:
    """Registers the session under the name by which the tests find it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.register(self._session, ENGINE_PLUGIN)


@contextmanager
def _shielded() -> Iterator[None]:
    """Nothing in the environment changes how pytest runs."""
    kept = {name: os.environ.pop(name) for name in SHIELDED if name in os.environ}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(kept)
        if autoload is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        else:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = autoload
