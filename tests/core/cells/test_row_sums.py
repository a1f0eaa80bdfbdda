"""Which rows a formula sums."""

from __future__ import annotations

import pytest

from budgettrack.core.cells.row_sums import rows_summed


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ("=SUM(B2:B4)", ((1, 3),)),
        ("=sum(b2:b4)", ((1, 3),)),
        ("=SUM(B4:B2)", ((1, 3),)),
        ("=B2+B3", ((1, 1), (2, 2))),
        ("=+B2 + B3 ", ((1, 1), (2, 2))),
        ("=(B2+B3)", ((1, 1), (2, 2))),
        ("=SUM(B2,B3)", ((1, 1), (2, 2))),
        ("=SUM($B$2:$B$4;B7)", ((1, 3), (6, 6))),
        ("=ROUND(SUM(B2:B4),2)", ((1, 3),)),
        ("=ROUND(B2+B3,0)", ((1, 1), (2, 2))),
        ("=SUBTOTAL(9,B2:B4)", ((1, 3),)),
        ("=AGGREGATE(9,5,B2:B4)", ((1, 3),)),
        ("=IFERROR(SUM(B2:B4),0)", ((1, 3),)),
        ("='My plan'!B2+'my plan'!B3", ((1, 1), (2, 2))),
        ("=B8", ((7, 7),)),
    ],
)
def test_a_formula_that_adds_rows(formula: str, parts: tuple[tuple[int, int], ...]) -> None:
    members = rows_summed(formula, "My plan", "B", 9)

    assert members is not None
    assert members.parts == parts
    assert members.count == sum(last - first + 1 for first, last in parts)


@pytest.mark.parametrize(
    "formula",
    ["=B5-B2", "=B2*2", "=(B2+B3)/0.9", "=SUM(B2:B4)*1.1", "=SUM(B2:B4)+1", "=SUM(B2:C4)", "=SUM(C2:C4)", "=C2+B3",
     "=SUM(B2:B12)", "=Other!B2+Other!B3", "=SUM()", "=AVERAGE(B2:B4)", "=IF(B2,B3,B4)", "=1+2", "=", "=B2+B3)",
     "=SUM(B2:B4", "=,B2", '="total"'],
)  # fmt: skip
def test_a_formula_that_does_anything_else(formula: str) -> None:
    assert rows_summed(formula, "My plan", "B", 9) is None
