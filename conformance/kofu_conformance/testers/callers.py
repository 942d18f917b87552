"""Who calls what: the one role that each service of each system answers. [2.4, 2.7, 3.1.6, 3.2.6]"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import protovalidate
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from kofu_conformance.testers.chain import Chain
from kofu_conformance.testers.filling import Filling, requests
from kofu_conformance.testers.reflection import ReflectedMethod
from kofu_spec.pki import jpki

CALLER: Mapping[tuple[str, str], str] = {
    ("core", "kofu.v1.CounterService"): "counter",
    ("relay", "kofu.v1.RecordFeedService"): "core",
    ("relay", "kofu.v1.KosekiService"): "issuing",
    ("koseki", "kofu.v1.KosekiService"): "relay",
    ("issuing", "kofu.v1.IssuingService"): "center",
    ("issuing", "kofu.v1.RecordFeedService"): "relay",
    ("issuing", "kofu.v1.AlarmService"): "office",
    ("center", "kofu.v1.CenterService"): "kiosk",
    ("center", "kofu.v1.AlarmService"): "office",
    ("kiosk", "kofu.v1.MaintenanceService"): "maintenance",
    ("counter", "kofu.v1.CounterService"): "office",
    ("inquiry", "kofu.v1.InquiryService"): "tester",
}
"""By system and service. Citizens, who have no certificate, ask the inquiry site; any peer may."""

OPEN_TO_ALL = ("kofu.v1.InquiryService",)
OFFERED_TO_NOBODY = (("core", "UnblockPin"),)
"""By system and method: cards are unblocked at the counter alone, whose service the core shares."""


@dataclass(frozen=True)
class Served:
    """A method that a server shows, and who may call it; None: nobody."""

    reflected: ReflectedMethod
    caller: str | None

    @property
    def streams(self) -> bool:
        """Whether it is a streaming one, which HTTP/JSON does not carry."""
        return self.reflected.client_streams or self.reflected.server_streams


def served_at(chain: Chain, node: str) -> Iterator[Served]:
    """The methods of the interfaces at a server, as it describes itself; the tester's instruments are left out."""
    system = node.partition("-")[0]
    for service in chain.reflect(node):
        caller = CALLER.get((system, service.name))
        if caller is not None:
            for reflected in service.methods:
                nobody = (system, reflected.method.name) in OFFERED_TO_NOBODY
                yield Served(reflected, None if nobody else caller)


def well_formed(chain: Chain, served: Served) -> Message:
    """A request of a method that keeps the form, about nobody and nothing that there is."""
    return well_formed_requests(chain, served)[0]


def well_formed_requests(chain: Chain, served: Served) -> list[Message]:
    """Such requests of a method, each choice that it leaves made once; those that keep every rule stand first."""
    names: dict[str, str | bytes | int] = {
        "request_id": chain.new_request_id(),
        "session_id": chain.new_request_id(),
        "municipality_code": chain.municipality_code,
        "terminal_id": chain.terminals[0],
        "issuer_key_id": jpki.ISSUER_KEY_ID,
        "certificate_serial": "ff",
        "card_id": "card-99999999",
        "new_pin": "0000",
        "clerk_id": "CLERK01",
    }
    made = requests(served.reflected.request_type, Filling("nobody", names, "nobody", b"nobody"))
    return sorted(made, key=_breaks_a_rule)


def _breaks_a_rule(message: Message) -> bool:
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(message.DESCRIPTOR.full_name)
    except KeyError:
        return True
    ours = message_factory.GetMessageClass(descriptor).FromString(message.SerializeToString())
    return bool(protovalidate.collect_violations(ours))
