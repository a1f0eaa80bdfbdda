"""A hold: the month syncs, checks and writes its reports, but nothing leaves until a person decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from budgettrack.core.base.holds import HOLD_KINDS, Hold
from budgettrack.register.holds import SendingHeld, holds
from budgettrack.register.store import Commit, Register, open_register
from tests.world.partners import Sending, command
from tests.world.registers import KINDS, fresh
from tests.world.smtp_server import MailHost, address

pytestmark = pytest.mark.slow

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
WORDS = (
    "On hold since 2026-11-01 06:00 UTC: all that is sent. The register was put back from an older"
    " copy, and may not know what was sent since. See in your mailbox and with your readers what they have."
    " Then, to send the rest: budgettrack deliveries release older-register"
)


FACTS = {"known": "the old computer", "why": "The group's key is missing."}
OTHER = Hold("other-machine", AT, FACTS)


@pytest.fixture
def sending(tmp_path: Path, host: MailHost) -> Sending:
    folder = tmp_path / "group"
    folder.mkdir()
    return Sending(folder, host, more='[deliver]\nfolder = "www"\n')


def hold(sending: Sending, *placed: Hold) -> None:
    with open_register(sending.loaded.register) as register:
        register.hold(*placed)


@pytest.fixture(params=KINDS)
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with fresh(request.param, tmp_path) as url, open_register(url) as opened:
        yield opened


def test_a_hold_is_placed_once_and_keeps_its_date(register: Register) -> None:
    first = Hold("older-register", AT, {"theirs": "7"})
    register.hold(first)
    register.hold(Hold("older-register", AT + timedelta(days=1), {"theirs": "8"}))
    assert register.ask(holds) == [Hold("older-register", AT, {"theirs": "8"})]


def test_a_hold_of_a_period_holds_that_period_alone(register: Register) -> None:
    of_october = Hold("unknown-deliveries", AT, FACTS, "2026-10")
    of_all = OTHER
    register.hold(of_october)
    assert register.ask(holds, "2026-10") == [of_october]
    assert register.ask(holds, "2026-11") == []
    register.hold(of_all)
    assert register.ask(holds, "2026-11") == [of_all]
    assert register.ask(holds) == [of_all, of_october]
    assert of_october.words.startswith("On hold since 2026-11-01 06:00 UTC: what 2026-10 sends. It")


def test_a_commit_places_a_hold_with_what_it_writes(register: Register) -> None:
    with register.writing() as writing:
        writing.commit(Commit("sync", AT, holds=[Hold("older-register", AT)]))
    assert register.ask(holds) == [Hold("older-register", AT)]


def test_a_hold_is_lifted_by_its_kind(register: Register) -> None:
    register.hold(OTHER, Hold("unknown-deliveries", AT, FACTS, "2026-10"))
    assert register.release("older-register", AT) == []
    assert register.release("unknown-deliveries", AT) == [
        Hold("unknown-deliveries", AT, FACTS, "2026-10")
    ]
    assert register.ask(holds) == [OTHER]


def test_nothing_is_marked_while_a_hold_stands(register: Register) -> None:
    """The month asks in the transaction of the mark, so a hold placed by a sync meanwhile counts."""
    october = register.cycles.begin("2026-10", "", False, AT)
    (planned,) = register.cycles.plan(october, [("report", "the host", "")], AT)
    register.hold(Hold("older-register", AT))
    with pytest.raises(SendingHeld, match="On hold since 2026-11-01 06:00 UTC: all that is sent"):
        register.cycles.mark(october, planned, "d1", AT)
    with pytest.raises(SendingHeld):
        register.cycles.plan(october, [("report", "the host", "")], AT)


@pytest.mark.parametrize("kind", HOLD_KINDS)
def test_a_held_month_does_all_but_send(sending: Sending, host: MailHost, kind: str) -> None:
    hold(sending, Hold(kind, AT, FACTS))  # type: ignore[arg-type]
    run = sending.month()
    assert (host.taken, host.asked, sending.states()) == ([], [], {})
    assert not (sending.folder / "www").exists()
    assert (sending.folder / "reports" / "public" / "2026-10.html").is_file()
    assert len([*(sending.folder / "reports" / "private" / "mail").iterdir()]) == 6
    assert (run.failed, run.look, run.held) == ([], True, True)
    (said,) = run.warnings
    assert said.startswith("On hold since 2026-11-01 06:00 UTC: all that is sent. ")
    assert said.endswith(f"budgettrack deliveries release {kind}")
    delivered = [line.words for line in sending.told if line.step == "deliver" and line.outcome]
    assert delivered[0] == "nothing was sent, since there is a hold; written: 5 mails"


def test_every_question_names_the_hold_and_a_command_releases_it(
    sending: Sending, host: MailHost
) -> None:
    sending.month(send=False)
    hold(sending, Hold("older-register", AT))
    assert WORDS in command(sending, "status", "--on", "2026-11-02").stdout
    assert WORDS in command(sending, "status", "--on", "2026-11-02", "--json").stderr
    assert WORDS in command(sending, "monthly", "--dry-run", "--on", "2026-11-02").stdout
    rows = json.loads(command(sending, "doctor", "--json").stdout)
    assert "hold-older-register" in [row["code"] for row in rows]
    listed = command(sending, "deliveries")
    assert (listed.exit_code, WORDS in listed.stderr) == (3, True)
    assert listed.stdout == "This register knows of nothing that was sent.\n"
    held = command(sending, "monthly", "--send", "--on", "2026-11-02")
    assert (held.exit_code, WORDS in held.stderr, host.taken) == (3, True, [])

    other = command(sending, "deliveries", "release", "other-machine")
    assert other.stdout == "There is no hold other-machine. Nothing was changed.\n"
    released = command(sending, "deliveries", "release", "older-register")
    assert (
        released.stdout == "Released. It goes out with the next run: budgettrack monthly --send\n"
    )
    assert released.exit_code == 0
    assert WORDS not in command(sending, "status", "--on", "2026-11-02").stdout
    command(sending, "monthly", "--send", "--on", "2026-11-02")
    assert len(host.to(address("everybody"))) == 1


def test_what_was_sent_before_a_hold_is_not_sent_again_after_it(
    sending: Sending, host: MailHost
) -> None:
    sending.month()
    sent = len(host.taken)
    hold(sending, Hold("unknown-deliveries", AT, FACTS, "2026-10"))
    sending.close("2026-10", "2026-11-06")
    held = sending.month()
    assert (len(host.taken), held.look) == (sent, True)
    command(sending, "deliveries", "release", "unknown-deliveries")
    sending.month()
    assert [taken.to for taken in host.taken[sent:]] == [address("fund one")]


def test_a_delivery_that_a_person_sends_again_waits_for_the_hold_too(
    sending: Sending, host: MailHost
) -> None:
    host.does.data = lambda _: "451 later"
    sending.month()
    host.does.data = lambda _: ""
    hold(sending, OTHER)
    (deferred, *_) = [each for each in sending.deliveries() if each.state == "deferred"]
    retried = command(sending, "deliveries", "retry", f"D-{deferred.n}", "--on", "2026-11-02")
    assert (retried.exit_code, host.taken) == (1, [])
    assert "On hold since" in retried.stderr


def test_a_failed_run_sends_no_mail_to_the_operator_while_a_hold_stands(
    sending: Sending, host: MailHost
) -> None:
    text = sending.config.read_text("utf-8")
    sending.config.write_text('[monthly]\noperator = "operator@example.org"\n' + text, "utf-8")
    hold(sending, OTHER)
    sending.path.unlink()
    failed = command(sending, "monthly", "--send", "--on", "2026-11-02")
    assert (failed.exit_code, host.taken) == (1, [])


def test_the_monitor_hears_of_a_hold_as_of_a_failure(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No mail goes while a hold stands, so the monitor must call a person."""
    heard: list[str] = []
    monkeypatch.setattr(
        "budgettrack.monthly.delivery.webhook.ping", lambda _, sign: heard.append(sign)
    )
    text = sending.config.read_text("utf-8")
    sending.config.write_text('[monthly]\nping = "http://localhost:9"\n' + text, "utf-8")
    hold(sending, OTHER)
    command(sending, "monthly", "--send", "--on", "2026-11-02")
    assert heard == ["start", "fail"]


def in_checks(sending: Sending) -> list[str]:
    """What the tab Checks says of holds."""
    checks = openpyxl.load_workbook(sending.path)["Checks"]
    cells = [str(cell.value) for row in checks.iter_rows() for cell in row if cell.value]
    return [cell for cell in cells if cell.startswith("On hold since")]


def test_a_hold_stands_in_the_tab_checks_until_it_is_released(sending: Sending) -> None:
    sending.sync()
    hold(sending, Hold("older-register", AT))
    sending.sync()
    (said,) = in_checks(sending)
    assert said.startswith("On hold since 2026-11-01 06:00 UTC: all that is sent. The register was")
    before = sending.path.read_bytes()
    sending.sync()
    assert sending.path.read_bytes() == before
    command(sending, "deliveries", "release", "older-register")
    sending.sync()
    assert in_checks(sending) == []


def test_the_sync_that_notices_an_older_register_shows_the_hold_in_checks(sending: Sending) -> None:
    sending.sync()
    register = sending.folder / "register.sqlite"
    kept = register.read_bytes()
    sending.set("Budget", "E2", "Rent of the room")
    sending.sync()
    register.write_bytes(kept)
    sending.sync()
    assert len(in_checks(sending)) == 1
