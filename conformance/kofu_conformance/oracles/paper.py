"""The paper as a citizen reads it: what has to stand on it, and what of other people may not. [2.8]"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain as joined

from kofu_conformance.engine import Deviation, expect
from kofu_conformance.oracles.text_layer import UnreadableError, page_sizes_points, page_texts
from kofu_spec.city import Citizen, City

A4_POINTS = (595.276, 841.890)
TOLERANCE_POINTS = 1.5
SHORTEST_CANARY = 3
"""Code points; a shorter name may arise where two items meet on the paper."""


@dataclass(frozen=True)
class Page:
    """One page as printed."""

    number: int
    text: str
    """Without any white space: blanks and line breaks are layout."""
    width_points: float
    height_points: float


def read(pdf: bytes, seen_at: str) -> tuple[Page, ...]:
    """The pages of a PDF. Raises `Deviation` where it is none."""
    try:
        texts, sizes = page_texts(pdf), page_sizes_points(pdf)
    except UnreadableError as error:
        raise Deviation("a PDF with a text layer", f"unreadable: {error}", seen_at, "paper_unreadable") from None
    expect(
        len(texts) == len(sizes) > 0,
        expected="as many pages of text as of paper",
        observed=f"{len(texts)} and {len(sizes)}",
        seen_at=seen_at,
        code="paper_unreadable",
    )
    return tuple(
        Page(number, without_blanks(text), width, height)
        for number, (text, (width, height)) in enumerate(zip(texts, sizes, strict=True), start=1)
    )


def without_blanks(text: str) -> str:
    """The code points of a text that aren't white space, in order and otherwise untouched."""
    return "".join(text.split())


def is_a4(pages: Sequence[Page], seen_at: str) -> None:
    """Raises `Deviation` unless every page is A4, upright."""
    for page in pages:
        off = max(abs(page.width_points - A4_POINTS[0]), abs(page.height_points - A4_POINTS[1]))
        expect(
            off <= TOLERANCE_POINTS,
            expected="A4, 595 × 842 points",
            observed=f"page {page.number} is {page.width_points:.0f} × {page.height_points:.0f}",
            seen_at=seen_at,
            code="paper_not_a4",
        )


def is_numbered(pages: Sequence[Page], seen_at: str) -> None:
    """Raises `Deviation` unless every page bears its number and the full count, n/N."""
    for page in pages:
        mark = f"{page.number}/{len(pages)}"
        expect(
            mark in page.text,
            expected=f"{mark} on page {page.number}",
            observed="not there",
            seen_at=seen_at,
            code="page_not_numbered",
        )


def shows_on_each(pages: Sequence[Page], wanted: str, what: str, seen_at: str) -> None:
    """Raises `Deviation` unless every page shows this."""
    for page in pages:
        expect(
            without_blanks(wanted) in page.text,
            expected=f"{what} on every page",
            observed=f"not on page {page.number} of {len(pages)}",
            seen_at=seen_at,
            code="page_lacks_mark",
        )


def shows(pages: Sequence[Page], strings: Iterable[str], seen_at: str) -> None:
    """Raises `Deviation` unless all these strings are in the text, code point by code point.

    The finding tells which of them is missing by its place and length, never its words.
    """
    whole = "".join(page.text for page in pages)
    wanted = [without_blanks(string) for string in strings]
    missing = [at for at, string in enumerate(wanted) if string not in whole]
    expect(
        not missing,
        expected=f"all {len(wanted)} strings of the record in the text",
        observed=", ".join(f"string {at + 1} ({len(wanted[at])} code points) is not there" for at in missing[:5]),
        seen_at=seen_at,
        code="item_not_on_paper",
    )


def nobody_else(
    pages: Sequence[Page], city: City, allowed: Iterable[Citizen], due: Iterable[str], seen_at: str
) -> None:
    """Raises `Deviation` where a page shows what marks another citizen than those allowed.

    Marks are full names, addresses, Individual Numbers, numbers of seals and residence cards. One that stands within a
    string that is due (a namesake, a shared address, a parent) says nothing. The finding names the city's key.
    """
    keys = {citizen.key for citizen in allowed}
    strings = [without_blanks(string) for string in due]
    for page in pages:
        for key, mark in _marks(_Same(city)):
            if mark in page.text and key not in keys and not any(mark in string for string in strings):
                raise Deviation(
                    "nothing of any other person",
                    f"page {page.number} of {len(pages)} shows what marks citizen {key} ({len(mark)} code points)",
                    seen_at,
                    "another_person_on_paper",
                )


def marks_of(citizen: Citizen) -> frozenset[str]:
    """The strings that tell this citizen from others on paper, without white space."""
    return frozenset(
        mark for mark in map(without_blanks, joined(_of_resident(citizen), _of_koseki(citizen))) if _tells(mark)
    )


def _tells(mark: str) -> bool:
    return len(mark) >= SHORTEST_CANARY


def _of_resident(citizen: Citizen) -> Iterator[str]:
    if citizen.resident is not None:
        resident = citizen.resident
        yield from (resident.name, resident.address, resident.individual_number, resident.residence_card_number)
        yield from (resident.common_name, resident.katakana_name)
    if citizen.tax is not None:
        yield from (citizen.tax.name, citizen.tax.address)


def _of_koseki(citizen: Citizen) -> Iterator[str]:
    if citizen.koseki is not None and citizen.koseki_member is not None:
        yield citizen.koseki.members[citizen.koseki_member - 1].name


@dataclass(frozen=True, eq=False)
class _Same:
    """A city as a key of a cache: the same only as itself, since its records can't be hashed."""

    city: City

    def __hash__(self) -> int:
        return id(self.city)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.city is self.city


@lru_cache(maxsize=4)
def _marks(same: _Same) -> tuple[tuple[str, str], ...]:
    """Key of the citizen and mark, for every mark of every citizen."""
    return tuple(sorted({(citizen.key, mark) for citizen in same.city.citizens for mark in marks_of(citizen)}))
