"""The rules of the protos, field by field, as `buf.validate` states them. [3.2.6]

Rules are read from the descriptors, so there is no second list of them.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, OneofDescriptor

import kofu.testing.v1
import kofu.v1
from buf.validate import validate_pb2


@dataclass(frozen=True)
class Rule:
    """One rule of one field, or of a message where `field` is empty.

    id: such as "string.max_len". value: what the rule states; a CEL expression for a rule of its own. refused_as: the
    id in a violation, which names two bounds of a number as one rule, "int32.gte_lte".
    """

    message: str
    field: str
    id: str
    value: Any
    refused_as: str

    def __str__(self) -> str:
        return f"{self.message}{'.' if self.field else ''}{self.field} {self.id}"


def field_rules(field: FieldDescriptor) -> Any:
    """The `buf.validate.FieldRules` of a field; empty where it has none."""
    return _stated(field, validate_pb2.field)


def oneof_required(oneof: OneofDescriptor) -> bool:
    """Whether one of its fields has to be set."""
    return bool(_stated(oneof, validate_pb2.oneof).required)


def message_cel(message: Descriptor) -> tuple[Any, ...]:
    """The rules of a message as a whole."""
    return tuple(_stated(message, validate_pb2.message).cel)


def _stated(descriptor: Any, extension: Any) -> Any:
    """An extension of a descriptor's options; the stubs tell another type of options than is given."""
    return descriptor.GetOptions().Extensions[extension]


def rules_of(message: Descriptor) -> Iterator[Rule]:
    """Every rule of a message's own fields, its oneofs, and itself."""
    for field in message.fields:
        yield from _rules_of_field(message, field)
    for oneof in message.oneofs:
        if oneof_required(oneof):
            yield Rule(message.full_name, oneof.name, "required", True, "required")
    for cel in message_cel(message):
        yield Rule(message.full_name, "", cel.id, cel.expression, cel.id)


def _rules_of_field(message: Descriptor, field: FieldDescriptor) -> Iterator[Rule]:
    stated = field_rules(field)
    if stated.required:
        yield Rule(message.full_name, field.name, "required", True, "required")
    for cel in stated.cel:
        yield Rule(message.full_name, field.name, cel.id, cel.expression, cel.id)
    kind = stated.WhichOneof("type")
    if kind is None:
        return
    for stating, value in getattr(stated, kind).ListFields():
        if stating.name == "items":
            yield from _rules_of_items(message, field, value)
    yield from _rules_stated(message, field.name, kind, getattr(stated, kind))


def _rules_of_items(message: Descriptor, field: FieldDescriptor, items: Any) -> Iterator[Rule]:
    for cel in items.cel:
        yield Rule(message.full_name, f"{field.name}[]", cel.id, cel.expression, cel.id)
    kind = items.WhichOneof("type")
    if kind is not None:
        yield from _rules_stated(message, f"{field.name}[]", kind, getattr(items, kind))


def _rules_stated(message: Descriptor, field: str, kind: str, stated: Any) -> Iterator[Rule]:
    """Standard rules, and those that a rule of our own (rules.proto) stands for."""
    names = [stating.name for stating, _ in stated.ListFields()]
    bounds = "_".join(name for name in ("gt", "gte", "lt", "lte") if name in names)
    for stating, value in stated.ListFields():
        if stating.is_extension:
            for cel in stating.GetOptions().Extensions[validate_pb2.predefined].cel:
                yield Rule(message.full_name, field, cel.id, cel.expression, cel.id)
        elif stating.name in ("gt", "gte", "lt", "lte"):
            yield Rule(message.full_name, field, f"{kind}.{stating.name}", value, f"{kind}.{bounds}")
        elif stating.name != "items" and (
            stating.type != FieldDescriptor.TYPE_BOOL or value or stating.name == "const"
        ):
            yield Rule(message.full_name, field, f"{kind}.{stating.name}", value, f"{kind}.{stating.name}")


def messages() -> list[Descriptor]:
    """Every message of the contract, in the order of their names."""
    found = {
        message.full_name: message
        for package in (kofu.v1, kofu.testing.v1)
        for module in pkgutil.iter_modules(package.__path__)
        if module.name.endswith("_pb2")
        for message in importlib.import_module(
            f"{package.__name__}.{module.name}"
        ).DESCRIPTOR.message_types_by_name.values()
    }
    return [found[name] for name in sorted(found)]
