"""The sample is one believable group, the same every time, and what is planted in it is found: all
of it, nothing else."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from budgettrack.cli import main as budgettrack
from budgettrack.config.load import load
from budgettrack.config.profiles import profile
from budgettrack.core.base.catalogue import CODES, PLAN
from budgettrack.core.base.grids import CellEdit, Edits
from budgettrack.core.base.months import count
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.checks.checks import checks
from budgettrack.core.checks.narratives import narrative_checks
from budgettrack.core.decide import ChangeSet, RegisterState, Settings, decide
from budgettrack.core.figures.totals import spent_by, totals
from budgettrack.core.records.model import Plan
from budgettrack.core.records.plan import plan as plan_of
from budgettrack.core.records.tables import BY_NAME
from budgettrack.group import open_group
from budgettrack.setup import sample
from budgettrack.setup.sample.bank import STATEMENT, bank_statement
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook

DOCS = Path(__file__).parents[1] / "docs" / "sample.md"


def _looked_at(path: Path, *, faults: bool) -> ChangeSet:
    sample.write_sample(path, faults=faults)
    settings = Settings(sample.BASE, "en", sample.SAMPLE_DAY)
    return decide(ExcelWorkbook(path).read(), RegisterState({}, {}, {}), settings)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> ChangeSet:
    return _looked_at(tmp_path_factory.mktemp("faulty") / "plan.xlsx", faults=True)


def test_the_group_has_the_size_that_it_should() -> None:
    rows = sample.healthy()
    expenses = rows["expenses"]
    months = sorted({row["date"][:7] for row in expenses})

    assert {table: len(each) for table, each in rows.items()} | {"income": 0, "deadlines": 0} == {
        "grants": 5,
        "budget": 45,
        "work_plan": 60,
        "indicators": 20,
        "narratives": 3,
        "expenses": 700,
        "resources": 25,
        "agreements": 6,
        "lots": 6,
        "handed_out": 28,
        "about": 6,
        "stories": 1,
        "rates": 28,
        "months": 14,
        "income": 0,
        "deadlines": 0,
    }
    assert Counter(row["state"] for row in rows["grants"]) == {
        "active": 2,
        "closing": 1,
        "applied": 1,
        "closed": 1,
    }
    assert {row["currency"] for row in rows["grants"]} == {"EUR", "GBP", "USD"}
    assert (months[0], months[-1], len(months), count(months[0], months[-1])) == (
        sample.FIRST,
        sample.LAST,
        14,
        14,
    )
    assert {row["state"] for row in expenses} == {"committed", "paid", "refunded"}
    assert all(row.get("receipt") for row in expenses if row["state"] != "committed")
    assert any("split_of" in row for row in expenses)
    assert all(
        len({row[name] for row in rows["resources"]})
        == len(set(BY_NAME["resources"].column(name).choices))
        for name in ("kind", "from_whom", "valued_by")
    )
    assert {row["kind"] for row in rows["income"]} >= {
        "instalment",
        "donation",
        "opening balance",
        "interest",
    }
    assert len({row["category"] for row in rows["budget"]}) in range(7, 11)
    assert (
        sum(any(re.fullmatch(r"\d{4}-\d\d", name) for name in row) for row in rows["budget"]) >= 3
    )
    assert sum(row.get("people_paid", "0") != "0" for row in rows["budget"]) >= 3
    assert sum("activity" in row for row in rows["budget"]) >= 30


def test_every_grant_is_budgeted_to_the_cent_and_closed_ones_are_spent_so() -> None:
    plan, _ = plan_of(sample.keyed(sample.healthy()), base=sample.BASE)
    lines: Counter[str] = Counter()
    for line in plan.lines.values():
        lines[line.grant] += line.amount
    spent = sum(total.spent for total in totals(plan)[0] if total.grant == "G-5")

    assert dict(lines) == {id_: grant.amount for id_, grant in plan.grants.items() if id_ != "G-4"}
    assert spent == plan.grants["G-5"].amount == 500_000


@pytest.mark.slow
def test_without_the_planted_faults_there_is_no_finding(tmp_path: Path) -> None:
    changes = _looked_at(tmp_path / "plan.xlsx", faults=False)

    assert [(each.code, each.id, each.problem) for each in changes.findings] == []
    assert changes.plan is not None
    assert len(changes.plan.expenses) == 700


def test_every_planted_fault_is_found_and_nothing_else(faulty: ChangeSet) -> None:
    planted = Counter((each.code, each.table, each.id, each.field) for each in sample.PLANTED)

    assert Counter(finding.identity for finding in faulty.findings) == planted
    assert not faulty.conflicts


def test_every_finding_has_the_cell_of_its_fault(faulty: ChangeSet) -> None:
    assert all(re.fullmatch(r"'[^']+'![A-Z]{1,2}\d+", finding.place) for finding in faulty.findings)


def test_every_code_is_planted_or_named_with_the_reason_why_not() -> None:
    planted = {each.code for each in sample.PLANTED}

    assert planted | set(sample.NOT_PLANTED) == set(PLAN)
    assert planted & set(sample.NOT_PLANTED) == set()


def test_the_record_faults_are_found_without_any_workbook() -> None:
    """What is planted in records alone, not in cells, is there in `records` too."""
    rows = sample.records()
    plan, problems = plan_of(sample.keyed(rows), base=sample.BASE)
    sums, lacking = totals(plan)
    found = {
        each.identity
        for each in (
            *problems,
            *lacking,
            *checks(plan, sums, today=sample.SAMPLE_DAY, records=sample.keyed(rows)),
            *narrative_checks(plan, profile, sample.SAMPLE_DAY, asked=True),
        )
    }
    in_cells = {"missing-value", "total-does-not-match"}
    wanted = {
        (code, *where)
        for fault in sample.FAULTS
        if not fault.raw and not fault.extra
        for code, *where in fault.findings
        if code not in in_cells
    }

    assert found == wanted


@pytest.mark.slow
def test_what_cannot_be_read_is_left_out_of_the_figures(faulty: ChangeSet) -> None:
    """Each unreadable amount or date leaves just its own row out."""
    left_out = {
        id_
        for fault in sample.FAULTS
        for code, table, id_, field in fault.findings
        if table == "expenses"
        and field in ("amount", "date", "currency")
        and CODES[code].severity == "error"
        and code != "no-rate"
    }

    assert faulty.plan is not None
    assert {row["id"] for row in sample.healthy()["expenses"]} - set(
        faulty.plan.expenses
    ) == left_out | {"E-644"}
    assert set(faulty.plan.expenses) - {row["id"] for row in sample.healthy()["expenses"]} == {
        "E-701"
    }


def _tried(
    path: Path, edits: dict[tuple[str, str, str], str | Decimal | date]
) -> tuple[ChangeSet, ChangeSet]:
    """The sample before and after somebody types into some of its cells, each by table, ID and
    field."""
    before = _looked_at(path, faults=True)
    workbook = ExcelWorkbook(path)
    book = workbook.read()
    tables = read_rows(book, {}, "en").tables
    cells = []
    for (table, id_, name), value in edits.items():
        row = next(row.number for row in tables[table].rows if row.id == id_)
        column, tab = tables[table].columns[name], tables[table].tab
        was = next(grid for grid in book.grids if grid.tab == tab).at(row, column)
        cells.append(CellEdit(tab, row, column, value, was, BY_NAME[table].column(name).kind))
    workbook.write(book, Edits(tuple(cells)))
    after = decide(
        workbook.read(), RegisterState({}, {}, {}), Settings(sample.BASE, "en", sample.SAMPLE_DAY)
    )
    return before, after


def _gone(before: ChangeSet, after: ChangeSet) -> set[tuple[str, str]]:
    assert not {each.identity for each in after.findings} - {
        each.identity for each in before.findings
    }
    return {
        (each.code, each.id)
        for each in before.findings
        if each.identity not in {other.identity for other in after.findings}
    }


@pytest.mark.slow
def test_the_cell_to_try_takes_away_its_three_findings(tmp_path: Path) -> None:
    """As the demo and docs/sample.md say."""
    line, right, _ = sample.TRY
    gone = _gone(*_tried(tmp_path / "plan.xlsx", {("budget", line, "amount"): Decimal(right)}))

    assert gone == {
        ("line-overspent", line),
        ("lines-do-not-add-up", "G-1"),
        ("total-does-not-match", ""),
    }


@pytest.mark.slow
def test_other_cells_to_try(tmp_path: Path) -> None:
    """An instalment received, a report sent: docs/sample.md."""
    gone = _gone(
        *_tried(
            tmp_path / "plan.xlsx",
            {
                ("income", "I-12", "state"): "received",
                ("deadlines", "report:G-1:2026-Q3", "done_on"): date(2026, 11, 2),
            },
        )
    )

    assert gone == {
        ("grant-in-deficit", "G-2"),
        ("instalment-late", "I-12"),
        ("report-due", "report:G-1:2026-Q3"),
    }


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one.xlsx", "other.xlsx"):
        sample.write_sample(tmp_path / name)

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_nobody_is_named() -> None:
    """No personal column is filled, and whoever leads anything is a role."""
    personal = {
        (t.name, c.name) for t in BY_NAME.values() for c in t.columns if c.audience == "personal"
    }
    rows = sample.records()
    roles = {
        row["lead_role"]
        for table in ("work_plan", "deadlines")
        for row in rows[table]
        if "lead_role" in row
    }

    assert [
        (table, name) for table, name in personal for row in rows.get(table, ()) if name in row
    ] == []
    assert roles <= {
        "Coordinator",
        "Communications worker",
        "Consultation lead",
        "Evaluation lead",
        "Legal adviser",
        "Peer health worker",
        "Peer organiser",
        "Peer outreach workers",
        "Policy worker",
        "Steering group",
        "Trainer",
        "Treasurer",
    }


def planted_table() -> list[str]:
    """The lines of docs/sample.md that follow from the sample."""
    return [
        "| where | code | what was planted |",
        "|---|---|---|",
        *(f"| {_place(each)} | `{each.code}` | {each.words} |" for each in sample.PLANTED),
    ]


def _place(each: sample.Planted) -> str:
    return each.id if "!" in each.id else f"{BY_NAME[each.table].tab}, {each.id}, {_heading(each)}"


def _heading(each: sample.Planted) -> str:
    return BY_NAME[each.table].column(each.field).heading


def test_the_docs_list_what_is_planted_and_what_is_not() -> None:
    """Made anew with: python -c "from tests.test_sample import planted_table;
    print(*planted_table(), sep=chr(10))"."""
    lines = DOCS.read_text("utf-8").splitlines()

    assert [
        line
        for line in lines
        if (line.startswith("|") and "`" in line) or "|---|---|---|" in line or "| where" in line
    ] == (planted_table())
    assert [line for line in lines if line.startswith("- `")] == [
        f"- `{code}`: {why}" for code, why in sample.NOT_PLANTED.items()
    ]


def test_the_demo_knows_what_changed_and_whether_the_bank_agrees(tmp_path: Path) -> None:
    said = CliRunner().invoke(budgettrack, ["demo", str(tmp_path / "demo")], catch_exceptions=False)
    config = str(tmp_path / "demo" / "budgettrack.toml")

    def told(*words: str) -> str:
        return CliRunner().invoke(budgettrack, ["--config", config, *words]).output

    on = ("--on", sample.SAMPLE_DAY.isoformat())
    status = told("status", *on)
    assert re.search(r"^Checked +23 errors and 41 warnings,", said.output, re.MULTILINE)
    assert "Changed since 2026-09-30: Work-plan: 2 changed (budgettrack diff" in status
    assert (
        "Bank: 10,476.62 EUR on 2026-10-31, 10,966.37 EUR in the books, -489.75 EUR apart" in status
    )
    index = (tmp_path / "demo" / "reports" / "public" / "index.html").read_text("utf-8")
    questions = (DOCS.parent / "questions.md").read_text("utf-8")
    figures = re.findall(r"<dd>(€[\d,.]+)</dd>", index)
    assert len(figures) == 4
    assert f"{figures[2]} went out" in questions
    assert f"{figures[3]} of what is shown" in questions
    assert "489.75 EUR less" in questions
    board = (tmp_path / "demo" / "reports" / "private" / "board.html").read_text("utf-8")
    assert "489.75 EUR apart" in board
    compared = told("reconcile", str(tmp_path / "demo" / STATEMENT))
    assert (
        "At the end of 2026-10: 10,476.62 EUR at the bank, 10,966.37 EUR in the books, -489.75 EUR"
        " apart: -61.90 EUR in this month, -427.85 EUR before it." in compared
    )
    assert "Not compared: 15 rows of 1,563.11 EUR in all. Their grants were received in GBP" in (
        compared
    )
    truly, _ = plan_of(sample.keyed(sample.healthy()), base=sample.BASE)
    with open_group(load(Path(config)), sample.SAMPLE_DAY) as group:
        in_the_books = group.plan_of(group.all_records)
    paid, told_as = _paid_in_euros(truly), _paid_in_euros(in_the_books)
    told_as["E-644"] = told_as.pop("E-701")
    apart = {id_: told_as.get(id_, 0) - units for id_, units in paid.items()}
    rows = [f"{id_} {units / 100:+.2f}" for id_, units in apart.items() if units]
    assert sum(apart.values()) == -48975
    assert f"paid: {', '.join(rows)}." in DOCS.read_text("utf-8")


def _paid_in_euros(plan: Plan) -> dict[str, int]:
    """What was paid up to the sample's last month for grants in euros and without a grant."""
    paid = {}
    for expense in plan.expenses.values():
        line = plan.lines.get(expense.line)
        currency = line.currency if line else plan.currency_of(expense.grant)
        counted = spent_by(plan, expense)
        if counted and counted[0] <= sample.LAST and currency == sample.BASE:
            paid[expense.id] = counted[1]
    return paid


def test_the_demo_types_the_last_month_into_the_earlier_workbook(tmp_path: Path) -> None:
    day = date(2026, 9, 30)
    sample.write_sample(tmp_path / "before.xlsx", until=day)
    before = read_rows(ExcelWorkbook(tmp_path / "before.xlsx").read(), {}, "en").tables
    later = sample.later_expenses(day)

    assert len(before["expenses"].rows) + len(later) == len(sample.records()["expenses"])
    assert {row["date"][:7] for row in later} == {"2026-10"}
    assert [row["id"] for row in later[:3]] == ["E-643", "E-643", "E-645"], "its fault is typed too"


def test_the_bank_statement_of_the_sample_is_the_sound_books() -> None:
    """Its entries lead from balance to balance, and it has the month's payments in euros."""
    root = etree.fromstring(bank_statement())
    name = {"c": root.tag[1:].partition("}")[0]}
    amounts = [Decimal(each.text or "") for each in root.iterfind(".//c:Bal/c:Amt", name)]
    moved = [
        Decimal(entry.findtext("c:Amt", "", name))
        * (-1 if entry.findtext("c:CdtDbtInd", "", name) == "DBIT" else 1)
        for entry in root.iterfind(".//c:Ntry", name)
    ]

    assert amounts == [Decimal("13477.87"), Decimal("10476.62")]
    assert sum(moved) == amounts[1] - amounts[0]
    assert len(moved) == 22
