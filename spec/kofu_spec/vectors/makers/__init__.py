"""One module a rule, with the functions that make its files.

A file that comes from elsewhere, such as whole traces of the chain from the model, is one more function here.
"""

from collections.abc import Callable

from kofu_spec.vectors.makers import eligibility, eras, fees, holidays, hours, items, names, numbers, pin, tax_year
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
)
"""Everything that makes a file."""
