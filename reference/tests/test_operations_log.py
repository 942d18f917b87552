"""Logs hold pseudonyms alone: of no field, exception or foreign library is a text written that may be personal."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kofu_reference.runtime import log, pseudonyms
from kofu_reference.runtime.observed import Observed, correlate
from kofu_reference.runtime.pseudonyms import Pseudonyms, pseudonym

SECRET = "架空花子"
ID = "5E0C3A52-7B0B-4C5B-9A36-0F0B3D4B7C11"


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    before = pseudonyms._current
    pseudonyms.use(Pseudonyms(bytes(range(32))))
    yield
    pseudonyms.use(before)


def line(record: logging.LogRecord) -> dict[str, Any]:
    text = log.JsonLines("core").format(record)
    assert SECRET not in text
    assert json.dumps(SECRET) not in text
    made = json.loads(text)
    assert isinstance(made, dict)
    return made


def record(name: str = "kofu.core", message: str = "met", *args: object, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "x.py", 7, message, args, None)
    made.fields = fields
    return made


def test_ids_are_told_by_pseudonyms_that_the_key_alone_explains() -> None:
    told = line(record(request_id=ID, terminal_id="KOFU-0001"))
    assert told["request_id"] == pseudonym(ID.lower()) == Pseudonyms(bytes(range(32))).of(ID)
    assert told["request_id"] != Pseudonyms(bytes(32)).of(ID)
    assert told["terminal_id"] not in ("KOFU-0001", told["request_id"])


def test_what_is_no_declared_field_is_hidden_whatever_it_is() -> None:
    told = line(record(citizen=SECRET, resident_key="r00000001", number=123456789018, list=[SECRET, "a"]))
    assert "123456789018" not in json.dumps(told)
    assert "r00000001" not in json.dumps(told)
    assert told["list"] == [pseudonym(SECRET), pseudonym("a")]


def test_a_declared_field_shows_technical_words_and_no_other_text() -> None:
    told = line(record(reason="REASON_TIMED_OUT", place=SECRET, faults=["kind", SECRET], port=7, fault=None))
    assert (told["reason"], told["place"], told["faults"]) == ("REASON_TIMED_OUT", "hidden", ["kind", "hidden"])
    assert (told["port"], told["fault"]) == (7, None)


def test_arguments_of_a_message_are_not_put_in() -> None:
    assert line(record("kofu.core", "met %s", SECRET))["event"] == "met %s"


def test_other_libraries_are_told_by_their_origin_alone() -> None:
    told = line(record("asyncio", f"Task exception was never retrieved: ValueError('{SECRET}')"))
    assert (told["event"], told["logger"], told["origin"]) == ("foreign", "asyncio", "x:7")


def test_exceptions_are_told_by_type_and_place() -> None:
    made = record()
    try:
        raise ValueError(SECRET)
    except ValueError:
        made.exc_info = sys.exc_info()
    told = line(made)
    assert told["exception"] == "ValueError"
    assert told["frames"][0].endswith("test_exceptions_are_told_by_type_and_place")


def test_every_line_carries_the_request_that_is_served() -> None:
    async def serve(request_id: str) -> str:
        with Observed("kiosk", "kofu.v1.X/Y").call(object(), ()):
            await asyncio.create_task(act(request_id))
            return str(line(record())["correlation"])

    async def act(request_id: str) -> None:
        correlate(request_id)
        await asyncio.sleep(0)

    async def both() -> list[str]:
        return await asyncio.gather(asyncio.create_task(serve("a")), asyncio.create_task(serve("b")))

    assert asyncio.run(both()) == [pseudonym("a"), pseudonym("b")]
    assert "correlation" not in line(record())


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("raise ValueError(secret)", "process"),
        ("import threading\nthread = threading.Thread(target=fail)\nthread.start()\nthread.join()", "thread"),
        ("class Gone:\n  def __del__(self): fail()\nGone()", "unraisable"),
    ],
)
def test_what_nobody_catches_is_one_line_without_its_text(code: str, place: str, tmp_path: Path) -> None:
    """A traceback on standard error would quote what was processed."""
    script = tmp_path / "fails.py"
    beginning = f"from kofu_reference.runtime import log\nlog.configure('core')\nsecret = {SECRET!r}\n"
    script.write_text(f"{beginning}def fail(): raise ValueError(secret)\n{code}\n", "utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, check=False)
    assert SECRET.encode() not in done.stderr
    told = json.loads(done.stderr)
    assert (told["event"], told["place"], told["exception"]) == ("uncaught", place, "ValueError")


@pytest.mark.parametrize(("level", "events"), [("info", ["told", "met"]), ("warning", ["met"]), ("error", [])])
def test_level_is_configurable(level: str, events: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    root, own = logging.getLogger(), logging.getLogger("kofu")
    handlers, levels = root.handlers[:], (root.level, own.level)
    hooks = sys.excepthook, sys.unraisablehook
    try:
        log.configure("core", level)
        logging.getLogger("kofu.core").info("told")
        logging.getLogger("kofu.core").warning("met")
    finally:
        root.handlers[:] = handlers
        root.setLevel(levels[0])
        own.setLevel(levels[1])
        sys.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(False)
    assert [json.loads(one)["event"] for one in capfd.readouterr().err.splitlines()] == events
