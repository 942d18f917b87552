"""Both readers of a PDF's text agree on what typst prints, hard characters included."""

import json
import shutil

import pytest
import typst

from kofu_conformance.oracles import text_layer
from kofu_conformance.oracles.paper import without_blanks
from kofu_spec.paths import find_font

NAMES = [
    "架空\u3000太郎",
    "\u8fbb\U000e0102見本",  # a variation sequence
    "\u9089\U000e010f例示",
    "\ufa19\ufa11試験",  # compatibility ideographs
    "\U00020bb7\U0002000b仮名",  # beyond the BMP
    "MUSTER JUAN BAUTISTA DE LA MUESTRA",
    "エグザンプル・ヴィクター",
    "△1,234円 2人 非課税 令和元年",
]

TABLE = r"""
#set page(paper: "a4", margin: 15mm, footer: context [#counter(page).display("1/1", both: true)])
#set text(font: "IPAmjMincho", size: 11pt, lang: "ja", fallback: false)
#let rows = json(bytes(sys.inputs.rows))
#table(columns: (30mm, 40mm), ..rows.map(row => ([欄], [#row])).flatten())
#pagebreak()
#for row in rows [#row #parbreak()]
"""


@pytest.fixture(scope="module")
def printed() -> bytes:
    font = find_font()
    compiler = typst.Compiler(
        TABLE.encode(),
        font_paths=[str(font.parent)],
        ignore_system_fonts=True,
        sys_inputs={"rows": json.dumps(NAMES)},
    )
    pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)
    return pdf


def test_pikepdf_reads_every_name_code_point_by_code_point(printed: bytes) -> None:
    pages = [without_blanks(page) for page in text_layer.page_texts_by_pikepdf(printed)]
    assert len(pages) == 2
    for page in pages:
        for name in NAMES:
            assert without_blanks(name) in page


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")
def test_both_readers_agree(printed: bytes) -> None:
    ours = [without_blanks(page) for page in text_layer.page_texts_by_pikepdf(printed)]
    theirs = [without_blanks(page) for page in text_layer.page_texts_by_pdftotext(printed)]
    assert ours == theirs


def test_pages_are_a4(printed: bytes) -> None:
    for width, height in text_layer.page_sizes_points(printed):
        assert abs(width - 595.276) < 0.1
        assert abs(height - 841.89) < 0.1


def test_no_pdf_is_said_to_be_unreadable() -> None:
    with pytest.raises(text_layer.UnreadableError):
        text_layer.page_texts_by_pikepdf(b"nothing of the kind")


def test_to_unicode_reads_characters_ranges_and_lists() -> None:
    cmap = (
        b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        b"2 beginbfchar <0001> <8FBBDB40DD02> <0002> <D842DFB7> endbfchar\n"
        b"2 beginbfrange <0010> <0012> <3042> <0020> <0021> [<4E00> <4E8C4E09>] endbfrange"
    )
    known = text_layer.parse_to_unicode(cmap, 1)
    assert known.read(bytes.fromhex("000100020011002000217777")) == "\u8fbb\U000e0102\U00020bb7\u3043一二三\ufffd"
