"""Workbooks that others made, read through the mapping of the config, from end to end (they lie
outside the project)."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.register import queries
from tests.world.outside import SHARED

REAL = SHARED / "real"
pytestmark = pytest.mark.skipif(
    not REAL.is_dir(), reason="the workbooks that others made are not beside this checkout"
)

NONPROFIT = """
[organisation]
currency = "USD"
[workbook]
xlsx = "nonprofit-2023.xlsx"
start = 2023-01-01
end = 2023-12-31
[tables.budget]
tab = "budget"
headings = { id = "AccountNum", grant = "SourceOfFunds", category = "Category", description = "Account", amount = "Budget" }
where = { InOrOut = "Out" }
turned = ["amount"]
[tables.expenses]
tab = "actuals budget year"
heading_row = 1
headings = { date = "Date", budget_line = "AccountNum", amount = "Amount" }
where = { InOrOut = "Out" }
turned = ["amount"]
constant = { currency = "USD", state = "paid" }
"""
CONSERVATION = """
[organisation]
currency = "USD"
[workbook]
xlsx = "conservation-budget.xlsx"
[tables.budget]
tab = "Sheet1"
headings = { id = "Task", amount = "Budgeted", remaining = "Remaining" }
[tables.expenses]
tab = "Sheet1"
headings = { budget_line = "Task", amount = "Spent" }
constant = { currency = "USD", state = "paid", date = "2026-05-08" }
"""
TRUST = """
[organisation]
currency = "GBP"
[workbook]
xlsx = "360giving-trust.xlsx"
[tables.grants]
tab = "ABCT data - Jan 2013 - Aug 2020"
headings = { id = "Identifier", title = "Title", funder = "Funding Org:Name", amount = "Amount Awarded", currency = "Currency", start = "Award Date" }
constant = { state = "closed" }
"""

Ask = Callable[..., Any]


def synced(folder: Path, name: str, config: str, on: str) -> Ask:
    """Sync a copy of a real workbook; what is given back asks a command for its JSON."""
    shutil.copyfile(REAL / name, folder / name)
    (folder / "budgettrack.toml").write_text(config)

    def ask(*words: str) -> Any:
        result = CliRunner().invoke(main, ["--config", str(folder), *words])
        assert result.exit_code in (0, 3), result.output
        return json.loads(result.stdout) if "--json" in words else result.stdout

    ask("sync", "--on", on)
    assert (folder / name).read_bytes() == (REAL / name).read_bytes(), "a mapped table is only read"
    assert "Nothing to do" in ask("sync", "--dry-run", "--on", on)
    return ask


@pytest.mark.slow
def test_a_non_profits_budget_and_actuals(tmp_path: Path) -> None:
    ask = synced(tmp_path, "nonprofit-2023.xlsx", NONPROFIT, "2023-10-05")
    to_date = {
        row["line"]: row
        for row in ask("variance", "--to", "2023-09", "--on", "2023-10-05", "--json")
    }
    september = {
        row["line"]: row
        for row in ask(
            "variance", "--from", "2023-09", "--to", "2023-09", "--on", "2023-10-05", "--json"
        )
    }
    theirs = openpyxl.load_workbook(REAL / "nonprofit-2023.xlsx", data_only=True)[
        "budget"
    ].iter_rows(min_row=2, values_only=True)
    compared = 0
    for in_or_out, _, _, budget, ytd, _, current, _, number, _ in theirs:
        if in_or_out != "Out":
            continue
        compared += 1
        line = str(number)
        whole = Decimal(to_date[line]["available"]) + Decimal(to_date[line]["spent"])
        assert whole == -_cents(budget), line
        assert Decimal(to_date[line]["spent"]) == -_cents(ytd), line
        assert Decimal(september[line]["spent"]) == -_cents(current), line

    assert compared == 176
    lines = [row for id_, row in to_date.items() if id_]
    assert sum(Decimal(row["available"]) + Decimal(row["spent"]) for row in lines) == Decimal(
        "1252804.70"
    )
    assert sum(Decimal(row["spent"]) for row in lines) == Decimal("793918.26")
    assert to_date[""]["spent"] == "391.15"
    assert to_date[""]["state"] == "unbudgeted"
    unknown = [row for row in ask("checks", "--json") if row["code"] == "line-unknown"]
    assert unknown
    assert all("6000" in row["problem"] for row in unknown)
    assert [row for row in ask("checks", "--json") if row["severity"] == "error"] == []


def _cents(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.01"))


def test_a_conservation_groups_tasks(tmp_path: Path) -> None:
    ask = synced(tmp_path, "conservation-budget.xlsx", CONSERVATION, "2026-06-05")
    rows = {row["line"]: row for row in ask("variance", "--on", "2026-06-05", "--json")}
    typed = [row for line, row in rows.items() if line != "indirect (10%)"]

    assert len(typed) == 9
    assert sum(Decimal(row["budget"]) for row in typed) == 445000
    assert sum(Decimal(row["spent"]) for row in typed) == 188725
    assert rows["indirect (10%)"]["budget"] == "34500.00"
    found = {(row["place"], row["code"]) for row in ask("checks", "--json")}
    assert found == {
        ("'Sheet1'!D14", "remaining-does-not-match"),
        ("'Sheet1'!B15", "total-does-not-match"),
        ("'Sheet1'!C15", "total-does-not-match"),
        # What is left of the indirect costs is a tenth of the wrong total.
        ("'Sheet1'!D16", "remaining-does-not-match"),
        ("'Sheet1'!2", "people-paid-missing-often"),
    }


@pytest.mark.slow
def test_a_trusts_grants(tmp_path: Path) -> None:
    from budgettrack.register.store import open_register

    ask = synced(tmp_path, "360giving-trust.xlsx", TRUST, "2026-06-05")

    assert ask("checks", "--json") == []
    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as register:
        grants = register.ask(queries.load, ("grants",)).records["grants"]
    assert len(grants) == 783
    assert sum(Decimal(fields["amount"]) for fields in grants.values()) == 12785625
