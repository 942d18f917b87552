"""The pool of RSA keys: made once, by one process at a time, for one owner."""

import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from kofu_spec.pki import keys


def contents(cache: Path) -> list[bytes]:
    return [path.read_bytes() for path in keys.key_files(cache)]


def test_parallel_processes_agree_on_the_same_keys_which_only_the_owner_reads(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        first, second = processes.map(contents, [tmp_path, tmp_path])
    assert first == second == contents(tmp_path)
    assert len(set(first)) == keys.POOL_SIZE
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.key_files(tmp_path)} == {0o600}
    assert len(keys.key_pool(tmp_path)) == keys.POOL_SIZE


def test_a_broken_key_file_gets_one_line_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    for index in range(keys.POOL_SIZE):
        (tmp_path / "keys" / f"rsa2048-{index}.pem").write_bytes(b"broken")
    with pytest.raises(ValueError, match=r"^keys: .*rsa2048-0.pem is no private key; delete it[^\n]*$"):
        keys.key_pool(tmp_path)
