from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class ReadBackRequest(_message.Message):
    __slots__ = ("scan", "sheet_serial")
    SCAN_FIELD_NUMBER: _ClassVar[int]
    SHEET_SERIAL_FIELD_NUMBER: _ClassVar[int]
    scan: bytes
    sheet_serial: str
    def __init__(self, scan: _Optional[bytes] = ..., sheet_serial: _Optional[str] = ...) -> None: ...

class ReadBackResponse(_message.Message):
    __slots__ = ("front_png",)
    FRONT_PNG_FIELD_NUMBER: _ClassVar[int]
    front_png: bytes
    def __init__(self, front_png: _Optional[bytes] = ...) -> None: ...
