"""The port for those who run a system: metrics, liveness, readiness. Nothing of a person is told there. [3.2.6]

Plain HTTP on loopback; on any other address mutual TLS with the system's own certificate.
"""

import ipaddress
import json
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST

from kofu_reference.runtime import metrics
from kofu_reference.runtime.channel import key_files
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.credentials import Keys, credentials_of
from kofu_reference.runtime.http import HttpServer, server_tls
from kofu_reference.runtime.readiness import Readiness

_JSON: Final = "application/json"


class OperationsPort:
    """Listens from its making on, and answers once started. `/metrics`, `/livez` and `/readyz`, by GET."""

    def __init__(self, config: SystemConfig, port: int, readiness: Readiness) -> None:
        host = config.operations.host
        self._is_plain = _is_loopback(host)
        keys = credentials_of(key_files(config)).keys
        tls = None if self._is_plain else server_tls(keys, open_to_citizens=False)
        self._readiness = readiness
        self._http = HttpServer(self._serve, host, port, field="operations.port", tls=tls)
        self.port = self._http.port

    async def start(self) -> None:
        await self._http.start()

    async def present(self, keys: Keys) -> None:
        """Meets new connections with these keys, where there is TLS."""
        if not self._is_plain:
            await self._http.present(server_tls(keys, open_to_citizens=False))

    async def stop(self) -> None:
        await self._http.stop(0)

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        status, kind, body = await self._answer(scope["method"], scope["path"])
        headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        if method != "GET":
            return 405, _JSON, b'{"error": "GET is the only method"}'
        match path:
            case "/metrics":
                return 200, CONTENT_TYPE_LATEST, metrics.text()
            case "/livez":
                return 200, _JSON, b'{"alive": true}'
            case "/readyz":
                missing = await self._readiness.missing()
                return 503 if missing else 200, _JSON, json.dumps({"ready": not missing, "missing": missing}).encode()
        return 404, _JSON, b'{"error": "there are /metrics, /livez and /readyz"}'


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
