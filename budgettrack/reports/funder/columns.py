"""The columns that a funder's summary can have: heading, explanation, value, and formula in a
workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from budgettrack.core.figures.sums import Sums
from budgettrack.core.views.funder_types import FunderLine, Group
from budgettrack.reports.base.translations import Words


class SummaryColumn(Struct, frozen=True):
    """A column of the summary.

    `formula` is (column, operator, column), such as `budget - spent` or `spent / whole`. It is
    None for a column that is not calculated from others."""

    name: str
    kind: Literal["money", "share", "text"]
    heading: str
    about: str
    value: Callable[[Sums], int | Decimal | None]
    formula: tuple[str, str, str] | None = None


def columns(w: Words) -> dict[str, SummaryColumn]:
    """Returns all columns in one language, by the names that profiles use."""

    def money(name: str, heading: str, about: str) -> SummaryColumn:
        return SummaryColumn(name, "money", heading, about, lambda sums: getattr(sums, name))

    def less(name: str, one: str, other: str, heading: str, about: str) -> SummaryColumn:
        return SummaryColumn(
            name, "money", heading, about, lambda sums: getattr(sums, name), (one, "-", other)
        )

    def share(name: str, part: str, whole: str, heading: str, about: str) -> SummaryColumn:
        def value(sums: Sums) -> Decimal | None:
            base = getattr(sums, whole)
            return Decimal(getattr(sums, part)) / Decimal(base) if base else None

        return SummaryColumn(name, "share", heading, about, value, (part, "/", whole))

    all_columns = [
        money("whole", w.say("Whole budget"), w.say("The sum for the whole grant, as revised.")),
        money("approved", w.say("Approved"),
        w.say("The sum as first approved; empty where it is not known.")),
        money("period_budget", w.say("Budget, period"),
        w.say("What was planned for the reporting period.")),
        money("period_spent", w.say("Spent, period"),
        w.say("What was paid in the reporting period, refunds taken off.")),
        less("period_variance", "period_budget", "period_spent", w.say("Variance, period"),
        w.say("Budget minus spent in the period.")),
        share("period_used", "period_spent", "period_budget", w.say("Used, period"),
        w.say("Spent as a share of the budget of the period.")),
        money("year_budget", w.say("Budget, year"),
        w.say("What was planned in the financial year so far.")),
        money("year_spent", w.say("Spent, year"),
        w.say("What was paid in the financial year so far.")),
        money("budget", w.say("Budget to date"),
        w.say("What was planned from the grant's start to the end of the period.")),
        money("spent", w.say("Spent to date"),
        w.say("What was paid from the grant's start to the end of the period.")),
        less("variance", "budget", "spent", w.say("Variance"),
        w.say("Budget minus spent, to date: above zero is not yet spent.")),
        share("variance_percent", "variance", "budget", w.say("Variance %"),
        w.say("The variance as a share of the budget to date.")),
        share("used", "spent", "whole", w.say("Used"),
        w.say("Spent to date as a share of the whole budget.")),
        share("absorption", "spent", "budget", w.say("Absorption"),
        w.say("Spent to date as a share of the budget to date.")),
        money("committed", w.say("Committed"), w.say("Ordered and not yet paid.")),
        less("available", "whole", "spent", w.say("Available"),
        w.say("The whole budget minus spent and committed.")),
        money("forecast", w.say("Forecast"),
        w.say("What will have been spent at the end, if the rest goes as planned.")),
        SummaryColumn("timing", "text", w.say("Timing or permanent"),
        w.say("Whether a difference will even out by the end, or stays."), lambda _: None),
        SummaryColumn("explanation", "text", w.say("Explanation"),
        w.say("Why spending differs from the plan."), lambda _: None),
    ]  # fmt: skip
    return {column.name: column for column in all_columns}


def text(column: SummaryColumn, line: FunderLine, w: Words) -> str:
    """Returns what a line of the budget says in a column of text. If a line is beyond a limit and
    nobody has explained it, the cell says so: that is the room for the explanation."""
    if column.name == "timing":
        return w.term(line.timing)
    return line.explanation or (unexplained(w) if line.limits else "")


def text_of_group(column: SummaryColumn, group: Group, w: Words) -> str:
    """Returns what a row says in a column of text if it stands for all lines of a group."""
    if column.name == "timing":
        texts = [w.term(line.timing) for line in group.lines]
    else:
        texts = [line.explanation for line in group.lines]
    is_beyond = bool(group.limits) or any(line.limits for line in group.lines)
    joined = " ".join(dict.fromkeys(filter(None, texts)))
    if not joined and column.name == "explanation" and is_beyond:
        return unexplained(w)
    return joined


def text_above_lines(column: SummaryColumn, group: Group, w: Words) -> str:
    """Returns what the row of a group says in a column of text if its lines stand below it. Only
    the group may be beyond a limit, and none of its lines."""
    is_told_below = any(text(column, line, w) for line in group.lines)
    return "" if is_told_below else text_of_group(column, group, w)


def is_said(column: SummaryColumn, groups: Sequence[Group], w: Words) -> bool:
    """Returns whether any row says something in a column of text. A column without a word would
    take width from the columns that have some."""
    return any(text_of_group(column, group, w) for group in groups)


def unexplained(w: Words) -> str:
    """Returns what stands in place of an explanation that is asked for and not written yet."""
    return w.say("Beyond the limit: not explained yet.")
