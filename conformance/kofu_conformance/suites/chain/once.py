"""A request id serves once, and after printing nothing of the document can be had. [3.1.4, 3.2.3, 3.3.3, P.4]"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from google.protobuf.message import Message
from hypothesis import strategies as st

from kofu.v1.document_pb2 import Document
from kofu_conformance.engine import Deviation, Unobserved, check, expect, expect_equal
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.oracles.paper import without_blanks
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.filling import Filling, requests
from kofu_conformance.testers.issuing import holder_of
from kofu_conformance.testers.kiosk import Hands, Seen
from kofu_conformance.testers.persons import ANYONE
from kofu_conformance.testers.reflection import ReflectedMethod
from kofu_conformance.testers.wish import Kind, Members, Wish, can_have, wishes
from kofu_spec.city import Citizen


@dataclass(frozen=True)
class Reuse:
    """A request id that was used, for this wish, and whether its application was refused."""

    wish: Wish
    refused: bool


@check(
    "3.1.4",
    "P.3",
    "P.4",
    cases=st.tuples(
        st.builds(Reuse, wishes(), st.just(False)),
        st.builds(Reuse, st.just(Wish(Kind.KOSEKI_ALL_MATTERS)), st.just(False)),
        st.builds(Reuse, st.sampled_from([Wish(kind) for kind in Kind if not kind.is_koseki]), st.just(True)),
    ),
    quick=1,
    standard=8,
    thorough=60,
)
def request_id_serves_once(chain: Chain, reuses: tuple[Reuse, ...]) -> None:
    """
    A request id that has been used, with success or in vain, is used again: at the center in the same session and in
    that of another citizen, at the issuing server, and at the doors of the relay and the koseki system.

    > 証明発行サーバには作成した証明書のデータを保存しない仕組みとする。

    It is refused as used, everywhere, whoever asks for whatever: nothing is answered from something kept.
    """
    for reuse in reuses:
        chain.story.step(f"{'refused' if reuse.refused else 'granted'}: {reuse.wish}")
        _reuse_at_the_issuing_server(chain, reuse)
        _reuse_at_the_center(chain, reuse)
        for requirement in ("3.1.4", "P.3", "P.4"):
            chain.story.trigger(requirement)


def _reuse_at_the_issuing_server(chain: Chain, reuse: Reuse) -> None:
    citizen, wish = _applicant(chain, reuse)
    application = wish.application(chain.city, citizen)
    issuing = chain.issuing()
    first = issuing.issue(citizen, application)
    used = issuing.request_id
    if reuse.refused:
        first.refused()
    else:
        first.granted("the document that is due")
    chain.story.step("the id again at the issuing server, by the same and by another citizen")
    other = _who_can_have(chain, Wish(Kind.RESIDENCE_CERTIFICATE))
    others = Wish(Kind.RESIDENCE_CERTIFICATE).application(chain.city, other)
    _used(issuing.issue(citizen, application, request_id=used))
    _used(issuing.issue(other, others, request_id=used))
    if wish.kind.is_koseki and not reuse.refused:
        _reuse_at_the_koseki_doors(chain, citizen, wish, used)


def _reuse_at_the_koseki_doors(chain: Chain, citizen: Citizen, wish: Wish, used: str) -> None:
    application = wish.application(chain.city, citizen)
    for door, role in (("relay", "issuing"), ("koseki", "relay")):
        if chain.wire.plays(role) and door in chain.profile.systems:
            chain.story.step(f"the id again at the {door}'s door")
            _used(chain.koseki("relay" if door == "relay" else "koseki").issue(citizen, application, request_id=used))


def _reuse_at_the_center(chain: Chain, reuse: Reuse) -> None:
    citizen, wish = _applicant(chain, reuse)
    application = wish.application(chain.city, citizen)
    client = chain.center().session_for(citizen)
    first = client.apply(application)
    used = client.request_id
    if reuse.refused:
        first.refused()
    else:
        first.granted("the document that is due")
    chain.story.step("the id again at the center, in this session, in another's, and at the issuing server")
    _used(client.apply(application, request_id=used))
    client.close()
    other = _who_can_have(chain, Wish(Kind.TAX_ASSESSMENT))
    second = chain.center().session_for(other)
    _used(second.apply(Wish(Kind.TAX_ASSESSMENT).application(chain.city, other), request_id=used))
    second.close()
    _used(chain.issuing().issue(citizen, application, request_id=used))


def _used(answer: Answer[Message]) -> None:
    answer.refused("REASON_REQUEST_ID_USED", code="request_id_served_twice")


def _applicant(chain: Chain, reuse: Reuse) -> tuple[Citizen, Wish]:
    """Someone who gets it, or, where it is to be refused, someone with a good card who doesn't."""
    if not reuse.refused:
        return _who_can_have(chain, reuse.wish), reuse.wish
    in_vain = Wish(Kind.RESIDENCE_CERTIFICATE, Members.STRANGER)
    return _who_can_have(chain, Wish(Kind.RESIDENCE_CERTIFICATE)), in_vain


def _who_can_have(chain: Chain, wish: Wish) -> Citizen:
    suited = can_have(chain.city, wish, chain.clock.now)
    if any(suited(citizen) for citizen in chain.city.family("plain")):
        return chain.citizen("plain", suited)
    return chain.citizen(ANYONE, suited)


@dataclass(frozen=True)
class Finished:
    """A transaction that is over, with what marks its document."""

    citizen: Citizen
    request_id: str
    session_id: str
    document_id: str
    subject_handle: str
    digests: tuple[bytes, ...]
    items: tuple[str, ...]
    """Strings of the record that mark the person: names, numbers, addresses."""


@check(
    "3.1.4",
    "3.2.3",
    "3.3.3",
    "P.4",
    cases=st.tuples(
        st.sampled_from([kind for kind in Kind if not kind.is_koseki]).flatmap(wishes),
        st.sampled_from([kind for kind in Kind if kind.is_koseki]).flatmap(wishes),
    ),
    quick=1,
    standard=6,
    thorough=30,
    needs=("kiosk.test_control",),
)
def nothing_after_printing(chain: Chain, wanted: tuple[Wish, Wish]) -> None:
    """
    A certificate of the issuing server's and one of the koseki system's: the papers are printed and taken. Then
    someone presses print again, searches the tray, comes with another card; and someone with every key of the network calls every RPC of every server with all the ids of the transaction.

    > 証明書のデータは印刷後、キオスク端末から自動的に消去させる仕組みとする。

    No paper comes, and no answer carries the document's id, its marks or anything of the person.
    """
    finished = [one for wish in wanted for one in (_printed(chain, wish), _fetched_at_the_center(chain, wish))]
    for system in chain.profile.systems:
        _sweep(chain, system, finished)
    for requirement in ("3.1.4", "3.2.3", "3.3.3", "P.4"):
        chain.story.trigger(requirement)


def _printed(chain: Chain, wish: Wish) -> Finished:
    """Taken out at a kiosk, which must give no more paper then."""
    kiosk = chain.kiosk()
    citizen = _who_can_have(chain, wish)
    application = wish.application(chain.city, citizen)
    chain.story.step(f"{citizen.key} takes out {wish} and goes")
    taken = kiosk.take_out(citizen, application)
    due = oracle.due(chain.city, citizen, application, chain.clock.now)
    pages = oracle.judge_paper(taken.papers[0], due, f"paper of {kiosk.terminal_id}")
    _no_more_paper(chain, kiosk, citizen)
    return Finished(
        citizen,
        taken.request_id,
        taken.request_id,
        oracle.document_id_on(pages, not_this=taken.request_id),
        "",
        (),
        _marks(due),
    )


def _no_more_paper(chain: Chain, kiosk: Hands, before: Citizen) -> None:
    """Print, tray and screen, first with nobody there and then in the next citizen's session."""
    chain.story.step("print pressed again, tray searched, nobody there")
    for act in (kiosk.press_print, kiosk.take_papers, kiosk.look):
        _shows_nothing(act(), before)
    following = _who_can_have(chain, Wish(Kind.RESIDENCE_CERTIFICATE))
    chain.story.step(f"{following.key} comes, presses print, searches the tray, cancels")
    for seen in kiosk.sign_in(following):
        _shows_nothing(seen, before)
    for act in (kiosk.press_print, kiosk.take_papers, kiosk.cancel, kiosk.take_papers, kiosk.look):
        _shows_nothing(act(), before)


def _shows_nothing(seen: Seen, before: Citizen) -> None:
    expect_equal(len(seen.papers), 0, seen_at=seen.seen_at, code="paper_after_printing")
    said = without_blanks(" ".join((seen.text_ja, seen.text_en, *seen.metadata.values())))
    expect(
        without_blanks(before.name) not in said,
        expected="nothing of the one before",
        observed="the name on the screen",
        seen_at=seen.seen_at,
        code="screen_shows_the_one_before",
    )


def _fetched_at_the_center(chain: Chain, wish: Wish) -> Finished:
    citizen = _who_can_have(chain, wish)
    chain.story.step(f"{citizen.key} has {wish} from the center; reported as printed, session closed")
    application = wish.application(chain.city, citizen)
    client = chain.center().session_for(citizen)
    message = client.apply(application).granted("the document that is due")
    document: Document = message.document
    client.report(charged_yen=message.fee_yen).granted("the report taken")
    client.close().granted("the session closed")
    return Finished(
        citizen,
        client.request_id,
        client.session_id,
        document.document_id,
        document.pages[0].subject_handle,
        tuple(page.digest for page in document.pages),
        _marks(oracle.due(chain.city, citizen, application, chain.clock.now)),
    )


def _marks(due: oracle.Due) -> tuple[str, ...]:
    """The strings of the items that are long enough to tell a person."""
    return tuple(sorted({string for string in due.strings[1:-1] if len(string) >= 8}))


UNTOUCHED = ("Restart", "SetClock", "Hold", "Operate", "ServerReflectionInfo", "Watch")
"""The tester's own instruments: they change the tester's ground, and the hands at the kiosk were used before."""


def _sweep(chain: Chain, system: str, finished: Sequence[Finished]) -> None:
    """Every unary RPC that the system shows, as every role, filled in every way from the finished transactions.

    A role that an RPC has refused as such is not sent to it again.
    """
    asked, shut_out = 0, set[tuple[str, str]]()
    for service in chain.reflect(system):
        for reflected in service.methods:
            if reflected.method.name in UNTOUCHED or reflected.client_streams or reflected.server_streams:
                continue
            for one in finished:
                for filling in _fillings(chain, one):
                    asked += _ask(chain, system, reflected, filling, one, shut_out)
    if not asked:
        raise Unobserved(f"{system}: no RPC could be asked")
    chain.story.step(f"{asked} calls to {system} with the ids of the finished transactions")


def _ask(
    chain: Chain,
    system: str,
    reflected: ReflectedMethod,
    filling: Filling,
    one: Finished,
    shut_out: set[tuple[str, str]],
) -> int:
    asked = 0
    for request in requests(reflected.request_type, filling):
        for role in sorted(str(name) for name in chain.profile.tls.peers):
            if (reflected.method.path, role) in shut_out:
                continue
            answer = chain.wire.call(system, role, reflected.method, request, reflected.response_type, record=False)
            asked += 1
            if answer.result == "REASON_ROLE_NOT_ALLOWED":
                shut_out.add((reflected.method.path, role))
            _carries_nothing(answer, request, one, f"{answer.call} with {filling.name}")
    return asked


def _fillings(chain: Chain, one: Finished) -> Iterator[Filling]:
    """The ids by their names, then every one of them in every string."""
    names: dict[str, str | bytes | int] = {
        "request_id": one.request_id,
        "session_id": one.session_id,
        "municipality_code": chain.municipality_code,
        "terminal_id": chain.terminals[0],
        "issuer_key_id": holder_of(one.citizen).issuer_key_id,
        "certificate_serial": holder_of(one.citizen).certificate_serial,
        "new_pin": "0000",
    }
    yield Filling("the request id", names, one.request_id, one.request_id.encode())
    if one.document_id:
        yield Filling("the document id", names, one.document_id, one.document_id.encode())
    if one.subject_handle:
        yield Filling("the subject handle", names, one.subject_handle, one.digests[0])


def _carries_nothing(answer: Answer[Message], request: Message, one: Finished, seen_at: str) -> None:
    """Raises `Deviation` where the answer shows what the request didn't say."""
    said = answer.result.encode()
    if answer.broken is None:
        message, refusal = answer.message, answer.refusal
        said += message.SerializeToString() if message is not None else b""
        said += repr(sorted(refusal.metadata.items())).encode() if refusal is not None else b""
    sent = request.SerializeToString()
    for name, mark in _forms(one):
        if mark in said and mark not in sent:
            raise Deviation("nothing of a finished transaction", f"the answer carries {name}", seen_at, "document_kept")


def _forms(one: Finished) -> Iterator[tuple[str, bytes]]:
    """The marks as they may stand in an answer: plain, in hexadecimal, in base64."""
    texts = [("the document id", one.document_id), ("the subject handle", one.subject_handle)]
    texts += [(f"item {number} of the document", item) for number, item in enumerate(one.items)]
    plain = [(name, text.encode()) for name, text in texts if text]
    plain += [("the digest of a page", digest) for digest in one.digests]
    forms: tuple[Callable[[bytes], bytes], ...] = (bytes, lambda octets: octets.hex().encode(), base64.b64encode)
    for name, octets in plain:
        for form in forms:
            yield name, form(octets)
