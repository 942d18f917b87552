"""A channel whose calls go with the keys that hold when they begin. [3.2.5]"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio

from kofu_reference.runtime.credentials import Credentials, Keys


class _Connection:
    """A channel with one set of keys, and how many of its calls have not ended."""

    def __init__(self, keys: Keys, channel: grpc.aio.Channel) -> None:
        self.keys = keys
        self.channel = channel
        self._calls = 0
        self._retired = False
        self._closing: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        return self._closing is not None and self._closing.done()

    def begun(self, call: Any) -> Any:
        self._calls += 1
        call.add_done_callback(self._ended)
        return call

    def retire(self) -> None:
        """Lets the calls under way end, then closes."""
        self._retired = True
        self._close_when_idle()

    async def close(self, grace: float | None) -> None:
        await self.channel.close(grace)

    def _ended(self, _: object) -> None:
        self._calls -= 1
        self._close_when_idle()

    def _close_when_idle(self) -> None:
        if self._retired and not self._calls and self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self.channel.close(None))


class Line(grpc.aio.Channel):
    """Stands for the channel that `connect` makes of the keys; another one once there are new keys."""

    def __init__(self, credentials: Credentials, connect: Callable[[Keys], grpc.aio.Channel]) -> None:
        self._credentials = credentials
        self._connect = connect
        self._newest = self._connection()
        self._retired: list[_Connection] = []

    def _connection(self) -> _Connection:
        keys = self._credentials.keys
        return _Connection(keys, self._connect(keys))

    @property
    def _now(self) -> _Connection:
        if self._newest.keys is not self._credentials.keys:
            self._newest.retire()
            self._retired = [one for one in (*self._retired, self._newest) if not one.closed]
            self._newest = self._connection()
        return self._newest

    def _method(self, kind: str, *described: Any, **options: Any) -> Any:
        made: tuple[_Connection | None, Any] = (None, None)

        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal made
            now = self._now
            if made[0] is not now:
                made = now, getattr(now.channel, kind)(*described, **options)
            return now.begun(made[1](*arguments, **more))

        return call

    def unary_unary(self, *described: Any, **options: Any) -> Any:
        return self._method("unary_unary", *described, **options)

    def unary_stream(self, *described: Any, **options: Any) -> Any:
        return self._method("unary_stream", *described, **options)

    def stream_unary(self, *described: Any, **options: Any) -> Any:
        return self._method("stream_unary", *described, **options)

    def stream_stream(self, *described: Any, **options: Any) -> Any:
        return self._method("stream_stream", *described, **options)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._now.channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._now.channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._now.channel.channel_ready()

    async def close(self, grace: float | None = None) -> None:
        await asyncio.gather(*(one.close(grace) for one in (self._newest, *self._retired)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close(None)
