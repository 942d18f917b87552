"""Refusals: what a system says when it does not do what it was asked.

On the wire a refusal is a gRPC status whose `google.rpc.Status` details hold one `ErrorInfo` with the name of a
`kofu.v1.Reason`, the domain "kofu" and metadata. [3.2.6]
"""

from collections.abc import Mapping
from typing import Any, cast

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status

from kofu.v1.reason_pb2 import Reason

DOMAIN = "kofu"
_DETAILS_KEY = "grpc-status-details-bin"

_STATUS_CODES: Mapping[Reason, grpc.StatusCode] = {
    Reason.REASON_INVALID_REQUEST: grpc.StatusCode.INVALID_ARGUMENT,
    Reason.REASON_ROLE_NOT_ALLOWED: grpc.StatusCode.PERMISSION_DENIED,
    Reason.REASON_TIMED_OUT: grpc.StatusCode.DEADLINE_EXCEEDED,
    Reason.REASON_UPSTREAM_UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
    Reason.REASON_TEST_CONTROL_OFF: grpc.StatusCode.UNIMPLEMENTED,
    Reason.REASON_INTERNAL: grpc.StatusCode.INTERNAL,
}

_REASONS_WITHOUT_INFO: Mapping[grpc.StatusCode, Reason] = {
    grpc.StatusCode.DEADLINE_EXCEEDED: Reason.REASON_TIMED_OUT,
    grpc.StatusCode.UNAVAILABLE: Reason.REASON_UPSTREAM_UNAVAILABLE,
    # The peer ends, and breaks off what it has taken. What we cancel ourselves raises no error of the call.
    grpc.StatusCode.CANCELLED: Reason.REASON_UPSTREAM_UNAVAILABLE,
}


class Refusal(Exception):
    """Raised by a servicer to refuse; the runtime turns it into the status and hands it to the peer.

    `reason` is the number of the `kofu.v1.Reason`, `name` its name; `metadata` goes with it on the wire and so may
    hold nothing personal.
    """

    def __init__(self, reason: Reason, /, **metadata: str) -> None:
        self.reason = reason
        self.metadata = metadata
        super().__init__(self.name)

    @property
    def name(self) -> str:
        return Reason.Name(self.reason)

    @property
    def status_code(self) -> grpc.StatusCode:
        return _STATUS_CODES.get(self.reason, grpc.StatusCode.FAILED_PRECONDITION)

    def trailing_metadata(self) -> tuple[tuple[str, bytes], ...]:
        """The trailing metadata that carries the ErrorInfo."""
        status = Status(code=self.status_code.value[0], message=self.name)
        status.details.add().Pack(ErrorInfo(reason=self.name, domain=DOMAIN, metadata=self.metadata))
        return ((_DETAILS_KEY, status.SerializeToString()),)


def from_rpc_error(error: grpc.aio.AioRpcError) -> Refusal:
    """The refusal that a peer's error means to us.

    A peer's own reason stays as it is, with its metadata. Without an ErrorInfo a deadline is `REASON_TIMED_OUT`, a
    broken connection `REASON_UPSTREAM_UNAVAILABLE`, anything else `REASON_INTERNAL`.
    """
    info = _error_info(error)
    told = from_error_info(info) if info is not None else None
    return told or Refusal(_REASONS_WITHOUT_INFO.get(error.code(), Reason.REASON_INTERNAL))


def has_reason(error: grpc.aio.AioRpcError) -> bool:
    """Whether the peer itself said why, so that it was not our own wait that ran out."""
    return _error_info(error) is not None


def from_error_info(info: ErrorInfo) -> Refusal | None:
    """The refusal that a peer's ErrorInfo tells; None where its reason is none of ours."""
    if info.reason not in Reason.keys():  # noqa: SIM118 - an enum wrapper, not a dict
        return None
    return Refusal(cast("Reason", Reason.Value(info.reason)), **dict(info.metadata))


def _error_info(error: grpc.aio.AioRpcError) -> ErrorInfo | None:
    metadata: Any = error.trailing_metadata() or ()  # the stubs tell another type than is given
    content = {str(key): value for key, value in metadata}.get(_DETAILS_KEY, b"")
    try:
        status = Status.FromString(content)
    except DecodeError:
        return None
    for detail in status.details:
        info = ErrorInfo()
        if detail.Unpack(info) and info.domain == DOMAIN:
            return info
    return None
