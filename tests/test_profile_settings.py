"""Every setting of a funder's profile, through the command that writes the summary."""

from __future__ import annotations

import pytest
from lxml import html

from budgettrack.core.figures.profile import Profile
from tests.world.group import ON, Group, Rows

CONFIG = '[workbook]\nxlsx = "plan.xlsx"\n[reports]\nprofiles = "profiles"\n'
ROWS: Rows = {
    "grants": [
        {
            "id": "G-1",
            "funder": "Fund",
            "title": "Work",
            "state": "active",
            "currency": "EUR",
            "amount": "12000",
            "start": "2026-01-01",
            "end": "2027-12-31",
            "profile": "ours",
        }
    ],
    "work_plan": [{"id": "A-1", "activity": "Outreach", "status": "under way", "done": "50"}],
    "budget": [
        {"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Supplies"}
        | {"amount": "8000", "explanation": "Prices fell."},
        {"id": "B-2", "grant": "G-1", "category": "Rent", "amount": "4000"},
    ],
    "expenses": [
        {"id": "E-1", "date": "2026-02-10", "budget_line": "B-1", "amount": "1234.56"}
        | {"state": "paid", "receipt": "R-1"},
        {"id": "E-2", "date": "2026-09-10", "budget_line": "B-1", "amount": "100"}
        | {"state": "paid", "receipt": "R-2"},
    ],
    "income": [
        {"id": "I-1", "date": "2026-01-05", "grant": "G-1", "kind": "instalment"}
        | {"amount": "5000", "state": "received"}
    ],
    "resources": [
        {"id": "R-1", "kind": "workspace", "from_whom": "host", "value": "100", "currency": "EUR"}
        | {"from": "2026-01-01", "state": "in use", "match_for": "G-1"}
    ],
    "rates": [
        {"currency": "USD", "month": f"2026-{month:02}", "rate": "1.25"} for month in range(1, 11)
    ],
}
PLAIN = 'title = "Ours"\nsource = "our agreement"\n'


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Group:
    folder = tmp_path_factory.mktemp("profiles")
    (folder / "profiles").mkdir()
    (folder / "profiles" / "ours.toml").write_text(PLAIN)
    return Group(folder, ROWS, CONFIG, before=(("sync", *ON),))


def summary(group: Group, more: str) -> str:
    """The words of the summary with a profile."""
    (group.folder / "profiles" / "ours.toml").write_text(
        more if more.startswith("title") else PLAIN + more
    )
    result = group.run("report", "funder", "G-1", "--month", "2026-10", *ON)
    assert result.exit_code in (0, 3), result.output
    path = group.folder / "reports" / "private" / "G-1-2026-10.html"
    page = html.fromstring(path.read_text("utf-8"))
    for style in page.iter("style"):
        style.text = ""
    return " ".join(" ".join(str(part) for part in page.itertext()).split())


LIMIT = """
[[limit]]
scope = "line"
measure = "to date"
percent = 10
comparator = ">"
consequence = "explain"
source = "us"
verified = true
"""
CATEGORY = """
[[category]]
code = "S"
name = "Stuff"
of = ["Supplies"]
[[category]]
code = "N"
name = "Nothing yet"
of = ["Travel"]
"""
SUMMARIES = {
    "on": ("on = false\n", "The rules of ours were not verified."),
    "currency": ('currency = "USD"\n', "Spent to date $1,668.20"),
    "rate": (
        'currency = "USD"\nrate = "fixed"\nrates = { EUR = "1", USD = "2" }\n',
        "Spent to date $",
    ),
    "rates": (
        'currency = "USD"\nrate = "fixed"\nrates = { EUR = "1", USD = "2" }\n',
        "budget to date: $",
    ),
    "budget_rate": ('currency = "USD"\nbudget_rate = "2"\n', "budget to date: $10,000.00"),
    "period": (
        'period = "quarter"\n',
        "Period Oct 1 – Dec 31, 2026",
        "€0.00 of €500.00 planned was spent",
    ),
    "year_starts": (
        'period = "year"\nyear_starts = 4\n',
        "Period Apr 1, 2026 – Mar 31, 2027",
        "€100.00 of €3,500.00 planned was spent",
    ),
    "language": ('language = "fr"\n', "Tous les montants sont en EUR."),
    "round_to": ("round_to = 100\n", "Spent to date €1,300.00", "Supplies 8,000.00 3,300.00"),
    "by": ('by = "activity"\n', "A-1 Outreach 8,000.00"),
    "detail": ('detail = "expenses"\n', "Expenses of the period"),
    "every_category": ("every_category = false\n" + CATEGORY, "Stuff 8,000.00"),
    "timing": ("timing = true\n" + LIMIT, "Choose whether it is of timing or permanent."),
    "narrative": (
        "narrative = true\n",
        "The narrative of the period is not written: What was done, What was reached, What went"
        " wrong and why, and What changes now. Write it under Narrative.",
    ),
    "match_percent": ("match_percent = 20\n", "Match asked for: €266.91; given to date: €100.00."),
    "columns": ('columns = ["whole", "spent"]\n', "Supplies 8,000.00 1,334.56 B-1"),
    "sections": ('sections = ["cash"]\n',),
    "category": (CATEGORY, "Stuff 8,000.00", "Nothing yet"),
    "limit": (LIMIT, "B-2: beyond the limit, and without an explanation."),
}
ABSENT = {
    "columns": "Variance %",
    "sections": "The grant at a glance",
    "every_category": "Nothing yet",
}
"""What must not stand in the summary any more."""
LISTED = {
    "title": ('title = "Another name"\nsource = "our agreement"\n', "Another name"),
    "source": ('title = "Ours"\nsource = "page 12 of it"\n', "page 12 of it"),
    "narrative_source": ('narrative_source = "article 9 of it"\n', "article 9 of it"),
}
"""What `budgettrack profiles` shows."""


def test_every_setting_of_a_profile_has_its_test() -> None:
    # `about` is for whoever reads the file and for the list in the docs.
    fields = set(Profile.__struct_fields__) - {"id", "about"}

    assert {*SUMMARIES, *LISTED} == fields


@pytest.mark.slow
@pytest.mark.parametrize("setting", SUMMARIES)
def test_a_setting_changes_the_summary(ours: Group, setting: str) -> None:
    more, *wanted = SUMMARIES[setting]

    usual, changed = summary(ours, ""), summary(ours, more)

    for part in wanted:
        assert part in changed
        assert part not in usual
    if setting in ABSENT:
        assert ABSENT[setting] not in changed


@pytest.mark.parametrize("setting", LISTED)
def test_a_setting_is_shown_in_the_list(ours: Group, setting: str) -> None:
    more, wanted = LISTED[setting]
    (ours.folder / "profiles" / "ours.toml").write_text(
        more if more.startswith("title") else PLAIN + more
    )

    shown = ours.run("profiles", "--json")

    assert shown.exit_code == 0, shown.output
    assert wanted in shown.stdout
