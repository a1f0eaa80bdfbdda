"""Open data of a host: the grants that it makes of money of its funders, in the standards of the
field. Only groups that the network's page names are in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
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
from budgettrack.opendata.giving import FOLDER, Given, drafted, settings_of
from budgettrack.opendata.iati import DISBURSED, PROMISED_ON, SubGrantTold
from budgettrack.opendata.iati_files import ACTIVITIES
from budgettrack.opendata.threesixty import HandedOnAward, handing_on, json_bytes, xlsx_bytes
from budgettrack.reports.make import refuse_if_stopped

NOBODY = (
    "No group is named on the network's page, so no grant to a group can be told, and nothing was"
    " written. See why: budgettrack host network"
)
NOTHING = (
    "No grant of {tab} can be told; nothing was written. It needs a group that the network's page"
    " names, a state from awarded on, an Agreement reference, and a From grant with Publish yes."
)


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
    """Returns the rows of *Given* that open data may tell: the group is named, the money is
    promised, the grant from which it comes is published, and the agreement reference is that of
    one row alone."""
    times = _times(plan)
    return [one for one in _published(plan, names) if times[identifier(one)] == 1]


def identifier(given: GivenGrant) -> str:
    """Returns the agreement reference of an award in the form of an identifier, or '' if it has
    none: no identifier may have blanks and slashes in it."""
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
    """Returns what IATI files tell of the money that a host hands on: that of the groups which the
    network's page names, up to the end of the last full month."""
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


def refresh_files(host: OpenedGroup) -> bool:
    """Takes groups that are named no more out of the files of open data that lie in the folder of
    the reports. Nothing is added: that needs a person. Returns whether anything was taken out."""
    told = told_recipients(host, set(named_groups(host).values()))
    stopped = host.taken_back[0] is not None
    changed = [_without_grants(host.config.reports / FOLDER, told, stopped=stopped)]
    changed.append(_without_transactions(host.config.reports / "public" / ACTIVITIES, told))
    return any(changed)


def _without_grants(folder: Path, told: Set[str], *, stopped: bool) -> bool:
    """Takes grants out of the 360Giving files. If none is left, the files are deleted."""
    try:
        package = structured.json_object((folder / "grants.json").read_bytes())
    except FileNotFoundError:
        return False
    kept = [one for one in package["grants"] if one["recipientOrganization"][0]["name"] in told]
    if len(kept) == len(package["grants"]):
        return False
    if not kept or stopped:
        for name in ("grants.json", "grants.xlsx"):
            (folder / name).unlink(missing_ok=True)
        return True
    package["grants"] = kept
    contents = {"grants.json": json_bytes(package), "grants.xlsx": xlsx_bytes(package)}
    files.write_all(folder, contents, private=False)
    return True


def _without_transactions(path: Path, told: Set[str]) -> bool:
    """Takes payments to groups, and these groups, out of an IATI file of activities."""
    from lxml import etree

    try:
        root = etree.fromstring(path.read_bytes())
    except FileNotFoundError:
        return False
    gone: set[str | None] = set()
    for activity in root.findall("iati-activity"):
        for transaction in activity.findall("transaction"):
            (kind,) = transaction.findall("transaction-type")
            receiver = transaction.findtext("receiver-org/narrative")
            if kind.get("code") in (PROMISED_ON, DISBURSED) and receiver not in told:
                activity.remove(transaction)
                gone.add(receiver)
        for part in activity.findall("participating-org"):
            if part.findtext("narrative") in gone:
                activity.remove(part)
    if gone:
        whole = etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
        files.write(path, whole, private=False)
    return bool(gone)


def told_recipients(host: OpenedGroup, names: Set[str]) -> set[str]:
    """Returns how open data calls these groups."""
    settings = host.config.open_data
    others = settings.organisations if settings is not None else {}
    return {others[name].name if name in others else name for name in names}
