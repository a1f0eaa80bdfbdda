"""The whole public folder of the sample, all its months and files: each amount in it is a sum of whole
batches, or what a funder gave, or what an organisation lent. `test_sample.py` judges the batches."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from tests.auditor.reading import Number, read

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "demo"
    made = CliRunner().invoke(main, ["demo", str(folder)])
    assert made.exit_code in (0, 3), made.output
    return folder


@pytest.fixture(scope="module")
def sums(demo: Path) -> list[int]:
    """All amounts that may be public, in minor units, the smallest first. They are read from the
    register as it lies on the disk, by this test alone."""
    with contextlib.closing(sqlite3.connect(demo / "register.sqlite")) as register:
        batches = register.execute(
            "SELECT page, what, correction, award, category, activity,"
            " (SELECT sum(units) FROM batch_parts WHERE batch = n) FROM batches WHERE copy = 0"
        ).fetchall()
        pages = [
            json.loads(facts)
            for (facts,) in register.execute("SELECT facts FROM pages ORDER BY month")
        ]
    amounts = {abs(one) for page in pages for one in _of_batches(batches, page["month"])}
    for page in pages:
        given = [*_of_funders(page)]
        gifts = sum(each[6] for each in batches if each[1] == "gifts" and each[0] <= page["month"])
        spent = sum(each[6] for each in batches if each[1] == "spent" and each[0] <= page["month"])
        # Pages tell what was received in all, gifts included, and what is left of what they show.
        amounts |= {*given, given[-1] + gifts, abs(given[-1] + gifts - spent)}
    return sorted(amounts)


def _of_batches(batches: list[tuple[Any, ...]], month: str) -> Iterator[int]:
    """Sums of the batches of a page under each choice of labels: to date, and what is new."""
    here = [batch for batch in batches if batch[0] <= month]
    new = [batch for batch in here if batch[0] == month]
    for those in (here, new, [batch for batch in new if not batch[2]]):
        found: defaultdict[object, int] = defaultdict(int)
        for batch in those:
            for labels in (some for n in range(5) for some in combinations((2, 3, 4, 5), n)):
                found[batch[1], *((label, batch[label]) for label in labels)] += batch[6]
        yield from found.values()


def _of_funders(page: dict[str, list[dict[str, object]]]) -> Iterator[int]:
    """Awards; what organisations lend; instalments by month, to date, and of all grants. The last is
    all that was received."""
    by_month: defaultdict[str, int] = defaultdict(int)
    for grant in page["grants"]:
        yield int(str(grant["amount"] or 0))
        instalments = grant["instalments"]
        assert isinstance(instalments, list)
        for unit in ("units", "base"):
            amounts = [int(one[unit] or 0) for one in instalments]
            yield from (abs(one) for one in (*amounts, *accumulate(amounts)))
        for one in instalments:
            by_month[str(one["month"])] += int(one["base"] or 0)
    in_order = [by_month[month] for month in sorted(by_month)]
    yield from (int(str(each["value"] or 0)) for each in page["in_kind"])
    yield from (*in_order, *accumulate(in_order, initial=0))


def _money(number: Number) -> bool:
    """Whether a number is an amount of money by its form: with a currency, or with cents."""
    year = number.value.denominator == 1 and 1990 <= number.value <= 2100
    signed = not year and any(sign in number.text for sign in "€$£")
    return signed or number.value.denominator != 1


def _explains(sums: list[int], number: Number) -> bool:
    """Whether one of the sums is as near to a number as it was rounded."""
    cents, width = abs(number.value) * 100, number.width * 100
    first = bisect_left(sums, cents - width)
    return first < len(sums) and sums[first] <= cents + width


def _unexplained(path: Path, sums: list[int]) -> list[str]:
    return [
        f"{path.name}: {number.text!r} at {number.place}"
        for number in read(path).numbers
        if number.kind in ("number", "rounded")
        and _money(number)
        and number.value
        and not _explains(sums, number)
    ]


def test_every_amount_of_every_file_is_a_sum_of_batches_or_a_funders(
    demo: Path, sums: list[int]
) -> None:
    files = [path for path in demo.rglob("public/**/*") if path.is_file()]

    assert len({path.suffix for path in files}) > 5
    assert [words for path in files for words in _unexplained(path, sums)] == []


def test_a_payment_on_a_page_is_noticed(demo: Path, sums: list[int], tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(demo / "register.sqlite")) as register:
        parts = register.execute("SELECT units FROM batch_parts WHERE tbl = 'expenses'").fetchall()
    payments = [units for (units,) in parts if units > 0 and units not in sums]
    assert len(payments) > 200
    page = next(demo.rglob("public/2026-05.html")).read_text("utf-8")
    (tmp_path / "2026-05.html").write_text(
        page.replace("</main>", f"<p>€{payments[0] / 100:.2f}</p></main>"), "utf-8"
    )

    assert len(_unexplained(tmp_path / "2026-05.html", sums)) == 1
