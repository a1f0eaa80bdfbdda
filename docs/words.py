"""The words of reports and of the workbook as translators get them: `python docs/words.py` brings every
catalog up to the program's words, and writes the names by which a workbook is read in every language.

New words come without a translation; words that the program no longer has go. A test fails while a
complete language lacks one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from budgettrack.config.open_data import REASONS
from budgettrack.core import checks_tab, own_tabs, tabs
from budgettrack.core.base.catalogue import DRAFTS, PLAN
from budgettrack.core.base.harm import HARMS
from budgettrack.core.base.personal_details import IDENTITY, MAIL, TELEPHONE
from budgettrack.core.cells.values import WHY_UNUSABLE
from budgettrack.core.checks.lists_of_people import HEADINGS
from budgettrack.core.checks.money import SAME_DAY, SAME_RECEIPT
from budgettrack.core.figures.funding_grid import ROW_STATES
from budgettrack.core.figures.positions import STATES
from budgettrack.core.records import tables
from budgettrack.core.records.tables import BY_NAME, HOST_TABLES
from budgettrack.queries.figures import NO_GRANT, UNRESTRICTED
from budgettrack.queries.records import KINDS_OF_CHANGE
from budgettrack.workbook import layout

ROOT = Path(__file__).resolve().parents[1]
CATALOGS = ROOT / "budgettrack" / "locale"
SHEET_CATALOGS = CATALOGS / "sheet"
NAMES_FILE = ROOT / "budgettrack" / "core" / "base" / "names_in_languages.py"
COMPLETE = ("ar", "es", "fr", "ru")
NOT_QUOTED = ("This text", "This", "another text", "nothing")
"""What a finding says in the place of a text that it does not quote."""
COMPLETE_IN_SHEETS = ("ar", "es", "fa", "fr", "ru", "uk")
CHOICES = (
    ("grants", "state"), ("grants", "host_fee_on"), ("work_plan", "status"), ("budget", "timing"),
    ("expenses", "state"), ("resources", "kind"), ("resources", "from_whom"), ("resources", "valued_by"),
    ("agreements", "kind"), ("about", "topic"),
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


def sheet_template() -> Catalog:
    """Every word of the workbook, in English: names each with its kind, then sentences."""
    catalog = Catalog(project="budgettrack", charset="utf-8", fuzzy=False)
    catalog.header_comment = "# The words of the workbook. Leave {names} in braces, and words in code marks, as they are."
    for kind, texts in (("tab", _tabs()), ("heading", _headings()), ("choice", _choices())):
        for text in dict.fromkeys(texts):
            catalog.add(text, context=kind)
    said = extract_from_dir(
        str(ROOT / "budgettrack"),
        [
            ("core/base/findings.py", "python"),
            ("core/tabs.py", "python"),
            ("core/checks_tab.py", "python"),
            ("core/base/sheet_words.py", "python"),
            ("core/counting/handed_on.py", "python"),
            ("core/figures/deadlines.py", "python"),
            ("queries/**.py", "python"),
            ("cli/context.py", "python"),
            ("cli/listings.py", "python"),
            ("cli/outcomes.py", "python"),
            ("cli/queries.py", "python"),
            ("cli/supplies.py", "python"),
            ("workbook/**.py", "python"),
        ],
        keywords={"say": None},
    )
    for text in dict.fromkeys(
        (*sorted(str(message) for _, _, message, _, _ in said), *_sentences())
    ):
        catalog.add(text)
    return catalog


def _tabs() -> Iterator[str]:
    asked = {table.asked for table in HOST_TABLES}
    yield from layout.titles(layout.order_with(asked, layout.HOST_ORDER))
    yield tables.KEPT_EDITS


def _headings() -> Iterator[str]:
    for table in HOST_TABLES:
        yield from (column.heading for column in table.columns if column.owner != "register")
    for headings in (
        tables.CHECKS_HEADINGS, own_tabs.SUMMARY_HEADINGS, tabs.CASH_HEADINGS,
        tabs.TOGETHER_HEADINGS, tabs.SUPPLIES_HEADINGS, tabs.HANDED_ON_HEADINGS,
        tabs.STATEMENT_HEADINGS, tables.KEPT_HEADINGS,
    ):  # fmt: skip
        yield from headings


def _choices() -> Iterator[str]:
    for table in HOST_TABLES:
        for column in table.columns:
            yield from column.choices
    yield from checks_tab.SIDES
    yield from STATES


def _sentences() -> Iterator[str]:
    """What is declared and not said where it is written."""
    yield from (
        own_tabs.AT_THE_END_OF, own_tabs.LOOK_AT, own_tabs.WRITTEN_AT_EACH_SYNC, own_tabs.UNWRITTEN,
        own_tabs.WRITTEN_BY_THE_TOOL, tabs.AT_BUDGET_RATE, checks_tab.SEVERAL, tabs.HANDED_ON, tabs.HANDED_ON_WITHOUT,
        tabs.SEEN_BY_HOST, tabs.NOT_SEEN_YET,
    )  # fmt: skip
    for _, left, right in layout.GUIDE:
        yield from filter(None, (left, right))
    yield from layout.GUARDS.values()
    yield from layout.SEEN.values()
    for table in HOST_TABLES:
        yield from (column.note for column in table.columns if column.note)
    yield from HARMS.values()
    yield from ("error", "warning")
    for code in PLAN.values():
        yield from filter(None, (code.problem, code.remedy, code.many))
    # What fills the places of these sentences.
    yield from (
        MAIL,
        IDENTITY,
        TELEPHONE,
        SAME_RECEIPT,
        SAME_DAY,
        *WHY_UNUSABLE,
        *NOT_QUOTED,
        *HEADINGS,
        NO_GRANT,
        UNRESTRICTED,
        *ROW_STATES,
        *KINDS_OF_CHANGE,
    )


def names() -> str:
    """The module with the names of every language, from the catalogs."""
    lines = [
        '"""The names of tabs, headings and choices in other languages, by language, kind and English name.',
        "",
        "`docs/words.py` writes this file from the catalogs in `locale/sheet/`. Do not edit it: edit the",
        'catalog, and run `python docs/words.py`."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "",
        "# fmt: off",
        "NAMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {",
    ]
    for path in sorted(SHEET_CATALOGS.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.stem)
        lines.append(f'    "{path.stem}": {{')
        for kind in ("tab", "heading", "choice"):
            lines.append(f'        "{kind}": {{')
            for message in catalog:
                if message.context == kind and message.string:
                    named = _quoted(str(message.id)), _quoted(str(message.string))
                    lines.append(f"            {named[0]}: {named[1]},")
            lines.append("        },")
        lines.append("    },")
    return "\n".join([*lines, "}", "# fmt: on", ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def updated(
    language: str, folder: Path = CATALOGS, words: Callable[[], Catalog] = template
) -> bytes:
    """The catalog of a language with the program's words of now."""
    path, wanted = folder / f"{language}.po", words()
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
    SHEET_CATALOGS.mkdir(exist_ok=True)
    for language in sorted(
        {*COMPLETE_IN_SHEETS, *(path.stem for path in SHEET_CATALOGS.glob("*.po"))}
    ):
        content = updated(language, SHEET_CATALOGS, sheet_template)
        (SHEET_CATALOGS / f"{language}.po").write_bytes(content)
    NAMES_FILE.write_text(names(), "utf-8")


if __name__ == "__main__":
    main()
