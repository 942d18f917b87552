"""What runs at a site names its build and configuration. [P.8]"""

from kofu.testing.v1.control_pb2 import DescribeResponse
from kofu_conformance.engine import check, expect, expect_equal
from kofu_conformance.testers.chain import Chain


@check("P.8", exclusive=True, needs=("issuing.test_control",))
def every_server_names_its_build(chain: Chain) -> None:
    """
    Every server of every system is asked what it is, the issuing server again after a restart.

    > 証明発行サーバには作成した証明書のデータを保存しない仕組みとする。

    Each names its build and its configuration; the build that the run's evidence is bound to is among them; and the
    servers of one site run the same build with the same configuration, so that a correction can't be missing at one.
    """
    named: dict[str, DescribeResponse] = {}
    for node, declared in chain.profile.nodes.items():
        if declared.test_control:
            named[node] = _named(chain, node)
            chain.story.trigger("P.8")
    builds = sorted({one.build for one in named.values()})
    expect(
        chain.profile.iut.build in builds,
        expected=f"{chain.profile.iut.build}, the build that the profile names",
        observed=", ".join(builds),
        seen_at="tester -> every system, Describe",
        code="another_build_runs",
    )
    for system in chain.profile.systems:
        servers = {node: named[node] for node in chain.profile.nodes_of(system) if node in named}
        for part in ("build", "configuration"):
            values = {getattr(one, part) for one in servers.values()}
            expect(
                len(values) <= 1,
                expected=f"one {part} at all servers of {system}",
                observed=", ".join(sorted(values)),
                seen_at=f"tester -> {', '.join(servers)}, Describe",
                code=f"servers_of_another_{part}",
            )
    chain.restart("issuing")
    after = _named(chain, "issuing")
    seen_at = "tester -> issuing, Describe after a restart"
    expect_equal(
        (after.build, after.configuration),
        (named["issuing"].build, named["issuing"].configuration),
        seen_at=seen_at,
        code="another_after_restart",
    )


def _named(chain: Chain, node: str) -> DescribeResponse:
    described = chain.control(node).describe()
    chain.story.step(f"{node}: build {described.build or '-'}, configuration {described.configuration or '-'}")
    for part in ("build", "configuration"):
        expect(
            getattr(described, part),
            expected=f"the {part} named",
            observed="nothing",
            seen_at=f"tester -> {node}, Describe",
            code=f"{part}_not_named",
        )
    return described
