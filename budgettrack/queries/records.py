"""Answers questions about records: the fields and the history of a record, grants that may come,
and activities that no grant or resource covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from zoneinfo import ZoneInfo

from budgettrack.core.base import money
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.ids import known_id
from budgettrack.core.base.months import after, last_day, month_of
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.figures.achieved import number_typed
from budgettrack.core.figures.funding_grid import grid
from budgettrack.core.figures.ours import money_of
from budgettrack.core.figures.revisions import revisions
from budgettrack.core.records.model import Activity, BudgetLine, Fields, Grant, Plan, Resource
from budgettrack.core.records.tables import BY_NAME, row_of
from budgettrack.group import ASKED, OpenedGroup, last_full_month
from budgettrack.queries.figures import ListingRow
from budgettrack.register import queries
from budgettrack.register.queries import Ask
from budgettrack.register.records import Held, Version


def funding(group: OpenedGroup, plan: Plan | None = None) -> list[ListingRow]:
    """Return the funding grid: what each piece of work costs and which grants pay for it, in the
    base currency. It has one field for each grant (`G-1`)."""
    plan = plan or group.plan_of(group.register.ask(queries.load, ASKED).records)
    grants, rows = grid(plan)
    return [
        {
            "activity": row.activity,
            "name": (
                plan.activities[row.activity].activity if row.activity in plan.activities else ""
            ),
            "category": row.category,
            "currency": plan.base,
            "grants": {
                id_: money.decimal(row.by_grant[id_], plan.base) if id_ in row.by_grant else None
                for id_ in grants
            },
            "total": money.decimal(row.total, plan.base),
            "may_come": money.decimal(row.may_come, plan.base),
            "state": row.state,
            "without_rate": ", ".join(row.unknown) or None,
        }
        for row in rows
    ]


def the_id(held: Held, table: str, text: str) -> str:
    """Return the ID that the user meant by `text`. Raises UsageError if there is none. For a
    removed record, the error says how to restore it."""
    shape = BY_NAME[table]
    try:
        return known_id(text, held.records[table], row_of(shape))
    except UsageError:
        gone = [
            removed
            for removed in held.removed.get(table, ())
            if removed.casefold() == text.strip().casefold()
        ]
        if gone:
            raise UsageError(
                f"{gone[0]} was removed. See: budgettrack history {gone[0]}; bring it back:"
                f" budgettrack restore {gone[0]}"
            ) from None
        raise


def listed(
    group: OpenedGroup,
    table: str,
    wanted: Mapping[str, str],
    text: str = "",
    due: date | None = None,
) -> list[ListingRow]:
    """Return the records of a table that match all conditions.

    Each field in `wanted` must start with its text. `text` may be in any field. `due`: the end
    date must be on this day or before."""
    stored = group.register.ask(queries.load, (table,))
    last = "end" if table == "grants" else "until"
    names = [
        column.name
        for column in BY_NAME[table].columns
        if column.name != "id" and column.audience != "personal"
    ]
    return [
        {"id": id_, **{name: fields.get(name) for name in names}}
        for id_, fields in stored.records[table].items()
        if _begins(fields, wanted)
        and text.casefold() in " ".join((id_, *fields.values())).casefold()
        and _is_due(fields.get(last, ""), due)
    ]


def indicators(group: OpenedGroup, wanted: Mapping[str, str], text: str = "") -> list[ListingRow]:
    """Return the indicators that match, as `listed` does. Each has `to_date`: the number
    that its months make up to the current one, or its running number."""
    # `plain` is imported here, because most commands do not need it.
    from budgettrack.core.cells.reading import plain

    stored = group.register.ask(queries.load, ("indicators",)).records["indicators"]
    rows = []
    for row in listed(group, "indicators", wanted, text):
        number = number_typed(stored[str(row["id"])], month_of(group.today))
        rows.append({**row, "to_date": None if number is None else plain(number)})
    return rows


def _begins(fields: Fields, wanted: Mapping[str, str]) -> bool:
    """Whether each field in `wanted` starts with its text."""
    return all(
        fields.get(name, "").casefold().startswith(value.casefold())
        for name, value in wanted.items()
    )


def _is_due(end: str, due: date | None) -> bool:
    """Whether a date is on the day `due` or before it. If `due` is None, returns True, also for a
    record without a date."""
    return due is None or "" < end <= due.isoformat()


def shown(group: OpenedGroup, table: str, id_: str) -> ListingRow:
    """Return all fields of one record."""
    stored = group.register.ask(queries.load, (table,))
    record_id = the_id(stored, table, id_)
    return {"id": record_id, **stored.records[table][record_id]}


def found(group: OpenedGroup, id_: str) -> tuple[str, str]:
    """Return the table and the ID of a record, also if it was removed.

    Raises UsageError if there is none; the message suggests the most similar ID."""
    return located(group.register.ask(queries.load), id_)


def located(held: Held, id_: str) -> tuple[str, str]:
    """Return the table and the ID of a record, from records that are already loaded. In a text
    such as `budget/B-1` the table is named too."""
    table, sign, rest = id_.partition("/")
    # Only tables with one key column are searched. The ID of a month is the month itself.
    # A rate has two key columns, and people do not type both as an ID.
    tables, text = [name for name in BY_NAME if len(BY_NAME[name].key) < 2], id_
    if sign and table in BY_NAME:
        tables, text = [table], rest
    by_id = _tables_by_id(held, tables)
    wanted = text.strip().casefold()
    alike = [known for known in by_id if known.casefold() == wanted]
    exact = [(name, known) for known in alike for name in by_id[known]]
    if len(exact) > 1:
        # People choose IDs themselves: a grant and a budget line may both be called `Rent`.
        raise _in_several_tables(text, exact)
    if exact:
        return exact[0]
    whole = known_id(text, by_id, "record")
    return by_id[whole][-1], whole


def _in_several_tables(text: str, records: Sequence[tuple[str, str]]) -> UsageError:
    tables = " and ".join(name for name, _ in records)
    table, id_ = records[0]
    return UsageError(f"{text} is in {tables}. Type which: {table}/{id_}")


def _tables_by_id(held: Held, tables: Sequence[str]) -> dict[str, list[str]]:
    """Return the tables that have or had each ID."""
    by_id: dict[str, list[str]] = {}
    for name in tables:
        for id_ in (*held.records.get(name, ()), *held.removed.get(name, ())):
            by_id.setdefault(id_, []).append(name)
    return by_id


def history(group: OpenedGroup, id_: str) -> list[ListingRow]:
    """Return every change of a record, oldest first."""
    zone = group.zone

    def asked(ask: Ask) -> tuple[str, str, list[Version]]:
        table, record = located(queries.load(ask, None), id_)
        return table, record, queries.history(ask, table, record)

    table, record, versions = group.register.ask(asked)
    rows: list[ListingRow] = []
    before: Version | None = None
    for version in versions:
        was, after = _fields_of(before), _fields_of(version)
        kind = _kind(before is not None and before.fields is not None, version.fields is not None)
        for name in _changed(was, after):
            rows.append(
                {
                    "version": version.n,
                    "at": version.at.astimezone(zone).isoformat(sep=" ", timespec="minutes"),
                    "by": version.by,
                    "what": kind,
                    "table": table,
                    "id": record,
                    "field": name,
                    "from": was.get(name) or None,
                    "to": after.get(name) or None,
                }
            )
        before = version
    return rows


def changes(group: OpenedGroup, first: date, last: date) -> list[ListingRow]:
    """Return the changes after the day `first` and up to the end of the day `last`, each with
    who made it."""
    return _changes(_versions(group), group.zone, first, last)


Versions = Mapping[tuple[str, str], Sequence[Version]]
"""The versions of records by table and ID, the oldest first."""


def _versions(group: OpenedGroup) -> Versions:
    kept = ("work_plan", "budget", "grants", "resources", "agreements", "lots", "handed_out")
    return group.register.glance(queries.versions, kept)


def _changes(versions: Versions, zone: ZoneInfo, first: date, last: date) -> list[ListingRow]:
    rows: list[ListingRow] = []
    for (table, record), history in versions.items():
        before = [version for version in history if _day(version, zone) <= first]
        after = [version for version in history if first < _day(version, zone) <= last]
        if after:
            was, now = _fields_of(before[-1] if before else None), _fields_of(after[-1])
            at = _day(after[-1], zone).isoformat()
            rows += _change_rows(table, record, was, now, after, at)
    return rows


def summary(rows: Iterable[ListingRow], words: SheetWords = ENGLISH) -> str:
    """Return a sentence that says how many rows of each table were added, altered or removed:
    `budget: 2 altered; grants: 1 added`. Returns '' if nothing changed."""
    of_table: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        kinds = of_table.setdefault(row["table"], {})
        kinds.setdefault(row["what"], set()).add(row["id"])
    return "; ".join(
        f"{words.tab(BY_NAME[table].tab)}: "
        + ", ".join(f"{len(ids)} {words.say(kind)}" for kind, ids in kinds.items())
        for table, kinds in of_table.items()
    )


def changed_line(group: OpenedGroup, words: SheetWords) -> str:
    """Return one line that says what changed since the end of the month before the last full
    month."""
    since = last_day(after(last_full_month(group.today), -1))
    versions = _versions(group)
    begins = min((_day(of[0], group.zone) for of in versions.values()), default=group.today)
    if begins > since:
        return words.say(
            "Changed since {day}: not known, the register begins on {first}",
            day=since.isoformat(),
            first=begins.isoformat(),
        )
    told = summary(_changes(versions, group.zone, since, group.today), words)
    return words.say(
        "Changed since {day}: {what} (budgettrack diff --from {day})",
        day=since.isoformat(),
        what=told or words.say("nothing"),
    )


def _change_rows(
    table: str, record: str, was: Fields, now: Fields, versions: Sequence[Version], at: str
) -> Iterator[ListingRow]:
    """Yield a row for each field of a record that changed. The row names everybody who changed the
    record."""
    by = ", ".join(dict.fromkeys(version.by for version in versions))
    for name in _changed(was, now):
        yield {
            "table": table,
            "id": record,
            "what": _kind(bool(was), bool(now)),
            "field": name,
            "from": was.get(name) or None,
            "to": now.get(name) or None,
            "by": by,
            "at": at,
        }


def _day(version: Version, zone: ZoneInfo) -> date:
    """Return the day on which a version was written, in the time zone of the group."""
    return version.at.astimezone(zone).date()


def _fields_of(version: Version | None) -> Fields:
    """Return the fields of a version. They are empty if there is no version, or if the record
    was removed."""
    return (version and version.fields) or {}


def _changed(was: Fields, is_now: Fields) -> list[str]:
    """Return the names of the fields that differ."""
    names = dict.fromkeys([*was, *is_now])
    return [name for name in names if was.get(name, "") != is_now.get(name, "")]


def gaps(group: OpenedGroup) -> list[ListingRow]:
    """Return the activities that have neither money nor a resource, and agreements that end
    before their activity does."""
    plan = group.plan_of(group.register.ask(queries.load, ASKED).records)
    lines = {line.activity for line in plan.lines.values() if line.amount}
    rows: list[ListingRow] = []
    for activity in plan.activities.values():
        if not activity.is_finished:
            rows += _gaps_of(plan, activity, activity.id in lines)
    for resource in _promised(plan, ""):
        if resource.until and resource.until < group.today:
            name, what = resource.description or resource.kind, f"ran out on {resource.until}"
            rows.append(_gap(resource.id, name, what, resource.until, None))
    return rows


def _promised(plan: Plan, activity: str) -> Iterator[Resource]:
    """Yield the resources that are agreed or in use for an activity. If `activity` is "", yield
    those that belong to no activity."""
    for resource in plan.resources.values():
        if (resource.activity or "") == activity and resource.is_agreed:
            yield resource


def _gaps_of(plan: Plan, activity: Activity, has_money: bool) -> Iterator[ListingRow]:
    """Yield a row for each thing that one activity lacks, such as money or a room."""
    given = list(_promised(plan, activity.id))
    start, end, name = activity.start, activity.end, activity.activity
    if not has_money and not given:
        yield _gap(activity.id, name, "nothing covers it yet", start, end)
    for resource in given:
        if resource.until and end and resource.until < end:
            agreement = f"{resource.id} ({resource.kind}) ends on {resource.until}"
            problem = f"{agreement}, before the work does"
            yield _gap(activity.id, name, problem, resource.until, end)


def _gap(id_: str, name: str, what: str, start: date | None, end: date | None) -> ListingRow:
    return {
        "id": id_,
        "name": name,
        "gap": what,
        "from": start.isoformat() if start else None,
        "until": end.isoformat() if end else None,
    }


def revised(group: OpenedGroup, grant: str | None = None) -> list[ListingRow]:
    """Return every budget line with its approved and its revised sum, and at the end the total
    of the grant."""
    stored = group.register.ask(queries.load, ASKED)
    plan = group.plan_of(stored.records)
    wanted = list(plan.grants) if grant is None else [the_id(stored, "grants", grant)]
    rows: list[ListingRow] = []
    for id_ in wanted:
        lines = revisions(plan, id_)
        rows += [
            _revised(
                line.line,
                line.category,
                id_,
                line.currency,
                line.approved,
                line.revised,
                line.reason,
            )
            for line in lines
        ]
        if lines:
            approved = sum(line.approved for line in lines)
            total = sum(line.revised for line in lines)
            rows.append(_revised("total", "", id_, lines[0].currency, approved, total, ""))
    return rows


def _revised(
    line: str, category: str, grant: str, currency: str, approved: int, now: int, reason: str
) -> ListingRow:
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


KINDS_OF_CHANGE = ("added", "changed", "removed")


def _kind(was_there: bool, is_there: bool) -> str:
    """Return the kind of a change: whether a record was added, altered or removed."""
    added, changed, removed = KINDS_OF_CHANGE
    if not was_there:
        return added
    return changed if is_there else removed


def pipeline(group: OpenedGroup, plan: Plan | None = None) -> list[ListingRow]:
    """Return each grant that may come: its amount, its odds in percent, and the activities that
    it would pay for and no active grant pays."""
    plan = plan or group.plan_of(group.register.ask(queries.load, ASKED).records)
    running = {id_ for id_, grant in plan.grants.items() if grant.is_running}
    paid_lines = [line for line in plan.lines.values() if line.grant in running and line.amount]
    paid = {line.activity for line in paid_lines} - {""}
    return [
        _prospect(plan, grant, paid)
        for grant in plan.grants.values()
        if money_of(grant) == "may come"
    ]


def _amounts(grant: Grant) -> tuple[str | None, str | None]:
    """Return the amount applied for, and the amount times its odds.

    An amount is None if it is not known."""
    if grant.amount is None:
        return None, None
    amount = money.decimal(grant.amount, grant.currency)
    if grant.odds is None:
        return amount, None
    return amount, money.decimal(int(grant.amount * grant.odds / 100), grant.currency)


def _prospect(plan: Plan, grant: Grant, paid: Set[str]) -> ListingRow:
    """Return what one grant may bring. `paid` has the activities that grants already pay."""
    lines = _newly_covered(plan, grant, paid)
    covers = ", ".join(dict.fromkeys(line.activity for line in lines))
    units = sum(line.amount for line in lines)
    amount, likely = _amounts(grant)
    return {
        "id": grant.id,
        "funder": grant.funder,
        "title": grant.title,
        "state": grant.state,
        "currency": grant.currency,
        "amount": amount,
        "odds": None if grant.odds is None else str(grant.odds),
        "likely": likely,
        "covers": covers or None,
        "covers_amount": money.decimal(units, grant.currency) if covers else None,
        "next_step": grant.next_step or None,
    }


def _newly_covered(plan: Plan, grant: Grant, paid: Set[str]) -> list[BudgetLine]:
    """Return the lines of a grant for work that no active grant pays yet."""
    lines = [line for line in plan.lines.values() if line.grant == grant.id and line.activity]
    return [line for line in lines if line.activity not in paid]
