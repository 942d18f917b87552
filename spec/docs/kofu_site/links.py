"""Targets of the pages and links to them: one name for each thing that has a place of its own."""

from kofu_site.facts import Facts
from kofu_site.markup import Lang, code, link, plain


def requirement(requirement_id: str) -> str:
    return f"req-{requirement_id}"


def check(check_id: str) -> str:
    return f"check-{check_id}"


def fault(fault_id: str) -> str:
    return f"fault-{fault_id}"


def reason(name: str) -> str:
    return f"reason-{name}"


def declared(full_name: str) -> str:
    """A message, enum, service or method of the protos."""
    return f"proto-{full_name}"


def to_requirement(requirement_id: str) -> str:
    return link(plain(requirement_id), requirement(requirement_id))


def to_requirements(facts: Facts, text: str) -> str:
    """A list of statement ids such as '1.4, 1.5'; those of the catalogue become links."""
    ids = [one.strip() for one in text.split(",") if one.strip()]
    return ", ".join(to_requirement(one) if one in facts.catalogue else plain(one) for one in ids)


def to_titled_requirement(facts: Facts, lang: Lang, requirement_id: str) -> str:
    entry = facts.catalogue[requirement_id]
    return link(plain(f"{entry.id} {lang(entry.title_ja, entry.title_en)}"), requirement(entry.id))


def to_check(check_id: str) -> str:
    return link(code(check_id), check(check_id))


def to_fault(fault_id: str) -> str:
    return link(code(fault_id), fault(fault_id))


def to_reason(name: str) -> str:
    return link(code(name), reason(name))
