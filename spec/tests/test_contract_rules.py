"""Every rule of the contract, kept and broken: what is valid goes through unchanged, what isn't is refused by name."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import protovalidate
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kofu_spec.contract.interfaces import not_expressible, registry, schemas
from kofu_spec.contract.rules import Rule, messages, rules_of
from kofu_spec.contract.strategies import valid
from kofu_spec.contract.violations import violations

EXAMPLES = int(os.environ.get("KOFU_CONTRACT_EXAMPLES", "6"))
"""Messages drawn of each type; more on demand: `KOFU_CONTRACT_EXAMPLES=500 make test`."""
MESSAGES = messages()
EXERCISED: Counter[str] = Counter()

NOT_EXPRESSIBLE = {(str(one["message"]), str(one["field"] or ""), str(one["rule"])) for one in not_expressible()}


class Judge:
    """The JSON Schema of one message, as two implementations read it."""

    def __init__(self, full_name: str) -> None:
        schema = schemas()[full_name]
        self._first = Draft202012Validator(schema, registry=registry())
        self._second = jsonschema_rs.validator_for(schema, retriever=by_id)

    def refusals(self, text: str) -> list[str]:
        """What is wrong by both; that they agree is asserted."""
        value = json.loads(text)
        first = [error.message for error in self._first.iter_errors(value)]
        assert self._second.is_valid(value) == (not first)
        return first


def by_id(uri: str) -> dict[str, Any]:
    return next(schema for schema in schemas().values() if schema["$id"] == uri)


class Judges(dict[str, Judge]):
    """Made when first asked for."""

    def __missing__(self, full_name: str) -> Judge:
        self[full_name] = made = Judge(full_name)
        return made


JUDGES = Judges()


def not_expressed(rule: Rule) -> bool:
    """Whether the table says that no JSON Schema can state the rule."""
    field = rule.field.removesuffix("[]")
    return any((rule.message, field, one) in NOT_EXPRESSIBLE for one in (rule.id, rule.refused_as))


few = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module", autouse=True)
def _told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Says at the end how often each rule was exercised."""
    yield
    plugins = request.config.pluginmanager
    reporter, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")
    if not EXERCISED or reporter is None or capture is None:
        return
    rule, least = EXERCISED.most_common()[-1]
    total = sum(EXERCISED.values())
    with capture.global_and_fixture_disabled():
        reporter.write_line("")
        if request.config.getoption("verbose") > 0:
            for each, count in sorted(EXERCISED.items()):
                reporter.write_line(f"{count:>6}  {each}")
        reporter.write_line(f"{len(EXERCISED)} rules broken {total} times; least often, {least} times: {rule}")


def by_name(descriptor: Descriptor) -> str:
    return descriptor.full_name


@pytest.mark.parametrize("message", MESSAGES, ids=by_name)
def test_a_valid_message_goes_through_binary_and_json_unchanged(message: Descriptor) -> None:
    @seed(1)
    @few
    @given(st.data())
    def story(data: st.DataObject) -> None:
        one = data.draw(valid(message))
        assert [each.proto for each in protovalidate.collect_violations(one)] == []
        again = type(one).FromString(one.SerializeToString(deterministic=True))
        text = json_format.MessageToJson(again, ensure_ascii=False)
        assert json_format.Parse(text, type(one)()) == one
        assert JUDGES[message.full_name].refusals(text) == []

    story()


@pytest.mark.parametrize("message", [one for one in MESSAGES if list(rules_of(one))], ids=by_name)
def test_a_message_that_breaks_one_rule_is_refused_by_field_and_rule(message: Descriptor) -> None:
    @seed(2)
    @settings(few, max_examples=max(2, EXAMPLES // 3))
    @given(st.data())
    def story(data: st.DataObject) -> None:
        for broken in violations(message, data.draw(valid(message))):
            said = [(path(each.proto), each.proto.rule_id) for each in protovalidate.collect_violations(broken.message)]
            assert (broken.field, broken.rule.refused_as) in said, str(broken.rule)
            EXERCISED[str(broken.rule)] += 1
            text = json_format.MessageToJson(broken.message, ensure_ascii=False)
            if not JUDGES[message.full_name].refusals(text):
                assert not_expressed(broken.rule), str(broken.rule)

    story()


def test_every_rule_of_the_contract_was_broken() -> None:
    every = {str(rule) for message in MESSAGES for rule in rules_of(message)}
    assert len(every) > 200
    assert every == set(EXERCISED)


def path(violation: object) -> str:
    """`members[2].name`."""
    steps = ""
    for element in violation.field.elements if violation.field else ():  # type: ignore[attr-defined]
        steps += ("." if steps else "") + element.field_name
        steps += f"[{element.subscript.value}]" if element.subscript is not None else ""
    return steps
