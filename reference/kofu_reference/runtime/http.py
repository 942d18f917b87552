"""HTTP servers within a system's event loop: uvicorn's protocol, started and ended by us. [3.2.5]"""

import asyncio
import json
import socket
import ssl
import tempfile
from collections.abc import Mapping
from typing import Any, Final

import h11
import uvicorn
from cryptography.hazmat.primitives.serialization import Encoding
from uvicorn.protocols.http.h11_impl import H11Protocol

from kofu_reference.runtime.credentials import Keys
from kofu_reference.runtime.ports import unavailable

PEER_NAMES: Final = "kofu.peer_names"
"""Where the scope of a request tells the names in the peer's certificate, as a tuple of str."""

PEER_CERTIFICATES: Final = "kofu.peer_certificates"
"""Where it tells the certificate itself, PEM; empty where the peer has none."""

NOT_HTTP: Final = "kofu.not_http"
"""State of an application: the body, JSON, that answers what is no HTTP."""

_ENDING: Final = "kofu.ending"
"""State of an application: set once its server takes no more calls."""

_SUITES: Final = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2, as gRPC's: forward secret and authenticated. Those of TLS 1.3 all are."""
_KEEP_ALIVE_SECONDS: Final = 75
_LEAVING_SECONDS: Final = 0.1


class PeerNames(H11Protocol):
    """Puts what TLS has proved of the peer into the scope; uvicorn itself does not hand it on."""

    _peer_names: tuple[str, ...] = ()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's own
        super().connection_made(transport)
        if self.app_state.get(_ENDING):
            # Its handshake began before the door was shut: a request would be taken that nobody answers any more.
            transport.abort()
            return
        certificate: Mapping[str, Any] = transport.get_extra_info("peercert") or {}
        self._peer_names = tuple(str(name) for _, name in certificate.get("subjectAltName", ()))
        # The application's state is copied into the scope of every request.
        told = {PEER_NAMES: self._peer_names, PEER_CERTIFICATES: _certificates_of(transport)}
        self.app_state = {**self.app_state, **told}

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP as the application wants it, where an answer is still possible."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = self.app_state.get(NOT_HTTP, json.dumps(msg).encode())
            headers = [
                ("content-type", "application/json"),
                ("content-length", str(len(body))),
                ("connection", "close"),
            ]
            response = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
            for event in (response, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class HttpServer(uvicorn.Server):
    """Serves one ASGI application. It listens from its making on, and answers once started.

    `field` is the configuration's name of the port. uvicorn's own loop, which waits for signals, is not used: the
    process ends the whole system.
    """

    def __init__(
        self,
        application: Any,
        host: str,
        port: int,
        *,
        field: str,
        tls: ssl.SSLContext | None = None,
        not_http: bytes = b"",
    ) -> None:
        config = uvicorn.Config(
            application,
            interface="asgi3",
            http=PeerNames,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        config.load()
        config.ssl = tls
        super().__init__(config)
        self._not_http = not_http
        self._socket = _listen(host, port, field)
        self.port: int = self._socket.getsockname()[1]

    async def start(self) -> None:
        self.lifespan = self.config.lifespan_class(self.config)
        if self._not_http:
            self.lifespan.state[NOT_HTTP] = self._not_http
        await self.startup([self._socket.dup()])

    async def present(self, tls: ssl.SSLContext) -> None:
        """Meets new connections with this context. A context can't be changed in place: it forgets no authority, and
        knows the sessions of peers that it once let in. Another listener on the same socket loses no connection."""
        self.config.ssl = tls
        before = self.servers
        await self.startup([self._socket.dup()])
        for server in before:
            server.close()

    async def stop(self, grace_seconds: float) -> None:
        """No new calls; running ones may end within the grace, what is left then is broken off."""
        self._socket.close()
        if not self.started:
            return
        self.lifespan.state[_ENDING] = True
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if running := list(self.server_state.tasks):
            _, late = await asyncio.wait(running, timeout=grace_seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._let_answers_leave(min(grace_seconds, _LEAVING_SECONDS))
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    async def _let_answers_leave(self, seconds: float) -> None:
        """Waits until the connections are closed; an idle peer may take its time to say so."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + seconds
        while self.server_state.connections and loop.time() < ends_at:
            await asyncio.sleep(0.005)


def server_tls(keys: Keys, *, open_to_citizens: bool) -> ssl.SSLContext:
    """A system's own certificate, and only peers with one of the authorities; citizens may have none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_SUITES)
    with tempfile.TemporaryFile() as file:  # has no name, and ssl takes keys from files alone
        file.write(keys.key + b"\n" + keys.certificate)
        file.flush()
        context.load_cert_chain(f"/dev/fd/{file.fileno()}")
    context.load_verify_locations(cadata=b"".join(one.public_bytes(Encoding.DER) for one in keys.authorities))
    context.verify_mode = ssl.CERT_OPTIONAL if open_to_citizens else ssl.CERT_REQUIRED
    context.set_alpn_protocols(["http/1.1"])
    return context


def _certificates_of(transport: asyncio.Transport) -> tuple[bytes, ...]:
    tls = transport.get_extra_info("ssl_object")
    certificate = tls.getpeercert(binary_form=True) if tls is not None else None
    return () if certificate is None else (ssl.DER_cert_to_PEM_cert(certificate).encode(),)


def _listen(host: str, port: int, field: str) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise unavailable(field, host, port) from error
    return listening
