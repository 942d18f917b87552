"""A wait that runs out in the middle aborts the whole, and nothing is charged. [2.8, 3.3.6, P.2]"""

import time
from dataclasses import dataclass

from hypothesis import strategies as st

from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain

LATE_SECONDS = 0.8
"""How much longer than its wait a held stage takes: late, and soon over."""


@dataclass(frozen=True)
class Slow:
    """A stage that takes longer than the wait for it, and the document that passes it."""

    stage: str
    document: str


SLOW = [Slow("issuing.render", "residence_certificate"), Slow("koseki.render", "koseki_all_matters")]


@check(
    "2.8",
    "3.3.6",
    "P.2",
    cases=st.sampled_from(SLOW),
    quick=2,
    standard=2,
    thorough=2,
    needs=("kiosk.test_control",),
)
def a_timeout_aborts_the_whole(chain: Chain, slow: Slow) -> None:
    """
    A document takes longer to make than the wait for it; the citizen stays at the kiosk until after it would have come.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    The application ends as a whole: the screen says so, nothing is charged, nothing comes out late, and the next
    application of the same citizen gets its own document.
    """
    citizen = chain.citizen("plain")
    assert citizen.card is not None
    kiosk = chain.kiosk()
    cash_before = kiosk.look().cash_box_yen
    chain.hold(slow.stage, chain.profile.waits.render_seconds + LATE_SECONDS, passages=1)
    chain.story.step(f"{slow.stage} is slow")
    kiosk.insert(citizen.card)
    kiosk.enter_pin(citizen.card.pin)
    kiosk.take_card()
    shown = kiosk.choose(applications.SIX[slow.document]())
    chain.story.step(f"{slow.document} chosen")
    for requirement in ("2.8", "3.3.6", "P.2"):
        chain.story.trigger(requirement)
    seen_at = "citizen -> kiosk 1"
    expect_equal(shown.reason, "REASON_TIMED_OUT", seen_at=seen_at, code="timeout_answer")

    time.sleep(LATE_SECONDS + 0.5)
    chain.story.step("waited until the late document would be there; money put in, print pressed, tray searched")
    paid = kiosk.pay(1000)
    kiosk.press_print()
    papers = kiosk.take_papers().papers
    expect(not papers, expected="no paper", observed=f"{len(papers)} papers", seen_at=seen_at, code="late_paper")
    after = kiosk.cancel()
    returned = paid.returned_yen + after.returned_yen
    expect_equal(returned, 1000, seen_at=f"{seen_at}, return slot", code="money_not_returned")
    expect_equal(after.cash_box_yen, cash_before, seen_at=f"{seen_at}, cash box", code="charged_for_nothing")

    chain.release_all()
    chain.story.step("the same citizen applies again")
    kiosk.tidy()
    taken = kiosk.take_out(citizen, applications.SIX[slow.document]())
    expect_equal(len(taken.papers), 1, seen_at=seen_at, code="not_recovered")
