"""Makes the page of a host's network: the groups that agreed to be named, and sums over groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from budgettrack.core.base.csv_text import csv_text
from budgettrack.core.base.money import decimal
from budgettrack.core.base.months import Month
from budgettrack.core.sealing.public import PublicBatch
from budgettrack.reports.base import formats
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Heading,
    ReportTable,
    Section,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import page_words, row_name
from budgettrack.reports.site.datapackage import as_json
from budgettrack.reports.site.feed import FeedEntry, feed


class NetworkView(Struct, frozen=True):
    """What the public may know of a network.

    `named`: the names of groups, sorted. `months`: the months with sums, the oldest first, each
    with the day on which its sums were made. `batches`: sums of the money of several groups."""

    organisation: str
    currency: str
    named: Sequence[str]
    months: Mapping[Month, date]
    batches: Sequence[PublicBatch]

    @property
    def shown(self) -> list[Month]:
        """The months whose page has a new sum."""
        return sorted({batch.page for batch in self.batches})

    def to_date(self, month: Month) -> int:
        return sum(batch.units for batch in self.batches if batch.page <= month)

    def new_in(self, month: Month) -> int:
        return sum(batch.units for batch in self.batches if batch.page == month)

    def by_category(self, month: Month) -> dict[str | None, int]:
        """Returns the sums from the beginning to the end of a month, by category. None stands for
        money of several categories."""
        sums: dict[str | None, int] = {}
        for batch in self.batches:
            if batch.page <= month:
                sums[batch.category] = sums.get(batch.category, 0) + batch.units
        in_order = sorted(sums, key=lambda name: (name is None, name == "", name or ""))
        return {name: sums[name] for name in in_order}


def network_files(view: NetworkView, w: Words, look: Branding) -> Iterator[tuple[str, bytes]]:
    """Yields the path and the content of every file of the page."""
    own = {**page_words(w, feed=False)}
    if view.shown:
        own["feed"] = w.say("Progress, month by month")
    yield "index.html", page(_document(view, w), look, own).encode()
    yield "groups.csv", csv_text(["name"], [[name] for name in view.named]).encode()
    rows = [
        [
            month,
            "several" if name is None else "row",
            name or "",
            view.currency,
            _plain(units, view),
        ]
        for month in view.shown
        for name, units in view.by_category(month).items()
    ]
    heads = ["month", "kind", "category", "currency", "spent_to_date"]
    yield "spent.csv", csv_text(heads, rows).encode()
    yield (
        "network.json",
        as_json(
            {
                "organisation": view.organisation,
                "currency": view.currency,
                "groups": list(view.named),
                "spent": [dict(zip(heads, row, strict=True)) for row in rows],
            }
        ),
    )
    if view.shown:
        # The organisation's own site has a feed, too.
        # With the same name, both feeds would have the same ID.
        title = _title(view, w)
        yield "feed.xml", feed(title, title, w.language, "", list(_entries(view, w)))


def _plain(units: int, view: NetworkView) -> str:
    return decimal(units, view.currency)


def _title(view: NetworkView, w: Words) -> str:
    return w.say("Groups of {organisation}", organisation=view.organisation)


def _entries(view: NetworkView, w: Words) -> Iterator[FeedEntry]:
    for month in reversed(view.shown):
        said = formats.month(month, w.at)
        sum_ = formats.money(view.to_date(month), view.currency, w.at)
        sentence = w.say(
            "Spent by groups to the end of {month}: {amount}.", month=said, amount=sum_
        )
        day = view.months[month]
        yield FeedEntry(month, said, day, day, [sentence], [], "index.html")


def _document(view: NetworkView, w: Words) -> Document:
    newest = max(view.shown, default="")
    return Document(
        title=_title(view, w),
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=_title(view, w),
        standing=formats.month(newest, w.at) if newest else "",
        notices=(),
        sections=[
            Section("groups", w.say("Groups that agreed to be named"), [_named(view, w)]),
            Section("money", w.say("Spent by groups"), list(_money(view, newest, w))),
            Section("read", w.say("How to read this"), [Bullets(_reading(view, w))]),
        ],
        foot=w.say(
            "Published by {organisation}. Amounts, not names: no payment is shown by itself.",
            organisation=view.organisation,
        ),
    )


def _named(view: NetworkView, w: Words) -> Block:
    return Bullets(view.named) if view.named else Text(w.say("No group is named here."))


def _money(view: NetworkView, newest: Month, w: Words) -> Iterator[Block]:
    if not newest:
        yield Text(w.say("Sums are shown as soon as enough groups stand behind them."))
        return
    total = formats.money(view.to_date(newest), view.currency, w.at)
    yield Facts([Fact(w.say("Spent to date"), total, formats.month(newest, w.at))])
    yield ReportTable(
        w.say("Spent, by category"),
        [Heading(w.say("Category"), number=False), Heading(w.say("To date"))],
        [
            _row(row_name("row" if name is not None else "several", name or "", w,
                          w.say("Without a category")), [units], view, w)
            for name, units in view.by_category(newest).items()
        ],
    )  # fmt: skip
    yield ReportTable(
        w.say("Spent, month by month"),
        [
            Heading(w.say("Month"), number=False),
            Heading(w.say("First shown")),
            Heading(w.say("To date")),
        ],
        [
            _row(formats.month(month, w.at), [view.new_in(month), view.to_date(month)], view, w)
            for month in view.shown
        ],
    )


def _row(name: str, sums: Sequence[int], view: NetworkView, w: Words) -> TableRow:
    return TableRow(name, [TableCell(formats.number(units, view.currency, w.at)) for units in sums])


def _reading(view: NetworkView, w: Words) -> list[str]:
    return [
        w.say(
            "Every sum is the money of several groups, published together once. What one group"
            " spent is not shown."
        ),
        w.say("A group may be in the sums without being named."),
        w.say("Sums are in {currency}.", currency=view.currency),
    ]
