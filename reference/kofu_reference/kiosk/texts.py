"""What the screen says, in Japanese and English: one text for each screen and one for each reason. [3.3.6]"""

from dataclasses import dataclass

from kofu.testing.v1 import control_pb2
from kofu.v1 import reason_pb2
from kofu_reference.kiosk.session import Met

_S = control_pb2
_R = reason_pb2


@dataclass(frozen=True)
class Text:
    """One text; words in braces are filled from the metadata of the reason."""

    ja: str
    en: str


SCREENS: dict[control_pb2.Screen, Text] = {
    _S.SCREEN_IDLE: Text(
        "マイナンバーカードを読取部に置いてください。",
        "Please put your My Number Card on the reader.",
    ),
    _S.SCREEN_PIN: Text(
        "利用者証明用電子証明書の暗証番号（数字4桁）を入力してください。",
        "Please enter the four-digit PIN of your user authentication certificate.",
    ),
    _S.SCREEN_TAKE_CARD: Text(
        "本人確認が終わりました。カードをお取りください。お取りいただくと、証明書の選択に進みます。",
        "You have been identified. Please take your card; then you can choose a certificate.",
    ),
    _S.SCREEN_CHOOSE: Text(
        "必要な証明書と通数を選んでください。",
        "Please choose the certificate and the number of copies.",
    ),
    _S.SCREEN_PAY: Text(
        "証明書の用意ができました。手数料を入れてください。入金が済むと印刷します。",
        "Your certificate is ready. Please insert the fee; printing starts when it is paid.",
    ),
    _S.SCREEN_TAKE_PAPERS: Text(
        "印刷が終わりました。証明書とおつりをお取りください。取り忘れにご注意ください。",
        "Printing is finished. Please take your certificate and your change. Do not leave them behind.",
    ),
    _S.SCREEN_ENDED: Text(
        "お取り扱いを終了しました。料金はいただいていません。カードとお金の取り忘れにご注意ください。",
        "The procedure has ended. Nothing was charged. Please take your card and your money with you.",
    ),
}

CHOOSE_MUNICIPALITY = Text(
    "証明書を発行する市区町村を選んでください。",
    "Please choose the municipality that is to issue the certificate.",
)
"""On the screen of the choice, while none of several municipalities has been chosen."""

_OFFICE = "市役所の窓口へお越しください。"
_AT_OFFICE = "please come to the city office."
_NOT_CHARGED = "料金はいただいていません。"
_NOTHING_CHARGED = "Nothing was charged."

_REASONS_OF_TIME: dict[_R.Reason, Text] = {
    _R.REASON_OUT_OF_HOURS: Text(
        "ただいまは利用時間外です。利用時間は6時30分から23時まで（12月29日から1月3日までを除く。）です。",
        "The service is closed now. It is open from 6:30 to 23:00, except from 29 December to 3 January.",
    ),
    _R.REASON_KOSEKI_OUT_OF_HOURS: Text(
        "戸籍の証明書は、市役所の開庁日の9時から17時までお取りいただけます。",
        "Family-register certificates can be had on office days from 9:00 to 17:00.",
    ),
    _R.REASON_SERVICE_NOT_STARTED: Text(
        "コンビニ交付サービスは令和4年3月1日からご利用いただけます。",
        "The service begins on 1 March 2022.",
    ),
    _R.REASON_TIMED_OUT: Text(
        f"時間内に処理が終わらなかったため、取引を中止しました。{_NOT_CHARGED}お手数ですが、初めからやり直してください。",
        f"The transaction took too long and was stopped. {_NOTHING_CHARGED} Please start again.",
    ),
    _R.REASON_UPSTREAM_UNAVAILABLE: Text(
        f"ただいま通信ができません。{_NOT_CHARGED}時間をおいてやり直すか、{_OFFICE}",
        f"There is no connection at the moment. {_NOTHING_CHARGED} Please try again later, or {_AT_OFFICE}",
    ),
    _R.REASON_RECORDS_NOT_CURRENT: Text(
        f"最新の記録を確かめられないため、発行できません。時間をおいてやり直すか、{_OFFICE}",
        f"It cannot be confirmed that the records are current. Please try again later, or {_AT_OFFICE}",
    ),
    _R.REASON_FEED_GAP: Text(
        f"最新の記録を確かめられないため、発行できません。時間をおいてやり直すか、{_OFFICE}",
        f"It cannot be confirmed that the records are current. Please try again later, or {_AT_OFFICE}",
    ),
    _R.REASON_TERMINAL_NOT_REGISTERED: Text(
        "この端末ではコンビニ交付サービスをご利用いただけません。ほかの端末をご利用ください。",
        "This terminal cannot be used for the service. Please use another one.",
    ),
}

_REASONS_OF_THE_CARD: dict[_R.Reason, Text] = {
    _R.REASON_CARD_NOT_ACCEPTED: Text(
        "マイナンバーカードを読み取れません。カードを確かめて、置き直してください。",
        "No My Number Card could be read. Please check the card and put it on the reader again.",
    ),
    _R.REASON_NO_AUTHENTICATION_CERTIFICATE: Text(
        f"このカードには利用者証明用電子証明書が搭載されていません。搭載をご希望の方は、{_OFFICE}",
        f"The card has no user authentication certificate. To have one put on it, {_AT_OFFICE}",
    ),
    _R.REASON_PIN_WRONG: Text(
        "暗証番号が違います。あと{tries_left}回誤ると、ロックされます。確かめて入力してください。",
        "The PIN is wrong. Tries left before it is locked: {tries_left}. Please check it and enter it again.",
    ),
    _R.REASON_PIN_LOCKED: Text(
        f"暗証番号がロックされています。再設定には来庁の手続が必要です。カードをお持ちになり、{_OFFICE}",
        f"The PIN is locked. Only the city office can set it again: with your card, {_AT_OFFICE}",
    ),
    _R.REASON_CERTIFICATE_NOT_TRUSTED: Text(
        f"このカードの電子証明書を確認できません。カードをお持ちになり、{_OFFICE}",
        f"The certificate on the card could not be verified. With your card, {_AT_OFFICE}",
    ),
    _R.REASON_CERTIFICATE_EXPIRED: Text(
        f"電子証明書の有効期間外です。更新の手続のため、{_OFFICE}",
        f"The certificate on the card is outside its period of validity. To renew it, {_AT_OFFICE}",
    ),
    _R.REASON_CERTIFICATE_REVOKED: Text(
        f"電子証明書が失効しています。再発行の手続のため、{_OFFICE}",
        f"The certificate on the card has been revoked. To have a new one issued, {_AT_OFFICE}",
    ),
    _R.REASON_CERTIFICATE_SUSPENDED: Text(
        f"電子証明書が一時保留されています。解除の手続のため、{_OFFICE}",
        f"The certificate on the card is suspended. To have this lifted, {_AT_OFFICE}",
    ),
    _R.REASON_VALIDITY_UNKNOWN: Text(
        f"電子証明書の有効性を確認できません。時間をおいてやり直すか、{_OFFICE}",
        f"The validity of the certificate could not be established. Please try again later, or {_AT_OFFICE}",
    ),
}

_REASONS_OF_THE_APPLICATION: dict[_R.Reason, Text] = {
    _R.REASON_KIND_NOT_OFFERED: Text(
        "この証明書は、こちらではお取りいただけません。画面の証明書からお選びください。",
        "This certificate is not issued here. Please choose one that the screen offers.",
    ),
    _R.REASON_MUNICIPALITY_NOT_SERVED: Text(
        f"この市区町村の証明書は取り扱っていません。お住まいの{_OFFICE}",
        f"Certificates of this municipality are not issued here. At your municipality, {_AT_OFFICE}",
    ),
    _R.REASON_APPLICANT_NOT_FOUND: Text(
        f"お取りいただける記録が見当たりません。お手数ですが、{_OFFICE}",
        f"No record was found that a certificate can be made from: {_AT_OFFICE}",
    ),
    _R.REASON_PERSON_NOT_PERMITTED: Text(
        f"お取りいただける範囲の方ではない方が含まれています。選び直すか、{_OFFICE}",
        f"The choice names a person whom you may not apply for. Please choose again, or {_AT_OFFICE}",
    ),
    _R.REASON_UNDER_AGE: Text(
        f"15歳未満の方は、コンビニ交付サービスをご利用いただけません。{_OFFICE}",
        f"The service is for persons of 15 and over. For a certificate, {_AT_OFFICE}",
    ),
    _R.REASON_ISSUE_BLOCKED: Text(
        f"こちらでは発行できません。お手数ですが、{_OFFICE}",
        f"The certificate cannot be issued here: {_AT_OFFICE}",
    ),
    _R.REASON_ALARM_RAISED: Text(
        f"この申請は確認が必要なため、発行できません。お手数ですが、{_OFFICE}",
        f"This application has to be looked into first: {_AT_OFFICE}",
    ),
    _R.REASON_NO_SEAL_REGISTRATION: Text(
        f"印鑑登録がありません。登録の手続のため、{_OFFICE}",
        f"There is no seal registration. To register a seal, {_AT_OFFICE}",
    ),
    _R.REASON_NO_TAX_RECORD: Text(
        f"現年度の課税の記録がありません。お手数ですが、{_OFFICE}",
        f"There is no tax record for the current tax year: {_AT_OFFICE}",
    ),
    _R.REASON_NOT_CURRENT_TAX_YEAR: Text(
        f"お取りいただけるのは現年度分のみです。ほかの年度分は、{_OFFICE}",
        f"Only the current tax year is issued here. For another year, {_AT_OFFICE}",
    ),
    _R.REASON_KOSEKI_FILING_IN_PROGRESS: Text(
        f"戸籍の届出を処理しているため、発行できません。日をおいてやり直すか、{_OFFICE}",
        f"A filing for this register is being processed. Please try again another day, or {_AT_OFFICE}",
    ),
    _R.REASON_CHARACTER_NOT_AVAILABLE: Text(
        f"この端末では印刷できない文字が含まれているため、発行できません。お手数ですが、{_OFFICE}",
        f"A character of the certificate cannot be printed here: {_AT_OFFICE}",
    ),
    _R.REASON_DOES_NOT_FIT: Text(
        f"記載事項が様式に収まらないため、発行できません。お手数ですが、{_OFFICE}",
        f"An item is too long for the form: {_AT_OFFICE}",
    ),
    _R.REASON_REQUEST_ID_USED: Text(
        f"この申請はすでに終了しています。{_NOT_CHARGED}初めからやり直してください。",
        f"This application has already ended. {_NOTHING_CHARGED} Please start again.",
    ),
    _R.REASON_RECORD_NOT_FOUND: Text(
        f"該当する記録がありません。お手数ですが、{_OFFICE}",
        f"There is no such record: {_AT_OFFICE}",
    ),
}

_REASONS_OF_THE_TERMINAL: dict[_R.Reason, Text] = {
    _R.REASON_OUT_OF_ORDER: Text(
        "この画面ではその操作はできません。画面の案内に従って操作してください。",
        "This is not possible on this screen. Please follow the instructions shown.",
    ),
    _R.REASON_INVALID_REQUEST: Text(
        "入力の形式が違います。暗証番号は数字4桁です。確かめて入力し直してください。",
        "The entry has the wrong form. A PIN has four digits. Please check it and enter it again.",
    ),
    _R.REASON_PAYMENT_INCOMPLETE: Text(
        "入金額が手数料に足りません。不足の金額を入れてください。",
        "The money inserted does not cover the fee. Please insert the rest.",
    ),
    _R.REASON_PRINT_FAILED: Text(
        f"印刷できませんでした。お金をお返しします。{_NOT_CHARGED}ほかの端末でやり直してください。",
        f"Printing failed and your money is returned. {_NOTHING_CHARGED} Please try another terminal.",
    ),
    _R.REASON_SESSION_NOT_OPEN: Text(
        f"お手続は終了しています。{_NOT_CHARGED}初めからやり直してください。",
        f"The procedure has ended. {_NOTHING_CHARGED} Please start again.",
    ),
    _R.REASON_NOT_AUTHENTICATED: Text(
        "本人確認が済んでいません。初めからやり直してください。",
        "You have not been identified. Please start again.",
    ),
    _R.REASON_IDENTITY_CHECK_MISSING: Text(
        f"本人確認が記録されていません。{_OFFICE}",
        f"Your identity has not been checked: {_AT_OFFICE}",
    ),
    _R.REASON_ROLE_NOT_ALLOWED: Text(
        "この端末は接続を許可されていません。ほかの端末をご利用ください。",
        "This terminal is not allowed to connect. Please use another one.",
    ),
    _R.REASON_MAINTENANCE_REFUSED: Text(
        "保守員以外の方は操作できません。",
        "Only maintenance staff can do this.",
    ),
    _R.REASON_TEST_CONTROL_OFF: Text(
        "この端末では試験用の操作はできません。",
        "This terminal was not started for testing.",
    ),
    _R.REASON_INTERNAL: Text(
        f"障害が発生したため、取引を中止しました。{_NOT_CHARGED}ほかの端末でやり直すか、{_OFFICE}",
        f"A fault occurred and the transaction was stopped. {_NOTHING_CHARGED} Please try another terminal, or "
        f"{_AT_OFFICE}",
    ),
}

REASONS: dict[_R.Reason, Text] = {
    **_REASONS_OF_TIME,
    **_REASONS_OF_THE_CARD,
    **_REASONS_OF_THE_APPLICATION,
    **_REASONS_OF_THE_TERMINAL,
}


WARNINGS: dict[_S.LeftBehind, Text] = {
    _S.LEFT_BEHIND_CARD: Text(
        "カードをお忘れです。マイナンバーカードをお取りください。",
        "You have left your card. Please take your My Number Card.",
    ),
    _S.LEFT_BEHIND_PAPERS: Text(
        "証明書をお忘れです。印刷された証明書とおつりをお取りください。",
        "You have left your certificate. Please take the printed papers and your change.",
    ),
}
"""Shown and spoken where something is being left behind. [3.3.7]"""

PARTLY_PRINTED = Text(
    "途中で印刷できなくなりました。印刷できた{copies_printed}通分の{charged_yen}円だけをいただき、残りをお返しします。"
    "証明書とおつりをお取りください。",
    "Printing stopped on the way. Only the copies printed ({copies_printed}) were charged, {charged_yen} yen; the rest "
    "is returned. Please take your papers and your change.",
)
"""A reason that says nothing was charged would not be true here."""


def text_of(screen: control_pb2.Screen, met: Met | None) -> Text:
    """What is shown: the reason where there is one, else what the screen asks for."""
    if met is None:
        return SCREENS[screen]
    partly = met.reason == _R.REASON_PRINT_FAILED and "copies_printed" in met.metadata
    chosen = PARTLY_PRINTED if partly else REASONS[met.reason]
    ja, en = chosen.ja, chosen.en
    for word in ("tries_left", "copies_printed", "charged_yen"):
        ja = ja.replace(f"{{{word}}}", met.metadata.get(word, ""))
        en = en.replace(f"{{{word}}}", met.metadata.get(word, ""))
    return Text(ja, en)
