"""A process that renders certificates, one after another, for the process that started it.

Run as a file, so that it imports nothing but typst. It is told the font's folder and the templates' folder; it reads
jobs from standard input, writes answers to standard output, and ends with its input. A frame is two lengths (big-endian
32 bits) and then as many bytes of JSON and of payload. It writes nothing to disk and logs nothing: a job is personal data.
"""

import json
import os
import select
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import typst

LENGTHS = struct.Struct(">II")

# typst keeps what it laid out for ten further compilations; as many empty ones make it forget a person.
FORGETTING_COMPILATIONS = 12
IDLE_SECONDS = 0.02
PAGE_TEXTS = "query(<laid-out>).map(words => (words.location().page(), words.value))"


def main(font_folder: str, template_folder: str) -> None:
    """Serves jobs until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the parent, whose end then ends this process
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray line of a library must not get between two answers
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder])
    compiler = typst.Compiler(root=template_folder, font_paths=fonts, ignore_system_fonts=True)
    _forget(compiler)
    _write(answers, {"ready": True}, b"")
    _serve(compiler, Path(template_folder), answers)


def _serve(compiler: typst.Compiler, templates: Path, answers: BinaryIO) -> None:
    remembers = False
    while True:
        if remembers and not select.select([0], [], [], IDLE_SECONDS)[0]:
            _forget(compiler)
            remembers = False
        job = _read_job()
        if job is None:
            return
        _write(answers, *_answer(compiler, templates, job))
        del job
        remembers = True


def _answer(compiler: typst.Compiler, templates: Path, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    inputs = {"data": job["data"]}
    try:
        pdf = compiler.compile(str(templates / job["template"]), sys_inputs=inputs, format="pdf")
        laid_out = json.loads(compiler.eval(PAGE_TEXTS))
    except typst.TypstError as error:
        return {"job": job["job"], "failure": error.message}, b""
    assert isinstance(pdf, bytes)
    pages: list[list[str]] = [[] for _ in range(max(page for page, _ in laid_out))]
    for page, words in laid_out:
        pages[page - 1].append(words)
    return {"job": job["job"], "pages": pages}, pdf


def _forget(compiler: typst.Compiler) -> None:
    for number in range(FORGETTING_COMPILATIONS):
        compiler.compile(b"#metadata(%d)" % number, sys_inputs=None, format="pdf")


def _read_job() -> dict[str, Any] | None:
    lengths = _read_exactly(LENGTHS.size)
    if lengths is None:
        return None
    body = _read_exactly(sum(LENGTHS.unpack(lengths)))
    return None if body is None else json.loads(body)


def _read_exactly(length: int) -> bytes | None:
    # Unbuffered, so that select() sees all that has not been read.
    read = bytearray()
    while len(read) < length:
        piece = os.read(0, min(length - len(read), 1 << 20))
        if not piece:
            return None
        read += piece
    return bytes(read)


def _write(answers: BinaryIO, head: dict[str, Any], payload: bytes) -> None:
    encoded = json.dumps(head, ensure_ascii=False).encode()
    answers.write(LENGTHS.pack(len(encoded), len(payload)) + encoded)
    answers.write(payload)
    answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
