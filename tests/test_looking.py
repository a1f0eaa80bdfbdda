"""Answers that show their work: figures expense by expense, and dates in a calendar."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from budgettrack.config.load import load
from budgettrack.core.figures.explain import explained
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.model import Fields
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.group import open_group
from budgettrack.queries import figures
from tests.world.group import ROWS, Group

ON = ("--on", "2026-11-02")
RATES: list[Fields] = [
    {"month": f"2026-{month:02}", "currency": "GBP", "rate": f"0.8{month % 10}"}
    for month in range(1, 13)
]


def group_of(tmp_path: Path) -> Group:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "rates": RATES,
        "expenses": [
            *ROWS["expenses"],
            {"id": "E-90", "date": "2026-03-05", "budget_line": "B-1", "amount": "10", "currency": "GBP", "state": "paid"},
            {"id": "E-91", "date": "2026-04-05", "budget_line": "B-1", "amount": "3", "state": "refunded", "refund_of": "E-10"},
            {"id": "E-92", "date": "2026-10-05", "budget_line": "B-1", "amount": "8", "state": "committed"},
            {"id": "E-93", "date": "2026-10-06", "grant": "G-1", "amount": "5", "state": "paid"},
        ],
        "deadlines": [{"id": "D-1", "what": "Renew; the lease, again", "due": "2026-11-20", "grant": "G-1"}],
        "resources": [
            {"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use", "until": "2027-06-30", "review_on": "2027-01-10"}
        ],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()
    return group


def test_a_figure_is_explained_expense_by_expense_and_adds_up(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    done = group.run("variance", "--explain", "--line", "b-1", "--json", *ON)
    assert (done.exit_code, done.stderr) == (0, "It adds up, to the last unit.\n")
    rows = json.loads(done.stdout)
    by_id: dict[str, Any] = {row["id"]: row for row in rows if row["id"]}
    assert (
        by_id["E-90"]["amount"],
        by_id["E-90"]["currency"],
        by_id["E-90"]["rate"],
        by_id["E-90"]["counted"],
    ) == (
        "10.00",
        "GBP",
        "0.83",
        "12.05",
    )
    assert (by_id["E-91"]["what"], by_id["E-91"]["counted"]) == ("refunded", "-3.00")
    assert by_id["E-92"]["what"] == "committed"
    spent = sum(Decimal(row["counted"]) for row in rows if row["what"] in ("paid", "refunded"))
    budget = sum(Decimal(row["counted"]) for row in rows if row["what"] == "budget")
    sums = {row["what"]: row["counted"] for row in rows if row["what"].startswith("=")}
    assert sums == {
        "= budget": str(budget),
        "= spent": str(spent),
        "= variance": str(budget - spent),
    }
    (told,) = [
        row
        for row in json.loads(group.run("variance", "--json", *ON).stdout)
        if row["line"] == "B-1"
    ]
    assert (told["budget"], told["spent"], told["variance"]) == (
        str(budget),
        str(spent),
        str(budget - spent),
    )


def test_what_could_not_be_converted_is_said_and_does_not_add_up_in_silence(
    tmp_path: Path,
) -> None:
    dollars: Fields = {"id": "E-94", "date": "2026-03-05", "budget_line": "B-1", "amount": "70"}
    group = Group(
        tmp_path,
        {**ROWS, "expenses": [*ROWS["expenses"], {**dollars, "currency": "USD", "state": "paid"}]},
    )
    group.sync()

    done = group.run("variance", "--explain", "--line", "B-1", *ON)

    assert (done.exit_code, done.stderr.splitlines()) == (
        0,
        [
            "Not counted, because no rate is known: E-94 (USD, 2026-03). Add the rates to Rates.",
            "What could be counted adds up, to the last unit.",
        ],
    )
    other = group.run("variance", "--explain", "--line", "B-2", *ON)
    assert other.stderr == "It adds up, to the last unit.\n"


def test_all_lines_are_explained_with_spending_on_none_of_them(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    rows = json.loads(
        group.run(
            "variance", "--explain", "--json", "--from", "2026-03", "--to", "2026-10", *ON
        ).stdout
    )
    assert {row["line"] for row in rows} == {*(f"B-{n}" for n in range(1, 11)), "unbudgeted"}
    assert [row["id"] for row in rows if row["line"] == "unbudgeted" and row["id"]] == ["E-93"]
    assert all(row["day"][:7] >= "2026-03" for row in rows)
    assert (
        group.run("variance", "--line", "B-1").stderr.strip() == "Use --line only with --explain."
    )
    heard = group.run("variance", "--explain", "--line", "B-99", *ON).stderr.strip()
    assert heard.startswith("There is no budget line B-99. Did you mean B-")


@settings(max_examples=60)
@given(
    spent=st.lists(
        st.tuples(
            st.integers(1, 99999),
            st.sampled_from(["EUR", "GBP", "JPY"]),
            st.integers(1, 12),
            st.sampled_from(["paid", "refunded", "committed"]),
            st.sampled_from(["B-1", "B-2", ""]),
        ),
        max_size=15,
    ),
    month=st.integers(1, 12),
    first=st.integers(0, 12),
)
def test_the_parts_of_any_figure_sum_to_it(
    spent: list[tuple[int, str, int, str, str]], month: int, first: int
) -> None:
    rates = {"GBP": "0.8713", "JPY": "161.27"}
    records: dict[str, dict[str, Fields]] = {
        "grants": {"G-1": {"funder": "F", "currency": "GBP", "start": "2026-01-01", "end": "2026-12-31", "state": "active"}},
        "budget": {name: {"grant": "G-1", "amount": "1000.01"} for name in ("B-1", "B-2")},
        "rates": {
            f"2026-{number:02} {code}": {"month": f"2026-{number:02}", "currency": code, "rate": rate}
            for number in range(1, 13)
            for code, rate in rates.items()
        },
        "expenses": {
            f"E-{number}": {"date": f"2026-{when:02}-15", "amount": str(units) if code == "JPY" else f"{units / 100:.2f}"}
            | {"currency": code, "state": state, **({"budget_line": line} if line else {"grant": "G-1"})}
            for number, (units, code, when, state, line) in enumerate(spent)
        },
    }  # fmt: skip
    plan, problems = plan_of(records, base="EUR")
    assert problems == []
    start = f"2026-{first:02}" if 0 < first <= month else None
    for position in positions(plan, totals(plan)[0], start=start, end=f"2026-{month:02}"):
        assert explained(plan, position).adds_up, position


def test_dates_are_a_calendar_that_programs_accept(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    file = tmp_path / "dates.ics"
    done = group.run("deadlines", "--ics", str(file), *ON)
    assert done.exit_code == 0, done.output
    content = file.read_bytes()
    read: Any = icalendar.Calendar.from_ical(content)
    events = {str(each["summary"]): each for each in read.walk("VEVENT")}
    assert done.stdout == f"{file}: {len(events)} dates\n"
    lease = events["Renew; the lease, again"]
    assert lease["dtstart"].dt == date(2026, 11, 20)
    assert lease["dtend"].dt == date(2026, 11, 21)
    (alarm,) = lease.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-7)
    assert len({str(each["uid"]) for each in events.values()}) == len(events), (
        "each date has a UID of its own"
    )
    for each in vobject.readComponents(content.decode()):
        each.validate(raiseException=True)
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), (
        "lines are folded as the standard wants"
    )


def test_a_date_that_moves_is_an_update_and_one_that_is_done_is_cancelled(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    file = tmp_path / "dates.ics"

    def lease() -> Any:
        assert group.run("deadlines", "--ics", str(file), *ON).exit_code == 0
        read: Any = icalendar.Calendar.from_ical(file.read_bytes())
        events = read.walk("VEVENT")
        (found,) = [each for each in events if "lease" in str(each["summary"])]
        return found

    first = lease()
    before = file.read_bytes()
    lease()
    assert file.read_bytes() == before, "the same dates give the same bytes"
    group.set("Deadlines", "C2", "2026-12-01")
    group.sync()
    moved = lease()
    assert (moved["uid"], moved["dtstart"].dt) == (first["uid"], date(2026, 12, 1))
    assert int(moved["sequence"]) > int(first["sequence"])
    assert group.run("deadlines", "done", "D-1", *ON).exit_code == 0
    done = lease()
    assert (done["uid"], str(done["status"])) == (first["uid"], "CANCELLED")


def test_a_calendar_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    done = group.run("deadlines", "--ics", str(tmp_path), *ON)
    assert done.exit_code == 2
    assert done.stderr.startswith("The calendar cannot be written to")


@pytest.mark.parametrize("words", [("--within", "30"), ()])
def test_the_calendar_has_what_was_asked_for(tmp_path: Path, words: tuple[str, ...]) -> None:
    group = group_of(tmp_path)
    file = tmp_path / "dates.ics"
    group.run("deadlines", "--ics", str(file), *words, *ON)
    shown = json.loads(group.run("deadlines", "--json", *words, *ON).stdout)
    assert len(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")) == len(shown)


def test_each_grant_by_month_sums_to_the_same_as_line_by_line(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    by_month = json.loads(group.run("variance", "--by", "month", "--json", *ON).stdout)
    each = json.loads(group.run("variance", "--each-month", "--json", *ON).stdout)
    assert [(row["grant"], row["from"], row["to"]) for row in by_month][:2] == [
        ("G-1", "2026-01", "2026-01"),
        ("G-1", "2026-02", "2026-02"),
    ]
    for name in ("budget", "spent", "variance"):
        sums: dict[tuple[str, str], Decimal] = {}
        for row in each:
            key = row["grant"], row["to"]
            sums[key] = sums.get(key, Decimal(0)) + Decimal(row[name])
        assert {(row["grant"], row["to"]): Decimal(row[name]) for row in by_month} == sums
    shown = group.run("variance", "--by", "month", *ON).stdout.splitlines()[0].split()
    assert shown == [
        "Grant",
        "Month",
        "Budget",
        "Spent",
        "Committed",
        "Available",
        "Variance",
        "%",
        "State",
    ]


def test_status_leaves_out_the_cash_of_a_grant_with_nothing_held_and_nothing_to_come(
    tmp_path: Path,
) -> None:
    """G-1 was received and spent to the last cent; G-2 still holds 40; nothing of G-3 came."""
    grant = {"funder": "F", "title": "T", "currency": "EUR", "amount": "100"}
    year = {"start": "2026-01-01", "end": "2026-09-30"}
    grants: list[Fields] = [
        {"id": f"G-{n}", "state": state, **grant, **year}
        for n, state in ((1, "closed"), (2, "closing"), (3, "active"))
    ]
    came = {"date": "2026-02-01", "kind": "instalment", "state": "received", "amount": "100"}
    rows: dict[str, list[Fields]] = {
        "grants": grants,
        "budget": [{"id": f"B-{n}", "grant": f"G-{n}", "amount": "100"} for n in (1, 2, 3)],
        "income": [{"id": f"I-{n}", "grant": f"G-{n}", **came} for n in (1, 2)],
        "expenses": [
            {"id": "E-1", "date": "2026-03-05", "budget_line": "B-1", "amount": "100", "state": "paid"},
            {"id": "E-2", "date": "2026-03-05", "budget_line": "B-2", "amount": "60", "state": "paid"},
        ],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()

    lines = group.run("status", *ON).stdout.splitlines()

    assert [line for line in lines if line.startswith("Cash of")] == [
        "Cash of G-2: 40.00 EUR held at the end of 2026-10, 0.00 EUR still to receive"
    ]
    assert not any(
        "Cash of" in line for line in group.run("status", "--grant", "G-1", *ON).stdout.splitlines()
    )


# ---- what is to come


def planned(tmp_path: Path) -> Group:
    """A grant that has spent all that came, with one line over and one activity late."""
    rows: dict[str, list[Fields]] = {
        "grants": [
            {"id": "G-1", "funder": "Fund", "title": "Start", "state": "active", "currency": "EUR", "amount": "1000", "start": "2026-01-01", "end": "2026-12-31"}
        ],
        "work_plan": [{"id": "A-1", "activity": "Meet", "milestone": "We met", "start": "2026-01-01", "end": "2026-10-20", "status": "under way"}],
        "budget": [
            {"id": "B-1", "grant": "G-1", "category": "Rent", "description": "The room", "amount": "1200"},
            {"id": "B-2", "grant": "G-1", "category": "Food", "amount": "10", "activity": "A-1"},
        ],
        "income": [{"id": "I-1", "grant": "G-1", "date": "2026-02-01", "kind": "instalment", "state": "received", "amount": "950"}],
        "expenses": [
            {"id": "E-1", "date": "2026-03-05", "budget_line": "B-1", "amount": "800", "state": "paid"},
            {"id": "E-2", "date": "2026-03-05", "budget_line": "B-2", "amount": "30", "state": "paid"},
        ],
        "resources": [{"id": "R-1", "kind": "workspace", "from_whom": "host", "state": "in use", "review_on": "2026-10-10"}],
    }  # fmt: skip
    group = Group(tmp_path, rows)
    group.sync()
    return group


def test_cash_tells_month_by_month_where_the_money_runs_out(tmp_path: Path) -> None:
    group = planned(tmp_path)
    rows = json.loads(group.run("cash", "--json", *ON).stdout)

    assert [(row["month"], row["opening"], row["balance"], row["below_zero"]) for row in rows] == [
        ("2026-11", "120.00", "20.00", False),
        ("2026-12", "20.00", "-80.00", True),
    ]
    told = group.run("cash", *ON).stdout
    assert "below zero" in told
    assert "Cash of G-1 runs out in 2026-12: -80.00 EUR at its end" in told
    assert "In no month: 50.00 EUR of G-1, which no row of Income expects" in told


def test_status_tells_the_forecast_where_cash_runs_out_and_what_is_overdue(tmp_path: Path) -> None:
    lines = planned(tmp_path).run("status", *ON).stdout.splitlines()

    forecast = "Forecast of G-1: 1,030.00 EUR of 1,000.00 EUR spent at its end, as planned"
    assert f"{forecast}, 30.00 EUR more than the award" in lines
    assert "Cash of G-1 runs out in 2026-12: -80.00 EUR at its end" in lines
    assert "Overdue since 2026-10-20: Milestone: We met (A-1)" in lines


def test_the_forecast_has_what_is_spent_on_no_line_everywhere(tmp_path: Path) -> None:
    group = group_of(tmp_path)
    with open_group(load(group.config), date(2026, 11, 2)) as opened:
        rows = figures.forecasts(opened.standing, opened.today, "G-1")
    (loose,) = (row for row in rows if not row["line"])
    assert (loose["spent"], loose["as_planned"], loose["amount"]) == ("5.00", "5.00", "0.00")
    ahead = sum(Decimal(row["as_planned"]) for row in rows)
    assert f"Forecast of G-1: {ahead:,} EUR of " in group.run("status", *ON).stdout


def test_the_total_of_months_has_what_is_available_at_the_end_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Committed and available of a month are those at its end, so months have no sum of them."""
    monkeypatch.setenv("COLUMNS", "200")
    group = group_of(tmp_path)

    def total(*words: str) -> list[str]:
        heading, *_, sums = group.run("variance", *words, *ON).stdout.splitlines()
        assert "Total" in sums
        names = ("Budget", "Spent", "Committed", "Available", "Variance")
        ends = [heading.index(name) + len(name) for name in names]
        return [sums[:end].split()[-1] for end in ends]

    of_lines = total("--by", "line")
    assert of_lines[2] == "8.00"
    for words in (("--each-month",), ("--by", "month")):
        assert total(*words) == of_lines
        rows = json.loads(group.run("variance", *words, "--json", *ON).stdout)
        summed = sum(Decimal(row["available"]) for row in rows)
        assert summed != Decimal(of_lines[3].replace(",", ""))


def test_a_grant_that_is_below_zero_already_is_said_to_be(tmp_path: Path) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "income": [],
    }
    group = Group(tmp_path, rows)
    group.sync()

    assert "Cash of G-1 is below zero: -" in group.run("cash", *ON).stdout


def test_status_says_once_that_a_grant_is_below_zero(tmp_path: Path) -> None:
    income: list[Fields] = [
        {"id": "I-1", "date": "2026-01-05", "grant": "G-1", "kind": "instalment", "state": "received",
         "amount": "1"},
    ]  # fmt: skip
    (tmp_path / "few").mkdir()
    (tmp_path / "none").mkdir()
    few = Group(tmp_path / "few", {**ROWS, "income": income})
    none = Group(tmp_path / "none", {**ROWS, "income": []})
    told = {}
    for group in (few, none):
        group.sync()
        lines = group.run("status", *ON).stdout.splitlines()
        (told[group.folder.name],) = [line for line in lines if "G-1 is below zero" in line]

    assert told["few"].endswith("EUR still to receive")
    assert told["none"].endswith("EUR at the end of 2026-10")


def test_a_month_to_come_is_a_question_like_any_other_and_marked_as_plan(tmp_path: Path) -> None:
    group = planned(tmp_path)
    done = group.run("variance", "--to", "2026-12", *ON)
    rows = json.loads(group.run("variance", "--to", "2026-12", "--json", *ON).stdout)

    assert {row["state"] for row in rows} == {"plan"}
    assert {row["budget"] for row in rows} == {"1200.00", "10.00"}
    assert "2026-12 is not over yet." in done.stderr
    assert "is not over yet" not in group.run("variance", *ON).stderr


@pytest.mark.parametrize("listed", [["--by", "month"], ["--each-month"]])
def test_the_month_that_is_not_over_is_the_one_asked_for(tmp_path: Path, listed: list[str]) -> None:
    done = planned(tmp_path).run("variance", *listed, "--to", "2026-12", *ON)

    assert "2026-12 is not over yet. The budget is that up to the end of 2026-12" in done.stderr


def test_variance_names_each_line_and_ends_with_its_totals(tmp_path: Path) -> None:
    group = planned(tmp_path)
    lines = group.run("variance", *ON).stdout.splitlines()

    assert any("B-1" in line and "The room" in line for line in lines)
    assert lines[-1].split() == ["Total", "EUR", "2026-10", "1,010.00", "830.00", "0.00", "380.00", "180.00", "17.8"]  # fmt: skip
    assert "Total" not in group.run("variance", "--csv", *ON).stdout


def test_what_deadlines_prints_can_be_typed_after_done(tmp_path: Path) -> None:
    group = planned(tmp_path)
    listed = {row["id"] for row in json.loads(group.run("deadlines", "--json", *ON).stdout)}
    assert {"A-1", "G-1", "R-1"} <= listed

    done = group.run("deadlines", "done", "a-1", *ON)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        ["A-1  status: under way → done", "A-1  done: nothing → 100"],
    )
    assert "A-1" not in group.run("deadlines", *ON).stdout
    grant = group.run("deadlines", "done", "G-1", *ON)
    assert grant.exit_code == 2
    assert "G-1 is a grant: what is due is its end." in grant.stderr
    assert "budgettrack grants set G-1 state=closing" in grant.stderr
    resource = group.run("deadlines", "done", "R-1", *ON)
    assert resource.exit_code == 2
    assert "budgettrack resources set R-1 review_on=DATE" in resource.stderr
