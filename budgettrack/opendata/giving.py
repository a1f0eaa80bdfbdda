"""Grants by the 360Giving standard: those that the host gives, published; those that others gave,
as prospects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from budgettrack import files
from budgettrack.core.base import money
from budgettrack.core.base.errors import ConfigError, TrackError, UsageError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.ids import nearest
from budgettrack.core.base.months import Month
from budgettrack.core.figures.ours import is_ours
from budgettrack.core.views.audience import HELD_BACK
from budgettrack.core.views.published import named
from budgettrack.core.views.withdrawn import withdrawn
from budgettrack.edit import add_all
from budgettrack.group import OpenedGroup, month_asked
from budgettrack.opendata.past_grants import Found, Past, read, shown
from budgettrack.opendata.preview import Seen, said_in_json, seen
from budgettrack.opendata.threesixty import gives, giving, json_bytes, xlsx_bytes
from budgettrack.register import queries

FOLDER = "public/360giving"
BIGGEST = 300_000_000
"""Bytes of a file that is read; a funder of a hundred thousand grants has a third of it."""


@dataclass(frozen=True, slots=True)
class Given:
    """Files that could be published, how many grants they have, what is to be asked about them, and
    what they say."""

    folder: Path
    contents: Mapping[str, bytes]
    grants: int
    findings: Sequence[Finding]
    seen: Sequence[Seen]


def draft_giving(group: OpenedGroup, month: Month | None, out: Path | None) -> Given:
    """The grants that the reporter gives, from the newest page published up to a month, held
    against the file that is there; nothing is written.

    Raises `TrackError` where nothing of it can be published, with what to set.
    """
    config, today = group.config, group.today
    name = config.path.name
    settings = config.open_data
    if settings is None:
        raise ConfigError(finding_at(name, "config-open-data-missing"))
    if settings.reporter.withheld:
        raise ConfigError(finding_at(f"{name}, open_data.reporter", "config-publisher-withheld"))
    last = month_asked(month, today)
    pages = {each: page for each, page in group.publications.pages.items() if each <= last}
    plan = group.standing.plan
    if not pages:
        raise TrackError(
            f"No page is published up to {last} yet. Write it first: budgettrack report"
            " transparency"
        )
    page = pages[max(pages)]
    ours = [each for each in plan.grants.values() if is_ours(each) and gives(settings, each.funder)]
    package, findings = giving(
        withdrawn(page.view, plan),
        settings,
        published=page.published,
        today=today,
        site=config.site,
        language=config.language,
        withheld=any(not named(each) for each in ours),
    )
    if not package["grants"]:
        raise TrackError(*_nothing(settings.reporter.name, bool(ours), max(pages), findings))
    folder = out or config.reports
    contents = {"grants.json": json_bytes(package), "grants.xlsx": xlsx_bytes(package)}
    try:
        before = said_in_json((folder / FOLDER / "grants.json").read_bytes())
    except (OSError, ValueError):
        before = []
    told = seen(said_in_json(contents["grants.json"]), before)
    return Given(folder, contents, len(package["grants"]), findings, told)


def write_giving(given: Given) -> list[Path]:
    """Write both files or neither; raises `TrackError`."""
    try:
        return files.write_all(given.folder / FOLDER, given.contents, private=False)
    except OSError as error:
        raise TrackError(
            f"The files cannot be written to {given.folder}: {error.strerror}. Make room or give"
            " write permission there, or name another folder with --out; the earlier ones stand as"
            " they were."
        ) from error


def _nothing(reporter: str, known: bool, month: Month, findings: Sequence[Finding]) -> list[str]:
    """Why no grant is left, and what to set."""
    errors = [str(each) for each in findings if each.severity == "error"]
    if errors:
        return [*errors, "No grant is left; nothing was written."]
    if known:
        return [
            f"No grant that {reporter} gives stands on the page of {month}; nothing was written."
            " Mark it yes in Publish, sync, and write the page again: budgettrack report"
            " transparency"
        ]
    return [
        f"No grant is given by {reporter}, who publishes; nothing was written. A 360Giving file"
        " lists what its publisher gives: name the host under [open_data.reporter] as the column"
        ' Funder has it, or give its entry [open_data.organisations."Its name in Funder"] the same'
        " ref."
    ]


# Reading


def past_grants(path: Path) -> Found:
    """The grants of a funder's file; raises `UsageError` or `WorkbookError`."""
    try:
        if path.stat().st_size > BIGGEST:
            raise UsageError(
                f"{path.name}: it is over {BIGGEST // 1_000_000} MB. Download a shorter span."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path}: it cannot be read ({error.strerror}). Name the funder's file."
        ) from error
    return read(path.name, raw)


def chosen(grants: Sequence[Past], identifiers: Sequence[str]) -> list[Past]:
    """The grants of those identifiers; raises `UsageError` for one that the file does not have,
    with the nearest."""
    by_id = {each.id.casefold(): each for each in grants}
    unknown = [each for each in identifiers if each.strip().casefold() not in by_id]
    if unknown:
        names = [each.id for each in grants]
        raise UsageError(
            *(f"The file has no grant {each}. {nearest(each, names)}" for each in unknown)
        )
    return list(dict.fromkeys(by_id[each.strip().casefold()] for each in identifiers))


def add_prospects(
    group: OpenedGroup, grants: Sequence[Past], by: str
) -> tuple[dict[str, str], list[str]]:
    """Add past grants as prospects, all or none: our ID by identifier, and those that were there
    before.

    A prospect has the funder, the programme as its title, and the currency. Its amount stays empty,
    since what somebody else was given is not ours: its size stands in *Next step*, as what to ask
    for. Who received it is not kept."""
    held = group.register.ask(queries.load, ("grants",))
    there = {
        each.id: id_
        for each in grants
        for id_, fields in held.records["grants"].items()
        if f"({each.id})" in fields.get("next_step", "")
    }
    new = [each for each in grants if each.id not in there]
    ids = add_all(group, "grants", [_prospect(each) for each in new], by)
    return {**there, **dict(zip((each.id for each in new), ids, strict=True))}, list(there)


def _prospect(past: Past) -> list[tuple[str, str]]:
    size = (
        f"{money.decimal(money.minor(past.amount, past.currency), past.currency)} {past.currency}"
    )
    when = f" in {past.day:%Y-%m}" if past.day else ""
    programme = "" if shown(past.programme) == HELD_BACK else past.programme
    given = [("funder", shown(past.funder)), ("state", "prospect"), ("currency", past.currency)]
    given += [("title", programme)] if programme else []
    return [*given, ("next step", f"Ask whether they would give again: {size}{when} ({past.id})")]
