"""A profile: how one funder wants a summary. Rules are data, each with its source; a grant's own
agreement wins.

Read from TOML by `budgettrack.config.profiles`; the field names are the keys of the file
(docs/profiles.md lists them)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.records.model import BudgetLine

Scope = Literal["line", "category", "activity", "grant"]
Measure = Literal["to date", "period", "year", "whole", "budget change"]
Rate = Literal["month", "period", "fixed", "receipts"]
Span = Literal["grant", "month", "quarter", "half-year", "year", "to date"]

COLUMNS = (
    "whole", "approved", "period_budget", "period_spent", "period_variance", "period_used",
    "year_budget", "year_spent",
    "budget", "spent", "variance", "variance_percent", "used", "absorption", "committed",
    "available", "forecast",
    "timing", "explanation",
)  # fmt: skip
"""The columns that a summary's table can have."""

SECTIONS = (
    "glance", "budget", "expenses", "adjustments", "reconcile", "cash", "work", "match", "due",
    "limits", "reading",
)  # fmt: skip
"""The parts that a summary can have."""


class Limit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When a difference must be explained, told or asked for.

    The difference is measured on each row of `scope`: spent against budget to date, in the period,
    in the year so far or of the whole budget, or the revised against the approved budget. It is
    beyond the limit where it is more than (`comparator`) `percent` of the budget, or `amount` in
    `currency`, or both (`combine`). Any difference from a budget of nothing is beyond any
    percentage. `never` names categories that may not grow at all."""

    scope: Scope = "line"
    measure: Measure = "to date"
    direction: Literal["both", "over", "under"] = "both"
    percent: Decimal | None = None
    percent_up: Decimal | None = None
    percent_down: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    combine: Literal["and", "or"] = "or"
    comparator: Literal[">", ">="] = ">"
    amount_comparator: Literal[">", ">="] = ">"
    never: tuple[str, ...] = ()
    consequence: Literal["explain", "tell", "ask", "amend"] = "explain"
    source: str
    since: str = ""
    verified: bool


class Category(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One of the funder's categories, and what of ours belongs to it.

    `of` are names of our categories, `lines` IDs of budget lines, `pattern` a regular expression
    that is looked for in a line's category and description, whatever the case. A category with
    `sum` is the sum of those codes."""

    name: str
    code: str = ""
    of: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    pattern: str = ""
    sum: tuple[str, ...] = ()


class Profile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How one funder wants a summary. `id` is the file's name; what is blank is as the grant or the
    group has it."""

    id: str = ""
    title: str
    source: str
    about: str = ""
    on: bool = True
    currency: str = ""
    rate: Rate = "month"
    rates: dict[str, Decimal] = {}
    budget_rate: Decimal | None = None
    period: Span = "grant"
    year_starts: int = 1
    language: str = ""
    round_to: Decimal | None = None
    by: Literal["category", "activity"] = "category"
    detail: Literal["categories", "lines", "expenses"] = "lines"
    every_category: bool = True
    timing: bool = False
    match_percent: Decimal | None = None
    columns: tuple[str, ...] = (
        "whole", "period_budget", "period_spent", "budget", "spent", "variance", "variance_percent",
        "available",
        "explanation",
    )  # fmt: skip
    sections: tuple[str, ...] = SECTIONS
    category: tuple[Category, ...] = ()
    limit: tuple[Limit, ...] = ()

    @property
    def needs_expenses(self) -> bool:
        """Whether the register's monthly sums are not enough for it."""
        return self.rate != "month" or bool(self.currency) or self.detail == "expenses"


def problems(profile: Profile) -> list[Finding]:
    """List what the shape alone does not tell; `field` is the key in the file."""
    return [
        *_names_unknown(profile),
        *_figures_not_usable(profile),
        *_categories_wrong(profile),
        *_limits_wrong(profile),
    ]


def _at(key: str, code: str, /, **values: str) -> Finding:
    return finding(code, "", "", key, **values)


def _names_unknown(profile: Profile) -> Iterator[Finding]:
    for key, known, given in (
        ("columns", COLUMNS, profile.columns),
        ("sections", SECTIONS, profile.sections),
    ):
        for name in given:
            if name not in known:
                yield _at(key, "profile-name-unknown", value=name, known=", ".join(known))


def _figures_not_usable(profile: Profile) -> Iterator[Finding]:
    if not 1 <= profile.year_starts <= 12:
        yield _at("year_starts", "profile-year-not-usable")
    if profile.rate == "fixed" and not profile.rates:
        yield _at("rates", "profile-rates-missing")
    if profile.round_to is not None and profile.round_to <= 0:
        yield _at("round_to", "profile-round-not-usable")
    if any(rate <= 0 for rate in (*profile.rates.values(), profile.budget_rate or 1)):
        yield _at("rates", "profile-rate-not-usable")


def _categories_wrong(profile: Profile) -> Iterator[Finding]:
    codes = [category.code or category.name for category in profile.category]
    for index, category in enumerate(profile.category):
        try:
            re.compile(category.pattern)
        except re.error as error:
            yield _at(f"category[{index}].pattern", "profile-pattern-not-usable", why=str(error))
        for code in category.sum:
            if code not in codes:
                yield _at(f"category[{index}].sum", "profile-sum-unknown", value=code)
        if codes.count(codes[index]) > 1:
            yield _at(f"category[{index}].name", "profile-category-twice", value=codes[index])


def _limits_wrong(profile: Profile) -> Iterator[Finding]:
    for index, limit in enumerate(profile.limit):
        if limit.amount is not None and not limit.currency:
            yield _at(f"limit[{index}].currency", "profile-limit-without-currency")
        sizes = (limit.percent, limit.percent_up, limit.percent_down, limit.amount)
        if not limit.never and all(size is None for size in sizes):
            yield _at(f"limit[{index}].percent", "profile-limit-empty")


def mapped(profile: Profile, line: BudgetLine) -> Category | None:
    """The funder's category of a line: by its ID, by a pattern, by its category's name; None where
    there is none."""
    own = [each for each in profile.category if not each.sum]
    for each in own:
        if line.id in each.lines:
            return each
    text = f"{line.category} {line.description}"
    for each in own:
        if each.pattern and re.search(each.pattern, text, re.IGNORECASE):
            return each
    name = line.category.strip().casefold()
    for each in own:
        if name and name in {other.strip().casefold() for other in (*each.of, each.name)}:
            return each
    return None


def rounded(units: Sequence[int], unit: int) -> list[int]:
    """`units` rounded to multiples of `unit`, so that they sum to their rounded sum (largest
    remainders first).

    >>> rounded([149, 149, 149], 100), rounded([-150, 50], 100)
    ([200, 100, 100], [-100, 0])
    """
    total = sum(units)
    wanted = int((Decimal(total) / unit).to_integral_value("ROUND_HALF_EVEN"))
    parts = [each // unit for each in units]
    left = wanted - sum(parts)
    order = sorted(range(len(units)), key=lambda index: -(units[index] % unit))
    for index in order[:left]:
        parts[index] += 1
    return [each * unit for each in parts]
