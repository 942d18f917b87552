"""The six certificates as PDF: everything is there, nothing is cut, nothing else is told."""

import asyncio
import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from google.protobuf.message import Message

from kofu.v1.document_pb2 import Document, ResidenceItems, SealItems, TaxItems
from kofu.v1.register_pb2 import TaxIncome
from kofu_reference.paper import DoesNotFit, Renderer, renderer, specimens
from kofu_reference.paper.sheet import Items, sheet_of, texts
from kofu_spec.paths import find_font

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")

LONGEST_YEN = 2**63 - 1
POINTS_A_MM = 72 / 25.4


def crowded_residence() -> ResidenceItems:
    """Names and addresses as long as a record may hold, without a place to break a line."""
    person = specimens.resident("W" * 200, previous_address="ー" * 300, relationship="X" * 40)
    person.individual_number = ""
    return ResidenceItems(
        address="一" * 300, householder="ァ" * 200, persons=[person, specimens.resident(specimens.LONG_NAME)]
    )


def crowded_tax() -> TaxItems:
    items = specimens.tax()
    items.incomes.append(TaxIncome(kind="Q" * 40, receipts_yen=LONGEST_YEN, income_yen=-LONGEST_YEN))
    items.taxable_base_yen = LONGEST_YEN
    return items


CASES: dict[str, tuple[int, Items]] = {
    **{str(kind): (kind, items) for kind, items in specimens.SIX.items()},
    "crowded residence": (1, crowded_residence()),
    "crowded tax": (4, crowded_tax()),
    "not taxable": (4, specimens.not_taxable()),
    "household": (1, specimens.household(14)),
    "register": (5, specimens.koseki(members=9, events=9)),
}


async def make(cases: dict[str, tuple[int, Items]]) -> dict[str, Document]:
    made_by = Renderer(find_font())
    await made_by.start()
    try:
        return {
            name: await made_by.document(
                document_id=specimens.DOCUMENT_ID,
                request_id=specimens.REQUEST_ID,
                kind=kind,  # type: ignore[arg-type]
                issued_on=specimens.ISSUED_ON,
                items=items,
                subject_handle=specimens.HANDLE,
            )
            for name, (kind, items) in cases.items()
        }
    finally:
        await made_by.stop()


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    return asyncio.run(make(CASES))


@pytest.fixture(params=CASES)
def document(request: pytest.FixtureRequest, documents: dict[str, Document]) -> Document:
    return documents[request.param]


def page_texts(pdf: bytes, folder: Path) -> list[str]:
    """The text layer, page by page and without blanks, as pdftotext reads it in the order of the content stream."""
    (folder / "made.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", "-enc", "UTF-8", str(folder / "made.pdf"), "-"]
    whole = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return ["".join(page.split()) for page in whole.removesuffix("\f").split("\f")]


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_every_text_of_the_items_is_in_the_text_layer(document: Document, tmp_path: Path) -> None:
    whole = "".join(page_texts(document.pdf, tmp_path))
    items = getattr(document, document.WhichOneof("items") or "")
    missing = [text for text in strings(items) if without_blanks(text) not in whole]
    # Of a seal's registration the impression alone is an item; its number is never printed.
    number = [items.impression.registration_number] if isinstance(items, SealItems) else []
    assert missing == number
    laid_out = texts(sheet_of(document.kind, items).body)
    assert [text for text in laid_out if without_blanks(text) not in whole] == []


def strings(message: Message) -> Iterator[str]:
    for _, value in message.ListFields():
        for one in value if not isinstance(value, str | bytes | int | Message) else [value]:
            if isinstance(one, str):
                yield one
            elif isinstance(one, Message):
                yield from strings(one)


def test_every_page_has_title_number_and_document_id(document: Document, tmp_path: Path) -> None:
    pages = page_texts(document.pdf, tmp_path)
    items = getattr(document, document.WhichOneof("items") or "")
    title = sheet_of(document.kind, items).title
    for number, page in enumerate(pages, start=1):
        assert title in page
        assert specimens.DOCUMENT_ID in page
        assert re.search(rf"(?<!\d){number}/{len(pages)}(?!\d)", page)
    assert [(page.number, page.total) for page in document.pages] == [
        (number, len(pages)) for number in range(1, len(pages) + 1)
    ]
    assert {page.subject_handle for page in document.pages} == {specimens.HANDLE}


def test_attestation_date_and_mayor_stand_on_the_last_page_alone(document: Document, tmp_path: Path) -> None:
    *earlier, last = page_texts(document.pdf, tmp_path)
    items = getattr(document, document.WhichOneof("items") or "")
    for words in (sheet_of(document.kind, items).attestation, "令和8年10月7日", "架空市長"):
        assert words in last
        assert not any(words in page for page in earlier)


def test_large_households_and_long_registers_take_several_pages(documents: dict[str, Document]) -> None:
    assert len(documents["household"].pages) >= 4
    assert len(documents["register"].pages) >= 6


def test_digests_are_of_the_pages_texts(documents: dict[str, Document]) -> None:
    digests = [page.digest for page in documents["register"].pages]
    assert len(set(digests)) == len(digests)
    again = asyncio.run(make({"register": CASES["register"]}))["register"]
    assert [page.digest for page in again.pages] == digests
    not_taxable = documents["not taxable"]
    person = not_taxable.tax_assessment
    expected = [
        *["市・県民税課税証明書", "課税年度", "令和8年度", "氏名", person.name],
        *["令和8年1月1日", "現在の住所", person.address, "生年月日", "昭和25年1月1日"],
        *["課税標準額", "0円", "市・県民税", "非課税", "以下余白"],
        *["上記のとおり相違ないことを証明する。", "令和8年10月7日", "架空市長", "仮野 市郎"],
        *["証明書番号", specimens.DOCUMENT_ID, "ページ", "1/1"],
    ]
    assert not_taxable.pages[0].digest == hashlib.sha256("\n".join(expected).encode()).digest()


def test_no_ink_leaves_the_margins(document: Document) -> None:
    dots_a_mm = 4
    for page in pypdfium2.PdfDocument(document.pdf):
        assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.01)
        picture = page.render(scale=dots_a_mm / POINTS_A_MM).to_pil().convert("L")
        ink = picture.point(lambda value: 255 if value < 250 else 0).getbbox()
        assert ink is not None
        left, top, right, bottom = (dots / dots_a_mm for dots in ink)
        assert left >= 17.5
        assert right <= 210 - 17.5
        assert top >= 10
        assert bottom <= 297 - 10


def test_no_two_characters_lie_on_each_other(document: Document) -> None:
    """What left its cell would lie on the next one's text."""
    for page in pypdfium2.PdfDocument(document.pdf):
        text = page.get_textpage()
        # The code points of a sequence share one glyph and so one box; blanks that pdfium adds have none.
        glyphs = {text.get_charbox(index) for index in range(text.count_chars())}
        boxes = sorted((b, left, t, r) for left, b, r, t in glyphs if r - left > 0.5 and t - b > 0.5)
        for number, (_, left, top, right) in enumerate(boxes):
            for other_bottom, other_left, other_top, other_right in boxes[number + 1 :]:
                if other_bottom >= top:
                    break
                width = min(right, other_right) - max(left, other_left)
                height = min(top, other_top) - other_bottom
                assert width <= 1 or height <= 1


def test_the_metadata_is_a_neutral_title(document: Document) -> None:
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        told = {str(key): str(value) for key, value in pdf.docinfo.items() if key != "/Creator"}
        day = "D:20261007000000Z"  # of issue, which the paper shows as well
        assert told == {"/Title": "証明書", "/CreationDate": day, "/ModDate": day}
        assert str(pdf.docinfo["/Creator"]).startswith("Typst")
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert not {"/Names", "/Outlines", "/AF"} & set(pdf.Root.keys())
    items = getattr(document, document.WhichOneof("items") or "")
    told = [*strings(items), specimens.DOCUMENT_ID, specimens.HANDLE, specimens.REQUEST_ID]
    assert [text for text in told if len(text) > 1 and text in metadata] == []


def test_the_font_is_embedded_and_no_other(document: Document) -> None:
    with pikepdf.open(io.BytesIO(document.pdf)) as pdf:
        fonts = {
            (str(font.BaseFont).split("+")[1], "/FontFile2" in font.DescendantFonts[0].FontDescriptor)
            for page in pdf.pages
            for font in page.Resources.Font.values()
        }
    assert fonts == {("IPAmjMincho", True)}


@pytest.mark.parametrize(("width", "height"), [(1350, 1800), (800, 2500), (2500, 800)])
def test_a_seal_impression_comes_out_at_its_true_size(width: int, height: int) -> None:
    items = specimens.seal()
    items.impression.width_hundredth_mm = width
    items.impression.height_hundredth_mm = height
    made = asyncio.run(make({"seal": (3, items)}))["seal"]
    assert impression_extent(made.pdf) == pytest.approx((width / 100, height / 100), abs=0.11)


def impression_extent(pdf: bytes) -> tuple[float, float]:
    """Width and height in mm of the black that is inside the box 印影, its rules and its label left out."""
    dots_a_mm = 20
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=dots_a_mm / POINTS_A_MM).to_pil().convert("L")
    # The box is 44 mm wide in the middle of the page; its label ends above 46 mm, its lower rule lies at about 90 mm.
    left, top, right, bottom = (int(mm * dots_a_mm) for mm in (84, 46, 126, 88))
    black = picture.crop((left, top, right, bottom)).point(lambda value: 255 if value < 128 else 0).getbbox()
    assert black is not None
    return (black[2] - black[0]) / dots_a_mm, (black[3] - black[1]) / dots_a_mm


def test_the_mayors_seal_is_on_the_last_page_alone(documents: dict[str, Document]) -> None:
    def red(page: pypdfium2.PdfPage) -> bool:
        picture = page.render(scale=0.5).to_pil().convert("RGB")
        return any(r > 150 and g < 110 and b < 110 for _, (r, g, b) in picture.getcolors(1 << 24) or ())

    assert [red(page) for page in pypdfium2.PdfDocument(documents["household"].pdf)][-2:] == [False, True]


def test_what_does_not_fit_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    too_long = specimens.residence()
    too_long.persons[1].common_name = "見" * 601
    with pytest.raises(DoesNotFit) as caught:
        asyncio.run(make({"long": (1, too_long)}))
    assert caught.value.item == "persons[2].common_name"

    monkeypatch.setattr(renderer, "MOST_PAGES", 2)
    too_many = specimens.koseki(members=9, events=9)
    with pytest.raises(DoesNotFit) as caught:
        asyncio.run(make({"many": (5, too_many)}))
    assert caught.value.item == "koseki_all_matters"
