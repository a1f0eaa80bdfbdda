"""The funder summary of one grant, as a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.views.funder_types import FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base.activities import work
from budgettrack.reports.base.document import (
    Block,
    Document,
    Heading,
    ReportTable,
    Section,
    TableCell,
    TableRow,
    Text,
    Works,
)
from budgettrack.reports.base.indicators import FINISHED, indicators_blocks, still_counted
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import left_out
from budgettrack.reports.funder.budget import annex, budget, reading
from budgettrack.reports.funder.glance import covered, glance, narrative
from budgettrack.reports.funder.groups import groups_section, where
from budgettrack.reports.funder.limits import limits
from budgettrack.reports.funder.money import (
    adjustments,
    cash,
    expenses,
    match,
    reconcile,
    to_the_end_of,
)
from budgettrack.reports.funder.wanting import tell


def document(
    view: FunderView, w: Words, final: date | None = None, *, draft: bool = True
) -> Document:
    """Returns the summary as a document.

    A draft begins with a list of what the treasurer must still fill in. `final` is the day on
    which the summary became final, or None for a draft."""
    grant = view.grant
    parts: dict[str, tuple[str, Callable[[FunderView, Words], Sequence[Block]]]] = {
        "glance": (w.say("The grant at a glance"), glance),
        "budget": (w.say("Budget, spending and variance"), budget),
        "expenses": (w.say("Expenses of the period"), expenses),
        "adjustments": (w.say("Adjustments to figures already reported"), adjustments),
        "reconcile": (w.say("How this agrees with the books"), reconcile),
        "cash": (w.say("Cash position"), cash),
        "work": (w.say("Progress on the activities it pays for"), _work),
        "match": (w.say("Match in kind"), match),
        "due": (w.say("What is due next"), _due),
        "limits": (w.say("Variance limits"), limits),
        "reading": (w.say("How to read this"), reading),
    }
    sections = [
        Section(name, parts[name][0], blocks)
        for name in view.profile.sections
        if (blocks := parts[name][1](view, w))
    ]
    if told := narrative(view, w):
        # The narrative stands on the first page, after the key figures if the profile has them.
        place = 1 if sections and sections[0].name == "glance" else 0
        sections.insert(place, Section("narrative", w.say("In our own words"), told))
    if "budget" in view.profile.sections and (figures := annex(view, w)):
        sections.append(Section("annex", w.say("Annex: all figures"), figures))
    if view.together is not None:
        _insert_groups(sections, view, w)
    notices = []
    if final is None and draft:
        sections.insert(
            0,
            Section(
                "tell",
                w.say("For the treasurer: what is missing before this may be sent"),
                tell(view, w),
            ),
        )
        notices.append(
            w.say("Draft: not for the funder yet. The final one has no list for the treasurer.")
        )
    elif final is not None:
        notices.append(
            w.say("Final. These figures were reported on {day}.", day=formats.day(final, w.at))
        )
    if view.left_out:
        notices.append(left_out(view.left_out, w))
    whose = " · ".join(filter(None, (grant.funder, grant.id, grant.agreement_reference)))
    return Document(
        title=f"{view.organisation}: {grant.title or grant.id}, {covered(view, w)}",
        organisation=view.organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=f"{grant.title or grant.id}, {covered(view, w)}",
        standing=w.say(
            "{grant}. Period {period}; figures to the end of {day}. All amounts are in {currency}.",
            grant=whose,
            period=formats.days(*view.period, w.at),
            day=to_the_end_of(view.until, w),
            currency=view.currency,
        ),
        notices=notices,
        sections=sections,
        foot=" ".join(
            filter(
                None,
                (
                    w.say(
                        "Prepared by {organisation} for {funder}.",
                        organisation=view.organisation,
                        funder=grant.funder,
                    ),
                    view.contact,
                ),
            )
        ),
        wide=True,
    )


def _insert_groups(sections: list[Section], view: FunderView, w: Words) -> None:
    """Inserts two sections after the budget: what groups spent, and where the money is. Every
    summary of money that is handed on has both, even if the profile leaves out other sections."""
    blocks = groups_section(view, w)
    if "cash" not in view.profile.sections:
        blocks += where(view, w)
    names = [section.name for section in sections]
    place = names.index("budget") + 1 if "budget" in names else len(sections)
    sections.insert(place, Section("groups", w.say("Money handed on to groups"), blocks))


def _work(view: FunderView, w: Words) -> list[Block]:
    """Returns the activities that the grant pays for, finished ones last."""
    if not view.progress:
        return [Text(w.say("No budget line of this grant names an activity."), True)]
    activities = sorted(view.progress, key=lambda progress: progress.status in FINISHED)
    blocks: list[Block] = [Works([work(each, view.indicators, w) for each in activities])]
    if counted := still_counted(view.indicators, view.progress):
        names = {progress.id: progress.activity for progress in view.progress}
        blocks += indicators_blocks(counted, names, w.say("This period"), w)
    return blocks


def _due(view: FunderView, w: Words) -> list[Block]:
    """Returns the table of due dates."""
    if not view.due:
        return [Text(w.say("Nothing is due."), True)]
    rows = [
        TableRow(
            sheet_words(w.language).report(item.what),
            [
                TableCell(formats.day(item.due, w.at)),
                TableCell(w.say("late") if item.late else w.say("to come"), over=item.late),
            ],
        )
        for item in view.due
    ]
    headings = [
        Heading(w.say("What"), False),
        Heading(w.say("Due"), False),
        Heading(w.say("State"), False),
    ]
    return [ReportTable(w.say("Owed for this grant"), headings, rows)]
