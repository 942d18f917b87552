"""A zoo of miniatures: tiny checks of every behaviour, a chain without an implementation, and a catalogue for them."""

import contextlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from kofu_conformance.cli.checking import Suite
from kofu_conformance.engine import Registry, Story, Unobserved, check, deviate, expect
from kofu_conformance.profile import Profile
from kofu_conformance.report.pseudonyms import Pseudonyms

ZOO = Registry()


@dataclass
class FakeChain:
    """Stands for the chain; `memory` is what an implementation would keep from case to case."""

    story: Story = field(default_factory=Story)
    begun: int = 0
    memory: dict[str, int] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)

    def begin_case(self, story: Story) -> None:
        self.story = story
        self.begun += 1


@contextlib.contextmanager
def open_fake_chain(profile: Profile, seed: int) -> Iterator[FakeChain]:
    yield FakeChain()


@check("1.1", registry=ZOO)
def passes(chain: FakeChain) -> None:
    """
    A situation that is met.

    > 引用文
    """
    chain.story.step("look")
    chain.story.trigger("1.1")


pins = st.lists(st.sampled_from(["right", "wrong"]), min_size=3, max_size=20)


@check("1.2", "1.1", cases=pins, quick=40, registry=ZOO)
def shrinks(chain: FakeChain, typed: list[str]) -> None:
    """
    Three wrong PINs, in any order.

    > 三回誤ると
    """
    chain.story.trigger("1.1")
    chain.story.trigger("1.2")
    for pin in typed:
        chain.story.step(f"PIN {pin}")
        chain.story.wire({"from": "hands", "to": "kiosk", "pin": pin})
    chain.executed.append(",".join(typed))
    expect(typed.count("wrong") < 3, expected="locked", observed="opened", seen_at="kiosk", code="opened")


@check("1.3", registry=ZOO)
def never_triggered(chain: FakeChain) -> None:
    """
    A situation that never arises.

    > 引用文
    """


@check("1.4", cases=st.integers(0, 100), quick=30, registry=ZOO)
def sees_nothing(chain: FakeChain, number: int) -> None:
    """
    The implementation is out of reach.

    > 引用文
    """
    chain.story.trigger("1.4")
    chain.executed.append(str(number))
    raise Unobserved("connection broken")


@check("1.5", cases=st.integers(0, 100), quick=30, registry=ZOO)
def has_a_bug(chain: FakeChain, number: int) -> None:
    """
    A check with a fault of its own.

    > 引用文
    """
    chain.story.trigger("1.5")
    chain.executed.append(str(number))
    raise KeyError(number)


@check("1.6", cases=pins, quick=40, registry=ZOO)
def is_flaky(chain: FakeChain, typed: list[str]) -> None:
    """
    A race: every case fails the first time that it is run, and never again.

    > 引用文
    """
    chain.story.trigger("1.6")
    chain.story.step("race")
    name = ",".join(typed)
    chain.executed.append(name)
    if chain.executed.count(name) == 1 and "wrong" in typed:
        deviate(expected="own document", observed="another's", seen_at="kiosk", code="mixed_up")


@check("1.7", registry=ZOO, exclusive=True)
def alone(chain: FakeChain) -> None:
    """
    Needs the implementation for itself.

    > 引用文
    """
    chain.story.trigger("1.7")


@check("1.8", registry=ZOO, needs=("kiosk", "kiosk.test_control"))
def needs_a_kiosk(chain: FakeChain) -> None:
    """
    Needs hands at a kiosk.

    > 引用文
    """
    chain.story.trigger("1.8")


@check("1.9", cases=st.lists(st.integers(0, 9), max_size=12), quick=60, registry=ZOO)
def two_findings(chain: FakeChain, digits: list[int]) -> None:
    """
    Two faults in one check: shrinking must not slip from the one to the other.

    > 引用文
    """
    chain.story.trigger("1.9")
    if sum(digits) > 4:
        deviate(expected="small", observed="large", seen_at="sum", code="large_sum")
    if digits and digits[0] == 0:
        deviate(expected="none", observed="one", seen_at="length", code="single")


@check("1.10", cases=st.integers(0, 1000), quick=10, registry=ZOO)
def stops_in_the_midst(chain: FakeChain, number: int) -> None:
    """
    Ctrl-C during the third case.

    > 引用文
    """
    chain.story.trigger("1.10")
    chain.executed.append(str(number))
    if len(chain.executed) == 3:
        raise KeyboardInterrupt


@dataclass(frozen=True)
class FakeStatement:
    """A requirement of the catalogue."""

    id: str
    title_ja: str = "要件"
    title_en: str = "a requirement"
    ja: str = "要件の文。"
    en: str = "The sentence of a requirement."
    level: str = "MUST"
    source: str = "引用文"
    pending: str | None = None
    classes: frozenset[str] = frozenset({"test"})
    least_triggers: Mapping[str, int] = field(default_factory=dict)


CATALOGUE = (*(FakeStatement(f"1.{number}") for number in range(1, 11)), FakeStatement("2.1", pending="paper"))


def only(*names: str) -> Registry:
    """A registry of some of the miniatures."""
    registry = Registry()
    for name in names:
        registry.add(ZOO[f"zoo.{name}"])
    return registry


def suite(tmp_path: Path, *names: str) -> Suite:
    """A suite of some of the miniatures."""
    return Suite(only(*names), CATALOGUE, open_fake_chain, tmp_path / "cache", lambda _: Pseudonyms({}))


PROFILE = """
[iut]
name = "miniature"
build = "1"
role = "all"
[city]
seed = 1
residents = 40
municipality_code = "992011"
[tls]
authority = "tls.pem"
[tls.peers.tester]
certificate = "tls.pem"
key = "tls.pem"
[cards]
folder = "cards"
[clock]
base = "2026-10-07T10:00:00+09:00"
[systems.center]
address = "127.0.0.1:1"
identity = "center-1.center.jlis.kofu.invalid"
test_control = true
clock = "frozen"
"""


def write_profile(folder: Path, text: str = PROFILE) -> Path:
    """A profile of nothing, with the files that it names."""
    (folder / "cards").mkdir(parents=True, exist_ok=True)
    (folder / "tls.pem").touch()
    path = folder / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return path


class Silent:
    """A watcher that only counts."""

    def __init__(self) -> None:
        self.cases: dict[str, int] = {}
        self.order: list[str] = []

    def check_starts(self, check: object, planned: int) -> None: ...

    def case_done(self, check: object, done: int, planned: int) -> None: ...

    def shrinking(self, check: object, executions: int) -> None: ...

    def check_done(self, result: object) -> None:
        self.order.append(result.check.id)  # type: ignore[attr-defined]


def ticking(step: float) -> Iterator[float]:
    """A clock that goes on by `step` seconds at each look."""
    return itertools.count(0.0, step)
