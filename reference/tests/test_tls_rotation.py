"""Keys of running systems are replaced under calls: none fails, and who is no longer trusted is refused. [3.2.5]"""

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from reference.tests import tls_side
from reference.tests.tls_side import UNSEEN_SECONDS, Certificate, Chain, Process, presented, put, until

from kofu.v1.counter_pb2 import GetChangeRequest
from kofu.v1.feed_pb2 import FeedHeartbeat, FeedHello, FeedRequest
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu_reference.runtime.channel import channel, channel_to, key_files
from kofu_reference.runtime.client import Carrier, Client
from kofu_reference.runtime.config import PeerConfig, SystemConfig
from kofu_reference.runtime.credentials import credentials_of
from kofu_reference.runtime.refusal import Refusal, from_rpc_error
from kofu_spec.pki.keys import private_pem
from kofu_spec.pki.tls import TlsAuthority

COUNTER = "kofu.v1.CounterService"
QUESTION = GetChangeRequest(municipality_code="992011", number=1)
TAKEN, KEPT = "keys taken", "keys not taken, those before stay"


class Town:
    """Counter and core as processes: an officer's question goes through the one to the other."""

    def __init__(self, folder: Path, chain: Chain) -> None:
        self.chain = chain
        self.officer = chain.certificate("office-1.office.992011")
        self.configs = {}
        for name in ("core", "counter"):
            own = chain.config(name)
            keys = {
                "certificate": folder / f"{name}.pem",
                "key": folder / f"{name}.key",
                "authority": folder / f"{name}-ca.pem",
            }
            for field, path in keys.items():
                put(path, getattr(own, field).read_bytes())
            self.configs[name] = own.model_copy(update=keys)
        self.core = Process(self.configs["core"], folder)
        self.counter = Process(self.configs["counter"], folder)

    def end(self) -> None:
        self.counter.end()
        self.core.end()

    def process(self, name: str) -> Process:
        return self.core if name == "core" else self.counter

    def give(self, name: str, new: Certificate) -> None:
        """A new pair, certificate first: between the two steps they do not fit."""
        config = self.configs[name]
        put(config.certificate, new.certificate.read_bytes())
        put(config.key, new.key.read_bytes())

    def trust(self, name: str, *authorities: TlsAuthority) -> None:
        """The system trusts these and no others, as soon as it has taken them."""
        taken = len(self.process(name).logged(TAKEN))
        put(self.configs[name].authority, _bundle(*authorities))
        until(lambda: len(self.process(name).logged(TAKEN)) > taken)

    def serial(self, name: str, carrier: Carrier) -> int:
        return presented(self.chain.peer(carrier, name), self.officer)

    def renewed(self, name: str, authority: TlsAuthority | None = None) -> Certificate:
        return self.chain.certificate(self.configs[name].identity.removesuffix(".kofu.invalid"), authority)

    def give_and_see(self, name: str, new: Certificate) -> None:
        self.give(name, new)
        for carrier in Carrier:
            until(lambda carrier=carrier: self.serial(name, carrier) == new.serial)  # type: ignore[misc]


@contextmanager
def town_in(folder: Path) -> Iterator[Town]:
    with tls_side.chain_in(folder) as chain:
        town = Town(folder, chain)
        try:
            yield town
        finally:
            town.end()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Every test leaves it with the chain's authority and keys that fit."""
    with town_in(tmp_path_factory.mktemp("town")) as town:
        yield town


async def ask(client: Client) -> str:
    try:
        await client.call(COUNTER, "GetChange", QUESTION, timeout=20)
    except Refusal as refusal:
        return refusal.name
    return "answered"


def answer(town: Town, carrier: Carrier, who: Certificate) -> str:
    """What a new connection gets."""

    async def asking() -> str:
        async with town.chain.client(carrier, "counter", who) as client:
            return await ask(client)

    return asyncio.run(asking())


def _bundle(*authorities: TlsAuthority) -> bytes:
    return b"".join(one.certificate.public_bytes(serialization.Encoding.PEM) for one in authorities)


class Calls:
    """An officer who asks on and on, over both bindings, on a connection kept and on ever new ones."""

    def __init__(self, town: Town, who: Certificate) -> None:
        self._town, self._who = town, who
        self._ended = threading.Event()
        self.answers: dict[str, int] = {}

    def __call__(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        await asyncio.gather(*(one(carrier) for carrier in Carrier for one in (self._kept, self._new)))

    async def _kept(self, carrier: Carrier) -> None:
        async with self._town.chain.client(carrier, "counter", self._who) as client:
            while not self._ended.is_set():
                self._note(await ask(client))

    async def _new(self, carrier: Carrier) -> None:
        while not self._ended.is_set():
            async with self._town.chain.client(carrier, "counter", self._who) as client:
                self._note(await ask(client))

    def _note(self, told: str) -> None:
        self.answers[told] = self.answers.get(told, 0) + 1

    def end(self) -> None:
        self._ended.set()


@contextmanager
def calls(town: Town, who: Certificate) -> Iterator[Calls]:
    """Calls go on meanwhile; each of them has to be answered."""
    calling = Calls(town, who)
    thread = threading.Thread(target=calling)
    thread.start()
    try:
        until(lambda: calling.answers.get("answered", 0) > 20)
        yield calling
        before = sum(calling.answers.values())
        until(lambda: sum(calling.answers.values()) > before + 20)
    finally:
        calling.end()
        thread.join()
    assert set(calling.answers) == {"answered"}


def test_new_certificates_are_presented_and_no_call_fails(town: Town) -> None:
    with calls(town, town.officer):
        for name in ("core", "counter", "core"):
            town.give_and_see(name, town.renewed(name))
    for name in ("core", "counter"):
        assert town.process(name).running
        assert town.process(name).logged(TAKEN)[-1]["authorities"] == 1


def test_the_authority_is_replaced_with_an_overlap_and_no_call_fails(tmp_path: Path) -> None:
    """Outgoing calls are seen by their end: the core at last believes the new authority alone, and the counter, which
    asks it, was given its certificate of that authority while it ran."""
    with town_in(tmp_path) as town:
        old, new = town.chain.authority, TlsAuthority.create(tmp_path / "new")
        officer = town.chain.certificate("office-2.office.992011", new)
        with calls(town, town.officer):
            for name in ("core", "counter"):
                town.trust(name, old, new)
        put(officer.authority, _bundle(old, new))
        with calls(town, officer):
            for name in ("counter", "core"):
                town.give_and_see(name, town.renewed(name, new))
            for name in ("core", "counter"):
                town.trust(name, new)
        for carrier in Carrier:
            assert answer(town, carrier, officer) == "answered"
            assert answer(town, carrier, town.officer) == "REASON_UPSTREAM_UNAVAILABLE"


@pytest.mark.parametrize("carrier", list(Carrier))
def test_who_connected_before_the_authority_was_removed_is_refused_after(town: Town, carrier: Carrier) -> None:
    new = TlsAuthority.create(town.chain.folder / f"new-{carrier}")
    town.trust("counter", town.chain.authority, new)

    async def on_one_connection() -> tuple[str, str]:
        async with town.chain.client(carrier, "counter", town.officer) as client:
            before = await ask(client)
            await asyncio.to_thread(town.trust, "counter", new)
            return before, await ask(client)

    try:
        assert asyncio.run(on_one_connection()) == ("answered", "REASON_ROLE_NOT_ALLOWED")
    finally:
        town.trust("counter", town.chain.authority)


def test_a_call_under_way_ends_with_the_keys_that_it_began_with(tmp_path: Path) -> None:
    """What is asked after the renewal goes with the new keys meanwhile."""

    async def run() -> None:
        with tls_side.chain_in(tmp_path) as chain:
            config, core = chain.config("counter"), chain.config("core")
            before, after = chain.certificate("counter-1.counter.992011"), chain.certificate("counter-1.counter.992011")
            put(config.certificate, before.certificate.read_bytes())
            put(config.key, before.key.read_bytes())
            async with callers_told(core) as (port, told), channel_to(_at(core, port), config) as line:
                slow = asyncio.ensure_future(_serial_seen(line, "/slow/Call"))
                await told.entered.wait()
                put(config.certificate, after.certificate.read_bytes())
                put(config.key, after.key.read_bytes())
                credentials_of(key_files(config))
                assert await _serial_seen(line, "/fast/Call") == after.serial
                assert not slow.done()
                told.let_go.set()
                assert await slow == before.serial
                assert await _serial_seen(line, "/fast/Call") == after.serial

    asyncio.run(run())


def test_a_stream_of_days_ends_at_the_first_message_after_its_authority_was_removed(tmp_path: Path) -> None:
    async def run() -> None:
        with tls_side.chain_in(tmp_path) as chain:
            new, trusted = TlsAuthority.create(tmp_path / "new"), tmp_path / "authority.pem"
            put(trusted, _bundle(chain.authority))
            config, relay = chain.config("issuing", authority=trusted), chain.config("relay")
            hello = FeedHello(municipality_code="992011", feed_id="0a0a0a0a-0a0a-4a0a-8a0a-0a0a0a0a0a0a")
            async with tls_side.serving(config), channel(relay, "issuing") as line:
                stream = RecordFeedServiceStub(line).Feed()  # type: ignore[call-arg]
                await stream.write(FeedRequest(hello=hello))
                assert (await stream.read()).HasField("resume")
                put(trusted, _bundle(new))
                credentials_of(key_files(config))
                await stream.write(FeedRequest(heartbeat=FeedHeartbeat(newest_number=0)))
                with pytest.raises(grpc.aio.AioRpcError) as ended:
                    await asyncio.wait_for(stream.read(), UNSEEN_SECONDS)
                assert from_rpc_error(ended.value).name == "REASON_ROLE_NOT_ALLOWED"

    asyncio.run(run())


def test_a_process_does_not_start_with_keys_that_do_not_fit_and_one_line_says_why(tmp_path: Path) -> None:
    with tls_side.chain_in(tmp_path) as chain:
        other = chain.certificate("counter-1.counter.992011")
        path = chain.run.config_of("counter")
        told = path.read_text(encoding="utf-8").replace(str(chain.config("counter").key), str(other.key))
        path.write_text(told, encoding="utf-8")
        ended = subprocess.run(
            [sys.executable, "-m", "kofu_reference.runtime.process", path], capture_output=True, check=False, timeout=60
        )
    assert ended.returncode == 2
    (line,) = ended.stderr.decode().splitlines()
    assert line.startswith("kofu: key: is not that of the certificate; put the unencrypted private key of this")


class Told(grpc.GenericRpcHandler):
    """Tells callers the serial of their certificate; those of /slow/ once they are let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = asyncio.Event(), asyncio.Event()

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        async def answer(request: bytes, context: Any) -> bytes:
            if str(handler_call_details.method).startswith("/slow/"):
                self.entered.set()
                await self.let_go.wait()
            (pem,) = context.auth_context()["x509_pem_cert"]
            return f"{x509.load_pem_x509_certificate(pem).serial_number:x}".encode()

        return grpc.unary_unary_rpc_method_handler(answer)


@asynccontextmanager
async def callers_told(own: SystemConfig) -> AsyncIterator[tuple[int, Told]]:
    server, told = grpc.aio.server(), Told()
    server.add_generic_rpc_handlers((told,))
    pair = (own.key.read_bytes(), own.certificate.read_bytes())
    credentials = grpc.ssl_server_credentials([pair], own.authority.read_bytes(), require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    await server.start()
    try:
        yield port, told
    finally:
        await server.stop(0)


def _at(own: SystemConfig, port: int) -> PeerConfig:
    return PeerConfig(address=f"127.0.0.1:{port}", identity=own.identity)


async def _serial_seen(line: grpc.aio.Channel, path: str) -> int:
    return int(await line.unary_unary(path, bytes, bytes)(b"", timeout=20), 16)


def _mismatched(town: Town) -> tuple[str, bytes, str, str]:
    return "key", private_pem(ec.generate_private_key(ec.SECP256R1())), "key", "is not that of the certificate"


def _half_a_key(town: Town) -> tuple[str, bytes, str, str]:
    whole = town.configs["counter"].key.read_bytes()
    return "key", whole[: len(whole) // 2], "key", "is not whole, or no unencrypted private key in PEM"


def _half_a_certificate(town: Town) -> tuple[str, bytes, str, str]:
    whole = town.configs["counter"].certificate.read_bytes()
    return "certificate", whole[: len(whole) // 2], "certificate", "is not whole, or no certificate in PEM"


def _half_of_the_second_authority(town: Town) -> tuple[str, bytes, str, str]:
    whole = town.configs["counter"].authority.read_bytes()
    return "authority", whole + whole[: len(whole) // 2], "authority", "is not whole, or no certificate in PEM"


def _no_authority(town: Town) -> tuple[str, bytes, str, str]:
    return "authority", b"", "authority", "is not whole, or no certificate in PEM"


def _another_identity(town: Town) -> tuple[str, bytes, str, str]:
    other = town.chain.certificate("counter-2.counter.992011")
    put(town.configs["counter"].key, other.key.read_bytes())
    rule = f"does not name {town.configs['counter'].identity} and nobody else"
    return "certificate", other.certificate.read_bytes(), "certificate", rule


@pytest.mark.parametrize(
    "damage",
    [_mismatched, _half_a_key, _half_a_certificate, _half_of_the_second_authority, _no_authority, _another_identity],
)
def test_what_is_not_whole_or_does_not_fit_is_not_taken_and_one_line_says_why(
    town: Town, damage: Callable[[Town], tuple[str, bytes, str, str]]
) -> None:
    before, said = [town.serial("counter", carrier) for carrier in Carrier], len(town.counter.logged(KEPT))
    changed, content, field, rule = damage(town)
    getattr(town.configs["counter"], changed).write_bytes(content)
    until(lambda: len(town.counter.logged(KEPT)) > said)

    (line,) = town.counter.logged(KEPT)[said:]
    assert (line["level"], line["field"], line["rule"]) == ("warning", field, rule)
    assert line["remedy"]
    assert [town.serial("counter", carrier) for carrier in Carrier] == before
    assert [answer(town, carrier, town.officer) for carrier in Carrier] == ["answered"] * 2

    put(town.configs["counter"].authority, _bundle(town.chain.authority))
    town.give_and_see("counter", town.renewed("counter"))
