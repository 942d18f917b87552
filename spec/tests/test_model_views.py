"""The views: what each role's tester sees of a step, and what of it is hidden."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import pytest

from kofu_spec.model.actions import Action
from kofu_spec.model.behaviour import in_nobodys_way
from kofu_spec.model.chain import Chain, kinds
from kofu_spec.model.configurations import CONFIGURATIONS, SMALL
from kofu_spec.model.crossings import CROSSINGS, Party
from kofu_spec.model.observations import QUIET, Observation
from kofu_spec.model.state import Configuration, Phase, State
from kofu_spec.model.views import DOER, OFFERED, VIEWS

STATES = 6_000
"""How many states of the larger worlds a test looks at, nearest first."""

ONE_CERTIFICATE = (
    *(
        "insert 1 1",
        "choose 1 0",
        "accept 1 1",
        "receive 1",
        "start 1",
        "render 1",
        "release 1",
        "wipe 1",
        "take_doc 1",
    ),
    *("hand 1", "arrive 1", "pay 1", "print 1", "note 1", "done 1", "settle 1", "erase 1", "leave 1"),
)
AT_ISSUING = ["order 1 1 0", "document 1 ((1, 1),)"]
AT_CENTER = ["application 1 1 0", "order 1 1 0", "document 1 ((1, 1),)", "certificate 1 ((1, 1),)"]
AT_KIOSK = [
    *("card_in 1 1", "choice 1 0", "application 1 1 0", "certificate 1 ((1, 1),)", "payable 1", "money_in 1 1"),
    *("sheet 1 ((1, 1),)", "account 1 1 0", "ready 1"),
]
FOR_CITIZENS = [
    *("card_in 1 1", "choice 1 0", "payable 1", "money_in 1 1", "sheet 1 ((1, 1),)", "account 1 1 0", "ready 1"),
]


def steps_of(configuration: Configuration, labels: tuple[str, ...]) -> Iterator[tuple[State, Action, State]]:
    """A history of the model, step by step."""
    chain = Chain(configuration)
    state = chain.initial
    for label in labels:
        name, *arguments = label.split()
        action = Action(name, tuple(map(int, arguments)))
        after = chain.step(state, action)
        assert after is not None, label
        yield state, action, after
        state = after


@lru_cache(maxsize=1)
def reached(configuration: Configuration) -> dict[State, dict[Action, State]]:
    """States, nearest first, with all their steps, and the steps of the states after those."""
    chain = Chain(configuration)
    found: dict[State, dict[Action, State]] = {chain.initial: dict(chain.steps(chain.initial))}
    waiting = [chain.initial]
    for state in waiting:
        for after in found[state].values():
            if after not in found and len(found) < STATES:
                found[after] = dict(chain.steps(after))
                waiting.append(after)
    return found


def seen(view: str, configuration: Configuration, labels: tuple[str, ...]) -> list[str]:
    """What a view shows of a history."""
    passings = [VIEWS[view].of(*step)[0] for step in steps_of(configuration, labels)]
    return [" ".join([one.name, *map(str, one.facts)]) for passing in passings for one in passing]


@pytest.mark.parametrize(
    ("view", "expected"),
    [("issuing", AT_ISSUING), ("center", AT_CENTER), ("kiosk", AT_KIOSK), ("chain", FOR_CITIZENS), ("koseki", [])],
)
def test_of_one_certificate_each_role_sees_what_crosses_its_border(view: str, expected: list[str]) -> None:
    assert seen(view, replace(CONFIGURATIONS["money"], copies=1), ONE_CERTIFICATE) == expected


def test_which_server_works_is_hidden_and_an_abort_shows_as_a_refusal_only() -> None:
    labels = (
        "insert 1 1",
        "choose 1 0",
        "accept 1 2",
        "receive 1",
        "start 1",
        "render 1",
        "server_timeout 1",
        "wipe 2",
    )

    assert seen("issuing", CONFIGURATIONS["servers"], labels) == ["order 1 1 0", "refusal 1"]
    assert seen("issuing", CONFIGURATIONS["servers"], (*labels[:2], "accept 1 1", *labels[3:7], "wipe 1")) == [
        "order 1 1 0",
        "refusal 1",
    ]


def test_a_lost_order_never_shows_at_the_server() -> None:
    assert seen("issuing", CONFIGURATIONS["lost"], ("insert 1 1", "choose 1 0", "accept 1 1", "lose 2 1")) == []


def test_a_locked_card_looks_the_same_whatever_is_typed() -> None:
    labels = ("insert 1 1", "pin_wrong 1", "pin_wrong 1", "pin_wrong 1", "pin_locked 1")
    *_, locked = steps_of(CONFIGURATIONS["pin"], labels)

    ways = VIEWS["card"].of(*locked)

    assert ways == tuple((Observation("verify", (1, right)), Observation("verified_locked", (1,))) for right in (1, 0))


def test_every_action_has_one_who_does_it_and_every_crossing_has_its_actions() -> None:
    names = {kind.name for kind in kinds()}

    assert set(DOER) == names
    assert {action for one in CROSSINGS.values() for action in one.sent + one.taken} <= names
    assert all(one.taken for one in CROSSINGS.values())


def test_who_does_an_action_sends_or_takes_what_passes_in_it() -> None:
    for action, doer in DOER.items():
        dealing = {one.sender for one in CROSSINGS.values() if action in one.sent}
        dealing |= {one.receiver for one in CROSSINGS.values() if action in one.taken}
        if action in ("mishap", "silence"):
            assert doer == Party.CHANCE
        else:
            assert not dealing or doer in dealing, action


def test_what_one_role_does_to_another_is_output_here_and_input_there() -> None:
    single = {next(iter(view.parties)): view for view in VIEWS.values() if len(view.parties) == 1}
    for one in CROSSINGS.values():
        if one.sent and one.sender in single:
            assert one.name in single[one.sender].outputs
        if one.receiver in single:
            assert one.name in single[one.receiver].inputs
        inside = {one.sender, one.receiver} <= VIEWS["chain"].parties
        assert inside == (one.name not in VIEWS["chain"].inputs | VIEWS["chain"].outputs)
    assert set(single) == VIEWS["chain"].parties == set(Party) - {
        *(Party.CITIZEN, Party.JPKI, Party.OFFICER, Party.CITY, Party.CLOCK, Party.CHANCE),
    }  # fmt: skip


def test_everything_seen_is_told_in_both_languages() -> None:
    pages = ((1, 2), (2, 1))
    for one in CROSSINGS.values():
        facts = tuple(pages if fact == "pages" else 1 for fact in one.facts)
        told = Observation(one.name, facts)
        assert "{" not in told.ja + told.en
        assert any(letter > "\u3040" for letter in told.ja)
        assert told.en.isascii()
        assert told._replace(refused=True).en.endswith("refused")
    assert (
        Observation("sheet", (1, pages)).en
        == "a sheet comes out of kiosk 1: request 1, citizen 2; request 2, citizen 1"
    )
    assert (Observation("sheet", (1, ())).ja, QUIET.en) == (
        "端末1から1部が出る：ページなし",
        "nothing happens past the declared bound",
    )


@pytest.mark.parametrize("name", ["pin", "session", "hours", "money", "lost"])
def test_a_kiosk_offers_an_act_exactly_where_the_model_has_it(name: str) -> None:
    configuration = CONFIGURATIONS[name]
    view = VIEWS["kiosk"]
    for state, steps in reached(configuration).items():
        possible = {p[0] for a, after in steps.items() for p in view.of(state, a, after) if p and p[0].name in OFFERED}
        for act in all_acts(configuration):
            if act in possible:
                assert OFFERED[act.name](state, act.facts), (state, act)
            elif OFFERED[act.name](state, act.facts):
                assert bounded(configuration, state, act), (state, act)


def all_acts(configuration: Configuration) -> Iterator[Observation]:
    """Everything a citizen may try at a kiosk."""
    for k in range(1, configuration.kiosks + 1):
        yield from (Observation("card_in", (k, c)) for c in range(1, configuration.citizens + 1))
        yield from (Observation("pin_typed", (k, right)) for right in (0, 1))
        yield from (Observation("choice", (k, kind)) for kind in range(configuration.koseki + 1))
        yield Observation("money_in", (k, configuration.copies))
        yield from (Observation(name, (k,)) for name in ("card_taken", "cancelled"))


def bounded(configuration: Configuration, state: State, act: Observation) -> bool:
    """Whether not the kiosk but the smallness of the world, or another kiosk, stands in the way."""
    if act.name == "card_in":
        return any(at.phase != Phase.IDLE and at.who == act.facts[1] for at in state.kiosks)
    if act.name == "choice":
        return state.next > configuration.requests
    if act.name == "pin_typed":
        return not configuration.wrong_pins and act.facts[1] == 0
    return False


@pytest.mark.parametrize("configuration", SMALL, ids=lambda one: one.name)
def test_what_happens_at_once_stands_in_nobodys_way(configuration: Configuration) -> None:
    """Whatever else may happen may happen after it too, leads to the same, and nobody falls silent or starts by it."""
    names = in_nobodys_way(configuration)
    found = reached(configuration)
    looked = 0
    for state, steps in found.items():
        for action, after in steps.items():
            if action.name not in names or after not in found:
                continue
            for other, there in steps.items():
                if other != action and there in found:
                    looked += 1
                    assert found[there].get(action) == found[after].get(other) is not None, (action, other)
            for view in VIEWS.values():
                if action.name in view.hidden_kinds and not view.has_to(action):
                    assert busy(view.name, state, steps) == busy(view.name, after, found[after]), (view.name, action)
    assert looked or configuration.name == "pin"


def busy(view: str, state: State, steps: dict[Action, State]) -> bool:
    """Whether the role has something left to do."""
    of = VIEWS[view]
    passings = [(action, passing) for action, after in steps.items() for passing in of.of(state, action, after)]
    return any(p[0].name in of.outputs if p else of.has_to(action) for action, p in passings)


@pytest.mark.parametrize(
    ("observation", "said"),
    [
        (Observation("sheet", (1, ())), "not seen at the issuing servers of one site; use one of: answer, "),
        (Observation("order", (1,)), "1 facts; give request, citizen, kind"),
        (Observation("order", (1, 1, 0), refused=True), "only a citizen's act is refused"),
    ],
)
def test_what_cannot_be_seen_is_said_in_one_line(observation: Observation, said: str) -> None:
    with pytest.raises(ValueError, match=r"^observation '") as wrong:
        VIEWS["issuing"].check(observation)
    assert said in str(wrong.value)
    assert "\n" not in str(wrong.value)
