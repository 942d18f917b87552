"""OpenAPI 3.1 of a service: its unary methods as Connect carries them over HTTP, POST /<package.Service>/<Method>."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor

from contract import errors, reasons_table
from contract.examples import example
from contract.image import Image, Text
from contract.schema import DIALECT, message_schema

VERSION = "3.1.0"
MUTUAL_TLS = "mutualTLS"
OPEN_TO_CITIZENS = {"kofu.v1.InquiryService"}
"""Called by citizens, who have no certificate of the authority."""

HEADERS = [
    {
        "name": "Connect-Protocol-Version",
        "in": "header",
        "description": "Connectの版。\nVersion of the Connect protocol.",
        "schema": {"type": "string", "enum": ["1"]},
    },
    {
        "name": "Connect-Timeout-Ms",
        "in": "header",
        "description": "呼び出し側の待ち時間（ミリ秒）。\nHow long the caller waits, in milliseconds.",
        "schema": {"type": "string", "pattern": "^[0-9]{1,10}$"},
    },
]


def document(image: Image, service: ServiceDescriptor) -> dict[str, Any]:
    """The OpenAPI document of one service."""
    text = image.text(service.full_name)
    unary = [method for method in service.methods if not _streams(method)]
    info: dict[str, Any] = {"title": service.full_name, "version": "1", "summary": text.ja, "description": text.both}
    if text.source:
        info["x-kofu-source"] = text.source
    security: list[dict[str, Any]] = [{MUTUAL_TLS: []}]
    if service.full_name in OPEN_TO_CITIZENS:
        security.append({})
    return {
        "openapi": VERSION,
        "jsonSchemaDialect": DIALECT,
        "info": info,
        "servers": [{"url": "/", "description": "システムのHTTP/JSONの口。\nThe HTTP/JSON port of a system."}],
        "security": security,
        "paths": {_path(method): {"post": _operation(image, method)} for method in unary},
        "x-kofu-not-bound": [
            {"method": method.name, "why": "双方向の流れはgRPCのみ。\nStreaming methods are offered over gRPC alone."}
            for method in service.methods
            if _streams(method)
        ],
        "components": {
            "schemas": _schemas(image, unary),
            "parameters": {header["name"]: header for header in HEADERS},
            "responses": {f"Refused.{status}": response for status, response in errors.responses(image).items()},
            "securitySchemes": {
                MUTUAL_TLS: {
                    "type": "mutualTLS",
                    "description": "証明書のDNS名が役割を示す。\nThe DNS name in a certificate tells the role.",
                }
            },
        },
    }


def _streams(method: MethodDescriptor) -> bool:
    return method.client_streaming or method.server_streaming


def _path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"


def operation_id(method: MethodDescriptor) -> str:
    return f"{method.containing_service.name}_{method.name}"


def _operation(image: Image, method: MethodDescriptor) -> dict[str, Any]:
    text = image.text(method.full_name)
    success: dict[str, Any] = {
        "description": image.text(method.output_type.full_name).both or method.output_type.name,
        "content": _content(image, method.output_type),
    }
    if followers := {operation_id(target): link for target, link in _links(method)}:
        success["links"] = followers
    refused = {status: {"$ref": f"#/components/responses/Refused.{status}"} for status in errors.responses(image)}
    return {
        "operationId": operation_id(method),
        "tags": [method.containing_service.name],
        **_summary(text, method.name),
        "x-kofu-reasons": reasons_table.of_method(method),
        "parameters": [{"$ref": f"#/components/parameters/{header['name']}"} for header in HEADERS],
        "requestBody": {"required": True, "content": _content(image, method.input_type)},
        "responses": {"200": success, **refused},
    }


def _summary(text: Text, name: str) -> dict[str, str]:
    found = {"summary": f"{text.ja} / {text.en}" if text.both else name}
    return found | ({"x-kofu-source": text.source} if text.source else {})


def _content(image: Image, message: Descriptor) -> dict[str, Any]:
    value = {"summary": message.name, "value": example(image, message)}
    return {"application/json": {"schema": {"$ref": _reference(message.full_name)}, "examples": {"valid": value}}}


def _links(method: MethodDescriptor) -> Iterator[tuple[MethodDescriptor, dict[str, Any]]]:
    """Methods that take up what this one began: they ask for a value that it answers, or that it was first to name."""
    service = method.containing_service
    methods = [other for other in service.methods if not _streams(other)]
    earlier = methods[: methods.index(method)]
    begun = {field.name for field in method.output_type.fields if _scalar(field)}
    begun |= {field.name for field in method.input_type.fields if field.name.endswith("_id")}
    for other in earlier:
        begun -= {field.name for field in [*other.input_type.fields, *other.output_type.fields]}
    for target in methods[methods.index(method) + 1 :]:
        body = {field.json_name: found for field in target.input_type.fields if (found := _carried(method, field))}
        if begun & {field.name for field in target.input_type.fields if field.json_name in body}:
            yield target, {"operationId": operation_id(target), "requestBody": body}


def _carried(method: MethodDescriptor, wanted: FieldDescriptor) -> str | None:
    """Where the answer or the request of a method holds what a field of a later request asks for."""
    for place, message in (("response", method.output_type), ("request", method.input_type)):
        field = message.fields_by_name.get(wanted.name)
        if field is not None and _scalar(field) and field.type == wanted.type and field.enum_type == wanted.enum_type:
            return f"${place}.body#/{field.json_name}"
    return None


def _scalar(field: FieldDescriptor) -> bool:
    return field.message_type is None and not field.is_repeated


def _reference(full_name: str) -> str:
    return f"#/components/schemas/{full_name}"


def _schemas(image: Image, methods: list[MethodDescriptor]) -> dict[str, Any]:
    """Schemas of all messages that the methods carry, and of the errors."""
    found: dict[str, Any] = {}
    waiting = [message for method in methods for message in (method.input_type, method.output_type)]
    while waiting:
        message = waiting.pop()
        if message.full_name in found:
            continue

        def reference(full_name: str) -> str:
            waiting.append(image.message(full_name))
            return _reference(full_name)

        found[message.full_name] = message_schema(image, message, reference)
    return dict(sorted(found.items())) | errors.components(image)
