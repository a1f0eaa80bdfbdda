"""Says of each row of a workbook what it is (a record, a heading, a total, or ignored), as rows of
plain values and as words for people.

No cell of a row is shown except the figures of totals, because a cell may name a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import groupby
from typing import Any

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book
from budgettrack.core.base.money import grouped
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.reading import plain
from budgettrack.core.cells.stated import IgnoredWhy, StatedRow, StatedTab, stated_tabs
from budgettrack.core.cells.totals import TieOut
from budgettrack.core.own_tabs import NAMES, own_tab
from budgettrack.core.records.tables import BY_NAME, TABLES, Shape, Table, normal

_REASONS: Mapping[IgnoredWhy, str] = {
    "above": "above the headings",
    "other-columns": "nothing in a column that is read",
    "where": "not among the rows that `where` names",
    "rows": "not among the rows that the config names",
    "prepared": "prepared, but nobody has filled it in",
    "elsewhere": "in the columns of another table",
    "moved": "the group only moved this money",
    "ours": "written by budgettrack",
    "unmapped": "no table is read from this tab",
}


def stated(
    book: Book,
    shapes: Mapping[str, Shape],
    locale: str,
    base: str,
    tab: str | None = None,
    of_tables: Sequence[Table] = TABLES,
) -> tuple[list[StatedTab], tuple[Finding, ...]]:
    """Return the tabs of a workbook with what each row is, and the findings.

    `tab`: the name of the only tab to return, or None for all tabs. `of_tables`: the tables that
    the workbook may have. Raises `UsageError` if there is no such tab."""
    tabs, findings = stated_tabs(book, shapes, locale, base, _own_tabs(book), of_tables)
    if tab is None:
        return tabs, findings
    wanted = [stated for stated in tabs if normal(stated.tab) == normal(tab)]
    if not wanted:
        there = ", ".join(stated.tab for stated in tabs)
        raise UsageError(f"There is no tab {tab}. There are: {there}.")
    names = {stated.tab for stated in wanted}
    return wanted, tuple(finding for finding in findings if finding.tab in names)


def _own_tabs(book: Book) -> Set[str]:
    own = {grid.tab for kind in NAMES if (grid := own_tab(book, kind)) is not None}
    return own | {grid.tab for grid in book.grids if grid.mark}


def needs_a_person(tabs: Iterable[StatedTab]) -> bool:
    """Tell whether a person must look: a row is left out of the figures, or a total differs from
    our sum."""
    return any(
        row.fate == "finding" or any(total.verdict == "differs" for total in row.totals)
        for tab in tabs
        for row in tab.rows
    )


# JSON


def as_rows(tabs: Iterable[StatedTab]) -> list[dict[str, Any]]:
    """Return the tabs as `sheet --json` prints them. Rows count from 1."""
    return [
        {
            "tab": tab.tab,
            "tables": list(tab.tables),
            "reason": tab.reason,
            "fates": _counts(tab.rows),
            "rows": [_row(row) for row in tab.rows],
        }
        for tab in tabs
    ]


def _row(row: StatedRow) -> dict[str, Any]:
    return {
        "row": row.number + 1,
        "fate": row.fate,
        "reason": row.reason,
        "tables": list(row.tables),
        "sums_rows": [[first + 1, last + 1] for first, last in _summed(row)],
        "totals": [_total(total) for total in row.totals],
        "findings": list(row.codes),
    }


def _total(total: TieOut) -> dict[str, Any]:
    return {
        "cell": _cell(total),
        "field": total.field,
        "says": plain(total.says),
        "ours": plain(total.ours),
        "lines": total.lines,
        "verdict": total.verdict,
    }


def _counts(rows: Iterable[StatedRow]) -> dict[str, int]:
    return dict(Counter(row.fate for row in rows))


def _summed(row: StatedRow) -> Sequence[tuple[int, int]]:
    """Return the rows that a total sums: those in its formula, or, if it has no formula, those of
    our own sum."""
    spans = [
        (total.first, total.last)
        for total in row.totals
        if total.first is not None and total.last is not None
    ]
    return row.members or (
        [(min(first for first, _ in spans), max(last for _, last in spans))] if spans else []
    )


def _cell(total: TieOut) -> str:
    return f"{letters(total.column)}{total.row + 1}"


# Words


def as_words(tabs: Sequence[StatedTab], locale: str) -> Iterator[str]:
    """Yield the lines that people read: each tab, its rows, and every total with our sum beside
    it."""
    for tab in tabs:
        yield f"{tab.tab}: {_title(tab)}"
        if tab.tables:
            for _, alike in groupby(tab.rows, key=_shown_as):
                yield from _lines([*alike], locale)
            yield f"  {count(len(tab.rows), 'row')}: {_sums(tab.rows)}."
        yield ""
    whole = [row for tab in tabs for row in tab.rows]
    tables = f"{count(len(tabs), 'tab')}, {count(len(whole), 'row')} not blank"
    yield f"{tables}: {_sums(whole)}."
    totals = [total for row in whole for total in row.totals]
    if totals:
        tying = sum(total.verdict == "ties" for total in totals)
        yield f"Figures in totals: {len(totals)}, of which {tying} tie with our lines."


def _title(tab: StatedTab) -> str:
    if tab.tables:
        return "read as " + " and ".join(BY_NAME[name].tab for name in tab.tables)
    return f"not read, {count(len(tab.rows), 'row')}: {_REASONS[tab.reason]}"


def _sums(rows: Iterable[StatedRow]) -> str:
    counts = Counter(row.fate for row in rows)
    return ", ".join(_number_of(number, fate) for fate, number in counts.most_common()) or "none"


def _number_of(number: int, fate: str) -> str:
    return f"{number} {fate}" if fate in {"ignored", "not read"} else count(number, fate)


def _shown_as(row: StatedRow) -> tuple[object, ...]:
    """Return a key for a row. Neighbouring rows with equal keys are shown as one line."""
    alone = row.number if row.totals or row.fate == "total" else None
    return row.fate, row.reason, row.tables, row.codes, alone


def _lines(alike: Sequence[StatedRow], locale: str) -> Iterator[str]:
    first, last = alike[0], alike[-1]
    numbers = f"{first.number + 1}"
    if last is not first:
        numbers += f"-{last.number + 1}"
    words: str = first.fate
    if first.fate == "total" and (summed := _summed(first)):
        spans = [f"{top + 1}-{end + 1}" if end > top else f"{top + 1}" for top, end in summed]
        words += f" of rows {', '.join(spans)}"
    if len(alike) > 1:
        words += f", {count(len(alike), 'row')}"
    if first.reason:
        words += f": {_REASONS[first.reason]}"
    if first.codes:
        words += f" ({', '.join(first.codes)})"
    yield f"  {numbers:<11} {words}"
    yield from (f"  {'':<11} {line}" for line in _tied(first.totals, locale))


def _tied(totals: Sequence[TieOut], locale: str) -> Iterator[str]:
    """Yield a line for each total of a row, with our sum beside it. If many months agree, one line
    says only how many."""
    months = [total for total in totals if total.field != "amount" and total.verdict == "ties"]
    for total in totals:
        if len(months) < 2 or total not in months:
            yield _tie_out(total, locale)
    if len(months) > 1:
        yield f"{count(len(months), 'month or quarter', 'months or quarters')}: all tie"


def _tie_out(total: TieOut, locale: str) -> str:
    says, ours = _amount(total.says, locale), _amount(total.ours, locale)
    words = f"{_cell(total)} says {says}; our {count(total.lines, 'line')} {ours}"
    match total.verdict:
        case "ties":
            return words
        case "differs":
            return f"{words}: they differ"
        case "accepted":
            return f"{words}: they differ as accepted in the config"
        case "left-out":
            return f"{words}: a row is left out, because its amount is not counted"
        case "unreadable":
            return f"{words}: an amount cannot be read"
        case "currencies":
            return f"{words}: several currencies"


def _amount(amount: Decimal, locale: str) -> str:
    return grouped(format(amount, ".2f") if amount == round(amount, 2) else plain(amount), locale)
