"""The committed OpenAPI documents: valid, with examples that validate, refusals as Connect writes them, and links."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from google.protobuf.descriptor_pool import Default
from google.rpc.error_details_pb2 import ErrorInfo
from jsonschema import Draft202012Validator
from openapi_core import OpenAPI
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from kofu.v1.reason_pb2 import Reason
from kofu_spec.contract import interfaces

NAMES = sorted(interfaces.openapi_documents())
STATUSES = {
    "invalid_argument": {"400", "404", "405", "413", "415"},
    "failed_precondition": {"400"},
    "permission_denied": {"403"},
    "internal": {"500"},
    "unimplemented": {"501"},
    "unavailable": {"503"},
    "deadline_exceeded": {"504"},
}


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for document in interfaces.openapi_documents().values():
        for path, item in document["paths"].items():
            yield path, item["post"]


def resolved(document: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        found: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        value = found
    return value


def media(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that a document describes: where, and its schema with examples."""
    for path, item in document["paths"].items():
        yield f"{path} request", item["post"]["requestBody"]["content"]["application/json"]
        for status, response in item["post"]["responses"].items():
            yield f"{path} {status}", resolved(document, response)["content"]["application/json"]


def embedded(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "components": document["components"]}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_valid_openapi_3_1(name: str) -> None:
    validate(interfaces.openapi_documents()[name], cls=OpenAPIV31SpecValidator)
    if interfaces.openapi_documents()[name]["paths"]:
        OpenAPI.from_dict(interfaces.openapi_documents()[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_body_has_an_example_and_it_validates(name: str) -> None:
    document = interfaces.openapi_documents()[name]
    for where, body in media(document):
        schema = embedded(document, body["schema"])
        assert body["examples"], where
        for shown in body["examples"].values():
            assert Draft202012Validator(schema).is_valid(shown["value"]), where
            assert jsonschema_rs.Draft202012Validator(schema).is_valid(shown["value"]), where


def test_every_unary_method_is_a_path_and_every_stream_is_named() -> None:
    for name, document in interfaces.openapi_documents().items():
        methods = Default().FindServiceByName(name).methods
        streams = {one.name for one in methods if one.client_streaming or one.server_streaming}
        assert {one["method"] for one in document["x-kofu-not-bound"]} == streams
        unary = [one for one in methods if one.name not in streams]
        assert list(document["paths"]) == [f"/{name}/{one.name}" for one in unary]
        operation_ids = [item["post"]["operationId"] for item in document["paths"].values()]
        assert operation_ids == [f"{name.rpartition('.')[2]}_{one.name}" for one in unary]


def test_a_summary_stands_in_both_languages() -> None:
    for path, operation in operations():
        japanese, english = operation["summary"].split(" / ", 1)
        assert re.search(r"[ぁ-んァ-ヶ一-龥]", japanese), path
        assert english.isascii(), path
        assert operation["x-kofu-source"], path


@pytest.mark.parametrize("name", NAMES)
def test_components_are_the_schemas_embedded(name: str) -> None:
    components = interfaces.openapi_documents()[name]["components"]["schemas"]
    for message in [key for key in components if key in interfaces.schemas()]:
        alone = {
            key: value for key, value in interfaces.schemas()[message].items() if key[0] != "$" and key != "examples"
        }
        text = re.sub(
            r'"\$ref": "#/components/schemas/([\w.]+)"', r'"$ref": "\1.schema.json"', json.dumps(components[message])
        )
        assert json.loads(text) == alone


@pytest.mark.parametrize("name", NAMES)
def test_refusals_are_connects_errors_with_the_status_of_their_code(name: str) -> None:
    document = interfaces.openapi_documents()[name]
    for where, body in media(document):
        status = where.rpartition(" ")[2]
        if status in ("request", "200"):
            continue
        for shown in body["examples"].values():
            error = shown["value"]
            assert status in STATUSES[error["code"]]
            (detail,) = error["details"]
            info = ErrorInfo.FromString(base64.b64decode(detail["value"] + "=" * (-len(detail["value"]) % 4)))
            assert "=" not in detail["value"]
            assert error["message"] == info.reason == detail["debug"]["reason"]
            assert dict(info.metadata) == detail["debug"]["metadata"]
            assert info.domain == detail["debug"]["domain"] == "kofu"


def test_every_reason_belongs_to_one_code_and_the_most_to_failed_precondition() -> None:
    schemas = interfaces.openapi_documents()["kofu.v1.CenterService"]["components"]["schemas"]
    by_code = {code: schemas[f"Error.{code}"]["properties"]["message"]["enum"] for code in STATUSES}
    named = [reason for reasons in by_code.values() for reason in reasons]
    assert sorted(named) == sorted(set(Reason.keys()) - {"REASON_UNSPECIFIED"})
    assert set(schemas["Reason"]["enum"]) == set(named)
    assert by_code["permission_denied"] == ["REASON_ROLE_NOT_ALLOWED"]
    assert "REASON_PIN_LOCKED" in by_code["failed_precondition"]


def test_an_error_with_a_reason_of_another_code_is_refused() -> None:
    document = interfaces.openapi_documents()["kofu.v1.CenterService"]
    body = next(body for where, body in media(document) if where.endswith(" 403"))
    validator = jsonschema_rs.Draft202012Validator(embedded(document, body["schema"]))
    error = json.loads(json.dumps(body["examples"]["permission_denied"]["value"]))
    assert validator.is_valid(error)
    error["details"][0]["debug"]["reason"] = "REASON_PIN_LOCKED"
    assert not validator.is_valid(error)


def links(path: str) -> dict[str, dict[str, str]]:
    service = path.split("/")[1]
    success = interfaces.openapi_documents()[service]["paths"][path]["post"]["responses"]["200"]
    return {name: link["requestBody"] for name, link in success.get("links", {}).items()}


def test_a_session_leads_to_what_is_done_in_it() -> None:
    found = links("/kofu.v1.CenterService/OpenSession")
    within = ("Authenticate", "ListOffers", "Apply", "ReportOutcome", "CloseSession")
    assert {f"CenterService_{name}" for name in within} <= set(found)
    assert all(body["sessionId"] == "$response.body#/sessionId" for body in found.values())


def test_an_application_leads_to_its_outcome_and_a_change_to_its_state() -> None:
    assert links("/kofu.v1.CenterService/Apply")["CenterService_ReportOutcome"] == {
        "sessionId": "$request.body#/sessionId",
        "requestId": "$request.body#/requestId",
    }
    change = links("/kofu.v1.CounterService/FileChange")["CounterService_GetChange"]
    assert change["number"] == "$response.body#/number"


def test_every_link_leads_to_an_operation_with_these_fields() -> None:
    for name, document in interfaces.openapi_documents().items():
        targets = {item["post"]["operationId"]: item["post"] for item in document["paths"].values()}
        for path in document["paths"]:
            for operation_id, body in links(path).items():
                reference = targets[operation_id]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                fields = interfaces.schemas()[reference.rpartition("/")[2]]["properties"]
                assert set(body) <= set(fields), name


def test_mutual_tls_is_asked_for_but_by_the_inquiry_site() -> None:
    for name, document in interfaces.openapi_documents().items():
        assert document["components"]["securitySchemes"]["mutualTLS"]["type"] == "mutualTLS"
        assert ({} in document["security"]) == (name == "kofu.v1.InquiryService")
