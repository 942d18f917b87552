"""Where things stand on this machine: the cache folder and the font."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs

DEBIAN_PACKAGE = "fonts-ipamj-mincho"
DEBIAN_FONT = Path("/usr/share/fonts/truetype/ipamj/ipamjm.ttf")
FONT_FILE_NAME = "ipamjm.ttf"
DOWNLOAD_TIMEOUT_SECONDS = 300


class FontMissing(Exception):
    """No font to print with. The message is one line: what was looked for, and the remedy."""


def cache_folder() -> Path:
    """The folder for what can be made again: `KOFU_CACHE`, else the user's cache folder. Not created here."""
    named = os.environ.get("KOFU_CACHE")
    return Path(named).expanduser().absolute() if named else Path(platformdirs.user_cache_dir("kofu", appauthor=False))


def cached_font() -> Path:
    """Where `fetch_font` puts the font."""
    return cache_folder() / "fonts" / FONT_FILE_NAME


def find_font() -> Path:
    """The font file to print with: `KOFU_FONT`, else Debian's path, else the cache.

    Raises FontMissing: `KOFU_FONT` names no file, or no font is installed or fetched.
    """
    named = os.environ.get("KOFU_FONT")
    if named:
        font = Path(named).expanduser().absolute()
        if not font.is_file():
            raise FontMissing(f"KOFU_FONT: no font file at {font}; name an existing file, or unset KOFU_FONT")
        return font
    for font in (DEBIAN_FONT, cached_font()):
        if font.is_file():
            return font
    raise FontMissing(
        f"font: IPAmj Mincho is neither at {DEBIAN_FONT} nor in {cached_font().parent}; "
        f"install Debian's package {DEBIAN_PACKAGE}, run `make setup`, or set KOFU_FONT to a font file"
    )


def fetch_font() -> Path:
    """Downloads Debian's font package with apt-get and unpacks the font into the cache; needs no root.

    Returns the font's path; a font that is in the cache already is kept.
    Raises FontMissing: apt-get or dpkg-deb is not there, the download failed, or the package holds no such font.
    """
    target = cached_font()
    if target.is_file():
        return target
    remedy = "install IPAmj Mincho yourself and set KOFU_FONT to its file"
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise FontMissing(f"font: {tool} is not on this machine, so {DEBIAN_PACKAGE} can't be fetched; {remedy}")
    with tempfile.TemporaryDirectory(prefix="kofu-font-") as scratch_name:
        scratch = Path(scratch_name)
        # apt downloads as the user _apt where it runs as root; it needs to write here.
        scratch.chmod(0o755)
        _run(["apt-get", "-q", "-o", "APT::Sandbox::User=", "download", DEBIAN_PACKAGE], scratch, remedy)
        packages = sorted(scratch.glob(f"{DEBIAN_PACKAGE}_*.deb"))
        if not packages:
            raise FontMissing(f"font: apt-get download left no {DEBIAN_PACKAGE} package; {remedy}")
        unpacked = scratch / "unpacked"
        _run(["dpkg-deb", "-x", str(packages[-1]), str(unpacked)], scratch, remedy)
        fonts = sorted(unpacked.rglob(FONT_FILE_NAME))
        if not fonts:
            raise FontMissing(f"font: the package {packages[-1].name} holds no {FONT_FILE_NAME}; {remedy}")
        _place(fonts[0], target)
        for licence in sorted(unpacked.rglob("IPA_Font_License*")) + sorted(unpacked.rglob("copyright")):
            _place(licence, target.parent / licence.name)
    return target


def _run(command: list[str], folder: Path, remedy: str) -> None:
    """Runs one tool; its last line of complaint becomes the one line that the user sees."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise FontMissing(
            f"font: `{' '.join(command[:1])}` took over {DOWNLOAD_TIMEOUT_SECONDS} seconds; {remedy}"
        ) from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise FontMissing(f"font: `{command[0]}` failed with status {done.returncode} ({said}); {remedy}")


def _place(source: Path, target: Path) -> None:
    """Copies into place in one step, so that a parallel reader never meets half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as half:
        half.write(source.read_bytes())
    arriving = Path(half.name)
    arriving.chmod(0o644)
    arriving.replace(target)
