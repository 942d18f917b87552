"""Many at once: nobody gets another's document, and nothing is mixed when printing is slow. [2.8, P.1, P.2, P.3, P.6]"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from google.protobuf.message import Message
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kofu.v1.document_pb2 import Document
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.wish import Kind, Wish, can_have
from kofu_spec.city import Citizen

Door = Literal["center", "issuing"]

GATHERING_SECONDS = 30.0
"""How long the applicants wait for each other before the tester gives up."""

OVERLAP_SECONDS = 0.15
"""How long each passage is drawn out, so that all of them are under way together."""

LATE_SECONDS = 0.8
"""How much longer than its wait a held passage takes."""

MIXED = (
    Kind.RESIDENCE_CERTIFICATE,
    Kind.KOSEKI_ALL_MATTERS,
    Kind.SEAL_REGISTRATION,
    Kind.TAX_ASSESSMENT,
    Kind.KOSEKI_INDIVIDUAL_MATTERS,
    Kind.RESIDENCE_RECORD_ITEMS,
)


@dataclass(frozen=True)
class Rush:
    """So many persons apply at once, for these kinds in turn."""

    door: Door
    kinds: tuple[Kind, ...]
    persons: int
    drawn_out: bool
    """Whether every passage of rendering takes a little longer, so that they overlap for certain."""


def rushes() -> SearchStrategy[Rush]:
    """Rushes of one kind, and of all kinds mixed."""
    kinds = st.sampled_from([*((kind,) for kind in Kind), MIXED])
    return st.builds(
        Rush,
        st.sampled_from(("issuing", "center")),
        kinds,
        persons=st.integers(6, 12),
        drawn_out=st.booleans(),
    )


QUICK_RUSHES: SearchStrategy[tuple[Rush, ...]] = st.tuples(
    st.builds(Rush, st.just("issuing"), st.just((Kind.KOSEKI_ALL_MATTERS,)), st.integers(6, 8), st.just(True)),
    st.builds(Rush, st.just("center"), st.just(MIXED), st.integers(6, 12), st.booleans()),
    rushes(),
)
"""One of the koseki system, which other makers build; one of everything; one of any."""


@dataclass
class Applicant:
    """One of those who apply at once, with what is due and what came."""

    citizen: Citizen
    due: oracle.Due
    request_id: str = ""
    answer: "Answer[Message] | None" = None


@check("2.8", "P.1", "P.3", "P.6", cases=QUICK_RUSHES, quick=1, standard=8, thorough=60)
def same_millisecond(chain: Chain, rushes: tuple[Rush, ...]) -> None:
    """
    Different persons apply at the very same time by the civil clock, released together, at the issuing server and
    through the center.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Each gets the own document: its items, its every page, an id that nobody else's has.
    """
    for rush in rushes:
        chain.story.step(f"{rush.persons} persons at once at {rush.door}: {', '.join(rush.kinds)}")
        if rush.drawn_out:
            for stage in ("issuing.render", "koseki.render"):
                chain.hold(stage, OVERLAP_SECONDS, rush.persons)
        applicants = _applicants(chain, rush.kinds, rush.persons)
        _apply_together(chain, applicants, rush.door)
        chain.release_all()
        documents = [_granted(one) for one in applicants]
        for one, document in zip(applicants, documents, strict=True):
            _judge(one, document)
        _all_distinct(documents, f"{rush.door}, {rush.persons} at once")
        for requirement in ("2.8", "P.1", "P.3", "P.6"):
            chain.story.trigger(requirement)


@dataclass(frozen=True)
class Jam:
    """Where rendering gets stuck, and what is asked for."""

    door: Door
    stage: Literal["issuing.render", "koseki.render"]
    waiting: int
    """How many others apply while it is stuck."""


DOORS = st.sampled_from(("center", "issuing"))
JAMS: SearchStrategy[tuple[Jam, ...]] = st.tuples(
    st.builds(Jam, DOORS, st.just("issuing.render"), st.integers(2, 4)),
    st.builds(Jam, DOORS, st.just("koseki.render"), st.integers(1, 3)),
)
"""Both renderers stuck at the same time."""


@check("2.8", "P.1", "P.2", "P.3", cases=JAMS, quick=1, standard=4, thorough=20)
def slow_printing_never_mixes(chain: Chain, jams: tuple[Jam, ...]) -> None:
    """
    Making one document takes longer than the wait for it. While it is stuck others apply, and again after its wait has
    run out, and once more when it would at last be ready.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Whoever is refused is told of the time-out and gets nothing later; everyone else gets the own document, never one
    that was made for another.
    """
    with ThreadPoolExecutor(max_workers=len(jams)) as pool:
        for done in [pool.submit(_jam, chain, jam, _applicants_of(chain, jam)) for jam in jams]:
            done.result()


def _applicants_of(chain: Chain, jam: Jam) -> list[Applicant]:
    # All of one kind: a document of another would be noticed by its kind alone.
    kind = Kind.KOSEKI_ALL_MATTERS if jam.stage == "koseki.render" else Kind.RESIDENCE_CERTIFICATE
    return _applicants(chain, (kind,), jam.waiting + 5)


def _jam(chain: Chain, jam: Jam, everyone: list[Applicant]) -> None:
    chain.story.step(f"{jam.stage} stuck once, {jam.waiting} others waiting, at {jam.door}")
    held_seconds = chain.profile.waits.render_seconds + LATE_SECONDS
    stuck, waiting, after, late = everyone[:1], everyone[1:-4], everyone[-4:-2], everyone[-2:]
    chain.hold(jam.stage, held_seconds, 1)
    with ThreadPoolExecutor(max_workers=len(everyone)) as pool:
        began = time.monotonic()
        running = pool.submit(_apply_together, chain, stuck, jam.door)
        time.sleep(min(0.3, held_seconds / 4))
        waiters = pool.submit(_apply_together, chain, waiting, jam.door)
        running.result()
        _apply_together(chain, after, jam.door)
        time.sleep(max(0.0, began + held_seconds + 0.3 - time.monotonic()))
        _apply_together(chain, late, jam.door)
        waiters.result()
    timed_out = [one for one in everyone if _answer(one).refusal is not None]
    chain.story.step(f"{jam.stage}: {len(timed_out)} of {len(everyone)} timed out")
    documents = []
    for one in everyone:
        if one not in timed_out:
            documents.append(_granted(one))
            _judge(one, documents[-1])
    for one in timed_out:
        _answer(one).refused("REASON_TIMED_OUT")
        _repeat(chain, one, jam.door).refused("REASON_REQUEST_ID_USED", code="late_document")
    _all_distinct(documents, f"{jam.door}, after a jam of {jam.stage}")
    served_after = all(one not in timed_out for one in late)
    expect(
        served_after,
        expected="the next applicants served once the jam is over",
        observed="refused for a time-out",
        seen_at=f"{jam.door}, {held_seconds:.1f} s after the jam began",
        code="not_recovered",
    )
    for requirement in ("P.2", "2.8", "P.1", "P.3"):
        chain.story.trigger(requirement, 1 if timed_out else 0)


def _applicants(chain: Chain, kinds: Sequence[Kind], count: int) -> list[Applicant]:
    """Different fresh citizens, one kind after the other."""
    applicants: list[Applicant] = []
    taken: set[str] = set()
    for number in range(count):
        wish = Wish(kinds[number % len(kinds)])
        suited = can_have(chain.city, wish, chain.clock.now)
        citizen = chain.citizen("plain", _other_than(taken, suited))
        taken.add(citizen.key)
        due = oracle.due(chain.city, citizen, wish.application(chain.city, citizen), chain.clock.now)
        applicants.append(Applicant(citizen, due))
    return applicants


def _other_than(taken: set[str], suited: Callable[[Citizen], bool]) -> Callable[[Citizen], bool]:
    return lambda citizen: citizen.key not in taken and suited(citizen)


def _apply_together(chain: Chain, applicants: Sequence[Applicant], door: Door) -> None:
    """Brings everyone to the point of applying, then releases them at once, and waits for all answers."""
    barrier = threading.Barrier(len(applicants))
    prepared = []
    for number, one in enumerate(applicants, start=1):
        one.request_id = chain.new_request_id()
        prepared.append(_prepared(chain, one, door, number))

    def apply(one: Applicant, ask: "Callable[[], Answer[Message]]") -> None:
        barrier.wait(GATHERING_SECONDS)
        one.answer = ask()

    with ThreadPoolExecutor(max_workers=len(applicants)) as pool:
        for done in [pool.submit(apply, one, ask) for one, ask in zip(applicants, prepared, strict=True)]:
            done.result()


def _prepared(chain: Chain, one: Applicant, door: Door, number: int) -> "Callable[[], Answer[Message]]":
    """All that comes before the application; what is answered makes it."""
    if door == "issuing":
        return lambda: chain.issuing().issue(one.citizen, one.due.application, request_id=one.request_id)
    client = chain.center(number).session_for(one.citizen)
    return lambda: client.apply(one.due.application, request_id=one.request_id)


def _repeat(chain: Chain, one: Applicant, door: Door) -> "Answer[Message]":
    """The same request id again."""
    return _prepared(chain, one, door, 1)()


def _answer(one: Applicant) -> "Answer[Message]":
    assert one.answer is not None
    return one.answer


def _granted(one: Applicant) -> Document:
    message = _answer(one).granted("the own document", code="refused_in_a_rush")
    document: Document = message.document  # type: ignore[attr-defined]
    return document


def _judge(one: Applicant, document: Document) -> None:
    oracle.judge(document, one.due, one.request_id, _answer(one).call)


def _all_distinct(documents: Sequence[Document], seen_at: str) -> None:
    ids = {document.document_id for document in documents}
    expect_equal(len(ids), len(documents), seen_at=seen_at, code="document_id_used_twice")
