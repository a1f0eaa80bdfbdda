"""Writes a layout (what the columns of a CSV file mean) as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from budgettrack.config.bank_csv import Layout


def as_toml(layout: Layout) -> str:
    """Return a layout as the section [bank] of a file."""
    lines = [f"{key} = {_toml(value)}" for key, value in as_settings(layout).items()]
    return "\n".join(["[bank]", *lines, ""])


def as_settings(layout: Layout) -> dict[str, str | Sequence[str] | Mapping[str, Sequence[str]]]:
    """Return the settings of a layout that are not blank, by their names in [bank]."""
    settings: dict[str, str | Sequence[str] | Mapping[str, Sequence[str]]] = {
        "columns": layout.columns,
        "date": layout.date,
        "amount": layout.amount,
        "in": layout.came_in,
        "out": layout.went_out,
        "sign": layout.sign,
        "out_words": layout.out_words,
        "in_words": layout.in_words,
        "signs": layout.signs,
        "currency": layout.currency,
        "balance": layout.balance,
        "fee": layout.fee,
        "net": layout.net,
        "account": layout.account,
        "reference": layout.reference,
        "text": layout.text,
        "original": layout.original,
        "original_currency": layout.original_currency,
        "where": layout.where,
        "dates": layout.dates,
        "decimal": layout.decimal,
        "encoding": layout.encoding,
        "locale": layout.locale,
    }
    return {key: value for key, value in settings.items() if value}


def _toml(value: str | Sequence[str] | Mapping[str, Sequence[str]]) -> str:
    if isinstance(value, str):
        escaped = "".join(
            f"\\u{ord(sign):04x}"
            if ord(sign) < 32 or ord(sign) == 127
            else {"\\": "\\\\", '"': '\\"'}.get(sign, sign)
            for sign in value
        )
        return f'"{escaped}"'
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_toml(key)} = {_toml(list(said))}" for key, said in value.items())
        return f"{{ {pairs} }}"
    return f"[{', '.join(map(_toml, value))}]"
