"""What a card signs with: RSA of 2048 bits today, the curve P-384 on the card that is to come. [1.8]"""

from pathlib import Path
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from kofu_reference.card.memory import CardUnreadable
from kofu_spec.pki.keys import read_key

RSA_BITS = 2048
# PKCS#1 v1.5 needs at least eleven bytes beside the data in the 256 of an RSA-2048 block.
_LONGEST_DIGEST_INFO = RSA_BITS // 8 - 11
_COORDINATE_BYTES = 48


class WrongLength(ValueError):
    """What is to be signed has not the length that the key takes."""


class SigningKey(Protocol):
    """A private key as the card's command COMPUTE DIGITAL SIGNATURE uses it."""

    def sign(self, given: bytes) -> bytes:
        """The signature over what the reader gave; raises `WrongLength`."""


class RsaKey:
    """The card pads what it is given; the reader has made the DigestInfo."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    def sign(self, given: bytes) -> bytes:
        if not 0 < len(given) <= _LONGEST_DIGEST_INFO:
            raise WrongLength("an RSA key takes a DigestInfo of 1 to 245 bytes")
        return self._key.sign(given, padding.PKCS1v15(), utils.NoDigestInfo())


class P384Key:
    """Takes a SHA-384 digest and gives the two numbers r and s of ECDSA, 48 bytes each."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key

    def sign(self, given: bytes) -> bytes:
        if len(given) != hashes.SHA384.digest_size:
            raise WrongLength("a P-384 key takes a digest of 48 bytes")
        r, s = utils.decode_dss_signature(self._key.sign(given, ec.ECDSA(utils.Prehashed(hashes.SHA384()))))
        return r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")


def as_der(signature: bytes) -> bytes:
    """The two numbers of a P-384 card as the DER that certificates and protocols write."""
    r, s = signature[:_COORDINATE_BYTES], signature[_COORDINATE_BYTES:]
    return utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def load(path: Path) -> SigningKey | None:
    """The key of a PEM file, None where there is no file; raises `CardUnreadable`."""
    if not path.is_file():
        return None
    try:
        key = read_key(path.read_bytes())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CardUnreadable(f"{path}: must be a key in PEM without a password; make the card box anew") from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size == RSA_BITS:
        return RsaKey(key)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
        return P384Key(key)
    raise CardUnreadable(f"{path}: must be an RSA key of 2048 bits or one of the curve P-384; make the card box anew")
