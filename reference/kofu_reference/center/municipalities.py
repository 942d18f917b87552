"""The municipalities that the center serves: kinds, fees, closings and servers of each. [1.3, 2.7]

Told by a file of JSON lines, a municipality a line; without one, the center serves the city of its configuration.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from kofu.v1.center_pb2 import MunicipalityName
from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_reference.center.calendar import OwnDays
from kofu_reference.center.fees import FEE_YEN, KINDS
from kofu_reference.runtime import Refusal, SystemConfig
from kofu_reference.runtime.config import ConfigurationInvalid, PeerConfig

_EARLIEST, _LATEST = time(6, 30), time(23, 0)
_WEIGHTS: Final = (6, 5, 4, 3, 2)


@dataclass(frozen=True)
class Municipality:
    """One municipality. `fees_yen`: what a copy costs, by the kinds that it issues."""

    code: str
    fees_yen: Mapping[CertificateKind, int]
    servers: tuple[PeerConfig, ...]
    own_days: OwnDays = field(default_factory=OwnDays)
    name_ja: str = ""
    name_en: str = ""
    """As citizens know it; empty where the table has no name."""

    def fee_of(self, kind: CertificateKind) -> int:
        """Yen for one copy. Raises REASON_KIND_NOT_OFFERED for a kind that this municipality does not issue."""
        fee_yen = self.fees_yen.get(kind)
        if fee_yen is None:
            raise Refusal(Reason.REASON_KIND_NOT_OFFERED)
        return fee_yen


class Municipalities(Collection[str]):
    """The municipalities served; a collection of their codes, in the order in which they were named."""

    def __init__(self, served: Collection[Municipality]) -> None:
        self._by_code = {one.code: one for one in served}
        self.codes = tuple(self._by_code)
        self.names = tuple(
            MunicipalityName(municipality_code=one.code, name_ja=one.name_ja, name_en=one.name_en)
            for one in self._by_code.values()
            if one.name_ja
        )

    def must_serve(self, code: str) -> Municipality:
        """Raises REASON_MUNICIPALITY_NOT_SERVED."""
        found = self._by_code.get(code)
        if found is None:
            raise Refusal(Reason.REASON_MUNICIPALITY_NOT_SERVED)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[str]:
        return iter(self.codes)

    def __len__(self) -> int:
        return len(self.codes)


def of_one_city(config: SystemConfig) -> Municipalities:
    """The city of the configuration, with the usual kinds and fees, at the issuing servers among its peers."""
    servers = tuple(peer for name, peer in config.peers.items() if name.partition("-")[0] == "issuing")
    days = config.calendar
    own = OwnDays(
        closed_days=frozenset(days.closed_days), office_closed_days=frozenset(days.office_closed_days)
    )  # fmt: skip
    return Municipalities([Municipality(config.city.municipality_code, FEE_YEN, servers, own)])


def read_municipalities(path: Path) -> Municipalities:
    """The municipalities in a file. Raises ConfigurationInvalid: one line with line, field, rule and remedy."""
    served: dict[str, Municipality] = {}
    first_lines: dict[str, int] = {}
    for number, line in _lines(path):
        where = f"{path} line {number}"
        try:
            one = _Entry.model_validate_json(line).municipality()
        except ValidationError as error:
            raise ConfigurationInvalid(f"{where}, {_first_fault(error)}") from None
        if one.code in served:
            rule = f"stands on line {first_lines[one.code]} already; leave one line a municipality"
            raise ConfigurationInvalid(f"{where}, municipality_code: {rule}")
        served[one.code] = one
        first_lines[one.code] = number
    if not served:
        # An empty file is a copy that broke off, not the end of the service.
        raise ConfigurationInvalid(f"{path}: must name at least one municipality; hand over the whole table")
    return Municipalities(served.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise ConfigurationInvalid(f"{path}: {error.strerror or error}; name a readable file") from error
    except UnicodeDecodeError as error:
        raise ConfigurationInvalid(f"{path}: must be UTF-8; save it as JSON lines in UTF-8") from error
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


# The form of a line


def _with_check_digit(code: str) -> str:
    weighed = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, code[:5], strict=True))
    if (11 - weighed % 11) % 10 != int(code[5]):
        raise ValueError("must have its check digit at the end; copy the code from the official list")
    return code


def _within_service_hours(hours: tuple[time, time]) -> tuple[time, time]:
    if not _EARLIEST <= hours[0] < hours[1] <= _LATEST:
        raise ValueError("must be two times in order, from 06:30 to 23:00 at the most; write them as HH:MM")
    return hours


_Code = Annotated[str, Field(pattern=r"^[0-9]{6}$"), AfterValidator(_with_check_digit)]
_Hours = Annotated[tuple[time, time], AfterValidator(_within_service_hours)]
_Days = Annotated[frozenset[date], Field(max_length=1000)]
_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Yen = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class _Fees(BaseModel):
    """Yen for a copy. A kind that is left out is not issued."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    residence_certificate: _Yen | None = None
    residence_record_items: _Yen | None = None
    seal_registration: _Yen | None = None
    tax_assessment: _Yen | None = None
    koseki_all_matters: _Yen | None = None
    koseki_individual_matters: _Yen | None = None


class _Entry(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    municipality_code: _Code
    name_ja: _Name | None = None
    name_en: _Name | None = None
    fees_yen: _Fees
    servers: Annotated[tuple[PeerConfig, ...], Field(min_length=1, max_length=16)]
    starts_on: date | None = None
    hours: _Hours | None = None
    koseki_hours: _Hours | None = None
    closed_days: _Days = frozenset()
    office_closed_days: _Days = frozenset()
    office_open_days: _Days = frozenset()
    irregular_hours: Annotated[dict[date, _Hours], Field(max_length=1000)] = {}

    def municipality(self) -> Municipality:
        fees = self.fees_yen.model_dump(exclude_none=True)
        own_days = self.model_dump(exclude={"municipality_code", "name_ja", "name_en", "fees_yen", "servers"})
        return Municipality(
            code=self.municipality_code,
            fees_yen={KINDS[name]: fee_yen for name, fee_yen in fees.items()},
            servers=self.servers,
            own_days=OwnDays(**own_days),
            name_ja=self.name_ja or self.name_en or "",
            name_en=self.name_en or self.name_ja or "",
        )


def _first_fault(error: ValidationError) -> str:
    """`field: rule; remedy`. A rule of ours brings its remedy with it."""
    first = error.errors(include_input=False, include_url=False)[0]
    field_path = ".".join(str(part) for part in first["loc"] if part != "[key]") or "municipality"
    rule = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        rule = "is not a known field"
    if first["type"] == "json_invalid":
        return f"{field_path}: must be one JSON object; put each municipality whole on one line"
    return f"{field_path}: {rule}" if "; " in rule else f"{field_path}: {rule[0].lower()}{rule[1:]}; mend this field"
