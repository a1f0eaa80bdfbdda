"""Rows as pandas DataFrames with exact money. No other file imports pandas.

An amount has two columns; use the one that you need: `spent` is a `Decimal` such as 1200.50, and
`spent_units` are whole minor units (120050, dtype `Int64`) of the row's `currency`. No amount is a
float. Days have the dtype `datetime64[s]`, moments `datetime64[s, UTC]`, months `period[M]`,
percentages and other numbers `Float64`, texts `string`. A missing value is `NA`: `NaT` for days and
months, None for a `Decimal`.

No column has the name of a Python word, so that `row.start` works: `from` and `to` of a time are
`start` and `end`, of a change `before` and `after`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from budgettrack.core.base import money

Kind = Literal["text", "amount", "day", "moment", "month", "number"]

POSITIONS: Mapping[str, Kind] = {
    **dict.fromkeys(("budget", "spent", "committed", "available", "variance"), "amount"),
    "start": "month",
    "end": "month",
    "variance_percent": "number",
}
CASH: Mapping[str, Kind] = {
    **dict.fromkeys(("opening", "expected", "planned", "balance"), "amount"),
    "month": "month",
}
FORECASTS: Mapping[str, Kind] = dict.fromkeys(
    ("amount", "spent", "as_planned", "at_this_pace"), "amount"
)
DEADLINES: Mapping[str, Kind] = {"due": "day"}
FINDINGS: Mapping[str, Kind] = {"first_seen": "day"}
HISTORY: Mapping[str, Kind] = {"at": "moment"}

OF_COLUMNS: Mapping[str, Kind] = {
    "money": "amount",
    "date": "day",
    "month": "month",
    "percent": "number",
    "number": "number",
}
"""The kind of a value, by the kind of its column in the workbook."""


def frame(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    kinds: Mapping[str, Kind] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return a DataFrame with these columns in this order, even if there are no rows.

    `kinds`: the kinds of the columns that are not texts. `renamed`: a mapping for columns that have
    another name in the rows: from the name of the column to the name in the rows. After each column
    of amounts there is a column of its minor units, in the `currency` of the row. Whole numbers
    have the dtype `Int64`, truth values `boolean`."""
    made: dict[str, Any] = {}
    for name in columns:
        values = [row.get((renamed or {}).get(name, name)) for row in rows]
        kind = (kinds or {}).get(name, "text")
        made[name] = _array(values, kind)
        if kind == "amount":
            units = [
                _units(value, str(row.get("currency") or ""))
                for value, row in zip(values, rows, strict=True)
            ]
            made[f"{name}_units"] = pd.array(units, dtype="Int64")
    return pd.DataFrame(made)


def _array(values: Sequence[Any], kind: Kind) -> Any:
    """Return the values of a column with the dtype of its kind."""
    known = [None if value in (None, "") else value for value in values]
    match kind:
        case "amount":
            amounts = [None if value is None else Decimal(str(value)) for value in known]
            return pd.Series(amounts, dtype="object")
        case "day":
            return pd.Series(pd.to_datetime(pd.Series(known, dtype="object"))).astype(
                "datetime64[s]"
            )
        case "moment":
            moments = pd.to_datetime(pd.Series(known, dtype="object"), utc=True)
            return moments.astype("datetime64[s, UTC]")
        case "month":
            return pd.Series(known, dtype="period[M]")
        case "number":
            numbers = [None if value is None else float(value) for value in known]
            return pd.array(numbers, dtype="Float64")
    if _are_all(values, bool):
        return pd.array(values, dtype="boolean")
    if _are_all(values, int):
        return pd.array(values, dtype="Int64")
    return pd.array([None if value is None else str(value) for value in values], dtype="string")


def _are_all(values: Sequence[Any], type_: type) -> bool:
    """Tell whether all values of a column are of this type or missing. A truth value is no whole
    number."""
    known = [value for value in values if value is not None]
    return bool(known) and all(type(value) is type_ for value in known)


def _units(text: object, currency: str) -> int | None:
    """Return the minor units of an amount.

    Returns None if there is no amount, or if its currency is not known."""
    if text in (None, "") or not currency:
        return None
    return int(Decimal(str(text)).scaleb(money.digits(currency)))
