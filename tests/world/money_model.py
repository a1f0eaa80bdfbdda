"""An independent model of a group's money: what every listing and file must say.

Written from the rules of the design (§9) and the decision records 17 to 20 alone, in exact
fractions, from the rows as they were typed. It shares no code with the package, and must not: two
that were made alike would be wrong alike.

Sums are in whole units of a currency (euros, not cents), as fractions that are whole minor units."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Row = Mapping[str, str]

DECIMALS = {"EUR": 2, "GBP": 2, "USD": 2, "JPY": 0, "KWD": 3}
UNDATED = "0000-00"
"""The month of a budget without dates, which is before every other."""
MAY_COME, DECLINED = ("prospect", "applied"), ("declined",)


def rounded(value: Fraction, currency: str) -> Fraction:
    """To whole minor units, half to even."""
    scale = 10 ** DECIMALS[currency]
    return Fraction(round(value * scale), scale)


def shared(value: Fraction, currency: str) -> Fraction:
    """The budget to date in whole minor units. Of a half, the odd unit goes to the earlier months
    (design §9)."""
    scale = 10 ** DECIMALS[currency]
    units = (2 * abs(value) * scale + 1) // 2
    return Fraction(units if value > 0 else -units, scale)


def month_of(day: str) -> str:
    return day[:7]


def months_between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:7])
    months = []
    while f"{year:04}-{month:02}" <= last:
        months.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return months


def days_in(month: str) -> int:
    return monthrange(int(month[:4]), int(month[5:7]))[1]


@dataclass
class Figures:
    """What stands against a line, or against no line, over a period."""

    amount: Fraction = Fraction(0)
    budget: Fraction = Fraction(0)
    spent: Fraction = Fraction(0)
    committed: Fraction = Fraction(0)
    to_date: Fraction = Fraction(0)
    payments: int = 0
    grants: set[str] = field(default_factory=set)
    is_budgeted: bool = False

    @property
    def variance(self) -> Fraction:
        return self.budget - self.spent

    @property
    def available(self) -> Fraction:
        return self.amount - self.to_date - self.committed

    @property
    def is_empty(self) -> bool:
        sums = self.amount, self.budget, self.spent, self.committed, self.to_date
        return not any(sums) and not self.payments

    def add(self, other: Figures) -> None:
        self.amount += other.amount
        self.budget += other.budget
        self.spent += other.spent
        self.committed += other.committed
        self.to_date += other.to_date
        self.payments += other.payments
        self.grants |= other.grants
        self.is_budgeted |= other.is_budgeted


@dataclass
class Cash:
    """A grant's money to the end of a month."""

    received: Fraction = Fraction(0)
    returned: Fraction = Fraction(0)
    spent: Fraction = Fraction(0)
    fee: Fraction = Fraction(0)
    to_come: Fraction = Fraction(0)

    @property
    def balance(self) -> Fraction:
        return self.received - self.returned - self.spent - self.fee


Place = tuple[str, str]
"""(grant, line); the line is '' for spending on none, both are '' for unrestricted money."""


class MoneyModel:
    """The money of a group, by its rows of every table."""

    def __init__(self, rows: Mapping[str, Sequence[Row]], base: str = "EUR") -> None:
        self.base = base
        self.grants = {row["id"]: row for row in rows.get("grants", ())}
        self.lines = {row["id"]: row for row in rows.get("budget", ())}
        self.activities = {row["id"]: row for row in rows.get("work_plan", ())}
        self.expenses = list(rows.get("expenses", ()))
        self.income = list(rows.get("income", ()))
        self.rates = {
            (row["month"], row["currency"]): Fraction(row["rate"]) for row in rows.get("rates", ())
        }

    # ---- whose money, in which currency

    def money_of(self, grant: str) -> str:
        state = self.grants[grant].get("state", "") if grant else ""
        if state in MAY_COME:
            return "may come"
        return "declined" if state in DECLINED else "ours"

    def currency(self, grant: str) -> str:
        return self.grants[grant]["currency"] if grant else self.base

    def rate(self, currency: str, month: str) -> Fraction | None:
        return Fraction(1) if currency == self.base else self.rates.get((month, currency))

    def paid_in(self, amount: Fraction, currency: str, to: str, month: str) -> Fraction | None:
        """A payment of a month in another currency, converted once; None without a rate."""
        if currency == to:
            return amount
        own, other = self.rate(currency, month), self.rate(to, month)
        return None if own is None or other is None else rounded(amount * other / own, to)

    def planning_rate(self, grant: str) -> Fraction | None:
        """A grant's one rate to the base currency; None where none is known."""
        currency = self.currency(grant)
        if currency == self.base:
            return Fraction(1)
        row = self.grants[grant]
        if row.get("budget_rate"):
            return Fraction(row["budget_rate"])
        known = sorted(month for month, code in self.rates if code == currency)
        if not known:
            return None
        before = [month for month in known if month <= month_of(row.get("start", ""))]
        return self.rates[(before or known[:1])[-1], currency]

    def in_base(self, grant: str, amount: Fraction) -> Fraction | None:
        rate = self.planning_rate(grant)
        return None if rate is None else rounded(amount / rate, self.base)

    # ---- budgets

    def phasing(self, line: Row) -> dict[str, Fraction]:
        """A line's budget by month."""
        amount, currency = Fraction(line["amount"]), self.currency(line["grant"])
        typed = {name: Fraction(text) for name, text in line.items() if name[:2] == "20" and text}
        if typed:
            return typed
        span = self.span(line)
        if span is None:
            return {UNDATED: amount}
        start, end = span
        months = months_between(month_of(start), month_of(end))
        parts = [Fraction(1)] * len(months)
        if len(months) > 1:
            first, last = days_in(months[0]), days_in(months[-1])
            parts[0] = Fraction(first - int(start[8:]) + 1, first)
            parts[-1] = Fraction(int(end[8:]), last)
        budget, before, weight = {}, Fraction(0), Fraction(0)
        for month, part in zip(months, parts, strict=True):
            weight += part
            to_date = shared(amount * weight / sum(parts), currency)
            budget[month] = to_date - before
            before = to_date
        return budget

    def span(self, line: Row) -> tuple[str, str] | None:
        """The first and last day of a line: its own, else its activity's, else its grant's."""
        for row in (
            line,
            self.activities.get(line.get("activity", ""), {}),
            self.grants[line["grant"]],
        ):
            if row.get("start") and row.get("end"):
                return row["start"], row["end"]
        return None

    # ---- spending

    def place(self, expense: Row) -> Place:
        line = expense.get("budget_line", "")
        return (self.lines[line]["grant"], line) if line else (expense.get("grant", ""), "")

    def movements(self, expense: Row) -> tuple[str, Fraction | None, str, Fraction | None]:
        """When an expense was ordered, and what that committed; when it was paid ('' for never),
        and what that cost. None where no rate is known."""
        grant, _ = self.place(expense)
        to = self.currency(grant)
        currency, amount = expense.get("currency", to), Fraction(expense["amount"])
        ordered, state = month_of(expense["date"]), expense["state"]
        paid = "" if state == "committed" else month_of(expense.get("paid_on") or expense["date"])
        committed = self.paid_in(amount, currency, to, ordered)
        spent = self.paid_in(amount, currency, to, paid) if paid else None
        if state == "refunded":
            committed, spent = Fraction(0), None if spent is None else -spent
        return ordered, committed, paid, spent

    def standing(self, end: str, start: str = "") -> dict[Place, Figures]:
        """Every line, and every place of spending on none, from one month (else from the beginning)
        to another."""
        places: dict[Place, Figures] = {}
        for id_, line in self.lines.items():
            figures = Figures(Fraction(line["amount"]), grants={line["grant"]}, is_budgeted=True)
            for month, units in self.phasing(line).items():
                if start <= month <= end:
                    figures.budget += units
            places[line["grant"], id_] = figures
        for expense in self.expenses:
            place = self.place(expense)
            figures = places.setdefault(place, Figures(grants={place[0]}))
            ordered, committed, paid, spent = self.movements(expense)
            if paid and paid <= end:
                if spent is None:
                    continue
                figures.to_date += spent
                if paid >= start:
                    figures.spent += spent
                    figures.payments += 1
            elif ordered <= end:
                figures.committed += committed or 0
        return {p: figures for p, figures in places.items() if p[1] or not figures.is_empty}

    def grouped(self, by: str, end: str, start: str = "") -> dict[tuple[str, ...], Figures]:
        """(label, currency, whether it is of no line, whose money) to figures."""
        groups: dict[tuple[str, ...], Figures] = {}
        for (grant, id_), figures in self.standing(end, start).items():
            line = self.lines.get(id_, {})
            label = grant if by == "grant" else line.get(by, "")
            unbudgeted = "" if by == "grant" or id_ else "unbudgeted"
            key = (label, self.currency(grant), unbudgeted, self.money_of(grant))
            groups.setdefault(key, Figures()).add(figures)
        return groups

    def by_month(self, end: str) -> Iterator[tuple[Place, str, Figures]]:
        """Each line and month to `end` that has a budget or spending."""
        for place in self.standing(end):
            line = self.lines.get(place[1])
            planned = self.phasing(line) if line else {}
            paid = {
                self.movements(expense)[2]
                for expense in self.expenses
                if self.place(expense) == place and self.movements(expense)[3] is not None
            }
            for month in sorted({month for month, units in planned.items() if units} | paid):
                if month != UNDATED and month <= end:
                    yield place, month, self.standing(month, month)[place]

    def state(self, figures: Figures) -> str:
        grants = figures.grants
        whose = {self.money_of(grant) for grant in grants}
        if whose != {"ours"}:
            return whose.pop()
        if not figures.is_budgeted:
            return "unbudgeted"
        if figures.to_date > figures.amount:
            return "over budget"
        if figures.available < 0:
            return "over committed"
        if not figures.budget and not figures.spent:
            return "not started"
        own = (
            self.grants[min(grants)].get("variance_limit")
            if len(grants) == 1 and min(grants)
            else None
        )
        if abs(figures.variance) * 100 > Fraction(own or 10) * abs(figures.budget):
            return "over plan" if figures.variance < 0 else "under plan"
        return "within plan"

    # ---- money of grants

    def cash(self, grant: str, end: str) -> Cash:
        cash, currency = Cash(), self.currency(grant)
        expected = of_award = brought = Fraction(0)
        for row in self.income:
            if row.get("grant", "") != grant:
                continue
            amount = self.came_in(row, currency)
            if amount is None:
                continue
            if row["state"] == "expected":
                expected += amount if row["kind"] != "returned to funder" else 0
            elif month_of(row["date"]) <= end:
                if row["kind"] == "returned to funder":
                    cash.returned += amount
                    continue
                cash.received += amount
                of_award += amount if row["kind"] in ("instalment", "opening balance") else 0
                brought += amount if row["kind"] == "opening balance" else 0
        cash.spent = sum(
            (f.spent for (of, _), f in self.standing(end).items() if of == grant), Fraction(0)
        )
        row = self.grants.get(grant, {})
        if row.get("host_fee"):
            on = (
                cash.spent
                if row.get("host_fee_on") == "spending"
                else cash.received - brought - cash.returned
            )
            cash.fee = rounded(on * Fraction(row["host_fee"]) / 100, currency)
        award = Fraction(row.get("amount") or 0)
        if self.money_of(grant) != "declined":
            cash.to_come = max(Fraction(0), award - of_award) if award else expected
        return cash

    def came_in(self, row: Row, currency: str) -> Fraction | None:
        if row.get("received_currency", "") == currency and row.get("received_amount"):
            return Fraction(row["received_amount"])
        return self.paid_in(
            Fraction(row["amount"]), row.get("currency", currency), currency, month_of(row["date"])
        )

    def together(self, end: str) -> dict[str, Fraction]:
        """All grants that are ours, in the base currency: a grant at its planning rate, line by
        line."""
        names = ("award", "budget", "spent", "committed", "received", "balance", "may come")
        sums = dict.fromkeys(names, Fraction(0))
        for grant in (*self.grants, ""):
            whose, cash = self.money_of(grant), self.cash(grant, end)
            if self.planning_rate_or_one(grant) is None or whose == "declined":
                continue
            if whose == "may come":
                sums["may come"] += self.in_base(grant, cash.to_come) or 0
                continue
            award = Fraction(self.grants.get(grant, {}).get("amount") or 0)
            for name, amount in (
                ("award", award),
                ("received", cash.received),
                ("balance", cash.balance),
            ):
                sums[name] += self.as_base(grant, amount)
            for (of, _), figures in self.standing(end).items():
                if of == grant:
                    sums["budget"] += self.as_base(grant, figures.budget)
                    sums["spent"] += self.as_base(grant, figures.spent)
                    sums["committed"] += self.as_base(grant, figures.committed)
        return sums

    def planning_rate_or_one(self, grant: str) -> Fraction | None:
        return self.planning_rate(grant) if grant else Fraction(1)

    def as_base(self, grant: str, amount: Fraction) -> Fraction:
        converted = self.in_base(grant, amount) if grant else amount
        assert converted is not None
        return converted

    # ---- what anybody may read

    def public_total(self, end: str) -> tuple[Fraction, Fraction]:
        """(budget, spent) to a month in the base currency: money that is ours, without what pays
        people."""
        budget = spent = Fraction(0)
        for (grant, id_), figures in self.standing(end).items():
            line = self.lines.get(id_, {})
            if self.money_of(grant) != "ours" or line.get("people_paid", "0") != "0":
                continue
            if self.planning_rate_or_one(grant) is None:
                continue
            budget += self.as_base(grant, figures.budget)
            spent += self.as_base(grant, figures.spent)
        return budget, spent
