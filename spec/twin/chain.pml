/* The chain of issuance, written from docs/model.md alone. README.md says how it is run and compared.
 *
 * Every action of the prose is one d_step and every process has one place to be at, its loop's head: Spin's states are
 * the model's states. Numbers begin with 1, and row 0 of an array is nobody's. Rows that a configuration does not use
 * stay 0.
 */

/* ---- Constants, read from the environment when a run begins: in all states the same ---- */
byte KIOSKS, CITIZENS, REQUESTS, SERVERS, PAGES, COPIES, CHANGES, FRONT;
byte WRONG_PINS, SWAPS, VALIDITY, COUNTER, CLOCK, KOSEKI, FILINGS, TIMEOUTS, SILENCE;
byte LOSSES, DUPLICATES, GLITCHES, MISHAPS;
byte mutant;    /* 0 none */
byte invariant; /* the one that is judged, 0 none */
bool broken;    /* by the step that is being made */
#ifdef LIVENESS
bool kiosk_moved; /* the step was kiosk 1's */
#define KIOSK_1 1 /* its process */
#endif

/* ---- State ---- */
byte period, losses, duplicates, glitches, mishaps, filing, alarm, flagged, sent, acked, next;

typedef OneCitizen { byte strikes, tally, revoked, identified };
typedef OneKiosk {
	byte phase, who, pin_by, status, revoked_then, request, money, sheets, noted, kept;
	byte doc[2]
};
typedef OneServer {
	byte applied, current, coming, owner;
	byte work[2]
};
typedef OneRequest {
	byte holder, kiosk, kind, start, center;
	byte held[2];
	byte server, job, knows, dead, apply, issue, ask, answer, doc, hand, refusal;
	byte made[2];
	byte handed[2]
};
OneCitizen citizen[3];
OneKiosk kiosk[3];
OneServer server[3];
OneRequest request[4];

c_code { \#include "tell.h" };

/* ---- Words ---- */
#define HOLDER(r)           request[r].holder
#define PLACE(r)            place_of(request[r].server)
#define place_of(s)         server[(place_of_its_own -> s : 1)]
#define its_server(r)       server[request[r].server]
#define its_kiosk(r)        kiosk[request[r].kiosk]
#define stands(c)           (stands_at(1, c) || stands_at(2, c))
#define stands_at(k, c)     (kiosk[k].phase != 0 && kiosk[k].who == c)

/* pages: of a request, about a citizen; the second of a document is 0 for ever where PAGES is 1 */
#define page_of(r)          ((r - 1) * CITIZENS + HOLDER(r))
#define named_by(page)      ((page - 1) / CITIZENS + 1)
#define subject_of(page)    ((page - 1) % CITIZENS + 1)
#define some_page(pages)    (pages[0] != 0 || pages[1] != 0)
#define missing(pages)      (pages[0] == 0 || (PAGES == 2 && pages[1] == 0))
#define others(pages, r)    (other(pages[0], r) || other(pages[1], r))
#define other(page, r)      (page != 0 && named_by(page) != r)
#define strangers(pages, c) (stranger(pages[0], c) || stranger(pages[1], c))
#define stranger(page, c)   (page != 0 && subject_of(page) != c)

/* changes: sets are bits, change n is bit n - 1 */
#define in(n, set)          ((set & (1 << (n - 1))) != 0)
#define with(n, set)        (set | (1 << (n - 1)))
#define without(n, set)     (set & ~(1 << (n - 1)))
#define up_to(n)            ((1 << n) - 1)
#define highest(set)        (set >= 2 -> 2 : set)
#define cancels(n, c)       ((n - 1) % CITIZENS + 1 == c)
#define cancelled(set, c)   ((in(1, set) && cancels(1, c)) || (in(2, set) && cancels(2, c)))

/* ---- Mutants ---- */
#define lock_missing                  (mutant == 1)
#define lock_at_four                  (mutant == 2)
#define torn_strike_lost              (mutant == 3)
#define strikes_lost_with_power       (mutant == 4)
#define unblocked_unidentified        (mutant == 5)
#define pin_outlives_card             (mutant == 6)
#define pin_skipped                   (mutant == 7)
#define certificate_unchecked         (mutant == 8)
#define unreachable_passes            (mutant == 9)
#define opened_at_night               (mutant == 10)
#define hours_unchecked               (mutant == 11)
#define koseki_at_all_hours           (mutant == 12)
#define id_accepted_twice             (mutant == 13)
#define late_document_taken           (mutant == 14)
#define whole_unchecked_at_center     (mutant == 15)
#define identity_unchecked_at_center  (mutant == 16)
#define alarm_ignored                 (mutant == 17)
#define retry_lifts_alarm             (mutant == 18)
#define center_keeps                  (mutant == 19)
#define request_served_twice          (mutant == 20)
#define place_overwritten             (mutant == 21)
#define place_taken_unwiped           (mutant == 22)
#define one_place_for_all             (mutant == 23)
#define cancelled_started             (mutant == 24)
#define cancelled_released            (mutant == 25)
#define stale_started                 (mutant == 26)
#define stale_released                (mutant == 27)
#define koseki_rendered_here          (mutant == 28)
#define filing_ignored                (mutant == 29)
#define late_answer_filled            (mutant == 30)
#define pages_missing                 (mutant == 31)
#define pages_mixed                   (mutant == 32)
#define identity_unchecked            (mutant == 33)
#define only_the_lock_released        (mutant == 34)
#define place_kept                    (mutant == 35)
#define gap_jumped                    (mutant == 36)
#define heartbeat_believed            (mutant == 37)
#define acknowledged_by_one           (mutant == 38)
#define acknowledged_unseen           (mutant == 39)
#define reply_to_whoever_waits        (mutant == 40)
#define late_reply_taken              (mutant == 41)
#define printed_unpaid                (mutant == 42)
#define settled_uncounted             (mutant == 43)
#define settled_before_printing       (mutant == 44)
#define kiosk_keeps                   (mutant == 45)
#define money_unsettled               (mutant == 46)
/* of liveness: not in the prose, in README.md */
#define kiosk_waits_for_ever          (mutant == 101)
#define counted_only_while_paid       (mutant == 102)
#define settled_only_in_full          (mutant == 103)
#define wrong_pin_uncounted           (mutant == 104)
#define document_never_erased         (mutant == 105)

/* ---- Guards ---- */
#define unlocked(c)               (citizen[c].strikes < 3 || lock_missing || (lock_at_four && citizen[c].strikes < 4))
#define strike_first              (!torn_strike_lost)
#define strikes_survive_power     (!strikes_lost_with_power)
#define identity_recorded(c)      (citizen[c].identified == 1 || unblocked_unidentified)
#define pin_bound_to_card         (!pin_outlives_card)
#define pin_given(k)              (kiosk[k].phase == 2 || (pin_skipped && kiosk[k].phase == 1))
#define certificate_good(k)       (kiosk[k].status == 1 || certificate_unchecked || \
                                   (unreachable_passes && kiosk[k].status != 2))
#define service_open              (period != 0 || opened_at_night)
#define within_hours(kind)        ((kind == 0 -> period != 0 : period == 2) || hours_unchecked || \
                                   (koseki_at_all_hours && period != 0))
#define id_unused(r)              (request[r].center == 0 || id_accepted_twice)
#define still_waiting(r)          (request[r].center == 1 || late_document_taken)
#define whole_at_center(r)        ((!missing(request[r].made) && !others(request[r].made, r)) || whole_unchecked_at_center)
#define permitted_at_center(r)    (!strangers(request[r].made, HOLDER(r)) || identity_unchecked_at_center)
#define no_alarm                  (alarm == 0 || alarm_ignored)
#define alarm_stays               (!retry_lifts_alarm)
#define held_erased(r)            (!some_page(request[r].held) || center_keeps)
#define id_unserved(r)            (request[r].job == 0 || request_served_twice)
#define place_free(s)             ((one_place_for_all -> !at_work_there(s) : place_of(s).owner == 0) || \
                                   place_overwritten || (place_taken_unwiped && over(place_of(s).owner)))
#define at_work_there(s)          (at_work_at(1, s) || at_work_at(2, s) || at_work_at(3, s))
#define at_work_at(r, s)          (request[r].server == s && request[r].job == 2)
#define over(r)                   (request[r].job == 3 || request[r].job == 4)
#define place_of_its_own          (!one_place_for_all)
#define eligible_at_start(r)      (!cancelled(its_server(r).applied, HOLDER(r)) || cancelled_started)
#define eligible_at_release(r)    (!cancelled(its_server(r).applied, HOLDER(r)) || cancelled_released)
#define current_at_start(s)       (server[s].current == 1 || stale_started)
#define current_at_release(s)     (server[s].current == 1 || stale_released)
#define rendered_here(r)          (request[r].kind == 0 || koseki_rendered_here)
#define no_filing                 (filing == 0 || filing_ignored)
#define still_working(r)          (request[r].job == 2 || late_answer_filled)
#define complete(pages)           (!missing(pages) || pages_missing)
#define together(r, pages)        (!others(pages, r) || pages_mixed)
#define permitted(r, pages)       (!strangers(pages, HOLDER(r)) || identity_unchecked)
#define whole_abort               (!only_the_lock_released)
#define place_wiped(r)            (PLACE(r).owner != r || place_kept)
#define in_order(s, n)            (server[s].applied == up_to((n - 1)) || gap_jumped)
#define caught_up(s)              (server[s].applied == up_to(sent) || heartbeat_believed)
#define visible_everywhere(n)     (acknowledged_unseen || (visible_at(1, n) && (SERVERS == 1 || visible_at(2, n))) || \
                                   (acknowledged_by_one && (visible_at(1, n) || (SERVERS == 2 && visible_at(2, n)))))
#define visible_at(s, n)          (highest(server[s].applied) >= n)
#define own_request(k, r)         (kiosk[k].request == r || reply_to_whoever_waits)
#define awaited(k)                (kiosk[k].phase == 6 || late_reply_taken)
#define paid(k)                   (kiosk[k].phase == 8 || (printed_unpaid && kiosk[k].phase == 7))
#define counted(k)                (kiosk[k].noted == kiosk[k].sheets || settled_uncounted)
#define printing_over(k)          (kiosk[k].phase == 9 || (settled_before_printing && kiosk[k].phase == 8))
#define doc_erased(k)             (!some_page(kiosk[k].doc) || kiosk_keeps)
#define money_settled(k)          (kiosk[k].money == 0 || money_unsettled)

/* ---- Invariants: looked at in the step, apart from every guard ---- */
#define inv_lock            1
#define inv_authentication  2
#define inv_validity        3
#define inv_hours           4
#define inv_identity        5
#define inv_atomic          6
#define inv_abort           7
#define inv_freshness       8
#define inv_eligibility     9
#define inv_retention      10
#define inv_residue        11
#define inv_charge         12
#define inv_distinct       13
#define inv_alarm          14
#define inv_koseki         15

#ifdef SURVEY /* of all invariants in one run: the first step that breaks each is told, and none stops the run */
#define never_may(which, wrong) if :: (wrong) -> c_code { broken_by(which); } :: else fi
#else
#define never_may(which, wrong) broken = broken || (invariant == which && (wrong))
#endif

#define judge_pages(pages, r, c) \
	never_may(inv_identity, strangers(pages, c)); \
	never_may(inv_atomic, missing(pages) || others(pages, r))
inline judge_open(k) {
	never_may(inv_authentication, kiosk[k].pin_by != kiosk[k].who);
	never_may(inv_validity, kiosk[k].revoked_then == 1);
	never_may(inv_hours, period == 0)
}
inline judge_accept(r) {
	never_may(inv_hours, period == 0 || (request[r].kind == 1 && period != 2));
	never_may(inv_distinct, request[r].center != 0)
}
inline judge_start(r) {
	never_may(inv_freshness, its_server(r).current == 0);
	never_may(inv_eligibility, cancelled(its_server(r).applied, HOLDER(r)));
	never_may(inv_residue, some_page(PLACE(r).work))
}
inline judge_release(r) {
	judge_pages(PLACE(r).work, r, HOLDER(r));
	never_may(inv_freshness, its_server(r).current == 0 ||
		(request[r].knows & up_to(request[r].start)) != up_to(request[r].start));
	never_may(inv_eligibility, cancelled(its_server(r).applied, HOLDER(r)))
}
inline judge_print(k) {
	judge_pages(kiosk[k].doc, kiosk[k].request, kiosk[k].who);
	never_may(inv_abort, request[kiosk[k].request].dead == 1)
}
#define kept_at_kiosk(k)  (kiosk[k].phase == 0 && some_page(kiosk[k].doc))
#define kept_at_place(s)  (server[s].owner == 0 && some_page(server[s].work))
#define kept_of(r)        ((request[r].center == 4 && some_page(request[r].held)) || \
                           (request[r].job == 5 && PLACE(r).owner == r))
#define same_place(q, r)  (request[q].job == 2 && request[r].job == 2 && \
                           (one_place_for_all || request[q].server == request[r].server))
inline judge_after() {
	never_may(inv_retention, kept_at_kiosk(1) || kept_at_kiosk(2) || kept_at_place(1) || kept_at_place(2) ||
		kept_of(1) || kept_of(2) || kept_of(3));
	never_may(inv_distinct, same_place(1, 2) || same_place(1, 3) || same_place(2, 3))
}

/* Every action is d_step { condition -> before(); act; printf(label); after() }. */
inline before() {
	broken = false;
#ifdef LIVENESS
	kiosk_moved = (_pid == KIOSK_1);
#endif
	c_code { before(); }
}
inline after() {
	judge_after();
	c_code { after(); };
	assert(!broken)
}

/* ---- Parts of acts ---- */
#define copy(to, from)       to[0] = from[0]; to[1] = from[1]
#define none(pages)          pages[0] = 0; pages[1] = 0
#define fill_all(pages, p)   pages[0] = p; pages[1] = (PAGES == 2 -> p : 0)
#define take_carrying(message, pages) \
	message--; \
	if \
	:: message == 0 -> none(pages) \
	:: else \
	fi
inline idle(k) {
	kiosk[k].phase = 0; kiosk[k].who = 0; kiosk[k].pin_by = 0; kiosk[k].status = 0; kiosk[k].revoked_then = 0;
	kiosk[k].request = 0; kiosk[k].sheets = 0; kiosk[k].noted = 0; kiosk[k].kept = 0
}
inline count_strike(c) {
	citizen[c].strikes = (wrong_pin_uncounted || citizen[c].strikes >= 4 -> citizen[c].strikes : citizen[c].strikes + 1)
}
inline count_typed(c) { citizen[c].tally = (citizen[c].tally >= 3 -> 3 : citizen[c].tally + 1) }

/* ---- Card and session ---- */
inline insert(k, c) {
	d_step { c <= CITIZENS && kiosk[k].phase == 0 && !stands(c) -> before();
		never_may(inv_residue, some_page(kiosk[k].doc));
		kiosk[k].who = c;
		kiosk[k].phase = (FRONT -> 1 : 5);
		kiosk[k].pin_by = (FRONT -> kiosk[k].pin_by : c);
		kiosk[k].status = (FRONT -> kiosk[k].status : 1);
		citizen[c].strikes = (strikes_survive_power -> citizen[c].strikes : 0);
		printf("insert %d %d", k, c); after() }
}
inline pin_right(k) {
	d_step { kiosk[k].phase == 1 && unlocked(kiosk[k].who) -> before();
		never_may(inv_lock, citizen[kiosk[k].who].tally == 3);
		kiosk[k].phase = 2;
		kiosk[k].pin_by = kiosk[k].who;
		citizen[kiosk[k].who].strikes = 0;
		citizen[kiosk[k].who].tally = (citizen[kiosk[k].who].tally < 3 -> 0 : 3);
		printf("pin_right %d", k); after() }
}
inline pin_wrong(k) {
	d_step { WRONG_PINS && kiosk[k].phase == 1 && unlocked(kiosk[k].who) -> before();
		count_strike(kiosk[k].who);
		count_typed(kiosk[k].who);
		printf("pin_wrong %d", k); after() }
}
inline pin_torn(k) {
	d_step { WRONG_PINS && kiosk[k].phase == 1 && unlocked(kiosk[k].who) -> before();
		count_typed(kiosk[k].who);
		if
		:: strike_first -> count_strike(kiosk[k].who)
		:: else
		fi;
		idle(k);
		kiosk[k].money = 0;
		none(kiosk[k].doc);
		printf("pin_torn %d", k); after() }
}
inline pin_locked(k) {
	d_step { kiosk[k].phase == 1 && !unlocked(kiosk[k].who) -> before();
		kiosk[k].phase = 9;
		printf("pin_locked %d", k); after() }
}
inline swap(k, c) {
	d_step { SWAPS && c <= CITIZENS && kiosk[k].phase == 2 && kiosk[k].who != c && !stands(c) -> before();
		kiosk[k].who = c;
		if
		:: pin_bound_to_card -> kiosk[k].phase = 1; kiosk[k].pin_by = 0
		:: else
		fi;
		printf("swap %d %d", k, c); after() }
}
inline check(k, a) {
	d_step { pin_given(k) && (a == 3 -> VALIDITY : citizen[kiosk[k].who].revoked == a - 1) -> before();
		kiosk[k].phase = 3;
		kiosk[k].status = a;
		kiosk[k].revoked_then = citizen[kiosk[k].who].revoked;
		printf("check %d %d", k, a); after() }
}
inline open(k) {
	d_step { kiosk[k].phase == 3 && certificate_good(k) && service_open -> before();
		judge_open(k);
		kiosk[k].phase = 4;
		printf("open %d", k); after() }
}
inline refuse_open(k) {
	d_step { kiosk[k].phase == 3 && !(certificate_good(k) && service_open) -> before();
		kiosk[k].phase = 9;
		printf("refuse_open %d", k); after() }
}
inline take_card(k) {
	d_step { kiosk[k].phase == 4 -> before();
		kiosk[k].phase = 5;
		printf("take_card %d", k); after() }
}
inline cancel(k) {
	d_step { (kiosk[k].phase >= 1 && kiosk[k].phase <= 5) || kiosk[k].phase == 7 -> before();
		if
		:: kiosk[k].phase == 7 -> request[kiosk[k].request].dead = 1
		:: else
		fi;
		kiosk[k].phase = 9;
		printf("cancel %d", k); after() }
}
inline revoke(c) {
	d_step { VALIDITY && citizen[c].revoked == 0 -> before();
		citizen[c].revoked = 1;
		printf("revoke %d", c); after() }
}
inline identify(c) {
	d_step { COUNTER && FRONT && citizen[c].strikes >= 3 && citizen[c].identified == 0 && !stands(c) -> before();
		citizen[c].identified = 1;
		printf("identify %d", c); after() }
}
inline unblock(c) {
	d_step { COUNTER && FRONT && citizen[c].strikes >= 3 && identity_recorded(c) && !stands(c) -> before();
		citizen[c].strikes = 0;
		citizen[c].tally = (citizen[c].identified -> 0 : citizen[c].tally);
		citizen[c].identified = 0;
		printf("unblock %d", c); after() }
}
inline tick() {
	d_step { CLOCK -> before();
		period = (period + 1) % 4;
		printf("tick"); after() }
}

/* ---- Application and center ---- */
inline choose(k, d) {
	d_step { kiosk[k].phase == 5 && next <= REQUESTS && (d == 0 || KOSEKI) -> before();
		request[next].holder = kiosk[k].who;
		request[next].kiosk = k;
		request[next].kind = d;
		request[next].start = acked;
		request[next].apply = 1;
		kiosk[k].request = next;
		kiosk[k].phase = 6;
		next++;
		printf("choose %d %d", k, d); after() }
}
inline accept(r, s) {
	d_step { s <= SERVERS && request[r].apply > 0 && id_unused(r) && within_hours(request[r].kind) -> before();
		judge_accept(r);
		request[r].apply--;
		request[r].center = 1;
		request[r].server = s;
		request[r].issue = 1;
		printf("accept %d %d", r, s); after() }
}
inline turn_away(r) {
	d_step { request[r].apply > 0 && id_unused(r) && !within_hours(request[r].kind) -> before();
		request[r].apply--;
		request[r].center = 4;
		request[r].refusal = 2;
		printf("turn_away %d", r); after() }
}
inline ignore_apply(r) {
	d_step { request[r].apply > 0 && !id_unused(r) -> before();
		request[r].apply--;
		printf("ignore_apply %d", r); after() }
}
#define in_order_at_center(r) (whole_at_center(r) && permitted_at_center(r))
inline take_doc(r) {
	d_step { request[r].doc > 0 && still_waiting(r) && in_order_at_center(r) -> before();
		copy(request[r].held, request[r].made);
		take_carrying(request[r].doc, request[r].made);
		request[r].center = 2;
		alarm = (alarm_stays -> alarm : 0);
		printf("take_doc %d", r); after() }
}
inline flag(r) {
	d_step { request[r].doc > 0 && still_waiting(r) && !in_order_at_center(r) -> before();
		take_carrying(request[r].doc, request[r].made);
		request[r].center = 4;
		request[r].refusal = 2;
		request[r].dead = 1;
		alarm = 1;
		flagged = 1;
		printf("flag %d", r); after() }
}
inline drop_doc(r) {
	d_step { request[r].doc > 0 && !still_waiting(r) -> before();
		take_carrying(request[r].doc, request[r].made);
		printf("drop_doc %d", r); after() }
}
inline hand_over(r) {
	d_step { request[r].center == 2 && no_alarm -> before();
		judge_pages(request[r].held, r, HOLDER(r));
		never_may(inv_alarm, flagged == 1);
		request[r].hand = 1;
		copy(request[r].handed, request[r].held);
		request[r].center = 3;
		printf("hand %d", r); after() }
}
inline withhold(r) {
	d_step { request[r].center == 2 && !no_alarm -> before();
		request[r].refusal = 2;
		request[r].dead = 1;
		request[r].center = 3;
		printf("withhold %d", r); after() }
}
inline forget(r) {
	d_step { request[r].center == 3 && some_page(request[r].held) -> before();
		none(request[r].held);
		printf("forget %d", r); after() }
}
inline close(r) {
	d_step { request[r].center == 3 && held_erased(r) -> before();
		request[r].center = 4;
		printf("close %d", r); after() }
}
inline center_timeout(r) {
	d_step { TIMEOUTS && request[r].center == 1 -> before();
		request[r].center = 4;
		request[r].refusal = 2;
		request[r].dead = 1;
		printf("center_timeout %d", r); after() }
}
inline pass_refusal(r) {
	d_step { request[r].refusal == 1 -> before();
		if
		:: request[r].center == 1 -> request[r].refusal = 2; request[r].center = 4
		:: else -> request[r].refusal = 0
		fi;
		printf("pass_refusal %d", r); after() }
}
inline reconcile() {
	d_step { alarm == 1 -> before();
		alarm = 0;
		flagged = 0;
		printf("reconcile"); after() }
}

/* ---- Issuing server and koseki system ---- */
inline receive(r) {
	d_step { request[r].issue > 0 && id_unserved(r) -> before();
		never_may(inv_distinct, request[r].job != 0);
		request[r].issue--;
		request[r].job = 1;
		printf("receive %d", r); after() }
}
inline ignore_issue(r) {
	d_step { request[r].issue > 0 && !id_unserved(r) -> before();
		request[r].issue--;
		printf("ignore_issue %d", r); after() }
}
#define may_start(r) (eligible_at_start(r) && current_at_start(request[r].server))
inline start_work(r) {
	d_step { request[r].job == 1 && place_free(request[r].server) && may_start(r) -> before();
		judge_start(r);
		PLACE(r).owner = r;
		request[r].knows = its_server(r).applied;
		request[r].job = 2;
		request[r].ask = (request[r].kind == 1 -> 1 : request[r].ask);
		printf("start %d", r); after() }
}
inline refuse(r) {
	d_step { request[r].job == 1 && !may_start(r) -> before();
		request[r].job = 5;
		request[r].refusal = 1;
		printf("refuse %d", r); after() }
}
inline render(r) {
	d_step { request[r].job == 2 && rendered_here(r) && missing(PLACE(r).work) -> before();
		never_may(inv_koseki, request[r].kind == 1);
		if
		:: PLACE(r).work[0] == 0 -> PLACE(r).work[0] = page_of(r)
		:: else -> PLACE(r).work[1] = page_of(r)
		fi;
		printf("render %d", r); after() }
}
inline koseki_answer(r) {
	d_step { request[r].ask > 0 && no_filing -> before();
		never_may(inv_koseki, filing == 1);
		request[r].ask--;
		request[r].answer = 1;
		printf("koseki_answer %d", r); after() }
}
inline koseki_refuse(r) {
	d_step { request[r].ask > 0 && !no_filing -> before();
		request[r].ask--;
		if
		:: request[r].job == 2 -> request[r].job = 4; request[r].refusal = 1
		:: else
		fi;
		printf("koseki_refuse %d", r); after() }
}
inline fill(r) {
	d_step { request[r].answer > 0 && still_working(r) -> before();
		never_may(inv_distinct, PLACE(r).owner != r);
		request[r].answer--;
		fill_all(PLACE(r).work, page_of(r));
		printf("fill %d", r); after() }
}
inline drop_answer(r) {
	d_step { request[r].answer > 0 && !still_working(r) -> before();
		request[r].answer--;
		printf("drop_answer %d", r); after() }
}
#define may_release(r) (together(r, PLACE(r).work) && permitted(r, PLACE(r).work) && \
                        eligible_at_release(r) && current_at_release(request[r].server))
inline release_doc(r) {
	d_step { request[r].job == 2 && complete(PLACE(r).work) && may_release(r) -> before();
		judge_release(r);
		request[r].doc = 1;
		copy(request[r].made, PLACE(r).work);
		request[r].job = 3;
		printf("release %d", r); after() }
}
inline stop(r) {
	d_step { request[r].job == 2 && !missing(PLACE(r).work) && !may_release(r) -> before();
		request[r].job = 4;
		request[r].refusal = 1;
		printf("stop %d", r); after() }
}
inline server_timeout(r) {
	d_step { TIMEOUTS && (request[r].job == 1 || request[r].job == 2) -> before();
		request[r].refusal = 1;
		request[r].dead = 1;
		if
		:: request[r].job == 1 -> request[r].job = 5
		:: request[r].job == 2 && whole_abort -> request[r].job = 4
		:: else -> request[r].job = 5; PLACE(r).owner = 0
		fi;
		printf("server_timeout %d", r); after() }
}
inline wipe(s) {
	d_step { server[s].owner != 0 && over(server[s].owner) -> before();
		server[s].owner = 0;
		none(server[s].work);
		printf("wipe %d", s); after() }
}
inline finish(r) {
	d_step { over(r) && place_wiped(r) -> before();
		request[r].job = 5;
		printf("finish %d", r); after() }
}
inline begin_filing() {
	d_step { FILINGS && filing == 0 -> before();
		filing = 1;
		printf("begin_filing"); after() }
}
inline end_filing() {
	d_step { FILINGS && filing == 1 -> before();
		filing = 0;
		printf("end_filing"); after() }
}

/* ---- Feed ---- */
inline commit() {
	d_step { sent < CHANGES -> before();
		sent++;
		printf("commit"); after() }
}
inline send(n, s) {
	d_step { acked < n && n <= sent && !in(n, server[s].coming) -> before();
		server[s].coming = with(n, server[s].coming);
		printf("send %d %d", n, s); after() }
}
inline lose_change(n, s) {
	d_step { in(n, server[s].coming) -> before();
		server[s].coming = without(n, server[s].coming);
		printf("lose_change %d %d", n, s); after() }
}
#define new_at(n, s) (in(n, server[s].coming) && !in(n, server[s].applied))
inline apply_change(n, s) {
	d_step { new_at(n, s) && in_order(s, n) -> before();
		server[s].coming = without(n, server[s].coming);
		server[s].applied = with(n, server[s].applied);
		printf("apply_change %d %d", n, s); after() }
}
inline repeat_change(n, s) {
	d_step { in(n, server[s].coming) && in(n, server[s].applied) -> before();
		server[s].coming = without(n, server[s].coming);
		printf("repeat_change %d %d", n, s); after() }
}
inline gap(n, s) {
	d_step { new_at(n, s) && !in_order(s, n) -> before();
		server[s].coming = without(n, server[s].coming);
		server[s].current = 0;
		printf("gap %d %d", n, s); after() }
}
inline heartbeat(s) {
	d_step { server[s].current == 0 && caught_up(s) -> before();
		server[s].current = 1;
		never_may(inv_freshness, server[s].applied != up_to(sent));
		printf("heartbeat %d", s); after() }
}
inline silence(s) {
	d_step { SILENCE && server[s].current == 1 -> before();
		server[s].current = 0;
		printf("silence %d", s); after() }
}
inline acknowledge() {
	d_step { acked < sent && visible_everywhere(acked + 1) -> before();
		acked++;
		printf("acknowledge"); after() }
}

/* ---- Paper and money ---- */
#define its_own(r)    own_request(request[r].kiosk, r)
#define it_is_awaited(r) awaited(request[r].kiosk)
inline arrive(r) {
	d_step { request[r].hand > 0 && its_own(r) && it_is_awaited(r) -> before();
		copy(its_kiosk(r).doc, request[r].handed);
		take_carrying(request[r].hand, request[r].handed);
		its_kiosk(r).phase = 7;
		printf("arrive %d", r); after() }
}
inline drop_hand(r) {
	d_step { request[r].hand > 0 && !(its_own(r) && it_is_awaited(r)) -> before();
		take_carrying(request[r].hand, request[r].handed);
		printf("drop_hand %d", r); after() }
}
inline refused(r) {
	d_step { request[r].refusal == 2 -> before();
		request[r].refusal = 0;
		if
		:: its_kiosk(r).phase == 6 && its_kiosk(r).request == r -> its_kiosk(r).phase = 9
		:: else
		fi;
		printf("refused %d", r); after() }
}
inline kiosk_timeout(k) {
	d_step { TIMEOUTS && kiosk[k].phase == 6 && !kiosk_waits_for_ever -> before();
		kiosk[k].phase = 9;
		request[kiosk[k].request].dead = 1;
		printf("kiosk_timeout %d", k); after() }
}
inline pay(k) {
	d_step { kiosk[k].phase == 7 -> before();
		kiosk[k].phase = 8;
		kiosk[k].money = COPIES;
		printf("pay %d", k); after() }
}
inline print(k) {
	d_step { paid(k) && kiosk[k].sheets < COPIES && kiosk[k].noted == kiosk[k].sheets -> before();
		judge_print(k);
		kiosk[k].sheets++;
		printf("print %d", k); after() }
}
inline note(k) {
	d_step { kiosk[k].phase >= 7 && kiosk[k].phase <= 9 && kiosk[k].noted < kiosk[k].sheets &&
			(kiosk[k].phase == 8 || !counted_only_while_paid) -> before();
		kiosk[k].noted = kiosk[k].sheets;
		printf("note %d", k); after() }
}
inline done(k) {
	d_step { kiosk[k].phase == 8 && kiosk[k].sheets == COPIES && kiosk[k].noted == COPIES -> before();
		kiosk[k].phase = 9;
		printf("done %d", k); after() }
}
inline mishap(k) {
	d_step { mishaps > 0 && kiosk[k].phase >= 6 && kiosk[k].phase <= 8 -> before();
		mishaps--;
		kiosk[k].phase = 9;
		request[kiosk[k].request].dead = 1;
		printf("mishap %d", k); after() }
}
inline settle(k) {
	d_step { printing_over(k) && kiosk[k].money > 0 && counted(k) &&
			(kiosk[k].noted == COPIES || !settled_only_in_full) -> before();
		kiosk[k].kept = kiosk[k].noted;
		kiosk[k].money = 0;
		printf("settle %d", k); after() }
}
inline erase(k) {
	d_step { kiosk[k].phase == 9 && some_page(kiosk[k].doc) && !document_never_erased -> before();
		none(kiosk[k].doc);
		printf("erase %d", k); after() }
}
inline leave(k) {
	d_step { kiosk[k].phase == 9 && doc_erased(k) && money_settled(k) -> before();
		never_may(inv_charge, kiosk[k].kept != kiosk[k].sheets || kiosk[k].money != 0);
		idle(k);
		printf("leave %d", k); after() }
}

/* ---- What the network and the machines do ---- */
#define lose(m, message, r) lose_what(m, request[r].message, r, request[r].message--)
#define lose_carrying(m, message, pages, r) \
	lose_what(m, request[r].message, r, take_carrying(request[r].message, request[r].pages))
#define lose_refusal(r) lose_what(7, request[r].refusal, r, request[r].refusal = 0)
#define lose_what(m, number, r, taken) \
	d_step { losses > 0 && number > 0 -> before(); \
		losses--; \
		taken; \
		printf("lose %d %d", m, r); after() }
#define duplicate(m, message, r) \
	d_step { duplicates > 0 && request[r].message == 1 -> before(); \
		duplicates--; \
		request[r].message = 2; \
		printf("duplicate %d %d", m, r); after() }
#define may_slip_in(page, p) (page != 0 && page != p && named_by(p) < next)
inline glitch_work(s, i, p) {
	d_step { glitches > 0 && may_slip_in(server[s].work[i - 1], p) -> before();
		glitches--;
		server[s].work[i - 1] = p;
		printf("glitch_work %d %d %d", s, i, p); after() }
}
inline glitch_doc(r, i, p) {
	d_step { glitches > 0 && request[r].doc > 0 && may_slip_in(request[r].made[i - 1], p) -> before();
		glitches--;
		request[r].made[i - 1] = p;
		printf("glitch_doc %d %d %d", r, i, p); after() }
}

/* ---- Who does it ---- */
proctype Kiosk(byte k) { /* with the citizen before it */
end:	do
	:: insert(k, 1) :: insert(k, 2)
	:: pin_right(k) :: pin_wrong(k) :: pin_torn(k) :: pin_locked(k)
	:: swap(k, 1) :: swap(k, 2)
	:: check(k, 1) :: check(k, 2) :: check(k, 3)
	:: open(k) :: refuse_open(k) :: take_card(k) :: cancel(k)
	:: choose(k, 0) :: choose(k, 1) :: kiosk_timeout(k)
	:: pay(k) :: print(k) :: note(k) :: done(k) :: settle(k) :: erase(k) :: leave(k)
	od
}
proctype Counter(byte c) { /* card and city office */
end:	do
	:: revoke(c) :: identify(c) :: unblock(c)
	od
}
proctype Center(byte r) {
end:	do
	:: accept(r, 1) :: accept(r, 2) :: turn_away(r) :: ignore_apply(r)
	:: take_doc(r) :: flag(r) :: drop_doc(r) :: hand_over(r) :: withhold(r) :: forget(r) :: close(r)
	:: center_timeout(r) :: pass_refusal(r)
	od
}
proctype Issuing(byte r) {
end:	do
	:: receive(r) :: ignore_issue(r) :: start_work(r) :: refuse(r)
	:: render(r) :: fill(r) :: drop_answer(r)
	:: release_doc(r) :: stop(r) :: server_timeout(r) :: finish(r)
	od
}
proctype Server(byte s) { /* its place of work and its register */
end:	do
	:: wipe(s)
	:: apply_change(1, s) :: apply_change(2, s) :: repeat_change(1, s) :: repeat_change(2, s)
	:: gap(1, s) :: gap(2, s) :: heartbeat(s) :: silence(s)
	:: glitch_work(s, 1, 1) :: glitch_work(s, 1, 2) :: glitch_work(s, 1, 3)
	:: glitch_work(s, 1, 4) :: glitch_work(s, 1, 5) :: glitch_work(s, 1, 6)
	:: glitch_work(s, 2, 1) :: glitch_work(s, 2, 2) :: glitch_work(s, 2, 3)
	:: glitch_work(s, 2, 4) :: glitch_work(s, 2, 5) :: glitch_work(s, 2, 6)
	od
}
proctype Koseki(byte r) {
end:	do
	:: koseki_answer(r) :: koseki_refuse(r)
	od
}
proctype Feed(byte s) {
end:	do
	:: send(1, s) :: send(2, s) :: lose_change(1, s) :: lose_change(2, s)
	od
}
proctype Network(byte r) {
end:	do
	:: arrive(r) :: drop_hand(r) :: refused(r)
	:: lose(1, apply, r) :: lose(2, issue, r) :: lose(3, ask, r) :: lose(4, answer, r)
	:: lose_carrying(5, doc, made, r) :: lose_carrying(6, hand, handed, r) :: lose_refusal(r)
	:: duplicate(1, apply, r) :: duplicate(2, issue, r) :: duplicate(3, ask, r) :: duplicate(4, answer, r)
	:: duplicate(5, doc, r) :: duplicate(6, hand, r)
	:: glitch_doc(r, 1, 1) :: glitch_doc(r, 1, 2) :: glitch_doc(r, 1, 3)
	:: glitch_doc(r, 1, 4) :: glitch_doc(r, 1, 5) :: glitch_doc(r, 1, 6)
	:: glitch_doc(r, 2, 1) :: glitch_doc(r, 2, 2) :: glitch_doc(r, 2, 3)
	:: glitch_doc(r, 2, 4) :: glitch_doc(r, 2, 5) :: glitch_doc(r, 2, 6)
	od
}
proctype City() { /* and the clock, the officers, the power */
end:	do
	:: tick() :: commit() :: acknowledge() :: begin_filing() :: end_filing() :: reconcile() :: mishap(1) :: mishap(2)
	od
}
#ifdef LIVENESS
proctype Rest() { /* nobody else has to move, ever */
end:	do
	:: d_step { true -> kiosk_moved = false }
	od
}
#endif

init {
	atomic {
		c_code { read_constants(); };
		period = 2; next = 1;
		losses = LOSSES; duplicates = DUPLICATES; glitches = GLITCHES; mishaps = MISHAPS;
		server[1].current = 1; server[2].current = (SERVERS == 2);
		c_code { initially(); };
		run Kiosk(1); run Counter(1); run Server(1); run Feed(1); run City();
		if :: KIOSKS == 2 -> run Kiosk(2) :: else fi;
		if :: CITIZENS == 2 -> run Counter(2) :: else fi;
		if :: SERVERS == 2 -> run Server(2); run Feed(2) :: else fi;
		if :: REQUESTS >= 1 -> run Center(1); run Issuing(1); run Koseki(1); run Network(1) :: else fi;
		if :: REQUESTS >= 2 -> run Center(2); run Issuing(2); run Koseki(2); run Network(2) :: else fi;
		if :: REQUESTS >= 3 -> run Center(3); run Issuing(3); run Koseki(3); run Network(3) :: else fi;
#ifdef LIVENESS
		run Rest()
#endif
	}
}

#ifdef LIVENESS
/* All that is assumed: kiosk 1, with the citizen before it, does not for ever stand still where it can move. */
#define fair (!enabled(KIOSK_1) || kiosk_moved)
ltl session_ends    { ([] <> fair) -> [] (kiosk[1].phase != 0 -> <> (kiosk[1].phase == 0)) }
ltl payment_settled { ([] <> fair) -> [] (kiosk[1].money != 0 -> <> (kiosk[1].money == 0)) }
#endif
