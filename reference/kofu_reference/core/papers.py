"""Filings about seals, cards, taxes, and the calendar of the service. [2.1, 2.3, 1.4]"""

from datetime import datetime

from kofu.v1.common_pb2 import Holder
from kofu.v1.counter_pb2 import (
    AssessTax,
    CancelSeal,
    FileChangeResponse,
    IssueCard,
    LinkCards,
    RegisterSeal,
    RenewCard,
    RevokeCard,
    SetCalendar,
    WithdrawTax,
)
from kofu.v1.feed_pb2 import RecordChangeKind, TaxWithdrawal
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.core.desk import Desk, invalid
from kofu_reference.runtime import Refusal


def register_seal(desk: Desk, filing: RegisterSeal, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    resident.seal_impression.CopyFrom(filing.impression)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_SEAL_REGISTERED, now, [resident])


def cancel_seal(desk: Desk, filing: CancelSeal, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    if not resident.HasField("seal_impression"):
        raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
    resident.ClearField("seal_impression")
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_SEAL_CANCELLED, now, [resident])


def link_cards(desk: Desk, filing: LinkCards, now: datetime) -> FileChangeResponse:
    resident = desk.recorded(filing.resident_key)
    for number, holder in enumerate(filing.holders):
        field = f"link_cards.holders[{number}]"
        if holder in filing.holders[:number]:
            raise invalid(field, "a certificate is linked once", "name each certificate once")
        _must_be_free(desk, holder, resident, field)
    resident.control.ClearField("holders")
    resident.control.holders.extend(filing.holders)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CARD_LINK, now, [resident])


def issue_card(desk: Desk, filing: IssueCard, now: datetime) -> FileChangeResponse:
    resident = desk.living(filing.resident_key)
    _must_be_free(desk, filing.holder, resident, "issue_card.holder")
    if filing.holder in resident.control.holders:
        raise invalid("issue_card.holder", "it is linked already", "name the certificate of the new card")
    resident.control.holders.append(filing.holder)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CARD_ISSUED, now, [resident])


def renew_card(desk: Desk, filing: RenewCard, now: datetime) -> FileChangeResponse:
    """The one link comes with the end of the other, so that at no time both or neither counts."""
    resident = desk.living(filing.resident_key)
    _unlink(resident, filing.former)
    _must_be_free(desk, filing.renewed, resident, "renew_card.renewed")
    if filing.renewed == filing.former or filing.renewed in resident.control.holders:
        raise invalid("renew_card.renewed", "it is linked already", "name the new certificate")
    resident.control.holders.append(filing.renewed)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CARD_RENEWED, now, [resident])


def revoke_card(desk: Desk, filing: RevokeCard, now: datetime) -> FileChangeResponse:
    """Also of a person who is gone."""
    resident = desk.recorded(filing.resident_key)
    _unlink(resident, filing.holder)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CARD_REVOKED, now, [resident])


def assess_tax(desk: Desk, filing: AssessTax, now: datetime) -> FileChangeResponse:
    """Also a reassessment: the record of that year is another one from now on."""
    desk.recorded(filing.record.resident_key)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_TAX, now, taxes=[filing.record])


def withdraw_tax(desk: Desk, filing: WithdrawTax, now: datetime) -> FileChangeResponse:
    """Of the year stated; what other years have stays."""
    if not desk.registers.has_tax(filing.resident_key, filing.tax_year):
        raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
    withdrawn = TaxWithdrawal(resident_key=filing.resident_key, tax_year=filing.tax_year)
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_TAX_WITHDRAWN, now, withdrawn_taxes=[withdrawn])


def set_calendar(desk: Desk, filing: SetCalendar, now: datetime) -> FileChangeResponse:
    """Closings that are decided only now reach the issuing server with the feed."""
    return desk.commit(RecordChangeKind.RECORD_CHANGE_KIND_CALENDAR, now, calendar=filing.calendar)


def _must_be_free(desk: Desk, holder: Holder, resident: ResidentRecord, field: str) -> None:
    if desk.registers.linked_to(holder) not in (None, resident.control.resident_key):
        raise invalid(field, "a certificate is linked to one resident", "take the link from the other resident first")


def _unlink(resident: ResidentRecord, holder: Holder) -> None:
    if holder not in resident.control.holders:
        raise Refusal(Reason.REASON_RECORD_NOT_FOUND)
    resident.control.holders.remove(holder)
