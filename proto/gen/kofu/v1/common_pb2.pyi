from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CertificateKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CERTIFICATE_KIND_UNSPECIFIED: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_SEAL_REGISTRATION: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_TAX_ASSESSMENT: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: _ClassVar[CertificateKind]
    CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: _ClassVar[CertificateKind]
CERTIFICATE_KIND_UNSPECIFIED: CertificateKind
CERTIFICATE_KIND_RESIDENCE_CERTIFICATE: CertificateKind
CERTIFICATE_KIND_RESIDENCE_RECORD_ITEMS: CertificateKind
CERTIFICATE_KIND_SEAL_REGISTRATION: CertificateKind
CERTIFICATE_KIND_TAX_ASSESSMENT: CertificateKind
CERTIFICATE_KIND_KOSEKI_ALL_MATTERS: CertificateKind
CERTIFICATE_KIND_KOSEKI_INDIVIDUAL_MATTERS: CertificateKind

class CivilDate(_message.Message):
    __slots__ = ("year", "month", "day")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    day: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ...) -> None: ...

class RecordedDate(_message.Message):
    __slots__ = ("exact", "partial", "unknown")
    EXACT_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_FIELD_NUMBER: _ClassVar[int]
    exact: CivilDate
    partial: PartialDate
    unknown: bool
    def __init__(self, exact: _Optional[_Union[CivilDate, _Mapping]] = ..., partial: _Optional[_Union[PartialDate, _Mapping]] = ..., unknown: bool = ...) -> None: ...

class PartialDate(_message.Message):
    __slots__ = ("year", "month")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ...) -> None: ...

class Holder(_message.Message):
    __slots__ = ("issuer_key_id", "certificate_serial")
    ISSUER_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_SERIAL_FIELD_NUMBER: _ClassVar[int]
    issuer_key_id: bytes
    certificate_serial: str
    def __init__(self, issuer_key_id: _Optional[bytes] = ..., certificate_serial: _Optional[str] = ...) -> None: ...

class Application(_message.Message):
    __slots__ = ("residence_certificate", "residence_record_items", "seal_registration", "tax_assessment", "koseki_all_matters", "koseki_individual_matters")
    RESIDENCE_CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_RECORD_ITEMS_FIELD_NUMBER: _ClassVar[int]
    SEAL_REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    TAX_ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_ALL_MATTERS_FIELD_NUMBER: _ClassVar[int]
    KOSEKI_INDIVIDUAL_MATTERS_FIELD_NUMBER: _ClassVar[int]
    residence_certificate: ResidenceOptions
    residence_record_items: ResidenceOptions
    seal_registration: SealOptions
    tax_assessment: TaxOptions
    koseki_all_matters: KosekiAllOptions
    koseki_individual_matters: KosekiIndividualOptions
    def __init__(self, residence_certificate: _Optional[_Union[ResidenceOptions, _Mapping]] = ..., residence_record_items: _Optional[_Union[ResidenceOptions, _Mapping]] = ..., seal_registration: _Optional[_Union[SealOptions, _Mapping]] = ..., tax_assessment: _Optional[_Union[TaxOptions, _Mapping]] = ..., koseki_all_matters: _Optional[_Union[KosekiAllOptions, _Mapping]] = ..., koseki_individual_matters: _Optional[_Union[KosekiIndividualOptions, _Mapping]] = ...) -> None: ...

class ResidenceOptions(_message.Message):
    __slots__ = ("member_numbers", "whole_household", "show_domicile", "show_relationship", "show_individual_number")
    MEMBER_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    WHOLE_HOUSEHOLD_FIELD_NUMBER: _ClassVar[int]
    SHOW_DOMICILE_FIELD_NUMBER: _ClassVar[int]
    SHOW_RELATIONSHIP_FIELD_NUMBER: _ClassVar[int]
    SHOW_INDIVIDUAL_NUMBER_FIELD_NUMBER: _ClassVar[int]
    member_numbers: _containers.RepeatedScalarFieldContainer[int]
    whole_household: bool
    show_domicile: bool
    show_relationship: bool
    show_individual_number: bool
    def __init__(self, member_numbers: _Optional[_Iterable[int]] = ..., whole_household: bool = ..., show_domicile: bool = ..., show_relationship: bool = ..., show_individual_number: bool = ...) -> None: ...

class SealOptions(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TaxOptions(_message.Message):
    __slots__ = ("tax_year",)
    TAX_YEAR_FIELD_NUMBER: _ClassVar[int]
    tax_year: int
    def __init__(self, tax_year: _Optional[int] = ...) -> None: ...

class KosekiAllOptions(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class KosekiIndividualOptions(_message.Message):
    __slots__ = ("member_numbers",)
    MEMBER_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    member_numbers: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, member_numbers: _Optional[_Iterable[int]] = ...) -> None: ...
