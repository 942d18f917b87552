"""The finished PDF is read once more before it goes: whose page it is, which one, and of whom. [P.1, P.6]"""

import asyncio
import io
from collections.abc import Iterator

import pikepdf
import pytest
from reference.tests import city_side
from reference.tests.city_side import ALL_MATTERS, CITY, NOW, RESIDENCE_WHOLE, new_id, pdf_of

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu_reference.municipality.finished import UnreadablePaper, page_texts
from kofu_reference.municipality.whole import Asked, faults_of
from kofu_reference.paper import CharacterNotAvailable, Renderer
from kofu_reference.paper.sheet import Items
from kofu_spec.city import Citizen
from kofu_spec.paths import find_font
from kofu_spec.rules.eligibility import expected


class Printing:
    """Prints what is due to citizens."""

    def __init__(self, runner: asyncio.Runner, renderer: Renderer) -> None:
        self._runner = runner
        self._renderer = renderer

    def document(self, kind: CertificateKind, items: Items) -> Document:
        return self._runner.run(
            self._renderer.document(
                document_id=new_id(),
                request_id=new_id(),
                kind=kind,
                issued_on=CivilDate(year=2026, month=10, day=7),
                items=items,
                subject_handle="0123456789abcdef",
            )
        )

    def long_one(self) -> Document:
        """A register of several pages."""
        return self.document(*due(city_side.one("long-register"), ALL_MATTERS))


@pytest.fixture(scope="module")
def printing() -> Iterator[Printing]:
    with asyncio.Runner() as runner:
        renderer = Renderer(find_font(), 2)
        runner.run(renderer.start())
        yield Printing(runner, renderer)
        runner.run(renderer.stop())


def due(citizen: Citizen, application: Application) -> tuple[CertificateKind, Items]:
    items = expected(CITY, citizen, application, NOW)
    assert not isinstance(items, int)
    return CertificateKind.Value(f"CERTIFICATE_KIND_{city_side.kind_name(application).upper()}"), items


def asked(document: Document) -> Asked:
    return Asked(document.request_id, document.kind, getattr(document, document.WhichOneof("items") or ""))


def test_no_right_document_of_any_family_is_taken_for_a_wrong_one(printing: Printing) -> None:
    """Names in every kind of character: selectors, compatibility ideographs, brackets among the codes, foreign ones."""
    read = 0
    for citizen in {CITY.family(label)[0].key: CITY.family(label)[0] for label in CITY.labels}.values():
        for application in (RESIDENCE_WHOLE, ALL_MATTERS):
            if isinstance(expected(CITY, citizen, application, NOW), int):
                continue
            try:
                document = printing.document(*due(citizen, application))
            except CharacterNotAvailable:
                continue
            assert faults_of(document, asked(document)) == [], citizen.labels
            read += 1
    assert read > 40


def test_a_page_of_another_document_is_found_by_the_paper_alone(printing: Printing) -> None:
    document, other = printing.long_one(), printing.long_one()
    with pikepdf.open(io.BytesIO(document.pdf)) as pages, pikepdf.open(io.BytesIO(other.pdf)) as others:
        pages.pages.insert(1, others.pages[1])
        del pages.pages[2]
        swapped = io.BytesIO()
        pages.save(swapped)
    document.pdf = swapped.getvalue()
    assert faults_of(document, asked(document)) == ["pdf.document_id"]


def test_the_paper_of_another_document_is_found(printing: Printing) -> None:
    document, other = printing.long_one(), printing.document(*due(city_side.one("plain"), RESIDENCE_WHOLE))
    document.pdf = other.pdf
    assert faults_of(document, asked(document)) == ["pdf.pages", "pdf.document_id", "pdf.subject"]


def bare(*pages: str) -> Document:
    """A document of the name 見本 whose paper says this."""
    document = Document(document_id="11111111-1111-4111-8111-111111111111", request_id=new_id(), kind=5)
    for number in range(1, len(pages) + 1):
        document.pages.add(number=number, total=len(pages), subject_handle="h" * 16, digest=bytes([number]) * 32)
    document.koseki_all_matters.persons.add(name="見\U000e0100本")
    document.pdf = pdf_of([page.replace("ID", document.document_id) for page in pages])
    return document


@pytest.mark.parametrize(
    ("pages", "faults"),
    [
        (["ID 1/2 見 本", "ID 2/2"], []),
        (["ID 1/2 見本", "ID 1/2"], ["pdf.number"]),
        (["ID 1/2 見本", "2/2"], ["pdf.document_id"]),
        (["ID 1/1 別人"], ["pdf.subject"]),
    ],
)
def test_each_page_says_whose_and_which_it_is(pages: list[str], faults: list[str]) -> None:
    document = bare(*pages)
    assert faults_of(document, asked(document)) == faults


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("request_id", "request_id"),
        ("kind", "kind"),
        ("pages", "pages"),
        ("items", "items"),
        ("handle", "pages.subject_handle"),
        ("digest", "pages.digest"),
    ],
)
def test_what_the_message_says_is_looked_at_too(field: str, fault: str) -> None:
    document = bare("ID 1/2 見本", "ID 2/2")
    wanted = asked(document)
    match field:
        case "request_id":
            document.request_id = new_id()
        case "kind":
            document.kind = CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS
        case "pages":
            del document.pages[-1]
        case "items":
            wanted = Asked(wanted.request_id, wanted.kind, type(document.koseki_all_matters)())
        case "handle":
            document.pages[1].subject_handle = "g" * 16
        case "digest":
            document.pages[1].digest = document.pages[0].digest
    assert fault in faults_of(document, wanted)


def test_what_is_no_pdf_says_so() -> None:
    document = bare("ID 1/1 見本")
    document.pdf = b"%PDF-1.7 but not really"
    assert faults_of(document, asked(document)) == ["pdf"]
    with pytest.raises(UnreadablePaper):
        page_texts(document.pdf)


def test_a_text_is_read_through_escapes_brackets_and_what_is_meant_instead() -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        cmap = pdf.make_stream(b"1 beginbfrange\n<0001> <00FF> <0041>\nendbfrange")
        font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, ToUnicode=cmap))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F0=font))
        page.obj.Contents = pdf.make_stream(
            rb"BT /F0 9 Tf (\000\001) Tj [(\000(\000))3(\000\002)] TJ ET "
            rb"/Span<</ActualText(\376\377\060\102)>>BDC BT /F0 9 Tf <0003> Tj ET EMC BT /F0 9 Tf <0004> Tj ET"
        )
        made = io.BytesIO()
        pdf.save(made)
    assert page_texts(made.getvalue()) == ("AhiBあD",)
