"""The proof of privacy, end to end: a mark in every cell of a real workbook, and every byte that a
month writes."""

from __future__ import annotations

from dataclasses import dataclass

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

from budgettrack.cli import main
from budgettrack.core.records.tables import BY_NAME
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.marks import WORKING
from tests.world.report_text import everything

DAYS = [f"2026-03-{day:02}" for day in (2, 5, 9, 12, 16)]


@dataclass(frozen=True)
class Month:
    """What a month wrote: its files by path, and what the command said."""

    marks: dict[str, tuple[str, str]]
    tables: dict[str, str]
    public: str
    funder: dict[str, str]
    said: str
    register: str


def _rows() -> dict[str, list[dict[str, str]]]:
    grants = [
        {"id": f"G-{n}", "funder": "Fund", "state": "closing", "currency": "EUR", "amount": "6000", "start": "2026-01-01",
         "end": "2026-12-31", "publish": "yes" if n < 3 else "no", "report_every": "quarter"}
        for n in (1, 2, 3)
    ]  # fmt: skip
    work = [
        {
            "id": f"A-{n}",
            "activity": "Work",
            "start": "2026-01-01",
            "end": "2026-12-31",
            "status": "under way",
        }
        for n in (1, 2, 3)
    ]
    budget = [
        {
            "id": f"B-{n}",
            "grant": f"G-{n}",
            "activity": f"A-{n}",
            "amount": "6000",
            "people_paid": "2" if n == 3 else "0",
        }
        for n in (1, 2, 3)
    ]
    expenses = [
        {
            "id": f"E-{n}{k}",
            "date": day,
            "budget_line": f"B-{n}",
            "amount": str(20 + n * k),
            "state": "paid",
        }
        for n in (1, 2, 3)
        for k, day in enumerate(DAYS)
    ]
    income = [
        {
            "id": f"I-{n}",
            "date": "2026-01-05",
            "grant": f"G-{n}",
            "kind": "instalment",
            "state": "received",
            "amount": "3000",
        }
        for n in (1, 2, 3)
    ]
    resources = [
        {
            "id": f"R-{n}",
            "kind": "workspace",
            "from_whom": "host",
            "state": "in use",
            "match_for": f"G-{n}",
            "from": "2026-01-01",
        }
        for n in (1, 2, 3)
    ]
    deadlines = [
        {"id": f"D-{n}", "what": "Report", "due": "2026-05-01", "grant": f"G-{n}"}
        for n in (1, 2, 3)
    ]
    return {
        "grants": grants,
        "work_plan": work,
        "budget": budget,
        "expenses": expenses,
        "income": income,
        "resources": resources,
        "deadlines": deadlines,
    }


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("marks")
    path = folder / "plan.xlsx"
    rows = _rows()
    new_workbook(path, rows=rows, with_optional=frozenset({"payee", "approved_by", "contact"}))
    marks: dict[str, tuple[str, str]] = {}
    of_table: dict[str, str] = {}
    book = openpyxl.load_workbook(path)
    for name, records in rows.items():
        table, sheet = BY_NAME[name], book[BY_NAME[name].tab]
        heads = {cell.value: cell.column for cell in sheet[1]}
        own = sheet.max_column + 2
        sheet.cell(1, own).value = "Our own notes"
        for number, record in enumerate(records, 2):
            of = f"G-{record['id'][2]}"
            for column in table.columns:
                if (
                    column.heading in heads
                    and column.kind in ("text", "link")
                    and column.name not in WORKING
                ):
                    mark = f"Zq{len(marks)}zQ"
                    marks[mark] = (column.audience, of)
                    of_table[mark] = name
                    sheet.cell(number, int(heads[column.heading] or 0)).value = mark
            for where, audience in ((own, "nobody"), (1, "nobody")):
                mark = f"Zq{len(marks)}zQ"
                marks[mark] = (audience, of)
                of_table[mark] = name
                if where == own:
                    sheet.cell(number, own).value = mark
                else:
                    sheet.cell(number, 1).comment = Comment(mark, "somebody")
    book.save(path)
    (folder / "budgettrack.toml").write_text(
        '[organisation]\nname = "Harbour Peers"\n[workbook]\nxlsx = "plan.xlsx"\n'
        '[open_data]\ncountry = "PT"\nsectors = { "13040" = 100 }\nwork_plan = true\n'
        '[open_data.reporter]\nref = "XE-EXAMPLE-500000000"\n'
    )
    said = ""
    for words in (
        ("monthly", "--month", "2026-03", "--on", "2026-04-02"),
        ("report", "iati", "--yes"),
        ("checks",),
        ("status", "--on", "2026-04-02"),
        ("sync", "--on", "2026-04-03"),
    ):
        done = CliRunner().invoke(main, ["--config", str(folder / "budgettrack.toml"), *words])
        assert done.exit_code in (0, 3), done.output
        said += done.output
    files = {
        str(each.relative_to(folder / "reports")): each.read_bytes()
        for each in (folder / "reports").rglob("*")
        if each.is_file()
    }
    public = {name: content for name, content in files.items() if name.startswith("public")}
    data = {f"public/data/{each}.csv" for each in ("grants", "work-plan", "standings", "in-kind")}
    assert public.keys() >= data | {
        f"public/{each}" for each in ("calendar.ics", "datapackage.json", "data.json", "data.xlsx")
    }
    funder = {
        f"G-{n}": {
            name: content for name, content in files.items() if name.startswith(f"private/G-{n}")
        }
        for n in (1, 2, 3)
    }
    assert all(len(those) == 3 for those in funder.values())
    assert {
        "public/iati/activities.xml",
        "public/iati/organisation.xml",
        "public/exclusions.html",
    } <= public.keys()
    register = "".join(
        each.read_bytes().decode("utf-8", "replace") for each in folder.glob("register.sqlite*")
    )
    return Month(
        marks,
        of_table,
        everything(public),
        {name: everything(those) for name, those in funder.items()},
        said,
        register,
    )


def _found(month: Month, text: str, allowed: set[str], grant: str | None = None) -> list[str]:
    return [
        f"{mark} {audience} {of}"
        for mark, (audience, of) in month.marks.items()
        if mark in text
        and (
            audience not in allowed
            or (grant is not None and of != grant)
            or (grant is None and of == "G-3" and audience != "public")
        )
    ]


@pytest.mark.slow
def test_marks_of_every_audience_were_typed(month: Month) -> None:
    assert {audience for audience, _ in month.marks.values()} == {
        "public",
        "funder",
        "internal",
        "personal",
        "nobody",
    }
    assert len(month.marks) > 150


def test_nothing_personal_and_nothing_of_peoples_own_is_in_the_register(month: Month) -> None:
    kept = {mark for mark in month.marks if mark in month.register}
    assert {month.marks[mark][0] for mark in kept} == {"public", "funder", "internal"}


def test_the_public_reads_what_is_public_and_of_no_hidden_grant(month: Month) -> None:
    assert _found(month, month.public, {"public"}) == []
    hidden = [mark for mark, (_, of) in month.marks.items() if of == "G-3" and mark in month.public]
    # The work-plan is published whole; of the grant itself, its money's givers and its lines there
    # is nothing.
    assert all(month.marks[mark][0] == "public" for mark in hidden)
    assert sum(mark in month.public for mark in month.marks) > 15


@pytest.mark.slow
@pytest.mark.parametrize("grant", ["G-1", "G-2", "G-3"])
def test_a_funder_reads_its_own_grant_alone(month: Month, grant: str) -> None:
    assert _found(month, month.funder[grant], {"public", "funder"}, grant) == []
    assert sum(mark in month.funder[grant] for mark in month.marks) > 8


def test_commands_quote_nothing_that_people_typed(month: Month) -> None:
    assert [
        mark
        for mark, (audience, _) in month.marks.items()
        if mark in month.said and audience in ("personal", "nobody", "internal")
    ] == []


def test_an_unpublished_grants_own_words_are_nowhere_public(month: Month) -> None:
    """The work-plan and what is given in kind are published whatever grant pays for them."""
    shown = {
        month.tables[mark]
        for mark, (_, of) in month.marks.items()
        if of == "G-3" and mark in month.public
    }

    assert shown <= {"work_plan", "resources"}
