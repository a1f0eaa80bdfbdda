"""What is said after a failure is what is so: a sync fails at each of its steps, for real."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from click.testing import Result

from budgettrack.core.base.progress import Stage
from budgettrack.register import writes
from budgettrack.workbook.xlsx.workbook import ExcelWorkbook
from tests.world.cluster import cluster
from tests.world.group import CONFIG, ON, Group, column
from tests.world.partners import NOVEMBER, Sending
from tests.world.registers import fresh, on_server
from tests.world.server_group import Place, database, no_rights, setting
from tests.world.smtp_server import MailHost, Partners

pytestmark = pytest.mark.postgres

Fault = Callable[["Place"], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("group")
    with fresh("postgresql", folder) as url:
        yield Place(folder, url)


@contextmanager
def on_insert(place: Place, body: str, when: str = "BEFORE INSERT ON runs") -> Iterator[None]:
    """The server does `body` when a run is noted, in the midst of a sync's commit."""
    kind = "CONSTRAINT TRIGGER" if "DEFERRED" in when else "TRIGGER"
    on_server(
        f"CREATE FUNCTION fault() RETURNS trigger AS $$ BEGIN {body}; RETURN NEW; END $$ LANGUAGE"
        f" plpgsql; CREATE {kind} fault {when} FOR EACH ROW EXECUTE FUNCTION fault()",
        place.url,
    )
    try:
        yield
    finally:
        on_server("DROP FUNCTION fault CASCADE", place.url)


@contextmanager
def slow_statement(place: Place) -> Iterator[None]:
    with on_insert(place, "PERFORM pg_sleep(20)"), setting(place, "statement_timeout", "300"):
        yield


@contextmanager
def locked_table(place: Place) -> Iterator[None]:
    raw = psycopg2.connect(place.url.replace("+psycopg", ""))
    with contextlib.closing(raw), setting(place, "lock_timeout", "300"):
        raw.cursor().execute("LOCK TABLE runs IN SHARE MODE")
        yield


@contextmanager
def idle_in_transaction(place: Place) -> Iterator[None]:
    save = writes.save_findings

    def slow(*values: Any) -> None:
        time.sleep(0.5)
        save(*values)

    with (
        pytest.MonkeyPatch.context() as patch,
        setting(place, "idle_in_transaction_session_timeout", "200"),
    ):
        patch.setattr(writes, "save_findings", slow)
        yield


@contextmanager
def idle_session(place: Place) -> Iterator[None]:
    write = ExcelWorkbook.write

    def slow(*values: Any) -> Any:
        time.sleep(1.2)
        return write(*values)

    with pytest.MonkeyPatch.context() as patch, setting(place, "idle_session_timeout", "900"):
        patch.setattr(ExcelWorkbook, "write", slow)
        yield


@contextmanager
def cut_connection(place: Place) -> Iterator[None]:
    with on_insert(place, "PERFORM pg_terminate_backend(pg_backend_pid())"):
        yield


@contextmanager
def full_disk(place: Place) -> Iterator[None]:
    """The server's own error for a full disk, raised by a function: no disk is filled."""
    with on_insert(place, "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'"):
        yield


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (slow_statement, "the server broke off what took too long.*statement_timeout"),
        (locked_table, "is locked by another program, such as a backup"),
        (idle_in_transaction, "was lost.*closes connections that stand idle"),
        (idle_session, "was lost.*closes connections that stand idle"),
        (cut_connection, "The connection to the register .* was lost"),
        (full_disk, "The disk of the server under the register .* is full. Make room"),
    ],
)
def test_after_the_workbook_was_written_the_register_follows(
    place: Place, fault: Fault, cause: str
) -> None:
    title = f"After {fault.__name__}"
    assert place.run("grants", "set", "G-1", f"title={title}").exit_code == 0
    with fault(place):
        failed = place.run("sync", *ON)
    assert failed.exit_code == 1, failed.output
    told, so = failed.stderr.splitlines()
    assert re.search(cause, told), told
    assert so == Stage.WRITTEN.value
    assert "back the last copy" not in failed.stderr
    assert place.title_in_workbook == title, "the workbook is written"
    assert place.agreed != title, "and the register does not know it yet"
    place.sync()
    assert (place.title, place.agreed) == (title, title), "the next sync brought it up"


def test_missing_rights_are_told_before_the_workbook_is_written(place: Place) -> None:
    assert place.run("grants", "set", "G-1", "title=Rights").exit_code == 0
    before = place.path.read_bytes()
    with no_rights(place):
        failed = place.run("sync", *ON)
    assert failed.exit_code == 1
    told, so = failed.stderr.splitlines()
    assert "this user may not read or write there. Grant it all rights" in told
    assert so == Stage.READING.value
    assert place.path.read_bytes() == before
    place.sync()


def test_a_connection_that_is_cut_during_the_commit_leaves_it_open(place: Place) -> None:
    assert place.run("grants", "set", "G-1", "title=Open").exit_code == 0
    when = "AFTER INSERT ON runs DEFERRABLE INITIALLY DEFERRED"
    with on_insert(place, "PERFORM pg_terminate_backend(pg_backend_pid())", when):
        failed = place.run("sync", *ON)
        assert failed.exit_code == 1
        assert failed.stderr.splitlines()[1] == Stage.COMMITTING.value
        set_ = place.run("grants", "set", "G-1", "title=Unknown")
        assert set_.stderr.splitlines()[1].startswith(
            "The connection was lost while the change was being written: the register has all of"
        )
    place.sync()
    assert place.title_in_workbook == place.title == place.agreed == "Open"


def test_a_read_only_server_is_told_before_the_workbook_is_written(place: Place) -> None:
    assert place.run("grants", "set", "G-1", "title=Read").exit_code == 0
    before = place.path.read_bytes()
    with setting(place, "default_transaction_read_only", "on"):
        for words, so in (
            (("sync",), "Nothing was changed."),
            (
                ("grants", "set", "G-1", "title=X"),
                "Nothing was changed in the register.",
            ),
        ):
            failed = place.run(*words, *(ON if words == ("sync",) else ()))
            assert failed.exit_code == 1
            told, last = failed.stderr.splitlines()
            assert "may not be written to. Connect to the main server, not to a copy." in told
            assert last == so
        assert place.run("status", *ON).exit_code == 0, "and is read"
    assert place.path.read_bytes() == before
    place.sync()


def test_a_database_that_cannot_hold_every_letter_is_refused_before_anything(
    tmp_path: Path,
) -> None:
    with database("LATIN1") as url:
        group = Group(tmp_path, config=f'{CONFIG}[register]\nurl = "{url}"\n')
        for words in (("sync", *ON), ("status", *ON), ("grants", "set", "G-1", "title=Ж")):
            failed = group.run(*words)
            assert failed.exit_code == 1, failed.output
            assert "is in a database that cannot store every character" in failed.stderr
            assert "ENCODING 'UTF8'" in failed.stderr


def test_a_database_without_an_encoding_holds_every_letter(tmp_path: Path) -> None:
    title = "Начало 開始 \N{SMILING FACE WITH SUNGLASSES}"
    with database("SQL_ASCII") as url:
        group = Group(tmp_path, config=f'{CONFIG}[register]\nurl = "{url}"\n')
        group.sync()
        assert group.run("grants", "set", "G-1", f"title={title}").exit_code == 0
        group.sync()
        assert group.cell("Grants", f"{column('Grants', 'Title', group.path)}2") == title
        assert title in group.run("grants", "list", "--json").stdout


@pytest.mark.slow
def test_a_server_that_is_restarted_in_the_midst_of_a_sync(tmp_path: Path) -> None:
    with cluster() as server:
        place = Place(tmp_path, server.url)
        assert place.run("grants", "set", "G-1", "title=Restart").exit_code == 0
        with on_insert(place, "PERFORM pg_sleep(20)"):
            soon = threading.Timer(2, server.restart)
            soon.start()
            failed = place.run("sync", *ON)
            soon.join()
        assert failed.exit_code == 1
        told, so = failed.stderr.splitlines()
        assert "was lost" in told or "is stopping, starting or being restarted" in told, told
        assert so == Stage.WRITTEN.value
        place.sync()
        assert place.title_in_workbook == place.title == place.agreed == "Restart"
        server.stop()
        failed = place.run("sync", *ON)
        assert "cannot be reached. " in failed.stderr
        assert failed.stderr.splitlines()[1] == Stage.READING.value
        server.start()


# A month

FULL = "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'"


@pytest.fixture
def sending(tmp_path: Path, host: MailHost) -> Iterator[tuple[Sending, str]]:
    """A group with one reader, and the URL of its register."""
    (tmp_path / "group").mkdir()
    to = Partners().add("everybody", "public")
    with fresh("postgresql", tmp_path) as url:
        yield Sending(tmp_path / "group", host, to=to, more=f'[register]\nurl = "{url}"\n'), url


def month(sending: Sending) -> Result:
    return sending.run("monthly", "--send", "--on", str(NOVEMBER))


@contextmanager
def on_deliveries(url: str, event: str, state: str) -> Iterator[None]:
    """The server has no room for a delivery that gets a state."""
    on_server(
        f"CREATE FUNCTION fault() RETURNS trigger AS $$ BEGIN {FULL}; END $$ LANGUAGE plpgsql;"
        f"CREATE TRIGGER fault BEFORE {event} ON deliveries FOR EACH ROW WHEN (NEW.state ="
        f" '{state}') EXECUTE FUNCTION fault()",
        url,
    )
    try:
        yield
    finally:
        on_server("DROP FUNCTION fault CASCADE", url)


NEXT_RUN = (
    "Done before it: sync, check, report. The next run goes on from there, and sends nothing twice."
)


def test_a_mail_whose_answer_could_not_be_noted_is_named(
    sending: tuple[Sending, str], host: MailHost
) -> None:
    group, url = sending
    month_before = group.run("monthly", "--on", str(NOVEMBER))
    assert month_before.exit_code in (0, 3), month_before.output
    with on_deliveries(url, "UPDATE", "confirmed"):
        failed = month(group)
    assert failed.exit_code == 1, failed.output
    (mail,) = host.taken
    assert re.search(
        r"D-\d+, report to everybody is confirmed by the mail server\. If the register could not"
        r" note that, it counts there as unconfirmed\. It is not sent again by itself\.",
        failed.stderr,
    ), failed.stderr
    assert NEXT_RUN in failed.stderr
    again = month(group)
    assert again.exit_code == 3, again.output
    assert host.taken == [mail], "the next run sends it no second time, and tells it"
    assert "nobody knows whether it arrived" in again.stderr


def test_a_mail_that_could_not_be_marked_was_not_sent(
    sending: tuple[Sending, str], host: MailHost
) -> None:
    group, url = sending
    assert group.run("status", "--on", str(NOVEMBER)).exit_code == 1, "the register is made"
    with on_deliveries(url, "INSERT OR UPDATE", "marked"):
        failed = month(group)
    assert failed.exit_code == 1, failed.output
    assert "The mail report to everybody was not sent." in failed.stderr
    assert NEXT_RUN in failed.stderr
    assert host.taken == []
    assert month(group).exit_code in (0, 3)
    assert len(host.taken) == 1
