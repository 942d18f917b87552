"""The chain as one implementation under test, and everything that a check may do to it."""

import random
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Literal

from kofu.testing.v1.control_pb2 import SpoilKind
from kofu.v1.common_pb2 import Application, Holder, ResidenceOptions
from kofu_conformance.engine import Story, Unobserved
from kofu_conformance.profile import Area, Profile
from kofu_conformance.testers.alarms import AlarmClient
from kofu_conformance.testers.center import CenterClient
from kofu_conformance.testers.control import RESTART_SECONDS, Clock, Control
from kofu_conformance.testers.counter import CounterClient
from kofu_conformance.testers.feed import FeedClient
from kofu_conformance.testers.issuing import IssuingClient, KosekiClient, KosekiDoor
from kofu_conformance.testers.json_door import JsonDoor
from kofu_conformance.testers.kiosk import Hands
from kofu_conformance.testers.maintenance import MaintenanceClient
from kofu_conformance.testers.persons import Persons
from kofu_conformance.testers.reflection import ReflectedService, reflect
from kofu_conformance.testers.responder import Responder
from kofu_conformance.testers.wire import Wire
from kofu_spec.city import Citizen, City
from kofu_spec.pki import jpki

CURRENT_AGAIN_SECONDS = 0.1
"""Between two questions whether a restarted issuing server knows its records to be current."""


@contextmanager
def open_chain(profile: Profile, seed: int) -> Iterator["Chain"]:
    """The chain that a profile describes; connections are made when first needed and closed at the end."""
    chain = Chain(profile, seed)
    try:
        yield chain
    finally:
        chain.close()


class Chain:
    """What a check is given: the city, the players, the clock, and the story of the case."""

    def __init__(self, profile: Profile, seed: int) -> None:
        self.profile = profile
        self.city: City = profile.city.make()
        self.story = Story()
        self.wire = Wire(profile, lambda: self.story)
        self.json_door = JsonDoor(profile, lambda: self.story)
        self.clock = Clock(profile, self.control)
        self._persons = Persons(self.city, seed, lambda: self.story)
        self._named: dict[str, Citizen] = {}
        self._request_ids = random.Random(f"{seed}:{secrets.token_hex(16)}")  # noqa: S311 - names, no secrets
        self._held: set[str] = set()
        self._terminals: tuple[str, ...] | None = None
        self._tidied: dict[str, Hands] = {}
        self._lock = threading.RLock()
        self._responder = (
            None
            if profile.jpki is None
            else Responder(profile.jpki.folder, profile.jpki.listen, self.city, self._civil_time)
        )

    def begin_case(self, story: Story) -> None:
        """Makes ready for the next case: its story bound, nothing held, all clocks at base, nobody at a kiosk."""
        self.story = story
        self._named = {}
        self._tidied = {}
        self.release_all()
        if self._responder is not None:
            self._responder.behave()
        self.clock.to_base()

    def close(self) -> None:
        """Takes back what is held and closes all connections."""
        with suppress(Unobserved):  # an implementation that has gone can't hold anything
            self.release_all()
        if self._responder is not None:
            self._responder.close()
        self.wire.close()

    # Persons

    @property
    def municipality_code(self) -> str:
        """Of the city under test."""
        return self.profile.city.municipality_code

    def citizen(self, family: str, suited: Callable[[Citizen], bool] | None = None) -> Citizen:
        """A fresh citizen of the family, and of them one who is `suited`.

        When the family is used up it goes round again, and the story says so. Raises `Unobserved` where nobody fits.
        """
        return self._persons.fresh(family, suited)

    def person(self, label: str, family: str = "plain", suited: Callable[[Citizen], bool] | None = None) -> Citizen:
        """The citizen whom this case calls by a label ("A"): drawn from the family at first mention, then the same."""
        with self._lock:
            if label not in self._named:
                self._named[label] = self._persons.fresh(family, suited)
            return self._named[label]

    def set_aside(self, citizen: Citizen) -> None:
        """Never hands this citizen out again: the card was locked, for example."""
        self._persons.set_aside(citizen)

    def records_changed(self, citizen: Citizen) -> None:
        """Sets aside the citizen with household and register, because `chain.city` no longer says what holds."""
        self._persons.records_changed(citizen)

    def new_request_id(self) -> str:
        """A request id that was never used before, in this run or another."""
        with self._lock:
            return str(uuid.UUID(int=self._request_ids.getrandbits(128), version=4))

    # Players

    def kiosk(self, n: int = 1) -> Hands:
        """A citizen's hands at terminal n, counted from 1; further than the terminals go, round again.

        At the first use in a case the terminal is brought back to its beginning.
        """
        terminals = self.terminals
        terminal_id = terminals[(n - 1) % len(terminals)]
        with self._lock:
            if terminal_id not in self._tidied:
                hands = Hands(self.wire, terminal_id, self.municipality_code)
                hands.tidy()
                self._tidied[terminal_id] = hands
            return self._tidied[terminal_id]

    @property
    def terminals(self) -> tuple[str, ...]:
        """The terminals of the kiosk under test, which are registered with the center."""
        with self._lock:
            if self._terminals is None:
                self._terminals = tuple(self.control("kiosk").describe().terminal_ids)
            if not self._terminals:
                raise Unobserved("the kiosk describes no terminal")
            return self._terminals

    def center(self, n: int = -1) -> CenterClient:
        """A kiosk of the suite before the center, at terminal n (by default the last), with its own session."""
        terminals = self.terminals
        terminal_id = terminals[-1] if n < 1 else terminals[(n - 1) % len(terminals)]
        return CenterClient(
            self.wire, self.profile.cards.folder, terminal_id, self.municipality_code, self.new_request_id
        )

    def issuing(self, n: int = 1) -> IssuingClient:
        """The suite as the center, before the issuing server, or before server n of its site."""
        node = "issuing" if n == 1 else f"issuing-{n}"
        return IssuingClient(self.wire, self.municipality_code, self.new_request_id, self._now, node)

    def alarms(self, system: Literal["center", "issuing"]) -> AlarmClient:
        """An officer before the alarms of a system."""
        return AlarmClient(self.wire, system, self.municipality_code)

    def relay_of(self, area: Area) -> FeedClient:
        """The suite as the relay of a further city of the issuing system."""
        return FeedClient(self.wire, area.municipality_code)

    def koseki(self, door: KosekiDoor = "relay") -> KosekiClient:
        """The suite as the issuing server before the relay, or as the relay before the koseki system."""
        return KosekiClient(self.wire, door, self.municipality_code, self.new_request_id, self._now)

    @property
    def responder(self) -> Responder:
        """The JPKI as the suite plays it before the center. Raises `Unobserved` where the profile has none."""
        if self._responder is None:
            raise Unobserved("the profile names no place at which the suite plays the JPKI ([jpki])")
        return self._responder

    def counter(self) -> CounterClient:
        """The office at the city counter."""
        return CounterClient(self.wire, self.municipality_code)

    def maintenance(self) -> MaintenanceClient:
        """The suite as maintenance staff of the kiosk."""
        return MaintenanceClient(self.wire, self.profile)

    # Control

    def control(self, system: str) -> Control:
        """TestControl of a system. Raises `Unobserved` where the profile says that there is none."""
        if not self.wire.system(system).test_control:
            raise Unobserved(f"the profile declares no TestControl for {system}")
        return Control(self.wire, system)

    def restart(self, system: str) -> None:
        """Restarts a system, waits until the new process answers, and sets its clock to what the others show.

        An issuing server may refuse until the feed has told it that its records are current: that is waited for too,
        so that no later check takes it for a fault. [2.6]
        """
        self.story.step(f"{system} restarted")
        self.control(system).restart()
        self.clock.apply([system])
        if system.partition("-")[0] == "issuing" and self.wire.plays("center"):
            self._until_current(system)

    def _until_current(self, node: str) -> None:
        nobody = Holder(issuer_key_id=jpki.ISSUER_KEY_ID, certificate_serial="f" * 16)
        application = Application(residence_certificate=ResidenceOptions())
        client = IssuingClient(self.wire, self.municipality_code, self.new_request_id, self._now, node)
        until = time.monotonic() + RESTART_SECONDS
        while client.issue(nobody, application).result == "REASON_RECORDS_NOT_CURRENT":
            if time.monotonic() > until:
                raise Unobserved(f"{node}: {RESTART_SECONDS:.0f} s after its restart its records are not current")
            time.sleep(CURRENT_AGAIN_SECONDS)

    def hold(self, stage: str, seconds: float, passages: int = 1) -> None:
        """Makes the next passages of a stage ("issuing.render") take so much longer, until `release_all`.

        Where several servers share the work it holds at each of them, so many passages.
        """
        self.story.step(f"{stage} held for {seconds:g} s, {passages} times")
        with self._lock:
            self._held.add(stage)
        for node in self.profile.nodes_of(stage.partition(".")[0]):
            self.control(node).hold(stage, seconds, passages)

    def spoil(self, stage: str, kind: int, passages: int = 1) -> None:
        """Makes what comes out of the next passages of a stage wrong, at every server that has the stage.

        `kind` is a number of SpoilKind.
        """
        self.story.step(f"{stage} spoiled, {SpoilKind.Name(kind)}, {passages} times")
        for node in self.profile.nodes_of(stage.partition(".")[0]):
            self.control(node).spoil(stage, kind, passages)

    def release_all(self) -> None:
        """Takes back every hold that was set."""
        with self._lock:
            held, self._held = sorted(self._held), set()
        for stage in held:
            for node in self.profile.nodes_of(stage.partition(".")[0]):
                self.control(node).hold(stage, 0.0, 0)

    def reflect(self, system: str) -> tuple[ReflectedService, ...]:
        """The services of a system with their methods and messages, as its reflection shows them."""
        return reflect(self.wire.channel(system, "tester"), system)

    def _now(self) -> datetime:
        return self.clock.now

    def _civil_time(self) -> datetime:
        """What the center's clock shows: where it was set, or real time where it can't be."""
        center = self.profile.systems.get("center")
        return self.clock.now if center is not None and center.clock in ("frozen", "offset") else datetime.now(UTC)
