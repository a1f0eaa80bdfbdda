"""The fourteen ways to take a page apart, as groups that somebody types."""

from __future__ import annotations

from collections.abc import Callable

from tests.auditor.driving import Parts, Recorder
from tests.auditor.truth import Stake

ONE = 77_777
"""The payment that must not be found, in cents."""
ELSE = 600_000
"""Cents of an award that are on no line, so that the award is more than its few lines."""


def _pays(group: Recorder, line: str, month: str, *cents: int) -> None:
    """Payments to somebody else each, on one line."""
    for n, amount in enumerate(cents):
        group.pay(line, month, amount, what=f"shop {n} of {month}")


def rename() -> Recorder:
    """A category gets a new name, and with it one new payment."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 120000)
    group.line("B-2", "Rent", 130000)
    group.line("B-3", "Fares", 140000)
    _pays(group, "B-1", "2026-01", 41100, 52200, 63300)
    _pays(group, "B-2", "2026-01", 11000, 21000, 31000)
    group.month("2026-01")
    group.edit("Budget", "B-1", Category="Meals")
    group.pay("B-1", "2026-02", ONE, what="the one")
    _pays(group, "B-2", "2026-02", 12000, 23000, 34000)
    group.month("2026-02")
    return group


def line_moved() -> Recorder:
    """A line goes to another category, and one new payment comes to the first."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    for line, category in (("B-1", "Food"), ("B-2", "Food"), ("B-3", "Rent")):
        group.line(line, category, 120000)
    _pays(group, "B-1", "2026-01", 10000, 20000, 30000)
    _pays(group, "B-3", "2026-01", 11000, 21000, 31000)
    group.month("2026-01")
    _pays(group, "B-2", "2026-02", 41100, 52200, 63300)
    group.month("2026-02")
    group.edit("Budget", "B-2", Category="Rent")
    group.pay("B-1", "2026-03", ONE, what="the one")
    _pays(group, "B-3", "2026-03", 50000, 60000)
    group.month("2026-03")
    return group


def two_partitions() -> Recorder:
    """A grant less an activity is one payment."""
    group = Recorder()
    group.grant("G-1", unplanned=ELSE)
    group.grant("G-2", unplanned=ELSE)
    group.activity("A-1")
    group.activity("A-2")
    group.line("B-1", "c", 120000, Activity="A-1")
    group.line("B-2", "c", 130000, Activity="A-2")
    group.line("B-3", "c", 140000, grant="G-2", Activity="A-2")
    _pays(group, "B-1", "2026-01", 41100, 52200, 63300)
    group.pay("B-2", "2026-01", ONE, what="the one")
    _pays(group, "B-3", "2026-01", 11000, 12000, 13000)
    group.month("2026-01")
    return group


def receipt_split() -> Recorder:
    """One receipt that stands in three lines counts as three."""
    group = Recorder(payees=True)
    group.grant(unplanned=ELSE)
    for line, category in (("B-1", "a"), ("B-2", "b"), ("B-3", "c")):
        group.line(line, category, 120000)
    for n, cents in enumerate((38889, 23333, 15555)):
        more = {"Split of": "E-1"} if n else {}
        group.pay(f"B-{n + 1}", "2026-01", cents, who="the one", **more)
    group.month("2026-01")
    return group


def refunded() -> Recorder:
    """A payment, its refund, and one payment."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 120000)
    first = group.pay("B-1", "2026-01", 50000, what="a table")
    group.refund(first, "2026-01")
    group.pay("B-1", "2026-01", ONE, what="the one")
    group.month("2026-01")
    return group


def payments_of_nothing() -> Recorder:
    """Two payments of almost nothing, and one."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 120000)
    _pays(group, "B-1", "2026-01", 1, 1, ONE)
    group.month("2026-01")
    return group


def dominance() -> Recorder:
    """2 + 3 + 950."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 120000)
    _pays(group, "B-1", "2026-01", 200, 300, 95000)
    group.month("2026-01")
    return group


def people() -> Recorder:
    """The award less all published budgets is what one person gets."""
    group = Recorder(payees=True)
    award = group.grant()
    group.line("B-1", "Pay", 720000, people=1, Description="coordinator")
    for n in (2, 3, 4):
        group.line(f"B-{n}", "Food", 310000 + n * 1000)
    group.income("I-1", "G-1", "2026-01", award)
    for month in ("2026-01", "2026-02"):
        group.pay("B-1", month, 123456, who="the one")
        for n, cents in enumerate((10000, 20000, 30000)):
            group.pay("B-2", month, cents + n * 700, who=f"shop {n}")
        group.month(month)
    return group


def flagged_late() -> Recorder:
    """A line is marked late as paying people, and its money leaves the figures."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Pay", 520000)
    group.line("B-2", "Food", 120000)
    for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
        group.pay("B-1", month, 43210, who="the one")
        _pays(group, "B-2", month, 21000, 22000, 23000)
        if month == "2026-04":
            group.people("B-1", 1)
        group.month(month)
    return group


def member() -> Recorder:
    """One member's gift on a grant of members."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.grant("G-2", unplanned=ELSE, Kind="membership", Funder="Our members")
    group.line("B-1", "Food", 120000)
    _pays(group, "B-1", "2026-01", 10000, 20000, 30000)
    group.income("I-1", "G-2", "2026-01", 3777, Kind="donation")
    group.month("2026-01")
    return group


def in_kind() -> Recorder:
    """The hours of one peer."""
    group = Recorder()
    group.grant(unplanned=ELSE)
    group.line("B-1", "Food", 120000)
    _pays(group, "B-1", "2026-01", 10000, 20000, 30000)
    _gives(group, "R-1", 14, 21000)
    group.month("2026-01")
    return group


def _gives(group: Recorder, id_: str, hours: int, cents: int) -> None:
    for name, much in ((f"{id_} hours", hours * 100), (f"{id_} value", cents)):
        group.marks.add(name, much)
        group.truth.stakes[name] = (Stake(f"peer {id_}"),)
    group.put(
        "Resources",
        ID=id_,
        Kind="volunteer time",
        Quantity=Parts({f"{id_} hours": 1}),
        Unit="hours",
        Value=Parts({f"{id_} value": 1}),
        Currency="EUR",
        State="in use",
        **{
            "From whom": "peers",
            "Valued by": "agreed rate",
            "From": "2026-01-01",
            "Until": "2026-01-31",
        },
    )


def raised() -> Recorder:
    """A salary is raised, and a step shows in what is left of the award."""
    group = Recorder(payees=True)
    group.grant()
    group.line("B-1", "Pay", 720000, people=1)
    for n in (2, 3, 4):
        group.line(f"B-{n}", "Food", 410000 + n * 7000)
    group.pay("B-1", "2026-01", 60000, who="the one")
    for n, cents in enumerate((10000, 20000, 30000)):
        group.pay("B-2", "2026-01", cents, who=f"shop {n}")
    group.month("2026-01")
    group.revise("B-1", "B-2", 30000)
    for n, cents in enumerate((11000, 21000, 31000)):
        group.pay("B-2", "2026-02", cents, who=f"shop {n}")
    group.month("2026-02")
    return group


def closed() -> Recorder:
    """What was received for a closed grant, less what was spent, is what one person got."""
    group = Recorder(payees=True)
    group.grant(End="2026-03-31")
    group.line("B-1", "Pay", 296295, people=1, End="2026-03-31")
    for n in (2, 3, 4):
        group.line(f"B-{n}", "Food", 410000 + n * 7000, End="2026-03-31")
    spent = Parts()
    for month in ("2026-01", "2026-02", "2026-03"):
        spent[group.pay("B-1", month, 98765, who="the one")] = 1
        for n, cents in enumerate((50000, 40000, 60000)):
            spent[group.pay("B-2", month, cents + n, who=f"shop {n}")] = 1
        if month == "2026-01":
            group.income("I-1", "G-1", "2026-01", spent)
        if month == "2026-03":
            group.edit("Grants", "G-1", State="closed")
        group.month(month)
    return group


def published_late() -> Recorder:
    """A grant is published late: it, and what is withheld, less what was withheld, is one payment."""
    group = Recorder()
    group.grant("G-1", unplanned=ELSE)
    group.grant("G-2", unplanned=ELSE, Publish="no")
    group.grant("G-3", unplanned=ELSE, Publish="no")
    group.line("B-1", "Food", 120000)
    group.line("B-2", "Fares", 130000, grant="G-2")
    group.line("B-3", "Rent", 140000, grant="G-3")
    _pays(group, "B-1", "2026-01", 10000, 20000, 30000)
    _pays(group, "B-2", "2026-01", 11000, 21000, 31000)
    _pays(group, "B-3", "2026-01", 12000, 22000, 32000)
    group.month("2026-01")
    group.publish("G-2", "yes")
    _pays(group, "B-1", "2026-02", 13000, 23000)
    group.pay("B-2", "2026-02", ONE, what="the one")
    group.month("2026-02")
    return group


def withdrawn() -> Recorder:
    """A grant is taken back: its names, and the category that only it has, leave every page."""
    group = Recorder()
    group.grant("G-1", unplanned=ELSE)
    group.grant("G-2", unplanned=ELSE, Funder="Hidden Trust", Title="Quiet work")
    group.line("B-1", "Food", 120000)
    group.line("B-2", "Needles", 130000, grant="G-2")
    _pays(group, "B-1", "2026-01", 10000, 20000, 30000)
    _pays(group, "B-2", "2026-01", 11000, 21000, 31000)
    group.month("2026-01")
    group.publish("G-2", "no")
    _pays(group, "B-1", "2026-02", 13000, 23000, 33000)
    group.month("2026-02", secret=frozenset({"Hidden Trust", "Quiet work", "Needles", "G-2"}))
    return group


SCENARIOS: dict[str, Callable[[], Recorder]] = {
    scenario.__name__: scenario
    for scenario in (
        rename,
        line_moved,
        two_partitions,
        receipt_split,
        refunded,
        payments_of_nothing,
        dominance,
        people,
        flagged_late,
        member,
        in_kind,
        raised,
        closed,
        published_late,
        withdrawn,
    )
}
