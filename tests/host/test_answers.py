"""What differs between *Given* and the statement of a group is a finding in both sheets."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from budgettrack.answers import FILE, answer_in, answer_of, answer_state, text_of
from budgettrack.cli import main
from budgettrack.core.counting.answers import VERSION, HostAnswer
from budgettrack.core.counting.statements import HostStatement
from budgettrack.statements import signed
from tests.world.hosted import NOW, host_in, hosted_plan, row, with_money

ON = ("--on", "2026-11-02")


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def ran(config: Path, on: str = "2026-11-02") -> None:
    done = asked(config, "host", "run", "--on", on)
    assert done.exit_code in (0, 3), done.output


def codes(config: Path) -> dict[str, list[str]]:
    """Returns what the tab *Checks* of the host and of each group says about the other side."""
    sheets = {"": config.with_name("host.xlsx")}
    sheets |= {path.parent.name: path for path in config.parent.glob("groups/*/plan.xlsx")}
    found: dict[str, list[str]] = {}
    for code, path in sheets.items():
        _, *lines = openpyxl.load_workbook(path)["Checks"].iter_rows(values_only=True)
        about = [str(line[2]) for line in lines if line[2]]
        found[code] = [text for text in about if "paid" in text and "books" in text]
    return found


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A host that paid two groups 12,000 each. The first noted 11,000."""
    plans = {"GR-1": hosted_plan("GR-1", got="11000"), "GR-2": hosted_plan("GR-2")}
    more = with_money("GR-1", "GR-2")
    config = host_in(tmp_path, [row("GR-1"), row("GR-2")], plans=plans, more=more)
    ran(config)
    ran(config, "2026-11-03")
    return config


def test_a_wrong_amount_is_a_finding_in_both_sheets_and_in_no_other(wrong: Path) -> None:
    host = "We paid 12,000.00 EUR on 2026-08-03, and the books of GR-1 have 11,000.00 EUR."
    group = "Delta Partners paid 12,000.00 EUR on 2026-08-03, and our books have 11,000.00 EUR."
    assert codes(wrong) == {"": [host], "GR-1": [group], "GR-2": []}


def test_each_group_has_its_own_answer_and_nothing_of_another(wrong: Path) -> None:
    for code, other in (("GR-1", "GR-2"), ("GR-2", "GR-1")):
        path = wrong.parent / "groups" / code / FILE
        assert path.stat().st_mode & 0o777 == 0o600
        told = json.loads(path.read_text())
        assert [one["agreement"] for one in told["grants"]] == [f"SG {code}"]
        assert other not in path.read_text()
        assert "Meridian" not in path.read_text()


def test_what_the_group_corrects_is_gone_at_its_next_sync(wrong: Path) -> None:
    path = wrong.parent / "groups/GR-1/plan.xlsx"
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Income"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Amount")].value = 12000
    book.save(path)
    own = wrong.parent / "groups/GR-1/budgettrack.toml"
    assert asked(own, "sync", "--on", "2026-11-03").exit_code in (0, 3)
    assert codes(wrong)["GR-1"] == []
    ran(wrong, "2026-11-04")
    ran(wrong, "2026-11-04")
    assert codes(wrong) == {"": [], "GR-1": [], "GR-2": []}


def test_what_the_host_corrects_reaches_the_group_in_the_same_run(wrong: Path) -> None:
    path = wrong.with_name("host.xlsx")
    book = openpyxl.load_workbook(path)
    headings, line = list(book["Instalments"].iter_rows(max_row=2))
    line[[cell.value for cell in headings].index("Amount paid")].value = 11000
    book.save(path)
    ran(wrong, "2026-11-03")
    assert codes(wrong) == {"": [], "GR-1": [], "GR-2": []}


DIFFERS = "host-payment-differs"


def about_the_host(wrong: Path) -> dict[str, str]:
    """Returns the findings of GR-1 about its host after a sync of its own, by code."""
    own = wrong.parent / "groups/GR-1/budgettrack.toml"
    assert asked(own, "sync", *ON).exit_code in (0, 3)
    told = json.loads(asked(own, "checks", "--json").output)
    return {one["code"]: json.dumps(one) for one in told if one["code"].startswith("host-")}


def test_a_damaged_answer_is_told_and_written_anew(wrong: Path) -> None:
    path = wrong.parent / "groups/GR-1" / FILE
    before = path.read_bytes()
    assert text_of(answer_of(before)) == before
    for bad in (b"", b"{broken", before.replace(b'"version": 3', b'"version": 1'),
                before.replace(b"12000.00", b"much"),
                before.replace(b'"group"', b'"groop"'),
                before.replace(b'"month": "2026-', b'"month": "26-')):  # fmt: skip
        assert bad != before
        path.write_bytes(bad)
        assert answer_in(path.parent) == "damaged"
    assert set(about_the_host(wrong)) == {"host-answer-damaged"}
    path.write_bytes(before)
    assert set(about_the_host(wrong)) == {DIFFERS}
    path.unlink()
    path.mkdir()
    assert set(about_the_host(wrong)) == {"host-answer-damaged"}
    path.rmdir()
    assert about_the_host(wrong) == {}
    ran(wrong, "2026-11-03")
    assert path.read_bytes() == before


def test_the_answer_of_another_group_is_told_and_nothing_of_it_is_shown(wrong: Path) -> None:
    folder = wrong.parent / "groups"
    (folder / "GR-1" / FILE).write_bytes((folder / "GR-2" / FILE).read_bytes())
    found = about_the_host(wrong)
    assert set(found) == {"host-answer-for-another"}
    assert "GR-2" not in repr(found)
    assert "12,000" not in repr(found)


def test_the_answer_of_another_host_is_told_and_nothing_of_it_is_shown(wrong: Path) -> None:
    path = wrong.parent / "groups/GR-1" / FILE
    path.write_bytes(path.read_bytes().replace(b"Delta Partners", b"Another Host"))
    found = about_the_host(wrong)
    assert set(found) == {"host-answer-of-another"}
    assert "Another Host" not in repr(found)


def test_a_group_on_a_server_of_its_own_knows_its_answer_by_its_key(tmp_path: Path) -> None:
    told = HostAnswer(VERSION, "2026-10", "Delta Partners", "GR-9")
    folder = tmp_path / "books"
    folder.mkdir()
    (folder / FILE).write_bytes(text_of(told))
    assert answer_in(folder) == "of another group"
    before = answer_state(folder)
    _, key = signed(HostStatement(1, "2026-10", False), folder / "budgettrack.toml", NOW)
    assert answer_state(folder) != before
    assert answer_in(folder) == "of another group"
    (folder / FILE).write_bytes(text_of(replace(told, key=key)))
    read = answer_in(folder)
    assert isinstance(read, HostAnswer)
    assert (read.group, read.key) == ("GR-9", key)
    (folder / "statement.key").write_text("no key")
    assert answer_in(folder) == "of another group"
