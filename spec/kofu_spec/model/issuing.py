"""The issuing servers of one site, and the koseki system behind them. [2.8, 2.9, 3.1.4]"""

from kofu_spec.model.actions import action, each_request, each_server, place_of, request, server, take, world
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import Job, Kind, Pages, Refusal, State, blank, page


@action(each_request, ja="サーバが申請{0}を受け取る", en="the server receives request {0}")
def receive(chain: Chain, s: State, r: int) -> State | None:
    """A request id is worked on once. [P.3]"""
    if not s.requests[r - 1].issue or not chain.guards.id_unserved(s, r):
        return None
    return request(take(s, r, "issue"), r, job=Job.QUEUED.value)


@action(
    each_request, ja="サーバが二度目の申請{0}を受け付けない", en="the server ignores request {0}, which it has seen"
)
def ignore_issue(chain: Chain, s: State, r: int) -> State | None:
    """Not twice. [P.3]"""
    if not s.requests[r - 1].issue or chain.guards.id_unserved(s, r):
        return None
    return take(s, r, "issue")


@action(each_request, ja="サーバが申請{0}の作成を始める", en="the server starts on request {0}")
def start(chain: Chain, s: State, r: int) -> State | None:
    """At a place that is free, for one who is entitled, from a register that is up to date. [2.6, P.3, P.5]"""
    asked = s.requests[r - 1]
    if asked.job != Job.QUEUED or not chain.guards.place_free(s, asked.server) or not _may_start(chain, s, r):
        return None
    taken = server(s, place_of(chain, s, asked.server), owner=r)
    knows = s.servers[asked.server - 1].applied
    return request(taken, r, knows=knows, job=Job.WORKING.value, ask=1 if asked.kind == Kind.KOSEKI else asked.ask)


@action(each_request, ja="サーバが申請{0}を拒否する", en="the server refuses request {0}")
def refuse(chain: Chain, s: State, r: int) -> State | None:
    """Not entitled, or not known to be up to date. [P.5]"""
    if s.requests[r - 1].job != Job.QUEUED or _may_start(chain, s, r):
        return None
    return request(s, r, job=Job.ENDED.value, refusal=Refusal.TO_CENTER.value)


def _may_start(chain: Chain, s: State, r: int) -> bool:
    return chain.guards.eligible_at_start(s, r) and chain.guards.current_at_start(s, s.requests[r - 1].server)


@action(each_request, ja="サーバが申請{0}の次のページを作る", en="the server makes the next page of request {0}")
def render(chain: Chain, s: State, r: int) -> State | None:
    """Page by page, from the city's registers. [2.8]"""
    asked = s.requests[r - 1]
    if asked.job != Job.WORKING or not chain.guards.rendered_here(s, r):
        return None
    place = place_of(chain, s, asked.server)
    work = s.servers[place - 1].work
    if 0 not in work:
        return None
    at = work.index(0)
    return server(s, place, work=(*work[:at], _page_of(s, r), *work[at + 1 :]))


@action(each_request, ja="戸籍システムが申請{0}に答える", en="the koseki system answers request {0}")
def koseki_answer(chain: Chain, s: State, r: int) -> State | None:
    """While no filing is being processed. [2.9]"""
    if not s.requests[r - 1].ask or not chain.guards.no_filing(s):
        return None
    return request(take(s, r, "ask"), r, answer=1)


@action(
    each_request,
    ja="戸籍システムが届書の処理中のため申請{0}を拒否する",
    en="the koseki system refuses request {0}: a filing is being processed",
)
def koseki_refuse(chain: Chain, s: State, r: int) -> State | None:
    """Otherwise it is refused, and the whole with it. [2.9, P.2]"""
    asked = s.requests[r - 1]
    if not asked.ask or chain.guards.no_filing(s):
        return None
    taken = take(s, r, "ask")
    if asked.job != Job.WORKING:
        return taken
    return request(taken, r, job=Job.ABORTED.value, refusal=Refusal.TO_CENTER.value)


@action(
    each_request,
    ja="サーバが戸籍システムの答えを申請{0}に充てる",
    en="the server takes the koseki system's answer for request {0}",
)
def fill(chain: Chain, s: State, r: int) -> State | None:
    """The answer is passed on as it came, and only while it is waited for. [2.9, P.2]"""
    asked = s.requests[r - 1]
    if not asked.answer or not chain.guards.still_working(s, r):
        return None
    place = place_of(chain, s, asked.server)
    return server(take(s, r, "answer"), place, work=(_page_of(s, r),) * len(asked.held))


@action(
    each_request,
    ja="サーバが遅れて届いた戸籍システムの答え（申請{0}）を捨てる",
    en="the server drops the koseki system's answer for request {0}",
)
def drop_answer(chain: Chain, s: State, r: int) -> State | None:
    """An answer that nobody waits for goes nowhere, and is never kept. [2.9]"""
    if not s.requests[r - 1].answer or chain.guards.still_working(s, r):
        return None
    return take(s, r, "answer")


@action(each_request, ja="サーバが申請{0}の証明書を引き渡す", en="the server releases the document of request {0}")
def release(chain: Chain, s: State, r: int) -> State | None:
    """Everything is asked again at the moment of release. [2.8, P.1, P.5, P.6]"""
    asked = s.requests[r - 1]
    work = _work(chain, s, r)
    if asked.job != Job.WORKING or not chain.guards.complete(s, work) or not _may_release(chain, s, r, work):
        return None
    return request(s, r, doc=1, made=work, job=Job.RELEASED.value)


@action(each_request, ja="サーバが申請{0}の証明書の引渡しを止める", en="the server stops the document of request {0}")
def stop(chain: Chain, s: State, r: int) -> State | None:
    """What may not be released is aborted whole. [P.1, P.2, P.6]"""
    work = _work(chain, s, r)
    if s.requests[r - 1].job != Job.WORKING or 0 in work or _may_release(chain, s, r, work):
        return None
    return request(s, r, job=Job.ABORTED.value, refusal=Refusal.TO_CENTER.value)


def _work(chain: Chain, s: State, r: int) -> Pages:
    return s.servers[place_of(chain, s, s.requests[r - 1].server) - 1].work


def _page_of(s: State, r: int) -> int:
    return page(r, s.requests[r - 1].holder, len(s.citizens))


def _may_release(chain: Chain, s: State, r: int, work: Pages) -> bool:
    guards = chain.guards
    return (
        guards.together(s, r, work)
        and guards.permitted(s, r, work)
        and guards.eligible_at_release(s, r)
        and guards.current_at_release(s, s.requests[r - 1].server)
    )


@action(
    each_request,
    needs="timeouts",
    ja="サーバで申請{0}の待ち時間が切れる",
    en="the server's wait for request {0} runs out",
)
def server_timeout(chain: Chain, s: State, r: int) -> State | None:
    """The whole is aborted: the job, its place, and what was made. [P.2]"""
    asked = s.requests[r - 1]
    if asked.job not in (Job.QUEUED, Job.WORKING):
        return None
    aborted = request(s, r, refusal=Refusal.TO_CENTER.value, dead=1, job=Job.ENDED.value)
    if asked.job == Job.QUEUED:
        return aborted
    if chain.guards.whole_abort(s):
        return request(aborted, r, job=Job.ABORTED.value)
    return server(aborted, place_of(chain, s, asked.server), owner=0)


@action(each_server, ja="サーバ{0}の作業領域を消去する", en="the place of work of server {0} is wiped")
def wipe(_: Chain, s: State, place: int) -> State | None:
    """Nothing of a certificate stays. [3.1.4, P.4]"""
    at = s.servers[place - 1]
    if at.owner == 0 or s.requests[at.owner - 1].job not in (Job.RELEASED, Job.ABORTED):
        return None
    return server(s, place, owner=0, work=blank(len(at.work)))


@action(each_request, ja="サーバが申請{0}を終える", en="the server ends request {0}")
def finish(chain: Chain, s: State, r: int) -> State | None:
    """A job is over once its place is wiped. [3.1.4]"""
    asked = s.requests[r - 1]
    if asked.job not in (Job.RELEASED, Job.ABORTED):
        return None
    if not chain.guards.place_wiped(s, r, place_of(chain, s, asked.server)):
        return None
    return request(s, r, job=Job.ENDED.value)


@action(needs="filings", ja="戸籍の届書の処理が始まる", en="the processing of a koseki filing begins")
def begin_filing(_: Chain, s: State) -> State | None:
    """A filing is being processed. [2.9]"""
    return None if s.filing else world(s, filing=1)


@action(needs="filings", ja="戸籍の届書の処理が終わる", en="the processing of a koseki filing ends")
def end_filing(_: Chain, s: State) -> State | None:
    """It is recorded. [2.9]"""
    return world(s, filing=0) if s.filing else None
