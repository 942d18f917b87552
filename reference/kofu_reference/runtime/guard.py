"""What stands before every servicer: role of the peer, validity of the request, form of every error. [3.2.5, 3.2.6]"""

import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import protovalidate
from google.protobuf.message import Message

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import log
from kofu_reference.runtime.observed import Observed
from kofu_reference.runtime.refusal import Refusal

PEER_CERTIFICATE: Final = "x509_pem_cert"
"""Where `auth_context` tells the peer's certificate, PEM."""

ANOTHER: Final = "another city's"

SUITE_AREA: Final = "suite"
"""Area in the certificates of testers; they count only where the system was started for testing."""

_IDENTITY_SUFFIX: Final = ("kofu", "invalid")
_ATTACKS: Final = (Reason.REASON_INVALID_REQUEST, Reason.REASON_ROLE_NOT_ALLOWED)
_log = logging.getLogger("kofu.server")


class Caller(Protocol):
    """What guard and servicers may ask of a call, whichever binding it came by."""

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """The peer as TLS has proved it; the names of its certificate under `x509_subject_alternative_name`."""

    def time_remaining(self) -> float | None:
        """Seconds that the caller still waits; None where it set no limit."""

    def invocation_metadata(self) -> Iterable[tuple[str, Any]] | None:
        """What was sent along with the request, by names in lower case."""


@dataclass(frozen=True)
class Unreadable:
    """Stands for a request that is no message of the expected type; `refusal` says what is wrong with it."""

    refusal: Refusal


@dataclass(frozen=True)
class Admission:
    """Who may call a method: peers of these roles and, where it says so, of these areas.

    `vouches_for` is asked of every certificate again: its authority may have been taken away since it connected.
    """

    roles: frozenset[str] | None
    areas: frozenset[str] | None = None
    vouches_for: Callable[[bytes], bool] = lambda _: True

    def check(self, caller: Caller) -> None:
        """Refuses whoever is not among them; roles None admit whomever the port lets in."""
        if self.roles is None:
            return
        role = peer_role(caller)
        if role not in self.roles:
            raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role=role)
        if self.areas is not None and peer_area(caller) not in self.areas:
            raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role=role, area=ANOTHER)
        if not all(self.vouches_for(one) for one in caller.auth_context().get(PEER_CERTIFICATE, ())):
            raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role=role, certificate="no longer vouched for")


class Unary:
    """A unary method behind the guard, the same for every binding."""

    def __init__(
        self, method: str, admission: Admission, behaviour: Callable[..., Awaitable[Message]], observed: Observed
    ) -> None:
        self._method = method
        self._admission = admission
        self._behaviour = behaviour
        self._observed = observed

    @property
    def is_open_to_citizens(self) -> bool:
        return self._admission.roles is None

    async def answer(self, request: Message | Unreadable, caller: Caller) -> Message:
        """The servicer's answer. Whatever goes wrong is a Refusal."""
        with self._observed.call(request, caller.invocation_metadata()), only_refusals(self._method):
            self._admission.check(caller)
            return await self._behaviour(checked(request), caller)


class Streaming:
    """A streaming method behind the guard; the behaviour is an async generator over the requests."""

    def __init__(
        self,
        method: str,
        admission: Admission,
        behaviour: Callable[..., AsyncIterator[Message]],
        observed: Observed,
    ) -> None:
        if not inspect.isasyncgenfunction(behaviour):
            raise TypeError(f"{method}: a streaming method must be an async generator over its requests")
        self._method = method
        self._admission = admission
        self._behaviour = behaviour
        self._observed = observed

    async def answer(self, requests: AsyncIterator[Message | Unreadable], caller: Caller) -> AsyncIterator[Message]:
        """The servicer's answers. Whatever goes wrong is a Refusal."""
        with self._observed.stream(), only_refusals(self._method):
            self._admission.check(caller)
            async for response in self._behaviour(self._each_checked(requests, caller), caller):
                yield response

    async def _each_checked(
        self, requests: AsyncIterator[Message | Unreadable], caller: Caller
    ) -> AsyncIterator[Message]:
        """A stream lasts for days: who may send is asked again at each message."""
        async for request in requests:
            self._admission.check(caller)
            yield checked(request)


@contextmanager
def only_refusals(place: str) -> Iterator[None]:
    """An unexpected exception is logged without its text, and goes on as REASON_INTERNAL. Attacks are logged."""
    try:
        yield
    except Refusal as refusal:
        log_attack(place, refusal)
        raise
    except Exception as error:
        log_unexpected(place, error)
        raise Refusal(Reason.REASON_INTERNAL) from None


def invalid(field: str, rule: str, message: str, remedy: str, **more: str) -> Refusal:
    """The refusal of a request that breaks a rule. Nothing told here may quote the request."""
    return Refusal(Reason.REASON_INVALID_REQUEST, field=field, rule=rule, message=message, remedy=remedy, **more)


def peer_identity(caller: Caller) -> str:
    """The DNS name in the peer's certificate; empty where there is none or more than one."""
    names = list(caller.auth_context().get("x509_subject_alternative_name", ()))
    return names[0].decode("ascii", errors="replace") if len(names) == 1 else ""


def peer_role(caller: Caller) -> str:
    """The role in `<id>.<role>.<area>.kofu.invalid`; empty where the name has another form."""
    return _label(peer_identity(caller), 1)


def peer_area(caller: Caller) -> str:
    """The area in the same name."""
    return area_of(peer_identity(caller))


def area_of(identity: str) -> str:
    """The area in `<id>.<role>.<area>.kofu.invalid`; empty where the name has another form."""
    return _label(identity, 2)


def may_speak_for(area: str, *, testing: bool) -> frozenset[str]:
    """The areas whose peers are those of a city: its own, and the testers' where the system is started for testing."""
    return frozenset({area, SUITE_AREA}) if testing else frozenset({area})


def _label(identity: str, place: int) -> str:
    labels = identity.split(".")
    return labels[place] if len(labels) == 5 and tuple(labels[3:]) == _IDENTITY_SUFFIX else ""


def checked(request: Message | Unreadable) -> Message:
    """The request, where it keeps the rules of its proto; otherwise REASON_INVALID_REQUEST naming the first fault."""
    if isinstance(request, Unreadable):
        raise request.refusal
    violations = protovalidate.collect_violations(request)
    if violations:
        fault = violations[0].proto
        raise invalid(_field_path(fault), fault.rule_id, fault.message, "send a value that keeps the rule")
    return request


def _field_path(violation: Any) -> str:
    """`members[2].name` of a violation; empty where the rule is of the whole message."""
    path = ""
    for element in violation.field.elements if violation.field else ():
        path += ("." if path else "") + element.field_name
        if element.subscript is not None:
            path += f"[{element.subscript.value}]"
    return path


def log_attack(place: str, refusal: Refusal) -> None:
    """Logs a refusal that no honest peer gives cause for, by its reason, field and rule. [3.2.6]"""
    if refusal.reason in _ATTACKS:
        told: dict[str, str] = {
            key: refusal.metadata[key] for key in ("field", "rule", "role") if key in refusal.metadata
        }
        _log.warning("refused", extra={"fields": {"place": place, "reason": refusal.name, **told}})


def log_unexpected(place: str, error: BaseException) -> None:
    """Logs where an unexpected exception arose. Its text may hold personal data and stays out."""
    _log.error("unexpected", extra={"fields": {"place": place, **log.told_of(error)}})
