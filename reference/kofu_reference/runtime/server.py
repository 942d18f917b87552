"""The listening side of a system: the same guarded methods over gRPC and over HTTP/JSON. [3.2.5, 3.2.6]"""

import asyncio
from collections.abc import Sequence

from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.grpc_side import GrpcSide
from kofu_reference.runtime.json_side import JsonSide
from kofu_reference.runtime.methods import methods_of
from kofu_reference.runtime.system import Binding


class Server:
    """Both bindings of one system. The ports are those really taken, also where 0 was asked for."""

    def __init__(self, config: SystemConfig, bindings: Sequence[Binding]) -> None:
        methods = methods_of(bindings, config.system)
        self._grpc = GrpcSide(config, methods)
        self._json = JsonSide(config, methods)
        self.port = self._grpc.port
        self.json_port = self._json.port

    async def start(self) -> None:
        """Begins to answer calls."""
        await asyncio.gather(self._grpc.start(), self._json.start())

    async def tell_ready(self, ready: bool) -> None:
        """What gRPC health says of each service; of the server as a whole it says that it lives."""
        await self._grpc.tell_ready(ready)

    async def stop(self, grace_seconds: float = 0.3) -> None:
        """Takes no more calls, lets those in flight end within the grace, and breaks the others off whole."""
        await asyncio.gather(self._grpc.stop(grace_seconds), self._json.stop(grace_seconds))
