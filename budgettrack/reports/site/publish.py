"""The public site from the register: what is published is decided and kept first, and its files are
written after."""

from __future__ import annotations

from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import left_out
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
    """Publish the pages up to `month` and write the whole site into `out`/public.

    Months before it that have no page yet get one from the accounts alone. A page that is there
    stays as it was published, with its corrections; the newest follows the register. Raises
    `OSError` where the folder cannot be written."""
    config = group.config
    look = look_of(config)
    look.logo_bytes  # noqa: B018 - a missing logo is told before anything is published
    _publish(group, month)
    freeze(group, month)
    plan = group.standing.plan
    pages = [
        Published(_shown(config, page.view, plan), page.published)
        for page in group.publications.pages.values()
    ]
    shown = [page for page in pages if page.view.month <= month] or pages
    made = dict(site(shown, words(config.language), look, config.site))
    paths = files.write_all(out / "public", made, private=False)
    files.tidy(out / "public", paths)
    return paths


def _publish(group: OpenedGroup, month: Month) -> None:
    """Decide what the pages up to `month` say, and keep it in the register."""
    known, now, config = group.publications, group.standing, group.config
    before = [step.publication for step in known.steps]

    def plan_at(step: int) -> Plan:
        if step == NOW:
            return group.whole_plan
        records = group.register.ask(queries.load_at, known.steps[step].run)
        return group.plan_of(records, now.reported)

    steps = publish(now.plan, now.totals, before, month, fewest=config.fewest, plan_at=plan_at)
    publications = [*before, *steps]
    wanted = {step.month for step in steps}
    if publications[-1].month == month:
        wanted.add(month)
    views = [
        public_view(
            now.plan,
            publications,
            month=each,
            organisation=config.organisation,
            contact=config.contact,
            fewest=config.fewest,
            left_out=left_out(now.findings),
            later=each not in known.pages and each != month,
        )
        for each in sorted(wanted)
    ]
    published.publish(group.register, len(before), steps, views, now.run, group.today, group.now())
    group.published_more()


def _shown(config: Config, view: PublicView, plan: Plan) -> PublicView:
    return discreet(withdrawn(view, plan), config.open_data)
