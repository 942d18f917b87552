"""names.json: names that break software, code point by code point. [2.1, 2.9]"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kofu_spec.city.names import NOT_IN_FONT
from kofu_spec.rules.names import Fault, code_points, missing_character, printed, text_fault
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

MISSING = "MISSING_CHARACTER"


@dataclass(frozen=True)
class Case:
    """A text, and the characters for which the font has no glyph, each with its selector."""

    slug: str
    text: str
    ja: str
    en: str
    lacking: tuple[str, ...] = ()
    requirement: str = "2.1"


CASES = (
    Case("plain", "見本\u3000太郎", "ありふれた氏名", "an ordinary name"),
    Case("no-blank", "見本太郎", "空白のない氏名", "a name without a blank"),
    Case("kana", "みほん\u3000れいじ", "仮名の氏名", "a name in kana"),
    Case("latin", "SAMPLE ALPHA BRAVO", "外国人住民の英字の氏名", "the Latin name of a foreign resident"),
    Case("katakana", "サンプル・アルファ", "カタカナ表記", "a name in katakana"),
    Case("voiced-mark", "か\u3099\u3000太郎", "結合文字の濁点。一字に合成しない", "a combining voiced mark; it is not composed"),
    Case("accent", "MUSTER E\u0301", "結合文字の揚音符。一字に合成しない", "a combining accent; it is not composed"),
    Case("variation.tsuji-02", "\u8fbb\U000e0102例\u3000太郎", "辻の異体字", "a variation of 辻"),
    Case("variation.tsuji-03", "\u8fbb\U000e0103例\u3000太郎", "辻の別の異体字", "another variation of 辻"),
    Case("variation.none", "\u8fbb例\u3000太郎", "異体字セレクタのない辻", "辻 without a selector"),
    Case("variation.kuzu", "\u845b\U000e0102見\u3000花子", "葛の異体字", "a variation of 葛"),
    Case("variation.nabe-0f", "\u9089\U000e010f本\u3000花子", "邉の異体字", "a variation of 邉"),
    Case("variation.nabe-1d", "\u9089\U000e011d本\u3000花子", "邉の別の異体字", "another variation of 邉"),
    Case("variation.two", "\u9089\U000e010f\u908a\U000e0108", "異体字が続く氏名", "two variations in a row"),
    Case("variation.last", "見本\u3000\u658e\U000e0102", "異体字で終わる氏名", "a variation at the end"),
    Case("compatibility.kami", "\ufa19見\u3000太郎", "互換漢字の神。NFCでU+795Eに変わる", "compatibility ideograph U+FA19; NFC makes it U+795E"),
    Case("compatibility.saki", "\ufa11本\u3000太郎", "崎の異体の﨑。NFCでは変わらない", "U+FA11, which NFC leaves alone"),
    Case("compatibility.ran", "\uf91d見\u3000太郎", "互換漢字の欄。NFCでU+6B04に変わる", "compatibility ideograph U+F91D; NFC makes it U+6B04"),
    Case("beyond-bmp.yoshi", "\U00020bb7見\u3000太郎", "BMP外の𠮷。UTF-16では二単位だが一文字", "U+20BB7, beyond the BMP: two UTF-16 units, one code point"),
    Case("beyond-bmp.variation", "\U00020bb7\U000e0101例", "BMP外の文字の異体字", "a variation of a character beyond the BMP", ("\U00020bb7\U000e0101",), "2.9"),
    Case("beyond-bmp.only", "\U0002000b\U000233cc", "BMP外の文字だけの氏名", "a name of characters beyond the BMP alone"),
    Case("full-width", "ＳＡＭＰＬＥ", "全角英字。半角にしない", "Latin letters in full width; they stay so"),
    Case("half-width", "ｻﾝﾌﾟﾙ", "半角カタカナ。全角にしない", "katakana in half width; they stay so"),
    Case("iteration-mark", "佐々例\u3000太郎", "踊り字", "an iteration mark"),
    Case("long", "架空" * 30, "60文字の長い氏名。切り詰めない", "a long name of sixty characters; it is not cut"),
    Case("font.lacks-character", f"{NOT_IN_FONT}例\u3000太郎", "書体にない文字", "a character that the font lacks", (NOT_IN_FONT,), "2.9"),
    Case("font.lacks-variation", "\u8fbb\U000e0100例", "書体は辻を持つが、この異体字を持たない", "the font has 辻 but not this variation", ("\u8fbb\U000e0100",), "2.9"),
    Case("font.lacks-second", f"見{NOT_IN_FONT}本", "二文字目が書体にない", "the second character is lacking", (NOT_IN_FONT,), "2.9"),
    Case("font.lacks-two", f"\u8fbb\U000e0100{NOT_IN_FONT}", "二文字とも書体にない。最初のものを示す", "both are lacking; the first is named", (NOT_IN_FONT, "\u8fbb\U000e0100"), "2.9"),
    Case("font.lacks-variation-of-another", "\u8fbb\U000e0102例", "書体が持たないのは別の異体字", "it is another variation that is lacking", ("\u8fbb\U000e0100",), "2.9"),
    Case("text.selector-first", "\U000e0102\u8fbb例", "異体字セレクタで始まる", "a selector stands first"),
    Case("text.selector-twice", "\u8fbb\U000e0102\U000e0103例", "異体字セレクタが続く", "a selector behind another"),
    Case("text.standardised-selector-twice", "\u8fbb\ufe00\ufe01例", "標準化された異体字セレクタが続く", "a standardised selector behind another"),
    Case("text.line-break", "見本\n太郎", "改行を含む", "a line break"),
    Case("text.tab", "見本\t太郎", "タブを含む", "a tab"),
    Case("text.nul", "見本\x00太郎", "NULを含む", "a NUL"),
    Case("text.c1", "見本\x85太郎", "C1制御文字を含む", "a C1 control character"),
    Case("text.line-separator", "見本\u2028太郎", "行区切りを含む", "a line separator"),
    Case("text.paragraph-separator", "見本\u2029太郎", "段落区切りを含む", "a paragraph separator"),
)  # fmt: skip

_WHY = MappingProxyType(
    {
        None: ("登録された符号位置のまま印字する", "It is printed as the code points registered"),
        MISSING: ("その文字を示して拒否し、他の字で代用しない", "It is refused, the character named, and none takes its place"),
        Fault.CONTROL_CHARACTER: ("制御文字は氏名に含まれない", "No name holds a control character"),
        Fault.VARIATION_SELECTOR: (
            "異体字セレクタは文字の直後に一つだけ置く",
            "A selector stands behind the character that it varies",
        ),
    }
)  # fmt: skip


def make() -> Made:
    """Every case, in code points."""
    points = {"type": "array", "items": {"type": "string", "pattern": "^U\\+[0-9A-F]{4,6}$"}, "minItems": 1}
    return Made(
        name="names",
        version="1",
        about_ja=(
            "氏名を符号位置の列で示す。lackingは書体にグリフがない文字（異体字セレクタを含む）の一覧で、他はすべてある。"
            "printedは紙に現れる符号位置から、体裁である空白（U+0020、U+3000、改行）を除いたもの。lengthは氏名の符号位置の数。"
            "normalizedは正規化したときに現れる誤った列（NFC。変わらないときはnull）。faultがあるものは交付しない。"
        ),
        about_en=(
            "Names as sequences of code points. lacking lists the characters, each with its selector, for which the font "
            "has no glyph; it has all others. printed is what the paper shows without blanks (U+0020, U+3000, line "
            "breaks), which are layout. length counts the name's code points. normalized is the wrong sequence that NFC "
            "makes of it, null where it changes nothing. Where there is a fault nothing is issued."
        ),
        given=record({"code_points": points, "lacking": {"type": "array", "items": points}}, optional=["lacking"]),
        expect=record(
            {
                "fault": {"enum": [None, MISSING, *(fault.value for fault in Fault)]},
                "missing": {"anyOf": [{"type": "null"}, points]},
                "printed": {"anyOf": [{"type": "null"}, points]},
                "length": {"type": "integer", "minimum": 1},
                "normalized": {"anyOf": [{"type": "null"}, points]},
            }
        ),
        vectors=tuple(_vectors()),
    )


def _vectors() -> Iterator[Vector]:
    for case in CASES:
        fault, missing = outcome(case)
        given: dict[str, Any] = {"code_points": code_points(case.text)}
        normalized = unicodedata.normalize("NFC", case.text)
        if case.lacking:
            given["lacking"] = [code_points(character) for character in case.lacking]
        yield Vector(
            id=case.slug,
            given=given,
            expect={
                "fault": fault,
                "missing": None if missing is None else code_points(missing),
                "printed": None if fault else code_points(printed(case.text)),
                "length": len(case.text),
                "normalized": None if normalized == case.text else code_points(normalized),
            },
            because_ja=f"{case.ja}。{_WHY[fault][0]}。",
            because_en=f"{case.en[0].upper()}{case.en[1:]}. {_WHY[fault][1]}.",
            requirement=case.requirement,
        )


class _AllBut:
    """A font that has every character but some."""

    def __init__(self, lacking: tuple[str, ...]) -> None:
        self._lacking = frozenset(lacking)

    def __contains__(self, character: object) -> bool:
        return character not in self._lacking


def outcome(case: Case) -> tuple[str | None, str | None]:
    """The fault of a case, and the character that is missing where one is."""
    if (fault := text_fault(case.text)) is not None:
        return fault, None
    missing = missing_character(case.text, _AllBut(case.lacking))
    return (None, None) if missing is None else (MISSING, missing)
