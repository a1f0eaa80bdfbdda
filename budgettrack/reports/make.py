"""Writes reports from the register: the public site, and a summary of each grant.

All files of a report are written, or none.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.group import OpenedGroup, known_grant, month_asked

if TYPE_CHECKING:
    from budgettrack.reports.funder.write import WrittenSummary
    from budgettrack.reports.site.year import Year

Tell = Callable[[int, int], None]
"""A function that gets two numbers: how many reports are done, and how many there are in all."""


def reports(
    group: OpenedGroup, month: Month, out: Path, tell: Tell | None = None
) -> tuple[list[Path], list[str]]:
    """Writes the public site and a summary of each active or closing grant. Returns the paths and
    the warnings.

    A report that would have the same content is not written again. If a later month has a page,
    the site still shows that page: the site never goes back to an earlier month."""
    from budgettrack.reports.fingerprints import OutputFolder

    newest = max([month, *group.publications.pages])
    owed = [grant.id for grant in group.standing.plan.grants.values() if grant.is_running]
    folder = OutputFolder(group, out)
    paths: list[Path] = []
    warnings: list[str] = []
    for number, grant in enumerate(("", *owed)):
        key = ("summary", grant, month) if grant else ("site", newest)
        made = folder.has(key)
        if made is None and grant:
            written = _funder(group, grant, month, out)
            made = list(written.paths)
            warnings += written.warnings
            folder.remember(key, made)
        elif made is None:
            made = _transparency(group, newest, out)
            folder.remember(key, made)
        paths += made
        if tell is not None:
            tell(number + 1, len(owed) + 1)
    try:
        folder.save()
    except OSError as error:
        raise not_written(out, error) from error
    return paths, warnings


def report_transparency(group: OpenedGroup, month: Month | None, out: Path | None) -> list[Path]:
    """Writes the public site up to a month, from the data of the last sync. While publishing is
    stopped, the site is one empty page."""
    wanted = month_asked(month, group.today)
    return _transparency(group, wanted, out or group.config.reports)


def report_year(group: OpenedGroup, year: str | None, out: Path | None) -> list[Path]:
    """Writes the report of a year, as a page and a PDF, from the published pages. `year` is the
    calendar year in which the group's year ends. If it is not given, the report of the newest year
    is written.

    If the year is not over, writes a draft, which is not public. Raises `UsageError` if no month
    of the year has a page."""
    from budgettrack.reports.site.year import files_of_year, whole_years, year_of

    refuse_if_stopped(group)
    months = sorted(group.publications.pages)
    begins = group.config.year_begins
    years = {each.name: each for each in whole_years(months, begins)}
    running = year_of(months[-1], begins) if months else None
    folder = out or group.config.reports
    asked = year or max(years, default=running.name if running else "")
    wanted = years.get(asked)
    if wanted is None and running is not None and running.name == asked:
        return _draft_of_year(group, running, folder)
    if wanted is None:
        newest = f"The newest page is that of {months[-1]}" if months else "No page is published"
        known = f" There are: {', '.join(years)}." if years else ""
        raise UsageError(
            f"{newest}, and the report of a year is made of the pages of its months.{known}"
            " Publish a month of it first: budgettrack report transparency --month MONTH"
        )
    names = files_of_year(wanted)
    return [path for path in remake_site(group, folder) if path.name in names]


def _draft_of_year(group: OpenedGroup, year: Year, out: Path) -> list[Path]:
    """Writes the report of a year that is not over into the folder of the summaries, which are
    not public."""
    from budgettrack.files import write_all
    from budgettrack.reports.base.branding import look_of
    from budgettrack.reports.base.translations import words
    from budgettrack.reports.site.public_pages import discreet_pages
    from budgettrack.reports.site.year import draft_files

    config = group.config
    views = [page.view for page in discreet_pages(group)]
    if not any(year.has(view.month) for view in views):
        raise UsageError("No page of that year tells anything yet, so there is nothing to draft.")
    contents = dict(draft_files(views, year, words(config.language), look_of(config)))
    try:
        return write_all(out / "private", contents, private=True)
    except OSError as error:
        raise not_written(out, error) from error


def refuse_if_stopped(group: OpenedGroup) -> None:
    """Raises `TrackError` with the remedy if publishing is stopped."""
    if group.stopped is not None:
        raise TrackError(f"Nothing was written. {group.stopped.words}")


def remake_site(group: OpenedGroup, out: Path, month: Month | None = None) -> list[Path]:
    """Writes all pages again with the present names, or only the pages up to `month`. Nothing new
    is published. Returns the paths, or none if no page was ever published.

    While publishing is stopped, the site is one empty page."""
    from budgettrack.reports.site.publish import write_site

    stopped = group.stopped is not None
    if not stopped and month is None:
        month = max(group.publications.pages, default=None)
        if month is None:
            return []
    try:
        return write_site(group, month or "", out / "public", stopped=stopped)
    except OSError as error:
        raise not_written(out, error) from error


def report_funder(
    group: OpenedGroup,
    grant: str,
    month: Month | None,
    out: Path | None,
    *,
    own: Period | None = None,
    profile: str = "",
    final: bool = False,
) -> WrittenSummary:
    """Writes the summary of one grant for its funder, from the data of the last sync.

    It covers the reporting period that contains `month`, or the days of `own`."""
    id_ = known_grant(group.standing, grant) or grant
    wanted = month_of(own[1]) if own else month_asked(month, group.today)
    out = out or group.config.reports
    return _funder(group, id_, wanted, out, own=own, named=profile, final=final)


def _transparency(group: OpenedGroup, month: Month, out: Path) -> list[Path]:
    from budgettrack.reports.site.publish import publish_site

    try:
        return publish_site(group, month, out)
    except OSError as error:
        raise not_written(out, error) from error


def _funder(group: OpenedGroup, grant: str, month: Month, out: Path, **how: Any) -> WrittenSummary:
    from budgettrack.reports.funder.write import write_summary

    try:
        return write_summary(group, grant, month, out, **how)
    except OSError as error:
        raise not_written(out, error) from error


def not_written(out: Path, error: OSError) -> TrackError:
    """Returns the error for a folder that cannot be written."""
    return TrackError(
        f"The reports cannot be written to {out}: {error.strerror}. Make room or give write"
        " permission there, or name another folder with --out; the earlier reports are"
        " unchanged."
    )
