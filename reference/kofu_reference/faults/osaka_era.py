"""Osaka, 2019: the table of eras is brought up to date a week late: in 令和元年 papers are dated 平成31年."""

from dataclasses import replace
from datetime import date
from typing import Final

from kofu_reference.issuing.system import Issuing
from kofu_reference.paper import forms

SYSTEM = "issuing"
STATEMENT = "P.9"
KILLED_BY = "chain.eras.the_first_days_of_an_era"
UP_TO_DATE_FROM: Final = date(2019, 5, 8)


def install(system: Issuing) -> None:  # noqa: ARG001
    newest, *others = forms.ERAS
    forms.ERAS = (replace(newest, first_day=UP_TO_DATE_FROM), *others)  # type: ignore[assignment]
