"""The third act: the plan, its totals, and all that stands against them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

import pytest

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Grid
from budgettrack.core.decide import RegisterState, Settings
from budgettrack.core.decide.judge import Judgement, judge
from budgettrack.core.decide.merge import merge_tables
from budgettrack.core.decide.read import read_sides
from budgettrack.core.records.model import Fields, Records
from budgettrack.core.records.tables import Shape
from tests.world.tabs_of_ours import book, tab

TODAY = date(2026, 11, 2)
LINES = {f"B-{n}": {"grant": "G-1", "category": "Rent", "amount": str(n)} for n in range(1, 31)}
HEADINGS = "ID | Grant | Category | Amount"


def judged(
    *grids: Grid, held: RegisterState | None = None, settings: Settings | None = None
) -> Judgement:
    held = held or RegisterState({}, {}, {})
    settings = settings or Settings("EUR", "en", TODAY)
    drawn = book(*grids)
    sides = read_sides(drawn, held, settings)
    return judge(drawn, sides, merge_tables(sides, held, settings), held, settings)


def refused(*lines: str, allow: Collection[str] = ()) -> tuple[str, ...]:
    """Why a sync of those lines of the budget is refused, where 30 lines were agreed."""
    held = RegisterState({"budget": LINES}, {"budget": LINES}, {})
    settings = Settings("EUR", "en", TODAY, allow=frozenset(allow))
    return judged(
        tab("Budget", "\n".join([HEADINGS, *lines])), held=held, settings=settings
    ).refused


def line(number: int, amount: int) -> str:
    return f"B-{number} | G-1 | Rent | {amount}"


SAME = [line(number, number) for number in range(1, 31)]
FEWER = SAME[:20]
OTHER = [line(number, 500 + number) for number in range(1, 31)]


def test_the_totals_are_those_of_the_records_as_they_will_be() -> None:
    grants = tab(
        "Grants",
        "ID | Funder | Title | State | Currency | Amount | Start | End\n"
        "G-1 | Fund | Start | active | EUR | 100 | 2026-01-01 | 2026-12-31",
    )
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-1 | Rent | 100")
    expenses = tab(
        "Expenses",
        "ID | Date | Budget line | Amount | State\n"
        "E-1 | 2026-03-01 | B-1 | 30 | paid\nE-2 | 2026-03-02 | B-1 | 12.50 | paid",
    )

    judgement = judged(grants, budget, expenses)

    assert judgement.plan.lines["B-1"].amount == 10_000
    assert sum(total.spent for total in judgement.totals) == 4_250


def test_a_list_of_people_is_told_by_a_sync() -> None:
    people = tab("Members", "Name | Date of birth\nx | y")

    assert "list-of-people" in [finding.code for finding in judged(people).findings]


def test_an_older_copy_that_brings_a_redacted_value_back_is_refused() -> None:
    known = {"budget": {"B-1": {"grant": "G-1", "category": "Rent", "amount": "100"}}}
    held = RegisterState(
        known,
        known,
        {},
        redacted=[
            ("budget", "B-1", "description"),
            ("budget", "B-9", "description"),
            ("expenses", "E-1", "description"),
        ],
    )
    headings = "ID | Grant | Category | Description | Amount"
    again = judged(tab("Budget", f"{headings}\nB-1 | G-1 | Rent | somebody | 100"), held=held)
    wiped = judged(tab("Budget", f"{headings}\nB-1 | G-1 | Rent | | 100"), held=held)
    # Somebody typed another text since, which both sides have.
    typed = {"budget": {"B-1": {**known["budget"]["B-1"], "description": "Room"}}}
    settled = judged(
        tab("Budget", f"{headings}\nB-1 | G-1 | Rent | Room | 100"),
        held=replace(held, records=typed, agreed=typed),
    )

    words = "'Budget'!D2 holds a value that was redacted after this copy of the workbook was made."
    assert [text for text in again.refused if "redacted" in text] == [
        f"{words} Clear the cell, then run this again."
    ]
    assert not [text for text in (*wiped.refused, *settled.refused) if "redacted" in text]


def test_findings_of_all_kinds_stand_together() -> None:
    unsent = Finding("summary-held-back", "", "Fund")
    held = RegisterState({}, {}, {}, unsent=[unsent])
    budget = tab("Budget", f"{HEADINGS}\nB-1 | G-9 | Rent | 1.2.3")
    grants = tab("Grants", "ID | Funder | Title | State\nG-1 | Fund | Start | active")

    codes = [finding.code for finding in judged(budget, grants, held=held).findings]

    assert "amount-not-a-number" in codes  # a cell
    assert "reference-unknown" in codes  # the plan
    assert codes[-1] == "summary-held-back"


def test_conflicts_of_all_tables_are_told() -> None:
    base = {"budget": {"B-1": LINES["B-1"]}}
    held = RegisterState({"budget": {"B-1": {**LINES["B-1"], "amount": "7"}}}, base, {})

    conflicts = judged(tab("Budget", f"{HEADINGS}\n{line(1, 8)}"), held=held).conflicts

    assert [conflict.key for conflict in conflicts] == ["budget/B-1.amount"]


def test_nothing_is_refused_where_nothing_looks_like_an_accident() -> None:
    assert refused(*SAME) == ()


@pytest.mark.parametrize(
    ("lines", "reason", "option"),
    [
        (FEWER, "10 of 30 rows are gone from the tab Budget", "removals"),
        (OTHER, "30 of 30 rows of the tab Budget have other amounts", "changes"),
    ],
)
def test_what_looks_like_an_accident_is_refused_and_can_be_allowed(
    lines: list[str], reason: str, option: str
) -> None:
    (why,) = refused(*lines)

    assert why.startswith(reason)
    assert f"--allow {option}" in why
    assert refused(*lines, allow={option}) == ()


def test_a_missing_tab_is_refused_and_can_be_allowed() -> None:
    held = RegisterState({"budget": LINES}, {"budget": LINES}, {})
    allowed = Settings("EUR", "en", TODAY, allow=frozenset({"missing"}))

    (why,) = judged(held=held).refused

    assert why.startswith("The tab Budget is missing")
    assert judged(held=held, settings=allowed).refused == ()


def test_on_the_first_meeting_nothing_is_an_accident() -> None:
    held = RegisterState({"budget": LINES}, {}, {})

    assert judged(tab("Budget", HEADINGS), held=held).refused == ()


def test_of_a_mapped_table_only_the_headings_that_the_config_names_can_be_missed() -> None:
    shape = Shape("Costs", headings={"date": "When", "description": "What", "amount": "EUR"})
    settings = Settings("EUR", "en", TODAY, {"expenses": shape})
    known = {"E-1": {"date": "2026-03-01", "amount": "5", "description": "Rent", "receipt": "R-1"}}
    held = RegisterState({"expenses": known}, {"expenses": known}, {})

    reasons = judged(
        tab("Costs", "When | EUR\n2026-03-01 | 5"), held=held, settings=settings
    ).refused

    assert [reason for reason in reasons if "heading" in reason] == [
        "The tab Expenses has no usable heading Description any more. Give it back its heading, or"
        " go on without it with --allow missing."
    ]


BEGUN: Fields = {"category": "Travel", "description": "Fares"}


def without_amount(*lines: str, new: int) -> list[tuple[str, str]]:
    """The findings about lines without amounts, where the register has `new` lines more."""
    added = {f"B-{number}": BEGUN for number in range(51, 51 + new)}
    agreed: Records = {"budget": {text.split(" | ")[0]: BEGUN for text in lines}}
    held = RegisterState({"budget": {**agreed["budget"], **added}}, agreed, {})
    headings = "ID | Grant | Category | Description | Amount"
    made = judged(tab("Budget", "\n".join([headings, *lines])), held=held)
    return [
        (finding.id, dict(finding.values)["lines"])
        for finding in made.findings
        if finding.code == "lines-without-amount"
    ]


def test_lines_without_amounts_are_told_in_the_sync_that_writes_them() -> None:
    blank = [f"B-{number} | | Travel | Fares | " for number in (1, 2)]

    assert without_amount(*blank, new=0) == [("B-1", "2")]
    assert without_amount(*blank, new=5) == [("B-1", "7")]
    assert without_amount(new=5) == [("B-51", "5")]
    assert without_amount(new=0) == []


def test_no_line_is_new_to_a_tab_that_is_not_there() -> None:
    held = RegisterState({"budget": {"B-1": BEGUN}}, {}, {})
    codes = {finding.code for finding in judged(tab("Grants", "ID | Funder"), held=held).findings}

    assert "lines-without-amount" not in codes
