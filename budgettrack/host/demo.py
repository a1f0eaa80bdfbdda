"""The demo of a host: a dozen invented groups, some of which have a problem that somebody must
solve."""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from msgspec import Struct, field

from budgettrack import files, statements, sync
from budgettrack.config.load import load
from budgettrack.config.place import NAME
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.errors import UsageError
from budgettrack.core.counting.statements import WITH_SUPPLIES
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from budgettrack.host.run import run as run_groups
from budgettrack.host.run import summed_up
from budgettrack.host.status import in_need, status, told
from budgettrack.queries.statements import agreed_statement
from budgettrack.setup.create import HOST_CONFIG, about_rows, config_text
from budgettrack.setup.demo import TODAY
from budgettrack.workbook.layout import HOST_ORDER, ORDER
from budgettrack.workbook.xlsx.layout import new_workbook

HOST = "Delta Partners"
WORKBOOK = "host.xlsx"
PLAN = "plan.xlsx"


class DemoGroup(Struct, frozen=True):
    """A group of the demo.

    `state`: its state in the tab *Groups*. `file`: the file in its folder: a `plan`, a file that
    is `broken`, or '' for no file yet. `more`: further cells of its row. `given`: whether the
    host hands money on to the group and the group has agreed to send statements. `got`: the
    amount that the group noted for the first payment, if it differs from what was paid. `stock`:
    whether the group tells the host of its supplies, too."""

    name: str
    currency: str
    state: str = "invited"
    file: str = "plan"
    workbook: str = PLAN
    more: Mapping[str, str] = field(default_factory=dict)
    given: bool = False
    got: int | None = None
    stock: bool = False

    @property
    def times(self) -> int:
        """About how many units of the group's currency are worth one euro."""
        return {"UAH": 40, "KES": 120}.get(self.currency, 1)


GROUPS: tuple[DemoGroup, ...] = (
    # Both sides say that this group may be named. For all other groups, at most one side says so.
    DemoGroup("Harbour circle", "EUR", more={"listed": "yes"}, given=True, stock=True),
    DemoGroup("Old town circle", "EUR", given=True, got=11_000),
    DemoGroup("River circle", "UAH", more={"language": "uk"}),
    DemoGroup("Hillside circle", "GBP", more={"listed": "yes"}),
    DemoGroup("Station circle", "KES", given=True),
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

WHOLE = sum(quantity * cost for _, _, quantity, cost, _ in LINES)
"""The sum of a demo group's budget lines, in euros."""

LAST = 1_000
"""The last payment to the first group, in euros. It is still on the way."""

BEFORE = "2026-06"
"""The month before the half-year of which the host reports to its funder."""


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
            words = sheet_words(group.more.get("language", ""))
            order = (*ORDER, "lots", "handed_out") if group.stock else ORDER
            new_workbook(beside / PLAN, rows=_plan(group, chance), words=words, order=order)
        elif group.file == "broken":
            (beside / PLAN).write_bytes(b"This is no workbook any more.")
    order = (*HOST_ORDER, "lots", "handed_out")
    new_workbook(folder / WORKBOOK, rows=_directory(), order=order)
    text = config_text(HOST, WORKBOOK) + HOST_CONFIG + "at_once = 2\n"
    files.create(folder / NAME, text.encode())
    now = datetime.combine(TODAY, time(6), UTC)
    with open_group(load(folder / NAME), TODAY, lambda: now) as host:
        done = run_groups(host)
    for number, group in enumerate(GROUPS, 1):
        if group.given:
            _tell_earlier(folder / "groups" / f"GR-{number}", now)
    # The statements that the groups made in this run are in the host's sheet after the next sync.
    with open_group(load(folder / NAME), TODAY, lambda: now) as host:
        sync.sync(host)
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
        f"  {program} --config {config} host money --by group --on {TODAY}",
        f"  {program} --config {config} host money --by trouble --on {TODAY}",
        f"  {program} --config {config} host mail --on {TODAY}",
        f"  {program} --config {config} report funder G-1 --on {TODAY}",
        f"  {program} --config {config} host supplies --on {TODAY}",
        f"  {program} --config {config} host network --on {TODAY}",
        f"  {program} --config {config} host why GR-10",
        f"  {program} --config {config} host run --group GR-1 --on {TODAY}",
        f"  {program} --config {config} host leave GR-2 gr-2.archive --unencrypted",
    ]


def _tell_earlier(folder: Path, now: datetime) -> None:
    """Writes the statement of a group that it made before this half-year began: its runs of the
    earlier months were not made in the demo."""
    with open_group(load(folder / NAME), TODAY, lambda: now) as group:
        told = agreed_statement(group, BEFORE)
    assert told is not None
    statements.keep(folder, told)


def _directory() -> dict[str, Sequence[Fields]]:
    """Returns the rows of the host's own workbook: its groups, the grant that pays for them, its
    own spending and supplies, and who gets its mail."""
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
        "kind": "grant",
        "state": "active",
        "currency": "EUR",
        "amount": "90000",
        "start": "2026-01-01",
        "end": "2026-12-31",
        "agreement_reference": "MF-2026-7",
        "report_every": "half-year",
    }
    lines = [
        {
            "id": "B-1",
            "grant": "G-1",
            "category": "Groups",
            "description": "Small grants to groups",
            "amount": "60000",
            "people_paid": "0",
        },
        {
            "id": "B-2",
            "grant": "G-1",
            "category": "Support",
            "description": "Help with books and reports",
            "amount": "30000",
            "people_paid": "2",
        },
    ]
    expenses = [
        {
            "date": f"2026-{month:02d}-25",
            "budget_line": "B-2",
            "description": "Stipends of two helpers",
            "amount": "2100",
            "state": "paid",
            "paid_on": f"2026-{month:02d}-25",
            "receipt": f"H-{month}",
        }
        for month in range(1, 11)
    ]
    recipient = {
        "name": "Coordinator",
        "audience": "all groups",
        "address": "coordinator@example.org",
    }
    income = {
        "date": "2026-01-05",
        "grant": "G-1",
        "kind": "instalment",
        "amount": "60000",
        "state": "received",
    }
    return {
        "groups": groups,
        "grants": [grant],
        "budget": lines,
        "expenses": expenses,
        "income": [income],
        "recipients": [recipient],
        **_handed_on(),
        **_supplies(),
        **about_rows(),
    }


def _supplies() -> dict[str, Sequence[Fields]]:
    """Returns the rows of the host's supplies: two lots of naloxone, of which one ends soon, and
    what became of them."""
    lots = [
        {
            "id": "L-1",
            "kind": "naloxone",
            "batch": "NX-1",
            "expiry": "2026-12-31",
            "quantity": "120",
            "unit": "kits",
            "received": "2026-03-02",
        },
        {
            "id": "L-2",
            "kind": "naloxone",
            "batch": "NX-2",
            "expiry": "2028-02-29",
            "quantity": "200",
            "unit": "kits",
            "received": "2026-09-01",
        },
    ]
    moved = [
        ("2026-04-01", "L-1", "given", "GR-1", "40"),
        ("2026-05-04", "L-1", "given", "GR-2", "30"),
        ("2026-09-14", "L-2", "given", "GR-5", "60"),
        ("2026-10-28", "L-2", "on the way", "GR-1", "50"),
    ]
    rows = [
        {"date": day, "lot": lot, "what": what, "to": to, "quantity": quantity}
        for day, lot, what, to, quantity in moved
    ]
    return {"lots": lots, "handed_out": rows}


def _handed_on() -> dict[str, Sequence[Fields]]:
    """Returns the rows of what the host hands on: a call for proposals, three sub-grants of this
    call, and the payments of the sub-grants. The last payment is still on the way."""
    call = {
        "id": "C-1",
        "title": "Small grants 2026",
        "opens": "2025-10-01",
        "closes": "2025-11-15",
        "grant": "G-1",
        "purse": "40000",
        "most": "15000",
    }
    given: list[Fields] = []
    instalments: list[Fields] = []
    for number, group in enumerate(GROUPS, 1):
        if not group.given:
            continue
        given.append(
            {
                "id": f"V-{number}",
                "group": f"GR-{number}",
                "grant": "G-1",
                "kind": "small grant",
                "call": "C-1",
                "state": "active",
                "currency": group.currency,
                "amount": str(WHOLE * group.times + (LAST if number == 1 else 0)),
                "start": "2026-01-01",
                "end": "2026-12-31",
                "agreement_reference": f"SG-{number}",
                "report_every": "quarter",
                "fee": "5",
                "budget_line": "B-1",
                "ending": "Either side may end it, with a month's notice.",
            }
        )
        payment = {
            "given": f"V-{number}",
            "direction": "to the group",
            "due": "2026-01-08",
            "amount": str(WHOLE * group.times),
            "paid_on": "2026-01-08",
            "amount_paid": str(WHOLE * group.times),
        }
        instalments.append(payment | ({"cost": "11200"} if group.times != 1 else {}))
    last = {
        "given": "V-1",
        "direction": "to the group",
        "due": "2026-10-30",
        "amount": str(LAST),
        "after_report": "2026-Q3",
        "paid_on": "2026-10-30",
        "amount_paid": str(LAST),
    }
    return {"calls": [call], "given": given, "instalments": [*instalments, last]}


def _plan(group: DemoGroup, chance: random.Random) -> dict[str, Sequence[Fields]]:
    """Returns the rows of a small group: one grant, four budget lines, and ten months of
    payments."""
    times = group.times
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
        "kind": "small grant",
        "state": "active",
        "currency": group.currency,
        "amount": str(whole),
        "start": "2026-01-01",
        "end": "2026-12-31",
        "publish": "yes",
        "agreement_reference": f"SG-{GROUPS.index(group) + 1}",
        "report_every": "quarter",
    }
    agreement = {
        "kind": "host or country partner",
        "other_party": HOST,
        "purpose": "Small grant and first support",
        "until": "2026-12-31",
        "notice_days": "30",
        "ending": "Either side may end it, with a month's notice.",
        "state": "in force",
        "statement": _agreed(group),
        "listed": "yes" if group.given and group.more.get("listed") else "no",
    }
    income = {
        "date": "2026-01-10",
        "grant": "G-1",
        "kind": "instalment",
        "amount": str(group.got or whole),
        "state": "received",
    }
    return {
        "grants": [grant],
        "budget": budget,
        "expenses": expenses,
        "income": [income],
        "agreements": [agreement],
        **(_stock_of_group() if group.stock else {}),
    }


def _agreed(group: DemoGroup) -> str:
    if not group.given:
        return "no"
    return WITH_SUPPLIES if group.stock else "yes"


def _stock_of_group() -> dict[str, Sequence[Fields]]:
    """Returns the rows of a group's supplies: what came from the host, and what it used of it."""
    lot = {
        "id": "L-1",
        "kind": "naloxone",
        "batch": "NX-1",
        "expiry": "2026-12-31",
        "quantity": "40",
        "unit": "kits",
        "received": "2026-04-01",
    }
    used = [
        {"date": day, "lot": "L-1", "what": "used", "quantity": quantity}
        for day, quantity in (("2026-05-29", "8"), ("2026-07-31", "7"), ("2026-09-30", "9"))
    ]
    return {"lots": [lot], "handed_out": used}
