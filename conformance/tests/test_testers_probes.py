"""A knock in a wrong way is answered by a server that lets it in, and by no other. [3.1.7, 3.2.5, 3.2.5b]"""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from conformance.tests.zoo import write_profile

from kofu_conformance.profile import PeerKey, Profile, load
from kofu_conformance.testers.probes import BROKEN_TLS, GRPC, JSON, WAYS_IN, Speech, knock_as_peer
from kofu_spec.pki.tls import TlsAuthority

SETTINGS = bytes(3) + b"\x04" + bytes(5)
STATUS = b"HTTP/1.1 404 Not Found\r\n\r\n"
ANSWERS = {GRPC.greeting: SETTINGS, JSON.greeting: STATUS}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TlsAuthority:
    authority = TlsAuthority.create(tmp_path_factory.mktemp("pki"))
    for name in ("center-1.center.jlis", "tester-9.tester.suite"):
        authority.issue(f"{name}.kofu.invalid")
    return authority


@pytest.fixture(scope="module")
def profile(authority: TlsAuthority, tmp_path_factory: pytest.TempPathFactory) -> Profile:
    written = load(write_profile(tmp_path_factory.mktemp("profile")))
    tester = PeerKey.model_construct(
        certificate=authority.folder / "tester-9.pem", key=authority.folder / "tester-9.key"
    )
    return written.model_copy(update={"tls": written.tls.model_copy(update={"peers": {"tester": tester}})})


def strict(authority: TlsAuthority) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(authority.folder / "center-1.pem", authority.folder / "center-1.key")
    context.load_verify_locations(authority.folder / "authority.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def lax(authority: TlsAuthority) -> ssl.SSLContext:
    context = strict(authority)
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:aNULL:eNULL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[str]:
    """A server that answers what it knows, under TLS or in plain text."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                _answer(listening.accept()[0], context)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _answer(raw: socket.socket, context: ssl.SSLContext | None) -> None:
    raw.settimeout(5)
    with suppress(OSError), raw, context.wrap_socket(raw, server_side=True) if context else raw as wire:
        wire.sendall(ANSWERS.get(wire.recv(100), b""))


def answered(way: str, address: str, profile: Profile, speech: Speech) -> bool:
    knock = WAYS_IN[way](address, speech) if way in WAYS_IN else BROKEN_TLS[way](address, profile, speech)
    return knock.answered


@pytest.mark.parametrize("speech", [GRPC, JSON], ids=lambda speech: speech.name)
@pytest.mark.parametrize("way", [*WAYS_IN, *BROKEN_TLS])
def test_a_lax_server_is_caught_and_a_strict_one_is_not(
    authority: TlsAuthority, profile: Profile, way: str, speech: Speech
) -> None:
    with serving(None if way == "plain_text" else lax(authority)) as address:
        assert answered(way, address, profile, speech)
    with serving(strict(authority)) as address:
        assert not answered(way, address, profile, speech)
        assert knock_as_peer(address, profile, speech).answered
