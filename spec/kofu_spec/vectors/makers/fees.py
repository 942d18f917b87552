"""fees.json: sessions with their prices, money paid in and copies that came out. [1.3, 3.3.6, P.2]"""

from dataclasses import dataclass
from typing import Any, cast

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.fees import Price, Tariff, confirmed, due_yen, may_print, settled
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

RESIDENCE, SEAL, TAX, KOSEKI = (
    "CERTIFICATE_KIND_RESIDENCE_CERTIFICATE",
    "CERTIFICATE_KIND_SEAL_REGISTRATION",
    "CERTIFICATE_KIND_TAX_ASSESSMENT",
    "CERTIFICATE_KIND_KOSEKI_ALL_MATTERS",
)
USUAL = {RESIDENCE: 300, SEAL: 300, TAX: 300, KOSEKI: 450}
RAISED = {RESIDENCE: 350, SEAL: 350, TAX: 350, KOSEKI: 500}
FREE = dict.fromkeys(USUAL, 0)
ELSEWHERE = {RESIDENCE: 200, KOSEKI: 100}

Applied = tuple[str, int, int, int, dict[str, int]]
"""Kind, copies, yen paid in, copies that came out, and the tariff at the time of the application."""


def applied(kind: str, copies: int, paid: int, printed: int | None = None, tariff: dict[str, int] = USUAL) -> Applied:
    """An application; all copies come out unless fewer are said."""
    return kind, copies, paid, copies if printed is None else printed, tariff


@dataclass(frozen=True)
class Case:
    """The applications of one session, in order."""

    slug: str
    applications: tuple[Applied, ...]
    ja: str
    en: str
    requirement: str = "3.3.6"


CASES = (
    Case("one-copy", (applied(RESIDENCE, 1, 300),), "一通、つり銭なし", "one copy, exact money"),
    Case("change", (applied(RESIDENCE, 1, 1000),), "一通、千円札", "one copy, a thousand-yen note"),
    Case("three-copies", (applied(RESIDENCE, 3, 1000),), "三通の合計", "the price of three copies"),
    Case("ten-copies", (applied(SEAL, 10, 3000),), "最も多い通数", "as many copies as there may be"),
    Case("copies.none", (applied(RESIDENCE, 0, 0),), "0通は申請できない", "no copies can't be applied for", "1.3"),
    Case("copies.eleven", (applied(RESIDENCE, 11, 0, 0),), "11通は申請できない", "eleven copies can't be applied for", "1.3"),
    Case("koseki", (applied(KOSEKI, 1, 500),), "種別により手数料は異なる", "the fee depends on the kind", "1.3"),
    Case("other-city", (applied(KOSEKI, 1, 100, tariff=ELSEWHERE),), "市区町村により手数料は異なる", "the fee depends on the municipality", "1.3"),
    Case("not-offered", (applied(SEAL, 1, 0, 0, ELSEWHERE),), "料金表にない種別は取り扱わない", "a kind without a fee is not offered", "1.3"),
    Case("free", (applied(RESIDENCE, 2, 0, tariff=FREE),), "手数料0円は投入を待たずに印刷する", "fee zero prints without any money", "1.3"),
    Case("free.money", (applied(RESIDENCE, 1, 500, tariff=FREE),), "手数料0円では全額を返す", "of fee zero all money is returned", "1.3"),
    Case("not-enough", (applied(RESIDENCE, 1, 299, 0),), "1円足りない", "one yen is lacking"),
    Case("not-enough.copies", (applied(RESIDENCE, 2, 300, 0),), "二通に一通分の金額。一部だけを印刷しない", "the money for one of two copies; nothing prints in part"),
    Case("nothing-paid", (applied(RESIDENCE, 1, 0, 0),), "投入せずに取り消した", "cancelled before paying"),
    Case("cancelled", (applied(RESIDENCE, 1, 200, 0),), "支払の途中で取り消した。全額を返す", "cancelled while paying; all of it goes back", "P.2"),
    Case("aborted", (applied(RESIDENCE, 1, 300, 0),), "支払の後、印刷の前に中止した。全額を返す", "aborted after paying and before printing; all of it goes back", "P.2"),
    Case("jam.first", (applied(RESIDENCE, 3, 900, 0),), "三通の一通目で紙詰まり", "three copies, jam on the first"),
    Case("jam.second", (applied(RESIDENCE, 3, 900, 1),), "三通の二通目で紙詰まり。一通分だけを収納する", "three copies, jam on the second: one is paid for"),
    Case("jam.third", (applied(RESIDENCE, 3, 1000, 2),), "三通の三通目で紙詰まり。二通分を収納し、つり銭も返す", "three copies, jam on the third: two are paid for, and the change goes back"),
    Case("two-kinds", (applied(RESIDENCE, 1, 300), applied(KOSEKI, 1, 450)), "二種。合計は確定した金額の和", "two kinds: the sum of the prices confirmed"),
    Case("two-kinds.copies", (applied(RESIDENCE, 2, 600), applied(SEAL, 1, 300), applied(TAX, 3, 1000)), "三種、複数の通数", "three kinds with copies"),
    Case("two-kinds.one-refused", (applied(RESIDENCE, 1, 300, tariff=ELSEWHERE), applied(SEAL, 1, 0, 0, ELSEWHERE)), "拒否された申請は合計に入らない", "an application that is refused adds nothing", "1.3"),
    Case("two-kinds.one-jammed", (applied(RESIDENCE, 1, 300), applied(KOSEKI, 1, 450, 0)), "二種目が紙詰まり。一種目の収納は変わらない", "the second jams: what was kept for the first stays"),
    Case("raised-between", (applied(RESIDENCE, 1, 300), applied(RESIDENCE, 1, 350, tariff=RAISED)), "申請の間に改定された。それぞれ確定した金額による", "raised between two applications: each at the price confirmed for it"),
    Case("raised-between.old-money", (applied(RESIDENCE, 1, 300), applied(RESIDENCE, 1, 300, 0, RAISED)), "改定後の申請に改定前の金額では足りない", "the old price does not pay for what was applied for afterwards"),
)  # fmt: skip


def make() -> Made:
    """Every case with its prices and where the money went."""
    yen = {"type": "integer", "minimum": 0}
    kinds = [CertificateKind.Name(kind) for kind in CertificateKind.values() if kind]
    tariff = {"type": "object", "propertyNames": {"enum": kinds}, "additionalProperties": yen}
    application = {"kind": {"enum": kinds}, "copies": yen, "tariff": tariff, "paid_yen": yen, "copies_printed": yen}
    refused = record(
        {"reason": {"enum": [Reason.Name(Reason.REASON_INVALID_REQUEST), Reason.Name(Reason.REASON_KIND_NOT_OFFERED)]}}
    )
    priced = record(
        {
            "reason": {"const": None},
            "total_yen": yen,
            "prints": {"type": "boolean"},
            "kept_yen": yen,
            "returned_yen": yen,
        }
    )
    return Made(
        name="fees",
        version="1",
        about_ja=(
            "一回の利用での申請。tariffは申請の時点の一通の手数料（円）で、申請が受けられたときの金額はその後の改定によらない。"
            "paid_yenは申請ごとの投入額、copies_printedは実際に出た通数。totalは印刷の前に要する額、printsは印刷を始めてよいか。"
        ),
        about_en=(
            "The applications of one session. tariff is the fee of a copy in yen when it is applied for; the price "
            "confirmed then holds whatever happens to the tariff. paid_yen is what was paid in for that application, "
            "copies_printed what came out. total_yen is due before printing, prints says whether it may begin."
        ),
        given=record({"applications": {"type": "array", "minItems": 1, "items": record(application)}}),
        expect=record({"applications": {"type": "array", "minItems": 1, "items": {"oneOf": [refused, priced]}}, "due_yen": yen}),
        vectors=tuple(_vector(case) for case in CASES),
    )  # fmt: skip


def _vector(case: Case) -> Vector:
    answers = [_price(one) for one in case.applications]
    given = [
        {"kind": kind, "copies": copies, "tariff": tariff, "paid_yen": paid, "copies_printed": printed}
        for kind, copies, paid, printed, tariff in case.applications
    ]
    return Vector(
        id=case.slug,
        given={"applications": given},
        expect={
            "applications": [_answer(answer, one) for answer, one in zip(answers, case.applications, strict=True)],
            "due_yen": due_yen(answer for answer in answers if isinstance(answer, Price)),
        },
        because_ja=f"{case.ja}。",
        because_en=f"{case.en[0].upper()}{case.en[1:]}.",
        requirement=case.requirement,
    )


def _price(one: Applied) -> "Reason | Price":
    kind, copies, _, _, yen = one
    tariff = Tariff("992011", {_kind(name): fee for name, fee in yen.items()})
    return confirmed(tariff, _kind(kind), copies)


def _kind(name: str) -> "CertificateKind":
    return cast("CertificateKind", CertificateKind.Value(name))


def _answer(price: "Reason | Price", one: Applied) -> dict[str, Any]:
    if not isinstance(price, Price):
        return {"reason": Reason.Name(price)}
    _, _, paid, printed, _ = one
    settlement = settled(price, paid, printed)
    return {
        "reason": None,
        "total_yen": price.total_yen,
        "prints": may_print(price, paid) is None,
        "kept_yen": settlement.kept_yen,
        "returned_yen": settlement.returned_yen,
    }
