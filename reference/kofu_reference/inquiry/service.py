"""InquiryService: what the scrambled image on a sheet's back says of its front. [3.2.4c]"""

# ruff: noqa: N802 - names and parameters are those of the generated servicer

from typing import Any

from kofu.v1 import inquiry_pb2, inquiry_pb2_grpc
from kofu.v1.reason_pb2 import Reason
from kofu_reference.runtime import Refusal


class InquiryServicer(inquiry_pb2_grpc.InquiryServiceServicer):
    """Answers for the sheets that the center has issued with a scrambled image."""

    async def ReadBack(self, request: inquiry_pb2.ReadBackRequest, context: Any) -> inquiry_pb2.ReadBackResponse:
        """Refuses every question: the center gives sheets no serial number and no scrambled image, so there is none
        of which a front could be shown. The serial number decides before the scan is read, as for any other sheet
        that was never issued."""
        raise Refusal(Reason.REASON_RECORD_NOT_FOUND, field="sheet_serial")
