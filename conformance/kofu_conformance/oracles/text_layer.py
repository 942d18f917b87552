"""The text of a PDF, page by page, as a reader's copy and paste gives it: ActualText before ToUnicode."""

import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

PDFTOTEXT_SECONDS = 30
UNKNOWN = "\ufffd"
"""What a glyph without a known code point reads as."""


class UnreadableError(ValueError):
    """The bytes are no PDF whose text can be read."""


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text of each page, by pdftotext where it is installed, else by `page_texts_by_pikepdf`."""
    return page_texts_by_pdftotext(pdf) if shutil.which("pdftotext") else page_texts_by_pikepdf(pdf)


def page_texts_by_pdftotext(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in the order of the content, by poppler's program."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        done = subprocess.run(
            ["pdftotext", "-q", "-raw", "-enc", "UTF-8", file.name, "-"],
            capture_output=True,
            timeout=PDFTOTEXT_SECONDS,
            check=False,
        )
    if done.returncode != 0:
        raise UnreadableError(f"pdftotext ends with {done.returncode}")
    return tuple(done.stdout.decode("utf-8").split("\f")[:-1])


def page_texts_by_pikepdf(pdf: bytes) -> tuple[str, ...]:
    """The text of each page in the order of the content, read from the content streams."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return tuple(_Reader().page(page) for page in document.pages)
    except pikepdf.PdfError as error:
        raise UnreadableError(str(error)) from None


def page_sizes_points(pdf: bytes) -> tuple[tuple[float, float], ...]:
    """Width and height of each page as it is looked at, in points."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            return tuple(_size(page) for page in document.pages)
    except pikepdf.PdfError as error:
        raise UnreadableError(str(error)) from None


def _size(page: Any) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    unit = float(page.obj.get("/UserUnit", 1))
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
    turned = int(page.obj.get("/Rotate", 0)) % 180 != 0
    return (height, width) if turned else (width, height)


@dataclass(frozen=True)
class ToUnicode:
    """What the codes of a font mean."""

    code_bytes: int
    texts: dict[int, str]

    def read(self, shown: bytes) -> str:
        """The text of a string that is shown in this font."""
        step = self.code_bytes
        codes = (int.from_bytes(shown[at : at + step], "big") for at in range(0, len(shown), step))
        return "".join(self.texts.get(code, UNKNOWN) for code in codes)


SECTION = re.compile(rb"begin(codespacerange|bfchar|bfrange)(.*?)end\1", re.S)
TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def parse_to_unicode(cmap: bytes, code_bytes: int) -> ToUnicode:
    """Reads a ToUnicode CMap; `code_bytes` holds where it names no code space."""
    texts: dict[int, str] = {}
    for kind, body in SECTION.findall(cmap):
        entries = list(_entries(body))
        if kind == b"codespacerange":
            code_bytes = max((len(entry) for entry in entries if isinstance(entry, bytes)), default=code_bytes)
        elif kind == b"bfchar":
            texts.update(_characters(entries))
        else:
            texts.update(_ranges(entries))
    return ToUnicode(code_bytes, texts)


def _entries(body: bytes) -> Iterator[bytes | list[bytes]]:
    """The hexadecimal strings of a section; those within brackets as a list."""
    bracket: list[bytes] | None = None
    for match in TOKEN.finditer(body):
        text, opens, closes = match.groups()
        if opens:
            bracket = []
        elif closes:
            yield bracket or []
            bracket = None
        elif bracket is not None:
            bracket.append(_unhex(text))
        else:
            yield _unhex(text)


def _unhex(digits: bytes) -> bytes:
    packed = b"".join(digits.split()).decode("ascii")
    return bytes.fromhex(packed + "0" * (len(packed) % 2))


def _characters(entries: list[bytes | list[bytes]]) -> Iterator[tuple[int, str]]:
    for code, text in zip(entries[::2], entries[1::2], strict=False):
        if isinstance(code, bytes) and isinstance(text, bytes):
            yield int.from_bytes(code, "big"), _utf16(text)


def _ranges(entries: list[bytes | list[bytes]]) -> Iterator[tuple[int, str]]:
    for first, last, target in zip(entries[::3], entries[1::3], entries[2::3], strict=False):
        if not (isinstance(first, bytes) and isinstance(last, bytes)):
            continue
        start, end = int.from_bytes(first, "big"), int.from_bytes(last, "big")
        for offset in range(end - start + 1):
            if isinstance(target, bytes):
                moved = int.from_bytes(target, "big") + offset
                yield start + offset, _utf16(moved.to_bytes(len(target), "big"))
            elif offset < len(target):
                yield start + offset, _utf16(target[offset])


def _utf16(text: bytes) -> str:
    return text.decode("utf-16-be", errors="replace")


@dataclass
class _Reader:
    """Reads one page: follows fonts, marked content and form objects."""

    parts: list[str] = field(default_factory=list)
    marks: list[str | None] = field(default_factory=list)
    """Open marked content, innermost last: its ActualText, or None."""
    fonts: dict[Any, ToUnicode] = field(default_factory=dict)

    def page(self, page: Any) -> str:
        self._content(page, page.obj.get("/Resources", pikepdf.Dictionary()), depth=0)
        return "".join(self.parts)

    def _content(self, stream: Any, resources: Any, depth: int) -> None:
        font = ToUnicode(1, {})
        for instruction in pikepdf.parse_content_stream(stream):
            operands: Any = instruction.operands
            match str(instruction.operator):
                case "BMC":
                    self.marks.append(None)
                case "BDC":
                    self._begin(operands[1], resources)
                case "EMC":
                    self._end()
                case "Tf":
                    font = self._font(operands[0], resources)
                case "Tj" | "'" | '"':
                    self._show(font, [operands[-1]])
                case "TJ":
                    self._show(font, list(operands[0]))
                case "Td" | "TD" | "T*" | "Tm" | "ET":
                    self._put("\n")
                case "Do":
                    self._form(operands[0], resources, depth)

    def _begin(self, properties: Any, resources: Any) -> None:
        if isinstance(properties, pikepdf.Name):
            properties = resources.get("/Properties", pikepdf.Dictionary()).get(properties, pikepdf.Dictionary())
        actual = properties.get("/ActualText") if isinstance(properties, pikepdf.Dictionary) else None
        self.marks.append(None if actual is None else str(actual))

    def _end(self) -> None:
        if self.marks:
            text = self.marks.pop()
            if text is not None:
                self._put(text)

    def _show(self, font: ToUnicode, pieces: list[Any]) -> None:
        for piece in pieces:
            if isinstance(piece, pikepdf.String):
                self._put(font.read(bytes(piece)))

    def _put(self, text: str) -> None:
        """Keeps the text, unless marked content around it says what is meant instead."""
        if all(mark is None for mark in self.marks):
            self.parts.append(text)

    def _font(self, name: Any, resources: Any) -> ToUnicode:
        font = resources.get("/Font", pikepdf.Dictionary()).get(name)
        if font is None:
            return ToUnicode(1, {})
        if not font.is_indirect or font.objgen not in self.fonts:
            composite = font.get("/Subtype") == pikepdf.Name.Type0
            cmap = font.get("/ToUnicode")
            known = parse_to_unicode(cmap.read_bytes() if cmap is not None else b"", 2 if composite else 1)
            if not font.is_indirect:
                return known
            self.fonts[font.objgen] = known
        return self.fonts[font.objgen]

    def _form(self, name: Any, resources: Any, depth: int) -> None:
        drawn = resources.get("/XObject", pikepdf.Dictionary()).get(name)
        if drawn is not None and drawn.get("/Subtype") == pikepdf.Name.Form and depth < 10:
            self._content(drawn, drawn.get("/Resources", resources), depth + 1)
