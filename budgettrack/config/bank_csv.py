"""Reads the section [bank] of the config: what the columns of a bank's CSV file mean (a layout).

A layout may also be in a file of its own. Such a file is written by the group or comes with the
program, and has the same section."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from budgettrack import structured
from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.findings import finding_at

LAYOUT_FOLDER = "bank-layouts"
"""The folder with the layouts of a group, beside its config."""

AS_WRITTEN, INVERTED, UNSIGNED = "as written", "inverted", "unsigned"
CHOICES: Mapping[str, tuple[str, ...]] = {
    "signs": (AS_WRITTEN, INVERTED, UNSIGNED),
    "dates": ("day first", "month first", "year first"),
    "decimal": (".", ","),
}
"""The settings that must be one of a few words, with these words."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of a bank's CSV file mean. A column is given by its heading, or by its
    number from 1. It is "" if the file has none.

    `amount`: the column of all amounts, if money in and money out share a column. `came_in`,
    `went_out`: the columns of money in and money out. `currency`: a column, or the code of the
    currency of the whole file (`EUR`). `text`: the columns with words. `balance`: the column of the
    balance after each movement, which shows whether rows are missing. `encoding`, `locale`,
    `dates`, `decimal`: "" if the file itself shows it.

    `sign`: the debit/credit column. `out_words`, `in_words`: the words for debit (money out) and
    for credit (money in) in that column. `signs`: what a minus sign means, one of CHOICES; "" if
    the file proves it, or a person is asked. `account`: the column with the number of the account.
    `fee`: the column of a fee that the bank takes besides the amount. `net`: the column of the
    amount less the fee; it shows which fees the bank pays back. `original`, `original_currency`:
    the columns of the amount and currency in which a payment by card was made. `where`: a mapping
    from some columns to the words that booked rows have there; other rows are not read. `columns`:
    all headings of the file, by which a file is recognised."""

    date: str
    amount: str = ""
    came_in: str = ""
    went_out: str = ""
    currency: str = ""
    reference: str = ""
    text: tuple[str, ...] = ()
    balance: str = ""
    encoding: str = ""
    locale: str = ""
    sign: str = ""
    out_words: tuple[str, ...] = ()
    in_words: tuple[str, ...] = ()
    signs: str = ""
    account: str = ""
    fee: str = ""
    net: str = ""
    original: str = ""
    original_currency: str = ""
    dates: str = ""
    decimal: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    columns: tuple[str, ...] = ()
    name: str = ""

    @property
    def currency_code(self) -> str:
        """The code of the currency of the whole file, or "" if a column has the currency."""
        return self.currency if len(self.currency) == 3 and self.currency.isupper() else ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Return all columns that must be in the file."""
        named = (
            self.date,
            self.amount,
            self.came_in,
            self.went_out,
            self.sign,
            self.fee,
            self.net,
            self.original,
            self.original_currency,
            self.account,
            self.reference,
            *self.text,
            self.balance,
            *self.where,
            "" if self.currency_code else self.currency,
        )
        return tuple(dict.fromkeys(heading for heading in named if heading))

    @property
    def is_without_headings(self) -> bool:
        """Whether all columns are given by their numbers."""
        return all(heading.isdecimal() for heading in self.headings)


def layout(config: ConfigReader, name: str = "") -> Layout | None:
    """Return the layout in the section [bank]. `name` is the name of the layout.

    Returns None if there is no such section."""
    given = config.section("bank", keys("bank"))
    if not given:
        return None
    lists = {"text", "columns", "out_words", "in_words"}
    texts = {
        key: _column(config, given, key) for key in keys("bank") if key not in {*lists, "where"}
    }
    if not texts["date"]:
        config.wrong("bank", "date", "config-bank-date-missing")
    if bool(texts["amount"]) == bool(texts["in"] and texts["out"]):
        config.wrong("bank", "amount", "config-bank-amount-missing")
    if not texts["currency"]:
        config.wrong("bank", "currency", "config-bank-currency-missing")
    if texts["locale"]:
        config.language("bank", "locale", texts["locale"])
    for key, known in CHOICES.items():
        if texts[key] and texts[key] not in known:
            config.wrong(
                "bank", key, "config-bank-choice-unknown", value=texts[key], known=", ".join(known)
            )
    _check_encoding(config, texts["encoding"])
    texts["came_in"], texts["went_out"] = texts.pop("in"), texts.pop("out")
    return Layout(
        **texts,
        text=_columns(config, given, "text"),
        columns=_columns(config, given, "columns"),
        out_words=_columns(config, given, "out_words"),
        in_words=_columns(config, given, "in_words"),
        where=_where(config, given),
        name=name,
    )


def _column(config: ConfigReader, given: Mapping[str, Any], key: str) -> str:
    """Return the heading of a column, or its number as text."""
    value = given.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return str(value)
    return config.text("bank", given, key, "")


def _columns(config: ConfigReader, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the headings in a setting that has one heading or several."""
    value = given.get(key)
    if not isinstance(value, list):
        one = _column(config, given, key)
        return (one,) if one else ()
    return tuple(_column(config, {key: one}, key) for one in value)


def _where(config: ConfigReader, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return a mapping from some columns to the words that booked rows have there."""
    value = given.get("where", {})
    if not isinstance(value, dict):
        config.wrong("bank", "where", "config-not-texts", key="where")
        return {}
    return {column: _columns(config, value, column) for column in value}


def _check_encoding(config: ConfigReader, name: str) -> None:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        config.wrong("bank", "encoding", "config-encoding-unknown", value=name)


def layout_of(path: Path) -> Layout:
    """Return the layout in a file of its own. Its name is the name of the file.

    Raises ConfigError with every mistake, each with its line."""
    try:
        text = path.read_text("utf-8-sig")
        content = structured.toml(text)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigError(finding_at(path.name, "config-not-readable", why=why)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(finding_at(path.name, "config-not-toml", why=str(error))) from error
    reader = ConfigReader(path, text, content)
    reader.only("", content, ("bank",))
    found = layout(reader, path.stem)
    if found is None:
        reader.wrong("bank", "date", "config-bank-date-missing")
    reader.finish()
    assert found is not None
    return found
