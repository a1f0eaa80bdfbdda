"""Finds the currency of a workbook from the formats of its cells and the words in its headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from budgettrack.core.base.grids import Value
from budgettrack.core.base.money import is_currency
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.records.tables import normal, one_spelling
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.synonyms import CURRENCIES
from budgettrack.setup.adopt.vocabulary import pattern_of

_WORD = re.compile(
    r"(?<!\w)[A-Z]{3}(?!\w)|[€£¥₽₴₺₦₵₸₾₼₹؋﷼]|US\$|R\$|(?<!\w)(?:ریال|افغانی)(?!\w)"
    r"|\b(?:[Рр]уб|[Гг]рн|KSh|Kshs|TSh|Tsh|USh|Ush|zł|Kč)(?!\w)"
)

_WORDS_TOO = ("ALL", "ANG", "CUP", "GEL", "MAD", "PEN", "SOS", "TOP", "TRY")
"""Codes of currencies that are also words: `TOTAL ALL` does not mean the Albanian lek."""

_NAMES = {code: pattern_of({code: one_spelling(names)}) for code, names in CURRENCIES.items()}
"""Finds the names of currencies, such as `in US dollars`."""

_LONGEST = 40
"""In cells with more characters than this, no amount is searched."""


_SHARED = re.compile(r"\$|₨|¥|(?<!\w)(?:Rs\.?|F\.? ?CFA|FCFA|CFA|kr\.?|Fr\.)(?!\w)", re.IGNORECASE)
_LIKELY = {
    "$": "USD",
    "₨": "INR",
    "rs": "INR",
    "rs.": "INR",
    "¥": "CNY",
    "cfa": "XOF",
    "fcfa": "XOF",
    "f cfa": "XOF",
    "kr": "SEK",
    "kr.": "DKK",
    "fr.": "CHF",
}
"""The most likely currency of a sign that several currencies share."""


def shared_sign(seen: SeenBook) -> tuple[str, str]:
    """Returns a currency sign that several currencies share, such as `$` or `FCFA`, and the
    currency that it most likely means. The sign is taken from beside the amounts. Returns '' twice
    if there is no such sign."""
    counts: Counter[str] = Counter()
    for grid in seen.book.grids:
        counts.update(_shared_in(" ".join(dict.fromkeys(grid.signs.values()))))
    for text in seen.texts_above():
        counts.update(_shared_in(text) if len(text) < 200 else ())
    for block in seen.blocks:
        for column in block.columns:
            if column.holds == "figures":
                counts.update(_shared_by_most(seen.values(block, column)))
    if not counts:
        return "", ""
    sign = counts.most_common(1)[0][0]
    return sign, _LIKELY[_as_known(sign)]


def _shared_by_most(values: Sequence[Value]) -> list[str]:
    """Returns the shared signs that are typed beside most figures of a column. Returns [] if no
    sign is beside most of them."""
    cells = [value for value in values if value is not None]
    texts = [text for text in cells if isinstance(text, str) and len(text) < _LONGEST]
    signs = [sign for text in texts for sign in _shared_in(text)]
    return signs if len(signs) * 2 > len(cells) else []


def _shared_in(text: str) -> list[str]:
    return [sign for sign in _SHARED.findall(text) if _as_known(sign) in _LIKELY]


def _as_known(sign: str) -> str:
    return sign.casefold().replace("f.", "f")


def currency_of(seen: SeenBook) -> str:
    """Returns the currency that formats, headings or titles show, or '' if nothing does."""
    counts: Counter[str] = Counter()
    meaning = customs_of(seen.locale).meaning
    for grid in seen.book.grids:
        for sign in grid.signs.values():
            known = meaning(sign)
            if len(known) == 1:
                counts.update(known)
    for text in seen.texts_above():
        if len(text) < 200:
            counts.update([*_named_in(text, seen.locale)])
    counts.update(_typed(seen))
    return counts.most_common(1)[0][0] if counts else ""


def _typed(seen: SeenBook) -> Iterator[str]:
    """Yields the currency that is typed beside most figures of a column. A currency that is
    typed beside only a few figures belongs only to these."""
    for block in seen.blocks:
        for column in block.columns:
            if column.holds == "figures":
                yield from _beside_most(seen.values(block, column), seen.locale)


def _beside_most(values: Sequence[Value], locale: str) -> Iterator[str]:
    cells = [value for value in values if value is not None]
    texts = [value for value in cells if isinstance(value, str) and len(value) < _LONGEST]
    counts = Counter(
        name for text in texts if any(map(str.isdigit, text)) for name in _named_in(text, locale)
    )
    for name, number in counts.most_common(1):
        if number * 2 > len(cells):
            yield name


def names_several(values: Sequence[Value], locale: str) -> bool:
    """Whether cells name several currencies: one has `USD 12.50`, another `€ 120`."""
    texts = [value for value in values if isinstance(value, str) and len(value) < _LONGEST]
    return len({name for text in texts for name in _named_in(text, locale)}) > 1


def currency_of_amount(heading: str, locale: str, other: str) -> str:
    """Returns the currency in the heading of a column of amounts, or `other` if it names none."""
    named = [*_named_in(heading, locale)]
    return named[0] if len(named) == 1 else other


def _named_in(text: str, locale: str) -> dict[str, None]:
    """Returns the currencies that a text names, such as `Amount (EUR)` or `Coût en €`, in their
    order."""
    words = [word for word in _WORD.findall(text) if word not in _WORDS_TOO or not text.isupper()]
    known = map(customs_of(locale).meaning, words)
    named = dict.fromkeys(
        currency for currencies in known if len(currencies) == 1 for currency in currencies
    )
    plain = one_spelling(normal(text))
    return named | {code: None for code, name in _NAMES.items() if name.search(plain)}


def rows_of_one_currency(seen: SeenBook, block: SheetBlock) -> dict[str, str]:
    """Returns a condition for the rows that are read, if the lines of a budget have different
    currencies: the heading of the column of currencies, and the currency of most lines. Empty if
    all lines have one currency, or if there is no such column.

    All lines of a grant must have the currency of the grant. So rows in other currencies are left
    out and reported."""
    for column in block.columns:
        typed = [
            value.strip()
            for value in seen.values(block, column)
            if isinstance(value, str) and value.strip()
        ]
        if column.heading and typed and all(is_currency(text.upper()) for text in typed):
            counts = Counter(typed)
            if len({text.upper() for text in typed}) > 1:
                return {column.heading: counts.most_common(1)[0][0]}
    return {}
