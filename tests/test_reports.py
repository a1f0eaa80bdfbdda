"""The two reports as files: nothing forbidden in any byte, well-formed, exact, the same twice, whole or not at all."""

from __future__ import annotations

import io
import re
import shutil
import stat
import subprocess
import zipfile
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import openpyxl
import pytest
from lxml import etree, html

from budgettrack.core import tables
from budgettrack.core.audience import FunderView, PublicView, funder_view, public_view
from budgettrack.core.model import Plan
from budgettrack.core.positions import positions, totals
from budgettrack.reports import figures, files, transparency
from budgettrack.reports.funder import write_funder
from budgettrack.reports.render import render
from budgettrack.reports.transparency import write_transparency
from budgettrack.reports.xlsx import workbook
from tests.report_plans import MONTH, harbour

CONTACT = "Ask at the drop-in room."
TABLE_OF = {
    "grants": "grants", "activities": "work_plan", "lines": "budget", "expenses": "expenses", "income": "income",
    "resources": "resources", "deadlines": "deadlines",
}  # fmt: skip
COLUMN_OF = {"line": "budget_line", "start": "start", "date": "date"}
WORKING = {
    "id", "grant", "line", "activity", "match_for", "state", "status", "currency", "kind", "host_fee_on", "paid",
    "report_every", "periods_from", "received_currency", "refund_of", "split_of", "from_whom",
}  # fmt: skip
"""Fields that the figures depend on; they keep their values, and the IDs are marks of their own below."""


def _public(plan: Plan, left_out: int = 0) -> PublicView:
    return public_view(
        plan, totals(plan)[0], month=MONTH, organisation="Harbour Peers", contact=CONTACT, left_out=left_out
    )


def _funder(plan: Plan, grant: str = "G-1", left_out: int = 0) -> FunderView:
    return funder_view(
        plan, totals(plan)[0], grant, month=MONTH, organisation="Harbour Peers", contact=CONTACT, left_out=left_out
    )


def _marked() -> tuple[Plan, dict[str, tuple[str, str]]]:
    """The harbour plan with a mark in every text that no figure depends on: mark → (audience, the grant it is of)."""
    plan = harbour()
    marks: dict[str, tuple[str, str]] = {}
    changed: dict[str, Any] = {}
    for kind, name in TABLE_OF.items():
        table, rows = tables.BY_NAME[name], {}
        for id_, record in getattr(plan, kind).items():
            texts = {}
            for field in fields(record):
                if field.type != "str" or field.name in WORKING:
                    continue
                if kind == "activities" and field.name == "activity":
                    continue
                mark = f"Zq{len(marks)}zQ"
                column = table.column(COLUMN_OF.get(field.name, field.name))
                of = id_ if kind == "grants" else getattr(record, "grant", "") or getattr(record, "match_for", "")
                marks[mark] = (column.audience, of)
                texts[field.name] = mark
            rows[id_] = replace(record, **texts)
        changed[kind] = rows
    return replace(plan, **changed), marks


def _everything(path: Path) -> str:
    """All bytes of a file as text, with those of every part of a zip and its names."""
    content = path.read_bytes()
    texts = [path.name, content.decode("latin-1")]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            texts += [name + parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return "\n".join(texts)


def _forbidden(marks: dict[str, tuple[str, str]], text: str, allowed: set[str], grant: str | None) -> list[str]:
    """The marks found in `text` that its reader may not see."""
    return [
        mark
        for mark, (audience, of) in marks.items()
        if mark in text
        and (audience not in allowed or (grant is None and of == "G-3") or (grant is not None and of and of != grant))
    ]


def test_no_byte_holds_what_its_reader_may_not_see(tmp_path: Path) -> None:
    plan, marks = _marked()
    public = "".join(map(_everything, write_transparency(_public(plan, 3), tmp_path)))
    funder = "".join(map(_everything, write_funder(_funder(plan, left_out=3), tmp_path)))

    assert _forbidden(marks, public, {"public"}, None) == []
    assert _forbidden(marks, funder, {"public", "funder"}, "G-1") == []
    # The check can fail: what a funder may see is not all public, and what is public does arrive.
    assert _forbidden(marks, funder, {"public"}, None) != []
    assert sum(mark in public for mark in marks) > 30
    assert {audience for audience, _ in marks.values()} == {"public", "funder", "internal"}


def test_no_single_payment_stands_in_the_public_page(tmp_path: Path) -> None:
    plan = harbour()
    odd = {key: replace(e, amount=1_000_003 + 7919 * n) for n, (key, e) in enumerate(plan.expenses.items())}
    plan = replace(plan, expenses=odd)
    (page,) = write_transparency(_public(plan), tmp_path)
    text = page.read_text()

    for each in odd.values():
        assert figures.number(each.amount, "EUR", figures.locale("en")) not in text
        assert each.id not in text


def test_public_dates_are_months(tmp_path: Path) -> None:
    (page,) = write_transparency(_public(harbour()), tmp_path)

    assert not re.search(r"\d{4}-\d\d-\d\d|[A-Z][a-z]{2} \d{1,2}, 20", page.read_text())


@pytest.mark.parametrize("language", ["en", "fr", "pt-BR", "ar"])
def test_pages_are_well_formed_and_ask_nothing_of_anybody_else(tmp_path: Path, language: str) -> None:
    plan = harbour()
    pages = [
        *write_transparency(replace(_public(plan, 1), language=language), tmp_path),
        *write_funder(replace(_funder(plan), language=language), tmp_path),
    ]
    for path in pages:
        if path.suffix != ".html":
            continue
        text = path.read_text()
        tree = html.fromstring(text, parser=html.HTMLParser(encoding="utf-8", recover=False))
        assert tree.get("lang")
        assert len(tree.findall(".//h1")) == 1
        assert all(table.find("caption") is not None for table in tree.iter("table"))
        assert all(cell.get("scope") for cell in tree.iter("th"))
        assert not re.search(r"<script|\bon\w+=|(?:src|href|action)\s*=|url\(|@import|https?:|//[a-z]", text)
        assert not re.search(r"\{\{|\{%|\bNone\b|Undefined|Decimal\(|\bnan\b", text)


def test_what_people_type_cannot_become_markup(tmp_path: Path) -> None:
    plan = harbour()
    bad = '<script>alert(1)</script>"><img src=x onerror=y> {{ 7 * 7 }} مرحبا 🎈'
    plan = replace(
        plan, activities={k: replace(v, activity=bad, progress_note=bad) for k, v in plan.activities.items()}
    )
    (page,) = write_transparency(_public(plan), tmp_path)
    text = page.read_text()

    assert "<script" not in text
    assert "<img" not in text
    assert "{{ 7 * 7 }} مرحبا 🎈" in text


def test_figures_in_the_pages_are_those_of_the_positions(tmp_path: Path) -> None:
    plan = harbour()
    sums = totals(plan)[0]
    at = figures.locale("en")
    page = html.fromstring(write_funder(_funder(plan), tmp_path)[0].read_text())
    shown = {
        head: ["".join(str(text) for text in cell.itertext()) for cell in row.findall("td")]
        for row in page.iter("tr")
        if (head := row.findtext("th/span"))
    }
    for each in positions(plan, sums, end=MONTH, grant="G-1"):
        if each.line:
            cells = shown[each.line]
            assert cells[4:7] == [figures.number(n, "EUR", at) for n in (each.budget, each.spent, each.variance)]
            assert cells[7] == figures.percentage(each.variance_percent, at)
            assert cells[8:10] == [figures.number(n, "EUR", at) for n in (each.committed, each.available)]
    view = _public(plan)
    public = write_transparency(view, tmp_path)[0].read_text()
    for row in (*view.categories.rows, view.categories.total):
        if row.through:
            assert figures.number(row.spent, "EUR", at) in public
    assert "3 rows are left out" in write_transparency(_public(plan, 3), tmp_path)[0].read_text()


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_transparency(_public(harbour()), tmp_path / folder)
        write_funder(_funder(harbour()), tmp_path / folder)
    first = {p.relative_to(tmp_path / "one"): p.read_bytes() for p in (tmp_path / "one").rglob("*.*")}
    second = {p.relative_to(tmp_path / "two"): p.read_bytes() for p in (tmp_path / "two").rglob("*.*")}

    assert len(first) == 3
    assert first == second


def test_private_files_are_for_their_owner_and_public_ones_for_all(tmp_path: Path) -> None:
    (page,) = write_transparency(_public(harbour()), tmp_path)
    summary, book = write_funder(_funder(harbour()), tmp_path)

    assert stat.S_IMODE(page.stat().st_mode) == 0o644
    assert {stat.S_IMODE(each.stat().st_mode) for each in (summary, book)} == {0o600}
    assert stat.S_IMODE(book.parent.stat().st_mode) == 0o700
    assert [each.name for each in page.parent.iterdir()] == [f"{MONTH}.html"]


def test_a_write_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    target = tmp_path / "public" / "x.html"
    files.write(target, b"old", private=False)
    blocked = tmp_path / "public" / "y.html"
    blocked.mkdir()

    with pytest.raises(OSError, match=r"y\.html"):
        files.write(blocked, b"new", private=False)
    assert sorted(each.name for each in target.parent.iterdir()) == ["x.html", "y.html"]
    assert target.read_bytes() == b"old"


def test_file_names_are_safe_and_never_shared() -> None:
    names = [files.safe_name(text) for text in ("G-1", "g-1", "G/1", "../G-1", "ع", "", "CON.")]

    assert names[0] == "G-1"
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", name) for name in names)


def _formula(text: str, sheet: Any) -> Decimal | str:
    """What one of the summary's formulas comes to, worked out from the cells that it names."""

    def at(name: str) -> Decimal:
        value = sheet[name].value
        return Decimal(_formula(value, sheet)) if isinstance(value, str) and value[:1] == "=" else Decimal(str(value))

    if rounded := re.fullmatch(r"=ROUND\((.+),(\d)\)", text):
        inner = rounded[1]
        if span := re.fullmatch(r"SUM\((\w+:\w+)\)", inner):
            value = sum((at(cell.coordinate) for (cell,) in sheet[span[1]]), Decimal(0))
        else:
            first, *rest = inner.split("-")
            value = at(first) - sum(map(at, rest), Decimal(0))
        return round(value, int(rounded[2]))
    share = re.fullmatch(r'=IF\((\w+)=0,"",(\w+)/(\w+)\)', text)
    assert share, text
    return "" if at(share[1]) == 0 else at(share[2]) / at(share[3])


def test_every_formula_of_the_workbook_comes_to_its_stored_value() -> None:
    content = workbook(_funder(harbour()))
    live = openpyxl.load_workbook(io.BytesIO(content))
    stored = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    checked = 0
    for sheet in live.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value, now = stored[sheet.title][cell.coordinate].value, _formula(str(cell.value), sheet)
                    if now == "":
                        assert value in ("", None)
                    else:
                        assert abs(Decimal(str(value)) - Decimal(now)) < Decimal("1e-9"), cell.coordinate
                    checked += 1
    assert checked > 30


def test_the_workbook_totals_are_those_of_the_view_and_it_prints_on_one_page_wide() -> None:
    view = _funder(harbour())
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(view)), data_only=True)["Budget"]
    last = [cell.value for cell in list(sheet.iter_rows())[-1]]

    assert last[0] == "Total"
    assert Decimal(str(last[9])) == Decimal(sum(line.spent for line in view.lines)) / 100
    assert Decimal(str(last[13])) == Decimal(sum(line.available for line in view.lines)) / 100
    assert sheet.freeze_panes == "B7"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["J7"].number_format == "#,##0.00"


def test_text_in_the_workbook_is_never_a_formula() -> None:
    plan = harbour()
    line = replace(plan.lines["B-1.1"], explanation="=1+1", description="+cmd", category="@x")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(_funder(replace(plan, lines={**plan.lines, "B-1.1": line})))))

    found = {cell.value: cell.data_type for row in sheet["Budget"].iter_rows() for cell in row}
    assert {found[text] for text in ("=1+1", "+cmd", "@x")} <= {"s", "inlineStr"}


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here to calculate the workbook again")
def test_libreoffice_calculates_what_is_stored(tmp_path: Path) -> None:
    """From a copy without stored values, so that what it prints is its own."""
    content = workbook(_funder(harbour()))
    openpyxl.load_workbook(io.BytesIO(content)).save(tmp_path / "copy.xlsx")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "csv"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "copy.xlsx")], check=True, timeout=120, capture_output=True)  # fmt: skip
    total = next(line for line in (tmp_path / "copy.csv").read_text().splitlines() if line.startswith("Total"))

    digits = total.replace(",", "").replace('"', "")
    assert "24819.79" in digits
    assert "2180.21" in digits


def test_an_empty_plan_makes_reports_too(tmp_path: Path) -> None:
    plan = harbour()
    empty = replace(
        plan, activities={}, lines={}, expenses={}, income={}, resources={}, deadlines={}, closed=frozenset(),
        grants={"G-1": replace(plan.grants["G-1"], amount=None, start=None, end=None, currency="JPY")},
    )  # fmt: skip

    assert write_transparency(_public(empty), tmp_path)
    assert write_funder(_funder(empty), tmp_path)


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    view = dict(transparency.values(_public(harbour())))
    del view["sentences"]

    with pytest.raises(jinja2.UndefinedError, match="sentences"):
        render("transparency.html", view)


def test_workbook_parts_are_well_formed() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(_funder(harbour())))) as parts:
        for name in parts.namelist():
            etree.fromstring(parts.read(name))
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_late_is_told_in_words_and_not_by_colour_alone(tmp_path: Path) -> None:
    plan = harbour()
    plan = replace(plan, deadlines={"D-2": replace(plan.deadlines["D-2"], due=date(2026, 1, 5))})

    assert ">late<" in write_funder(_funder(plan), tmp_path)[0].read_text()
