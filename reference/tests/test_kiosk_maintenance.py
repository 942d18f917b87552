"""Maintenance is for its staff alone, and records nothing personal. [3.3.4, 3.3.8]"""

import asyncio
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from kofu.v1 import maintenance_pb2, reason_pb2
from kofu_reference.kiosk.journal import ForgottenItem, Journal
from kofu_reference.kiosk.lost_property import LostProperty
from kofu_reference.kiosk.maintenance import MaintenanceServicer
from kofu_reference.kiosk.printer import Printer
from kofu_reference.kiosk.staff import DELAY_SECONDS, LOCKED_SECONDS, TOKEN_SECONDS, StaffRoom
from kofu_reference.kiosk.terminal import Devices, Terminal
from kofu_reference.kiosk.till import Coins, Till
from kofu_reference.kiosk.tray import MemoryTray
from kofu_reference.runtime import CivilClock, Holds, Refusal


@dataclass
class Watch:
    """Real time that a test moves."""

    seconds: float = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "kiosk.sqlite3")
    yield journal
    journal.close()


@pytest.fixture
def room(tmp_path: Path, journal: Journal, watch: Watch) -> StaffRoom:
    room = StaffRoom(journal, watch)
    room.prepare(tmp_path / "login.json")
    return room


@pytest.fixture
def login(tmp_path: Path, room: StaffRoom) -> dict[str, str]:
    content: dict[str, str] = json.loads((tmp_path / "login.json").read_text())
    return content


def test_password_is_the_owners_alone_and_stored_only_as_a_hash(
    tmp_path: Path, room: StaffRoom, login: dict[str, str]
) -> None:
    assert stat.S_IMODE((tmp_path / "login.json").stat().st_mode) == 0o600
    for path in tmp_path.glob("kiosk.sqlite3*"):
        assert login["password"].encode() not in path.read_bytes()


def test_second_start_keeps_the_password(tmp_path: Path, journal: Journal, login: dict[str, str]) -> None:
    again = StaffRoom(journal)
    again.prepare(tmp_path / "login.json")
    assert json.loads((tmp_path / "login.json").read_text()) == login
    assert again.log_in(**login) is not None


def test_wrong_password_and_unknown_staff_get_nothing(room: StaffRoom, login: dict[str, str]) -> None:
    assert room.log_in(login["staff_id"], "guess") is None
    assert room.log_in("NOBODY", login["password"]) is None
    assert room.log_in(login["staff_id"], "") is None


def test_five_wrong_passwords_in_a_row_lock_the_right_one_out_for_a_while(
    room: StaffRoom, login: dict[str, str], watch: Watch, journal: Journal
) -> None:
    def guess(times: int) -> None:
        for _ in range(times):
            room.log_in(login["staff_id"], "guess")
            watch.seconds += 8 * DELAY_SECONDS

    guess(4)
    assert room.log_in(**login) is not None
    guess(5)
    assert room.log_in(**login) is None
    assert StaffRoom(journal, watch).log_in(**login) is None
    watch.seconds += LOCKED_SECONDS
    assert room.log_in(**login) is not None


def test_token_runs_out(room: StaffRoom, login: dict[str, str], watch: Watch) -> None:
    token = room.log_in(**login)
    assert token is not None
    assert room.holder_of(token) == login["staff_id"]
    assert room.holder_of(token + "x") is None
    watch.seconds += TOKEN_SECONDS
    assert room.holder_of(token) is None


def servicer(room: StaffRoom, journal: Journal) -> MaintenanceServicer:
    printer = Printer(Holds(), MemoryTray())
    terminal = Terminal("KOFU-0001", Devices(None, None, journal), Till(NoMoney()), printer)  # type: ignore[arg-type]
    return MaintenanceServicer(room, {"KOFU-0001": terminal}, LostProperty(journal, CivilClock()))


class NoMoney:
    """The memory of a money unit that has never seen a coin."""

    def read(self) -> Coins:
        return Coins()

    def write(self, coins: Coins) -> None: ...


def item(token: str, terminal_id: str = "KOFU-0001") -> maintenance_pb2.RecordForgottenItemRequest:
    return maintenance_pb2.RecordForgottenItemRequest(
        token=token,
        terminal_id=terminal_id,
        kind=maintenance_pb2.FORGOTTEN_ITEM_KIND_CARD,
        handed_to_police_at=Timestamp(seconds=1_790_000_000),
    )


def test_staff_see_the_terminals_and_record_a_forgotten_card(
    room: StaffRoom, journal: Journal, login: dict[str, str]
) -> None:
    async def story() -> maintenance_pb2.GetStatusResponse:
        maintenance = servicer(room, journal)
        token = (await maintenance.LogIn(maintenance_pb2.LogInRequest(**login), None)).token
        await maintenance.RecordForgottenItem(item(token), None)
        return await maintenance.GetStatus(maintenance_pb2.GetStatusRequest(token=token), None)

    status = asyncio.run(story())
    assert [(t.terminal_id, t.in_use) for t in status.terminals] == [("KOFU-0001", False)]
    recorded = journal.forgotten_items()
    assert recorded == [
        ForgottenItem(
            recorded[0].noticed_at,
            "KOFU-0001",
            "FORGOTTEN_ITEM_KIND_CARD",
            login["staff_id"],
            recorded[0].noticed_at,
            datetime.fromtimestamp(1_790_000_000, UTC),
            item_id=1,
        )
    ]


def test_without_a_token_nothing_is_shown_or_recorded(room: StaffRoom, journal: Journal) -> None:
    async def refusals() -> list[int]:
        maintenance = servicer(room, journal)
        reasons = []
        for call in (
            maintenance.LogIn(maintenance_pb2.LogInRequest(staff_id="HOSHU-0001", password="guess"), None),
            maintenance.GetStatus(maintenance_pb2.GetStatusRequest(token="guess"), None),
            maintenance.RecordForgottenItem(item("guess"), None),
        ):
            with pytest.raises(Refusal) as refused:
                await call  # type: ignore[misc]
            reasons.append(int(refused.value.reason))
        return reasons

    assert asyncio.run(refusals()) == [reason_pb2.REASON_MAINTENANCE_REFUSED] * 3
    assert journal.forgotten_items() == []


def test_item_at_a_terminal_that_is_not_here(room: StaffRoom, journal: Journal, login: dict[str, str]) -> None:
    async def story() -> None:
        maintenance = servicer(room, journal)
        token = (await maintenance.LogIn(maintenance_pb2.LogInRequest(**login), None)).token
        await maintenance.RecordForgottenItem(item(token, "KOFU-7777"), None)

    with pytest.raises(Refusal) as refused:
        asyncio.run(story())
    assert refused.value.reason == reason_pb2.REASON_RECORD_NOT_FOUND


def test_right_password_straight_after_a_wrong_one_has_to_wait_longer_each_time(
    room: StaffRoom, login: dict[str, str], watch: Watch
) -> None:
    for wrong in range(3):
        room.log_in(login["staff_id"], "guess")
        watch.seconds += DELAY_SECONDS * 2**wrong - 0.001
        assert room.log_in(**login) is None
        watch.seconds += 0.001
    assert room.log_in(**login) is not None


@pytest.mark.parametrize(
    "new_password",
    ["short-1", "aaaaaaaaaaaaaaaa", "hoshu-0001-and-more", "OLD"],
    ids=["short", "few characters", "staff number", "old one with something added"],
)
def test_new_password_that_breaks_a_rule_changes_nothing(
    room: StaffRoom, login: dict[str, str], new_password: str
) -> None:
    chosen = f"{login['password']}-2" if new_password == "OLD" else new_password
    assert room.change_password(login["staff_id"], login["password"], chosen)
    assert room.log_in(**login) is not None


def test_changed_password_replaces_the_old_one_and_ends_what_was_opened_with_it(
    room: StaffRoom, login: dict[str, str], watch: Watch
) -> None:
    token = room.log_in(**login)
    assert token is not None
    new = "correct horse battery"
    assert room.change_password(login["staff_id"], "guess", new) == ""
    watch.seconds += DELAY_SECONDS
    assert room.change_password(login["staff_id"], login["password"], new) is None
    assert room.holder_of(token) is None
    assert room.log_in(login["staff_id"], new) is not None
    assert room.log_in(**login) is None
