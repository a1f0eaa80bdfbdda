"""What a cell was read as, in short."""

from __future__ import annotations

from babel import localedata
from hypothesis import strategies as st

from budgettrack.core.base.findings import Finding
from budgettrack.core.cells.reading import Priced, Reading

LOCALES = sorted(name for name in localedata.locale_identifiers() if name != "root")


def code(reading: Reading) -> str:
    """The code of a problem; the reading itself shows where there is none."""
    assert isinstance(reading, Finding), reading
    return reading.code


def amount(reading: Reading) -> str:
    return (
        reading.text
        if isinstance(reading, Priced)
        else reading
        if isinstance(reading, str)
        else reading.code
    )


AMOUNTS = st.decimals(
    min_value=-(10**11), max_value=10**11, places=2, allow_nan=False, allow_infinity=False
)
