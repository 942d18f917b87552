"""Traces worth keeping: what may be seen at a role's border, and what may not. Judged in `traces`, never here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A trace in one small world, as it is seen by one view."""

    slug: str
    view: str
    world: str
    lines: str
    """The observations as they are written, one after the other."""
    ja: str
    en: str
    requirement: str


RIGHT = (
    Case("paid-and-printed", "chain", "money", "card_in 1 1; choice 1 0; payable 1; money_in 1 2; sheet 1 1-1; sheet 1 1-1; account 1 2 0; ready 1; quiet", "2部が出て、2部の手数料が収納される", "Two copies come out, and the fee of two is kept", "3.3.6"),
    Case("jam-after-one", "chain", "money", "card_in 1 1; choice 1 0; payable 1; money_in 1 2; sheet 1 1-1; jam 1; account 1 1 1; ready 1; quiet", "1部が出た後の紙詰まりでは、出なかった分が返る", "After a jam the money for what did not come out is given back", "3.3.6"),
    Case("cancelled-before-paying", "chain", "money", "card_in 1 1; choice 1 0; payable 1; cancelled 1; ready 1; quiet", "届いた証明書も、取り消せば印刷されない", "A document that has arrived is not printed after a cancel", "P.2"),
    Case("lost-on-the-way", "chain", "lost", "card_in 1 1; choice 1 0; session_over 1; ready 1; quiet", "途中で何が失われても、利用者には交付できないことが告げられる", "Whatever is lost on the way, the citizen is told that nothing is issued", "P.2"),
    Case("two-wrong-then-right", "chain", "pin", "card_in 1 1; pin_typed 1 0; pin_refused 1 2; pin_typed 1 0; pin_refused 1 1; pin_typed 1 1; pin_accepted 1", "2回の誤りの後の正しい暗証番号は受け付けられる", "The right PIN is accepted after two wrong ones", "3.3.10"),
    Case("locked-and-unblocked", "chain", "pin", "card_in 1 1; pin_typed 1 0; pin_refused 1 2; pin_typed 1 0; pin_refused 1 1; pin_typed 1 0; pin_refused 1 0; pin_typed 1 1; card_locked 1; ready 1; identified 1; unblock_done 1; card_in 1 1; pin_typed 1 1; pin_accepted 1", "ロックされたカードは、本人確認の後に解除されて使える", "A locked card can be used after the counter has lifted the lock", "3.3.11"),
    Case("elsewhere-the-count-goes-on", "chain", "pin", "card_in 1 1; pin_typed 1 0; pin_refused 1 2; cancelled 1; ready 1; card_in 2 1; pin_typed 2 0; pin_refused 2 1", "別の端末でも誤りの回数は続く", "The count of wrong PINs goes on at another kiosk", "3.3.10"),
    Case("revoked", "chain", "session", "card_in 1 1; pin_typed 1 1; pin_accepted 1; validity_asked 1 1; validity 1 2; session_refused 1; ready 1", "失効した証明書ではセッションは開かない", "No session opens for a revoked certificate", "1.8"),
    Case("swapped-card-asks-again", "chain", "session", "card_in 1 1; pin_typed 1 1; pin_accepted 1; card_swapped 1 2; pin_typed 1 1; pin_accepted 1; validity_asked 1 2", "カードが替われば、暗証番号から始まる", "With another card it begins with the PIN again", "3.3.9"),
    Case("koseki-in-the-evening", "chain", "hours", "time 3; card_in 1 1; choice 1 1; session_over 1; ready 1", "戸籍証明書は夕方には交付されない", "No koseki certificate is issued in the evening", "1.6"),
    Case("register-in-the-evening", "chain", "hours", "time 3; card_in 1 1; choice 1 0; payable 1", "住民票の写し等は夕方にも交付される", "A certificate from the city's registers is issued in the evening as well", "1.4"),
    Case("filing-in-progress", "chain", "koseki", "filing 1; card_in 1 1; choice 1 1; session_over 1; ready 1", "届書の処理中は戸籍証明書は交付されない", "While a filing is processed no koseki certificate is issued", "2.9"),
    Case("acknowledged-change", "chain", "feed", "committed 1; acknowledged 1; card_in 1 1; choice 1 0; session_over 1; ready 1; quiet", "確認された取消しの後は、どのサーバからも交付されない", "After an acknowledged cancellation no server issues", "P.5"),
    Case("change-not-yet-acknowledged", "chain", "feed", "committed 1; card_in 1 1; choice 1 0; payable 1; acknowledged 1", "確認される前の申請には、取消しの前の証明書が交付されうる", "Before the acknowledgement a certificate from before the change may be issued", "P.5"),
    Case("alarm-reconciled", "chain", "one_page", "card_in 1 1; choice 1 0; alarm 1; session_over 1; ready 1; reconciled; card_in 1 1; choice 1 0; payable 1", "照合の後は再び交付される", "After the reconciliation documents are handed out again", "P.7"),
    Case("acts-not-offered", "chain", "money", "refused money_in 1 2; card_in 1 1; refused card_in 1 1; choice 1 0; refused choice 1 0; refused cancelled 1; payable 1", "画面にない操作は受け付けられず、何も変わらない", "Acts that are not offered are refused and change nothing", "3.3.6"),
    Case("order-doubled", "issuing", "twice", "order 1 1 0; order 1 1 0; document 1 1-1; quiet", "二重に届いた指示には一度だけ応じる", "An order that comes twice is served once", "P.3"),
    Case("order-doubled-late", "issuing", "twice", "order 1 1 0; document 1 1-1; order 1 1 0; quiet", "終わった申請の指示には応じない", "An order of a request that is over is not served again", "P.3"),
    Case("two-servers-any-order", "issuing", "servers", "order 1 1 0; order 2 1 0; document 2 2-1; document 1 1-1; quiet", "複数のサーバは、どの順に返してもよい", "Several servers may answer in any order", "P.3"),
    Case("time-out-then-the-next", "issuing", "late", "order 1 1 0; refusal 1; order 2 2 0; document 2 2-2; quiet", "中止の後の申請には、その申請者の証明書が返る", "After an abort the next applicant gets his own document", "P.2"),
    Case("gap-noticed", "issuing", "gap", "change 2 1; order 1 1 0; refusal 1; quiet", "欠番に気付いたサーバは拒否する", "A server that noticed a gap refuses", "P.5"),
    Case("up-to-date-again", "issuing", "gap", "feed_silent 1; heartbeat 1 0; order 1 1 0; document 1 1-1", "最新と確かめたサーバは再び交付する", "A server that learned that it is up to date issues again", "P.5"),
    Case("cancelled-entitlement", "issuing", "feed", "change 1 1; shown 1 1; change 1 2; shown 1 2; order 1 1 0; refusal 1; quiet", "取り消された資格には拒否を返す", "A cancelled entitlement is refused", "P.5"),
    Case("change-repeated", "issuing", "feed", "change 1 1; shown 1 1; change 1 1; shown 1 1; quiet", "重ねて届いた異動は一度だけ反映される", "A change that comes again takes effect once", "2.6"),
    Case("late-koseki-answer", "issuing", "koseki", "order 1 1 1; question 1; refusal 1; answer 1; quiet", "待ち時間が切れた後の戸籍システムの答えは捨てられる", "An answer of the koseki system after the time-out is dropped", "P.2"),
    Case("passed-through", "center", "twice", "application 1 1 0; order 1 1 0; document 1 1-1; certificate 1 1-1; quiet", "センターは証明書をそのまま渡す", "The center hands the document on as it is", "2.8"),
    Case("application-doubled", "center", "twice", "application 1 1 0; order 1 1 0; application 1 1 0; document 1 1-1; certificate 1 1-1; quiet", "二重に届いた申請は一度だけ送られる", "An application that comes twice is passed on once", "P.3"),
    Case("night", "center", "hours", "time 3; time 0; application 1 1 0; center_refusal 1; quiet", "夜間の申請は拒否される", "An application at night is refused", "1.4"),
    Case("document-after-time-out", "center", "late", "application 1 1 0; order 1 1 0; center_refusal 1; document 1 1-1; quiet", "待ち時間が切れた後の証明書は捨てられる", "A document after the time-out is dropped", "P.2"),
    Case("withheld-until-reconciled", "center", "one_page", "application 1 1 0; order 1 1 0; document 1 1-2; alarm 1; center_refusal 1; application 2 1 0; order 2 1 0; document 2 2-1; center_refusal 2; reconciled; quiet", "照合されるまで何も渡されない", "Nothing is handed over until the error is reconciled", "P.7"),
    Case("late-certificate-dropped", "kiosk", "late", "card_in 1 1; choice 1 0; application 1 1 0; session_over 1; certificate 1 1-1; ready 1; quiet", "待ち時間が切れた後に届いた証明書は印刷されない", "A certificate that arrives after the time-out is not printed", "P.2"),
    Case("kiosk-jam", "kiosk", "money", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; money_in 1 2; jam 1; account 1 0 2; ready 1; quiet", "何も出ないうちの停電では全額が返る", "When power fails before a sheet comes out all money is given back", "3.3.6"),
    Case("pin-goes-to-the-card", "kiosk", "pin", "card_in 1 1; power 1; pin_typed 1 0; verify 1 0; verified_wrong 1 2; pin_refused 1 2; pin_typed 1 1; verify 1 1; verified 1; pin_accepted 1; session_asked 1 1", "暗証番号はカードが照合し、その答えが告げられる", "The card verifies the PIN, and its answer is told", "3.3.9"),
    Case("pulled-card-counts", "card", "pin", "power 1; verify_torn 1; power 1; verify 1 0; verified_wrong 1 1; verify 1 1; verified 1", "応答の前に抜かれても誤りは数えられる", "A wrong PIN counts though the card was pulled before it answered", "3.3.10"),
    Case("locked-card", "card", "pin", "power 1; verify 1 0; verified_wrong 1 2; verify 1 0; verified_wrong 1 1; verify 1 0; verified_wrong 1 0; verify 1 1; verified_locked 1; unblocked 1; power 1; verify 1 1; verified 1", "ロックは解除されるまで続く", "A lock lasts until it is lifted", "3.3.10"),
    Case("sent-until-shown", "feed", "feed", "committed 1; change 1 1; change 1 2; shown 1 2; change 1 1; shown 1 1; acknowledged 1; quiet", "失われた異動は再び送られ、全てのサーバに反映されてから確認される", "A lost change is sent again, and acknowledged once all servers show it", "2.6"),
    Case("koseki-filing", "koseki", "koseki", "filing 1; question 1; koseki_refusal 1; quiet", "届書の処理中の照会は拒否される", "A question during a filing is refused", "2.9"),
)  # fmt: skip
"""All of it is allowed."""

WRONG = (
    Case("money-before-the-document", "chain", "money", "card_in 1 1; choice 1 0; money_in 1 2", "証明書が届く前の支払を受け付けてはならない", "Money is not to be taken before the document is there", "3.3.6"),
    Case("cancel-after-paying", "kiosk", "money", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; money_in 1 2; cancelled 1", "支払の後の取消しは受け付けられない", "After the payment there is nothing to cancel", "3.3.6"),
    Case("chosen-twice", "kiosk", "money", "card_in 1 1; choice 1 0; application 1 1 0; choice 1 0", "一つの手続で二度は申請できない", "One session applies once", "P.3"),
    Case("cancel-refused", "chain", "money", "card_in 1 1; choice 1 0; payable 1; refused cancelled 1", "支払の前の取消しは受け付けなければならない", "A cancel before the payment may not be refused", "P.2"),
    Case("never-told", "chain", "lost", "card_in 1 1; choice 1 0; quiet", "利用者を待たせたままにしてはならない", "The citizen may not be left waiting for ever", "P.2"),
    Case("never-answered", "issuing", "late", "order 1 1 0; quiet", "指示には、証明書又は拒否を返さなければならない", "An order is answered by a document or a refusal", "P.2"),
    Case("never-acknowledged", "feed", "feed", "committed 1; change 1 1; change 1 2; shown 1 1; shown 1 2; quiet", "全てに反映された異動は確認されなければならない", "A change that all servers show has to be acknowledged", "2.6"),
    Case("yokohama", "issuing", "late", "order 1 1 0; refusal 1; order 2 2 0; document 2 1-1", "横浜：時間切れで鍵だけが解かれ、次の申請者に前の申請者の証明書が返る", "Yokohama: only the lock is released at the time-out, and the next applicant gets the one before's document", "P.2"),
    Case("kawasaki", "issuing", "late", "order 1 1 0; order 2 2 0; document 1 2-2", "川崎：同時の申請が作業ファイルを上書きし、他人の証明書が返る", "Kawasaki: two requests at once overwrite one file, and another's document is returned", "P.3"),
    Case("tokushima", "issuing", "release", "order 1 1 0; document 1 1-1,1-1; order 2 2 0; document 2 1-1,2-2", "徳島：前の申請のページが交ざる", "Tokushima: a page of the request before is in the document", "P.6"),
    Case("takamatsu", "chain", "site", "card_in 1 1; card_in 2 2; choice 1 0; choice 2 0; payable 1; money_in 1 1; sheet 1 2-2", "高松：二台のサーバへの同時の要求が混同され、他人の証明書が出る", "Takamatsu: requests at two servers at once are mixed up, and another's certificate comes out", "P.3"),
    Case("munakata", "chain", "late", "card_in 1 1; choice 1 0; session_over 1; ready 1; card_in 1 2; choice 1 0; payable 1; money_in 1 1; sheet 1 1-1", "宗像：前の利用者の証明書が残っていて、次の利用者に出る", "Munakata: the certificate of the citizen before was left, and comes out for the next", "P.4"),
)  # fmt: skip
"""The last step of it is not allowed."""

OF_MUTANTS = (
    ("lock_missing", "card", "power 1; verify 1 0; verified_wrong 1 2; verify 1 0; verified_wrong 1 1; verify 1 0; verified_wrong 1 0; verify 1 1; verified 1"),
    ("torn_strike_lost", "card", "power 1; verify_torn 1; power 1; verify 1 0; verified_wrong 1 2"),
    ("unblocked_unidentified", "counter", "unblocked 1"),
    ("pin_outlives_card", "kiosk", "card_in 1 1; power 1; pin_typed 1 1; verify 1 1; verified 1; pin_accepted 1; card_swapped 1 2; power 2; session_asked 1 2"),
    ("pin_skipped", "kiosk", "card_in 1 1; power 1; session_asked 1 1"),
    ("certificate_unchecked", "center", "session_asked 1 1; validity_asked 1 1; validity 1 3; session_granted 1"),
    ("opened_at_night", "center", "session_asked 1 1; validity_asked 1 1; validity 1 1; time 3; time 0; session_granted 1"),
    ("hours_unchecked", "center", "time 3; application 1 1 1; order 1 1 1"),
    ("id_accepted_twice", "center", "application 1 1 0; order 1 1 0; application 1 1 0; order 1 1 0"),
    ("late_document_taken", "center", "application 1 1 0; order 1 1 0; center_refusal 1; document 1 1-1; certificate 1 1-1"),
    ("whole_unchecked_at_center", "center", "application 1 1 0; order 1 1 0; document 1 1-1,1-1; certificate 1 1-1,1-1; application 2 1 0; order 2 1 0; document 2 1-1,2-1; certificate 2 1-1,2-1"),
    ("identity_unchecked_at_center", "center", "application 1 1 0; order 1 1 0; document 1 1-2; certificate 1 1-2"),
    ("alarm_ignored", "center", "application 1 1 0; order 1 1 0; document 1 1-2; alarm 1; center_refusal 1; application 2 1 0; order 2 1 0; document 2 2-1; certificate 2 2-1"),
    ("retry_lifts_alarm", "chain", "card_in 1 1; choice 1 0; alarm 1; session_over 1; ready 1; card_in 1 1; choice 1 0; payable 1"),
    ("request_served_twice", "issuing", "order 1 1 0; order 1 1 0; quiet"),
    ("place_overwritten", "issuing", "order 1 1 0; document 1 1-1; order 2 1 0; refusal 2"),
    ("place_overwritten", "chain", "card_in 1 1; choice 1 0; payable 1; cancelled 1; ready 1; card_in 1 1; choice 1 0; session_over 1"),
    ("one_place_for_all", "issuing", "order 1 1 0; order 2 2 0; refusal 2"),
    ("one_place_for_all", "chain", "card_in 1 1; choice 1 0; card_in 2 2; choice 2 0; session_over 2"),
    ("cancelled_released", "issuing", "change 1 2; shown 1 2; order 1 1 0; change 1 1; shown 1 1; document 1 1-1"),
    ("stale_released", "issuing", "order 1 1 0; feed_silent 1; document 1 1-1"),
    ("koseki_rendered_here", "issuing", "order 1 1 1; question 1; document 1 1-1"),
    ("filing_ignored", "koseki", "filing 1; question 1; answer 1"),
    ("filing_ignored", "chain", "filing 1; card_in 1 1; choice 1 1; payable 1"),
    ("pages_missing", "issuing", "order 1 1 0; document 1 none"),
    ("pages_mixed", "issuing", "order 1 1 0; document 1 1-1,1-1; order 2 1 0; document 2 1-1,2-1"),
    ("identity_unchecked", "issuing", "order 1 1 0; document 1 1-2"),
    ("gap_jumped", "issuing", "change 2 1; shown 2 1"),
    ("heartbeat_believed", "issuing", "feed_silent 1; heartbeat 1 1; order 1 1 0; document 1 1-1"),
    ("acknowledged_by_one", "feed", "committed 1; change 1 1; shown 1 1; acknowledged 1"),
    ("acknowledged_unseen", "feed", "committed 1; acknowledged 1"),
    ("reply_to_whoever_waits", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; session_over 1; ready 1; card_in 1 1; choice 1 0; application 2 1 0; certificate 1 1-1; payable 1"),
    ("reply_to_whoever_waits", "chain", "card_in 1 1; choice 1 0; session_over 1; ready 1; card_in 1 1; choice 1 0; payable 1; money_in 1 1; sheet 1 1-1"),
    ("late_reply_taken", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; session_over 1; certificate 1 1-1; payable 1"),
    ("printed_unpaid", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; sheet 1 1-1"),
    ("printed_unpaid", "chain", "card_in 1 1; choice 1 0; payable 1; sheet 1 1-1"),
    ("settled_uncounted", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; money_in 1 2; sheet 1 1-1; jam 1; account 1 0 2"),
    ("settled_before_printing", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; money_in 1 2; account 1 0 2"),
    ("money_unsettled", "kiosk", "card_in 1 1; choice 1 0; application 1 1 0; certificate 1 1-1; payable 1; money_in 1 2; jam 1; ready 1"),
)  # fmt: skip
"""Mutant, view and the shortest trace by which the mutant shows there: the last step is not allowed."""
