"""Collects the facts about the filled rows of a tab, and finds groups of lines: a heading with
the lines below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from budgettrack.core.base.months import is_period
from budgettrack.core.cells.evidence import (
    amount_of,
    categories,
    heads_category,
    is_section,
    repeats_headings,
    words_of,
)
from budgettrack.core.cells.fates import Evidence, Fate
from budgettrack.core.cells.outlines import outlined
from budgettrack.core.cells.reader import TabReader
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.table_rows import (
    FIGURES,
    FilledRow,
    TotalLabel,
)
from budgettrack.core.cells.total_labels import perhaps_carried

_TEXTS = frozenset({"text", "label"})
_TITLE = re.compile(r"(?:[A-Za-z]|\d{1,2}(?:\.\d{1,2})*)[.):]?\s|.*:\s*$|[^a-z]*[A-Z][^a-z]*$")
"""Texts that are headings of groups and not lines: `A. Staff`, `2 Travel`, `Travel:`, `TRAVEL`."""


def evidence_of(reader: TabReader, rows: Sequence[FilledRow]) -> Iterator[Evidence]:
    """Yields the facts about each filled row. From these facts, the module `fates` decides what the
    row is."""
    is_usual = usual_in(reader)
    others = full_evidence(reader, rows, [row for row in rows if not is_usual(row)])
    has_figures = not FIGURES.isdisjoint(column.kind for column in reader.columns.values())
    words: dict[tuple[str, ...], frozenset[str]] = {}
    for row in rows:
        if not is_usual(row):
            yield next(others)
            continue
        if row.names not in words:
            words[row.names] = words_of(row, reader.columns)
        yield Evidence(
            number=row.number,
            amount=amount_of(row),
            label=None,
            sum=None,
            words=words[row.names],
            has_figures=has_figures,
            calculated=False,
            named=True,
            section=False,
        )


def usual_in(reader: TabReader) -> Callable[[FilledRow], bool]:
    """Returns a test for rows of our own layout. The test is true if a row has an ID and is
    certainly a record. If all rows of a tab are such rows, they are all records."""
    if reader.mapped or reader.table.name == "income":
        return lambda _: False
    needed = {"id", "date"} if "date" in reader.columns else {"id"}
    unusual = {*reader.labels, *reader.wide, *reader.sums}
    return lambda row: (
        row.known is not None
        or (not row.odd and row.number not in unusual and needed <= row.fields.keys())
    )


def full_evidence(
    reader: TabReader, rows: Sequence[FilledRow], chosen: Iterable[FilledRow]
) -> Iterator[Evidence]:
    """Yields the facts about the `chosen` rows among the filled rows of a tab. Every rule is
    applied to each of them."""
    headings, columns, mapped = reader.headings, reader.columns, reader.mapped
    has_figures = not FIGURES.isdisjoint(column.kind for column in columns.values())
    rows_by_category = {} if mapped else categories(rows)
    end = _end(reader)
    outlines = outlined(rows) if mapped else {}
    # Most rows have the same columns filled. So the result for a set of columns is calculated once.
    known: dict[tuple[str, ...], tuple[frozenset[str], bool]] = {}
    for row in chosen:
        number, names = row.number, row.names
        if row.odd or names not in known:
            has_figure = any(columns[name].kind in FIGURES for name in names)
            seen = words_of(row, columns), has_figure
            if not row.odd:
                known[names] = seen
        else:
            seen = known[names]
        words, has_figure = seen
        amount = amount_of(row)
        # In the row of a taxi, "Total of 7 rides" is only a remark if the row has words of its own.
        beside = reader.labels.get(number) if words.isdisjoint(_TEXTS) else None
        label = (_own_label(row) if row.odd else None) or beside
        label = label or (_perhaps_carried(row) if _may_carry(reader, row) else None)
        wide = reader.wide.get(number, ())
        opposite = reader.amounts != "" and _has_other_sign(reader, row)
        if opposite and amount is None:
            # In income a negative amount cannot be read. But a result below the rows sums it, too.
            amount = Decimal(_plain_amount(reader, row))
        section = (
            not has_figure and (mapped or wide) and is_section(row, headings, columns, wide)
        ) or (has_figures and heads_category(row, rows_by_category))
        yield Evidence(
            number=number,
            amount=amount,
            label=label,
            sum=reader.sums.get(number) or outlines.get(number),
            words=words,
            has_figures=has_figure,
            calculated=label is not None and _is_calculated(reader, row),
            named=not mapped and "id" in row.fields,
            section=bool(section),
            titled=bool(section) and (bool(wide) or bool(_TITLE.match(_words(row)))),
            # A row that repeats the headings has a text in each column of figures.
            # A heading in a column of figures cannot be read as a figure.
            heading=bool(row.odd) and repeats_headings(reader.grid, row, headings),
            outlined=number in outlines and number not in reader.sums,
            elsewhere=number >= end
            or ((not has_figure or amount == 0) and _is_elsewhere(reader, row))
            or ("amount" not in row.names and reader.is_moved_away(number))
            or opposite,
            opposite=opposite,
        )


def _end(reader: TabReader) -> int:
    """Returns the first row that belongs to another table, if one stands below ours in the same
    columns."""
    ours = set(reader.headings.columns.values())
    below = (
        other.row
        for other in reader.neighbours
        if other.row > reader.headings.row and not ours.isdisjoint(other.columns)
    )
    return min(below, default=len(reader.grid.rows))


def _is_elsewhere(reader: TabReader, row: FilledRow) -> bool:
    """Whether a row has no figure in our columns, but one in the columns of another table of the
    tab. Example: in a cash book, an amount stands in the column In or in the column Out, and the
    other one is blank or has a dash or a zero."""
    ours = set(reader.headings.columns.values())
    return any(
        not ours.isdisjoint(other.columns)
        and any(reader.has_figure(row.number, index) for index in other.figures - ours)
        for other in reader.neighbours
    )


def _has_other_sign(reader: TabReader, row: FilledRow) -> bool:
    """Whether the sign of a row's amount is the opposite of the sign that belongs to this table.
    Zero counts as positive."""
    text = _plain_amount(reader, row)
    return bool(text) and text.startswith("-") != (reader.amounts == "negative")


def _plain_amount(reader: TabReader, row: FilledRow) -> str:
    """Returns the amount with the sign that it has in the sheet, or '' if it cannot be read."""
    cell = reader.plainly("amount", row.number) if "amount" in reader.columns else ""
    text = cell.text if isinstance(cell, Priced) else cell
    return text if isinstance(text, str) else ""


def _is_calculated(reader: TabReader, row: FilledRow) -> bool:
    """Whether a figure of the row has a formula."""
    figures = [name for name in row.names if reader.columns[name].kind in FIGURES]
    places = {(row.number, reader.headings.columns[name]) for name in figures}
    return not places.isdisjoint(reader.grid.formulas)


def _may_carry(reader: TabReader, row: FilledRow) -> bool:
    """Whether a word such as Report, Transporte or Saldo in this row may mean a sum carried over
    from another page.

    It may in three cases: in a table of income, where nobody receives a report; in a row without a
    date, if other rows have one; and in a row of a cash book whose amount is neither in In nor in
    Out. In a plan or a payment, the same words may mean printing, transport or the last part of a
    bill."""
    if reader.table.name == "income":
        return True
    is_bare = reader.table.name == "expenses" and reader.mapped and "amount" not in row.names
    return is_bare or ("date" in reader.columns and "date" not in row.fields)


def _perhaps_carried(row: FilledRow) -> TotalLabel | None:
    """Returns the label of a sum carried over from another page, if the word of the label has
    other meanings too. Returns None if the row has no such label."""
    labels = (perhaps_carried(text) for text in row.fields.values())
    return next((label for label in labels if label), None)


def _own_label(row: FilledRow) -> TotalLabel | None:
    """Returns the label of a total that stands in the columns of our table. Returns None if
    there is none."""
    for cell in row.odd.values():
        if isinstance(cell, TotalLabel):
            return cell
    return None


# Groups


def groups_of(
    reader: TabReader,
    filled: Sequence[FilledRow],
    decided: Sequence[Fate],
    constants: Mapping[str, str],
) -> dict[int, dict[str, str]]:
    """Returns the category of each line that stands in a group, by row. It is used for a mapped
    budget that has no column of categories.

    A group begins below its heading. If a total stands above the rows that it sums, a group begins
    below this total. A group ends with its own total or at the next group."""
    has_own = "category" in reader.columns or "category" in constants
    if not reader.mapped or reader.table.name != "budget" or has_own:
        return {}
    groups: dict[int, dict[str, str]] = {}
    group = ""
    for row, fate in zip(filled, decided, strict=True):
        match fate.kind:
            case "section":
                group = _words(row)
            case "sub" | "total":
                group = _words(row) if _is_above(fate) else ""
            case "record" if group:
                groups[row.number] = {"category": group}
            case _:
                pass
    return groups


def laid_out(reader: TabReader, groups: Mapping[int, Mapping[str, str]]) -> frozenset[str]:
    """Returns the fields that have no column because the layout of the sheet shows them. Examples:
    the category, if it is shown by headings of groups, and the amount, if it is the sum of months.
    """
    names = {name for fields in groups.values() for name in fields}
    if reader.mapped and any(is_period(name) for name in reader.columns):
        names.add("amount")
    return frozenset(names - reader.columns.keys())


def _is_above(fate: Fate) -> bool:
    """Whether a total stands above the rows that it sums."""
    return bool(fate.members) and fate.members[0][0] > fate.number


def _words(row: FilledRow) -> str:
    """Returns the text of a heading. Returns '' if it has no text."""
    labels = (cell.text for cell in row.odd.values() if isinstance(cell, TotalLabel))
    own = (row.fields["description"],) if "description" in row.fields else ()
    return next(iter((*own, *row.fields.values(), *labels)), "")
