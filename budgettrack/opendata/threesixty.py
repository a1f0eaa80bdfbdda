"""Writes the grants that a host gives to the group in the 360Giving standard 1.4, as JSON and as a
spreadsheet.

A 360Giving file lists the grants that its publisher *gives*, but the register has the grants that
the group *receives*. So the file lists the published grants whose funder is the reporter named in
[open_data]: the host is the funder, and the group is the recipient. If a host only holds the money
of another funder (column *Held by*), the grant belongs to that funder and is not listed.

The file is made from a published page and reveals nothing that the page does not: only grants
marked *Publish*, and dates without days. The standard requires a full date for the award, which
the register does not have. The file uses the first day of the month in which the grant begins,
and says so. The file never has a contact, or a place more exact than the country in the config."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from budgettrack.config.identifiers import is_registered
from budgettrack.config.open_data import FORBIDDEN, REASONS, OpenData, Organisation
from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.months import Month, add_months, count, first_day, last_day
from budgettrack.core.base.personal_details import personal
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.core.views.public_types import PublicGrant, PublicView
from budgettrack.reports.base.xlsx import plain_workbook
from budgettrack.reports.site.datasets import LICENCE
from budgettrack.reports.site.withheld_names import Discretion

VERSION = "1.4"

GrantsPackage = dict[str, Any]
"""The content of a file of grants: a JSON object in the form of the standard's package schema."""


NOT_LISTED = frozenset({"SLE", "UYW", "VED", "XAD", "XCG", "ZWG"})
"""Codes of currencies that are in use, but that the list of the 360Giving standard does not
have."""

NO_COUNTRY = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
"""Codes that other lists count as a country, but the standard's list does not."""

NATIONAL, SUPRANATIONAL = "GLS030", "GLS020"
"""Codes for whether a place is national or supranational (codelist locationScope)."""

# The search for an address begins only at the first character of a word.
# A search from every character would take very long for a long word.
_MAIL = re.compile(r"(?<![\w.-])[\w.-]++@[\w.-][\w-]*+\.[\w.-]")
_POSTCODE = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?[ \t]*\d(?!(?:st|nd|rd|th)\b)[A-Z]{2}\b", re.IGNORECASE
)
_ALSO_KNOWN = ("360G-", "XE-EXAMPLE-")
"""Prefixes that 360Giving itself uses, and prefixes for examples. They belong to no public
register, but they are no mistake."""
_NUMBERS = {"GB-CHC-": re.compile(r"\d{6,7}"), "GB-COH-": re.compile(r"\w{8}")}


def gives(settings: OpenData, funder: str) -> bool:
    """Whether the funder, as it is named in the workbook, is the publisher. If the config has an
    identifier for the funder, the identifiers are compared, otherwise the names. Returns False
    if the config hides the funder."""
    reporter, entry = settings.reporter, _entry_of(settings, funder)
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
    """Returns the file of the grants that the reporter gives, and findings about them.

    `withheld` is true if the reporter also gives grants that are not published.
    The list of grants is empty if no grant can be published.
    """
    words = _Words(view.facts.organisation, settings)
    asked: list[Finding] = list(_about_organisations(settings))
    # The site's address would reveal the name of a group that is withheld or renamed.
    open_name = not settings.group.withheld and settings.group.name == view.facts.organisation
    source = {"dataSource": site} if site and open_name else {}
    grants = []
    for grant in view.facts.grants:
        if not gives(settings, grant.funder):
            continue
        description, about_it = _description(grant, view, words)
        award = _Award(grant, _recipient(settings), description, about_it)
        entry, findings = _entry(award, settings, words, today, language)
        asked += findings
        if entry is None:
            withheld = True
        else:
            grants.append({**entry, **source})
    return _package(settings, grants, published, withheld=withheld), asked


class HandedOnAward(Struct, frozen=True):
    """Money that a host hands on to a group that agreed to be named.

    `award`: the award in its public columns. Its `id` is the agreement reference, and its `funder`
    the one whose money it is. `row`: the ID in the tab *Given*. `group`: the group's code.
    `recipient`: the group's public name. `from_call`: whether it was given by a call for
    proposals."""

    award: PublicGrant
    row: str
    group: str
    recipient: str
    from_call: bool = False


REGRANTED = "Regranted"
"""The name of our own vocabulary in `classifications`. The standard's *For Regrant Type* marks the
grant of a funder to somebody who hands it on, and not the grants that are made of it."""


def handing_on(
    awards: Sequence[HandedOnAward],
    settings: OpenData,
    *,
    organisation: str,
    today: date,
    site: str = "",
    language: str = "en",
    withheld: bool = False,
) -> tuple[GrantsPackage, list[Finding]]:
    """Returns the file of the grants that a host makes of money of its funders, and findings
    about them. `withheld`: whether the host makes grants that are not among them."""
    words = _Words(organisation, settings)
    asked: list[Finding] = list(_about_prefix(settings))
    asked += _about_references([("reporter", settings.reporter.ref)])
    grants = []
    for each in awards:
        known = _organisation_of(settings, each.recipient)
        if known.withheld:
            withheld = True
            continue
        funder = words.told(_organisation_of(settings, each.award.funder).name)
        told = f"Money of {funder}, handed on by {settings.reporter.name}."
        ref = known.ref or f"{_prefix(settings)}-{each.group}"
        recipient = {"id": ref, "name": known.name}
        award = _Award(each.award, recipient, told, (), "given", "Given", each.row)
        entry, findings = _entry(award, settings, words, today, language)
        asked += findings
        if entry is None:
            withheld = True
            continue
        mark = {"vocabulary": REGRANTED, "title": told}
        more: GrantsPackage = {"classifications": [mark]}
        more |= {"fromOpenCall": "Yes"} if each.from_call else {}
        grants.append({**entry, **more, **({"dataSource": site} if site else {})})
    return _package(settings, grants, today, withheld=withheld), asked


def _entry_of(settings: OpenData, name: str) -> Organisation | None:
    """Returns what the config says of an organisation. Returns None if it says nothing."""
    by_name = {_folded(named): each for named, each in settings.organisations.items()}
    return by_name.get(_folded(name))


def _organisation_of(settings: OpenData, name: str) -> Organisation:
    """Returns an organisation as the config renames it. If it is withheld, its name is the
    reason."""
    known = _entry_of(settings, name) or Organisation(name)
    return replace(known, name=f"Withheld: {settings.because}") if known.withheld else known


def _package(
    settings: OpenData, grants: Sequence[GrantsPackage], published: date, *, withheld: bool
) -> GrantsPackage:
    reporter = settings.reporter
    return {
        "version": VERSION,
        "title": f"Grants given by {reporter.name}",
        "description": " ".join(_about_the_file(settings, withheld)),
        "issued": published.isoformat(),
        "identifier": f"{_prefix(settings)}-grants",
        "publisher": {"identifier": reporter.ref, "name": reporter.name},
        "license": LICENCE["path"],
        "grants": list(grants),
    }


class _Award(Struct, frozen=True):
    """A grant that is to be written: its public columns, who gets it, its description with findings
    about it, and the row of the workbook that findings name."""

    grant: PublicGrant
    recipient: Mapping[str, str]
    description: str
    about_description: Sequence[Finding] = ()
    table: str = "grants"
    tab: str = "Grants"
    row: str = ""


def _about_the_file(settings: OpenData, withheld: bool) -> Iterator[str]:
    """Yields the sentences that describe the file.

    `withheld` is true if the reporter gives a grant that is not in the file.
    """
    yield f"Grants given by {settings.reporter.name}."
    yield (
        "An award's date is the first day of the month in which the grant begins; other dates are"
        " months."
    )
    if withheld:
        yield "Other grants are withheld, or wait for a correction."
    if withheld or _withholds_names(settings):
        yield f"Reason for what is withheld: {settings.because}. {REASONS[settings.because]}"


def _withholds_names(settings: OpenData) -> bool:
    """Whether the config hides the name of the group or of another organisation."""
    others = settings.organisations.values()
    return settings.group.withheld or any(organisation.withheld for organisation in others)


def _ask_about_title(typed: str, title: str, ask: Callable[..., None]) -> None:
    """Reports problems of a title.

    `typed` is the title in the workbook; `title` is the same without hidden names."""
    if _plain(typed) != typed:
        ask("control-character", "Title")
    if not title:
        ask("grant-without-title", "Title")
    elif detail := _detail(typed):
        ask("title-with-detail", "Title", what=detail)
    elif len(title) > 140:
        ask("title-too-long", "Title")


def _ask_about_dates(grant: PublicGrant, today: date, ask: Callable[..., None]) -> None:
    """Reports dates that the standard considers impossible: over 25 years ago, or over 12 years
    ahead."""
    for heading, month in (("Start", grant.start), ("End", grant.end)):
        if month and last_day(month) < add_months(today, -300):
            ask("date-cannot-be", heading, month=month, years="25", away="ago")
        if month and first_day(month) > add_months(today, 144):
            ask("date-cannot-be", heading, month=month, years="12", away="ahead")


def _entry(
    award: _Award,
    settings: OpenData,
    words: _Words,
    today: date,
    language: str,
) -> tuple[GrantsPackage | None, list[Finding]]:
    """Returns one grant in the form of the standard, and findings about it.

    Returns None in place of the grant if it would not be valid, or if it would publish private
    data."""
    asked: list[Finding] = []
    grant = award.grant

    def ask(code: str, field: str = "", **values: str) -> None:
        row = award.row or grant.id
        asked.append(_about(award.table, award.tab, row, code, field, **values))

    _ask_about_identifier(grant.id, words, ask)
    title = words.told(grant.title)
    _ask_about_title(grant.title, title, ask)
    _ask_about_amount(grant, ask)
    _ask_about_start(grant, today, ask)
    description = award.description
    asked += award.about_description
    if title and description in ("", title):
        ask("title-is-description", "Title")
    _ask_about_dates(grant, today, ask)
    turned = bool(grant.start and grant.end and grant.end < grant.start)
    if turned:
        ask("dates-turned", "End")
    invalid = any(finding.severity == "error" for finding in asked)
    if invalid or grant.start is None or grant.amount is None:
        return None, asked
    entry: GrantsPackage = {
        "id": f"{_prefix(settings)}-{grant.id}",
        "title": title,
        "description": description or title,
        "currency": grant.currency,
        "amountAwarded": Decimal(money.decimal(grant.amount, grant.currency)),
        "awardDate": first_day(grant.start).isoformat(),
        "recipientOrganization": [dict(award.recipient)],
        "fundingOrganization": [{"id": settings.reporter.ref, "name": settings.reporter.name}],
    }
    if not turned:
        entry["plannedDates"] = [_planned_dates(grant.start, grant.end)]
    return {**entry, **_location(settings, language)}, asked


def _ask_about_identifier(identifier: str, words: _Words, ask: Callable[..., None]) -> None:
    """Reports a grant whose ID cannot be published, or contains a hidden name."""
    if FORBIDDEN.search(identifier) or "\\" in identifier or _plain(identifier) != identifier:
        ask("identifier-not-usable")
    elif words.told(identifier) != identifier:
        ask("identifier-with-name")


def _ask_about_amount(grant: PublicGrant, ask: Callable[..., None]) -> None:
    """Reports a missing amount, an amount of zero, and an unknown currency."""
    if grant.amount is None:
        ask("grant-without-amount", "Amount")
    elif grant.amount == 0:
        ask("amount-of-nothing", "Amount")
    if not money.is_currency(grant.currency) or grant.currency in NOT_LISTED:
        ask("currency-not-listed", "Currency", currency=_plain(grant.currency))


def _ask_about_start(grant: PublicGrant, today: date, ask: Callable[..., None]) -> None:
    """Reports a missing start, and a start in the future."""
    if grant.start is None:
        ask("grant-without-start", "Start")
    elif first_day(grant.start) > today:
        ask("award-to-come", "Start", month=grant.start)


def _planned_dates(start: Month, end: Month | None) -> GrantsPackage:
    """Returns the planned dates of a grant, with the duration in months if the end is known."""
    if not end:
        return {"startDate": start}
    return {"startDate": start, "endDate": end, "duration": count(start, end)}


def _location(settings: OpenData, language: str) -> GrantsPackage:
    """Returns the country of the grants, and whether they are for one country or for several."""
    scope: GrantsPackage = {"locationScope": NATIONAL if settings.country else SUPRANATIONAL}
    if not settings.country or settings.country in NO_COUNTRY:
        return scope
    name = _country(settings.country, language)
    return {"beneficiaryLocation": [{"name": name, "countryCode": settings.country}], **scope}


def _description(grant: PublicGrant, view: PublicView, words: _Words) -> tuple[str, list[Finding]]:
    """Returns the names of the activities that the grant pays for, and findings about them."""
    names, asked = [], []
    for activity in view.facts.progress:
        if activity.id in grant.activities and activity.activity:
            if detail := _detail(activity.activity):
                asked.append(
                    _about(
                        "work_plan",
                        "Work-plan",
                        activity.id,
                        "activity-with-detail",
                        "Activity",
                        what=detail,
                        grant=_plain(grant.id),
                    )
                )
                continue
            if _plain(activity.activity) != activity.activity:
                asked.append(
                    _about("work_plan", "Work-plan", activity.id, "control-character", "Activity")
                )
            names.append(words.told(activity.activity))
    return "; ".join(dict.fromkeys(name for name in names if name)), asked


def _about(
    table: str, tab: str, record: str, code: str, heading: str = "", /, **values: str
) -> Finding:
    """Returns a finding about a record's field, in the words of its tab."""
    id_ = _plain(record)
    where = f"'{tab}' {id_}" + (f", {heading}" if heading else "")
    return Finding(code, table, id_, heading.lower(), tuple(values.items()), where=where)


def _about_organisations(settings: OpenData) -> Iterator[Finding]:
    """Yields findings about the organisations in the config."""
    own, reporter = settings.group, settings.reporter
    yield from _about_prefix(settings)
    if not own.ref and not own.withheld:
        yield finding_at("[open_data.group]", "reference-missing")
    told = [("reporter", reporter.ref)]
    if own.ref and not own.withheld:
        told.append(("group", own.ref))
    yield from _about_references(told)
    if settings.country in NO_COUNTRY:
        yield finding_at("[open_data]", "country-not-listed", country=settings.country)


def _about_prefix(settings: OpenData) -> Iterator[Finding]:
    if not settings.giving_prefix:
        yield finding_at("[open_data]", "prefix-missing")


def _about_references(told: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Yields findings about identifiers of organisations, by the section of the config."""
    for section, ref in told:
        if not _is_registered(ref):
            yield finding_at(f"[open_data.{section}]", "reference-not-registered", ref=ref)


def _is_registered(ref: str) -> bool:
    """Whether an identifier is valid: it begins with a published prefix. If the form of the
    numbers with this prefix is known (see `_NUMBERS`), the rest must have this form."""
    form = next((form for start, form in _NUMBERS.items() if ref.startswith(start)), None)
    published = is_registered(ref) or ref.startswith(_ALSO_KNOWN)
    return published and (form is None or bool(form.fullmatch(ref[7:])))


def _recipient(settings: OpenData) -> dict[str, str]:
    """Returns the group as the recipient, without its name if the config hides it."""
    own = settings.group
    if own.withheld:
        return {"id": f"{_prefix(settings)}-withheld", "name": f"Withheld: {settings.because}"}
    return {"id": own.ref or f"{_prefix(settings)}-group", "name": own.name}


def _prefix(settings: OpenData) -> str:
    """Returns the prefix for identifiers of grants. If there is no registered prefix, it is the
    identifier of the reporter."""
    return settings.giving_prefix or settings.reporter.ref


def _country(code: str, language: str) -> str:
    """Returns the name of a country in a language, or its code if the name is not known."""
    from babel import Locale

    return str(
        Locale.parse(language, sep="-" if "-" in language else "_").territories.get(code, code)
    )


def _detail(text: str) -> str:
    """Returns the kind of private data that a text seems to contain, in words. Returns "" if
    there is none."""
    if HELD_BACK in text:
        return "a personal detail"
    if _MAIL.search(text):
        return "an e-mail address"
    return personal(text) or ("a postcode" if _POSTCODE.search(text) else "")


def _plain(text: str) -> str:
    """Returns the text without control characters, and with a single space between words."""
    kept = (
        " " if letter in "\t\n\r" else letter
        for letter in text
        if letter in "\t\n\r" or _printable(letter)
    )
    return " ".join("".join(kept).split())


def _printable(letter: str) -> bool:
    """Whether a character can be printed. Returns False for a control, surrogate, unassigned or
    private character (Unicode categories Cc, Cs, Cn, Co)."""
    return unicodedata.category(letter) not in ("Cc", "Cs", "Cn", "Co")


def _folded(name: str) -> str:
    """Returns a name in the form in which names are compared: capitals and extra spaces make no
    difference."""
    return " ".join(name.split()).casefold()


class _Words:
    """Prepares texts of the workbook for the file: removes control characters, and hides or
    renames organisations."""

    def __init__(self, group: str, settings: OpenData) -> None:
        self._discretion = Discretion({**settings.organisations, group: settings.group})

    def told(self, text: str) -> str:
        return self._discretion.told(_plain(text))


# Files


def json_bytes(package: GrantsPackage) -> bytes:
    """Returns the file as JSON. Amounts are exact numbers."""
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
    "From An Open Call?": ("fromOpenCall",),
    "Classifications:Vocabulary": ("classifications", "vocabulary"),
    "Classifications:Title": ("classifications", "title"),
    "Data Source": ("dataSource",),
}
"""The columns of the spreadsheet: the title in the standard's schema, and the path to the field."""

META: Mapping[str, tuple[str, ...]] = {
    "Title": ("title",),
    "Description": ("description",),
    "Issued": ("issued",),
    "Identifier": ("identifier",),
    "Publisher:Identifier": ("publisher", "identifier"),
    "Publisher:Name": ("publisher", "name"),
    "License": ("license",),
}
"""The rows of the tab Meta, after the version."""

_NUMERIC = ("Amount Awarded", "Planned Dates:Duration (months)")


def xlsx_bytes(package: GrantsPackage) -> bytes:
    """Returns the same data as a spreadsheet in the form of the standard: a tab of grants, and a
    tab about the file."""
    grants: Sequence[GrantsPackage] = package["grants"]
    headings = [(title, title in _NUMERIC) for title in COLUMNS]
    rows = [[_at(grant, path) for path in COLUMNS.values()] for grant in grants]
    about = [[title, _at(package, path)] for title, path in META.items()]
    return plain_workbook(
        package["publisher"]["name"],
        [("grants", headings, rows), ("Meta", [("Version", False), (VERSION, False)], about)],
    )


def _at(value: Any, path: Sequence[str]) -> str | None:
    """Returns the value at a path of field names. In a list, the first element is used. Returns
    None if a field is missing."""
    for name in path:
        value = (value[0] if isinstance(value, list) else value).get(name)
        if value is None:
            return None
    return str(value)
