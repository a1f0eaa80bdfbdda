"""Rows of expenses that contradict each other, each finding in its exact words, and what the sums
make of them meanwhile."""

from __future__ import annotations

import pytest

from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS, harm_of, rank
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from tests.world.healthy_plan import HEALTHY, Case, Change, look, told

CODES = (
    "expenses-in-circle",
    "refund-above-expense",
    "refund-before-payment",
    "refund-of-another-line",
    "refund-of-itself",
    "split-of-itself",
    "state-contradicts",
)


def back(amount: str, id_: str = "E-3", **more: str) -> Change:
    """Money that came back of E-1, of which 300 euros were paid."""
    fields = {"date": "2026-01-15", "budget_line": "B-1", "amount": amount}
    return "expenses", id_, {**fields, "state": "refunded", "refund_of": "E-1", **more}


def found(*changes: Change) -> list[Finding]:
    return [each for each in look(*changes) if each.code in CODES]


CASES: list[Case] = [
    (
        "refund-above-expense",
        [back("1450.50")],
        [
            (
                "expenses",
                "E-3",
                "amount",
                "The refunds of E-1 (E-3) sum to 1,450.50 EUR, but only 300.00 EUR was paid.",
                (
                    "Correct Amount or Refund of here, or Amount or State of E-1. Until then, what"
                    " was spent may be too low by 1,150.50 EUR."
                ),
            )
        ],
    ),
    (
        "refund-above-expense",
        [back("250"), back("51", "E-4")],
        [
            (
                "expenses",
                "E-4",
                "amount",
                "The refunds of E-1 (E-3, E-4) sum to 301.00 EUR, but only 300.00 EUR was paid.",
                (
                    "Correct Amount or Refund of here, or Amount or State of E-1. Until then, what"
                    " was spent may be too low by 1.00 EUR."
                ),
            )
        ],
    ),
    (
        "refund-of-itself",
        [back("20", refund_of="E-3")],
        [
            (
                "expenses",
                "E-3",
                "refund_of",
                "Refund of names its own row.",
                "Choose the row of the payment that came back, or clear the cell.",
            )
        ],
    ),
    (
        "refund-of-another-line",
        [back("20", budget_line="B-2")],
        [
            (
                "expenses",
                "E-3",
                "budget_line",
                "It is taken off B-2 (G-1), but E-1 was paid from B-1 (G-1).",
                "Choose the Budget line and Grant of E-1 here, or clear Refund of.",
            )
        ],
    ),
    (
        "refund-of-another-line",
        [back("20", budget_line="", grant="G-1")],
        [
            (
                "expenses",
                "E-3",
                "budget_line",
                "It is taken off G-1, but E-1 was paid from B-1 (G-1).",
                "Choose the Budget line and Grant of E-1 here, or clear Refund of.",
            )
        ],
    ),
    (
        "refund-of-another-line",
        [back("20", budget_line="")],
        [
            (
                "expenses",
                "E-3",
                "budget_line",
                "It is taken off -, but E-1 was paid from B-1 (G-1).",
                "Choose the Budget line and Grant of E-1 here, or clear Refund of.",
            )
        ],
    ),
    (
        "refund-before-payment",
        [back("20", date="2026-01-09")],
        [
            (
                "expenses",
                "E-3",
                "date",
                "It came back on 2026-01-09, but E-1 was paid on 2026-01-10.",
                "Correct the date here or in E-1, or correct Refund of.",
            )
        ],
    ),
    (
        "refund-before-payment",
        [back("20", paid_on="2026-01-09")],
        [
            (
                "expenses",
                "E-3",
                "paid_on",
                "It came back on 2026-01-09, but E-1 was paid on 2026-01-10.",
                "Correct the date here or in E-1, or correct Refund of.",
            )
        ],
    ),
    (
        "split-of-itself",
        [("expenses", "E-1", {"split_of": "E-1"})],
        [
            (
                "expenses",
                "E-1",
                "split_of",
                "Split of names its own row.",
                "Clear the cell if this is the first row of the receipt, or choose the first row.",
            )
        ],
    ),
    (
        "expenses-in-circle",
        [("expenses", "E-1", {"split_of": "E-2"}), ("expenses", "E-2", {"split_of": "E-1"})],
        [
            (
                "expenses",
                "E-1",
                "split_of",
                "E-1, E-2 name each other in Split of or Refund of, so none of them is the payment.",
                "In the row of the payment, clear Split of and Refund of.",
            )
        ],
    ),
    (
        "state-contradicts",
        [back("20", state="paid")],
        [
            (
                "expenses",
                "E-3",
                "state",
                "Refund of is filled, but State is not refunded. This row is counted as paid.",
                "Set State to refunded, or clear Refund of.",
            )
        ],
    ),
    (
        "state-contradicts",
        [back("20", state="committed")],
        [
            (
                "expenses",
                "E-3",
                "state",
                "Refund of is filled, but State is not refunded. This row is counted as committed.",
                "Set State to refunded, or clear Refund of.",
            )
        ],
    ),
    (
        "state-contradicts",
        [("expenses", "E-1", {"state": "committed", "paid_on": "2026-01-10"})],
        [
            (
                "expenses",
                "E-1",
                "state",
                "Paid on is filled, but State is not paid. This row is counted as paid.",
                "Set State to paid, or clear Paid on.",
            )
        ],
    ),
]


@pytest.mark.parametrize(("code", "changes", "expected"), CASES, ids=[case[0] for case in CASES])
def test_each_code_in_its_words(
    code: str, changes: list[Change], expected: list[tuple[str, ...]]
) -> None:
    seen = found(*changes)

    assert [each[1:] for each in told(seen)] == expected
    assert seen[0].code == code


def test_each_payment_and_currency_is_told_once() -> None:
    other = back("1201", "E-5", date="2026-01-20", budget_line="B-2", refund_of="E-2")

    seen = found(back("301"), back("1", "E-4"), other)

    assert [(each.id, dict(each.values)["over"]) for each in seen] == [
        ("E-4", "2.00 EUR"),
        ("E-5", "1.00 EUR"),
    ]


def test_a_part_of_a_receipt_is_named_as_the_refund_names_it() -> None:
    part = {"date": "2026-01-10", "budget_line": "B-1", "amount": "5", "split_of": "E-1"}

    (seen,) = found(("expenses", "E-3", part), back("306", "E-4", refund_of="E-3"))
    assert seen.problem == (
        "The refunds of E-3 (E-4) sum to 306.00 EUR, but only 305.00 EUR was paid."
    )


def test_of_many_refunds_the_first_ones_are_named() -> None:
    (seen,) = found(*(back("50.10", f"E-1{number}") for number in range(6)))

    assert seen.id == "E-15"
    assert seen.problem == (
        "The refunds of E-1 (E-10, E-11, E-12, E-13, E-14, …) sum to 300.60 EUR, but only"
        " 300.00 EUR was paid."
    )


def test_a_refund_from_another_grant_is_taken_off_the_wrong_one() -> None:
    """Of money of G-2 some came back, and G-1 has spent less than nothing."""
    bridge = {"funder": "Bridge Fund", "currency": "EUR", "amount": "500", "state": "active"}
    other: list[Change] = [
        ("grants", "G-2", bridge),
        ("budget", "B-3", {"grant": "G-2", "amount": "500", "people_paid": "0"}),
        ("expenses", "E-1", {"budget_line": "B-3"}),
    ]

    (seen,) = found(*other, back("300"))
    assert seen.problem == "It is taken off B-1 (G-1), but E-1 was paid from B-3 (G-2)."
    assert spent_on_line(*other, back("300")) == -300_00
    assert spent_on_line(*other, back("300", budget_line="B-3")) == 0
    assert not found(*other, back("300", budget_line="B-3"))


def test_a_split_receipt_is_named_with_all_its_lines() -> None:
    part = {"date": "2026-01-10", "budget_line": "B-2", "amount": "5", "split_of": "E-1"}
    own = back("20", "E-4", budget_line="")

    (seen,) = found(("expenses", "E-3", part), own)
    assert seen.problem == ("It is taken off -, but E-1 was paid from B-1 (G-1), B-2 (G-1).")


def test_rows_that_lead_to_a_circle_are_not_in_it() -> None:
    first = back("1", "E-3", refund_of="E-5")
    circle = [back("1", "E-4", refund_of="E-5"), back("1", "E-5", refund_of="E-4")]

    seen = [each for each in found(first, *circle) if each.code == "expenses-in-circle"]
    assert [(each.id, each.field) for each in seen] == [("E-4", "refund_of")]
    assert dict(seen[0].values) == {"rows": "E-4, E-5"}


def spent_on_line(*changes: Change) -> int:
    """What the line B-1 has spent, in cents."""
    records: dict[str, dict[str, Fields]] = {name: dict(rows) for name, rows in HEALTHY.items()}
    for table, id_, fields in changes:
        records[table][id_] = {**records[table].get(id_, {}), **fields}
    plan, _ = plan_of(records, base="EUR")
    sums, _ = totals(plan)
    return sum(total.spent for total in sums if total.line == "B-1")


def test_all_of_a_refund_is_taken_off_also_what_is_above_its_payment() -> None:
    assert spent_on_line() == 300_00
    assert spent_on_line(back("300")) == 0
    assert spent_on_line(back("450")) == -150_00
    (above,) = found(back("450"))
    assert dict(above.values)["over"] == "150.00 EUR"


def test_a_row_is_counted_as_the_finding_says() -> None:
    assert spent_on_line(back("20", state="paid")) == 320_00
    assert spent_on_line(back("20", state="committed")) == 300_00
    assert spent_on_line(back("20", state="committed", paid_on="2026-01-15")) == 320_00
    assert spent_on_line(("expenses", "E-1", {"state": "committed"})) == 0
    assert spent_on_line(("expenses", "E-1", {"state": "committed", "paid_on": "2026-01-10"})) == (
        300_00
    )


def test_a_sum_that_is_wrong_is_told_before_a_cell_in_doubt() -> None:
    above, itself, other = (
        next(found(*case[1])[0] for case in CASES if case[0] == code)
        for code in ("refund-above-expense", "refund-of-itself", "state-contradicts")
    )

    assert {HARMS[harm_of(code)] for code in CODES} == {"Figures that are incomplete or in doubt"}
    assert sorted([itself, other, above], key=rank) == [above, other, itself]


@pytest.mark.parametrize(
    ("language", "problem", "remedy"),
    [
        (
            "fr",
            (
                "Remboursement de est rempli, mais État n'est pas « remboursé ». Cette ligne est"
                " comptée comme « payé »."
            ),
            "Mettez État à « remboursé », ou videz Remboursement de.",
        ),
        (
            "uk",
            (
                "«Повернення за» заповнено, але «Стан» не «повернуто». Цей рядок враховано як"
                " «оплачено»."
            ),
            "Поставте «Стан» «повернуто» або очистіть «Повернення за».",
        ),
    ],
)
def test_the_names_of_cells_and_choices_are_those_of_the_sheet(
    language: str, problem: str, remedy: str
) -> None:
    (seen,) = found(back("20", state="paid"))

    assert seen.words("en", sheet_words(language)) == (problem, remedy)
