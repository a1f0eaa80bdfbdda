"""Lists the contributions of a plan: which person, firm or line each amount belongs to (its
contributor), and its labels.

- The contributor of a payment is its payee. For the parts of a split receipt, it is the payee of
the whole receipt. A refund is subtracted from the payment that it belongs to.

- A line that pays people has at most as many contributors as its *People paid* says. If this is
blank, the line counts as paying one person.

- The only contributor to the budget of a line is the line itself.

- The contributor of a gift is the giver. The contributor of something in kind is the giver too,
  unless the giver is an organisation.

Instalments of funders, and what organisations lend, have no contributor. They are left out here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.conversion import Conversion, income_in, to_base
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.figures.totals import spent_by
from budgettrack.core.records.model import RETURNED, BudgetLine, Expense, Plan, Resource
from budgettrack.core.sealing.award import is_gift
from budgettrack.core.sealing.batches import Contribution, Labels
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.newest import Newest
from budgettrack.core.sealing.safety import SEVERAL, line_key, persons

ORGANISATIONS = frozenset({"NGO network", "host", "public body"})
"""The kinds of givers that do not count as contributors, because they are organisations."""


class Contributions:
    """All contributions of a plan (amounts that were paid to people and firms, or given by them),
    with their contributors. `headings`: a mapping from a category to the wider heading that the
    public pages show in its place."""

    def __init__(
        self, plan: Plan, who: Contributors, headings: Mapping[str, str] | None = None
    ) -> None:
        self.plan = plan
        self.headings = headings or {}
        self._who = who
        self._conversions: dict[str, Conversion | None] = {}
        self._expenses = [
            (expense, paid)
            for expense in plan.expenses.values()
            if (paid := self._payment(expense)) is not None
        ]
        self._at: dict[Month, Sequence[Contribution]] = {}
        self._newest: tuple[Month, Newest] | None = None
        self.reads_payees = who.reads_payees
        self.former = who.former

    def at(self, page: Month) -> Sequence[Contribution]:
        """Returns all contributions up to the end of the month `page`, from the present plan."""
        if page not in self._at:
            payments = self._payments(page)
            found = [*payments, *self._plans(payments), *self._gifts(page), *self._in_kind(page)]
            # Callers compare the newest month with each other month.
            # So the result for the newest month is remembered.
            self._at = {month: self._at[month] for month in sorted(self._at)[-1:]} | {page: found}
        return self._at[page]

    def newest(self, page: Month) -> Newest:
        """Returns what readers know who have this page. It is remembered, because it is the same
        for all pages that are made in one run."""
        if self._newest is None or self._newest[0] != page:
            parts, payees = self.at(page), self.reads_payees
            newest = Newest(self.plan, parts, self.former, reads_payees=payees)
            self._newest = page, newest
        return self._newest[1]

    def _payments(self, page: Month) -> list[Contribution]:
        """Returns the payments, each less its refunds."""
        by_line: dict[str, list[Contribution]] = {}
        for payment in self._netted(page):
            by_line.setdefault(payment.line, []).append(payment)
        joined: dict[str, str] = {}
        found: list[Contribution] = []
        by_person: dict[str, Contribution] = {}
        for line_id, payments in by_line.items():
            line = self.plan.lines.get(line_id)
            if line is None or line.people_paid == 0:
                found += payments
            elif self._who.reads_payees:
                _join(joined, _surplus(line, payments))
                found += payments
            else:
                # A part of a receipt may be on a line that pays people, while the receipt is not.
                # If the receipt is for a person, its part on another line belongs to this person.
                parts = {one.id: one for one in payments if self._is_part(one)}
                whole = list(_by_month(line, (one for one in payments if one.id not in parts)))
                by_person |= {payment.id: payment for payment in whole}
                found += [*whole, *parts.values()]
        for place, part in enumerate(found if by_person else ()):
            receipt = by_person.get(self.plan.payment_of(part.id), part)
            if part.contributor == receipt.contributor:
                continue
            # On a line that pays several people, the contributor of a part may be unknown.
            whose = part.contributor or receipt.contributor
            _join(joined, [*self._may_be_paid(receipt, part), whose])
            found[place] = replace(part, contributor=whose)
        return _with_joined(found, joined)

    def _may_be_paid(self, receipt: Contribution, part: Contribution) -> Sequence[str]:
        """Returns the persons to whom a part of a person's receipt may belong, on any line.

        The person who is paid most may change from month to month. So a part on another line may
        belong to any person whom the line of the receipt pays."""
        if part.line == receipt.line and receipt.contributor:
            return [receipt.contributor]
        return persons(self.plan.lines[receipt.line])

    def _is_part(self, payment: Contribution) -> bool:
        """Whether a payment is a part of a split receipt, on a line that pays no people."""
        expense = self.plan.expenses[payment.id]
        if not expense.split_of and not expense.refund_of:
            return False
        root = self.plan.payment_of(payment.id)
        line = self.plan.lines.get(self.plan.expenses[root].line)
        return root != payment.id and (line is None or line.people_paid == 0)

    def _netted(self, page: Month) -> Iterable[Contribution]:
        payments: dict[str, Contribution] = {}
        refunds: list[tuple[Expense, Contribution]] = []
        for expense, payment in self._expenses:
            if payment.month > page:
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
        line = self.plan.lines.get(expense.line)
        grant_id = line.grant if line else expense.grant
        conversion = self._conversion(grant_id)
        paid = spent_by(self.plan, expense)
        if conversion is None or paid is None:
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
            line.currency if line else self.plan.currency_of(grant_id),
        )

    def _plans(self, payments: Iterable[Contribution]) -> Iterator[Contribution]:
        """Yields the whole budget of each line as one contribution."""
        planned_for = self._planned_for(payments)
        for line in self.plan.lines.values():
            conversion = self._conversion(line.grant)
            if conversion is not None and line.amount:
                yield Contribution(
                    "budget",
                    line.id,
                    planned_for[line.id],
                    line.id,
                    "budget",
                    "",
                    line.amount,
                    conversion.units(line.amount),
                    self._labels(line.grant, line),
                    line.currency,
                )

    def _planned_for(self, payments: Iterable[Contribution]) -> Mapping[str, str]:
        """Returns the contributor to whom the budget of each line belongs.

        If all payments of a line go to one contributor, the budget of the line belongs to this
        contributor, too. Several lines may pay the same people: if lines have a payee in common,
        their budgets belong to one contributor. If a line may pay several people and it is not
        known whom, the contributor is ''.

        A line that does not pay just one person may later pay others than its only payee so far. So
        a funder of another grant who sees this payee may know all of the budget or nothing of it.
        """
        paid: dict[str, set[str]] = {}
        seen_in: dict[str, set[str]] = {}
        for payment in payments:
            paid.setdefault(payment.line, set()).add(payment.contributor)
            seen_in.setdefault(payment.contributor, set()).add(payment.labels.grant or "")
        joined: dict[str, str] = {}
        several: set[str] = set()
        for line in self.plan.lines.values():
            payees = sorted(paid.get(line.id, ()))
            if line.people_paid != 0 and self._who.reads_payees and len(payees) > 1:
                _join(joined, payees)
                several |= set(payees)

        def of(line: BudgetLine) -> str:
            payees = paid.get(line.id, set())
            pays_people = line.people_paid != 0 and self._who.reads_payees
            if len(payees) == 1 or (pays_people and payees):
                (payee, *_) = payees
                top = _top(joined, payee)
                may_be_others = line.people_paid != 1 and len(seen_in[payee]) > 1
                in_doubt = payee in several or may_be_others
                return SEVERAL + top.removeprefix(SEVERAL) if in_doubt else payee
            several_people = len(persons(line)) > 1
            return "" if pays_people or several_people else line_key(line.id)

        return {line.id: of(line) for line in self.plan.lines.values()}

    def _gifts(self, page: Month) -> Iterator[Contribution]:
        """Yields the money that persons gave, up to the month `page`.

        Gifts with the same reference are of one giver, whatever grant or kind they have. All gifts
        without a reference count as of one giver."""
        for row in self.plan.income.values():
            grant = self.plan.grants.get(row.grant)
            if not is_gift(row, grant) or month_of(row.date) > page:
                continue
            conversion = self._conversion(row.grant)
            own = income_in(self.plan, row, grant.currency if grant else self.plan.base)
            if conversion is None or not own:
                continue
            if row.kind == RETURNED:
                own = -own
            yield Contribution(
                "income",
                row.id,
                self._who.hashed("income", "", row.reference),
                "",
                "gifts",
                month_of(row.date),
                own,
                conversion.units(own),
                Labels(row.grant, "", ""),
                grant.currency if grant else self.plan.base,
            )

    def _in_kind(self, page: Month) -> Iterator[Contribution]:
        """Yields what persons and firms gave in kind, each with its whole value in the base
        currency."""
        for resource in self.plan.resources.values():
            start = month_of(resource.start) if resource.start else page
            if not is_personal(resource) or not resource.value or start > page:
                continue
            if resource.currency == self.plan.base:
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
                    self.plan.base,
                )

    def _labels(self, grant: str, line: BudgetLine | None) -> Labels:
        if line is None:
            return Labels(grant, "", "")
        activity = line.activity if line.activity in self.plan.activities else ""
        return Labels(grant, self.headings.get(line.category, line.category), activity)

    def _conversion(self, grant_id: str) -> Conversion | None:
        """Returns the conversion of a grant's money to the base currency.

        Returns None if no rate is known, or if the money is not ours."""
        if grant_id not in self._conversions:
            grant = self.plan.grants.get(grant_id)
            known = to_base(self.plan, grant) if is_ours(grant) else None
            self._conversions[grant_id] = known
        return self._conversions[grant_id]


def _surplus(line: BudgetLine, payments: Iterable[Contribution]) -> Sequence[str]:
    """Returns the payees of a line who count as one contributor.

    A line may have more payees than people, because a name was misspelt. Example: a line pays two
    people and has four payees. Then the payee with the most money and two others count as one."""
    payees: dict[str, int] = {}
    for payment in payments:
        if payment.contributor:
            payees[payment.contributor] = payees.get(payment.contributor, 0) + payment.units
    ranked = sorted(payees, key=lambda payee: (-payees[payee], payee))
    return [*ranked[:1], *ranked[len(persons(line)) :]]


def _by_month(line: BudgetLine, payments: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yields the payments of a line that pays people, if the payees are not known.

    If the line pays one person, all its payments belong to this person. If it pays several persons
    and a month has one payment for each of them, each payment belongs to another person, the
    largest always to the same one. In any other month it is not known who was paid."""
    names = persons(line)
    months: dict[Month, list[Contribution]] = {}
    for payment in payments:
        months.setdefault(payment.month, []).append(payment)
    for month in months.values():
        ranked = sorted(month, key=lambda part: (-part.units, part.id))
        whose = names if len(names) == len(ranked) else [_alone(names)] * len(ranked)
        for payment, name in zip(ranked, whose, strict=True):
            yield replace(payment, contributor=name)


def _alone(names: Sequence[str]) -> str:
    """Returns the name if there is exactly one, otherwise ''."""
    return names[0] if len(names) == 1 else ""


def _join(joined: dict[str, str], payees: Sequence[str]) -> None:
    """Makes some payees count as one contributor from now on, on every line."""
    for payee in payees[1:]:
        first, second = _top(joined, payees[0]), _top(joined, payee)
        if first != second:
            joined[max(first, second)] = min(first, second)


def _with_joined(payments: list[Contribution], joined: Mapping[str, str]) -> list[Contribution]:
    """Returns the payments. Payees that count as one have the same contributor in them."""
    if not joined:
        return payments
    tops = {payee: SEVERAL + _top(joined, payee) for payee in joined}
    tops |= {top.removeprefix(SEVERAL): top for top in tops.values()}
    return [
        replace(one, contributor=tops.get(one.contributor, one.contributor)) for one in payments
    ]


def _top(joined: Mapping[str, str], payee: str) -> str:
    while payee in joined:
        payee = joined[payee]
    return payee


def is_personal(resource: Resource) -> bool:
    """Whether persons or firms gave a resource that the group has."""
    return resource.from_whom not in ORGANISATIONS and resource.state not in {"offered", "lapsed"}
