"""Stores and reads published pages and final reports in the register."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.months import Month
from budgettrack.core.views.disclosure import Sum
from budgettrack.core.views.first_month import first_needed_month
from budgettrack.core.views.funder_types import Reported
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import Publication
from budgettrack.register import queries, writes
from budgettrack.register.queries import Ask
from budgettrack.register.store import Register


@dataclass(frozen=True, slots=True)
class PublicationStep:
    """A publication, and the run whose records it shows."""

    publication: Publication
    run: int


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """The last published page of a month, and the day on which the month was first published."""

    view: PublicView
    published: date


@dataclass(frozen=True, slots=True)
class Publications:
    """Everything that was published or reported.

    `steps`: in order.
    `pages`: by month, oldest first, from the first month with a figure that still stands.
    `finals`: the final reports by grant, oldest first.
    """

    steps: Sequence[PublicationStep]
    pages: Mapping[Month, PublishedPage]
    finals: Mapping[str, Sequence[Reported]]


def publications(ask: Ask) -> Publications:
    """Returns everything that was published or reported, without pages that no figure needs."""
    made = steps(ask)
    first = first_needed_month(step.publication for step in made)
    stand = {month: page for month, page in pages(ask).items() if first is None or month >= first}
    return Publications(made, stand, finals(ask))


def steps(ask: Ask) -> list[PublicationStep]:
    """Returns all publications in order."""
    return [
        PublicationStep(publication_of(month, moved), run)
        for month, run, moved in ask.rows("SELECT month, run, moved FROM published ORDER BY n")
    ]


def pages(ask: Ask) -> dict[Month, PublishedPage]:
    """Returns the published pages by month, oldest first."""
    return {
        month: PublishedPage(view_of(view), date.fromisoformat(published))
        for month, published, view in ask.rows(
            "SELECT month, published, view FROM pages ORDER BY month"
        )
    }


def finals(ask: Ask) -> dict[str, list[Reported]]:
    """Returns the final reports by grant, oldest first."""
    by_grant: dict[str, list[Reported]] = {}
    for award, figures in ask.rows("SELECT award, figures FROM finals ORDER BY n"):
        by_grant.setdefault(award, []).append(reported_of(figures))
    return by_grant


def state(ask: Ask) -> str:
    """Returns a text that changes if a record, a published page or a final report changes."""
    ((newest, *counts),) = ask.rows(
        "SELECT (SELECT max(run) FROM records), (SELECT count(*) FROM published),"
        " (SELECT count(*) FROM finals), (SELECT count(*) FROM reported)"
    )
    views = "".join(view for (view,) in ask.rows("SELECT view FROM pages ORDER BY month"))
    return f"{newest} {counts} {hashlib.sha256(views.encode()).hexdigest()}"


def freeze(
    register: Register,
    reported: Mapping[str, Mapping[Month, int]],
    currencies: Mapping[str, str],
    at: datetime,
) -> None:
    """Stores the budgets of months that are now reported, by line and month. They never change
    afterwards.

    Amounts are minor units of the line's currency.
    Months that are already stored stay unchanged. If there is no new month, nothing is written."""
    with register.keeping() as connection:
        there = queries.reported(connection)
        rows = [
            (line, month, budget, currencies[line])
            for line, months in reported.items()
            for month, budget in months.items()
            if month not in there.get(line, {})
        ]
        if rows:
            run = writes.save_run(connection, "freeze", at)
            connection.insert(
                "reported (line, month, budget, currency, run)", [(*row, run) for row in rows]
            )
            connection.commit()


def report_final(register: Register, grant: str, reported: Reported, at: datetime) -> Reported:
    """Stores a final report and returns it.

    If the last report of the period has the same figures, returns that report with its own date
    instead."""
    period = (reported.first, reported.last)
    with register.keeping() as connection:
        known = finals(connection)
        same = [final for final in known.get(grant, ()) if (final.first, final.last) == period]
        if same and (same[-1].rows, same[-1].lines) == (reported.rows, reported.lines):
            return same[-1]
        run = writes.save_run(connection, "final", at)
        number = sum(len(reports) for reports in known.values())
        days = (reported.first.isoformat(), reported.last.isoformat(), reported.on.isoformat())
        connection.insert(
            "finals (n, award, first, last, reported, run, figures)",
            [(number, grant, *days, run, reported_text(reported))],
        )
        connection.commit()
    return reported


def publish(
    register: Register,
    known: int,
    steps: Sequence[Publication],
    views: Sequence[PublicView],
    run: int,
    today: date,
    at: datetime,
) -> None:
    """Stores new publications and the pages that changed. `known` is the number of earlier
    publications.

    The publications show the records of `run`. If nothing is new, nothing is written.
    Raises `RegisterError` if another run published in the meantime."""
    with register.keeping() as connection:
        stored = connection.rows("SELECT month, view FROM pages")
        there = {month: view for month, view in stored}  # noqa: C416 - rows are sequences
        texts = {view.month: view_text(view) for view in views}
        new = {month: text for month, text in texts.items() if there.get(month) != text}
        ((last,),) = connection.rows("SELECT count(*) FROM published")
        if last != known:
            raise RegisterError(
                "Another run published meanwhile. Run it again; nothing was written."
            )
        if not steps and not new:
            return
        writes.save_run(connection, "publish", at)
        connection.insert(
            "published (n, month, run, moved)",
            [
                (number, step.month, run, publication_text(step))
                for number, step in enumerate(steps, last)
            ],
        )
        for month in new.keys() & there.keys():
            connection.rows("UPDATE pages SET view = ? WHERE month = ?", (new[month], month))
        connection.insert(
            "pages (month, published, view)",
            [(month, today.isoformat(), text) for month, text in new.items() if month not in there],
        )
        connection.commit()


_decoder = msgspec.json.Decoder(PublicView)


def view_text(view: PublicView) -> str:
    """Returns the view as JSON."""
    return msgspec.json.encode(view).decode()


def view_of(text: str) -> PublicView:
    """Reads a view from JSON.

    Raises `msgspec.ValidationError` if the JSON is not a view."""
    return _decoder.decode(text)


def publication_text(publication: Publication) -> str:
    """Returns the entries, moved rows and told rows of a publication as JSON."""
    entries = [[*cell, total.budget, total.spent] for cell, total in publication.entries.items()]
    return msgspec.json.encode(
        [entries, sorted(publication.moved), sorted(publication.told)]
    ).decode()


def publication_of(month: Month, text: str) -> Publication:
    """Reads a publication from JSON."""
    entries, moved, told = msgspec.json.decode(text)
    return Publication(
        month,
        {(table, key, when): Sum(budget, spent) for table, key, when, budget, spent in entries},
        _rows(moved),
        _rows(told),
    )


def _rows(pairs: list[list[Any]]) -> frozenset[Any]:
    return frozenset((table, key) for table, key in pairs)


def reported_text(reported: Reported) -> str:
    """Returns a final report as JSON."""
    return msgspec.json.encode(reported).decode()


def reported_of(text: str) -> Reported:
    """Reads a final report from JSON."""
    return msgspec.json.decode(text, type=Reported)
