"""Requests a second of one trivial RPC: gRPC without validation, gRPC as it is served, HTTP/JSON; side by side."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kofu.v1.counter_pb2 import GetChangeRequest
from kofu_reference.core.system import Core
from kofu_reference.runtime import CivilClock, Holds, SystemConfig, guard
from kofu_reference.runtime.client import Carrier, Client, Identity, open_client
from kofu_reference.runtime.config import PeerConfig
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

ROUNDS = 4
CALLS = 1500
AT_ONCE = 16
REQUEST = GetChangeRequest(municipality_code="992011", number=1)


async def rate(client: Client) -> float:
    """Calls a second, AT_ONCE at a time."""
    left = iter(range(CALLS))

    async def caller() -> None:
        for _ in left:
            await client.call("kofu.v1.CounterService", "GetChange", REQUEST, timeout=10)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return CALLS / (time.perf_counter() - began)


async def compare(folder: Path) -> None:
    tls = TlsAuthority.create(folder)
    identity = "core-1.core.992011.kofu.invalid"
    certificate, key = tls.issue(identity)
    peer_certificate, peer_key = tls.issue("counter-1.counter.992011.kofu.invalid")
    peers = {"relay": PeerConfig(address="127.0.0.1:1", identity="relay-1.relay.992011.kofu.invalid")}
    authority = folder / "authority.pem"
    config = SystemConfig(
        system="core",
        identity=identity,
        certificate=certificate,
        key=key,
        authority=authority,
        data_folder=folder / "data",
        peers=peers,
    )
    core = Core(config, CivilClock(), Holds())
    server = Server(config, core.bindings())
    await core.start()
    await server.start()
    who = Identity(authority, peer_certificate, peer_key)

    def client(carrier: Carrier) -> Client:
        port = server.port if carrier is Carrier.GRPC else server.json_port
        return open_client(carrier, PeerConfig(address=f"127.0.0.1:{port}", identity=identity), who)

    grpc, as_json = client(Carrier.GRPC), client(Carrier.JSON)
    validated = guard.checked
    bare: Callable[..., object] = lambda request: request  # noqa: E731
    ratios: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        guard.checked = bare  # type: ignore[assignment]
        without = await rate(grpc)
        guard.checked = validated
        with_validation, over_json = await rate(grpc), await rate(as_json)
        ratios.append((with_validation / without, over_json / with_validation))
        print(
            f"gRPC without validation {without:6.0f}/s   validated {with_validation:6.0f}/s, ratio {ratios[-1][0]:.2f}"
            f"   HTTP/JSON {over_json:6.0f}/s, ratio {ratios[-1][1]:.2f}"
        )
    validation, json_cost = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(f"median: validated {validation:.2f} of bare; HTTP/JSON {json_cost:.2f} of validated gRPC")
    await grpc.close()
    await as_json.close()
    await server.stop(0)
    await core.stop()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder:
        asyncio.run(compare(Path(folder)))


if __name__ == "__main__":
    main()
