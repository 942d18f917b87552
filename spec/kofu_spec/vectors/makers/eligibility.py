"""eligibility.json: who applies, for what and for whom, and what comes of it. [1.8, 1.9, 2.2, 2.8]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict

from kofu.v1.common_pb2 import Application
from kofu.v1.document_pb2 import KosekiItems, ResidenceItems
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock, ResidenceState
from kofu_spec.city import LeavingMember
from kofu_spec.rules.eligibility import Items, expected
from kofu_spec.vectors.makers.persons import ADULT, city_of, number_in
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

NOW = "2026-10-07T10:00:00+09:00"
KINDS = tuple(field.name for field in Application.DESCRIPTOR.fields)
RESIDENTS_KINDS, KOSEKI_KINDS = KINDS[:4], KINDS[4:]
RESIDENCE, SEAL, TAX, ALL, INDIVIDUAL = "residence_certificate", *KINDS[2:]

BLOCKS = tuple(name.removeprefix("ISSUE_BLOCK_") for name in IssueBlock.keys()[1:])
STATES = tuple(name.removeprefix("RESIDENCE_STATE_") for name in ResidenceState.keys()[1:])

Person = Mapping[str, Any]


def resident(number: int = 1, **changed: Any) -> Person:
    """One person of the household; nothing stands against the one that is linked."""
    usual = {"number": number, "linked": False, "state": "RESIDENT", "blocks": [], "birth_date": ADULT}
    return {**usual, **changed}


def applicant(number: int = 1, **changed: Any) -> Person:
    """The person whose card it is, with a seal and a tax record."""
    return resident(number, **{"linked": True, "seal": True, "tax_year": 2026, **changed})


def member(number: int, linked: bool = False, removed: bool = False, birth_date: Any = ADULT) -> Person:
    """One person of the family register."""
    return {"number": number, "linked": linked, "removed": removed, "birth_date": birth_date}


def register(*members: Person, filing: bool = False) -> Person:
    """A family register of the city."""
    return {"members": list(members), "filing_in_progress": filing}


OWN_REGISTER = register(member(1, linked=True), member(2))


def born(year: int, month: int, day: int) -> dict[str, Any]:
    """A birth date that is wholly known."""
    return {"exact": {"year": year, "month": month, "day": day}}


@dataclass(frozen=True)
class Case:
    """Who there is, what is applied for, and when."""

    slug: str
    kinds: tuple[str, ...]
    ja: str
    en: str
    household: tuple[Person, ...] = (applicant(),)
    koseki: Person | None = None
    options: Mapping[str, Any] | None = None
    at: str = NOW
    requirement: str = "2.8"
    leaving_member: LeavingMember = LeavingMember.SHOWN


def _every_kind(slug: str, ja: str, en: str, person: Person, requirement: str = "2.8", **more: Any) -> Case:
    return Case(slug, KINDS, ja, en, (person,), OWN_REGISTER, requirement=requirement, **more)


def _age(
    slug: str, birth: dict[str, Any], at: str, ja: str, en: str, kinds: tuple[str, ...] = (RESIDENCE, ALL)
) -> Case:
    young = register(member(1, linked=True, birth_date=birth))
    return Case(slug, kinds, ja, en, (applicant(birth_date=birth),), young, at=at, requirement="1.8")


def _household(slug: str, ja: str, en: str, *others: Person, own: int = 1, **options: Any) -> Case:
    return Case(slug, (RESIDENCE,), ja, en, (applicant(own), *others), options=options)


CHILD, OTHER_CHILD = resident(2), resident(3)
LEAVER = resident(2, state="LEAVING")


def _as_the_city_chose(chosen: LeavingMember, ja: str, en: str) -> Iterator[Case]:
    """The whole household, the one who is leaving, those who stay, and that one's own application."""
    asked: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
        "whole": ("世帯全員", "the whole household", {"whole_household": True}),
        "named": ("転出予定の世帯員を指定した", "that member is named", {"member_numbers": [1, 2]}),
        "others": ("残る世帯員だけを指定した", "those who stay are named", {"member_numbers": [1, 3]}),
    }
    for slug, (asked_ja, asked_en, options) in asked.items():
        yield Case(
            f"household.member-leaving.{chosen.value.replace('_', '-')}.{slug}",
            (RESIDENCE,),
            f"{ja}。{asked_ja}",
            f"{en}: {asked_en}",
            (applicant(), LEAVER, OTHER_CHILD),
            options=options,
            requirement="2.6",
            leaving_member=chosen,
        )
    yield Case(
        f"household.member-leaving.{chosen.value.replace('_', '-')}.own",
        (RESIDENCE, TAX),
        f"{ja}。転出予定の者本人の申請",
        f"{en}: that member applies",
        (applicant(state="LEAVING"), CHILD),
        requirement="2.6",
        leaving_member=chosen,
    )


CASES: tuple[Case, ...] = (
    _every_kind("plain", "支障のない者", "nothing stands against it", applicant()),
    *(_every_kind(f"blocked.{block.lower().replace('_', '-')}", f"本人の発行抑止（{block}）。理由は示さない", f"the applicant is blocked ({block}); the reason of it is not told", applicant(blocks=[block])) for block in BLOCKS),
    _every_kind("leaving", "転出予定。戸籍は住所を問わない", "leaving; where someone lives does not matter for the koseki", applicant(state="LEAVING")),
    _every_kind("moved-out", "転出済み", "moved out", applicant(state="MOVED_OUT")),
    _every_kind("deleted", "職権消除された者", "the record was deleted by authority", applicant(state="DELETED")),
    _every_kind("deceased", "死亡", "deceased", applicant(state="DECEASED")),
    _every_kind("deceased.blocked", "死亡し、発行抑止もある", "deceased, and blocked as well", applicant(state="DECEASED", blocks=["OFFICIAL"])),
    _every_kind("leaving.blocked", "転出予定で、発行抑止もある", "leaving, and blocked as well", applicant(state="LEAVING", blocks=["OFFICIAL"])),
    _every_kind("not-linked", "証明書がどの住民にも対応しない", "the certificate is linked to no resident", resident()),
    Case("linked-twice", RESIDENTS_KINDS, "証明書が二人の住民に対応する。どちらにも交付しない", "the certificate is linked to two residents: neither gets anything", (applicant(), applicant(2))),
    Case("no-seal", (SEAL,), "印鑑登録がない", "no seal is registered", (applicant(seal=False),), requirement="2.8"),
    Case("seal.of-another", (SEAL,), "同じ世帯の他の者に印鑑登録がある", "another one of the household has a seal", (applicant(seal=False), resident(2, seal=True))),
    Case("no-tax-record", (TAX,), "課税の記録がない", "there is no tax record", (applicant(tax_year=None),), requirement="1.9"),
    Case("tax.of-another", (TAX,), "同じ世帯の他の者に課税の記録がある", "another one of the household has a tax record", (applicant(tax_year=None), resident(2, tax_year=2026)), requirement="1.9"),
    Case("tax.last-year", (TAX,), "前年度の記録しかない", "there is last year's record alone", (applicant(tax_year=2025),), requirement="1.9"),
    Case("tax.before-switch", (TAX,), "切替日の前。前年度が現年度である", "before the switch last year is the current one", (applicant(tax_year=2025),), at="2026-05-31T22:59:59+09:00", requirement="1.9"),
    Case("tax.after-switch", (TAX,), "切替日。前年度はもう現年度ではない", "on the day of the switch last year is current no longer", (applicant(tax_year=2025),), at="2026-06-01T06:30:00+09:00", requirement="1.9"),
    Case("tax.asked-current", (TAX,), "現年度を指定した", "the current year is named", options={"tax_year": 2026}, requirement="1.9"),
    Case("tax.asked-last", (TAX,), "前年度を指定した", "last year is named", options={"tax_year": 2025}, requirement="1.9"),
    _age("age.fifteen", born(2011, 10, 7), NOW, "15歳の誕生日", "the fifteenth birthday"),
    _age("age.day-before", born(2011, 10, 8), NOW, "15歳の誕生日の前日", "the eve of the fifteenth birthday"),
    _age("age.midnight-in-utc", born(2011, 10, 8), "2026-10-07T22:00:00Z", "協定世界時では前日。日本では15歳の誕生日", "the eve in UTC, the fifteenth birthday in Japan", (RESIDENCE,)),
    _age("age.leap.february-28", born(2012, 2, 29), "2027-02-28T10:00:00+09:00", "2月29日生まれ、平年の2月28日（日曜日）", "born on 29 February; 28 February of a common year, a Sunday", (RESIDENCE,)),
    _age("age.leap.march-1", born(2012, 2, 29), "2027-03-01T10:00:00+09:00", "2月29日生まれ、平年の3月1日", "born on 29 February; 1 March of a common year"),
    _age("age.month-known.month-before-end", {"partial": {"year": 2011, "month": 10}}, "2026-10-30T10:00:00+09:00", "日が不詳。あり得る最も遅い日に達していない", "the day is unknown; the last that it may be has not come"),
    _age("age.month-known.end", {"partial": {"year": 2011, "month": 9}}, "2026-09-30T10:00:00+09:00", "日が不詳。あり得る最も遅い日", "the day is unknown; the last that it may be has come"),
    _age("age.year-known.before-end", {"partial": {"year": 2011}}, "2026-12-28T10:00:00+09:00", "月日が不詳。あり得る最も遅い日に達していない", "month and day are unknown; the last that it may be has not come"),
    _age("age.year-known.year-after", {"partial": {"year": 2010}}, "2026-01-05T10:00:00+09:00", "月日が不詳。あり得る最も遅い日を過ぎた", "month and day are unknown; the last that it may be is past"),
    _age("age.unknown", {"unknown": True}, NOW, "生年月日が不詳。年齢を理由に拒まない", "the birth date is unknown and no ground to refuse"),
    _every_kind("age.blocked-child", "15歳未満で、発行抑止もある", "under 15, and blocked as well", applicant(blocks=["OFFICIAL"], birth_date=born(2015, 1, 1))),
    _household("household.alone", "指定しない。本人だけ", "nobody is named: the applicant alone", CHILD),
    _household("household.whole", "世帯全員", "the whole household", CHILD, OTHER_CHILD, whole_household=True),
    _household("household.by-child", "世帯主でない者が世帯全員を求める", "one who is not the householder asks for all", resident(1), OTHER_CHILD, own=2, whole_household=True),
    _household("household.named", "世帯員を順不同に指定した。世帯内の順に記載する", "members named in any order are shown in the household's", CHILD, OTHER_CHILD, member_numbers=[3, 1]),
    _household("household.other-alone", "他の世帯員だけを指定した", "another member alone is named", CHILD, member_numbers=[2]),
    _household("household.stranger", "世帯にない番号", "a number that the household has not", CHILD, member_numbers=[1, 4]),
    _household("household.other-household", "同じ住所の別の世帯の者", "a person of another household at the same address", resident(2, same_household=False), member_numbers=[2]),
    _household("household.whole-of-own", "世帯全員に、同じ住所の別の世帯の者は入らない", "the whole household is without the other one at the same address", resident(2, same_household=False), whole_household=True),
    _household("household.member-blocked.whole", "世帯員に発行抑止がある。世帯全員は交付しない", "a member is blocked: the whole household is not issued", resident(2, blocks=["SUPPORT_MEASURES"]), whole_household=True),
    _household("household.member-blocked.named", "発行抑止のある世帯員を指定した", "the blocked member is named", resident(2, blocks=["SUPPORT_MEASURES"]), member_numbers=[2]),
    _household("household.member-blocked.alone", "世帯員に発行抑止があっても、本人だけなら交付する", "a member is blocked, but the applicant alone is issued", resident(2, blocks=["SUPPORT_MEASURES"])),
    _household("household.member-moved-out", "転出した世帯員は世帯全員に入らない", "a member who moved out is not shown", resident(2, state="MOVED_OUT"), OTHER_CHILD, whole_household=True),
    _household("household.member-deleted", "職権消除された世帯員は世帯全員に入らない", "a member whose record was deleted is not shown", resident(2, state="DELETED"), OTHER_CHILD, whole_household=True),
    _household("household.member-deceased.named", "死亡した世帯員を指定した", "a deceased member is named", resident(2, state="DECEASED"), member_numbers=[2]),
    _household("household.member-leaving", "転出予定の世帯員は記載する", "a member who is leaving is shown", LEAVER, whole_household=True),
    *_as_the_city_chose(LeavingMember.LEFT_OUT, "転出予定の世帯員を除く市区町村", "in a city that leaves out who is leaving"),
    *_as_the_city_chose(LeavingMember.REFUSED, "転出予定の世帯員の載るものを交付しない市区町村", "in a city that refuses what shows one who is leaving"),
    _household("household.member-young", "世帯員は15歳未満でも記載する", "a member under 15 is shown", resident(2, birth_date=born(2020, 1, 1)), whole_household=True),
    _household("household.contradiction", "世帯全員と世帯員の指定は両立しない", "the whole household and numbers contradict each other", CHILD, whole_household=True, member_numbers=[1]),
    Case("koseki.elsewhere", KOSEKI_KINDS, "本籍が市外", "the koseki is kept elsewhere"),
    Case("koseki.non-resident", KINDS, "市外に住む者。戸籍だけを交付する", "one who lives elsewhere gets the koseki alone", (), OWN_REGISTER),
    Case("koseki.not-registered", KOSEKI_KINDS, "市外に住み、利用登録のない者", "one who lives elsewhere and has not registered for use", (), register(member(1), member(2))),
    Case("koseki.filing", KOSEKI_KINDS, "戸籍の届出を処理中", "a filing is being processed", (applicant(),), register(member(1, linked=True), member(2), filing=True), requirement="2.2"),
    Case("koseki.filing.residence", (RESIDENCE,), "戸籍の届出の処理中でも住民票の写しは交付する", "a koseki filing does not touch the residence certificate", (applicant(),), register(member(1, linked=True), filing=True), requirement="2.2"),
    Case("koseki.removed", KOSEKI_KINDS, "除籍された者は申請できない", "a removed member can't apply", (applicant(),), register(member(1, linked=True, removed=True), member(2)), requirement="2.2"),
    Case("koseki.other-removed", KOSEKI_KINDS, "除籍された者も全部事項に記載する", "all matters show a removed member too", (applicant(),), register(member(1, linked=True), member(2, removed=True)), requirement="2.2"),
    Case("koseki.named", (INDIVIDUAL,), "戸籍にある者を順不同に指定した。戸籍の順に記載する", "members named in any order are shown in the register's", (applicant(),), register(member(1), member(2, linked=True), member(3)), {"member_numbers": [3, 1]}),
    Case("koseki.own", (INDIVIDUAL,), "指定しない。本人だけ", "nobody is named: the applicant alone", (applicant(),), register(member(1), member(2, linked=True))),
    Case("koseki.stranger", (INDIVIDUAL,), "戸籍にない番号", "a number that the register has not", (applicant(),), OWN_REGISTER, {"member_numbers": [3]}),
    Case("koseki.stranger-and-filing", (INDIVIDUAL,), "戸籍にない番号で、届出も処理中。番号の誤りが先に立つ", "a number that the register has not, and a filing: the number goes first", (applicant(),), register(member(1, linked=True), filing=True), {"member_numbers": [2]}),
    Case("koseki.linked-twice", KOSEKI_KINDS, "証明書が戸籍の二人に対応する。どちらにも交付しない", "the certificate is linked to two members: neither gets anything", (applicant(),), register(member(1, linked=True), member(2, linked=True))),
)  # fmt: skip


def make() -> Made:
    """Every case for each of its kinds."""
    number = {"type": "integer", "minimum": 1, "maximum": 30}
    flag = {"type": "boolean"}
    date = {"type": "object", "minProperties": 1, "maxProperties": 1}
    person = {
        "number": number,
        "linked": flag,
        "state": {"enum": list(STATES)},
        "blocks": {"type": "array", "items": {"enum": list(BLOCKS)}},
        "birth_date": date,
        "seal": flag,
        "tax_year": {"type": ["integer", "null"]},
        "same_household": flag,
    }
    koseki = record(
        {
            "members": {
                "type": "array",
                "items": record({"number": number, "linked": flag, "removed": flag, "birth_date": date}),
            },
            "filing_in_progress": flag,
        }
    )
    return Made(
        name="eligibility",
        version="1",
        about_ja=(
            "カードと正しい暗証番号で申請した者に何を交付するか。linkedは、その利用者証明用電子証明書が対応する者。"
            "householdは住民基本台帳の者（same_householdがfalseの者は同じ住所の別の世帯、sealは印鑑登録、tax_yearは課税の記録の年度）、"
            "kosekiは市の戸籍で、nullならどの戸籍にも対応しない。received_atはその種別の取扱時間内にあり、年齢と現年度を決める。"
            "leaving_memberは、転出予定の世帯員を残る世帯員の証明書に記載する（shown）、除く（left_out）、記載されるものを交付しない（refused）のうち、市区町村が選んだもの。"
            "交付するときreasonはnullで、showsは記載される者の番号（世帯内又は戸籍内の順）。"
        ),
        about_en=(
            "What is issued to one who applies with card and right PIN. linked marks the persons to whom the card's "
            "authentication certificate is linked. household are persons of the resident register (same_household false: "
            "another household at the same address; seal: a live registration; tax_year: of the tax record), koseki is a "
            "family register of the city, null where the certificate is linked in none. received_at lies within the hours of "
            "the kind, and decides age and current tax year. leaving_member is the city's choice of what the rest of a "
            "household gets of one who has notified moving out: shown, left_out, or refused. Where it is issued reason is null, and shows lists the "
            "numbers of the persons shown, in the order of household or register."
        ),
        given=record(
            {
                "household": {
                    "type": "array",
                    "items": record(person, optional=["seal", "tax_year", "same_household"]),
                },
                "koseki": {"anyOf": [{"type": "null"}, koseki]},
                "application": {"type": "object", "minProperties": 1, "maxProperties": 1},
                "received_at": {"type": "string"},
                "leaving_member": {"enum": list(LeavingMember)},
            }
        ),
        expect={
            "oneOf": [
                record({"reason": {"enum": Reason.keys()[1:]}}),
                record({"reason": {"const": None}, "shows": {"type": "array", "items": number, "minItems": 1}}),
            ]
        },
        vectors=tuple(_vectors()),
    )


def application_of(given: Mapping[str, Any]) -> Application:
    """What a vector applies for."""
    return ParseDict(given["application"], Application())


def _vectors() -> Iterator[Vector]:
    for case in CASES:
        for kind in case.kinds:
            given = {
                "household": list(case.household),
                "koseki": case.koseki,
                "application": MessageToDict(Application(**{kind: case.options or {}})),
                "received_at": case.at,
                "leaving_member": case.leaving_member.value,
            }
            city, person = city_of(given)
            answer = expected(city, person, application_of(given), datetime.fromisoformat(case.at))
            yield Vector(
                id=f"{case.slug}.{kind}".replace("_", "-"),
                given=given,
                expect=outcome(answer, person.resident.control.member_number if person.resident else 0),
                because_ja=f"{case.ja}。",
                because_en=f"{case.en[0].upper()}{case.en[1:]}.",
                requirement=case.requirement,
            )


def outcome(answer: "Reason | Items", own: int) -> dict[str, Any]:
    """An answer as a vector has it; `own` is the number of the applicant in the household."""
    match answer:
        case ResidenceItems() | KosekiItems():
            return {"reason": None, "shows": [number_in(person.name) for person in answer.persons]}
        case int():
            return {"reason": Reason.Name(answer)}
    return {"reason": None, "shows": [own]}
