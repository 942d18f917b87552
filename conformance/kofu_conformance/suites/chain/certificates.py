"""What a certificate must be before anybody asks for its status: path, purpose, period. [1.8]"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import Unobserved, check
from kofu_conformance.suites.chain.responder import NEEDS, someone
from kofu_conformance.testers.authority import Signer, TestAuthority, Wanted, der
from kofu_conformance.testers.card import card_of
from kofu_conformance.testers.center import CenterClient
from kofu_conformance.testers.chain import Chain
from kofu_spec.city import Citizen

JST = timezone(timedelta(hours=9), "JST")
LAST_SECOND = time(23, 59, 59)
NOT_TRUSTED, EXPIRED = Reason.REASON_CERTIFICATE_NOT_TRUSTED, Reason.REASON_CERTIFICATE_EXPIRED
UNHEARD_OF = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.392.999.1"), b"\x05\x00")

WRONG_USE: dict[str, Wanted] = {
    "not for signatures": Wanted(digital_signature=False),
    "for signing documents": Wanted(content_commitment=True),
    "of an authority": Wanted(is_authority=True),
    "for servers": Wanted(purpose=ExtendedKeyUsageOID.SERVER_AUTH),
    "with a critical extension that nobody knows": Wanted(extensions=(UNHEARD_OF,)),
}
WRONG_PATH: dict[str, Callable[[TestAuthority], Signer]] = {
    "issued by one who bears the authority's name": lambda keys: keys.forger,
    "issued by the responder": lambda keys: keys.responder,
}


def _session(chain: Chain) -> CenterClient:
    """A fresh session, to which a certificate is about to be shown."""
    client = chain.center()
    client.open_session().granted("a session within the hours")
    return client


def _authenticate(chain: Chain, citizen: Citizen, wanted: Wanted, issuer: Signer | None, expected: Reason | None,
                  code: str) -> None:  # fmt: skip
    assert citizen.card is not None
    card = card_of(citizen, chain.profile.cards.folder)
    keys = chain.responder.keys
    made = keys.certificate(citizen.card.serial, card.key.public_key(), wanted, issuer)
    client = _session(chain)
    answer = client.authenticate(citizen, certificate=der(made))
    if expected is None:
        answer.granted("a genuine certificate in its period accepted")
    else:
        answer.refused(expected, code=code)
        client.offers().refused(code="offers_without_validity")
        chain.story.trigger("1.8")
    client.close()


@check("1.8", cases=st.sampled_from([*WRONG_USE, *WRONG_PATH]), quick=len(WRONG_USE) + len(WRONG_PATH), needs=NEEDS)
def path_and_purpose_are_checked(chain: Chain, case: str) -> None:
    """
    A certificate with the serial of a good one, which the JPKI calls good, but made for something else or issued by
    somebody else.

    > 利用条件	個人番号カード

    Only a user authentication certificate that the authority itself issued opens a session.
    """
    citizen, _ = someone(chain)
    _must_be_usable(chain, citizen)
    chain.story.step(f"a certificate {case}")
    issuer = WRONG_PATH[case](chain.responder.keys) if case in WRONG_PATH else None
    _authenticate(chain, citizen, WRONG_USE.get(case, Wanted()), issuer, NOT_TRUSTED, "other_certificate_accepted")


def _must_be_usable(chain: Chain, citizen: Citizen) -> None:
    """A certificate that the suite makes as the authority would has to be taken, or refusals say nothing."""
    assert citizen.card is not None
    card = card_of(citizen, chain.profile.cards.folder)
    made = chain.responder.keys.certificate(citizen.card.serial, card.key.public_key(), Wanted())
    client = _session(chain)
    answer = client.authenticate(citizen, certificate=der(made))
    client.close()
    if answer.message is None:
        raise Unobserved(f"a genuine certificate of the test authority is not taken: {answer.result}")


@dataclass(frozen=True)
class Birthday:
    """The day on which the holder's fifth birthday after issue falls, which is the certificate's last."""

    last_day: date

    def at(self, days_after: int, hour: time) -> datetime:
        """An instant in Japan, counted from the last day."""
        return datetime.combine(self.last_day + timedelta(days=days_after), hour, JST)


def birthdays() -> st.SearchStrategy[Birthday]:
    """Last days around the end of February, also of those born on the 29th, and any other."""
    february = [date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29)]
    others = st.dates(date(2023, 1, 10), date(2030, 12, 20)).filter(lambda day: day.month not in (1, 12))
    return st.builds(Birthday, st.sampled_from(february) | others)


@check("1.8", cases=birthdays(), quick=4, standard=10, thorough=60, exclusive=True, needs=(*NEEDS, "center.clock"))
def the_fifth_birthday_is_the_last_day(chain: Chain, case: Birthday) -> None:
    """
    A certificate ends with the holder's fifth birthday after its issue, at midnight in Japan.

    > 利用条件	個人番号カード

    On the evening of that day it is good; on the next morning, when the service opens, it has expired. A second decides:
    at the first instant of its period it is good, a second before it is not yet.
    """
    citizen, _ = someone(chain)
    wanted = Wanted(not_after=case.at(0, LAST_SECOND))
    chain.story.step(f"the certificate's last day is {case.last_day}")
    chain.clock.freeze(case.at(0, time(22, 0)))
    _authenticate(chain, citizen, wanted, None, None, "")
    chain.clock.freeze(case.at(1, time(6, 31)))
    _authenticate(chain, citizen, wanted, None, EXPIRED, "served_after_its_last_day")

    begins = case.at(0, time(10, 0))
    chain.clock.freeze(begins - timedelta(seconds=1))
    _authenticate(chain, citizen, Wanted(not_before=begins), None, EXPIRED, "served_before_its_period")
    chain.clock.freeze(begins)
    _authenticate(chain, citizen, Wanted(not_before=begins), None, None, "")
