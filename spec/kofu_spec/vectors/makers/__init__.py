"""One module a rule, with the functions that make its files; `traces` asks the model instead of a rule."""

from collections.abc import Callable

from kofu_spec.vectors.makers import (
    eligibility,
    eras,
    fees,
    holidays,
    hours,
    items,
    names,
    numbers,
    pin,
    tax_year,
    traces,
)
from kofu_spec.vectors.making import Made

MAKERS: tuple[Callable[[], Made], ...] = (
    eligibility.make,
    eras.make,
    fees.make,
    holidays.make,
    hours.make,
    numbers.individual_numbers,
    items.make,
    numbers.municipality_codes,
    names.make,
    pin.make,
    tax_year.make,
    traces.make,
)
"""Everything that makes a file."""
