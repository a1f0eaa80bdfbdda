"""Changes of records by commands: reads typed values, and checks the steps of a grant from one
state to another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import CODES, Finding
from budgettrack.core.base.ids import known_id, nearest
from budgettrack.core.base.months import is_month, month_of
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.cells.bounds import out_of_bounds
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.values import read
from budgettrack.core.figures.cash import grant_positions
from budgettrack.core.figures.deadlines import derived
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields, Grant, Plan, Records
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.references import References
from budgettrack.core.records.tables import BY_NAME, Column, Table, normal, row_of

STEPS: Mapping[str, tuple[str, ...]] = {
    "": ("prospect", "applied", "awarded", "active", "closing", "closed", "declined"),
    "prospect": ("applied", "awarded", "declined"),
    "applied": ("awarded", "declined", "prospect"),
    "awarded": ("active", "declined", "applied"),
    "active": ("closing",),
    "closing": ("closed", "active"),
    "closed": ("closing",),
    "declined": ("prospect",),
}
"""The states that a grant may get next, for each state. A step back is allowed, to correct a
mistake."""


def column_named(table: Table, name: str) -> Column:
    """Returns the column with this field name or heading. In a table with columns of months,
    `2026-03` is a column too.

    Raises UsageError if there is none, or if people cannot set the column."""
    wanted = normal(name)
    if table.months and is_month(wanted):
        return table.column(wanted)
    for column in table.columns:
        headings = (*in_every_language("heading", column.heading), *column.aliases)
        if wanted in (normal(column.name), *map(normal, headings)):
            if column.audience == "personal":
                raise UsageError(
                    f"{column.heading} names people; it is only in the workbook and is never"
                    " stored."
                )
            if column.owner != "shared" or column.name == "id":
                raise UsageError(
                    f"{column.heading} is written by the tool. It is calculated from other fields."
                )
            return column
    settable = [
        column.name
        for column in table.columns
        if column.owner == "shared" and column.audience != "personal" and column.name != "id"
    ]
    also = " Or a month, such as 2026-03." if table.months else ""
    raise UsageError(f"{table.tab} has no field {name}. {nearest(name, settable)}{also}")


def value_typed(
    column: Column, text: str, locale: str, records: Mapping[str, Mapping[str, Fields]]
) -> str:
    """Reads a value that a user typed, by the kind of its column and the locale of the workbook. ''
    clears the field.

    Returns the text in the form in which the register stores it, such as 1200.50 or 2026-03-31.
    Raises UsageError with the same problem and remedy as a finding about such a cell."""
    reading = read(text, column.kind, locale, column.choices)
    if isinstance(reading, Priced):
        raise UsageError(
            f"{column.heading}: type the digits alone, and the currency into its own field."
        )
    if isinstance(reading, Finding):
        raise refusal(column, reading)
    if beyond := out_of_bounds(column, reading):
        raise refusal(column, beyond)
    if reading and column.refers:
        by_name = References(records).find(column.refers, reading)
        rows = records.get(column.refers, {})
        return by_name or known_id(reading, rows, row_of(BY_NAME[column.refers]))
    if not reading and column.required:
        raise UsageError(f"{column.heading} cannot be empty.")
    return reading


def refusal(column: Column, wrong: Finding) -> UsageError:
    """Returns the error for a typed value, in the words of the finding that such a cell would
    have."""
    code = CODES[wrong.code]
    filling = {"currency": "this currency", **dict(wrong.values)}
    return UsageError(
        f"{column.heading}: {code.problem.format_map(filling)} {code.remedy.format_map(filling)}"
    )


def too_many_decimals(
    records: Records, base: str, table: Table, new: Mapping[str, Fields]
) -> UsageError | None:
    """Returns the error for an amount with more decimals than its currency has. `new` are the new
    or changed records of `table`, by ID.

    Returns None if there is no such amount."""
    held = {**records, table.name: {**records.get(table.name, {}), **new}}
    _, findings = plan_of(held, base=base)
    for wrong in findings:
        of_new = wrong.table == table.name and wrong.id in new
        if of_new and wrong.code == "amount-has-too-many-decimals":
            return refusal(table.column(wrong.field), wrong)
    return None


def pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    """Splits each `field=value` that a user typed. Raises UsageError if the = is missing."""
    typed = []
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise UsageError(
                f'"{word}" is not field=value. Type it as amount=1200 or "next_step=send the'
                ' budget".'
            )
        typed.append((name.strip(), value.strip()))
    return typed


def next_id(table: Table, used: Collection[str]) -> str:
    """Returns the next free ID of a table.

    >>> next_id(BY_NAME["grants"], ["G-1", "G-7", "own"])
    'G-8'
    """
    start = f"{table.prefix}-"
    rests = [id_.removeprefix(start) for id_ in used if id_.startswith(start)]
    numbers = [int(rest) for rest in rests if rest.isdecimal()]
    return f"{start}{max(numbers, default=0) + 1}"


def refused(
    plan: Plan, totals: Sequence[Total], grant: Grant, to: str, today: date, locale: str
) -> list[str]:
    """Returns the reasons why a grant cannot take the state `to` now, each with its remedy.
    Returns [] if the grant can take this state."""
    if to == grant.state:
        return []
    if to not in STEPS.get(grant.state, ()):
        after = " or ".join(STEPS.get(grant.state, ())) or "nothing"
        return [f"{grant.id} is {grant.state}; after that comes {after}, not {to}."]
    if to == "awarded":
        return list(_awarded(grant))
    if to == "active" and grant.state == "awarded":
        return [*_awarded(grant), *_active(plan, grant, locale)]
    if to == "closed":
        return list(_closed(plan, totals, grant, today, locale))
    return []


def _awarded(grant: Grant) -> Iterator[str]:
    if grant.amount is None:
        yield f"{grant.id} has no amount. Set it: budgettrack grants set {grant.id} amount=..."


def _active(plan: Plan, grant: Grant, locale: str) -> Iterator[str]:
    if not grant.agreement_reference:
        yield (
            f"{grant.id} has no agreement reference. Set it: budgettrack grants set {grant.id}"
            " agreement_reference=..."
        )
    if grant.start is None or grant.end is None:
        yield (
            f"{grant.id} has no start or no end. Set them: budgettrack grants set {grant.id}"
            " start=... end=..."
        )
    amounts = [line.amount for line in plan.lines.values() if line.grant == grant.id]
    total = sum(amounts)
    if not amounts:
        yield f"{grant.id} has no budget lines. Add them in the tab Budget, and sync."
    elif grant.amount is not None and total != grant.amount:
        yield (
            f"The budget lines of {grant.id} sum to {money.told(total, grant.currency, locale)};"
            f" the award is"
            f" {money.told(grant.amount, grant.currency, locale)}. Correct the lines or the award."
        )


def _closed(
    plan: Plan, totals: Sequence[Total], grant: Grant, today: date, locale: str
) -> Iterator[str]:
    owed = _reports_owed(plan, grant)
    if owed:
        yield (
            f"Reports are still owed: {', '.join(owed[:6])}. Send them, then: budgettrack deadlines"
            " done ID"
        )
    for cash in grant_positions(plan, totals, month_of(today)):
        if cash.grant == grant.id and cash.committed:
            yield (
                f"{money.told(cash.committed, grant.currency, locale)} is committed and not paid."
                f" Pay it, or take the"
                " commitment back."
            )


def _reports_owed(plan: Plan, grant: Grant) -> list[str]:
    """Returns the deadlines of a grant's reports that are not done. A deadline that a person
    deleted is not among them."""
    reports = [id_ for id_ in derived(plan) if id_.startswith(f"report:{grant.id}:")]
    open_ = {id_ for id_, deadline in plan.deadlines.items() if not deadline.done_on}
    return [id_ for id_ in reports if id_ in open_]
