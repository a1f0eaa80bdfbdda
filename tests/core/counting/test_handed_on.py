from __future__ import annotations

import shutil
import subprocess
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.money import with_currency
from budgettrack.core.base.sheet_words import ENGLISH
from budgettrack.core.counting.handed_on import (
    CallPosition,
    call_positions,
    counted,
    gone_to_groups,
    in_currency,
    is_without_cost,
    notes_on_what_is_held,
    own_books,
    rows_not_counted,
    sub_grants,
    ticked_off,
)
from budgettrack.core.counting.law import MovedMoney
from budgettrack.core.counting.statements import HostStatement, OwedReport, books_of
from budgettrack.core.counting.terms import Terms
from budgettrack.core.figures.deadlines import derived
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from tests.world.host_plan import told_grant, with_rows


def host(*changes: tuple[str, str, Fields]) -> Plan:
    return plan_of(with_rows(*changes), base="EUR")[0]


def told(**more: object) -> dict[str, HostStatement]:
    return {"GR-1": HostStatement(1, "2026-03", True, (told_grant(**more),))}  # type: ignore[arg-type]


def test_our_books_are_as_if_nothing_were_handed_on() -> None:
    plan = host()
    (books,) = own_books(plan, totals(plan)[0], "2026-03")
    assert books.grant == "G-1"
    assert books.terms.gap == 0
    assert books.terms.spent == sum(spent for spent, _ in books.by_category.values())


def test_money_that_may_come_and_money_without_a_grant_are_no_award() -> None:
    applied: Fields = {"funder": "Fund", "state": "applied", "currency": "EUR", "amount": "9"}
    gift: Fields = {"date": "2026-02-01", "kind": "donation", "amount": "50", "state": "received"}
    plan = host(("grants", "G-8", applied), ("income", "I-30", gift))
    assert [one.grant for one in own_books(plan, totals(plan)[0], "2026-03")] == ["G-1"]


def test_a_fee_that_we_noted_as_income_did_not_come_from_outside() -> None:
    def fee(day: str, **more: str) -> tuple[str, str, Fields]:
        fields = {"date": day, "grant": "G-1", "kind": "host fee", "amount": "50"}
        return "income", f"I-{day}", {**fields, "state": "received", **more}

    before = host()
    (without,) = own_books(before, totals(before)[0], "2026-03")
    # What is still to come, and what came after the month, is not counted.
    plan = host(fee("2026-03-31"), fee("2026-04-01"), fee("2026-02-01", state="expected"))
    (books,) = own_books(plan, totals(plan)[0], "2026-03")
    assert books.terms == replace(
        without.terms,
        fees=without.terms.fees - 5_000,
        held_here=without.terms.held_here + 5_000,
    )
    assert (books.fees_here, books.terms.gap, books.receipts) == (5_000, 0, without.receipts)


def test_what_was_paid_by_the_end_of_the_month_is_handed_on() -> None:
    back = {"given": "V-1", "direction": "back from the group", "paid_on": "2026-03-31",
            "amount_paid": "30"}  # fmt: skip
    plan = host(("instalments", "P-2", back), ("given", "V-1", {"fee": "2.5"}))
    (march,) = sub_grants(plan, "2026-03")
    assert march.paid == (MovedMoney("2026-02-01", 100_000),)
    assert march.back == (MovedMoney("2026-03-31", 3_000),)
    assert march.fee == 2_425  # of what stays there
    (february,) = sub_grants(plan, "2026-02")
    assert february.back == ()
    assert sub_grants(plan, "2026-01")[0].paid == ()


def test_what_is_held_less_what_went_to_groups_is_what_the_host_holds() -> None:
    back = {"given": "V-1", "direction": "back from the group", "paid_on": "2026-03-31",
            "amount_paid": "30"}  # fmt: skip
    plan = host(("instalments", "P-2", back), ("given", "V-1", {"fee": "2.5"}))
    assert gone_to_groups(plan, "2026-03") == {"G-1": 100_000 + 2_425 - 3_000}
    assert gone_to_groups(plan, "2026-01") == {}

    notes = notes_on_what_is_held(plan, "2026-03", ENGLISH, with_currency)
    assert notes == {
        "G-1": "Not taken off from what G-1 holds: 994.25 EUR, which went to groups by the end of"
        " 2026-03, our fee included. What groups spent of it is not in Spent, and not taken off"
        " from Available"
    }
    applied = replace(plan, grants={"G-1": replace(plan.grants["G-1"], state="applied")})
    assert notes_on_what_is_held(applied, "2026-03", ENGLISH, with_currency) == {}


def test_nobody_knows_the_cost_of_a_payment_without_a_cost_and_a_rate() -> None:
    kes = ("given", "V-1", {"currency": "KES", "amount": "140000"})
    paid = {"amount_paid": "140000"}
    rate = ("rates", "2026-02 KES", {"month": "2026-02", "currency": "KES", "rate": "140"})

    def without_cost(*changes: tuple[str, str, Fields]) -> bool:
        plan = host(*changes)
        return is_without_cost(plan, plan.instalments["P-1"])

    assert without_cost(kes, ("instalments", "P-1", paid))
    assert not without_cost(kes, ("instalments", "P-1", {**paid, "cost": "990"}))
    assert not without_cost(kes, ("instalments", "P-1", paid), rate)
    assert not without_cost(("instalments", "P-1", paid))
    # What is not paid yet has no cost yet.
    assert not without_cost(kes, ("instalments", "P-1", {"amount_paid": "", "paid_on": ""}))


def test_another_currency_counts_at_its_cost_else_at_the_rate_of_its_month() -> None:
    kes = ("given", "V-1", {"currency": "KES", "amount": "140000"})
    paid = {"amount_paid": "140000"}
    typed = host(kes, ("instalments", "P-1", {**paid, "cost": "990"}))
    assert sub_grants(typed, "2026-03")[0].paid == (MovedMoney("2026-02-01", 14_000_000, 99_000),)
    rate = ("rates", "2026-02 KES", {"month": "2026-02", "currency": "KES", "rate": "140"})
    rated = host(kes, ("instalments", "P-1", paid), rate)
    assert sub_grants(rated, "2026-03")[0].paid[0].cost == 100_000
    unknown = host(kes, ("instalments", "P-1", paid))
    assert sub_grants(unknown, "2026-03")[0].paid[0].cost == 0


def test_without_its_grant_a_sub_grant_is_shown_by_itself() -> None:
    plan = host(("given", "V-1", {"grant": "G-9"}))
    assert sub_grants(plan, "2026-03")[0].grant == "? V-1"
    rolled = counted(plan, totals(plan)[0], "2026-03", {})
    assert rolled.awards[1].terms == Terms(held_here=-100_000, on_the_way=100_000)


def test_what_went_to_an_unknown_group_has_left_us_all_the_same() -> None:
    plan = host(("given", "V-1", {"group": "GR-99"}))
    (paid,) = sub_grants(plan, "2026-03")
    assert (paid.to, paid.paid) == ("? V-1", (MovedMoney("2026-02-01", 100_000),))
    sums = totals(plan)[0]
    rolled = counted(plan, sums, "2026-03", {})
    own = own_books(plan, sums, "2026-03")[0].terms
    assert rolled.awards[0].terms == replace(
        own, held_here=own.held_here - 100_000, on_the_way=100_000
    )
    assert not [id_ for id_ in derived(plan) if id_.startswith("report:V-1")]


def test_without_a_direction_a_payment_counts_with_neither_sign() -> None:
    (march,) = sub_grants(host(("instalments", "P-1", {"direction": ""})), "2026-03")
    assert (march.paid, march.back) == ((), ())


def test_a_group_and_its_host_are_counted_once() -> None:
    plan = host()
    sums = totals(plan)[0]
    rolled = counted(plan, sums, "2026-03", {"GR-1": books_of(told()["GR-1"])})
    own = own_books(plan, sums, "2026-03")[0].terms
    assert rolled.by_currency["EUR"] == replace(
        own, spent=own.spent + 40_000, held_here=own.held_here - 100_000, held_below=60_000
    )
    assert not rolled.troubles


def test_a_call_says_what_is_left() -> None:
    assert call_positions(host()) == [CallPosition("C-1", "EUR", 200_000, 100_000, 100_000)]
    assert call_positions(host(("given", "V-1", {"state": "applied"})))[0].left == 200_000
    assert call_positions(host(("calls", "C-1", {"purse": ""})))[0].left is None
    assert call_positions(host(("calls", "C-1", {"grant": ""})))[0].currency == "EUR"


def test_a_promise_in_another_currency_counts_at_its_cost_or_is_named() -> None:
    kes = ("given", "V-1", {"currency": "KES", "amount": "280000"})
    (unknown,) = call_positions(host(kes, ("given", "V-1", {"start": ""})))
    assert (unknown.promised, unknown.without_rate) == (0, ("V-1",))
    paid = ("instalments", "P-1", {"amount_paid": "140000", "cost": "990"})
    (known,) = call_positions(host(kes, paid))
    assert (known.promised, known.without_rate) == (198_000, ())
    rate = ("rates", "2026-01 KES", {"month": "2026-01", "currency": "KES", "rate": "140"})
    plan = host(kes, rate)
    assert in_currency(plan, plan.given["V-1"], "EUR") == 200_000
    plan = host(kes)
    assert in_currency(plan, plan.given["V-1"], "EUR") is None


def test_a_group_owes_reports_by_the_rhythm_of_what_it_was_given() -> None:
    plan = host(("given", "V-1", {"report_every": "half-year", "report_within": "10"}))
    owed = {id_: fields for id_, fields in derived(plan).items() if "V-1" in id_}
    assert owed == {
        "report:V-1:2026-H1": {
            "what": "Report of GR-1 for January to June 2026",
            "due": "2026-07-10",
            "grant": "G-1",
            "derived": "2026-07-10",
        },
        "report:V-1:2026-H2": {
            "what": "Report of GR-1 for July to December 2026",
            "due": "2027-01-10",
            "grant": "G-1",
            "derived": "2027-01-10",
        },
    }
    rows = {"report_every": "half-year", "state": "closed"}
    assert "report:V-1:2026-H1" not in derived(host(("given", "V-1", rows)))


def test_a_report_that_the_group_ticked_off_is_ticked_off_with_us() -> None:
    plan = host(("given", "V-1", {"report_every": "quarter"}))
    known = dict(derived(plan))
    reports = (
        OwedReport("2026-Q1", "2026-04-30", "2026-04-02"),
        OwedReport("2026-Q2", "2026-07-30"),
    )
    done = ticked_off(plan, told(reports=reports), known)
    assert done == {"report:V-1:2026-Q1": {**known["report:V-1:2026-Q1"], "done_on": "2026-04-02"}}
    assert ticked_off(plan, told(reports=reports), {**known, **done}) == {}
    assert ticked_off(plan, told(reports=reports, agreement="?"), known) == {}
    assert ticked_off(plan, told(reports=reports, held=True), known) == {}
    assert ticked_off(plan, told(reports=reports), {"report:V-1:2026-Q1": None}) == {}
    assert ticked_off(plan, {}, known) == {}


def test_a_fee_on_spending_is_known_as_such() -> None:
    plan = host(("grants", "G-1", {"host_fee": "10", "host_fee_on": "spending"}))
    sums = totals(plan)[0]
    (own,) = own_books(plan, sums, "2026-03")
    assert own.fee_on_spending == 10
    award = counted(plan, sums, "2026-03", {"GR-1": books_of(told()["GR-1"])}).awards[0]
    assert award.terms.fees == award.fee == (own.terms.spent + 40_000) // 10
    usual = host(("grants", "G-1", {"host_fee": "10"}))
    assert own_books(usual, totals(usual)[0], "2026-03")[0].fee_on_spending is None


def test_rows_with_errors_in_what_says_where_money_went_are_not_counted() -> None:
    error, mild = "amount-not-a-number", "payment-differs"
    assert rows_not_counted([]) == 0
    assert rows_not_counted([Finding(error, "given", "V-1", "ending")]) == 0
    assert rows_not_counted([Finding(mild, "given", "V-1", "grant")]) == 0
    assert rows_not_counted([Finding(error, "expenses", "E-1", "grant")]) == 0
    both = [
        Finding(error, "given", "V-1", "grant"),
        Finding(error, "given", "V-1", "group"),
        Finding(error, "instalments", "P-1", "amount_paid"),
        # A row whose ID cannot be read is known by its place.
        Finding(error, "instalments", "", "cost", tab="Instalments", row=4, column=2),
        Finding(error, "instalments", "", "cost", tab="Instalments", row=5, column=2),
    ]
    assert rows_not_counted(both) == 4


PAYMENTS = st.lists(st.tuples(st.booleans(), st.integers(1, 999_999)), min_size=1, max_size=5)


def from_hledger(moved: list[tuple[bool, int]], percent: str) -> Decimal:
    """What hledger says that a fee is which it takes of each posting to a group by a rule of its
    own: of what was paid, less what came back."""
    lines = [f"= ^group\n    (fees)  *{Decimal(percent) / 100}\n"]
    for is_back, units in moved:
        sign = "-" if is_back else ""
        lines.append(f"2026-02-01\n    group  {sign}{Decimal(units) / 100:.9f} EUR\n    assets\n")
    done = subprocess.run(
        ["hledger", "-f", "-", "--auto", "balance", "-N", "--empty", "fees"],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return Decimal(done.stdout.split()[0].replace(",", "")) if done.stdout.split() else Decimal(0)


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
@given(PAYMENTS, st.sampled_from(["5", "7.5", "10", "12.25"]))
@settings(max_examples=25, deadline=None)
def test_hledger_says_the_same_fee_of_what_was_paid_less_what_came_back(
    moved: list[tuple[bool, int]], percent: str
) -> None:
    rows = [
        ("instalments", f"P-{number}", {
            "given": "V-1", "paid_on": "2026-02-01", "amount_paid": f"{Decimal(units) / 100}",
            "amount": "", "direction": "back from the group" if is_back else "to the group",
        })
        for number, (is_back, units) in enumerate(moved, 1)
    ]  # fmt: skip
    (one,) = sub_grants(host(("given", "V-1", {"fee": percent}), *rows), "2026-03")
    exact = max(from_hledger(moved, percent), Decimal(0)) * 100
    assert one.fee == int(exact.quantize(Decimal(1), ROUND_HALF_UP))
