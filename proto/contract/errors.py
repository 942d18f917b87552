"""How a refusal looks over HTTP/JSON: Connect's error, its HTTP status, and the reasons that go with each."""

import base64
from typing import Any

from google.rpc.error_details_pb2 import ErrorInfo

from contract.image import Image

DOMAIN = "kofu"
REASON = "kofu.v1.Reason"
INVALID_REQUEST = "REASON_INVALID_REQUEST"

CODES = {
    INVALID_REQUEST: "invalid_argument",
    "REASON_ROLE_NOT_ALLOWED": "permission_denied",
    "REASON_TIMED_OUT": "deadline_exceeded",
    "REASON_UPSTREAM_UNAVAILABLE": "unavailable",
    "REASON_TEST_CONTROL_OFF": "unimplemented",
    "REASON_INTERNAL": "internal",
}
OTHERWISE = "failed_precondition"
"""The code of every other reason: docs/architecture.md, Systems."""

STATUSES = {
    "400": ("invalid_argument", "failed_precondition"),
    "403": ("permission_denied",),
    "500": ("internal",),
    "501": ("unimplemented",),
    "503": ("unavailable",),
    "504": ("deadline_exceeded",),
}
NOT_SERVED = {
    "404": "この経路の手続きはない。\nNo unary method has this path.",
    "405": "手続きはPOSTで呼ぶ。\nA method is called by POST.",
    "413": "要求が大きすぎる。\nThe request is over 16 MiB.",
    "415": "要求はapplication/json（UTF-8、無圧縮）に限る。\nOnly application/json, UTF-8, not compressed, is read.",
}
"""Refused before a method is reached: the status is HTTP's, the error is REASON_INVALID_REQUEST."""

HEADINGS = {
    "400": "拒否された。\nRefused: the request is malformed, or a rule forbids it.",
    "403": "接続元の役割が許されていない。\nThe peer's role may not call this.",
    "500": "内部の障害。\nAn internal fault.",
    "501": "提供していない。\nNot offered by this system.",
    "503": "接続先の障害。\nA system further on does not answer.",
    "504": "待ち時間の超過。\nA wait ran out.",
}


def reasons(image: Image) -> dict[str, list[str]]:
    """The reasons of each code, in the order of their numbers."""
    found: dict[str, list[str]] = {}
    for value in image.enum(REASON).values:
        if value.number:
            found.setdefault(CODES.get(value.name, OTHERWISE), []).append(value.name)
    return found


def error(code: str, reason: str, metadata: dict[str, str]) -> dict[str, Any]:
    """An error as it is sent."""
    info = ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)
    value = base64.b64encode(info.SerializeToString(deterministic=True)).decode().rstrip("=")
    debug = {"reason": reason, "domain": DOMAIN, "metadata": metadata}
    return {
        "code": code,
        "message": reason,
        "details": [{"type": "google.rpc.ErrorInfo", "value": value, "debug": debug}],
    }


def error_name(code: str) -> str:
    """The component that describes errors of a code: Error.failed_precondition."""
    return f"Error.{code}"


def components(image: Image) -> dict[str, Any]:
    """Schemas of the errors, one a code, and of what they share."""
    schemas: dict[str, Any] = {
        "ErrorInfo": {
            "title": "ErrorInfo",
            "description": "拒否の理由（google.rpc.ErrorInfo）。\nWhy: a google.rpc.ErrorInfo, readable in debug.",
            "type": "object",
            "properties": {
                "type": {"const": "google.rpc.ErrorInfo"},
                "value": {"type": "string", "pattern": "^[A-Za-z0-9+/]+$", "contentEncoding": "base64"},
                "debug": {
                    "type": "object",
                    "properties": {
                        "reason": {"$ref": "#/components/schemas/Reason"},
                        "domain": {"const": DOMAIN},
                        "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                    "required": ["reason", "domain", "metadata"],
                },
            },
            "required": ["type", "value", "debug"],
        },
        "Reason": {
            "title": "Reason",
            "description": image.text(REASON).both,
            "enum": [value.name for value in image.enum(REASON).values if value.number],
            "x-kofu-enum": REASON,
            "x-kofu-values": {
                value.name: image.text(f"{REASON}.{value.name}").both
                for value in image.enum(REASON).values
                if value.number
            },
        },
    }
    for code, names in reasons(image).items():
        schemas[error_name(code)] = {
            "title": error_name(code),
            "description": f"コード{code}の拒否。\nA refusal of code {code}.",
            "type": "object",
            "properties": {
                "code": {"const": code},
                "message": {"enum": names},
                "details": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 1,
                    "items": {
                        "allOf": [
                            {"$ref": "#/components/schemas/ErrorInfo"},
                            {"properties": {"debug": {"properties": {"reason": {"enum": names}}}}},
                        ]
                    },
                },
            },
            "required": ["code", "message", "details"],
        }
    return schemas


def responses(image: Image) -> dict[str, Any]:
    """Responses of every operation by status, but the one of success; each with an example."""
    found: dict[str, Any] = {}
    of_code = reasons(image)
    for status, codes in STATUSES.items():
        examples = {code: _example(code, of_code[code][0]) for code in codes}
        found[status] = _response(HEADINGS[status], codes, examples)
    for status, heading in NOT_SERVED.items():
        code = CODES[INVALID_REQUEST]
        found[status] = _response(heading, (code,), {code: _example(code, INVALID_REQUEST)})
    found["405"]["headers"] = {"Allow": {"required": True, "schema": {"const": "POST"}}}
    return dict(sorted(found.items()))


def _example(code: str, reason: str) -> dict[str, Any]:
    named = {"field": "request_id", "rule": "string.uuid"} if reason == INVALID_REQUEST else {}
    return {"summary": reason, "value": error(code, reason, named)}


def _response(heading: str, codes: tuple[str, ...], examples: dict[str, Any]) -> dict[str, Any]:
    references = [{"$ref": f"#/components/schemas/{error_name(code)}"} for code in codes]
    schema = references[0] if len(references) == 1 else {"oneOf": references}
    return {"description": heading, "content": {"application/json": {"schema": schema, "examples": examples}}}
