"""A system speaks to the peer that its configuration names, and to nobody else at that address. [3.2.5, 3.3.12]"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.empty_pb2 import Empty
from reference.tests import tls_side
from reference.tests.tls_side import NODES, Certificate, Chain

import kofu_reference
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.channel import call, channel
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.refusal import Refusal
from kofu_reference.runtime.rundirectory import HOST, PEERS

CALLS = [(node, peer) for node in NODES for peer in PEERS.get(node.partition("-")[0], ())]
PACKAGE = Path(kofu_reference.__file__).parent


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with tls_side.chain_in(tmp_path_factory.mktemp("chain")) as chain:
        yield chain


class Listener(grpc.GenericRpcHandler):
    """Whoever listens at an address: answers everything, and notes that it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        async def answer(request: bytes, context: Any) -> bytes:
            self.asked += 1
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


@asynccontextmanager
async def listening(who: Certificate) -> AsyncIterator[tuple[int, Listener]]:
    server, listener = grpc.aio.server(), Listener()
    server.add_generic_rpc_handlers((listener,))
    credentials = grpc.ssl_server_credentials(
        [(who.key.read_bytes(), who.certificate.read_bytes())], who.authority.read_bytes(), require_client_auth=True
    )
    port = server.add_secure_port(f"{HOST}:0", credentials)
    await server.start()
    try:
        yield port, listener
    finally:
        await server.stop(0)


def asked(chain: Chain, node: str, peer: str, who: Certificate) -> tuple[str, int]:
    """What the system is told at that address, and how many of its calls were heard there."""

    async def run() -> tuple[str, int]:
        async with listening(who) as (port, listener):
            own = chain.config(node)
            there = PeerConfig(address=f"{HOST}:{port}", identity=own.peers[peer].identity)
            config = own.model_copy(update={"peers": {peer: there}})
            async with channel(config, peer) as line:
                method = line.unary_unary("/kofu.v1.Any/Thing", Empty.SerializeToString, Empty.FromString)
                try:
                    await call(method, Empty(), timeout=20)
                except Refusal as refusal:
                    return Reason.Name(refusal.reason), listener.asked
                return "answered", listener.asked

    return asyncio.run(run())


@pytest.mark.parametrize(("node", "peer"), CALLS)
def test_an_impostor_with_a_good_certificate_of_another_is_not_spoken_to(chain: Chain, node: str, peer: str) -> None:
    expected_id, role, area, *_ = chain.config(node).peers[peer].identity.split(".")
    assert asked(chain, node, peer, chain.certificate(f"{expected_id}.{role}.{area}")) == ("answered", 1)
    other_role = "kiosk" if role != "kiosk" else "center"
    for impostor in (f"{expected_id}.{other_role}.{area}", f"x-1.{role}.{area}", f"{expected_id}.{role}.992020"):
        told = asked(chain, node, peer, chain.certificate(impostor))
        assert told == ("REASON_UPSTREAM_UNAVAILABLE", 0), impostor


def test_every_connection_of_the_systems_is_made_where_the_name_is_checked() -> None:
    making = re.compile(r"\b(secure_channel|insecure_channel)\(")
    made_in = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if "faults" not in path.parts and making.search(path.read_text(encoding="utf-8"))
    }
    assert made_in == {"runtime/channel.py"}
