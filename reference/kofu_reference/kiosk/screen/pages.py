"""What a page of the screen is made of, from the terminal as it stands. [3.3.6, 3.3.7]"""

import secrets
from typing import TYPE_CHECKING, Any

from kofu.testing.v1 import control_pb2
from kofu_reference.kiosk.screen.forms import FLAGS, MOST_COPIES, RESIDENCE
from kofu_reference.kiosk.screen.prefectures import prefecture_of
from kofu_reference.kiosk.screen.words import KINDS, WORDS
from kofu_reference.kiosk.session import Session
from kofu_reference.kiosk.terminal import Terminal
from kofu_reference.kiosk.voice import ENGLISH

if TYPE_CHECKING:
    from kofu_reference.kiosk.system import KioskSystem

_STEPS = ("card", "pin", "choose", "pay", "papers")
_STEP_OF_SCREEN = {
    "IDLE": "card",
    "PIN": "pin",
    "TAKE_CARD": "pin",
    "CHOOSE": "choose",
    "PAY": "pay",
    "TAKE_PAPERS": "papers",
    "ENDED": "card",
}
FEW_PLACES = 12
"""So many municipalities stand on one screen without a prefecture being chosen before."""
_COINS_YEN = (10, 50, 100, 500, 1000)


def page_of(system: "KioskSystem", terminal: Terminal, form: dict[str, str], **seen: Any) -> dict[str, Any]:
    """Everything that a template may show. `form` is what is being chosen; it is kept nowhere but in the page."""
    shown = terminal.show()
    language = "en" if shown.language == ENGLISH else "ja"
    screen = control_pb2.Screen.Name(shown.screen).removeprefix("SCREEN_")
    met = seen.get("answer") if seen.get("reason") else None
    said = shown if met is None else met
    session = terminal.session
    offers = session.offers if session is not None else ()
    places = _places(session, language) if session is not None else {}
    chosen = session.municipality_code if session is not None else ""
    step = _step(form, places, chosen)
    return {
        "terminal_id": terminal.terminal_id,
        "language": language,
        "word": WORDS[language],
        "words": WORDS,
        "screen": screen,
        "changes": terminal.voice.changes,
        "text": said.text_en if language == "en" else said.text_ja,
        "reason": seen.get("reason") or shown.reason,
        "returned_yen": seen.get("returned_yen", 0),
        "shown": shown,
        "warnings": [each.text_en if language == "en" else each.text_ja for each in shown.warnings],
        "steps": _STEPS,
        "step_now": _STEP_OF_SCREEN[screen],
        "step": step,
        "choosing": screen == "CHOOSE" or (screen == "PAY" and "step" in form and not shown.paid_yen),
        "digits": _digits(shuffled=form.get("pad") == "shuffled"),
        "shuffled": form.get("pad") == "shuffled",
        "offers": [(offer.kind, KINDS[offer.kind][language], offer.fee_yen) for offer in offers],
        "form": form,
        "kind_name": next((KINDS[o.kind][language] for o in offers if str(o.kind) == form.get("kind")), ""),
        "kind_fee": next((o.fee_yen for o in offers if str(o.kind) == form.get("kind")), 0),
        "residence": _is_residence(form),
        "prefectures": sorted({code[:2]: prefecture_of(code, language) for code in places}.items()),
        "places": [(code, name) for code, name in places.items() if code.startswith(form.get("prefecture", ""))],
        "place": places.get(chosen, ""),
        "several_places": len(places) > 1,
        "flags": FLAGS,
        "copies": range(1, MOST_COPIES + 1),
        "testing": system.config.testing,
        "cards": system.config.screen_cards,
        "coins": _COINS_YEN,
        "papers_lying": not terminal.tray.is_empty,
        "papers_taken": _papers_taken(system, terminal),
        "printer_ready": terminal.printer.is_ready,
        "wire": system.wire.passed,
    }


def _places(session: Session, language: str) -> dict[str, str]:
    """The municipalities to choose from: their names by their codes, or the code where there is no name."""
    names = {one.municipality_code: one.name_en if language == "en" else one.name_ja for one in session.served.names}
    return {code: names.get(code, code) for code in session.served.municipality_codes}


def _step(form: dict[str, str], places: dict[str, str], chosen: str) -> str:
    """Which part of the choice is shown; of many municipalities a prefecture is chosen before."""
    step = form.get("step", "kinds")
    if step == "kinds" and not chosen:
        step = "place"
    if step == "place" and "prefecture" not in form and len(places) > FEW_PLACES:
        step = "prefecture"
    return step


def _digits(*, shuffled: bool) -> list[str]:
    digits = list("1234567890")
    if shuffled:
        secrets.SystemRandom().shuffle(digits)
    return digits


def _is_residence(form: dict[str, str]) -> bool:
    names = {"1": "residence_certificate", "2": "residence_record_items"}
    return names.get(form.get("kind", "")) in RESIDENCE


def _papers_taken(system: "KioskSystem", terminal: Terminal) -> list[str]:
    """Numbers of the last copies that hands have taken, newest first."""
    folder = system.config.paper_folder
    if folder is None:
        return []
    return sorted((path.name[:6] for path in (folder / terminal.terminal_id).glob("*.pdf")), reverse=True)[:6]
