"""Seal impressions, drawn bit by bit.

The bytes of an impression are the same on every machine: they are shipped, fed and compared. So neither a drawing
library nor a compressor, whose output changes with its version, takes part.
"""

import zlib
from functools import lru_cache
from math import isqrt
from struct import pack

from kofu.v1.common_pb2 import CivilDate
from kofu.v1.register_pb2 import SealImpression

PIXELS_PER_MM = 20
DIAMETERS_MM = (10.5, 12.0, 13.5, 15.0, 16.5, 18.0)


def impression(pattern: int, registered_on: CivilDate, registration_number: str) -> SealImpression:
    """A round seal with four made-up characters.

    pattern: 32 bits; different patterns give different pictures. The true size follows from it, 10.5 to 18 mm.
    """
    diameter_mm = DIAMETERS_MM[pattern % len(DIAMETERS_MM)]
    size_hundredth_mm = round(diameter_mm * 100)
    return SealImpression(
        png=_png(_rows(pattern, round(diameter_mm * PIXELS_PER_MM)), round(diameter_mm * PIXELS_PER_MM)),
        width_hundredth_mm=size_hundredth_mm,
        height_hundredth_mm=size_hundredth_mm,
        registered_on=registered_on,
        registration_number=registration_number,
    )


def _rows(pattern: int, size: int) -> list[int]:
    """The picture, one integer a row, ink where a bit is set; the highest bit is the leftmost pixel."""
    rows = list(_ring(size))
    cell = size * 28 // 100
    left = size // 2 - cell - size // 50
    for place in range(4):
        x = left + (place % 2) * (cell + size // 25)
        y = left + (place // 2) * (cell + size // 25)
        for bar_x, bar_y, width, height in _bars(pattern >> (8 * place) & 0xFF, cell):
            ink = ((1 << width) - 1) << (size - x - bar_x - width)
            for row in range(y + bar_y, y + bar_y + height):
                rows[row] |= ink
    return rows


def _bars(bits: int, cell: int) -> list[tuple[int, int, int, int]]:
    """The bars of one character as (x, y, width, height): a roof that every character has, then one bar a bit."""
    thick = max(3, cell // 9)
    third, half, far = cell // 3, cell // 2, cell - thick
    every = [
        (0, third, cell, thick),
        (0, 2 * third, cell, thick),
        (0, far, cell, thick),
        (0, 0, thick, half),
        (far, 0, thick, half),
        (0, half, thick, cell - half),
        (far, half, thick, cell - half),
        (half - thick // 2, 0, thick, cell),
    ]
    return [(0, 0, cell, thick)] + [bar for stroke, bar in enumerate(every) if bits >> stroke & 1]


@lru_cache(maxsize=16)
def _ring(size: int) -> tuple[int, ...]:
    """The rim of the seal: what lies in the outer circle and not in the inner one."""
    rim = max(4, size // 28)
    outer, inner = _disc(size, size), _disc(size, size - 2 * rim)
    return tuple(a & ~b for a, b in zip(outer, inner, strict=True))


def _disc(size: int, diameter: int) -> list[int]:
    rows = []
    for row in range(size):
        # Twice the distance of the row's middle from the centre, to stay with whole numbers.
        height = 2 * row + 1 - size
        rest = diameter * diameter - height * height
        width = min(isqrt(rest) // 2 * 2, size) if rest > 0 else 0
        rows.append(((1 << width) - 1) << ((size - width) // 2))
    return rows


def _png(rows: list[int], width: int) -> bytes:
    """A one-bit greyscale PNG, its data stored and not compressed."""
    padding = -width % 8
    white = (1 << width) - 1
    data = b"".join(b"\0" + ((row ^ white) << padding).to_bytes((width + padding) // 8, "big") for row in rows)
    header = pack(">IIBBBBB", width, len(rows), 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", _stored(data)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    """A zlib stream of one stored block: at most 65,535 bytes, and a seal has some 16,000."""
    return b"\x78\x01\x01" + pack("<HH", len(data), len(data) ^ 0xFFFF) + data + pack(">I", zlib.adler32(data))
