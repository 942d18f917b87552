"""What a citizen sees and hears of a terminal after an act. [3.3.6, 3.3.7]"""

from typing import TYPE_CHECKING

from kofu.testing.v1 import control_pb2
from kofu.v1 import reason_pb2
from kofu_reference.kiosk.session import Shown
from kofu_reference.kiosk.texts import WARNINGS

if TYPE_CHECKING:
    from kofu_reference.kiosk.terminal import Terminal

_OF_AN_APPLICATION = frozenset({control_pb2.SCREEN_PAY, control_pb2.SCREEN_TAKE_PAPERS})


def response_of(
    terminal: "Terminal", shown: Shown, *, looking: bool, listening: bool = True
) -> control_pb2.OperateResponse:
    """The terminal as it is now. An act takes what lies in the return slot; looking takes nothing."""
    session, ending, met = terminal.session, terminal.ending, shown.met
    text = terminal.text(met or (ending.met if ending is not None else None))
    response = control_pb2.OperateResponse(
        screen=terminal.screen,
        reason="" if met is None else reason_pb2.Reason.Name(met.reason),
        reason_metadata={} if met is None else met.metadata,
        text_ja=text.ja,
        text_en=text.en,
        returned_yen=0 if looking else terminal.till.take_returned(),
        cash_box_yen=terminal.till.cash_box_yen,
        card_on_reader=terminal.card_on_reader,
        papers=[control_pb2.Paper(pdf=pdf) for pdf in shown.papers],
        language=terminal.voice.language,
        warnings=[
            control_pb2.Warning(item=item, text_ja=WARNINGS[item].ja, text_en=WARNINGS[item].en)
            for item in terminal.attention.standing
        ],
        spoken=terminal.voice.heard() if listening else [],
    )
    if session is not None and terminal.screen == control_pb2.SCREEN_CHOOSE:
        response.municipality_codes.extend(session.served.municipality_codes)
        response.municipality_code = session.municipality_code
        response.offers.extend(control_pb2.OfferShown(kind=o.kind, fee_yen=o.fee_yen) for o in session.offers)
    if session is not None and terminal.screen in _OF_AN_APPLICATION:
        response.fee_yen, response.paid_yen = session.fee_yen, session.paid_yen
        response.request_id, response.copies_printed = session.request_id, session.copies_printed
    if ending is not None:
        response.request_id = ending.request_id
    return response
