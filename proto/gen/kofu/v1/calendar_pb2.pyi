from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ServiceCalendar(_message.Message):
    __slots__ = ("municipality_code", "starts_on", "hours", "koseki_hours", "closed_days", "office_closed_days", "office_open_days", "irregular_hours")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    STARTS_ON_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_HOURS_FIELD_NUMBER: _ClassVar[int]
    CLOSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    OFFICE_CLOSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    OFFICE_OPEN_DAYS_FIELD_NUMBER: _ClassVar[int]
    IRREGULAR_HOURS_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    starts_on: _common_pb2.CivilDate
    hours: DailyHours
    koseki_hours: DailyHours
    closed_days: _containers.RepeatedCompositeFieldContainer[_common_pb2.CivilDate]
    office_closed_days: _containers.RepeatedCompositeFieldContainer[_common_pb2.CivilDate]
    office_open_days: _containers.RepeatedCompositeFieldContainer[_common_pb2.CivilDate]
    irregular_hours: _containers.RepeatedCompositeFieldContainer[IrregularHours]
    def __init__(self, municipality_code: _Optional[str] = ..., starts_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., hours: _Optional[_Union[DailyHours, _Mapping]] = ..., koseki_hours: _Optional[_Union[DailyHours, _Mapping]] = ..., closed_days: _Optional[_Iterable[_Union[_common_pb2.CivilDate, _Mapping]]] = ..., office_closed_days: _Optional[_Iterable[_Union[_common_pb2.CivilDate, _Mapping]]] = ..., office_open_days: _Optional[_Iterable[_Union[_common_pb2.CivilDate, _Mapping]]] = ..., irregular_hours: _Optional[_Iterable[_Union[IrregularHours, _Mapping]]] = ...) -> None: ...

class DailyHours(_message.Message):
    __slots__ = ("opens_at_minute", "closes_at_minute")
    OPENS_AT_MINUTE_FIELD_NUMBER: _ClassVar[int]
    CLOSES_AT_MINUTE_FIELD_NUMBER: _ClassVar[int]
    opens_at_minute: int
    closes_at_minute: int
    def __init__(self, opens_at_minute: _Optional[int] = ..., closes_at_minute: _Optional[int] = ...) -> None: ...

class IrregularHours(_message.Message):
    __slots__ = ("day", "hours")
    DAY_FIELD_NUMBER: _ClassVar[int]
    HOURS_FIELD_NUMBER: _ClassVar[int]
    day: _common_pb2.CivilDate
    hours: DailyHours
    def __init__(self, day: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., hours: _Optional[_Union[DailyHours, _Mapping]] = ...) -> None: ...
