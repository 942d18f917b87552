"""The pages of a certificate as the tests read them: text, ink, and where each stands. Lengths are in mm."""

import asyncio
import io
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import pypdfium2
from hypothesis import Phase
from PIL import Image, ImageChops

from kofu.v1.document_pb2 import Document
from kofu_reference.paper import Renderer, specimens
from kofu_reference.paper.sheet import Items
from kofu_spec.paths import find_font

DOTS_A_MM = 4
POINTS_A_MM = 72 / 25.4
WIDTH, HEIGHT = 210.0, 297.0
SIDE = 18.0
"""The margin at the left and the right."""
TOP, BOTTOM = 24.0, HEIGHT - 24.0
"""Between them stands what the certificate tells; above and below, title and page number alone."""
HEAD, FOOT = 17.5, 277.5
"""Where the title of a later page ends, and where the line with the page number starts."""

UNSHRUNK = [phase for phase in Phase if phase is not Phase.shrink]
"""For drawn records: each step of shrinking would print and read some pages, and take minutes for little."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Press:
    """A renderer that is at work, for tests that are not asynchronous themselves."""

    def __init__(self, runner: asyncio.Runner, renderer: Renderer) -> None:
        self._runner = runner
        self._renderer = renderer

    def make(self, kind: int, items: Items, *, foreign: bool = False) -> Document:
        return self._runner.run(
            self._renderer.document(
                document_id=specimens.DOCUMENT_ID,
                request_id=specimens.REQUEST_ID,
                kind=kind,  # type: ignore[arg-type]
                issued_on=specimens.ISSUED_ON,
                items=items,
                subject_handle=specimens.HANDLE,
                foreign=foreign,
            )
        )

    def pages(self, kind: int, items: Items, *, foreign: bool = False) -> "list[PrintedPage]":
        return printed(self.make(kind, items, foreign=foreign).pdf)


@contextmanager
def press() -> Iterator[Press]:
    with asyncio.Runner() as runner:
        renderer = Renderer(find_font())
        runner.run(renderer.start())
        try:
            yield Press(runner, renderer)
        finally:
            runner.run(renderer.stop())


@dataclass(frozen=True)
class PrintedPage:
    page: pypdfium2.PdfPage
    text: str
    """In the order of the content, as pdftotext reads it, without blanks."""

    @cached_property
    def picture(self) -> Image.Image:
        """The page in grey."""
        rendered: Image.Image = self.page.render(scale=DOTS_A_MM / POINTS_A_MM).to_pil()
        return rendered.convert("L")

    @property
    def ink(self) -> Box:
        return _mm(dark(self.picture, 250).getbbox())

    def is_blank(self, box: Box) -> bool:
        """Whether nothing at all is printed in a part of the page."""
        return dark(self.picture.crop(dots(box)), 250).getbbox() is None

    def glyphs(self) -> Iterator[Box]:
        """The box of each character that has an extent."""
        text = self.page.get_textpage()
        for index in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(index)
            if right - left > 0.5 and top - bottom > 0.5:
                yield _from_points(left, bottom, right, top)

    def places(self, words: str) -> list[Box]:
        """Where these words stand."""
        text = self.page.get_textpage()
        found, boxes = text.search(words, match_case=True), []
        while (hit := found.get_next()) is not None:
            each = [_from_points(*text.get_charbox(hit[0] + one)) for one in range(hit[1])]
            boxes.append(around(each))
        return boxes


def printed(pdf: bytes) -> list[PrintedPage]:
    opened = pypdfium2.PdfDocument(pdf)
    return [PrintedPage(page, text) for page, text in zip(opened, page_texts(pdf), strict=True)]


def page_texts(pdf: bytes) -> list[str]:
    """The text layer, page by page and without blanks, as pdftotext reads it in the order of the content stream."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftotext", "-raw", "-enc", "UTF-8", file.name, "-"]
        whole = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    return [without_blanks(page) for page in whole.removesuffix("\f").split("\f")]


def without_blanks(text: str) -> str:
    return "".join(text.split())


def changed(before: PrintedPage, after: PrintedPage, besides: Iterable[Box] = ()) -> Box | None:
    """The part of a page in which two versions of it differ, besides these places and a few dots around them."""
    difference = ImageChops.difference(before.picture, after.picture)
    for place in besides:
        difference.paste(0, dots(place, around=4))
    box = difference.getbbox()
    return None if box is None else _mm(box)


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all these."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def holds(outer: Box, inner: Box, slack: float) -> bool:
    return (
        outer[0] - slack <= inner[0]
        and outer[1] - slack <= inner[1]
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def dots(box: Box, around: int = 0) -> tuple[int, int, int, int]:
    """A part of the page as its dots, and so many around it."""
    left, top, right, bottom = (length * DOTS_A_MM for length in box)
    return int(left) - around, int(top) - around, ceil(right) + around, ceil(bottom) + around


def dark(picture: Image.Image, below: int) -> Image.Image:
    """White where a dot is darker than a tone, so that its extent can be asked for."""
    return picture.point(lambda tone: 255 if tone < below else 0)


def image_png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _mm(dots: tuple[int, int, int, int] | None) -> Box:
    assert dots is not None, "an empty page"
    left, top, right, bottom = dots
    return left / DOTS_A_MM, top / DOTS_A_MM, right / DOTS_A_MM, bottom / DOTS_A_MM


def _from_points(left: float, bottom: float, right: float, top: float) -> Box:
    return left / POINTS_A_MM, HEIGHT - top / POINTS_A_MM, right / POINTS_A_MM, HEIGHT - bottom / POINTS_A_MM
