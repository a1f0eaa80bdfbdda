"""The docs say what is so: generated pages are current, and every command that they show runs."""

from __future__ import annotations

import contextlib
import importlib
import re
import shlex
from datetime import date
from decimal import Decimal
from pathlib import Path

import click
import openpyxl
import pytest
from click.testing import CliRunner

from budgettrack.cli import main
from budgettrack.config.load import load
from budgettrack.setup.create import config_text
from budgettrack.setup.sample import ORGANISATION, write_sample
from tests.sheets_api.server import Server
from tests.world.bank_files import Booked, camt
from tests.world.group import Group

ROOT = Path(__file__).parents[1]
DOCS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("*.md")),
]


@pytest.mark.parametrize(
    "name",
    [
        "../budgettrack/cli/listed.py",
        "../budgettrack/core/base/currencies.py",
        "budgettrack.1",
        "commands.md",
        "configuration.md",
        "decisions/README.md",
        "findings.md",
        "profiles.md",
        "troubleshoot.md",
        "workbook.md",
    ],
)
def test_generated_pages_are_current(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")
    made = importlib.import_module("make").PAGES[name]

    assert (ROOT / "docs" / name).read_text("utf-8") == made(), "run: python docs/make.py"


def commands(text: str) -> list[str]:
    """Every line of a code block that calls budgettrack or goes elsewhere; a block marked `text` is
    to be read."""
    blocks = re.findall(r"```(\w*)\n(.*?)```", text, re.DOTALL)
    return [
        line.split("  #")[0].strip()
        for language, block in blocks
        if language != "text"
        for line in block.splitlines()
        if line.startswith(("budgettrack ", "cd "))
    ]


def to_be_read(path: Path) -> list[str]:
    """Every line of a block marked `text` that calls budgettrack."""
    blocks = re.findall(r"```text\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("budgettrack ") and "[OPTIONS]" not in line]


@pytest.mark.parametrize(
    "path", [path for path in DOCS if to_be_read(path)], ids=lambda path: path.name
)
def test_every_command_that_is_only_to_be_read_has_that_name_and_those_options(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trust.xlsx").touch()
    for line in to_be_read(path):
        words = shlex.split(line)[1:]
        context = click.Context(main)
        command: click.Command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            name, found, words = command.resolve_command(context, words)
            assert found is not None, line
            command, context = found, click.Context(found, parent=context, info_name=name)
        # --version and --docs say their words at once, and end.
        with contextlib.suppress(click.exceptions.Exit):
            if not isinstance(command, click.Group):
                command.parse_args(context, words)
            elif words:
                main.parse_args(context, words)


@pytest.mark.slow
def test_what_the_page_of_backups_shows_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_PASSPHRASE", "four words that rhyme not")
    Group(tmp_path).sync()
    monkeypatch.chdir(tmp_path)
    lines = [line for line in to_be_read(ROOT / "docs" / "backup.md") if " move " not in line]
    assert len(lines) == 2
    for line in lines:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code in (0, 3), f"{line}: {result.output}"


@pytest.mark.slow
def test_what_these_pages_show_is_done_on_the_sample_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path / "plan.xlsx")
    (tmp_path / "budgettrack.toml").write_text(config_text(ORGANISATION, "plan.xlsx"), "utf-8")
    assert CliRunner().invoke(main, ["sync", "--on", "2026-11-02"]).exit_code in (0, 3)
    pages = ("watch.md", "install.md", "prompt.md", "reports.md")
    lines = [line for page in pages for line in to_be_read(ROOT / "docs" / page)]
    assert len(lines) >= 12
    for line in lines:
        result = CliRunner().invoke(main, shlex.split(line)[1:])
        assert result.exit_code in (0, 3), f"{line}: {result.output}"


def test_the_readme_opens_with_demo_and_test() -> None:
    first = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)[0]

    assert [line.split()[:2] for line in first.strip().splitlines()] == [
        ["make", "demo"],
        ["make", "test"],
    ]


def test_every_command_stands_in_the_readme_and_has_help() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name, command in main.commands.items():
        assert f"budgettrack {name}" in readme
        assert command.help, name
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


@pytest.mark.slow
@pytest.mark.google_http
@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_shown_runs(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = commands(path.read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    with Server() as server:
        # A stand-in for Google, a key for it, and a blank sheet that is shared with the key's
        # account.
        monkeypatch.setenv("BUDGETTRACK_ADDRESS", server.url)
        key = tmp_path / "credentials.json"
        key.write_text(server.service_account(), "utf-8")
        key.chmod(0o600)
        blank = server.spreadsheet("Blank")
        (tmp_path / "statement.xml").write_bytes(
            camt([Booked(date(2026, 10, 2), Decimal("-9.99"), "REF")])
        )
        (tmp_path / "statement.csv").write_text(
            "Day;Words;Amount (EUR);Balance\n2026-10-05;tea;-5,00;95,00\n2026-10-16;rent;-50,00;45,00\n"
        )
        own = openpyxl.Workbook()
        for row in (["Date", "Text", "In", "Out"], ["2026-01-05", "Dues", 100, None]):
            own.worksheets[0].append(row)
        own.save(tmp_path / "our-budget.xlsx")
        for line in lines:
            program, *words = shlex.split(line.replace("LINK-OF-YOUR-SHEET", blank.id))
            if program == "cd":
                monkeypatch.chdir(words[0])
                continue
            result = CliRunner().invoke(main, words)
            assert result.exit_code in (0, 3), f"{line}: {result.output}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_named_in_a_sentence_exists(path: Path) -> None:
    sentences = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for named in re.findall(r"`budgettrack ([^`]+)`", sentences):
        command: click.Command = main
        options = {name for each in main.params for name in each.opts} | {"--help"}
        for word in shlex.split(named):
            if word.startswith("-"):
                assert word in options, f"{named}: no option {word}"
            elif isinstance(command, click.Group) and word != "COMMAND":
                assert word in command.commands, f"{named}: no command {word}"
                command = command.commands[word]
                options |= {name for each in command.params for name in each.opts} | {"--help"}


def test_links_between_pages_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\(([^)#]+?)\)", path.read_text("utf-8")):
            if "://" not in target:
                assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_job_for_schedulers_is_the_monthly_command() -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, ROOT / "jobs" / "monthly.py", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "sync, check, report" in done.stdout


def test_the_config_shown_for_mail_is_one_that_loads(tmp_path: Path) -> None:
    (block,) = re.findall(
        r"```toml\n(.*?)```", (ROOT / "docs" / "monthly.md").read_text("utf-8"), re.DOTALL
    )
    path = tmp_path / "budgettrack.toml"
    path.write_text('[workbook]\nxlsx = "plan.xlsx"\n' + block, "utf-8")
    found = load(path).sending
    assert [each.audience for each in found.recipients] == ["public", "funder", "internal"]
    assert found.mail is not None
    assert found.mail.port == 587


def test_every_message_of_an_error_stands_on_the_page_of_troubles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some from each part of the program, in its own words."""
    monkeypatch.syspath_prepend(ROOT / "docs")
    page = importlib.import_module("messages").messages()

    assert page.count("\n- ") > 250
    for words in (
        "belongs to another register. Use that register, or tie this one to it with --adopt.",
        "is open in PROGRAM. Save and close it there, then run this again.",
        "cannot grow: the disk is full, or a limit is reached.",
        "Another run of the month is at work",
        "The logo LOGO cannot be read",
        "is empty. Write NAME into that file.",
        "There is no preset NAME.",
        "WHAT needs the extra 'NAME', which is not installed.",
    ):
        assert words in page, words
