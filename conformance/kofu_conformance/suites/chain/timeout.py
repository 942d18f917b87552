"""A wait that runs out in the middle aborts the whole, and nothing is charged. [2.8, 2.9, 3.3.6, P.2]"""

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


QUEUED_A_SERVER = 3
"""So many koseki certificates wait at each server: together longer than the center waits for one answer."""


@check("2.8", "2.9", needs=("koseki.test_control",))
def without_the_koseki_system_the_others_are_served(chain: Chain) -> None:
    """
    The koseki system answers nothing any more; several citizens wait for koseki certificates at every issuing server.
    Meanwhile others apply for what the issuing server makes itself.

    > 戸籍システムでは要求に基づき証明書コンビニ交付システムに対し証明書情報を送信し

    The others are served as ever. Those who wait are refused when the wait for the koseki system is over.
    """
    servers = range(1, len(chain.profile.nodes_of("issuing")) + 1)
    waiting = [n for n in servers for _ in range(QUEUED_A_SERVER)]
    chain.hold("koseki.render", chain.profile.waits.koseki_seconds + LATE_SECONDS, passages=len(waiting))
    with ThreadPoolExecutor(max_workers=len(waiting)) as pool:
        asked = [pool.submit(_koseki_in_vain, chain, n, chain.citizen("plain")) for n in waiting]
        time.sleep(LATE_SECONDS)
        for document in ("residence_certificate", "residence_record_items", "seal_registration", "tax_assessment"):
            _served_meanwhile(chain, document)
        for one in asked:
            one.result()
    chain.release_all()
    for requirement in ("2.8", "2.9"):
        chain.story.trigger(requirement)


def _koseki_in_vain(chain: Chain, n: int, citizen: Citizen) -> None:
    answer = chain.issuing(n).issue(citizen, applications.koseki_all())
    answer.refused("REASON_TIMED_OUT", "REASON_UPSTREAM_UNAVAILABLE", code="koseki_without_its_system")


def _served_meanwhile(chain: Chain, document: str) -> None:
    citizen = chain.citizen("plain")
    client = chain.center().session_for(citizen)
    chain.story.step(f"{citizen.key} applies for {document} meanwhile")
    client.apply(applications.SIX[document]()).granted("what needs no koseki system", code="koseki_holds_up_the_others")
    client.close()
