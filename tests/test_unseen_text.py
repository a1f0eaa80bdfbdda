"""What is typed with characters that nobody sees, through pages, files and the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markupsafe import Markup

from budgettrack.cli.listings import table_of
from budgettrack.core.base.findings import quoted
from budgettrack.core.records.model import Fields
from budgettrack.reports.base.render import finished, render
from tests.world.group import ROWS, Commands, Group, Rows

UNSEEN = re.compile("[\u202a-\u202e\u2066\u2067\u200b\u00ad\x7f-\x9f]")


@pytest.fixture
def rows() -> Rows:
    title = "Rent \u202e00.009\u202c of a\u200b flat \x9b31mred"
    note = "The door is \u2067open; in Persian: می\u200cخواهم 👨\u200d👩\u200d👧"
    lines: list[Fields] = [
        {**row, "grant": "CON", "category": "Mea\u200bls\u00ad \u202e(paid)"}
        for row in ROWS["budget"]
    ]
    return {
        **ROWS,
        "grants": [{**ROWS["grants"][0], "id": "CON", "title": title, "publish": "yes"}],
        "budget": lines,
        "work_plan": [{**ROWS["work_plan"][0], "progress_note": note}],
    }


@pytest.fixture
def before() -> Commands:
    return (("sync", "--on", "2026-11-02"),)


@pytest.mark.slow
def test_pages_and_files_have_what_is_seen_and_no_more(group: Group) -> None:
    group.run("report", "transparency", "--month", "2026-10", "--on", "2026-11-02")
    public = group.folder / "reports/public"
    texts = {
        path.relative_to(public).as_posix(): path.read_text("utf-8")
        for path in public.rglob("*.*")
        if path.suffix in (".html", ".csv", ".json", ".xml", ".ics")
    }

    assert {name for name, text in texts.items() if UNSEEN.search(text)} == set()
    assert "Rent 00.009 of a flat \ufffd31mred" in texts["index.html"]
    assert "می\u200cخواهم 👨\u200d👩\u200d👧" in texts["2026-10.html"]
    assert "Meals (paid)" in texts["2026-10-figures.html"]
    assert not [name for name in texts if Path(name).stem == "CON"]


def test_the_terminal_gets_no_order_from_a_cell(group: Group) -> None:
    for words in (("grants", "list"), ("grants", "list", "--plain"), ("checks",), ("status",)):
        assert not UNSEEN.search(group.run(*words).stdout)
    refused = group.run("grants", "show", "G\u202e-9\x9b31m\x1b[2J")
    assert refused.exit_code == 2
    assert "G-9\ufffd31m\ufffd[2J" in refused.output


@pytest.mark.slow
@pytest.mark.parametrize(
    "note",
    [
        "call 06\u200b12345678",
        "a\u200b@b.example.org",
        "a＠b.example.org",
        "call 06\u200e12345678",
        "call ０６１２３４５６７８",
    ],
)
def test_a_personal_detail_hides_behind_no_unseen_sign(tmp_path: Path, note: str) -> None:
    activity = {**ROWS["work_plan"][0], "progress_note": note}
    group = Group(tmp_path, {**ROWS, "work_plan": [activity]})
    group.run("sync", "--on", "2026-11-02")

    assert "personal-detail-published" in group.run("checks").stdout


def test_what_was_stored_before_is_shown_legibly_too() -> None:
    old = "a\u202eb\x9bc <b>\u200b"

    assert table_of([{"name": old}], {"name": "Name"}).splitlines()[-1] == "ab\ufffdc <b>"
    assert quoted("1\u202e2\x9b") == '"12\ufffd"'
    mail = {"page": {"heading": old, "notices": [], "sections": [], "foot": old}}
    assert render("mail.txt", mail).strip().startswith("ab\ufffdc <b>")


def test_a_drawing_in_a_page_stays_a_drawing() -> None:
    drawing = finished(Markup("<svg>é\u202e</svg>"))

    assert isinstance(drawing, Markup)
    assert drawing == "<svg>é</svg>"
