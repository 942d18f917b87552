from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import feed_pb2 as _feed_pb2
from kofu.v1 import register_pb2 as _register_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IdentityCheck(_message.Message):
    __slots__ = ("document_shown", "clerk_id")
    DOCUMENT_SHOWN_FIELD_NUMBER: _ClassVar[int]
    CLERK_ID_FIELD_NUMBER: _ClassVar[int]
    document_shown: str
    clerk_id: str
    def __init__(self, document_shown: _Optional[str] = ..., clerk_id: _Optional[str] = ...) -> None: ...

class UnblockPinRequest(_message.Message):
    __slots__ = ("card_id", "new_pin", "identity_check")
    CARD_ID_FIELD_NUMBER: _ClassVar[int]
    NEW_PIN_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CHECK_FIELD_NUMBER: _ClassVar[int]
    card_id: str
    new_pin: str
    identity_check: IdentityCheck
    def __init__(self, card_id: _Optional[str] = ..., new_pin: _Optional[str] = ..., identity_check: _Optional[_Union[IdentityCheck, _Mapping]] = ...) -> None: ...

class UnblockPinResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FileChangeRequest(_message.Message):
    __slots__ = ("municipality_code", "register_seal", "cancel_seal", "move_within", "move_out", "set_issue_blocks", "split_household", "assess_tax", "change_name", "link_cards", "record_death", "notify_move_out", "cancel_move_out", "record_birth")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    REGISTER_SEAL_FIELD_NUMBER: _ClassVar[int]
    CANCEL_SEAL_FIELD_NUMBER: _ClassVar[int]
    MOVE_WITHIN_FIELD_NUMBER: _ClassVar[int]
    MOVE_OUT_FIELD_NUMBER: _ClassVar[int]
    SET_ISSUE_BLOCKS_FIELD_NUMBER: _ClassVar[int]
    SPLIT_HOUSEHOLD_FIELD_NUMBER: _ClassVar[int]
    ASSESS_TAX_FIELD_NUMBER: _ClassVar[int]
    CHANGE_NAME_FIELD_NUMBER: _ClassVar[int]
    LINK_CARDS_FIELD_NUMBER: _ClassVar[int]
    RECORD_DEATH_FIELD_NUMBER: _ClassVar[int]
    NOTIFY_MOVE_OUT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_MOVE_OUT_FIELD_NUMBER: _ClassVar[int]
    RECORD_BIRTH_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    register_seal: RegisterSeal
    cancel_seal: CancelSeal
    move_within: MoveWithin
    move_out: MoveOut
    set_issue_blocks: SetIssueBlocks
    split_household: SplitHousehold
    assess_tax: AssessTax
    change_name: ChangeName
    link_cards: LinkCards
    record_death: RecordDeath
    notify_move_out: NotifyMoveOut
    cancel_move_out: CancelMoveOut
    record_birth: RecordBirth
    def __init__(self, municipality_code: _Optional[str] = ..., register_seal: _Optional[_Union[RegisterSeal, _Mapping]] = ..., cancel_seal: _Optional[_Union[CancelSeal, _Mapping]] = ..., move_within: _Optional[_Union[MoveWithin, _Mapping]] = ..., move_out: _Optional[_Union[MoveOut, _Mapping]] = ..., set_issue_blocks: _Optional[_Union[SetIssueBlocks, _Mapping]] = ..., split_household: _Optional[_Union[SplitHousehold, _Mapping]] = ..., assess_tax: _Optional[_Union[AssessTax, _Mapping]] = ..., change_name: _Optional[_Union[ChangeName, _Mapping]] = ..., link_cards: _Optional[_Union[LinkCards, _Mapping]] = ..., record_death: _Optional[_Union[RecordDeath, _Mapping]] = ..., notify_move_out: _Optional[_Union[NotifyMoveOut, _Mapping]] = ..., cancel_move_out: _Optional[_Union[CancelMoveOut, _Mapping]] = ..., record_birth: _Optional[_Union[RecordBirth, _Mapping]] = ...) -> None: ...

class RegisterSeal(_message.Message):
    __slots__ = ("resident_key", "impression")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    IMPRESSION_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    impression: _register_pb2.SealImpression
    def __init__(self, resident_key: _Optional[str] = ..., impression: _Optional[_Union[_register_pb2.SealImpression, _Mapping]] = ...) -> None: ...

class CancelSeal(_message.Message):
    __slots__ = ("resident_key",)
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    def __init__(self, resident_key: _Optional[str] = ...) -> None: ...

class MoveWithin(_message.Message):
    __slots__ = ("household_key", "address", "established_on")
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ESTABLISHED_ON_FIELD_NUMBER: _ClassVar[int]
    household_key: str
    address: str
    established_on: _common_pb2.CivilDate
    def __init__(self, household_key: _Optional[str] = ..., address: _Optional[str] = ..., established_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class MemberRelationship(_message.Message):
    __slots__ = ("resident_key", "relationship")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    relationship: str
    def __init__(self, resident_key: _Optional[str] = ..., relationship: _Optional[str] = ...) -> None: ...

class MoveOut(_message.Message):
    __slots__ = ("resident_key", "new_householder", "relationships")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NEW_HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIPS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    new_householder: str
    relationships: _containers.RepeatedCompositeFieldContainer[MemberRelationship]
    def __init__(self, resident_key: _Optional[str] = ..., new_householder: _Optional[str] = ..., relationships: _Optional[_Iterable[_Union[MemberRelationship, _Mapping]]] = ...) -> None: ...

class SetIssueBlocks(_message.Message):
    __slots__ = ("resident_key", "blocks")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    blocks: _containers.RepeatedScalarFieldContainer[_register_pb2.IssueBlock]
    def __init__(self, resident_key: _Optional[str] = ..., blocks: _Optional[_Iterable[_Union[_register_pb2.IssueBlock, str]]] = ...) -> None: ...

class SplitHousehold(_message.Message):
    __slots__ = ("resident_key", "new_householder", "relationships")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NEW_HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIPS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    new_householder: str
    relationships: _containers.RepeatedCompositeFieldContainer[MemberRelationship]
    def __init__(self, resident_key: _Optional[str] = ..., new_householder: _Optional[str] = ..., relationships: _Optional[_Iterable[_Union[MemberRelationship, _Mapping]]] = ...) -> None: ...

class AssessTax(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _register_pb2.TaxRecord
    def __init__(self, record: _Optional[_Union[_register_pb2.TaxRecord, _Mapping]] = ...) -> None: ...

class ChangeName(_message.Message):
    __slots__ = ("resident_key", "name")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    name: str
    def __init__(self, resident_key: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class LinkCards(_message.Message):
    __slots__ = ("resident_key", "holders")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    HOLDERS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    holders: _containers.RepeatedCompositeFieldContainer[_common_pb2.Holder]
    def __init__(self, resident_key: _Optional[str] = ..., holders: _Optional[_Iterable[_Union[_common_pb2.Holder, _Mapping]]] = ...) -> None: ...

class RecordDeath(_message.Message):
    __slots__ = ("resident_key", "new_householder", "relationships")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NEW_HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIPS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    new_householder: str
    relationships: _containers.RepeatedCompositeFieldContainer[MemberRelationship]
    def __init__(self, resident_key: _Optional[str] = ..., new_householder: _Optional[str] = ..., relationships: _Optional[_Iterable[_Union[MemberRelationship, _Mapping]]] = ...) -> None: ...

class NotifyMoveOut(_message.Message):
    __slots__ = ("resident_key",)
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    def __init__(self, resident_key: _Optional[str] = ...) -> None: ...

class CancelMoveOut(_message.Message):
    __slots__ = ("resident_key",)
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    def __init__(self, resident_key: _Optional[str] = ...) -> None: ...

class RecordBirth(_message.Message):
    __slots__ = ("household_key", "name", "birth_date", "sex", "relationship", "individual_number", "registered_domicile", "head_of_register", "nationality")
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    household_key: str
    name: str
    birth_date: _common_pb2.CivilDate
    sex: _register_pb2.Sex
    relationship: str
    individual_number: str
    registered_domicile: str
    head_of_register: str
    nationality: str
    def __init__(self, household_key: _Optional[str] = ..., name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., sex: _Optional[_Union[_register_pb2.Sex, str]] = ..., relationship: _Optional[str] = ..., individual_number: _Optional[str] = ..., registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., nationality: _Optional[str] = ...) -> None: ...

class FileChangeResponse(_message.Message):
    __slots__ = ("number", "kind", "resident_key")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: _feed_pb2.RecordChangeKind
    resident_key: str
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[_Union[_feed_pb2.RecordChangeKind, str]] = ..., resident_key: _Optional[str] = ...) -> None: ...

class GetChangeRequest(_message.Message):
    __slots__ = ("municipality_code", "number")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    number: int
    def __init__(self, municipality_code: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class GetChangeResponse(_message.Message):
    __slots__ = ("acknowledged",)
    ACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    acknowledged: bool
    def __init__(self, acknowledged: bool = ...) -> None: ...
