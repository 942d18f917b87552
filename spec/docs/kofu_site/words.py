"""Words that several pages use, in both languages."""

from kofu_site.markup import Lang
from kofu_spec.requirements import Level, Pending, VerdictClass

SYSTEMS: dict[str, tuple[str, str]] = {
    "all": ("全ての機関", "everyone"),
    "card": ("個人番号カード", "My Number Card"),
    "center": ("証明書交付センター", "issuance center"),
    "city": ("市", "city"),
    "core": ("市基幹システム", "core system"),
    "counter": ("窓口", "counter"),
    "inquiry": ("問い合わせサイト", "inquiry site"),
    "issuing": ("証明発行サーバ", "issuing server"),
    "jpki": ("公的個人認証", "JPKI"),
    "kiosk": ("キオスク端末", "kiosk"),
    "koseki": ("戸籍システム", "koseki system"),
    "maintenance": ("保守員", "maintenance staff"),
    "network": ("通信回線", "network"),
    "office": ("市役所", "city office"),
    "operator": ("運用者", "operator"),
    "provider": ("クラウド事業者", "cloud provider"),
    "relay": ("中間サーバ", "relay server"),
    "tester": ("試験者", "tester"),
    "citizen": ("申請者", "applicant"),
}

LEVELS: dict[Level, tuple[str, str]] = {
    Level.MUST: ("必須（MUST）", "MUST"),
    Level.SHOULD: ("原則（SHOULD）", "SHOULD"),
    Level.MAY: ("任意（MAY）", "MAY"),
}

CLASSES: dict[VerdictClass, tuple[str, str]] = {
    VerdictClass.TEST: ("試験", "test"),
    VerdictClass.WITNESS: ("立会い", "witness"),
    VerdictClass.ATTEST: ("確認書", "attestation"),
    VerdictClass.INFORMATIVE: ("参考", "informative"),
}

CLASSES_EXPLAINED: dict[VerdictClass, tuple[str, str]] = {
    VerdictClass.TEST: ("接続口から実際に動かして確かめる。", "Judged from outside, over the interfaces."),
    VerdictClass.WITNESS: ("対象システムの計算機の上で確かめる。", "Judged on the implementation's own host."),
    VerdictClass.ATTEST: ("運用者の確認書及び証拠による。", "Attested by the operator, with evidence."),
    VerdictClass.INFORMATIVE: (
        "確かめる事項はない。資料の全文を扱ったことを示すために掲げる。",
        "Nothing to check; listed so that the whole document is accounted for.",
    ),
}

PENDING: dict[Pending, tuple[str, str]] = {
    Pending.PAPER: ("用紙の検査", "checks of the paper"),
    Pending.WITNESS: ("立会いによる検査", "the witness on the host"),
    Pending.SUITE: ("試験の追加", "further checks of the suite"),
    Pending.ATTESTATION: ("運用者の確認書", "the operator's attestation"),
}


def system(lang: Lang, name: str) -> str:
    return lang(*SYSTEMS.get(name, (name, name)))


def systems(lang: Lang, names: tuple[str, ...]) -> str:
    return lang("、", ", ").join(system(lang, name) for name in names)
