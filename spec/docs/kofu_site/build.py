"""Builds the site: `python -m kofu_site.build --image FILE --out DIR`. Both languages, side by side.

Pages are written below `.cache/docs`, only those that changed, so that Sphinx reads no others again. A warning of
Sphinx ends the build with status 1.
"""

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from kofu_site.facts import ROOT, gather
from kofu_site.markup import Lang
from kofu_site.pages import all_pages

DOCS = Path(__file__).resolve().parents[1]


def write_sources(pages: dict[str, str], folder: Path) -> None:
    """Brings the folder's Markdown up to the pages; what is the same stays untouched, what is left over goes."""
    wanted = {folder / f"{path}.md": text for path, text in pages.items()}
    for old in set(folder.rglob("*.md")) - wanted.keys():
        old.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def build_tree(lang: Lang, sources: Path, out: Path, doctrees: Path) -> "subprocess.Popen[bytes]":
    """Starts Sphinx, which keeps one language a process; a warning fails, after all of them were shown."""
    shutil.copytree(DOCS / "locale", sources / "locale", dirs_exist_ok=True)
    arguments: list[str | Path] = [
        "-q",
        "-W",
        "--keep-going",
        "-b",
        "html",
        "-c",
        DOCS,
        "-d",
        doctrees,
        "-D",
        f"language={lang}",
    ]
    return subprocess.Popen([sys.executable, "-m", "sphinx", *arguments, sources, out / lang])


def build(image: Path, out: Path, cache: Path) -> int:
    started = time.monotonic()
    facts = gather(image.read_bytes())
    running = []
    for lang in Lang:
        sources = cache / "source" / lang
        write_sources(all_pages(facts, lang), sources)
        running.append(build_tree(lang, sources, out, cache / "doctrees" / lang))
    statuses = [sphinx.wait() for sphinx in running]
    if any(statuses):
        return 1
    shutil.copyfile(DOCS / "templates" / "choose.html", out / "index.html")
    print(f"{out / 'index.html'}: built in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--image", type=Path, required=True, help="descriptor image with comments (generate.py --image)"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "docs")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "docs")
    given = parser.parse_args()
    return build(given.image, given.out.resolve(), given.cache.resolve())


if __name__ == "__main__":
    sys.exit(main())
