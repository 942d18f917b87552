"""The rules with one thing changed: what the tests of the rules, and the vectors, have to notice.

`python spec/tests/mutants.py` runs the tests of each rule on its mutants and prints what became of them; with `vectors`
it prints which vectors each mutant changes.
"""

import importlib.abc
import importlib.machinery
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Mutant:
    """One text of a rule's module in place of another. `vectors` names a file that has to differ; "" where none can."""

    rule: str
    was: str
    now: str
    vectors: str

    @property
    def name(self) -> str:
        return f"{self.rule}: {' '.join(self.was.split())} → {' '.join(self.now.split())}"


MUTANTS = (
    Mutant("calendar", "SERVICE_STARTS_ON = date(2022, 3, 1)", "SERVICE_STARTS_ON = date(2022, 2, 28)", "hours"),
    Mutant("calendar", "now.date() < calendar.starts_on", "now.date() <= calendar.starts_on", "hours"),
    Mutant("calendar", "<= clock < self.closes_at", "<= clock <= self.closes_at", "hours"),
    Mutant("calendar", "self.opens_at <= clock", "self.opens_at < clock", "hours"),
    Mutant("calendar", ">= (12, 29)", ">= (12, 30)", "hours"),
    Mutant("calendar", "<= (1, 3)", "<= (1, 2)", "hours"),
    Mutant("calendar", "is_year_end(day) or day in self.closed_days", "is_year_end(day)", "hours"),
    Mutant("calendar", "is_year_end(day) or day in self.closed_days", "day in self.closed_days", "hours"),
    Mutant("calendar", "and day not in self.office_closed_days", "", "hours"),
    Mutant("calendar", "self.irregular_hours.get(day, self.hours)", "self.hours", "hours"),
    Mutant("calendar", "day.weekday() < _SATURDAY and", "", "hours"),
    Mutant("calendar", "_SATURDAY = 5", "_SATURDAY = 6", "hours"),
    Mutant("calendar", "and not is_year_end(day) and day not in national", "and day not in national", ""),
    Mutant("calendar", "and day not in national_holidays(day.year)", "", "hours"),
    Mutant("calendar", 'years=year, language="ja"', 'years=year, language="ja", observed=False', "holidays"),
    Mutant("calendar", "instant.astimezone(JST)", "instant", "hours"),
    Mutant("calendar", "and calendar.koseki_hours.hold_at(now.time())", "", "hours"),
    Mutant("calendar", "CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS, ", "", "hours"),
    Mutant("calendar", "KOSEKI_CLOSES_AT = time(9, 0), time(17, 0)", "KOSEKI_CLOSES_AT = time(9, 0), time(17, 15)", "hours"),
    Mutant("calendar", "koseki_hours=_hours(message.koseki_hours)", "koseki_hours=KOSEKI_HOURS", "hours"),
    Mutant("pin", "limit: int = 3", "limit: int = 4", "pin"),
    Mutant("pin", "strikes=0 if right else self.strikes + 1", "strikes=self.strikes if right else self.strikes + 1", "pin"),
    Mutant("pin", "        if self.locked:\n            return self\n", "        if self.locked and not right:\n            return self\n", "pin"),
    Mutant("pin", "            case Act.INTERRUPTED:\n                return self\n", "            case Act.INTERRUPTED:\n                return self.unblocked()\n", "pin"),
    Mutant("pin", "return Reason.REASON_PIN_LOCKED", "return Reason.REASON_PIN_WRONG", "pin"),
    Mutant("pin", "                return self.unblocked()", "                return self", "pin"),
    Mutant("tax_year", "SWITCHES_ON = (6, 1)", "SWITCHES_ON = (6, 2)", "tax_year"),
    Mutant("tax_year", "today >= switch_day", "today > switch_day", "tax_year"),
    Mutant("tax_year", "current not in recorded_years", "not recorded_years", "tax_year"),
    Mutant("tax_year", "asked_year in (CURRENT, current)", "asked_year in (CURRENT, *recorded_years)", "tax_year"),
    Mutant("tax_year", "else today.year - 1", "else today.year", "tax_year"),
    Mutant("fees", "1 <= copies <= MOST_COPIES", "0 <= copies <= MOST_COPIES", "fees"),
    Mutant("fees", "MOST_COPIES = 10", "MOST_COPIES = 11", "fees"),
    Mutant("fees", "self.copies * self.yen_a_copy", "self.yen_a_copy", "fees"),
    Mutant("fees", "copies_printed * price.yen_a_copy", "price.total_yen if copies_printed else 0", "fees"),
    Mutant("fees", "paid_yen - kept", "price.total_yen - kept", "fees"),
    Mutant("fees", "paid_yen >= price.total_yen", "paid_yen > price.total_yen", "fees"),
    Mutant("fees", "sum(price.total_yen for", "max(price.total_yen for", "fees"),
    Mutant("eras", "date(2019, 5, 1)", "date(2019, 4, 1)", "eras"),
    Mutant("eras", "date(1989, 1, 8)", "date(1989, 1, 7)", "eras"),
    Mutant("eras", "date(1926, 12, 25)", "date(1926, 12, 26)", "eras"),
    Mutant("eras", "day >= first_day", "day > first_day", "eras"),
    Mutant("eras", "'元' if number == 1 else number", "number", "eras"),
    Mutant("eras", "day.month or 1, 1", "day.month or 12, 28", "eras"),
    Mutant("eras", "{day.month or ''}", "{day.month}", "eras"),
    Mutant("eras", "_era_year(switch_day(tax_year))", "_era_year(date(tax_year, 4, 1))", "tax_year"),
    Mutant("check_digits", "(11 - weighted % 11) % 10", "(11 - weighted % 11) % 11 % 10", "municipality_code"),
    Mutant("check_digits", "(6, 5, 4, 3, 2), strict", "(2, 3, 4, 5, 6), strict", "municipality_code"),
    Mutant("check_digits", "0 if rest <= 1 else", "0 if rest == 0 else", "individual_number"),
    Mutant("check_digits", "(6, 5, 4, 3, 2, 7, 6,", "(6, 5, 4, 3, 2, 6, 7,", "individual_number"),
    Mutant("check_digits", "set(number) <= _ASCII_DIGITS", "number.isdigit() or not number", "municipality_code"),
    Mutant("check_digits", "if len(number) != length:", "if len(number) < length:", "municipality_code"),
    Mutant("names", '"Cc", "Zl", "Zp"', '"Cc"', "names"),
    Mutant("names", "if any(_SELECTOR.match(character) for character in characters(text))", "if _SELECTOR.match(text)", "names"),
    Mutant("names", '"".join(point for point in name if', '"".join(point for point in unicodedata.normalize("NFC", name) if', "names"),
    Mutant("names", '"".join(point for point in name if', '"".join(point for point in name if not _SELECTOR.match(point) and', "names"),
    Mutant("names", "if character not in available)", "if character[0] not in available)", "names"),
    Mutant("items", "if options.show_individual_number:", "if True:", "items"),
    Mutant("items", "if options.show_domicile:", "if options.show_domicile or options.show_relationship:", "items"),
    Mutant("items", 'if options.show_relationship else ("address",)', 'if True else ("address",)', "items"),
    Mutant("items", '    "katakana_name",\n)\n_DOMICILE', ")\n_DOMICILE", "items"),
    Mutant("items", '    "dependents",\n', "", "items"),
    Mutant("items", '    "removed",\n', "", "items"),
    Mutant("eligibility", "MINIMUM_AGE_YEARS = 15", "MINIMUM_AGE_YEARS = 16", "eligibility"),
    Mutant("eligibility", ">= (year + MINIMUM_AGE_YEARS, month, day)", "> (year + MINIMUM_AGE_YEARS, month, day)", "eligibility"),
    Mutant("eligibility", "day = monthrange(year, month)[1]", "day = 1", "eligibility"),
    Mutant("eligibility", "RESIDENCE_STATE_LEAVING or control.blocks:", "RESIDENCE_STATE_LEAVING:", "eligibility"),
    Mutant("eligibility", "if any(person.control.blocks or _blocks_by_leaving(city, person) for person in shown):", "if shown[0].control.blocks or _blocks_by_leaving(city, shown[0]):", "eligibility"),
    Mutant("eligibility", "if any(person.control.blocks or _blocks_by_leaving(city, person) for", "if any(person.control.blocks for", "eligibility"),
    Mutant("eligibility", "if any(person.control.blocks or _blocks_by_leaving(city, person) for", "if any(_blocks_by_leaving(city, person) for", "eligibility"),
    Mutant("eligibility", "gone_already = is_leaving and city.leaving_member is LeavingMember.LEFT_OUT", "gone_already = False", "eligibility"),
    Mutant("eligibility", "gone_already = is_leaving and city.leaving_member is LeavingMember.LEFT_OUT", "gone_already = is_leaving", "eligibility"),
    Mutant("eligibility", "return is_leaving and city.leaving_member is LeavingMember.REFUSED", "return is_leaving", "eligibility"),
    Mutant("eligibility", "if not household.keys() >= set(numbers):", "if not household.keys() & set(numbers) and numbers:", "eligibility"),
    Mutant("eligibility", "if options.whole_household and options.member_numbers:", "if False:", "eligibility"),
    Mutant("eligibility", "household_key == applicant.control.household_key and", "household_key and", "eligibility"),
    Mutant("eligibility", "if register.filing_in_progress:", "if register.filing_in_progress and numbers is None:", "eligibility"),
    Mutant("eligibility", "for member in register.members if not member.removed]", "for member in register.members]", "eligibility"),
    Mutant("eligibility", "if len(found) == 1 else None", "if found else None", "eligibility"),
    Mutant("eligibility", "else sorted(numbers)\n    if not members", "else list(numbers)\n    if not members", "eligibility"),
)  # fmt: skip


class _Mutating(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Loads one module with its text changed."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._module = f"kofu_spec.rules.{mutant.rule}"
        self._file = ROOT / "spec" / "kofu_spec" / "rules" / f"{mutant.rule}.py"

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        found = importlib.machinery.ModuleSpec(fullname, self, origin=str(self._file))
        return found if fullname == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        text = self._file.read_text("utf-8")
        if text.count(self._mutant.was) != 1:
            sys.exit(
                f"{self._mutant.name}: stands {text.count(self._mutant.was)} times in the rule; bring it up to date"
            )
        exec(compile(text.replace(self._mutant.was, self._mutant.now), self._file, "exec"), module.__dict__)


def _under(mutant: Mutant, report: "Callable[[], str]") -> str:
    """What is reported by a process of its own in which the rule is mutated."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        sys.meta_path.insert(0, _Mutating(mutant))
        with os.fdopen(writing, "w") as stream:
            stream.write(report())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    os.waitpid(child, 0)
    return told


def _differing() -> str:
    """The names of the vectors that the rules give otherwise than they are committed."""
    from kofu_spec.vectors.makers import MAKERS, traces
    from kofu_spec.vectors.making import VectorsWrong, files
    from kofu_spec.vectors.reading import folder

    found = []
    for make in MAKERS:
        if make is traces.make:
            continue  # made from the model, which asks no rule
        try:
            made = make()
            differs = any((folder() / path).read_text("utf-8") != text for path, text in files([made]))
            found += [made.name] if differs else []
        except (VectorsWrong, ValueError, KeyError) as wrong:
            found.append(f"{make.__module__}.{make.__name__} fails: {wrong}")
    return " ".join(found)


def _against_vectors() -> None:
    """One line a mutant: its number, and the vectors that differ."""
    # What takes long to load and is no rule, once for all.
    import holidays  # noqa: F401
    import jsonschema  # noqa: F401

    import kofu_spec.contract.reasons
    import kofu_spec.requirements
    from kofu_spec.city import make_city

    make_city()
    kofu_spec.requirements.load()
    for number, mutant in enumerate(MUTANTS):
        print(number, _under(mutant, _differing), flush=True)


def _against_tests() -> int:
    """The tests of each rule on its mutants; how many survived."""

    def fate(mutant: Mutant) -> str:
        number = str(MUTANTS.index(mutant))
        tests = Path(__file__).parent / f"test_rules_{mutant.rule}.py"
        options = ("-q", "-x", "-p", "no:cacheprovider", f"--rootdir={ROOT}", f"-c={ROOT / 'pyproject.toml'}")
        command = [sys.executable, __file__, "pytest", number, *options, str(tests)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        by = next((line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
        return f"killed by {by.split('::')[-1]}" if done.returncode == 1 else f"SURVIVED, status {done.returncode}"

    with ThreadPoolExecutor(2) as pool:
        fates = list(pool.map(fate, MUTANTS))
    for mutant, became in zip(MUTANTS, fates, strict=True):
        print(f"{mutant.name}\n    {became}")
    return sum(became.startswith("SURVIVED") for became in fates)


def _tests_of(number: str, arguments: Sequence[str]) -> int:
    sys.meta_path.insert(0, _Mutating(MUTANTS[int(number)]))
    import pytest

    return int(pytest.main(list(arguments)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["vectors"]:
            _against_vectors()
        case ["pytest", number, *arguments]:
            sys.exit(_tests_of(number, arguments))
        case _:
            sys.exit(min(_against_tests(), 1))
