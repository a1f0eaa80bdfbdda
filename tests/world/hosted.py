"""A host with small groups, in a folder: its workbook, its config, a plan for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from budgettrack.config.load import load
from budgettrack.core.records.model import Fields
from budgettrack.group import OpenedGroup, open_group
from budgettrack.workbook.layout import HOST_ORDER
from budgettrack.workbook.xlsx.layout import new_workbook

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
) -> Path:
    """Makes a host with these rows in *Groups*, and the plans of its groups. Returns the config."""
    folder.mkdir(parents=True, exist_ok=True)
    new_workbook(
        folder / "host.xlsx",
        rows={"groups": groups, "recipients": recipients},
        order=HOST_ORDER,
    )
    config = folder / "budgettrack.toml"
    config.write_text(CONFIG.format(workbook='xlsx = "host.xlsx"', host=settings) + mail)
    for code, rows in (plans or {}).items():
        beside = folder / "groups" / code
        beside.mkdir(mode=0o700, parents=True)
        new_workbook(beside / "plan.xlsx", rows=rows)
    return config


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
