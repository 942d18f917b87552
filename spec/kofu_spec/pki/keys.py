"""A small pool of RSA-2048 keys, made once into the cache: making one takes longer than everything else at start."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

POOL_SIZE = 8
KEY_BITS = 2048


def key_pool(cache: Path) -> tuple[rsa.RSAPrivateKey, ...]:
    """The keys of the pool, in order; those that are not in the cache yet are made.

    cache: the cache folder; the keys stand in its folder `keys`, readable by their owner only.
    Raises ValueError with one line where a key file can't be read.
    """
    return tuple(_load(path) for path in key_files(cache))


def key_files(cache: Path) -> tuple[Path, ...]:
    """The pool's PEM files, in order, made where they are missing. Safe in parallel processes."""
    folder = cache / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = tuple(folder / f"rsa{KEY_BITS}-{index}.pem" for index in range(POOL_SIZE))
    if all(path.is_file() for path in paths):
        return paths
    with _alone(folder / "lock"):
        for path in paths:
            if not path.is_file():
                write_private(path, private_pem(rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)))
    return paths


def curve_key(cache: Path, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """The one key of a curve in the cache, made where it is missing. Raises ValueError as `key_pool` does."""
    folder = cache / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{curve.name}.pem"
    with _alone(folder / "lock"):
        if not path.is_file():
            write_private(path, private_pem(ec.generate_private_key(curve)))
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"keys: {path} is no key of a curve; delete it and it is made again")
    return key


def private_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as unencrypted PKCS#8 PEM: it protects nothing real."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    arriving = path.with_name(f".{path.name}.{os.getpid()}")
    arriving.unlink(missing_ok=True)
    with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    arriving.replace(path)


def read_key(pem: bytes) -> PrivateKeyTypes:
    """A private key of the test PKI. Raises what `load_pem_private_key` does.

    That its numbers fit together is not checked: it takes 40 ms a key, and nothing real hangs on these.
    """
    return serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)


def _load(path: Path) -> rsa.RSAPrivateKey:
    try:
        key = read_key(path.read_bytes())
    except ValueError:
        raise ValueError(f"keys: {path} is no private key; delete it and it is made again") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"keys: {path} is no RSA key; delete it and it is made again")
    return key


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; the lock ends with the process that holds it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
