"""IATI files: valid by schema, rules and code lists, the same figures as the pages, and nothing
that the pages keep back."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from lxml import etree
from msgspec.structs import replace

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base import money
from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.public import WITHHELD, PublicBatch
from budgettrack.opendata import iati, preview
from budgettrack.opendata.flows import DatedView
from budgettrack.reports.base.translations import words
from tests.world.group import Group
from tests.world.iati_valid import faults
from tests.world.outside import needs_standards
from tests.world.public_views import BATCHES, GRANTS, batch, pages
from tests.world.report_text import everything
from tests.world.terminal import talk

TODAY = date(2026, 11, 21)
US = Organisation("Harbour Peers", "XE-EXAMPLE-500000001", "24")
HOST = Organisation("Lighthouse Network", "XE-EXAMPLE-500000000", "22")
SETTINGS = OpenData(
    country="PT",
    region="",
    sectors={"13040": Decimal(60), "15160": Decimal(40)},
    reporter=HOST,
    secondary=True,
    group=US,
    organisations={},
    languages=("en", "fr"),
    because="safety",
)


def made(
    pages: Sequence[DatedView],
    settings: OpenData = SETTINGS,
    site: str = "https://x.example.org",
    handed_on: Sequence[iati.SubGrantTold] = (),
) -> iati.IatiFiles:
    publisher = iati.Publisher(
        "Harbour Peers", settings, [words(each) for each in settings.languages], site, handed_on
    )
    return iati.made(pages, publisher)


def valid(result: iati.IatiFiles) -> list[str]:
    files = [result.activities, *([result.organisation] if result.organisation else [])]
    return [fault for each in files for fault in faults(each, TODAY)]


def elements(xml: bytes, path: str) -> list[etree._Element]:
    return cast(list[etree._Element], etree.fromstring(xml).xpath(path))


def spent(xml: bytes, kind: str = "4") -> int:
    """The sum of all transactions of a kind, in cents."""
    return sum(
        _cents(each)
        for each in elements(xml, f"//transaction[transaction-type/@code='{kind}']/value")
    )


def activity(result: iati.IatiFiles, name: str) -> etree._Element:
    (found,) = [
        each
        for each in etree.fromstring(result.activities)
        if each.findtext("iati-identifier") == f"{HOST.ref}-{name}"
    ]
    return found


def attribute(of: etree._Element, tag: str, name: str) -> str | None:
    (child,) = of.findall(tag)
    return child.get(name)


# The same figures, for all batches


@pytest.mark.slow
@needs_standards
@given(BATCHES)
@settings(max_examples=50)
def test_files_are_valid_and_sum_to_the_newest_page(those: list[PublicBatch]) -> None:
    published = pages(those)
    result = made(published)
    assert valid(result) == []
    assert {finding.code for finding in result.findings} <= {
        "iati-funder-without-identifier",
        "iati-budget-below-zero",
        "iati-year-below-zero",
    }
    assert spent(result.activities) == sum(each.units for each in those if each.what == "spent")
    assert result.organisation
    root = etree.fromstring(result.organisation)
    assert sum(_cents(each) for each in root.findall(".//total-expenditure/value")) == sum(
        each.units for each in those if each.what == "spent"
    )
    for each in root.findall(".//total-expenditure"):
        assert sum(_cents(line) for line in each.findall("expense-line/value")) == _cents(
            each.find("value")
        )


@pytest.mark.slow
@needs_standards
@given(BATCHES)
@settings(max_examples=25)
def test_money_that_is_handed_on_is_no_spending(those: list[PublicBatch]) -> None:
    published = pages(those)
    handed_on = [
        iati.SubGrantTold(
            "G-1",
            "Circle",
            "EUR",
            50_000,
            "2026-01",
            # The last payment is later than the newest page, and is told with a later one.
            {"2026-02": 40_000, "2026-03": -1_000, "2099-01": 700},
        ),
        iati.SubGrantTold("G-2", "Lantern", "GBP", None, "2026-02", {}),
        iati.SubGrantTold("G-9", "Nobody", "EUR", 700, "2026-02", {"2026-02": 700}),
    ]
    without, result = made(published), made(published, handed_on=handed_on)
    assert valid(result) == valid(without) == []
    for kind in "1", "4", "11", "13":
        assert spent(result.activities, kind) == spent(without.activities, kind)
    # A grant that cannot be told, such as one with a budget below zero, is left out completely.
    left_out = {each.id for each in result.findings if each.severity == "error"}
    is_told = "G-1" not in left_out
    assert spent(result.activities, "2") == is_told * 50_000
    assert spent(result.activities, "3") == is_told * 39_000
    assert result.organisation == without.organisation
    days = elements(result.activities, "//transaction[transaction-type/@code='3']")
    told = [each.findtext("description/narrative") for each in days]
    assert told == is_told * ["Paid to the group", "Came back from the group"]
    text = result.activities.decode()
    assert ("Circle" in text, "Lantern" in text) == (is_told, "G-2" not in left_out)
    assert "Nobody" not in text


def _cents(element: etree._Element | None) -> int:
    assert element is not None
    return money.minor(element.text or "", "EUR")


@pytest.mark.slow
@needs_standards
@given(BATCHES)
@settings(max_examples=50)
def test_each_amount_of_a_grant_is_a_sum_of_its_batches_on_one_page(
    those: list[PublicBatch],
) -> None:
    result = made(pages(those))
    left_out = {each.id for each in result.findings if each.severity == "error"}
    for grant in GRANTS:
        if grant.id in left_out:
            continue
        own = etree.tostring(activity(result, grant.id))
        for transaction, what in (("4", "spent"), ("1", "gifts")):
            sums: Counter[tuple[str, bool]] = Counter()
            for each in those:
                if each.grant == grant.id and each.what == what:
                    sums[each.page, each.correction] += each.units
            came = [each.units for each in grant.instalments if transaction == "1"]
            values = elements(own, f"//transaction[transaction-type/@code='{transaction}']/value")
            assert sorted(map(_cents, values)) == sorted([*came, *filter(None, sums.values())])


def test_money_in_bears_its_own_currency_and_month_and_money_out_the_month_of_its_page() -> None:
    result = made(
        pages([batch("2026-02", units=12_345), batch("2026-04", units=-45, correction=True)])
    )
    own = activity(result, "G-1")
    told = [
        (
            attribute(each, "transaction-type", "code"),
            attribute(each, "transaction-date", "iso-date"),
            each.findtext("value"),
            each.findtext("description/narrative"),
        )
        for each in own.findall("transaction")
    ]
    assert told == [
        ("11", "2026-01-01", "6000.00", "Agreed"),
        ("1", "2026-01-31", "3000.00", "Received"),
        ("1", "2026-04-30", "-50.00", "Returned to the funder"),
        ("4", "2026-02-28", "123.45", "Spent, first shown in 2026-02"),
        (
            "4",
            "2026-04-30",
            "-0.45",
            "Correction of spending that earlier pages show, made in 2026-04",
        ),
    ]
    pounds = activity(result, "G-2").findall("transaction/value")
    assert [(each.text, each.get("currency")) for each in pounds] == [
        ("900.00", "GBP"),
        ("450.00", "GBP"),
    ]


def test_a_budget_is_one_sum_split_evenly_over_the_time_of_the_grant() -> None:
    planned = [batch(what="budget", units=units) for units in (100_000, 80_000)]
    changed = batch("2026-05", what="budget", units=-18_000, correction=True)
    other = batch(what="budget", units=55_500, grant=None)
    own = activity(made(pages([*planned, changed, other])), "G-1")
    assert [
        (
            each.get("type"),
            attribute(each, "period-start", "iso-date"),
            attribute(each, "period-end", "iso-date"),
            each.findtext("value"),
        )
        for each in own.findall("budget")
    ] == [
        ("1", "2026-01-01", "2026-12-31", "1200.00"),
        ("1", "2027-01-01", "2027-06-30", "600.00"),
        ("2", "2026-01-01", "2026-12-31", "1080.00"),
        ("2", "2027-01-01", "2027-06-30", "540.00"),
    ]


def test_what_cannot_be_told_apart_stands_together_with_its_reason() -> None:
    those = [
        batch(grant=None, units=100),
        batch(grant=WITHHELD, category=None, activity=None, units=200),
        batch(grant="", units=300),
        batch(what="gifts", grant="", units=400),
        batch(what="budget", grant=None, units=55_555),
        batch(what="in kind", grant="", units=66_666),
    ]
    result = made(pages(those))
    assert [
        (each.findtext("value"), each.findtext("description/narrative"))
        for each in activity(result, "together").findall("transaction")
    ] == [
        ("4.00", "Gifts, membership fees and other money of single givers, first shown in 2026-03"),
        ("1.00", "Money of several grants, not told apart. Reason: personal data"),
        ("2.00", "Grants that are not told here. Reason: safety"),
        ("3.00", "Spent on no grant"),
    ]
    for amount in (b"555.55", b"666.66"):
        assert amount not in result.activities + (result.organisation or b"")


def test_a_year_of_spending_names_categories_and_says_why_others_have_no_name() -> None:
    those = [
        batch(units=100),
        batch(units=200, category=None),
        batch(units=300, category=""),
        batch(units=400, grant=WITHHELD, category=None),
        batch(units=50, category="Meals and  food"),
    ]
    result = made(pages(those))
    assert result.organisation
    assert [
        (each.get("ref"), each.findtext("value"), each.findtext("narrative"))
        for each in etree.fromstring(result.organisation).iter("expense-line")
    ] == [
        ("Rent", "1.00", "Rent"),
        ("several", "2.00", "Several categories, not told apart. Reason: personal data"),
        ("none", "3.00", "No category"),
        ("withheld", "4.00", "Not told here. Reason: safety"),
        ("Meals-and-food", "0.50", "Meals and  food"),
    ]


# A group's own files

ON = ("--on", "2026-11-02")
EXPENSES: list[Fields] = [
    {
        "id": f"E-{n}",
        "date": day,
        "budget_line": line,
        "description": f"Item {n}",
        "amount": f"{10 + n}.25",
    }
    | {"state": "paid"}
    for n, (day, line) in enumerate(
        [(f"2026-0{month}-0{day}", "B-1") for month in (2, 3, 4) for day in (3, 5, 7, 9)]
        + [(f"2026-02-0{day}", "B-2") for day in (1, 2, 3)]
    )
]
ROWS: dict[str, list[Fields]] = {
    "grants": [
        {"id": "G-1", "funder": "Northern Fund", "title": "A room", "state": "closing", "currency": "EUR", "amount": "189"}
        | {"start": "2026-01-10", "end": "2027-03-20", "publish": "yes"},
        {"id": "G-2", "funder": "Quiet Trust", "state": "closing", "currency": "EUR"}
        | {"start": "2026-01-01", "end": "2026-12-31"},
    ],
    "work_plan": [
        {"id": "A-1", "objective": "A place", "activity": "Open the room", "start": "2026-01-01", "end": "2026-12-31"}
        | {"status": "under way", "milestone": "Room open"}
    ],
    "indicators": [
        {"id": "N-1", "activity": "A-1", "indicator": "Evenings", "target": "40", "achieved": "31"}
        | {"unit": "evenings", "counts_people": "no"}
    ],
    "budget": [
        {"id": "B-1", "grant": "G-1", "activity": "A-1", "category": "Rent", "amount": "189", "people_paid": "0"},
        {"id": "B-2", "grant": "G-2", "category": "Food", "amount": "500", "people_paid": "0"},
    ],
    "expenses": EXPENSES,
    "income": [
        {"id": "I-1", "date": "2026-01-15", "grant": "G-1", "kind": "instalment", "state": "received", "amount": "189"}
    ],
}  # fmt: skip
CONFIG = """
[organisation]
name = "Harbour Peers"
[workbook]
xlsx = "plan.xlsx"
[reports]
site = "https://books.example.org"
[open_data]
country = "pt"
sectors = { "13040" = 100 }
[open_data.reporter]
ref = "XE-EXAMPLE-500000000"
type = "local NGO"
"""


def published(
    folder: Path, config: str = CONFIG, rows: dict[str, list[Fields]] | None = None
) -> Group:
    group = Group(folder, rows or ROWS)
    group.config.write_text(config)
    group.sync()
    assert group.run("report", "transparency", *ON).exit_code == 0
    return group


def public(group: Group) -> dict[str, bytes]:
    folder = group.folder / "reports" / "public"
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file()
    }


@needs_standards
def test_nothing_is_written_before_somebody_saw_what_it_says(tmp_path: Path) -> None:
    group = published(tmp_path)
    before = public(group)
    shown = group.run("report", "iati")
    assert shown.exit_code == 3
    assert public(group) == before
    assert shown.stderr.endswith("Nothing was written. To publish it: --yes\n")
    assert "+ name of Northern Fund: Northern Fund" in shown.stdout
    assert "+ spent: 76.25, 112.75  (2 times, 2026-03-31 to 2026-04-30)" in shown.stdout
    done = group.run("report", "iati", "--yes")
    assert "Written: " in done.stderr
    files = public(group)
    assert set(files) - set(before) == {
        "iati/activities.xml",
        "iati/organisation.xml",
        "exclusions.html",
    }
    for name in ("iati/activities.xml", "iati/organisation.xml"):
        assert faults(files[name], TODAY) == []
    again = group.run("report", "iati")
    assert again.stdout == "The file is the same as last time.\n"
    assert group.run("report", "iati", "--yes").exit_code == 3
    assert public(group) == files


def test_the_preview_has_every_word_of_the_files(tmp_path: Path) -> None:
    group = published(
        tmp_path,
        CONFIG.replace("[open_data]\n", '[open_data]\nlanguages = ["fr"]\nwork_plan = true\n'),
    )
    rows = json.loads(group.run("report", "iati", "--json").stdout)
    assert group.run("report", "iati", "--yes").exit_code == 3
    told = {row["text"] for row in rows}
    for name in ("iati/activities.xml", "iati/organisation.xml"):
        root = etree.fromstring(public(group)[name])
        assert {each.text for each in root.iter("narrative")} <= told
        assert {
            each.get("ref")
            for each in root.iter()
            if each.get("ref") and each.tag != "expense-line"
        } <= told
        assert {each.get("url") for each in root.iter("document-link")} <= told


def test_a_change_is_shown_with_what_is_gone(tmp_path: Path) -> None:
    group = published(tmp_path)
    group.run("report", "iati", "--yes")
    group.config.write_text(
        CONFIG + '[open_data.organisations."Northern Fund"]\nname = "A private foundation"\n'
    )
    shown = group.run("report", "iati").stdout
    assert "- name of Northern Fund: Northern Fund" in shown
    assert "+ name of A private foundation: A private foundation" in shown
    assert "title" not in shown


def test_an_organisation_can_be_withheld_and_the_reason_stands_there(tmp_path: Path) -> None:
    more = '[open_data.organisations."Northern Fund"]\nref = "GB-CHC-1"\nwithheld = true\n'
    group = published(
        tmp_path,
        CONFIG.replace("[open_data]\n", '[open_data]\nwithheld_because = "relations"\n') + more,
    )
    group.run("report", "iati", "--yes")
    files = public(group)
    for name in ("iati/activities.xml", "iati/organisation.xml"):
        assert b"Northern Fund" not in files[name]
        assert b"GB-CHC-1" not in files[name]
    assert b"Not named. Reason: relations" in files["iati/activities.xml"]
    page = files["exclusions.html"].decode()
    assert "The names of some organisations that give to us." in page
    assert (
        "Reason: relations. It would harm our relations with somebody whom the work needs." in page
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "stands"), [("withheld = true", "…"), ('name = "A partner"', "A partner")]
)
def test_who_is_withheld_or_renamed_is_named_in_no_public_file(
    tmp_path: Path, how: str, stands: str
) -> None:
    name = "northern  FUND"  # as people type it, in any case and spacing
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "grants": [{**ROWS["grants"][0], "title": f"A room by {name}"}, ROWS["grants"][1]],
        "indicators": [{**ROWS["indicators"][0], "indicator": f"Visits of {name}"}],
        "work_plan": [
            {**ROWS["work_plan"][0], "activity": f"Thank {name}"}
            | {
                "milestone": f"{name} came",
                "progress_note": f"{name} wrote",
                "objective": f"{name} and us",
            }
        ],
        "budget": [{**ROWS["budget"][0], "category": f"Rent for {name}"}, ROWS["budget"][1]],
    }
    config = CONFIG.replace("[open_data]\n", "[open_data]\nwork_plan = true\n")
    group = published(
        tmp_path, config + f'[open_data.organisations."Northern Fund"]\n{how}\n', rows
    )
    assert group.run("report", "iati", "--yes").exit_code in (0, 3)
    text = everything(public(group))
    assert re.findall(r"northern\s+fund", text, re.IGNORECASE) == []
    assert f"A room by {stands}" in text
    assert f"Rent for {stands}" in text
    assert f"Visits of {stands}" in text


def test_no_contact_no_hidden_grant_and_no_day_is_in_the_files(tmp_path: Path) -> None:
    group = published(tmp_path)
    group.run("report", "iati", "--yes")
    content = b"".join(
        public(group)[name] for name in ("iati/activities.xml", "iati/organisation.xml")
    )
    for word in (
        b"ask@",
        b"Quiet Trust",
        b"G-2",
        b"2026-01-10",
        b"2026-01-15",
        b"2027-03-20",
        b"16063",
    ):
        assert word not in content
    assert b"Grants that are not told here. Reason: safety" in content


def test_a_host_publishes_in_the_groups_name(tmp_path: Path) -> None:
    config = CONFIG.replace(
        "[open_data.reporter]\n", '[open_data.reporter]\nname = "Lighthouse Network"\n'
    )
    group = published(tmp_path, config)
    said = group.run("report", "iati", "--yes")
    assert (
        "[open_data.group]  warning  iati-publisher-without-identifier  Harbour Peers has no public identifier, so there is no organisation file (rule 1.12)."
        in said.stderr
    )
    assert "iati/organisation.xml" not in public(group)
    group.config.write_text(config + '[open_data.group]\nref = "XE-EXAMPLE-500000001"\n')
    group.run("report", "iati", "--yes")
    root = etree.fromstring(public(group)["iati/organisation.xml"])
    assert root.findtext("iati-organisation/organisation-identifier") == "XE-EXAMPLE-500000001"
    root = etree.fromstring(public(group)["iati/activities.xml"])
    assert {each.get("secondary-reporter") for each in root.iter("reporting-org")} == {"1"}


def test_without_settings_or_pages_nothing_is_published(tmp_path: Path) -> None:
    group = Group(tmp_path, ROWS)
    group.sync()
    done = group.run("report", "iati")
    assert done.exit_code == 2
    assert done.stderr.startswith(
        "The config does not say who publishes, where and in which sector. Add this section with"
    )
    group.config.write_text(CONFIG)
    done = group.run("report", "iati")
    assert (done.exit_code, done.stderr) == (
        2,
        "No page is published yet. First run: budgettrack report transparency\n",
    )


def test_the_sectors_are_explained(tmp_path: Path) -> None:
    done = Group(tmp_path, ROWS).run("report", "iati", "--sectors")
    assert (
        "13040  STD control including HIV/AIDS: HIV prevention, needle and syringe programmes"
        in done.stdout
    )
    assert "16063" not in done.stdout


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ('country = "pt"', "", 'open_data.country: The place is missing. Write country = "PT", or a wider region'),
        ('country = "pt"', 'country = "Lisbon"', 'open_data.country: "LISBON" is not a country. Write its two letters'),
        ('country = "pt"', 'region = "Europe"', 'open_data.region: "Europe" is not a region. Write its number of the DAC'),
        ('"13040" = 100', "", "open_data.sectors: No sector is chosen. Write sectors = "),
        ('"13040" = 100', '"16063" = 100', "16063 is narcotics control: it calls the group's work law enforcement. Choose"),
        ('"13040" = 100', '"99999" = 100', 'open_data.sectors.99999: "99999" is not in the list. One of 12220'),
        ('"13040" = 100', '"13040" = 60', "open_data.sectors: The shares sum to 60, not to 100. Correct one of them"),
        ('"13040" = 100', '"13040" = "all"', "open_data.sectors.13040: The share of this sector is not a percentage. Write"),
        ('ref = "XE-EXAMPLE-500000000"', 'ref = "PT 1/2"', 'ref: "PT 1/2" has a blank or one of / & | ? in it. Write it as'),
        ('ref = "XE-EXAMPLE-500000000"\n', "", "open_data.reporter.ref: The publisher has no identifier. Write ref ="),
        ('"local NGO"', '"club"', 'open_data.reporter.type: "club" is not a kind of organisation. One of government'),
        ("[open_data]\n", '[open_data]\nlanguages = ["xx-11"]\n', 'open_data.languages: "xx-11" is not a language.'),
        ("[open_data]\n", '[open_data]\nlanguages = "en"\n', "open_data.languages: The value is not a list of languages. Write"),
        ("[open_data]\n", '[open_data]\nwithheld_because = "why"\n', '"why" is not a reason. One of safety, personal data'),
        ("[open_data]\n", '[open_data]\nwork_plan = "yes"\n', "open_data.work_plan: The value is neither true nor false. Write"),
        ("[open_data]\n", '[open_data]\norganisations = "x"\n', "open_data.organisations: The value is not a section. Write"),
        ("[open_data]\n", "[open_data]\nplace = 1\n", 'open_data.place: "place" is not a setting. One of country, region'),
    ],
)  # fmt: skip
def test_mistakes_in_the_settings_are_named(tmp_path: Path, was: str, now: str, says: str) -> None:
    group = Group(tmp_path, ROWS)
    assert was in CONFIG
    group.config.write_text(CONFIG.replace(was, now, 1))
    done = group.run("report", "iati")
    assert done.exit_code == 1
    assert says in done.stderr


# What cannot be published


def _view(**changed: object) -> list[DatedView]:
    """A page whose first grant is changed."""
    grant = replace(GRANTS[0], **changed)
    return pages([batch("2026-03", grant=grant.id)], grants=(grant, *GRANTS[1:]))


@needs_standards
@pytest.mark.parametrize(
    ("grant", "says", "left_out"),
    [
        (
            {"id": "G/1"},
            "The ID has a blank or one of / & | ? in it (rule 1.3.13). Give it another ID, such as G-12.",
            True,
        ),
        (
            {"id": "together"},
            "The ID stands for something else in the file (rule 1.1.2). Give it another ID, such as G-12.",
            True,
        ),
        (
            {"id": "work-A-1"},
            "The ID stands for something else in the file (rule 1.1.2). Give it another ID, such as G-12.",
            True,
        ),
        (
            {"start": None},
            "The grant has no start (rule 6.11.1). Type the first day into Start.",
            True,
        ),
        (
            {"start": "2026-05", "end": "2026-01"},
            "The end is before the start (rule 11.1.2). Correct Start or End.",
            True,
        ),
        (
            {"currency": "DEM"},
            "DEM is not a currency in use. Type the currency of the agreement.",
            True,
        ),
        (
            {"funder": " "},
            "No funder is named (rule 6.10.1). Fill in Funder.",
            True,
        ),
        (
            {"end": "2026-01"},
            "The grant ended in 2026-01 and is still active (rule 11.1). Set State to closing, or move End.",
            False,
        ),
        (
            {"title": "A\x0broom"},
            "Title has invisible characters (control characters). The file has spaces in their place. Type the",
            False,
        ),
        (
            {"start": "2026-04"},
            "Spending of 2026-03 lies before the start of the grant (rule 11.2). Correct Start, or the dates",
            False,
        ),
        ({}, "has no public identifier here (rule 1.8). Write [open_data.organisations.", False),
    ],
)
def test_what_cannot_be_published_is_left_out_and_named_with_its_rule(
    grant: dict[str, object], says: str, left_out: bool
) -> None:
    published = _view(**grant)
    result = made(published)
    assert valid(result) == []
    told = [
        f"{each.problem} {each.remedy}"
        for each in result.findings
        if (each.severity == "error") == left_out
    ]
    assert any(says in each for each in told), told
    id_ = str(grant.get("id", "G-1"))
    in_file = f"{HOST.ref}-{id_}<".encode() in result.activities and id_ != "together"
    assert in_file is not left_out
    assert (b"A grant that cannot be told by itself yet" in result.activities) is left_out
    assert spent(result.activities) == 100


@needs_standards
def test_a_budget_below_zero_is_left_out_with_its_grant() -> None:
    result = made(pages([batch(what="budget", units=-99)]))
    assert valid(result) == []
    assert [
        f"{each.problem} {each.remedy}" for each in result.findings if each.severity == "error"
    ] == [
        "The budget from 2026-01 to 2026-12 is below zero. Correct the lines of the grant in Budget.",
        "The budget from 2027-01 to 2027-06 is below zero. Correct the lines of the grant in Budget.",
        "The budgets of 2026 sum below zero. Correct the lines of that year.",
        "The budgets of 2027 sum below zero. Correct the lines of that year.",
    ]


@needs_standards
def test_text_with_control_characters_stays_valid() -> None:
    result = made(_view(title="A room\x00 with\x0b a\ud800 view\ufffe"))
    assert valid(result) == []
    assert b"A room  with  a  view" in result.activities


def test_check_names_rule_row_and_remedy(tmp_path: Path) -> None:
    over = {**ROWS["grants"][0], "end": "2026-05-31", "state": "active"}
    rows = {**ROWS, "grants": [over, ROWS["grants"][1]]}
    done = published(tmp_path, rows=rows).run("report", "iati", "--check")
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        (
            "'Grants' G-1  warning  iati-funder-without-identifier  Northern Fund has no public"
            " identifier here (rule 1.8). Write"
            ' [open_data.organisations."Northern Fund"] ref = "GB-CHC-...", as its register has it.'
        ),
        (
            "'Grants' G-1  warning  iati-still-active  The grant ended in 2026-05 and is still active (rule"
            " 11.1). Set State to closing, or move End."
        ),
        "2 problems to look at.",
    ]


@pytest.mark.slow
def test_on_a_terminal_it_asks(tmp_path: Path) -> None:
    group = published(tmp_path)
    code, _ = talk(group, ["report", "iati"], ("Publish this? [y/N]: ", "n\n"))
    assert code == 3
    assert "iati/activities.xml" not in public(group)
    code, _ = talk(group, ["report", "iati"], ("Publish this? [y/N]: ", "y\n"))
    assert "iati/activities.xml" in public(group)
    assert preview.said(public(group)["iati/activities.xml"])
