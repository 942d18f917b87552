"""The center's port for HTTP/JSON still speaks TLS 1.0 and 1.1, for terminals that were never renewed."""

import ssl
import warnings
from typing import Any

from kofu_reference.center.system import Center
from kofu_reference.runtime import json_side
from kofu_reference.runtime.http import server_tls

SYSTEM = "center"
STATEMENT = "3.2.5b"
KILLED_BY = "chain.transport.broken_tls_is_refused"


def install(system: Center) -> None:  # noqa: ARG001 - every fault is given its system
    json_side.server_tls = _lax  # type: ignore[attr-defined]


def _lax(keys: Any, **asked: Any) -> ssl.SSLContext:
    context = server_tls(keys, **asked)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    return context
