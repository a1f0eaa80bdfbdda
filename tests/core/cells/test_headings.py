"""Tabs and headings are found by name or alias, whatever their order; what is missing or twice is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.cells.headings import lacking, lacking_columns
from budgettrack.core.records.tables import TABLES, Shape
from tests.world.drawn_tabs import EXPENSES, expenses, found, grid, ids, sheet
from tests.world.tabs_of_ours import tab


@given(
    st.permutations(range(7)),
    st.sampled_from([str.upper, str.title, str.casefold, "  {} ".format, "{}:".format]),
)
@settings(max_examples=40)
def test_order_case_and_spacing_of_headings_mean_nothing(
    order: Sequence[int], dress: object
) -> None:
    plain = grid(EXPENSES)
    rows = [[row[index] for index in order] for row in plain.rows]
    rows[0] = [dress(str(text)) for text in rows[0]]  # type: ignore[operator]
    mixed = sheet(Grid("Expenses", rows)).tables["expenses"]
    assert [(row.id, row.fields) for row in mixed.rows] == [
        (row.id, row.fields) for row in expenses(EXPENSES).rows
    ]


def test_an_exact_heading_wins_over_an_alias() -> None:
    budget = sheet(grid("ID | Grant | Amount | Total\nB-1 | G-1 | 10 | 99", "Budget")).tables[
        "budget"
    ]
    assert budget.rows[0].fields["amount"] == "10"


def test_a_heading_of_another_language_wins_over_an_alias_too() -> None:
    budget = sheet(grid("ID | Subvention | Total | Montant\nB-1 | G-1 | 99 | 10", "Budget")).tables[
        "budget"
    ]
    assert budget.rows[0].fields["amount"] == "10"


def test_a_heading_that_stands_in_two_languages_is_a_heading_twice() -> None:
    read = sheet(grid("ID | Date | Amount | Montant\nE-1 | 2026-01-05 | 10 | 99"))
    assert "amount" not in read.tables["expenses"].rows[0].fields
    assert [place for place, _ in found(read, "duplicate-heading")] == ["'Expenses'!D1"]


def test_a_heading_twice_is_reported_and_its_column_not_read() -> None:
    read = sheet(grid("ID | Date | Amount | Amount \nE-1 | 2026-01-05 | 10 | 99"))
    rows = read.tables["expenses"]
    assert "amount" not in rows.rows[0].fields
    assert "amount" in rows.missing
    assert found(read, "duplicate-heading") == [
        (
            "'Expenses'!D1",
            (
                "duplicate-heading: The heading Amount stands over more than one column (C, D)."
                " Rename all but one. Until then, the column counts as it was last read."
            ),
        )
    ]


def test_missing_headings_and_a_missing_id_column() -> None:
    read = sheet(grid("Date | Amount\n2026-01-05 | 10"))
    assert "id" in read.tables["expenses"].missing
    assert ids(read.tables["expenses"]) == [""]
    assert ("'Expenses'!1", "missing-heading: No column has the heading ID. Give the column back its heading. Until then, its values count as they were last read.") in found(read, "missing-heading")  # fmt: skip
    assert not [each for each in read.findings if each.field in {"payee", "approved_by"}]


@pytest.mark.parametrize("table", ["", "only | words\nare | here", "Amount\n12"])
def test_a_tab_without_headings_is_no_empty_table(table: str) -> None:
    read = sheet(grid(table))
    assert "expenses" not in read.tables
    assert ("'Expenses'", "missing-heading") in [(each.place, each.code) for each in read.findings]


def test_every_tab_is_missed_by_name_and_found_by_alias() -> None:
    read = sheet(
        grid(EXPENSES, "  expenditure "), grid("Month | Closed\n2026-01 | 2026-02-03", "MONTHS")
    )
    assert set(read.tables) == {"expenses", "months"}
    missing = [each for each in read.findings if each.code == "missing-tab"]
    first_version = {table.name for table in TABLES if not table.added}
    assert {each.table for each in missing} == first_version - {"expenses", "months"}
    assert "Agreements" in [table.tab for table in lacking(Book(()))]
    assert "Agreements" not in [table.tab for table in lacking(Book((Grid("Угоди", []),)))]
    assert found(read, "missing-tab")[0] == (
        "work_plan",
        (
            "missing-tab: There is no tab Work-plan. Add the tab, or give it back its name. Until then, its rows count as they were last read."
        ),
    )


def test_an_english_tab_wins_over_one_in_another_language() -> None:
    """A group that works in English may have a tab of its own with a word of another language."""
    read = sheet(grid(EXPENSES), grid("Notes | More\na | b", "Dépenses"))
    assert read.tables["expenses"].tab == "Expenses"
    assert found(read, "duplicate-tab") == []
    assert sheet(grid(EXPENSES, "Dépenses")).tables["expenses"].tab == "Dépenses"


def test_a_name_wins_over_an_alias_and_two_aliases_over_nothing() -> None:
    assert sheet(grid(EXPENSES), grid(EXPENSES, "Costs")).tables["expenses"].tab == "Expenses"
    for one, other in (("Costs", "Spending"), ("Expenses", "expenses ")):
        read = sheet(grid(EXPENSES, one), grid(EXPENSES, other))
        assert "expenses" not in read.tables
        words = [text for _, text in found(read, "duplicate-tab")]
        assert words == [
            f"duplicate-tab: More than one tab can be read as Expenses: {one}, {other}. Rename all"
            " but one. Until then, this table counts as it was last read."
        ]


def test_a_heading_merged_over_two_rows_is_no_value() -> None:
    table = "ID | Date | Amount | Description\nE-1 | 2026-01-05 | 5 | "
    (row,) = expenses(table, merged=((0, 3, 1, 3),)).rows
    assert "description" not in row.fields


def test_a_tab_that_the_config_gives_to_another_table_is_no_longer_ours() -> None:
    shape = {"income": Shape("Expenses", headings={"date": "Date", "amount": "Amount"})}
    read = sheet(grid(EXPENSES), grid(EXPENSES, "Spending"), shapes=shape)

    assert read.tables["income"].tab == "Expenses"
    assert read.tables["expenses"].tab == "Spending"  # an alias of the name that is taken


def test_a_mapped_heading_that_stands_twice_is_told_with_both_columns() -> None:
    shape = {"expenses": Shape("Costs", headings={"date": "Day", "amount": "Sum"})}
    read = sheet(grid("Day | Sum | Sum\n2026-01-05 | 5 | 6", "Costs"), shapes=shape)

    (told,) = [each for each in read.findings if each.code == "duplicate-heading"]
    assert (told.place, dict(told.values)) == (
        "'Costs'!C1",
        {"heading": "Sum", "columns": "B, C"},
    )
    assert "amount" in read.tables["expenses"].missing


def test_a_mapped_tab_without_a_cell_has_no_headings() -> None:
    shape = {"expenses": Shape("Costs", headings={"date": "Day", "amount": "Sum"})}
    read = sheet(Grid("Costs", []), shapes=shape)

    assert {(each.code, each.row) for each in read.findings if each.tab == "Costs"} == {
        ("missing-heading", None)
    }


def test_periods_are_the_columns_that_the_config_says() -> None:
    shape = {
        "budget": Shape(
            "Plan",
            headings={"description": "Item"},
            constant={"grant": "G-1"},
            periods={"2026-01": "B", "2026-02": "D"},
        )
    }
    read = sheet(grid("Item | Planned | Jan 2026 | Then\nCook | 5 | 6 | 7", "Plan"), shapes=shape)

    (line,) = read.tables["budget"].rows
    assert {name: line.fields.get(name) for name in ("2026-01", "2026-02")} == {
        "2026-01": "5",
        "2026-02": "7",
    }


@pytest.mark.parametrize(
    ("after", "until", "amounts"),
    [
        ("Costs", "Net", ["7"]),
        ("Costs", "", ["7", "1"]),
        ("", "Costs", ["5"]),
        ("Lost", "Net", None),
    ],
)
def test_a_table_begins_below_its_text(after: str, until: str, amounts: list[str] | None) -> None:
    drawn = grid("Item | Sum\nIncome |\nCity | 5\nCosts |\nRent | 7\nNet | 1", "Year")
    headings = {"description": "Item", "amount": "Sum"}
    shape = Shape("Year", headings=headings, constant={"grant": "G-1"}, after=after, until=until)
    read = sheet(drawn, shapes={"budget": shape})

    told = [(each.code, dict(each.values)) for each in read.findings if each.tab == "Year"]
    lines = [row.fields["amount"] for row in read.tables["budget"].rows if "amount" in row.fields]
    if amounts is None:
        assert (lines, ("missing-heading", {"heading": "Lost"}) in told) == ([], True)
    else:
        assert lines == amounts


def test_columns_of_this_version_that_a_tab_of_before_lacks_are_known() -> None:
    book = Book(
        (
            tab("Grants", "ID | Funder | State | Next step due\nG-1 | Fund | active | "),
            tab("Deadlines", "What\nno headings of ours below"),
        )
    )

    (grants,) = lacking_columns(book, "en")

    assert (grants.table.name, [column.name for column in grants.columns]) == (
        "grants",
        ["apply_by", "decision_on"],
    )
