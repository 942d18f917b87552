"""What each situation of the fictitious city is answered with, kind by kind. [1.8, 1.9, 2.8, 2.9]"""

from datetime import datetime
from types import MappingProxyType

from kofu.v1.common_pb2 import Application
from kofu_spec.city import Citizen, City, make_city
from kofu_spec.rules.calendar import JST
from kofu_spec.rules.eligibility import expected
from kofu_spec.rules.table import KINDS, Table, Text, answered

AT = datetime(2026, 10, 7, 10, tzinfo=JST)
"""A Wednesday within every kind's hours."""

ISSUED = Text("交付する", "issued")

SITUATIONS = MappingProxyType(
    {
        "plain": Text("支障のない者", "nothing stands against it"),
        "under-15": Text("15歳未満", "under 15"),
        "unknown-birth": Text("生年月日が不詳", "birth date unknown"),
        "deceased": Text("死亡", "deceased"),
        "moved-out": Text("転出済み", "moved out"),
        "leaving": Text("転出予定", "leaving"),
        "support-measures": Text("支援措置", "support measures"),
        "blocked-official": Text("職権による発行抑止", "blocked by the office"),
        "character-pending": Text("文字の登録待ち", "a character is being registered"),
        "change-pending": Text("異動の処理中", "a change is being processed"),
        "split-off": Text("世帯を分離した者", "split off from a household"),
        "no-seal": Text("印鑑登録なし", "no seal registered"),
        "seal-cancelled": Text("印鑑登録を廃止した者", "seal registration cancelled"),
        "seal-replaced": Text("印鑑を登録し直した者", "seal registered anew"),
        "no-tax-record": Text("課税の記録なし", "no tax record"),
        "not-taxable": Text("非課税", "not taxable"),
        "koseki-elsewhere": Text("本籍が市外", "koseki kept elsewhere"),
        "koseki-filing-in-progress": Text("戸籍の届出を処理中", "koseki filing being processed"),
        "removed-member": Text("除籍された者", "removed from the register"),
        "non-resident-koseki": Text("市外在住で利用登録済み", "lives elsewhere, koseki here, registered for use"),
        "non-resident-not-registered": Text("市外在住で利用登録なし", "lives elsewhere, koseki here, not registered"),
        "card-renewed": Text("カードを更新した者（新しいカード）", "card renewed, the new one"),
        "card-mislinked": Text("カードの対応付けの誤り", "card linked to the wrong person"),
        "card-without-certificate": Text("電子証明書のないカード", "card without certificate"),
    }
)
"""Families of the city by their label."""


def eligibility() -> Table:
    """What the families of the city get of each kind. Where members of one family differ, all answers stand."""
    city = make_city()
    return Table(
        name="eligibility",
        title=Text("状況ごとの交付の可否", "What each situation is answered with"),
        requirements=("1.8", "1.9", "2.8", "2.9"),
        columns=(Text("状況", "situation"), *KINDS.values()),
        rows=tuple(
            (said, *(_answers(city, city.family(label), Application(**{kind: {}})) for kind in KINDS))
            for label, said in SITUATIONS.items()
        ),
    )


def _answers(city: City, family: tuple[Citizen, ...], application: Application) -> Text:
    found = sorted({_answer(city, citizen, application) for citizen in family}, key=lambda one: (one != ISSUED, one.en))
    return Text("、".join(one.ja for one in found), ", ".join(one.en for one in found))


def _answer(city: City, citizen: Citizen, application: Application) -> Text:
    answer = expected(city, citizen, application, AT)
    return answered(answer, ISSUED) if isinstance(answer, int) else ISSUED
