"""`adopt`: a workbook that people have is read, asked about, compared with its totals, and written
into a config, without a line of TOML typed."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from budgettrack.setup.adopt.synonyms import COLUMNS, WORDS
from budgettrack.setup.adopt.vocabulary import LANGUAGES, may_name_people, meanings_of, says
from tests.world.adopting import ON, Tab, adopted, book, figures, run
from tests.world.outside import SHARED

CASES = Path(__file__).parents[2] / "shared" / "cases" / "books"


def tables(path: Path) -> dict[str, Any]:
    text = (path.parent / "budgettrack.toml").read_text("utf-8")
    found: dict[str, Any] = tomllib.loads(text).get("tables", {})
    return found


def cash(path: Path) -> str:
    run("--config", str(path.parent), "sync", *ON)
    return run("--config", str(path.parent), "status", *ON).stdout


# What was once lost, counted twice or read in another currency, in silence


def test_received_beside_paid_is_income(tmp_path: Path) -> None:
    """The usual headings of a cash book. The income was a finding that Paid is empty."""
    rows = [
        ["Date", "Details", "Received", "Paid", "Balance"],
        [date(2026, 1, 1), "Balance b/f", None, None, 500],
        [date(2026, 1, 5), "Dues", 100, None, 600],
        [date(2026, 1, 9), "Stamps", None, 40, 560],
    ]
    path = book(tmp_path, {"Cash book": rows})
    said = adopted(path).output
    assert "Expenses: 1 row, 40.00 in all" in said
    assert "Income: 1 row, 100.00 in all" in said
    assert said.count("Not read") == said.count("Not read: Cash book!E2: an opening") == 1


@pytest.mark.parametrize("total", ["Total actual", "Actual"])
def test_of_columns_of_spending_by_month_each_is_read_and_their_total_is_not(
    total: str, tmp_path: Path
) -> None:
    rows = [
        ["Item", "Jan actual", "Feb actual", total, "Budget"],
        ["Rent", 3, 4, 7, 10],
        ["Food", 1, 2, 3, 6],
        ["Total", 4, 6, 10, 16],
    ]
    path = book(tmp_path, {"Plan": rows})
    said = adopted(path).output
    assert "Expenses: 4 rows, 10.00 in all" in said
    assert "Not read: Plan!D: amounts of 10.00 in all." in said


def test_a_total_of_spending_that_has_more_than_its_months_is_read_instead(tmp_path: Path) -> None:
    """Twelve were spent, of which ten are in the two months that have columns."""
    rows = [
        ["Item", "Jan actual", "Feb actual", "Total actual", "Budget"],
        ["Rent", 3, 4, 9, 10],
        ["Food", 1, 2, 3, 6],
        ["Total", 4, 6, 12, 16],
    ]
    path = book(tmp_path, {"Plan": rows})
    said = adopted(path).output
    assert "Expenses: 2 rows, 12.00 in all" in said
    assert "Not read: Plan!B: amounts of 4.00 in all." in said
    assert "Not read: Plan!C: amounts of 6.00 in all." in said


def test_amounts_that_no_table_takes_are_told(tmp_path: Path) -> None:
    rows = [
        ["Activity", "Deadline", "Planned cost", "Actual cost", "Balance"],
        ["Training", date(2026, 3, 1), 500, 450, 50],
        ["Camp", date(2026, 6, 1), 1000, 20, 980],
        ["Total", None, 1500, 470, 1030],
    ]
    path = book(tmp_path, {"Plan": rows})
    said = adopted(path).output
    assert "Expenses: 2 rows, 470.00 in all" in said
    assert "Not read: Plan!C: amounts of 1,500.00 in all." in said
    assert "Plan!E" not in said.partition("Every row")[0], "a balance is no amount of its own"
    rows_told = json.loads(adopted(path, "--json").stdout)
    assert {"what": "left out", "place": "Plan!C", "name": "", "value": "1500.00"} in rows_told


@pytest.mark.parametrize(
    ("local", "wanted", "currency"),
    [
        ("Amount KGS", "Amount USD", "USD"),
        ("Amount (local currency)", "Amount in EUR", "EUR"),
        ("Montant KGS", "Montant en USD", "USD"),
    ],
)
def test_an_amount_has_the_currency_of_its_own_heading(
    local: str, wanted: str, currency: str, tmp_path: Path
) -> None:
    rows = [
        ["Date", "Item", local, wanted],
        [date(2026, 1, 2), "Rent", 8700, 100],
        [date(2026, 1, 3), "Food", 870, 10],
    ]
    path = book(tmp_path, {"Spent": rows})
    assert "Expenses: 2 rows, 110.00 in all" in adopted(path).output
    assert tables(path)["expenses"]["constant"]["currency"] == currency
    config = tomllib.loads((tmp_path / "budgettrack.toml").read_text("utf-8"))
    assert config["organisation"]["currency"] == currency


@pytest.mark.parametrize("heading", ["Cost", "Sum"])
def test_a_summary_that_was_typed_is_not_counted_again(heading: str, tmp_path: Path) -> None:
    def month(number: int, rent: int) -> list[list[Any]]:
        day = date(2026, number, 3)
        return [["Date", "Item", "Cost"], [day, "Rent", rent], [day, "Food", 5]]

    summary = [["Month", heading], ["Jan", 105], ["Feb", 125], ["Total", 230]]
    tabs: dict[str, Tab] = {"Jan": month(1, 100), "Feb": month(2, 120), "Summary": summary}
    path = book(tmp_path, tabs)
    said = adopted(path).output
    assert "Expenses: 4 rows, 230.00 in all, from Jan, Feb\n" in said
    assert "Not read: Summary: its amounts are sums of rows that are read elsewhere." in said
    assert "Budget:" not in said


def test_what_came_back_is_taken_off_the_sum_that_is_told(tmp_path: Path) -> None:
    rows = [
        ["Buchungstag", "Zweck", "Betrag"],
        ["05.01.2026", "Miete", "1.200,50 €"],
        ["06.02.2026", "Erstattung", "-200,50 €"],
        ["", "Summe", "1.000,00 €"],
    ]
    path = book(tmp_path, {"Ausgaben": rows})
    assert "Expenses: 2 rows, 1,000.00 in all" in adopted(path).output


# The small cases that once came out wrong


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ("side_by_side", "Cash of no grant: 450.00 EUR held"),
        ("cash_book", "Cash of no grant: 46.00 EUR held"),
        ("indirect_rate", [("6000.50", "0.00"), ("60000.00", "0.00"), ("7333.39", "0.00")]),
        ("quarters", [("400.00", "0.00"), ("60.00", "0.00")]),
        ("groups_as_rows", [("100.00", "0.00"), ("200.00", "0.00"), ("50.00", "0.00")]),
        (
            "totals_above",
            [("100.00", "0.00"), ("1500.00", "0.00"), ("160.00", "0.00"), ("200.00", "0.00")],
        ),
        ("month_matrix", [("1200.00", "0.00"), ("300.00", "0.00")]),
        ("tab_per_month", [("0.00", "600.00")]),
        ("rollups", [("100.00", "0.00"), ("200.00", "0.00"), ("50.00", "0.00")]),
    ],
)
def test_a_case_comes_out_as_it_must(case: str, wanted: object, tmp_path: Path) -> None:
    if not CASES.is_dir():
        pytest.skip("the cases are not here")
    source = next((CASES / case).glob("*.xlsx"))
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())

    assert adopted(path).exit_code == 0
    if isinstance(wanted, str):
        assert wanted in cash(path)
    else:
        assert figures(path) == wanted


# Invented books


def test_a_french_budget_with_quantities_and_categories_typed_once(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Budget 2026": [
                ["Association des quais : budget prévisionnel 2026"],
                [],
                ["Rubrique", "Libellé", "Unité", "Quantité", "Coût unitaire", "Montant (EUR)"],
                ["Personnel", "Coordination", "mois", 12, 100.5, 1206],
                [None, "Animation", "mois", 6, 50, 300],
                ["Total Personnel", None, None, None, None, 1506],
                ["Voyages", "Train", "trajet", 4, 25, 100],
                ["Total général", None, None, None, None, 1606],
            ]
        },
    )

    done = adopted(path)
    assert done.exit_code == 0, done.output
    budget = tables(path)["budget"]
    assert budget["headings"] == {
        "category": "Rubrique",
        "description": "Libellé",
        "unit": "Unité",
        "quantity": "Quantité",
        "unit_cost": "Coût unitaire",
        "amount": "Montant (EUR)",
    }
    assert budget["fill_down"] == ["category"]
    assert figures(path) == [("100.00", "0.00"), ("1206.00", "0.00"), ("300.00", "0.00")]
    lines = json.loads(
        run("--config", str(tmp_path), "variance", "--by", "category", "--json", *ON).stdout
    )
    assert {row["category"] for row in lines} == {"Personnel", "Voyages"}


def test_a_german_cash_book_with_two_columns_and_a_balance(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Kasse": [
                ["Datum", "Buchungstext", "Einnahmen", "Ausgaben", "Saldo"],
                ["05.01.2026", "Beiträge", 200, None, 200],
                ["17.01.2026", "Briefmarken", None, 8.5, 191.5],
                ["20.02.2026", "Raum", None, 60, 131.5],
                ["Summe", None, 200, 68.5, None],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    assert "Cash of no grant: 131,50 EUR held" in cash(path)


def test_one_signed_column_is_income_and_spending(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Movimientos": [
                ["Fecha", "Concepto", "Importe"],
                [date(2026, 1, 5), "Cuotas", 300],
                [date(2026, 1, 9), "Alquiler", -120],
                [date(2026, 2, 9), "Alquiler", -120],
                ["Total", None, 60],
            ]
        },
    )

    done = adopted(path, "--json", "--yes")
    assert done.exit_code == 0
    rows = json.loads(done.stdout)
    assert [row["name"] for row in rows if row["what"] == "table"] == ["expenses", "income"]
    asked = {row["place"]: row["value"] for row in rows if row["what"] == "question"}
    assert asked == {"minus": "out"}
    assert "60,00 EUR en mano" in cash(path)


def test_budgeted_and_spent_beside_each_other(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Project": [
                ["Task", "Budgeted", "Spent", "Remaining"],
                ["1. Planning", 200, 150, "=B2-C2"],
                ["2. Work", None, None, None],
                ["2.1 Staff", 1000, 700, "=B4-C4"],
                ["2.2 Travel", 300, 90, "=B5-C5"],
                ["sub-total", 1300, 790, None],
                ["TOTAL", 1500, 940, None],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    assert figures(path) == [("1000.00", "700.00"), ("200.00", "150.00"), ("300.00", "90.00")]


def test_blocks_below_each_other_and_notes_that_are_not_read(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Plan": [
                ["Budget 2026"],
                [],
                ["INCOME"],
                ["Source", "Amount"],
                ["Members", 100],
                ["City", 900],
                ["Total income", 1000],
                [],
                ["EXPENSES"],
                ["Item", "Days", "Cost"],
                ["Rent", None, 600],
                ["Cook", 10, 400],
                ["Total expenses", None, 1000],
            ]
        },
    )

    done = adopted(path)
    assert done.exit_code == 0, done.output
    assert figures(path) == [("400.00", "0.00"), ("600.00", "0.00")]
    # Planned income is expected, not received.
    assert tables(path)["income"]["constant"]["state"] == "expected"
    assert tables(path)["income"]["until"] == "EXPENSES"


def test_two_blocks_with_the_same_headings_side_by_side_are_both_read(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Plan": [
                ["Item", "Amount", "Item", "Amount"],
                ["Rent", 100, "Van", 30],
                ["Food", 50, "Bus", 20],
                ["Total", 150, "Total", 50],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    assert sorted(figures(path)) == [
        ("100.00", "0.00"), ("20.00", "0.00"), ("30.00", "0.00"), ("50.00", "0.00"),
    ]  # fmt: skip


def test_two_blocks_of_costs_with_other_headings_are_both_read(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Budget 2026": [
                ["Staff"],
                ["Position", "Months", "Total"],
                ["Coordinator", 12, 1200],
                ["Total staff", None, 1200],
                [],
                ["Travel"],
                ["Item", "Quantity", "Unit cost", "Total cost"],
                ["Bus", 10, 5, 50],
                ["Train", 2, 20, 40],
                ["Total travel", None, None, 90],
            ],
            "Summary": [
                ["Category", "Amount"],
                ["Staff", "='Budget 2026'!C4"],
                ["Travel", "='Budget 2026'!D10"],
            ],
        },
    )

    done = adopted(path)
    assert done.exit_code == 0, done.output
    assert len(tables(path)["budget"]) == 2
    assert figures(path) == [("1200.00", "0.00"), ("40.00", "0.00"), ("50.00", "0.00")]


def test_a_russian_list_with_numbers_as_text_and_a_currency(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Смета 2026": [
                ["№", "Наименование", "Кол-во", "Цена", "Сумма, USD"],
                ["1", "Аренда", 12, "100,50", "1 206,00"],
                ["2", "Связь", 12, "10,00", "120,00"],
                [None, "Итого", None, None, "1 326,00"],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    text = (tmp_path / "budgettrack.toml").read_text("utf-8")
    assert 'currency = "USD"' in text
    assert 'locale = "ru_RU"' in text
    assert figures(path) == [("120.00", "0.00"), ("1206.00", "0.00")]


def test_year_and_month_in_two_columns(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Despesas": [
                ["Ano", "Mês", "Descrição", "Valor"],
                [2026, "janeiro", "Renda", 100],
                [2026, "fevereiro", "Renda", 110],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    assert tables(path)["expenses"]["date_parts"] == {"year": "Ano", "month": "Mês"}
    assert figures(path) == [("0.00", "210.00")]


def test_an_arabic_budget(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {"ميزانية 2026": [["البند", "المبلغ"], ["إيجار", 500], ["نقل", 40], ["المجموع", 540]]},
    )

    assert adopted(path).exit_code == 0
    assert figures(path) == [("40.00", "0.00"), ("500.00", "0.00")]


def test_a_tab_for_each_month_without_dates_has_its_months(tmp_path: Path) -> None:
    tabs = {
        "Jan": [["Item", "Amount"], ["Rent", 100], ["Total", 100]],
        "Feb": [["Item", "Amount"], ["Rent", 110], ["Total", 110]],
    }
    path = book(tmp_path, tabs)
    (tmp_path / "answers").write_text('kind = "actual"\nyear = "2026"\n', "utf-8")

    assert adopted(path, "--answers", str(tmp_path / "answers")).exit_code == 0
    assert [block["constant"]["date"] for block in tables(path)["expenses"]] == [
        "2026-01-31",
        "2026-02-28",
    ]
    assert figures(path) == [("0.00", "210.00")]


def test_headings_of_two_rows_and_a_first_column_without_one(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Budget": [
                [None, 2026, None, None],
                [None, "Q1", "Q2", "Total"],
                ["Staff", 10, 10, 20],
                ["Travel", 5, None, 5],
                ["Total", 15, 10, 25],
            ]
        },
    )

    assert adopted(path).exit_code == 0
    assert tables(path)["budget"]["columns"] == {"description": "A"}
    assert figures(path) == [("20.00", "0.00"), ("5.00", "0.00")]


def test_a_month_in_a_column_and_the_year_on_the_tab(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {"2026": [["Mois", "Poste", "Dépenses"], ["Janvier", "Loyer", 100], ["Total", None, 100]]},
    )

    assert adopted(path).exit_code == 0
    assert figures(path) == [("0.00", "100.00")]


# Totals


WRONG = {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 20], ["Total", 31]]}


def test_a_total_that_differs_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    path = book(tmp_path, WRONG)
    done = adopted(path)

    assert done.exit_code == 1
    assert (
        "Plan!B4: This total is 31, but its rows sum to 30. Correct it in the sheet, or accept it:"
        " --waive 'Plan!B4'" in done.stderr
    )
    assert not (tmp_path / "budgettrack.toml").exists()


def test_a_total_that_is_waived_is_silent_at_each_sync_until_the_figures_part_further(
    tmp_path: Path,
) -> None:
    path = book(tmp_path, WRONG)

    assert adopted(path, "--yes", "--waive", "Plan!B4").exit_code == 3
    text = (tmp_path / "budgettrack.toml").read_text("utf-8")
    assert "# Waived at adoption: the total in Plan!B4 is not the sum of its rows." in text
    assert tables(path)["budget"]["accepted"] == {"amount": ["1"]}
    config = ("--config", str(tmp_path))
    run(*config, "sync", *ON)
    assert "This total is" not in run(*config, "checks").output
    shown = run(*config, "sheet")
    assert "B4 says 31.00; our 2 lines 30.00: they differ as accepted in the config" in shown.output
    assert shown.exit_code == 0

    # The sheet is worked on: another line, and a total that follows.
    rows = [["Item", "Amount"], ["Pens", 10], ["Ink", 7], ["Cups", 20]]
    book(tmp_path, {"Plan": [*rows, ["Total", 38]]})
    run(*config, "sync", *ON)
    assert "This total is" not in run(*config, "checks").output

    book(tmp_path, {"Plan": [*rows, ["Total", 40]]})
    run(*config, "sync", *ON)
    assert "This total is 40, but its rows sum to 37." in run(*config, "checks").output
    again = adopted(path, "--yes", "--waive", "Plan!B5")
    assert (
        "budget.accepted: the config does not accept every total that you waive. Type there:"
        ' accepted = { amount = ["1", "3"] }' in again.stdout
    )


def test_an_accepted_total_stands_in_the_block_of_its_tab(tmp_path: Path) -> None:
    rows = [["Date", "Item", "Amount"], [date(2026, 1, 5), "Bus", 5]]
    path = book(
        tmp_path,
        {"Quux": [*rows, ["Total", None, 5]], "Xaviera": [*rows, ["Total", None, 9]]},
    )

    assert adopted(path, "--yes", "--waive", "#2!C3").exit_code == 3
    assert tables(path)["expenses"]["accepted"] == {"amount": ["4"]}
    config = ("--config", str(tmp_path))
    run(*config, "sync", *ON)
    assert "This total is" not in run(*config, "checks").output


def test_a_total_that_tied_is_checked_at_every_sync(tmp_path: Path) -> None:
    tabs = {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 20], ["Total", 30]]}
    path = book(tmp_path, tabs)
    config = ("--config", str(tmp_path))

    done = adopted(path)
    assert (
        "4           total of rows 2-3\n              B4 says 30.00; our 2 lines 30.00"
        in done.stdout
    )
    assert done.exit_code == 0
    run(*config, "sync", *ON)
    assert "its rows sum to" not in run(*config, "checks").output
    book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 25], ["Total", 30]]})
    run(*config, "sync", *ON)
    assert "This total is 30, but its rows sum to 35." in run(*config, "checks").output


# Names of people


def test_what_may_name_people_is_nowhere(tmp_path: Path) -> None:
    rows = [
        ["Date", "Name", "Item", "Amount", "Xaviera's list"],
        [date(2026, 1, 5), "Xaviera Quux", "Bus", 5, "Zebedee"],
        ["Total", None, None, 5, None],
    ]
    path = book(tmp_path, {"Xaviera": rows, "Zebedee": rows, "Notes": [["Quux"]]})

    shown = adopted(path, "--yes", "--dry-run")
    done = adopted(path, "--json", "--yes")
    assert done.exit_code == 0
    config = (tmp_path / "budgettrack.toml").read_text("utf-8")
    for text in (shown.output, done.output, config):
        assert "xaviera" not in text.lower()
        assert "zebedee" not in text.lower()
        assert "quux" not in text.lower()
    assert tables(path)["expenses"]["tabs"] == ["#1", "#2"]
    assert figures(path) == [("0.00", "10.00")]


def test_a_tab_named_after_a_person_is_named_by_no_command_and_in_no_register(
    tmp_path: Path,
) -> None:
    rows = [
        ["Date", "Item", "Amount"],
        [date(2026, 1, 2), "Rent", 50],
        [date(2026, 1, 3), "Bus", "5O"],
    ]
    path = book(tmp_path, {"Maren Quist": rows, "Olek Brandt": rows})
    adopted(path)
    config = ("--config", str(tmp_path))
    asked = [run(*config, "sync", *ON), run(*config, "sync", "--on", "2026-03-02")]
    told = run(*config, "checks")
    asked += [told, run(*config, "status"), run(*config, "sheet"), run(*config, "sheet", "#2")]
    asked += [run(*config, "sheet", "Olek Brandt"), run(*config, "doctor")]
    assert "'#1'!C3  error  amount-not-a-number" in told.stdout
    first_seen = {row["first_seen"] for row in json.loads(run(*config, "checks", "--json").stdout)}
    assert first_seen == {"2026-03-01"}
    said = "".join(result.output for result in asked)
    assert "#2: read as Expenses" in said
    kept = (tmp_path / "register.sqlite").read_bytes()
    for name in ("Quist", "Brandt"):
        assert name not in said
        assert name.encode() not in kept


def test_names_of_tabs_stand_in_the_config_if_somebody_says_that_they_name_nobody(
    tmp_path: Path,
) -> None:
    path = book(tmp_path, {"Wharf": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    (tmp_path / "a.toml").write_text('people = "no"\ngrant = "W-1"\n', "utf-8")

    assert adopted(path, "--answers", str(tmp_path / "a.toml")).exit_code == 0
    assert tables(path)["budget"]["tab"] == "Wharf"
    assert tables(path)["budget"]["constant"] == {"grant": "W-1"}


def test_no_known_word_may_be_a_name() -> None:
    assert not may_name_people("Budget 2026")
    assert not may_name_people("Janvier")
    assert not may_name_people("S")
    assert may_name_people("Xaviera")


# Questions and answers


def test_without_a_terminal_questions_are_refused_in_words(tmp_path: Path) -> None:
    path = book(tmp_path, WRONG)
    done = adopted(path, "--dry-run")

    assert done.exit_code == 2
    assert "You must be asked about year, grant, but this is no terminal." in done.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"kinds": "planned"}', "There is no question kinds."),
        ('{"kind": "both"}', '"both" is no answer to kind. One of: planned, actual.'),
        ("{", "is neither JSON nor TOML"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(text: str, words: str, tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [["Item", "Amount"], ["Pens", 10]]})
    (tmp_path / "answers").write_text(text, "utf-8")
    done = adopted(path, "--answers", str(tmp_path / "answers"))

    assert done.exit_code == 2
    assert words in done.stderr


def test_an_answer_changes_what_is_read(tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    (tmp_path / "answers").write_text('kind = "actual"\nday = "2026-02-03"\n', "utf-8")

    assert adopted(path, "--answers", str(tmp_path / "answers")).exit_code == 0
    assert tables(path)["expenses"]["constant"]["date"] == "2026-02-03"
    assert figures(path) == [("0.00", "30.00")]


def test_the_order_of_day_and_month_is_asked_only_where_no_date_says_it(tmp_path: Path) -> None:
    def asked(day: str) -> list[str]:
        folder = tmp_path / day.replace("/", "-")
        folder.mkdir()
        path = book(
            folder, {"S": [["Date", "Item", "Amount"], [day, "Pens", 10], ["03/04/2026", "x", 1]]}
        )
        rows = json.loads(adopted(path, "--json", "--yes", "--dry-run").stdout)
        return [row["place"] for row in rows if row["what"] == "question"]

    assert asked("01/02/2026") == ["dates"]
    assert asked("25/02/2026") == []


ITEMS = [["Item", "Amount"], ["Pens", 10], ["Cups", 20], ["Total", 30]]
OF_JANUARY = [["Date", "Item", "Amount"], [date(2026, 1, 5), "Pens", 10], ["Total", None, 10]]
CASH = [["Date", "Text", "In", "Out"], [date(2026, 1, 5), "dues", 10, None]]
BESIDE = [
    ["Actual", None, None, "Income", None],
    ["What", "Total", None, "From", "Amount"],
    ["Hall", 500, None, "Fund A", 600],
    ["Food", 300, None, "Fund B", 400],
]
BY_MONTH = [["Budget 2026"], ["Item", "Jan", "Feb", "Total"], ["Pens", 1, 2, 3]]


@pytest.mark.parametrize(
    ("tabs", "keys"),
    [
        ({"S": ITEMS}, 3),
        ({"S": CASH}, 0),
        ({"Jan": OF_JANUARY, "Feb": OF_JANUARY}, 0),
        ({"S": BESIDE}, 2),
        ({"S": BY_MONTH}, 1),
    ],
)
def test_a_few_keys_are_enough(tabs: Mapping[str, Tab], keys: int, tmp_path: Path) -> None:
    rows = json.loads(adopted(book(tmp_path, tabs), "--json", "--yes").stdout)

    assert sum(row["what"] == "question" for row in rows) == keys


def test_at_a_terminal_enter_takes_every_default(tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    keys, said = at_terminal(["adopt", str(path), *ON], ["\r"] * 3)

    assert keys == 3, said
    assert "What are they?" in said
    assert "row 2: 10.00" in said
    assert tables(path)["budget"]["constant"] == {"grant": "G-1"}


def test_at_a_terminal_a_number_chooses(tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    keys, said = at_terminal(["adopt", str(path), *ON], ["\r", "2\r", "\r"])

    assert keys == 3, said
    assert tables(path)["expenses"]["constant"]["state"] == "paid"


def at_terminal(words: Sequence[str], answers: Sequence[str]) -> tuple[int, str]:
    """Runs the program in a terminal. Returns how many answers it took, and what it said."""
    child, master = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-m", "budgettrack", *words])
    said, sent, quiet = "", 0, 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.3)
        if ready:
            try:
                piece = os.read(master, 65536)
            except OSError:
                break
            if not piece:
                break
            said, quiet = said + piece.decode("utf-8", "replace"), 0
            continue
        quiet += 1
        is_asking = "?" in said or ":" in said
        if sent < len(answers) and quiet >= 2 and is_asking:
            os.write(master, answers[sent].encode())
            sent, quiet = sent + 1, 0
    os.waitpid(child, 0)
    return sent, said


# The config


def test_ids_are_written_only_if_somebody_says_so(tmp_path: Path) -> None:
    tabs = {"Budget 2026": [["Code", "Item", "Amount"], ["B1", "Pens", 10], ["B2", "Cups", 20]]}
    path = book(tmp_path, tabs)
    (tmp_path / "answers").write_text('ids = "yes"\n', "utf-8")

    rows = json.loads(adopted(path, "--json", "--yes", "--dry-run").stdout)
    assert ("ids", "no") in [(row["place"], row["value"]) for row in rows]
    assert adopted(path, "--answers", str(tmp_path / "answers")).exit_code == 0
    assert tables(path)["budget"]["write"] is True


def test_run_again_it_says_how_config_and_sheet_differ_and_writes_nothing(tmp_path: Path) -> None:
    path = book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    assert adopted(path).exit_code == 0
    assert "The sheet is as the config says." in adopted(path).stdout

    config = tmp_path / "budgettrack.toml"
    config.write_text(config.read_text("utf-8").replace('"Item"', '"Thing"'), "utf-8")
    before = config.read_bytes()
    done = adopted(path)
    assert (
        'budget.headings: the config says { description = "Thing", amount = "Amount" }, seen is'
        ' { description = "Item", amount = "Amount" }.' in done.stdout
    )
    assert config.read_bytes() == before


def test_tables_are_written_into_a_config_that_has_none(tmp_path: Path) -> None:
    path = book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    config = tmp_path / "budgettrack.toml"
    config.write_text('[organisation]\nname = "Ours"\n[workbook]\nxlsx = "b.xlsx"\n', "utf-8")

    assert adopted(path).exit_code == 0
    assert 'name = "Ours"' in config.read_text("utf-8")
    assert tables(path)["budget"]["tab"] == "Plan"


def test_the_config_of_another_workbook_is_left_alone(tmp_path: Path) -> None:
    path = book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10]]})
    (tmp_path / "budgettrack.toml").write_text('[workbook]\nxlsx = "other.xlsx"\n', "utf-8")
    done = adopted(path)

    assert done.exit_code == 2
    assert "is of another workbook" in done.stderr


def test_a_workbook_without_amounts_is_refused_in_words(tmp_path: Path) -> None:
    path = book(tmp_path, {"S": [["Anything", "else"], ["a", "b"]]})
    done = adopted(path)

    assert done.exit_code == 1
    assert "No table with amounts was seen" in done.stderr


def test_nothing_is_written_into_the_workbook(tmp_path: Path) -> None:
    path = book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10], ["Cups", 20]]})
    before = path.read_bytes()
    adopted(path)
    assert path.read_bytes() == before
    run("--config", str(tmp_path), "sync", *ON)
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = adopted(tmp_path / "none.xlsx")
    assert done.exit_code == 2
    assert "There is no file" in done.stderr


# Where people look first


def test_init_points_to_adopt_for_a_file_that_is_there(tmp_path: Path) -> None:
    path = book(tmp_path, {"Wharf": [["Item", "Amount", "Zed"], ["Pens", 10, "x"]]})
    done = run("init", "--xlsx", str(path))

    assert done.exit_code == 1
    assert f"Bring it in with: budgettrack adopt {path}" in done.stderr
    assert "Seen: tab 1 (Item, Amount)" in done.stderr
    assert "Wharf" not in done.stderr
    assert "Zed" not in done.stderr


def test_doctor_points_to_adopt_where_no_tab_is_ours(tmp_path: Path) -> None:
    path = book(tmp_path, {"Plan": [["Item", "Amount"], ["Pens", 10]]})
    (tmp_path / "budgettrack.toml").write_text('[workbook]\nxlsx = "b.xlsx"\n', "utf-8")
    done = run("--config", str(tmp_path), "doctor")

    assert "None of its tabs has the layout of budgettrack." in done.stdout
    assert f"budgettrack adopt {path}" in done.stdout
    assert "Plan (Item, Amount)" in done.stdout


# The words


def test_every_meaning_is_known_in_every_language() -> None:
    for group in (COLUMNS, WORDS):
        for meaning, languages in group.items():
            assert set(languages) == set(LANGUAGES), meaning
            assert all(word.strip() for text in languages.values() for word in text.split(","))


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Montant (EUR)", "amount"),
        ("TOTAL 2026", "total"),
        ("Ausgaben", "description"),
        ("Сумма, руб.", "amount"),
        ("المبلغ", "amount"),
        ("Valor unitário", "unit_cost"),
        ("Paid to", "payee"),
    ],
)
def test_headings_are_known(heading: str, meaning: str) -> None:
    assert meaning in meanings_of(heading)


def test_titles_say_what_a_tab_is() -> None:
    assert says("Budget prévisionnel 2026", "planned")
    assert says("Einnahmen 2026", "income")
    assert not says("Wharf", "planned")


def test_an_activity_that_is_typed_once_is_the_category_of_its_parts(tmp_path: Path) -> None:
    rows = [
        ["Activity", "Sub-activity", "Budget"],
        ["Outreach", "Training", 400],
        [None, "Kits", 200],
        [None, "Sub-total", 600],
        ["Advocacy", "Meeting", 80],
        [None, "Sub-total", 80],
        ["TOTAL", None, 680],
    ]
    path = book(tmp_path, {"Budget": rows})
    adopted(path)
    found = tables(path)["budget"]
    assert {**found["headings"], **found.get("columns", {})} == {
        "category": "Activity",
        "description": "B",
        "amount": "Budget",
    }
    assert found["fill_down"] == ["category"]


def test_a_running_balance_proves_what_debit_means(tmp_path: Path) -> None:
    rows = [
        ["Date", "Details", "Debit", "Credit", "Balance"],
        [date(2026, 1, 1), "Balance b/d", None, None, 1000],
        [date(2026, 1, 3), "Rent", None, 100, 900],
        [date(2026, 1, 4), "Grant received", 500, None, 1400],
    ]
    said = adopted(book(tmp_path, {"Cashbook": rows})).output
    assert "Expenses: 1 row, 100.00 in all" in said
    assert "Income: 1 row, 500.00 in all" in said


def test_lines_in_another_currency_are_told_and_not_counted(tmp_path: Path) -> None:
    rows = [
        ["Line", "Amount", "Currency"],
        ["Rent", 100, "EUR"],
        ["Food", 20, "EUR"],
        ["Visa", 50, "USD"],
    ]
    path = book(tmp_path, {"Budget": rows})
    said = adopted(path).output
    assert "Budget: 2 rows, 120.00 in all" in said
    assert tables(path)["budget"]["where"] == {"Currency": "EUR"}
    assert "Not read: Budget!C: amounts in USD of 50.00 in all." in said


def test_spending_by_category_is_tied_to_the_lines_of_these_names(tmp_path: Path) -> None:
    plan = [["Category", "Budget"], ["Staff", 1000], ["Travel", 500], ["Total", 1500]]
    spent = [
        ["Date", "Category", "Description", "Amount"],
        [date(2026, 1, 5), "Staff", "Salary", 400],
        [date(2026, 2, 3), "Travel", "Bus", 100],
        ["Total", None, None, 500],
    ]
    path = book(tmp_path, {"Plan": plan, "Expenses": spent})
    adopted(path)
    assert tables(path)["expenses"]["headings"]["budget_line"] == "Category"


def test_a_summary_by_category_of_a_real_workbook_is_not_counted_again(tmp_path: Path) -> None:
    """Its README tells the lines and their sum: 176 and 1,252,804.70."""
    real = SHARED / "real" / "nonprofit-2023.xlsx"
    if not real.is_file():
        pytest.skip("the workbooks of others are not beside this checkout")
    path = tmp_path / "real.xlsx"
    path.write_bytes(real.read_bytes())
    said = adopted(path, "--yes", "--dry-run").output
    assert "Budget: 176 rows, 1,252,804.70 in all, from budget\n" in said
    assert "Not read: budget_totals_summary: its amounts sum to the same" in said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("planned", "Budget: 2 rows, 230.00 in all"),
        ("actual", "Expenses: 4 rows, 230.00 in all"),
    ],
)
def test_expenses_by_month_may_be_planned_or_spent(kind: str, said: str, tmp_path: Path) -> None:
    rows = [
        ["Category", "Jan", "Feb", "Total"],
        ["Rent", 100, 100, 200],
        ["Food", 10, 20, 30],
        ["Total", 110, 120, 230],
    ]
    path = book(tmp_path, {"Expenses 2026": rows})
    answers = tmp_path / "answers.toml"
    answers.write_text(f'kind = "{kind}"\n', "utf-8")
    assert said in adopted(path, "--answers", str(answers)).output


WEEKS = [
    ["Item", "Week 1", "Week 2", "Total"],
    ["Rent", 100, 200, 300],
    ["Food", 10, 20, 30],
    ["Total", 110, 220, 330],
]


def test_expenses_of_a_month_by_week_were_spent_in_it(tmp_path: Path) -> None:
    path = book(tmp_path, {"Expenses January 2026": WEEKS})

    assert "Expenses: 2 rows, 330.00 in all" in adopted(path, "--yes").output
    assert tables(path)["expenses"]["constant"]["date"] == "2026-01-31"
    assert figures(path) == [("0.00", "330.00")]


def test_income_of_a_month_was_received_in_it(tmp_path: Path) -> None:
    rows = [["Item", "Amount"], ["Dues", 40], ["Total", 40]]
    path = book(tmp_path, {"Income January 2026": rows})

    assert "Income: 1 row, 40.00 in all" in adopted(path, "--yes").output
    constant = tables(path)["income"]["constant"]
    assert (constant["state"], constant["date"]) == ("received", "2026-01-31")


def test_expenses_of_a_month_that_has_not_begun_are_asked_about(tmp_path: Path) -> None:
    path = book(tmp_path, {"Expenses December 2026": WEEKS})

    assert adopted(path, "--yes").exit_code == 1


def test_a_tab_of_expenses_without_dates_is_no_plan_without_an_answer(tmp_path: Path) -> None:
    rows = [["Item", "Jan", "Feb"], ["Rent", 100, 200]]
    path = book(tmp_path, {"Expenses 2026": rows, "Other things": rows})

    done = adopted(path, "--yes")
    assert done.exit_code == 1
    assert (
        "The tab says expenses, without dates. Are they planned or actual? Answer on a terminal, or"
        ' in a file (--answers FILE): kind = "planned" or kind = "actual".' in done.stderr
    )
    assert not (tmp_path / "budgettrack.toml").exists()


def test_an_expense_that_was_not_paid_is_a_finding_and_not_spent(tmp_path: Path) -> None:
    rows = [
        ["Fecha", "Concepto", "Importe", "Estado"],
        [date(2026, 1, 5), "Alquiler", 100, "pagado"],
        [date(2026, 1, 6), "Impresora", 80, "anulado"],
    ]
    said = adopted(book(tmp_path, {"Gastos": rows})).output
    assert "Expenses: 2 rows, 100.00 in all" in said
    assert "Look at Gastos!D3: This text is not one of: committed, paid, refunded." in said


def test_a_year_before_is_no_part_of_the_plan(tmp_path: Path) -> None:
    rows = [["Item", "Budget 2025", "Budget 2026"], ["Rent", 900, 1000], ["Total", 900, 1000]]
    path = book(tmp_path, {"Budget": rows})
    adopted(path)
    config = tomllib.loads((path.parent / "budgettrack.toml").read_text("utf-8"))
    assert config["workbook"]["start"] == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("Balance b/f", "Cash!E2"),
        ("Остаток на 01.01.2026", "Cash!E2"),
        ("رصيد افتتاحي", "Cash!E2"),
        ("Solde au 1/1/2026", "Cash!E2"),
    ],
)
def test_an_opening_balance_that_stands_only_beside_the_rows_is_told(
    label: str, cell: str, tmp_path: Path
) -> None:
    rows = [
        ["Date", "Details", "Money in", "Money out", "Balance"],
        [date(2026, 1, 1), label, None, None, 1000],
        [date(2026, 1, 5), "Donations", 200, None, 1200],
        [date(2026, 1, 6), "Rent", None, 100, 1100],
        [None, "Total", 200, 100, None],
        [None, "Balance c/f", None, None, 1100],
    ]
    path = book(tmp_path, {"Cash": rows})

    done = adopted(path)

    assert done.exit_code == 0, done.output
    assert (
        f"Not read: {cell}: an opening balance of 1,000.00. If the group had this money then, type"
        " it as income of the kind opening balance."
    ) in done.stdout
    assert "1,100" not in done.stdout
    told = json.loads(adopted(path, "--yes", "--json").stdout)
    assert {"what": "left out", "place": cell, "name": "", "value": "1000.00"} in told


def test_an_opening_balance_in_a_column_that_is_read_is_told_once(tmp_path: Path) -> None:
    rows = [
        ["Date", "Details", "Money in", "Money out", "Balance"],
        [date(2026, 1, 1), "Opening balance", 1000, None, 1000],
        [date(2026, 1, 5), "Donations", 200, None, 1200],
        [date(2026, 1, 6), "Rent", None, 100, 1100],
    ]
    done = adopted(book(tmp_path, {"Cash": rows}))

    assert "Look at Cash!C2: This sum was carried over from an earlier page or year" in done.stdout
    assert "Not read" not in done.stdout


def test_a_row_that_is_struck_through_is_told(tmp_path: Path) -> None:
    rows = [["Date", "Item", "Amount"], [date(2026, 1, 4), "Chairs", 90]]
    path = book(tmp_path, {"Expenses": [*rows, [date(2026, 1, 6), "Banner", 45]]})
    made = openpyxl.load_workbook(path)
    for cell in made["Expenses"][3]:
        cell.font = Font(strike=True)
    made["Expenses"]["B2"].font = Font(strike=False, bold=True)
    made.save(path)

    said = adopted(path).stdout
    assert said.count("struck through") == 1
    assert "Look at Expenses!A3: This row is struck through, and it is counted." in said
    assert figures(path) == [("0.00", "135.00")]


def test_a_hidden_tab_and_a_hidden_column_that_are_read_are_told(tmp_path: Path) -> None:
    path = book(
        tmp_path,
        {
            "Budget": [["Item", "Note", "Amount"], ["Rent", "x", 1000], ["Food", "y", 500]],
            "Old": [["Item", "Amount"], ["Rent", 700], ["Food", 250]],
        },
    )
    workbook = openpyxl.load_workbook(path)
    workbook["Old"].sheet_state = "hidden"
    workbook["Budget"].column_dimensions.group("B", "C", hidden=True)
    workbook.save(path)

    done = adopted(path)

    assert done.exit_code == 0, done.output
    assert re.findall("The hidden .*", done.stdout) == [
        "The hidden column Budget!C is read. If it should not count, take it out of the config.",
        "The hidden tab Old is read. If it should not count, take it out of the config.",
    ]
    told = json.loads(adopted(path, "--yes", "--json").stdout)
    assert [row for row in told if row["what"] == "hidden"] == [
        {"what": "hidden", "place": "Budget", "name": "C", "value": "read"},
        {"what": "hidden", "place": "Old", "name": "", "value": "read"},
    ]


def test_months_that_sum_to_plan_and_spending_alike_are_the_plan(tmp_path: Path) -> None:
    rows = [
        ["Line", "Budget", "Jan", "Feb", "Spent"],
        ["Rent", 200, 100, 100, 200],
        ["Food", 30, 10, 20, 30],
        ["Total", 230, 110, 120, 230],
    ]
    said = adopted(book(tmp_path, {"Plan 2026": rows})).output
    assert "Budget: 2 rows, 230.00 in all" in said
    assert "Expenses: 2 rows, 230.00 in all" in said


def test_rows_that_say_that_they_are_not_paid_are_told_and_not_spent(tmp_path: Path) -> None:
    rows = [
        ["Date", "Item", "Amount", "Paid?"],
        [date(2026, 1, 5), "Rent", 100, "Yes"],
        [date(2026, 1, 6), "Chairs", 80, "No"],
    ]
    said = adopted(book(tmp_path, {"Expenses": rows})).output
    assert "Expenses: 1 row, 100.00 in all" in said
    assert "Not read: Expenses!D: amounts of rows with No of 80.00 in all." in said
