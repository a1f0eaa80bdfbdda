"""Reports from the register into files: the public site, and a summary of each grant; whole or not
at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.months import Month, month_of
from budgettrack.core.figures.deadlines import OWING
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.group import OpenedGroup, known_grant, month_asked

if TYPE_CHECKING:
    from budgettrack.reports.funder.write import WrittenSummary

Tell = Callable[[int, int], None]
"""Told how many reports of how many are done."""


def reports(
    group: OpenedGroup, month: Month, out: Path, tell: Tell | None = None
) -> tuple[list[Path], list[str]]:
    """The public site and a summary of each active or closing grant; what would be the same again
    is left as it is.

    Where a later month has its page already, the site keeps it: no site is ever written as of an
    earlier month."""
    from budgettrack.reports.fingerprints import OutputFolder

    newest = max([month, *group.publications.pages])
    owed = [grant.id for grant in group.standing.plan.grants.values() if grant.state in OWING]
    made = OutputFolder(group, out)
    paths: list[Path] = []
    warnings: list[str] = []
    for number, grant in enumerate(("", *owed)):
        key = ("summary", grant, month) if grant else ("site", newest)
        known = made.has(key)
        if known is None and grant:
            written = _funder(group, grant, month, out)
            known = list(written.paths)
            warnings += written.warnings
            made.remember(key, known)
        elif known is None:
            known = _transparency(group, newest, out)
            made.remember(key, known)
        paths += known
        if tell is not None:
            tell(number + 1, len(owed) + 1)
    try:
        made.save()
    except OSError as error:
        raise _not_written(out, error) from error
    return paths, warnings


def report_transparency(group: OpenedGroup, month: Month | None, out: Path | None) -> list[Path]:
    """The public site up to a month, from what was last synced."""
    wanted = month_asked(month, group.today)
    return _transparency(group, wanted, out or group.config.reports)


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
    """One grant's summary, from what was last synced: of a month's period, or of the days of
    `own`."""
    known = known_grant(group.standing, grant) or grant
    wanted = month_of(own[1]) if own else month_asked(month, group.today)
    out = out or group.config.reports
    return _funder(group, known, wanted, out, own=own, named=profile, final=final)


def _transparency(group: OpenedGroup, month: Month, out: Path) -> list[Path]:
    from budgettrack.reports.site.publish import publish_site

    try:
        return publish_site(group, month, out)
    except OSError as error:
        raise _not_written(out, error) from error


def _funder(group: OpenedGroup, grant: str, month: Month, out: Path, **how: Any) -> WrittenSummary:
    from budgettrack.reports.funder.write import write_summary

    try:
        return write_summary(group, grant, month, out, **how)
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> TrackError:
    return TrackError(
        f"The reports cannot be written to {out}: {error.strerror}. Make room or give write"
        " permission there, or name another folder with --out; the earlier reports stand as they"
        " were."
    )
