"""What a citizen takes home: the right person's documents, whole, dated, and paid for exactly. [1.3, 2.1, 2.2, 2.3]"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.kiosk import Taken
from kofu_conformance.testers.persons import ANYONE
from kofu_conformance.testers.wish import Kind, Wish, can_have, wishes
from kofu_spec.city import Citizen
from kofu_spec.city.names import NOT_IN_FONT
from kofu_spec.rules import calendar
from kofu_spec.rules.eligibility import expected

FAMILIES = (
    "plain",
    "hard-name",
    "large-household",
    "mixed-nationality-household",
    "namesakes",
    "twins",
    "two-households-one-address",
    "era-boundaries",
    "partial-dates",
    "long-register",
    "register-with-removed-member",
    "koseki-glyph-differs",
    "householder-deceased",
    "tax-with-loss",
    "not-taxable",
    "seal-replaced",
    "card-renewed",
)
"""Families whose members get documents, each with something that breaks products."""

FOREIGN_FAMILIES = (
    "foreign-mid-to-long-term",
    "foreign-special-permanent",
    "foreign-temporary-refuge",
    "common-name",
    "sex-not-recorded",
    "long-name",
)


@dataclass(frozen=True)
class Errand:
    """One thing to fetch: by someone of a family, so many copies, with so much money too much."""

    family: str
    wish: Wish
    copies: int = 1
    overpay_yen: int = 0


def errands(
    kind: Kind,
    copies: tuple[int, ...] = (1, 1, 1, 2),
    overpay_yen: tuple[int, ...] = (0, 0, 50, 700),
) -> SearchStrategy[Errand]:
    """Errands of one kind; foreign residents have no koseki."""
    families = FAMILIES if kind.is_koseki else FAMILIES + FOREIGN_FAMILIES
    return st.builds(
        Errand,
        family=st.just("plain") | st.sampled_from(families),
        wish=wishes(kind),
        copies=st.sampled_from(copies),
        overpay_yen=st.sampled_from(overpay_yen),
    )


SIX_ERRANDS: SearchStrategy[tuple[Errand, ...]] = st.tuples(
    errands(Kind.RESIDENCE_CERTIFICATE, copies=(2, 3)),
    errands(Kind.RESIDENCE_RECORD_ITEMS, overpay_yen=(50, 200, 700)),
    *(errands(kind) for kind in Kind if not kind.is_residence),
)
"""One of each kind; more than one copy is among them for certain, and more money than asked."""


@check(
    "1.3",
    "2.1",
    "2.2",
    "2.3",
    "2.8",
    "2.9",
    "3.3.6",
    "P.6",
    cases=SIX_ERRANDS,
    quick=1,
    standard=8,
    thorough=60,
    needs=("kiosk.test_control",),
)
def all_six_can_be_had(chain: Chain, errands: tuple[Errand, ...]) -> None:
    """
    Six citizens come to the kiosk one after the other, each for another of the six documents: card, PIN, card back,
    choice, money, paper.

    > 取扱証明 住民票の写し、住民票記載事項証明書、印鑑登録証明書、戸籍全部（個人事項証明書、市・県民税課税証明書（現年度分）

    Each takes home as many copies as asked for. Every page is A4, numbered, and shows the record of the right persons
    code point by code point, and nothing of anyone else. The fee is the one offered; what was put in beyond it comes
    back.
    """
    for number, errand in enumerate(errands, start=1):
        citizen = _someone(chain, errand.family, errand.wish)
        chain.story.step(f"{citizen.key} of {errand.family} takes out {errand.copies} × {errand.wish}")
        application = errand.wish.application(chain.city, citizen)
        due = oracle.due(chain.city, citizen, application, chain.clock.now)
        taken = chain.kiosk(number).take_out(citizen, application, errand.copies, errand.overpay_yen)
        seen_at = f"paper of {chain.kiosk(number).terminal_id}"
        expect_equal(len(taken.papers), errand.copies, seen_at=seen_at, code="other_number_of_copies")
        for pdf in taken.papers:
            pages = oracle.judge_paper(pdf, due, seen_at)
            expect(
                oracle.document_id_on(pages, not_this=taken.request_id),
                expected="a document id on the paper",
                observed="none",
                seen_at=seen_at,
                code="page_lacks_mark",
            )
        _paid_exactly(taken, errand, seen_at)
        _count(chain, errand.wish.kind)
        chain.story.trigger("3.3.6")


@check(
    "1.3",
    "2.1",
    "2.2",
    "2.3",
    "2.8",
    "2.9",
    "P.6",
    cases=st.tuples(*(errands(kind) for kind in Kind)),
    quick=2,
    standard=14,
    thorough=100,
)
def every_item_is_the_record_s(chain: Chain, errands: tuple[Errand, ...]) -> None:
    """
    People of families with hard names, odd dates, many members or a foreign passport apply, for each of the six
    documents with any of its options, and the document is read before it is printed.

    > 証明書コンビニ交付システム内では、請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Every item equals the record and nothing that wasn't asked for is there; the pages are one subject's and whole; the
    document answers this request and bears an id of its own.
    """
    for errand in errands:
        _read_before_it_is_printed(chain, errand)


def _read_before_it_is_printed(chain: Chain, errand: Errand) -> None:
    citizen = _someone(chain, errand.family, errand.wish)
    chain.story.step(f"{citizen.key} of {errand.family} applies for {errand.wish}")
    application = errand.wish.application(chain.city, citizen)
    due = oracle.due(chain.city, citizen, application, chain.clock.now)
    client = chain.center().session_for(citizen)
    answer = client.apply(application, copies=errand.copies)
    message = answer.granted("the document that is due")
    oracle.judge(message.document, due, client.request_id, answer.call)
    client.report(copies_printed=errand.copies, charged_yen=message.fee_yen)
    client.close()
    _count(chain, errand.wish.kind)


NAME_LABELS = (
    "variation-sequence",
    "compatibility-ideograph",
    "beyond-bmp",
    "common-name",
    "katakana-name",
    "long-name",
)


@check("2.1", "2.8", cases=st.sampled_from(NAME_LABELS), quick=6, standard=6, thorough=6)
def names_go_through_unchanged(chain: Chain, label: str) -> None:
    """
    Someone whose name has a variation sequence, a compatibility ideograph or a character beyond the Basic Multilingual
    Plane, or is a common name, in katakana or very long, applies.

    > 氏名、世帯主、住所（中略）通称、（中略）カタカナ表記

    The name in the items and on the page is that of the register, code point by code point, never normalised.
    """
    wish = Wish(Kind.RESIDENCE_CERTIFICATE, relationship=True)
    citizen = chain.citizen(label, can_have(chain.city, wish, chain.clock.now))
    chain.story.step(f"{citizen.key} of {label} applies for {wish}")
    application = wish.application(chain.city, citizen)
    client = chain.issuing()
    answer = client.issue(citizen, application)
    document = answer.granted("the document that is due").document
    oracle.judge(
        document, oracle.due(chain.city, citizen, application, chain.clock.now), client.request_id, answer.call
    )
    _trigger(chain, "2.1", "2.8")


@check("2.8", "2.1", cases=wishes(Kind.RESIDENCE_CERTIFICATE), quick=1, standard=4, thorough=10)
def a_missing_character_is_refused(chain: Chain, wish: Wish) -> None:
    """
    A citizen whose name has a character that the font lacks applies.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Nothing is issued in other letters: the application is refused, and the refusal names the character.
    """
    citizen = chain.citizen("character-not-in-font")
    chain.story.step(f"{citizen.key} with a character that is not in the font applies for {wish}")
    answer = chain.issuing().issue(citizen, wish.application(chain.city, citizen))
    refusal = answer.refused("REASON_CHARACTER_NOT_AVAILABLE", code="character_replaced")
    named = refusal.metadata.get("character", "")
    expect(
        NOT_IN_FONT in named,
        expected="the character named in the refusal",
        observed=f"metadata character has {len(named)} code points, and not this one",
        seen_at=answer.call,
        code="character_not_named",
    )
    _trigger(chain, "2.8", "2.1")


BASE_YEARS = range(2022, 2036)
TIMES_OF_DAY = (
    timedelta(hours=6, minutes=30),
    timedelta(hours=8, minutes=59),
    timedelta(hours=12),
    timedelta(hours=22, minutes=59, seconds=59),
)
TURNS = ((1, 4), (2, 28), (2, 29), (3, 1), (3, 31), (4, 1), (5, 1), (5, 31), (6, 1), (12, 28))
"""Month and day where a year, a fiscal year, a tax year or a leap year turns."""


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Instants within the service hours, many of them where a date may be got wrong; in UTC often the day before."""
    year = draw(st.sampled_from(BASE_YEARS))
    month, day = draw(st.sampled_from(TURNS) | st.tuples(st.integers(1, 12), st.integers(4, 28)))
    if (month, day) == (2, 29):
        year += -year % 4
    elif (year, month) < (2022, 3):
        year += 1
    midnight = datetime(year, month, day, tzinfo=calendar.JST)
    return midnight + draw(st.sampled_from(TIMES_OF_DAY))


@check(
    "P.9",
    "2.8",
    cases=moments(),
    quick=4,
    standard=30,
    thorough=200,
    exclusive=True,
    needs=("issuing.clock",),
)
def the_date_of_issue_is_the_day_in_japan(chain: Chain, moment: datetime) -> None:
    """
    Applications on days where a year, a fiscal year or a month turns, early in the morning when it is still yesterday
    in Greenwich, and late in the evening.

    > 令和4年3月1日から、コンビニ交付事業を開始する

    The document is issued on the civil day in Japan, and prints it in the right year of the era.
    """
    moment = moment.astimezone(UTC)
    wish = Wish(Kind.RESIDENCE_CERTIFICATE)
    of_age = can_have(chain.city, wish, chain.clock.now)

    def suited(one: Citizen) -> bool:
        wanted = wish.application(chain.city, one)
        return of_age(one) and not isinstance(expected(chain.city, one, wanted, moment), int)

    citizen = chain.citizen("plain", suited)
    chain.clock.freeze(moment)
    chain.story.step(f"at {moment.astimezone(calendar.JST).isoformat()} {citizen.key} applies for {wish}")
    application = wish.application(chain.city, citizen)
    due = oracle.due(chain.city, citizen, application, moment)
    client = chain.issuing()
    answer = client.issue(citizen, application, received_at=moment)
    document = answer.granted("a document within the hours").document
    oracle.judge(document, due, client.request_id, answer.call)
    _trigger(chain, "P.9", "2.8")


def _someone(chain: Chain, family: str, wish: Wish) -> Citizen:
    """Someone of the family to whom the wish can be granted; where the family has none, a plain citizen."""
    suited = can_have(chain.city, wish, chain.clock.now)
    if any(suited(citizen) for citizen in chain.city.family(family)):
        return chain.citizen(family, suited)
    chain.story.step(f"nobody of {family} can have {wish}")
    return chain.citizen(ANYONE, suited)


def _paid_exactly(taken: Taken, errand: Errand, seen_at: str) -> None:
    asked = f"{errand.copies} copies at {taken.offered_yen} yen"
    expect_equal(taken.asked_yen, taken.offered_yen * errand.copies, seen_at=f"{seen_at}, {asked}", code="other_fee")
    expect_equal(taken.charged_yen, taken.asked_yen, seen_at=f"{seen_at}, cash box", code="charged_otherwise")
    expect_equal(taken.returned_yen, errand.overpay_yen, seen_at=f"{seen_at}, return slot", code="change_wrong")


ITEMS_OF = {
    Kind.RESIDENCE_CERTIFICATE: ("2.1",),
    Kind.RESIDENCE_RECORD_ITEMS: ("2.1",),
    Kind.SEAL_REGISTRATION: ("2.1",),
    Kind.TAX_ASSESSMENT: ("2.3",),
    Kind.KOSEKI_ALL_MATTERS: ("2.2", "2.9"),
    Kind.KOSEKI_INDIVIDUAL_MATTERS: ("2.2", "2.9"),
}


def _count(chain: Chain, kind: Kind) -> None:
    _trigger(chain, "1.3", "2.8", "P.6", *ITEMS_OF[kind])


def _trigger(chain: Chain, *requirements: str) -> None:
    for requirement in requirements:
        chain.story.trigger(requirement)
