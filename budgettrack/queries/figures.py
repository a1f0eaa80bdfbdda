"""Makes the answers of the commands as rows of plain values. Amounts are decimal texts such as
"1200.50"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from budgettrack.core.base import money, months
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import harm_of
from budgettrack.core.base.ids import known_id
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.figures import deadlines as promises
from budgettrack.core.figures.cash import GrantPosition, grant_positions
from budgettrack.core.figures.cash_flow import cash_flow, first_below_zero, not_expected
from budgettrack.core.figures.ours import ours
from budgettrack.core.figures.phasing import ANY_TIME, phasing
from budgettrack.core.figures.positions import (
    By,
    Forecast,
    Position,
    each_month,
    forecast,
    forecast_of_grant,
    forecast_without_line,
    positions,
)
from budgettrack.core.records.model import Activity, Plan, Records
from budgettrack.core.records.references import References
from budgettrack.group import (
    Standing,
    known_grant,
    last_full_month,
    month_asked,
)

if TYPE_CHECKING:
    from budgettrack.core.figures.explain import Explained

ListingRow = dict[str, Any]
"""One row of a listing, as JSON and CSV have it: field name to plain value."""


WAYS = (*get_args(By), "month")
"""The ways to list positions."""


def variance(
    now: Standing,
    today: date,
    *,
    grant: str | None,
    by: str,
    start: Month | None,
    end: Month | None,
    each_month: bool,
) -> list[ListingRow]:
    """Return the positions of lines, categories, activities or grants, as `variance --json`
    prints them.

    Raises `UsageError` for a month, a grant or a `by` that does not exist, for months in the wrong
    order, and for `each_month` with another `by` than *line*."""
    months.require_month(start)
    months.require_month(end)
    if by not in WAYS:
        raise UsageError(f'Positions cannot be listed by "{by}". Use one of: {", ".join(WAYS)}.')
    # A future month is allowed: its budget is the plan.
    last = end or last_full_month(today)
    if start is not None and start > last:
        raise UsageError(f"The first month, {start}, is after the last, {last}. Exchange them.")
    wanted = known_grant(now, grant)
    if each_month:
        if by != "line":
            raise UsageError("--each-month always lists by line. Leave out --by.")
        first = start or _first_month(now, last)
        summed = _each(now, first, last, wanted)
    elif by == "month":
        summed = list(_by_month(now, start or _first_month(now, last), last, wanted))
    else:
        grouping = cast(Literal["line", "category", "activity", "grant"], by)
        summed = positions(now.plan, now.totals, start=start, end=last, grant=wanted, by=grouping)
    return [_row(position, now.plan, today) for position in summed]


NO_GRANT, UNRESTRICTED = "no grant", "unrestricted"
"""The words for money that belongs to no grant: the first in listings of positions, the second
in listings of cash."""

PLAN = "plan"
"""The state of a row that ends in a future month: nothing can have been spent in that month yet."""


OF_A_TIME = ("budget", "spent", "variance")
OF_A_DAY = ("committed", "available")
"""Amounts of a position that are not of a month: committed money is summed over all months, and
available money is what is there at the end."""

_DUE_SHOWN = 5
"""How many deadlines `status` shows."""


def totals_of(rows: Sequence[ListingRow], at_the_end: Sequence[ListingRow]) -> list[ListingRow]:
    """Return one row of sums for each currency. Money that is not ours is left out.

    `committed` and `available` belong to a day, not to a month. So the amounts of several months
    must not be summed. `at_the_end`: the rows from which these two sums are taken. They end with
    the last of `rows`, and have each line once."""
    sums: dict[str, ListingRow] = {}
    ends = {row["to"] for row in rows}
    end = ends.pop() if len(ends) == 1 else ""
    for names, summed in ((OF_A_TIME, rows), (OF_A_DAY, at_the_end)):
        for row in summed:
            if row["money"] == "ours" and (names is OF_A_TIME or row["currency"] in sums):
                empty = dict.fromkeys(row, "") | {"to": end, "currency": row["currency"]}
                of = sums.setdefault(row["currency"], empty)
                for name in names:
                    of[name] = str(Decimal(of[name] or 0) + Decimal(row[name]))
    for row in sums.values():
        if Decimal(row["budget"]):
            share = money.percent(
                money.minor(row["variance"], row["currency"]),
                money.minor(row["budget"], row["currency"]),
            )
            row["variance_percent"] = share
    return list(sums.values())


def explained(
    now: Standing,
    plan: Plan,
    today: date,
    *,
    grant: str | None,
    line: str | None,
    start: Month | None,
    end: Month | None,
) -> list[Explained]:
    """Return the parts of which the figures of budget lines are made.

    `plan` must have its expenses. Raises UsageError for an unknown line; the message suggests
    the most similar one."""
    from budgettrack.core.figures.explain import explained as of_position

    last = month_asked(end, today)
    wanted = known_grant(now, grant)
    of_lines = positions(now.plan, now.totals, start=start, end=last, grant=wanted, by="line")
    if line is not None:
        line_id = known_id(
            line, [position.line for position in of_lines if position.line], "budget line"
        )
        of_lines = [position for position in of_lines if position.line == line_id]
    return [of_position(plan, position) for position in of_lines]


def explained_rows(explained: Sequence[Explained]) -> list[ListingRow]:
    """Return one row for each part of a figure, followed by the sums."""
    rows: list[ListingRow] = []
    for figure in explained:
        position = figure.position
        name = position.line or "unbudgeted"
        for part in figure.parts:
            rows.append(
                {
                    "grant": position.grant,
                    "line": name,
                    "what": part.kind,
                    "id": part.id if part.kind != "budget" else "",
                    "day": (
                        part.day.isoformat() if part.day and part.kind != "budget" else part.month
                    ),
                    "amount": money.decimal(part.amount, part.currency),
                    "currency": part.currency,
                    "rate": part.rate or None,
                    "counted": (
                        None
                        if part.counted is None
                        else money.decimal(part.counted, position.currency)
                    ),
                }
            )
        for what, units in (
            ("= budget", position.budget),
            ("= spent", position.spent),
            ("= variance", position.variance),
        ):
            text = money.decimal(units, position.currency)
            rows.append(
                {
                    "grant": position.grant,
                    "line": name,
                    "what": what,
                    "id": "",
                    "day": position.end,
                    "amount": text,
                }
                | {"currency": position.currency, "rate": None, "counted": text}
            )
    return rows


def _each(now: Standing, first: Month, last: Month, grant: str | None) -> list[Position]:
    return each_month(now.plan, now.totals, start=first, end=last, grant=grant)


def _by_month(now: Standing, first: Month, last: Month, grant: str | None) -> Iterator[Position]:
    """Yield the position of each grant in each month that has a budget or spending."""
    for month in months.months(first, last):
        for position in positions(
            now.plan, now.totals, start=month, end=month, grant=grant, by="grant"
        ):
            if position.budget or position.spent:
                yield position


def _first_month(now: Standing, last: Month) -> Month:
    """Return the first month of any grant, budget or spending, or `last` if there is none."""
    starts = [months.month_of(grant.start) for grant in now.plan.grants.values() if grant.start]
    starts += [total.paid or total.ordered for total in now.totals]
    for line in now.plan.lines.values():
        starts += [month for month in phasing(line) if month != ANY_TIME]
    return min(starts, default=last)


def _row(position: Position, plan: Plan, today: date) -> ListingRow:
    def text(units: int) -> str:
        return money.decimal(units, position.currency)

    return {
        "grant": position.grant,
        "line": position.line,
        "description": _description(plan, position),
        "category": position.category,
        "activity": position.activity,
        "currency": position.currency,
        "from": position.start or None,
        "to": position.end,
        "budget": text(position.budget),
        "spent": text(position.spent),
        "committed": text(position.committed),
        "available": text(position.available),
        "variance": text(position.variance),
        "variance_percent": position.variance_percent,
        "state": PLAN if position.end > months.month_of(today) else position.state,
        "money": position.money,
    }


def _description(plan: Plan, position: Position) -> str:
    line = plan.lines.get(position.line)
    return line.description if line else ""


def cash(now: Standing, today: date, grant: str | None) -> list[ListingRow]:
    """Return the planned cash of each grant by month, from the current month to the end of the
    grants. Money that belongs to no grant is called *unrestricted*."""
    wanted = known_grant(now, grant)
    rows = []
    for month in cash_flow(now.plan, now.totals, last_full_month(today)):
        if wanted in (None, month.grant):

            def text(units: int, currency: str = month.currency) -> str:
                return money.decimal(units, currency)

            rows.append(
                {
                    "grant": month.grant or UNRESTRICTED,
                    "month": month.month,
                    "currency": month.currency,
                    "opening": text(month.opening),
                    "expected": text(month.expected),
                    "planned": text(month.planned),
                    "balance": text(month.balance),
                    "below_zero": month.balance < 0,
                }
            )
    return rows


def forecasts(now: Standing, today: date, grant: str | None) -> list[ListingRow]:
    """Return two forecasts for each budget line: how much will be spent at its end as planned, and
    how much if spending goes on as in the last months. Spending without a line has a row of its
    own."""
    wanted, month = known_grant(now, grant), last_full_month(today)
    return [
        _forecast_row(position, _forecast_of(now, position, month))
        for position in positions(now.plan, now.totals, end=month, grant=wanted)
    ]


def _forecast_of(now: Standing, position: Position, month: Month) -> Forecast:
    """Return the forecast of a line, or of spending without a line."""
    if position.line:
        return forecast(now.plan, now.totals, position.line, month)
    return forecast_without_line(now.totals, position.grant, month)


def _forecast_row(position: Position, expected: Forecast) -> ListingRow:
    def text(units: int) -> str:
        return money.decimal(units, position.currency)

    return {
        "grant": position.grant,
        "line": position.line,
        "currency": position.currency,
        "amount": text(position.amount),
        "spent": text(position.spent),
        "as_planned": text(expected.as_planned),
        "at_this_pace": text(expected.at_this_pace),
    }


def cash_lines(
    now: Standing, today: date, grant: str | None, locale: str, words: SheetWords = ENGLISH
) -> Iterator[str]:
    """Yield sentences that say what these rows do not show: what went to groups, in which month
    each grant first falls below zero, and which expected money is in no month."""
    wanted, end = known_grant(now, grant), last_full_month(today)
    yield from handed_on_lines(now, end, wanted, locale, words)
    yield from _runs_out(now, end, wanted, locale, words)
    for id_, units in not_expected(now.plan, now.totals, end).items():
        if wanted in (None, id_):
            shown = money.told(units, now.plan.currency_of(id_), locale)
            yield words.say(
                "In no month: {amount} of {grant}, which no row of Income expects",
                amount=shown,
                grant=id_,
            )


def _runs_out(
    now: Standing,
    end: Month,
    grant: str | None,
    locale: str,
    words: SheetWords,
    told: Set[str] = frozenset(),
) -> Iterator[str]:
    """Yield sentences that say in which month each grant first falls below zero. `told` has the
    grants for which it was said already that they are below zero at the end of the month."""
    flow = cash_flow(now.plan, now.totals, end)
    for id_ in dict.fromkeys(month.grant for month in flow):
        below = first_below_zero(flow, id_)
        if below is None or grant not in (None, id_):
            continue
        name = id_ or words.say(NO_GRANT)
        first = next(month for month in flow if month.grant == id_)
        if first.opening < 0 and id_ in told:
            continue
        if first.opening < 0:
            shown = money.told(first.opening, first.currency, locale)
            yield words.say(
                "Cash of {grant} is below zero: {amount} at the end of {month}",
                grant=name,
                amount=shown,
                month=end,
            )
        else:
            shown = money.told(below.balance, below.currency, locale)
            yield words.say(
                "Cash of {grant} runs out in {month}: {amount} at its end",
                grant=name,
                month=below.month,
                amount=shown,
            )


def status(now: Standing, today: date, grant: str | None) -> list[ListingRow]:
    """Return one row for each grant, at the end of the last full month.

    Grants that may come are last. Grants that have neither lines nor money are only in
    `status_lines`."""
    wanted = known_grant(now, grant)
    month = last_full_month(today)
    rows = []
    for position in positions(now.plan, now.totals, end=month, grant=wanted, by="grant"):
        record = now.plan.grants.get(position.grant)
        row = _row(position, now.plan, today)
        elapsed = None
        if record and record.start and record.end:
            gone, whole = months.elapsed(record.start, record.end, today)
            elapsed = money.percent(gone, whole)
        rows.append(
            {
                "grant": position.grant or NO_GRANT,
                "title": record.title if record else "",
                "state": record.state if record else "",
                "money": row["money"],
                "currency": position.currency,
                "to": month,
                "budget": row["budget"],
                "spent": row["spent"],
                "committed": row["committed"],
                "variance": row["variance"],
                "available": row["available"],
                "used": _sign(money.percent(position.spent, position.amount)),
                "elapsed": _sign(elapsed),
            }
        )
    return sorted(rows, key=lambda row: ("ours", "may come", "declined").index(row["money"]))


def _sign(percentage: str | None) -> str | None:
    """Return a percentage with its sign.

    Returns None if there is no percentage."""
    return None if percentage is None else f"{percentage} %"


def status_lines(
    now: Standing,
    today: date,
    grant: str | None,
    locale: str,
    words: SheetWords = ENGLISH,
    compared: Sequence[str] = (),
) -> Iterator[str]:
    """Yield lines about money, work, deadlines and findings. `words` is the language of the
    workbook, in which a finding is written. `compared` has the lines about the bank and about what
    changed.

    The line "Next" names the one thing to do first."""
    wanted = known_grant(now, grant)
    month = last_full_month(today)
    due = _soon(now, today, wanted, words)
    yield from _spending(now, month, wanted, locale, words)
    yield from _cash(now, month, wanted, locale, words)
    yield from forecast_lines(now, month, wanted, locale, words)
    told = {cash.grant for cash in _cash_told(now, month, wanted)}
    yield from _runs_out(now, month, wanted, locale, words, told)
    yield from left_lines(now, today, wanted, locale, words)
    if wanted is None:
        yield from work_lines(now.plan, today, words)
    yield from compared
    yield from due_lines(now, today, wanted, words)
    yield _counted(now, today, words)
    yield as_of(now, today, words)
    yield words.say("Next: {what}", what=_next(now, due, locale, words))


def as_of(now: Standing, today: date, words: SheetWords) -> str:
    """Return a sentence that says to which moment the figures belong."""
    return words.say(
        "As of: {day}, from the sync of {synced}; money to the end of {month}",
        day=today.isoformat(),
        synced=now.synced.date().isoformat(),
        month=last_full_month(today),
    )


def _cash(
    now: Standing, month: Month, grant: str | None, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield lines about the cash of the grants that are ours, and then about money that may
    come."""
    for cash in _cash_told(now, month, grant):
        yield _cash_line(cash, month, locale, words)
    yield from handed_on_lines(now, month, grant, locale, words)
    for cash in grant_positions(now.plan, now.totals, month):
        if cash.may_come and grant in (None, cash.grant):
            yield words.say(
                "May come: {amount} of {grant} ({state}), in no total",
                amount=money.told(cash.may_come, cash.currency, locale),
                grant=cash.grant,
                state=words.choice(now.plan.grants[cash.grant].state),
            )


def handed_on_lines(
    now: Standing, month: Month, grant: str | None, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield a sentence for each grant whose cash still has money that was handed on to groups."""
    if not now.plan.given:
        return
    from budgettrack.core.counting.handed_on import notes_on_what_is_held

    def told(units: int, currency: str) -> str:
        return money.told(units, currency, locale)

    for id_, note in notes_on_what_is_held(now.plan, month, words, told).items():
        if grant in (None, id_):
            yield note


def _cash_line(cash: GrantPosition, month: Month, locale: str, words: SheetWords) -> str:
    values = {
        "grant": cash.grant or words.say(NO_GRANT),
        "held": money.told(cash.balance, cash.currency, locale),
        "month": month,
        "to_come": money.told(cash.still_to_receive, cash.currency, locale),
    }
    if cash.balance < 0:
        return words.say(
            "Cash of {grant} is below zero: {held} at the end of {month}, {to_come} still to"
            " receive",
            **values,
        )
    return words.say(
        "Cash of {grant}: {held} held at the end of {month}, {to_come} still to receive", **values
    )


def dangers(now: Standing, month: Month, locale: str, words: SheetWords) -> Iterator[str]:
    """Yield sentences about the grants whose cash is below zero at the end of a month, or will
    be."""
    told = _cash_told(now, month, None)
    for cash in told:
        if cash.balance < 0:
            yield _cash_line(cash, month, locale, words)
    yield from _runs_out(now, month, None, locale, words, {cash.grant for cash in told})


def _cash_told(now: Standing, month: Month, grant: str | None) -> list[GrantPosition]:
    """Return the grants whose cash has a line of its own."""
    return [
        cash
        for cash in grant_positions(now.plan, now.totals, month)
        if cash.money == "ours" and _is_open(cash) and grant in (None, cash.grant)
    ]


def forecast_lines(
    now: Standing, month: Month, grant: str | None, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield a line for each open grant. It says how much of the award will be spent at its end, as
    planned."""
    for id_, record in now.plan.grants.items():
        is_open = record.state in ("awarded", "active", "closing")
        units = forecast_of_grant(now.plan, now.totals, id_, month).as_planned
        if is_open and record.amount and grant in (None, id_) and (units or _has_lines(now, id_)):
            told = words.say(
                "Forecast of {grant}: {amount} of {award} spent at its end, as planned",
                grant=id_,
                amount=money.told(units, record.currency, locale),
                award=money.told(record.amount, record.currency, locale),
            )
            if units > record.amount:
                more = money.told(units - record.amount, record.currency, locale)
                told = words.say("{forecast}, {more} more than the award", forecast=told, more=more)
            yield told


def left_lines(
    now: Standing, today: date, grant: str | None, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield a line for each currency. It says how much is left in each category; a category with
    nothing left comes first."""
    left: dict[str, list[tuple[bool, str]]] = {}
    by_category = variance(
        now,
        today,
        grant=grant,
        by="category",
        start=None,
        end=last_full_month(today),
        each_month=False,
    )
    for row in by_category:
        if row["money"] == "ours" and row["category"]:
            amount = money.grouped(row["available"], locale)
            below = Decimal(row["available"]) < 0
            left.setdefault(row["currency"], []).append((not below, f"{row['category']} {amount}"))
    for currency, told in sorted(left.items()):
        yield words.say(
            "Left by category, in {currency}: {categories}",
            currency=currency,
            categories="; ".join(each for _, each in sorted(told, key=lambda each: each[0])),
        )


def _has_lines(now: Standing, grant: str) -> bool:
    return any(line.grant == grant for line in now.plan.lines.values())


def _is_open(cash: GrantPosition) -> bool:
    """Whether a grant has received money and still holds or expects some. A closed grant that holds
    and expects nothing is left out, because its line would have only zeros."""
    return bool(cash.balance or cash.still_to_receive) and bool(cash.received or cash.returned)


def work_lines(plan: Plan, today: date, words: SheetWords) -> Iterator[str]:
    """Yield lines that say how many activities have each status, and how many are late."""
    activities = plan.activities.values()
    counts = Counter(activity.status for activity in activities)
    late = sum(_is_late(activity, today) for activity in activities)
    if counts:
        blank = words.say("no status")
        told = ", ".join(
            f"{number} {words.choice(status) or blank}" for status, number in counts.items()
        )
        yield words.say("Work: {counts}; {late} late", counts=told, late=str(late))


def _is_late(activity: Activity, today: date) -> bool:
    if activity.end is None or activity.status in ("done", "dropped"):
        return False
    return activity.end < today


def _soon(now: Standing, today: date, grant: str | None, words: SheetWords) -> list[ListingRow]:
    return [row for row in deadlines(now, today, 60, words) if grant in (None, row["grant"])]


def due_lines(now: Standing, today: date, grant: str | None, words: SheetWords) -> Iterator[str]:
    """Yield five deadlines, the soonest first, and lines that say how many more deadlines there
    are. An overdue deadline is called overdue.

    If five deadlines or more are overdue, the next one is shown too."""
    due = _soon(now, today, grant, words)
    overdue = [row for row in due if row["days"] < 0]
    coming = due[len(overdue) :]
    shown = max(1, _DUE_SHOWN - len(overdue))
    for row in overdue[:_DUE_SHOWN]:
        told = f"{row['what']} ({row['id']})"
        yield words.say("Overdue since {day}: {what}", day=row["due"], what=told)
    if len(overdue) > _DUE_SHOWN:
        yield words.say(
            "and {number} more that are overdue (budgettrack deadlines)",
            number=str(len(overdue) - _DUE_SHOWN),
        )
    for row in coming[:shown]:
        told = f"{row['what']} ({row['id']})"
        yield words.say("Due {day}: {what}", day=row["due"], what=told)
    if len(coming) > shown:
        yield words.say(
            "and {number} more due by {day} (budgettrack deadlines)",
            number=str(len(coming) - shown),
            day=coming[-1]["due"],
        )


def _counted(now: Standing, today: date, words: SheetWords) -> str:
    """Return a sentence that says how many findings there are, and how many are new."""
    mistakes = sum(finding.severity == "error" for finding in now.findings)
    week = (today - timedelta(days=7)).isoformat()
    return words.say(
        "Found: errors {errors}, warnings {warnings}, new this week {new} (budgettrack checks)",
        errors=str(mistakes),
        warnings=str(len(now.findings) - mistakes),
        new=str(sum(finding.first_seen > week for finding in now.findings)),
    )


def _spending(
    now: Standing, month: Month, grant: str | None, locale: str, words: SheetWords
) -> Iterator[str]:
    """Yield lines that say what was spent in the last full month and in the month before, by
    currency."""
    before = months.after(month, -1)
    sums: dict[str, list[int]] = {}
    for (when, of, currency), units in now.spent.items():
        if grant in (None, of) and ours(now.plan, of):
            sums.setdefault(currency, [0, 0])[0 if when == month else 1] += units
    for currency, (this, last) in sorted(sums.items()):
        yield words.say(
            "Spent in {month}: {amount} ({before}: {other})",
            month=month,
            amount=money.told(this, currency, locale),
            before=before,
            other=money.grouped(money.decimal(last, currency), locale),
        )


def _next(now: Standing, due: Sequence[ListingRow], locale: str, words: SheetWords) -> str:
    """Return a line with the one thing to do first.

    The order is: people or money at risk, figures that are incomplete, a month that must be
    closed before mails can be sent, a deadline, any other finding."""
    waits = next((finding for finding in now.findings if finding.code == "summary-waits"), None)
    worst = next(iter(now.findings), None)
    if worst and harm_of(worst.code) in ("people", "money", "figures"):
        return worst.line(locale, words)
    if waits:
        return waits.line(locale, words)
    if due:
        return _due_first(due[0], words)
    if worst:
        return worst.line(locale, words)
    return words.say("nothing; all is well")


def _due_first(row: ListingRow, words: SheetWords) -> str:
    what, day, days = f"{row['what']} ({row['id']})", row["due"], str(-row["days"])
    if row["days"] >= 0:
        return words.say("{what} is due on {day}", what=what, day=day)
    if row["days"] == -1:
        return words.say("{what} is 1 day overdue, since {day}", what=what, day=day)
    return words.say("{what} is {days} days overdue, since {day}", what=what, days=days, day=day)


def deadlines(
    now: Standing, today: date, within: int | None, words: SheetWords = ENGLISH
) -> list[ListingRow]:
    """Return the deadlines, the soonest first. `days` is the number of days left; it is negative
    if the deadline is overdue."""
    return [
        {
            "due": deadline.due.isoformat(),
            "days": (deadline.due - today).days,
            "what": deadline.what,
            "grant": deadline.grant,
            "id": deadline.id,
        }
        for deadline in promises.upcoming(now.plan, today, within, words)
    ]


def findings(found: Sequence[Finding]) -> list[ListingRow]:
    """Return findings as rows. Every command that lists findings uses this form."""
    return [
        {
            "place": finding.place,
            "severity": finding.severity,
            "harm": harm_of(finding.code),
            "code": finding.code,
            "id": finding.id,
            "field": finding.field,
            "problem": finding.problem,
            "remedy": finding.remedy,
        }
        for finding in found
    ]


def findings_of_grant(found: Sequence[Finding], records: Records, grant: str) -> list[Finding]:
    """Return the findings about a grant: about its own row, its lines, and the rows that refer to
    them.

    `records` has the records of all tables. If a row is left out of the figures, its findings
    still belong to its grant. Raises UsageError if there is no such grant."""
    references = References(records)
    grants = records.get("grants", {})
    id_ = references.find("grants", grant) or known_id(grant, grants, "grant")

    def belongs(finding: Finding) -> bool:
        if finding.table == "grants":
            return finding.id == id_
        fields = records.get(finding.table, {}).get(finding.id, {})
        text, day = fields.get("budget_line", ""), fields.get("date", "")
        line = references.find("budget", text, day=day)
        of_line = records["budget"][line].get("grant", "") if line else ""
        return id_ == references.find("grants", of_line or fields.get("grant", ""))

    return [finding for finding in found if belongs(finding)]


def dated_findings(found: Sequence[Finding]) -> list[ListingRow]:
    """Return the findings of the last sync, the worst first, each with the day on which it was
    first seen."""
    return [
        {**row, "first_seen": finding.first_seen}
        for row, finding in zip(findings(found), found, strict=True)
    ]
