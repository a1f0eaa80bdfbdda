"""Writes summaries for funders from the register. A draft can be written at any time, a final
summary only if nothing is missing."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.config.profiles import USUAL, profile
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.errors import Refused, UsageError
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.months import Month, last_day, month_of
from budgettrack.core.base.plurals import count
from budgettrack.core.counting.together import HandedOn, is_handed_on
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.reporting_periods import Period
from budgettrack.core.records.plan import left_out
from budgettrack.core.records.tables import GROUPS, REACH
from budgettrack.core.views.funder import figures_reported, funder_view
from budgettrack.core.views.funder_lines import needs_expenses
from budgettrack.core.views.funder_types import FunderView
from budgettrack.core.views.group_shares import is_silent
from budgettrack.core.views.missing import lacking
from budgettrack.group import OpenedGroup
from budgettrack.register import published
from budgettrack.reports.base.branding import look_of
from budgettrack.reports.base.document import Attached
from budgettrack.reports.base.freeze import freeze
from budgettrack.reports.base.printer import printer
from budgettrack.reports.base.render import page
from budgettrack.reports.base.translations import words
from budgettrack.reports.base.wording import page_words
from budgettrack.reports.funder.document import document
from budgettrack.reports.funder.wanting import missing
from budgettrack.reports.funder.xlsx import workbook
from budgettrack.statements import newest_of


class WrittenSummary(Struct, frozen=True):
    """The files of a summary.

    `missing` lists what a draft lacks. `warnings` are for the person who runs the command."""

    paths: Sequence[Path]
    missing: Sequence[str]
    warnings: Sequence[str]


def write_summary(
    group: OpenedGroup,
    grant: str,
    month: Month,
    out: Path,
    *,
    own: Period | None = None,
    named: str = "",
    final: bool = False,
) -> WrittenSummary:
    """Writes the summary of one grant into `out`/private, as page, PDF and workbook.

    `named` is the name of a profile to use instead of the grant's own. The figures of a final
    summary are stored in the register. Raises `Refused` if the summary is to be final and
    something is missing. Raises `OSError` if the folder cannot be written, `TrackError` if PDFs
    cannot be made."""
    view = summary(group, grant, month, own=own, named=named)
    w, look = words(view.language), look_of(group.config)
    lacking = missing(view, w)
    if final and lacking:
        raise Refused(
            f"The summary of {grant} cannot be final yet. What is missing:",
            *lacking,
            "Nothing was written.",
        )
    # If a package is missing, the run must stop before it stores figures.
    look.logo_bytes  # noqa: B018
    pdf = printer()
    freeze(group, month)
    stamp = None
    if final:
        figures = figures_reported(view, group.standing.totals, group.today)
        stamp = published.report_final(group.register, grant, figures, group.now()).on
        group.published_more()
    name = f"{files.safe_name(grant)}-{f'{own[0]}-to-{own[1]}' if own else month}" + (
        "-final" if final else ""
    )
    paper = document(view, w, stamp)
    printed, lost = pdf(paper, w, look)
    contents = {
        f"{name}.html": page(paper, look, page_words(w, feed=False)).encode(),
        f"{name}.pdf": printed,
        f"{name}.xlsx": workbook(view, w, final=stamp, paper=look.paper),
    }
    paths = files.write_all(out / "private", contents, private=True)
    warnings = []
    if lost:
        warnings.append(
            f"{name}.pdf: no font here has {count(len(lost), 'letter')} of it"
            f" ({' '.join(map(_named, lost[:10]))}): (?) stands there instead. Install the fonts"
            " Noto Sans for their script; the page and the workbook have them all."
        )
    return WrittenSummary(paths, lacking, warnings)


def _named(letter: str) -> str:
    """Returns a character in a form that a terminal can show. If the character has no shape of its
    own, this is its number."""
    alone = letter.isprintable() and not unicodedata.category(letter).startswith("M")
    return letter if alone else f"U+{ord(letter):04X}"


def papers(config: Config, view: FunderView, final: date | None) -> list[Attached]:
    """Returns the summary as it is sent to the funder: PDF and workbook, without the list for
    the treasurer."""
    w, look = words(view.language), look_of(config)
    name = f"{files.safe_name(view.grant.id)}-{view.month}"
    printed, _ = printer()(document(view, w, final, draft=False), w, look)
    return [
        Attached(f"{name}.pdf", printed),
        Attached(f"{name}.xlsx", workbook(view, w, final=final, draft=False, paper=look.paper)),
    ]


def summary(
    group: OpenedGroup,
    grant: str,
    month: Month,
    *,
    own: Period | None = None,
    named: str = "",
    language: str = "",
) -> FunderView:
    """Returns the view from which the summary of one grant is made.

    Its language is that of the profile, or else `language`, or else the language of the group."""
    config, standing = group.config, group.standing
    entry = standing.plan.grants[grant]
    handed_on = handed_on_of(group, grant)
    if handed_on is not None and own is not None and not _is_whole_months(own):
        raise UsageError(BY_MONTHS)
    wanted = named or entry.profile
    chosen, problems = profile_of(config, wanted)
    reported = group.publications.finals.get(grant, [])
    plan = group.whole_plan if needs_expenses(chosen, entry, own) else standing.plan
    view = funder_view(
        plan,
        standing.totals,
        grant,
        chosen,
        month=month,
        organisation=config.organisation,
        contact=standing.plan.about.get(REACH, ""),
        language=language or config.language,
        left_out=left_out(standing.findings),
        own=own,
        reported=reported,
        told=problems,
        handed_on=handed_on,
        names=group_names(group),
    )
    return replace(view, names=sheet_words(config.language))


BY_MONTHS = (
    "Money of this grant is handed on, and groups tell by months what they spent. Name whole"
    " months: --from 2026-01-01 --to 2026-03-31."
)


def _is_whole_months(days: Period) -> bool:
    return days[0].day == 1 and days[1] == last_day(month_of(days[1]))


def handed_on_of(group: OpenedGroup, grant: str) -> HandedOn | None:
    """Returns the money of a host's grant that is handed on to groups, with their statements.
    Returns None if none is handed on."""
    host, plan = group.config.host, group.standing.plan
    if host is None or not is_handed_on(plan, grant):
        return None
    folder, codes = host.groups, list(group.standing.records.get(GROUPS.name, {}))
    return HandedOn(
        plan, group.standing.totals, grant, lambda month: newest_of(folder, codes, month)
    )


def group_names(group: OpenedGroup) -> dict[str, str]:
    """Returns the public names of the groups that agreed to be named, by their codes. A group
    agrees twice: in its row of Groups and in its own statement. It may withdraw this at any time.
    """
    host = group.config.host
    if host is None:
        return {}
    rows = group.standing.records.get(GROUPS.name, {})
    named = {code: of.get("public_name", "") for code, of in rows.items()}
    asked = [
        code
        for code, of in rows.items()
        if of.get("listed") == "yes" and named[code] and not is_silent(of)
    ]
    told = newest_of(host.groups, asked, month_of(group.today))
    return {code: named[code] for code, said in told.items() if said.listed}


def profile_of(config: Config, name: str) -> tuple[Profile, list[Finding]]:
    """Returns the profile with this name. If there is none, returns the default profile and a
    finding.

    Raises `ConfigError` if the profile has a mistake."""
    chosen = profile(name, config.profiles)
    if chosen is not None:
        return chosen, []
    usual = profile(USUAL)
    assert usual is not None
    return usual, [lacking("draft-profile-unknown", name)]
