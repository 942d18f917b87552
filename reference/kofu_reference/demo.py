"""The demonstration: a citizen takes out each of the six documents at a kiosk. [1.3, 3.3.6]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pypdfium2
from rich.console import Console

from kofu.testing.v1 import control_pb2
from kofu.testing.v1.control_pb2_grpc import TestControlServiceStub
from kofu.v1.common_pb2 import (
    Application,
    KosekiAllOptions,
    KosekiIndividualOptions,
    ResidenceOptions,
    SealOptions,
    TaxOptions,
)
from kofu_reference.runtime.channel import call, open_channel
from kofu_reference.runtime.config import WaitsConfig
from kofu_reference.runtime.rundirectory import BASE_INSTANT, RunDirectory
from kofu_reference.runtime.supervisor import ChainFailed
from kofu_spec.city import Citizen, make_city

if TYPE_CHECKING:
    from kofu.testing.v1.control_pb2_grpc import TestControlServiceAsyncStub

CLOCK: Final = datetime.fromisoformat(BASE_INSTANT)
RESIDENTS: Final = 400
_COIN_YEN: Final = 500
_ACT_SECONDS: Final = 20.0
_VISITORS: Final = 12
SCREEN_WAITS: Final = WaitsConfig(warning_seconds=8, forgotten_seconds=90)
"""A person reads before the card is taken."""

APPLICATIONS: Final[Mapping[str, tuple[str, Application]]] = {
    "residence_certificate": (
        "住民票の写し",
        Application(
            residence_certificate=ResidenceOptions(whole_household=True, show_relationship=True, show_domicile=True)
        ),
    ),
    "residence_record_items": ("住民票記載事項証明書", Application(residence_record_items=ResidenceOptions())),
    "seal_registration": ("印鑑登録証明書", Application(seal_registration=SealOptions())),
    "tax_assessment": ("市・県民税課税証明書", Application(tax_assessment=TaxOptions())),
    "koseki_all_matters": ("戸籍全部事項証明書", Application(koseki_all_matters=KosekiAllOptions())),
    "koseki_individual_matters": (
        "戸籍個人事項証明書",
        Application(koseki_individual_matters=KosekiIndividualOptions()),
    ),
}
"""By kind: its title, and what is applied for."""


@dataclass(frozen=True)
class TakenOut:
    """One document in the citizen's hand."""

    kind: str
    fee_yen: int
    pages: int
    file: Path


class Terminal:
    """A citizen's hands at one terminal. Every step that the machine refuses ends the demonstration."""

    def __init__(self, control: "TestControlServiceAsyncStub", terminal_id: str, console: Console) -> None:
        self._control = control
        self._terminal_id = terminal_id
        self._console = console

    async def act(self, request: control_pb2.OperateRequest) -> control_pb2.OperateResponse:
        """Does one act and prints what the screen says to the citizen."""
        request.terminal_id = self._terminal_id
        answer = await call(self._control.Operate, request, timeout=_ACT_SECONDS)
        if answer.reason:
            raise ChainFailed(f"kiosk: {answer.reason} at {request.WhichOneof('act')}; {answer.text_en}", 3)
        self._console.print(f"  {answer.text_ja}", style="dim", highlight=False, soft_wrap=True)
        return answer

    async def take_out(self, citizen: Citizen, application: Application, municipality_code: str) -> tuple[bytes, int]:
        """Card in, PIN, card out, choose, pay, take: the PDF and the fee in yen."""
        card = citizen.card
        if card is None:
            raise ChainFailed("demo: the citizen has no card; choose another seed", 3)
        await self.act(control_pb2.OperateRequest(insert_card=control_pb2.InsertCard(card_id=card.card_id)))
        await self.act(control_pb2.OperateRequest(enter_pin=control_pb2.EnterPin(pin=card.pin)))
        await self.act(control_pb2.OperateRequest(take_card=control_pb2.TakeCard()))
        choice = control_pb2.Choose(municipality_code=municipality_code, application=application, copies=1)
        shown = await self.act(control_pb2.OperateRequest(choose=choice))
        fee_yen = shown.fee_yen
        while shown.screen == control_pb2.SCREEN_PAY:
            shown = await self.act(control_pb2.OperateRequest(insert_money=control_pb2.InsertMoney(yen=_COIN_YEN)))
        taken = await self.act(control_pb2.OperateRequest(take_papers=control_pb2.TakePapers()))
        return taken.papers[0].pdf, fee_yen


def visitors(seed: int, municipality_code: str) -> list[Citizen]:
    """Citizens who can have all six documents; their cards lie beside the screen."""
    city = make_city(seed, RESIDENTS, municipality_code)
    able = [each for each in city.family("plain") if each.card and each.tax and each.koseki and each.resident]
    return able[:_VISITORS]


class Demonstration:
    """Six documents by six citizens, one after the other, each into a PDF named by its kind."""

    def __init__(self, out: Path, console: Console) -> None:
        self._out = out
        self._console = console

    async def run(self, chain: RunDirectory) -> int:
        """Takes everything out; the exit status."""
        tester = chain.suite["tester"]
        line = open_channel(
            chain.peer("kiosk"), authority=chain.authority, certificate=tester.certificate, key=tester.key
        )
        async with line:
            control = TestControlServiceStub(line)
            described = await call(control.Describe, control_pb2.DescribeRequest(), timeout=_ACT_SECONDS)
            terminal = Terminal(control, described.terminal_ids[0], self._console)
            for kind, citizen in self._plan(chain):
                taken = await self._take_out(chain, terminal, kind, citizen)
                self._console.print(_line(taken), highlight=False, soft_wrap=True)
        return 0

    def _plan(self, chain: RunDirectory) -> Iterator[tuple[str, Citizen]]:
        options = chain.options
        city = make_city(options.seed, options.residents, options.municipality_code)
        able = [each for each in city.family("plain") if each.card and each.tax and each.koseki]
        return zip(APPLICATIONS, able, strict=False)

    async def _take_out(self, chain: RunDirectory, terminal: Terminal, kind: str, citizen: Citizen) -> TakenOut:
        title, application = APPLICATIONS[kind]
        self._console.print(f"\n[bold]{title}[/] / {kind.replace('_', ' ')}", highlight=False)
        pdf, fee_yen = await terminal.take_out(citizen, application, chain.options.municipality_code)
        file = self._out / f"{kind}.pdf"
        file.write_bytes(pdf)
        return TakenOut(kind, fee_yen, len(pypdfium2.PdfDocument(pdf)), file)


def _line(taken: TakenOut) -> str:
    maker = "戸籍システム / koseki system" if taken.kind.startswith("koseki") else "証明発行サーバ / issuing server"
    return f"{taken.fee_yen}円  {taken.pages}頁 / pages  {maker}  [bold]{taken.file}[/]"
