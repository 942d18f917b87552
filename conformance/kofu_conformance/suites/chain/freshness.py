"""A change that the feed has acknowledged shows in every certificate applied for afterwards. [2.6, P.5]"""

from hypothesis import strategies as st

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import CancelSeal, MoveWithin, SetIssueBlocks, SplitHousehold
from kofu.v1.document_pb2 import Document
from kofu.v1.register_pb2 import IssueBlock
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.counter import Change
from kofu_spec.city import Citizen

SERVED = "OK"
MOVED_TO = "架空県架空市ゆうやけ町九丁目9番9号"


def key_of(citizen: Citizen) -> str:
    assert citizen.resident is not None
    return citizen.resident.control.resident_key


def file_and_wait(chain: Chain, citizen: Citizen, change: Change) -> None:
    """Files a change at the counter and waits until it is acknowledged; unobserved if it never is."""
    chain.records_changed(citizen)
    filed = chain.counter().file(change).granted()
    chain.story.step(f"change {filed.number} filed at the counter")
    chain.counter().wait_acknowledged(filed.number)
    chain.story.step(f"change {filed.number} acknowledged")
    chain.story.trigger("2.6")
    chain.story.trigger("P.5")


def outcome(chain: Chain, citizen: Citizen, name: str) -> tuple[str, Document | None]:
    """What one application comes to: "served" and the document, or the reason."""
    answer = chain.center().session_for(citizen).apply(applications.SIX[name]())
    if answer.refusal is not None:
        return answer.refusal.reason, None
    return SERVED, answer.granted().document


@check("2.6", "P.5", quick=1, needs=("counter",))
def cancelled_seal_gives_none(chain: Chain) -> None:
    """
    A citizen cancels the seal registration at the counter, then asks for a seal registration certificate.

    > 住民基本台帳情報及び税情報については、庁内の基幹システムよりLGWANを経由し、クラウドサービスである証明書コンビニ交付システムへ随時情報提供が行われる。

    Once the cancellation is acknowledged, no certificate of that registration is issued any more.
    """
    citizen = chain.citizen("plain")
    before, _ = outcome(chain, citizen, "seal_registration")
    expect_equal(before, SERVED, seen_at="kiosk -> center, Apply", code="seal_before")
    cancel = CancelSeal(resident_key=key_of(citizen))
    file_and_wait(chain, citizen, cancel)
    after, _ = outcome(chain, citizen, "seal_registration")
    expect_equal(after, "REASON_NO_SEAL_REGISTRATION", seen_at="kiosk -> center, Apply", code="cancelled_seal_served")


def _leaves_others(citizen: Citizen) -> bool:
    """Whether the citizen lives in somebody else's household and is old enough to leave it."""
    resident = citizen.resident
    assert resident is not None
    return resident.control.member_number > 1 and "child" not in citizen.labels


@check("2.6", "P.5", cases=st.sampled_from(["moved", "blocked", "split"]), quick=3, needs=("counter",))
def acknowledged_change_shows(chain: Chain, change: str) -> None:
    """
    A record changes at the counter: a move within the city, support measures set and lifted, a household that splits.

    > 住民基本台帳情報及び税情報については、庁内の基幹システムよりLGWANを経由し、クラウドサービスである証明書コンビニ交付システムへ随時情報提供が行われる。

    Every certificate applied for after the acknowledgement shows the record as it stands then.
    """
    citizen = chain.citizen("plain", _leaves_others if change == "split" else None)
    assert citizen.resident is not None
    seen_at = "kiosk -> center, Apply"

    if change == "moved":
        household = citizen.resident.control.household_key
        established = CivilDate(year=2026, month=10, day=1)
        move = MoveWithin(household_key=household, address=MOVED_TO, established_on=established)
        file_and_wait(chain, citizen, move)
        _, document = outcome(chain, citizen, "residence_certificate")
        shown = document.residence_certificate.address if document else "nothing"
        expect_equal(shown == MOVED_TO, True, seen_at=seen_at, code="old_address")
    elif change == "blocked":
        key = key_of(citizen)
        block = SetIssueBlocks(resident_key=key, blocks=[IssueBlock.ISSUE_BLOCK_SUPPORT_MEASURES])
        file_and_wait(chain, citizen, block)
        blocked, _ = outcome(chain, citizen, "residence_certificate")
        expect_equal(blocked, "REASON_ISSUE_BLOCKED", seen_at=seen_at, code="block_ignored")
        lift = SetIssueBlocks(resident_key=key)
        file_and_wait(chain, citizen, lift)
        lifted, _ = outcome(chain, citizen, "residence_certificate")
        expect_equal(lifted, SERVED, seen_at=seen_at, code="block_not_lifted")
    else:
        split = SplitHousehold(resident_key=key_of(citizen))
        file_and_wait(chain, citizen, split)
        answer = chain.center().session_for(citizen).apply(applications.residence(whole_household=True))
        persons = len(answer.granted().document.residence_certificate.persons)
        expect_equal(persons, 1, seen_at=seen_at, code="former_household_shown")
