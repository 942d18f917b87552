import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from kofu.v1 import calendar_pb2 as _calendar_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import document_pb2 as _document_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Outcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTCOME_UNSPECIFIED: _ClassVar[Outcome]
    OUTCOME_PRINTED: _ClassVar[Outcome]
    OUTCOME_CANCELLED: _ClassVar[Outcome]
    OUTCOME_PRINT_FAILED: _ClassVar[Outcome]
    OUTCOME_ABORTED: _ClassVar[Outcome]
OUTCOME_UNSPECIFIED: Outcome
OUTCOME_PRINTED: Outcome
OUTCOME_CANCELLED: Outcome
OUTCOME_PRINT_FAILED: Outcome
OUTCOME_ABORTED: Outcome

class OpenSessionRequest(_message.Message):
    __slots__ = ("terminal_id",)
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    terminal_id: str
    def __init__(self, terminal_id: _Optional[str] = ...) -> None: ...

class OpenSessionResponse(_message.Message):
    __slots__ = ("session_id", "challenge", "expires_at")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CHALLENGE_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    challenge: bytes
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, session_id: _Optional[str] = ..., challenge: _Optional[bytes] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AuthenticateRequest(_message.Message):
    __slots__ = ("session_id", "certificate", "signature")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    certificate: bytes
    signature: bytes
    def __init__(self, session_id: _Optional[str] = ..., certificate: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class AuthenticateResponse(_message.Message):
    __slots__ = ("municipality_codes", "names")
    MUNICIPALITY_CODES_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    municipality_codes: _containers.RepeatedScalarFieldContainer[str]
    names: _containers.RepeatedCompositeFieldContainer[MunicipalityName]
    def __init__(self, municipality_codes: _Optional[_Iterable[str]] = ..., names: _Optional[_Iterable[_Union[MunicipalityName, _Mapping]]] = ...) -> None: ...

class MunicipalityName(_message.Message):
    __slots__ = ("municipality_code", "name_ja", "name_en")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_JA_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    name_ja: str
    name_en: str
    def __init__(self, municipality_code: _Optional[str] = ..., name_ja: _Optional[str] = ..., name_en: _Optional[str] = ...) -> None: ...

class ListOffersRequest(_message.Message):
    __slots__ = ("session_id", "municipality_code")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    municipality_code: str
    def __init__(self, session_id: _Optional[str] = ..., municipality_code: _Optional[str] = ...) -> None: ...

class ListOffersResponse(_message.Message):
    __slots__ = ("offers",)
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    offers: _containers.RepeatedCompositeFieldContainer[Offer]
    def __init__(self, offers: _Optional[_Iterable[_Union[Offer, _Mapping]]] = ...) -> None: ...

class Offer(_message.Message):
    __slots__ = ("kind", "fee_yen")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FEE_YEN_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.CertificateKind
    fee_yen: int
    def __init__(self, kind: _Optional[_Union[_common_pb2.CertificateKind, str]] = ..., fee_yen: _Optional[int] = ...) -> None: ...

class GetCalendarRequest(_message.Message):
    __slots__ = ("municipality_code",)
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ...) -> None: ...

class GetCalendarResponse(_message.Message):
    __slots__ = ("calendar",)
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    calendar: _calendar_pb2.ServiceCalendar
    def __init__(self, calendar: _Optional[_Union[_calendar_pb2.ServiceCalendar, _Mapping]] = ...) -> None: ...

class ApplyRequest(_message.Message):
    __slots__ = ("session_id", "request_id", "municipality_code", "application", "copies")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    COPIES_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    request_id: str
    municipality_code: str
    application: _common_pb2.Application
    copies: int
    def __init__(self, session_id: _Optional[str] = ..., request_id: _Optional[str] = ..., municipality_code: _Optional[str] = ..., application: _Optional[_Union[_common_pb2.Application, _Mapping]] = ..., copies: _Optional[int] = ...) -> None: ...

class ApplyResponse(_message.Message):
    __slots__ = ("document", "fee_yen")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    FEE_YEN_FIELD_NUMBER: _ClassVar[int]
    document: _document_pb2.Document
    fee_yen: int
    def __init__(self, document: _Optional[_Union[_document_pb2.Document, _Mapping]] = ..., fee_yen: _Optional[int] = ...) -> None: ...

class ReportOutcomeRequest(_message.Message):
    __slots__ = ("session_id", "request_id", "outcome", "copies_printed", "charged_yen")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    COPIES_PRINTED_FIELD_NUMBER: _ClassVar[int]
    CHARGED_YEN_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    request_id: str
    outcome: Outcome
    copies_printed: int
    charged_yen: int
    def __init__(self, session_id: _Optional[str] = ..., request_id: _Optional[str] = ..., outcome: _Optional[_Union[Outcome, str]] = ..., copies_printed: _Optional[int] = ..., charged_yen: _Optional[int] = ...) -> None: ...

class ReportOutcomeResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CloseSessionRequest(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class CloseSessionResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
