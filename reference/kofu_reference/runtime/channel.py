"""Calls to other systems over mutual TLS. [3.2.5]"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc
import grpc.aio

from kofu_reference.runtime import metrics, traces
from kofu_reference.runtime.config import ConfigurationInvalid, PeerConfig, SystemConfig
from kofu_reference.runtime.credentials import KeyFiles, Keys, credentials_of
from kofu_reference.runtime.line import Line
from kofu_reference.runtime.observed import OK
from kofu_reference.runtime.refusal import from_rpc_error, has_reason

MESSAGE_LIMIT_BYTES: Final = 16 * 1024 * 1024

Response = TypeVar("Response")


def channel(config: SystemConfig, peer_name: str) -> grpc.aio.Channel:
    """An authenticated channel to the peer of that name in the configuration."""
    peer = config.peers.get(peer_name)
    if peer is None:
        rule = f"the {config.system} calls the {peer_name}; say its address and identity in [peers.{peer_name}]"
        raise ConfigurationInvalid(f"peers.{peer_name}: {rule}")
    return channel_to(peer, config)


def channel_to(peer: PeerConfig, config: SystemConfig) -> grpc.aio.Channel:
    """An authenticated channel of a system to a peer.

    The peer's certificate has to carry the identity that the configuration states for it. The channel connects on
    the first call and again after the peer was restarted; calls that begin after new keys were taken go with these.
    """
    return _line(peer, key_files(config))


def open_channel(peer: PeerConfig, *, authority: Path, certificate: Path, key: Path) -> grpc.aio.Channel:
    """A channel to a peer as whoever the certificate and key (PEM files) belong to."""
    return _line(peer, KeyFiles(certificate, key, authority))


def key_files(config: SystemConfig) -> KeyFiles:
    """The files of a system's own keys, whose certificate has to name the system."""
    return KeyFiles(config.certificate, config.key, config.authority, config.identity)


def _line(peer: PeerConfig, files: KeyFiles) -> Line:
    return Line(credentials_of(files), lambda keys: _connected(peer, keys))


def _connected(peer: PeerConfig, keys: Keys) -> grpc.aio.Channel:
    credentials = grpc.ssl_channel_credentials(
        root_certificates=keys.authority, private_key=keys.key, certificate_chain=keys.certificate
    )
    options: list[tuple[str, Any]] = [
        ("grpc.ssl_target_name_override", peer.identity),
        ("grpc.max_receive_message_length", MESSAGE_LIMIT_BYTES),
        ("grpc.max_send_message_length", MESSAGE_LIMIT_BYTES),
        ("grpc.initial_reconnect_backoff_ms", 50),
        ("grpc.max_reconnect_backoff_ms", 250),
        ("grpc.enable_http_proxy", 0),
    ]
    return grpc.aio.secure_channel(peer.address, credentials, options=options)


async def call(method: Callable[..., Awaitable[Response]], request: object, *, timeout: float) -> Response:
    """Makes one unary call, waiting at most `timeout` seconds. Raises the peer's error as `Refusal`."""
    with traces.calling(request) as ended:
        along = {"metadata": sent} if (sent := traces.sent_along()) else {}
        try:
            answer = await method(request, timeout=timeout, **along)
        except grpc.aio.AioRpcError as error:
            refusal = from_rpc_error(error)
            ended.with_reason(refusal.name)
            if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and not has_reason(error):
                metrics.wait_ran_out(type(request).__name__.removesuffix("Request"))
            raise refusal from None
        ended.with_reason(OK)
        return answer
