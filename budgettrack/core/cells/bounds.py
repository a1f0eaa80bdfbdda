"""Checks whether a figure lies within the smallest and largest value of its column. The sheet
and the commands use the same check."""

from __future__ import annotations

from decimal import Decimal

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.reading import unreadable
from budgettrack.core.records.tables import Column


def out_of_bounds(column: Column, text: str) -> Finding | None:
    """Returns the finding for a figure that is too small or too large for its column.

    `text` is in canonical form (`1200.5`). Returns None if the figure is allowed, or if the cell
    is blank."""
    if not text or column.bounds == "any":
        return None
    if column.bounds == "not below zero" and text[0] != "-":
        return None
    figure = Decimal(text)
    if column.bounds == "above zero" and figure <= 0:
        return unreadable("rate-not-above-zero", text)
    if figure < 0:
        return (
            Finding("amount-negative")
            if column.kind == "money"
            else unreadable("number-negative", text)
        )
    if column.bounds == "whole, not below zero" and figure % 1:
        return unreadable("number-not-whole", text)
    if column.bounds == "0 to 100" and figure > 100:
        return unreadable("percent-above-100", text)
    return None
