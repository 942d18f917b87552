"""One terminal: the citizen's way from card to paper, one screen after the other. [3.3.3, 3.3.6, 3.3.9, 3.3.10]"""

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, reason_pb2
from kofu_reference.card.box import CardBox
from kofu_reference.card.jpki import VirtualCard
from kofu_reference.card.memory import CardUnreadable
from kofu_reference.card.reader import (
    CardOnReader,
    CardRefused,
    JpkiReader,
    NoAuthenticationCertificate,
    PinAccepted,
    PinLocked,
)
from kofu_reference.kiosk.attention import Attention, Item
from kofu_reference.kiosk.center import Center, answers
from kofu_reference.kiosk.journal import Journal, Line
from kofu_reference.kiosk.printer import Printer, PrintFailed, job_of
from kofu_reference.kiosk.purchase import Purchase, recover
from kofu_reference.kiosk.session import CANCELLABLE, OUT_OF_ORDER, Ending, Fetched, Met, Session, Shown
from kofu_reference.kiosk.showing import response_of
from kofu_reference.kiosk.texts import CHOOSE_MUNICIPALITY, WARNINGS, Text, text_of
from kofu_reference.kiosk.till import Till
from kofu_reference.kiosk.tray import Tray
from kofu_reference.kiosk.voice import Voice
from kofu_reference.kiosk.wire import WireLog
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.config import WaitsConfig
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.observed import correlate

_log = logging.getLogger("kofu.kiosk")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_CENTER_SILENT = frozenset({reason_pb2.REASON_TIMED_OUT, reason_pb2.REASON_UPSTREAM_UNAVAILABLE})
CARD, PAPERS = control_pb2.LEFT_BEHIND_CARD, control_pb2.LEFT_BEHIND_PAPERS


@dataclass(frozen=True)
class Devices:
    """What the terminals of one kiosk process share."""

    cards: CardBox
    center: Center
    journal: Journal
    waits: WaitsConfig = field(default_factory=WaitsConfig)
    wire: WireLog = field(default_factory=WireLog)
    forgotten: Callable[[str, Item], Awaitable[None]] | None = None
    """Told of a terminal where something was left behind for too long."""


class Terminal:
    """One terminal. `operate` does one act at a time, however many hands press at once."""

    def __init__(self, terminal_id: str, devices: Devices, till: Till, printer: Printer) -> None:
        self.terminal_id = terminal_id
        self.devices = devices
        self.till = till
        self.printer = printer
        self.card_type: Callable[[Path], CardOnReader] = VirtualCard
        self.screen: control_pb2.Screen = control_pb2.SCREEN_IDLE
        self.session: Session | None = None
        self.ending: Ending | None = None
        self.voice = Voice()
        self.attention = Attention(
            devices.waits.warning_seconds, devices.waits.forgotten_seconds, warned=self._warn, forgotten=self._forgotten
        )
        self._card: CardOnReader | None = None
        self._one_act = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._timer: asyncio.Task[None] | None = None

    @property
    def tray(self) -> Tray:
        """Where the papers lie."""
        return self.printer.tray

    @property
    def card_on_reader(self) -> bool:
        """Whether a card lies on the reader."""
        return self._card is not None

    @property
    def in_use(self) -> bool:
        """Whether a citizen's session is under way."""
        return self.session is not None

    def text(self, met: Met | None) -> Text:
        """What screen and voice say now, where an act met this or nothing."""
        if met is None and self.screen == control_pb2.SCREEN_CHOOSE and not self._offered:
            return CHOOSE_MUNICIPALITY
        return text_of(self.screen, met)

    @property
    def _offered(self) -> str:
        """The municipality whose certificates are offered; empty where none is chosen."""
        return "" if self.session is None else self.session.municipality_code

    def recover(self) -> None:
        """After a power cut, before the first act: settles what was open. Papers lie where they were."""
        recover(self.terminal_id, self.devices.journal, self.till, self.printer)
        if not self.tray.is_empty:
            # Nobody comes to the reader before they are taken.
            self.screen = control_pb2.SCREEN_TAKE_PAPERS
            self.attention.watch(PAPERS)

    async def stop(self) -> None:
        """Ends what runs in the background."""
        running = [*self._tasks, *([self._timer] if self._timer is not None else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.attention.stop()

    def show(self) -> control_pb2.OperateResponse:
        """What the screen shows now. Nothing is changed, and nothing that was said counts as heard."""
        met = None if self.ending is None else self.ending.met
        return response_of(self, Shown(met), looking=True, listening=False)

    async def operate(self, request: control_pb2.OperateRequest) -> control_pb2.OperateResponse:
        """Does one act of a citizen and shows the terminal as it is after it."""
        async with self._one_act:
            act = request.WhichOneof("act")
            before = (self.screen, self.ending, self._offered)
            shown = await self._guarded(self._acts(request)[act]) if act is not None else OUT_OF_ORDER
            self._watch_over()
            if (self.screen, self.ending, self._offered) != before or (shown.met is not None and act != "look"):
                self.voice.say(self.text(shown.met))
            response = response_of(self, shown, looking=act == "look")
        self.voice.tell()
        return response

    def _acts(self, request: control_pb2.OperateRequest) -> dict[str, Callable[[], Awaitable[Shown]]]:
        disturb = request.disturb_printer
        return {
            "look": self.look,
            "choose_language": lambda: self.choose_language(request.choose_language.language),
            "insert_card": lambda: self.insert_card(request.insert_card.card_id),
            "take_card": self.take_card,
            "enter_pin": lambda: self.enter_pin(request.enter_pin.pin),
            "choose_municipality": lambda: self.choose_municipality(request.choose_municipality.municipality_code),
            "choose": lambda: self.choose(request.choose),
            "insert_money": lambda: self.insert_money(request.insert_money.yen),
            "pay_electronically": lambda: self.pay_electronically(request.pay_electronically.answer),
            "press_cancel": self.press_cancel,
            "press_print": self.press_print,
            "take_papers": self.take_papers,
            "disturb_printer": lambda: self.disturb_printer(disturb.trouble, disturb.after_copies),
        }

    def _watch_over(self) -> None:
        """Card and papers are watched from the moment at which a hand should take them."""
        asked_for_card = self.screen in (control_pb2.SCREEN_TAKE_CARD, control_pb2.SCREEN_ENDED)
        for item, waits in (
            (CARD, self._card is not None and asked_for_card),
            (PAPERS, not self.tray.is_empty and self.screen != control_pb2.SCREEN_PAY),
        ):
            if waits:
                self.attention.watch(item)
            else:
                self.attention.taken(item)

    async def _guarded(self, act: Callable[[], Awaitable[Shown]]) -> Shown:
        """Any refusal or fault on the way aborts everything and ends the session with its reason."""
        if self.session is not None and self.session.request_id:
            correlate(self.session.request_id)
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
        return Shown(None if self.ending is None else self.ending.met)

    async def choose_language(self, language: control_pb2.Language) -> Shown:
        """Screen and voice speak it until the session is over."""
        self.voice.choose(language, before_session=self.session is None)
        self.voice.say(self.text(None))
        return Shown()

    async def insert_card(self, card_id: str) -> Shown:
        """A card on the reader begins a session and clears what an earlier one left on the screen. [1.8]"""
        if self.screen not in (control_pb2.SCREEN_IDLE, control_pb2.SCREEN_ENDED) or not self.tray.is_empty:
            return OUT_OF_ORDER
        self.ending, self._card = None, None
        self.attention.taken(CARD)
        self.voice.begin_session()
        folder = self.devices.cards.folder_of(card_id)
        if folder is None:
            raise Refusal(reason_pb2.REASON_CARD_NOT_ACCEPTED)
        self._card = await asyncio.to_thread(self.card_type, folder)
        if not self.printer.is_ready:
            # Nobody is led on to pay where nothing can be printed.
            raise Refusal(reason_pb2.REASON_PRINT_FAILED)
        reader = JpkiReader(self.devices.wire.card(self._card))
        certificate, tries_left = await asyncio.to_thread(_read_card, reader)
        if tries_left == 0:
            raise Refusal(reason_pb2.REASON_PIN_LOCKED)
        self.session = Session(reader, certificate)
        self._timer = asyncio.create_task(self._expire(self.session))
        self.screen = control_pb2.SCREEN_PIN
        return Shown()

    async def enter_pin(self, pin: str) -> Shown:
        """The right PIN lets the card sign the center's challenge; the third wrong one in a row locks it. [3.3.10]"""
        session = self.session
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
        session.served = await self.devices.center.authenticate(opened.session_id, session.certificate, signature)
        if not session.served.municipality_codes:
            raise Refusal(reason_pb2.REASON_MUNICIPALITY_NOT_SERVED)

    async def take_card(self) -> Shown:
        """The card has to be in the citizen's hand before anything can be chosen. Earlier, it ends the session."""
        if self._card is None:
            return OUT_OF_ORDER
        self._card.reset()
        self._card = None
        session = self.session
        if session is None:
            return Shown()
        if self.screen == control_pb2.SCREEN_PIN:
            return await self._abort(None, center_pb2.OUTCOME_CANCELLED)
        if len(session.served.municipality_codes) == 1:
            await self._ask_offers(session, session.served.municipality_codes[0])
        self.screen = control_pb2.SCREEN_CHOOSE
        return Shown()

    async def choose_municipality(self, code: str) -> Shown:
        """Offers what this municipality issues now, at its fees. [1.3, 2.7]"""
        session = self.session
        if session is None or not self._may_choose:
            return OUT_OF_ORDER
        if code not in session.served.municipality_codes:
            return Shown(Met(reason_pb2.REASON_MUNICIPALITY_NOT_SERVED))
        await self._ask_offers(session, code)
        return Shown()

    async def _ask_offers(self, session: Session, code: str) -> None:
        session.offers = tuple(await self.devices.center.list_offers(session.center_session_id, code))
        session.municipality_code = code

    @property
    def _may_choose(self) -> bool:
        """While nothing is paid, one certificate more may be chosen."""
        return self.screen == control_pb2.SCREEN_CHOOSE or (
            self.screen == control_pb2.SCREEN_PAY and not self.till.held_yen
        )

    async def choose(self, choice: control_pb2.Choose) -> Shown:
        """Applies at the center, under a new request id; the document comes before anything is paid. [2.7]

        The fee is the sum of the confirmed prices.
        """
        session = self.session
        if session is None or not self._may_choose:
            return OUT_OF_ORDER
        session.request_id = str(uuid.uuid4())
        correlate(session.request_id)
        request = center_pb2.ApplyRequest(
            session_id=session.center_session_id,
            request_id=session.request_id,
            municipality_code=choice.municipality_code,
            application=choice.application,
            copies=choice.copies,
        )
        session.add(await self._fetch(request))
        self.screen = control_pb2.SCREEN_PAY
        if session.fee_yen == 0:
            return await self._print(session)
        return Shown()

    async def _fetch(self, request: center_pb2.ApplyRequest) -> Fetched:
        response = await self.devices.center.apply(request)
        if not answers(request, response):
            _log.error("another document", extra={"fields": {"request_id": request.request_id}})
            raise Refusal(reason_pb2.REASON_INTERNAL)
        yen_a_copy, rest = divmod(response.fee_yen, request.copies)
        if rest:
            _log.error("fee is no price a copy", extra={"fields": {"request_id": request.request_id}})
            raise Refusal(reason_pb2.REASON_INTERNAL)
        job = await job_of(response.document.pdf, len(response.document.pages))
        return Fetched(Line(request.request_id, request.copies, yen_a_copy), job)

    async def insert_money(self, yen: int) -> Shown:
        """Holds the money; when the fee is there, prints. The slot is closed on every other screen."""
        session = self.session
        if session is None or self.screen != control_pb2.SCREEN_PAY:
            self.till.reject(yen)
            return OUT_OF_ORDER
        await self._open_purchase(session)
        self.till.insert(yen)
        return await self._paid(session)

    async def pay_electronically(self, answer: control_pb2.ElectronicAnswer) -> Shown:
        """The device holds the whole fee, or the citizen may pay in another way. Not beside cash."""
        session = self.session
        if session is None or self.screen != control_pb2.SCREEN_PAY or self.till.held_yen:
            return OUT_OF_ORDER
        if answer == control_pb2.ELECTRONIC_ANSWER_DECLINED:
            return Shown(Met(reason_pb2.REASON_PAYMENT_INCOMPLETE))
        await self._open_purchase(session)
        self.till.authorise(session.fee_yen)
        if answer != control_pb2.ELECTRONIC_ANSWER_APPROVED:
            # It may have taken the money and not said so: whatever it holds is let go.
            self.till.give_back()
            return Shown(Met(reason_pb2.REASON_PAYMENT_INCOMPLETE))
        return await self._paid(session)

    async def _open_purchase(self, session: Session) -> Purchase:
        if session.purchase is None:
            session.purchase = await asyncio.to_thread(
                Purchase.open, self.terminal_id, session.lines, self.devices.journal, self.till, self.printer
            )
        return session.purchase

    async def _paid(self, session: Session) -> Shown:
        session.paid_yen = self.till.held_yen
        if self.till.held_yen >= session.fee_yen:
            return await self._print(session)
        return Shown()

    async def _print(self, session: Session) -> Shown:
        """Copy after copy comes out; what is kept is the price of those that did. [3.3.6]"""
        purchase = await self._open_purchase(session)
        met = None
        try:
            await purchase.print_all([fetched.job for fetched in session.fetched])
        except PrintFailed:
            if not purchase.copies_printed:
                raise
            met = Met(reason_pb2.REASON_PRINT_FAILED)
        finally:
            session.erase_documents()
        charged_yen = await asyncio.to_thread(purchase.settle)
        session.copies_printed = purchase.copies_printed
        if met is not None:
            met = Met(met.reason, {"copies_printed": str(session.copies_printed), "charged_yen": str(charged_yen)})
            self.ending = Ending(met, session.request_id)
        self.screen = control_pb2.SCREEN_TAKE_PAPERS
        self._stop_timer()
        await self._farewell(session, center_pb2.OUTCOME_PRINT_FAILED if met else center_pb2.OUTCOME_PRINTED)
        return Shown(met)

    async def press_cancel(self) -> Shown:
        """Ends the session on any screen before printing; money comes back."""
        if self.screen not in CANCELLABLE:
            return OUT_OF_ORDER
        return await self._abort(None, center_pb2.OUTCOME_CANCELLED)

    async def press_print(self) -> Shown:
        """Printing begins by itself when the fee is there, so no screen offers this key. [3.3.3]"""
        return OUT_OF_ORDER

    async def take_papers(self) -> Shown:
        """The sheets leave the machine; the session is forgotten."""
        if self.tray.is_empty:
            return OUT_OF_ORDER
        papers = await self.tray.take()
        if self.screen == control_pb2.SCREEN_TAKE_PAPERS:
            self.ending = None
            self._erase(control_pb2.SCREEN_IDLE)
            self.voice.end_session()
        return Shown(papers=papers)

    async def disturb_printer(self, trouble: control_pb2.PrinterTrouble, after_copies: int) -> Shown:
        """A jam or paper end is on its way, or staff have cleared it."""
        self.printer.disturb(trouble, after_copies)
        return Shown()

    # How a session ends.

    async def _abort(self, met: Met | None, outcome: center_pb2.Outcome = center_pb2.OUTCOME_ABORTED) -> Shown:
        """The whole transaction, never a part of it: money back, document erased, then the center is told."""
        session = self.session
        self.ending = Ending(met, "" if session is None else session.request_id)
        if session is not None:
            session.erase_documents()
            if session.purchase is not None:
                await asyncio.to_thread(session.purchase.settle)
                session.copies_printed = session.purchase.copies_printed
        self._erase(control_pb2.SCREEN_ENDED)
        if session is not None:
            farewell = self._farewell(session, outcome)
            if met is not None and met.reason in _CENTER_SILENT:
                self._in_background(farewell)
            else:
                await farewell
        return Shown(met)

    def _erase(self, screen: control_pb2.Screen) -> None:
        self._stop_timer()
        self.session = None
        self.screen = screen

    async def _farewell(self, session: Session, outcome: center_pb2.Outcome) -> None:
        reported = [line.request_id for line in session.lines]
        if session.request_id and session.request_id not in reported:
            await self._report(session, session.request_id, outcome, 0, 0)
        for request_id in reported:
            printed, charged_yen = (0, 0) if session.purchase is None else session.purchase.printed_of(request_id)
            done = center_pb2.OUTCOME_PRINT_FAILED if printed and outcome == center_pb2.OUTCOME_ABORTED else outcome
            await self._report(session, request_id, done, printed, charged_yen)
        await self._close(session)

    async def _report(
        self,
        session: Session,
        request_id: str,
        outcome: center_pb2.Outcome,
        copies_printed: int,
        charged_yen: int,
    ) -> None:
        report = center_pb2.ReportOutcomeRequest(
            session_id=session.center_session_id,
            request_id=request_id,
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
        await asyncio.sleep(self.devices.waits.session_seconds)
        async with self._one_act:
            if self.session is session and self.screen in CANCELLABLE:
                await self._abort(Met(reason_pb2.REASON_TIMED_OUT))
                self._watch_over()
                self.voice.say(self.text(None))
        self.voice.tell()

    def _stop_timer(self) -> None:
        if self._timer is not None and self._timer is not asyncio.current_task():
            self._timer.cancel()
        self._timer = None

    def _in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(_finish(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # What is left behind. [3.3.7, 3.3.8a]

    def _warn(self, item: Item) -> None:
        """By sound as well as on the screen."""
        self.voice.say(WARNINGS[item])
        self.voice.tell()

    async def _forgotten(self, item: Item) -> None:
        """Staff are told; a session that was waiting for the card ends."""
        async with self._one_act:
            if self.screen == control_pb2.SCREEN_TAKE_CARD and item == CARD:
                await self._abort(Met(reason_pb2.REASON_TIMED_OUT))
            if item == PAPERS:
                self.session = None
        if self.devices.forgotten is not None:
            await self.devices.forgotten(self.terminal_id, item)


async def _finish(work: Awaitable[None]) -> None:
    await work


def _read_card(reader: JpkiReader) -> tuple[bytes, int]:
    reader.select_application()
    return reader.read_certificate(), reader.tries_left()
