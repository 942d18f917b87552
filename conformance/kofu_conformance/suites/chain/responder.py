"""What the JPKI says of a certificate, and when it is believed. [1.8]"""

from collections.abc import Callable
from datetime import timedelta

from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import Unobserved, check
from kofu_conformance.testers.authority import TestAuthority, Wanted
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.responder import List, Manner, Responder, Silence, Status
from kofu_spec.city import Citizen

UNKNOWN, UNREACHABLE = Reason.REASON_VALIDITY_UNKNOWN, Reason.REASON_UPSTREAM_UNAVAILABLE
REVOKED, SUSPENDED = Reason.REASON_CERTIFICATE_REVOKED, Reason.REASON_CERTIFICATE_SUSPENDED
REASON_OF_STATUS = {"revoked": REVOKED, "suspended": SUSPENDED, "unknown": UNKNOWN}
NEEDS = ("center", "responder")


def someone(chain: Chain) -> tuple[Citizen, str]:
    """A citizen in good standing, and the serial of the card."""
    citizen = chain.citizen("plain")
    assert citizen.card is not None
    return citizen, citizen.card.serial


def authenticated(chain: Chain, citizen: Citizen) -> None:
    """The citizen's card is taken. Raises `Deviation` where it isn't."""
    chain.center().session_for(citizen).close()


def refused(chain: Chain, citizen: Citizen, *reasons: Reason, code: str) -> None:
    """The citizen's card is refused for one of these reasons, and nothing can be applied for."""
    client = chain.center()
    client.open_session().granted("a session within the hours")
    client.authenticate(citizen).refused(*reasons, code=code)
    client.offers().refused(code="offers_without_validity")
    chain.story.trigger("1.8")


@check("1.8", cases=st.sampled_from(sorted(REASON_OF_STATUS)), quick=3, needs=NEEDS)
def what_the_responder_says_decides(chain: Chain, said: str) -> None:
    """
    The certificate of a citizen who was served a moment ago is revoked, put on hold, or no longer known to the JPKI.

    > 利用条件	個人番号カード

    From then on it is refused, for that reason; once the JPKI calls it good again it is served.
    """
    citizen, serial = someone(chain)
    authenticated(chain, citizen)
    chain.story.step(f"the responder now says: {said}")
    chain.responder.says(serial, Status(said))
    refused(chain, citizen, REASON_OF_STATUS[said], code=f"served_though_{said}")
    chain.responder.says(serial, Status.GOOD)
    authenticated(chain, citizen)


UNBELIEVABLE: dict[str, Callable[[TestAuthority], Manner]] = {
    "no nonce": lambda _: Manner(nonce=lambda _sent: None),
    "another nonce": lambda _: Manner(nonce=lambda sent: bytes(reversed(sent))),
    "too old": lambda _: Manner(made=timedelta(hours=-3), ends=timedelta(hours=-1)),
    "from the future": lambda _: Manner(made=timedelta(hours=1), ends=timedelta(hours=2)),
    "without an end": lambda _: Manner(ends=None),
    "about another certificate": lambda _: Manner(for_another=True),
    "an altered signature": lambda _: Manner(altered=True),
    "signed by one who bears the authority's name": lambda keys: Manner(signer=keys.forger),
    "signed by a holder of a citizen's certificate": lambda keys: Manner(signer=keys.responder_of(Wanted())),
    "signed by a responder of another authority": lambda keys: Manner(
        signer=keys.responder_of(Wanted(purpose=ExtendedKeyUsageOID.OCSP_SIGNING), keys.forger)
    ),
    "signed by a responder whose time is over": lambda keys: Manner(
        signer=keys.responder_of(
            Wanted(
                purpose=ExtendedKeyUsageOID.OCSP_SIGNING,
                not_after=Wanted().not_before + timedelta(days=365),
            )
        )
    ),
}


@check("1.8", cases=st.sampled_from(sorted(UNBELIEVABLE)), quick=len(UNBELIEVABLE), needs=NEEDS)
def answers_that_prove_nothing_are_refused(chain: Chain, answer: str) -> None:
    """
    Somebody on the line answers in the responder's place that the certificate is good.

    > 利用条件	個人番号カード

    An answer counts only if it is to this question, of now, about this certificate, and signed by the authority or by
    whom it appointed for that. Any other establishes nothing, and what is not established is not valid.
    """
    citizen, _ = someone(chain)
    chain.story.step(f"the responder calls the certificate good; the answer: {answer}")
    chain.responder.behave(UNBELIEVABLE[answer](chain.responder.keys))
    refused(chain, citizen, UNKNOWN, code="unproven_answer_believed")


@check("1.8", needs=NEEDS)
def earlier_answers_are_not_answers(chain: Chain) -> None:
    """
    The good answer of a moment ago is sent again, after the certificate was revoked.

    > 利用条件	個人番号カード

    It is still fresh and rightly signed, but to another question: the certificate is refused.
    """
    citizen, serial = someone(chain)
    authenticated(chain, citizen)
    if not chain.responder.answers:
        raise Unobserved("the center did not ask the suite's responder")
    kept = chain.responder.answers[-1]
    chain.story.step("certificate revoked; the answer from before is sent again")
    chain.responder.behave(Manner(replayed=kept))
    chain.responder.says(serial, Status.REVOKED)
    refused(chain, citizen, UNKNOWN, code="kept_answer_believed")


@check("1.8", cases=st.sampled_from(Silence), quick=len(Silence), needs=NEEDS)
def silence_is_refused(chain: Chain, silence: Silence) -> None:
    """
    The responder can't be reached, hangs, or says that it can't answer now, and there is no list either.

    > 利用条件	個人番号カード

    Nobody is served on trust: refused, because the connection failed and not because of the card.
    """
    citizen, _ = someone(chain)
    chain.story.step(f"no answer from the JPKI: {silence.value}")
    chain.responder.behave(Manner(silence=silence))
    refused(chain, citizen, UNREACHABLE, code="served_without_answer")
    chain.responder.behave()
    authenticated(chain, citizen)


def _unfit_lists(responder: Responder) -> dict[str, List]:
    return {
        "past its end": List(made=timedelta(hours=-20), ends=timedelta(hours=-1)),
        "made two days ago": List(made=timedelta(hours=-48), ends=timedelta(hours=48)),
        "from the future": List(made=timedelta(hours=1)),
        "signed by one who bears the authority's name": List(signer=responder.keys.forger),
        "signed by the responder": List(signer=responder.keys.responder),
        "of changes only": List(changes_only=True),
    }


LISTED = {"revoked": REVOKED, "suspended": SUSPENDED}
UNFIT = (
    "past its end",
    "made two days ago",
    "from the future",
    "signed by one who bears the authority's name",
    "signed by the responder",
    "of changes only",
)


@check("1.8", cases=st.sampled_from([*LISTED, *UNFIT]), quick=8, needs=NEEDS)
def a_list_stands_in_only_while_it_is_young_and_whole(chain: Chain, case: str) -> None:
    """
    The responder is silent, and there is a revocation list: with the citizen's certificate on it, or one that is too
    old, not whole, or not the authority's.

    > 利用条件	個人番号カード

    Who stands on the list is refused for that reason. A list that can't stand in is as good as none: refused, because
    the connection failed. A center that uses no list refuses all alike.
    """
    citizen, serial = someone(chain)
    silent = Manner(silence=Silence.CUT)
    if case in LISTED:
        chain.story.step(f"the responder is silent; the list has the certificate: {case}")
        chain.responder.behave(silent, List(statuses={serial: Status(case)}))
        refused(chain, citizen, LISTED[case], UNREACHABLE, code="served_though_listed")
    else:
        chain.story.step(f"the responder is silent; the list is {case}")
        chain.responder.behave(silent, _unfit_lists(chain.responder)[case])
        refused(chain, citizen, UNREACHABLE, code="unfit_list_believed")
