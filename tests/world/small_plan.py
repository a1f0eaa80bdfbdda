"""A small plan in a workbook of either kind, and edits by both sides."""

from __future__ import annotations

from datetime import UTC, date, datetime

from budgettrack.core.records.tables import BY_NAME
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion, open_register
from tests.world.places import Place, Typed

TODAY, AT = date(2026, 6, 15), datetime(2026, 6, 15, 8, tzinfo=UTC)


def small_plan(place: Place) -> None:
    """A small plan: a grant, two lines, three expenses of which one has no ID."""
    tabs: dict[str, list[list[Typed]]] = {}
    rows: dict[str, list[dict[str, Typed]]] = {
        "grants": [
            {
                "id": "G-1",
                "funder": "Fund",
                "title": "Work",
                "state": "active",
                "currency": "EUR",
                "amount": 3000,
            }
        ],
        "budget": [
            {
                "id": "B-1",
                "grant": "G-1",
                "category": "Costs",
                "description": "Line",
                "amount": 1000,
            },
            {
                "id": "B-2",
                "grant": "G-1",
                "category": "Costs",
                "description": "Line",
                "amount": 2000,
            },
        ],
        "expenses": [
            {
                "id": "E-1",
                "date": date(2026, 1, 5),
                "budget_line": "B-1",
                "description": "one",
                "amount": 10.5,
            },
            {
                "id": "E-2",
                "date": date(2026, 2, 5),
                "budget_line": "B-1",
                "description": "two",
                "amount": 20,
            },
            {
                "id": None,
                "date": date(2026, 3, 5),
                "budget_line": "B-2",
                "description": "three",
                "amount": 30,
            },
        ],
    }
    for name, given in rows.items():
        columns = [column for column in BY_NAME[name].in_sheet if not column.optional]
        tabs[BY_NAME[name].tab] = [
            [column.heading for column in columns],
            *([row.get(column.name) for column in columns] for row in given),
        ]
    place.make(tabs)


def cell(row: int, heading: str) -> str:
    columns = [column.heading for column in BY_NAME["expenses"].in_sheet if not column.optional]
    return f"{chr(65 + columns.index(heading))}{row}"


def by_hand(place: Place, id_: str, **fields: str) -> None:
    with open_register(place.config.register) as register:
        held = register.ask(queries.load).records["expenses"][id_]
        with register.writing() as writing:
            written = [RecordVersion("expenses", id_, {**held, **fields}, "register")]
            writing.commit(Commit(kind="by hand", at=AT, written=written))
