"""`kofu explain`: a requirement in both languages, or the list of them."""

import dataclasses
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from rich.console import RenderableType

    from kofu_spec.requirements import Catalogue, Requirement

CLASSES_JA = {"test": "試験", "witness": "立会い", "attest": "確認書", "informative": "参考"}


@click.command()
@click.argument("requirement_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def explain(requirement_id: str | None, as_json: bool) -> None:
    """Explain a requirement, or list all of them.

    ID is a number of the catalogue, such as 3.3.10 or P.2.

    要件の意味、原文及び判断を示す。番号を省くと一覧を示す。
    """
    from kofu_spec.requirements import UnknownRequirement, load

    catalogue = load()
    if requirement_id is None:
        _show_all(catalogue, as_json)
        return
    try:
        requirement = catalogue[requirement_id]
    except UnknownRequirement as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(_json(_as_data(requirement)))
    else:
        _print(*_explained(requirement))


def _show_all(catalogue: "Catalogue", as_json: bool) -> None:
    if as_json:
        click.echo(_json([_as_data(requirement) for requirement in catalogue.values()]))
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
            ", ".join(_classes(requirement)),
            requirement.pending or "",
        )
    _print(table)


def _explained(requirement: "Requirement") -> Iterator["RenderableType"]:
    from rich.padding import Padding
    from rich.text import Text

    def part(heading: str, *lines: str) -> Iterator["RenderableType"]:
        yield Text(f"\n{heading}", style="bold")
        yield from (Padding(Text(line), (0, 0, 0, 2)) for line in lines)

    kinds = ", ".join(f"{CLASSES_JA[kind]} {kind}" for kind in _classes(requirement))
    yield Text(f"{requirement.id}  {requirement.title_ja} / {requirement.title_en}", style="bold")
    yield Text(f"{requirement.level} · {kinds} · {', '.join(requirement.systems)}", style="dim")
    yield from part("要件 / requirement", requirement.ja, requirement.en)
    if requirement.source:
        yield from part(
            f"原文 / source: {requirement.paragraph} {requirement.circled}".rstrip(), *requirement.source.splitlines()
        )
    else:
        yield from part("原文 / source", f"この仕様の定め（{requirement.paragraph}） / this profile's own")
    for decision in requirement.decisions:
        yield from part(
            "判断 / decision",
            f"{decision.ja}（理由：{decision.reason_ja}）",
            f"{decision.en} (because: {decision.reason_en})",
        )
    if requirement.pending:
        yield from part("未対応 / not yet covered", f"waits for: {requirement.pending}")


def _classes(requirement: "Requirement") -> list[str]:
    return [kind for kind in CLASSES_JA if kind in requirement.classes]


def _as_data(requirement: "Requirement") -> dict[str, object]:
    return dataclasses.asdict(requirement) | {"classes": _classes(requirement)}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


def _print(*parts: "RenderableType") -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for part in parts:
        console.print(part)
