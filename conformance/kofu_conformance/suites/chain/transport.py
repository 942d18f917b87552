"""Third parties are shut out, and traffic is encrypted: every server, every wrong way in. [3.1.7, 3.2.5, 3.3.12]"""

from hypothesis import strategies as st

from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.profile import SystemName
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers import probes
from kofu_conformance.testers.chain import Chain

SERVED_SYSTEMS: list[SystemName] = ["core", "relay", "koseki", "issuing", "center", "kiosk", "counter", "jpki"]


@check(
    "3.1.7",
    "3.2.5",
    "3.2.5b",
    "3.3.12",
    "3.3.12b",
    cases=st.tuples(st.sampled_from(SERVED_SYSTEMS), st.sampled_from(sorted(probes.WAYS_IN))),
    quick=24,
    standard=24,
    thorough=24,
)
def strangers_are_shut_out(chain: Chain, case: tuple[SystemName, str]) -> None:
    """
    A third party connects to a server in plain text, without a certificate, or with one of a foreign authority.

    > 閉鎖性の確保された専用線及びL G W A Nを使用し、第三者からのアクセスを排除するとともに、通信内容の暗号化を行う。

    No byte of the service is answered; a peer with a certificate of the authority is answered at the same address.
    """
    system, way = case
    address = chain.profile.systems[system].address
    chain.story.step(f"{way} at {system}")
    control = probes.knock_as_peer(address, chain.profile)
    if not control.answered:
        chain.story.unobserved(f"{system} does not answer a peer either: {control.detail}")
        return
    knock = probes.WAYS_IN[way](address, probes.GRPC)
    encryption = ("3.2.5b", "3.3.12b") if way == "plain_text" else ()
    for requirement in ("3.1.7", "3.2.5", "3.3.12", *encryption):
        chain.story.trigger(requirement)
    observed = "answered" if knock.answered else "refused"
    expect_equal(observed, "refused", seen_at=f"stranger -> {system}", code=way)


@check("3.2.5", "3.3.12", cases=st.sampled_from(["kiosk", "office", "relay"]), quick=3)
def a_role_may_only_what_is_its_own(chain: Chain, role: str) -> None:
    """
    A peer with a good certificate of another role asks the issuing server for a certificate.

    > キオスク端末と証明書交付センターの接続回線は、J - L I Sが指定する専用回線を使用し、第三者からのアクセスを排除するとともに、通信内容の暗号化を行う。

    Only the issuance center may; the others are refused by their role.
    """
    citizen = chain.citizen("plain")
    chain.story.step(f"{role} asks the issuing server")
    answer = chain.issuing().issue(citizen, applications.residence(), role=role)
    for requirement in ("3.2.5", "3.3.12"):
        chain.story.trigger(requirement)
    answer.refused(Reason.REASON_ROLE_NOT_ALLOWED, code="role_not_checked")
