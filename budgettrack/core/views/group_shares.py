"""The groups in a summary for a funder: the names that they have there, and what is missing in
their statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import Month
from budgettrack.core.cells.values import is_code
from budgettrack.core.counting.paying import paying_line
from budgettrack.core.counting.together import GroupShare, Together
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.views.missing import lacking

AT_REST = ("paused", "left")
"""The states of groups that are not run. A group whose state is *leaving* is run until it has
left."""


def is_silent(group: Fields) -> bool:
    """Whether a group cannot withdraw its consent, because it is at rest and its sheet is not read.
    A group with a server of its own can withdraw it in the file that it sends, until it leaves.
    `group`: its row of *Groups*."""
    state = group.get("state", "")
    return state == "left" or (state in AT_REST and not group.get("public_key"))


def called(codes: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Returns the names that groups have in texts for others, by code. `names` has the groups that
    agreed to be named. Any other group gets its code. A code that may be a name or an address is
    replaced by a number."""
    return {
        code: names.get(code) or (code if is_code(code) else f"#{place}")
        for place, code in enumerate(codes, 1)
    }


def missing_of_groups(
    plan: Plan, grant: str, together: Together, month: Month
) -> Iterator[Finding]:
    """Yields findings about figures that groups have not reported at the end of a month. Also
    yields findings about amounts of a grant that differ between our books and those of a group."""
    currency = plan.currency_of(grant)
    for share in together.groups:
        yield from _missing_of(share, month)
    open_units = abs(together.terms.differs) + abs(together.terms.unmatched)
    if open_units:
        amount = f"{decimal(open_units, currency)} {currency}"
        yield lacking("draft-sides-differ", amount=amount)
    for given in plan.given.values():
        if given.grant == grant and given.is_promised and not paying_line(plan, given):
            yield lacking("draft-given-without-line", given.id)


def _missing_of(share: GroupShare, month: Month) -> Iterator[Finding]:
    if not share.paid:
        return
    if not share.is_since:
        yield lacking("draft-statement-before", share.group)
    if not share.month:
        yield lacking("draft-group-silent", share.group or "?")
    elif share.month != month:
        yield lacking("draft-statement-old", share.group)
    elif not share.closed:
        yield lacking("draft-statement-open", share.group)
