"""Stores and reads what was published: sealed batches (amounts that were published together as
one sum), pages, and final reports."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.months import Month
from budgettrack.core.sealing.batches import Batch, Contribution, Labels
from budgettrack.core.views.funder_types import Reported
from budgettrack.core.views.public_types import IndicatorFigures, PublicFacts
from budgettrack.register import checksums, queries, writes
from budgettrack.register.connection import RegisterConnection
from budgettrack.register.queries import STOPPED, Ask
from budgettrack.register.store import Register


class PublishedPage(Struct, frozen=True):
    """What a month's page shows besides sums of batches, and the day on which it was first
    published."""

    facts: PublicFacts
    published: date


class OldFigure(Struct, frozen=True):
    """A total since the beginning that was published by an older version of the program, without
    batches. `through`: the last month in the total. `run`: the total shows the records that the
    register had after this run."""

    through: Month
    run: int


class OldStep(Struct, frozen=True):
    """One publication by an older version of the program, which knew no batches (sums of several
    contributors). `month`: the month of
    the page. `run`: the page shows the records that the register had after this run. `rows`: the
    table and the key of each row with a new or changed total."""

    month: Month
    run: int
    rows: Sequence[tuple[str, str]]


class OldFigures(Struct, frozen=True):
    """The figures that an older version of the program published, which had no batches.

    `steps`: all publications, the oldest first. `month`: the month of the last page. `spent`:
    the total spending, without lines that pay people, or None if it was not shown. `gifts`: the
    gifts, or None if they were not shown. `people`: the yearly totals of lines that pay people,
    by year, if they were ever shown."""

    month: Month
    spent: OldFigure | None
    gifts: OldFigure | None
    people: Mapping[str, OldFigure]
    steps: Sequence[OldStep]


class Publications(Struct, frozen=True):
    """Everything that was published or reported.

    `batches`: in the order in which they were sealed. `copies`: sums on pages of an older
    version that had no batches; no page shows them now. `pages`: by month, the oldest first.
    `finals`: the final reports by grant, the oldest first. `old`: the figures of an older
    version that had no batches. None if there are none, or if they are in batches now."""

    batches: Sequence[Batch]
    pages: Mapping[Month, PublishedPage]
    finals: Mapping[str, Sequence[Reported]]
    old: OldFigures | None = None
    copies: Sequence[Batch] = ()


def publications(ask: Ask) -> Publications:
    """Returns everything that was published or reported."""
    of_now, copies = _all_batches(ask)
    return Publications(of_now, pages(ask), finals(ask), old_figures(ask), copies)


def batches(ask: Ask) -> list[Batch]:
    """Returns all batches in the order of sealing."""
    return _all_batches(ask)[0]


def _all_batches(ask: Ask) -> tuple[list[Batch], list[Batch]]:
    """Returns all batches in the order in which they were sealed, and the sums of old pages that
    readers may have copied."""
    parts: dict[int, list[Any]] = {}
    for batch, *part in ask.rows(
        "SELECT batch, tbl, id, contributor, line, month, own, units, currency, award,"
        " category, activity FROM batch_parts ORDER BY batch, part"
    ):
        parts.setdefault(batch, []).append(part)
    of_now: list[Batch] = []
    copies: list[Batch] = []
    for n, number, page, what, correction, copy, *labels in ask.rows(
        "SELECT n, number, page, what, correction, copy, award, category, activity FROM batches"
        " ORDER BY n"
    ):
        contributions = tuple(
            Contribution(table, id_, who, line, what, month, own, units, Labels(*names), currency)
            for table, id_, who, line, month, own, units, currency, *names in parts.get(n, ())
        )
        batch = Batch(number, page, what, bool(correction), Labels(*labels), contributions)
        (copies if copy else of_now).append(batch)
    return of_now, copies


def pages(ask: Ask) -> dict[Month, PublishedPage]:
    """Returns the published pages by month, oldest first."""
    return {
        month: PublishedPage(facts_of(facts), date.fromisoformat(published))
        for month, published, facts in ask.rows(
            "SELECT month, published, facts FROM pages ORDER BY month"
        )
    }


def old_figures(ask: Ask) -> OldFigures | None:
    """Returns the figures that an older version of the program published, which had no batches.

    Returns None if there are none, or if they are in batches now."""
    shown: dict[tuple[str, str], OldFigure] = {}
    steps: list[OldStep] = []
    month = ""
    for month, run, text in ask.rows("SELECT month, run, moved FROM published ORDER BY n"):
        _, moved, _ = msgspec.json.decode(text)
        steps.append(OldStep(month, run, [(table, key) for table, key in moved]))
        for table, key in moved:
            shown[table, key] = OldFigure(month, run)
    if not month:
        return None
    years = set()
    for (text,) in ask.rows("SELECT facts FROM pages ORDER BY month"):
        people = msgspec.json.decode(text).get("people") or {}
        if people.get("spent") is not None:
            years.add(("people", people["year"]))
    return OldFigures(
        month,
        shown.get(("category", "total")),
        shown.get(("income", "gifts")),
        {year: shown[table, year] for table, year in sorted(years & shown.keys())},
        steps,
    )


def lines_that_paid_people(ask: Ask, run: int) -> frozenset[str]:
    """Returns the budget lines that paid people, as they were after a run. This is needed only
    for an old register, in which there are no batches."""
    versions = (
        "SELECT id, n, run FROM records WHERE tbl = 'budget' UNION ALL"
        " SELECT id, n, run FROM history WHERE tbl = 'budget'"
    )
    lines = ask.rows(
        "SELECT line FROM paid_people WHERE n = (SELECT max(version.n)"
        f" FROM ({versions}) AS version WHERE version.id = line AND version.run <= ?)",
        (run,),
    )
    return frozenset(line for (line,) in lines)


def finals(ask: Ask) -> dict[str, list[Reported]]:
    """Returns the final reports by grant, oldest first."""
    by_grant: dict[str, list[Reported]] = {}
    for award, figures in ask.rows("SELECT award, figures FROM finals ORDER BY n"):
        by_grant.setdefault(award, []).append(reported_of(figures))
    return by_grant


def state(ask: Ask) -> str:
    """Returns a text that changes if a record, a published page or a final report changes, if
    something is withdrawn, or if publishing is stopped."""
    ((newest, *counts),) = ask.rows(
        "SELECT (SELECT max(run) FROM records), (SELECT count(*) FROM batches),"
        " (SELECT count(*) FROM finals), (SELECT count(*) FROM reported)"
    )
    facts = "".join(text for (text,) in ask.rows("SELECT facts FROM pages ORDER BY month"))
    taken_back = [
        tuple(row)
        for row in ask.rows(
            "SELECT key, value FROM meta WHERE key IN (?, ?) ORDER BY key",
            (STOPPED, queries.WITHDRAWN),
        )
    ]
    return f"{newest} {counts} {hashlib.sha256(facts.encode()).hexdigest()} {taken_back}"


def freeze(
    register: Register,
    reported: Mapping[str, Mapping[Month, int]],
    currencies: Mapping[str, str],
    at: datetime,
) -> None:
    """Stores the budgets of months that are now reported, by line and month. They never change
    afterwards.

    Amounts are in minor units of the line's currency. Months that are already stored are not
    changed. If there is no new month, nothing is written."""
    with register.keeping() as connection:
        there = queries.reported(connection)
        rows = [
            (line, month, budget, currencies[line])
            for line, months in reported.items()
            for month, budget in months.items()
            if month not in there.get(line, {})
        ]
        if rows:
            wrote = checksums.of_rows("reported", rows)
            run = writes.save_run(connection, "freeze", at, wrote)
            connection.insert(
                "reported (line, month, budget, currency, run)", [(*row, run) for row in rows]
            )
            connection.commit()


def report_final(register: Register, grant: str, reported: Reported, at: datetime) -> Reported:
    """Stores a final report and returns it.

    If the last report of the same period has the same figures, nothing is stored, and that
    report is returned with its own date."""
    period = (reported.first, reported.last)
    with register.keeping() as connection:
        known = finals(connection)
        same = [final for final in known.get(grant, ()) if (final.first, final.last) == period]
        if same and same[-1].says_the_same_as(reported):
            return same[-1]
        number = sum(len(reports) for reports in known.values())
        days = (reported.first.isoformat(), reported.last.isoformat(), reported.on.isoformat())
        row = (grant, *days, reported_text(reported))
        run = writes.save_run(connection, "final", at, checksums.of_rows("finals", [row]))
        connection.insert(
            "finals (n, award, first, last, reported, run, figures)",
            [(number, grant, *days, run, reported_text(reported))],
        )
        connection.commit()
    return reported


def publish(
    register: Register,
    known: int,
    sealed: Sequence[Batch],
    facts: Sequence[PublicFacts],
    today: date,
    at: datetime,
    copies: Sequence[Batch] = (),
) -> None:
    """Stores new batches and the pages that changed. `known`: the number of batches and copies
    that the register had when this run read it.

    If there is nothing new, nothing is written. What an older version published without batches
    is deleted, because the first batches contain it. Raises `RegisterError` if another run has
    published in the meantime."""
    with register.keeping() as connection:
        stored = connection.rows("SELECT month, facts FROM pages")
        there = {month: text for month, text in stored}  # noqa: C416 - rows are sequences
        texts = {page.month: facts_text(page) for page in facts}
        new = {month: text for month, text in texts.items() if there.get(month) != text}
        ((last,),) = connection.rows("SELECT count(*) FROM batches")
        if last != known:
            raise RegisterError(
                "Another run published meanwhile. Nothing was written. Run this again."
            )
        if not sealed and not new:
            return
        writes.save_run(connection, "publish", at)
        _insert(connection, copies, last, copy=True)
        _insert(connection, sealed, last + len(copies))
        connection.rows("DELETE FROM published")
        connection.rows("DELETE FROM paid_people")
        for month, text in new.items():
            if month in there:
                connection.rows("UPDATE pages SET facts = ? WHERE month = ?", (text, month))
        connection.insert(
            "pages (month, published, facts)",
            [(month, today.isoformat(), text) for month, text in new.items() if month not in there],
        )
        connection.commit()


def _insert(
    connection: RegisterConnection, sealed: Sequence[Batch], first: int, *, copy: bool = False
) -> None:
    """Adds batches. `first` is the position of the first one in the order of sealing."""
    numbered = list(enumerate(sealed, first))
    connection.insert(
        "batches (n, number, page, what, correction, copy, award, category, activity)",
        [
            (
                *(n, each.number, each.page, each.what, int(each.correction), int(copy)),
                *_names(each.labels),
            )
            for n, each in numbered
        ],
    )
    connection.insert(
        "batch_parts (batch, part, tbl, id, contributor, line, month, own, units, currency, award,"
        " category, activity)",
        [
            (
                *(n, index, part.table, part.id, part.contributor, part.line, part.month),
                *(part.own, part.units, part.currency, *_names(part.labels)),
            )
            for n, batch in numbered
            for index, part in enumerate(batch.parts)
        ],
    )


def _names(labels: Labels) -> tuple[str | None, str | None, str | None]:
    return labels.grant, labels.category, labels.activity


_decoder = msgspec.json.Decoder(PublicFacts)


def facts_text(facts: PublicFacts) -> str:
    """Returns the facts as JSON."""
    return msgspec.json.encode(facts).decode()


def facts_of(text: str) -> PublicFacts:
    """Returns the facts of a page from JSON. A page that an older version stored has figures beside
    its facts; they are left out. Indicators that it had in rows of the work-plan become indicators
    of their own.

    Raises `msgspec.ValidationError` if the JSON has no facts."""
    facts = _decoder.decode(text)
    own = tuple(_of_rows(_old_decoder.decode(text).progress, facts.indicators))
    return replace(facts, indicators=(*facts.indicators, *own)) if own else facts


class _OldRow(msgspec.Struct):
    """A row of the work-plan on a page of an older version. It has its own indicator."""

    id: str
    activity: str = ""
    indicator: str = ""
    target: Decimal | None = None
    achieved: Decimal | None = None


class _OldFacts(msgspec.Struct):
    progress: list[_OldRow]


_old_decoder = msgspec.json.Decoder(_OldFacts)


def _of_rows(
    rows: Iterable[_OldRow], listed: Iterable[IndicatorFigures]
) -> Iterator[IndicatorFigures]:
    """Yields the indicators in rows of the work-plan. An activity that already has listed
    indicators is left out."""
    activities = {each.activity for each in listed}
    for row in rows:
        if row.id not in activities and (row.target is not None or row.achieved is not None):
            words = row.indicator or row.activity or row.id
            figures = (None, row.target, None, row.achieved)
            yield IndicatorFigures(row.id, row.id, words, "", *figures)


def reported_text(reported: Reported) -> str:
    """Returns a final report as JSON."""
    return msgspec.json.encode(reported).decode()


def reported_of(text: str) -> Reported:
    """Reads a final report from JSON."""
    return msgspec.json.decode(text, type=Reported)
