"""Finds the sections of a block that has income and spending below the same headings: `INCOME`,
its rows, `EXPENSES`, its rows, and the difference of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.months import FIRST_YEAR
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.block_dates import dates_of
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import meanings_of, section_of
from budgettrack.setup.adopt.ways import in_and_out, way_column

_CODE = re.compile(r"^(?:[A-Za-z]|[IVX]{1,4}|\d{1,2})[.):]\s*")
_BARE_CODE = re.compile(r"[\d.]{1,10}|[A-Za-z]\d{0,4}")
_ARTICLES = re.compile(
    r"\b(?:of|the|des|de|du|la|les|der|die|del|los|las|do|da|dos|das|van|по|за)\b|\bd'"
)


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


class _Part(Struct, frozen=True):
    """The rows of a block above a total that says their kind, such as `Total charges`.

    `first`: the row below the total before it. `total`: the row of its own total. `text`: the
    label of that total."""

    kind: str
    first: int
    total: int
    text: str


def totalled_sections(seen: SeenBook, block: SheetBlock) -> list[SheetBlock]:
    """Returns the sections of a block in which only totals say what the rows above them are: lines,
    `Total charges`, more lines, `Total produits`. Empty if there are no such sections, or if they
    cannot be told apart in a config."""
    parts = _parts(seen, block)
    sections: list[SheetBlock] = []
    for place, part in enumerate(parts):
        is_last = place + 1 == len(parts)
        until = block.ends_with if is_last else _first_text(seen, block, part.total + 1)
        before = parts[place - 1] if place else None
        is_known = before is None or _first_text(seen, block, before.total) == before.text
        if not is_known or not (is_last or until):
            return []
        sections.append(
            replace(
                block,
                last_row=block.last_row if is_last else part.total,
                title=part.text,
                begins_at=before.total if before else block.begins_at,
                begins_with=before.text if before else block.begins_with,
                ends_with=until,
            )
        )
    if parts and any(_is_line(seen, block, row) for row in _below(block, parts[-1])):
        return []
    return sections


def mixes_kinds(seen: SeenBook, block: SheetBlock, table: str) -> bool:
    """Whether a block may have lines of both income and spending, and nothing shows where each kind
    ends. This is so if both kinds have a total with their name. It is also so if only one kind has
    such a total or heading, and there are other lines, too. `table`: the table as which the block
    is read."""
    if _parts(seen, block):
        return True
    if _says_way(seen, block) or dates_of(seen, block, FIRST_YEAR) is not None:
        return False
    return _has_lines_below_kind(seen, block) or _has_lines_of_other_heading(seen, block, table)


def _has_lines_below_kind(seen: SeenBook, block: SheetBlock) -> bool:
    """Whether lines stand below the last total that names its kind, and no later total sums both.
    Example: lines, `Total charges`, other lines. Not so in: lines, `Total costs`, `Overheads`,
    `Grand total`, because the last total sums both."""
    ends = [
        number
        for number in block.rows
        if any(map(_kind_of_total, _texts(seen, block, number)))
        and _has_figures(seen, block, number)
    ]
    if not ends:
        return False
    rows = range(ends[-1] + 1, block.last_row + 1)
    lines = [number for number in rows if _is_line(seen, block, number)]
    totals = [number for number in rows if any(map(total_label, _texts(seen, block, number)))]
    return bool(lines) and not any(
        _sums_both(seen, block, column, ends[-1], lines, total)
        for total in totals
        for column in block.columns
        if column.holds == "figures" and not column.means("id")
    )


def _sums_both(
    seen: SeenBook,
    block: SheetBlock,
    column: SeenColumn,
    first: int,
    lines: Sequence[int],
    total: int,
) -> bool:
    """Whether a total is the sum of a first total and of the lines between the two."""
    whole, parts = (
        seen.figure(block, total, column),
        [seen.figure(block, row, column) or 0 for row in (first, *lines) if row < total],
    )
    return bool(whole) and len(parts) > 1 and bool(parts[0]) and sum(parts) == whole


def _has_lines_of_other_heading(seen: SeenBook, block: SheetBlock, table: str) -> bool:
    """Whether rows have a heading of only one kind, and some lines do not belong to it: lines above
    the heading, or all lines below `Income` if the block is not read as income."""
    lines = [row for row in block.rows if _is_line(seen, block, row)]
    # A heading below all lines belongs to the next block.
    headings = [
        heading
        for heading in _headings(seen, block)
        if heading.kind != "net" and lines and heading.row < lines[-1]
    ]
    if len({heading.kind for heading in headings}) != 1:
        return False
    first = headings[0]
    return lines[0] < first.row or (first.kind == "income" and table != "income")


def _says_way(seen: SeenBook, block: SheetBlock) -> bool:
    """Whether columns or words in each row say what is income and what is spending."""
    return all(in_and_out(seen, block)) or way_column(seen, block) is not None


def _parts(seen: SeenBook, block: SheetBlock) -> list[_Part]:
    """Returns the parts of a block. Each part ends with a total whose label is about income or
    about spending. Empty unless there are lines of both kinds. Several totals of one kind, one
    after the other, belong to one part."""
    if _says_way(seen, block):
        return []
    parts: list[_Part] = []
    first = block.rows.start
    for number in block.rows:
        text = next(filter(_kind_of_total, _texts(seen, block, number)), "")
        kind = _kind_of_total(text)
        if parts and parts[-1].kind == kind:
            parts[-1] = replace(parts[-1], total=number, text=text)
            first = number + 1
        elif kind and any(_is_line(seen, block, row) for row in range(first, number)):
            parts.append(_Part(kind, first, number, text))
            first = number + 1
    return parts if {"income", "expense"} <= {part.kind for part in parts} else []


def _kind_of_total(text: str) -> str:
    """Returns `income` or `expense` for the label of a total of this kind: `Total charges`."""
    if not text or total_label(text) is None:
        return ""
    words = _ARTICLES.sub(" ", normal(text)).strip(" :.").split()
    rest = [word for word in words if "total" not in meanings_of(word)]
    kind = section_of(" ".join(rest)) if len(rest) < len(words) else ""
    return kind if kind != "net" else ""


def _is_line(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    """Whether a row has a figure, and no label of a total or of the difference of income and
    spending."""
    texts = _texts(seen, block, number)
    is_other = any(
        total_label(text) is not None or section_of(_CODE.sub("", text)) == "net" for text in texts
    )
    return _has_figures(seen, block, number) and not is_other


def _below(block: SheetBlock, part: _Part) -> range:
    return range(part.total + 1, block.last_row + 1)


def _first_text(seen: SeenBook, block: SheetBlock, number: int) -> str:
    """Returns the first text of a row that no row of the block above it has. Returns '' if there is
    none."""
    if number > block.last_row:
        return ""
    rows = range(block.rows.start, number)
    above = {normal(text) for row in rows for text in _texts(seen, block, row)}
    texts = _texts(seen, block, number)
    if not texts and not _has_figures(seen, block, number):
        return _first_text(seen, block, number + 1)
    return next((text for text in texts if normal(text) not in above), "")


def _texts(seen: SeenBook, block: SheetBlock, number: int) -> Sequence[str]:
    """Returns the texts of a row within the columns of a block."""
    grid = seen.grid(block)
    cells = [grid.at(number, column.index) for column in block.columns]
    return [cell.strip() for cell in cells if isinstance(cell, str) and cell.strip()]


def _has_figures(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    """Whether a row has a figure. The code of an account, such as 4000, is not a figure."""
    return any(
        seen.figure(block, number, column) is not None
        for column in block.columns
        if not column.means("id")
    )


def without_net(seen: SeenBook, block: SheetBlock) -> SheetBlock:
    """Returns a block without rows such as `Surplus` below its total: the difference of income and
    spending is not a line."""
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
    for number in block.rows:
        texts = _texts(seen, block, number)
        # An account may have its code before its name: `4000 | Income`.
        texts = texts[1:] if len(texts) > 1 and _BARE_CODE.fullmatch(texts[0]) else texts
        if not texts or total_label(texts[0]) is not None:
            continue
        has_figures = _has_figures(seen, block, number)
        kind = section_of(_CODE.sub("", texts[0]))
        if kind == "net" or (kind and not has_figures and len(texts) == 1):
            yield _Heading(number, kind, texts[0])
