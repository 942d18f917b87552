"""Documents of several pages: each page belongs to the document, and none is another's. [P.1, P.6]"""

from kofu_conformance.engine import check, expect
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Members, Wish, can_have
from kofu_spec.city import Citizen

LONG = {
    Wish(Kind.KOSEKI_ALL_MATTERS): "long-register",
    Wish(Kind.RESIDENCE_CERTIFICATE, Members.WHOLE): "large-household",
}
"""What takes several pages, and whose."""

BEFORE_AND_AFTER = 2


@check("P.6", "P.1", "2.8", needs=("koseki", "issuing"))
def every_page_is_the_documents_own(chain: Chain) -> None:
    """
    Somebody takes out a certificate, then somebody else one of several pages, then again another: at the koseki system
    a long register, at the issuing server a large household.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Every page of each bears the document's own id, its own number and the full count, and shows only those whom the
    document is about.
    """
    for long, family in LONG.items():
        short = Wish(long.kind)
        for wish, label in ((short, "plain"), (long, family)) * BEFORE_AND_AFTER:
            citizen = chain.citizen(label, can_have(chain.city, wish, chain.clock.now))
            pages = _taken(chain, citizen, wish)
            if wish is long:
                expect(pages > 1, expected="several pages", observed=f"{pages}", seen_at=f"{long}", code="page_missing")
            for requirement in ("P.6", "P.1", "2.8"):
                chain.story.trigger(requirement)


def _taken(chain: Chain, citizen: Citizen, wish: Wish) -> int:
    """How many pages the citizen's document has, judged page by page."""
    chain.story.step(f"{citizen.key} takes out {wish}")
    due = oracle.due(chain.city, citizen, wish.application(chain.city, citizen), chain.clock.now)
    if wish.kind.is_koseki and chain.wire.plays("relay"):
        koseki = chain.koseki("koseki")
        made = koseki.issue(citizen, due.application)
        return len(oracle.judge(made.granted("the own document").document, due, koseki.request_id, made.call))
    issuing = chain.issuing()
    answer = issuing.issue(citizen, due.application)
    return len(oracle.judge(answer.granted("the own document").document, due, issuing.request_id, answer.call))
