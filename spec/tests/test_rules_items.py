"""What a document may show: what was asked for and nothing besides. [1.3, 2.1, 2.2, 2.3]"""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from itertools import product

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.common_pb2 import Application, KosekiIndividualOptions, ResidenceOptions, TaxOptions
from kofu_spec.city import make_city
from kofu_spec.rules.calendar import JST
from kofu_spec.rules.eligibility import expected
from kofu_spec.rules.items import json_path, shown

CITY = make_city()
NOW = datetime(2026, 10, 7, 10, tzinfo=JST)
KINDS = [field.name for field in Application.DESCRIPTOR.fields]
SWITCHES = ("show_domicile", "show_relationship", "show_individual_number")
ASKED_FOR_BY = {
    "show_domicile": {"persons[].registered_domicile", "persons[].head_of_register"},
    "show_relationship": {"householder", "persons[].relationship"},
    "show_individual_number": {"persons[].individual_number"},
}
DATES = {"CivilDate", "RecordedDate"}
RESIDENCE_KINDS = ("residence_certificate", "residence_record_items")
CHOSEN = st.fixed_dictionaries({switch: st.booleans() for switch in SWITCHES})
APPLICATIONS = st.one_of(
    *(st.builds(lambda on, kind=kind: Application(**{kind: on}), CHOSEN) for kind in RESIDENCE_KINDS),
    st.sampled_from([Application(**{kind: {}}) for kind in KINDS]),
    st.just(Application(residence_certificate=ResidenceOptions(whole_household=True))),
    st.just(Application(tax_assessment=TaxOptions(tax_year=2026))),
    st.just(Application(koseki_individual_matters=KosekiIndividualOptions(member_numbers=[1]))),
)


def everything(kind: str) -> Application:
    return Application(**{kind: dict.fromkeys(SWITCHES, True) if kind in RESIDENCE_KINDS else {}})


def leaves(message: Message, at: str = "") -> Iterator[str]:
    """The paths of the fields set, a date being one."""
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.name in DATES:
            yield at + field.name
        elif field.is_repeated:
            for each in value:
                yield from leaves(each, f"{at}{field.name}[].")
        else:
            yield from leaves(value, f"{at}{field.name}.")


@given(key=st.sampled_from([each.key for each in CITY.citizens]), application=APPLICATIONS)
def test_no_document_shows_more(key: str, application: Application) -> None:
    answer = expected(CITY, CITY.by_key(key), application, NOW)
    if isinstance(answer, Message):
        assert set(leaves(answer)) <= set(shown(application))


@pytest.mark.parametrize("kind", KINDS)
def test_each_item_that_may_be_shown_is_shown_to_somebody(kind: str) -> None:
    found: set[str] = set()
    for citizen in CITY.citizens:
        answer = expected(CITY, citizen, everything(kind), NOW)
        found |= set(leaves(answer)) if isinstance(answer, Message) else set()
    assert set(shown(everything(kind))) - found <= {"persons[].removed"}


@pytest.mark.parametrize("kind", RESIDENCE_KINDS)
@pytest.mark.parametrize("on", [*product([False, True], repeat=3)], ids=str)
def test_each_switch_adds_its_own_items_and_no_others(kind: str, on: tuple[bool, ...]) -> None:
    chosen = {switch for switch, is_on in zip(SWITCHES, on, strict=True) if is_on}
    bare = set(shown(Application(**{kind: {}})))
    added = set(shown(Application(**{kind: dict.fromkeys(chosen, True)}))) - bare
    assert added == set().union(*(ASKED_FOR_BY[switch] for switch in chosen))


@given(numbers=st.lists(st.integers(1, 30), unique=True), kind=st.sampled_from(RESIDENCE_KINDS))
def test_whom_it_shows_changes_nothing_in_what_it_shows(numbers: list[int], kind: str) -> None:
    bare = shown(Application(**{kind: {}}))
    assert shown(Application(**{kind: {"member_numbers": numbers}})) == bare
    assert shown(Application(**{kind: {"whole_household": True}})) == bare


@pytest.mark.parametrize("kind", KINDS)
def test_all_options_together_show_the_items_of_the_contract(kind: str) -> None:
    """`items.json` is generated from the protos; what only holds other items is none itself."""
    table = json.loads((resources.files("kofu_spec.contract") / "items.json").read_text("utf-8"))
    paths = [row["json_path"].split(".", 2)[2] for row in table if row["certificate"] == kind]
    items = {path for path in paths if not any(other.startswith(f"{path}.") for other in paths)}
    assert {json_path(path) for path in shown(everything(kind))} == items


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_shows_control_data_or_the_residence_record_code(kind: str) -> None:
    names = {part for path in shown(everything(kind)) for part in path.split(".")}
    assert not {name for name in names if name.endswith("_key") or "control" in name or "record_code" in name}


def test_an_application_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="application: must name a certificate"):
        shown(Application())
