"""The gRPC server of a system: mutual TLS, roles, validated requests, health and reflection. [3.2.5, 3.2.6]"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import grpc
import grpc.aio
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from kofu_reference.runtime.channel import MESSAGE_LIMIT_BYTES
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.guard import Streaming, Unary, reader
from kofu_reference.runtime.system import Binding

_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    # Without this a second server would share the port and take some of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
    ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
)


class PortUnavailable(Exception):
    """The address can't be listened on; the text is one line `field: rule; remedy`."""


class _Recorder:
    """Takes what a generated `add_…_to_server` registers, so that it can be guarded first."""

    def __init__(self) -> None:
        self.services: dict[str, Mapping[str, Any]] = {}

    def add_generic_rpc_handlers(self, handlers: Sequence[object]) -> None:
        """The generated code registers everything a second time by name; that one is used."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        self.services[service] = handlers


class Server:
    """The listening side of one system. `port` is the one really taken, also where 0 was asked for."""

    def __init__(self, config: SystemConfig, bindings: Sequence[Binding]) -> None:
        self._server = grpc.aio.server(options=_OPTIONS)
        names = [name for binding in bindings for name in self._bind(binding)]
        self._health = health.aio.HealthServicer()  # type: ignore[attr-defined] # missing in the stubs
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self.port = self._listen(config)

    def _bind(self, binding: Binding) -> list[str]:
        recorder = _Recorder()
        binding.add_to_server(binding.servicer, recorder)
        for service, handlers in recorder.services.items():
            guarded = {
                method: _guarded(f"{service}/{method}", handler, binding.roles.get(method, frozenset()))
                for method, handler in handlers.items()
            }
            self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, guarded),))
        return list(recorder.services)

    def _listen(self, config: SystemConfig) -> int:
        credentials = grpc.ssl_server_credentials(
            [(config.key.read_bytes(), config.certificate.read_bytes())],
            root_certificates=config.authority.read_bytes(),
            require_client_auth=True,
        )
        address = f"{config.host}:{config.port}"
        unavailable = PortUnavailable(f"port: {address} is in use or not allowed; name a free port, or 0 for any")
        try:
            port = self._server.add_secure_port(address, credentials)
        except RuntimeError as error:
            raise unavailable from error
        if port == 0:
            raise unavailable
        return port

    async def start(self) -> None:
        """Begins to answer calls."""
        await self._server.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)

    async def stop(self, grace_seconds: float = 0.3) -> None:
        """Lets running calls end within the grace and cancels the others."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_seconds)


def _guarded(method: str, handler: Any, roles: frozenset[str]) -> "grpc.RpcMethodHandler[Any, Any]":
    read = reader(handler.request_deserializer)
    write = handler.response_serializer
    if handler.request_streaming and handler.response_streaming:
        return grpc.stream_stream_rpc_method_handler(
            Streaming(method, roles, handler.stream_stream).answer, read, write
        )
    if handler.request_streaming or handler.response_streaming:
        raise TypeError(f"{method}: only unary and bidirectional methods are part of the interfaces")
    return grpc.unary_unary_rpc_method_handler(Unary(method, roles, handler.unary_unary).answer, read, write)
