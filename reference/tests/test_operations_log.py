"""Logs hold pseudonyms alone: of no field, exception or foreign library is a text written that may be personal."""

import ast
import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kofu_reference
from kofu_reference.runtime import log, pseudonyms
from kofu_reference.runtime.observed import Observed, correlate
from kofu_reference.runtime.pseudonyms import Pseudonyms, pseudonym

IDS = {"request_id", "terminal_id", "officer_id"}
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
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


def test_what_is_done_outside_of_a_call_carries_its_request_too() -> None:
    """As an act at the kiosk's screen does."""

    async def act(request_id: str) -> str:
        correlate(request_id)
        return str(line(record())["correlation"])

    async def both() -> list[str]:
        return await asyncio.gather(asyncio.create_task(act("a")), asyncio.create_task(act("b")))

    assert asyncio.run(both()) == [pseudonym("a"), pseudonym("b")]
    assert "correlation" not in line(record())


def modules() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the reference."""
    for path in sorted(Path(kofu_reference.__file__).parent.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def logging_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the reference, with its place."""
    for path, module in modules():
        for node in ast.walk(module):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LEVELS
                and ast.unparse(node.func.value).startswith(("_log", "logging"))
            ):
                yield f"{path.name}:{node.lineno}", node


def fields_in_the_reference() -> Iterator[tuple[str, str]]:
    """Every field that is named in a call of a logger, or put together before it, with its module."""
    for path, module in modules():
        if path.name == "log.py" or "getLogger" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(module):
            named = [ast.unparse(each) for each in node.targets] if isinstance(node, ast.Assign) else []
            named += [ast.unparse(node.target)] if isinstance(node, ast.AnnAssign) else []
            if (isinstance(node, ast.keyword) and node.arg == "extra") or "fields" in named:
                dicts = [part for part in ast.walk(node) if isinstance(part, ast.Dict)]
                keys = [key for each in dicts for key in each.keys if isinstance(key, ast.Constant)]
                yield from ((path.name, str(key.value)) for key in keys if key.value != "fields")


def test_every_line_in_the_reference_has_a_fixed_text_and_fields() -> None:
    """Whoever adds a line keeps to the form, or reads here that it is not kept."""
    calls = list(logging_calls())
    assert len(calls) > 15
    for place, call in calls:
        (text,) = call.args
        assert isinstance(text, ast.Constant | ast.IfExp), place
        texts = [text] if isinstance(text, ast.Constant) else [text.body, text.orelse]
        assert all(isinstance(one, ast.Constant) and "%" not in str(one.value) for one in texts), place
        assert [keyword.arg for keyword in call.keywords] in ([], ["extra"]), place


def test_every_field_in_the_reference_is_declared_or_an_id() -> None:
    """An id is written as its pseudonym; whatever else is written so by oversight tells nobody anything."""
    named = set(fields_in_the_reference())
    assert {("validity.py", "why"), ("service.py", "officer_id"), ("terminal.py", "request_id")} <= named
    assert {(module, name) for module, name in named if name not in log.PLAIN | IDS} == set()


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
