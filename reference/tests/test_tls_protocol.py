"""Every port of every system, asked by OpenSSL's own client in every wrong way. [3.1.7, 3.2.5, 3.2.5b, 3.3.12]"""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from reference.tests import tls_side
from reference.tests.openssl_side import knock, knock_in_plain_text, listening_ports, openssl
from reference.tests.tls_side import NODES, Certificate, Chain, Serving, put

from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.credentials import LOOK_SECONDS
from kofu_reference.runtime.rundirectory import HOST
from kofu_spec.paths import cache_folder
from kofu_spec.pki.keys import key_pool
from kofu_spec.pki.tls import TlsAuthority

PLAIN_BY_DECISION = {"http_port", "screen_port"}
"""OCSP and the revocation list are protected by their signatures; the screen is on this machine alone."""

OLD_OR_WEAK = {
    "TLS 1.0": ("-tls1", "-cipher", "ALL:@SECLEVEL=0"),
    "TLS 1.1": ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
    "not authenticated with the data": ("-tls1_2", "-cipher", "ALL:eNULL:!AESGCM:!CHACHA20:!AESCCM:!ARIA:@SECLEVEL=0"),
    "not forward secret": ("-tls1_2", "-cipher", "kRSA:@SECLEVEL=0"),
    "without encryption": ("-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"),
}
SOUND = {"TLS 1.2": ("-tls1_2",), "TLS 1.3": ("-tls1_3",)}


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    openssl()
    with tls_side.chain_in(tmp_path_factory.mktemp("chain")) as chain:
        yield chain


@pytest.fixture(scope="module")
def strangers(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Certificate | None]:
    """Whose certificate lets nobody in, though the name on it would."""
    name = "tester-1.tester.suite"
    foreign = TlsAuthority.create(tmp_path_factory.mktemp("foreign"))
    return {
        "no certificate": None,
        "of a foreign authority": chain.certificate(name, foreign),
        "expired": chain.certificate(name, lifetime=timedelta(hours=-1)),
        "a server's certificate": chain.certificate(name, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]),
    }


def ports_of(config: SystemConfig, serving: Serving, others: set[int]) -> dict[int, str]:
    """Every port that the kernel shows and that none of the others is, and the protocol spoken there."""
    spoken = {serving.server.port: "h2", serving.server.json_port: "http/1.1"}
    plain = {port for field in PLAIN_BY_DECISION if (port := getattr(config, field))}
    found = listening_ports() - plain - others
    assert found == set(spoken)
    return spoken


@asynccontextmanager
async def alone(config: SystemConfig) -> AsyncIterator[tuple[Serving, dict[int, str]]]:
    others = listening_ports()
    async with tls_side.serving(config) as serving:
        yield serving, ports_of(config, serving, others)


def open_to_citizens(serving: Serving) -> bool:
    return any(roles is None for binding in serving.system.bindings() for roles in binding.roles.values())


@pytest.mark.parametrize("node", NODES)
def test_every_port_answers_sound_connections_of_peers_and_no_other(
    chain: Chain, node: str, strangers: dict[str, Certificate | None]
) -> None:
    peer = chain.certificate("tester-1.tester.suite")

    async def run() -> None:
        async with alone(chain.config(node)) as (serving, ports):
            for port, alpn in ports.items():
                for options in SOUND.values():
                    assert await asyncio.to_thread(knock, port, alpn, peer, options)
                answered = {
                    way
                    for way, options in OLD_OR_WEAK.items()
                    if await asyncio.to_thread(knock, port, alpn, peer, options)
                }
                for way, stranger in strangers.items():
                    for version, options in SOUND.items():
                        if await asyncio.to_thread(knock, port, alpn, stranger, options):
                            answered.add(f"{way}, {version}")
                if await asyncio.to_thread(knock_in_plain_text, port, alpn):
                    answered.add("plain text")
                citizens = alpn == "http/1.1" and open_to_citizens(serving)
                assert answered == ({f"no certificate, {version}" for version in SOUND} if citizens else set())

    asyncio.run(run())


def test_a_key_of_rsa_opens_no_old_or_weak_way(chain: Chain) -> None:
    """Some of these ways exist with RSA alone."""
    peer = chain.certificate("tester-1.tester.suite")
    own = chain.config("counter")
    rsa = chain.certificate(own.identity.removesuffix(".kofu.invalid"), key=key_pool(cache_folder())[0])

    async def run() -> None:
        config = own.model_copy(update={"certificate": rsa.certificate, "key": rsa.key})
        async with alone(config) as (_, ports):
            for port, alpn in ports.items():
                assert await asyncio.to_thread(knock, port, alpn, peer, SOUND["TLS 1.2"])
                for options in OLD_OR_WEAK.values():
                    assert not await asyncio.to_thread(knock, port, alpn, peer, options)

    asyncio.run(run())


@contextmanager
def lax_server(chain: Chain) -> Iterator[int]:
    """OpenSSL's own server, which takes whatever it can."""
    rsa = chain.certificate("counter-1.counter.992011", key=key_pool(cache_folder())[0])
    server = subprocess.Popen(
        [openssl(), "s_server", "-accept", f"{HOST}:0", "-cert", rsa.certificate, "-key", rsa.key, "-www",
         "-cipher", "ALL:eNULL:@SECLEVEL=0", "-alpn", "http/1.1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        line = next(line for line in server.stdout if line.startswith(b"ACCEPT"))
        yield int(line.split()[-1].rpartition(b":")[2])
    finally:
        server.terminate()
        server.communicate()


def test_the_client_can_come_in_the_old_and_weak_ways(chain: Chain) -> None:
    with lax_server(chain) as port:
        for options in OLD_OR_WEAK.values():
            assert knock_www(port, options)


def knock_www(port: int, options: tuple[str, ...]) -> bool:
    client = subprocess.run(
        [openssl(), "s_client", "-connect", f"{HOST}:{port}", "-quiet", "-nocommands", *options],
        input=b"GET / HTTP/1.0\r\n\r\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    return client.stdout.startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize("version", list(SOUND))
@pytest.mark.parametrize("alpn", ["h2", "http/1.1"])
def test_a_session_of_before_does_not_outlive_the_authority(
    chain: Chain, tmp_path: Path, alpn: str, version: str
) -> None:
    """A session that is resumed shows no certificate: the server remembers that there was one."""
    peer, new = chain.certificate("office-1.office.992011"), TlsAuthority.create(tmp_path / "new")
    session, trusted = tmp_path / "session.pem", tmp_path / "authority.pem"
    put(trusted, (chain.authority.folder / "authority.pem").read_bytes())

    async def run() -> None:
        async with alone(chain.config("counter", authority=trusted)) as (_, ports):
            port = next(port for port, spoken in ports.items() if spoken == alpn)
            kept, again = (*SOUND[version], "-sess_out", str(session)), (*SOUND[version], "-sess_in", str(session))
            assert await asyncio.to_thread(knock, port, alpn, peer, kept)
            assert session.exists()
            assert await asyncio.to_thread(knock, port, alpn, None, again)
            put(trusted, (new.folder / "authority.pem").read_bytes())
            insider = chain.certificate("office-2.office.992011", new)
            while not await asyncio.to_thread(knock, port, alpn, insider, SOUND[version]):
                await asyncio.sleep(LOOK_SECONDS)
            assert not await asyncio.to_thread(knock, port, alpn, None, again)

    asyncio.run(run())
