"""Alarms: what is flagged stays closed until its content was compared, also after a restart. [P.7]"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kofu.v1.alarm_pb2 import ContentFinding, Reconciliation
from kofu.v1.reason_pb2 import Reason
from kofu_reference.alarms.book import AlarmBook, alarm_refusal, raised_by
from kofu_reference.runtime import JST, Refusal

AT = datetime(2023, 3, 22, 10, tzinfo=JST)
CITY, OTHER_CITY = "992011", "992020"
FIRST = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
SECOND = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
FOUND = Reconciliation(finding=ContentFinding.CONTENT_FINDING_ANOTHERS, pages_compared=3, officer_id="K0007")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[AlarmBook]:
    book = AlarmBook(tmp_path / "alarms.sqlite3")
    book.raise_alarm(CITY, FIRST.upper(), AT, ["request_id", "pages"])
    yield book
    book.close()


def test_an_open_alarm_stops_its_municipality_alone_and_names_its_request(book: AlarmBook) -> None:
    with pytest.raises(Refusal, match="REASON_ALARM_RAISED") as stopped:
        book.check_municipality(CITY)
    assert stopped.value.metadata == {"alarm": FIRST}
    book.check_municipality(OTHER_CITY)


def test_once_reconciled_the_municipality_goes_on_and_the_request_stays_blocked(book: AlarmBook) -> None:
    book.reconcile(CITY, FIRST, FOUND)
    book.check_municipality(CITY)
    with pytest.raises(Refusal, match="REASON_ALARM_RAISED"):
        book.check_request(FIRST.upper())
    book.check_request(SECOND)


def test_an_alarm_is_reconciled_once_and_by_its_own_city(book: AlarmBook) -> None:
    for code, request_id in ((OTHER_CITY, FIRST), (CITY, SECOND)):
        with pytest.raises(Refusal, match="REASON_RECORD_NOT_FOUND"):
            book.reconcile(code, request_id, FOUND)
    book.reconcile(CITY, FIRST, FOUND)
    with pytest.raises(Refusal, match="REASON_RECORD_NOT_FOUND"):
        book.reconcile(CITY, FIRST, Reconciliation(finding=1, pages_compared=1, officer_id="K0008"))
    assert book.alarms_of(CITY)[0].reconciliation == FOUND


def test_officers_see_open_alarms_first_with_what_did_not_fit(book: AlarmBook) -> None:
    book.raise_alarm(CITY, SECOND, AT.replace(hour=12), ["kind"])
    book.reconcile(CITY, SECOND, FOUND)
    first, second = book.alarms_of(CITY)
    assert (first.request_id, list(first.faults)) == (FIRST, ["request_id", "pages"])
    assert first.raised_at.ToDatetime(tzinfo=JST) == AT
    assert not first.HasField("reconciliation")
    assert (second.request_id, second.reconciliation) == (SECOND, FOUND)
    assert book.alarms_of(OTHER_CITY) == []


def test_a_reconciled_alarm_is_not_opened_again_by_the_same_request(book: AlarmBook) -> None:
    book.reconcile(CITY, FIRST, FOUND)
    book.raise_alarm(CITY, FIRST, AT, ["kind"])
    book.check_municipality(CITY)


def test_alarms_stand_after_a_reopen_and_in_every_process_of_the_site(book: AlarmBook, tmp_path: Path) -> None:
    again = AlarmBook(tmp_path / "alarms.sqlite3")
    with pytest.raises(Refusal, match="REASON_ALARM_RAISED"):
        again.check_municipality(CITY)
    again.reconcile(CITY, FIRST, FOUND)
    again.close()
    book.check_municipality(CITY)


def test_only_the_refusal_for_this_very_request_says_that_it_was_flagged() -> None:
    assert raised_by(alarm_refusal(FIRST), FIRST.upper())
    assert not raised_by(alarm_refusal(FIRST), SECOND)
    assert not raised_by(Refusal(Reason.REASON_ALARM_RAISED), FIRST)
    assert not raised_by(Refusal(Reason.REASON_INTERNAL, alarm=FIRST), FIRST)
