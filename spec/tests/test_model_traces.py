"""The traces that are kept as vectors: judged as they are meant, and shaped so that others can read them."""

import pytest

from kofu_spec.model.crossings import CROSSINGS
from kofu_spec.model.oracle import Result
from kofu_spec.model.trace_cases import OF_MUTANTS, RIGHT, WRONG
from kofu_spec.model.traces import Trace, traces
from kofu_spec.model.views import VIEWS

RIGHT_SLUGS = {case.slug for case in RIGHT}


@pytest.mark.parametrize("trace", [one for one in traces() if one.slug in RIGHT_SLUGS], ids=lambda one: one.slug)
def test_of_a_right_trace_every_step_is_allowed(trace: Trace) -> None:
    assert set(trace.expect()["results"]) == {"allowed"}
    assert trace.expect()["instead"] == []


@pytest.mark.parametrize("trace", [one for one in traces() if one.slug not in RIGHT_SLUGS], ids=lambda one: one.slug)
def test_of_a_wrong_trace_the_last_step_alone_is_not_allowed(trace: Trace) -> None:
    *before, last = trace.steps

    assert {step.result for step in before} <= {Result.ALLOWED}
    assert last.result == Result.NOT_ALLOWED
    assert last.instead


def test_each_role_has_traces_of_both_kinds() -> None:
    assert len(traces()) == len(RIGHT) + len(WRONG) + len(OF_MUTANTS)
    assert {case.view for case in RIGHT} == VIEWS.keys() - {"counter"}
    assert {trace.view.name for trace in traces() if trace.slug not in RIGHT_SLUGS} == VIEWS.keys()


def test_each_step_names_its_facts_and_says_who_did_it() -> None:
    kinds = set()
    for trace in traces():
        for step in trace.given()["steps"] + trace.expect()["instead"]:
            kinds.add(step["kind"])
            if step["kind"] == "silence":
                assert (step["name"], step["facts"]) == ("quiet", {})
                continue
            assert tuple(step["facts"]) == CROSSINGS[step["name"]].facts
            role_does = step["name"] in trace.view.outputs
            assert step["kind"] in (["output"] if role_does else ["input", "refused"])
    assert kinds == {"input", "output", "refused", "silence"}
