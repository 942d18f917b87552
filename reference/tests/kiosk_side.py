"""A kiosk with its cards and disk, a citizen's hands at it, and a center that does as it is told."""

import asyncio
import functools
import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pypdfium2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, common_pb2, document_pb2, reason_pb2
from kofu_reference.kiosk.center import kind_of
from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.runtime import CivilClock, Holds, Refusal, SystemConfig
from kofu_spec.pki.tls import TlsAuthority

MUNICIPALITY = "992011"
FEE_YEN = 300
CHALLENGE = bytes(range(32))
SEAL = common_pb2.Application(seal_registration=common_pb2.SealOptions())


def whole_pdf(mark: str, sides: int = 1) -> bytes:
    """A PDF of blank pages that carries a mark."""
    return _blank(sides).replace(b"%%EOF", b"%" + mark.encode() + b"\n%%EOF")


@functools.cache
def _blank(sides: int) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(sides):
        document.new_page(200, 200)
    document.save(out)
    document.close()
    return out.getvalue()


@dataclass
class ObedientCenter:
    """Authenticates by the card's signature, and answers every application, unless told what to refuse."""

    public_key: rsa.RSAPublicKey
    refuses: dict[str, Refusal] = field(default_factory=dict)
    outcomes: list[tuple[str, int, int]] = field(default_factory=list)
    open_sessions: set[str] = field(default_factory=set)
    applied: list[center_pb2.ApplyRequest] = field(default_factory=list)
    fee_yen: int = FEE_YEN
    fees_yen: dict[str, int] = field(default_factory=dict)
    """By municipality, where several are served."""
    names: list[center_pb2.MunicipalityName] = field(default_factory=list)
    total_yen: int | None = None
    pdf: bytes | None = None
    request_id_of_answer: str | None = None

    def _maybe_refuse(self, call: str) -> None:
        if call in self.refuses:
            raise self.refuses[call]

    async def open_session(self, terminal_id: str) -> center_pb2.OpenSessionResponse:
        self._maybe_refuse("open_session")
        session_id = str(uuid.uuid4())
        self.open_sessions.add(session_id)
        return center_pb2.OpenSessionResponse(session_id=session_id, challenge=CHALLENGE)

    async def authenticate(
        self, session_id: str, certificate: bytes, signature: bytes
    ) -> center_pb2.AuthenticateResponse:
        self._maybe_refuse("authenticate")
        try:
            self.public_key.verify(signature, CHALLENGE, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Refusal(reason_pb2.REASON_CERTIFICATE_NOT_TRUSTED) from None
        return center_pb2.AuthenticateResponse(municipality_codes=self.fees_yen or [MUNICIPALITY], names=self.names)

    async def list_offers(self, session_id: str, municipality_code: str) -> list[center_pb2.Offer]:
        self._maybe_refuse("list_offers")
        fee_yen = self.fees_yen.get(municipality_code, self.fee_yen)
        return [center_pb2.Offer(kind=common_pb2.CERTIFICATE_KIND_SEAL_REGISTRATION, fee_yen=fee_yen)]

    async def apply(self, request: center_pb2.ApplyRequest) -> center_pb2.ApplyResponse:
        self.applied.append(request)
        self._maybe_refuse("apply")
        document = document_pb2.Document(
            document_id=str(uuid.uuid4()),
            request_id=self.request_id_of_answer or request.request_id,
            kind=kind_of(request.application),  # type: ignore[arg-type]
            pdf=self.pdf or whole_pdf(request.request_id),
            pages=[document_pb2.DocumentPage(number=1, total=1, subject_handle="a" * 16)],
        )
        a_copy = self.fees_yen.get(request.municipality_code, self.fee_yen)
        fee_yen = a_copy * request.copies if self.total_yen is None else self.total_yen
        return center_pb2.ApplyResponse(document=document, fee_yen=fee_yen)

    async def report_outcome(self, request: center_pb2.ReportOutcomeRequest) -> None:
        self._maybe_refuse("report_outcome")
        self.outcomes.append((center_pb2.Outcome.Name(request.outcome), request.copies_printed, request.charged_yen))

    async def close_session(self, session_id: str) -> None:
        self._maybe_refuse("close_session")
        self.open_sessions.discard(session_id)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def card_box(tmp_path: Path, key: rsa.RSAPrivateKey) -> Path:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for card_id in ("hanako", "taro", "bare"):
        folder = tmp_path / "cards" / card_id
        folder.mkdir(parents=True)
        if card_id != "bare":
            (folder / "auth.der").write_bytes(b"certificate of " + card_id.encode())
        (folder / "auth.key").write_bytes(pem)
        (folder / "nv.json").write_text(json.dumps({"auth": {"pin": "1234", "tries": 3}}))
    (tmp_path / "cards" / "membership").mkdir()
    return tmp_path / "cards"


def configuration(folder: Path, card_box: Path, **waits: float) -> SystemConfig:
    identity = "kiosk-1.kiosk.shop.kofu.invalid"
    TlsAuthority.create(folder).issue(identity)
    return SystemConfig.model_validate(
        {
            "system": "kiosk",
            "identity": identity,
            "certificate": folder / "kiosk-1.pem",
            "key": folder / "kiosk-1.key",
            "authority": folder / "authority.pem",
            "data_folder": folder / "data",
            "paper_folder": folder / "paper",
            "card_box": card_box,
            "terminals": ["KOFU-0001", "KOFU-0002"],
            "peers": {"center": {"address": "127.0.0.1:1", "identity": "center-1.center.jlis.kofu.invalid"}},
            "waits": waits,
        }
    )


@dataclass
class Citizen:
    """Hands at one terminal."""

    runner: asyncio.Runner
    system: KioskSystem
    terminal_id: str = "KOFU-0001"

    def __call__(self, **act: object) -> control_pb2.OperateResponse:
        request = control_pb2.OperateRequest(terminal_id=self.terminal_id, **act)  # type: ignore[arg-type]
        return self.runner.run(self.system.operate(request))

    def look(self) -> control_pb2.OperateResponse:
        return self(look=control_pb2.Look())

    def insert(self, card_id: str = "hanako") -> control_pb2.OperateResponse:
        return self(insert_card=control_pb2.InsertCard(card_id=card_id))

    def pin(self, pin: str = "1234") -> control_pb2.OperateResponse:
        return self(enter_pin=control_pb2.EnterPin(pin=pin))

    def take_card(self) -> control_pb2.OperateResponse:
        return self(take_card=control_pb2.TakeCard())

    def choose_municipality(self, code: str) -> control_pb2.OperateResponse:
        return self(choose_municipality=control_pb2.ChooseMunicipality(municipality_code=code))

    def choose(self, copies: int = 1, municipality_code: str = MUNICIPALITY) -> control_pb2.OperateResponse:
        return self(choose=control_pb2.Choose(municipality_code=municipality_code, application=SEAL, copies=copies))

    def pay(self, yen: int) -> control_pb2.OperateResponse:
        return self(insert_money=control_pb2.InsertMoney(yen=yen))

    def cancel(self) -> control_pb2.OperateResponse:
        return self(press_cancel=control_pb2.PressCancel())

    def press_print(self) -> control_pb2.OperateResponse:
        return self(press_print=control_pb2.PressPrint())

    def take_papers(self) -> control_pb2.OperateResponse:
        return self(take_papers=control_pb2.TakePapers())

    def disturb(self, trouble: control_pb2.PrinterTrouble, after_copies: int = 0) -> control_pb2.OperateResponse:
        return self(disturb_printer=control_pb2.DisturbPrinter(trouble=trouble, after_copies=after_copies))

    def pay_electronically(self, answer: control_pb2.ElectronicAnswer) -> control_pb2.OperateResponse:
        return self(pay_electronically=control_pb2.PayElectronically(answer=answer))

    def speak(self, language: control_pb2.Language) -> control_pb2.OperateResponse:
        return self(choose_language=control_pb2.ChooseLanguage(language=language))

    def sign_in(self) -> None:
        self.insert()
        self.pin()
        assert self.take_card().screen == control_pb2.SCREEN_CHOOSE


@dataclass
class Shop:
    """A kiosk process with its center, its disk and its loop."""

    runner: asyncio.Runner
    system: KioskSystem
    center: ObedientCenter
    folder: Path

    def at(self, terminal_id: str) -> Citizen:
        return Citizen(self.runner, self.system, terminal_id)


@pytest.fixture
def shop(tmp_path: Path, card_box: Path, key: rsa.RSAPrivateKey) -> Iterator[Shop]:
    with asyncio.Runner() as runner:
        shop = open_shop(runner, configuration(tmp_path, card_box), key)
        yield shop
        runner.run(shop.system.stop())


def open_shop(runner: asyncio.Runner, config: SystemConfig, key: rsa.RSAPrivateKey) -> Shop:
    async def make() -> KioskSystem:
        system = KioskSystem(config, CivilClock(), Holds(KioskSystem.stages))
        for terminal in system.terminals.values():
            terminal.recover()
        return system

    system = runner.run(make())
    center = ObedientCenter(key.public_key())
    for terminal in system.terminals.values():
        terminal.devices = replace(terminal.devices, center=center)
    return Shop(runner, system, center, config.data_folder.parent)


@pytest.fixture
def citizen(shop: Shop) -> Citizen:
    return shop.at("KOFU-0001")


def ended(response: control_pb2.OperateResponse, reason: str) -> bool:
    return response.screen == control_pb2.SCREEN_ENDED and response.reason == reason
