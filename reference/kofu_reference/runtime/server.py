"""The listening side of a system: the guarded methods over gRPC. [3.2.5, 3.2.6]"""

from collections.abc import Sequence

from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.grpc_side import GrpcSide
from kofu_reference.runtime.methods import methods_of
from kofu_reference.runtime.system import Binding


class Server:
    """The listening side of one system. `port` is the one really taken, also where 0 was asked for."""

    def __init__(self, config: SystemConfig, bindings: Sequence[Binding]) -> None:
        methods = methods_of(bindings)
        self._grpc = GrpcSide(config, methods)
        self.port = self._grpc.port

    async def start(self) -> None:
        """Begins to answer calls."""
        await self._grpc.start()

    async def stop(self, grace_seconds: float = 0.3) -> None:
        """Lets running calls end within the grace and cancels the others."""
        await self._grpc.stop(grace_seconds)
