"""The feed is normalised on its way in (NFC): compatibility ideographs in names become other characters."""

import unicodedata
from collections.abc import Iterable

from kofu.v1.feed_pb2 import FeedChange, FeedSnapshotPart
from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.1"
KILLED_BY = "chain.documents.names_go_through_unchanged"


def install(system: Issuing) -> None:
    register = system.register
    apply, take_part = register.apply, register.take_part

    def apply_normalised(change: FeedChange) -> None:
        normalise(change.residents)
        apply(change)

    def take_normalised(part: FeedSnapshotPart) -> bool:
        normalise(part.residents)
        return take_part(part)

    register.apply = apply_normalised  # type: ignore[method-assign]
    register.take_part = take_normalised  # type: ignore[method-assign]


def normalise(residents: Iterable[ResidentRecord]) -> None:
    for resident in residents:
        for name in ("name", "householder", "head_of_register"):
            setattr(resident, name, unicodedata.normalize("NFC", getattr(resident, name)))
