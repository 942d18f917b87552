"""Addresses and domiciles in the fictitious city and elsewhere, all in prefectures that there are not."""

from collections.abc import Callable
from random import Random

PREFECTURE = "架空県"
DEFAULT_CODE = "992011"
CITY_NAMES = {DEFAULT_CODE: "架空市", "992020": "例示市"}
TOWNS = (
    "あけぼの町",
    "ひばり台",
    "みどり野",
    "仮名町",
    "見本町",
    "空想ケ丘",
    "雛形台",
    "標本ノ里",
    "ゆめみ坂",
    "模擬島",
)
CHOME = ("一丁目", "二丁目", "三丁目", "四丁目", "五丁目", "六丁目", "七丁目")
BUILDINGS = ("見本荘", "コーポ例示", "架空ハイツ", "仮想マンションA棟", "メゾン・ド・カクウ")
ELSEWHERE = (
    "見本県例示市中央一丁目",
    "見本県標本郡仮題町大字仮設",
    "想定県模擬市東区虚構町",
    "虚構都試験区演習二丁目",
    "仮想府雛形市北三条西",
)


def city_name(municipality_code: str) -> str:
    """The city's name with its prefecture."""
    return PREFECTURE + CITY_NAMES.get(municipality_code, "第" + municipality_code + "架空市")


class Places:
    """Draws places; an address is given to one household only, unless a family shares it on purpose."""

    def __init__(self, random: Random, municipality_code: str) -> None:
        self._random = random
        self._city = city_name(municipality_code)
        self._given: set[str] = set()

    @property
    def city(self) -> str:
        """The city's name with its prefecture."""
        return self._city

    def address(self) -> str:
        """A fresh address in the city."""
        return self._fresh(self._draw_address)

    def domicile(self) -> str:
        """A fresh registered domicile in the city."""
        return self._fresh(lambda: f"{self._street()}{self._random.randint(1, 999)}番地")

    def elsewhere(self) -> str:
        """An address in another municipality. Not unique."""
        return f"{self._random.choice(ELSEWHERE)}{self._random.randint(1, 40)}番地{self._random.randint(1, 30)}"

    def _street(self) -> str:
        return f"{self._city}{self._random.choice(TOWNS)}{self._random.choice(CHOME)}"

    def _draw_address(self) -> str:
        address = f"{self._street()}{self._random.randint(1, 40)}番{self._random.randint(1, 30)}号"
        if self._random.random() < 0.3:
            address += (
                f" {self._random.choice(BUILDINGS)}{self._random.randint(1, 12)}{self._random.randint(1, 20):02d}号室"
            )
        return address

    def _fresh(self, draw: Callable[[], str]) -> str:
        while (place := draw()) in self._given:
            pass
        self._given.add(place)
        return place
