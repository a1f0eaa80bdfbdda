"""Open data of a host, in the standards of the field: the grants that the host makes with its
funders' money. Only groups that are named on the network's page are in it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from budgettrack import files, structured
from budgettrack.config.open_data import FORBIDDEN
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.counting.handed_on import sub_grants
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records.model import GivenGrant, Plan
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.views.public_types import PublicGrant
from budgettrack.group import OpenedGroup
from budgettrack.host.network import named_groups
from budgettrack.opendata.giving import Given, drafted, settings_of
from budgettrack.opendata.iati import SubGrantTold
from budgettrack.opendata.iati_files import ACTIVITIES
from budgettrack.opendata.threesixty import HandedOnAward, handing_on
from budgettrack.reports.make import refuse_if_stopped

NOBODY = (
    "No group is named on the network's page, so no grant to a group can be told, and nothing was"
    " written. See why: budgettrack host network"
)
NOTHING = (
    "No grant of {tab} can be told; nothing was written. It needs a group that the network's page"
    " names, a state from awarded on, an Agreement reference, and a From grant with Publish yes."
)


NAMED = "open-data-groups.json"
"""The file in the folder of the reports with the codes of the groups that open data names. It is
private."""

TOLD_FILES = ("360giving/grants.json", "360giving/grants.xlsx")


def draft_handed_on(host: OpenedGroup, out: Path | None) -> Given:
    """Returns the 360Giving files of the grants that a host makes, compared with the file on disk.
    Nothing is written.

    Raises `ConfigError` if a setting is missing. Raises `TrackError` with the remedy if no grant
    can be published, or if publishing is stopped."""
    refuse_if_stopped(host)
    settings = settings_of(host)
    names = named_groups(host)
    if not names:
        raise TrackError(NOBODY)
    plan, config = host.standing.plan, host.config
    given = [one for one in plan.given.values() if one.is_promised]
    awards = [_award(plan, one, names[one.group]) for one in told_openly(plan, names)]
    package, findings = handing_on(
        awards,
        settings,
        organisation=config.organisation,
        today=host.today,
        site=config.site,
        language=config.language,
        withheld=len(awards) < len(given),
    )
    findings += _without_reference(plan, names)
    if not package["grants"]:
        errors = [str(finding) for finding in findings if finding.severity == "error"]
        raise TrackError(*errors, NOTHING.format(tab="Given"))
    return drafted(package, findings, out or config.reports)


def told_openly(plan: Plan, names: Mapping[str, str]) -> list[GivenGrant]:
    """Returns the rows of *Given* that may be published as open data. Four things must be true of a
    row: its group is named, its money is promised, the grant from which the money comes is
    published, and no other row has the same agreement reference."""
    times = _times(plan)
    return [one for one in _published(plan, names) if times[identifier(one)] == 1]


def identifier(given: GivenGrant) -> str:
    """Returns the agreement reference of an award, changed so that it can be an identifier: it must
    not contain blanks or slashes. Returns '' if the award has no reference."""
    return "-".join(filter(None, FORBIDDEN.sub(" ", given.reference.replace("\\", " ")).split()))


def _published(plan: Plan, names: Mapping[str, str]) -> list[GivenGrant]:
    open_grants = {id_ for id_, grant in plan.grants.items() if is_ours(grant) and named(grant)}
    return [
        one
        for one in plan.given.values()
        if one.is_promised and one.group in names and one.grant in open_grants
    ]


def _times(plan: Plan) -> Counter[str]:
    return Counter(identifier(one) for one in plan.given.values() if identifier(one))


def _without_reference(plan: Plan, names: Mapping[str, str]) -> list[Finding]:
    times = _times(plan)
    return [
        Finding(
            "award-without-reference", "given", one.id, "agreement_reference", (),
            where=f"'Given' {one.id}, Agreement reference",
        )
        for one in _published(plan, names)
        if times[identifier(one)] != 1
    ]  # fmt: skip


def _award(plan: Plan, given: GivenGrant, name: str) -> HandedOnAward:
    grant, call = plan.grants[given.grant], plan.calls.get(given.call)
    award = PublicGrant(
        identifier(given),
        grant.funder,
        call.title if call and call.title else grant.title,
        given.state,
        given.currency,
        given.amount,
        month_of(given.start) if given.start else None,
        month_of(given.end) if given.end else None,
    )
    return HandedOnAward(award, given.id, given.group, name, call is not None)


def sub_grants_told(host: OpenedGroup) -> list[SubGrantTold]:
    """Returns what IATI files say about money that the host hands on. It is the money of groups
    that are named on the network's page, up to the end of the last full month."""
    plan, month = host.standing.plan, after(month_of(host.today), -1)
    names = named_groups(host)
    moved = {one.id: one for one in sub_grants(plan, month)}
    told = []
    for given in told_openly(plan, names):
        paid: dict[Month, int] = {}
        for sign, movements in ((1, moved[given.id].paid), (-1, moved[given.id].back)):
            for one in movements:
                paid[one.day[:7]] = paid.get(one.day[:7], 0) + sign * one.units
        start = month_of(given.start) if given.start else None
        begun = start if start is not None and start <= month else None
        told.append(
            SubGrantTold(given.grant, names[given.group], given.currency, given.amount, begun, paid)
        )
    return told


def remember_named(host: OpenedGroup) -> None:
    """Adds the codes of the groups that open data files name to a list on disk, before the files
    are written. Codes that are in the list already stay there: the file of one standard may be
    older than that of the other."""
    path = host.config.reports / NAMED
    codes = sorted({*named_groups(host), *(_remembered(path) or ())})
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write(path, json.dumps(codes).encode(), private=True)


def _remembered(path: Path) -> set[str] | None:
    """Returns the codes in the list on disk. Returns None if the file is damaged."""
    try:
        return set(structured.json_as(path.read_bytes(), list[str]))
    except FileNotFoundError:
        return set()
    except (OSError, ValueError):
        return None


def refresh_files(host: OpenedGroup) -> bool:
    """Deletes the host's open data files if a group in them is no longer named on the network's
    page. Files in the folder to which the site is delivered are deleted, too. Returns whether the
    files were deleted.

    The files do not show whether a group is still named: two groups may have the same name in them,
    and the config may replace names. So all files are deleted, and a person makes them again. If
    the list of groups cannot be read, the files are deleted, too."""
    path = host.config.reports / NAMED
    remembered = _remembered(path)
    try:
        now = set(named_groups(host))
    except TrackError:
        now = set()
    if remembered is not None and remembered <= now:
        return False
    delivered = host.config.sending.folder
    for public in filter(None, (host.config.reports / "public", delivered)):
        for name in (*TOLD_FILES, ACTIVITIES):
            (public / name).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    return True
