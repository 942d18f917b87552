"""Whatever a register may hold is printed whole: nothing is cut or left out, however long. [2.1, 2.2, 2.3, 2.8]

Drawn cases: 1 to 40 persons, registers with up to 60 events a person, every deduction. More on demand:
`KOFU_PAPER_EXAMPLES=200 make test ARGS=reference/tests/test_paper_whole.py`.
"""

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference.tests.paper_pages import (
    BOTTOM,
    FOOT,
    HEAD,
    HEIGHT,
    SIDE,
    TOP,
    UNSHRUNK,
    WIDTH,
    Press,
    PrintedPage,
    dark,
    dots,
    holds,
    press,
    printed,
    without_blanks,
)

from buf.validate import validate_pb2
from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate
from kofu.v1.document_pb2 import (
    KosekiItems,
    KosekiPersonItems,
    ResidenceItems,
    ResidencePersonItems,
    SealItems,
    TaxItems,
)
from kofu.v1.register_pb2 import KosekiEvent, TaxAmount, TaxDeduction, TaxDependents, TaxIncome
from kofu_reference.paper import DoesNotFit, renderer, sheet, specimens
from kofu_reference.paper.sheet import Items, sheet_of, texts

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")

EXAMPLES = int(os.environ.get("KOFU_PAPER_EXAMPLES", "8"))
LARGEST_YEN = 999_999_999_999_999
drawn = settings(max_examples=EXAMPLES, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))

CHARACTERS = [
    *"一見本辻葛邉ァーW0mサンプルいろは々〻・、（）「」-ABC",
    "辻\U000e0102",
    "葛\U000e0105",
    "邉\U000e0110",
    "\ufa19",
    "\ufa11",
    "\U0002000b",
    "か\u3099",
    "ﾊﾟ",
    "é",
]


@pytest.fixture(scope="module")
def at_work() -> Iterator[Press]:
    with press() as one:
        yield one


def words(longest: int, shortest: int = 1) -> st.SearchStrategy[str]:
    """Texts of up to so many code points: of one character or of many, with and without blanks; often the longest."""

    def of(length: int, characters: list[str], blank_every: int) -> str:
        text = ""
        for number in range(length):
            text += " " if blank_every and number % blank_every == blank_every - 1 else ""
            text += characters[number % len(characters)]
        return text[:longest].rstrip("\U000e0102\U000e0105\U000e0110\u3099 ") or "一"

    lengths = st.one_of(st.integers(shortest, longest), st.just(longest), st.integers(shortest, min(longest, 12)))
    runs = st.lists(st.sampled_from(CHARACTERS), min_size=1, max_size=12)
    return st.builds(of, lengths, runs, st.sampled_from([0, 0, 7, 31]))


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


days = st.builds(CivilDate, year=st.integers(1868, 2100), month=st.integers(2, 12), day=st.integers(1, 28))
recorded = st.one_of(
    st.builds(RecordedDate, exact=days),
    st.builds(RecordedDate, partial=st.builds(PartialDate, year=st.integers(1869, 2100), month=st.integers(0, 12))),
    st.just(RecordedDate(unknown=True)),
)
yens = st.one_of(st.integers(0, 9_999_999), st.just(LARGEST_YEN))

residents = st.builds(
    ResidencePersonItems,
    name=words(200),
    birth_date=recorded,
    sex=st.integers(0, 2),
    relationship=maybe(words(40)),
    registered_domicile=maybe(words(300)),
    head_of_register=maybe(words(200)),
    previous_address=maybe(words(300)),
    resident_since=st.none() | days,
    moved_in_on=st.none() | days,
    address_established_on=st.none() | days,
    notified_on=st.none() | days,
    individual_number=st.sampled_from(["", "123456789018"]),
)
foreigners = st.builds(
    ResidencePersonItems,
    name=words(200),
    common_name=maybe(words(200)),
    katakana_name=maybe(words(200)),
    birth_date=recorded,
    nationality=words(100),
    foreign_category=st.integers(1, 4),
    residence_card_number=st.just("XX12345678XX"),
    residence_status=maybe(words(60)),
    period_of_stay=maybe(words(60)),
    relationship=maybe(words(40)),
    previous_address=maybe(words(300)),
    foreign_resident_since=st.none() | days,
    period_of_stay_ends_on=st.none() | days,
    notified_on=st.none() | days,
)


def short_person(number: int) -> ResidencePersonItems:
    return specimens.foreigner() if number % 5 == 4 else specimens.resident(f"見本 {number}号")


persons = st.one_of(residents, foreigners, st.builds(specimens.resident), st.builds(specimens.foreigner))
households = st.builds(
    ResidenceItems,
    address=words(300),
    householder=maybe(words(200)),
    persons=st.builds(
        lambda some, number, more: [*some, *(short_person(one) for one in range(number)), *more],
        st.lists(persons, min_size=1, max_size=2),
        st.integers(0, 37),
        st.lists(persons, max_size=1),
    ),
)
seals = st.builds(
    SealItems,
    name=words(200),
    common_name=maybe(words(200)),
    katakana_name=maybe(words(200)),
    birth_date=recorded,
    sex=st.integers(0, 2),
    address=words(300),
    impression=st.just(specimens.seal().impression),
)
taxes = st.builds(
    TaxItems,
    name=words(200),
    address=words(300),
    birth_date=recorded,
    tax_year=st.integers(2000, 2100),
    incomes=st.lists(
        st.builds(
            TaxIncome, kind=words(40), receipts_yen=yens, income_yen=yens.flatmap(lambda y: st.sampled_from([y, -y]))
        ),
        max_size=20,
    ),
    taxable_base_yen=yens,
    deductions=st.lists(st.builds(TaxDeduction, kind=words(40), amount_yen=yens), max_size=30),
    dependents=st.lists(st.builds(TaxDependents, kind=words(40), count=st.integers(0, 30)), max_size=10),
    assessed=st.builds(
        lambda city, pref: TaxAmount(city_tax_yen=city, prefectural_tax_yen=pref, total_yen=city + pref),
        st.integers(0, 9_999_999),
        st.integers(0, 9_999_999),
    ),
)
events = st.builds(
    KosekiEvent,
    kind=st.one_of(st.sampled_from(["出生", "婚姻", "離婚", "死亡", "氏の変更"]), words(20)),
    occurred_on=recorded,
    filed_on=st.none() | recorded,
    filer=maybe(words(200)),
    accepted_at=maybe(words(200)),
    previous_register=maybe(words(300)),
    previous_register_head=maybe(words(200)),
    other_party=maybe(words(200)),
)
short_events = st.builds(specimens._event, st.integers(0, 1))
members = st.builds(
    KosekiPersonItems,
    name=words(200),
    birth_date=recorded,
    spouse_category=st.sampled_from(["", "夫", "妻"]),
    father_name=maybe(words(200)),
    mother_name=maybe(words(200)),
    adoptive_father_name=maybe(words(200)),
    adoptive_mother_name=maybe(words(200)),
    relationship_to_parents=words(40),
    birthplace=maybe(words(300)),
    events=st.one_of(
        st.lists(events, max_size=6),
        st.integers(0, 60).flatmap(lambda number: st.lists(short_events, min_size=number, max_size=number)),
    ),
    removed=st.booleans(),
)
registers = st.builds(
    KosekiItems,
    registered_domicile=words(300),
    head_of_register=words(200),
    created_on=recorded,
    persons=st.lists(members, min_size=1, max_size=4),
)


@drawn
@given(kind=st.integers(1, 2), items=households)
def test_a_household_of_any_size(at_work: Press, kind: int, items: ResidenceItems) -> None:
    judge(at_work, kind, items)


@drawn
@given(items=seals, foreign=st.booleans())
def test_a_seal_certificate(at_work: Press, items: SealItems, foreign: bool) -> None:
    judge(at_work, 3, items, foreign=foreign)


@drawn
@given(items=taxes)
def test_a_tax_certificate_with_its_sums(at_work: Press, items: TaxItems) -> None:
    whole = "".join(page.text for page in judge(at_work, 4, items))
    # The sums as the test counts them, in one row after their word.
    if items.incomes:
        receipts, income = (sum(getattr(one, name) for one in items.incomes) for name in ("receipts_yen", "income_yen"))
        assert f"計{receipts:,}円{'△' if income < 0 else ''}{abs(income):,}円" in whole
    if items.deductions:
        assert f"計{sum(one.amount_yen for one in items.deductions):,}円" in whole
    if items.dependents:
        assert f"計{sum(one.count for one in items.dependents)}人" in whole
    tax = items.assessed
    assert f"市民税額{tax.city_tax_yen:,}円県民税額{tax.prefectural_tax_yen:,}円合計額{tax.total_yen:,}円" in whole
    assert whole.count("計") >= sum(bool(listed) for listed in (items.incomes, items.deductions, items.dependents)) + 1


@drawn
@given(kind=st.integers(5, 6), items=registers)
def test_a_register_with_many_events(at_work: Press, kind: int, items: KosekiItems) -> None:
    judge(at_work, kind, items)


def longest(items: Items) -> Items:
    """The same with every text as long as a record may hold, no two alike, in the widest characters of the font."""
    for number, (message, field, limit) in enumerate(_texts_with_limits(items), start=100):
        setattr(message, field, f"{number}{('一' if limit == 300 else 'W') * (limit - 3)}")
    return items


def _moved(person: ResidencePersonItems) -> ResidencePersonItems:
    person.previous_address = "前"
    return person


LONGEST = {
    "residence": (1, ResidenceItems(address="一", householder="一", persons=[_moved(specimens.foreigner())] * 2)),
    "seal": (3, specimens.seal()),
    "tax": (4, specimens.tax()),
    "register": (5, specimens.koseki(members=2, events=3)),
}


@pytest.mark.parametrize("name", LONGEST)
def test_records_as_long_as_they_may_be(at_work: Press, name: str) -> None:
    kind, items = LONGEST[name]
    judge(at_work, kind, longest(type(items).FromString(items.SerializeToString())))


@pytest.mark.parametrize("fields", [["name"], ["residence_status"], ["name", "common_name", "nationality"]])
def test_items_that_are_longer_than_any_record_holds_them(at_work: Press, fields: list[str]) -> None:
    """As long as the renderer takes them: each fits on a page in one piece, and a person on several."""
    items = specimens.residence()
    for field in fields:
        setattr(items.persons[1], field, "見" * renderer.LONGEST_TEXT)
    judge(at_work, 1, items)


@pytest.mark.parametrize("unit", ["「「「「 ", "ー） ", "A( ", "一 、", "― ", "W" * 12 + "( "])
def test_blanks_beside_which_no_line_may_end(at_work: Press, unit: str) -> None:
    """The rules of line breaking forbid a break at every blank; the text stays in its box all the same."""
    items = specimens.residence()
    items.persons[1].name = items.persons[1].nationality = (unit * 40)[:98] + "一"
    items.persons[1].residence_status = (unit * 40)[:23] + "一"
    judge(at_work, 1, items)


def test_kinds_that_are_longer_than_any_record_holds_them(at_work: Press) -> None:
    """As long as the renderer takes them, and not one code point more."""
    for kind, items in ((4, specimens.tax()), (5, specimens.koseki(members=1, events=2))):
        entry = items.incomes[0] if isinstance(items, TaxItems) else items.persons[0].events[1]
        entry.kind = "W" * renderer.LONGEST_KIND
        judge(at_work, kind, items)
        entry.kind += "W"
        with pytest.raises(DoesNotFit, match="kind"):
            at_work.make(kind, items)


@pytest.mark.parametrize("length", [sheet.KEPT_WITH_ATTESTATION, sheet.KEPT_TOGETHER, sheet.KEPT_TOGETHER + 1])
@pytest.mark.parametrize("field", ["name", "residence_status"])
def test_the_longest_part_that_is_kept_together_fits_on_a_page(at_work: Press, field: str, length: int) -> None:
    items = specimens.residence()
    person = items.persons[1]
    for other in ("moved_in_on", "address_established_on"):
        getattr(person, other).CopyFrom(person.resident_since)
    person.previous_address = "前"
    setattr(person, field, "")
    rest = sum(len(box["value"]) for row in sheet_of(1, items).body["persons"][1]["rows"] for box in row)  # type: ignore[arg-type]
    setattr(person, field, "W" * (length - rest))
    judge(at_work, 1, items)


@pytest.mark.parametrize("length", [sheet.KEPT_WITH_ATTESTATION, sheet.KEPT_TOGETHER, sheet.KEPT_TOGETHER + 1])
@pytest.mark.parametrize("field", ["filer"])
def test_the_longest_event_that_is_kept_together_fits_on_a_page(at_work: Press, field: str, length: int) -> None:
    items = specimens.koseki(members=1, events=1)
    items.persons[0].events[0].CopyFrom(specimens._event(1))
    event = items.persons[0].events[0]
    setattr(event, field, "")
    kept = sheet_of(5, items).body["persons"][0]["events"][0]  # type: ignore[arg-type]
    rest = sum(len(value) for _, value in kept["lines"]) + len(kept["kind"])
    setattr(event, field, "W" * (length - rest))
    judge(at_work, 5, items)


@pytest.mark.parametrize("members", range(1, 13))
def test_the_attestation_never_stands_alone(at_work: Press, members: int) -> None:
    for kind, items in ((1, specimens.household(members)), (5, specimens.koseki(members=members))):
        *_, last = judge(at_work, kind, items)
        before = last.text.split("以下余白")[0].removeprefix(without_blanks(sheet_of(kind, items).title))  # type: ignore[arg-type]
        assert len(before) > 20


def judge(at_work: Press, kind: int, items: Items, *, foreign: bool = False) -> list[PrintedPage]:
    """Everything is on paper, within its area, numbered and dated; answers with the pages."""
    document = at_work.make(kind, items, foreign=foreign)
    pages = printed(document.pdf)
    laid_out = sheet_of(kind, items, foreign=foreign)  # type: ignore[arg-type]
    whole = "".join(page.text for page in pages)
    missing = [text for text in (*_strings(items), *texts(laid_out.body)) if without_blanks(text) not in whole]
    assert missing == ([items.impression.registration_number] if isinstance(items, SealItems) else [])
    assert [(page.number, page.total) for page in document.pages] == [(n, len(pages)) for n in range(1, len(pages) + 1)]
    for number, page in enumerate(pages, start=1):
        assert without_blanks(laid_out.title) in page.text
        assert specimens.DOCUMENT_ID in page.text
        assert re.search(rf"(?<!\d){number}/{len(pages)}(?!\d)", page.text)
        _judge_ink(page, number)
    assert laid_out.attestation in pages[-1].text
    return pages


def _judge_ink(page: PrintedPage, number: int) -> None:
    left, top, right, bottom = page.ink
    assert left >= SIDE - 0.3
    assert right <= WIDTH - SIDE + 0.3
    assert top >= (TOP - 1.5 if number == 1 else HEAD - 6)  # a title's strokes rise above its line
    assert bottom <= HEIGHT - 12
    # What left its box or its page at the bottom would stand in the white between the text and the page number.
    assert page.is_blank((0, BOTTOM + 0.75, WIDTH, FOOT))
    assert number == 1 or page.is_blank((0, HEAD, WIDTH, TOP - 0.75))
    inked = dark(page.picture, 240)  # a thin stroke is grey at this resolution
    glyphs = list(page.glyphs())
    assert glyphs
    for glyph in glyphs:
        assert holds((SIDE, HEAD - 6, WIDTH - SIDE, HEIGHT - 12), glyph, 0.3)
        assert inked.crop(dots(glyph, around=1)).getbbox() is not None, f"no ink at {glyph}"


def _strings(message: Message) -> Iterator[str]:
    for field, value in message.ListFields():
        for one in value if field.is_repeated else [value]:
            if isinstance(one, str):
                yield one
            elif isinstance(one, Message):
                yield from _strings(one)


def _texts_with_limits(message: Message) -> Iterator[tuple[Message, str, int]]:
    """Each text that may be set: its message, its field, and the code points that the contract grants it."""
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        limit = field.GetOptions().Extensions[validate_pb2.field].string.max_len
        # What a resident may have depends on the nationality: there only what is set is made longer.
        if limit and (value or not isinstance(message, ResidencePersonItems)):
            yield message, field.name, limit
        elif field.message_type and (field.is_repeated or message.HasField(field.name)):
            for one in value if field.is_repeated else [value]:
                yield from _texts_with_limits(one)
