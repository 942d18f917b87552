"""What pytest runs: one test for each check of the run. The plugin `engine` knows the checks and keeps the results."""

import pytest

from kofu_conformance.engine.registry import Check
from kofu_conformance.engine.session import ENGINE_PLUGIN, Session
from kofu_conformance.engine.verdict import Verdict


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each check, in the order of the run."""
    session = metafunc.config.pluginmanager.get_plugin(ENGINE_PLUGIN)
    assert isinstance(session, Session)
    metafunc.parametrize("check", session.checks, ids=[one.id for one in session.checks])


def test_check(check: Check, request: pytest.FixtureRequest) -> None:
    """Runs a check; its verdict counts, this test's outcome only mirrors it."""
    session = request.config.pluginmanager.get_plugin(ENGINE_PLUGIN)
    assert isinstance(session, Session)
    result = session.run(check)
    if result.verdict is not Verdict.PASS:
        pytest.fail(f"{check.id}: {result.verdict}", pytrace=False)
