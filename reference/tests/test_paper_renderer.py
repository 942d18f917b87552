"""The rendering processes: nobody gets another's document, nothing outlives its use. [2.8]"""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc.aio
import pypdfium2
import pytest
import uvloop
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from kofu.v1.document_pb2 import Document, ResidenceItems
from kofu_reference.paper import CharacterNotAvailable, Renderer, RenderingFailed, pool, specimens
from kofu_reference.paper.process import RenderingProcess
from kofu_spec.paths import find_font

FONT = find_font()


def items(name: str) -> ResidenceItems:
    return ResidenceItems(address="架空市", persons=[specimens.resident(name)])


async def document(renderer: Renderer, name: str) -> Document:
    return await renderer.document(
        document_id=specimens.DOCUMENT_ID,
        request_id=specimens.REQUEST_ID,
        kind=1,  # type: ignore[arg-type]
        issued_on=specimens.ISSUED_ON,
        items=items(name),
        subject_handle=specimens.HANDLE,
    )


def shows(made: Document, name: str) -> bool:
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made.pdf))
    return "".join(name.split()) in "".join(text.split())


def with_renderer(story: Callable[[Renderer], Awaitable[None]], workers: int = 1) -> None:
    async def tell() -> None:
        renderer = Renderer(FONT, workers)
        await renderer.start()
        try:
            await story(renderer)
        finally:
            await renderer.stop()

    asyncio.run(tell())


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.01)


def test_each_of_many_at_once_gets_their_own() -> None:
    async def story(renderer: Renderer) -> None:
        names = [f"見本 {number}人目" for number in range(40)]
        made = await asyncio.gather(*(document(renderer, name) for name in names))
        for name, one in zip(names, made, strict=True):
            assert shows(one, name)
            assert one.residence_certificate.persons[0].name == name

    with_renderer(story, workers=2)


def test_those_who_give_up_leave_nothing_to_others() -> None:
    async def story(renderer: Renderer) -> None:
        for round_ in range(8):
            before = renderer.pids()
            given_up = asyncio.create_task(document(renderer, f"取消 {round_}人目"))
            waiting = [asyncio.create_task(document(renderer, f"見本 {round_} {one}")) for one in range(2)]
            for _ in range(round_):  # gives up at another point in each round
                await asyncio.sleep(0.001)
            ended = given_up.done()
            given_up.cancel()
            for one, task in enumerate(waiting):
                assert shows(await task, f"見本 {round_} {one}")
            if not ended and round_ > 0:
                assert not set(before) & set(renderer.pids()), "the process at work goes on with what was given up"

    with_renderer(story)


def test_a_process_is_replaced_after_its_number_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "JOBS_A_PROCESS", 3)

    async def story(renderer: Renderer) -> None:
        used = set()
        for number in range(60):
            used.update(renderer.pids())
            await document(renderer, f"見本 {number}")
        assert len(used) >= 3
        await until(lambda: [pid for pid in used if alive(pid)] in ([], renderer.pids()))

    with_renderer(story)


def test_a_process_is_replaced_when_nothing_is_asked_of_it() -> None:
    async def story(renderer: Renderer) -> None:
        fresh = renderer.pids()
        await asyncio.sleep(0.05)
        assert renderer.pids() == fresh
        await document(renderer, "見本 太郎")
        await until(lambda: renderer.pids() not in (fresh, []))
        await until(lambda: not alive(fresh[0]))
        again = renderer.pids()
        await asyncio.sleep(3 * pool.IDLE_SECONDS)
        assert renderer.pids() == again, "a process that has printed nobody stays"

    with_renderer(story)


def test_after_its_replacement_nothing_of_a_person_is_in_the_processes() -> None:
    async def story(renderer: Renderer) -> None:
        fresh = renderer.pids()
        name = "見本 消滅子"
        await document(renderer, name)
        assert name.encode() in memory(fresh[0]), "the search finds what is there"
        await until(lambda: renderer.pids() not in (fresh, []))
        assert name.encode() not in memory(renderer.pids()[0])

    with_renderer(story)


def memory(pid: int) -> bytes:
    read = bytearray()
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", buffering=0) as mem:
        for line in maps:
            start, end = (int(one, 16) for one in line.split()[0].split("-"))
            if line.split()[1].startswith("rw"):
                mem.seek(start)
                read += mem.read(end - start)
    return bytes(read)


def test_a_process_that_dies_is_replaced() -> None:
    async def story(renderer: Renderer) -> None:
        (idle,) = renderer.pids()
        os.kill(idle, signal.SIGKILL)
        await until(lambda: not alive(idle))
        await asyncio.sleep(0.05)
        assert shows(await document(renderer, "見本 太郎"), "見本 太郎")

        (at_work,) = renderer.pids()
        os.kill(at_work, signal.SIGSTOP)
        task = asyncio.create_task(document(renderer, "見本 次郎"))
        await asyncio.sleep(0.05)
        os.kill(at_work, signal.SIGKILL)
        with pytest.raises(RenderingFailed, match="the rendering process ended"):
            await task
        assert shows(await document(renderer, "見本 三郎"), "見本 三郎")

    with_renderer(story)


def test_a_process_that_ends_at_its_start_is_tried_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(renderer: Renderer) -> None:
        start, failures = RenderingProcess.start, [RenderingFailed("it ended"), RenderingFailed("it ended")]

        async def starting(font: Path) -> RenderingProcess:
            if failures:
                raise failures.pop()
            return await start(font)

        monkeypatch.setattr(RenderingProcess, "start", starting)
        (idle,) = renderer.pids()
        os.kill(idle, signal.SIGKILL)
        await until(lambda: not alive(idle))
        await asyncio.sleep(0.05)
        with pytest.raises(RenderingFailed, match="it ended"):
            await document(renderer, "見本 太郎")
        failures.append(RenderingFailed("it ended"))
        assert shows(await document(renderer, "見本 次郎"), "見本 次郎")

    with_renderer(story)


def test_a_slow_job_runs_into_its_callers_time_limit_and_the_next_is_served() -> None:
    async def story(renderer: Renderer) -> None:
        (slow,) = renderer.pids()
        os.kill(slow, signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await document(renderer, "見本 太郎")
        assert shows(await document(renderer, "見本 次郎"), "見本 次郎")
        await until(lambda: not alive(slow))

    with_renderer(story)


def test_a_character_that_the_font_lacks_is_named_before_anything_is_rendered() -> None:
    async def story(renderer: Renderer) -> None:
        with pytest.raises(CharacterNotAvailable) as caught:
            await document(renderer, "見本 辻\U000e0100子")
        assert caught.value.code_points == "U+8FBB U+E0100"

    with_renderer(story)


def test_an_impression_that_is_no_picture_fails_and_harms_nobody_else() -> None:
    async def story(renderer: Renderer) -> None:
        broken = specimens.seal()
        broken.impression.png = b"no picture" * 10
        with pytest.raises(RenderingFailed):
            await renderer.document(
                document_id=specimens.DOCUMENT_ID,
                request_id=specimens.REQUEST_ID,
                kind=3,  # type: ignore[arg-type]
                issued_on=specimens.ISSUED_ON,
                items=broken,
                subject_handle=specimens.HANDLE,
            )
        assert shows(await document(renderer, "見本 太郎"), "見本 太郎")

    with_renderer(story)


def test_after_stop_no_process_is_left_and_those_who_wait_are_told() -> None:
    async def story() -> None:
        renderer = Renderer(FONT, 2)
        await renderer.start()
        pids = renderer.pids()
        tasks = [asyncio.create_task(document(renderer, f"見本 {one}")) for one in range(12)]
        await asyncio.sleep(0.005)
        await renderer.stop()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(one) for one in results} <= {Document, RenderingFailed}
        assert isinstance(results[-1], RenderingFailed)
        assert not [pid for pid in pids if alive(pid)]

    asyncio.run(story())


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    (tmp_path / "nothing.ttf").write_bytes(b"")

    async def story() -> None:
        await Renderer(tmp_path / "nothing.ttf").start()

    with pytest.raises(RenderingFailed, match=r"font: .*nothing\.ttf is no font that can be printed with; name"):
        asyncio.run(story())


def test_processes_end_with_a_parent_that_is_killed() -> None:
    parent = textwrap.dedent(
        """
        import asyncio, sys
        from pathlib import Path
        from kofu_reference.paper import Renderer

        async def main():
            renderer = Renderer(Path(sys.argv[1]), 2)
            await renderer.start()
            print(*renderer.pids(), flush=True)
            await asyncio.sleep(600)

        asyncio.run(main())
        """
    )
    with subprocess.Popen([sys.executable, "-c", parent, str(FONT)], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        pids = [int(pid) for pid in running.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        running.kill()
    deadline = time.monotonic() + 30
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(alive(pid) for pid in pids)


def test_it_works_beside_a_running_grpc_server_on_uvloop() -> None:
    async def story() -> None:
        server = grpc.aio.server()
        health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        renderer = Renderer(FONT)
        await renderer.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            for number in range(3):
                made, _ = await asyncio.gather(
                    document(renderer, f"見本 {number}"), stub.Check(health_pb2.HealthCheckRequest())
                )
                assert shows(made, f"見本 {number}")
                os.kill(renderer.pids()[0], signal.SIGKILL)  # so that each round starts a process beside live calls
                await asyncio.sleep(0.05)
        await renderer.stop()
        await server.stop(None)

    uvloop.run(story())
