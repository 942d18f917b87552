"""The unary methods of a system over HTTP/JSON, the way Connect does it. [3.2.5, 3.2.6]

`POST /<package.Service>/<Method>` with a proto3 JSON body. The same guard and servicers as over gRPC; what is refused
before them is REASON_INVALID_REQUEST with a rule `http.…` or `json.…`. Nothing of a body is logged or sent back.
"""

import asyncio
import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf import json_format
from google.rpc.error_details_pb2 import ErrorInfo

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.channel import MESSAGE_LIMIT_BYTES
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.credentials import Keys
from kofu_reference.runtime.guard import PEER_CERTIFICATE, Unary, invalid, log_attack, only_refusals
from kofu_reference.runtime.http import PEER_CERTIFICATES, PEER_NAMES, HttpServer, server_tls
from kofu_reference.runtime.json_request import read
from kofu_reference.runtime.methods import Method
from kofu_reference.runtime.refusal import DOMAIN, Refusal
from kofu_reference.runtime.traces import TRACE_PARENT

_CONTENT_TYPE: Final = re.compile(r'application/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)
_TIMEOUT_MILLISECONDS: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_HTTP_STATUS: Final[Mapping[str, int]] = {
    "invalid_argument": 400,
    "failed_precondition": 400,
    "permission_denied": 403,
    "unimplemented": 501,
    "unavailable": 503,
    "deadline_exceeded": 504,
    "internal": 500,
}


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class _NotServed(Exception):
    """The request is refused with an HTTP status of its own."""

    def __init__(self, status: int, refusal: Refusal, *headers: tuple[bytes, bytes]) -> None:
        self.refusal = refusal
        self.answer = refused(refusal, status, *headers)
        super().__init__(status)


class _Gone(Exception):
    """The caller has closed the connection."""


class _HttpCaller:
    """The caller of one request, as guard and servicers ask for it."""

    def __init__(
        self,
        names: Iterable[str],
        certificates: Iterable[bytes],
        ends_at_seconds: float | None,
        trace_parent: str | None,
    ) -> None:
        self._proved: Mapping[str, Iterable[bytes]] = {
            "x509_subject_alternative_name": [name.encode() for name in names],
            PEER_CERTIFICATE: certificates,
        }
        self._metadata = [(TRACE_PARENT, trace_parent)] if trace_parent else []
        self.ends_at_seconds = ends_at_seconds

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        return self._proved

    def time_remaining(self) -> float | None:
        if self.ends_at_seconds is None:
            return None
        return max(0.0, self.ends_at_seconds - asyncio.get_running_loop().time())

    def invocation_metadata(self) -> Iterable[tuple[str, Any]]:
        return self._metadata


class JsonSide:
    """Listens for HTTP from its making on, and answers once started."""

    def __init__(self, config: SystemConfig, methods: Sequence[Method], keys: Keys) -> None:
        unary = {method: method.guarded for method in methods if isinstance(method.guarded, Unary)}
        self._methods = {method.path: method for method in unary}
        self._open_to_citizens = any(guarded.is_open_to_citizens for guarded in unary.values())
        self._answering: set[asyncio.Task[_Answer]] = set()
        not_http = refused(invalid("", "http", "the bytes are no HTTP/1.1 request", "send HTTP/1.1"))
        self._http = HttpServer(
            self._serve,
            config.host,
            config.json_port,
            field="json_port",
            tls=server_tls(keys, open_to_citizens=self._open_to_citizens),
            not_http=not_http.body,
        )
        self.port = self._http.port

    async def start(self) -> None:
        await self._http.start()

    async def present(self, keys: Keys) -> None:
        """Meets new connections with these keys."""
        await self._http.present(server_tls(keys, open_to_citizens=self._open_to_citizens))

    async def stop(self, grace_seconds: float) -> None:
        ending = asyncio.create_task(self._http.stop(grace_seconds + 1))
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=grace_seconds)
            for task in late:
                task.cancel()
        await ending

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI application. A caller that goes away ends its call, as over gRPC."""
        try:
            method, caller = self._method(scope), _caller(scope)
            async with asyncio.timeout_at(caller.ends_at_seconds):
                body = await _body(scope, receive)
                answer = await self._answer_unless_gone(method, body, caller, receive)
        except _NotServed as not_served:
            log_attack("http", not_served.refusal)
            answer = not_served.answer
        except TimeoutError:
            answer = refused(Refusal(Reason.REASON_TIMED_OUT))
        except _Gone:
            return
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(answer.body)).encode()),
            *answer.headers,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _method(self, scope: Any) -> Method:
        """The method that is asked for, where the request is one for a method."""
        method = self._methods.get(scope["path"])
        if method is None:
            remedy = "POST to /<package.Service>/<Method>; streaming methods are offered over gRPC alone"
            raise _NotServed(404, invalid("", "http.path", "no unary method has this path", remedy))
        if scope["method"] != "POST":
            refusal = invalid("", "http.method", "a method is called by POST", "send POST")
            raise _NotServed(405, refusal, (b"allow", b"POST"))
        if not _CONTENT_TYPE.fullmatch(_header(scope, b"content-type") or ""):
            rule = "the content type is not application/json in UTF-8"
            raise _NotServed(
                415,
                invalid("", "http.content_type", rule, "send content-type: application/json"),
                (b"accept-post", b"application/json"),
            )
        if (_header(scope, b"content-encoding") or "identity").lower() != "identity":
            rule = "compressed bodies are not read"
            raise _NotServed(415, invalid("", "http.content_encoding", rule, "send the body as it is"))
        if _header(scope, b"connect-protocol-version") not in (None, "1"):
            rule = "the version of the Connect protocol is 1"
            raise _NotServed(400, invalid("", "http.connect_protocol_version", rule, "send 1, or leave the header out"))
        return method

    async def _answer_unless_gone(self, method: Method, body: bytes, caller: _HttpCaller, receive: Any) -> _Answer:
        answering = asyncio.create_task(_answer(method, body, caller))
        self._answering.add(answering)
        leaving = asyncio.create_task(receive())
        try:
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done():
                raise _Gone
            if answering.cancelled():  # the system ends
                return refused(Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE))
            return answering.result()
        finally:
            leaving.cancel()
            answering.cancel()
            self._answering.discard(answering)


async def _answer(method: Method, body: bytes, caller: _HttpCaller) -> _Answer:
    assert isinstance(method.guarded, Unary)
    try:
        with only_refusals(method.path):
            response = await method.guarded.answer(read(body, method.request), caller)
            return _Answer(200, json_format.MessageToJson(response, indent=None).encode())
    except Refusal as refusal:
        return refused(refusal)


def refused(refusal: Refusal, status: int | None = None, *headers: tuple[bytes, bytes]) -> _Answer:
    """A refusal as Connect writes errors, with the HTTP status of its code unless another one is given."""
    code = refusal.status_code.name.lower()
    info = ErrorInfo(reason=refusal.name, domain=DOMAIN, metadata=refusal.metadata)
    detail = {
        "type": ErrorInfo.DESCRIPTOR.full_name,
        "value": base64.b64encode(info.SerializeToString(deterministic=True)).rstrip(b"=").decode(),
        "debug": {"reason": refusal.name, "domain": DOMAIN, "metadata": refusal.metadata},
    }
    body = {"code": code, "message": refusal.name, "details": [detail]}
    return _Answer(status or _HTTP_STATUS[code], json.dumps(body, ensure_ascii=False).encode(), headers)


def _caller(scope: Any) -> _HttpCaller:
    timeout = _header(scope, b"connect-timeout-ms")
    peer = scope["state"].get(PEER_NAMES, ()), scope["state"].get(PEER_CERTIFICATES, ())
    trace_parent = _header(scope, TRACE_PARENT.encode())
    if timeout is None:
        return _HttpCaller(*peer, None, trace_parent)
    if not _TIMEOUT_MILLISECONDS.fullmatch(timeout):
        rule = "the time-out is not a number of milliseconds of at most ten digits"
        raise _NotServed(400, invalid("", "http.connect_timeout_ms", rule, "send digits, or leave the header out"))
    return _HttpCaller(*peer, asyncio.get_running_loop().time() + int(timeout) / 1000, trace_parent)


async def _body(scope: Any, receive: Any) -> bytes:
    too_large = _NotServed(
        413,
        invalid("", "http.body", f"the body is over {MESSAGE_LIMIT_BYTES} bytes", "send a smaller request"),
    )
    if int(_header(scope, b"content-length") or 0) > MESSAGE_LIMIT_BYTES:
        raise too_large
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _Gone
        body += event.get("body", b"")
        if len(body) > MESSAGE_LIMIT_BYTES:
            raise too_large
        if not event.get("more_body", False):
            return bytes(body)


def _header(scope: Any, name: bytes) -> str | None:
    """A header's value; where it was sent more than once, all of them, which no header here may be."""
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ", ".join(values) if values else None
