"""Wiping what should never have been typed: not one byte of it is left where this machine
reaches."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.core.records.model import Fields
from budgettrack.register import queries
from budgettrack.register.proof import proof
from budgettrack.register.store import open_register
from tests.sheets_api.server import Server
from tests.sheets_api.spreadsheet import Cell, Sheet
from tests.world.group import ROWS as ROWS_OF_GROUP
from tests.world.group import Group, column
from tests.world.partners import NOVEMBER, ROWS, Sending
from tests.world.payees import hashes, with_payees
from tests.world.places import GooglePlace
from tests.world.report_text import everything
from tests.world.smtp_server import MailHost

NAME = "Zqsomebodyzq"


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
def test_the_words_of_a_month_are_wiped_paragraph_by_paragraph(tmp_path: Path) -> None:
    on = ("--on", str(NOVEMBER))
    said = f"We met at the harbour.\n\n{NAME} opened the door."
    group = Group(tmp_path, {**ROWS_OF_GROUP, "months": [{"month": "2026-10", "review": said}]})
    group.sync()
    assert group.run("report", "transparency", *on).exit_code == 0
    assert group.run("report", "funder", "G-1", *on).exit_code in (0, 3)
    written = [path for path in (tmp_path / "reports").rglob("*.html") if NAME in path.read_text()]
    assert {path.parent.name for path in written} == {"public", "private"}

    done = group.run("redact", "2026-10.review", "--yes", *on)

    assert done.exit_code == 3, (
        "what was sent cannot be called back, and the papers are to be made again"
    )
    assert "2026-10.review is wiped from the workbook, the register" in done.output
    assert NAME not in bytes_of(tmp_path)


@pytest.mark.slow
def test_a_value_that_was_changed_long_ago_is_wiped_from_the_history(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    cell = f"{column('Expenses', 'Description', group.path)}2"
    group.set("Expenses", cell, f"Paid to {NAME}")
    group.sync()
    group.set("Expenses", cell, "The room in March")
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
        (("",), "A blank does not name a field. Type it as E-12.description"),
        ((" . ",), ". does not name a field. Type it as E-12.description"),
        (("E-1.",), "E-1. does not name a field. Type it as E-12.description"),
        ((".description",), ".description does not name a field. Type it as E-12.description"),
        (("\u202eE-77\x07.receipt",), "There is no record E-77"),
        (
            ("E-1.approved by",),
            "Approved by is never stored. Clear the cell in the workbook: the value is nowhere else.",
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


def inside(folder: Path) -> set[str]:
    """The files that hold the name, also those that are a workbook under another name."""
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            name = f"{path.name}.xlsx" if path.read_bytes()[:2] == b"PK" else path.name
            if NAME in everything({name: path.read_bytes()}):
                found.add(path.name)
    return found


def described(folder: Path, *names: str) -> Group:
    """A group whose first expenses say whom they were paid to. No other program saved its file."""
    expenses: list[Fields] = [
        {**row, "description": f"Paid to {name}"} if name else row
        for row, name in zip(ROWS_OF_GROUP["expenses"], (*names, *[""] * 30), strict=False)
    ]
    group = Group(folder, rows={**ROWS_OF_GROUP, "expenses": expenses})
    group.sync()
    return group


@pytest.mark.slow
def test_the_list_of_texts_in_the_file_forgets_a_cleared_cell(tmp_path: Path) -> None:
    group = described(tmp_path, NAME)
    assert {"plan.xlsx", "plan.previous.xlsx", "register.sqlite"} <= inside(tmp_path)

    assert group.run("redact", "E-1.description", "--yes").exit_code == 0

    assert inside(tmp_path) == set()
    assert group.sync().stdout.startswith("0 rows taken")
    assert group.cell("Expenses", "A2") == "E-1"
    assert group.held().records["expenses"]["E-2"]["receipt"] == "R-2"


def test_a_text_that_another_cell_still_has_is_told(tmp_path: Path) -> None:
    group = described(tmp_path, NAME, NAME)

    done = group.run("redact", "E-1.description", "--yes")

    assert done.exit_code == 3
    assert (
        "The workbook still has this text, in another cell, a note or a pivot table. Search for it"
        " there." in done.stdout
    )


def test_a_text_that_the_config_has_is_told(tmp_path: Path) -> None:
    group = described(tmp_path, NAME)
    before = group.config.read_text()
    group.config.write_text(f'{before}\n[reports]\nheadings = {{ "Paid to {NAME}" = "Pay" }}\n')

    done = group.run("redact", "E-1.description", "--yes")

    assert done.exit_code == 3
    assert "The config has this text too. Change it there." in done.stdout
    group.config.write_text(before)
    assert inside(tmp_path) == set()


@pytest.mark.slow
def test_unfinished_files_of_killed_runs_are_deleted(tmp_path: Path) -> None:
    group = described(tmp_path, NAME)
    with pytest.MonkeyPatch.context() as patch:

        def killed(*_: object) -> None:
            raise SystemExit(9)

        # A killed process runs no clean-up: the temporary files stay as they are.
        patch.setattr("budgettrack.workbook.xlsx.workbook.os.unlink", lambda _name: None)
        patch.setattr("budgettrack.workbook.xlsx.workbook.os.replace", killed)
        group.set("Expenses", "A32", "E-99")
        group.set("Expenses", "B32", "2026-05-05")
        group.run("sync")
    (tmp_path / "reports" / "private").mkdir(parents=True, exist_ok=True)
    (tmp_path / "reports" / "private" / ".x.part").write_text(NAME)
    assert len(list(tmp_path.glob(".plan.*.tmp"))) == 2
    assert {".x.part", *(path.name for path in tmp_path.glob(".plan.*.tmp"))} <= inside(tmp_path)
    (tmp_path / ".another.abc.tmp").write_text("of another program")

    group.run("redact", "E-1.description", "--yes")

    assert inside(tmp_path) == set()
    assert (tmp_path / ".another.abc.tmp").exists()


@pytest.mark.google_http
def test_the_hidden_tabs_of_an_online_sheet_forget_it_too(tmp_path: Path) -> None:
    with Server() as server:
        place = GooglePlace(tmp_path, server)
        place.make(
            {
                "Grants": [["ID", "Funder", "Currency"], ["G-1", "Fund", "EUR"]],
                "Budget": [["ID", "Grant", "Amount", "People paid"], ["B-1", "G-1", 100, 0]],
                "Expenses": [
                    ["ID", "Date", "Budget line", "Amount", "Description"],
                    ["E-1", "2026-03-01", "B-1", 5, f"Paid to {NAME}"],
                ],
            }
        )

        def run(*words: str) -> Result:
            return CliRunner().invoke(
                main, ["--config", str(tmp_path / "budgettrack.toml"), *words]
            )

        assert run("sync").exit_code in (0, 3)
        place.type("Expenses", "E2", f"Paid to {NAME}'s sister")
        assert run("sync").exit_code in (0, 3)
        with server.person(place.file) as kept:
            sheet = Sheet(77, "Kept edits")
            kept.sheets.append(sheet)
            for number, texts in enumerate(
                (
                    ["Tab", "Column", "What was typed"],
                    ["Expenses", "Description", f"Paid to {NAME}'s sister"],
                    ["Expenses", "Description", f"Gave to {NAME}"],
                    ["Budget", "Description", "A room"],
                )
            ):
                sheet.put_row(number, {at: Cell(text) for at, text in enumerate(texts)})
            kept.sheets.append(Sheet(78, "Notes"))
            kept.sheets[-1].put_row(0, {0: Cell(f"Paid to {NAME}'s sister, and more")})

        done = run("redact", "E-1.description", "--yes")

        assert done.exit_code == 3, done.output
        assert "The workbook still has this text, in another cell" in done.stdout, (
            "in a tab of ours"
        )
        assert (
            "The tab Kept edits has more of the column Description. Look whether the value stands"
            " there in other words." in done.stdout
        )
        assert place.stands("Kept edits", "C2") is None
        assert place.stands("Kept edits", "C4") == "A room"
        place.type("Notes", "A1", "nothing")
        place.type("Kept edits", "C3", None)  # in words that the register never had
        assert "Google keeps old versions of the sheet: see File, Version history" in done.stdout
        assert place.file.book is not None
        book = place.file.book.settled()
        assert [sheet.title for sheet in book.sheets if sheet.title.startswith("~")] == []
        assert NAME not in repr(book)
        place.type("Budget", "D2", 3)
        assert run("sync").exit_code in (0, 3), "the next write needs no hidden tab"
        assert NAME not in repr(place.file.book.settled())


@pytest.mark.slow
def test_the_hash_of_a_payee_is_wiped_once_its_cell_is_clear(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME, NAME)
    group.sync()
    refused = group.run("redact", "E-1.payee", "--yes")
    assert (refused.exit_code, refused.stderr.strip()) == (
        2,
        "The payee of E-1 is still in the workbook. Clear the cell, or put back the column with a"
        " blank cell, then run this again.",
    )
    assert set(hashes(group)) == {"E-1", "E-2"}
    hash_ = hashes(group)["E-1"]
    letter = column("Expenses", "Payee", group.path)

    def clear(book: openpyxl.Workbook) -> None:
        for row in (2, 3):
            book["Expenses"][f"{letter}{row}"] = None

    group.edit(clear)
    for record in ("E-1", "E-2"):
        assert group.run("redact", f"{record}.payee", "--yes").exit_code == 0

    assert hashes(group) == {}
    assert hash_ not in bytes_of(tmp_path)
    assert inside(tmp_path) == set()


def test_redacting_a_field_forgets_the_hash_of_its_payee(tmp_path: Path) -> None:
    group = with_payees(tmp_path, NAME)
    group.sync()
    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as register:
        assert register.ask(queries.payees)
        register.wipe("expenses", "E-1", "receipt")
        assert register.ask(queries.payees) == {}


FIELDS = (
    "G-1.funder",
    "G-1.title",
    "A-1.progress_note",
    "A-1.activity",
    "B-1.category",
    "B-1.description",
    "B-1.explanation",
    "E-1-10-1.description",
    "R-1.description",
    "D-1.what",
)
"""Free texts of every audience."""


def mark(field: str) -> str:
    return f"Zq{field.replace('.', '').replace('-', '').replace('_', '')}zq"


def marked_rows() -> dict[str, list[Fields]]:
    """The usual group with lent things, and a mark in each of the fields."""
    rows: dict[str, list[Fields]] = {name: [*records] for name, records in ROWS.items()}
    rows["resources"] = [
        {"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use"}
        | {"description": "A room", "from": "2026-01-01"}
    ]
    rows["budget"] = [{**row, "people_paid": "0"} for row in rows["budget"]]
    for field in FIELDS:
        id_, _, name = field.rpartition(".")
        for records in rows.values():
            for n, row in enumerate(records):
                if row.get("id") == id_:
                    records[n] = {**row, name: f"About {mark(field)}"}
    return rows


def kept_edits(book: openpyxl.Workbook) -> None:
    """What an online sheet set down before it became this file: a row that was deleted."""
    sheet = book.create_sheet("Kept edits")
    sheet.append(["Tab", "Column", "What was typed"])
    for field in FIELDS:
        sheet.append(["Expenses", "Description", f"About {mark(field)}, and more"])
    sheet.append(["Expenses", "Description", "of somebody else"])


@pytest.mark.slow
def test_no_byte_of_any_copy_has_what_was_wiped(tmp_path: Path, host: MailHost) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    open_data = (
        '[open_data]\ncountry = "PT"\nsectors = { "13040" = 100 }\nwork_plan = true\n'
        '[open_data.reporter]\nname = "Harbour Peers"\nref = "XE-EXAMPLE-500000000"\n'
        'type = "foundation"\n'
    )
    more = '[deliver]\nfolder = "www"\n' + open_data
    group = Sending(folder, host, rows=marked_rows(), more=more)
    group.close("2026-10", "2026-11-01")
    group.month(send=False)  # leaves mails
    group.month()
    for words in (
        ("report", "iati", "--yes"),
        ("report", "funder", "G-1", "--final", "--month", "2026-09", "--on", str(NOVEMBER)),
        ("withdraw", "category", f"About {mark('B-1.category')}"),
    ):
        result = group.run(*words)
        assert result.exit_code in (0, 3), result.output
    group.edit(kept_edits)
    group.sync()
    whole = group.path.read_bytes()
    (folder / ".plan.k1lled.tmp").write_bytes(whole)  # a killed sync leaves a whole workbook
    for path in ("reports/public/.x.part", "reports/private/.y.part", "www/.z.part"):
        (folder / path).write_text(" ".join(map(mark, FIELDS)))
    before = bytes_of(folder)
    assert [field for field in FIELDS if mark(field) not in before] == []
    assert {"plan.previous.xlsx", ".plan.k1lled.tmp", "register.sqlite", ".z.part"} <= {
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(mark(field) in text_of(path) for field in FIELDS)
    }

    for field in FIELDS:
        done = group.run("redact", field, "--yes", "--on", str(NOVEMBER))
        assert done.exit_code in (0, 3), done.output
        assert "still has this text" not in done.stdout, (field, done.stdout)
        left = [
            path for path in folder.rglob("*") if path.is_file() and mark(field) in text_of(path)
        ]
        assert left == [], field

    kept = openpyxl.load_workbook(group.path)["Kept edits"]
    assert [row[2] for row in kept.values if row[2]] == ["What was typed", "of somebody else"]
    assert group.sync().stdout.startswith("0 rows taken"), "nothing comes back"


# ---- copies in other fields, and what stands in no field


@pytest.mark.slow
def test_other_fields_of_the_register_that_have_the_text_are_named(tmp_path: Path) -> None:
    """In another row, in an older version of a row, and in a row that was removed."""
    group = Group(tmp_path)
    group.sync()
    description = column("Expenses", "Description", group.path)
    for row in (2, 3, 4, 5):
        group.set(
            "Expenses", f"{description}{row}", f"Paid to {NAME.upper() if row == 5 else NAME}"
        )
    group.sync()
    group.set("Expenses", f"{description}3", "The room in March")
    book = openpyxl.load_workbook(group.path)
    book["Expenses"].delete_rows(4)
    book.save(group.path)
    group.sync()

    done = group.run("redact", "E-1.description", "--yes", "--on", str(NOVEMBER))

    assert done.exit_code == 3
    assert done.stdout.splitlines()[-4:] == [
        "The register has this text in other fields too. Wipe each of them:",
        "  budgettrack redact expenses/E-2.description  (an older version of the row)",
        "  budgettrack redact expenses/E-3.description  (a row that was removed)",
        "  budgettrack redact expenses/E-4.description",
    ]
    for line in done.stdout.splitlines()[-3:]:
        again = group.run(*line.split("  ")[1].split()[1:], "--yes", "--on", str(NOVEMBER))
        assert again.exit_code in (0, 3), again.output
    assert "other fields" not in again.stdout
    assert NAME.casefold() not in bytes_of(tmp_path).casefold()


@pytest.mark.slow
def test_a_name_in_place_of_a_reference_is_searched_for_in_other_fields_and_an_id_is_not(
    tmp_path: Path,
) -> None:
    group = Group(tmp_path)
    line, grant = (column("Expenses", name, group.path) for name in ("Budget line", "Grant"))
    group.set("Expenses", f"{line}2", NAME)
    group.set("Expenses", f"{line}3", "")
    group.set("Expenses", f"{grant}3", NAME)
    group.sync()

    done = group.run("redact", "E-1.budget_line", "--yes", "--on", str(NOVEMBER))

    assert done.exit_code == 3, done.output
    assert "The workbook still has this text, in another cell" in done.stdout
    assert "  budgettrack redact expenses/E-2.grant" in done.stdout.splitlines()
    again = group.run("redact", "E-2.grant", "--yes", "--on", str(NOVEMBER))
    assert again.exit_code == 0, again.output
    assert NAME not in bytes_of(tmp_path)
    known = group.run("redact", "E-30.budget_line", "--yes", "--on", str(NOVEMBER))
    assert known.exit_code == 0, known.output


@pytest.mark.slow
def test_a_name_behind_by_is_wiped_from_changes_withdrawals_stops_and_runs(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    on = ("--on", str(NOVEMBER))
    group.run("grants", "set", "G-1", "title=Second", "--by", NAME)
    group.run("grants", "set", "G-1", "title=Third", "--by", f"{NAME}, coordinator")
    group.run("withdraw", "grant", "G-1", "--by", NAME)
    group.run("unpublish", "--by", NAME)
    for _ in range(2):
        group.run("monthly", "--month", "2026-09", "--again", f"{NAME} asked for it", *on)
    assert group.run("history", "G-1").stdout.count(NAME) >= 2
    assert f"by {NAME})" in group.run("report", "transparency", *on).output
    assert holders(tmp_path) == {"register.sqlite", ".made.json"}

    done = group.run("redact", "--typed", NAME.lower(), "--yes")

    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"Wiped from the register\. Places: \d\.", done.stdout.strip())
    assert holders(tmp_path) == set()
    history = group.run("history", "G-1").stdout
    assert "…, coordinator" in history
    assert "by register)" in group.run("report", "transparency", *on).output
    with open_register(f"sqlite:///{tmp_path / 'register.sqlite'}") as register:
        assert register.ask(proof).broken == []
    assert group.sync().stdout.startswith("0 rows taken")


def test_what_was_typed_nowhere_is_told(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    for words, said in (
        (("--typed", NAME), f"No change, withdrawal, run or bank account has {NAME}."),
        (("--typed", "ab"), "Type at least 3 characters: a shorter text is everywhere."),
        (
            ("--typed", "Register"),
            "Register is the program's own word for where a change was made.",
        ),
        ((), "Name one thing: a field, such as E-12.description, or --typed TEXT"),
        (("G-1.title", "--typed", NAME), "Name one thing: a field"),
    ):
        done = group.run("redact", *words, "--yes")
        assert done.exit_code == 2, words
        assert said in done.output


def text_of(path: Path) -> str:
    """All bytes of a file as text, also inside a workbook under another name."""
    content = path.read_bytes()
    name = f"{path.name}.xlsx" if content[:2] == b"PK" else path.name
    return everything({name: content})


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_forgets_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.world.registers import fresh

    with fresh("postgresql", tmp_path) as url:
        monkeypatch.setenv("BUDGETTRACK_REGISTER", url)
        group = Group(tmp_path)
        group.sync()
        # R-30 is part of no other receipt: a text that stays elsewhere is told with exit code 3.
        done = group.run("redact", "E-30.receipt", "--yes")
        assert done.exit_code == 0, done.output
        with open_register(url) as register:
            assert all(
                "receipt" not in (each.fields or {})
                for each in register.ask(queries.history, "expenses", "E-30")
            )


def test_the_check_for_bytes_can_fail(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("sheet.xml", NAME * 3)
    (tmp_path / "a.xlsx").write_bytes(packed.getvalue())
    assert holders(tmp_path) == {"a.xlsx"}
    assert os.listdir(tmp_path) == ["a.xlsx"]
