"""What is left behind is warned of by sound and screen, told to staff, followed to the police. [3.3.7, 3.3.8]"""

# ruff: noqa: F811 - fixtures are imported

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from google.protobuf.timestamp_pb2 import Timestamp
from reference.tests.kiosk_side import (  # noqa: F401 - some are fixtures
    FEE_YEN,
    Citizen,
    Shop,
    card_box,
    configuration,
    ended,
    key,
    open_shop,
)

from kofu.testing.v1 import control_pb2
from kofu.v1 import maintenance_pb2, reason_pb2
from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.texts import WARNINGS
from kofu_reference.runtime import Refusal

CARD, PAPERS = control_pb2.LEFT_BEHIND_CARD, control_pb2.LEFT_BEHIND_PAPERS
ENGLISH = control_pb2.LANGUAGE_ENGLISH


@pytest.fixture
def hasty(tmp_path: Path, card_box: Path, key: rsa.RSAPrivateKey) -> Iterator[Shop]:
    """A shop that warns almost at once."""
    with asyncio.Runner() as runner:
        shop = open_shop(runner, configuration(tmp_path, card_box, warning_seconds=0.05, forgotten_seconds=0.3), key)
        yield shop
        runner.run(shop.system.stop())


@pytest.fixture
def patient(tmp_path: Path, card_box: Path, key: rsa.RSAPrivateKey) -> Iterator[Shop]:
    """A shop that warns at once and tells staff much later."""
    with asyncio.Runner() as runner:
        shop = open_shop(runner, configuration(tmp_path, card_box, warning_seconds=0.05, forgotten_seconds=900), key)
        yield shop
        runner.run(shop.system.stop())


def until(shop: Shop, holds: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not holds():
            await asyncio.sleep(0.01)

    shop.runner.run(asyncio.wait_for(wait(), timeout=60))


def standing(shop: Shop) -> tuple[int, ...]:
    return shop.system.terminals["KOFU-0001"].attention.standing


def forgotten(system: KioskSystem) -> list[str]:
    return [item.kind for item in system.journal.forgotten_items()]


@pytest.mark.parametrize("language", [control_pb2.LANGUAGE_JAPANESE, ENGLISH])
def test_card_left_on_the_reader_is_warned_of_in_both_ways(patient: Shop, language: control_pb2.Language) -> None:
    citizen = patient.at("KOFU-0001")
    citizen.speak(language)
    citizen.insert()
    assert citizen.pin().warnings == []
    until(patient, lambda: CARD in standing(patient))
    seen = citizen.look()
    assert [(w.item, w.text_ja, w.text_en) for w in seen.warnings] == [(CARD, WARNINGS[CARD].ja, WARNINGS[CARD].en)]
    expected = WARNINGS[CARD].en if language == ENGLISH else WARNINGS[CARD].ja
    assert (language, expected) in [(said.language, said.text) for said in seen.spoken]
    assert citizen.take_card().warnings == []


def test_papers_left_in_the_tray_are_warned_of_until_they_are_taken(patient: Shop) -> None:
    citizen = patient.at("KOFU-0001")
    citizen.sign_in()
    citizen.choose()
    citizen.pay(FEE_YEN)
    until(patient, lambda: PAPERS in standing(patient))
    seen = citizen.look()
    assert [w.item for w in seen.warnings] == [PAPERS]
    assert WARNINGS[PAPERS].ja in [said.text for said in seen.spoken]
    assert citizen.take_papers().warnings == []
    assert standing(patient) == ()


def test_warning_is_repeated(patient: Shop) -> None:
    citizen = patient.at("KOFU-0001")
    citizen.insert()
    citizen.pin()
    heard: list[str] = []

    def twice() -> bool:
        heard.extend(said.text for said in patient.system.terminals["KOFU-0001"].voice.heard())
        return heard.count(WARNINGS[CARD].ja) >= 2

    until(patient, twice)


def test_card_is_not_warned_of_while_it_is_needed(patient: Shop) -> None:
    citizen = patient.at("KOFU-0001")
    citizen.insert()
    patient.runner.run(asyncio.sleep(0.3))
    assert citizen.look().warnings == []


def test_card_that_nobody_takes_ends_the_session_and_is_told_to_staff(hasty: Shop) -> None:
    citizen = hasty.at("KOFU-0001")
    citizen.insert()
    citizen.pin()
    until(hasty, lambda: forgotten(hasty.system) == ["FORGOTTEN_ITEM_KIND_CARD"])
    assert ended(citizen.look(), "REASON_TIMED_OUT")
    assert not hasty.center.open_sessions
    assert not hasty.system.terminals["KOFU-0001"].in_use
    assert [w.item for w in citizen.look().warnings] == [CARD]


def test_papers_that_nobody_takes_are_told_to_staff_once_and_stay_out_of_the_next_citizens_hands(hasty: Shop) -> None:
    citizen = hasty.at("KOFU-0001")
    citizen.sign_in()
    citizen.choose()
    citizen.pay(FEE_YEN)
    until(hasty, lambda: forgotten(hasty.system) == ["FORGOTTEN_ITEM_KIND_CERTIFICATE"])
    hasty.runner.run(asyncio.sleep(0.5))
    assert forgotten(hasty.system) == ["FORGOTTEN_ITEM_KIND_CERTIFICATE"]
    assert citizen.insert("taro").reason == "REASON_OUT_OF_ORDER"
    assert citizen.take_papers().screen == control_pb2.SCREEN_IDLE


def test_every_session_begins_in_japanese_unless_its_citizen_chose_before(patient: Shop) -> None:
    citizen = patient.at("KOFU-0001")
    citizen.speak(ENGLISH)
    citizen.sign_in()
    citizen.choose()
    assert citizen.pay(FEE_YEN).language == ENGLISH
    assert citizen.take_papers().language == control_pb2.LANGUAGE_JAPANESE
    citizen.insert()
    citizen.speak(ENGLISH)
    citizen.cancel()
    citizen.take_card()
    assert citizen.insert("taro").language == control_pb2.LANGUAGE_JAPANESE


def test_staff_follow_a_forgotten_card_to_the_police(hasty: Shop) -> None:
    citizen = hasty.at("KOFU-0001")
    citizen.insert()
    citizen.pin()
    until(hasty, lambda: bool(forgotten(hasty.system)))
    maintenance = hasty.system.maintenance
    room = hasty.system.staff_room
    hasty.runner.run(hasty.system.start())
    login = maintenance_pb2.LogInRequest.FromString(_login(hasty))
    handed = Timestamp(seconds=1_790_000_000)

    async def story() -> None:
        token = (await maintenance.LogIn(login, None)).token
        status = await maintenance.GetStatus(maintenance_pb2.GetStatusRequest(token=token), None)
        assert {t.terminal_id: t.forgotten_items for t in status.terminals}["KOFU-0001"] == 1
        (item,) = (await maintenance.ListForgottenItems(_asked(token), None)).items
        assert not item.HasField("dealt_with_at")
        record = maintenance_pb2.RecordForgottenItemRequest(
            token=token, terminal_id="KOFU-0001", kind=item.kind, item_id=item.item_id
        )
        await maintenance.RecordForgottenItem(record, None)
        record.handed_to_police_at.CopyFrom(handed)
        await maintenance.RecordForgottenItem(record, None)
        (item,) = (await maintenance.ListForgottenItems(_asked(token), None)).items
        assert item.HasField("dealt_with_at")
        assert item.handed_to_police_at == handed
        with pytest.raises(Refusal) as refused:
            await maintenance.RecordForgottenItem(record, None)
        assert refused.value.reason == reason_pb2.REASON_OUT_OF_ORDER
        record.item_id = 99
        with pytest.raises(Refusal) as refused:
            await maintenance.RecordForgottenItem(record, None)
        assert refused.value.reason == reason_pb2.REASON_RECORD_NOT_FOUND
        status = await maintenance.GetStatus(maintenance_pb2.GetStatusRequest(token=token), None)
        assert {t.terminal_id: t.forgotten_items for t in status.terminals}["KOFU-0001"] == 0
        assert room.holder_of(token) == login.staff_id

    hasty.runner.run(story())


def _asked(token: str) -> maintenance_pb2.ListForgottenItemsRequest:
    return maintenance_pb2.ListForgottenItemsRequest(token=token)


def _login(shop: Shop) -> bytes:
    content = json.loads((shop.system.config.data_folder / "maintenance-login.json").read_text())
    return maintenance_pb2.LogInRequest(**content).SerializeToString()
