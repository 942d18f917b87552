"""What a system answered to one call: a message, a refusal with its reason, or nothing that can be judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import Deviation, Unobserved

M = TypeVar("M", bound=Message)
M_co = TypeVar("M_co", bound=Message, covariant=True)

DOMAIN = "kofu"


def reason_name(reason: "Reason | str") -> str:
    """The name of a reason, REASON_…, given as enum value or as name."""
    return reason if isinstance(reason, str) else Reason.Name(reason)


@dataclass(frozen=True)
class Refusal:
    """A refusal with the reason that the system gives in `ErrorInfo`."""

    reason: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    status: str = "FAILED_PRECONDITION"


class Answer(Generic[M_co]):
    """The answer to one call.

    A broken connection, or an error without `ErrorInfo`, is neither message nor refusal: reading either raises
    `Unobserved`; asking for a refusal by `refused` raises `Deviation`.
    """

    def __init__(
        self, call: str, message: M_co | None = None, refusal: Refusal | None = None, broken: str | None = None
    ) -> None:
        self.call = call
        """What was called, by whom: "kiosk -> center CenterService/Apply"."""
        self.broken = broken
        """Why there is no answer to judge; None where there is one."""
        self._message = message
        self._refusal = refusal

    def __repr__(self) -> str:
        return f"Answer({self.call}: {self.result})"

    @property
    def message(self) -> M_co | None:
        """The message, None where the call was refused. Raises `Unobserved` where the connection broke."""
        self._observed()
        return self._message

    @property
    def refusal(self) -> Refusal | None:
        """The refusal, None where the call was granted. Raises `Unobserved` where the connection broke."""
        self._observed()
        return self._refusal

    @property
    def result(self) -> str:
        """In a word: OK, the reason's name, or what broke."""
        if self.broken is not None:
            return f"broken: {self.broken}"
        return self._refusal.reason if self._refusal is not None else "OK"

    def granted(self, expected: str = "the call to be granted", code: str = "refused_what_is_due") -> M_co:
        """The message. Raises `Deviation` where the call was refused, `Unobserved` where the connection broke."""
        self._observed()
        if self._message is None:
            raise Deviation(expected, f"refused, {self.result}", self.call, code)
        return self._message

    def refused(self, *reasons: "Reason | str", code: str | None = None) -> Refusal:
        """The refusal, which has to be for one of these reasons (none given: for any).

        Raises `Deviation` where the call was granted, refused for another reason, or broken off: a crash or a time-out
        of the connection is not the refusal that was asked for.
        """
        names = [reason_name(one) for one in reasons]
        expected = f"refused, {' or '.join(names) if names else 'with a reason'}"
        if self._refusal is None:
            observed = (self.broken and f"no answer: {self.broken}") or "granted"
            usual = "broken_instead_of_refused" if self.broken else "granted_what_is_not_due"
            raise Deviation(expected, observed, self.call, code or usual)
        if names and self._refusal.reason not in names:
            raise Deviation(
                expected, f"refused, {self._refusal.reason}", self.call, code or "refused_for_another_reason"
            )
        return self._refusal

    def _observed(self) -> None:
        if self.broken is not None:
            raise Unobserved(f"{self.call}: no answer to judge: {self.broken}")


def refusal_of(error: grpc.RpcError) -> Refusal | None:
    """The refusal that an error carries; None where it carries none, so that nothing is known of why."""
    if not isinstance(error, grpc.Call):
        return None
    try:
        status = rpc_status.from_call(error)
    except ValueError:
        return None
    for detail in status.details if status is not None else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == DOMAIN:
            return Refusal(info.reason, dict(info.metadata), error.code().name)
    return None
