"""Every rule of the protos lets a right value through and names the field of a wrong one."""

from dataclasses import dataclass
from typing import Any, Final, TypeVar

import protovalidate
import pytest
from google.protobuf.message import Message

from kofu.testing.v1 import control_pb2
from kofu.v1 import (
    attestation_pb2,
    calendar_pb2,
    center_pb2,
    common_pb2,
    counter_pb2,
    document_pb2,
    feed_pb2,
    inquiry_pb2,
    issuing_pb2,
    koseki_pb2,
    maintenance_pb2,
    register_pb2,
)
from kofu_spec.city import make_city
from kofu_spec.city.numbers import individual_number_check_digit

PNG: Final = b"\x89PNG\r\n\x1a\n"
UUID: Final = "7d1f6a52-52a1-4b1e-8d0a-0c9a4e3f2b11"
CITY: Final = make_city()
RESIDENT: Final = next(c.resident for c in CITY.citizens if c.resident is not None and c.resident.seal_impression.png)
FOREIGN: Final = next(c.resident for c in CITY.citizens if c.resident is not None and c.resident.foreign_category)
TAX: Final = next(c.tax for c in CITY.citizens if c.tax is not None and c.tax.HasField("assessed"))
KOSEKI: Final = CITY.registers[0]
BORN: Final = common_pb2.RecordedDate(exact=common_pb2.CivilDate(year=1980, month=2, day=29))
DAY: Final = common_pb2.CivilDate(year=2026, month=10, day=7)
SEAL_ITEMS: Final = document_pb2.SealItems(
    name="例\U000e0101", address="架空市", birth_date=BORN, impression=RESIDENT.seal_impression
)
PERSON: Final = document_pb2.ResidencePersonItems(name="例", birth_date=BORN)
KOSEKI_PERSON: Final = document_pb2.KosekiPersonItems(name="例", birth_date=BORN, relationship_to_parents="長男")
TAX_ITEMS: Final = document_pb2.TaxItems(name="例", address="架空市", birth_date=BORN, tax_year=2026, not_taxable=True)
REPORT: Final = center_pb2.ReportOutcomeRequest(session_id=UUID, request_id=UUID, outcome=1, copies_printed=1)
HOURS: Final = calendar_pb2.DailyHours(opens_at_minute=390, closes_at_minute=1380)
CALENDAR: Final = calendar_pb2.ServiceCalendar(
    municipality_code="992011", starts_on=DAY, hours=HOURS, koseki_hours=HOURS, closed_days=[DAY]
)
CHANGE: Final = feed_pb2.FeedChange(
    number=1, change_id=UUID, committed_at={"seconds": 1}, kind=1, residents=[RESIDENT], taxes=[TAX]
)
PART: Final = feed_pb2.FeedSnapshotPart(snapshot_id=UUID, number=1, change_id=UUID, part=1, residents=[RESIDENT])
ISSUE: Final = issuing_pb2.IssueRequest(
    request_id=UUID,
    municipality_code="992011",
    holder={"issuer_key_id": bytes(20), "certificate_serial": "1a"},
    application={"seal_registration": {}},
    received_at={"seconds": 1},
)

M = TypeVar("M", bound=Message)


def page(number: int, total: int, handle: str = "0123456789abcdef") -> document_pb2.DocumentPage:
    return document_pb2.DocumentPage(number=number, total=total, subject_handle=handle, digest=bytes(32))


DOCUMENT: Final = document_pb2.Document(
    document_id=UUID,
    request_id=UUID,
    kind=3,
    issued_on=DAY,
    pdf=b"%PDF-1.7" + bytes(100),
    pages=[page(1, 2), page(2, 2)],
    seal_registration=SEAL_ITEMS,
)


def with_(message: M, **fields: Any) -> M:
    """A copy with other values; None takes a value away."""
    copy = type(message)()
    copy.CopyFrom(message)
    for name, value in fields.items():
        copy.ClearField(name)
        if value is not None:
            copy.MergeFrom(type(message)(**{name: value}))
    return copy


def faults(message: Message) -> set[tuple[str, str]]:
    """Field and rule of every violation."""
    found = set()
    for violation in protovalidate.collect_violations(message):
        proto = violation.proto
        path = [element.field_name for element in proto.field.elements] if proto.field else []
        found.add((".".join(path), proto.rule_id))
    return found


@dataclass(frozen=True)
class Rule:
    """A message that keeps every rule, what makes it break one, and how the violation names that."""

    right: Message
    wrong: dict[str, Any]
    field: str
    rule: str


def event(**fields: Any) -> register_pb2.KosekiEvent:
    return register_pb2.KosekiEvent(**({"kind": "出生", "occurred_on": BORN} | fields))


def relationship(key: str, text: str = "子") -> counter_pb2.MemberRelationship:
    return counter_pb2.MemberRelationship(resident_key=key, relationship=text)


DEATH: Final = counter_pb2.RecordDeath(
    resident_key="r00000001", new_householder="r00000002", relationships=[relationship("r00000003")]
)
SAME_TWICE: Final = [relationship("r00000003"), relationship("r00000003", "妻")]
MOVE_OUT: Final = counter_pb2.MoveOut(resident_key="r00000001")
SPLIT: Final = counter_pb2.SplitHousehold(resident_key="r00000001")
BIRTH: Final = counter_pb2.RecordBirth(
    household_key="h00000001",
    name="例",
    birth_date=DAY,
    relationship="子",
    individual_number="000000000000",
    registered_domicile="架空市",
    head_of_register="例",
)
NEWEST: Final = 9223372036854775807
OPTIONS: Final = common_pb2.ResidenceOptions(whole_household=True)
ATTESTED: Final = attestation_pb2.AttestedStatement(requirement_id="3.1.3b", holds=True, evidence="契約書")
ATTESTATION: Final = attestation_pb2.Attestation(organisation="市", attested_on=DAY, statements=[ATTESTED])
OFFERS: Final = center_pb2.ListOffersResponse(offers=[{"kind": 1, "fee_yen": 300}, {"kind": 5, "fee_yen": 450}])
SCAN: Final = inquiry_pb2.ReadBackRequest(scan=PNG + b"x", sheet_serial="1")
AUTHENTICATE: Final = center_pb2.AuthenticateRequest(
    session_id=UUID, certificate=b"\x30" + bytes(200), signature=bytes(256)
)
CODES: Final = center_pb2.AuthenticateResponse(municipality_codes=["992011", "131016"])
KOSEKI_ISSUE: Final = koseki_pb2.IssueKosekiRequest(
    request_id=UUID,
    municipality_code="992011",
    holder=ISSUE.holder,
    application={"koseki_all_matters": {}},
    received_at={"seconds": 1},
)

RULES: Final = [
    # Numbers with a check digit.
    Rule(ISSUE, {"municipality_code": "992012"}, "municipality_code", "municipality_code.check_digit"),
    Rule(ISSUE, {"municipality_code": "99201"}, "municipality_code", "municipality_code.check_digit"),
    Rule(ISSUE, {"municipality_code": None}, "municipality_code", "municipality_code.check_digit"),
    Rule(CODES, {"municipality_codes": ["131017"]}, "municipality_codes", "municipality_code.check_digit"),
    Rule(CODES, {"municipality_codes": ["992011"] * 2}, "municipality_codes", "repeated.unique"),
    Rule(RESIDENT, {"individual_number": "123456789019"}, "individual_number", "individual_number.check_digit"),
    Rule(RESIDENT, {"individual_number": None}, "individual_number", "individual_number.check_digit"),
    Rule(PERSON, {"individual_number": "000000000001"}, "individual_number", "individual_number.check_digit"),
    # Dates.
    Rule(DAY, {"month": 2, "day": 29}, "", "civil_date.exists"),
    Rule(DAY, {"month": 9, "day": 31}, "", "civil_date.exists"),
    Rule(common_pb2.PartialDate(year=1945, month=12), {"month": 13}, "month", "int32.gte_lte"),
    Rule(RESIDENT, {"birth_date": None}, "birth_date", "required"),
    Rule(PERSON, {"birth_date": None}, "birth_date", "required"),
    Rule(SEAL_ITEMS, {"birth_date": None}, "birth_date", "required"),
    Rule(TAX_ITEMS, {"birth_date": None}, "birth_date", "required"),
    Rule(KOSEKI_PERSON, {"birth_date": None}, "birth_date", "required"),
    Rule(BORN, {"exact": None}, "known", "required"),
    # Money and counts.
    Rule(TAX, {"taxable_base_yen": -1}, "taxable_base_yen", "int64.gte_lte"),
    Rule(register_pb2.TaxIncome(kind="事業", income_yen=-5), {"receipts_yen": -1}, "receipts_yen", "int64.gte_lte"),
    Rule(register_pb2.TaxDeduction(kind="基礎控除"), {"amount_yen": -1}, "amount_yen", "int64.gte_lte"),
    Rule(register_pb2.TaxDependents(kind="一般"), {"count": -1}, "count", "int32.gte_lte"),
    Rule(TAX.assessed, {"city_tax_yen": -1}, "city_tax_yen", "int64.gte_lte"),
    Rule(TAX.assessed, {"total_yen": 1}, "", "tax_amount.total"),
    Rule(TAX_ITEMS, {"taxable_base_yen": -1}, "taxable_base_yen", "int64.gte_lte"),
    Rule(TAX_ITEMS, {"tax_year": None}, "tax_year", "int32.gte_lte"),
    Rule(REPORT, {"copies_printed": None}, "", "report_outcome_request.printed"),
    Rule(REPORT, {"outcome": 4}, "", "report_outcome_request.not_printed"),
    Rule(REPORT, {"copies_printed": None, "charged_yen": 300}, "", "report_outcome_request.charged"),
    Rule(REPORT, {"copies_printed": 11}, "copies_printed", "int32.gte_lte"),
    # Pictures, certificates, ids.
    Rule(RESIDENT.seal_impression, {"png": bytes(100)}, "png", "bytes.prefix"),
    Rule(SCAN, {"scan": b"GIF89a"}, "scan", "scan.picture"),
    Rule(with_(SCAN, scan=b"\xff\xd8\xff\xe0"), {"scan": b"\xff\xd8"}, "scan", "scan.picture"),
    Rule(inquiry_pb2.ReadBackResponse(front_png=PNG), {"front_png": b"\xff\xd8\xff"}, "front_png", "bytes.prefix"),
    Rule(AUTHENTICATE, {"certificate": b"\x31" + bytes(200)}, "certificate", "bytes.prefix"),
    Rule(AUTHENTICATE, {"session_id": "1"}, "session_id", "string.uuid"),
    Rule(ISSUE, {"request_id": "1"}, "request_id", "string.uuid"),
    Rule(
        center_pb2.OpenSessionRequest(terminal_id="KOFU-0001"),
        {"terminal_id": "kofu 1"},
        "terminal_id",
        "string.pattern",
    ),
    Rule(maintenance_pb2.TerminalStatus(terminal_id="KOFU-0001"), {"terminal_id": ""}, "terminal_id", "string.pattern"),
    Rule(FOREIGN, {"residence_card_number": "12345678"}, "residence_card_number", "string.pattern"),
    Rule(control_pb2.Paper(pdf=b"%PDF-1.7"), {"pdf": b"PDF"}, "pdf", "bytes.prefix"),
    Rule(control_pb2.OperateResponse(reason="REASON_PIN_WRONG"), {"reason": "wrong"}, "reason", "string.pattern"),
    # The document and its pages.
    Rule(DOCUMENT, {"kind": 4}, "", "document.items"),
    Rule(DOCUMENT, {"pages": [page(2, 2), page(1, 2)]}, "", "document.pages"),
    Rule(DOCUMENT, {"pages": [page(1, 2), page(1, 2)]}, "", "document.pages"),
    Rule(DOCUMENT, {"pages": [page(1, 2)]}, "", "document.pages"),
    Rule(DOCUMENT, {"pages": [page(2, 1)]}, "", "document.pages"),
    Rule(DOCUMENT, {"pages": [page(1, 2), page(2, 2, "another handle")]}, "", "document.pages"),
    Rule(DOCUMENT, {"pages": [page(1, 1, "架空の氏名" * 4)]}, "pages.subject_handle", "string.pattern"),
    Rule(DOCUMENT, {"pdf": bytes(200)}, "pdf", "bytes.prefix"),
    Rule(DOCUMENT, {"seal_registration": None}, "items", "required"),
    # What goes together.
    Rule(OPTIONS, {"member_numbers": [1]}, "", "residence_options.whole_household"),
    Rule(FOREIGN, {"registered_domicile": "架空市"}, "", "resident_record.domicile"),
    Rule(RESIDENT, {"nationality": "国"}, "", "resident_record.foreign_items"),
    Rule(RESIDENT, {"period_of_stay_ends_on": DAY}, "", "resident_record.foreign_items"),
    Rule(RESIDENT.control, {"state": 0}, "state", "enum.not_in"),
    Rule(RESIDENT.control, {"blocks": [0]}, "blocks", "enum.not_in"),
    Rule(KOSEKI.members[0], {"spouse_category": "配偶者"}, "spouse_category", "string.in"),
    Rule(KOSEKI_ISSUE, {"application": {"seal_registration": {}}}, "", "issue_koseki.kind"),
    Rule(OFFERS, {"offers": [{"kind": 1}, {"kind": 1}]}, "", "list_offers_response.kinds"),
    Rule(OFFERS, {"offers": [{"kind": 7}]}, "offers.kind", "enum.defined_only"),
    Rule(DEATH, {"new_householder": None}, "", "record_death.relationships"),
    Rule(DEATH, {"new_householder": "r00000003"}, "", "record_death.relationships"),
    Rule(DEATH, {"relationships": SAME_TWICE}, "relationships", "relationships.unique"),
    Rule(
        DEATH, {"relationships": [relationship("r00000003", "世帯主")]}, "relationships.relationship", "string.not_in"
    ),
    Rule(MOVE_OUT, {"relationships": [relationship("r00000003")]}, "", "move_out.relationships"),
    Rule(SPLIT, {"relationships": [relationship("r00000003")]}, "", "split_household.relationships"),
    Rule(SPLIT, {"new_householder": "r3"}, "new_householder", "string.pattern"),
    Rule(BIRTH, {"registered_domicile": None}, "", "record_birth.nationality"),
    Rule(BIRTH, {"nationality": "架空国"}, "", "record_birth.nationality"),
    Rule(BIRTH, {"relationship": "世帯主"}, "relationship", "string.not_in"),
    Rule(BIRTH, {"individual_number": "000000000001"}, "individual_number", "individual_number.check_digit"),
    Rule(BIRTH, {"birth_date": None}, "birth_date", "required"),
    Rule(ATTESTED, {"requirement_id": "3"}, "requirement_id", "string.pattern"),
    Rule(with_(ATTESTED, requirement_id="P.8"), {"requirement_id": "p.8"}, "requirement_id", "string.pattern"),
    Rule(ATTESTATION, {"statements": [ATTESTED, ATTESTED]}, "", "attestation.statements"),
    # The feed.
    Rule(feed_pb2.FeedHeartbeat(newest_number=NEWEST), {"newest_number": NEWEST + 1}, "newest_number", "uint64.lte"),
    Rule(feed_pb2.FeedAcknowledgement(number=1), {"number": None}, "number", "uint64.gte_lte"),
    Rule(feed_pb2.FeedResume(next_number=1), {"next_number": NEWEST + 1}, "next_number", "uint64.gte_lte"),
    Rule(CHANGE, {"residents": None, "taxes": None}, "", "feed_change.concerns_somebody"),
    Rule(CHANGE, {"residents": [RESIDENT, RESIDENT]}, "", "feed_change.residents"),
    Rule(CHANGE, {"taxes": [TAX, TAX]}, "", "feed_change.taxes"),
    Rule(CHANGE, {"change_id": "7"}, "change_id", "string.uuid"),
    Rule(PART, {"part": 0}, "part", "int32.gte_lte"),
    Rule(PART, {"change_id": None}, "change_id", "string.uuid_empty"),
    Rule(CHANGE, {"kind": 99}, "kind", "enum.defined_only"),
    # The calendar.
    Rule(HOURS, {"opens_at_minute": 389}, "opens_at_minute", "int32.gte_lt"),
    Rule(HOURS, {"closes_at_minute": 1381}, "closes_at_minute", "int32.gt_lte"),
    Rule(HOURS, {"opens_at_minute": 600, "closes_at_minute": 600}, "", "daily_hours.order"),
    Rule(
        CALENDAR, {"irregular_hours": [{"day": DAY, "hours": HOURS}] * 2}, "irregular_hours", "irregular_hours.unique"
    ),
    Rule(CALENDAR, {"koseki_hours": None}, "koseki_hours", "required"),
]


def _name(rule: Rule) -> str:
    return f"{type(rule.right).__name__}-{rule.field or 'whole'}-{rule.rule}"


@pytest.mark.parametrize("rule", RULES, ids=_name)
def test_rule_lets_the_right_value_through_and_names_the_field_of_a_wrong_one(rule: Rule) -> None:
    assert faults(rule.right) == set()
    assert faults(with_(rule.right, **rule.wrong)) >= {(rule.field, rule.rule)}


def test_individual_numbers_of_every_rest_have_the_check_digit_of_the_ordinance() -> None:
    digits = set()
    for number in range(200):
        eleven = f"{number * 123_456_789 % 10**11:011d}"
        right = individual_number_check_digit(eleven)
        digits.add(right)
        for last in range(10):
            broken = faults(with_(PERSON, individual_number=f"{eleven}{last}"))
            assert broken == (set() if last == right else {("individual_number", "individual_number.check_digit")})
    assert digits == set(range(10))


@pytest.mark.parametrize("code", ["992011", "992020", "011002", "131016", "141003", "192015", "271004", "472018"])
def test_real_municipality_codes_and_those_of_the_fictitious_cities_have_their_check_digit(code: str) -> None:
    for last in "0123456789":
        broken = faults(with_(ISSUE, municipality_code=code[:5] + last))
        assert (not broken) == (last == code[5])


ITEMS: Final[list[tuple[Message, frozenset[str]]]] = [
    (RESIDENT, frozenset({"individual_number", "residence_card_number"})),
    (FOREIGN, frozenset({"individual_number", "residence_card_number", "registered_domicile", "head_of_register"})),
    (TAX, frozenset({"resident_key"})),
    (register_pb2.TaxIncome(kind="給与"), frozenset()),
    (register_pb2.TaxDeduction(kind="基礎控除"), frozenset()),
    (register_pb2.TaxDependents(kind="一般"), frozenset()),
    (KOSEKI, frozenset({"koseki_key"})),
    (KOSEKI.members[0], frozenset({"spouse_category"})),
    (event(), frozenset()),
    (document_pb2.ResidenceItems(address="架空市", persons=[PERSON]), frozenset()),
    (PERSON, frozenset({"individual_number", "residence_card_number"})),
    (SEAL_ITEMS, frozenset()),
    (TAX_ITEMS, frozenset()),
    (
        document_pb2.KosekiItems(
            registered_domicile="架空市", head_of_register="例", created_on=BORN, persons=[KOSEKI_PERSON]
        ),
        frozenset(),
    ),
    (KOSEKI_PERSON, frozenset({"spouse_category"})),
    (counter_pb2.ChangeName(resident_key="r00000001", name="例"), frozenset({"resident_key"})),
    (
        counter_pb2.MoveWithin(household_key="h00000001", address="架空市", established_on=DAY),
        frozenset({"household_key"}),
    ),
]
WRONG_TEXTS: Final = {
    "\U000e0101見": "text.variation_sequences",
    "\ufe00": "text.variation_sequences",
    "辻\U000e0101\U000e0101": "text.variation_sequences",
    "辻\ufe00\U000e0100": "text.variation_sequences",
    "見\t例": "text.no_control_characters",
    "見\x85例": "text.no_control_characters",
    "見\u2028例": "text.no_control_characters",
    "見\x00": "text.no_control_characters",
}
RIGHT_TEXTS: Final = ["\U00020bb7\U000e0101", "辻\U000e0101見", "\ufa19\u3000か\u3099", " 例 ", "\U000e00ff"]


@pytest.mark.parametrize(("message", "others"), ITEMS, ids=[type(message).__name__ for message, _ in ITEMS])
def test_every_string_of_every_item_message_is_text_of_a_bounded_length(
    message: Message, others: frozenset[str]
) -> None:
    fields: Any = message.DESCRIPTOR.fields
    for field in fields:
        if field.type != field.TYPE_STRING or field.name in others:
            continue
        # Japanese nationals have no items of foreign residents, which are another rule's business.
        for text in RIGHT_TEXTS:
            assert not {one for one in faults(with_(message, **{field.name: text})) if one[0] == field.name}
        for text, rule in WRONG_TEXTS.items():
            assert (field.name, rule) in faults(with_(message, **{field.name: text}))
        assert (field.name, "string.max_len") in faults(with_(message, **{field.name: "字" * 301}))


def test_lengths_count_code_points() -> None:
    """Neither UTF-16 units nor bytes: 200 characters beyond the BMP fit, and 201 do not."""
    name = counter_pb2.ChangeName(resident_key="r00000001", name="\U00020bb7" * 200)
    assert faults(name) == set()
    assert faults(with_(name, name="\U00020bb7" * 201)) == {("name", "string.max_len")}


def test_there_are_six_documents_and_no_seventh() -> None:
    """The six stand alike in kinds, in what can be applied for and in what a document may hold. [1.3]"""
    kinds = [name.removeprefix("CERTIFICATE_KIND_").lower() for name in common_pb2.CertificateKind.keys()[1:]]
    assert len(kinds) == 6
    applications: Any = common_pb2.Application.DESCRIPTOR.oneofs_by_name["certificate"].fields
    items: Any = document_pb2.Document.DESCRIPTOR.oneofs_by_name["items"].fields
    assert [field.name for field in applications] == kinds
    assert [field.name for field in items] == kinds
    for number in range(1, 7):
        assert ("", "document.items") not in faults(with_(DOCUMENT, **_holding(kinds[number - 1]), kind=number))
        assert ("", "document.items") in faults(with_(DOCUMENT, **_holding(kinds[number - 1]), kind=number % 6 + 1))


def _holding(kind: str) -> dict[str, Any]:
    return {"seal_registration": None, kind: {}} if kind != "seal_registration" else {kind: {}}
