"""Every check of the chain, each apart from the act that it guards.

A guard looks at the state only. What a mutant removes or weakens is always one of these; they are numbered as in
spec/docs/model.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

from kofu_spec.model.state import (
    AtCenter,
    Job,
    Kind,
    Pages,
    Period,
    Phase,
    State,
    Status,
    about,
    bit,
    cancels,
    first,
    names,
)

Guard = Callable[..., bool]


def always(*_: object) -> bool:
    """What holds in every state; as a mutant: the check is missing."""
    return True


def never(*_: object) -> bool:
    """What holds in no state; as a mutant: the precaution is missing."""
    return False


# CARD AND SESSION


def unlocked(s: State, c: int) -> bool:
    """Fewer than three wrong PINs in a row. [3.3.10]"""
    return s.citizens[c - 1].strikes < 3


def strike_first(*_: object) -> bool:
    """The card writes the strike before it answers, so that pulling it saves nobody a strike. [3.3.10]"""
    return True


def strikes_survive_power(*_: object) -> bool:
    """A card that is put in again still knows its strikes. [3.3.10]"""
    return True


def identity_recorded(s: State, c: int) -> bool:
    """The city office has established who asks for the unblocking. [3.3.11]"""
    return s.citizens[c - 1].identified == 1


def pin_bound_to_card(*_: object) -> bool:
    """A PIN counts for the card that it was typed for. [3.3.9]"""
    return True


def pin_given(s: State, k: int) -> bool:
    """The card's PIN was accepted. [3.3.9]"""
    return s.kiosks[k - 1].phase == Phase.PIN_ACCEPTED


def certificate_good(s: State, k: int) -> bool:
    """The validity check answered, and answered 'good'. [1.8]"""
    return s.kiosks[k - 1].status == Status.GOOD


def service_open(s: State) -> bool:
    """Within the hours of the service. [1.4, 1.5]"""
    return s.period != Period.NIGHT


# APPLICATION AND CENTER


def within_hours(s: State, kind: int) -> bool:
    """Within the hours of this kind of certificate, at the center's instant of receipt. [1.4, 1.5, 1.6]"""
    return s.period == Period.OFFICE if kind == Kind.KOSEKI else s.period != Period.NIGHT


def id_unused(s: State, r: int) -> bool:
    """The center has never seen this request id. [P.3]"""
    return s.requests[r - 1].center == AtCenter.UNKNOWN


def still_waiting(s: State, r: int) -> bool:
    """The center still waits for this document. [P.2]"""
    return s.requests[r - 1].center == AtCenter.WAITING


def whole_at_center(s: State, r: int) -> bool:
    """The document that came is complete, and all of it names this request. [P.6]"""
    pages = s.requests[r - 1].made
    return all_there(pages) and all_name(s, pages, r)


def permitted_at_center(s: State, r: int) -> bool:
    """Every page of the document that came is about the applicant. [P.1]"""
    return all_about(s, s.requests[r - 1].made, s.requests[r - 1].holder)


def no_alarm(s: State) -> bool:
    """No flagged error waits for an officer. [P.7]"""
    return s.alarm == 0


def alarm_stays(*_: object) -> bool:
    """A later document in order does not lift the alarm. [P.7]"""
    return True


def held_erased(s: State, r: int) -> bool:
    """Nothing of the document is in the center's memory. [3.2.3]"""
    return not any(s.requests[r - 1].held)


# ISSUING SERVER AND KOSEKI SYSTEM


def id_unserved(s: State, r: int) -> bool:
    """The server has never worked on this request id. [P.3]"""
    return s.requests[r - 1].job == Job.UNKNOWN


def place_free(s: State, server: int) -> bool:
    """Nobody has taken the server's place of work. [P.3]"""
    return s.servers[server - 1].owner == 0


def place_of_its_own(*_: object) -> bool:
    """Every server of the site has a place of work of its own. [P.3]"""
    return True


def not_cancelled(s: State, r: int) -> bool:
    """The server's register holds no change that cancels what the applicant is entitled to. [P.5]"""
    request = s.requests[r - 1]
    applied = s.servers[request.server - 1].applied
    return not any(
        applied & bit(n) and cancels(n, len(s.citizens)) == request.holder for n in range(1, applied.bit_length() + 1)
    )


def up_to_date(s: State, server: int) -> bool:
    """The server may count itself up to date: no gap, and the feed was heard of lately. [P.5]"""
    return s.servers[server - 1].current == 1


def rendered_here(s: State, r: int) -> bool:
    """This kind is made from the city's registers, not by the koseki system. [2.9]"""
    return s.requests[r - 1].kind == Kind.REGISTER


def no_filing(s: State) -> bool:
    """No filing of this koseki is being processed. [2.9]"""
    return s.filing == 0


def still_working(s: State, r: int) -> bool:
    """The server still works on this request. [P.2]"""
    return s.requests[r - 1].job == Job.WORKING


def complete(_: State, pages: Pages) -> bool:
    """The full count of pages. [P.6]"""
    return all_there(pages)


def together(s: State, r: int, pages: Pages) -> bool:
    """All pages name this request. [P.6]"""
    return all_name(s, pages, r)


def permitted(s: State, r: int, pages: Pages) -> bool:
    """Every page is about the applicant, asked again at the moment of release. [P.1]"""
    return all_about(s, pages, s.requests[r - 1].holder)


def whole_abort(*_: object) -> bool:
    """A wait that runs out ends the job and what was made of it together. [P.2]"""
    return True


def place_wiped(s: State, r: int, place: int) -> bool:
    """The place of work no longer belongs to the request. [3.1.4]"""
    return s.servers[place - 1].owner != r


# FEED


def in_order(s: State, server: int, n: int) -> bool:
    """The change is the very next one. [2.6]"""
    return s.servers[server - 1].applied == first(n - 1)


def caught_up(s: State, server: int) -> bool:
    """The server holds every change that the heartbeat counts. [P.5]"""
    return s.servers[server - 1].applied == first(s.sent)


def visible_everywhere(s: State, n: int) -> bool:
    """Every server of the site has come as far as the change. [2.6, P.5]"""
    return all(server.applied.bit_length() >= n for server in s.servers)


# PAPER AND MONEY


def own_request(s: State, k: int, r: int) -> bool:
    """The document is the one that this session applied for. [P.3]"""
    return s.kiosks[k - 1].request == r


def awaited(s: State, k: int) -> bool:
    """The kiosk still waits for it. [P.2]"""
    return s.kiosks[k - 1].phase == Phase.WAITING


def paid(s: State, k: int) -> bool:
    """The fee is in the machine. [3.3.6]"""
    return s.kiosks[k - 1].phase == Phase.PAID


def counted(s: State, k: int) -> bool:
    """The journal has as many sheets as came out. [3.3.6]"""
    return s.kiosks[k - 1].noted == s.kiosks[k - 1].sheets


def printing_over(s: State, k: int) -> bool:
    """No more sheet will come out. [3.3.6]"""
    return s.kiosks[k - 1].phase == Phase.ENDING


def doc_erased(s: State, k: int) -> bool:
    """Nothing of the document is in the kiosk's memory. [3.3.3]"""
    return not any(s.kiosks[k - 1].doc)


def money_settled(s: State, k: int) -> bool:
    """No money is left in escrow. [3.3.6]"""
    return s.kiosks[k - 1].money == 0


# WHAT GUARDS AND INVARIANTS SAY OF PAGES


def all_there(pages: Pages) -> bool:
    """No page is missing."""
    return 0 not in pages


def all_name(s: State, pages: Pages, r: int) -> bool:
    """The pages that are there name this request."""
    return all(names(page, len(s.citizens)) == r for page in pages if page)


def all_about(s: State, pages: Pages, c: int) -> bool:
    """The pages that are there are about this citizen."""
    return all(about(page, len(s.citizens)) == c for page in pages if page)


@dataclass(frozen=True)
class Guards:
    """The guards in force, by their numbers. A mutant replaces one of them."""

    unlocked: Guard = unlocked
    strike_first: Guard = strike_first
    strikes_survive_power: Guard = strikes_survive_power
    identity_recorded: Guard = identity_recorded
    pin_bound_to_card: Guard = pin_bound_to_card
    pin_given: Guard = pin_given
    certificate_good: Guard = certificate_good
    service_open: Guard = service_open
    within_hours: Guard = within_hours
    id_unused: Guard = id_unused
    still_waiting: Guard = still_waiting
    whole_at_center: Guard = whole_at_center
    permitted_at_center: Guard = permitted_at_center
    no_alarm: Guard = no_alarm
    alarm_stays: Guard = alarm_stays
    held_erased: Guard = held_erased
    id_unserved: Guard = id_unserved
    place_free: Guard = place_free
    place_of_its_own: Guard = place_of_its_own
    eligible_at_start: Guard = not_cancelled
    eligible_at_release: Guard = not_cancelled
    current_at_start: Guard = up_to_date
    current_at_release: Guard = up_to_date
    rendered_here: Guard = rendered_here
    no_filing: Guard = no_filing
    still_working: Guard = still_working
    complete: Guard = complete
    together: Guard = together
    permitted: Guard = permitted
    whole_abort: Guard = whole_abort
    place_wiped: Guard = place_wiped
    in_order: Guard = in_order
    caught_up: Guard = caught_up
    visible_everywhere: Guard = visible_everywhere
    own_request: Guard = own_request
    awaited: Guard = awaited
    paid: Guard = paid
    counted: Guard = counted
    printing_over: Guard = printing_over
    doc_erased: Guard = doc_erased
    money_settled: Guard = money_settled


GUARD_NAMES = tuple(field.name for field in fields(Guards))
