"""A server of HTTP that has ended answers nobody, whenever the connection began. [3.2.5]"""

import asyncio
import ssl
from pathlib import Path
from typing import Any

from kofu_reference.runtime.credentials import KeyFiles, read
from kofu_reference.runtime.http import HttpServer, server_tls
from kofu_spec.pki.tls import TlsAuthority

REQUEST = b"POST / HTTP/1.1\r\nhost: server\r\ncontent-length: 0\r\n\r\n"


async def nobody_is_asked(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def as_peer(authority: TlsAuthority) -> ssl.SSLContext:
    certificate, key = authority.issue("kiosk-1.kiosk.shop.kofu.invalid")
    context = ssl.create_default_context(cafile=str(authority.folder / "authority.pem"))
    context.load_cert_chain(certificate, key)
    return context


async def answered(server: HttpServer, context: ssl.SSLContext, *, ended: bool) -> bytes:
    """What comes back to a peer that connected before the server ended, and begins TLS after."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await asyncio.sleep(0.1)  # taken from the kernel's queue
    if ended:
        await server.stop(0.1)
    try:
        await writer.start_tls(context, server_hostname="server-1.server.shop.kofu.invalid")
        writer.write(REQUEST)
        return await asyncio.wait_for(reader.read(64), 5)
    except OSError:
        return b""
    finally:
        writer.close()


def test_who_shakes_hands_after_the_end_is_not_answered(tmp_path: Path) -> None:
    authority = TlsAuthority.create(tmp_path)
    own = authority.issue("server-1.server.shop.kofu.invalid")
    keys = read(KeyFiles(*own, tmp_path / "authority.pem"))

    async def run() -> None:
        tls = server_tls(keys, open_to_citizens=False)
        server = HttpServer(nobody_is_asked, "127.0.0.1", 0, field="port", tls=tls)
        await server.start()
        assert (await answered(server, as_peer(authority), ended=False)).startswith(b"HTTP/1.1 200")
        assert await answered(server, as_peer(authority), ended=True) == b""

    asyncio.run(run())
