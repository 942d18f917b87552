"""What logs, metrics and traces cost one trivial RPC: calls a second of processor time, without any and with them."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kofu.v1.counter_pb2 import GetChangeRequest
from kofu_reference.core.system import Core
from kofu_reference.runtime import CivilClock, Holds, SystemConfig, log, metrics, traces
from kofu_reference.runtime.client import Carrier, Client, Identity, open_client
from kofu_reference.runtime.config import OperationsConfig, PeerConfig, Traces
from kofu_reference.runtime.observed import OK, Observed
from kofu_reference.runtime.server import Server
from kofu_spec.pki.tls import TlsAuthority

ROUNDS = 5
CALLS = 1500
AT_ONCE = 16
REQUEST = GetChangeRequest(municipality_code="992011", number=1)


@contextmanager
def unobserved(*_: object) -> Iterator[None]:
    yield


async def rate(client: Client) -> float:
    """Calls a second of this process's time, client and server together, AT_ONCE at a time."""
    left = iter(range(CALLS))

    async def caller() -> None:
        for _ in left:
            await client.call("kofu.v1.CounterService", "GetChange", REQUEST, timeout=10)

    began = time.process_time()
    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
    return CALLS / (time.process_time() - began)


async def compare(folder: Path) -> None:
    tls = TlsAuthority.create(folder)
    identity = "core-1.core.992011.kofu.invalid"
    certificate, key = tls.issue(identity)
    peer_certificate, peer_key = tls.issue("counter-1.counter.992011.kofu.invalid")
    config = SystemConfig(
        system="core",
        identity=identity,
        certificate=certificate,
        key=key,
        authority=folder / "authority.pem",
        data_folder=folder / "data",
        peers={"relay": PeerConfig(address="127.0.0.1:1", identity="relay-1.relay.992011.kofu.invalid")},
    )
    core = Core(config, CivilClock(), Holds())
    server = Server(config, core.bindings())
    await core.start()
    await server.start()
    client = open_client(
        Carrier.GRPC,
        PeerConfig(address=f"127.0.0.1:{server.port}", identity=identity),
        Identity(config.authority, peer_certificate, peer_key),
    )
    whole: Callable[..., Any] = Observed.call
    note: Callable[..., Any] = Observed._note

    def logged_alone(self: Observed, reason: str, seconds: float | None) -> None:
        fields = {"method": self._path, "reason": reason, "milliseconds": round((seconds or 0) * 1000, 1)}
        log.logging.getLogger("kofu.calls").info("answered", extra={"fields": fields})

    operations = OperationsConfig(traces=Traces.FILE, traces_file=folder / "traces.jsonl")
    await rate(client)
    ratios: list[tuple[float, ...]] = []
    for _ in range(ROUNDS):
        Observed.call = unobserved  # type: ignore[assignment]
        bare = await rate(client)
        Observed.call = whole  # type: ignore[method-assign]
        Observed._note = logged_alone  # type: ignore[method-assign]
        logged = await rate(client)
        Observed._note = note  # type: ignore[method-assign]
        counted = await rate(client)
        provider = traces.configure("core", operations)
        traced = await rate(client)
        assert provider is not None
        traces.use(None)
        provider.shutdown()
        ratios.append((logged / bare, counted / bare, traced / bare))
        sys.stdout.write(
            f"nothing {bare:5.0f}/s   logs {logged:5.0f}/s   logs and metrics {counted:5.0f}/s"
            f"   logs, metrics and traces {traced:5.0f}/s\n"
        )
    logs, all_on, with_traces = (statistics.median(each) for each in zip(*ratios, strict=True))
    sys.stdout.write(
        f"median of {ROUNDS}: logs {logs:.2f} of none; logs and metrics {all_on:.2f}; with traces {with_traces:.2f}\n"
    )
    assert metrics.REGISTRY.get_sample_value(
        "kofu_answers_total", {"service": "kofu.v1.CounterService", "method": "GetChange", "reason": OK}
    )
    await client.close()
    await server.stop(0)
    await core.stop()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kofu-bench-") as folder:
        lines = Path(folder) / "core.log"
        handler = log.logging.FileHandler(lines)
        handler.setFormatter(log.JsonLines("core"))
        log.logging.basicConfig(level=log.logging.WARNING, handlers=[handler], force=True)
        log.logging.getLogger("kofu").setLevel("INFO")
        asyncio.run(compare(Path(folder)))


if __name__ == "__main__":
    main()
