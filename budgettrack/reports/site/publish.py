"""The public site from the register: what is published is decided and kept first, and its files are
written after."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.months import Month
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import left_out
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.public import public_view, publish
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import NOW
from budgettrack.core.views.withdrawn import withdrawn
from budgettrack.group import Standing
from budgettrack.register import published, queries
from budgettrack.register.store import open_register
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.freeze import freeze
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.pages import Published, site
from budgettrack.reports.site.withheld_names import discreet


def publish_site(
    config: Config, now: Standing, month: Month, out: Path, today: date, at: datetime
) -> list[Path]:
    """Publish the pages up to `month` and write the whole site into `out`/public.

    Months before it that have no page yet get one from the accounts alone. A page that is there
    stays as it was published, with its corrections; the newest follows the register. Raises
    `OSError` where the folder cannot be written."""
    look = look_of(config)
    look.logo_bytes  # noqa: B018 - a missing logo is told before anything is published
    with open_register(config.register) as register:
        held = register.ask(published.steps)
        before = [each.publication for each in held]

        def plan_at(step: int) -> Plan:
            records = (
                register.ask(queries.load).records
                if step == NOW
                else register.ask(queries.load_at, held[step].run)
            )
            found, _ = plan_of(
                records,
                base=config.currency,
                start=config.start,
                end=config.end,
                reported=register.ask(queries.reported),
            )
            return found

        steps = publish(now.plan, now.totals, before, month, fewest=config.fewest, plan_at=plan_at)
        publications = [*before, *steps]
        pages = register.ask(published.pages)
        wanted = {each.month for each in steps} | (
            {month} if publications[-1].month == month else set()
        )
        views = [
            public_view(
                now.plan,
                publications,
                month=each,
                organisation=config.organisation,
                contact=config.contact,
                fewest=config.fewest,
                left_out=left_out(now.findings),
                later=each not in pages and each != month,
            )
            for each in sorted(wanted)
        ]
        published.publish(
            register, len(before), steps, views, register.ask(queries.newest_run), today, at
        )
        freeze(register, now.plan, month, at)
        pages = register.ask(published.pages)
    shown = [
        Published(_shown(config, each.view, now.plan), each.published)
        for each in pages.values()
        if each.view.month <= month
    ] or [Published(_shown(config, each.view, now.plan), each.published) for each in pages.values()]
    made = dict(site(shown, words(config.language), look, config.site))
    paths = files.write_all(out / "public", made, private=False)
    files.tidy(out / "public", paths)
    return paths


def _shown(config: Config, view: PublicView, plan: Plan) -> PublicView:
    return discreet(withdrawn(view, plan), config.open_data)
