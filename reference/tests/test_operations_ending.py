"""A system that is to end takes no more calls and lets those in flight be answered, within its grace. [2.8, 3.1.4]"""

import asyncio
import signal
import threading
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from reference.tests.running import Running, asked, reason_of, running, until

from kofu.v1.common_pb2 import Application, CertificateKind, Holder, KosekiAllOptions
from kofu.v1.feed_pb2 import FeedHello, FeedRequest
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu.v1.koseki_pb2 import IssueKosekiRequest, IssueKosekiResponse
from kofu.v1.koseki_pb2_grpc import KosekiServiceStub
from kofu_reference.runtime.client import Carrier, Identity, open_client
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_reference.runtime.rundirectory import BASE_INSTANT, OperationsShared
from kofu_spec.city import make_city
from kofu_spec.pki.issuer import ISSUER_KEY_ID

CITIZEN = next(each for each in make_city(1, 1).family("plain") if each.koseki and each.card)
BOTH = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])


def request() -> IssueKosekiRequest:
    """A koseki certificate that the koseki system grants."""
    assert CITIZEN.card is not None
    asking = IssueKosekiRequest(
        request_id=str(uuid.uuid4()),
        municipality_code="992011",
        holder=Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=CITIZEN.card.serial),
        application=Application(koseki_all_matters=KosekiAllOptions()),
    )
    asking.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
    return asking


def koseki(chain: Running) -> Any:
    return KosekiServiceStub(chain.line("relay", "koseki")).IssueKoseki


def in_flight(chain: Running) -> bool:
    return "kofu_calls_in_flight 1.0" in chain.operations("koseki", "/metrics")[1]


def over_json(chain: Running, asking: IssueKosekiRequest) -> Any:
    tls = chain.chain.suite["relay"]
    peer = PeerConfig(address=chain.chain.json_address("koseki"), identity=chain.chain.peer("koseki").identity)

    async def ask() -> Any:
        async with open_client(Carrier.JSON, peer, Identity(chain.chain.authority, tls.certificate, tls.key)) as client:
            return await client.call("kofu.v1.KosekiService", "IssueKoseki", asking, timeout=60)

    return asyncio.run(ask())


def refusal_of_another_call(chain: Running) -> str:
    """How a call that comes now is refused, as its caller understands it; empty where it is answered."""
    try:
        koseki(chain)(request(), timeout=10)
    except grpc.RpcError as error:
        return from_rpc_error(error).name  # type: ignore[arg-type]
    return ""


@BOTH
def test_what_is_in_flight_is_answered_and_nothing_new_is_taken(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, residents=1) as chain, ThreadPoolExecutor() as threads:
        chain.start("koseki")
        asked(koseki(chain), request())
        chain.hold("koseki", "koseki.render", 1)
        slow: Future[IssueKosekiResponse] = threads.submit(asked, koseki(chain), request(), 60)
        until(lambda: in_flight(chain))
        chain.signal("koseki", number)
        until(lambda: chain.operations("koseki", "/readyz")[0] == 503)
        assert chain.operations("koseki", "/readyz")[1] == '{"ready": false, "missing": ["system: ends"]}'
        # Not ready comes first; a call may still slip in before the door is shut.
        refusals: list[str] = []
        until(lambda: refusals.append(refusal_of_another_call(chain)) or refusals[-1])
        assert refusals[-1] == "REASON_UPSTREAM_UNAVAILABLE"
        assert len(refusals) <= 2
        assert slow.result().document.kind == CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
        assert chain.ended("koseki") == 0


def test_what_is_in_flight_over_json_is_answered_too(tmp_path: Path) -> None:
    with running(tmp_path, residents=1) as chain, ThreadPoolExecutor() as threads:
        chain.start("koseki")
        chain.hold("koseki", "koseki.render", 1)
        slow = threads.submit(over_json, chain, request())
        until(lambda: in_flight(chain))
        assert chain.end("koseki") == 0
        assert slow.result().document.pdf.startswith(b"%PDF")


@BOTH
def test_what_takes_longer_than_the_grace_is_aborted_whole(tmp_path: Path, number: signal.Signals) -> None:
    shortly = OperationsShared(grace_seconds=0.2)
    waits = {"render_seconds": 3600}
    with running(tmp_path, residents=1, operations=shortly) as chain, ThreadPoolExecutor() as threads:
        give_time(chain, waits)
        chain.start("koseki")
        chain.hold("koseki", "koseki.render", 3600)
        asking = request()
        slow = threads.submit(reason_of, lambda: asked(koseki(chain), asking, 60))
        until(lambda: in_flight(chain))
        assert chain.end("koseki", number) == 0
        assert slow.result() == "REASON_UPSTREAM_UNAVAILABLE"
        chain.start("koseki")
        assert reason_of(lambda: asked(koseki(chain), asking)) == "REASON_REQUEST_ID_USED"
        assert asked(koseki(chain), request()).document.pdf


def test_open_feeds_and_health_watchers_do_not_keep_a_system_from_ending(tmp_path: Path) -> None:
    with running(tmp_path, residents=1, operations=OperationsShared(grace_seconds=600)) as chain:
        chain.start("issuing")
        hello = FeedRequest(hello=FeedHello(municipality_code="992011", feed_id=str(uuid.uuid4())))
        feed: Any = RecordFeedServiceStub(chain.line("relay", "issuing")).Feed(forever(hello), wait_for_ready=True)
        assert next(feed).resume.next_number == 1
        watch: Any = health_pb2_grpc.HealthStub(chain.line("kiosk", "issuing")).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        assert chain.end("issuing") == 0
        for stream in (feed, watch):
            with pytest.raises(grpc.RpcError):
                list(stream)
            assert stream.code() is grpc.StatusCode.UNAVAILABLE


def forever(*first: FeedRequest) -> Any:
    """Requests of a peer that never closes its side."""
    yield from first
    threading.Event().wait(120)


def give_time(chain: Running, waits: dict[str, int]) -> None:
    path = chain.chain.config_of("koseki")
    text = path.read_text("utf-8")
    for name, seconds in waits.items():
        assert f"{name} = 2" in text
        text = text.replace(f"{name} = 2", f"{name} = {seconds}")
    path.write_text(text, "utf-8")
