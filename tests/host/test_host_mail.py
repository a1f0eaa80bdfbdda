"""The host's one mail about all its groups: over a real mail server, once a week, by harm."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from budgettrack.cli import main
from budgettrack.host.job import work
from budgettrack.host.run import run
from budgettrack.register.cycles import deliveries
from tests.world.hosted import cells_of, host_in, hosted_plan, opened, row, with_money
from tests.world.killing import Runs
from tests.world.smtp_server import PASSWORD, USER, MailHost

STRIDE = int(os.environ.get("MAIL_STRIDE", "9"))
"""A run is killed at each so many events. `MAIL_STRIDE=1`: at all of them."""

FIRST, WEEK_AFTER = "2026-11-02", "2026-11-09"
US = {"name": "Treasurer", "audience": "all groups", "address": "treasurer@example.org"}


def mail_section(server: MailHost) -> str:
    return (
        f'\n[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "starttls"\n'
        f'user = "{USER}"\nsender = "books@example.org"\n'
        f'authorities = "{server.authorities.name}"\n'
    )


def asked(config: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(config), *words])


def host_with(folder: Path, server: MailHost | None, *recipients: dict[str, str]) -> Path:
    """A host with a group that noted another amount than was paid, and one without a link."""
    config = host_in(
        folder,
        [row("GR-1"), row("GR-2", workbook="")],
        recipients=recipients,
        mail=mail_section(server) if server else "",
        plans={"GR-1": hosted_plan("GR-1", got="11500")},
        more=with_money("GR-1"),
    )
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    with opened(config) as host:  # what the group told now is among the findings
        run(host, run_job=lambda order, _: work(order))
    return config


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailHost]:
    monkeypatch.setenv("BUDGETTRACK_MAIL_PASSWORD", PASSWORD)
    with MailHost(tmp_path) as made:
        yield made


def body(message: object) -> str:
    text = message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
    return " ".join(str(text).split())


def test_one_mail_a_week_tells_the_worst_first_and_no_address_is_kept(
    tmp_path: Path, server: MailHost
) -> None:
    config = host_with(tmp_path, server, US)
    for on in (FIRST, FIRST, "2026-11-04", WEEK_AFTER, WEEK_AFTER):
        done = asked(config, "monthly", "--send", "--on", on)
        assert done.exit_code in (0, 3), done.output
    assert [mail.to for mail in server.taken] == ["treasurer@example.org"] * 2
    first, second = (mail.message for mail in server.taken)
    assert first["Subject"] == "Delta Partners: what our groups need, Nov 2, 2026"
    assert first["Message-ID"] != second["Message-ID"]
    text = body(first)
    assert "Groups that are run: 2; groups that need somebody: 1." in text
    money = text.index("We paid 12,000.00 EUR on 2026-08-03, and the books of GR-1 have 11,500.00")
    needs = text.index("GR-2, 'Groups'!")
    report = text.index("Report of GR-1 for August to September 2026 was due on 2026-10-30.")
    assert text.index("MONEY AT RISK") < money < text.index("PROMISES") < needs < report
    remedy = (
        "Paste the link of the group's sheet into the column Workbook. If the group is on a server"
        " of its own, type its Public key instead. When it is done, its next"
    )
    assert f"This group needs somebody: {remedy} run looks again." in text
    # Of a group's rows, nothing: not even the name that the host gave it.
    assert "Supplies" not in text
    assert "the one called" not in text
    kept = (tmp_path / "register.sqlite").read_bytes()
    assert b"treasurer@example.org" not in kept


def test_it_is_shown_without_being_sent_and_sent_when_asked_for(
    tmp_path: Path, server: MailHost
) -> None:
    config = host_with(tmp_path, server, US)
    shown = asked(config, "host", "mail", "--on", FIRST)
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("Delta Partners: what our groups need, Nov 2, 2026\n")
    assert shown.stdout.endswith("\nTo: Treasurer\n")
    french = asked(config, "host", "mail", "--language", "fr", "--on", FIRST)
    assert "Argent en danger".upper() in french.stdout.upper()
    assert not server.taken

    sent = asked(config, "host", "mail", "--send", "--on", FIRST)
    assert (sent.exit_code, sent.stdout) == (0, "1 confirmed\n")
    assert len(server.taken) == 1
    again = asked(config, "host", "mail", "--send", "--on", FIRST)
    assert again.exit_code == 2
    assert "The mail of 2026-W45 was done on " in again.output
    asked(config, "monthly", "--send", "--on", FIRST)
    assert len(server.taken) == 1
    more = asked(config, "host", "mail", "--send", "--again", "a new colleague", "--on", FIRST)
    assert more.stdout == "1 confirmed\n"
    assert len(server.taken) == 2
    alone = asked(config, "host", "mail", "--again", "why not", "--on", FIRST)
    assert alone.exit_code == 2
    assert "--again sends a mail once more. Add --send." in alone.output


def test_only_those_of_all_groups_get_it(tmp_path: Path, server: MailHost) -> None:
    others = [
        {"group": "GR-1", "name": "Board of one", "audience": "internal", "address": "one@example.org"},
        {"name": "Forgot the group", "audience": "internal", "address": "forgot@example.org"},
        {"group": "GR-1", "name": "Of both", "audience": "all groups", "address": "both@example.org"},
        {"name": "Odd", "audience": "all groups", "address": "no address"},
        {"name": "No address", "audience": "all groups"},
    ]  # fmt: skip
    config = host_with(tmp_path, server, US, *others)
    done = asked(config, "host", "mail", "--send", "--on", FIRST)
    assert [mail.to for mail in server.taken] == ["treasurer@example.org"]
    assert done.exit_code == 3
    why = "The Address of {} in Recipients is no mail address. Type it again."
    assert done.stdout.splitlines()[:3] == [
        "2 held back, 1 confirmed", why.format("Odd"), why.format("No address"),
    ]  # fmt: skip
    with opened(config) as host:
        unclear = [one.id for one in host.findings[0] if one.code == "recipient-unclear"]
    assert sorted(unclear) == ["Forgot the group", "GR-1 Of both"]


def test_no_row_is_left_out_because_of_its_name(tmp_path: Path, server: MailHost) -> None:
    """The config has a recipient of this name, which gets the public mail only."""
    config = host_with(
        tmp_path, server, US, {**US, "name": "Board", "address": "board@example.org"}
    )
    public = '\n[[recipients]]\nname = "Treasurer"\naddress = "news@example.org"\n'
    config.write_text(f'{config.read_text()}{public}audience = "public"\n')
    shown = asked(config, "host", "mail", "--on", FIRST)
    assert shown.stdout.endswith("\nTo: Treasurer 2, Board\n")
    assert asked(config, "host", "mail", "--send", "--on", FIRST).stdout == "2 confirmed\n"
    assert {mail.to for mail in server.taken} == {"treasurer@example.org", "board@example.org"}


def test_a_row_of_a_group_without_an_address_is_told_and_stops_nothing(
    tmp_path: Path, server: MailHost
) -> None:
    rows = [
        {"group": "GR-1", "name": "Board", "audience": "internal"},
        {"group": "GR-1", "name": "Friends", "audience": "internal", "address": "friends"},
        {"group": "GR-1", "name": "Crew", "audience": "internal", "address": "crew@example.org"},
    ]  # fmt: skip
    config = host_with(tmp_path, server, *rows)
    with opened(config) as host:
        done = run(host, run_job=lambda order, _: work(order), send=True, only=["GR-1"])
    why = "The Address of {} in Recipients is no mail address. Type it again."
    words = done.outcomes["GR-1"].words
    assert [why.format("Board"), why.format("Friends")] == list(words[:2])
    assert {mail.to for mail in server.taken} == {"crew@example.org"}
    assert cells_of(config)["GR-1"]["What to do"].startswith(why.format("Board"))


def test_without_a_mail_server_and_without_a_reader_it_says_so(tmp_path: Path) -> None:
    config = host_with(tmp_path / "one", None, US)
    done = asked(config, "host", "mail", "--send", "--on", FIRST)
    assert "The config has no section [mail]. Add it, so that mails can be sent." in done.stdout
    nobody = host_with(tmp_path / "two", None)
    shown = asked(nobody, "host", "mail", "--on", FIRST)
    assert "Type a row with the Audience all groups into Recipients." in shown.stdout


def test_a_host_of_which_nothing_is_to_be_done_sends_none(tmp_path: Path, server: MailHost) -> None:
    config = host_in(tmp_path, [row("GR-1", state="paused")], recipients=[US],
                     mail=mail_section(server))  # fmt: skip
    with opened(config) as host:
        run(host, run_job=lambda order, _: work(order))
    shown = asked(config, "host", "mail", "--on", FIRST)
    assert shown.stdout == "Nothing is to be done, so no mail is sent.\n"
    assert asked(config, "host", "mail", "--send", "--on", FIRST).stdout == f"{shown.stdout}"
    assert not server.taken


def test_a_group_has_no_such_mail(tmp_path: Path) -> None:
    config = host_with(tmp_path, None)
    group = config.parent / "groups/GR-1/budgettrack.toml"
    refused = asked(group, "host", "mail")
    assert refused.exit_code == 2
    assert "This is the config of a group" in refused.output


@pytest.mark.slow
def test_runs_that_are_killed_anywhere_send_it_once(tmp_path: Path, server: MailHost) -> None:
    # Each run begins from the same files in the same place: a copy elsewhere would send nothing.
    folder, kept = tmp_path / "host", tmp_path / "kept"
    folder.mkdir()
    shutil.copy(server.authorities, folder)
    config = host_with(folder, server, US)
    assert asked(config, "monthly", "--send", "--on", FIRST).exit_code in (0, 3)
    assert len(server.taken) == 1
    shutil.copytree(folder, kept)
    runs, states = Runs(), Counter[str]()
    try:
        server.taken.clear()
        events = runs(folder, date.fromisoformat(WEEK_AFTER))["events"]
        assert events > 10
        assert len(server.taken) == 1
        for event in range(events % STRIDE, events, STRIDE):
            server.taken.clear()
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)
            assert runs(folder, date.fromisoformat(WEEK_AFTER), event=event)["ended"] is None
            assert runs(folder, date.fromisoformat(WEEK_AFTER))["ended"] == 0
            with opened(folder / "budgettrack.toml") as host:
                state = host.register.glance(deliveries)[-1].state
            states[f"{len(server.taken)} {state}"] += 1
    finally:
        runs.close()
    # A mail of which nobody knows whether it went is never sent again by itself.
    assert set(states) <= {"1 confirmed", "1 marked", "0 marked"}, states
    assert states["1 confirmed"]
