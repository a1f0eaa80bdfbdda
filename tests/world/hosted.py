"""A host with small groups, in a folder: its workbook, its config, a plan for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from budgettrack.config.load import load
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import OpenedGroup, open_group
from budgettrack.workbook.layout import HOST_ORDER, ORDER
from tests.world.group import write_workbook

TODAY = date(2026, 11, 2)
NOW = datetime.combine(TODAY, time(6), UTC)

CONFIG = """
[organisation]
name = "Delta Partners"
currency = "EUR"

[workbook]
{workbook}

[register]
url = "sqlite:///register.sqlite"

[host]
{host}
"""


def plan_rows(mark: str = "") -> dict[str, Sequence[Fields]]:
    """Rows of a small group: one grant, one line, one payment a month. `mark` stands in every
    text."""
    grant = {
        "id": "G-1",
        "funder": f"Meridian Fund{mark}",
        "title": f"Small grant{mark}",
        "kind": "project",
        "state": "active",
        "currency": "EUR",
        "amount": "12000",
        "start": "2026-08-01",
        "end": "2026-12-31",
        "publish": "yes",
    }
    line = {
        "id": "B-1",
        "grant": "G-1",
        "category": f"Outreach{mark}",
        "description": f"Supplies{mark}",
        "amount": "12000",
        "people_paid": "0",
    }
    expenses = [
        {
            "date": f"2026-{month:02}-05",
            "budget_line": "B-1",
            "description": f"Supplies{mark}",
            "amount": "1000",
            "state": "paid",
            "paid_on": f"2026-{month:02}-05",
        }
        for month in (8, 9, 10)
    ]
    return {"grants": [grant], "budget": [line], "expenses": expenses}


def host_in(
    folder: Path,
    groups: Sequence[Fields],
    *,
    recipients: Sequence[Fields] = (),
    settings: str = "",
    mail: str = "",
    plans: Mapping[str, Mapping[str, Sequence[Fields]]] | None = None,
    more: Mapping[str, Sequence[Fields]] | None = None,
) -> Path:
    """Makes a host with these rows in *Groups*, and the plans of its groups. Returns the config."""
    folder.mkdir(parents=True, exist_ok=True)
    write_workbook(
        folder / "host.xlsx",
        {"groups": groups, "recipients": recipients, **(more or {})},
        (*HOST_ORDER, *_asked(more or {})),
    )
    config = folder / "budgettrack.toml"
    config.write_text(CONFIG.format(workbook='xlsx = "host.xlsx"', host=settings) + mail)
    for code, rows in (plans or {}).items():
        beside = folder / "groups" / code
        beside.mkdir(mode=0o700, parents=True)
        write_workbook(beside / "plan.xlsx", rows, (*ORDER, *_asked(rows)))
    return config


def _asked(rows: Mapping[str, Sequence[Fields]]) -> list[str]:
    """Returns the tabs with these rows that a workbook has only if somebody asks for them."""
    return [name for name in rows if BY_NAME[name].asked]


def with_money(*codes: str) -> dict[str, Sequence[Fields]]:
    """Rows of a host that got 90,000 EUR and paid 12,000 of them to each of these groups."""
    grant = {
        "id": "G-1",
        "funder": "Meridian Fund",
        "title": "Small grants",
        "kind": "grant",
        "state": "active",
        "currency": "EUR",
        "amount": "90000",
        "start": "2026-01-01",
        "end": "2027-12-31",
        "agreement_reference": "TOP",
    }
    line = {"id": "B-1", "grant": "G-1", "category": "Office", "amount": "900", "people_paid": "0"}
    spent = {"date": "2026-08-02", "budget_line": "B-1", "amount": "100", "state": "paid"}
    received = {"date": "2026-07-01", "grant": "G-1", "kind": "instalment", "amount": "90000",
                "state": "received"}  # fmt: skip
    call = {"id": "C-1", "title": "Small grants 2026", "grant": "G-1", "purse": "60000"}
    given = [
        {
            "id": f"V-{code}",
            "group": code,
            "grant": "G-1",
            "call": "C-1",
            "state": "active",
            "currency": "EUR",
            "amount": "12000",
            "start": "2026-08-01",
            "end": "2026-12-31",
            "agreement_reference": f"SG {code}",
            "report_every": "quarter",
        }
        for code in codes
    ]
    instalments = [
        {"given": f"V-{code}", "direction": "to the group", "paid_on": "2026-08-03",
         "amount_paid": "12000"}
        for code in codes
    ]  # fmt: skip
    return {
        "grants": [grant],
        "budget": [line],
        "expenses": [spent],
        "income": [received],
        "calls": [call],
        "given": given,
        "instalments": instalments,
    }


def hosted_plan(
    code: str, mark: str = "", *, agreed: str = "yes", got: str = "12000"
) -> dict[str, Sequence[Fields]]:
    """The rows of a small group that has its money from the host. `agreed`: what it says to a
    statement. `got`: what it noted of the payment."""
    rows = plan_rows(mark)
    grant = {
        **rows["grants"][0],
        "funder": "Delta Partners",
        "agreement_reference": f"SG {code}",
        "report_every": "quarter",
    }
    income = {"date": "2026-08-05", "grant": "G-1", "kind": "instalment", "amount": got,
              "state": "received", "reference": f"by bank{mark}"}  # fmt: skip
    agreement = {
        "kind": "host or country partner",
        "other_party": "Delta Partners",
        "purpose": f"Support{mark}",
        "ending": f"By either side{mark}",
        "state": "in force",
        "statement": agreed,
    }
    return {**rows, "grants": [grant], "income": [income], "agreements": [agreement]}


def opened(config: Path, now: datetime = NOW) -> OpenedGroup:
    return open_group(load(config), now.date(), lambda: now)


def row(code: str, **more: str) -> Fields:
    return {
        "id": code,
        "name": f"the one called {code}",
        "public_name": f"Circle {code}",
        "workbook": "plan.xlsx",
        "currency": "EUR",
        "state": "invited",
        **more,
    }


def cells_of(config: Path, tab: str = "Groups") -> dict[str, dict[str, Any]]:
    """Returns the rows of a tab of the host's workbook by their first cell, each by heading."""
    sheet = openpyxl.load_workbook(config.with_name("host.xlsx"))[tab]
    headings, *rows = sheet.iter_rows(values_only=True)
    return {
        str(cells[0]): dict(zip(map(str, headings), cells, strict=True))
        for cells in rows
        if cells[0]
    }
