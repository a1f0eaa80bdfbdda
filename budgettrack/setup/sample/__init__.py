"""The sample: one believable invented group, always the same, as a whole workbook with faults that
were put in on purpose.

Harbour Peers and all other organisations are invented, and people are named only by their roles.
`group.toml` is written by hand. The expenses, rates and finished reports are made from a fixed
seed, so that plan and spending fit together."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

from budgettrack import files
from budgettrack.core.base import months
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.cells.reading import plain
from budgettrack.core.figures.deadlines import derived
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.setup.presets import PresetStage, in_file, indicators_of, rows_of
from budgettrack.setup.sample.drawing import NAME, drawing
from budgettrack.setup.sample.faults import FAULTS, NOT_PLANTED, PLANTED, SAMPLE_DAY, TRY, Planted
from budgettrack.setup.sample.spending import BASE, FIRST, LAST, spending
from budgettrack.workbook.layout import order_with
from budgettrack.workbook.xlsx.layout import Formula, new_workbook

__all__ = [
    "BASE",
    "EARLIER",
    "FAULTS",
    "FIRST",
    "LAST",
    "NOT_PLANTED",
    "ORGANISATION",
    "PLANTED",
    "SAMPLE_DAY",
    "TRY",
    "Planted",
    "healthy",
    "keyed",
    "later_expenses",
    "records",
    "write_sample",
]

ORGANISATION = "Harbour Peers"

_SEED = 20_251
_START = date(2025, 9, 1)
_USUAL_RATES = {"GBP": Decimal("0.8640"), "USD": Decimal("1.1420")}

EARLIER: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("work_plan", "A-32"): {"status": "under way", "done": "90"},
    ("work_plan", "A-33"): {"status": "under way", "done": "80"},
    ("indicators", "N-4"): {"achieved": "9"},
}
"""The values of some records, by table and ID, before they were changed in the last month."""

_SUBTOTALS = {"B-6": "G-5", "B-26": "G-1"}
"""The subtotals that the treasurer typed. Each key is the budget line above a subtotal, each value
the grant whose lines are summed."""


def healthy() -> dict[str, list[Fields]]:
    """Return all rows without faults, by table. On `SAMPLE_DAY` there is no finding about them."""
    hand = tomllib.loads(_text("group.toml"))
    chance = random.Random(_SEED)
    stages = in_file(_text("plan.toml"))
    activities = [
        _activity({"id": f"A-{number}", **row}, hand["activities"])
        for number, row in enumerate(rows_of(stages, _START), 1)
    ]
    rows: dict[str, list[Fields]] = {
        "work_plan": activities,
        "indicators": list(_indicators(hand, stages, activities)),
        "narratives": [dict(narrative) for narrative in hand["narratives"]],
        "budget": [_line(line) for line in hand["lines"]],
        "expenses": [],
        **{
            name: [dict(entry["row"]) for entry in hand[name]]
            for name in ("income", "resources", "agreements", "lots", "handed_out", "deadlines")
        },
        "grants": [dict(grant) for grant in hand["grants"]],
        "rates": list(_rates(chance)),
        "months": [_month(month, hand["reviews"]) for month in months.months(FIRST, LAST)],
        "stories": [dict(story) for story in hand["stories"]],
        "about": [{"topic": topic, "words": words} for topic, words in hand["about"].items()],
    }
    plan, _ = plan_of(keyed(rows), base=BASE)
    rows["deadlines"] = [*_reports(plan), *rows["deadlines"]]
    rows["expenses"] = spending(plan, hand["lines"], chance)
    return rows


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(name).read_text("utf-8")


def records() -> dict[str, list[Fields]]:
    """Return the rows with those faults that are wrong values in records. Other faults are wrong
    texts in cells (see `write_sample`)."""
    rows = healthy()
    for fault in FAULTS:
        for table, id_, name, text in fault.edits:
            at = _index(rows[table], table, id_)
            changed = {**rows[table][at], name: text}
            rows[table][at] = {key: value for key, value in changed.items() if value}
        for table, id_ in fault.without:
            del rows[table][_index(rows[table], table, id_)]
    return rows


def write_sample(
    path: Path,
    *,
    faults: bool = True,
    words: SheetWords = ENGLISH,
    until: date | None = None,
) -> None:
    """Write the sample as a workbook, with or without its faults. Its picture is written into the
    folder of pictures beside the workbook.

    `until`: a day before the last month. The workbook is then written as it was on that day:
    without later expenses (see `later_expenses`), and with the values in `EARLIER`.

    Raises WorkbookError as `new_workbook` does."""
    rows = records() if faults else healthy()
    later = len(rows["expenses"]) if until is None else _first_later(until)
    del rows["expenses"][later:]
    if until is not None:
        for (table, id_), fields in EARLIER.items():
            at = _index(rows[table], table, id_)
            rows[table][at] = {**rows[table][at], **fields}
    raw: dict[tuple[str, int, str], str | Formula] = {}
    if faults:
        for fault in FAULTS:
            for table, fields in fault.extra:
                rows[table].append(fields)
    rows["budget"] = list(_with_subtotals(rows["budget"]))
    if faults:
        for fault in FAULTS:
            for table, id_, name, text in fault.raw:
                if table != "expenses" or _number_of(id_) <= later:
                    raw[table, _index(rows[table], table, id_), name] = text
    new_workbook(
        path,
        with_optional=frozenset({"remaining"}),
        rows=rows,
        raw=raw,
        words=words,
        order=order_with({"supplies"}),
    )
    files.write_all(path.parent / "pictures", {NAME: drawing()}, private=True)


def later_expenses(after: date) -> list[Fields]:
    """Return the expenses of later days as they are typed, with their faults."""
    rows = records()["expenses"][_first_later(after) :]
    typed = {
        (id_, name): text
        for fault in FAULTS
        for table, id_, name, text in fault.raw
        if table == "expenses" and isinstance(text, str)
    }
    return [
        {**row, **{name: text for (id_, name), text in typed.items() if id_ == row["id"]}}
        for row in rows
    ]


def _first_later(day: date) -> int:
    """Return the index of the first expense after a day. They are in the order of their dates."""
    return sum(row["date"] <= day.isoformat() for row in healthy()["expenses"])


def _number_of(id_: str) -> int:
    return int(id_.removeprefix("E-"))


def keyed(rows: Mapping[str, Sequence[Fields]]) -> dict[str, dict[str, Fields]]:
    """Return the rows by table and ID, without the ID among the fields: the form in which the
    register has them."""
    return {
        table: {
            _id_of(table, fields): {k: v for k, v in fields.items() if k != "id"}
            for fields in table_rows
        }
        for table, table_rows in rows.items()
    }


def _id_of(table: str, fields: Fields) -> str:
    key = BY_NAME[table].key
    return " ".join(fields[name] for name in key) if key else fields.get("id", "")


def _index(rows: Sequence[Fields], table: str, id_: str) -> int:
    return next(index for index, fields in enumerate(rows) if _id_of(table, fields) == id_)


def _with_subtotals(lines: Sequence[Fields]) -> Iterator[Fields]:
    """Return the budget lines with subtotals between them, as somebody might type them."""
    for fields in lines:
        yield fields
        grant = _SUBTOTALS.get(fields["id"])
        if grant:
            whole = sum(
                (
                    Decimal(line["quantity"]) * Decimal(line["unit_cost"])
                    for line in lines
                    if line.get("grant") == grant
                ),
                Decimal(0),
            )
            yield {"description": "Subtotal", "amount": plain(whole)}


# Fields that are blank in the hand-written rows


def _activity(row: Fields, told: Mapping[str, Fields]) -> Fields:
    """Return an activity as it is on the day of the sample. It is done, unless `told` has another
    status."""
    activity = dict(row)
    if activity["end"] < SAMPLE_DAY.isoformat():
        activity |= {"status": "done", "done": "100"}
    return activity | dict(told.get(row["id"], {}))


MANY = 30
"""No indicator is made for an activity with a target below this number. Such an indicator would
tell no more than the milestone (1 of 1 agreements is signed)."""


def _indicators(
    hand: Mapping[str, Any], stages: Collection[PresetStage], activities: Sequence[Fields]
) -> Iterator[Fields]:
    """Yield the indicators that are written by hand, and one for every other activity with a
    target of at least `MANY`. If the activity is done, its target is reached, unless the counted
    number is written by hand."""
    written = [dict(indicator) for indicator in hand["indicators"]]
    yield from written
    counted = {indicator["activity"] for indicator in written}
    number = len(written)
    ids = [activity["id"] for activity in activities]
    done = {activity["id"] for activity in activities if activity.get("status") == "done"}
    for row in indicators_of(stages, ids):
        if row["activity"] in counted or int(row["target"]) < MANY:
            continue
        number += 1
        usual = row["target"] if row["activity"] in done else ""
        achieved = hand["counted"].get(row["activity"], usual)
        yield {"id": f"N-{number}", **row} | ({"achieved": achieved} if achieved else {})


def _line(line: Mapping[str, Any]) -> Fields:
    row = {"id": line["id"], **line["row"]}
    row["amount"] = plain(Decimal(row["quantity"]) * Decimal(row["unit_cost"]))
    if row["grant"] == "G-5":
        row["remaining"] = "0"
    return row | {month: str(units) for month, units in line.get("phased", {}).items()}


def _rates(chance: random.Random) -> Iterator[Fields]:
    for month in months.months(FIRST, LAST):
        for currency, usual in _USUAL_RATES.items():
            rate = usual * (1 + Decimal(chance.randint(-120, 120)) / 10_000)
            yield {
                "month": month,
                "currency": currency,
                "rate": plain(rate.quantize(Decimal("0.0001"))),
            }


def _month(month: Month, reviews: Mapping[str, str]) -> Fields:
    """Return a month that was closed in the middle of the next month, with its review if the group
    wrote one. The last month is still open."""
    row = {"month": month}
    if month != LAST:
        row["closed"] = (months.last_day(month) + timedelta(days=12)).isoformat()
    if month in reviews:
        row["review"] = reviews[month]
    return row


def _reports(plan: Plan) -> Iterator[Fields]:
    """Return the deadlines of reports up to now, and the next one. Each report up to now was sent
    some days early."""
    soon = (SAMPLE_DAY + timedelta(days=30)).isoformat()
    for id_, fields in derived(plan).items():
        if fields["due"] <= soon:
            sent = date.fromisoformat(fields["due"]) - timedelta(days=17)
            row = {name: text for name, text in fields.items() if name != "derived"}
            yield {"id": id_, **row, "lead_role": "Treasurer", "done_on": sent.isoformat()}
