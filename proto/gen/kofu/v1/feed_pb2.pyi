import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from kofu.v1 import calendar_pb2 as _calendar_pb2
from kofu.v1 import register_pb2 as _register_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecordChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_CHANGE_KIND_UNSPECIFIED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_INITIAL_LOAD: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MOVE_IN: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MOVE_OUT: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MOVE_WITHIN: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_BIRTH: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_DEATH: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_PERSONAL_ITEMS: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_HOUSEHOLD: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_SEAL_REGISTERED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_SEAL_CANCELLED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_ISSUE_BLOCK: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CARD_LINK: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_TAX: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CORRECTION: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MARRIAGE: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_DIVORCE: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_OTHER_FILING: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_NATIONALITY: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_RESIDENCE_STATUS: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_COMMON_NAME: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_INDIVIDUAL_NUMBER: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_SUPPORT_MEASURES_BEGUN: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_SUPPORT_MEASURES_ENDED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CARD_ISSUED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CARD_RENEWED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CARD_REVOKED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MOVE_OUT_NOTIFIED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_MOVE_OUT_CANCELLED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_HOUSEHOLDER: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_DELETED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_RESTORED: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_TAX_WITHDRAWN: _ClassVar[RecordChangeKind]
    RECORD_CHANGE_KIND_CALENDAR: _ClassVar[RecordChangeKind]
RECORD_CHANGE_KIND_UNSPECIFIED: RecordChangeKind
RECORD_CHANGE_KIND_INITIAL_LOAD: RecordChangeKind
RECORD_CHANGE_KIND_MOVE_IN: RecordChangeKind
RECORD_CHANGE_KIND_MOVE_OUT: RecordChangeKind
RECORD_CHANGE_KIND_MOVE_WITHIN: RecordChangeKind
RECORD_CHANGE_KIND_BIRTH: RecordChangeKind
RECORD_CHANGE_KIND_DEATH: RecordChangeKind
RECORD_CHANGE_KIND_PERSONAL_ITEMS: RecordChangeKind
RECORD_CHANGE_KIND_HOUSEHOLD: RecordChangeKind
RECORD_CHANGE_KIND_SEAL_REGISTERED: RecordChangeKind
RECORD_CHANGE_KIND_SEAL_CANCELLED: RecordChangeKind
RECORD_CHANGE_KIND_ISSUE_BLOCK: RecordChangeKind
RECORD_CHANGE_KIND_CARD_LINK: RecordChangeKind
RECORD_CHANGE_KIND_TAX: RecordChangeKind
RECORD_CHANGE_KIND_CORRECTION: RecordChangeKind
RECORD_CHANGE_KIND_MARRIAGE: RecordChangeKind
RECORD_CHANGE_KIND_DIVORCE: RecordChangeKind
RECORD_CHANGE_KIND_OTHER_FILING: RecordChangeKind
RECORD_CHANGE_KIND_NATIONALITY: RecordChangeKind
RECORD_CHANGE_KIND_RESIDENCE_STATUS: RecordChangeKind
RECORD_CHANGE_KIND_COMMON_NAME: RecordChangeKind
RECORD_CHANGE_KIND_INDIVIDUAL_NUMBER: RecordChangeKind
RECORD_CHANGE_KIND_SUPPORT_MEASURES_BEGUN: RecordChangeKind
RECORD_CHANGE_KIND_SUPPORT_MEASURES_ENDED: RecordChangeKind
RECORD_CHANGE_KIND_CARD_ISSUED: RecordChangeKind
RECORD_CHANGE_KIND_CARD_RENEWED: RecordChangeKind
RECORD_CHANGE_KIND_CARD_REVOKED: RecordChangeKind
RECORD_CHANGE_KIND_MOVE_OUT_NOTIFIED: RecordChangeKind
RECORD_CHANGE_KIND_MOVE_OUT_CANCELLED: RecordChangeKind
RECORD_CHANGE_KIND_HOUSEHOLDER: RecordChangeKind
RECORD_CHANGE_KIND_DELETED: RecordChangeKind
RECORD_CHANGE_KIND_RESTORED: RecordChangeKind
RECORD_CHANGE_KIND_TAX_WITHDRAWN: RecordChangeKind
RECORD_CHANGE_KIND_CALENDAR: RecordChangeKind

class FeedRequest(_message.Message):
    __slots__ = ("hello", "change", "heartbeat", "snapshot_part")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_PART_FIELD_NUMBER: _ClassVar[int]
    hello: FeedHello
    change: FeedChange
    heartbeat: FeedHeartbeat
    snapshot_part: FeedSnapshotPart
    def __init__(self, hello: _Optional[_Union[FeedHello, _Mapping]] = ..., change: _Optional[_Union[FeedChange, _Mapping]] = ..., heartbeat: _Optional[_Union[FeedHeartbeat, _Mapping]] = ..., snapshot_part: _Optional[_Union[FeedSnapshotPart, _Mapping]] = ...) -> None: ...

class FeedHello(_message.Message):
    __slots__ = ("municipality_code", "feed_id")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    FEED_ID_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    feed_id: str
    def __init__(self, municipality_code: _Optional[str] = ..., feed_id: _Optional[str] = ...) -> None: ...

class FeedHeartbeat(_message.Message):
    __slots__ = ("newest_number",)
    NEWEST_NUMBER_FIELD_NUMBER: _ClassVar[int]
    newest_number: int
    def __init__(self, newest_number: _Optional[int] = ...) -> None: ...

class FeedChange(_message.Message):
    __slots__ = ("number", "committed_at", "kind", "residents", "taxes", "withdrawn_taxes", "change_id", "calendar")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    TAXES_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_TAXES_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    number: int
    committed_at: _timestamp_pb2.Timestamp
    kind: RecordChangeKind
    residents: _containers.RepeatedCompositeFieldContainer[_register_pb2.ResidentRecord]
    taxes: _containers.RepeatedCompositeFieldContainer[_register_pb2.TaxRecord]
    withdrawn_taxes: _containers.RepeatedCompositeFieldContainer[TaxWithdrawal]
    change_id: str
    calendar: _calendar_pb2.ServiceCalendar
    def __init__(self, number: _Optional[int] = ..., committed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[_Union[RecordChangeKind, str]] = ..., residents: _Optional[_Iterable[_Union[_register_pb2.ResidentRecord, _Mapping]]] = ..., taxes: _Optional[_Iterable[_Union[_register_pb2.TaxRecord, _Mapping]]] = ..., withdrawn_taxes: _Optional[_Iterable[_Union[TaxWithdrawal, _Mapping]]] = ..., change_id: _Optional[str] = ..., calendar: _Optional[_Union[_calendar_pb2.ServiceCalendar, _Mapping]] = ...) -> None: ...

class TaxWithdrawal(_message.Message):
    __slots__ = ("resident_key", "tax_year")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    TAX_YEAR_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    tax_year: int
    def __init__(self, resident_key: _Optional[str] = ..., tax_year: _Optional[int] = ...) -> None: ...

class FeedSnapshotPart(_message.Message):
    __slots__ = ("snapshot_id", "number", "change_id", "part", "last", "residents", "taxes", "calendar")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    RESIDENTS_FIELD_NUMBER: _ClassVar[int]
    TAXES_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: str
    number: int
    change_id: str
    part: int
    last: bool
    residents: _containers.RepeatedCompositeFieldContainer[_register_pb2.ResidentRecord]
    taxes: _containers.RepeatedCompositeFieldContainer[_register_pb2.TaxRecord]
    calendar: _calendar_pb2.ServiceCalendar
    def __init__(self, snapshot_id: _Optional[str] = ..., number: _Optional[int] = ..., change_id: _Optional[str] = ..., part: _Optional[int] = ..., last: bool = ..., residents: _Optional[_Iterable[_Union[_register_pb2.ResidentRecord, _Mapping]]] = ..., taxes: _Optional[_Iterable[_Union[_register_pb2.TaxRecord, _Mapping]]] = ..., calendar: _Optional[_Union[_calendar_pb2.ServiceCalendar, _Mapping]] = ...) -> None: ...

class FeedResponse(_message.Message):
    __slots__ = ("resume", "acknowledgement", "snapshot_wanted")
    RESUME_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGEMENT_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_WANTED_FIELD_NUMBER: _ClassVar[int]
    resume: FeedResume
    acknowledgement: FeedAcknowledgement
    snapshot_wanted: FeedSnapshotWanted
    def __init__(self, resume: _Optional[_Union[FeedResume, _Mapping]] = ..., acknowledgement: _Optional[_Union[FeedAcknowledgement, _Mapping]] = ..., snapshot_wanted: _Optional[_Union[FeedSnapshotWanted, _Mapping]] = ...) -> None: ...

class FeedResume(_message.Message):
    __slots__ = ("next_number", "snapshot_wanted", "last_change_id")
    NEXT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_WANTED_FIELD_NUMBER: _ClassVar[int]
    LAST_CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    next_number: int
    snapshot_wanted: bool
    last_change_id: str
    def __init__(self, next_number: _Optional[int] = ..., snapshot_wanted: bool = ..., last_change_id: _Optional[str] = ...) -> None: ...

class FeedSnapshotWanted(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FeedAcknowledgement(_message.Message):
    __slots__ = ("number",)
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    number: int
    def __init__(self, number: _Optional[int] = ...) -> None: ...
