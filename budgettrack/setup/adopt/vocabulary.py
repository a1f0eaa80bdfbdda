"""Knows the meanings of headings, and whether a text may name a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from budgettrack.core.base.money import is_currency
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.month_headings import YEAR, month_of_name
from budgettrack.core.records.tables import normal, one_spelling
from budgettrack.setup.adopt.synonyms import (
    CHARGED,
    COLUMNS,
    IN_KIND,
    LETTERS,
    NEITHER,
    OTHER_TIME,
    OTHER_WORDS,
    PAID_ON,
    RECEIVED,
    SECTIONS,
    SIGNATURES,
    SPENT,
    TAXES,
    THOUSANDS,
    TO_DATE_WORDS,
    VERSIONS,
    WAYS,
    WORDS,
)


def pattern_of(words: Mapping[str, str]) -> re.Pattern[str]:
    """Returns the pattern that finds any of the words of a list by language. A word is found as a
    whole; with a star at its beginning or end, other letters may stand there.

    >>> [bool(pattern_of({"de": "bar, sach*"}).search(text)) for text in ("bar", "unbar", "sache")]
    [True, False, True]
    """
    return re.compile(
        "|".join(
            (r"" if word.startswith("*") else r"\b")
            + re.escape(word.strip("*"))
            + (r"" if word.endswith("*") else r"\b")
            for listed in words.values()
            for word in map(str.strip, listed.split(","))
        )
    )


LANGUAGES = ("en", "fr", "es", "pt", "de", "ru", "ar", "uk", "nl", "it", "fa")

_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]{0,40}[)\]]\s*")
_SIGNS = re.compile(rf"[€$£¥₽₴]|{YEAR.pattern}")
_CODE = re.compile(r"(?:\b(?:in|en|em|в) )?\b([a-zA-Z]{3})\b")
_PERCENT = re.compile(r"(?:^|[^\d\s])\s*%")
"""Finds headings of columns of shares, such as `% used`, but not `Cost with 5 % tax`."""
TO_DATE = pattern_of(TO_DATE_WORDS)
"""Recognises words for spending since the beginning, such as `Expenditure to date`. Such a
column is often beside the spending of the period."""
_OTHER_TIME = pattern_of(OTHER_TIME)
_WORD = re.compile(r"[^\W\d_]+")


def _plain(text: str) -> str:
    return one_spelling(normal(text))


@lru_cache(maxsize=1)
def _meanings() -> dict[str, list[tuple[str, str]]]:
    """Returns for each known word its meanings, each with the language."""
    meanings: dict[str, list[tuple[str, str]]] = {}
    for meaning, languages in COLUMNS.items():
        for language, words in languages.items():
            for word in words.split(","):
                meanings.setdefault(_plain(word), []).append((meaning, language))
    for kind, languages in TAXES.items():
        for language, words in languages.items():
            for word in words.split(","):
                known = meanings.setdefault(_plain(word), [])
                known.append(("tax" if kind == "tax" else "amount", language))
    return meanings


def meanings_of(heading: str) -> list[str]:
    """Returns the possible meanings of a heading, the most likely first. Empty if it is not
    known."""
    known = _meanings()
    if _PERCENT.search(heading):
        return ["ignored"]
    if is_currency(heading.strip().upper()):
        return ["amount"]
    for text in _forms(heading):
        if text in known:
            return list(dict.fromkeys(meaning for meaning, _ in known[text]))
    text = _forms(heading)[-1]
    words = text.replace(",", " ").replace(":", " ").split()
    # The longest known beginning or end of the heading is used.
    # Examples: `Actual spent (2026)`, `Budget approved by the board`.
    for length in range(len(words) - 1, 0, -1):
        for part in (" ".join(words[:length]), " ".join(words[-length:])):
            if part in known and len(part) > 3:
                if TO_DATE.search(part) and _says_spent(text.replace(part, " ")):
                    return ["actual"]
                return list(dict.fromkeys(meaning for meaning, _ in known[part]))
    return []


# The same headings are looked up each time the workbook is read in another way.
@lru_cache(maxsize=4096)
def without_role(heading: str) -> tuple[str, str]:
    """Returns two texts. The first is `planned` or `actual` if the heading begins or ends with a
    word for it, otherwise ''. The second is the rest of the heading."""
    text = _plain(heading)
    if text in LETTERS:
        return LETTERS[text], ""
    for word, role in _role_words():
        if text == word:
            return role, ""
        if text.startswith(word) and not text[len(word)].isalpha():
            return role, text[len(word) :]
        if text.endswith(word) and not text[-len(word) - 1].isalpha():
            return role, text[: -len(word)]
    return "", text


@lru_cache(maxsize=1)
def _role_words() -> list[tuple[str, str]]:
    """Returns the words for planned and actual, the longest first, so that `budget amount` comes
    before `budget`."""
    words = [
        (word, role)
        for word, meanings in _meanings().items()
        for role in ("planned", "actual")
        if role in {meaning for meaning, _ in meanings}
    ]
    return sorted(words, key=lambda known: -len(known[0]))


def says_other_time(heading: str) -> bool:
    """Whether a heading says that its amounts are of another year, or of the whole time until
    now."""
    text = normal(heading)
    return bool(TO_DATE.search(text) or _OTHER_TIME.search(text))


def says_charged(heading: str) -> bool:
    """Whether a heading is the share of a line that a project or a donor pays: `% charged to the
    project`, but not `% of total`."""
    text = normal(heading)
    return bool(_PERCENT.search(text) or "percent" in text) and bool(_CHARGED.search(text))


_CHARGED = pattern_of(CHARGED)


def tax_of(heading: str) -> str:
    """Returns `gross` for the heading of amounts with a tax, `net` for amounts without it, `tax`
    for the tax alone, and '' for any other."""
    text = f" {_plain(heading)} ".translate(_BREAKS)
    return next((kind for words, kind in _tax_words() if f" {words} " in text), "")


_BREAKS = str.maketrans("()[],:/-", "        ")


@lru_cache(maxsize=1)
def _tax_words() -> list[tuple[str, str]]:
    """Returns the words for amounts with and without a tax, the longest first, so that `incl. vat`
    comes before `vat`."""
    words = [
        (" ".join(_plain(word).translate(_BREAKS).split()), kind)
        for kind, languages in TAXES.items()
        for listed in languages.values()
        for word in listed.split(",")
    ]
    return sorted(words, key=lambda known: -len(known[0]))


def says_signed(heading: str) -> bool:
    """Whether the heading is that of a column in which people sign for what they got."""
    return bool(_SIGNED.search(normal(heading)))


_SIGNED = pattern_of(SIGNATURES)


def says_in_kind(text: str) -> bool:
    """Whether a text names contributions in kind, which are no money."""
    return bool(_IN_KIND.search(normal(text)))


_IN_KIND = pattern_of(IN_KIND)


def says_paid_on(heading: str) -> bool:
    """Whether below a heading are the days on which something was paid."""
    return bool(_PAID_ON.search(normal(heading)))


_PAID_ON = pattern_of(PAID_ON)


def says_thousands(text: str) -> bool:
    """Whether a heading or a title says that the amounts are in thousands or millions, or in
    tomans, of which each is ten rials."""
    return bool(_THOUSANDS.search(normal(text)))


_THOUSANDS = pattern_of(THOUSANDS)


def _says_spent(text: str) -> bool:
    return any(meaning == "actual" for meaning, _ in _meanings().get(_plain(text), ()))


def languages_of(heading: str) -> set[str]:
    """Returns the languages in which a heading is known."""
    known = _meanings()
    return {language for text in _forms(heading) for _, language in known.get(text, ())}


def _forms(heading: str) -> list[str]:
    """Returns the forms of a heading that are compared with known words: as it is typed, without
    brackets, and without years and currencies."""
    whole = _plain(heading)
    bare = normal(_BRACKETS.sub(" ", whole)) or whole
    plain = normal(_SIGNS.sub(" ", bare))
    without = normal(
        _CODE.sub(lambda match: "" if is_currency(match[1].upper()) else match[0], plain)
    )
    forms = [whole, bare, plain, without.strip(" -–/,:")]
    return [form for form in dict.fromkeys(forms) if form] or [whole]


@lru_cache(maxsize=1)
def _harmless() -> frozenset[str]:
    words = set(OTHER_WORDS.split())
    for group in (COLUMNS, WORDS, TAXES):
        for languages in group.values():
            for text in languages.values():
                words |= set(_WORD.findall(one_spelling(text.casefold())))
    for text in (NEITHER, *SPENT.values(), *RECEIVED.values()):
        words |= set(_WORD.findall(one_spelling(text.casefold())))
    for language in LANGUAGES:
        words |= {
            word
            for name in customs_of(language).months
            for word in _WORD.findall(one_spelling(name.casefold()))
        }
    return frozenset(words)


def may_name_people(text: str) -> bool:
    """Whether a text has a word that is not known, so that it may be a name."""
    words = _WORD.findall(one_spelling(text.casefold()))
    return any(
        len(word) > 2 and word not in _harmless() and not month_of_name(word, "en")
        for word in words
    )


def says(text: str, kind: str) -> bool:
    """Whether a title or the name of a tab has a word of this kind: planned, actual, income or
    expense."""
    found = _WORD.findall(one_spelling(text.casefold()))
    pairs = {" ".join(pair) for pair in pairwise(found)}
    return not {*found, *pairs, _plain(text)}.isdisjoint(_words(kind))


def says_neither(text: str) -> bool:
    """Whether a title or the name of a tab is about loans, debts or things."""
    found = _WORD.findall(one_spelling(text.casefold()))
    pairs = {" ".join(pair) for pair in pairwise(found)}
    return not {*found, *pairs}.isdisjoint(_plain(word) for word in NEITHER.split(","))


_SURE = {"spent": SPENT, "received": RECEIVED}


@lru_cache(maxsize=8)
def _words(kind: str) -> frozenset[str]:
    if kind in _SURE:
        listed = _SURE[kind].values()
        return frozenset(_plain(word) for words in listed for word in words.split(","))
    return frozenset(_plain(word) for text in WORDS[kind].values() for word in text.split(","))


def section_of(text: str) -> str:
    """Returns `income` or `expense` for a text above rows of this kind, and `net` for a text
    beside the difference of the two. Returns '' for any other text."""
    bare = _plain(text).strip(" :.").replace(" / ", "/")
    return _sections().get(bare, "")


def rank_of_version(heading: str) -> int:
    """Returns a number that says which version of a column should be read: 2 for a final version, 0
    for an old one or a forecast, 1 for any other. The highest number is read."""
    words = set(_WORD.findall(heading.casefold()))
    if not words.isdisjoint(_VERSIONS["old"]) or normal(heading).endswith(("last year", "n-1")):
        return 0
    return 2 if not words.isdisjoint(_VERSIONS["final"]) else 1


_VERSIONS = {kind: frozenset(text.split()) for kind, text in VERSIONS.items()}


def kind_of_total(heading: str) -> str:
    """Returns `income` or `expense` for a heading such as `Total recettes`. Returns '' for any
    other."""
    words = normal(heading).split()
    rest = [word for word in words if "total" not in meanings_of(word)]
    return section_of(" ".join(rest)) if len(rest) < len(words) else ""


@lru_cache(maxsize=1)
def _sections() -> dict[str, str]:
    return {
        _plain(word): kind
        for kind, languages in SECTIONS.items()
        for words in languages.values()
        for word in words.split(",")
    }


def way_of(value: str, *, may_be_letter: bool = False) -> str:
    """Returns `in` or `out` for a word that says whether money came in or went out. Returns ''
    for any other word. `may_be_letter`: whether a letter or a sign may say it, as below `Dr/Cr`."""
    text = _plain(value)
    if may_be_letter and text in WAYS:
        return WAYS[text]
    for meaning in ("in", "out"):
        if any(known == meaning for known, _ in _meanings().get(text, ())):
            return meaning
    if says(text, "income"):
        return "in"
    return "out" if says(text, "expense") else ""
