"""The same figures everywhere: the month's page, the tables for machines and `variance`, over plans
that nobody thought of.

A reader of one format is a function from the site's files to `Figures`, in `READERS`; all must find
the same. Where `variance` says something else, the difference is what a line of the package names:
what pays people, what waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from lxml import etree, html

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base.months import Month, first_day, last_day
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Activity, BudgetLine, Expense, Grant, Income, Plan
from budgettrack.core.views.public import public_view, publish
from budgettrack.core.views.public_types import PublicView
from budgettrack.core.views.published import NOW, Publication, named
from budgettrack.core.views.withdrawn import withdrawn
from budgettrack.group import Standing
from budgettrack.opendata import flows, iati
from budgettrack.queries import figures as answers
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.pages import Published, site
from tests.world.open_data import (
    Figures,
    broken_promises,
    figures_of_json,
    figures_of_package,
    figures_of_workbook,
    meant,
    table,
)
from tests.world.report_plans import summary

READERS: Mapping[str, Callable[[Mapping[str, bytes]], Figures]] = {
    "package": figures_of_package,
    "json": figures_of_json,
    "workbook": figures_of_workbook,
}

SPAN: tuple[Month, ...] = ("2025-11", "2025-12", "2026-01")
START, END = date(2025, 11, 1), date(2026, 10, 31)


@dataclass(frozen=True, repr=False)
class Made:
    """Plans as they were when each month was published, the newest month's view, and every file of
    the site."""

    plans: list[Plan]
    views: list[PublicView]
    files: dict[str, bytes]

    def __repr__(self) -> str:
        return f"the site of {self.plans[-1]}"[:20_000]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))


grants = st.builds(
    lambda currency, rate, publish, state, amount: Grant(
        "", "Fund", "Work", state, currency, amount, START, END, publish=publish,
        budget_rate=Decimal(rate) if rate and currency == "GBP" else None,
    ),
    st.sampled_from(["EUR", "EUR", "GBP"]), st.sampled_from(["", "0.85", "0.8731"]), st.sampled_from([True, True, False]),
    st.sampled_from(["active", "active", "closing", "prospect"]), st.none() | st.integers(1, 9_999_999),
)  # fmt: skip
lines = st.tuples(
    st.integers(0, 2), st.sampled_from(["Rent", "Travel", "=1+1", ""]), st.sampled_from(["A-1", "A-2", ""]),
    st.integers(0, 9_999_999), st.sampled_from([False, False, False, True]), st.booleans(),
)  # fmt: skip
expenses = st.tuples(
    st.integers(-2, 4), st.integers(0, 2), st.integers(1, 28), st.integers(1, 99_999),
    st.sampled_from(["paid", "paid", "paid", "refunded", "committed"]), st.sampled_from(["", "EUR", "GBP"]),
    st.sampled_from([0, 0, 0, 1, 2]),
)  # fmt: skip
incomes = st.tuples(
    st.integers(-1, 2), st.integers(0, 2), st.integers(1, 28), st.integers(1, 9_999_999),
    st.sampled_from(["instalment", "donation", "returned to funder"]), st.sampled_from(["received", "received", "expected"]),
)  # fmt: skip


@st.composite
def sites(draw: st.DrawFn) -> Made:
    """A group of three grants that publishes three months; rows may come late, and a grant may be
    taken back."""
    given_ = {f"G-{n}": replace(draw(grants), id=f"G-{n}") for n in range(3)}
    own = {}
    for n, (grant, category, activity, amount, people, dated) in enumerate(
        draw(st.lists(lines, min_size=1, max_size=5))
    ):
        of = given_[f"G-{grant}"]
        # A budget without dates is one cell, converted once; it is given where nothing is
        # converted.
        start, end = (START, END) if dated or of.currency != "EUR" else (None, None)
        own[f"B-{n}"] = BudgetLine(
            f"B-{n}", of.id, activity, category, "", of.currency, amount, start, end, people
        )
    work = {
        id_: Activity(id_, "", f"Do {id_}", "", START, END, "", "", None, None, None, "planned", "")
        for id_ in ("A-1", "A-2")
    }
    spent, came = {}, {}
    entered: dict[str, int] = {}
    for n, (which, month, day, amount, state, currency, late) in enumerate(
        draw(st.lists(expenses, max_size=25))
    ):
        line = own.get(f"B-{which}")
        of_grant = line.grant if line else "G-0" if which == -2 else ""
        place = line.currency if line else given_[of_grant].currency if of_grant else "EUR"
        when = first_day(SPAN[month]).replace(day=day)
        spent[f"E-{n}"] = Expense(
            f"E-{n}", when, line.id if line else "", of_grant, amount, currency or place, state, when if state == "paid" else None,
        )  # fmt: skip
        entered[f"E-{n}"] = month + late
    for n, (which, month, day, amount, kind, state) in enumerate(
        draw(st.lists(incomes, max_size=6))
    ):
        grant_of = given_.get(f"G-{which}")
        when = first_day(SPAN[month]).replace(day=day)
        came[f"I-{n}"] = Income(
            f"I-{n}", when, grant_of.id if grant_of else "", kind if grant_of else "donation", state, amount,
            grant_of.currency if grant_of else "EUR",
        )  # fmt: skip
    rates = {
        (month, "GBP"): Decimal(rate)
        for month, rate in zip(SPAN, ("0.84", "0.86", "0.88"), strict=True)
    }
    whole = Plan("EUR", given_, work, own, {}, came, {}, {}, rates, frozenset())
    back = draw(st.sampled_from([None, None, None, "G-0", "G-1"]))
    plans = []
    for number in range(3):
        there = {id_: each for id_, each in spent.items() if entered[id_] <= number}
        hidden = {back: replace(given_[back], publish=False)} if back and number == 2 else {}
        plans.append(replace(whole, expenses=there, grants={**given_, **hidden}))
    return _published(plans, draw(st.integers(0, 2)))


def _published(plans: list[Plan], left_out: int) -> Made:
    steps: list[Publication] = []
    made_from: list[Plan] = []
    views = []

    def known(plan: Plan, earlier: Sequence[Plan]) -> Callable[[int], Plan]:
        return lambda step: plan if step == NOW else earlier[step]

    for plan, month in zip(plans, SPAN, strict=True):
        new = publish(plan, totals(plan)[0], steps, month, plan_at=known(plan, made_from))
        steps, made_from = [*steps, *new], [*made_from, *[plan] * len(new)]
        views.append(
            public_view(plan, steps, month=month, organisation="Harbour Peers", left_out=left_out)
        )
    views = [withdrawn(each, plans[-1]) for each in views]
    pages = [Published(each, last_day(each.month) + timedelta(days=2)) for each in views]
    return Made(plans, views, dict(site(pages, words("en"), Branding())))


LONG = settings.get_current_profile_name() == "long"


@pytest.mark.slow
@given(sites())
@settings(
    max_examples=3000 if LONG else 60, phases=list(Phase)[: 5 if LONG else 3]
)  # a short run does not shrink
def test_the_same_figures_everywhere(made: Made) -> None:
    """One search for all of it: what is slow is to make the site."""
    _every_reader_finds_the_same(made)
    _parts_sum_to_one_total(made)
    _pages_have_the_figures_of_the_package(made)
    _variance_differs_by_what_is_named_alone(made)
    _receipts_are_those_of_the_books(made)
    _iati_sums_to_the_page(made)
    _a_funders_summary_is_what_variance_says(made)


# ---- the tables for machines


def _every_reader_finds_the_same(made: Made) -> None:
    found = {name: read(made.files) for name, read in READERS.items()}

    assert len(found["package"]) > 0
    for name, figures in found.items():
        assert figures == found["package"], name
    assert broken_promises(made.files) == []


def _parts_sum_to_one_total(made: Made) -> None:
    found = figures_of_package(made.files)
    for view in made.views:
        sums = []
        for name in ("category", "activity", "grant"):
            rows = {key: each for key, each in found.items() if key[:2] == (view.month, name)}
            (total,) = [each for key, each in rows.items() if key[2] == "total"]
            parts = [each for key, each in rows.items() if key[2] != "total"]
            assert total == (sum(each[0] for each in parts), sum(each[1] for each in parts))
            sums.append(total[1])
        assert len(set(sums)) == 1


# ---- the page


def _pages_have_the_figures_of_the_package(made: Made) -> None:
    standings, money_in = table(made.files, "standings"), table(made.files, "money-in")
    for view in made.views:
        page = html.fromstring(made.files[f"{view.month}.html"].decode())
        shown = _tables(page)
        for name, caption in (("category", "By category"), ("activity", "By activity")):
            rows = [row for row in standings if (row["month"], row["table"]) == (view.month, name)]
            told = [
                [row["budget"], row["spent"], row["variance"]] if row["through"] else ["–"] * 3
                for row in rows
            ]
            assert [row[:3] for row in shown[caption]] == told
        came = [row for row in money_in if row["month"] == view.month]
        if came:
            assert shown["Money in"][:-1] == [[row["this_month"], row["to_date"]] for row in came]
            both = [sum(Decimal(row[name]) for row in came) for name in ("this_month", "to_date")]
            assert [Decimal(cell) for cell in shown["Money in"][-1]] == both
        (facts,) = [row for row in table(made.files, "pages") if row["month"] == view.month]
        assert (f"{facts['left_out']} row" in "".join(map(str, page.itertext()))) == (
            facts["left_out"] != "0"
        )
    page = html.fromstring(made.files[f"{SPAN[-1]}.html"].decode())
    spells = [[row["budget"], row["spent"]] for row in table(made.files, "months")]
    assert [row[:2] for row in _tables(page).get("Month by month", [])][::-1] == spells


def _tables(page: html.HtmlElement) -> dict[str, list[list[str]]]:
    """The figures of a page's tables by their captions, row by row."""
    found = {}
    for each in page.iter("table"):
        caption = each.find("caption")
        assert caption is not None
        name = str(caption.text or caption[0].text or "").strip()
        rows = [
            [_plain("".join(map(str, cell.itertext()))) for cell in row.findall("td")]
            for row in each.iter("tr")
        ]
        found[name] = [row for row in rows if row]
    return found


def _plain(text: str) -> str:
    return text.strip().replace("−", "-").replace(",", "").replace("\u2011", "-")


# ---- variance


def _variance_differs_by_what_is_named_alone(made: Made) -> None:
    plan, view = made.plans[-1], made.views[-1]
    (page,) = [row for row in table(made.files, "pages") if row["month"] == view.month]
    late = made.plans[0].expenses.keys() != {
        k for k, e in plan.expenses.items() if f"{e.date:%Y-%m}" == SPAN[0]
    } or (
        made.plans[1].expenses.keys()
        != {k for k, e in plan.expenses.items() if f"{e.date:%Y-%m}" <= SPAN[1]}
    )
    event(f"through {page['through'] or 'nothing'}, late {late}")
    if not page["through"]:
        return  # all of it waits, and the page says so
    if page["through"] != view.month and (late or made.plans[0].grants != plan.grants):
        return  # the total is that of an earlier day, and `through` names it
    found = figures_of_package(made.files)
    budget, spent, by_row = _by_variance(plan, page["through"])

    assert found[view.month, "category", "total", "Total"] == (budget, spent)
    for row in table(made.files, "standings"):
        if (row["month"], row["table"], row["through"]) == (view.month, "category", view.month) and row["kind"] in (
            "row", "unnamed", "withheld", "unrestricted", "unbudgeted",
        ):  # fmt: skip
            name = meant(row["name"]) if row["kind"] == "row" else ""
            assert (Decimal(row["budget"]), Decimal(row["spent"])) == by_row.get(
                (row["kind"], name), (0, 0)
            ), row


def _by_variance(
    plan: Plan, end: Month
) -> tuple[Decimal, Decimal, dict[tuple[str, str], tuple[Decimal, Decimal]]]:
    """What the public totals must be, by the answers of `variance`, and each row of the table by
    category.

    Left out is what pays people, and the grants that are not ours; other currencies are converted
    in one sum to date at the grant's planning rate."""
    now = Standing(plan, totals(plan)[0], [], {}, datetime(2026, 2, 2, tzinfo=UTC))
    asked = {"grant": None, "by": "line", "end": end}
    rows = answers.variance(now, date(2026, 2, 2), start=None, each_month=False, **asked)  # type: ignore[arg-type]
    found: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for row in rows:
        line, grant = plan.lines.get(row["line"]), plan.grants.get(row["grant"])
        if line is not None and line.pays_people:
            continue
        if grant is not None and grant.state in NOT_OURS:
            assert row["money"] != "ours"
            continue
        rate = _planning_rate(plan, grant)
        budget, spent = (
            Decimal(round(Fraction(row[name]) * 100 / rate)) / 100 for name in ("budget", "spent")
        )
        kind = _kind(line, grant)
        name = line.category if line is not None and kind == "row" else ""
        before = found.get((kind, name), (Decimal(0), Decimal(0)))
        found[kind, name] = before[0] + budget, before[1] + spent
    return (
        sum((b for b, _ in found.values()), Decimal(0)),
        sum((s for _, s in found.values()), Decimal(0)),
        found,
    )


NOT_OURS = ("prospect", "applied", "declined")


def _planning_rate(plan: Plan, grant: Grant | None) -> Fraction:
    """The rate of a grant's whole life, by the words of docs/decisions (no code is shared)."""
    if grant is None or grant.currency == plan.base:
        return Fraction(1)
    if grant.budget_rate is not None:
        return Fraction(grant.budget_rate)
    known = {month: rate for (month, code), rate in plan.rates.items() if code == grant.currency}
    begins = f"{grant.start:%Y-%m}" if grant.start else min(known)
    return Fraction(known[max((month for month in known if month <= begins), default=min(known))])


def _kind(line: BudgetLine | None, grant: Grant | None) -> str:
    if grant is None:
        return "unrestricted"
    if not named(grant):
        return "withheld"
    if line is None:
        return "unbudgeted"
    return "row" if line.category else "unnamed"


def _receipts_are_those_of_the_books(made: Made) -> None:
    plan = made.plans[-1]
    for row in table(made.files, "grants"):
        books = sum(
            -each.amount if each.kind == "returned to funder" else each.amount
            for each in plan.income.values()
            if each.grant == row["id"] and each.state == "received"
        )
        assert Decimal(row["received"]) * 100 == books
    assert {row["id"] for row in table(made.files, "grants")} == {
        id_ for id_, each in plan.grants.items() if named(each)
    }


# ---- IATI


def _iati_sums_to_the_page(made: Made) -> None:
    """All activities together, and each grant's own; what is not told by grant is the activity
    `together`."""
    pages = [(view, last_day(view.month) + timedelta(days=2)) for view in made.views]
    found = iati.made(
        pages, made.plans[-1], iati.Publisher("Harbour Peers", OPEN_DATA, [words("en")])
    )
    newest = made.views[-1]
    people = sum(each.units for each in flows.people(pages))
    by_activity: dict[str, tuple[int, int]] = {}
    for activity in etree.fromstring(found.activities):
        sums = {"1": 0, "4": 0}
        for each in activity.iter("transaction"):
            kind, value = each.find("transaction-type"), each.findtext("value")
            assert kind is not None
            if kind.get("code") in sums:
                sums[str(kind.get("code"))] += int(Decimal(value or "") * 100)
        by_activity[(activity.findtext("iati-identifier") or "").removeprefix("XX-1-")] = (
            sums["1"],
            sums["4"],
        )

    assert sum(spent for _, spent in by_activity.values()) == newest.by_grant.total.spent + people
    assert sum(come for come, _ in by_activity.values()) == sum(
        each.to_date for each in newest.money_in
    )
    for row in newest.by_grant.rows:
        if not row.kind:
            assert by_activity[row.key.removeprefix("=")][1] == row.spent
    assert found.organisation
    spent = [
        int(Decimal(each.findtext("value") or "") * 100)
        for each in etree.fromstring(found.organisation).iter("total-expenditure")
    ]
    assert sum(spent) == newest.categories.total.spent + people


OPEN_DATA = OpenData(
    country="PT",
    region="",
    sectors={"13040": Decimal(100)},
    reporter=Organisation("Harbour Peers", "XX-1"),
    secondary=False,
    group=Organisation("Harbour Peers"),
    organisations={},
    languages=("en",),
    because="safety",
)


# ---- the funder's summary


def _a_funders_summary_is_what_variance_says(made: Made) -> None:
    """In the grant's own currency, to the end of the month, all of its lines (what pays people
    too)."""
    plan = made.plans[-1]
    now = Standing(plan, totals(plan)[0], [], {}, datetime(2026, 2, 2, tzinfo=UTC))
    for id_, grant in plan.grants.items():
        if grant.state in NOT_OURS:
            continue
        view = summary(plan, id_, "generic-10pct", month=SPAN[-1])
        rows = answers.variance(
            now, date(2026, 2, 2), grant=id_, by="grant", start=None, end=SPAN[-1], each_month=False
        )
        spent = sum(Decimal(row["spent"]) for row in rows)
        assert (view.currency, Decimal(view.total.spent) / 100) == (grant.currency, spent)
