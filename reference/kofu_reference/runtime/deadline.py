"""How long a system waits for another: never longer than its own caller still waits. [2.8]"""

from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime.guard import Caller
from kofu_reference.runtime.refusal import Refusal


def wait_within(seconds: float, caller: Caller) -> float:
    """`seconds`, or what the caller still waits where that is less.

    Raises REASON_TIMED_OUT where nothing is left: what is asked then is asked for nobody.
    """
    remaining = caller.time_remaining()
    if remaining is None:
        return seconds
    if remaining <= 0:
        raise Refusal(Reason.REASON_TIMED_OUT)
    return min(seconds, remaining)
