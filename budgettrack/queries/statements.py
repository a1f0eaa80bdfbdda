"""Shows a group the statement that its host would get."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files, statements
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import Month
from budgettrack.core.counting.handed_on import counted
from budgettrack.core.counting.statements import (
    HostStatement,
    ToldGrant,
    books_of,
    is_agreed,
    statement,
)
from budgettrack.core.counting.stock import QUANTITIES
from budgettrack.core.records.tables import GROUPS
from budgettrack.group import OpenedGroup, Standing, month_asked
from budgettrack.queries.figures import ListingRow

AGREED = "The host sees this at the end of {month}, and nothing else of our books."
NOT_AGREED = (
    "Nobody sees this yet. It is what the host would see at the end of {month}, and nothing else of"
    " our books. To agree, choose yes in the column Statement of the tab Agreements, or with"
    " supplies."
)
LISTED = "The page of the host's network may name us, once the host says so too."
NOT_LISTED = (
    "The page of the host's network does not name us. Our spending may be in its sums, with that of"
    " other groups, if nobody can find it there."
)
NOT_TOLD = "Nothing was written: no agreement with a host has yes in the column Statement."


def statement_rows(group: OpenedGroup, month: str | None) -> tuple[list[ListingRow], str]:
    """Returns the statement of a month as rows, and some sentences. These say whether the host sees
    the statement, and whether the page of the host's network may name the group."""
    end = month_asked(month, group.today)
    standing = group.standing_at(end)
    agreed = is_agreed(standing.plan)
    told = _statement(group, standing, end, preview=not agreed)
    words = (AGREED if agreed else NOT_AGREED).format(month=end)
    words = f"{words} {LISTED if told.listed else NOT_LISTED}"
    return [row for grant in told.grants for row in _rows(grant)], words


def stock_rows(group: OpenedGroup, month: str | None) -> list[ListingRow]:
    """Returns the supplies that the host sees, or would see, at the end of a month."""
    end = month_asked(month, group.today)
    standing = group.standing_at(end)
    agreed = is_agreed(standing.plan)
    told = _statement(group, standing, end, preview=not agreed)
    return [
        {
            "kind": each.kind,
            "unit": each.unit or None,
            **{name: each.quantities[name] for name in QUANTITIES},
            "weeks": each.weeks,
            "batches": ", ".join(f"{one.batch}: {one.left}" for one in each.batches) or None,
        }
        for each in told.stock
    ]


def agreed_statement(group: OpenedGroup, month: str | None) -> HostStatement | None:
    """Returns the statement of a month. Returns None if the group has not agreed that the host
    gets one."""
    end = month_asked(month, group.today)
    standing = group.standing_at(end)
    if not is_agreed(standing.plan):
        return None
    return _statement(group, standing, end)


def _statement(
    group: OpenedGroup, standing: Standing, end: Month, *, preview: bool = False
) -> HostStatement:
    """Returns the statement of a month. If the group is a host itself, it has what its own groups
    told of the money that was handed on to them."""
    host, rolled = group.config.host, None
    if host is not None:
        told = statements.newest_of(host.groups, standing.records.get(GROUPS.name, {}), end)
        books = {code: books_of(one) for code, one in told.items()}
        rolled = counted(standing.plan, standing.totals, end, books)
    return statement(standing.plan, standing.totals, end, preview=preview, rolled=rolled)


def written(group: OpenedGroup, month: str | None, out: Path) -> str:
    """Writes the signed statement of a month into a file. Returns sentences that say what was done.

    Raises `UsageError` if the group has not agreed that the host gets a statement."""
    told = agreed_statement(group, month)
    if told is None:
        raise UsageError(NOT_TOLD)
    content, public = statements.signed(told, group.config.path, group.now())
    files.write(out, content, private=True)
    return f"{out} is signed. Our Public key for the host's tab Groups: {public}"


def _rows(told: ToldGrant) -> list[ListingRow]:
    whole = {
        "grant": told.grant,
        "agreement": told.agreement,
        "held_by_host": told.held,
        "category": None,
        "currency": told.currency,
        "received": told.figures["received"],
        "returned": told.figures["returned"],
        "spent": told.figures["spent"],
        "committed": told.committed,
        "fees": told.figures["fees"],
        "held": told.figures["held_here"],
        "held_below": told.figures["held_below"],
        "on_the_way": told.figures["on_the_way"],
    }
    nothing = decimal(0, told.currency)
    at_category = ("received", "returned", "fees", "held", "held_below", "on_the_way")
    without = dict.fromkeys(at_category, nothing)
    return [
        whole,
        *(
            {
                **whole,
                **without,
                "category": one.category,
                "spent": one.spent,
                "committed": one.committed,
            }
            for one in told.categories
        ),
    ]
