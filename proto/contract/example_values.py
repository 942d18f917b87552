"""Values of examples that no rule gives: the few that a reader should recognise, and those that a CEL rule asks for."""

from typing import Any

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQAAAADsdIMmAAAAFklEQVR42mP4z9DIsJdhKRDuBbL+AwAuMAXFEUkG7wAAAABJRU5ErkJggg=="
"""8 by 8 pixels, black and white."""

PDF = (
    "JVBERi0xLjcKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRvYmoKMiAwIG9iago8PC9UeXBlL1BhZ2Vz"
    "L0tpZHNbMyAwIFJdL0NvdW50IDE+PgplbmRvYmoKMyAwIG9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAg"
    "MCA1OTUgODQyXT4+CmVuZG9iagp4cmVmCjAgNAowMDAwMDAwMDAwIDY1NTM1IGYgCjAwMDAwMDAwMDkgMDAwMDAgbiAKMDAwMDAw"
    "MDA1NCAwMDAwMCBuIAowMDAwMDAwMTA1IDAwMDAwIG4gCnRyYWlsZXIKPDwvU2l6ZSA0L1Jvb3QgMSAwIFI+PgpzdGFydHhyZWYK"
    "MTcwCiUlRU9GCg=="
)
"""One empty page, A4."""

BY_NAME: dict[str, Any] = {
    "address": "架空市中央一丁目1番1号",
    "birth_date": {"exact": {"year": 1990, "month": 4, "day": 1}},
    "birthplace": "架空市",
    "card_id": "card-0001",
    "certificate_serial": "5f3a",
    "clerk_id": "A001",
    "copies": 1,
    "document_id": "0b3e7f4c-6d52-4c8a-9a51-3f1d2c4b5a69",
    "document_shown": "運転免許証",
    "evidence": "消去手順書 第2版 2026-10-01",
    "expires_at": "2026-10-07T01:05:00Z",
    "feed_id": "7d444840-9dc0-41d1-b245-5ffdce74fad2",
    "head_of_register": "架空太郎",
    "height_hundredth_mm": 1650,
    "household_key": "h00000001",
    "householder": "架空太郎",
    "individual_number": "123456789018",
    "katakana_name": "カクウハナコ",
    "koseki_key": "k00000001",
    "member_number": 1,
    "municipality_code": "992011",
    "name": "架空花子",
    "new_pin": "4649",
    "organisation": "架空市",
    "password": "example-password",
    "pdf": PDF,
    "png": PNG,
    "previous_address": "架空市中央二丁目2番2号",
    "registered_domicile": "架空市中央一丁目1番地",
    "registration_number": "00000001",
    "relationship": "子",
    "relationship_to_parents": "長女",
    "request_id": "9f1b1d5e-2f0a-4a63-8f0c-6d9c3f5f7a10",
    "requirement_id": "3.1.3b",
    "resident_key": "r00000001",
    "scan": PNG,
    "session_id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "sheet_serial": "00000001",
    "staff_id": "maintenance-1",
    "stage": "issuing.render",
    "subject_handle": "5c1f0f2f7c0e4b6d9b7a",
    "tax_year": 2026,
    "terminal_id": "KOFU-0001",
    "token": "5d41402abc4b2a76b9719d911017c592",
    "width_hundredth_mm": 1650,
    "yen": 500,
}
"""By the name of the field, taken where a value is needed and the field's rules allow this one."""

BY_FIELD: dict[str, Any] = {
    "kofu.testing.v1.DescribeResponse.system": "issuing",
    "kofu.testing.v1.EnterPin.pin": "1234",
    "kofu.testing.v1.GetClockResponse.mode": "CLOCK_MODE_FROZEN",
    "kofu.testing.v1.GetClockResponse.now": "2026-10-07T01:00:00Z",
    "kofu.testing.v1.HoldRequest.duration": "2.500s",
    "kofu.testing.v1.HoldRequest.passages": 1,
    "kofu.testing.v1.OfferShown.fee_yen": 200,
    "kofu.testing.v1.OfferShown.kind": "CERTIFICATE_KIND_RESIDENCE_CERTIFICATE",
    "kofu.testing.v1.OperateResponse.screen": "SCREEN_CHOOSE",
    "kofu.testing.v1.SetClockRequest.instant": "2026-10-07T01:00:00Z",
    "kofu.testing.v1.SetClockRequest.mode": "CLOCK_MODE_FROZEN",
    "kofu.testing.v1.SetClockResponse.now": "2026-10-07T01:00:00Z",
    "kofu.v1.ApplyResponse.fee_yen": 200,
    "kofu.v1.AttestedStatement.holds": True,
    "kofu.v1.CivilDate.day": 7,
    "kofu.v1.CivilDate.month": 10,
    "kofu.v1.CivilDate.year": 2026,
    "kofu.v1.FileChangeResponse.kind": "RECORD_CHANGE_KIND_CARD_LINK",
    "kofu.v1.FileChangeResponse.number": "51",
    "kofu.v1.GetChangeRequest.number": "51",
    "kofu.v1.GetChangeResponse.acknowledged": True,
    "kofu.v1.KosekiEvent.kind": "出生",
    "kofu.v1.LogInResponse.token": "5d41402abc4b2a76b9719d911017c592",
    "kofu.v1.Offer.fee_yen": 200,
    "kofu.v1.Offer.kind": "CERTIFICATE_KIND_RESIDENCE_CERTIFICATE",
    "kofu.v1.PartialDate.month": 5,
    "kofu.v1.PartialDate.year": 1945,
    "kofu.v1.RecordBirth.birth_date": {"year": 2026, "month": 10, "day": 1},
    "kofu.v1.RecordBirth.head_of_register": "架空太郎",
    "kofu.v1.RecordBirth.registered_domicile": "架空県架空市中央一丁目1番",
    "kofu.v1.ReportOutcomeRequest.charged_yen": 200,
    "kofu.v1.ReportOutcomeRequest.copies_printed": 1,
    "kofu.v1.ReadBackResponse.front_png": PNG,
    "kofu.v1.TaxAmount.city_tax_yen": "96000",
    "kofu.v1.TaxAmount.prefectural_tax_yen": "64000",
    "kofu.v1.TaxAmount.total_yen": "160000",
    "kofu.v1.TaxDeduction.amount_yen": "430000",
    "kofu.v1.TaxDeduction.kind": "基礎控除",
    "kofu.v1.TaxDependents.count": 1,
    "kofu.v1.TaxDependents.kind": "一般",
    "kofu.v1.TaxIncome.income_yen": "2760000",
    "kofu.v1.TaxIncome.kind": "給与",
    "kofu.v1.TaxIncome.receipts_yen": "4000000",
    "kofu.v1.TerminalStatus.in_use": True,
    "kofu.v1.TerminalStatus.terminal_id": "KOFU-0001",
}
"""By full name of the field, in proto3 JSON; shown also where the field may be left out."""

SHOWN: frozenset[str] = frozenset(
    {
        "kofu.testing.v1.OperateResponse.offers",
        "kofu.v1.AuthenticateResponse.municipality_codes",
        "kofu.v1.FeedChange.residents",
        "kofu.v1.GetStatusResponse.terminals",
        "kofu.v1.KosekiPersonItems.birth_date",
        "kofu.v1.KosekiPersonItems.events",
        "kofu.v1.KosekiPersonItems.name",
        "kofu.v1.KosekiItems.head_of_register",
        "kofu.v1.KosekiItems.registered_domicile",
        "kofu.v1.ListOffersResponse.offers",
        "kofu.v1.ResidenceItems.address",
        "kofu.v1.ResidencePersonItems.birth_date",
        "kofu.v1.ResidencePersonItems.name",
        "kofu.v1.SealItems.address",
        "kofu.v1.SealItems.birth_date",
        "kofu.v1.SealItems.name",
        "kofu.v1.TaxItems.address",
        "kofu.v1.TaxItems.deductions",
        "kofu.v1.TaxItems.dependents",
        "kofu.v1.TaxItems.incomes",
        "kofu.v1.TaxItems.name",
        "kofu.v1.TaxItems.tax_year",
        "kofu.v1.UnblockPinRequest.identity_check",
    }
)
"""Fields that an example shows although they may be left out."""

MEMBER: dict[str, str] = {
    "kofu.testing.v1.OperateRequest.act": "insert_card",
    "kofu.v1.FileChangeRequest.change": "link_cards",
}
"""Which member of a `oneof` the example of a message has, where it is not the first."""

INSIDE: dict[str, dict[str, str]] = {
    "kofu.v1.IssueKosekiRequest": {"kofu.v1.Application.certificate": "koseki_all_matters"},
    "kofu.v1.IssueKosekiResponse": {"kofu.v1.Document.items": "koseki_all_matters"},
}
"""Members of a `oneof` further down, within the example of one message."""

KIND_OF: frozenset[str] = frozenset({"kofu.v1.Document.kind"})
"""Fields whose enum names the member chosen of the message's `oneof`: …_SEAL_REGISTRATION for seal_registration."""
