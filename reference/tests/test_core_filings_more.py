"""Filings about what stands on a record, and about blocks, cards, taxes and the calendar. [2.1, 2.3, 2.6]"""

from typing import Any, Final

import pytest
from reference.tests.chain_pieces import EVENING, MUNICIPALITY, RESIDENTS, TAXES, key_of, resident_of
from reference.tests.test_core_changes import (
    ALONE,
    HOUSEHOLDER,
    NEW_NAME,
    OTHER_TWIN,
    SEAL,
    SON,
    TODAY,
    TWIN,
    WIFE,
    Hall,
    certificate,
    change,
    filed_as,
    hall,
    invalid,
    loaded,
    refused,
)
from reference.tests.test_core_filings import TOMORROW, kind_of

from kofu.v1 import register_pb2
from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import FileChangeRequest
from kofu.v1.feed_pb2 import RECORD_CHANGE_KIND_INITIAL_LOAD, TaxWithdrawal
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import ResidentRecord

__all__ = ["hall", "loaded"]  # the fixtures of the tests here

FOREIGNER: Final = key_of("foreign-mid-to-long-term")
SUPPORT: Final = register_pb2.ISSUE_BLOCK_SUPPORT_MEASURES


@pytest.fixture
def with_foreigner(hall: Hall) -> Hall:
    """A city in which a foreign resident lives too, with a seal."""
    foreigner = resident_of(FOREIGNER)
    foreigner.seal_impression.CopyFrom(SEAL)
    with hall.registers.transaction():
        hall.registers.commit(RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, [foreigner])
    return hall


def expected_of(key: str, **items: Any) -> ResidentRecord:
    record = resident_of(key)
    for name, value in items.items():
        setattr(record, name, value)
    return record


# What stands on a record


@pytest.mark.parametrize("kind", ["MARRIAGE", "DIVORCE", "OTHER"])
def test_koseki_filing_changes_everyones_items_at_once_and_ends_the_seal_of_another_name(hall: Hall, kind: str) -> None:
    persons = [
        {
            "resident_key": WIFE,
            "name": NEW_NAME,
            "registered_domicile": "架空県新本籍一番",
            "relationship": "妻（未届）",
        },
        {"resident_key": SON, "head_of_register": NEW_NAME},
    ]
    hall.file(change("record_koseki_filing", kind=f"KOSEKI_FILING_KIND_{kind}", persons=persons))
    assert kind_of(hall) == ("OTHER_FILING" if kind == "OTHER" else kind)
    wife = expected_of(WIFE, name=NEW_NAME, registered_domicile="架空県新本籍一番", relationship="妻（未届）")
    wife.ClearField("seal_impression")
    assert list(hall.fed()[-1].residents) == [wife, expected_of(SON, head_of_register=NEW_NAME)]


def test_householders_name_by_marriage_stands_on_everyones_record(hall: Hall) -> None:
    persons = [{"resident_key": HOUSEHOLDER, "name": NEW_NAME}, {"resident_key": WIFE, "head_of_register": NEW_NAME}]
    hall.file(change("record_koseki_filing", kind="KOSEKI_FILING_KIND_MARRIAGE", persons=persons))
    assert {hall.record(key).householder for key in (HOUSEHOLDER, WIFE, TWIN, OTHER_TWIN)} == {NEW_NAME}
    assert len(hall.fed()[-1].residents) == 4


def test_koseki_filing_names_a_person_once_and_no_relationship_of_a_householder(hall: Hall) -> None:
    def filing(*persons: dict[str, str]) -> FileChangeRequest:
        return change("record_koseki_filing", kind="KOSEKI_FILING_KIND_MARRIAGE", persons=persons)

    twice = {"resident_key": WIFE, "name": NEW_NAME}
    invalid(hall, filing(twice, twice), "record_koseki_filing.persons[1].resident_key")
    heads = {"resident_key": HOUSEHOLDER, "relationship": "夫"}
    invalid(hall, filing(heads), "record_koseki_filing.persons[0].relationship")


def test_naturalised_resident_has_a_domicile_and_nothing_of_a_foreigner(with_foreigner: Hall) -> None:
    hall, before = with_foreigner, resident_of(FOREIGNER)
    items = {"registered_domicile": "架空県架空市帰化一番", "head_of_register": NEW_NAME}
    hall.file(change("change_nationality", resident_key=FOREIGNER, name=NEW_NAME, japanese=items))
    assert kind_of(hall) == "NATIONALITY"
    after = hall.record(FOREIGNER)
    assert (after.name, after.registered_domicile, after.head_of_register) == (NEW_NAME, *items.values())
    assert (after.nationality, after.foreign_category, after.residence_status, after.residence_card_number) == (
        "",
        0,
        "",
        "",
    )
    assert after.resident_since == before.foreign_resident_since
    assert not after.HasField("seal_impression")


def test_lost_nationality_takes_the_domicile_away(hall: Hall) -> None:
    foreign = {"nationality": "架空国", "category": 4, "foreign_resident_since": TODAY}
    hall.file(change("change_nationality", resident_key=WIFE, foreign=foreign))
    after = hall.record(WIFE)
    assert (after.registered_domicile, after.head_of_register, after.nationality) == ("", "", "架空国")
    assert not after.HasField("resident_since")
    assert after.HasField("seal_impression"), "the name on it is the same"


def test_japanese_national_is_not_naturalised_and_has_no_residence_status_nor_common_name(hall: Hall) -> None:
    items = {"registered_domicile": "架空県架空市帰化一番", "head_of_register": NEW_NAME}
    invalid(hall, change("change_nationality", resident_key=WIFE, japanese=items), "change_nationality.japanese")
    status = change("change_residence_status", resident_key=WIFE, category=1)
    invalid(hall, status, "change_residence_status.resident_key")
    common = change("change_common_name", resident_key=WIFE, common_name="通称")
    invalid(hall, common, "change_common_name.resident_key")


def test_residence_status_stands_as_filed(with_foreigner: Hall) -> None:
    items = {
        "residence_card_number": "AB12345678CD",
        "residence_status": "永住者",
        "period_of_stay": "",
    }
    expected = expected_of(FOREIGNER, foreign_category=1, **items)
    expected.seal_impression.CopyFrom(SEAL)
    expected.ClearField("period_of_stay_ends_on")
    filing = change("change_residence_status", resident_key=FOREIGNER, category=1, **items)
    filed_as(with_foreigner, filing, "RESIDENCE_STATUS", expected)


@pytest.mark.parametrize(
    ("before", "after", "keeps_seal"), [("", "新通称", True), ("旧通称", "新通称", False), ("旧通称", "", False)]
)
def test_common_name_entered_changed_and_removed(
    with_foreigner: Hall, before: str, after: str, keeps_seal: bool
) -> None:
    hall = with_foreigner
    record = hall.record(FOREIGNER)
    record.common_name = before
    with hall.registers.transaction():
        hall.registers.commit(RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, [record])
    hall.file(change("change_common_name", resident_key=FOREIGNER, common_name=after))
    assert kind_of(hall) == "COMMON_NAME"
    assert hall.record(FOREIGNER).common_name == after
    assert hall.record(FOREIGNER).HasField("seal_impression") is keeps_seal
    again = change("change_common_name", resident_key=FOREIGNER, common_name=after)
    invalid(hall, again, "change_common_name.common_name")


def test_individual_number_is_another_from_now_on(hall: Hall) -> None:
    number = RESIDENTS[ALONE].individual_number
    filing = change("change_individual_number", resident_key=WIFE, individual_number=number)
    filed_as(hall, filing, "INDIVIDUAL_NUMBER", expected_of(WIFE, individual_number=number))


def test_correction_changes_items_and_no_control_data(hall: Hall) -> None:
    right = expected_of(WIFE, previous_address="架空県正市一番")
    filed_as(hall, change("correct_record", record=right), "CORRECTION", right)
    for field, value in (("householder", NEW_NAME), ("seal_impression", SEAL)):
        wrong = hall.record(WIFE)
        if field == "seal_impression":
            wrong.seal_impression.CopyFrom(SEAL)
        else:
            setattr(wrong, field, value)
        invalid(hall, change("correct_record", record=wrong), f"correct_record.record.{field}")
    elsewhere = hall.record(WIFE)
    elsewhere.control.household_key = "h00000010"
    invalid(hall, change("correct_record", record=elsewhere), "correct_record.record.control")
    heads = hall.record(HOUSEHOLDER)
    heads.relationship = "夫"
    invalid(hall, change("correct_record", record=heads), "correct_record.record.relationship")


def test_corrected_name_of_a_householder_stands_on_everyones_record_and_ends_the_seal(hall: Hall) -> None:
    right = expected_of(HOUSEHOLDER, name=NEW_NAME)
    hall.file(change("correct_record", record=right))
    assert {hall.record(key).householder for key in (HOUSEHOLDER, WIFE, TWIN)} == {NEW_NAME}
    assert not hall.record(HOUSEHOLDER).HasField("seal_impression")


def test_record_that_would_break_a_rule_of_the_register_refuses_the_filing(hall: Hall) -> None:
    foreign = {"resident_key": FOREIGNER, "registered_domicile": "架空県架空市一番"}
    with hall.registers.transaction():
        hall.registers.commit(RECORD_CHANGE_KIND_INITIAL_LOAD, EVENING, [resident_of(FOREIGNER)])
    filing = change("record_koseki_filing", kind="KOSEKI_FILING_KIND_OTHER", persons=[foreign])
    assert refused(hall, filing).metadata["rule"] == "resident_record.domicile"


# Blocks, cards, taxes, the calendar


def test_support_measures_begin_and_end_for_all_who_are_protected_and_leave_other_blocks(hall: Hall) -> None:
    official = register_pb2.ISSUE_BLOCK_OFFICIAL
    hall.file(change("set_issue_blocks", resident_key=WIFE, blocks=[official]))
    hall.file(change("set_support_measures", resident_keys=[WIFE, TWIN], in_force=True))
    assert kind_of(hall) == "SUPPORT_MEASURES_BEGUN"
    assert [list(hall.record(key).control.blocks) for key in (WIFE, TWIN)] == [[official, SUPPORT], [SUPPORT]]
    assert len(hall.fed()[-1].residents) == 2, "in one change"
    hall.file(change("set_support_measures", resident_keys=[WIFE, TWIN]))
    assert kind_of(hall) == "SUPPORT_MEASURES_ENDED"
    assert [list(hall.record(key).control.blocks) for key in (WIFE, TWIN)] == [[official], []]
    nothing_ends = change("set_support_measures", resident_keys=[WIFE])
    assert refused(hall, nothing_ends).reason == Reason.REASON_RECORD_NOT_FOUND


def links(hall: Hall, key: str) -> list[str]:
    return [holder.certificate_serial for holder in hall.record(key).control.holders]


def test_card_is_issued_renewed_and_revoked(hall: Hall) -> None:
    (own,) = resident_of(WIFE).control.holders
    hall.file(change("issue_card", resident_key=WIFE, holder=certificate("1a")))
    assert (kind_of(hall), links(hall, WIFE)) == ("CARD_ISSUED", [own.certificate_serial, "1a"])
    hall.file(change("renew_card", resident_key=WIFE, former=certificate("1a"), renewed=certificate("1b")))
    assert (kind_of(hall), links(hall, WIFE)) == ("CARD_RENEWED", [own.certificate_serial, "1b"])
    assert hall.registers.linked_to(certificate("1a")) is None
    hall.file(change("revoke_card", resident_key=WIFE, holder=own))
    assert (kind_of(hall), links(hall, WIFE)) == ("CARD_REVOKED", ["1b"])


def test_card_of_another_is_neither_issued_nor_renewed_to_nor_revoked(hall: Hall) -> None:
    (others,) = resident_of(HOUSEHOLDER).control.holders
    (own,) = resident_of(WIFE).control.holders
    invalid(hall, change("issue_card", resident_key=WIFE, holder=others), "issue_card.holder")
    invalid(hall, change("issue_card", resident_key=WIFE, holder=own), "issue_card.holder")
    renewal = change("renew_card", resident_key=WIFE, former=own, renewed=others)
    invalid(hall, renewal, "renew_card.renewed")
    invalid(hall, change("renew_card", resident_key=WIFE, former=own, renewed=own), "renew_card.renewed")
    for filing in (
        change("revoke_card", resident_key=WIFE, holder=others),
        change("renew_card", resident_key=WIFE, former=others, renewed=certificate("1a")),
    ):
        assert refused(hall, filing).reason == Reason.REASON_RECORD_NOT_FOUND


def test_withdrawn_tax_record_is_of_its_year_alone(hall: Hall) -> None:
    last_year = type(TAXES[HOUSEHOLDER, 2026]).FromString(TAXES[HOUSEHOLDER, 2026].SerializeToString())
    last_year.tax_year = 2025
    hall.file(change("assess_tax", record=last_year))
    hall.file(change("withdraw_tax", resident_key=HOUSEHOLDER, tax_year=2026))
    assert kind_of(hall) == "TAX_WITHDRAWN"
    withdrawn = TaxWithdrawal(resident_key=HOUSEHOLDER, tax_year=2026)
    assert list(hall.fed()[-1].withdrawn_taxes) == [withdrawn]
    assert [hall.registers.has_tax(HOUSEHOLDER, year) for year in (2025, 2026)] == [True, False]
    again = change("withdraw_tax", resident_key=HOUSEHOLDER, tax_year=2026)
    assert refused(hall, again).reason == Reason.REASON_RECORD_NOT_FOUND


def test_reassessed_tax_takes_the_place_of_the_record_of_that_year(hall: Hall) -> None:
    """Reassessment in mid-year, and the end of being taxable, which is not 0 yen."""
    record = type(TAXES[HOUSEHOLDER, 2026]).FromString(TAXES[HOUSEHOLDER, 2026].SerializeToString())
    record.taxable_base_yen += 1000
    filed_as(hall, change("assess_tax", record=record), "TAX", taxes=[record])
    record.not_taxable = True
    filed_as(hall, change("assess_tax", record=record), "TAX", taxes=[record])


def calendar(municipality_code: str = MUNICIPALITY) -> dict[str, Any]:
    hours = {"opens_at_minute": 390, "closes_at_minute": 1380}
    office = {"opens_at_minute": 540, "closes_at_minute": 1020}
    return {
        "municipality_code": municipality_code,
        "starts_on": CivilDate(year=2022, month=3, day=1),
        "hours": hours,
        "koseki_hours": office,
        "closed_days": [TOMORROW],
    }


def test_calendar_is_fed_and_stands_in_every_snapshot(hall: Hall) -> None:
    hall.file(change("set_calendar", calendar=calendar()))
    assert kind_of(hall) == "CALENDAR"
    fed = hall.fed()[-1].calendar
    assert list(fed.closed_days) == [TOMORROW]
    parts = list(hall.registers.snapshot())
    assert parts[-1].calendar == fed
    invalid(hall, change("set_calendar", calendar=calendar("992020")), "set_calendar.calendar.municipality_code")
