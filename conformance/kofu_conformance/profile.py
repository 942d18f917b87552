"""The profile: what a run is told of an implementation under test (ICS and IXIT), read from one TOML file."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo

from kofu_spec.city import City, LeavingMember, make_city

SystemName = Literal["core", "relay", "koseki", "issuing", "center", "kiosk", "counter", "jpki", "inquiry"]
PeerRole = Literal[
    "tester", "office", "kiosk", "center", "issuing", "relay", "koseki", "core", "counter", "maintenance"
]
ClockDrive = Literal["frozen", "offset", "wait", "none"]


class ProfileError(ValueError):
    """The profile can't be used. The message is one line: file, field, rule; remedy."""


def _beside_profile(path: Path, info: ValidationInfo) -> Path:
    folder: Path = (info.context or {}).get("folder", Path())
    return (folder / path.expanduser()).absolute()


def _existing_file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"no file {path}; give the path of a file, absolute or relative to the profile")
    return path


def _existing_folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"no folder {path}; give the path of a folder, absolute or relative to the profile")
    return path


ProfileFile = Annotated[Path, AfterValidator(_beside_profile), AfterValidator(_existing_file)]
ProfileFolder = Annotated[Path, AfterValidator(_beside_profile), AfterValidator(_existing_folder)]


Address = Annotated[str, Field(pattern=r"^(\[[0-9A-Fa-f:]+\]|[^\s:/]+):[0-9]{1,5}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Iut(_Section):
    """The implementation under test, as reports show it."""

    name: str = Field(min_length=1, max_length=200)
    build: str = Field(min_length=1, max_length=200)
    role: Literal["all"]
    """Which role of the source document it plays; "all", the whole chain as one implementation, is the one that has
    checks so far."""


class CityPlan(_Section):
    """Which fictitious city it was loaded with."""

    seed: int
    residents: int = Field(ge=1)
    municipality_code: str = Field(pattern=r"^[0-9]{6}$")
    leaving_member: LeavingMember = LeavingMember.SHOWN
    """What it has chosen for the rest of a household of which one has notified moving out."""

    def make(self) -> City:
        """The city itself."""
        city = make_city(self.seed, self.residents, self.municipality_code)
        return replace(city, leaving_member=self.leaving_member)


class PeerKey(_Section):
    """TLS key of a role that the suite plays."""

    certificate: ProfileFile
    key: ProfileFile


class Tls(_Section):
    """What the suite trusts, and as whom it comes."""

    authority: ProfileFile
    peers: dict[PeerRole, PeerKey]


class Cards(_Section):
    """The test cards."""

    folder: ProfileFolder


class Jpki(_Section):
    """The JPKI that the suite plays before the center: keys of the test authority, and where the center asks."""

    folder: ProfileFolder
    """authority, responder and forger, each .pem and .key."""
    listen: Address
    """The suite answers here: OCSP at /, the revocation list at /crl."""


class Clock(_Section):
    """The civil clock."""

    base: AwareDatetime
    """An instant within every kind's hours, to which the suite sets the clocks before each case."""


class Waits(_Section):
    """How long the implementation waits for its parts, in seconds."""

    render_seconds: float = Field(default=2.0, gt=0)
    koseki_seconds: float = Field(default=3.0, gt=0)
    issuing_seconds: float = Field(default=4.0, gt=0)
    center_seconds: float = Field(default=5.0, gt=0)
    warning_seconds: float = Field(default=10.0, gt=0)
    """Until the kiosk warns of a card or papers that nobody takes."""
    forgotten_seconds: float = Field(default=60.0, gt=0)
    """Until the kiosk tells its staff of them."""


class Maintenance(_Section):
    """Login of a member of the kiosk's maintenance staff, made for the run: its password is tried wrongly too."""

    login: ProfileFile
    """JSON with `staff_id` and `password`."""


class ServerUnderTest(_Section):
    """One server: where it is, and what the upper tester may do there."""

    address: Address
    json_address: Address | None = None
    """Where it serves HTTP/JSON beside gRPC, under the same identity."""
    identity: str = Field(pattern=r"^[a-z0-9-]+\.[a-z]+\.[a-z0-9]+\.kofu\.invalid$")
    test_control: bool = False
    clock: ClockDrive = "none"
    reset: Literal["never"] = "never"
    log: ProfileFile | None = None
    """Where it logs; absent where the suite may not read it."""


class SystemUnderTest(ServerUnderTest):
    """One system. `servers`: the further servers of its site, where several share the work; the first stands here."""

    servers: tuple[ServerUnderTest, ...] = ()


class Area(_Section):
    """A further city of the same issuing system, of which nothing is fed yet: the suite feeds it, as its relay."""

    municipality_code: str = Field(pattern=r"^[0-9]{6}$")
    starts_on: date = date(2022, 3, 1)


class Profile(_Section):
    """The whole profile."""

    iut: Iut
    city: CityPlan
    tls: Tls
    cards: Cards
    jpki: Jpki | None = None
    clock: Clock
    waits: Waits = Waits()
    areas: tuple[Area, ...] = ()
    maintenance: Maintenance | None = None
    systems: dict[SystemName, SystemUnderTest] = Field(min_length=1)

    @property
    def nodes(self) -> dict[str, ServerUnderTest]:
        """Every server by name: a system's first has the system's, its others issuing-2 and so on."""
        named: dict[str, ServerUnderTest] = {}
        for name, system in self.systems.items():
            named[name] = system
            named |= {f"{name}-{number}": one for number, one in enumerate(system.servers, start=2)}
        return named

    def nodes_of(self, system: str) -> tuple[str, ...]:
        """The names of a system's servers."""
        return tuple(node for node in self.nodes if node.partition("-")[0] == system)


REMEDIES = {
    "missing": "field is missing; add it",
    "extra_forbidden": "unknown field; take it out, or see the profile's description for its right name",
    "timezone_aware": "has no time zone; write it with an offset, such as 2026-10-07T10:00:00+09:00",
}
PATTERN_REMEDIES = {
    "address": "is no host:port; write for example 127.0.0.1:20104",
    "listen": "is no host:port; write for example 127.0.0.1:20304",
    "json_address": "is no host:port; write for example 127.0.0.1:20204",
    "identity": "is no name of a certificate; write for example center-1.center.jlis.kofu.invalid",
    "municipality_code": "is no municipality code; write six digits, such as 992011",
}


def load(path: Path) -> Profile:
    """Reads and validates a profile. Raises `ProfileError` with one line for the first thing that is wrong."""
    path = path.absolute()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProfileError(f"{path.name}: no such file {path}; give the path of a profile") from None
    except OSError as error:
        raise ProfileError(
            f"{path.name}: can't be read: {error.strerror or error}; give the path of a profile"
        ) from None
    except UnicodeDecodeError:
        raise ProfileError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path.name}: is no TOML: {error}; correct it") from None
    try:
        return Profile.model_validate(content, context={"folder": path.parent})
    except ValidationError as error:
        raise ProfileError(f"{path.name}: {_one_line(error)}") from None


def _one_line(error: ValidationError) -> str:
    details = error.errors(include_url=False)
    first = details[0]
    keys = [str(part) for part in first["loc"] if part != "[key]"]
    more = f" ({len(details) - 1} more)" if len(details) > 1 else ""
    return f"{'.'.join(keys)}: {_rule(first['type'], keys[-1] if keys else '', first)}{more}"


def _rule(kind: str, field: str, detail: object) -> str:
    assert isinstance(detail, dict)
    if kind in REMEDIES:
        return REMEDIES[kind]
    if kind == "string_pattern_mismatch" and field in PATTERN_REMEDIES:
        return f"{detail['input']!r} {PATTERN_REMEDIES[field]}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return message
    return f"{message[:1].lower()}{message[1:]}, but it is {str(detail['input'])[:80]!r}; correct it"
