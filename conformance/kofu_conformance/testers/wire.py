"""Authenticated calls to the systems of the profile, each recorded in the story's transcript."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

from kofu_conformance.engine import Story, Unobserved
from kofu_conformance.profile import Profile, ServerUnderTest
from kofu_conformance.testers.answer import Answer, M, Refusal, refusal_of

MESSAGE_LIMIT = 20 * 1024 * 1024
"""Bytes; documents may have 16 million."""

TOO_LARGE = "RESOURCE_EXHAUSTED"
"""The status by which gRPC refuses a message beyond the limit."""

MARGIN_SECONDS = 30.0
"""What a call may take beyond the waits that the profile declares, before the tester gives up."""

CHANNEL_OPTIONS: tuple[tuple[str, str | int], ...] = (
    ("grpc.max_receive_message_length", MESSAGE_LIMIT),
    ("grpc.max_send_message_length", MESSAGE_LIMIT),
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 50),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.use_local_subchannel_pool", 1),
)


@dataclass(frozen=True)
class Method:
    """One RPC: its service, its name and how its answer is read."""

    service: str
    name: str

    @property
    def path(self) -> str:
        """As HTTP/2 carries it."""
        return f"/{self.service}/{self.name}"

    @property
    def short(self) -> str:
        """Without the package: CenterService/Apply."""
        return f"{self.service.rpartition('.')[2]}/{self.name}"


class Wire:
    """Channels to every system as every role of the profile, made when first used."""

    def __init__(self, profile: Profile, story: Callable[[], Story]) -> None:
        self._profile = profile
        self._story = story
        self._channels: dict[tuple[str, str], grpc.Channel] = {}
        self._lock = threading.Lock()
        waits = profile.waits
        declared = waits.render_seconds + waits.koseki_seconds + waits.issuing_seconds + waits.center_seconds
        self.deadline_seconds = declared + MARGIN_SECONDS

    def system(self, name: str) -> ServerUnderTest:
        """The server of that name as the profile declares it, "issuing" or "issuing-2". Raises `Unobserved` where it
        doesn't."""
        for known, declared in self._profile.nodes.items():
            if known == name:
                return declared
        raise Unobserved(f"the profile declares no system {name}")

    def plays(self, role: str) -> bool:
        """Whether the profile has a key for this role."""
        return role in self._profile.tls.peers

    def channel(self, system: str, role: str) -> grpc.Channel:
        """The channel to a system with the certificate of a role. Raises `Unobserved` where the profile lacks one."""
        with self._lock:
            known = self._channels.get((system, role))
            if known is None:
                known = self._channels[system, role] = self._open(system, role)
            return known

    def call(
        self,
        system: str,
        role: str,
        method: Method,
        request: Message,
        answer_type: type[M],
        *,
        timeout_seconds: float | None = None,
        wait_for_ready: bool = False,
        record: bool = True,
    ) -> Answer[M]:
        """One unary call. Never raises for what the system answers; see `Answer`."""
        call = f"{role} -> {system} {method.short}"
        stub = self.channel(system, role).unary_unary(
            method.path, request_serializer=_serialize, response_deserializer=answer_type.FromString
        )
        started = time.monotonic()
        try:
            answer = Answer(
                call,
                stub(request, timeout=timeout_seconds or self.deadline_seconds, wait_for_ready=wait_for_ready or None),
            )
        except grpc.RpcError as error:
            refusal = refusal_of(error)
            broken = None if refusal else f"{error.code().name}, {error.details()}"
            answer = Answer(call, None, refusal, broken)
        if record:
            self._record(system, role, method, request, answer.result, time.monotonic() - started)
        return answer

    def call_stream(
        self, system: str, role: str, method: Method, requests: Iterable[Message], answer_type: type[M]
    ) -> tuple[list[M], str]:
        """A streaming call that sends these and reads on until the system ends it: what came, and how it ended."""
        stub = self.channel(system, role).stream_stream(
            method.path, request_serializer=_serialize, response_deserializer=answer_type.FromString
        )
        came: list[M] = []
        try:
            came.extend(stub(iter(requests), timeout=2.0))
            end = "OK"
        except grpc.RpcError as error:
            refusal = refusal_of(error)
            end = refusal.reason if refusal else error.code().name
        self._story().wire({"from": role, "to": system, "method": method.short, "result": end, "messages": len(came)})
        return came, end

    def call_raw(
        self, system: str, role: str, method: Method, octets: bytes, *, streams: bool = False
    ) -> Answer[Empty]:
        """A call whose request is whatever bytes; of what is granted the content is not read."""
        call = f"{role} -> {system} {method.short}"
        channel = self.channel(system, role)
        try:
            if streams:
                for _ in channel.stream_stream(method.path, None, None)(iter([octets]), timeout=self.deadline_seconds):
                    break
            else:
                channel.unary_unary(method.path, None, None)(octets, timeout=self.deadline_seconds)
            answer = Answer(call, Empty())
        except grpc.RpcError as error:
            refusal = refusal_of(error) or _of_the_transport(error)
            broken = None if refusal else f"{error.code().name}, {error.details()}"
            answer = Answer(call, None, refusal, broken)
        self._story().wire({"from": role, "to": system, "method": method.short, "result": answer.result})
        return answer

    def close(self) -> None:
        """Closes all channels."""
        with self._lock:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()

    def _open(self, system: str, role: str) -> grpc.Channel:
        declared = self.system(system)
        keys = {str(name): peer for name, peer in self._profile.tls.peers.items()}
        if role not in keys:
            raise Unobserved(f"the profile gives no certificate for the role {role}; add tls.peers.{role}")
        credentials = grpc.ssl_channel_credentials(
            _read(self._profile.tls.authority), _read(keys[role].key), _read(keys[role].certificate)
        )
        options = (*CHANNEL_OPTIONS, ("grpc.ssl_target_name_override", declared.identity))
        return grpc.secure_channel(declared.address, credentials, options)

    def _record(
        self, system: str, role: str, method: Method, request: Message, result: str, elapsed_seconds: float
    ) -> None:
        event = {
            "from": role,
            "to": system,
            "method": method.short,
            "result": result,
            "milliseconds": round(elapsed_seconds * 1000, 1),
        }
        for name in ("request_id", "session_id", "terminal_id"):
            if name in request.DESCRIPTOR.fields_by_name:
                event[name] = getattr(request, name)
        if "act" in request.DESCRIPTOR.oneofs_by_name:
            event["act"] = request.WhichOneof("act")
        self._story().wire(event)


def _of_the_transport(error: grpc.RpcError) -> Refusal | None:
    """A message too large is refused by gRPC itself, which names no reason."""
    return Refusal(TOO_LARGE, status=TOO_LARGE) if error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED else None


def _serialize(message: Message) -> bytes:
    return message.SerializeToString()


def _read(path: Path) -> bytes:
    return path.read_bytes()
