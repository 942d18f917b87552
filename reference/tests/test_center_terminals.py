"""The center serves registered terminals of their own operators, wherever they stand, and no others. [1.7]"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from reference.tests.center_side import (
    CITY,
    Authority,
    Kiosk,
    apply,
    at_once,
    at_work,
    cities,
    entry,
    offers,
    open_session,
    write_register,
    write_table,
)
from reference.tests.city_side import refusal_of

from kofu.v1.document_pb2 import Document
from kofu.v1.issuing_pb2 import IssueRequest
from kofu_reference.center.system import Center
from kofu_reference.center.terminals import read_terminals
from kofu_reference.runtime.config import ConfigurationInvalid

NOT_REGISTERED = "REASON_TERMINAL_NOT_REGISTERED"
NOT_OPEN = "REASON_SESSION_NOT_OPEN"
FIRST, SECOND = Kiosk("shop-a"), Kiosk("shop-b")
REGISTER = (
    "SHOPA-0001,shop-a,registered,北海道架空市一番",
    'SHOPA-0002,shop-a,registered,"沖縄県架空市二番, 駅前"',
    "SHOPA-0003,shop-a,deregistered,北海道架空市三番",
    "SHOPB-0001,shop-b,registered,北海道架空市一番",
)


def read(path: Path, *rows: str) -> set[str]:
    return set(read_terminals(write_register(path, *rows)).operators)


def test_register_is_read_as_it_is_handed_over(tmp_path: Path) -> None:
    path = tmp_path / "terminals.csv"
    assert read(path, *REGISTER) == {"SHOPA-0001", "SHOPA-0002", "SHOPB-0001"}
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert set(read_terminals(path).operators) == {"SHOPA-0001", "SHOPA-0002", "SHOPB-0001"}


def test_register_of_the_whole_country_is_read(tmp_path: Path) -> None:
    rows = [
        f"T-{number:06},shop-{number % 7},{'registered' if number % 100 else 'deregistered'},架空県{number}番地"
        for number in range(56_000)
    ]
    register = read_terminals(write_register(tmp_path / "terminals.csv", *rows))
    assert len(register.operators) == 56_000 - 560
    assert register.operators["T-055999"] == f"shop-{55_999 % 7}"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("shopa-0009,shop-a,registered,x", "line 6, terminal_id: must be 4 to 32 capital letters"),
        ("SHOPA-0009,Shop A,registered,x", "line 6, operator: must be small letters"),
        ("SHOPA-0009,shop-a,open,x", "line 6, state: must be registered or deregistered; write one of them"),
        ("SHOPA-0009,shop-a,registered,", "line 6, place: must be 1 to 200 characters"),
        ("SHOPA-0001,shop-b,registered,x", "line 6, terminal_id: stands on line 2 already"),
        ("SHOPA-0009,shop-a,registered", "line 6: must have 4 fields, has 3"),
        ('SHOPA-0009,shop-a,registered,"x', "line 6: unexpected end of data; mend the quotation marks"),
    ],
)
def test_wrong_line_is_named_with_field_rule_and_remedy(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        read(tmp_path / "terminals.csv", *REGISTER, row)
    assert str(caught.value).startswith(f"{tmp_path / 'terminals.csv'} {says}")
    assert ";" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "line 1: must be the heading"),
        (b"terminal_id,operator,state,place\n", "must name at least one terminal"),
        ("terminal_id,operator,state,place\nKOFU-0001,a,registered,東京\n".encode("shift_jis"), "must be UTF-8"),
        (None, "No such file"),
    ],
)
def test_file_that_is_no_register_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "terminals.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationInvalid, match=says):
        read_terminals(path)


Story = Callable[[Center, Path], Awaitable[None]]


def played(tmp_path: Path, story: Story, answer: Callable[[IssueRequest], Awaitable[Document]] = at_once) -> None:
    """Plays a story at a center with the register above and one city, which answers as told."""

    async def play() -> None:
        authority = Authority(tmp_path)
        register = write_register(tmp_path / "terminals.csv", *REGISTER)
        async with cities(authority, CITY) as (city,):
            city.answer = answer
            table = write_table(tmp_path / "municipalities.jsonl", entry(CITY, city.peer))
            async with at_work(authority.center(terminal_register=register, municipalities=table)) as center:
                await story(center, register)

    asyncio.run(asyncio.wait_for(play(), 30))


def test_terminal_serves_its_own_operator_wherever_it_stands(tmp_path: Path) -> None:
    async def story(center: Center, _register: Path) -> None:
        for kiosk, terminal_id in ((FIRST, "SHOPA-0001"), (FIRST, "SHOPA-0002"), (SECOND, "SHOPB-0001")):
            assert (await apply(center, kiosk, await open_session(center, kiosk, terminal_id))).document.pdf
        for kiosk, terminal_id in (
            (FIRST, "SHOPB-0001"),
            (SECOND, "SHOPA-0001"),
            (FIRST, "SHOPA-0003"),
            (FIRST, "SHOPA-9999"),
        ):
            assert (await refusal_of(open_session(center, kiosk, terminal_id))).name == NOT_REGISTERED

    played(tmp_path, story)


def test_tester_shows_any_terminal_only_where_the_center_was_started_for_testing(tmp_path: Path) -> None:
    tester = Kiosk("suite")

    async def story(center: Center, _register: Path) -> None:
        assert await open_session(center, tester, "SHOPA-0001")
        center.config = center.config.model_copy(update={"testing": False})
        assert (await refusal_of(open_session(center, tester, "SHOPA-0001"))).name == NOT_REGISTERED

    played(tmp_path, story)


def test_terminal_taken_off_the_register_is_refused_at_once(tmp_path: Path) -> None:
    async def story(center: Center, register: Path) -> None:
        session, other = [await open_session(center, FIRST, f"SHOPA-000{n}") for n in (1, 2)]
        write_register(register, *(row for row in REGISTER if "SHOPA-0001" not in row))
        assert (await refusal_of(open_session(center, FIRST, "SHOPA-0001"))).name == NOT_REGISTERED
        assert (await refusal_of(offers(center, FIRST, session, CITY))).name == NOT_OPEN
        write_register(register, *REGISTER)
        assert (await refusal_of(apply(center, FIRST, session))).name == NOT_OPEN, "what was closed stays closed"
        assert (await apply(center, FIRST, other)).document.pdf
        assert await open_session(center, FIRST, "SHOPA-0001")

    played(tmp_path, story)


def test_document_under_way_to_a_terminal_taken_off_the_register_is_withheld(tmp_path: Path) -> None:
    async def taken_off_meanwhile(request: IssueRequest) -> Document:
        write_register(tmp_path / "terminals.csv", *(row for row in REGISTER if "SHOPA-0001" not in row))
        return await at_once(request)

    async def story(center: Center, _register: Path) -> None:
        session = await open_session(center, FIRST, "SHOPA-0001")
        assert (await refusal_of(apply(center, FIRST, session))).name == NOT_OPEN

    played(tmp_path, story, taken_off_meanwhile)


def test_register_that_can_not_be_used_leaves_the_last_one_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(center: Center, register: Path) -> None:
        write_register(register, *REGISTER, "oops")
        with caplog.at_level(logging.ERROR, "kofu.center"):
            assert await open_session(center, FIRST, "SHOPA-0001")
            assert await open_session(center, FIRST, "SHOPA-0002")
        (line,) = caplog.records
        assert "line 6: must have 4 fields, has 1" in line.__dict__["fields"]["why"]
        register.unlink()
        assert await open_session(center, FIRST, "SHOPA-0001")
        write_register(register, "SHOPA-0009,shop-a,registered,x")
        assert (await refusal_of(open_session(center, FIRST, "SHOPA-0001"))).name == NOT_REGISTERED

    played(tmp_path, story)
