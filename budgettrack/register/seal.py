"""The seal of a register file: a checksum of all its bytes, which is stored in the header of the
file itself.

SQLite leaves four bytes of the header to the program (`user_version`). A transaction that writes
sets them to 0 in the same commit. When the command ends, it writes the seal. So a copy of the
file contains its seal, and a run that was killed leaves 0. Any other difference means that the
file was damaged, or changed by another program."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

UNSEALED = 0
"""The seal of a file that is being written to, or whose last run was killed."""

_SEAL = slice(60, 64)
_SEALED = ((0, 24), (28, 60), (64, 92), (100, None))
"""The bytes that are in the checksum. All other bytes change when the seal is written: the seal
itself, and three counters, which contain nothing of the register."""


def seals(pieces: Iterable[bytes]) -> tuple[int, int]:
    """Returns two seals: the one that is stored in a file, and the one that the file should have.
    The second is never `UNSEALED`."""
    stored, checksum = UNSEALED, 0
    for number, piece in enumerate(pieces):
        with memoryview(piece) as view:
            if number == 0:
                stored = int.from_bytes(view[_SEAL], "big", signed=True)
            for start, end in _SEALED if number == 0 else ((0, None),):
                checksum = zlib.crc32(view[start:end], checksum)
    return stored, int.from_bytes(checksum.to_bytes(4, "big"), "big", signed=True) or 1
