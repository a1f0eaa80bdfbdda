"""Publishes the site from the register. The published figures are stored in the register first;
then the files are written."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import left_out
from budgettrack.core.views.first_month import FAR, begun
from budgettrack.core.views.public import public_view, publish
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import NOW
from budgettrack.core.views.withdrawn import withdrawn
from budgettrack.group import OpenedGroup
from budgettrack.register import published, queries
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.freeze import freeze
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.pages import Published, site
from budgettrack.reports.site.withheld_names import discreet


def publish_site(group: OpenedGroup, month: Month, out: Path) -> list[Path]:
    """Publishes the pages up to `month` and writes the whole site into `out`/public. Returns the
    paths.

    Earlier months without a page get one, from the accounts alone. A page that was published keeps
    its figures and its corrections; only the newest page follows the register.
    Raises `OSError` if the folder cannot be written, `TrackError` if a symbolic link or somebody's
    file stands in the way, `UsageError` if the year of `month` is probably a slip.
    """
    config = group.config
    look = look_of(config)
    look.logo_bytes  # noqa: B018 - a missing logo must stop the run before it publishes
    _publish(group, month)
    freeze(group, month)
    plan = group.standing.plan
    pages = [
        Published(_shown(config, page.view, plan), page.published)
        for page in group.publications.pages.values()
    ]
    shown = [page for page in pages if page.view.month <= month] or pages
    contents = dict(site(shown, words(config.language), look, config.site))
    return files.write_site(out / "public", contents)


def _refuse_a_slip(group: OpenedGroup, month: Month) -> None:
    """Refuses to publish up to a month whose year was probably mistyped: every page on the way
    there would stay.

    Raises `UsageError`."""
    clock = group.now().astimezone(group.zone).date()
    if month > after(month_of(clock), FAR):
        raise UsageError(
            f"{month} is more than a year ahead of the clock of this machine ({clock}). Check the"
            " year; nothing was published."
        )
    first = min(begun(group.standing.plan, group.standing.totals), default=month)
    if month < after(first, -FAR):
        raise UsageError(
            f"{month} is more than a year before the first money ({first}). Check the year; nothing"
            " was published."
        )


def _publish(group: OpenedGroup, month: Month) -> None:
    """Decides the content of the pages up to `month`, and stores it in the register."""
    earlier, standing, config = group.publications, group.standing, group.config
    _refuse_a_slip(group, month)
    before = [step.publication for step in earlier.steps]

    def plan_at(step: int) -> Plan:
        if step == NOW:
            return group.whole_plan
        records = group.register.ask(queries.load_at, earlier.steps[step].run)
        return group.plan_of(records, standing.reported)

    steps = publish(
        standing.plan,
        standing.totals,
        before,
        month,
        fewest=config.fewest,
        confirmed=config.first_month,
        plan_at=plan_at,
    )
    publications = [*before, *steps]
    wanted = {step.month for step in steps}
    if publications[-1].month == month:
        wanted.add(month)
    views = [
        public_view(
            standing.plan,
            publications,
            month=wanted_month,
            organisation=config.organisation,
            contact=config.contact,
            fewest=config.fewest,
            left_out=left_out(standing.findings),
            later=wanted_month not in earlier.pages and wanted_month != month,
        )
        for wanted_month in sorted(wanted)
    ]
    published.publish(
        group.register, len(before), steps, views, standing.run, group.today, group.now()
    )
    group.published_more()


def _shown(config: Config, view: PublicView, plan: Plan) -> PublicView:
    """Returns a page without grants that were withdrawn and without withheld names."""
    return discreet(withdrawn(view, plan), config.open_data)
