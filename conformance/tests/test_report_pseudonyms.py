"""No name, address or number of a person reaches a report."""

import json
from pathlib import Path

from conformance.tests import zoo
from conformance.tests.zoo import FakeChain, write_profile

from kofu_conformance.cli import checking
from kofu_conformance.engine import Level, Registry, check, deviate
from kofu_conformance.engine.execution import execute
from kofu_conformance.report.pseudonyms import Pseudonyms
from kofu_spec.city import make_city

CITY = make_city(1, 80, "992011")
SOMEBODY = next(one for one in CITY.citizens if one.resident is not None and one.koseki is not None)
ZOO_OF_NAMES = Registry()


def record_of() -> tuple[str, str, str]:
    assert SOMEBODY.resident is not None
    return SOMEBODY.resident.name, SOMEBODY.resident.address, SOMEBODY.resident.individual_number


@check("1.1", registry=ZOO_OF_NAMES)
def leaks(chain: FakeChain) -> None:
    """A check that tells names.

    > 引用文
    """
    name, address, number = record_of()
    chain.story.trigger("1.1")
    chain.story.step(f"card of {name} in")
    chain.story.unobserved(f"{name} away")
    chain.story.wire({"from": "kiosk", "items": [{"address": address}, number]})
    deviate(expected=name, observed=[name, address], seen_at=number, code="leak")


@check("1.1", registry=ZOO_OF_NAMES)
def leaks_by_a_bug(chain: FakeChain) -> None:
    """A check with a fault whose message has a name.

    > 引用文
    """
    raise KeyError(record_of()[0])


def test_every_text_of_an_outcome_has_pseudonyms() -> None:
    outcome = execute(ZOO_OF_NAMES["test_report_pseudonyms.leaks"], FakeChain(), "null")
    masked = Pseudonyms.of(CITY).outcome(outcome)
    for text in record_of():
        assert repr(text)[1:-1] in repr(outcome)
        assert repr(text)[1:-1] not in repr(masked)
    assert masked.steps == (f"card of 〈name of {SOMEBODY.key}〉 in",)


def test_nothing_personal_is_written_by_a_run(tmp_path: Path, monkeypatch: object) -> None:
    suite = checking.Suite(
        ZOO_OF_NAMES, zoo.CATALOGUE, zoo.open_fake_chain, tmp_path / "cache", lambda _: Pseudonyms.of(CITY)
    )
    monkeypatch.setattr(checking, "require_reachable", lambda profile: None)  # type: ignore[attr-defined]
    wanted = checking.Wanted(write_profile(tmp_path), None, Level.QUICK, (), (), 7, tmp_path / "out")
    assert checking.run_check(wanted, as_json=False, suite=suite) == 1
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) == 4
    for text in record_of():
        for form in (text, repr(text)[1:-1], json.dumps(text)[1:-1]):
            assert not [one for one in written if form in one]


def test_texts_without_persons_stay_as_they_are() -> None:
    assert Pseudonyms.of(CITY).text("REASON_PIN_LOCKED 令和8年10月7日") == "REASON_PIN_LOCKED 令和8年10月7日"
    assert Pseudonyms({}).text("any") == "any"
