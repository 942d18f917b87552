"""What no step may break. An invariant looks at the step, and at ghosts; never at a guard."""

from collections.abc import Callable
from dataclasses import dataclass

from kofu_spec.model.actions import Action, place_of
from kofu_spec.model.chain import Chain
from kofu_spec.model.guards import all_about, all_name, all_there
from kofu_spec.model.state import AtCenter, Job, Kind, Kiosk, Pages, Period, Phase, State, bit, cancels, first

Holds = Callable[[Chain, State, Action, State], bool]


@dataclass(frozen=True)
class Invariant:
    """A property of every step, with the requirements that it stands for."""

    name: str
    requirements: tuple[str, ...]
    holds: Holds
    ja: str
    en: str


INVARIANTS: dict[str, Invariant] = {}


def invariant(*requirements: str, ja: str, en: str) -> Callable[[Holds], Holds]:
    """Names a property of steps."""

    def register(holds: Holds) -> Holds:
        INVARIANTS[holds.__name__] = Invariant(holds.__name__, requirements, holds, ja, en)
        return holds

    return register


@invariant(
    "3.3.10",
    "3.3.11",
    ja="暗証番号を連続して3回誤ったカードは、来庁して解除するまで何も開かない。",
    en="After three wrong PINs in a row a card opens nothing until the counter has lifted the lock.",
)
def lock(_: Chain, before: State, action: Action, __: State) -> bool:
    """No PIN is accepted while three wrong ones in a row were typed and nobody was identified since."""
    if action.name != "pin_right":
        return True
    return before.citizens[_kiosk(before, action).who - 1].tally < 3


@invariant(
    "3.3.9",
    ja="セッションは、そのカードの暗証番号を入力した者にだけ開く。",
    en="A session opens only where the PIN of this very card was typed.",
)
def authentication(_: Chain, before: State, action: Action, __: State) -> bool:
    """Card and PIN together."""
    return action.name != "open" or _kiosk(before, action).pin_by == _kiosk(before, action).who


@invariant(
    "1.8",
    ja="照会した時に失効していた証明書では、セッションは開かない。",
    en="No session opens for a certificate that was revoked when its validity was asked.",
)
def validity(_: Chain, before: State, action: Action, __: State) -> bool:
    """Neither on a bad answer nor on none."""
    return action.name != "open" or _kiosk(before, action).revoked_then == 0


@invariant(
    "1.4",
    "1.5",
    "1.6",
    ja="時間外に受け付けられる申請はない。戸籍証明書は開庁時間に限る。",
    en="Nothing is accepted outside its hours; koseki certificates within office hours only.",
)
def hours(_: Chain, before: State, action: Action, __: State) -> bool:
    """By the instant of the center's receipt."""
    if action.name == "open":
        return before.period != Period.NIGHT
    if action.name != "accept":
        return True
    if before.requests[action.arguments[0] - 1].kind == Kind.KOSEKI:
        return before.period == Period.OFFICE
    return before.period != Period.NIGHT


@invariant(
    "P.1",
    "2.8",
    ja="渡される証明書の全てのページは、申請者本人のものである。",
    en="Every page that is handed over is about the applicant.",
)
def identity(chain: Chain, before: State, action: Action, _: State) -> bool:
    """At the server's release, at the center's hand-over, and on paper."""
    pages = _handed_over(chain, before, action)
    if pages is None:
        return True
    if action.name == "print":
        return all_about(before, pages, _kiosk(before, action).who)
    return all_about(before, pages, before.requests[action.arguments[0] - 1].holder)


@invariant(
    "P.6",
    "P.4",
    ja="渡される証明書のページは全てそろい、全てこの申請のものである。",
    en="The pages handed over are all there, and all of this request.",
)
def atomic(chain: Chain, before: State, action: Action, _: State) -> bool:
    """At the same three moments."""
    pages = _handed_over(chain, before, action)
    if pages is None:
        return True
    asked = _kiosk(before, action).request if action.name == "print" else action.arguments[0]
    return all_there(pages) and all_name(before, pages, asked)


@invariant(
    "P.2",
    ja="時間切れ、取消し又は異常で中止された申請の証明書は、後から印刷されない。",
    en="What was aborted by a time-out, a cancel or an error is never printed afterwards.",
)
def abort(_: Chain, before: State, action: Action, __: State) -> bool:
    """Aborted anywhere in the chain."""
    if action.name != "print":
        return True
    return before.requests[_kiosk(before, action).request - 1].dead == 0


@invariant(
    "P.5",
    "2.6",
    ja="確認された異動は、その後の申請による証明書に反映されている。最新と確かめられないサーバは交付しない。",
    en="An acknowledged change shows in every document applied for afterwards; one that can't know issues nothing.",
)
def freshness(_: Chain, before: State, action: Action, after: State) -> bool:
    """What was acknowledged at the application is in what the document was made from."""
    if action.name == "heartbeat":
        return after.servers[action.arguments[0] - 1].applied == first(after.sent)
    if action.name not in ("start", "release"):
        return True
    asked = before.requests[action.arguments[0] - 1]
    shows = action.name == "start" or not first(asked.start) & ~asked.knows
    return shows and before.servers[asked.server - 1].current == 1


@invariant(
    "P.5",
    "2.6",
    ja="取り消された資格による証明書は作られず、渡されない。",
    en="For an entitlement that the register shows as cancelled nothing is made and nothing released.",
)
def eligibility(_: Chain, before: State, action: Action, __: State) -> bool:
    """Asked when the work starts and when it is released."""
    if action.name not in ("start", "release"):
        return True
    asked = before.requests[action.arguments[0] - 1]
    applied = before.servers[asked.server - 1].applied
    changes = range(1, applied.bit_length() + 1)
    return not any(applied & bit(n) and cancels(n, len(before.citizens)) == asked.holder for n in changes)


@invariant(
    "3.1.4",
    "3.2.3",
    "3.3.3",
    ja="手続が終わったところには、端末、センター及びサーバのいずれにも証明書が残らない。",
    en="Where a session or request is over, no page of it is left: not in the kiosk, the center or the server.",
)
def retention(chain: Chain, _: State, __: Action, after: State) -> bool:
    """Nothing is kept after the end."""
    return (
        not any(at.phase == Phase.IDLE and any(at.doc) for at in after.kiosks)
        and not any(r.center == AtCenter.ENDED and any(r.held) for r in after.requests)
        and not any(
            r.job == Job.ENDED and after.servers[place_of(chain, after, r.server) - 1].owner == number
            for number, r in enumerate(after.requests, 1)
        )
        and not any(at.owner == 0 and any(at.work) for at in after.servers)
    )


@invariant(
    "P.4",
    ja="新しい手続は、前の手続のものが何も残っていないところで始まる。",
    en="A new session or job begins where nothing of an earlier one is left.",
)
def residue(chain: Chain, before: State, action: Action, _: State) -> bool:
    """At the kiosk and at the place of work."""
    if action.name == "insert":
        return not any(_kiosk(before, action).doc)
    return action.name != "start" or not any(_work(chain, before, action.arguments[0]))


@invariant(
    "3.3.6",
    ja="収納される手数料は、出た部数の分ちょうどである。",
    en="What is kept of the money is exactly the fee of what came out.",
)
def charge(_: Chain, before: State, action: Action, __: State) -> bool:
    """Judged when the session is over."""
    if action.name != "leave":
        return True
    at = _kiosk(before, action)
    return at.kept == at.sheets and at.money == 0


@invariant(
    "P.3",
    ja="二つの申請が一つの場所を共有することはなく、申請番号は一度だけ使われる。",
    en="Two requests never share a place of work, and a request id serves once.",
)
def distinct(chain: Chain, before: State, action: Action, after: State) -> bool:
    """No shared place, no second use, no answer into another's place."""
    if action.name == "accept" and before.requests[action.arguments[0] - 1].center:
        return False
    if action.name == "receive" and before.requests[action.arguments[0] - 1].job:
        return False
    if action.name == "fill" and _place_owner(chain, before, action.arguments[0]) != action.arguments[0]:
        return False
    working = [place_of(chain, after, r.server) for r in after.requests if r.job == Job.WORKING]
    return len(working) == len(set(working))


@invariant(
    "P.7",
    ja="検知された異常が内容により照合されるまで、何も渡されない。",
    en="Nothing is handed over until a flagged error has been reconciled by the content.",
)
def alarm(_: Chain, before: State, action: Action, __: State) -> bool:
    """A retry that succeeds reconciles nothing."""
    return action.name != "hand" or before.flagged == 0


@invariant(
    "2.9",
    ja="戸籍証明書は戸籍システムだけが作り、届書の処理中は作らない。",
    en="Koseki certificates are made by the koseki system alone, and never while a filing is being processed.",
)
def koseki(_: Chain, before: State, action: Action, __: State) -> bool:
    """Neither from data kept at the issuing server, nor in the middle of a filing."""
    if action.name == "koseki_answer":
        return before.filing == 0
    return action.name != "render" or before.requests[action.arguments[0] - 1].kind == Kind.REGISTER


def _kiosk(s: State, action: Action) -> Kiosk:
    return s.kiosks[action.arguments[0] - 1]


def _place(chain: Chain, s: State, r: int) -> int:
    return place_of(chain, s, s.requests[r - 1].server)


def _place_owner(chain: Chain, s: State, r: int) -> int:
    return s.servers[_place(chain, s, r) - 1].owner


def _work(chain: Chain, s: State, r: int) -> Pages:
    return s.servers[_place(chain, s, r) - 1].work


def _handed_over(chain: Chain, before: State, action: Action) -> Pages | None:
    """The pages that this step hands over; None where it hands over nothing."""
    if action.name == "release":
        return _work(chain, before, action.arguments[0])
    if action.name == "hand":
        return before.requests[action.arguments[0] - 1].held
    if action.name == "print":
        return _kiosk(before, action).doc
    return None
