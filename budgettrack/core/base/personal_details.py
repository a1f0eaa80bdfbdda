"""Recognises personal details in a text: e-mail addresses, telephone numbers and identity
numbers."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from budgettrack.core.base.unseen import without_unseen

# The pattern tries a long word only from its first letter.
# If it tried every letter as a beginning, the time would grow with the square of the length.
# The pattern uses `*+` and `++`, which never backtrack, so that a search stays fast.
MAIL, IDENTITY, TELEPHONE = "an e-mail address", "an identity number", "a telephone number"
"""The kinds of personal details, in the words of a message."""

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[.-]*+\w")
_PHONE = re.compile(r"(?<![\w.,:/+-])(\+[1-9]|00[1-9]|\(?0[1-9])[\d\s()./-]{5,17}\d(?![\w-])")
_FEWEST_DIGITS = {"+": 9, "00": 11, "0": 9}
_CALLED = re.compile(
    r"(?i)\b(?:tel|telephone|phone|mobile|cell|whatsapp|signal|telegram|call|ring|text)\b[^\d\n]{0,25}"
    r"(\d[\d\s()./-]{5,15}\d)(?![\w-])"
)
_DASHED = re.compile(r"(?<![\w.,/-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\w.,-]*\d)")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\b\d{1,2}[-./]\d{1,2}[-./]\d{4}\b")
_IDENTITY = re.compile(
    r"(?i)\b(?:passport|identity card|id card|national id|nif|dni|cpf|ssn|id no|id"
    r" number)\b\W{0,3}(?:no\.?\s*)?"
    r"[A-Z]{0,3} ?\d[\dA-Z ./-]{4,}"
)


# A monthly run searches every text about twenty times: for each page, file and mail.
# So the results of earlier searches for personal details are remembered.
@lru_cache(maxsize=10_000)
def personal(text: str) -> str:
    """Returns the kind of personal detail that a text seems to contain, in words. Returns '' if
    there is none."""
    text = unicodedata.normalize("NFKC", without_unseen(text))
    if "@" in text and _MAIL.search(text):
        return MAIL
    if _IDENTITY.search(text):
        return IDENTITY
    return TELEPHONE if _phone(_DATE.sub(" ; ", text)) else ""


def _phone(text: str) -> bool:
    """Whether a text contains a telephone number. Dates in the text are ignored."""
    if _DASHED.search(text):
        return True
    if any(_digits(match[1]) >= 7 for match in _CALLED.finditer(text)):
        return True
    return any(_is_number(match) for match in _PHONE.finditer(text))


def _is_number(match: re.Match[str]) -> bool:
    """Whether digits that begin like a telephone number are a telephone number, and not some
    other code."""
    start = match[1].lstrip("(")
    fewest = next(digits for sign, digits in _FEWEST_DIGITS.items() if start.startswith(sign))
    is_code = start[0] == "0" and match[0].count("-") > 1 and " " not in match[0]
    return fewest <= _digits(match[0]) <= 15 and not is_code


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
