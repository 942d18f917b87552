"""Bytes that are no message end the process of the center, which is then started again."""

import os
from collections.abc import Callable

from google.protobuf.message import DecodeError, Message

from kofu_reference.center.system import Center
from kofu_reference.runtime import grpc_side
from kofu_reference.runtime.process import START_AGAIN

SYSTEM = "center"
STATEMENT = "3.2.6"
KILLED_BY = "chain.hostile.malformed_calls_are_refused"


def install(_: Center) -> None:
    def reader(message: type[Message]) -> Callable[[bytes], Message]:
        def read(content: bytes) -> Message:
            try:
                return message.FromString(content)
            except DecodeError:
                os._exit(START_AGAIN)

        return read

    grpc_side._reader = reader
