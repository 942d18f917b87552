"""A wait that runs out in the middle aborts the whole, and nothing is charged. [2.8, 3.3.6, P.2]"""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain
from kofu_spec.city import Citizen

LATE_SECONDS = 0.8
"""How much longer than its wait a held stage takes: late, and soon over."""

PASSES: Final[Mapping[str, str]] = {
    "issuing.render": "residence_certificate",
    "koseki.render": "koseki_all_matters",
}
"""The stages that may be slow, and the document that passes each."""


@check("2.8", "3.3.6", "P.2", needs=("kiosk.test_control",))
def a_timeout_aborts_the_whole(chain: Chain) -> None:
    """
    A certificate of the issuing server's and one of the koseki system's take longer to make than the wait for them;
    each citizen stays at the kiosk until after the paper would have come.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    The application ends as a whole: the screen says so, nothing is charged, nothing comes out late, and the next
    application of the same citizen gets its own document.
    """
    for stage in PASSES:
        chain.hold(stage, chain.profile.waits.render_seconds + LATE_SECONDS, passages=1)
    with ThreadPoolExecutor(max_workers=len(PASSES)) as pool:
        visits = [pool.submit(_timed_out, chain, n, document) for n, document in enumerate(PASSES.values(), start=1)]
        citizens = [visit.result() for visit in visits]
    chain.release_all()
    for n, (citizen, document) in enumerate(zip(citizens, PASSES.values(), strict=True), start=1):
        _again(chain, n, citizen, document)
    for requirement in ("2.8", "3.3.6", "P.2"):
        chain.story.trigger(requirement)


def _timed_out(chain: Chain, terminal: int, document: str) -> Citizen:
    """One citizen at one terminal, from the card until after the paper would have come."""
    citizen = chain.citizen("plain")
    assert citizen.card is not None
    kiosk = chain.kiosk(terminal)
    cash_before = kiosk.look().cash_box_yen
    kiosk.insert(citizen.card)
    kiosk.enter_pin(citizen.card.pin)
    kiosk.take_card()
    chain.story.step(f"kiosk {terminal}: {document} chosen")
    shown = kiosk.choose(applications.SIX[document]())
    seen_at = f"citizen -> kiosk {terminal}"
    expect_equal(shown.reason, "REASON_TIMED_OUT", seen_at=seen_at, code="timeout_answer")

    time.sleep(LATE_SECONDS + 0.5)
    chain.story.step(f"kiosk {terminal}: the late document would be there; money put in, print pressed, tray searched")
    paid = kiosk.pay(1000)
    kiosk.press_print()
    papers = kiosk.take_papers().papers
    expect(not papers, expected="no paper", observed=f"{len(papers)} papers", seen_at=seen_at, code="late_paper")
    after = kiosk.cancel()
    returned = paid.returned_yen + after.returned_yen
    expect_equal(returned, 1000, seen_at=f"{seen_at}, return slot", code="money_not_returned")
    expect_equal(after.cash_box_yen, cash_before, seen_at=f"{seen_at}, cash box", code="charged_for_nothing")
    return citizen


def _again(chain: Chain, terminal: int, citizen: Citizen, document: str) -> None:
    """The same citizen's second try, with the paper that comes out."""
    chain.story.step(f"kiosk {terminal}: the same citizen applies again")
    kiosk = chain.kiosk(terminal)
    kiosk.tidy()
    taken = kiosk.take_out(citizen, applications.SIX[document]())
    expect_equal(len(taken.papers), 1, seen_at=f"citizen -> kiosk {terminal}", code="not_recovered")
