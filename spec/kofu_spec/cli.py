"""The command `kofu`: a group whose subcommands come from the entry points `kofu.commands`.

Nothing of a subcommand is imported before it is chosen, so that `kofu --help` is there at once.

Exit status of every subcommand: 0 conformant (or done), 1 not conformant, 2 wrong use or configuration,
3 fault of kofu itself, 130 interrupted.
"""

import ast
import importlib.util
import sys
import traceback
from collections.abc import Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, NoReturn

import rich_click as click

ENTRY_POINT_GROUP = "kofu.commands"

WRONG_USE = 2
FAULT_OF_KOFU = 3
INTERRUPTED = 130


class CommandNotLoadable(click.ClickException):
    """A subcommand is installed but its module can't be imported."""


class CommandGroup(click.RichGroup):
    """A group that knows its subcommands by entry point and loads the chosen one only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_entry_points(), *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A placeholder that carries the summary for the list in the help; `resolve_command` gives the command."""
        entry_point = _entry_points().get(cmd_name)
        if entry_point is None:
            return super().get_command(ctx, cmd_name)
        return click.RichCommand(name=cmd_name, help=_summary(entry_point))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        entry_point = _entry_points().get(name or "")
        return name, _load(entry_point) if entry_point else command, rest

    def invoke(self, ctx: click.Context) -> None:
        """Invokes the subcommand; what its function returns is no exit status, so it is dropped."""
        super().invoke(ctx)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Runs and ends the process with the exit status; `standalone_mode` is accepted and has no effect."""
        sys.exit(self._status_of_run(args, prog_name, {**extra, "standalone_mode": False}))

    def _status_of_run(self, args: Sequence[str] | None, prog_name: str | None, extra: dict[str, Any]) -> int:
        try:
            return super().main(args, prog_name, **extra) or 0
        except click.ClickException as error:
            click.echo(f"kofu: {_one_line(error)}", err=True)
            # 1, click's default, means 'not conformant' here; an exception may still ask for 3.
            return WRONG_USE if error.exit_code == 1 else error.exit_code
        except (click.Abort, KeyboardInterrupt):
            return INTERRUPTED
        except Exception:
            traceback.print_exc()
            click.echo("kofu: a fault of kofu itself, please report it with the lines above", err=True)
            return FAULT_OF_KOFU


@cache
def _entry_points() -> dict[str, EntryPoint]:
    return {entry_point.name: entry_point for entry_point in entry_points(group=ENTRY_POINT_GROUP)}


def _load(entry_point: EntryPoint) -> click.Command:
    try:
        command = entry_point.load()
    except (ImportError, AttributeError) as error:
        raise CommandNotLoadable(
            f"{entry_point.name}: {entry_point.value} can't be imported ({error}); reinstall with 'pip install kofu'"
        ) from error
    if not isinstance(command, click.Command):
        raise CommandNotLoadable(
            f"{entry_point.name}: {entry_point.value} is not a click command; mend the entry point"
        )
    return command


def _summary(entry_point: EntryPoint) -> str:
    """First line of the command's docstring, read from the source: importing every command would be slow."""
    try:
        spec = importlib.util.find_spec(entry_point.module)
    except ImportError:
        return ""
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return ""
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point.attr:
            return (ast.get_docstring(node) or "").partition("\n")[0]
    return ""


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split("\n")).strip()
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message.rstrip('.')}; see '{error.ctx.command_path} --help'"
    return message


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kofu", prog_name="kofu", message="%(prog)s %(version)s")
def main() -> None:
    """Specification, reference and conformance suite of convenience-store issuance.

    コンビニ交付の仕様、参照実装、適合性試験。
    """
