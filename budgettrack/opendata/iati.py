"""IATI 2.03 (https://iatistandard.org): an activity file and an organisation file, from the
published pages alone.

Each published grant is an activity: status, dates by month, who takes part, original and revised
budgets, money promised, received and spent by month, results, and the months' pages. Spending by
category is in the organisation file: by grant and category at once, single payments could be
computed. What is not told by grant is one activity more, so that all activities together sum to the
newest page.

Amounts are in the organisation's currency at the grants' budget rates, as on the pages; what was
promised is in the grant's own. Elements stand in the order of the schema."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from budgettrack.config.open_data import FORBIDDEN, OpenData, Organisation
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.money import decimal, is_currency
from budgettrack.core.base.months import first_day, last_day, months
from budgettrack.core.records.model import Plan
from budgettrack.core.views.audience import Progress
from budgettrack.core.views.public_types import PublicGrant
from budgettrack.core.views.published import UNBUDGETED, UNRESTRICTED
from budgettrack.opendata import flows
from budgettrack.opendata.flows import Budget, DatedView, Flow, Planned
from budgettrack.reports.base.translations import Words
from budgettrack.reports.site.withheld_names import Discretion

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
STATUS = {"awarded": "1", "active": "2", "closing": "3", "closed": "4"}
"""IATI's activity status of a grant's state."""

INCOMING, EXPENDITURE, COMMITTED, PLEDGED = "1", "4", "11", "13"
"""IATI's types of transactions."""

FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"
"""IATI's roles of organisations."""

ORIGINAL, REVISED = "1", "2"

TOGETHER, WORK = "together", "work-"
"""Names of parts that are no grant; a grant's own is its ID."""

LONGEST = 12
"""Months of a period (IATI rule 7.5.3)."""


@dataclass(frozen=True, slots=True)
class IatiFiles:
    """Both files, and what is wrong with the group's own data. There is no organisation file for
    one without identifier."""

    activities: bytes
    organisation: bytes | None
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes what: the group's name, its settings, and the words of every language, its own
    first. `site` is where the pages are on the web, empty where they are not."""

    organisation: str
    settings: OpenData
    words: Sequence[Words]
    site: str = ""


def made(pages: Sequence[DatedView], plan: Plan, publisher: Publisher) -> IatiFiles:
    """The files of the published `pages`, oldest first, at least one; `plan` gives the budgets of
    published grants."""
    return _Making(pages, plan, publisher).made()


@dataclass(slots=True)
class _Making:
    pages: Sequence[DatedView]
    plan: Plan
    publisher: Publisher
    findings: list[Finding] = field(default_factory=list)
    planned: Mapping[str, Planned] = field(init=False)
    _spent: Mapping[str, list[Flow]] = field(init=False)
    _discretion: Discretion = field(init=False)

    def __post_init__(self) -> None:
        self.planned = flows.planned(self.plan)
        self._spent = _by_place(flows.spending(self.pages))
        self._discretion = Discretion(self._settings.organisations)

    def made(self) -> IatiFiles:
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
        """Whose whole money it is: the group's, whoever publishes."""
        return self._settings.group if self._settings.secondary else self._settings.reporter

    @property
    def _on(self) -> date:
        return self.pages[-1][1]

    @property
    def _settings(self) -> OpenData:
        return self.publisher.settings

    def _file(self, tag: str, parts: Iterable[etree._Element]) -> bytes:
        out = io.BytesIO()
        with etree.xmlfile(out, encoding="utf-8") as file:
            file.write_declaration()
            # The day of the newest page, not of this run: the same pages give the same bytes.
            with file.element(
                tag, {"version": "2.03", "generated-datetime": f"{self._on}T00:00:00Z"}
            ):
                file.write("\n")
                for each in parts:
                    file.write(each, pretty_print=True)
        out.write(b"\n")
        return out.getvalue()

    # Activities

    def _activities(self) -> Iterator[etree._Element]:
        spent, received = self._spent, _by_place(flows.income(self.pages))
        shown: set[str] = set()
        for grant in self.pages[-1][0].grants:
            wrong = list(self._wrong(grant))
            self.findings += wrong
            if any(finding.severity == "error" for finding in wrong):
                continue
            place = f"={grant.id}"
            shown.add(place)
            yield self._grant(grant, spent.get(place, []), received.get(place, []))
        rest = [
            *(flow for place in sorted({*spent} - shown) for flow in spent[place]),
            *flows.people(self.pages),
        ]
        come = [flow for place in sorted({*received} - shown) for flow in received[place]]
        if rest or come:
            yield self._together(rest, come)
        self.findings += self._texts()
        if self._settings.work_plan:
            for activity in self._work():
                yield self._planned(activity)

    def _wrong(self, grant: PublicGrant) -> Iterator[Finding]:
        """What keeps a grant out of the file, or is doubtful in it, each with the rule that it
        would break."""
        if FORBIDDEN.search(grant.id):
            yield _about_grant(grant, "iati-id-not-usable", example="G-12")
        if grant.id == TOGETHER or grant.id.startswith(WORK):
            yield _about_grant(grant, "iati-id-reserved")
        if grant.start is None:
            yield _about_grant(grant, "iati-without-start", "start")
        if grant.start and grant.end and grant.end < grant.start:
            yield _about_grant(grant, "iati-dates-turned", "end")
        if not is_currency(grant.currency):
            yield _about_grant(
                grant, "iati-currency-not-listed", "currency", currency=grant.currency
            )
        if not grant.funder.strip():
            yield _about_grant(grant, "iati-funder-missing", "funder")
        for budget in self._periods(grant):
            if min(budget.approved, budget.revised) < 0:
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
        outside = [
            flow.day for flow in self._spent.get(f"={grant.id}", []) if not _within(flow.day, grant)
        ]
        if outside:
            yield _about_grant(grant, "iati-spending-outside-dates", month=f"{outside[0]:%Y-%m}")
        last = self.pages[-1][0].month
        if grant.end and grant.end < last and grant.state == "active":
            yield _about_grant(grant, "iati-still-active", "state", end=grant.end)

    def _grant(
        self, grant: PublicGrant, spent: Sequence[Flow], received: Sequence[Flow]
    ) -> etree._Element:
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
        _sub(activity, "activity-status", code=STATUS.get(grant.state, "2"))
        start, end = first_day(grant.start or ""), last_day(grant.end) if grant.end else None
        begun = grant.state in ("active", "closing", "closed") and start <= self._on
        _sub(activity, "activity-date", **{"type": "1", "iso-date": str(start)})
        if begun:
            _sub(activity, "activity-date", **{"type": "2", "iso-date": str(start)})
        if end:
            _sub(activity, "activity-date", **{"type": "3", "iso-date": str(end)})
            if grant.state == "closed" and end <= self._on:
                _sub(activity, "activity-date", **{"type": "4", "iso-date": str(end)})
        self._where(activity)
        _sub(activity, "default-finance-type", code="110")
        self._budgets(activity, grant)
        self._promised(activity, grant, funder, min(start, self._on), begun)
        for flow in received:
            says = (
                self._said("Received") if flow.units > 0 else self._said("Returned to the funder")
            )
            self._transaction(activity, INCOMING, flow, says, funder)
        for flow in spent:
            self._transaction(
                activity, EXPENDITURE, flow, self._said("Spent, without what pays people")
            )
        self._documents(activity)
        if settings.work_plan:
            for each in self._work():
                if each.id in grant.activities:
                    _sub(activity, "related-activity", type="2", ref=self._id(f"{WORK}{each.id}"))
        else:
            self._results(
                activity, [each for each in self._progress() if each.id in grant.activities]
            )
        return activity

    def _together(self, spent: Sequence[Flow], received: Sequence[Flow]) -> etree._Element:
        """What is told in sums alone: each line with the reason why, so that all activities sum to
        the page."""
        settings, words = self._settings, self.publisher.words
        activity = self._activity(TOGETHER, "1" if settings.work_plan else "")
        _narratives(_sub(activity, "title"), self._said("What is told in sums alone"), words)
        _narratives(
            _sub(activity, "description", type="1"),
            self._said(
                "Money on no published grant, and figures behind which too few payments lie to tell"
                " them apart. With the other activities it sums to the public page."
            ),
            words,
        )
        if settings.secondary:
            self._part(activity, settings.reporter, ACCOUNTABLE)
        self._part(activity, settings.group, IMPLEMENTING)
        _sub(activity, "activity-status", code="2")
        first = min(flow.day for flow in [*spent, *received]).replace(day=1)
        _sub(activity, "activity-date", **{"type": "2", "iso-date": str(first)})
        self._where(activity)
        for kind, those in ((INCOMING, received), (EXPENDITURE, spent)):
            for flow in those:
                self._transaction(activity, kind, flow, self._why(flow.place))
        self._documents(activity)
        return activity

    def _why(self, place: str) -> dict[str, str]:
        """What a line stands for, with the code of the reason."""
        code = self._settings.because
        if place in (UNRESTRICTED, flows.GIFTS):
            return self._said("Money on no grant")
        if place == flows.PEOPLE:
            return self._said("What pays people: one total a year. Reason: personal data")
        if place == flows.HELD:
            return self._said(
                "Newest figures of several lines, told apart later. Reason: personal data"
            )
        if place.startswith("="):
            return self._said("A grant that cannot be told by itself yet")
        return self._said("Grants that are not told here. Reason: {reason}", reason=code)

    def _planned(self, progress: Progress) -> etree._Element:
        """An activity of the work-plan, below the grants that pay it; it has no money of its
        own."""
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
        for grant in self.pages[-1][0].grants:
            if progress.id in grant.activities and not FORBIDDEN.search(grant.id) and grant.start:
                _sub(activity, "related-activity", type="1", ref=self._id(grant.id))
        self._results(activity, [progress])
        return activity

    def _progress(self) -> Sequence[Progress]:
        return next((view.progress for view, _ in reversed(self.pages) if view.progress), ())

    def _work(self) -> Iterator[Progress]:
        """The work-plan's activities that can be published."""
        for each in self._progress():
            if FORBIDDEN.search(each.id):
                self._note(_about_work(each, "iati-id-not-usable", example="A-12"))
            elif each.start is None:
                self._note(_about_work(each, "iati-without-start", "start"))
            elif each.end and each.end < each.start:
                self._note(_about_work(each, "iati-dates-turned", "end"))
            else:
                yield each

    def _note(self, finding: Finding) -> None:
        """Note a finding once: the work-plan is walked several times."""
        if finding not in self.findings:
            self.findings.append(finding)

    def _texts(self) -> Iterator[Finding]:
        for each in self._progress():
            texts = (
                ("Activity", each.activity),
                ("Milestone", each.milestone),
                ("Indicator", each.indicator),
                ("Progress note", each.note),
            )
            for heading, text in texts:
                yield from _unclean("work_plan", f"'Work-plan' {each.id}", each.id, heading, text)

    # Parts of an activity

    def _id(self, name: str) -> str:
        return f"{self._settings.reporter.ref}-{name}"

    def _activity(self, name: str, hierarchy: str) -> etree._Element:
        words = self.publisher.words
        activity = etree.Element(
            "iati-activity",
            {
                LANG: words[0].language,
                "default-currency": self.plan.base,
                "last-updated-datetime": f"{self._on}T00:00:00Z",
                **({"hierarchy": hierarchy} if hierarchy else {}),
            },
        )
        _sub(activity, "iati-identifier").text = self._id(name)
        self._reporter(activity)
        return activity

    def _reporter(self, parent: etree._Element) -> None:
        reporter = self._settings.reporter
        more = (
            {"secondary-reporter": "1"}
            if self._settings.secondary and parent.tag == "iati-activity"
            else {}
        )
        found = _sub(parent, "reporting-org", ref=reporter.ref, type=reporter.type or "24", **more)
        _narratives(found, reporter.name, self.publisher.words)

    def _funder(self, grant: PublicGrant) -> Organisation:
        """Who gives it, as the group wants them to appear."""
        by_name = {
            " ".join(name.split()).casefold(): each
            for name, each in self._settings.organisations.items()
        }
        known = by_name.get(" ".join(grant.funder.split()).casefold(), Organisation(grant.funder))
        if known.withheld:
            reason = self._settings.because
            return Organisation(
                self.publisher.words[0].say("Not named. Reason: {reason}", reason=reason),
                withheld=True,
            )
        return known

    def _part(self, activity: etree._Element, each: Organisation, role: str) -> None:
        self._org(_sub(activity, "participating-org", role=role), each)

    def _org(self, element: etree._Element, each: Organisation) -> None:
        if each.ref:
            element.set("ref", each.ref)
        if each.type:
            element.set("type", each.type)
        _narratives(element, each.name, self.publisher.words)

    def _where(self, activity: etree._Element) -> None:
        """The place, no finer than a country, and the sectors that the group chose."""
        settings = self._settings
        if settings.country:
            _sub(activity, "recipient-country", code=settings.country)
        else:
            _sub(activity, "recipient-region", code=settings.region, vocabulary="1")
        for code, share in settings.sectors.items():
            part = {"percentage": f"{share:f}"} if len(settings.sectors) > 1 else {}
            _sub(activity, "sector", vocabulary="1", code=code, **part)

    def _periods(self, grant: PublicGrant) -> list[Budget]:
        return self.planned[grant.id].periods() if grant.id in self.planned else []

    def _budgets(self, activity: etree._Element, grant: PublicGrant) -> None:
        found = self._periods(grant)
        changed = any(each.approved != each.revised for each in found)
        for kind in (ORIGINAL, REVISED) if changed else (ORIGINAL,):
            for each in found:
                budget = _sub(activity, "budget", type=kind, status="2")
                _period(budget, first_day(each.first), last_day(each.last))
                self._value(
                    budget,
                    each.approved if kind == ORIGINAL else each.revised,
                    first_day(each.first),
                )

    def _promised(
        self,
        activity: etree._Element,
        grant: PublicGrant,
        funder: Organisation,
        day: date,
        begun: bool,
    ) -> None:
        if grant.amount is None:
            return
        says = self._said("Agreed") if begun else self._said("Awarded, and not begun")
        made = self._shell(activity, COMMITTED if begun else PLEDGED, day)
        self._value(made, grant.amount, day, grant.currency)
        _narratives(_sub(made, "description"), says, self.publisher.words)
        self._org(_sub(made, "provider-org"), funder)
        self._org(_sub(made, "receiver-org"), self._settings.group)

    def _transaction(
        self,
        activity: etree._Element,
        kind: str,
        flow: Flow,
        says: Mapping[str, str],
        giver: Organisation | None = None,
    ) -> None:
        made = self._shell(activity, kind, flow.day)
        self._value(made, flow.units, flow.day)
        _narratives(_sub(made, "description"), says, self.publisher.words)
        if giver is not None:
            self._org(_sub(made, "provider-org"), giver)
            self._org(_sub(made, "receiver-org"), self._settings.group)

    @staticmethod
    def _shell(activity: etree._Element, kind: str, day: date) -> etree._Element:
        found = _sub(activity, "transaction")
        _sub(found, "transaction-type", code=kind)
        _sub(found, "transaction-date", **{"iso-date": str(day)})
        return found

    def _value(self, parent: etree._Element, units: int, day: date, currency: str = "") -> None:
        found = _sub(parent, "value", **{"value-date": str(day)})
        if currency and currency != self.plan.base:
            found.set("currency", currency)
        found.text = decimal(units, currency or self.plan.base)

    def _documents(self, activity: etree._Element) -> None:
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
        found = _sub(
            parent, "document-link", format="text/html", url=f"{self.publisher.site}/{name}"
        )
        _narratives(_sub(found, "title"), title, self.publisher.words)
        _sub(found, "category", code=category)
        _sub(found, "language", code=self.publisher.words[0].at.language)
        _sub(found, "document-date", **{"iso-date": str(on)})

    def _results(self, activity: etree._Element, those: Sequence[Progress]) -> None:
        for each in those:
            if each.target is None or not each.indicator or each.start is None:
                continue
            end = each.end or each.start
            if end < each.start:
                continue
            result = _sub(activity, "result", type="1", **{"aggregation-status": "0"})
            _narratives(
                _sub(result, "title"),
                self._told(each.milestone or each.activity),
                self.publisher.words,
            )
            indicator = _sub(result, "indicator", measure="1", ascending="1")
            _narratives(_sub(indicator, "title"), self._told(each.indicator), self.publisher.words)
            period = _sub(indicator, "period")
            _period(period, first_day(each.start), last_day(end))
            _sub(period, "target", value=f"{each.target:f}")
            if each.achieved is not None:
                _sub(period, "actual", value=f"{each.achieved:f}")

    # The organisation

    def _organisation(self) -> etree._Element:
        words = self.publisher.words
        found = etree.Element(
            "iati-organisation",
            {
                LANG: words[0].language,
                "default-currency": self.plan.base,
                "last-updated-datetime": f"{self._on}T00:00:00Z",
            },
        )
        _sub(found, "organisation-identifier").text = self._whole.ref
        _narratives(_sub(found, "name"), self._whole.name, words)
        self._reporter(found)
        for year, units in flows.years(self.planned.values()).items():
            if units < 0:
                self.findings.append(finding_at("'Budget'", "iati-year-below-zero", year=str(year)))
                continue
            budget = _sub(found, "total-budget", status="2")
            _period(budget, date(int(year), 1, 1), date(int(year), 12, 31))
            self._value(budget, units, date(int(year), 1, 1))
        for each in flows.by_category(self.pages):
            if len(months(each.first, each.last)) > LONGEST:
                self.findings.append(
                    finding_at(
                        "the pages",
                        "iati-span-too-long",
                        first=str(each.first),
                        last=str(each.last),
                    )
                )
                continue
            self._expenditure(
                found, first_day(each.first), last_day(each.last), each.lines, each.names
            )
        for flow in flows.people(self.pages):
            first, last = flow.day.replace(month=1, day=1), flow.day.replace(month=12, day=31)
            self._expenditure(found, first, last, {flows.PEOPLE: flow.units}, {})
        if self.publisher.site:
            self._document(found, "index.html", "B16", self._said("Our open books"), self._on)
            self._document(
                found, EXCLUSIONS, "B08", self._said("What we do not publish, and why"), self._on
            )
        return found

    def _expenditure(
        self,
        parent: etree._Element,
        first: date,
        last: date,
        lines: Mapping[str, int],
        names: Mapping[str, str],
    ) -> None:
        found = _sub(parent, "total-expenditure")
        _period(found, first, last)
        self._value(found, sum(lines.values()), min(last, self._on))
        for place, units in lines.items():
            ref = re.sub(r"\s+", "-", self._told(place.removeprefix("="))) or "none"
            line = _sub(found, "expense-line", ref=ref)
            self._value(line, units, min(last, self._on))
            _narratives(line, self._category(place, names), self.publisher.words)

    def _category(self, place: str, names: Mapping[str, str]) -> str | dict[str, str]:
        if place.startswith("="):
            return self._told(names.get(place, "")) or self._said("No category")
        if place == UNBUDGETED:
            return self._said("Spent on a grant, on no line of its budget")
        return self._why(place)

    def _told(self, text: str) -> str:
        """A text of the workbook, without the names of those whom the config withholds or
        renames."""
        return self._discretion.told(text)

    def _said(self, text: str, **values: str) -> dict[str, str]:
        """The program's own words, in every language."""
        return {each.language: each.say(text, **values) for each in self.publisher.words}


EXCLUSIONS = "exclusions.html"
"""The page that says what is not published, and why."""


def _by_place(those: Iterable[Flow]) -> dict[str, list[Flow]]:
    found: dict[str, list[Flow]] = {}
    for each in those:
        found.setdefault(each.place, []).append(each)
    return found


def _within(day: date, grant: PublicGrant) -> bool:
    return (not grant.start or first_day(grant.start) <= day) and (
        not grant.end or day <= last_day(grant.end)
    )


def _about_grant(grant: PublicGrant, code: str, field: str = "", /, **values: str) -> Finding:
    where = f"'Grants' {grant.id}"
    return Finding(code, "grants", grant.id, field, tuple(values.items()), where=where)


def _about_work(progress: Progress, code: str, field: str = "", /, **values: str) -> Finding:
    where = f"'Work-plan' {progress.id}"
    return Finding(code, "work_plan", progress.id, field, tuple(values.items()), where=where)


def _unclean(table: str, where: str, record: str, heading: str, text: str) -> Iterator[Finding]:
    if clean(text) != text:
        values = (("heading", heading),)
        field = heading.lower().replace(" ", "_")
        yield Finding("iati-control-character", table, record, field, values, where=where)


def _sub(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, tag, dict(attributes))


def _narratives(
    parent: etree._Element, text: str | Mapping[str, str], words: Sequence[Words]
) -> None:
    """A text in the workbook's language, or the program's words in all; the first is the file's own
    and has no mark."""
    own = words[0].language
    for language, said in ({own: text} if isinstance(text, str) else text).items():
        narrative = _sub(parent, "narrative")
        if language != own:
            narrative.set(LANG, language)
        narrative.text = clean(said)


def clean(text: str) -> str:
    """A text without what XML forbids (control characters, halves of pairs)."""
    return "".join(each if _allowed(ord(each)) else " " for each in text)


def _allowed(code: int) -> bool:
    """The characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets)."""
    return (
        code in (9, 10, 13) or 32 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    )


def _period(parent: etree._Element, first: date, last: date) -> None:
    _sub(parent, "period-start", **{"iso-date": str(first)})
    _sub(parent, "period-end", **{"iso-date": str(last)})
