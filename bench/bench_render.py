"""Pages a second: typst alone in one process, beside the renderer with its recycled worker processes."""

import asyncio
import json
import sys
import time
from itertools import cycle, islice
from pathlib import Path

import typst

from kofu.v1.common_pb2 import CertificateKind
from kofu_reference.paper import Renderer, pool, specimens
from kofu_reference.paper.process import TEMPLATES
from kofu_reference.paper.sheet import Items, sheet_of
from kofu_reference.paper.worker import PDF_STANDARD
from kofu_spec.paths import find_font

ROUNDS = 3
DOCUMENTS = 240


def work() -> list[tuple[CertificateKind, Items, str]]:
    """The six kinds in turn, each document with an id of its own, so that nothing can come from a cache."""
    kinds = islice(cycle(specimens.SIX.items()), DOCUMENTS)
    return [(kind, items, f"{number:08d}{specimens.DOCUMENT_ID[8:]}") for number, (kind, items) in enumerate(kinds)]


def bare(font: Path) -> float:
    """Pages a second of typst in this process: templates, data and PDF/A as the workers have them, and nothing else."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font.parent)])
    compiler = typst.Compiler(root=str(TEMPLATES), font_paths=fonts, ignore_system_fonts=True)
    family = next(one.family for one in fonts.fonts() if one.path == str(font))
    pages = 0
    started = time.perf_counter()
    for kind, items, document_id in work():
        sheet = sheet_of(kind, items)
        inputs = {"font": family, "data": json.dumps(sheet.data(document_id, specimens.ISSUED_ON))}
        source = str(TEMPLATES / sheet.template)
        compiler.compile(source, sys_inputs=inputs, format="pdf", pdf_standards=PDF_STANDARD)
        pages += len(set(json.loads(compiler.eval("query(<laid-out>).map(words => words.location().page())"))))
    return pages / (time.perf_counter() - started)


async def rendered(font: Path, workers: int, jobs_a_process: int) -> tuple[float, float]:
    """Pages a second of the renderer, and the seconds that its start took."""
    pool.JOBS_A_PROCESS = jobs_a_process
    renderer = Renderer(font, workers)
    started = time.perf_counter()
    await renderer.start()
    ready = time.perf_counter()
    documents = await asyncio.gather(
        *(
            renderer.document(
                document_id=document_id,
                request_id=specimens.REQUEST_ID,
                kind=kind,
                issued_on=specimens.ISSUED_ON,
                items=items,
                subject_handle=specimens.HANDLE,
            )
            for kind, items, document_id in work()
        )
    )
    ended = time.perf_counter()
    await renderer.stop()
    return sum(len(document.pages) for document in documents) / (ended - ready), ready - started


def main() -> None:
    font = find_font().resolve()
    print(f"{DOCUMENTS} certificates of all six kinds, best of {ROUNDS} rounds side by side")
    cases = [(workers, jobs) for workers in (1, 2) for jobs in (8, pool.JOBS_A_PROCESS, 1_000_000)]
    alone = 0.0
    speeds = dict.fromkeys(cases, 0.0)
    start_seconds = sys.float_info.max
    for _ in range(ROUNDS):
        alone = max(alone, bare(font))
        for case in cases:
            speed, seconds = asyncio.run(rendered(font, *case))
            speeds[case] = max(speeds[case], speed)
            start_seconds = min(start_seconds, seconds)
    print(f"typst alone, one process            {alone:7.1f} pages/s")
    for (workers, jobs), speed in speeds.items():
        recycling = f"replaced after {jobs}" if jobs < 1_000_000 else "never replaced"
        print(f"renderer, {workers} worker(s), {recycling:<19} {speed:7.1f} pages/s   ratio {speed / alone:.2f}")
    print(f"start of the renderer, coverage of the font included: {start_seconds:.3f} s")


if __name__ == "__main__":
    main()
