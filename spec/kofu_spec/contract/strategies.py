"""Valid messages of every type, drawn from the descriptors and their rules; nothing is filtered away. [3.2.6]

Texts hold what breaks software: variation sequences, compatibility ideographs, code points beyond the BMP, katakana.
What a CEL rule demands beyond a field's own rules is made by hand in `MAKERS`.
"""

import string
from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from buf.validate import validate_pb2
from kofu.v1 import rules_pb2
from kofu_spec.contract.making import JPEG, MAKERS, PNG, digits, individual_number, municipality_code
from kofu_spec.contract.rules import field_rules, oneof_required

DEEPEST: Final = 5
MOST_ELEMENTS: Final = 3
MOST_CHARACTERS: Final = 24
MOST_OCTETS: Final = 120

CHARACTERS: Final = (
    *"架空市見本例太郎〇一二三ァイ々ー　" + string.ascii_letters + string.digits + " -.",
    "辻\U000e0102",
    "葛\U000e0103",
    "邉\U000e010f",
    "\ufa11",
    "\ufa19",
    "\U00020bb7",
    "\U0002000b",
    "\U00029e3d\U000e0101",
)
"""Characters of names and addresses, some of two code points."""

_WORDS_32 = {FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1), FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1)}
_WORDS_64 = {FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1), FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1)}
_BOUNDS: Final = {**_WORDS_32, **_WORDS_64}


def valid(message: Descriptor, depth: int = 0) -> SearchStrategy[Message]:
    """Messages of a type that keep every rule."""
    make = MAKERS.get(message.full_name)
    drawn = _drawn(message, depth)
    return drawn if make is None else drawn.flatmap(make)


@st.composite
def _drawn(draw: st.DrawFn, descriptor: Descriptor, depth: int) -> Message:
    message = message_factory.GetMessageClass(descriptor)()
    for oneof in descriptor.oneofs:
        fields: list[Any] = list(oneof.fields)
        chosen = draw(st.sampled_from(fields if oneof_required(oneof) else [*fields, None]))
        if chosen is not None:
            _put(draw, message, chosen, depth, present=True)
    for field in descriptor.fields:
        if field.containing_oneof is None:
            _put(draw, message, field, depth, present=field_rules(field).required)
    return message


def _put(draw: st.DrawFn, message: Message, field: FieldDescriptor, depth: int, *, present: bool) -> None:
    """Fills one field; one that may be absent, and leads too deep, stays so."""
    if field.is_repeated:
        _put_elements(draw, message, field, depth)
    elif field.message_type is None:
        setattr(message, field.name, draw(_scalar(field, field_rules(field))))
    elif present or (depth < DEEPEST and draw(st.booleans())):
        getattr(message, field.name).SetInParent()
        getattr(message, field.name).CopyFrom(draw(_submessage(field, depth)))


def _put_elements(draw: st.DrawFn, message: Message, field: FieldDescriptor, depth: int) -> None:
    stated = field_rules(field).repeated
    least = stated.min_items
    most = min(stated.max_items or least + MOST_ELEMENTS, least + MOST_ELEMENTS)
    target = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        target.update(draw(st.dictionaries(_text(1, 8), _text(0, 8), max_size=MOST_ELEMENTS)))
    elif field.message_type is not None:
        count = draw(st.integers(least, most)) if depth < DEEPEST else least
        for _ in range(count):
            target.add().CopyFrom(draw(_submessage(field, depth)))
    else:
        one = _scalar(field, stated.items)
        target.extend(draw(st.lists(one, min_size=least, max_size=most, unique=stated.unique)))


def _submessage(field: FieldDescriptor, depth: int) -> SearchStrategy[Any]:
    assert field.message_type is not None
    name = field.message_type.full_name
    if name == "google.protobuf.Timestamp":
        seconds = st.integers(-62135596800, 253402300799)
        return st.builds(Timestamp, seconds=seconds, nanos=st.integers(0, 999_999).map(lambda micros: micros * 1000))
    if name == "google.protobuf.Duration":
        return st.builds(Duration, seconds=st.integers(0, 3600), nanos=st.integers(0, 999).map(lambda n: n * 1_000_000))
    return valid(field.message_type, depth + 1)


def _scalar(field: FieldDescriptor, stated: Any) -> SearchStrategy[Any]:
    """Values of a field, or of one of its elements, that keep the rules stated for it."""
    make: Callable[[], SearchStrategy[Any]] | None = SCALARS.get(field.full_name)
    if make is not None:
        return make()
    value = _value(field, stated)
    if getattr(stated, "ignore", 0) == validate_pb2.IGNORE_IF_ZERO_VALUE:
        return value | st.just(type(field.default_value)())
    return value


def _value(field: FieldDescriptor, stated: Any) -> SearchStrategy[Any]:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING and field.type == FieldDescriptor.TYPE_BYTES:
        return _octets(stated.bytes)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return _string(stated.string)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return st.just(stated.bool.const) if stated.bool.HasField("const") else st.booleans()
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        assert field.enum_type is not None
        refused = set(stated.enum.not_in)
        return st.sampled_from([value.number for value in field.enum_type.values if value.number not in refused])
    return _integer(field, stated)


def _integer(field: FieldDescriptor, stated: Any) -> SearchStrategy[int]:
    least, most = _BOUNDS[field.cpp_type]
    rule = getattr(stated, stated.WhichOneof("type")) if stated.WhichOneof("type") else None
    if rule is not None:
        least = rule.gte if rule.HasField("gte") else rule.gt + 1 if rule.HasField("gt") else least
        most = rule.lte if rule.HasField("lte") else rule.lt - 1 if rule.HasField("lt") else most
    return st.integers(least, most) | st.sampled_from(sorted({least, most, max(least, min(0, most))}))


def _string(rule: Any) -> SearchStrategy[str]:
    if rule.Extensions[rules_pb2.municipality_code]:
        return digits(5).map(municipality_code)
    if rule.Extensions[rules_pb2.individual_number]:
        return digits(11).map(individual_number)
    allowed = getattr(rule, "in")
    if allowed:
        return st.sampled_from(list(allowed))
    if rule.uuid:
        return st.uuids(version=4).map(str)
    if rule.pattern:
        return st.from_regex(rule.pattern.removesuffix("$") + r"\Z", fullmatch=False)
    return _text(rule.min_len, rule.max_len or MOST_CHARACTERS)


def _text(least: int, most: int) -> SearchStrategy[str]:
    """Between so many code points; a character of two is cut to its first where the second does not fit."""
    usual = min(most, max(least, MOST_CHARACTERS))
    drawn = st.lists(st.sampled_from(CHARACTERS), min_size=least, max_size=usual).map(
        lambda parts: "".join(parts)[:most]
    )
    return drawn | st.sampled_from(("架" * max(least, 1), "仮" * most)) if most else st.just("")


def _octets(rule: Any) -> SearchStrategy[bytes]:
    least = rule.len or rule.min_len
    most = rule.len or min(rule.max_len or MOST_OCTETS, max(least, MOST_OCTETS))
    return st.binary(min_size=least, max_size=most).map(lambda octets: rule.prefix + octets[len(rule.prefix) :])


SCALARS: Final[Mapping[str, Callable[[], SearchStrategy[Any]]]] = {
    "kofu.v1.ReadBackRequest.scan": lambda: st.sampled_from((PNG, JPEG)).flatmap(
        lambda head: st.binary(max_size=MOST_OCTETS).map(lambda rest: head + rest)
    ),
}
"""By full field name, what a field's own CEL rule demands."""
