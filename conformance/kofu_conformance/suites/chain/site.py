"""Several servers of one site share the work, and nothing that could mix it. [2.8, 3.1.4, P.1, P.3, P.5]"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hypothesis import strategies as st

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.counter_pb2 import MoveWithin
from kofu.v1.issuing_pb2 import IssueResponse
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.suites.chain import applications
from kofu_conformance.suites.chain.freshness import MOVED_TO, file_and_wait
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Wish, can_have

GATHERING_SECONDS = 30.0
OVERLAP_SECONDS = 0.15
"""How long each passage is drawn out, so that all of them are under way together."""

Asking = Callable[[], "Answer[IssueResponse]"]


@check("P.3", "P.1", "2.8", cases=st.integers(3, 5), quick=2, standard=8, thorough=40, needs=("issuing.servers",))
def servers_of_one_site_never_mix(chain: Chain, rounds: int) -> None:
    """
    At every server of the site somebody else applies for the same kind at the same moment, several times over.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Each gets the own document, whichever server made it: no name, file or place of work is shared by two servers.
    """
    for _ in range(rounds):
        due = [_due(chain) for _ in chain.profile.nodes_of("issuing")]
        chain.hold("issuing.render", OVERLAP_SECONDS, 1)
        ids = [chain.new_request_id() for _ in due]
        answers = _at_once([_asking(chain, n, one, ids[n - 1]) for n, one in enumerate(due, start=1)])
        for one, request_id, answer in zip(due, ids, answers, strict=True):
            oracle.judge(answer.granted("the own document").document, one, request_id, answer.call)
        for requirement in ("P.3", "P.1", "2.8"):
            chain.story.trigger(requirement, len(due))


@check("P.3", "3.1.4", quick=1, standard=4, thorough=20, cases=st.booleans(), needs=("issuing.servers",))
def a_request_id_serves_once_at_the_whole_site(chain: Chain, at_once: bool) -> None:
    """
    One request id is used at every server of the site: at the same moment, and one server after the other.

    > 証明発行サーバには作成した証明書のデータを保存しない仕組みとする。

    One server answers with a document, and all others refuse the id as used, then and later.
    """
    for together in (at_once, not at_once):
        one, request_id = _due(chain), chain.new_request_id()
        asking = [_asking(chain, n, one, request_id) for n, _ in enumerate(chain.profile.nodes_of("issuing"), start=1)]
        chain.story.step(f"the same id at {len(asking)} servers, {'at once' if together else 'in turn'}")
        answers = _at_once(asking) if together else [ask() for ask in asking]
        served = [answer for answer in answers if answer.refusal is None]
        expect_equal(len(served), 1, seen_at="center -> every issuing server, Issue", code="served_at_several_servers")
        for answer in [*(answer for answer in answers if answer.refusal is not None), *(ask() for ask in asking)]:
            answer.refused("REASON_REQUEST_ID_USED", code="request_id_served_twice")
        chain.story.trigger("P.3")
        chain.story.trigger("3.1.4")


@check("P.5", "2.6", needs=("issuing.servers", "counter"))
def a_change_shows_at_every_server(chain: Chain) -> None:
    """
    A citizen has taken out a certificate at every server of the site, then moves within the city.

    > 住民基本台帳情報及び税情報については、庁内の基幹システムよりLGWANを経由し、クラウドサービスである証明書コンビニ交付システムへ随時情報提供が行われる。

    Once the move is acknowledged, every server of the site issues with the new address.
    """
    citizen = _due(chain).applicant
    assert citizen.resident is not None
    servers = range(1, len(chain.profile.nodes_of("issuing")) + 1)
    for n in servers:
        chain.issuing(n).issue(citizen, applications.residence()).granted()
    established = CivilDate(year=2026, month=10, day=1)
    household = citizen.resident.control.household_key
    file_and_wait(chain, citizen, MoveWithin(household_key=household, address=MOVED_TO, established_on=established))
    for n in servers:
        answer = chain.issuing(n).issue(citizen, applications.residence())
        shown = answer.granted().document.residence_certificate.address
        expect_equal(shown == MOVED_TO, True, seen_at=f"{answer.call}, server {n}", code="old_address")


def _due(chain: Chain) -> oracle.Due:
    """A fresh citizen's own residence certificate."""
    wish = Wish(Kind.RESIDENCE_CERTIFICATE)
    citizen = chain.citizen("plain", can_have(chain.city, wish, chain.clock.now))
    return oracle.due(chain.city, citizen, wish.application(chain.city, citizen), chain.clock.now)


def _asking(chain: Chain, n: int, one: oracle.Due, request_id: str) -> Asking:
    return lambda: chain.issuing(n).issue(one.applicant, one.application, request_id=request_id)


def _at_once(asking: "list[Asking]") -> "list[Answer[IssueResponse]]":
    barrier = threading.Barrier(len(asking))

    def ask(one: Asking) -> "Answer[IssueResponse]":
        barrier.wait(GATHERING_SECONDS)
        return one()

    with ThreadPoolExecutor(max_workers=len(asking)) as pool:
        return [done.result() for done in [pool.submit(ask, one) for one in asking]]
