"""Targets of the pages and links to them: one name for each thing that has a place of its own."""

import re

from kofu_site.facts import Facts
from kofu_site.markup import Lang, code, link, plain
from kofu_spec.requirements.incidents import Incident
from kofu_spec.rules.table import Table


def requirement(requirement_id: str) -> str:
    return f"req-{requirement_id}"


def check(check_id: str) -> str:
    return f"check-{check_id}"


def fault(fault_id: str) -> str:
    return f"fault-{fault_id}"


def reason(name: str) -> str:
    return f"reason-{name}"


def table(name: str) -> str:
    return f"rule-{name}"


def vectors(name: str) -> str:
    return f"vectors-{name}"


def incident(incident_id: str) -> str:
    return f"incident-{incident_id}"


def invariant(name: str) -> str:
    return f"invariant-{name}"


def mutant(name: str) -> str:
    return f"mutant-{name}"


def declared(full_name: str) -> str:
    """A message, enum, service or method of the protos."""
    return f"proto-{full_name}"


def to_requirement(requirement_id: str) -> str:
    return link(plain(requirement_id), requirement(requirement_id))


def to_requirements(facts: Facts, text: str) -> str:
    """Text that names statements, such as '1.4, 1.5' or '3.2.6 (decision)'; ids of the catalogue become links."""
    words = re.split(r"([0-9P](?:\.[0-9]+)+[a-z]?)", text)
    return "".join(to_requirement(word) if word in facts.catalogue else plain(word) for word in words)


def to_titled_requirement(facts: Facts, lang: Lang, requirement_id: str) -> str:
    entry = facts.catalogue[requirement_id]
    return link(plain(f"{entry.id} {lang(entry.title_ja, entry.title_en)}"), requirement(entry.id))


def to_check(check_id: str) -> str:
    return link(code(check_id), check(check_id))


def to_fault(fault_id: str) -> str:
    return link(code(fault_id), fault(fault_id))


def to_reason(name: str) -> str:
    return link(code(name), reason(name))


def to_table(lang: Lang, table_: Table) -> str:
    return link(plain(lang(table_.title.ja, table_.title.en)), table(table_.name))


def to_vectors(name: str) -> str:
    return link(code(name), vectors(name))


def to_incident(lang: Lang, one: Incident) -> str:
    words = lang(f"{one.place_ja}（{one.when_ja}）", f"{one.place_en}, {one.when_en}")
    return link(plain(words), incident(one.id))


def to_invariant(name: str) -> str:
    return link(code(name), invariant(name))
