"""What is filed at the counter shows whole and on every record that it concerns. [2.6, P.5]"""

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from kofu.v1.common_pb2 import Application, CivilDate, ResidenceOptions
from kofu.v1.counter_pb2 import AssessTax, CancelSeal, ChangeName, MemberRelationship, RecordDeath, RegisterSeal
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.suites.chain.freshness import SERVED, file_and_wait, key_of, outcome
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Wish, can_have
from kofu_spec.city import Citizen
from kofu_spec.city.names import BLANK
from kofu_spec.city.seals import impression

SEEN_AT = "kiosk -> center, Apply"
WHOLE = Application(residence_certificate=ResidenceOptions(whole_household=True, show_relationship=True))
OWN = Application(residence_certificate=ResidenceOptions(show_relationship=True))
ONE_DAY = CivilDate(year=2026, month=10, day=7)


def _the_householder_dies(chain: Chain) -> None:
    """The wife takes the householder's place: every record of the household says so, and the dead is on none."""
    wife = chain.citizen("plain", lambda one: _is_wife_with_grown_up_child(chain, one))
    head, _, *children = _household(chain, wife)
    relationships = [MemberRelationship(resident_key=key_of(child), relationship="子") for child in children]
    died = RecordDeath(resident_key=key_of(head), new_householder=key_of(wife), relationships=relationships)
    file_and_wait(chain, wife, died)
    items = chain.center().session_for(wife).apply(WHOLE).granted().document.residence_certificate
    shown = [person.name for person in items.persons]
    expect(
        sorted(shown) == sorted(one.name for one in (wife, *children)),
        expected="everyone but the dead",
        observed=f"{len(shown)} persons of {1 + len(children)}",
        seen_at=SEEN_AT,
        code="household_not_as_filed",
    )
    own = {person.name: person.relationship for person in items.persons}
    expect_equal(own[wife.name], "世帯主", seen_at=SEEN_AT, code="relationship_not_as_filed")
    for one in (wife, *(child for child in children if _can_have_the_residence(chain, child))):
        issued = chain.issuing().issue(one, OWN).granted().document.residence_certificate
        expect(
            issued.householder == wife.name,
            expected="the new householder",
            observed="another one",
            seen_at=f"certificate of {one.key}",
            code="householder_on_one_record_alone",
        )


def _is_wife_with_grown_up_child(chain: Chain, one: Citizen) -> bool:
    assert one.resident is not None
    household = _household(chain, one)
    return (
        one.resident.relationship == "妻"
        and len(household) > 2
        and household[1] is one
        and all(person.resident and person.resident.relationship == "子" for person in household[2:])
        and any("plain" in child.labels for child in household[2:])
    )


def _household(chain: Chain, one: Citizen) -> tuple[Citizen, ...]:
    assert one.resident is not None
    return chain.city.household(one.resident.control.household_key)


def _can_have_the_residence(chain: Chain, one: Citizen) -> bool:
    return can_have(chain.city, Wish(Kind.RESIDENCE_CERTIFICATE), chain.clock.now)(one)


def _a_name_changes(chain: Chain) -> None:
    """The new name is printed, and the seal, which bears the old one, gives no certificate any more."""
    citizen = _someone(chain, Kind.SEAL_REGISTRATION)
    name = citizen.name.split(BLANK)[0] + BLANK + "新太"
    file_and_wait(chain, citizen, ChangeName(resident_key=key_of(citizen), name=name))
    _, document = outcome(chain, citizen, "residence_certificate")
    shown = document.residence_certificate.persons[0].name if document else ""
    expect(shown == name, expected="the new name", observed="another", seen_at=SEEN_AT, code="old_name")
    after, _ = outcome(chain, citizen, "seal_registration")
    expect_equal(after, "REASON_NO_SEAL_REGISTRATION", seen_at=SEEN_AT, code="seal_of_the_old_name")


def _tax_is_reassessed(chain: Chain) -> None:
    """The certificate shows what was assessed last."""
    citizen = _someone(chain, Kind.TAX_ASSESSMENT)
    filing = AssessTax(record=citizen.tax)
    assessed = filing.record.assessed
    assessed.city_tax_yen += 1200
    assessed.total_yen += 1200
    file_and_wait(chain, citizen, filing)
    _, document = outcome(chain, citizen, "tax_assessment")
    shown = document.tax_assessment.assessed if document else None
    expect(
        shown == assessed, expected="what was assessed last", observed="another", seen_at=SEEN_AT, code="old_assessment"
    )


def _a_seal_is_replaced_on_one_day(chain: Chain) -> None:
    """The new impression is printed; the old one, cancelled an hour ago, never again."""
    citizen = _someone(chain, Kind.SEAL_REGISTRATION)
    file_and_wait(chain, citizen, CancelSeal(resident_key=key_of(citizen)))
    new = impression(int(key_of(citizen)[1:]) * 2_654_435_761 % 2**32, ONE_DAY, "99999999")
    file_and_wait(chain, citizen, RegisterSeal(resident_key=key_of(citizen), impression=new))
    after, document = outcome(chain, citizen, "seal_registration")
    expect_equal(after, SERVED, seen_at=SEEN_AT, code="new_seal_refused")
    shown = document.seal_registration.impression.png if document else b""
    expect(shown == new.png, expected="the new impression", observed="another", seen_at=SEEN_AT, code="old_impression")


def _someone(chain: Chain, kind: Kind) -> Citizen:
    return chain.citizen("plain", can_have(chain.city, Wish(kind), chain.clock.now))


FILINGS: Mapping[str, Callable[[Chain], None]] = {
    "the householder dies": _the_householder_dies,
    "a name changes": _a_name_changes,
    "tax is reassessed": _tax_is_reassessed,
    "a seal is replaced on one day": _a_seal_is_replaced_on_one_day,
}


@check("2.6", "P.5", cases=st.sampled_from(sorted(FILINGS)), quick=4, standard=4, thorough=4, needs=("counter",))
def a_filing_shows_on_every_record(chain: Chain, filing: str) -> None:
    """
    Something is filed at the counter: the householder dies, a name changes, tax is reassessed in the middle of the
    year, a seal is cancelled and another one registered on the same day.

    > 住民基本台帳情報及び税情報については、庁内の基幹システムよりLGWANを経由し、クラウドサービスである証明書コンビニ交付システムへ随時情報提供が行われる。

    Once it is acknowledged every certificate shows all of it, on the records of everyone whom it concerns.
    """
    chain.story.step(filing)
    FILINGS[filing](chain)
