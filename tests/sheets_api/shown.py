"""How a cell reads on the screen (`FORMATTED_VALUE`). IronCalc draws numbers by their patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import ironcalc
from babel.numbers import get_decimal_symbol

from tests.sheets_api.entry import currency_of, date_order
from tests.sheets_api.formulas import engine_locale


def shown(
    value: float | str | bool | None, number_format: Mapping[str, str] | None, locale: str
) -> str:
    """A value by its format; without one, as the service does by itself."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if not number_format or number_format.get("type") == "TEXT":
        return automatic(float(value)).replace(".", get_decimal_symbol(locale))
    kind = number_format.get("type", "NUMBER")
    return _drawn(float(value), number_format.get("pattern") or _default(kind, locale), locale)


def automatic(number: float) -> str:
    """A number without a format: up to ten digits after which it is rounded, and powers of ten
    beyond 10^15."""
    if number and not 1e-4 <= abs(number) < 1e15:
        mantissa, power = f"{number:.4E}".split("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{power}"
    text = f"{number:.10g}" if abs(number) < 1e10 else f"{number:.15g}"
    return re.sub(r"\.?0+$", "", text) if "." in text else text


def _default(kind: str, locale: str) -> str:
    day = date_order(locale)[2]
    return {
        "DATE": day,
        "TIME": "h:mm:ss AM/PM" if locale == "en_US" else "hh:mm:ss",
        "DATE_TIME": f"{day} h:mm:ss",
        "PERCENT": "0.00%",
        "CURRENCY": f"[${currency_of(locale)}]#,##0.00",
        "SCIENTIFIC": "0.00E+00",
    }.get(kind, "#,##0.00")


@lru_cache(maxsize=100_000)
def _drawn(number: float, pattern: str, locale: str) -> str:
    model = _model(engine_locale(locale))
    model.update_cell_with_number(0, 1, 1, number)
    style = model.get_cell_style(0, 1, 1)
    style["num_fmt"] = pattern
    model.set_cell_style(0, 1, 1, style)
    return str(model.get_formatted_cell_value(0, 1, 1))


@cache
def _model(locale: str) -> Any:
    return ironcalc.create("shown", locale, "UTC", "en")
