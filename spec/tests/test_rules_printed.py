"""What the pages must show. [2.1, 2.2, 2.3]"""

import re
from datetime import datetime

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.common_pb2 import Application, CertificateKind, CivilDate, PartialDate, RecordedDate
from kofu.v1.document_pb2 import (
    KosekiItems,
    KosekiPersonItems,
    ResidenceItems,
    ResidencePersonItems,
    SealItems,
    TaxItems,
)
from kofu.v1.register_pb2 import (
    ForeignResidentCategory,
    KosekiEvent,
    Sex,
    TaxAmount,
    TaxDeduction,
    TaxDependents,
    TaxIncome,
)
from kofu_spec.city import make_city
from kofu_spec.rules.calendar import JST
from kofu_spec.rules.eligibility import expected, kind_of
from kofu_spec.rules.printed import CATEGORIES, SEXES, TITLES, strings, yen

NOW = datetime(2026, 10, 7, 10, tzinfo=JST)
CITY = make_city()
KEYS = st.sampled_from([citizen.key for citizen in CITY.citizens])
EVERYTHING_SHOWN = {"whole_household": True, "show_domicile": True, "show_relationship": True}
APPLICATIONS = st.sampled_from(
    [
        Application(residence_certificate={**EVERYTHING_SHOWN, "show_individual_number": True}),
        Application(residence_record_items=EVERYTHING_SHOWN),
        Application(seal_registration={}),
        Application(tax_assessment={}),
        Application(koseki_all_matters={}),
    ]
)

RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
SEAL = CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION
TAX = CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT
KOSEKI = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS


def day(year: int, month: int, day_of_month: int) -> CivilDate:
    return CivilDate(year=year, month=month, day=day_of_month)


def exact(year: int, month: int, day_of_month: int) -> RecordedDate:
    return RecordedDate(exact=day(year, month, day_of_month))


def test_a_japanese_resident_and_a_foreign_one() -> None:
    items = ResidenceItems(
        address="架空市見本町1番地",
        householder="見本　太郎",
        persons=[
            ResidencePersonItems(
                name="見本　太郎",
                birth_date=exact(1980, 3, 12),
                sex=Sex.SEX_MALE,
                relationship="世帯主",
                resident_since=day(2019, 4, 30),
                individual_number="123456789018",
            ),
            ResidencePersonItems(
                name="SAMPLE MARIA",
                birth_date=exact(1980, 3, 12),
                common_name="見本　真理",
                nationality="ブラジル",
                foreign_category=ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT,
                foreign_resident_since=day(2019, 5, 1),
            ),
        ],
    )
    assert strings(items, RESIDENCE) == [
        *("住民票の写し", "架空市見本町1番地", "見本　太郎"),
        *("見本　太郎", "昭和55年3月12日", "男", "世帯主", "平成31年4月30日", "123456789018"),
        *("SAMPLE MARIA", "見本　真理", "1980年3月12日", "令和元年5月1日", "ブラジル", "特別永住者"),
        "架空市長",
    ]


def test_a_foreign_resident_is_known_by_the_category_and_not_by_a_nationality() -> None:
    """A stateless person may have none; the category of article 30-45 stands with every foreign resident."""
    person = ResidencePersonItems(
        name="SAMPLE MARIA",
        birth_date=exact(1980, 3, 12),
        foreign_category=ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE,
    )
    assert "1980年3月12日" in strings(ResidenceItems(address="架空市", persons=[person]), RESIDENCE)


def test_the_amounts_of_a_tax_certificate() -> None:
    items = TaxItems(
        name="見本　花子",
        address="架空市見本町1番地",
        birth_date=RecordedDate(partial=PartialDate(year=1945)),
        tax_year=2026,
        incomes=[TaxIncome(kind="給与", receipts_yen=1234567, income_yen=-1234)],
        taxable_base_yen=0,
        deductions=[TaxDeduction(kind="基礎控除", amount_yen=430000)],
        dependents=[TaxDependents(kind="特定", count=2)],
        assessed=TaxAmount(city_tax_yen=3000, prefectural_tax_yen=1000, total_yen=4000),
    )
    assert strings(items, TAX) == [
        *("市・県民税課税証明書", "見本　花子", "架空市見本町1番地", "昭和20年月日不詳", "令和8年度"),
        *("給与", "1,234,567円", "△1,234円", "0円", "基礎控除", "430,000円", "特定", "2人"),
        *("3,000円", "1,000円", "4,000円", "架空市長"),
    ]


def test_not_taxable_is_a_statement_and_not_an_amount() -> None:
    items = TaxItems(birth_date=RecordedDate(unknown=True), tax_year=2026, not_taxable=True, taxable_base_yen=1)
    shown = strings(items, TAX)
    assert "非課税" in shown
    assert "0円" not in shown
    assert "非課税" not in strings(TaxItems(birth_date=RecordedDate(unknown=True), tax_year=2026, assessed={}), TAX)


def test_a_seal_certificate_and_the_birth_date_of_a_foreign_resident() -> None:
    items = SealItems(
        name="SAMPLE MARIA", katakana_name="サンプル　マリア", birth_date=exact(1980, 3, 12), address="架空市"
    )
    assert strings(items, SEAL, foreign=True)[1:4] == ["SAMPLE MARIA", "サンプル　マリア", "1980年3月12日"]
    assert strings(items, SEAL)[3] == "昭和55年3月12日"


def test_a_koseki_with_its_events() -> None:
    event = KosekiEvent(kind="婚姻", occurred_on=exact(2019, 5, 1), filer="夫", other_party="見本　一郎")
    person = KosekiPersonItems(
        name="見本　花子", birth_date=exact(1989, 1, 7), relationship_to_parents="長女", removed=True, events=[event]
    )
    items = KosekiItems(
        registered_domicile="架空市見本町1番地",
        head_of_register="見本　太郎",
        created_on=exact(1989, 1, 8),
        persons=[person],
    )
    assert strings(items, KOSEKI) == [
        *("戸籍全部事項証明書", "架空市見本町1番地", "見本　太郎", "平成元年1月8日"),
        *("見本　花子", "除籍", "昭和64年1月7日", "長女", "婚姻", "令和元年5月1日", "夫", "見本　一郎", "架空市長"),
    ]


def every_text(message: Message) -> list[str]:
    found: list[str] = []
    for _, value in message.ListFields():
        for each in [value] if isinstance(value, str | bytes | int | Message) else value:
            if isinstance(each, str):
                found.append(each)
            elif isinstance(each, Message) and each.DESCRIPTOR.name != "SealImpression":
                found += every_text(each)
    return found


@given(key=KEYS, application=APPLICATIONS)
def test_every_text_of_every_document_is_shown_code_point_by_code_point(key: str, application: Application) -> None:
    items = expected(CITY, CITY.by_key(key), application, NOW)
    if not isinstance(items, int):
        shown = strings(items, kind_of(application))
        assert set(every_text(items)) <= set(shown)
        assert all(shown)


@given(amount=st.integers(-(10**12), 10**12))
def test_an_amount_can_be_read_back(amount: int) -> None:
    text = yen(amount)
    assert int(text.removesuffix("円").replace(",", "").replace("△", "-")) == amount
    assert re.fullmatch(r"△?\d{1,3}(,\d{3})*円", text)


@pytest.mark.parametrize(("table", "values"), [(SEXES, Sex.values()), (CATEGORIES, ForeignResidentCategory.values())])
def test_every_value_has_a_printed_form(table: dict[int, str], values: list[int]) -> None:
    assert set(table) == set(values)
    assert table[0] == ""
    assert len(set(table.values())) == len(table)


def test_every_kind_has_a_title() -> None:
    assert set(TITLES) == set(CertificateKind.values()) - {0}
