"""A group whose register is on PostgreSQL: what a month costs there, and poolers before it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from budgettrack.core.base.errors import RegisterError
from budgettrack.register import queries
from budgettrack.register.postgresql import PostgreSQLConnection
from budgettrack.register.store import Commit, RecordVersion, Turn, open_register
from tests.world.counting import counting
from tests.world.group import CONFIG, ON, Group
from tests.world.needs import POSTGRES
from tests.world.partners import NOVEMBER, Sending
from tests.world.pooler import pooler
from tests.world.registers import fresh, on_server
from tests.world.smtp_server import MailHost

pytestmark = pytest.mark.postgres

AT_ONCE = Turn("test", 0)
IN_WORDS = "stands behind a connection pooler in transaction mode (such as PgBouncer)"


@pytest.fixture
def database() -> Iterator[str]:
    """A database of the test's own: a pooler passes no schema on."""
    name = f"t{uuid.uuid4().hex}"
    on_server(f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("before", "words"),
    [
        # The month alone, in a register that it makes itself.
        ((), ("--month", "2026-10")),
        # The month and the week's reminder, in a register that is there.
        (("sync", *ON), ()),
    ],
)
def test_a_month_makes_few_connections_and_statements(
    tmp_path: Path, host: MailHost, before: tuple[str, ...], words: tuple[str, ...]
) -> None:
    (tmp_path / "group").mkdir()
    with fresh("postgresql", tmp_path) as url, counting(url) as counted:
        sending = Sending(tmp_path / "group", host, more=f'[register]\nurl = "{counted.url}"\n')
        if before:
            assert sending.run(*before).exit_code in (0, 3)
        connections, statements = counted.connections, len(counted.statements)
        result = sending.run("monthly", "--send", "--on", str(NOVEMBER), *words)
        assert result.exit_code in (0, 3), result.output
        assert len(host.taken) >= 5
        assert counted.connections - connections <= 4
        assert len(counted.statements) - statements <= 300, "\n".join(counted.statements)


def test_a_question_makes_one_connection(tmp_path: Path) -> None:
    with fresh("postgresql", tmp_path) as url, counting(url) as counted:
        config = f'{CONFIG}[register]\nurl = "{counted.url}"\n'
        group = Group(tmp_path, config=config, before=(("sync", *ON),))
        connections, statements = counted.connections, len(counted.statements)
        assert group.run("status", *ON).exit_code == 0
        assert counted.connections - connections == 1
        assert len(counted.statements) - statements <= 20


def test_opening_names_its_schema_and_walks_no_catalogue(tmp_path: Path) -> None:
    with fresh("postgresql", tmp_path) as url:
        open_register(url).close()
        with counting(url) as counted:
            open_register(counted.url).close()
        catalogue = [text for text in counted.statements if "pg_" in text or "to_regclass" in text]
        assert len(counted.statements) <= 5
        assert len(catalogue) == 1
        assert "to_regclass(quote_ident(current_schema())" in catalogue[0]


COMMANDS = (
    ("sync", *ON),
    ("status", *ON),
    ("variance", *ON),
    ("deadlines", *ON),
    ("checks",),
    ("grants", "list"),
    ("grants", "set", "G-1", "title=Anew"),
    ("history", "G-1"),
    ("conflicts", *ON),
    ("report", "transparency", *ON),
    ("monthly", *ON),
    ("cycles",),
    ("deliveries",),
)


def test_every_command_refuses_a_pooler_in_transaction_mode(tmp_path: Path, database: str) -> None:
    with pooler(database, "transaction") as url:
        group = Group(tmp_path, config=f'{CONFIG}[register]\nurl = "{url}"\n')
        for words in COMMANDS:
            result = group.run(*words)
            assert result.exit_code == 1, words
            assert IN_WORDS in result.stderr, words
            assert "set pool_mode = session for this database" in result.stderr
        doctor = group.run("doctor")
        assert doctor.exit_code == 1
        assert IN_WORDS in doctor.output
    there = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    assert on_server(there, _direct(database)) == [(0,)], "nothing was made"


def test_a_lock_is_asked_for_again_in_a_second_transaction(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pooler may hide itself at the beginning: then the lock finds that its session is gone."""
    open_register(_direct(database)).close()
    monkeypatch.setattr(PostgreSQLConnection, "_refuse_shared", lambda _: None)
    with pooler(database, "transaction") as url, open_register(url) as register:
        with register.writing() as writing:
            ((mine,),) = writing.ask(lambda ask: list(ask.rows("SELECT pg_backend_pid()")))
        with register.reading() as ask:
            ((other,),) = ask.rows("SELECT pg_backend_pid()")
            assert other == mine, "two connections of ours share one session of the server"
            register._database._writer._proven = False  # type: ignore[union-attr]  # as a new run
            with pytest.raises(RegisterError) as refused, register.writing():
                pass
    assert IN_WORDS in str(refused.value)


def test_a_pooler_in_session_mode_is_used(database: str) -> None:
    with (
        pooler(database, "session") as url,
        open_register(url) as one,
        open_register(url, AT_ONCE) as two,
    ):
        with one.writing() as writing:
            with pytest.raises(RegisterError) as refused, two.writing():
                pass
            assert str(refused.value).startswith("Another run is still writing to this register: ")
            at = datetime(2026, 3, 31, tzinfo=UTC)
            fields = {"amount": "7"}
            writing.commit(Commit("sync", at, [RecordVersion("expenses", "E-1", fields, "sheet")]))
        assert two.ask(queries.load).records["expenses"] == {"E-1": {"amount": "7"}}


def test_a_pooler_that_refuses_options_is_told(database: str) -> None:
    with pooler(database, "session") as url, pytest.raises(RegisterError) as refused:
        open_register(f"{url}?options=-csearch_path%3Dpublic")
    assert "connection pooler that refuses options in the URL" in str(refused.value)
    assert "ALTER ROLE" in str(refused.value)


def _direct(database: str) -> str:
    return urlsplit(POSTGRES)._replace(path=f"/{database}").geturl()
