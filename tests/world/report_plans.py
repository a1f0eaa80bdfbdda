"""Plans for the tests of views and reports: one believable group, and one whose every cell is a
mark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.config import profiles
from budgettrack.core.base.months import Month, first_day, last_day, months
from budgettrack.core.checks.checks import checks
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import (
    Activity,
    BudgetLine,
    Deadline,
    Expense,
    GivenGrant,
    Grant,
    Income,
    Plan,
    Resource,
)
from budgettrack.core.views.funder import funder_view
from budgettrack.core.views.funder_types import FunderView, Reported
from budgettrack.core.views.internal import internal_view
from budgettrack.core.views.new_pages import PageSettings
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.pdf import pdf
from budgettrack.reports.base.render import page, render
from budgettrack.reports.base.translations import words
from budgettrack.reports.base.wording import page_words
from budgettrack.reports.funder.document import document
from budgettrack.reports.funder.xlsx import workbook
from budgettrack.reports.mail import letters
from budgettrack.reports.site.pages import site
from tests.world.publishing import Books, pages_of

MONTH = "2026-03"


def site_files(
    plan: Plan,
    *,
    month: Month = MONTH,
    language: str = "en",
    incomplete: bool = False,
    look: Branding | None = None,
    contact: str = "Ask at the drop-in room.",
) -> dict[str, bytes]:
    """Every file of the public site, as if a page had been published every month, by its path."""
    books = Books()
    plan = replace(plan, about={"how to reach us": contact, **plan.about})
    books.publish(plan, month, PageSettings("Harbour Peers", incomplete))
    return dict(site(pages_of(books.views(plan)), words(language), look or Branding()))


def summary(
    plan: Plan,
    grant: str = "G-1",
    profile: str | Profile = "bmr",
    *,
    month: Month = MONTH,
    left_out: int = 0,
    language: str = "en",
    own: tuple[date, date] | None = None,
    reported: Sequence[Reported] = (),
) -> FunderView:
    """The view of one grant's summary."""
    chosen = profiles.profile(profile) if isinstance(profile, str) else profile
    assert chosen is not None
    return funder_view(
        plan,
        totals(plan)[0],
        grant,
        chosen,
        month=month,
        organisation="Harbour Peers",
        contact="Ask at the drop-in room.",
        left_out=left_out,
        language=language,
        own=own,
        reported=reported,
    )


def summary_files(
    view: FunderView, final: date | None = None, look: Branding | None = None
) -> dict[str, bytes]:
    """The files of a summary by their names."""
    w, look = words(view.language), look or Branding()
    paper = document(view, w, final)
    made, _ = pdf(paper, w, look)
    return {
        "summary.html": page(paper, look, page_words(w, feed=False)).encode(),
        "summary.pdf": made,
        "summary.xlsx": workbook(view, w, final=final, paper=look.paper),
    }


def mail_files(plan: Plan, language: str = "en") -> dict[str, bytes]:
    """The HTML part of a mail to each audience, by file name."""
    w, look = words(language), Branding()
    sent = letters.Sent(
        9, True, "https://books.example.org/2026-03.html", ["G-1-2026-03.pdf", "G-1-2026-03.xlsx"]
    )
    on, sums = last_day(MONTH), totals(plan)[0]
    own = internal_view(
        plan,
        sums,
        MONTH,
        organisation="Harbour Peers",
        findings=checks(plan, sums, today=on, records={}),
        since=None,
        today=on,
        waiting=["G-1"],
        unfinished=[MONTH],
    )
    made = {
        "public": letters.public(public(plan), None, w, sent),
        "funder": letters.funder(summary(plan, language=language), w, sent),
        "internal": letters.internal(own, w, sent),
        "reminder": letters.reminder(own, w, sent),
    }
    return {
        f"mail-{name}.html": render("mail.html", {"page": each, "look": look}).encode()
        for name, each in made.items()
    }


def public(
    plan: Plan,
    month: Month = MONTH,
    *,
    books: Books | None = None,
    incomplete: bool = False,
    contact: str = "",
) -> PublicView:
    """The public view of a month. `books`: what was published before."""
    books = books or Books()
    if contact:
        plan = replace(plan, about={**plan.about, "how to reach us": contact})
    books.publish(plan, month, PageSettings("Harbour Peers", incomplete))
    return books.views(plan)[-1]


def nobody_is_paid() -> Plan:
    """The harbour's plan without the line that pays people: nothing is held back for it."""
    plan = harbour()
    return replace(
        plan,
        lines={id_: line for id_, line in plan.lines.items() if id_ != "B-1.3"},
        expenses={id_: each for id_, each in plan.expenses.items() if each.line != "B-1.3"},
    )


def with_reports_of_groups(plan: Plan, due: date) -> Plan:
    """The same plan, of a host: the group GR-1 owes a report about money of G-1."""
    given = GivenGrant(
        "SG-1", "GR-1", "G-1", "", "active", "EUR", 100, None, None, "", "month", 30, None, ""
    )
    owed = Deadline("report:SG-1:2026-05", "Report of GR-1 for May 2026", due, "G-1", "", None)
    deadlines = {**plan.deadlines, owed.id: owed}
    return replace(plan, given={"SG-1": given}, deadlines=deadlines)


def harbour() -> Plan:
    """Two published grants (one in GBP), one that is not, unrestricted money, people's pay, and
    things in kind."""
    start, end = date(2025, 7, 1), date(2026, 12, 31)
    grants = {
        "G-1": Grant(
            "G-1", "Northern Lights Fund", "A safe place to meet", "closing", "EUR", 6000000, start, end, publish=True,
            held_by="Harbour Host", host_fee=Decimal("7.5"), host_fee_on="income", report_every="quarter",
            variance_limit=Decimal(10), agreement_reference="NLF-2025-14", paid="in advance",
        ),
        "G-2": Grant(
            "G-2", "Tide Trust", "Peer support", "closing", "GBP", 2000000, start, end, publish=True,
            budget_rate=Decimal("0.85"), report_every="half-year", periods_from="calendar",
        ),
        "G-3": Grant("G-3", "Quiet Giver", "Hidden work", "active", "EUR", 900000, start, end),
    }  # fmt: skip
    activities = {
        "A-1": Activity(
            "A-1", "A place of our own", "Open the drop-in room three days a week", "Coordinator", start, end,
            "Room open for a whole quarter", Decimal(60), "under way",
            "The room was open on 13 days in March. Two evenings were moved because the heating failed.",
        ),
        "A-2": Activity(
            "A-2", "A place of our own", "Agree the rules of the house together", "Member committee", start,
            date(2026, 1, 31), "Rules agreed by the members' meeting", Decimal(70),
            "delayed", "A third meeting is needed: quorum was missed in January.",
        ),
        "A-3": Activity(
            "A-3", "Peers support peers", "Train twelve peer workers", "Training lead", start, date(2026, 5, 31),
            "Twelve certificates given", Decimal("66.5"), "under way", "",
        ),
        "A-4": Activity(
            "A-4", "Peers support peers", "Write the handbook", "Training lead", start, date(2025, 12, 31),
            "Handbook printed", Decimal(100), "done", "Printed in two languages.",
        ),
    }  # fmt: skip
    lines = {}
    rows = (
        (
            "B-1.1",
            "G-1",
            "A-1",
            "Rent and utilities",
            "Rent of the drop-in room",
            1800000,
            False,
            "",
        ),
        (
            "B-1.2",
            "G-1",
            "A-1",
            "Supplies",
            "Tea, cleaning and first aid",
            540000,
            False,
            "Bought for the winter at once.",
        ),
        ("B-1.3", "G-1", "A-1", "Personnel", "Coordinator, half time", 2700000, True, ""),
        ("B-1.4", "G-1", "A-2", "Meetings", "Food and translation", 360000, False, ""),
        ("B-2.1", "G-2", "A-3", "Training", "Trainers' travel and room", 900000, False, ""),
        ("B-2.2", "G-2", "A-4", "Print", "Handbook in two languages", 300000, False, ""),
        ("B-3.1", "G-3", "A-3", "Training", "Secret training", 450000, False, ""),
    )
    for id_, grant, activity, category, description, amount, people, why in rows:
        lines[id_] = BudgetLine(
            id_,
            grant,
            activity,
            category,
            description,
            grants[grant].currency,
            amount,
            start,
            end,
            people,
            why,
        )
    expenses: dict[str, Expense] = {}
    for index, month in enumerate(months("2025-07", MONTH)):
        for id_, line in lines.items():
            for number in range(
                1 if line.people_paid else (index + len(id_) + line.amount // 90000) % 5
            ):
                day = first_day(month).replace(day=3 + number * 5)
                each = Expense(
                    f"E-{len(expenses) + 1}", day, id_, line.grant,
                    line.amount // (18 if line.people_paid else 41) + number * 137, line.currency, "paid", day,
                )  # fmt: skip
                expenses[each.id] = each
    expenses["E-u"] = Expense(
        "E-u", date(2026, 3, 9), "", "", 4250, "EUR", "paid", date(2026, 3, 9)
    )
    expenses["E-b"] = Expense(
        "E-b", date(2026, 2, 9), "", "G-1", 9900, "EUR", "paid", date(2026, 2, 9)
    )
    expenses["E-c"] = Expense(
        "E-c", date(2026, 3, 20), "B-1.2", "G-1", 31000, "EUR", "committed", None
    )
    income = {
        each.id: each
        for each in (
            Income("I-1", date(2025, 7, 5), "G-1", "instalment", "received", 3000000, "EUR"),
            Income("I-2", date(2026, 7, 5), "G-1", "instalment", "expected", 3000000, "EUR"),
            Income(
                "I-3",
                date(2025, 8, 5),
                "G-2",
                "instalment",
                "received",
                1000000,
                "GBP",
                1170000,
                "EUR",
            ),
            Income("I-4", date(2026, 3, 5), "G-3", "instalment", "received", 450000, "EUR"),
            Income("I-5", date(2026, 3, 6), "", "donation", "received", 2500, "EUR"),
            Income("I-6", date(2025, 11, 6), "", "donation", "received", 6000, "EUR"),
            Income("I-7", date(2025, 11, 8), "", "donation", "received", 1500, "EUR"),
            Income("I-8", date(2025, 11, 9), "", "interest", "received", 312, "EUR"),
        )
    }
    resources = {
        each.id: each
        for each in (
            Resource(
                "R-1", "workspace", "host", "Meeting room on two evenings", Decimal(104), "evenings", 520000, "EUR",
                "agreed rate", start, end, "G-1", None, "in use", "A-1",
            ),
            Resource(
                "R-2", "equipment", "NGO network", "Laptops", Decimal(3), "laptops", 90000, "EUR", "estimate", start,
                end, "", None, "in use", "A-3",
            ),
            Resource(
                "R-3", "volunteer time", "peers", "Door and kitchen", Decimal(320), "hours", 480000, "EUR",
                "agreed rate", start, end, "G-1", None, "in use", "A-1",
            ),
        )
    }  # fmt: skip
    deadlines = {
        "D-1": Deadline(
            "D-1", "Report for January to March", date(2026, 4, 30), "G-1", "Treasurer", None
        ),
        "D-2": Deadline("D-2", "Audit letter", date(2026, 2, 28), "G-1", "Treasurer", None),
        "D-3": Deadline(
            "D-3", "Report to the quiet giver", date(2026, 4, 30), "G-3", "Treasurer", None
        ),
    }
    rates = {(month, "GBP"): Decimal("0.855") for month in months("2025-07", MONTH)}
    closed = frozenset(months("2025-01", "2026-02"))
    return Plan(
        "EUR",
        grants,
        activities,
        lines,
        expenses,
        income,
        resources,
        deadlines,
        rates,
        closed,
    )
