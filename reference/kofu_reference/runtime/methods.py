"""The methods that a system offers, each behind the guard, for the bindings to carry. [3.2.5, 3.2.6]"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from kofu_reference.runtime.guard import Admission, Streaming, Unary
from kofu_reference.runtime.observed import Observed
from kofu_reference.runtime.system import Binding


@dataclass(frozen=True)
class Method:
    """One method: its messages, and what answers behind the guard."""

    service: str
    name: str
    request: type[Message]
    response: type[Message]
    guarded: Unary | Streaming

    @property
    def path(self) -> str:
        return f"/{self.service}/{self.name}"


class _Recorder:
    """Takes what a generated `add_…_to_server` registers, so that it can be guarded first."""

    def __init__(self) -> None:
        self.services: dict[str, Mapping[str, Any]] = {}

    def add_generic_rpc_handlers(self, handlers: Sequence[object]) -> None:
        """The generated code registers everything a second time by name; that one is used."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        self.services[service] = handlers


def methods_of(bindings: Sequence[Binding], system: str, vouches_for: Callable[[bytes], bool]) -> list[Method]:
    """Every method of the bindings of a system, guarded. `vouches_for`: whether a peer's certificate still counts."""
    methods = []
    for binding in bindings:
        recorder = _Recorder()
        binding.add_to_server(binding.servicer, recorder)
        for service, handlers in recorder.services.items():
            for name, handler in handlers.items():
                admission = Admission(binding.roles.get(name, frozenset()), binding.areas, vouches_for)
                observed = Observed(system, f"{service}/{name}")
                guarded = _guarded(f"{service}/{name}", handler, admission, observed)
                methods.append(Method(service, name, *messages_of(service, name), guarded))
    return methods


def messages_of(service: str, method: str) -> tuple[type[Message], type[Message]]:
    """The classes of a method's request and response, from the protos that are loaded. Raises KeyError."""
    descriptor = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
    request = message_factory.GetMessageClass(descriptor.input_type)
    return request, message_factory.GetMessageClass(descriptor.output_type)


def _guarded(method: str, handler: Any, admission: Admission, observed: Observed) -> Unary | Streaming:
    if handler.request_streaming and handler.response_streaming:
        return Streaming(method, admission, handler.stream_stream, observed)
    if handler.request_streaming or handler.response_streaming:
        raise TypeError(f"{method}: only unary and bidirectional methods are part of the interfaces")
    return Unary(method, admission, handler.unary_unary, observed)
