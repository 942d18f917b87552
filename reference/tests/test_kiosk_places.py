"""Whose certificates are offered, where the center serves several municipalities. [1.3, 2.7]"""

# ruff: noqa: F811 - fixtures are imported

import re

import httpx
import pytest
from reference.tests.kiosk_side import (  # noqa: F401 - some are fixtures
    FEE_YEN,
    MUNICIPALITY,
    Citizen,
    Shop,
    card_box,
    citizen,
    key,
    shop,
)
from starlette.applications import Starlette

from kofu.testing.v1 import control_pb2
from kofu.v1.center_pb2 import MunicipalityName
from kofu_reference.kiosk.screen.application import Screens
from kofu_reference.kiosk.screen.pages import FEW_PLACES
from kofu_reference.kiosk.screen.prefectures import PREFECTURES, prefecture_of
from kofu_spec.rules.check_digits import municipality_code_check_digit

SEAL = {"kind": "3", "copies": "1"}
ELSEWHERE = "992020"
NORTH, FICTITIOUS = "北海道", "架空県"


def code(five: int) -> str:
    return f"{five:05}{municipality_code_check_digit(f'{five:05}')}"


FAR = code(1100)
FEW = [FAR, *(code(99_300 + number) for number in range(2)), MUNICIPALITY]
MANY = [FAR, *(code(99_300 + number) for number in range(FEW_PLACES)), MUNICIPALITY]


def test_of_one_municipality_the_certificates_are_offered_at_once(citizen: Citizen) -> None:
    citizen.insert()
    citizen.pin()
    seen = citizen.take_card()
    assert (list(seen.municipality_codes), seen.municipality_code) == ([MUNICIPALITY], MUNICIPALITY)
    assert [offer.fee_yen for offer in seen.offers] == [FEE_YEN]


def test_of_several_municipalities_nothing_is_offered_until_one_is_chosen(shop: Shop, citizen: Citizen) -> None:
    shop.center.fees_yen = {MUNICIPALITY: 300, ELSEWHERE: 450}
    citizen.insert()
    citizen.pin()
    seen = citizen.take_card()
    assert (list(seen.municipality_codes), seen.municipality_code) == ([MUNICIPALITY, ELSEWHERE], "")
    assert not seen.offers
    assert [each.text for each in seen.spoken][-1:] == [seen.text_ja] == ["証明書を発行する市区町村を選んでください。"]
    for code, fee_yen in shop.center.fees_yen.items():
        seen = citizen.choose_municipality(code)
        assert (seen.screen, seen.municipality_code) == (control_pb2.SCREEN_CHOOSE, code)
        assert [offer.fee_yen for offer in seen.offers] == [fee_yen]
        assert [each.text for each in seen.spoken] == [seen.text_ja] == ["必要な証明書と通数を選んでください。"]
    assert citizen.choose(municipality_code=ELSEWHERE).fee_yen == 450
    assert [request.municipality_code for request in shop.center.applied] == [ELSEWHERE]


def test_certificates_of_two_municipalities_are_paid_together(shop: Shop, citizen: Citizen) -> None:
    shop.center.fees_yen = {MUNICIPALITY: 300, ELSEWHERE: 450}
    citizen.sign_in()
    citizen.choose_municipality(MUNICIPALITY)
    citizen.choose()
    assert citizen.choose_municipality(ELSEWHERE).screen == control_pb2.SCREEN_PAY
    assert citizen.choose(municipality_code=ELSEWHERE).fee_yen == 750
    citizen.pay(500)
    assert citizen.choose_municipality(MUNICIPALITY).reason == "REASON_OUT_OF_ORDER"
    assert citizen.pay(250).screen == control_pb2.SCREEN_TAKE_PAPERS
    assert citizen.take_papers().cash_box_yen == 750


def test_municipality_that_is_not_served_is_said_and_ends_nothing(shop: Shop, citizen: Citizen) -> None:
    shop.center.fees_yen = {MUNICIPALITY: 300, ELSEWHERE: 450}
    citizen.sign_in()
    seen = citizen.choose_municipality("131016")
    assert (seen.screen, seen.reason) == (control_pb2.SCREEN_CHOOSE, "REASON_MUNICIPALITY_NOT_SERVED")
    assert citizen.choose_municipality(ELSEWHERE).municipality_code == ELSEWHERE


# At the screen, without a browser


class Screen:
    """What a finger at the first terminal does, and the names on the keys that are then to be seen."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._transport = httpx.ASGITransport(Starlette(routes=Screens(shop.system).routes()))
        self.page = ""

    def keys(self, **form: str) -> list[str]:
        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://kiosk") as http:
                return await http.post("/KOFU-0001/screen", data=form)

        answer = self._shop.runner.run(run())
        assert answer.status_code == 200, answer.text
        self.page = answer.text
        return re.findall(r'<button type="submit" class="key(?: kind)?"[^>]*>(?:<span>)?([^<]+)', answer.text)


@pytest.fixture
def screen(shop: Shop) -> Screen:
    return Screen(shop)


def serve(shop: Shop, codes: list[str]) -> None:
    """Each at a fee of its own, and all but the first with a name."""
    shop.center.fees_yen = {one: 200 + number for number, one in enumerate(codes)}
    shop.center.names = [
        MunicipalityName(municipality_code=one, name_ja=f"架空{one}市", name_en=f"City {one}") for one in codes[1:]
    ]


def test_one_municipality_is_not_asked_for(shop: Shop, citizen: Citizen, screen: Screen) -> None:
    citizen.sign_in()
    assert screen.keys() == ["印鑑登録証明書"]
    assert "発行する市区町村" not in screen.page


def test_of_few_one_is_chosen_by_its_name(shop: Shop, citizen: Citizen, screen: Screen) -> None:
    serve(shop, FEW)
    citizen.sign_in()
    assert screen.keys() == [FAR, *(f"架空{one}市" for one in FEW[1:])]
    assert screen.keys(act="choose_municipality", municipality=FEW[1]) == ["印鑑登録証明書"]
    assert f"<dd>架空{FEW[1]}市</dd>" in screen.page
    assert "1通 201 円" in screen.page
    screen.keys(step="confirm", **SEAL)
    assert f"<dd>架空{FEW[1]}市</dd>" in screen.page
    screen.keys(act="choose", **SEAL)
    assert [one.municipality_code for one in shop.center.applied] == [FEW[1]]
    assert citizen.look().fee_yen == 201


def test_of_many_the_prefecture_is_chosen_before(shop: Shop, citizen: Citizen, screen: Screen) -> None:
    serve(shop, MANY)
    citizen.sign_in()
    assert screen.keys() == [NORTH, FICTITIOUS]
    assert screen.keys(step="place", prefecture="01") == [FAR]
    assert screen.keys(step="place", prefecture="99") == [f"架空{one}市" for one in MANY[1:]]
    assert screen.keys(act="choose_municipality", municipality=MANY[-1]) == ["印鑑登録証明書"]
    assert screen.keys(step="place") == [NORTH, FICTITIOUS]


def test_another_municipality_may_be_chosen_for_the_next_certificate(
    shop: Shop, citizen: Citizen, screen: Screen
) -> None:
    serve(shop, FEW)
    citizen.sign_in()
    screen.keys(act="choose_municipality", municipality=FEW[1])
    screen.keys(act="choose", **SEAL)
    assert screen.keys(step="kinds") == ["印鑑登録証明書"]
    assert screen.keys(act="choose_municipality", municipality=FEW[2]) == ["印鑑登録証明書"]
    screen.keys(act="choose", **SEAL)
    assert [one.municipality_code for one in shop.center.applied] == FEW[1:3]
    assert citizen.look().fee_yen == 201 + 202


def test_names_are_in_the_language_chosen(shop: Shop, citizen: Citizen, screen: Screen) -> None:
    serve(shop, FEW)
    citizen.sign_in()
    assert screen.keys(act="choose_language", language="2") == [FAR, *(f"City {one}" for one in FEW[1:])]


@pytest.mark.parametrize("asked", ["992", "", "abcdef", "999999"])
def test_what_is_no_code_is_refused_and_ends_nothing(shop: Shop, citizen: Citizen, screen: Screen, asked: str) -> None:
    serve(shop, FEW)
    citizen.sign_in()
    with pytest.raises(AssertionError, match="breaks a rule"):
        screen.keys(act="choose_municipality", municipality=asked)
    assert screen.keys()[0] == FAR


def test_prefectures_have_their_numbers() -> None:
    assert len(PREFECTURES) == 47 + 1
    assert [prefecture_of(f"{number}0000", "en") for number in ("01", "13", "27", "47", "99", "88")] == [
        "Hokkaido",
        "Tokyo",
        "Osaka",
        "Okinawa",
        "Fictitious prefecture",
        "88",
    ]
