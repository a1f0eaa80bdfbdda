"""How the time to seal grows with the payments: in memory, at n, 2n and 4n, by the number of payees.

A payee who is paid again and again ties all batches together, and few payees tie them most. So the
same ledger is sealed with few payees and with many, month by month for two years.

A host with many grants publishes three years at once, and then the newest page again with nothing
changed: most of its money waits, and is looked at for every page.

`python -m benchmarks.sealing [PAYMENTS ...]`"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from time import process_time

from benchmarks import reports, site
from benchmarks.growth import exponent
from benchmarks.ledger import LINES, MONTHS, ledger, text
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors, payee_hash
from budgettrack.core.sealing.seal import seal, untold_awards
from budgettrack.core.views.new_pages import NewPages, PageSettings, new_pages

KEY = b"benchmark" * 4
SIZES = (6_250, 12_500, 25_000)
PAYEES = (400, 2_000)
MANY = ((100, 33_000), (300, 100_000))


@dataclass(frozen=True, slots=True)
class Sealed:
    """What it took to seal a group, and what came of it. `told`: the share of the money that stands
    under its category at the end, in per cent."""

    seconds: float
    batches: int
    told: float


def group(number: int, payees: int) -> tuple[Plan, Contributors]:
    """The ledger of so many payments, to so many payees."""
    made = ledger(number, vendors=payees)
    grants = sorted({grant for grant, _ in LINES})
    awards = {
        grant: sum(cents for (owner, _), cents in made.budget.items() if owner == grant) * 24
        for grant in grants
    }
    records: dict[str, dict[str, Fields]] = {
        "grants": {
            grant: {
                "funder": f"Funder {grant}",
                "title": f"Grant {grant}",
                "state": "active",
                "kind": "grant",
                "currency": "USD",
                "amount": text(awards[grant]),
                "start": "2025-01-01",
                "end": "2026-12-31",
                "publish": "yes",
            }
            for grant in grants
        },
        "budget": {
            line: {
                "grant": grant,
                "category": f"Category {place % 8}",
                "amount": text(cents * 24),
                "people_paid": "0",
            }
            for place, ((grant, line), cents) in enumerate(made.budget.items())
        },
        "expenses": {},
    }
    hashes = {}
    for place, (day, _, line, vendor, cents) in enumerate(made.rows, 1):
        id_ = f"E-{place}"
        hashes[id_] = payee_hash(KEY, vendor)
        records["expenses"][id_] = {
            "date": day,
            "budget_line": line,
            "amount": text(abs(cents)),
            "currency": "USD",
            "state": "refunded" if cents < 0 else "paid",
            "paid_on": day,
            "description": f"Purchase {place % 997}",
        }
    of, _ = plan(records, base="USD")
    return of, Contributors(KEY, hashes, of.expenses)


def sealed(of: Plan, who: Contributors) -> Sealed:
    """Publishes a group month by month."""
    contributions, numbers = Contributions(of, who), count()
    batches: list[Batch] = []
    begun = process_time()
    for month in MONTHS:
        batches += seal(contributions, batches, month, number=lambda: next(numbers))
        untold_awards(contributions, batches, month)
    seconds = process_time() - begun
    payments = [part for part in contributions.at(MONTHS[-1]) if part.what == "spent"]
    told = sum(
        abs(part.units)
        for batch in batches
        if batch.what == "spent" and batch.labels.category is not None
        for part in batch.parts
    )
    return Sealed(seconds, len(batches), 100 * told / sum(abs(part.units) for part in payments))


def growth(sizes: tuple[int, ...] = SIZES, payees: tuple[int, ...] = PAYEES) -> str:
    """The table: seconds of work at each size, and the exponent from the last two."""
    lines = [f"  {'payees':>10s}" + "".join(f"{size:>18,}" for size in sizes) + "  exponent"]
    for number in payees:
        taken = [sealed(*group(size, number)) for size in sizes]
        lines.append(
            f"  {number:10,}"
            + "".join(f"{one.seconds:9.1f} s {one.told:4.0f} %" for one in taken)
            + (f"{exponent([one.seconds for one in taken], sizes):10.2f}" if len(taken) > 1 else "")
        )
    return "\n".join(lines)


def of_many_grants(grants: int, expenses: int, last: str = "2026-12") -> tuple[float, float]:
    """Seconds of work for the pages of a host with many grants: for all pages from January 2024 to
    `last`, and for the newest page again with nothing changed."""
    of, _ = plan(reports.large_host(grants, site.LINES, expenses), base="EUR")
    who, numbers, settings = Contributors(KEY, {}, of.expenses), count(), PageSettings("Peers")

    def publish(batches: Sequence[Batch], there: Sequence[str]) -> tuple[float, NewPages]:
        begun = process_time()
        made = new_pages(of, who, batches, there, "2024-01", last, settings, lambda: next(numbers))
        return process_time() - begun, made

    first, made = publish((), ())
    again, _ = publish(made.batches, [facts.month for facts in made.facts])
    return first, again


def pages(sizes: Sequence[tuple[int, int]] = MANY) -> str:
    """The table: seconds of work for each number of grants and of expenses."""
    lines = []
    for grants, expenses in sizes:
        first, again = of_many_grants(grants, expenses)
        lines.append(f"  {grants:4,} grants, {expenses:7,} expenses{first:9.1f} s{again:9.1f} s")
    return "\n".join(lines)


def main() -> None:
    sizes = tuple(int(number) for number in sys.argv[1:]) or SIZES
    print("\nSealing two years, in seconds of work, and the share of the money under its category")
    print(growth(sizes))
    print("\nDeciding three years of pages at once, and the newest again with nothing changed")
    print(pages())


if __name__ == "__main__":
    main()
