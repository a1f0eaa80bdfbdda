"""The data package: valid by the standard's profiles and a library, its keys true, its columns
those of the workbook."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest
from jsonschema import Draft7Validator, FormatChecker
from lxml import html
from msgspec.structs import replace

from budgettrack.core.base.months import after
from budgettrack.core.records.model import Plan
from budgettrack.core.records.tables import GRANTS, WORK_PLAN, published
from budgettrack.core.views.public_types import PublicView
from budgettrack.reports.base.translations import words
from budgettrack.reports.site import datasets
from budgettrack.setup import demo
from tests.world.open_data import Rows, broken_promises, package, table
from tests.world.outside import STANDARDS, needs_standards
from tests.world.publishing import Books
from tests.world.report_plans import MONTH, harbour, nobody_is_paid, site_files

PROFILES = STANDARDS / "datapackage"
VERSION = "https://datapackage.org/profiles/2.0/"


def _data(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if name.startswith("data")}


def _bare() -> Plan:
    """A group that has nothing yet."""
    return Plan("EUR", {}, {}, {}, {}, {}, {}, {}, {}, frozenset())


def _waiting() -> Plan:
    """Since February too few payments were made: March waits."""
    plan = harbour()
    first = next(
        id_
        for id_, each in plan.expenses.items()
        if each.date.month == 3 and each.date.year == 2026
    )
    return replace(
        plan,
        expenses={
            k: each
            for k, each in plan.expenses.items()
            if each.date < date(2026, 3, 1) or k == first
        },
    )


def _odd_names() -> Plan:
    """Rows without names, with the names of our own rows, and two that differ by the apostrophe
    against formulas alone."""
    plan = nobody_is_paid()
    names = iter(("", "=SUM(A1)", "'=SUM(A1)", "No category", "Not told apart", "withheld"))
    lines = {
        id_: replace(each, category=name)
        for (id_, each), name in zip(plan.lines.items(), names, strict=True)
    }
    lines["B-1.4"] = replace(lines["B-1.4"], activity="")
    return replace(plan, lines=lines)


def _two_grants_taken_back() -> list[PublicView]:
    """Two grants that were named may be named no longer; a third was never."""
    books, plan = Books(), nobody_is_paid()
    books.publish(plan, MONTH)
    hidden = replace(
        plan, grants={id_: replace(each, publish=False) for id_, each in plan.grants.items()}
    )
    books.publish(hidden, after(MONTH))
    return books.views(hidden)


def _other_base() -> Plan:
    """A base currency without decimals, and a grant in one with three."""
    plan = harbour()
    grants = {
        **plan.grants,
        "G-2": replace(plan.grants["G-2"], currency="KWD", budget_rate=Decimal("0.0021")),
    }
    lines = {
        id_: replace(each, currency="KWD") if each.grant == "G-2" else each
        for id_, each in plan.lines.items()
    }
    rates = {
        (month, code): Decimal("0.01") for month, _ in plan.rates for code in ("EUR", "KWD", "GBP")
    }
    return replace(plan, base="JPY", grants=grants, lines=lines, rates=rates)


def _demo(folder: Path) -> dict[str, bytes]:
    demo.run(folder)
    public = folder / "reports" / "public"
    return _data(
        {
            str(each.relative_to(public)): each.read_bytes()
            for each in public.rglob("*")
            if each.is_file()
        }
    )


MADE: dict[str, Callable[[], dict[str, bytes]]] = {
    "harbour": lambda: _data(site_files(harbour())),
    "in Arabic": lambda: _data(site_files(harbour(), language="ar")),
    "nothing": lambda: _data(site_files(_bare())),
    "waiting": lambda: _data(site_files(_waiting())),
    "odd names": lambda: _data(site_files(_odd_names())),
    "other base": lambda: _data(site_files(_other_base())),
    "taken back": lambda: dict(
        datasets.files(_two_grants_taken_back(), words("en"), "https://books.example.org")
    ),
}


@pytest.fixture(scope="module", params=["demo", *MADE])
def files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    if request.param == "demo":
        return _demo(tmp_path_factory.mktemp("demo") / "demo")
    return MADE[request.param]()


def _problems(name: str, value: object) -> list[str]:
    schema = json.loads((PROFILES / f"{name}.json").read_text("utf-8"))
    checker = Draft7Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(value)]


@pytest.mark.slow
@needs_standards
def test_the_descriptor_is_valid_by_the_profiles_of_the_standard(files: dict[str, bytes]) -> None:
    described = package(files)

    assert described["$schema"] == f"{VERSION}datapackage.json"
    assert _problems("datapackage", described) == []
    for each in described["resources"]:
        assert each["$schema"] == f"{VERSION}dataresource.json"
        assert _problems("dataresource", each) == []
        assert each["schema"]["$schema"] == f"{VERSION}tableschema.json"
        assert _problems("tableschema", each["schema"]) == []
        assert each["dialect"]["$schema"] == f"{VERSION}tabledialect.json"
        assert _problems("tabledialect", each["dialect"]) == []


@needs_standards
def test_the_profiles_can_find_something() -> None:
    described = package(MADE["harbour"]())
    described["resources"][0]["schema"]["fields"][0]["type"] = "month"
    described["contributors"][0]["roles"] = "publisher"

    assert len(_problems("datapackage", described)) == 2


def test_keys_are_unique_references_resolve_and_every_value_is_of_its_type(
    files: dict[str, bytes],
) -> None:
    assert broken_promises(files) == []
    assert all(
        each["schema"].get("primaryKey") or each["name"] in ("in-kind", "given-in-kind")
        for each in package(files)["resources"]
    )


def _validated(files: Mapping[str, bytes], folder: Path) -> Any:
    import frictionless  # slow to load, and few tests need it

    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return frictionless.validate(str(folder / "datapackage.json"))


@pytest.mark.slow
def test_frictionless_reads_and_validates_it(files: dict[str, bytes], tmp_path: Path) -> None:
    """Version 5.21 checks types, constraints, primary and foreign keys, bytes and hash.

    Of `uniqueKeys` and `categories` it knows nothing, and 2025-7 is a month to it:
    `broken_promises` checks these."""
    report = _validated(files, tmp_path)

    assert report.valid, report.to_summary()
    assert report.stats["tasks"] == len(package(files)["resources"]) == 11
    assert report.stats["warnings"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new", "error"),
    [
        ("standings", b",EUR,", b",Eur,", "constraint-error"),
        ("standings", b",total,", b",sum,", "constraint-error"),
        ("money-in", b"2026-03,grant,G-2", b"2026-03,grant,G-1", "primary-key"),
        ("money-in", b"2026-03,grant", b"2031-03,grant", "foreign-key"),
        ("work-plan", b",2025-07,", b",2025-13,", "type-error"),
        ("grant-activities", b"G-1,A-1", b"G-1,A-9", "foreign-key"),
    ],
)
def test_frictionless_and_our_own_check_find_what_is_broken(
    name: str, old: bytes, new: bytes, error: str, tmp_path: Path
) -> None:
    made = _data(site_files(nobody_is_paid()))
    broken = made[f"data/{name}.csv"].replace(old, new, 1)
    assert broken != made[f"data/{name}.csv"]
    made[f"data/{name}.csv"] = broken
    report = _validated(made, tmp_path)

    assert error in {found.type for task in report.tasks for found in task.errors}
    assert len(broken_promises(made)) > 1


def test_the_columns_of_the_workbook_are_those_of_its_declaration() -> None:
    """Name, type, heading, note and choices come from `core/records/tables.py`, in its order, and
    the public ones alone."""
    tables = {
        each["name"]: each["schema"]["fields"] for each in package(MADE["harbour"]())["resources"]
    }
    for name, declaration in (("work-plan", WORK_PLAN), ("grants", GRANTS)):
        fields = {field["name"]: field for field in tables[name]}
        columns = published(declaration)
        assert list(fields)[: len(columns)] == [each.name for each in columns]
        for each in columns:
            field = fields[each.name]
            assert field["title"] == each.heading
            assert each.note in field["description"]
            assert tuple(choice["value"] for choice in field.get("categories", ())) == each.choices
            assert field["type"] == {"money": "number", "number": "number", "count": "number", "percent": "number", "date": "yearmonth"}.get(each.kind, "string")  # fmt: skip
            assert ("currencyField" in field) == (each.kind == "money")


def test_choices_have_their_words_in_the_readers_language() -> None:
    made = package(_data(site_files(harbour(), language="fr")))
    work = next(each for each in made["resources"] if each["name"] == "work-plan")
    status = next(field for field in work["schema"]["fields"] if field["name"] == "status")

    assert {"value": "planned", "label": "prévu"} in status["categories"]
    assert status["constraints"]["enum"] == list(WORK_PLAN.column("status").choices)


def test_money_of_grants_taken_back_is_one_line_and_the_sums_stand() -> None:
    views = _two_grants_taken_back()
    made = dict(datasets.files(views, words("en")))
    rows: Rows = table(made, "standings")

    for name, content in made.items():
        assert b"Tide Trust" not in content, name
        assert b"G-1" not in content or name.endswith(".xlsx"), name
    for month in {row["month"] for row in rows}:
        those = [row for row in rows if (row["month"], row["table"]) == (month, "grant")]
        (total,) = [row for row in those if row["kind"] == "total"]
        assert [row["kind"] for row in those] == ["withheld", "total"]
        for figure in ("planned", "spent"):
            assert _sum(row[figure] for row in those[:-1]) == _sum([total[figure]])
    assert {row["kind"] for row in table(made, "money-in")} <= {"gifts"}
    (page,) = [row for row in table(made, "pages") if row["month"] == MONTH]
    view = next(each for each in views if each.month == MONTH)
    assert Decimal(page["received_this_month"]) * 100 == sum(
        each.this_month for each in view.money_in
    )


def _sum(figures: Iterable[str]) -> Decimal:
    """The sum of a column. A blank is nothing."""
    return sum((Decimal(figure) for figure in figures if figure), Decimal(0))


def test_a_row_without_a_name_says_so_beside_one_that_has_its_words_for_a_name() -> None:
    rows = [
        row for row in table(_data(site_files(_odd_names())), "standings") if row["month"] == MONTH
    ]

    assert {(row["kind"], row["name"]) for row in rows if row["table"] == "category"} >= {
        ("unnamed", "No category"), ("row", "No category"), ("row", "'=SUM(A1)"), ("row", "''=SUM(A1)"),
        ("row", "Not told apart"), ("withheld", "Withheld: names that are not published"), ("total", "Total of what is shown"),
    }  # fmt: skip
    assert ("unnamed", "No activity named") in {
        (row["kind"], row["name"]) for row in rows if row["table"] == "activity"
    }


def test_an_activity_that_is_no_longer_in_the_work_plan_is_named_and_refers_to_nothing() -> None:
    books, plan = Books(), nobody_is_paid()
    books.publish(plan, MONTH)
    gone = replace(
        plan,
        activities={id_: each for id_, each in plan.activities.items() if id_ != "A-3"},
    )
    books.publish(gone, after(MONTH))
    views = books.views(gone)
    made = dict(datasets.files(views, words("en")))

    assert broken_promises(made) == []
    (row,) = [
        row for row in table(made, "standings") if row["name"] == "A-3" and row["month"] == MONTH
    ]
    assert (row["table"], row["activity"]) == ("activity", "")


# ---- a second reader


@pytest.mark.slow
@pytest.mark.parametrize("plan", [harbour, nobody_is_paid, _waiting, _odd_names])
def test_pandas_gets_the_figures_that_stand_in_the_page(plan: Callable[[], Plan]) -> None:
    made = site_files(plan())
    standings = pandas.read_csv(
        io.BytesIO(made["data/standings.csv"]), dtype={"planned": "string", "spent": "string"}
    )
    money = pandas.read_csv(io.BytesIO(made["data/money-in.csv"]))
    page = html.fromstring(made[f"{MONTH}-figures.html"].decode())
    newest = standings[standings.month == MONTH]

    for name, figure, caption in (
        ("category", "spent", "Spent, by category"),
        ("activity", "spent", "Spent, by activity"),
        ("category", "planned", "Planned, by category"),
    ):
        rows = newest[newest.table == name].dropna(subset=[figure])
        told = [Decimal(units) for units in rows[figure]]
        if not told or (name == "activity" and "row" not in set(rows.kind)):
            assert caption not in "".join(map(str, page.itertext()))
            continue
        assert sum(told[:-1]) == told[-1]
        assert _table(page, caption) == [[f"{units:,.2f}"] for units in told]
    came = money[money.month == MONTH]
    assert _table(page, "Money in")[-1] == [
        f"{came.this_month.sum():,.2f}",
        f"{came.to_date.sum():,.2f}",
    ]
    work = pandas.read_csv(io.BytesIO(made["data/work-plan.csv"]), index_col="id")
    assert work.loc["A-1", "done"] == 60


def _table(page: html.HtmlElement, caption: str) -> list[list[str]]:
    """The figures of a table of the page, row by row."""
    for each in page.iter("table"):
        if (
            str(each.findtext("caption") or each.find("caption").text_content())
            .strip()
            .startswith(caption)
        ):
            rows = each.findall(".//tr")[1:]
            return [
                [cell.text_content().strip().replace("−", "-") for cell in row.findall("td")][:3]
                for row in rows
            ]
    raise AssertionError(caption)
