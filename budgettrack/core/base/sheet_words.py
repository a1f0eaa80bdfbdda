"""The words of the workbook in the group's language: tabs, headings, choices, notes and findings.

English is the source, and the form in which everything is stored and compared. A workbook is
written in the language of the group, and read in every language."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from budgettrack.core.base.names_in_languages import NAMES

NameKind = Literal["tab", "heading", "choice"]
"""The kinds of names that people must find again in the workbook. Each kind is translated on its
own: the heading `Amount` and the word amount in a sentence may be two words in another language."""

REPORT_NAME = re.compile(
    r"(Final report to|Report to|Report of) (.+) for ((?:\w+(?: \d{4})? to )?\w+ \d{4})"
)
"""Recognises the name of a report's deadline that the program made, from a grant or from money
that a host hands on."""


@dataclass(frozen=True, slots=True)
class SheetWords:
    """The words of one language.

    `texts` has each translation, by context and English text. The context is a kind of name, or
    '' for a sentence. A text without a translation stays English."""

    language: str = "en"
    right_to_left: bool = False
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def say(self, text: str, **values: str) -> str:
        """Returns the translation of a sentence, with its {placeholders} filled."""
        said = self.texts.get(("", text), text)
        if self.right_to_left:
            # Latin names are isolated (U+2068, U+2069).
            # Without this, a Latin name would change the order of Arabic words beside it.
            values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
        return said.format(**values) if values else said

    def tab(self, name: str) -> str:
        """Returns the translation of the title of one of the program's tabs. Other titles stay
        unchanged."""
        return self.texts.get(("tab", name), name)

    def heading(self, text: str) -> str:
        """Returns the translation of one of the program's headings. Other headings stay
        unchanged."""
        return self.texts.get(("heading", text), text)

    def choice(self, text: str) -> str:
        """Returns the translation of a value of a dropdown, such as `under way`. Other values
        stay unchanged."""
        return self.texts.get(("choice", text), text)

    def report(self, name: str) -> str:
        """Returns the translation of the name of a report's deadline, if the program made the
        name. A name that a person typed stays unchanged."""
        derived = REPORT_NAME.fullmatch(name)
        if derived is None or self.language == "en":
            return name
        kind, funder, period = derived.groups()
        named = {"funder": funder, "period": _period(period, self.language)}
        if kind == "Report of":
            return self.say("Report of {funder} for {period}", **named)
        if kind == "Report to":
            return self.say("Report to {funder} for {period}", **named)
        return self.say("Final report to {funder} for {period}", **named)

    def value(self, name: str, value: str) -> str:
        """Returns the translation of a value that fills the placeholder `name` of a sentence."""
        match name:
            case "heading":
                return self.heading(value)
            case "headings":
                return ", ".join(self.heading(heading) for heading in value.split(", "))
            case "tab":
                return self.tab(value)
            case "choices":
                return ", ".join(self.choice(choice) for choice in value.split(", "))
            case "what" if REPORT_NAME.fullmatch(value):
                return self.report(value)
            case "what":
                parts = (self.texts.get(("", part), part) for part in value.split(", "))
                return ", ".join(parts)
            case "state" | "status" | "counted":
                return self.choice(value)
        return self.texts.get(("", value), value)


def _period(period: str, language: str) -> str:
    """Returns a period of whole months, such as `January to March 2026`, in a language."""
    from babel.dates import get_month_names

    names = get_month_names("wide", "stand-alone", locale=language)
    for number, english in enumerate(calendar.month_name):
        if number:
            period = re.sub(rf"\b{english}\b", names[number], period)
    return period.replace(" to ", " – ")


ENGLISH = SheetWords()

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=512)
def in_every_language(kind: NameKind, text: str) -> tuple[str, ...]:
    """Returns an English name and its translations into all languages, the English one first.

    >>> in_every_language("choice", "paid")[:2]
    ('paid', 'مدفوع')
    """
    others = (names.get(kind, _NO_NAMES).get(text, text) for names in NAMES.values())
    return tuple(dict.fromkeys((text, *others)))


def choice_in_language_of(heading: str, english: str, choice: str) -> str:
    """Returns a choice in the language of its column, as a person would choose it there. `heading`
    is the heading of the column in the workbook; `english` is the English form of this heading."""
    for names in NAMES.values():
        if heading != english and names["heading"].get(english) == heading:
            return names["choice"].get(choice, choice)
    return choice
