"""Numbers of persons and cards."""

from collections.abc import Callable
from random import Random


def individual_number_check_digit(eleven_digits: str) -> int:
    """The check digit of an Individual Number: article 5 of ordinance 85 of 2014 of the Ministry of Internal Affairs.

    Digits are counted from the lowest, n = 1 to 11; weights are n + 1 up to the sixth digit, then n - 5.
    """
    weighted = 0
    for n, digit in enumerate(reversed(eleven_digits), start=1):
        weighted += int(digit) * (n + 1 if n <= 6 else n - 5)
    rest = weighted % 11
    return 0 if rest <= 1 else 11 - rest


class Numbers:
    """Draws numbers that no one else in the city has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def individual_number(self) -> str:
        """Twelve digits with a right check digit. Four leading zeros mark it as made up, and find those who count."""
        digits = self._fresh(lambda: f"0000{self._random.randrange(10**7):07d}")
        return f"{digits}{individual_number_check_digit(digits)}"

    def serial(self) -> str:
        """A certificate serial, lower-case hex, of odd and even lengths alike."""
        return self._fresh(lambda: f"{self._random.getrandbits(self._random.randint(64, 120)) | 1 << 60:x}")

    def seal_registration(self) -> str:
        """Eight digits."""
        return self._fresh(lambda: f"{self._random.randrange(10**8):08d}")

    def seal_pattern(self) -> int:
        """What tells one seal's face from another's, 32 bits."""
        return int(self._fresh(lambda: f"seal {self._random.getrandbits(32)}").split()[1])

    def residence_card(self) -> str:
        """Two letters, eight digits, two letters; the letters ZZ mark it as made up."""
        return self._fresh(lambda: f"ZZ{self._random.randrange(10**8):08d}ZZ")

    def pin(self) -> str:
        """Four digits, leading zeros included. Not unique."""
        return f"{self._random.randrange(10000):04d}"

    def _fresh(self, draw: Callable[[], str]) -> str:
        while (number := draw()) in self._given:
            pass
        self._given.add(number)
        return number
