"""Changes at the prompt: fields as they are named, values as they are typed, steps of a grant."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from budgettrack.core.base.errors import UsageError
from budgettrack.core.edits import (
    column_named,
    next_id,
    pairs,
    refused,
    too_many_decimals,
    value_typed,
)
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME

GRANTS, BUDGET = BY_NAME["grants"], BY_NAME["budget"]


@pytest.mark.parametrize("name", ["next_step", "Next step", "NEXT STEP"])
def test_a_field_is_named_by_name_or_heading(name: str) -> None:
    assert column_named(GRANTS, name).name == "next_step"


def test_a_month_is_a_field_where_the_tab_may_have_its_column() -> None:
    column = column_named(BY_NAME["indicators"], " 2026-03 ")

    assert (column.name, value_typed(column, "1.250", "de", {})) == ("2026-03", "1250")
    with pytest.raises(UsageError, match=r'^2026-03: "-5" is below zero'):
        value_typed(column, "-5", "en", {})
    with pytest.raises(UsageError, match=r"^Grants has no field 2026-03\. There are: "):
        column_named(GRANTS, "2026-03")
    with pytest.raises(
        UsageError, match=r"has no field 2026-13\. .* Or a month, such as 2026-03\."
    ):
        column_named(BY_NAME["indicators"], "2026-13")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contact", "Contact names people; it is only in the workbook and is never stored."),
        ("id", "ID is written by the tool. It is calculated from other fields."),
        ("nextstep!", "Grants has no field nextstep!. Did you mean next_step?"),
    ],
)
def test_a_field_that_cannot_be_set_is_refused(name: str, words: str) -> None:
    with pytest.raises(UsageError) as said:
        column_named(GRANTS, name)

    assert str(said.value) == words


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("amount", "1.200,50", "1200.5"),
        ("start", "12.03.2026", "2026-03-12"),
        ("next_step", "", ""),
        ("currency", "eur", "EUR"),
    ],
)
def test_a_value_is_read_as_in_the_sheet(field: str, typed: str, kept: str) -> None:
    assert value_typed(GRANTS.by_name[field], typed, "de", {}) == kept


def test_a_reference_is_known_by_its_beginning() -> None:
    grant = BUDGET.by_name["grant"]

    assert value_typed(grant, "harb", "en", {"grants": {"Harbour": {}}}) == "Harbour"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("amount", "£12", "Amount: type the digits alone, and the currency into its own field."),
        ("amount", "twelve", "Amount: "),
        ("funder", "", "Funder cannot be empty."),
        ("amount", "-5", "Amount: The amount is below zero. Type it without the minus sign."),
        (
            "budget_rate",
            "0",
            'Budget rate: "0" cannot be a rate: a rate is above zero. Type the units of the'
            " currency for one of the base currency, such as 1.25.",
        ),
        (
            "odds",
            "150%",
            'Odds %: "150" is more than 100 %. Type a percentage from 0% to 100%.',
        ),
        (
            "report_within",
            "-1",
            'Report within (days): "-1" is below zero. Type it without the minus sign.',
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(field: str, typed: str, words: str) -> None:
    with pytest.raises(UsageError) as said:
        value_typed(GRANTS.by_name[field], typed, "en", {})

    assert str(said.value).startswith(words)


def test_words_are_pairs_of_field_and_value() -> None:
    assert pairs(["amount=12", "next_step = send = it "]) == [
        ("amount", "12"),
        ("next_step", "send = it"),
    ]
    for word in ("amount", "=12"):
        with pytest.raises(UsageError, match=f'^"{word}" is not field=value'):
            pairs([word])


def test_the_next_id_is_after_the_highest_number() -> None:
    assert next_id(GRANTS, []) == "G-1"
    assert next_id(GRANTS, ["G-9", "G-2", "own", "G-x"]) == "G-10"


WHOLE = {
    "funder": "F", "currency": "EUR", "amount": "100", "agreement_reference": "F 1", "start": "2026-01-01",
    "end": "2026-06-30", "report_every": "quarter", "report_within": "30",
}  # fmt: skip
LINE = {"grant": "G", "amount": "100"}
TODAY = date(2026, 8, 1)


def reasons(state: str, to: str, line: dict[str, str] | None = LINE, **more: Any) -> list[str]:
    expenses = more.pop("expenses", {})
    deadlines = more.pop("deadlines", {})
    records = {
        "grants": {"G": {key: text for key, text in {**WHOLE, **more, "state": state}.items() if text}},
        "budget": {"B": line} if line else {},
        "expenses": expenses,
        "deadlines": deadlines,
    }  # fmt: skip
    plan, _ = plan_of(records, base="EUR")
    return refused(plan, totals(plan)[0], plan.grants["G"], to, TODAY, "en")


@pytest.mark.parametrize(
    ("state", "to"),
    [("active", "active"), ("prospect", "applied"), ("applied", "awarded"), ("awarded", "active"), ("closing", "closed")],
)  # fmt: skip
def test_a_step_with_all_that_it_needs_is_taken(state: str, to: str) -> None:
    assert reasons(state, to) == []


@pytest.mark.parametrize(
    ("state", "to", "more", "words"),
    [
        ("prospect", "active", {}, "G is prospect; after that comes applied or awarded or declined, not active."),
        ("applied", "awarded", {"amount": ""}, "G has no amount. Set it: budgettrack grants set G amount=..."),
        ("awarded", "active", {"agreement_reference": ""}, "G has no agreement reference. Set it: budgettrack grants set G agreement_reference=..."),
        ("awarded", "active", {"end": ""}, "G has no start or no end. Set them: budgettrack grants set G start=... end=..."),
        ("awarded", "active", {"line": None}, "G has no budget lines. Add them in the tab Budget, and sync."),
        ("awarded", "active", {"line": {**LINE, "amount": "99"}}, "The budget lines of G sum to 99.00 EUR; the award is 100.00 EUR. Correct the lines or the award."),
    ],
)  # fmt: skip
def test_a_step_that_lacks_something_says_what_to_do(
    state: str, to: str, more: dict[str, Any], words: str
) -> None:
    assert reasons(state, to, **more) == [words]


def test_a_grant_is_not_closed_while_a_report_or_money_is_owed() -> None:
    ordered = {"E": {"date": "2026-05-01", "budget_line": "B", "amount": "5", "currency": "EUR", "state": "committed"}}  # fmt: skip
    owed = {"report:G:2026-Q1": {"what": "Report", "due": "2026-04-30", "grant": "G"}}

    assert reasons("closing", "closed", expenses=ordered) == [
        "5.00 EUR is committed and not paid. Pay it, or take the commitment back."
    ]
    assert reasons("closing", "closed", deadlines=owed) == [
        "Reports are still owed: report:G:2026-Q1. Send them, then: budgettrack deadlines done ID"
    ]
    done = {"report:G:2026-Q1": {**owed["report:G:2026-Q1"], "done_on": "2026-04-29"}}
    assert reasons("closing", "closed", deadlines=done) == []


def test_an_amount_has_no_more_decimals_than_its_currency() -> None:
    yen = {"funder": "F", "state": "active", "currency": "JPY"}
    wrong, right = {"G-1": {**yen, "amount": "1.5"}}, {"G-2": {**yen, "amount": "15"}}

    assert str(too_many_decimals({}, "EUR", GRANTS, wrong)) == (
        'Amount: "1.5" has more decimals than JPY has. Round it to what was paid.'
    )
    assert too_many_decimals({}, "EUR", GRANTS, right) is None
    # A wrong amount that stood there before is no reason to refuse another record.
    assert too_many_decimals({"grants": wrong}, "EUR", GRANTS, right) is None


def test_a_reference_typed_at_the_prompt_may_be_a_name() -> None:
    records = {"grants": {"G-1": {"title": "Drop-in"}, "G-2": {"title": "Outreach"}}}
    column = BY_NAME["budget"].column("grant")

    assert value_typed(column, "drop-in", "en", records) == "G-1"
    assert value_typed(column, "g-2", "en", records) == "G-2"
