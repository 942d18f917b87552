"""`kofu check`: from what was asked to the report and the exit status."""

import contextlib
import difflib
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import rich_click as click
from rich.console import Console

from kofu_conformance.cli.reachability import require_reachable
from kofu_conformance.cli.reference import ReferenceFailure, reference_running
from kofu_conformance.engine.deviation import Deviation, Unobserved
from kofu_conformance.engine.execution import Chain
from kofu_conformance.engine.registry import CHECKS, CheckDefinitionError, Level, Registry
from kofu_conformance.engine.selection import Selection, UnknownCheckError, load_suites, select
from kofu_conformance.engine.session import EngineFault, Session, run_session
from kofu_conformance.profile import Profile, ProfileError, load
from kofu_conformance.report.assemble import Results, Statement, assemble, case_names, tool_versions
from kofu_conformance.report.files import OutFolderError, prepare, write_case, write_report
from kofu_conformance.report.model import IutNamed, ReferenceStarted, Report, Run, ServerNamed
from kofu_conformance.report.progress import LiveProgress
from kofu_conformance.report.pseudonyms import Pseudonyms
from kofu_conformance.report.screen import show

REFERENCE_LOGS = "reference-log"


class WrongUse(click.ClickException):
    """What was asked for can't be done. One line: field, rule, remedy."""

    exit_code = 2


class SuiteFault(click.ClickException):
    """The suite itself is at fault. One line."""

    exit_code = 3


@dataclass(frozen=True)
class Wanted:
    """What `kofu check` was asked for. Without a profile the reference is started, with the fault if there is one."""

    profile: Path | None
    fault: str | None
    level: Level
    requirements: tuple[str, ...]
    checks: tuple[str, ...]
    seed: int
    out: Path


OpenChain = Callable[[Profile, int], contextlib.AbstractContextManager[Chain]]


@dataclass(frozen=True)
class Suite:
    """What a run is made of; tests put miniatures in its place."""

    registry: Registry
    catalogue: Sequence[Statement]
    open_chain: OpenChain
    cache: Path
    pseudonyms: Callable[[Profile], Pseudonyms]
    """What stands for the persons of the city that a profile names."""
    servers: Callable[[Chain], tuple[ServerNamed, ...]] = lambda _: ()
    """What each server says that it runs: the evidence of the run is bound to it."""


def installed_suite() -> Suite:
    """The suites, catalogue and testers of this installation."""
    from kofu_conformance.testers.chain import open_chain
    from kofu_spec.paths import cache_folder
    from kofu_spec.requirements import load as load_catalogue

    try:
        load_suites()
    except CheckDefinitionError as error:
        raise SuiteFault(str(error)) from None
    return Suite(CHECKS, tuple(load_catalogue().values()), open_chain, cache_folder(), _pseudonyms, _servers)


def _pseudonyms(profile: Profile) -> Pseudonyms:
    return Pseudonyms.of(profile.city.make())


def _servers(chain: Chain) -> tuple[ServerNamed, ...]:
    from kofu_conformance.testers.chain import Chain as Opened

    assert isinstance(chain, Opened)
    named = []
    for node, declared in chain.profile.nodes.items():
        if declared.test_control:
            with contextlib.suppress(Unobserved):
                described = chain.control(node).describe()
                named.append(ServerNamed(server=node, build=described.build, configuration=described.configuration))
    return tuple(named)


def run_check(wanted: Wanted, *, as_json: bool, suite: Suite | None = None) -> int:
    """Runs the checks, writes and shows the report, and returns the exit status."""
    suite = suite or installed_suite()
    selection = selected(suite, wanted.requirements, wanted.checks, None)
    try:
        prepare(wanted.out)
    except OutFolderError as error:
        raise WrongUse(str(error)) from None
    progress = Console(stderr=True)
    with terminated_as_interrupted(), implementation(wanted.profile, wanted.fault, wanted.out, progress) as path:
        profile = checked_profile(path)
        selection = selected(suite, wanted.requirements, wanted.checks, declared(profile))
        if not selection.checks:
            raise WrongUse(f"{path.name}: systems: no check selected fits what it declares; declare more systems")
        require_reachable(profile)
        report = _run(suite, selection, wanted, profile, path, progress)
    written = wanted.out / "report.json"
    if as_json:
        sys.stdout.write(written.read_text(encoding="utf-8"))
    else:
        show(Console(), report, wanted.out, written)
    return report.exit_status


def _run(suite: Suite, selection: Selection, wanted: Wanted, profile: Profile, path: Path, progress: Console) -> Report:
    started = datetime.now(UTC)
    with LiveProgress(progress, len(selection.checks)) as watcher, opened(suite, profile, wanted.seed) as chain:
        servers = suite.servers(chain)
        session = Session(selection.checks, chain, wanted.seed, wanted.level, watcher)
        try:
            results = run_session(session, suite.cache)
        except EngineFault as error:
            raise SuiteFault(str(error)) from None
    with uninterrupted():
        pseudonyms = suite.pseudonyms(profile)
        results = tuple(pseudonyms.result(one) for one in results)
        run = Run(
            seed=wanted.seed,
            level=wanted.level,
            started=started,
            finished=datetime.now(UTC),
            interrupted=session.interrupted,
            tool=tool_versions(),
            iut=IutNamed(name=profile.iut.name, build=profile.iut.build, role=profile.iut.role, servers=servers),
            profile=str(path.absolute()),
            reference=None if wanted.profile else ReferenceStarted(role="all", fault=wanted.fault),
        )
        names = case_names(results)
        for result in results:
            if result.failure is not None:
                outcome = result.failure.outcome
                write_case(wanted.out, names[result.check.id], result.check.id, wanted.seed, outcome, run.tool)
        report = assemble(Results(run, wanted.out, results, selection.left_out), suite.catalogue)
        write_report(wanted.out, report)
    return report


@contextlib.contextmanager
def opened(suite: Suite, profile: Profile, seed: int) -> Iterator[Chain]:
    """The chain that checks are given. An implementation that can't be met at all is `WrongUse`."""
    with contextlib.ExitStack() as stack:
        try:
            chain = stack.enter_context(suite.open_chain(profile, seed))
        except (Unobserved, Deviation) as error:
            raise WrongUse(
                f"systems: the implementation can't be met: {error}; start it, or correct the profile"
            ) from None
        yield chain


@contextlib.contextmanager
def implementation(profile: Path | None, fault: str | None, out: Path, progress: Console) -> Iterator[Path]:
    """The path of the profile of the implementation: the one given, or that of the reference, started for the while.

    The reference's keys and data go with it; its logs are kept in `out`.
    """
    if profile is not None:
        yield profile
        return
    if not progress.is_terminal:
        progress.print("参照実装を起動中 / starting the reference")
    with tempfile.TemporaryDirectory(prefix="kofu-", ignore_cleanup_errors=True) as folder:
        logs, kept = Path(folder) / "log", out / REFERENCE_LOGS
        with contextlib.ExitStack() as stack:
            try:
                with progress.status("参照実装を起動中 / starting the reference"):
                    path = stack.enter_context(reference_running(Path(folder), fault))
                yield path
            except ReferenceFailure as failure:
                raise ReferenceFailure(failure.message.replace(str(logs), str(kept))) from None
            finally:
                with uninterrupted():
                    stack.close()
                    _keep_logs(logs, kept)


def _keep_logs(logs: Path, kept: Path) -> None:
    shutil.rmtree(kept, ignore_errors=True)
    if logs.is_dir():
        shutil.copytree(logs, kept)


def checked_profile(path: Path) -> Profile:
    """The profile. Raises `WrongUse` with one line."""
    try:
        return load(path)
    except ProfileError as error:
        raise WrongUse(str(error)) from None


def declared(profile: Profile) -> dict[str, bool]:
    """What a profile declares, in the words of a check's `needs`: kiosk, kiosk.test_control, kiosk.clock,
    issuing.servers (several share the work), areas (further cities of the issuing system), json (ports for HTTP/JSON),
    responder (the suite's), logs (of some server, which the suite may read)."""
    words: dict[str, bool] = {
        "areas": bool(profile.areas),
        "responder": profile.jpki is not None,
        "json": any(server.json_address is not None for server in profile.nodes.values()),
        "logs": any(server.log is not None for server in profile.nodes.values()),
    }
    for name, system in profile.systems.items():
        words[name] = True
        words[f"{name}.test_control"] = system.test_control
        words[f"{name}.servers"] = bool(system.servers)
        words[f"{name}.clock"] = system.clock in ("frozen", "offset")
    return words


def selected(
    suite: Suite, requirements: Sequence[str], checks: Sequence[str], has: dict[str, bool] | None
) -> Selection:
    """The checks asked for. Raises `WrongUse` for an id that the catalogue or the suite doesn't know."""
    known = [one.id for one in suite.catalogue]
    for requirement in requirements:
        if requirement not in known:
            near = difflib.get_close_matches(requirement, known, n=3, cutoff=0.3)
            remedy = f"did you mean {', '.join(near)}?" if near else "see kofu explain"
            raise WrongUse(f"--requirement: the catalogue has no {requirement}; {remedy}")
    try:
        return select(suite.registry, requirements=requirements, checks=checks, declared=has)
    except UnknownCheckError as error:
        raise WrongUse(str(error)) from None


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: what was found is written, and nothing stays behind."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """A second Ctrl-C doesn't cut off writing the report or ending the reference."""
    usual = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
