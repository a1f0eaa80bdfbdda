"""Workbooks as people shape them: what is understood, what is passed over, and what is reported
with its cell."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, CellError, Grid, Value
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.table_rows import Sheet
from budgettrack.core.records.tables import BY_NAME, TABLES, Shape
from tests.world.drawn_tabs import EXPENSES, expenses, found, grid, ids, sheet
from tests.world.outside import SHARED

REAL = SHARED / "real"


def places(read: Sheet) -> list[tuple[str, str]]:
    return [(place, words.partition(":")[0]) for place, words in found(read)]


def test_plain_rows() -> None:
    read = expenses(EXPENSES)
    assert [(row.number, row.id, dict(row.fields)) for row in read.rows] == [
        (1, "E-1", {"date": "2026-01-05", "budget_line": "B-1", "description": "Room hire", "amount": "100", "currency": "EUR", "state": "paid"}),
        (2, "E-2", {"date": "2026-01-06", "budget_line": "B-2", "description": "Posters", "amount": "20.5", "currency": "EUR", "state": "committed"}),
    ]  # fmt: skip
    assert (read.heading_row, read.next_row, read.writable, read.turned) == (
        0,
        3,
        True,
        frozenset(),
    )
    assert read.columns["amount"] == 4
    assert read.missing == {"grant", "paid_on", "refund_of", "split_of", "receipt"}


def test_a_title_a_note_and_columns_of_their_own_are_left_alone() -> None:
    read = expenses("""
        Our spending |             |         |      |            |
        Updated by the treasurer | |         |      |            |
        Mood         | state:      | AMOUNT  | Code | Start date | DATE  of
                     | State       | Amount  | Code | Weather    | Date
        good         | paid        | 12      | E-7  | rain       | 2026-01-05
    """)
    assert read.heading_row == 3
    assert [(row.id, dict(row.fields)) for row in read.rows] == [
        ("E-7", {"date": "2026-01-05", "amount": "12", "state": "paid"})
    ]


def test_personal_columns_leave_no_trace() -> None:
    mark = "Zzpersonzz"
    table = f"""
        ID   | Date       | Amount | Paid to       | Approved by
        E-1  | 2026-01-05 | 10     | {mark} 1      | {mark} 2
        E-2  | 2026-01-05 | 1.2OO  | {mark} total  | Total
        Total|            | 10     | {mark}        | {mark}
             |            |        | {mark} 3      |
    """
    read = sheet(grid(table))
    assert ids(read.tables["expenses"]) == ["E-1", "E-2"]
    assert mark not in repr(read)
    assert not {"payee", "approved_by"} & set(read.tables["expenses"].columns)


def test_a_payee_leaves_its_hash_alone_and_a_merged_payee_one_for_all_its_rows() -> None:
    table = """
        ID   | Date       | Amount | Paid to
        E-1  | 2026-01-05 | 10     | Printer
        E-2  | 2026-01-05 | 20     | Landlord
        E-3  | 2026-01-05 | 30     |
        E-4  | 2026-01-05 | 40     |
    """
    merged = [(2, 3, 3, 3), (1, 0, 2, 0)]
    read = read_rows(Book((grid(table, merged=merged),)), {}, "en", lambda name: f"hash of {name}")

    assert [row.payee for row in read.tables["expenses"].rows] == [
        "hash of Printer", "hash of Landlord", "hash of Landlord", "",
    ]  # fmt: skip
    without = read_rows(Book((grid(table, merged=merged),)), {}, "en")
    assert {row.payee for row in without.tables["expenses"].rows} == {""}


@pytest.mark.slow
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=3, max_size=12))
@settings(max_examples=30)
def test_no_personal_value_is_in_any_table(mark: str) -> None:
    for table in TABLES:
        personal = [column for column in table.columns if column.audience == "personal"]
        heads: list[Value] = [column.heading for column in (*table.in_sheet, *personal)]
        values: list[Value] = [
            "x" if column not in personal else mark for column in (*table.in_sheet, *personal)
        ]
        read = sheet(Grid(table.tab, [heads, values, values]))
        assert table.name in read.tables
        assert mark not in repr(read)


def test_a_row_with_an_id_alone_is_a_record_that_misses_its_values() -> None:
    read = sheet(grid("ID | Date | Amount | State\nE-1 |  |  | \nE-2 | 2026-01-05 | 5 | paid"))
    assert ids(read.tables["expenses"]) == ["E-1", "E-2"]
    assert found(read) == [
        (
            "'Expenses'!B2",
            (
                "missing-value: Date is empty. Fill it in; until then this row is left out of the"
                " figures."
            ),
        ),
        (
            "'Expenses'!C2",
            (
                "missing-value: Amount is empty. Fill it in; until then this row is left out of the"
                " figures."
            ),
        ),
    ]
    assert {each.id for each in read.findings if each.code == "missing-value"} == {"E-1"}


def test_prepared_rows_with_tick_boxes_and_formulas_are_blank() -> None:
    read = expenses("""
        ID   | Date       | Amount | Currency
        E-1  | 2026-01-05 | 10     |
             |            | 0 =F3*G3 |
             |            | 0 =F4*G4 | FALSE
    """)
    assert ids(read) == ["E-1"]
    assert read.next_row == 2
    assert (2, "amount") in read.formulas


def test_a_formula_that_fails_is_not_blank() -> None:
    read = sheet(grid("ID | Date | Amount\n | | #REF! =Old!A1\n | (none) =Old!B1 | "))
    assert [(row.number, row.unreadable) for row in read.tables["expenses"].rows] == [
        (1, frozenset({"amount"})),
        (2, frozenset({"date", "amount"})),
    ]


def test_unreadable_cells_are_named_and_the_rest_of_the_row_is_read() -> None:
    read = sheet(
        grid("""
        ID    | Date       | Amount | Currency | State
        E-1   | soon       | 1.2OO  | EUR      | bought
        a[1]  | 2026-01-05 | -5     | EUR      | paid
        E-3   | 12/03/2026 | #DIV/0!| nothing  | paid
    """)
    )
    first, second, third = read.tables["expenses"].rows
    assert (dict(first.fields), first.unreadable) == (
        {"currency": "EUR"},
        frozenset({"date", "amount", "state"}),
    )
    assert (second.id, dict(second.fields)) == (
        "",
        {"date": "2026-01-05", "currency": "EUR", "state": "paid"},
    )
    assert second.unreadable == {"id", "amount"}
    assert third.unreadable == {"date", "amount", "currency"}
    assert places(read) == [
        ("'Expenses'!B2", "date-not-readable"),
        ("'Expenses'!C2", "amount-not-a-number"),
        ("'Expenses'!E2", "choice-unknown"),
        ("'Expenses'!A3", "id-not-usable"),
        ("'Expenses'!C3", "amount-negative"),
        ("'Expenses'!B4", "date-ambiguous"),
        ("'Expenses'!C4", "cell-error"),
        ("'Expenses'!D4", "currency-unknown"),
    ]
    assert {each.id for each in read.findings if each.row == 1} == {"E-1"}
    assert ("'Expenses'!C3", "amount-negative: The amount is below zero. Type it without the minus sign. Money that came back is a row of its own: in Expenses with State refunded, in Income with Kind returned to funder, in Instalments with Direction back from the group.") in found(read)  # fmt: skip


def test_months_of_a_budget() -> None:
    heads: list[Value] = [
        "ID",
        "Grant",
        "Amount",
        "2026-01",
        "Feb 2026",
        date(2026, 3, 1),
        "March 2026",
        "Notes 2026",
    ]
    read = sheet(Grid("Budget", [heads, ["B-1", "G-1", 60, 10, 20, 30, None, 5]]))
    budget = read.tables["budget"]
    assert dict(budget.rows[0].fields) == {
        "grant": "G-1",
        "amount": "60",
        "2026-01": "10",
        "2026-02": "20",
    }
    assert places(read) == [("'Budget'!G1", "duplicate-heading")]


def test_a_vertical_merge_speaks_for_its_rows_but_never_multiplies_money() -> None:
    read = sheet(
        grid(
            """
        ID  | Grant | Category | Amount
        B-1 | G-1   | Staff    | 100
        B-2 |       |          |
        B-3 |       |          | 20
    """,
            "Budget",
            merged=((1, 1, 3, 1), (1, 2, 3, 2), (1, 3, 2, 3)),
        )
    )
    budget = read.tables["budget"]
    assert [dict(row.fields) for row in budget.rows] == [
        {"grant": "G-1", "category": "Staff", "amount": "100"},
        {"grant": "G-1", "category": "Staff"},
        {"grant": "G-1", "category": "Staff", "amount": "20"},
    ]
    assert {(2, "grant"), (3, "grant"), (2, "amount")} <= budget.protected
    assert places(read) == [("'Budget'!D3", "missing-value")]


BEGUN = "ID | Grant | Category | Amount"


def lines_without_amount(read: Sheet) -> list[tuple[str, str]]:
    return [
        (each.place, dict(each.values)["lines"])
        for each in read.findings
        if each.code == "lines-without-amount"
    ]


def test_lines_with_neither_grant_nor_amount_are_one_finding_at_the_first() -> None:
    rows = "\n".join(f"B-{number} | | Travel | " for number in range(2, 42))
    read = sheet(grid(f"{BEGUN}\nB-1 | G-1 | Staff | 100\n{rows}", "Budget"))

    assert found(read) == [
        (
            "'Budget'!D3",
            "lines-without-amount: Budget lines without an amount: 40. This is the first one. Type"
            " Grant and Amount of each line that you need, and delete the others. Until then they"
            " are in no figure.",
        )
    ]


def test_few_lines_of_a_grant_without_amounts_are_told_one_by_one_and_more_in_one() -> None:
    def of_grant(lines: int) -> Sheet:
        rows = "\n".join(f"B-{number} | G-1 | Travel | " for number in range(1, lines + 1))
        return sheet(grid(f"{BEGUN}\n{rows}", "Budget"))

    assert places(of_grant(5)) == [(f"'Budget'!D{row}", "missing-value") for row in range(2, 7)]
    assert lines_without_amount(of_grant(6)) == [("'Budget'!D2", "6")]


def test_an_amount_without_a_grant_is_told_beside_lines_that_are_only_begun() -> None:
    read = sheet(grid(f"{BEGUN}\nB-1 | | Staff | 100\nB-2 | | Travel | ", "Budget"))

    assert places(read) == [
        ("'Budget'!B2", "missing-value"),
        ("'Budget'!D3", "lines-without-amount"),
    ]


def test_an_amount_that_cannot_be_read_is_not_a_line_that_is_only_begun() -> None:
    read = sheet(grid(f"{BEGUN}\nB-1 | | Staff | 1.2OO", "Budget"))

    assert places(read) == [
        ("'Budget'!B2", "missing-value"),
        ("'Budget'!D2", "amount-not-a-number"),
    ]


def test_a_merged_area_makes_no_record_of_a_blank_row() -> None:
    table = "ID | Grant | Amount\nB-1 | G-1 | 5\n | | "
    assert ids(sheet(grid(table, "Budget", merged=((1, 1, 2, 1),))).tables["budget"]) == ["B-1"]


def test_percentages_by_format_and_by_sign() -> None:
    plan = sheet(
        grid(
            "ID | Activity | % done\nA-1 | Walk | 0.5\nA-2 | Talk | 50%\nA-3 | Meet | 0.5",
            "Work-plan",
            percents=frozenset({(1, 2)}),
        )
    )
    assert [row.fields.get("done") for row in plan.tables["work_plan"].rows] == ["50", "50", None]
    assert found(plan) == [
        (
            "'Work-plan'!C4",
            'percent-ambiguous: "0.5" can mean 0.5 % or 50 %. Type it with its sign, such as 50%.',
        )
    ]


@pytest.mark.parametrize(
    "formula",
    ["=TODAY()", "=now()-1", "=IMPORTRANGE(A1,B1)", "=1+RAND()*2", '=IF(A1="x",OFFSET(B1,1,1),0)'],
)
def test_volatile_formulas(formula: str) -> None:
    base = grid(EXPENSES)
    read = sheet(
        replace(
            base,
            formulas={(1, 4): formula, (2, 4): '="TODAY()"&A1', (0, 4): formula, (1, 9): formula},
        )
    )
    assert places(read) == [("'Expenses'!E2", "volatile-formula")]
    assert read.tables["expenses"].formulas == {(1, "amount"), (2, "amount")}
    assert read.tables["expenses"].rows[0].fields["amount"] == "100"


def test_words_of_a_volatile_formula() -> None:
    read = sheet(replace(grid(EXPENSES), formulas={(1, 4): "=TODAY()"}))
    assert (
        found(read)[0][1]
        == "volatile-formula: This formula changes each time the workbook is opened (TODAY). Type the"
        " value instead."
    )


def test_protected_cells_are_told() -> None:
    read = expenses(EXPENSES, protected=frozenset({(0, 1), (1, 4), (2, 99)}))
    assert read.protected == {(1, "amount")}


@pytest.mark.parametrize(
    ("rows", "free"),
    [
        ("E-1 | 2026-01-05 | 1", 2),
        ("E-1 | 2026-01-05 | 1\nx\n |  | \nTotal | | 1", 3),
        ("E-1 | 2026-01-05 | 1\n |  | \nTotal | | 1", 2),
        ("E-1 | 2026-01-05 | 1\nTotal | | 1\n | |", 3),
        ("E-1 | 2026-01-05 | 1\n | | | a note of theirs", 3),
        ("", 1),
    ],
)
def test_where_a_new_record_goes(rows: str, free: int) -> None:
    assert expenses(f"ID | Date | Amount | Theirs\n{rows}").next_row == free


def test_a_new_record_does_not_go_into_a_merged_area() -> None:
    assert (
        expenses("ID | Date | Amount\nE-1 | 2026-01-05 | 1\n | |", merged=((2, 0, 2, 2),)).next_row
        == 3
    )


def test_a_tick_is_no_number_even_after_a_one() -> None:
    read = sheet(
        grid(
            "ID | Date | Amount\nE-1 | 2026-01-05 | 1\nE-2 | 2026-01-05 | TRUE\nE-3 | 2026-01-05"
            " | 1.0"
        )
    )
    assert [row.fields.get("amount") for row in read.tables["expenses"].rows] == ["1", None, "1"]


def test_a_tab_read_by_the_mapping_is_not_read_again_by_an_alias() -> None:
    shape = {"income": Shape("Spending", headings={"date": "Date", "amount": "Amount"})}
    assert set(sheet(grid(EXPENSES, "Spending"), shapes=shape).tables) == {"income"}


def test_keys_of_rates_and_months() -> None:
    read = sheet(
        grid(
            "Month | Currency | Rate\nJan 2026 | usd | 1.1\n2026-01 | USD | 1.2\n2026-02 | |"
            " 1.3\nsoon | USD | 1.4",
            "Rates",
        ),
        grid("Month | Closed\n2026-01 | 2026-02-03\n2026-02 | ", "Months"),
    )
    assert [
        (row.id, row.fields.get("rate"), "id" in row.unreadable)
        for row in read.tables["rates"].rows
    ] == [
        ("2026-01 USD", "1.1", False),
        ("", "1.3", True),
        ("", "1.4", True),
    ]
    assert ids(read.tables["months"]) == ["2026-01", "2026-02"]
    assert places(read) == [
        ("'Rates'!A3", "duplicate-key"),
        ("'Rates'!B4", "missing-value"),
        ("'Rates'!A5", "month-not-readable"),
    ]
    assert (
        found(read)[0][1]
        == "duplicate-key: Row 2 is for 2026-01 USD too. Delete one of the two rows; until then, this one"
        " is left out."
    )


def test_findings_of_a_table_without_ids_bear_the_key_of_their_row() -> None:
    read = sheet(
        grid(
            "Month | Currency | Rate\n2026-01 | USD | much\n2026-02 | USD | 1.2\n2026-03 | GBP | more",
            "Rates",
        )
    )
    unreadable = [each for each in read.findings if each.code == "number-not-readable"]
    assert [(each.id, each.field) for each in unreadable] == [
        ("2026-01 USD", "rate"),
        ("2026-03 GBP", "rate"),
    ]


def test_a_currency_beside_an_amount_is_held_against_its_row() -> None:
    read = sheet(
        grid(
            "ID | Funder | Currency | Amount\nG-1 | Fund | EUR | €100\nG-2 | Fund | USD | £5",
            "Grants",
        ),
        grid("ID | Grant | Amount\nB-1 | G-1 | £50\nB-2 | G-1 | €50\nB-3 | G-9 | £50", "Budget"),
        grid("""
            ID  | Date       | Budget line | Amount | Currency
            E-1 | 2026-01-05 | B-2         | £10    | EUR
            E-2 | 2026-01-05 | B-2         | £10    | GBP
            E-3 | 2026-01-05 | B-2         | £10    |
            E-4 | 2026-01-05 | B-2         | $10    | USD
            E-5 | 2026-01-05 | B-2         | $10    |
            E-6 | 2026-01-05 | B-2         | € 10   |
        """),
    )
    assert [row.fields.get("amount") for row in read.tables["grants"].rows] == ["100", None]
    assert [row.fields.get("amount") for row in read.tables["budget"].rows] == [None, "50", "50"]
    assert [(row.fields.get("amount"), row.fields.get("currency")) for row in read.tables["expenses"].rows] == [
        (None, "EUR"), ("10", "GBP"), ("10", "GBP"), ("10", "USD"), (None, None), ("10", "EUR"),
    ]  # fmt: skip
    assert places(read) == [
        ("'Budget'!C2", "amount-has-other-currency"),
        ("'Expenses'!D2", "amount-has-other-currency"),
        ("'Expenses'!D6", "currency-missing"),
        ("'Grants'!D3", "amount-has-other-currency"),
    ]
    assert (
        "'Expenses'!D2",
        (
            'amount-has-other-currency: "£10" names another currency than the Currency cell (EUR).'
            " Type the digits alone, and check the currency."
        ),
    ) in found(read)


MAPPED = {
    "budget": Shape(
        "Lines",
        headings={"id": "No", "grant": "Donor", "amount": "Sum"},
        where={"In or out": "OUT"},
        turned=("amount",),
    ),
    "expenses": Shape(
        "Paid",
        heading_row=2,
        headings={"date": "Day", "budget_line": "No", "amount": "Sum", "payee": "Who"},
        where={"In or out": "Out"},
        turned=("amount",),
        constant={"currency": "usd", "state": "Paid"},
        write=True,
    ),
}
LINES = (
    "No | In_or_OUT | Donor | Sum | Grant\n6000 | Out | Fund | -100 | G-9\n7000 | In | Fund | 100 |"
    " \nA~1 | out | Fund | -50 |"
)


def test_a_workbook_of_another_shape() -> None:
    read = sheet(
        grid(LINES, "Lines"),
        grid(
            """
            Sum | Sum | | |
            Day | No | In or out | Sum | Who
            2026-01-05 | 6000.0 | Out | -66.99000000000001 | Zzname
            2026-01-06 | 6000.0 | Out | 10 | Zzname
            2026-01-07 | 6000.0 | Out | 0 |
            2026-01-07 | 6000.0 | In | 5 |
            """,
            "Paid",
        ),
        grid("Month | Closed\n2026-01 | ", "Months"),
        shapes=MAPPED,
    )
    budget, spent = read.tables["budget"], read.tables["expenses"]
    assert [(row.id, dict(row.fields)) for row in budget.rows] == [
        ("6000", {"grant": "Fund", "amount": "100"}),
        ("A 1", {"grant": "Fund", "amount": "50"}),
    ]
    common = {"budget_line": "6000", "currency": "USD"}
    assert [dict(row.fields) for row in spent.rows] == [
        common | {"date": "2026-01-05", "amount": "66.99", "state": "paid"},
        common | {"date": "2026-01-06", "amount": "10", "state": "refunded"},
        common | {"date": "2026-01-07", "amount": "0", "state": "paid"},
    ]
    assert ids(spent) == ["", "", ""]
    assert (budget.writable, spent.writable, spent.turned) == (False, True, frozenset({"amount"}))
    assert "currency" not in spent.missing
    assert "months" in read.tables
    assert [each for each in read.findings if each.code == "missing-tab"] == []
    assert "Zzname" not in repr(read)


def test_a_refund_in_another_currency_is_not_taken_for_the_constant_one() -> None:
    rows = (
        "Day | No | In or out | Sum | Who\n2026-01-05 | 6 | Out | £10 |\n2026-01-05 | 6 | Out |"
        " $10 |"
    )
    read = sheet(grid("x\n" + rows, "Paid"), shapes={"expenses": MAPPED["expenses"]})
    assert [row.fields.get("amount") for row in read.tables["expenses"].rows] == [None, "10"]
    assert places(read) == [("'Paid'!D3", "amount-has-other-currency")]


def test_without_the_column_that_says_which_rows_are_meant_nothing_is_read() -> None:
    read = sheet(
        grid(LINES.replace("In_or_OUT", "Direction"), "Lines"), grid("x", "Paid"), shapes=MAPPED
    )
    assert read.tables == {}
    assert ("'Lines'!1", "missing-heading: No column has the heading In or out. Give the column back its heading. Until then, its values count as they were last read.") in found(read, "missing-heading")  # fmt: skip


def test_a_mapped_tab_that_is_not_there() -> None:
    read = sheet(grid(EXPENSES), shapes={"expenses": MAPPED["expenses"]})
    assert read.tables == {}
    assert [(each.code, dict(each.values)) for each in read.findings] == [
        ("missing-tab", {"tab": "Paid"})
    ]


def test_labels_without_figures_are_headings_in_a_mapped_table() -> None:
    shape = {
        "budget": Shape(
            "Sheet",
            headings={"id": "Code", "description": "Item", "grant": "Fund", "amount": "Sum"},
        )
    }
    read = sheet(
        grid(
            "Code | Item | Fund | Sum\n1 | Staff | |\n1.1 | Lead | F | 10\n1.2 | Peer | F | \n2 |"
            " Travel | | ",
            "Sheet",
        ),
        shapes=shape,
    )
    assert ids(read.tables["budget"]) == ["1.1", "1.2"]
    assert places(read) == [("'Sheet'!D4", "missing-value")]


def test_fifty_thousand_characters_and_other_scripts() -> None:
    read = sheet(
        grid(
            f"ID | Date | Amount | Description\nم-١ | 2026-01-05 | 5 | {'x' * 50_000}\nE-2 |"
            " 2026-01-05 | ١٢٫٥ | شكرا 🎉"
        )
    )
    first, second = read.tables["expenses"].rows
    assert (first.id, first.unreadable) == ("م-١", frozenset({"description"}))
    assert dict(second.fields) == {"date": "2026-01-05", "amount": "12.5", "description": "شكرا 🎉"}
    assert found(read)[0][0] == "'Expenses'!D2"


def test_no_finding_repeats_free_text() -> None:
    secret = "Zz Someone lives at Harbour Street"
    heads: list[Value] = [column.heading for column in BY_NAME["expenses"].in_sheet]
    read = sheet(Grid("Expenses", [heads, ["E-1", *([secret] * (len(heads) - 1))]]))
    assert places(read)
    assert not [each for each in read.findings if secret in repr(each)]


@pytest.mark.slow
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.text(max_size=8),
                st.integers(),
                st.floats(),
                st.dates(),
                st.booleans(),
            ),
            max_size=8,
        ),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_whatever_stands_in_the_cells_is_read_or_reported(body: list[list[Value]]) -> None:
    for table in ("Expenses", "Budget", "Rates"):
        heads = grid("ID | Date | Amount | Month | Currency | Rate | Grant | State").rows[0]
        read = sheet(Grid(table, [heads, *body]))
        for each in read.findings:
            assert isinstance(each, Finding)
            assert each.problem
            assert each.remedy


# What others made


@pytest.fixture(scope="module")
def real() -> Path:
    if not REAL.is_dir():
        pytest.skip("the workbooks that others made are not here")
    return REAL


def opened(path: Path) -> Book:
    """A workbook by openpyxl: values and formulas, which is all that these workbooks need."""
    openpyxl = pytest.importorskip("openpyxl")
    values, typed = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    grids = []
    for page in values:
        formulas = {
            (each.row - 1, each.column - 1): each.value
            for row in typed[page.title].iter_rows()
            for each in row
            if each.data_type == "f"
        }
        grids.append(
            Grid(page.title, [list(row) for row in page.iter_rows(values_only=True)], formulas)
        )
    return Book(tuple(grids))


@pytest.mark.slow
def test_the_nonprofits_actuals_and_budget(real: Path) -> None:
    shapes = {
        "budget": Shape(
            "budget",
            headings={"id": "AccountNum", "grant": "SourceOfFunds", "category": "Category", "description": "Account", "amount": "Budget"},
            where={"InOrOut": "Out"},
            turned=("amount",),
        ),
        "expenses": Shape(
            "actuals budget year",
            heading_row=1,
            headings={"date": "Date", "budget_line": "AccountNum", "amount": "Amount"},
            where={"InOrOut": "Out"},
            turned=("amount",),
            constant={"currency": "USD", "state": "paid"},
        ),
    }  # fmt: skip
    book = opened(real / "nonprofit-2023.xlsx")
    read = read_rows(book, shapes, "en")
    assert read.findings == ()
    lines = {row.id: row.fields for row in read.tables["budget"].rows}
    assert len(lines) == 176
    assert sum(Decimal(line["amount"]) for line in lines.values()) == Decimal("1252804.70")
    ytd: dict[str, Decimal] = dict.fromkeys(lines, Decimal(0))
    september = dict(ytd)
    beside: dict[str, Decimal] = {}
    for row in read.tables["expenses"].rows:
        assert not row.unreadable
        line, day = row.fields["budget_line"], row.fields["date"]
        sum_ = Decimal(row.fields["amount"]) * (-1 if row.fields["state"] == "refunded" else 1)
        if line not in lines:
            beside[line] = beside.get(line, Decimal(0)) + sum_
        elif day <= "2023-09-30":
            ytd[line] += sum_
            september[line] += sum_ if day >= "2023-09-01" else 0
    assert beside == {"6000": Decimal("391.15")}
    assert sum(ytd.values()) == Decimal("793918.26")
    theirs = next(each for each in book.grids if each.tab == "budget")
    heads = [str(value) for value in theirs.rows[0]]
    checked = 0
    for values in theirs.rows[1:]:
        row_ = dict(zip(heads, values, strict=True))
        if row_["InOrOut"] == "Out":
            cents = Decimal("0.01")
            assert ytd[str(row_["AccountNum"])] == -Decimal(str(row_["YTD"])).quantize(cents)
            assert september[str(row_["AccountNum"])] == -Decimal(
                str(row_["Current Month"])
            ).quantize(cents)
            checked += 1
    assert checked == 176


def test_the_conservation_groups_tasks(real: Path) -> None:
    shapes = {
        "budget": Shape(
            "Sheet1", headings={"id": "Task", "amount": "Budgeted", "remaining": "Remaining"}
        ),
        "expenses": Shape(
            "Sheet1",
            headings={"budget_line": "Task", "amount": "Spent"},
            constant={"date": "2024-12-31", "currency": "USD", "state": "paid"},
        ),
    }
    read = read_rows(opened(real / "conservation-budget.xlsx"), shapes, "en")
    lines = {row.id: row.fields["amount"] for row in read.tables["budget"].rows}
    assert lines.pop("indirect (10%)") == "34500"
    assert (len(lines), sum(map(Decimal, lines.values()))) == (9, 445_000)
    spent = {
        row.fields["budget_line"]: row.fields["amount"] for row in read.tables["expenses"].rows
    }
    assert spent.pop("indirect (10%)") == "12719.3"
    assert (set(spent), sum(map(Decimal, spent.values()))) == (set(lines), 188_725)
    assert found(read) == [
        ("'Sheet1'!B15", "total-does-not-match: This total is 345000, but its rows sum to 445000. If the rows are right, type 445000, or a formula that adds them up."),
        ("'Sheet1'!C15", "total-does-not-match: This total is 127193, but its rows sum to 188725. If the rows are right, type 188725, or a formula that adds them up."),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_trusts_grants(real: Path) -> None:
    shape = Shape(
        "ABCT data - Jan 2013 - Aug 2020",
        headings={"id": "Identifier", "title": "Title", "funder": "Funding Org:Name", "currency": "Currency",
                  "amount": "Amount Awarded", "start": "Award Date"},
    )  # fmt: skip
    read = read_rows(opened(real / "360giving-trust.xlsx"), {"grants": shape}, "en_GB")
    grants = read.tables["grants"].rows
    assert read.findings == ()
    assert len({row.id for row in grants}) == len(grants) == 783
    assert sum(Decimal(row.fields["amount"]) for row in grants) == 12_785_625
    assert {row.fields["currency"] for row in grants} == {"GBP"}


@pytest.mark.parametrize(
    ("heading", "typed"),
    [
        ("Currency", "UKP"),
        ("State", "piad"),
        ("Paid on", "soon"),
        ("Budget line", CellError("#REF!")),
    ],
)
def test_an_amount_whose_currency_state_or_line_cannot_be_read_is_not_counted(
    heading: str, typed: Value
) -> None:
    grid = Grid(
        "Expenses", [["ID", "Date", "Amount", heading], ["E-1", date(2026, 3, 1), 12.5, typed]]
    )
    (row,) = read_rows(Book((grid,)), {}, "en").tables["expenses"].rows

    assert "amount" in row.unreadable
    assert "amount" not in row.fields


def test_a_merged_area_without_a_readable_value_covers_nothing() -> None:
    table = "ID | Date | Amount | State\nE-1 | 2026-01-05 | 5 | {}\nE-2 | 2026-01-06 | 6 |"
    for typed, expected in (("committed", "committed"), ("maybe", None), ("", None)):
        rows = expenses(table.format(typed), merged=((1, 3, 2, 3),)).rows
        assert rows[1].fields.get("state") == expected


def test_a_constant_of_the_config_fills_blank_cells_and_no_unreadable_ones() -> None:
    shape = Shape(
        "Costs",
        headings={"date": "Day", "amount": "Sum", "currency": "Money"},
        constant={"currency": "EUR", "grant": "G-1", "description": ""},
    )
    costs = sheet(
        grid(
            "Day | Sum | Money\n2026-01-05 | 5 | GBP\n2026-01-06 | 6 |\n2026-01-07 | 7 | Euroo",
            "Costs",
        ),
        shapes={"expenses": shape},
    ).tables["expenses"]

    assert [row.fields.get("currency") for row in costs.rows] == ["GBP", "EUR", None]
    assert [row.fields.get("grant") for row in costs.rows] == ["G-1"] * 3
    assert not any("description" in row.fields for row in costs.rows)


def test_a_constant_that_cannot_be_read_is_told_without_a_cell() -> None:
    shape = Shape(
        "Costs", headings={"date": "Day", "amount": "Sum"}, constant={"currency": "Euroo"}
    )
    read = sheet(grid("Day | Sum\n2026-01-05 | 5", "Costs"), shapes={"expenses": shape})

    (told,) = [each for each in read.findings if each.code == "currency-unknown"]
    assert (told.tab, told.row, told.field) == ("Costs", None, "currency")


def test_a_row_that_is_struck_through_is_told_once_and_is_counted() -> None:
    struck = frozenset({(2, 3), (2, 4), (1, 7)})
    read = sheet(grid(EXPENSES, struck=struck))

    assert found(read, "struck-through") == [
        (
            "'Expenses'!D3",
            "struck-through: This row is struck through, and it is counted. If it no longer"
            " counts, delete the row. If it does, take the line off its text.",
        )
    ]
    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["100", "20.5"]
