"""At the doors of the city's systems nobody is answered but the parties declared. [2.4, 3.1.6]"""

from google.protobuf.json_format import MessageToJson
from hypothesis import strategies as st

from kofu_conformance.engine import check, expect_equal
from kofu_conformance.testers import probes
from kofu_conformance.testers.callers import OPEN_TO_ALL, Served, served_at, well_formed
from kofu_conformance.testers.chain import Chain

CITY_SYSTEMS = ("core", "relay", "koseki", "counter", "issuing")
SPEECHES = {speech.name: speech for speech in (probes.GRPC, probes.JSON)}


@check(
    "2.4",
    "3.1.6",
    cases=st.tuples(st.sampled_from(CITY_SYSTEMS), st.sampled_from(sorted(SPEECHES))),
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
    system, name = case
    speech = SPEECHES[name]
    for node in chain.profile.nodes_of(system):
        address = _address(chain, node, speech)
        if address is None:
            chain.story.step(f"{node} has no door for {name}")
            continue
        control = probes.knock_as_peer(address, chain.profile, speech)
        if not control.answered:
            chain.story.unobserved(f"{node} does not answer a peer over {name} either: {control.detail}")
            continue
        _strangers(node, address, speech)
        refused = _other_roles(chain, node, speech)
        chain.story.step(f"{node}, {name}: strangers shut out, {refused} calls of other roles refused")
        for requirement in ("2.4", "3.1.6"):
            chain.story.trigger(requirement)


def _address(chain: Chain, node: str, speech: probes.Speech) -> str | None:
    declared = chain.profile.nodes[node]
    return declared.address if speech is probes.GRPC else declared.json_address


def _strangers(node: str, address: str, speech: probes.Speech) -> None:
    for way, knock in probes.WAYS_IN.items():
        observed = "answered" if knock(address, speech).answered else "refused"
        expect_equal(observed, "refused", seen_at=f"stranger -> {node}, {speech.name}", code=f"{way}_answered")


def _other_roles(chain: Chain, node: str, speech: probes.Speech) -> int:
    """Calls every method as every role that is not its caller's; how often it was refused."""
    refused = 0
    for served in served_at(chain, node):
        if served.reflected.method.service in OPEN_TO_ALL or (served.streams and speech is probes.JSON):
            continue
        for role in sorted(str(role) for role in chain.profile.tls.peers):
            if role != served.caller:
                _refused_by_role(chain, node, role, served, speech)
                refused += 1
    return refused


def _refused_by_role(chain: Chain, node: str, role: str, served: Served, speech: probes.Speech) -> None:
    method, request = served.reflected.method, well_formed(chain, served)
    if speech is probes.JSON:
        answer = chain.json_door.call(node, role, method, MessageToJson(request).encode())
    else:
        answer = chain.wire.call_raw(node, role, method, request.SerializeToString(), streams=served.streams)
    answer.refused("REASON_ROLE_NOT_ALLOWED", code="another_role_is_served")
