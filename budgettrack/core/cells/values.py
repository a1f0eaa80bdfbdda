"""One cell as a spreadsheet holds it, read into canonical text or a problem; what two people could
read differently is a problem, never a guess.

Numbers are binary in a spreadsheet. They are read at the fifteen significant digits that it keeps
and shows, so that -66.99000000000001 is -66.99; they are never rounded to a currency's decimals.
Amounts closer to zero than a billionth are what binary subtraction leaves over, and are 0. Text is
read by the workbook's locale, with Babel's knowledge of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from budgettrack.core.base import money
from budgettrack.core.base.findings import quoted
from budgettrack.core.base.grids import CellError, NoValue, Value
from budgettrack.core.records import tables

Kind = tables.Kind | Literal["label"]
"""A column's kind; a `label` is a text by which rows are grouped, so that odd spaces in it mean
nothing."""

LONGEST_TEXT, LONGEST_ID = 10_000, 60
FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST = Decimal(10) ** 15
SMALLEST = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell cannot be read: one of `findings.CODES` and the values of its words."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount with a currency typed beside it: the currencies that its sign or code may stand
    for."""

    text: str
    currencies: frozenset[str]


Reading = str | Problem | Priced
"""Canonical text ('' for a blank cell), or a problem, or an amount with the currency typed beside
it."""


def read(
    value: Value, kind: Kind, locale: str, choices: tuple[str, ...] = (), percent: bool = False
) -> Reading:
    """Read one cell of a column of that kind. `percent` says that the cell's number format is a
    percentage.

    >>> read("1.200,50", "money", "de"), read(-66.99000000000001, "money", "en"), read("12 Mar 2026", "date", "en")
    ('1200.5', '-66.99', '2026-03-12')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if not value.strip(_BLANKS if not value.isascii() else None):
            return ""
    elif isinstance(value, CellError):
        return Problem("cell-error", (("value", value.text[:20]),))
    elif isinstance(value, NoValue):
        return Problem("formula-without-value")
    match kind:
        case "text" | "link":
            return _text(value, percent)
        case "label":
            return _label(value, percent)
        case "id" | "reference":
            return _code(value)
        case "money":
            return _amount(value, locale)
        case "number":
            return _number(value, locale)
        case "percent":
            return _percentage(value, locale, percent)
        case "date":
            return _date(value, locale)
        case "month":
            return _month(value, locale)
        case "choice":
            return _choice(value, choices)
        case "currency":
            return _currency(value, locale)


def plain(number: Decimal) -> str:
    """A number as canonical text: no exponent, no trailing zeros, no minus zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _problem(code: str, text: str, **more: str) -> Problem:
    return Problem(code, (("value", quoted(text)), *more.items()))


# Text

_BLANKS = "".join(
    map(
        chr,
        [*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200C), 0x2028, 0x2029],
    )
)
_BLANKS += "\u202f\u205f\u2060\u3000\ufeff"
# What neither PostgreSQL nor XML can hold; everything else that people typed is kept.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DIRECTIONS = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
)


def _text(value: Value, percent: bool = False) -> Reading:
    text = value if isinstance(value, str) else _shown(value, percent)
    if text.isascii() and text.isprintable() and len(text) <= LONGEST_TEXT:
        return text.strip()
    if not text.isprintable():
        text = _IMPOSSIBLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.strip(_BLANKS)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if len(text) > LONGEST_TEXT:
        return Problem("text-too-long", (("length", f"{len(text)}"), ("most", f"{LONGEST_TEXT}")))
    return text


def _label(value: Value, percent: bool = False) -> Reading:
    text = _text(value, percent)
    return " ".join(text.translate(_DIRECTIONS).split()) if isinstance(text, str) else text


def _shown(value: Value, percent: bool = False) -> str:
    """A cell that is not text as its spreadsheet shows it, without the look."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        number = _exact(value)
        if number is None:
            return str(value)
        return plain(number * 100) + "%" if percent else plain(number)
    if isinstance(value, datetime):
        whole = value.time() == time.min
        return (
            value.date().isoformat()
            if whole
            else value.replace(tzinfo=None).isoformat(" ", "minutes")
        )
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value)


def _code(value: Value) -> Reading:
    """An ID or a reference to one. Spreadsheets make numbers of codes; those are told apart from
    other things."""
    if isinstance(value, str) and len(value) <= LONGEST_ID and _USUAL_CODE.fullmatch(value):
        return value
    if isinstance(value, bool):
        return _unusable("the spreadsheet has made a yes or no of it")
    if isinstance(value, date | time | timedelta):
        return _unusable("the spreadsheet has made a date of it")
    if isinstance(value, int | float):
        number = _exact(value)
        if number is None or abs(number) >= LARGEST:
            return _unusable("a spreadsheet does not keep all digits of so long a number")
        return plain(number)
    text = unicodedata.normalize("NFC", str(value)).strip(_BLANKS)
    if len(text.splitlines()) > 1:
        return _unusable("it has a line break")
    text = " ".join(text.translate(_DIRECTIONS).split())
    if len(text) > LONGEST_ID:
        return _unusable(f"it has {len(text)} characters, and {LONGEST_ID} is the most")
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} for sign in text):
        return _unusable("it has a character that cannot be seen")
    if re.search(r"[\[\]{}<>|\\]", text):
        return _unusable("it has one of the characters [ ] { } < > | \\")
    return text


_USUAL_CODE = re.compile(r"[\w.:/-]+", re.ASCII)


def _unusable(why: str) -> Problem:
    return Problem("id-not-usable", (("why", why),))


def _key(text: str) -> str:
    return tables.normal(text).replace("-", " ")


def _choice(value: Value, choices: tuple[str, ...]) -> Reading:
    yes_or_no = choices == tables.YES
    if isinstance(value, bool) and yes_or_no:
        return "yes" if value else "no"
    text = _text(value)
    if isinstance(text, Problem | Priced):
        return text
    found = _choices(choices).get(_key(text))
    if found is None and yes_or_no:
        found = {
            "y": "yes",
            "true": "yes",
            "x": "yes",
            "✓": "yes",
            "✔": "yes",
            "n": "no",
            "false": "no",
        }.get(_key(text))
    return found or _problem("choice-unknown", text, choices=", ".join(choices))


@lru_cache(maxsize=64)
def _choices(choices: tuple[str, ...]) -> Mapping[str, str]:
    return {_key(choice): choice for choice in choices}


# Numbers

_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)


def _exact(value: int | float) -> Decimal | None:
    """A spreadsheet's number at fifteen significant digits; None for what is not one."""
    if isinstance(value, float):
        number = Decimal(format(value, ".15g"))
        return number if number.is_finite() else None
    return Decimal(value) if -(10**15) < value < 10**15 else _FIFTEEN.create_decimal(value)


def _amount(value: Value, locale: str) -> Reading:
    currencies: frozenset[str] | None = None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return _problem("amount-not-a-number", _shown(value))
    if isinstance(value, str):
        number, currencies = _typed(value, locale)
    else:
        number = _exact(value)
        if number is not None and abs(number) < SMALLEST:
            number = Decimal(0)
    if number == "ambiguous":
        return _problem("amount-ambiguous", _tidy(str(value)))
    if not isinstance(number, Decimal) or abs(number) >= LARGEST:
        return _problem("amount-not-a-number", _shown(value))
    return Priced(plain(number), currencies) if currencies else plain(number)


def _number(value: Value, locale: str) -> Reading:
    number: Decimal | Literal["ambiguous"] | None = None
    if isinstance(value, str):
        number, currencies = _typed(value, locale)
        number = None if currencies else number
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = _exact(value)
    if number == "ambiguous":
        return _problem("amount-ambiguous", str(value))
    if not isinstance(number, Decimal) or abs(number) >= LARGEST:
        return _problem("number-not-readable", _shown(value))
    return plain(number)


def _percentage(value: Value, locale: str, percent: bool) -> Reading:
    number: Decimal | Literal["ambiguous"] | None = None
    signed = False
    if isinstance(value, str):
        text = _tidy(value)
        bare = re.sub(r"^[%٪]\s*|\s*[%٪]$", "", text, count=1)
        signed = bare != text
        number, currencies = _typed(bare, locale)
        number = None if currencies else number
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = _exact(value)
        signed = percent
        if percent and number is not None:
            number *= 100
    if number == "ambiguous":
        return _problem("amount-ambiguous", str(value))
    if not isinstance(number, Decimal) or not 0 <= number <= 1000:
        return _problem("percent-not-readable", _shown(value, percent))
    if not signed and 0 < number <= 1:
        return _problem(
            "percent-ambiguous", _shown(value), one=plain(number), other=plain(number * 100)
        )
    return plain(number)


_SIGN, _NO_CENTS = "-", re.compile(r"(?<=\d)[.,](-{1,2}|—)(?=\D*$)")
_SIGNS = str.maketrans(
    dict.fromkeys("−–‐‑﹣－", "-")
    | {
        "＋": "+",
        "，": ",",
        "．": ".",
        "（": "(",
        "）": ")",
        "％": "%",
    }
)
_SIGNS |= str.maketrans(dict.fromkeys("’ʼ′‘＇", "'"))
_CORE = re.compile(r"([^\d]*?)([.,٫]?\d(?:[\d.,'٫٬ ]*\d)?)(\D*)", re.ASCII)


def _tidy(text: str) -> str:
    """Text with plain digits, spaces and signs, without marks of direction. Superscripts and the
    like stay as typed."""
    text = text.translate(_DIRECTIONS)
    if not text.isascii():
        text = "".join(
            (
                sign
                if sign.isascii()
                else str(unicodedata.decimal(sign, None) or "0")
                if sign.isdecimal()
                else sign
            )
            for sign in text.translate(_SIGNS)
        )
    return " ".join(text.split())


def _typed(
    text: str, locale: str
) -> tuple[Decimal | Literal["ambiguous"] | None, frozenset[str] | None]:
    """A typed number and the currencies that its sign may stand for (None where there is none)."""
    customs = _customs(locale)
    text = _NO_CENTS.sub(lambda dash: dash[0][0] + "00", _tidy(text))
    match = _CORE.fullmatch(text)
    if match is None:
        return None, None
    before, core, after = match.groups()
    if core[0] in ".," and before[-1:].isalpha():  # the dot of `Rs.1200`
        before, core = before + core[0], core[1:]
    around = f"{before}\0{after}"
    negative = False
    if "(" in around:
        outside = re.fullmatch(r"([^()]*)\(([^()]*\0[^()]*)\)([^()]*)", around)
        if outside is None or "-" in around or "+" in around:
            return None, None
        around, negative = "".join(outside.groups()), True
    tokens = [token.strip() for token in around.split("\0")]
    named: frozenset[str] | None = None
    signs = 0
    for token in tokens:
        bare = token
        while (
            bare
            and customs.currencies.get(bare.casefold()) is None
            and (bare[0] in "+-" or bare[-1] in "+-")
        ):
            end = bare[0] not in "+-"
            negative |= bare[-1 if end else 0] == _SIGN
            bare = (bare[:-1] if end else bare[1:]).strip()
            signs += 1
        if not bare:
            continue
        found = customs.meaning(bare)
        named = found if named is None else named & found
        if not named:
            return None, None
    number = _grouped(core, customs) if signs <= 1 else None
    return (-number if isinstance(number, Decimal) and negative else number), named


_THREES = re.compile(r"[1-9]\d{0,2}(?:([,.'٬ ])\d{3})(?:\1\d{3})*")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}")


def _well_grouped(text: str) -> bool:
    return text.isdecimal() or bool(_THREES.fullmatch(text) or _INDIAN.fullmatch(text))


def _whole(text: str) -> Decimal:
    return Decimal(re.sub(r"[,.'٬ ]", "", text))


def _grouped(core: str, customs: _Customs) -> Decimal | Literal["ambiguous"] | None:
    """The number that digits with separators stand for, None where they stand for none."""
    marks = [sign for sign in core if not sign.isdecimal()]
    kinds = set(marks)
    if not marks:
        return Decimal(core)
    last = marks[-1]
    whole, _, part = core.rpartition(last)
    could_be_decimal = last in ".,٫" and marks.count(last) == 1
    if (
        len(kinds) == 1
        and could_be_decimal
        and last != "٫"
        and len(part) == 3
        and re.fullmatch(r"[1-9]\d{0,2}", whole)
    ):
        # hardly anybody types 12.500 for 12.5: where the zero would vanish unseen, the writer meant
        # thousands perhaps
        if last in customs.decimals and last not in customs.groups and not part.endswith("0"):
            return Decimal(f"{whole}.{part}")
        if last in customs.groups and last not in customs.decimals:
            return Decimal(whole + part)
        return "ambiguous"
    if could_be_decimal and _well_grouped(whole or "0"):
        return Decimal(f"{_whole(whole or '0')}.{part}")
    if "٫" not in kinds and len(kinds) == 1 and _well_grouped(core):
        return _whole(core)
    return None


# Dates and months

_TIME = re.compile(r"(?:T|,? )\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(
    r"(\d{4}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{1,2})\.?|(\d{4})年 ?(\d{1,2})月 ?(\d{1,2})日"
)
_YEAR_LAST = re.compile(r"(\d{1,2}) ?([-./ ]) ?(\d{1,2}) ?\2 ?(\d{4}|\d{2})\.?")
_MONTH_FORMS = re.compile(
    r"(?P<y>\d{4})[-/](?P<m>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})|(?P<y3>\d{4})年"
    r" ?(?P<m3>\d{1,2})月"
)
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|re|e|º|ª|o|a)")
_FILLERS = frozenset({"of", "de", "del", "di", "den", "the", "d"})


def _date(value: Value, locale: str) -> Reading:
    if isinstance(value, datetime):
        return _in_range(value.date())
    if isinstance(value, date):
        return _in_range(value)
    if isinstance(value, str):
        text = _TIME.sub("", _tidy(value))
        days = sorted(set(_days(text, _customs(locale))))
        if len(days) > 1:
            return _problem(
                "date-ambiguous", text, one=days[0].isoformat(), other=days[1].isoformat()
            )
        if days:
            return _in_range(days[0])
        return _problem("date-not-readable", text)
    return _problem("date-not-readable", _shown(value))


def _in_range(day: date) -> Reading:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day.isoformat()
    return _problem("date-out-of-range", day.isoformat())


def _days(text: str, customs: _Customs) -> Iterator[date]:
    """Every day that the text can stand for in the workbook's customs."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups() if part and part.isdecimal())
        yield from _day(year, month, day)
        return
    if match := _YEAR_LAST.fullmatch(text):
        one, two, last = int(match[1]), int(match[3]), customs.year(match[4])
        if last is not None and customs.order != "month first":
            yield from _day(last, two, one)
        if last is not None and customs.order != "day first":
            yield from _day(last, one, two)
        first = (
            customs.year(match[1])
            if customs.order == "year first" and len(match[4]) == len(match[1]) == 2
            else None
        )
        if first is not None:
            yield from _day(first, two, int(match[4]))
        return
    parts = _words(text, customs)
    names = [part for part in parts if isinstance(part, int)]
    typed = [part for part in parts if isinstance(part, str)]
    if len(names) == 1 and len(typed) == 2 and parts[2] not in names:
        before, after = typed
        whole = customs.year(after)
        if len(before) <= 2 and whole is not None:
            yield from _day(whole, names[0], int(before))
        elif len(before) == 4 and len(after) <= 2:
            yield from _day(int(before), names[0], int(after))


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        yield date(year, month, day)
    except ValueError:
        return


def _words(text: str, customs: _Customs) -> list[int | str]:
    """Names of months as their numbers and digits as typed, in order; nothing where there is any
    other word."""
    parts: list[int | str] = []
    for word in re.split(r"[\s,./'-]+", text.casefold()):
        if not word or word in _FILLERS or word in customs.weekdays:
            continue
        ordinal = _ORDINAL.fullmatch(word)
        if word.isdecimal() or ordinal:
            parts.append(ordinal[1] if ordinal else word)
        elif word in customs.months:
            parts.append(customs.months[word])
        else:
            return []
    return parts


def _month(value: Value, locale: str) -> Reading:
    if isinstance(value, date):
        day = _date(value, locale)
        return day[:7] if isinstance(day, str) else day
    if isinstance(value, str):
        text = _tidy(value)
        customs = _customs(locale)
        if match := _MONTH_FORMS.fullmatch(text):
            year, month = (
                int(match["y"] or match["y2"] or match["y3"]),
                int(match["m"] or match["m2"] or match["m3"]),
            )
            return _month_of(year, month, text)
        parts = _words(text, customs)
        if len(parts) == 2:
            number, typed = sorted(parts, key=lambda part: isinstance(part, str))
            whole = customs.year(typed) if isinstance(typed, str) else None
            if isinstance(number, int) and whole is not None:
                return _month_of(whole, number, text)
        day = _date(value, locale)
        if isinstance(day, str):
            return day[:7]
    return _problem("month-not-readable", _shown(value))


def _month_of(year: int, month: int, text: str) -> Reading:
    if not 1 <= month <= 12:
        return _problem("month-not-readable", text)
    day = _in_range(date(year, month, 1)) if year else _problem("date-out-of-range", text)
    return day[:7] if isinstance(day, str) else day


# Currencies

_SHARED: Mapping[str, str] = {
    "¥": "JPY CNY", "元": "CNY", "kr": "SEK NOK DKK ISK", "kr.": "SEK NOK DKK ISK",
    "rs": "INR PKR LKR NPR MUR SCR", "rs.": "INR PKR LKR NPR MUR SCR", "₨": "INR PKR LKR NPR MUR SCR",
    "fr": "CHF XOF XAF XPF GNF CDF DJF KMF RWF BIF", "fr.": "CHF XOF XAF XPF GNF CDF DJF KMF RWF BIF",
    "f": "XOF XAF XPF GNF CDF DJF KMF RWF BIF", "sfr": "CHF", "sfr.": "CHF", "cfa": "XOF XAF", "fcfa": "XOF XAF",
    "f cfa": "XOF XAF", "r": "ZAR", "r$": "BRL", "zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON MDL", "лв": "BGN",
    "лв.": "BGN", "грн": "UAH", "грн.": "UAH", "₴": "UAH", "₽": "RUB", "руб": "RUB", "руб.": "RUB", "₺": "TRY",
    "₦": "NGN", "₵": "GHS", "gh₵": "GHS", "rm": "MYR", "rp": "IDR", "rp.": "IDR", "฿": "THB", "₸": "KZT", "₾": "GEL",
    "₼": "AZN", "₲": "PYG", "₡": "CRC", "₮": "MNT", "৳": "BDT", "៛": "KHR", "₭": "LAK", "ksh": "KES", "ksh.": "KES",
    "kshs": "KES", "kshs.": "KES", "ugx": "UGX", "ush": "UGX", "tsh": "TZS", "/=": "KES UGX TZS",
    "/-": "KES UGX TZS INR PKR NPR LKR", "us$": "USD", "u$s": "USD", "a$": "AUD", "s$": "SGD", "n$": "NAD", "e£": "EGP",
}  # fmt: skip


def _currency(value: Value, locale: str) -> Reading:
    text = _label(value)
    if not isinstance(text, str):
        return text
    code = text.upper()
    if len(code) == 3 and code.isascii() and money.is_currency(code):
        return code
    customs = _customs(locale)
    found = customs.currencies.get(text.casefold()) or _currency_names(customs.name).get(
        text.casefold(), frozenset()
    )
    return next(iter(found)) if len(found) == 1 else _problem("currency-unknown", text)


@lru_cache(maxsize=16)
def _currency_names(locale: str) -> Mapping[str, frozenset[str]]:
    """Names of currencies in the workbook's language and in English, one and many."""
    found: dict[str, set[str]] = {}
    for each in {locale, "en"}:
        known = Locale.parse(each)
        for code, name in known.currencies.items():
            if money.is_currency(code):
                many = known._data["currency_names_plural"].get(code, {})
                for form in (name, *(many.values() if hasattr(many, "values") else ())):
                    found.setdefault(str(form).casefold(), set()).add(code)
    return {name: frozenset(codes) for name, codes in found.items()}


# What is usual in a workbook's locale


@dataclass(frozen=True, slots=True)
class _Customs:
    """`order` is None where two orders of day and month are usual. Names are in small letters,
    without dots."""

    name: str
    decimals: frozenset[str]
    groups: frozenset[str]
    order: Literal["day first", "month first", "year first"] | None
    gregorian: bool
    months: Mapping[str, int]
    weekdays: frozenset[str]
    currencies: Mapping[str, frozenset[str]]

    def year(self, typed: str) -> int | None:
        """The year meant by two or four digits. Two digits may be of another calendar where one is
        in daily use."""
        if len(typed) == 2 and self.gregorian:
            return int(typed) + (2000 if typed < "70" else 1900)
        return int(typed) if len(typed) == 4 else None

    def meaning(self, typed: str) -> frozenset[str]:
        """The currencies that a sign, code or name may stand for; none where it is no currency."""
        code = typed.upper()
        if len(code) == 3 and code.isascii() and money.is_currency(code):
            return frozenset({code})
        known = self.currencies.get(typed.casefold())
        return (
            known
            if known is not None
            else _currency_names(self.name).get(typed.casefold(), frozenset())
        )


@lru_cache(maxsize=64)
def _customs(locale: str) -> _Customs:
    known = _locale(locale)
    systems = (
        [known.number_symbols.get(name, {}) for name in {"latn", known.default_numbering_system}]
        if known
        else []
    )
    english = Locale.parse("en")
    spoken = [each for each in (known, english) if each is not None]
    return _Customs(
        str(known) if known else "en",
        frozenset(_tidy(system["decimal"]) for system in systems if "decimal" in system),
        frozenset(_tidy(system["group"]) or " " for system in systems if "group" in system),
        _order(known),
        known is not None
        and known.territory not in {"AF", "IR", "SA", "TH"}
        and known.language not in {"fa", "ps", "th"},
        _month_names(spoken),
        frozenset(
            _bare(name)
            for each in spoken
            for width in ("wide", "abbreviated")
            for name in each.days["format"][width].values()
        ),
        _signs(spoken),
    )


def _locale(locale: str) -> Locale | None:
    """The locale, or its language alone; None where Babel knows neither, and then nothing is taken
    as usual."""
    for name in (locale, re.split("[-_]", locale)[0]):
        try:
            return Locale.parse(name.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _order(locale: Locale | None) -> Literal["day first", "month first", "year first"] | None:
    if locale is None or (locale.language == "en" and locale.territory is None):
        return None
    pattern = re.sub(r"'[^']*'", "", locale.date_formats["short"].pattern)
    day, month, year = (pattern.find(sign) for sign in "dMy")
    if year < min(day, month):
        return "year first"
    return "day first" if day < month else "month first"


def _bare(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip(" .")


def _month_names(locales: list[Locale]) -> Mapping[str, int]:
    """Names of months, without those that mean another month in the other language."""
    found: dict[str, set[int]] = {}
    for locale in locales:
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[form][width].items():
                    found.setdefault(_bare(name), set()).add(number)
    found.setdefault("sept", {9})
    return {
        name: min(numbers)
        for name, numbers in found.items()
        if len(numbers) == 1 and not re.search(r"[\d\s]", name)
    }


@lru_cache(maxsize=1)
def _dollars() -> frozenset[str]:
    names = Locale.parse("en").currencies
    return frozenset(
        code
        for code, name in names.items()
        if ("Dollar" in name or "Peso" in name) and money.is_currency(code)
    )


def _signs(locales: list[Locale]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {"$": set(_dollars())}
    for locale in locales:
        for code, sign in locale.currency_symbols.items():
            bare = _tidy(sign).casefold()
            if money.is_currency(code) and bare != code.casefold() and code != "XXX":
                found.setdefault(bare, set()).add(code)
    for sign, codes in _SHARED.items():
        found.setdefault(sign, set()).update(codes.split())
    return {sign: frozenset(codes) for sign, codes in found.items()}
