"""The library: DataFrames with exact money, typed, and every example of its page runs."""

from __future__ import annotations

import keyword
import pydoc
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import click
import pytest

import budgettrack
from budgettrack.api import (
    CASH_COLUMNS,
    DEADLINE_COLUMNS,
    FINDING_COLUMNS,
    FORECAST_COLUMNS,
    HISTORY_COLUMNS,
    POSITION_COLUMNS,
)
from budgettrack.cli import main
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.queries import figures
from tests.world.group import ROWS, Group, Rows

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 2)


@pytest.fixture
def rows() -> Rows:
    return {**ROWS, "grants": [{**ROWS["grants"][0], "agreement_reference": "F 1"}]}


@pytest.mark.slow
def test_every_example_of_the_page_runs(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(group.folder)
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "library.md").read_text("utf-8"), re.DOTALL
    )
    assert len(blocks) == 7
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "library.md", "exec"), names)


def test_money_is_exact_dates_are_dates_and_no_column_is_a_word_of_python(group: Group) -> None:
    with budgettrack.open(group.config, today=TODAY) as tracker:
        assert tracker.sync().errors == 0
        frames = {
            "positions": tracker.positions(),
            "each month": tracker.positions(each_month=True),
            "cash": tracker.cash(),
            "forecast": tracker.forecast(),
            "expenses": tracker.expenses(),
            "income": tracker.income(),
            "budget": tracker.budget(),
            "findings": tracker.findings(),
            "deadlines": tracker.deadlines(),
            "grants": tracker.grants(),
            "resources": tracker.resources(),
            "history": tracker.history("B-1"),
        }
        kinds = {"string", "Int64", "Float64", "boolean", "period[M]", "object"}
        kinds |= {"datetime64[s]", "datetime64[s, UTC]"}
        for name, frame in frames.items():
            assert {str(each) for each in frame.dtypes} <= kinds, name
            assert not [each for each in frame.columns if keyword.iskeyword(each)], name
            for column in frame.columns:
                if f"{column}_units" in frame.columns:
                    values = [value for value in frame[column] if value is not None]
                    assert all(type(value) is Decimal for value in values), (name, column)
                    assert str(frame[f"{column}_units"].dtype) == "Int64"
        first = frames["positions"].iloc[0]
        assert (first["spent"], first["spent_units"]) == (Decimal("61.50"), 6150)
        assert (first["variance"], first["variance_units"]) == (Decimal("21.83"), 2183)
        assert first["variance_percent"] == 26.2
        assert (str(first["start"]), str(first["end"])) == ("2026-01", "2026-10")
        total = frames["positions"]["spent_units"].sum()
        assert total == 48000
        assert tracker.positions(by="grant").iloc[0]["spent_units"] == total
        assert frames["grants"].iloc[0]["amount_units"] == 100000
        assert frames["grants"].iloc[0]["start"] == datetime(2026, 1, 1)
        assert "contact" not in frames["grants"].columns
        assert "payee" not in frames["expenses"].columns
        expenses = frames["expenses"]
        assert set(expenses["currency"]) == {"EUR"}, "a blank currency is that of the grant"
        paid = expenses[expenses["state"] == "paid"]["amount_units"].sum()
        assert paid - expenses[expenses["state"] == "refunded"]["amount_units"].sum() == total
        lines = frames["budget"].set_index("id")["amount_units"]
        forecast = frames["forecast"].set_index("line")
        assert (forecast["amount_units"] == lines[forecast.index]).all()
        assert forecast["spent_units"].sum() == total
        assert (forecast["as_planned_units"] >= forecast["spent_units"]).all()
        assert list(frames["cash"]["month"].astype(str)) == ["2026-11", "2026-12"]


def test_columns_are_as_documented_with_and_without_rows(group: Group) -> None:
    text = (ROOT / "docs" / "library.md").read_text("utf-8")
    for columns in (
        POSITION_COLUMNS,
        CASH_COLUMNS,
        FORECAST_COLUMNS,
        FINDING_COLUMNS,
        DEADLINE_COLUMNS,
        HISTORY_COLUMNS,
    ):
        assert f"| {', '.join(columns)} |" in text
    with budgettrack.open(group.folder, today=TODAY) as tracker:
        tracker.sync()
        assert list(tracker.findings().columns) == list(FINDING_COLUMNS)
        assert list(tracker.deadlines(within=0).columns) == list(DEADLINE_COLUMNS)
        assert tracker.grants(state="declined").empty
        assert list(tracker.grants(state="declined").columns) == list(tracker.grants().columns)


def test_a_change_is_in_the_workbook_after_a_sync(group: Group) -> None:
    with budgettrack.open(group.config, today=TODAY) as tracker:
        tracker.sync()
        tracker.set("budget", "B-1", amount="120", by="treasurer")
        assert tracker.sync().written == 1
        changes = tracker.history("B-1")
        assert changes.iloc[-1]["by"] == "treasurer"
        assert str(changes["at"].dtype) == "datetime64[s, UTC]"
        assert changes["at"].is_monotonic_increasing
        assert changes["at"].notna().all()
        with pytest.raises(TrackError, match="There is no grant G-9"):
            tracker.positions(grant="G-9")
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        budgettrack.nothing  # noqa: B018


@pytest.mark.slow
def test_pandas_is_loaded_only_where_a_frame_is_asked_for(group: Group) -> None:
    group.sync()
    code = (
        "import sys, budgettrack\n"
        "assert 'pandas' not in sys.modules and 'budgettrack.api' not in sys.modules\n"
        "tracker = budgettrack.open(sys.argv[1])\n"
        "assert 'pandas' not in sys.modules\n"
        "tracker.findings()\n"
        "assert 'pandas' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(group.config)], check=True)


@pytest.mark.slow
def test_a_strict_project_of_somebody_else_is_typed(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not here")
    sample = tmp_path / "sample.py"
    sample.write_text(
        "import budgettrack\n"
        "with budgettrack.open('budgettrack.toml') as tracker:\n"
        "    done = tracker.sync()\n"
        "    number: int = done.taken\n"
        "    columns: list[str] = list(tracker.positions(by='grant').columns)\n"
        "    paths = tracker.report_funder('G-1')\n"
        "    print(number, columns, paths[0].name)\n",
        "utf-8",
    )
    wrong = tmp_path / "wrong.py"
    wrong.write_text(sample.read_text("utf-8").replace("number: int", "number: str"), "utf-8")
    told = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(sample), str(wrong)], capture_output=True, text=True, cwd=tmp_path, check=False)  # fmt: skip
    assert told.returncode == 1, told.stdout
    assert [line.split(":")[:2] for line in told.stdout.splitlines()[:-1]] == [["wrong.py", "4"]]


def test_help_teaches_how_to_begin_and_its_example_runs(
    group: Group, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(group.folder)
    told = pydoc.plain(pydoc.render_doc(budgettrack))
    example = re.findall(
        r"^    import budgettrack\n(?:(?: {4}.*)?\n)*", budgettrack.__doc__ or "", re.M
    )

    assert [line in told for line in ("tracker.sync()", "help(budgettrack.Tracker)")] == [True] * 2
    exec(compile(textwrap.dedent(example[0]), "help", "exec"), {})
    printed = capsys.readouterr().out
    assert "Rent      EUR    520.00" in printed
    assert "Name: problem" in printed
    for name, method in vars(budgettrack.Tracker).items():
        if not name.startswith("_") and callable(method):
            assert method.__doc__, name


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda tracker: tracker.positions(end="2026-13"), 'There is no month "2026-13". Type it as 2026-03.'),
        (lambda tracker: tracker.positions(start="May"), 'There is no month "May". Type it as 2026-03.'),
        (lambda tracker: tracker.report_transparency("2026-13"), 'There is no month "2026-13". Type it as 2026-03.'),
        (lambda tracker: tracker.positions(by="funder"), 'Positions cannot be listed by "funder". Use one of: line, category, activity, grant, month.'),
        (lambda tracker: tracker.set("bills", "E-1", amount="1"), 'There is no table "bills". There are: work_plan, indicators, budget,'),
    ],
)  # fmt: skip
def test_a_program_that_asks_for_what_is_not_there_gets_an_error_in_words(
    group: Group, ask: Callable[[budgettrack.Tracker], object], words: str
) -> None:
    with budgettrack.open(group.folder) as tracker:
        tracker.sync()
        with pytest.raises(UsageError, match=re.escape(words)):
            ask(tracker)


def test_the_ways_to_list_are_the_same_for_programs_and_at_the_prompt() -> None:
    command = main.commands["variance"]
    (by,) = [param for param in command.params if param.name == "by"]

    assert isinstance(by.type, click.Choice)
    assert list(by.type.choices) == [*figures.WAYS]
