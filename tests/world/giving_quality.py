"""What 360Giving's own tool finds in a file beyond the schema (ThreeSixtyGiving/dataquality), written
anew from what its checks say.

Not here: what only grants to individuals or charity and company numbers can break, since no file of
ours has them, and what the tool finds missing in every file of ours by design (programme, date of
the last change, and in a file without a site, its source)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from budgettrack.config.identifiers import prefixes

JsonGrant: TypeAlias = Mapping[str, Any]

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CHARITY, _COMPANY = re.compile(r"\d{6,7}"), re.compile(r"\w{8}")
_ONLY_OF_INDIVIDUALS = ("recipientIndividual", "toIndividualsDetails", "charityNumber")


def findings_of_the_tool(grants: Iterable[JsonGrant], today: date) -> set[str]:
    """Returns our own question for each check that is broken, or "never asked"."""
    return {code for grant in grants for code, is_broken in _CHECKS if is_broken(grant, today)}


def _organisations(grant: JsonGrant) -> list[str]:
    return [
        organisation["id"]
        for kind in ("fundingOrganization", "recipientOrganization")
        for organisation in grant[kind]
    ]


def _unrecognised(grant: JsonGrant, _: date) -> bool:
    known = tuple(f"{prefix}-" for prefix in (*prefixes(), "360G", "XE-EXAMPLE"))
    return any(not id_.upper().startswith(known) for id_ in _organisations(grant))


def _malformed(grant: JsonGrant, _: date) -> bool:
    forms = {"GB-CHC-": _CHARITY, "GB-COH-": _COMPANY}
    return any(
        id_.upper().startswith(start) and not form.fullmatch(id_[7:])
        for id_ in _organisations(grant)
        for start, form in forms.items()
    )


def _months(grant: JsonGrant) -> list[str]:
    (planned,) = grant.get("plannedDates") or [{}]
    return [planned[end] for end in ("startDate", "endDate") if end in planned]


def _month(day: date, years: int) -> str:
    return f"{day.year + years}-{day.month:02}"


_CHECKS: tuple[tuple[str, Callable[[JsonGrant, date], bool]], ...] = (
    ("amount-of-nothing", lambda grant, _: grant["amountAwarded"] == 0),
    ("reference-not-registered", _unrecognised),
    ("reference-not-registered", _malformed),
    ("identifier-not-usable", lambda grant, _: any("\n" in id_ for id_ in (grant["id"], *_organisations(grant)))),
    ("never asked", lambda grant, _: len(grant["fundingOrganization"]) != 1),
    ("never asked", lambda grant, _: any(key in grant for key in _ONLY_OF_INDIVIDUALS)),
    ("title-with-detail", lambda grant, _: any(_MAIL.search(str(text)) for text in grant.values())),
    ("dates-turned", lambda grant, _: _months(grant) != sorted(_months(grant))),
    ("date-cannot-be", lambda grant, today: any(month > _month(today, 12) for month in _months(grant))),
    ("date-cannot-be", lambda grant, today: any(month < _month(today, -25) for month in (grant["awardDate"], *_months(grant)))),
    ("award-to-come", lambda grant, today: grant["awardDate"] > str(today)),
    ("title-is-description", lambda grant, _: grant["title"] == grant["description"]),
    ("title-too-long", lambda grant, _: len(grant["title"]) > 140),
    ("country-not-listed", lambda grant, _: not grant.get("beneficiaryLocation")),
)  # fmt: skip
