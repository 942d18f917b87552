"""Configuration of one system, read from one TOML file. `kofu serve SYSTEM --print-config` prints it with its rules."""

import difflib
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, cast, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kofu.testing.v1.control_pb2 import ClockMode
from kofu_reference.runtime.clock import later
from kofu_spec.city import LeavingMember

PortNumber = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
TerminalId = Annotated[str, Field(pattern=r"^[A-Z0-9-]{4,32}$")]

REMEDY: Final = "mend this field; `kofu serve SYSTEM --print-config` shows every field with its rule"


class ConfigurationInvalid(Exception):
    """The configuration can't be used; the text is one line `field: rule; remedy`."""


WITH_DATABASE: Final = ("core", "issuing")
"""The systems whose records may stand in PostgreSQL."""


def _postgres_url(url: str) -> str:
    """The text of the error never shows the URL: it may hold a password."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError(
            "is not the URL of a PostgreSQL database; write postgresql://user@host:port/name, or leave it out"
        )
    return url


DatabaseUrl = Annotated[str, AfterValidator(_postgres_url)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PeerConfig(_Section):
    """Where a peer listens, and the identity that its certificate has to show."""

    address: Annotated[str, Field(pattern=r"^.+:[0-9]+$", examples=["127.0.0.1:20100"])]
    """接続先 / host:port"""
    identity: Annotated[str, Field(min_length=1, examples=["relay-1.relay.992011.kofu.invalid"])]
    """証明書に示されるべき名前 / the DNS name that its certificate has to show"""


class CityConfig(_Section):
    """Arguments of the fictitious city."""

    seed: int = 1
    """架空都市の種 / seed of the fictitious city"""
    residents: int = Field(default=400, ge=1, le=20_000)
    """カードを持ちうる住民の人数 / number of residents who are made whole, with cards and family registers"""
    size: int = Field(default=0, ge=0, le=2_000_000)
    """住民の総数 / residents in all; those beyond `residents` have records alone and no card"""
    municipality_code: MunicipalityCode = "992011"
    """市区町村コード（6桁） / municipality code, 6 digits"""
    leaving_member: LeavingMember = LeavingMember.SHOWN
    """転出予定の世帯員の扱い / what the rest of a household gets of one who is leaving: shown, left_out or refused"""


class AreaConfig(_Section):
    """A city whose certificates an issuing server makes besides its own: an area that no other city reaches."""

    municipality_code: Annotated[MunicipalityCode, Field(examples=["992020"])]
    """市区町村コード（6桁） / municipality code, 6 digits"""
    starts_on: date = date(2022, 3, 1)
    """サービス開始日 / the day on which the city began"""
    relay: PeerConfig | None = None
    """その市区町村の連携サーバ / the city's relay, for certificates that its koseki system makes"""
    database_url: Annotated[DatabaseUrl | None, Field(examples=["postgresql://kofu@localhost/other"])] = None
    """その市区町村のデータベース / a database of its own, or a schema of its own in one; without it a file"""
    leaving_member: LeavingMember = LeavingMember.SHOWN
    """転出予定の世帯員の扱い / what the rest of a household gets of one who is leaving: shown, left_out or refused"""


class CalendarConfig(_Section):
    """Days of the city that no law names. `closed_days` close the whole service, the others the office alone."""

    closed_days: Annotated[tuple[date, ...], Field(examples=[[date(2026, 11, 15)]])] = ()
    """全種別の休止日 / days on which nothing is issued"""
    office_closed_days: Annotated[tuple[date, ...], Field(examples=[[date(2026, 11, 16)]])] = ()
    """戸籍の休止日 / days on which the office is closed, and koseki certificates with it"""


class ClockStart(StrEnum):
    """How the civil clock goes when the process starts."""

    REAL = "real"
    RUNNING = "running"
    FROZEN = "frozen"

    @property
    def mode(self) -> ClockMode:
        return cast("ClockMode", ClockMode.Value(f"CLOCK_MODE_{self.name}"))

    @classmethod
    def of(cls, mode: ClockMode) -> "ClockStart":
        return cls[ClockMode.Name(mode).removeprefix("CLOCK_MODE_")]


class ClockConfig(_Section):
    """The civil clock at the start. `counts_from` is the real time at which a running clock showed `instant`."""

    mode: ClockStart = ClockStart.REAL
    """real 実時刻, running 指定時刻から, frozen 停止 / the real time, going on from `instant`, or standing at it"""
    instant: Annotated[AwareDatetime | None, Field(examples=[datetime(2026, 10, 7, 1, tzinfo=UTC)])] = None
    """開始時刻（時差付き） / the time to start from, with its offset"""
    counts_from: Annotated[AwareDatetime | None, Field(examples=[datetime(2026, 10, 7, 1, tzinfo=UTC)])] = None
    """instant を示した実時刻 / the real time at which a running clock showed `instant`"""

    @model_validator(mode="after")
    def _instant_is_there(self) -> "ClockConfig":
        if self.mode is not ClockStart.REAL and self.instant is None:
            raise ValueError("instant is required unless mode is real")
        return self

    def instant_now(self) -> datetime | None:
        """What the clock has to show now; None on real time."""
        if self.mode is ClockStart.RUNNING and self.instant is not None and self.counts_from is not None:
            return later(self.instant, datetime.now(UTC) - self.counts_from)
        return self.instant


class WaitsConfig(_Section):
    """Longest waits, in seconds of the elapsed clock."""

    render_seconds: Seconds = 2
    """一通の作成 / the making of one document, at the issuing server and the koseki system"""
    koseki_seconds: Seconds = 3
    """戸籍システムの応答 / the issuing server's wait for the koseki system"""
    issuing_seconds: Seconds = 4
    """証明発行サーバの応答 / the center's wait for the issuing server"""
    center_seconds: Seconds = 5
    """証明書交付センターの応答 / the kiosk's wait for the center"""
    session_seconds: Seconds = 300
    """操作されない画面 / a session that nobody ends"""
    warning_seconds: Seconds = 2
    """取り忘れの警告 / until a kiosk warns of a card or papers that nobody takes, and then again and again. [3.3.7]"""
    forgotten_seconds: Seconds = 10
    """取り忘れの通知 / until staff are told of them. [3.3.8a]"""
    lock_seconds: Seconds = 900
    """保守ログインのロック / how long a maintenance login is locked after five wrong passwords in a row. [3.3.4]"""


class LogLevel(StrEnum):
    """From which level on lines are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Traces(StrEnum):
    """Where traces go."""

    OFF = "off"
    FILE = "file"
    OTLP = "otlp"


class OperationsConfig(_Section):
    """What those who run a system see of it, and how it ends."""

    log_level: LogLevel = LogLevel.INFO
    """ログの水準 / debug, info, warning or error; logs go to standard error, JSON lines"""
    pseudonym_key: Annotated[Path | None, Field(examples=["keys/pseudonyms.key"])] = None
    """仮名の鍵 / file of 32 or more random bytes, the same for all systems whose logs are to be read together; without
    it, pseudonyms hold for one process"""
    host: str = "127.0.0.1"
    """監視用の待受アドレス / where metrics and readiness are served: plain HTTP on loopback, elsewhere mutual TLS"""
    port: Annotated[PortNumber | None, Field(examples=[9100])] = None
    """監視用のポート / port of /metrics, /livez and /readyz; 0 takes any, without it none is opened"""
    traces: Traces = Traces.OFF
    """トレースの出力先 / off, file, or otlp (needs the extra `otlp`)"""
    traces_file: Annotated[Path | None, Field(examples=["traces/issuing.jsonl"])] = None
    """トレースのファイル / file for traces = "file", one span a line"""
    otlp_endpoint: Annotated[str | None, Field(examples=["http://127.0.0.1:4318/v1/traces"])] = None
    """トレースの送り先 / URL for traces = "otlp"; without it OpenTelemetry's own default"""
    grace_seconds: Annotated[float, Field(ge=0, le=600)] = 5
    """終了時の猶予 / how long requests in flight may still take once the system is to end"""

    @model_validator(mode="after")
    def _file_is_named(self) -> "OperationsConfig":
        if self.traces is Traces.FILE and self.traces_file is None:
            raise ValueError('traces_file is required where traces is "file"')
        return self


def _of(*systems: str, needed: bool = False) -> dict[str, Any]:
    """Marks a field that only these systems read, or can't do without."""
    return {"systems": list(systems), "needed": needed}


class CenterConfig(_Section):
    """What the center serves, and how much at once."""

    terminal_register: Annotated[Path | None, Field(examples=["config/terminals.csv"])] = None
    """端末登録台帳（CSV） / register of terminals and their operators; without it the `terminals` are registered, and
    any operator may show them"""
    municipalities: Annotated[Path | None, Field(examples=["config/municipalities.jsonl"])] = None
    """市区町村の一覧（JSON Lines） / the municipalities with kinds, fees, closings and servers; without it the city of
    this configuration at its issuing servers"""
    open_sessions: Annotated[int, Field(ge=1, le=1_000_000)] = 60_000
    """同時に開けるセッションの数 / sessions open at once, of all terminals together"""
    sessions_a_terminal: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    """端末ごとに同時に開けるセッションの数 / sessions open at once at one terminal: a mad one shuts out no other"""
    requests_a_municipality: Annotated[int, Field(ge=1, le=100_000)] = 256
    """市区町村ごとの同時処理数 / applications under way at once to one municipality; further ones are refused"""


class SystemConfig(_Section):
    """Everything that one system is told. Relative paths are relative to the working directory."""

    system: Annotated[str, Field(examples=["issuing"])]
    """システム名 / the system: jpki, koseki, issuing, relay, core, counter, center, kiosk or inquiry"""
    identity: Annotated[str, Field(examples=["issuing-1.issuing.992011.kofu.invalid"])]
    """自らの証明書の名前 / the DNS name in its own certificate, <id>.<role>.<area>.kofu.invalid"""
    host: str = "127.0.0.1"
    """待受アドレス / address to listen on"""
    port: PortNumber = 0
    """gRPC のポート / port of gRPC; 0 takes any"""
    json_port: PortNumber = 0
    """HTTP/JSON のポート / port of HTTP/JSON; 0 takes any"""
    http_port: Annotated[PortNumber, Field(json_schema_extra=_of("jpki"))] = 0
    """OCSP のポート / port of OCSP over plain HTTP; 0 takes any"""
    certificate: Annotated[Path, Field(examples=["pki/issuing-1.pem"])]
    """自らの証明書（PEM） / its own certificate"""
    key: Annotated[Path, Field(examples=["pki/issuing-1.key"])]
    """その秘密鍵（PEM） / the certificate's private key"""
    authority: Annotated[Path, Field(examples=["pki/authority.pem"])]
    """信頼する認証局（PEM） / the authority whose certificates peers have to show"""
    data_folder: Annotated[Path, Field(examples=["data/issuing"])]
    """データのフォルダー / what has to last is kept here, and nowhere else"""
    database_url: Annotated[
        DatabaseUrl | None,
        Field(json_schema_extra=_of("core", "issuing"), examples=["postgresql://kofu@localhost/kofu"]),
    ] = None
    """自市の記録のデータベース / where the records of the own city stand; without it a file of data_folder"""
    peers: dict[str, PeerConfig] = {}
    """接続先のシステム / the systems that it calls, by name"""
    city: CityConfig = CityConfig()
    calendar: Annotated[CalendarConfig, Field(json_schema_extra=_of("issuing", "koseki"))] = CalendarConfig()
    areas: Annotated[tuple[AreaConfig, ...], Field(json_schema_extra=_of("issuing"))] = ()
    server: Annotated[int, Field(ge=1, le=16, json_schema_extra=_of("issuing"))] = 1
    """このサーバの番号 / which of the site's servers this is; the first takes the feed"""
    servers: Annotated[int, Field(ge=1, le=16, json_schema_extra=_of("issuing"))] = 1
    """サーバの数 / how many servers share the site's work"""
    font: Annotated[
        Path | None, Field(json_schema_extra=_of("issuing", "koseki", needed=True), examples=["fonts/ipamjm.ttf"])
    ] = None
    """帳票の文字（IPAmj明朝） / the font file that documents are printed with"""
    renderers: Annotated[int, Field(ge=1, le=64, json_schema_extra=_of("issuing", "koseki"))] = 2
    """帳票を作るプロセスの数 / processes that render documents"""
    card_box: Annotated[
        Path | None, Field(json_schema_extra=_of("kiosk", "counter", needed=True), examples=["cards"])
    ] = None
    """カード箱 / folder of the virtual cards"""
    pcsc_reader: Annotated[
        str | None, Field(min_length=1, json_schema_extra=_of("kiosk"), examples=["Virtual PCD 00 00"])
    ] = None
    """カードリーダー（PC/SC） / take the card from this reader, whatever card of the box the hands name"""
    paper_folder: Annotated[Path | None, Field(json_schema_extra=_of("kiosk"), examples=["paper"])] = None
    """取り出された紙のフォルダー / folder for papers that were taken; without it none are written"""
    terminals: Annotated[tuple[TerminalId, ...], Field(json_schema_extra=_of("kiosk", "center"))] = (
        "KOFU-0001",
        "KOFU-0002",
        "KOFU-0003",
        "KOFU-0004",
    )
    """登録済みの端末 / the registered terminals"""
    screen_port: Annotated[PortNumber | None, Field(json_schema_extra=_of("kiosk"), examples=[20300])] = None
    """画面のポート / where the kiosk shows its screen, on this machine alone; without it none is shown"""
    screen_cards: Annotated[tuple[str, ...], Field(json_schema_extra=_of("kiosk"), examples=[["card-1"]])] = ()
    """画面の横に置くカード / cards that lie beside the screen, for hands that try it"""
    ocsp_url: Annotated[
        str | None, Field(json_schema_extra=_of("center", needed=True), examples=["http://127.0.0.1:20200/"])
    ] = None
    """失効確認の宛先 / where the validity of certificates is asked (OCSP)"""
    revocation_list_url: Annotated[
        str | None, Field(json_schema_extra=_of("center"), examples=["http://127.0.0.1:20200/crl"])
    ] = None
    """失効リストの宛先 / the list that stands in where the responder is silent; without it silence is refused"""
    jpki_authorities: Annotated[
        tuple[Path, ...], Field(json_schema_extra=_of("center", needed=True), examples=[["jpki/authority.pem"]])
    ] = ()
    """公的個人認証の認証局（PEM） / the authorities of the cards' certificates"""
    jpki_folder: Annotated[Path | None, Field(json_schema_extra=_of("jpki", needed=True), examples=["jpki"])] = None
    """試験用認証局のフォルダー / folder of the test authority"""
    clock: ClockConfig = ClockConfig()
    testing: bool = False
    """試験用操作 / whether TestControl is served; never with real data"""
    fault: Annotated[str | None, Field(examples=["yokohama"])] = None
    """埋め込む誤り / the seeded fault to start with"""
    waits: WaitsConfig = WaitsConfig()
    feed_silence_seconds: Annotated[Seconds, Field(json_schema_extra=_of("issuing"))] = 30
    """連携の途絶とみなす秒数 / seconds after which a silent feed means that records may not be current"""
    center: Annotated[CenterConfig, Field(json_schema_extra=_of("center"))] = CenterConfig()
    operations: OperationsConfig = OperationsConfig()

    @model_validator(mode="after")
    def _has_records_of_its_own(self) -> "SystemConfig":
        if self.database_url is not None and self.system not in WITH_DATABASE:
            raise ValueError(f"database_url is for {' and '.join(WITH_DATABASE)}; take it out of {self.system}")
        return self

    @model_validator(mode="after")
    def _each_area_once(self) -> "SystemConfig":
        codes = [self.city.municipality_code, *(area.municipality_code for area in self.areas)]
        if len(set(codes)) != len(codes):
            raise ValueError("areas: a municipality code stands twice")
        named = [self.database_url, *(area.database_url for area in self.areas)]
        urls = [url for url in named if url is not None]
        if len(set(urls)) != len(urls):
            raise ValueError("areas: two cities name one database_url; give each a database or a schema of its own")
        if self.server > self.servers:
            raise ValueError("server: is more than servers")
        return self


def load_config(path: Path) -> SystemConfig:
    """Reads and checks a configuration file. Raises ConfigurationInvalid with one clear line."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror or error}; name a readable file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationInvalid(f"{path}: not TOML ({error}); mend the file") from error
    try:
        return SystemConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigurationInvalid(f"{path}: {_first_error(error)}") from error


def section_of(field: object) -> type[_Section] | None:
    """The section that a field's annotation names, also as the values of a table; None for a plain value."""
    kinds = [kind for kind in (field, *get_args(field)) if isinstance(kind, type) and issubclass(kind, _Section)]
    return kinds[0] if kinds else None


def _first_error(error: ValidationError) -> str:
    """The first fault; a field that is not known comes first: it is often the misspelt name of one that is missing."""
    found = error.errors()
    first = next((each for each in found if each["type"] == "extra_forbidden"), found[0])
    field = ".".join(str(part) for part in first["loc"]) or "configuration"
    if first["type"] == "extra_forbidden":
        return f"{field}: is not a known field; {_suggestion(first['loc'])}"
    rule = first["msg"].removeprefix("Value error, ")
    return f"{field}: {rule[0].lower()}{rule[1:]}; {REMEDY}"


def _suggestion(place: tuple[int | str, ...]) -> str:
    known = list(_fields_at(place[:-1]))
    near = difflib.get_close_matches(str(place[-1]), known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"take it out, or use one of {', '.join(known)}"


def _fields_at(place: tuple[int | str, ...]) -> Mapping[str, Any]:
    """The fields of the section at a place; the names of a table's entries are free."""
    section: type[_Section] = SystemConfig
    for part in place:
        field = section.model_fields.get(str(part))
        section = (section_of(field.annotation) if field else None) or section
    return section.model_fields
