"""Kiosks for the benches: cards that sign, and whole sessions at a center over mutual TLS."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc.aio
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kofu.v1.center_pb2 import (
    ApplyRequest,
    ApplyResponse,
    AuthenticateRequest,
    CloseSessionRequest,
    ListOffersRequest,
    OpenSessionRequest,
    Outcome,
    ReportOutcomeRequest,
)
from kofu.v1.center_pb2_grpc import CenterServiceStub
from kofu.v1.common_pb2 import Application, ResidenceOptions
from kofu_reference.runtime import call
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.rundirectory import RunDirectory
from kofu_spec.city import CardState, City

APPLICATION = Application(residence_certificate=ResidenceOptions())
TERMINAL = "KOFU-0001"


class Mixed(Exception):
    """What came belongs to another request."""


@dataclass(frozen=True)
class SigningCard:
    """A citizen's card, the PIN entered."""

    serial: str
    certificate: bytes
    key: rsa.RSAPrivateKey

    def sign(self, challenge: bytes) -> bytes:
        return self.key.sign(challenge, padding.PKCS1v15(), hashes.SHA256())


def cards_of(city: City, box: Path) -> list[SigningCard]:
    """Cards with which a residence certificate can be had."""
    able = [one for one in city.family("plain") if one.card and one.resident and "child" not in one.labels]
    return [_card(one.card.serial, box / one.card.card_id) for one in able if one.card.state is CardState.VALID]


def _card(serial: str, folder: Path) -> SigningCard:
    key = serialization.load_pem_private_key((folder / "auth.key").read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return SigningCard(serial, (folder / "auth.der").read_bytes(), key)


class Kiosk:
    """A kiosk's line to the center."""

    def __init__(self, chain: RunDirectory, wait_seconds: float) -> None:
        own = chain.suite["kiosk"]
        self.line: grpc.aio.Channel = open_channel(
            chain.peer("center"), authority=chain.authority, certificate=own.certificate, key=own.key
        )
        self._center = CenterServiceStub(self.line)
        self._wait_seconds = wait_seconds

    async def open_session(self) -> tuple[str, bytes]:
        """Its id and challenge."""
        opened = await self._call(self._center.OpenSession, OpenSessionRequest(terminal_id=TERMINAL))
        return opened.session_id, opened.challenge

    async def session(self, card: SigningCard, municipality_code: str, copies: int = 1) -> ApplyResponse:
        """One citizen, from the card to the settlement: six calls. Raises the refusal, or Mixed."""
        session_id, challenge = await self.open_session()
        try:
            proof = AuthenticateRequest(
                session_id=session_id, certificate=card.certificate, signature=card.sign(challenge)
            )
            await self._call(self._center.Authenticate, proof)
            wanted = ListOffersRequest(session_id=session_id, municipality_code=municipality_code)
            await self._call(self._center.ListOffers, wanted)
            request = ApplyRequest(
                session_id=session_id,
                request_id=str(uuid.uuid4()),
                municipality_code=municipality_code,
                application=APPLICATION,
                copies=copies,
            )
            answer: ApplyResponse = await self._call(self._center.Apply, request)
            if answer.document.request_id != request.request_id:
                raise Mixed
            outcome = ReportOutcomeRequest(
                session_id=session_id,
                request_id=request.request_id,
                outcome=Outcome.OUTCOME_PRINTED,
                copies_printed=copies,
                charged_yen=answer.fee_yen,
            )
            await self._call(self._center.ReportOutcome, outcome)
            return answer
        finally:
            await self._call(self._center.CloseSession, CloseSessionRequest(session_id=session_id))

    async def _call(self, method: Any, request: object) -> Any:
        return await call(method, request, timeout=self._wait_seconds)

    async def __aenter__(self) -> "Kiosk":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.line.close(None)


async def at_once(jobs: Sequence[Callable[[], Awaitable[object]]], in_flight: int) -> tuple[float, list[float]]:
    """Runs jobs, so many at a time: how many a second, and each one's seconds."""
    waiting, seconds = iter(jobs), list[float]()

    async def worker() -> None:
        for job in waiting:
            began = time.perf_counter()
            await job()
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return len(jobs) / (time.perf_counter() - began), seconds


def percentile(seconds: Iterable[float], of_100: int) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * of_100 // 100)] * 1000 if ordered else float("nan")


def resident_bytes(pid: int) -> int:
    """Memory that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024
