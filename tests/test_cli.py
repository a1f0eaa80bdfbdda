"""What the commands print: stable names, decimal texts, exit codes, words."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.load import load
from budgettrack.core.figures.positions import positions
from budgettrack.core.records.model import Fields
from budgettrack.group import open_group
from tests.world.group import ON, ROWS, Commands, Group

FIELDS = [
    "grant",
    "line",
    "description",
    "category",
    "activity",
    "currency",
    "from",
    "to",
    "budget",
    "spent",
    "committed",
    "available",
    "variance",
    "variance_percent",
    "state",
    "money",
]


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def test_variance_as_json_has_the_fields_of_the_design(group: Group) -> None:
    rows = json.loads(group.run("variance", *ON, "--json").stdout)

    assert len(rows) == 10
    assert all(list(row) == FIELDS for row in rows)
    first = rows[0]
    assert (first["grant"], first["line"], first["currency"]) == ("G-1", "B-1", "EUR")
    assert (first["from"], first["to"]) == ("2026-01", "2026-10")
    assert (first["budget"], first["spent"], first["variance"]) == ("83.33", "61.50", "21.83")
    assert (first["available"], first["committed"], first["variance_percent"]) == (
        "38.50",
        "0.00",
        "26.2",
    )


def test_each_month_is_one_object_for_each_line_and_month(group: Group) -> None:
    words = ("variance", "--each-month", "--from", "2026-01", "--to", "2026-10", *ON, "--json")
    rows = json.loads(group.run(*words).stdout)

    assert {(row["line"], row["from"]) for row in rows} == {
        (f"B-{n}", f"2026-{m:02d}") for n in range(1, 11) for m in range(1, 11)
    }
    assert all(row["from"] == row["to"] for row in rows)
    assert [row["budget"] for row in rows[:5]] == ["8.33", "8.34", "8.33", "8.33", "8.34"]


@pytest.mark.parametrize("command", ["status", "variance", "deadlines", "checks"])
def test_csv_and_json_say_the_same(group: Group, command: str) -> None:
    on = () if command == "checks" else ON
    rows = json.loads(group.run(command, *on, "--json").stdout)
    table = list(csv.DictReader(io.StringIO(group.run(command, *on, "--csv").stdout)))

    assert rows
    assert table == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    titles = ("=1+1", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1", "Rent;=1+1")
    grants: list[Fields] = [
        {**ROWS["grants"][0], "id": f"G-{number}", "title": title}
        for number, title in enumerate(titles, 1)
    ]
    group = Group(tmp_path, {**ROWS, "grants": grants}, before=(("sync", *ON),))

    rows = csv.DictReader(io.StringIO(group.run("grants", "list", "--csv").stdout))

    assert [row["title"] for row in rows] == [
        "'=1+1", "'+1+cmd|' /C calc'!A0", "'@SUM(A1)", "'＝1+1", "Rent;'=1+1"
    ]  # fmt: skip


def test_a_question_at_one_month_is_summed_by_the_database_to_the_same_figures(
    tmp_path: Path,
) -> None:
    later: Fields = {
        "id": "E-90",
        "date": "2026-05-05",
        "budget_line": "B-1",
        "amount": "7",
        "state": "paid",
    }
    open_: Fields = {
        "id": "E-91",
        "date": "2026-05-05",
        "budget_line": "B-2",
        "amount": "8",
        "state": "committed",
    }
    group = Group(
        tmp_path,
        {**ROWS, "expenses": [*ROWS["expenses"], {**later, "paid_on": "2026-08-01"}, open_]},
    )
    group.sync()
    config = load(group.config)
    with open_group(config) as opened:
        whole, to_june = opened.standing, opened.standing_at("2026-06")

    assert len(to_june.totals) < len(whole.totals)
    june = positions(to_june.plan, to_june.totals, end="2026-06")
    assert june == positions(whole.plan, whole.totals, end="2026-06")
    assert [each.committed for each in june[:2]] == [700, 800]


def test_status_fits_one_screen_and_names_what_matters(group: Group) -> None:
    lines = group.run("status", *ON).stdout.splitlines()

    assert len(lines) < 25
    assert lines[0] == "Our group, 2026-11-02"
    assert any(line.startswith("G-1") and "480.00" in line for line in lines)
    assert "Spent in 2026-10: 0.00 EUR (2026-09: 52.50)" in lines
    assert "Work: 1 under way; 0 late" in lines
    assert "Due 2026-12-31: Grant ends: Start (G-1)" in lines
    assert any(line.startswith("Found: ") and "new this week" in line for line in lines)
    assert lines[-1] == "Next: Meet (A-1) is due on 2026-12-31"
    assert lines[-2].startswith("As of: 2026-11-02, from the sync of ")
    assert lines[-2].endswith("; money to the end of 2026-10")


def test_status_tells_late_and_coming_dates_apart_and_always_the_next_one(tmp_path: Path) -> None:
    days = [f"2026-{month:02}-01" for month in range(3, 10)] + ["2026-11-20", "2026-12-01"]
    deadlines: list[Fields] = [
        {"id": f"D-{number}", "what": f"Letter {number}", "due": day}
        for number, day in enumerate(days, 1)
    ]
    group = Group(tmp_path, ROWS | {"deadlines": deadlines})
    group.sync()

    told = group.run("status", *ON).stdout.splitlines()

    first = told.index("Overdue since 2026-03-01: Letter 1 (D-1)")
    assert told[first + 4 : first + 8] == [
        "Overdue since 2026-07-01: Letter 5 (D-5)",
        "and 2 more that are overdue (budgettrack deadlines)",
        "Due 2026-11-20: Letter 8 (D-8)",
        "and 3 more due by 2026-12-31 (budgettrack deadlines)",
    ]


def test_status_says_what_each_category_has_left_and_first_what_has_nothing(tmp_path: Path) -> None:
    spent: Fields = {
        "id": "E-90",
        "date": "2026-05-05",
        "budget_line": "B-2",
        "amount": "9000",
        "state": "paid",
    }
    rent, *others = ROWS["budget"]
    budget: list[Fields] = [rent, *({**line, "category": "Food"} for line in others)]
    group = Group(tmp_path, ROWS | {"budget": budget, "expenses": [*ROWS["expenses"], spent]})
    group.sync()

    lines = group.run("status", *ON).stdout.splitlines()

    by_category = json.loads(group.run("variance", "--by", "category", "--json", *ON).stdout)
    left = {row["category"]: row["available"] for row in by_category}
    (told,) = [line for line in lines if line.startswith("Left by category")]
    assert [name for name, amount in left.items() if amount.startswith("-")] == ["Food"]
    assert told.startswith("Left by category, in EUR: Food -")
    assert "; Rent " in told
    told = told.replace(",", "")
    assert all(f"{name} {amount}" in told for name, amount in left.items())


def test_money_on_no_line_says_so_where_the_state_has_no_room(tmp_path: Path) -> None:
    loose: list[Fields] = [
        {"id": "E-91", "date": "2026-05-05", "grant": "G-1", "amount": "7", "state": "paid"},
        {"id": "E-92", "date": "2026-05-05", "amount": "8", "state": "paid"},
    ]
    budget: list[Fields] = [{**line, "description": "Work"} for line in ROWS["budget"]]
    group = Group(tmp_path, ROWS | {"budget": budget, "expenses": [*ROWS["expenses"], *loose]})
    group.sync()

    told = group.run("variance", *ON).stdout

    assert re.search(r"^G-1 {2,}Unbudgeted ", told, re.M)
    assert re.search(r"^ {2,}Unrestricted, on no line ", told, re.M)


def test_status_says_first_to_mend_what_keeps_a_row_out_of_the_figures(tmp_path: Path) -> None:
    explained: list[Fields] = [{**line, "explanation": "It began late."} for line in ROWS["budget"]]
    group = Group(tmp_path, {**ROWS, "budget": explained, "expenses": [*ROWS["expenses"], {"id": "E-99", "date": "2026-05-05", "amount": "1", "currency": "USD"}]})  # fmt: skip
    group.sync()
    assert (
        "Next: 'Expenses'!B32: There is no rate for USD in 2026-05. Add a row to Rates with 2026-05, USD and the rate; until then, amounts that need it are left out of the figures."
        in (group.run("status", *ON).stdout.splitlines())
    )
    assert group.run("status", "--grant", "G-1", *ON).stdout.count("Spent in") == 1


def test_checks_stand_under_their_harm_and_can_be_asked_by_grant_and_severity(
    tmp_path: Path,
) -> None:
    wrong = {"id": "E-99", "date": "2026-05-05", "amount": "1.505", "budget_line": "B-2"}
    stray = {"id": "E-98", "date": "2026-05-05", "amount": "5", "budget_line": "B-99"}
    group = Group(tmp_path, {**ROWS, "expenses": [*ROWS["expenses"], wrong, stray]})
    group.sync()

    lines = group.run("checks").stdout.splitlines()
    titles = [line for line in lines if not line.startswith("'") and "  " not in line][:-1]
    assert titles[:2] == ["Figures that are incomplete or in doubt: 2", "Promises: 13"]

    def asked(*options: str, code: int) -> list[tuple[str, str]]:
        result = group.run("checks", *options, "--json")
        assert result.exit_code == code
        rows = json.loads(result.stdout)
        return [(row["code"], row["id"]) for row in rows]

    assert asked("--severity", "error", code=3) == [("amount-has-too-many-decimals", "E-99")]
    of_grant = asked("--grant", "g-1", code=3)
    assert ("amount-has-too-many-decimals", "E-99") in of_grant  # its line is the grant's
    assert ("line-unknown", "E-98") not in of_grant
    assert ("line-unknown", "E-98") in asked("--severity", "warning", code=0)
    assert "There is no grant G-7." in group.run("checks", "--grant", "G-7").stderr


def test_deadlines_within_so_many_days(group: Group) -> None:
    soon = json.loads(group.run("deadlines", "--within", "10", *ON, "--json").stdout)
    later = json.loads(group.run("deadlines", "--within", "90", *ON, "--json").stdout)

    assert soon == []
    assert [(row["due"], row["days"], row["id"]) for row in later] == [
        ("2026-12-31", 59, "A-1"),
        ("2026-12-31", 59, "G-1"),
    ]


def test_checks_name_place_problem_and_remedy_and_exit_3_with_an_error(tmp_path: Path) -> None:
    rows = {
        **ROWS,
        "expenses": [
            *ROWS["expenses"],
            {"id": "E-99", "date": "2026-05-05", "amount": "1", "currency": "USD"},
        ],
    }
    group = Group(tmp_path, rows)
    assert group.sync().exit_code == 3
    result = group.run("checks")

    assert result.exit_code == 3
    assert (
        "'Expenses'!B32  error  no-rate  There is no rate for USD in 2026-05. "
        "Add a row to Rates with 2026-05, USD and the rate; until then, amounts that need it are left out of the figures.\n"
        in result.stdout
    )


def test_checks_of_a_kind_beyond_a_hundred_are_one_line_and_json_and_csv_have_all(
    tmp_path: Path,
) -> None:
    negative = [
        {"id": f"E-{number}", "date": "2026-05-05", "amount": "-5", "currency": "EUR"}
        for number in range(1000, 1103)
    ]
    group = Group(tmp_path, {**ROWS, "expenses": [*ROWS["expenses"], *negative]})
    group.sync()
    lines = [
        line for line in group.run("checks").stdout.splitlines() if "  amount-negative" in line
    ]
    listed = json.loads(group.run("checks", "--json").stdout)
    table = group.run("checks", "--csv").stdout

    assert len(lines) == 101
    assert lines[-1] == "and 3 more of this kind  error  amount-negative"
    assert sum(finding["code"] == "amount-negative" for finding in listed) == 103
    assert table.count(",amount-negative,") == 103


def test_reports_lie_in_two_folders(group: Group, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    public = group.run("report", "transparency", "--out", str(out), *ON)
    private = group.run("report", "funder", "g-1", "--month", "2026-09", "--out", str(out), *ON)

    assert [Path(line).relative_to(out).as_posix() for line in public.stdout.splitlines()] == [
        "public/index.html"
    ]
    assert re.fullmatch(r"The public site has \d+ files\.\n", public.stderr)
    assert (out / "public" / "2026-10.html").is_file()
    assert [Path(line).relative_to(out).as_posix() for line in private.stdout.splitlines()] == [
        f"private/G-1-2026-09.{kind}" for kind in ("html", "pdf", "xlsx")
    ]
    assert private.exit_code == 3
    assert "2026. Close it under Months when it is complete." in private.stderr


def test_reports_that_cannot_be_written_say_so(group: Group, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = group.run("report", "transparency", "--out", str(tmp_path / "file"), *ON)

    assert result.exit_code == 1
    assert "The reports cannot be written to" in result.stderr
    assert "the earlier reports are unchanged." in result.stderr


def test_init_makes_workbook_and_config_and_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(
        main, ["init", "--xlsx", "plan.xlsx", "--preset", "startup", "--start", "2026-11-01"]
    )
    again = CliRunner().invoke(main, ["init", "--xlsx", "plan.xlsx"])

    assert first.exit_code == 0
    assert (
        first.stdout.splitlines()[0]
        == "Made plan.xlsx: open it in a spreadsheet program and begin with the tab Start here."
    )
    assert load(tmp_path / "budgettrack.toml").xlsx == tmp_path / "plan.xlsx"
    assert again.exit_code == 1
    assert "exists already and is left as it is" in again.stderr
    synced = CliRunner().invoke(main, ["sync"])
    assert synced.exit_code == 0
    assert "60 rows taken from the workbook" in synced.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--xlsx", "plan.ods"], "plan.ods does not end in .xlsx. Give it that ending."),
        (["--xlsx", "plan.xlsx", "--with", "payee,phone"], "There is no optional column phone."),
    ],
)
def test_init_says_what_it_cannot_make(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["init", *words])

    assert result.exit_code == 2
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_config_every_command_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["status"])

    assert result.exit_code == 1
    assert "There is no budgettrack.toml in this folder or in a folder above it." in result.stderr


LOADED = """
import sys
from click.testing import CliRunner
from budgettrack.cli import main
for words in (["status"], ["deadlines"], ["grants", "list"], ["checks"], ["variance"], ["history", "G-1"]):
    done = CliRunner().invoke(main, ["--config", sys.argv[1], *words])
    assert done.exit_code in (0, 3), done.output
    for name in sys.argv[2:]:
        if name in sys.modules:
            print(words[0], "loads", name)
"""


@pytest.mark.slow
def test_questions_are_answered_without_loading_heavy_libraries(group: Group) -> None:
    import subprocess
    import sys

    heavy = [
        "psycopg2",
        "pandas",
        "numpy",
        "gspread",
        "google",
        "requests",
        "jinja2",
        "lxml",
        "icalendar",
    ]
    heavy += [
        "python_calamine",
        "xlsxwriter",
        "typst",
        "asyncio",
        "iso4217",
        "tabulate",
        "importlib.metadata",
        "email",
    ]
    heavy += [
        "budgettrack.cli.adopt",
        "budgettrack.config.bank_csv",
        "budgettrack.config.open_data",
        "budgettrack.core.base.cycles",
        "budgettrack.core.base.grids",
        "budgettrack.core.cells.values",
        "budgettrack.core.figures.explain",
        "budgettrack.core.merge.merge",
        "budgettrack.register.cycles",
        "budgettrack.register.published",
        "budgettrack.register.redact",
        "budgettrack.register.writes",
        "budgettrack.workbook",
    ]
    command = [sys.executable, "-c", LOADED, str(group.config), *heavy]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_ids_are_completed_from_the_file_that_a_sync_leaves(group: Group) -> None:
    from click.shell_completion import ShellComplete

    def completed(*words: str) -> list[str]:
        shell = ShellComplete(main, {}, "budgettrack", "_BUDGETTRACK_COMPLETE")
        before, begun = ["--config", str(group.config), *words[:-1]], words[-1]
        return [each.value for each in shell.get_completions(list(before), begun)]

    assert completed("grants", "show", "g") == ["G-1"]
    assert completed("history", "b-1") == ["B-1", "B-10"]
    assert completed("variance", "--grant", "") == ["G-1"]
    assert completed("resources", "show", "") == []
    assert "status" in completed("sta")
    file = group.folder / ".budgettrack.ids"
    assert file.stat().st_mode & 0o077 == 0
    assert "E-1" not in file.read_text().split("\n")
    file.unlink()
    assert completed("grants", "show", "g") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shells_script_is_for_our_program(shell: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert "_BUDGETTRACK_COMPLETE" in done.stdout


def test_plain_says_one_fact_a_line(group: Group) -> None:
    done = CliRunner().invoke(main, ["--config", str(group.config), "--plain", "deadlines", *ON])
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Due: ")
    assert not any("---" in line or "  " in line for line in lines)
    grants = (
        CliRunner()
        .invoke(main, ["--config", str(group.config), "--plain", "grants", "list"])
        .stdout
    )
    assert "ID: G-1\nState: active\n" in grants


@pytest.mark.slow
def test_a_table_wider_than_the_terminal_says_one_fact_a_line_too(group: Group) -> None:
    import os
    import pty
    import subprocess
    import sys

    def shown(columns: int) -> str:
        side, terminal = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        command = [
            sys.executable,
            "-m",
            "budgettrack",
            "--config",
            str(group.config),
            "variance",
            *ON,
        ]
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        with subprocess.Popen(command, stdout=terminal, stdin=terminal, env=environment) as process:
            process.wait()
        os.close(terminal)
        said = os.read(side, 100_000).decode()
        os.close(side)
        return said.replace("\r\n", "\n")

    assert "Grant: G-1\nLine: B-1\n" in shown(40)
    assert max(map(len, shown(40).splitlines())) <= 40
    assert shown(200).splitlines()[0].split()[:2] == ["Grant", "Line"]


def test_quiet_leaves_out_talk_but_no_answer_and_no_error(group: Group) -> None:
    def run(*words: str) -> tuple[str, str]:
        done = CliRunner().invoke(main, ["--config", str(group.config), *words])
        return done.stdout, done.stderr

    loud = run("grants", "set", "G-1", "title=One", *ON)
    quiet = run("-q", "grants", "set", "G-1", "title=Two", *ON)
    assert (loud[1] != "", quiet[1]) == (True, "")
    assert quiet[0] == "G-1  title: One → Two\n"
    assert run("-q", "grants", "show", "G-99")[1].startswith("There is no grant G-99.")
    assert run("-q", "variance", "--explain", *ON)[1] == ""


@pytest.mark.slow
def test_a_pipe_that_is_closed_early_is_no_error(group: Group) -> None:
    import subprocess
    import sys

    command = (
        f"{sys.executable} -m budgettrack --config {group.config} variance --each-month --csv --on"
        " 2026-11-02 | head -1"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.count("\n")) == ("", 1)


def test_diff_begins_with_how_many_rows_of_each_table_changed(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    first, blank, headings, *_ = group.run("diff", "--from", "2020-01-01").stdout.splitlines()

    assert first == "Budget: 10 added; Grants: 1 added; Work-plan: 1 added."
    assert (blank, headings.split()[:2]) == ("", ["Table", "ID"])
