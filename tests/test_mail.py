"""What mails are: short, in the reader's language, the same bytes for the same inputs, and for
their audience alone."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from budgettrack.core.figures.deadlines import DueDate
from budgettrack.core.records.model import Fields
from budgettrack.core.views.internal import LATE_FIRST, InternalView
from budgettrack.reports.base.branding import Branding
from budgettrack.reports.base.document import Attached, Bullets, Document, Section
from budgettrack.reports.base.translations import words
from budgettrack.reports.mail import letters
from budgettrack.reports.mail.mime import digest, mail, message_id
from tests.world.partners import ROWS, Sending, partners
from tests.world.report_text import everything
from tests.world.smtp_server import MailHost, Partners, address

AT = datetime(2026, 11, 2, 6, tzinfo=UTC)
LOOK = Branding()


def document(
    title: str = "Harbour Peers: October", lines: tuple[str, ...] = ("One",), language: str = "en"
) -> Document:
    return Document(
        title=title,
        organisation="Harbour Peers",
        language=language,
        right_to_left=language == "ar",
        heading=title,
        standing="",
        notices=(),
        sections=[Section("where", "Where we stand", [Bullets(lines)])],
        foot="You get this.",
    )


def made(
    of: Document,
    key: str = "k",
    files: tuple[Attached, ...] = (),
    sender: str = "books@harbour.example.org",
) -> EmailMessage:
    return mail(
        of, LOOK, sender=sender, to="office@example.org", reply_to="", key=key, made=AT, files=files
    )


def test_headers_make_it_a_good_citizen() -> None:
    message = made(document())
    assert message["From"] == "Harbour Peers <books@harbour.example.org>"
    assert message["Message-ID"] == f"<{message_id('k')}@harbour.example.org>"
    assert message["List-Id"] == "<reports.harbour.example.org>"
    assert message["List-Unsubscribe"] == "<mailto:books@harbour.example.org?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 02 Nov 2026 06:00:00 +0000"
    assert message["Content-Language"] == "en"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_the_same_letter_has_the_same_bytes_and_another_reader_another_id() -> None:
    files = (Attached("G-1.pdf", b"%PDF"),)
    assert made(document(), files=files).as_bytes() == made(document(), files=files).as_bytes()
    assert made(document(), "k2")["Message-ID"] != made(document())["Message-ID"]
    assert digest(made(document())) == digest(made(document(), "k2"))
    assert digest(made(document())) != digest(made(document(lines=("Two",))))


def test_names_and_titles_cannot_make_headers_of_their_own() -> None:
    message = made(
        document("Peers\r\nBcc: all@example.org\n: October"),
        sender='"A\nB" <books@harbour.example.org>',
    )
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert read["Subject"] == "Peers Bcc: all@example.org : October"
    assert read["Bcc"] is None


def test_what_people_typed_is_text_in_both_parts() -> None:
    nasty = (
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "=1+1",
        "🌍 \u05e9\u05dc\u05d5\u05dd",
        ".",
        "-- ",
        "From here",
    )
    message = made(document(lines=nasty))
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    plain, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert all(f"- {line}".rstrip() in plain.get_content() for line in nasty)
    assert "<script>" not in html.get_content()
    assert "49" not in html.get_content()


@pytest.mark.slow
def test_long_lists_are_cut_and_the_rest_is_counted(tmp_path: Path, host: MailHost) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "work_plan": [
            {**ROWS["work_plan"][0], "id": f"A-{n}", "activity": f"Meet {n}"} for n in range(1, 40)
        ],
    }
    rows["work_plan"] = [{**each, "end": "2026-11-20"} for each in rows["work_plan"]]
    group = Sending(_folder(tmp_path), host, rows=rows)
    group.month()
    said, *_ = _texts(host, "treasurer")
    assert "- and " in said
    # Some reports are late: three of them come first.
    assert said.count("- Nov 20, 2026") == letters.MOST - LATE_FIRST


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "es", "ru", "ar"])
def test_mails_speak_the_readers_language(tmp_path: Path, host: MailHost, language: str) -> None:
    group = Sending(_folder(tmp_path), host, to=partners().add("reader", "public", language))
    group.month()
    (said,) = _texts(host, "reader")
    w = words(language)
    assert w.say("What is due next").casefold() in said.casefold()
    assert w.say("Attached: {files}.", files="2026-10.html")[:6] in said


@pytest.mark.slow
def test_findings_in_a_mail_speak_the_readers_language(tmp_path: Path, host: MailHost) -> None:
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "expenses": [*ROWS["expenses"], {**ROWS["expenses"][0], "id": "E-99", "state": "lost"}],
    }
    to = Partners().add("treasurer", "internal", "fr")
    group = Sending(_folder(tmp_path), host, rows=rows, to=to)
    group.month()
    said, *_ = _texts(host, "treasurer")
    assert "n'est pas dans la liste : engagé, payé, remboursé" in said
    assert "is not one of" not in said


def _folder(tmp_path: Path) -> Path:
    made = tmp_path / "group"
    made.mkdir()
    return made


def _texts(host: MailHost, name: str) -> list[str]:
    found = []
    for each in host.to(address(name)):
        body = each.get_body(("plain",))
        assert body is not None
        found.append(body.get_content())
    return found


@pytest.mark.slow
def test_each_audience_reads_its_own_and_no_others(tmp_path: Path, host: MailHost) -> None:
    """Marks in every text of two grants, an internal note and a receipt: only what an audience may
    know arrives."""
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "grants": [
            {
                **each,
                "title": f"Zq{each['id']}title",
                "publish": "no",
                "agreement_reference": f"Zq{each['id']}reference",
            }
            | {"next_step": f"Zq{each['id']}step"}
            for each in ROWS["grants"]
        ],
        "budget": [{**each, "description": f"Zq{each['grant']}line"} for each in ROWS["budget"]],
        "expenses": [
            {**each, "description": "Zqexpense", "receipt": f"Zqreceipt{each['id']}"}
            for each in ROWS["expenses"]
        ],
        "work_plan": [{**each, "internal_note": "Zqinternal"} for each in ROWS["work_plan"]],
    }
    group = Sending(_folder(tmp_path), host, rows=rows)
    group.close("2026-10", "2026-11-01")
    group.month()
    said: dict[str, str] = {}
    for taken in host.taken:
        parts = {"mail": taken.raw}
        for number, part in enumerate(taken.message.walk()):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                parts[part.get_filename() or f"{number}.txt"] = content
        said[taken.to] = said.get(taken.to, "") + everything(parts)
    everybody, one = said[address("everybody")], said[address("fund one")]
    marks = {
        f"Zq{of}{what}"
        for of in ("G-1", "G-2", "")
        for what in ("title", "reference", "step", "line", "receipt")
    }
    assert {mark for mark in marks if mark in everybody} == set()
    assert {mark for mark in marks if mark in one} == {"ZqG-1title", "ZqG-1reference", "ZqG-1line"}
    assert {mark for mark in marks if mark in said[address("host")]} == {"ZqG-1title", "ZqG-2title"}
    assert "Zqreceipt" not in said[address("treasurer")]
    assert not any("Zqexpense" in text or "Zqinternal" in text for text in said.values())
    assert "treasurer: what is missing" not in one.casefold()
    assert "draft" not in one.casefold()


@pytest.mark.slow
def test_a_group_with_a_site_sends_the_way_to_it_and_no_file(
    tmp_path: Path, host: MailHost
) -> None:
    group = Sending(_folder(tmp_path), host, more='[reports]\nsite = "https://books.example.org"\n')
    group.month()
    (mail_,) = host.to(address("everybody"))
    assert list(mail_.iter_attachments()) == []
    assert "The whole of it: https://books.example.org/2026-10.html" in _texts(host, "everybody")[0]


@pytest.mark.slow
def test_who_wants_no_files_gets_none(tmp_path: Path, host: MailHost) -> None:
    group = Sending(
        _folder(tmp_path), host, to=partners().add("fund light", "funder:G-1", attach="false")
    )
    group.close("2026-10", "2026-11-01")
    group.month()
    (mail_,) = host.to(address("fund light"))
    assert list(mail_.iter_attachments()) == []
    assert "Attached" not in _texts(host, "fund light")[0]
    assert len(list(host.to(address("fund one"))[0].iter_attachments())) == 2


@pytest.mark.slow
def test_the_attached_page_leads_nowhere_that_is_not_with_it(
    tmp_path: Path, host: MailHost
) -> None:
    group = Sending(_folder(tmp_path), host)
    group.month()
    (mail_,) = host.to(address("everybody"))
    pages = list(mail_.iter_attachments())
    assert [page.get_filename() for page in pages] == ["2026-10.html", "2026-10-figures.html"]
    for page in pages:
        assert set(re.findall(r'href="([^"]+)"', page.get_content())) == {"#main"}


@pytest.mark.slow
def test_a_final_summary_is_mailed_as_final(tmp_path: Path, host: MailHost) -> None:
    group = Sending(_folder(tmp_path), host)
    group.close("2026-10", "2026-11-01")
    group.sync()
    final = group.run(
        "report", "funder", "G-1", "--month", "2026-10", "--on", "2026-11-02", "--final"
    )
    group.month()
    (mail_,) = host.to(address("fund one"))
    attached = {
        part.get_filename() or "x": part.get_payload(decode=True)
        for part in mail_.iter_attachments()
    }
    text = everything(attached)  # type: ignore[arg-type]
    assert ("Final. These figures were reported on" in text) == (final.exit_code == 0)


def test_a_reminder_with_nothing_to_say_is_no_mail(tmp_path: Path, host: MailHost) -> None:
    rows: dict[str, list[Fields]] = {"grants": [], "work_plan": [], "budget": [], "expenses": []}
    group = Sending(_folder(tmp_path), host, rows=rows, to=Partners().add("treasurer", "internal"))
    group.month(date(2026, 11, 2))
    before = len(host.to(address("treasurer")))
    run = group.month(date(2026, 11, 9))
    assert run.periods == ["2026-W46"]
    assert len(host.to(address("treasurer"))) == before
    assert group.month(date(2026, 11, 10)).periods == []


def test_a_derived_report_is_due_in_the_language_of_the_reader() -> None:
    due = DueDate(
        "report:G-1:2026-Q1", "Report to Fund for January to March 2026", date(2026, 4, 30)
    )
    view = InternalView("Our group", "2026-03", False, [], 0, 0, [], [due], date(2026, 4, 2))

    letter = letters.internal(view, words("fr"), letters.Sent())

    told = [line for section in letter.sections for block in section.blocks
            for line in getattr(block, "lines", ())]  # fmt: skip
    assert "30 avr. 2026 : Rapport à Fund (janvier – mars 2026)" in told
