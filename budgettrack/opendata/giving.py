"""Grants in the 360Giving standard: publishes the grants that the host gives, and adds grants of
other funders as prospects (grants that the group may apply for)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from budgettrack import files
from budgettrack.config.open_data import OpenData
from budgettrack.core.base import money
from budgettrack.core.base.errors import ConfigError, TrackError, UsageError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.ids import nearest
from budgettrack.core.base.months import Month
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.records.model import Grant
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.edit import add_all
from budgettrack.group import OpenedGroup, month_asked
from budgettrack.opendata.past_grants import Found, Past, read, shown
from budgettrack.opendata.preview import Said, SeenText, said_in_json, seen
from budgettrack.opendata.threesixty import (
    GrantsPackage,
    gives,
    giving,
    json_bytes,
    xlsx_bytes,
)
from budgettrack.register import queries
from budgettrack.reports.make import refuse_if_stopped
from budgettrack.reports.site.public_pages import public_pages
from budgettrack.reports.site.withheld_names import known_organisations

FOLDER = "public/360giving"
BIGGEST = 300_000_000
"""The largest file to read, in bytes: three times the file of a funder with 100,000 grants."""


class Given(Struct, frozen=True):
    """The files that could be published: the folder, the content of each file, the number of
    grants in them, findings about the data, and every text in the files (`seen`)."""

    folder: Path
    contents: Mapping[str, bytes]
    grants: int
    findings: Sequence[Finding]
    seen: Sequence[SeenText]


def draft_giving(group: OpenedGroup, month: Month | None, out: Path | None) -> Given:
    """Returns the files of the grants that the reporter gives, compared with the file on disk.
    They are made from the newest page that is not later than `month`. Nothing is written.

    Raises `ConfigError` if a setting is missing. Raises `TrackError` with the remedy if no grant
    can be published, or if publishing is stopped."""
    refuse_if_stopped(group)
    config, today = group.config, group.today
    settings = settings_of(group)
    last = month_asked(month, today)
    pages = [page for page in public_pages(group) if page.view.month <= last]
    if not pages:
        raise TrackError(
            f"No page is published up to {last} yet. Write it first: budgettrack report"
            " transparency"
        )
    page = pages[-1]
    ours = [grant for grant in group.standing.plan.grants.values() if _is_given(settings, grant)]
    package, findings = giving(
        page.view,
        settings,
        published=page.on,
        today=today,
        site=config.site,
        language=config.language,
        withheld=any(not named(grant) for grant in ours),
    )
    if not package["grants"]:
        raise TrackError(*_nothing(settings.reporter.name, bool(ours), page.view.month, findings))
    return drafted(package, findings, out or config.reports)


def drafted(package: GrantsPackage, findings: Sequence[Finding], folder: Path) -> Given:
    """Returns the files of a package, compared with the file on disk. Nothing is written."""
    contents = {"grants.json": json_bytes(package), "grants.xlsx": xlsx_bytes(package)}
    told = seen(said_in_json(contents["grants.json"]), _said_before(folder))
    return Given(folder, contents, len(package["grants"]), findings, told)


def settings_of(group: OpenedGroup) -> OpenData:
    """Returns the settings of open data. Organisations that were withdrawn are hidden.

    Raises `ConfigError` if there are no settings, or if they hide the name of the publisher."""
    name, settings = group.config.path.name, group.config.open_data
    if settings is None:
        raise ConfigError(finding_at(name, "config-open-data-missing"))
    if settings.reporter.withheld:
        raise ConfigError(finding_at(f"{name}, open_data.reporter", "config-publisher-withheld"))
    return replace(settings, organisations=known_organisations(group))


def _is_given(settings: OpenData, grant: Grant) -> bool:
    """Whether a grant is given by the publisher and counts as our money."""
    return is_ours(grant) and gives(settings, grant.funder)


def _said_before(folder: Path) -> list[Said]:
    """Returns the texts of the file on disk. Returns [] if there is no file that can be read."""
    try:
        return said_in_json((folder / FOLDER / "grants.json").read_bytes())
    except (OSError, ValueError):
        return []


def write_giving(given: Given) -> list[Path]:
    """Writes both files or neither. Returns the paths.

    Raises `TrackError` if the folder cannot be written.
    """
    try:
        return files.write_all(given.folder / FOLDER, given.contents, private=False)
    except OSError as error:
        raise TrackError(
            f"The files cannot be written to {given.folder}: {error.strerror}. Make room or give"
            " write permission there, or name another folder with --out; the earlier files are"
            " unchanged."
        ) from error


def _nothing(reporter: str, known: bool, month: Month, findings: Sequence[Finding]) -> list[str]:
    """Returns the reason why no grant can be published, and the remedy."""
    errors = [str(finding) for finding in findings if finding.severity == "error"]
    if errors:
        return [*errors, "No grant is left; nothing was written."]
    if known:
        return [
            f"The page of {month} has no grant that {reporter} gives; nothing was written."
            " Set Publish to yes for it, sync, and write the page again: budgettrack report"
            " transparency"
        ]
    return [
        f"No grant is given by {reporter}, who publishes; nothing was written. A 360Giving file"
        " lists what its publisher gives. Under [open_data.reporter], write the name of the host"
        " exactly as in the column Funder. Or add the section"
        ' [open_data.organisations."Its name in Funder"] with the same ref as the reporter.'
    ]


# Reading


def past_grants(path: Path) -> Found:
    """Reads the grants in a funder's file.

    Raises `UsageError` or `WorkbookError` if the file cannot be read.
    """
    try:
        if path.stat().st_size > BIGGEST:
            raise UsageError(
                f"{path.name}: it is over {BIGGEST // 1_000_000} MB. Download a shorter period."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: it cannot be read ({error.strerror}). Name the funder's file."
        ) from error
    return read(path.name, raw)


def chosen(grants: Sequence[Past], identifiers: Sequence[str]) -> list[Past]:
    """Returns the grants with these identifiers.

    Raises `UsageError` if the file does not have one of them; the message names the nearest
    identifier."""
    by_id = {grant.id.casefold(): grant for grant in grants}
    unknown = [id_ for id_ in identifiers if id_.strip().casefold() not in by_id]
    if unknown:
        names = [grant.id for grant in grants]
        raise UsageError(
            *(f"The file has no grant {id_}. {nearest(id_, names)}" for id_ in unknown)
        )
    return list(dict.fromkeys(by_id[id_.strip().casefold()] for id_ in identifiers))


def add_prospects(
    group: OpenedGroup, grants: Sequence[Past], by: str
) -> tuple[dict[str, str], list[str]]:
    """Adds past grants as prospects (grants that the group may apply for), all or none.

    Returns two things: a mapping from the identifier of each grant to our ID, and the identifiers
    of the grants that were prospects before.

    A prospect has the funder, the programme as its title, and the currency. Its amount
    stays blank, because the money was given to somebody else; the column *Next step* has the
    amount as a hint. The recipient is not stored."""
    loaded = group.register.ask(queries.load, ("grants",))
    there = {
        grant.id: id_
        for grant in grants
        for id_, fields in loaded.records["grants"].items()
        if f"({grant.id})" in fields.get("next_step", "")
    }
    new = [grant for grant in grants if grant.id not in there]
    ids = add_all(group, "grants", [_prospect(grant) for grant in new], by)
    return {**there, **dict(zip((grant.id for grant in new), ids, strict=True))}, list(there)


def _prospect(past: Past) -> list[tuple[str, str]]:
    """Returns the fields of a prospect (a grant that the group may apply for)."""
    size = (
        f"{money.decimal(money.minor(past.amount, past.currency), past.currency)} {past.currency}"
    )
    when = f" in {past.day:%Y-%m}" if past.day else ""
    programme = "" if shown(past.programme) == HELD_BACK else past.programme
    given = [("funder", shown(past.funder)), ("state", "prospect"), ("currency", past.currency)]
    given += [("title", programme)] if programme else []
    return [*given, ("next step", f"Ask whether they would give again: {size}{when} ({past.id})")]
