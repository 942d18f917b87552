"""`kofu explain`: a requirement, check, fault or incident in both languages, or the list of the requirements."""

import json
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from kofu_spec.explanation import Explanation
    from kofu_spec.requirements import Catalogue


@click.command()
@click.argument("wanted", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def explain(wanted: str | None, as_json: bool) -> None:
    """Explain a requirement, a check, a fault or an incident, or list the requirements.

    ID is a number of the catalogue, such as 3.3.10 or P.2, the id of a check, such as
    chain.pin.three_wrong_pins_lock, of a seeded fault, such as strike_count_not_reset, or of an incident, such as
    yokohama.

    要件の意味、原文、判断、判定の意味、検査、検査が見つける誤り及び事例を示す。番号を省くと要件の一覧を示す。
    """
    from kofu_spec import explanation, requirements
    from kofu_spec.requirements import CatalogueError
    from kofu_spec.traceability import TraceabilityError

    try:
        if wanted is None:
            _show_all(requirements.load(), as_json)
            return
        found = explanation.explain(wanted.strip(), explanation.Knowledge.of_this_package())
    except (explanation.UnknownId, CatalogueError, TraceabilityError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(_json(found[0].data if len(found) == 1 else [one.data for one in found]))
        return
    for one in found:
        _print_explanation(one)


def _show_all(catalogue: "Catalogue", as_json: bool) -> None:
    from kofu_spec.explanation import classes, requirement_data

    if as_json:
        click.echo(_json([requirement_data(requirement) for requirement in catalogue.values()]))
        return
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE, pad_edge=False)
    for heading in ("ID", "要件 / requirement", "level", "class", "pending"):
        table.add_column(heading, overflow="fold")
    for requirement in catalogue.values():
        table.add_row(
            requirement.id,
            f"{requirement.title_ja}\n{requirement.title_en}",
            requirement.level,
            ", ".join(classes(requirement)),
            requirement.pending or "",
        )
    _print(table)


def _print_explanation(one: "Explanation") -> None:
    from rich.padding import Padding
    from rich.text import Text

    _print(Text(one.title, style="bold"), Text(one.about, style="dim"))
    for section in one.sections:
        _print(Text(f"\n{section.heading}", style="bold"))
        _print(*(Padding(Text(line), (0, 0, 0, 2)) for line in section.lines))
    _print(Text())


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _print(*parts: "RenderableType") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for part in parts:
        console.print(part)
