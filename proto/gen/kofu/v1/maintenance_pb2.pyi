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

class ChangePasswordRequest(_message.Message):
    __slots__ = ("token", "password", "new_password")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NEW_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    token: str
    password: str
    new_password: str
    def __init__(self, token: _Optional[str] = ..., password: _Optional[str] = ..., new_password: _Optional[str] = ...) -> None: ...

class ChangePasswordResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

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
    __slots__ = ("terminal_id", "in_use", "forgotten_items", "printer_ready")
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    IN_USE_FIELD_NUMBER: _ClassVar[int]
    FORGOTTEN_ITEMS_FIELD_NUMBER: _ClassVar[int]
    PRINTER_READY_FIELD_NUMBER: _ClassVar[int]
    terminal_id: str
    in_use: bool
    forgotten_items: int
    printer_ready: bool
    def __init__(self, terminal_id: _Optional[str] = ..., in_use: bool = ..., forgotten_items: _Optional[int] = ..., printer_ready: bool = ...) -> None: ...

class ListForgottenItemsRequest(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class ListForgottenItemsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ForgottenItem]
    def __init__(self, items: _Optional[_Iterable[_Union[ForgottenItem, _Mapping]]] = ...) -> None: ...

class ForgottenItem(_message.Message):
    __slots__ = ("item_id", "terminal_id", "kind", "noticed_at", "dealt_with_at", "handed_to_police_at")
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NOTICED_AT_FIELD_NUMBER: _ClassVar[int]
    DEALT_WITH_AT_FIELD_NUMBER: _ClassVar[int]
    HANDED_TO_POLICE_AT_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    terminal_id: str
    kind: ForgottenItemKind
    noticed_at: _timestamp_pb2.Timestamp
    dealt_with_at: _timestamp_pb2.Timestamp
    handed_to_police_at: _timestamp_pb2.Timestamp
    def __init__(self, item_id: _Optional[int] = ..., terminal_id: _Optional[str] = ..., kind: _Optional[_Union[ForgottenItemKind, str]] = ..., noticed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., dealt_with_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., handed_to_police_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordForgottenItemRequest(_message.Message):
    __slots__ = ("token", "terminal_id", "kind", "handed_to_police_at", "item_id")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    HANDED_TO_POLICE_AT_FIELD_NUMBER: _ClassVar[int]
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    token: str
    terminal_id: str
    kind: ForgottenItemKind
    handed_to_police_at: _timestamp_pb2.Timestamp
    item_id: int
    def __init__(self, token: _Optional[str] = ..., terminal_id: _Optional[str] = ..., kind: _Optional[_Union[ForgottenItemKind, str]] = ..., handed_to_police_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., item_id: _Optional[int] = ...) -> None: ...

class RecordForgottenItemResponse(_message.Message):
    __slots__ = ("item_id",)
    ITEM_ID_FIELD_NUMBER: _ClassVar[int]
    item_id: int
    def __init__(self, item_id: _Optional[int] = ...) -> None: ...
