"""The board: one private page for coordinators with all that the prompt can tell.

It needs no server and asks nothing of anybody. Its script filters and sorts what is on the page;
without script every row is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from babel import Locale

from budgettrack import files
from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS, harm_of
from budgettrack.core.figures.positions import forecast
from budgettrack.group import OpenedGroup, Standing, last_full_month
from budgettrack.queries import figures, records
from budgettrack.queries.figures import ListingRow
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
from budgettrack.reports.base.translations import words
from budgettrack.reports.base.wording import page_words

AT = Locale.parse("en")
"""The board speaks the language of the prompt and of the findings."""

LinkOf = Callable[[Finding], str]
"""Returns the address of the cell of a finding, or '' if it has none."""


def write_board(group: OpenedGroup, out: Path | None = None) -> Path:
    """Writes the board into the private folder, readable by its owner only, and returns its path.
    A board that would be the same is not written again.

    Raises OSError if it cannot be written."""
    path = group.board if out is None else out / "private" / group.board.name
    return files.write(path, board(group).encode(), private=True)


def rewritten(group: OpenedGroup) -> str:
    """Writes the board with the figures of now. Returns '', or why it could not be written."""
    try:
        write_board(group)
    except OSError as error:
        return f"The board could not be written again ({error.strerror}). It shows older figures."
    return ""


def board(group: OpenedGroup) -> str:
    """Returns the page, as of the group's day and the last sync."""
    w, now, today = words("en"), group.standing, group.today
    month = last_full_month(today)
    found, synced = now.findings, now.synced
    sections = [
        Section("status", "Where we stand", list(_status(now, group))),
        Section("left", "What is left", [_left(now, group)]),
        Section("checks", "What to mend", list(_checks(found, _links(group)))),
        Section("deadlines", "What is due", [_deadlines(now, group)]),
        Section("variance", "Budget lines", [_variance(now, group)]),
        Section("cash", "Cash month by month", [_cash(now, group)]),
        Section("pipeline", "What may come", [_pipeline(now, group)]),
        Section("grid", "Who pays for which work", [_grid(now, group)]),
    ]
    document = Document(
        title=f"{group.config.organisation}: board",
        organisation=group.config.organisation,
        language="en",
        right_to_left=False,
        heading=f"Board of {formats.day(today, AT)}",
        standing=(
            f"Money to the end of {formats.month(month, AT)}, from the sync of"
            f" {formats.day(synced.date(), AT)}. Plans and dates as of today."
        ),
        notices=["Private: it has figures that are not public. Do not put it on a web server."],
        sections=sections,
        foot="Made by budgettrack report board.",
        links=[Link(section.title, f"#{section.name}") for section in sections],
        wide=True,
    )
    return page(document, look_of(group.config), {**page_words(w, feed=False), "script": "board"})


# ---- the parts


def _status(now: Standing, group: OpenedGroup) -> Iterator[Block]:
    *lines, first = figures.status_lines(now, group.today, None, str(AT))
    yield Text(first)
    yield from map(Text, _next_reports(now, group))
    columns = ("budget", "spent", "committed", "variance", "available")
    yield _table(
        f"Grants, to the end of {formats.month(last_full_month(group.today), AT)}",
        ("Grant", *map(_heading, columns), "Used", "Time"),
        [
            _row(
                row["grant"],
                [
                    *(_amount(row[name], row["currency"]) for name in columns),
                    _percent(row["used"]),
                    _percent(row["elapsed"]),
                ],
                " · ".join(filter(None, (row["title"], row["state"], row["currency"]))),
            )
            for row in figures.status(now, group.today, None)
        ],
        numbers=(*range(1, 8),),
    )
    # Deadlines have a table of their own, and the page shows the day for which it is.
    own = ("Due ", "Overdue ", "and ", "As of")
    yield Bullets([line for line in lines if not line.startswith(own)])


def _next_reports(now: Standing, group: OpenedGroup) -> Iterator[str]:
    """Yields the report that is overdue the longest, and the next one that is not due yet."""
    reports = [
        row for row in figures.deadlines(now, group.today, None) if row["id"].startswith("report:")
    ]
    overdue = [row for row in reports if row["days"] < 0]
    to_come = [row for row in reports if row["days"] >= 0]
    for row in overdue[:1]:
        yield f"Overdue since {row['due']}: {row['what']}"
    for row in to_come[:1]:
        yield f"Next report, due {row['due']}: {row['what']}"


def _left(now: Standing, group: OpenedGroup) -> Block:
    month = last_full_month(group.today)
    columns = ("budget", "spent", "committed", "available")
    by_category = figures.variance(
        now, group.today, grant=None, by="category", start=None, end=month, each_month=False
    )
    rows = [
        _row(
            row["category"] or "no category",
            [
                _text(row["grant"] or "several"),
                _text(row["currency"]),
                *(_amount(row[name], row["currency"]) for name in columns),
                _text(row["state"]),
            ],
        )
        for row in sorted(by_category, key=lambda row: (not row["category"], row["category"]))
        if row["money"] == "ours"
    ]
    headings = ("Category", "Grant", "Currency", *map(_heading, columns), "State")
    caption = f"Money by category, to the end of {formats.month(month, AT)}"
    return _table(caption, headings, rows, numbers=(*range(3, 7),))


def _checks(found: Sequence[Finding], link: LinkOf) -> Iterator[Block]:
    if not found:
        yield Text("Nothing to mend.")
    for harm, of_harm in groupby(found, lambda finding: harm_of(finding.code)):
        rows = []
        for finding in of_harm:
            problem, remedy = finding.words(str(AT))
            cells = [
                _text(finding.severity),
                TableCell(problem, say=True),
                TableCell(remedy, say=True),
            ]
            rows.append(TableRow(finding.place, cells, finding.id, href=link(finding)))
        yield _table(
            f"{HARMS[harm]} ({len(rows)})", ("Cell", "Severity", "Problem", "What to do"), rows
        )


def _deadlines(now: Standing, group: OpenedGroup) -> Block:
    rows = [
        _row(
            row["due"],
            [
                TableCell(str(row["days"]), over=row["days"] < 0, sort=str(row["days"])),
                TableCell(row["what"], say=True),
                _text(row["grant"]),
                _text(row["id"]),
            ],
            "overdue" if row["days"] < 0 else "",
        )
        for row in figures.deadlines(now, group.today, None)
    ]
    return _table("Deadlines", ("Due", "Days", "What", "Grant", "ID"), rows, numbers=(1,))


def _variance(now: Standing, group: OpenedGroup) -> Block:
    month = last_full_month(group.today)
    rows = figures.variance(
        now, group.today, grant=None, by="line", start=None, end=month, each_month=False
    )
    columns = ("budget", "spent", "variance")

    def expected(row: ListingRow) -> TableCell:
        if row["line"] not in now.plan.lines:
            return _text("")
        units = forecast(now.plan, now.totals, row["line"], month).as_planned
        beyond = units > now.plan.lines[row["line"]].amount
        return _amount(money.decimal(units, row["currency"]), row["currency"], over=beyond)

    made = [
        _row(
            row["line"] or "no line",
            [
                _text(row["grant"]),
                _text(row["category"]),
                *(_amount(row[name], row["currency"]) for name in columns),
                expected(row),
                _text(row["state"]),
            ],
            " · ".join(filter(None, (row["description"], row["currency"]))),
        )
        for row in rows
    ]
    headings = ("Line", "Grant", "Category", *map(_heading, columns))
    return _table(
        f"Budget lines, to the end of {formats.month(month, AT)}",
        (*headings, "Forecast", "State"),
        made,
        numbers=(3, 4, 5, 6),
    )


def _cash(now: Standing, group: OpenedGroup) -> Block:
    columns = ("opening", "expected", "planned", "balance")
    rows = [
        _row(
            row["grant"],
            [
                _text(row["month"]),
                _text(row["currency"]),
                *(_amount(row[name], row["currency"]) for name in columns),
            ],
        )
        for row in figures.cash(now, group.today, None)
    ]
    headings = ("Grant", "Month", "Currency", *(name.capitalize() for name in columns))
    return _table("Cash, as planned", headings, rows, numbers=(*range(3, 7),))


def _pipeline(now: Standing, group: OpenedGroup) -> Block:
    rows = [
        _row(
            row["id"],
            [
                _text(row["state"]),
                _amount(row["amount"], row["currency"]),
                _percent(row["odds"] and f"{row['odds']} %"),
                _amount(row["likely"], row["currency"]),
                _text(row["covers"]),
                TableCell(row["next_step"] or "", say=True),
            ],
            " · ".join(filter(None, (row["funder"], row["title"], row["currency"]))),
        )
        for row in records.pipeline(group, now.plan)
    ]
    headings = ("Grant", "State", "Amount", "Odds", "Likely", "Would pay", "Next step")
    return _table("Grants that may come", headings, rows, numbers=(2, 3, 4))


def _grid(now: Standing, group: OpenedGroup) -> Block:
    rows = records.funding(group, now.plan)
    grants: Sequence[str] = list(rows[0]["grants"]) if rows else []
    made = [
        _row(
            row["activity"] or "no activity",
            [
                _text(row["category"]),
                *(_amount(row["grants"][id_], row["currency"]) for id_ in grants),
                _amount(row["total"], row["currency"]),
                _amount(row["may_come"], row["currency"]),
                _text(row["state"]),
            ],
            row["name"],
        )
        for row in rows
    ]
    headings = ("Activity", "Category", *grants, "Total", "May come", "State")
    numbers = (*range(2, 4 + len(grants)),)
    return _table(f"Funding grid, in {group.config.currency}", headings, made, numbers=numbers)


# ---- tables


def _table(
    caption: str, headings: Sequence[str], rows: Sequence[TableRow], numbers: Sequence[int] = ()
) -> Block:
    """Returns a table, or a sentence if it has no row."""
    if not rows:
        return Text(f"{caption}: nothing.")
    heads = [Heading(text, index in numbers) for index, text in enumerate(headings)]
    return ReportTable(caption, heads, rows)


def _heading(column: str) -> str:
    return "Budget to date" if column == "budget" else column.capitalize()


def _row(head: str, cells: Sequence[TableCell], small: str = "") -> TableRow:
    return TableRow(head, cells, small if small != head else "")


def _text(text: str | None) -> TableCell:
    return TableCell(text or "")


def _amount(amount: str | None, currency: str, *, over: bool = False) -> TableCell:
    """Returns an amount as people read it; the script sorts by the plain decimal."""
    if amount is None:
        return TableCell("")
    shown = formats.number(money.minor(amount, currency), currency, AT)
    return TableCell(shown, over=over or amount.startswith("-"), sort=amount)


def _percent(text: str | None) -> TableCell:
    return TableCell(text or "", sort=(text or "").removesuffix(" %"))


# ---- links


def _links(group: OpenedGroup) -> LinkOf:
    """Returns how a finding's cell is linked: in the online sheet, or the local file as a whole."""
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
    """Returns the address of each tab of an online sheet. After a sync it is not read again.

    Returns nothing if the sheet cannot be read now: the board is about the register."""
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
