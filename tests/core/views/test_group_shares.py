"""How groups are called before a funder, and what a draft says that they did not tell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from budgettrack.core.counting.statements import HostStatement, ToldMovement
from budgettrack.core.counting.together import HandedOn
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields, Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.funder import figures_reported, funder_view
from budgettrack.core.views.funder_types import FunderView
from budgettrack.core.views.group_shares import called, is_silent
from budgettrack.reports.base.translations import words
from budgettrack.reports.funder.groups import share_rows, where_rows
from tests.world.host_plan import told_grant, with_rows

OURS = Profile(title="Ours", source="a test", on=True)


def host(*changes: tuple[str, str, Fields]) -> Plan:
    return plan_of(with_rows(*changes), base="EUR")[0]


def told(
    month: str = "2026-03", *, closed: bool = True, got: str = "1000.00"
) -> dict[str, HostStatement]:
    grant = told_grant(receipts=(ToldMovement("2026-02-03", got),))
    return {"GR-1": HostStatement(1, month, closed, (grant,))}


def view(plan: Plan, said: dict[str, HostStatement], **more: object) -> FunderView:
    handed = HandedOn(
        plan, totals(plan)[0], "G-1", lambda month: said if month >= "2026-02" else {}
    )
    how = {"month": "2026-03", "organisation": "Delta Partners", "handed_on": handed, **more}
    profile = how.pop("profile", OURS)
    return funder_view(plan, totals(plan)[0], "G-1", profile, **how)  # type: ignore[arg-type]


def lacks(of: FunderView) -> dict[str, str]:
    return {
        finding.code: dict(finding.values).get("about") or dict(finding.values).get("amount", "")
        for finding in of.tell
        if finding.code.startswith(("draft-group", "draft-state", "draft-sides", "draft-given",
                                    "draft-award-c"))
    }  # fmt: skip


def test_a_group_is_called_by_its_code_unless_it_agreed_to_be_named() -> None:
    codes = ["GR-1", "GR-2", "harbour"]
    assert called(codes, {}) == {"GR-1": "GR-1", "GR-2": "GR-2", "harbour": "#3"}
    assert called(codes, {"harbour": "Harbour circle"})["harbour"] == "Harbour circle"
    shown = view(host(), told(), names={"GR-1": "Harbour circle"}).together
    assert shown is not None
    assert shown.names == {"GR-1": "Harbour circle"}


@pytest.mark.parametrize(
    ("said", "lacking"),
    [
        (told(), {}),
        ({}, {"draft-group-silent": "GR-1"}),
        (told("2026-02"), {"draft-statement-old": "GR-1"}),
        (told("2026-02", closed=False), {"draft-statement-old": "GR-1"}),
        (told(closed=False), {"draft-statement-open": "GR-1"}),
        (told(got="990.00"), {"draft-sides-differ": "10.00 EUR"}),
    ],
)
def test_a_draft_says_what_groups_did_not_tell(
    said: dict[str, HostStatement], lacking: dict[str, str]
) -> None:
    named = host(("given", "V-1", {"budget_line": "B-1"}))
    assert lacks(view(named, said)) == lacking


def test_what_a_group_spent_before_its_first_statement_is_told_to_the_treasurer() -> None:
    plan = host(("given", "V-1", {"budget_line": "B-1"}), ("grants", "G-1", {"end": "2026-12-31"}))
    quarterly = Profile(title="Ours", source="a test", on=True, period="quarter")
    later = view(plan, told("2026-06"), month="2026-06", profile=quarterly)
    handed = HandedOn(
        plan, totals(plan)[0], "G-1", lambda month: told(month) if month > "2026-03" else {}
    )
    how = {"month": "2026-06", "organisation": "Delta Partners", "handed_on": handed}
    first = funder_view(plan, totals(plan)[0], "G-1", quarterly, **how)  # type: ignore[arg-type]
    assert first.total.period_spent == later.total.period_spent + 40_000
    assert "draft-statement-before" in {finding.code for finding in first.tell}
    assert "draft-statement-before" not in {finding.code for finding in later.tell}


def test_nothing_lacks_of_a_group_that_was_not_paid_yet() -> None:
    unpaid = host(
        ("given", "V-1", {"budget_line": "B-1"}),
        ("instalments", "P-1", {"paid_on": "", "amount_paid": ""}),
    )
    assert lacks(view(unpaid, {})) == {}


def test_a_row_of_given_that_no_line_pays_for_is_missing_only_if_it_is_promised() -> None:
    plan = host(("budget", "B-9", {"grant": "G-1", "category": "Other", "amount": "1"}))
    assert lacks(view(plan, told())) == {"draft-given-without-line": "V-1"}
    asked_for = replace(plan, given={"V-1": replace(plan.given["V-1"], state="applied")})
    assert "draft-given-without-line" not in lacks(view(asked_for, told()))
    of_other = replace(plan, given={**plan.given, "V-2": replace(plan.given["V-1"], grant="G-2")})
    assert lacks(view(of_other, told())) == {"draft-given-without-line": "V-1"}


def test_a_summary_with_groups_is_in_the_currency_of_the_award() -> None:
    plan = host(("given", "V-1", {"budget_line": "B-1"}))
    usd = Profile(title="Ours", source="a test", on=True, currency="USD")
    shown = view(plan, told(), profile=usd)
    assert shown.currency == "EUR"
    assert lacks(shown) == {"draft-award-currency": "USD"}
    same = Profile(title="Ours", source="a test", on=True, currency="EUR")
    assert lacks(view(plan, told(), profile=same)) == {}


def test_an_earlier_summary_is_adjusted_when_a_group_tells_otherwise() -> None:
    plan = host(("given", "V-1", {"budget_line": "B-1"}))
    nothing = view(plan, {}, month="2026-03")
    earlier = figures_reported(nothing, totals(plan)[0], nothing.until)
    later = view(plan, told(), month="2026-06", reported=[earlier])
    assert [(each.name, each.now - each.was) for each in later.adjustments] == [("B-1", 40_000)]


def test_the_steps_from_our_books_to_the_summary_have_the_money_of_groups() -> None:
    shown = view(host(("given", "V-1", {"budget_line": "B-1"})), told())
    steps = shown.reconciled
    assert steps.groups == 40_000
    assert steps.planned + steps.outside + steps.exchange + steps.groups + steps.rounding == (
        shown.total.spent
    )
    assert steps.rounding == 0


def test_what_groups_ordered_is_part_of_what_is_still_planned() -> None:
    plan = host(("given", "V-1", {"budget_line": "B-1"}))
    alone = {line.id: line.sums for line in view(plan, {}).lines}["B-1"]
    with_groups = {line.id: line.sums for line in view(plan, told()).lines}["B-1"]
    assert with_groups.spent == alone.spent + 40_000
    assert with_groups.forecast == alone.forecast + 40_000


def test_what_groups_spent_is_theirs_whatever_rate_the_funder_wants() -> None:
    rows = [("given", "V-1", {"budget_line": "B-1"}),
            ("expenses", "E-9", {"date": "2026-02-01", "budget_line": "B-1", "amount": "100",
                                 "currency": "USD", "state": "paid"}),
            ("rates", "2026-02 USD", {"month": "2026-02", "currency": "USD", "rate": "0.9"})]  # fmt: skip
    fixed = Profile(title="Ours", source="a test", on=True, rate="fixed",
                    rates={"USD": Decimal("0.5")})  # fmt: skip
    shown = view(host(*rows), told(), profile=fixed)
    assert shown.together is not None
    together = shown.together
    assert together.of_groups == 40_000
    assert together.own.spent + together.of_groups == shown.total.spent
    assert together.terms.spent - together.of_groups != together.own.spent
    where = {name: units for name, units, _ in where_rows(together, words("en"))}
    assert where["Spent by groups"] == 40_000
    assert sum(list(where.values())[:-1]) == where["Received"]
    (_, _, _, spent, _, _), _ = share_rows(shown, words("en"))[-1]
    assert spent == shown.total.spent


def test_our_fee_and_that_of_the_host_above_us_are_two_rows() -> None:
    plan = host(("given", "V-1", {"budget_line": "B-1", "fee": "5"}),
                ("grants", "G-1", {"host_fee": "10", "host_fee_on": "received"}))  # fmt: skip
    said = {"GR-1": HostStatement(1, "2026-03", True, (told_grant(fee="50.00"),))}
    shown = view(plan, said)
    assert shown.together is not None
    where = {name: units for name, units, _ in where_rows(shown.together, words("en"))}
    assert where["Kept as a fee for handing on"] == 5_000
    assert where["Host fee"] == 50_000
    assert sum(list(where.values())[:-1]) == where["Received"]


def test_spending_that_no_line_pays_for_is_in_the_total() -> None:
    plan = host(("budget", "B-9", {"grant": "G-1", "category": "Other", "amount": "1"}))
    shown = view(plan, told())
    assert shown.together is not None
    assert [line.sums.spent for line in shown.lines if not line.id] == [40_000]
    assert shown.total.spent == shown.together.terms.spent


@pytest.mark.parametrize(
    ("group", "silent"),
    [
        ({"state": "ready"}, False),
        ({"state": "paused"}, True),
        ({"state": "paused", "public_key": "x"}, False),
        ({"state": "left", "public_key": "x"}, True),
    ],
)
def test_who_could_not_take_consent_back_is_silent(group: Fields, silent: bool) -> None:
    assert is_silent(group) == silent
