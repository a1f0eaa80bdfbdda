"""Reads records, figures and runs from the register.

Each query is a function with an `Ask` as its argument: `register.ask(queries.totals)`. With
`register.reading()`, several queries read the same state. `cycles` has the queries about monthly
runs, `published` those about publications."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from msgspec import Struct

from budgettrack.core.base.findings import Finding, is_known
from budgettrack.core.base.months import Month
from budgettrack.core.figures.achieved import Closed
from budgettrack.core.figures.achieved import closed_numbers as closed_of
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Fields, Records
from budgettrack.core.records.tables import BY_NAME
from budgettrack.core.sealing.withdrawn import Withdrawal
from budgettrack.register import checksums
from budgettrack.register.records import (
    AtRest,
    BankAccount,
    Banked,
    BankStatement,
    Held,
    Run,
    Version,
)
from budgettrack.register.troubles import damaged


class Ask(Protocol):
    """Read access to the register at one moment. `place` is the register's name in messages."""

    @property
    def place(self) -> str: ...

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs a statement, with a question mark for each value, and returns its rows."""


def load(
    ask: Ask, tables: Collection[str] | None = None, known: Mapping[str, str] | None = None
) -> Held:
    """Returns the records of `tables`, or of all tables if `tables` is None.

    `known`: the stored values, if they were read already (see `begun`). Raises `RegisterError`
    if the register is damaged."""
    names = [*BY_NAME] if tables is None else list(tables)
    records: dict[str, dict[str, Fields]] = {name: {} for name in names}
    agreed: dict[str, dict[str, Fields]] = {name: {} for name in names}
    removed: dict[str, set[str]] = {name: set() for name in names}
    decode = json.JSONDecoder().decode if known is None else _fast_decoder()
    try:
        for table, id_, n, fields, other, _ in _record_rows(ask, tables):
            if table not in records:
                records[table], agreed[table], removed[table] = {}, {}, set()
            if fields is not None:
                held = records[table][id_] = decode(fields)
                if other is None:
                    agreed[table][id_] = held
            elif n:
                removed[table].add(id_)
            if other:
                agreed[table][id_] = decode(other)
    except ValueError:
        raise damaged(ask.place) from None
    gone = {name: frozenset(ids) for name, ids in removed.items()}
    known = several(ask, *OF_SYNCS) if known is None else known
    withdrawn = withdrawals_in(known.get(WITHDRAWN))
    mark, key = known.get("mark"), known.get("key")
    return Held(records, agreed, gone, mark, key, withdrawn, HOME in known)


def _fast_decoder() -> Callable[[str], Fields]:
    """Returns the decoder for a sync, which loads all records. This decoder needs a third of the
    time of the usual one. A question at the prompt does not use it, because importing it takes
    longer than it saves there."""
    import msgspec

    fast, any_text = msgspec.json.Decoder(dict[str, str]).decode, json.JSONDecoder().decode

    def decoded(text: str) -> Fields:
        try:
            return fast(text)
        except msgspec.MsgspecError:
            # The text has half of an emoji, which the other decoder reads, or it is damaged.
            fields: Fields = any_text(text)
            return fields

    return decoded


def _record_rows(ask: Ask, tables: Collection[str] | None) -> Iterable[Sequence[Any]]:
    """Returns the rows of records in the order of their creation."""
    query = "SELECT tbl, id, n, fields, agreed, seq FROM records"
    if tables is None:
        return ask.rows(f"{query} ORDER BY seq")
    if not tables:
        return ()
    # The rows are sorted here. With ORDER BY, the database might read all rows to find these few.
    rows = ask.rows(f"{query} WHERE tbl IN ({_places(tables)})", list(tables))
    return sorted(rows, key=lambda row: row[5])


def meta(ask: Ask, key: str) -> str | None:
    """Returns the stored value with the name `key`. Returns None if it was never set."""
    values = [str(value) for (value,) in ask.rows("SELECT value FROM meta WHERE key = ?", (key,))]
    return values[0] if values else None


def several(ask: Ask, *keys: str) -> dict[str, str]:
    """Returns stored values by name, with one statement. A value that was never set is left out."""
    query = f"SELECT key, value FROM meta WHERE key IN ({_places(keys)})"
    return {str(key): str(value) for key, value in ask.rows(query, list(keys))}


HOME = "machine"
"""The name of the stored value that says in which place the register is used (see `home`)."""

STOPPED = "stopped"
"""The name of the stored value that says whether publishing is stopped."""

WITHDRAWN = "withdrawn"
"""The name of the stored value that holds the withdrawn names."""


def withdrawals(ask: Ask) -> list[Withdrawal]:
    """Returns the names that are withdrawn from everything public, oldest first."""
    return withdrawals_in(meta(ask, WITHDRAWN))


def withdrawals_in(text: str | None) -> list[Withdrawal]:
    """Returns the withdrawals that a stored value holds, oldest first."""
    return [
        Withdrawal(kind, name, datetime.fromisoformat(since), *rest)
        for kind, name, since, *rest in json.loads(text or "[]")
    ]


AT_REST = "at_rest"
"""The name of the stored value with the result of the last sync that had nothing to do (a sync
*at rest*)."""

OF_SYNCS = ("mark", "key", HOME, WITHDRAWN, AT_REST)
"""The names of the stored values that a sync needs."""


class Begun(Struct, frozen=True):
    """What a sync asks the register first.

    `known`: the stored values that syncs need, by name. `last`, `at`: the number and the time of
    the last run of any kind; 0 and None for a new register. `booked`: the IDs of the expenses
    that are on a bank statement."""

    known: Mapping[str, str]
    last: int
    at: datetime | None
    booked: frozenset[str]

    @property
    def rest(self) -> AtRest | None:
        """What the last run found, if that run was a sync that had nothing to do. It is None if
        the last run was of another kind, or if another version of the program stored the result
        in another form."""
        try:
            run, settings, register, stamp, cells, lacking = json.loads(self.known[AT_REST])
        except (KeyError, ValueError, TypeError):
            return None
        rest = AtRest(settings, register, stamp, cells, tuple(lacking), run)
        return rest if run == self.last else None


def begun(ask: Ask) -> Begun:
    """Returns what a sync needs first, with one statement. An entry in a bank's report within
    the day does not count as booked yet."""
    rows = ask.rows(
        f"SELECT key, value FROM meta WHERE key IN ({_places(OF_SYNCS)}) UNION ALL SELECT '', n ||"
        " ' ' || at FROM runs WHERE n = (SELECT max(n) FROM runs) UNION ALL SELECT ?, id FROM bank"
        " WHERE tbl = 'expenses' AND (provisional = 0 OR mark IN (SELECT mark FROM bank_changes))"
        " UNION ALL SELECT ?, id FROM bank_changes WHERE tbl = 'expenses'",
        (*OF_SYNCS, _BOOKED, _BOOKED),
    )
    known: dict[str, str] = {}
    booked: set[str] = set()
    for key, value in rows:
        if key == _BOOKED:
            booked.add(str(value))
        else:
            known[str(key)] = str(value)
    number, _, at = known.pop("", "0 ").partition(" ")
    return Begun(known, int(number), datetime.fromisoformat(at) if at else None, frozenset(booked))


_BOOKED = " booked"
"""The name that the answer gives to the IDs of expenses that are on a bank statement. No stored
value has this name."""


def time_zone(ask: Ask) -> str:
    """Returns the time zone that the workbook had when it was last read, or '' if it had none."""
    return meta(ask, "time_zone") or ""


def newest_change(ask: Ask) -> int:
    """Returns the number of the last run that changed a record. Returns 0 for a new register."""
    return last_number(ask, "records", "run")


def newest_run(ask: Ask) -> int:
    """Returns the number of the last run that wrote anything. Returns 0 for a new register."""
    return last_number(ask, "runs")


def last_number(ask: Ask, table: str, column: str = "n") -> int:
    """Returns the largest number in a column of a table. Returns 0 if the table is empty."""
    ((number,),) = ask.rows(f"SELECT coalesce(max({column}), 0) FROM {table}")
    return int(number)


def load_at(ask: Ask, run: int) -> dict[str, dict[str, Fields]]:
    """Returns all records as they were after a run, in the order in which they were created."""
    query = "SELECT tbl, id, fields, seq FROM records WHERE run <= ? AND n > 0"
    now = list(ask.rows(query, (run,)))
    then = ask.rows(
        "SELECT records.tbl, records.id, history.fields, records.seq FROM records JOIN (SELECT tbl,"
        " id, max(n) AS n FROM history WHERE run <= ? GROUP BY tbl, id) AS older ON older.tbl ="
        " records.tbl AND older.id = records.id JOIN history ON history.tbl = records.tbl AND"
        " history.id = records.id AND history.n = older.n WHERE records.run > ?",
        (run, run),
    )
    records: dict[str, dict[str, Fields]] = {name: {} for name in BY_NAME}
    for table, id_, fields, _ in sorted([*now, *then], key=lambda row: row[3]):
        if fields is not None:
            records.setdefault(table, {})[id_] = json.loads(fields)
    return records


TOTALS = "totals"
"""The name of the stored value with the checksum of all totals."""


def totals(ask: Ask) -> list[Total]:
    """Returns the monthly totals, sorted by line, grant, currency and months.

    Raises `RegisterError` if they differ from what the last sync wrote."""
    stored, wrote = totals_and_checksum(ask)
    if wrote and wrote != checksum_of(stored):
        raise damaged(ask.place)
    return stored


def stored_totals(ask: Ask) -> list[Total]:
    """Returns the monthly totals, as `totals` does, but does not check them."""
    return totals_and_checksum(ask)[0]


def totals_and_checksum(ask: Ask) -> tuple[list[Total], str]:
    """Returns the totals and their checksum, with one statement. The checksum is '' if there is
    none."""
    query = (
        "SELECT line, award, currency, ordered, paid, spent, committed, expenses FROM totals UNION"
        " ALL SELECT value, '', '', '', '', 0, 0, -1 FROM meta WHERE key = ?"
    )
    rows = [Total(*row) for row in ask.rows(query, (TOTALS,))]
    stored = sorted((total for total in rows if total.count >= 0), key=total_key)
    return stored, "".join(total.line for total in rows if total.count < 0)


def checksum_of(totals: Iterable[Total]) -> str:
    """Returns the checksum of totals in the form in which the register stores it."""
    rows = ((*total_key(each), each.spent, each.committed, each.count) for each in totals)
    return checksums.text_of(checksums.of_rows("totals", rows))


def totals_to(ask: Ask, month: Month) -> list[Total]:
    """Returns the totals up to the end of a month: amounts that were spent by then, and orders that
    were not paid by then.

    All totals of one line, grant and currency become at most two totals: one of the spent
    amounts, with their first month as its month, and one of the open orders, with `month`."""
    spent: dict[tuple[str, str, str], list[Total]] = {}
    owed: dict[tuple[str, str, str], list[Total]] = {}
    for total in totals(ask):
        place = (total.line, total.grant, total.currency)
        if total.paid and total.paid <= month:
            spent.setdefault(place, []).append(total)
        elif total.is_open(month):
            owed.setdefault(place, []).append(total)
    sums = [
        Total(*place, first, first, sum(each.spent for each in those), 0, _expenses(those))
        for place, those in spent.items()
        for first in (min(each.paid for each in those),)
    ] + [
        Total(*place, month, "", 0, sum(each.committed for each in those), _expenses(those))
        for place, those in owed.items()
    ]
    return sorted(sums, key=total_key)


def _expenses(totals: Iterable[Total]) -> int:
    return sum(total.count for total in totals)


def total_key(total: Total) -> tuple[str, str, str, str, str]:
    return total.line, total.grant, total.currency, total.ordered, total.paid


def spent_in(ask: Ask, months: Collection[Month]) -> dict[tuple[Month, str, str], int]:
    """Returns the amounts spent in each of the months. The keys are a month, a grant and a
    currency.

    Amounts are minor units of the currency."""
    return spent_of(totals(ask), months)


def spent_of(
    totals_: Iterable[Total], months: Collection[Month]
) -> dict[tuple[Month, str, str], int]:
    """Returns the amounts spent in each of the months, as `spent_in` does, but from totals that
    were already read."""
    spent: dict[tuple[Month, str, str], int] = {}
    for total in totals_:
        if total.paid in months:
            place = (total.paid, total.grant, total.currency)
            spent[place] = spent.get(place, 0) + total.spent
    return spent


def findings(ask: Ask) -> list[Finding]:
    """Returns the stored findings in order, each with the date on which it was first seen.

    A finding of another version that this program cannot tell is left out (see
    `findings.is_known`). The next sync replaces the list."""
    query = (
        "SELECT code, tbl, id, field, filling, tab, row_index, column_index, first_seen FROM"
        " findings ORDER BY position"
    )
    return [
        Finding(
            code,
            table,
            id_,
            field,
            tuple((name, value) for name, value in json.loads(filling)),
            *place,
        )
        for code, table, id_, field, filling, *place in ask.rows(query)
        if is_known(code, dict(json.loads(filling)))
    ]


def last_run(ask: Ask, kind: str) -> Run | None:
    """Returns the last run of this kind. Returns None if there is none."""
    rows = ask.rows("SELECT n, at FROM runs WHERE kind = ? ORDER BY n DESC LIMIT 1", (kind,))
    runs = [Run(n, kind, datetime.fromisoformat(at)) for n, at in rows]
    return runs[0] if runs else None


def time_of(ask: Ask, run: int) -> datetime | None:
    """Returns the time of a run. Returns None if there is no such run."""
    times = [
        datetime.fromisoformat(at) for (at,) in ask.rows("SELECT at FROM runs WHERE n = ?", (run,))
    ]
    return times[0] if times else None


def reported(ask: Ask, currencies: Mapping[str, str] | None = None) -> dict[str, dict[Month, int]]:
    """Returns the budget of each line and month, as it was fixed when the month was reported.

    Amounts are in minor units. If `currencies` (by line) is given, lines whose currency has
    changed are left out."""
    budgets: dict[str, dict[Month, int]] = {}
    for line, month, budget, currency in ask.rows(
        "SELECT line, month, budget, currency FROM reported ORDER BY line, month"
    ):
        if currencies is None or currencies.get(line) == currency:
            budgets.setdefault(line, {})[month] = budget
    return budgets


def closed_numbers(ask: Ask, records: Records) -> Closed:
    """Returns the numbers that indicators had reached when months were closed.

    If there are no indicators, the database is not asked."""
    if not records.get("indicators") or not records.get("months"):
        return {}
    by_table: dict[str, dict[str, list[tuple[int, Fields | None]]]] = {}
    for (table, id_), kept in versions(ask, ("indicators", "months")).items():
        by_table.setdefault(table, {})[id_] = [(each.run, each.fields) for each in kept]
    return closed_of(by_table.get("indicators", {}), by_table.get("months", {}))


def history(ask: Ask, table: str, id: str) -> list[Version]:  # noqa: A002 - the field's name everywhere
    """Returns all versions of a record, oldest first. Returns an empty list for an unknown
    record."""
    return _versions(ask, "tbl = ? AND id = ?", [table, id]).get((table, id), [])


def bank(ask: Ask) -> tuple[str, dict[str, tuple[str, str]]]:
    """Returns two things: the fingerprint of the key with which the keyed hashes of bank entries
    were made, and the record for each keyed hash.

    The fingerprint is '' before the first bank entry."""
    marks = {entry.mark: (entry.table, entry.id) for entry in bank_entries(ask)}
    return (meta(ask, "key") or "") if marks else "", marks


def bank_entries(ask: Ask) -> list[Banked]:
    """Returns the bank entries of earlier imports in their present state, the oldest first."""
    changed = {
        mark: (table, id_)
        for mark, table, id_ in ask.rows("SELECT mark, tbl, id FROM bank_changes ORDER BY run")
    }
    rows = ask.rows(
        "SELECT mark, day, units, currency, tbl, id, account, provisional FROM bank ORDER BY day,"
        " mark"
    )
    return [
        Banked(
            mark,
            date.fromisoformat(day),
            units,
            currency,
            *changed.get(mark, (table, id_)),
            account,
            bool(provisional) and mark not in changed,
        )
        for mark, day, units, currency, table, id_, account, provisional in rows
    ]


def bank_statements(ask: Ask) -> list[BankStatement]:
    """Returns the bank statements of earlier imports, in the order of the imports."""
    rows = ask.rows(
        "SELECT account, currency, first, last, opening, closing, number, page FROM bank_statements"
        " ORDER BY run, first, last"
    )
    return [
        BankStatement(account, currency, date.fromisoformat(first), date.fromisoformat(last), *rest)
        for account, currency, first, last, *rest in rows
    ]


def bank_accounts(ask: Ask) -> tuple[list[BankAccount], dict[str, str], dict[str, set[str]]]:
    """Returns three things: the bank accounts; a mapping from the keyed hash of a bank entry to
    the name of its account; and a mapping from the name of an account to the currencies of its
    entries."""
    accounts = [BankAccount(*row) for row in ask.rows("SELECT mark, name, signs FROM accounts")]
    of_entry: dict[str, str] = {}
    currencies: dict[str, set[str]] = {}
    for mark, account, currency in ask.rows("SELECT mark, account, currency FROM bank"):
        of_entry[mark] = account
        currencies.setdefault(account, set()).add(currency)
    return accounts, of_entry, currencies


def payees(ask: Ask) -> dict[str, str]:
    """Returns a mapping from the ID of an expense to the hash of its payee."""
    return {str(id_): str(payee) for id_, payee in ask.rows("SELECT id, hash FROM contributors")}


def versions(ask: Ask, tables: Collection[str]) -> dict[tuple[str, str], list[Version]]:
    """Returns all versions of all records in `tables`, by table and ID, oldest first."""
    return _versions(ask, f"tbl IN ({_places(tables)})", list(tables))


def _versions(ask: Ask, where: str, values: list[str]) -> dict[tuple[str, str], list[Version]]:
    parts = (
        f"SELECT tbl, id, n, fields, by, run FROM {kept} WHERE n > 0 AND {where}"
        for kept in ("history", "records")
    )
    query = (
        "SELECT v.tbl, v.id, v.n, v.fields, v.by, runs.at, v.run FROM"
        f" ({' UNION ALL '.join(parts)}) AS v JOIN runs ON runs.n = v.run ORDER BY v.tbl, v.id, v.n"
    )
    by_record: dict[tuple[str, str], list[Version]] = {}
    for table, id_, n, fields, by, at, run in ask.rows(query, [*values, *values]):
        version = Version(
            n, None if fields is None else json.loads(fields), by, datetime.fromisoformat(at), run
        )
        by_record.setdefault((table, id_), []).append(version)
    return by_record


def older_versions(ask: Ask, tables: Collection[str]) -> list[tuple[str, str, Fields]]:
    """Returns table, ID and fields of each version that is not the newest of its record, in no
    order. Versions in which a record was deleted are left out."""
    query = (
        "SELECT tbl, id, fields FROM history WHERE n > 0 AND fields IS NOT NULL"
        f" AND tbl IN ({_places(tables)})"
    )
    return [(table, id_, json.loads(fields)) for table, id_, fields in ask.rows(query, [*tables])]


def _places(values: Collection[Any]) -> str:
    """Returns the placeholders for values in a statement: one question mark for each."""
    return ", ".join("?" for _ in values)
