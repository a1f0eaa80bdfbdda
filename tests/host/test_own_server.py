"""A group on a server of its own has a public key and no workbook in *Groups*. What it told is counted
everywhere alike, it gets its answer, and it is never run by the host."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.answers import answer_of, files_of
from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from tests.world.hosted import cells_of, host_in, hosted_plan, row, with_money

ON = ("--on", "2026-11-02")


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def ran(config: Path, code: int = 0) -> Result:
    done = asked(config, "host", "run", *ON)
    assert done.exit_code == code, done.output
    return done


def told_by_another(folder: Path) -> tuple[str, Path]:
    """Returns the public key of GR-1, which runs on another server, and its signed statement."""
    away = host_in(folder / "away", [row("GR-1")], plans={"GR-1": hosted_plan("GR-1")})
    ran(away)
    file = folder / "told.json"
    done = asked(away.parent / "groups/GR-1/budgettrack.toml", "statement", "--out", str(file), *ON)
    assert done.exit_code == 0, done.output
    return done.stderr.split("tab Groups: ")[1].strip(), file


def host_with(folder: Path, one: Fields, file: Path, code: int = 0) -> Path:
    """Returns the config of a host that took the statement of GR-1 and was run again."""
    config = host_in(folder / "home", [one], more=with_money("GR-1"))
    ran(config, code)
    taken = asked(config, "host", "take", "GR-1", str(file))
    assert taken.exit_code == 0, taken.output
    ran(config, code)
    return config


def money(config: Path) -> dict[str, Any]:
    done = asked(config, "host", "money", *ON, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    first: dict[str, Any] = json.loads(done.stdout)[0]
    return first


def summary(config: Path) -> dict[str, Any]:
    """Returns the row of G-1 in the tab *Summary*, by its headings."""
    sheet = openpyxl.load_workbook(config.with_name("host.xlsx"))["Summary"]
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    at = next(at for at, line in enumerate(lines) if str(line[0]).startswith("Money that we"))
    return dict(zip(map(str, lines[at + 1]), lines[at + 2], strict=True))


def for_the_funder(config: Path, out: Path) -> str:
    """Returns the text of the summary for the funder of G-1, without its tags."""
    done = asked(config, "report", "funder", "G-1", "--out", str(out), *ON)
    assert done.exit_code in (0, 3), done.output
    (page,) = out.rglob("*.html")
    return " ".join(re.sub(r"<[^>]+>", " ", page.read_text()).split())


def is_the_same_everywhere(config: Path, out: Path) -> None:
    at_prompt, in_sheet = money(config), summary(config)
    assert (at_prompt["held_below"], at_prompt["on_the_way"]) == ("9000.00", "0.00")
    assert at_prompt["spent"] == "3100.00"
    assert (in_sheet["Held by groups"], in_sheet["On the way"]) == (9000, 0)
    assert in_sheet["Spent"] == 3100
    page = for_the_funder(config, out)
    assert "Spent by groups 3,000.00 Held by us 77,900.00 Held by groups 9,000.00" in page


def answer_for(config: Path) -> Path:
    (path,) = files_of(config.parent / "groups/GR-1", "Delta Partners")
    return path


@pytest.mark.parametrize("state", ["ready", "paused", "invited"])
def test_what_it_told_is_counted_everywhere_alike_and_answered(tmp_path: Path, state: str) -> None:
    key, file = told_by_another(tmp_path)
    one = row("GR-1", workbook="", currency="", public_key=key, state=state)
    config = host_with(tmp_path, one, file)
    is_the_same_everywhere(config, tmp_path / "out")
    answer = answer_of(answer_for(config).read_bytes())
    assert [one.agreement for one in answer.grants] == ["SG GR-1"]
    cells = cells_of(config)["GR-1"]
    assert (cells["What to do"], cells["Share with"], cells["State"]) == (None, None, state)
    assert not (config.parent / "groups/GR-1/register.sqlite").exists()

    said = asked(config, "host", "status").output
    assert f"1 {state}. On a server of its own, and never synced here: GR-1." in said
    assert "Nobody needs anything." in said
    (listed,) = json.loads(asked(config, "host", "status", "--json").stdout)
    assert (listed["own_server"], listed["what_to_do"]) == (True, "")
    why = asked(config, "host", "why", "GR-1").output
    assert "Its newest statement here is that of 2026-10." in why
    assert "Our answer to it, to be sent to the group: " in why
    refused = asked(config, "host", "run", "--group", "GR-1", *ON)
    assert refused.exit_code == 2
    assert "it is on a server of its own, so it is not run here." in refused.output


def test_a_mistake_in_a_row_takes_no_money_out_of_the_sums(tmp_path: Path) -> None:
    key, file = told_by_another(tmp_path)
    one = row("GR-1", day="31", public_key=key, state="ready")
    config = host_with(tmp_path, one, file, code=3)
    is_the_same_everywhere(config, tmp_path / "out")
    assert answer_for(config).exists()
    assert "Day: type a day from 1 to 28" in cells_of(config)["GR-1"]["What to do"]


def test_a_group_whose_code_can_be_no_folder_is_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("a/b", state="paused")], more=with_money("GR-1"))
    assert "No statement of the group a/b can be counted. Code: use letters" in ran(config).output
    done = asked(config, "host", "money", *ON)
    assert done.exit_code == 3
    assert "No statement of the group a/b can be counted. Code: use letters" in done.stderr


def test_a_group_whose_books_are_here_and_whose_link_is_gone_is_told(tmp_path: Path) -> None:
    config = host_in(tmp_path, [row("GR-1")], plans={"GR-1": hosted_plan("GR-1")})
    ran(config)
    book = openpyxl.load_workbook(config.with_name("host.xlsx"))
    sheet = book["Groups"]
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(2, headings.index("Workbook") + 1).value = None
    sheet.cell(2, headings.index("Public key") + 1).value = "a key"
    book.save(config.with_name("host.xlsx"))
    assert "The books of GR-1 are here, and its Workbook is blank" in ran(config, 3).output
    assert "The books of GR-1 are here" in cells_of(config)["GR-1"]["What to do"]
    sheet = (book := openpyxl.load_workbook(config.with_name("host.xlsx")))["Groups"]
    sheet.cell(2, headings.index("State") + 1).value = "paused"
    book.save(config.with_name("host.xlsx"))
    ran(config)
    assert cells_of(config)["GR-1"]["What to do"] is None
