"""Cache folder and font: where they are found, and the one line where they are not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kofu_spec import paths
from kofu_spec.paths import FontMissing

CONTROL = """Package: fonts-ipamj-mincho
Version: 1
Architecture: all
Maintainer: test
Description: test
"""


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No font installed, an empty cache, no setting."""
    monkeypatch.delenv("KOFU_FONT", raising=False)
    monkeypatch.setenv("KOFU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(paths, "DEBIAN_FONT", tmp_path / "nowhere.ttf")


def tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_the_cache_folder_is_the_one_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paths.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("KOFU_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert paths.cache_folder() == tmp_path / "xdg" / "kofu"


def test_the_font_named_comes_first_then_the_system_s_then_the_cached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths.cached_font().parent.mkdir(parents=True)
    paths.cached_font().write_bytes(b"cached")
    assert paths.find_font() == paths.cached_font()
    paths.DEBIAN_FONT.write_bytes(b"system")
    assert paths.find_font() == paths.DEBIAN_FONT
    named = tmp_path / "named.ttf"
    named.write_bytes(b"named")
    monkeypatch.setenv("KOFU_FONT", str(named))
    assert paths.find_font() == named


def test_no_font_at_all_is_one_line_with_the_remedy() -> None:
    with pytest.raises(FontMissing, match=r"^font: [^\n]*fonts-ipamj-mincho[^\n]*KOFU_FONT[^\n]*$"):
        paths.find_font()


def test_a_named_font_that_is_not_there_is_one_line_and_nothing_else_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    paths.DEBIAN_FONT.write_bytes(b"system")
    monkeypatch.setenv("KOFU_FONT", str(tmp_path / "absent.ttf"))
    with pytest.raises(FontMissing, match=r"^KOFU_FONT: no font file at [^\n]*absent.ttf; [^\n]+$"):
        paths.find_font()


@pytest.mark.parametrize("missing", ["apt-get", "dpkg-deb"])
def test_a_missing_tool_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str) -> None:
    for name in {"apt-get", "dpkg-deb"} - {missing}:
        tool(tmp_path / "bin", name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(FontMissing, match=rf"^font: {missing} is not on this machine[^\n]*KOFU_FONT[^\n]*$"):
        paths.fetch_font()


def test_what_the_tool_complained_of_stands_in_the_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tool(tmp_path / "bin", "apt-get", "echo 'W: first' >&2; echo 'E: no network' >&2; exit 100")
    tool(tmp_path / "bin", "dpkg-deb", "exit 0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    with pytest.raises(FontMissing, match=r"^font: `apt-get` failed with status 100 \(E: no network\); [^\n]+$"):
        paths.fetch_font()
    assert not paths.cached_font().exists()


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="packs a package with dpkg-deb, which is not here")
def test_the_font_of_the_package_lands_in_the_cache_with_its_licence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = pack(tmp_path)
    tool(tmp_path / "bin", "apt-get", f"cp {package} fonts-ipamj-mincho_1_all.deb")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    assert paths.fetch_font() == paths.cached_font() == paths.find_font()
    assert paths.cached_font().read_bytes() == b"a font"
    assert (paths.cached_font().parent / "copyright").read_text() == "IPA Font License"


def test_a_font_in_the_cache_is_not_fetched_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths.cached_font().parent.mkdir(parents=True)
    paths.cached_font().write_bytes(b"cached")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert paths.fetch_font() == paths.cached_font()


def pack(folder: Path) -> Path:
    """A Debian package that holds a font and its licence."""
    root = folder / "package"
    for path, content in (
        (
            "DEBIAN/control",
            "Package: fonts-ipamj-mincho\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n",
        ),
        ("usr/share/fonts/truetype/ipamj/ipamjm.ttf", "a font"),
        ("usr/share/doc/fonts-ipamj-mincho/copyright", "IPA Font License"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    subprocess.run(["dpkg-deb", "-b", root, folder / "package.deb"], check=True, capture_output=True)
    return folder / "package.deb"
