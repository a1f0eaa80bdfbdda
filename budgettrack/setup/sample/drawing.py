"""Draws the picture of the sample's story: a pier at dusk, with nobody in it. It is made only of
rows of colours, so no drawing library is needed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

NAME = "pier.png"
WIDTH, HEIGHT = 960, 600

Colour = tuple[int, int, int]

_SHAPES: tuple[tuple[Colour, tuple[int, int, int, int]], ...] = (
    ((43, 62, 107), (0, 330, 960, 600)),  # the sea
    ((74, 94, 138), (120, 372, 420, 378)),
    ((74, 94, 138), (470, 430, 720, 436)),
    ((74, 94, 138), (60, 520, 300, 526)),
    ((92, 66, 52), (430, 470, 960, 494)),  # the pier and its posts
    ((66, 46, 36), (470, 494, 490, 600)),
    ((66, 46, 36), (640, 494, 660, 600)),
    ((66, 46, 36), (810, 494, 830, 600)),
    ((242, 238, 228), (760, 190, 820, 470)),  # the lighthouse
    ((178, 52, 44), (760, 250, 820, 300)),
    ((178, 52, 44), (760, 360, 820, 410)),
    ((255, 224, 130), (768, 150, 812, 190)),
    ((60, 44, 40), (756, 132, 824, 150)),
    ((120, 84, 60), (500, 410, 650, 420)),  # The table, and the boxes with the kits.
    ((120, 84, 60), (510, 420, 518, 470)),
    ((120, 84, 60), (632, 420, 640, 470)),
    ((240, 240, 236), (515, 372, 565, 410)),
    ((43, 120, 110), (534, 380, 546, 402)),
    ((43, 120, 110), (525, 386, 555, 396)),
    ((240, 240, 236), (580, 384, 630, 410)),
    ((43, 120, 110), (580, 392, 630, 398)),
)
"""The colour of each shape, and its left, top, right and bottom edge."""

_SUN: tuple[Colour, int, int, int] = ((255, 170, 92), 260, 330, 92)
"""The colour of the setting sun, its middle and its radius."""


def drawing() -> bytes:
    """Returns the picture as a PNG file."""
    raw = b"".join(b"\0" + row for row in _rows())
    about = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", about), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _rows() -> Iterator[bytes]:
    """Yields the pixels row by row, from the top."""
    for y in range(HEIGHT):
        # The sky goes from a dark blue to the orange of the sun.
        share = min(y, 330) / 330
        sky = bytes(round(a + (b - a) * share) for a, b in ((38, 236), (52, 148), (98, 110)))
        row = bytearray(sky * WIDTH)
        colour, middle, level, radius = _SUN
        if level - radius < y < level:
            half = int((radius**2 - (level - y) ** 2) ** 0.5)
            _fill(row, colour, middle - half, middle + half)
        for colour, (left, top, right, bottom) in _SHAPES:
            if top <= y < bottom:
                _fill(row, colour, left, right)
        yield bytes(row)


def _fill(row: bytearray, colour: Colour, left: int, right: int) -> None:
    row[3 * left : 3 * right] = bytes(colour) * (right - left)
