"""Tables are as narrow as the terminal: columns are left out, texts wrapped, or facts told."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from budgettrack.core.records.model import Fields
from tests.world.group import ON, Group
from tests.world.terminal import talk

LONG = "A long title that does not fit beside all the other columns"
ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": LONG, "state": "active", "currency": "EUR", "amount": "12000"} | {"start": "2026-01-01", "end": "2026-12-31"},
        {"id": "G-2", "funder": "Other", "title": "Next", "state": "applied", "currency": "EUR", "amount": "45000.5"},
    ],
    "work_plan": [{"id": "A-1", "activity": LONG, "progress_note": "https://harbour.example/a/long/address/of/one/word", "start": "2026-01-01", "end": "2026-12-31", "status": "under way"}],
    "budget": [{"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "description": "Rent of the room for the evenings of the group", "amount": "12000"}],
    "deadlines": [{"id": "D-1", "what": LONG, "due": "2026-11-20", "grant": "G-1"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def own_group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    made = Group(tmp_path_factory.mktemp("group"), ROWS)
    made.sync()
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("grants", "list"),
        ("pipeline",),
        ("deadlines", *ON),
        ("grid",),
        ("diff", "--from", "2020-01-01"),
    ],
)
def test_a_table_is_as_narrow_as_the_terminal(own_group: Group, words: tuple[str, ...]) -> None:
    code, shown = talk(own_group, words, columns=80)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert code == 0, shown
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("---") for line in lines), "it is a table"


@pytest.mark.slow
def test_a_text_is_wrapped_and_not_cut(own_group: Group) -> None:
    _, shown = talk(own_group, ("deadlines", *ON), columns=80)

    assert all(word in shown for word in LONG.split())


@pytest.mark.slow
def test_what_a_narrow_terminal_hides_is_said_and_never_what_was_asked_for(
    own_group: Group,
) -> None:
    _, shown = talk(own_group, ("variance", "--by", "category", *ON), columns=80)

    plain = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", shown).split())
    assert "Category" in plain
    assert re.search(
        r"No room for: .*Committed.*\. Widen the window, or use --csv or --json\.", plain
    )


@pytest.mark.slow
@pytest.mark.parametrize("by", ["line", "category", "activity", "grant", "month"])
def test_variance_stays_a_table_with_the_column_that_was_asked_for(
    own_group: Group, by: str
) -> None:
    _, shown = talk(own_group, ("variance", "--by", by, "--grant", "G-1", *ON), columns=80)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    (headings,) = (before for before, line in pairwise(lines) if line.startswith("---"))
    assert by.capitalize() in headings.split()
    assert max(map(len, lines)) <= 80


@pytest.mark.slow
def test_a_line_says_what_it_is_for_in_a_narrow_window(own_group: Group) -> None:
    _, shown = talk(own_group, ("variance", "--grant", "G-1", *ON), columns=80)

    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert re.search(r"^Line +Description +Budget +Spent +Variance +State$", plain, re.MULTILINE)
    assert re.search(r"^B-1 +Rent of the room for t… ", plain, re.MULTILINE)
    assert "Committed, Available, %. Widen the window" in " ".join(plain.split())


@pytest.mark.slow
def test_status_is_wrapped_between_words(own_group: Group) -> None:
    _, shown = talk(own_group, ("status", *ON), columns=60)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert max(map(len, lines)) <= 60
    at = next(number for number, line in enumerate(lines) if line.startswith("Next: "))
    assert all(line.startswith("  ") for line in lines[at + 1 :])


@pytest.mark.slow
def test_what_is_left_is_the_last_that_status_hides(own_group: Group) -> None:
    _, shown = talk(own_group, ("status", *ON), columns=72)

    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert re.search(r"^Grant +Budget to date +Spent +Variance +Available", plain, re.MULTILINE)
    assert "No room for: State, Time." in " ".join(plain.split())


@pytest.mark.slow
def test_a_finding_is_wrapped_between_words_under_its_cell(own_group: Group) -> None:
    _, shown = talk(own_group, ("checks",), columns=80)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    first = next(number for number, line in enumerate(lines) if "  warning  " in line)
    assert lines[first + 1].startswith("  ")
    assert max(map(len, lines[:-1])) <= 80, "only the counts stand in one line"


@pytest.mark.slow
@pytest.mark.parametrize("words", [("grid",), ("resources", "gaps", *ON)])
def test_a_long_title_is_cut_and_keeps_its_row_on_one_line(
    own_group: Group, words: tuple[str, ...]
) -> None:
    _, shown = talk(own_group, words, columns=80)

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    if words == ("grid",):
        (row,) = (line for line in lines if line.startswith("A-1 "))
        assert "… " in row
    assert max(map(len, lines)) <= 80


def test_no_grant_is_named_where_several_pay_for_a_category(tmp_path: Path) -> None:
    two = {"id": "G-3", "funder": "Third", "state": "active", "currency": "EUR", "amount": "10"}
    years = {"start": "2026-01-01", "end": "2026-12-31"}
    rent = {"id": "B-2", "grant": "G-3", "category": "Rent", "amount": "10"}
    food = {"id": "B-3", "grant": "G-3", "category": "Food", "amount": "10"}
    made = Group(
        tmp_path,
        {**ROWS, "grants": [*ROWS["grants"], two | years], "budget": [*ROWS["budget"], rent, food]},
    )
    made.sync()

    said = made.run("variance", "--by", "category", *ON).stdout
    assert said.splitlines()[0].split()[0] == "Category"
    assert said.splitlines()[-1].split()[0] == "Total"
    assert made.run("variance", "--by", "grant", *ON).stdout.splitlines()[0].split()[0] == "Grant"
