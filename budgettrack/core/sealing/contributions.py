"""Lists the contributions of a plan: who stands behind which amount, with which labels.

- A payment is about its payee. Parts of a split are about the payee of the whole receipt. A refund
  is taken off the payment that it belongs to.
- A line that pays people has at most as many contributors as its *People paid*. If this is blank,
  the line counts as paying one person.
- The budget of a line has the line itself as its only contributor.
- A gift is about its giver. Something in kind is about its giver if the giver is not an
  organisation.

Instalments of funders, and what organisations lend, have no contributor. They are not here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.cash import RETURNED
from budgettrack.core.figures.conversion import Conversion, income_in, to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.totals import spent_by
from budgettrack.core.records.model import BudgetLine, Expense, Grant, Income, Plan, Resource
from budgettrack.core.sealing.batches import Contribution, Labels
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.safety import line_key, persons

GIVERS = frozenset({"membership", "crowdfunding"})
"""The kinds of a grant whose money comes from persons."""

ORGANISATIONS = frozenset({"NGO network", "host", "public body"})
"""Givers in kind who are no contributors."""


def from_givers(grant: Grant | None) -> bool:
    """Whether the money of a grant comes from persons. Money without a grant may."""
    return grant is None or grant.kind in GIVERS


def contributions(
    plan: Plan, who: Contributors, page: Month, headings: Mapping[str, str]
) -> list[Contribution]:
    """Returns all contributions up to the end of a month, as the plan has them now.

    `headings` are coarser public names of categories."""
    found = _Contributions(plan, who, page, headings)
    return [*found.payments(), *found.budgets(), *found.gifts(), *found.in_kind()]


class _Contributions:
    def __init__(
        self, plan: Plan, who: Contributors, page: Month, headings: Mapping[str, str]
    ) -> None:
        self._plan, self._who, self._page, self._headings = plan, who, page, headings
        self._conversions: dict[str, Conversion | None] = {}

    def payments(self) -> Iterator[Contribution]:
        """Yields the payments, each less its refunds."""
        by_line: dict[str, list[Contribution]] = {}
        for payment in self._netted():
            by_line.setdefault(payment.line, []).append(payment)
        for line_id, payments in by_line.items():
            line = self._plan.lines.get(line_id)
            if line is None or line.people_paid == 0:
                yield from payments
            else:
                yield from self._of_people(line, payments)

    def _netted(self) -> Iterable[Contribution]:
        payments: dict[str, Contribution] = {}
        refunds: list[tuple[Expense, Contribution]] = []
        for expense in self._plan.expenses.values():
            payment = self._payment(expense)
            if payment is None:
                continue
            if expense.state == "refunded" and expense.refund_of:
                refunds.append((expense, payment))
            else:
                payments[payment.id] = payment
        for refund, less in refunds:
            paid = payments.get(refund.refund_of)
            if paid is None or paid.line != less.line or paid.own + less.own < 0:
                payments[less.id] = less
            else:
                payments[paid.id] = replace(
                    paid, own=paid.own + less.own, units=paid.units + less.units
                )
        return payments.values()

    def _payment(self, expense: Expense) -> Contribution | None:
        """Returns the contribution of an expense. Returns None if it is in no public figure."""
        line = self._plan.lines.get(expense.line)
        grant_id = line.grant if line else expense.grant
        conversion = self._conversion(grant_id)
        paid = spent_by(self._plan, expense)
        if conversion is None or paid is None or paid[0] > self._page:
            return None
        month, own = paid
        labels = self._labels(grant_id, line)
        contributor = self._who.of(expense)
        return Contribution(
            "expenses",
            expense.id,
            contributor,
            line.id if line else "",
            "spent",
            month,
            own,
            conversion.units(own),
            labels,
        )

    def _of_people(
        self, line: BudgetLine, payments: Iterable[Contribution]
    ) -> Iterator[Contribution]:
        """Yields the payments of a line that pays people, with at most `people_paid`
        contributors."""
        names = persons(line)
        payees: dict[str, list[Contribution]] = {}
        months: dict[Month, list[Contribution]] = {}
        for payment in payments:
            payees.setdefault(payment.contributor, []).append(payment)
            months.setdefault(payment.month, []).append(payment)
        if self._who.reads_payees and line.people_paid is not None:
            # Names may be misspelt. The payee who got most counts for all that are too many.
            ranked = sorted(payees, key=lambda payee: -sum(part.units for part in payees[payee]))
            for rank, payee in enumerate(ranked):
                whose = payee if rank < len(names) else ranked[0]
                yield from (replace(payment, contributor=whose) for payment in payees[payee])
            return
        # Without payees, each payment of a month is about another person.
        for month in months.values():
            for rank, payment in enumerate(sorted(month, key=lambda part: -part.units)):
                yield replace(payment, contributor=names[rank if rank < len(names) else 0])

    def budgets(self) -> Iterator[Contribution]:
        """Yields the whole budget of each line."""
        for line in self._plan.lines.values():
            conversion = self._conversion(line.grant)
            if conversion is not None and line.amount:
                yield Contribution(
                    "budget",
                    line.id,
                    line_key(line.id),
                    line.id,
                    "budget",
                    "",
                    line.amount,
                    conversion.units(line.amount),
                    self._labels(line.grant, line),
                )

    def gifts(self) -> Iterator[Contribution]:
        """Yields the money that persons gave."""
        for row in self._plan.income.values():
            grant = self._plan.grants.get(row.grant)
            if not is_gift(row, grant) or month_of(row.date) > self._page:
                continue
            conversion = self._conversion(row.grant)
            own = income_in(self._plan, row, grant.currency if grant else self._plan.base)
            if conversion is None or not own:
                continue
            if row.kind == RETURNED:
                own = -own
            yield Contribution(
                "income",
                row.id,
                self._who.hashed("income", f"{row.grant} {row.kind}", row.reference),
                "",
                "gifts",
                month_of(row.date),
                own,
                conversion.units(own),
                Labels(row.grant, "", ""),
            )

    def in_kind(self) -> Iterator[Contribution]:
        """Yields what persons and firms gave in kind, by its whole value in the base currency."""
        for resource in self._plan.resources.values():
            start = month_of(resource.start) if resource.start else self._page
            if not is_personal(resource) or not resource.value or start > self._page:
                continue
            if resource.currency == self._plan.base:
                yield Contribution(
                    "resources",
                    resource.id,
                    self._who.hashed("resources", resource.from_whom, resource.description),
                    "",
                    "in kind",
                    start,
                    resource.value,
                    resource.value,
                    Labels("", resource.kind, ""),
                )

    def _labels(self, grant: str, line: BudgetLine | None) -> Labels:
        if line is None:
            return Labels(grant, "", "")
        activity = line.activity if line.activity in self._plan.activities else ""
        return Labels(grant, self._headings.get(line.category, line.category), activity)

    def _conversion(self, grant_id: str) -> Conversion | None:
        """Returns the conversion to the base currency.

        Returns None if no rate is known, or if the money is not ours."""
        if grant_id not in self._conversions:
            grant = self._plan.grants.get(grant_id)
            known = to_base(self._plan, grant) if is_ours(grant) else None
            self._conversions[grant_id] = known
        return self._conversions[grant_id]


def is_gift(row: Income, grant: Grant | None) -> bool:
    """Whether money received comes from persons and not from a funder."""
    return row.state == "received" and (from_givers(grant) or row.kind == "donation")


def is_personal(resource: Resource) -> bool:
    """Whether a resource that we have was given by persons or firms."""
    return resource.from_whom not in ORGANISATIONS and resource.state not in {"offered", "lapsed"}
