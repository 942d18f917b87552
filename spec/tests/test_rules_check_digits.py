"""Check digits of municipality codes and Individual Numbers. [2.1, 2.7]"""

import protovalidate
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.center_pb2 import GetCalendarRequest
from kofu.v1.document_pb2 import ResidencePersonItems
from kofu_spec.city import make_city
from kofu_spec.rules.check_digits import (
    Fault,
    individual_number_check_digit,
    individual_number_fault,
    municipality_code_check_digit,
    municipality_code_fault,
)

TEXTS = st.text(st.sampled_from("0123456789０１a- "), max_size=14)


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("0123456789"), min_size=count, max_size=count)


@pytest.mark.parametrize("code", ["112038", "011002", "131016", "271004", "992011"])
def test_codes_that_are_in_use(code: str) -> None:
    assert municipality_code_fault(code) is None


def test_every_resident_of_the_city_has_a_right_number() -> None:
    numbers = [each.resident.individual_number for each in make_city().citizens if each.resident is not None]
    assert len(numbers) > 300
    assert not [number for number in numbers if individual_number_fault(number)]


@given(five=digits(5), place=st.integers(0, 4), other=st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_code_is_found_but_for_the_two_rests_that_share_a_digit(
    five: str, place: int, other: str
) -> None:
    """Rests 0 and 10 both give 1; between any other two the digit differs."""
    wrong = five[:place] + other + five[place + 1 :]
    rests = {sum(int(d) * w for d, w in zip(each, (6, 5, 4, 3, 2), strict=True)) % 11 for each in (five, wrong)}
    if wrong != five and rests != {0, 10}:
        assert municipality_code_fault(wrong + str(municipality_code_check_digit(five))) is Fault.CHECK_DIGIT


@given(eleven=digits(11), place=st.integers(0, 10), other=st.sampled_from("0123456789"))
def test_one_wrong_digit_of_a_number_is_found_unless_the_check_digit_is_0(eleven: str, place: int, other: str) -> None:
    """Rests 0 and 1 both give 0, the ordinance's own weakness."""
    wrong, check = eleven[:place] + other + eleven[place + 1 :], individual_number_check_digit(eleven)
    if wrong != eleven and check != 0:
        assert individual_number_fault(f"{wrong}{check}") is Fault.CHECK_DIGIT


@given(eleven=digits(11), five=digits(5))
def test_exactly_one_of_ten_last_digits_is_right(eleven: str, five: str) -> None:
    assert [individual_number_fault(f"{eleven}{last}") for last in range(10)].count(None) == 1
    assert [municipality_code_fault(f"{five}{last}") for last in range(10)].count(None) == 1


@given(TEXTS | digits(6) | digits(12))
def test_the_interfaces_rules_say_the_same(text: str) -> None:
    asked = GetCalendarRequest(municipality_code=text)
    assert (municipality_code_fault(text) is None) == (not protovalidate.collect_violations(asked))
    if text:
        person = ResidencePersonItems(name="見本", birth_date={"unknown": True}, individual_number=text)
        assert (individual_number_fault(text) is None) == (not protovalidate.collect_violations(person))


@pytest.mark.parametrize(
    ("text", "fault"),
    [("", Fault.LENGTH), ("99201", Fault.LENGTH), ("9920111", Fault.LENGTH), ("99201１", Fault.NOT_DIGITS)],
)
def test_what_is_wrong_is_told(text: str, fault: Fault) -> None:
    assert municipality_code_fault(text) is fault
