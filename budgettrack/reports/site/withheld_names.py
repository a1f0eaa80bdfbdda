"""Removes the names of organisations that the config hides or renames from every published text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.config.open_data import Organisation
from budgettrack.core.base.unseen import without_unseen
from budgettrack.core.records.tables import REACH
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.core.sealing.withdrawn import folded
from budgettrack.core.views.public_types import PublicFacts
from budgettrack.group import OpenedGroup

HIDDEN = "…"
"""The text that replaces a hidden name."""


class Discretion:
    """Replaces the names of hidden and renamed organisations in texts.

    `known` has the organisations by their name in the workbook. Capitals, accents, spaces,
    hyphens and apostrophes make no difference, because people type a name in many ways."""

    def __init__(self, known: Mapping[str, Organisation]) -> None:
        # One name may begin with another ("Harbour", "Harbour Trust").
        # So the longest name is replaced first.
        self._others = [
            (name_pattern(name), HIDDEN if each.withheld else each.name)
            for name, each in sorted(known.items(), key=lambda item: -len(item[0]))
            if letters_of(name).strip() and (each.withheld or each.name != name)
        ]

    def told(self, text: str) -> str:
        """Returns a text in which hidden names are replaced by `HIDDEN`, and renamed ones by
        their new name."""
        for pattern, name in self._others:
            # The search for a hidden name is fast, and most texts contain none.
            if pattern.search(letters_of(text)):
                text = _replaced(text, pattern, name)
        return text

    def all(self, value: Any) -> Any:
        """Returns a copy of a value in which the withheld names are replaced in every text (by
        `told`), also in texts inside records, lists, tuples and dictionaries.

        Raises TypeError for a record of a kind that is not known here."""
        if not self._others:
            return value
        if isinstance(value, str):
            return self.told(value)
        if isinstance(value, list | tuple):
            return type(value)(map(self.all, value))
        if isinstance(value, dict):
            return {self.all(key): self.all(item) for key, item in value.items()}
        if isinstance(value, Struct):
            told = {name: self.all(getattr(value, name)) for name in value.__struct_fields__}
            return replace(value, **told)
        if is_dataclass(value):
            raise TypeError(f"names are not looked for in a {type(value).__name__}")
        return value


_BETWEEN = re.compile(r"[\W_]+")
"""The characters that may stand between the words of a name: spaces, hyphens, apostrophes."""


def name_pattern(name: str) -> re.Pattern[str]:
    """Returns a regular expression that finds a name in the letters of a text. The words of the
    name may stand together or apart. A long name may be divided anywhere: *Tide-water* is
    *Tidewater*. A short one may not: its letters stand in many texts, as *u n* in *you need*."""
    words = letters_of(name).split()
    parts = "".join(words) if sum(map(len, words)) >= _LONG else words
    return re.compile(" ?".join(map(re.escape, parts)))


_LONG = 6
"""A name with so many letters is found even if it is divided."""


def letters_of(text: str) -> str:
    """Returns a text in the form for comparison. Capitals, accents and invisible characters are
    removed, and everything between two words becomes one space."""
    return _BETWEEN.sub(" ", "".join(map(_letter, text)) if not text.isascii() else text.lower())


@cache
def _letter(sign: str) -> str:
    """Returns a character as a small letter without accent. Returns '' for an invisible
    character."""
    plain = unicodedata.normalize("NFKD", without_unseen(sign).casefold())
    return "".join(each for each in plain if not unicodedata.combining(each) and each != TATWEEL)


TATWEEL = "\u0640"
"""The stroke that stretches words in Arabic script."""


def _replaced(text: str, pattern: re.Pattern[str], name: str) -> str:
    """Returns the text with each match of the pattern replaced."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in _BETWEEN.sub(" ", _letter(sign)):
            if letter != " " or letters[-1:] != [" "]:
                letters.append(letter)
                places.append(place)
    parts, end = [], 0
    for match in pattern.finditer("".join(letters)):
        parts += [text[end : places[match.start()]], name]
        end = places[match.end() - 1] + 1
        while end < len(text) and not _letter(text[end]):
            end += 1
    return "".join([*parts, text[end:]])


def known_organisations(group: OpenedGroup) -> dict[str, Organisation]:
    """Returns the organisations that the config knows, by their name in the workbook. Those that
    were withdrawn are hidden."""
    settings = group.config.open_data
    known = dict(settings.organisations) if settings is not None else {}
    for name in group.withdrawn.organisations:
        own = next((there for there in known if folded(there) == folded(name)), name)
        known[own] = replace(known.get(own, Organisation(own)), withheld=True)
    return known


def discreet_facts(facts: PublicFacts, known: Mapping[str, Organisation]) -> PublicFacts:
    """Returns the facts of a page without the names of hidden or renamed organisations.

    The group's own name and how to reach it stay."""
    told: PublicFacts = Discretion(known).all(facts)
    return replace(told, organisation=facts.organisation, about=_own_words(told, facts))


def _own_words(told: PublicFacts, facts: PublicFacts) -> Mapping[str, str]:
    """Returns what the group says about itself, without hidden names. How to reach the group
    stays."""
    return {
        topic: words if topic == REACH else told.about.get(topic, HIDDEN)
        for topic, words in facts.about.items()
    }


def discreet_batches(
    batches: Sequence[PublicBatch], known: Mapping[str, Organisation]
) -> list[PublicBatch]:
    """Returns the batches without the names of hidden or renamed organisations in their labels.
    Labels are categories, and IDs that people typed, such as *TIDE-2026*."""
    labels = cache(Discretion(known).told)
    return [
        replace(
            batch,
            grant=labels(batch.grant or "") if batch.grant else batch.grant,
            category=labels(batch.category or "") if batch.category else batch.category,
            activity=labels(batch.activity or "") if batch.activity else batch.activity,
        )
        for batch in batches
    ]
