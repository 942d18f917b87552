"""The My Number Card and its certificate as the condition of use. [1.8, 3.3.9]"""

from typing import Any

from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.card import card_of
from kofu_conformance.testers.chain import Chain

SERVED = "served"
REASON_OF = {
    "card-revoked": "REASON_CERTIFICATE_REVOKED",
    "card-suspended": "REASON_CERTIFICATE_SUSPENDED",
    "card-expired": "REASON_CERTIFICATE_EXPIRED",
    "card-forged": "REASON_CERTIFICATE_NOT_TRUSTED",
    "card-unknown": "REASON_VALIDITY_UNKNOWN",
    "card-without-certificate": "REASON_NO_AUTHENTICATION_CERTIFICATE",
    "card-renewed": "REASON_CERTIFICATE_REVOKED",
}
"""By family: why the card is refused; of those whose card was renewed, the one from before."""


@check(
    "1.8",
    cases=st.sampled_from(sorted(REASON_OF)),
    quick=7,
    standard=7,
    thorough=7,
    needs=("kiosk.test_control",),
)
def bad_certificates_are_refused(chain: Chain, family: str) -> None:
    """
    A citizen whose certificate is revoked, suspended, expired, forged, unknown or not there, or who brings the card from
    before its renewal, puts in the right PIN.

    > 利用条件	個人番号カード

    No session is opened, the screen says why, and nothing can be chosen. The renewed card is served.
    """
    citizen = chain.citizen(family)
    card = citizen.former_card or citizen.card
    assert card is not None
    kiosk = chain.kiosk()
    chain.story.step(f"card of family {family} in, right PIN")
    shown = kiosk.insert(card)
    if not shown.reason:
        shown = kiosk.enter_pin(card.pin)
    chain.story.trigger("1.8")
    seen_at = "citizen -> kiosk 1, screen"
    expect_equal(shown.reason or SERVED, REASON_OF[family], seen_at=seen_at, code="bad_certificate")

    kiosk.take_card()
    shown = kiosk.choose(applications.residence())
    expect_equal(shown.reason, "REASON_OUT_OF_ORDER", seen_at=seen_at, code="chosen_without_session")
    kiosk.tidy()
    if citizen.former_card is not None:
        kiosk.sign_in(citizen)
        kiosk.tidy()


@check("3.3.9", "1.8", cases=st.sampled_from(["nothing", "other_card", "old_signature", "altered"]), quick=4)
def card_and_pin_together(chain: Chain, proof: str) -> None:
    """
    A kiosk asks the center for a certificate with half a proof: none, another card's signature, an earlier one, an altered one.

    > マイナンバーカードに搭載された利用者証明用電子証明書は、カード本体と暗証番号の併用により本人確認を行うこととする。

    Only the signature of this card over this session's challenge, which the card gives after the PIN, authenticates.
    """
    box = chain.profile.cards.folder
    citizen = chain.citizen("plain")
    own = card_of(citizen, box)
    # The cards of a fictitious city share a small number of keys, as no real cards do.
    other = card_of(chain.citizen("plain", lambda one: card_of(one, box).public_key != own.public_key), box)
    earlier, session = chain.center(), chain.center()
    earlier.open_session().granted()
    session.open_session().granted()
    chain.story.step(f"session opened, proof: {proof}")

    if proof == "nothing":
        answer: Answer[Any] = session.apply(applications.residence())
        expected = Reason.REASON_NOT_AUTHENTICATED
    else:
        right = own.sign(session.challenge)
        signatures = {
            "other_card": other.sign(session.challenge),
            "old_signature": own.sign(earlier.challenge),
            "altered": right[:-1] + bytes([right[-1] ^ 1]),
        }
        answer = session.authenticate(citizen, signature=signatures[proof])
        expected = Reason.REASON_CERTIFICATE_NOT_TRUSTED

    for requirement in ("3.3.9", "1.8"):
        chain.story.trigger(requirement)
    answer.refused(expected, code="half_a_proof")
    session.apply(applications.residence()).refused(code="served_without_proof")
