"""What a sync, a report or a month would refuse, `doctor` says before, in the same words."""

from __future__ import annotations

import ast
import base64
import builtins
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import grimp
import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.group import open_group
from budgettrack.register.store import RecordVersion, open_register
from budgettrack.sync import sync
from tests.sheets_api.server import Server
from tests.world.doctor_reasons import (
    REASONS,
    problems,
)
from tests.world.group import ON, Group
from tests.world.partners import Sending
from tests.world.places import GooglePlace
from tests.world.small_plan import small_plan
from tests.world.smtp_server import MailHost
from tests.world.tracing import PACKAGE, Place, traced

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""A picture of one pixel."""

LOGO = '[reports]\nlogo = "logo.png"\nprofiles = "profiles"\n'
OTHER_FILES = Path(__file__).parent / "world" / "other_files"

DELIVER = '[deliver]\nfolder = "www"\nwebhook = "https://127.0.0.1:9/"\n'


@pytest.fixture
def sending(tmp_path: Path, host: MailHost, monkeypatch: pytest.MonkeyPatch) -> Sending:
    monkeypatch.setenv("BUDGETTRACK_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    (folder := tmp_path / "group").mkdir()
    (folder / "logo.png").write_bytes(base64.b64decode(PIXEL))
    (folder / "profiles").mkdir()
    (folder / "www").mkdir()
    group = Sending(folder, host, more=LOGO + DELIVER)
    group.sync()
    return group


def doctor(group: Group) -> str:
    return group.run("doctor").output


# ---- each refusal


def other_program(group: Group) -> None:
    register(group).unlink()
    with contextlib.closing(sqlite3.connect(register(group))) as other:
        other.execute("CREATE TABLE customers (id)")


def newer(group: Group) -> None:
    with contextlib.closing(sqlite3.connect(register(group))) as raw, raw:
        raw.execute("INSERT INTO migrations (number, name, at) VALUES (999, 'later', '')")
        raw.execute("PRAGMA user_version = 0")


def register(group: Group) -> Path:
    return group.folder / "register.sqlite"


def config(group: Group, text: str) -> None:
    group.config.write_text(f"{text}\n{group.config.read_text('utf-8')}", "utf-8")


def emptied(group: Group) -> None:
    group.edit(lambda book: book["Expenses"].delete_rows(2, 100))


def folder_for_register(group: Group) -> None:
    register(group).unlink()
    register(group).mkdir()


def open_elsewhere(group: Group) -> None:
    emptied_cell(group)
    (group.folder / ".~lock.plan.xlsx#").write_text("x")


def emptied_cell(group: Group) -> None:
    group.set("Expenses", column_of(group, "Expenses", "Amount") + "2", 3)


def another_workbook(group: Group) -> None:
    shutil.copyfile(group.path, group.folder / "copy.xlsx")
    text = group.config.read_text("utf-8").replace("plan.xlsx", "copy.xlsx")
    group.config.write_text(text, "utf-8")


def unmarked(group: Group) -> None:
    def take_off(book: openpyxl.Workbook) -> None:
        book.custom_doc_props.props.clear()  # type: ignore[attr-defined]

    group.edit(take_off)


def in_the_way(group: Group) -> None:
    (group.folder / "reports" / "public").mkdir(parents=True)
    (group.folder / "reports" / "public" / "index.html").write_text("mine")


def linked(group: Group) -> None:
    (group.folder / "reports" / "public").mkdir(parents=True)
    (group.folder / "reports" / "public" / "data").symlink_to("/tmp")


def no_folder(group: Group) -> None:
    (group.folder / "reports").write_text("a file")


def folder_for_file(group: Group) -> None:
    (group.folder / "reports" / "public" / "index.html").mkdir(parents=True)


def bad_profile(group: Group) -> None:
    (group.folder / "profiles" / "odd.toml").write_text("title = \n")
    group.set("Grants", column_of(group, "Grants", "Profile") + "2", "odd")
    group.sync()


def column_of(group: Group, tab: str, heading: str) -> str:
    sheet = openpyxl.load_workbook(group.path)[tab]
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


SYNC = ("sync", *ON)
SITE = ("report", "transparency", *ON)
MONTH = ("monthly", "--on", "2026-11-02")

BROKEN: dict[str, tuple[Callable[[Group], object], tuple[str, ...]]] = {
    "a lost register": (lambda group: register(group).unlink(), SYNC),
    "another program's database": (other_program, SYNC),
    "a newer register": (newer, SYNC),
    "an empty register": (lambda group: register(group).write_bytes(b""), SYNC),
    "a damaged register": (lambda group: register(group).write_bytes(b"x" * 5000), SYNC),
    "a register that is a folder": (folder_for_register, SYNC),
    "a register whose folder is not there": (
        lambda group: config(group, '[register]\nurl = "sqlite:///gone/r.sqlite"'),
        SYNC,
    ),
    "a url of no kind": (lambda group: config(group, '[register]\nurl = "mysql://x"'), SYNC),
    "another key": (lambda group: (group.folder / ".budgettrack.key").write_text("k" * 64), SYNC),
    "half a key": (lambda group: (group.folder / ".budgettrack.key").write_text("k"), SYNC),
    "no workbook": (lambda group: group.path.unlink(), SYNC),
    "no workbook at all": (lambda group: group.path.write_bytes(b"PK no workbook"), SYNC),
    "a workbook that is open": (open_elsewhere, SYNC),
    "a copy of the workbook": (another_workbook, SYNC),
    "another workbook": (unmarked, SYNC),
    "an emptied tab": (emptied, SYNC),
    "a tab that is gone": (
        lambda group: group.edit(lambda book: book.remove(book["Expenses"])),
        SYNC,
    ),
    "no logo": (lambda group: (group.folder / "logo.png").unlink(), SITE),
    "a large logo": (lambda group: (group.folder / "logo.png").write_bytes(b"x" * 50_000), SITE),
    "a pale colour": (
        lambda group: group.config.write_text(
            group.config.read_text("utf-8").replace(
                "[reports]", '[reports]\ncolours = ["#ffee00", "#b98900"]'
            ),
            "utf-8",
        ),
        SITE,
    ),
    "somebody's file": (in_the_way, SITE),
    "a symbolic link": (linked, SITE),
    "a file for a folder": (no_folder, SITE),
    "a folder for a file": (folder_for_file, SITE),
    "a profile with a mistake": (bad_profile, ("report", "funder", "G-1", *ON)),
    "a mistake in the config": (lambda group: config(group, "colour = 1"), SYNC),
    "no TOML": (lambda group: group.config.write_text("["), SYNC),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_would_be_refused_is_said_before_in_the_same_words(
    broken: str, sending: Sending
) -> None:
    breaks, command = BROKEN[broken]
    breaks(sending)
    before = {path: path.read_bytes() for path in sending.folder.rglob("*") if path.is_file()}

    said = doctor(sending)

    after = {path: path.read_bytes() for path in sending.folder.rglob("*") if path.is_file()}
    changed = {
        path.name for path in before.keys() | after.keys() if before.get(path) != after.get(path)
    }
    assert changed <= {"register.sqlite.run", "register.sqlite.writer"}
    for problem in problems(sending, *command):
        assert any(words in said for words in (problem, problem.partition(": ")[2])), (
            problem,
            said,
        )


@pytest.mark.slow
def test_without_the_extra_a_pdf_is_refused_and_told_before(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    words = (
        "A PDF needs the extra 'pdf', which is not installed. In the folder of the release: pip"
        " install --require-hashes -r requirements-pdf.txt"
    )

    said = doctor(sending)

    assert f"WRONG  trial: report: The next report would be refused. {words}" in said
    assert (
        "look   PDF: No PDF can be made, so a summary for a funder or the report of a year would be"
        f" refused. {words}"
    ) in said
    for command in (("report", "funder", "G-1", *ON), MONTH):
        assert any(words in problem for problem in problems(sending, *command))
    assert not list((sending.folder / "reports").glob("private/G-*"))
    assert sending.run(*SITE).exit_code == 0


@pytest.mark.slow
def test_without_the_extra_a_workbook_of_excel_97_is_refused_and_told_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlrd", None)
    monkeypatch.delitem(sys.modules, "budgettrack.workbook.other.xls", raising=False)
    file = next(file for file in _files_that_are_only_read(tmp_path) if file.suffix == ".xls")

    for command in ("doctor", "sync"):
        result = CliRunner().invoke(main, ["--config", str(file.parent), command])
        assert (
            f"To read {file}, the program needs the extra 'xls', which is not installed. In the"
            " folder of the release: pip install --require-hashes -r requirements-xls.txt"
        ) in result.output
        assert "Or open it in your spreadsheet program and save it as" in result.output


@pytest.mark.slow
def test_what_a_delivery_would_refuse_is_said_before_in_the_same_words(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUDGETTRACK_WEBHOOK_SECRET")
    monkeypatch.delenv("BUDGETTRACK_MAIL_PASSWORD")
    (sending.folder / "www" / "index.html").write_text("mine")

    said, refused = doctor(sending), sending.run(*MONTH, "--send").stderr

    deferred = [row["words"] for row in sending.json("deliveries") if row["state"] == "deferred"]
    assert len(deferred) == 2
    assert "WRONG  webhook: The webhook cannot be used. There is no BUDGETTRACK" in said
    assert f"WRONG  trial: month: The next month would be refused. {sending.folder / 'www'}" in said
    for words in (*deferred, "There is no BUDGETTRACK_MAIL_PASSWORD. Set it in the environment"):
        assert words in said
        assert words in refused


def test_a_run_at_work_and_a_writer_are_said_before(sending: Sending) -> None:
    with open_register(sending.loaded.register) as held, held.cycles.lock():
        assert problems(sending, *MONTH)[0] in doctor(sending)
    with open_register(sending.loaded.register) as held, held.writing():
        (told,) = problems(sending, "--wait", "0", *SYNC)
        assert told in doctor(sending)


def test_a_first_meeting_of_two_filled_sides_is_said_before(sending: Sending) -> None:
    (folder := sending.folder / "new").mkdir()
    new = Group(folder)
    new.by_hand(RecordVersion("grants", "G-7", {"funder": "Fund"}, "register"))

    assert "are both filled and meet for the first time" in doctor(new)
    assert "are both filled and meet for the first time" in new.run(*SYNC).stderr


READ_ONLY = "mount --bind . . && mount -o remount,ro,bind . && cd . && exec "


def _may_mount(folder: Path) -> bool:
    words = ["unshare", "-m", "sh", "-c", READ_ONLY + "true"]
    with contextlib.suppress(OSError):
        return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode == 0
    return False


def test_a_disk_that_is_read_only_is_said_before(sending: Sending) -> None:
    if not _may_mount(sending.folder):
        pytest.skip("this user may not mount a folder read-only")

    def run(*words: str) -> str:
        line = [sys.executable, "-m", "budgettrack", "--config", str(sending.config), *words]
        shell = f'{READ_ONLY.replace(".", str(sending.folder))} "$@"'
        done = subprocess.run(["unshare", "-m", "sh", "-c", shell, "sh", *line], capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout + done.stderr

    said = run("doctor")

    assert "Read-only file system" in said
    for words in (SYNC, MONTH):
        first = run(*words).splitlines()[0]
        assert first.rpartition("  ")[2] in said, (first, said)


def test_what_cannot_be_written_to_a_read_only_disk_is_said_with_a_remedy(
    sending: Sending,
) -> None:
    if not _may_mount(sending.folder):
        pytest.skip("this user may not mount a folder read-only")
    (sending.folder / "reports/private").mkdir(parents=True, exist_ok=True)

    def run(*words: str) -> str:
        line = [sys.executable, "-m", "budgettrack", "--config", str(sending.config), *words]
        shell = f'{READ_ONLY.replace(".", str(sending.folder))} "$@"'
        done = subprocess.run(["unshare", "-m", "sh", "-c", shell, "sh", *line], capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout + done.stderr

    board, down = run("report", "board"), run("unpublish")

    assert "Make room or give write permission there, or name another folder with --out" in board
    assert "Read-only file system. Make room or give write permission." in down
    assert "not everything was taken down." in down
    assert "Details for whoever mends the program" not in board + down


def test_a_clock_that_was_set_back_is_said_before(sending: Sending) -> None:
    later = datetime(2199, 1, 1, tzinfo=UTC)
    emptied_cell(sending)
    with open_group(sending.loaded, now=lambda: later) as group:
        sync(group)

    said = doctor(sending)

    assert (
        "look   trial: sync: The next sync would say this. The clock of this computer says" in said
    )


# ---- the list of refusals, from the code

STARTS = ("sync", "monthly.run", "reports.make", "config.load")
"""What `sync`, `monthly` and `report` call, and with it all that it imports."""

NO_REFUSALS = ("_Again", "_Waiting", "click.", "error", "failure", "(")


def refusals() -> set[str]:
    """Every function from which `sync`, `monthly` or `report` may be refused, from the code."""
    graph = grimp.build_graph("budgettrack")
    reached = {f"budgettrack.{start}" for start in STARTS}
    for start in tuple(reached):
        reached |= graph.find_upstream_modules(start)
    reached |= {f"budgettrack.cli.{name}" for name in ("sync", "monthly", "reports")}
    return {
        str(Place(path.relative_to(PACKAGE).as_posix(), name))
        for module in reached
        for path in [_path(module)]
        for name in _raising(ast.parse(path.read_text("utf-8")), "")
    }


def _path(module: str) -> Path:
    path = PACKAGE.parent / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _raising(node: ast.AST, name: str) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        within = name
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            within = f"{name}.{child.name}".strip(".")
        if isinstance(child, ast.Raise) and child.exc is not None:
            raised = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            words = ast.unparse(raised)
            if not hasattr(builtins, words.split(".")[0]) and not words.startswith(NO_REFUSALS):
                yield within
        yield from _raising(child, within)


def _files_that_are_only_read(folder: Path) -> Iterator[Path]:
    """A workbook of each kind that is read and never written, in a folder with its config."""
    for ending in ("ods", "xls", "csv"):
        (home := folder / ending).mkdir()
        path = home / f"own.{ending}"
        path.write_text("Date,Item,Amount\n2026-01-05,Rent,5\n")
        if ending != "csv":
            shutil.copy(OTHER_FILES / path.name, path)
        (home / "budgettrack.toml").write_text(
            f'[organisation]\ncurrency = "EUR"\n[workbook]\nxlsx = "{path.name}"\n'
            '[tables.expenses]\ntab = "own"\nheadings = { date = "Date", amount = "Amount" }\n'
            'constant = { grant = "G", currency = "EUR", state = "paid" }\n'
        )
        yield path


@pytest.mark.google_http
def test_each_refusal_is_on_the_way_of_doctor_or_has_its_reason(
    sending: Sending, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (online := tmp_path / "online").mkdir()
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    (empty := tmp_path / "empty").mkdir()
    new = Group(empty)
    sending.run("grants", "set", "G-1", "title=Another")
    secret = sending.folder / "secret"
    secret.write_text(os.environ["BUDGETTRACK_WEBHOOK_SECRET"])
    secret.chmod(0o600)
    monkeypatch.delenv("BUDGETTRACK_WEBHOOK_SECRET")
    monkeypatch.setenv("BUDGETTRACK_WEBHOOK_SECRET_FILE", str(secret))
    with Server() as server:
        monkeypatch.chdir(online)
        small_plan(GooglePlace(online, server))
        CliRunner().invoke(main, ["sync"])
        with traced() as trace:
            doctor(sending)
            doctor(new)
            CliRunner().invoke(main, ["doctor"])
            for file in _files_that_are_only_read(tmp_path):
                CliRunner().invoke(main, ["--config", str(file.parent), "doctor"])

    asked = {str(place) for place in trace.visited()}
    assert refusals() - asked == REASONS.keys()
    assert len(refusals()) >= 95, "the list itself has lost what it lists"
