"""A figure is read wherever it stands: hidden in any form of file, it is found."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from tests.auditor.auditing import audit
from tests.auditor.marking import Marks
from tests.auditor.reading import read
from tests.auditor.truth import Shown, Stake, Truth

Writer = Callable[[Path, int], None]


def said(minor: int) -> str:
    """An amount as people read it."""
    return f"€{minor // 100:,}.{minor % 100:02}"


def plain(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def text(name: str, words: str) -> Writer:
    """Writes a file in which AMOUNT and PLAIN stand for the amount."""

    def write(folder: Path, minor: int) -> None:
        content = words.replace("AMOUNT", said(minor)).replace("PLAIN", plain(minor))
        (folder / name).write_text(content, "utf-8")

    return write


def cells(folder: Path, minor: int) -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active["B2"] = plain(minor)
    book.save(folder / "data.xlsx")


def note(folder: Path, minor: int) -> None:
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    assert book.active
    book.active["A1"].comment = Comment(said(minor), "somebody")
    book.save(folder / "data.xlsx")


def named(folder: Path, minor: int) -> None:
    from openpyxl.workbook.defined_name import DefinedName

    book = openpyxl.Workbook()
    book.defined_names["Spent"] = DefinedName("Spent", attr_text=plain(minor))
    book.save(folder / "data.xlsx")


def described(folder: Path, minor: int) -> None:
    book = openpyxl.Workbook()
    book.properties.description = said(minor)
    book.save(folder / "data.xlsx")


def number(folder: Path, minor: int) -> None:
    book = openpyxl.Workbook()
    assert book.active
    book.active["B2"] = minor / 100
    book.save(folder / "data.xlsx")


def comment(folder: Path, minor: int) -> None:
    Image.new("RGB", (8, 8)).save(folder / "a.jpg", progressive=True, comment=plain(minor))


FORMS: dict[str, Writer] = {
    "comment in a picture": comment,
    "text of a page": text("a.html", "<html><body><p>We spent AMOUNT.</p></body></html>"),
    "text after a tag": text("a.html", "<p>We <b>spent</b> AMOUNT.</p>"),
    "alternative text": text("a.html", '<p><img alt="spent AMOUNT"></p>'),
    "comment in a page": text("a.html", "<p>x</p><!-- AMOUNT -->"),
    "data of an element": text("a.html", '<p data-spent="PLAIN">x</p>'),
    "description of a page": text("a.html", '<meta name="description" content="AMOUNT">'),
    "label in a chart": text("a.html", "<svg><g><text>AMOUNT</text></g></svg>"),
    "description of a chart": text("a.html", "<svg><desc>AMOUNT</desc></svg>"),
    "csv": text("a.csv", "month,spent\n2026-01,PLAIN\n"),
    "words in a csv": text("a.csv", 'name\n"Food, AMOUNT"\n'),
    "json": text("a.json", '{"rows": [{"spent": "PLAIN"}]}'),
    "number in json": text("a.json", '{"rows": [{"spent": PLAIN}]}'),
    "360Giving": text("a.json", '{"grants": [{"amountAwarded": PLAIN, "currency": "EUR"}]}'),
    "xlsx text": cells,
    "xlsx note": note,
    "xlsx name": named,
    "xlsx property": described,
    "feed": text("feed.xml", '<feed xmlns="a"><summary>spent AMOUNT</summary></feed>'),
    "page in a feed": text("feed.xml", "<feed><c>&lt;p&gt;spent AMOUNT&lt;/p&gt;</c></feed>"),
    "IATI": text("a.xml", '<a><budget><value currency="EUR">PLAIN</value></budget></a>'),
    "attribute of XML": text("a.xml", '<a value="PLAIN"/>'),
    "calendar": text("a.ics", "BEGIN:VEVENT\r\nSUMMARY:spent AMOUNT\r\nEND:VEVENT\r\n"),
    "folded line of a calendar": text("a.ics", "SUMMARY:we have spe\r\n nt AMOUNT\r\n"),
    "mail": text("a.eml", "Subject: March\r\nContent-Type: text/plain\r\n\r\nspent AMOUNT\r\n"),
    "subject of a mail": text("a.eml", "Subject: PLAIN\r\nContent-Type: text/plain\r\n\r\nx\r\n"),
    "page in a mail": text("a.eml", "Content-Type: text/html\r\n\r\n<p>spent AMOUNT</p>\r\n"),
    "text": text("a.txt", "spent AMOUNT\n"),
}


def one_payment() -> tuple[Marks, Truth]:
    marks, truth = Marks(), Truth()
    marks.add("E-1", 77777)
    truth.stakes["E-1"] = (Stake("the one"),)
    return marks, truth


@pytest.mark.parametrize("form", FORMS)
def test_a_payment_is_found_in(form: str, tmp_path: Path) -> None:
    marks, truth = one_payment()
    FORMS[form](tmp_path, marks.amount(0, {"E-1": 1}))

    report = audit(marks, truth, [Shown("2026-01", [tmp_path])])

    assert report.kinds() == {"exact"}, report


@pytest.mark.parametrize("form", FORMS)
def test_a_number_that_is_no_sum_is_found_in(form: str, tmp_path: Path) -> None:
    marks, truth = one_payment()
    FORMS[form](tmp_path, marks.amount(0, {"E-1": 1}) // 3)

    assert audit(marks, truth, [Shown("2026-01", [tmp_path])]).kinds() == {"unexplained"}


def test_a_number_of_a_spreadsheet_must_follow_from_a_figure(tmp_path: Path) -> None:
    marks, truth = one_payment()
    number(tmp_path, marks.amount(0, {"E-1": 1}))

    assert audit(marks, truth, [Shown("2026-01", [tmp_path])]).kinds() == {"unexplained"}
    text("a.txt", "PLAIN")(tmp_path, marks.amount(0, {"E-1": 1}))
    assert audit(marks, truth, [Shown("2026-01", [tmp_path])]).kinds() == {"exact"}


def test_a_file_of_an_unknown_form_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"%BIN")

    with pytest.raises(ValueError, match=r"a\.bin: the auditor cannot read a file of this form"):
        read(tmp_path / "a.bin")


def test_days_codes_and_addresses_are_no_numbers(tmp_path: Path) -> None:
    words = (
        "G-1 B-1.2 2026-01 2026-01-31 urn:uuid:c0bd9d54-6bfd https://a.org/2026/12 20260131T000000Z"
    )
    (tmp_path / "a.txt").write_text(words)

    assert read(tmp_path / "a.txt").numbers == []


@pytest.mark.parametrize(
    ("words", "value", "kind"),
    [
        ("−€858.77", "-858.77", "number"),
        ("-1,234.50", "-1234.5", "number"),
        ("243.1%", "243.1", "percent"),
        ("48.1T", "48100000000000", "rounded"),
        ("€308,641,972,530.…", "308641972530", "rounded"),
        ("Jan – Dec 7", "7", "number"),
    ],
)
def test_how_people_write_numbers(words: str, value: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(words, "utf-8")

    (read_number,) = read(tmp_path / "a.txt").numbers

    assert (read_number.value, read_number.kind) == (Fraction(value), kind)
