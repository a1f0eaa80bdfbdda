"""The opened group: everything in it is opened or built once, and is of one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.config.load import load
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan
from budgettrack.group import open_group
from budgettrack.register import database
from budgettrack.register.store import RecordVersion
from budgettrack.sync import sync
from tests.world.group import ON, ROWS, Group
from tests.world.partners import NOVEMBER, Sending
from tests.world.smtp_server import MailHost

TODAY = date(2026, 11, 2)


@pytest.fixture
def own_group(tmp_path: Path) -> Group:
    return Group(tmp_path, before=(("sync", *ON),))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often a register is opened, and a whole plan is built: one that has budget lines."""
    counts: Counter[str] = Counter()
    reach = database.reach
    judge = import_module("budgettrack.core.decide.judge")

    def opened(*given: Any, **named: Any) -> database.Database:
        counts["registers"] += 1
        return reach(*given, **named)

    def planned(what: str) -> Callable[..., Any]:
        def built(records: Any, **named: Any) -> Any:
            if "budget" in records:
                counts[what] += 1
            return plan(records, **named)

        return built

    with monkeypatch.context() as patch:
        patch.setattr("budgettrack.register.store.reach", opened)
        patch.setattr("budgettrack.group.plan_of", planned("plans"))
        patch.setattr(judge, "plan_of", planned("plans in a sync"))
        yield counts


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "syncs"),
    [
        # Once more at the end, since a summary waits for its month to be closed.
        (("--month", "2026-10"), 2),
        # And the week's reminder.
        ((), 3),
    ],
)
def test_a_month_opens_the_register_once_and_builds_a_plan_for_each_sync(
    tmp_path: Path,
    host: MailHost,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    syncs: int,
) -> None:
    (tmp_path / "group").mkdir()
    sending = Sending(tmp_path / "group", host)

    with counted(monkeypatch) as counts:
        result = sending.run("monthly", "--send", "--on", str(NOVEMBER), *words)

    assert result.exit_code in (0, 3), result.output
    assert host.taken
    assert (sending.folder / "reports" / "private").is_dir()
    assert counts["registers"] == 1
    assert counts["plans in a sync"] == syncs
    assert counts["plans"] == 0, "what a sync decided is not built again"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "plans"),
    [
        # A page asks who stands behind each payment: one plan without expenses, and one with them.
        (("report", "transparency"), 2),
        (("report", "funder", "G-1"), 1),
        (("status",), 1),
    ],
)
def test_a_question_opens_the_register_once_and_builds_one_plan(
    own_group: Group, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], plans: int
) -> None:
    with counted(monkeypatch) as counts:
        assert own_group.run(*words, *ON).exit_code in (0, 3)

    assert counts == {"registers": 1, "plans": plans}


@pytest.mark.slow
def test_the_plan_of_a_sync_is_the_plan_that_anybody_reads_after_it(own_group: Group) -> None:
    own_group.set("Expenses", "F2", 77)
    own_group.set("Budget", "E3", "Rent and more")
    with open_group(load(own_group.config), TODAY) as opened:
        sync(opened)
        known, whole = opened.standing, opened.whole_plan
    with open_group(load(own_group.config), TODAY) as anew:
        assert anew.standing == known
        assert list(anew.standing.plan.lines) == list(known.plan.lines)
        assert anew.whole_plan == whole
        assert list(anew.whole_plan.expenses) == list(whole.expenses)
    assert known.plan == replace(whole, expenses={})
    assert whole.expenses["E-1"].amount == 7700


def test_what_was_read_is_of_one_moment_whatever_others_write_meanwhile(own_group: Group) -> None:
    with open_group(load(own_group.config), TODAY) as opened:
        assert opened.standing.plan.grants["G-1"].title == "Start"
        later: Fields = {"date": "2026-02-02", "budget_line": "B-1", "amount": "5"}
        own_group.by_hand(
            RecordVersion("expenses", "E-99", {**later, "state": "paid"}, "register"),
            RecordVersion("grants", "G-1", {**ROWS["grants"][0], "title": "Anew"}, "register"),
        )
        assert opened.standing.plan.grants["G-1"].title == "Start"
        assert opened.publications.pages == {}
        assert "E-99" not in opened.whole_plan.expenses
        assert len(opened.whole_plan.expenses) == 30

        opened.changed()
        assert opened.standing.plan.grants["G-1"].title == "Anew"
        assert "E-99" in opened.whole_plan.expenses


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    made = Group(tmp_path)
    made.path.unlink()
    with open_group(load(made.config), TODAY) as opened:
        assert opened.today == TODAY
        assert opened.zone.key == "UTC"
        assert not opened.is_read_only
    assert [path.name for path in tmp_path.iterdir()] == ["budgettrack.toml"]
