"""`python -m kofu_conformance.traceability write|check DIR`: for the project's own Makefile and CI."""

from pathlib import Path

import click

import kofu_spec.traceability as links
from kofu_conformance.traceability.emission import RunFolderError, emitted
from kofu_conformance.traceability.judge import problems
from kofu_spec import requirements

COMMITTED = Path(links.__file__).parent / "links.json"

RUN_FOLDER = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.group()
def traceability() -> None:
    """The links between requirements, checks and faults, from the results of `kofu selftest --named --out DIR`."""


@traceability.command()
@RUN_FOLDER
def write(folder: Path) -> None:
    """Writes links.json anew from what the run emitted."""
    run = _emitted(folder)
    COMMITTED.write_text(links.as_text(run), encoding="utf-8")
    click.echo(f"{len(run.checks)} checks, {len(run.faults)} faults: {COMMITTED.name}")


@traceability.command()
@RUN_FOLDER
@click.pass_context
def check(ctx: click.Context, folder: Path) -> None:
    """Says in one line each what is wrong with the links; exit status 1 where something is."""
    try:
        found = problems(requirements.load(), _emitted(folder), links.load(), links.waiting())
    except (requirements.CatalogueError, links.TraceabilityError) as error:
        raise click.ClickException(str(error)) from None
    for line in found:
        click.echo(line, err=True)
    ctx.exit(1 if found else 0)


def _emitted(folder: Path) -> links.Traceability:
    try:
        return emitted(folder)
    except RunFolderError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    traceability(prog_name="traceability")
