"""The tester's instruments are off unless a system was started for testing, at every system. [3.2.6]"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from reference.tests import tls_side
from reference.tests.tls_side import NODES, Chain, Serving

from kofu.testing.v1 import control_pb2
from kofu_reference.runtime.client import Carrier
from kofu_reference.runtime.config import load_config
from kofu_reference.runtime.refusal import Refusal

CONTROL = control_pb2.DESCRIPTOR.services_by_name["TestControlService"]
ELSEWHEN = datetime(2031, 5, 7, 1, tzinfo=UTC)
KEEP_NOTHING = {"jpki", "inquiry"}
OFF = "REASON_TEST_CONTROL_OFF"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with tls_side.chain_in(tmp_path_factory.mktemp("chain")) as chain:
        yield chain


def requests(serving: Serving) -> dict[str, list[Message]]:
    """For each method what would move this very system, were it started for testing."""
    system = serving.system
    made: dict[str, list[Message]] = {
        "Describe": [control_pb2.DescribeRequest()],
        "SetClock": [control_pb2.SetClockRequest(mode=control_pb2.CLOCK_MODE_FROZEN, instant=_timestamp(ELSEWHEN))],
        "GetClock": [control_pb2.GetClockRequest()],
        "Restart": [control_pb2.RestartRequest()],
        "Hold": [
            control_pb2.HoldRequest(stage=stage, duration={"seconds": 9}, passages=1)
            for stage in system.stages or ("any.stage",)
        ],
        "Spoil": [
            control_pb2.SpoilRequest(stage=stage, kind=kind, passages=1)
            for stage in system.spoils.stages or ("any.stage",)
            for kind in control_pb2.SpoilKind.values()
            if kind
        ],
        "Operate": [
            control_pb2.OperateRequest(terminal_id=terminal, insert_card={"card_id": "card-1"})
            for terminal in system.terminal_ids or ("KOFU-0001",)
        ],
    }
    assert set(made) == {method.name for method in CONTROL.methods}
    return made


def _timestamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant)
    return stamp


async def told(chain: Chain, node: str, method: str, request: Message) -> set[str]:
    """What a tester with a good certificate is told, over both bindings."""
    answers = set()
    for carrier in Carrier:
        async with chain.client(carrier, node, chain.certificate("tester-1.tester.suite")) as client:
            try:
                answers.add(str(await client.call(CONTROL.full_name, method, request, timeout=20)))
            except Refusal as refusal:
                answers.add(refusal.name)
    return answers


def watched(serving: Serving) -> list[Any]:
    """Notes every card, key, coin and paper that reaches the system."""
    noted: list[Any] = []
    if hasattr(serving.system, "operate"):
        operate: Callable[[Any], Any] = serving.system.operate

        async def note(request: Any) -> Any:
            noted.append(request)
            return await operate(request)

        serving.system.operate = note
    return noted


@pytest.mark.parametrize("node", NODES)
def test_no_instrument_moves_a_system_that_was_not_started_for_testing(chain: Chain, node: str) -> None:
    async def run() -> None:
        async with tls_side.serving(chain.config(node, testing=False)) as serving:
            operated, mode = watched(serving), serving.system.clock.mode
            for method, made in requests(serving).items():
                for request in made:
                    assert await told(chain, node, method, request) == {OFF}, method
            assert serving.system.clock.mode == mode
            assert serving.system.clock.now().year != ELSEWHEN.year
            assert serving.restarts == []
            async with asyncio.timeout(8):
                for stage in serving.system.stages:
                    await serving.system.holds.passage(stage)
            assert [serving.system.spoils.take(stage) for stage in serving.system.spoils.stages] == [
                None for _ in serving.system.spoils.stages
            ]
            assert operated == []

    asyncio.run(run())


def test_the_screen_of_a_kiosk_not_started_for_testing_has_no_hands(chain: Chain) -> None:
    acts = {field.name for field in control_pb2.OperateRequest.DESCRIPTOR.oneofs_by_name["act"].fields}
    fingers = {"choose_language", "enter_pin", "choose_municipality", "choose", "press_cancel"}
    forms = {"card_id": "card-1", "yen": "1000", "answer": "1", "trouble": "1", "after_copies": "0"}

    async def run() -> None:
        config = chain.config(
            "kiosk", testing=False, screen_port=int(chain.run.screen_address.strip("/").rpartition(":")[2])
        )
        async with tls_side.serving(config) as serving:
            operated, own = watched(serving), chain.run.screen_address.rstrip("/")
            async with httpx.AsyncClient(trust_env=False, headers={"origin": own}) as browser:
                for act in sorted(acts - fingers):
                    answer = await browser.post(f"{own}/KOFU-0001/screen", data={"act": act, **forms})
                    assert answer.status_code == httpx.codes.FORBIDDEN, act
                    assert operated == []
                await browser.post(f"{own}/KOFU-0001/screen", data={"act": "press_cancel"})
                assert [request.WhichOneof("act") for request in operated] == ["press_cancel"]

    asyncio.run(run())


@pytest.mark.parametrize("node", NODES)
def test_a_system_started_for_testing_says_where_its_data_lives(chain: Chain, node: str) -> None:
    """Every file that it has open for writing lies in a folder that it names."""

    async def run() -> None:
        config = chain.config(node)
        async with tls_side.serving(config):
            async with chain.client(Carrier.GRPC, node, chain.certificate("tester-1.tester.suite")) as client:
                answer: Any = await client.call(
                    CONTROL.full_name, "Describe", control_pb2.DescribeRequest(), timeout=20
                )
            folders = [Path(folder) for folder in answer.data_folders]
            assert config.data_folder in folders
            assert answer.system == config.system
            written = {path for path in written_files() if path.is_relative_to(chain.run.folder)} - {
                chain.run.folder / "kofu-run"
            }
            assert {path for path in written if not any(path.is_relative_to(folder) for folder in folders)} == set()
            assert bool(written) == (config.system not in KEEP_NOTHING)

    asyncio.run(run())


def written_files() -> set[Path]:
    """The files that this process holds open for writing."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            flags = int((Path("/proc/self/fdinfo") / entry.name).read_text().split()[3], 8)
            path = entry.readlink()
        except OSError:
            continue
        if flags & 3 and path.is_absolute() and path.is_file():
            found.add(path)
    return found


def test_a_configuration_that_does_not_ask_for_testing_gets_none(chain: Chain, tmp_path: Path) -> None:
    lines = chain.run.config_of("counter").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "counter.toml"
    path.write_text("\n".join(line for line in lines if not line.startswith("testing")), encoding="utf-8")
    assert load_config(path).testing is False


def test_a_process_that_was_not_started_for_testing_goes_on_where_a_restart_is_asked(
    chain: Chain, tmp_path: Path
) -> None:
    with tls_side.process(chain.config("counter", testing=False), tmp_path) as process:
        for method, request in (("Restart", control_pb2.RestartRequest()), ("Describe", control_pb2.DescribeRequest())):
            assert asyncio.run(told(chain, "counter", method, request)) == {OFF}
        assert process.running
