"""Third parties are shut out, and traffic is encrypted: every server, every wrong way in. [3.1.7, 3.2.5, 3.3.12]"""

from collections.abc import Iterator, Mapping

from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.profile import SystemName
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers import probes
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.probes import Speech
from kofu_conformance.testers.reflection import ReflectedMethod

_ENCRYPTED = ("3.2.5b", "3.3.12b")
_SHUT_OUT = ("3.1.7", "3.2.5", "3.3.12")
_JUDGED_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(probes.WAYS_IN, _SHUT_OUT),
    **dict.fromkeys(probes.BROKEN_TLS, _ENCRYPTED),
    "plain_text": (*_SHUT_OUT, *_ENCRYPTED),
}
SERVED_SYSTEMS: list[SystemName] = ["core", "relay", "koseki", "issuing", "center", "kiosk", "counter", "jpki"]


@check(
    "3.1.7",
    "3.2.5",
    "3.2.5b",
    "3.3.12",
    "3.3.12b",
    cases=st.tuples(st.sampled_from(SERVED_SYSTEMS), st.sampled_from(sorted(probes.WAYS_IN))),
    quick=24,
    standard=24,
    thorough=24,
)
def strangers_are_shut_out(chain: Chain, case: tuple[SystemName, str]) -> None:
    """
    A third party connects to a server in plain text, without a certificate, or with one of a foreign authority.

    > 閉鎖性の確保された専用線及びL G W A Nを使用し、第三者からのアクセスを排除するとともに、通信内容の暗号化を行う。

    No byte of the service is answered; a peer with a certificate of the authority is answered at the same address.
    """
    system, way = case
    _knocked(chain, system, chain.profile.systems[system].address, probes.GRPC, way)


@check(
    "3.1.7",
    "3.2.5",
    "3.2.5b",
    "3.3.12",
    "3.3.12b",
    cases=st.sampled_from([(system, way) for system in SERVED_SYSTEMS for way in sorted(probes.WAYS_IN)]),
    quick=24,
    standard=24,
    thorough=24,
    needs=("json",),
)
def strangers_are_shut_out_of_json(chain: Chain, case: tuple[SystemName, str]) -> None:
    """
    A third party comes to the port for HTTP/JSON of a server in plain text, without a certificate, or with one of a
    foreign authority.

    > 閉鎖性の確保された専用線及びL G W A Nを使用し、第三者からのアクセスを排除するとともに、通信内容の暗号化を行う。

    Every port of a server is as closed as the first: no byte of the service is answered, and a peer is. Who serves no
    HTTP/JSON has no such port.
    """
    system, way = case
    for node, address, speech in _doors(chain, system):
        if speech is probes.JSON:
            _knocked(chain, node, address, speech, way)


@check(
    "3.2.5b",
    "3.3.12b",
    cases=st.sampled_from(
        [(system, way) for system in (*SERVED_SYSTEMS, "inquiry") for way in sorted(probes.BROKEN_TLS)]
    ),
    quick=27,
    standard=27,
    thorough=27,
)
def broken_tls_is_refused(chain: Chain, case: tuple[SystemName, str]) -> None:
    """
    A peer with a good certificate speaks TLS 1.0 or 1.1 to a port of a server, or offers nothing but suites that
    encrypt nothing or authenticate nobody.

    > 通信内容の暗号化を行う。

    What can be read or altered on the way is not encrypted: no port answers, and each answers the same peer under
    TLS 1.2 or newer.
    """
    system, way = case
    for node, address, speech in _doors(chain, system):
        _knocked(chain, node, address, speech, way)


def _doors(chain: Chain, system: SystemName) -> Iterator[tuple[str, str, Speech]]:
    """Every port of every server of a system: the server's name, the address, what is spoken there."""
    for node in chain.profile.nodes_of(system):
        server = chain.profile.nodes[node]
        yield node, server.address, probes.GRPC
        if server.json_address is not None:
            yield node, server.json_address, probes.JSON


def _knocked(chain: Chain, node: str, address: str, speech: Speech, way: str) -> None:
    """Who comes so is not answered where a peer who comes rightly is."""
    chain.story.step(f"{way} at {node}, {speech.name}")
    control = probes.knock_as_peer(address, chain.profile, speech)
    if not control.answered:
        chain.story.unobserved(f"{node} does not answer a peer either, {speech.name}: {control.detail}")
        return
    if way in probes.WAYS_IN:
        knock = probes.WAYS_IN[way](address, speech)
    else:
        knock = probes.BROKEN_TLS[way](address, chain.profile, speech)
    for requirement in _JUDGED_BY[way]:
        chain.story.trigger(requirement)
    observed = "answered" if knock.answered else "refused"
    expect_equal(observed, "refused", seen_at=f"stranger -> {node}, {speech.name}", code=way)


@check("3.2.5", "3.3.12", cases=st.sampled_from(["kiosk", "office", "relay"]), quick=3)
def a_role_may_only_what_is_its_own(chain: Chain, role: str) -> None:
    """
    A peer with a good certificate of another role asks the issuing server for a certificate.

    > キオスク端末と証明書交付センターの接続回線は、J - L I Sが指定する専用回線を使用し、第三者からのアクセスを排除するとともに、通信内容の暗号化を行う。

    Only the issuance center may; the others are refused by their role.
    """
    citizen = chain.citizen("plain")
    chain.story.step(f"{role} asks the issuing server")
    answer = chain.issuing().issue(citizen, applications.residence(), role=role)
    for requirement in ("3.2.5", "3.3.12"):
        chain.story.trigger(requirement)
    answer.refused(Reason.REASON_ROLE_NOT_ALLOWED, code="role_not_checked")


HEARD: Mapping[str, Mapping[str, frozenset[str]]] = {
    "kofu.v1.CenterService": {"center": frozenset({"kiosk"})},
    "kofu.v1.IssuingService": {"issuing": frozenset({"center"})},
    "kofu.v1.KosekiService": {"relay": frozenset({"issuing"}), "koseki": frozenset({"relay"})},
    "kofu.v1.CounterService": {"counter": frozenset({"office"}), "core": frozenset({"counter"})},
    "kofu.v1.AlarmService": {"center": frozenset({"office"}), "issuing": frozenset({"office"})},
    "kofu.v1.MaintenanceService": {"kiosk": frozenset({"maintenance"})},
}
"""Whose calls a service hears, by the system that serves it. The inquiry site hears everybody."""


@check("3.1.7", "3.2.5", "3.3.12", cases=st.sampled_from(SERVED_SYSTEMS), quick=8, standard=8, thorough=8)
def every_service_hears_its_own_roles_alone(chain: Chain, system: SystemName) -> None:
    """
    Peers with good certificates of every other role call every unary method that a server shows, with an empty
    request.

    > ⑦市、クラウドサービス事業者、証明書交付センター間の通信は、L2WAN通信を使用するとともに、ファイアウォールによるセキュリティ制御を行う。

    Each is refused by its role, before anything of the request is judged: a stranger learns not even what is wrong
    with a request.
    """
    for node in chain.profile.nodes_of(system):
        for service in chain.reflect(node):
            heard = HEARD.get(service.name, {}).get(system)
            for one in service.methods if heard is not None else ():
                if not one.client_streams:
                    _heard_by_nobody_else(chain, node, one, heard or frozenset())


def _heard_by_nobody_else(chain: Chain, node: str, one: ReflectedMethod, heard: frozenset[str]) -> None:
    strangers = sorted(str(role) for role in chain.profile.tls.peers if role not in heard)
    chain.story.step(f"{', '.join(strangers)} call {one.method.short} at {node}")
    for role in strangers:
        answer = chain.wire.call(node, role, one.method, one.request_type(), one.response_type)
        for requirement in ("3.1.7", "3.2.5", "3.3.12"):
            chain.story.trigger(requirement)
        answer.refused(Reason.REASON_ROLE_NOT_ALLOWED, code="role_not_checked")
