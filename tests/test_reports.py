"""Every byte of every report: nothing forbidden in it, well-formed, exact, the same twice, whole or
not at all."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pikepdf
import pytest
from lxml import html
from msgspec.structs import replace

from budgettrack import files
from budgettrack.core.figures.positions import positions
from budgettrack.core.figures.profile import Profile
from budgettrack.core.figures.totals import totals
from budgettrack.core.records import tables
from budgettrack.core.records.model import Plan
from budgettrack.reports.base import formats
from budgettrack.reports.base.render import render
from tests.world.group import Group
from tests.world.report_plans import MONTH, harbour, public, site_files, summary, summary_files
from tests.world.report_text import everything, pdf_text

TABLE_OF = {
    "grants": "grants", "activities": "work_plan", "lines": "budget", "expenses": "expenses", "income": "income",
    "resources": "resources", "deadlines": "deadlines",
}  # fmt: skip
COLUMN_OF = {"line": "budget_line", "start": "start", "date": "date"}
WORKING = {
    "id", "grant", "line", "activity", "match_for", "state", "status", "currency", "kind", "host_fee_on", "paid",
    "report_every", "periods_from", "received_currency", "refund_of", "split_of", "from_whom",
}  # fmt: skip
"""Fields that the figures depend on; they keep their values, and the IDs are marks of their own
below."""


def _marked() -> tuple[Plan, dict[str, tuple[str, str]]]:
    """The harbour plan with a mark in every text that no figure depends on: mark → (audience, the
    grant it is of)."""
    plan = harbour()
    marks: dict[str, tuple[str, str]] = {}
    changed: dict[str, Any] = {}
    for kind, name in TABLE_OF.items():
        table, rows = tables.BY_NAME[name], {}
        for id_, record in getattr(plan, kind).items():
            texts = {}
            for field in msgspec.structs.fields(type(record)):
                if field.type is not str or field.name in WORKING:
                    continue
                if kind == "activities" and field.name == "activity":
                    continue
                mark = f"Zq{len(marks)}zQ"
                column = table.column(COLUMN_OF.get(field.name, field.name))
                of = (
                    id_
                    if kind == "grants"
                    else getattr(record, "grant", "") or getattr(record, "match_for", "")
                )
                marks[mark] = (column.audience, of)
                texts[field.name] = mark
            rows[id_] = replace(record, **texts)
        changed[kind] = rows
    return replace(plan, **changed), marks


def _forbidden(
    marks: dict[str, tuple[str, str]], text: str, allowed: set[str], grant: str | None
) -> list[str]:
    """The marks found in `text` that its reader may not see."""
    return [
        mark
        for mark, (audience, of) in marks.items()
        if mark in text
        and (
            audience not in allowed
            or (grant is None and of == "G-3")
            or (grant is not None and of and of != grant)
        )
    ]


DETAILED = Profile(title="All", source="a test", detail="expenses")


@pytest.mark.slow
def test_no_byte_of_the_site_holds_what_the_public_may_not_see() -> None:
    plan, marks = _marked()
    text = everything(site_files(plan, incomplete=True))

    assert _forbidden(marks, text, {"public"}, None) == []
    assert sum(mark in text for mark in marks) >= 25
    assert {audience for audience, _ in marks.values()} == {"public", "funder", "internal"}


@pytest.mark.slow
@pytest.mark.parametrize("final", [None, date(2026, 4, 5)])
@pytest.mark.parametrize(
    "profile", ["bmr", "global-fund", DETAILED], ids=["bmr", "global-fund", "expenses"]
)
def test_no_byte_of_a_summary_holds_what_its_funder_may_not_see(
    profile: str | Profile, final: date | None
) -> None:
    plan, marks = _marked()
    made = summary_files(summary(plan, profile=profile, left_out=3), final)

    for name, content in made.items():
        text = everything({name: content})
        assert _forbidden(marks, text, {"public", "funder"}, "G-1") == [], name
        # The check can fail: it finds what a funder may see and the public may not, in every kind
        # of file.
        assert _forbidden(marks, text, {"public"}, "G-1") != [], name
        assert sum(mark in text for mark in marks) > 8, name


@pytest.mark.slow
def test_no_single_payment_stands_in_the_public_site() -> None:
    plan = harbour()
    odd = {
        key: replace(e, amount=1_000_003 + 7919 * n)
        for n, (key, e) in enumerate(plan.expenses.items())
    }
    made = site_files(replace(plan, expenses=odd))
    text = everything(
        {name: content for name, content in made.items() if not name.endswith(".xlsx")}
    )

    for each in odd.values():
        assert formats.number(each.amount, "EUR", formats.locale("en")) not in text
        assert f"{each.amount // 100}.{each.amount % 100:02d}" not in text
        assert not re.search(rf"\b{each.id}\b", text)


def test_public_dates_are_months() -> None:
    for name, content in site_files(harbour()).items():
        if name.endswith((".html", ".csv", ".json")):
            assert not re.search(r"\d{4}-\d\d-\d\d|[A-Z][a-z]{2} \d{1,2}, 20", content.decode()), (
                name
            )


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "pt-BR"])
def test_pages_are_well_formed_and_ask_nothing_of_anybody_else(language: str) -> None:
    plan = harbour()
    made = {
        **site_files(plan, language=language, incomplete=True),
        **summary_files(summary(plan, language=language)),
    }
    for name, content in made.items():
        if not name.endswith(".html"):
            continue
        text = content.decode()
        tree = html.fromstring(text, parser=html.HTMLParser(encoding="utf-8", recover=False))
        assert tree.get("lang") == language
        assert tree.get("dir") == ("rtl" if language == "ar" else "ltr")
        assert len(tree.findall(".//h1")) == 1
        assert all(table.find("caption") is not None for table in tree.iter("table"))
        assert all(cell.get("scope") for cell in tree.iter("th"))
        assert not re.search(
            r"<script|<iframe|\son\w+=|\ssrc\s*=|\saction\s*=|@import|url\((?!#)", text
        ), name
        links = [link for link in re.findall(r'href="([^"]*)"', text) if not link.startswith("#")]
        assert all(re.fullmatch(r"(\.\./)?[\w./-]+", link) for link in links), links
        assert not re.search(r"\{\{|\{%|\bNone\b|Undefined|Decimal\(|\bnan\b", text), name
        assert len(content) < 150_000, (name, len(content))


def test_links_of_the_site_lead_to_its_own_files() -> None:
    made = site_files(harbour())
    for name, content in made.items():
        if name.endswith(".html"):
            for link in re.findall(r'href="([^"#]+)"', content.decode()):
                folder = name.rpartition("/")[0]
                target = str(Path("/", folder, link).resolve())[1:]
                assert target in made, (name, link)


BAD = '<script>alert(1)</script>"><img src=x onerror=y> {{ 7 * 7 }} #import "x" مرحبا'


def test_what_people_type_cannot_become_markup_template_code_or_a_formula() -> None:
    plan = harbour()
    plan = replace(
        plan,
        activities={
            k: replace(v, activity=BAD, progress_note=BAD) for k, v in plan.activities.items()
        },
        grants={k: replace(v, title="=1+1") for k, v in plan.grants.items()},
        lines={
            k: replace(v, category="@SUM(A1)", description=BAD, explanation="+1")
            for k, v in plan.lines.items()
        },
    )
    made = {**site_files(plan), **summary_files(summary(plan))}

    for name, content in made.items():
        text = content.decode("utf-8", "replace")
        if name.endswith(".html"):
            assert "<script" not in text
            assert "<img" not in text
            later = f"{MONTH}.html" > name > "2025"
            assert later or "{{ 7 * 7 }}" in text or "@SUM" in text or "=1+1" in text
        if name.endswith(".csv"):
            assert not re.search(r'(^|,)"?[=@+]', text, re.MULTILINE), name
    assert "7 * 7" in pdf_text(made["summary.pdf"]).replace("\xa0", " ")
    with zipfile.ZipFile(io.BytesIO(made["summary.xlsx"])) as parts:
        sheets = "".join(
            parts.read(name).decode() for name in parts.namelist() if "worksheets" in name
        )
    assert not re.search(r"<f>[^<]*(SUM\(A1\)|1\+1)", sheets)


@pytest.mark.slow
def test_figures_in_the_pages_are_those_of_the_positions() -> None:
    plan = harbour()
    sums = totals(plan)[0]
    at = formats.locale("en")
    page = html.fromstring(
        summary_files(summary(plan, profile="generic-10pct"))["summary.html"].decode()
    )
    shown = {
        head: ["".join(str(text) for text in cell.itertext()) for cell in row.findall("td")]
        for row in page.iter("tr")
        if (head := row.findtext("th/span"))
    }
    for each in positions(plan, sums, end=MONTH, grant="G-1"):
        if each.line:
            cells = shown[each.line]
            assert cells[3:6] == [
                formats.number(n, "EUR", at) for n in (each.budget, each.spent, each.variance)
            ]
            assert cells[6] == formats.percentage(each.variance_percent, at)
            assert cells[7] == formats.number(each.available, "EUR", at)
    view = public(plan)
    text = site_files(plan)[f"{MONTH}-figures.html"].decode()
    for row in (*view.categories.rows, view.categories.total):
        if row.spent is not None:
            assert formats.number(row.spent, "EUR", at) in text
    assert "Some rows are left out" in site_files(plan, incomplete=True)[f"{MONTH}.html"].decode()
    assert "left out" not in text


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_in_two_folders_at_two_times_of_day(
    tmp_path: Path,
) -> None:
    """In processes of their own, with other hash seeds, time zones and clocks (see
    `report_bytes`)."""
    made = []
    for number, (seed, zone) in enumerate((("1", "Pacific/Auckland"), ("2", "America/Lima"))):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        environment = {
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "PYTHONPATH": str(Path.cwd()),
            "HOME": str(folder),
        }
        subprocess.run(
            [sys.executable, "-m", "tests.world.report_bytes", "out"],
            cwd=folder,
            env=environment,
            check=True,
            timeout=120,
        )
        made.append({p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*.*"))})

    assert len(made[0]) > 25
    assert {name for name in made[0] if made[0][name] != made[1].get(name)} == set()
    assert made[0].keys() == made[1].keys()


def test_an_empty_plan_makes_reports_too() -> None:
    plan = harbour()
    empty = replace(
        plan, activities={}, lines={}, expenses={}, income={}, resources={}, deadlines={}, closed=frozenset(),
        grants={"G-1": replace(plan.grants["G-1"], amount=None, start=None, end=None, currency="JPY")},
    )  # fmt: skip

    assert f"{MONTH}.html" in site_files(empty)
    assert summary_files(summary(empty))


@pytest.mark.slow
def test_hard_texts_and_many_lines_make_reports_too() -> None:
    """5,000 letters, 300 without a space, an emoji, right to left in left to right, 200 lines,
    negative totals."""
    plan = harbour()
    long, solid, mixed = "word " * 1000, "x" * 300, "abc مرحبا def 🎈 ghi"
    line = plan.lines["B-1.1"]
    lines = {
        f"L-{n}": replace(
            line,
            id=f"L-{n}",
            description=long if n % 50 == 0 else (solid, mixed)[n % 2],
            amount=n * 100,
        )
        for n in range(200)
    }
    refunds = {key: replace(each, state="refunded") for key, each in plan.expenses.items()}
    activities = {
        key: replace(each, progress_note=long, milestone=solid, activity=mixed)
        for key, each in plan.activities.items()
    }
    hard = replace(plan, lines={**plan.lines, **lines}, expenses=refunds, activities=activities)
    made = summary_files(summary(hard))

    with pikepdf.open(io.BytesIO(made["summary.pdf"])) as paper:
        assert len(paper.pages) > 20
    assert "(?)" in pdf_text(made["summary.pdf"])
    assert "Some letters cannot be shown on this paper" in pdf_text(made["summary.pdf"]).replace(
        "\xa0", " "
    )
    assert "🎈" in made["summary.html"].decode()
    assert site_files(hard)


# ---- files


def test_private_files_are_for_their_owner_and_public_ones_for_all(tmp_path: Path) -> None:
    page = files.write(tmp_path / "public" / "x.html", b"x", private=False)
    book = files.write(tmp_path / "private" / "x.xlsx", b"x", private=True)

    assert stat.S_IMODE(page.stat().st_mode) == 0o644
    assert stat.S_IMODE(book.stat().st_mode) == 0o600
    assert stat.S_IMODE(book.parent.stat().st_mode) == 0o700


def test_a_device_or_a_pipe_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(OSError, match="Not a file but a device or a pipe"):
        files.write(pipe, b"x", private=False)

    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    files.write_all(tmp_path, {"a.html": b"old", "data/b.csv": b"old"}, private=False)
    (tmp_path / "c.html").mkdir()
    with pytest.raises(OSError, match="Is a directory"):
        files.write_all(
            tmp_path, {"a.html": b"new", "data/b.csv": b"new", "c.html": b"new"}, private=False
        )

    assert (
        (tmp_path / "a.html").read_bytes() == (tmp_path / "data" / "b.csv").read_bytes() == b"old"
    )
    assert not list(tmp_path.rglob("*.part"))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o755


def test_a_file_that_is_the_same_is_not_written_again(tmp_path: Path) -> None:
    page = files.write(tmp_path / "x.html", b"x", private=False)
    before = page.stat()
    files.write(page, b"x", private=False)

    assert (page.stat().st_mtime_ns, page.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    files.write(page, b"y", private=False)
    assert page.read_bytes() == b"y"


def test_a_write_that_fails_leaves_the_old_file_and_no_trace(tmp_path: Path) -> None:
    target = tmp_path / "public" / "x.html"
    files.write(target, b"old", private=False)
    blocked = tmp_path / "public" / "y.html"
    blocked.mkdir()

    with pytest.raises(OSError, match=r"y\.html"):
        files.write(blocked, b"new", private=False)
    assert sorted(each.name for each in target.parent.iterdir()) == ["x.html", "y.html"]
    assert target.read_bytes() == b"old"


DEVICES = ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "CON.1", "NUL.2026-01", "con", "COM0")


def test_file_names_are_safe_and_never_shared() -> None:
    names = [
        files.safe_name(text) for text in ("G-1", "g-1", "G/1", "../G-1", "ع", "", "CON.", *DEVICES)
    ]

    assert names[0] == "G-1"
    assert len({name.casefold() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", name) for name in names)
    # Windows knows its devices in any case and with any ending.
    assert not [name for name in names if name.casefold().split(".")[0] in map(str.casefold, DEVICES)]  # fmt: skip
    assert files.safe_name("NULL-1") == "NULL-1"


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="page"):
        render("page.html", {"look": None, "words": {}})


def test_a_template_from_a_partner_is_never_run(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    touch = f"cycler.__init__.__globals__.os.popen('touch {tmp_path}/ran').read()"
    (theirs / "page.html").write_text("{{ " + touch + " }}")
    (theirs / "report.typ").write_text('#read("/budgettrack.toml")')
    group = Group(tmp_path, before=(("sync", "--on", "2026-11-02"),))
    group.config.write_text(group.config.read_text() + '[reports]\ntemplates = "theirs"\n')

    done = group.run("report", "transparency", "--month", "2026-10", "--on", "2026-11-02")

    assert done.exit_code == 1
    assert 'line 4, reports.templates: "templates" is not a setting.' in done.output
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "reports").exists()


# Figures with a unit, and figures in a chart


def test_a_quantity_needs_no_plural_of_the_unit_that_people_typed() -> None:
    at = formats.locale("en")

    assert formats.counted(Decimal("6000"), "piece", at) == "6,000 \N{MULTIPLICATION SIGN} piece"
    assert formats.counted(Decimal("26"), "", at) == "26"


def test_the_figures_of_a_chart_have_cents_nowhere() -> None:
    shown = [formats.short(units, "EUR", formats.locale("en")) for units in (95585, 134160, 93580)]

    assert shown == ["956", "1.3K", "936"]


def test_latin_names_in_an_arabic_list_keep_their_order() -> None:
    """Without the marks, a reader from right to left would meet the last name first."""
    arabic, english = formats.locale("ar"), formats.locale("en")
    first, last = "\u2068B-1.1\u2069", "\u2068B-1.4\u2069"

    assert formats.listed(["B-1.1", "B-1.4"], arabic) == f"\u200f{first} و{last}"
    assert formats.series(["B-1.1", "B-1.4"], arabic) == f"\u200f{first}؛ {last}"
    assert formats.listed(["B-1.1", "B-1.4"], english) == "B-1.1 and B-1.4"
    assert formats.series(["B-1.1", "B-1.4"], english) == "B-1.1; B-1.4"
    assert formats.listed([], arabic) == formats.series([], arabic) == ""
