"""The rules of a field as a reader says them, in both languages. [3.2.6]"""

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from contract.image import Image
from contract.rules import cel, predefined, stated
from kofu_site import links
from kofu_site.markup import Lang, code, link, plain, spoken

IGNORE_IF_ZERO_VALUE = 1

Phrase = Callable[[Lang, Any], str]


def of_field(image: Image, lang: Lang, field: FieldDescriptor, needed: bool) -> list[str]:
    """Every rule of a field as Markdown; `needed` where it has to be present."""
    rules = image.field_rules(field)
    kind = rules.WhichOneof("type")
    found = [lang("必須", "required")] if needed else []
    if rules.ignore == IGNORE_IF_ZERO_VALUE:
        found.append(lang("空でもよい。空でなければ次による", "may be empty; otherwise"))
    if kind is not None:
        found += of_type(lang, kind, getattr(rules, kind))
    return found + list(_expressions(lang, rules))


def of_message(image: Image, lang: Lang, message: Descriptor) -> list[str]:
    """The rules of a message as a whole."""
    found = list(_expressions(lang, image.rules(message.full_name, "message")))
    for oneof in message.oneofs:
        names = ", ".join(code(field.name) for field in oneof.fields)
        if len(oneof.fields) > 1 and image.rules(f"{message.full_name}.{oneof.name}", "oneof").required:
            found.append(lang(f"次のうち一つだけを必ず持つ: {names}", f"exactly one of {names}"))
        elif len(oneof.fields) > 1:
            found.append(lang(f"次のうち一つだけを持つことができる: {names}", f"at most one of {names}"))
    return found


def of_type(lang: Lang, kind: str, rules: Any) -> Iterator[str]:
    """Rules of one type: string, bytes, a number, an enum, or repeated with those of its entries."""
    said = stated(rules)
    yield from _spans(lang, kind, said)
    for name, value in said.items():
        if name == "items":
            yield from _entries(lang, value)
        elif (phrase := PHRASES.get(name)) is not None:
            if value is not False or name == "const":
                yield phrase(lang, value)
        else:
            yield code(f"{kind}.{name} = {' '.join(str(value).split())}")
    for full_name in predefined(rules):
        yield link(code(full_name.rpartition(".")[2]), links.declared(full_name))


def _entries(lang: Lang, rules: Any) -> Iterator[str]:
    kind = rules.WhichOneof("type")
    each = lang("各要素: ", "each entry: ")
    if kind is not None:
        yield from (each + phrase for phrase in of_type(lang, kind, getattr(rules, kind)))
    yield from (each + phrase for phrase in _expressions(lang, rules))


def _spans(lang: Lang, kind: str, said: dict[str, Any]) -> Iterator[str]:
    """Lengths, counts and ranges as one phrase each; takes them out of what is left to say."""
    unit = {"bytes": lang("バイト", " bytes"), "repeated": lang("件", " entries")}.get(
        kind, lang("文字", " characters")
    )
    if "len" in said:
        said["min_len"] = said["max_len"] = said.pop("len")
    for least, most in (("min_len", "max_len"), ("min_items", "max_items")):
        yield from _span(lang, said.pop(least, None), said.pop(most, None), unit)
    low, high = said.pop("gte", None), said.pop("lte", None)
    low = said.pop("gt") + 1 if "gt" in said else low
    high = said.pop("lt") - 1 if "lt" in said else high
    yield from _span(lang, low, high, "")


def _span(lang: Lang, low: int | None, high: int | None, unit: str) -> Iterator[str]:
    least, most = (f"{value:,}" if value is not None and unit else str(value) for value in (low, high))
    if low is not None and high is not None:
        yield least + unit if low == high else lang(f"{least}～{most}{unit}", f"{least} to {most}{unit}")
    elif low is not None:
        yield lang(f"{least}{unit}以上", f"at least {least}{unit}")
    elif high is not None:
        yield lang(f"{most}{unit}以下", f"at most {most}{unit}")


def _expressions(lang: Lang, rules: Any) -> Iterator[str]:
    """CEL rules by what they say; that is English."""
    for one in cel(rules):
        said = plain(one.text or one.expression)
        yield said if lang is Lang.EN else spoken(Lang.EN, said)


def _words(values: Any) -> str:
    return ", ".join(code(str(value)) if value != "" else '""' for value in values)


PHRASES: dict[str, Phrase] = {
    "uuid": lambda *_: "UUID",
    "pattern": lambda lang, value: lang(f"形式 {code(value)}", f"form {code(value)}"),
    "prefix": lambda lang, value: lang(f"先頭は {_bytes(value)}", f"begins with {_bytes(value)}"),
    "const": lambda lang, value: lang(f"常に {code(str(value).lower())}", f"always {code(str(value).lower())}"),
    "in": lambda lang, value: lang(f"次のいずれか: {_words(value)}", f"one of {_words(value)}"),
    "not_in": lambda lang, value: lang(f"次を除く: {_values(lang, value)}", f"none of {_values(lang, value)}"),
    "unique": lambda lang, _: lang("重複なし", "no entry twice"),
    "defined_only": lambda lang, _: lang("定義された値のみ", "a defined value"),
}
"""Phrases by the rule's name in buf.validate."""


def _bytes(value: Any) -> str:
    return code(value.hex(" ") if isinstance(value, bytes) else str(value))


def _values(lang: Lang, values: Any) -> str:
    if list(values) == [0]:
        return lang("未指定", "the unspecified one")
    return _words(values)
