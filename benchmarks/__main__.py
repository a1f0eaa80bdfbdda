"""`make bench`: our figures beside those of hledger, ledger and beancount on the same ledger, in
one run, and every aim beside its floor.

`make bench` takes about ten minutes and writes its tables into docs/benchmarks.md. `python -m
benchmarks --all` measures the rest too. hledger and ledger are system packages, beancount comes with the dependency group `bench`; one that
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
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from benchmarks import (
    aims,
    bank,
    google,
    growth,
    mapped,
    opendata,
    page,
    prompt,
    reports,
    site,
    syncs,
    usefulness,
)
from benchmarks.ledger import MONTHS, Ledger, write_all
from benchmarks.measure import in_turn, once

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

Cells = dict[tuple[str, str], tuple[int, int, int]]


@dataclass(frozen=True)
class Sizes:
    """How much is measured. `expenses`: of the largest ledger. `prompt`, `growth`: the sizes of
    ledgers that are compared. `changed`: rows that a later run finds changed. `runs`: how often what
    is short is measured (a third of it where it takes longer)."""

    expenses: int = 100_000
    prompt: tuple[int, ...] = (1_000, 100_000)
    growth: tuple[int, ...] = growth.SIZES
    online: tuple[int, ...] = google.SIZES
    grants: int = 300
    host: int = reports.GRANTS
    changed: int = 100
    groups: int = 20
    runs: int = 9


def main(everything: bool, sizes: Sizes = Sizes(), data: Path = DATA) -> int:
    """Measures, writes docs/benchmarks.md, and prints one table at the end. Returns 1 if an aim is
    missed by more than a tenth.

    `everything`: also what has no aim, which takes half an hour. `data`: a folder for ledgers."""
    number, short = sizes.expenses, max(1, sizes.runs // 3)
    folder = data / str(number)
    shutil.rmtree(folder, ignore_errors=True)
    made = write_all(number, folder)
    once([*_own(folder), "sync", "--on", "2026-12-31"])
    agreement(made, folder)
    page.write("rivals", rivals(folder, number, short))
    page.write("prompt", prompt.lines(sizes.prompt, data, sizes.runs))
    page.write("growth", growth.growth(data, sizes.growth))
    plain, measured = syncs.measured(data / "syncs", number, sizes.changed, short)
    measured = [
        *prompt.measured(number, data, sizes.runs),
        *measured,
        *site.measured(data / "site", plain, sizes.grants, number, sizes.changed),
    ]
    page.write("aims", aims.table(measured))
    if everything:
        mapped.main(number, data)
        reports.compare(data / "reports", sizes.host, number)
        opendata.compare(data / "opendata", sizes.grants, number)
        bank.main(number, data / "bank", short)
        google.main(sizes.online, short)
        usefulness.main(sizes.groups)
    print("\n".join(aims.table(measured)))
    return int(any(each.missed for each in measured))


def rivals(folder: Path, number: int, runs: int) -> list[str]:
    """The table of the page: the same question to other programs, and balances alone."""
    asked = {
        **_rivals(folder),
        "`budgettrack status`": [*_own(folder), "status", "--on", "2026-12-31"],
        **prompt.rivals(folder),
    }
    figures = in_turn(asked, runs)
    ours = figures["budgettrack variance"]
    lines = [
        f"| {number:,} expenses | work | against `budgettrack variance` | memory |",
        "|---|---:|---:|---:|",
    ]
    for name, figure in figures.items():
        ratio = figure.work / ours.work
        lines.append(f"| {name} | {figure.work:.2f} s | {ratio:.1f} × | {figure.mib:.0f} MiB |")
    return lines


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


if __name__ == "__main__":
    sys.exit(main("--all" in sys.argv))
