"""Each value of a column is read once, and the store never grows without end."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Value
from budgettrack.core.cells import meanings
from budgettrack.core.cells.meanings import Meanings, meaning_of
from budgettrack.core.cells.reading import Priced
from budgettrack.core.cells.table_rows import Refund, TotalLabel
from budgettrack.core.records.tables import BUDGET, EXPENSES, INCOME, RATES, Shape, Table
from tests.world.readings import code


def test_a_value_is_read_once() -> None:
    asked: list[Value] = []

    def meaning(value: Value) -> str:
        asked.append(value)
        return f"{value}!"

    store = Meanings(meaning)

    assert [store["a"], store["b"], store["a"]] == ["a!", "b!", "a!"]
    assert asked == ["a", "b"]


def test_a_store_that_is_full_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meanings, "MOST_KEPT", 3)
    store = Meanings(str)

    assert [store[number] for number in range(50)] == [str(number) for number in range(50)]
    assert len(store) <= 4


@pytest.mark.parametrize(
    ("table", "field", "shape", "expected"),
    [
        (EXPENSES, "amount", None, "amount-negative"),
        (EXPENSES, "amount", Shape("Costs"), Refund("12", frozenset())),
        (EXPENSES, "amount", Shape("Costs", turned=("amount",)), "12"),
        (BUDGET, "amount", None, "amount-negative"),
        (BUDGET, "amount", Shape("Plan"), "-12"),
        (BUDGET, "remaining", None, "-12"),
        (INCOME, "amount", Shape("Bank"), "amount-negative"),
        (INCOME, "amount", Shape("Bank", turned=("amount",)), "12"),
    ],
)
def test_a_negative_amount_is_refused_kept_turned_or_a_refund(
    table: Table, field: str, shape: Shape | None, expected: object
) -> None:
    cell = meaning_of(table, table.column(field), shape, "en")(-12)

    assert (cell if not hasattr(cell, "code") else code(cell)) == expected  # type: ignore[arg-type]


def test_zero_and_a_blank_have_no_opposite() -> None:
    meaning = meaning_of(EXPENSES, EXPENSES.column("amount"), Shape("C", turned=("amount",)), "en")

    assert [meaning(0), meaning(None), meaning(5)] == ["0", "", Refund("5", frozenset())]


def test_an_amount_keeps_the_currency_that_was_typed_beside_it() -> None:
    turned = Shape("Costs", turned=("amount",))

    assert meaning_of(BUDGET, BUDGET.column("amount"), None, "en")("€5") == Priced(
        "5", frozenset({"EUR"})
    )
    assert meaning_of(EXPENSES, EXPENSES.column("amount"), turned, "en")("€5") == Refund(
        "5", frozenset({"EUR"})
    )


def test_a_text_may_be_the_label_of_a_total_and_a_choice_never_is() -> None:
    description = meaning_of(EXPENSES, EXPENSES.column("description"), None, "en")
    state = meaning_of(EXPENSES, EXPENSES.column("state"), None, "en")

    assert isinstance(description("Total"), TotalLabel)
    assert description("Totem pole") == "Totem pole"
    assert code(state("Total")) == "choice-unknown"  # type: ignore[arg-type]


def test_the_months_of_a_line_have_the_sign_of_its_amount() -> None:
    month = replace(BUDGET.column("amount"), name="2026-01")

    assert meaning_of(BUDGET, month, Shape("Plan", turned=("amount",)), "en")(-12) == "12"
    assert meaning_of(BUDGET, month, Shape("Plan"), "en")(-12) == "-12"


FIGURES = [
    (table, column)
    for table in (EXPENSES, BUDGET, INCOME, RATES)
    for column in table.columns
    if column.kind in ("money", "number", "count")
]


@pytest.mark.parametrize("value", [0.0, -0.0, 12.5, -12.5, 1e15, 0.00001, float("inf"), 3.0])
@pytest.mark.parametrize("shape", [None, Shape("Costs"), Shape("Costs", turned=("amount",))])
@pytest.mark.parametrize("percent", [False, True])
def test_a_number_means_what_the_same_text_means(
    value: float, shape: Shape | None, percent: bool
) -> None:
    """A usual number is read in a short way; a text takes the long one, with every rule."""
    for table, column in FIGURES:
        meaning = meaning_of(table, column, shape, "en", percent=percent)
        cell = meaning(value)
        if percent and column.kind == "money":
            assert isinstance(cell, Finding), column.name
            assert cell.code == "amount-not-a-number"
        elif not isinstance(cell, Finding):
            assert cell == meaning(f"{value:f}"), column.name
        else:
            number = meaning(f"{value:f}" if abs(value) < 1e15 else "9" * 16)
            assert isinstance(number, Finding), column.name
