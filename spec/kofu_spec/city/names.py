"""Names of fictitious persons. Hard characters are written as escapes, so that no editor normalises them.

A name is a sequence of code points and is never normalised: NFC would turn every compatibility ideograph into another
character.
"""

from collections.abc import Callable
from random import Random

from kofu.v1.register_pb2 import SEX_FEMALE, Sex

BLANK = "\u3000"
"""Between surname and given name, as registers print it."""

FICTITIOUS_SURNAMES = (
    *("架空", "見本", "例示", "仮名", "仮想", "模擬", "試験", "想定", "空想", "雛形", "標本", "演習", "仮設"),
    *("例文", "仮題", "虚構", "仮説", "見取", "試作", "例題", "假空", "髙例", "濵見", "德本", "彅例"),
)

VARIATION_SEQUENCES = (
    ("\u8fbb", 0xE0102, 0xE0103),  # 辻
    ("\u845b", 0xE0102, 0xE0108),  # 葛
    ("\u9089", 0xE010F, 0xE011D),  # 邉
    ("\u908a", 0xE0108, 0xE0112),  # 邊
    ("\u9f4b", 0xE0102, 0xE0106),  # 齋
    ("\u9f4a", 0xE0102, 0xE0103),  # 齊
    ("\u658e", 0xE0102, 0xE0103),  # 斎
    ("\u82a6", 0xE0102, 0xE0109),  # 芦
    ("\u698a", 0xE0102, 0xE0103),  # 榊
    ("\u6adb", 0xE0103, 0xE0106),  # 櫛
    ("\u85a9", 0xE0102, 0xE0105),  # 薩
    ("\u7947", 0xE0102, 0xE0103),  # 祇
    ("\u84ec", 0xE0102, 0xE0106),  # 蓬
)
"""Bases with the first and the last selector of a run that IPAmj Mincho has."""

COMPATIBILITY_IDEOGRAPHS = (
    "\ufa19\ufa11\ufa1a\ufa1b\ufa1c\ufa1d\ufa10\ufa12\ufa15\ufa16\ufa1e\ufa22\ufa25\ufa26\ufa2d\uf9dc\uf929"
)
BEYOND_BMP = (
    "\U00020bb7\U0002000b\U000233cc\U000242ee\U00025874\U0002123d\U0002131b"
    "\U000216b4\U00021a1a\U0002383d\U00029e3d\U00028ef6\U00020b9f"
)
NOT_IN_FONT = "\U0002b81e"
"""A kanji of extension D that IPAmj Mincho lacks."""

LONG_NAME = 40
"""Code points from which on a name counts as long."""

TAILS = "例見仮試本想空標"
FIRSTS = "架空見本例示仮名試模擬想定虚構雛演習標設"
MALE_ENDINGS = "太郎介助男彦平吾史人"
FEMALE_ENDINGS = "子美香奈恵江代乃世穂"
KANA_GIVEN = ("カクウ", "ミホン", "れいじ", "かめい", "モギ", "ためし", "そうてい", "ヒナガタ")

LATIN_SURNAMES = ("SAMPLE", "EXAMPLE", "MUSTER", "EJEMPLO", "EXEMPLE", "CAMPIONE", "VOORBEELD", "PAVYZDYS", "EKSEMPEL")
LATIN_GIVEN = (
    *("ALPHA", "BRAVO", "CHARLIE", "DELTA", "FOXTROT", "GOLF", "HOTEL", "INDIA", "JULIETT", "KILO", "LIMA", "OSCAR"),
    *("PAPA", "QUEBEC", "ROMEO", "SIERRA", "TANGO", "UNIFORM", "VICTOR", "WHISKEY", "YANKEE", "ZULU"),
)
LATIN_IN_KATAKANA = {
    "SAMPLE": "サンプル",
    "EXAMPLE": "エグザンプル",
    "MUSTER": "ムスター",
    "EJEMPLO": "エヘンプロ",
    "EXEMPLE": "エグザンプ",
    "CAMPIONE": "カンピオーネ",
    "VOORBEELD": "フォールベルト",
    "PAVYZDYS": "パヴィズディス",
    "EKSEMPEL": "エクセンペル",
    "ALPHA": "アルファ",
    "BRAVO": "ブラボー",
    "CHARLIE": "チャーリー",
    "DELTA": "デルタ",
    "FOXTROT": "フォックストロット",
    "GOLF": "ゴルフ",
    "HOTEL": "ホテル",
    "INDIA": "インディア",
    "JULIETT": "ジュリエット",
    "KILO": "キロ",
    "LIMA": "リマ",
    "OSCAR": "オスカー",
    "PAPA": "パパ",
    "QUEBEC": "ケベック",
    "ROMEO": "ロミオ",
    "SIERRA": "シエラ",
    "TANGO": "タンゴ",
    "UNIFORM": "ユニフォーム",
    "VICTOR": "ヴィクター",
    "WHISKEY": "ウィスキー",
    "YANKEE": "ヤンキー",
    "ZULU": "ズールー",
}
LONG_MIDDLE_NAMES = ("MARIA DE LOS EJEMPLOS", "JUAN BAUTISTA DE LA MUESTRA", "VAN DER VOORBEELD TOT TESTEN")


def name_labels(name: str) -> set[str]:
    """The families that a name belongs to by its characters alone."""
    labels = set()
    if any(0xE0100 <= ord(character) <= 0xE01EF for character in name):
        labels.add("variation-sequence")
    if any(0xF900 <= ord(character) <= 0xFAFF for character in name):
        labels.add("compatibility-ideograph")
    if any(0x20000 <= ord(character) <= 0x3FFFF for character in name):
        labels.add("beyond-bmp")
    if len(name) >= LONG_NAME:
        labels.add("long-name")
    return labels


SHORT_NAME_DRAWS = 20
"""After so many draws in vain a surname's short given names count as used up."""


class Names:
    """Draws names that no one else in the city has; families that share a name do so on purpose."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def surname(self) -> str:
        """One of the ordinary ones, or in a quarter of all cases one with a hard character."""
        if self._random.random() < 0.25:
            kinds = (self.surname_with_variation, self.surname_with_compatibility, self.surname_beyond_bmp)
            return self._random.choice(kinds)()
        return self._random.choice(FICTITIOUS_SURNAMES)

    def surname_with_variation(self) -> str:
        """A base character with a selector, then an ordinary one."""
        base, first, last = self._random.choice(VARIATION_SEQUENCES)
        return base + chr(self._random.randint(first, last)) + self._random.choice(TAILS)

    def surname_with_compatibility(self) -> str:
        """A compatibility ideograph, then an ordinary character."""
        return self._random.choice(COMPATIBILITY_IDEOGRAPHS) + self._random.choice(TAILS)

    def surname_beyond_bmp(self) -> str:
        """A character beyond the Basic Multilingual Plane, then an ordinary one."""
        return self._random.choice(BEYOND_BMP) + self._random.choice(TAILS)

    def person(self, surname: str, sex: Sex) -> str:
        """A whole name, surname first, that no one else has. No name is the beginning of another."""
        endings = FEMALE_ENDINGS if sex == SEX_FEMALE else MALE_ENDINGS
        for _ in range(SHORT_NAME_DRAWS):
            name = surname + BLANK + self._given_name(endings)
            if name not in self._given:
                self._given.add(name)
                return name
        return self.claim(lambda: surname + BLANK + self._longer_given_name(endings))

    def with_given(self, surname: str, given: str) -> str:
        """A whole name with this surname, its given name beginning as given and ending with two drawn characters."""
        return self.claim(lambda: f"{surname}{BLANK}{given}{''.join(self._random.choices(FIRSTS, k=2))}")

    def latin(self) -> tuple[str, str]:
        """A foreign name in three Latin words, surname first, and its rendering in katakana."""
        name = self.claim(
            lambda: " ".join((self._random.choice(LATIN_SURNAMES), *self._random.sample(LATIN_GIVEN, k=2)))
        )
        return name, "・".join(LATIN_IN_KATAKANA[word] for word in name.split())

    def claim(self, draw: Callable[[], str]) -> str:
        """The first name drawn that no one has yet."""
        for _ in range(10_000):
            name = draw()
            if name not in self._given:
                self._given.add(name)
                return name
        raise ValueError("residents: the stock of fictitious names is used up; ask for a smaller city")

    def _longer_given_name(self, endings: str) -> str:
        return "".join(self._random.choices(FIRSTS, k=2)) + self._random.choice(endings)

    def _given_name(self, endings: str) -> str:
        if self._random.random() < 0.04:
            return self._random.choice(KANA_GIVEN)
        first = self._random.choice(BEYOND_BMP if self._random.random() < 0.03 else FIRSTS)
        return first + self._random.choice(endings)
