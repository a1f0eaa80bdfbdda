"""Makes test groups in memory, without workbook, register and files: a hundred times as fast.

What is audited are the views of which pages are made, and the sums of which open data are made.
That the bytes say no more than these is what the audits of whole groups show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import TABLES, normal
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors, payee_hash
from budgettrack.core.sealing.former import former_of
from budgettrack.core.sealing.public_batches import public_batches
from budgettrack.core.sealing.waiting import in_no_batch
from budgettrack.core.views.audience import without_personal_details
from budgettrack.core.views.facts import facts_now, public_facts
from budgettrack.core.views.new_pages import NewPages, PageSettings, new_pages
from budgettrack.core.views.public import public_view
from budgettrack.core.views.public_types import PublicFacts
from tests.auditor.auditing import Report, judge_figures, keep
from tests.auditor.driving import MONTHS, Parts, Recorder
from tests.auditor.law import Breach
from tests.auditor.marking import Marks

KEY = b"a key of a test " * 2
FIRST = "2026-01"
_TABLES = {table.tab: table for table in TABLES}
_FIELDS = {
    table.tab: {normal(column.heading): column.name for column in table.columns} for table in TABLES
}


@dataclass(slots=True)
class MemoryWorld:
    """A group of which no file is made. `shown`: the numbers of each month that is published, by
    what they are called. `older`: what rows were before an edit, as the register keeps it. `leader`: the first world, whose batches this one has too."""

    number: int
    marks: Marks
    rates: Mapping[str, int]
    key: bytes = KEY
    leader: MemoryWorld | None = None
    older: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    new: list[NewPages] = field(default_factory=list)
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    payees: dict[str, str] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    told: dict[Month, PublicFacts] = field(default_factory=dict)
    shown: list[dict[str, int]] = field(default_factory=list)

    def put(self, tab: str, fields: Mapping[str, Any]) -> None:
        rows = self.rows.setdefault(_TABLES[tab].name, {})
        id_ = str(fields.get("ID", fields.get("Month", len(rows))))
        if tab == "Rates":
            id_ = f"{fields['Month']} {fields['Currency']}"
        rows[id_] = {}
        self.edit(tab, id_, fields)

    def edit(self, tab: str, id_: str, fields: Mapping[str, Any]) -> None:
        row = self.rows[_TABLES[tab].name][id_]
        self.older.append((_TABLES[tab].name, id_, _texts(row)))
        currency = fields.get("Currency", row.get("currency", "EUR"))
        for heading, value in fields.items():
            if heading == "Payee":
                self.payees[id_] = payee_hash(self.key, value or "")
            elif heading != "ID" and normal(heading) in _FIELDS[tab]:
                row[_FIELDS[tab][normal(heading)]] = self._cell(value, currency)

    def take(self, tab: str, id_: str) -> None:
        del self.rows[_TABLES[tab].name][id_]
        self.payees.pop(id_, None)

    def sync(self, on: str) -> None:
        """Nothing has to be carried anywhere."""

    def command(self, words: Sequence[str]) -> None:
        raise NotImplementedError(f"only a group in folders can be told to {words}")

    def show(self, place: int, month: str, on: str) -> None:  # noqa: ARG002 - no file has a day
        made, _ = plan_of(self._records(), base="EUR")
        who = Contributors(
            self.key,
            {id_: payee for id_, payee in self.payees.items() if payee},
            made.expenses,
            former_of(self.older),
        )
        if self.leader is None:
            numbers = count(len(self.batches))
            new = new_pages(
                made,
                who,
                self.batches,
                list(self.told),
                FIRST,
                month,
                PageSettings("Harbour Peers"),
                lambda: next(numbers),
            )
            self.new.append(new)
            self.batches += new.batches
            self.told |= {facts.month: facts for facts in new.facts}
        else:
            self._follow(self.leader.new[place], made, Contributions(made, who))
        numbers_read: Counter[str] = Counter()
        for name, amount in self._numbers(without_personal_details(made)):
            numbers_read[name] += amount
        self.shown.append(numbers_read)

    def _follow(self, new: NewPages, made: Plan, contributions: Contributions) -> None:
        """Seals what the first world sealed. A mark may be just enough to decide otherwise."""
        for facts in new.facts:
            waiting = in_no_batch(contributions.at(facts.month), self.batches)
            parts = {(part.table, part.id): part for part, _ in waiting}
            self.batches += [
                replace(batch, parts=tuple(parts[part.table, part.id] for part in batch.parts))
                for batch in new.batches
                if batch.page == facts.month
            ]
            untold = [grant.id for grant in facts.grants if grant.amount is None]
            self.told[facts.month] = public_facts(
                made, facts.month, first=FIRST, organisation="Harbour Peers", untold=untold
            )

    def _records(self) -> dict[str, dict[str, dict[str, str]]]:
        return {
            table: {id_: _texts(row) for id_, row in rows.items()}
            for table, rows in self.rows.items()
        }

    def _cell(self, value: object, currency: str) -> object:
        if not isinstance(value, Parts):
            return value
        minor = self.marks.amount(self.number, value) * self.rates.get(currency, 1)
        return f"{minor // 100}.{minor % 100:02}"

    def _numbers(self, made: Plan) -> Iterator[tuple[str, int]]:
        """Yields every amount of every page, under the names of now."""
        batches = public_batches(self.batches, made)
        newest = self.told[max(self.told)]
        for month in sorted(self.told):
            view = public_view(batches, facts_now(self.told[month], newest, made))
            for name in view.__struct_fields__:
                if name != "batches":
                    yield from _amounts(getattr(view, name), f"{month} {name}")
            for batch in view.batches:
                # Open data tells the sums of each page by grant.
                yield f"{month} {batch.page} {batch.what} {batch.grant}", batch.units


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not None}


def _amounts(value: object, place: str) -> Iterator[tuple[str, int]]:
    """Yields each whole number in a view."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        yield place, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _amounts(getattr(value, name), f"{place} {name}")
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _amounts(one, f"{place} {number}")


def audited(group: Recorder, key: bytes = KEY) -> Report:
    """Makes a group in memory, in all its worlds, and audits what its pages say."""
    truth, report = group.truths(), Report()
    first_world = MemoryWorld(0, group.marks, group.rates, key)
    worlds = [first_world]
    for number in range(1, group.marks.worlds):
        worlds.append(MemoryWorld(number, group.marks, group.rates, key, first_world))
    for world in worlds:
        for currency, rate in group.rates.items():
            for month in MONTHS:
                row = {"Month": month, "Currency": currency, "Rate": rate}
                world.put("Rates", row)
        for step in group.steps:
            step(world)
    figures: dict[str, Mapping[str, int]] = {}
    first: dict[str, int] = {}
    for place, numbers in enumerate(zip(*(world.shown for world in worlds), strict=True)):
        report.months += 1
        if any(other.keys() != numbers[0].keys() for other in numbers[1:]):
            report.breaches.append(Breach("worlds", f"month {place}: other figures"))
            continue
        for name in numbers[0]:
            report.numbers += 1
            amounts = [world[name] for world in numbers]
            read_figure(name, amounts, group, figures, report)
        for parts in figures.values():
            if parts not in truth.known.values():
                first |= {name: place for name in parts if name not in first}
    judge_figures(figures, first, group.marks, truth, report)
    return report


def read_figure(
    name: str,
    amounts: Sequence[int],
    group: Recorder,
    figures: dict[str, Mapping[str, int]],
    report: Report,
) -> None:
    """Adds a figure, read from its amounts in all worlds. Reports a figure that is no sum."""
    if not any(amounts):
        return
    for rate in (1, *group.rates.values()):
        if all(amount % rate == 0 for amount in amounts):
            parts = group.marks.read([amount // rate for amount in amounts])
            if parts is not None:
                keep(name, parts, figures)
                return
    report.breaches.append(Breach("unexplained", f"{name}: {amounts[0]}"))
