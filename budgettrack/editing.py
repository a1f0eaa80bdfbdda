"""What coordinators change and look up in the register by hand; the workbook follows at the next sync."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from budgettrack.clock import zone_of
from budgettrack.config import Config, default_locale
from budgettrack.core import by_hand, money
from budgettrack.core.errors import UsageError
from budgettrack.core.grid import grid
from budgettrack.core.grids import a1
from budgettrack.core.merge import Conflict, Side
from budgettrack.core.model import Fields, Plan
from budgettrack.core.naming import known_id, nearest
from budgettrack.core.plan import plan as plan_of
from budgettrack.core.revisions import revisions
from budgettrack.core.rows import read_rows
from budgettrack.core.shares import parts
from budgettrack.core.tables import BY_NAME
from budgettrack.core.values import plain
from budgettrack.register.store import Commit, Held, Version, Writing, Written, open_register
from budgettrack.sync import Outcome, preview, sync, workbook_of

Row = dict[str, Any]

REGISTER = "register"
"""Who changed something, where nobody says their role."""

Moved = list[tuple[str, str, str]]
"""What a change did: (field, was, is now)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A change as it is asked for: by whom (a role, never a name), when, and on what day."""

    by: str
    at: datetime
    today: date


def add(config: Config, table: str, given: Sequence[tuple[str, str]], asked: Asked) -> str:
    """A new record of `table`; its ID. Raises `UsageError` for a value that cannot be read, or one that is missing."""
    known = BY_NAME[table]
    with open_register(config.register) as register, register.writing() as writing:
        held = writing.load()
        own = [value for name, value in given if name.casefold() == "id"]
        used = {*held.records[table], *held.removed.get(table, ())}
        id_ = own[0] if own else by_hand.next_id(known, used)
        if id_.casefold() in {each.casefold() for each in used}:
            raise UsageError(f"{id_} is taken already. Choose another ID, or leave it out.")
        fields: Fields = {}
        for name, value in given:
            if name.casefold() != "id":
                column = by_hand.column_named(known, name)
                text = by_hand.value_typed(column, value, _locale(config), held.records)
                fields = {**fields, **({column.name: text} if text else {})}
        lacking = [each.heading for each in known.columns if each.required and each.name not in fields]
        if lacking:
            raise UsageError(f"Still missing: {', '.join(lacking)}. Add it as field=value.")
        if table == "grants" and fields.get("state", "prospect") in ("active", "closing", "closed"):
            raise UsageError(f"A grant begins as prospect, applied or awarded, not as {fields['state']}.")
        _commit(writing, [Written(table, id_, fields, asked.by)], asked)
    return id_


def alter(config: Config, table: str, id_: str, given: Sequence[tuple[str, str]], asked: Asked) -> tuple[str, Moved]:
    """Set fields of a record: its ID, and what moved. A grant's step is refused where a rule stands against it.

    Raises `UsageError` with every reason.
    """
    known = BY_NAME[table]
    with open_register(config.register) as register, register.writing() as writing:
        held = writing.load()
        record_id = _id(held, table, id_)
        record = held.records[table][record_id]
        now = dict(record)
        for name, value in given:
            column = by_hand.column_named(known, name)
            text = by_hand.value_typed(column, value, _locale(config), held.records)
            if text:
                now[column.name] = text
            else:
                now.pop(column.name, None)
        moved = [
            (name, record.get(name, ""), now.get(name, ""))
            for name in dict.fromkeys([*record, *now])
            if record.get(name, "") != now.get(name, "")
        ]
        if table == "grants" and any(name == "state" for name, _, _ in moved):
            records = {
                **held.records,
                "grants": {**held.records["grants"], record_id: {**now, "state": record.get("state", "")}},
            }
            plan = _plan(config, records)
            reasons = by_hand.refused(
                plan, register.totals(), plan.grants[record_id], now.get("state", ""), asked.today
            )
            if reasons:
                raise UsageError(*reasons)
        if moved:
            _commit(writing, [Written(table, record_id, now, asked.by)], asked)
    return record_id, moved


def split(config: Config, id_: str, key: str, lines: Sequence[str], asked: Asked) -> list[Row]:
    """Divide an expense over several budget lines; its rows, the first of them its own.

    `key` are weights (`60/40`), amounts (`120.50+79.50`), or a named key of the config, which names the lines too. Raises
    `UsageError` where it is divided already, and for lines or keys that do not fit.
    """
    known = BY_NAME["expenses"]
    with open_register(config.register) as register, register.writing() as writing:
        held = writing.load()
        record = _id(held, "expenses", id_)
        fields = held.records["expenses"][record]
        if fields.get("split_of") or any(each.get("split_of") == record for each in held.records["expenses"].values()):
            raise UsageError(f"{record} is divided already. Change the amounts of its rows in the workbook.")
        expense = _plan(config, held.records).expenses.get(record)
        if expense is None:
            raise UsageError(f"{record} is left out of the figures. Mend it first: budgettrack checks")
        named = config.shares.get(key)
        wanted = list(named) if named else list(lines)
        budget = [known_id(each, held.records["budget"], "budget line") for each in wanted]
        shares = parts("/".join(named.values()) if named else key, expense.amount, expense.currency)
        if len(shares) != len(budget):
            raise UsageError(
                f"{key} has {len(shares)} parts, and {len(budget)} lines are named. Name one line for each part."
            )
        if len(set(budget)) != len(budget):
            raise UsageError("A line is named twice. Name each once.")
        used = {*held.records["expenses"], *held.removed.get("expenses", ())}
        written: list[Written] = []
        rows: list[Row] = []
        for index, (line, units) in enumerate(zip(budget, shares, strict=True)):
            amount = plain(Decimal(money.decimal(units, expense.currency)))
            new = {**fields, "budget_line": line, "amount": amount, "currency": expense.currency}
            new.pop("grant", None)
            name = record if index == 0 else by_hand.next_id(known, used)
            used.add(name)
            if index == 0:
                new["receipt_total"] = plain(Decimal(money.decimal(expense.amount, expense.currency)))
            else:
                new["split_of"] = record
            written.append(Written("expenses", name, new, asked.by))
            rows.append(
                {
                    "id": name,
                    "line": line,
                    "amount": money.decimal(units, expense.currency),
                    "currency": expense.currency,
                }
            )
        _commit(writing, written, asked)
    return rows


def funding(config: Config) -> list[Row]:
    """The funding grid, as rows with one field for each grant (`G-1`), in the base currency."""
    with open_register(config.register) as register:
        plan = _plan(config, register.load().records)
    grants, rows = grid(plan)
    return [
        {
            "activity": row.activity,
            "name": plan.activities[row.activity].activity if row.activity in plan.activities else "",
            "category": row.category,
            "currency": plan.base,
            "grants": {
                id_: money.decimal(row.by_grant[id_], plan.base) if id_ in row.by_grant else None for id_ in grants
            },
            "total": money.decimal(row.total, plan.base),
            "state": row.state,
            "without_rate": ", ".join(row.unknown) or None,
        }
        for row in rows
    ]


def _commit(writing: Writing, written: Sequence[Written], asked: Asked) -> None:
    writing.commit(Commit("by hand", asked.at.astimezone(UTC), written))


def _id(held: Held, table: str, text: str) -> str:
    known = BY_NAME[table]
    try:
        return known_id(text, held.records[table], by_hand.row_of(known))
    except UsageError:
        gone = [each for each in held.removed.get(table, ()) if each.casefold() == text.strip().casefold()]
        if gone:
            raise UsageError(
                f"{gone[0]} was removed. See: budgettrack history {gone[0]}; bring it back: budgettrack restore {gone[0]}"
            ) from None
        raise


def _locale(config: Config) -> str:
    return default_locale(config, None)


def _plan(config: Config, records: Mapping[str, Mapping[str, Fields]]) -> Plan:
    found, _ = plan_of(records, base=config.currency, start=config.start, end=config.end)
    return found


# Looking


def listed(config: Config, table: str, wanted: Mapping[str, str], text: str = "", due: date | None = None) -> list[Row]:
    """The records of a table that match: each field of `wanted` by its beginning, `text` anywhere, ending by `due`."""
    with open_register(config.register) as register:
        held = register.load((table,))
    known = BY_NAME[table]
    last = "end" if table == "grants" else "until"
    rows: list[Row] = []
    for id_, fields in held.records[table].items():
        if any(
            not fields.get(name, "").casefold().startswith(value.casefold()) for name, value in wanted.items() if value
        ):
            continue
        if text and text.casefold() not in " ".join((id_, *fields.values())).casefold():
            continue
        if due is not None and not ("" < fields.get(last, "") <= due.isoformat()):
            continue
        rows.append(
            {
                "id": id_,
                **{
                    each.name: fields.get(each.name)
                    for each in known.columns
                    if each.name != "id" and each.audience != "personal"
                },
            }
        )
    return rows


def shown(config: Config, table: str, id_: str) -> Row:
    """One record, whole."""
    with open_register(config.register) as register:
        held = register.load((table,))
    record_id = _id(held, table, id_)
    return {"id": record_id, **held.records[table][record_id]}


def found(config: Config, id_: str) -> tuple[str, str]:
    """The table and the ID of whatever is called so, removed or not; raises `UsageError`, with the nearest, for nothing."""
    with open_register(config.register) as register:
        held = register.load()
    return located(held, id_)


def located(held: Held, id_: str) -> tuple[str, str]:
    """As `found`, among records that were loaded already. `budget/B-1` names the table too."""
    table, sign, rest = id_.partition("/")
    tables = [table] if sign and table in BY_NAME else [each for each in BY_NAME if not BY_NAME[each].key]
    text = rest if sign and table in BY_NAME else id_
    pairs = [(name, each) for name in tables for each in (*held.records.get(name, ()), *held.removed.get(name, ()))]
    exact = [pair for pair in pairs if pair[1].casefold() == text.strip().casefold()]
    if len(exact) == 1:
        return exact[0]
    if exact:
        raise UsageError(
            f"{text} is in {' and '.join(name for name, _ in exact)}. Type which: {exact[0][0]}/{exact[0][1]}"
        )
    by_id = {each: name for name, each in pairs}
    whole = known_id(text, by_id, "record")
    return by_id[whole], whole


def history(config: Config, id_: str) -> list[Row]:
    """Every change of a record, oldest first: when, by whom, in what field, from what to what."""
    zone = zone_of(config)
    with open_register(config.register) as register:
        table, record = located(register.load(), id_)
        versions = register.history(table, record)
    rows: list[Row] = []
    before: Version | None = None
    for each in versions:
        was, now = (before.fields if before else None) or {}, each.fields or {}
        kind = "added" if before is None or before.fields is None else "removed" if each.fields is None else "changed"
        for name in dict.fromkeys([*was, *now]):
            if was.get(name, "") != now.get(name, ""):
                rows.append(
                    {
                        "version": each.n,
                        "at": each.at.astimezone(zone).isoformat(sep=" ", timespec="minutes"),
                        "by": each.by,
                        "what": kind,
                        "table": table,
                        "id": record,
                        "field": name,
                        "from": was.get(name) or None,
                        "to": now.get(name) or None,
                    }
                )
        before = each
    return rows


def changes(config: Config, first: date, last: date) -> list[Row]:
    """What changed in plan, budget, grants and resources after the day `first` up to the end of `last`, and by whom."""
    zone = zone_of(config)
    rows: list[Row] = []
    with open_register(config.register) as register:
        versions = register.versions(("work_plan", "budget", "grants", "resources"))
    for (table, record), those in versions.items():
        before = [each for each in those if each.at.astimezone(zone).date() <= first]
        after = [each for each in those if first < each.at.astimezone(zone).date() <= last]
        if not after:
            continue
        was = (before[-1].fields if before else None) or {}
        now = after[-1].fields or {}
        what = "added" if not was else "removed" if not now else "changed"
        by = ", ".join(dict.fromkeys(each.by for each in after))
        at = after[-1].at.astimezone(zone).date().isoformat()
        rows += [
            {"table": table, "id": record, "what": what, "field": name, "from": was.get(name) or None}
            | {"to": now.get(name) or None, "by": by, "at": at}
            for name in dict.fromkeys([*was, *now])
            if was.get(name, "") != now.get(name, "")
        ]
    return rows


def restore(config: Config, id_: str, day: date | None, asked: Asked) -> tuple[str, str]:
    """Bring a record back as it was at the end of a day (None: before it was removed); its table and ID.

    Raises `UsageError` where it was not there then, or is so now.
    """
    zone = zone_of(config)
    with open_register(config.register) as register, register.writing() as writing:
        table, record = located(writing.load(), id_)
        versions = register.history(table, record)
        there = [each for each in versions if day is None or each.at.astimezone(zone).date() <= day]
        if day is None:
            there = [each for each in there if each.fields is not None]
        if not there or there[-1].fields is None:
            raise UsageError(f"{record} was not there on {day}. See: budgettrack history {record}")
        if versions[-1].fields == there[-1].fields:
            raise UsageError(f"{record} is as it was then. Nothing was changed.")
        _commit(writing, [Written(table, record, there[-1].fields, asked.by)], asked)
    return table, record


def place(config: Config, id_: str) -> tuple[str, str]:
    """Where a record stands in the workbook: its cell for people (`'Budget'!A12`), and the link or file to open.

    Raises `UsageError` for one that is not there.
    """
    table, record = found(config, id_)
    workbook = workbook_of(config, reads_only=True)
    book = workbook.read()
    read = read_rows(book, config.shapes, default_locale(config, book.locale)).tables.get(table)
    rows = [row.number for row in read.rows if row.id.casefold() == record.casefold()] if read else []
    if read is None or not rows:
        raise UsageError(f"{record} does not stand in the workbook with that ID. Sync, then look again.")
    where = a1(read.tab, rows[0], read.columns.get("id", 0))
    link = getattr(workbook, "link", None)
    return where, link(read.tab, rows[0]) if link else (config.xlsx or Path()).as_uri()


# Conflicts


def conflicts(config: Config, today: date) -> list[Row]:
    """What workbook and register hold differently, and nobody has settled; read from both as they are now."""
    return [_conflict(each) for each in preview(config, today).changes.conflicts]


def _conflict(each: Conflict) -> Row:
    here = ", ".join(value or "nothing" for _, value, _ in each.fields) or (
        "removed" if each.kind == "removed in sheet" else "there"
    )
    there = ", ".join(value or "nothing" for _, _, value in each.fields) or (
        "removed" if each.kind == "removed in register" else "there"
    )
    return {
        "conflict": each.key.partition("/")[2],
        "table": each.table,
        "kind": each.kind,
        "sheet": here,
        "register": there,
    }


def resolve(config: Config, name: str, take: Side, asked: Asked) -> Outcome:
    """Settle one conflict, by a sync that takes that side; raises `UsageError` where there is none of that name."""
    there = preview(config, asked.today).changes.conflicts
    wanted = name.strip().casefold()
    keys = [each.key for each in there if wanted in (each.key.casefold(), each.key.partition("/")[2].casefold())]
    if not keys:
        names = [each.key.partition("/")[2] for each in there]
        raise UsageError(f"There is no conflict {name}. {nearest(name, names)}")
    return sync(config, asked.today, asked.at, keep={keys[0]: take})


def gaps(config: Config, today: date) -> list[Row]:
    """What nobody covers: activities without money or a resource, and agreements that run out before the work does."""
    with open_register(config.register) as register:
        plan = _plan(config, register.load().records)
    rows: list[Row] = []
    lines = {line.activity for line in plan.lines.values() if line.amount}
    for activity in plan.activities.values():
        if activity.status in ("done", "dropped"):
            continue
        given = [
            each
            for each in plan.resources.values()
            if each.activity == activity.id and each.state in ("agreed", "in use")
        ]
        if activity.id not in lines and not given:
            rows.append(_gap(activity.id, activity.activity, "nothing covers it yet", activity.start, activity.end))
        for each in given:
            if each.until and activity.end and each.until < activity.end:
                what = f"{each.id} ({each.kind}) ends on {each.until}, before the work does"
                rows.append(_gap(activity.id, activity.activity, what, each.until, activity.end))
    for each in plan.resources.values():
        if each.state in ("agreed", "in use") and not each.activity and each.until and each.until < today:
            rows.append(_gap(each.id, each.description or each.kind, f"ran out on {each.until}", each.until, None))
    return rows


def _gap(id_: str, name: str, what: str, start: date | None, end: date | None) -> Row:
    return {
        "id": id_,
        "name": name,
        "gap": what,
        "from": start.isoformat() if start else None,
        "until": end.isoformat() if end else None,
    }


def revised(config: Config, grant: str | None = None) -> list[Row]:
    """Every line as approved, as revised, and what moved; each grant's total after its lines."""
    with open_register(config.register) as register:
        held = register.load()
    plan = _plan(config, held.records)
    wanted = None if grant is None else _id(held, "grants", grant)
    rows: list[Row] = []
    for id_ in plan.grants:
        those = [each for each in revisions(plan, id_) if wanted in (None, id_)]
        rows += [
            _revised(each.line, each.category, id_, each.currency, each.approved, each.revised, each.reason)
            for each in those
        ]
        if those:
            approved, now = sum(each.approved for each in those), sum(each.revised for each in those)
            rows.append(_revised("total", "", id_, those[0].currency, approved, now, ""))
    return rows


def _revised(line: str, category: str, grant: str, currency: str, approved: int, now: int, reason: str) -> Row:
    return {
        "grant": grant,
        "line": line,
        "category": category,
        "currency": currency,
        "approved": money.decimal(approved, currency),
        "revised": money.decimal(now, currency),
        "moved": money.decimal(now - approved, currency),
        "moved_percent": money.percent(now - approved, approved),
        "reason": reason or None,
    }


PIPELINE = ("prospect", "applied", "awarded")
"""States of grants from which money may come and has not begun to."""


def pipeline(config: Config) -> list[Row]:
    """What may come: each grant that was not begun, its amount, its odds, and the unfunded activities that it would pay."""
    with open_register(config.register) as register:
        plan = _plan(config, register.load().records)
    begun = {each.id for each in plan.grants.values() if each.state in ("active", "closing")}
    paid = {line.activity for line in plan.lines.values() if line.grant in begun and line.activity and line.amount}
    rows: list[Row] = []
    for grant in plan.grants.values():
        if grant.state not in PIPELINE:
            continue
        lines = [line for line in plan.lines.values() if line.grant == grant.id]
        covers = list(dict.fromkeys(line.activity for line in lines if line.activity and line.activity not in paid))
        units = sum(line.amount for line in lines if line.activity in covers)
        likely = None if grant.odds is None or grant.amount is None else int(grant.amount * grant.odds / 100)
        rows.append(
            {
                "id": grant.id,
                "funder": grant.funder,
                "title": grant.title,
                "state": grant.state,
                "currency": grant.currency,
                "amount": None if grant.amount is None else money.decimal(grant.amount, grant.currency),
                "odds": None if grant.odds is None else str(grant.odds),
                "likely": None if likely is None else money.decimal(likely, grant.currency),
                "covers": ", ".join(covers) or None,
                "covers_amount": money.decimal(units, grant.currency) if covers else None,
                "next_step": grant.next_step or None,
            }
        )
    return rows


def ids(config: Config, tables: Iterable[str]) -> list[str]:
    """Every ID of those tables, for completion."""
    with open_register(config.register) as register:
        held = register.load(tuple(tables))
    return [id_ for name in tables for id_ in held.records[name]]
