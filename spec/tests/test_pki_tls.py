"""The TLS authority of a run: mutual TLS works with its certificates and with no others."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kofu_spec.pki.tls import TlsAuthority, identity_parts

CENTER = "center-1.center.jlis.kofu.invalid"
KIOSK = "kiosk-1.kiosk.shop.kofu.invalid"


def handshake(
    server_files: tuple[Path, Path], client_files: tuple[Path, Path], authority: Path, name: str
) -> dict[str, object]:
    """Mutual TLS in memory; returns the client's certificate as the server sees it."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*server_files)
    server.load_verify_locations(authority)
    server.verify_mode = ssl.CERT_REQUIRED
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_cert_chain(*client_files)
    client.load_verify_locations(authority)
    for context in (server, client):
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    seen = ends[1].getpeercert()
    assert seen is not None
    return dict(seen)


def test_both_ends_are_known_by_their_identity(tmp_path: Path) -> None:
    authority = TlsAuthority.create(tmp_path)
    seen = handshake(authority.issue(CENTER), authority.issue(KIOSK), tmp_path / "authority.pem", CENTER)
    assert seen["subjectAltName"] == (("DNS", KIOSK),)


def test_a_server_of_another_name_is_refused(tmp_path: Path) -> None:
    authority = TlsAuthority.create(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        handshake(authority.issue(KIOSK), authority.issue(KIOSK), tmp_path / "authority.pem", CENTER)


def test_a_client_of_another_authority_is_refused(tmp_path: Path) -> None:
    authority, foreign = TlsAuthority.create(tmp_path / "own"), TlsAuthority.create(tmp_path / "foreign")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority.issue(CENTER), foreign.issue(KIOSK), authority.folder / "authority.pem", CENTER)


def test_certificates_last_for_decades_of_real_time_and_have_begun(tmp_path: Path) -> None:
    certificate = TlsAuthority.create(tmp_path).certificate
    now = datetime.now(UTC)
    assert certificate.not_valid_before_utc < now - timedelta(hours=12)
    assert certificate.not_valid_after_utc > now + timedelta(days=20 * 365)


def test_keys_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    TlsAuthority.create(tmp_path).issue(CENTER)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("*.key")} == {0o600}
    assert {path.name for path in tmp_path.glob("*.key")} == {"authority.key", "center-1.key"}


def test_an_authority_read_back_issues_certificates_of_the_same_authority(tmp_path: Path) -> None:
    first = TlsAuthority.create(tmp_path).issue(CENTER)
    second = TlsAuthority.load(tmp_path).issue(KIOSK)
    handshake(first, second, tmp_path / "authority.pem", CENTER)


def test_identities_are_taken_apart() -> None:
    assert identity_parts(CENTER) == ("center-1", "center", "jlis")


@pytest.mark.parametrize(
    "identity",
    ["center-1", "center-1.center.kofu.invalid", "a.b.c.d.kofu.invalid", "../x.b.c.kofu.invalid", f"{CENTER}\n", ""],
)
def test_any_other_identity_gets_one_line(identity: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^identity: [^\n]+$"):
        TlsAuthority.create(tmp_path).issue(identity)


def test_nobody_is_named_like_the_authority_whose_files_would_be_lost(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="identity: the id 'authority' is taken"):
        TlsAuthority.create(tmp_path).issue("authority.center.jlis.kofu.invalid")
