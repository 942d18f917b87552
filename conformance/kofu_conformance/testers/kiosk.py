"""The upper tester at a kiosk: the hands and eyes of a citizen. [3.3.6]"""

from dataclasses import dataclass

from kofu.testing.v1 import control_pb2
from kofu.testing.v1.control_pb2 import Screen
from kofu.v1.common_pb2 import Application
from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import Unobserved, expect
from kofu_conformance.testers.answer import reason_name
from kofu_conformance.testers.control import ROLE, SERVICE
from kofu_conformance.testers.wire import Method, Wire
from kofu_spec.city import Card, Citizen
from kofu_spec.rules.eligibility import kind_of

OPERATE = Method(SERVICE, "Operate")
TIDYING_ROUNDS = 6


@dataclass(frozen=True)
class Seen:
    """The terminal after an act, as a citizen sees it."""

    act: str
    screen: str
    """Name of the screen: SCREEN_PAY. Empty where the act was refused before it reached the terminal."""
    reason: str
    """Name of the reason that the act met; empty where it met none."""
    metadata: dict[str, str]
    text_ja: str
    text_en: str
    fees_yen: dict[int, int]
    """The kinds offered, by their number, with the fee of a copy."""
    fee_yen: int
    paid_yen: int
    returned_yen: int
    cash_box_yen: int
    card_on_reader: bool
    papers: tuple[bytes, ...]
    """PDFs of the copies taken by this act."""
    request_id: str
    terminal_id: str
    warnings: tuple[int, ...] = ()
    """What the screen warns of, by number of LeftBehind."""
    warning_texts: tuple[str, ...] = ()
    """Their texts, both languages."""
    spoken: tuple[str, ...] = ()
    """What was said aloud since the act before."""
    copies_printed: int = 0
    municipality_code: str = ""
    """Whose certificates are offered; empty where one of several has to be chosen first."""

    @property
    def seen_at(self) -> str:
        """Where it was seen, for a finding."""
        return f"kiosk {self.terminal_id}, {self.act}"

    def shows(self, screen: "Screen | str", code: str = "other_screen") -> "Seen":
        """Itself. Raises `Deviation` unless the terminal shows this screen."""
        name = screen if isinstance(screen, str) else Screen.Name(screen)
        expect(self.screen == name, expected=name, observed=self._observed(), seen_at=self.seen_at, code=code)
        return self

    def met(self, reason: "Reason | str", code: str = "refused_for_another_reason") -> "Seen":
        """Itself. Raises `Deviation` unless the act met this reason."""
        expect(
            self.reason == reason_name(reason),
            expected=reason_name(reason),
            observed=self._observed(),
            seen_at=self.seen_at,
            code=code,
        )
        return self

    def _observed(self) -> str:
        return f"{self.screen or 'no screen'}{', ' + self.reason if self.reason else ''}"


@dataclass(frozen=True)
class Taken:
    """What a citizen went away with after a whole transaction at the kiosk."""

    papers: tuple[bytes, ...]
    """One PDF a copy."""
    request_id: str
    offered_yen: int
    """Fee of one copy as offered on the screen."""
    asked_yen: int
    """Fee asked for all copies."""
    paid_yen: int
    returned_yen: int
    charged_yen: int
    """What the cash box grew by."""
    screens: tuple[Seen, ...]


class Hands:
    """A citizen's hands at one terminal. Every act answers with what is then to be seen."""

    def __init__(self, wire: Wire, terminal_id: str, municipality_code: str) -> None:
        self._wire = wire
        self._municipality_code = municipality_code
        self.terminal_id = terminal_id

    def look(self) -> Seen:
        """Looks; changes nothing."""
        return self._operate(control_pb2.OperateRequest(look=control_pb2.Look()))

    def insert(self, card: Citizen | Card | str) -> Seen:
        """Puts a card on the reader."""
        return self._operate(control_pb2.OperateRequest(insert_card=control_pb2.InsertCard(card_id=_card_id(card))))

    def enter_pin(self, pin: str) -> Seen:
        """Types a PIN."""
        return self._operate(control_pb2.OperateRequest(enter_pin=control_pb2.EnterPin(pin=pin)))

    def take_card(self) -> Seen:
        """Takes the card back."""
        return self._operate(control_pb2.OperateRequest(take_card=control_pb2.TakeCard()))

    def choose_municipality(self) -> Seen:
        """Chooses the municipality under test."""
        act = control_pb2.ChooseMunicipality(municipality_code=self._municipality_code)
        return self._operate(control_pb2.OperateRequest(choose_municipality=act))

    def choose(self, application: Application, copies: int = 1, municipality_code: str | None = None) -> Seen:
        """Chooses a certificate, its options and the number of copies."""
        choice = control_pb2.Choose(
            municipality_code=municipality_code or self._municipality_code, application=application, copies=copies
        )
        return self._operate(control_pb2.OperateRequest(choose=choice))

    def pay(self, yen: int) -> Seen:
        """Puts money in; papers come out once the fee is there."""
        return self._operate(control_pb2.OperateRequest(insert_money=control_pb2.InsertMoney(yen=yen)))

    def cancel(self) -> Seen:
        """Presses cancel."""
        return self._operate(control_pb2.OperateRequest(press_cancel=control_pb2.PressCancel()))

    def press_print(self) -> Seen:
        """Presses print."""
        return self._operate(control_pb2.OperateRequest(press_print=control_pb2.PressPrint()))

    def take_papers(self) -> Seen:
        """Takes what lies in the tray."""
        return self._operate(control_pb2.OperateRequest(take_papers=control_pb2.TakePapers()))

    def disturb_printer(self, trouble: control_pb2.PrinterTrouble, after_copies: int = 0) -> Seen:
        """Makes trouble in the printer after so many more copies, or clears it. Raises `Unobserved` where it can't."""
        act = control_pb2.DisturbPrinter(trouble=trouble, after_copies=after_copies)
        seen = self._operate(control_pb2.OperateRequest(disturb_printer=act))
        if seen.reason:
            raise Unobserved(f"kiosk {self.terminal_id}: no trouble can be made in the printer: {seen.reason}")
        return seen

    def sign_in(self, citizen: Citizen) -> tuple[Seen, ...]:
        """Card in, PIN, card out, to the choice among the certificates of the municipality under test.

        Raises `Deviation` at the first screen that differs.
        """
        assert citizen.card is not None, "sign_in: a citizen with a card"
        screens = [
            self.insert(citizen).shows(control_pb2.SCREEN_PIN),
            self.enter_pin(citizen.card.pin).shows(control_pb2.SCREEN_TAKE_CARD),
            self.take_card().shows(control_pb2.SCREEN_CHOOSE),
        ]
        if not screens[-1].fees_yen:
            screens.append(self.choose_municipality().shows(control_pb2.SCREEN_CHOOSE))
        return tuple(screens)

    def take_out(self, citizen: Citizen, application: Application, copies: int = 1, overpay_yen: int = 0) -> Taken:
        """The whole way of one certificate, from the card to the papers in the hand. [3.3.6]

        Raises `Deviation` at the first screen that differs from the way.
        """
        before = self.look()
        screens = list(self.sign_in(citizen))
        offered_yen = screens[-1].fees_yen.get(int(kind_of(application)), -1)
        pay = self.choose(application, copies).shows(control_pb2.SCREEN_PAY, code="document_did_not_arrive")
        paid_yen = pay.fee_yen + overpay_yen
        printed = self.pay(paid_yen) if paid_yen else pay
        printed.shows(control_pb2.SCREEN_TAKE_PAPERS, code="not_printed")
        taken = self.take_papers().shows(control_pb2.SCREEN_IDLE)
        return Taken(
            papers=taken.papers,
            request_id=pay.request_id or printed.request_id,
            offered_yen=offered_yen,
            asked_yen=pay.fee_yen,
            paid_yen=paid_yen,
            returned_yen=printed.returned_yen + taken.returned_yen,
            charged_yen=taken.cash_box_yen - before.cash_box_yen,
            screens=(*screens, pay, printed, taken),
        )

    def tidy(self) -> Seen:
        """Brings a terminal that an earlier case left in the middle back to its beginning."""
        seen = self.look()
        for _ in range(TIDYING_ROUNDS):
            if seen.screen in ("SCREEN_IDLE", "SCREEN_ENDED") and not seen.card_on_reader:
                return seen
            if seen.screen == "SCREEN_TAKE_PAPERS":
                self.take_papers()
            elif seen.card_on_reader and seen.screen == "SCREEN_TAKE_CARD":
                self.take_card()
            else:
                self.cancel()
                self.take_card()
            seen = self.look()
        raise Unobserved(f"kiosk {self.terminal_id} can't be brought back from {seen.screen}")

    def _operate(self, request: control_pb2.OperateRequest) -> Seen:
        request.terminal_id = self.terminal_id
        answer = self._wire.call("kiosk", ROLE, OPERATE, request, control_pb2.OperateResponse)
        act = request.WhichOneof("act") or "nothing"
        if answer.refusal is not None:
            return _refused(act, answer.refusal.reason, dict(answer.refusal.metadata), self.terminal_id)
        message = answer.message
        assert message is not None
        return Seen(
            act=act,
            screen=control_pb2.Screen.Name(message.screen),
            reason=message.reason,
            metadata=dict(message.reason_metadata),
            text_ja=message.text_ja,
            text_en=message.text_en,
            fees_yen={int(offer.kind): offer.fee_yen for offer in message.offers},
            fee_yen=message.fee_yen,
            paid_yen=message.paid_yen,
            returned_yen=message.returned_yen,
            cash_box_yen=message.cash_box_yen,
            card_on_reader=message.card_on_reader,
            papers=tuple(paper.pdf for paper in message.papers),
            request_id=message.request_id,
            terminal_id=self.terminal_id,
            warnings=tuple(int(each.item) for each in message.warnings),
            warning_texts=tuple(text for each in message.warnings for text in (each.text_ja, each.text_en)),
            spoken=tuple(each.text for each in message.spoken),
            copies_printed=message.copies_printed,
            municipality_code=message.municipality_code,
        )


def _refused(act: str, reason: str, metadata: dict[str, str], terminal_id: str) -> Seen:
    """An act that the control itself refused, such as keys that no pad has."""
    if reason in ("REASON_TEST_CONTROL_OFF", "REASON_ROLE_NOT_ALLOWED"):
        raise Unobserved(f"kiosk {terminal_id}: the hands may not act: {reason}")
    return Seen(act, "", reason, metadata, "", "", {}, 0, 0, 0, 0, False, (), "", terminal_id)


def _card_id(card: Citizen | Card | str) -> str:
    if isinstance(card, str):
        return card
    held = card.card if isinstance(card, Citizen) else card
    if held is None:
        raise Unobserved("the citizen has no card to put on the reader")
    return held.card_id
