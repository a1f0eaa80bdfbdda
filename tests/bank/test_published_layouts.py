"""How many of the layouts that bank2ynab publishes can be said: each, by the numbers of its columns,
reads an invented file of its shape. The others have their reason."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from budgettrack.bank.formats import CsvChoices, Layout, read

TABLE = Path(__file__).with_name("published_layouts.tsv")
PUBLISHED = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines()]
"""Name, rows of headings, delimiter, columns, form of the day, and words of a flag or the reason.

Columns: D day, I money in (or all, if there is no O), O money out, X money out with a minus, V a
payment without a minus, F a flag, B a balance, P and M texts, s what is passed over."""

SAID = [row for row in PUBLISHED if not row[5].startswith("not said")]
DAYS = (date(2026, 10, 5), date(2026, 10, 26))
SUMS = (-500, 20)


def test_most_published_layouts_can_be_said() -> None:
    assert (len(SAID), len(PUBLISHED)) == (117, 124)


@pytest.mark.parametrize("row", SAID, ids=lambda row: row[0])
def test_a_published_layout_reads_a_file_of_its_shape(row: list[str], tmp_path: Path) -> None:
    _, above, written, columns, form, flags = row
    delimiter = {"TAB": "\t"}.get(written, written)
    lines = [delimiter.join("head" for _ in columns)] * int(above)
    out, into = flags.split(",") if flags else ("", "")
    two_sided = "O" in columns or "X" in columns
    for day, units, balance in zip(DAYS, SUMS, ("1000.50", "1021.00"), strict=True):
        size, is_out = f"{abs(units)}.50", units < 0
        cells = {
            "D": datetime(day.year, day.month, day.day, 9, 30).strftime(form),
            "I": _amount(units, size, two_sided, bool(flags)),
            "O": size if is_out else "",
            "X": f"-{size}" if is_out else "",
            "V": size if is_out else f"-{size}",
            "F": out if is_out else into,
            "B": balance,
        }
        lines.append(delimiter.join(cells.get(kind, "words") for kind in columns))
    path = tmp_path / "bank.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")

    def number(kinds: str) -> str:
        return next((str(n) for n, kind in enumerate(columns, 1) if kind in kinds), "")

    layout = Layout(
        date=number("D"),
        amount="" if two_sided else number("IV"),
        came_in=number("I") if two_sided else "",
        went_out=number("OX") if two_sided else "",
        currency="EUR",
        balance=number("B"),
        sign=number("F"),
        out_words=(out,) if out else (),
        signs="inverted" if "V" in columns else "",
        dates="month first" if form.startswith("%m") else "",
        decimal=".",
    )
    (statement,) = read(path, layout, "en_GB", CsvChoices(today=date(2026, 11, 2)))
    assert [(line.day, str(line.amount)) for line in statement.lines] == [
        (DAYS[0], "-500.5"),
        (DAYS[1], "20.5"),
    ]


def _amount(units: int, size: str, two_sided: bool, has_flag: bool) -> str:
    if two_sided:
        return size if units > 0 else ""
    return size if units > 0 or has_flag else f"-{size}"
