from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Sex(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEX_UNSPECIFIED: _ClassVar[Sex]
    SEX_MALE: _ClassVar[Sex]
    SEX_FEMALE: _ClassVar[Sex]

class ForeignResidentCategory(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOREIGN_RESIDENT_CATEGORY_UNSPECIFIED: _ClassVar[ForeignResidentCategory]
    FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM: _ClassVar[ForeignResidentCategory]
    FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT: _ClassVar[ForeignResidentCategory]
    FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE: _ClassVar[ForeignResidentCategory]
    FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL: _ClassVar[ForeignResidentCategory]

class ResidenceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESIDENCE_STATE_UNSPECIFIED: _ClassVar[ResidenceState]
    RESIDENCE_STATE_RESIDENT: _ClassVar[ResidenceState]
    RESIDENCE_STATE_LEAVING: _ClassVar[ResidenceState]
    RESIDENCE_STATE_MOVED_OUT: _ClassVar[ResidenceState]
    RESIDENCE_STATE_DECEASED: _ClassVar[ResidenceState]
    RESIDENCE_STATE_DELETED: _ClassVar[ResidenceState]

class IssueBlock(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ISSUE_BLOCK_UNSPECIFIED: _ClassVar[IssueBlock]
    ISSUE_BLOCK_SUPPORT_MEASURES: _ClassVar[IssueBlock]
    ISSUE_BLOCK_OFFICIAL: _ClassVar[IssueBlock]
    ISSUE_BLOCK_CHARACTER_PENDING: _ClassVar[IssueBlock]
    ISSUE_BLOCK_CHANGE_PENDING: _ClassVar[IssueBlock]
SEX_UNSPECIFIED: Sex
SEX_MALE: Sex
SEX_FEMALE: Sex
FOREIGN_RESIDENT_CATEGORY_UNSPECIFIED: ForeignResidentCategory
FOREIGN_RESIDENT_CATEGORY_MID_TO_LONG_TERM: ForeignResidentCategory
FOREIGN_RESIDENT_CATEGORY_SPECIAL_PERMANENT: ForeignResidentCategory
FOREIGN_RESIDENT_CATEGORY_TEMPORARY_REFUGE: ForeignResidentCategory
FOREIGN_RESIDENT_CATEGORY_TRANSITIONAL: ForeignResidentCategory
RESIDENCE_STATE_UNSPECIFIED: ResidenceState
RESIDENCE_STATE_RESIDENT: ResidenceState
RESIDENCE_STATE_LEAVING: ResidenceState
RESIDENCE_STATE_MOVED_OUT: ResidenceState
RESIDENCE_STATE_DECEASED: ResidenceState
RESIDENCE_STATE_DELETED: ResidenceState
ISSUE_BLOCK_UNSPECIFIED: IssueBlock
ISSUE_BLOCK_SUPPORT_MEASURES: IssueBlock
ISSUE_BLOCK_OFFICIAL: IssueBlock
ISSUE_BLOCK_CHARACTER_PENDING: IssueBlock
ISSUE_BLOCK_CHANGE_PENDING: IssueBlock

class ResidentRecord(_message.Message):
    __slots__ = ("name", "householder", "address", "birth_date", "sex", "relationship", "resident_since", "registered_domicile", "head_of_register", "previous_address", "moved_in_on", "address_established_on", "notified_on", "individual_number", "common_name", "foreign_resident_since", "nationality", "foreign_category", "residence_card_number", "residence_status", "period_of_stay", "period_of_stay_ends_on", "katakana_name", "seal_impression", "control")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_SINCE_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    MOVED_IN_ON_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_ESTABLISHED_ON_FIELD_NUMBER: _ClassVar[int]
    NOTIFIED_ON_FIELD_NUMBER: _ClassVar[int]
    INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    COMMON_NAME_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_RESIDENT_SINCE_FIELD_NUMBER: _ClassVar[int]
    NATIONALITY_FIELD_NUMBER: _ClassVar[int]
    FOREIGN_CATEGORY_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_CARD_NUMBER_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_STATUS_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_FIELD_NUMBER: _ClassVar[int]
    PERIOD_OF_STAY_ENDS_ON_FIELD_NUMBER: _ClassVar[int]
    KATAKANA_NAME_FIELD_NUMBER: _ClassVar[int]
    SEAL_IMPRESSION_FIELD_NUMBER: _ClassVar[int]
    CONTROL_FIELD_NUMBER: _ClassVar[int]
    name: str
    householder: str
    address: str
    birth_date: _common_pb2.RecordedDate
    sex: Sex
    relationship: str
    resident_since: _common_pb2.CivilDate
    registered_domicile: str
    head_of_register: str
    previous_address: str
    moved_in_on: _common_pb2.CivilDate
    address_established_on: _common_pb2.CivilDate
    notified_on: _common_pb2.CivilDate
    individual_number: str
    common_name: str
    foreign_resident_since: _common_pb2.CivilDate
    nationality: str
    foreign_category: ForeignResidentCategory
    residence_card_number: str
    residence_status: str
    period_of_stay: str
    period_of_stay_ends_on: _common_pb2.CivilDate
    katakana_name: str
    seal_impression: SealImpression
    control: ResidentControl
    def __init__(self, name: _Optional[str] = ..., householder: _Optional[str] = ..., address: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., sex: _Optional[_Union[Sex, str]] = ..., relationship: _Optional[str] = ..., resident_since: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., previous_address: _Optional[str] = ..., moved_in_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., address_established_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., notified_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., individual_number: _Optional[str] = ..., common_name: _Optional[str] = ..., foreign_resident_since: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., nationality: _Optional[str] = ..., foreign_category: _Optional[_Union[ForeignResidentCategory, str]] = ..., residence_card_number: _Optional[str] = ..., residence_status: _Optional[str] = ..., period_of_stay: _Optional[str] = ..., period_of_stay_ends_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., katakana_name: _Optional[str] = ..., seal_impression: _Optional[_Union[SealImpression, _Mapping]] = ..., control: _Optional[_Union[ResidentControl, _Mapping]] = ...) -> None: ...

class ResidentControl(_message.Message):
    __slots__ = ("resident_key", "household_key", "member_number", "holders", "state", "blocks")
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    HOUSEHOLD_KEY_FIELD_NUMBER: _ClassVar[int]
    MEMBER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    HOLDERS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BLOCKS_FIELD_NUMBER: _ClassVar[int]
    resident_key: str
    household_key: str
    member_number: int
    holders: _containers.RepeatedCompositeFieldContainer[_common_pb2.Holder]
    state: ResidenceState
    blocks: _containers.RepeatedScalarFieldContainer[IssueBlock]
    def __init__(self, resident_key: _Optional[str] = ..., household_key: _Optional[str] = ..., member_number: _Optional[int] = ..., holders: _Optional[_Iterable[_Union[_common_pb2.Holder, _Mapping]]] = ..., state: _Optional[_Union[ResidenceState, str]] = ..., blocks: _Optional[_Iterable[_Union[IssueBlock, str]]] = ...) -> None: ...

class SealImpression(_message.Message):
    __slots__ = ("png", "width_hundredth_mm", "height_hundredth_mm", "registered_on", "registration_number")
    PNG_FIELD_NUMBER: _ClassVar[int]
    WIDTH_HUNDREDTH_MM_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_HUNDREDTH_MM_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_ON_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_NUMBER_FIELD_NUMBER: _ClassVar[int]
    png: bytes
    width_hundredth_mm: int
    height_hundredth_mm: int
    registered_on: _common_pb2.CivilDate
    registration_number: str
    def __init__(self, png: _Optional[bytes] = ..., width_hundredth_mm: _Optional[int] = ..., height_hundredth_mm: _Optional[int] = ..., registered_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., registration_number: _Optional[str] = ...) -> None: ...

class TaxRecord(_message.Message):
    __slots__ = ("name", "address", "birth_date", "tax_year", "incomes", "taxable_base_yen", "deductions", "dependents", "assessed", "not_taxable", "resident_key")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    TAX_YEAR_FIELD_NUMBER: _ClassVar[int]
    INCOMES_FIELD_NUMBER: _ClassVar[int]
    TAXABLE_BASE_YEN_FIELD_NUMBER: _ClassVar[int]
    DEDUCTIONS_FIELD_NUMBER: _ClassVar[int]
    DEPENDENTS_FIELD_NUMBER: _ClassVar[int]
    ASSESSED_FIELD_NUMBER: _ClassVar[int]
    NOT_TAXABLE_FIELD_NUMBER: _ClassVar[int]
    RESIDENT_KEY_FIELD_NUMBER: _ClassVar[int]
    name: str
    address: str
    birth_date: _common_pb2.RecordedDate
    tax_year: int
    incomes: _containers.RepeatedCompositeFieldContainer[TaxIncome]
    taxable_base_yen: int
    deductions: _containers.RepeatedCompositeFieldContainer[TaxDeduction]
    dependents: _containers.RepeatedCompositeFieldContainer[TaxDependents]
    assessed: TaxAmount
    not_taxable: bool
    resident_key: str
    def __init__(self, name: _Optional[str] = ..., address: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., tax_year: _Optional[int] = ..., incomes: _Optional[_Iterable[_Union[TaxIncome, _Mapping]]] = ..., taxable_base_yen: _Optional[int] = ..., deductions: _Optional[_Iterable[_Union[TaxDeduction, _Mapping]]] = ..., dependents: _Optional[_Iterable[_Union[TaxDependents, _Mapping]]] = ..., assessed: _Optional[_Union[TaxAmount, _Mapping]] = ..., not_taxable: bool = ..., resident_key: _Optional[str] = ...) -> None: ...

class TaxIncome(_message.Message):
    __slots__ = ("kind", "receipts_yen", "income_yen")
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECEIPTS_YEN_FIELD_NUMBER: _ClassVar[int]
    INCOME_YEN_FIELD_NUMBER: _ClassVar[int]
    kind: str
    receipts_yen: int
    income_yen: int
    def __init__(self, kind: _Optional[str] = ..., receipts_yen: _Optional[int] = ..., income_yen: _Optional[int] = ...) -> None: ...

class TaxDeduction(_message.Message):
    __slots__ = ("kind", "amount_yen")
    KIND_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_YEN_FIELD_NUMBER: _ClassVar[int]
    kind: str
    amount_yen: int
    def __init__(self, kind: _Optional[str] = ..., amount_yen: _Optional[int] = ...) -> None: ...

class TaxDependents(_message.Message):
    __slots__ = ("kind", "count")
    KIND_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    count: int
    def __init__(self, kind: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class TaxAmount(_message.Message):
    __slots__ = ("city_tax_yen", "prefectural_tax_yen", "total_yen")
    CITY_TAX_YEN_FIELD_NUMBER: _ClassVar[int]
    PREFECTURAL_TAX_YEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_YEN_FIELD_NUMBER: _ClassVar[int]
    city_tax_yen: int
    prefectural_tax_yen: int
    total_yen: int
    def __init__(self, city_tax_yen: _Optional[int] = ..., prefectural_tax_yen: _Optional[int] = ..., total_yen: _Optional[int] = ...) -> None: ...

class KosekiRecord(_message.Message):
    __slots__ = ("registered_domicile", "head_of_register", "created_on", "members", "koseki_key", "filing_in_progress")
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_KEY_FIELD_NUMBER: _ClassVar[int]
    FILING_IN_PROGRESS_FIELD_NUMBER: _ClassVar[int]
    registered_domicile: str
    head_of_register: str
    created_on: _common_pb2.RecordedDate
    members: _containers.RepeatedCompositeFieldContainer[KosekiMember]
    koseki_key: str
    filing_in_progress: bool
    def __init__(self, registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., created_on: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., members: _Optional[_Iterable[_Union[KosekiMember, _Mapping]]] = ..., koseki_key: _Optional[str] = ..., filing_in_progress: bool = ...) -> None: ...

class KosekiMember(_message.Message):
    __slots__ = ("name", "birth_date", "spouse_category", "father_name", "mother_name", "adoptive_father_name", "adoptive_mother_name", "relationship_to_parents", "birthplace", "events", "removed", "holders")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SPOUSE_CATEGORY_FIELD_NUMBER: _ClassVar[int]
    FATHER_NAME_FIELD_NUMBER: _ClassVar[int]
    MOTHER_NAME_FIELD_NUMBER: _ClassVar[int]
    ADOPTIVE_FATHER_NAME_FIELD_NUMBER: _ClassVar[int]
    ADOPTIVE_MOTHER_NAME_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_TO_PARENTS_FIELD_NUMBER: _ClassVar[int]
    BIRTHPLACE_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    REMOVED_FIELD_NUMBER: _ClassVar[int]
    HOLDERS_FIELD_NUMBER: _ClassVar[int]
    name: str
    birth_date: _common_pb2.RecordedDate
    spouse_category: str
    father_name: str
    mother_name: str
    adoptive_father_name: str
    adoptive_mother_name: str
    relationship_to_parents: str
    birthplace: str
    events: _containers.RepeatedCompositeFieldContainer[KosekiEvent]
    removed: bool
    holders: _containers.RepeatedCompositeFieldContainer[_common_pb2.Holder]
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., spouse_category: _Optional[str] = ..., father_name: _Optional[str] = ..., mother_name: _Optional[str] = ..., adoptive_father_name: _Optional[str] = ..., adoptive_mother_name: _Optional[str] = ..., relationship_to_parents: _Optional[str] = ..., birthplace: _Optional[str] = ..., events: _Optional[_Iterable[_Union[KosekiEvent, _Mapping]]] = ..., removed: bool = ..., holders: _Optional[_Iterable[_Union[_common_pb2.Holder, _Mapping]]] = ...) -> None: ...

class KosekiEvent(_message.Message):
    __slots__ = ("kind", "occurred_on", "filed_on", "filer", "accepted_at", "previous_register", "previous_register_head", "other_party")
    KIND_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_ON_FIELD_NUMBER: _ClassVar[int]
    FILED_ON_FIELD_NUMBER: _ClassVar[int]
    FILER_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_AT_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_REGISTER_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_REGISTER_HEAD_FIELD_NUMBER: _ClassVar[int]
    OTHER_PARTY_FIELD_NUMBER: _ClassVar[int]
    kind: str
    occurred_on: _common_pb2.RecordedDate
    filed_on: _common_pb2.RecordedDate
    filer: str
    accepted_at: str
    previous_register: str
    previous_register_head: str
    other_party: str
    def __init__(self, kind: _Optional[str] = ..., occurred_on: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., filed_on: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., filer: _Optional[str] = ..., accepted_at: _Optional[str] = ..., previous_register: _Optional[str] = ..., previous_register_head: _Optional[str] = ..., other_party: _Optional[str] = ...) -> None: ...
