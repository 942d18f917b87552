"""A refusal for a block names the kind of block: whoever asks learns of support measures."""

from kofu.v1.common_pb2 import Holder
from kofu.v1.reason_pb2 import Reason
from kofu.v1.register_pb2 import IssueBlock
from kofu_reference.issuing.register import Standing
from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime import Refusal

SYSTEM = "issuing"
STATEMENT = "2.8"
KILLED_BY = "chain.refusals.a_block_reveals_nothing"


def install(system: Issuing) -> None:
    standing_of = system.register.standing_of

    def standing_or_cause(holder: Holder) -> Standing | None:
        standing = standing_of(holder)
        if standing is not None and standing.resident.control.blocks:
            raise Refusal(Reason.REASON_ISSUE_BLOCKED, block=IssueBlock.Name(standing.resident.control.blocks[0]))
        return standing

    system.register.standing_of = standing_or_cause  # type: ignore[method-assign]
