"""What stands before every servicer: role of the peer, validity of the request, form of every error. [3.2.5, 3.2.6]"""

import inspect
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import grpc
import grpc.aio
import protovalidate
from google.protobuf.message import DecodeError, Message

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.refusal import Refusal

_IDENTITY_SUFFIX: Final = ("kofu", "invalid")
_log = logging.getLogger("kofu.server")


@dataclass(frozen=True)
class Unreadable:
    """Stands for a request whose bytes are no message of the expected type."""


class Unary:
    """A unary method behind the guard."""

    def __init__(self, method: str, roles: frozenset[str] | None, behaviour: Callable[..., Awaitable[Message]]) -> None:
        self._method = method
        self._roles = roles
        self._behaviour = behaviour

    async def answer(self, request: Message | Unreadable, context: grpc.aio.ServicerContext[Any, Any]) -> Message:
        try:
            check_role(context, self._roles)
            return await self._behaviour(checked(request), context)
        except Refusal as refusal:
            await abort(context, refusal)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            log_unexpected(self._method, error)
            await abort(context, Refusal(Reason.REASON_INTERNAL))


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

    async def answer(
        self, requests: AsyncIterator[Message | Unreadable], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[Message]:
        try:
            check_role(context, self._roles)
            async for response in self._behaviour(_each_checked(requests), context):
                yield response
        except Refusal as refusal:
            await abort(context, refusal)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            log_unexpected(self._method, error)
            await abort(context, Refusal(Reason.REASON_INTERNAL))


def peer_identity(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    """The DNS name in the peer's certificate; empty where there is none or more than one."""
    names = list(context.auth_context().get("x509_subject_alternative_name", ()))
    return names[0].decode("ascii", errors="replace") if len(names) == 1 else ""


def peer_role(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    """The role in `<id>.<role>.<area>.kofu.invalid`; empty where the name has another form."""
    labels = peer_identity(context).split(".")
    return labels[1] if len(labels) == 5 and tuple(labels[3:]) == _IDENTITY_SUFFIX else ""


def check_role(context: grpc.aio.ServicerContext[Any, Any], roles: frozenset[str] | None) -> None:
    """Refuses a peer whose role is not among those allowed; None allows any peer with a certificate of the CA."""
    role = peer_role(context)
    if roles is not None and role not in roles:
        raise Refusal(Reason.REASON_ROLE_NOT_ALLOWED, role=role)


def checked(request: Message | Unreadable) -> Message:
    """The request, where it keeps the rules of its proto; otherwise REASON_INVALID_REQUEST naming the first fault."""
    if isinstance(request, Unreadable):
        raise Refusal(
            Reason.REASON_INVALID_REQUEST,
            field="",
            rule="protobuf",
            message="the bytes are not a message of this method",
            remedy="encode the request as the proto states",
        )
    violations = protovalidate.collect_violations(request)
    if violations:
        fault = violations[0].proto
        raise Refusal(
            Reason.REASON_INVALID_REQUEST,
            field=_field_path(fault),
            rule=fault.rule_id,
            message=fault.message,
            remedy="send a value that keeps the rule",
        )
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


def reader(deserialise: Callable[[bytes], Message]) -> Callable[[bytes], Message | Unreadable]:
    """A deserialiser that lets unreadable bytes through as such, so that they get a refusal with a reason."""

    def read(content: bytes) -> Message | Unreadable:
        try:
            return deserialise(content)
        except DecodeError:
            return Unreadable()

    return read


async def abort(context: grpc.aio.ServicerContext[Any, Any], refusal: Refusal) -> NoReturn:
    """Ends the call with the refusal's status."""
    await context.abort(refusal.status_code, refusal.name, refusal.trailing_metadata())


def log_unexpected(place: str, error: BaseException) -> None:
    """Logs where an unexpected exception arose. Its text may hold personal data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    _log.error("unexpected", extra={"fields": {"place": place, "exception": type(error).__name__, "frames": where}})
