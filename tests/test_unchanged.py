"""A sync that finds everything as it was reads no row and decides nothing. Everything else does.

`tests/test_sync_machine.py` proves after every step of its play that both do and find the same."""

from __future__ import annotations

import contextlib
import io
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import msgspec
import pytest

from budgettrack import sync as syncing
from budgettrack import unchanged
from budgettrack.config.key import KEY_FILE, fingerprint, key_in
from budgettrack.config.load import Config, load
from budgettrack.core import decide as deciding
from budgettrack.core.base.grids import Book, CellError, Grid, NoValue, Value
from budgettrack.core.base.holds import Hold
from budgettrack.group import OpenedGroup, open_group
from budgettrack.register import queries
from budgettrack.register.proof import proof
from budgettrack.register.store import Commit, RecordVersion, open_register
from budgettrack.unchanged import BesideRecords, Digests
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.world.fakes import MemoryWorkbook
from tests.world.group import CONFIG, ON, Group, column
from tests.world.opened import synced
from tests.world.registers import KINDS, fresh

DAY, AT = date(2026, 11, 2), datetime(2026, 11, 2, 9, tzinfo=UTC)
KEY = b"k" * 32


class Watched:
    """What the syncs of this process did: how many read the workbook, and how many decided."""

    read = 0
    decided = 0

    def since(self) -> tuple[int, int]:
        """(read, decided) since the last question."""
        seen = self.read, self.decided
        self.read = self.decided = 0
        return seen


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched()
    read = ExcelWorkbook.read

    def reads(workbook: ExcelWorkbook) -> Book:
        watched.read += 1
        return read(workbook)

    def decides(*given: Any) -> Any:
        watched.decided += 1
        return deciding.decide(*given)

    monkeypatch.setattr(ExcelWorkbook, "read", reads)
    monkeypatch.setattr(syncing, "decide", decides)
    return watched


@pytest.fixture
def resting(tmp_path: Path, watched: Watched) -> Group:
    """A group whose last sync had nothing to do."""
    folder = tmp_path / "group"
    folder.mkdir()
    group = Group(folder, before=(("sync", *ON),))
    # Its files may be copies of another group's: in another folder, the first sync is whole.
    group.sync()
    watched.since()
    return group


def remembered(group: Group) -> str | None:
    with contextlib.closing(sqlite3.connect(group.folder / "register.sqlite")) as raw:
        rows = raw.execute("SELECT value FROM meta WHERE key = ?", (queries.AT_REST,)).fetchall()
    return rows[0][0] if rows else None


def statement(group: Group, text: str) -> None:
    """Changes the register without a run, and leaves it unsealed as after a run that died."""
    with contextlib.closing(sqlite3.connect(group.folder / "register.sqlite")) as raw, raw:
        assert raw.execute(text).rowcount > 0
        raw.execute("PRAGMA user_version = 0")


def test_an_unchanged_file_is_neither_read_nor_decided(resting: Group, watched: Watched) -> None:
    before, checks = resting.path.read_bytes(), resting.run("checks").output
    first = resting.sync()
    second = resting.sync()

    assert watched.since() == (0, 0)
    assert "0 rows taken from the workbook, 0 rows written into it, 0 IDs given." in first.stdout
    assert first.output == second.output
    assert resting.path.read_bytes() == before
    assert resting.run("checks").output == checks


def test_it_is_a_run_like_any_other(resting: Group) -> None:
    with open_register(f"sqlite:///{resting.folder / 'register.sqlite'}") as register:
        before = register.ask(queries.newest_run)
        resting.sync()
        last = register.ask(queries.last_run, "sync")
        assert register.ask(proof).broken == []
    assert last is not None
    assert last.n == before + 1


def test_the_same_words_as_a_sync_from_nothing(resting: Group, watched: Watched) -> None:
    quick = resting.sync()
    statement(resting, f"DELETE FROM meta WHERE key = '{queries.AT_REST}'")
    whole = resting.sync()
    assert watched.since() == (1, 1)
    assert (quick.output, quick.exit_code) == (whole.output, whole.exit_code)


def test_a_file_saved_again_is_read_but_not_decided(resting: Group, watched: Watched) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(resting.path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    resting.path.write_bytes(made.getvalue())

    resting.sync()
    assert watched.since() == (1, 0)
    resting.sync()
    assert watched.since() == (0, 0)


def test_nothing_of_a_cell_is_remembered(resting: Group) -> None:
    text = remembered(resting)
    assert text is not None
    assert re.fullmatch(r'\[\d+,("[0-9a-f]{64}",){4}\[\]\]', text)


# ---- what makes a sync whole


def other_amount(group: Group) -> None:
    group.set("Expenses", f"{column('Expenses', 'Amount', group.path)}2", 77)


def other_tab_of_people(group: Group) -> None:
    group.edit(lambda book: book.create_sheet("Phone list").append(["Role", "Number"]))


def typed_into_summary(group: Group) -> None:
    group.set("Summary", "A1", "mine")


def other_setting(group: Group) -> None:
    group.config.write_text(group.config.read_text() + "[sync]\nrows = 7\n")


def own_profile(group: Group) -> None:
    (group.folder / "profiles").mkdir()
    (group.folder / "profiles" / "ours.toml").write_text("")
    group.config.write_text(CONFIG + '[reports]\nprofiles = "profiles"\n')


def record_by_hand(group: Group) -> None:
    fields = group.held().records["budget"]["B-1"]
    group.by_hand(RecordVersion("budget", "B-1", {**fields, "amount": "101"}, "register"))


def hold_placed(group: Group) -> None:
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register:
        register.hold(Hold("older-register", AT))


def finding_gone(group: Group) -> None:
    statement(group, "DELETE FROM findings WHERE position = 0")


def redacted(group: Group) -> None:
    assert group.run("redact", "expenses/E-1.receipt", "--yes").exit_code in (0, 3)
    assert remembered(group) is None


def another_key(group: Group) -> None:
    before = remembered(group)
    assert group.run("key", "--rotate", "--yes").exit_code in (0, 3)
    assert remembered(group) != before


CHANGES: tuple[Callable[[Group], None], ...] = (
    other_amount,
    other_tab_of_people,
    typed_into_summary,
    other_setting,
    own_profile,
    record_by_hand,
    hold_placed,
    finding_gone,
    redacted,
    another_key,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_changed_is_looked_at(
    resting: Group, watched: Watched, change: Callable[[Group], None]
) -> None:
    change(resting)
    watched.since()
    resting.sync()
    assert watched.since()[1] >= 1


@pytest.mark.parametrize("text", ["[3,4]", "3", "words", '{"run": 3}'])
def test_what_another_program_noted_is_looked_at(
    resting: Group, watched: Watched, text: str
) -> None:
    statement(resting, f"UPDATE meta SET value = '{text}' WHERE key = '{queries.AT_REST}'")
    resting.sync()
    assert watched.since() == (1, 1)


def test_another_day_is_looked_at(resting: Group, watched: Watched) -> None:
    resting.run("sync", "--on", "2026-11-03")
    assert watched.since()[1] == 1


def test_what_is_typed_over_the_summary_does_not_stay(resting: Group) -> None:
    before = resting.cell("Summary", "A1")
    typed_into_summary(resting)
    resting.sync()
    assert resting.cell("Summary", "A1") == before


def test_another_program_looks_again(
    resting: Group, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp = resting.folder / "program"
    tmp.mkdir()
    for name, value in (("__version__", "99.0"), ("READERS", ("numpy", "none")), ("PROGRAM", tmp)):
        with monkeypatch.context() as changed:
            changed.setattr(unchanged, name, value)
            unchanged.program_state.cache_clear()
            resting.sync()
            assert watched.since() == (1, 1), name
        unchanged.program_state.cache_clear()
        resting.sync()
        watched.since()


def test_a_guard_that_was_overridden_once_stands_again(resting: Group, watched: Watched) -> None:
    """A sync at rest with `--allow` is none without it."""
    resting.edit(lambda book: book.remove(book["Expenses"]))
    for _ in range(3):
        resting.sync("--allow", "missing")
    assert watched.since()[1] == 2
    refused = resting.run("sync", *ON)
    assert refused.exit_code == 1
    assert "--allow missing" in refused.output


def test_a_conflict_is_told_by_every_sync(resting: Group, watched: Watched) -> None:
    record_by_hand(resting)
    resting.set("Budget", f"{column('Budget', 'Amount', resting.path)}2", 120)
    told = [resting.sync() for _ in range(3)]
    assert watched.since()[1] >= 3
    assert all("1 conflict: choose" in each.output for each in told)
    assert remembered(resting) is None or not remembered_is_last(resting)


def remembered_is_last(group: Group) -> bool:
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register:
        return register.ask(queries.begun).rest is not None


def test_a_clock_that_was_set_back_is_told(tmp_path: Path) -> None:
    group = Group(tmp_path)
    config = load(group.config)
    for _ in range(2):
        synced(config, DAY, AT)
    assert synced(config, DAY, AT).changes.plan is None
    outcome = synced(config, DAY, AT - timedelta(days=3))
    assert outcome.changes.plan is not None
    assert "The clock of this computer" in outcome.told[0]


def test_without_a_key_nothing_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "_key", lambda *_, **__: None)
    group = Group(tmp_path)
    for _ in range(3):
        assert synced(load(group.config), DAY, AT).changes.plan is not None
    assert remembered(group) is None


@pytest.mark.parametrize("kind", KINDS)
def test_both_databases_know_it(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh(kind, tmp_path) as url:
        monkeypatch.setenv("BUDGETTRACK_REGISTER", url)
        group = Group(tmp_path)
        config = load(group.config)
        seen = [synced(config, DAY, AT).changes.plan is None for _ in range(4)]
        assert seen == [False, False, True, True]
        with open_register(url) as register, register.writing() as writing:
            writing.commit(Commit("by hand", AT))
        assert synced(config, DAY, AT).changes.plan is not None


def test_an_online_workbook_is_read_but_not_decided(tmp_path: Path) -> None:
    config = load(Group(tmp_path).config)
    book = MemoryWorkbook({"Expenses": [["ID", "Date", "Budget line", "Amount"]]})
    seen = [synced(config, DAY, AT, workbook=book).changes.plan is None for _ in range(4)]
    assert seen == [False, False, True, True]
    book.tabs["Expenses"].append([None, date(2026, 1, 2), "B-1", 3.0])
    assert synced(config, DAY, AT, workbook=book).changes.given


# ---- what is in the digests: leave out one, and a test below fails


def another(value: Any) -> Any:
    """A value that is not this one, of the same kind where the kind has several."""
    if isinstance(value, (bool, Enum)) or value is None:
        return "another"
    if isinstance(value, Path):
        return value / "another"
    if isinstance(value, str):
        return f"{value}x"
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, Mapping):
        return {**value, "another": "x"}
    if isinstance(value, Set):
        return frozenset({*value, (99, 99)})
    if isinstance(value, (list, tuple)):
        return [*value, "another"]
    return None  # a section of the config that is left out


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenedGroup]:
    (tmp_path / "photos").mkdir()
    more = '[reports]\npictures = "photos"\n'
    group = Group(tmp_path, config=CONFIG + more)
    with open_group(load(group.config), DAY, lambda: AT) as group_opened:
        yield group_opened


BESIDE = BesideRecords(
    "m", "k", True, [], {"B-1": {"2026-01": 1}}, {("a", "", "", ""): "x"}, {}, [], []
)


def settings(
    group: OpenedGroup,
    config: Config | None = None,
    *,
    key: bytes = KEY,
    allow: frozenset[str] = frozenset(),
    day: date = DAY,
) -> str:
    other = OpenedGroup(config or group.config, day, lambda: AT, None, True, None)
    return Digests(other, key, allow).settings


def of_register(group: OpenedGroup, beside: BesideRecords) -> str:
    return Digests(group, KEY, frozenset()).of_register(beside)


@pytest.mark.parametrize("name", Config.__struct_fields__)
def test_every_setting_is_in_the_digest(opened: OpenedGroup, name: str) -> None:
    config = opened.config
    if name == "profiles":
        (config.path.parent / "another.toml").write_text("")
    other: Any = config.path.parent if name == "profiles" else another(getattr(config, name))
    changed = msgspec.structs.replace(config, **{name: other})
    assert settings(opened, changed) != settings(opened)


@pytest.mark.parametrize("name", BesideRecords.__struct_fields__)
def test_all_beside_the_records_is_in_the_digest(opened: OpenedGroup, name: str) -> None:
    changed = msgspec.structs.replace(BESIDE, **{name: another(getattr(BESIDE, name))})
    assert of_register(opened, changed) != of_register(opened, BESIDE)


def test_day_key_and_guards_are_in_the_digest(opened: OpenedGroup) -> None:
    found = {
        settings(opened),
        settings(opened, day=DAY + timedelta(days=1)),
        settings(opened, key=b"l" * 32),
        settings(opened, allow=frozenset({"missing"})),
        settings(opened, allow=frozenset({"missing", "changes"})),
    }
    assert len(found) == 5


def test_profiles_and_pictures_are_in_the_digest(opened: OpenedGroup) -> None:
    folder = opened.config.path.parent
    config = msgspec.structs.replace(opened.config, profiles=folder / "own")
    found = [settings(opened, config)]
    (folder / "own").mkdir()
    for path, text in (("own/a.toml", "a"), ("own/a.toml", "b"), ("photos/a.jpg", "a")):
        (folder / path).write_text(text)
        found.append(settings(opened, config))
    (folder / "photos" / "a.jpg").write_text("another")
    found.append(settings(opened, config))
    (folder / "own" / "b.toml").mkdir()
    found.append(settings(opened, config))
    assert len(set(found)) == len(found)


ROWS: tuple[list[Value], ...] = (["ID", "Amount"], ["E-1", 2.0], [None, True])
GRID = Grid(
    "Expenses",
    ROWS,
    {(1, 1): "=1+1"},
    frozenset({(0, 0)}),
    ((0, 0, 1, 1),),
    frozenset({(1, 1)}),
    signs={(1, 1): "EUR"},
    hidden_columns=frozenset({3}),
)
BOOK = Book((GRID,), "mark", "en_GB", "1", "UTC", ("Chart",), "journal", "xls", {"Expenses": (3,)})


def cells(group: OpenedGroup, book: Book, key: bytes = KEY) -> str:
    return Digests(group, key, frozenset()).of_cells(book)


@pytest.mark.parametrize("name", Grid.__struct_fields__)
def test_all_that_is_read_of_a_tab_is_in_the_digest(opened: OpenedGroup, name: str) -> None:
    value = getattr(GRID, name)
    changed: Any = another(value)
    if isinstance(value, Mapping):
        changed = {**value, (9, 9): "x"}
    if name == "hidden_columns":
        changed = frozenset({4})
    if name == "merged":
        changed = (*value, (5, 5, 6, 6))
    if name == "is_hidden":
        changed = True
    book = msgspec.structs.replace(BOOK, grids=(msgspec.structs.replace(GRID, **{name: changed}),))
    assert cells(opened, book) != cells(opened, BOOK)


@pytest.mark.parametrize("name", Book.__struct_fields__)
def test_all_that_is_read_of_a_workbook_is_in_the_digest(opened: OpenedGroup, name: str) -> None:
    value = getattr(BOOK, name)
    other: Any = (GRID, GRID) if name == "grids" else another(value)
    changed = msgspec.structs.replace(BOOK, **{name: other})
    # The version of a file is its stamp: a file that was saved again has another one.
    assert (cells(opened, changed) == cells(opened, BOOK)) == (name == "token")


DIFFERENT: tuple[Value, ...] = (
    None,
    "",
    "1",
    1,
    1.0,
    True,
    date(2026, 1, 2),
    datetime(2026, 1, 2),
    timedelta(days=1),
    CellError("#REF!"),
    CellError("#N/A"),
    NoValue(),
    "a\ud800",
)


def test_no_two_cells_look_the_same(opened: OpenedGroup) -> None:
    found = {cells(opened, Book((Grid("T", [[value, "x"]]),))): value for value in DIFFERENT}
    assert len(found) == len(DIFFERENT)


def test_a_cell_in_another_row_or_column_is_another(opened: OpenedGroup) -> None:
    layouts: tuple[list[list[Value]], ...] = (
        [["a", "b"]],
        [["a"], ["b"]],
        [["ab"]],
        [["a", "b"], []],
        [["b", "a"]],
    )
    assert len({cells(opened, Book((Grid("T", rows),))) for rows in layouts}) == len(layouts)


def test_rows_beyond_those_made_bytes_at_once_count_too(
    opened: OpenedGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "ROWS", 2)
    rows = [[number] for number in range(5)]
    assert cells(opened, Book((Grid("T", rows),))) != cells(opened, Book((Grid("T", rows[:4]),)))


def test_the_same_book_read_again_has_the_same_digest(opened: OpenedGroup) -> None:
    shared = "the same text"
    apart = "".join(["the same ", "text"])
    one = Book((Grid("T", [[shared, shared]]),))
    two = Book((Grid("T", [[shared, apart]]),))
    assert cells(opened, one) == cells(opened, two)
    assert cells(opened, one, b"l" * 32) != cells(opened, one)


def test_a_value_of_an_unknown_kind_has_no_digest(opened: OpenedGroup) -> None:
    with pytest.raises(TypeError, match="no digest of a object"):
        of_register(opened, msgspec.structs.replace(BESIDE, unsent=[object()]))


def test_a_new_key_leaves_nothing_of_the_old_one(resting: Group) -> None:
    key = key_in(resting.folder / KEY_FILE)
    with open_register(f"sqlite:///{resting.folder / 'register.sqlite'}") as register:
        assert key is not None
        register.rekey(key, fingerprint(key), {}, AT)
    assert remembered(resting) is None
