"""All records at one moment, in parts: what a receiver gets that is new, damaged, or of another feed. [2.6]"""

import uuid
from collections.abc import Generator, Iterator
from typing import Final

from kofu.v1.calendar_pb2 import ServiceCalendar
from kofu.v1.feed_pb2 import FeedSnapshotPart
from kofu.v1.register_pb2 import ResidentRecord, TaxRecord
from kofu_reference.storage import Database, Row

_MOST_RECORDS: Final = 500
_ENOUGH_BYTES: Final = 2 * 1024 * 1024
"""A part ends with the record that reaches this: far below the limit of a message."""


def snapshot_parts(database: Database) -> Generator[FeedSnapshotPart, None, None]:
    """The parts in order, the last one marked. Changes that are committed meanwhile are in none of them."""
    own = database.another()
    try:
        with own.view():
            yield from _parts(own)
    finally:
        own.close()


def _parts(database: Database) -> Iterator[FeedSnapshotPart]:
    ((number, change_id),) = database.execute("SELECT newest, newest_id FROM feed")
    named = FeedSnapshotPart(snapshot_id=str(uuid.uuid4()), number=number, change_id=change_id)
    part = _part_after(named)
    size = 0
    for record in _records(database):
        if isinstance(record, ResidentRecord):
            part.residents.append(record)
        else:
            part.taxes.append(record)
        size += record.ByteSize()
        if size >= _ENOUGH_BYTES or len(part.residents) + len(part.taxes) == _MOST_RECORDS:
            yield part
            part, size = _part_after(part), 0
    for (calendar,) in database.execute("SELECT calendar FROM calendar"):
        part.calendar.CopyFrom(ServiceCalendar.FromString(calendar))
    part.last = True
    yield part


def _part_after(part: FeedSnapshotPart) -> FeedSnapshotPart:
    return FeedSnapshotPart(
        snapshot_id=part.snapshot_id, number=part.number, change_id=part.change_id, part=part.part + 1
    )


def _records(database: Database) -> Iterator[ResidentRecord | TaxRecord]:
    """Everyone, then every tax record; a page at a time."""
    rows: list[Row] = [("",)]
    page = "SELECT resident_key, record FROM resident WHERE resident_key > ? ORDER BY resident_key LIMIT ?"
    while rows := database.execute(page, rows[-1][0], _MOST_RECORDS):
        yield from (ResidentRecord.FromString(record) for _, record in rows)
    rows = [("", 0)]
    page = (
        "SELECT resident_key, tax_year, record FROM tax"
        " WHERE (resident_key, tax_year) > (?, ?) ORDER BY resident_key, tax_year LIMIT ?"
    )
    while rows := database.execute(page, *rows[-1][:2], _MOST_RECORDS):
        yield from (TaxRecord.FromString(record) for _, _, record in rows)
