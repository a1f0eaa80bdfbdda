"""The public site from the register: what is published is decided and kept first, and its files are written after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.errors import ConfigError
from budgettrack.core.base.months import Month
from budgettrack.core.figures.positions import phasing
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import left_out
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.views.public import PublicView, public_view, publish, withdrawn
from budgettrack.core.views.published import NOW
from budgettrack.group import Standing
from budgettrack.register.store import Register, open_register
from budgettrack.reports.base.branding import CONTRAST, Look, contrast
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.pages import Published, site
from budgettrack.reports.site.withheld_names import discreet


def publish_site(config: Config, now: Standing, month: Month, out: Path, today: date, at: datetime) -> list[Path]:
    """Publish the pages up to `month` and write the whole site into `out`/public.

    Months before it that have no page yet get one from the accounts alone. A page that is there stays as it was
    published, with its corrections; the newest follows the register. Raises `OSError` where the folder cannot be written.
    """
    look = look_of(config)
    look.logo_bytes  # noqa: B018 - a missing logo is told before anything is published
    with open_register(config.register) as register:
        held = register.steps()
        before = [each.publication for each in held]

        def plan_at(step: int) -> Plan:
            records = register.load().records if step == NOW else register.load_at(held[step].run)
            found, _ = plan_of(
                records, base=config.currency, start=config.start, end=config.end, reported=register.reported()
            )
            return found

        steps = publish(now.plan, now.totals, before, month, fewest=config.fewest, plan_at=plan_at)
        publications = [*before, *steps]
        pages = register.pages()
        wanted = {each.month for each in steps} | ({month} if publications[-1].month == month else set())
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
        register.publish(len(before), steps, views, register.newest_run(), today, at)
        freeze(register, now.plan, month, at)
        pages = register.pages()
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


def look_of(config: Config) -> Look:
    """How the group's reports look; raises `ConfigError` for a colour in which nobody could read."""
    if config.colours and contrast(config.colours[0]) < CONTRAST:
        raise ConfigError(
            f"{config.path.name}, reports.colours: text in {config.colours[0]} cannot be read on white (its contrast is "
            f"{contrast(config.colours[0]):.1f}, and {CONTRAST} is needed); make it darker."
        )
    return Look(config.templates, config.logo, config.colours, config.paper)


def freeze(register: Register, plan: Plan, month: Month, at: datetime) -> None:
    """Keep every line's budget of the months now reported: a later change of dates does not rephase them."""
    currencies = {line.id: line.currency for line in plan.lines.values()}
    register.freeze(phased(plan, month), currencies, at)


def phased(plan: Plan, month: Month) -> Mapping[str, Mapping[Month, int]]:
    """Every line's budget of the months up to the one reported.

    A line without any budget by then is held to that too: nothing in the month reported.
    """
    return {
        line.id: {each: units for each, units in phasing(line).items() if each <= month} or {month: 0}
        for line in plan.lines.values()
        if not line.months
    }
