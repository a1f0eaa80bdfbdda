"""The demo: a whole month of the sample group, in a folder of its own."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from datetime import UTC, date, datetime, time
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import load
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.plurals import count
from budgettrack.group import last_full_month, open_group
from budgettrack.monthly.context import RunContext
from budgettrack.monthly.run import monthly
from budgettrack.reports.base.printer import printer
from budgettrack.setup import sample
from budgettrack.setup.create import config_text
from budgettrack.workbook.xlsx.copies import all_copies

TODAY = date(2026, 11, 2)
"""The day of the demo. It is fixed, in the month after the sample's last expenses, so that the
results are always the same."""

WORKBOOK = "plan.xlsx"


def run(folder: Path) -> list[str]:
    """Create the sample workbook in a new or empty folder, and make the reports of the month.

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
        made = [workbook, *all_copies(workbook), folder / "register.sqlite", folder / NAME]
        for path in made:
            path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    sample.write_sample(folder / WORKBOOK)
    config_path = folder / NAME
    files.create(config_path, config_text(sample.ORGANISATION, WORKBOOK).encode())
    config = load(config_path)
    with open_group(config, TODAY, lambda: datetime.combine(TODAY, time(6), UTC)) as group:
        done = monthly(group, RunContext())
    changes = done.outcomes[0].changes
    severities = Counter(finding.severity for finding in changes.findings)
    lines = [
        f"{sample.ORGANISATION}: a sample group on {TODAY}. Roles and invented organisations only.",
        "",
        (
            f"Synced    {count(len(changes.to_register), 'row')} of the workbook into the register,"
            f" {count(len(changes.to_sheet), 'row')} back into the workbook"
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
