"""Paper and money when something goes wrong: jam, paper end, cancel, power cut. [3.3.3, 3.3.6]"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from kofu.testing.v1 import control_pb2
from kofu_conformance.engine import Unobserved, check, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.kiosk import Hands, Seen

KIND: Final = "residence_certificate"
CLEARED: Final = control_pb2.PRINTER_TROUBLE_NONE
PRINT_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Trouble:
    """So many copies are wanted; after so many of them the printer fails. Paid is the fee and so much more."""

    copies: int
    whole: int
    paper_end: bool
    overpaid_yen: int


def troubles() -> st.SearchStrategy[Trouble]:
    return st.integers(1, 4).flatmap(
        lambda copies: st.builds(
            Trouble,
            st.just(copies),
            st.integers(0, copies - 1),
            st.booleans(),
            st.sampled_from([0, 50, 500]),
        )
    )


@check(
    "3.3.6",
    cases=st.one_of(st.just(Trouble(3, 1, False, 100)), troubles()),
    quick=3,
    standard=12,
    thorough=60,
    needs=("kiosk.test_control",),
)
def trouble_charges_for_what_came_out(chain: Chain, trouble: Trouble) -> None:
    """
    Several copies are paid for; after some of them the printer jams or its paper ends.

    > 申請から清算、受領まで、全ての手続を住民自らコンビニエンスストアのキオスク端末を操作して行なう

    The whole copies that came out are charged at their price, everything else is returned at once, and no copy comes
    later, also when staff have cleared the printer.
    """
    kiosk = chain.kiosk()
    kind = control_pb2.PRINTER_TROUBLE_PAPER_END if trouble.paper_end else control_pb2.PRINTER_TROUBLE_JAM
    cash_before = kiosk.look().cash_box_yen
    fee_yen = _to_the_fee(chain, kiosk, trouble.copies)
    kiosk.disturb_printer(kind, trouble.whole)
    chain.story.step(f"{trouble.copies} copies paid; the printer fails after {trouble.whole}")
    try:
        after = kiosk.pay(fee_yen + trouble.overpaid_yen)
        taken = kiosk.take_papers()
        kiosk.cancel()
    finally:
        kiosk.disturb_printer(CLEARED)
    kept_yen = fee_yen // trouble.copies * trouble.whole
    _settled(kiosk, [after, taken], trouble.whole, kept_yen, fee_yen + trouble.overpaid_yen, cash_before)
    kiosk.press_print()
    late = kiosk.take_papers().papers
    expect_equal(len(late), 0, seen_at=taken.seen_at, code="late_paper")
    chain.story.trigger("3.3.6")


@check(
    "3.3.6",
    cases=st.lists(st.sampled_from([10, 50, 100]), min_size=1, max_size=4),
    quick=2,
    standard=8,
    thorough=40,
    needs=("kiosk.test_control",),
)
def cancelling_gives_everything_back(chain: Chain, coins: list[int]) -> None:
    """
    A citizen puts in part of the fee and cancels.

    > 従業員等が介在することなく証明書の交付ができるものとする。

    All of it comes back at once, nothing is charged, and no paper comes, also when print is pressed.
    """
    kiosk = chain.kiosk()
    cash_before = kiosk.look().cash_box_yen
    fee_yen = _to_the_fee(chain, kiosk, copies=2)
    put_in = [kiosk.pay(yen) for yen in coins if sum(coins) < fee_yen]
    if not put_in:
        raise Unobserved(f"{sum(coins)} yen are no part of the fee of {fee_yen}")
    chain.story.step(f"{sum(coins)} of {fee_yen} yen put in, then cancel")
    cancelled = kiosk.cancel()
    kiosk.press_print()
    taken = kiosk.take_papers()
    _settled(kiosk, [*put_in, cancelled, taken], 0, 0, sum(coins), cash_before)
    chain.story.trigger("3.3.6")


@check("3.3.6", "3.3.3", exclusive=True, needs=("kiosk.test_control",))
def a_power_cut_leaves_paper_and_money_right(chain: Chain) -> None:
    """
    Three copies are paid; while they are being printed the kiosk loses its power and starts again.

    > 証明書のデータは印刷後、キオスク端末から自動的に消去させる仕組みとする。

    However many came out, exactly these are charged, the rest of the money is returned, and nothing of the document is
    left in the kiosk: no key brings another copy.
    """
    kiosk = chain.kiosk()
    cash_before = kiosk.look().cash_box_yen
    fee_yen = _to_the_fee(chain, kiosk, copies=3)
    chain.hold("kiosk.print", PRINT_SECONDS, passages=3)
    with ThreadPoolExecutor(max_workers=1) as pool:
        paying = pool.submit(_pay_in_vain, kiosk, fee_yen)
        time.sleep(PRINT_SECONDS * 1.5)
        chain.restart("kiosk")
        paying.result()
    seen = kiosk.look()
    taken = kiosk.take_papers()
    kiosk.press_print()
    late = kiosk.take_papers()
    copies = len(taken.papers)
    chain.story.step(f"{copies} copies lay in the tray after the power cut")
    _settled(kiosk, [seen, taken, late], copies, fee_yen // 3 * copies, fee_yen, cash_before)
    expect_equal(len(late.papers), 0, seen_at=late.seen_at, code="paper_after_power_cut")
    for requirement in ("3.3.6", "3.3.3"):
        chain.story.trigger(requirement)


def _to_the_fee(chain: Chain, kiosk: Hands, copies: int) -> int:
    """From the card to the screen that asks for the fee, yen."""
    kiosk.sign_in(chain.citizen("plain"))
    asked = kiosk.choose(applications.SIX[KIND](), copies).shows(control_pb2.SCREEN_PAY, code="document_did_not_arrive")
    if not asked.fee_yen:
        raise Unobserved("the certificate is free of charge here")
    return asked.fee_yen


def _pay_in_vain(kiosk: Hands, yen: int) -> None:
    """The answer is lost with the power: how it ended is seen afterwards."""
    try:
        kiosk.pay(yen)
    except Unobserved:
        return


def _settled(kiosk: Hands, acts: list[Seen], copies: int, kept_yen: int, paid_yen: int, cash_before: int) -> None:
    """Copies in the hand, growth of the cash box and money returned agree."""
    seen_at = f"citizen -> kiosk {kiosk.terminal_id}"
    papers = sum(len(act.papers) for act in acts)
    expect_equal(papers, copies, seen_at=f"{seen_at}, tray", code="other_number_of_copies")
    charged_yen = acts[-1].cash_box_yen - cash_before
    expect_equal(charged_yen, kept_yen, seen_at=f"{seen_at}, cash box", code="charged_for_what_did_not_come_out")
    returned_yen = sum(act.returned_yen for act in acts)
    expect(
        returned_yen == paid_yen - kept_yen,
        expected=f"{paid_yen - kept_yen} yen in the return slot",
        observed=f"{returned_yen} yen",
        seen_at=f"{seen_at}, return slot",
        code="money_not_returned",
    )
