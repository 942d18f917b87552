"""Over HTTP/JSON the issuing server takes every peer for the issuance center."""

from collections.abc import Iterable, Mapping

from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime import json_side

SYSTEM = "issuing"
STATEMENT = "2.7"
KILLED_BY = "chain.route.by_the_center_and_no_other_way"


def install(_: Issuing) -> None:
    center = {"x509_subject_alternative_name": [b"center-1.center.jlis.kofu.invalid"]}

    def always_the_center(_: object) -> Mapping[str, Iterable[bytes]]:
        return center

    json_side._HttpCaller.auth_context = always_the_center  # type: ignore[assignment, method-assign]
