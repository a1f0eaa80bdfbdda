"""Makes the deadlines of reports from the reporting rhythm of each grant (how often it reports),
and lists everything that is due."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Set
from datetime import date, timedelta

from msgspec import Struct

from budgettrack.core.base import months
from budgettrack.core.base.sheet_words import ENGLISH, REPORT_NAME, SheetWords
from budgettrack.core.figures.supplies import lots_at
from budgettrack.core.records.model import RETURNED, Fields, GivenGrant, Grant, Income, Plan

USUAL_DAYS = 30
"""If the grant gives no number of days, its report is due this many days after the end of the
period (2 CFR 200.329: 30 days)."""

LENGTH = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


class ReportingPeriod(Struct, frozen=True):
    """One reporting period of a grant: its name in IDs (`2026-Q1`), its first and its last day."""

    name: str
    start: date
    end: date

    @property
    def words(self) -> str:
        """The period as text, such as `January to March 2026` or `December 2025 to February 2026`.

        A period of one month is `March 2026`."""
        first, last = f"{self.start:%B}", f"{self.end:%B %Y}"
        if (self.start.year, self.start.month) == (self.end.year, self.end.month):
            return last
        return (
            f"{first} to {last}"
            if self.start.year == self.end.year
            else f"{first} {self.start.year} to {last}"
        )


def reporting_periods(grant: Grant) -> list[ReportingPeriod]:
    """Returns the reporting periods of a grant. Returns [] if the grant has no dates or no rhythm.

    Calendar periods, such as quarters, may be cut short by the start of the grant. Periods that are
    counted from the grant's start have their full length. The last period always ends at the
    grant's end."""
    start, end = grant.start, grant.end
    if start is None or end is None or end < start or not grant.report_every:
        return []
    if grant.report_every == "end":
        return [ReportingPeriod("end", start, end)]
    length = LENGTH[grant.report_every]
    return list(_counted(start, end, length, calendar=grant.periods_from != "grant start"))


def _counted(start: date, end: date, length: int, *, calendar: bool) -> Iterator[ReportingPeriod]:
    """Yields the periods of `length` months, counted from 1 January (`calendar`) or from the
    grant's start."""
    origin = date(start.year, 1, 1) if calendar else start
    for number in itertools.count():
        first = months.add_months(origin, number * length)
        last = months.add_months(origin, (number + 1) * length) - timedelta(days=1)
        if first > end:
            return
        if last >= start:
            # The name of a period does not change if the grant cuts the period short.
            # So the ID stays the same if the grant is prolonged or shortened.
            name = calendar_name(first, length) if calendar else _span(first, last, length)
            yield ReportingPeriod(name, max(first, start), min(last, end))


def calendar_name(first: date, length: int) -> str:
    """Returns the name of a period of the calendar by its first day and its length in months:
    `2026-01`, `2026-Q1`, `2026-H1` or `2026`."""
    part = {
        1: f"-{first.month:02d}",
        3: f"-Q{first.month // 3 + 1}",
        6: f"-H{first.month // 6 + 1}",
        12: "",
    }[length]
    return f"{first.year}{part}"


def _span(first: date, last: date, length: int) -> str:
    one, other = months.month_of(first), months.month_of(last)
    return one if length == 1 else f"{one}..{other}"


def derived(plan: Plan) -> dict[str, Fields]:
    """Returns the report deadlines that follow from all active and closing grants, and from money
    that is handed on.

    Each key is an ID (`report:G-1:2026-Q1`). The fields are: what is due, the day, the grant, and
    the day that the program calculated."""
    reports: dict[str, Fields] = {}
    for grant in plan.grants.values():
        if not grant.is_running:
            continue
        days = USUAL_DAYS if grant.report_within is None else grant.report_within
        whole = reporting_periods(grant)
        for period in whole:
            due = (period.end + timedelta(days=days)).isoformat()
            # The report at the end of the grant is called final.
            # But the only report of a grant is not called final.
            last = (period is whole[-1] and len(whole) > 1) or period.name == "end"
            what = f"{'Final report' if last else 'Report'} to {grant.funder} for {period.words}"
            reports[f"report:{grant.id}:{period.name}"] = {
                "what": what,
                "due": due,
                "grant": grant.id,
                "derived": due,
            }
    for given in plan.given.values():
        if given.group:
            reports |= _owed_to_us(given)
    return reports


def _owed_to_us(given: GivenGrant) -> dict[str, Fields]:
    """Returns the deadlines of reports that groups must send us about money that we handed on to
    them."""
    as_grant = Grant(
        given.id,
        given.group,
        "",
        given.state,
        given.currency,
        given.amount,
        given.start,
        given.end,
        report_every=given.report_every,
    )
    if not as_grant.is_running:
        return {}
    days = USUAL_DAYS if given.report_within is None else given.report_within
    owed: dict[str, Fields] = {}
    for period in reporting_periods(as_grant):
        due = (period.end + timedelta(days=days)).isoformat()
        owed[f"report:{given.id}:{period.name}"] = {
            "what": f"Report of {given.group} for {period.words}",
            "due": due,
            "derived": due,
        } | ({"grant": given.grant} if given.grant else {})
    return owed


def is_owed_by_a_group(plan: Plan, deadline_id: str) -> bool:
    """Whether a deadline is a report that a group must send us. Only we and the group know of it:
    a funder may not know the group."""
    kind, _, rest = deadline_id.partition(":")
    return kind == "report" and rest.partition(":")[0] in plan.given


def is_derived_words(what: str) -> bool:
    """Whether the program wrote the text of a deadline. The program changes only its own texts."""
    return REPORT_NAME.fullmatch(what) is not None


def merge_derived(
    derived: Mapping[str, Fields],
    held: Mapping[str, Fields],
    removed: Set[str],
    unread: Set[str] = frozenset(),
) -> list[tuple[str, Fields | None]]:
    """Returns the changes to the deadlines in the register. Each is a pair: an ID and the new
    fields, or an ID and None to remove the deadline.

    `unread`: the grants whose row has a mistake. It is not known which deadlines follow from such a
    grant, so its deadlines stay. A date that a person changed stays until the calculated date
    itself changes. A deadline that a person deleted (`removed`) stays deleted. A deadline that is
    done stays, even if the rhythm changes. The text changes with the grant ("Final report" becomes
    "Report" if the grant is prolonged), unless a person wrote it."""
    changes: list[tuple[str, Fields | None]] = []
    for id_, fields in derived.items():
        known = held.get(id_)
        if known is not None:
            now = _following(known, fields)
            if now != known:
                changes.append((id_, now))
        elif id_ not in removed:
            changes.append((id_, fields))
    for id_, known in held.items():
        # If the grant ends earlier now, later reports are no longer owed.
        # But deadlines that are done stay, even after the end of the grant.
        if id_ in derived or known.get("grant") in unread:
            continue
        if known.get("derived") and not known.get("done_on"):
            changes.append((id_, None))
    return changes


def _following(known: Fields, derived: Fields) -> Fields:
    """Returns the fields of a known deadline after the grant has changed."""
    now = dict(known)
    if known.get("derived", "") != derived["derived"]:
        # People typed this deadline before the program knew the grant, so their date stays.
        if "derived" in known or not known.get("due"):
            now["due"] = derived["due"]
        now["derived"] = derived["derived"]
    if is_derived_words(known.get("what", "")) and not known.get("done_on"):
        now["what"] = derived["what"]
    return now


class DueDate(Struct, frozen=True):
    """One thing that is due: the ID of its record, and the field that has the date."""

    id: str
    what: str
    due: date
    grant: str = ""
    field: str = "due"


def upcoming(
    plan: Plan, today: date, within: int | None = None, words: SheetWords = ENGLISH
) -> list[DueDate]:
    """Returns everything that is due and not done, the soonest first. What is late is in it, too.

    If `within` is given, only what is due within this number of days from today is returned.
    `words` is the language of the texts."""
    last = date.max if within is None else today + timedelta(days=within)
    due = [
        *_deadlines_due(plan, words),
        *_grants_ending(plan, words),
        *_money_that_may_come(plan, words),
        *_money_expected(plan, words),
        *_resources_due(plan, words),
        *_agreements_due(plan, words),
        *_lots_ending(plan, today, words),
        *_milestones_due(plan, words),
    ]
    soon = [item for item in due if item.due <= last]
    return sorted(soon, key=lambda item: (item.due, item.id))


def _deadlines_due(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for deadline in plan.deadlines.values():
        if not deadline.done_on:
            what = words.report(deadline.what)
            yield DueDate(deadline.id, what, deadline.due, deadline.grant)


def _grants_ending(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for grant in plan.grants.values():
        if grant.is_running and grant.end:
            what = words.say("Grant ends: {name}", name=grant.title or grant.funder)
            yield DueDate(grant.id, what, grant.end, grant.id, "end")


def _money_that_may_come(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for grant in plan.grants.values():
        name = grant.title or grant.funder
        if grant.open_application:
            what = words.say("Apply to {name}", name=_by_funder(grant))
            yield DueDate(grant.id, what, grant.open_application, grant.id, "apply_by")
        if grant.open_decision:
            what = words.say("Decision expected: {name}", name=_by_funder(grant))
            yield DueDate(grant.id, what, grant.open_decision, grant.id, "decision_on")
        if grant.next_step_due and grant.state not in ("closed", "declined"):
            what = grant.next_step or words.say("Next step: {name}", name=name)
            yield DueDate(grant.id, what, grant.next_step_due, grant.id, "next_step_due")


def _money_expected(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for income in plan.income.values():
        if income.is_expected:
            what = _to_come(income, plan.grants.get(income.grant), words)
            yield DueDate(income.id, what, income.date, income.grant, "date")


def _to_come(income: Income, grant: Grant | None, words: SheetWords) -> str:
    """Returns in words which money is expected, or which money is to go back."""
    if income.kind == RETURNED:
        if grant:
            return words.say("Money goes back to {funder}", funder=grant.funder)
        return words.say("Money goes back to its funder")
    kind = words.choice(income.kind).capitalize()
    if grant:
        return words.say("{kind} expected from {funder}", kind=kind, funder=grant.funder)
    return words.say("{kind} expected", kind=kind)


def _resources_due(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    agreed = {agreement.resource for agreement in plan.agreements.values()}
    for resource in plan.resources.values():
        if not resource.is_agreed:
            continue
        name = resource.description or words.choice(resource.kind)
        # If a resource has an agreement, the review of the agreement is listed in its place.
        if resource.review_on and resource.id not in agreed:
            what = words.say("Review the agreement: {name}", name=name)
            yield DueDate(resource.id, what, resource.review_on, "", "review_on")
        if resource.until:
            what = words.say("Lapses: {name}", name=name)
            yield DueDate(resource.id, what, resource.until, "", "until")


def _agreements_due(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for agreement in plan.agreements.values():
        if not agreement.is_in_force:
            continue
        name = f"{words.choice(agreement.kind)}, {agreement.other_party}"
        grant = agreement.grant
        if agreement.review_on:
            what = words.say("Review the agreement: {name}", name=name)
            yield DueDate(agreement.id, what, agreement.review_on, grant, "review_on")
        if agreement.notice_by:
            what = words.say("Last day to give notice: {name}", name=name)
            yield DueDate(agreement.id, what, agreement.notice_by, grant, "notice_days")
        if agreement.until:
            what = words.say("Agreement ends: {name}", name=name)
            yield DueDate(agreement.id, what, agreement.until, grant, "until")


def _lots_ending(plan: Plan, today: date, words: SheetWords) -> Iterator[DueDate]:
    for each in lots_at(plan, today):
        lot = each.lot
        if lot.expiry and each.is_somewhere:
            name = f"{lot.kind}, {lot.batch or lot.id}"
            yield DueDate(
                lot.id, words.say("Lot expires: {name}", name=name), lot.expiry, "", "expiry"
            )


def _milestones_due(plan: Plan, words: SheetWords) -> Iterator[DueDate]:
    for activity in plan.activities.values():
        if activity.end and not activity.is_finished:
            milestone = activity.milestone
            what = (
                words.say("Milestone: {name}", name=milestone) if milestone else activity.activity
            )
            yield DueDate(activity.id, what, activity.end, "", "end")


def _by_funder(grant: Grant) -> str:
    """Returns the name of the funder followed by the name of the grant."""
    return f"{grant.funder}: {grant.title}" if grant.title else grant.funder
