"""Every rule of the contract, kept and broken: what is valid goes through unchanged, what isn't is refused by name."""

import os
from collections import Counter
from collections.abc import Iterator

import protovalidate
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from kofu_spec.contract.rules import messages, rules_of
from kofu_spec.contract.strategies import valid
from kofu_spec.contract.violations import violations

EXAMPLES = int(os.environ.get("KOFU_CONTRACT_EXAMPLES", "6"))
"""Messages drawn of each type; more on demand: `KOFU_CONTRACT_EXAMPLES=500 make test`."""
MESSAGES = messages()
EXERCISED: Counter[str] = Counter()

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
    if EXERCISED and request.config.getoption("verbose") >= 0:
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        least = EXERCISED.most_common()[-1]
        if reporter is not None:
            reporter.write_line(
                f"\n{len(EXERCISED)} rules broken {sum(EXERCISED.values())} times; least often, {least[1]} times: {least[0]}"
            )


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

    story()


@pytest.mark.parametrize("message", [one for one in MESSAGES if list(rules_of(one))], ids=by_name)
def test_a_message_that_breaks_one_rule_is_refused_by_field_and_rule(message: Descriptor) -> None:
    @seed(2)
    @few
    @given(st.data())
    def story(data: st.DataObject) -> None:
        for broken in violations(message, data.draw(valid(message))):
            said = [(path(each.proto), each.proto.rule_id) for each in protovalidate.collect_violations(broken.message)]
            assert (broken.field, broken.rule.refused_as) in said, str(broken.rule)
            EXERCISED[str(broken.rule)] += 1

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
