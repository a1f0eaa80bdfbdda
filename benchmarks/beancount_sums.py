"""Budget, spent and variance by line and month as beancount's own loader gives them: the rival's
whole process."""

from __future__ import annotations

import sys
from collections import defaultdict
from decimal import Decimal

from beancount import loader
from beancount.core import data

entries, mistakes, _ = loader.load_file(sys.argv[1])
assert not mistakes, mistakes[:3]
spent: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
budget: dict[str, Decimal] = {}
for entry in entries:
    if isinstance(entry, data.Transaction):
        for posting in entry.postings:
            if posting.account.startswith("Expenses:"):
                assert posting.units is not None
                assert posting.units.number is not None
                spent[posting.account, f"{entry.date:%Y-%m}"] += posting.units.number
    elif isinstance(entry, data.Custom) and entry.type == "budget":
        budget[entry.values[0].value] = entry.values[2].value.number
months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]
for account, amount in sorted(budget.items()):
    for month in months:
        cell = spent[account, month]
        print(f"{account.rsplit(':', 1)[1]},{month},{amount},{cell},{amount - cell}")
