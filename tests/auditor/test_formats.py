"""Every file that the program publishes is read: a payment is put into each of them in turn, in the
form of that file, and is noticed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
from tests.auditor.auditing import audit
from tests.auditor.driving import Recorder
from tests.auditor.scenarios import ELSE
from tests.auditor.truth import Shown
from tests.world.smtp_server import PASSWORD, MailHost

pytestmark = pytest.mark.slow

ONE = "E-1"
"""The payment that is put into files."""


def _everything(post: MailHost) -> Recorder:
    """A small group that publishes in every format."""
    group = Recorder(payees=True, post=post, giving=True)
    award = group.grant(unplanned=ELSE, Funder="Host")
    group.activity("A-1", Milestone="A room")
    for n in range(1, 4):
        group.line(f"B-{n}", "Food", 300000 + n * 7000, Activity="A-1")
    group.income("I-1", "G-1", "2026-01", award)
    for n in range(7):
        group.pay(f"B-{1 + n % 3}", "2026-01", 30000 + 700 * n, who=f"shop {n}")
    for n in range(3):
        group.income(f"I-{n + 2}", "", "2026-01", 3000 + 100 * n, Kind="donation", Reference=f"{n}")
    group.month("2026-01")
    # The version of the 360Giving standard, and the months of the grant.
    group.truth.numbers |= {str(Fraction("1.4")), "12"}
    return group


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorder, Path]:
    folder = tmp_path_factory.mktemp("formats")
    with pytest.MonkeyPatch.context() as patch, MailHost(folder) as post:
        patch.setenv(MAIL_PASSWORD, PASSWORD)
        group = _everything(post)
        report = group.audited(folder / "group")
    assert not report.breaches, report
    assert group.marks.worlds == 1
    return group, folder / "group" / "world-0" / "shown-0"


def _in_text(path: Path, before: str, words: str) -> None:
    text = path.read_text("utf-8")
    head, found, tail = text.rpartition(before)
    assert found, path
    path.write_text(f"{head}{words}{found}{tail}", "utf-8", newline="")


def _in_table(path: Path, amount: str) -> None:
    first, *rows = path.read_text("utf-8").splitlines()
    columns = first.count(",")
    path.write_text("\n".join([first, *rows, amount + columns * ","]), "utf-8")


def _in_json(path: Path, amount: str) -> None:
    content = json.loads(path.read_text("utf-8"))
    content["more"] = amount
    path.write_text(json.dumps(content), "utf-8")


def _in_workbook(path: Path, amount: str) -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[-1].append([amount])
    book.save(path)


def _in_mail(path: Path, amount: str) -> None:
    mail = path.read_bytes()
    path.write_bytes(mail.replace(b"Subject: ", f"Subject: {amount} ".encode()))


def _in_list(path: Path, amount: str) -> None:
    path.write_text(f"{path.read_text('utf-8')}\n{amount}\n", "utf-8")


FORMS: dict[str, Callable[[Path, str], None]] = {
    ".html": lambda path, amount: _in_text(path, "</main>", f"<p>{amount}</p>"),
    ".csv": _in_table,
    ".json": _in_json,
    ".xlsx": _in_workbook,
    ".xml": lambda path, amount: _in_text(path, "</", f"<value>{amount}</value>"),
    ".ics": lambda path, amount: _in_text(path, "END:VCALENDAR", f"X-NOTE:{amount}\r\n"),
    ".eml": _in_mail,
    "": _in_list,
}


def test_every_format_is_published_and_read(made: tuple[Recorder, Path]) -> None:
    _, folder = made
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

    assert {Path(name).suffix for name in names} == FORMS.keys(), "no PDF, and nothing unread"
    assert {
        *("2026-01.html", "index.html", "feed.xml", "calendar.ics", "data.json"),
        *("data.xlsx", "data/standings.csv", "datapackage.json", "iati/activities.xml"),
        *("iati/organisation.xml", "360giving/grants.json", "360giving/grants.xlsx", "mail-0.eml"),
    } <= names


def test_a_payment_is_noticed_in_every_file(made: tuple[Recorder, Path], tmp_path: Path) -> None:
    group, folder = made
    minor = group.marks.amount(0, {ONE: 1})
    amount = f"{minor // 100}.{minor % 100:02}"
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    missed = []
    for number, name in enumerate(files):
        copy = tmp_path / str(number)
        (copy / name).parent.mkdir(parents=True)
        shutil.copy2(folder / name, copy / name)
        FORMS[name.suffix](copy / name, amount)
        report = audit(group.marks, group.truth, [Shown("2026-01", [copy])])
        if "exact" not in report.kinds():
            missed.append(str(name))

    assert files
    assert not missed
