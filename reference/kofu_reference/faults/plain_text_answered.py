"""The center's port also answers who speaks plain text to it, without TLS."""

import asyncio
import socket

import grpc.aio

from kofu_reference.center.system import Center

SYSTEM = "center"
STATEMENT = "3.2.5b"
KILLED_BY = "chain.transport.strangers_are_shut_out"
TLS_HANDSHAKE = 0x16


def install(system: Center) -> None:
    public = system.config
    with socket.create_server((public.host, 0)) as probe:
        behind = probe.getsockname()[1]
    # The real server goes behind a door that looks at the first byte and sends plain text elsewhere.
    system.config = public.model_copy(update={"port": behind})
    start = system.start

    async def start_with_door() -> None:
        await start()
        plain = grpc.aio.server()
        plain_port = plain.add_insecure_port(f"{public.host}:0")
        await plain.start()

        async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            first = await reader.read(1)
            port = behind if first and first[0] == TLS_HANDSHAKE else plain_port
            inner_reader, inner_writer = await asyncio.open_connection(public.host, port)
            inner_writer.write(first)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

        door = await asyncio.start_server(enter, public.host, public.port)
        system.door = (plain, door)  # type: ignore[attr-defined] # kept alive with the system

    system.start = start_with_door  # type: ignore[method-assign]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
