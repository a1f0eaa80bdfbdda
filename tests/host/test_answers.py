"""What differs between *Given* and the statement of a group is a finding in both sheets."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.answers import FILE, answer_in, answer_of, text_of
from budgettrack.cli import main
from tests.world.hosted import host_in, hosted_plan, row, with_money

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


def test_an_answer_that_cannot_be_read_is_written_anew(wrong: Path) -> None:
    path = wrong.parent / "groups/GR-1" / FILE
    before = path.read_bytes()
    assert text_of(answer_of(before)) == before
    for bad in (b"", b"{", before.replace(b'"version": 1', b'"version": 2'),
                before.replace(b"12000.00", b"much"),
                before.replace(b'"month": "2026-', b'"month": "26-')):  # fmt: skip
        path.write_bytes(bad)
        assert answer_in(path.parent) is None
    ran(wrong, "2026-11-03")
    assert path.read_bytes() == before
