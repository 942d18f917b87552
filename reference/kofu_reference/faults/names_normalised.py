"""The feed is normalised on its way in (NFC): compatibility ideographs in names become other characters."""

import unicodedata

from kofu.v1.register_pb2 import ResidentRecord
from kofu_reference.issuing.system import Issuing

SYSTEM = "issuing"
STATEMENT = "2.1"
KILLED_BY = "chain.documents.names_go_through_unchanged"


def install(system: Issuing) -> None:
    put = system.register.put_resident

    def put_normalised(resident: ResidentRecord) -> None:
        for name in ("name", "householder", "head_of_register"):
            setattr(resident, name, unicodedata.normalize("NFC", getattr(resident, name)))
        put(resident)

    system.register.put_resident = put_normalised  # type: ignore[method-assign]
