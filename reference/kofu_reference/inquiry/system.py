"""The inquiry site as a system. [3.2.4c]"""

from typing import ClassVar

from kofu.v1.inquiry_pb2_grpc import add_InquiryServiceServicer_to_server
from kofu_reference.inquiry.service import InquiryServicer
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig
from kofu_reference.runtime.system import ANYBODY


class Inquiry(System):
    """Open to citizens, who come over HTTPS and have no certificate of the authority. It keeps nothing."""

    name: ClassVar[str] = "inquiry"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        self.service = InquiryServicer()

    def bindings(self) -> list[Binding]:
        return [Binding(add_InquiryServiceServicer_to_server, self.service, {"ReadBack": ANYBODY})]

    async def start(self) -> None:
        """Nothing is to be opened."""

    async def stop(self) -> None:
        """Nothing is to be closed."""
