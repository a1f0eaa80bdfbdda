"""How numbers, dates and currencies are written in the locale of a workbook: separators, the
order of a date, and the names of months, days and currencies. The data comes from the library
Babel."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from budgettrack.core.base import money
from budgettrack.core.base.grids import Value
from budgettrack.core.cells.reading import Reading, read_label, tidy, unreadable

Order = Literal["day first", "month first", "year first"]


class Customs(Struct, frozen=True):
    """How numbers and dates are written in one locale. Names are in small letters, without dots.

    `order` is the order of day, month and year. It is None if two orders are usual."""

    name: str
    decimals: frozenset[str]
    groups: frozenset[str]
    order: Order | None
    gregorian: bool
    months: Mapping[str, int]
    weekdays: frozenset[str]
    currencies: Mapping[str, frozenset[str]]

    def year(self, typed: str) -> int | None:
        """Returns the year that two or four typed digits mean.

        Returns None for two digits if another calendar is in daily use in the locale: the year
        may be of that calendar."""
        if len(typed) == 2 and self.gregorian:
            return int(typed) + (2000 if typed < "70" else 1900)
        return int(typed) if len(typed) == 4 else None

    def meaning(self, typed: str) -> frozenset[str]:
        """Returns the codes of the currencies that a sign, a code or a name may mean. The result
        is empty if the text is no currency."""
        code = typed.upper()
        if len(code) == 3 and code.isascii() and money.is_currency(code):
            return frozenset({code})
        name = typed.casefold()
        if name in self.currencies:
            return self.currencies[name]
        return _currency_names(self.name).get(name, frozenset())


@lru_cache(maxsize=64)
def customs_of(locale: str) -> Customs:
    """Returns how numbers and dates are written in a locale. If Babel does not know the locale,
    only the English names of months and days are known."""
    known, english = _locale(locale), Locale.parse("en")
    if known is None:
        none: frozenset[str] = frozenset()
        spoken = [english]
        return Customs(
            "en", none, none, None, False, _month_names(spoken), _days(spoken), _signs(spoken)
        )
    spoken = [known, english]
    scripts = {"latn", known.default_numbering_system}
    systems = [known.number_symbols.get(name, {}) for name in scripts]
    return Customs(
        str(known),
        frozenset(tidy(system["decimal"]) for system in systems if "decimal" in system),
        frozenset(tidy(system["group"]) or " " for system in systems if "group" in system),
        _order(known),
        _is_gregorian(known),
        _month_names(spoken),
        _days(spoken),
        _signs(spoken),
    )


def _is_gregorian(locale: Locale) -> bool:
    """Whether the Gregorian calendar is the only one in daily use in the locale."""
    return locale.territory not in {"AF", "IR", "SA", "TH"} and locale.language not in {
        "fa",
        "ps",
        "th",
    }


def _days(locales: list[Locale]) -> frozenset[str]:
    """Returns the names of the days of the week."""
    return frozenset(
        _bare(name)
        for locale in locales
        for width in ("wide", "abbreviated")
        for name in locale.days["format"][width].values()
    )


def _locale(locale: str) -> Locale | None:
    """Returns Babel's locale. If Babel knows only the language, returns the locale of the
    language. Returns None if Babel knows neither."""
    for name in (locale, re.split("[-_]", locale)[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _order(locale: Locale) -> Order | None:
    """Returns the usual order of a date.

    Returns None if two orders are usual, as in English without a country."""
    if locale.language == "en" and locale.territory is None:
        return None
    pattern = re.sub(r"'[^']*'", "", locale.date_formats["short"].pattern)
    day, month, year = (pattern.find(sign) for sign in "dMy")
    if year < min(day, month):
        return "year first"
    return "day first" if day < month else "month first"


def _bare(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip(" .")


_ALSO_MONTHS: Mapping[str, Mapping[str, int]] = {
    "ar": {"ابريل": 4, "اغسطس": 8, "اكتوبر": 10},
    "de": {"mrz": 3},
    "es": {"set": 9, "setiembre": 9},
    "fr": {"fev": 2, "fév": 2, "fevrier": 2, "aout": 8, "decembre": 12},
    "ru": {"фев": 2, "сен": 9, "ноя": 11},
}
"""Other names of months that spreadsheet programs and people write, by language."""


def _month_names(locales: list[Locale]) -> Mapping[str, int]:
    """Returns the number of each name of a month. A name is left out if it means different
    months in two of the languages."""
    meanings: dict[str, set[int]] = {}
    for locale in locales:
        for form, width in itertools.product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in locale.months[form][width].items():
                meanings.setdefault(_bare(name), set()).add(number)
    meanings.setdefault("sept", {9})
    for locale in locales:
        for name, number in _ALSO_MONTHS.get(locale.language, {}).items():
            meanings.setdefault(name, {number})
    return {
        name: min(numbers)
        for name, numbers in meanings.items()
        if len(numbers) == 1 and not re.search(r"[\d\s]", name)
    }


# Currencies

_SHARED: Mapping[str, str] = {
    "¥": "JPY CNY", "元": "CNY", "kr": "SEK NOK DKK ISK", "kr.": "SEK NOK DKK ISK",
    "rs": "INR PKR LKR NPR MUR SCR", "rs.": "INR PKR LKR NPR MUR SCR",
    "₨": "INR PKR LKR NPR MUR SCR",
    "fr": "CHF XOF XAF XPF GNF CDF DJF KMF RWF BIF",
    "fr.": "CHF XOF XAF XPF GNF CDF DJF KMF RWF BIF",
    "f": "XOF XAF XPF GNF CDF DJF KMF RWF BIF", "sfr": "CHF", "sfr.": "CHF", "cfa": "XOF XAF",
    "fcfa": "XOF XAF",
    "f cfa": "XOF XAF", "r": "ZAR", "r$": "BRL", "zł": "PLN", "kč": "CZK", "ft": "HUF",
    "lei": "RON MDL", "лв": "BGN",
    "лв.": "BGN", "грн": "UAH", "грн.": "UAH", "₴": "UAH", "₽": "RUB", "руб": "RUB", "руб.": "RUB",
    "₺": "TRY",
    "₦": "NGN", "₵": "GHS", "gh₵": "GHS", "rm": "MYR", "rp": "IDR", "rp.": "IDR", "฿": "THB",
    "₸": "KZT", "₾": "GEL", "ریال": "IRR", "﷼": "IRR", "افغانی": "AFN",
    "₼": "AZN", "₲": "PYG", "₡": "CRC", "₮": "MNT", "৳": "BDT", "៛": "KHR", "₭": "LAK",
    "ksh": "KES", "ksh.": "KES",
    "kshs": "KES", "kshs.": "KES", "ugx": "UGX", "ush": "UGX", "tsh": "TZS", "/=": "KES UGX TZS",
    "/-": "KES UGX TZS INR PKR NPR LKR", "us$": "USD", "u$s": "USD", "a$": "AUD", "s$": "SGD",
    "n$": "NAD", "e£": "EGP", "s/": "PEN", "s/.": "PEN", "b/.": "PAB", "c$": "NIO", "rd$": "DOP",
    "bs": "BOB VES", "bs.": "BOB VES", "kz": "AOA", "zk": "ZMW", "mk": "MWK",
    "birr": "ETB", "gh¢": "GHS", "ghc": "GHS", "dt": "TND", "da": "DZD", "dh": "MAD AED",
    "dhs": "MAD AED", "د.ج": "DZD", "دج": "DZD", "د.م.": "MAD", "د.م": "MAD", "ل.ل": "LBP",
    "ل.ل.": "LBP", "ل.س": "SYP", "ل.س.": "SYP", "ج.م": "EGP", "ج.م.": "EGP", "د.ع": "IQD",
    "د.أ": "JOD", "сом": "KGS", "сум": "UZS", "so'm": "UZS", "смн": "TJS", "тг": "KZT",
    "тг.": "KZT", "драм": "AMD", "лари": "GEL",
}  # fmt: skip


def read_currency(value: Value, locale: str) -> Reading:
    """Reads a currency from its code, sign or name, and returns its code, or a finding if it
    cannot be read."""
    text = read_label(value)
    if not isinstance(text, str):
        return text
    meant = customs_of(locale).meaning(text)
    return next(iter(meant)) if len(meant) == 1 else unreadable("currency-unknown", text)


@lru_cache(maxsize=16)
def _currency_names(locale: str) -> Mapping[str, frozenset[str]]:
    """Returns the names of currencies in the workbook's language and in English, singular and
    plural."""
    meanings: dict[str, set[str]] = {}
    for language in {locale, "en"}:
        known = Locale.parse(language)
        for code, name in known.currencies.items():
            if money.is_currency(code):
                plurals = known._data["currency_names_plural"].get(code, {})
                for form in (name, *(plurals.values() if hasattr(plurals, "values") else ())):
                    meanings.setdefault(str(form).casefold(), set()).add(code)
    return {name: frozenset(codes) for name, codes in meanings.items()}


@lru_cache(maxsize=1)
def _dollars() -> frozenset[str]:
    names = Locale.parse("en").currencies
    return frozenset(
        code
        for code, name in names.items()
        if ("Dollar" in name or "Peso" in name) and money.is_currency(code)
    )


def _signs(locales: list[Locale]) -> Mapping[str, frozenset[str]]:
    meanings: dict[str, set[str]] = {"$": set(_dollars())}
    for locale in locales:
        for code, sign in locale.currency_symbols.items():
            bare = tidy(sign).casefold()
            if money.is_currency(code) and bare != code.casefold() and code != "XXX":
                meanings.setdefault(bare, set()).add(code)
    for sign, codes in _SHARED.items():
        meanings.setdefault(sign, set()).update(codes.split())
    return {sign: frozenset(codes) for sign, codes in meanings.items()}
