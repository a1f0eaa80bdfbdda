"""Reads one cell into canonical text or a finding.

Text is read by the rules of the workbook's locale (from the library Babel). If two people could
read a cell in two ways, the result is a finding; the program never guesses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import lru_cache
from typing import assert_never

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.grids import CellError, NoValue, Value
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.base.unseen import legible
from budgettrack.core.cells.dates import read_date, read_month
from budgettrack.core.cells.locales import read_currency
from budgettrack.core.cells.numbers import read_amount, read_count, read_number, read_percentage
from budgettrack.core.cells.reading import (
    BLANKS,
    LARGEST,
    CellKind,
    Reading,
    exact,
    plain,
    read_label,
    read_text,
    single_spaced,
    unreadable,
)
from budgettrack.core.records import tables

LONGEST_ID = 60

_UNUSABLE = {
    "yes or no": "the spreadsheet has made a yes or no of it",
    "date": "the spreadsheet has made a date of it",
    "digits": "a spreadsheet does not keep all digits of so long a number",
    "line break": "it has a line break",
    "length": f"it has more than {LONGEST_ID} characters",
    "unseen": "it has a character that cannot be seen",
    "bracket": "it has one of the characters [ ] { } < > | \\",
}
"""The reasons why an ID cannot be used, in words. They have translations of their own."""
WHY_UNUSABLE = tuple(_UNUSABLE.values())


def read(
    value: Value, kind: CellKind, locale: str, choices: tuple[str, ...] = (), percent: bool = False
) -> Reading:
    """Reads one cell of a column of this kind. `percent`: the cell's number format is a percentage.

    >>> read("1.200,50", "money", "de"), read(-66.99000000000001, "money", "en")
    ('1200.5', '-66.99')
    >>> read("12 Mar 2026", "date", "en")
    '2026-03-12'
    """
    if _is_blank(value):
        return ""
    if isinstance(value, CellError):
        return finding("cell-error", value=value.text[:20])
    if isinstance(value, NoValue):
        return finding("formula-without-value")
    match kind:
        case "text" | "link":
            return read_text(value, percent)
        case "label":
            return read_label(value, percent)
        case "id" | "reference":
            return _read_id(value)
        case "code":
            return _read_code(value)
        case "lot":
            return _read_lot(value)
        case "money":
            return read_amount(value, locale, percent)
        case "number":
            return read_number(value, locale)
        case "count":
            return read_count(value, locale, percent)
        case "percent":
            return read_percentage(value, locale, percent)
        case "date":
            return read_date(value, locale)
        case "month":
            return read_month(value, locale)
        case "choice":
            return _read_choice(value, choices)
        case "currency":
            return read_currency(value, locale)
        case _:
            assert_never(kind)


def _is_blank(value: Value) -> bool:
    if isinstance(value, str):
        return not value.strip(None if value.isascii() else BLANKS)
    return value is None


# IDs

_USUAL_ID = re.compile(r"[\w.:/-]+", re.ASCII)
_COUNTED_ID = re.compile(r"[A-Z]{1,2}-[0-9]{1,12}")
"""An ID as the program makes them. It needs no cleaning, and it is no label of a total."""


def is_counted_id(text: str) -> bool:
    """Whether a text is an ID such as the program makes: one or two letters and a number."""
    return _COUNTED_ID.fullmatch(text) is not None


def _read_id(value: Value) -> Reading:
    """Reads an ID, or a reference to one. A code that the spreadsheet has turned into a number
    can still be read."""
    if isinstance(value, bool):
        return _unusable("yes or no")
    if isinstance(value, date | time | timedelta):
        return _unusable("date")
    if isinstance(value, int | float):
        number = exact(value)
        if number is None or abs(number) >= LARGEST:
            return _unusable("digits")
        return plain(number)
    text = str(value)
    return text if len(text) <= LONGEST_ID and _USUAL_ID.fullmatch(text) else _id(text)


def _id(typed: str) -> Reading:
    """Reads an ID with unusual characters. Returns a finding if it cannot be used."""
    text = unicodedata.normalize("NFC", typed).strip(BLANKS)
    if len(text.splitlines()) > 1:
        return _unusable("line break")
    text = single_spaced(text)
    if len(text) > LONGEST_ID:
        return _unusable("length")
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} for sign in text):
        return _unusable("unseen")
    text = legible(text)
    if re.search(r"[\[\]{}<>|\\]", text):
        return _unusable("bracket")
    return text


def _unusable(why: str) -> Finding:
    return finding("id-not-usable", why=_UNUSABLE[why])


# Codes

_CODE = re.compile(r"(?:(?:[a-zA-Z]{1,3}|[^\W\d_a-zA-Z]{1,2})[-./_]?)?\d{1,3}")
"""The form of a code: up to three letters, one sign between, and up to three digits. Longer words
are streets and names, and more digits are telephone numbers and postcodes. In other scripts than
a-z, only two letters are allowed, because three may be a whole street."""

_LOT = re.compile(r"(?=.*\d)[\w.:/#-]+(?: [\w.:/#-]+)?")
_LONGEST_OF_LOT = 30
_WORD = re.compile(r"[a-zA-Z]{5}|[^\W\d_a-zA-Z]{3}")
"""This many letters side by side are a word, such as a name or a street. The number of a lot has no
such word."""

_HYPHEN = re.compile(r"[\u00ad\u2010-\u2015\u2212]")


def is_code(text: str) -> bool:
    """Whether a text has the form of a code. Such a text can be no name and no address."""
    return bool(_CODE.fullmatch(text))


def _read_code(value: Value) -> Reading:
    """Reads the code of an outlet or a group: a few letters and a number.

    A name or an address is not a code. A finding says so without quoting the text, and the text
    is not stored."""
    code = _as_code(value)
    return code if is_code(code) else finding("to-is-no-code")


def _read_lot(value: Value) -> Reading:
    """Reads the ID or the batch of a lot: a number with at most four letters side by side. A text
    that may be a name is not stored: people may type a name into this column by mistake."""
    lot = _as_code(value)
    is_lot = lot and len(lot) <= _LONGEST_OF_LOT and _LOT.fullmatch(lot) and not _WORD.search(lot)
    return lot if is_lot else finding("to-is-no-code")


def _as_code(value: Value) -> str:
    """Returns a typed code with plain hyphens, or '' if it cannot be an ID. Word processors replace
    a hyphen by a special one that does not break a line."""
    if isinstance(value, str):
        value = _HYPHEN.sub("-", value)
    reading = _read_id(value)
    return reading if isinstance(reading, str) else ""


# Choices

_YES_OR_NO = {
    "y": "yes",
    "true": "yes",
    "x": "yes",
    "✓": "yes",
    "✔": "yes",
    "n": "no",
    "false": "no",
}


def _read_choice(value: Value, choices: tuple[str, ...]) -> Reading:
    yes_or_no = choices == tables.YES
    if isinstance(value, bool) and yes_or_no:
        return "yes" if value else "no"
    text = read_text(value)
    if not isinstance(text, str):
        return text
    key = _key(text)
    choice = _by_key(choices).get(key)
    if choice is None and yes_or_no:
        choice = _YES_OR_NO.get(key)
    return choice or unreadable("choice-unknown", text, choices=", ".join(choices))


def _key(text: str) -> str:
    """Returns a choice in the form used for comparing: small letters, and a space for each
    hyphen."""
    return tables.normal(text).replace("-", " ")


@lru_cache(maxsize=64)
def _by_key(choices: tuple[str, ...]) -> Mapping[str, str]:
    known = {_key(choice): choice for choice in choices}
    for choice in choices:
        for text in words_of_choice(choice):
            known.setdefault(_key(text), choice)
    return known


def words_of_choice(choice: str) -> tuple[str, ...]:
    """Returns the words by which people say a choice: those of the dropdowns in every language,
    and other forms of the same word, such as `payée` beside `payé`.

    >>> "payée" in words_of_choice("paid")
    True
    """
    forms = OTHER_FORMS.get(choice, "")
    others = (form.strip() for form in forms.split(",") if form.strip())
    return (*in_every_language("choice", choice), *others)


OTHER_FORMS: Mapping[str, str] = {
    "paid": "payée, payés, payées, réglé, réglée, acquitté, acquittée, pagada, pagados, pagadas,"
    " pago, paga, pagos, pagas, bezahlt, gezahlt, betaald, pagato, pagata, оплачен,"
    " оплачена, оплачены, выплачено, выплачена, сплачено, сплачена, مدفوعة, تم الدفع, مسدد, مسددة",
    "committed": "unpaid, not paid, to pay, to be paid, à payer, à régler, impayé, impayée,"
    " non payé, non payée, por pagar, a pagar, no pagado, no pagada, impagado, não pago, não paga,"
    " unbezahlt, nicht bezahlt, zu zahlen, offen, не оплачено, не оплачен, не оплачена,"
    " к оплате, غير مدفوع, غير مدفوعة, onbetaald, te betalen, da pagare, non pagato",
    "refunded": "remboursée, remboursés, reembolsada, devuelto, devuelta, devolvido, devolvida,"
    " erstattet, terugbetaald, rimborsato, возвращено, возвращен, مسترد, مستردة",
    "expected": "attendue, attendus, attendues, à recevoir, promis, promise, esperada, por recibir,"
    " a receber, prevista, erwartet, ausstehend, zugesagt, verwacht, ожидаются, обещано, متوقعة",
    "received": "reçue, reçus, reçues, encaissé, encaissée, recibida, recibidos, cobrado, cobrada,"
    " recebido, recebida, erhalten, eingegangen, ontvangen, ricevuto, получен, получена, получены,"
    " поступило, مستلمة, تم الاستلام",
}
"""Other forms of the words of some choices, in small letters: of another gender or number, and in
languages that the program does not write."""
