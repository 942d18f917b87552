"""Moved out and back: two records of one person, of which one counts. [2.1, 2.8]"""

from hypothesis import strategies as st

from kofu_conformance.engine import check, expect
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Wish, can_have, wishes

RESIDENTS_KINDS = [kind for kind in Kind if not kind.is_koseki]


@check(
    "2.1",
    "2.8",
    cases=st.tuples(
        st.sampled_from([kind for kind in Kind if kind.is_residence]), st.sampled_from(RESIDENTS_KINDS)
    ).flatmap(lambda kinds: st.tuples(*(wishes(kind) for kind in kinds))),
    quick=1,
    standard=8,
    thorough=40,
)
def the_old_record_is_never_printed(chain: Chain, wanted: tuple[Wish, Wish]) -> None:
    """
    A citizen moved out of the city and came back to another address. The old record stands in the register, under the
    same name, birth date and Individual Number; the card is linked to the new one.

    > 氏名、世帯主、住所（中略）印鑑証明書用の印影

    Every certificate shows the new record, whole, and nothing of the old one.
    """
    for wish in wanted:
        citizen = chain.citizen("returned", can_have(chain.city, wish, chain.clock.now))
        application = wish.application(chain.city, citizen)
        chain.story.step(f"{citizen.key}, who came back, applies for {wish}")
        client = chain.issuing()
        answer = client.issue(citizen, application)
        document = answer.granted("the document of the new record").document
        due = oracle.due(chain.city, citizen, application, chain.clock.now)
        oracle.judge(document, due, client.request_id, answer.call)
        _nothing_of_the_old_record(chain, citizen.name, document.SerializeToString(), answer.call)
        for requirement in ("2.1", "2.8"):
            chain.story.trigger(requirement)


def _nothing_of_the_old_record(chain: Chain, name: str, octets: bytes, seen_at: str) -> None:
    former = next(one.resident for one in chain.city.family("returned-former") if one.name == name)
    assert former is not None
    expect(
        former.address.encode() not in octets,
        expected="nothing of the record from before",
        observed="its address",
        seen_at=seen_at,
        code="old_record_shown",
    )
