"""Hostile input is refused with reason and field, survived and logged, at every interface. [3.2.6]"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from google.protobuf.empty_pb2 import Empty
from hypothesis import strategies as st

from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers import hostile
from kofu_conformance.testers.answer import Answer
from kofu_conformance.testers.callers import Served, served_at, well_formed_requests
from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.hostile import Attack, Hostility
from kofu_conformance.testers.wire import TOO_LARGE
from kofu_conformance.testers.wish import Kind, Wish, can_have

INVALID = "REASON_INVALID_REQUEST"
LOGGED_WITHIN_SECONDS = 10.0
HOSTILITIES = st.builds(
    Hostility,
    octets=st.binary(min_size=8, max_size=400).map(bytes.hex),
    depth=st.integers(200, 200_000),
    enum_number=st.integers(100_000, 2**31 - 1),
    length=st.integers(10_000, 200_000),
    mark=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=12, max_size=20).map("KOFU{}".format),
)
Send = Callable[[Chain, str, Served, Attack], Answer[Empty]]


@check("3.2.6", cases=HOSTILITIES, quick=1, standard=5, thorough=40, needs=("kiosk.test_control",))
def malformed_calls_are_refused(chain: Chain, hostility: Hostility) -> None:
    """
    Every method of every server is called by a peer that may call it, with bytes that are no message, messages cut
    short, nested without end, too long or too large, text that is not UTF-8 and numbers that an enum lacks.

    > ⑥侵入防止システム等により外部からの不正アクセスに対する防御措置を講じる。

    Each call is refused as invalid, naming the field where it is one that is wrong, and repeating nothing of what was
    sent. The same processes go on, and a citizen is served as before.
    """
    for node in chain.profile.nodes:
        running = _boot_id(chain, node)
        sent = 0
        for served in _called(chain, node):
            attacks = list(hostile.in_protobuf(well_formed_requests(chain, served), hostility))
            for attack in attacks:
                _refused(_call(chain, node, served, attack), attack, hostility)
            if not sent:
                _too_large(chain, node, served)
            sent += len(attacks)
            chain.story.trigger("3.2.6")
        if sent:
            chain.story.step(f"{node}: {sent} malformed calls refused")
        _the_same_process(chain, node, running)
    _a_citizen_is_served(chain)


@check("3.2.6", cases=HOSTILITIES, quick=1, standard=5, thorough=40, needs=("kiosk.test_control",))
def malformed_json_is_refused(chain: Chain, hostility: Hostility) -> None:
    """
    Every method that is served over HTTP/JSON is called by a peer that may call it, with bodies that are no JSON or
    not UTF-8, cut short, nested without end, too long or too large, with a key twice, with fields or names of enum
    values that there are not, and with another content type.

    > ⑥侵入防止システム等により外部からの不正アクセスに対する防御措置を講じる。

    Each call is refused as invalid, naming the field where it is one that is wrong, and repeating nothing of what was
    sent. The same processes go on, and a citizen is served as before.
    """
    for node in chain.profile.nodes:
        if not chain.json_door.is_at(node):
            continue
        running = _boot_id(chain, node)
        sent = 0
        for served in _called(chain, node):
            if served.streams:
                continue
            attacks = list(hostile.in_json(well_formed_requests(chain, served), hostility))
            if not sent:
                attacks.append(Attack("a body far too large", hostile.too_large()))
            for attack in attacks:
                _refused(_post(chain, node, served, attack), attack, hostility)
            sent += len(attacks)
            chain.story.trigger("3.2.6")
        if sent:
            chain.story.step(f"{node}: {sent} malformed bodies refused")
        _the_same_process(chain, node, running)
    _a_citizen_is_served(chain)


@check("3.2.6", cases=HOSTILITIES, quick=1, standard=5, thorough=20, needs=("logs",))
def refused_attacks_are_logged(chain: Chain, hostility: Hostility) -> None:
    """
    Every server whose log the suite may read is sent a malformed request, over gRPC and over HTTP/JSON.

    > ⑥侵入防止システム等により外部からの不正アクセスに対する防御措置を講じる。

    Its log tells of the refusal by the reason, and holds nothing of what was sent.
    """
    for node, declared in chain.profile.nodes.items():
        served = next(_called(chain, node), None)
        if declared.log is None or served is None:
            continue
        sends: list[tuple[str, Send]] = [("gRPC", _call)]
        if chain.json_door.is_at(node) and not served.streams:
            sends.append(("HTTP/JSON", _post))
        for name, send in sends:
            chain.story.step(f"{node}: a malformed request over {name}")
            _logged(chain, node, declared.log, served, hostility, send)
            chain.story.trigger("3.2.6")


def _logged(chain: Chain, node: str, log: Path, served: Served, hostility: Hostility, send: Send) -> None:
    before = log.stat().st_size
    send(chain, node, served, Attack("garbage", b"\x0f" + hostility.mark.encode())).refused(INVALID)
    until = time.monotonic() + LOGGED_WITHIN_SECONDS
    while INVALID.encode() not in (added := log.read_bytes()[before:]) and time.monotonic() < until:
        time.sleep(0.05)
    expect(
        INVALID.encode() in added,
        expected=f"an entry with {INVALID}",
        observed=f"none within {LOGGED_WITHIN_SECONDS:.0f} s",
        seen_at=f"log of {node}",
        code="refusal_not_logged",
    )
    expect(
        hostility.mark.encode() not in added,
        expected="nothing of the request in the log",
        observed="the mark that was sent",
        seen_at=f"log of {node}",
        code="attack_quoted_in_the_log",
    )


def _called(chain: Chain, node: str) -> Iterator[Served]:
    """The methods that somebody may call."""
    return (served for served in served_at(chain, node) if served.caller is not None)


def _call(chain: Chain, node: str, served: Served, attack: Attack) -> Answer[Empty]:
    return chain.wire.call_raw(
        node, served.caller or "", served.reflected.method, attack.octets, streams=served.streams
    )


def _post(chain: Chain, node: str, served: Served, attack: Attack) -> Answer[Empty]:
    headers = {"content-type": attack.content_type}
    return chain.json_door.call(node, served.caller or "", served.reflected.method, attack.octets, headers)


def _too_large(chain: Chain, node: str, served: Served) -> None:
    """gRPC itself refuses it, and names no reason."""
    answer = _call(chain, node, served, Attack("a message far too large", hostile.too_large()))
    answer.refused(INVALID, TOO_LARGE, code="attack_not_refused")


def _refused(answer: Answer[Empty], attack: Attack, hostility: Hostility) -> None:
    seen_at = f"{answer.call}, {attack.name}"
    refusal = answer.refused(INVALID, code=f"attack_not_refused: {attack.name}")
    for part in ("field", "rule"):
        expect(
            part in refusal.metadata and (refusal.metadata[part] or (part == "field" and not attack.names_field)),
            expected=f"the {part} that is wrong",
            observed=", ".join(sorted(refusal.metadata)) or "no metadata",
            seen_at=seen_at,
            code=f"{part}_not_named",
        )
    expect(
        not any(hostility.mark in said for said in refusal.metadata.values()),
        expected="nothing of what was sent",
        observed="the mark that was sent",
        seen_at=seen_at,
        code="attack_repeated",
    )


def _boot_id(chain: Chain, node: str) -> str | None:
    return chain.control(node).describe().boot_id if chain.profile.nodes[node].test_control else None


def _the_same_process(chain: Chain, node: str, running: str | None) -> None:
    if running is not None:
        expect_equal(
            _boot_id(chain, node), running, seen_at=f"tester -> {node}, Describe", code="process_did_not_survive"
        )


def _a_citizen_is_served(chain: Chain) -> None:
    wish = Wish(Kind.RESIDENCE_CERTIFICATE)
    citizen = chain.citizen("plain", can_have(chain.city, wish, chain.clock.now))
    chain.story.step(f"{citizen.key} takes out {wish}")
    taken = chain.kiosk().take_out(citizen, applications.residence())
    expect_equal(len(taken.papers), 1, seen_at="kiosk after the attacks", code="not_served_after_attacks")
