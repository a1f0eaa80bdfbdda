"""Knows which units are percentages.

A percentage is a level and no amount: it is never added up and never subtracted. Its number to date
is the newest one, and its number in a period is that of the newest month of the period."""

from __future__ import annotations

SIGNS = "%٪％"
WORDS = frozenset({"percent", "per cent", "percentage", "pct", "prozent", "pour cent"}) | {
    "pourcentage",
    "por ciento",
    "porcentaje",
    "por cento",
    "процент",
    "проценты",
    "процентов",
    "відсоток",
    "відсотки",
    "відсотків",
    "بالمئة",
    "بالمائة",
    "درصد",
}
"""What people write in place of the sign, in the languages of the workbook and two others."""


def is_share(unit: str) -> bool:
    """Whether a unit of an indicator is a percentage: it has a percent sign, such as `% of
    members`, or is the word for it."""
    return any(sign in unit for sign in SIGNS) or " ".join(unit.casefold().split()) in WORDS
