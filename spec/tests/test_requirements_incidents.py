"""The incidents: sober data in both languages, each tied to what it broke and to what catches it."""

import re

import pytest
import yaml

from kofu_spec import requirements, traceability
from kofu_spec.requirements import CatalogueError
from kofu_spec.requirements.incidents import load, of_requirement, parse

VALID = """
- id: somewhere
  place_ja: ある市
  place_en: Somewhere
  when_ja: 令和5年
  when_en: "2023"
  came_out_ja: 証明書1通
  came_out_en: 1 document.
  cause_ja: 公表されていない。
  cause_en: Not published.
  properties: [P.1]
  faults: [yokohama]
"""


def entry(**changes: object) -> str:
    """The valid entry with fields changed; None takes a field away."""
    [fields] = yaml.safe_load(VALID)
    fields |= changes
    return yaml.safe_dump([{key: value for key, value in fields.items() if value is not None}], allow_unicode=True)


def test_the_nine_incidents_are_told() -> None:
    assert list(load()) == [
        "yokohama",
        "adachi",
        "kawasaki",
        "tokushima",
        "cancelled-seal",
        "munakata",
        "takamatsu",
        "osaka-era",
        "lgwan-outage",
    ]


def test_every_property_of_the_profile_but_the_regulator_s_words_answers_an_incident() -> None:
    answered = {one for incident in load().values() for one in incident.properties}
    assert {f"P.{n}" for n in range(1, 10)} <= answered


def test_the_faults_were_found_by_a_check_that_judges_a_property_of_the_profile_that_the_incident_broke() -> None:
    links = traceability.load()
    for incident in load().values():
        for fault in incident.faults:
            assert links.faults[fault].killed, incident.id
            judged = set(links.checks[links.faults[fault].killed_by].requirements)
            assert any(one.startswith("P.") for one in judged & set(incident.properties)), incident.id


def test_incidents_are_found_from_what_they_broke() -> None:
    assert [one.id for one in of_requirement("P.5")] == ["cancelled-seal"]
    assert of_requirement("1.1") == ()


def test_what_a_requirement_gives_as_its_reason_is_among_its_incidents() -> None:
    """A place that the decision of a requirement of the profile names is one whose incident broke it."""
    for requirement in requirements.load().values():
        for incident in load().values():
            place = re.split(r" and |,", incident.place_en)[0]
            reasons = " ".join(decision.reason_en for decision in requirement.decisions)
            if re.search(rf"\bIn {place}\b|\bin {place}\b", reasons):
                assert requirement.id in incident.properties, (requirement.id, incident.id)


def test_both_languages_are_what_they_say() -> None:
    kana = re.compile(r"[ぁ-んァ-ヶ一-龠]")
    for one in load().values():
        assert all(kana.search(text) for text in (one.place_ja, one.when_ja, one.came_out_ja, one.cause_ja)), one.id
        english = (one.place_en, one.when_en, one.came_out_en, one.cause_en)
        assert all(len(kana.findall(text)) < len(text) / 4 for text in english), one.id


def test_the_valid_entry_is_valid() -> None:
    assert parse(entry(), ["P.1"])["somewhere"].faults


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (entry(id="Some where"), "Some where: id: "),
        (entry(cause_ja=None), "somewhere: cause_ja: Field required; add it"),
        (entry(colour="red"), "somewhere: colour: Extra inputs are not permitted; take it out"),
        (entry(properties=[]), "somewhere: properties: "),
        (entry(properties=["P.99"]), "somewhere: properties: the catalogue has no P.99; name one that it has"),
        (entry(faults=None), "somewhere: faults: must name a seeded fault, or pending what one waits for"),
        (entry(pending="suite"), "somewhere: faults: must name a seeded fault, or pending what one waits for"),
        (entry() + entry(), "somewhere: id: stands twice"),
    ],
)
def test_a_fault_of_the_file_names_id_field_rule_and_remedy(text: str, said: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse(text, ["P.1"])
    assert str(refused.value).startswith(f"incidents.yaml: {said}")
    assert "\n" not in str(refused.value)
