"""Looks at a whole workbook: finds the blocks of its tabs (the tables of people) and the
language in which it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from budgettrack.core.base.grids import Book, Grid, Value
from budgettrack.core.cells.locales import customs_of
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock, blocks_of, figure_of
from budgettrack.setup.adopt.vocabulary import LANGUAGES, languages_of

_LOCALES = {
    "en": "en_GB",
    "fr": "fr_FR",
    "es": "es_ES",
    "pt": "pt_PT",
    "de": "de_DE",
    "ru": "ru_RU",
    "ar": "ar",
    "uk": "uk_UA",
    "nl": "nl_NL",
    "it": "it_IT",
    "fa": "fa",
}


class SeenBook(Struct, frozen=True):
    """A workbook as the program sees it.

    `blocks`: the blocks of all tabs that people made. `locale`: how its numbers and dates are
    written. `file_name`: the name of its file without the ending, or '' for an online sheet."""

    book: Book
    blocks: tuple[SheetBlock, ...]
    locale: str
    file_name: str = ""

    def grid(self, block: SheetBlock) -> Grid:
        return self.book.grids[block.place]

    def values(self, block: SheetBlock, column: SeenColumn) -> list[Value]:
        """Returns the cells of a column below its heading."""
        grid = self.grid(block)
        return [grid.at(number, column.index) for number in block.rows]

    def figure(self, block: SheetBlock, row: int, column: SeenColumn) -> Decimal | None:
        """Returns the figure of a cell. Returns None if it has none."""
        return figure_of(self.grid(block).at(row, column.index), self.locale)

    def example(self, block: SheetBlock, amount: SeenColumn | None) -> str:
        """Returns the number and the amount of the first row with a figure, or ''.

        The result has no text of the row, because it may name people."""
        if amount is None:
            return ""
        for row in block.rows:
            if (figure := self.figure(block, row, amount)) is not None:
                return f"row {row + 1}: {figure:,.2f}"
        return ""

    def texts_above(self) -> Iterator[str]:
        """Yields the headings of each block, and the texts above them."""
        for block in self.blocks:
            for cells in self.grid(block).rows[: block.heading_row + 1]:
                yield from (cell for cell in cells if isinstance(cell, str))


def seen_book(book: Book, locale: str, file_name: str) -> SeenBook:
    """Returns a workbook with its blocks and its locale. `locale` is the locale of the config,
    or ''."""
    locale = locale or _locale_of(book)
    blocks = tuple(
        block
        for place, grid in enumerate(book.grids)
        if not grid.mark
        for block in blocks_of(grid, place, locale)
    )
    return SeenBook(book, blocks, locale, file_name)


def _locale_of(book: Book) -> str:
    """Returns the locale of an online sheet. For a file, returns the locale of the language of
    its headings, unless the numbers of a CSV file are written in another form."""
    of_headings = _locale_of_headings(book)
    if book.locale is None:
        return of_headings
    if not book.read_as:
        return book.locale
    is_alike = customs_of(book.locale).decimals & customs_of(of_headings).decimals
    says_order = of_headings.startswith("en") and "_" in book.locale
    return of_headings if is_alike and not says_order else book.locale


def _locale_of_headings(book: Book) -> str:
    """Returns the locale of the language in which most headings are known."""
    counts: Counter[str] = Counter()
    for grid in book.grids:
        for cells in grid.rows[:60]:
            for cell in cells:
                if isinstance(cell, str) and len(cell) < 60:
                    counts.update(languages_of(cell))
    order = sorted(LANGUAGES, key=lambda language: (-counts[language], language != "en"))
    return _LOCALES[order[0]]
