"""Wiping what should never have been typed: not one byte of it is left where this machine
reaches."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from budgettrack.core.records.model import Fields
from budgettrack.register import queries
from budgettrack.register.store import open_register
from tests.world.group import Group
from tests.world.partners import NOVEMBER, ROWS, Sending
from tests.world.report_text import everything
from tests.world.smtp_server import MailHost

NAME = "Zqsomebodyzq"


@pytest.fixture
def host(tmp_path: Path, password: None) -> Iterator[MailHost]:  # noqa: ARG001
    with MailHost(tmp_path) as made:
        yield made


def bytes_of(folder: Path) -> str:
    """Everything under a folder, looking inside workbooks, papers and mails."""
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return everything(files)


def holders(folder: Path) -> set[str]:
    """The files that hold the name, by suffix."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and NAME in everything({path.name: path.read_bytes()}):
            found.add(path.name)
    return found


@pytest.mark.slow
def test_a_name_in_a_progress_note_is_gone_from_every_byte(tmp_path: Path, host: MailHost) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "work_plan": [{**ROWS["work_plan"][0], "progress_note": f"We met at {NAME}'s."}],
    }
    group = Sending(folder, host, rows=rows, more='[deliver]\nfolder = "www"\n')
    group.close("2026-10", "2026-11-01")
    group.month(send=False)
    group.month()
    before = holders(folder)
    assert {
        "plan.xlsx",
        "register.sqlite",
        "2026-10.html",
        "data.json",
        "G-1-2026-10.html",
    } <= before
    done = group.run("redact", "a-1.progress note", "--yes", "--on", str(NOVEMBER))
    assert done.exit_code == 3, done.output
    assert holders(folder) == set()
    assert NAME not in bytes_of(folder)
    said = done.stdout
    assert (
        "A-1.progress_note is wiped from the workbook, the register and the workbook's backup."
        in said
    )
    assert "It was on the public pages of 2026-10. They were written again: put" in said
    assert "everybody (2026-10)" in said
    assert "G-1-2026-10.pdf" in said
    with open_register(group.loaded.register) as register:
        versions = register.ask(queries.history, "work_plan", "A-1")
        assert all("progress_note" not in (each.fields or {}) for each in versions)
        assert versions[-1].by == "register"
    assert group.sync().stdout.startswith("0 rows taken"), "it does not come back"
    assert (folder / "www" / "2026-10.html").exists()


@pytest.mark.slow
def test_a_value_that_was_changed_long_ago_is_wiped_from_the_history(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    from tests.world.group import column

    cell = f"{column('Expenses', 'Description', group.path)}2"
    group.set("Expenses", cell, f"Paid to {NAME}")
    group.sync()
    group.set("Expenses", cell, "Rent")
    group.sync()
    assert NAME in bytes_of(tmp_path)
    done = group.run("redact", "E-1.description", "--yes", "--on", str(NOVEMBER))
    assert done.exit_code == 0, done.output
    assert NAME not in bytes_of(tmp_path)
    assert group.cell("Expenses", cell) is None, "the field is wiped, whatever stands in it now"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("E-1",), "E-1 does not name a field. Type it as E-12.description"),
        (
            ("E-1.payee",),
            "Payee is never stored. Clear the cell in the workbook: the value is nowhere else.",
        ),
        (
            ("E-1.id",),
            (
                "An ID cannot be wiped: other rows refer to it. Type another ID over it in the"
                " workbook, and sync."
            ),
        ),
        (("E-1.descripton",), "Expenses has no field descripton. Did you mean description?"),
        (("E-1.description",), "E-1 never had a value in Description. Nothing was changed."),
        (("E-99.description",), "There is no record E-99."),
    ],
)
def test_a_slip_wipes_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    group = Group(tmp_path)
    group.sync()
    done = group.run("redact", *words, "--yes")
    assert done.exit_code == 2
    assert done.stderr.strip().startswith(said)


def test_it_asks_first(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    done = group.run("redact", "E-1.receipt")
    assert (done.exit_code, done.stderr.strip()) == (
        2,
        "Nothing was wiped. To do it without being asked: --yes",
    )
    assert group.held().records["expenses"]["E-1"]["receipt"] == "R-1"


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_forgets_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.world.registers import fresh

    with fresh("postgresql", tmp_path) as url:
        monkeypatch.setenv("BUDGETTRACK_REGISTER", url)
        group = Group(tmp_path)
        group.sync()
        assert group.run("redact", "E-1.receipt", "--yes").exit_code == 0
        with open_register(url) as register:
            assert all(
                "receipt" not in (each.fields or {})
                for each in register.ask(queries.history, "expenses", "E-1")
            )


def test_the_check_for_bytes_can_fail(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("sheet.xml", NAME * 3)
    (tmp_path / "a.xlsx").write_bytes(packed.getvalue())
    assert holders(tmp_path) == {"a.xlsx"}
    assert os.listdir(tmp_path) == ["a.xlsx"]
