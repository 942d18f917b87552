"""Writes the vectors from the rules: `python -m kofu_spec.vectors [--check]`.

With `--check` nothing is written; status 1 on a difference, 2 where a maker's vectors are wrong.
"""

import sys
from pathlib import Path

import rich_click as click

from kofu_spec.vectors.makers import MAKERS
from kofu_spec.vectors.making import SCHEMAS, VectorsWrong, files

HERE = Path(__file__).parent


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; tell what differs.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=HERE, help="Where the files are.")
def main(check: bool, folder: Path) -> None:
    """Write the test vectors from the rules. 規則からテストベクタを作成する。"""
    try:
        wanted = {folder / path: text for path, text in files(make() for make in MAKERS)}
    except VectorsWrong as wrong:
        raise click.UsageError(str(wrong)) from wrong
    present = {path for within in (folder, folder / SCHEMAS) for path in within.glob("*.json")}
    if not check:
        _write(wanted, present)
        return
    differing = sorted(
        path for path in present | wanted.keys() if path not in present or path.read_text("utf-8") != wanted.get(path)
    )
    for path in differing:
        click.echo(f"{path.relative_to(folder)}: differs from the rules; run make vectors and commit it", err=True)
    sys.exit(1 if differing else 0)


def _write(wanted: dict[Path, str], present: set[Path]) -> None:
    for stale in present - wanted.keys():
        stale.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
