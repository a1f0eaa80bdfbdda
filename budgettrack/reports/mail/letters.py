"""Writes mails as short documents. Each mail is made only from the view of its kind of reader."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.harm import HARMS
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import SheetWords
from budgettrack.core.figures.deadlines import DueDate
from budgettrack.core.views.funder_types import FunderView
from budgettrack.core.views.hosted import GroupsView
from budgettrack.core.views.internal import GrantStanding, HostView, InternalView
from budgettrack.core.views.public_types import PublicFacts, PublicView
from budgettrack.reports.base import formats
from budgettrack.reports.base.document import (
    Block,
    Bullets,
    Document,
    Fact,
    Facts,
    Heading,
    Link,
    Links,
    ReportTable,
    Section,
    TableCell,
    TableRow,
    Text,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import paragraphs
from budgettrack.reports.funder.glance import covered
from budgettrack.reports.site.corrections import PageNeighbours, changed
from budgettrack.reports.site.month_page import notices, own_words, sentences
from budgettrack.reports.site.stories import NO_PICTURES, stories
from budgettrack.reports.site.work import coming, done_now, late

MOST = 10
"""How many lines a list has at most. The mail says how many more there are."""

OF_A_KIND = 3
"""How many findings of one kind the mail about all groups has at most."""


class Sent(Struct, frozen=True):
    """What is known about the sending of a mail.

    `late`: how many days it is late. `again`: whether it replaces an earlier mail. `address`:
    the web address of the full report. `attached`: the names of attached files."""

    late: int = 0
    again: bool = False
    address: str = ""
    attached: Sequence[str] = ()


def public(view: PublicView, earlier: PublicFacts | None, w: Words, sent: Sent) -> Document:
    """Returns the monthly mail to the public. It begins with the words of the month's page.
    `earlier`: the facts of the page of the month before, or None if there is no such page."""
    month = formats.month(view.month, w.at)
    done = [each.activity or each.id for each in done_now(view, earlier)]
    sections = [
        Section(
            "where",
            w.say("What we did"),
            [*map(Text, own_words(view)), Bullets(sentences(view, w))],
        ),
        Section("stories", w.say("Stories"), stories(view.facts, NO_PICTURES)),
        Section("done", w.say("Done this month"), _bullets(done, w)),
        Section("late", w.say("Late"), _bullets(late(view, w), w)),
        Section("changed", w.say("What we corrected"), changed(view, PageNeighbours(), w)),
        Section("next", w.say("What is due next"), coming(view, w)),
        Section("about", w.say("About us"), _about(view.facts)),
    ]
    told = [section for section in sections if section.blocks]
    return _letter(view.facts.organisation, month, notices(view, w), told, w, sent)


def _about(facts: PublicFacts) -> list[Block]:
    """Returns the aims of the group and how to reach it. Returns nothing if the group says
    neither."""
    said = [*paragraphs(facts.about.get("aims", ""))[:1], facts.contact]
    return [Text(words) for words in said if words]


def _bullets(lines: list[str], w: Words) -> list[Block]:
    return [Bullets(_few(lines, w))] if lines else []


def funder(view: FunderView, w: Words, sent: Sent) -> Document:
    """Returns the mail that goes with a funder's summary. It is about that grant only."""

    def amount(units: int) -> str:
        return formats.money(units, view.currency, w.at)

    total, grant = view.total, view.grant
    facts = [
        Fact(
            w.say("Spent in this period"),
            amount(total.period_spent),
            w.say("planned: {amount}", amount=amount(total.period_budget)),
        ),
        Fact(
            w.say("Spent to date"),
            amount(total.spent),
            w.say("budget to date: {amount}", amount=amount(total.budget)),
        ),
        Fact(
            w.say("Available"),
            amount(total.available),
            w.say("committed: {amount}", amount=amount(total.committed)),
        ),
        Fact(w.say("Variance to date"), amount(total.variance)),
        Fact(
            w.say("Balance held"),
            formats.money(view.cash.balance, grant.currency, w.at),
            w.say(
                "received: {amount}", amount=formats.money(view.cash.received, grant.currency, w.at)
            ),
        ),
    ]
    adjusted = [
        w.say(
            "{line}: {was} was reported, {now} now",
            line=item.name or w.say("Spent outside the budget lines"),
            was=amount(item.was),
            now=amount(item.now),
        )
        for item in view.adjustments
    ]
    due = [_owed(item.what, item.due, late=False, w=w) for item in view.due if not item.late]
    sections = [
        Section("where", w.say("Where we stand"), [Facts(facts)]),
        Section(
            "changed",
            w.say("Adjustments to figures already reported"),
            [
                (
                    Bullets(_few(adjusted, w))
                    if adjusted
                    else Text(w.say("Nothing: no figure reported before has changed."))
                )
            ],
        ),
        Section(
            "next",
            w.say("What is due next"),
            [Bullets(_few(due, w)) if due else Text(w.say("Nothing is due."))],
        ),
    ]
    subject = f"{grant.title or grant.id}, {covered(view, w)}"
    return _letter(view.organisation, subject, (), sections, w, sent)


def host(view: HostView, w: Words, sent: Sent) -> Document:
    """Returns the mail for the host, the organisation that holds the money."""
    notes = [_provisional(view.month, w)] if view.provisional else []
    due = [_owed(item.what, item.due, late=False, w=w) for item in view.due]
    sections = [
        Section(
            "where",
            w.say("Money that {host} holds for us", host=view.host),
            [_money(view.grants, view.month, w)],
        ),
        Section(
            "next",
            w.say("What is due next"),
            [Bullets(_few(due, w)) if due else Text(w.say("Nothing is due."))],
        ),
    ]
    return _letter(view.organisation, formats.month(view.month, w.at), notes, sections, w, sent)


def internal(view: InternalView, w: Words, sent: Sent) -> Document:
    """Returns the monthly mail for the group's coordinators."""
    notes = [_provisional(view.month, w)] if view.provisional else []
    sections = [
        Section("where", w.say("Where we stand"), [_money(view.grants, view.month, w)]),
        _found(view, w),
        _coming(view, w),
    ]
    return _letter(view.organisation, formats.month(view.month, w.at), notes, sections, w, sent)


def reminder(view: InternalView, w: Words, sent: Sent) -> Document | None:
    """Returns the weekly reminder for coordinators.

    Returns None if there is nothing to remind them about."""
    if not (view.due or view.new or view.waiting):
        return None
    sections = []
    if view.waiting:
        sections.append(
            Section("waiting", w.say("Waits for you"), _to_close(view.waiting, view.unfinished, w))
        )
    if view.due:
        sections.append(_coming(view, w))
    if view.new:
        sections.append(_found(view, w))
    subject = w.say("reminder of {day}", day=formats.day(view.on, w.at))
    return _letter(view.organisation, subject, (), sections, w, sent)


def of_groups(view: GroupsView, w: Words, sent: Sent) -> Document | None:
    """Returns the host's mail about all its groups: what to do, the most harmful first.

    Returns None if nothing is to be done."""
    if not view.by_harm:
        return None
    names = sheet_words(w.language)
    counts = w.say(
        "Groups that are run: {groups}; groups that need somebody: {in_need}.",
        groups=formats.whole(view.groups, w.at),
        in_need=formats.whole(view.in_need, w.at),
    )
    sections = [Section("where", w.say("Where we stand"), [Text(counts)])]
    for harm, findings in view.by_harm.items():
        lines = _few_of_each(findings, w, names)
        sections.append(Section(harm, names.say(HARMS[harm]), [Bullets(lines)]))
    if view.to_tidy:
        left = w.say(
            "To tidy up, in the tab Checks: {number}.", number=formats.whole(view.to_tidy, w.at)
        )
        sections.append(Section("order", names.say(HARMS["order"]), [Text(left)]))
    subject = w.say("what our groups need, {day}", day=formats.day(view.on, w.at))
    return _letter(view.organisation, subject, (), sections, w, sent)


def _few_of_each(findings: Sequence[Finding], w: Words, names: SheetWords) -> list[str]:
    """Returns one line for each finding, in the given order, but at most `OF_A_KIND` lines for one
    kind. A last line says how many findings are left out. In this way a frequent kind does not hide
    a rare one."""
    shown: list[Finding] = []
    for finding in findings:
        if sum(one.code == finding.code for one in shown) < OF_A_KIND:
            shown.append(finding)
    lines = [_named_line(finding, w, names) for finding in shown]
    rest = len(findings) - len(shown)
    return [*lines, w.many("and {number} more", "and {number} more", rest)] if rest else lines


def _named_line(finding: Finding, w: Words, names: SheetWords) -> str:
    """Returns the line of a finding. It has the ID of the row, because people know a group by this
    ID."""
    line = finding.line(str(w.at), names)
    # If the program made the ID itself, as for a deadline, people do not know the ID.
    is_known = finding.id and finding.tab and ":" not in finding.id
    return f"{finding.id}, {line}" if is_known else line


def closing(
    organisation: str, months: Sequence[Month], grants: Sequence[str], w: Words, sent: Sent
) -> Document:
    """Returns the mail that asks the treasurer to close months, because summaries wait for this."""
    named = formats.listed([formats.month(month, w.at) for month in months], w.at)
    sections = [Section("waiting", w.say("Waits for you"), _to_close(grants, months, w))]
    return _letter(organisation, w.say("please close {month}", month=named), (), sections, w, sent)


def held_back(
    organisation: str,
    month: Month,
    reasons: Sequence[tuple[str, Sequence[str]]],
    w: Words,
    sent: Sent,
) -> Document:
    """Returns the mail that tells the treasurer which mails were not sent, and why. `reasons` has
    pairs: a recipient or a grant, and the reasons."""
    sections = [
        Section(
            "held",
            w.say("Not sent: {what}", what=subject),
            [
                Bullets(_few(list(lines), w)),
                Text(w.say("Mend it in the sheet; the next run sends it."), True),
            ],
        )
        for subject, lines in reasons
    ]
    return _letter(
        organisation,
        w.say("not sent, {month}", month=formats.month(month, w.at)),
        (),
        sections,
        w,
        sent,
    )


def failure(
    organisation: str, what: str, problems: Sequence[str], w: Words, sent: Sent
) -> Document:
    """Returns the mail that tells the operator what failed and what to do. Every problem has its
    remedy."""
    sections = [
        Section("what", w.say("What happened"), [Text(what), Bullets(problems)]),
        Section(
            "todo",
            w.say("What to do"),
            [
                Text(
                    w.say(
                        "Do what is said above, then run the same command again. It goes on where"
                        " it stopped."
                    )
                ),
                Text(
                    w.say(
                        "Nothing is sent twice. What it did so far: budgettrack cycles, budgettrack"
                        " deliveries."
                    )
                ),
            ],
        ),
    ]
    return _letter(organisation, w.say("the run failed"), (), sections, w, sent)


def alone(document: Document) -> Document:
    """Returns a page of the site in a form that can be sent as a single file. Links to other pages
    are removed, because those pages are not attached."""
    sections = []
    for section in document.sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, Links):
                continue
            if isinstance(block, ReportTable):
                rows = [dataclasses.replace(row, href="") for row in block.rows]
                blocks.append(dataclasses.replace(block, rows=rows))
            else:
                blocks.append(block)
        sections.append(dataclasses.replace(section, blocks=blocks))
    return dataclasses.replace(document, links=(), sections=sections)


def _letter(
    organisation: str,
    what: str,
    notes: Sequence[str],
    sections: Sequence[Section],
    w: Words,
    sent: Sent,
) -> Document:
    """Returns a mail: notes about its sending, the sections, and where the full report is."""
    notices = list(notes)
    if sent.again:
        notices.insert(0, w.say("This replaces the report of the same month that you have."))
    if sent.late:
        notices.insert(
            0,
            w.many("This comes {number} day late.", "This comes {number} days late.", sent.late),
        )
    more: list[Block] = []
    if sent.address:
        more.append(Links([Link(w.say("The whole of it"), sent.address)]))
    if sent.attached:
        more.append(
            Text(w.say("Attached: {files}.", files=formats.listed(list(sent.attached), w.at)))
        )
    if more:
        sections = [*sections, Section("more", w.say("More"), more)]
    title = f"{organisation}: {what}"
    return Document(
        title=title,
        organisation=organisation,
        language=w.language,
        right_to_left=w.right_to_left,
        heading=title,
        standing="",
        notices=notices,
        sections=sections,
        foot=w.say(
            "You get this because {organisation} put your address on its list. To be taken off it,"
            " answer this mail.",
            organisation=organisation,
        ),
    )


def _provisional(month: Month, w: Words) -> str:
    """Returns the note for a month that is not closed, so that its figures may still change."""
    return w.say(
        "Provisional: {month} is not closed yet, and its figures may still change.",
        month=formats.month(month, w.at),
    )


def _money(grants: Sequence[GrantStanding], month: Month, w: Words) -> ReportTable:
    """Returns the table of money by grant, up to the end of `month`."""
    rows = []
    for grant in grants:
        money = grant.money
        label = " · ".join(filter(None, (grant.id, grant.title))) or w.say("No grant")
        units = (money.received, money.spent, money.variance, money.balance)
        cells = [
            TableCell(formats.number(amount, money.currency, w.at), over=amount < 0)
            for amount in units
        ]
        rows.append(TableRow(label, cells, money.currency))
    headings = [
        Heading(w.say("Grant"), False),
        Heading(w.say("Received")),
        Heading(w.say("Spent")),
        Heading(w.say("Variance")),
        Heading(w.say("Balance held")),
    ]
    return ReportTable(
        w.say("To the end of {month}", month=formats.month(month, w.at)), headings, rows
    )


def _found(view: InternalView, w: Words) -> Section:
    """Returns the section about new findings."""
    names = sheet_words(w.language)
    lines = _few([finding.line(str(w.at), names) for finding in view.new], w)
    counts = w.say(
        "In all: errors, which keep rows out of the figures, {errors}; warnings, {warnings}. They"
        " stand in the tab Checks; if the workbook has none: budgettrack checks.",
        errors=formats.whole(view.mistakes, w.at),
        warnings=formats.whole(view.doubts, w.at),
    )
    blocks: list[Block] = [Bullets(lines)] if lines else []
    return Section("found", w.say("New in the checks"), [*blocks, Text(counts)])


def _coming(view: InternalView, w: Words) -> Section:
    """Returns the section about due dates."""
    lines = _few([_due(item, view.on, w) for item in view.due], w)
    blocks: list[Block] = [Bullets(lines)] if lines else [Text(w.say("Nothing is due."))]
    return Section("next", w.say("What is due next"), blocks)


def _due(each: DueDate, today: date, w: Words) -> str:
    return _owed(each.what, each.due, late=each.due < today, w=w)


def _owed(what: str, day: date, *, late: bool, w: Words) -> str:
    when, what = formats.day(day, w.at), sheet_words(w.language).report(what)
    if late:
        return w.say("{day}, late: {what}", day=when, what=what)
    return w.say("{day}: {what}", day=when, what=what)


def _to_close(grants: Sequence[str], months: Sequence[Month], w: Words) -> list[Block]:
    return [
        Text(
            w.say(
                "The summaries of {grants} wait to be sent until these months are closed:"
                " {months}.",
                grants=formats.listed(list(grants), w.at),
                months=formats.listed([formats.month(month, w.at) for month in months], w.at),
            )
        ),
        Text(
            w.say(
                "When every row of a month is in, type the day under Closed in the tab Months. The"
                " next run sends them."
            )
        ),
    ]


def _few(lines: list[str], w: Words) -> list[str]:
    """Returns at most `MOST` lines, and then a line that says how many are left out."""
    if len(lines) <= MOST:
        return lines
    rest = len(lines) - MOST
    return [*lines[:MOST], w.many("and {number} more", "and {number} more", rest)]
