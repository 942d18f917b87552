"""What the network and the machines do unasked: loss, duplication, and a page that slips in."""

from kofu_spec.model.actions import (
    action,
    each_page,
    each_place_in_document,
    each_request,
    each_server,
    request,
    server,
    take,
    world,
)
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import Configuration, Pages, Refusal, State, names

MESSAGES = ("apply", "issue", "ask", "answer", "doc", "hand", "refusal")


def _messages(_: Configuration) -> range:
    return range(1, len(MESSAGES) + 1)


def _doubled(_: Configuration) -> range:
    return range(1, len(MESSAGES))


@action(
    _messages,
    each_request,
    needs="losses",
    ja="申請{1}の{0:message_ja}が失われる",
    en="the {0:message_en} of request {1} is lost",
)
def lose(_: Chain, s: State, m: int, r: int) -> State | None:
    """A message is lost; the waits have to run out. [P.2]"""
    message = MESSAGES[m - 1]
    if not s.losses or not getattr(s.requests[r - 1], message):
        return None
    less = world(s, losses=s.losses - 1)
    return request(less, r, refusal=Refusal.NONE.value) if message == "refusal" else take(less, r, message)


@action(
    _doubled,
    each_request,
    needs="duplicates",
    ja="申請{1}の{0:message_ja}が二重に届く",
    en="the {0:message_en} of request {1} is doubled",
)
def duplicate(_: Chain, s: State, m: int, r: int) -> State | None:
    """A message comes twice. [P.3]"""
    message = MESSAGES[m - 1]
    if not s.duplicates or getattr(s.requests[r - 1], message) != 1:
        return None
    return request(world(s, duplicates=s.duplicates - 1), r, **{message: 2})


@action(
    each_server,
    each_place_in_document,
    each_page,
    needs="glitches",
    ja="サーバ{0}の作業領域の{1}ページ目が、{2:page_ja}に替わる",
    en="page {1} at server {0} becomes one {2:page_en}",
)
def glitch_work(_: Chain, s: State, place: int, i: int, p: int) -> State | None:
    """Whatever the cause: what is released has to be looked at. [P.1, P.6]"""
    work = s.servers[place - 1].work
    if not s.glitches or not _may_slip_in(s, work[i - 1], p):
        return None
    return server(world(s, glitches=s.glitches - 1), place, work=_with_page(work, i, p))


@action(
    each_request,
    each_place_in_document,
    each_page,
    needs="glitches",
    ja="申請{0}の証明書の{1}ページ目が、{2:page_ja}に替わる",
    en="page {1} of the document of request {0} becomes one {2:page_en}",
)
def glitch_doc(_: Chain, s: State, r: int, i: int, p: int) -> State | None:
    """Behind the server's back. [P.1, P.6]"""
    made = s.requests[r - 1].made
    if not s.glitches or not s.requests[r - 1].doc or not _may_slip_in(s, made[i - 1], p):
        return None
    return request(world(s, glitches=s.glitches - 1), r, made=_with_page(made, i, p))


def _may_slip_in(s: State, there: int, p: int) -> bool:
    return there not in (0, p) and names(p, len(s.citizens)) < s.next


def _with_page(pages: Pages, i: int, p: int) -> Pages:
    return (*pages[: i - 1], p, *pages[i:])
