"""What is seen at a role's border."""

from typing import NamedTuple

from kofu_spec.model.crossings import CROSSINGS, Facts, Seen


class Observation(NamedTuple):
    """Something seen at a role's border: an input or an output, an input that was refused, or silence."""

    name: str
    facts: Facts = ()
    refused: bool = False
    """The act was tried and refused: the role did nothing."""

    @property
    def ja(self) -> str:
        """In Japanese."""
        if self == QUIET:
            return "定めた時間を過ぎても何も起きない"
        return self._tell(ja=True) + ("が、受け付けられない" if self.refused else "")

    @property
    def en(self) -> str:
        """In English."""
        if self == QUIET:
            return "nothing happens past the declared bound"
        return self._tell(ja=False) + (", and is refused" if self.refused else "")

    def _tell(self, ja: bool) -> str:
        crossing = CROSSINGS[self.name]
        facts = {name: words(name, value, ja) for name, value in zip(crossing.facts, self.facts, strict=True)}
        return (crossing.ja if ja else crossing.en).format(**facts)

    def named(self) -> dict[str, int | Seen]:
        """The facts by their names."""
        return dict(zip(CROSSINGS[self.name].facts, self.facts, strict=True)) if self != QUIET else {}


QUIET = Observation("quiet")
"""Silence past the declared bound."""


def written(observation: Observation) -> str:
    """As a line: the name and the facts, pages as `request-citizen,…` or `none`; `refused` before it where it was."""
    facts = [
        (",".join(f"{r}-{c}" for r, c in fact) or "none") if isinstance(fact, tuple) else str(fact)
        for fact in observation.facts
    ]
    return " ".join([*(["refused"] if observation.refused else []), observation.name, *facts])


def read(line: str) -> Observation:
    """What `written` wrote; a ValueError in one line where it is no such thing."""
    words = line.split()
    refused = words[:1] == ["refused"]
    name, *facts = words[refused:] or [""]
    if name not in CROSSINGS and name != QUIET.name:
        raise ValueError(f"observation {line!r}: unknown name; use one of: quiet, {', '.join(CROSSINGS)}")
    try:
        return Observation(name, tuple(map(_fact, facts)), refused)
    except ValueError:
        raise ValueError(f"observation {line!r}: a fact is a number, or pages as 1-2,1-2 or none") from None


def _fact(word: str) -> int | Seen:
    if word == "none":
        return ()
    if "-" not in word:
        return int(word)
    pages = [page.split("-") for page in word.split(",")]
    return tuple((int(request), int(citizen)) for request, citizen in pages)


Passing = tuple[Observation, ...]
"""What one step shows, in its order; empty where it is hidden."""


# IN WORDS

_Words = tuple[str, ...]
_WORDS: dict[str, tuple[_Words, _Words]] = {
    "kind": (
        ("市の登録による証明書", "戸籍証明書"),
        ("a certificate from the city's registers", "a koseki certificate"),
    ),
    "right": (("誤った", "正しい"), ("wrong", "right")),
    "answer": (("なし", "有効", "失効", "応答なし"), ("none", "good", "revoked", "unreachable")),
    "period": (("夜間", "朝", "開庁時間", "夕方"), ("night", "morning", "office hours", "evening")),
    "filing": (("終わる", "始まる"), ("ends", "begins")),
}


def words(fact: str, value: int | Seen, ja: bool) -> str:
    """One fact in words."""
    if isinstance(value, tuple):
        pages = [f"申請{r}・市民{c}" if ja else f"request {r}, citizen {c}" for r, c in value]
        return ("、" if ja else "; ").join(pages) or ("ページなし" if ja else "no page")
    if fact in _WORDS:
        return _WORDS[fact][not ja][value]
    return str(value)
