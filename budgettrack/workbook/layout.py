"""The layout of a new workbook: its tabs, columns, notes, styles, widths, dropdowns, protected
columns, the guide *Start here* and conditional formats.

It is declared once, as plain values. `xlsx.layout` and `google.layout` build a workbook from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords
from budgettrack.core.own_tabs import SUMMARY_HEADINGS, UNWRITTEN
from budgettrack.core.records.model import Fields
from budgettrack.core.records.references import NAMES
from budgettrack.core.records.tables import (
    BY_NAME,
    CHECKS,
    CHECKS_HEADINGS,
    DEADLINES,
    START_HERE,
    SUMMARY,
    WORK_PLAN,
    Column,
    Table,
    published,
)
from budgettrack.workbook.styles import DATE, MONEY, PERCENT

WHOLE_ORDER = (
    "work_plan",
    "indicators",
    "budget",
    "expenses",
    "income",
    "grants",
    "resources",
    "agreements",
    "lots",
    "handed_out",
    "deadlines",
    "narratives",
    "rates",
    "months",
    "stories",
    "about",
)
"""All tables of a group in the order of their tabs. Some of them are in a new workbook only if the
user asks for them."""
ORDER = tuple(name for name in WHOLE_ORDER if not BY_NAME[name].asked)
"""The tables of a new workbook, in the order of their tabs. Tables that people must ask for are
left out."""
HOST_ORDER = ("groups", "recipients", "calls", "given", "instalments", *ORDER)
"""The tables of a host's workbook in the order of their tabs."""


def order_with(asked: Set[str], order: Sequence[str] = ORDER) -> tuple[str, ...]:
    """Returns the order of the tabs with those that were asked for."""
    wanted = {*order, *(name for name in WHOLE_ORDER if BY_NAME[name].asked in asked)}
    apart = tuple(name for name in order if name not in WHOLE_ORDER)
    return (*apart, *(name for name in WHOLE_ORDER if name in wanted))


def titles(order: Sequence[str]) -> tuple[str, ...]:
    """Returns the English titles of all tabs of a new workbook, in order."""
    return (START_HERE, *(BY_NAME[name].tab for name in order), SUMMARY, CHECKS)


TITLES: tuple[str, ...] = titles(ORDER)
LAST_ROW = 2_000
"""The last row with dropdowns and conditional formats. Some formats need such a row."""
HEADING_HEIGHT = 32
"""The height of the heading row. All heights here are in points."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_FORMATS = {"date": DATE, "money": MONEY, "percent": PERCENT}
_WIDTHS = {
    "id": 10,
    "date": 12,
    "month": 10,
    "money": 14,
    "number": 11,
    "count": 11,
    "percent": 10,
    "currency": 10,
    "choice": 16,
}
_WIDE = {
    "activity": 44,
    "indicator": 34,
    "source": 28,
    "description": 34,
    "milestone": 32,
    "progress_note": 40,
    "review": 70,
    "done": 50,
    "reached": 50,
    "wrong": 50,
    "change": 50,
    "words": 90,
    "story": 70,
    "picture": 20,
    "shows": 40,
    "internal_note": 34,
    "explanation": 40,
    "title": 32,
    "workbook": 28,
    "share_with": 34,
    "what_to_do": 60,
}
SEEN = {
    "public": "Seen by everybody: it is published.",
    "funder": "Seen by the funder of this grant, and by you.",
    "internal": "Seen only by those who can open this workbook.",
    "personal": "Stays in this sheet alone: no name is stored or reported.",
}
_COLOURS = {"public": "#1E5F4B", "funder": "#1F4E79", "internal": "#4B5563", "personal": "#7A1F1F"}
_INK, _PALE, _GREY, _WHITE = "#1F3A4D", "#EEF3F6", "#9AA5AE", "#FFFFFF"
LINE = "#D5DDE2"
"""The colour of a thin line below a row."""


class Style(Struct, frozen=True):
    """The style of a cell. Colours are `#RRGGBB`; `line` is the colour of the `border`.

    Text is aligned to the top, or to the middle if `middle` is true, and to the right if `right`
    is true. `start` aligns dates to the left like text: otherwise they would touch the text of
    the next column."""

    bold: bool = False
    italic: bool = False
    size: int = 0
    ink: str = ""
    fill: str = ""
    border: Literal["", "bottom", "all"] = ""
    line: str = ""
    wrap: bool = False
    middle: bool = False
    right: bool = False
    start: bool = False
    indent: bool = False
    format: str = ""


PLAIN = Style()
NOTE = Style(italic=True, ink="#5B6B75")
HEADINGS: Mapping[str, Style] = {
    audience: Style(
        bold=True, ink=_WHITE, fill=colour, border="all", line=_WHITE, wrap=True, middle=True
    )
    for audience, colour in _COLOURS.items()
}
"""The style of a heading. It depends on who may see the column (its audience)."""

_LABEL = Style(bold=True, ink=_INK, border="bottom", line=LINE)
_WORDS = Style(border="bottom", line=LINE, wrap=True)
_TYPED = Style(fill="#FFFBE6", border="all", line="#D9C98A", wrap=True)
_GUIDE_LOOKS: Mapping[str, tuple[Style, Style]] = {
    "title": (Style(bold=True, size=22, ink=_INK, middle=True), PLAIN),
    "lead": (Style(ink="#33454F", fill=_PALE, wrap=True, middle=True, indent=True), PLAIN),
    "heading": (Style(bold=True, size=14, ink=_INK, middle=True), PLAIN),
    "case": (_LABEL, _WORDS),
    "input": (_LABEL, _TYPED),
    **{
        audience: (Style(bold=True, ink=_WHITE, fill=colour), _WORDS)
        for audience, colour in _COLOURS.items()
    },
}
_HEIGHTS = {"title": 36, "heading": 24, "lead": 34}
_GUIDE_LINE = 105
"""How many letters of the right column of the guide fit into one line."""

GUIDE: tuple[tuple[str, str, str], ...] = (
    ("title", "Work-plan and budget", ""),
    (
        "lead",
        (
            "Work here as in any sheet: sort, colour, insert rows and columns of your own. Leave ID"
            " blank and it is filled in for you. Never type a person's name where a role will do."
        ),
        "",
    ),
    ("heading", "What to type", ""),
    (
        "case",
        "An expense",
        (
            "Expenses: Date, Budget line, Amount, State. 'committed' once it is ordered, 'paid'"
            " with Paid on once the money has left. Leave Currency blank where it is the grant's."
        ),
    ),
    (
        "case",
        "A refund",
        (
            "Expenses: a new row with the positive amount, State 'refunded', and in 'Refund of' the"
            " ID of the expense. Leave the first row as it is."
        ),
    ),
    (
        "case",
        "A shared cost",
        (
            "Expenses: one row for each budget line with its part of the amount. Give the later"
            " rows the ID of the first one in 'Split of'; they share its receipt."
        ),
    ),
    (
        "case",
        "Money from a funder",
        (
            "Income: Date, Grant, Kind 'instalment', Amount in the grant's currency. State"
            " 'expected' until it arrives, then 'received'. If the bank paid out another currency,"
            " add Received amount and its currency."
        ),
    ),
    (
        "case",
        "A revision of the budget",
        (
            "Budget: change Amount (and the month columns, if you use them). Approved stays as it"
            " was when the grant became active. Say why in Reason for revision."
        ),
    ),
    (
        "case",
        "People paid",
        (
            "Budget: how many people each line pays, such as 3 for three stipends; 0 where it pays"
            " nobody. Awards, incentives, vouchers and refunds to peers pay people too. So nobody's"
            " pay can be worked out from what is published."
        ),
    ),
    (
        "case",
        "Money you already had",
        "Income: a row of Kind 'opening balance', dated the first day of the plan.",
    ),
    (
        "case",
        "Something lent or given",
        (
            "Resources: what it is, which kind of giver, from when until when, its whole value and"
            " how you know the value."
        ),
    ),
    (
        "case",
        "Exchange rates",
        (
            "Rates: one row for each month and currency; units of that currency for one unit of"
            " your own."
        ),
    ),
    ("heading", "Who sees what", ""),
    (
        "public",
        "Green headings",
        "Everybody: these columns are published, and only for grants with Publish 'yes'.",
    ),
    ("funder", "Blue headings", "The funder of that grant, and you."),
    ("internal", "Grey headings", "Only those who can open this workbook."),
    (
        "personal",
        "Red headings",
        (
            "Only this sheet, where you asked for such a column: no name is stored or reported"
            " anywhere. Of a payee a code is kept that nobody can read, to protect people whose"
            " payments would stand alone."
        ),
    ),
    (
        "case",
        "Tabs",
        (
            "On the public page: the green columns of {public}; an agreement only with Publish"
            " 'yes', a story only with consent too. There only as totals: {totals}. Only for the"
            " funder of a grant: {funder}. Never published: {never}."
        ),
    ),
    ("heading", "Settling things", ""),
    (
        "case",
        "Checks",
        (
            "What is wrong or doubtful, each with a link to its cell, which is violet. Correct the"
            " cell; line and colour go at the next run. Do not type there, but for Keep."
        ),
    ),
    (
        "case",
        "The Keep cell",
        (
            "In Checks, where sheet and register were both changed: choose 'sheet' to keep what"
            " stands here, 'register' to take the other value. Until then both stay as they are."
        ),
    ),
    (
        "case",
        "The Closed cell",
        (
            "In Months: the date on which you closed that month. Until then its figures are"
            " provisional, and mail to funders and final reports wait for it."
        ),
    ),
    ("heading", "Who runs it", ""),
    (
        "case",
        "The monthly job",
        (
            "Runs `budgettrack monthly`: it reads this workbook, fills Summary and Checks, writes"
            " the reports."
        ),
    ),
    ("input", "Role that runs the job", ""),
    ("input", "Role that edits this workbook", ""),
    ("input", "Day of the month", ""),
)
"""The text of the tab *Start here*: kind of row, left column, right column. `seen_by` fills the
{places}."""

ONLY_AS_TOTALS = ("expenses", "income")
"""The tables of which the public pages show only sums, and no row."""


def seen_by(order: Sequence[str] = ORDER) -> Mapping[str, Sequence[str]]:
    """Returns the English titles of these tabs, grouped by who sees them. This follows from the
    audiences of their columns. The keys are `public`, `totals`, `funder` and `never`."""
    tabs: dict[str, list[str]] = {"public": [], "totals": [], "funder": [], "never": []}
    for name in (name for name in order if name in WHOLE_ORDER):
        table = BY_NAME[name]
        of_funder = any(column.audience == "funder" for column in table.columns)
        if published(table):
            tabs["public"].append(table.tab)
        elif name in ONLY_AS_TOTALS:
            tabs["totals"].append(table.tab)
        else:
            tabs["funder" if of_funder else "never"].append(table.tab)
    tabs["never"] += [SUMMARY, CHECKS]
    return tabs


# ---- marks


class Mark(Struct, frozen=True):
    """A conditional format: cells get this style while the formula `when` is true.

    In `when`, `{field}` is the cell of that field in the same row, `{cell}` is the formatted
    cell, and `[choice]` is a choice in the language of the workbook. `on` is the field whose
    cells are formatted, or None for every cell of the tab. The sign between the arguments of a
    function is a comma or a semicolon, depending on the locale. So the formulas use only
    functions with one argument, and `*` for "and"."""

    name: str
    tab: str
    on: str | None
    when: str
    style: Style


# Colour is never the only sign, because of prints and colour-blind readers. Bold means a problem.
# Bold italics mean that a date is near.
_OVERDUE = Style(bold=True, ink="#8C1D18", fill="#F9CFCB")
_SOON = Style(bold=True, italic=True, ink="#5E4100", fill="#FFE5A3")
_OVERSPENT = Style(bold=True, ink="#B3261E")
_FOUND = Style(bold=True, ink="#5B1A66", fill="#EBD3F0")

MARKS: tuple[Mark, ...] = (
    Mark(
        "overdue", DEADLINES.tab, "due", '=({due}<>"")*({due}<TODAY())*({done_on}="")>0', _OVERDUE
    ),
    Mark(
        "due soon",
        DEADLINES.tab,
        "due",
        '=({due}>=TODAY())*({due}<=TODAY()+14)*({done_on}="")>0',
        _SOON,
    ),
    Mark(
        "overdue",
        WORK_PLAN.tab,
        "end",
        '=({end}<>"")*({end}<TODAY())*({activity}<>"")*(TRIM({status})<>"[done]")*(TRIM({status})<>"[dropped]")>0',
        _OVERDUE,
    ),
    # In Summary, a negative available amount, variance or balance means that money is missing.
    Mark("overspent", SUMMARY, None, "=ISNUMBER({cell})*({cell}<0)>0", _OVERSPENT),
)


WORDS = ("text", "choice", "reference", "link")
"""The kinds of columns with words. They are wrapped, so that nothing of them is cut on paper."""
NUMBERS = ("money", "number", "count", "percent")
"""The kinds of columns with figures, which spreadsheets align to the right."""

MARKS_FIRST, MARKS_LAST = 5, 1_000
"""The rows of the tab *Checks* in which the conditional formats of other tabs look for findings:
the first and the last one. A cell with a finding in a later row gets no colour."""
MARKS_COLUMN = letters(CHECKS_HEADINGS.index("Mark"))
_IS_FOUND = '=SUMPRODUCT(({{marks}}="{of_id}|"&{heading})+({{marks}}="{of_row}|"&{heading}))>0'
"""The formula for a cell about which *Checks* has a finding (see `checks_tab.mark_of_cell`).

The sync writes the texts that identify such cells only into its own tab *Checks*. The
conditional format of a cell looks there for the text of its own cell. So nothing is written into
people's tabs, the colour moves with a row that is sorted, and the format that people gave the
cell stays. SUMPRODUCT has one argument (see `Mark.when`) and treats no sign as a wildcard."""


class PlacedMark(Struct, frozen=True):
    """A conditional format with its range.

    `formula` is written for the first row of the range; in it, `{marks}` is the range in
    *Checks* that lists the cells with a finding. `row`: the first row of the range. `left`,
    `right`: the first column, and the column after the last."""

    formula: str
    row: int
    left: int
    right: int
    style: Style


# ---- columns and tabs


class ColumnLayout(Struct, frozen=True):
    """A column of a tab.

    `source` is the tab and column that fill its dropdown. `body` is the style of the cells below
    the heading."""

    heading: str
    style: Style
    width: int
    note: str = ""
    body: Style = PLAIN
    choices: tuple[str, ...] = ()
    source: tuple[str, int] | None = None
    column: Column | None = None

    @property
    def guard(self) -> Literal["id", "tool"] | None:
        """Returns "id" if the program fills only blank cells of the column, "tool" if it overwrites
        every cell.

        Returns None if the program does not fill the column."""
        if self.column is None:
            return None
        if self.column.owner == "tool":
            return "tool"
        return "id" if self.column.kind == "id" else None


GUARDS: Mapping[str, str] = {
    "id": "Leave ID blank and it is filled in. If you have a code of your own, type it: it stays.",
    "tool": (
        "This column is filled in by the tool: what you type here is not used, and may be replaced."
    ),
}
"""The note that people see before they type into a column that the program fills."""

Typed = str | Decimal | date | None


class TabLayout(Struct, frozen=True):
    """The layout of one tab.

    `rows`: the values below the headings. `frozen`: how many rows and columns stay visible when
    people scroll. `own`: whether only the program writes this tab; each sync then rewrites the
    whole tab. `free`: the columns in such a tab in which people may type. `marks`: the
    conditional formats. `breadth`: the number of columns, with or without a heading. `printed`:
    how many of the first columns are printed on one page."""

    title: str
    columns: tuple[ColumnLayout, ...]
    breadth: int
    printed: int = 0
    rows: tuple[tuple[Typed, ...], ...] = ()
    frozen: tuple[int, int] = (1, 1)
    colour: str = ""
    own: bool = False
    free: tuple[int, ...] = ()
    marks: tuple[PlacedMark, ...] = ()


def tables(
    with_optional: frozenset[str],
    rows: Mapping[str, Sequence[Fields]],
    words: SheetWords = ENGLISH,
    order: Sequence[str] = ORDER,
) -> tuple[TabLayout, ...]:
    """Returns a tab for each table with the given `rows`, in the given `order`.

    `rows` has the canonical fields by table (see `model.Fields`). `with_optional` names optional
    columns to include, such as `payee`. Raises `ValueError` for a table, column or value that
    `core.tables` does not know."""
    _check_names(with_optional, rows)
    columns = {name: _columns(BY_NAME[name], with_optional, rows.get(name, ())) for name in order}
    return tuple(
        TabLayout(
            words.tab(BY_NAME[name].tab),
            _apart([_laid(column, columns, words) for column in columns[name]]),
            rows=tuple(
                tuple(
                    _typed(column, fields.get(column.name, ""), words) for column in columns[name]
                )
                for fields in rows.get(name, ())
            ),
            marks=(
                _found(BY_NAME[name], len(columns[name])),
                *_placed(BY_NAME[name].tab, [column.name for column in columns[name]], words),
            ),
            breadth=len(columns[name]),
            printed=_printed(columns[name]),
        )
        for name in order
    )


def own_tabs(words: SheetWords = ENGLISH) -> tuple[TabLayout, ...]:
    """Returns the tabs that the program writes, Summary and Checks, as they are before the first
    sync."""
    summary = ColumnLayout(words.say(UNWRITTEN), NOTE, 60)
    checks = tuple(
        ColumnLayout(words.heading(heading), HEADINGS["internal"], 44 if index in (1, 2) else 16)
        for index, heading in enumerate(CHECKS_HEADINGS)
    )
    keep = (CHECKS_HEADINGS.index("Keep"),)
    breadth = len(SUMMARY_HEADINGS)
    marks = _placed(SUMMARY, [""] * breadth, words)
    return (
        TabLayout(
            words.tab(SUMMARY),
            (summary,),
            frozen=(1, 0),
            colour=_GREY,
            own=True,
            marks=marks,
            breadth=breadth,
        ),
        TabLayout(
            words.tab(CHECKS),
            checks,
            frozen=(1, 0),
            colour=_GREY,
            own=True,
            free=keep,
            breadth=len(checks),
        ),
    )


def _printed(columns: Sequence[Column]) -> int:
    """Returns how many of the first columns are printed on one page. The months are left out: with
    them, everything would be too small to read. An internal note at the end is left out, too."""
    seen = [column for column in columns if not _MONTH.fullmatch(column.name)]
    return len(seen) - (seen[-1].name == "internal_note")


def _check_names(with_optional: frozenset[str], rows: Mapping[str, Sequence[Fields]]) -> None:
    known = {
        column.name for table in BY_NAME.values() for column in table.columns if column.optional
    }
    for name in sorted(with_optional - known):
        raise ValueError(
            f"'{name}' is not an optional column; there are {', '.join(sorted(known))}"
        )
    for name in rows:
        if name not in BY_NAME:
            raise ValueError(f"'{name}' is not a table; there are {', '.join(BY_NAME)}")


def _columns(
    table: Table, with_optional: frozenset[str], rows: Sequence[Fields]
) -> tuple[Column, ...]:
    """Returns the columns of a table: those that people see, and then one column for each month.

    Raises `ValueError` if a row has a field without a column, or if a column that is left out has a
    value."""
    months = _months(table, rows)
    filled = {name for fields in rows for name, value in fields.items() if value}
    optional = {column.name for column in table.columns if column.optional}
    for name in sorted((filled & optional) - with_optional):
        raise ValueError(f"'{name}' of {table.tab} has values; name it in `with_optional`")
    shown = [column for column in table.columns if _is_shown(column, with_optional)]
    return (*shown, *(table.column(month) for month in months))


def _months(table: Table, rows: Sequence[Fields]) -> list[str]:
    """Returns the months for which the rows have budgets: the fields that are no declared
    column."""
    given = {name for fields in rows for name in fields}
    months = sorted(given - set(table.by_name))
    for month in months:
        if not table.months or not _MONTH.fullmatch(month):
            raise ValueError(f"'{month}' is not a column of {table.tab}")
    return months


def _is_shown(column: Column, with_optional: frozenset[str]) -> bool:
    """Whether people see the column in a new workbook."""
    if column.owner == "register":
        return False
    return not column.optional or column.name in with_optional


def _laid(
    column: Column, columns: Mapping[str, Sequence[Column]], words: SheetWords
) -> ColumnLayout:
    source = None
    if column.refers is not None:
        fields = [other.name for other in columns[column.refers]]
        tab = words.tab(BY_NAME[column.refers].tab)
        source = (tab, fields.index(_offered_field(column.refers)))
    body = Style(
        wrap=column.kind in WORDS,
        start=column.kind == "date",
        format=_FORMATS.get(column.kind, ""),
    )
    heading = words.heading(column.heading)
    choices = tuple(words.choice(choice) for choice in column.choices)
    # The heading of numbers is aligned to the right, above its figures.
    style = replace(HEADINGS[column.audience], right=column.kind in NUMBERS)
    return ColumnLayout(
        heading,
        style,
        _width(column, heading),
        note_of(column, words),
        body,
        choices,
        source,
        column,
    )


def _apart(columns: Sequence[ColumnLayout]) -> tuple[ColumnLayout, ...]:
    """Returns the columns of a tab, with all texts and dates after the first column indented.

    Otherwise they would touch what stands before them on paper, such as `4Cases take longer`: a
    figure ends at the right edge of its cell, and a long text fills its line."""
    return tuple(
        column
        if index == 0 or column.style.right
        else replace(
            column,
            style=replace(column.style, indent=True),
            body=replace(column.body, indent=True),
        )
        for index, column in enumerate(columns)
    )


def _placed(tab: str, fields: Sequence[str], words: SheetWords) -> tuple[PlacedMark, ...]:
    cells = {field: f"${letters(index)}2" for index, field in enumerate(fields)}
    placed = []
    for mark in MARKS:
        if mark.tab != tab:
            continue
        if mark.on is None:
            placed.append(PlacedMark(mark.when.format(cell="A1"), 0, 0, len(fields), mark.style))
        else:
            at = fields.index(mark.on)
            formula = re.sub(r"\[(\w+)\]", lambda match: words.choice(match[1]), mark.when)
            placed.append(PlacedMark(formula.format(**cells), 1, at, at + 1, mark.style))
    return tuple(placed)


def _found(table: Table, breadth: int) -> PlacedMark:
    """Returns the conditional format for the cells about which *Checks* has a finding."""
    by_row = f'{table.name}|#"&ROW()&"'
    by_id = by_row if table.key else f'{table.name}|"&$A2&"'
    formula = _IS_FOUND.format(of_id=by_id, of_row=by_row, heading="A$1")
    return PlacedMark(formula, 1, 0, breadth, _FOUND)


def note_of(column: Column, words: SheetWords = ENGLISH) -> str:
    """Returns the note of a column's heading."""
    lines = [column.note and words.say(column.note)]
    if column.required:
        lines.append(words.say("Needed in every row."))
    if column.refers:
        lines.append(_row_of(column.refers, words))
    if column.choices:
        choices = ", ".join(words.choice(choice) for choice in column.choices)
        lines.append(words.say("One of: {choices}.", choices=choices))
    lines.append(words.say(SEEN[column.audience]))
    return "\n".join(filter(None, lines))


def _offered_field(table: str) -> str:
    """Returns the field by which a dropdown names the rows of a table. People type this field. It
    is not the ID, because IDs are blank until the first sync, and nobody knows them by heart."""
    return next(iter(NAMES.get(table, ())), "id")


def _row_of(table: str, words: SheetWords) -> str:
    """Returns the sentence about the rows of `table`, for the note of a column that refers to
    them."""
    target = BY_NAME[table]
    field, tab = _offered_field(table), words.tab(BY_NAME[table].tab)
    if field == "id":
        return words.say("An ID from {tab}.", tab=tab)
    heading = words.heading(target.column(field).heading)
    return words.say("A row of {tab}: its {heading}, or its ID.", tab=tab, heading=heading)


def _width(column: Column, heading: str) -> int:
    wanted = _WIDE.get(column.name) if column.kind == "text" else _WIDTHS.get(column.kind, 14)
    return max(wanted or 20, min(len(heading) + 3, 30))


def _typed(column: Column, text: str, words: SheetWords) -> Typed:
    if not text:
        return None
    if column.kind == "date":
        return date.fromisoformat(text)
    if column.kind in ("money", "number", "count"):
        return _decimal(text)
    if column.kind == "percent":
        return _decimal(text).scaleb(-2)
    return words.choice(text) if column.kind == "choice" else text


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite() or len(number.normalize().as_tuple().digits) > 15:
        raise ValueError(f"{text!r} has more digits than a spreadsheet keeps")
    return number


# ---- the guide


class GuideRow(Struct, frozen=True):
    """A row of the tab Start here. If `merged`, the `left` text spans both columns."""

    row: int
    left: str
    right: str
    looks: tuple[Style, Style]
    merged: bool
    height: int


GUIDE_WIDTHS = (3, 28, 92)
"""The widths of the columns in *Start here*: margin, left column, right column."""
GUIDE_COLOUR = _INK


def guide(words: SheetWords = ENGLISH, order: Sequence[str] = ORDER) -> tuple[GuideRow, ...]:
    """Returns the rows of the tab Start here, in a workbook with these tables."""
    rows: list[GuideRow] = []
    row = 0
    tabs = {who: ", ".join(map(words.tab, titles)) for who, titles in seen_by(order).items()}
    for kind, *texts in GUIDE:
        left, right = (words.say(text, **tabs) if text else "" for text in texts)
        row += kind in ("heading", "lead")
        merged = kind in ("title", "lead", "heading")
        lines = -(-len(right) // _GUIDE_LINE)
        height = _HEIGHTS.get(kind, 18 if lines < 2 else 17 * lines)
        rows.append(GuideRow(row, left, right, _GUIDE_LOOKS[kind], merged, height))
        row += 1
    return tuple(rows)
