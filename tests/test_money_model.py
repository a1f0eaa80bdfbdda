"""Every listing and every file says what an independent model of money says, over random groups.

The model (`tests/world/money_model.py`) shares no code with the package. The group is a real
workbook, synced into a real register, and asked at the prompt."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.world.group import Group, Rows
from tests.world.money_model import Figures, MoneyModel, month_of
from tests.world.money_rows import EVERY_KIND, groups
from tests.world.outside import LONG

CONFIG = """
[organisation]
name = "Harbour Peers"
currency = "EUR"
[workbook]
xlsx = "plan.xlsx"
[reports]
site = "https://peers.example.org"
[open_data]
country = "PT"
sectors = { "13040" = 100 }
withheld_because = "safety"
[open_data.reporter]
name = "Harbour Peers"
ref = "XE-EXAMPLE-500000001"
"""
ENDS = ("2025-06", "2026-02", "2026-10")


class Asked:
    """A group that was synced on a day after all of its rows, and the model of its money."""

    def __init__(self, folder: Path, rows: Rows) -> None:
        self.group = Group(folder, rows, CONFIG, (("sync", "--on", "2027-01-05"),))
        self.model = MoneyModel(rows)

    def answer(self, *words: str) -> Any:
        done = self.group.run(*words, "--json")
        assert done.exit_code in (0, 3), done.output
        return json.loads(done.stdout)


@pytest.mark.slow
@settings(max_examples=400 if LONG else 10)
@given(rows=groups(), end=st.sampled_from(ENDS))
@example(rows=EVERY_KIND, end="2026-02")
@example(rows=EVERY_KIND, end="2026-10")
def test_every_listing_and_file_says_what_the_model_says(rows: Rows, end: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asked = Asked(Path(folder), rows)
        variance(asked, end)
        by_month(asked, end)
        explained(asked, end)
        status(asked, end)
        grid(asked)
        summary_tab(asked, end)
        for grant, row in asked.model.grants.items():
            if row["state"] in ("active", "closing"):
                funders_workbook(asked, grant, end)
        public_files(asked, end)


# ---- listings


def told(row: dict[str, Any], *names: str) -> list[Fraction]:
    return [Fraction(row[name]) for name in names]


SUMS = ("budget", "spent", "committed", "available", "variance")


def sums(figures: Figures) -> list[Fraction]:
    return [getattr(figures, name) for name in SUMS]


def variance(asked: Asked, end: str) -> None:
    model = asked.model
    for start in ("", "2026-01") if end >= "2026-01" else ("",):
        since = ("--from", start) if start else ()
        rows = asked.answer("variance", "--to", end, *since)
        expected = model.standing(end, start)
        assert {(row["grant"], row["line"]): told(row, *SUMS) for row in rows} == {
            place: sums(figures) for place, figures in expected.items()
        }
        for row in rows:
            figures = expected[row["grant"], row["line"]]
            assert row["state"] == model.state(figures), row
            percentage(row, figures)
            if not start and row["from"]:
                assert row["from"] <= earliest(model, row, end)
        for by in ("category", "activity", "grant"):
            rows = asked.answer("variance", "--to", end, *since, "--by", by)
            groups_ = model.grouped(by, end, start)
            assert sorted((row[by], row["currency"], row["money"], told(row, *SUMS)) for row in rows) == sorted(
                (key[0], key[1], key[3], sums(figures)) for key, figures in groups_.items()
            )  # fmt: skip
            assert sorted((row[by], row["currency"], row["money"], row["state"]) for row in rows) == sorted(
                (key[0], key[1], key[3], model.state(figures)) for key, figures in groups_.items()
            )  # fmt: skip


def percentage(row: dict[str, Any], figures: Figures) -> None:
    if not figures.budget:
        assert row["variance_percent"] is None
    else:
        exact = 100 * figures.variance / figures.budget
        assert abs(Fraction(row["variance_percent"]) - exact) <= Fraction(5, 100), row


def earliest(model: MoneyModel, row: dict[str, Any], end: str) -> str:
    """The first month with money in it: asked from there, nothing is missing."""
    paid = [model.movements(each) for each in model.expenses if model.place(each) == (row["grant"], row["line"])]  # fmt: skip
    months = [month for _, _, month, spent in paid if month and spent is not None]
    line = model.lines.get(row["line"])
    months += [month for month, units in (model.phasing(line) if line else {}).items() if units]
    return min((month for month in months if month <= end), default=end)


def by_month(asked: Asked, end: str) -> None:
    rows = asked.answer("variance", "--to", end, "--from", "2025-01", "--each-month")
    assert {(row["grant"], row["line"], row["to"]): told(row, *SUMS) for row in rows} == {
        (*place, month): sums(figures) for place, month, figures in asked.model.by_month(end)
    }


def explained(asked: Asked, end: str) -> None:
    rows = asked.answer("variance", "--to", end, "--explain")
    standing = asked.model.standing(end)
    for (grant, line), figures in standing.items():
        own = [row for row in rows if (row["grant"], row["line"]) == (grant, line or "unbudgeted")]
        said = {row["what"]: Fraction(row["counted"]) for row in own if row["what"][0] == "="}
        assert said == {"= budget": figures.budget, "= spent": figures.spent, "= variance": figures.variance}  # fmt: skip
        parts = [
            Fraction(row["counted"] or 0) for row in own if row["what"] in ("paid", "refunded")
        ]
        assert sum(parts) == figures.spent


def status(asked: Asked, end: str) -> None:
    year, month = int(end[:4]), int(end[5:])
    after = f"{year + month // 12}-{month % 12 + 1:02}-03"
    rows = asked.answer("status", "--on", after)
    names = ("budget", "spent", "committed", "variance", "available")
    assert {(row["grant"], row["money"]): told(row, *names) for row in rows} == {
        (key[0] or "no grant", key[3]): [getattr(figures, name) for name in names]
        for key, figures in asked.model.grouped("grant", end).items()
    }


def grid(asked: Asked) -> None:
    model = asked.model
    expected: dict[tuple[str, str], list[Fraction]] = {}
    for line in model.lines.values():
        grant = line["grant"]
        whose = model.money_of(grant)
        if whose == "declined":
            continue
        row = expected.setdefault(
            (line.get("activity", ""), line.get("category", "")), [Fraction(0), Fraction(0)]
        )
        row[whose == "may come"] += model.in_base(grant, Fraction(line["amount"])) or 0
    rows = [row for row in asked.answer("grid") if row["category"] or told(row, "total", "may_come") != [0, 0]]  # fmt: skip
    assert {(row["activity"] or "", row["category"]): told(row, "total", "may_come") for row in rows} == {
        key: row for key, row in expected.items() if key[1] or row != [0, 0]
    }  # fmt: skip


# ---- files


def summary_tab(asked: Asked, end: str) -> None:
    """The tab Summary, as a sync writes it in the month after."""
    year, month = int(end[:4]), int(end[5:])
    asked.group.run("sync", "--on", f"{year + month // 12}-{month % 12 + 1:02}-03")
    book = openpyxl.load_workbook(asked.group.path, data_only=True)
    rows = [tuple(row) for row in book["Summary"].iter_rows(values_only=True)]
    model = asked.model
    for table in tables(rows, "Grant", "Funder"):
        for row in table:
            grant = "" if row["Grant"] == "none" else row["Grant"]
            cash = model.cash(grant, end)
            is_ours = model.money_of(grant) == "ours"
            assert exact(row, "Received", "Returned", "Spent", "Host fee", "Balance held", "Still to receive") == [
                cash.received, cash.returned, cash.spent, cash.fee, cash.balance,
                (cash.to_come if is_ours else 0),
            ], row  # fmt: skip
    ((together,),) = tables(rows, "Currency", "Award")
    expected = model.together(end)
    assert exact(together, "Award", "Budget to date", "Spent", "Committed", "Received", "Balance held", "May come") == list(
        expected.values()
    )  # fmt: skip


def tables(rows: Sequence[tuple[Any, ...]], *heads: str) -> list[list[dict[str, Any]]]:
    """The tables of a page whose headings begin with these, each with its rows by heading."""
    found = []
    for number, row in enumerate(rows):
        if row[: len(heads)] != heads:
            continue
        body = []
        for cells in rows[number + 1 :]:
            if cells[0] is None or len([cell for cell in cells if cell is not None]) < 3:
                break
            body.append({str(head): cell for head, cell in zip(row, cells, strict=True) if head})
        found.append(body)
    return found


def exact(row: dict[str, Any], *names: str) -> list[Fraction]:
    """Stored numbers as what they stand for: a spreadsheet keeps fifteen digits."""
    return [Fraction(f"{row[name] or 0:.15g}") for name in names]


def funders_workbook(asked: Asked, grant: str, end: str) -> None:
    done = asked.group.run("report", "funder", grant, "--month", end, "--on", "2027-01-05")
    assert done.exit_code in (0, 3), done.output
    path = asked.group.folder / "reports" / "private" / f"{grant}-{end}.xlsx"
    rows = [tuple(row) for row in openpyxl.load_workbook(path, data_only=True)["Budget"].iter_rows(values_only=True)]  # fmt: skip
    ((*_, total),) = tables(rows, "Budget line")
    together = Figures()
    for (of, _), figures in asked.model.standing(end).items():
        if of == grant:
            together.add(figures)
    assert exact(total, "Spent to date", "Committed") == [together.spent, together.committed]


def public_files(asked: Asked, end: str) -> None:
    done = asked.group.run("report", "transparency", "--month", end, "--on", "2027-01-05")
    assert done.exit_code in (0, 3), done.output
    public = asked.group.folder / "reports" / "public"
    for row in read(public / "data" / "grants.csv"):
        cash = asked.model.cash(row["id"], end)
        if row["amount"] or (row["received"] and not asked.model.grants[row["id"]].get("amount")):
            assert Fraction(row["received"] or 0) == cash.received - cash.returned, row
        else:
            # The award would tell of one or two people, and what was received with it.
            assert row["received"] == "", row
    for row in read(public / "data" / "standings.csv"):
        if row["kind"] == "total" and row["through"]:
            budget, spent = asked.model.public_total(row["through"])
            assert told(row, "budget", "spent") == [budget, spent], row
    iati(asked)


def iati(asked: Asked) -> None:
    """What the IATI files sum to, beside the newest page: the total, and what pays people."""
    public = asked.group.folder / "reports" / "public"
    done = asked.group.run("report", "iati", "--yes", "--on", "2027-01-05")
    if done.exit_code != 0:
        return
    people = sum(Fraction(row["spent"] or 0) for row in read(public / "data" / "people.csv"))
    totals = [row for row in read(public / "data" / "standings.csv") if (row["table"], row["kind"]) == ("grant", "total")]  # fmt: skip
    spent = Fraction(0)
    for path in (public / "iati").glob("*activities*.xml"):
        for transaction in etree.parse(path).iter("transaction"):
            (kind,) = transaction.findall("transaction-type")
            if kind.get("code") == "4":
                spent += Fraction(transaction.findtext("value") or "0")
    assert spent == Fraction(totals[-1]["spent"]) + people


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_the_model_knows_a_case_worked_by_hand() -> None:
    model = MoneyModel(
        {
            "grants": [{"id": "G", "state": "active", "currency": "GBP", "amount": "600", "start": "2026-01-15", "end": "2026-07-14"}],
            "budget": [{"id": "B", "grant": "G", "amount": "600"}],
            "expenses": [
                {"id": "E", "date": "2026-02-01", "budget_line": "B", "amount": "10", "currency": "EUR", "state": "paid"},
                {"id": "F", "date": "2026-02-02", "budget_line": "B", "amount": "3", "state": "refunded"},
                {"id": "H", "date": "2026-02-03", "budget_line": "B", "amount": "5", "state": "paid", "paid_on": "2026-04-01"},
            ],
            "rates": [{"month": "2026-02", "currency": "GBP", "rate": "0.85"}],
        }
    )  # fmt: skip
    figures = model.standing("2026-03")["G", "B"]

    # January has 17 of 31 days; six months in all: 54.84, 100 and 100
    assert figures.budget == Fraction("254.84")
    assert figures.spent == Fraction("5.5")
    assert figures.committed == Fraction("5")
    assert figures.available == Fraction("589.5")
    assert month_of("2026-02-03") == "2026-02"


def test_the_model_knows_a_host_fee_beside_an_opening_balance_worked_by_hand() -> None:
    model = MoneyModel(EVERY_KIND)

    # Of 5,001.30 received and 100.00 returned, 1,000.00 was brought: its fee was paid before.
    on_income = model.cash("G-0", "2026-10")
    assert on_income.received == Fraction("5001.30")
    assert on_income.returned == 100
    assert on_income.fee == Fraction("292.60")
    assert on_income.to_come == Fraction("3999.80")
    # 333.33 pounds were spent: what was received does not matter.
    assert model.cash("G-1", "2026-10").fee == Fraction("25.00")
