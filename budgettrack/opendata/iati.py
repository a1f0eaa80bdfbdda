"""Writes two IATI 2.03 files (https://iatistandard.org), an activity file and an organisation
file, from the published pages only.

Each published grant is an activity. It has its status, dates without days, participating
organisations, original and revised budgets, money promised, received and spent, results, and links
to the pages of months. The date of spending is that of the page that first shows it, never that of
the payment. One more activity has the money that is not shown by grant, so that all activities sum
to the figures of the newest page. Budgets that are not shown by grant are left out.

Budgets and spending are in the currency of the organisation, as on the pages. The amount
promised and the money received are in the grant's own currency. The elements are in the order
that the schema requires."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lxml import etree
from msgspec import Struct

from budgettrack.config.open_data import FORBIDDEN, OpenData, Organisation
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.money import decimal, is_currency
from budgettrack.core.base.months import Month, first_day, last_day
from budgettrack.core.base.shares import is_share
from budgettrack.core.sealing.public import WITHHELD
from budgettrack.core.views.public_types import (
    IndicatorFigures,
    Progress,
    PublicFacts,
    PublicGrant,
)
from budgettrack.files import safe_name
from budgettrack.opendata.flows import (
    LONGEST,
    DatedView,
    Flow,
    PublicLabel,
    YearOfSpending,
    budgets,
    budgets_by_year,
    by_year,
    flows,
    within,
)
from budgettrack.reports.base.translations import Words
from budgettrack.reports.site.withheld_names import Discretion

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UNIT, PERCENTAGE = "1", "2"
"""The kinds of numbers of an indicator, by IATI's code list: a count, or a percentage."""
STATUS = {"awarded": "1", "active": "2", "closing": "3", "closed": "4"}
"""IATI's activity status for each state of a grant."""

INCOMING, EXPENDITURE, COMMITTED, PLEDGED = "1", "4", "11", "13"
PROMISED_ON, DISBURSED = "2", "3"
"""IATI's codes for types of transactions."""

FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"
"""IATI's codes for the roles of organisations."""

ORIGINAL, REVISED = "1", "2"

TOGETHER, WORK = "together", "work-"
"""The names of activities that are not grants: the money that is not shown by grant, and the
beginning of the names of work-plan activities. The activity of a grant has the ID of the grant as
its name."""


@dataclass(frozen=True, slots=True)
class IatiFiles:
    """Both files, and the findings about the group's data.

    `organisation` is None if the organisation has no identifier.
    """

    activities: bytes
    organisation: bytes | None
    findings: Sequence[Finding]


class SubGrantTold(Struct, frozen=True):
    """Money of a published grant that a host hands on to a group that agreed to be named.

    `grant`: the ID of the host's grant. `recipient`: the group's public name. `promised`: the whole
    sum, or None if it is not known, with the month in which it begins. `paid`: what was paid and,
    below zero, what came back, by month. All in minor units of `currency`."""

    grant: str
    recipient: str
    currency: str
    promised: int | None
    start: Month | None
    paid: Mapping[Month, int]


@dataclass(frozen=True, slots=True)
class Publisher:
    """The name of the group, its settings, and the translators for its languages, its own language
    first.

    `site` is the web address of the pages, or '' if they are not on the web. `handed_on`: what a
    host hands on to groups. What these groups spent is in their own files, and never here."""

    organisation: str
    settings: OpenData
    words: Sequence[Words]
    site: str = ""
    handed_on: Sequence[SubGrantTold] = ()


def made(pages: Sequence[DatedView], publisher: Publisher) -> IatiFiles:
    """Returns the activity file and the organisation file. The second is missing if the publisher
    has no identifier."""
    return _Making(pages, publisher).made()


@dataclass(slots=True)
class _Making:
    """Builds the two IATI files from the published pages of a site."""

    pages: Sequence[DatedView]
    publisher: Publisher
    findings: list[Finding] = field(default_factory=list)
    _spent: Mapping[PublicLabel, list[Flow]] = field(init=False)
    _gifts: Mapping[PublicLabel, list[Flow]] = field(init=False)
    _discretion: Discretion = field(init=False)

    def __post_init__(self) -> None:
        self._spent = _by_grant(flows(self.pages, "spent"))
        self._gifts = _by_grant(flows(self.pages, "gifts"))
        self._discretion = Discretion(self._settings.organisations)

    def made(self) -> IatiFiles:
        """Returns both files."""
        activities = self._file("iati-activities", self._activities())
        organisation = None
        if self._whole.ref:
            organisation = self._file("iati-organisations", [self._organisation()])
        else:
            self.findings.append(
                finding_at(
                    "[open_data.group]", "iati-publisher-without-identifier", name=self._whole.name
                )
            )
        return IatiFiles(activities, organisation, tuple(self.findings))

    @property
    def _whole(self) -> Organisation:
        """The organisation of the organisation file: the group, even if another organisation
        publishes for it."""
        return self._settings.group if self._settings.secondary else self._settings.reporter

    @property
    def _on(self) -> date:
        """The day on which the newest page was first published."""
        return self.pages[-1][1]

    @property
    def _facts(self) -> PublicFacts:
        """The public columns on the newest page."""
        return self.pages[-1][0].facts

    @property
    def _settings(self) -> OpenData:
        return self.publisher.settings

    def _file(self, tag: str, parts: Iterable[etree._Element]) -> bytes:
        """Returns a file with the elements `parts`."""
        out = io.BytesIO()
        with etree.xmlfile(out, encoding="utf-8") as file:
            file.write_declaration()
            # The date of this run is not used: the same pages must give the same bytes.
            with file.element(
                tag, {"version": "2.03", "generated-datetime": f"{self._on}T00:00:00Z"}
            ):
                file.write("\n")
                for part in parts:
                    file.write(part, pretty_print=True)
        out.write(b"\n")
        return out.getvalue()

    # Activities

    def _activities(self) -> Iterator[etree._Element]:
        """Yields all activities: each grant, one for the money that is not shown by grant, and
        the work-plan if the settings ask for it."""
        shown: set[PublicLabel] = set()
        for grant in self._facts.grants:
            wrong = list(self._wrong(grant))
            self.findings += wrong
            if any(finding.severity == "error" for finding in wrong):
                continue
            shown.add(grant.id)
            yield self._grant(grant)
        spent, gifts = (
            [flow for grant, those in moved.items() if grant not in shown for flow in those]
            for moved in (self._spent, self._gifts)
        )
        if spent or gifts:
            yield self._together(spent, gifts)
        self.findings += self._texts()
        if self._settings.work_plan:
            for activity in self._work():
                yield self._planned(activity)

    def _wrong(self, grant: PublicGrant) -> Iterator[Finding]:
        """Yields findings about a grant. If one of them has the severity "error", the grant is
        left out of the file."""
        yield from _fields_wrong(grant)
        for budget in budgets(grant, self.pages[-1][0].batches):
            if min(budget.original, budget.revised) < 0:
                yield _about_grant(
                    grant,
                    "iati-budget-below-zero",
                    first=str(budget.first),
                    last=str(budget.last),
                )
        funder = self._funder(grant)
        if not funder.ref and not funder.withheld:
            yield _about_grant(
                grant, "iati-funder-without-identifier", "funder", funder=grant.funder
            )
        for heading, text in (("Title", grant.title), ("Funder", grant.funder)):
            yield from _unclean("grants", f"'Grants' {grant.id}", grant.id, heading, text)
        early = [flow for flow in self._spent.get(grant.id, ()) if not within(flow.day, grant)]
        if early:
            yield _about_grant(grant, "iati-spending-outside-dates", month=early[0].page)
        last = self.pages[-1][0].month
        if grant.end and grant.end < last and grant.state == "active":
            yield _about_grant(grant, "iati-still-active", "state", end=grant.end)

    def _grant(self, grant: PublicGrant) -> etree._Element:
        """Returns the activity of a grant."""
        settings, words = self._settings, self.publisher.words
        funder = self._funder(grant)
        activity = self._activity(grant.id, "1" if settings.work_plan else "")
        title = self._told(grant.title) or self._said("Grant {id}", id=grant.id)
        _narratives(_sub(activity, "title"), title, words)
        described = self._said(
            "A grant of {funder} to {organisation}",
            funder=funder.name,
            organisation=settings.group.name,
        )
        _narratives(_sub(activity, "description", type="1"), described, words)
        self._part(activity, funder, FUNDING)
        if settings.secondary:
            self._part(activity, settings.reporter, ACCOUNTABLE)
        self._part(activity, settings.group, IMPLEMENTING)
        given = [one for one in self.publisher.handed_on if one.grant == grant.id]
        for name in dict.fromkeys(one.recipient for one in given):
            self._part(activity, self._named(name), IMPLEMENTING)
        _sub(activity, "activity-status", code=STATUS.get(grant.state, "2"))
        start = first_day(grant.start or "")
        begun = grant.state in ("active", "closing", "closed") and start <= self._on
        self._dates(activity, grant, start, begun)
        self._where(activity)
        _sub(activity, "default-finance-type", code="110")
        self._budgets(activity, grant)
        self._promised(activity, grant, funder, min(start, self._on), begun)
        self._received(activity, grant, funder)
        for flow in self._gifts.get(grant.id, ()):
            self._transaction(activity, INCOMING, flow, self._given(flow))
        for flow in self._spent.get(grant.id, ()):
            self._transaction(activity, EXPENDITURE, flow, self._shown(flow))
        for one in given:
            self._handed_on(activity, one)
        self._documents(activity)
        self._work_of(activity, grant)
        return activity

    def _received(self, activity: etree._Element, grant: PublicGrant, funder: Organisation) -> None:
        """Adds a transaction to the activity for each instalment: money received from the funder,
        or (as a negative amount) money returned to the funder."""
        for instalment in grant.instalments:
            if not instalment.units:
                continue
            came = instalment.units > 0
            says = self._said("Received") if came else self._said("Returned to the funder")
            day = min(last_day(instalment.month), self._on)
            transaction = self._shell(activity, INCOMING, day)
            self._value(transaction, instalment.units, day, grant.currency)
            _narratives(_sub(transaction, "description"), says, self.publisher.words)
            self._org(_sub(transaction, "provider-org"), funder)
            self._org(_sub(transaction, "receiver-org"), self._settings.group)

    def _handed_on(self, activity: etree._Element, given: SubGrantTold) -> None:
        """Adds the money of a grant that goes to a group: the sum that was promised, and the
        payments of each month."""
        # What was paid after the newest page was published is told with the next page.
        moved = [
            (DISBURSED, month, units)
            for month, units in sorted(given.paid.items())
            if units and first_day(month) <= self._on
        ]
        if given.promised and given.start:
            moved.insert(0, (PROMISED_ON, given.start, given.promised))
        for kind, month, units in moved:
            first, last = first_day(month), last_day(month)
            day = min(first if kind == PROMISED_ON else last, self._on)
            says = self._said("Promised to the group")
            if kind == DISBURSED:
                paid, back = self._said("Paid to the group"), self._said("Came back from the group")
                says = paid if units > 0 else back
            transaction = self._shell(activity, kind, day)
            self._value(transaction, units, day, given.currency)
            _narratives(_sub(transaction, "description"), says, self.publisher.words)
            self._org(_sub(transaction, "provider-org"), self._settings.group)
            self._org(_sub(transaction, "receiver-org"), self._named(given.recipient))

    def _shown(self, flow: Flow) -> dict[str, str]:
        """Returns a description of money that was spent: it names the page that first shows it."""
        if flow.correction:
            return self._said(
                "Correction of spending that earlier pages show, made in {month}", month=flow.page
            )
        return self._said("Spent, first shown in {month}", month=flow.page)

    def _given(self, flow: Flow) -> dict[str, str]:
        """Returns a description of gifts: it names the page that first shows them."""
        return self._said(
            "Gifts, membership fees and other money of single givers, first shown in {month}",
            month=flow.page,
        )

    def _dates(
        self, activity: etree._Element, grant: PublicGrant, start: date, begun: bool
    ) -> None:
        """Adds the planned dates of a grant. Also adds the actual start and end, if these days
        are past."""
        dates = [("1", start)]
        if begun:
            dates.append(("2", start))
        end = last_day(grant.end) if grant.end else None
        if end:
            dates.append(("3", end))
        if end and grant.state == "closed" and end <= self._on:
            dates.append(("4", end))
        for kind, day in dates:
            _sub(activity, "activity-date", **{"type": kind, "iso-date": str(day)})

    def _work_of(self, activity: etree._Element, grant: PublicGrant) -> None:
        """Adds the work that a grant pays for: related activities if the work-plan is published,
        otherwise results."""
        if self._settings.work_plan:
            for work in self._work():
                if work.id in grant.activities:
                    _sub(activity, "related-activity", type="2", ref=self._id(f"{WORK}{work.id}"))
        else:
            paid = [work for work in self._progress() if work.id in grant.activities]
            self._results(activity, paid)

    def _together(self, spent: Sequence[Flow], gifts: Sequence[Flow]) -> etree._Element:
        """Returns the activity for money that is not in the activity of any grant. Each amount of
        spending has a description with the reason.

        With this activity, all activities sum to the spending on the newest page."""
        settings, words = self._settings, self.publisher.words
        activity = self._activity(TOGETHER, "1" if settings.work_plan else "")
        _narratives(_sub(activity, "title"), self._said("What is told in sums alone"), words)
        _narratives(
            _sub(activity, "description", type="1"),
            self._said(
                "Money on no published grant, and money that cannot be told apart by grant. Each"
                " amount is a sum in which nobody's share can be seen. With the other activities it"
                " sums to the public page."
            ),
            words,
        )
        if settings.secondary:
            self._part(activity, settings.reporter, ACCOUNTABLE)
        self._part(activity, settings.group, IMPLEMENTING)
        _sub(activity, "activity-status", code="2")
        first = min(flow.day for flow in [*spent, *gifts]).replace(day=1)
        _sub(activity, "activity-date", **{"type": "2", "iso-date": str(first)})
        self._where(activity)
        for flow in gifts:
            self._transaction(activity, INCOMING, flow, self._given(flow))
        for flow in spent:
            self._transaction(activity, EXPENDITURE, flow, self._why(flow.grant))
        self._documents(activity)
        return activity

    def _why(self, grant: PublicLabel) -> dict[str, str]:
        """Returns a description of spending that is not in the activity of any grant, with the
        reason."""
        if grant == "":
            return self._said("Spent on no grant")
        if grant is None:
            return self._said("Money of several grants, not told apart. Reason: personal data")
        if grant == WITHHELD:
            return self._said(
                "Grants that are not told here. Reason: {reason}", reason=self._settings.because
            )
        return self._said("A grant that cannot be told by itself yet")

    def _planned(self, progress: Progress) -> etree._Element:
        """Returns an activity of the work-plan. It has no money. The grants that pay for it are
        its related activities."""
        settings = self._settings
        activity = self._activity(f"{WORK}{progress.id}", "2")
        _narratives(_sub(activity, "title"), self._told(progress.activity), self.publisher.words)
        _narratives(
            _sub(activity, "description", type="1"),
            self._told(progress.objective or progress.activity),
            self.publisher.words,
        )
        if progress.note:
            _narratives(
                _sub(activity, "description", type="2"),
                self._told(progress.note),
                self.publisher.words,
            )
        self._part(activity, settings.group, IMPLEMENTING)
        reached = {"done": "4", "dropped": "5", "planned": "1"}
        _sub(activity, "activity-status", code=reached.get(progress.status, "2"))
        assert progress.start is not None
        _sub(activity, "activity-date", **{"type": "1", "iso-date": str(first_day(progress.start))})
        if progress.end:
            _sub(
                activity, "activity-date", **{"type": "3", "iso-date": str(last_day(progress.end))}
            )
        self._where(activity)
        for grant in self._facts.grants:
            if progress.id in grant.activities and not FORBIDDEN.search(grant.id) and grant.start:
                _sub(activity, "related-activity", type="1", ref=self._id(grant.id))
        self._results(activity, [progress])
        return activity

    def _progress(self) -> Sequence[Progress]:
        """Returns the work-plan of the newest page that has one."""
        told = (view.facts.progress for view, _ in reversed(self.pages))
        return next((progress for progress in told if progress), ())

    def _work(self) -> Iterator[Progress]:
        """Yields the activities of the work-plan that can be published."""
        for activity in self._progress():
            if FORBIDDEN.search(activity.id):
                self._note(_about_work(activity, "iati-id-not-usable", example="A-12"))
            elif activity.start is None:
                self._note(_about_work(activity, "iati-without-start", "start"))
            elif activity.end and activity.end < activity.start:
                self._note(_about_work(activity, "iati-dates-turned", "end"))
            else:
                yield activity

    def _note(self, finding: Finding) -> None:
        """Adds a finding if it is new. Several methods check the work-plan, and two of them may
        find the same problem."""
        if finding not in self.findings:
            self.findings.append(finding)

    def _texts(self) -> Iterator[Finding]:
        """Yields findings about control characters in the work-plan."""
        for activity in self._progress():
            texts = (
                ("Activity", activity.activity),
                ("Milestone", activity.milestone),
                ("Progress note", activity.note),
            )
            for heading, text in texts:
                yield from _unclean(
                    "work_plan", f"'Work-plan' {activity.id}", activity.id, heading, text
                )
            for counted in self._counted(activity):
                for heading, text in (("Indicator", counted.indicator), ("Unit", counted.unit)):
                    where = f"'Indicators' {counted.id}"
                    yield from _unclean("indicators", where, counted.id, heading, text)

    # Parts of an activity

    def _id(self, name: str) -> str:
        """Returns the identifier of an activity.

        If an ID that people typed contains the name of a hidden organisation, the name is not in
        the identifier."""
        told = self._discretion.told(name)
        return f"{self._settings.reporter.ref}-{name if told == name else safe_name(told)}"

    def _activity(self, name: str, hierarchy: str) -> etree._Element:
        """Returns an activity element with its identifier and reporting organisation."""
        words = self.publisher.words
        activity = etree.Element(
            "iati-activity",
            {
                LANG: words[0].language,
                "default-currency": self._facts.currency,
                "last-updated-datetime": f"{self._on}T00:00:00Z",
                **({"hierarchy": hierarchy} if hierarchy else {}),
            },
        )
        _sub(activity, "iati-identifier").text = self._id(name)
        self._reporter(activity)
        return activity

    def _reporter(self, parent: etree._Element) -> None:
        """Adds the reporting organisation."""
        reporter = self._settings.reporter
        more = (
            {"secondary-reporter": "1"}
            if self._settings.secondary and parent.tag == "iati-activity"
            else {}
        )
        element = _sub(
            parent, "reporting-org", ref=reporter.ref, type=reporter.type or "24", **more
        )
        _narratives(element, reporter.name, self.publisher.words)

    def _funder(self, grant: PublicGrant) -> Organisation:
        """Returns the funder of a grant, with the name and identifier in the config."""
        return self._named(grant.funder)

    def _named(self, name: str) -> Organisation:
        """Returns an organisation with the name and identifier in the config.

        A hidden organisation has the reason in place of its name."""
        by_name = {
            " ".join(known.split()).casefold(): organisation
            for known, organisation in self._settings.organisations.items()
        }
        funder = by_name.get(" ".join(name.split()).casefold(), Organisation(name))
        if funder.withheld:
            reason = self._settings.because
            return Organisation(
                self.publisher.words[0].say("Not named. Reason: {reason}", reason=reason),
                withheld=True,
            )
        return funder

    def _part(self, activity: etree._Element, organisation: Organisation, role: str) -> None:
        """Adds an organisation that takes part in an activity."""
        self._org(_sub(activity, "participating-org", role=role), organisation)

    def _org(self, element: etree._Element, organisation: Organisation) -> None:
        """Writes the name, the identifier and the kind of an organisation into an element."""
        if organisation.ref:
            element.set("ref", organisation.ref)
        if organisation.type:
            element.set("type", organisation.type)
        _narratives(element, organisation.name, self.publisher.words)

    def _where(self, activity: etree._Element) -> None:
        """Adds the place (a country or a world region) and the sectors in the settings."""
        settings = self._settings
        if settings.country:
            _sub(activity, "recipient-country", code=settings.country)
        else:
            _sub(activity, "recipient-region", code=settings.region, vocabulary="1")
        for code, share in settings.sectors.items():
            part = {"percentage": f"{share:f}"} if len(settings.sectors) > 1 else {}
            _sub(activity, "sector", vocabulary="1", code=code, **part)

    def _budgets(self, activity: etree._Element, grant: PublicGrant) -> None:
        """Adds the budgets. Revised budgets are added only if a period differs from the
        original."""
        periods = budgets(grant, self.pages[-1][0].batches)
        changed = any(period.original != period.revised for period in periods)
        for kind in (ORIGINAL, REVISED) if changed else (ORIGINAL,):
            for period in periods:
                budget = _sub(activity, "budget", type=kind, status="2")
                _period(budget, first_day(period.first), last_day(period.last))
                self._value(
                    budget,
                    period.original if kind == ORIGINAL else period.revised,
                    first_day(period.first),
                )

    def _promised(
        self,
        activity: etree._Element,
        grant: PublicGrant,
        funder: Organisation,
        day: date,
        begun: bool,
    ) -> None:
        """Adds the amount of the grant: as a commitment if the grant has begun, otherwise as a
        pledge."""
        if grant.amount is None:
            return
        says = self._said("Agreed") if begun else self._said("Awarded, and not begun")
        transaction = self._shell(activity, COMMITTED if begun else PLEDGED, day)
        self._value(transaction, grant.amount, day, grant.currency)
        _narratives(_sub(transaction, "description"), says, self.publisher.words)
        self._org(_sub(transaction, "provider-org"), funder)
        self._org(_sub(transaction, "receiver-org"), self._settings.group)

    def _transaction(
        self, activity: etree._Element, kind: str, flow: Flow, says: Mapping[str, str]
    ) -> None:
        """Adds a transaction that does not name the other side: spending, or gifts."""
        transaction = self._shell(activity, kind, flow.day)
        self._value(transaction, flow.units, flow.day)
        _narratives(_sub(transaction, "description"), says, self.publisher.words)

    @staticmethod
    def _shell(activity: etree._Element, kind: str, day: date) -> etree._Element:
        """Adds a transaction element with its type and date."""
        transaction = _sub(activity, "transaction")
        _sub(transaction, "transaction-type", code=kind)
        _sub(transaction, "transaction-date", **{"iso-date": str(day)})
        return transaction

    def _value(self, parent: etree._Element, units: int, day: date, currency: str = "") -> None:
        """Adds an amount in minor units. An empty `currency` means the base currency."""
        value = _sub(parent, "value", **{"value-date": str(day)})
        if currency and currency != self._facts.currency:
            value.set("currency", currency)
        value.text = decimal(units, currency or self._facts.currency)

    def _documents(self, activity: etree._Element) -> None:
        """Adds links to the newest pages and to the page of exclusions."""
        if not self.publisher.site:
            return
        for view, on in self.pages[-LONGEST:]:
            title = self._said("Our work and money in {month}", month=view.month)
            self._document(activity, f"{view.month}.html", "A12", title, on)
        self._document(
            activity, EXCLUSIONS, "B08", self._said("What we do not publish, and why"), self._on
        )

    def _document(
        self, parent: etree._Element, name: str, category: str, title: Mapping[str, str], on: date
    ) -> None:
        """Adds a link to a page of the site."""
        link = _sub(
            parent, "document-link", format="text/html", url=f"{self.publisher.site}/{name}"
        )
        _narratives(_sub(link, "title"), title, self.publisher.words)
        _sub(link, "category", code=category)
        _sub(link, "language", code=self.publisher.words[0].at.language)
        _sub(link, "document-date", **{"iso-date": str(on)})

    def _results(self, activity: etree._Element, activities: Sequence[Progress]) -> None:
        """Adds results for activities with an indicator, a target and dates."""
        for progress in activities:
            start, end = progress.start, progress.end or progress.start
            if start is None or end is None or end < start:
                continue
            for counted in self._counted(progress):
                if counted.target is not None and counted.indicator:
                    self._result(activity, progress, counted, (start, end))

    def _counted(self, progress: Progress) -> list[IndicatorFigures]:
        """Returns the indicators of an activity."""
        told = (view.facts for view, _ in reversed(self.pages))
        facts = next((facts for facts in told if facts.progress), self._facts)
        return [each for each in facts.indicators if each.activity == progress.id]

    def _result(
        self,
        activity: etree._Element,
        progress: Progress,
        counted: IndicatorFigures,
        dates: tuple[Month, Month],
    ) -> None:
        """Adds the result that an indicator measures."""
        start, end = dates
        result = _sub(activity, "result", type="1", **{"aggregation-status": "0"})
        _narratives(
            _sub(result, "title"),
            self._told(progress.milestone or progress.activity),
            self.publisher.words,
        )
        measure = PERCENTAGE if is_share(counted.unit) else UNIT
        indicator = _sub(result, "indicator", measure=measure, ascending="1")
        _narratives(_sub(indicator, "title"), self._told(counted.name), self.publisher.words)
        if counted.baseline is not None:
            _sub(indicator, "baseline", year=start[:4], value=f"{counted.baseline:f}")
        period = _sub(indicator, "period")
        _period(period, first_day(start), last_day(end))
        _sub(period, "target", value=f"{counted.target:f}")
        if counted.to_date is not None:
            _sub(period, "actual", value=f"{counted.to_date:f}")

    # The organisation

    def _organisation(self) -> etree._Element:
        """Returns the element of the organisation file: yearly budgets, and spending by
        category."""
        words = self.publisher.words
        element = etree.Element(
            "iati-organisation",
            {
                LANG: words[0].language,
                "default-currency": self._facts.currency,
                "last-updated-datetime": f"{self._on}T00:00:00Z",
            },
        )
        _sub(element, "organisation-identifier").text = self._whole.ref
        _narratives(_sub(element, "name"), self._whole.name, words)
        self._reporter(element)
        batches = self.pages[-1][0].batches
        for year, units in budgets_by_year(self._facts.grants, batches).items():
            if units < 0:
                self.findings.append(finding_at("'Budget'", "iati-year-below-zero", year=year))
                continue
            budget = _sub(element, "total-budget", status="2")
            _period(budget, date(int(year), 1, 1), date(int(year), 12, 31))
            self._value(budget, units, date(int(year), 1, 1))
        for spending in by_year(batches):
            self._expenditure(element, spending)
        if self.publisher.site:
            self._document(element, "index.html", "B16", self._said("Our open books"), self._on)
            self._document(
                element, EXCLUSIONS, "B08", self._said("What we do not publish, and why"), self._on
            )
        return element

    def _expenditure(self, parent: etree._Element, spending: YearOfSpending) -> None:
        """Adds the spending of a year, with a line for each category."""
        first, last = first_day(spending.first), last_day(spending.last)
        day = min(last, self._on)
        expenditure = _sub(parent, "total-expenditure")
        _period(expenditure, first, last)
        self._value(expenditure, sum(spending.lines.values()), day)
        for category, units in spending.lines.items():
            ref = re.sub(r"\s+", "-", self._told(category or "")) or "none"
            line = _sub(expenditure, "expense-line", ref="several" if category is None else ref)
            self._value(line, units, day)
            _narratives(line, self._category(category), self.publisher.words)

    def _category(self, category: PublicLabel) -> str | dict[str, str]:
        """Returns the name of a line of expenses."""
        if category is None:
            return self._said("Several categories, not told apart. Reason: personal data")
        if category == WITHHELD:
            return self._said("Not told here. Reason: {reason}", reason=self._settings.because)
        return self._told(category) or self._said("No category")

    def _told(self, text: str) -> str:
        """Returns a text of the workbook without the names of hidden or renamed organisations."""
        return self._discretion.told(text)

    def _said(self, text: str, **values: str) -> dict[str, str]:
        """Returns a text of the program in every language."""
        return {
            translator.language: translator.say(text, **values)
            for translator in self.publisher.words
        }


EXCLUSIONS = "exclusions.html"
"""The page that says which data is not published, and why."""


def _by_grant(all_flows: Iterable[Flow]) -> dict[PublicLabel, list[Flow]]:
    """Groups flows by grant, oldest first."""
    groups: dict[PublicLabel, list[Flow]] = {}
    for flow in all_flows:
        groups.setdefault(flow.grant, []).append(flow)
    return groups


def _fields_wrong(grant: PublicGrant) -> Iterator[Finding]:
    """Yields findings about single fields of a grant."""
    if FORBIDDEN.search(grant.id):
        yield _about_grant(grant, "iati-id-not-usable", example="G-12")
    if grant.id == TOGETHER or grant.id.startswith(WORK):
        yield _about_grant(grant, "iati-id-reserved")
    if grant.start is None:
        yield _about_grant(grant, "iati-without-start", "start")
    if grant.start and grant.end and grant.end < grant.start:
        yield _about_grant(grant, "iati-dates-turned", "end")
    if not is_currency(grant.currency):
        yield _about_grant(grant, "iati-currency-not-listed", "currency", currency=grant.currency)
    if not grant.funder.strip():
        yield _about_grant(grant, "iati-funder-missing", "funder")


def _about_grant(grant: PublicGrant, code: str, field: str = "", /, **values: str) -> Finding:
    """Returns a finding about a grant."""
    where = f"'Grants' {grant.id}"
    return Finding(code, "grants", grant.id, field, tuple(values.items()), where=where)


def _about_work(progress: Progress, code: str, field: str = "", /, **values: str) -> Finding:
    """Returns a finding about an activity of the work-plan."""
    where = f"'Work-plan' {progress.id}"
    return Finding(code, "work_plan", progress.id, field, tuple(values.items()), where=where)


def _unclean(table: str, where: str, record: str, heading: str, text: str) -> Iterator[Finding]:
    """Yields a finding if a text contains control characters."""
    if clean(text) != text:
        values = (("heading", heading),)
        field = heading.lower().replace(" ", "_")
        yield Finding("iati-control-character", table, record, field, values, where=where)


def _sub(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    """Adds a child element and returns it."""
    return etree.SubElement(parent, tag, dict(attributes))


def _narratives(
    parent: etree._Element, text: str | Mapping[str, str], words: Sequence[Words]
) -> None:
    """Adds a text as narrative elements.

    A plain text is in the main language of the file. A mapping has the text in several
    languages, and every language except the main one is marked."""
    own = words[0].language
    for language, translation in ({own: text} if isinstance(text, str) else text).items():
        narrative = _sub(parent, "narrative")
        if language != own:
            narrative.set(LANG, language)
        narrative.text = clean(translation)


def clean(text: str) -> str:
    """Returns a text in which characters that XML forbids (control characters, surrogates) are
    replaced by spaces."""
    return "".join(letter if _allowed(ord(letter)) else " " for letter in text)


def _allowed(code: int) -> bool:
    """Whether XML 1.0 allows a character (https://www.w3.org/TR/xml/#charsets)."""
    return (
        code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    )


def _period(parent: etree._Element, first: date, last: date) -> None:
    """Adds the first and the last day of a period."""
    _sub(parent, "period-start", **{"iso-date": str(first)})
    _sub(parent, "period-end", **{"iso-date": str(last)})
