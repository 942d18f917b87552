"""A page tells one thing in one place: another value of an item changes its own box, and nothing else on any page."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw
from reference.tests.paper_pages import (
    POINTS_A_MM,
    UNSHRUNK,
    Box,
    Press,
    PrintedPage,
    changed,
    dark,
    holds,
    image_png,
    press,
    printed,
)

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.register_pb2 import TaxAmount
from kofu_reference.paper import specimens
from kofu_reference.paper.sheet import Items

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed")

ONE, OTHER = "甲乙丙丁", "戊己庚辛壬"
TEXTS = [
    *((1, f"persons[1].{field}") for field in ("name", "common_name", "katakana_name", "nationality")),
    *((1, f"persons[1].{field}") for field in ("residence_status", "period_of_stay", "relationship")),
    *((1, f"persons[0].{field}") for field in ("registered_domicile", "head_of_register", "previous_address")),
    *((1, field) for field in ("address", "householder")),
    *((3, field) for field in ("name", "common_name", "katakana_name", "address")),
    *((4, field) for field in ("name", "address", "incomes[0].kind", "deductions[1].kind", "dependents[1].kind")),
    *((5, field) for field in ("registered_domicile", "head_of_register")),
    *((5, f"persons[0].{field}") for field in ("name", "father_name", "mother_name", "birthplace")),
    *((5, f"persons[0].{field}") for field in ("adoptive_father_name", "adoptive_mother_name")),
    *((5, f"persons[1].events[1].{field}") for field in ("filer", "accepted_at", "previous_register")),
    *((5, f"persons[1].events[1].{field}") for field in ("previous_register_head", "other_party")),
]
DATES = [
    *((1, f"persons[0].{field}") for field in ("resident_since", "moved_in_on", "address_established_on")),
    *((1, f"persons[1].{field}") for field in ("foreign_resident_since", "period_of_stay_ends_on", "notified_on")),
    *((kind, "birth_date.exact") for kind in (3, 4)),
    (1, "persons[0].birth_date.exact"),
    *((5, f"persons[0].{field}.exact") for field in ("birth_date", "events[0].filed_on")),
]
AMOUNTS = [
    ("incomes[0].receipts_yen", 5_678_901, 5_678_902, ("5,678,901円", "5,798,901円"), ("5,678,902円", "5,798,902円")),
    ("incomes[1].income_yen", -34_568, -34_569, ("△34,568円", "4,067,832円"), ("△34,569円", "4,067,831円")),
    ("deductions[0].amount_yen", 812_346, 812_347, ("812,346円", "1,242,346円"), ("812,347円", "1,242,347円")),
    ("dependents[1].count", 7, 8, ("7人", "8人"), ("8人", "9人")),
    ("taxable_base_yen", 2_346_000, 2_347_000, ("2,346,000円",), ("2,347,000円",)),
]


@pytest.fixture(scope="module")
def at_work() -> Iterator[Press]:
    with press() as one:
        yield one


def specimen(kind: int) -> Any:
    items: Items = specimens.SIX[kind]  # type: ignore[index]
    return type(items).FromString(items.SerializeToString())


def put(items: Any, path: str, value: object) -> None:
    """Sets the item that a path names, ``persons[0].name``."""
    *owners, last = path.replace("[", ".").replace("]", "").split(".")
    for step in owners:
        items = items[int(step)] if step.isdigit() else getattr(items, step)
    if isinstance(value, str | int):
        setattr(items, last, value)
    else:
        getattr(items, last).CopyFrom(value)


def only_these_places_change(
    before: list[PrintedPage], after: list[PrintedPage], words: tuple[str, ...], others: tuple[str, ...]
) -> None:
    """The pages differ where the words stand, which the others replace, and nowhere else."""
    assert len(before) == len(after)
    shown = [[box for one in words for box in page.places(one)] for page in before]
    shown_then = [[box for one in others for box in page.places(one)] for page in after]
    assert (sum(map(len, shown)), sum(map(len, shown_then))) == (len(words), len(others)), "each stands in one place"
    for page, other, places, places_then in zip(before, after, shown, shown_then, strict=True):
        assert (changed(page, other) is not None) == bool(places)
        assert changed(page, other, besides=[*places, *places_then]) is None


@pytest.mark.parametrize(("kind", "path"), TEXTS)
def test_a_text(at_work: Press, kind: int, path: str) -> None:
    versions = []
    for value in (ONE, OTHER):
        items = specimen(kind)
        put(items, path, value)
        versions.append(at_work.pages(kind, items))
    only_these_places_change(*versions, (ONE,), (OTHER,))


@pytest.mark.parametrize(("kind", "path"), DATES)
def test_a_date(at_work: Press, kind: int, path: str) -> None:
    versions = []
    for day in (3, 4):
        items = specimen(kind)
        put(items, path, CivilDate(year=1996, month=11, day=day))
        versions.append(at_work.pages(kind, items))
    only_these_places_change(*versions, ("平成8年11月3日",), ("平成8年11月4日",))


@pytest.mark.parametrize(("path", "one", "other", "words", "others"), AMOUNTS)
def test_an_amount_and_the_sum_of_its_column(
    at_work: Press, path: str, one: int, other: int, words: tuple[str, ...], others: tuple[str, ...]
) -> None:
    versions = []
    for value in (one, other):
        items = specimen(4)
        put(items, path, value)
        versions.append(at_work.pages(4, items))
    only_these_places_change(*versions, words, others)


def test_the_tax_and_its_total(at_work: Press) -> None:
    versions = []
    for prefecture in (93_801, 93_802):
        items = specimen(4)
        tax = TaxAmount(city_tax_yen=140_700, prefectural_tax_yen=prefecture, total_yen=140_700 + prefecture)
        items.assessed.CopyFrom(tax)
        versions.append(at_work.pages(4, items))
    only_these_places_change(*versions, ("93,801円", "234,501円"), ("93,802円", "234,502円"))


IMPRESSION: Box = (84.0, 45.0, 126.0, 90.0)
"""The inside of the box 印影, its label left out."""


def test_the_impression(at_work: Press) -> None:
    versions = []
    for reach in (200, 240):
        items = specimen(3)
        items.impression.png = image_png(_cross(240, 240, reach, "1"))
        versions.append(at_work.pages(3, items)[0])
    difference = changed(*versions)
    assert difference is not None
    assert holds(IMPRESSION, difference, slack=0)


def _cross(width: int, height: int, reach: int, mode: str) -> Image.Image:
    """A black cross on white or on nothing; at full reach it touches all four edges."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 2 // 5, width * reach // 240 - 1, height * 3 // 5), fill=0)
    draw.rectangle((width * 2 // 5, 0, width * 3 // 5, height - 1), fill=0)
    if mode != "RGBA":
        return image.convert(mode)
    clear = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=image.point(lambda tone: 255 - tone))
    return clear


@settings(max_examples=12, phases=UNSHRUNK)
@given(
    width=st.integers(800, 2500),
    height=st.integers(800, 2500),
    dots=st.tuples(st.integers(40, 600), st.integers(40, 600)),
    mode=st.sampled_from(["1", "L", "P", "RGB", "RGBA"]),
)
def test_an_impression_comes_out_at_its_true_size(
    at_work: Press, width: int, height: int, dots: tuple[int, int], mode: str
) -> None:
    """Whatever the picture's own resolution and form: its edges are measured in the printed dots."""
    items = specimen(3)
    items.impression.png = image_png(_cross(*dots, 240, mode))
    items.impression.width_hundredth_mm, items.impression.height_hundredth_mm = width, height
    left, top, right, bottom = _extent(printed(at_work.make(3, items).pdf)[0], IMPRESSION, dots_a_mm=24)
    assert right - left == pytest.approx(width / 100, abs=0.1)
    assert bottom - top == pytest.approx(height / 100, abs=0.1)


def _extent(page: PrintedPage, box: Box, dots_a_mm: int) -> Box:
    """The extent of what is black in a part of the page."""
    picture = page.page.render(scale=dots_a_mm / POINTS_A_MM).to_pil().convert("L")
    part = picture.crop(tuple(int(length * dots_a_mm) for length in box))  # type: ignore[arg-type]
    black = dark(part, 128).getbbox()
    assert black is not None
    return tuple(length / dots_a_mm for length in black)  # type: ignore[return-value]


def test_the_official_seal_is_twenty_millimetres_square(at_work: Press) -> None:
    page = at_work.pages(1, specimen(1))[-1]
    red, green, _ = page.page.render(scale=24 / POINTS_A_MM).to_pil().convert("RGB").split()
    box = ImageChops.subtract(red, green).point(lambda tone: 255 if tone > 60 else 0).getbbox()
    assert box is not None
    assert (box[2] - box[0]) / 24 == pytest.approx(20, abs=0.1)
    assert (box[3] - box[1]) / 24 == pytest.approx(20, abs=0.1)
