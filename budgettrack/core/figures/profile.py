"""A profile describes the form in which one funder wants a summary.

Rules are data, and each rule names its source. If a grant's own agreement says something else,
the agreement counts. `budgettrack.config.profiles` reads profiles from TOML files; the names of
the fields are the keys of the file (docs/profiles.md lists them)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from budgettrack.core.base.findings import Finding, finding
from budgettrack.core.base.money import is_currency
from budgettrack.core.records.model import BudgetLine

Scope = Literal["line", "category", "activity", "grant"]
Measure = Literal["to date", "period", "year", "whole", "budget change"]
Rate = Literal["month", "period", "fixed", "receipts"]
Span = Literal["grant", "month", "quarter", "half-year", "year", "to date"]

MOST_OPTIONAL = 10
"""The largest number of question marks in a pattern. Each of them may double the number of ways
that must be tried."""

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
"""The sections that a summary can have."""


class Limit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A limit: a difference larger than this must be explained, reported or approved.

    `scope`: the kind of row whose figures are compared, such as a line. `measure`: the two
    figures that are compared: spent with budget (since the beginning, in the period, in the
    year, or the whole budget), or the revised with the approved budget. `comparator`: whether
    the difference must be above the limit, or may also equal it. The limit is `percent` of the
    budget, or `amount` in `currency`, or both (`combine`). `never`: the categories that may not
    grow at all. If the budget is 0, any difference is beyond any percentage."""

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

    def with_percent(self, percent: Decimal) -> Limit:
        """Returns the same limit with another percentage."""
        return msgspec.structs.replace(self, percent=percent)


class Category(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One of the funder's categories, and the lines that belong to it.

    `of`: the names of our categories that belong to it. `lines`: the IDs of budget lines.
    `pattern`: a regular expression that is searched for in the category and the description of a
    line. Capitals make no difference. `sum`: the codes of other categories. If there are any,
    this category is their sum."""

    name: str
    code: str = ""
    of: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    pattern: str = ""
    sum: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The code by which other categories name this one. If it has no code, this is its name."""
        return self.code or self.name


class Profile(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The form in which one funder wants a summary. `id` is the name of the file.

    If a field is blank, the value of the grant or of the group is used."""

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
    narrative: bool = False
    narrative_source: str = ""
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
        """Whether a summary needs every single expense, because the monthly sums of the register
        are not exact enough."""
        return self.rate != "month" or bool(self.currency) or self.detail == "expenses"

    def category_of(self, line: BudgetLine) -> Category | None:
        """Returns the funder's category of a line, by the first of these rules that fits.

        1. The funder's category lists the line's ID.
        2. Its pattern matches the line's category and description.
        3. It has the name of the line's category, in `name` or in `of`.

        Returns None if no category fits."""
        own = [category for category in self.category if not category.sum]
        for is_of in (_names_line, _describes, _names_category):
            for category in own:
                if is_of(category, line):
                    return category
        return None


def _names_line(category: Category, line: BudgetLine) -> bool:
    return line.id in category.lines


def _describes(category: Category, line: BudgetLine) -> bool:
    text = f"{line.category} {line.description}"
    return bool(category.pattern and re.search(category.pattern, text, re.IGNORECASE))


def _names_category(category: Category, line: BudgetLine) -> bool:
    name = line.category.strip().casefold()
    names = (*category.of, category.name)
    return bool(name) and name in {other.strip().casefold() for other in names}


def problems(profile: Profile) -> list[Finding]:
    """Returns findings about mistakes in a profile that its types cannot show. The `field` of a
    finding is the key in the file."""
    return [
        *_names_unknown(profile),
        *_figures_not_usable(profile),
        *_currencies_unknown(profile),
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
    if profile.round_to is not None and profile.round_to <= 0:
        yield _at("round_to", "profile-round-not-usable")
    yield from _rates_not_usable(profile)
    if profile.match_percent is not None and profile.match_percent < 0:
        yield _at("match_percent", "profile-match-below-zero")


def _rates_not_usable(profile: Profile) -> Iterator[Finding]:
    if profile.rate == "fixed" and not profile.rates:
        yield _at("rates", "profile-rates-missing")
    if any(rate <= 0 for rate in profile.rates.values()):
        yield _at("rates", "profile-rate-not-usable")
    if profile.budget_rate is not None and profile.budget_rate <= 0:
        yield _at("budget_rate", "profile-rate-not-usable")


def _currencies_unknown(profile: Profile) -> Iterator[Finding]:
    given = [("currency", profile.currency), *(("rates", code) for code in profile.rates)]
    given += [
        (f"limit[{index}].currency", limit.currency) for index, limit in enumerate(profile.limit)
    ]
    for key, code in given:
        if code and not is_currency(code):
            yield _at(key, "profile-currency-unknown", value=code)


def _categories_wrong(profile: Profile) -> Iterator[Finding]:
    codes = [category.code or category.name for category in profile.category]
    for index, category in enumerate(profile.category):
        try:
            re.compile(category.pattern)
        except re.error as error:
            yield _at(f"category[{index}].pattern", "profile-pattern-not-usable", why=str(error))
        if _may_be_slow(category.pattern):
            yield _at(f"category[{index}].pattern", "profile-pattern-slow")
        for code in category.sum:
            if code not in codes:
                yield _at(f"category[{index}].sum", "profile-sum-unknown", value=code)
        if codes.count(codes[index]) > 1:
            yield _at(f"category[{index}].name", "profile-category-twice", value=codes[index])


def _may_be_slow(pattern: str) -> bool:
    """Whether the search for a pattern in a long text could take so long that the program would
    seem to hang. Only repetitions and many optional parts can cause this. A pattern needs no
    repetitions, because it is found anywhere in a text."""
    bare = re.sub(r"\\.|\[[^\[\]]*\]", "", pattern)
    return any(sign in bare for sign in "*+{") or bare.count("?") > MOST_OPTIONAL


def _limits_wrong(profile: Profile) -> Iterator[Finding]:
    for index, limit in enumerate(profile.limit):
        if limit.amount is not None and not limit.currency:
            yield _at(f"limit[{index}].currency", "profile-limit-without-currency")
        sizes = {
            "percent": limit.percent,
            "percent_up": limit.percent_up,
            "percent_down": limit.percent_down,
            "amount": limit.amount,
        }
        if not limit.never and all(size is None for size in sizes.values()):
            yield _at(f"limit[{index}].percent", "profile-limit-empty")
        for key, size in sizes.items():
            if size is not None and size < 0:
                yield _at(f"limit[{index}].{key}", "profile-limit-below-zero")


def rounded(units: Sequence[int], unit: int) -> list[int]:
    """Rounds each number to a multiple of `unit`. The results sum to the rounded total.

    The numbers with the largest remainders are rounded up.

    >>> rounded([149, 149, 149], 100), rounded([-150, 50], 100)
    ([200, 100, 100], [-100, 0])
    """
    total = sum(units)
    wanted = int((Decimal(total) / unit).to_integral_value("ROUND_HALF_EVEN"))
    multiples = [number // unit for number in units]
    left = wanted - sum(multiples)
    order = sorted(range(len(units)), key=lambda index: -(units[index] % unit))
    for index in order[:left]:
        multiples[index] += 1
    return [multiple * unit for multiple in multiples]
