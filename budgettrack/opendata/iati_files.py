"""Open data from the register into files: made and looked at first, written only when somebody says
so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.config.open_data import OpenData
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.records.model import Plan
from budgettrack.core.views.withdrawn import withdrawn
from budgettrack.group import OpenedGroup
from budgettrack.opendata import flows, iati
from budgettrack.opendata.exclusions import exclusions
from budgettrack.opendata.flows import DatedView
from budgettrack.opendata.preview import Said, Seen, said, seen
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.translations import words

ACTIVITIES, ORGANISATION = "iati/activities.xml", "iati/organisation.xml"


@dataclass(frozen=True, slots=True)
class Draft:
    """Files that could be published, by their path from the public folder; what is wrong, and what
    they say."""

    contents: Mapping[str, bytes]
    findings: Sequence[Finding]
    seen: Sequence[Seen]


def draft(group: OpenedGroup, out: Path) -> Draft:
    """The IATI files of the published pages, held against those in `out`/public; nothing is
    written.

    Raises `UsageError` where [open_data] is missing, or no page is published yet, or the pages are
    older than the plan."""
    config = group.config
    settings = settings_of(config)
    pages = published(group)
    plan = group.standing.plan
    _current(pages, plan)
    said_in = [words(each) for each in settings.languages]
    publisher = iati.Publisher(config.organisation, settings, said_in, config.site)
    made = iati.made(pages, plan, publisher)
    contents = {
        ACTIVITIES: made.activities,
        **({ORGANISATION: made.organisation} if made.organisation is not None else {}),
        iati.EXCLUSIONS: exclusions(pages[-1][0], settings, said_in[0], look_of(config)),
    }
    spoken = [
        each
        for name in (ACTIVITIES, ORGANISATION)
        for each in seen(
            said(contents[name]) if name in contents else [], _before(out / "public" / name)
        )
    ]
    return Draft(contents, made.findings, spoken)


def write(found: Draft, out: Path) -> list[Path]:
    """Write all of a draft into `out`/public, or nothing."""
    try:
        paths = files.write_all(out / "public", found.contents, private=False)
        if ORGANISATION not in found.contents:
            (out / "public" / ORGANISATION).unlink(missing_ok=True)
        return paths
    except OSError as error:
        raise TrackError(
            f"The files cannot be written to {out}: {error.strerror}. Make room or give write"
            " permission there, or name another folder with --out; the earlier files stand as they"
            " were."
        ) from error


def settings_of(config: Config) -> OpenData:
    """The section [open_data]; raises `UsageError` with an example where there is none."""
    if config.open_data is None:
        raise UsageError(
            "The config does not say who publishes, where and in which sector. Add, with your own:"
            ' [open_data] country = "PT", sectors = { "13040" = 60, "15160" = 40 }, and'
            ' [open_data.reporter] ref = "PT-NIPC-...". Read docs/open-data.md first: not every'
            " group had better publish."
        )
    return config.open_data


def published(group: OpenedGroup) -> list[DatedView]:
    """The published pages as they may be told now, oldest first; raises `UsageError` where there is
    none."""
    pages = [
        (withdrawn(page.view, group.standing.plan), page.published)
        for page in group.publications.pages.values()
    ]
    if not pages:
        raise UsageError("No page is published yet. First: budgettrack report transparency")
    return pages


def _current(pages: Sequence[DatedView], plan: Plan) -> None:
    """Raise `UsageError` where the plan's budgets are no longer those of the newest page."""
    budgets = flows.planned(plan)
    for row in pages[-1][0].by_grant.rows:
        grant = row.key.removeprefix("=")
        if row.kind or row.through is None:
            continue
        if (budgets[grant].until(row.through) if grant in budgets else 0) != row.budget:
            raise UsageError(
                f"The budget of {grant} is another by now than on the newest page. First:"
                " budgettrack report transparency"
            )


def _before(path: Path) -> list[Said]:
    try:
        return said(path.read_bytes())
    except (OSError, SyntaxError):
        return []
