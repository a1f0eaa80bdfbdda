"""The mails of hosted groups: each recipient gets those of the own group alone, and no address is
kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgettrack.config.load import load
from budgettrack.group import open_group
from budgettrack.host.job import work
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.run import run
from budgettrack.register.cycles import deliveries
from tests.world.hosted import host_in, opened, plan_rows, row
from tests.world.smtp_server import PASSWORD, USER, MailHost


def mail_section(server: MailHost) -> str:
    return (
        f'\n[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "starttls"\n'
        f'user = "{USER}"\nsender = "books@example.org"\n'
        f'authorities = "{server.authorities.name}"\n'
    )


def test_mails_go_to_the_recipients_of_their_own_group_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_MAIL_PASSWORD", PASSWORD)
    with MailHost(tmp_path) as server:
        people = [
            {
                "group": code,
                "name": f"Partner of {code}",
                "audience": "public",
                "address": f"partner-{code.lower()}@example.org",
            }
            for code in ("GR-1", "GR-2")
        ]
        config = host_in(
            tmp_path,
            [row("GR-1"), row("GR-2")],
            recipients=people,
            mail=mail_section(server),
            plans={"GR-1": plan_rows(), "GR-2": plan_rows()},
        )
        with opened(config) as host:
            done = run(host, run_job=lambda order, _: work(order), send=True)

    assert [outcome.result for outcome in done.outcomes.values()] == ["done", "done"]
    assert sorted(mail.to for mail in server.taken) == [
        "partner-gr-1@example.org",
        "partner-gr-2@example.org",
    ]
    for code in ("GR-1", "GR-2"):
        beside = tmp_path / "groups" / code
        with open_group(load(beside / "budgettrack.toml")) as group:
            assert [made.recipient for made in group.register.glance(deliveries)] == [
                f"Partner of {code}"
            ]
        # The address is read when the mail is made, and stands nowhere afterwards.
        kept = b"".join(path.read_bytes() for path in beside.rglob("*") if path.is_file())
        assert f"partner-{code.lower()}@example.org".encode() not in kept
    assert b"partner-gr-1@example.org" not in (tmp_path / "register.sqlite").read_bytes()


def test_a_refused_mail_is_told_to_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUDGETTRACK_MAIL_PASSWORD", "not the right one")
    person = {
        "group": "GR-1",
        "name": "Partner",
        "audience": "public",
        "address": "partner@example.org",
    }
    with MailHost(tmp_path) as server:
        server.does.login = False
        config = host_in(
            tmp_path,
            [row("GR-1")],
            recipients=[person],
            mail=mail_section(server).replace(f'user = "{USER}"\n', ""),
            plans={"GR-1": plan_rows()},
        )
        with opened(config) as host:
            done = run(host, run_job=lambda order, _: work(order), send=True)

    assert not server.taken
    assert done.outcomes["GR-1"].words == (
        "A mail of the last month was refused, or nobody knows whether it arrived. It is not sent"
        " again by itself. Whoever looks after the program for the host can say more.",
    )


def test_without_send_nothing_goes_out_and_no_address_is_read(tmp_path: Path) -> None:
    person = {
        "group": "GR-1",
        "name": "Partner",
        "audience": "public",
        "address": "partner@example.org",
    }
    config = host_in(tmp_path, [row("GR-1")], recipients=[person], plans={"GR-1": plan_rows()})
    orders: list[JobOrder] = []

    def kept(order: JobOrder, _: int) -> JobOutcome:
        orders.append(order)
        return work(order)

    with opened(config) as host:
        run(host, run_job=kept)

    assert [order.send for order in orders] == [False]
    assert "recipients" not in orders[0].content
