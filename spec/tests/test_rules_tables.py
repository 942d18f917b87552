"""The rules as tables, for the site."""

from datetime import time

import pytest

from kofu_spec import requirements
from kofu_spec.rules import calendar
from kofu_spec.rules.calendar import Calendar, Hours
from kofu_spec.rules.table import NO, Table, Text, same
from kofu_spec.rules.tables import TABLES


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_whole_and_rests_on_requirements(name: str) -> None:
    table = TABLES[name]()
    assert table.name == name
    assert table.requirements
    assert set(table.requirements) <= set(requirements.load())
    assert len(set(table.rows)) == len(table.rows) > 1
    cells = [table.title, *table.columns, *(cell for row in table.rows for cell in row)]
    assert all(cell.ja and cell.en for cell in cells)


def test_the_hours_are_those_of_the_document() -> None:
    first = TABLES["hours"]().rows[0]
    assert first[2:] == (same("06:30 – 23:00"), same("09:00 – 17:00"))


def test_a_table_follows_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of the sample closes at 22:00 once the rule says so."""
    early = Calendar(hours=Hours(time(6, 30), time(22)))
    asked = calendar.refusal_at
    monkeypatch.setattr(calendar, "refusal_at", lambda kind, instant, used: asked(kind, instant, early))
    assert TABLES["hours"]().rows[0][2] == same("06:30 – 22:00")


def test_the_individual_number_is_shown_by_two_documents_where_asked_for() -> None:
    table = TABLES["shown_items"]()
    [row] = [row for row in table.rows if row[0].ja == "個人番号"]
    assert [cell != NO for cell in row[1:]] == [True, True, False, False, False, False]
    assert row[1].en == "where the Individual Number is asked for"


def test_a_block_is_told_to_nobody_by_its_cause() -> None:
    rows = {row[0].ja: row[1:] for row in TABLES["eligibility"]().rows}
    assert rows["支援措置"] == rows["職権による発行抑止"] == rows["文字の登録待ち"]


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="rows: row 1 of odd has 1 cells; give it 2"):
        Table("odd", same("x"), ("1.5",), (same("a"), same("b")), ((Text("あ", "a"),),))
