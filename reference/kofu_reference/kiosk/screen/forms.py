"""What the keys on the screen send, as acts of a citizen. Everything comes in the body of a POST."""

from collections.abc import Iterable, Mapping

from kofu.testing.v1 import control_pb2
from kofu.v1 import common_pb2

TOUCH = frozenset({"choose_language", "enter_pin", "choose_municipality", "choose", "press_cancel"})
"""Acts of a finger on the screen. All others are those of hands at the machine, and only a test has those here: what
the reader of electronic money answers is said with the act, and nobody but a tester may say that it was paid."""

RESIDENCE = frozenset({"residence_certificate", "residence_record_items"})
FLAGS = ("show_domicile", "show_relationship", "show_individual_number")
MOST_COPIES = 10


class FormInvalid(Exception):
    """The form can't be read; one line."""


def application_of(form: Mapping[str, str]) -> common_pb2.Application:
    """What is applied for, from the choices on the screen."""
    number = _number(form, "kind")
    if number not in common_pb2.CertificateKind.values() or number == 0:
        raise FormInvalid("kind: is no certificate; choose one of those offered")
    kind = common_pb2.CertificateKind.Name(number).removeprefix("CERTIFICATE_KIND_").lower()
    application = common_pb2.Application()
    options = getattr(application, kind)
    options.SetInParent()
    if kind in RESIDENCE:
        options.whole_household = form.get("persons") == "household"
        for flag in FLAGS:
            setattr(options, flag, form.get(flag) == "on")
    return application


def copies_of(form: Mapping[str, str]) -> int:
    """How many copies."""
    copies = _number(form, "copies")
    if not 1 <= copies <= MOST_COPIES:
        raise FormInvalid(f"copies: must lie between 1 and {MOST_COPIES}")
    return copies


def act_of(form: Mapping[str, str], terminal_id: str, municipality_code: str) -> control_pb2.OperateRequest:
    """The act of a form; `municipality_code`: the municipality whose certificates the screen offers."""
    request = control_pb2.OperateRequest(terminal_id=terminal_id)
    match form.get("act"):
        case "choose_language":
            language = _enum(control_pb2.Language.items(), form, "language")
            request.choose_language.CopyFrom(control_pb2.ChooseLanguage(language=language))
        case "enter_pin":
            request.enter_pin.pin = form.get("pin", "")[:16]
        case "choose_municipality":
            request.choose_municipality.municipality_code = form.get("municipality", "")
        case "choose":
            request.choose.municipality_code = municipality_code
            request.choose.application.CopyFrom(application_of(form))
            request.choose.copies = copies_of(form)
        case "pay_electronically":
            answer = _enum(control_pb2.ElectronicAnswer.items(), form, "answer")
            request.pay_electronically.CopyFrom(control_pb2.PayElectronically(answer=answer))
        case "press_cancel":
            request.press_cancel.SetInParent()
        case "insert_card":
            request.insert_card.card_id = form.get("card_id", "")
        case "take_card":
            request.take_card.SetInParent()
        case "insert_money":
            request.insert_money.yen = _number(form, "yen")
        case "take_papers":
            request.take_papers.SetInParent()
        case "disturb_printer":
            trouble = _enum(control_pb2.PrinterTrouble.items(), form, "trouble")
            after = _number(form, "after_copies")
            request.disturb_printer.CopyFrom(control_pb2.DisturbPrinter(trouble=trouble, after_copies=after))
        case _:
            raise FormInvalid("act: is not known")
    return request


def _number(form: Mapping[str, str], field: str) -> int:
    text = form.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise FormInvalid(f"{field}: must be a number")
    return int(text)


def _enum(values: Iterable[tuple[str, int]], form: Mapping[str, str], field: str) -> str:
    number = _number(form, field)
    for name, value in values:
        if value == number and value != 0:
            return name
    raise FormInvalid(f"{field}: is not one of the values that it has")
