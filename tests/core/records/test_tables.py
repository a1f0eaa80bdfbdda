"""The tables of a workbook: their columns are found by name, and no two stand in one place."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from budgettrack.core.records.tables import (
    BUDGET,
    BY_NAME,
    EXPENSES,
    HOST_TABLES,
    TABLES,
    Table,
    normal,
    published,
)

AUDIENCES = {"public", "funder", "internal", "personal"}


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_no_heading_or_alias_of_a_table_names_two_of_its_columns(table: Table) -> None:
    names = Counter(
        normal(text) for column in table.columns for text in {column.heading, *column.aliases}
    )

    assert [name for name, number in names.items() if number > 1] == []


def test_no_two_tables_have_one_name_tab_or_prefix() -> None:
    assert {table.name: table for table in HOST_TABLES} == BY_NAME
    assert len({normal(table.tab) for table in HOST_TABLES}) == len(HOST_TABLES)
    prefixes = [table.prefix for table in HOST_TABLES if table.prefix]
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_a_table_knows_its_rows_by_an_id_or_by_a_key_of_its_columns(table: Table) -> None:
    columns = {column.name for column in table.columns}

    assert ("id" in columns) != bool(table.key)
    assert columns >= set(table.key)
    assert {column.audience for column in table.columns} <= AUDIENCES


def test_a_column_is_found_by_its_name_and_a_month_only_where_there_are_months() -> None:
    assert BUDGET.column("amount").heading == "Amount"
    assert (BUDGET.column("2026-01").heading, BUDGET.column("2026-01").kind) == ("2026-01", "money")
    for name in ("2026-01", "colour"):
        with pytest.raises(KeyError, match=name):
            EXPENSES.column(name)


def test_what_is_published_is_public_and_nothing_else() -> None:
    for table in TABLES:
        names = {column.name for column in published(table)}
        hidden = {column.name for column in table.columns if column.audience == "personal"}
        assert not names & hidden
    private = replace(
        EXPENSES,
        columns=tuple(replace(column, audience="personal") for column in EXPENSES.columns),
    )
    assert list(published(private)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("Start date", " start  DATE: "), ("Budget_line *", "budget line"), ("É", "É")],
)
def test_headings_are_compared_without_case_spaces_and_signs(one: str, other: str) -> None:
    assert normal(one) == normal(other)
    assert normal("Amount") != normal("Account")


@pytest.mark.parametrize("name", [name for name, table in BY_NAME.items() if not table.months])
def test_only_tables_that_say_so_have_a_column_for_every_month(name: str) -> None:
    with pytest.raises(KeyError):
        BY_NAME[name].column("2026-01")


def test_only_budget_lines_and_indicators_have_columns_of_months() -> None:
    assert {name: table.months for name, table in BY_NAME.items() if table.months} == {
        "indicators": "count",
        "budget": "money",
    }
    by_month = BY_NAME["indicators"].column("2026-01")
    assert (by_month.kind, by_month.audience, by_month.bounds) == (
        "count",
        "public",
        "not below zero",
    )
    assert BY_NAME["budget"].column("2026-01").kind == "money"
