"""One terminal: the citizen's way from card to paper, one screen after the other. [3.3.3, 3.3.6, 3.3.9, 3.3.10]"""

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, reason_pb2
from kofu_reference.card.box import CardBox
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardUnreadable
from kofu_reference.card.reader import (
    CardRefused,
    JpkiReader,
    NoAuthenticationCertificate,
    PinAccepted,
    PinLocked,
)
from kofu_reference.kiosk.center import Center, answers
from kofu_reference.kiosk.journal import Journal
from kofu_reference.kiosk.printer import Printer, PrintFailed
from kofu_reference.kiosk.session import CANCELLABLE, OUT_OF_ORDER, Ending, Met, Session, Shown
from kofu_reference.kiosk.texts import text_of
from kofu_reference.kiosk.till import Till
from kofu_reference.kiosk.tray import Tray
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.observed import correlate

_log = logging.getLogger("kofu.kiosk")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_CENTER_SILENT = frozenset({reason_pb2.REASON_TIMED_OUT, reason_pb2.REASON_UPSTREAM_UNAVAILABLE})
_SCREENS_OF_AN_APPLICATION = frozenset({control_pb2.SCREEN_PAY, control_pb2.SCREEN_TAKE_PAPERS})


@dataclass(frozen=True)
class Devices:
    """What the terminals of one kiosk process share."""

    cards: CardBox
    center: Center
    printer: Printer
    journal: Journal
    session_seconds: float


class Terminal:
    """One terminal. `operate` does one act at a time, however many hands press at once."""

    def __init__(self, terminal_id: str, devices: Devices, till: Till, tray: Tray) -> None:
        self.terminal_id = terminal_id
        self.devices = devices
        self.till = till
        self.tray = tray
        self.card_type: type[VirtualCard] = VirtualCard
        self.screen: control_pb2.Screen = control_pb2.SCREEN_IDLE
        self._session: Session | None = None
        self._ending: Ending | None = None
        self._card: VirtualCard | None = None
        self._one_act = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.Task[None] | None = None

    @property
    def in_use(self) -> bool:
        """Whether a citizen's session is under way."""
        return self._session is not None

    async def stop(self) -> None:
        """Ends what runs in the background."""
        running = [*self._tasks, *([self._timer] if self._timer is not None else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def operate(self, request: control_pb2.OperateRequest) -> control_pb2.OperateResponse:
        """Does one act of a citizen and shows the terminal as it is after it."""
        async with self._one_act:
            act = request.WhichOneof("act")
            shown = await self._guarded(self._acts(request)[act]) if act is not None else OUT_OF_ORDER
            return self._response(shown, looking=act == "look")

    def _acts(self, request: control_pb2.OperateRequest) -> dict[str, Callable[[], Awaitable[Shown]]]:
        return {
            "look": self.look,
            "insert_card": lambda: self.insert_card(request.insert_card.card_id),
            "take_card": self.take_card,
            "enter_pin": lambda: self.enter_pin(request.enter_pin.pin),
            "choose": lambda: self.choose(request.choose),
            "insert_money": lambda: self.insert_money(request.insert_money.yen),
            "press_cancel": self.press_cancel,
            "press_print": self.press_print,
            "take_papers": self.take_papers,
        }

    async def _guarded(self, act: Callable[[], Awaitable[Shown]]) -> Shown:
        """Any refusal or fault on the way aborts everything and ends the session with its reason."""
        if self._session is not None and self._session.request_id:
            correlate(self._session.request_id)
        try:
            return await act()
        except Refusal as refusal:
            return await self._abort(Met(refusal.reason, refusal.metadata))
        except PrintFailed:
            return await self._abort(Met(reason_pb2.REASON_PRINT_FAILED), center_pb2.OUTCOME_PRINT_FAILED)
        except NoAuthenticationCertificate:
            return await self._abort(Met(reason_pb2.REASON_NO_AUTHENTICATION_CERTIFICATE))
        except (CardRefused, CardUnreadable):
            return await self._abort(Met(reason_pb2.REASON_CARD_NOT_ACCEPTED))
        except Exception as error:
            # Whatever it is, nothing of the session may be left. The error's text is not logged: it may hold what the
            # citizen typed.
            log_unexpected("terminal", error)
            return await self._abort(Met(reason_pb2.REASON_INTERNAL))

    # The acts, in the order in which a citizen does them.

    async def look(self) -> Shown:
        """Reads the screen again, with the reason of an ended session."""
        return Shown(None if self._ending is None else self._ending.met)

    async def insert_card(self, card_id: str) -> Shown:
        """A card on the reader begins a session and clears what an earlier one left on the screen. [1.8]"""
        if self.screen not in (control_pb2.SCREEN_IDLE, control_pb2.SCREEN_ENDED):
            return OUT_OF_ORDER
        self._ending, self._card = None, None
        folder = self.devices.cards.folder_of(card_id)
        if folder is None:
            raise Refusal(reason_pb2.REASON_CARD_NOT_ACCEPTED)
        self._card = await asyncio.to_thread(self.card_type, folder)
        reader = JpkiReader(self._card)
        certificate, tries_left = await asyncio.to_thread(_read_card, reader)
        if tries_left == 0:
            raise Refusal(reason_pb2.REASON_PIN_LOCKED)
        self._session = Session(reader, certificate)
        self._timer = asyncio.create_task(self._expire(self._session))
        self.screen = control_pb2.SCREEN_PIN
        return Shown()

    async def enter_pin(self, pin: str) -> Shown:
        """The right PIN lets the card sign the center's challenge; the third wrong one in a row locks it. [3.3.10]"""
        session = self._session
        if session is None or self.screen != control_pb2.SCREEN_PIN:
            return OUT_OF_ORDER
        if _FOUR_DIGITS.fullmatch(pin) is None:
            # The pad does not hand it on, so the card counts no try.
            return Shown(Met(reason_pb2.REASON_INVALID_REQUEST, {"field": "pin", "rule": "four digits"}))
        verdict = await asyncio.to_thread(session.reader.verify, pin)
        if isinstance(verdict, PinLocked):
            raise Refusal(reason_pb2.REASON_PIN_LOCKED)
        if not isinstance(verdict, PinAccepted):
            return Shown(Met(reason_pb2.REASON_PIN_WRONG, {"tries_left": str(verdict.tries_left)}))
        await self._authenticate(session)
        self.screen = control_pb2.SCREEN_TAKE_CARD
        return Shown()

    async def _authenticate(self, session: Session) -> None:
        opened = await self.devices.center.open_session(self.terminal_id)
        session.center_session_id = opened.session_id
        signature = await asyncio.to_thread(session.reader.sign, opened.challenge)
        codes = await self.devices.center.authenticate(opened.session_id, session.certificate, signature)
        session.municipality_codes = tuple(codes)
        if not codes:
            raise Refusal(reason_pb2.REASON_MUNICIPALITY_NOT_SERVED)

    async def take_card(self) -> Shown:
        """The card has to be in the citizen's hand before anything can be chosen. Earlier, it ends the session."""
        if self._card is None:
            return OUT_OF_ORDER
        self._card.reset()
        self._card = None
        session = self._session
        if session is None:
            return Shown()
        if self.screen == control_pb2.SCREEN_PIN:
            return await self._abort(None, center_pb2.OUTCOME_CANCELLED)
        offers = await self.devices.center.list_offers(session.center_session_id, session.municipality_codes[0])
        session.offers = tuple(offers)
        self.screen = control_pb2.SCREEN_CHOOSE
        return Shown()

    async def choose(self, choice: control_pb2.Choose) -> Shown:
        """Applies at the center, under a new request id; the document comes before anything is paid. [2.7]"""
        session = self._session
        if session is None or self.screen != control_pb2.SCREEN_CHOOSE:
            return OUT_OF_ORDER
        session.request_id = str(uuid.uuid4())
        correlate(session.request_id)
        session.copies = choice.copies
        request = center_pb2.ApplyRequest(
            session_id=session.center_session_id,
            request_id=session.request_id,
            municipality_code=choice.municipality_code,
            application=choice.application,
            copies=choice.copies,
        )
        response = await self.devices.center.apply(request)
        if not answers(request, response):
            _log.error("another document", extra={"fields": {"request_id": request.request_id}})
            raise Refusal(reason_pb2.REASON_INTERNAL)
        session.pdf, session.fee_yen = response.document.pdf, response.fee_yen
        self.screen = control_pb2.SCREEN_PAY
        if session.fee_yen == 0:
            await self._print(session)
        return Shown()

    async def insert_money(self, yen: int) -> Shown:
        """Holds the money; when the fee is there, prints. The slot is closed on every other screen."""
        session = self._session
        if session is None or self.screen != control_pb2.SCREEN_PAY:
            self.till.reject(yen)
            return OUT_OF_ORDER
        self.till.insert(yen)
        session.paid_yen = self.till.held_yen
        if self.till.held_yen >= session.fee_yen:
            await self._print(session)
        return Shown()

    async def _print(self, session: Session) -> None:
        """All copies, or none: sheets come out, and money is kept, only when the last copy is printed. [3.3.6]"""
        assert session.pdf is not None
        sheets = [await self.devices.printer.print_copy(session.pdf) for _ in range(session.copies)]
        if session.fee_yen:
            await asyncio.to_thread(self.devices.journal.keep, self.terminal_id, session.fee_yen)
        self.till.settle(session.fee_yen)
        self.tray.fill(sheets)
        session.pdf = None
        self.screen = control_pb2.SCREEN_TAKE_PAPERS
        self._stop_timer()
        await self._report(session, center_pb2.OUTCOME_PRINTED, session.copies, session.fee_yen)

    async def press_cancel(self) -> Shown:
        """Ends the session on any screen before printing; money comes back."""
        if self.screen not in CANCELLABLE:
            return OUT_OF_ORDER
        return await self._abort(None, center_pb2.OUTCOME_CANCELLED)

    async def press_print(self) -> Shown:
        """Printing begins by itself when the fee is there, so no screen offers this key. [3.3.3]"""
        return OUT_OF_ORDER

    async def take_papers(self) -> Shown:
        """The sheets leave the machine; the session is closed and forgotten."""
        if self.tray.is_empty:
            return OUT_OF_ORDER
        papers = await self.tray.take()
        session = self._session
        if session is not None and self.screen == control_pb2.SCREEN_TAKE_PAPERS:
            self._erase(control_pb2.SCREEN_IDLE)
            await self._close(session)
        return Shown(papers=papers)

    # How a session ends.

    async def _abort(self, met: Met | None, outcome: center_pb2.Outcome = center_pb2.OUTCOME_ABORTED) -> Shown:
        """The whole transaction, never a part of it: money back, document erased, then the center is told."""
        session = self._session
        self._ending = Ending(met, "" if session is None else session.request_id)
        self.till.give_back()
        self._erase(control_pb2.SCREEN_ENDED)
        if session is not None:
            session.pdf = None
            farewell = self._farewell(session, outcome)
            if met is not None and met.reason in _CENTER_SILENT:
                self._in_background(farewell)
            else:
                await farewell
        return Shown(met)

    def _erase(self, screen: control_pb2.Screen) -> None:
        self._stop_timer()
        self._session = None
        self.screen = screen

    async def _farewell(self, session: Session, outcome: center_pb2.Outcome) -> None:
        if session.request_id:
            await self._report(session, outcome, 0, 0)
        await self._close(session)

    async def _report(
        self, session: Session, outcome: center_pb2.Outcome, copies_printed: int, charged_yen: int
    ) -> None:
        report = center_pb2.ReportOutcomeRequest(
            session_id=session.center_session_id,
            request_id=session.request_id,
            outcome=outcome,
            copies_printed=copies_printed,
            charged_yen=charged_yen,
        )
        try:
            await self.devices.center.report_outcome(report)
        except Refusal as refusal:
            _log.warning("outcome not reported", extra={"fields": {"reason": refusal.name}})

    async def _close(self, session: Session) -> None:
        if not session.center_session_id:
            return
        try:
            await self.devices.center.close_session(session.center_session_id)
        except Refusal as refusal:
            _log.warning("session not closed", extra={"fields": {"reason": refusal.name}})

    async def _expire(self, session: Session) -> None:
        """A session that nobody ends is aborted: a document must not wait in the machine. [3.3.3]"""
        await asyncio.sleep(self.devices.session_seconds)
        async with self._one_act:
            if self._session is session and self.screen in CANCELLABLE:
                await self._abort(Met(reason_pb2.REASON_TIMED_OUT))

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None

    def _in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_finish(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What the citizen sees.

    def _response(self, shown: Shown, looking: bool) -> control_pb2.OperateResponse:
        session, met = self._session, shown.met
        text = text_of(self.screen, met or (self._ending.met if self._ending is not None else None))
        response = control_pb2.OperateResponse(
            screen=self.screen,
            reason="" if met is None else reason_pb2.Reason.Name(met.reason),
            reason_metadata={} if met is None else met.metadata,
            text_ja=text.ja,
            text_en=text.en,
            returned_yen=0 if looking else self.till.take_returned(),
            cash_box_yen=self.till.cash_box_yen,
            card_on_reader=self._card is not None,
            papers=[control_pb2.Paper(pdf=pdf) for pdf in shown.papers],
        )
        if session is not None and self.screen == control_pb2.SCREEN_CHOOSE:
            response.offers.extend(control_pb2.OfferShown(kind=o.kind, fee_yen=o.fee_yen) for o in session.offers)
        if session is not None and self.screen in _SCREENS_OF_AN_APPLICATION:
            response.fee_yen, response.paid_yen = session.fee_yen, session.paid_yen
            response.request_id = session.request_id
        if self._ending is not None:
            response.request_id = self._ending.request_id
        return response


async def _finish(work: Awaitable[None]) -> None:
    await work


def _read_card(reader: JpkiReader) -> tuple[bytes, int]:
    reader.select_application()
    return reader.read_certificate(), reader.tries_left()
