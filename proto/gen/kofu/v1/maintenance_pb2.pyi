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

class ForgottenItemKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FORGOTTEN_ITEM_KIND_UNSPECIFIED: _ClassVar[ForgottenItemKind]
    FORGOTTEN_ITEM_KIND_CARD: _ClassVar[ForgottenItemKind]
    FORGOTTEN_ITEM_KIND_CERTIFICATE: _ClassVar[ForgottenItemKind]
FORGOTTEN_ITEM_KIND_UNSPECIFIED: ForgottenItemKind
FORGOTTEN_ITEM_KIND_CARD: ForgottenItemKind
FORGOTTEN_ITEM_KIND_CERTIFICATE: ForgottenItemKind

class LogInRequest(_message.Message):
    __slots__ = ("staff_id", "password")
    STAFF_ID_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    staff_id: str
    password: str
    def __init__(self, staff_id: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class LogInResponse(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("terminals",)
    TERMINALS_FIELD_NUMBER: _ClassVar[int]
    terminals: _containers.RepeatedCompositeFieldContainer[TerminalStatus]
    def __init__(self, terminals: _Optional[_Iterable[_Union[TerminalStatus, _Mapping]]] = ...) -> None: ...

class TerminalStatus(_message.Message):
    __slots__ = ("terminal_id", "in_use")
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    IN_USE_FIELD_NUMBER: _ClassVar[int]
    terminal_id: str
    in_use: bool
    def __init__(self, terminal_id: _Optional[str] = ..., in_use: bool = ...) -> None: ...

class RecordForgottenItemRequest(_message.Message):
    __slots__ = ("token", "terminal_id", "kind", "handed_to_police_at")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HANDED_TO_POLICE_AT_FIELD_NUMBER: _ClassVar[int]
    token: str
    terminal_id: str
    kind: ForgottenItemKind
    handed_to_police_at: _timestamp_pb2.Timestamp
    def __init__(self, token: _Optional[str] = ..., terminal_id: _Optional[str] = ..., kind: _Optional[_Union[ForgottenItemKind, str]] = ..., handed_to_police_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordForgottenItemResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
