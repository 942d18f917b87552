"""Text for MyST Markdown: what a page is made of, with everything that comes from data escaped."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$&~!^])")
_MARK_AT_START = re.compile(r"(?m)^(\s*)([-+=:]|\d+[.)](?=\s))")


class Lang(StrEnum):
    """The language of a tree of pages."""

    JA = "ja"
    EN = "en"

    def __call__(self, ja: str, en: str) -> str:
        """The one of two texts that is in this language."""
        return ja if self is Lang.JA else en

    @property
    def other(self) -> "Lang":
        return Lang.EN if self is Lang.JA else Lang.JA


@dataclass(frozen=True)
class Page:
    """One page. `path` has no suffix: `requirements/3.3.10`."""

    path: str
    text: str


def plain(text: str) -> str:
    """Text in which no character means anything to Markdown."""
    escaped = _SPECIAL.sub(r"\\\1", text)
    return _MARK_AT_START.sub(lambda mark: mark[1] + mark[2][:-1] + "\\" + mark[2][-1], escaped)


def code(text: str) -> str:
    """Text as it is typed to a machine."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{text}{ticks}" if not text.startswith("`") else f"{ticks} {text} {ticks}"


def link(text: str, target: str) -> str:
    """A link to a target of this tree, in whichever page it stands. `text` is Markdown."""
    return f"[{text}](<#{target}>)"


def target(name: str) -> str:
    """Names the heading or paragraph that follows."""
    return f"({name})="


def heading(level: int, text: str) -> str:
    """`text` is Markdown."""
    return f"{'#' * level} {text}"


def spoken(lang: Lang, text: str) -> str:
    """Inline Markdown that is in this language, whatever the page is in."""
    return f"[{text}]{{.language-{lang}}}"


def quotation(lang: Lang, lines: Iterable[str]) -> str:
    """Sentences quoted, each a paragraph of plain text."""
    quoted = "\n>\n".join(f"> {plain(line)}" for line in lines)
    return f"{{.language-{lang}}}\n{quoted}"


def block(class_names: str, *parts: str) -> str:
    """Paragraphs in a box of their own."""
    return "\n\n".join([f"::::{{container}} {class_names}", *parts, "::::"])


def bullets(entries: Iterable[str]) -> str:
    return "\n".join("- " + entry.replace("\n", "\n  ") for entry in entries)


def numbered(entries: Iterable[str]) -> str:
    return "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, start=1))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], class_name: str = "") -> str:
    """Cells are Markdown on one line each."""
    lines = [f"| {' | '.join(headings)} |", "|" + "---|" * len(headings)]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join([*([f"{{.{class_name}}}"] if class_name else []), *lines])


def _cell(text: str) -> str:
    """A bar of code ends the cell too, where it isn't escaped."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split("\n"))) or " "


def document(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part) + "\n"


def raw_html(html: str) -> str:
    return f"```{{raw}} html\n{html}\n```"


def toctree(paths: Iterable[str], caption: str = "") -> str:
    """Pages below this one in the navigation; they are not listed in the text."""
    return "\n".join(["```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else []), "", *paths, "```"])
