"""Stores and reads cycles in the register: the runs of a month or a week, their steps, their
deliveries, and the run that is active.

Each method is one database transaction. A delivery gets the state `marked` in one transaction,
is then sent, and is settled (its result is stored) in another transaction. If a run dies in
between, the state stays `marked`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.cycles import OPEN, Attempt, Cycle, Delivery, DeliveryState, StepOutcome
from budgettrack.core.base.errors import RegisterError
from budgettrack.interrupts import unbroken
from budgettrack.register import queries, writes
from budgettrack.register.connection import Lock, RegisterConnection
from budgettrack.register.database import Database
from budgettrack.register.holds import refuse_if_held
from budgettrack.register.queries import Ask


class Holder(Struct, frozen=True):
    """The run that is active: its computer and process, and when it started."""

    who: str
    since: datetime


class Alone:
    """The right to be the only monthly run. `died` is the run before this one if it never ended,
    otherwise None."""

    def __init__(self, lock: Lock, died: Holder | None) -> None:
        self._lock, self.died = lock, died

    def check(self) -> None:
        """Checks that this run still holds the lock. It is called before anything is sent.

        Raises `RegisterError` if the lock was lost, for example because the server closed the
        connection."""
        if not self._lock.holds():
            raise RegisterError(
                "The connection to the register was lost during the run. Nothing more was sent."
                " Run it again."
            )


class Cycles:
    """Writes cycles to an open register, for the one monthly run that is active.

    Every method raises `RegisterError` if the database reports an error."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def alone(self, who: str, at: datetime) -> Iterator[Alone]:
        """Holds the lock of the monthly run until the end of the block. No other computer can run
        the month at the same time.

        If a run dies, the database releases the lock, but the name of the run stays in the
        register. Raises `RegisterError` at once if another run is active. The message names that
        run."""
        with self.lock() as alone:
            self._hold(Holder(who, at))
            try:
                yield alone
            finally:
                with contextlib.suppress(RegisterError):
                    self._hold(None)

    @contextmanager
    def lock(self) -> Iterator[Alone]:
        """Holds the lock of the monthly run, as `alone` does, but does not store the name of
        this run."""
        with self._database.alone() as lock:
            with self._database.reading() as ask:
                held = holder(ask)
            if lock is None:
                whose = f" ({held.who}, since {held.since:%Y-%m-%d %H:%M} UTC)" if held else ""
                raise RegisterError(
                    f"Another run of the month is at work{whose}. Wait until it ends, then try"
                    " again."
                )
            yield Alone(lock, held)

    def _hold(self, holder: Holder | None) -> None:
        text = None
        if holder is not None:
            text = json.dumps({"who": holder.who, "since": _text(holder.since)})
        with self._writing() as connection:
            writes.save_meta(connection, "holder", text)

    def begin(self, period: str, reason: str, asked: bool, at: datetime) -> Cycle:
        """Begins a new round of a period and returns its cycle."""
        with self._writing() as connection:
            query = "SELECT coalesce(max(round), 0) FROM cycles WHERE period = ?"
            ((before,),) = connection.rows(query, (period,))
            round_ = before + 1
            number = queries.last_number(connection, "cycles") + 1
            connection.insert(
                "cycles (n, period, round, reason, asked, began, ended)",
                [(number, period, round_, reason, int(asked), _text(at), None)],
            )
        return Cycle(number, period, round_, reason, asked, at, None)

    def end(self, cycle: Cycle, at: datetime) -> None:
        """Records that the cycle is finished."""
        self._do("UPDATE cycles SET ended = ? WHERE n = ?", (_text(at), cycle.n))

    def attempt(self, cycle: Cycle, step: str, at: datetime) -> int:
        """Records that a step begins and returns the number of the attempt."""
        with self._writing() as connection:
            number = queries.last_number(connection, "attempts") + 1
            connection.insert(
                "attempts (n, cycle, step, began, took, outcome, words)",
                [(number, cycle.n, step, _text(at), None, None, "")],
            )
        return number

    def attempted(self, number: int, outcome: StepOutcome, took: int, words: str) -> None:
        """Records the outcome of an attempt. `took` is in milliseconds."""
        self._do(
            "UPDATE attempts SET outcome = ?, took = ?, words = ? WHERE n = ?",
            (outcome, took, words, number),
        )

    def hold_back(
        self,
        cycle: Cycle,
        what: str,
        recipient: str,
        state: DeliveryState,
        words: str,
        at: datetime,
        reader: str = "",
    ) -> None:
        """Records why a delivery cannot be sent yet. A delivery that was already sent is not
        changed."""
        with self._writing() as connection:
            known = delivery_to(_made(connection, cycle), what, recipient, reader)
            if known is None:
                new = queries.last_number(connection, "deliveries") + 1
                one = Delivery(new, cycle.n, what, recipient, state, 0, at, at, "", words, reader)
                _insert(connection, [one])
            elif known.state in OPEN:
                told = (recipient, reader or known.reader or "", state, words)
                if told != (known.recipient, known.reader, known.state, known.words):
                    statement = "UPDATE deliveries SET recipient = ?, reader = ?, state = ?,"
                    connection.rows(
                        f"{statement} words = ?, at = ? WHERE n = ?", (*told, _text(at), known.n)
                    )

    def plan(
        self,
        cycle: Cycle,
        wanted: Sequence[tuple[str, str, str]],
        at: datetime,
        *,
        again: bool = False,
    ) -> list[Delivery]:
        """Records that a run is about to send deliveries, and returns them.

        `wanted` has three texts for each delivery: what is sent, the name of the recipient, and
        the keyed hash of the recipient (the *reader*). If a reader has another name now, the
        delivery is stored under the new name. Raises
        `SendingHeld` if there is a hold. Raises `RegisterError` if one of the deliveries was
        sent before. If `again` is true, raises it only if one was confirmed."""
        planned: list[Delivery] = []
        with self._writing() as connection:
            last = _last_unless_held(connection, cycle.period)
            made = _made(connection, cycle)
            new: list[Delivery] = []
            for what, recipient, reader in wanted:
                known = delivery_to(made, what, recipient, reader)
                if known is None:
                    last += 1
                    one = Delivery(
                        last, cycle.n, what, recipient, "planned", 0, at, at, "", "", reader, 1
                    )
                    new.append(one)
                else:
                    _refuse_if_sent(known, again)
                    times = known.planned + 1
                    reader = reader or known.reader or ""  # noqa: PLW2901 - a hash is never lost
                    connection.rows(
                        "UPDATE deliveries SET recipient = ?, reader = ?, planned = ? WHERE n = ?",
                        (recipient, reader, times, known.n),
                    )
                    one = replace(known, recipient=recipient, reader=reader, planned=times)
                planned.append(one)
            _insert(connection, new)
        return planned

    def plan_again(self, cycle: Cycle, delivery: Delivery, recipient: str, reader: str) -> Delivery:
        """Records that a delivery is about to be sent again, because a person asked for it. Its
        reader may have another address or name now.

        Raises `SendingHeld` if there is a hold. Raises `RegisterError` if this reader already
        has another delivery of the same thing."""
        with self._writing() as connection:
            _last_unless_held(connection, cycle.period)
            same = delivery_to(_made(connection, cycle), delivery.what, "", reader)
            if same is not None and same.n != delivery.n:
                raise RegisterError(
                    f"The same address has D-{same.n} ({same.state}). Nothing was sent."
                )
            reader = reader or delivery.reader or ""
            planned = replace(
                delivery, recipient=recipient, reader=reader, planned=delivery.planned + 1
            )
            connection.rows(
                "UPDATE deliveries SET recipient = ?, reader = ?, planned = ? WHERE n = ?",
                (recipient, reader, planned.planned, planned.n),
            )
            return planned

    def mark(
        self, cycle: Cycle, delivery: Delivery, digest: str, at: datetime, *, again: bool = False
    ) -> Delivery:
        """Gives a planned delivery the state `marked`, because it is sent now, and returns it.

        Raises `RegisterError` if it was sent before. If `again` is true, raises it only if the
        delivery was confirmed. Raises `SendingHeld` if there is a hold. The hold is looked up in
        the same transaction, so nothing is sent after somebody has placed one."""
        with self._writing() as connection:
            known = _unless_held(connection, cycle.period, delivery)
            _refuse_if_sent(known, again)
            attempts_ = known.attempts + 1
            connection.rows(
                "UPDATE deliveries SET state = 'marked', words = '', at = ?, digest = ?,"
                " attempts = ? WHERE n = ?",
                (_text(at), digest, attempts_, known.n),
            )
            return replace(
                known, state="marked", words="", at=at, digest=digest, attempts=attempts_
            )

    def learn(
        self,
        cycle: Cycle,
        learnt: Sequence[tuple[str, str, str, int, DeliveryState, str]],
        at: datetime,
    ) -> None:
        """Records deliveries that the journal in the workbook knows although this register did not
        send them.

        `learnt` has for each delivery: what was sent, the name of the recipient, the reader's
        hash, how often the delivery was planned, its state, and the message to the state."""
        with self._writing() as connection:
            last = queries.last_number(connection, "deliveries")
            made = _made(connection, cycle)
            new: list[Delivery] = []
            for what, recipient, reader, times, state, words in learnt:
                known = delivery_to(made, what, recipient, reader)
                if known is None:
                    last += 1
                    one = (last, cycle.n, what, recipient, state, 0, at, at, "", words)
                    new.append(Delivery(*one, reader, times))
                else:
                    connection.rows(
                        "UPDATE deliveries SET state = ?, words = ?, at = ?, attempts = 0,"
                        " planned = ?, reader = ? WHERE n = ?",
                        (state, words, _text(at), times, reader, known.n),
                    )
            _insert(connection, new)

    def know_readers(self, readers: Mapping[int, str]) -> None:
        """Stores who received each of the deliveries that an earlier version of the program sent.
        `readers`: from the number of a delivery to the hash of its reader."""
        with self._writing() as connection:
            for number, reader in readers.items():
                connection.rows("UPDATE deliveries SET reader = ? WHERE n = ?", (reader, number))

    def settle(self, delivery: Delivery, state: DeliveryState, words: str, at: datetime) -> None:
        """Records the result of a marked delivery."""
        self._do(SETTLE, (state, words, _text(at), delivery.n))

    @contextmanager
    def _writing(self) -> Iterator[RegisterConnection]:
        with self._database.own() as connection, unbroken():
            yield connection
            connection.commit()

    def _do(self, statement: str, values: Sequence[Any]) -> None:
        with unbroken():
            self._database.do_own(statement, values)


def holder(ask: Ask) -> Holder | None:
    """Returns the run that is active, or the last run if it died. Returns None if no run is
    active and none has died."""
    text = queries.meta(ask, "holder")
    if text is None:
        return None
    stored = json.loads(text)
    return Holder(stored["who"], datetime.fromisoformat(stored["since"]))


def all_cycles(ask: Ask) -> list[Cycle]:
    """Returns all cycles, oldest first."""
    return [
        Cycle(
            n,
            period,
            round_,
            reason,
            bool(asked),
            datetime.fromisoformat(began),
            None if ended is None else datetime.fromisoformat(ended),
        )
        for n, period, round_, reason, asked, began, ended in ask.rows(
            "SELECT n, period, round, reason, asked, began, ended FROM cycles ORDER BY n"
        )
    ]


def attempts(ask: Ask, cycle: int | None = None) -> list[Attempt]:
    """Returns all attempts at steps, the oldest first. If `cycle` is given, only its attempts."""
    query = "SELECT n, cycle, step, began, took, outcome, words FROM attempts"
    return [
        Attempt(n, of, step, datetime.fromisoformat(began), took, outcome, words)
        for n, of, step, began, took, outcome, words in ask.rows(
            f"{query} WHERE {'cycle = ?' if cycle is not None else '1 = 1'} ORDER BY n",
            () if cycle is None else (cycle,),
        )
    ]


def deliveries(ask: Ask, cycle: int | None = None) -> list[Delivery]:
    """Returns all deliveries, the oldest first. If `cycle` is given, only its deliveries."""
    return _deliveries(ask) if cycle is None else _deliveries(ask, "cycle = ?", (cycle,))


def _deliveries(ask: Ask, where: str = "1 = 1", values: Sequence[Any] = ()) -> list[Delivery]:
    query = f"SELECT {', '.join(COLUMNS)} FROM deliveries WHERE {where} ORDER BY n"
    return [
        Delivery(
            n,
            cycle,
            what,
            recipient,
            state,
            tries,
            datetime.fromisoformat(made),
            datetime.fromisoformat(at),
            *rest,
        )
        for n, cycle, what, recipient, state, tries, made, at, *rest in ask.rows(query, values)
    ]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _made(connection: RegisterConnection, cycle: Cycle) -> list[Delivery]:
    return _deliveries(connection, "cycle = ?", (cycle.n,))


def delivery_to(
    made: Iterable[Delivery], what: str, recipient: str, reader: str
) -> Delivery | None:
    """Returns the delivery to a reader from the deliveries of a cycle, even if the reader has
    another name now. Returns None if there is none.

    The reader is recognised by the keyed hash `reader`. The name is used in two cases only: the
    delivery or the reader has no hash, or the delivery certainly did not arrive. In the second case
    somebody has corrected the address."""
    by_name: Delivery | None = None
    for delivery in made:
        if delivery.what != what:
            continue
        if reader and delivery.reader == reader:
            return delivery
        if delivery.recipient == recipient and (
            not (reader and delivery.reader) or delivery.state in OPEN
        ):
            by_name = delivery
    return by_name


def _refuse_if_sent(known: Delivery, again: bool) -> None:
    if known.state not in OPEN and not (again and known.state != "confirmed"):
        raise RegisterError(f"D-{known.n} was {known.state} already. Nothing was sent.")


def _last_unless_held(connection: RegisterConnection, period: str) -> int:
    """Returns the number of the last delivery.

    Raises `SendingHeld` if there is a hold. Both are looked up by one statement, because a
    server may be far away and this is done for each mail."""
    question = (
        "SELECT (SELECT coalesce(max(n), 0) FROM deliveries), (SELECT count(*) FROM holds WHERE"
        " period IN ('', ?))"
    )
    ((last, held),) = connection.rows(question, (period,))
    if held:
        refuse_if_held(connection, period)
    return int(last)


def _unless_held(connection: RegisterConnection, period: str, delivery: Delivery) -> Delivery:
    """Returns a delivery as it is now.

    Raises `SendingHeld` if there is a hold. Both are looked up by one statement."""
    held = "(SELECT count(*) FROM holds WHERE period IN ('', ?))"
    query = f"SELECT state, attempts, {held} FROM deliveries WHERE n = ?"
    ((state, attempts_, held_now),) = connection.rows(query, (period, delivery.n))
    if held_now:
        refuse_if_held(connection, period)
    return replace(delivery, state=state, attempts=attempts_)


def _insert(connection: RegisterConnection, new: Sequence[Delivery]) -> None:
    rows = [
        (
            one.n,
            one.cycle,
            one.what,
            one.recipient,
            one.state,
            one.attempts,
            _text(one.made),
            _text(one.at),
            one.digest,
            one.words,
            one.reader,
            one.planned,
        )
        for one in new
    ]
    connection.insert(f"deliveries ({', '.join(COLUMNS)})", rows)


COLUMNS = (
    "n",
    "cycle",
    "what",
    "recipient",
    "state",
    "attempts",
    "made",
    "at",
    "digest",
    "words",
    "reader",
    "planned",
)
"""The columns of `deliveries`, in the order of `Delivery`."""

SETTLE = "UPDATE deliveries SET state = ?, words = ?, at = ? WHERE n = ?"
