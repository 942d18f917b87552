"""Paper, money and line at the kiosk: jam, power cut, change, electronic money, replies lost. [3.3.3, 3.3.6]"""

# ruff: noqa: F811 - fixtures are imported

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from reference.tests.kiosk_side import (  # noqa: F401 - some are fixtures
    FEE_YEN,
    Citizen,
    Shop,
    card_box,
    citizen,
    ended,
    key,
    open_shop,
    shop,
    whole_pdf,
)

from kofu.testing.v1 import control_pb2
from kofu.v1 import reason_pb2
from kofu_reference.kiosk.journal import SettledPurchase
from kofu_reference.kiosk.printer import PrintFailed, job_of
from kofu_reference.runtime import Refusal

JAM, PAPER_END, CLEARED = (
    control_pb2.PRINTER_TROUBLE_JAM,
    control_pb2.PRINTER_TROUBLE_PAPER_END,
    control_pb2.PRINTER_TROUBLE_NONE,
)
APPROVED, DECLINED, SILENT = (
    control_pb2.ELECTRONIC_ANSWER_APPROVED,
    control_pb2.ELECTRONIC_ANSWER_DECLINED,
    control_pb2.ELECTRONIC_ANSWER_SILENT,
)


@pytest.mark.parametrize("trouble", [JAM, PAPER_END])
def test_trouble_on_the_second_of_three_copies_charges_for_one(
    shop: Shop, citizen: Citizen, trouble: control_pb2.PrinterTrouble
) -> None:
    citizen.sign_in()
    asked = citizen.choose(copies=3)
    citizen.disturb(trouble, after_copies=1)
    printed = citizen.pay(1000)
    assert (printed.screen, printed.reason) == (control_pb2.SCREEN_TAKE_PAPERS, "REASON_PRINT_FAILED")
    assert (printed.returned_yen, printed.cash_box_yen, printed.copies_printed) == (700, FEE_YEN, 1)
    assert "300円" in printed.text_ja
    assert "300 yen" in printed.text_en
    assert "料金はいただいていません" not in printed.text_ja
    taken = citizen.take_papers()
    assert [paper.pdf for paper in taken.papers] == [whole_pdf(asked.request_id)]
    assert taken.screen == control_pb2.SCREEN_IDLE
    assert shop.center.outcomes == [("OUTCOME_PRINT_FAILED", 1, FEE_YEN)]
    assert not shop.center.open_sessions


def test_terminal_that_cannot_print_leads_nobody_on_to_pay(shop: Shop, citizen: Citizen) -> None:
    citizen.disturb(JAM)
    assert ended(citizen.insert(), "REASON_PRINT_FAILED")
    assert citizen.take_card().card_on_reader is False
    citizen.disturb(CLEARED)
    assert citizen.insert().screen == control_pb2.SCREEN_PIN
    assert shop.center.applied == []


def test_several_kinds_in_one_session_cost_the_sum_of_confirmed_prices(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose(copies=2)
    shop.center.fee_yen = 450
    asked = citizen.choose()
    assert asked.fee_yen == 2 * FEE_YEN + 450
    printed = citizen.pay(1050)
    assert (printed.returned_yen, printed.cash_box_yen) == (0, 1050)
    assert len(citizen.take_papers().papers) == 3
    assert shop.center.outcomes == [("OUTCOME_PRINTED", 2, 600), ("OUTCOME_PRINTED", 1, 450)]


def test_jam_in_the_second_of_two_kinds_charges_each_copy_at_its_price(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    shop.center.fee_yen = 450
    citizen.choose(copies=2)
    citizen.disturb(JAM, after_copies=2)
    printed = citizen.pay(2000)
    assert (printed.returned_yen, printed.cash_box_yen) == (1250, 750)
    assert shop.center.outcomes == [("OUTCOME_PRINT_FAILED", 1, 300), ("OUTCOME_PRINT_FAILED", 1, 450)]


def test_fee_that_changes_in_mid_session_changes_nothing_for_whoever_has_confirmed(
    shop: Shop, citizen: Citizen
) -> None:
    citizen.sign_in()
    citizen.choose()
    shop.center.fee_yen = 9999
    printed = citizen.pay(FEE_YEN)
    assert (printed.screen, printed.cash_box_yen) == (control_pb2.SCREEN_TAKE_PAPERS, FEE_YEN)


def test_nothing_more_can_be_chosen_once_money_is_in(citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    citizen.pay(100)
    assert citizen.choose().reason == "REASON_OUT_OF_ORDER"
    assert citizen.look().fee_yen == FEE_YEN


def test_electronic_money_pays_the_whole_and_nothing_falls_into_the_slot(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose(copies=2)
    printed = citizen.pay_electronically(APPROVED)
    assert (printed.screen, printed.returned_yen, printed.cash_box_yen) == (control_pb2.SCREEN_TAKE_PAPERS, 0, 600)
    assert shop.system.terminals["KOFU-0001"].till.coins.cash_box_yen == 0
    assert len(citizen.take_papers().papers) == 2


@pytest.mark.parametrize("answer", [DECLINED, SILENT])
def test_electronic_money_that_fails_holds_nothing_and_cash_still_pays(
    shop: Shop, citizen: Citizen, answer: control_pb2.ElectronicAnswer
) -> None:
    citizen.sign_in()
    citizen.choose()
    failed = citizen.pay_electronically(answer)
    assert (failed.screen, failed.reason) == (control_pb2.SCREEN_PAY, "REASON_PAYMENT_INCOMPLETE")
    assert shop.system.terminals["KOFU-0001"].till.held_yen == 0
    assert citizen.pay(FEE_YEN).cash_box_yen == FEE_YEN


def test_jam_lets_go_of_electronic_money_for_what_did_not_come_out(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose(copies=3)
    citizen.disturb(JAM, after_copies=2)
    printed = citizen.pay_electronically(APPROVED)
    assert (printed.cash_box_yen, printed.returned_yen) == (600, 0)
    assert shop.system.terminals["KOFU-0001"].till.held_yen == 0


def test_electronic_money_is_not_taken_beside_cash(citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose()
    citizen.pay(100)
    assert citizen.pay_electronically(APPROVED).reason == "REASON_OUT_OF_ORDER"
    assert citizen.cancel().returned_yen == 100


def test_papers_of_a_power_cut_wait_for_a_hand_and_keep_the_next_citizen_away(
    shop: Shop, citizen: Citizen, key: rsa.RSAPrivateKey
) -> None:
    citizen.sign_in()
    asked = citizen.choose()
    citizen.pay(FEE_YEN)
    again = open_shop(shop.runner, shop.system.config, key)
    after = again.at("KOFU-0001")
    assert after.look().screen == control_pb2.SCREEN_TAKE_PAPERS
    assert after.insert("taro").reason == "REASON_OUT_OF_ORDER"
    taken = after.take_papers()
    assert [paper.pdf for paper in taken.papers] == [whole_pdf(asked.request_id)]
    assert taken.cash_box_yen == FEE_YEN
    assert after.insert("taro").screen == control_pb2.SCREEN_PIN
    shop.runner.run(again.system.stop())


def test_power_cut_with_money_in_gives_it_back_and_nothing_of_the_document_is_left(
    shop: Shop, citizen: Citizen, key: rsa.RSAPrivateKey
) -> None:
    citizen.sign_in()
    citizen.choose()
    citizen.pay(100)
    again = open_shop(shop.runner, shop.system.config, key)
    after = again.at("KOFU-0001")
    assert after.look().screen == control_pb2.SCREEN_IDLE
    refused = after.take_papers()
    assert (refused.reason, refused.returned_yen, refused.cash_box_yen) == ("REASON_OUT_OF_ORDER", 100, 0)
    assert list(shop.folder.rglob("*.pdf")) == []
    shop.runner.run(again.system.stop())


def test_money_that_belongs_to_no_purchase_is_given_back_at_the_start(
    shop: Shop, citizen: Citizen, key: rsa.RSAPrivateKey
) -> None:
    shop.system.terminals["KOFU-0001"].till.insert(500)
    again = open_shop(shop.runner, shop.system.config, key)
    refused = again.at("KOFU-0001").take_papers()
    assert (refused.returned_yen, refused.cash_box_yen) == (500, 0)
    shop.runner.run(again.system.stop())


def test_journal_holds_money_and_outcomes_and_nothing_of_a_person(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    citizen.choose(copies=2)
    citizen.pay(1000)
    citizen.take_papers()
    assert shop.system.journal.settled_purchases() == [SettledPurchase("KOFU-0001", 2, 600)]
    written = b"".join(path.read_bytes() for path in shop.system.config.data_folder.rglob("*") if path.is_file())
    for private in (b"hanako", b"1234", b"certificate of", b"%PDF", b"SEAL", b"seal_registration"):
        assert private not in written


@pytest.mark.parametrize("lost", [reason_pb2.REASON_TIMED_OUT, reason_pb2.REASON_UPSTREAM_UNAVAILABLE])
def test_reply_that_is_lost_charges_nothing_and_prints_nothing_late(
    shop: Shop, citizen: Citizen, lost: reason_pb2.Reason
) -> None:
    shop.center.refuses["apply"] = Refusal(lost)
    citizen.sign_in()
    lost_one = citizen.choose()
    assert ended(lost_one, reason_pb2.Reason.Name(lost))
    shop.center.refuses.clear()
    refused = citizen.pay(FEE_YEN)
    assert (refused.reason, refused.returned_yen, refused.cash_box_yen) == ("REASON_OUT_OF_ORDER", FEE_YEN, 0)
    assert citizen.take_papers().reason == "REASON_OUT_OF_ORDER"
    citizen.sign_in()
    again = citizen.choose()
    assert again.request_id != lost_one.request_id
    citizen.pay(FEE_YEN)
    assert [paper.pdf for paper in citizen.take_papers().papers] == [whole_pdf(again.request_id)]


def test_line_that_flaps_at_every_call_never_charges_without_paper(shop: Shop, citizen: Citizen) -> None:
    for call in ("open_session", "authenticate", "list_offers", "apply"):
        shop.center.refuses = {call: Refusal(reason_pb2.REASON_UPSTREAM_UNAVAILABLE)}
        citizen.insert()
        citizen.pin()
        citizen.take_card()
        citizen.choose()
        left = citizen.pay(FEE_YEN)
        assert (left.returned_yen, left.cash_box_yen) == (FEE_YEN, 0), call
        assert left.screen == control_pb2.SCREEN_ENDED, call


def test_price_that_is_no_price_a_copy_is_refused_before_it_is_paid(shop: Shop, citizen: Citizen) -> None:
    citizen.sign_in()
    shop.center.total_yen = 500
    assert ended(citizen.choose(copies=3), "REASON_INTERNAL")


@pytest.mark.parametrize(("sides", "fronts", "duplex"), [(1, 1, False), (3, 3, False), (2, 1, True), (6, 3, True)])
def test_fronts_with_backs_are_printed_duplex(shop: Shop, sides: int, fronts: int, duplex: bool) -> None:
    job = shop.runner.run(job_of(whole_pdf("x", sides), fronts))
    assert (job.sheets, job.duplex) == (fronts, duplex)


@pytest.mark.parametrize(("sides", "fronts"), [(1, 2), (3, 2), (5, 2), (1, 0)])
def test_document_with_pages_missing_or_too_many_is_no_job(shop: Shop, sides: int, fronts: int) -> None:
    with pytest.raises(PrintFailed):
        shop.runner.run(job_of(whole_pdf("x", sides), fronts))
