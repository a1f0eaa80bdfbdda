"""360Giving 1.4: the grants that a host gives to the group, as JSON and as the standard's
spreadsheet.

Who publishes by this standard says what it *gives*. In the register stands what the group
*receives*. So a file lists those published grants whose funder is the reporter of [open_data]: the
host as funder, the group as recipient. What a host merely holds for another funder (Held by) is
that funder's grant, and is not listed.

It is made from a published page, so it says nothing that the page does not: grants marked Publish,
dates by month. The standard wants a whole day for the award, which the register does not hold: it
is the first of the month in which the grant begins, and the file says so. No contact, and no place
finer than the country of the config, is ever in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from budgettrack.config.open_data import FORBIDDEN, REASONS, OpenData
from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.months import add_months, count, first_day, last_day
from budgettrack.core.base.personal_details import personal
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.core.views.public_types import PublicGrant, PublicView
from budgettrack.reports.base.xlsx import plain_workbook
from budgettrack.reports.site.datasets import LICENCE
from budgettrack.reports.site.withheld_names import Discretion

VERSION = "1.4"

GrantsPackage = dict[str, Any]
"""A file of grants, as the standard's package schema has it."""


NOT_LISTED = frozenset({"SLE", "UYW", "VED", "XAD", "XCG", "ZWG"})
"""Currencies in use that the standard's list does not have."""

NO_COUNTRY = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
"""Codes that pass for a country elsewhere, and not in the standard's list."""

NATIONAL, SUPRANATIONAL = "GLS030", "GLS020"
"""The scope of a place (the list locationScope)."""

_MAIL = re.compile(r"[\w.-]+@[\w.-]+\.[\w.-]+")
_POSTCODE = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?[ \t]*\d(?!(?:st|nd|rd|th)\b)[A-Z]{2}\b", re.IGNORECASE
)
_REFERENCE = re.compile(r"(?:360G|[A-Z]{2}|XI|XM)-[A-Za-z0-9]+.*")
_NUMBERS = {"GB-CHC-": re.compile(r"\d{6,7}"), "GB-COH-": re.compile(r"\w{8}")}


def gives(settings: OpenData, funder: str) -> bool:
    """Whether a funder, as the workbook names it, is who publishes: by its name, or by the
    identifier of its entry."""
    known = {_folded(name): each for name, each in settings.organisations.items()}
    reporter, entry = settings.reporter, known.get(_folded(funder))
    if entry is not None and entry.withheld:
        return False
    if entry is not None and entry.ref:
        return entry.ref == reporter.ref
    if entry is not None:
        return _folded(entry.name) == _folded(reporter.name)
    return _folded(funder) == _folded(reporter.name)


def giving(
    view: PublicView,
    settings: OpenData,
    *,
    published: date,
    today: date,
    site: str = "",
    language: str = "en",
    withheld: bool = False,
) -> tuple[GrantsPackage, list[Finding]]:
    """The file of the grants in a published page that the reporter gives, and what is to be asked
    about them.

    `withheld` says that it gives others, which are not published. The file has no grants where none
    is left."""
    words = _Words(view.organisation, settings)
    asked: list[Finding] = list(_about_organisations(settings))
    grants = []
    for each in view.grants:
        if gives(settings, each.funder):
            made, questions = _grant(each, view, settings, words, today, language)
            asked += questions
            if made is not None:
                # A site's address tells whose it is.
                open_name = not settings.group.withheld and settings.group.name == view.organisation
                grants.append({**made, "dataSource": site} if site and open_name else made)
            withheld = withheld or made is None
    reporter, because = settings.reporter, settings.because
    about = [
        f"Grants given by {reporter.name}.",
        (
            "An award's date is the first day of the month in which the grant begins; other dates"
            " are months."
        ),
    ]
    if withheld:
        about.append("Other grants are withheld, or wait for a correction.")
    if (
        withheld
        or settings.group.withheld
        or any(each.withheld for each in settings.organisations.values())
    ):
        about.append(f"Reason for what is withheld: {because}. {REASONS[because]}")
    package: GrantsPackage = {
        "version": VERSION,
        "title": f"Grants given by {reporter.name}",
        "description": " ".join(about),
        "issued": published.isoformat(),
        "identifier": f"{_prefix(settings)}-grants",
        "publisher": {"identifier": reporter.ref, "name": reporter.name},
        "license": LICENCE["path"],
        "grants": grants,
    }
    return package, asked


def _ask_about_title(typed: str, title: str, ask: Callable[..., None]) -> None:
    """Ask about a title that the standard does not allow. `title` is what is left of it without
    personal details."""
    if _plain(typed) != typed:
        ask("control-character", "Title")
    if not title:
        ask("grant-without-title", "Title")
    elif what := _detail(typed):
        ask("title-with-detail", "Title", what=what)
    elif len(title) > 140:
        ask("title-too-long", "Title")


def _ask_about_dates(grant: PublicGrant, today: date, ask: Callable[..., None]) -> None:
    """Ask about dates that are further away than the standard takes for possible."""
    for heading, month in (("Start", grant.start), ("End", grant.end)):
        if month and last_day(month) < add_months(today, -300):
            ask("date-cannot-be", heading, month=month, years="25", away="ago")
        if month and first_day(month) > add_months(today, 144):
            ask("date-cannot-be", heading, month=month, years="12", away="ahead")


def _grant(
    grant: PublicGrant,
    view: PublicView,
    settings: OpenData,
    words: _Words,
    today: date,
    language: str,
) -> tuple[GrantsPackage | None, list[Finding]]:
    """One grant by the standard, and what is to be asked about it; None where it cannot be valid,
    or says too much."""
    asked: list[Finding] = []

    def ask(code: str, field: str = "", **values: str) -> None:
        asked.append(_about("grants", "Grants", grant.id, code, field, **values))

    if FORBIDDEN.search(grant.id) or "\\" in grant.id or _plain(grant.id) != grant.id:
        ask("identifier-not-usable")
    elif words.told(grant.id) != grant.id:
        ask("identifier-with-name")
    title = words.told(grant.title)
    _ask_about_title(grant.title, title, ask)
    if grant.amount is None:
        ask("grant-without-amount", "Amount")
    elif grant.amount == 0:
        ask("amount-of-nothing", "Amount")
    if not money.is_currency(grant.currency) or grant.currency in NOT_LISTED:
        ask("currency-not-listed", "Currency", currency=_plain(grant.currency))
    if grant.start is None:
        ask("grant-without-start", "Start")
    elif first_day(grant.start) > today:
        ask("award-to-come", "Start", month=grant.start)
    description, about_it = _description(grant, view, words)
    asked += about_it
    if title and description in ("", title):
        ask("title-is-description", "Title")
    _ask_about_dates(grant, today, ask)
    turned = bool(grant.start and grant.end and grant.end < grant.start)
    if turned:
        ask("dates-turned", "End")
    invalid = any(finding.severity == "error" for finding in asked)
    if invalid or grant.start is None or grant.amount is None:
        return None, asked
    made: GrantsPackage = {
        "id": f"{_prefix(settings)}-{grant.id}",
        "title": title,
        "description": description or title,
        "currency": grant.currency,
        "amountAwarded": Decimal(money.decimal(grant.amount, grant.currency)),
        "awardDate": first_day(grant.start).isoformat(),
        "recipientOrganization": [_recipient(settings)],
        "fundingOrganization": [{"id": settings.reporter.ref, "name": settings.reporter.name}],
    }
    if not turned:
        planned: GrantsPackage = {"startDate": grant.start}
        if grant.end:
            planned |= {"endDate": grant.end, "duration": count(grant.start, grant.end)}
        made["plannedDates"] = [planned]
    if settings.country and settings.country not in NO_COUNTRY:
        made["beneficiaryLocation"] = [
            {"name": _country(settings.country, language), "countryCode": settings.country}
        ]
    made["locationScope"] = NATIONAL if settings.country else SUPRANATIONAL
    return made, asked


def _description(grant: PublicGrant, view: PublicView, words: _Words) -> tuple[str, list[Finding]]:
    """What the grant pays for, in the work-plan's own words."""
    names, asked = [], []
    for each in view.progress:
        if each.id in grant.activities and each.activity:
            if what := _detail(each.activity):
                asked.append(
                    _about(
                        "work_plan",
                        "Work-plan",
                        each.id,
                        "activity-with-detail",
                        "Activity",
                        what=what,
                        grant=_plain(grant.id),
                    )
                )
                continue
            if _plain(each.activity) != each.activity:
                asked.append(
                    _about("work_plan", "Work-plan", each.id, "control-character", "Activity")
                )
            names.append(words.told(each.activity))
    return "; ".join(dict.fromkeys(name for name in names if name)), asked


def _about(
    table: str, tab: str, record: str, code: str, heading: str = "", /, **values: str
) -> Finding:
    """Returns a finding about a record's field, in the words of its tab."""
    id_ = _plain(record)
    where = f"'{tab}' {id_}" + (f", {heading}" if heading else "")
    return Finding(code, table, id_, heading.lower(), tuple(values.items()), where=where)


def _about_organisations(settings: OpenData) -> Iterator[Finding]:
    own, reporter = settings.group, settings.reporter
    if not settings.giving_prefix:
        yield finding_at("[open_data]", "prefix-missing")
    if not own.ref and not own.withheld:
        yield finding_at("[open_data.group]", "reference-missing")
    told = [
        ("reporter", reporter.ref),
        *([("group", own.ref)] if own.ref and not own.withheld else []),
    ]
    for section, ref in told:
        form = next((each for start, each in _NUMBERS.items() if ref.startswith(start)), None)
        if not _REFERENCE.fullmatch(ref) or (form and not form.fullmatch(ref[7:])):
            yield finding_at(f"[open_data.{section}]", "reference-not-registered", ref=ref)
    if settings.country in NO_COUNTRY:
        yield finding_at("[open_data]", "country-not-listed", country=settings.country)


def _recipient(settings: OpenData) -> dict[str, str]:
    own = settings.group
    if own.withheld:
        return {"id": f"{_prefix(settings)}-withheld", "name": f"Withheld: {settings.because}"}
    return {"id": own.ref or f"{_prefix(settings)}-group", "name": own.name}


def _prefix(settings: OpenData) -> str:
    return settings.giving_prefix or settings.reporter.ref


def _country(code: str, language: str) -> str:
    from babel import Locale

    return str(
        Locale.parse(language, sep="-" if "-" in language else "_").territories.get(code, code)
    )


def _detail(text: str) -> str:
    """What a text seems to hold that must not be published, in words; '' for nothing."""
    if HELD_BACK in text:
        return "a personal detail"
    if _MAIL.search(text):
        return "an e-mail address"
    return personal(text) or ("a postcode" if _POSTCODE.search(text) else "")


def _plain(text: str) -> str:
    """The text without control characters and what no text can hold; blanks as one."""
    kept = (
        " " if each in "\t\n\r" else each for each in text if each in "\t\n\r" or _printable(each)
    )
    return " ".join("".join(kept).split())


def _printable(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn", "Co")


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


class _Words:
    """Texts of the workbook as the file may have them: whom the config withholds or renames is not
    named in them."""

    def __init__(self, group: str, settings: OpenData) -> None:
        self._discretion = Discretion({**settings.organisations, group: settings.group})

    def told(self, text: str) -> str:
        return self._discretion.told(_plain(text))


# Files


def json_bytes(package: GrantsPackage) -> bytes:
    """The file as JSON; amounts are exact."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return msgspec.json.format(encoder.encode(package), indent=2) + b"\n"


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Awarded": ("amountAwarded",),
    "Award Date": ("awardDate",),
    "Planned Dates:Start Date": ("plannedDates", "startDate"),
    "Planned Dates:End Date": ("plannedDates", "endDate"),
    "Planned Dates:Duration (months)": ("plannedDates", "duration"),
    "Recipient Org:Identifier": ("recipientOrganization", "id"),
    "Recipient Org:Name": ("recipientOrganization", "name"),
    "Funding Org:Identifier": ("fundingOrganization", "id"),
    "Funding Org:Name": ("fundingOrganization", "name"),
    "Beneficiary Location:Name": ("beneficiaryLocation", "name"),
    "Beneficiary Location:Country Code": ("beneficiaryLocation", "countryCode"),
    "Location Scope": ("locationScope",),
    "Data Source": ("dataSource",),
}
"""The spreadsheet's columns by the titles of the standard's schema, each with its field."""

META: Mapping[str, tuple[str, ...]] = {
    "Title": ("title",),
    "Description": ("description",),
    "Issued": ("issued",),
    "Identifier": ("identifier",),
    "Publisher:Identifier": ("publisher", "identifier"),
    "Publisher:Name": ("publisher", "name"),
    "License": ("license",),
}
"""What the tab Meta says of the file, after its version."""

_NUMERIC = ("Amount Awarded", "Planned Dates:Duration (months)")


def xlsx_bytes(package: GrantsPackage) -> bytes:
    """The same file in the standard's spreadsheet form: a tab of grants, and a tab about the
    file."""
    grants: Sequence[GrantsPackage] = package["grants"]
    headings = [(title, title in _NUMERIC) for title in COLUMNS]
    rows = [[_at(each, path) for path in COLUMNS.values()] for each in grants]
    about = [[title, _at(package, path)] for title, path in META.items()]
    return plain_workbook(
        package["publisher"]["name"],
        [("grants", headings, rows), ("Meta", [("Version", False), (VERSION, False)], about)],
    )


def _at(value: Any, path: Sequence[str]) -> str | None:
    for name in path:
        value = (value[0] if isinstance(value, list) else value).get(name)
        if value is None:
            return None
    return str(value)
