"""What a mapping can say, each with a small sheet, its config, and what is read then.

docs/make.py writes them into docs/workbook.md, and a test reads each sheet as its config says."""

from __future__ import annotations

from collections.abc import Iterator

EXAMPLES = (
    (
        "**A cash book with two columns** is two tables that share a tab.",
        "Book",
        """
Date       | Text  | In  | Out
2026-01-05 | Dues  | 100 |
2026-01-06 | Stamps|     | 4
Total      |       | 100 | 4
""",
        """
[tables.expenses]
tab = "Book"
headings = { date = "Date", description = "Text", amount = "Out" }
constant = { state = "paid" }

[tables.income]
tab = "Book"
headings = { date = "Date", reference = "Text", amount = "In" }
constant = { state = "received", kind = "donation" }
""",
        "expenses 4, income 100",
    ),
    (
        "**One column with both signs**: `amounts` says which rows are meant.",
        "Bank",
        """
Date       | Text  | Amount
2026-01-05 | Dues  | 100
2026-01-06 | Stamps| -4
Total      |       | 96
""",
        """
[tables.expenses]
tab = "Bank"
headings = { date = "Date", amount = "Amount" }
amounts = "negative"
turned = ["amount"]

[tables.income]
tab = "Bank"
headings = { date = "Date", amount = "Amount" }
amounts = "positive"
""",
        "expenses 4, income 100",
    ),
    (
        "**Blocks with headings of their own** are written with double brackets. A row of headings"
        " that has moved is found again. What begins below a block ends it. Blocks are only read.",
        "Plan",
        """
Post   | Days | Pay
Cook   | 20   | 100
Trip   | Fare |
Bus    | 30   |
Notes  |      |
Ask 10 | 99   |
""",
        """
[[tables.budget]]
tab = "Plan"
heading_row = 1
headings = { description = "Post", quantity = "Days", amount = "Pay" }
constant = { grant = "G-1" }

[[tables.budget]]
tab = "Plan"
heading_row = 3
headings = { description = "Trip", amount = "Fare" }
constant = { grant = "G-1" }
until = "Notes"
""",
        "budget 100, 30",
    ),
    (
        "**Columns by letter**, where a heading is blank or stands twice, and **rows by number**."
        " Neither moves when people insert a column or a row, so use headings where you can.",
        "Plan",
        """
Pens  | 1 | 10
Paper | 2 | 20
Not yet decided | 9 | 90
""",
        """
[tables.budget]
tab = "Plan"
columns = { description = "A", amount = "C" }
rows = "1-2"
constant = { grant = "G-1" }
""",
        "budget 10, 20",
    ),
    (
        "**A tab for each month or grant**: `from_tab` takes a field from the name of the tab.",
        "Fund A",
        """
Item | Amount
Rent | 100
""",
        """
[tables.budget]
tabs = ["Fund *"]
headings = { description = "Item", amount = "Amount" }
from_tab = "grant"
""",
        "budget 100 Fund A",
    ),
    (
        "**Months and quarters as columns** phase the lines, and **headings of groups** are their"
        " categories. Nothing has to be said of either.",
        "Budget 2026",
        """
Item   | Q1 | Q2 | Total
Staff  |    |    |
Cook   | 10 | 20 | 30
Driver | 5  |    |
Total  | 15 | 20 | 35
""",
        """
[tables.budget]
tab = "Budget 2026"
headings = { description = "Item", amount = "Total" }
constant = { grant = "G-1" }
""",
        "budget 30 Staff, 5 Staff",
    ),
    (
        "**Budget and actual side by side for each month or quarter**: `periods` says the columns of"
        " the budget, by letter; what was spent is a block of expenses for each period, with its"
        " last day. `adopt` writes both.",
        "Progress",
        """
Item | Budget Q1 | Actual Q1 | Budget Q2 | Actual Q2
Cook | 10        | 9         | 20        | 18
Bus  | 5         | 5         |           |
""",
        """
[tables.budget]
tab = "Progress"
headings = { description = "Item" }
periods = { "2026-01/2026-03" = "B", "2026-04/2026-06" = "D" }
constant = { grant = "G-1" }

[[tables.expenses]]
tab = "Progress"
headings = { description = "Item", budget_line = "Item", amount = "Actual Q1" }
constant = { date = "2026-03-31", state = "paid" }

[[tables.expenses]]
tab = "Progress"
headings = { description = "Item", budget_line = "Item", amount = "Actual Q2" }
constant = { date = "2026-06-30", state = "paid" }
""",
        "budget 30, 5, expenses 9 2026-03-31, 5 2026-03-31, 18 2026-06-30",
    ),
    (
        "**Income and spending below the same headings**: `after` says below which text a table"
        " begins, `until` with which text something else does.",
        "Year",
        """
Item         | Amount
INCOME       |
City         | 500
Total income | 500
EXPENSES     |
Rent         | 300
NET          | 200
""",
        """
[tables.budget]
tab = "Year"
headings = { description = "Item", amount = "Amount" }
after = "EXPENSES"
until = "NET"
constant = { grant = "G-1" }

[tables.income]
tab = "Year"
headings = { reference = "Item", amount = "Amount" }
after = "INCOME"
until = "EXPENSES"
constant = { state = "expected", kind = "donation", date = "2026-01-01" }
""",
        "budget 300, income 500 2026-01-01",
    ),
    (
        "**Typed once and left blank below**: `fill_down`.",
        "Plan",
        """
Group  | Item   | Amount
Staff  | Cook   | 10
       | Driver | 20
Travel | Bus    | 5
""",
        """
[tables.budget]
tab = "Plan"
headings = { category = "Group", description = "Item", amount = "Amount" }
fill_down = ["category"]
constant = { grant = "G-1" }
""",
        "budget 10 Staff, 20 Staff, 5 Travel",
    ),
    (
        "**A day that is typed in the first of its payments only** is filled down too, but never"
        " into the row of a total.",
        "Spent",
        """
Date       | Item  | Paid
2026-01-04 | Bus   | 4
           | Soap  | 7
           | Total | 11
""",
        """
[tables.expenses]
tab = "Spent"
headings = { date = "Date", description = "Item", amount = "Paid" }
fill_down = ["date"]
""",
        "expenses 4 2026-01-04, 7 2026-01-04",
    ),
    (
        "**Dates without a year**: `year`.",
        "Spent",
        """
When    | Amount
5 March | 7
06/03   | 8
""",
        """
[tables.expenses]
tab = "Spent"
headings = { date = "When", amount = "Amount" }
year = 2026
""",
        "expenses 7 2026-03-05, 8 2026-03-06",
    ),
    (
        "**Year and month in two columns**: `date_parts`. Without a day it is the first.",
        "Spent",
        """
Year | Month | Amount
2026 | March | 7
2026 | 4     | 8
""",
        """
[tables.expenses]
tab = "Spent"
headings = { amount = "Amount" }
date_parts = { year = "Year", month = "Month" }
""",
        "expenses 7 2026-03-01, 8 2026-04-01",
    ),
    (
        "**Dates as numbers**: `dates` is one of DDMMYY, DDMMYYYY, MMDDYY, MMDDYYYY, YYMMDD,"
        " YYYYMMDD.",
        "Spent",
        """
When   | Amount
50326  | 7
""",
        """
[tables.expenses]
tab = "Spent"
headings = { date = "When", amount = "Amount" }
dates = "DDMMYY"
""",
        "expenses 7 2026-03-05",
    ),
    (
        "**The sign turned**, and **a direction in words**: `turned` and `where`, whose word is"
        " known whatever its case, accents and spaces. `where_not` has the words of the other rows,"
        ' `""` for a blank cell: a row with an amount and any other word is then a finding. Without'
        " `where_not` it is one only if its cell is blank or nearly the word of `where`.",
        "Ledger",
        """
Date       | Way | Amount
2026-01-05 | In  | 100
2026-01-06 | Out | -4
""",
        """
[tables.expenses]
tab = "Ledger"
headings = { date = "Date", amount = "Amount" }
where = { Way = "Out" }
where_not = { Way = ["In"] }
turned = ["amount"]
""",
        "expenses 4",
    ),
    (
        "**A total that is known not to be the sum of its rows**: `accepted` says by how much. While it"
        " differs by so much it is no finding, however many rows are added; once the two part further,"
        " a finding has both figures.",
        "Plan",
        """
Item  | Amount
Pens  | 10
Cups  | 20
Total | 27.5
""",
        """
[tables.budget]
tab = "Plan"
headings = { description = "Item", amount = "Amount" }
constant = { grant = "G-1" }
accepted = { amount = ["-2.5"] }
""",
        "budget 10, 20",
    ),
    (
        "**Calculated amounts** are rounded to the decimals of their currency, and told.",
        "Plan",
        """
Item     | Amount
Post-doc | 60000
Indirect | 7333.388889 =B2/9
""",
        """
[tables.budget]
tab = "Plan"
headings = { description = "Item", amount = "Amount" }
constant = { grant = "G-1" }
""",
        "budget 60000, 7333.39",
    ),
)


def mappings() -> Iterator[str]:
    """Yields the lines of the section."""
    yield "### What a mapping can say"
    for about, tab, table, config, rows in EXAMPLES:
        yield from ("", f"{about} The tab *{tab}*:", "", "```text", table.strip("\n"), "```", "")
        yield from ("```toml", config.strip("\n"), "```", "", f"Read is: {rows}.")
