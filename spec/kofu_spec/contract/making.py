"""What the CEL rules of the protos demand beyond a field's own: drawn fields made to agree, by hand."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

M = TypeVar("M", bound=Message)
PNG: Final = b"\x89PNG\r\n\x1a\n"
JPEG: Final = b"\xff\xd8\xff"
MUNICIPALITY_WEIGHTS: Final = (6, 5, 4, 3, 2)
INDIVIDUAL_WEIGHTS: Final = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


# Numbers with a check digit.


def municipality_code(digits: Sequence[int]) -> str:
    """Five digits of JIS X 0402 with their check digit."""
    rest = sum(digit * weight for digit, weight in zip(digits, MUNICIPALITY_WEIGHTS, strict=True)) % 11
    return "".join(map(str, (*digits, (11 - rest) % 10)))


def individual_number(digits: Sequence[int]) -> str:
    """Eleven digits with the check digit of the ordinance."""
    rest = sum(digit * weight for digit, weight in zip(digits, INDIVIDUAL_WEIGHTS, strict=True)) % 11
    return "".join(map(str, (*digits, 0 if rest <= 1 else 11 - rest)))


def digits(count: int) -> SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 9), min_size=count, max_size=count)


# Messages whose rules bind several fields: what was drawn for each field, made to agree.


def _civil_date(message: Any) -> SearchStrategy[Message]:
    def on(day: date) -> Message:
        message.year, message.month, message.day = day.year, day.month, day.day
        return message  # type: ignore[no-any-return]

    leap_days = st.sampled_from([date(2000, 2, 29), date(2024, 2, 29), date(1900, 2, 28)])
    return (st.dates(date(1800, 1, 1), date(9999, 12, 31)) | leap_days).map(on)


def _tax_amount(message: Any) -> SearchStrategy[Message]:
    message.city_tax_yen, message.prefectural_tax_yen = message.city_tax_yen // 2, message.prefectural_tax_yen // 2
    message.total_yen = message.city_tax_yen + message.prefectural_tax_yen
    return st.just(message)


FOREIGN: Final = (
    "common_name",
    "nationality",
    "foreign_resident_since",
    "residence_card_number",
    "residence_status",
    "period_of_stay",
    "period_of_stay_ends_on",
)
DOMESTIC: Final = ("registered_domicile", "head_of_register")


def _resident_record(message: Any) -> SearchStrategy[Message]:
    for name in DOMESTIC if message.foreign_category else FOREIGN:
        message.ClearField(name)
    return st.just(message)


def _residence_options(message: Any) -> SearchStrategy[Message]:
    if message.whole_household:
        message.ClearField("member_numbers")
    return st.just(message)


def _document(message: Any) -> SearchStrategy[Message]:
    kinds = {field.name: number for number, field in enumerate(message.DESCRIPTOR.oneofs_by_name["items"].fields, 1)}
    message.kind = kinds[message.WhichOneof("items")]
    for number, page in enumerate(message.pages, start=1):
        page.number, page.total = number, len(message.pages)
        page.subject_handle = message.pages[0].subject_handle
    return st.just(message)


def _issue_koseki_request(message: Any) -> SearchStrategy[Message]:
    if not message.application.HasField("koseki_all_matters"):
        message.application.koseki_individual_matters.SetInParent()
    return st.just(message)


def _report_outcome_request(message: Any) -> SearchStrategy[Message]:
    if message.outcome == 1:
        message.copies_printed = max(1, message.copies_printed)
    elif message.outcome in (2, 4):
        message.copies_printed = 0
    if not message.copies_printed:
        message.charged_yen = 0
    return st.just(message)


def _distinct(name: str, key: Callable[[Any], object]) -> Callable[[Any], SearchStrategy[Message]]:
    """Of elements with the same key only the first stays."""

    def made(message: Any) -> SearchStrategy[Message]:
        elements = getattr(message, name)
        first = {key(element): element for element in reversed(list(elements))}
        kept = [element for element in elements if first[key(element)] is element]
        copies = [type(element).FromString(element.SerializeToString()) for element in kept]
        message.ClearField(name)
        getattr(message, name).extend(copies)
        return st.just(message)

    return made


def _resident_key(resident: Any) -> object:
    return resident.control.resident_key


def _tax_key(tax: Any) -> object:
    return tax.resident_key, tax.tax_year


def _feed_change(message: Any) -> SearchStrategy[Message]:
    _distinct("residents", _resident_key)(message)
    _distinct("taxes", _tax_key)(message)
    if not (message.residents or message.taxes or message.withdrawn_taxes or message.HasField("calendar")):
        message.withdrawn_taxes.add(resident_key="r00000001", tax_year=2026)
    return st.just(message)


def _daily_hours(message: Any) -> SearchStrategy[Message]:
    first, last = sorted((message.opens_at_minute, message.closes_at_minute))
    message.opens_at_minute, message.closes_at_minute = min(first, 1379), max(last, min(first, 1379) + 1)
    return st.just(message)


def _relationships(message: Any) -> SearchStrategy[Message]:
    _distinct("relationships", lambda member: member.resident_key)(message)
    if not message.new_householder:
        message.ClearField("relationships")
    for member in message.relationships:
        if member.resident_key == message.new_householder:
            message.new_householder = f"r{(int(message.new_householder[1:]) + 1) % 10**8:08d}"
            return _relationships(message)
    return st.just(message)


def _record_birth(message: Any) -> SearchStrategy[Message]:
    if message.nationality:
        message.registered_domicile = message.head_of_register = ""
    else:
        message.registered_domicile = message.registered_domicile or "架空県架空市一番"
        message.head_of_register = message.head_of_register or "架空　太郎"
    return st.just(message)


MAKERS: Final[Mapping[str, Callable[[Any], SearchStrategy[Message]]]] = {
    "kofu.v1.CivilDate": _civil_date,
    "kofu.v1.TaxAmount": _tax_amount,
    "kofu.v1.ResidentRecord": _resident_record,
    "kofu.v1.ResidenceOptions": _residence_options,
    "kofu.v1.Document": _document,
    "kofu.v1.IssueKosekiRequest": _issue_koseki_request,
    "kofu.v1.ReportOutcomeRequest": _report_outcome_request,
    "kofu.v1.ListOffersResponse": _distinct("offers", lambda offer: offer.kind),
    "kofu.v1.Attestation": _distinct("statements", lambda statement: statement.requirement_id),
    "kofu.v1.FeedChange": _feed_change,
    "kofu.v1.DailyHours": _daily_hours,
    "kofu.v1.RecordBirth": _record_birth,
    "kofu.v1.ServiceCalendar": _distinct("irregular_hours", lambda one: one.day.SerializeToString(deterministic=True)),
    **dict.fromkeys(("kofu.v1.MoveOut", "kofu.v1.SplitHousehold", "kofu.v1.RecordDeath"), _relationships),
}
"""By message, how drawn fields are made to agree with its rules."""
