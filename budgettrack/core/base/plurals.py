"""Writes a number with its noun in messages and logs: 1 line, 2 lines. Reports use the plurals
of gettext instead."""

from __future__ import annotations


def count(number: int, noun: str, plural: str = "") -> str:
    """Returns the number with its noun: `count(1, "row") == "1 row"`, `count(2, "entry",
    "entries")`."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
