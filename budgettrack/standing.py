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
from budgettrack.register import reading
from budgettrack.register.asking import answer
from budgettrack.register.reading import Ask

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


def found(config: Config) -> tuple[list[Finding], datetime]:
    """The findings of the last sync, and when it was; raises `RegisterError` where nothing was synced yet."""
    return answer(config.register, lambda ask: (reading.findings_now(ask), _synced(ask)))


def _synced(ask: Ask) -> datetime:
    run = reading.last_run(ask, "sync")
    if run is None:
        raise RegisterError("Nothing was synced yet. Run: budgettrack sync")
    return run.at


def standing(config: Config, *, at: Month | None = None) -> Standing:
    """Load it; raises `RegisterError` where nothing was synced yet.

    With `at`, the totals are summed by the database to the end of that month, for a question about that moment alone, and
    what was spent in it and in the month before is there too.
    """

    def asked(ask: Ask) -> Standing:
        synced = _synced(ask)
        held = reading.load(ask, ASKED)
        plan, _ = plan_of(
            held.records, base=config.currency, start=config.start, end=config.end, reported=reading.reported(ask)
        )
        totals = reading.totals(ask) if at is None else reading.totals_to(ask, at)
        spent = {} if at is None else reading.spent_in(ask, (at, after(at, -1)))
        return Standing(plan, totals, reading.findings_now(ask), held.records, synced, spent)

    return answer(config.register, asked)
