"""Finds the sections of a block that has income and spending below the same headings: `INCOME`,
its rows, `EXPENSES`, its rows, and the difference of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.cells.total_labels import total_label
from budgettrack.setup.adopt.seen import SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import section_of

_CODE = re.compile(r"^(?:[A-Za-z]|[IVX]{1,4}|\d{1,2})[.):]\s*")


class _Heading(Struct, frozen=True):
    """A row that says what the rows below it are: `income`, `expense`, or `net` for the
    difference of the two."""

    row: int
    kind: str
    text: str


def sections_of(seen: SeenBook, block: SheetBlock) -> list[SheetBlock]:
    """Returns the sections of a block, each as a block of its own with the same headings. Empty
    if the block does not have both income and spending."""
    headings = [*_headings(seen, block)]
    if not {"income", "expense"} <= {heading.kind for heading in headings}:
        return []
    sections = []
    for place, heading in enumerate(headings):
        following = headings[place + 1] if place + 1 < len(headings) else None
        if heading.kind != "net":
            sections.append(
                replace(
                    block,
                    last_row=following.row - 1 if following else block.last_row,
                    title=heading.text,
                    begins_at=heading.row,
                    begins_with=heading.text,
                    ends_with=following.text if following else block.ends_with,
                )
            )
    return sections


def without_net(seen: SeenBook, block: SheetBlock) -> SheetBlock:
    """Returns a block without the difference of income and spending below its total: a row such
    as `Surplus` is no line."""
    grid = seen.grid(block)
    firsts = {
        number: next((cell.strip() for cell in grid.rows[number] if isinstance(cell, str)), "")
        for number in block.rows
    }
    totals = [number for number, text in firsts.items() if total_label(text) is not None]
    for number in block.rows if totals else ():
        text = firsts[number]
        is_once = [*firsts.values()].count(text) == 1
        if number > totals[-1] and is_once and section_of(_CODE.sub("", text)) == "net":
            return replace(block, last_row=number - 1, ends_with=text)
    return block


def _headings(seen: SeenBook, block: SheetBlock) -> Iterator[_Heading]:
    """Yields the rows that are headings of sections. A row with figures is a heading only if the
    figures are the difference of income and spending."""
    grid = seen.grid(block)
    for number in block.rows:
        cells = [grid.at(number, column.index) for column in block.columns]
        texts = [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]
        if not texts or total_label(texts[0]) is not None:
            continue
        has_figures = any(
            seen.figure(block, number, column) is not None for column in block.columns
        )
        kind = section_of(_CODE.sub("", texts[0]))
        if kind == "net" or (kind and not has_figures and len(texts) == 1):
            yield _Heading(number, kind, texts[0])
