"""`make bench`: our figures beside those of hledger, ledger and beancount on the same ledger, in
one run.

hledger and ledger are system packages, beancount comes with the dependency group `bench`; one that
is not there is left out, and the run says so."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from benchmarks import bank, google, growth, mapped, opendata, reports, usefulness
from benchmarks.ledger import MONTHS, Ledger, write_all
from benchmarks.measure import in_turn, once, table

DATA = Path(__file__).parent / "data"
OWN = [str(Path(sys.executable).parent / "budgettrack")]
PERIOD = ["-b", "2025-01-01", "-e", "2027-01-01"]
VARIANCE = [
    "variance",
    "--each-month",
    "--from",
    "2025-01",
    "--to",
    "2026-12",
    "--on",
    "2026-12-31",
]
PLAIN = (
    "import sys, python_calamine as c; [s.to_python() for s in"
    " map(c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_name,"
    " c.CalamineWorkbook.from_path(sys.argv[1]).sheet_names)]"
)

Cells = dict[tuple[str, str], tuple[int, int, int]]


def main() -> None:
    ledgers = {}
    for number in (1_000, 10_000, 100_000):
        folder = DATA / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        ledgers[number] = write_all(number, folder)
        once([*_own(folder), "sync", "--on", "2026-12-31"])
    agreement(ledgers[10_000], DATA / "10000")
    agreement(ledgers[100_000], DATA / "100000")
    for number in (10_000, 100_000):
        print(f"\nBudget, spent and variance by line and month, {number:,} expenses")
        print(
            table(
                in_turn(_rivals(DATA / str(number)), 3 if number > 50_000 else 5),
                "budgettrack variance",
            )
        )
    print("\nstatus at three sizes")
    figures = in_turn(
        {
            f"budgettrack status {n:,}": [*_own(DATA / str(n)), "status", "--on", "2026-12-31"]
            for n in ledgers
        }
    )
    print(table(figures, "budgettrack status 1,000"))
    subprocess.run([sys.executable, "-m", "benchmarks.prompt"], check=True)
    first_sync()
    growth.show(growth.SIZES)
    mapped.main()
    reports.compare(DATA / "reports")
    opendata.compare(DATA / "opendata")
    bank.main()
    google.main()
    usefulness.main()


def _own(folder: Path) -> list[str]:
    return [*OWN, "--config", str(folder / "budgettrack.toml")]


def _rivals(folder: Path) -> dict[str, list[str]]:
    commands = {"budgettrack variance": [*_own(folder), *VARIANCE, "--csv"]}
    if shutil.which("hledger"):
        commands["hledger balance --budget"] = _hledger(folder)
    if shutil.which("ledger"):
        commands["ledger: budget, spent, variance"] = [
            "sh",
            "-c",
            " && ".join(map(shlex.join, _all_of_ledger(folder))),
        ]
    if beancount():
        commands["beancount, no cache"] = [
            "env",
            "BEANCOUNT_DISABLE_LOAD_CACHE=1",
            *_beancount(folder),
        ]
    missing = [name for name in ("hledger", "ledger") if not shutil.which(name)] + (
        [] if beancount() else ["beancount"]
    )
    if missing:
        print(f"  left out, not installed here: {', '.join(missing)}")
    return commands


def beancount() -> bool:
    return not subprocess.run(
        [sys.executable, "-c", "import beancount"], capture_output=True, check=False
    ).returncode


def _hledger(folder: Path) -> list[str]:
    ask = ["balance", "Expenses", "--budget", "-M", "--tree", "-T", "-O", "csv", *PERIOD]
    return ["hledger", "-f", str(folder / "ledger.hledger"), *ask]


def _ledger(folder: Path, *which: str) -> list[str]:
    shape = '%(format_date(date,"%Y-%m")),%(account),%(quantity(amount))\\n'
    ask = ["register", "--monthly", *which, "^Expenses", *PERIOD, "--format", shape]
    return ["ledger", "--args-only", "-f", str(folder / "ledger.ledger"), *ask]


def _all_of_ledger(folder: Path) -> list[list[str]]:
    """ledger answers the same question by three commands: the budget report, what was spent, what
    is left by month."""
    budget = [
        "ledger",
        "--args-only",
        "-f",
        str(folder / "ledger.ledger"),
        "budget",
        "^Expenses",
        *PERIOD,
    ]
    return [budget, _ledger(folder), _ledger(folder, "--budget")]


def _beancount(folder: Path) -> list[str]:
    return [
        sys.executable,
        str(Path(__file__).parent / "beancount_sums.py"),
        str(folder / "ledger.beancount"),
    ]


def _out(command: list[str]) -> str:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "BEANCOUNT_DISABLE_LOAD_CACHE": "1"},
    ).stdout


def _cents(text: str) -> int:
    return int(Decimal(text.replace(" USD", "").strip() or "0") * 100)


def ours(folder: Path) -> Cells:
    rows = json.loads(_out([*_own(folder), *VARIANCE, "--json"]))
    return {
        (row["line"], row["from"]): (
            _cents(row["budget"]),
            _cents(row["spent"]),
            _cents(row["variance"]),
        )
        for row in rows
    }


def of_hledger(folder: Path) -> Iterator[tuple[tuple[str, str], int, int]]:
    rows = list(csv.reader(io.StringIO(_out(_hledger(folder)))))
    for row in rows[1:]:
        account = row[0].split(":")
        if len(account) == 3:
            for column in range(1, len(row) - 2, 2):
                yield (account[2], rows[0][column]), _cents(row[column + 1]), _cents(row[column])


def agreement(made: Ledger, folder: Path) -> None:
    """Every cell (line by month) against the ledger itself and against each rival; stops at a
    difference."""
    cells = ours(folder)
    spent = made.spent()
    truth = {
        (line, month): (budget, spent.get((line, month), 0), budget - spent.get((line, month), 0))
        for (_, line), budget in made.budget.items()
        for month in MONTHS
    }
    agree: dict[str, tuple[int, int]] = {"the ledger itself": _compare(cells, truth)}
    if shutil.which("hledger"):
        agree["hledger"] = _compare(cells, {key: (b, a, b - a) for key, b, a in of_hledger(folder)})
    if shutil.which("ledger"):
        actual = dict(_ledger_cells(folder))
        left = dict(_ledger_cells(folder, "--budget"))
        variance = {key: (truth[key][0], actual.get(key, 0), -left.get(key, 0)) for key in truth}
        agree["ledger"] = _compare(cells, variance)
    if beancount():
        rows = csv.reader(io.StringIO(_out(_beancount(folder))))
        agree["beancount"] = _compare(
            cells, {(r[0], r[1]): (_cents(r[2]), _cents(r[3]), _cents(r[4])) for r in rows}
        )
    print(f"\nAgreement, {len(made.rows):,} expenses")
    for name, (compared, wrong) in agree.items():
        print(f"  with {name}: {compared:,} cells of line by month compared, {wrong} different")
    if any(wrong or not compared for compared, wrong in agree.values()):
        raise SystemExit("Figures differ: no benchmark is worth anything until they agree.")


def _ledger_cells(folder: Path, *which: str) -> Iterator[tuple[tuple[str, str], int]]:
    for month, account, amount in csv.reader(io.StringIO(_out(_ledger(folder, *which)))):
        yield (account.split(":")[2], month), _cents(amount)


def _compare(cells: Cells, other: Cells) -> tuple[int, int]:
    return len(other), sum(cells.get(key) != value for key, value in other.items()) + len(
        cells.keys() - other.keys()
    )


def first_sync() -> None:
    print("\nFirst sync of 100,000 expenses")
    for ids, words in (
        (True, "with their IDs"),
        (False, "without IDs: 100,000 cells written back"),
    ):
        folder = DATA / "first"
        shutil.rmtree(folder, ignore_errors=True)
        write_all(100_000, folder, ids=ids)
        plain = in_turn({"plain": [sys.executable, "-c", PLAIN, str(folder / "plan.xlsx")]}, 3)[
            "plain"
        ]
        taken = json.loads(_out([sys.executable, "-m", "benchmarks.first_sync", str(folder)]))
        print(
            f"  {words}: plain reading (python-calamine, whole process) {plain.seconds:.2f} s,"
            f" {plain.mib:.0f} MiB; up to the commit {taken['commit']:.2f} s ="
            f" {taken['commit'] / plain.seconds:.1f}x; writing back {taken['write']:.2f} s; peak"
            f" {taken['mib']:.0f} MiB = {taken['mib'] / plain.mib:.1f}x"
        )


if __name__ == "__main__":
    main()
