"""The public view of a month: sums of sealed batches, and facts that may be published unchanged.

Every table of a page sums the same batches, each under the present name of the batch. Nothing else
reaches this module: it imports no record, no figure, and no batch with its parts (an import rule
checks this). So all pages together tell no more than the batches. The batches were sealed so that
no combination of batches reveals a single payment (`core/sealing`).

If the name of a batch would reveal somebody's amount, the batch is shown without it. Its money is
in one row at the end, "several". Money whose name is not published is in one row, "withheld"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import WITHHELD, PublicBatch, What
from budgettrack.core.views.public_types import (
    Correction,
    GivenInKind,
    MoneyIn,
    NewlyShown,
    PublicFacts,
    PublicGrant,
    PublicRow,
    PublicRowKind,
    PublicTable,
    PublicView,
)

_Place = tuple[PublicRowKind, str]
"""The kind and the key of a row in a public table."""

_LAST: Mapping[str, int] = {"row": 0, "unnamed": 1, "withheld": 2, "several": 3}
"""The order of the kinds of rows in a table."""


def public_view(batches: Sequence[PublicBatch], facts: PublicFacts) -> PublicView:
    """Returns the public page of a month.

    `batches` are in the order in which they were sealed. Those of later pages are left out."""
    here = [batch for batch in batches if batch.page <= facts.month]
    new = [batch for batch in here if batch.page == facts.month]
    grants = {grant.id: grant_title(grant) for grant in facts.grants}
    spent = [batch for batch in new if batch.what == "spent" and not batch.correction]
    return PublicView(
        facts=facts,
        batches=tuple(here),
        money_in=tuple(_money_in(facts, here)),
        spent_this_month=_sum(spent, "spent"),
        categories=_table(here, _category, {}),
        activities=_table(here, _activity, facts.activity_names),
        by_grant=_table(here, _grant, grants),
        months=tuple(_months(here)),
        given=tuple(_given(here)),
        corrections=tuple(_corrections(here, facts.month)),
    )


def grant_title(grant: PublicGrant) -> str:
    """Returns the funder and the title of a grant."""
    return f"{grant.funder}: {grant.title}" if grant.title else grant.funder


def _category(batch: PublicBatch) -> _Place:
    return _place(batch, batch.category)


def _activity(batch: PublicBatch) -> _Place:
    return _place(batch, batch.activity)


def _grant(batch: PublicBatch) -> _Place:
    return _place(batch, batch.grant)


def _place(batch: PublicBatch, label: str | None) -> _Place:
    """Returns the row of a table to which a batch belongs, from its label in that table."""
    if WITHHELD in (batch.grant, label):
        return "withheld", ""
    if label is None:
        return "several", ""
    return ("row", label) if label else ("unnamed", "")


def _sum(batches: Iterable[PublicBatch], what: What) -> int | None:
    """Returns the sum of the batches about `what`. Returns None if there is no such batch."""
    units = [batch.units for batch in batches if batch.what == what]
    return sum(units) if units else None


def _table(
    batches: Iterable[PublicBatch],
    place: Callable[[PublicBatch], _Place],
    names: Mapping[str, str],
) -> PublicTable:
    money = [batch for batch in batches if batch.what in ("spent", "budget")]
    # Rows whose name is known to the reader come first, in the order of the names.
    # All other rows follow in the order of sealing.
    known: list[_Place] = [("row", key) for key in names]
    groups: dict[_Place, list[PublicBatch]] = {where: [] for where in known}
    for batch in money:
        groups.setdefault(place(batch), []).append(batch)
    rows = [
        PublicRow(kind, key, names.get(key, key), _sum(those, "budget"), _sum(those, "spent"))
        for (kind, key), those in groups.items()
        if those
    ]
    rows.sort(key=lambda row: _LAST[row.kind])
    total = PublicRow("total", "", "", _sum(money, "budget"), _sum(money, "spent"))
    return PublicTable(tuple(rows), total)


def _money_in(facts: PublicFacts, batches: Sequence[PublicBatch]) -> Iterator[MoneyIn]:
    """Yields the money that came in by grant: first the instalments, then the gifts."""
    for grant in facts.grants:
        if any(instalment.base is not None for instalment in grant.instalments):
            by_month = {instalment.month: instalment.base or 0 for instalment in grant.instalments}
            new = by_month.get(facts.month, 0)
            yield MoneyIn("grant", grant.id, grant_title(grant), new, sum(by_month.values()))
    yield from _gifts(facts, [batch for batch in batches if batch.what == "gifts"])


def _gifts(facts: PublicFacts, batches: Sequence[PublicBatch]) -> Iterator[MoneyIn]:
    """Yields the gifts by grant. Gifts to no grant, or to a grant that is not public, come last."""
    titles = {grant.id: grant_title(grant) for grant in facts.grants}
    gifts: dict[str, list[PublicBatch]] = {}
    for batch in batches:
        gifts.setdefault(batch.grant if batch.grant in titles else "", []).append(batch)
    for id_ in sorted(gifts, key=lambda id_: (not id_, id_)):
        new = sum(batch.units for batch in gifts[id_] if batch.page == facts.month)
        to_date = sum(batch.units for batch in gifts[id_])
        yield MoneyIn("gifts", id_, titles.get(id_, ""), new, to_date)


def _months(batches: Iterable[PublicBatch]) -> Iterator[NewlyShown]:
    pages: dict[Month, int] = {}
    for batch in batches:
        if batch.what == "spent":
            pages[batch.page] = pages.get(batch.page, 0) + batch.units
    for month, spent in sorted(pages.items()):
        yield NewlyShown(month, spent)


def _given(batches: Iterable[PublicBatch]) -> Iterator[GivenInKind]:
    values: dict[str | None, int] = {}
    for batch in batches:
        if batch.what == "in kind":
            kind = batch.category or None
            values[kind] = values.get(kind, 0) + batch.units
    for kind, value in sorted(values.items(), key=lambda item: (item[0] is None, item[0] or "")):
        yield GivenInKind(kind, value)


def _corrections(batches: Sequence[PublicBatch], month: Month) -> Iterator[Correction]:
    """Yields the figures of earlier pages that are corrected on this page. They are totals since
    the beginning."""

    def place(batch: PublicBatch) -> tuple[What, PublicRowKind, str]:
        if batch.what in ("gifts", "in kind"):
            return batch.what, "total", ""
        return batch.what, *_category(batch)

    changes: dict[tuple[What, PublicRowKind, str], int] = {}
    before: dict[tuple[What, PublicRowKind, str], int] = {}
    for batch in batches:
        of = before if batch.page < month else changes
        if batch.page < month or batch.correction:
            of[place(batch)] = of.get(place(batch), 0) + batch.units
    for where, change in changes.items():
        what, kind, key = where
        if change:
            was = before.get(where, 0)
            yield Correction(what, kind, key, key, was, was + change)
