import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from kofu.v1 import common_pb2 as _common_pb2
from kofu.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ClockMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_MODE_UNSPECIFIED: _ClassVar[ClockMode]
    CLOCK_MODE_REAL: _ClassVar[ClockMode]
    CLOCK_MODE_RUNNING: _ClassVar[ClockMode]
    CLOCK_MODE_FROZEN: _ClassVar[ClockMode]

class SpoilKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SPOIL_KIND_UNSPECIFIED: _ClassVar[SpoilKind]
    SPOIL_KIND_ANOTHER_REQUEST: _ClassVar[SpoilKind]
    SPOIL_KIND_PAGE_MISSING: _ClassVar[SpoilKind]

class Language(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANGUAGE_UNSPECIFIED: _ClassVar[Language]
    LANGUAGE_JAPANESE: _ClassVar[Language]
    LANGUAGE_ENGLISH: _ClassVar[Language]

class ElectronicAnswer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ELECTRONIC_ANSWER_UNSPECIFIED: _ClassVar[ElectronicAnswer]
    ELECTRONIC_ANSWER_APPROVED: _ClassVar[ElectronicAnswer]
    ELECTRONIC_ANSWER_DECLINED: _ClassVar[ElectronicAnswer]
    ELECTRONIC_ANSWER_SILENT: _ClassVar[ElectronicAnswer]

class PrinterTrouble(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRINTER_TROUBLE_UNSPECIFIED: _ClassVar[PrinterTrouble]
    PRINTER_TROUBLE_NONE: _ClassVar[PrinterTrouble]
    PRINTER_TROUBLE_JAM: _ClassVar[PrinterTrouble]
    PRINTER_TROUBLE_PAPER_END: _ClassVar[PrinterTrouble]

class LeftBehind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEFT_BEHIND_UNSPECIFIED: _ClassVar[LeftBehind]
    LEFT_BEHIND_CARD: _ClassVar[LeftBehind]
    LEFT_BEHIND_PAPERS: _ClassVar[LeftBehind]

class Screen(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCREEN_UNSPECIFIED: _ClassVar[Screen]
    SCREEN_IDLE: _ClassVar[Screen]
    SCREEN_PIN: _ClassVar[Screen]
    SCREEN_TAKE_CARD: _ClassVar[Screen]
    SCREEN_CHOOSE: _ClassVar[Screen]
    SCREEN_PAY: _ClassVar[Screen]
    SCREEN_TAKE_PAPERS: _ClassVar[Screen]
    SCREEN_ENDED: _ClassVar[Screen]
CLOCK_MODE_UNSPECIFIED: ClockMode
CLOCK_MODE_REAL: ClockMode
CLOCK_MODE_RUNNING: ClockMode
CLOCK_MODE_FROZEN: ClockMode
SPOIL_KIND_UNSPECIFIED: SpoilKind
SPOIL_KIND_ANOTHER_REQUEST: SpoilKind
SPOIL_KIND_PAGE_MISSING: SpoilKind
LANGUAGE_UNSPECIFIED: Language
LANGUAGE_JAPANESE: Language
LANGUAGE_ENGLISH: Language
ELECTRONIC_ANSWER_UNSPECIFIED: ElectronicAnswer
ELECTRONIC_ANSWER_APPROVED: ElectronicAnswer
ELECTRONIC_ANSWER_DECLINED: ElectronicAnswer
ELECTRONIC_ANSWER_SILENT: ElectronicAnswer
PRINTER_TROUBLE_UNSPECIFIED: PrinterTrouble
PRINTER_TROUBLE_NONE: PrinterTrouble
PRINTER_TROUBLE_JAM: PrinterTrouble
PRINTER_TROUBLE_PAPER_END: PrinterTrouble
LEFT_BEHIND_UNSPECIFIED: LeftBehind
LEFT_BEHIND_CARD: LeftBehind
LEFT_BEHIND_PAPERS: LeftBehind
SCREEN_UNSPECIFIED: Screen
SCREEN_IDLE: Screen
SCREEN_PIN: Screen
SCREEN_TAKE_CARD: Screen
SCREEN_CHOOSE: Screen
SCREEN_PAY: Screen
SCREEN_TAKE_PAPERS: Screen
SCREEN_ENDED: Screen

class DescribeRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("system", "data_folders", "stages", "terminal_ids", "boot_id", "build", "configuration", "spoilable_stages")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    DATA_FOLDERS_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_IDS_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    BUILD_FIELD_NUMBER: _ClassVar[int]
    CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    SPOILABLE_STAGES_FIELD_NUMBER: _ClassVar[int]
    system: str
    data_folders: _containers.RepeatedScalarFieldContainer[str]
    stages: _containers.RepeatedScalarFieldContainer[str]
    terminal_ids: _containers.RepeatedScalarFieldContainer[str]
    boot_id: str
    build: str
    configuration: str
    spoilable_stages: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, system: _Optional[str] = ..., data_folders: _Optional[_Iterable[str]] = ..., stages: _Optional[_Iterable[str]] = ..., terminal_ids: _Optional[_Iterable[str]] = ..., boot_id: _Optional[str] = ..., build: _Optional[str] = ..., configuration: _Optional[str] = ..., spoilable_stages: _Optional[_Iterable[str]] = ...) -> None: ...

class SetClockRequest(_message.Message):
    __slots__ = ("mode", "instant")
    MODE_FIELD_NUMBER: _ClassVar[int]
    INSTANT_FIELD_NUMBER: _ClassVar[int]
    mode: ClockMode
    instant: _timestamp_pb2.Timestamp
    def __init__(self, mode: _Optional[_Union[ClockMode, str]] = ..., instant: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SetClockResponse(_message.Message):
    __slots__ = ("now",)
    NOW_FIELD_NUMBER: _ClassVar[int]
    now: _timestamp_pb2.Timestamp
    def __init__(self, now: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetClockRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetClockResponse(_message.Message):
    __slots__ = ("now", "mode")
    NOW_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    now: _timestamp_pb2.Timestamp
    mode: ClockMode
    def __init__(self, now: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., mode: _Optional[_Union[ClockMode, str]] = ...) -> None: ...

class RestartRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class RestartResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HoldRequest(_message.Message):
    __slots__ = ("stage", "duration", "passages")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    stage: str
    duration: _duration_pb2.Duration
    passages: int
    def __init__(self, stage: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., passages: _Optional[int] = ...) -> None: ...

class HoldResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SpoilRequest(_message.Message):
    __slots__ = ("stage", "kind", "passages")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PASSAGES_FIELD_NUMBER: _ClassVar[int]
    stage: str
    kind: SpoilKind
    passages: int
    def __init__(self, stage: _Optional[str] = ..., kind: _Optional[_Union[SpoilKind, str]] = ..., passages: _Optional[int] = ...) -> None: ...

class SpoilResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class OperateRequest(_message.Message):
    __slots__ = ("terminal_id", "look", "insert_card", "take_card", "enter_pin", "choose", "insert_money", "press_cancel", "press_print", "take_papers", "choose_language", "pay_electronically", "disturb_printer", "choose_municipality")
    TERMINAL_ID_FIELD_NUMBER: _ClassVar[int]
    LOOK_FIELD_NUMBER: _ClassVar[int]
    INSERT_CARD_FIELD_NUMBER: _ClassVar[int]
    TAKE_CARD_FIELD_NUMBER: _ClassVar[int]
    ENTER_PIN_FIELD_NUMBER: _ClassVar[int]
    CHOOSE_FIELD_NUMBER: _ClassVar[int]
    INSERT_MONEY_FIELD_NUMBER: _ClassVar[int]
    PRESS_CANCEL_FIELD_NUMBER: _ClassVar[int]
    PRESS_PRINT_FIELD_NUMBER: _ClassVar[int]
    TAKE_PAPERS_FIELD_NUMBER: _ClassVar[int]
    CHOOSE_LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PAY_ELECTRONICALLY_FIELD_NUMBER: _ClassVar[int]
    DISTURB_PRINTER_FIELD_NUMBER: _ClassVar[int]
    CHOOSE_MUNICIPALITY_FIELD_NUMBER: _ClassVar[int]
    terminal_id: str
    look: Look
    insert_card: InsertCard
    take_card: TakeCard
    enter_pin: EnterPin
    choose: Choose
    insert_money: InsertMoney
    press_cancel: PressCancel
    press_print: PressPrint
    take_papers: TakePapers
    choose_language: ChooseLanguage
    pay_electronically: PayElectronically
    disturb_printer: DisturbPrinter
    choose_municipality: ChooseMunicipality
    def __init__(self, terminal_id: _Optional[str] = ..., look: _Optional[_Union[Look, _Mapping]] = ..., insert_card: _Optional[_Union[InsertCard, _Mapping]] = ..., take_card: _Optional[_Union[TakeCard, _Mapping]] = ..., enter_pin: _Optional[_Union[EnterPin, _Mapping]] = ..., choose: _Optional[_Union[Choose, _Mapping]] = ..., insert_money: _Optional[_Union[InsertMoney, _Mapping]] = ..., press_cancel: _Optional[_Union[PressCancel, _Mapping]] = ..., press_print: _Optional[_Union[PressPrint, _Mapping]] = ..., take_papers: _Optional[_Union[TakePapers, _Mapping]] = ..., choose_language: _Optional[_Union[ChooseLanguage, _Mapping]] = ..., pay_electronically: _Optional[_Union[PayElectronically, _Mapping]] = ..., disturb_printer: _Optional[_Union[DisturbPrinter, _Mapping]] = ..., choose_municipality: _Optional[_Union[ChooseMunicipality, _Mapping]] = ...) -> None: ...

class Look(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class InsertCard(_message.Message):
    __slots__ = ("card_id",)
    CARD_ID_FIELD_NUMBER: _ClassVar[int]
    card_id: str
    def __init__(self, card_id: _Optional[str] = ...) -> None: ...

class TakeCard(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class EnterPin(_message.Message):
    __slots__ = ("pin",)
    PIN_FIELD_NUMBER: _ClassVar[int]
    pin: str
    def __init__(self, pin: _Optional[str] = ...) -> None: ...

class ChooseMunicipality(_message.Message):
    __slots__ = ("municipality_code",)
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    def __init__(self, municipality_code: _Optional[str] = ...) -> None: ...

class Choose(_message.Message):
    __slots__ = ("municipality_code", "application", "copies")
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    APPLICATION_FIELD_NUMBER: _ClassVar[int]
    COPIES_FIELD_NUMBER: _ClassVar[int]
    municipality_code: str
    application: _common_pb2.Application
    copies: int
    def __init__(self, municipality_code: _Optional[str] = ..., application: _Optional[_Union[_common_pb2.Application, _Mapping]] = ..., copies: _Optional[int] = ...) -> None: ...

class InsertMoney(_message.Message):
    __slots__ = ("yen",)
    YEN_FIELD_NUMBER: _ClassVar[int]
    yen: int
    def __init__(self, yen: _Optional[int] = ...) -> None: ...

class PressCancel(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PressPrint(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TakePapers(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ChooseLanguage(_message.Message):
    __slots__ = ("language",)
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    language: Language
    def __init__(self, language: _Optional[_Union[Language, str]] = ...) -> None: ...

class PayElectronically(_message.Message):
    __slots__ = ("answer",)
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    answer: ElectronicAnswer
    def __init__(self, answer: _Optional[_Union[ElectronicAnswer, str]] = ...) -> None: ...

class DisturbPrinter(_message.Message):
    __slots__ = ("trouble", "after_copies")
    TROUBLE_FIELD_NUMBER: _ClassVar[int]
    AFTER_COPIES_FIELD_NUMBER: _ClassVar[int]
    trouble: PrinterTrouble
    after_copies: int
    def __init__(self, trouble: _Optional[_Union[PrinterTrouble, str]] = ..., after_copies: _Optional[int] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("item", "text_ja", "text_en")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    TEXT_JA_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    item: LeftBehind
    text_ja: str
    text_en: str
    def __init__(self, item: _Optional[_Union[LeftBehind, str]] = ..., text_ja: _Optional[str] = ..., text_en: _Optional[str] = ...) -> None: ...

class Spoken(_message.Message):
    __slots__ = ("language", "text")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    language: Language
    text: str
    def __init__(self, language: _Optional[_Union[Language, str]] = ..., text: _Optional[str] = ...) -> None: ...

class OperateResponse(_message.Message):
    __slots__ = ("screen", "reason", "reason_metadata", "text_ja", "text_en", "offers", "fee_yen", "paid_yen", "returned_yen", "cash_box_yen", "card_on_reader", "papers", "request_id", "language", "warnings", "spoken", "copies_printed", "municipality_codes", "municipality_code")
    class ReasonMetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SCREEN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REASON_METADATA_FIELD_NUMBER: _ClassVar[int]
    TEXT_JA_FIELD_NUMBER: _ClassVar[int]
    TEXT_EN_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    FEE_YEN_FIELD_NUMBER: _ClassVar[int]
    PAID_YEN_FIELD_NUMBER: _ClassVar[int]
    RETURNED_YEN_FIELD_NUMBER: _ClassVar[int]
    CASH_BOX_YEN_FIELD_NUMBER: _ClassVar[int]
    CARD_ON_READER_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    SPOKEN_FIELD_NUMBER: _ClassVar[int]
    COPIES_PRINTED_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODES_FIELD_NUMBER: _ClassVar[int]
    MUNICIPALITY_CODE_FIELD_NUMBER: _ClassVar[int]
    screen: Screen
    reason: str
    reason_metadata: _containers.ScalarMap[str, str]
    text_ja: str
    text_en: str
    offers: _containers.RepeatedCompositeFieldContainer[OfferShown]
    fee_yen: int
    paid_yen: int
    returned_yen: int
    cash_box_yen: int
    card_on_reader: bool
    papers: _containers.RepeatedCompositeFieldContainer[Paper]
    request_id: str
    language: Language
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    spoken: _containers.RepeatedCompositeFieldContainer[Spoken]
    copies_printed: int
    municipality_codes: _containers.RepeatedScalarFieldContainer[str]
    municipality_code: str
    def __init__(self, screen: _Optional[_Union[Screen, str]] = ..., reason: _Optional[str] = ..., reason_metadata: _Optional[_Mapping[str, str]] = ..., text_ja: _Optional[str] = ..., text_en: _Optional[str] = ..., offers: _Optional[_Iterable[_Union[OfferShown, _Mapping]]] = ..., fee_yen: _Optional[int] = ..., paid_yen: _Optional[int] = ..., returned_yen: _Optional[int] = ..., cash_box_yen: _Optional[int] = ..., card_on_reader: bool = ..., papers: _Optional[_Iterable[_Union[Paper, _Mapping]]] = ..., request_id: _Optional[str] = ..., language: _Optional[_Union[Language, str]] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ..., spoken: _Optional[_Iterable[_Union[Spoken, _Mapping]]] = ..., copies_printed: _Optional[int] = ..., municipality_codes: _Optional[_Iterable[str]] = ..., municipality_code: _Optional[str] = ...) -> None: ...

class OfferShown(_message.Message):
    __slots__ = ("kind", "fee_yen")
    KIND_FIELD_NUMBER: _ClassVar[int]
    FEE_YEN_FIELD_NUMBER: _ClassVar[int]
    kind: _common_pb2.CertificateKind
    fee_yen: int
    def __init__(self, kind: _Optional[_Union[_common_pb2.CertificateKind, str]] = ..., fee_yen: _Optional[int] = ...) -> None: ...

class Paper(_message.Message):
    __slots__ = ("pdf",)
    PDF_FIELD_NUMBER: _ClassVar[int]
    pdf: bytes
    def __init__(self, pdf: _Optional[bytes] = ...) -> None: ...
