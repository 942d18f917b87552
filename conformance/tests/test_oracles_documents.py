"""The judge of documents passes what is due, and names what is wrong with everything else."""

from collections.abc import Callable
from functools import cache

import pytest
from conformance.tests import miniature

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.document_pb2 import Document
from kofu_conformance.engine import Deviation
from kofu_conformance.oracles import documents, paper
from kofu_conformance.testers.wish import Kind, Members, Wish, can_have
from kofu_spec.city import Citizen

REQUEST_ID = "8d7f1a52-51a4-4c7c-9a0f-2a3d8b6f0c11"


def _someone(family: str, wish: Wish, but: str = "") -> Citizen:
    suited = can_have(miniature.CITY, wish, miniature.BASE)
    return next(one for one in miniature.CITY.family(family) if suited(one) and _household(one) != but)


def _household(citizen: Citizen) -> str:
    assert citizen.resident is not None
    return citizen.resident.control.household_key


def _due(family: str, wish: Wish, but: str = "") -> documents.Due:
    citizen = _someone(family, wish, but)
    return miniature.due_of(citizen, wish.application(miniature.CITY, citizen))


@cache
def _right() -> tuple[documents.Due, Document]:
    due = _due("plain", Wish(Kind.RESIDENCE_CERTIFICATE, Members.WHOLE, relationship=True, individual_number=True))
    return due, miniature.document(due, REQUEST_ID)


@pytest.mark.parametrize("kind", Kind)
def test_what_is_due_passes(kind: Kind) -> None:
    family = "hard-name"
    due = _due(family, Wish(kind))
    documents.judge(miniature.document(due, REQUEST_ID), due, REQUEST_ID, "here")


@pytest.mark.parametrize("family", ["foreign-mid-to-long-term", "common-name", "partial-dates", "large-household"])
def test_what_is_due_to_uncommon_families_passes(family: str) -> None:
    due = _due(family, Wish(Kind.RESIDENCE_CERTIFICATE, Members.WHOLE, True, True, True))
    documents.judge(miniature.document(due, REQUEST_ID), due, REQUEST_ID, "here")


def _other_request(made: Document) -> None:
    made.request_id = "11111111-51a4-4c7c-9a0f-2a3d8b6f0c11"


def _other_kind(made: Document) -> None:
    made.residence_record_items.CopyFrom(made.residence_certificate)


def _number_left_out(made: Document) -> None:
    made.residence_certificate.persons[0].individual_number = ""


def _person_left_out(made: Document) -> None:
    del made.residence_certificate.persons[-1]


def _yesterday(made: Document) -> None:
    made.issued_on.CopyFrom(CivilDate(year=2026, month=10, day=6))


def _two_subjects(made: Document) -> None:
    assert len(made.pages) > 1
    made.pages[-1].subject_handle = "handle-of-another"


def _page_missing(made: Document) -> None:
    del made.pages[-1]


def _digest_missing(made: Document) -> None:
    made.pages[0].digest = b""


def _id_of_the_request(made: Document) -> None:
    made.document_id = REQUEST_ID


def _another_s_paper(made: Document) -> None:
    due, _ = _right()
    other = _due("plain", Wish(Kind.RESIDENCE_CERTIFICATE), but=_household(due.applicant))
    made.pdf = miniature.printed(other, made.document_id)


@pytest.mark.parametrize(
    ("mistake", "code"),
    [
        (_other_request, "document_of_another_request"),
        (_other_kind, "document_of_another_kind"),
        (_number_left_out, "wrong_items"),
        (_person_left_out, "wrong_items"),
        (_yesterday, "wrong_date_of_issue"),
        (_two_subjects, "pages_of_several_subjects"),
        (_page_missing, "pages_not_whole"),
        (_digest_missing, "page_without_digest"),
        (_id_of_the_request, "no_document_id"),
        (_another_s_paper, "another_person_on_paper"),
    ],
)
def test_what_is_wrong_is_named(mistake: Callable[[Document], None], code: str) -> None:
    due, right = _right()
    made = Document()
    made.CopyFrom(right)
    mistake(made)
    with pytest.raises(Deviation) as found:
        documents.judge(made, due, REQUEST_ID, "here")
    assert found.value.code == code


def test_another_s_document_is_known_for_what_it_is_without_a_name() -> None:
    wish = Wish(Kind.SEAL_REGISTRATION)
    due = _due("plain", wish)
    other = _due("plain", wish, but=_household(due.applicant))
    with pytest.raises(Deviation) as found:
        documents.judge(miniature.document(other, REQUEST_ID), due, REQUEST_ID, "here")
    assert other.applicant.key in found.value.observed
    assert other.applicant.name not in str(found.value)


def test_a_normalised_name_is_not_the_name() -> None:
    pages = (paper.Page(1, "\u795e架空", 595.3, 841.9),)  # what NFC makes of U+FA19
    with pytest.raises(Deviation, match="item_not_on_paper"):
        paper.shows(pages, ["\ufa19架空"], "here")


def test_a_dropped_variation_selector_is_not_the_name() -> None:
    with pytest.raises(Deviation, match="item_not_on_paper"):
        paper.shows((paper.Page(1, "辻見本", 595.3, 841.9),), ["辻\U000e0102見本"], "here")


def test_a_page_that_is_not_a4_or_not_numbered_is_found() -> None:
    letter = (paper.Page(1, "1/1", 612, 792),)
    with pytest.raises(Deviation, match="paper_not_a4"):
        paper.is_a4(letter, "here")
    with pytest.raises(Deviation, match="page_not_numbered"):
        paper.is_numbered((paper.Page(1, "1/2", 595.3, 841.9),), "here")


def test_the_document_id_is_read_from_the_sheet_and_not_taken_for_the_request_s() -> None:
    own = "0c7be1a2-9f5f-4d0a-9a55-8f1f6f1f4a10"
    pages = (paper.Page(1, f"住民票{REQUEST_ID}証明書番号{own}1/1", 595.3, 841.9),)
    assert documents.document_id_on(pages, not_this=REQUEST_ID) == own
