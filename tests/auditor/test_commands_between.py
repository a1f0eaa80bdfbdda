"""Commands between two months: taking everything or one name down and putting it back, and wiping a
text. What is published again says no more than before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.auditor.driving import Recorder
from tests.auditor.scenarios import ELSE, ONE

pytestmark = pytest.mark.slow

ROLE = ("--by", "treasurer")
BETWEEN: dict[str, Sequence[Sequence[str]]] = {
    "everything is taken down and put back": [("unpublish", *ROLE), ("republish",)],
    "a category is withdrawn and given back": [
        ("withdraw", "category", "Food", *ROLE),
        ("withdraw", "category", "Food", "--undo", *ROLE),
    ],
    "a description is wiped": [("redact", "E-2.description", "--yes", *ROLE)],
}


@pytest.mark.parametrize("what", BETWEEN)
def test_nothing_can_be_computed_when(what: str, tmp_path: Path) -> None:
    """One more is paid in a category after the command, and three in another."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    for line, category in (("B-1", "Food"), ("B-2", "Rent")):
        group.line(line, category, 120000)
    for month, food in (("2026-01", (41100, 52200, 63300)), ("2026-02", (ONE,))):
        for line, amounts in (("B-1", food), ("B-2", (11000, 21000, 31000))):
            for n, cents in enumerate(amounts):
                group.pay(line, month, cents + n + len(month), what=f"{line} {n} of {month}")
        group.month(month)
        for words in BETWEEN[what] if month == "2026-01" else ():
            group.run(*words)

    report = group.audited(tmp_path)

    assert not report.breaches, report
    assert report.figures
