"""Where we stand: what the register knows now, without its expenses, so that a question costs the same at any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from budgettrack.config import Config
from budgettrack.core.errors import RegisterError
from budgettrack.core.findings import Finding
from budgettrack.core.model import Plan, Records
from budgettrack.core.periods import Month, after
from budgettrack.core.plan import plan as plan_of
from budgettrack.core.positions import Total
from budgettrack.core.tables import BY_NAME
from budgettrack.register.store import open_register

ASKED = frozenset(BY_NAME) - {"expenses"}
"""The tables that questions are answered from; expenses are there as monthly totals."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The register at one moment. `plan.expenses` is empty: `totals` stand for them. `synced` is the last sync.
    `spent` is what was spent in single months, by month, grant and currency, where it was asked for."""

    plan: Plan
    totals: Sequence[Total]
    findings: Sequence[Finding]
    records: Records
    synced: datetime
    spent: Mapping[tuple[Month, str, str], int] = field(default_factory=dict)


def standing(config: Config, *, at: Month | None = None) -> Standing:
    """Load it; raises `RegisterError` where nothing was synced yet.

    With `at`, the totals are summed by the database to the end of that month, for a question about that moment alone, and
    what was spent in it and in the month before is there too.
    """
    with open_register(config.register) as register:
        run = register.last_run("sync")
        if run is None:
            raise RegisterError("Nothing was synced yet. Run: budgettrack sync")
        held = register.load(ASKED)
        plan, _ = plan_of(
            held.records, base=config.currency, start=config.start, end=config.end, reported=register.reported()
        )
        totals = register.totals() if at is None else register.totals_to(at)
        spent = {} if at is None else register.spent_in((at, after(at, -1)))
        return Standing(plan, totals, register.findings(), held.records, run.at, spent)
