"""IATI files at their edges: what a validator of form alone cannot notice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base.months import after, first_day, last_day
from budgettrack.core.records.model import Plan
from budgettrack.core.views.public_types import PublicView
from budgettrack.opendata import flows, iati
from budgettrack.opendata.preview import said
from budgettrack.reports.base.translations import words
from tests.world.report_plans import harbour, public

SETTINGS = OpenData(
    country="PT",
    region="",
    sectors={"13040": Decimal(100)},
    reporter=Organisation("Lighthouse Network", "PT-NIPC-500000000", "22"),
    secondary=True,
    group=Organisation("Harbour Peers", "PT-NIPC-500000001"),
    organisations={},
    languages=("en",),
    because="safety",
    work_plan=True,
)


def made(
    *pages: tuple[PublicView, date], plan: Plan | None = None, settings: OpenData = SETTINGS
) -> iati.IatiFiles:
    plan = plan or harbour()
    view = public(plan)
    publisher = iati.Publisher("Harbour Peers", settings, [words("en")])
    return iati.made(pages or ((view, last_day(view.month)),), plan, publisher)


def activities(files: iati.IatiFiles) -> dict[str, etree._Element]:
    """Each activity by the end of its identifier."""
    own = f"{SETTINGS.reporter.ref}-"
    return {
        (part.findtext("iati-identifier") or "").removeprefix(own): part
        for part in etree.fromstring(files.activities)
    }


def test_every_transaction_has_its_date() -> None:
    transactions = list(etree.fromstring(made().activities).iter("transaction"))

    assert transactions
    for transaction in transactions:
        (day,) = transaction.findall("transaction-date")
        assert date.fromisoformat(day.get("iso-date") or "") <= date(2026, 3, 31)


def test_an_activity_of_the_work_plan_names_the_grants_that_pay_it() -> None:
    related = {
        name: [each.get("ref") for each in part.findall("related-activity")]
        for name, part in activities(made()).items()
    }

    assert any("work-A-1" in name for name in related)
    (of_work,) = [refs for name, refs in related.items() if name.endswith("work-A-1")]
    assert [ref for ref in of_work if ref and ref.endswith("-G-1")]
    (of_grant,) = [refs for name, refs in related.items() if name.endswith("G-1")]
    assert [ref for ref in of_grant if ref and ref.endswith("work-A-1")]


def test_the_organisation_file_has_the_organisation_s_name() -> None:
    files = made()
    assert files.organisation is not None
    (organisation,) = etree.fromstring(files.organisation)

    assert organisation.findtext("name/narrative") == "Harbour Peers"


@pytest.mark.parametrize("later", [0, 1])
def test_spending_on_the_first_day_of_a_grant_is_within_its_dates(later: int) -> None:
    """The page came out on the first day of a month, which is then the day of its spending."""
    view = public(harbour())
    (through,) = {row.through for row in view.by_grant.rows if row.key == "=G-1"}
    assert through is not None
    grants = [replace(grant, start=after(through, later)) for grant in view.grants]

    files = made((replace(view, grants=grants), first_day(through)))

    told = {(found.code, found.id) for found in files.findings}
    assert (("iati-spending-outside-dates", "G-1") in told) is (later > 0)


def test_pay_is_dated_at_the_end_of_its_year_but_never_after_its_page() -> None:
    view = public(harbour())
    assert view.people is not None
    early = replace(view, people=replace(view.people, year="2026", spent=500))
    late = replace(view, people=replace(view.people, year="2026", spent=700))

    found = flows.people([(early, date(2026, 3, 31)), (late, date(2027, 2, 1))])

    assert [(flow.day, flow.units) for flow in found] == [
        (date(2026, 3, 31), 500),
        (date(2026, 12, 31), 200),
    ]


def test_a_budget_of_more_than_a_year_stands_in_years_and_a_rest() -> None:
    months = {"2026-01": 1, "2026-12": 2, "2027-01": 4, "2027-02": 8}

    periods = flows.Planned(months, months).periods()

    assert [(each.first, each.last, each.revised) for each in periods] == [
        ("2026-01", "2026-12", 3),
        ("2027-01", "2027-02", 12),
    ]


def test_the_preview_says_whether_a_budget_is_the_approved_or_the_revised_one() -> None:
    plan = harbour()
    lines = {
        id_: replace(line, approved=line.amount // 2) if line.grant == "G-1" else line
        for id_, line in plan.lines.items()
    }

    seen = said(made(plan=replace(plan, lines=lines)).activities)

    wheres = {each.where for each in seen}
    assert {"budget, as approved", "budget, as revised"} <= wheres


def test_a_text_whose_place_has_no_plain_words_is_shown_by_its_element() -> None:
    xml = b"""<iati-activities><iati-activity><iati-identifier>X</iati-identifier>
    <conditions><condition><narrative>None.</narrative></condition></conditions>
    </iati-activity></iati-activities>"""

    (text,) = [each for each in said(xml) if each.text == "None."]

    assert text.where == "conditions condition"


def test_a_grant_and_the_rest_say_who_gives_and_who_works() -> None:
    described = {
        name: part.findtext("description[@type='1']/narrative")
        for name, part in activities(made()).items()
    }

    (of_grant,) = [text for name, text in described.items() if name.endswith("G-1")]
    assert of_grant == "A grant of Northern Lights Fund to Harbour Peers"
    assert all(described.values()), described


def test_the_preview_says_the_period_of_every_budget_and_of_every_part_of_a_total() -> None:
    files = made()
    assert files.organisation is not None
    amounts = [each for each in said(files.organisation) if "spent on" in each.where]

    assert amounts
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", each.day) for each in amounts)
