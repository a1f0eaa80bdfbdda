"""Calculates checksums of rows, and from them the seals that chain each run to the run before it.
A checksum does not depend on the order of the rows.

The checksum of several rows is the sum of the checksums of each row. So a run adds only the
checksums of the rows that it writes. If a row is redacted, its old checksum is subtracted and
its new one added. If rows of a run were damaged before the redaction, the run still does not fit
its checksum afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

BITS = 128
_ALL = (1 << BITS) - 1
_BETWEEN, _NOTHING = "\x1f", "\x1e"
"""Two control characters that no cell contains. One is put between two values, the other stands
for a missing value."""


def of_rows(table: str, rows: Iterable[Sequence[Any]]) -> int:
    """Returns the checksum of rows of a table."""
    total = 0
    for values in rows:
        text = _BETWEEN.join(
            [table, *(_NOTHING if value is None else str(value) for value in values)]
        )
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=BITS // 8).digest()
        total += int.from_bytes(digest, "big")
    return total & _ALL


def exchanged(checksum: int, before: int, after: int) -> int:
    """Returns the new checksum of several rows after some of them were replaced. `before` is the
    checksum of the replaced rows, and `after` the checksum of the rows in their place."""
    return (checksum - before + after) & _ALL


def text_of(checksum: int) -> str:
    """Returns a checksum in the form in which the register stores it."""
    return f"{checksum:0{BITS // 4}x}"


def chained(before: str, number: int, kind: str, at: str, wrote: str) -> str:
    """Returns the seal of a run: a checksum of the seal before it and of the run itself."""
    return text_of(of_rows("runs", [(before, number, kind, at, wrote)]))
