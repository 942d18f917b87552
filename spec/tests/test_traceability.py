"""The committed links: readable, in step with the catalogue, and plain about their own faults."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from kofu_spec import requirements
from kofu_spec.traceability import (
    CheckLink,
    FaultLink,
    Traceability,
    TraceabilityError,
    as_text,
    load,
    parse,
    published_vectors,
    waiting,
)

CHECK = CheckLink(
    id="chain.pin.locks",
    suite="chain",
    title="Three wrong PINs.",
    quotation="ロック",
    story="Three wrong PINs.\n\n> ロック\n\nIt locks.",
    requirements=("3.3.10", "3.3.9"),
    exercised=("3.3.10",),
)
FAULT = FaultLink("four_tries", "kiosk", "3.3.10", "It takes four.", "chain.pin.locks", killed=True)
LINKS = Traceability({CHECK.id: CHECK}, {FAULT.id: FAULT}, {"pin": ("3.3.10",)})


def test_links_survive_being_written_and_read() -> None:
    assert parse(as_text(LINKS)) == replace(LINKS, vectors={})


def test_the_committed_file_is_as_it_would_be_written() -> None:
    links = load()
    assert (files("kofu_spec.traceability") / "links.json").read_text("utf-8") == as_text(links)


def test_links_are_found_from_either_end() -> None:
    assert LINKS.checks_of("3.3.9") == (CHECK,)
    assert LINKS.checks_of("3.3.1") == ()
    assert LINKS.faults_of("3.3.10") == (FAULT,)
    assert LINKS.faults_of("chain.pin.locks") == (FAULT,)
    assert LINKS.faults_of("3.3.9") == ()
    assert LINKS.vectors_of("3.3.10") == ("pin",)
    assert LINKS.vectors_of("3.3.9") == ()


def test_vectors_are_read_from_what_the_package_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kofu_spec.traceability.links.resources.files", lambda _: tmp_path)
    assert published_vectors() == {}
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "pin.json").write_text('{"version": "1", "requirements": ["3.3.10"]}')
    assert published_vectors() == {"pin": ("3.3.10",)}
    (tmp_path / "vectors" / "pin.json").write_text('{"version": "1"}')
    with pytest.raises(TraceabilityError, match=r"^vectors/pin\.json: requirements: Field required; make the vectors"):
        published_vectors()


def test_a_fault_that_was_not_found_proves_nothing() -> None:
    survivor = replace(LINKS, faults={FAULT.id: replace(FAULT, killed=False)})
    assert survivor.faults_of("3.3.10") == ()


def test_the_committed_links_name_requirements_of_the_catalogue() -> None:
    catalogue, links = requirements.load(), load()
    assert len(links.checks) > 20
    assert len(links.faults) > 25
    for check in links.checks.values():
        assert set(check.exercised) <= set(check.requirements) <= set(catalogue), check.id
    for fault in links.faults.values():
        assert fault.statement in links.checks[fault.killed_by].requirements, fault.id


def test_what_waits_is_what_the_list_allows() -> None:
    assert waiting() == {one.id for one in requirements.load().values() if one.pending}


def changed(**changes: object) -> str:
    """The links with fields of the one check changed; None takes a field away."""
    data = json.loads(as_text(LINKS))
    fields = data["checks"][CHECK.id] | changes
    data["checks"][CHECK.id] = {key: value for key, value in fields.items() if value is not None}
    return json.dumps(data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "links.json: Invalid JSON"),
        ("{}", "links.json: version: "),
        (changed(colour="red"), "links.json: checks: chain.pin.locks: colour: "),
        (changed(requirements="3.3.10"), "links.json: checks: chain.pin.locks: requirements: "),
        (changed(story=None), "links.json: checks: chain.pin.locks: story: "),
        (as_text(LINKS).replace('"version": 1', '"version": 2'), "links.json: version: "),
    ],
)
def test_a_fault_of_the_file_is_one_line_with_its_remedy(text: str, said: str) -> None:
    with pytest.raises(TraceabilityError) as refused:
        parse(text)
    assert str(refused.value).startswith(said)
    assert str(refused.value).endswith("run make traceability")
    assert "\n" not in str(refused.value)
