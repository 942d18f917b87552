"""What passes from one party of the chain to another, and in which steps of the model.

A role's view is made from this table alone: what passes between two of its own parties, or between two others, is
hidden. A message that travels passes twice: where it is sent, and where it is taken; in between it may be lost, doubled
or late. What is handed over from hand to hand, typed or shown passes at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kofu_spec.model.actions import Action
from kofu_spec.model.state import Kind, Pages, Phase, Refusal, State, about, names

Seen = tuple[tuple[int, int], ...]
"""Pages as they are seen: of each that is there, the request that it names and the citizen that it is about."""
Facts = tuple[int | Seen, ...]


class Party(StrEnum):
    """Who sends and takes."""

    CITIZEN = "citizen"
    CARD = "card"
    KIOSK = "kiosk"
    CENTER = "center"
    JPKI = "jpki"
    OFFICER = "officer"
    ISSUING = "issuing"
    KOSEKI = "koseki"
    CORE = "core"
    """The core system and the relay: the sending side of the feed."""
    CITY = "city"
    """Who changes the city's records, and who receives citizens at the counter."""
    COUNTER = "counter"
    CLOCK = "clock"
    CHANCE = "chance"
    """Networks, paper and power."""


class Step(NamedTuple):
    """A step of the model, and which PIN was typed where the step doesn't tell it."""

    before: State
    action: Action
    after: State
    right: int = 0

    @property
    def number(self) -> int:
        """The first argument of the action."""
        return self.action.arguments[0]

    @property
    def citizens(self) -> int:
        """How many there are."""
        return len(self.before.citizens)


@dataclass(frozen=True)
class Crossing:
    """One kind of what passes: from whom to whom, in which actions, and what of it is seen."""

    name: str
    sender: Party
    receiver: Party
    sent: tuple[str, ...]
    """The actions in which it leaves the sender."""
    taken: tuple[str, ...]
    """The actions in which it reaches the receiver; where it passes at once, the same."""
    facts: tuple[str, ...]
    """The names of what is seen of it."""
    of: Callable[[Step], "Facts | None"]
    """What is seen of it in this step; None where it does not pass after all."""
    ja: str
    en: str


# WHAT IS SEEN


def _nothing(_: Step) -> Facts:
    return ()


def _arguments(step: Step) -> Facts:
    return step.action.arguments


def _first(step: Step) -> Facts:
    return (step.number,)


def _card(step: Step) -> Facts:
    return (step.before.kiosks[step.number - 1].who,)


def _typed(step: Step) -> Facts:
    return (step.number, step.right)


def _card_typed(step: Step) -> Facts:
    return (*_card(step), step.right)


def _tries_left(step: Step) -> int:
    who = step.before.kiosks[step.number - 1].who
    return max(0, 3 - step.after.citizens[who - 1].strikes)


def _wrong_at_kiosk(step: Step) -> Facts:
    return (step.number, _tries_left(step))


def _wrong_at_card(step: Step) -> Facts:
    return (*_card(step), _tries_left(step))


def _powered(step: Step) -> Facts | None:
    _, c = step.action.arguments
    front = step.action.name != "insert" or step.after.kiosks[step.number - 1].phase == Phase.CARD_IN
    return (c,) if front else None


def _kiosk_and_card(step: Step) -> Facts:
    return (step.number, *_card(step))


def _application(step: Step) -> Facts:
    r = step.before.next if step.action.name == "choose" else step.number
    asked = step.after.requests[r - 1]
    return (r, asked.holder, asked.kind)


def seen_pages(pages: Pages, citizens: int) -> Seen:
    """What is seen of pages: those that are there, in their order."""
    return tuple((names(page, citizens), about(page, citizens)) for page in pages if page)


def _document(step: Step) -> Facts:
    made = (step.after if step.action.name == "release" else step.before).requests[step.number - 1].made
    return (step.number, seen_pages(made, step.citizens))


def _certificate(step: Step) -> Facts:
    handed = (step.after if step.action.name == "hand" else step.before).requests[step.number - 1].handed
    return (step.number, seen_pages(handed, step.citizens))


def _sheet(step: Step) -> Facts:
    return (step.number, seen_pages(step.before.kiosks[step.number - 1].doc, step.citizens))


def _server_refusal(step: Step) -> Facts | None:
    """A filing at the koseki system ends a job only where the server still works on it."""
    at = (step.after if step.action.name != "pass_refusal" else step.before).requests[step.number - 1]
    return (step.number,) if at.refusal == Refusal.TO_CENTER else None


def _center_refusal(step: Step) -> Facts | None:
    """The server's refusal is passed on only where the center still waits."""
    at = (step.after if step.action.name != "refused" else step.before).requests[step.number - 1]
    return (step.number,) if at.refusal == Refusal.TO_KIOSK else None


def _session_over(step: Step) -> Facts | None:
    """A refusal that nobody waits for ends nothing."""
    if step.action.name == "kiosk_timeout":
        return (step.number,)
    k = step.before.requests[step.number - 1].kiosk
    return (k,) if step.before.kiosks[k - 1].phase != step.after.kiosks[k - 1].phase else None


def _kiosk_of_request(step: Step) -> Facts:
    return (step.before.requests[step.number - 1].kiosk,)


def _money(step: Step) -> Facts:
    return (step.number, step.after.kiosks[step.number - 1].money)


def _account(step: Step) -> Facts:
    kept = step.after.kiosks[step.number - 1].kept
    return (step.number, kept, step.before.kiosks[step.number - 1].money - kept)


def _period(step: Step) -> Facts:
    return (step.after.period,)


def _filing(step: Step) -> Facts:
    return (step.after.filing,)


def _sent(step: Step) -> Facts:
    return (step.after.sent,)


def _acked(step: Step) -> Facts:
    return (step.after.acked,)


def _heartbeat(step: Step) -> Facts:
    return (step.number, step.before.sent)


_PIN = ("pin_right", "pin_wrong", "pin_locked")
_P = Party


def _at_once(
    name: str,
    sender: Party,
    receiver: Party,
    actions: tuple[str, ...],
    facts: str,
    of: Callable[[Step], Facts | None],
    ja: str,
    en: str,
) -> Crossing:
    return Crossing(name, sender, receiver, actions, actions, tuple(facts.split()), of, ja, en)


def _travels(
    name: str,
    sender: Party,
    receiver: Party,
    sent: tuple[str, ...],
    taken: tuple[str, ...],
    facts: str,
    of: Callable[[Step], Facts | None],
    ja: str,
    en: str,
) -> Crossing:
    return Crossing(name, sender, receiver, sent, taken, tuple(facts.split()), of, ja, en)


_TABLE = (
    # Card and session
    _at_once("card_in", _P.CITIZEN, _P.KIOSK, ("insert",), "kiosk citizen", _arguments,
             "市民{citizen}が端末{kiosk}にカードを置く", "citizen {citizen} puts the card into kiosk {kiosk}"),
    _at_once("card_swapped", _P.CITIZEN, _P.KIOSK, ("swap",), "kiosk citizen", _arguments,
             "端末{kiosk}のカードが市民{citizen}のものに替わる",
             "citizen {citizen}'s card is swapped into kiosk {kiosk}"),
    _at_once("power", _P.KIOSK, _P.CARD, ("insert", "swap"), "citizen", _powered,
             "市民{citizen}のカードに電源が入る", "citizen {citizen}'s card is powered"),
    _at_once("pin_typed", _P.CITIZEN, _P.KIOSK, _PIN, "kiosk right", _typed,
             "端末{kiosk}で{right}暗証番号を入力する", "a {right} PIN is typed at kiosk {kiosk}"),
    _at_once("pin_torn", _P.CITIZEN, _P.KIOSK, ("pin_torn",), "kiosk", _first,
             "端末{kiosk}で誤った暗証番号を入力し、応答の前にカードを抜く",
             "a wrong PIN is typed at kiosk {kiosk} and the card pulled before it answers"),
    _at_once("verify", _P.KIOSK, _P.CARD, _PIN, "citizen right", _card_typed,
             "市民{citizen}のカードに{right}暗証番号を送る", "a {right} PIN is sent to citizen {citizen}'s card"),
    _at_once("verify_torn", _P.KIOSK, _P.CARD, ("pin_torn",), "citizen", _card,
             "市民{citizen}のカードに誤った暗証番号を送り、応答の前に電源を切る",
             "a wrong PIN is sent to citizen {citizen}'s card and the power cut before it answers"),
    _at_once("verified", _P.CARD, _P.KIOSK, ("pin_right",), "citizen", _card,
             "市民{citizen}のカードが暗証番号を受け付ける", "citizen {citizen}'s card accepts the PIN"),
    _at_once("verified_wrong", _P.CARD, _P.KIOSK, ("pin_wrong",), "citizen left", _wrong_at_card,
             "市民{citizen}のカードが誤りと答える（残り{left}回）",
             "citizen {citizen}'s card answers 'wrong', {left} left"),
    _at_once("verified_locked", _P.CARD, _P.KIOSK, ("pin_locked",), "citizen", _card,
             "市民{citizen}のカードがロックを答える", "citizen {citizen}'s card answers 'locked'"),
    _at_once("pin_accepted", _P.KIOSK, _P.CITIZEN, ("pin_right",), "kiosk", _first,
             "端末{kiosk}が暗証番号を受け付ける", "kiosk {kiosk} accepts the PIN"),
    _at_once("pin_refused", _P.KIOSK, _P.CITIZEN, ("pin_wrong",), "kiosk left", _wrong_at_kiosk,
             "端末{kiosk}が暗証番号の誤りを告げる（残り{left}回）",
             "kiosk {kiosk} says that the PIN is wrong, {left} left"),
    _at_once("card_locked", _P.KIOSK, _P.CITIZEN, ("pin_locked",), "kiosk", _first,
             "端末{kiosk}がカードのロックを告げる", "kiosk {kiosk} says that the card is locked"),
    _at_once("session_asked", _P.KIOSK, _P.CENTER, ("check",), "kiosk citizen", _kiosk_and_card,
             "端末{kiosk}が市民{citizen}のセッションを求める", "kiosk {kiosk} asks for a session of citizen {citizen}"),
    _at_once("validity_asked", _P.CENTER, _P.JPKI, ("check",), "kiosk citizen", _kiosk_and_card,
             "センターが市民{citizen}の証明書の有効性を照会する（端末{kiosk}）",
             "the center asks whether citizen {citizen}'s certificate is valid (kiosk {kiosk})"),
    _at_once("validity", _P.JPKI, _P.CENTER, ("check",), "kiosk answer", _arguments,
             "端末{kiosk}の証明書の照会の答え：{answer}", "the answer on the certificate at kiosk {kiosk}: {answer}"),
    _at_once("session_granted", _P.CENTER, _P.KIOSK, ("open",), "kiosk", _first,
             "センターが端末{kiosk}のセッションを認める", "the center grants the session of kiosk {kiosk}"),
    _at_once("session_denied", _P.CENTER, _P.KIOSK, ("refuse_open",), "kiosk", _first,
             "センターが端末{kiosk}のセッションを拒否する", "the center denies the session of kiosk {kiosk}"),
    _at_once("session_opened", _P.KIOSK, _P.CITIZEN, ("open",), "kiosk", _first,
             "端末{kiosk}でセッションが開く", "the session opens at kiosk {kiosk}"),
    _at_once("session_refused", _P.KIOSK, _P.CITIZEN, ("refuse_open",), "kiosk", _first,
             "端末{kiosk}でセッションが拒否される", "the session is refused at kiosk {kiosk}"),
    _at_once("card_taken", _P.CITIZEN, _P.KIOSK, ("take_card",), "kiosk", _first,
             "端末{kiosk}でカードを取り戻す", "the card is taken back at kiosk {kiosk}"),
    _at_once("identified", _P.CITY, _P.COUNTER, ("identify",), "citizen", _first,
             "市役所が市民{citizen}の本人確認をする", "the city office establishes citizen {citizen}'s identity"),
    _at_once("unblocked", _P.COUNTER, _P.CARD, ("unblock",), "citizen", _first,
             "市民{citizen}のカードのロックを解除する", "the lock of citizen {citizen}'s card is lifted"),
    _at_once("unblock_done", _P.COUNTER, _P.CITIZEN, ("unblock",), "citizen", _first,
             "市民{citizen}に解除を知らせる", "citizen {citizen} is told that the lock is lifted"),
    _at_once("time", _P.CLOCK, _P.CENTER, ("tick",), "period", _period,
             "時が移り、{period}になる", "time moves on: {period}"),
    _at_once("cancelled", _P.CITIZEN, _P.KIOSK, ("cancel",), "kiosk", _first,
             "端末{kiosk}の手続を取り消す", "the session at kiosk {kiosk} is cancelled"),
    # Application
    _at_once("choice", _P.CITIZEN, _P.KIOSK, ("choose",), "kiosk kind", _arguments,
             "端末{kiosk}で{kind}を選ぶ", "{kind} is chosen at kiosk {kiosk}"),
    _travels("application", _P.KIOSK, _P.CENTER, ("choose",), ("accept", "turn_away", "ignore_apply"),
             "request citizen kind", _application,
             "申請{request}：市民{citizen}、{kind}", "application {request}: citizen {citizen}, {kind}"),
    _travels("order", _P.CENTER, _P.ISSUING, ("accept",), ("receive", "ignore_issue"),
             "request citizen kind", _application,
             "サーバへの作成の指示{request}：市民{citizen}、{kind}",
             "order {request} to the server: citizen {citizen}, {kind}"),
    _travels("question", _P.ISSUING, _P.KOSEKI, ("start",), ("koseki_answer", "koseki_refuse"),
             "request", lambda step: _first(step) if _is_koseki(step) else None,
             "戸籍システムへの照会{request}", "question {request} to the koseki system"),
    _travels("answer", _P.KOSEKI, _P.ISSUING, ("koseki_answer",), ("fill", "drop_answer"), "request", _first,
             "戸籍システムの答え{request}", "answer {request} of the koseki system"),
    _at_once("koseki_refusal", _P.KOSEKI, _P.ISSUING, ("koseki_refuse",), "request", _first,
             "戸籍システムの拒否{request}", "refusal {request} of the koseki system"),
    _at_once("filing", _P.CITY, _P.KOSEKI, ("begin_filing", "end_filing"), "filing", _filing,
             "戸籍の届書の処理が{filing}", "the processing of a koseki filing {filing}"),
    _travels("document", _P.ISSUING, _P.CENTER, ("release",), ("take_doc", "flag", "drop_doc"),
             "request pages", _document,
             "サーバからの証明書{request}：{pages}", "document {request} from the server: {pages}"),
    _travels("refusal", _P.ISSUING, _P.CENTER, ("koseki_refuse", "refuse", "stop", "server_timeout"),
             ("pass_refusal",), "request", _server_refusal,
             "サーバの拒否{request}", "refusal {request} of the server"),
    _at_once("alarm", _P.CENTER, _P.OFFICER, ("flag",), "request", _first,
             "センターが申請{request}の証明書の異常を知らせる", "the center reports an error in document {request}"),
    _at_once("reconciled", _P.OFFICER, _P.CENTER, ("reconcile",), "", _nothing,
             "職員が証明書の内容を照合し、警報を解く", "an officer compares the content and lifts the alarm"),
    _travels("center_refusal", _P.CENTER, _P.KIOSK,
             ("pass_refusal", "turn_away", "flag", "withhold", "center_timeout"), ("refused",),
             "request", _center_refusal,
             "センターの拒否{request}", "refusal {request} of the center"),
    _travels("certificate", _P.CENTER, _P.KIOSK, ("hand",), ("arrive", "drop_hand"),
             "request pages", _certificate,
             "センターからの証明書{request}：{pages}", "certificate {request} from the center: {pages}"),
    # Paper and money
    _at_once("payable", _P.KIOSK, _P.CITIZEN, ("arrive",), "kiosk", _kiosk_of_request,
             "端末{kiosk}が支払を求める", "kiosk {kiosk} asks for the fee"),
    _at_once("session_over", _P.KIOSK, _P.CITIZEN, ("refused", "kiosk_timeout"), "kiosk", _session_over,
             "端末{kiosk}が交付できないことを告げる", "kiosk {kiosk} says that nothing is issued"),
    _at_once("money_in", _P.CITIZEN, _P.KIOSK, ("pay",), "kiosk money", _money,
             "端末{kiosk}に{money}部の手数料を入れる", "the fee of {money} is put into kiosk {kiosk}"),
    _at_once("sheet", _P.KIOSK, _P.CITIZEN, ("print",), "kiosk pages", _sheet,
             "端末{kiosk}から1部が出る：{pages}", "a sheet comes out of kiosk {kiosk}: {pages}"),
    _at_once("jam", _P.CHANCE, _P.KIOSK, ("mishap",), "kiosk", _first,
             "端末{kiosk}で紙詰まり又は停電が起きる", "kiosk {kiosk} jams or loses power"),
    _at_once("account", _P.KIOSK, _P.CITIZEN, ("settle",), "kiosk kept back", _account,
             "端末{kiosk}が{kept}部の手数料を収め、{back}部の分を返す",
             "kiosk {kiosk} keeps the fee of {kept} and gives back that of {back}"),
    _at_once("ready", _P.KIOSK, _P.CITIZEN, ("pin_torn", "leave"), "kiosk", _first,
             "端末{kiosk}が次の利用者を迎える", "kiosk {kiosk} is ready for the next citizen"),
    # Feed
    _at_once("committed", _P.CITY, _P.CORE, ("commit",), "change", _sent,
             "市が異動{change}を記録する", "the city records change {change}"),
    _travels("change", _P.CORE, _P.ISSUING, ("send",), ("apply_change", "repeat_change", "gap"),
             "change server", _arguments,
             "サーバ{server}への異動{change}", "change {change} to server {server}"),
    _at_once("shown", _P.ISSUING, _P.CORE, ("apply_change", "repeat_change"), "change server", _arguments,
             "サーバ{server}が異動{change}の反映を答える", "server {server} answers that it shows change {change}"),
    _at_once("heartbeat", _P.CORE, _P.ISSUING, ("heartbeat",), "server change", _heartbeat,
             "サーバ{server}への連絡：異動は{change}まで", "heartbeat to server {server}: changes up to {change}"),
    Crossing("feed_silent", _P.CORE, _P.ISSUING, (), ("silence",), ("server",), _first,
             "サーバ{server}に連絡が途絶える", "server {server} hears nothing of the feed for too long"),
    _at_once("acknowledged", _P.CORE, _P.CITY, ("acknowledge",), "change", _acked,
             "異動{change}の反映を市に確認する", "change {change} is acknowledged to the city"),
)  # fmt: skip


def _is_koseki(step: Step) -> bool:
    """Where the document is made from the city's registers nobody is asked."""
    return step.action.name != "start" or step.after.requests[step.number - 1].kind == Kind.KOSEKI


CROSSINGS = {crossing.name: crossing for crossing in _TABLE}
"""In the order in which they pass where one step has several."""
