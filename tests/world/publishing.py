"""Publishes months of a plan without a register, with the program's own decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from msgspec.structs import replace

from budgettrack.core.base.months import Month, last_day
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Plan
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.contributors import Contributors, payee_hash
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.facts import facts_now, needed
from budgettrack.core.views.first_month import begun, first_public_month
from budgettrack.core.views.new_pages import PageSettings, new_pages
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import PublicFacts, PublicView
from budgettrack.reports.site.public_pages import Published

KEY = b"the key of the harbour's books"


def each_alone(plan: Plan) -> Contributors:
    """Every expense has a payee of its own."""
    payees = {id_: payee_hash(KEY, f"payee {id_}") for id_ in plan.expenses}
    return Contributors(KEY, payees, plan.expenses)


@dataclass(slots=True)
class Books:
    """What a group has published so far."""

    batches: list[Batch] = field(default_factory=list)
    facts: dict[Month, PublicFacts] = field(default_factory=dict)
    numbers: Iterable[int] = field(default_factory=count)

    def publish(
        self, plan: Plan, month: Month, settings: PageSettings | None = None
    ) -> Sequence[Batch]:
        """Publishes all pages up to a month, and returns the new batches."""
        first = first_public_month(begun(plan, totals(plan)[0]), month)
        new = new_pages(
            plan,
            each_alone(plan),
            self.batches,
            list(self.facts),
            min(self.facts, default=first),
            month,
            replace(settings or PageSettings("Harbour Peers"), waited=self._waited()),
            iter(self.numbers).__next__,
        )
        self.batches += new.batches
        self.facts |= {facts.month: facts for facts in new.facts}
        return new.batches

    def _waited(self) -> Month | None:
        return self.facts[max(self.facts)].waits_since if self.facts else None

    def views(self, plan: Plan) -> list[PublicView]:
        """Returns all pages, oldest first, with the names of the plan."""
        plan = without_personal_details(plan)
        batches = public_batches(self.batches, plan)
        pages = [self.facts[month] for month in sorted(self.facts)]
        facts = [facts_now(then, pages[-1], plan) for then in pages]
        return [public_view(batches, page) for page in needed(facts, batches)]


def pages_of(views: Iterable[PublicView]) -> list[Published]:
    """Returns the pages, each as if it had been published on the last day of its month."""
    return [Published(view, last_day(view.month)) for view in views]
