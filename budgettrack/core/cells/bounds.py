"""Checks a figure against the bounds of its column, in the sheet and at the prompt."""

from __future__ import annotations

from decimal import Decimal

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.reading import unreadable
from budgettrack.core.records.tables import Column


def out_of_bounds(column: Column, text: str) -> Finding | None:
    """Returns the finding for a figure that its column does not take.

    `text` is canonical. Returns None if the figure is within the bounds, or if the cell is
    blank."""
    if not text or column.bounds == "any":
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
