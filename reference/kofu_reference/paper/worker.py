"""A process that renders certificates, one after another, for the process that started it.

Run as a file, so that it imports nothing but typst. It is told the font and the templates' folder; it reads jobs from
standard input, writes answers to standard output, and ends with its input. A frame is two lengths (big-endian, 32 bits)
and then as many bytes of JSON and of payload. It writes nothing to disk and logs nothing: a job is personal data.
"""

import json
import os
import signal
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import typst

LENGTHS = struct.Struct(">II")
PDF_STANDARD: Final = "a-2a"
"""For keeping (ISO 19005-2), with tags and a text for every glyph: level A has all of level B and U."""

PAGE_TEXTS = "query(<laid-out>).map(words => (words.location().page(), words.value))"


@dataclass(frozen=True)
class Press:
    """The compiler with the one font it may use."""

    compiler: typst.Compiler
    family: str
    templates: Path

    @classmethod
    def open(cls, font: Path, templates: Path) -> "Press":
        """Loads the font. ValueError where typst can't."""
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.parent)])
        families = {one.family for one in fonts.fonts() if one.path == str(font)}
        if len(families) != 1:
            raise ValueError(f"font: {font} is no font that can be printed with; name the font file of IPAmj Mincho")
        compiler = typst.Compiler(root=str(templates), font_paths=fonts, ignore_system_fonts=True)
        return cls(compiler, families.pop(), templates)

    def answer(self, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The head and the payload of the answer to a job."""
        inputs = {"data": job["data"], "font": self.family}
        source = str(self.templates / job["template"])
        try:
            pdf, warnings = self.compiler.compile_with_warnings(
                source, sys_inputs=inputs, format="pdf", pdf_standards=PDF_STANDARD
            )
            laid_out = json.loads(self.compiler.eval(PAGE_TEXTS))
        except typst.TypstError as error:
            return {"job": job["job"], "failure": error.message}, b""
        if warnings:  # such as an unknown font family: what then stands on the paper is not what was meant
            return {"job": job["job"], "failure": warnings[0].message}, b""
        assert isinstance(pdf, bytes)
        pages: list[list[str]] = [[] for _ in range(max(page for page, _ in laid_out))]
        for page, words in laid_out:
            pages[page - 1].append(words)
        return {"job": job["job"], "pages": pages}, pdf


def main(font: str, templates: str) -> None:
    """Serves jobs until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent, whose end then ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray line of a library must not get between two answers
    try:
        press = Press.open(Path(font), Path(templates))
    except ValueError as error:
        write(answers, {"failure": str(error)}, b"")
        return
    write(answers, {}, b"")
    while (job := read(sys.stdin.buffer)) is not None:
        write(answers, *press.answer(job))
        del job


def read(jobs: BinaryIO) -> dict[str, Any] | None:
    """The next job; None at the end."""
    lengths = jobs.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    head_length, _ = LENGTHS.unpack(lengths)
    head = jobs.read(head_length)
    return json.loads(head) if len(head) == head_length else None


def write(answers: BinaryIO, head: dict[str, Any], payload: bytes) -> None:
    """Sends one answer."""
    encoded = json.dumps(head, ensure_ascii=False).encode()
    answers.write(LENGTHS.pack(len(encoded), len(payload)) + encoded)
    answers.write(payload)
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
