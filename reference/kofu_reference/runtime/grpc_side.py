"""The methods of a system over gRPC: mutual TLS, health and reflection. [3.2.5, 3.2.6]"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final, NoReturn

import grpc
import grpc.aio
from google.protobuf.message import DecodeError, Message
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.channel import MESSAGE_LIMIT_BYTES
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.credentials import Credentials, Keys
from kofu_reference.runtime.guard import Streaming, Unary, Unreadable, invalid
from kofu_reference.runtime.methods import Method
from kofu_reference.runtime.ports import unavailable
from kofu_reference.runtime.refusal import Refusal

Serving = health_pb2.HealthCheckResponse.ServingStatus

_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    # Without this a second server would share the port and take some of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
    ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
)


class Streams:
    """The streams that are open. They last until somebody ends them, so a server that is to end does."""

    def __init__(self) -> None:
        self._open: set[asyncio.Task[Any]] = set()
        self._ending = False

    def end(self) -> None:
        self._ending = True
        for task in self._open:
            task.cancel()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A stream, for as long as it is served. Where we end it, its peer is told so and may dial again."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._ending:
                raise
            task.uncancel()
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE) from None
        finally:
            self._open.discard(task)


class Health(health.aio.HealthServicer):  # type: ignore[misc,name-defined] # missing in the stubs
    """gRPC health, whose watchers are let go when the server ends."""

    def __init__(self, streams: Streams) -> None:
        super().__init__()
        self._streams = streams

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Any) -> None:  # noqa: N802
        try:
            with self._streams.one():
                await super().Watch(request, context)
        except Refusal as refusal:
            await _abort(context, refusal)


class GrpcSide:
    """Listens for gRPC from its making on, and answers once started."""

    def __init__(self, config: SystemConfig, methods: Sequence[Method], credentials: Credentials) -> None:
        self._server = grpc.aio.server(options=_OPTIONS)
        self._streams = Streams()
        services = {name: list(some) for name, some in groupby(methods, lambda method: method.service)}
        for name, some in services.items():
            handlers = {method.name: _handler(method, self._streams) for method in some}
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
        self._services = list(services)
        self._health = Health(self._streams)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*services, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self.port = self._listen(config, _renewed(credentials))

    def _listen(self, config: SystemConfig, credentials: grpc.ServerCredentials) -> int:
        taken = unavailable("port", config.host, config.port)
        try:
            port = self._server.add_secure_port(f"{config.host}:{config.port}", credentials)
        except RuntimeError as error:
            raise taken from error
        if port == 0:
            raise taken
        return port

    async def start(self) -> None:
        await self._server.start()
        await self._health.set("", Serving.SERVING)
        await self.tell_ready(True)

    async def tell_ready(self, ready: bool) -> None:
        for service in self._services:
            await self._health.set(service, Serving.SERVING if ready else Serving.NOT_SERVING)

    async def stop(self, grace_seconds: float) -> None:
        await self._health.enter_graceful_shutdown()
        ending = asyncio.create_task(self._server.stop(grace_seconds))
        await asyncio.sleep(0)  # no new call is taken from here on
        self._streams.end()
        await ending


def _renewed(credentials: Credentials) -> grpc.ServerCredentials:
    """Only peers with a certificate of the authorities. Each new connection is met with the keys that hold then."""
    presented = credentials.keys

    def newest() -> grpc.ServerCertificateConfiguration | None:
        nonlocal presented
        if presented is credentials.keys:
            return None
        presented = credentials.keys
        return _presented(presented)

    return grpc.dynamic_ssl_server_credentials(
        _presented(presented),
        newest,  # type: ignore[arg-type] # the stubs don't know that None keeps what is presented
        require_client_authentication=True,
    )


def _presented(keys: Keys) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(keys.key, keys.certificate)], root_certificates=keys.authority)


def _handler(method: Method, streams: Streams) -> "grpc.RpcMethodHandler[Any, Any]":
    read, write = _reader(method.request), method.response.SerializeToString
    if isinstance(method.guarded, Streaming):
        return grpc.stream_stream_rpc_method_handler(_streaming(method.guarded, streams), read, write)
    return grpc.unary_unary_rpc_method_handler(_unary(method.guarded), read, write)


def _unary(method: Unary) -> Callable[..., Any]:
    async def answer(request: Message | Unreadable, context: Any) -> Message:
        try:
            return await method.answer(request, context)
        except Refusal as refusal:
            await _abort(context, refusal)

    return answer


def _streaming(method: Streaming, streams: Streams) -> Callable[..., Any]:
    async def answer(requests: AsyncIterator[Message | Unreadable], context: Any) -> AsyncIterator[Message]:
        try:
            with streams.one():
                async for response in method.answer(requests, context):
                    yield response
        except Refusal as refusal:
            await _abort(context, refusal)

    return answer


def _reader(message: type[Message]) -> Callable[[bytes], Message | Unreadable]:
    """Lets unreadable bytes through as such, so that they get a refusal with a reason."""
    unreadable = Unreadable(
        invalid("", "protobuf", "the bytes are not a message of this method", "encode the request as the proto states")
    )

    def read(content: bytes) -> Message | Unreadable:
        try:
            return message.FromString(content)
        except DecodeError:
            return unreadable

    return read


async def _abort(context: Any, refusal: Refusal) -> NoReturn:
    """Ends the call with the refusal's status."""
    await context.abort(refusal.status_code, refusal.name, refusal.trailing_metadata())
    raise AssertionError("abort always raises")
