"""The demo of a host: a dozen invented groups, some of which have a problem that somebody must
solve."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import load
from budgettrack.config.place import NAME
from budgettrack.core.base.errors import UsageError
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.host.run import run as run_groups
from budgettrack.host.run import summed_up
from budgettrack.host.status import in_need, status, told
from budgettrack.setup.create import HOST_CONFIG, about_rows, config_text
from budgettrack.setup.demo import TODAY
from budgettrack.workbook.layout import HOST_ORDER
from budgettrack.workbook.xlsx.layout import new_workbook

HOST = "Delta Partners"
WORKBOOK = "host.xlsx"
PLAN = "plan.xlsx"


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """A group of the demo.

    `state`: its state in the tab *Groups*. `file`: what is in its folder: a `plan`, a file that
    is `broken`, or '' for nothing yet. `more`: further cells of its row."""

    name: str
    currency: str
    state: str = "invited"
    file: str = "plan"
    workbook: str = PLAN
    more: Mapping[str, str] = field(default_factory=dict)


GROUPS: tuple[DemoGroup, ...] = (
    DemoGroup("Harbour circle", "EUR"),
    DemoGroup("Old town circle", "EUR"),
    DemoGroup("River circle", "UAH", more={"language": "uk"}),
    DemoGroup("Hillside circle", "GBP", more={"listed": "yes"}),
    DemoGroup("Station circle", "KES"),
    DemoGroup("Northern circle", "EUR", more={"language": "fr"}),
    DemoGroup("Market circle", "USD"),
    DemoGroup("Island circle", "EUR", file=""),
    DemoGroup("Valley circle", "EUR", file="", workbook=""),
    DemoGroup("Lake circle", "EUR", file="broken"),
    DemoGroup("Forest circle", "EUR", "paused", ""),
    DemoGroup("Coast circle", "EUR", "left", ""),
)

LINES = (
    ("Outreach", "Outreach supplies", 12, 150, "0"),
    ("Outreach", "Travel of outreach teams", 12, 80, "0"),
    ("People", "Stipends of peer workers", 12, 400, "4"),
    ("Place", "Rent of the drop-in", 12, 300, "0"),
)
"""The budget lines of a demo group: category, description, quantity, unit cost, people paid."""


def run(folder: Path) -> list[str]:
    """Creates a host with a dozen groups in a new or empty folder, and runs them all.

    Returns lines that tell the user what to look at. Raises UsageError if the folder has files."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"{folder} is not empty. Name a new folder: budgettrack demo --host FOLDER"
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "groups").mkdir(mode=0o700)
    chance = random.Random(2_026)
    for number, group in enumerate(GROUPS, 1):
        beside = folder / "groups" / f"GR-{number}"
        if group.file:
            beside.mkdir(mode=0o700)
        if group.file == "plan":
            new_workbook(beside / PLAN, rows=_plan(group, chance))
        elif group.file == "broken":
            (beside / PLAN).write_bytes(b"This is no workbook any more.")
    new_workbook(folder / WORKBOOK, rows=_directory(), order=HOST_ORDER)
    text = config_text(HOST, WORKBOOK) + HOST_CONFIG + "at_once = 2\n"
    files.create(folder / NAME, text.encode())
    now = datetime.combine(TODAY, time(6), UTC)
    with open_group(load(folder / NAME), TODAY, lambda: now) as host:
        done = run_groups(host)
        rows = status(host)
    program = "budgettrack" if shutil.which("budgettrack") else sys.argv[0]
    config = folder / NAME
    return [
        f"{HOST}: an invented host on {TODAY}, with {told(rows)}",
        "",
        *list(summed_up(done))[:1],
        *(f"  {row['code']:6s} {row['what_to_do']}" for row in in_need(rows)),
        "",
        "Look at",
        f"  the host's sheet            {folder / WORKBOOK}, tab Groups",
        f"  a group's register and site {folder / 'groups' / 'GR-1'}",
        "",
        "Try",
        f"  {program} --config {config} host status",
        f"  {program} --config {config} host why GR-10",
        f"  {program} --config {config} host run --group GR-1 --on {TODAY}",
        f"  {program} --config {config} host leave GR-2 gr-2.archive --unencrypted",
    ]


def _directory() -> dict[str, Sequence[Fields]]:
    """Returns the rows of the host's own workbook: its groups, and the grant that pays for them."""
    groups = [
        {
            "id": f"GR-{number}",
            "name": group.name,
            "public_name": group.name,
            "workbook": group.workbook,
            "preset": "blank" if group.file else "startup",
            "currency": group.currency,
            "state": group.state,
            **group.more,
        }
        for number, group in enumerate(GROUPS, 1)
    ]
    grant = {
        "id": "G-1",
        "funder": "Meridian Fund",
        "title": "Small grants for peer-led groups",
        "kind": "project",
        "state": "active",
        "currency": "EUR",
        "amount": "90000",
        "start": "2026-01-01",
        "end": "2026-12-31",
    }
    line = {
        "id": "B-1",
        "grant": "G-1",
        "category": "Support",
        "description": "Support of groups",
        "amount": "90000",
        "people_paid": "2",
    }
    return {"groups": groups, "grants": [grant], "budget": [line], **about_rows()}


def _plan(group: DemoGroup, chance: random.Random) -> dict[str, Sequence[Fields]]:
    """Returns the rows of a small group: one grant, four budget lines, and ten months of
    payments."""
    times = {"UAH": 40, "KES": 120}.get(group.currency, 1)
    budget: list[Fields] = []
    expenses: list[Fields] = []
    for number, (category, what, quantity, cost, people) in enumerate(LINES, 1):
        budget.append(
            {
                "id": f"B-{number}",
                "grant": "G-1",
                "category": category,
                "description": what,
                "quantity": str(quantity),
                "unit_cost": str(cost * times),
                "amount": str(quantity * cost * times),
                "people_paid": people,
            }
        )
        for month in range(1, 11):
            paid = date(2026, month, 5 + number).isoformat()
            amount = cost * times * chance.randint(80, 110) // 100
            expenses.append(
                {
                    "date": paid,
                    "budget_line": f"B-{number}",
                    "description": what,
                    "amount": str(amount),
                    "state": "paid",
                    "paid_on": paid,
                    "receipt": f"{month}-{number}",
                }
            )
    whole = sum(int(line["amount"]) for line in budget)
    grant = {
        "id": "G-1",
        "funder": HOST,
        "title": "Small grant",
        "kind": "project",
        "state": "active",
        "currency": group.currency,
        "amount": str(whole),
        "start": "2026-01-01",
        "end": "2026-12-31",
        "publish": "yes",
    }
    income = {
        "date": "2026-01-10",
        "grant": "G-1",
        "kind": "instalment",
        "amount": str(whole),
        "state": "received",
    }
    return {"grants": [grant], "budget": budget, "expenses": expenses, "income": [income]}
