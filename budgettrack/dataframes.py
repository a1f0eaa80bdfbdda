"""Rows as pandas DataFrames with exact money. No other file imports pandas.

An amount has two columns: a text (`spent`, such as `1200.50`) and whole minor units
(`spent_units`, such as 120050, in the currency of the column `currency`). There is no float in
them. Days are texts such as `2026-03-31`. A missing value is `<NA>`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from budgettrack.core.base import money

POSITIONS = ("budget", "spent", "committed", "available", "variance")
GRANTS = ("amount",)
RESOURCES = ("value",)


def frame(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], amounts: Sequence[str] = ()
) -> pd.DataFrame:
    """Return a DataFrame with these columns in this order, even without rows.

    Behind each of `amounts` stands the column of its units, in the `currency` of the row. Texts
    have the dtype `string`, units and whole numbers `Int64`."""
    made: dict[str, Any] = {}
    for name in columns:
        values = [row.get(name) for row in rows]
        if _are_whole_numbers(values):
            made[name] = pd.array(values, dtype="Int64")
            continue
        texts = [None if value is None else str(value) for value in values]
        made[name] = pd.array(texts, dtype="string")
        if name in amounts:
            units = [_units(row.get(name), str(row.get("currency") or "")) for row in rows]
            made[f"{name}_units"] = pd.array(units, dtype="Int64")
    return pd.DataFrame(made)


def _are_whole_numbers(values: Sequence[object]) -> bool:
    """Tell whether a column has whole numbers, beside missing values."""
    known = [value for value in values if value is not None]
    return any(known) and all(isinstance(value, int) for value in known)


def _units(text: object, currency: str) -> int | None:
    """Return the minor units of an amount.

    Returns None if there is no amount."""
    if text in (None, "") or not currency:
        return None
    return int(Decimal(str(text)).scaleb(money.digits(currency)))
