"""Printed forms: what stands on paper for a date, an amount, a sex, a category."""

import pytest

from kofu.v1.common_pb2 import CivilDate, PartialDate, RecordedDate
from kofu.v1.document_pb2 import ResidencePersonItems
from kofu.v1.register_pb2 import ForeignResidentCategory, Sex
from kofu_reference.paper import forms
from kofu_reference.paper.sheet import sheet_of, texts
from kofu_reference.paper.specimens import SIX, exact, foreigner, not_taxable, residence, resident


def civil(text: str) -> CivilDate:
    year, month, day = map(int, text.split("-"))
    return CivilDate(year=year, month=month, day=day)


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        ("2026-10-07", "令和8年10月7日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-05-01", "平成元年5月1日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1868-01-25", "明治元年1月25日"),
        ("1867-12-31", "1867年12月31日"),
    ],
)
def test_eras_change_by_the_day(day: str, printed: str) -> None:
    assert forms.era_date(civil(day)) == printed


def test_foreign_residents_birth_dates_are_gregorian() -> None:
    assert forms.recorded_date(exact(1980, 3, 12), gregorian=True) == "1980年3月12日"
    assert forms.recorded_date(RecordedDate(partial=PartialDate(year=1980, month=3)), gregorian=True) == (
        "1980年3月日不詳"
    )


@pytest.mark.parametrize(
    ("recorded", "printed"),
    [
        (RecordedDate(partial=PartialDate(year=1945, month=5)), "昭和20年5月日不詳"),
        (RecordedDate(partial=PartialDate(year=1945, month=0)), "昭和20年月日不詳"),
        (RecordedDate(partial=PartialDate(year=2020, month=12)), "令和2年12月日不詳"),
        (RecordedDate(partial=PartialDate(year=1989, month=1)), "昭和64年1月日不詳"),
        (RecordedDate(partial=PartialDate(year=1989, month=2)), "平成元年2月日不詳"),
        (RecordedDate(unknown=True), "不詳"),
        (RecordedDate(), ""),
    ],
)
def test_what_is_unknown_of_a_date_is_said(recorded: RecordedDate, printed: str) -> None:
    assert forms.recorded_date(recorded) == printed


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (1_234_567, "1,234,567円"),
        (-1234, "△1,234円"),
        (0, "0円"),
        (999, "999円"),
        (-(2**63), "△9,223,372,036,854,775,808円"),
    ],
)
def test_yen(amount: int, printed: str) -> None:
    assert forms.yen(amount) == printed


def test_tax_years_counts_and_sexes() -> None:
    assert forms.tax_year(2026) == "令和8年度"
    assert forms.tax_year(2019) == "令和元年度"
    assert forms.tax_year(2018) == "平成30年度"
    assert forms.head_count(2) == "2人"
    assert [forms.sex(one) for one in (Sex.SEX_MALE, Sex.SEX_FEMALE, Sex.SEX_UNSPECIFIED)] == ["男", "女", ""]


def test_each_category_of_foreign_residents_has_its_words() -> None:
    printed = [forms.foreign_category(value) for value in ForeignResidentCategory.values()]  # type: ignore[arg-type]
    assert printed == [
        "",
        "中長期在留者",
        "特別永住者",
        "一時庇護許可者又は仮滞在許可者",
        "出生による経過滞在者又は国籍喪失による経過滞在者",
    ]


def printed_texts(kind: int, items: object) -> list[str]:
    return list(texts(sheet_of(kind, items).body))  # type: ignore[arg-type]


def test_not_taxable_is_never_an_amount() -> None:
    printed = printed_texts(4, not_taxable())
    assert "非課税" in printed
    assert [text for text in printed if text.endswith("円")] == ["0円"]  # the taxable base alone


@pytest.mark.parametrize("kind", [3, 4])
def test_a_foreign_residents_seal_and_tax_certificates_have_a_gregorian_birth_date(kind: int) -> None:
    printed = list(texts(sheet_of(kind, SIX[kind], foreign=True).body))  # type: ignore[arg-type, index]
    assert "1980年3月12日" in printed
    assert "昭和55年3月12日" not in printed
    assert "昭和55年3月12日" in printed_texts(kind, SIX[kind])  # type: ignore[index]


def residence_of(person: ResidencePersonItems) -> object:
    items = residence()
    del items.persons[:]
    items.persons.append(person)
    return items


def test_a_foreign_resident_has_no_domicile_row_and_a_gregorian_birth_date() -> None:
    printed = printed_texts(1, residence_of(foreigner()))
    assert "1985年12月3日" in printed
    assert "本籍" not in printed
    assert "国籍・地域" in printed


def test_a_japanese_resident_has_no_row_of_foreign_residents() -> None:
    printed = printed_texts(1, residence_of(resident()))
    assert "昭和55年3月12日" in printed
    assert not {"国籍・地域", "在留資格", "通称"} & set(printed)


def test_what_was_not_chosen_is_shown_as_left_out_on_the_copy_and_absent_from_the_statement() -> None:
    bare = resident(relationship="", individual_number="", registered_domicile="", head_of_register="")
    assert printed_texts(1, residence_of(bare)).count("省略") == 4
    statement = printed_texts(2, residence_of(bare))
    assert "省略" not in statement
    assert "個人番号" not in statement


def test_items_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="items: TaxItems are not those of seal_registration; give SealItems"):
        sheet_of(3, SIX[4])  # type: ignore[arg-type, index]
    with pytest.raises(ValueError, match="kind: 0 is no certificate"):
        sheet_of(0, SIX[4])  # type: ignore[arg-type, index]
