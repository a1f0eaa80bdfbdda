"""Finds the blocks of a tab. A block is one table of people: a row of headings, and the columns
below it with their contents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid, NoValue, Value
from budgettrack.core.base.months import FIRST_YEAR, LAST_YEAR
from budgettrack.core.cells.month_headings import period_places
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.vocabulary import TO_DATE, meanings_of, says, section_of, without_role

Holds = Literal["nothing", "texts", "figures", "dates"]

FIGURE_MEANINGS = frozenset({"amount", "total", "planned", "actual", "in", "out"})
TEXT_MEANINGS = ("description", "line", "category", "id")
_LOOKED_AT = 400
"""To find out what the columns of a block contain, at most this many rows are read."""
MOST_HEADINGS_AT = 200
"""Headings are searched in this many rows from the top of a tab."""


class SeenColumn(Struct, frozen=True):
    """A column of a block.

    `meanings`: the possible meanings of its heading, the most likely first. `holds`: the kind of
    content in most of its cells. `has_positive`, `has_negative`: whether it has such figures.
    `filled`: the share of rows in which it is not blank. `is_period`: whether its heading is a
    month or a longer period. `formulas`: the share of its cells that are formulas."""

    index: int
    heading: str
    meanings: tuple[str, ...]
    holds: Holds
    has_positive: bool = False
    has_negative: bool = False
    filled: float = 0
    is_period: bool = False
    formulas: float = 0

    @property
    def says_total(self) -> bool:
        """Whether the heading has a word for totals, as in `Total actual`, or a word for amounts
        since the beginning, as in `Spent to date`."""
        has_word = any("total" in meanings_of(word) for word in self.heading.split())
        return has_word or bool(TO_DATE.search(self.heading.casefold()))

    def means(self, *meanings: str) -> bool:
        return bool(self.meanings) and not set(self.meanings).isdisjoint(meanings)


class SheetBlock(Struct, frozen=True):
    """One table of people in a tab.

    `place`: the number of its tab in the workbook, from 0. `heading_row`, `last_row`: from 0.
    `title`: the texts above the headings. `ends_with`: the first text below this table that belongs
    to something else, or ''. `is_single`: whether the tab contains nothing else. `begins_at`,
    `begins_with`: if the block is a section, the row and the text of its own heading."""

    place: int
    heading_row: int
    last_row: int
    columns: tuple[SeenColumn, ...]
    title: str
    ends_with: str = ""
    is_single: bool = True
    begins_at: int | None = None
    begins_with: str = ""

    @property
    def rows(self) -> range:
        """The numbers of its rows: below its headings, or below its own heading if it is a
        section."""
        before = self.heading_row if self.begins_at is None else self.begins_at
        return range(before + 1, self.last_row + 1)

    @property
    def signature(self) -> tuple[str, ...]:
        """The headings. Two blocks with equal headings are alike."""
        return tuple(normal(column.heading) for column in self.columns)

    @property
    def has_periods(self) -> bool:
        return sum(column.is_period for column in self.columns) > 1

    def having(self, *meanings: str) -> list[SeenColumn]:
        """Returns the columns that may have one of these meanings, the most likely first."""
        fitting = [column for column in self.columns if column.means(*meanings)]
        return sorted(fitting, key=lambda column: column.meanings[0] not in meanings)


def blocks_of(grid: Grid, place: int, locale: str) -> list[SheetBlock]:
    """Returns the blocks of a tab, from top to bottom and from left to right."""
    rows = _rows_of_headings(grid, locale)
    blocks: list[SheetBlock] = []
    for number, row in enumerate(rows):
        end = rows[number + 1] if number + 1 < len(rows) else len(grid.rows)
        for span in _spans(grid, row, end, locale):
            block = _block(grid, place, row, end, span, locale)
            if block is not None:
                blocks.append(block)
    return [*_ended(grid, _without_repeats(blocks))]


# Rows of headings


def _rows_of_headings(grid: Grid, locale: str) -> list[int]:
    scored: list[tuple[int, int]] = []
    for row, cells in enumerate(grid.rows[:MOST_HEADINGS_AT]):
        score = _score(grid, row, cells, locale)
        if score and not (scored and _is_line(grid, scored[-1][0], row, locale)):
            scored.append((row, score))
    best: list[tuple[int, int]] = []
    for row, score in scored:
        # Of two rows of headings, the one with more known headings is used.
        # A lower row of headings is also used if its headings are planned and actual, or if it
        # names more columns of figures: `Budget` above `Quantity | Unit cost | Total`.
        if best and row - best[-1][0] == 1:
            if (
                score >= best[-1][1]
                or _are_roles(grid.rows[row])
                or _names_more_figures(grid, row, locale)
            ):
                best[-1] = (row, score)
            continue
        best.append((row, score))
    return [row for row, _ in best]


def _is_line(grid: Grid, above: int, row: int, locale: str) -> bool:
    """Whether a row that looks like headings is a line of the table whose headings are in the row
    `above`.

    It is a line if it has a day below the heading *Date*, or a word such as `paid` that other rows
    with figures have, too. It is also a line if its figures may be years, such as 2000, and stand
    directly below other figures."""
    cells = grid.rows[row]
    beside = {index for index, cell in enumerate(cells) if _is_filled(cell)}
    between = range(above + 1, len(grid.rows))
    for index in beside:
        heading, cell = grid.at(above, index), cells[index]
        known = meanings_of(heading) if isinstance(heading, str) else []
        if "date" in known and _holds(cell, locale) == "dates":
            return True
        if isinstance(cell, str) and meanings_of(cell) and heading:
            same = [
                number
                for number in between
                if isinstance(other := grid.at(number, index), str)
                and normal(other) == normal(cell)
            ]
            if any(_has_figures(grid, number, locale) for number in same):
                return True
    years = [index for index in beside if isinstance(cells[index], int | float | Decimal)]
    return bool(years) and all(
        grid.at(above, index) and figure_of(grid.at(row - 1, index), locale) is not None
        for index in years
    )


def _has_figures(grid: Grid, row: int, locale: str) -> bool:
    figures = [figure_of(cell, locale) for cell in grid.rows[row]]
    return any(figure is not None and not _is_year(figure) for figure in figures)


def _score(grid: Grid, row: int, cells: Sequence[Value], locale: str) -> int:
    """Returns how many known headings a row has. Returns 0 if it is no row of headings."""
    texts = {
        index: cell for index, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()
    }
    # In a CSV file every cell is a text, even the amounts of a payment.
    figures = [
        cell
        for cell in cells
        if (figure := figure_of(cell, locale)) is not None and not _is_year(figure)
    ]
    periods = _periods(grid, row, locale)
    if figures or len(texts) + len(periods - texts.keys()) < 2:
        return 0
    if any(total_label(text) for text in [*texts.values()][:1]):
        return 0
    known = [meanings for text in texts.values() if (meanings := meanings_of(text))]
    if _are_roles(cells) and _has_figures_below(grid, row, locale):
        return len(texts)
    has_figure = any(not FIGURE_MEANINGS.isdisjoint(meanings) for meanings in known)
    longest = max((len(text) for text in texts.values()), default=0)
    if longest > 80 or (not has_figure and len(periods) < 2 and len(known) < 3):
        return 0
    return (len(known) + len(periods)) if _has_figures_below(grid, row, locale) else 0


def _names_more_figures(grid: Grid, row: int, locale: str) -> bool:
    """Whether a row names more of the columns with figures below it than the row above it does."""
    rows = range(row + 1, min(row + 12, len(grid.rows)))
    width = max((len(grid.rows[number]) for number in rows), default=0)
    figures = [
        index
        for index in range(width)
        if any(_holds(grid.at(number, index), locale) == "figures" for number in rows)
    ]
    above, here = (
        sum(
            isinstance(text := grid.at(number, index), str) and bool(text.strip())
            for index in figures
        )
        for number in (row - 1, row)
    )
    return here > above


def _are_roles(cells: Sequence[Value]) -> bool:
    """Whether each cell of a row except the first says only whether its column is planned or
    actual: `Budget | Actual | Budget | Actual`, `Item | B | A | B | A`."""
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    if texts and not without_role(texts[0])[0]:
        texts = texts[1:]
    said = [(without_role(text), meanings_of(text)) for text in texts]
    roles = {role for (role, _), _ in said if role}
    return (
        len(texts) > 1
        and {"planned", "actual"} <= roles
        and all((role and not rest) or "ignored" in known for (role, rest), known in said)
    )


def _is_year(value: float | Decimal) -> bool:
    return value == int(value) and FIRST_YEAR <= value <= LAST_YEAR


def _periods(grid: Grid, row: int, locale: str) -> set[int]:
    known = period_places(grid, row, set(), locale, (date(2026, 1, 1), date(2026, 12, 31)))
    return {index for indexes in known.places.values() for index in indexes}


def _has_figures_below(grid: Grid, row: int, locale: str) -> bool:
    return any(
        _holds(grid.at(number, index), locale) == "figures"
        for number in range(row + 1, min(row + 12, len(grid.rows)))
        for index in range(len(grid.rows[number]))
    )


# Columns


def _spans(grid: Grid, row: int, end: int, locale: str) -> list[tuple[int, int]]:
    """Returns the first and last columns of the blocks that are side by side below a row of
    headings. A column that is blank down to the end separates them."""
    width = max((len(cells) for cells in grid.rows[row:end]), default=0)
    filled = [
        any(_is_filled(grid.at(number, index)) for number in range(row, min(end, row + _LOOKED_AT)))
        for index in range(width)
    ]
    spans: list[tuple[int, int]] = []
    for index in range(width):
        if not filled[index]:
            continue
        if spans and spans[-1][1] == index - 1:
            spans[-1] = (spans[-1][0], index)
        else:
            spans.append((index, index))
    return [
        part
        for span in _joined(grid, row, spans, locale)
        for part in _parted(grid, row, *span, locale)
    ]


def _parted(grid: Grid, row: int, first: int, last: int, locale: str) -> Iterator[tuple[int, int]]:
    """Yields the parts of a range of columns that has two blocks side by side without a blank
    column: two headings begin again (`Item | Amount | Item | Amount`, `Date | Category | Amount |
    Category | Amount`), or income is beside spending (`CHARGES | Montant | PRODUITS | Montant`)."""
    texts = [
        normal(text) if isinstance(text := grid.at(row, index), str) else ""
        for index in range(first, last + 1)
    ]
    begin = 0
    for place in range(2, len(texts) - 1):
        is_same = texts[0] and texts[1] and texts[place : place + 2] == texts[:2]
        is_same = is_same or _begins_again(texts, begin, place)
        kinds = {section_of(text) for text in texts[begin:place]} - {"", "net"}
        other = section_of(texts[place])
        is_other = (
            other and kinds and other not in kinds and _has_texts(grid, row, first + place, locale)
        )
        if is_same or is_other:
            yield first + begin, first + place - 1
            begin = place
    yield first + begin, last


def _begins_again(texts: Sequence[str], begin: int, place: int) -> bool:
    """Whether the heading of a text and that of an amount beside it stand in this part already."""
    text, amount = texts[place : place + 2]
    known = texts[begin:place]
    return bool(
        text in known
        and amount in known
        and not {*TEXT_MEANINGS}.isdisjoint(meanings_of(text))
        and FIGURE_MEANINGS.isdisjoint(meanings_of(text))
        and not FIGURE_MEANINGS.isdisjoint(meanings_of(amount))
    )


def _has_texts(grid: Grid, row: int, column: int, locale: str) -> bool:
    """Whether texts stand below a heading, and no figures."""
    below = [grid.at(number, column) for number in range(row + 1, min(row + 12, len(grid.rows)))]
    return any(isinstance(cell, str) and cell.strip() for cell in below) and not any(
        figure_of(cell, locale) is not None for cell in below
    )


def _joined(
    grid: Grid, row: int, spans: Sequence[tuple[int, int]], locale: str
) -> list[tuple[int, int]]:
    """Returns the ranges of columns. A range without headings of its own is joined to the one
    before it, because a table may have a blank column inside."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        texts = [
            text
            for index in range(first, last + 1)
            if isinstance(text := grid.at(row, index), str) and text.strip()
        ]
        known = [meanings for text in texts if (meanings := meanings_of(text))]
        is_whole = (
            len(texts) > 1
            and any(not FIGURE_MEANINGS.isdisjoint(meanings) for meanings in known)
            and (
                any(not {"description", "date", "line", "category"}.isdisjoint(m) for m in known)
                or (bool(section_of(texts[0])) and _has_texts(grid, row, first, locale))
            )
        )
        if joined and not (is_whole and _is_whole(grid, row, joined[-1])):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _is_whole(grid: Grid, row: int, span: tuple[int, int]) -> bool:
    meanings = {
        meaning
        for index in range(span[0], span[1] + 1)
        if isinstance(text := grid.at(row, index), str)
        for meaning in meanings_of(text)
    }
    return not FIGURE_MEANINGS.isdisjoint(meanings)


def _block(
    grid: Grid, place: int, row: int, end: int, span: tuple[int, int], locale: str
) -> SheetBlock | None:
    periods = _periods(grid, row, locale)
    columns = tuple(
        column
        for index in range(span[0], span[1] + 1)
        if (column := _column(grid, row, end, index, index in periods, locale)) is not None
    )
    if not any(column.holds == "figures" for column in columns):
        return None
    last = max(
        (
            number
            for number in range(row, min(end, len(grid.rows)))
            if any(_is_filled(grid.at(number, column.index)) for column in columns)
        ),
        default=row,
    )
    return SheetBlock(place, row, last, columns, _title(grid, row, columns))


def _title(grid: Grid, row: int, columns: Sequence[SeenColumn]) -> str:
    """Returns the texts in the few rows above the headings of a block, within its columns.

    Right above the headings, a text about income may belong to a few columns only: `Source of
    funds` above `Donor A | Donor B`. It says nothing about the block."""
    first, last = columns[0].index, columns[-1].index
    figures = {column.index for column in columns if column.holds == "figures"}
    texts: list[str] = []
    for number in range(row - 1, max(-1, row - 5), -1):
        cells = [grid.at(number, index) for index in range(first, last + 1)]
        if any(isinstance(cell, int | float) and not _is_year(cell) for cell in cells):
            break
        said = [
            (first + place, cell)
            for place, cell in enumerate(cells)
            if isinstance(cell, str) and cell.strip()
        ]
        is_upper = number == row - 1 and len(said) > 1
        texts = [
            text
            for place, (index, text) in enumerate(said)
            if not (is_upper and place and index in figures and says(text, "income"))
        ] + texts
    return " ".join(texts)


def _column(
    grid: Grid, row: int, end: int, index: int, is_period: bool, locale: str
) -> SeenColumn | None:
    heading = grid.at(row, index)
    shown = " ".join(heading.split()) if isinstance(heading, str) else ""
    numbers = range(row + 1, min(end, row + 1 + _LOOKED_AT, len(grid.rows)))
    values = [grid.at(number, index) for number in numbers]
    kinds = [_holds(value, locale) for value in values if _is_filled(value)]
    if not kinds and not shown and not is_period:
        return None
    figures = [figure for value in values if (figure := figure_of(value, locale)) is not None]
    above = grid.at(row - 1, index) if row and not shown else None
    if isinstance(above, str) and _most(kinds) == "texts" and _is_upper(grid, row):
        # The headings have two rows, and this one is merged: `No. | Description` beside `Budget`.
        meant = tuple(meanings_of(" ".join(above.split())))
    else:
        meant = tuple(meanings_of(shown)) if shown else ()
    formulas = sum((number, index) in grid.formulas for number in numbers)
    rows = sum(any(_is_filled(cell) for cell in grid.rows[number]) for number in numbers)
    return SeenColumn(
        index,
        shown,
        meant,
        _most(kinds),
        any(figure > 0 for figure in figures),
        any(figure < 0 for figure in figures),
        len(kinds) / rows if rows else 0,
        is_period,
        formulas / len(kinds) if kinds else 0,
    )


def _is_upper(grid: Grid, row: int) -> bool:
    """Whether the row above the headings has several texts, so that it belongs to them."""
    return sum(isinstance(cell, str) and bool(cell.strip()) for cell in grid.rows[row - 1]) > 1


def _most(kinds: Sequence[Holds]) -> Holds:
    if not kinds:
        return "nothing"
    # A note in a column of figures, or "Total" in a column of dates, makes no difference.
    counts: Mapping[Holds, int] = {
        "dates": kinds.count("dates") * 2,
        "figures": kinds.count("figures") * 2,
        "texts": kinds.count("texts"),
    }
    return max(counts, key=lambda kind: counts[kind])


def _is_filled(value: Value) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _holds(value: Value, locale: str) -> Holds:
    if not _is_filled(value):
        return "nothing"
    if isinstance(value, date | datetime):
        return "dates"
    if isinstance(value, NoValue) or figure_of(value, locale) is not None:
        return "figures"
    day = read(value, "date", locale)
    is_day = not isinstance(day, Finding) or day.code == "date-ambiguous"
    return "dates" if is_day else "texts"


def figure_of(value: Value, locale: str) -> Decimal | None:
    """Returns the figure in a cell, also from a text such as `1 200,50 €`. Returns None if it
    has none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        # A sum by formula has the noise of binary numbers: 1484.2600000000002.
        return Decimal(str(round(value, 6)))
    if not isinstance(value, str) or not any(sign.isdigit() for sign in value):
        return None
    reading = read(value, "money", locale)
    text = reading.text if isinstance(reading, Priced) else reading
    if isinstance(text, Finding) or not text:
        return None
    return Decimal(text)


# Where a block ends


def _without_repeats(blocks: Sequence[SheetBlock]) -> list[SheetBlock]:
    """Returns the blocks. If several blocks have the same headings, as on a second page, they
    become one block."""
    kept: list[SheetBlock] = []
    for block in blocks:
        same = [
            number
            for number, other in enumerate(kept)
            if other.signature == block.signature
            and [column.index for column in other.columns]
            == [column.index for column in block.columns]
            and not block.title.strip()
        ]
        if same:
            kept[same[-1]] = replace(kept[same[-1]], last_row=block.last_row)
        else:
            kept.append(block)
    return kept


def _ended(grid: Grid, blocks: Sequence[SheetBlock]) -> Iterator[SheetBlock]:
    """Yields the blocks. If another block is below, the block remembers the text with which that
    block begins."""
    for block in blocks:
        below = [other for other in blocks if other.heading_row > block.heading_row]
        yield replace(
            block,
            ends_with=_beginning(grid, block, min(below, key=lambda other: other.heading_row))
            if below
            else "",
            is_single=len(blocks) == 1,
        )


def _beginning(grid: Grid, block: SheetBlock, following: SheetBlock) -> str:
    """Returns the first text that occurs only where the next block begins. Returns '' if there
    is none."""
    first = following.heading_row
    while first - 1 > block.heading_row and _is_title(grid, first - 1):
        first -= 1
    above = {
        normal(cell)
        for cells in grid.rows[block.heading_row + 1 : first]
        for cell in cells
        if isinstance(cell, str)
    }
    for number in range(first, following.heading_row + 1):
        for cell in grid.rows[number]:
            if isinstance(cell, str) and cell.strip() and normal(cell) not in above:
                return cell.strip()
    return ""


def _is_title(grid: Grid, number: int) -> bool:
    """Whether a row has one text and no figure, so that it cannot be a line of a table."""
    cells = [cell for cell in grid.rows[number] if _is_filled(cell)]
    return len(cells) == 1 and isinstance(cells[0], str) and total_label(cells[0]) is None
