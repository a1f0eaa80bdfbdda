"""Where rows stood before they were moved, and who has seen them there."""

from __future__ import annotations

from budgettrack.core.sealing.contributions import Contributions
from budgettrack.core.sealing.contributors import Contributors
from budgettrack.core.sealing.former import NOWHERE, Former, former_of
from budgettrack.core.sealing.newest import Funders
from tests.world.contributions import KEY, expense, grant, line, paid, plan

TWO = plan(
    [grant("G-1", "Fund"), grant("G-2", "Trust")],
    [line("B-1", "G-1"), line("B-2", "G-1", people=2), line("B-3", "G-2")],
    [expense("E-1", 500, "B-3")],
)


def test_older_versions_say_where_rows_stood() -> None:
    older = [
        ("expenses", "E-1", {"budget_line": "B-1", "amount": "5"}),
        ("expenses", "E-1", {"budget_line": "B-2"}),
        ("expenses", "E-2", {"grant": "G-1", "budget_line": ""}),
        ("budget", "B-1", {"grant": "G-2"}),
        ("budget", "B-2", {"amount": "5"}),
        ("income", "I-1", {"grant": "G-1"}),
    ]
    assert former_of(older) == Former(
        {"E-1": {"B-1", "B-2"}}, {("expenses", "E-2"): {"G-1"}, ("budget", "B-1"): {"G-2"}}
    )


def test_a_contribution_stood_in_the_grants_of_its_lines_of_now_and_before() -> None:
    part = paid("Ada", 100, id_="E-1", line="B-3")
    assert NOWHERE.grants_of(part, TWO) == {"G-1", "G-2"}  # its label, and the grant of its line
    former = Former(
        {"E-1": {"B-1", "B-9"}}, {("budget", "B-9"): {"G-4"}, ("expenses", "E-1"): {"G-5"}}
    )
    assert former.grants_of(part, TWO) == {"G-1", "G-2", "G-4", "G-5"}
    assert former.lines_of(part) == {"B-1", "B-9"}
    assert former.lines_of(paid("", 100, id_="E-1", line="B-3", what="budget")) == ()


def seen(former: Former) -> dict[str, frozenset[str]]:
    """What each funder sees of one payment, which stands on B-3 of the trust now."""
    who = Contributors(KEY, {"E-1": "ada"}, TWO.expenses, former)
    of = Contributions(TWO, who)
    payments = [part for part in of.at("2026-12") if part.what == "spent"]
    return Funders(TWO, payments, of.former).beside([])


def test_the_funder_of_the_grant_that_a_line_left_has_seen_whom_it_paid() -> None:
    alone = seen(NOWHERE)
    assert alone.keys() == {"trust"}
    moved = seen(Former({}, {("budget", "B-3"): {"G-1"}}))
    assert moved["fund"] >= alone["trust"]


def test_the_funder_of_the_line_that_a_payment_left_has_seen_it_and_knows_whom_that_line_pays() -> (
    None
):
    moved = seen(Former({"E-1": {"B-2"}}))
    persons = {"line B-2 person 0", "line B-2 person 1"}
    assert moved == {**seen(NOWHERE), "fund": seen(NOWHERE)["trust"] | persons}
