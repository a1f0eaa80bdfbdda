"""Reads the words of the workbook in a language, from the catalogs in `locale/sheet/`.

A catalog is a plain .po file that translators edit. To correct words, one changes this file
only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from budgettrack.core.base.sheet_words import ENGLISH, SheetWords

CATALOGS = Path(__file__).resolve().parents[1] / "locale" / "sheet"

RIGHT_TO_LEFT = ("ar", "fa")


def languages() -> tuple[str, ...]:
    """Returns the codes of the languages into which the workbook is translated, in order."""
    return tuple(sorted(path.stem for path in CATALOGS.glob("*.po")))


@lru_cache(maxsize=8)
def sheet_words(language: str) -> SheetWords:
    """Returns the workbook's words in a language, such as `fr` or `fr_CA`.

    Returns the English words if there is no catalog of this language."""
    code = language.replace("-", "_").partition("_")[0].lower()
    path = CATALOGS / f"{code}.po"
    if not path.is_file():
        return ENGLISH
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalog = read_po(file, locale=code)
    texts = {
        (message.context or "", message.id): message.string
        for message in catalog
        if isinstance(message.id, str)
        and message.id
        and isinstance(message.string, str)
        and message.string
    }
    return SheetWords(code, code in RIGHT_TO_LEFT, texts)
