"""The feed of changes, from the city's records to every server of the site. [2.6, P.5]"""

from kofu_spec.model.actions import action, each_change, each_server, server, world
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import State, bit


@action(ja="市が異動を記録する", en="the city records a change")
def commit(chain: Chain, s: State) -> State | None:
    """A change is committed together with its number. [2.6]"""
    return world(s, sent=s.sent + 1) if s.sent < chain.configuration.changes else None


@action(each_change, each_server, ja="異動{0}をサーバ{1}へ送る", en="change {0} is sent to server {1}")
def send(_: Chain, s: State, n: int, to: int) -> State | None:
    """Sent, and sent again until it is acknowledged. [2.6]"""
    if not s.acked < n <= s.sent or s.servers[to - 1].coming & bit(n):
        return None
    return server(s, to, coming=s.servers[to - 1].coming | bit(n))


@action(
    each_change,
    each_server,
    ja="異動{0}がサーバ{1}に届かずに失われる",
    en="change {0} is lost on its way to server {1}",
)
def lose_change(_: Chain, s: State, n: int, to: int) -> State | None:
    """The line may lose it. [2.6]"""
    return _arrived(s, n, to) if s.servers[to - 1].coming & bit(n) else None


@action(each_change, each_server, ja="サーバ{1}が異動{0}を反映する", en="server {1} applies change {0}")
def apply_change(chain: Chain, s: State, n: int, to: int) -> State | None:
    """In the order of the numbers. [2.6]"""
    if not _new(s, n, to) or not chain.guards.in_order(s, to, n):
        return None
    return server(_arrived(s, n, to), to, applied=s.servers[to - 1].applied | bit(n))


@action(
    each_change,
    each_server,
    ja="サーバ{1}が反映済みの異動{0}を読み捨てる",
    en="server {1} passes over change {0}, which it has",
)
def repeat_change(_: Chain, s: State, n: int, to: int) -> State | None:
    """A change takes effect once. [2.6]"""
    at = s.servers[to - 1]
    return _arrived(s, n, to) if at.coming & at.applied & bit(n) else None


@action(
    each_change, each_server, ja="サーバ{1}が異動{0}の前の欠番に気付く", en="server {1} notices a gap before change {0}"
)
def gap(chain: Chain, s: State, n: int, to: int) -> State | None:
    """What is missing is noticed, and the server no longer counts itself up to date. [2.6, P.5]"""
    if not _new(s, n, to) or chain.guards.in_order(s, to, n):
        return None
    return server(_arrived(s, n, to), to, current=0)


@action(each_server, ja="サーバ{0}が最新であることを確かめる", en="server {0} learns that it is up to date")
def heartbeat(chain: Chain, s: State, to: int) -> State | None:
    """The feed tells how far it has come. [P.5]"""
    if s.servers[to - 1].current or not chain.guards.caught_up(s, to):
        return None
    return server(s, to, current=1)


@action(
    each_server, needs="silence", ja="サーバ{0}に連絡が途絶える", en="server {0} hears nothing of the feed for too long"
)
def silence(_: Chain, s: State, to: int) -> State | None:
    """Silence past the set time: it can't know. [P.5]"""
    return server(s, to, current=0) if s.servers[to - 1].current else None


@action(ja="次の異動の反映を市に確認する", en="the next change is acknowledged to the city")
def acknowledge(chain: Chain, s: State) -> State | None:
    """Only once every server of the site shows it. [2.6, P.5]"""
    n = s.acked + 1
    if n > s.sent or not chain.guards.visible_everywhere(s, n):
        return None
    return world(s, acked=n)


def _new(s: State, n: int, to: int) -> bool:
    at = s.servers[to - 1]
    return bool(at.coming & bit(n)) and not at.applied & bit(n)


def _arrived(s: State, n: int, to: int) -> State:
    return server(s, to, coming=s.servers[to - 1].coming & ~bit(n))
