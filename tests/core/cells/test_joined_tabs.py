"""Several tabs that are one table."""

from __future__ import annotations

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.cells.joined_tabs import hidden_tabs, with_hidden_tabs, without_tab_names
from budgettrack.core.cells.table_rows import ROWS_OF_A_TAB
from budgettrack.core.records.tables import Shape
from tests.world.drawn_tabs import found, grid, sheet

HEADINGS = {"date": "Date", "description": "Item", "amount": "Amount"}


def month(tab: str, number: int, amount: int) -> Grid:
    return grid(f"Date|Item|Amount\n2026-{number:02d}-05|rent|{amount}\nTotal||{amount}", tab)


def amounts(shape: Shape, *grids: Grid, locale: str = "en") -> list[str]:
    read = sheet(*grids, shapes={"expenses": shape}, locale=locale)
    return [row.fields["amount"] for row in read.tables["expenses"].rows]


NAMES = ("Jan", "Feb", "Mar")
MONTHS = (month("Jan", 1, 100), month("Feb", 2, 200), month("Mar", 3, 300))


def test_tabs_that_the_config_names_are_one_table() -> None:
    shape = Shape("Jan", headings=HEADINGS, tabs=("Jan", "Mar"))
    read = sheet(*MONTHS, shapes={"expenses": shape})

    rows = read.tables["expenses"]
    assert [row.fields["amount"] for row in rows.rows] == ["100", "300"]
    assert [row.number for row in rows.rows] == [1, ROWS_OF_A_TAB + 1]
    assert [rows.at(row.number) for row in rows.rows] == [("Jan", 1), ("Mar", 1)]
    assert not rows.writable
    assert found(read) == []


def test_a_star_names_every_tab_that_begins_so() -> None:
    shape = Shape("2026-*", headings=HEADINGS, tabs=("2026-*",))
    grids = (month("2026-01", 1, 100), month("2026-02", 2, 200), month("2025-12", 12, 999))

    assert amounts(shape, *grids) == ["100", "200"]


def test_the_name_of_a_tab_may_say_a_field() -> None:
    shape = Shape("Fund A", headings=HEADINGS, tabs=("Fund A", "Fund B"), from_tab="grant")
    read = sheet(month("Fund A", 1, 1), month("Fund B", 2, 2), shapes={"expenses": shape})

    assert [row.fields["grant"] for row in read.tables["expenses"].rows] == ["Fund A", "Fund B"]
    assert read.tables["expenses"].laid_out == {"grant"}


def test_the_tabs_of_other_months_are_read_and_named() -> None:
    other = grid("Who|What\nA|B", "Apr")
    read = sheet(*MONTHS, other, shapes={"expenses": Shape("Jan", headings=HEADINGS)})

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["100", "200", "300"]
    assert [text for _, text in found(read)] == [
        "tabs-read-together: The tab Jan is read together with the tabs of other months: Feb, Mar."
        " Name them all under tabs in the config, or only those that you mean."
    ]


def test_the_tab_of_a_later_month_is_read_if_the_config_names_several() -> None:
    shape = Shape("Jan", headings=HEADINGS, tabs=("Jan", "Feb"))
    read = sheet(*MONTHS, shapes={"expenses": shape})

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["100", "200", "300"]
    assert [text for _, text in found(read)] == [
        "tabs-read-together: The tab Jan is read together with the tabs of other months: Mar."
        " Name them all under tabs in the config, or only those that you mean."
    ]


def test_a_later_month_of_tabs_with_more_words_is_read() -> None:
    shape = Shape("Costs Jan 26", headings=HEADINGS, tabs=("Costs Jan 26", "Costs Feb 26"))
    costs = [month(f"Costs {name} 26", number, number) for number, name in enumerate(NAMES, 1)]
    others = month("Costs Mar 25", 3, 25), month("Plan Mar 26", 3, 26)

    assert amounts(shape, *costs, *others) == ["1", "2", "3"]
    assert amounts(replace(shape, tabs=("Costs Jan 26",)), *costs) == ["1"]


def test_a_later_month_whose_date_nobody_says_is_not_read_and_told_once() -> None:
    first, second = (
        Shape(name, headings={"description": "Item", "amount": "Amount"}, constant={"date": day})
        for name, day in (("Jan", "2026-01-31"), ("Feb", "2026-02-28"))
    )
    shape = replace(first, more=(second,))
    read = sheet(*MONTHS, shapes={"expenses": shape})

    assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["100", "200"]
    assert [text for _, text in found(read)] == [
        "month-not-read: The tab Jan is read, and the tabs of other months are not: Mar. Name them"
        " in the config, as the tab of the month before. Until then, no figure has them."
    ]
    alone = sheet(*MONTHS[::2], shapes={"expenses": first})
    assert [row.fields["amount"] for row in alone.tables["expenses"].rows] == ["100"]
    assert [text.split(":")[0] for _, text in found(alone)] == ["month-not-read"]


def test_the_first_month_of_the_next_year_is_read_and_named() -> None:
    for name, following, past in (
        ("{} 2026", "January 2027", "January 2025"),
        ("{} 26", "January 27", "January 25"),
    ):
        tabs = tuple(name.format(each) for each in ("November", "December"))
        shape = Shape(tabs[0], headings=HEADINGS, tabs=tabs)
        grids = [month(each, number, number) for number, each in enumerate(tabs, 1)]
        read = sheet(*grids, month(following, 3, 3), month(past, 4, 4), shapes={"expenses": shape})

        assert [row.fields["amount"] for row in read.tables["expenses"].rows] == ["1", "2", "3"]
        assert [text for _, text in found(read)] == [
            f"tabs-read-together: The tab {tabs[0]} is read together with the tabs of other"
            f" months: {following}. Name them all under tabs in the config, or only those that you"
            " mean."
        ]


def test_tabs_of_another_year_or_no_month_are_left_alone() -> None:
    shape = Shape("Jan 2026", headings=HEADINGS)
    grids = (month("Jan 2026", 1, 1), month("février 2026", 2, 2), month("Jan 2025", 1, 9))

    assert amounts(shape, *grids) == ["1", "2"]
    assert amounts(Shape("Costs", headings=HEADINGS), month("Costs", 1, 1), month("Jan", 2, 9)) == [
        "1"
    ]


def test_two_tabs_that_nobody_can_tell_apart_are_not_read() -> None:
    shape = Shape("costs", headings=HEADINGS)
    read = sheet(month("Costs", 1, 1), month("COSTS", 2, 2), shapes={"expenses": shape})

    assert "expenses" not in read.tables
    assert [text.split(":")[0] for _, text in found(read)] == ["duplicate-tab"]


def test_a_finding_names_the_tab_of_its_row() -> None:
    shape = Shape("Jan", headings=HEADINGS, tabs=("Jan", "Feb"), constant={"currency": "EUR"})
    feb = grid("Date|Item|Amount\n2026-02-05|rent|5 USD", "Feb")
    read = sheet(MONTHS[0], feb, shapes={"expenses": shape})

    assert [place for place, _ in found(read)] == ["'Feb'!C2"]


def test_a_finding_names_a_hidden_tab_by_its_place_also_in_its_words() -> None:
    here = Finding(
        "possible-duplicate",
        "expenses",
        values=(("other", "'Maren Quist'!4"), ("why", "the same day and amount")),
        tab="Olek Brandt",
    )
    tabs = Finding("tabs-read-together", values=(("tab", "Maren Quist"), ("tabs", "Olek Brandt")))
    hidden = {"Maren Quist": "#1", "Olek Brandt": "#2"}
    shown = without_tab_names(here, hidden)
    assert shown.place == "'#2'"
    assert shown.problem == "This may be a duplicate of '#1'!4 (the same day and amount)."
    assert without_tab_names(tabs, hidden).values == (("tab", "#1"), ("tabs", "#2"))


def test_a_tab_that_the_config_names_by_its_place_keeps_its_name_to_itself() -> None:
    """A payee's own tab: its name is known to the workbook alone."""
    whole = Book((month("Rent", 1, 100), month("A payee", 2, 200)))

    hidden = hidden_tabs(whole, {"expenses": Shape("#2", headings=HEADINGS, tabs=("#2",))})

    assert hidden == {"A payee": "#2"}
    assert [tab.tab for tab in with_hidden_tabs(whole, hidden).grids] == ["Rent", "#2"]
    assert hidden_tabs(whole, {"expenses": Shape("Rent", headings=HEADINGS)}) == {}
