"""What those who run a system see: alive, ready, and metrics without personal data or unbounded labels. [2.6, 3.2.6]"""

import ssl
import threading
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families as families
from reference.tests.running import Running, asked, reason_of, running, until

from kofu.v1.center_pb2 import CloseSessionRequest, OpenSessionRequest
from kofu.v1.center_pb2_grpc import CenterServiceStub
from kofu.v1.common_pb2 import Application, CivilDate, Holder, KosekiAllOptions, ResidenceOptions
from kofu.v1.counter_pb2 import FileChangeRequest, MoveWithin
from kofu.v1.counter_pb2_grpc import CounterServiceStub
from kofu.v1.feed_pb2 import FeedHeartbeat, FeedHello, FeedRequest
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.issuing_pb2_grpc import IssuingServiceStub
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.rundirectory import BASE_INSTANT
from kofu_spec.city import make_city
from kofu_spec.pki.issuer import ISSUER_KEY_ID

FEED = "kofu.v1.RecordFeedService"


def metric(chain: Running, system: str, name: str, **labels: str) -> float:
    """One sample of a system's metrics; 0 where there is none."""
    for family in families(chain.operations(system, "/metrics")[1]):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return sample.value
    return 0.0


def lag(chain: Running, system: str, side: str, municipality: str = "992011") -> float:
    return metric(chain, system, "kofu_feed_lag_changes", municipality=municipality, side=side)


def health(chain: Running, system: str, service: str) -> int:
    check: Any = health_pb2_grpc.HealthStub(chain.line("kiosk", system)).Check
    return int(asked(check, health_pb2.HealthCheckRequest(service=service)).status)


def issue(serial: str = "a1", koseki: bool = False) -> IssueRequest:
    wish = (
        Application(koseki_all_matters=KosekiAllOptions())
        if koseki
        else Application(residence_certificate=ResidenceOptions())
    )
    request = IssueRequest(
        request_id=str(uuid.uuid4()),
        municipality_code="992011",
        holder=Holder(issuer_key_id=ISSUER_KEY_ID, certificate_serial=serial),
        application=wish,
    )
    request.received_at.FromDatetime(datetime.fromisoformat(BASE_INSTANT))
    return request


def missing(chain: Running, system: str) -> str:
    return chain.operations(system, "/readyz")[1]


def test_ready_is_more_than_alive(tmp_path: Path) -> None:
    """The issuing server lives from its start; it is ready once the city's records are there. [2.6]"""
    with running(tmp_path, residents=1) as chain:
        chain.start("issuing")
        assert chain.operations("issuing", "/livez") == (200, '{"alive": true}')
        not_current = '{"ready": false, "missing": ["feed: not up to date"]}'
        assert chain.operations("issuing", "/readyz") == (503, not_current)
        until(lambda: health(chain, "issuing", FEED) == health_pb2.HealthCheckResponse.NOT_SERVING)
        assert health(chain, "issuing", "") == health_pb2.HealthCheckResponse.SERVING
        assert metric(chain, "issuing", "kofu_ready") == 0

        chain.start("relay")
        assert missing(chain, "relay") == '{"ready": false, "missing": ["koseki: not reachable"]}'
        chain.start("koseki")
        until(lambda: chain.operations("relay", "/readyz") == (200, '{"ready": true, "missing": []}'))
        chain.start("core")
        until(lambda: chain.operations("issuing", "/readyz") == (200, '{"ready": true, "missing": []}'))
        until(lambda: health(chain, "issuing", FEED) == health_pb2.HealthCheckResponse.SERVING)
        until(lambda: metric(chain, "issuing", "kofu_ready") == 1)

        chain.end("koseki")
        until(lambda: chain.operations("relay", "/readyz")[0] == 503)


def test_one_server_of_the_site_is_enough_for_the_center(tmp_path: Path) -> None:
    with running(tmp_path, servers=2, residents=1) as chain:
        chain.start("center")
        assert missing(chain, "center") == '{"ready": false, "missing": ["issuing: not reachable"]}'
        chain.start("issuing-2")
        until(lambda: chain.operations("center", "/readyz")[0] == 200)


def test_metrics_tell_answers_feed_renderers_and_waits(tmp_path: Path) -> None:
    with running(tmp_path, residents=1) as chain:
        for system in ("issuing", "relay", "koseki", "core"):
            chain.start(system)
        until(lambda: chain.operations("issuing", "/readyz")[0] == 200)
        until(
            lambda: metric(chain, "core", "kofu_feed_acknowledged_number", municipality="992011", side="sending") == 1
        )
        for system, side in (
            ("core", "sending"),
            ("relay", "receiving"),
            ("relay", "sending"),
            ("issuing", "receiving"),
        ):
            assert metric(chain, system, "kofu_feed_newest_number", municipality="992011", side=side) == 1
            until(lambda system=system, side=side: lag(chain, system, side) == 0)
        assert metric(chain, "relay", "kofu_feed_streams") == 1
        assert metric(chain, "issuing", "kofu_feed_heard_timestamp_seconds", municipality="992011") > 0
        until(lambda: metric(chain, "issuing", "kofu_rendering_processes") == 2)

        method: Any = IssuingServiceStub(chain.line("center", "issuing")).Issue
        refused = {"service": "kofu.v1.IssuingService", "method": "Issue", "reason": "REASON_APPLICANT_NOT_FOUND"}
        for _ in range(3):
            assert reason_of(lambda: asked(method, issue())) == refused["reason"]
        assert metric(chain, "issuing", "kofu_answers_total", **refused) == 3
        took = {"service": "kofu.v1.IssuingService", "method": "Issue"}
        assert metric(chain, "issuing", "kofu_answer_seconds_count", **took) == 3

        one = next(each for each in make_city(1, 1).family("plain") if each.card and each.koseki)
        assert one.card is not None
        serial = one.card.serial
        chain.hold("issuing", "issuing.render", 30)
        assert reason_of(lambda: asked(method, issue(serial))) == "REASON_TIMED_OUT"
        assert metric(chain, "issuing", "kofu_waits_ran_out_total", wait="render") == 1
        chain.hold("koseki", "koseki.render", 30)
        assert reason_of(lambda: asked(method, issue(serial, koseki=True))) == "REASON_TIMED_OUT"
        assert metric(chain, "koseki", "kofu_waits_ran_out_total", wait="render") == 1

        chain.end("core")
        until(lambda: metric(chain, "relay", "kofu_feed_streams") == 0)


def test_lag_shows_what_is_not_yet_visible_to_issuance(tmp_path: Path) -> None:
    with running(tmp_path, residents=1) as chain:
        for system in ("issuing", "relay", "koseki", "core", "counter"):
            chain.start(system)
        until(lambda: chain.operations("issuing", "/readyz")[0] == 200)
        chain.end("issuing")
        assert lag(chain, "relay", "receiving") == 0
        method: Any = CounterServiceStub(chain.line("office", "counter")).FileChange
        household = next(each.resident for each in make_city(1, 1).family("plain") if each.resident)
        move = MoveWithin(
            household_key=household.control.household_key,
            address="架空県架空市転居町一番地",
            established_on=CivilDate(year=2026, month=10, day=1),
        )
        asked(method, FileChangeRequest(municipality_code="992011", move_within=move))
        until(lambda: lag(chain, "relay", "receiving") == 1)
        assert lag(chain, "core", "sending") == 1


def test_the_feeds_of_two_cities_are_told_apart(tmp_path: Path) -> None:
    with running(tmp_path, residents=1) as chain, ThreadPoolExecutor() as threads:
        chain.start("issuing")
        method: Any = RecordFeedServiceStub(chain.line("relay", "issuing")).Feed
        ended = threading.Event()

        def feed(municipality: str, newest: int) -> Iterator[FeedRequest]:
            yield FeedRequest(hello=FeedHello(municipality_code=municipality, feed_id=str(uuid.uuid4())))
            yield FeedRequest(heartbeat=FeedHeartbeat(newest_number=newest))
            ended.wait(60)

        streams = [method(feed(code, newest), wait_for_ready=True) for code, newest in (("992011", 7), ("992020", 2))]
        read = [threads.submit(list, stream) for stream in streams]
        try:
            until(lambda: lag(chain, "issuing", "receiving") == 7)
            until(lambda: lag(chain, "issuing", "receiving", "992020") == 2)
            assert metric(chain, "issuing", "kofu_feed_streams") == 2
        finally:
            ended.set()
        assert [len(each.result()) for each in read] == [1, 1]


def test_labels_are_bounded(tmp_path: Path) -> None:
    """Whatever is asked, the labels are methods, reasons and fixed words."""
    with running(tmp_path, residents=1) as chain:
        chain.start("center")
        method: Any = CenterServiceStub(chain.line("kiosk", "center")).OpenSession
        closing: Any = CenterServiceStub(chain.line("kiosk", "center")).CloseSession
        for number in range(20):
            reason_of(lambda number=number: asked(method, OpenSessionRequest(terminal_id=f"KOFU-{number:04}")))
            assert reason_of(lambda: asked(closing, CloseSessionRequest(session_id=str(uuid.uuid4()))))
        text = chain.operations("center", "/metrics")[1]
        labels = {
            (name, value) for one in families(text) for sample in one.samples for name, value in sample.labels.items()
        }
        known = {"OpenSession", "CloseSession", "kofu.v1.CenterService", "OK", "CANCELLED", *Reason.keys()}
        assert {value for name, value in labels if name != "le"} <= known
        assert {value for name, value in labels if name == "reason"} >= {"REASON_TERMINAL_NOT_REGISTERED"}


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/metrics/", 404), ("/readyz?verbose", 200)])
def test_other_paths_are_not_there(tmp_path: Path, path: str, status: int) -> None:
    with running(tmp_path, residents=1) as chain:
        chain.start("inquiry")
        assert chain.operations("inquiry", path)[0] == status
        posted = urllib.request.Request(f"http://{chain.chain.operations_address('inquiry')}/metrics", data=b"x")
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(posted)
        assert refused.value.code == 405


def test_off_loopback_it_is_open_to_peers_of_the_authority_alone(tmp_path: Path) -> None:
    with running(tmp_path, residents=1) as chain:
        path = chain.chain.config_of("inquiry")
        head, _, tail = path.read_text("utf-8").partition("[operations]")
        path.write_text(f"{head}[operations]{tail.replace('127.0.0.1', '0.0.0.0', 1)}", "utf-8")
        chain.start("inquiry")
        with pytest.raises(ConnectionError):
            chain.operations("inquiry", "/metrics")
        tls = chain.chain.suite["tester"]
        context = ssl.create_default_context(cafile=str(chain.chain.authority))
        context.check_hostname = False
        url = f"https://{chain.chain.operations_address('inquiry')}/livez"
        with pytest.raises(OSError, match=r"(?i)alert|reset|eof|closed"):
            urllib.request.urlopen(url, context=context)
        context.load_cert_chain(tls.certificate, tls.key)
        with urllib.request.urlopen(url, context=context) as answer:
            assert answer.status == 200
