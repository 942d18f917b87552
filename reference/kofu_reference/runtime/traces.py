"""Traces after OpenTelemetry: one span a call served and a call made, linked through all systems. [3.2.6]

Off unless configured; nothing of OpenTelemetry is loaded then. A span has the names of service and method, the reason
of its end and the request's pseudonym; never an exception, a message or a peer's own entries: of what a peer sends
along, `traceparent` alone is read and handed on.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kofu_reference.runtime.config import ConfigurationInvalid, OperationsConfig, Traces

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

TRACE_PARENT: Final = "traceparent"
_CORRELATION: Final = "kofu.correlation"

_tracer: "Tracer | None" = None


class Ended:
    """Told how a call ended."""

    def __init__(self, span: "Span | None" = None) -> None:
        self._span = span

    def with_reason(self, reason: str) -> None:
        """`OK`, the name of a reason, or `CANCELLED`."""
        if self._span is not None:
            self._span.set_attribute("kofu.reason", reason)


_UNTRACED: Final = Ended()
_OFF: Final = nullcontext(_UNTRACED)


def configure(system: str, operations: OperationsConfig) -> "TracerProvider | None":
    """Traces as configured; the provider, to be shut down at the end. Raises ConfigurationInvalid."""
    if operations.traces is Traces.OFF:
        return None
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Not Resource.create: it would add what the environment says of host and process.
    resource = Resource({"service.name": f"kofu-{system}", "service.version": version("kofu")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_exporter(operations)))
    use(provider)
    return provider


def use(provider: "TracerProvider | None") -> None:
    """From now on the process traces by this provider; None ends it."""
    global _tracer
    _tracer = None if provider is None else provider.get_tracer("kofu")


def _exporter(operations: OperationsConfig) -> "SpanExporter":
    if operations.traces is Traces.FILE:
        assert operations.traces_file is not None
        return _into(operations.traces_file)
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        rule = "otlp needs OpenTelemetry's exporter; pip install 'kofu[otlp]', or set file or off"
        raise ConfigurationInvalid(f"operations.traces: {rule}") from None
    return OTLPSpanExporter(endpoint=operations.otlp_endpoint)


def _into(path: Path) -> "SpanExporter":
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Lines(SpanExporter):
        """One span a line of JSON."""

        def export(self, spans: "Sequence[ReadableSpan]") -> SpanExportResult:
            lines = "".join(span.to_json(indent=None) + os.linesep for span in spans)
            with path.open("a", encoding="utf-8") as file:
                file.write(lines)
            return SpanExportResult.SUCCESS

    path.parent.mkdir(parents=True, exist_ok=True)
    return Lines()


def serving(
    system: str, service: str, method: str, correlation: str, metadata: Iterable[tuple[str, Any]] | None
) -> AbstractContextManager[Ended]:
    """The span of one call that is served, within the caller's where it sent one along."""
    if _tracer is None:
        return _OFF
    attributes = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method, "kofu.system": system}
    if correlation:
        attributes[_CORRELATION] = correlation
    return _span(_tracer, f"{service}/{method}", True, attributes, _parent(metadata or ()))


def calling(request: object) -> AbstractContextManager[Ended]:
    """The span of one call that is made."""
    if _tracer is None:
        return _OFF
    method = type(request).__name__.removesuffix("Request")
    return _span(_tracer, f"call {method}", False, {"rpc.system": "grpc", "rpc.method": method}, None)


def correlate(correlation: str) -> None:
    """The current span belongs to this request."""
    if _tracer is not None:
        from opentelemetry.trace import get_current_span

        get_current_span().set_attribute(_CORRELATION, correlation)


def sent_along() -> tuple[tuple[str, str], ...]:
    """The metadata that links what the peer does to the current span."""
    if _tracer is None:
        return ()
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return tuple((name, value) for name, value in carrier.items() if name == TRACE_PARENT)


@contextmanager
def _span(tracer: "Tracer", name: str, served: bool, attributes: Mapping[str, str], parent: Any) -> Iterator[Ended]:
    from opentelemetry.trace import SpanKind

    kind = SpanKind.SERVER if served else SpanKind.CLIENT
    with tracer.start_as_current_span(
        name, parent, kind, attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        yield Ended(span)


def _parent(metadata: Iterable[tuple[str, Any]]) -> Any:
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier = {name: value for name, value in metadata if name == TRACE_PARENT and isinstance(value, str)}
    return TraceContextTextMapPropagator().extract(carrier, Context())
