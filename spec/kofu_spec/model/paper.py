"""Arrival at the kiosk, payment, printing, erasure. [3.3.3, 3.3.6]"""

from kofu_spec.model.actions import action, each_kiosk, each_request, kiosk, request, take, world
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import Phase, Refusal, State, blank, idle_kiosk


@action(each_request, ja="申請{0}の証明書が端末に届く", en="the document of request {0} arrives at the kiosk")
def arrive(chain: Chain, s: State, r: int) -> State | None:
    """Only the document that this session waits for. [2.8, P.2, P.3]"""
    if not s.requests[r - 1].hand or not _wanted(chain, s, r):
        return None
    k = s.requests[r - 1].kiosk
    return kiosk(take(s, r, "hand"), k, doc=s.requests[r - 1].handed, phase=Phase.ARRIVED.value)


@action(
    each_request,
    ja="端末が待っていない申請{0}の証明書を捨てる",
    en="the kiosk drops the document of request {0}, which it does not wait for",
)
def drop_hand(chain: Chain, s: State, r: int) -> State | None:
    """Anything else goes nowhere. [P.2, P.3]"""
    if not s.requests[r - 1].hand or _wanted(chain, s, r):
        return None
    return take(s, r, "hand")


def _wanted(chain: Chain, s: State, r: int) -> bool:
    k = s.requests[r - 1].kiosk
    return chain.guards.own_request(s, k, r) and chain.guards.awaited(s, k)


@action(each_request, ja="端末が申請{0}の拒否を受け取る", en="the kiosk learns that request {0} is refused")
def refused(_: Chain, s: State, r: int) -> State | None:
    """The session ends, where it still waits for this request."""
    asked = s.requests[r - 1]
    if asked.refusal != Refusal.TO_KIOSK:
        return None
    after = request(s, r, refusal=Refusal.NONE.value)
    at = s.kiosks[asked.kiosk - 1]
    if at.phase != Phase.WAITING or at.request != r:
        return after
    return kiosk(after, asked.kiosk, phase=Phase.ENDING.value)


@action(each_kiosk, needs="timeouts", ja="端末{0}の待ち時間が切れる", en="the wait of kiosk {0} runs out")
def kiosk_timeout(_: Chain, s: State, k: int) -> State | None:
    """The whole is aborted. [P.2]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.WAITING:
        return None
    return kiosk(request(s, at.request, dead=1), k, phase=Phase.ENDING.value)


@action(each_kiosk, ja="端末{0}に手数料を入れる", en="the fee is put into kiosk {0}")
def pay(chain: Chain, s: State, k: int) -> State | None:
    """After the document has arrived. [3.3.6]"""
    if s.kiosks[k - 1].phase != Phase.ARRIVED:
        return None
    return kiosk(s, k, phase=Phase.PAID.value, money=chain.configuration.copies)


@action(each_kiosk, ja="端末{0}から1部が出る", en="a sheet comes out of kiosk {0}")
def print(chain: Chain, s: State, k: int) -> State | None:
    """What is paid for; the next one when this one is in the journal. [3.3.6]"""
    at = s.kiosks[k - 1]
    if not chain.guards.paid(s, k) or at.sheets >= chain.configuration.copies or at.noted != at.sheets:
        return None
    return kiosk(s, k, sheets=at.sheets + 1)


@action(each_kiosk, ja="端末{0}が出た部数を記録する", en="kiosk {0} notes the sheet in its journal")
def note(_: Chain, s: State, k: int) -> State | None:
    """By the device's own count, also after a mishap. [3.3.6]"""
    at = s.kiosks[k - 1]
    if not Phase.ARRIVED <= at.phase <= Phase.ENDING or at.noted >= at.sheets:
        return None
    return kiosk(s, k, noted=at.sheets)


@action(each_kiosk, ja="端末{0}の印刷が終わる", en="printing is over at kiosk {0}")
def done(chain: Chain, s: State, k: int) -> State | None:
    """All copies are out and noted."""
    at = s.kiosks[k - 1]
    if at.phase != Phase.PAID or not at.sheets == at.noted == chain.configuration.copies:
        return None
    return kiosk(s, k, phase=Phase.ENDING.value)


@action(each_kiosk, ja="端末{0}で紙詰まり又は停電が起きる", en="kiosk {0} jams or loses power")
def mishap(_: Chain, s: State, k: int) -> State | None:
    """Nothing more is printed. [3.3.3, P.2]"""
    at = s.kiosks[k - 1]
    if not s.mishaps or not Phase.WAITING <= at.phase <= Phase.PAID:
        return None
    stopped = kiosk(request(s, at.request, dead=1), k, phase=Phase.ENDING.value)
    return world(stopped, mishaps=s.mishaps - 1)


@action(
    each_kiosk,
    ja="端末{0}が出た部数の手数料を収め、残りを返す",
    en="kiosk {0} keeps the fee of what came out and gives back the rest",
)
def settle(chain: Chain, s: State, k: int) -> State | None:
    """Once printing is over and counted. [3.3.6]"""
    at = s.kiosks[k - 1]
    if not (chain.guards.printing_over(s, k) and at.money > 0 and chain.guards.counted(s, k)):
        return None
    return kiosk(s, k, kept=at.noted, money=0)


@action(each_kiosk, ja="端末{0}が証明書を消去する", en="kiosk {0} erases the document")
def erase(_: Chain, s: State, k: int) -> State | None:
    """In every outcome. [3.3.3]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.ENDING or not any(at.doc):
        return None
    return kiosk(s, k, doc=blank(len(at.doc)))


@action(each_kiosk, ja="端末{0}が次の利用者を迎える", en="kiosk {0} is ready for the next citizen")
def leave(chain: Chain, s: State, k: int) -> State | None:
    """A session is over once nothing of it is left and no money is owed. [3.3.3, 3.3.6]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.ENDING or not chain.guards.doc_erased(s, k) or not chain.guards.money_settled(s, k):
        return None
    return kiosk(s, k, **idle_kiosk(len(at.doc))._replace(doc=at.doc, money=at.money)._asdict())
