"""Seal impressions are pictures of a true size that any reader of PNG opens."""

import io

from PIL import Image

from kofu.v1.common_pb2 import CivilDate
from kofu_spec.city import make_city
from kofu_spec.city.seals import PIXELS_PER_MM, impression

DAY = CivilDate(year=2020, month=5, day=1)


def picture(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png))
    image.load()
    return image


def test_every_impression_is_a_black_and_white_picture_of_its_true_size() -> None:
    for citizen in make_city(residents=60).citizens:
        if citizen.resident is None or not citizen.resident.HasField("seal_impression"):
            continue
        seal = citizen.resident.seal_impression
        image = picture(seal.png)
        assert image.mode == "1"
        assert image.size == (
            seal.width_hundredth_mm * PIXELS_PER_MM // 100,
            seal.height_hundredth_mm * PIXELS_PER_MM // 100,
        )
        assert 800 <= seal.width_hundredth_mm <= 2500


def test_a_seal_is_round_with_a_rim_and_something_in_it() -> None:
    image = picture(impression(0x1234ABCD, DAY, "00000001").png)
    size = image.width
    assert image.getpixel((0, 0)) == 255
    assert image.getpixel((size // 2, 1)) == 0
    assert image.getpixel((1, size // 2)) == 0
    assert image.getpixel((size - 2, size // 2)) == 0
    inner = image.crop((size // 4, size // 4, size - size // 4, size - size // 4))
    assert inner.getextrema() == (0, 255)


def test_every_bit_of_the_pattern_shows() -> None:
    for size_kept in (0, 6 * 2**20):
        plain = impression(size_kept, DAY, "00000001").png
        changed = {impression(size_kept ^ 1 << bit, DAY, "00000001").png for bit in range(32)}
        assert len(changed) == 32
        assert plain not in changed
