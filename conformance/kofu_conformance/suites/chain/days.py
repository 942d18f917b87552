"""Days on which an answer changes: the fifteenth birthday, the switch of the tax year. [1.8, 1.9]"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.issuing import IssuingClient
from kofu_spec.city import Citizen
from kofu_spec.rules.calendar import JST
from kofu_spec.rules.eligibility import expected
from kofu_spec.rules.tax_year import SWITCHES_ON

SERVED = "served"
FIRST, LAST = time(6, 30), time(22, 59, 59, 999_000)
HOURS = st.sampled_from((FIRST, time(12, 0), LAST))
BORN_LONG_AGO = 2007
"""Whoever was born by then was fifteen before the service began."""


@dataclass(frozen=True)
class Applied:
    """Someone of a family applies, so many days after the day on which the fifteenth birthday falls."""

    family: Literal["turns-15", "born-29-february"]
    days_after: int
    hour: time


AGES = st.builds(Applied, st.sampled_from(("turns-15", "born-29-february")), st.integers(-2, 2), HOURS)


@check(
    "1.8",
    cases=st.tuples(
        AGES.filter(lambda one: one.family == "born-29-february" and one.days_after == -1),
        AGES.filter(lambda one: one.family == "turns-15" and one.days_after == 0 and one.hour == FIRST),
        AGES,
    ),
    quick=2,
    standard=10,
    thorough=30,
)
def fifteen_from_the_birthday_on(chain: Chain, applied: tuple[Applied, ...]) -> None:
    """
    Young people apply on the days around their fifteenth birthday, among them those born on 29 February, who have none
    in a common year.

    > 利用条件	個人番号カード

    Up to the evening before they are refused for their age; from the first moment of the birthday on they are served,
    those of 29 February from 1 March on.
    """
    for one in applied:
        citizen = chain.citizen(one.family, _turns_fifteen_in_the_service)
        instant = datetime.combine(_fifteenth_birthday(citizen) + timedelta(days=one.days_after), one.hour, JST)
        chain.story.step(f"{citizen.key} of {one.family} applies at {instant.isoformat()}")
        _answered_as_specified(chain, citizen, instant)
        chain.story.trigger("1.8")


def _turns_fifteen_in_the_service(citizen: Citizen) -> bool:
    assert citizen.resident is not None
    return citizen.resident.birth_date.exact.year > BORN_LONG_AGO


def _fifteenth_birthday(citizen: Citizen) -> date:
    assert citizen.resident is not None
    born = citizen.resident.birth_date.exact
    return date(born.year + 15, born.month, 1) + timedelta(days=born.day - 1)


def _answered_as_specified(chain: Chain, citizen: Citizen, instant: datetime) -> None:
    application = applications.residence()
    found = expected(chain.city, citizen, application, instant)
    due = Reason.Name(found) if isinstance(found, int) else SERVED
    answer = chain.issuing().issue(citizen, application, received_at=instant)
    observed = SERVED if answer.refusal is None else answer.refusal.reason
    expect_equal(observed, due, seen_at=answer.call, code="age_by_another_day")


@dataclass(frozen=True)
class Asked:
    """A tax certificate asked for on a day, by its year or as the current one."""

    day: date
    by_year: bool
    hour: time


SWITCH = date(2027, *SWITCHES_ON)
TAX_DAYS = (date(2027, 1, 4), date(2027, 3, 31), date(2027, 4, 1), date(2027, 4, 30), SWITCH - timedelta(days=1))


@check(
    "1.9",
    cases=st.tuples(
        st.builds(Asked, st.sampled_from(TAX_DAYS), st.booleans(), HOURS),
        st.builds(Asked, st.just(date(2027, 4, 1)), st.booleans(), HOURS),
        st.builds(Asked, st.just(SWITCH), st.booleans(), HOURS),
    ),
    quick=1,
    standard=6,
    thorough=20,
)
def the_year_before_until_the_switch(chain: Chain, asked: tuple[Asked, ...]) -> None:
    """
    A citizen of whom the tax year of 2026 is recorded asks for the certificate in the spring of 2027: before and after
    1 April, on the eve of the city's switch, and on its day.

    > 市・県民税課税証明書（現年度分）

    From 1 April until the switch the year before is still the current one, and is certified; from the switch on there
    is no record of the current year, and nothing is made up.
    """
    for one in asked:
        citizen = chain.citizen("plain", lambda someone: someone.tax is not None)
        assert citizen.tax is not None
        application = applications.tax(citizen.tax.tax_year if one.by_year else 0)
        instant = datetime.combine(one.day, one.hour, JST)
        chain.story.step(f"tax certificate asked for at {instant.isoformat()}{' by its year' if one.by_year else ''}")
        client: IssuingClient = chain.issuing()
        answer = client.issue(citizen, application, received_at=instant)
        if one.day >= SWITCH:
            answer.refused("REASON_NO_TAX_RECORD", code="certified_after_the_switch")
        else:
            items = answer.granted("the certificate of the year before the switch").document.tax_assessment
            expect_equal(items.tax_year, citizen.tax.tax_year, seen_at=answer.call, code="another_tax_year")
        chain.story.trigger("1.9")
