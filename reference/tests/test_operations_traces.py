"""Traces link the spans of one issuance through all systems, and hold nothing personal. [3.2.6]"""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from reference.tests.canaries import canaries_of, found
from rich.console import Console

from kofu.testing.v1.control_pb2_grpc import TestControlServiceStub as ControlStub
from kofu.v1.common_pb2 import Application, KosekiAllOptions
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.reason_pb2 import Reason
from kofu_reference.demo import CLOCK, Terminal
from kofu_reference.runtime import Refusal, System, traces
from kofu_reference.runtime.channel import open_channel
from kofu_reference.runtime.config import OperationsConfig, Traces, load_config
from kofu_reference.runtime.control import TestControl as Control
from kofu_reference.runtime.observed import Observed
from kofu_reference.runtime.ports import ReservedPorts
from kofu_reference.runtime.process import SYSTEMS, build
from kofu_reference.runtime.rundirectory import HOST, PORTS, RunDirectory, RunOptions
from kofu_reference.runtime.server import Server
from kofu_spec.city import Citizen, make_city
from kofu_spec.paths import cache_folder, find_font
from kofu_spec.pki import jpki

WISH = Application(koseki_all_matters=KosekiAllOptions())
APPLICANT = next(each for each in make_city(1, 1).family("plain") if each.card and each.koseki)


@contextmanager
def traced() -> Iterator[InMemorySpanExporter]:
    """What is traced by all systems of this process."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    traces.use(provider)
    try:
        yield exporter
    finally:
        traces.use(None)


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    with traced() as exporter:
        yield exporter


async def take_out(chain: RunDirectory, citizen: Citizen) -> None:
    """One koseki certificate from card to paper, every system a server of its own in this process."""
    running: list[tuple[System, Server]] = []
    for name in SYSTEMS:
        config = load_config(chain.config_of(name))
        config.data_folder.mkdir(parents=True, exist_ok=True)
        system = build(config)
        server = Server(config, [*system.bindings(), Control(system, lambda: None).binding()])
        await system.start()
        await server.start()
        running.append((system, server))
    try:
        async with asyncio.timeout(60):
            while await running[SYSTEMS.index("issuing")][0].missing():
                await asyncio.sleep(0.02)
        tester = chain.suite["tester"]
        line = open_channel(
            chain.peer("kiosk"), authority=chain.authority, certificate=tester.certificate, key=tester.key
        )
        async with line:
            terminal = Terminal(ControlStub(line), "KOFU-0001", Console(quiet=True))
            await terminal.take_out(citizen, WISH, chain.options.municipality_code)
    finally:
        for system, server in reversed(running):
            await server.stop(0)
            await system.stop()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Sequence[ReadableSpan]:
    """The spans of one issuance."""
    folder = tmp_path_factory.mktemp("traced")
    options = RunOptions(folder / "run", find_font(), cache_folder(), residents=1, clock=CLOCK, servers=1)
    with ExitStack() as stack, traced() as spans:
        chain = RunDirectory(options, stack.enter_context(ReservedPorts(HOST, PORTS)))
        city = make_city(options.seed, options.residents, options.municipality_code)
        jpki.write_card_box(city, chain.folder / "cards", options.cache)
        asyncio.run(take_out(chain, APPLICANT))
        return spans.get_finished_spans()


def attributes(span: ReadableSpan) -> Mapping[str, Any]:
    return span.attributes or {}


def ancestry(span: ReadableSpan, spans: Sequence[ReadableSpan]) -> list[str]:
    """The span and those it stands in, outermost first: the system and what was served, or what was called."""
    by_id = {each.context.span_id: each for each in spans if each.context}
    told = []
    above: ReadableSpan | None = span
    while above is not None:
        assert above.context is not None
        assert span.context is not None
        assert above.context.trace_id == span.context.trace_id
        told.append(" ".join(filter(None, [attributes(above).get("kofu.system"), above.name.rpartition("/")[2]])))
        above = by_id[above.parent.span_id] if above.parent else None
    return told[::-1]


def test_spans_of_one_issuance_are_linked_from_the_kiosk_to_the_koseki_system(finished: Sequence[ReadableSpan]) -> None:
    (made,) = [span for span in finished if attributes(span).get("kofu.system") == "koseki"]
    assert ancestry(made, finished) == [
        "call Operate",
        "kiosk Operate",
        "call Apply",
        "center Apply",
        "call Issue",
        "issuing Issue",
        "call IssueKoseki",
        "relay IssueKoseki",
        "call IssueKoseki",
        "koseki IssueKoseki",
    ]
    issuance = ("Operate", "Apply", "Issue", "IssueKoseki")
    served = [span for span in finished if attributes(span).get("kofu.system")]
    within = [span for span in served if span.context.trace_id == made.context.trace_id]
    assert sorted(span.name.rpartition("/")[2] for span in within) == sorted([*issuance, "IssueKoseki"])
    names = {attributes(span).get("kofu.correlation") for span in within}
    assert len(names) == 1
    assert names != {None}
    assert {attributes(span).get("kofu.reason") for span in finished} <= {"OK", "REASON_RECORD_NOT_FOUND"}


def test_no_span_holds_anything_personal(finished: Sequence[ReadableSpan]) -> None:
    everything = "\n".join(span.to_json(indent=None) for span in finished).encode()
    assert len(finished) > 20
    assert found(canaries_of(APPLICANT), everything) == []
    assert not [span for span in finished if span.events or span.links]


def test_a_refusal_is_told_by_its_reason_and_an_exception_not_at_all(spans: InMemorySpanExporter) -> None:

    observed = Observed("issuing", "kofu.v1.IssuingService/Issue")
    with pytest.raises(Refusal), observed.call(IssueRequest(request_id="a"), ()):
        raise Refusal(Reason.REASON_UNDER_AGE, age="14")
    with pytest.raises(ValueError, match="架空"), observed.call(IssueRequest(), ()):
        raise ValueError("架空花子")
    refused, failed = spans.get_finished_spans()
    assert attributes(refused)["kofu.reason"] == "REASON_UNDER_AGE"
    assert attributes(failed)["kofu.reason"] == "CANCELLED"
    assert "架空" not in json.dumps([json.loads(each.to_json()) for each in (refused, failed)], ensure_ascii=False)
    assert not failed.events


def test_of_what_a_peer_sends_along_the_parent_alone_is_taken(spans: InMemorySpanExporter) -> None:

    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    sent = [("traceparent", parent), ("tracestate", "name=架空花子"), ("baggage", "name=hanako")]
    with Observed("issuing", "kofu.v1.IssuingService/Issue").call(object(), sent):
        assert traces.sent_along()[0][1].startswith(f"00-{'a' * 32}-")
        assert [name for name, _ in traces.sent_along()] == ["traceparent"]
    (span,) = spans.get_finished_spans()
    assert (span.context.trace_id, span.parent.span_id) == (int("a" * 32, 16), int("b" * 16, 16))  # type: ignore[union-attr]
    assert not span.context.trace_state  # type: ignore[union-attr]


def test_off_unless_configured() -> None:
    assert traces.configure("issuing", OperationsConfig()) is None
    assert traces.sent_along() == ()


def test_spans_go_into_the_file_that_is_configured(tmp_path: Path) -> None:
    path = tmp_path / "traces" / "issuing.jsonl"
    provider = traces.configure("issuing", OperationsConfig(traces=Traces.FILE, traces_file=path))
    assert provider is not None
    try:
        with traces.serving("issuing", "kofu.v1.IssuingService", "Issue", "", ()) as ended:
            ended.with_reason("OK")
    finally:
        provider.shutdown()
        traces.use(None)
    (span,) = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert span["attributes"]["kofu.reason"] == "OK"
    assert span["resource"]["attributes"] == {"service.name": "kofu-issuing", "service.version": "0.1.0"}
