"""Shows the layout of a bank's CSV file (what its columns mean) as it was detected, asks what the
file leaves open, and stores the layout for the next months.

No row is stored. A layout has only headings, and words such as "debit" or "booked"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from budgettrack import files
from budgettrack.bank.formats.csv import layouts
from budgettrack.bank.formats.csv.detecting import Detected, LayoutDoubt, detected
from budgettrack.bank.formats.csv.layouts import CsvChoices, of_group
from budgettrack.bank.formats.csv.writing import as_toml
from budgettrack.bank.formats.files import documents, shown
from budgettrack.bank.formats.kinds import format_of
from budgettrack.bank.formats.statement import Statement, StatementLine, unreadable
from budgettrack.config.bank_csv import LAYOUT_FOLDER, Layout
from budgettrack.config.load import Config, default_locale
from budgettrack.core.base.errors import UsageError

EXAMPLES = 5
"""How many rows are shown as examples of how they were understood."""

QUESTIONS = (
    "date", "dates", "currency", "amount", "in", "fee", "sign", "booked", "account", "signs",
)  # fmt: skip
"""The questions that a file may leave open, by their keys."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class LayoutSeen:
    """A file as it was understood.

    `known`: the name of the layout that the file already has, or "". A layout in the section
    [bank] of the config is called "[bank]". `doubts`: the questions that a person must answer
    first. `lines`: the first movements. `notes`: other remarks about its rows."""

    layout: Layout
    known: str
    doubts: Sequence[LayoutDoubt]
    facts: Mapping[str, str]
    lines: Sequence[StatementLine]
    notes: Sequence[str]


def seen(config: Config, path: Path, answers: Mapping[str, str], today: date) -> LayoutSeen:
    """Return a bank's CSV file as it is understood with these answers.

    Raises UsageError if it is no CSV file of a bank, or if an answer is not among the choices."""
    name, content = _one_document(path)
    locale = default_locale(config, None)
    choices = CsvChoices(of_group(config.path.parent), today=today, currency=config.currency)
    known = layouts.fitting(name, content, config.bank, locale, choices)
    if known is not None:
        statements = layouts.read_with(name, content, known, locale, choices)
        return _understood(known, known.name or "[bank]", None, statements)
    found = detected(name, content, locale, config.currency, answers)
    if found is None:
        raise unreadable(
            name,
            "no row has a day and an amount, each in a column of its own",
            "Name the CSV file that the bank gives out, or download CAMT.053, MT940 or OFX",
        )
    if found.doubts:
        return LayoutSeen(found.layout, "", found.doubts, found.facts, (), ())
    statements = layouts.read_with(name, content, found.layout, locale, choices)
    return _understood(found.layout, "", found, statements)


def _one_document(path: Path) -> tuple[str, bytes]:
    """Return the name and the bytes of the only file in a path. Raises UsageError if it is no
    CSV file."""
    name, content, *others = (part for document in documents(path) for part in document)
    if others:
        raise unreadable(
            shown(path.name), "this ZIP archive has several files", "Unpack it, and name one"
        )
    assert isinstance(name, str)
    assert isinstance(content, bytes)
    kind = format_of(name, content)
    if kind != "CSV":
        raise UsageError(f"{name}: this is {kind}, which needs no layout. Import it as it is.")
    return name, content


def _understood(
    layout: Layout, known: str, found: Detected | None, statements: Sequence[Statement]
) -> LayoutSeen:
    lines = [line for statement in statements for line in statement.lines][:EXAMPLES]
    told = [note for each in statements for note in (*each.left_out, *each.notes)]
    return LayoutSeen(layout, known, (), found.facts if found else {}, lines, told)


def free_name(folder: Path) -> str:
    """Return a name for a new layout that no other layout in the folder has."""
    taken = {path.stem for path in (folder / LAYOUT_FOLDER).glob("*.toml")}
    return next(
        name
        for number in range(1, len(taken) + 2)
        if (name := "bank" if number == 1 else f"bank-{number}") not in taken
    )


def check_name(folder: Path, name: str) -> None:
    """Raise UsageError if a layout cannot have this name."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" is no name for a layout. Use small letters, digits and hyphens, as in'
            " our-bank."
        )
    if name in {layout.name for layout in layouts.shipped()}:
        raise UsageError(
            f'A layout "{name}" comes with the program. Give another name: --name NAME'
        )
    if (folder / LAYOUT_FOLDER / f"{name}.toml").exists():
        raise UsageError(
            f"There is {LAYOUT_FOLDER}/{name}.toml already. Give another name (--name NAME), or"
            " delete that file first."
        )


def keep(folder: Path, name: str, layout: Layout) -> Path:
    """Write a layout into the folder of the group. Returns its path, relative to that folder."""
    check_name(folder, name)
    path = Path(LAYOUT_FOLDER) / f"{name}.toml"
    text = as_toml(replace(layout, name=""))
    words = "# The columns of a bank's CSV file, as `budgettrack bank layout` saw them.\n\n"
    files.write(folder / path, (words + text).encode(), private=False)
    return path


def check_questions(answers: Mapping[str, str]) -> None:
    """Raise UsageError if there is an answer to an unknown question."""
    unknown = sorted(answers.keys() - {*QUESTIONS, "name"})
    if unknown:
        raise UsageError(
            f"There is no question {', '.join(unknown)}. There are: {', '.join(QUESTIONS)}, name."
        )
