"""The My Number Card and its certificate as the condition of use. [1.8, 3.3.9]"""

from hypothesis import strategies as st
from kofu_conformance.testers.chain import Chain

from kofu_conformance.engine import check, expect_equal
from kofu_conformance.suites.chain import applications

SERVED = "served"
REASON_OF = {
    "card-revoked": "REASON_CERTIFICATE_REVOKED",
    "card-suspended": "REASON_CERTIFICATE_SUSPENDED",
    "card-expired": "REASON_CERTIFICATE_EXPIRED",
    "card-forged": "REASON_CERTIFICATE_NOT_TRUSTED",
    "card-unknown": "REASON_VALIDITY_UNKNOWN",
    "card-without-certificate": "REASON_NO_AUTHENTICATION_CERTIFICATE",
}


@check(
    "1.8",
    cases=st.sampled_from(sorted(REASON_OF)),
    quick=6,
    standard=6,
    thorough=6,
    needs=("kiosk.test_control",),
)
def bad_certificates_are_refused(chain: Chain, family: str) -> None:
    """
    A citizen whose certificate is revoked, suspended, expired, forged, unknown or not there puts in the right PIN.

    > 利用条件	個人番号カード

    No session is opened, the screen says why, and nothing can be chosen.
    """
    citizen = chain.citizen(family)
    assert citizen.card is not None
    kiosk = chain.kiosk(0)
    chain.story.step(f"card of family {family} in, right PIN")
    shown = kiosk.insert(citizen.card)
    if not shown.reason:
        shown = kiosk.enter_pin(citizen.card.pin)
    chain.story.trigger("1.8")
    seen_at = "citizen -> kiosk 0, screen"
    expect_equal(shown.reason or SERVED, REASON_OF[family], seen_at=seen_at, code="bad_certificate")

    kiosk.take_card()
    shown = kiosk.choose(applications.residence())
    expect_equal(shown.reason, "REASON_OUT_OF_ORDER", seen_at=seen_at, code="chosen_without_session")
    kiosk.leave()


@check("3.3.9", "1.8", cases=st.sampled_from(["nothing", "other_card", "old_signature", "altered"]), quick=4)
def card_and_pin_together(chain: Chain, proof: str) -> None:
    """
    A kiosk asks the center for a certificate with half a proof: none, another card's signature, an earlier one, an altered one.

    > マイナンバーカードに搭載された利用者証明用電子証明書は、カード本体と暗証番号の併用により本人確認を行うこととする。

    Only the signature of this card over this session's challenge, which the card gives after the PIN, authenticates.
    """
    center = chain.center()
    citizen, other = chain.citizen("plain"), chain.citizen("plain")
    earlier = center.opened()
    session = center.opened()
    chain.story.step(f"session opened, proof: {proof}")

    if proof == "nothing":
        answer, expected = session.apply(applications.residence()), "REASON_NOT_AUTHENTICATED"
    else:
        own = center.card_of(citizen)
        signatures = {
            "other_card": lambda: center.card_of(other).sign(session.challenge),
            "old_signature": lambda: own.sign(earlier.challenge),
            "altered": lambda: bytes([own.sign(session.challenge)[0] ^ 1]) + own.sign(session.challenge)[1:],
        }
        answer = session.authenticate(own, signature=signatures[proof]())
        expected = "REASON_CERTIFICATE_NOT_TRUSTED"

    for requirement in ("3.3.9", "1.8"):
        chain.story.trigger(requirement)
    observed = answer.refusal.reason if answer.refusal else SERVED
    expect_equal(observed, expected, seen_at="kiosk -> center", code="half_a_proof")

    answer = session.apply(applications.residence())
    observed = answer.refusal.reason if answer.refusal else SERVED
    expect_equal(observed != SERVED, True, seen_at="kiosk -> center, Apply", code="served_without_proof")
