from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Attestation(_message.Message):
    __slots__ = ("organisation", "attested_on", "statements")
    ORGANISATION_FIELD_NUMBER: _ClassVar[int]
    ATTESTED_ON_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    organisation: str
    attested_on: _common_pb2.CivilDate
    statements: _containers.RepeatedCompositeFieldContainer[AttestedStatement]
    def __init__(self, organisation: _Optional[str] = ..., attested_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., statements: _Optional[_Iterable[_Union[AttestedStatement, _Mapping]]] = ...) -> None: ...

class AttestedStatement(_message.Message):
    __slots__ = ("requirement_id", "holds", "evidence")
    REQUIREMENT_ID_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    requirement_id: str
    holds: bool
    evidence: str
    def __init__(self, requirement_id: _Optional[str] = ..., holds: bool = ..., evidence: _Optional[str] = ...) -> None: ...
