"""A register that published before there were batches: what stood on its last page becomes sums
without names, and nothing finer."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from budgettrack.core.records.model import Fields
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.register import published
from budgettrack.register.store import RecordVersion, open_register
from tests.world.group import Group
from tests.world.registers import back_to

DAYS = ("2025-11", "2025-12", "2026-01")
CONFIG = '[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "plan.xlsx"\n'
MOVED = [["category", "=Rent"], ["category", "total"], ["income", "=G-1"], ["income", "gifts"]]


def _rows() -> dict[str, list[Fields]]:
    bills = [(month, day) for month in DAYS for day in (2, 9, 16)]
    return {
        "grants": [
            {"id": "G-1", "funder": "Northern Lights Fund", "title": "A room", "state": "active", "currency": "EUR",
             "amount": "9000", "start": "2025-11-01", "end": "2026-10-31", "publish": "yes"},
        ],
        "budget": [
            *({"id": f"B-{n}", "grant": "G-1", "category": "Rent", "description": f"Room {n}", "amount": "1200",
               "people_paid": "0"} for n in (1, 2, 3)),
            {"id": "B-9", "grant": "G-1", "category": "People", "description": "Stipend", "amount": "4000"},
        ],
        "expenses": [
            *({"id": f"E-{n}", "date": f"{month}-{day:02}", "budget_line": "B-1", "description": f"Bill {n}",
               "amount": str(20 + n), "state": "paid"} for n, (month, day) in enumerate(bills, 1)),
            *({"id": f"P-{n}", "date": f"{month}-28", "budget_line": "B-9", "description": "Stipend",
               "amount": "500", "state": "paid"} for n, month in enumerate(DAYS, 1)),
        ],
        "income": [
            {"id": "I-1", "date": "2025-11-03", "grant": "G-1", "kind": "instalment", "state": "received", "amount": "4000"},
            *({"id": f"I-{n}", "date": f"2025-12-0{n}", "kind": "donation", "state": "received", "amount": str(10 * n),
               "reference": f"Giver {n}"} for n in (2, 3, 4)),
        ],
    }  # fmt: skip


def _page(month: str, **more: object) -> str:
    """A page as programs stored it that knew no batches."""
    standings: dict[str, object] = {
        "rows": [],
        "held": None,
        "waiting": [],
        "total": {"spent": 31800},
    }
    grant = {"id": "G-1", "funder": "Northern Lights Fund", "title": "A room", "state": "active",
             "currency": "EUR", "amount": 900000, "start": "2025-11", "end": "2026-10",
             "received": 400000, "activities": []}  # fmt: skip
    coming = {"month": month, "activity": "Paint", "milestone": "Painted", "late": True}
    view = {
        "organisation": "Harbour Peers", "contact": "", "month": month, "first": "2025-11", "through": month,
        "currency": "EUR", "provisional": True, "later": False, "left_out": 2, "fewest": 3, "grants": [grant],
        "money_in": [], "too_few_gifts": False, "budget_this_month": 1, "spent_this_month": 2,
        "categories": standings, "activities": standings, "by_grant": standings, "spells": [], "people": None,
        "progress": [], "in_kind": [{"kind": "workspace", "from_whom": "peers", "number": 1, "quantities": [["14", "hours"]],
                                     "value": 21000, "currency": "EUR", "basis": []}],
        "coming": [coming], "corrections": [], "untold": False, "without_rate": [], **more,
    }  # fmt: skip
    return json.dumps(view)


@pytest.fixture
def old(tmp_path: Path) -> Group:
    """A group whose program knew no batches when it published three months."""
    group = Group(tmp_path, _rows())
    group.config.write_text(CONFIG)
    assert group.run("sync", "--on", "2026-02-02").exit_code in (0, 3)
    with contextlib.closing(sqlite3.connect(tmp_path / "register.sqlite")) as register:
        back_to(register, 4)
        register.execute(
            "UPDATE records SET fields = replace(fields, ?, ?)",
            ('"people_paid":"0"', '"pays_people":"no"'),
        )
        register.execute(
            "UPDATE records SET fields = replace(fields, ?, ?) WHERE id = 'B-9'",
            ('"category":"People"', '"category":"People","pays_people":"yes"'),
        )
        for n, month in enumerate(DAYS):
            moved = [*MOVED, ["people", "2025"]] if month == "2026-01" else MOVED
            register.execute(
                "INSERT INTO published VALUES (?, ?, 2, ?)",
                (n, month, json.dumps([[], moved, []])),
            )
            people = {"year": "2025", "budget": 100000, "spent": 100000}
            page = _page(month, people=people if month == "2026-01" else None)
            register.execute("INSERT INTO pages VALUES (?, '2026-02-02', ?)", (month, page))
        register.commit()
    return group


def _published(group: Group, month: str = "2026-02") -> list[Batch]:
    assert group.run("sync", "--on", "2026-03-02").exit_code in (0, 3)
    done = group.run("report", "transparency", "--month", month, "--on", "2026-03-02")
    assert done.exit_code == 0, done.output
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register:
        assert register.ask(published.old_figures) is None
        return register.ask(published.batches)


def _ids(batch: Batch) -> set[str]:
    return {part.id for part in batch.parts}


def test_what_stood_on_the_last_page_becomes_one_sum_for_each_kind_of_figure(old: Group) -> None:
    with contextlib.closing(sqlite3.connect(old.folder / "register.sqlite")) as register:
        # The line that pays people has no budget: nothing of it is left of the award.
        register.execute(
            'UPDATE records SET fields = replace(fields, \'"amount":"4000"\', \'"amount":"0"\')'
            " WHERE id = 'B-9'"
        )
        register.commit()
    spent, budget, gifts = _published(old)[:3]

    assert {(batch.page, batch.labels, batch.correction) for batch in (spent, budget, gifts)} == {
        ("2026-01", Labels(), False)
    }
    assert _ids(spent) == {*(f"E-{n}" for n in range(1, 10)), "P-1", "P-2"}
    assert spent.units == sum(20 + n for n in range(1, 10)) * 100 + 2 * 50000
    assert (_ids(budget), budget.units) == ({"B-1", "B-2", "B-3"}, 360000)
    assert (_ids(gifts), gifts.units) == ({"I-2", "I-3", "I-4"}, 9000)


def test_budgets_that_would_leave_one_persons_pay_of_the_award_are_not_in_it(old: Group) -> None:
    """The award less the budgets of three rooms is the stipend, and what is not planned."""
    batches = _published(old)

    assert [batch.what for batch in batches[:2]] == ["spent", "gifts"]
    assert not [batch for batch in batches if batch.what == "budget"]


def test_what_pays_people_is_in_it_only_where_its_year_was_shown(old: Group) -> None:
    with contextlib.closing(sqlite3.connect(old.folder / "register.sqlite")) as register:
        register.execute(
            "UPDATE pages SET view = replace(view, '\"spent\": 100000', '\"spent\": null')"
        )
        register.commit()

    assert not {"P-1", "P-2", "P-3"} & _ids(_published(old)[0])


def test_the_newest_payments_that_waited_then_are_not_in_it(old: Group) -> None:
    """The last page whose total moved was that of December."""
    with contextlib.closing(sqlite3.connect(old.folder / "register.sqlite")) as register:
        waits = [["category", "=Rent"], ["income", "=G-1"]]
        register.execute(
            "UPDATE published SET moved = ? WHERE month = '2026-01'", (json.dumps([[], waits, []]),)
        )
        register.commit()

    spent = _published(old)[0]
    assert _ids(spent) == {f"E-{n}" for n in range(1, 7)}
    assert spent.page == "2026-01"


def test_old_pages_are_written_again_without_figures_and_with_their_texts(old: Group) -> None:
    _published(old)
    public = old.folder / "reports" / "public"
    with open_register(f"sqlite:///{old.folder / 'register.sqlite'}") as register:
        pages = register.ask(published.pages)

    assert sorted(pages) == [*DAYS, "2026-02"]
    assert pages["2026-01"].facts.coming[0].milestone == "Painted"
    assert {page.published.isoformat() for page in pages.values()} == {"2026-02-02", "2026-03-02"}
    for month in DAYS[:2]:
        text = (public / f"{month}.html").read_text("utf-8")
        assert "What we spent is not shown yet." in text
        assert "4,000.00" not in text, "too little is kept for what is left of it"
    for path in public.rglob("*.*"):
        if path.suffix in (".html", ".csv", ".json", ".xml"):
            text = path.read_text("utf-8")
            assert "14 hours" not in text
            assert "210.00" not in text


def test_a_second_run_makes_them_once_only(old: Group) -> None:
    first = _published(old)

    assert _published(old) == first


def test_a_payment_that_changed_since_is_a_correction_of_the_first_batch(old: Group) -> None:
    held = old.held().records["expenses"]
    old.by_hand(
        *(
            RecordVersion("expenses", f"E-{n}", {**held[f"E-{n}"], "amount": "90"}, "register")
            for n in (1, 2, 3, 4)
        )
    )
    batches = _published(old)

    assert batches[0].units == sum(20 + n for n in range(1, 10)) * 100 + 2 * 50000
    assert {batch.page for batch in batches if batch.correction} <= {"2026-02"}


def test_the_command_says_what_copies_of_old_pages_give_away(old: Group) -> None:
    """The gifts of each month were of several, and so was the rent; the stipend was one person's."""
    assert old.run("sync", "--on", "2026-03-02").exit_code in (0, 3)

    assert _told(old) == (
        f"{STAND} These figures, less the same figure a page before, tell what one or two people or"
        " firms got, or most of it: 2026-01 people paid in 2025. Ask those who have copies to delete"
        " theirs, and tell the people whom it is about."
    )
    assert _told(old) == "", "it is said once"


def test_no_withdrawn_name_is_repeated(old: Group) -> None:
    assert old.run("sync", "--on", "2026-03-02").exit_code in (0, 3)
    assert old.run("withdraw", "category", "Rent", "--by", "treasurer").exit_code in (0, 3)

    assert "or most of it: 2026-01. Ask" in _told(old)


def test_copies_of_which_each_figure_is_of_several(old: Group) -> None:
    with contextlib.closing(sqlite3.connect(old.folder / "register.sqlite")) as register:
        register.execute(
            "UPDATE pages SET view = replace(view, '\"spent\": 100000', '\"spent\": null')"
        )
        register.commit()
    assert old.run("sync", "--on", "2026-03-02").exit_code in (0, 3)

    assert _told(old) == (
        f"{STAND} Each figure there, less the same figure a page before, is the money of several"
        " people or firms. Two figures of different tables may still tell what one got: ask those"
        " who have copies to delete theirs."
    )


def test_the_monthly_run_says_it_too(old: Group) -> None:
    done = old.run("monthly", "--month", "2026-02", "--on", "2026-03-02")

    assert done.exit_code == 3, done.output
    assert STAND in done.stderr


STAND = (
    "An older version published single figures, up to the page of 2026-01. These pages are"
    " replaced. Copies that others kept still have them."
)


def _told(group: Group) -> str:
    done = group.run("report", "transparency", "--month", "2026-02", "--on", "2026-03-02")
    assert done.exit_code == 0, done.output
    return done.stderr.partition("\n")[2].strip()


def test_budgets_that_were_not_spread_alike_are_on_no_page(old: Group) -> None:
    """Budgets to date stood on old pages. One line ends earlier: its budget would follow from the
    sum of whole budgets."""
    with contextlib.closing(sqlite3.connect(old.folder / "register.sqlite")) as register:
        register.execute(
            "UPDATE records SET fields = replace(fields, ?, ?) WHERE id = 'B-1'",
            ('"amount":"1200"', '"amount":"1200","start":"2025-11-01","end":"2026-04-30"'),
        )
        register.commit()

    assert {batch.what for batch in _published(old)} == {"spent", "gifts"}
