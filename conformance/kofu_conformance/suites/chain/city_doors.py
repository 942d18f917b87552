"""At the doors of the city's systems nobody is answered but the parties declared. [2.4, 3.1.6]"""

from google.protobuf.json_format import MessageToJson
from hypothesis import strategies as st

from kofu_conformance.engine import check, expect_equal
from kofu_conformance.testers import probes
from kofu_conformance.testers.callers import OPEN_TO_ALL, Served, served_at, well_formed
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.probes import Door

CITY_SYSTEMS = ("core", "relay", "koseki", "counter", "issuing")
BINDINGS = ("gRPC", "HTTP/JSON")


@check(
    "2.4",
    "3.1.6",
    cases=st.tuples(st.sampled_from(CITY_SYSTEMS), st.sampled_from(BINDINGS)),
    quick=10,
    standard=10,
    thorough=10,
)
def only_declared_parties_are_answered(chain: Chain, case: tuple[str, str]) -> None:
    """
    Third parties come to every door of a system of the city, gRPC and HTTP/JSON: in plain text, without a
    certificate, with one of a foreign authority, and with a good one of every role but the one that is connected there.

    > ⑥市内内部における各基幹システムとデータセンターに接続するための中間サーバ間の通信は、外部より独立したネットワーク回線を使用する。

    Strangers get no byte of the service; a peer of another role gets nothing from any method but the refusal of its
    role. The suite with a certificate of the authority is answered at the same door.
    """
    system, binding = case
    for node in chain.profile.nodes_of(system):
        door = _door(chain, node, binding)
        if door is None:
            chain.story.step(f"{node} has no door for {binding}")
            continue
        control = probes.knock_as_peer(door, chain.profile)
        if not control.answered:
            chain.story.unobserved(f"{node} does not answer a peer over {binding} either: {control.detail}")
            continue
        _strangers(chain, node, door)
        refused = _other_roles(chain, node, door)
        chain.story.step(f"{node}, {binding}: strangers shut out, {refused} calls of other roles refused")
        for requirement in ("2.4", "3.1.6"):
            chain.story.trigger(requirement)


def _door(chain: Chain, node: str, binding: str) -> Door | None:
    declared = chain.profile.nodes[node]
    if binding == "gRPC":
        return Door(declared.address)
    return None if declared.json_address is None else Door(declared.json_address, json=True)


def _strangers(chain: Chain, node: str, door: Door) -> None:
    for way, knock in probes.WAYS_IN.items():
        observed = "answered" if knock(door, chain.profile).answered else "refused"
        expect_equal(observed, "refused", seen_at=f"stranger -> {node}", code=f"{way}_answered")


def _other_roles(chain: Chain, node: str, door: Door) -> int:
    """Calls every method as every role that is not its caller's; how often it was refused."""
    refused = 0
    for served in served_at(chain, node):
        if served.reflected.method.service in OPEN_TO_ALL or (served.streams and door.json):
            continue
        for role in sorted(str(role) for role in chain.profile.tls.peers):
            if role != served.caller:
                _refused_by_role(chain, node, role, served, door)
                refused += 1
    return refused


def _refused_by_role(chain: Chain, node: str, role: str, served: Served, door: Door) -> None:
    method, request = served.reflected.method, well_formed(chain, served)
    if door.json:
        answer = chain.json_door.call(node, role, method, MessageToJson(request).encode())
    else:
        answer = chain.wire.call_raw(node, role, method, request.SerializeToString(), streams=served.streams)
    answer.refused("REASON_ROLE_NOT_ALLOWED", code="another_role_is_served")
