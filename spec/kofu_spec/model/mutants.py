"""The chain with one guard removed or weakened: each breaks the invariants that it names.

An invariant that no mutant breaks would say nothing. Numbers as in spec/docs/model.md, which the twin shares.
"""

from dataclasses import dataclass, replace

from kofu_spec.model.chain import Chain
from kofu_spec.model.configurations import CONFIGURATIONS
from kofu_spec.model.guards import Guard, Guards, always, never, place_free
from kofu_spec.model.state import Job, Period, Phase, State, Status


@dataclass(frozen=True)
class Mutant:
    """One guard gone wrong."""

    number: int
    name: str
    guard: str
    instead: Guard
    configuration: str
    """The small world in which it shows."""
    breaks: tuple[str, ...]
    """The invariants that it breaks there, the one that it is about first."""
    ja: str
    en: str
    incident: str | None = None
    """The publicly reported incident whose cause it has."""

    @property
    def removes(self) -> bool:
        """Whether the guard is gone altogether; otherwise it is weaker."""
        return self.instead in (always, never)

    def chain(self) -> Chain:
        """The chain with this mutant, in its configuration."""
        return Chain(CONFIGURATIONS[self.configuration], self.guards())

    def guards(self) -> Guards:
        """The guards in force with this mutant."""
        changed = {self.guard: self.instead}
        if self.guard == "place_of_its_own":
            changed["place_free"] = _no_job_of_its_own
        return replace(Guards(), **changed)


def _at_four(s: State, c: int) -> bool:
    return s.citizens[c - 1].strikes < 4


def _card_is_enough(s: State, k: int) -> bool:
    return s.kiosks[k - 1].phase in (Phase.CARD_IN, Phase.PIN_ACCEPTED)


def _not_known_revoked(s: State, k: int) -> bool:
    return s.kiosks[k - 1].status != Status.REVOKED


def _hours_of_the_register(s: State, _: int) -> bool:
    return s.period != Period.NIGHT


def _owner_is_done(s: State, server: int) -> bool:
    owner = s.servers[server - 1].owner
    return place_free(s, server) or s.requests[owner - 1].job in (Job.RELEASED, Job.ABORTED)


def _no_job_of_its_own(s: State, server: int) -> bool:
    return not any(r.server == server and r.job == Job.WORKING for r in s.requests)


def _visible_somewhere(s: State, n: int) -> bool:
    return any(server.applied.bit_length() >= n for server in s.servers)


def _document_is_here(s: State, k: int) -> bool:
    return s.kiosks[k - 1].phase in (Phase.ARRIVED, Phase.PAID)


def _money_is_in(s: State, k: int) -> bool:
    return s.kiosks[k - 1].phase in (Phase.PAID, Phase.ENDING)


_TABLE = (
    Mutant(
        1,
        "lock_missing",
        "unlocked",
        always,
        "pin",
        ("lock",),
        "誤りの回数にかかわらず、暗証番号が受け付けられる。",
        "PINs are accepted however many were wrong.",
    ),
    Mutant(
        2,
        "lock_at_four",
        "unlocked",
        _at_four,
        "pin",
        ("lock",),
        "3回ではなく4回でロックされる。",
        "The card locks at four instead of three.",
    ),
    Mutant(
        3,
        "torn_strike_lost",
        "strike_first",
        never,
        "pin",
        ("lock",),
        "応答の前にカードを抜くと、誤りの回数が数えられない。",
        "Pulling the card before it answers saves the strike.",
    ),
    Mutant(
        4,
        "strikes_lost_with_power",
        "strikes_survive_power",
        never,
        "pin",
        ("lock",),
        "カードを置き直すと、誤りの回数が元に戻る。",
        "Putting the card in again sets the strikes back.",
    ),
    Mutant(
        5,
        "unblocked_unidentified",
        "identity_recorded",
        always,
        "pin",
        ("lock",),
        "本人確認なしにロックが解除される。",
        "The lock is lifted for somebody who was not identified.",
    ),
    Mutant(
        6,
        "pin_outlives_card",
        "pin_bound_to_card",
        never,
        "session",
        ("authentication",),
        "カードが替わっても、前のカードの暗証番号が通用する。",
        "A PIN goes on counting when another card takes the place of the one it was typed for.",
    ),
    Mutant(
        7,
        "pin_skipped",
        "pin_given",
        _card_is_enough,
        "session",
        ("authentication",),
        "暗証番号なしに、カードだけで先へ進む。",
        "The card alone is enough.",
    ),
    Mutant(
        8,
        "certificate_unchecked",
        "certificate_good",
        always,
        "session",
        ("validity",),
        "有効性の照会の答えを見ずにセッションを開く。",
        "The session opens whatever the validity check answered.",
    ),
    Mutant(
        9,
        "unreachable_passes",
        "certificate_good",
        _not_known_revoked,
        "session",
        ("validity",),
        "照会に答えがないことを、有効とみなす。",
        "No answer of the validity check is taken for a good one.",
    ),
    Mutant(
        10,
        "opened_at_night",
        "service_open",
        always,
        "session",
        ("hours",),
        "夜間でもセッションが開く。",
        "Sessions open at night.",
    ),
    Mutant(
        11,
        "hours_unchecked",
        "within_hours",
        always,
        "hours",
        ("hours",),
        "センターが申請の受付時間を確かめない。",
        "The center does not look at the hours of an application.",
    ),
    Mutant(
        12,
        "koseki_at_all_hours",
        "within_hours",
        _hours_of_the_register,
        "hours",
        ("hours",),
        "戸籍証明書が、開庁時間外でも受け付けられる。",
        "Koseki certificates have the hours of the others.",
    ),
    Mutant(
        13,
        "id_accepted_twice",
        "id_unused",
        always,
        "twice",
        ("distinct",),
        "センターが、使われた申請番号を再び受け付ける。",
        "The center accepts a request id again.",
    ),
    Mutant(
        14,
        "late_document_taken",
        "still_waiting",
        always,
        "late",
        ("abort",),
        "センターが、待ち時間の切れた証明書を受け取って渡す。",
        "The center takes a document that it no longer waits for, and hands it on.",
    ),
    Mutant(
        15,
        "whole_unchecked_at_center",
        "whole_at_center",
        always,
        "release",
        ("atomic",),
        "センターが、ページがそろっていることを確かめない。",
        "The center does not look whether the pages belong together.",
    ),
    Mutant(
        16,
        "identity_unchecked_at_center",
        "permitted_at_center",
        always,
        "one_page",
        ("identity",),
        "センターが、証明書が申請者のものであることを確かめない。",
        "The center does not look whose document it hands on.",
    ),
    Mutant(
        17,
        "alarm_ignored",
        "no_alarm",
        always,
        "one_page",
        ("alarm",),
        "警報があっても、証明書が渡され続ける。",
        "Documents are handed on while an alarm is open.",
    ),
    Mutant(
        18,
        "retry_lifts_alarm",
        "alarm_stays",
        never,
        "one_page",
        ("alarm",),
        "再申請が正常に処理されると、警報が解かれる。",
        "A retry that succeeds lifts the alarm.",
        "adachi",
    ),
    Mutant(
        19,
        "center_keeps",
        "held_erased",
        always,
        "twice",
        ("retention",),
        "センターに証明書が残る。",
        "The center keeps the document.",
    ),
    Mutant(
        20,
        "request_served_twice",
        "id_unserved",
        always,
        "twice",
        ("distinct",),
        "サーバが、同じ申請を再び処理する。",
        "The server works on a request again.",
    ),
    Mutant(
        21,
        "place_overwritten",
        "place_free",
        always,
        "late",
        ("distinct",),
        "作業領域が使用中でも、次の申請がそこに書き込む。",
        "The next request writes where another is at work.",
        "kawasaki",
    ),
    Mutant(
        22,
        "place_taken_unwiped",
        "place_free",
        _owner_is_done,
        "late",
        ("residue",),
        "前の申請のものが消去される前に、作業領域が次の申請に使われる。",
        "The next request begins at a place that has not been wiped.",
        "munakata",
    ),
    Mutant(
        23,
        "one_place_for_all",
        "place_of_its_own",
        never,
        "servers",
        ("distinct",),
        "複数のサーバが一つの作業領域を共有し、自分の処理中だけを確かめる。",
        "The servers of a site share one place of work, and each looks at its own jobs only.",
        "takamatsu",
    ),
    Mutant(
        24,
        "cancelled_started",
        "eligible_at_start",
        always,
        "feed",
        ("eligibility",),
        "資格が取り消されていても、作成が始まる。",
        "Work starts for an entitlement that is cancelled.",
    ),
    Mutant(
        25,
        "cancelled_released",
        "eligible_at_release",
        always,
        "feed",
        ("eligibility",),
        "作成中に資格が取り消されても、証明書が渡される。",
        "A document is released though the entitlement was cancelled while it was made.",
    ),
    Mutant(
        26,
        "stale_started",
        "current_at_start",
        always,
        "gap",
        ("freshness",),
        "最新と確かめられないサーバが、作成を始める。",
        "A server starts though it can't know that it is up to date.",
    ),
    Mutant(
        27,
        "stale_released",
        "current_at_release",
        always,
        "gap",
        ("freshness",),
        "最新と確かめられなくなったサーバが、証明書を渡す。",
        "A server releases though it can no longer know that it is up to date.",
    ),
    Mutant(
        28,
        "koseki_rendered_here",
        "rendered_here",
        always,
        "koseki",
        ("koseki",),
        "証明発行サーバが、戸籍証明書を自ら作る。",
        "The issuing server makes a koseki certificate itself.",
    ),
    Mutant(
        29,
        "filing_ignored",
        "no_filing",
        always,
        "koseki",
        ("koseki",),
        "届書の処理中に、戸籍証明書が作られる。",
        "A koseki certificate is made while a filing is being processed.",
    ),
    Mutant(
        30,
        "late_answer_filled",
        "still_working",
        always,
        "koseki",
        ("retention", "distinct"),
        "中止した申請に、戸籍システムの遅れた答えが充てられる。",
        "A late answer of the koseki system is filled in after the job was aborted.",
    ),
    Mutant(
        31,
        "pages_missing",
        "complete",
        always,
        "release",
        ("atomic",),
        "ページがそろわないうちに渡される。",
        "A document is released before all its pages are there.",
    ),
    Mutant(
        32,
        "pages_mixed",
        "together",
        always,
        "release",
        ("atomic",),
        "別の申請のページが交ざったまま渡される。",
        "A document is released with a page of another request in it.",
        "tokushima",
    ),
    Mutant(
        33,
        "identity_unchecked",
        "permitted",
        always,
        "one_page",
        ("identity",),
        "引渡しの時に、誰の証明書かを確かめない。",
        "At the moment of release nobody looks whose document it is.",
    ),
    Mutant(
        34,
        "only_the_lock_released",
        "whole_abort",
        never,
        "late",
        ("retention", "residue"),
        "待ち時間が切れたとき、作業領域の鍵だけが解かれる。",
        "When a wait runs out, only the lock of the place is released.",
        "yokohama",
    ),
    Mutant(
        35,
        "place_kept",
        "place_wiped",
        always,
        "twice",
        ("retention",),
        "作業領域を消去しないまま、申請が終わる。",
        "A job ends without its place being wiped.",
    ),
    Mutant(
        36,
        "gap_jumped",
        "in_order",
        always,
        "gap",
        ("freshness",),
        "欠番があっても、後の異動が反映される。",
        "A later change is applied though an earlier one is missing.",
    ),
    Mutant(
        37,
        "heartbeat_believed",
        "caught_up",
        always,
        "gap",
        ("freshness",),
        "連絡があれば、異動がそろわなくても最新とみなす。",
        "A server counts itself up to date on any heartbeat, whatever it lacks.",
    ),
    Mutant(
        38,
        "acknowledged_by_one",
        "visible_everywhere",
        _visible_somewhere,
        "feed",
        ("freshness",),
        "一台のサーバが反映しただけで、確認される。",
        "A change is acknowledged when one server of the site has it.",
    ),
    Mutant(
        39,
        "acknowledged_unseen",
        "visible_everywhere",
        always,
        "feed",
        ("freshness",),
        "どのサーバにも反映されないまま、確認される。",
        "A change is acknowledged that no server has.",
        "cancelled-seal",
    ),
    Mutant(
        40,
        "reply_to_whoever_waits",
        "own_request",
        always,
        "late",
        ("identity",),
        "届いた証明書が、申請番号を確かめずに待っている利用者のものとされる。",
        "A document is taken by whoever waits at the kiosk, whatever request it answers.",
    ),
    Mutant(
        41,
        "late_reply_taken",
        "awaited",
        always,
        "late",
        ("abort",),
        "待ち時間が切れた後に届いた証明書が、受け取られる。",
        "A document is taken that arrives after the wait ran out.",
    ),
    Mutant(
        42,
        "printed_unpaid",
        "paid",
        _document_is_here,
        "money",
        ("charge",),
        "支払の前に印刷される。",
        "A sheet is printed before it is paid for.",
    ),
    Mutant(
        43,
        "settled_uncounted",
        "counted",
        always,
        "money",
        ("charge",),
        "出た部数を確かめずに精算される。",
        "The account is settled before the sheets are counted.",
    ),
    Mutant(
        44,
        "settled_before_printing",
        "printing_over",
        _money_is_in,
        "money",
        ("charge",),
        "印刷の前に精算される。",
        "The account is settled before printing is over.",
    ),
    Mutant(
        45,
        "kiosk_keeps",
        "doc_erased",
        always,
        "twice",
        ("retention",),
        "端末に証明書が残ったまま、次の利用者を迎える。",
        "The kiosk keeps the document and goes on to the next citizen.",
        "munakata",
    ),
    Mutant(
        46,
        "money_unsettled",
        "money_settled",
        always,
        "money",
        ("charge",),
        "精算しないまま、手続が終わる。",
        "A session ends with money that is neither kept nor given back.",
    ),
)

MUTANTS = {mutant.name: mutant for mutant in _TABLE}
