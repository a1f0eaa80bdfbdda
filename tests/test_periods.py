"""Indicators and the narrative of a period, from the sheet to a funder's summary and the public
pages."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from lxml import html
from msgspec.structs import replace

from budgettrack.register.published import facts_of, facts_text, pages
from budgettrack.register.store import open_register
from tests.world.group import Group, Rows, column

CONFIG = '[workbook]\nxlsx = "plan.xlsx"\n[reports]\nprofiles = "profiles"\n'
CONFIG_ALONE = '[workbook]\nxlsx = "plan.xlsx"\n'
PROFILE = 'title = "Ours"\nsource = "our agreement"\nnarrative = true\n'
MARCH, APRIL = ("--on", "2026-04-02"), ("--on", "2026-05-04")
ROWS: Rows = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "state": "active", "currency": "EUR", "amount": "1200"}
        | {"start": "2026-01-01", "end": "2026-12-31", "report_every": "quarter"}
        | {"publish": "yes", "profile": "ours"}
    ],
    "work_plan": [
        {"id": "A-1", "activity": "Outreach", "start": "2026-01-01", "end": "2026-12-31"},
        {"id": "A-2", "activity": "Training", "start": "2026-01-01", "end": "2026-12-31"},
    ],
    "indicators": [
        {"activity": "A-1", "indicator": "Kits handed out", "unit": "kits", "target": "400"}
        | {"counts_people": "no", "2026-03": "80", "2026-04": "50"},
        {"activity": "A-1", "indicator": "People reached", "unit": "people", "achieved": "40"}
        | {"source": "Tally sheets", "baseline": "3"},
    ],
    "budget": [
        {"id": f"B-{number}", "grant": "G-1", "activity": f"A-{number}", "category": "Supplies"}
        | {"amount": "600", "people_paid": "0", "explanation": "So."}
        for number in (1, 2)
    ],
    "narratives": [{"grant": "G-1", "period": "2026-Q1", "done": "We met.", "wrong": "Rain."}],
    "months": [{"month": f"2026-{month:02d}", "closed": "2026-04-01"} for month in (1, 2, 3)],
}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Group:
    """A group that closed March with 40 people reached, and typed 52 in April."""
    folder = tmp_path_factory.mktemp("periods")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "ours.toml").write_text(PROFILE)
    group = Group(folder, ROWS, CONFIG, before=(("sync", *MARCH),))
    assert group.run("report", "transparency", "--month", "2026-03", *MARCH).exit_code == 0
    group.set("Indicators", f"{column('Indicators', 'Achieved to date', group.path)}3", 52)
    for words in (("sync", *APRIL), ("report", "transparency", "--month", "2026-04", *APRIL)):
        result = group.run(*words)
        assert result.exit_code in (0, 3), result.output
    return group


def _summary(group: Group, month: str, *on: str) -> str:
    result = group.run("report", "funder", "G-1", "--month", month, *on)
    assert result.exit_code in (0, 3), result.output
    page = html.parse(str(group.folder / "reports" / "private" / f"G-1-{month}.html")).getroot()
    return " ".join(" ".join(str(part) for part in page.itertext()).split())


def test_a_summary_tells_the_period_by_months_and_by_what_a_closed_month_said(
    counted: Group,
) -> None:
    april = _summary(counted, "2026-04", *APRIL)

    # Baseline, target, this period, to date.
    assert "Kits handed out Outreach kits – 400 50 130" in april
    assert "People reached Outreach · Tally sheets people 3 – 12 52" in april
    # With its activity stands the number to date of each.
    assert "Kits handed out: 130 of 400" in april


def test_an_earlier_period_is_told_as_it_stood(counted: Group) -> None:
    march = _summary(counted, "2026-03", *APRIL)

    assert "People reached Outreach · Tally sheets people 3 – 40 40" in march
    assert "In our own words What was done We met. What went wrong and why Rain." in march


def test_a_summary_is_not_final_before_its_narrative_is_written(counted: Group) -> None:
    result = counted.run("report", "funder", "G-1", "--month", "2026-03", "--final", *APRIL)

    assert result.exit_code == 1
    wanted = "The narrative of the period is not written: What was reached and What changes now."
    assert wanted in " ".join(result.output.split())


def test_the_narrative_is_asked_for_with_the_cell_of_its_deadline(counted: Group) -> None:
    (place,) = [place for place, code in counted.codes() if code == "narrative-missing"]

    assert place.startswith("'Deadlines'!")


def test_the_public_pages_tell_the_month_and_to_date(counted: Group) -> None:
    public = counted.folder / "reports" / "public"
    page = html.parse(str(public / "2026-04.html")).getroot().text_content()
    told = [
        (row["month"], row["indicator"], row["in_month"], row["to_date"])
        for row in csv.DictReader(StringIO((public / "data" / "indicators.csv").read_text()))
    ]

    assert "Kits handed out: 50 this month, 130 of 400 to date." in page
    assert "People reached: 12 this month, 52 to date." in page
    assert told == [
        ("2026-03", "Kits handed out", "80", "80"),
        # January to March were closed by one sync: all three with the same number.
        ("2026-03", "People reached", "0", "40"),
        ("2026-04", "Kits handed out", "50", "130"),
        ("2026-04", "People reached", "12", "52"),
    ]
    # Where a number can be looked up is for funders.
    for path in public.rglob("*"):
        assert path.is_dir() or b"Tally sheets" not in path.read_bytes(), path


def test_a_number_that_fell_is_asked_about_with_its_cell(counted: Group) -> None:
    cell = f"{column('Indicators', 'Achieved to date', counted.path)}3"
    counted.set("Indicators", cell, 39)
    counted.run("sync", *APRIL)

    assert (f"'Indicators'!{cell}", "achieved-fell") in counted.codes()

    counted.set("Indicators", f"{column('Indicators', 'Explanation', counted.path)}3", "Twice.")
    counted.run("sync", *APRIL)

    assert "achieved-fell" not in [code for _, code in counted.codes()]


def test_a_page_of_before_keeps_the_indicator_of_a_row_of_the_work_plan(counted: Group) -> None:
    with open_register(f"sqlite:///{counted.folder / 'register.sqlite'}") as register:
        facts = register.ask(pages)["2026-03"].facts
    old = json.loads(facts_text(replace(facts, indicators=())))
    old["progress"][0] |= {"indicator": "Nights out", "target": "90", "achieved": "20"}
    old["progress"][1] |= {"indicator": "", "target": None, "achieved": None}

    (told,) = facts_of(json.dumps(old)).indicators

    assert (told.activity, told.indicator) == ("A-1", "Nights out")
    assert [told.target, told.to_date, told.in_period] == [Decimal(90), Decimal(20), None]


def test_indicators_are_listed_added_and_set_at_the_prompt(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, CONFIG_ALONE, before=(("sync", *MARCH),))

    words = ("activity=A-2", "indicator=Courses", "unit=courses", "target=4", "counts_people=no")
    assert group.run("indicators", "add", *words, *MARCH).stdout == "N-3\n"
    changed = group.run("indicators", "set", "n-3", "achieved=1", *MARCH)
    assert changed.exit_code == 0, changed.output

    listed = group.run("indicators", "list", "--activity", "A-2", "--json").stdout
    assert [(row["id"], row["indicator"], row["achieved"]) for row in json.loads(listed)] == [
        ("N-3", "Courses", "1")
    ]
    assert "Courses" in group.run("indicators", "show", "N-3").stdout
    refused = group.run("indicators", "set", "N-3", "achieved=some", *MARCH)
    assert refused.exit_code == 2
    group.run("sync", *MARCH)
    assert group.cell("Indicators", "C4") == "Courses"


def test_the_number_of_a_month_is_set_at_the_prompt_and_stands_in_its_column(
    tmp_path: Path,
) -> None:
    group = Group(tmp_path, ROWS, CONFIG_ALONE, before=(("sync", *MARCH),))

    told = group.run("indicators", "set", "N-2", "2026-03=5", *MARCH)

    assert told.stdout == "N-2  2026-03: nothing → 5\n", told.output
    assert "If the tab has no column for the month, the sync adds one." in told.stderr
    group.run("sync", *MARCH)
    assert group.cell("Indicators", f"{column('Indicators', '2026-03', group.path)}3") == 5
    assert (
        "column for the month"
        not in group.run("indicators", "set", "N-2", "target=9", *MARCH).stderr
    )
    listed = json.loads(group.run("indicators", "list", "--json").stdout)
    # Where months are typed, they count, and not the running number.
    assert [(row["id"], row["achieved"], row["to_date"]) for row in listed] == [
        ("N-1", None, "130"),
        ("N-2", "40", "5"),
    ]
    # The tab has no column for July: the sync adds it, and the next sync has nothing to do.
    assert group.run("indicators", "set", "N-1", "2026-07=8", *MARCH).exit_code == 0
    assert group.run("sync", *MARCH).exit_code in (0, 3)
    assert group.cell("Indicators", f"{column('Indicators', '2026-07', group.path)}2") == 8
    again = group.run("sync", "--dry-run", *MARCH)
    assert again.stdout == "Nothing to do: workbook and register agree.\n", again.output


def test_narratives_are_listed_added_and_set_at_the_prompt(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS, CONFIG_ALONE, before=(("sync", *MARCH),))

    words = ("grant=G-1", "period=2026-Q2", "done=We moved.")
    assert group.run("narratives", "add", *words, *MARCH).stdout == "NR-2\n"
    assert group.run("narratives", "set", "NR-2", "change=More light.", *MARCH).exit_code == 0

    listed = group.run("narratives", "list", "--period", "2026-Q2", "--json").stdout
    assert [(row["id"], row["done"], row["change"]) for row in json.loads(listed)] == [
        ("NR-2", "We moved.", "More light.")
    ]
    assert "We moved." in group.run("narratives", "show", "nr-2").stdout
    missing = group.run("narratives", "add", "grant=G-1", *MARCH)
    assert "Still missing: Period." in missing.stderr
