"""The register as the rest of the program knows it: open it, ask it, and write to it, one run at a
time.

`Register.writing()` holds the writer's lock, `Writing.commit` does everything or nothing. Readers
see the last commit meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from types import TracebackType
from typing import TypeVar

from sqlalchemy import Connection, delete, func, insert, select, update

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month
from budgettrack.core.figures.positions import Total
from budgettrack.core.records.model import Fields
from budgettrack.core.views.funder import Reported
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import Publication
from budgettrack.interrupts import unbroken
from budgettrack.register import queries, schema, writes
from budgettrack.register.cycles import Cycles
from budgettrack.register.database import Database, asked, reach, told, writer
from budgettrack.register.migrations import migrate
from budgettrack.register.published import (
    PublicationStep,
    PublishedPage,
    publication_of,
    publication_text,
    reported_of,
    reported_text,
    view_of,
    view_text,
)
from budgettrack.register.queries import Ask
from budgettrack.register.records import Banked, Commit, Held, RecordVersion, Run, Version
from budgettrack.register.redact import Wiped, wipe

__all__ = [
    "Banked",
    "Commit",
    "Held",
    "PublicationStep",
    "PublishedPage",
    "RecordVersion",
    "Register",
    "Run",
    "Version",
    "Writing",
    "open_register",
]

T = TypeVar("T")


class Register:
    """An open register. Every method raises `RegisterError` where the database cannot do what is
    asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> Register:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    @property
    def cycles(self) -> Cycles:
        """What is kept of the monthly and weekly runs."""
        return Cycles(self._database)

    def load(self, tables: Collection[str] | None = None) -> Held:
        """The records of `tables` (None: of all), at one moment. The rows of other tables are not
        touched."""
        with self._asking() as ask:
            return queries.load(ask, tables)

    def totals(self) -> list[Total]:
        """The monthly totals, sorted by line, grant, currency and months."""
        with self._asking() as ask:
            return queries.totals(ask)

    def totals_to(self, month: Month) -> list[Total]:
        """What was spent and what is open at the end of a month, one or two sums a place, as if all
        in that month."""
        with self._asking() as ask:
            return queries.totals_to(ask, month)

    def spent_in(self, months: Collection[Month]) -> dict[tuple[Month, str, str], int]:
        """What was spent in each of those months, by month, grant and currency, in minor units."""
        with self._asking() as ask:
            return queries.spent_in(ask, months)

    def findings(self) -> list[Finding]:
        """The findings of the last commit that had any, in their order, with the date when each was
        first seen."""
        with self._asking() as ask:
            return queries.findings_now(ask)

    def history(self, table: str, id: str) -> list[Version]:  # noqa: A002 - the field's name everywhere
        """Every version of a record, oldest first; empty where it never was."""
        with self._asking() as ask:
            return queries.history(ask, table, id)

    def versions(self, tables: Collection[str]) -> dict[tuple[str, str], list[Version]]:
        """Every version of every record of those tables, by table and ID, each record's oldest
        first."""
        with self._asking() as ask:
            return queries.versions(ask, tables)

    def last_run(self, kind: str) -> Run | None:
        """The last run of that kind that wrote."""
        with self._asking() as ask:
            return queries.last_run(ask, kind)

    def reported(self, currencies: Mapping[str, str] | None = None) -> dict[str, dict[Month, int]]:
        """The budget of each line and month as frozen when it was reported, in minor units.

        Where `currencies` (by line) is given, a line frozen in another currency than its present
        one is left out."""
        with self._asking() as ask:
            return queries.reported(ask, currencies)

    def freeze(
        self,
        reported: Mapping[str, Mapping[Month, int]],
        currencies: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Keep the budgets of months now reported (line, month, minor units of the line's currency)
        for good.

        A month that is frozen already stays as it is; where all are, nothing is written.
        """
        kept = schema.reported
        with unbroken(), writer(self._database) as connection:
            there = {
                (line, month)
                for line, month in connection.execute(select(kept.c.line, kept.c.month))
            }
            rows = [
                (line, month, budget, currencies[line])
                for line, months in reported.items()
                for month, budget in months.items()
                if (line, month) not in there
            ]
            if rows:
                run = writes.save_run(connection, "freeze", at)
                writes.insert_rows(connection, kept, [(*row, run) for row in rows])
                connection.commit()

    def load_at(self, run: int) -> dict[str, dict[str, Fields]]:
        """All records as they were after the run of that number."""
        with self._asking() as ask:
            return queries.load_at(ask, run)

    def newest_run(self) -> int:
        """The number of the last run that wrote; 0 in a new register."""
        with self._reading() as connection:
            number: int = connection.execute(
                select(func.coalesce(func.max(schema.runs.c.n), 0))
            ).scalar_one()
            return number

    def time_zone(self) -> str:
        """The time zone of the workbook as it was last read; empty where it has none."""
        with self._asking() as ask:
            return queries.meta(ask, "time_zone") or ""

    def bank(self) -> tuple[str, dict[str, tuple[str, str]]]:
        """Which key the marks of bank entries are made with ('' before the first), and the record
        of each mark."""
        with self._asking() as ask:
            return queries.bank(ask)

    def state(self) -> str:
        """What reports depend on, in a word: it is another when a record, or what was published or
        reported, changed."""
        counted = (schema.published, schema.finals, schema.reported)
        with self._reading() as connection:
            newest = connection.execute(select(func.max(schema.records.c.run))).scalar_one()
            rows = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in counted
            ]
            pages = "".join(
                connection.execute(
                    select(schema.pages.c.view).order_by(schema.pages.c.month)
                ).scalars()
            )
        return f"{newest} {rows} {hashlib.sha256(pages.encode()).hexdigest()}"

    def steps(self) -> list[PublicationStep]:
        """What was published, step by step."""
        kept = schema.published.c
        with self._reading() as connection:
            return [
                PublicationStep(publication_of(month, moved), run)
                for month, run, moved in connection.execute(
                    select(kept.month, kept.run, kept.moved).order_by(kept.n)
                )
            ]

    def pages(self) -> dict[Month, PublishedPage]:
        """The published pages by month, oldest first."""
        kept = schema.pages.c
        with self._reading() as connection:
            return {
                month: PublishedPage(view_of(view), date.fromisoformat(published))
                for month, published, view in connection.execute(
                    select(kept.month, kept.published, kept.view).order_by(kept.month)
                )
            }

    def finals(self) -> dict[str, list[Reported]]:
        """The final summaries by grant, in the order in which they were made."""
        kept = schema.finals.c
        found: dict[str, list[Reported]] = {}
        with self._reading() as connection:
            for award, figures in connection.execute(
                select(kept.award, kept.figures).order_by(kept.n)
            ):
                found.setdefault(award, []).append(reported_of(figures))
        return found

    def report_final(self, grant: str, reported: Reported, at: datetime) -> Reported:
        """Keep what a final summary said; the one kept, with its own day, where the newest of the
        period said the same."""
        with unbroken(), writer(self._database) as connection:
            kept = schema.finals.c
            query = select(kept.figures).where(kept.award == grant).order_by(kept.n.desc())
            for (figures,) in connection.execute(query):
                known = reported_of(figures)
                if (known.first, known.last) == (reported.first, reported.last):
                    if (known.rows, known.lines) == (reported.rows, reported.lines):
                        return known
                    break
            run = writes.save_run(connection, "final", at)
            last: int = connection.execute(
                select(func.count()).select_from(schema.finals)
            ).scalar_one()
            days = (reported.first.isoformat(), reported.last.isoformat(), reported.on.isoformat())
            writes.insert_rows(
                connection, schema.finals, [(last, grant, *days, run, reported_text(reported))]
            )
            connection.commit()
        return reported

    def publish(
        self,
        known: int,
        steps: Sequence[Publication],
        views: Sequence[PublicView],
        run: int,
        today: date,
        at: datetime,
    ) -> None:
        """Keep new steps after those `known`, made from the records of `run`, and the views of
        pages that are new.

        Where there is nothing new, nothing is written. Raises `RegisterError` where another run
        published meanwhile."""
        kept = schema.pages
        with unbroken(), writer(self._database) as connection:
            there: dict[str, str] = {
                row.month: row.view for row in connection.execute(select(kept.c.month, kept.c.view))
            }
            new = {
                each.month: text
                for each in views
                if there.get(each.month) != (text := view_text(each))
            }
            last: int = connection.execute(
                select(func.count()).select_from(schema.published)
            ).scalar_one()
            if last != known:
                raise RegisterError(
                    "Another run published meanwhile. Run it again; nothing was written."
                )
            if not steps and not new:
                return
            writes.save_run(connection, "publish", at)
            rows = [
                (last + index, each.month, run, publication_text(each))
                for index, each in enumerate(steps)
            ]
            writes.insert_rows(connection, schema.published, rows)
            for month, text in new.items():
                if month in there:
                    connection.execute(update(kept).where(kept.c.month == month).values(view=text))
            added = [
                (month, today.isoformat(), text)
                for month, text in new.items()
                if month not in there
            ]
            writes.insert_rows(connection, kept, added)
            connection.commit()

    def wipe(self, table: str, id: str, field: str) -> Wiped:  # noqa: A002 - the field's name everywhere
        """Wipe every value that a field ever had, from all that the register holds (see
        `redaction`)."""
        return wipe(self._database, table, id, field)

    def answer(self, question: Callable[[Ask], T]) -> T:
        """The answer to a question that may have several parts, all of them at one moment."""
        with self._asking() as ask:
            return question(ask)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """The only way to write: holds the writer's lock until the end of the block.

        Raises `RegisterError` at once where another run holds it. Leaving without a commit changes
        nothing."""
        with writer(self._database) as connection:
            yield Writing(connection, self._database.place)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._database.place), self._database.readers.connect() as connection:
            yield connection

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        with self._reading() as connection:
            yield asked(connection, self._database.place)


class Writing:
    """The register while this run alone may write to it."""

    def __init__(self, connection: Connection, place: str) -> None:
        self._connection = connection
        self._place = place
        self._done = False

    def load(self, tables: Collection[str] | None = None) -> Held:
        """As `Register.load`; nobody else can change it before this run's commit."""
        held = queries.load(asked(self._connection, self._place), tables)
        if self._connection.dialect.name != "sqlite":
            # The lock is the session's. Servers end sessions that leave a database transaction open
            # for long, and writing the workbook may take long; in SQLite the transaction is the
            # lock.
            self._connection.rollback()
        return held

    def commit(self, commit: Commit) -> Run:
        """Write all of it in one database transaction, once; on any error nothing is changed."""
        if self._done:
            raise ValueError("a run commits once")
        self._done = True
        with unbroken():
            return self._commit(commit)

    def _commit(self, commit: Commit) -> Run:
        connection = self._connection
        run = writes.save_run(connection, commit.kind, commit.at)
        writes.save_records(connection, commit, run)
        if commit.findings is not None:
            writes.save_findings(connection, commit.findings, commit.at)
        if commit.totals is not None:
            writes.save_totals(connection, commit.totals)
        writes.insert_rows(
            connection,
            schema.bank,
            [
                (e.mark, e.day.isoformat(), e.units, e.currency, e.table, e.id, run)
                for e in commit.bank
            ],
        )
        for key, value in (
            ("mark", commit.mark),
            ("time_zone", commit.time_zone),
            ("bank_key", commit.bank_key),
        ):
            if value is not None:
                connection.execute(delete(schema.meta).where(schema.meta.c.key == key))
                connection.execute(insert(schema.meta), {"key": key, "value": value})
        connection.commit()
        return Run(run, commit.kind, commit.at)


def open_register(url: str) -> Register:
    """The register at `url` (`sqlite:///register.sqlite` or `postgresql://...`), made and migrated
    as needed.

    Raises `RegisterError` where it cannot be opened, is another program's, or is newer than this
    program."""
    return Register(reach(url, migrate))
