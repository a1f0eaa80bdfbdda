"""Which column of a bank's CSV file holds what: the section [bank] of the config."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from budgettrack.config.settings import keys


@dataclass(frozen=True, slots=True)
class Layout:
    """The headings of a bank's CSV file, as they stand in it; empty where there is no such column.

    `amount` is signed; else `came_in` and `went_out` are two columns. `currency` is a heading, or a
    code of three letters that all amounts are in. `balance`, the account's after each movement,
    proves the file whole."""

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
        """All that must stand in the file's heading row."""
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
        return tuple(each for each in (*named, "" if code else self.currency) if each)


class Reading(Protocol):
    """The config while it is read."""

    def section(self, name: str, keys: tuple[str, ...]) -> dict[str, Any]: ...
    def text(self, section: str, given: Mapping[str, Any], key: str, default: str) -> str: ...
    def language(self, section: str, key: str, value: str) -> None: ...
    def wrong(self, section: str, key: str, problem: str, remedy: str) -> None: ...


def layout(config: Reading) -> Layout | None:
    """The section [bank]; None where there is none."""
    given = config.section("bank", keys("bank"))
    if not given:
        return None
    texts = {key: config.text("bank", given, key, "") for key in keys("bank")}
    if not texts["date"]:
        config.wrong(
            "bank", "date", "the heading of the date is missing", 'write date = "Booking date"'
        )
    if bool(texts["amount"]) == bool(texts["in"] and texts["out"]):
        config.wrong(
            "bank",
            "amount",
            "one column of amounts is needed, or two",
            'write amount = "Amount", or in and out',
        )
    if not texts["currency"]:
        config.wrong(
            "bank",
            "currency",
            "the currency is missing",
            'write currency = "EUR", or the heading of its column',
        )
    if texts["locale"]:
        config.language("bank", "locale", texts["locale"])
    try:
        codecs.lookup(texts["encoding"] or "utf-8")
    except LookupError:
        config.wrong(
            "bank",
            "encoding",
            f'"{texts["encoding"]}" is not an encoding',
            'as "cp1252" or "utf-8"',
        )
    return Layout(
        texts["date"],
        texts["amount"],
        texts["in"],
        texts["out"],
        texts["currency"],
        texts["reference"],
        texts["text"],
        texts["balance"],
        texts["encoding"] or "utf-8-sig",
        texts["locale"],
    )
