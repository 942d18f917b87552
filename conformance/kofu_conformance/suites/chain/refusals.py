"""What is not issued, for which reason, and that a refusal costs nothing and tells nothing. [1.3, 1.8, 1.9, 2.8]"""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kofu.testing.v1 import control_pb2
from kofu.v1.common_pb2 import Application
from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.oracles.paper import marks_of, without_blanks
from kofu_conformance.testers.answer import Refusal
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.kiosk import Seen
from kofu_conformance.testers.wish import Kind, Members, Wish, wishes
from kofu_spec.city import CardState, Citizen
from kofu_spec.rules.eligibility import expected

PLENTY_YEN = 2000
KINDS = st.sampled_from(Kind)
RESIDENTS_KINDS = tuple(kind for kind in Kind if not kind.is_koseki)


@dataclass(frozen=True)
class Attempt:
    """Someone of a family wishes for what is not theirs to have."""

    family: str
    wish: Wish


def attempts(families: tuple[str, ...], kinds: tuple[Kind, ...]) -> SearchStrategy[Attempt]:
    """Attempts by these families at these kinds, for the applicant's own."""
    return st.builds(Attempt, st.sampled_from(families), st.sampled_from(kinds).map(Wish))


@check("1.3", cases=st.integers(7, 200), quick=2, standard=10, thorough=100)
def no_seventh_kind(chain: Chain, field: int) -> None:
    """
    A shop's software asks for a kind of certificate that is not in the document's list.

    > 取扱証明 住民票の写し、住民票記載事項証明書、印鑑登録証明書、戸籍全部（個人事項証明書、市・県民税課税証明書（現年度分）

    The center offers the six documents and no others; it refuses this one, and so does the issuing server.
    """
    citizen = _someone(chain, "plain", Wish(Kind.RESIDENCE_CERTIFICATE), None)
    chain.story.step(f"{citizen.key} applies for a kind in field {field} of the application")
    unknown = Application.FromString(_empty_message_in(field))
    reasons = ("REASON_INVALID_REQUEST", "REASON_KIND_NOT_OFFERED")
    client = chain.center().session_for(citizen)
    offers = client.offers()
    kinds = sorted(offer.kind for offer in offers.granted("the offers of the municipality").offers)
    expect_equal(kinds, list(range(1, 7)), seen_at=offers.call, code="offers_other_than_the_six")
    client.apply(unknown).refused(*reasons, code="issued_a_seventh_kind")
    client.close()
    chain.issuing().issue(citizen, unknown).refused(*reasons, code="issued_a_seventh_kind")
    chain.story.trigger("1.3")


@check("1.9", cases=st.sampled_from((1, -1, 2, 3, 5, 10)), quick=2, standard=6)
def only_the_current_tax_year(chain: Chain, years_back: int) -> None:
    """
    A citizen with a tax record asks for an earlier year, or the next one.

    > 市・県民税課税証明書（現年度分）

    Refused, because it is not the current tax year; asking for the current one by its number is granted.
    """
    citizen = _someone(chain, "plain", Wish(Kind.TAX_ASSESSMENT), None)
    assert citizen.tax is not None
    asked = Wish(Kind.TAX_ASSESSMENT, tax_year=citizen.tax.tax_year - years_back)
    _refuse_everywhere(chain, citizen, asked, Reason.REASON_NOT_CURRENT_TAX_YEAR)
    this_year = Wish(Kind.TAX_ASSESSMENT, tax_year=citizen.tax.tax_year)
    chain.issuing().issue(citizen, this_year.application(chain.city, citizen)).granted("the current year by its number")
    chain.story.trigger("1.9")


@check(
    "2.8",
    "P.1",
    cases=st.builds(
        Attempt,
        st.sampled_from(("plain", "two-households-one-address", "split-household", "split-off", "namesakes")),
        st.sampled_from((Kind.RESIDENCE_CERTIFICATE, Kind.RESIDENCE_RECORD_ITEMS, Kind.KOSEKI_INDIVIDUAL_MATTERS)).map(
            lambda kind: Wish(kind, Members.STRANGER)
        ),
    ),
    quick=3,
    standard=12,
    thorough=40,
)
def nobody_outside_the_household_or_register(chain: Chain, attempt: Attempt) -> None:
    """
    A citizen names a person whose number is not in the household, or not in the register.

    > 証明書コンビニ交付システム内では、請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Refused, because the applicant may not ask for that person.
    """
    citizen = _someone(chain, attempt.family, attempt.wish, Reason.REASON_PERSON_NOT_PERMITTED)
    _refuse_everywhere(chain, citizen, attempt.wish, Reason.REASON_PERSON_NOT_PERMITTED)
    _trigger(chain, "2.8", "P.1")


BLOCKS = ("support-measures", "blocked-official", "character-pending", "change-pending")


@check(
    "2.8", cases=st.tuples(st.sampled_from(BLOCKS), st.sampled_from(BLOCKS), KINDS), quick=3, standard=12, thorough=60
)
def a_block_reveals_nothing(chain: Chain, case: tuple[str, str, Kind]) -> None:
    """
    Two citizens apply for whom the city has blocked issuing, the one perhaps for support measures, the other for
    another cause.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Both are refused every kind with the same words: neither the cause of the block nor anything of the record shows.
    """
    one, other, kind = case
    answers = [_blocked_answer(chain, family, Wish(kind)) for family in (one, other)]
    expect_equal(answers[1], answers[0], seen_at="issuing server's and kiosk's answers", code="block_reveals_its_cause")
    chain.story.trigger("2.8")


@check("2.8", cases=st.sampled_from((Kind.RESIDENCE_CERTIFICATE, Kind.RESIDENCE_RECORD_ITEMS)), quick=1, standard=2)
def a_blocked_member_blocks_the_household(chain: Chain, kind: Kind) -> None:
    """
    A citizen asks for the whole household, of which one member is blocked; then for the own entry alone.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    What would show the blocked person is refused; the applicant's own entry is granted.
    """
    whole = Wish(kind, Members.WHOLE)
    citizen = _someone(chain, "household-member-blocked", whole, Reason.REASON_ISSUE_BLOCKED)
    _refuse_everywhere(chain, citizen, whole, Reason.REASON_ISSUE_BLOCKED)
    application = Wish(kind).application(chain.city, citizen)
    if not isinstance(expected(chain.city, citizen, application, chain.clock.now), int):
        chain.issuing().issue(citizen, application).granted("the applicant's own entry")
    chain.story.trigger("2.8")


@check("2.6", cases=st.sampled_from((Members.WHOLE, Members.ALL_NAMED)), quick=1, standard=2, thorough=2)
def a_leaving_member_is_as_the_city_has_chosen(chain: Chain, members: Members) -> None:
    """
    A member of a household has notified moving out; another one, who stays, asks for the residence certificate of the
    whole household or of all who belong to it, named; then for the own entry alone.

    > 住民基本台帳情報及び税情報については（中略）随時情報提供が行われる。

    The document shows exactly whom it has to by the city's choice, which the profile names (`leaving_member`), or is
    refused where the city has chosen that; the applicant's own entry is granted in any case.
    """
    citizen = chain.citizen("household-member-leaving", lambda one: _opens_a_session(chain, one))
    for wish in (Wish(Kind.RESIDENCE_CERTIFICATE, members, relationship=True), Wish(Kind.RESIDENCE_CERTIFICATE)):
        application = wish.application(chain.city, citizen)
        answer = expected(chain.city, citizen, application, chain.clock.now)
        if isinstance(answer, int):
            _refuse_everywhere(chain, citizen, wish, answer)
            continue
        chain.story.step(f"{citizen.key} applies for {wish}")
        due = oracle.due(chain.city, citizen, application, chain.clock.now)
        issuing = chain.issuing()
        made = issuing.issue(citizen, application)
        oracle.judge(made.granted("a document for one who stays").document, due, issuing.request_id, made.call)
    chain.story.trigger("2.6")


@check("2.8", cases=attempts(("deceased", "moved-out", "leaving"), RESIDENTS_KINDS), quick=4, standard=12, thorough=12)
def nobody_who_has_left(chain: Chain, attempt: Attempt) -> None:
    """
    The card of someone who died, moved out, or is about to move out, comes to the kiosk.

    > 市民がコンビニ等店舗から証明書の請求を行った際には

    Refused, for the reason that the specification gives for that state.
    """
    _refuse_as_specified(chain, attempt)
    chain.story.trigger("2.8")


@check("1.8", cases=attempts(("under-15",), tuple(Kind)), quick=2, standard=6, thorough=6)
def nobody_under_fifteen(chain: Chain, attempt: Attempt) -> None:
    """
    A child of less than fifteen years applies with a card and a PIN of its own.

    > 利用条件 個人番号カード

    Refused every kind, because of the age.
    """
    _refuse_as_specified(chain, attempt)
    chain.story.trigger("1.8")


@check("2.1", "2.3", "2.8", cases=st.sampled_from(("no-seal", "seal-cancelled", "no-tax-record")), quick=3, standard=3)
def nothing_without_a_record(chain: Chain, family: str) -> None:
    """
    A citizen without a live seal registration asks for the seal certificate, one without a tax record for the tax
    certificate.

    > 氏名、世帯主、住所（中略）印鑑証明書用の印影

    Refused, because there is no such record; nothing is made up in its place.
    """
    kind = Kind.TAX_ASSESSMENT if family == "no-tax-record" else Kind.SEAL_REGISTRATION
    _refuse_as_specified(chain, Attempt(family, Wish(kind)))
    _trigger(chain, "2.8", "2.3" if kind is Kind.TAX_ASSESSMENT else "2.1")


@check(
    "2.2",
    "2.9",
    cases=st.builds(
        Attempt,
        st.sampled_from(
            ("koseki-elsewhere", "removed-member", "non-resident-not-registered", "koseki-filing-in-progress")
        ),
        wishes(Kind.KOSEKI_ALL_MATTERS) | st.just(Wish(Kind.KOSEKI_INDIVIDUAL_MATTERS)),
    ),
    quick=4,
    standard=8,
    thorough=8,
)
def no_koseki_that_is_not_theirs(chain: Chain, attempt: Attempt) -> None:
    """
    Someone applies for a koseki certificate whose register is kept elsewhere, who was removed from it, who hasn't
    registered for its use, or whose register has a filing in progress.

    > 戸籍システムでは要求に基づき証明書コンビニ交付システムに対し証明書情報を送信し

    Refused, for the reason of that state.
    """
    _refuse_as_specified(chain, attempt)
    _trigger(chain, "2.2", "2.9")


@check(
    "2.8", cases=attempts(("non-resident-koseki", "card-mislinked"), RESIDENTS_KINDS), quick=2, standard=8, thorough=8
)
def nobody_whom_the_register_does_not_know(chain: Chain, attempt: Attempt) -> None:
    """
    A non-resident with a good card, or a citizen whose card the register links to nobody, applies for what only
    residents get.

    > 請求により証明書情報を送信し

    Refused, because there is no record of the applicant: above all, nobody else's is taken.
    """
    _refuse_as_specified(chain, attempt)
    chain.story.trigger("2.8")


def _refuse_as_specified(chain: Chain, attempt: Attempt) -> None:
    citizen = _someone(chain, attempt.family, attempt.wish, ...)
    reason = expected(chain.city, citizen, attempt.wish.application(chain.city, citizen), chain.clock.now)
    assert isinstance(reason, int)
    _refuse_everywhere(chain, citizen, attempt.wish, reason)


def _refuse_everywhere(chain: Chain, citizen: Citizen, wish: Wish, reason: "Reason") -> None:
    """Tries at the issuing server and, with a card that opens a session, at the kiosk."""
    application = wish.application(chain.city, citizen)
    chain.story.step(f"{citizen.key} applies for {wish}")
    answer = chain.issuing().issue(citizen, application)
    _reveals_nothing(answer.refused(reason), citizen, answer.call)
    if _opens_a_session(chain, citizen):
        _refused_at_the_kiosk(chain, citizen, application, reason)


def _refused_at_the_kiosk(chain: Chain, citizen: Citizen, application: Application, reason: "Reason") -> Seen:
    """The whole way to the refusal, then money, print and tray: nothing comes, nothing is kept."""
    kiosk = chain.kiosk()
    cash_before = kiosk.look().cash_box_yen
    kiosk.sign_in(citizen)
    ended = kiosk.choose(application)
    chain.story.step(f"kiosk: {ended.reason}")
    ended.met(reason).shows(control_pb2.SCREEN_ENDED, code="not_ended_by_the_refusal")
    paid = kiosk.pay(PLENTY_YEN)
    pressed = kiosk.press_print()
    taken = kiosk.take_papers()
    after = kiosk.cancel()
    papers = sum(len(seen.papers) for seen in (paid, pressed, taken, after))
    returned = sum(seen.returned_yen for seen in (paid, pressed, taken, after))
    seen_at = f"kiosk {kiosk.terminal_id} after the refusal"
    expect_equal(papers, 0, seen_at=f"{seen_at}, tray", code="paper_after_refusal")
    expect_equal(after.cash_box_yen, cash_before, seen_at=f"{seen_at}, cash box", code="charged_for_nothing")
    expect_equal(returned, PLENTY_YEN, seen_at=f"{seen_at}, return slot", code="money_not_returned")
    return ended


def _blocked_answer(chain: Chain, family: str, wish: Wish) -> tuple[object, ...]:
    """Everything that the refusal of a blocked person says, but for the ids of the case."""
    citizen = _someone(chain, family, wish, Reason.REASON_ISSUE_BLOCKED)
    application = wish.application(chain.city, citizen)
    chain.story.step(f"{citizen.key} of {family} applies for {wish}")
    client = chain.issuing()
    answer = client.issue(citizen, application)
    refusal = answer.refused("REASON_ISSUE_BLOCKED")
    _reveals_nothing(refusal, citizen, answer.call)
    said: list[object] = [_without(refusal.metadata, client.request_id)]
    if _opens_a_session(chain, citizen):
        seen = _refused_at_the_kiosk(chain, citizen, application, Reason.REASON_ISSUE_BLOCKED)
        said += [_without(seen.metadata, seen.request_id), seen.text_ja, seen.text_en]
    return tuple(said)


def _without(metadata: Mapping[str, str], request_id: str) -> dict[str, str]:
    return {key: value for key, value in metadata.items() if not request_id or request_id not in value}


def _reveals_nothing(refusal: Refusal, citizen: Citizen, seen_at: str) -> None:
    """No mark of the person in the refusal."""
    said = without_blanks("".join(refusal.metadata.values()))
    expect(
        not any(mark in said for mark in marks_of(citizen)),
        expected="a refusal without anything of the record",
        observed="the metadata shows a mark of the person",
        seen_at=seen_at,
        code="refusal_reveals_record",
    )


def _someone(chain: Chain, family: str, wish: Wish, reason: object) -> Citizen:
    """Someone of the family whom the specification answers so: None grants, `...` refuses for any reason."""

    def suited(citizen: Citizen) -> bool:
        found = expected(chain.city, citizen, wish.application(chain.city, citizen), chain.clock.now)
        if reason is None:
            return not isinstance(found, int) and _opens_a_session(chain, citizen)
        return isinstance(found, int) and reason in (..., found)

    return chain.citizen(family, suited)


def _opens_a_session(chain: Chain, citizen: Citizen) -> bool:
    card = citizen.card
    return card is not None and card.state is CardState.VALID and card.valid_from <= chain.clock.now <= card.valid_until


def _empty_message_in(field: int) -> bytes:
    """Wire bytes of an empty message in a field of this number."""
    tag = field << 3 | 2
    head = bytes([tag & 0x7F | 0x80, tag >> 7]) if tag > 0x7F else bytes([tag])
    return head + b"\x00"


def _trigger(chain: Chain, *requirements: str) -> None:
    for requirement in requirements:
        chain.story.trigger(requirement)
