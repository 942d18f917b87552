"""A citizen's way through one terminal, against a center that does as it is told. [3.3.3, 3.3.6, 3.3.9, 3.3.10]"""

# ruff: noqa: F811 - fixtures are imported

import asyncio
import gc
import importlib
import logging
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from reference.tests.kiosk_side import (  # noqa: F401 - some are fixtures
    FEE_YEN,
    MUNICIPALITY,
    Citizen,
    Shop,
    card_box,
    citizen,
    configuration,
    ended,
    key,
    open_shop,
    shop,
    whole_pdf,
)

from kofu.testing.v1 import control_pb2
from kofu.v1 import common_pb2, reason_pb2
from kofu_reference.kiosk.system import KioskSystem
from kofu_reference.kiosk.texts import REASONS, SCREENS
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.log import JsonLines


def test_from_card_to_paper(shop: Shop, citizen: Citizen) -> None:
    assert citizen.look().screen == control_pb2.SCREEN_IDLE
    inserted = citizen.insert()
    assert (inserted.screen, inserted.card_on_reader) == (control_pb2.SCREEN_PIN, True)
    assert citizen.pin().screen == control_pb2.SCREEN_TAKE_CARD
    offered = citizen.take_card()
    assert (offered.screen, offered.card_on_reader) == (control_pb2.SCREEN_CHOOSE, False)
    assert [(o.kind, o.fee_yen) for o in offered.offers] == [(common_pb2.CERTIFICATE_KIND_SEAL_REGISTRATION, FEE_YEN)]
    asked = citizen.choose()
    assert (asked.screen, asked.fee_yen, asked.paid_yen) == (control_pb2.SCREEN_PAY, FEE_YEN, 0)
    printed = citizen.pay(1000)
    assert (printed.screen, printed.returned_yen, printed.cash_box_yen) == (
        control_pb2.SCREEN_TAKE_PAPERS,
        700,
        FEE_YEN,
    )
    assert printed.request_id == asked.request_id == shop.center.applied[0].request_id
    taken = citizen.take_papers()
    assert taken.screen == control_pb2.SCREEN_IDLE
    assert [paper.pdf for paper in taken.papers] == [whole_pdf(asked.request_id)]
    assert shop.center.outcomes == [("OUTCOME_PRINTED", 1, FEE_YEN)]
    assert not shop.center.open_sessions


def test_copies_are_papers_each(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    asked = citizen.choose(copies=3)
    assert asked.fee_yen == 3 * FEE_YEN
    assert citizen.pay(500).screen == control_pb2.SCREEN_PAY
    assert citizen.pay(400).screen == control_pb2.SCREEN_TAKE_PAPERS
    assert [paper.pdf for paper in citizen.take_papers().papers] == [whole_pdf(asked.request_id)] * 3
    assert shop.center.outcomes == [("OUTCOME_PRINTED", 3, 900)]


def test_nothing_to_pay_prints_at_once(shop: Shop, citizen: Citizen) -> None:
    shop.center.fee_yen = 0
    citizen.sign_in()
    assert citizen.choose().screen == control_pb2.SCREEN_TAKE_PAPERS
    assert citizen.take_papers().cash_box_yen == 0


def test_certificate_is_only_where_a_hand_took_it(shop: Shop, citizen: Citizen) -> None:
    def papers_on_disk() -> list[Path]:
        return [path for path in shop.folder.rglob("*") if path.is_file() and b"%PDF-" in path.read_bytes()]

    citizen.sign_in()
    citizen.choose()
    assert papers_on_disk() == []
    citizen.pay(FEE_YEN)
    # Out of the machine: the tray is part of the world around it.
    assert [path.parent for path in papers_on_disk()] == [shop.folder / "paper" / "KOFU-0001" / "tray"]
    citizen.take_papers()
    assert [path.parent for path in papers_on_disk()] == [shop.folder / "paper" / "KOFU-0001"]


def test_nothing_of_the_document_is_reachable_once_it_is_printed(shop: Shop, citizen: Citizen) -> None:
    marked = str(uuid.uuid4())
    mark = marked.encode()
    shop.center.pdf = whole_pdf(marked)
    citizen.sign_in()
    citizen.choose()
    citizen.pay(FEE_YEN)
    shop.center.pdf = None
    del marked
    shop.center.applied.clear()
    gc.collect()
    terminal = shop.system.terminals["KOFU-0001"]
    held = [terminal, terminal.session]
    assert not reachable(held, lambda thing: isinstance(thing, bytes) and mark in thing)
    citizen.take_papers()
    gc.collect()
    assert not reachable(terminal, lambda thing: isinstance(thing, bytes) and mark in thing)


def reachable(root: object, wanted: object) -> bool:
    """Whether something wanted is reachable from the attributes of a terminal."""
    seen: set[int] = set()
    todo = [root]
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, (type, Path, asyncio.AbstractEventLoop)):
            continue
        seen.add(id(thing))
        if wanted(thing):  # type: ignore[operator]
            return True
        todo.extend(gc.get_referents(thing) if not callable(thing) else [])
    return False


ACTS = {
    "insert": Citizen.insert,
    "pin": Citizen.pin,
    "take_card": Citizen.take_card,
    "choose_municipality": lambda citizen: citizen.choose_municipality(MUNICIPALITY),
    "choose": Citizen.choose,
    "cancel": Citizen.cancel,
    "press_print": Citizen.press_print,
    "take_papers": Citizen.take_papers,
}


@pytest.mark.parametrize(
    ("way", "offered"),
    [
        ([], {"insert"}),
        (["insert"], {"pin", "take_card", "cancel"}),
        (["insert", "pin"], {"take_card", "cancel"}),
        (["insert", "pin", "take_card"], {"choose_municipality", "choose", "cancel"}),
        (["insert", "pin", "take_card", "choose"], {"choose_municipality", "choose", "cancel"}),
        (["insert", "pin", "cancel"], {"insert", "take_card"}),
        (["insert", "pin", "take_card", "cancel"], {"insert"}),
    ],
)
def test_acts_that_the_screen_does_not_offer_change_nothing(
    citizen: Citizen, way: list[str], offered: set[str]
) -> None:
    for act in way:
        ACTS[act](citizen)
    before = citizen.look()
    for act in sorted(ACTS.keys() - offered):
        refused = ACTS[act](citizen)
        assert refused.reason == "REASON_OUT_OF_ORDER", act
        assert not refused.papers
        assert citizen.look() == before


def test_money_that_nobody_asked_for_falls_through(citizen: Citizen) -> None:
    refused = citizen.pay(500)
    assert (refused.reason, refused.returned_yen, refused.cash_box_yen) == ("REASON_OUT_OF_ORDER", 500, 0)


def test_third_wrong_pin_in_a_row_locks_and_the_right_one_no_longer_opens(citizen: Citizen) -> None:
    citizen.insert()
    wrong = [citizen.pin("0000") for _ in range(2)]
    assert [(r.screen, r.reason, r.reason_metadata["tries_left"]) for r in wrong] == [
        (control_pb2.SCREEN_PIN, "REASON_PIN_WRONG", "2"),
        (control_pb2.SCREEN_PIN, "REASON_PIN_WRONG", "1"),
    ]
    assert "あと2回" in wrong[0].text_ja
    assert ended(citizen.pin("0000"), "REASON_PIN_LOCKED")
    assert ended(citizen.look(), "REASON_PIN_LOCKED")
    citizen.take_card()
    assert ended(citizen.insert(), "REASON_PIN_LOCKED")


def test_success_in_between_starts_the_count_anew(citizen: Citizen) -> None:
    for _ in range(2):
        citizen.insert()
        for _ in range(2):
            citizen.pin("0000")
        assert citizen.pin().screen == control_pb2.SCREEN_TAKE_CARD
        citizen.cancel()


@pytest.mark.parametrize("typed", ["", "123", "12345", "１２３４", "12a4", "1234\n"])
def test_keys_that_are_no_pin_use_no_try(citizen: Citizen, typed: str) -> None:
    citizen.insert()
    refused = citizen.pin(typed)
    assert (refused.screen, refused.reason) == (control_pb2.SCREEN_PIN, "REASON_INVALID_REQUEST")
    assert citizen.pin("0000").reason_metadata["tries_left"] == "2"


@pytest.mark.parametrize(
    ("card_id", "reason", "on_reader"),
    [
        ("bare", "REASON_NO_AUTHENTICATION_CERTIFICATE", True),
        ("membership", "REASON_CARD_NOT_ACCEPTED", True),
        ("nobodys", "REASON_CARD_NOT_ACCEPTED", False),
    ],
)
def test_cards_that_open_nothing(citizen: Citizen, card_id: str, reason: str, on_reader: bool) -> None:
    refused = citizen.insert(card_id)
    assert ended(refused, reason)
    assert refused.card_on_reader is on_reader
    assert citizen.insert().screen == control_pb2.SCREEN_PIN


@pytest.mark.parametrize(
    ("refused_call", "reason", "way"),
    [
        ("open_session", "REASON_OUT_OF_HOURS", ["insert", "pin"]),
        ("authenticate", "REASON_CERTIFICATE_REVOKED", ["insert", "pin"]),
        ("list_offers", "REASON_OUT_OF_HOURS", ["insert", "pin", "take_card"]),
        ("apply", "REASON_NO_SEAL_REGISTRATION", ["insert", "pin", "take_card", "choose"]),
        ("apply", "REASON_TIMED_OUT", ["insert", "pin", "take_card", "choose"]),
        ("apply", "REASON_UPSTREAM_UNAVAILABLE", ["insert", "pin", "take_card", "choose"]),
    ],
)
def test_refusal_of_the_center_aborts_everything(
    shop: Shop, citizen: Citizen, refused_call: str, reason: str, way: list[str]
) -> None:
    shop.center.refuses[refused_call] = Refusal(reason_pb2.Reason.Value(reason))  # type: ignore[arg-type]
    for act in way:
        response = ACTS[act](citizen)
    assert ended(response, reason)
    assert citizen.look().text_ja == REASONS[reason_pb2.Reason.Value(reason)].ja  # type: ignore[index]
    shop.center.refuses.clear()
    assert citizen.take_papers().reason == "REASON_OUT_OF_ORDER"
    assert not shop.center.open_sessions
    assert not shop.system.terminals["KOFU-0001"].in_use


def test_center_that_refuses_for_an_unknown_fault_leaves_nothing_open(shop: Shop, citizen: Citizen) -> None:
    shop.center.refuses["apply"] = ValueError("a fault of the line")  # type: ignore[assignment]
    citizen.sign_in()
    assert ended(citizen.choose(), "REASON_INTERNAL")
    assert not shop.system.terminals["KOFU-0001"].in_use


def test_document_of_another_request_is_not_printed(shop: Shop, citizen: Citizen) -> None:
    shop.center.request_id_of_answer = str(uuid.uuid4())
    citizen.sign_in()
    assert ended(citizen.choose(), "REASON_INTERNAL")
    assert shop.center.outcomes == [("OUTCOME_ABORTED", 0, 0)]


def test_cancel_while_paying_returns_the_money(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    assert citizen.pay(100).paid_yen == 100
    cancelled = citizen.cancel()
    assert ended(cancelled, "")
    assert (cancelled.returned_yen, cancelled.cash_box_yen) == (100, 0)
    assert shop.center.outcomes == [("OUTCOME_CANCELLED", 0, 0)]
    assert citizen.take_papers().reason == "REASON_OUT_OF_ORDER"


def test_jam_before_the_first_copy_returns_the_money_and_gives_no_paper(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose(copies=2)
    citizen.disturb(control_pb2.PRINTER_TROUBLE_JAM)
    failed = citizen.pay(1000)
    assert ended(failed, "REASON_PRINT_FAILED")
    assert (failed.returned_yen, failed.cash_box_yen) == (1000, 0)
    assert shop.center.outcomes == [("OUTCOME_PRINT_FAILED", 0, 0)]
    assert citizen.take_papers().reason == "REASON_OUT_OF_ORDER"


def test_document_that_is_not_whole_is_refused_before_anything_is_paid(shop: Shop, citizen: Citizen) -> None:
    shop.center.pdf = b"%PDF-1.7 torn"
    citizen.sign_in()
    assert ended(citizen.choose(), "REASON_PRINT_FAILED")
    assert shop.center.outcomes == [("OUTCOME_PRINT_FAILED", 0, 0)]


def test_printed_paper_is_handed_out_where_the_center_no_longer_answers(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    for call in ("report_outcome", "close_session"):
        shop.center.refuses[call] = Refusal(reason_pb2.REASON_UPSTREAM_UNAVAILABLE)
    assert citizen.pay(FEE_YEN).screen == control_pb2.SCREEN_TAKE_PAPERS
    assert len(citizen.take_papers().papers) == 1


def test_card_taken_at_the_pin_screen_ends_the_session(citizen: Citizen) -> None:
    citizen.insert()
    taken = citizen.take_card()
    assert ended(taken, "")
    assert not taken.card_on_reader


def test_two_hands_at_one_terminal_pay_and_cancel_one_after_the_other(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    shop.system.holds.set("kiosk.print", 0.05, 1)

    async def both() -> list[control_pb2.OperateResponse]:
        acts = (
            control_pb2.OperateRequest(terminal_id="KOFU-0001", insert_money=control_pb2.InsertMoney(yen=FEE_YEN)),
            control_pb2.OperateRequest(terminal_id="KOFU-0001", press_cancel=control_pb2.PressCancel()),
        )
        return list(await asyncio.gather(*(shop.system.operate(act) for act in acts)))

    paid, cancelled = shop.runner.run(both())
    assert paid.screen == cancelled.screen == control_pb2.SCREEN_TAKE_PAPERS
    assert cancelled.reason == "REASON_OUT_OF_ORDER"


def test_act_is_done_to_its_end_where_the_caller_goes_away(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    shop.system.holds.set("kiosk.print", 0.05, 1)

    async def leave_early() -> None:
        act = control_pb2.OperateRequest(terminal_id="KOFU-0001", insert_money=control_pb2.InsertMoney(yen=FEE_YEN))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(shop.system.operate(act), 0.01)

    shop.runner.run(leave_early())
    assert citizen.look().screen == control_pb2.SCREEN_TAKE_PAPERS
    assert len(citizen.take_papers().papers) == 1


def test_session_that_nobody_ends_is_aborted(tmp_path: Path, card_box: Path, key: rsa.RSAPrivateKey) -> None:
    with asyncio.Runner() as runner:
        shop = open_shop(runner, configuration(tmp_path, card_box, session_seconds=0.3), key)
        citizen = shop.at("KOFU-0001")
        citizen.sign_in()
        citizen.choose()
        citizen.pay(100)

        async def until_ended() -> None:
            while shop.system.terminals["KOFU-0001"].in_use:
                await asyncio.sleep(0.01)

        runner.run(asyncio.wait_for(until_ended(), timeout=20))
        assert ended(citizen.look(), "REASON_TIMED_OUT")
        assert citizen.cancel().returned_yen == 100
        runner.run(shop.system.stop())


def test_terminals_stand_side_by_side(shop: Shop) -> None:
    first, second = shop.at("KOFU-0001"), shop.at("KOFU-0002")
    first.sign_in()
    second.insert("taro")
    asked = first.choose()
    assert second.pin().screen == control_pb2.SCREEN_TAKE_CARD
    first.pay(FEE_YEN)
    assert second.take_papers().reason == "REASON_OUT_OF_ORDER"
    assert first.take_papers().papers[0].pdf == whole_pdf(asked.request_id)
    assert second.look().cash_box_yen == 0


def test_terminal_that_does_not_exist(shop: Shop) -> None:
    with pytest.raises(Refusal) as refused:
        shop.at("KOFU-7777").look()
    assert refused.value.reason == reason_pb2.REASON_TERMINAL_NOT_REGISTERED


def test_cash_box_outlasts_a_restart(shop: Shop, citizen: Citizen, key: rsa.RSAPrivateKey) -> None:
    citizen.sign_in()
    citizen.choose()
    citizen.pay(FEE_YEN)
    citizen.take_papers()
    again = open_shop(shop.runner, shop.system.config, key)
    assert again.at("KOFU-0001").look().cash_box_yen == FEE_YEN
    shop.runner.run(again.system.stop())


def test_pin_is_neither_logged_nor_kept(shop: Shop, citizen: Citizen, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop.center.refuses["authenticate"] = ValueError("1234 was typed")  # type: ignore[assignment]
    citizen.insert()
    citizen.pin("1234")
    written = "\n".join(JsonLines("kiosk").format(record) for record in caplog.records)
    assert "1234 was typed" not in written
    assert '"exception": "ValueError"' in written


def test_every_screen_and_reason_has_its_text_in_both_languages() -> None:
    assert set(REASONS) == set(reason_pb2.Reason.values()) - {reason_pb2.REASON_UNSPECIFIED}
    assert set(SCREENS) == set(control_pb2.Screen.values()) - {control_pb2.SCREEN_UNSPECIFIED}
    for text in (*REASONS.values(), *SCREENS.values()):
        assert text.ja.endswith("。")
        assert text.en.endswith(".")


# The seeded faults: each shows in what a citizen sees.


def install(fault: str, system: KioskSystem) -> None:
    importlib.import_module(f"kofu_reference.faults.{fault}").install(system)


def test_fault_strike_count_not_reset_shows(shop: Shop, citizen: Citizen) -> None:
    install("strike_count_not_reset", shop.system)
    citizen.insert()
    citizen.pin("0000")
    citizen.pin("0000")
    assert citizen.pin().screen == control_pb2.SCREEN_TAKE_CARD
    citizen.cancel()
    citizen.insert()
    assert ended(citizen.pin("0000"), "REASON_PIN_LOCKED")


def test_fault_lock_forgotten_at_restart_shows(shop: Shop, citizen: Citizen) -> None:
    citizen.insert()
    for _ in range(3):
        citizen.pin("0000")
    install("lock_forgotten_at_restart", shop.system)
    citizen.insert()
    assert citizen.pin().screen == control_pb2.SCREEN_TAKE_CARD


@pytest.mark.parametrize("next_person", [False, True])
def test_fault_certificate_kept_shows(shop: Shop, citizen: Citizen, next_person: bool) -> None:
    install("certificate_kept", shop.system)
    citizen.sign_in()
    request_id = citizen.choose().request_id
    citizen.pay(FEE_YEN)
    citizen.take_papers()
    if next_person:
        citizen.insert("taro")
    citizen.press_print()
    assert [paper.pdf for paper in citizen.take_papers().papers] == [whole_pdf(request_id)]
