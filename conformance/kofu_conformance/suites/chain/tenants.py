"""An issuing system that serves several cities keeps an area for each. [3.1.2]"""

from kofu_conformance.engine import check
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.suites.chain import applications
from kofu_conformance.suites.chain.neighbour import Neighbour, neighbour
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Members, Wish, can_have
from kofu_spec.city import Citizen, City

WHOLE = Wish(Kind.RESIDENCE_CERTIFICATE, Members.WHOLE)


@check("3.1.2", "2.8", needs=("areas",))
def no_city_reads_another(chain: Chain) -> None:
    """
    A second city is fed to the same issuing system: its households and residents have the keys that the first city's
    have, and some of its people hold cards that are linked to other people in the first. Everyone asks at both cities,
    at every server of the site.

    > ②証明発行サーバは、セキュリティが十分に確保された外部のデータセンター内の本市専用データ領域に構築する。

    A request is answered from the records of the city whose code it bears, and from no other's: the same card yields
    one person here and another there, and a card that a city does not know yields nothing there.
    """
    with neighbour(chain) as other:
        suited = {here.key: (here, there) for here, there in other.pairs if _both_can_have(chain, other, here, there)}
        for n, _ in enumerate(chain.profile.nodes_of("issuing"), start=1):
            here, there = suited[chain.citizen("plain", lambda one: one.key in suited).key]
            stranger = other.alone[n % len(other.alone)]
            _own_document(chain, n, chain.city, here, chain.municipality_code)
            _own_document(chain, n, other.city, there, other.area.municipality_code)
            _nothing(chain, n, stranger, chain.municipality_code)
            _nothing(chain, n, _unlinked(chain, other), other.area.municipality_code)
            chain.story.trigger("3.1.2")
            chain.story.trigger("2.8")


def _both_can_have(chain: Chain, other: Neighbour, here: Citizen, there: Citizen) -> bool:
    now = chain.clock.now
    return can_have(chain.city, WHOLE, now)(here) and can_have(other.city, WHOLE, now)(there)


def _own_document(chain: Chain, n: int, city: City, citizen: Citizen, municipality_code: str) -> None:
    chain.story.step(f"server {n}: {citizen.key} of {municipality_code} asks there")
    application = WHOLE.application(city, citizen)
    due = oracle.due(city, citizen, application, chain.clock.now)
    client = chain.issuing(n)
    answer = client.issue(citizen, application, municipality_code=municipality_code)
    oracle.judge(answer.granted("the own city's document").document, due, client.request_id, answer.call)


def _nothing(chain: Chain, n: int, citizen: Citizen, municipality_code: str) -> None:
    chain.story.step(f"server {n}: a card that {municipality_code} does not know asks there")
    answer = chain.issuing(n).issue(citizen, applications.residence(), municipality_code=municipality_code)
    answer.refused("REASON_APPLICANT_NOT_FOUND", code="another_citys_record")


def _unlinked(chain: Chain, other: Neighbour) -> Citizen:
    """Someone of the city under test whose card nobody there holds."""
    linked = {here.key for here, _ in other.pairs}
    return chain.citizen("plain", lambda one: one.key not in linked and one.card is not None)
