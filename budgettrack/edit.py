"""Changes that coordinators make in the register with commands. The next sync writes them into
the workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path

from budgettrack.config.load import default_locale
from budgettrack.core import edits
from budgettrack.core.base import money
from budgettrack.core.base.addresses import a1
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.ids import known_id, nearest
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.reading import plain
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.figures.allocation import parts
from budgettrack.core.figures.repeats import following
from budgettrack.core.merge.merge import Conflict, Side
from budgettrack.core.records.model import Expense, Fields, Records
from budgettrack.core.records.tables import BY_NAME, Table
from budgettrack.core.sealing.withdrawn import followers, withdrawn_of
from budgettrack.group import OpenedGroup
from budgettrack.queries.figures import ListingRow
from budgettrack.queries.records import found, located, the_id
from budgettrack.register import queries
from budgettrack.register.store import Commit, RecordVersion, Writing
from budgettrack.sync import SyncOutcome, preview, sync

REGISTER = "register"
"""The author of a change if no role is given."""


Moved = list[tuple[str, str, str]]
"""The fields that a change altered. Each has a name, an old value and a new value."""


def add(group: OpenedGroup, table: str, given: Sequence[tuple[str, str]], by: str) -> str:
    """Adds a record to `table` and returns its ID.

    Raises `UsageError` if a value is missing or cannot be read."""
    (id_,) = add_all(group, table, [given], by)
    return id_


def add_all(
    group: OpenedGroup,
    table: str,
    records: Sequence[Sequence[tuple[str, str]]],
    by: str,
    *,
    begun: bool = False,
) -> list[str]:
    """Adds records to `table`, all or none, and returns their IDs.

    If `begun` is true, people complete the records in the workbook later, so required values may be
    missing. Raises `UsageError` if a value is missing or cannot be read."""
    known = BY_NAME[table]
    with group.register.writing() as writing:
        held = writing.ask(queries.load)
        used = {*held.records[table], *held.removed.get(table, ())}
        written: list[RecordVersion] = []
        for given in records:
            id_ = _new_id(known, given, used)
            fields = _new_fields(group, known, given, held.records, begun=begun)
            used.add(id_)
            written.append(RecordVersion(table, id_, fields, by))
        if written:
            new = {version.id: version.fields or {} for version in written}
            _refuse_decimals(group, held.records, known, new)
            _commit(group, writing, written)
    return [version.id for version in written]


def _new_id(table: Table, given: Sequence[tuple[str, str]], used: Set[str]) -> str:
    """Returns the ID that was typed, or the next free ID.

    Raises `UsageError` if the ID is taken."""
    own = [value for name, value in given if name.casefold() == "id"]
    id_ = own[0] if own else edits.next_id(table, used)
    if id_.casefold() in {other.casefold() for other in used}:
        raise UsageError(f"{id_} is taken already. Choose another ID, or leave it out.")
    return id_


def _new_fields(
    group: OpenedGroup,
    table: Table,
    given: Sequence[tuple[str, str]],
    records: Mapping[str, Mapping[str, Fields]],
    *,
    begun: bool,
) -> Fields:
    """Returns the fields of a new record. If `begun` is true, required values may be missing.
    Raises `UsageError` if a value is missing or cannot be read."""
    locale = default_locale(group.config, None)
    fields: dict[str, str] = {}
    for name, value in given:
        if name.casefold() == "id":
            continue
        column = edits.column_named(table, name)
        text = edits.value_typed(column, value, locale, records)
        if text:
            fields[column.name] = text
    lacking = [
        column.heading for column in table.columns if column.required and column.name not in fields
    ]
    if lacking and not begun:
        raise UsageError(f"Still missing: {', '.join(lacking)}. Add it as field=value.")
    state = fields.get("state", "prospect")
    if table.name == "grants" and state in ("active", "closing", "closed"):
        raise UsageError(f"A grant begins as prospect, applied or awarded, not as {state}.")
    return fields


def _refuse_decimals(
    group: OpenedGroup, records: Records, table: Table, new: Mapping[str, Fields]
) -> None:
    """Raises `UsageError` if an amount has more decimals than its currency has."""
    names = {name for fields in new.values() for name in fields}
    if any(table.column(name).kind == "money" for name in names):
        wrong = edits.too_many_decimals(records, group.config.currency, table, new)
        if wrong is not None:
            raise wrong


def alter(
    group: OpenedGroup, table: str, id_: str, given: Sequence[tuple[str, str]], by: str
) -> tuple[str, Moved]:
    """Changes fields of a record. Returns its ID and the fields that changed.

    Raises `UsageError` if there is no such table or if a value cannot be read, or with all reasons
    if a rule forbids a grant's new state."""
    if table not in BY_NAME:
        raise UsageError(f'There is no table "{table}". There are: {", ".join(BY_NAME)}.')
    known = BY_NAME[table]
    with group.register.writing() as writing:
        held = writing.ask(queries.load)
        record_id = the_id(held, table, id_)
        record = held.records[table][record_id]
        typed = _typed(group, held.records, known, given)
        now = {name: text for name, text in {**record, **typed}.items() if text}
        moved = [
            (name, record.get(name, ""), now.get(name, ""))
            for name in dict.fromkeys([*record, *now])
            if record.get(name, "") != now.get(name, "")
        ]
        names = {name for name, _, _ in moved}
        if table == "grants" and typed.get("publish") == "yes":
            _refuse_withdrawn(writing, record_id)
        if any(known.column(name).kind in ("money", "currency") for name in names):
            _refuse_decimals(group, held.records, known, {record_id: now})
        if table == "grants" and "state" in names:
            _refuse_step(group, writing, held.records, record_id, now)
        if moved:
            written = [RecordVersion(table, record_id, now, by)]
            if table == "deadlines":
                deadlines = {**held.records[table], record_id: now}
                next_ones = following(deadlines, frozenset(held.removed.get(table, ())))
                written += (RecordVersion(table, each, next_ones[each], by) for each in next_ones)
            _commit(group, writing, written)
    return record_id, moved


def _typed(
    group: OpenedGroup, records: Records, table: Table, given: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Returns the values that a user typed in canonical form, by the name of the column."""
    locale = default_locale(group.config, None)
    texts: dict[str, str] = {}
    for name, value in given:
        column = edits.column_named(table, name)
        texts[column.name] = edits.value_typed(column, value, locale, records)
    return texts


def _refuse_withdrawn(writing: Writing, grant: str) -> None:
    """Raises `UsageError` if a grant is to be published although it was withdrawn from
    everything public."""
    if withdrawn_of(writing.ask(queries.withdrawals)).grant(grant):
        raise UsageError(
            f"{grant} is withdrawn from everything public. If it may be public again: budgettrack"
            f" withdraw grant {grant} --undo"
        )


def _refuse_step(
    group: OpenedGroup, writing: Writing, records: Records, id_: str, now: Fields
) -> None:
    """Raises `UsageError` if a grant cannot take its new state, with all reasons."""
    # An amount that is set by the same command may allow the new state of a grant.
    before = {**now, "state": records["grants"][id_].get("state", "")}
    plan = group.plan_of({**records, "grants": {**records["grants"], id_: before}})
    reasons = edits.refused(
        plan,
        writing.ask(queries.totals),
        plan.grants[id_],
        now.get("state", ""),
        group.today,
        default_locale(group.config, None),
    )
    if reasons:
        raise UsageError(*reasons)


def split(
    group: OpenedGroup, id_: str, key: str, lines: Sequence[str], by: str
) -> list[ListingRow]:
    """Divides an expense over several budget lines. Returns its rows; the first one keeps its ID.

    `key` is a list of weights (`60/40`) or amounts (`120.50+79.50`), or a key of the config,
    which also names the lines.
    Raises `UsageError` if the expense is already divided, or if lines and key do not fit."""
    with group.register.writing() as writing:
        held = writing.ask(queries.load)
        record = the_id(held, "expenses", id_)
        expense = _undivided(group, held.records, record)
        named = group.config.shares.get(key)
        wanted = list(named) if named else lines
        budget = [known_id(line, held.records["budget"], "budget line") for line in wanted]
        shares = parts("/".join(named.values()) if named else key, expense.amount, expense.currency)
        _refuse_lines(key, budget, shares)
        ids = [record]
        used = {*held.records["expenses"], *held.removed.get("expenses", ())}
        while len(ids) < len(shares):
            ids.append(edits.next_id(BY_NAME["expenses"], [*used, *ids]))
        fields = held.records["expenses"][record]
        written = [
            RecordVersion("expenses", part_id, _part(expense, fields, part_id, line, units), by)
            for part_id, line, units in zip(ids, budget, shares, strict=True)
        ]
        _commit(group, writing, written)
    currency = expense.currency
    return [
        {"id": id_, "line": line, "amount": money.decimal(units, currency), "currency": currency}
        for id_, line, units in zip(ids, budget, shares, strict=True)
    ]


def _undivided(group: OpenedGroup, records: Records, record: str) -> Expense:
    """Returns an expense that can be divided.

    Raises `UsageError` if it is divided already, or is not in the figures."""
    heads = {fields.get("split_of") for fields in records["expenses"].values()}
    if records["expenses"][record].get("split_of") or record in heads:
        raise UsageError(
            f"{record} is divided already. Change the amounts of its rows in the workbook."
        )
    expense = group.plan_of(records).expenses.get(record)
    if expense is None:
        raise UsageError(
            f"{record} has a mistake and is not in the figures. See: budgettrack checks"
        )
    return expense


def _refuse_lines(key: str, budget: Sequence[str], shares: Sequence[int]) -> None:
    """Raises `UsageError` if there are more or fewer lines than parts, or if a line is named
    twice."""
    if len(shares) != len(budget):
        raise UsageError(
            f"{key} has {count(len(shares), 'part')}, and you named"
            f" {count(len(budget), 'budget line')}. Name one line for each part."
        )
    if len(set(budget)) != len(budget):
        raise UsageError("A budget line is named twice. Name each line once.")


def _part(expense: Expense, fields: Fields, id_: str, line: str, units: int) -> Fields:
    """Returns the fields of one part. The first part, which keeps the ID, has the receipt's
    total."""
    currency = expense.currency
    amount = plain(Decimal(money.decimal(units, currency)))
    total = plain(Decimal(money.decimal(expense.amount, currency)))
    link = {"receipt_total": total} if id_ == expense.id else {"split_of": expense.id}
    of_line = {"budget_line": line, "amount": amount, "currency": currency}
    return {name: text for name, text in fields.items() if name != "grant"} | of_line | link


def _commit(group: OpenedGroup, writing: Writing, written: Sequence[RecordVersion]) -> None:
    gone = writing.ask(queries.withdrawals)
    after: dict[str, dict[str, Fields]] = {}
    for version in written:
        after.setdefault(version.table, {})[version.id] = version.fields or {}
    more = followers(gone, writing.ask(queries.load, tuple(after)).records, after, {})
    writing.commit(Commit("by hand", group.now().astimezone(UTC), written, withdrawn=more))
    group.changed()


def restore(group: OpenedGroup, id_: str, day: date | None, by: str) -> tuple[str, str]:
    """Restores a record to its state at the end of `day`. Returns its table and ID.

    If `day` is None, restores the state before it was removed.
    Raises `UsageError` if the record did not exist then, or is already in that state."""
    zone = group.zone
    with group.register.writing() as writing:
        table, record = located(writing.ask(queries.load), id_)
        versions = writing.ask(queries.history, table, record)
        there = [
            version
            for version in versions
            if day is None or version.at.astimezone(zone).date() <= day
        ]
        if day is None:
            there = [version for version in there if version.fields is not None]
        if not there or there[-1].fields is None:
            raise UsageError(f"{record} did not exist on {day}. See: budgettrack history {record}")
        if versions[-1].fields == there[-1].fields:
            raise UsageError(f"{record} is already as it was then. Nothing was changed.")
        _commit(group, writing, [RecordVersion(table, record, there[-1].fields, by)])
    return table, record


def place(group: OpenedGroup, id_: str) -> tuple[str, str]:
    """Returns a record's cell in the workbook (`'Budget'!A12`), and the link or file to open.

    Raises `UsageError` if the workbook does not have the record."""
    table, record = found(group, id_)
    workbook = group.workbook_to_read
    book = workbook.read()
    config = group.config
    read = read_rows(
        book, config.shapes, default_locale(config, book.locale), wanted=config.tables
    ).tables.get(table)
    rows = (
        [row.number for row in read.rows if row.id.casefold() == record.casefold()] if read else []
    )
    if read is None or not rows:
        raise UsageError(f"The workbook has no row with the ID {record}. Sync, then try again.")
    tab, row = read.at(rows[0])
    where = a1(tab, row, read.columns.get("id", 0))
    link = getattr(workbook, "link", None)
    return where, link(tab, row) if link else (group.config.xlsx or Path()).as_uri()


def conflicts(group: OpenedGroup) -> list[ListingRow]:
    """Returns the open conflicts, from the current workbook and register."""
    return [_conflict(conflict) for conflict in preview(group).changes.conflicts]


def _conflict(conflict: Conflict) -> ListingRow:
    here = ", ".join(value or "nothing" for _, value, _ in conflict.fields) or (
        "removed" if conflict.kind == "removed in sheet" else "there"
    )
    there = ", ".join(value or "nothing" for _, _, value in conflict.fields) or (
        "removed" if conflict.kind == "removed in register" else "there"
    )
    return {
        "conflict": conflict.key.partition("/")[2],
        "table": conflict.table,
        "kind": conflict.kind,
        "sheet": here,
        "register": there,
    }


def resolve(group: OpenedGroup, name: str, take: Side) -> SyncOutcome:
    """Settles one conflict by a sync that takes the side `take`.

    Raises `UsageError` if there is no conflict with this name."""
    there = preview(group).changes.conflicts
    wanted = name.strip().casefold()
    keys = [
        conflict.key
        for conflict in there
        if wanted in (conflict.key.casefold(), conflict.key.partition("/")[2].casefold())
    ]
    if not keys:
        names = [conflict.key.partition("/")[2] for conflict in there]
        raise UsageError(f"There is no conflict {name}. {nearest(name, names)}")
    return sync(group, keep={keys[0]: take})
