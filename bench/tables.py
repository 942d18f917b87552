"""The register and the table of the center at their real size: how long they take to read, and what they hold."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kiosks import resident_bytes

from kofu.v1.common_pb2 import Holder
from kofu_reference.center.municipalities import Municipalities, read_municipalities
from kofu_reference.center.sessions import Sessions
from kofu_reference.center.site import IssuingSites
from kofu_reference.center.terminals import read_terminals
from kofu_reference.runtime.channel import open_channel
from kofu_spec.pki.tls import TlsAuthority
from kofu_spec.rules.check_digits import municipality_code_check_digit

TERMINALS = 56_000
MUNICIPALITIES = 1_700

Result = TypeVar("Result")


def at_full_size(folder: Path) -> None:
    register, table = folder / "terminals.csv", folder / "municipalities.jsonl"
    rows = [f"T-{n:06},shop-{n % 7},registered,架空県架空市{n}番地" for n in range(TERMINALS)]
    register.write_text("\n".join(("terminal_id,operator,state,place", *rows)) + "\n", encoding="utf-8")
    table.write_text("\n".join(map(_line, range(10_000, 10_000 + MUNICIPALITIES))), encoding="utf-8")
    _told(f"register of {TERMINALS} terminals", lambda: read_terminals(register))
    municipalities = _told(f"table of {MUNICIPALITIES} municipalities", lambda: read_municipalities(table))
    asyncio.run(_lines_of(municipalities, folder))


def _line(number: int) -> str:
    code = f"{number}{municipality_code_check_digit(str(number))}"
    servers = [
        {"address": f"192.0.2.1:{number + one}", "identity": f"issuing-{one}.issuing.{code}.kofu.invalid"}
        for one in (1, 2)
    ]
    fees = {"residence_certificate": 200, "residence_record_items": 200, "seal_registration": 200}
    return json.dumps({"municipality_code": code, "fees_yen": fees, "servers": servers, "closed_days": ["2026-11-15"]})


def _told(what: str, made: Callable[[], Result]) -> Result:
    before, began = resident_bytes(os.getpid()), time.perf_counter()
    result = made()
    seconds, grown = time.perf_counter() - began, resident_bytes(os.getpid()) - before
    print(f"{what}: read in {seconds * 1000:.0f} ms, {grown / 1e6:.1f} MB")
    return result


async def _lines_of(municipalities: Municipalities, folder: Path) -> None:
    """A connection to each server, not yet connected: what the center would hold if all were asked."""
    tls = TlsAuthority.create(folder / "pki")
    certificate, key = tls.issue("center-1.center.jlis.kofu.invalid")
    authority = folder / "pki" / "authority.pem"
    sites = IssuingSites(
        lambda code: municipalities.must_serve(code).servers,
        lambda peer: open_channel(peer, authority=authority, certificate=certificate, key=key),
        256,
    )
    before = resident_bytes(os.getpid())
    for code in municipalities:
        sites._site_of(code, 0)
    grown = resident_bytes(os.getpid()) - before
    print(f"lines to all {sites.open_lines} servers, none connected: {grown / 1e6:.1f} MB")
    await sites.close()


def of_authenticated_sessions(count: int) -> int:
    """Bytes that this process grows by for each session in which somebody has proved who they are, and applied."""
    sessions = Sessions(300, most=count)
    before = resident_bytes(os.getpid())
    for number in range(count):
        session = sessions.open(f"T-{number:06}", "kiosk-1.kiosk.shop.kofu.invalid")
        session.holder = Holder(issuer_key_id=os.urandom(20), certificate_serial=os.urandom(16).hex())
        session.applied.add(os.urandom(18).hex())
        sessions.take_challenge(session)
    return (resident_bytes(os.getpid()) - before) // count
