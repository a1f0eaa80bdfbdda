"""How much of the money the public can read under its names, and how soon.

What waits for ever is safe and worthless. So beside the auditor this says which share of the money
that does not pay people stands under its category within a month of the payment, which share stands
under its category and with all its labels at all, and which share still waits at the end.

`python -m benchmarks.usefulness [GROUPS]`"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median
from unittest.mock import patch

import budgettrack.core.sealing.seal as sealing
from budgettrack.core.base.months import Month, after, months
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan
from budgettrack.core.sealing.batches import Batch, Contribution
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors, payee_hash
from budgettrack.core.sealing.drafts import Draft
from budgettrack.core.sealing.rest import Rest
from budgettrack.setup import sample

KEY = b"benchmark" * 4
CATEGORIES = ("Meals", "Fares", "Rent", "Print", "Supplies")
ACTIVITIES = ("A-1", "A-2", "A-3")
Records = dict[str, dict[str, Fields]]


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the money that does not pay people, in per cent."""

    all_labels: float
    category: float
    soon: float
    waits: float

    def cells(self) -> list[str]:
        return [f"{share:.0f}" for share in (self.all_labels, self.category, self.soon, self.waits)]


def main(groups: int = 20, *, with_sample: bool = True) -> None:
    rows = [["", "all labels", "category", "within a month", "waits"]]
    for held in (False, True):
        name = "and the rest of awards held back" if held else "before the rest of awards"
        if with_sample:
            of_sample = shares(*the_sample(), hold_back=held)
            rows.append([f"the sample, by line and description, {name}", *of_sample.cells()])
        for payees in (False, True):
            by = "by payee" if payees else "by line and description"
            found = [
                shares(*small_group(seed, payees=payees), hold_back=held) for seed in range(groups)
            ]
            rows.append([f"{groups} small groups, {by}, {name}", *_medians(found).cells()])
    print("\nIn % of the money that does not pay people (of groups: the medians)")
    for name, *cells in rows:
        print(f"  {name:75s}" + "".join(f"{cell:>16s}" for cell in cells))


def _medians(found: list[Shares]) -> Shares:
    return Shares(
        median(each.all_labels for each in found),
        median(each.category for each in found),
        median(each.soon for each in found),
        median(each.waits for each in found),
    )


# ---- What is measured


def shares(the_plan: Plan, who: Contributors, span: list[Month], *, hold_back: bool) -> Shares:
    """Publishes a group month by month. `hold_back`: whether the rest of each award is kept safe,
    too, which holds batches back."""
    batches: list[Batch] = []
    of = Contributions(the_plan, who)
    numbers = count()
    with patch.object(sealing, "Rest", Rest if hold_back else _NothingHeld):
        for month in span:
            batches += sealing.seal(of, batches, month, number=lambda: next(numbers))
    paid = {line.id for line in the_plan.lines.values() if line.people_paid != 0}
    whole = sum(
        abs(part.units)
        for part in of.at(span[-1])
        if part.what == "spent" and part.line not in paid
    )
    shown = [
        (batch, part, abs(part.units))
        for batch in batches
        if batch.what == "spent"
        for part in batch.parts
        if part.line not in paid
    ]
    by_category = [each for each in shown if each[0].labels.category is not None]
    return Shares(
        100 * sum(u for b, _, u in shown if None not in _labels(b)) / whole,
        100 * sum(u for _, _, u in by_category) / whole,
        100 * sum(u for b, part, u in by_category if b.page <= after(part.month, 1)) / whole,
        100 - 100 * sum(u for _, _, u in shown) / whole,
    )


def _labels(batch: Batch) -> tuple[str | None, str | None, str | None]:
    return batch.labels.grant, batch.labels.category, batch.labels.activity


class _NothingHeld(Rest):
    """Holds nothing back, whatever is left of an award."""

    def __init__(self, *_: object) -> None:
        self.held = frozenset()
        self.kept = frozenset()

    def known_sums(self) -> list[list[Contribution]]:
        return []

    def without_unsafe_rest(self, drafts: Sequence[Draft]) -> list[Draft]:
        return list(drafts)


# ---- Groups


def the_sample() -> tuple[Plan, Contributors, list[Month]]:
    """The sample, by line and description: it has no column of payees."""
    rows = sample.healthy()
    records = {
        name: {row.get("id") or str(n): row for n, row in enumerate(table_rows)}
        for name, table_rows in rows.items()
    }
    the_plan, _ = plan(records, base=sample.BASE)
    who = Contributors(KEY, {}, the_plan.expenses)
    return the_plan, who, months(sample.FIRST, sample.LAST)


def small_group(seed: int, *, payees: bool) -> tuple[Plan, Contributors, list[Month]]:
    """Two grants of ten lines, of which one pays a person; fifteen other payments a month, for a
    year."""
    chance = random.Random(seed)
    records: Records = {"grants": {}, "budget": {}, "expenses": {}, "work_plan": {}}
    records["work_plan"] = {
        id_: {"activity": id_, "start": "2026-01-01", "end": "2026-12-31", "status": "under way"}
        for id_ in ACTIVITIES
    }
    for number in (1, 2):
        records["grants"][f"G-{number}"] = {
            "funder": f"Fund {number}",
            "title": f"Work {number}",
            "state": "active",
            "kind": "grant",
            "currency": "EUR",
            "amount": "30000",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "publish": "yes",
        }
        for place in range(1, 11):
            records["budget"][f"B-{number}.{place}"] = {
                "grant": f"G-{number}",
                "activity": ACTIVITIES[chance.randrange(3)],
                "category": "People" if place == 1 else CATEGORIES[chance.randrange(5)],
                "description": f"Line {place}",
                "amount": "12000" if place == 1 else "2000",
                "people_paid": "1" if place == 1 else "0",
            }
    hashes: dict[str, str] = {}
    span = months("2026-01", "2026-12")
    for month in span:
        for number in (1, 2):
            _pay(records, hashes, f"B-{number}.1", month, 900.0, f"person {number}")
        for _ in range(15):
            line = f"B-{chance.randint(1, 2)}.{chance.randint(2, 10)}"
            _pay(
                records,
                hashes,
                line,
                month,
                chance.lognormvariate(4, 1),
                f"shop {chance.randrange(40)}",
            )
    the_plan, _ = plan(records, base="EUR")
    who = Contributors(KEY, hashes if payees else {}, the_plan.expenses)
    return the_plan, who, list(span)


def _pay(
    records: Records, hashes: dict[str, str], line: str, month: Month, amount: float, payee: str
) -> None:
    id_ = f"E-{len(hashes) + 1}"
    hashes[id_] = payee_hash(KEY, payee)
    records["expenses"][id_] = {
        "date": f"{month}-10",
        "budget_line": line,
        "amount": f"{amount:.2f}",
        "currency": "EUR",
        "state": "paid",
        "paid_on": f"{month}-12",
        "receipt": id_,
        "description": payee if payee.startswith("person") else payee.rpartition(" ")[2][-1],
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
