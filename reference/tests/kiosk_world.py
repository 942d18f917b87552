"""The world around one terminal that is killed: coins, papers, and a record of them that the kiosk cannot write.

Run as a program it forks a kiosk for each step of a purchase, kills it there (`kill -9`), starts it again, and prints
what the world has seen, one JSON object a run:

    python kiosk_world.py FOLDER SCENARIO [STEP ...]       without steps: only how many there are

Coins and tray answer from this process, over a socket. The kiosk's own journal lies in FOLDER and is never read here.
"""

import asyncio
import json
import os
import signal
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reference.tests.kiosk_side import MUNICIPALITY, SEAL, whole_pdf

from kofu.testing.v1 import control_pb2
from kofu.v1 import center_pb2, common_pb2, document_pb2
from kofu_reference.card.box import CardBox
from kofu_reference.kiosk.center import kind_of
from kofu_reference.kiosk.journal import Journal, Line, OpenPurchase
from kofu_reference.kiosk.printer import Printer
from kofu_reference.kiosk.terminal import Devices, Terminal
from kofu_reference.kiosk.till import Coins, Till
from kofu_reference.runtime import Holds

FEE_YEN = 300
CARD_ID = "hanako"
NEVER = 10**9


@dataclass
class World:
    """What a bystander counts: coins that went in, sheets that came out, what a hand took."""

    coins: Coins = field(default_factory=Coins)
    put_in_yen: int = 0
    taken_back_yen: int = 0
    let_go_electronically_yen: int = 0
    copies_out: int = 0
    lying: list[str] = field(default_factory=list)
    """Marks of the copies in the tray."""
    taken: list[str] = field(default_factory=list)
    steps: int = 0

    def answer(self, asked: dict[str, Any]) -> Any:
        """One act of coin unit or tray, done as a whole, as machines do."""
        match asked["act"]:
            case "read":
                return asdict(self.coins)
            case "write":
                return self._move(Coins(**asked["coins"]))
            case "copies_out":
                return self.copies_out
            case "is_empty":
                return not self.lying
            case "release":
                self.copies_out += 1
                self.lying.append(asked["mark"])
            case "take":
                lying, self.lying = self.lying, []
                self.taken += lying
                return lying
            case "done":
                self.steps = asked["steps"]
        return None

    def _move(self, coins: Coins) -> None:
        before = self.coins
        cash = coins.cash_box_yen + coins.held_yen + coins.return_slot_yen
        cash_before = before.cash_box_yen + before.held_yen + before.return_slot_yen
        if cash > cash_before:
            self.put_in_yen += cash - cash_before
        self.taken_back_yen += max(0, cash_before - cash)
        electronic = coins.electronic_held_yen + coins.electronic_kept_yen
        electronic_before = before.electronic_held_yen + before.electronic_kept_yen
        self.put_in_yen += max(0, electronic - electronic_before)
        self.let_go_electronically_yen += max(0, electronic_before - electronic)
        self.coins = coins

    def report(self) -> dict[str, Any]:
        """What a judge needs: money by place, copies by place."""
        return {
            "put_in_yen": self.put_in_yen,
            "kept_yen": self.coins.cash_box_yen + self.coins.electronic_kept_yen,
            "held_yen": self.coins.held_yen + self.coins.electronic_held_yen,
            "back_yen": self.taken_back_yen + self.let_go_electronically_yen + self.coins.return_slot_yen,
            "copies_out": self.copies_out,
            "copies_taken": len(self.taken),
            "copies_lying": len(self.lying),
            "different_copies": len(set(self.taken)),
        }


class Wire:
    """The kiosk's side of the socket. Each act is a step at which the kiosk may die, before it and after it."""

    def __init__(self, line: socket.socket, dies_at: int) -> None:
        self._stream = line.makefile("rw", encoding="utf-8")
        self._dies_at = dies_at
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def ask(self, act: str, **more: Any) -> Any:
        self.step()
        self._stream.write(json.dumps({"act": act, **more}) + "\n")
        self._stream.flush()
        answer = json.loads(self._stream.readline())
        self.step()
        return answer


@dataclass
class WorldCoins:
    """The memory of the coin unit, out there."""

    line: Wire

    def read(self) -> Coins:
        return Coins(**self.line.ask("read"))

    def write(self, coins: Coins) -> None:
        self.line.ask("write", coins=asdict(coins))


@dataclass
class WorldTray:
    """The tray, out there."""

    line: Wire

    @property
    def is_empty(self) -> bool:
        return bool(self.line.ask("is_empty"))

    @property
    def copies_out(self) -> int:
        return int(self.line.ask("copies_out"))

    def release(self, pdf: bytes) -> None:
        # A number of its own tells one copy from the next.
        self.line.ask("release", mark=f"{hash(pdf)} {uuid.uuid4()}")

    async def take(self) -> tuple[bytes, ...]:
        return tuple(b"%PDF-" for _ in self.line.ask("take"))


class MortalJournal(Journal):
    """The kiosk's journal; the kiosk may die before and after each of its writes."""

    line: Wire

    def open_purchase(self, terminal_id: str, copies_out_before: int, lines: tuple[Line, ...]) -> OpenPurchase:
        self.line.step()
        opened = super().open_purchase(terminal_id, copies_out_before, lines)
        self.line.step()
        return opened

    def note(self, purchase_id: int, copies: int) -> None:
        self.line.step()
        super().note(purchase_id, copies)
        self.line.step()

    def settle(self, purchase_id: int, printed: int, kept_yen: int) -> None:
        self.line.step()
        super().settle(purchase_id, printed, kept_yen)
        self.line.step()


@dataclass
class WillingCenter:
    """Identifies everybody and answers every application."""

    line: Wire
    fee_yen: int

    async def open_session(self, terminal_id: str) -> center_pb2.OpenSessionResponse:
        return center_pb2.OpenSessionResponse(session_id=str(uuid.uuid4()), challenge=bytes(32))

    async def authenticate(
        self, session_id: str, certificate: bytes, signature: bytes
    ) -> center_pb2.AuthenticateResponse:
        return center_pb2.AuthenticateResponse(municipality_codes=[MUNICIPALITY])

    async def list_offers(self, session_id: str, municipality_code: str) -> list[center_pb2.Offer]:
        return [center_pb2.Offer(kind=common_pb2.CERTIFICATE_KIND_SEAL_REGISTRATION, fee_yen=self.fee_yen)]

    async def apply(self, request: center_pb2.ApplyRequest) -> center_pb2.ApplyResponse:
        self.line.step()
        document = document_pb2.Document(
            request_id=request.request_id,
            kind=kind_of(request.application),  # type: ignore[arg-type]
            pdf=whole_pdf(request.request_id),
            pages=[document_pb2.DocumentPage(number=1, total=1, subject_handle="a" * 16)],
        )
        return center_pb2.ApplyResponse(document=document, fee_yen=self.fee_yen * request.copies)

    async def report_outcome(self, request: center_pb2.ReportOutcomeRequest) -> None:
        self.line.step()

    async def close_session(self, session_id: str) -> None:
        self.line.step()


class Citizen:
    """Hands at the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    async def __call__(self, **act: Any) -> control_pb2.OperateResponse:
        return await self._terminal.operate(control_pb2.OperateRequest(terminal_id="KOFU-0001", **act))

    async def choose(self, copies: int) -> None:
        choice = control_pb2.Choose(municipality_code=MUNICIPALITY, application=SEAL, copies=copies)
        await self(choose=choice)

    async def sign_in(self) -> None:
        await self(insert_card=control_pb2.InsertCard(card_id=CARD_ID))
        await self(enter_pin=control_pb2.EnterPin(pin="1234"))
        await self(take_card=control_pb2.TakeCard())

    async def pay(self, *coins: int) -> None:
        for yen in coins:
            await self(insert_money=control_pb2.InsertMoney(yen=yen))

    async def take(self) -> None:
        await self(take_papers=control_pb2.TakePapers())

    async def go(self) -> None:
        """Whatever the screen says: takes papers, money and card, and leaves."""
        await self.take()
        await self(press_cancel=control_pb2.PressCancel())


async def cash(citizen: Citizen) -> None:
    """Three copies, paid with coins, and change."""
    await citizen.choose(3)
    await citizen.pay(500, 500)
    await citizen.take()


async def jam(citizen: Citizen) -> None:
    """Three copies, a jam on the second."""
    await citizen.choose(3)
    await citizen(disturb_printer=control_pb2.DisturbPrinter(trouble=control_pb2.PRINTER_TROUBLE_JAM, after_copies=1))
    await citizen.pay(1000)
    await citizen.take()


async def cancelled(citizen: Citizen) -> None:
    """Cancelled with half of the money in."""
    await citizen.choose(2)
    await citizen.pay(500)
    await citizen.go()


async def electronic(citizen: Citizen) -> None:
    """Two copies, paid electronically after the device once said nothing."""
    await citizen.choose(2)
    for answer in (control_pb2.ELECTRONIC_ANSWER_SILENT, control_pb2.ELECTRONIC_ANSWER_APPROVED):
        await citizen(pay_electronically=control_pb2.PayElectronically(answer=answer))
    await citizen.take()


async def several(citizen: Citizen) -> None:
    """Two applications in one session."""
    await citizen.choose(1)
    await citizen.choose(2)
    await citizen.pay(1000)
    await citizen.take()


SCENARIOS: dict[str, Callable[[Citizen], Awaitable[None]]] = {
    each.__name__: each for each in (cash, jam, cancelled, electronic, several)
}


def kiosk(folder: Path, line: socket.socket, dies_at: int, scenario: str | None) -> None:
    """The process that dies. Without a scenario it is the one after it: it recovers, and the next citizen comes."""

    async def live() -> None:
        world = Wire(line, dies_at)
        journal = MortalJournal(folder / "kiosk.sqlite3")
        journal.line = world
        devices = Devices(CardBox(folder / "cards"), WillingCenter(world, FEE_YEN), journal)
        terminal = Terminal(
            "KOFU-0001", devices, Till(WorldCoins(world)), Printer(Holds(("kiosk.print",)), WorldTray(world))
        )
        terminal.recover()
        citizen = Citizen(terminal)
        if scenario is None:
            await citizen.go()
        await citizen.sign_in()
        await SCENARIOS[scenario or "cash"](citizen)
        await citizen.go()
        await terminal.stop()
        journal.close()
        world.ask("done", steps=world.steps)

    asyncio.run(live())


def run_kiosk(world: World, folder: Path, dies_at: int, scenario: str | None) -> bool:
    """Forks a kiosk and answers it until it is gone; whether it came to its end alive."""
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        here.close()
        try:
            kiosk(folder, there, dies_at, scenario)
        except BaseException as error:
            sys.stderr.write(f"kiosk: {type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    there.close()
    with here, here.makefile("rw", encoding="utf-8") as stream:
        for said in stream:
            answer = world.answer(json.loads(said))
            try:
                stream.write(json.dumps(answer) + "\n")
                stream.flush()
            except BrokenPipeError:
                break
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"the kiosk ended with {status}")
    return status == 0


def main(folder: Path, scenario: str, steps: list[int]) -> None:
    """Kills at each step, and again in the recovery, at a step that moves along."""
    if not steps:
        world = World()
        run_kiosk(world, folder, NEVER, scenario)
        print(json.dumps({"steps": world.steps, **world.report()}))  # noqa: T201
    for step in steps:
        world, home = World(), folder / f"{scenario}-{step}"
        home.mkdir()
        (home / "cards").symlink_to(folder / "cards")
        died = not run_kiosk(world, home, step, scenario)
        died_again = not run_kiosk(world, home, 1 + step % 12, None)
        lived = run_kiosk(world, home, NEVER, None)
        report = {"step": step, "died": died, "died_again": died_again, "lived": lived, **world.report()}
        print(json.dumps(report))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [int(step) for step in sys.argv[3:]])
