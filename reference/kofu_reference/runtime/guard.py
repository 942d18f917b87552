"""What stands before every servicer: role of the peer, validity of the request, form of every error. [3.2.5, 3.2.6]"""

import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import protovalidate
from google.protobuf.message import Message

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.refusal import Refusal

_IDENTITY_SUFFIX: Final = ("kofu", "invalid")
_ATTACKS: Final = (Reason.REASON_INVALID_REQUEST, Reason.REASON_ROLE_NOT_ALLOWED)
_log = logging.getLogger("kofu.server")


class Caller(Protocol):
    """What guard and servicers may ask of a call, whichever binding it came by."""

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """The peer as TLS has proved it; the names of its certificate under `x509_subject_alternative_name`."""

    def time_remaining(self) -> float | None:
        """Seconds that the caller still waits; None where it set no limit."""


@dataclass(frozen=True)
class Unreadable:
    """Stands for a request that is no message of the expected type; `refusal` says what is wrong with it."""

    refusal: Refusal


class Unary:
    """A unary method behind the guard, the same for every binding."""

    def __init__(self, method: str, roles: frozenset[str] | None, behaviour: Callable[..., Awaitable[Message]]) -> None:
        self._method = method
        self._roles = roles
        self._behaviour = behaviour

    @property
    def is_open_to_citizens(self) -> bool:
        return self._roles is None

    async def answer(self, request: Message | Unreadable, caller: Caller) -> Message:
        """The servicer's answer. Whatever goes wrong is a Refusal."""
        with only_refusals(self._method):
            check_role(caller, self._roles)
            return await self._behaviour(checked(request), caller)


class Streaming:
    """A streaming method behind the guard; the behaviour is an async generator over the requests."""

    def __init__(
        self, method: str, roles: frozenset[str] | None, behaviour: Callable[..., AsyncIterator[Message]]
    ) -> None:
        if not inspect.isasyncgenfunction(behaviour):
            raise TypeError(f"{method}: a streaming method must be an async generator over its requests")
        self._method = method
        self._roles = roles
        self._behaviour = behaviour

    async def answer(self, requests: AsyncIterator[Message | Unreadable], caller: Caller) -> AsyncIterator[Message]:
        """The servicer's answers. Whatever goes wrong is a Refusal."""
        with only_refusals(self._method):
            check_role(caller, self._roles)
            async for response in self._behaviour(_each_checked(requests), caller):
                yield response


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
    labels = peer_identity(caller).split(".")
    return labels[1] if len(labels) == 5 and tuple(labels[3:]) == _IDENTITY_SUFFIX else ""


def check_role(caller: Caller, roles: frozenset[str] | None) -> None:
    """Refuses a peer whose role is not among those allowed; None allows whomever the port lets in."""
    role = peer_role(caller)
    if roles is not None and role not in roles:
        raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role=role)


def checked(request: Message | Unreadable) -> Message:
    """The request, where it keeps the rules of its proto; otherwise REASON_INVALID_REQUEST naming the first fault."""
    if isinstance(request, Unreadable):
        raise request.refusal
    violations = protovalidate.collect_violations(request)
    if violations:
        fault = violations[0].proto
        raise invalid(_field_path(fault), fault.rule_id, fault.message, "send a value that keeps the rule")
    return request


async def _each_checked(requests: AsyncIterator[Message | Unreadable]) -> AsyncIterator[Message]:
    async for request in requests:
        yield checked(request)


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
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    _log.error("unexpected", extra={"fields": {"place": place, "exception": type(error).__name__, "frames": where}})
