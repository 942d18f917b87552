"""A page for each file of the protos: its service with its calls, its messages field by field, its enums."""

import re
from collections.abc import Iterator

from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    FieldDescriptor,
    FileDescriptor,
    MethodDescriptor,
    ServiceDescriptor,
)

from contract.image import Text
from contract.items import type_name
from contract.schema import is_map, needed_fields
from kofu_site import flow_pages, links, rule_words
from kofu_site.facts import Facts
from kofu_site.flows import FLOWS, ONE_CERTIFICATE
from kofu_site.markup import (
    Lang,
    Page,
    block,
    bullets,
    code,
    document,
    heading,
    link,
    plain,
    table,
    target,
    toctree,
)

FOLDER = "interfaces"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts, lang)
    for file in facts.image.files:
        yield page(facts, lang, file)


def path_of(file: FileDescriptor) -> str:
    """`interfaces/center` of `kofu/v1/center.proto`."""
    return f"{FOLDER}/{file.name.rpartition('/')[2].removesuffix('.proto')}"


def index(facts: Facts, lang: Lang) -> Page:
    places = {f"{FOLDER}/{name}": place for place, name in enumerate(FLOWS)}
    with_service = [file for file in facts.image.files if file.services_by_name]
    with_service.sort(key=lambda file: places[path_of(file)])
    shared = [file for file in facts.image.files if not file.services_by_name]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("インタフェース", "Interfaces")),
            lang(
                "証明書交付センターと証明発行サーバとの間の実際の接続仕様は、J-LISとの秘密保持契約の下でのみ開示される。"
                "ここに示すのは、この仕様が独自に定めた公開のインタフェースである。",
                "The real interface between the issuance center and an issuing server is disclosed by J-LIS under a "
                "non-disclosure agreement only. What stands here is an open profile of this project's own.",
            ),
            table(
                (lang("インタフェース", "Interface"), lang("サービス", "Service"), lang("出典", "Source")),
                [_row(facts, lang, file) for file in with_service],
            ),
            heading(2, plain(lang(ONE_CERTIFICATE.title_ja, ONE_CERTIFICATE.title_en))),
            *flow_pages.drawn(facts, lang, ONE_CERTIFICATE),
            heading(2, lang("共通の語", "Shared words")),
            bullets(f"[{plain(title_of(facts, lang, file))}](/{path_of(file)}.md)" for file in shared),
            toctree([f"/{path_of(file)}" for file in (*with_service, *shared)]),
        ),
    )


def _row(facts: Facts, lang: Lang, file: FileDescriptor) -> tuple[str, str, str]:
    services = list(file.services_by_name.values())
    sources = (facts.image.text(service.full_name).source or "" for service in services)
    return (
        f"[{plain(title_of(facts, lang, file))}](/{path_of(file)}.md)",
        ", ".join(link(code(service.name), links.declared(service.full_name)) for service in services),
        ", ".join(links.to_requirements(facts, source) for source in sources),
    )


def page(facts: Facts, lang: Lang, file: FileDescriptor) -> Page:
    text = facts.image.text(file.name)
    title, rest = title_of(facts, lang, file), _one(lang, text).removesuffix("。").removesuffix(".")
    parts: list[str] = []
    if (flow := FLOWS.get(path_of(file).rpartition("/")[2])) is not None:
        parts += [heading(2, plain(lang(flow.title_ja, flow.title_en))), *flow_pages.drawn(facts, lang, flow)]
    for service in file.services_by_name.values():
        parts += _service(facts, lang, service)
    messages = [message for message in facts.image.messages if message.file.name == file.name]
    if messages:
        parts.append(heading(2, lang("電文", "Messages")))
        for message in messages:
            parts += _message(facts, lang, message)
    enums = sorted(file.enum_types_by_name.values(), key=lambda enum: enum.name)
    if enums:
        parts.append(heading(2, lang("値の一覧", "Values")))
        for enum in enums:
            parts += _enum(facts, lang, enum)
    if file.extensions_by_name:
        parts.append(heading(2, lang("共通の規則", "Shared rules")))
        for name in file.extensions_by_name:
            parts += [
                target(links.declared(f"{file.package}.{name}")),
                heading(3, code(name)),
                *_meaning(facts, lang, facts.image.text(f"{file.package}.{name}")),
            ]
    return Page(
        path_of(file),
        document(
            heading(1, plain(title)),
            *([] if rest == title else [plain(_one(lang, text))]),
            *_other(lang, text),
            lang(f"定義: {code('proto/' + file.name)}", f"Defined in {code('proto/' + file.name)}"),
            *parts,
        ),
    )


def _service(facts: Facts, lang: Lang, service: ServiceDescriptor) -> Iterator[str]:
    yield target(links.declared(service.full_name))
    yield heading(2, code(service.full_name))
    yield from _meaning(facts, lang, facts.image.text(service.full_name))
    for method in service.methods:
        yield from _method(facts, lang, method)


def _method(facts: Facts, lang: Lang, method: MethodDescriptor) -> Iterator[str]:
    yield target(links.declared(method.full_name))
    yield heading(3, code(method.name))
    yield from _meaning(facts, lang, facts.image.text(method.full_name))
    rpc = f"{method.containing_service.name}.{method.name}"
    reasons = [entry for entry in facts.reasons.values() if entry.may_be_answered_by(rpc)]
    refused = lang("拒否の理由", "Reasons of refusal")
    stream = " " + lang("（ストリーム）", "(stream)")
    http = code(f"POST /{method.containing_service.full_name}/{method.name}")
    yield bullets(
        [
            f"**{lang('要求', 'Request')}** {_to_type(method.input_type)}{stream if method.client_streaming else ''}",
            f"**{lang('応答', 'Response')}** {_to_type(method.output_type)}{stream if method.server_streaming else ''}",
            *([] if method.server_streaming else [f"**HTTP/JSON** {http}"]),
            f"**{refused}** {' '.join(links.to_reason(one.reason) for one in reasons)}",
        ]
    )


def _message(facts: Facts, lang: Lang, message: Descriptor) -> Iterator[str]:
    yield target(links.declared(message.full_name))
    yield heading(3, code(message.name))
    yield from _meaning(facts, lang, facts.image.text(message.full_name))
    if rules := rule_words.of_message(facts.image, lang, message):
        yield bullets(rules)
    if not message.fields:
        yield lang("項目はない。", "It has no fields.")
        return
    needed = needed_fields(facts.image, message)
    source = facts.image.text(message.full_name).source or ""
    yield table(
        (
            lang("項目（JSONでの名前）", "Field (name in JSON)"),
            lang("型", "Type"),
            lang("意味", "Meaning"),
            lang("規則", "Rules"),
            lang("出典", "Source"),
        ),
        [_field(facts, lang, field, field.name in needed, source) for field in message.fields],
        "fields",
    )


def _field(facts: Facts, lang: Lang, field: FieldDescriptor, needed: bool, source: str) -> tuple[str, ...]:
    text = facts.image.text(field.full_name)
    json_name = f" {code(field.json_name)}" if field.json_name != field.name else ""
    return (
        f"[{code(field.name)}]{{#{field.full_name.replace('.', '-')}}}{json_name}",
        _field_type(field),
        " ".join([plain(_one(lang, text)), *([_aside(lang, text)] if text.ja and text.en else [])]),
        lang("。", "; ").join(rule_words.of_field(facts.image, lang, field, needed)),
        links.to_requirements(facts, text.source or source),
    )


def _enum(facts: Facts, lang: Lang, enum: EnumDescriptor) -> Iterator[str]:
    yield target(links.declared(enum.full_name))
    yield heading(3, code(enum.name))
    yield from _meaning(facts, lang, facts.image.text(enum.full_name))
    rows = []
    for value in enum.values:
        text = facts.image.text(f"{enum.full_name}.{value.name}")
        name = links.to_reason(value.name) if value.name in facts.reasons else code(value.name)
        rows.append((str(value.number), name, f"{plain(_one(lang, text))} {_aside(lang, text)}"))
    yield table((lang("番号", "Number"), lang("名前", "Name"), lang("意味", "Meaning")), rows)


def _field_type(field: FieldDescriptor) -> str:
    declared = field.message_type or field.enum_type
    if declared is None or is_map(field) or not declared.full_name.startswith("kofu."):
        return code(type_name(field))
    return ("repeated " if field.is_repeated else "") + _to_type(declared)


def _to_type(declared: Descriptor | EnumDescriptor) -> str:
    return link(code(declared.name), links.declared(declared.full_name))


def _meaning(facts: Facts, lang: Lang, text: Text) -> Iterator[str]:
    yield plain(_one(lang, text))
    yield from _other(lang, text)
    if text.source:
        yield f"**{lang('出典', 'Source')}** {links.to_requirements(facts, text.source)}"


def title_of(facts: Facts, lang: Lang, file: FileDescriptor) -> str:
    """The first sentence of the file's comment."""
    return re.split(r"。|[.:;,] ", _one(lang, facts.image.text(file.name)))[0].removesuffix(".")


def _one(lang: Lang, text: Text) -> str:
    return lang(text.ja or text.en, text.en or text.ja)


def _other(lang: Lang, text: Text) -> Iterator[str]:
    other = lang.other(text.ja, text.en)
    if other and other != _one(lang, text):
        yield block(f"other-language language-{lang.other}", plain(other))


def _aside(lang: Lang, text: Text) -> str:
    """The comment in the other language, smaller, in the same cell."""
    other = lang.other(text.ja, text.en)
    return f"[{plain(other)}]{{.other-language .language-{lang.other}}}" if other else ""
