"""What the terminal shows at the end of a run: failures, the verdict of each requirement, what was left out."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kofu_conformance.engine.selection import NOT_SELECTED
from kofu_conformance.engine.verdict import Verdict
from kofu_conformance.report.model import CheckVerdict, Finding, Report, RequirementVerdict

STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.NOT_APPLICABLE: "dim",
    Verdict.PENDING: "dim",
}
IN_JAPANESE = {
    Verdict.PASS: "合格",
    Verdict.FAIL: "不合格",
    Verdict.ERROR: "試験側の誤り",
    Verdict.INCONCLUSIVE: "判定不能",
    Verdict.NOT_APPLICABLE: "適用外",
    Verdict.PENDING: "未対応",
}


def show(console: Console, report: Report, out: Path, path: Path) -> None:
    """Prints the whole end of a run."""
    titles = {one.id: one for one in report.requirements}
    for check in report.checks:
        for finding in check.findings:
            _line(console, failure_text(check, finding, titles, out))
        if check.verdict is Verdict.ERROR:
            _line(console, fault_text(check))
    console.print(_verdicts(report))
    if report.left_out:
        console.print(_left_out(report))
    _line(console, _closing(report, path))


def failure_text(check: CheckVerdict, finding: Finding, titles: dict[str, RequirementVerdict], out: Path) -> Text:
    """A failure, so that an engineer needs nothing else."""
    text = Text("FAIL  ", style=STYLES[Verdict.FAIL])
    for number, requirement in enumerate(check.requirements):
        text.append("      " if number else "").append(f"{requirement}  ", style="bold")
        one = titles.get(requirement)
        text.append(f"{one.title_ja} / {one.title_en}\n" if one else "\n", style="default")
        if one is not None and number == 0:
            text.append(f"      {one.ja}\n      {one.en}\n", style="default")
    shrunk = f", shrunk from {finding.steps_before_shrinking} steps to {len(finding.story)}"
    text.append(f"      {check.id}     seed {finding.seed:#x}, case {finding.case_number}")
    text.append(f"{shrunk if finding.shrinking_executions else ''}\n")
    text.append(f"      source    {check.quotation}\n")
    steps = "   ".join(f"{number} {step}" for number, step in enumerate(finding.story, start=1))
    text.append(f"      {steps or 'no step was told'}\n")
    text.append("      expected  ", style="green").append(f"{finding.expected}\n")
    text.append("      observed  ", style="red").append(f"{finding.observed}      ({finding.code})\n")
    text.append(f"      seen at   {finding.seen_at}; transcript {out / finding.transcript}\n")
    text.append("      again     ").append(finding.replay, style="bold").append("\n")
    return text


def fault_text(check: CheckVerdict) -> Text:
    """A fault of the suite itself: the implementation is not to blame."""
    text = Text("ERROR ", style=STYLES[Verdict.ERROR])
    text.append(f"{', '.join(check.requirements)}  {check.id}\n", style="bold")
    text.append("      試験側の誤りで、実装の不適合ではない / a fault of the suite, not of the implementation\n")
    for reason in check.reasons:
        text.append(f"      {reason}\n")
    return text


def _verdicts(report: Report) -> Table:
    table = Table(title="判定 / verdicts", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("id", no_wrap=True)
    table.add_column("要件 / requirement", overflow="fold", ratio=1)
    table.add_column("verdict", no_wrap=True)
    table.add_column("cases", justify="right", no_wrap=True)
    table.add_column("triggers", justify="right", no_wrap=True)
    for one in report.requirements:
        if one.verdict is Verdict.PENDING:
            continue
        title = Text(f"{one.title_ja}\n{one.title_en}" if one.title_ja else "")
        for reason in one.reasons:
            title.append(f"\n{reason}", style="yellow")
        verdict = Text(f"{IN_JAPANESE[one.verdict]}\n{one.verdict}", style=STYLES[one.verdict])
        table.add_row(one.id, title, verdict, str(one.cases), str(one.triggers))
    return table


def _left_out(report: Report) -> Table:
    table = Table(title="実施しなかったもの / left out", title_justify="left", show_edge=False, pad_edge=False)
    table.add_column("what", overflow="fold")
    table.add_column("why", overflow="fold", ratio=1)
    by_reason: dict[tuple[str, str], list[str]] = {}
    for one in report.left_out:
        by_reason.setdefault((one.kind, one.why), []).append(one.what)
    for (kind, why), names in by_reason.items():
        shown = ", ".join(names) if kind == "requirement" or len(names) <= 4 else f"{len(names)} checks"
        table.add_row(shown, why)
    return table


def _closing(report: Report, path: Path) -> Text:
    counts = ", ".join(
        f"{count} {verdict}"
        for verdict in STYLES
        if (count := sum(one.verdict is verdict for one in report.checks)) and report.checks
    )
    text = Text()
    if report.run.interrupted:
        text.append("中断 / interrupted: what was found until then stands below; the rest is inconclusive\n", "yellow")
    word = "適合 / conformant" if report.conformant else "不適合 / not conformant"
    if report.conformant and any(one.why == NOT_SELECTED for one in report.left_out):
        word = "選択した範囲で適合 / conformant in what was selected"
    if report.exit_status == 3:
        word = "試験側の誤り / fault of the suite"
    text.append(word, style="bold green" if report.conformant else "bold red")
    text.append(f"   checks: {counts or 'none'}   seed {report.run.seed:#x}   level {report.run.level}\n")
    pending = sum(one.verdict is Verdict.PENDING for one in report.requirements)
    judged = len(report.requirements) - pending
    text.append(f"要件 / requirements   {judged} judged, {pending} not covered (above)\n")
    text.append(f"報告 / report         {path}")
    return text


def _line(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True, highlight=False)
