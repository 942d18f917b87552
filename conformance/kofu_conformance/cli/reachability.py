"""Is the implementation there at all? Asked by gRPC health before a run, so that nobody waits for nothing."""

import grpc
import rich_click as click
from grpc_health.v1 import health_pb2, health_pb2_grpc

from kofu_conformance.profile import PeerKey, Profile, ServerUnderTest

ANSWERS_WITHIN_SECONDS = 5.0


class Unreachable(click.ClickException):
    """A system of the profile doesn't answer. One line."""

    exit_code = 2


def require_reachable(profile: Profile) -> None:
    """Asks every gRPC system of the profile for its health. Raises `Unreachable`."""
    for name, system in profile.nodes.items():
        if name != "jpki":
            _require_healthy(name, system, profile)


def _require_healthy(name: str, system: ServerUnderTest, profile: Profile) -> None:
    field = f"systems.{name}.address: {system.address}"
    with _channel(system, profile) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=ANSWERS_WITHIN_SECONDS)
        except grpc.RpcError as error:
            if error.code() is grpc.StatusCode.UNIMPLEMENTED:
                return
            raise Unreachable(f"{field} {_why(error)}; start the system, or correct address and keys") from None
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        status = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
        raise Unreachable(f"{field} says {status}; wait until it serves")


def _channel(system: ServerUnderTest, profile: Profile) -> grpc.Channel:
    peer = profile.tls.peers.get("tester") or next(iter(profile.tls.peers.values()), None)
    if peer is None:
        raise Unreachable("tls.peers: no role has a key; add tls.peers.tester with certificate and key")
    credentials = grpc.ssl_channel_credentials(profile.tls.authority.read_bytes(), *_key_pair(peer))
    return grpc.secure_channel(
        system.address, credentials, options=(("grpc.ssl_target_name_override", system.identity),)
    )


def _key_pair(peer: PeerKey) -> tuple[bytes, bytes]:
    return peer.key.read_bytes(), peer.certificate.read_bytes()


def _why(error: grpc.RpcError) -> str:
    detail = str(error.details() or "").lower()
    if "handshake" in detail or "ssl" in detail or "tls" in detail:
        return "refuses the TLS handshake"
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"doesn't answer within {ANSWERS_WITHIN_SECONDS:.0f} s"
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return "doesn't answer"
    return f"answers the health check with {error.code().name}"
