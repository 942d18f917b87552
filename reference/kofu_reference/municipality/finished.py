"""The finished PDF, read once more: what each of its pages says of itself. [P.1, P.6]

Reads what our own renderer writes, from the content streams and the fonts' ToUnicode maps; a page that it can't read
says nothing, and so is never let go. It costs a tenth of the rendering; a full text extraction would cost half of it.
"""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pikepdf

_DEEPEST: Final = 8
"""Brackets within a string need no escape where they are balanced; deeper than this none is read."""


def _literal(depth: int) -> bytes:
    within = rb"|\(" + _literal(depth - 1) + rb"\)" if depth else b""
    return rb"(?:\\.|[^\\()]" + within + rb")*"


_STRING: Final = rb"\((" + _literal(_DEEPEST) + rb")\)|<([0-9A-Fa-f]*)>"
_TOKEN: Final = re.compile(
    rb"/(\S+) [0-9.]+ Tf\b|/ActualText ?(?:" + _STRING + rb")|\b(BDC|BMC|EMC)\b|" + _STRING, re.S
)
_ESCAPE: Final = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.S)
_ESCAPED: Final = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"b": b"\b",
    b"f": b"\f",
    b"\n": b"",
    b"\r": b"",
    b"\r\n": b"",
}
_CHARACTERS: Final = re.compile(rb"beginbfchar(.*?)endbfchar", re.S)
_RANGES: Final = re.compile(rb"beginbfrange(.*?)endbfrange", re.S)
_PAIR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")

Meanings = dict[int, str]


class UnreadablePaper(Exception):
    """The bytes are no PDF."""


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in the order of its content, without blanks."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            known: dict[tuple[int, int], Meanings] = {}
            return tuple(_text(page, known) for page in document.pages)
    except pikepdf.PdfError as error:
        raise UnreadablePaper from error


def _text(page: Any, known: dict[tuple[int, int], Meanings]) -> str:
    fonts: dict[bytes, Meanings] = {}
    for name, font in page.obj.get("/Resources", pikepdf.Dictionary()).get("/Font", pikepdf.Dictionary()).items():
        if font.objgen not in known:
            known[font.objgen] = _meanings(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else {}
        fonts[name.removeprefix("/").encode()] = known[font.objgen]
    page.contents_coalesce()
    return "".join("".join(_parts(page.obj.Contents.read_bytes(), fonts)).split())


def _parts(content: bytes, fonts: Mapping[bytes, Meanings]) -> Iterator[str]:
    """What is shown, in order; where marked content says what is meant, that in its stead."""
    meanings: Meanings = {}
    marks: list[bool] = []
    actual: str | None = None
    for font, meant, meant_digits, mark, literal, digits in _TOKEN.findall(content):
        if font:
            meanings = fonts.get(font, {})
        elif meant or meant_digits:
            actual = _string(meant, meant_digits).removeprefix(b"\xfe\xff").decode("utf-16-be", errors="replace")
        elif mark == b"EMC":
            if marks:
                marks.pop()
        elif mark:
            marks.append(actual is not None)
            yield actual or ""
            actual = None
        elif not any(marks):
            codes = _string(literal, digits)
            yield from (meanings.get(codes[at] << 8 | codes[at + 1], "") for at in range(0, len(codes) - 1, 2))


def _string(literal: bytes, digits: bytes) -> bytes:
    return _ESCAPE.sub(_unescaped, literal) if literal else bytes.fromhex(digits.decode())


def _unescaped(match: "re.Match[bytes]") -> bytes:
    what = match[1]
    return bytes([int(what, 8) & 255]) if what[:1].isdigit() else _ESCAPED.get(what, what)


def _meanings(cmap: bytes) -> Meanings:
    """What the two-byte codes of a font mean."""
    found: Meanings = {}
    for section in _CHARACTERS.findall(cmap):
        found |= {int(code, 16): _utf16(text) for code, text in _PAIR.findall(section)}
    for section in _RANGES.findall(cmap):
        for first, last, text in _TRIPLE.findall(section):
            start = int(text, 16)
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + offset] = _utf16(b"%0*X" % (len(text), start + offset))
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", errors="replace")
