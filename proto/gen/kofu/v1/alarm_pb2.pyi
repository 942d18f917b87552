import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ContentFinding(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTENT_FINDING_UNSPECIFIED: _ClassVar[ContentFinding]
    CONTENT_FINDING_OWN_AND_WHOLE: _ClassVar[ContentFinding]
    CONTENT_FINDING_ANOTHERS: _ClassVar[ContentFinding]
    CONTENT_FINDING_INCOMPLETE: _ClassVar[ContentFinding]
CONTENT_FINDING_UNSPECIFIED: ContentFinding
CONTENT_FINDING_OWN_AND_WHOLE: ContentFinding
CONTENT_FINDING_ANOTHERS: ContentFinding
CONTENT_FINDING_INCOMPLETE: ContentFinding

class ListAlarmsRequest(_message.Message):
    __slots__ = ("municipality_code",)
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ...) -> None: ...

class ListAlarmsResponse(_message.Message):
    __slots__ = ("alarms",)
    ALARMS_FIELD_NUMBER: _ClassVar[int]
    alarms: _containers.RepeatedCompositeFieldContainer[Alarm]
    def __init__(self, alarms: _Optional[_Iterable[_Union[Alarm, _Mapping]]] = ...) -> None: ...

class Alarm(_message.Message):
    __slots__ = ("request_id", "raised_at", "faults", "reconciliation")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    raised_at: _timestamp_pb2.Timestamp
    faults: _containers.RepeatedScalarFieldContainer[str]
    reconciliation: Reconciliation
    def __init__(self, request_id: _Optional[str] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., faults: _Optional[_Iterable[str]] = ..., reconciliation: _Optional[_Union[Reconciliation, _Mapping]] = ...) -> None: ...

class Reconciliation(_message.Message):
    __slots__ = ("finding", "pages_compared", "officer_id")
    FINDING_FIELD_NUMBER: _ClassVar[int]
    PAGES_COMPARED_FIELD_NUMBER: _ClassVar[int]
    OFFICER_ID_FIELD_NUMBER: _ClassVar[int]
    finding: ContentFinding
    pages_compared: int
    officer_id: str
    def __init__(self, finding: _Optional[_Union[ContentFinding, str]] = ..., pages_compared: _Optional[int] = ..., officer_id: _Optional[str] = ...) -> None: ...

class ReconcileAlarmRequest(_message.Message):
    __slots__ = ("municipality_code", "request_id", "reconciliation")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RECONCILIATION_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    request_id: str
    reconciliation: Reconciliation
    def __init__(self, municipality_code: _Optional[str] = ..., request_id: _Optional[str] = ..., reconciliation: _Optional[_Union[Reconciliation, _Mapping]] = ...) -> None: ...

class ReconcileAlarmResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
