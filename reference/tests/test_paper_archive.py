"""A certificate is PDF/A-2a (ISO 19005-2, level A), as far as this machine can tell.

Checked here on the file's own structure: identification, output intent, fonts, tags, and what the standard forbids.
Where Apache PDFBox's Preflight is installed (Debian: libpdfbox2-java libactivation-java libjaxb-api-java and a Java),
it judges the files as well. It knows part 1 alone: it has to find that the file says part 2, and may find what part 1
alone forbids, a colour profile of version 4 and a translucent picture. Nobody here checks what part 2 added, nor
whether the tags are those that a reader would choose; veraPDF, which would, is in no registry that the project uses.
"""

import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from reference.tests.paper_pages import Press, image_png, press

from kofu_reference.paper import specimens
from kofu_reference.paper.sheet import Items

JARS = [
    Path("/usr/share/java", name)
    for name in (
        *("preflight.jar", "pdfbox2.jar", "fontbox2.jar", "xmpbox.jar"),
        *("commons-logging.jar", "javax.activation.jar", "jaxb-api.jar"),
    )
]
PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
FORBIDDEN_KEYS = (
    "/JavaScript",
    "/JS",
    "/Launch",
    "/EmbeddedFiles",
    "/OpenAction",
    "/AA",
    "/AcroForm",
    "/XFA",
    "/F",
    "/OPI",
)
FORBIDDEN_FILTERS = ("/LZWDecode", "/Crypt")


def _with_alpha() -> Items:
    items = specimens.seal()
    items.impression.png = image_png(Image.new("RGBA", (60, 60), (0, 0, 0, 120)))
    return items


CASES: dict[str, tuple[int, Items]] = {
    **{str(kind): (kind, items) for kind, items in specimens.SIX.items()},
    "not taxable": (4, specimens.not_taxable()),
    "household": (1, specimens.household(14)),
    "register": (5, specimens.koseki(members=4, events=9)),
    "translucent impression": (3, _with_alpha()),
}


@pytest.fixture(scope="module")
def files() -> Iterator[dict[str, bytes]]:
    with press() as at_work:
        yield {name: made(at_work, *case) for name, case in CASES.items()}


def made(at_work: Press, kind: int, items: Items) -> bytes:
    return at_work.make(kind, items).pdf


@pytest.fixture(params=CASES)
def pdf(request: pytest.FixtureRequest, files: dict[str, bytes]) -> bytes:
    return files[request.param]


@pytest.fixture
def opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document


def test_it_says_that_it_is_pdf_a_2a(opened: pikepdf.Pdf) -> None:
    metadata = ET.fromstring(opened.Root.Metadata.read_bytes())
    told = {element.tag: element.text for element in metadata.iter() if element.tag.startswith(PDFAID)}
    assert told == {f"{PDFAID}part": "2", f"{PDFAID}conformance": "A"}
    assert "/Filter" not in opened.Root.Metadata, "metadata are readable without knowing PDF"


def test_header_and_trailer_are_those_of_a_file_that_is_kept(pdf: bytes, opened: pikepdf.Pdf) -> None:
    first, second = pdf.split(b"\n", 2)[:2]
    assert first == b"%PDF-1.7"
    assert second.startswith(b"%")
    assert all(byte > 127 for byte in second[1:5])
    assert pdf.rstrip(b"\r\n").endswith(b"%%EOF")
    assert not opened.is_encrypted
    assert len(opened.trailer.ID) == 2
    assert opened.check_pdf_syntax() == []


def test_its_colours_have_a_profile(opened: pikepdf.Pdf) -> None:
    (intent,) = opened.Root.OutputIntents
    assert str(intent.S) == "/GTS_PDFA1"
    profile = intent.DestOutputProfile.read_bytes()
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[36:40] == b"acsp"
    assert profile[8] in (2, 4)
    assert (profile[12:16], profile[16:20]) == (b"mntr", b"RGB ")
    assert int(intent.DestOutputProfile.N) == 3


def test_it_holds_nothing_that_the_standard_forbids(opened: pikepdf.Pdf) -> None:
    for thing in opened.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        assert not set(FORBIDDEN_KEYS) & set(thing.keys())
        assert not (str(thing.get("/Subtype")) == "/Image" and bool(thing.get("/Interpolate")))
        if isinstance(thing, pikepdf.Stream):
            filters = thing.get("/Filter", pikepdf.Array())
            names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(one) for one in filters]
            assert not set(FORBIDDEN_FILTERS) & set(names)
    assert all("/Annots" not in page for page in opened.pages)


def test_every_font_is_there_with_a_text_for_each_glyph(opened: pikepdf.Pdf) -> None:
    for font in _fonts(opened):
        descendant = font.DescendantFonts[0]
        assert len(descendant.FontDescriptor.FontFile2.read_bytes()) > 0
        assert re.fullmatch(r"/[A-Z]{6}\+IPAmjMincho", str(font.BaseFont))
        assert str(font.Encoding) == "/Identity-H"
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def _fonts(opened: pikepdf.Pdf) -> list[Any]:
    fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
    assert fonts
    return fonts


def test_it_is_tagged_in_japanese_and_every_picture_has_words(opened: pikepdf.Pdf) -> None:
    assert bool(opened.Root.MarkInfo.Marked)
    assert str(opened.Root.Lang).startswith("ja")
    elements = list(_elements(opened.Root.StructTreeRoot))
    figures = [element for element in elements if str(element.get("/S")) == "/Figure"]
    assert {str(figure.Alt) for figure in figures} <= {"公印", "印影"}
    assert [str(figure.Alt) for figure in figures].count("公印") == 1
    assert {"/Table", "/TR", "/TD", "/P"} <= {str(element.get("/S")) for element in elements}


def _elements(element: Any) -> Iterator[Any]:
    yield element
    children = element.get("/K", pikepdf.Array())
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from _elements(child)


def test_everything_on_a_page_is_tagged_or_an_artifact(opened: pikepdf.Pdf) -> None:
    for page in opened.pages:
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            match str(instruction.operator):
                case "BDC" | "BMC":
                    depth += 1
                case "EMC":
                    depth -= 1
                case "Tj" | "TJ" | "Do" | "S" | "f" | "B":
                    assert depth > 0, f"{instruction.operator} outside marked content"
        assert depth == 0


PART_1_ALONE = re.compile(
    r"7\.11\.2 : .*part must be 1|2\.1\.6 : .*Invalid version of the ICCProfile.*|2\.2\.2 : .*Soft Mask must be null.*"
)
"""What part 1 forbids and part 2 does not: its own number, colour profiles of version 4, translucent pictures."""


def preflight(pdf: bytes, folder: Path) -> list[str]:
    """What Preflight finds wrong with a file, read as PDF/A-1b."""
    (folder / "made.pdf").write_bytes(pdf)
    command = ["java", "-cp", ":".join(map(str, JARS)), "org.apache.pdfbox.preflight.Validator_A1b"]
    done = subprocess.run([*command, str(folder / "made.pdf")], capture_output=True, text=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert "valid PDF/A-1b" in said[0], said[:3]
    return said[1:]


needs_preflight = pytest.mark.skipif(
    shutil.which("java") is None or not all(jar.exists() for jar in JARS),
    reason="Java or Debian's libpdfbox2-java, libactivation-java, libjaxb-api-java are not installed",
)


@needs_preflight
def test_preflight_finds_nothing_but_that_it_is_of_part_2(pdf: bytes, tmp_path: Path) -> None:
    found = preflight(pdf, tmp_path)
    assert [line for line in found if not PART_1_ALONE.fullmatch(line.strip())] == []
    assert any("part must be 1" in line for line in found), "it did look"
