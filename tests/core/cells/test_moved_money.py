"""Money that went from one book into another on the same day is told, for it is counted twice."""

from __future__ import annotations

from msgspec.structs import replace

from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

HEADINGS = "Date|Text|In|Out"
BANK = f"{HEADINGS}\n2026-01-02|Grant|5000|\n2026-01-05|To the box||200\n2026-01-09|Rent||800"
BOX = f"{HEADINGS}\n2026-01-05|From the bank|200|\n2026-01-09|Dues|80|\n2026-01-15|Bus||40"


def told(*tabs: str) -> list[tuple[str, str]]:
    """The findings about money that was moved, in tabs A, B and C that are cash books."""
    names = ("A", "B", "C")[: len(tabs)]
    shapes = {
        "expenses": Shape("A", 1, {"date": "Date", "amount": "Out"}, tabs=names),
        "income": Shape("A", 1, {"date": "Date", "amount": "In"}, tabs=names),
    }
    grids = [grid(table, name) for name, table in zip(names, tabs, strict=True)]
    return found(sheet(*grids, shapes=shapes), "money-may-be-moved")


def test_money_that_is_moved_between_two_books_is_told() -> None:
    assert told(BANK, BOX) == [
        (
            "'A'!D3",
            "money-may-be-moved: 200 went out here on 2026-01-05, and came in on the same day in the"
            " tab B, row 2. It is counted as spent and as received. If the group only moved its own"
            " money, type both amounts into a column with the heading Moved instead.",
        )
    ]


def test_a_row_with_both_sides_is_told_if_they_are_of_two_places() -> None:
    tab = (
        "Date|Text|Bank in|Bank out|Cash in|Cash out\n2026-01-05|To the tin||100|100|\n"
        "2026-01-09|Sold and bought|80|80||"
    )
    shapes = {
        name: replace(_pair(f"Bank {way}"), more=(_pair(f"Cash {way}"),))
        for name, way in (("expenses", "out"), ("income", "in"))
    }

    read = sheet(grid(tab, "A"), shapes=shapes)
    assert [place for place, _ in found(read, "money-may-be-moved")] == ["'A'!D2"]


def _pair(amount: str) -> Shape:
    return Shape("A", 1, {"date": "Date", "amount": amount})


def test_each_receipt_is_told_once() -> None:
    twice = f"{BANK}\n2026-01-05|Again||200"

    assert [place for place, _ in told(twice, BOX)] == ["'A'!D3"]
    assert [place for place, _ in told(twice, BOX, BOX)] == ["'A'!D3", "'A'!D5"]


def test_money_of_another_day_or_amount_or_in_the_same_book_is_not_moved() -> None:
    assert told(BANK, BOX.replace("2026-01-05", "2026-01-06")) == []
    assert told(BANK, BOX.replace("|200|", "|200.01|")) == []
    same = f"{BANK}\n2026-01-05|Back|200|"  # two rows below it
    assert told(same, f"{HEADINGS}\n2026-01-09|Dues|80|\n2026-01-15|Bus||40") == []
    assert told(same) == []


def test_money_that_is_moved_in_one_book_is_told_if_its_two_rows_are_neighbours() -> None:
    book = f"{HEADINGS}\n2026-01-05|Cash||200\n2026-01-05|Bank|200|\n2026-01-05|Tea||200"
    above = f"{HEADINGS}\n2026-01-05|Bank|200|\n2026-01-05|Cash||200"

    assert told(book) == [
        (
            "'A'!D2",
            "money-may-be-moved: 200 went out here on 2026-01-05, and came in on the same day in the"
            " tab A, row 3. It is counted as spent and as received. If the group only moved its own"
            " money, type both amounts into a column with the heading Moved instead.",
        )
    ]
    assert [place for place, _ in told(above)] == ["'A'!D3"]
    assert told(book.replace("Bank|200", "Bank|201")) == []
    assert told(book.replace("2026-01-05|Bank", "2026-01-06|Bank")) == []
    assert told(f"{HEADINGS}\n2026-01-05|Sold and bought|200|200") == []


def test_a_workbook_without_payments_or_receipts_moves_none() -> None:
    expenses = {"expenses": Shape("A", 1, {"date": "Date", "amount": "Out"}, tabs=("A", "B"))}

    read = sheet(grid(BANK, "A"), grid(BOX, "B"), shapes=expenses)
    assert found(read, "money-may-be-moved") == []
