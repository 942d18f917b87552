"""A history of the model told in the domain's words, in Japanese and English."""

from dataclasses import dataclass

from kofu_spec.model.actions import ACTION_KINDS, Action
from kofu_spec.model.chain import kinds
from kofu_spec.model.invariants import INVARIANTS
from kofu_spec.model.search import Counterexample
from kofu_spec.model.state import Configuration, about, names


@dataclass(frozen=True)
class Line:
    """One sentence in both languages."""

    ja: str
    en: str


def tell(action: Action, configuration: Configuration) -> Line:
    """What happens, in a sentence."""
    kinds()
    kind = ACTION_KINDS[action.name]
    told = [_Told(argument, configuration.citizens) for argument in action.arguments]
    return Line(kind.ja.format(*told), kind.en.format(*told))


def tell_counterexample(found: Counterexample, configuration: Configuration) -> list[Line]:
    """Every step of a counterexample, and last what it breaks."""
    broken = INVARIANTS[found.invariant]
    ids = ", ".join(broken.requirements)
    return [
        *(tell(action, configuration) for action, _ in found.history),
        Line(f"違反：{broken.ja}（{ids}）", f"broken: {broken.en} [{ids}]"),
    ]


_ANSWERS = (("", ""), ("有効", "good"), ("失効", "revoked"), ("応答なし", "no answer"))
_KINDS = (("住民票の写し等", "a certificate of the registers"), ("戸籍証明書", "a koseki certificate"))
_MESSAGES = (
    ("", ""),
    ("申請", "application"),
    ("要求", "order"),
    ("戸籍システムへの要求", "question to the koseki system"),
    ("戸籍システムの答え", "koseki system's answer"),
    ("センターへの証明書", "document to the center"),
    ("端末への証明書", "document to the kiosk"),
    ("拒否の通知", "refusal"),
)


class _Told:
    """A number that a sentence may name: {0} as it is, {0:letter}, {0:status_en}, {0:kind_ja} …"""

    def __init__(self, number: int, citizens: int) -> None:
        self.number = number
        self.citizens = citizens

    def __format__(self, form: str) -> str:
        what, _, language = form.partition("_")
        if not what:
            return str(self.number)
        if what == "letter":
            return _letter(self.number)
        if what == "page":
            request, citizen = names(self.number, self.citizens), _letter(about(self.number, self.citizens))
            return (
                f"申請{request}の市民{citizen}のページ"
                if language == "ja"
                else f"that names request {request} and is about citizen {citizen}"
            )
        return {"status": _ANSWERS, "kind": _KINDS, "message": _MESSAGES}[what][self.number][language == "en"]


def _letter(citizen: int) -> str:
    return "-ABCD"[citizen]
