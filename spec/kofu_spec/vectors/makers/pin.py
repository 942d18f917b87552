"""pin.json: sequences of what happens to a card. [3.3.9, 3.3.10, 3.3.11]"""

from dataclasses import dataclass

from kofu.v1.reason_pb2 import Reason
from kofu_spec.rules.pin import Act, PinLock, Transition, history
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

ACCEPTED = "ACCEPTED"
_TYPED = (Act.RIGHT, Act.WRONG)

R, W, I, U = Act.RIGHT, Act.WRONG, Act.INTERRUPTED, Act.UNBLOCKED  # noqa: E741 - one letter an act, to read the rows


@dataclass(frozen=True)
class Case:
    """What happens, one act after the other, to a card that begins with some strikes."""

    slug: str
    acts: tuple[Act, ...]
    ja: str
    en: str
    requirement: str = "3.3.10"
    strikes: int = 0


CASES = (
    Case("right", (R,), "正しい暗証番号は受け付ける", "The right PIN is accepted", "3.3.9"),
    Case("wrong", (W,), "一度の誤りではロックしない", "One wrong PIN does not lock", "3.3.9"),
    Case("two-wrong", (W, W), "二度の誤りではロックしない", "Two wrong PINs do not lock"),
    Case("two-wrong-right", (W, W, R), "二度の誤りの後の正しい暗証番号は受け付ける", "The right PIN is accepted after two wrong ones"),
    Case("three-wrong", (W, W, W), "三度目の誤りにはロックと答える", "The third wrong PIN is answered as locked"),
    Case("three-wrong-right", (W, W, W, R), "ロックの後は正しい暗証番号も受け付けない", "After the lock the right PIN is refused too"),
    Case("four-wrong", (W, W, W, W), "ロックの後の誤りにもロックと答える", "A wrong PIN after the lock is answered as locked"),
    Case("locked-for-good", (W, W, W, R, R, W, R), "何度入力してもロックは解けない", "No number of PINs lifts a lock"),
    Case("reset-by-right", (W, W, R, W, W), "正しい暗証番号で回数は0に戻る", "The right PIN sets the count back"),
    Case("reset-then-three", (W, W, R, W, W, W), "戻った後も、連続した三度の誤りでロックする", "After the reset three more in a row lock"),
    Case("alternating", (W, R, W, R, W, R, W, R), "連続しない誤りではロックしない", "Wrong PINs that are not in a row never lock"),
    Case("pairs", (W, W, R, W, W, R, W, W, R), "二度ずつの誤りではロックしない", "Wrong PINs two at a time never lock"),
    Case("right-first", (R, W, W, W), "正しい暗証番号の後でも、連続した三度の誤りでロックする", "Three in a row lock after a right PIN as well"),
    Case("interrupted", (W, I, W, I, W), "電源断、再起動、別の端末、時間の経過を挟んでも回数は続く", "The count goes on across power cuts, restarts, other terminals and time"),
    Case("interrupted-right", (W, W, I, R), "回数が続いても、正しい暗証番号は受け付ける", "The right PIN is accepted although the count went on"),
    Case("interrupted-lock", (W, W, W, I, R), "ロックは電源断や再起動では解けない", "A power cut or restart lifts no lock"),
    Case("elsewhere", (W,), "別の機器での二度の誤りの後の一度の誤り", "One wrong PIN after two at another device", strikes=2),
    Case("elsewhere-right", (R, W, W), "別の機器での二度の誤りの後の正しい暗証番号で、回数は0に戻る", "The right PIN after two wrong ones at another device sets the count back", strikes=2),
    Case("locked-card", (R,), "ロックされたカードは正しい暗証番号も受け付けない", "A locked card refuses the right PIN", strikes=3),
    Case("unblocked", (W, W, W, U, R), "窓口での再設定の後は正しい暗証番号を受け付ける", "After the reset at the counter the right PIN is accepted", "3.3.11"),
    Case("unblocked-wrong", (W, W, W, U, W, W), "再設定の後は三度まで試せる", "After the reset there are three tries again", "3.3.11"),
    Case("unblocked-three", (W, W, W, U, W, W, W, R), "再設定の後も、連続した三度の誤りでロックする", "Three in a row lock again after the reset", "3.3.11"),
    Case("unblocked-early", (W, W, U, W, W), "ロックの前の再設定も回数を0に戻す", "A reset before the lock sets the count back too", "3.3.11"),
)  # fmt: skip


def make() -> Made:
    """Every case with the answer to each act."""
    acts = {"enum": [act.value for act in Act]}
    strikes = {"type": "integer", "minimum": 0, "maximum": PinLock().limit}
    reasons = [Reason.Name(reason) for reason in (Reason.REASON_PIN_WRONG, Reason.REASON_PIN_LOCKED)]
    return Made(
        name="pin",
        version="1",
        about_ja=(
            "一枚のカードに順に起きることと、その応答。rightとwrongは暗証番号の入力（端末を問わない）、"
            "interruptedは電源断、再起動、別の端末、時間の経過、unblockedは窓口での再設定。"
            "strikesは初めの連続した誤りの回数。入力でないものへの応答はnull。"
        ),
        about_en=(
            "What happens to one card in turn, and the answers. right and wrong are PINs typed at whatever terminal, "
            "interrupted is a power cut, a restart, another terminal or time, unblocked the reset at the counter. "
            "strikes counts the wrong ones in a row at the beginning. What is no PIN is answered null."
        ),
        given=record({"strikes": strikes, "acts": {"type": "array", "items": acts, "minItems": 1}}),
        expect=record(
            {
                "answers": {"type": "array", "items": {"enum": [None, ACCEPTED, *reasons]}, "minItems": 1},
                "tries_left": strikes,
                "locked": {"type": "boolean"},
            }
        ),
        vectors=tuple(_vector(case) for case in CASES),
    )


def _vector(case: Case) -> Vector:
    happened = list(history(case.acts, PinLock(case.strikes)))
    after = happened[-1].after
    return Vector(
        id=case.slug,
        given={"strikes": case.strikes, "acts": [act.value for act in case.acts]},
        expect={
            "answers": [_answer(one) for one in happened],
            "tries_left": after.tries_left,
            "locked": after.locked,
        },
        because_ja=f"{case.ja}。",
        because_en=f"{case.en}.",
        requirement=case.requirement,
    )


def _answer(one: Transition) -> str | None:
    if one.act not in _TYPED:
        return None
    return ACCEPTED if one.answer is None else Reason.Name(one.answer)
