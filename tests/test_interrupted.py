"""Ctrl-C at any moment: workbook and register are each wholly before or wholly after, and the next
run works."""

from __future__ import annotations

import html
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from budgettrack.core.records.model import Fields
from budgettrack.interrupts import unbroken
from budgettrack.register import queries
from budgettrack.register.store import RecordVersion, open_register
from tests.world.group import ROWS, Group, column

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("INTERRUPTS", "1"))
"""Instants for each command, and events; `make soak` has many instants, and every event."""
ALL = "INTERRUPTS" in os.environ

ON = ("--on", "2026-11-02")
COMMANDS: dict[str, tuple[str, ...]] = {
    "grants add": ("grants", "add", "id=G-9", "funder=Northern Fund", "currency=EUR", *ON),
    "grants set": ("grants", "set", "G-1", "title=Changed", *ON),
    "resources add": ("resources", "add", "id=R-9", "kind=workspace", "from_whom=host", *ON),
    "split": ("split", "E-1", "60/40", "B-1", "B-2", *ON),
    "restore": ("restore", "R-1", *ON),
    "resolve": ("resolve", "B-3.amount", "--take", "sheet", *ON),
    "redact": ("redact", "E-2.description", "--yes", *ON),
    "sync": ("sync", *ON),
}
SECRET = "Somebody's name"
STOPPED = "\nStopped. Nothing is half done.\n"
FINISHING = "Finishing what was begun. Ctrl-C again stops at once.\n"


class Runs:
    """The process that forks a command for each order."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.world.interrupting"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )

    def __call__(self, group: Path, words: tuple[str, ...], **order: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = {"words": ["--config", str(group / "budgettrack.toml"), *words], **order}
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def template(folder: Path) -> Path:
    """A group in which every command has something to do: a conflict, a removed line, edits on both
    sides."""
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "expenses": [
            {**each, "description": SECRET} if each["id"] == "E-2" else each for each in ROWS["expenses"]
        ],
        "budget": [{**each, "amount": "100"} for each in ROWS["budget"]],
    }  # fmt: skip
    group = Group(folder, rows)
    group.sync()
    assert group.run("resources", "add", "kind=workspace", "from_whom=host", *ON).exit_code == 0
    group.sync()
    assert group.run("report", "transparency", *ON).exit_code == 0
    private = folder / "reports" / "private" / "G-1.html"
    private.parent.mkdir(parents=True, exist_ok=True)
    private.write_text(f"<p>{html.escape(SECRET)}</p>", "utf-8")
    group.edit(lambda book: book["Resources"].delete_rows(2))
    group.sync()
    amount = column("Budget", "Amount", group.path)
    group.set("Budget", f"{amount}4", 120)
    group.set("Budget", f"{amount}5", 130)
    held = group.held().records["budget"]
    group.by_hand(RecordVersion("budget", "B-3", {**held["B-3"], "amount": "90"}, "register"))
    group.by_hand(RecordVersion("budget", "B-5", {**held["B-5"], "amount": "95"}, "register"))
    return folder


def register_of(group: Path) -> Any:
    """All that the register holds, with the history, but no moments and no day of a first sight."""
    with closing(sqlite3.connect(group / "register.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [
            connection.execute(f"SELECT {what} FROM {table} ORDER BY 1, 2, 3").fetchall()
            for table, what in {
                "records": "tbl, id, n, by, fields, agreed",
                "history": "tbl, id, n, by, fields",
                "findings": "position, code, tbl, id, field, filling",
                "totals": "line, award, currency, ordered, paid, spent, committed",
                "pages": "month, published, facts",
                # The numbers of batches are random.
                "batches": "n, page, what, correction, award, category, activity",
                "batch_parts": "batch, part, tbl, id, contributor, line, month, own, units, currency",
            }.items()
        ]


def workbook_of(path: Path) -> Any:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def files_of(group: Path) -> set[str]:
    return {str(path.relative_to(group)) for path in group.rglob("*") if path.is_file()}


class World:
    """A group, on which every command was run once without harm."""

    def __init__(self, folder: Path, runs: Runs) -> None:
        self.runs, self._folder, self._number = runs, folder, 0
        (folder / "template").mkdir()
        self._template = template(folder / "template")
        self.before = register_of(self._template), workbook_of(self._template / "plan.xlsx")
        self.files = files_of(self._template)
        self._whole: dict[str, tuple[Any, Any, set[str], dict[str, Any]]] = {}

    def fresh(self) -> Path:
        self._number += 1
        return shutil.copytree(self._template, self._folder / f"group {self._number}")

    def whole(self, name: str) -> tuple[Any, Any, set[str], dict[str, Any]]:
        """Register, workbook and files after the command, and how it ended."""
        if name not in self._whole:
            group = self.fresh()
            answer = self.runs(group, COMMANDS[name])
            assert answer["code"] in (0, 3), answer
            self._whole[name] = (
                register_of(group),
                workbook_of(group / "plan.xlsx"),
                files_of(group),
                answer,
            )
            shutil.rmtree(group)
        return self._whole[name]

    def live_through(self, name: str, **order: float) -> str:
        """Interrupt it, look at what there is, run it again, and sync twice; in a word, what became
        of it."""
        register, workbook, files, ended = self.whole(name)
        group = self.fresh()
        answer = self.runs(group, COMMANDS[name], **order)
        assert answer["code"] in (0, 3, 130, -signal.SIGINT), answer
        said = answer["said"].replace(FINISHING, "")
        if answer["code"] == 130:
            assert said.endswith(STOPPED), answer
        assert "Traceback" not in said, answer
        # It says no more than undisturbed, and that it stopped.
        assert len(said.replace(str(group), "")) <= len(ended["said"]) + len(STOPPED), answer
        # Redacting begins with a whole sync: between the two, that sync is done and nothing else.
        between = self.whole("sync") if name == "redact" else self.whole(name)
        now = register_of(group)
        assert now in (self.before[0], between[0], register), f"{name}, {order}: register half done"
        assert workbook_of(group / "plan.xlsx") in (
            self.before[1],
            between[1],
            workbook,
        ), f"{name}, {order}: the workbook is half done"
        both = (now == register, workbook_of(group / "plan.xlsx") == workbook)
        left = files_of(group) - self.files - between[2] - files
        assert not left, f"{name}, {order}: {left}"
        if (
            name in ("sync", "resolve", "redact")
            and register != self.before[0]
            and workbook != self.before[1]
        ):
            assert both in (
                (True, True),
                (False, False),
            ), f"{name}, {order}: only one side was written"
        if name == "redact" and now == register:
            assert SECRET.encode() not in b"".join(
                (group / each).read_bytes() for each in ("register.sqlite", "plan.xlsx")
            )
            assert SECRET not in str(workbook_of(group / "plan.previous.xlsx"))
            assert not (group / "reports" / "private" / "G-1.html").exists()
        if now != register:
            again = self.runs(group, COMMANDS[name])
            assert again["code"] in (0, 3), again
            assert register_of(group) == register
        for _ in range(2 if ALL else 1):
            synced = self.runs(group, COMMANDS["sync"])
            assert synced["code"] in (0, 3), synced
        with open_register(f"sqlite:///{group / 'register.sqlite'}") as kept:
            held = kept.ask(queries.load)
        assert set(held.records["budget"]) <= {f"B-{n}" for n in range(1, 11)}
        shutil.rmtree(group)
        return "done" if now == register else "not begun"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    runs = Runs()
    yield World(tmp_path_factory.mktemp("interrupted"), runs)
    runs.close()


@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_leaves_nothing_half_done(
    world: World, name: str, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(name)
    ended = world.whole(name)[3]
    events = (
        range(ended["events"])
        if ALL
        else chance.sample(range(ended["events"]), min(ROUNDS, ended["events"]))
    )
    counts: Counter[str] = Counter(world.live_through(name, event=event) for event in events)
    counts += Counter(
        world.live_through(name, after=chance.uniform(0, ended["took"])) for _ in range(ROUNDS)
    )
    if ALL:
        record_property(
            "told", f"{name}, {ended['events']} events, interrupted: {dict(sorted(counts.items()))}"
        )


def test_ctrl_c_during_the_first_sync_of_all_leaves_no_part_of_a_register(
    world: World, tmp_path: Path
) -> None:
    run = world.runs
    (tmp_path / "none").mkdir()
    Group(tmp_path / "none")
    whole = shutil.copytree(tmp_path / "none", tmp_path / "whole")
    events = run(whole, COMMANDS["sync"])["events"]
    for event in range(events) if ALL else range(1, events, 12):
        group = shutil.copytree(tmp_path / "none", tmp_path / f"group {event}")
        answer = run(group, COMMANDS["sync"], event=event)
        assert answer["code"] == 130, answer
        assert files_of(group) <= files_of(whole), f"event {event}"
        assert run(group, COMMANDS["sync"])["code"] == 0
        assert [workbook_of(group / "plan.xlsx"), register_of(group)] == [
            workbook_of(whole / "plan.xlsx"),
            register_of(whole),
        ]


def test_a_second_ctrl_c_stops_in_the_midst_says_so_and_the_next_sync_works(world: World) -> None:
    register, workbook, files, whole = world.whole("sync")
    group = world.fresh()
    answer = world.runs(group, COMMANDS["sync"], event=whole["events"] // 2, times=2)
    words = FINISHING + "\nStopped before the end. Run it again, then: budgettrack sync\n"
    assert (answer["code"], answer["said"]) == (130, words)
    assert files_of(group) <= world.files | files
    assert world.runs(group, COMMANDS["sync"])["code"] in (0, 3)
    assert (register_of(group), workbook_of(group / "plan.xlsx")) == (register, workbook)


INTERRUPTED_BY_AN_IMPORT = """
import os, runpy, signal, sys

module = sys.argv.pop(1)

class Interrupt:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt)
runpy.run_module("budgettrack", run_name="__main__", alter_sys=True)
"""
"""The program is started, and Ctrl-C is pressed in the moment when it begins to load a module."""


@pytest.mark.parametrize("module", ["click", "budgettrack.cli.program"])
def test_ctrl_c_while_the_program_loads_says_nothing(tmp_path: Path, module: str) -> None:
    group = Group(tmp_path)
    ended = subprocess.run(
        [
            *(sys.executable, "-c", INTERRUPTED_BY_AN_IMPORT, module),
            *("--config", str(group.config), "sync"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")
    assert files_of(tmp_path) == {"plan.xlsx", "budgettrack.toml"}


def test_what_was_begun_is_finished_and_a_second_ctrl_c_stops_it_at_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    done: list[int] = []

    def work(presses: int) -> None:
        with unbroken(), unbroken():
            for _ in range(presses):
                signal.raise_signal(signal.SIGINT)
            done.append(presses)

    try:
        with pytest.raises(KeyboardInterrupt):
            work(1)
        assert capfd.readouterr().err == FINISHING
        with pytest.raises(KeyboardInterrupt):
            work(2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == [1]


SWALLOWED = """
import signal
from budgettrack.interrupts import stop
signal.signal(signal.SIGINT, stop)
class Closing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
Closing()
print("went on")
"""


def test_ctrl_c_is_heard_where_an_exception_would_be_swallowed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", STOPPED)
