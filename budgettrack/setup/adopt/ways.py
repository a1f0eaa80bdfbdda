"""Finds how a block shows whether money came in or went out: by two columns, by a word in each
row, or by negative amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct, field

from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import normal
from budgettrack.setup.adopt.place_pairs import pairs_of_places
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.vocabulary import kind_of_total, may_name_people, section_of, way_of


class WayColumn(Struct, frozen=True):
    """A column with words that say whether money came in or went out.

    `words`: the words as they are typed, under `in` and `out`. One of them may be missing."""

    column: SeenColumn
    words: Mapping[str, str]

    def where(self, way: str) -> dict[str, str]:
        """Returns the condition for rows of money in or of money out, in the form of
        `Shape.where`."""
        return {self.column.heading: self.words[way]}

    def others(self, way: str) -> dict[str, tuple[str, ...]]:
        """Returns the words of the other rows, in the form of `Shape.where_not`. Empty if no row
        has another word yet: then every other word is told."""
        words = tuple(word for other, word in self.words.items() if other != way)
        return {self.column.heading: words}


class SpentRows(Struct, frozen=True):
    """The condition for the rows of a block that are spending.

    `where`: in the form of `Shape.where`; empty for all rows. `turned`: whether amounts of
    spending are negative. `others`: the words of other rows, in the form of `Shape.where_not`."""

    where: Mapping[str, str] = field(default_factory=dict)
    turned: bool = False
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def in_and_out(seen: SeenBook, block: SheetBlock) -> tuple[SeenColumn | None, SeenColumn | None]:
    """Returns the columns of money in and money out. Returns None twice unless there are both.

    In a bank's statement *Debit* means money out, but in a cash book it means money in. A column
    with the running balance shows which is meant. If there are columns for several places, such as
    bank and cash box, the columns of the first place are returned."""
    for pair in pairs_of_places(seen, block):
        return pair
    came = [column for column in block.having("in") if column.holds in ("figures", "nothing")]
    went = [column for column in block.having("out") if column.holds in ("figures", "nothing")]
    came = came or _totals_of(block, "income")
    went = went or _totals_of(block, "expense")
    for one in came:
        for other in went:
            if one.index != other.index and not (one.means("out") and other.means("in")):
                return (other, one) if _is_turned(seen, block, one, other) else (one, other)
    return None, None


def more_pairs(
    seen: SeenBook, block: SheetBlock, came: SeenColumn, went: SeenColumn
) -> list[tuple[SeenColumn, SeenColumn]]:
    """Returns other pairs of columns with the same two headings, such as a cash book in dollars
    beside one in shillings with the same dates and texts. A heading may have its currency: `In USD
    | Out USD | In CDF | Out CDF`. Other headings of the same meaning are another book only if no
    row has amounts in both: columns that analyse the first pair have amounts in the same rows."""
    places = pairs_of_places(seen, block)
    if places:
        return [pair for pair in places if pair != (came, went)]
    others = [column for column in block.columns if column.holds in ("figures", "nothing")]
    ins, outs = (
        [
            column
            for column in others
            if normal(column.heading) == normal(same.heading)
            or (
                bool(same.meanings)
                and column.meanings == same.meanings
                and not _share_rows(seen, block, column, same)
            )
        ]
        for same in (came, went)
    )
    # The first of each list is the pair itself.
    ins.sort(key=lambda column: (column.index != came.index, column.index))
    outs.sort(key=lambda column: (column.index != went.index, column.index))
    return [*zip(ins, outs, strict=True)][1:] if len(ins) == len(outs) else []


def _share_rows(seen: SeenBook, block: SheetBlock, one: SeenColumn, other: SeenColumn) -> bool:
    """Whether a row has amounts in both columns. Totals do not count."""
    return any(
        seen.figure(block, number, one) and seen.figure(block, number, other)
        for number in block.rows
        if not _is_sum(seen, block, number)
    )


def has_running_balance(
    seen: SeenBook, block: SheetBlock, came: SeenColumn, went: SeenColumn
) -> bool:
    """Whether a column is the running balance: in every row it grows by what came in and shrinks
    by what went out."""
    others = [
        column
        for column in block.columns
        if column.holds == "figures" and column.index not in (came.index, went.index)
    ]
    return any(_steps(seen, block, balance, came, went) == {1} for balance in others)


def _totals_of(block: SheetBlock, kind: str) -> list[SeenColumn]:
    """Returns the columns of figures such as `Total recettes`."""
    return [
        column
        for column in block.columns
        if column.holds == "figures" and kind_of_total(column.heading) == kind
    ]


def _is_turned(seen: SeenBook, block: SheetBlock, came: SeenColumn, went: SeenColumn) -> bool:
    """Whether the running balance shows the opposite of what the headings say: it grows by the
    amounts that seem to go out, and never by those that seem to come in."""
    others = [
        column
        for column in block.columns
        if column.holds == "figures" and column.index not in (came.index, went.index)
    ]
    return any(_steps(seen, block, balance, came, went) == {-1} for balance in others)


def _steps(
    seen: SeenBook, block: SheetBlock, balance: SeenColumn, came: SeenColumn, went: SeenColumn
) -> set[int]:
    """Compares a balance with money in minus money out, from row to row. Returns a set: it has 1 if
    the balance grows by this difference in some row, -1 if it shrinks by it, and 0 if it does
    neither. Money out may be typed below zero."""
    sign = -1 if below_zero(seen, block, [went]).most else 1
    steps: set[int] = set()
    before: Decimal | None = None
    for row in block.rows:
        now = seen.figure(block, row, balance)
        moved = (seen.figure(block, row, came) or Decimal(0)) - (
            sign * (seen.figure(block, row, went) or Decimal(0))
        )
        if now is not None and before is not None and moved:
            change = now - before
            steps.add({moved: 1, -moved: -1}.get(change, 0))
        before = before if now is None else now
    return steps


def way_column(seen: SeenBook, block: SheetBlock) -> WayColumn | None:
    """Returns the column with words that say whether money came in or went out.

    Returns None if there is none."""
    for column in block.columns:
        if column.holds != "texts" or not (column.means("direction") or not column.meanings):
            continue
        if may_name_people(column.heading) and not column.meanings:
            continue
        words = {
            normal(value): " ".join(value.split())
            for value in seen.values(block, column)
            if isinstance(value, str) and value.strip() and total_label(value) is None
        }
        is_way = column.means("direction")
        ways = {way_of(word, may_be_letter=is_way): shown for word, shown in words.items()}
        if 0 < len(words) == len(ways) and "" not in ways and column.heading:
            return WayColumn(column, ways)
    return None


def spent_rows(
    seen: SeenBook, block: SheetBlock, amount: SeenColumn | None, way: WayColumn | None
) -> SpentRows:
    """Returns the condition for the rows that are spending, if a word in each row says it."""
    if amount is None or way is None or "out" not in way.words:
        return SpentRows()
    return SpentRows(way.where("out"), _is_negative(seen, block, amount, way), way.others("out"))


class BelowZero(Struct, frozen=True):
    """How amounts of spending are typed. `most`: whether most of them are below zero, and so is
    their sum. `mixed`: whether others are above zero. `few`: whether less than a fifth of them are
    below zero."""

    most: bool
    mixed: bool
    few: bool


def below_zero(seen: SeenBook, block: SheetBlock, columns: Sequence[SeenColumn]) -> BelowZero:
    """Returns how the amounts in the lines of a block are typed. Totals are no lines."""
    figures = [
        figure
        for number in block.rows
        if not _is_sum(seen, block, number)
        for column in columns
        if (figure := seen.figure(block, number, column)) is not None
    ]
    below, above = sum(figure < 0 for figure in figures), sum(figure > 0 for figure in figures)
    return BelowZero(below > above and sum(figures) < 0, bool(above), 4 * below < above)


def _is_sum(seen: SeenBook, block: SheetBlock, number: int) -> bool:
    """Whether a row is a total, or the difference of income and spending."""
    cells = [seen.grid(block).at(number, column.index) for column in block.columns]
    texts = [cell for cell in cells if isinstance(cell, str)]
    return any(total_label(text) is not None or section_of(text) == "net" for text in texts)


def _is_negative(seen: SeenBook, block: SheetBlock, amount: SeenColumn, way: WayColumn) -> bool:
    """Whether most amounts in the rows of money out are negative."""
    grid, wanted = seen.grid(block), normal(way.words["out"])
    figures = [
        figure
        for number in block.rows
        if isinstance(word := grid.at(number, way.column.index), str)
        and normal(word) == wanted
        and (figure := seen.figure(block, number, amount)) is not None
    ]
    below = sum(figure < 0 for figure in figures)
    return below * 2 > sum(figure != 0 for figure in figures)
