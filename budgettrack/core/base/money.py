"""Exact money: whole minor units and a currency; never a float.

An amount in a sheet is a decimal text until its currency is known; from then on it is an `int` of
minor units (cents). The number of decimals of a currency is that of ISO 4217 (the package
`iso4217`)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache


@lru_cache(maxsize=512)
def digits(currency: str) -> int:
    """Decimals of a currency by ISO 4217: EUR 2, JPY 0, TND 3. Raises `KeyError` for a code that is
    not one."""
    import iso4217

    try:
        return int(iso4217.Currency(currency.upper()).exponent or 0)
    except ValueError:
        raise KeyError(currency) from None


@lru_cache(maxsize=512)
def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code in capitals."""
    try:
        digits(code)
    except KeyError:
        return False
    return code == code.upper() and len(code) == 3


def minor(amount: str | Decimal, currency: str) -> int:
    """Minor units of an exact decimal: `minor("12.50", "EUR") == 1250`.

    Raises `ValueError` where the amount has more decimals than its currency.
    """
    scaled = Decimal(amount).scaleb(digits(currency))
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} has more decimals than {currency}")
    return whole


def decimal(units: int, currency: str) -> str:
    """The plain decimal text of minor units, as in JSON and CSV: `decimal(-1250, "EUR") ==
    "-12.50"`."""
    places = digits(currency)
    if not places:
        return str(units)
    sign = "-" if units < 0 else ""
    whole, part = divmod(abs(units), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def split(total: int, parts: int) -> list[int]:
    """`total` in `parts` equal shares that sum to it, the odd units in the first ones.

    >>> split(100, 3)
    [34, 33, 33]
    """
    share, odd = divmod(abs(total), parts)
    sign = -1 if total < 0 else 1
    return [sign * (share + (index < odd)) for index in range(parts)]


def split_by(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in shares by whole `weights` (their sum above 0) that sum to it; odd units to the
    first ones."""
    whole = sum(weights)
    sign = -1 if total < 0 else 1
    shares = [abs(total) * weight // whole for weight in weights]
    odd = abs(total) - sum(shares)
    for index, weight in enumerate(weights):
        if odd and weight:
            shares[index] += 1
            odd -= 1
    return [sign * share for share in shares]


def convert(units: int, currency: str, to: str, rates: tuple[Decimal, Decimal]) -> int:
    """Minor units of `currency` in minor units of `to`, rounded half to even once.

    `rates` are the units of `currency` and of `to` for one unit of the base currency.
    """
    if currency == to:
        return units
    own, other = rates
    exact = Decimal(units).scaleb(digits(to) - digits(currency)) * other / own
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def percent(part: int, whole: int) -> str | None:
    """`part` as a percentage of `whole` with one decimal, rounded half to even; None where `whole`
    is 0."""
    if not whole:
        return None
    # Adding nothing takes the sign from a nought: -0.0 is 0.0 to people, and to the cell that holds
    # it.
    return str(
        (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
        + 0
    )
