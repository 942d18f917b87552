from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
TEXT_FIELD_NUMBER: _ClassVar[int]
text: _descriptor.FieldDescriptor
MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
municipality_code: _descriptor.FieldDescriptor
INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
individual_number: _descriptor.FieldDescriptor
