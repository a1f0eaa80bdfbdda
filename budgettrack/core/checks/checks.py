"""Runs all checks of a plan: money, work, obligations and privacy. Each rule is one function.

The docstring of each function states its rule and its threshold. The thresholds are wide on
purpose, because people stop reading checks that warn too often. All checks give warnings only,
except for payments that cannot be counted, and none changes a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date

from budgettrack.core.base.findings import Finding
from budgettrack.core.checks.agreements import agreements_contradicting, agreements_open
from budgettrack.core.checks.handed_on import (
    calls_overdrawn,
    given_beyond_grants,
    given_without_end,
    instalments_before_reports,
    payments_in_two_tabs,
    payments_not_agreed,
    payments_unclear,
    sides_that_differ,
)
from budgettrack.core.checks.host_fees import (
    fees_as_income,
    fees_beyond_kept,
    fees_typed_twice,
)
from budgettrack.core.checks.host_says import host_says_otherwise
from budgettrack.core.checks.hosted_groups import groups_in_need, groups_told
from budgettrack.core.checks.indicators import in_work_plan, indicators
from budgettrack.core.checks.looking import Looking
from budgettrack.core.checks.money import (
    deficits,
    grants_without_rate,
    income_without_rate,
    lines_adding_up,
    money_before_award,
    months_adding_up,
    outside_grant_dates,
    overspent_lines,
    payments_in_future,
    possible_duplicates,
    receipts_in_future,
    remaining_columns,
    unbudgeted_spending,
    unexplained_variances,
    unspent_money,
)
from budgettrack.core.checks.money_to_come import instalments_late, money_to_come
from budgettrack.core.checks.privacy import (
    awards_not_told,
    people_not_counted,
    personal_details,
)
from budgettrack.core.checks.promises import endings, reports_due
from budgettrack.core.checks.refunds import (
    expenses_in_circles,
    parts_of_themselves,
    refunds_above_payments,
    refunds_before_payments,
    refunds_of_other_lines,
    refunds_of_themselves,
    states_contradicting,
)
from budgettrack.core.checks.repeats import repeats
from budgettrack.core.checks.supplies import (
    lots_contradicting,
    lots_ending,
    supplies_in_future,
    supplies_moved,
    supplies_run_out,
)
from budgettrack.core.checks.work import (
    ends_before_starts,
    far_dates,
    spending_before_start,
    work_behind,
    work_without_money,
)
from budgettrack.core.counting.answers import HostAnswer, RefusedAnswer
from budgettrack.core.counting.statements import HostStatement
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan, Records


def checks(
    plan: Plan,
    totals: Sequence[Total],
    *,
    today: date,
    records: Records,
    booked: Set[str] = frozenset(),
    told: Mapping[str, HostStatement] | None = None,
    answers: Sequence[HostAnswer | RefusedAnswer] = (),
) -> list[Finding]:
    """Returns the findings about the plan as a whole, by record and field. The sync finds their
    cells later.

    `booked` has the IDs of the expenses that are also entries of a bank statement. `told` has the
    statements of the groups of a host, by the codes of the groups. `answers`: what each host
    of a group says that it paid to the group, or why this is not read."""
    looking = Looking(plan, totals, today, records, booked, told or {}, answers)
    return [found for rule in RULES for found in rule(looking)]


RULES: tuple[Callable[[Looking], Iterator[Finding]], ...] = (
    overspent_lines,
    unexplained_variances,
    outside_grant_dates,
    far_dates,
    income_without_rate,
    grants_without_rate,
    lines_adding_up,
    months_adding_up,
    remaining_columns,
    unbudgeted_spending,
    money_before_award,
    possible_duplicates,
    payments_in_future,
    receipts_in_future,
    refunds_above_payments,
    refunds_of_other_lines,
    refunds_before_payments,
    refunds_of_themselves,
    parts_of_themselves,
    expenses_in_circles,
    states_contradicting,
    deficits,
    unspent_money,
    ends_before_starts,
    work_behind,
    spending_before_start,
    work_without_money,
    indicators,
    in_work_plan,
    reports_due,
    repeats,
    money_to_come,
    instalments_late,
    endings,
    agreements_open,
    agreements_contradicting,
    supplies_moved,
    lots_ending,
    supplies_run_out,
    lots_contradicting,
    supplies_in_future,
    people_not_counted,
    awards_not_told,
    personal_details,
    sides_that_differ,
    given_beyond_grants,
    calls_overdrawn,
    instalments_before_reports,
    given_without_end,
    payments_unclear,
    payments_in_two_tabs,
    payments_not_agreed,
    groups_in_need,
    groups_told,
    host_says_otherwise,
    fees_typed_twice,
    fees_as_income,
    fees_beyond_kept,
)


__all__ = ["RULES", "checks"]
