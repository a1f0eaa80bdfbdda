"""The words of reports as translators get them: `python docs/words.py` brings every catalog up to
the program's words.

New words come without a translation; words that the program no longer has go. A test fails while a
complete language lacks one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from budgettrack.config.open_data import REASONS
from budgettrack.core.base.catalogue import DRAFTS
from budgettrack.core.records.tables import BY_NAME

ROOT = Path(__file__).resolve().parents[1]
CATALOGS = ROOT / "budgettrack" / "locale"
COMPLETE = ("ar", "es", "fr", "ru")
CHOICES = (
    ("grants", "state"), ("grants", "host_fee_on"), ("work_plan", "status"), ("budget", "timing"),
    ("expenses", "state"), ("resources", "kind"), ("resources", "from_whom"), ("resources", "valued_by"),
)  # fmt: skip
"""Columns whose choices stand in reports."""


def terms() -> Iterator[str]:
    """The words that people choose and reports show."""
    for table, column in CHOICES:
        yield from BY_NAME[table].column(column).choices


def template() -> Catalog:
    """Every word that reports say, in English."""
    catalog = Catalog(project="budgettrack", charset="utf-8", fuzzy=False)
    catalog.header_comment = (
        "# The words of budgettrack's reports. Leave {names} in braces as they are."
    )
    found = extract_from_dir(
        str(ROOT / "budgettrack"),
        [("reports/**.py", "python"), ("reports/*.py", "python"), ("opendata/*.py", "python")],
        keywords={"say": None, "_said": None, "many": (1, 2)},
        comment_tags=("Translators:",),
    )
    for _, _, message, comments, context in sorted(found, key=lambda each: str(each[2])):
        catalog.add(message, context=context, auto_comments=comments)
    for code in DRAFTS.values():
        if (
            "{number}" not in code.problem
        ):  # counted: its plural forms are reports/base/wording.py's
            catalog.add(f"{code.problem} {code.remedy}")
    for text in REASONS.values():
        catalog.add(text)
    for word in dict.fromkeys(terms()):
        catalog.add(word, context="term")
    return catalog


def updated(language: str) -> bytes:
    """The catalog of a language with the program's words of now."""
    path, wanted = CATALOGS / f"{language}.po", template()
    if path.is_file():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language, project="budgettrack", charset="utf-8", fuzzy=False)
        catalog.header_comment = wanted.header_comment
    catalog.update(wanted, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_output=True, omit_header=False, include_previous=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Generated-By',
        '"Report-Msgid-Bugs-To',
    )
    return "".join(line for line in lines if not line.startswith(dated)).encode()


def main() -> None:
    for language in sorted({*COMPLETE, *(path.stem for path in CATALOGS.glob("*.po"))}):
        (CATALOGS / f"{language}.po").write_bytes(updated(language))


if __name__ == "__main__":
    main()
