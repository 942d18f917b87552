"""The listening side of a system: the same guarded methods over gRPC and over HTTP/JSON. [3.2.5, 3.2.6]"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from kofu_reference.runtime.channel import key_files
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.credentials import LOOK_SECONDS, Keys, credentials_of
from kofu_reference.runtime.grpc_side import GrpcSide
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.json_side import JsonSide
from kofu_reference.runtime.methods import methods_of
from kofu_reference.runtime.system import Binding


class Server:
    """Both bindings of one system. The ports are those really taken, also where 0 was asked for."""

    def __init__(self, config: SystemConfig, bindings: Sequence[Binding]) -> None:
        self._credentials = credentials_of(key_files(config))
        methods = methods_of(bindings, config.system, self._credentials.vouches_for)
        self._grpc = GrpcSide(config, methods, self._credentials)
        self._presented = self._credentials.keys
        self._json = JsonSide(config, methods, self._presented)
        self._presenting: list[Callable[[Keys], Awaitable[None]]] = [self._json.present]
        self._watching: asyncio.Task[None] | None = None
        self.port = self._grpc.port
        self.json_port = self._json.port

    def also_presents(self, present: Callable[[Keys], Awaitable[None]]) -> None:
        """Whatever else of this system meets its peers with its keys hears of new ones too."""
        self._presenting.append(present)

    async def start(self) -> None:
        """Begins to answer calls."""
        await asyncio.gather(self._grpc.start(), self._json.start())
        self._watching = asyncio.create_task(self._watch())

    async def tell_ready(self, ready: bool) -> None:
        """What gRPC health says of each service; of the server as a whole it says that it lives."""
        await self._grpc.tell_ready(ready)

    async def stop(self, grace_seconds: float = 0.3) -> None:
        """Takes no more calls, lets those in flight end within the grace, and breaks the others off whole."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        await asyncio.gather(self._grpc.stop(grace_seconds), self._json.stop(grace_seconds))

    async def _watch(self) -> None:
        """Takes new keys for as long as the system serves. The gRPC side asks for them at each new connection."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self._credentials.look()
                if self._presented is not self._credentials.keys:
                    self._presented = self._credentials.keys
                    for present in self._presenting:
                        await present(self._presented)
            except Exception as error:  # what one look meets must not end the looking
                log_unexpected("tls", error)
