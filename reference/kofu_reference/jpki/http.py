"""OCSP over HTTP, POST and GET. [RFC 6960, appendix A]"""

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kofu_reference.jpki.responder import OcspResponder

_LONGEST_REQUEST_BYTES: Final = 8_192
_TYPE: Final = "application/ocsp-response"


LIST_PATH: Final = "/crl"


def application(
    responder: OcspResponder, make_list: Callable[[datetime], bytes], now: Callable[[], datetime]
) -> Starlette:
    """The HTTP application: the list at `LIST_PATH`. Whatever else is asked, the answer is an OCSP response, an error
    one where need be."""

    async def post(request: Request) -> Response:
        content = b""
        async for chunk in request.stream():
            content += chunk
            if len(content) > _LONGEST_REQUEST_BYTES:
                return Response(status_code=413)
        return await answer(content)

    async def get(request: Request) -> Response:
        # The raw path: a slash of base64 may come plain or as %2F.
        path = unquote(request.scope["raw_path"].decode("ascii", errors="replace")).lstrip("/")
        try:
            content = base64.b64decode(path, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        return await answer(content)

    async def answer(content: bytes) -> Response:
        der = await run_in_threadpool(responder.answer, content, now())
        # A fresh nonce each time makes kept answers useless.
        return Response(der, media_type=_TYPE, headers={"Cache-Control": "no-store"})

    async def revoked(_request: Request) -> Response:
        return Response(await run_in_threadpool(make_list, now()), media_type="application/pkix-crl")

    listed = Route(LIST_PATH, revoked, methods=["GET"])
    return Starlette(routes=[listed, Route("/{path:path}", get, methods=["GET"]), Route("/", post, methods=["POST"])])
