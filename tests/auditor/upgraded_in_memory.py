"""Random groups in memory of which an older program published the first months: each table to date,
in rows of three payments or more. Others kept copies of these pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.copies import OldPage, OldRow, growths
from budgettrack.core.views.new_pages import PageSettings, new_pages
from tests.auditor.auditing import Report, judge_figures
from tests.auditor.driving import MONTHS, Recorder
from tests.auditor.in_memory import MemoryWorld, read_figure

FEWEST_PAYMENTS = 3


@dataclass(slots=True)
class UpgradedWorld(MemoryWorld):
    """`old`: how many months the older program published."""

    old: int = 1
    pages: list[OldPage] = field(default_factory=list)
    copies: list[Batch] = field(default_factory=list)

    def show(self, place: int, month: str, on: str) -> None:  # noqa: ARG002 - no file has a day
        made, _ = plan_of(self._records(), base="EUR")
        payees = {id_: payee for id_, payee in self.payees.items() if payee}
        who = Contributors(self.key, payees, made.expenses)
        if place < self.old:
            self._publish_old(month, made, who)
            return
        if place == self.old:
            self._upgrade()
        self._publish_new(place, month, made, who)

    def _publish_old(self, month: str, plan: Plan, who: Contributors) -> None:
        """Publishes the tables of a month as the older program did."""
        rows: dict[OldRow, list[Contribution]] = {}
        for part in Contributions(plan, who).at(month):
            line = plan.lines.get(part.line)
            if part.what == "spent" and line is not None and line.people_paid == 0:
                keys = [("category", part.labels.category), ("activity", part.labels.activity)]
                if plan.grants[line.grant].publish:
                    keys.append(("grant", line.grant))
                for table, key in (*keys, ("total", "")):
                    rows.setdefault((table, key or ""), []).append(part)
        shown = {row: parts for row, parts in rows.items() if len(parts) >= FEWEST_PAYMENTS}
        self.pages.append(OldPage(month, shown))
        self.shown.append(
            {
                f"{month} old {table} {key}": sum(part.units for part in parts)
                for (table, key), parts in shown.items()
            }
        )

    def _upgrade(self) -> None:
        """What stood in the last total is one batch; each figure is known as a copy."""
        last = self.pages[-1]
        total = last.rows.get(("total", ""), ())
        if total:
            self.batches.append(Batch(-1, last.month, "spent", False, Labels(), tuple(total)))
        self.copies = [
            Batch(-2 - n, growth.month, "spent", False, Labels(), growth.parts)
            for n, growth in enumerate(growths(self.pages))
        ]

    def _publish_new(self, place: int, month: str, plan: Plan, who: Contributors) -> None:
        if self.leader is None:
            numbers = count(len(self.batches))
            new = new_pages(
                plan,
                who,
                self.batches,
                list(self.told),
                month if not self.told else min(self.told),
                month,
                PageSettings("Harbour Peers"),
                lambda: next(numbers),
                self.copies,
            )
            self.new.append(new)
            self.batches += new.batches
            self.told |= {facts.month: facts for facts in new.facts}
        else:
            self._follow(self.leader.new[place - self.old], plan, Contributions(plan, who))
        read: Counter[str] = Counter()
        for name, amount in self._numbers(plan):
            read[name] += amount
        self.shown.append(read)


def audited(group: Recorder, old: int) -> Report:
    """Makes a group in all its worlds, and audits what new pages say beside old ones."""
    truth, report = group.truths(), Report()
    leader = UpgradedWorld(0, group.marks, group.rates, old=old)
    worlds = [leader]
    for number in range(1, group.marks.worlds):
        worlds.append(UpgradedWorld(number, group.marks, group.rates, leader=leader, old=old))
    for world in worlds:
        for currency, rate in group.rates.items():
            for month in MONTHS:
                world.put("Rates", {"Month": month, "Currency": currency, "Rate": rate})
        for step in group.steps:
            step(world)
    figures: dict[str, Mapping[str, int]] = {}
    copies: dict[str, Mapping[str, int]] = {}
    first: dict[str, int] = {}
    for place, numbers in enumerate(zip(*(world.shown for world in worlds), strict=True)):
        report.months += 1
        for name in numbers[0]:
            amounts = [world[name] for world in numbers]
            read_figure(name, amounts, group, copies if place < old else figures, report)
        for parts in (*copies.values(), *figures.values()):
            if parts not in truth.known.values():
                first |= {part: place for part in parts if part not in first}
    report.old = len(copies)
    judge_figures(figures, first, group.marks, truth, report, copies)
    return report
