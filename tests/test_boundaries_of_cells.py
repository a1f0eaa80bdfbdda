"""Beside every finding about a cell stands the nearest cell that has none.

Two workbooks are synced: in one every such cell is as near to a finding as it may be, and nothing
is found; in the other each is one step beyond."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.core.base.findings import CODES
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME
from budgettrack.workbook.xlsx.layout import Formula, new_workbook

ON = ("--on", "2026-11-02")

Left = str | Formula
"""A cell as people left it."""


@dataclass(frozen=True)
class Beside:
    """A cell of a row of its own: `silent` has no finding, `told` has the one of `code`."""

    code: str
    table: str
    column: str
    silent: Left
    told: Left
    more: Fields = field(default_factory=dict)


BASE: dict[str, Fields] = {
    "indicators": {"activity": "A-0", "indicator": "Pins", "unit": "pins"},
    "work_plan": {"activity": "Meet"},
    "budget": {"grant": "G-1", "activity": "A-0", "amount": "1", "category": "Rent"}
    | {"explanation": "So.", "people_paid": "0"},
    "expenses": {"date": "2026-03-10", "budget_line": "B-0", "amount": "1", "state": "paid"},
    "income": {"date": "2026-03-10", "grant": "G-1", "amount": "1", "state": "received"},
    "grants": {"funder": "Fund", "currency": "EUR", "state": "prospect"},
    "resources": {"kind": "workspace", "from_whom": "host", "state": "returned"},
    "deadlines": {"what": "Report", "due": "2027-06-01"},
}
YEN: Fields = {"currency": "JPY", "state": "prospect", "budget_rate": "160"}

CELLS = [
    Beside("missing-value", "expenses", "amount", "0", ""),
    Beside("missing-value", "expenses", "date", "2026-03-10", " "),
    Beside("missing-value", "work_plan", "activity", "-", ""),
    Beside("amount-not-a-number", "expenses", "amount", "1,200.50", "1.2OO"),
    Beside("amount-not-a-number", "income", "amount", "€ 1200", "about 1200"),
    Beside("amount-ambiguous", "expenses", "amount", "1,200.00", "1.500"),
    Beside("amount-negative", "expenses", "amount", "0.00", "-0.01"),
    Beside("amount-negative", "grants", "amount", "0", "-5"),
    Beside("amount-negative", "resources", "value", "0", "-0.01", {"currency": "EUR"}),
    Beside("number-negative", "budget", "quantity", "0", "-1"),
    Beside("number-negative", "grants", "report_within", "0", "-1"),
    Beside("number-not-whole", "budget", "people_paid", "3", "2.5"),
    Beside("rate-not-above-zero", "grants", "budget_rate", "0.0001", "0"),
    Beside("rate-not-above-zero", "grants", "budget_rate", "1", "-2"),
    Beside("percent-above-100", "grants", "host_fee", "100%", "100.01%"),
    Beside("percent-above-100", "work_plan", "done", "100%", "101%", {"status": "done"}),
    Beside("amount-has-too-many-decimals", "expenses", "amount", "1.50", "1.505"),
    Beside("amount-has-too-many-decimals", "grants", "amount", "150.0", "150.5", YEN),
    Beside("amount-rounded", "expenses", "amount", Formula("=3/2", 1.5), Formula("=10/3", 10 / 3)),
    Beside(
        "amount-has-other-currency", "expenses", "amount", "5 EUR", "5 USD", {"currency": "EUR"}
    ),
    Beside("number-not-readable", "indicators", "target", "12.5", "twelve"),
    Beside("percent-not-readable", "work_plan", "done", "50%", "half"),
    Beside("percent-ambiguous", "work_plan", "done", "1%", "1"),
    Beside("date-not-readable", "expenses", "date", "2026-02-28", "2026-02-30"),
    Beside("date-ambiguous", "expenses", "date", "13/02/2026", "11/02/2026"),
    Beside("currency-unknown", "grants", "currency", "USD", "USX"),
    Beside("choice-unknown", "work_plan", "status", "Under Way", "underway soon"),
    Beside("reference-unknown", "budget", "activity", "A-0", "A-00"),
    Beside("line-unknown", "expenses", "budget_line", "b-0", "B-00"),
    Beside("formula-without-value", "expenses", "amount", Formula("=1+1", 2), Formula("=1+1")),
    Beside(
        "volatile-formula",
        "work_plan",
        "end",
        Formula("=DATE(2026,12,1)", 46357),
        Formula("=TODAY()+30", 46357),
    ),
    Beside("cell-error", "expenses", "amount", Formula("=1/1", 1), Formula("=1/0", "#DIV/0!")),
    Beside("text-too-long", "work_plan", "internal_note", "y" * 10_000, "y" * 10_001),
    Beside("month-not-readable", "months", "month", "2026-03", "March or so"),
    Beside("duplicate-key", "months", "month", "2026-06", "2026-05"),
    Beside(
        "date-out-of-range", "work_plan", "start", "1990-01-01", "1989-12-31", {"status": "done"}
    ),
    Beside("id-not-usable", "work_plan", "id", "y" * 60, "y" * 61),
    Beside("duplicate-id", "work_plan", "id", "A-00", "A-0"),
]


Places = set[tuple[str, str]]
"""Findings by code and cell."""


def made(folder: Path, told: bool) -> tuple[Places, list[str]]:
    """Syncs the workbook of one side. Returns its findings, and the row of each cell."""
    rows: dict[str, list[Fields]] = {
        "grants": [
            {"id": "G-1", "funder": "Fund", "currency": "EUR", "state": "active"}
            | {"start": "2026-01-01", "end": "2027-12-31"}
        ],
        "work_plan": [{"id": "A-0", "activity": "Meet"}],
        "budget": [
            {"id": "B-0", "grant": "G-1", "amount": "9999", "explanation": "So."}
            | {"people_paid": "2"}
        ],
        "income": [{"id": "I-0", "date": "2026-01-01", "grant": "G-1", "amount": "9999"}],
        "months": [{"month": "2026-05"}],
    }
    raw: dict[tuple[str, int, str], Left] = {}
    places: list[str] = []
    for number, cell in enumerate(CELLS):
        table = rows.setdefault(cell.table, [])
        fields = {**BASE.get(cell.table, {}), **cell.more}
        fields.pop(cell.column, None)
        if cell.table != "months" and cell.column != "id":
            fields["id"] = f"C-{number}"
        if cell.table == "expenses":
            fields["description"] = f"row {number}"
        left = cell.told if told else cell.silent
        raw[cell.table, len(table), cell.column] = left
        table.append(fields)
        places.append(f"'{BY_NAME[cell.table].tab}' {len(table) + 1}")
    path = folder / "plan.xlsx"
    (folder / "budgettrack.toml").write_text('[workbook]\nxlsx = "plan.xlsx"\n')
    new_workbook(path, rows=rows, raw=raw)
    config = ["--config", str(folder / "budgettrack.toml")]
    synced = CliRunner().invoke(main, [*config, "sync", *ON])
    assert synced.exit_code in (0, 3), synced.output
    shown = CliRunner().invoke(main, [*config, "checks", "--json"])
    found = set()
    for row in json.loads(shown.stdout):
        tab, _, cell_name = row["place"].partition("!")
        found.add((row["code"], f"{tab} {cell_name.lstrip(ascii_uppercase)}"))
    return found, places


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Places:
    return made(tmp_path_factory.mktemp("silent"), told=False)[0]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, list[str]]:
    return made(tmp_path_factory.mktemp("told"), told=True)


def test_at_the_boundary_of_every_finding_nothing_is_found(silent: Places) -> None:
    assert silent == set()


@pytest.mark.parametrize("number", range(len(CELLS)), ids=lambda number: CELLS[number].code)
def test_one_step_beyond_it_is_found_at_its_row(
    told: tuple[Places, list[str]], number: int
) -> None:
    found, places = told

    assert (CELLS[number].code, places[number]) in found
    # A number of people that cannot be read is asked for, too.
    asked = {"people-paid-missing"} if CELLS[number].column == "people_paid" else set()
    there = {code for code, place in found if place == places[number]}
    assert there - asked == {CELLS[number].code}


ELSEWHERE = {
    # About a tab or a heading, not a cell: tests/core/decide/test_boundaries.py.
    "missing-tab",
    "duplicate-tab",
    "missing-heading",
    "missing-column",
    "duplicate-heading",
    # About several rows: tests/core/cells/test_fates.py. About headings: test_month_headings.py.
    "below-total",
    "counted-below-total",
    "left-out-by-where",
    "may-be-line",
    "nearly-total",
    "taken-for-carried",
    "total-of-currencies",
    "may-be-total",
    "taken-for-total",
    "total-counted",
    "carried-not-counted",
    "heading-without-year",
    "heading-not-a-month",
    "period-not-read",
    # About two rows: tests/core/cells/test_moved_money.py.
    "money-may-be-moved",
    # About several budget lines: tests/core/cells/test_rows.py.
    "lines-without-amount",
    # About several rows with one name: tests/core/records/test_plan.py.
    "reference-unclear",
    "line-unclear",
    "line-of-other-grant",
    # About a row of *Recipients* in the host's sheet: tests/core/checks/test_hosted_groups.py.
    "recipient-unclear",
    # About the look of a row: tests/core/cells/test_rows.py.
    "struck-through",
    # About a word: tests/core/cells/test_cancelled.py.
    "cancelled-counted",
    # About words: tests/core/cells/test_own_transfers.py.
    "transfer-counted",
    # About whole tabs: tests/core/cells/test_joined_tabs.py.
    "tabs-read-together",
    "month-not-read",
    # About sums of rows, and a plan's dates: tests/core/test_boundaries.py.
    "total-does-not-match",
    "remaining-does-not-match",
    "date-unlikely",
}


def test_every_finding_about_a_cell_has_its_boundary() -> None:
    of_cells = {code for code, kind in CODES.items() if kind.group == "data"}

    assert of_cells - ELSEWHERE == {cell.code for cell in CELLS}
