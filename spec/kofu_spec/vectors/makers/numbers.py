"""municipality_code.json and individual_number.json: numbers with right and with wrong check digits. [2.1, 2.7]"""

from collections.abc import Callable, Iterator
from itertools import count
from types import MappingProxyType

from kofu_spec.rules.check_digits import (
    Fault,
    individual_number_check_digit,
    individual_number_fault,
    municipality_code_check_digit,
    municipality_code_fault,
)
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

IN_USE = (
    ("112038", "川口市", "the city of the source document"),
    ("011002", "札幌市。0で始まる", "a code that begins with 0"),
    ("131016", "千代田区", "a ward"),
    ("271004", "大阪市", "a designated city"),
)

_WHY = MappingProxyType(
    {
        None: ("検査数字は正しい", "The check digit is right"),
        Fault.LENGTH: ("桁数が誤っている", "It has not as many digits as it has to"),
        Fault.NOT_DIGITS: ("ASCIIの数字でない文字を含む", "It holds something else than ASCII digits"),
        Fault.CHECK_DIGIT: ("検査数字が誤っている", "The check digit does not follow from the others"),
    }
)

Case = tuple[str, str, str, str]
"""Slug, the number, and what is the matter with it in Japanese and English."""


def municipality_codes() -> Made:
    """Codes in use, one for each check digit, and broken ones."""
    cases = [
        *((f"in-use.{code}", code, ja, en) for code, ja, en in IN_USE),
        *_each_digit((f"99{n:03d}" for n in count(202)), municipality_code_check_digit),
        *_broken("992011", "972011", "929011"),
        ("leading-zero-lost", "11002", "先頭の0を失った011002", "011002 with its leading zero lost"),
        ("check-digit.not-10-for-rest-1", "9920410", "余りが1のとき、10の下1桁0とせず10を付けた", "10 put in place of its last digit"),
    ]  # fmt: skip
    return _made(
        "municipality_code",
        "市区町村コード（JIS X 0402の5桁と検査数字）が正しいか。5桁に左から6、5、4、3、2を掛けた和を11で割った余りを11から引き、その下1桁を検査数字とする。",
        "Whether a municipality code (five digits of JIS X 0402 and the check digit) is right. The digits are multiplied by 6, 5, 4, 3, 2 from the left; 11 minus the rest of the sum by 11 gives the check digit, its last digit.",
        cases,
        municipality_code_fault,
        requirement="2.7",
    )


def individual_numbers() -> Made:
    """One for each check digit, and broken ones. All begin with four zeros, which marks them as made up."""
    cases = [
        *_each_digit((f"0000{n:07d}" for n in count(1234567)), individual_number_check_digit),
        *(
            (f"weight.{place + 1:02d}", _only(place), f"左から{place + 1}桁目だけが1", f"only digit {place + 1} from the left is 1")
            for place in range(11)
        ),
        ("all-zero", "000000000000", "すべて0。余りは0", "all zeros; the rest is 0"),
        *_broken("000012345671", "000012345571", "000012354671"),
        ("hyphens", "0000-1234-5671", "ハイフンで区切られている", "cut by hyphens"),
        ("check-digit.11-for-rest-0", "0000000000001", "余りが0のとき、0とせず11の下1桁を付けた", "the last digit of 11 put for rest 0"),
    ]  # fmt: skip
    return _made(
        "individual_number",
        "個人番号（12桁）が正しいか。検査用数字は平成26年総務省令第85号第5条による。すべて架空の番号である。",
        "Whether an Individual Number (12 digits) is right, by article 5 of ordinance 85 of 2014. All numbers are made up.",
        cases,
        individual_number_fault,
        requirement="2.1",
    )


def _only(place: int) -> str:
    digits = "0" * place + "1" + "0" * (10 - place)
    return f"{digits}{individual_number_check_digit(digits)}"


def _each_digit(candidates: Iterator[str], check_digit: Callable[[str], int]) -> Iterator[Case]:
    """The first candidate for each check digit from 0 to 9."""
    wanted: dict[int, str] = {}
    while len(wanted) < 10:
        digits = next(candidates)
        wanted.setdefault(check_digit(digits), digits)
    for last, digits in sorted(wanted.items()):
        yield f"check-digit.{last}", f"{digits}{last}", f"検査数字が{last}", f"the check digit is {last}"


def _broken(right: str, one_wrong: str, swapped: str) -> Iterator[Case]:
    """What happens to a right number on its way."""
    wrong_last = f"{right[:-1]}{(int(right[-1]) + 1) % 10}"
    yield "right", right, "以下で誤らせる架空の番号", "a made-up number, broken below"
    yield "wrong.check-digit", wrong_last, "検査数字を1つ誤った", "the check digit is one too high"
    yield "wrong.one-digit", one_wrong, "1桁を誤った", "one digit is wrong"
    yield "wrong.swapped", swapped, "隣り合う2桁を入れ替えた", "two neighbouring digits are swapped"
    yield "length.short", right[:-1], "検査数字がない", "there is no check digit"
    yield "length.long", f"{right}0", "1桁多い", "there is one digit too many"
    yield "length.empty", "", "空である", "it is empty"
    yield "digits.letter", f"{right[:-1]}A", "英字を含む", "a letter"
    yield (
        "digits.full-width",
        f"{right[:-1]}{chr(0xFF10 + int(right[-1]))}",
        "全角の数字を含む",
        "a digit in full width",
    )
    yield (
        "digits.arabic",
        f"{right[:-1]}{chr(0x660 + int(right[-1]))}",
        "アラビア・インド数字を含む",
        "an Arabic-Indic digit",
    )
    yield "digits.blank", f"{right[:-1]} ", "空白を含む", "a blank"
    yield "digits.line-break", f"{right}\n", "末尾に改行がある", "a line break at the end"
    yield "digits.sign", f"-{right[1:]}", "符号を含む", "a sign"


def _made(
    name: str, ja: str, en: str, cases: list[Case], fault_of: Callable[[str], Fault | None], requirement: str
) -> Made:
    return Made(
        name=name,
        version="1",
        about_ja=f"{ja}faultは最初に当てはまるもので、数字でない、桁数、検査数字の順による。",
        about_en=f"{en} fault is the first that applies: not digits, length, check digit.",
        given=record({"text": {"type": "string"}}),
        expect=record({"valid": {"type": "boolean"}, "fault": {"enum": [None, *(fault.value for fault in Fault)]}}),
        vectors=tuple(
            Vector(
                id=slug,
                given={"text": text},
                expect={"valid": fault_of(text) is None, "fault": fault_of(text)},
                because_ja=f"{ja}。{_WHY[fault_of(text)][0]}。",
                because_en=f"{en[0].upper()}{en[1:]}. {_WHY[fault_of(text)][1]}.",
                requirement=requirement,
            )
            for slug, text, ja, en in cases
        ),
    )
