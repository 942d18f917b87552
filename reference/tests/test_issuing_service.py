"""The issuing server as the center meets it: the right certificate, or the right refusal, and no trace. [2.8, 3.1.4]"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reference.tests import city_side
from reference.tests.city_side import ALL_MATTERS, CITY, RESIDENCE, SEAL, TAX, IssuingSide, new_id, one, resident_of

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate
from kofu.v1.document_pb2 import Document
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock, ResidenceState, ResidentRecord
from kofu_reference.runtime import JST, Refusal
from kofu_reference.runtime.log import JsonLines
from kofu_spec.rules.eligibility import expected


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuingSide]:
    with city_side.issuing_side(tmp_path_factory.mktemp("issuing")) as side:
        yield side


USED = "REASON_REQUEST_ID_USED"
ALARM = "REASON_ALARM_RAISED"


def items_of(document: Document) -> object:
    return getattr(document, document.WhichOneof("items") or "")


def text_of(document: Document) -> str:
    pages = pypdfium2.PdfDocument(document.pdf)
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)


# What is issued


@pytest.mark.parametrize("application", city_side.RESIDENTS_KINDS, ids=city_side.kind_name)
def test_each_of_its_own_kinds_shows_the_applicants_record_whole(side: IssuingSide, application: Application) -> None:
    for citizen in city_side.with_everything()[:3]:
        request_id = new_id()
        document = side.document(citizen, application, request_id=request_id)
        assert (document.request_id, city_side.kind_name(application)) == (request_id, document.WhichOneof("items"))
        assert items_of(document) == expected(CITY, citizen, application, city_side.NOW)
        assert document.issued_on == CivilDate(year=2026, month=10, day=7)
        total = len(document.pages)
        assert [(page.number, page.total) for page in document.pages] == [(n, total) for n in range(1, total + 1)]
        assert len({page.subject_handle for page in document.pages}) == 1
        assert document.document_id in text_of(document)


@pytest.mark.parametrize("application", city_side.KOSEKI_KINDS, ids=city_side.kind_name)
def test_a_koseki_certificate_goes_through_unchanged_and_so_does_the_request(
    side: IssuingSide, application: Application
) -> None:
    made: list[Document] = []

    async def answer(asked: IssueKosekiRequest) -> Document:
        made.append(await city_side.koseki_document(asked))
        return made[-1]

    with side.koseki.answering(answer):
        request = city_side.issue_request(city_side.with_everything()[0], application)
        assert [side.run(side.issue(request))] == made
    asked = side.koseki.asked[-1]
    for field in ("request_id", "municipality_code", "holder", "application", "received_at"):
        assert getattr(asked, field) == getattr(request, field)


def test_where_somebody_lives_does_not_matter_for_the_koseki(side: IssuingSide) -> None:
    for label in ("leaving", "moved-out", "non-resident-koseki"):
        for citizen in CITY.family(label):
            assert side.document(citizen, ALL_MATTERS).WhichOneof("items") == "koseki_all_matters"


@pytest.mark.parametrize(("hour", "minute"), [(6, 30), (8, 59), (9, 0), (22, 59)])
def test_the_day_in_japan_on_which_the_center_received_it_is_the_date_of_issue(
    side: IssuingSide, hour: int, minute: int
) -> None:
    at = datetime(2026, 10, 8, hour, minute, tzinfo=JST)
    document = side.document(one("plain"), RESIDENCE, at=at)
    assert document.issued_on == CivilDate(year=2026, month=10, day=8)
    assert "令和8年10月8日" in text_of(document)


@pytest.mark.parametrize("application", [SEAL, TAX], ids=city_side.kind_name)
def test_births_of_foreign_residents_are_printed_in_the_gregorian_calendar(
    side: IssuingSide, application: Application
) -> None:
    foreigner, national = one("foreign-mid-to-long-term"), city_side.with_everything()[0]
    for citizen, gregorian in ((foreigner, True), (national, False)):
        year = resident_of(citizen).birth_date.exact.year
        assert (f"{year}年" in text_of(side.document(citizen, application))) is gregorian


@pytest.mark.parametrize("role", ["relay", "kiosk", "core", "issuing", "tester"])
def test_only_the_center_may_ask(side: IssuingSide, role: str) -> None:
    async def ask() -> Refusal:
        async with side.running.channel(role) as line:
            return await city_side.refusal_of(side.issue(city_side.issue_request(one("plain"), RESIDENCE), line))

    assert side.run(ask()).name == "REASON_ROLE_NOT_ALLOWED"


# A request id


def test_a_request_id_serves_once_also_in_capitals_and_for_another_person_and_kind(side: IssuingSide) -> None:
    request_id = new_id()
    first, second = city_side.with_everything()[:2]
    assert side.document(first, RESIDENCE, request_id=request_id).pdf
    for again in (request_id, request_id.upper()):
        assert side.refusal(first, RESIDENCE, request_id=again) == USED
        assert side.refusal(second, ALL_MATTERS, request_id=again) == USED


@pytest.mark.parametrize(
    ("label", "application", "rest"),
    [
        ("no-seal", SEAL, {}),
        ("deceased", RESIDENCE, {}),
        ("plain", RESIDENCE, {"at": city_side.NOW.replace(hour=23)}),
        ("plain", RESIDENCE, {"municipality_code": "992020"}),
        ("character-not-in-font", RESIDENCE, {}),
    ],
)
def test_a_refusal_has_used_its_request_id_as_well(
    side: IssuingSide, label: str, application: Application, rest: dict[str, Any]
) -> None:
    request_id = new_id()
    assert side.refusal(one(label), application, request_id=request_id, **rest) != USED
    assert side.refusal(one("plain"), RESIDENCE, request_id=request_id) == USED


def test_a_request_id_stays_used_after_a_restart(tmp_path: Path) -> None:
    served, refused = new_id(), new_id()
    with city_side.issuing_side(tmp_path) as side:
        assert side.document(one("plain"), RESIDENCE, request_id=served).pdf
        assert side.refusal(one("no-seal"), SEAL, request_id=refused) == "REASON_NO_SEAL_REGISTRATION"
        side.run(side.restart())
        for request_id in (served, refused):
            assert side.refusal(one("plain"), RESIDENCE, request_id=request_id) == USED
        assert side.document(one("plain"), RESIDENCE).pdf


def test_of_two_requests_at_once_with_one_id_exactly_one_gets_a_document(side: IssuingSide) -> None:
    first, second = city_side.with_everything()[:2]

    async def both() -> list[object]:
        request_id = new_id()
        asked = [city_side.issue_request(first, RESIDENCE, request_id=request_id)]
        asked.append(city_side.issue_request(second, TAX, request_id=request_id.upper()))
        return await asyncio.gather(*map(side.issue, asked), return_exceptions=True)

    for _ in range(5):
        answers = side.run(both())
        assert sorted(type(answer).__name__ for answer in answers) == ["Document", "Refusal"]
        assert [answer.name for answer in answers if isinstance(answer, Refusal)] == [USED]


def test_each_of_many_at_once_gets_their_own(side: IssuingSide) -> None:
    pairs = list(product(city_side.with_everything()[:6], (*city_side.RESIDENTS_KINDS, ALL_MATTERS)))
    requests = [city_side.issue_request(citizen, application) for citizen, application in pairs]

    async def all_at_once() -> list[Document]:
        return await asyncio.gather(*map(side.issue, requests))

    documents = side.run(all_at_once())
    for (citizen, application), request, document in zip(pairs, requests, documents, strict=True):
        assert document.request_id == request.request_id
        if application != ALL_MATTERS:
            assert items_of(document) == expected(CITY, citizen, application, city_side.NOW)
            assert "".join(citizen.name.split()) in text_of(document)
    assert len({document.document_id for document in documents}) == len(documents)
    assert len({page.subject_handle for document in documents for page in document.pages}) == len(documents)


# Between making and release


def renamed(record: ResidentRecord) -> None:
    record.name = "改 名子"


def without_seal(record: ResidentRecord) -> None:
    record.ClearField("seal_impression")


def dead(record: ResidentRecord) -> None:
    record.control.state = ResidenceState.RESIDENCE_STATE_DECEASED


def blocked(record: ResidentRecord) -> None:
    record.control.blocks.append(IssueBlock.ISSUE_BLOCK_SUPPORT_MEASURES)


def unlinked(record: ResidentRecord) -> None:
    record.control.ClearField("holders")


@pytest.mark.parametrize(
    ("application", "happens", "reason"),
    [
        (RESIDENCE, renamed, "REASON_RECORDS_NOT_CURRENT"),
        (SEAL, renamed, "REASON_RECORDS_NOT_CURRENT"),
        (SEAL, without_seal, "REASON_NO_SEAL_REGISTRATION"),
        (city_side.RECORD_ITEMS, dead, "REASON_APPLICANT_NOT_FOUND"),
        (TAX, blocked, "REASON_ISSUE_BLOCKED"),
        (RESIDENCE, unlinked, "REASON_APPLICANT_NOT_FOUND"),
    ],
)
def test_what_is_no_longer_right_when_it_is_made_is_not_released(
    side: IssuingSide, application: Application, happens: Callable[[ResidentRecord], None], reason: str
) -> None:
    citizen, made = city_side.with_everything()[0], []
    record = resident_of(citizen)
    happens(record)

    def change_the_record(document: Document) -> None:
        made.append(document)
        side.feed(record)

    with side.meanwhile(change_the_record):
        assert side.refusal(citizen, application) == reason
    assert len(made) == 1, "it was made before the record changed"
    side.feed(resident_of(citizen))
    assert side.document(citizen, application).pdf


def test_a_member_of_the_household_who_is_blocked_meanwhile_stops_the_whole(side: IssuingSide) -> None:
    husband, wife = CITY.household(resident_of(one("mixed-nationality-household")).control.household_key)[:2]
    record = resident_of(wife)
    blocked(record)
    with side.meanwhile(lambda _: side.feed(record)):
        assert side.refusal(husband, city_side.RESIDENCE_WHOLE) == "REASON_ISSUE_BLOCKED"
        assert side.document(husband, RESIDENCE).pdf, "who is not shown is no hindrance"
    side.feed(resident_of(wife))


def test_a_withdrawn_tax_record_is_not_certified(side: IssuingSide) -> None:
    citizen = city_side.with_everything()[0]
    with side.meanwhile(lambda _: side.feed(withdrawn=((citizen.key, 2026),))):
        assert side.refusal(citizen, TAX) == "REASON_NO_TAX_RECORD"
    side.feed(taxes=(citizen.tax,))


def another(document: Document) -> Document:
    """The document of another request, as right as it may be for that one."""
    other = Document.FromString(document.SerializeToString())
    other.request_id = new_id()
    return other


def of_another_kind(document: Document) -> Document:
    other = Document.FromString(document.SerializeToString())
    other.residence_record_items.CopyFrom(document.residence_certificate)
    return other


def with_a_strangers_page(document: Document) -> Document:
    other = Document.FromString(document.SerializeToString())
    other.pages[-1].subject_handle = "0123456789abcdef" * 2
    return other


def without_the_last_page(document: Document) -> Document:
    other = Document.FromString(document.SerializeToString())
    del other.pages[-1]
    return other


MIX_UPS = (another, of_another_kind, with_a_strangers_page, without_the_last_page)


@pytest.mark.parametrize("mixed_up", MIX_UPS)
def test_what_is_not_this_requests_document_or_not_whole_raises_an_alarm_and_is_not_released(
    side: IssuingSide, mixed_up: Callable[[Document], Document]
) -> None:
    applicant, request_id = one("large-household"), new_id()
    with side.meanwhile(mixed_up):
        assert side.refusal(applicant, city_side.RESIDENCE_WHOLE, request_id=request_id) == ALARM
    side.reconcile(request_id)
    assert len(side.document(applicant, city_side.RESIDENCE_WHOLE).pages) > 1


# Answers of the koseki system


def of_the_other_koseki_kind(document: Document) -> Document:
    document.koseki_individual_matters.CopyFrom(document.koseki_all_matters)
    return document


def called_another_kind(document: Document) -> Document:
    document.kind = CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS
    return document


@pytest.mark.parametrize("mixed_up", [another, of_the_other_koseki_kind, called_another_kind, *MIX_UPS[2:]])
def test_a_koseki_answer_to_something_else_raises_an_alarm(
    side: IssuingSide, mixed_up: Callable[[Document], Document]
) -> None:
    async def answer(asked: IssueKosekiRequest) -> Document:
        return mixed_up(await city_side.koseki_document(asked))

    with side.koseki.answering(answer):
        request_id = new_id()
        assert side.refusal(one("plain"), ALL_MATTERS, request_id=request_id) == ALARM
    side.reconcile(request_id)


def test_a_silent_koseki_system_is_waited_for_no_longer_than_the_wait(side: IssuingSide) -> None:
    config = side.system.config

    async def at_last(asked: IssueKosekiRequest) -> Document:
        await asyncio.sleep(2)
        return await city_side.koseki_document(asked)

    waits = config.waits.model_copy(update={"koseki_seconds": 0.2})
    side.system.config = config.model_copy(update={"waits": waits})
    with side.koseki.answering(at_last):
        assert side.refusal(one("plain"), ALL_MATTERS) == "REASON_TIMED_OUT"
    side.system.config = config
    assert side.document(one("plain"), ALL_MATTERS).pdf


def test_a_refusal_of_the_koseki_system_comes_back_unchanged(side: IssuingSide) -> None:
    async def refuse(asked: IssueKosekiRequest) -> Document:
        raise Refusal(Reason.REASON_CHARACTER_NOT_AVAILABLE, code_points="U+8FBB U+E0100")

    with side.koseki.answering(refuse):
        asking = side.issue(city_side.issue_request(one("plain"), city_side.OWN_MATTERS))
        refusal = side.run(city_side.refusal_of(asking))
    assert (refusal.name, refusal.metadata) == ("REASON_CHARACTER_NOT_AVAILABLE", {"code_points": "U+8FBB U+E0100"})


@pytest.mark.parametrize(
    ("happens", "reason"), [(dead, "REASON_APPLICANT_NOT_FOUND"), (blocked, "REASON_ISSUE_BLOCKED")]
)
def test_who_dies_or_is_blocked_while_the_koseki_system_works_gets_nothing(
    side: IssuingSide, happens: Callable[[ResidentRecord], None], reason: str
) -> None:
    citizen = city_side.with_everything()[0]
    record = resident_of(citizen)
    happens(record)

    async def answer(asked: IssueKosekiRequest) -> Document:
        side.feed(record)
        return await city_side.koseki_document(asked)

    with side.koseki.answering(answer):
        assert side.refusal(citizen, ALL_MATTERS) == reason
    side.feed(resident_of(citizen))


# What stays


def test_nothing_of_a_certificate_is_left_in_any_file_and_no_name_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Certificates of all kinds, refusals, a mix-up, and a fault that has a name in its text."""
    caplog.set_level(logging.DEBUG)
    request_id = new_id()
    documents: list[Document] = []

    def fail(document: Document) -> None:
        documents.append(document)
        raise ValueError(items_of(document))

    with city_side.issuing_side(tmp_path) as side:
        citizens = city_side.with_everything()[:3]
        kinds = (*city_side.RESIDENTS_KINDS, *city_side.KOSEKI_KINDS)
        documents += [side.document(citizen, application) for citizen in citizens for application in kinds]
        documents.append(side.document(citizens[0], city_side.RESIDENCE_WHOLE, request_id=request_id))
        for goes_wrong, reason in ((fail, "REASON_INTERNAL"), (another, ALARM)):
            with side.meanwhile(goes_wrong):
                assert side.refusal(citizens[0], RESIDENCE, request_id=new_id()) == reason
        side.reconcile(side.alarms()[0].request_id)
        assert side.refusal(one("support-measures"), SEAL) == "REASON_ISSUE_BLOCKED"
        running = city_side.left_in(side.folder, documents)
    assert running == city_side.left_in(side.folder, documents) == set()
    assert "used.sqlite3" in city_side.files_with(side.folder, [request_id.encode()]), "the search finds what is there"
    assert "ValueError" in "".join(JsonLines("issuing").format(record) for record in caplog.records)
    written = caplog.text + "".join(JsonLines("issuing").format(record) for record in caplog.records)
    assert [citizen for citizen in CITY.citizens if citizen.name in written] == []
