"""The commands `kofu serve` and `kofu demo`."""

import asyncio
import difflib
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import rich_click as click
from kofu_spec import paths
from rich.console import Console
from rich.table import Table

from kofu_reference.faults import list_faults

_CHAIN: Final = "all"
_SYSTEM_NAMES: Final = ("jpki", "koseki", "issuing", "relay", "core", "counter", "center", "kiosk")


class WrongUse(click.ClickException):
    """Wrong use or configuration."""

    exit_code = 2


class ChainBroken(click.ClickException):
    """One of the systems failed."""

    exit_code = 3


class CivilInstant(click.ParamType):
    """A time with an offset."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | None:
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            self.fail(f"--clock: {value} is no time with an offset; write it like 2026-10-07T10:00:00+09:00", param, ctx)
        return instant


@click.command()
@click.argument("system", required=False, metavar="SYSTEM|all", default=_CHAIN)
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("kofu-run"), show_default=True,
              help="Run directory; what an earlier run left there is taken away.")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path), help="Configuration of the one system, TOML.")
@click.option("--fault", help="Seeded fault to start with; see --list-faults.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the fictitious city.")
@click.option("--residents", type=click.IntRange(60, 100_000), default=400, show_default=True,
              help="Residents of the fictitious city.")  # fmt: skip
@click.option("--clock", type=CivilInstant(), help="Civil time to start from; it goes on from there. [default: now]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
@click.option("--list-faults", "listing", is_flag=True, help="List the seeded faults and end.")
def serve(
    system: str,
    folder: Path,
    config: Path | None,
    fault: str | None,
    seed: int,
    residents: int,
    clock: datetime | None,
    as_json: bool,
    listing: bool,
) -> None:
    """Serve one system of the reference, or the whole chain.

    参照実装の一つのシステム、または全システム（all）を起動する。
    """
    if listing:
        _print_faults(as_json)
        return
    if system != _CHAIN:
        _serve_one(system, config)
    if config is not None:
        raise WrongUse("--config: belongs to one system; name it, such as `kofu serve center --config FILE`")
    _check_fault(fault)
    from kofu_reference.runtime.banner import ChainOutput  # heavy parts only where they are needed

    output = ChainOutput(as_json)
    _run_chain(folder, fault, seed, residents, clock, output, output.ready)


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Folder for the six PDFs.")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the fictitious city.")
def demo(out: Path, seed: int) -> None:
    """Take out all six documents through the whole chain.

    全システムを起動し、六つの証明書を一通ずつ交付する。
    """
"""
"""
