"""For each rule of a message type, a message that breaks this rule and keeps the others of its field. [3.2.6]"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from kofu_spec.contract.breaking import BREAKERS
from kofu_spec.contract.rules import Rule, field_rules, rules_of

NO_SUCH_NUMBER: Final = 9999
"""No enum of the contract has it."""


@dataclass(frozen=True)
class Violation:
    """A message that breaks one rule. `field` is the path that a refusal has to name; empty for the message itself."""

    rule: Rule
    message: Message
    field: str


def violations(message: Descriptor, valid: Message) -> Iterator[Violation]:
    """A violation of each rule of the type, made from a valid message."""
    for rule in rules_of(message):
        broken = type(valid)()
        broken.CopyFrom(valid)
        field = _break(message, broken, rule)
        yield Violation(rule, broken, field)


def _break(message: Descriptor, broken: Message, rule: Rule) -> str:
    """Breaks the rule in place; the path of the field that a refusal has to name."""
    by_hand = BREAKERS.get(f"{rule.message}{'.' if rule.field else ''}{rule.field} {rule.id}") or BREAKERS.get(rule.id)
    name = rule.field.removesuffix("[]")
    if by_hand is not None:
        return by_hand(broken, name)
    if rule.id == "required":
        broken.ClearField(name)
        return name
    field = message.fields_by_name[name]
    if rule.field.endswith("[]"):
        return _break_element(broken, field, rule)
    if field.is_repeated:
        _break_repeated(broken, field, rule)
    else:
        setattr(broken, name, _BAD[rule.id](rule.value, getattr(broken, name)))
    return name


def _break_element(broken: Message, field: FieldDescriptor, rule: Rule) -> str:
    elements = getattr(broken, field.name)
    others = list(elements)[:1] if field_rules(field).repeated.max_items != 1 else []
    bad = _BAD[rule.id](rule.value, others[0] if others else _zero(field))
    del elements[:]
    elements.extend([*others, bad])
    return f"{field.name}[{len(others)}]"


def _break_repeated(broken: Message, field: FieldDescriptor, rule: Rule) -> None:
    elements = getattr(broken, field.name)
    if rule.id == "repeated.min_items":
        del elements[rule.value - 1 :]
    elif rule.id == "repeated.max_items":
        one = elements[0] if len(elements) else None
        while len(elements) <= rule.value:
            _append(elements, field, one)
    else:
        _append(elements, field, elements[0] if len(elements) else None)
        _append(elements, field, elements[0])


def _append(elements: Any, field: FieldDescriptor, one: Any) -> None:
    if field.message_type is not None:
        added = elements.add()
        if one is not None:
            added.CopyFrom(one)
    else:
        elements.append(_zero(field) if one is None else one)


def _zero(field: FieldDescriptor) -> Any:
    """A value of the element's type that keeps what is stated for it."""
    items = field_rules(field).repeated.items
    kind = items.WhichOneof("type")
    rule = getattr(items, kind) if kind is not None else None
    if field.type == FieldDescriptor.TYPE_STRING:
        return "r00000001" if rule is not None and rule.pattern.startswith("^r") else "x"
    return 1


_BAD: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "string.min_len": lambda least, _: "x" * (least - 1),
    "string.max_len": lambda most, _: "架" * (most + 1),
    # Not a line feed: Python's `$` lets one pass at the end, where ECMA-262, which JSON Schema means, doesn't.
    "string.pattern": lambda _, good: f"{good}仮",
    "string.uuid": lambda _, good: f"{good[:-1]}x",
    "string.not_in": lambda refused, _: refused[0],
    "string.in": lambda allowed, _: f"{allowed[-1]}仮",
    "bytes.len": lambda length, good: good[: length - 1],
    "bytes.min_len": lambda least, good: good[: least - 1],
    "bytes.max_len": lambda most, good: good + bytes(most + 1 - len(good)),
    "bytes.prefix": lambda prefix, good: bytes([prefix[0] ^ 1]) + good[1:],
    "bool.const": lambda const, _: not const,
    "enum.defined_only": lambda _, __: NO_SUCH_NUMBER,
    "enum.not_in": lambda refused, _: refused[0],
    **{f"{kind}.gte": lambda least, _: least - 1 for kind in ("int32", "int64", "uint32", "uint64")},
    **{f"{kind}.gt": lambda least, _: least for kind in ("int32", "int64", "uint32", "uint64")},
    **{f"{kind}.lte": lambda most, _: most + 1 for kind in ("int32", "int64", "uint32", "uint64")},
    **{f"{kind}.lt": lambda most, _: most for kind in ("int32", "int64", "uint32", "uint64")},
}
