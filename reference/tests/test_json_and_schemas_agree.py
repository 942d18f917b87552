"""What the JSON reader takes is what the JSON Schemas describe: valid messages in every other spelling. [3.2.6]"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import protovalidate
import pytest
from google.protobuf import descriptor_pool, json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kofu_reference.runtime.guard import Unreadable
from kofu_reference.runtime.json_request import read
from kofu_spec.contract.interfaces import not_expressible, openapi_documents, schemas
from kofu_spec.contract.rules import messages
from kofu_spec.contract.strategies import valid

REGISTRY = jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas().values()])
NOT_EXPRESSIBLE = {row["rule"] for row in not_expressible()}


def of_requests() -> list[Descriptor]:
    """Every message that a request is or holds: what the reader is for."""
    ours = {message.full_name for message in messages()}
    pool = descriptor_pool.Default()  # in which `messages` has loaded the services too
    found: dict[str, Descriptor] = {}
    waiting = [method.input_type for name in openapi_documents() for method in pool.FindServiceByName(name).methods]
    while waiting:
        message = waiting.pop()
        if message.full_name not in found and message.full_name in ours:
            found[message.full_name] = message
            waiting += [field.message_type for field in message.fields if field.message_type is not None]
    return [found[name] for name in sorted(found)]


MESSAGES = of_requests()
NO_VALUE = object()


@dataclass(frozen=True)
class Place:
    """A value in JSON: where it is held, and the field that it stands for; `element` where it is one of a list."""

    holder: Any
    key: Any
    field: FieldDescriptor
    element: bool

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    @property
    def type_name(self) -> str:
        return self.field.message_type.full_name if self.field.message_type is not None else ""


def places_in(message: Descriptor, content: dict[str, Any]) -> Iterator[Place]:
    """Every field that is there, every element, at every depth."""
    for field in message.fields:
        if field.json_name not in content:
            continue
        whole = Place(content, field.json_name, field, element=False)
        yield whole
        held = content[field.json_name]
        elements = [Place(held, at, field, element=True) for at in range(len(held))] if field.is_repeated else [whole]
        if field.is_repeated:
            yield from elements
        for one in elements:
            if field.message_type is not None and isinstance(one.value, dict):
                yield from places_in(field.message_type, one.value)


def one_of_type(*kinds: int) -> Callable[[Place], bool]:
    return lambda place: place.field.type in kinds and (place.element or not place.field.is_repeated)


def instant(place: Place) -> bool:
    """An instant that an hour's offset leaves between year 1 and year 9999, beyond which no schema can look."""
    return place.type_name == "google.protobuf.Timestamp" and place.value[:4] not in ("0001", "9999")


def duration(place: Place) -> bool:
    return place.type_name == "google.protobuf.Duration"


any_place = one_of_type(*range(1, 19))
narrow = one_of_type(FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_UINT32)
wide = one_of_type(FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT64)
octets = one_of_type(FieldDescriptor.TYPE_BYTES)
text = one_of_type(FieldDescriptor.TYPE_STRING)
enum = one_of_type(FieldDescriptor.TYPE_ENUM)
boolean = one_of_type(FieldDescriptor.TYPE_BOOL)


def number_of(place: Place) -> int:
    assert place.field.enum_type is not None
    return place.field.enum_type.values_by_name[place.value].number


def other_last_digit(value: str) -> Any:
    """The same octets with an unused bit set; no value where none is unused."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    digits = value.rstrip("=")
    return (
        NO_VALUE if digits == value else digits[:-1] + alphabet[alphabet.index(digits[-1]) + 1] + value[len(digits) :]
    )


SPELLINGS: dict[str, tuple[Callable[[Place], bool], Callable[[Place], Any]]] = {
    "null": (any_place, lambda place: None),
    "null for a list": (lambda place: place.field.is_repeated and not place.element, lambda place: None),
    "an element for a list": (
        lambda place: place.field.is_repeated and not place.element,
        lambda place: place.value[0],
    ),
    "a list for one": (any_place, lambda place: [place.value]),
    "32 bits as digits": (narrow, lambda place: str(place.value)),
    "32 bits with a fraction of zero": (narrow, lambda place: float(place.value)),
    "32 bits with a fraction": (narrow, lambda place: place.value + 0.5),
    "32 bits beyond their range": (narrow, lambda place: place.value + 2**32),
    "64 bits as a number": (wide, lambda place: int(place.value)),
    "64 bits with a zero before": (wide, lambda place: f"0{place.value}"),
    "64 bits with a plus": (wide, lambda place: f"+{place.value}"),
    "64 bits with a minus": (wide, lambda place: f"-{place.value}"),
    "64 bits with a space": (wide, lambda place: f" {place.value}"),
    "64 bits with a fraction": (wide, lambda place: f"{place.value}.0"),
    "64 bits with an exponent": (wide, lambda place: f"{place.value}e0"),
    "64 bits beyond their range": (wide, lambda place: str(int(place.value) + 2**64)),
    "full-width digits": (wide, lambda place: str(place.value).translate({48 + n: 0xFF10 + n for n in range(10)})),
    "enum by number": (enum, number_of),
    "enum by number with a fraction of zero": (enum, lambda place: float(number_of(place))),
    "enum by digits": (enum, lambda place: str(number_of(place))),
    "enum by a number without a name": (enum, lambda place: 9999),
    "enum in small letters": (enum, lambda place: place.value.lower()),
    "bool in quotes": (boolean, lambda place: json.dumps(place.value)),
    "bool as a number": (boolean, lambda place: int(place.value)),
    "base64 with the alphabet of URLs": (
        octets,
        lambda place: place.value.replace("+", "-").replace("/", "_") if set(place.value) & set("+/") else NO_VALUE,
    ),
    "base64 without padding": (
        octets,
        lambda place: place.value.rstrip("=") if place.value.endswith("=") else NO_VALUE,
    ),
    "base64 with padding too many": (octets, lambda place: f"{place.value}=="),
    "base64 with an unused bit set": (octets, lambda place: other_last_digit(place.value)),
    "base64 with a line feed": (octets, lambda place: f"{place.value}\n"),
    "a number for text": (text, lambda place: 1),
    "text with a line feed": (text, lambda place: f"{place.value}\n"),
    "instant with an offset": (instant, lambda place: place.value.replace("Z", "+01:00")),
    "instant with an offset of a day": (instant, lambda place: place.value.replace("Z", "+24:00")),
    "instant with an offset of sixty minutes": (instant, lambda place: place.value.replace("Z", "+00:60")),
    "instant in small letters": (instant, lambda place: place.value.lower()),
    "instant with a space": (instant, lambda place: place.value.replace("T", " ")),
    "instant without offset": (instant, lambda place: place.value.removesuffix("Z")),
    "instant in nanoseconds": (instant, lambda place: f"{place.value[:19]}.123456789Z"),
    "instant in ten digits": (instant, lambda place: f"{place.value[:19]}.1234567890Z"),
    "instant at 24 o'clock": (instant, lambda place: f"{place.value[:10]}T24:00:00Z"),
    "instant of a leap second": (instant, lambda place: f"{place.value[:10]}T23:59:60Z"),
    "instant of a day that no month has": (instant, lambda place: f"{place.value[:4]}-02-30T00:00:00Z"),
    "instant of year 0": (instant, lambda place: f"0000{place.value[4:]}"),
    "instant of full-width digits": (instant, lambda place: f"２{place.value[1:]}"),
    "duration without unit": (duration, lambda place: place.value.removesuffix("s")),
    "duration with a zero before": (duration, lambda place: f"0{place.value}"),
    "duration with a plus": (duration, lambda place: f"+{place.value}"),
    "duration in nanoseconds": (duration, lambda place: "1.123456789s"),
    "duration in ten digits": (duration, lambda place: "1.1234567890s"),
    "duration of zero, negative": (duration, lambda place: "-0s"),
    "longest duration": (duration, lambda place: "315576000000.000s"),
    "duration beyond the longest": (duration, lambda place: "315576000000.001s"),
    "duration as ISO 8601 has it": (duration, lambda place: "PT1S"),
}
"""Other ways to write a value: whether it may stand at a place, and what is written there."""

EXERCISED: Counter[str] = Counter()
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def judged_alike(message: Descriptor, content: object) -> bool:
    """Whether the JSON Schema accepts the content. Reader and validation have to do the same."""
    schema = jsonschema_rs.Draft202012Validator(schemas()[message.full_name], registry=REGISTRY, validate_formats=True)
    accepted = schema.is_valid(content)
    told = read(json.dumps(content).encode(), GetMessageClass(message))
    if isinstance(told, Unreadable):
        assert not accepted, (told.refusal.metadata, content)
        return False
    broken = {violation.proto.rule_id for violation in protovalidate.collect_violations(told)}
    assert accepted or broken, content
    if accepted:
        assert broken <= NOT_EXPRESSIBLE, (broken, content)
    return bool(accepted)


def respelled(draw: st.DrawFn, message: Descriptor, content: dict[str, Any], spelling: str) -> dict[str, Any] | None:
    """The content with one value written otherwise; None where no place of it can be."""
    fits, written = SPELLINGS[spelling]
    changed = deepcopy(content)
    places = [place for place in places_in(message, changed) if fits(place)]
    if not places:
        return None
    place = draw(st.sampled_from(places))
    other = written(place)
    if other is NO_VALUE:
        return None
    place.holder[place.key] = other
    return changed


@pytest.fixture(scope="module", autouse=True)
def _told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tells how often each spelling was tried, with `-v` all of them."""
    yield
    plugins = request.config.pluginmanager
    reporter, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")
    if not EXERCISED or reporter is None or capture is None:
        return
    with capture.global_and_fixture_disabled():
        reporter.write_line("")
        if request.config.getoption("verbose") > 0:
            for spelling, count in sorted(EXERCISED.items()):
                reporter.write_line(f"{count:>6}  {spelling}")
        spelling, least = EXERCISED.most_common()[-1]
        total = sum(EXERCISED.values())
        reporter.write_line(f"{len(EXERCISED)} spellings tried {total} times; least often, {least} times: {spelling}")


few = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.full_name)
def test_every_spelling_is_taken_by_the_reader_where_the_schema_accepts_it(message: Descriptor) -> None:
    @few
    @given(st.data())
    def each(data: st.DataObject) -> None:
        content = json_format.MessageToDict(data.draw(valid(message)))
        assert judged_alike(message, content), "what an encoder writes is accepted"
        for spelling in SPELLINGS:
            changed = respelled(data.draw, message, content, spelling)
            if changed is not None:
                EXERCISED[spelling] += 1
                judged_alike(message, changed)
        for place in data.draw(st.permutations(list(places_in(message, deepcopy(content)))))[:3]:
            EXERCISED["anything"] += 1
            place.holder[place.key] = data.draw(anything)
        judged_alike(message, data.draw(anything))

    each()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.full_name)
def test_names_are_those_of_the_schema(message: Descriptor) -> None:
    @few
    @given(valid(message))
    def each(drawn: Any) -> None:
        content = json_format.MessageToDict(drawn)
        in_the_protos_words = json_format.MessageToDict(drawn, preserving_proto_field_name=True)
        assert judged_alike(message, in_the_protos_words) == (in_the_protos_words == content)
        assert not judged_alike(message, content | {"somethingElse": 1})

    each()


def test_every_spelling_was_exercised() -> None:
    """Runs last of this file."""
    assert {spelling for spelling in SPELLINGS if not EXERCISED[spelling]} == set()
