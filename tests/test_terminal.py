"""The program on a real terminal: it asks for what is missing, and whoever stops it leaves nothing
behind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from budgettrack.cli.listings import bar
from budgettrack.register import queries
from budgettrack.register.store import open_register
from tests.world.group import CONFIG, Commands, Group, column
from tests.world.terminal import CTRL_C, CTRL_D, talk

ON = ("--on", "2026-11-02")


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


@pytest.mark.slow
def test_what_is_missing_is_asked_for_and_asked_again_until_it_can_be_read(group: Group) -> None:
    code, shown = talk(
        group,
        ("grants", "add", "title=A room", *ON),
        ("Funder: ", "Northern Fund\n"),
        ("Currency: ", "EURX\n"),
        ("Currency: ", "eur\n"),
    )
    assert code == 0, shown
    assert (
        "Error: Currency: This text is not a currency. Type its three letters, such as"
        " EUR, GBP or USD.\nCurrency: eur" in shown
    )
    assert "G-2\nIt stands in the workbook after the next sync.\n" in shown
    assert group.held().records["grants"]["G-2"] == {
        "title": "A room",
        "funder": "Northern Fund",
        "currency": "EUR",
        "state": "prospect",
    }


@pytest.mark.slow
def test_a_choice_is_shown_and_asked_again(group: Group) -> None:
    code, shown = talk(
        group, ("resources", "add", *ON), ("): ", "castle\n"), ("): ", "equipment\n")
    )
    assert code == 0, shown
    assert "Kind (workspace, access, equipment, connectivity" in shown
    assert "Error: 'castle' is not one of 'workspace', 'access'" in shown
    assert group.held().records["resources"]["R-1"]["kind"] == "equipment"


@pytest.mark.slow
def test_a_slip_on_the_command_line_is_told_before_anything_is_asked(group: Group) -> None:
    code, shown = talk(group, ("grants", "add", "end=31/31/2026", *ON))
    assert (code, shown) == (
        2,
        'End: "31/31/2026" is not a date. Type it as year-month-day, such as 2026-03-12.\n',
    )


@pytest.mark.slow
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
def test_who_stops_in_the_midst_leaves_nothing(group: Group, key: str) -> None:
    before, files = group.held(), sorted(group.folder.iterdir())
    code, shown = talk(
        group, ("grants", "add", *ON), ("Funder: ", "Northern Fund\n"), ("Currency: ", key)
    )
    assert code == 130, shown
    assert shown.endswith("\nStopped. Nothing is half done.\n")
    assert "Traceback" not in shown
    assert (group.held(), sorted(group.folder.iterdir())) == (before, files)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["grants", "resources"])
def test_without_a_terminal_what_is_missing_is_named_and_nothing_is_asked(
    group: Group, table: str
) -> None:
    command = [
        sys.executable,
        "-m",
        "budgettrack",
        "--config",
        str(group.config),
        table,
        "add",
        *ON,
    ]
    # An open pipe on which nobody types: a program that asks would wait for ever.
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert (
            process.stderr.read()
            == {
                "grants": "Still missing: Funder, Currency. Add it as field=value.\n",
                "resources": "Still missing: Kind. Add it as field=value.\n",
            }[table]
        )
    assert process.returncode == 2


# What people do meanwhile


@pytest.mark.slow
def test_a_row_that_was_deleted_in_the_sheet_meanwhile_and_set_here_is_a_conflict(
    group: Group,
) -> None:
    group.run("resources", "add", "kind=workspace", "from_whom=host", *ON)
    group.sync()
    group.edit(lambda book: book["Resources"].delete_rows(2))
    assert group.run("resources", "set", "R-1", "quantity=2", *ON).exit_code == 0
    assert group.run("conflicts", *ON).exit_code == 3
    group.sync()
    assert group.held().records["resources"]["R-1"]["quantity"] == "2", "what was set is not lost"
    assert group.run("resolve", "R-1", "--take", "register", *ON).exit_code == 0
    assert group.cell("Resources", "A2") == "R-1"


def test_while_another_run_writes_questions_are_answered_and_changes_refused(group: Group) -> None:
    code = (
        "import sys; from budgettrack.register.store import open_register\n"
        "with open_register(sys.argv[1]) as register, register.writing():\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    url = f"sqlite:///{group.folder / 'register.sqlite'}"
    with subprocess.Popen(
        [sys.executable, "-c", code, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        for words in (("grants", "set", "G-1", "title=New"), ("sync",)):
            done = group.run("--wait", "0.7", *words, *ON)
            assert done.exit_code == 1
            told, refused, so = done.stderr.splitlines()
            held = f"a program, since .* UTC, on .*, process {other.pid}\\."
            assert re.fullmatch(f"Waiting for the register, at most 0.7 s: {held}", told)
            assert re.match(
                f"Another run is still writing to this register after 0.7 s: {held}", refused
            )
            assert so in ("Nothing was changed.", "Nothing was changed in the register.")
        assert group.run("status", *ON).exit_code == 0
    with open_register(url) as register:
        assert register.ask(queries.load).records["grants"]["G-1"]["title"] == "Start"


# How answers look

OVERSPENT = ("variance", "--to", "2026-10", *ON)


@pytest.fixture
def overspent(group: Group) -> Group:
    group.set("Expenses", f"{column('Expenses', 'Amount', group.path)}2", 500)
    group.sync()
    return group


@pytest.mark.slow
def test_what_is_below_nought_is_red_on_a_terminal_and_a_minus_everywhere(overspent: Group) -> None:
    _, shown = talk(overspent, OVERSPENT, columns=160)
    red = [line for line in shown.splitlines() if "\x1b[31m-" in line]
    assert red
    piped = overspent.run(*OVERSPENT).stdout
    assert click.unstyle(shown) == piped
    assert "\x1b" not in piped


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(overspent: Group, environment: dict[str, str]) -> None:
    for command in (OVERSPENT, ("status", *ON), ("checks",)):
        _, shown = talk(overspent, command, environment=environment, columns=160)
        assert "\x1b" not in shown
        # On a terminal, a long finding is broken at its width.
        assert shown.split() == overspent.run(*command).stdout.split()


@pytest.mark.slow
def test_a_narrow_terminal_loses_spare_columns_first_and_then_the_table(overspent: Group) -> None:
    wide, narrow, least = (
        click.unstyle(talk(overspent, OVERSPENT, columns=columns)[1]) for columns in (160, 80, 40)
    )
    told, _, table = narrow.partition("--json.\n")
    hidden = "No room for: Category, Activity, From, To, Committed, %. "
    assert " ".join(told.split()).startswith(hidden)
    assert ("Activity" in wide, "Activity" in table) == (True, False)
    assert all(each in table.splitlines()[0] for each in ("Line", "Budget", "Spent", "Variance"))
    assert max(map(len, narrow.splitlines())) <= 80
    assert "Variance: -" in least
    assert max(map(len, least.splitlines())) <= 40


def test_a_bar_shows_the_share_that_is_used_beside_the_time(group: Group) -> None:
    line = next(
        line for line in group.run("status", *ON).stdout.splitlines() if line.startswith("G-1")
    )
    assert line.endswith("48.0 %  83.8 %  ━━━━━···│·")
    assert [
        bar(part, time)
        for part, time in (
            ("50.0 %", "70.0 %"),
            ("70.0 %", "50.0 %"),
            ("250.0 %", None),
            (None, "3 %"),
        )
    ] == [
        "━━━━━··│··",
        "━━━━━╂━···",
        "━━━━━━━━━━",
        "",
    ]
    plain = group.run("--plain", "status", *ON).stdout
    assert not {"━", "│", "╂"} & set(plain)


@pytest.mark.slow
def test_the_closing_sentences_are_in_the_language_of_the_group(tmp_path: Path) -> None:
    group = Group(tmp_path, config=f'[organisation]\nlanguage = "fr"\n{CONFIG}')
    group.sync()

    told = group.run("checks")
    plan = group.run("variance", "--to", "2030-01", *ON)
    _, narrow = talk(group, ("variance", *ON), columns=60)

    assert " ".join(told.stdout.split("\n")[-2].split()).startswith("À regarder : erreurs ")
    assert "D'après la synchronisation du " in told.stdout
    assert plan.stderr.startswith("Plan : 2030-01 est encore à venir.")
    assert "Pas de place pour : " in click.unstyle(narrow)
    assert "No room for" not in narrow
