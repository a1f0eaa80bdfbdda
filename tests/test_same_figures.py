"""The same figures everywhere: the month's page, the tables for machines and `variance`, over plans
that nobody thought of.

A reader of one format is a function from the site's files to `Figures`, in `READERS`; all must find
the same. Where `variance` says something else, the difference is what waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st
from lxml import etree, html
from msgspec.structs import replace

from budgettrack.config.open_data import OpenData, Organisation
from budgettrack.core.base.months import Month, first_day
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Activity, BudgetLine, Expense, Grant, Income, Plan
from budgettrack.core.sealing.public_batches import named
from budgettrack.core.views.new_pages import PageSettings
from budgettrack.core.views.public_types import PublicView
from budgettrack.group import Standing
from budgettrack.opendata import iati
from budgettrack.queries import figures as answers
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.translations import words
from budgettrack.reports.site.pages import site
from tests.world.open_data import (
    Figures,
    broken_promises,
    figures_of_json,
    figures_of_package,
    figures_of_workbook,
    table,
)
from tests.world.publishing import Books, pages_of
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
    """Plans as they were when each month was published, the books that were published, the views,
    and every file of the site."""

    plans: list[Plan]
    books: Books
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
    st.integers(0, 9_999_999), st.sampled_from([0, 0, 0, 0, 0, 0, 1, 4, None]), st.booleans(),
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
        id_: Activity(id_, "", f"Do {id_}", "", START, END, "", None, "planned", "")
        for id_ in ("A-1", "A-2")
    }
    spent, came = {}, {}
    entered: dict[str, int] = {}
    for n, (which, month, day, amount, state, currency, late) in enumerate(
        draw(st.lists(expenses, min_size=8, max_size=25))
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
    return _published(plans, incomplete=draw(st.booleans()))


def _published(plans: list[Plan], *, incomplete: bool) -> Made:
    books = Books()
    for plan, month in zip(plans, SPAN, strict=True):
        books.publish(plan, month, PageSettings("Harbour Peers", incomplete))
    views = books.views(plans[-1])
    pages = pages_of(views)
    return Made(plans, books, views, dict(site(pages, words("en"), Branding())))


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
    _variance_says_what_is_shown_or_waits(made)
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
            for figure, whole in enumerate(total):
                shown = [units for part in parts if (units := part[figure]) is not None]
                assert (sum(shown) if shown else None) == whole
            sums.append(total)
        assert len(set(sums)) == 1


# ---- the page


def _pages_have_the_figures_of_the_package(made: Made) -> None:
    standings, money_in = table(made.files, "standings"), table(made.files, "money-in")
    for view in made.views:
        page = html.fromstring(made.files[f"{view.month}-figures.html"].decode())
        shown = _tables(page)
        for name, figure, caption in (
            ("category", "spent", "Spent, by category"),
            ("category", "planned", "Planned, by category"),
            ("activity", "spent", "Spent, by activity"),
        ):
            rows = [row for row in standings if (row["month"], row["table"]) == (view.month, name)]
            told = [[row[figure]] for row in rows if row[figure]]
            if caption in shown:
                assert shown[caption] == told
            else:
                assert name == "activity" or not told
        came = [row for row in money_in if row["month"] == view.month]
        if came:
            assert shown["Money in"][:-1] == [[row["this_month"], row["to_date"]] for row in came]
            both = [sum(Decimal(row[name]) for row in came) for name in ("this_month", "to_date")]
            assert [Decimal(cell) for cell in shown["Money in"][-1]] == both
        through = view.month_sum
        if through is not None:
            # What is left is what came in less what was spent, both to date, in the package too.
            received = sum(Decimal(row["to_date"]) for row in came)
            (spent,) = [
                row["spent"]
                for row in standings
                if (row["month"], row["table"], row["kind"]) == (view.month, "category", "total")
            ]
            assert through.closing == (received - Decimal(spent)) * 100
        (facts,) = [row for row in table(made.files, "pages") if row["month"] == view.month]
        text = "".join(map(str, page.itertext()))
        assert ("Some rows are left out" in text) == (facts["incomplete"] == "true")
        assert ("Something is not shown yet, since" in text) == bool(facts["waits_since"])
    page = html.fromstring(made.files[f"{SPAN[-1]}-figures.html"].decode())
    months = [[row["spent"]] for row in table(made.files, "months")]
    assert _tables(page).get("Spent, month by month", [])[::-1] == months


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


def _variance_says_what_is_shown_or_waits(made: Made) -> None:
    """What stands in batches is what `variance` says of the same payments: line by line, in the
    line's own currency. The rest waits."""
    plan = made.plans[-1]
    shown: dict[str, int] = {}
    ids = set()
    for batch in made.books.batches:
        for part in batch.parts if batch.what == "spent" else ():
            ids.add(part.id)
            shown[part.line] = shown.get(part.line, 0) + part.own
    there = replace(plan, expenses={id_: plan.expenses[id_] for id_ in ids})
    now = Standing(there, totals(there)[0], [], {}, datetime(2026, 2, 2, tzinfo=UTC))
    asked = {"grant": None, "by": "line", "end": SPAN[-1]}
    rows = answers.variance(now, date(2026, 2, 2), start=None, each_month=False, **asked)  # type: ignore[arg-type]

    event(f"{len(ids) * 10 // max(len(plan.expenses), 1)} tenths of the payments are shown")
    for row in rows:
        if row["line"]:
            assert Decimal(row["spent"]) * 100 == shown.get(row["line"], 0), row
    waiting = plan.expenses.keys() - ids
    known = answers.variance(
        Standing(plan, totals(plan)[0], [], {}, datetime(2026, 2, 2, tzinfo=UTC)),
        date(2026, 2, 2),
        start=None,
        each_month=False,
        **asked,  # type: ignore[arg-type]
    )
    if not waiting:
        assert [row["spent"] for row in known] == [row["spent"] for row in rows]


NOT_OURS = ("prospect", "applied", "declined")


def _receipts_are_those_of_the_books(made: Made) -> None:
    plan = made.plans[-1]
    for row in table(made.files, "grants"):
        books = [
            -each.amount if each.kind == "returned to funder" else each.amount
            for each in plan.income.values()
            if each.grant == row["id"] and each.state == "received" and each.kind != "donation"
        ]
        if row["received"]:  # else one or two stand behind what is left of it, or nothing came
            assert Decimal(row["received"]) * 100 == sum(books)
    assert {row["id"] for row in table(made.files, "grants")} == {
        id_ for id_, each in plan.grants.items() if named(each)
    }


# ---- IATI


def _iati_sums_to_the_page(made: Made) -> None:
    """All activities together spend what the page shows."""
    pages = [(page.view, page.on) for page in pages_of(made.views)]
    found = iati.made(pages, iati.Publisher("Harbour Peers", OPEN_DATA, [words("en")]))
    spent = 0
    for transaction in etree.fromstring(found.activities).iter("transaction"):
        kind = transaction.find("transaction-type")
        assert kind is not None
        if kind.get("code") == "4":
            spent += int(Decimal(transaction.findtext("value") or "") * 100)

    assert spent == (made.views[-1].categories.total.spent or 0)


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
