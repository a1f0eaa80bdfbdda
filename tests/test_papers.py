"""The paper and the workbook of a funder summary, read by other programs than those that wrote
them."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
from lxml import etree
from msgspec.structs import replace

from budgettrack.config.profiles import names
from budgettrack.config.sheet_words import sheet_words
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.sheet_words import ENGLISH
from budgettrack.core.figures.profile import Profile
from budgettrack.core.views.funder_types import FunderView
from budgettrack.reports.base import formats
from budgettrack.reports.base import pdf as papers
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import Facts, ReportTable, Text
from budgettrack.reports.base.translations import words
from budgettrack.reports.funder.document import document
from budgettrack.reports.funder.wanting import missing
from budgettrack.reports.funder.xlsx import READABLE, ROOM, pages_across
from budgettrack.reports.mail import letters
from budgettrack.workbook.xlsx.layout import new_workbook
from tests.world.needs import needed
from tests.world.outside import LONG
from tests.world.report_plans import MONTH, harbour, summary, summary_files
from tests.world.report_text import pdf_text, said

DETAILED = Profile(title="All", source="a test", detail="expenses", currency="GBP")


def _paper(**how: Any) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(summary_files(summary(harbour(), **how))["summary.pdf"]))


def _tags(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure, depth first."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _tags(child)


# ---- the paper


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "tag"), [("en", "en"), ("fr", "fr"), ("ru", "ru"), ("vi", "vi"), ("ar", "ar")]
)
def test_the_paper_is_tagged_pdf_ua(language: str, tag: str) -> None:
    with _paper(language=language) as paper:
        root = paper.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang).startswith(tag)
        assert root.ViewerPreferences.DisplayDocTitle
        meta = paper.open_metadata()
        assert meta["pdfuaid:part"] == "1"
        assert "A safe place to meet" in meta["dc:title"]
        tags = list(_tags(root.StructTreeRoot))
        kinds = [str(each.S) for each in tags]
        assert kinds.count("/H1") == 1
        assert kinds.count("/H2") >= 8
        assert {"/Table", "/TR", "/TH", "/TD", "/L", "/LI"} <= set(kinds)
        headings = [int(str(each.S)[2]) for each in tags if re.fullmatch(r"/H\d", str(each.S))]
        assert all(after <= before + 1 for before, after in itertools.pairwise(headings))


@pytest.mark.slow
def test_every_page_has_its_number_and_tables_repeat_their_heads() -> None:
    plan = harbour()
    line = plan.lines["B-1.1"]
    lines = {f"L-{n:03}": replace(line, id=f"L-{n:03}", amount=n * 100) for n in range(120)}
    view = summary(replace(plan, lines={**plan.lines, **lines}))
    made = summary_files(view, date(2026, 4, 5))["summary.pdf"]
    with pikepdf.open(io.BytesIO(made)) as paper:
        texts = [said(page) for page in paper.pages]

    assert len(texts) > 4
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text
    with_rows = [text for text in texts if re.search(r"L-\d\d\d", text)]
    assert len(with_rows) > 2
    assert all(re.search(r"Whole\s*budget", text) for text in with_rows)


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("letter", (792, 612))])
def test_the_paper_has_the_size_that_is_asked_for(paper: str, size: tuple[int, int]) -> None:
    made = summary_files(summary(harbour()), look=Branding(paper=paper))
    with pikepdf.open(io.BytesIO(made["summary.pdf"])) as sheet:
        box = sheet.pages[0].MediaBox
        assert (round(float(box[2])), round(float(box[3]))) == size
    book = openpyxl.load_workbook(io.BytesIO(made["summary.xlsx"]))
    assert book.worksheets[0].page_setup.paperSize == (1 if paper == "letter" else 9)


def test_the_paper_says_what_the_page_says() -> None:
    made = summary_files(summary(harbour()))
    text = pdf_text(made["summary.pdf"]).replace("\xa0", " ").replace("\n", " ")

    for words_ in (
        "A safe place to meet",
        "24,819.79",
        "Bought for the winter",
        "Audit letter",
        "Draft",
    ):
        assert words_ in text
        assert words_ in made["summary.html"].decode()


def test_paper_and_mail_say_first_what_is_available_of_the_whole_budget() -> None:
    view, w = summary(harbour()), words("en")
    paper, mail = document(view, w), letters.funder(view, w, letters.Sent())
    tables = [
        block
        for section in paper.sections
        for block in section.blocks
        if isinstance(block, ReportTable) and "Available" in [each.text for each in block.headings]
    ]
    at = [heading.text for heading in tables[0].headings].index("Available")
    (total,) = [row for row in tables[0].rows if row.kind == "total"]

    for made in (paper, mail):
        (facts,) = [
            block
            for section in made.sections
            for block in section.blocks
            if isinstance(block, Facts) and "Available" in [each.name for each in block.facts]
        ]
        (available,) = [fact for fact in facts.facts if fact.name == "Available"]
        assert available.figure == f"€{total.cells[at - 1].text}"
        assert available.small == f"committed: €{view.total.committed / 100:,.2f}"


def test_the_first_table_has_at_most_five_columns_of_numbers_and_the_annex_has_all() -> None:
    for name in ("bmr", "global-fund", "uk-aid-direct-2017"):
        view = summary(harbour(), profile=name)
        made = document(view, words("en"))
        blocks = {section.name: section.blocks for section in made.sections}
        (first,) = [each for each in blocks["budget"] if isinstance(each, ReportTable)]
        (annex,) = [each for each in blocks["annex"] if isinstance(each, ReportTable)]

        assert [each.text for each in first.headings if each.number] == [
            "Whole budget", "Spent, period", "Spent to date", "Available", "Used",
        ]  # fmt: skip
        assert len([each for each in annex.headings if each.number]) > 5
        for table in (first, annex):
            for index, heading in enumerate(table.headings[1:]):
                cells = [row.cells[index].text for row in table.rows]
                assert any(cell not in ("", "–") for cell in cells), heading


UNEXPLAINED = "Beyond the limit: not explained yet."


def _explanations(view: FunderView) -> dict[str, str]:
    """What the first table says in its last column, by the name of the row."""
    made = document(view, words("en"))
    (table,) = next(section.blocks for section in made.sections if section.name == "budget")
    assert isinstance(table, ReportTable)
    assert table.headings[-1].text == "Explanation"
    return {row.head: row.cells[-1].text for row in table.rows if row.cells[-1].text}


def test_a_line_beyond_a_limit_has_room_for_an_explanation_that_is_not_there_yet() -> None:
    plan = harbour()
    plain = replace(plan.lines["B-1.2"], explanation="")
    view = summary(replace(plan, lines={**plan.lines, "B-1.2": plain}))

    assert _explanations(view) == {"B-1.1": UNEXPLAINED, "B-1.4": UNEXPLAINED}
    book = openpyxl.load_workbook(io.BytesIO(summary_files(view)["summary.xlsx"]))
    told = [cell.value for row in book.worksheets[0] for cell in row]
    assert told.count(UNEXPLAINED) == 2


def test_a_category_beyond_a_limit_has_room_for_it_where_none_of_its_lines_is_beyond() -> None:
    view = summary(harbour())
    groups = [
        replace(
            group,
            limits=(0,) if group.name in ("Supplies", "Personnel") else (),
            lines=[replace(line, limits=()) for line in group.lines],
        )
        for group in view.groups
    ]

    # Supplies has a line with an explanation, which holds for the category too.
    said = "Bought for the winter at once."
    assert _explanations(replace(view, groups=groups)) == {"Personnel": UNEXPLAINED, "B-1.2": said}
    short = replace(view.profile, detail="categories")
    told = _explanations(replace(view, groups=groups, profile=short))
    assert told == {"Personnel": UNEXPLAINED, "Supplies": said}


def test_a_profile_with_few_columns_keeps_its_own_and_has_no_annex() -> None:
    made = document(summary(harbour(), profile="mott"), words("en"))

    assert "annex" not in [section.name for section in made.sections]


def test_what_is_beyond_a_line_and_the_award_is_red_and_named_in_a_sentence() -> None:
    plan = harbour()
    small = replace(plan.lines["B-1.1"], amount=100)
    poor = replace(plan.grants["G-1"], amount=100)
    view = summary(
        replace(
            plan,
            lines={**plan.lines, "B-1.1": small},
            grants={**plan.grants, "G-1": poor},
        )
    )
    made = document(view, words("en"))
    said = [each.text for each in made.sections[1].blocks if isinstance(each, Text)]
    line = next(line for line in view.lines if line.id == "B-1.1")
    beyond = f"B-1.1 ({line.description}) by {formats.money(-line.sums.available, view.currency, words('en').at)}"

    assert any(beyond in text for text in said), said
    assert any(
        re.search(r"In all, .* more is spent and ordered than the award", text) for text in said
    )
    (table,) = next(section.blocks for section in made.sections if section.name == "budget")
    assert isinstance(table, ReportTable)
    row = next(row for row in table.rows if row.head == "B-1.1")
    assert [cell.over for cell in row.cells[:5]] == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("award", "told"),
    [
        (0, ""),
        (2000, "The budget lines are {lines} in all: €20.00 less than the award."),
        (-2000, "The budget lines are {lines} in all: €20.00 more than the award."),
    ],
)
def test_what_the_lines_have_less_or_more_than_the_award_is_told(award: int, told: str) -> None:
    plan = harbour()
    lines = summary(plan).total.whole
    other = replace(plan.grants["G-1"], amount=lines + award)
    made = document(summary(replace(plan, grants={**plan.grants, "G-1": other})), words("en"))
    said = [each.text for each in made.sections[1].blocks if isinstance(each, Text)]

    found = [text for text in said if text.startswith("The budget lines are")]
    whole = formats.money(lines, "EUR", words("en").at)
    assert found == ([told.format(lines=whole)] if told else [])


def test_the_paper_shows_a_latin_text_in_its_own_direction_between_arabic_words() -> None:
    plan = replace(harbour(), reviews={MONTH: "97 people are trained, and everybody lived."})
    made = summary_files(summary(plan, language="ar"))["summary.pdf"]

    # In the direction of the page, the number would stand after the last word, as a run of its own.
    with pikepdf.open(io.BytesIO(made)) as paper:
        runs = [run for page in paper.pages for run in said(page, "\n").splitlines()]
    assert "97 people are trained, and everybody lived" in runs


def test_a_forecast_beyond_the_award_is_told_before_it_is_spent() -> None:
    plan = harbour()
    view = summary(plan)
    spent = view.total.spent + view.total.committed
    assert view.total.forecast > spent
    tight = replace(plan.grants["G-1"], amount=spent + 1)
    made = document(summary(replace(plan, grants={**plan.grants, "G-1": tight})), words("en"))

    text = " ".join(each.text for each in made.sections[1].blocks if isinstance(each, Text))
    assert "If the rest goes as planned" in text
    assert "more than the award is spent at the end" in text


def test_the_paper_tells_the_words_of_the_months_of_its_period() -> None:
    plan = replace(harbour(), reviews={"2026-03": "The room was full.", "2020-01": "Long ago."})
    text = pdf_text(summary_files(summary(plan))["summary.pdf"])

    assert "The room was full." in text
    assert "Long ago." not in text
    held = replace(plan, reviews={"2026-03": "Call +351 912 345 678."})
    assert "912" not in pdf_text(summary_files(summary(held))["summary.pdf"])


def test_a_final_paper_has_no_list_for_the_treasurer_and_is_stamped() -> None:
    final = summary_files(summary(harbour()), date(2026, 4, 5))
    text = pdf_text(final["summary.pdf"]).replace("\xa0", " ")

    assert "Final. These figures were reported on Apr 5, 2026" in text
    assert "For the treasurer" not in text
    assert "For the treasurer" not in final["summary.html"].decode()
    book = openpyxl.load_workbook(io.BytesIO(final["summary.xlsx"]))
    assert "Before sending" not in book.sheetnames
    assert (
        "Before sending"
        in openpyxl.load_workbook(
            io.BytesIO(summary_files(summary(harbour()))["summary.xlsx"])
        ).sheetnames
    )


def test_the_treasurer_is_told_the_names_of_the_workbook_in_its_own_language() -> None:
    """A group in Spain writes its French funder in French, and works in a Spanish workbook."""
    view = replace(summary(harbour(), left_out=2), names=sheet_words("es"))

    assert missing(view, words("fr"))[0].endswith("Écrivez pourquoi dans Explicación.")
    assert missing(view, words("fr"))[-1].endswith("l'onglet Meses quand il est complet.")
    assert missing(view, words("en"))[-2].endswith("See Comprobaciones.")
    assert missing(replace(view, names=ENGLISH), words("fr"))[-2].endswith("l'onglet Checks.")


def test_letters_without_a_shape_are_named_and_replaced() -> None:
    plan = harbour()
    plan = replace(
        plan, lines={**plan.lines, "B-1.1": replace(plan.lines["B-1.1"], description="雨 and 🎈")}
    )
    view = summary(plan)
    made, lost = papers.pdf(document(view, words("en")), words("en"), Branding())

    assert set(lost) == {"雨", "🎈"}
    assert "(?) and (?)" in pdf_text(made)


def test_vietnamese_and_cyrillic_need_no_font_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(papers, "_families", frozenset)
    monkeypatch.setattr(papers, "_system", papers._embedded)
    plan = harbour()
    text = "Tiền thuê phòng hội họp ở Đà Nẵng; Аренда зала и ёлка"
    plan = replace(
        plan, lines={**plan.lines, "B-1.1": replace(plan.lines["B-1.1"], description=text)}
    )
    made, lost = papers.pdf(document(summary(plan), words("en")), words("en"), Branding())

    assert lost == ""
    assert "Đà Nẵng" in pdf_text(made).replace("\xa0", " ")


def test_a_logo_that_is_no_picture_is_told(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"not a picture")

    with pytest.raises(TrackError, match=r"The PDF cannot be made: .*Save the logo again, as PNG"):
        papers.pdf(document(summary(harbour()), words("en")), words("en"), Branding(logo=logo))


# ---- the workbook


def _book(profile: str | Profile = "bmr", *, stored: bool = True) -> openpyxl.Workbook:
    made = summary_files(summary(harbour(), profile=profile))["summary.xlsx"]
    return openpyxl.load_workbook(io.BytesIO(made), data_only=stored)


def test_totals_are_those_of_the_view_and_the_heads_come_again_on_paper() -> None:
    view = summary(harbour())
    sheet = _book().worksheets[0]
    heads = [cell.value for cell in sheet[6]]
    last = {head: cell.value for head, cell in zip(heads, list(sheet.iter_rows())[-1], strict=True)}

    assert last["Budget line"] == "Total"
    assert Decimal(str(last["Spent to date"])) == Decimal(view.total.spent) / 100
    assert Decimal(str(last["Available"])) == Decimal(view.total.available) / 100
    assert sheet.freeze_panes == "B7"
    assert sheet.print_title_rows == "$6:$6"
    assert str(sheet.print_area).endswith(f"$P${sheet.max_row}")
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    assert sheet["I8"].number_format == "#,##0.00"


def test_a_table_that_can_be_read_on_one_page_is_as_wide_as_the_page() -> None:
    setup = _book("mott").worksheets[0].page_setup

    assert (setup.fitToWidth, setup.fitToHeight, setup.orientation) == (None, 0, "landscape")
    assert pages_across([1.0, 1.0, 3.0, *[1.0] * 9], 10.5) == []


def test_a_wide_table_is_on_pages_side_by_side_that_are_as_equal_as_can_be() -> None:
    sheet = _book("bmr").worksheets[0]
    (after,) = [each.id for each in sheet.col_breaks.brk]

    assert [sheet.cell(6, after).value, sheet.cell(6, after + 1).value] == [
        "Spent to date",
        "Variance",
    ]
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.page_setup.pageOrder == "overThenDown"
    assert (sheet["A1"].value, sheet["B1"].value) == (None, "A safe place to meet, March 2026")
    # 5 inches of names and one figure, and ten more: 8 and 8 with the first column again.
    assert pages_across([1.0, 1.0, 2.0, *[1.0] * 11], 10.0) == [7]
    # However narrow the paper is, a page has one figure.
    assert pages_across([1.0, 1.0, 2.0, 1.0, 1.0, 1.0], 1.0) == [4, 5]


def test_a_column_without_a_word_takes_no_room_in_the_workbook() -> None:
    heads = [cell.value for cell in _book("bmr").worksheets[0][6]]

    assert heads[-1] == "Explanation"
    assert "Timing or permanent" not in heads


@pytest.mark.slow
@pytest.mark.office
def test_the_workbook_can_be_read_when_libreoffice_prints_it(tmp_path: Path) -> None:
    """Every tab has one page, but a wide budget has two side by side. Letters have 7.5 points or
    more, and a fifth less on a computer without the usual fonts."""
    needed("office")
    for name in names():
        made = summary_files(summary(harbour(), profile=name))["summary.xlsx"]
        (tmp_path / f"{name}.xlsx").write_bytes(made)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "pdf", "--outdir", str(tmp_path), *map(str, tmp_path.glob("*.xlsx"))],
        check=True,
        timeout=240,
        capture_output=True,
    )  # fmt: skip
    for name in names():
        book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
        with pikepdf.open(tmp_path / f"{name}.pdf") as paper:
            upright = [float(page.MediaBox[2]) < float(page.MediaBox[3]) for page in paper.pages]
            budget = upright.index(True)
            assert budget == (2 if name == "bmr" else 1), name
            assert len(upright) - budget == len(book.worksheets) - 1, name
            for page in paper.pages:
                assert min(_sizes(page)) >= 10 * READABLE * ROOM, (name, min(_sizes(page)))


def _sizes(page: Any) -> list[float]:
    """How high the letters of a page are, in points."""
    sizes, scales = [], [1.0]
    for each in pikepdf.parse_content_stream(page):
        values, operator = list(each.operands), str(each.operator)
        if operator == "q":
            scales.append(scales[-1])
        elif operator == "Q":
            scales.pop()
        elif operator == "cm":
            scales[-1] *= abs(float(values[3]))
        elif operator == "Tf":
            sizes.append(float(values[1]) * scales[-1])
    return sizes


def test_every_column_is_explained_in_the_second_tab() -> None:
    book = _book()
    heads = [cell.value for cell in book.worksheets[0][6]][3:]
    explained = [row[0].value for row in book.worksheets[1].iter_rows(min_row=4)]

    assert explained == heads
    assert all(row[1].value for row in book.worksheets[1].iter_rows(min_row=4))


def test_text_in_the_workbook_is_never_a_formula() -> None:
    plan = harbour()
    line = replace(plan.lines["B-1.1"], explanation="=1+1", description="+cmd", category="@x")
    made = summary_files(summary(replace(plan, lines={**plan.lines, "B-1.1": line})))[
        "summary.xlsx"
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]

    found = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    assert {found[text] for text in ("=1+1", "+cmd", "@x")} <= {"s", "inlineStr"}


def test_workbook_parts_are_well_formed_and_bear_one_date() -> None:
    with zipfile.ZipFile(io.BytesIO(summary_files(summary(harbour()))["summary.xlsx"])) as parts:
        for name in parts.namelist():
            etree.fromstring(parts.read(name))
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.slow
@pytest.mark.office
def test_libreoffice_calculates_what_is_stored_in_every_profile(tmp_path: Path) -> None:
    """From copies without stored values, so that what it says is its own: every value the same, and
    no error."""
    kinds: dict[str, str | Profile] = {name: name for name in (names() if LONG else names()[::3])}
    kinds["expenses"] = DETAILED
    for name, profile in kinds.items():
        made = summary_files(summary(harbour(), profile=profile))["summary.xlsx"]
        openpyxl.load_workbook(io.BytesIO(made)).save(tmp_path / f"{name}.xlsx")
    needed("office")
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]  # fmt: skip
    copies = [str(tmp_path / f"{name}.xlsx") for name in kinds]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "out"), *copies],
        check=True,
        timeout=240,
        capture_output=True,
    )
    formulas = 0
    for name, profile in kinds.items():
        ours = _book(profile)
        live = _book(profile, stored=False)
        theirs = openpyxl.load_workbook(tmp_path / "out" / f"{name}.xlsx", data_only=True)
        for sheet in live.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    stored, now = (
                        ours[sheet.title][cell.coordinate].value,
                        theirs[sheet.title][cell.coordinate].value,
                    )
                    formulas += cell.data_type == "f"
                    if isinstance(stored, int | float) or isinstance(now, int | float):
                        assert stored is not None, (name, sheet.title, cell.coordinate)
                        assert abs(float(stored) - float(now)) < 1e-9, (
                            name,
                            sheet.title,
                            cell.coordinate,
                            stored,
                            now,
                        )
                    else:
                        assert (stored or "") == (now or ""), (name, sheet.title, cell.coordinate)
                    assert not str(now).startswith(("#", "Err:")), (name, cell.coordinate, now)
    assert formulas > (500 if LONG else 300)


@pytest.mark.slow
def test_every_profile_makes_all_three_files_and_its_month_is_named() -> None:
    for name in names():
        made = summary_files(summary(harbour(), profile=name))
        assert {key: bool(content) for key, content in made.items()} == dict.fromkeys(made, True)
        assert "March 2026" in made["summary.html"].decode()
    assert MONTH == "2026-03"


def test_a_tab_prints_no_page_with_one_narrow_column(tmp_path: Path) -> None:
    new_workbook(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")

    assert not book["Work-plan"].col_breaks.brk, "Internal note goes with the others"
    setup = book["Work-plan"].sheet_properties.pageSetUpPr
    assert setup is not None
    assert setup.fitToPage


def test_the_first_page_says_what_each_category_has_left() -> None:
    def left(profile: str) -> list[str]:
        page = summary_files(summary(harbour(), profile=profile))["summary.html"].decode()
        return re.findall(r"Available by category: ([^<]*)\.<", page)

    assert left("generic-10pct") == [
        "Rent and utilities €10,956.50; Supplies €2,428.60; Personnel €13,500.00; Meetings €2,084.11"
    ]
    # Categories of the funder for which this grant has no money are left out.
    (by_funder,) = left("sf425")
    assert "Fringe Benefits" not in by_funder
    assert "a Personnel €13,500.00" in by_funder
    # This funder reads by activity.
    assert left("unicef-face") == []
