"""Reads the segments of a JPEG by hand: what a decoder passes over may hold words."""

from __future__ import annotations

import struct

JFIF, FRAME, HUFFMAN, SCAN, TABLES = 0xE0, 0xC2, 0xC4, 0xDA, 0xDB
PIXELS = frozenset({JFIF, FRAME, HUFFMAN, SCAN, TABLES})
"""The segments that a progressive picture needs."""


def segments(content: bytes) -> list[tuple[int, bytes]]:
    """Returns the segments up to the pixels: (marker, content)."""
    assert content[:2] == b"\xff\xd8", "no JPEG"
    found, at = [], 2
    while at < len(content):
        marker, length = struct.unpack(">xBH", content[at : at + 4])
        found.append((marker, content[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == SCAN:
            break
    return found
