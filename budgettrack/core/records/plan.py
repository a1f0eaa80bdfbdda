"""Builds the typed plan from records of canonical text, and reports records that cannot be used.

A row is left out of the figures only if a value or a reference in it cannot be read. An expense is
never left out because of its line: if the line is unknown, the expense counts as unbudgeted
spending of its grant, or as money without a grant. If a row was left out, there is no second
finding about references to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal

from budgettrack.core.base import money
from budgettrack.core.base.findings import Finding, finding, quoted
from budgettrack.core.base.months import Month, is_period, months_of_period
from budgettrack.core.base.shares import is_share
from budgettrack.core.records.model import (
    NARRATIVE_TEXTS,
    Activity,
    Agreement,
    BudgetLine,
    Deadline,
    Expense,
    Fields,
    GivenGrant,
    GivenInstalment,
    Grant,
    GrantCall,
    HandedOut,
    Income,
    Indicator,
    Lot,
    Narrative,
    Plan,
    Records,
    Resource,
    Story,
)
from budgettrack.core.records.references import MOST_SHOWN, References, outlet_of
from budgettrack.core.records.tables import ABOUT, BY_NAME


def plan(
    records: Records,
    *,
    base: str,
    start: date | None = None,
    end: date | None = None,
    reported: Mapping[str, Mapping[Month, int]] | None = None,
    closed: Mapping[str, Mapping[Month, Decimal]] | None = None,
) -> tuple[Plan, list[Finding]]:
    """Builds the typed plan. Also returns findings about values that are left out, and about
    references to no row.

    `base` is the currency of the organisation. If the workbook has no tab Grants, the labels in
    Budget are the grants, and `start` and `end` are their dates. `reported` has the budgets of
    months that were already reported, by line, in minor units. `closed` has the numbers that
    indicators had reached when a month was closed."""
    return _Building(records, base, start, end, reported or {}, closed or {}).plan()


ABOUT_TOPICS = ABOUT.column("topic").choices

_FIGURED: Mapping[str, frozenset[str]] = {
    "expenses": frozenset(
        {"date", "budget_line", "grant", "amount", "currency", "state", "paid_on"}
    ),
    "income": frozenset({"date", "grant", "kind", "state", "amount", "currency"}),
    "budget": frozenset({"grant", "amount"}),
    "grants": frozenset({"funder", "currency"}),
    "resources": frozenset({"value", "currency"}),
}
"""The fields that must be readable. Otherwise the row is not in the figures."""


def left_out(findings: Iterable[Finding]) -> int:
    """Returns the number of rows that are not in the figures because of errors. Every report shows
    it.

    An expense or income of an unknown grant is not counted here: it is in the figures, without a
    grant."""
    return len(
        {
            (finding.table, finding.id or finding.place)
            for finding in findings
            if finding.severity == "error"
            and finding.field in _FIGURED.get(finding.table, ())
            and not (
                finding.code in ("reference-unknown", "reference-unclear")
                and finding.table in ("expenses", "income")
            )
        }
    )


class _Building:
    """Builds the plan table by table. A table can refer to the tables before it."""

    def __init__(
        self,
        records: Records,
        base: str,
        start: date | None,
        end: date | None,
        reported: Mapping[str, Mapping[Month, int]],
        closed: Mapping[str, Mapping[Month, Decimal]],
    ) -> None:
        self._records = records
        self._base = base
        self._dates = start, end
        self._reported = reported
        self._closed = closed
        self._findings: list[Finding] = []
        self._usable: dict[str, Collection[str]] = {"expenses": records.get("expenses", {})}

    def plan(self) -> tuple[Plan, list[Finding]]:
        grants = self._grants()
        self._references = References(
            self._records, () if self._records.get("grants") else tuple(grants)
        )
        self._usable["grants"] = grants
        activities = {id_: _activity(id_, fields) for id_, fields in self._of("work_plan")}
        self._usable["work_plan"] = activities
        lines = self._lines(grants, activities)
        self._usable["budget"] = lines
        self._usable["resources"] = self._records.get("resources", {})
        indicators = self._indicators()
        lots = self._lots()
        self._usable["lots"] = lots
        calls = self._calls(grants)
        given = self._given()
        made = Plan(
            base=self._base,
            grants=grants,
            activities=activities,
            lines=lines,
            expenses=self._expenses(grants, lines),
            income=self._income(grants),
            resources=self._resources(),
            agreements=self._agreements(),
            deadlines=self._deadlines(),
            rates=self._rates(),
            closed=frozenset(id_ for id_, fields in self._of("months") if fields.get("closed")),
            about=self._about(),
            reviews={
                id_: fields["review"] for id_, fields in self._of("months") if fields.get("review")
            },
            indicators=indicators,
            narratives=self._narratives(),
            stories=self._stories(),
            lots=lots,
            handed_out=self._handed_out(),
            given=given,
            instalments=self._instalments(grants, given),
            calls=calls,
        )
        return made, self._findings

    def _of(self, table: str) -> Iterable[tuple[str, Fields]]:
        return self._records.get(table, {}).items()

    def _found(self, code: str, table: str, record: str, field: str, **values: str) -> None:
        self._findings.append(finding(code, table, record, field, **values))

    def _units(
        self, table: str, record: str, field: str, fields: Fields, currency: str
    ) -> int | None:
        """Returns an amount in minor units.

        Returns None if the field is blank or has more decimals than its currency."""
        text = fields.get(field, "")
        if not text:
            return None
        try:
            return money.minor(text, currency)
        except ValueError:
            self._found(
                "amount-has-too-many-decimals",
                table,
                record,
                field,
                value=quoted(text),
                currency=currency,
            )
            return None

    def _reference(self, table: str, record: str, field: str, fields: Fields) -> str:
        """Returns the ID of the row to which a field refers. Returns '' if the field is blank, if
        it fits no row or more than one, or if the row is left out."""
        text = fields.get(field, "")
        if not text:
            return ""
        target = BY_NAME[table].column(field).refers or ""
        meant = self._references.find(target, text)
        if not meant:
            self._not_one_row(table, record, field, target, text)
        return meant if meant in self._usable[target] else ""

    def _not_one_row(
        self, table: str, record: str, field: str, target: str, text: str, code: str = "reference"
    ) -> None:
        """Adds a finding about a reference that fits no row of `target`, or more than one row."""
        could_be = self._references.fitting(target, text) or self._references.near(target, text)
        values = {"value": quoted(text)}
        if code == "reference":
            values["tab"] = BY_NAME[target].tab
        if could_be:
            values["ids"] = ", ".join(could_be[:MOST_SHOWN])
        self._found(
            f"{code}-unclear" if could_be else f"{code}-unknown", table, record, field, **values
        )

    def _is_currency(self, table: str, record: str, field: str, code: str) -> bool:
        if not money.is_currency(code):
            self._found("currency-unknown", table, record, field, value=quoted(code))
            return False
        return True

    def _grants(self) -> dict[str, Grant]:
        grants: dict[str, Grant] = {}
        for id_, fields in self._of("grants"):
            currency = fields.get("currency", "")
            if not currency or not fields.get("funder"):
                continue
            if not self._is_currency("grants", id_, "currency", currency):
                continue
            grants[id_] = Grant(
                id=id_,
                funder=fields["funder"],
                title=fields.get("title", ""),
                state=fields.get("state", ""),
                currency=currency,
                amount=self._units("grants", id_, "amount", fields, currency),
                start=_day(fields, "start"),
                end=_day(fields, "end"),
                publish=fields.get("publish") == "yes",
                restricted=fields.get("restricted") != "no",
                kind=fields.get("kind", ""),
                held_by=fields.get("held_by", ""),
                host_fee=_number(fields, "host_fee"),
                host_fee_on=fields.get("host_fee_on", ""),
                paid=fields.get("paid", ""),
                budget_rate=_number(fields, "budget_rate") or None,
                agreement_reference=fields.get("agreement_reference", ""),
                report_every=fields.get("report_every", ""),
                periods_from=fields.get("periods_from", ""),
                report_within=_whole(fields, "report_within"),
                variance_limit=_number(fields, "variance_limit"),
                profile=fields.get("profile", ""),
                next_step=fields.get("next_step", ""),
                odds=_number(fields, "odds"),
                next_step_due=_day(fields, "next_step_due"),
                apply_by=_day(fields, "apply_by"),
                decision_on=_day(fields, "decision_on"),
            )
        if not self._records.get("grants"):
            for _, fields in self._of("budget"):
                label = fields.get("grant", "")
                if label and label not in grants:
                    grants[label] = Grant(
                        label, "", label, "active", self._base, None, *self._dates
                    )
        return grants

    def _indicators(self) -> dict[str, Indicator]:
        """Returns the indicators whose activities are known."""
        indicators = {}
        for id_, fields in self._of("indicators"):
            activity = self._reference("indicators", id_, "activity", fields)
            if not activity or not fields.get("indicator"):
                continue
            indicators[id_] = Indicator(
                id=id_,
                activity=activity,
                indicator=fields["indicator"],
                unit=fields.get("unit", ""),
                baseline=_number(fields, "baseline"),
                target=_number(fields, "target"),
                achieved=_number(fields, "achieved"),
                source=fields.get("source", ""),
                explanation=fields.get("explanation", ""),
                counts_people=fields.get("counts_people") != "no",
                months=numbers_by_month(fields),
                closed=self._closed.get(id_, {}),
            )
        return indicators

    def _lines(
        self, grants: Mapping[str, Grant], activities: Mapping[str, Activity]
    ) -> dict[str, BudgetLine]:
        lines: dict[str, BudgetLine] = {}
        named = bool(self._records.get("grants"))
        for id_, fields in self._of("budget"):
            grant = grants.get(self._reference("budget", id_, "grant", fields))
            activity = activities.get(self._reference("budget", id_, "activity", fields))
            if grant is None and (named or fields.get("grant")):
                continue
            currency = grant.currency if grant else self._base
            amount = self._units("budget", id_, "amount", fields, currency)
            if amount is None:
                continue
            start, end = self._line_dates(fields, activity, grant)
            lines[id_] = BudgetLine(
                id=id_,
                grant=grant.id if grant else "",
                activity=activity.id if activity else "",
                category=fields.get("category", ""),
                description=fields.get("description", ""),
                currency=currency,
                amount=amount,
                start=start,
                end=end,
                people_paid=_whole(fields, "people_paid"),
                explanation=fields.get("explanation", ""),
                timing=fields.get("timing", ""),
                approved=self._units("budget", id_, "approved", fields, currency),
                revision=fields.get("revision", ""),
                unit=fields.get("unit", ""),
                quantity=_number(fields, "quantity"),
                unit_cost=self._units("budget", id_, "unit_cost", fields, currency),
                months=self._months(id_, fields, currency),
                reported=self._reported.get(id_, {}),
                remaining=self._units("budget", id_, "remaining", fields, currency),
            )
        return lines

    def _line_dates(
        self, fields: Fields, activity: Activity | None, grant: Grant | None
    ) -> tuple[date | None, date | None]:
        """Returns the start and end of a line: the line's own dates, or else those of its activity,
        or else those of its grant. A date is None if none of the three has it."""
        own = _day(fields, "start"), _day(fields, "end")
        of_grant = (grant.start, grant.end) if grant else self._dates
        if activity is None:
            return _dates(own, of_grant)
        return _dates(own, (activity.start, activity.end), of_grant)

    def _months(self, id_: str, fields: Fields, currency: str) -> dict[Month, int]:
        by_month: dict[Month, int] = {}
        for name in sorted(name for name in fields if is_period(name)):
            units = self._units("budget", id_, name, fields, currency)
            if units is not None:
                # The amount of a quarter is divided over its months, to the last cent.
                months = months_of_period(name)
                parts = money.allocate(units, [1] * len(months))
                for month, part in zip(months, parts, strict=True):
                    by_month[month] = by_month.get(month, 0) + part
        return by_month

    def _money(
        self,
        table: str,
        id_: str,
        fields: Fields,
        currency: str,
        field: str = "amount",
        of: str = "currency",
    ) -> tuple[int | None, str]:
        """Returns an amount and its currency: the currency of the row, or else `currency`.

        The amount is None if there is none, if its currency is unknown, or if it has more
        decimals than its currency."""
        own = fields.get(of, "")
        if own and not self._is_currency(table, id_, of, own):
            return None, currency
        own = own or currency
        return self._units(table, id_, field, fields, own), own

    def _expenses(
        self, grants: Mapping[str, Grant], lines: Mapping[str, BudgetLine]
    ) -> dict[str, Expense]:
        expenses: dict[str, Expense] = {}
        day_of = _Days()
        for id_, fields in self._of("expenses"):
            on = fields.get("date")
            if not on or "amount" not in fields:
                continue
            line, grant = self._place(id_, fields, lines)
            usual = self._base
            if line:
                usual = lines[line].currency
            elif grant:
                usual = grants[grant].currency
            amount, currency = self._money("expenses", id_, fields, usual)
            if amount is None:
                continue
            paid_on = fields.get("paid_on")
            expenses[id_] = Expense(
                id=id_,
                date=day_of[on],
                line=line,
                grant=grant,
                amount=amount,
                currency=currency,
                state=fields.get("state", "") or "paid",
                paid_on=day_of[paid_on] if paid_on else None,
                receipt=fields.get("receipt", ""),
                refund_of=self._other_expense(id_, "refund_of", fields),
                split_of=self._other_expense(id_, "split_of", fields),
                receipt_total=self._units("expenses", id_, "receipt_total", fields, currency)
                if "receipt_total" in fields
                else None,
                description=fields.get("description", ""),
            )
        return expenses

    def _other_expense(self, id_: str, field: str, fields: Fields) -> str:
        """Returns the ID of the other expense to which an expense refers. Few expenses refer to
        one."""
        return self._reference("expenses", id_, field, fields) if field in fields else ""

    def _place(self, id_: str, fields: Fields, lines: Mapping[str, BudgetLine]) -> tuple[str, str]:
        """Returns the line and the grant of an expense. Each of them may be ''."""
        text = fields.get("budget_line", "")
        if text in lines and "grant" not in fields:
            return text, lines[text].grant
        named = self._references.find("grants", fields.get("grant", "")) if text else ""
        line = self._references.find("budget", text, named, fields.get("date", ""))
        if line in lines:
            of_line = lines[line].grant
            if named in self._usable["grants"] and of_line and named != of_line:
                values = {"line": line, "of_line": of_line, "grant": named}
                self._found("line-of-other-grant", "expenses", id_, "grant", **values)
            return line, of_line
        grant = self._reference("expenses", id_, "grant", fields)
        if text and not line:
            self._not_one_row("expenses", id_, "budget_line", "budget", text, "line")
        if line and not grant:
            # A line that cannot be used because its amount is missing still has a grant.
            of_line = self._references.find(
                "grants", self._records["budget"][line].get("grant", "")
            )
            grant = of_line if of_line in self._usable["grants"] else ""
        return "", grant

    def _income(self, grants: Mapping[str, Grant]) -> dict[str, Income]:
        income: dict[str, Income] = {}
        for id_, fields in self._of("income"):
            on = _day(fields, "date")
            grant = self._reference("income", id_, "grant", fields)
            amount, currency = self._money(
                "income", id_, fields, grants[grant].currency if grant else self._base
            )
            if on is None or amount is None:
                continue
            received, in_ = self._money(
                "income", id_, fields, currency, "received_amount", "received_currency"
            )
            income[id_] = Income(
                id=id_,
                date=on,
                grant=grant,
                kind=fields.get("kind", "") or "instalment",
                state=fields.get("state", "") or "received",
                amount=amount,
                currency=currency,
                received_amount=received,
                received_currency=in_ if received is not None else "",
                reference=fields.get("reference", ""),
            )
        return income

    def _resources(self) -> dict[str, Resource]:
        resources: dict[str, Resource] = {}
        for id_, fields in self._of("resources"):
            value, currency = self._money("resources", id_, fields, self._base, "value")
            resources[id_] = Resource(
                id=id_,
                kind=fields.get("kind", ""),
                from_whom=fields.get("from_whom", ""),
                description=fields.get("description", ""),
                quantity=_number(fields, "quantity"),
                unit=fields.get("unit", ""),
                value=value,
                currency=currency,
                valued_by=fields.get("valued_by", ""),
                start=_day(fields, "from"),
                until=_day(fields, "until"),
                match_for=self._reference("resources", id_, "match_for", fields),
                review_on=_day(fields, "review_on"),
                state=fields.get("state", ""),
                activity=self._reference("resources", id_, "activity", fields),
            )
        return resources

    def _agreements(self) -> dict[str, Agreement]:
        return {
            id_: Agreement(
                id=id_,
                kind=fields.get("kind", ""),
                other_party=fields.get("other_party", ""),
                purpose=fields.get("purpose", ""),
                start=_day(fields, "from"),
                until=_day(fields, "until"),
                review_on=_day(fields, "review_on"),
                notice_days=_whole(fields, "notice_days"),
                ending=fields.get("ending", ""),
                grant=self._reference("agreements", id_, "grant", fields),
                resource=self._reference("agreements", id_, "resource", fields),
                publish=fields.get("publish") == "yes",
                state=fields.get("state", ""),
                statement=fields.get("statement", ""),
                listed=fields.get("listed") == "yes",
                public_key=fields.get("public_key", ""),
            )
            for id_, fields in self._of("agreements")
        }

    def _calls(self, grants: Mapping[str, Grant]) -> dict[str, GrantCall]:
        calls = {}
        for id_, fields in self._of("calls"):
            grant = self._reference("calls", id_, "grant", fields)
            currency = grants[grant].currency if grant else self._base
            calls[id_] = GrantCall(
                id=id_,
                title=fields.get("title", ""),
                opens=_day(fields, "opens"),
                closes=_day(fields, "closes"),
                grant=grant,
                currency=currency,
                purse=self._units("calls", id_, "purse", fields, currency),
                most=self._units("calls", id_, "most", fields, currency),
            )
        self._usable["calls"] = calls
        self._usable["groups"] = self._records.get("groups", {})
        return calls

    def _given(self) -> dict[str, GivenGrant]:
        given = {}
        for id_, fields in self._of("given"):
            group = self._reference("given", id_, "group", fields)
            currency = fields.get("currency", "")
            if not currency:
                continue
            if not self._is_currency("given", id_, "currency", currency):
                continue
            given[id_] = GivenGrant(
                id=id_,
                group=group,
                grant=self._reference("given", id_, "grant", fields),
                call=self._reference("given", id_, "call", fields),
                state=fields.get("state", ""),
                currency=currency,
                amount=self._units("given", id_, "amount", fields, currency),
                start=_day(fields, "start"),
                end=_day(fields, "end"),
                reference=fields.get("agreement_reference", ""),
                report_every=fields.get("report_every", ""),
                report_within=_whole(fields, "report_within"),
                fee=_number(fields, "fee"),
                ending=fields.get("ending", ""),
                line=self._reference("given", id_, "budget_line", fields),
            )
        self._usable["given"] = given
        return given

    def _instalments(
        self, grants: Mapping[str, Grant], given: Mapping[str, GivenGrant]
    ) -> dict[str, GivenInstalment]:
        made = {}
        for id_, fields in self._of("instalments"):
            of = given.get(self._reference("instalments", id_, "given", fields))
            # Without a direction, nobody knows whether the amount is money out or money back.
            if of is None or not fields.get("direction"):
                continue
            currency = grants[of.grant].currency if of.grant else of.currency
            made[id_] = GivenInstalment(
                id=id_,
                given=of.id,
                is_back=fields.get("direction") == "back from the group",
                due=_day(fields, "due"),
                amount=self._units("instalments", id_, "amount", fields, of.currency),
                after_report=fields.get("after_report", ""),
                paid_on=_day(fields, "paid_on"),
                paid=self._units("instalments", id_, "amount_paid", fields, of.currency),
                cost=self._units("instalments", id_, "cost", fields, currency),
            )
        return made

    def _narratives(self) -> dict[str, Narrative]:
        narratives = {}
        for id_, fields in self._of("narratives"):
            grant = self._reference("narratives", id_, "grant", fields)
            if grant and fields.get("period"):
                texts = {name: fields[name] for name in NARRATIVE_TEXTS if fields.get(name)}
                narratives[id_] = Narrative(id_, grant, fields["period"].strip(), texts)
        return narratives

    def _stories(self) -> dict[str, Story]:
        return {
            id_: Story(
                id=id_,
                month=fields["month"],
                title=fields["title"],
                words=fields["story"],
                picture=fields.get("picture", "").strip(),
                shows=fields.get("shows", ""),
                consent=_day(fields, "consent"),
                publish=fields.get("publish") == "yes",
            )
            for id_, fields in self._of("stories")
            if fields.get("month") and fields.get("title") and fields.get("story")
        }

    def _lots(self) -> dict[str, Lot]:
        """Returns the lots whose kind and quantity are known."""
        lots: dict[str, Lot] = {}
        for id_, fields in self._of("lots"):
            quantity = _number(fields, "quantity")
            value, currency = self._money("lots", id_, fields, self._base, "value")
            if quantity is not None and fields.get("kind"):
                lots[id_] = Lot(
                    id=id_,
                    kind=fields["kind"],
                    batch=fields.get("batch", ""),
                    expiry=_day(fields, "expiry"),
                    quantity=quantity,
                    unit=fields.get("unit", ""),
                    source=fields.get("source", ""),
                    received=_day(fields, "received"),
                    value=value,
                    currency=currency,
                )
        return lots

    def _handed_out(self) -> dict[str, HandedOut]:
        """Returns the rows of *Handed out*: each says when a quantity of a lot was moved, and what
        happened to it."""
        rows: dict[str, HandedOut] = {}
        outlets: dict[str, str] = {}
        for id_, fields in self._of("handed_out"):
            lot = self._reference("handed_out", id_, "lot", fields)
            quantity, what = _number(fields, "quantity"), fields.get("what", "")
            date_, to = _day(fields, "date"), fields.get("to", "")
            if lot and quantity is not None and what and date_:
                # o-02 and O-2 are one outlet: its code is shown in the form that was typed first.
                to = outlets.setdefault(outlet_of(to), to)
                rows[id_] = HandedOut(id_, date_, lot, to, quantity, what)
        return rows

    def _about(self) -> dict[str, str]:
        records = self._records.get("about", {})
        words = {topic: records.get(topic, {}).get("words", "") for topic in ABOUT_TOPICS}
        return {topic: text for topic, text in words.items() if text}

    def _deadlines(self) -> dict[str, Deadline]:
        deadlines = {}
        for id_, fields in self._of("deadlines"):
            due = _day(fields, "due")
            grant = self._reference("deadlines", id_, "grant", fields)
            if due is not None and fields.get("what"):
                deadlines[id_] = Deadline(
                    id_,
                    fields["what"],
                    due,
                    grant,
                    fields.get("lead_role", ""),
                    _day(fields, "done_on"),
                )
        return deadlines

    def _rates(self) -> dict[tuple[Month, str], Decimal]:
        rates = {}
        for id_, fields in self._of("rates"):
            month, currency, rate = (
                fields.get("month"),
                fields.get("currency"),
                _number(fields, "rate"),
            )
            if currency == self._base:
                if rate is not None and rate != 1:
                    self._found(
                        "rate-of-base-currency",
                        "rates",
                        id_,
                        "rate",
                        currency=currency,
                        rate=f"{rate:f}",
                    )
            elif month and currency and rate is not None and rate > 0:
                rates[month, currency] = rate
        return rates


def numbers_by_month(fields: Fields) -> dict[Month, Decimal]:
    """Returns the numbers in the columns of months of an indicator. The number of a quarter
    belongs to its last month. If the unit is a percentage, a month counts and not the quarter that
    ends with it; otherwise both are added."""
    by_month: dict[Month, Decimal] = {}
    is_level = is_share(fields.get("unit", ""))
    # The name of a quarter stands before the name of its last month.
    for name in sorted(name for name in fields if is_period(name)):
        month = months_of_period(name)[-1]
        before = Decimal(0) if is_level else by_month.get(month, Decimal(0))
        by_month[month] = before + Decimal(fields[name])
    return by_month


def _activity(id_: str, fields: Fields) -> Activity:
    return Activity(
        id=id_,
        objective=fields.get("objective", ""),
        activity=fields.get("activity", ""),
        lead_role=fields.get("lead_role", ""),
        start=_day(fields, "start"),
        end=_day(fields, "end"),
        milestone=fields.get("milestone", ""),
        done=_number(fields, "done"),
        status=fields.get("status", ""),
        progress_note=fields.get("progress_note", ""),
    )


def _dates(*pairs: tuple[date | None, date | None]) -> tuple[date | None, date | None]:
    """Returns one start and one end from several pairs of dates.

    The start is taken from the first pair that has one. The end is taken from the first pair that
    has one, unless it would be before the start. A date that no pair has is None."""
    start, end = pairs[0]
    for other_start, other_end in pairs[1:]:
        if start is None and other_start and (end is None or other_start <= end):
            start = other_start
        if end is None and other_end and (start is None or other_end >= start):
            end = other_end
    return start, end


class _Days(dict[str, date]):
    """Dates by their text. Each text is read only once."""

    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def _day(fields: Fields, name: str) -> date | None:
    text = fields.get(name)
    return date.fromisoformat(text) if text else None


def _number(fields: Fields, name: str) -> Decimal | None:
    text = fields.get(name)
    return Decimal(text) if text else None


def _whole(fields: Fields, name: str) -> int | None:
    number = _number(fields, name)
    return None if number is None else int(number)
