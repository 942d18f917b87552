"""What the CEL rules of the protos demand, made and broken by hand: each maker and each breaker names its rule."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from google.protobuf.message import Message
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

M = TypeVar("M", bound=Message)
SELECTOR: Final = "\U000e0100"
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
    if not (message.residents or message.taxes or message.withdrawn_tax_resident_keys):
        message.withdrawn_tax_resident_keys.append("r00000001")
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
}
"""By message, how drawn fields are made to agree with its rules."""


# The same rules broken, one at a time. Each returns the path that a refusal has to name.


def _wrong_last_digit(message: Any, name: str) -> str:
    value = getattr(message, name)
    if isinstance(value, str):
        setattr(message, name, _next_last_digit(value))
        return name
    value[:] = [_next_last_digit(value[0] if value else "")]
    return f"{name}[0]"


def _next_last_digit(code: str) -> str:
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}" if code else "000000"


def _with(text: str) -> Callable[[Any, str], str]:
    def broken(message: Any, name: str) -> str:
        value = getattr(message, name)
        if isinstance(value, str):
            setattr(message, name, text)
            return name
        del value[:]
        value.append(text)
        return f"{name}[0]"

    return broken


def _set(**values: Any) -> Callable[[Any, str], str]:
    def broken(message: Any, _: str) -> str:
        for name, value in values.items():
            setattr(message, name, value)
        return ""

    return broken


def _no_such_day(message: Any, _: str) -> str:
    message.year, message.month, message.day = 2026, 2, 29
    return ""


def _another_total(message: Any, _: str) -> str:
    message.total_yen += 1
    return ""


def _all_and_some(message: Any, _: str) -> str:
    message.whole_household = True
    message.member_numbers.append(1)
    return ""


def _another_kind(message: Any, _: str) -> str:
    message.kind = message.kind % 6 + 1
    return ""


def _page_left_out(message: Any, _: str) -> str:
    message.pages[-1].total += 1
    return ""


def _not_koseki(message: Any, _: str) -> str:
    message.application.seal_registration.SetInParent()
    return ""


def _twice(name: str) -> Callable[[Any, str], str]:
    def broken(message: Any, _: str) -> str:
        elements = getattr(message, name)
        if not elements:
            elements.add()
        elements.add().CopyFrom(elements[0])
        return ""

    return broken


def _empty_change(message: Any, _: str) -> str:
    for name in ("residents", "taxes", "withdrawn_tax_resident_keys"):
        message.ClearField(name)
    return ""


def _no_picture(message: Any, name: str) -> str:
    setattr(message, name, b"GIF89a")
    return name


def _domestic_foreigner(message: Any, _: str) -> str:
    message.foreign_category, message.registered_domicile = 1, "架空県"
    return ""


def _foreign_japanese(message: Any, _: str) -> str:
    message.foreign_category, message.nationality = 0, "米国"
    return ""


BREAKERS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "municipality_code.check_digit": _wrong_last_digit,
    "individual_number.check_digit": _wrong_last_digit,
    "text.no_control_characters": _with("架\u0007空"),
    "text.variation_sequences": _with(f"{SELECTOR}架"),
    "civil_date.exists": _no_such_day,
    "tax_amount.total": _another_total,
    "resident_record.domicile": _domestic_foreigner,
    "resident_record.foreign_items": _foreign_japanese,
    "residence_options.whole_household": _all_and_some,
    "document.items": _another_kind,
    "document.pages": _page_left_out,
    "issue_koseki.kind": _not_koseki,
    "report_outcome_request.printed": _set(outcome=1, copies_printed=0, charged_yen=0),
    "report_outcome_request.not_printed": _set(outcome=2, copies_printed=1),
    "report_outcome_request.charged": _set(outcome=3, copies_printed=0, charged_yen=100),
    "list_offers_response.kinds": _twice("offers"),
    "attestation.statements": _twice("statements"),
    "feed_change.concerns_somebody": _empty_change,
    "feed_change.residents": _twice("residents"),
    "feed_change.taxes": _twice("taxes"),
    "scan.picture": _no_picture,
}
"""By rule id, how it is broken."""
