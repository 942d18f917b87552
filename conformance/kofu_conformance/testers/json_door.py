"""Calls over HTTP/JSON, whose bodies may be anything. [3.2.5, 3.2.6]"""

import base64
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo

from kofu_conformance.engine import Story, Unobserved
from kofu_conformance.profile import Profile
from kofu_conformance.testers.answer import DOMAIN, Answer, Refusal
from kofu_conformance.testers.wire import Method

TIMEOUT_SECONDS = 30.0
USUAL_HEADERS: Mapping[str, str] = {"content-type": "application/json"}


class JsonDoor:
    """Calls the unary methods of any server that declares a `json_address`, as any role of the profile."""

    def __init__(self, profile: Profile, story: Callable[[], Story]) -> None:
        self._profile = profile
        self._story = story
        self._contexts: dict[str, ssl.SSLContext] = {}

    def is_at(self, node: str) -> bool:
        """Whether that server serves HTTP/JSON."""
        return self._profile.nodes[node].json_address is not None

    def call(
        self, node: str, role: str, method: Method, body: bytes, headers: Mapping[str, str] = USUAL_HEADERS
    ) -> Answer[Empty]:
        """One POST. Never raises for what the server answers; of what is granted the content is not read."""
        call = f"{role} -> {node} {method.short} over HTTP/JSON"
        try:
            status, content = self._post(node, role, method.path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            return self._told(node, role, method, Answer(call, broken=type(error).__name__))
        if status == http.HTTPStatus.OK:
            return self._told(node, role, method, Answer(call, Empty()))
        refusal = _refusal(content)
        broken = None if refusal else f"HTTP status {status} without a reason"
        return self._told(node, role, method, Answer(call, None, refusal, broken))

    def _post(self, node: str, role: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        declared = self._profile.nodes[node]
        if declared.json_address is None:
            raise Unobserved(f"the profile declares no json_address for {node}")
        connection = _Connection(declared.json_address, declared.identity, self._context(role))
        try:
            with suppress(ConnectionError, ssl.SSLError):  # a server may answer and close before it has read all
                connection.request("POST", path, body=body, headers=dict(headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _context(self, role: str) -> ssl.SSLContext:
        keys = {str(name): peer for name, peer in self._profile.tls.peers.items()}
        if role not in keys:
            raise Unobserved(f"the profile gives no certificate for the role {role}; add tls.peers.{role}")
        if role not in self._contexts:
            context = ssl.create_default_context(cafile=str(self._profile.tls.authority))
            context.load_cert_chain(keys[role].certificate, keys[role].key)
            self._contexts[role] = context
        return self._contexts[role]

    def _told(self, node: str, role: str, method: Method, answer: Answer[Empty]) -> Answer[Empty]:
        self._story().wire({"from": role, "to": node, "method": f"{method.short}, JSON", "result": answer.result})
        return answer


class _Connection(http.client.HTTPConnection):
    """One connection to the server of that name."""

    def __init__(self, address: str, identity: str, context: ssl.SSLContext) -> None:
        host, _, port = address.rpartition(":")
        super().__init__(host.strip("[]"), int(port), timeout=TIMEOUT_SECONDS)
        self._identity = identity
        self._context = context

    def connect(self) -> None:
        raw = socket.create_connection((self.host, self.port), self.timeout)
        self.sock = self._context.wrap_socket(raw, server_hostname=self._identity)


def _refusal(content: bytes) -> Refusal | None:
    """The refusal in a body as Connect writes errors; None where it is none."""
    try:
        body: Any = json.loads(content)
        for detail in body["details"]:
            info = ErrorInfo.FromString(base64.b64decode(detail["value"] + "=="))
            if info.domain == DOMAIN:
                return Refusal(info.reason, dict(info.metadata), str(body["code"]).upper())
    except (ValueError, LookupError, TypeError, DecodeError):
        return None
    return None
