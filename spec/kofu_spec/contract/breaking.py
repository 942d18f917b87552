"""The CEL rules of the protos broken by hand, one at a time; a breaker returns the path that a refusal has to name."""

from collections.abc import Callable, Mapping
from typing import Any, Final

SELECTOR: Final = "\U000e0100"


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
    for name in ("residents", "taxes", "withdrawn_taxes", "calendar"):
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


def _closes_before_it_opens(message: Any, _: str) -> str:
    message.opens_at_minute, message.closes_at_minute = 600, 500
    return ""


def _element_twice(message: Any, name: str) -> str:
    _twice(name)(message, name)
    return name


def _relationships_of_nobody(message: Any, _: str) -> str:
    message.new_householder = ""
    if not message.relationships:
        message.relationships.add(resident_key="r00000001", relationship="妻")
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
    "record_birth.nationality": _set(nationality="米国", registered_domicile="架空県"),
    "daily_hours.order": _closes_before_it_opens,
    "irregular_hours.unique": _element_twice,
    "relationships.unique": _element_twice,
    **dict.fromkeys(
        ("move_out.relationships", "split_household.relationships", "record_death.relationships"),
        _relationships_of_nobody,
    ),
}
"""By rule id, how it is broken."""
