"""The oracle: it allows what the model does and nothing else, and says so where it can't know."""

import random
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kofu_spec.model import judge
from kofu_spec.model.actions import Action
from kofu_spec.model.behaviour import Behaviour
from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS, SMALL
from kofu_spec.model.observations import QUIET, Observation, Passing, read, written
from kofu_spec.model.oracle import Judgement, Oracle, Reason, Result
from kofu_spec.model.state import Configuration, State
from kofu_spec.model.views import DOER, VIEWS, View

HOPS = Configuration("hops", requests=1, koseki=1, losses=1, duplicates=1, timeouts=1, mishaps=1)
"""Whatever can happen to a message, and to the paper."""


@lru_cache(maxsize=32)
def behaviour(view: str, configuration: Configuration) -> Behaviour:
    """What was worked out for one trace serves the next."""
    return Behaviour(VIEWS[view], Chain(configuration))


def walked(chain: Chain, view: View, picks: Iterable[int]) -> Iterator[Observation]:
    """What a view sees of a walk through the model; each number picks one of the steps that are possible."""
    state = chain.initial
    for pick in picks:
        steps = list(chain.steps(state))
        if not steps:
            return
        action, after = steps[pick % len(steps)]
        passings = view.of(state, action, after)
        yield from passings[pick % len(passings)]
        state = after


def results(view: str, configuration: str, *trace: Observation) -> list[Result]:
    """The verdict of each step."""
    return [judgement.result for judgement in judge(VIEWS[view], CONFIGURATIONS[configuration], trace)]


def observations(*lines: str) -> list[Observation]:
    """Observations as they are written."""
    return [read(line) for line in lines]


def oracle_after(view: str, configuration: str, *written: str) -> Oracle:
    """An oracle that has seen this and allowed it."""
    oracle = Oracle(behaviour(view, CONFIGURATIONS[configuration]))
    for observation in observations(*written):
        assert oracle.after(observation).result == Result.ALLOWED, observation
    return oracle


# WHAT THE MODEL DOES IS ALLOWED

WALKS = [
    (view, configuration.name) for configuration in SMALL for view in VIEWS if view in ("kiosk", "center", "issuing")
]
OTHERS = [
    *(("card", "pin"), ("card", "session"), ("counter", "pin"), ("koseki", "koseki")),
    *(("feed", "feed"), ("feed", "gap"), *(("chain", configuration.name) for configuration in SMALL)),
]


@pytest.mark.parametrize(("view", "configuration"), [*WALKS, *OTHERS])
@settings(max_examples=12, deadline=None, derandomize=True)
@given(picks=st.lists(st.integers(0, 5039), min_size=10, max_size=80))
def test_every_walk_of_the_model_is_allowed(view: str, configuration: str, picks: list[int]) -> None:
    """With loss, duplication, time-outs and altered pages, where the world has them."""
    chain = Chain(CONFIGURATIONS[configuration])
    oracle = Oracle(behaviour(view, CONFIGURATIONS[configuration]))

    for observation in walked(chain, VIEWS[view], picks):
        assert oracle.after(observation).result == Result.ALLOWED, [*oracle.seen, observation]


@pytest.mark.parametrize("view", ["kiosk", "center", "issuing", "koseki", "chain"])
@settings(max_examples=30, deadline=None, derandomize=True)
@given(picks=st.lists(st.integers(0, 5039), min_size=10, max_size=80))
def test_what_is_lost_doubled_late_or_jammed_is_allowed(view: str, picks: list[int]) -> None:
    oracle = Oracle(behaviour(view, HOPS))

    for observation in walked(Chain(HOPS), VIEWS[view], picks):
        assert oracle.after(observation).result == Result.ALLOWED, [*oracle.seen, observation]


@pytest.mark.parametrize(("view", "configuration"), [("center", "late"), ("issuing", "feed"), ("kiosk", "session")])
@settings(max_examples=25, deadline=None, derandomize=True)
@given(picks=st.lists(st.integers(0, 5039), min_size=10, max_size=60), shuffle=st.randoms(use_true_random=False))
def test_what_came_in_an_unknown_order_is_allowed(
    view: str, configuration: str, picks: list[int], shuffle: random.Random
) -> None:
    trace = list(walked(Chain(CONFIGURATIONS[configuration]), VIEWS[view], picks))
    oracle = Oracle(behaviour(view, CONFIGURATIONS[configuration]))
    while trace:
        size = shuffle.randint(1, 4)
        batch, trace = trace[:size], trace[size:]
        shuffle.shuffle(batch)
        assert oracle.after_in_any_order(batch).result == Result.ALLOWED, [*oracle.seen, batch]


# NOTHING ELSE IS


class Walker:
    """All walks of the model at once, worked out from nothing but its steps and what a view sees of them."""

    def __init__(self, view: View, configuration: Configuration) -> None:
        self.view = view
        self.chain = Chain(configuration)
        self._steps: dict[State, list[tuple[Action, State, Passing]]] = {}

    def steps(self, state: State) -> list[tuple[Action, State, Passing]]:
        """Each step, once for each way it may look."""
        if state not in self._steps:
            self._steps[state] = [
                (action, after, passing)
                for action, after in self.chain.steps(state)
                for passing in self.view.of(state, action, after)
            ]
        return self._steps[state]

    def reached(self, points: frozenset[tuple[State, Passing]]) -> frozenset[tuple[State, Passing]]:
        """Where walks may be that show no more than they have."""
        found, waiting = set(points), list(points)
        while waiting:
            state, rest = waiting.pop()
            for _, after, passing in [] if rest else self.steps(state):
                if not passing and (after, ()) not in found:
                    found.add((after, ()))
                    waiting.append((after, ()))
        return frozenset(found)

    def onwards(self, points: frozenset[tuple[State, Passing]]) -> dict[Observation, frozenset[tuple[State, Passing]]]:
        """What may be seen next, and where the walks are then."""
        found: dict[Observation, set[tuple[State, Passing]]] = {}
        for state, rest in points:
            if not (rest[0].name in self.view.outputs if rest else self._busy(state)):
                found.setdefault(QUIET, set()).add((state, rest))
            if rest:
                found.setdefault(rest[0], set()).add((state, rest[1:]))
            for _, after, passing in [] if rest else self.steps(state):
                if passing:
                    found.setdefault(passing[0], set()).add((after, passing[1:]))
        return {observation: frozenset(there) for observation, there in found.items()}

    def _busy(self, state: State) -> bool:
        return any(
            passing[0].name in self.view.outputs if passing else DOER[action.name] in self.view.parties
            for action, _, passing in self.steps(state)
        )


EXACT = [
    *(("card", "pin"), ("kiosk", "pin"), ("counter", "pin"), ("chain", "pin"), ("card", "session")),
    *(("kiosk", "session"), ("center", "session"), ("chain", "session"), ("center", "hours"), ("chain", "hours")),
    *(("kiosk", "twice"), ("center", "twice"), ("issuing", "twice"), ("chain", "twice")),
    *(("kiosk", "lost"), ("center", "lost"), ("issuing", "lost"), ("chain", "lost")),
    *(("issuing", "koseki"), ("koseki", "koseki"), ("center", "koseki"), ("chain", "koseki")),
    *(("feed", "feed"), ("issuing", "feed"), ("chain", "feed"), ("kiosk", "money"), ("chain", "money")),
    *(("center", "one_page"), ("issuing", "release")),
]
TRACES = 60
"""How many different situations of the oracle are compared, nearest first."""


@pytest.mark.parametrize(("view", "configuration"), EXACT)
def test_the_oracle_allows_exactly_what_some_walk_shows(view: str, configuration: str) -> None:
    """At each point of each trace, nearest first, everything that is ever seen is tried."""
    walker = Walker(VIEWS[view], CONFIGURATIONS[configuration])
    oracle = Oracle(behaviour(view, CONFIGURATIONS[configuration]))
    start = (walker.reached(frozenset({(walker.chain.initial, ())})), oracle.situations)
    waiting, met, ever = [start], {start}, {QUIET}
    refused = 0
    for points, situations in waiting:
        onwards = walker.onwards(points)
        ever |= onwards.keys()
        for observation in ever:
            there, judgement = oracle.judged(situations, (observation,))
            if observation.name == "heartbeat" and observation not in onwards:
                assert judgement.result != Result.NOT_ALLOWED
                continue
            assert (judgement.result == Result.ALLOWED) == (observation in onwards), (observation, judgement)
            refused += judgement.result != Result.ALLOWED
            if judgement.result == Result.NOT_ALLOWED and judgement.reason in (Reason.OUTPUT, Reason.SILENCE):
                outputs = {one for one in onwards if one == QUIET or one.name in VIEWS[view].outputs}
                assert set(judgement.instead) == outputs
            elif observation in onwards and len(waiting) < TRACES:
                after = (walker.reached(onwards[observation]), there)
                if after not in met:
                    met.add(after)
                    waiting.append(after)
    assert refused


# WHAT IS NOT ALLOWED, AND WHAT CAN'T BE KNOWN


def test_a_deviation_names_what_was_seen_what_was_allowed_and_the_shortest_explanation() -> None:
    lines = (
        "card_in 1 1",
        "pin_typed 1 0",
        "pin_refused 1 2",
        "pin_torn 1",
        "ready 1",
        "card_in 1 1",
        "pin_typed 1 0",
    )
    oracle = oracle_after("chain", "pin", *lines, "pin_refused 1 0", "pin_typed 1 1")

    judgement = oracle.after(Observation("pin_accepted", (1,)))

    assert str(judgement).splitlines() == [
        "not_allowed: kiosk 1 accepts the PIN",
        "  no state that explains what was seen so far allows this output",
        "  allowed: kiosk 1 says that the card is locked",
    ]
    explanation = oracle.explanation()
    assert explanation is not None
    assert [str(action) for action in explanation] == [
        *("insert 1 1", "pin_wrong 1", "pin_torn 1", "insert 1 1", "pin_wrong 1", "pin_locked 1"),
    ]


def test_an_explanation_has_the_hidden_steps_and_no_more_than_needed() -> None:
    oracle = oracle_after("issuing", "servers", "order 1 1 0", "refusal 1", "order 2 1 0", "document 2 2-1", "quiet")
    explanation = oracle.explanation()

    assert explanation is not None
    labels = [str(action) for action in explanation]
    assert labels[:2] == ["insert 1 1", "choose 1 0"]
    assert {"server_timeout 1", "start 2", "render 2", "release 2"} <= set(labels)
    assert labels[-1] == "finish 2", "the silence tells that the server has tidied up"
    assert len(labels) == 16, labels


def test_silence_is_allowed_only_where_nothing_is_left_to_do() -> None:
    assert oracle_after("issuing", "lost", "quiet").quiet().result == Result.ALLOWED

    judgement = oracle_after("issuing", "lost", "order 1 1 0").quiet()

    assert (judgement.result, judgement.reason) == (Result.NOT_ALLOWED, Reason.SILENCE)
    assert set(judgement.instead) == set(observations("document 1 1-1", "refusal 1"))


def test_after_a_loss_the_citizen_is_told_in_the_end() -> None:
    oracle = oracle_after("chain", "lost", "card_in 1 1", "choice 1 0")

    assert set(oracle.allowed()) == set(observations("payable 1", "session_over 1"))
    assert oracle.quiet().result == Result.NOT_ALLOWED


def test_a_server_may_refuse_because_it_is_not_up_to_date_but_may_not_issue() -> None:
    stale = ("change 2 1", "order 1 1 0")

    assert set(oracle_after("issuing", "gap", *stale).allowed()) == set(observations("refusal 1"))
    assert oracle_after("issuing", "gap", *stale).after(*observations("document 1 1-1")).result == Result.NOT_ALLOWED


def test_after_an_acknowledged_change_the_cancelled_certificate_is_refused_whichever_server_works() -> None:
    oracle = oracle_after("chain", "feed", "committed 1", "acknowledged 1", "card_in 1 1", "choice 1 0")
    assert oracle.allowed() == tuple(observations("session_over 1"))

    oracle = oracle_after("chain", "feed", "committed 1", "card_in 1 1", "choice 1 0")
    assert set(oracle.allowed()) >= set(observations("session_over 1", "payable 1", "acknowledged 1"))


@pytest.mark.parametrize(
    ("before", "act", "verdict", "reason"),
    [
        ("", "money_in 1 2", Result.NOT_ALLOWED, Reason.TO_BE_REFUSED),
        ("", "refused money_in 1 2", Result.ALLOWED, None),
        ("card_in 1 1", "refused card_in 1 1", Result.ALLOWED, None),
        ("card_in 1 1", "card_in 1 1", Result.NOT_ALLOWED, Reason.TO_BE_REFUSED),
        ("card_in 1 1", "refused choice 1 0", Result.NOT_ALLOWED, Reason.TO_BE_DONE),
        ("card_in 1 1; choice 1 0; payable 1; money_in 1 2", "refused cancelled 1", Result.ALLOWED, None),
        ("card_in 1 1; choice 1 0; payable 1", "refused cancelled 1", Result.NOT_ALLOWED, Reason.TO_BE_DONE),
        ("card_in 1 1; cancelled 1; ready 1", "choice 1 0", Result.NOT_ALLOWED, Reason.TO_BE_REFUSED),
        ("card_in 1 1; choice 1 0; jam 1; ready 1; card_in 1 1", "choice 1 0", Result.INCONCLUSIVE, Reason.NO_PLACE),
        ("card_in 1 1; choice 1 0; jam 1", "jam 1", Result.INCONCLUSIVE, Reason.NO_PLACE),
    ],
)  # fmt: skip
def test_an_act_is_done_where_it_is_offered_and_refused_elsewhere(
    before: str, act: str, verdict: Result, reason: Reason | None
) -> None:
    """What the small world has no room for is nobody's fault."""
    judgement = oracle_after("chain", "money", *filter(None, before.split("; "))).after(*observations(act))

    assert (judgement.result, judgement.reason) == (verdict, reason)


def test_nothing_is_judged_after_a_deviation_or_what_was_inconclusive() -> None:
    assert results("issuing", "twice", *observations("document 1 1-1", "order 1 1 0")) == [
        *(Result.NOT_ALLOWED, Result.INCONCLUSIVE),
    ]
    assert results("center", "twice", *observations("document 1 1-1", "order 1 1 0")) == [
        *(Result.INCONCLUSIVE, Result.INCONCLUSIVE),
    ]


def test_a_set_that_grows_past_its_limit_gives_no_verdict() -> None:
    view, world = VIEWS["feed"], CONFIGURATIONS["gap"]
    wrong = observations("committed 1", "acknowledged 1")

    assert [one.result for one in judge(view, world, wrong)] == [Result.ALLOWED, Result.NOT_ALLOWED]
    oracle = Oracle.of(view, world, limit=20)
    judgements = [oracle.after(one) for one in wrong]

    assert judgements[-1].result == Result.INCONCLUSIVE
    assert Reason.TOO_MANY in {one.reason for one in judgements}


def test_of_a_batch_in_an_unknown_order_only_what_no_order_explains_is_a_deviation() -> None:
    orders = observations("order 2 1 0", "order 1 1 0")
    oracle = Oracle(behaviour("issuing", CONFIGURATIONS["late"]))
    assert oracle.after_in_any_order(orders).result == Result.ALLOWED

    batch = observations("document 2 2-1", "document 1 1-1", "document 1 1-1")
    judgement = oracle.after_in_any_order(batch)
    assert (judgement.result, judgement.observation) == (Result.NOT_ALLOWED, batch[-1])
    assert judgement.instead


def test_where_an_order_is_known_to_be_wrong_it_is_wrong() -> None:
    trace = observations("card_in 1 1", "choice 1 0", "payable 1", "sheet 1 1-1", "money_in 1 2")

    assert results("chain", "money", *trace)[3] == Result.NOT_ALLOWED
    oracle = oracle_after("chain", "money", "card_in 1 1", "choice 1 0", "payable 1")
    assert oracle.after_in_any_order(trace[3:]).result == Result.ALLOWED


@pytest.mark.parametrize(("view", "configuration"), [("chain", "late"), ("kiosk", "late"), ("issuing", "servers")])
def test_the_sets_stay_small(view: str, configuration: str) -> None:
    picks = random.Random(5)
    oracle = Oracle(behaviour(view, CONFIGURATIONS[configuration]))
    trace = list(walked(Chain(CONFIGURATIONS[configuration]), VIEWS[view], (picks.randrange(5040) for _ in range(60))))

    sizes = [oracle.after(observation).states for observation in trace]

    print(f"{view} in {configuration}: {sizes}")  # noqa: T201 - the sizes are what one wants to see of it
    assert 1 < max(sizes) < 2_000


def test_a_judgement_tells_its_reason_in_both_languages() -> None:
    judgement = Judgement(QUIET, Result.NOT_ALLOWED, 0, Reason.SILENCE)

    assert judgement.reason is not None
    assert all(reason.ja != reason.en for reason in Reason)
    assert "declared bound" in str(judgement)


@pytest.mark.parametrize("line", ["order 1 1 0", "document 1 1-1,2-1", "sheet 1 none", "refused cancelled 1", "quiet"])
def test_an_observation_is_read_as_it_is_written(line: str) -> None:
    assert written(read(line)) == line


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "unknown name"),
        ("orders 1", "unknown name; use one of: quiet, card_in"),
        ("order one", "a fact is a number"),
    ],
)
def test_what_is_no_observation_is_said_in_one_line(line: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as wrong:
        read(line)
    assert "\n" not in str(wrong.value)


def test_the_example_of_the_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[1] / "docs" / "oracle.md").read_text("utf-8")
    example = page.partition("```python\n")[2].partition("```")[0]
    expected = [line.removeprefix("# ") for line in example.splitlines() if line.startswith("# ")]

    exec(compile(example, "oracle.md", "exec"), {})

    assert capsys.readouterr().out.splitlines() == expected
