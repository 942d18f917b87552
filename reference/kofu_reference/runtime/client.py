"""One client for both bindings: the same calls, the same refusals. [3.2.5, 3.2.6]"""

import abc
import asyncio
import base64
import binascii
import json
import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import grpc.aio
import httpx
from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import ErrorInfo

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.channel import call, open_channel
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.methods import messages_of
from kofu_reference.runtime.refusal import DOMAIN, Refusal, from_error_info

_ERROR_INFO: Final = ErrorInfo.DESCRIPTOR.full_name

Response = TypeVar("Response", bound=Message)


class Carrier(StrEnum):
    """What carries a call."""

    GRPC = "grpc"
    JSON = "json"


@dataclass(frozen=True)
class Identity:
    """Who a client is, and whom it trusts: PEM files."""

    authority: Path
    certificate: Path
    key: Path


class Client(abc.ABC):
    """Calls the unary methods of one peer, over the connection that it keeps until it is closed."""

    @abc.abstractmethod
    async def call(self, service: str, method: str, request: Message, *, timeout: float) -> Message:
        """The peer's answer, waited for at most `timeout` seconds. Raises `Refusal`.

        `service` is the full name, such as `kofu.v1.CounterService`. A wait that runs out is `REASON_TIMED_OUT`, a
        broken connection `REASON_UPSTREAM_UNAVAILABLE`, an error without a reason of ours `REASON_INTERNAL`.
        """

    @abc.abstractmethod
    async def close(self) -> None: ...

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def open_client(carrier: Carrier, peer: PeerConfig, identity: Identity) -> Client:
    """A client of a peer; the address is that of the carrier's port."""
    return GrpcClient(peer, identity) if carrier is Carrier.GRPC else JsonClient(peer, identity)


class GrpcClient(Client):
    """Calls over gRPC."""

    def __init__(self, peer: PeerConfig, identity: Identity) -> None:
        self._channel: grpc.aio.Channel = open_channel(
            peer, authority=identity.authority, certificate=identity.certificate, key=identity.key
        )

    async def call(self, service: str, method: str, request: Message, *, timeout: float) -> Message:
        asked, answered = messages_of(service, method)
        made = self._channel.unary_unary(f"/{service}/{method}", asked.SerializeToString, answered.FromString)
        return await call(made, request, timeout=timeout)

    async def close(self) -> None:
        await self._channel.close(None)


class JsonClient(Client):
    """Calls over HTTP/JSON."""

    def __init__(self, peer: PeerConfig, identity: Identity) -> None:
        tls = ssl.create_default_context(cafile=str(identity.authority))
        tls.load_cert_chain(identity.certificate, identity.key)
        self._http = httpx.AsyncClient(base_url=f"https://{peer.address}", verify=tls, trust_env=False)
        # The certificate has to show this name, whatever the address is.
        self._extensions = {"sni_hostname": peer.identity}

    async def call(self, service: str, method: str, request: Message, *, timeout: float) -> Message:
        _, answered = messages_of(service, method)
        headers = {
            "content-type": "application/json",
            "connect-protocol-version": "1",
            "connect-timeout-ms": str(max(1, int(timeout * 1000))),
        }
        content = json_format.MessageToJson(request, indent=None).encode()
        try:
            async with asyncio.timeout(timeout):
                answer = await self._http.post(
                    f"/{service}/{method}", content=content, headers=headers, timeout=None, extensions=self._extensions
                )
        except TimeoutError:
            raise Refusal(Reason.REASON_TIMED_OUT) from None
        except httpx.TransportError:
            raise Refusal(Reason.REASON_UPSTREAM_UNAVAILABLE) from None
        if answer.status_code != httpx.codes.OK:
            raise _refusal(answer.content)
        return _read(answer.content, answered())

    async def close(self) -> None:
        await self._http.aclose()


def _read(content: bytes, message: Response) -> Response:
    try:
        return json_format.Parse(content, message, ignore_unknown_fields=True)
    except (json_format.ParseError, UnicodeDecodeError):
        raise Refusal(Reason.REASON_INTERNAL) from None


def _refusal(content: bytes) -> Refusal:
    """What the body of an error means to us."""
    try:
        for detail in json.loads(content)["details"]:
            value = str(detail["value"])
            info = ErrorInfo.FromString(base64.b64decode(value + "=" * (-len(value) % 4)))
            if detail["type"] == _ERROR_INFO and info.domain == DOMAIN:
                return from_error_info(info) or Refusal(Reason.REASON_INTERNAL)
    except (ValueError, KeyError, TypeError, DecodeError, binascii.Error):
        pass  # no error of ours
    return Refusal(Reason.REASON_INTERNAL)
