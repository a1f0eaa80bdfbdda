"""Publishes the site from the register. New batches (amounts that are published together as one
sum) are sealed and stored in the register first; then the files are written."""

from __future__ import annotations

import secrets
from pathlib import Path

from msgspec.structs import replace

from budgettrack import files
from budgettrack.core.base.errors import UsageError
from budgettrack.core.base.months import Month, after, month_of
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import left_out
from budgettrack.core.sealing.batches import Batch
from budgettrack.core.views.facts import public_facts
from budgettrack.core.views.first_month import FAR, begun, first_public_month
from budgettrack.core.views.new_pages import PageSettings, new_pages
from budgettrack.core.views.public_types import PublicFacts
from budgettrack.group import OpenedGroup
from budgettrack.register import published
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.freeze import freeze
from budgettrack.reports.base.printer import printer
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.empty import remove_empty_folders, write_empty_site
from budgettrack.reports.site.first_batches import first_batches
from budgettrack.reports.site.pages import site
from budgettrack.reports.site.public_pages import discreet_pages
from budgettrack.reports.site.stories import story_pictures
from budgettrack.reports.site.told_names import is_outdated, remember, told_now, told_then
from budgettrack.reports.site.year import whole_years, year_files


def publish_site(group: OpenedGroup, month: Month, out: Path) -> list[Path]:
    """Publishes the pages up to `month` and writes the whole site into `out`/public. Returns the
    paths.

    An earlier month without a page gets one, from the accounts alone. A batch that was published
    never changes; only the newest page may get more batches. While publishing is stopped,
    nothing is published, and the site is one empty page. Raises `OSError` if the folder cannot
    be written, `TrackError` if a symbolic link or somebody's file is in the way, `UsageError` if
    the year of `month` is probably mistyped."""
    look = look_of(group.config)
    look.logo_bytes  # noqa: B018 - a missing logo must stop the run before it publishes
    told = told_now(group)
    if not told.empty:
        _publish(group, month)
        freeze(group, month)
    paths = write_site(group, month, out / "public", stopped=told.empty)
    now = told_now(group)
    if now != told:
        # If a name was withdrawn while the site was made, the site is made again.
        told = now
        paths = write_site(group, month, out / "public", stopped=told.empty)
    then = told_then(out)
    if out == group.config.reports and not is_outdated(then, told):
        # If the site is out of date, the open data and the delivered folder are, too.
        # The function `honour` updates the open data and the delivered folder.
        remember(told, out)
    return paths


def write_site(group: OpenedGroup, month: Month, public: Path, *, stopped: bool) -> list[Path]:
    """Writes the pages up to `month` that were already published into the folder `public`, with the
    present names. Nothing new is published. Returns the paths.

    If publishing is `stopped`, the site is one empty page. Raises `OSError` if the folder cannot
    be written."""
    if stopped:
        return write_empty_site(public)
    config = group.config
    pages = discreet_pages(group)
    shown = [page for page in pages if page.view.month <= month] or pages
    w, look = words(config.language), look_of(config)
    views = [page.view for page in shown]
    years = whole_years([view.month for view in views], config.year_begins)
    pictures = story_pictures(group, [view.facts for view in views])
    contents = dict(site(shown, w, look, config.site, years, pictures))
    contents |= dict(year_files(views, years, w, look, pictures))
    written = files.write_site(public, contents)
    remove_empty_folders(public)
    return written


def _refuse_a_slip(group: OpenedGroup, month: Month) -> None:
    """Raises `UsageError` if the year of a month was probably mistyped. Otherwise every page up
    to that month would be published and stay."""
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
    """Seals the batches for the pages up to `month`, and stores them with the facts of the
    pages."""
    earlier, config = group.publications, group.config
    _refuse_a_slip(group, month)
    there = list(earlier.pages)
    if max(there, default="") > month:
        return
    plan = group.whole_plan
    who = group.contributors(plan)
    copies = list(earlier.copies)
    taken = {batch.number for batch in (*earlier.batches, *copies)}

    def number() -> int:
        return _number(taken)

    begin = first_public_month(begun(plan, group.standing.totals), month, config.first_month)
    first = min(there, default=begin)
    old: list[Batch] = []
    if earlier.old is not None:
        old, copies = first_batches(group, earlier.old, number)
    before = [*earlier.batches, *old]
    settings = PageSettings(
        config.organisation,
        bool(left_out(group.standing.findings)),
        config.headings,
        earlier.pages[max(there)].facts.waits_since if there else None,
    )
    told = {of: page.facts.indicators for of, page in earlier.pages.items()}
    new = new_pages(plan, who, before, there, first, month, settings, number, copies, told)
    if whole_years([*there, *(made.month for made in new.facts)], config.year_begins):
        # The report of a year has a PDF.
        # If a package for PDFs is missing, the run must stop before it publishes.
        printer()
    facts = list(new.facts)
    if earlier.old is not None:
        facts = [*_old_facts(group, plan, first, facts), *facts]
    published.publish(
        group.register,
        len(earlier.batches) + len(earlier.copies),
        [*old, *new.batches],
        facts,
        group.today,
        group.now(),
        copies if earlier.old is not None else (),
    )
    group.published_more()
    group.upgraded = group.upgraded or earlier.old is not None


def _old_facts(
    group: OpenedGroup, plan: Plan, first: Month, made: list[PublicFacts]
) -> list[PublicFacts]:
    """Returns the facts of pages by an older version of the program, which had no batches. Their
    texts are those that were published, their columns those that are public now."""
    again = {facts.month for facts in made}
    old = []
    for month, page in group.publications.pages.items():
        if month not in again:
            now = public_facts(plan, month, first=first, organisation="", later=True)
            old.append(_told_then(page.facts, now))
    return old


def _told_then(then: PublicFacts, now: PublicFacts) -> PublicFacts:
    return replace(then, first=now.first, grants=now.grants, in_kind=now.in_kind)


def _number(taken: set[int]) -> int:
    """Draws a random number that no batch has."""
    while (number := secrets.randbits(62)) in taken:
        pass
    taken.add(number)
    return number
