"""Answers what supplies there are over a host and its groups, and who has a batch."""

from __future__ import annotations

from budgettrack import statements
from budgettrack.core.base import months
from budgettrack.core.base.months import Month
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.counting.stock import QUANTITIES, stock_over, who_told_batch
from budgettrack.core.figures.supplies import plain, who_has
from budgettrack.group import OpenedGroup, month_asked
from budgettrack.host.run import groups_of
from budgettrack.queries.figures import ListingRow
from budgettrack.queries.supplies import rows_not_counted


def stock_by_kind(host: OpenedGroup, month: Month | None) -> list[ListingRow]:
    """Returns what is left of each kind at the end of a month, each piece counted once."""
    end = month_asked(month, host.today)
    told = {code: statement.stock for code, statement in _telling(host, end).items()}
    plan = host.standing_at(end).plan
    return [
        {
            "kind": each.kind,
            "unit": each.unit or None,
            "left": plain(each.left),
            "in_store": plain(each.in_store),
            "on_the_way": plain(each.on_the_way),
            "with_groups": plain(each.with_groups),
            "not_told": plain(each.not_told),
            "ends_soon": plain(each.ends_soon),
            "expired": plain(each.expired),
        }
        for each in stock_over(plan, told, months.last_day(end))
    ]


def stock_by_group(host: OpenedGroup, month: Month | None) -> list[ListingRow]:
    """Returns what each group reported about each kind of supplies, and for which month."""
    end = month_asked(month, host.today)
    return [
        {
            "group": code,
            "month": statement.month,
            "kind": each.kind,
            "unit": each.unit or None,
            **{name: each.quantities[name] for name in QUANTITIES},
            "weeks": each.weeks,
        }
        for code, statement in sorted(_telling(host, end).items())
        for each in statement.stock
    ]


def holders(host: OpenedGroup, batch: str, month: Month | None) -> list[ListingRow]:
    """Returns who has a batch, from our own tabs and from the statements of groups. Rows of our
    tabs that could not be read and may belong to the batch are listed, too."""
    end = month_asked(month, host.today)
    ours: list[ListingRow] = [
        {
            "said_by": None,
            "where": each.where,
            "to": each.to or None,
            "quantity": plain(each.quantity),
            "unit": each.lot.unit or None,
            "kind": each.lot.kind,
            "expiry": each.lot.expiry.isoformat() if each.lot.expiry else None,
            "row": None,
        }
        for each in who_has(host.standing_at(end).plan, batch, months.last_day(end))
    ]
    ours += [
        {
            "said_by": None,
            "where": "not counted",
            "to": each.to or None,
            "quantity": each.quantity or None,
            "unit": None,
            "kind": None,
            "expiry": None,
            "row": each.id,
        }
        for each in rows_not_counted(host, host.standing, batch)
    ]
    told = {code: statement.stock for code, statement in _telling(host, end).items()}
    return ours + [
        {
            "said_by": each.group,
            "where": "with",
            "to": each.group,
            "quantity": each.left,
            "unit": each.unit or None,
            "kind": each.kind,
            "expiry": each.expiry or None,
            "row": None,
        }
        for each in who_told_batch(told, batch)
    ]


def _telling(host: OpenedGroup, end: Month) -> dict[str, HostStatement]:
    """Returns the newest statement of each group whose statements include supplies."""
    groups = groups_of(host)
    assert host.config.host is not None
    codes = [group.code for group in groups]
    newest = statements.newest_of(host.config.host.groups, codes, end)
    return {code: statement for code, statement in newest.items() if statement.stock}
