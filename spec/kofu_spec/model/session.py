"""Card, PIN, validity and session; the clock and the counter. [1.8, 3.3.9 to 3.3.11]"""

from kofu_spec.model.actions import action, citizen, each_citizen, each_kiosk, kiosk, request, world
from kofu_spec.model.chain import Chain
from kofu_spec.model.state import Configuration, Period, Phase, State, Status, idle_kiosk


@action(
    each_kiosk,
    each_citizen,
    ja="市民{1:letter}が端末{0}にカードを置く",
    en="citizen {1:letter} puts the card into kiosk {0}",
)
def insert(chain: Chain, s: State, k: int, c: int) -> State | None:
    """A citizen who stands at no kiosk goes to one that is idle."""
    if s.kiosks[k - 1].phase != Phase.IDLE or not stands_nowhere(s, c):
        return None
    if not chain.configuration.front:
        return kiosk(s, k, phase=Phase.CARD_TAKEN.value, who=c, pin_by=c, status=Status.GOOD.value)
    after = kiosk(s, k, phase=Phase.CARD_IN.value, who=c)
    return after if chain.guards.strikes_survive_power(s) else citizen(after, c, strikes=0)


@action(
    each_kiosk,
    needs="front",
    ja="端末{0}で正しい暗証番号を入力し、受け付けられる",
    en="the right PIN is accepted at kiosk {0}",
)
def pin_right(chain: Chain, s: State, k: int) -> State | None:
    """The right PIN, on a card that is not locked. [3.3.9, 3.3.10]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.CARD_IN or not chain.guards.unlocked(s, at.who):
        return None
    tally = s.citizens[at.who - 1].tally
    after = citizen(s, at.who, strikes=0, tally=0 if tally < 3 else tally)
    return kiosk(after, k, phase=Phase.PIN_ACCEPTED.value, pin_by=at.who)


@action(each_kiosk, needs="wrong_pins", ja="端末{0}で誤った暗証番号を入力する", en="a wrong PIN is typed at kiosk {0}")
def pin_wrong(chain: Chain, s: State, k: int) -> State | None:
    """A wrong PIN, on a card that is not locked: a strike. [3.3.10]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.CARD_IN or not chain.guards.unlocked(s, at.who):
        return None
    card = s.citizens[at.who - 1]
    return citizen(s, at.who, strikes=min(4, card.strikes + 1), tally=min(3, card.tally + 1))


@action(
    each_kiosk,
    needs="wrong_pins",
    ja="端末{0}で誤った暗証番号を入力し、応答の前にカードを抜く",
    en="a wrong PIN is typed at kiosk {0} and the card pulled before it answers",
)
def pin_torn(chain: Chain, s: State, k: int) -> State | None:
    """Pulling the card saves no strike. [3.3.10]"""
    at = s.kiosks[k - 1]
    struck = pin_wrong(chain, s, k)
    if struck is None:
        return None
    if not chain.guards.strike_first(s):
        struck = citizen(struck, at.who, strikes=s.citizens[at.who - 1].strikes)
    return kiosk(struck, k, **idle_kiosk(len(at.doc))._asdict())


@action(each_kiosk, needs="front", ja="端末{0}でカードがロックを答える", en="the card answers 'locked' at kiosk {0}")
def pin_locked(chain: Chain, s: State, k: int) -> State | None:
    """Whatever is typed, a locked card answers that it is locked, and the session ends. [3.3.10]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.CARD_IN or chain.guards.unlocked(s, at.who):
        return None
    return kiosk(s, k, phase=Phase.ENDING.value)


@action(
    each_kiosk,
    each_citizen,
    needs="swaps",
    ja="端末{0}のカードが市民{1:letter}のものに替わる",
    en="citizen {1:letter}'s card is swapped into kiosk {0}",
)
def swap(chain: Chain, s: State, k: int, c: int) -> State | None:
    """Another card takes the place of the one that the PIN was typed for: it has to be typed again. [3.3.9]"""
    at = s.kiosks[k - 1]
    if at.phase != Phase.PIN_ACCEPTED or c == at.who or not stands_nowhere(s, c):
        return None
    if chain.guards.pin_bound_to_card(s):
        return kiosk(s, k, who=c, phase=Phase.CARD_IN.value, pin_by=0)
    return kiosk(s, k, who=c)


def _answers(_: Configuration) -> range:
    return range(Status.GOOD, Status.UNREACHABLE + 1)


ANSWERS = {Status.GOOD: "good", Status.REVOKED: "revoked", Status.UNREACHABLE: "unreachable"}


@action(
    each_kiosk,
    _answers,
    needs="front",
    ja="端末{0}の証明書の有効性を照会し、{1:status_ja}",
    en="validity is asked for kiosk {0}: {1:status_en}",
)
def check(chain: Chain, s: State, k: int, answer: int) -> State | None:
    """The center has the certificate's validity checked; the answer may fail to come. [1.8]"""
    at = s.kiosks[k - 1]
    if not chain.guards.pin_given(s, k):
        return None
    revoked = s.citizens[at.who - 1].revoked
    true_answer = Status.REVOKED if revoked else Status.GOOD
    if answer == Status.UNREACHABLE:
        if not chain.configuration.validity:
            return None
    elif answer != true_answer:
        return None
    return kiosk(s, k, phase=Phase.CHECKED.value, status=answer, revoked_then=revoked)


@action(each_kiosk, needs="front", ja="端末{0}のセッションを開く", en="the center opens the session of kiosk {0}")
def open(chain: Chain, s: State, k: int) -> State | None:
    """A session opens for a good certificate within the hours. [1.4, 1.5, 1.8]"""
    if s.kiosks[k - 1].phase != Phase.CHECKED or not _may_open(chain, s, k):
        return None
    return kiosk(s, k, phase=Phase.OPEN.value)


@action(each_kiosk, needs="front", ja="端末{0}のセッションを拒否する", en="the center refuses the session of kiosk {0}")
def refuse_open(chain: Chain, s: State, k: int) -> State | None:
    """Otherwise it is refused. [1.4, 1.5, 1.8]"""
    if s.kiosks[k - 1].phase != Phase.CHECKED or _may_open(chain, s, k):
        return None
    return kiosk(s, k, phase=Phase.ENDING.value)


def _may_open(chain: Chain, s: State, k: int) -> bool:
    return chain.guards.certificate_good(s, k) and chain.guards.service_open(s)


@action(each_kiosk, needs="front", ja="端末{0}でカードを取り戻す", en="the card is taken back at kiosk {0}")
def take_card(_: Chain, s: State, k: int) -> State | None:
    """The card is taken back before anything is chosen. [3.3.7]"""
    if s.kiosks[k - 1].phase != Phase.OPEN:
        return None
    return kiosk(s, k, phase=Phase.CARD_TAKEN.value)


@action(
    each_citizen,
    needs="validity",
    ja="市民{0:letter}の証明書が失効する",
    en="citizen {0:letter}'s certificate is revoked",
)
def revoke(_: Chain, s: State, c: int) -> State | None:
    """A certificate is revoked, for good. [1.8]"""
    return None if s.citizens[c - 1].revoked else citizen(s, c, revoked=1)


@action(
    each_citizen,
    needs="counter",
    ja="市役所が来庁した市民{0:letter}の本人確認をする",
    en="the city office establishes citizen {0:letter}'s identity",
)
def identify(_: Chain, s: State, c: int) -> State | None:
    """A visit to the city office. [3.3.11]"""
    card = s.citizens[c - 1]
    if card.strikes < 3 or card.identified or not stands_nowhere(s, c):
        return None
    return citizen(s, c, identified=1)


@action(each_citizen, needs="counter", ja="市民{0:letter}のロックを解除する", en="citizen {0:letter}'s lock is lifted")
def unblock(chain: Chain, s: State, c: int) -> State | None:
    """The lock is lifted at the counter, for a person whose identity is recorded. [3.3.11]"""
    card = s.citizens[c - 1]
    if card.strikes < 3 or not chain.guards.identity_recorded(s, c) or not stands_nowhere(s, c):
        return None
    return citizen(s, c, strikes=0, tally=0 if card.identified else card.tally, identified=0)


@action(
    needs="clock",
    ja="時が移る（夜間、朝、開庁時間、夕方の順）",
    en="time moves on (night, morning, office hours, evening)",
)
def tick(_: Chain, s: State) -> State | None:
    """The next of the four times of day. [1.4, 1.5, 1.6]"""
    return world(s, period=(s.period + 1) % len(Period))


@action(each_kiosk, ja="端末{0}の手続を取り消す", en="the session at kiosk {0} is cancelled")
def cancel(_: Chain, s: State, k: int) -> State | None:
    """The citizen gives up, or walks away; a document that is here already is never printed. [P.2]"""
    at = s.kiosks[k - 1]
    if at.phase == Phase.ARRIVED:
        return kiosk(request(s, at.request, dead=1), k, phase=Phase.ENDING.value)
    if Phase.CARD_IN <= at.phase <= Phase.CARD_TAKEN:
        return kiosk(s, k, phase=Phase.ENDING.value)
    return None


def stands_nowhere(s: State, c: int) -> bool:
    """Whether the citizen stands at no kiosk."""
    return not any(at.phase != Phase.IDLE and at.who == c for at in s.kiosks)
