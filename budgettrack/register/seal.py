"""The seal of a register's file: a checksum of all its bytes, kept in its own header.

SQLite leaves four bytes of the header to the program (`user_version`). A transaction that writes
sets them to 0 with the same commit; when the command ends, it seals what it wrote. So a copy of the
file has its seal with it, a run that died leaves 0, and every other difference is damage, or the
work of another program."""

from __future__ import annotations

import zlib

UNSEALED = 0
"""The seal of a file that is being written to, or whose last run died."""

_SEAL = slice(60, 64)
_SEALED = ((0, 24), (28, 60), (64, 92), (100, None))
"""The bytes under the seal. Sealing itself alters the others: the seal, and three counters in which
nothing of the register stands."""


def seal_in(image: bytes) -> int:
    """Returns the seal that stands in the content of a file."""
    return int.from_bytes(image[_SEAL], "big", signed=True)


def seal_of(image: bytes) -> int:
    """Returns the seal that the content of a file must have. It is never `UNSEALED`."""
    checksum = 0
    with memoryview(image) as view:
        for start, end in _SEALED:
            checksum = zlib.crc32(view[start:end], checksum)
    return int.from_bytes(checksum.to_bytes(4, "big"), "big", signed=True) or 1
