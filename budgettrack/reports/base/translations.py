"""The words of reports in the reader's language, from the gettext catalogs in `locale/`.

A catalog is a plain .po file that translators edit; there is no compiled copy of it to forget.
English is the source. A language without a catalog gets English words, and its own numbers and
dates."""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale

from budgettrack.reports.base import formats

CATALOGS = Path(__file__).resolve().parents[2] / "locale"

RIGHT_TO_LEFT = ("ar", "fa", "ps", "ur", "he", "ckb", "prs")


@dataclass(frozen=True)
class Words:
    """What is said in one language; `at` is its Babel locale for numbers and dates."""

    language: str
    at: Locale
    catalog: gettext.NullTranslations

    @property
    def right_to_left(self) -> bool:
        return self.at.text_direction == "rtl"

    def say(self, text: str, **values: str) -> str:
        """`text` in this language with its {places} filled."""
        return self._filled(self.catalog.gettext(text), values)

    def many(self, one: str, more: str, number: int, **values: str) -> str:
        """The form for that number; {number} is it."""
        shown = formats.whole(number, self.at)
        return self._filled(self.catalog.ngettext(one, more, number), {"number": shown, **values})

    def term(self, choice: str) -> str:
        """A word that people choose in the workbook (`under way`, `host`); their own words stay as
        they are."""
        return self.catalog.pgettext("term", choice) if choice else ""

    def _filled(self, text: str, values: dict[str, str]) -> str:
        if self.right_to_left:
            # What people typed in another script keeps its own direction inside the sentence.
            values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
        return text.format(**values)


@lru_cache(maxsize=32)
def words(language: str) -> Words:
    """The words of `fr` or `pt-BR`."""
    at = formats.locale(language)
    return Words(language if formats.is_language(language) else "en", at, _catalog(at))


def languages() -> list[str]:
    """The languages that have a catalog, and English."""
    return sorted({"en", *(each.stem for each in CATALOGS.glob("*.po"))})


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
