"""The commands `kofu serve` and `kofu demo`."""

import asyncio
import difflib
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import rich_click as click
from rich.console import Console
from rich.table import Table

from kofu_reference.faults import list_faults
from kofu_reference.runtime.announcing import Announcer, JsonAnnouncer, TextAnnouncer
from kofu_reference.runtime.config import ConfigurationInvalid, LogLevel, load_config
from kofu_reference.runtime.config_text import config_text
from kofu_reference.runtime.ports import NoFreePort, ReservedPorts
from kofu_reference.runtime.process import SYSTEMS, run
from kofu_reference.runtime.rundirectory import (
    HOST,
    SERVERS,
    OperationsShared,
    RunDirectory,
    RunDirectoryUnusable,
    RunOptions,
    ports,
)
from kofu_reference.runtime.supervisor import ChainFailed, Supervisor
from kofu_spec import paths

_CHAIN: Final = "all"


class WrongUse(click.ClickException):
    """Wrong use or configuration."""

    exit_code = 2


class ChainBroken(click.ClickException):
    """One of the systems failed."""

    exit_code = 3


def _civil_instant(ctx: click.Context, param: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        rule = f"{value} is no time with an offset; write it like 2026-10-07T10:00:00+09:00"
        raise click.BadParameter(rule, ctx=ctx, param=param)
    return instant


@click.command()
@click.argument("system", default=_CHAIN, metavar="SYSTEM|all")
@click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("kofu-run"), show_default=True,
              help="Run directory; what an earlier run left there is taken away.")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path), help="Configuration of the one system, TOML.")
@click.option("--fault", help="Seeded fault to start with; see --list-faults.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the fictitious city.")
@click.option("--residents", type=click.IntRange(60, 20_000), default=400, show_default=True,
              help="Residents of the fictitious city who are made whole, with cards and family registers.")  # fmt: skip
@click.option("--city-size", type=click.IntRange(0, 2_000_000), default=0,
              help="Residents in all; those beyond --residents have records alone and no card.")  # fmt: skip
@click.option("--servers", type=click.IntRange(1, 16), default=SERVERS, show_default=True,
              help="Servers of the issuing site, each a process.")  # fmt: skip
@click.option(
    "--clock",
    callback=_civil_instant,
    metavar="TIME",
    help="Civil time to start from; it goes on from there. [default: now]",
)
@click.option("--outer-responder", is_flag=True,
              help="The center asks an OCSP responder that you run, where profile.toml says.")  # fmt: skip
@click.option("--no-test-control", is_flag=True, help="Without TestControl: nobody sets clocks or works the kiosks.")
@click.option("--log-level", type=click.Choice(list(LogLevel)), default=LogLevel.INFO, show_default=True,
              help="From which level on the systems log, into RUN/log.")  # fmt: skip
@click.option("--traces", is_flag=True, help="Traces of every request, into RUN/traces.")
@click.option("--print-config", "printing", is_flag=True,
              help="Print a configuration of the one system, every field with rule and default, and end.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of text.")
@click.option("--list-faults", "listing", is_flag=True, help="List the seeded faults and end.")
def serve(
    system: str,
    folder: Path,
    config: Path | None,
    fault: str | None,
    seed: int,
    residents: int,
    city_size: int,
    servers: int,
    clock: datetime | None,
    outer_responder: bool,
    no_test_control: bool,
    log_level: LogLevel,
    traces: bool,
    printing: bool,
    as_json: bool,
    listing: bool,
) -> None:
    """Serve one system of the reference, or the whole chain.

    参照実装の一つのシステム、または全システム（all）を起動する。
    """
    if listing:
        _print_faults(as_json)
        return
    if printing:
        _check_system(system)
        click.echo(config_text(system), nl=False)
        return
    if system != _CHAIN:
        sys.exit(_serve_one(system, config, fault))
    if config is not None:
        raise WrongUse("--config: belongs to one system; name it, such as `kofu serve center --config FILE`")
    _check_fault(fault)
    options = RunOptions(
        folder,
        _font(),
        paths.cache_folder(),
        seed=seed,
        residents=residents,
        city_size=city_size,
        fault=fault,
        clock=clock,
        servers=servers,
        outer_responder=outer_responder,
        testing=not no_test_control,
        operations=OperationsShared(log_level=log_level, traces_to_files=traces),
    )
    announcer: Announcer = JsonAnnouncer() if as_json else TextAnnouncer()
    sys.exit(_run_chain(options, announcer, announcer.ready))


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the six PDFs.")
@click.option("--screen", is_flag=True, help="Light the kiosk's screen instead, for your own hands in a browser.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the fictitious city.")
@click.option("--city-size", type=click.IntRange(0, 2_000_000), default=0, metavar="RESIDENTS",
              help="Residents in all; those beyond the first 400 have records alone and no card.")  # fmt: skip
def demo(out: Path | None, screen: bool, seed: int, city_size: int) -> None:
    """Take out all six documents through the whole chain, or let your own hands do it at the kiosk's screen.

    全システムを起動し、六つの証明書を一通ずつ交付する。--screen では、端末の画面をブラウザで操作する。
    """
    if screen:
        sys.exit(_light_screen(seed, city_size))
    if out is None:
        raise click.UsageError("--out: is needed; name a folder for the six PDFs, or use --screen")
    from kofu_reference.demo import Demonstration  # only this command needs it

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUse(f"--out: {out}: {error.strerror}; name a folder that can be written") from error
    with tempfile.TemporaryDirectory(prefix="kofu-demo-") as folder:
        options = _demonstrated(Path(folder), seed, city_size)
        console = Console()
        announcer = TextAnnouncer(console)

        async def when_ready(chain: RunDirectory) -> int:
            announcer.finish()
            return await Demonstration(out, console).run(chain)

        sys.exit(_run_chain(options, announcer, when_ready))


def _demonstrated(folder: Path, seed: int, city_size: int) -> RunOptions:
    """The chain of a demonstration, on a day on which everything can be had."""
    from kofu_reference.demo import CLOCK, RESIDENTS  # only this command needs it

    return RunOptions(
        folder, _font(), paths.cache_folder(), seed=seed, residents=RESIDENTS, city_size=city_size, clock=CLOCK
    )


def _light_screen(seed: int, city_size: int) -> int:
    """Serves the chain with the screen lit until it is interrupted; the exit status."""
    from kofu_reference.demo import SCREEN_WAITS, visitors  # only this command needs it

    with tempfile.TemporaryDirectory(prefix="kofu-demo-") as folder:
        options = _demonstrated(Path(folder), seed, city_size)
        cards = [each.card for each in visitors(seed, options.municipality_code) if each.card is not None]
        options = replace(options, waits=SCREEN_WAITS, screen_cards=tuple(card.card_id for card in cards))
        console = Console()
        announcer = TextAnnouncer(console)

        async def when_ready(chain: RunDirectory) -> None:
            announcer.finish()
            console.print(f"[bold]{chain.screen_address}[/]", highlight=False, soft_wrap=True)
            console.print("画面をブラウザで開いてください。カードと暗証番号 / Open it in a browser; cards and PINs:")
            for card in cards:
                console.print(f"  {card.card_id}  {card.pin}", highlight=False)
            console.print("終了: Ctrl-C / Ctrl-C ends it", style="dim", highlight=False)
            if sys.stdout.isatty():
                click.launch(chain.screen_address)

        return _run_chain(options, announcer, when_ready)


def _run_chain(
    options: RunOptions, announcer: Announcer, when_ready: Callable[[RunDirectory], Awaitable[int | None]]
) -> int:
    """Runs the chain until it is to end; the exit status."""
    try:
        with ReservedPorts(HOST, ports(options.servers)) as reserved:
            announcer.starting()
            chain = RunDirectory(options, reserved)
            return asyncio.run(Supervisor(chain, announcer).run(lambda: when_ready(chain)))
    except (NoFreePort, RunDirectoryUnusable) as error:
        raise WrongUse(str(error)) from error
    except ChainFailed as error:
        raise (WrongUse if error.exit_status == WrongUse.exit_code else ChainBroken)(str(error)) from error


def _serve_one(system: str, config: Path | None, fault: str | None) -> int:
    _check_system(system)
    if config is None:
        remedy = f"`kofu serve {system} --print-config` prints one, `kofu serve all` writes RUN/config/{system}.toml"
        raise WrongUse(f"--config: is needed for one system; {remedy}")
    if fault is not None:
        raise WrongUse("--fault: belongs to `kofu serve all`; for one system set `fault` in its configuration")
    try:
        stated = load_config(config).system
    except ConfigurationInvalid as error:
        raise WrongUse(str(error)) from error
    if stated != system:
        raise WrongUse(f"system: {config} configures {stated}; name its system, or the configuration of {system}")
    return run(config)


def _check_system(system: str) -> None:
    if system == _CHAIN:
        raise WrongUse(f"SYSTEM: one system is needed; use one of {', '.join(SYSTEMS)}")
    if system not in SYSTEMS:
        raise WrongUse(f"SYSTEM: {system} is not a system; {_near(system, (*SYSTEMS, _CHAIN))}")


def _check_fault(fault: str | None) -> None:
    known = [each.id for each in list_faults()]
    if fault is not None and fault not in known:
        near = difflib.get_close_matches(fault, known, n=3, cutoff=0.5)
        remedy = f"did you mean {' or '.join(near)}?" if near else "see kofu serve --list-faults"
        raise WrongUse(f"--fault: {fault} is not a seeded fault; {remedy}")


def _near(word: str, known: "list[str] | tuple[str, ...]") -> str:
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(known)}"


def _font() -> Path:
    try:
        return paths.find_font()
    except paths.FontMissing as error:
        raise WrongUse(str(error)) from error


def _print_faults(as_json: bool) -> None:
    faults = list_faults()
    if as_json:
        click.echo(json.dumps([asdict(fault) for fault in faults], ensure_ascii=False))
        return
    table = Table("id", "system", "statement", "sentence", "killed by")
    for fault in faults:
        table.add_row(fault.id, fault.system, fault.statement, fault.sentence, fault.killed_by)
    Console().print(table)
