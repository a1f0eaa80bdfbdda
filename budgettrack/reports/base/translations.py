"""The texts of reports in the language of the reader, from the gettext catalogs in `locale/`.

A catalog is a plain .po file that translators edit. No compiled .mo file is kept, so none can be
out of date. English is the source. A language without a catalog gets English text, with numbers
and dates in its own format."""

from __future__ import annotations

import gettext
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from babel import Locale

from budgettrack.reports.base import formats

CATALOGS = Path(__file__).resolve().parents[2] / "locale"

RIGHT_TO_LEFT = ("ar", "fa", "ps", "ur", "he", "ckb", "prs")


@dataclass(frozen=True)
class Words:
    """Translates texts into one language. `at` is the Babel locale for numbers and dates."""

    language: str
    at: Locale
    catalog: gettext.NullTranslations

    @cached_property
    def right_to_left(self) -> bool:
        """Whether the language is written from right to left."""
        return self.at.text_direction == "rtl"

    def say(self, text: str, **values: str) -> str:
        """Returns the translation of `text` with its {placeholders} filled."""
        return self._filled(self.catalog.gettext(text), values)

    def many(self, one: str, more: str, number: int, **values: str) -> str:
        """Returns the singular or plural form (gettext plural rules) for `number`, which also
        fills {number}."""
        shown = formats.whole(number, self.at)
        return self._filled(self.catalog.ngettext(one, more, number), {"number": shown, **values})

    def term(self, choice: str) -> str:
        """Returns the translation of a value from a drop-down list of the workbook (`under way`,
        `host`).

        A value that people wrote themselves is returned unchanged.
        """
        return self.catalog.pgettext("term", choice) if choice else ""

    def _filled(self, text: str, values: dict[str, str]) -> str:
        if self.at.language == "fr":
            text = elided(text, values)
        if self.right_to_left:
            # Latin names in a text are marked as isolated (U+2068, U+2069).
            # Without this, a Latin name would change the order of Arabic words beside it.
            values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
        return text.format(**values)


_ELIDES = re.compile(r"\b([Dd]|[Qq]u)e \{(\w+)\}")
"""Finds a French word that loses its e before a vowel, and the placeholder after it."""


def elided(text: str, values: Mapping[str, str]) -> str:
    """Returns a French text in which *de* and *que* are shortened before a value that begins with a
    vowel. A value that begins with h keeps them: not every h is mute.

    >>> elided("À la fin de {month}", {"month": "octobre"})
    "À la fin d'{month}"
    """

    def joined(match: re.Match[str]) -> str:
        first = unicodedata.normalize("NFD", values.get(match[2], ""))[:1].casefold()
        return f"{match[1]}'{{{match[2]}}}" if first and first in "aeiou" else match[0]

    return _ELIDES.sub(joined, text)


@lru_cache(maxsize=32)
def words(language: str) -> Words:
    """Returns the translator for a language code such as `fr` or `pt-BR`."""
    at = formats.locale(language)
    return Words(language if formats.is_language(language) else "en", at, _catalog(at))


def languages() -> list[str]:
    """Returns the codes of English and of every language that has a catalog."""
    return sorted({"en", *(path.stem for path in CATALOGS.glob("*.po"))})


def _catalog(at: Locale) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for name in (str(at), at.language):
        path = CATALOGS / f"{name}.po"
        if path.is_file():
            compiled = io.BytesIO()
            with path.open("rb") as file:
                write_mo(compiled, read_po(file, locale=name))
            compiled.seek(0)
            return gettext.GNUTranslations(compiled)
    return gettext.NullTranslations()
