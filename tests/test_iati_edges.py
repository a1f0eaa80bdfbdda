"""IATI files at their edges: what a validator of form alone cannot notice."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from lxml import etree
from msgspec.structs import replace

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base.months import after, last_day
from budgettrack.core.views.public_types import PublicView
from budgettrack.opendata import iati
from budgettrack.opendata.preview import said
from budgettrack.reports.base.translations import words
from tests.world.report_plans import nobody_is_paid, public

SETTINGS = OpenData(
    country="PT",
    region="",
    sectors={"13040": Decimal(100)},
    reporter=Organisation("Lighthouse Network", "XE-EXAMPLE-500000000", "22"),
    secondary=True,
    group=Organisation("Harbour Peers", "XE-EXAMPLE-500000001"),
    organisations={},
    languages=("en",),
    because="safety",
    work_plan=True,
)


def made(*pages: tuple[PublicView, date]) -> iati.IatiFiles:
    view = public(nobody_is_paid())
    publisher = iati.Publisher("Harbour Peers", SETTINGS, [words("en")])
    return iati.made(pages or ((view, last_day(view.month)),), publisher)


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
def test_spending_in_the_first_month_of_a_grant_is_within_its_dates(later: int) -> None:
    view = public(nobody_is_paid())
    first = min(
        batch.page for batch in view.batches if (batch.grant, batch.what) == ("G-1", "spent")
    )
    grants = [replace(grant, start=after(first, later)) for grant in view.facts.grants]
    changed = replace(view, facts=replace(view.facts, grants=grants))

    files = made((changed, last_day(view.month)))

    told = {(found.code, found.id) for found in files.findings}
    assert (("iati-spending-outside-dates", "G-1") in told) is (later > 0)


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


def test_codes_of_no_list_in_a_damaged_file_are_told_as_they_are() -> None:
    told = said(
        b"<iati-activities><iati-activity><iati-identifier>XE-1</iati-identifier>"
        b'<activity-status code="7"/><sector code="1" percentage="100"/>'
        b'<activity-date type="9" iso-date="2026-01-01"/><transaction><transaction-type code="77"/>'
        b'<value currency="EUR">5</value></transaction></iati-activity></iati-activities>'
    )

    assert [(one.where, one.text) for one in told] == [
        ("state", "7"),
        ("sector", "1  100 %"),
        ("9", "2026-01-01"),
        ("transaction", "5 EUR"),
    ]
