"""The demo: a whole month of the sample group, in a folder of its own."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import load
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.grids import CellEdit, Edits
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import OpenedGroup, last_full_month, open_group
from budgettrack.monthly.context import RunContext
from budgettrack.monthly.run import monthly
from budgettrack.reports.base.printer import printer
from budgettrack.setup import sample
from budgettrack.setup.create import config_text
from budgettrack.setup.sample.bank import STATEMENT, bank_statement
from budgettrack.sync import sync
from budgettrack.workbook.xlsx.copies import all_copies
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

TODAY = date(2026, 11, 2)
"""The day of the demo. It is fixed, in the month after the sample's last expenses, so that the
results are always the same."""

BEFORE = date(2026, 9, 30)
"""The day of the first sync, before the expenses of the last month were typed."""

WORKBOOK = "plan.xlsx"


Importing = Callable[[OpenedGroup, Path], None]
"""A function that imports a bank statement into a group."""


def run(folder: Path, import_statement: Importing | None = None) -> list[str]:
    """Create the sample workbook in a new or empty folder, and make the reports of the month.

    `import_statement`: imports the sample's bank statement, so that the bank is compared.
    Returns sentences that say where each result is. Raises UsageError if the folder has other
    files, TrackError if PDFs cannot be made."""
    printer()
    try:
        is_there = folder.exists()
    except OSError as error:
        raise UsageError(f"This cannot be a folder: {error.strerror}. Name another.") from None
    if is_there and (not folder.is_dir() or any(folder.iterdir())):
        if not _is_ours(folder):
            raise UsageError(f"{folder} is not empty. Name a new folder: budgettrack demo FOLDER")
        workbook = folder / WORKBOOK
        others = (folder / name for name in ("register.sqlite", NAME, STATEMENT))
        made = [workbook, *all_copies(workbook), *others]
        for path in made:
            path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    sample.write_sample(folder / WORKBOOK, until=BEFORE)
    config_path = folder / NAME
    files.create(config_path, config_text(sample.ORGANISATION, WORKBOOK).encode())
    config = load(config_path)
    with open_group(config, BEFORE, lambda: datetime.combine(BEFORE, time(6), UTC)) as group:
        first = sync(group).changes
    _type_last_month(folder / WORKBOOK)
    statement = folder / STATEMENT
    files.write(statement, bank_statement(), private=True)
    with open_group(config, TODAY, lambda: datetime.combine(TODAY, time(6), UTC)) as group:
        if import_statement is not None:
            import_statement(group, statement)
        done = monthly(group, RunContext())
    changes = done.outcomes[0].changes
    taken = len(first.to_register) + len(changes.to_register)
    written = len(first.to_sheet) + len(changes.to_sheet)
    severities = Counter(finding.severity for finding in changes.findings)
    lines = [
        f"{sample.ORGANISATION}: a sample group on {TODAY}. Roles and invented organisations only.",
        "",
        (
            f"Synced    {count(taken, 'row')} of the workbook into the register,"
            f" {count(written, 'row')} back into the workbook, in September and on {TODAY}"
        ),
        (
            f"Checked   {count(severities['error'], 'error')} and"
            f" {count(severities['warning'], 'warning')}, planted"
            " on purpose, each with its cell in the tab Checks"
        ),
        f"Reported  {last_full_month(TODAY)}",
        "",
        "Look at",
        f"  the workbook              {folder / WORKBOOK}",
        f"  the register              {folder / 'register.sqlite'}",
        f"  a bank statement          {statement}",
    ]
    public = folder / "reports" / "public"
    lines += [
        f"  {'the public site':25s} {public / 'index.html'}",
        f"  {'the newest month':25s} {public / f'{last_full_month(TODAY)}.html'}",
    ]
    private = [path for path in done.reports if path.parent.name == "private"]
    for path in private:
        what = "the coordinators' board" if path == group.board else "a summary for a funder"
        lines.append(f"  {what:25s} {path}")
    return lines


def _type_last_month(path: Path) -> None:
    """Type the rows of the last month, as the treasurer does: its expenses below the others, and
    how far the work is."""
    workbook = ExcelWorkbook(path)
    book = workbook.read()
    tables = read_rows(book, {}, "en").tables
    last = max(row.number for row in tables["expenses"].rows)
    typed = [
        ("expenses", last + below, fields)
        for below, fields in enumerate(sample.later_expenses(BEFORE), 1)
    ]
    now = sample.keyed(sample.records())
    for (table, id_), before in sample.EARLIER.items():
        (row,) = (row.number for row in tables[table].rows if row.id == id_)
        typed.append((table, row, {name: now[table][id_][name] for name in before}))
    edits = []
    for table, row, fields in typed:
        read = tables[table]
        (grid,) = (grid for grid in book.grids if grid.tab == read.tab)
        for name, text in fields.items():
            column, kind = read.columns[name], BY_NAME[table].column(name).kind
            was = grid.at(row, column)
            edits.append(CellEdit(read.tab, row, column, _value(text, kind), was, kind))
    workbook.write(book, Edits(tuple(edits)))


def _value(text: str, kind: str) -> str | Decimal | date:
    if kind == "date":
        return date.fromisoformat(text)
    return Decimal(text) if kind in ("money", "number", "count", "percent") else text


def _is_ours(folder: Path) -> bool:
    """Tell whether the folder has an earlier demo, which may be overwritten."""
    config = folder / NAME
    return config.is_file() and sample.ORGANISATION in config.read_text("utf-8", "replace")


def what_to_try(folder: Path) -> list[str]:
    """Return sentences about what to try: a cell to change, a command to run, and the figure and
    the finding that change."""
    config = folder / NAME
    program = "budgettrack" if shutil.which("budgettrack") else sys.argv[0]
    line, more, less = sample.TRY
    return [
        "",
        "Try",
        f"  {program} --config {config} status --on {TODAY}",
        f"  {program} --config {config} checks",
        (
            f"  Open {folder / WORKBOOK}, tab Budget, and change the Amount of {line} from {less}"
            f" to {more}; save and close."
        ),
        f"  {program} --config {config} sync --on {TODAY}",
        f"  Then {line} is no longer overspent: its finding is gone from the tab Checks, and",
        f"  {program} --config {config} variance --on {TODAY}",
        f"  shows {line} with that much more available.",
    ]
