from buf.validate import validate_pb2 as _validate_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import register_pb2 as _register_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Document(_message.Message):
    __slots__ = ("document_id", "request_id", "kind", "issued_on", "pdf", "pages", "residence_certificate", "residence_record_items", "seal_registration", "tax_assessment", "koseki_all_matters", "koseki_individual_matters")
    DOCUMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ISSUED_ON_FIELD_NUMBER: _ClassVar[int]
    PDF_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_RECORD_ITEMS_FIELD_NUMBER: _ClassVar[int]
    SEAL_REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    TAX_ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_ALL_MATTERS_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_INDIVIDUAL_MATTERS_FIELD_NUMBER: _ClassVar[int]
    document_id: str
    request_id: str
    kind: _common_pb2.CertificateKind
    issued_on: _common_pb2.CivilDate
    pdf: bytes
    pages: _containers.RepeatedCompositeFieldContainer[DocumentPage]
    residence_certificate: ResidenceItems
    residence_record_items: ResidenceItems
    seal_registration: SealItems
    tax_assessment: TaxItems
    koseki_all_matters: KosekiItems
    koseki_individual_matters: KosekiItems
    def __init__(self, document_id: _Optional[str] = ..., request_id: _Optional[str] = ..., kind: _Optional[_Union[_common_pb2.CertificateKind, str]] = ..., issued_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., pdf: _Optional[bytes] = ..., pages: _Optional[_Iterable[_Union[DocumentPage, _Mapping]]] = ..., residence_certificate: _Optional[_Union[ResidenceItems, _Mapping]] = ..., residence_record_items: _Optional[_Union[ResidenceItems, _Mapping]] = ..., seal_registration: _Optional[_Union[SealItems, _Mapping]] = ..., tax_assessment: _Optional[_Union[TaxItems, _Mapping]] = ..., koseki_all_matters: _Optional[_Union[KosekiItems, _Mapping]] = ..., koseki_individual_matters: _Optional[_Union[KosekiItems, _Mapping]] = ...) -> None: ...

class DocumentPage(_message.Message):
    __slots__ = ("number", "total", "subject_handle", "digest")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_HANDLE_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    number: int
    total: int
    subject_handle: str
    digest: bytes
    def __init__(self, number: _Optional[int] = ..., total: _Optional[int] = ..., subject_handle: _Optional[str] = ..., digest: _Optional[bytes] = ...) -> None: ...

class ResidenceItems(_message.Message):
    __slots__ = ("address", "householder", "persons")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    HOUSEHOLDER_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    address: str
    householder: str
    persons: _containers.RepeatedCompositeFieldContainer[ResidencePersonItems]
    def __init__(self, address: _Optional[str] = ..., householder: _Optional[str] = ..., persons: _Optional[_Iterable[_Union[ResidencePersonItems, _Mapping]]] = ...) -> None: ...

class ResidencePersonItems(_message.Message):
    __slots__ = ("name", "birth_date", "sex", "relationship", "resident_since", "registered_domicile", "head_of_register", "previous_address", "moved_in_on", "address_established_on", "notified_on", "individual_number", "common_name", "foreign_resident_since", "nationality", "foreign_category", "residence_card_number", "residence_status", "period_of_stay", "period_of_stay_ends_on", "katakana_name")
    NAME_FIELD_NUMBER: _ClassVar[int]
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
    name: str
    birth_date: _common_pb2.RecordedDate
    sex: _register_pb2.Sex
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
    foreign_category: _register_pb2.ForeignResidentCategory
    residence_card_number: str
    residence_status: str
    period_of_stay: str
    period_of_stay_ends_on: _common_pb2.CivilDate
    katakana_name: str
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., sex: _Optional[_Union[_register_pb2.Sex, str]] = ..., relationship: _Optional[str] = ..., resident_since: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., previous_address: _Optional[str] = ..., moved_in_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., address_established_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., notified_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., individual_number: _Optional[str] = ..., common_name: _Optional[str] = ..., foreign_resident_since: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., nationality: _Optional[str] = ..., foreign_category: _Optional[_Union[_register_pb2.ForeignResidentCategory, str]] = ..., residence_card_number: _Optional[str] = ..., residence_status: _Optional[str] = ..., period_of_stay: _Optional[str] = ..., period_of_stay_ends_on: _Optional[_Union[_common_pb2.CivilDate, _Mapping]] = ..., katakana_name: _Optional[str] = ...) -> None: ...

class SealItems(_message.Message):
    __slots__ = ("name", "common_name", "katakana_name", "birth_date", "sex", "address", "impression")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COMMON_NAME_FIELD_NUMBER: _ClassVar[int]
    KATAKANA_NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    IMPRESSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    common_name: str
    katakana_name: str
    birth_date: _common_pb2.RecordedDate
    sex: _register_pb2.Sex
    address: str
    impression: _register_pb2.SealImpression
    def __init__(self, name: _Optional[str] = ..., common_name: _Optional[str] = ..., katakana_name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., sex: _Optional[_Union[_register_pb2.Sex, str]] = ..., address: _Optional[str] = ..., impression: _Optional[_Union[_register_pb2.SealImpression, _Mapping]] = ...) -> None: ...

class TaxItems(_message.Message):
    __slots__ = ("name", "address", "birth_date", "tax_year", "incomes", "taxable_base_yen", "deductions", "dependents", "assessed", "not_taxable")
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
    name: str
    address: str
    birth_date: _common_pb2.RecordedDate
    tax_year: int
    incomes: _containers.RepeatedCompositeFieldContainer[_register_pb2.TaxIncome]
    taxable_base_yen: int
    deductions: _containers.RepeatedCompositeFieldContainer[_register_pb2.TaxDeduction]
    dependents: _containers.RepeatedCompositeFieldContainer[_register_pb2.TaxDependents]
    assessed: _register_pb2.TaxAmount
    not_taxable: bool
    def __init__(self, name: _Optional[str] = ..., address: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., tax_year: _Optional[int] = ..., incomes: _Optional[_Iterable[_Union[_register_pb2.TaxIncome, _Mapping]]] = ..., taxable_base_yen: _Optional[int] = ..., deductions: _Optional[_Iterable[_Union[_register_pb2.TaxDeduction, _Mapping]]] = ..., dependents: _Optional[_Iterable[_Union[_register_pb2.TaxDependents, _Mapping]]] = ..., assessed: _Optional[_Union[_register_pb2.TaxAmount, _Mapping]] = ..., not_taxable: bool = ...) -> None: ...

class KosekiItems(_message.Message):
    __slots__ = ("registered_domicile", "head_of_register", "created_on", "persons")
    REGISTERED_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    HEAD_OF_REGISTER_FIELD_NUMBER: _ClassVar[int]
    CREATED_ON_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    registered_domicile: str
    head_of_register: str
    created_on: _common_pb2.RecordedDate
    persons: _containers.RepeatedCompositeFieldContainer[KosekiPersonItems]
    def __init__(self, registered_domicile: _Optional[str] = ..., head_of_register: _Optional[str] = ..., created_on: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., persons: _Optional[_Iterable[_Union[KosekiPersonItems, _Mapping]]] = ...) -> None: ...

class KosekiPersonItems(_message.Message):
    __slots__ = ("name", "birth_date", "spouse_category", "father_name", "mother_name", "adoptive_father_name", "adoptive_mother_name", "relationship_to_parents", "birthplace", "events", "removed")
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
    name: str
    birth_date: _common_pb2.RecordedDate
    spouse_category: str
    father_name: str
    mother_name: str
    adoptive_father_name: str
    adoptive_mother_name: str
    relationship_to_parents: str
    birthplace: str
    events: _containers.RepeatedCompositeFieldContainer[_register_pb2.KosekiEvent]
    removed: bool
    def __init__(self, name: _Optional[str] = ..., birth_date: _Optional[_Union[_common_pb2.RecordedDate, _Mapping]] = ..., spouse_category: _Optional[str] = ..., father_name: _Optional[str] = ..., mother_name: _Optional[str] = ..., adoptive_father_name: _Optional[str] = ..., adoptive_mother_name: _Optional[str] = ..., relationship_to_parents: _Optional[str] = ..., birthplace: _Optional[str] = ..., events: _Optional[_Iterable[_Union[_register_pb2.KosekiEvent, _Mapping]]] = ..., removed: bool = ...) -> None: ...
