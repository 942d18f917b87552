"""The commands of the suite: `kofu check`, `kofu replay`, `kofu selftest`."""

from pathlib import Path

import rich_click as click

from kofu_conformance.engine.registry import Level


def whole_number(text: str) -> int:
    """A whole number from 0, decimal or as reports show it (0x5f3a)."""
    try:
        number = int(text, 0)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no whole number; write for example 7 or 0x5f3a") from None
    if not 0 <= number < 2**63:
        raise click.BadParameter(f"{text} is out of range; take a number from 0 to 2**63-1")
    return number


@click.command()
@click.argument("profile", type=click.Path(path_type=Path), required=False)
@click.option("--reference", type=click.Choice(["all"]), help="Start the reference and check it; takes no PROFILE.")
@click.option("--fault", metavar="ID", help="Start the reference with this seeded fault (kofu serve --list-faults).")
@click.option("--level", type=click.Choice([one.value for one in Level]), default="quick", show_default=True)
@click.option("--requirement", "requirements", metavar="ID", multiple=True, help="Only checks that judge it.")
@click.option("--check", "checks", metavar="ID", multiple=True, help="Only this check.")
@click.option("--seed", type=whole_number, default="1", show_default=True, help="Same seed, same cases.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="For the results.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON on standard output.")
@click.pass_context
def check(
    ctx: click.Context,
    profile: Path | None,
    reference: str | None,
    fault: str | None,
    level: str,
    requirements: tuple[str, ...],
    checks: tuple[str, ...],
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Checks an implementation and writes a report. 実装を試験し、報告を書き出す。

    PROFILE says where the implementation is (TOML); or --reference all starts ours. The verdict of each requirement
    stands in a table at the end, and with all details in OUT/report.json and OUT/junit.xml.

    Exit status: 0 conformant; 1 not conformant, interrupted or inconclusive; 2 wrong use or an implementation that
    can't be reached; 3 a fault of the suite.
    """
    from kofu_conformance.cli.checking import Wanted, run_check

    if (profile is None) == (reference is None):
        raise click.UsageError("PROFILE: give either a profile or --reference all, and not both")
    if fault is not None and reference is None:
        raise click.UsageError("--fault: only the reference has seeded faults; add --reference all")
    wanted = Wanted(profile, fault, Level(level), requirements, checks, seed, out)
    ctx.exit(run_check(wanted, as_json=as_json))


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("case", metavar="CASE")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON on standard output.")
@click.pass_context
def replay(ctx: click.Context, folder: Path, case: str, as_json: bool) -> None:
    """Runs one stored case again. 保存した事例をもう一度実行する。

    DIR is the folder of a run (kofu check --out), CASE the name of a failure, such as 3.3.10/41. The implementation is
    the one of that run; a run with --reference starts the reference again, with the same fault.

    Exit status: 0 the case passes now, 1 it fails again or could not be judged, 2 wrong use, 3 a fault of the suite.
    """
    from kofu_conformance.cli.replaying import run_replay

    ctx.exit(run_replay(folder, case, as_json=as_json))


@click.command()
@click.option("--fault", "faults", metavar="ID", multiple=True, help="Only this seeded fault.")
@click.option("--named/--all-checks", default=False, help="Only the check that a fault names, or (default) all checks.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Faults tried at a time.")
@click.option("--seed", type=whole_number, default="1", show_default=True, help="Same seed, same cases.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the report of each fault here.")
@click.option("--json", "as_json", is_flag=True, help="Print the matrix as JSON on standard output.")
@click.pass_context
def selftest(
    ctx: click.Context,
    faults: tuple[str, ...],
    named: bool,
    jobs: int,
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Proves that the suite finds what it has to find. 試験が誤りを見つけることを確かめる。

    Runs the suite against the reference without a fault, which has to pass everything, then against each seeded fault,
    which has to be found by the check that it names. Prints the matrix fault × check.

    Exit status: 0 every fault was found, 1 one wasn't or the reference without a fault failed, 2 wrong use.
    """
    from kofu_conformance.cli.selftesting import run_selftest

    ctx.exit(run_selftest(faults, named=named, jobs=jobs, seed=seed, out=out, as_json=as_json))
