"""The month's run, end to end, with a real mail server: what is owed goes out once, and what waits
is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest

from budgettrack.core.base.errors import RegisterError, TrackError, UsageError
from budgettrack.monthly.delivery.secrets import WEBHOOK_SECRET
from budgettrack.register import database
from budgettrack.register.cycles import deliveries
from budgettrack.register.store import Turn, open_register
from tests.world.opened import run_month, synced
from tests.world.partners import NOVEMBER, ROWS, Sending, command, partners
from tests.world.smtp_server import MailHost, Partners, address

pytestmark = pytest.mark.slow

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def sending(tmp_path: Path, host: MailHost) -> Sending:
    return made(tmp_path, host)


def made(tmp_path: Path, host: MailHost, **how: object) -> Sending:
    folder = tmp_path / "group"
    folder.mkdir()
    return Sending(folder, host, **how)  # type: ignore[arg-type]


def subjects(host: MailHost, name: str) -> list[str]:
    return [str(each["subject"]).partition(": ")[2] for each in host.to(address(name))]


def text(host: MailHost, name: str, which: int = -1) -> str:
    body = host.to(address(name))[which].get_body(("plain",))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content


def test_a_month_goes_to_everybody_once(sending: Sending, host: MailHost) -> None:
    run = sending.month()
    assert (run.periods, run.failed) == (["2026-10", "2026-W45"], [])
    assert subjects(host, "everybody") == ["October 2026"]
    assert subjects(host, "lecteurs") == ["octobre 2026"]
    assert subjects(host, "host") == ["October 2026"]
    # October is not closed: the first funder waits for it. The second one's quarter has not ended.
    assert subjects(host, "fund one") == []
    assert subjects(host, "fund two") == []
    assert subjects(host, "treasurer") == ["October 2026", "please close October 2026"]
    assert sending.states()["report", "fund one"] == "waiting"
    assert ("report", "fund two") not in sending.states()
    before = len(host.taken)
    again = sending.month()
    assert again.periods == ["2026-10"], "what waits is looked at again"
    assert len(host.taken) == before


def test_funder_mail_waits_for_the_treasurer_and_goes_when_the_month_is_closed(
    sending: Sending, host: MailHost
) -> None:
    sending.month()
    assert (
        "The summaries of G-1 wait to be sent until these months are closed: October 2026."
        in text(host, "treasurer")
    )
    places = {code: place for place, code in sending.codes()}
    assert places["summary-waits"].startswith("'Months'!"), "the sheet says so in the very cell"
    sending.month(date(2026, 11, 5))
    assert subjects(host, "treasurer") == [
        "October 2026",
        "please close October 2026",
    ], "asked once"
    sending.close("2026-10", "2026-11-06")
    run = sending.month(date(2026, 11, 6))
    assert run.failed == []
    assert subjects(host, "fund one") == ["Work 1, October 2026"]
    (mail,) = host.to(address("fund one"))
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "G-1-2026-10.pdf",
        "G-1-2026-10.xlsx",
    ]
    assert "summary-waits" not in {code for _, code in sending.codes()}
    assert sending.month(date(2026, 11, 7)).periods == []
    assert len(host.to(address("fund one"))) == 1


def test_the_treasurer_is_reminded_weekly(sending: Sending, host: MailHost) -> None:
    sending.month()
    for day in range(3, 9):
        sending.month(date(2026, 11, day))
    assert subjects(host, "treasurer")[2:] == []
    sending.month(date(2026, 11, 9))
    sending.month(date(2026, 11, 10))
    assert subjects(host, "treasurer")[2:] == ["reminder of Nov 9, 2026"]
    assert "The summaries of G-1 wait" in text(host, "treasurer")
    assert "Renew the lease" in text(host, "treasurer")
    sending.set("Expenses", "B2", "never")
    sending.month(date(2026, 11, 16))
    said = text(host, "treasurer")
    assert "reminder of Nov 16, 2026" in said
    assert said.partition("NEW IN THE CHECKS")[2].count("- '") == 1, (
        "only what is new since the last reminder"
    )


def test_a_missed_month_is_caught_up_in_order_and_marked_late(
    sending: Sending, host: MailHost
) -> None:
    sending.close("2026-10", "2026-11-02")
    sending.month()
    sending.close("2026-11", "2027-01-10")
    run = sending.month(date(2027, 1, 12))
    assert run.periods[:2] == ["2026-11", "2026-12"]
    assert subjects(host, "everybody") == ["October 2026", "November 2026", "December 2026"]
    assert "This comes 42 days late." in text(host, "everybody", 1)
    assert "days late" not in text(host, "everybody", 0)
    rows = [row for row in sending.json("cycles") if row["period"] == "2026-11"]
    assert {row["days_late"] for row in rows} == {42}
    # The quarter ends in December, whose months are not all closed.
    assert sending.states()["report", "fund two"] == "waiting"


def test_months_missed_too_long_ago_are_told_and_not_run(sending: Sending) -> None:
    sending.month(date(2026, 3, 1), month="2026-02")
    assert sending.month(date(2026, 3, 2)).periods[:1] == ["2026-W10"], (
        "a month that was named counts for itself"
    )
    sending.month(date(2026, 4, 1))
    run = sending.month(date(2026, 10, 1))
    assert [each for each in run.periods if "W" not in each] == ["2026-07", "2026-08", "2026-09"]
    assert (
        run.warnings[-1]
        == "Missed, and too long ago to be caught up: 2026-04, 2026-05, 2026-06. Run them one by"
        " one: budgettrack monthly --month MONTH"
    )
    assert run.look


def test_a_month_is_done_again_for_a_reason_that_is_kept(sending: Sending, host: MailHost) -> None:
    sending.close("2026-10", "2026-11-02")
    sending.month()
    with pytest.raises(
        UsageError,
        match=r"2026-10 was finished on 2026-11-02\. To do it once more, say why: --again",
    ):
        sending.month(month="2026-10")
    with pytest.raises(UsageError, match="Name the month that must run again"):
        sending.month(again="a receipt was wrong")
    sending.month(date(2026, 11, 5), "2026-10", "a receipt was wrong")
    assert len(host.to(address("everybody"))) == 2
    assert "This replaces the report of the same month that you have." in text(host, "everybody")
    assert "a receipt was wrong" not in text(host, "everybody"), "the reason is the group's own"
    one, other = host.to(address("everybody"))
    assert one["message-id"] != other["message-id"]
    rows = [row for row in sending.json("cycles") if row["round"] == 2]
    assert {row["reason"] for row in rows} == {"a receipt was wrong"}


def test_a_month_that_is_not_over_is_refused(sending: Sending) -> None:
    with pytest.raises(
        UsageError, match=r"2026-11 is not over\. Its page so far: budgettrack report transparency"
    ):
        sending.month(month="2026-11")
    with pytest.raises(UsageError, match="2026-12 lies in the future"):
        sending.month(month="2026-12")


def test_without_send_everything_is_written_and_nothing_leaves(
    sending: Sending, host: MailHost
) -> None:
    run = sending.month(send=False)
    assert run.look
    assert (host.taken, host.asked, sending.states()) == ([], [], {})
    folder = sending.folder / "reports" / "private" / "mail"
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 6
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    before = {path: path.read_bytes() for path in folder.iterdir()}
    sending.month(send=False)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    sending.month()
    assert len(host.to(address("everybody"))) == 1


def test_a_rerun_goes_on_where_it_stopped_and_repeats_nothing(
    sending: Sending, host: MailHost
) -> None:
    host.does.login = False
    run = sending.month()
    assert "does not accept this user and password" in run.failed[0]
    assert [each.step for each in sending.told if each.outcome == "done"] == [
        "sync",
        "check",
        "report",
    ]
    assert (sending.states()["report", "everybody"], host.taken) == ("planned", [])
    host.does.login = True
    sending.told.clear()
    sending.month()
    steps = [
        (each.step, each.outcome)
        for each in sending.told
        if each.period == "2026-10" and each.outcome != "sent"
    ]
    assert steps == [
        ("sync", "before"),
        ("check", "before"),
        ("report", "before"),
        ("deliver", None),
        ("deliver", "waiting"),
    ]
    assert len(host.to(address("everybody"))) == 1


def test_another_day_reads_the_sheet_again_before_it_goes_on(
    sending: Sending, host: MailHost
) -> None:
    host.does.login = False
    at = datetime(2026, 11, 2, 6, tzinfo=UTC)
    run_month(sending.loaded, at, send=True)
    host.does.login = True
    sending.set("Expenses", "F2", 196)
    later = datetime(2026, 11, 3, 6, tzinfo=UTC)
    run = run_month(sending.loaded, later, send=True)
    assert len(run.outcomes[0].changes.to_register) == 1


def test_what_is_unknown_is_told_and_only_a_person_sends_it_again(
    sending: Sending, host: MailHost
) -> None:
    host.does.data = lambda to: "cut after" if to == address("everybody") else ""
    run = sending.month()
    assert sending.states()["report", "everybody"] == "marked"
    assert any("D-2, report to everybody: The connection was lost" in line for line in run.warnings)
    host.does.data = lambda _: ""
    sending.month()
    assert len(host.to(address("everybody"))) == 1
    listed = sending.run("deliveries")
    assert "unconfirmed" in listed.stdout
    assert listed.exit_code == 3
    (row,) = [row for row in sending.json("deliveries") if row["state"] == "unconfirmed"]
    assert row["id"] == "D-2"
    assert "deliveries retry" in row["words"]
    assert "delivery-open" in command(sending, "doctor", "--json").output
    doctor = command(sending, "doctor").output
    assert "deliveries" in doctor
    assert "D-2" in doctor
    done = command(sending, "deliveries", "retry", "D-2")
    assert (done.exit_code, done.stdout) == (0, "D-2: confirmed\n")
    one, other = host.to(address("everybody"))
    assert one["message-id"] == other["message-id"]
    assert one["date"] == other["date"]
    for words, said in (
        ("D-2", "D-2 was confirmed: the server took it. Nothing was sent."),
        ("D-99", "There is no delivery D-99. See: budgettrack deliveries"),
        ("nonsense", "nonsense is not a delivery. Type its ID as in: budgettrack deliveries"),
        ("D-1", "D-1 cannot be sent: 2026-10"),
    ):
        refused = command(sending, "deliveries", "retry", words)
        assert (refused.exit_code, refused.stderr.strip()) == (2, said)


def test_what_the_server_puts_off_is_tried_again_in_the_same_run_and_in_the_next(
    tmp_path: Path, host: MailHost
) -> None:
    group = made(tmp_path, host, mail={"pauses": "[1, 2]"})
    tries: list[str] = []

    def grey(to: str) -> str:
        tries.append(to)
        return "451 Greylisted" if to == address("everybody") and tries.count(to) < 3 else ""

    host.does.rcpt = grey
    group.month()
    assert group.states()["report", "everybody"] == "confirmed"
    assert tries.count(address("everybody")) == 3
    host.does.rcpt = lambda to: "451 Greylisted" if to == address("everybody") else ""
    group.close("2026-10", "2026-11-30")
    group.month(DECEMBER)
    rows = {
        (row["period"], row["recipient"], row["what"]): row["state"]
        for row in group.json("deliveries")
    }
    assert rows["2026-11", "everybody", "report"] == "deferred"
    host.does.rcpt = lambda _: ""
    group.month(date(2026, 12, 2))
    assert len(host.to(address("everybody"))) == 2


def test_one_refused_recipient_keeps_no_other_back_and_is_told(
    sending: Sending, host: MailHost
) -> None:
    host.does.rcpt = lambda to: "550 No such user" if to == address("lecteurs") else ""
    run = sending.month()
    assert run.look
    states = sending.states()
    assert states["report", "lecteurs"] == "refused"
    assert [states["report", name] for name in ("everybody", "host", "treasurer")] == [
        "confirmed"
    ] * 3
    assert any("The server refuses it (550)." in line for line in run.warnings)
    sending.month()
    assert host.asked.count(address("lecteurs")) == 1


def test_a_blocking_finding_stops_the_summary_and_tells_the_treasurer(
    tmp_path: Path, host: MailHost
) -> None:
    rows = {**ROWS, "grants": [{**each, "variance_limit": "10"} for each in ROWS["grants"]]}
    rows["expenses"] = [each for each in ROWS["expenses"] if not each["id"].startswith("E-1-")]
    group = made(tmp_path, host, rows=rows)
    group.close("2026-10", "2026-11-01")
    group.month()
    assert subjects(host, "fund one") == []
    assert group.states()["report", "fund one"] == "held back"
    assert subjects(host, "treasurer") == ["October 2026", "not sent, October 2026"]
    said = text(host, "treasurer")
    assert "NOT SENT: G-1" in said
    assert "Write the reason into Explanation" in said
    assert "summary-held-back" in {code for _, code in group.codes()}
    column = next(
        letter
        for letter, heading in _headings(group, "Budget").items()
        if heading.startswith("Explanation")
    )
    group.set("Budget", f"{column}2", "The office opens in November; it evens out.")
    group.month(date(2026, 11, 4))
    assert subjects(host, "fund one") == ["Work 1, October 2026"]
    assert "summary-held-back" not in {code for _, code in group.codes()}


def _headings(group: Sending, tab: str) -> dict[str, str]:
    import openpyxl
    from openpyxl.utils import get_column_letter

    row = openpyxl.load_workbook(group.path)[tab][1]
    return {get_column_letter(cell.column or 1): str(cell.value) for cell in row}


def test_the_config_says_what_blocks(tmp_path: Path, host: MailHost) -> None:
    group = made(
        tmp_path, host, more='[monthly]\nblocking = { public = ["grant-ends"], funder = [] }\n'
    )
    run = group.month()
    assert subjects(host, "everybody") == []
    assert group.states()["report", "everybody"] == "held back"
    assert subjects(host, "host") == ["October 2026"]
    assert "page-held-back" in {code for _, code in group.codes()}
    assert run.look


def test_why_a_page_is_held_back_is_told_in_the_groups_language(
    tmp_path: Path, host: MailHost
) -> None:
    group = made(
        tmp_path, host, more='[monthly]\nblocking = { public = ["grant-ends"], funder = [] }\n'
    )
    config = group.config.read_text("utf-8")
    group.config.write_text(config.replace("[organisation]", '[organisation]\nlanguage = "fr"'))
    group.month()
    told = group.run("checks").output
    assert "Prévoyez la suite. Quand tout est payé, mettez État à" in " ".join(told.split())
    with open_register(group.loaded.register) as register:
        reasons = {delivery.words for delivery in register.ask(deliveries) if delivery.words}
    assert any("La subvention finit le" in words for words in reasons), reasons


def test_mistakes_in_audiences_are_told_and_nobody_reads_what_is_not_theirs(
    tmp_path: Path, host: MailHost
) -> None:
    rows = {
        **ROWS,
        "grants": [{**each, "held_by": f"Host {each['id']}"} for each in ROWS["grants"]],
    }
    to = (
        partners()
        .add("fund nine", "funder:G-9")
        .add("host two", "host:host g-2")
        .add("host nine", "host:Nobody")
    )
    group = made(tmp_path, host, rows=rows, to=to)
    group.month()
    deliveries = {each.recipient: each for each in group.deliveries() if each.what == "report"}
    assert (
        deliveries["fund nine"].words
        == "There is no grant G-9. Correct the audience of fund nine in the config."
    )
    assert (
        deliveries["host"].words
        == "More than one organisation holds grants (Host G-1, Host G-2). Say which one is meant:"
        ' audience = "host:NAME".'
    )
    assert deliveries["host nine"].words.startswith("No grant is held by Nobody.")
    assert {deliveries[name].state for name in ("fund nine", "host", "host nine")} == {"held back"}
    assert "G-2 · Work 2" in text(host, "host two")
    assert "G-1" not in text(host, "host two")


def test_the_folder_and_the_copy_go_out_too(
    tmp_path: Path, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(WEBHOOK_SECRET, raising=False)
    group = made(
        tmp_path, host, more='[deliver]\nfolder = "www"\nwebhook = "http://127.0.0.1:1/hook"\n'
    )
    group.month()
    public = group.folder / "reports" / "public"
    www = group.folder / "www"
    names = [path.relative_to(public) for path in public.rglob("*") if path.is_file()]
    assert len(names) >= 20
    assert all((www / name).read_bytes() == (public / name).read_bytes() for name in names)
    assert group.states()["site", "the folder"] == "confirmed"
    assert group.states()["copy", "the webhook"] == "deferred", (
        "without a secret it is told, and tried again"
    )
    assert "There is no BUDGETTRACK_WEBHOOK_SECRET" in next(
        each.words for each in group.deliveries() if each.what == "copy"
    )


def test_two_at_once_are_refused(sending: Sending) -> None:
    with (
        open_register(sending.loaded.register) as register,
        register.cycles.alone("a machine, process 7", datetime.now(UTC)),
    ):
        with pytest.raises(
            RegisterError,
            match=r"Another run of the month is at work \(a machine, process 7, since",
        ):
            sending.month()
        refused = command(sending, "monthly", "--on", str(NOVEMBER))
        assert refused.exit_code == 1
        assert "Another run of the month is at work" in refused.stderr


def test_a_failed_step_is_mailed_to_the_operator_once_a_day(tmp_path: Path, host: MailHost) -> None:
    group = made(
        tmp_path,
        host,
        more='[monthly]\noperator = "operator@example.org"\nhealth = "health.json"\n',
    )
    (group.folder / "plan.xlsx").rename(group.folder / "away.xlsx")
    for _ in range(2):
        run = group.month()
        assert len(run.failed) == 2
    # The month and the week were not begun after the failure: one cycle, one mail.
    (mail,) = host.to("operator@example.org")
    body = mail.get_body(("plain",))
    assert body is not None
    said = body.get_content()
    assert mail["subject"] == "Harbour Peers: the run failed"
    assert "2026-10, step sync" in said
    assert "plan.xlsx" in said
    assert "It goes on where it stopped." in said
    done = command(group, "monthly", "--on", str(NOVEMBER))
    assert done.exit_code == 1
    health = json.loads((group.folder / "health.json").read_text())
    assert (health["ok"], health["exit"], health["periods"]) == (False, 1, ["2026-10"])
    assert "plan.xlsx" in health["words"][0]
    (group.folder / "away.xlsx").rename(group.folder / "plan.xlsx")
    assert command(group, "monthly", "--on", str(NOVEMBER)).exit_code == 3
    assert json.loads((group.folder / "health.json").read_text())["ok"] is True


def test_a_dry_run_says_what_would_be_done_and_to_whom(sending: Sending, host: MailHost) -> None:
    first = command(sending, "monthly", "--dry-run", "--on", str(NOVEMBER))
    assert "2026-10: sync, check, report, deliver" in first.stdout
    assert "Nothing was synced yet" in first.stdout
    sending.month()
    taken = len(host.taken)
    lines = command(sending, "monthly", "--dry-run", "--on", "2026-11-12").stdout.splitlines()
    assert "2026-10: sync, check, report, deliver (begun; what is done is not repeated)" in lines
    assert "  report to everybody: confirmed before, not repeated" in lines
    assert "  report to fund one: waits until closed: 2026-10" in lines
    assert "2026-W46: sync, check, deliver" in lines
    assert "  reminder to treasurer: by mail" in lines
    assert lines[-1] == "Without --send, nothing is sent."
    december = command(sending, "monthly", "--dry-run", "--on", "2026-12-01", "--send").stdout
    assert "  report to everybody: by mail" in december
    assert "Without --send" not in december
    assert len(host.taken) == taken
    assert "partners.example.org" not in first.output + december + "".join(lines), (
        "recipients by their names alone"
    )


def test_logs_say_a_line_a_step_and_name_no_address(sending: Sending) -> None:
    plain = command(sending, "monthly", "--send", "--log-format", "plain", "--on", str(NOVEMBER))
    assert "2026-10 sync done" in plain.stderr
    assert "deliver sent: D-2, report to everybody: confirmed" in plain.stderr
    lines = command(
        sending, "monthly", "--send", "--log-format", "json", "--on", str(NOVEMBER)
    ).stderr.splitlines()
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    assert {"at", "period", "step", "outcome", "milliseconds", "words"} == set(rows[0])
    assert [row["step"] for row in rows if row["outcome"] in ("done", "waiting")] == [
        "sync",
        "check",
        "report",
        "deliver",
    ]
    assert "@" not in plain.output + "".join(lines)


def test_the_months_end_where_the_group_lives(tmp_path: Path, host: MailHost) -> None:
    """At 11:30 UTC on the last day of October it is November in Auckland, and still October in
    Honolulu."""
    moment = datetime(2026, 10, 31, 11, 30, tzinfo=UTC)
    group = made(tmp_path, host)
    plain = group.config.read_text()
    for zone, month in (("Pacific/Auckland", "2026-10"), ("Pacific/Honolulu", "2026-09")):
        group.config.write_text(
            plain.replace(
                'name = "Harbour Peers"', f'name = "Harbour Peers"\ntime_zone = "{zone}"', 1
            )
        )
        run = run_month(group.loaded, moment, send=False)
        assert run.periods[0] == month
        (group.folder / "register.sqlite").unlink()
        (group.folder / "plan.xlsx").unlink()
        from budgettrack.workbook.xlsx.layout import new_workbook

        new_workbook(group.path, rows=ROWS)


def test_a_group_with_nobody_to_write_to_is_finished_without_send(
    tmp_path: Path, host: MailHost
) -> None:
    group = made(tmp_path, host, to=Partners())
    assert group.month(send=False).periods == ["2026-10"]
    assert group.month(send=False).periods == []
    assert command(group, "monthly", "--on", str(NOVEMBER)).stdout == "Nothing is due.\n"
    assert command(group, "deliveries").stdout == "Nothing was sent yet.\n"


def test_the_job_file_is_the_command(tmp_path: Path, host: MailHost) -> None:
    group = made(tmp_path, host)
    environment = {**os.environ, "BUDGETTRACK_CONFIG": str(group.config)}
    done = subprocess.run(
        [sys.executable, "jobs/monthly.py", "--dry-run", "--on", "2026-11-02"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2026-10: sync, check, report, deliver" in done.stdout


def test_a_retry_of_what_is_held_back_now_is_refused(sending: Sending, host: MailHost) -> None:
    host.does.data = lambda to: "cut" if to == address("everybody") else ""
    sending.month()
    sending.config.write_text(
        sending.config.read_text()
        .replace('name = "everybody"', 'name = "nobody"')
        .replace(address("everybody"), address("nobody"))
    )
    with pytest.raises(
        UsageError, match=r"D-2 cannot be sent\. The config no longer has its recipient"
    ):
        sending.retry(2)


def test_a_full_disk_or_a_closed_folder_is_told_and_nothing_is_half_written(
    sending: Sending, host: MailHost
) -> None:
    (sending.folder / "reports").write_text("a file stands where the folder should be")
    run = sending.month()
    assert run.failed
    assert "The reports cannot be written to" in run.failed[0]
    assert host.taken == []
    (sending.folder / "reports").unlink()
    assert sending.month().failed == []
    assert len(host.to(address("everybody"))) == 1


def test_errors_are_our_own(sending: Sending) -> None:
    (sending.folder / "register.sqlite").write_bytes(b"not a register")
    with pytest.raises(TrackError):
        sending.month()


# What the machine does


def _monthly(
    group: Sending, limit: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
    from tests.world.smtp_server import PASSWORD

    return subprocess.run(
        [
            sys.executable,
            "-m",
            "budgettrack",
            "--config",
            str(group.config),
            "monthly",
            "--send",
            "--on",
            str(NOVEMBER),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, MAIL_PASSWORD: PASSWORD},
        preexec_fn=limit,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="limits of file sizes as Linux has them")
def test_a_disk_that_fills_up_stops_the_run_and_the_next_one_goes_on(
    sending: Sending, host: MailHost
) -> None:
    import resource

    for most in (4_096, 60_000, 120_000, 200_000):

        def limited(most: int = most) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        done = _monthly(sending, limited)
        assert "Traceback" not in done.stderr
        if done.returncode == 1:
            assert done.stderr.strip()
        for path in (sending.folder / "reports").rglob("*.html"):
            assert path.read_text("utf-8").rstrip().endswith("</html>"), "whole or absent"
    done = _monthly(sending)
    assert done.returncode == 3, done.stderr
    taken = [(each.to, each.message["subject"]) for each in host.taken]
    assert len(taken) == len(set(taken)) >= 5
    assert {state for (what, _), state in sending.states().items() if what == "report"} <= {
        "confirmed",
        "waiting",
    }


def test_a_folder_that_may_not_be_written_is_told_and_nothing_is_sent_twice(
    tmp_path: Path, host: MailHost
) -> None:
    from tests.world.disk import locked

    group = made(tmp_path, host, more='[deliver]\nfolder = "www"\n')
    www = group.folder / "www"
    www.mkdir()
    with locked(www):
        group.month()
        (row,) = [each for each in group.deliveries() if each.what == "site"]
        assert row.state == "deferred"
        assert "cannot be written" in row.words
    group.month()
    assert group.states()["site", "the folder"] == "confirmed"
    assert len(host.to(address("everybody"))) == 1


def test_a_register_that_is_held_is_waited_for_and_then_told(
    sending: Sending, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "Turn", partial(Turn, patience=0.3))
    sending.sync()
    with open_register(sending.loaded.register) as register, register.writing():
        with pytest.raises(RegisterError, match=r"still writing to this register after 0\.3 s: "):
            sending.month()
        assert host.taken == []
    assert sending.month().failed == []
    assert len(host.to(address("everybody"))) == 1


@pytest.mark.google_http
def test_a_sheet_that_cannot_be_reached_fails_the_sync_and_nothing_goes_out(
    tmp_path: Path, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    from budgettrack.workbook.google import workbook
    from tests.sheets_api.server import Server

    group = made(tmp_path, host)
    with Server() as server:
        file, address_ = server.spreadsheet(), server.url
        key = group.folder / "key.json"
        key.write_text(server.service_account(), "utf-8")
        key.chmod(0o600)
    where = f'google = "{file.id}"\ncredentials = "key.json"\naddress = "{address_}"'
    group.config.write_text(group.config.read_text().replace('xlsx = "plan.xlsx"', where))
    whole = workbook.connected

    def hurried(*given: object, **named: object) -> workbook.Connection:
        made_ = whole(*given, **named)  # type: ignore[arg-type]
        made_.tries, made_.total, made_.pause = 2, 1.0, 0.001
        return made_

    monkeypatch.setattr(workbook, "connected", hurried)
    run = group.month()
    assert len(run.failed) == 2
    assert "cannot be reached" in run.failed[0]
    assert (run.periods, host.taken) == (["2026-10"], [])


def test_a_clock_set_back_sends_nothing_again(sending: Sending, host: MailHost) -> None:
    sending.close("2026-10", "2026-11-01")
    sending.month()
    before = len(host.taken)
    for day in (date(2026, 10, 31), date(2026, 1, 1), NOVEMBER):
        assert sending.month(day).periods == []
    assert len(host.taken) == before


@pytest.mark.postgres
def test_a_months_run_on_postgresql(
    tmp_path: Path, host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.world.registers import fresh

    group = made(tmp_path, host)
    with fresh("postgresql", tmp_path) as url:
        monkeypatch.setenv("BUDGETTRACK_REGISTER", url)
        group.month()
        assert len(host.to(address("everybody"))) == 1
        group.month(date(2026, 11, 3))
        assert len(host.to(address("everybody"))) == 1
        assert not (group.folder / "register.sqlite").exists()


@pytest.mark.google_http
def test_the_time_zone_of_the_sheet_counts_where_the_config_has_none(tmp_path: Path) -> None:
    from budgettrack.config.load import load
    from budgettrack.group import open_group
    from tests.sheets_api.server import Server
    from tests.world.places import GooglePlace

    with Server() as server:
        place = GooglePlace(tmp_path, server)
        place.make({"Grants": [["ID", "Funder"], ["G-1", "Fund"]]})
        with open_group(place.config) as before:
            assert before.zone.key == "UTC", "nothing was read yet"
        with server.person(place.file) as book:
            book.time_zone = "Pacific/Auckland"
        synced(place.config, NOVEMBER, datetime.now(UTC), workbook=place.workbook())
        with open_group(place.config) as after:
            assert after.zone.key == "Pacific/Auckland"
        path = tmp_path / "budgettrack.toml"
        path.write_text(
            '[organisation]\ntime_zone = "Europe/Lisbon"\n' + path.read_text("utf-8"), "utf-8"
        )
        with open_group(load(path)) as named:
            assert named.zone.key == "Europe/Lisbon"


@pytest.mark.google_http
@pytest.mark.parametrize("is_thrown_away", [True, False])
def test_a_month_tells_that_the_sheet_lies_in_the_trash(
    tmp_path: Path, *, is_thrown_away: bool
) -> None:
    from budgettrack.group import open_group
    from budgettrack.monthly.context import RunContext
    from budgettrack.monthly.run import monthly
    from tests.sheets_api.server import Server
    from tests.world.places import GooglePlace

    with Server() as server:
        place = GooglePlace(tmp_path, server)
        place.make({"Grants": [["ID", "Funder"], ["G-1", "Fund"]]})
        place.file.trashed = is_thrown_away
        with open_group(place.config, NOVEMBER) as group:
            run = monthly(group, RunContext(False, lambda _: None))

    assert run.periods == ["2026-10"]
    assert ("The sheet lies in the trash of its owner." in " ".join(run.warnings)) is is_thrown_away
    assert run.look or not is_thrown_away


def test_on_a_terminal_each_step_is_a_line_and_reports_a_bar(sending: Sending) -> None:
    import pty

    main_side, terminal = pty.openpty()
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "budgettrack",
            "--config",
            str(sending.config),
            "monthly",
            "--on",
            str(NOVEMBER),
        ],
        stdout=subprocess.PIPE,
        stderr=terminal,
        stdin=terminal,
    ) as process:
        assert process.stdout is not None
        process.stdout.read()
        process.wait()
    os.close(terminal)
    shown = b""
    try:
        while more := os.read(main_side, 65536):
            shown += more
    except OSError:
        pass
    os.close(main_side)
    said = shown.decode()
    assert "2026-10  sync  done" in said
    assert "Reports" in said
    assert "100%" in said


@pytest.mark.parametrize("refused", [False, True])
def test_a_refused_recipient_alone_asks_for_somebody_to_look(
    tmp_path: Path, host: MailHost, refused: bool
) -> None:
    group = made(tmp_path, host, to=Partners().add("everybody", "public"))
    host.does.rcpt = lambda _: "550 No such user" if refused else ""

    assert group.month().look is refused
