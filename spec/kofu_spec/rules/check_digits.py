"""Check digits of the two numbers that stand in messages: municipality code and Individual Number. [2.1, 2.7]"""

from collections.abc import Callable
from enum import StrEnum

MUNICIPALITY_CODE_LENGTH, INDIVIDUAL_NUMBER_LENGTH = 6, 12

_ASCII_DIGITS = frozenset("0123456789")


class Fault(StrEnum):
    """What is wrong with a number, the first of them that applies."""

    NOT_DIGITS = "NOT_DIGITS"
    """Something else than the digits 0 to 9 of ASCII: a blank, a letter, a digit in full width."""
    LENGTH = "LENGTH"
    """Not as many digits as the number has."""
    CHECK_DIGIT = "CHECK_DIGIT"
    """The last digit does not follow from the others."""


def municipality_code_fault(code: str) -> Fault | None:
    """What is wrong with a municipality code (JIS X 0402 and check digit); None where nothing is."""
    return _fault(code, MUNICIPALITY_CODE_LENGTH, municipality_code_check_digit)


def individual_number_fault(number: str) -> Fault | None:
    """What is wrong with an Individual Number; None where nothing is."""
    return _fault(number, INDIVIDUAL_NUMBER_LENGTH, individual_number_check_digit)


def municipality_code_check_digit(five_digits: str) -> int:
    """The sixth digit: the last one of 11 minus the rest by 11 of the sum of digits times 6, 5, 4, 3, 2."""
    weighted = sum(int(digit) * weight for digit, weight in zip(five_digits, (6, 5, 4, 3, 2), strict=True))
    return (11 - weighted % 11) % 10


def individual_number_check_digit(eleven_digits: str) -> int:
    """The twelfth digit, by article 5 of ordinance 85 of 2014 of the Ministry of Internal Affairs.

    From the lowest of the eleven on, weights are 2 to 7 and then 2 to 6; the digit is 11 minus the rest of the sum
    by 11, and 0 where the rest is 0 or 1.
    """
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(eleven_digits, weights, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def _fault(number: str, length: int, check_digit: Callable[[str], int]) -> Fault | None:
    if not set(number) <= _ASCII_DIGITS:
        return Fault.NOT_DIGITS
    if len(number) != length:
        return Fault.LENGTH
    return None if int(number[-1]) == check_digit(number[:-1]) else Fault.CHECK_DIGIT
