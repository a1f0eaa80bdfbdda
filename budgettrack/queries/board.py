"""Makes the board: one private page for coordinators with everything that the commands can tell.

The page needs no server and loads nothing from the internet. A script filters and sorts the tables.
If scripts are switched off, every row is visible."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import msgspec
from babel import Locale
from msgspec import Struct

from budgettrack import files
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS, harm_of
from budgettrack.core.base.months import Month, after
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.figures.positions import forecast, forecast_without_line
from budgettrack.core.records.tables import LOTS
from budgettrack.group import OpenedGroup, Standing, last_full_month
from budgettrack.queries import figures, records, supplies
from budgettrack.queries.bank_balance import bank_lines
from budgettrack.queries.figures import ListingRow
from budgettrack.register.queries import spent_of
from budgettrack.reports.base import formats
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Heading,
    Link,
    ReportTable,
    Section,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.render import page


class BoardSource(Struct, frozen=True):
    """What the board is made from, and the language and number formats that it uses."""

    group: OpenedGroup
    now: Standing
    words: SheetWords
    at: Locale

    @property
    def month(self) -> Month:
        """The last full month."""
        return last_full_month(self.group.today)


_COMMAND = re.compile(r" ?\(budgettrack [^()]*\)")
"""The command at the end of a line, such as ` (budgettrack checks)`."""

LinkOf = Callable[[Finding], str]
"""A function that returns the link to the cell of a finding, or '' if it has no cell."""


def write_board(group: OpenedGroup, out: Path | None = None) -> Path:
    """Writes the board into the private folder, as a file that only its owner can read, and returns
    its path.

    If the board has not changed, it is not written again. Raises OSError if it cannot be
    written."""
    path = group.board if out is None else out / "private" / group.board.name
    return files.write(path, board(group).encode(), private=True)


def rewritten(group: OpenedGroup) -> str:
    """Writes the board with the present figures. Returns '', or the reason why it could not be
    written."""
    try:
        write_board(group)
    except OSError as error:
        return f"The board could not be written again ({error.strerror}). It shows older figures."
    return ""


def board(group: OpenedGroup) -> str:
    """Returns the page in the language of the group, for the group's day and the last sync."""
    w, at = sheet_words(group.config.language), formats.locale(group.config.language)
    month = last_full_month(group.today)
    # The register was read before, so the spending of two months needs no further query.
    spent = spent_of(group.standing.totals, (month, after(month, -1)))
    of = BoardSource(group, msgspec.structs.replace(group.standing, spent=spent), w, at)
    sections = [
        Section("status", w.say("Where we stand"), list(_status(of))),
        Section("left", w.say("What is left"), [_left(of)]),
        Section("checks", w.say("What to mend"), list(_checks(of, _links(group)))),
        Section("deadlines", w.say("What is due"), [_deadlines(of)]),
        Section("variance", w.say("Budget lines"), [_variance(of)]),
        Section("cash", w.say("Cash month by month"), [_cash(of)]),
        Section("pipeline", w.say("What may come"), [_pipeline(of)]),
        Section("grid", w.say("Who pays for which work"), [_grid(of)]),
    ]
    if of.now.plan.lots:
        sections.insert(4, Section("supplies", w.say("Supplies"), list(_supplies(of))))
    document = Document(
        title=w.say("{organisation}: board", organisation=group.config.organisation),
        organisation=group.config.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=w.say("Board of {day}", day=formats.day(group.today, at)),
        standing=w.say(
            "Money to the end of {month}, from the sync of {synced}. Plans and dates as of today.",
            month=formats.month(of.month, at),
            synced=formats.day(of.now.synced.date(), at),
        ),
        notices=[w.say("Private: it has figures that are not public. Keep it off web servers.")],
        sections=sections,
        foot=w.say("Made by budgettrack report board."),
        links=[Link(section.title, f"#{section.name}") for section in sections],
        wide=True,
    )
    texts = {
        "skip": w.say("To the text"),
        "pages": w.say("Parts of the board"),
        "feed": "",
        "calendar": "",
        "script": "board",
        "filter": w.say("Filter: {table}", table="{table}"),
        "matches": w.say("{number} of {all}", number="{number}", all="{all}"),
    }
    return page(document, look_of(group.config), texts)


# ---- the parts


def _status(of: BoardSource) -> Iterator[Block]:
    w, now, today = of.words, of.now, of.group.today
    *lines, first = figures.status_lines(now, today, None, str(of.at), w)
    yield Text(first)
    top = list(_top(of))
    yield Bullets([_without_command(line) for line in top])
    columns = ("available", "budget", "spent", "committed", "variance")
    yield _table(
        w.say("Grants, to the end of {month}", month=formats.month(of.month, of.at)),
        (w.heading("Grant"), *_headings(of, columns), w.say("Used"), w.say("Time")),
        [
            _row(
                _name(of, row["grant"], figures.NO_GRANT),
                [
                    *(_amount(of, row[name], row["currency"]) for name in columns),
                    _percent(of, row["used"]),
                    _percent(of, row["elapsed"]),
                ],
                " · ".join(filter(None, (row["title"], w.choice(row["state"]), row["currency"]))),
            )
            for row in figures.status(now, today, None)
        ],
        numbers=(*range(1, 8),),
    )
    # Deadlines have a table of their own, and the page shows for which day it was made.
    own = {*top, *figures.due_lines(now, today, None, w), figures.as_of(now, today, w)}
    yield Bullets([_without_command(line) for line in lines if line not in own])


def _top(of: BoardSource) -> Iterator[str]:
    """Yields what coordinators look for first: what is late, whether the money lasts, which report
    is next, and whether bank and books agree."""
    w, now = of.words, of.now
    yield from _reports(of, overdue=True)
    yield from _reports(of, overdue=False)
    yield from figures.work_lines(now.plan, of.group.today, w)
    yield from figures.dangers(now, of.month, str(of.at), w)
    yield from figures.forecast_lines(now, of.month, None, str(of.at), w)
    yield from figures.left_lines(now, of.group.today, None, str(of.at), w)
    yield from bank_lines(of.group, now, str(of.at), w)
    yield records.changed_line(of.group, w)


def _without_command(line: str) -> str:
    """Returns a line without the command that it names for people at a prompt. Those who read the
    page have none."""
    return _COMMAND.sub("", line)


def _reports(of: BoardSource, *, overdue: bool) -> Iterator[str]:
    """Yields the report that is overdue the longest, or the next one that is not due yet."""
    for row in figures.deadlines(of.now, of.group.today, None, of.words):
        if not row["id"].startswith("report:") or (row["days"] < 0) != overdue:
            continue
        if overdue:
            yield of.words.say("Overdue since {day}: {what}", day=row["due"], what=row["what"])
        else:
            yield of.words.say("Next report, due {day}: {what}", day=row["due"], what=row["what"])
        return


def _left(of: BoardSource) -> Block:
    w = of.words
    columns = ("available", "budget", "spent", "committed")
    by_category = figures.variance(
        of.now,
        of.group.today,
        grant=None,
        by="category",
        start=None,
        end=of.month,
        each_month=False,
    )
    rows = [
        _row(
            row["category"] or w.say("no category"),
            [
                _text(row["grant"] or w.say("several grants")),
                _text(row["currency"]),
                *(_amount(of, row[name], row["currency"]) for name in columns),
                _text(w.choice(row["state"])),
            ],
        )
        for row in sorted(by_category, key=lambda row: (not row["category"], row["category"]))
        if row["money"] == "ours"
    ]
    headings = (
        *map(w.heading, ("Category", "Grant", "Currency")),
        *_headings(of, columns),
        w.heading("State"),
    )
    caption = w.say("Money by category, to the end of {month}", month=_month(of))
    return _table(caption, headings, rows, numbers=(*range(3, 7),), folded=True)


def _checks(of: BoardSource, link: LinkOf) -> Iterator[Block]:
    w, found = of.words, of.now.findings
    if not found:
        yield Text(w.say("Nothing to mend."))
    for harm, of_harm in groupby(found, lambda finding: harm_of(finding.code)):
        rows = []
        for finding in of_harm:
            problem, remedy = finding.words(str(of.at), w)
            cells = [
                _text(w.say(finding.severity)),
                TableCell(problem, say=True),
                TableCell(remedy, say=True),
            ]
            rows.append(TableRow(finding.place, cells, finding.id, href=link(finding)))
        headings = (
            w.heading("Where"),
            w.heading("Severity"),
            w.heading("What is wrong"),
            w.heading("What to do"),
        )
        yield _table(w.say(HARMS[harm]), headings, rows, folded=True)


def _deadlines(of: BoardSource) -> Block:
    w = of.words
    rows = [
        _row(
            row["due"],
            [
                TableCell(str(row["days"]), over=row["days"] < 0, sort=str(row["days"])),
                TableCell(row["what"], say=True),
                _text(row["grant"]),
                _text(row["id"]),
            ],
            w.say("overdue") if row["days"] < 0 else "",
        )
        for row in figures.deadlines(of.now, of.group.today, None, w)
    ]
    headings = (
        w.heading("Due"),
        w.say("Days"),
        w.heading("What"),
        w.heading("Grant"),
        w.heading("ID"),
    )
    return _table(w.say("Dates"), headings, rows, numbers=(1,), folded=True)


def _variance(of: BoardSource) -> Block:
    w, now = of.words, of.now
    rows = figures.variance(
        now, of.group.today, grant=None, by="line", start=None, end=of.month, each_month=False
    )
    columns = ("available", "budget", "spent", "variance")

    def expected(row: ListingRow) -> TableCell:
        line = now.plan.lines.get(row["line"])
        if line is None:
            units = forecast_without_line(now.totals, row["grant"], of.month).as_planned
            return _amount(of, money.decimal(units, row["currency"]), row["currency"])
        units = forecast(now.plan, now.totals, line.id, of.month).as_planned
        beyond = units > line.amount
        return _amount(of, money.decimal(units, row["currency"]), row["currency"], over=beyond)

    made = [
        _row(
            row["line"] or w.say("no line"),
            [
                _text(row["grant"]),
                _text(row["category"]),
                *(_amount(of, row[name], row["currency"]) for name in columns),
                expected(row),
                _text(w.choice(row["state"])),
            ],
            " · ".join(filter(None, (row["description"], row["currency"]))),
        )
        for row in rows
    ]
    headings = (
        *map(w.heading, ("Line", "Grant", "Category")),
        *_headings(of, columns),
        w.say("Forecast"),
        w.heading("State"),
    )
    caption = w.say("Budget lines, to the end of {month}", month=_month(of))
    return _table(caption, headings, made, numbers=(*range(3, 8),), folded=True)


def _cash(of: BoardSource) -> Block:
    w = of.words
    columns = ("opening", "expected", "planned", "balance")
    rows = [
        _row(
            _name(of, row["grant"], figures.UNRESTRICTED),
            [
                _text(row["month"]),
                _text(row["currency"]),
                *(_amount(of, row[name], row["currency"]) for name in columns),
            ],
        )
        for row in figures.cash(of.now, of.group.today, None)
    ]
    headings = (
        *map(w.heading, ("Grant", "Month", "Currency")),
        w.say("Opening"),
        w.say("Expected"),
        w.say("Planned"),
        w.say("Balance"),
    )
    return _table(w.say("Cash, as planned"), headings, rows, numbers=(*range(3, 7),), folded=True)


def _pipeline(of: BoardSource) -> Block:
    w = of.words
    rows = [
        _row(
            row["id"],
            [
                _text(w.choice(row["state"])),
                _amount(of, row["amount"], row["currency"]),
                _percent(of, row["odds"] and f"{row['odds']} %"),
                _amount(of, row["likely"], row["currency"]),
                _text(row["covers"]),
                TableCell(row["next_step"] or "", say=True),
            ],
            " · ".join(filter(None, (row["funder"], row["title"], row["currency"]))),
        )
        for row in records.pipeline(of.group, of.now.plan)
    ]
    headings = (
        w.heading("Grant"),
        w.heading("State"),
        w.heading("Amount"),
        w.say("Odds"),
        w.say("Likely"),
        w.say("Would pay"),
        w.heading("Next step"),
    )
    return _table(w.say("Grants that may come"), headings, rows, numbers=(2, 3, 4), folded=True)


def _grid(of: BoardSource) -> Block:
    w = of.words
    rows = records.funding(of.group, of.now.plan)
    grants: Sequence[str] = list(rows[0]["grants"]) if rows else []
    made = [
        _row(
            row["activity"] or w.say("no activity"),
            [
                _text(row["category"]),
                *(_amount(of, row["grants"][id_], row["currency"]) for id_ in grants),
                _amount(of, row["total"], row["currency"]),
                _amount(of, row["may_come"], row["currency"]),
                _text(w.say(row["state"]) if row["state"] else ""),
            ],
            row["name"],
        )
        for row in rows
    ]
    headings = (
        *map(w.heading, ("Activity", "Category")),
        *grants,
        w.say("Total"),
        w.heading("May come"),
        w.heading("State"),
    )
    caption = w.say("Funding grid, in {currency}", currency=of.group.config.currency)
    return _table(caption, headings, made, numbers=(*range(2, 4 + len(grants)),), folded=True)


def _supplies(of: BoardSource) -> Iterator[Block]:
    """Yields the tables of supplies: what there is of each kind, which lots expire soon, and who
    has which lots."""
    w, today = of.words, of.group.today
    without = supplies.left_out(of.now)
    if without:
        yield Text(
            w.say("Rows that are not counted, because of errors: {number}", number=str(without))
        )
    kinds = [
        _row(
            row["kind"],
            [
                _quantity(of, row["in_store"]),
                _quantity(of, None if row["weeks"] is None else str(row["weeks"])),
                # A zero is left blank. A column without any number is left out.
                *(_quantity(of, row[name] if row[name] != "0" else None) for name in _PLACES),
            ],
            row["unit"] or "",
        )
        for row in supplies.kinds(of.now.plan, today)
    ]
    headings = (
        *map(w.heading, ("Kind", "In store")),
        w.say("Weeks left"),
        w.say("Ends in 90 days"),
        w.say("Expired"),
        *map(w.heading, ("On the way", "With others", "Used", "Lost", "Given back", "Came in")),
    )
    yield _table(w.say("Of each kind"), headings, kinds, numbers=(*range(1, 11),), folded=True)
    lots = [
        _row(
            row["expiry"] or w.say("no date"),
            [
                TableCell(row["kind"], say=True),
                _text(row["batch"]),
                _text(row["lot"]),
                _quantity(of, row["left"]),
                _quantity(of, row["in_store"]),
                TableCell(row["held_by"], say=True),
                _amount(of, row["value_in_kind"], row["currency"]),
                _text(row["currency"] if row["value_in_kind"] else ""),
            ],
        )
        for row in supplies.lots(of.now.plan, today)
    ]
    headings = (
        *map(w.heading, ("Expiry", "Kind", "Batch", "Lot")),
        w.say("Left"),
        w.heading("In store"),
        w.heading("With others"),
        w.say("Value in kind"),
        w.heading("Currency"),
    )
    yield _table(w.tab(LOTS.tab), headings, lots, numbers=(4, 5, 7), folded=True)
    for amount, currency in supplies.worth(of.now.plan, today):
        value = f"{formats.number(money.minor(amount, currency), currency, of.at)} {currency}"
        yield Text(w.say("Value in kind, beside the money: {value}", value=value))


_PLACES = (
    "ends_soon",
    "expired",
    "on_the_way",
    "with_others",
    "used",
    "lost",
    "given_back",
    "came",
)


def _quantity(of: BoardSource, quantity: str | None) -> TableCell:
    """Returns a quantity formatted for people, or '' for a blank one."""
    if quantity is None:
        return TableCell("")
    shown = money.grouped(quantity, str(of.at))
    return TableCell(shown, over=quantity.startswith("-"), sort=quantity)


# ---- tables


def _table(
    caption: str,
    headings: Sequence[str],
    rows: Sequence[TableRow],
    numbers: Sequence[int] = (),
    *,
    folded: bool = False,
) -> Block:
    """Returns a table without the columns in which every cell is empty. If it has no row, returns a
    small dash.

    The title of a folded table says how many rows it has."""
    if not rows:
        return Text(f"{caption}: {formats.NONE}")
    kept = [
        column
        for column in range(1, len(headings))
        if any(row.cells[column - 1].text for row in rows)
    ]
    heads = [Heading(headings[column], column in numbers) for column in (0, *kept)]
    shown = [replace(row, cells=[row.cells[column - 1] for column in kept]) for row in rows]
    told = f"{caption} ({len(rows)})" if folded else caption
    return ReportTable(told, heads, shown, folded=folded)


def _headings(of: BoardSource, columns: Sequence[str]) -> Iterator[str]:
    for column in columns:
        yield of.words.heading("Budget to date" if column == "budget" else column.capitalize())


def _name(of: BoardSource, text: str, ours: str) -> str:
    """Returns an ID unchanged. For money that belongs to no grant, returns our word for it in
    the group's language."""
    return of.words.say(text) if text == ours else text


def _month(of: BoardSource) -> str:
    return formats.month(of.month, of.at)


def _row(head: str, cells: Sequence[TableCell], small: str = "") -> TableRow:
    return TableRow(head, cells, small if small != head else "")


def _text(text: str | None) -> TableCell:
    return TableCell(text or "")


def _amount(of: BoardSource, amount: str | None, currency: str, *, over: bool = False) -> TableCell:
    """Returns an amount formatted for people. The script sorts by the plain decimal."""
    if amount is None:
        return TableCell("")
    shown = formats.number(money.minor(amount, currency), currency, of.at)
    return TableCell(shown, over=over or amount.startswith("-"), sort=amount)


def _percent(of: BoardSource, text: str | None) -> TableCell:
    if not text:
        return TableCell("")
    plain = text.removesuffix(" %")
    return TableCell(formats.percentage(plain, of.at), sort=plain)


# ---- links


def _links(group: OpenedGroup) -> LinkOf:
    """Returns the function that makes the link to the cell of a finding: into the online sheet,
    or to the local file as a whole."""
    if group.config.google is None:
        address = group.config.xlsx.resolve().as_uri() if group.config.xlsx else ""
        return lambda finding: address if finding.tab else ""
    numbers = _tabs(group)

    def link(finding: Finding) -> str:
        if finding.tab not in numbers:
            return ""
        return numbers[finding.tab] + _range(finding)

    return link


def _range(finding: Finding) -> str:
    if finding.row is None:
        return ""
    cell = finding.place.rpartition("!")[2]
    return (
        f"&range={cell}"
        if finding.column is not None
        else f"&range={finding.row + 1}:{finding.row + 1}"
    )


def _tabs(group: OpenedGroup) -> Mapping[str, str]:
    """Returns the link to each tab of an online sheet. After a sync the sheet is not read again.

    Returns nothing if the sheet cannot be read now, because the board is about the register."""
    from budgettrack.core.base.errors import TrackError
    from budgettrack.workbook.google.workbook import GoogleWorkbook

    try:
        workbook = group.workbook_to_read
        if not isinstance(workbook, GoogleWorkbook):
            return {}
        if not workbook.links():
            workbook.read()
    except TrackError:
        return {}
    return workbook.links()
