"""A document handed over, judged against the specification: right person, right items, whole, and its own. [2.8]"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.message import Message

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu_conformance.engine import deviate, expect, expect_equal
from kofu_conformance.oracles import paper
from kofu_spec.city import Citizen, City
from kofu_spec.rules import eras, printed
from kofu_spec.rules.calendar import in_japan
from kofu_spec.rules.eligibility import Items, expected, kind_of

DIGEST_BYTES = 32


@dataclass(frozen=True)
class Due:
    """What the specification says that an application yields."""

    city: City
    applicant: Citizen
    application: Application
    now: datetime
    items: Items

    @property
    def kind(self) -> "CertificateKind":
        """Kind of the document."""
        return kind_of(self.application)

    @property
    def issued_on(self) -> CivilDate:
        """Date of issue: the civil day in Japan."""
        today = in_japan(self.now).date()
        return CivilDate(year=today.year, month=today.month, day=today.day)

    @property
    def strings(self) -> list[str]:
        """What the pages have to show."""
        resident = self.applicant.resident
        return printed.strings(self.items, self.kind, foreign=resident is not None and bool(resident.nationality))


def due(city: City, applicant: Citizen, application: Application, now: datetime) -> Due:
    """What is due. Raises ValueError where the specification refuses: then there is nothing to compare with."""
    items = expected(city, applicant, application, now)
    if isinstance(items, int):
        raise ValueError(f"nothing is due to this applicant: {items}; ask for one to whom a document is due")
    return Due(city, applicant, application, now, items)


def judge(document: Document, due: Due, request_id: str, seen_at: str) -> tuple[paper.Page, ...]:
    """Raises `Deviation` unless this is the document that is due, for this request, in every item and on every page.

    Answers with the pages of its PDF.
    """
    expect_equal(document.request_id, request_id, seen_at=seen_at, code="document_of_another_request")
    expect_equal(
        CertificateKind.Name(document.kind),
        CertificateKind.Name(due.kind),
        seen_at=seen_at,
        code="document_of_another_kind",
    )
    _judge_items(document, due, seen_at)
    expect(
        document.issued_on == due.issued_on,
        expected=f"issued on {_day(due.issued_on)}",
        observed=_day(document.issued_on),
        seen_at=seen_at,
        code="wrong_date_of_issue",
    )
    _judge_ids(document, request_id, seen_at)
    _judge_page_marks(document, seen_at)
    pages = judge_paper(document.pdf, due, seen_at)
    expect_equal(len(pages), len(document.pages), seen_at=seen_at, code="page_count_differs")
    paper.shows_on_each(pages, document.document_id, "the document id", seen_at)
    return pages


def judge_paper(pdf: bytes, due: Due, seen_at: str) -> tuple[paper.Page, ...]:
    """Raises `Deviation` unless the paper shows all that is due, on A4, numbered, dated, and nothing of anyone else."""
    pages = paper.read(pdf, seen_at)
    strings = due.strings
    # Another's document is told first: it lacks the right strings too, and the graver finding has to be named.
    paper.nobody_else(pages, due.city, (), strings, seen_at)
    paper.shows(pages, strings, seen_at)
    paper.is_a4(pages, seen_at)
    paper.is_numbered(pages, seen_at)
    paper.shows_on_each(pages, printed.TITLES[due.kind], "the title", seen_at)
    expect(
        paper.without_blanks(eras.printed(due.issued_on)) in pages[-1].text,
        expected=f"date of issue {eras.printed(due.issued_on)} on the last page",
        observed="not there",
        seen_at=seen_at,
        code="wrong_date_of_issue",
    )
    return pages


def document_id_on(pages: Sequence[paper.Page], not_this: str = "") -> str:
    """The document id on a sheet, empty where there is none; `not_this` is the request id, of the same shape."""
    width = 36
    for at in range(max(0, len(pages[0].text) - width + 1)):
        piece = pages[0].text[at : at + width]
        if piece.count("-") == 4 and piece != not_this and _is_uuid(piece):
            return piece
    return ""


def differences(observed: Message, wanted: Message, path: str = "") -> Iterator[str]:
    """Paths of the fields in which two messages of one type differ; never what they hold."""
    for field in wanted.DESCRIPTOR.fields:
        here = f"{path}{field.name}"
        ours: Any = getattr(wanted, field.name)
        theirs: Any = getattr(observed, field.name)
        if not isinstance(ours, Message | str | bytes | int | float):
            if len(ours) != len(theirs):
                yield f"{here} (count {len(theirs)}, due {len(ours)})"
            for number, (one, other) in enumerate(zip(ours, theirs, strict=False)):
                if isinstance(one, Message):
                    yield from differences(other, one, f"{here}[{number}].")
                elif one != other:
                    yield f"{here}[{number}]"
        elif isinstance(ours, Message) and isinstance(theirs, Message):
            if wanted.HasField(field.name) != observed.HasField(field.name):
                yield f"{here} ({'missing' if wanted.HasField(field.name) else 'not due'})"
            else:
                yield from differences(theirs, ours, f"{here}.")
        elif ours != theirs:
            yield here


def _judge_items(document: Document, due: Due, seen_at: str) -> None:
    wanted = due.application.WhichOneof("certificate")
    expect_equal(document.WhichOneof("items"), wanted, seen_at=seen_at, code="document_of_another_kind")
    assert wanted is not None
    found = list(differences(getattr(document, wanted), due.items))
    if found:
        deviate(
            expected=f"the items of the applicant's own {wanted}",
            observed=f"{_whose(document, due)}differs in {', '.join(found[:6])}",
            seen_at=seen_at,
            code="wrong_items",
        )
    unknown = list(_with_unknown_fields(document))
    expect(
        not unknown, expected="no item beyond the form", observed=", ".join(unknown), seen_at=seen_at, code="extra_item"
    )


def _whose(document: Document, due: Due) -> str:
    """Whose document it is, where it is plainly that of another citizen."""
    kind = document.WhichOneof("items")
    items = getattr(document, kind) if kind else None
    names = {person.name for person in getattr(items, "persons", ())} | {getattr(items, "name", "")}
    own = {person.name for person in getattr(due.items, "persons", ())} | {getattr(due.items, "name", "")}
    others = [citizen.key for citizen in due.city.citizens if citizen.name in names - own]
    return f"it is that of citizen {others[0]}: " if others else ""


def _judge_ids(document: Document, request_id: str, seen_at: str) -> None:
    expect(
        _is_uuid(document.document_id) and document.document_id != request_id,
        expected="a document id of its own, a UUID",
        observed="the request id" if document.document_id == request_id else "no UUID",
        seen_at=seen_at,
        code="no_document_id",
    )


def _judge_page_marks(document: Document, seen_at: str) -> None:
    numbers = [(page.number, page.total) for page in document.pages]
    total = len(numbers)
    expect_equal(numbers, [(n, total) for n in range(1, total + 1)], seen_at=seen_at, code="pages_not_whole")
    handles = {page.subject_handle for page in document.pages}
    expect(
        len(handles) == 1 and "" not in handles,
        expected="one subject on all pages",
        observed=f"{len(handles)} subject handles on {total} pages",
        seen_at=seen_at,
        code="pages_of_several_subjects",
    )
    lengths = {len(page.digest) for page in document.pages}
    expect(
        lengths == {DIGEST_BYTES},
        expected=f"a digest of {DIGEST_BYTES} bytes on each page",
        observed=f"lengths {sorted(lengths)}",
        seen_at=seen_at,
        code="page_without_digest",
    )


def _with_unknown_fields(message: Message, path: str = "") -> Iterator[str]:
    """Paths of messages that carry fields which the form doesn't know."""
    known = type(message)()
    known.CopyFrom(message)
    known.DiscardUnknownFields()
    if known.ByteSize() != message.ByteSize():
        yield path or message.DESCRIPTOR.name


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _day(day: CivilDate) -> str:
    return f"{day.year:04}-{day.month:02}-{day.day:02}"
