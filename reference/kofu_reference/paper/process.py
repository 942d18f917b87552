"""A rendering process as its parent sees it: jobs in, answers out, one at a time."""

import asyncio
import contextlib
import json
import os
import struct
import sys
import uuid
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from kofu_reference.paper.pipe import Pipe

LENGTHS = struct.Struct(">II")
TEMPLATES = Path(__file__).parent / "templates"
_WORKER = Path(__file__).parent / "worker.py"

_END_SECONDS = 0.5
"""How long a process whose answers have ended may take to end itself."""


class RenderingFailed(Exception):
    """The document could not be made. Says why, without personal data."""


@dataclass(frozen=True)
class Rendered:
    """A finished PDF and the texts laid out on each of its pages, in reading order."""

    pdf: bytes
    pages: tuple[tuple[str, ...], ...]


class RenderingProcess:
    """One worker. A job that is not awaited to its end makes the process unusable for good."""

    def __init__(self, process: Process, answers: Pipe) -> None:
        self._process = process
        self._answers = answers
        self._under_way = False
        self.jobs_done = 0

    @classmethod
    async def start(cls, font: Path) -> Self:
        """Starts a worker and waits until it can render. RenderingFailed where it can't."""
        # Freed memory is overwritten (MALLOC_PERTURB_), Python's own too: what a worker printed is personal data.
        environment = {**os.environ, "MALLOC_PERTURB_": "165", "PYTHONMALLOC": "malloc"}
        # Not multiprocessing: its fork and its threads don't go with a running gRPC server.
        answers = Pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", str(_WORKER), str(font.resolve()), str(TEMPLATES)),
                stdin=PIPE,
                stdout=answers.writing,
                stderr=DEVNULL,
                env=environment,
                # Ctrl-C in a terminal reaches the parent alone, which lets its jobs end first.
                start_new_session=True,
            )
        except BaseException:
            answers.close()
            raise
        finally:
            answers.close_writing()
        worker = cls(process, answers)
        try:
            ready, _ = await worker._read()
            if "failure" in ready:
                raise RenderingFailed(ready["failure"])
        except BaseException:
            worker.kill()
            await worker.ended()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def usable(self) -> bool:
        """Whether it lives and is between two jobs."""
        return self._process.returncode is None and not self._under_way

    async def render(self, template: str, data: dict[str, Any]) -> Rendered:
        """Renders one document. RenderingFailed where it can't be made, or where the process ended meanwhile."""
        job = str(uuid.uuid4())
        self._under_way = True
        await self._write({"job": job, "template": template, "data": json.dumps(data, ensure_ascii=False)})
        head, pdf = await self._read()
        if head.get("job") != job:
            raise RenderingFailed("the rendering process answered another job")
        self._under_way = False
        self.jobs_done += 1
        if "failure" in head:
            raise RenderingFailed(head["failure"])
        return Rendered(pdf, tuple(tuple(page) for page in head["pages"]))

    def kill(self) -> None:
        """Ends the process at once, with all that it remembers."""
        if self._process.returncode is None:
            self._process.kill()

    async def ended(self) -> None:
        """Waits for the end of a process that was killed, and of its pipes."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        self._answers.close()

    async def _write(self, job: dict[str, str]) -> None:
        assert self._process.stdin is not None
        encoded = json.dumps(job, ensure_ascii=False).encode()
        try:
            self._process.stdin.write(LENGTHS.pack(len(encoded), 0) + encoded)
            await self._process.stdin.drain()
        except (ConnectionError, RuntimeError) as error:  # uvloop says RuntimeError of a closed transport
            raise RenderingFailed("the rendering process ended") from error

    async def _read(self) -> tuple[dict[str, Any], bytes]:
        try:
            head_length, payload_length = LENGTHS.unpack(await self._answers.read(LENGTHS.size))
            head = await self._answers.read(head_length)
            payload = await self._answers.read(payload_length)
        except asyncio.IncompleteReadError as error:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_END_SECONDS):
                    await self._process.wait()
            raise RenderingFailed(f"the rendering process ended with status {self._process.returncode}") from error
        return json.loads(head), payload
