"""The published prefixes of identifiers for organisations (`registration_agencies.txt`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def prefixes() -> frozenset[str]:
    """Returns all published prefixes of identifiers."""
    text = (files("budgettrack.config") / "registration_agencies.txt").read_text("ascii")
    return frozenset(
        prefix for line in text.splitlines() if not line.startswith("#") for prefix in line.split()
    )


def is_registered(ref: str) -> bool:
    """Whether an identifier begins with a published prefix, then a hyphen and the number.

    >>> is_registered("GB-CHC-1164883"), is_registered("GB-CHC"), is_registered("PT-NIPC-5000")
    (True, False, False)
    """
    parts = ref.upper().split("-", 2)
    return len(parts) == 3 and "-".join(parts[:2]) in prefixes() and bool(parts[2])
