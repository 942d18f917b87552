"""The one way of a request: from the kiosk to the center, from the center to the issuing server. [2.7]"""

from dataclasses import dataclass

from google.protobuf.json_format import MessageToJson
from hypothesis import strategies as st

from kofu.v1.center_pb2 import ApplyRequest
from kofu.v1.common_pb2 import Application
from kofu.v1.issuing_pb2 import IssueRequest
from kofu.v1.koseki_pb2 import IssueKosekiRequest
from kofu_conformance.engine import check
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.center import SERVICE as CENTER_SERVICE
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.control import timestamp
from kofu_conformance.testers.issuing import ISSUE, ISSUE_KOSEKI, holder_of
from kofu_conformance.testers.persons import ANYONE
from kofu_conformance.testers.wire import Method
from kofu_conformance.testers.wish import Kind, Wish, can_have, wishes
from kofu_spec.city import Citizen
from kofu_spec.rules.check_digits import municipality_code_check_digit

APPLY = Method(CENTER_SERVICE, "Apply")
CODES = st.integers(99100, 99999).map(lambda number: f"{number}{municipality_code_check_digit(str(number))}")
RIGHT_ROLE = {"center": "kiosk", "issuing": "center", "relay": "issuing", "koseki": "relay"}


@dataclass(frozen=True)
class Passage:
    """A request on its way, and a municipality that no center serves."""

    wish: Wish
    elsewhere: str


PASSAGES = st.builds(Passage, st.sampled_from(Kind).flatmap(wishes), CODES)


@check(
    "2.7",
    cases=st.tuples(
        PASSAGES.filter(lambda one: not one.wish.kind.is_koseki), PASSAGES.filter(lambda one: one.wish.kind.is_koseki)
    ),
    quick=1,
    standard=6,
    thorough=40,
    needs=("kiosk.test_control",),
)
def by_the_center_and_no_other_way(chain: Chain, passages: tuple[Passage, Passage]) -> None:
    """
    A citizen takes a certificate out at a kiosk. The same request is then made at every other door: at the issuing
    servers, the relay and the koseki system as every role, over gRPC and HTTP/JSON, and at the center for a
    municipality that it doesn't serve.

    > 市民がコンビニ等店舗から証明書の請求を行った際には、コンビニ店舗等のキオスク端末(マルチコピー機)より専用回線にてJ-LISが整備・運営する証明書交付センターへ請求情報が送信され、その後、LGWANクラウドにある本市証明書コンビニ交付システムへ証明書要求が行われる。

    The kiosk's request has passed center and issuing server, which both know its number as used; at any other door
    nothing is issued.
    """
    for passage in passages:
        citizen = _applicant(chain, passage.wish)
        application = passage.wish.application(chain.city, citizen)
        _went_by_the_center(chain, citizen, application, passage.wish)
        _other_doors(chain, citizen, application)
        _another_municipality(chain, citizen, application, passage.elsewhere)
        chain.story.trigger("2.7")


def _applicant(chain: Chain, wish: Wish) -> Citizen:
    suited = can_have(chain.city, wish, chain.clock.now)
    family = "plain" if any(suited(citizen) for citizen in chain.city.family("plain")) else ANYONE
    return chain.citizen(family, suited)


def _went_by_the_center(chain: Chain, citizen: Citizen, application: Application, wish: Wish) -> None:
    """The number of the kiosk's request is known as used at each station of the way."""
    chain.story.step(f"{citizen.key} takes out {wish} at a kiosk")
    used = chain.kiosk().take_out(citizen, application).request_id
    at_center = chain.center().session_for(citizen)
    _passed(at_center.apply(application, request_id=used))
    at_center.close()
    for n, _ in enumerate(chain.profile.nodes_of("issuing"), start=1):
        _passed(chain.issuing(n).issue(citizen, application, request_id=used))
    if wish.kind.is_koseki:
        _passed(chain.koseki("relay").issue(citizen, application, request_id=used))


def _passed(answer: Answer[object]) -> None:  # type: ignore[type-var] # any answer will do
    answer.refused("REASON_REQUEST_ID_USED", code="another_way_was_taken")


def _other_doors(chain: Chain, citizen: Citizen, application: Application) -> None:
    """A good request for a certificate, as every role but the one that may, at every door."""
    asked = 0
    for system, right in RIGHT_ROLE.items():
        for node in chain.profile.nodes_of(system):
            for role in sorted(str(role) for role in chain.profile.tls.peers):
                if role != right:
                    _refused_at(chain, node, role, citizen, application)
                    asked += 1
    chain.story.step(f"the same at {asked} other doors")


def _refused_at(chain: Chain, node: str, role: str, citizen: Citizen, application: Application) -> None:
    method, request = _request(chain, node, citizen, application)
    answers = [chain.wire.call_raw(node, role, method, request.SerializeToString())]
    if chain.json_door.is_at(node):
        answers.append(chain.json_door.call(node, role, method, MessageToJson(request).encode()))
    for answer in answers:
        answer.refused("REASON_ROLE_NOT_ALLOWED", code="issued_at_another_door")


def _request(
    chain: Chain, node: str, citizen: Citizen, application: Application
) -> tuple[Method, ApplyRequest | IssueRequest | IssueKosekiRequest]:
    request_id, code = chain.new_request_id(), chain.municipality_code
    if node == "center":
        return APPLY, ApplyRequest(
            session_id=chain.new_request_id(),
            request_id=request_id,
            municipality_code=code,
            application=application,
            copies=1,
        )
    makes = IssueRequest if node.startswith("issuing") else IssueKosekiRequest
    return ISSUE if makes is IssueRequest else ISSUE_KOSEKI, makes(
        request_id=request_id,
        municipality_code=code,
        holder=holder_of(citizen),
        application=application,
        received_at=timestamp(chain.clock.now),
    )


def _another_municipality(chain: Chain, citizen: Citizen, application: Application, elsewhere: str) -> None:
    served = {chain.municipality_code, *(area.municipality_code for area in chain.profile.areas)}
    if elsewhere in served:
        return
    chain.story.step(f"the same at the center for {elsewhere}, which it does not serve")
    client = chain.center().session_for(citizen)
    answer = client.apply(application, municipality_code=elsewhere)
    answer.refused("REASON_MUNICIPALITY_NOT_SERVED", code="passed_on_for_another_municipality")
    client.close()
