"""The screen as a web application on this machine alone: pages, acts, what is said, the wire. [3.3.4, 3.3.6, 3.3.7]

Nothing personal stands in an address or a log or stays in the browser: acts are POSTs, every answer is `no-store`, and
papers that a hand has taken are read from the world outside the machine.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from protovalidate import collect_violations
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kofu_reference.kiosk.screen.forms import TOUCH, FormInvalid, act_of
from kofu_reference.kiosk.screen.pages import page_of
from kofu_reference.kiosk.terminal import Terminal
from kofu_reference.kiosk.wire import changed_since
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.http import HttpServer

if TYPE_CHECKING:
    from kofu_reference.kiosk.system import KioskSystem

HOST: Final = "127.0.0.1"
_STATIC: Final = Path(__file__).parent / "static"
_LONGEST_FORM: Final = 4096
_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def screen_server(system: "KioskSystem") -> HttpServer:
    """The server of all terminals' screens. It listens on loopback, whatever the kiosk's own host is."""
    application = Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse(f"/{system.terminal_ids[0]}")),
            Mount("/static", StaticFiles(directory=_STATIC)),
            *Screens(system).routes(),
        ]
    )
    port = system.config.screen_port or 0
    return HttpServer(Guarded(application), HOST, port, field="screen_port")


class Guarded:
    """Lets in only the browser of this machine, from this page, and marks every answer as not to be kept."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        host = request.headers.get("host", "")
        own = host.rpartition(":")[0] in (HOST, "localhost")
        origin = request.headers.get("origin")
        if not own or (request.method != "GET" and origin != f"http://{host}"):
            await Response("Only the screen itself may do this.", 403, _HEADERS)(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), text.encode()) for name, text in _HEADERS.items() if name.encode() not in names),
                ]
            await send(message)

        await self._application(scope, receive, send_marked)


class Screens:
    """Pages and acts of the terminals of one kiosk."""

    def __init__(self, system: "KioskSystem") -> None:
        self._system = system
        self._pages = Environment(
            loader=PackageLoader("kofu_reference.kiosk.screen"), autoescape=True, undefined=StrictUndefined
        )

    def routes(self) -> list[Route]:
        """Where everything is. There is no way from here to maintenance or anything else of the program. [3.3.4]"""
        return [
            Route("/{terminal}", self.page),
            Route("/{terminal}/screen", self.screen, methods=["GET"]),
            Route("/{terminal}/screen", self.act, methods=["POST"]),
            Route("/{terminal}/events", self.events),
            Route("/{terminal}/wire", self.wire),
            Route("/{terminal}/papers/{number}", self.paper),
        ]

    async def page(self, request: Request) -> Response:
        """The whole page of a terminal."""
        return self._rendered("page.html", request, {})

    async def screen(self, request: Request) -> Response:
        """The screen alone, as it is now."""
        return self._rendered("screen.html", request, {})

    async def act(self, request: Request) -> Response:
        """One key, or, at a kiosk started for testing, one hand at the machine; then the screen after it."""
        body = await request.body()
        if len(body) > _LONGEST_FORM:
            return Response("The form is too long.", 413)
        form = dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))
        if "act" not in form:
            return self._rendered("screen.html", request, form)
        if form["act"] not in TOUCH and not self._system.config.testing:
            return Response("There are no such hands here.", 403)
        terminal = self._terminal(request)
        if terminal is None:
            return Response("There is no such terminal.", 404)
        try:
            chosen = terminal.session.municipality_code if terminal.session is not None else ""
            asked = act_of(form, terminal.terminal_id, chosen or self._system.config.city.municipality_code)
            if collect_violations(asked):
                raise FormInvalid(f"{form['act']}: breaks a rule of its message")
            answer = await self._system.operate(asked)
        except (FormInvalid, Refusal) as error:
            return Response(str(error), 422)
        choosing_on = {"step": "kinds"} if form["act"] == "choose_municipality" else {}
        return self._rendered(
            "screen.html", request, choosing_on, reason=answer.reason, returned_yen=answer.returned_yen, answer=answer
        )

    async def events(self, request: Request) -> Response:
        """Tells the page that its terminal has changed, and what the loudspeaker says."""
        terminal = self._terminal(request)
        if terminal is None:
            return Response("There is no such terminal.", 404)
        return StreamingResponse(_events(terminal, self._system), media_type="text/event-stream")

    async def wire(self, request: Request) -> Response:
        """What went over the wire, newest first."""
        return self._rendered("wire.html", request, {})

    async def paper(self, request: Request) -> Response:
        """A paper in the hand of whoever took it, outside the machine."""
        terminal, folder = self._terminal(request), self._system.config.paper_folder
        number = request.path_params["number"]
        if terminal is None or folder is None or not (number.isascii() and number.isdigit()):
            return Response("There is no such paper.", 404)
        found = sorted((folder / terminal.terminal_id).glob(f"{number}-*.pdf"))
        if not found or not self._system.config.testing:
            return Response("There is no such paper.", 404)
        return Response(await asyncio.to_thread(found[0].read_bytes), media_type="application/pdf")

    def _terminal(self, request: Request) -> Terminal | None:
        terminal_id = request.path_params["terminal"]
        return self._system.terminals.get(terminal_id) if terminal_id in self._system.terminal_ids else None

    def _rendered(self, template: str, request: Request, form: dict[str, str], **seen: object) -> Response:
        terminal = self._terminal(request)
        if terminal is None:
            return Response("There is no such terminal.", 404)
        page = page_of(self._system, terminal, form, **seen)
        return HTMLResponse(self._pages.get_template(template).render(page))


async def _events(terminal: Terminal, system: "KioskSystem") -> AsyncIterator[str]:
    said, wire = terminal.voice.listen(), asyncio.create_task(changed_since(system.wire, 0))
    heard = asyncio.create_task(said.get())
    try:
        yield _event("changed", {"changes": terminal.voice.changes, "said": ""})
        while True:
            await asyncio.wait({heard, wire}, return_when=asyncio.FIRST_COMPLETED)
            if heard.done():
                language = "en" if terminal.show().language == 2 else "ja"
                news = {"changes": terminal.voice.changes, "said": heard.result(), "language": language}
                news["warning"] = bool(terminal.attention.standing)
                yield _event("changed", news)
                heard = asyncio.create_task(said.get())
            if wire.done():
                newest = wire.result()
                yield _event("wire", {"number": newest})
                wire = asyncio.create_task(changed_since(system.wire, newest))
    finally:
        terminal.voice.leave(said)
        heard.cancel()
        wire.cancel()


def _event(name: str, data: dict[str, object]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
