"""The application and the issuance center. [1.3 to 1.6, 2.7, 2.8, 3.2.3]"""

from kofu_spec.model.actions import (
    action,
    each_kind,
    each_kiosk,
    each_request,
    each_server,
    kiosk,
    request,
    take,
    world,
)
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import AtCenter, Phase, Refusal, State, blank


@action(each_kiosk, each_kind, ja="端末{0}で{1:kind_ja}を申請する", en="{1:kind_en} is applied for at kiosk {0}")
def choose(chain: Chain, s: State, k: int, kind: int) -> State | None:
    """An application, under a request id of its own. [2.7, P.3]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.CARD_TAKEN or s.next > chain.configuration.requests:
        return None
    applied = request(s, s.next, holder=at.who, kiosk=k, kind=kind, start=s.acked, apply=1)
    return world(kiosk(applied, k, request=s.next, phase=Phase.WAITING.value), next=s.next + 1)


@action(
    each_request,
    each_server,
    ja="センターが申請{0}を受け付け、サーバ{1}へ送る",
    en="the center accepts request {0} and sends it to server {1}",
)
def accept(chain: Chain, s: State, r: int, server: int) -> State | None:
    """A request id serves once, and its kind has hours. [1.4, 1.5, 1.6, P.3]"""
    asked = s.requests[r - 1]
    if not (asked.apply and chain.guards.id_unused(s, r) and chain.guards.within_hours(s, asked.kind)):
        return None
    return request(take(s, r, "apply"), r, center=AtCenter.WAITING.value, server=server, issue=1)


@action(each_request, ja="センターが時間外として申請{0}を拒否する", en="the center refuses request {0}, out of hours")
def turn_away(chain: Chain, s: State, r: int) -> State | None:
    """Outside its hours nothing is passed on. [1.4, 1.5, 1.6]"""
    asked = s.requests[r - 1]
    if not asked.apply or not chain.guards.id_unused(s, r) or chain.guards.within_hours(s, asked.kind):
        return None
    return request(take(s, r, "apply"), r, center=AtCenter.ENDED.value, refusal=Refusal.TO_KIOSK.value)


@action(
    each_request, ja="センターが二度目の申請{0}を受け付けない", en="the center ignores request {0}, which it has seen"
)
def ignore_apply(chain: Chain, s: State, r: int) -> State | None:
    """A request id that was seen is never answered again. [P.3]"""
    if not s.requests[r - 1].apply or chain.guards.id_unused(s, r):
        return None
    return take(s, r, "apply")


@action(each_request, ja="センターが申請{0}の証明書を受け取る", en="the center takes the document of request {0}")
def take_doc(chain: Chain, s: State, r: int) -> State | None:
    """A document that is waited for, whole, and the applicant's. [2.8, P.1, P.2, P.6]"""
    came = s.requests[r - 1]
    if not (came.doc and chain.guards.still_waiting(s, r) and _in_order(chain, s, r)):
        return None
    taken = request(take(s, r, "doc"), r, held=came.made, center=AtCenter.HOLDING.value)
    return taken if chain.guards.alarm_stays(s) else world(taken, alarm=0)


@action(
    each_request,
    ja="センターが申請{0}の証明書の異常を検知する",
    en="the center flags an error in the document of request {0}",
)
def flag(chain: Chain, s: State, r: int) -> State | None:
    """Anything else that is waited for is flagged, and the request is ended. [P.7]"""
    if not (s.requests[r - 1].doc and chain.guards.still_waiting(s, r)) or _in_order(chain, s, r):
        return None
    ended = request(take(s, r, "doc"), r, center=AtCenter.ENDED.value, refusal=Refusal.TO_KIOSK.value, dead=1)
    return world(ended, alarm=1, flagged=1)


def _in_order(chain: Chain, s: State, r: int) -> bool:
    return chain.guards.whole_at_center(s, r) and chain.guards.permitted_at_center(s, r)


@action(
    each_request,
    ja="センターが遅れて届いた申請{0}の証明書を捨てる",
    en="the center drops the document of request {0}, which it no longer waits for",
)
def drop_doc(chain: Chain, s: State, r: int) -> State | None:
    """A document that nobody waits for goes nowhere. [P.2]"""
    if not s.requests[r - 1].doc or chain.guards.still_waiting(s, r):
        return None
    return take(s, r, "doc")


@action(
    each_request,
    ja="センターが申請{0}の証明書を端末へ送る",
    en="the center hands the document of request {0} to the kiosk",
)
def hand(chain: Chain, s: State, r: int) -> State | None:
    """While no alarm is open. [2.8, P.7]"""
    held = s.requests[r - 1]
    if held.center != AtCenter.HOLDING or not chain.guards.no_alarm(s):
        return None
    return request(s, r, hand=1, handed=held.held, center=AtCenter.DONE.value)


@action(
    each_request,
    ja="センターが警報中のため申請{0}の証明書を渡さない",
    en="the center withholds the document of request {0}: an alarm is open",
)
def withhold(chain: Chain, s: State, r: int) -> State | None:
    """Until an officer has compared the content. [P.7]"""
    if s.requests[r - 1].center != AtCenter.HOLDING or chain.guards.no_alarm(s):
        return None
    return request(s, r, refusal=Refusal.TO_KIOSK.value, dead=1, center=AtCenter.DONE.value)


@action(each_request, ja="センターが申請{0}の証明書を消去する", en="the center erases the document of request {0}")
def forget(_: Chain, s: State, r: int) -> State | None:
    """The center keeps no certificate. [3.2.3]"""
    done = s.requests[r - 1]
    if done.center != AtCenter.DONE or not any(done.held):
        return None
    return request(s, r, held=blank(len(done.held)))


@action(each_request, ja="センターが申請{0}を終える", en="the center ends request {0}")
def close(chain: Chain, s: State, r: int) -> State | None:
    """A request is over once nothing of it is left. [3.2.3]"""
    if s.requests[r - 1].center != AtCenter.DONE or not chain.guards.held_erased(s, r):
        return None
    return request(s, r, center=AtCenter.ENDED.value)


@action(
    each_request,
    needs="timeouts",
    ja="センターで申請{0}の待ち時間が切れる",
    en="the center's wait for request {0} runs out",
)
def center_timeout(_: Chain, s: State, r: int) -> State | None:
    """The whole is aborted. [P.2]"""
    if s.requests[r - 1].center != AtCenter.WAITING:
        return None
    return request(s, r, center=AtCenter.ENDED.value, refusal=Refusal.TO_KIOSK.value, dead=1)


@action(each_request, ja="センターが申請{0}の拒否を端末へ伝える", en="the center passes the refusal of request {0} on")
def pass_refusal(_: Chain, s: State, r: int) -> State | None:
    """A refusal of the server ends the request at the center too."""
    asked = s.requests[r - 1]
    if asked.refusal != Refusal.TO_CENTER:
        return None
    if asked.center != AtCenter.WAITING:
        return request(s, r, refusal=Refusal.NONE.value)
    return request(s, r, refusal=Refusal.TO_KIOSK.value, center=AtCenter.ENDED.value)


@action(ja="職員が証明書の内容を照合し、警報を解く", en="an officer compares the content and lifts the alarm")
def reconcile(_: Chain, s: State) -> State | None:
    """Only the document's content closes a flagged error. [P.7]"""
    return world(s, alarm=0, flagged=0) if s.alarm else None
