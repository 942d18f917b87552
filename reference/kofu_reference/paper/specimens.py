"""Items of obviously fictitious persons, one set for each kind of certificate."""

import io

from PIL import Image, ImageDraw

from kofu.v1.common_pb2 import CertificateKind, CivilDate, PartialDate, RecordedDate
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
    SealImpression,
    Sex,
    TaxAmount,
    TaxDeduction,
    TaxDependents,
    TaxIncome,
)
from kofu_reference.paper.sheet import Items

DOCUMENT_ID = "11111111-2222-4333-8444-555555555555"
REQUEST_ID = "66666666-7777-4888-8999-aaaaaaaaaaaa"
HANDLE = "0123456789abcdef0123456789abcdef"
ISSUED_ON = CivilDate(year=2026, month=10, day=7)

# A variation sequence, a compatibility ideograph and a code point beyond the BMP in one name.
NAME = "辻\U000e0102見 \ufa19\U0002000b子"
OTHER_NAME = "葛\U000e0105架 邉\U000e0110太郎"
ADDRESS = "架空県架空市見本町一丁目2番3号 架空葛\U000e0107荘101号室"
LONG_NAME = "アレクサンドリーナ・ミホンノヴナ・カクウスカヤ＝サンプルスキー" * 3


def day(year: int, month: int, day_of_month: int) -> CivilDate:
    return CivilDate(year=year, month=month, day=day_of_month)


def exact(year: int, month: int, day_of_month: int) -> RecordedDate:
    return RecordedDate(exact=day(year, month, day_of_month))


def impression_png(width: int = 240, height: int = 240) -> bytes:
    """A ring that touches all four edges, so that its extent can be measured on the page."""
    image = Image.new("1", (width, height), 1)
    ImageDraw.Draw(image).ellipse((0, 0, width - 1, height - 1), outline=0, width=10)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def resident(name: str = NAME, **changes: object) -> ResidencePersonItems:
    person = ResidencePersonItems(
        name=name,
        birth_date=exact(1980, 3, 12),
        sex=Sex.SEX_FEMALE,
        relationship="世帯主",
        resident_since=day(2008, 4, 1),
        registered_domicile="架空県葛\U000e0103城市古町二番地",
        head_of_register=OTHER_NAME,
        previous_address="架空県隣町一番地",
        moved_in_on=day(2008, 3, 31),
        address_established_on=day(2015, 6, 1),
        notified_on=day(2015, 6, 8),
        individual_number="123456789018",
    )
    for field, value in changes.items():
        setattr(person, field, value)
    return person


def foreigner() -> ResidencePersonItems:
    return ResidencePersonItems(
        name="SAMPLE KAKUU JOHN",
        common_name="見本 次郎",
        katakana_name="サンプル カクウ ジョン",
        birth_date=exact(1985, 12, 3),
        relationship="妻の連れ子",
        nationality="架空国",
        foreign_category=ForeignResidentCategory.FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL,
        foreign_resident_since=day(2019, 5, 1),
        resident_since=day(2019, 5, 1),
        residence_card_number="XX12345678XX",
        residence_status="日本人の配偶者等",
        period_of_stay="3年",
        period_of_stay_ends_on=day(2027, 4, 30),
        notified_on=day(2019, 5, 2),
    )


def residence() -> ResidenceItems:
    return ResidenceItems(address=ADDRESS, householder=NAME, persons=[resident(), foreigner()])


def household(members: int) -> ResidenceItems:
    """A householder and children."""
    persons = [
        resident(f"見本 {number}号", individual_number="", relationship="世帯主" if number == 1 else "子")
        for number in range(1, members + 1)
    ]
    return ResidenceItems(address=ADDRESS, householder="見本 1号", persons=persons)


def seal() -> SealItems:
    return SealItems(
        name=NAME,
        birth_date=exact(1980, 3, 12),
        sex=Sex.SEX_FEMALE,
        address=ADDRESS,
        impression=SealImpression(
            png=impression_png(),
            width_hundredth_mm=1350,
            height_hundredth_mm=1800,
            registered_on=day(2015, 6, 8),
            registration_number="00012345",
        ),
    )


def tax() -> TaxItems:
    return TaxItems(
        name=NAME,
        address=ADDRESS,
        birth_date=exact(1980, 3, 12),
        tax_year=2026,
        incomes=[
            TaxIncome(kind="給与", receipts_yen=5_678_900, income_yen=4_102_400),
            TaxIncome(kind="事業", receipts_yen=120_000, income_yen=-34_567),
        ],
        taxable_base_yen=2_345_000,
        deductions=[
            TaxDeduction(kind="社会保険料控除", amount_yen=812_345),
            TaxDeduction(kind="基礎控除", amount_yen=430_000),
        ],
        dependents=[TaxDependents(kind="一般", count=1), TaxDependents(kind="年少（16歳未満）", count=2)],
        assessed=TaxAmount(city_tax_yen=140_700, prefectural_tax_yen=93_800, total_yen=234_500),
    )


def not_taxable() -> TaxItems:
    return TaxItems(name="見本 花子", address=ADDRESS, birth_date=exact(1950, 1, 1), tax_year=2026, not_taxable=True)


def koseki(members: int = 3, events: int = 2) -> KosekiItems:
    return KosekiItems(
        registered_domicile="架空県葛\U000e0103城市古町二番地",
        head_of_register=OTHER_NAME,
        created_on=exact(1989, 5, 1),
        persons=[_member(number, events) for number in range(1, members + 1)],
    )


def _member(number: int, events: int) -> KosekiPersonItems:
    return KosekiPersonItems(
        name=OTHER_NAME if number == 1 else f"見本 {number}郎",
        birth_date=RecordedDate(partial=PartialDate(year=1945, month=5)) if number == 2 else exact(1912, 7, 30),
        spouse_category="夫" if number == 1 else "",
        father_name="架空 一郎",
        mother_name="架空 辻\U000e0103子",
        adoptive_father_name="見本 養一" if number == 1 else "",
        relationship_to_parents="長男",
        birthplace="架空県架空市",
        events=[_event(index) for index in range(events)],
        removed=number == 3,
    )


def _event(index: int) -> KosekiEvent:
    if index == 0:
        return KosekiEvent(
            kind="出生",
            occurred_on=RecordedDate(partial=PartialDate(year=1945, month=0)),
            filed_on=exact(1945, 8, 20),
            filer="父",
        )
    return KosekiEvent(
        kind="婚姻",
        occurred_on=exact(1989, 1, 8),
        filed_on=RecordedDate(unknown=True),
        accepted_at="架空県隣町長",
        previous_register="架空県隣町三番地",
        previous_register_head="見本 神\ufe00一",
        other_party="見本 \U00020089美",
    )


SIX: dict[CertificateKind, Items] = {
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: residence(),
    CertificateKind.CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: residence(),
    CertificateKind.CERTIFICATE_KIND_SEAL_REGISTRATION: seal(),
    CertificateKind.CERTIFICATE_KIND_TAX_ASSESSMENT: tax(),
    CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: koseki(),
    CertificateKind.CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: koseki(members=1),
}
