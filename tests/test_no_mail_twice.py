"""No mail twice, however it is asked: recipients renamed, addresses listed twice, registers put back,
copies on another computer, a key that is lost."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from budgettrack.core.base.errors import RegisterError
from budgettrack.core.records.model import Fields
from budgettrack.monthly.delivery.secrets import WEBHOOK_SECRET
from tests.world.partners import ROWS, Sending, command
from tests.world.sent_once import alter, begin_again, held, release, taken, with_sql
from tests.world.smtp_server import MailHost, Partners, address


@pytest.fixture
def sending(tmp_path: Path, host: MailHost) -> Sending:
    folder = tmp_path / "group"
    folder.mkdir()
    to = Partners().add("everybody", "public").add("host", "host").add("treasurer", "internal")
    return Sending(folder, host, to=to, rows=ROWS)


def before_hashes(sending: Sending) -> None:
    """The deliveries are as an earlier program left them, in a workbook without a journal."""
    with with_sql(sending) as register:
        register.execute("UPDATE deliveries SET reader = NULL, planned = 0")
        register.execute("UPDATE cycles SET ended = NULL")
    properties("", sending)


def properties(journal: str, sending: Sending) -> None:
    """Somebody or something wrote into the workbook's hidden journal."""
    from budgettrack.workbook.xlsx.package import opened, set_journal

    package = opened(sending.path.read_bytes(), "plan.xlsx")
    set_journal(package, journal)
    sending.path.write_bytes(package.content())


@pytest.mark.slow
def test_a_renamed_recipient_gets_nothing_twice(sending: Sending, host: MailHost) -> None:
    sending.month()
    sent = taken(host)
    begin_again(sending)
    alter(sending, ('"everybody"', '"our readers"'), ('"treasurer"', '"the treasurer"'))
    run = sending.month()
    assert (taken(host), run.failed) == (sent, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    "spelt", ["EVERYBODY@Partners.Example.ORG", "everybody@partners.example.org"]
)
def test_an_address_that_is_listed_twice_gets_one_mail(
    sending: Sending, host: MailHost, spelt: str
) -> None:
    with sending.config.open("a", encoding="utf-8") as file:
        file.write(
            f'[[recipients]]\nname = "once more"\naddress = "{spelt}"\naudience = "public"\n'
        )
    sending.month()
    begin_again(sending)
    sending.month()
    assert max(taken(host).values()) == 1


@pytest.mark.slow
def test_one_reader_of_two_grants_gets_both_reports(tmp_path: Path, host: MailHost) -> None:
    to = Partners().add("officer", "funder:G-1").add("other name", "funder:G-2")
    folder = tmp_path / "group"
    folder.mkdir()
    rows: dict[str, list[Fields]] = {
        **ROWS,
        "grants": [{**grant, "report_every": "month"} for grant in ROWS["grants"]],
    }
    sending = Sending(folder, host, to=to, rows=rows)
    alter(sending, (address("other name"), address("officer")))
    sending.close("2026-10", "2026-11-02")
    sending.month()
    assert sorted(subject for _, subject in taken(host)) == [
        "Harbour Peers: Work 1, October 2026",
        "Harbour Peers: Work 2, October 2026",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before the month", "without the month", "in the midst of it"])
def test_a_register_that_is_put_back_sends_nothing_twice(
    sending: Sending, host: MailHost, when: str
) -> None:
    """The copy of last week knows nothing of the month that was sent since; the workbook does."""
    register, copy = sending.folder / "register.sqlite", sending.folder / "copy"
    sending.sync()
    if when == "in the midst of it":
        host.does.data = lambda to: "451 later" if to == address("host") else ""
    if when == "before the month":
        shutil.copy(register, copy)
    sending.month(send=False) if when == "without the month" else sending.month()
    if when != "before the month":
        shutil.copy(register, copy)
    host.does.data = lambda _: ""
    sending.month()
    sent = taken(host)
    assert len(sent) == 3
    shutil.copy(copy, register)
    run = sending.month()
    assert taken(host) == sent
    assert run.failed == []
    states = sending.states()
    assert {states["report", name] for name in ("everybody", "host", "treasurer")} == {"confirmed"}
    words = {each.words for each in sending.deliveries() if each.attempts == 0}
    assert words == {"It was sent before this register knew of it, as the workbook says."}


@pytest.mark.slow
def test_what_a_lost_register_was_about_to_send_is_told_as_uncertain(
    sending: Sending, host: MailHost
) -> None:
    """The run died after it had announced the mail in the workbook; then the register was put back."""
    register, copy = sending.folder / "register.sqlite", sending.folder / "copy"
    sending.sync()
    shutil.copy(register, copy)
    host.does.login = False
    sending.month()
    assert sending.states()["report", "everybody"] == "planned"
    host.does.login = True
    shutil.copy(copy, register)
    run = sending.month()
    assert (host.taken, run.look) == ([], True)
    assert sending.states()["report", "everybody"] == "marked"
    listed = command(sending, "deliveries").stdout
    assert "unconfirmed" in listed
    (number,) = [each.n for each in sending.deliveries() if each.recipient == "everybody"]
    assert sending.retry(number).state == "confirmed"
    begin_again(sending)
    sending.month()
    assert [each.to for each in host.taken] == [address("everybody")]


@pytest.mark.slow
def test_a_copy_on_another_computer_asks_first(
    sending: Sending, host: MailHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.sync()
    sending.month(send=False)
    sending.month()
    sent = taken(host)
    begin_again(sending)
    shutil.copytree(sending.folder, tmp_path / "copy")
    monkeypatch.setattr("budgettrack.register.sqlite.machine_hash", lambda: "another computer")
    monkeypatch.setattr("budgettrack.register.home.platform.node", lambda: "new-laptop")
    copy = Sending.there(tmp_path / "copy")
    run = copy.month()
    assert (taken(host), held(copy), run.failed) == (sent, [("other-machine", "")], [])
    assert "before, or in another folder: this may be a copy." in run.warnings[0]
    release(copy, "other-machine")
    assert not copy.month().held
    assert not copy.month().held
    assert taken(host) == sent, "the register knew, and so does the workbook"
    assert held(sending) == []


@pytest.mark.parametrize("before", ["the first month", "a month that was only tried"])
def test_a_copy_from_before_the_first_month_that_sends_asks_first(
    sending: Sending, host: MailHost, tmp_path: Path, before: str
) -> None:
    """A folder is copied for a second computer before anything was ever sent: both have a workbook
    without a journal. Only the place of the register tells them apart."""
    sending.sync()
    if before != "the first month":
        sending.month(send=False)
    shutil.copytree(sending.folder, tmp_path / "copy")
    copy = Sending.there(tmp_path / "copy")
    assert not sending.month().held
    sent = taken(host)
    assert len(sent) == 3
    run = copy.month()
    assert (taken(host), held(copy), run.failed) == (sent, [("other-machine", "")], [])


def test_a_register_of_a_workbook_that_is_only_read_knows_its_place(
    sending: Sending, host: MailHost, tmp_path: Path
) -> None:
    """Such a workbook has neither mark nor journal."""
    mapped = '[tables.months]\ntab = "Months"\nheadings = { month = "Month", closed = "Closed" }\n'
    sending.config.write_text(sending.config.read_text() + mapped)
    sending.sync()
    shutil.copytree(sending.folder, tmp_path / "copy")
    sending.month()
    sent = taken(host)
    copy = Sending.there(tmp_path / "copy")
    assert sending.opened().is_read_only
    assert copy.month().held
    assert taken(host) == sent


@pytest.mark.slow
@pytest.mark.parametrize("moved", ["folder", "computer", "file"])
def test_a_register_that_was_only_moved_goes_on(
    sending: Sending, host: MailHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    """A folder gets another name, a container another computer, a file another number."""
    sending.month()
    if moved == "folder":
        sending.folder.rename(tmp_path / "elsewhere")
        sending.folder = tmp_path / "elsewhere"
        sending.path, sending.config = (
            sending.folder / "plan.xlsx",
            sending.folder / "budgettrack.toml",
        )
    elif moved == "computer":
        monkeypatch.setattr("budgettrack.register.sqlite.machine_hash", lambda: "a new container")
    else:
        register = sending.folder / "register.sqlite"
        shutil.copy(register, tmp_path / "new")
        (tmp_path / "new").replace(register)
    assert not sending.month().held
    assert not sending.month().held
    assert host.taken


@pytest.mark.slow
def test_an_upgrade_knows_old_deliveries_by_the_names_in_the_config(
    sending: Sending, host: MailHost
) -> None:
    sending.month()
    sent = taken(host)
    before_hashes(sending)
    run = sending.month()
    assert (taken(host), run.held) == (sent, False)
    assert all(each.reader and len(each.reader) == 24 for each in sending.deliveries())
    begin_again(sending)
    alter(sending, ('"everybody"', '"our readers"'))
    sending.month()
    assert taken(host) == sent, "known by the address from now on"


@pytest.mark.slow
def test_an_upgrade_that_misses_a_name_sends_nothing_until_a_person_says_so(
    sending: Sending, host: MailHost
) -> None:
    sending.month()
    sent = taken(host)
    before_hashes(sending)
    alter(sending, ('"everybody"', '"our readers"'))
    run = sending.month()
    assert (taken(host), run.held) == (sent, True)
    assert ("unknown-deliveries", "2026-10") in held(sending)
    assert "It went to everybody, which the config does not have any more." in run.warnings[0]
    alter(sending, ('"our readers"', '"everybody"'))
    release(sending, "unknown-deliveries")
    sending.month()
    assert taken(host) == sent


@pytest.mark.slow
def test_without_its_key_a_group_sends_nothing_that_may_be_out(
    sending: Sending, host: MailHost
) -> None:
    sending.month()
    sent = taken(host)
    begin_again(sending)
    key = (sending.folder / ".budgettrack.key").read_bytes()
    (sending.folder / ".budgettrack.key").unlink()
    run = sending.month()
    assert (taken(host), run.held) == (sent, True)
    assert (
        "The group's key is missing. Without it, readers are not recognised: put it back first."
        in (run.warnings[0])
    )
    (sending.folder / ".budgettrack.key").write_bytes(key)
    release(sending, "unknown-deliveries")
    begin_again(sending)
    alter(sending, ('"everybody"', '"our readers"'))
    sending.month()
    assert taken(host) == sent, "no hash was lost"


@pytest.mark.slow
@pytest.mark.parametrize("journal", ["2026-10.1: 00", "not a journal"])
def test_a_journal_that_was_altered_is_told_and_not_believed(
    sending: Sending, host: MailHost, journal: str
) -> None:
    sending.sync()
    properties(journal, sending)
    run = sending.month(month="2026-10")
    assert (host.taken, run.held, run.failed) == ([], True, [])
    assert held(sending) == [("unknown-deliveries", "2026-10")]
    assert "journal of what was sent cannot be trusted" in run.warnings[-1]
    release(sending, "unknown-deliveries")
    assert not sending.month(month="2026-10").held
    assert len(taken(host)) == 3


@pytest.mark.slow
def test_the_journal_holds_no_name_and_no_address(sending: Sending, host: MailHost) -> None:
    sending.month()
    journal = sending.opened().workbook.read().journal
    assert host.taken
    assert journal is not None
    assert re.fullmatch(
        r"2026-10\.1:([0-9a-f]{12}\d+\+){3} [0-9a-f]{64}|"
        r"2026-10\.1:([0-9a-f]{12}\d+\+){3};2026-W45\.1:([0-9a-f]{12}\d+\+)+ [0-9a-f]{64}",
        journal,
    )
    assert sending.month().periods == []


@pytest.mark.slow
def test_only_who_has_a_report_is_told_that_this_one_replaces_it(
    sending: Sending, host: MailHost
) -> None:
    host.does.data = lambda to: "550 no" if to == address("host") else ""
    sending.month(month="2026-10")
    host.does.data = lambda _: ""
    with sending.config.open("a", encoding="utf-8") as file:
        file.write('[[recipients]]\nname = "new"\naddress = "new@partners.example.org"\n')
        file.write('audience = "public"\n')
        file.write('[[recipients]]\nname = "fund"\naddress = "fund@partners.example.org"\n')
        file.write('audience = "funder:G-1"\n')
    before = len(host.taken)
    sending.month(month="2026-10", again="a receipt was wrong")
    told = {
        (each.to.partition("@")[0], "close" if "close" in str(each.message["subject"]) else ""): (
            "This replaces" in str(each.message.get_body(("plain",)))
        )
        for each in host.taken[before:]
    }
    assert told == {
        ("everybody", ""): True,
        ("host", ""): False,
        ("new", ""): False,
        ("treasurer", ""): True,
        # The summary of the new reader waits for the month to be closed. This is no report.
        ("treasurer", "close"): False,
    }


def test_a_report_that_the_server_refuses_makes_a_person_look(
    tmp_path: Path, host: MailHost
) -> None:
    """Nothing else is open: no funder waits for a month to be closed."""
    sending = Sending(tmp_path, host, to=Partners().add("everybody", "public").add("host", "host"))
    host.does.data = lambda to: "550 no" if to == address("host") else ""
    sending.sync()

    refused = sending.run("monthly", "--send", "--month", "2026-10", "--on", "2026-11-02")

    assert refused.exit_code == 3, refused.output
    (number,) = [each.n for each in sending.deliveries() if each.state == "refused"]
    assert f"D-{number}, report to host:" in refused.output


@pytest.mark.slow
def test_an_address_that_was_corrected_gets_the_report_that_did_not_arrive(
    sending: Sending, host: MailHost
) -> None:
    host.does.data = lambda to: "550 no" if to == address("host") else ""
    sending.month()
    (refused,) = [each.n for each in sending.deliveries() if each.state == "refused"]
    host.does.data = lambda _: ""
    alter(sending, (address("host"), "new-host@partners.example.org"))
    assert sending.retry(refused).state == "confirmed"
    begin_again(sending)
    sending.month()
    assert taken(host)["new-host@partners.example.org", "Harbour Peers: October 2026"] == 1


@pytest.mark.slow
def test_a_person_cannot_send_to_an_address_that_has_it_under_another_name(
    sending: Sending, host: MailHost
) -> None:
    host.does.data = lambda to: "550 no" if to == address("host") else ""
    sending.month()
    (refused,) = [each.n for each in sending.deliveries() if each.state == "refused"]
    alter(sending, (address("host"), "new-host@partners.example.org"))
    host.does.data = lambda _: ""
    begin_again(sending)
    sending.month()
    with pytest.raises(RegisterError, match=r"The same address has D-\d+ \(confirmed\)\. Nothing"):
        sending.retry(refused)
    assert taken(host)["new-host@partners.example.org", "Harbour Peers: October 2026"] == 1


@contextmanager
def receiver() -> Iterator[tuple[str, list[str]]]:
    """A real server: its address, and the IDs of the copies that it got."""
    got: list[str] = []

    @Request.application
    def application(request: Request) -> Response:
        got.append(request.headers["webhook-id"])
        return Response(status=204)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/hook", got
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_a_webhook_gets_its_copy_once_too(
    tmp_path: Path, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WEBHOOK_SECRET, "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    folder = tmp_path / "group"
    folder.mkdir()
    with receiver() as (url, requests):
        more = f'[deliver]\nwebhook = "{url}"\n'
        sending = Sending(folder, host, to=Partners().add("everybody", "public"), more=more)
        sending.sync()
        shutil.copy(folder / "register.sqlite", folder / "copy")
        sending.month()
        assert len(requests) == 1
        shutil.copy(folder / "copy", folder / "register.sqlite")
        alter(sending, (url, url + "/"))
        run = sending.month()
        assert (len(requests), run.failed) == (1, [])
        assert sending.states()["copy", "the webhook"] == "confirmed"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of a few megabytes, for as long as the block lasts."""
    words = ["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(folder)]
    if (
        not shutil.which("mount")
        or subprocess.run(words, capture_output=True, check=False).returncode
    ):
        pytest.skip("this user may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Fills the disk to its last byte."""
    ballast = folder / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    return ballast


@pytest.mark.slow
def test_the_nights_drill(host: MailHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """02:00: the disk is full while a month sends. 03:00: the register of last week is put back.
    04:00: a new computer gets the copy. 06:00: the month is sent. Each reader has one mail.

    docs/backup.md tells it to who looks after the program."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    to = Partners().add("everybody", "public").add("host", "host").add("treasurer", "internal")
    with small_disk(folder):
        _drill(Sending(folder, host, to=to, rows=ROWS), host, tmp_path, monkeypatch)


def _drill(
    sending: Sending, host: MailHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.sync()
    week_ago = tmp_path / "week ago"
    shutil.copy(sending.folder / "register.sqlite", week_ago)
    ballast = sending.folder / "ballast"

    def full_at_the_second(_: str) -> str:
        if len(host.taken) == 1:
            fill(sending.folder)
        return ""

    host.does.data = full_at_the_second
    with pytest.raises(RegisterError, match="cannot grow: the disk is full") as failed:
        sending.month()
    assert "D-2, report to host is confirmed by the mail server." in str(failed.value)
    host.does.data = lambda _: ""
    assert ballast.stat().st_size > 1_000_000
    assert len(host.taken) == 2
    ballast.unlink()
    shutil.copy(week_ago, sending.folder / "register.sqlite")
    monkeypatch.setattr("budgettrack.register.sqlite.machine_hash", lambda: "new")
    with with_sql(sending) as register:
        machine = {"machine": "old", "path": "old", "file": "1", "name": "old-server"}
        register.execute("UPDATE meta SET value = ? WHERE key = 'machine'", (json.dumps(machine),))
    sending.month()
    assert len(host.taken) == 2
    release(sending, "other-machine")
    run = sending.month()
    assert max(taken(host).values()) == 1
    uncertain = [each for each in sending.deliveries() if each.state == "marked"]
    for delivery in uncertain:
        if address(delivery.recipient) not in [each.to for each in host.taken]:
            assert sending.retry(delivery.n).state == "confirmed"
    assert Counter(each.to for each in host.taken) == {
        address(name): 1 for name in ("everybody", "host", "treasurer")
    }
    assert run.failed == []
