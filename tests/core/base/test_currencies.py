"""The decimals of currencies are those of ISO 4217."""

from __future__ import annotations

import iso4217

from budgettrack.core.base.currencies import DIGITS


def test_every_currency_has_the_decimals_of_iso_4217() -> None:
    assert {each.code: each.exponent or 0 for each in iso4217.Currency} == DIGITS
    assert (DIGITS["EUR"], DIGITS["JPY"], DIGITS["TND"], DIGITS["XAU"]) == (2, 0, 3, 0)
