"""A whole month's reports in one process: a site of 36 months and 20 grants in three formats from
100,000 expenses.

`python -m benchmarks.reports FOLDER` makes the register where there is none, writes the reports,
and prints seconds and peak memory; run it twice to see what a month costs that changed nothing. The
expenses are in the register from the first: reading a workbook is measured by `syncs`."""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.measure import once

GRANTS, LINES, EXPENSES = 20, 15, 100_000
TODAY, AT = date(2027, 1, 2), datetime(2027, 1, 2, 6, tzinfo=UTC)
CATEGORIES = (
    "Rent",
    "Personnel",
    "Travel",
    "Training",
    "Supplies",
    "Print",
    "Meetings",
    "Equipment",
)


TableRows = dict[str, dict[str, dict[str, str]]]


def prepare(
    folder: Path, grants: int = GRANTS, lines: int = LINES, expenses: int = EXPENSES
) -> None:
    """The register of a large host: every month closed, all lines explained."""
    folder.mkdir(parents=True)
    (folder / "budgettrack.toml").write_text(
        '[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "none.xlsx"\n'
    )
    records = large_host(grants, lines, expenses)
    _commit(folder, records, records)


def change(
    folder: Path, number: int, grants: int = GRANTS, lines: int = LINES, expenses: int = EXPENSES
) -> None:
    """So many expenses of one published month cost more than they did when it was published."""
    records = large_host(grants, lines, expenses)
    of_month = [id_ for id_, row in records["expenses"].items() if row["date"][:7] == "2026-06"]
    changed = {
        id_: {
            **records["expenses"][id_],
            "amount": str(int(records["expenses"][id_]["amount"]) + 7),
        }
        for id_ in of_month[:number]
    }
    records["expenses"] |= changed
    _commit(folder, records, {"expenses": changed})


def _commit(folder: Path, records: TableRows, written: TableRows) -> None:
    from budgettrack.core.figures.totals import totals
    from budgettrack.core.records.plan import plan
    from budgettrack.register.store import Commit, RecordVersion, open_register

    versions = [
        RecordVersion(table, id_, fields, "sheet")
        for table, rows in written.items()
        for id_, fields in rows.items()
    ]
    known, _ = plan(records, base="EUR")
    with (
        open_register(f"sqlite:///{folder / 'register.sqlite'}") as register,
        register.writing() as writing,
    ):
        writing.commit(Commit("sync", AT, versions, totals=totals(known)[0], findings=[]))


def large_host(grants: int, lines: int, expenses: int) -> TableRows:
    """The rows of a host with many grants, by table."""
    from budgettrack.core.base.months import months

    chance = random.Random(7)
    records: TableRows = {
        name: {}
        for name in ("grants", "work_plan", "budget", "expenses", "income", "months", "rates")
    }
    for g in range(1, grants + 1):
        currency = "EUR" if g % 4 else "GBP"
        records["grants"][f"G-{g}"] = {
            "funder": f"Fund {g}", "title": f"Programme {g}", "state": "active", "currency": currency, "amount": "6000000",
            "start": "2024-01-01", "end": "2026-12-31", "publish": "yes" if g % 5 else "no", "report_every": "quarter",
            "budget_rate": "0.85" if currency == "GBP" else "1",
        }  # fmt: skip
        records["income"][f"I-{g}"] = {
            "date": "2024-01-05",
            "grant": f"G-{g}",
            "kind": "instalment",
            "state": "received",
            "amount": "5000000",
        }
        for a in range(1, 3):
            records["work_plan"][f"A-{g}.{a}"] = {
                "objective": f"Objective {g % 6}", "activity": f"Activity {g}.{a}", "start": f"2024-0{a}-01", "end": "2026-12-31",
                "status": "under way", "done": str(10 * (g % 9)), "progress_note": f"What happened in {g}.{a} this month.",
            }  # fmt: skip
        for n in range(1, lines + 1):
            records["budget"][f"B-{g}.{n}"] = {
                "grant": f"G-{g}", "activity": f"A-{g}.{1 + n % 2}", "category": CATEGORIES[n % len(CATEGORIES)],
                "description": f"Line {n} of grant {g}", "amount": "400000", "explanation": "As agreed.", "timing": "timing",
            }  # fmt: skip
    span = months("2024-01", "2026-12")
    for number in range(expenses):
        line = f"B-{1 + number % grants}.{1 + chance.randrange(lines)}"
        day = f"{span[number % 36]}-{1 + chance.randrange(28):02}"
        records["expenses"][f"E-{number}"] = {
            "date": day,
            "budget_line": line,
            "amount": str(10 + chance.randrange(1500)),
            "state": "paid",
        }
    records["months"] = {month: {"month": month, "closed": "2027-01-02"} for month in span}
    records["rates"] = {
        f"{month} GBP": {"month": month, "currency": "GBP", "rate": "0.86"} for month in span
    }
    return records


def main(folder: Path) -> None:
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from budgettrack.reports import make

    config = load(folder / "budgettrack.toml")
    start = time.perf_counter()
    with open_group(config, TODAY, lambda: AT) as group:
        paths, _ = make.reports(group, "2026-12", config.reports)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = [path for path in paths if path.suffix == ".html" and path.parent.name == "public"]
    largest = max(path.stat().st_size for path in pages)
    told = {
        "seconds": round(seconds, 2),
        "mib": round(peak),
        "files": len(paths),
        "pages": len(pages),
        "largest page": largest,
    }
    json.dump(told, sys.stdout)
    print()


def compare(folder: Path, grants: int = GRANTS, expenses: int = EXPENSES) -> None:
    """The first run, and one with nothing changed, as whole processes."""
    if not (folder / "register.sqlite").exists():
        prepare(folder, grants, LINES, expenses)
    command = [sys.executable, "-m", "benchmarks.reports", str(folder)]
    first, second = once(command), once(command)
    print(
        f"\nReports of a month: a site of 36 months, {grants} grants in three formats,"
        f" {expenses:,} expenses"
    )
    print(f"  {'written':34s}{first.seconds:9.2f} s{first.mib:8.0f} MiB")
    print(
        f"  {'again, nothing changed':34s}{second.seconds:9.2f} s{second.mib:8.0f}"
        f" MiB{second.seconds / first.seconds:12.2f}x"
    )


if __name__ == "__main__":
    if not (Path(sys.argv[1]) / "register.sqlite").exists():
        prepare(Path(sys.argv[1]))
    main(Path(sys.argv[1]))
