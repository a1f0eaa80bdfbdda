"""What stands in *What to do* is for somebody who sees no terminal."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from budgettrack.host import moving
from budgettrack.host.job import LOST_FILE, work
from budgettrack.host.run import run
from budgettrack.host.status import why
from budgettrack.host.treasurer import ASK, without_commands
from tests.world.hosted import NOW, cells_of, host_in, opened, plan_rows, row

MESSAGES = [
    re.sub(r"\\(.)", r"\1", line.removeprefix("- "))
    for line in Path("docs/troubleshoot.md").read_text("utf-8").splitlines()
    if line.startswith("- ")
]


def test_no_message_keeps_its_command() -> None:
    assert sum("budgettrack " in message for message in MESSAGES) > 40
    for message in MESSAGES:
        words = without_commands(message)
        assert words
        assert not re.search(r"budgettrack (?!on this|reads|is\b)[a-z]+", words), message
        assert (words == message) or words.endswith(ASK)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", ""),
        ("Share it with a@example.org. Then wait.", "Share it with a@example.org. Then wait."),
        ("The key is lost. Run: budgettrack sync --new-key", f"The key is lost. {ASK}"),
        ("Correct the path, or make one with `budgettrack init`.", ASK),
        (f"Run budgettrack doctor. {ASK}", ASK),
        (
            moving.TWO_REGISTERS.format(file="register.sqlite", schema="g_GR-1", code="GR-1"),
            "This group has two registers that differ: register.sqlite, and the one in the"
            " database. Nothing is done for it. If the file is older, move it to another folder."
            f" {ASK}",
        ),
    ],
)
def test_sentences_with_a_command_are_left_out(words: str, told: str) -> None:
    assert without_commands(words) == told


def typed(config: Path, code: str, **cells: object) -> None:
    """The host's treasurer types into the row of a group."""
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    sheet = book["Groups"]
    headings = [cell.value for cell in sheet[1]]
    for cells_of_row in sheet.iter_rows(min_row=2):
        if cells_of_row[0].value == code:
            for heading, value in cells.items():
                cells_of_row[headings.index(heading)].value = value  # type: ignore[assignment]
    book.save(config.with_name("host.xlsx"))


def test_a_lost_file_is_asked_for_in_plain_words_and_why_says_the_same(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": plan_rows()})
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    (tmp_path / "groups" / "GR-1" / "plan.xlsx").unlink()
    with opened(config, NOW.replace(hour=8)) as host:
        run(host, run_job=lambda order, _: work(order))
        assert why(host, "GR-1") == [LOST_FILE.format(name="plan.xlsx")]

    assert cells_of(config)["GR-1"]["What to do"] == LOST_FILE.format(name="plan.xlsx")


@pytest.mark.parametrize("state", ["ready", "paused"])
def test_a_cell_that_cannot_be_read_is_told_also_for_a_group_without_a_job(
    tmp_path: Path, state: str
) -> None:
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")], plans={"GR-1": plan_rows()})
    with opened(config) as host:
        run(host, only=["GR-1"], run_job=lambda order, _: work(order))
    typed(config, "GR-1", Day="the first", Preset="ours", State=state)
    for _ in range(2):
        # The second run has nothing to add.
        with opened(config, NOW.replace(hour=8)) as host:
            run(host, only=["GR-2"], run_job=lambda order, _: work(order))
        told = cells_of(config)["GR-1"]["What to do"]
        assert told == (
            "Preset: This text is not one of: blank, startup, peer-support. Choose one of them."
            " Day: This text is not a number. Type digits, such as 12 or 12.5."
        )
    typed(config, "GR-1", Day=3, Preset="blank", State="ready")
    with opened(config, NOW.replace(hour=9)) as host:
        run(host, run_job=lambda order, _: work(order))
    assert cells_of(config)["GR-1"]["What to do"] is None
