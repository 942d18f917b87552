from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import calendar_pb2 as _calendar_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import feed_pb2 as _feed_pb2
from kofu.v1 import register_pb2 as _register_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class KosekiFilingKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    KOSEKI_FILING_KIND_UNSPECIFIED: _ClassVar[KosekiFilingKind]
    KOSEKI_FILING_KIND_MARRIAGE: _ClassVar[KosekiFilingKind]
    KOSEKI_FILING_KIND_DIVORCE: _ClassVar[KosekiFilingKind]
    KOSEKI_FILING_KIND_OTHER: _ClassVar[KosekiFilingKind]
KOSEKI_FILING_KIND_UNSPECIFIED: KosekiFilingKind
KOSEKI_FILING_KIND_MARRIAGE: KosekiFilingKind
KOSEKI_FILING_KIND_DIVORCE: KosekiFilingKind
KOSEKI_FILING_KIND_OTHER: KosekiFilingKind

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
    __slots__ = ("municipality_code", "register_seal", "cancel_seal", "move_within", "move_out", "set_issue_blocks", "split_household", "assess_tax", "change_name", "link_cards", "record_death", "notify_move_out", "cancel_move_out", "record_birth", "move_in", "record_koseki_filing", "change_nationality", "change_residence_status", "change_common_name", "change_individual_number", "set_support_measures", "issue_card", "renew_card", "revoke_card", "change_householder", "join_household", "delete_record", "restore_record", "correct_record", "withdraw_tax", "set_calendar")
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
    MOVE_IN_FIELD_NUMBER: _ClassVar[int]
    RECORD_KOSEKI_FILING_FIELD_NUMBER: _ClassVar[int]
    CHANGE_NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    CHANGE_RESIDENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    CHANGE_COMMON_NAME_FIELD_NUMBER: _ClassVar[int]
    CHANGE_INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SET_SUPPORT_MEASURES_FIELD_NUMBER: _ClassVar[int]
    ISSUE_CARD_FIELD_NUMBER: _ClassVar[int]
    RENEW_CARD_FIELD_NUMBER: _ClassVar[int]
    REVOKE_CARD_FIELD_NUMBER: _ClassVar[int]
    CHANGE_HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    JOIN_HOUSEHOLD_FIELD_NUMBER: _ClassVar[int]
    DELETE_RECORD_FIELD_NUMBER: _ClassVar[int]
    RESTORE_RECORD_FIELD_NUMBER: _ClassVar[int]
    CORRECT_RECORD_FIELD_NUMBER: _ClassVar[int]
    WITHDRAW_TAX_FIELD_NUMBER: _ClassVar[int]
    SET_CALENDAR_FIELD_NUMBER: _ClassVar[int]
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
    move_in: MoveIn
    record_koseki_filing: RecordKosekiFiling
    change_nationality: ChangeNationality
    change_residence_status: ChangeResidenceStatus
    change_common_name: ChangeCommonName
    change_individual_number: ChangeIndividualNumber
    set_support_measures: SetSupportMeasures
    issue_card: IssueCard
    renew_card: RenewCard
    revoke_card: RevokeCard
    change_householder: ChangeHouseholder
    join_household: JoinHousehold
    delete_record: DeleteRecord
    restore_record: RestoreRecord
    correct_record: CorrectRecord
    withdraw_tax: WithdrawTax
    set_calendar: SetCalendar
    def __init__(self, municipality_code: _Optional[str] = ..., register_seal: _Optional[_Union[RegisterSeal, _Mapping]] = ..., cancel_seal: _Optional[_Union[CancelSeal, _Mapping]] = ..., move_within: _Optional[_Union[MoveWithin, _Mapping]] = ..., move_out: _Optional[_Union[MoveOut, _Mapping]] = ..., set_issue_blocks: _Optional[_Union[SetIssueBlocks, _Mapping]] = ..., split_household: _Optional[_Union[SplitHousehold, _Mapping]] = ..., assess_tax: _Optional[_Union[AssessTax, _Mapping]] = ..., change_name: _Optional[_Union[ChangeName, _Mapping]] = ..., link_cards: _Optional[_Union[LinkCards, _Mapping]] = ..., record_death: _Optional[_Union[RecordDeath, _Mapping]] = ..., notify_move_out: _Optional[_Union[NotifyMoveOut, _Mapping]] = ..., cancel_move_out: _Optional[_Union[CancelMoveOut, _Mapping]] = ..., record_birth: _Optional[_Union[RecordBirth, _Mapping]] = ..., move_in: _Optional[_Union[MoveIn, _Mapping]] = ..., record_koseki_filing: _Optional[_Union[RecordKosekiFiling, _Mapping]] = ..., change_nationality: _Optional[_Union[ChangeNationality, _Mapping]] = ..., change_residence_status: _Optional[_Union[ChangeResidenceStatus, _Mapping]] = ..., change_common_name: _Optional[_Union[ChangeCommonName, _Mapping]] = ..., change_individual_number: _Optional[_Union[ChangeIndividualNumber, _Mapping]] = ..., set_support_measures: _Optional[_Union[SetSupportMeasures, _Mapping]] = ..., issue_card: _Optional[_Union[IssueCard, _Mapping]] = ..., renew_card: _Optional[_Union[RenewCard, _Mapping]] = ..., revoke_card: _Optional[_Union[RevokeCard, _Mapping]] = ..., change_householder: _Optional[_Union[ChangeHouseholder, _Mapping]] = ..., join_household: _Optional[_Union[JoinHousehold, _Mapping]] = ..., delete_record: _Optional[_Union[DeleteRecord, _Mapping]] = ..., restore_record: _Optional[_Union[RestoreRecord, _Mapping]] = ..., correct_record: _Optional[_Union[CorrectRecord, _Mapping]] = ..., withdraw_tax: _Optional[_Union[WithdrawTax, _Mapping]] = ..., set_calendar: _Optional[_Union[SetCalendar, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("resident_key", "leaves_on", "succession")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    LEAVES_ON_FIELD_NUMBER: _ClassVar[int]
    SUCCESSION_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    leaves_on: _common_pb2.CivilDate
    succession: Succession
    def __init__(self, resident_key: _Optional[str] = ..., leaves_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., succession: _Optional[_Union[Succession, _Mapping]] = ...) -> None: ...

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

class Succession(_message.Message):
    __slots__ = ("new_householder", "relationships")
    NEW_HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIPS_FIELD_NUMBER: _ClassVar[int]
    new_householder: str
    relationships: _containers.RepeatedCompositeFieldContainer[MemberRelationship]
    def __init__(self, new_householder: _Optional[str] = ..., relationships: _Optional[_Iterable[_Union[MemberRelationship, _Mapping]]] = ...) -> None: ...

class ForeignItems(_message.Message):
    __slots__ = ("nationality", "category", "residence_card_number", "residence_status", "period_of_stay", "period_of_stay_ends_on", "foreign_resident_since", "common_name", "katakana_name")
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_CARD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_RESIDENT_SINCE_FIELD_NUMBER: _ClassVar[int]
    COMMON_NAME_FIELD_NUMBER: _ClassVar[int]
    KATAKANA_NAME_FIELD_NUMBER: _ClassVar[int]
    nationality: str
    category: _register_pb2.ForeignResidentCategory
    residence_card_number: str
    residence_status: str
    period_of_stay: str
    period_of_stay_ends_on: _common_pb2.CivilDate
    foreign_resident_since: _common_pb2.CivilDate
    common_name: str
    katakana_name: str
    def __init__(self, nationality: _Optional[str] = ..., category: _Optional[_Union[_register_pb2.ForeignResidentCategory, str]] = ..., residence_card_number: _Optional[str] = ..., residence_status: _Optional[str] = ..., period_of_stay: _Optional[str] = ..., period_of_stay_ends_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., foreign_resident_since: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., common_name: _Optional[str] = ..., katakana_name: _Optional[str] = ...) -> None: ...

class JapaneseItems(_message.Message):
    __slots__ = ("registered_domicile", "head_of_register")
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    registered_domicile: str
    head_of_register: str
    def __init__(self, registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ...) -> None: ...

class Arrival(_message.Message):
    __slots__ = ("name", "birth_date", "sex", "relationship", "individual_number", "japanese", "foreign", "holders")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    JAPANESE_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_FIELD_NUMBER: _ClassVar[int]
    HOLDERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_date: _common_pb2.RecordedDate
    sex: _register_pb2.Sex
    relationship: str
    individual_number: str
    japanese: JapaneseItems
    foreign: ForeignItems
    holders: _containers.RepeatedCompositeFieldContainer[_common_pb2.Holder]
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., sex: _Optional[_Union[_register_pb2.Sex, str]] = ..., relationship: _Optional[str] = ..., individual_number: _Optional[str] = ..., japanese: _Optional[_Union[JapaneseItems, _Mapping]] = ..., foreign: _Optional[_Union[ForeignItems, _Mapping]] = ..., holders: _Optional[_Iterable[_Union[_common_pb2.Holder, _Mapping]]] = ...) -> None: ...

class MoveIn(_message.Message):
    __slots__ = ("household_key", "address", "previous_address", "moved_in_on", "persons")
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_ON_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    household_key: str
    address: str
    previous_address: str
    moved_in_on: _common_pb2.CivilDate
    persons: _containers.RepeatedCompositeFieldContainer[Arrival]
    def __init__(self, household_key: _Optional[str] = ..., address: _Optional[str] = ..., previous_address: _Optional[str] = ..., moved_in_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., persons: _Optional[_Iterable[_Union[Arrival, _Mapping]]] = ...) -> None: ...

class PersonAfterFiling(_message.Message):
    __slots__ = ("resident_key", "name", "registered_domicile", "head_of_register", "relationship")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    name: str
    registered_domicile: str
    head_of_register: str
    relationship: str
    def __init__(self, resident_key: _Optional[str] = ..., name: _Optional[str] = ..., registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., relationship: _Optional[str] = ...) -> None: ...

class RecordKosekiFiling(_message.Message):
    __slots__ = ("kind", "persons")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    kind: KosekiFilingKind
    persons: _containers.RepeatedCompositeFieldContainer[PersonAfterFiling]
    def __init__(self, kind: _Optional[_Union[KosekiFilingKind, str]] = ..., persons: _Optional[_Iterable[_Union[PersonAfterFiling, _Mapping]]] = ...) -> None: ...

class ChangeNationality(_message.Message):
    __slots__ = ("resident_key", "name", "japanese", "foreign")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    JAPANESE_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    name: str
    japanese: JapaneseItems
    foreign: ForeignItems
    def __init__(self, resident_key: _Optional[str] = ..., name: _Optional[str] = ..., japanese: _Optional[_Union[JapaneseItems, _Mapping]] = ..., foreign: _Optional[_Union[ForeignItems, _Mapping]] = ...) -> None: ...

class ChangeResidenceStatus(_message.Message):
    __slots__ = ("resident_key", "category", "residence_card_number", "residence_status", "period_of_stay", "period_of_stay_ends_on")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_CARD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    category: _register_pb2.ForeignResidentCategory
    residence_card_number: str
    residence_status: str
    period_of_stay: str
    period_of_stay_ends_on: _common_pb2.CivilDate
    def __init__(self, resident_key: _Optional[str] = ..., category: _Optional[_Union[_register_pb2.ForeignResidentCategory, str]] = ..., residence_card_number: _Optional[str] = ..., residence_status: _Optional[str] = ..., period_of_stay: _Optional[str] = ..., period_of_stay_ends_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ...) -> None: ...

class ChangeCommonName(_message.Message):
    __slots__ = ("resident_key", "common_name")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    COMMON_NAME_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    common_name: str
    def __init__(self, resident_key: _Optional[str] = ..., common_name: _Optional[str] = ...) -> None: ...

class ChangeIndividualNumber(_message.Message):
    __slots__ = ("resident_key", "individual_number")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    individual_number: str
    def __init__(self, resident_key: _Optional[str] = ..., individual_number: _Optional[str] = ...) -> None: ...

class SetSupportMeasures(_message.Message):
    __slots__ = ("resident_keys", "in_force")
    RESIDENT_KEYS_FIELD_NUMBER: _ClassVar[int]
    IN_FORCE_FIELD_NUMBER: _ClassVar[int]
    resident_keys: _containers.RepeatedScalarFieldContainer[str]
    in_force: bool
    def __init__(self, resident_keys: _Optional[_Iterable[str]] = ..., in_force: bool = ...) -> None: ...

class IssueCard(_message.Message):
    __slots__ = ("resident_key", "holder")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    holder: _common_pb2.Holder
    def __init__(self, resident_key: _Optional[str] = ..., holder: _Optional[_Union[_common_pb2.Holder, _Mapping]] = ...) -> None: ...

class RenewCard(_message.Message):
    __slots__ = ("resident_key", "former", "renewed")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    FORMER_FIELD_NUMBER: _ClassVar[int]
    RENEWED_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    former: _common_pb2.Holder
    renewed: _common_pb2.Holder
    def __init__(self, resident_key: _Optional[str] = ..., former: _Optional[_Union[_common_pb2.Holder, _Mapping]] = ..., renewed: _Optional[_Union[_common_pb2.Holder, _Mapping]] = ...) -> None: ...

class RevokeCard(_message.Message):
    __slots__ = ("resident_key", "holder")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    HOLDER_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    holder: _common_pb2.Holder
    def __init__(self, resident_key: _Optional[str] = ..., holder: _Optional[_Union[_common_pb2.Holder, _Mapping]] = ...) -> None: ...

class ChangeHouseholder(_message.Message):
    __slots__ = ("household_key", "succession")
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    SUCCESSION_FIELD_NUMBER: _ClassVar[int]
    household_key: str
    succession: Succession
    def __init__(self, household_key: _Optional[str] = ..., succession: _Optional[_Union[Succession, _Mapping]] = ...) -> None: ...

class JoinHousehold(_message.Message):
    __slots__ = ("resident_key", "household_key", "relationship", "established_on", "succession")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    ESTABLISHED_ON_FIELD_NUMBER: _ClassVar[int]
    SUCCESSION_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    household_key: str
    relationship: str
    established_on: _common_pb2.CivilDate
    succession: Succession
    def __init__(self, resident_key: _Optional[str] = ..., household_key: _Optional[str] = ..., relationship: _Optional[str] = ..., established_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., succession: _Optional[_Union[Succession, _Mapping]] = ...) -> None: ...

class DeleteRecord(_message.Message):
    __slots__ = ("resident_key", "succession")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    SUCCESSION_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    succession: Succession
    def __init__(self, resident_key: _Optional[str] = ..., succession: _Optional[_Union[Succession, _Mapping]] = ...) -> None: ...

class RestoreRecord(_message.Message):
    __slots__ = ("resident_key", "relationship")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    relationship: str
    def __init__(self, resident_key: _Optional[str] = ..., relationship: _Optional[str] = ...) -> None: ...

class CorrectRecord(_message.Message):
    __slots__ = ("record",)
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _register_pb2.ResidentRecord
    def __init__(self, record: _Optional[_Union[_register_pb2.ResidentRecord, _Mapping]] = ...) -> None: ...

class WithdrawTax(_message.Message):
    __slots__ = ("resident_key", "tax_year")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    TAX_YEAR_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    tax_year: int
    def __init__(self, resident_key: _Optional[str] = ..., tax_year: _Optional[int] = ...) -> None: ...

class SetCalendar(_message.Message):
    __slots__ = ("calendar",)
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    calendar: _calendar_pb2.ServiceCalendar
    def __init__(self, calendar: _Optional[_Union[_calendar_pb2.ServiceCalendar, _Mapping]] = ...) -> None: ...

class FileChangeResponse(_message.Message):
    __slots__ = ("number", "kind", "resident_key", "arrived_keys", "new_household_key")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    ARRIVED_KEYS_FIELD_NUMBER: _ClassVar[int]
    NEW_HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    number: int
    kind: _feed_pb2.RecordChangeKind
    resident_key: str
    arrived_keys: _containers.RepeatedScalarFieldContainer[str]
    new_household_key: str
    def __init__(self, number: _Optional[int] = ..., kind: _Optional[_Union[_feed_pb2.RecordChangeKind, str]] = ..., resident_key: _Optional[str] = ..., arrived_keys: _Optional[_Iterable[str]] = ..., new_household_key: _Optional[str] = ...) -> None: ...

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
