"""What the register keeps of cycles: their steps, their deliveries, and who is at work.

Each method is one database transaction. A delivery is marked in one and settled in another, with
the sending between them: whoever dies in between leaves the mark behind."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

from budgettrack.core.base.cycles import OPEN, Attempt, Cycle, Delivery, DeliveryState, StepOutcome
from budgettrack.core.base.errors import RegisterError
from budgettrack.interrupts import unbroken
from budgettrack.register import schema
from budgettrack.register.database import Database, Lock, alone, told, writer

PATIENCE = 60.0
"""Seconds to wait for another run that is writing: a sync by hand may hold the lock while it writes
the workbook."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is at work on the cycles: a machine and process, and since when."""

    who: str
    since: datetime


class Alone:
    """The right to be the only run at work. `died` is the run before, where it never came to its
    end."""

    def __init__(self, lock: Lock, died: Holder | None) -> None:
        self._lock, self.died = lock, died

    def check(self) -> None:
        """Raise `RegisterError` where the lock was lost on the way (a server that went away):
        nothing more may be sent."""
        if not self._lock.holds():
            raise RegisterError(
                "The connection to the register was lost in the midst of a run. Nothing more was"
                " sent; run it again."
            )


class Cycles:
    """The cycles in an open register. Every method raises `RegisterError` where the database cannot
    do what is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def alone(self, who: str, at: datetime) -> Iterator[Alone]:
        """Be the only run at work until the end of the block, on whatever machine.

        Raises `RegisterError` at once where another is, with who it is and since when. The lock is
        the database's own and ends with its owner; the name beside it stays behind when the owner
        died."""
        with alone(self._database) as lock:
            held = self.holder()
            if lock is None:
                whose = f" ({held.who}, since {held.since:%Y-%m-%d %H:%M} UTC)" if held else ""
                raise RegisterError(
                    f"Another run of the month is at work{whose}. Wait until it ends, then try"
                    " again."
                )
            self._hold(Holder(who, at))
            try:
                yield Alone(lock, held)
            finally:
                with contextlib.suppress(RegisterError):
                    self._hold(None)

    def holder(self) -> Holder | None:
        """Who is at work, or was when it died."""
        with self._reading() as connection:
            kept = schema.meta.c
            text = connection.execute(
                select(kept.value).where(kept.key == "holder")
            ).scalar_one_or_none()
        if text is None:
            return None
        said = json.loads(text)
        return Holder(said["who"], datetime.fromisoformat(said["since"]))

    def _hold(self, holder: Holder | None) -> None:
        with unbroken(), writer(self._database, PATIENCE) as connection:
            connection.execute(delete(schema.meta).where(schema.meta.c.key == "holder"))
            if holder is not None:
                text = json.dumps({"who": holder.who, "since": _text(holder.since)})
                connection.execute(insert(schema.meta), {"key": "holder", "value": text})
            connection.commit()

    def all(self) -> list[Cycle]:
        """Every cycle, in the order in which they began."""
        with self._reading() as connection:
            return [
                _cycle(row)
                for row in connection.execute(select(schema.cycles).order_by(schema.cycles.c.n))
            ]

    def attempts(self, cycle: int | None = None) -> list[Attempt]:
        """Every attempt at a step (of one cycle), in order."""
        kept = schema.attempts
        query = select(kept).order_by(kept.c.n)
        with self._reading() as connection:
            return [
                Attempt(
                    row.n,
                    row.cycle,
                    row.step,
                    datetime.fromisoformat(row.began),
                    row.took,
                    cast("StepOutcome | None", row.outcome),
                    row.words,
                )
                for row in connection.execute(
                    query if cycle is None else query.where(kept.c.cycle == cycle)
                )
            ]

    def deliveries(self, cycle: int | None = None) -> list[Delivery]:
        """Every delivery (of one cycle), in order."""
        kept = schema.deliveries
        query = select(kept).order_by(kept.c.n)
        with self._reading() as connection:
            return [
                _delivery(row)
                for row in connection.execute(
                    query if cycle is None else query.where(kept.c.cycle == cycle)
                )
            ]

    def begin(self, period: str, reason: str, asked: bool, at: datetime) -> Cycle:
        """A new round of a period."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            kept = schema.cycles
            query = select(func.coalesce(func.max(kept.c.round), 0)).where(kept.c.period == period)
            round_ = connection.execute(query).scalar_one() + 1
            number = _next(connection, kept)
            values = {
                "n": number,
                "period": period,
                "round": round_,
                "reason": reason,
                "asked": int(asked),
                "began": _text(at),
                "ended": None,
            }
            connection.execute(insert(kept), values)
            connection.commit()
        return Cycle(number, period, round_, reason, asked, at, None)

    def end(self, cycle: Cycle, at: datetime) -> None:
        """Nothing is left to do in it."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            kept = schema.cycles
            connection.execute(update(kept).where(kept.c.n == cycle.n).values(ended=_text(at)))
            connection.commit()

    def attempt(self, cycle: Cycle, step: str, at: datetime) -> int:
        """The number of a new attempt at a step."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            number = _next(connection, schema.attempts)
            values = {
                "n": number,
                "cycle": cycle.n,
                "step": step,
                "began": _text(at),
                "took": None,
                "outcome": None,
                "words": "",
            }
            connection.execute(insert(schema.attempts), values)
            connection.commit()
        return number

    def attempted(self, number: int, outcome: StepOutcome, took: int, words: str) -> None:
        """How an attempt ended, after so many milliseconds."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            kept = schema.attempts
            values = {"outcome": outcome, "took": took, "words": words}
            connection.execute(update(kept).where(kept.c.n == number).values(**values))
            connection.commit()

    def hold_back(
        self,
        cycle: Cycle,
        what: str,
        recipient: str,
        state: DeliveryState,
        words: str,
        at: datetime,
    ) -> None:
        """Note that a delivery cannot go out yet, and why; one that did go out stays as it is."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            known = _known(connection, cycle, what, recipient)
            if known is None:
                _insert(connection, cycle, what, recipient, state, words, at)
            elif known.state in OPEN and (known.state, known.words) != (state, words):
                _settle(connection, known.n, state, words, at)
            connection.commit()

    def mark(
        self,
        cycle: Cycle,
        what: str,
        recipient: str,
        digest: str,
        at: datetime,
        *,
        again: bool = False,
    ) -> Delivery:
        """A delivery that goes out now.

        Raises `RegisterError` for one that went out before; with `again` (a person asks for it, or
        it does no harm twice) for one that was confirmed alone."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            known = _known(connection, cycle, what, recipient)
            if known is None:
                number = _insert(connection, cycle, what, recipient, "marked", "", at)
            elif known.state in OPEN or (again and known.state != "confirmed"):
                number = known.n
                _settle(connection, number, "marked", "", at)
            else:
                raise RegisterError(f"D-{known.n} was {known.state} already. Nothing was sent.")
            kept = schema.deliveries
            connection.execute(
                update(kept)
                .where(kept.c.n == number)
                .values(digest=digest, attempts=kept.c.attempts + 1)
            )
            row = connection.execute(select(kept).where(kept.c.n == number)).one()
            connection.commit()
        return _delivery(row)

    def settle(self, delivery: Delivery, state: DeliveryState, words: str, at: datetime) -> None:
        """What became of a marked delivery."""
        with unbroken(), writer(self._database, PATIENCE) as connection:
            _settle(connection, delivery.n, state, words, at)
            connection.commit()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._database.place), self._database.readers.connect() as connection:
            yield connection


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _next(connection: Connection, table: Table) -> int:
    number: int = connection.execute(select(func.coalesce(func.max(table.c.n), 0))).scalar_one()
    return number + 1


def _known(connection: Connection, cycle: Cycle, what: str, recipient: str) -> Delivery | None:
    kept = schema.deliveries
    where = and_(kept.c.cycle == cycle.n, kept.c.what == what, kept.c.recipient == recipient)
    row = connection.execute(select(kept).where(where)).one_or_none()
    return None if row is None else _delivery(row)


def _insert(
    connection: Connection,
    cycle: Cycle,
    what: str,
    recipient: str,
    state: DeliveryState,
    words: str,
    at: datetime,
) -> int:
    number = _next(connection, schema.deliveries)
    values: Mapping[str, Any] = {
        "n": number,
        "cycle": cycle.n,
        "what": what,
        "recipient": recipient,
        "state": state,
        "attempts": 0,
        "made": _text(at),
        "at": _text(at),
        "digest": "",
        "words": words,
    }
    connection.execute(insert(schema.deliveries), values)
    return number


def _settle(
    connection: Connection, number: int, state: DeliveryState, words: str, at: datetime
) -> None:
    kept = schema.deliveries
    connection.execute(
        update(kept).where(kept.c.n == number).values(state=state, words=words, at=_text(at))
    )


def _cycle(row: Any) -> Cycle:
    ended = None if row.ended is None else datetime.fromisoformat(row.ended)
    return Cycle(
        row.n,
        row.period,
        row.round,
        row.reason,
        bool(row.asked),
        datetime.fromisoformat(row.began),
        ended,
    )


def _delivery(row: Any) -> Delivery:
    return Delivery(
        row.n,
        row.cycle,
        row.what,
        row.recipient,
        row.state,
        row.attempts,
        datetime.fromisoformat(row.made),
        datetime.fromisoformat(row.at),
        row.digest,
        row.words,
    )
