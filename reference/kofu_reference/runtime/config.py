"""Configuration of one system, read from one TOML file."""

import tomllib
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from kofu.testing.v1.control_pb2 import ClockMode
from kofu_reference.runtime.clock import later

PortNumber = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=86400)]
MunicipalityCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
TerminalId = Annotated[str, Field(pattern=r"^[A-Z0-9-]{4,32}$")]


class ConfigurationInvalid(Exception):
    """The configuration can't be used; the text is one line `field: rule; remedy`."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeerConfig(_Section):
    """Where a peer listens, and the identity that its certificate has to show."""

    address: str = Field(pattern=r"^.+:[0-9]+$")
    identity: str = Field(min_length=1)


class CityConfig(_Section):
    """Arguments of the fictitious city."""

    seed: int = 1
    residents: int = Field(default=400, ge=1, le=1_000_000)
    municipality_code: MunicipalityCode = "992011"


class AreaConfig(_Section):
    """A city whose certificates an issuing server makes besides its own: an area that no other city reaches."""

    municipality_code: MunicipalityCode
    starts_on: date = date(2022, 3, 1)
    relay: PeerConfig | None = None


class CalendarConfig(_Section):
    """Days of the city that no law names. `closed_days` close the whole service, the others the office alone."""

    closed_days: tuple[date, ...] = ()
    office_closed_days: tuple[date, ...] = ()


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
    instant: AwareDatetime | None = None
    counts_from: AwareDatetime | None = None

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
    koseki_seconds: Seconds = 3
    issuing_seconds: Seconds = 4
    center_seconds: Seconds = 5
    session_seconds: Seconds = 300
    warning_seconds: Seconds = 2
    """Until a kiosk warns of a card or papers that nobody takes, and then again and again. [3.3.7]"""
    forgotten_seconds: Seconds = 10
    """Until staff are told of them. [3.3.8a]"""
    lock_seconds: Seconds = 900
    """How long a maintenance login is locked after five wrong passwords in a row. [3.3.4]"""


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
    requests_a_municipality: Annotated[int, Field(ge=1, le=100_000)] = 256
    """市区町村ごとの同時処理数 / applications under way at once to one municipality; further ones are refused"""


class SystemConfig(_Section):
    """Everything that one system is told. Relative paths are relative to the working directory."""

    system: str
    identity: str
    host: str = "127.0.0.1"
    port: PortNumber = 0
    json_port: PortNumber = 0
    http_port: PortNumber = 0
    certificate: Path
    key: Path
    authority: Path
    data_folder: Path
    peers: dict[str, PeerConfig] = {}
    city: CityConfig = CityConfig()
    calendar: CalendarConfig = CalendarConfig()
    areas: tuple[AreaConfig, ...] = ()
    server: Annotated[int, Field(ge=1, le=16)] = 1
    servers: Annotated[int, Field(ge=1, le=16)] = 1
    font: Path | None = None
    renderers: Annotated[int, Field(ge=1, le=64)] = 2
    card_box: Path | None = None
    pcsc_reader: str | None = Field(default=None, min_length=1)
    """Kiosk: take the card from this PC/SC reader, whatever card of the box the hands name."""
    paper_folder: Path | None = None
    terminals: tuple[TerminalId, ...] = ("KOFU-0001", "KOFU-0002", "KOFU-0003", "KOFU-0004")
    screen_port: PortNumber | None = None
    """Where a kiosk shows its screen, on this machine alone; None shows none."""
    screen_cards: tuple[str, ...] = ()
    """Cards that lie beside the screen, for hands that try it."""
    ocsp_url: str | None = None
    revocation_list_url: str | None = None
    """Center: the list that stands in where the responder is silent; without it silence is refused."""
    jpki_authorities: tuple[Path, ...] = ()
    jpki_folder: Path | None = None
    clock: ClockConfig = ClockConfig()
    testing: bool = False
    fault: str | None = None
    waits: WaitsConfig = WaitsConfig()
    center: CenterConfig = CenterConfig()

    @model_validator(mode="after")
    def _each_area_once(self) -> "SystemConfig":
        codes = [self.city.municipality_code, *(area.municipality_code for area in self.areas)]
        if len(set(codes)) != len(codes):
            raise ValueError("areas: a municipality code stands twice")
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


def _first_error(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "configuration"
    rule = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        known = ", ".join(SystemConfig.model_fields)
        return f"{field}: is not a known field; take it out, or use one of {known}"
    return f"{field}: {rule}; mend this field"
