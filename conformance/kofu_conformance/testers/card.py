"""The suite's own card: certificate and key from the card box, used where the suite plays a kiosk. [3.3.9]"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kofu_conformance.engine import Unobserved
from kofu_spec.city import Citizen
from kofu_spec.pki.keys import read_key


@dataclass(frozen=True)
class BoxedCard:
    """What the box holds of one card: its authentication certificate (DER) and the private key."""

    card_id: str
    certificate: bytes
    key: rsa.RSAPrivateKey

    @property
    def public_key(self) -> bytes:
        """The public key, DER."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, challenge: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256 over the challenge, as the real card makes it after the right PIN."""
        return self.key.sign(challenge, padding.PKCS1v15(), hashes.SHA256())


def card_of(citizen: Citizen, box: Path) -> BoxedCard:
    """The citizen's card. Raises `Unobserved` where the box lacks it or it has no certificate."""
    if citizen.card is None:
        raise Unobserved("the citizen has no card")
    return _load(box / citizen.card.card_id)


@lru_cache(maxsize=2048)
def _load(folder: Path) -> BoxedCard:
    try:
        certificate = (folder / "auth.der").read_bytes()
        key = read_key((folder / "auth.key").read_bytes())
    except FileNotFoundError as error:
        raise Unobserved(f"card box: {folder.name}: no {Path(str(error.filename)).name}") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise Unobserved(f"card box: {folder.name}: auth.key is no RSA key")
    return BoxedCard(folder.name, certificate, key)
