"""`kofu model`: checks the model and tells its counterexamples."""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from kofu_spec.model.mutants import Mutant
    from kofu_spec.model.results import Checked, Killed

NOT_CONFORMANT = 1


@click.command("model")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--large", is_flag=True, help="Check the large configurations too (minutes).")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="How many searches at a time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def model(name: str | None, large: bool, jobs: int, as_json: bool) -> None:
    """Check the model, or tell what a mutant does.

    Without NAME: every state of every small configuration is visited, no invariant may break, and every mutant has to
    break those it names. NAME is a mutant (lock_missing), a guard, an invariant (identity), an incident (yokohama) or a
    configuration (late).

    モデルの全状態を調べる。名前を示すと、その変異がどのように規則を破るかを順に示す。
    """
    if name is None:
        _check_all(large, jobs, as_json)
    else:
        _tell(name, as_json)


def _check_all(large: bool, jobs: int, as_json: bool) -> None:
    from kofu_spec.model.configurations import LARGE, SMALL
    from kofu_spec.model.mutants import MUTANTS
    from kofu_spec.model.results import Results, check, kill

    # The longest first, so that nothing is left waiting for one that began last.
    order = sorted((*SMALL, *(LARGE if large else ())), key=lambda c: -(c.requests * 2 + c.timeouts + c.glitches))
    checked: list[Checked] = []
    killed: list[Killed] = []
    with ProcessPoolExecutor(jobs) as pool:
        for result in pool.map(check, [configuration.name for configuration in order]):
            checked.append(result)
            _progress(f"{result.configuration}: {result.states:,} states")
        for results in pool.map(kill, MUTANTS):
            killed.extend(results)
            _progress(results[0].mutant)
    _progress("")
    if as_json:
        click.echo(json.dumps(asdict(Results(tuple(checked), tuple(killed)))))
    else:
        _show(checked, killed)
    if any(c.broken for c in checked) or not all(k.length for k in killed):
        sys.exit(NOT_CONFORMANT)


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


def _show(checked: "list[Checked]", killed: "list[Killed]") -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from kofu_spec.model.mutants import MUTANTS

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE, pad_edge=False, title="構成 / configurations", title_justify="left")
    for heading in ("configuration", "states", "edges", "depth", "invariants"):
        table.add_column(heading, justify="left" if heading in ("configuration", "invariants") else "right")
    for c in checked:
        table.add_row(c.configuration, f"{c.states:,}", f"{c.edges:,}", str(c.depth), c.broken or "hold")
    console.print(table)
    table = Table(box=box.SIMPLE, pad_edge=False, title="変異 / mutants", title_justify="left")
    for heading in ("mutant", "guard", "configuration", "breaks", "in steps"):
        table.add_column(heading, justify="right" if heading == "in steps" else "left")
    for k in killed:
        mutant = MUTANTS[k.mutant]
        table.add_row(k.mutant, mutant.guard, mutant.configuration, k.invariant, str(k.length or "SURVIVES"))
    console.print(table)
    broken = [c.configuration for c in checked if c.broken]
    survivors = [k.mutant for k in killed if not k.length]
    click.echo(
        f"{sum(c.states for c in checked):,} states in {len(checked)} configurations, "
        f"{len({k.mutant for k in killed})} mutants: "
        + (f"BROKEN in {', '.join(broken)}; " if broken else "no invariant breaks; ")
        + (f"{', '.join(survivors)} SURVIVE" if survivors else "every mutant breaks what it names")
    )


def _tell(name: str, as_json: bool) -> None:
    from kofu_spec.model.configurations import CONFIGURATIONS
    from kofu_spec.model.mutants import MUTANTS
    from kofu_spec.model.results import check

    chosen = [mutant for mutant in MUTANTS.values() if name in _names_of(mutant)]
    if chosen:
        stories = [story for mutant in chosen for story in _stories(mutant)]
        if as_json:
            click.echo(json.dumps(stories, ensure_ascii=False, indent=2))
        else:
            click.echo("\n\n".join(map(_as_text, stories)))
        return
    if name in CONFIGURATIONS:
        checked = check(name)
        click.echo(json.dumps(asdict(checked)) if as_json else _as_line(checked))
        sys.exit(NOT_CONFORMANT if checked.broken else 0)
    raise click.ClickException(_unknown(name))


def _names_of(mutant: "Mutant") -> set[str | None]:
    return {mutant.name, mutant.guard, mutant.incident, *mutant.breaks}


def _stories(mutant: "Mutant") -> Iterator[dict[str, object]]:
    from kofu_spec.model.configurations import CONFIGURATIONS
    from kofu_spec.model.search import search
    from kofu_spec.model.story import tell_counterexample

    for invariant in mutant.breaks:
        found = search(mutant.chain(), (invariant,)).broken
        if found is None:
            raise click.ClickException(
                f"mutant {mutant.name!r}: does not break {invariant!r} in configuration {mutant.configuration!r}; "
                "mend the model or the mutant"
            )
        lines = tell_counterexample(found, CONFIGURATIONS[mutant.configuration])
        yield {
            "mutant": mutant.name,
            "guard": mutant.guard,
            "ja": mutant.ja,
            "en": mutant.en,
            "incident": mutant.incident,
            "configuration": mutant.configuration,
            "invariant": invariant,
            "actions": [str(action) for action, _ in found.history],
            "steps": [asdict(line) for line in lines],
        }


def _as_text(story: dict[str, object]) -> str:
    steps = story["steps"]
    assert isinstance(steps, list)
    numbered = [
        f"{number:>3}  {step['ja']}\n     {step['en']}"
        if number < len(steps)
        else f"  *  {step['ja']}\n     {step['en']}"
        for number, step in enumerate(steps, 1)
    ]
    head = f"{story['mutant']}  {story['ja']}\n{story['en']}"
    return "\n".join([head, f"guard {story['guard']}, configuration {story['configuration']}", *numbered])


def _as_line(checked: "Checked") -> str:
    outcome = f"{checked.broken} is BROKEN" if checked.broken else "no invariant breaks"
    return f"{checked.configuration}: {checked.states:,} states, {checked.edges:,} edges: {outcome}"


def _unknown(name: str) -> str:
    import difflib

    from kofu_spec.model.configurations import CONFIGURATIONS
    from kofu_spec.model.mutants import MUTANTS

    known = sorted({n for mutant in MUTANTS.values() for n in _names_of(mutant) if n} | set(CONFIGURATIONS))
    near = difflib.get_close_matches(name, known, n=4)
    remedy = f"did you mean {', '.join(near)}?" if near else "'kofu model' lists all"
    return f"model {name!r}: no mutant, guard, invariant, incident or configuration; {remedy}"
