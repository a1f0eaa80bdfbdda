"""The section [bank] of the config: the columns of a bank's CSV file."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings in a bank's CSV file. A heading is empty if the file has no such column.

    `amount`: the column of all amounts, if amounts have a sign.
    `came_in`, `went_out`: the two columns of amounts, if amounts have no sign.
    `currency`: a heading, or the code of the one currency of the file (`EUR`).
    `balance`: the column of the balance after each movement, which shows if rows are missing.
    """

    date: str
    amount: str
    came_in: str
    went_out: str
    currency: str
    reference: str
    text: str
    balance: str
    encoding: str
    locale: str

    @property
    def headings(self) -> tuple[str, ...]:
        """Return all headings that must stand in the file."""
        code = len(self.currency) == 3 and self.currency.isupper()
        named = (
            self.date,
            self.amount,
            self.came_in,
            self.went_out,
            self.reference,
            self.text,
            self.balance,
        )
        return tuple(heading for heading in (*named, "" if code else self.currency) if heading)


def layout(config: ConfigReader) -> Layout | None:
    """Return the section [bank].

    Returns None if there is no such section."""
    given = config.section("bank", keys("bank"))
    if not given:
        return None
    texts = {key: config.text("bank", given, key, "") for key in keys("bank")}
    if not texts["date"]:
        config.wrong("bank", "date", "config-bank-date-missing")
    if bool(texts["amount"]) == bool(texts["in"] and texts["out"]):
        config.wrong("bank", "amount", "config-bank-amount-missing")
    if not texts["currency"]:
        config.wrong("bank", "currency", "config-bank-currency-missing")
    if texts["locale"]:
        config.language("bank", "locale", texts["locale"])
    return Layout(
        texts["date"],
        texts["amount"],
        texts["in"],
        texts["out"],
        texts["currency"],
        texts["reference"],
        texts["text"],
        texts["balance"],
        _encoding(config, texts["encoding"]) or "utf-8-sig",
        texts["locale"],
    )


def _encoding(config: ConfigReader, name: str) -> str:
    try:
        codecs.lookup(name or "utf-8")
    except LookupError:
        config.wrong("bank", "encoding", "config-encoding-unknown", value=name)
    return name
