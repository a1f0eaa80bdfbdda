"""Who stands behind which amount, with which labels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from budgettrack.core.records.model import Activity, Income, Plan, Resource
from budgettrack.core.sealing.batches import Contribution, Labels
from budgettrack.core.sealing.contributions import Contributions
from tests.world.contributions import contributors, expense, grant, line, plan


def of(
    given: Plan, what: str = "spent", page: str = "2026-12", payees: dict[str, str] | None = None,
    headings: dict[str, str] | None = None,
) -> list[Contribution]:  # fmt: skip
    found = Contributions(given, contributors(given, payees), headings).at(page)
    return [contribution for contribution in found if contribution.what == what]


def test_a_payment_counts_in_its_month_with_all_its_labels() -> None:
    activity = Activity("A-1", "", "", "", None, None, "", None, "under way", "")
    given = replace(
        plan([grant()], [line(activity="A-1")], [expense("E-1", 500, month=2)]),
        activities={"A-1": activity},
    )
    (paid,) = of(given)
    assert (paid.table, paid.id, paid.line, paid.month) == ("expenses", "E-1", "B-1", "2026-02")
    assert (paid.own, paid.units, paid.labels) == (500, 500, Labels("G-1", "Food", "A-1"))
    assert of(given, page="2026-01") == []


def test_an_unknown_activity_is_no_label_and_a_category_may_have_a_coarser_name() -> None:
    given = plan([grant()], [line(activity="A-9")], [expense("E-1", 500)])
    (paid,) = of(given, headings={"Food": "Meals and rooms"})
    assert paid.labels == Labels("G-1", "Meals and rooms", "")


def test_money_that_is_not_ours_not_paid_or_without_a_rate_is_in_no_figure() -> None:
    given = plan(
        [grant("G-1", state="applied"), grant("G-2"), grant("G-3", currency="USD")],
        [line("B-1", "G-1"), line("B-2", "G-2"), line("B-3", "G-3", currency="USD")],
        [
            expense("E-1", 500, "B-1"),
            expense("E-2", 500, "B-2", state="committed"),
            expense("E-3", 500, "B-3", currency="USD"),
        ],
    )
    assert of(given) == []


def test_money_without_a_line_has_its_grant_as_its_only_label() -> None:
    given = plan([grant()], [], [expense("E-1", 500, "", grant="G-1"), expense("E-2", 6, "")])
    assert [paid.labels for paid in of(given)] == [Labels("G-1", "", ""), Labels("", "", "")]


def test_foreign_money_is_told_at_the_planning_rate() -> None:
    given = plan(
        [grant(currency="USD", budget_rate=Decimal("1.25"))],
        [line(currency="USD")],
        [expense("E-1", 500, currency="USD")],
    )
    (paid,) = of(given)
    assert (paid.own, paid.units) == (500, 400)


def test_a_refund_is_taken_off_its_payment() -> None:
    given = plan(
        [grant()],
        [line()],
        [expense("E-1", 500), expense("E-2", 120, state="refunded", refund_of="E-1")],
    )
    assert [(paid.id, paid.units) for paid in of(given)] == [("E-1", 380)]


def test_a_refund_that_no_payment_holds_stays_alone() -> None:
    given = plan(
        [grant()],
        [line("B-1"), line("B-2")],
        [
            expense("E-1", 500),
            expense("E-2", 600, state="refunded", refund_of="E-1"),  # above the payment
            expense("E-3", 100, "B-2", state="refunded", refund_of="E-1"),  # on another line
            expense("E-4", 7, state="refunded"),
        ],
    )
    assert {paid.id: paid.units for paid in of(given)} == {
        "E-1": 500, "E-2": -600, "E-3": -100, "E-4": -7,
    }  # fmt: skip


def test_a_line_that_nobody_answered_pays_one_person() -> None:
    payments = [expense("E-1", 500), expense("E-2", 400), expense("E-3", 300, month=2)]
    assert (
        len({paid.contributor for paid in of(plan([grant()], [line(people=None)], payments))}) == 1
    )
    assert len({paid.contributor for paid in of(plan([grant()], [line(people=0)], payments))}) == 3


def test_without_payees_the_payments_of_a_month_are_about_different_people() -> None:
    given = plan(
        [grant()],
        [line(people=2)],
        [
            expense("E-1", 500), expense("E-2", 400),
            expense("E-3", 410, month=2), expense("E-4", 520, month=2),
        ],
    )  # fmt: skip
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-1"] != people["E-2"]
    assert people["E-4"] == people["E-1"]  # the largest of the month before
    assert people["E-3"] == people["E-2"]


def test_if_not_all_of_several_people_are_paid_nobody_knows_who_is() -> None:
    payments = [expense("E-1", 500), expense("E-2", 500, month=2), expense("E-3", 400, month=2)]
    people = {p.id: p.contributor for p in of(plan([grant()], [line(people=2)], payments))}
    assert people["E-1"] == ""
    assert "" not in (people["E-2"], people["E-3"])


def test_a_part_of_a_persons_receipt_is_about_this_person_on_any_line() -> None:
    """Who is paid most in January may be another one than in February. A funder who sees the part
    may know either of the two, so they count as one."""
    given = plan(
        [grant()],
        [line("B-1", people=2), line("B-2")],
        [
            expense("E-1", 500), expense("E-2", 400),
            expense("E-3", 30, "B-2", split_of="E-2"),
            expense("E-4", 5, "B-2", split_of="E-3"),
            expense("E-5", 40, "B-2"),
        ],
    )  # fmt: skip
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-1"] == people["E-2"] == people["E-3"] == people["E-4"]
    assert people["E-5"] not in (people["E-1"], people["E-2"])


def test_a_part_of_the_receipt_of_an_unknown_person_may_be_about_each_of_the_line() -> None:
    """In January one of two was paid: nobody knows who. The part shows a funder one of them."""
    given = plan(
        [grant()],
        [line("B-1", people=2), line("B-2")],
        [
            expense("E-1", 500), expense("E-2", 30, "B-2", split_of="E-1"),
            expense("E-3", 500, month=2), expense("E-4", 400, month=2),
        ],
    )  # fmt: skip
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-1"] == ""
    assert people["E-2"] == people["E-3"] == people["E-4"]


def test_a_part_on_a_line_that_pays_people_is_about_one_person_of_the_other() -> None:
    given = plan(
        [grant()],
        [line("B-1", people=3), line("B-2")],
        [
            expense("E-1", 500), expense("E-2", 400), expense("E-3", 300),
            expense("E-4", 30, "B-1", month=2), expense("E-5", 20, "B-1", month=2),
            expense("E-6", 10, "B-1", month=2, split_of="E-2"),
        ],
    )  # fmt: skip
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-1"] not in (people["E-2"], people["E-6"])


def test_a_part_on_a_persons_line_is_about_whom_the_receipt_is() -> None:
    """Two people are paid, so a third payment of the month would leave nobody known."""
    given = plan(
        [grant()],
        [line("B-1", people=2), line("B-2")],
        [
            expense("E-1", 500), expense("E-2", 400), expense("E-3", 90, "B-2"),
            expense("E-4", 30, "B-1", split_of="E-3"),
        ],
    )  # fmt: skip
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-4"] == people["E-3"]
    assert len({people["E-1"], people["E-2"], people["E-3"], ""}) == 4


def test_a_part_on_a_line_of_several_people_is_about_whom_the_receipt_is() -> None:
    """In January one of two was paid on B-2, so nobody knows who. But the receipt is the one
    person's of B-1, and the funder of B-2 sees this person."""
    given = plan(
        [grant(), grant("G-2", "Trust")],
        [line("B-1", people=1), line("B-2", "G-2", people=2)],
        [expense("E-1", 500), expense("E-2", 30, "B-2", split_of="E-1")],
    )
    people = {paid.id: paid.contributor for paid in of(given)}
    assert people["E-1"] == people["E-2"] == "line B-1 person 0"


def test_splits_in_a_circle_have_an_end() -> None:
    given = plan(
        [grant()],
        [line(people=2)],
        [expense("E-1", 500, split_of="E-2"), expense("E-2", 400, split_of="E-1")],
    )
    assert {paid.id for paid in of(given)} == {"E-1", "E-2"}


def test_plans_of_lines_with_a_payee_in_common_are_about_one_contributor() -> None:
    given = plan(
        [grant()],
        [line("B-1", people=2), line("B-2", people=2), line("B-3", people=1), line("B-4", people=2)],
        [
            expense("E-1", 500, "B-1"), expense("E-2", 400, "B-1"),
            expense("E-3", 300, "B-2"), expense("E-4", 200, "B-2"),
            expense("E-5", 100, "B-3"),
        ],
    )  # fmt: skip
    payees = {"E-1": "aa", "E-2": "bb", "E-3": "bb", "E-4": "cc", "E-5": "dd"}
    plans = {part.id: part.contributor for part in of(given, "budget", payees=payees)}
    assert plans == {"B-1": "several: aa", "B-2": "several: aa", "B-3": "dd", "B-4": ""}


def test_more_payees_than_people_paid_count_as_the_fewest_that_they_can_be() -> None:
    given = plan(
        [grant()],
        [line(people=2)],
        [expense("E-1", 500), expense("E-2", 400), expense("E-3", 300)],
    )
    people = [
        paid.contributor for paid in of(given, payees={"E-1": "aa", "E-2": "bb", "E-3": "cc"})
    ]
    assert people == ["several: aa", "bb", "several: aa"]


def test_the_whole_budget_of_a_line_has_the_line_as_its_contributor() -> None:
    given = plan([grant()], [line("B-1", amount=700), line("B-2", amount=0)])
    (planned,) = of(given, "budget")
    assert (planned.id, planned.contributor, planned.units) == ("B-1", "line B-1", 700)
    assert planned.month == ""


def income(id_: str, **more: object) -> Income:
    plain = Income(id_, date(2026, 3, 5), "", "donation", "received", 900, "EUR")
    return replace(plain, **more)


def test_gifts_are_about_givers_and_instalments_of_funders_are_not() -> None:
    rows = [
        income("I-1"),
        income("I-2", grant="G-1", kind="instalment"),
        income("I-3", grant="G-2", kind="instalment", reference="first"),
        income("I-4", grant="G-2", kind="instalment", reference="second"),
        income("I-5", state="expected"),
        income("I-6", grant="G-2", kind="returned to funder"),
        income("I-7", date=date(2027, 1, 1)),
        income("I-8", amount=0),
        income("I-9", reference="First", amount=100),
    ]
    given = replace(
        plan([grant("G-1"), grant("G-2", kind="membership")], []),
        income={row.id: row for row in rows},
    )
    gifts = of(given, "gifts")
    assert {gift.id: gift.units for gift in gifts} == {
        "I-1": 900, "I-3": 900, "I-4": 900, "I-6": -900, "I-9": 100,
    }  # fmt: skip
    givers = {gift.id: gift.contributor for gift in gifts}
    # Whoever types the same reference is the same giver, in each grant and of each kind.
    assert givers["I-3"] == givers["I-9"] != givers["I-4"]
    assert givers["I-1"] == givers["I-6"] not in (givers["I-3"], givers["I-4"])
    assert gifts[0].labels == Labels("", "", "")


def resource(id_: str, **more: object) -> Resource:
    plain = Resource(
        id_, "volunteer time", "peers", id_, Decimal(14), "hours", 21000, "EUR", "", None, None,
        "", None, "in use", "",
    )  # fmt: skip
    return replace(plain, **more)


def test_what_persons_give_in_kind_counts_by_its_whole_value() -> None:
    rows = [
        resource("R-1"),
        resource("R-2", from_whom="host"),  # an organisation: no contributor
        resource("R-3", state="offered"),
        resource("R-4", value=None),
        resource("R-5", currency="USD"),
        resource("R-6", start=date(2027, 1, 1)),
        resource("R-7", from_whom="", start=date(2026, 2, 1)),
    ]
    given = replace(plan([], []), resources={row.id: row for row in rows})
    kind = of(given, "in kind")
    assert [(one.id, one.month, one.units) for one in kind] == [
        ("R-1", "2026-12", 21000),
        ("R-7", "2026-02", 21000),
    ]
    assert kind[0].labels == Labels("", "volunteer time", "")


def test_whom_a_line_pays_too_many_of_is_one_contributor_on_other_lines_too() -> None:
    given = plan(
        [grant()],
        [line("B-1", people=None), line("B-2"), line("B-3", people=1)],
        [
            expense("E-1", 500, "B-1"), expense("E-2", 400, "B-1"), expense("E-3", 300, "B-2"),
            expense("E-4", 200, "B-3"), expense("E-5", 100, "B-3"), expense("E-6", 100, "B-2"),
        ],
    )  # fmt: skip
    payees = {"E-1": "aa", "E-2": "bb", "E-3": "bb", "E-4": "cc", "E-5": "bb", "E-6": "dd"}
    people = {paid.id: paid.contributor for paid in of(given, payees=payees)}
    assert {people[id_] for id_ in ("E-1", "E-2", "E-3", "E-4", "E-5")} == {"several: aa"}
    assert people["E-6"] == "dd"


def test_a_plan_whose_payments_are_all_about_one_is_about_the_same() -> None:
    given = plan(
        [grant()],
        [line("B-1"), line("B-2"), line("B-3", people=1), line("B-4", people=2)],
        [
            expense("E-1", 500, "B-1"), expense("E-2", 400, "B-1"), expense("E-3", 300, "B-2"),
            expense("E-4", 200, "B-3"),
        ],
    )  # fmt: skip
    payees = {"E-1": "aa", "E-2": "bb", "E-3": "cc", "E-4": "cc"}
    planned = {paid.id: paid.contributor for paid in of(given, "budget", payees=payees)}
    assert planned == {"B-1": "line B-1", "B-2": "cc", "B-3": "cc", "B-4": ""}


@pytest.mark.parametrize(
    ("people", "budget"),
    [(1, "aa"), (0, "several: aa"), (2, "several: aa"), (None, "several: aa")],
)
def test_a_plan_may_be_of_others_than_the_payee_whom_another_funder_sees(
    people: int | None, budget: str
) -> None:
    """The line has paid one so far. Unless it pays one person, it may pay others later."""
    given = plan(
        [grant("G-1"), grant("G-2")],
        [line("B-1", people=people), line("B-2", "G-2"), line("B-3", people=people)],
        [
            expense("E-1", 500, "B-1"), expense("E-2", 400, "B-2"), expense("E-3", 300, "B-2"),
            expense("E-4", 200, "B-3"),
        ],
    )  # fmt: skip
    payees = {"E-1": "aa", "E-2": "aa", "E-3": "bb", "E-4": "cc"}
    planned = {paid.id: paid.contributor for paid in of(given, "budget", payees=payees)}
    assert planned == {"B-1": budget, "B-2": "line B-2", "B-3": "cc"}
