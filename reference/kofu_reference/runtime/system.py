"""What every system of the source document is to the runtime."""

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from kofu_reference.runtime.clock import CivilClock
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.guard import area_of, may_speak_for
from kofu_reference.runtime.holds import Holds
from kofu_reference.runtime.identity import build_of, configuration_of
from kofu_reference.runtime.spoils import Spoils

ANYBODY: Final = None
"""Instead of roles: citizens too, who have no certificate of the authority and come over HTTPS."""


@dataclass(frozen=True)
class Binding:
    """A gRPC service of a system and who may call it.

    `add_to_server` is the generated function, `servicer` its servicer, `roles` the peer roles allowed, by method
    name, or ANYBODY. A method that is not named is refused to everybody. `areas` are those that peers may be of,
    where not all: one city's systems do not speak to another's.
    """

    add_to_server: Callable[[Any, Any], None]
    servicer: object
    roles: Mapping[str, frozenset[str] | None]
    areas: frozenset[str] | None = None


class System(abc.ABC):
    """One system: constructed, perhaps given a fault, bound to a server, started; stopped at the end.

    A system whose terminals a tester may operate has a coroutine `operate(OperateRequest) -> OperateResponse`.
    """

    name: ClassVar[str]
    stages: ClassVar[tuple[str, ...]] = ()
    spoilable_stages: ClassVar[tuple[str, ...]] = ()
    terminal_ids: tuple[str, ...] = ()

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        self.config = config
        self.clock = clock
        self.holds = holds
        self.spoils = Spoils(self.spoilable_stages)
        self.build = build_of()
        self.configuration = configuration_of(config)

    def of_the_city(self, identity: str = "") -> frozenset[str]:
        """Areas of peers that are of the same city as an identity, or as this system itself."""
        return may_speak_for(area_of(identity or self.config.identity), testing=self.config.testing)

    @abc.abstractmethod
    def bindings(self) -> list[Binding]:
        """The services that this system offers beside TestControl, health and reflection."""

    async def missing(self) -> Sequence[str]:
        """What keeps the system itself from doing what it is there for, in fixed words; empty where nothing does."""
        return ()

    def rendering_processes(self) -> Sequence[int]:
        """The ids of the processes that render for it."""
        return ()

    @abc.abstractmethod
    async def start(self) -> None:
        """Opens storage, connects out, starts tasks. Returns without waiting for peers."""

    @abc.abstractmethod
    async def stop(self) -> None:
        """Ends tasks, connections and storage."""
