"""A profile whose parts do not fit together is told, key by key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from budgettrack.core.figures.profile import Category, Limit, Profile, problems


def told(**values: Any) -> list[tuple[str, str]]:
    profile = Profile(title="Rules", source="a test", **values)
    return [(each.field, each.code) for each in problems(profile)]


def test_a_profile_that_fits_together_is_silent() -> None:
    categories = (Category(name="Rent", code="1"), Category(name="All", sum=("1",)))

    assert told(category=categories, year_starts=12, rate="fixed", rates={"GBP": Decimal("0.8")}) == []  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"columns": ("whole", "sold")}, [("columns", "profile-name-unknown")]),
        ({"sections": ("cash", "weather")}, [("sections", "profile-name-unknown")]),
        ({"year_starts": 0}, [("year_starts", "profile-year-not-usable")]),
        ({"year_starts": 13}, [("year_starts", "profile-year-not-usable")]),
        ({"rate": "fixed"}, [("rates", "profile-rates-missing")]),
        ({"round_to": Decimal(0)}, [("round_to", "profile-round-not-usable")]),
        ({"budget_rate": Decimal(-1)}, [("budget_rate", "profile-rate-not-usable")]),
        ({"budget_rate": Decimal(0)}, [("budget_rate", "profile-rate-not-usable")]),
        ({"rates": {"GBP": Decimal(0)}}, [("rates", "profile-rate-not-usable")]),
        ({"match_percent": Decimal("-0.5")}, [("match_percent", "profile-match-below-zero")]),
        ({"match_percent": Decimal(0), "budget_rate": Decimal("0.01"), "currency": "GBP"}, []),
        ({"currency": "ZZZ"}, [("currency", "profile-currency-unknown")]),
        ({"rates": {"ZZZ": Decimal(1)}}, [("rates", "profile-currency-unknown")]),
        ({"limit": (Limit(source="a test", verified=True, amount=Decimal(5), currency="ZZZ"),)}, [("limit[0].currency", "profile-currency-unknown")]),
        (
            {"category": (Category(name="Rent", pattern="("),)},
            [("category[0].pattern", "profile-pattern-not-usable")],
        ),
        *(
            ({"category": (Category(name="Rent", pattern=pattern),)}, [("category[0].pattern", "profile-pattern-slow")])
            for pattern in ("(a+)+b", "rent.*hall", "x{0,99}", "a?" * 11)
        ),
        ({"category": (Category(name="Rent", pattern=r"\b(rents?|hall|2\+1|[*+{]|off-?ice)" + "a?" * 8),)}, []),
        (
            {"category": (Category(name="All", sum=("9",)),)},
            [("category[0].sum", "profile-sum-unknown")],
        ),
        (
            {"category": (Category(name="Rent"), Category(name="Rent"))},
            [("category[0].name", "profile-category-twice"), ("category[1].name", "profile-category-twice")],
        ),
        (
            {"limit": (Limit(source="a test", verified=True, scope="line", amount=Decimal(5)),)},
            [("limit[0].currency", "profile-limit-without-currency")],
        ),
        ({"limit": (Limit(source="a test", verified=True, scope="line"),)}, [("limit[0].percent", "profile-limit-empty")]),
        ({"limit": (Limit(source="a test", verified=True, percent=Decimal(-5), percent_up=Decimal(0)),)}, [("limit[0].percent", "profile-limit-below-zero")]),
        ({"limit": (Limit(source="a test", verified=True, percent_up=Decimal("-0.5")),)}, [("limit[0].percent_up", "profile-limit-below-zero")]),
        ({"limit": (Limit(source="a test", verified=True, percent_down=Decimal(-1)),)}, [("limit[0].percent_down", "profile-limit-below-zero")]),
        ({"limit": (Limit(source="a test", verified=True, amount=Decimal(-5), currency="EUR"),)}, [("limit[0].amount", "profile-limit-below-zero")]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_key(
    values: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(**values) == expected
