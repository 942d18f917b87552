"""Who says what to whom on each interface, and for one certificate from card to paper.

A `Call` names a method, which is drawn with its answer; a `Sent` a message of a stream; an `Act` is no message of ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    sender: str
    receiver: str
    method: str
    """Below the package kofu: `v1.CenterService.Apply`."""
    within: "tuple[Step, ...]" = ()
    """What happens before the answer."""


@dataclass(frozen=True)
class Sent:
    sender: str
    receiver: str
    message: str


@dataclass(frozen=True)
class Act:
    sender: str
    receiver: str
    ja: str
    en: str


Step = Call | Sent | Act


@dataclass(frozen=True)
class Flow:
    title_ja: str
    title_en: str
    participants: tuple[str, ...]
    steps: tuple[Step, ...]


CENTER, ISSUING, KOSEKI = "v1.CenterService", "v1.IssuingService", "v1.KosekiService"
COUNTER, ALARM, CONTROL = "v1.CounterService", "v1.AlarmService", "testing.v1.TestControlService"

_ISSUE_KOSEKI = Call("issuing", "relay", f"{KOSEKI}.IssueKoseki", (Call("relay", "koseki", f"{KOSEKI}.IssueKoseki"),))

ONE_CERTIFICATE = Flow(
    "証明書一件の流れ",
    "One certificate, from card to paper",
    ("citizen", "kiosk", "center", "jpki", "issuing", "relay", "koseki"),
    (
        Act("citizen", "kiosk", "カード、暗証番号", "card, PIN"),
        Call("kiosk", "center", f"{CENTER}.OpenSession"),
        Call(
            "kiosk",
            "center",
            f"{CENTER}.Authenticate",
            (Act("center", "jpki", "有効性の確認（OCSP）", "validity (OCSP)"), Act("jpki", "center", "有効", "good")),
        ),
        Act("kiosk", "citizen", "カードを返す", "card returned"),
        Call("kiosk", "center", f"{CENTER}.ListOffers"),
        Act("citizen", "kiosk", "証明書を選ぶ", "certificate chosen"),
        Call(
            "kiosk",
            "center",
            f"{CENTER}.Apply",
            (
                Call(
                    "center",
                    "issuing",
                    f"{ISSUING}.Issue",
                    (Act("issuing", "issuing", "戸籍証明書のときのみ", "for koseki certificates only"), _ISSUE_KOSEKI),
                ),
            ),
        ),
        Act("citizen", "kiosk", "手数料", "fee"),
        Act("kiosk", "citizen", "証明書を印刷", "certificate printed"),
        Act("kiosk", "kiosk", "データを消去", "data erased"),
        Call("kiosk", "center", f"{CENTER}.ReportOutcome"),
        Call("kiosk", "center", f"{CENTER}.CloseSession"),
    ),
)

FLOWS: dict[str, Flow] = {
    "center": Flow(
        "一つのセッション",
        "One session",
        ("kiosk", "center"),
        (
            Call("kiosk", "center", f"{CENTER}.GetCalendar"),
            Call("kiosk", "center", f"{CENTER}.OpenSession"),
            Call("kiosk", "center", f"{CENTER}.Authenticate"),
            Call("kiosk", "center", f"{CENTER}.ListOffers"),
            Call("kiosk", "center", f"{CENTER}.Apply"),
            Act("kiosk", "kiosk", "精算、印刷、消去", "payment, printing, erasure"),
            Call("kiosk", "center", f"{CENTER}.ReportOutcome"),
            Call("kiosk", "center", f"{CENTER}.CloseSession"),
        ),
    ),
    "issuing": Flow(
        "証明書の請求",
        "A certificate is asked for",
        ("center", "issuing"),
        (
            Call(
                "center",
                "issuing",
                f"{ISSUING}.Issue",
                (
                    Act("issuing", "issuing", "申請者と資格を確かめる", "applicant and eligibility"),
                    Act("issuing", "issuing", "証明書を作る", "certificate made"),
                    Act("issuing", "issuing", "引渡しの時に改めて確かめる", "checked again at release"),
                ),
            ),
        ),
    ),
    "koseki": Flow(
        "戸籍証明書の請求の中継",
        "A koseki certificate is asked for",
        ("center", "issuing", "relay", "koseki"),
        (Call("center", "issuing", f"{ISSUING}.Issue", (_ISSUE_KOSEKI,)),),
    ),
    "feed": Flow(
        "異動の随時連携",
        "A record change is fed",
        ("core", "relay", "issuing"),
        (
            Sent("core", "relay", "FeedHello"),
            Sent("relay", "core", "FeedResume"),
            Sent("relay", "issuing", "FeedHello"),
            Sent("issuing", "relay", "FeedResume"),
            Sent("core", "relay", "FeedChange"),
            Sent("relay", "issuing", "FeedChange"),
            Act("issuing", "issuing", "全サーバで見える", "seen by all its servers"),
            Sent("issuing", "relay", "FeedAcknowledgement"),
            Sent("relay", "core", "FeedAcknowledgement"),
            Sent("core", "relay", "FeedHeartbeat"),
            Sent("relay", "issuing", "FeedHeartbeat"),
        ),
    ),
    "alarm": Flow(
        "異常の検知と解消",
        "An error is flagged and reconciled",
        ("center", "issuing", "office"),
        (
            Call(
                "center",
                "issuing",
                f"{ISSUING}.Issue",
                (Act("issuing", "issuing", "異常を検知し、交付を止める", "error flagged, issuance held"),),
            ),
            Call("office", "issuing", f"{ALARM}.ListAlarms"),
            Act("office", "office", "記録と内容を照合", "content compared with the records"),
            Call("office", "issuing", f"{ALARM}.ReconcileAlarm"),
            Act(
                "issuing", "issuing", "交付を再開。当該申請は止めたまま", "issuance resumed; that request stays blocked"
            ),
        ),
    ),
    "counter": Flow(
        "窓口の手続き",
        "At the counter",
        ("citizen", "office", "counter", "core"),
        (
            Act("citizen", "office", "来庁、本人確認", "visit, identity check"),
            Call("office", "counter", f"{COUNTER}.UnblockPin"),
            Call("office", "core", f"{COUNTER}.FileChange"),
            Call("office", "core", f"{COUNTER}.GetChange"),
        ),
    ),
    "maintenance": Flow(
        "キオスク端末の保守",
        "Maintenance of a kiosk",
        ("maintenance", "kiosk"),
        tuple(
            Call("maintenance", "kiosk", f"v1.MaintenanceService.{method}")
            for method in ("LogIn", "ChangePassword", "GetStatus", "RecordForgottenItem", "ListForgottenItems")
        ),
    ),
    "inquiry": Flow(
        "用紙の問い合わせ",
        "A sheet is looked up",
        ("citizen", "inquiry"),
        (Call("citizen", "inquiry", "v1.InquiryService.ReadBack"),),
    ),
    "control": Flow(
        "試験のための操作",
        "Control of a system under test",
        ("tester", "kiosk"),
        tuple(
            Call("tester", "kiosk", f"{CONTROL}.{method}")
            for method in ("Describe", "SetClock", "GetClock", "Hold", "Spoil", "Operate", "Restart")
        ),
    ),
}
"""By the file of the protos, without folder and suffix."""
