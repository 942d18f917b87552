"""What a citizen leaves behind: warnings by sound and on the screen, and staff who are told. [3.3.7, 3.3.8a]"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kofu.testing.v1 import control_pb2
from kofu.v1 import maintenance_pb2
from kofu_conformance.engine import check, deviate, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.kiosk import Hands, Seen
from kofu_conformance.testers.maintenance import MaintenanceClient

SLACK_SECONDS: Final = 8.0
"""How much later than declared a warning may be seen: the tester's own delays."""
LOOK_EVERY_SECONDS: Final = 0.2
CARD: Final = (control_pb2.LEFT_BEHIND_CARD, maintenance_pb2.FORGOTTEN_ITEM_KIND_CARD)
PAPERS: Final = (control_pb2.LEFT_BEHIND_PAPERS, maintenance_pb2.FORGOTTEN_ITEM_KIND_CERTIFICATE)


@check("3.3.7", "3.3.8a", needs=("kiosk.test_control",))
def what_is_left_behind_is_warned_of_and_told(chain: Chain) -> None:
    """
    At one terminal a citizen is identified and does not take the card; at another the papers stay in the tray.

    > 音声と画面での警告表示により証明書やマイナンバーカードの取り忘れを防止するとともに、取り忘れの際にはコンビニ店舗の従業員等が対応し、

    Nothing can be chosen before the card is taken. Within the time declared a warning stands on the screen, in both
    languages, and is spoken; later staff are told, once, and can record what became of it.
    """
    staff = chain.maintenance()
    token = staff.token()
    with ThreadPoolExecutor(max_workers=2) as pool:
        visits = [pool.submit(_leave_card, chain, staff, token), pool.submit(_leave_papers, chain, staff, token)]
        for visit in visits:
            visit.result()


def _leave_card(chain: Chain, staff: MaintenanceClient, token: str) -> None:
    kiosk, citizen = chain.kiosk(1), chain.citizen("plain")
    assert citizen.card is not None
    before = _known(staff, token)
    kiosk.insert(citizen).shows(control_pb2.SCREEN_PIN)
    kiosk.enter_pin(citizen.card.pin).shows(control_pb2.SCREEN_TAKE_CARD)
    chain.story.step("kiosk 1: identified, the card left on the reader; a certificate chosen all the same")
    chosen = kiosk.choose(applications.SIX["residence_certificate"]())
    expect(
        chosen.reason,
        expected="nothing to choose yet",
        observed=chosen.screen,
        seen_at=chosen.seen_at,
        code="chosen_before_card_taken",
    )
    _warned(chain, kiosk, CARD[0])
    _told(chain, kiosk, staff, token, CARD[1], before)
    kiosk.take_card()
    expect_equal(kiosk.look().warnings, (), seen_at=f"kiosk {kiosk.terminal_id}", code="warned_of_what_was_taken")


def _leave_papers(chain: Chain, staff: MaintenanceClient, token: str) -> None:
    kiosk, citizen = chain.kiosk(2), chain.citizen("plain")
    before = _known(staff, token)
    kiosk.sign_in(citizen)
    fee_yen = kiosk.choose(applications.SIX["residence_certificate"]()).shows(control_pb2.SCREEN_PAY).fee_yen
    kiosk.pay(fee_yen).shows(control_pb2.SCREEN_TAKE_PAPERS)
    chain.story.step("kiosk 2: printed, the papers left in the tray")
    _warned(chain, kiosk, PAPERS[0])
    _told(chain, kiosk, staff, token, PAPERS[1], before)
    kiosk.take_papers()
    expect_equal(kiosk.look().warnings, (), seen_at=f"kiosk {kiosk.terminal_id}", code="warned_of_what_was_taken")


def _warned(chain: Chain, kiosk: Hands, item: int) -> None:
    """On the screen and aloud, each within the time declared."""
    heard: list[str] = []

    def both(seen: Seen) -> bool:
        heard.extend(seen.spoken)
        return item in seen.warnings and any(text in heard for text in seen.warning_texts)

    seen = _until(kiosk, chain.profile.waits.warning_seconds, both)
    if item not in seen.warnings:
        deviate(expected="a warning on the screen", observed="none", seen_at=seen.seen_at, code="no_warning_on_screen")
    texts = [text for text in seen.warning_texts if text]
    expect_equal(len(texts), 2 * len(seen.warnings), seen_at=seen.seen_at, code="warning_not_in_both_languages")
    expect(
        any(text in heard for text in texts),
        expected="the warning spoken",
        observed=f"{len(heard)} other texts spoken",
        seen_at=seen.seen_at,
        code="no_warning_by_sound",
    )
    chain.story.trigger("3.3.7")


def _told(
    chain: Chain,
    kiosk: Hands,
    staff: MaintenanceClient,
    token: str,
    kind: maintenance_pb2.ForgottenItemKind,
    before: set[int],
) -> None:
    """Staff find the item once, deal with it, and hand it over."""

    def new() -> list[maintenance_pb2.ForgottenItem]:
        items = staff.forgotten(token).granted("the list of forgotten items").items
        return [i for i in items if i.item_id not in before and i.terminal_id == kiosk.terminal_id and i.kind == kind]

    ends_at = time.monotonic() + chain.profile.waits.forgotten_seconds + SLACK_SECONDS
    while not new() and time.monotonic() < ends_at:
        time.sleep(LOOK_EVERY_SECONDS)
    found = new()
    seen_at = f"maintenance -> kiosk, {kiosk.terminal_id}"
    expect_equal(len(found), 1, seen_at=seen_at, code="staff_not_told")
    chain.story.step(f"{kiosk.terminal_id}: staff deal with it and hand it to the police")
    handed_at = chain.clock.now
    staff.record(token, kiosk.terminal_id, kind, found[0].item_id, handed_at).granted("the record")
    (item,) = new()
    expect(item.HasField("dealt_with_at"), expected="dealt with", observed="not", seen_at=seen_at, code="not_recorded")
    at_police = item.handed_to_police_at.ToDatetime(handed_at.tzinfo)
    expect_equal(at_police, handed_at, seen_at=seen_at, code="hand_over_not_recorded")
    chain.story.trigger("3.3.8a")


def _known(staff: MaintenanceClient, token: str) -> set[int]:
    return {item.item_id for item in staff.forgotten(token).granted("the list of forgotten items").items}


def _until(kiosk: Hands, declared_seconds: float, holds: Callable[[Seen], bool]) -> Seen:
    """Looks until it holds, or the time declared is over; what was seen last."""
    ends_at = time.monotonic() + declared_seconds + SLACK_SECONDS
    seen = kiosk.look()
    while not holds(seen) and time.monotonic() < ends_at:
        time.sleep(LOOK_EVERY_SECONDS)
        seen = kiosk.look()
    return seen
