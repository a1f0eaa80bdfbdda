"""A register in a schema of a PostgreSQL database. No other module imports psycopg2.

The writer's lock is an advisory lock of the session and is released when the session ends."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from budgettrack import lasting
from budgettrack.core.base.errors import Kept, RegisterError
from budgettrack.core.base.progress import of_the_register
from budgettrack.extras import missing
from budgettrack.register.connection import WAIT, Lock
from budgettrack.register.migrations import TABLES
from budgettrack.register.troubles import (
    CANNOT_HOLD,
    LOST,
    READ_ONLY,
    in_words,
    is_lost,
    unusable_url,
)
from budgettrack.register.turn import signature

WRITER = "hashtextextended('budgettrack ' || current_schema(), 0)"
"""The key of the advisory lock. It contains the schema, because all schemas of a database share
their locks."""

READS_ONLY = "current_setting('transaction_read_only')::boolean"

SIGNING = "set_config('application_name', ?, false)"

HOLDER = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
    " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    f" AND (classid::bigint << 32 | objid::bigint) = {WRITER}"
)
"""The statement that returns the name of the run that holds the writer's lock."""

RUN = "hashtextextended('budgettrack run ' || current_schema(), 0)"

POOLED = (
    "The register {place} stands behind a connection pooler in transaction mode (such as"
    " PgBouncer), where two runs could write at once. Name the server itself in [register] url, or"
    " set pool_mode = session for this database in the pooler."
)

NO_OPTIONS = (
    "The register {place} stands behind a connection pooler that refuses options in the URL. Name"
    " the server itself in [register] url; or set the schema for the user (ALTER ROLE ... SET"
    " search_path = ...), and use a pooler in session mode."
)

OPENING = (
    "SELECT pg_backend_pid(), current_schema(),"
    # The table is looked up by its name.
    # Searching PostgreSQL's system tables (pg_catalog) takes long on a large server.
    " to_regclass(quote_ident(current_schema()) || '.migrations') IS NOT NULL,"
    # If a computer disappears during a session, the server notices it within two minutes.
    " set_config('tcp_keepalives_idle', '60', false),"
    " set_config('tcp_keepalives_interval', '15', false),"
    " set_config('tcp_keepalives_count', '4', false)"
)


class PostgreSQLConnection:
    """A session on the server. It implements the protocol `RegisterConnection`."""

    def __init__(self, server: PostgreSQLServer) -> None:
        self.place = server.place
        self._server = server
        self.commits = 0
        self.command = ""
        self.is_committing = False
        self._open()

    def _open(self) -> None:
        self.raw = self._server.session()
        # `PostgreSQLConnection` sends `BEGIN` by itself.
        # Without this setting, the driver would open a transaction before every statement.
        self.raw.autocommit = True
        self._proven = False
        encoding = self.raw.info.parameter_status("server_encoding")
        if encoding not in ("UTF8", "SQL_ASCII"):
            self.close()
            raise RegisterError(in_words(self.place, CANNOT_HOLD, ""))
        ((self._pid, schema, self._steps, *_),) = self.rows(OPENING)
        if schema is None:
            raise RegisterError(
                "The user of [register] url has no schema of its own. Make one, or name it in the"
                " URL."
            )
        # PostgreSQL tells each connection the number of the server process that answers it. It told
        # one when the connection began, and tells one now. A pooler between us and the server
        # makes up the first number, so if the two differ, there is a pooler.
        if self._pid != self.raw.info.backend_pid:
            self._refuse_shared()

    def _refuse_shared(self) -> None:
        """Raises `RegisterError` if a pooler moves this session between servers at each
        transaction.

        Opens a second session: the pooler must give it another server, while this session keeps
        its own."""
        if self._server.is_session:
            return
        with contextlib.closing(self._server.session()) as other:
            for _ in range(3):
                # The statement opens a transaction.
                # So the pooler cannot give the server of this session to other sessions.
                theirs = _asked(other, "SELECT pg_backend_pid()")
                if theirs == self._pid or not self._is_same():
                    raise RegisterError(POOLED.format(place=self.place))
                other.rollback()
        self._server.is_session = True

    def _is_same(self) -> bool:
        return bool(_asked(self.raw, "SELECT pg_backend_pid()") == self._pid)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        cursor = self.raw.cursor()
        cursor.execute(statement.replace("?", "%s"), tuple(values) or None)
        answer: Iterable[Sequence[Any]] = cursor
        return answer

    def rows_alone(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        return self._fresh(statement, values)

    def run_all(self, statements: Sequence[str]) -> None:
        self.rows(";\n".join(statements))

    def insert(self, into: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            lines = io.StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in rows))
            # If a COPY is cut off, the driver raises an exception and also prints a traceback.
            with contextlib.redirect_stderr(io.StringIO()):
                self.raw.cursor().copy_expert(f"COPY {into} FROM STDIN", lines)

    def begin_reading(self) -> None:
        self._fresh("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    def begin_writing(self) -> None:
        self.rows("BEGIN")

    def commit(self) -> None:
        with self._committing():
            self.rows("COMMIT")

    @contextmanager
    def _committing(self) -> Iterator[None]:
        """Context manager: records that the block commits. If the connection is lost, the record
        stays."""
        self.is_committing = True
        try:
            yield
        except self._server.troubles as error:
            self.is_committing = is_lost(self._server.code(error))
            raise
        self.is_committing = False
        self.commits += 1
        lasting.note("register")

    def commit_and_keep_lock(self) -> bool:
        self.commit()
        return True

    def pause(self) -> None:
        # Writing the workbook may take long, and many servers end long transactions.
        self.rollback()

    def rollback(self) -> None:
        if not self.raw.closed and self.raw.info.transaction_status != 0:
            self.rows("ROLLBACK")

    def lock(self) -> bool:
        query = f"SELECT pg_try_advisory_lock({WRITER}), pg_backend_pid(), {READS_ONLY}, {SIGNING}"
        ((got, pid, reads_only, _),) = self._fresh(query, (signature(self.command),))
        self._refuse_to_write(reads_only)
        # A pooler may run the second statement on another server, which does not hold the lock.
        if got and not self._proven:
            if pid != self._pid or not self._is_same():
                raise RegisterError(POOLED.format(place=self.place))
            self._proven = True
        return bool(got)

    def _refuse_to_write(self, reads_only: bool) -> None:
        """Raises `RegisterError` if the server is read-only. This is checked before the workbook
        is written."""
        if reads_only:
            raise of_the_register(in_words(self.place, READ_ONLY, ""), Kept.NOTHING)

    def begin_locked(self) -> bool:
        self._fresh("BEGIN")
        query = f"SELECT pg_try_advisory_xact_lock({WRITER}), {READS_ONLY}, {SIGNING}"
        ((got, reads_only, _),) = self.rows(query, (signature(self.command),))
        self._refuse_to_write(reads_only)
        if not got:
            self.rollback()
        return bool(got)

    def begin_own(self) -> bool:
        self._fresh("BEGIN")
        return True

    def do_own(self, statement: str, values: Sequence[Any]) -> bool:
        with self._committing():
            self._fresh(statement, values)
        return True

    def _fresh(self, statement: str, values: Sequence[Any] = ()) -> Iterable[Sequence[Any]]:
        """Runs the first statement of a transaction. If the server has closed the session,
        connects again once."""
        try:
            return self.rows(statement, values)
        except self._server.troubles:
            if not self.raw.closed:
                raise
            self._open()
            return self.rows(statement, values)

    def unlock(self) -> None:
        # The lock is released here, because a server may end a closed session late.
        # If the lock were not released, the next run could find it still held.
        try:
            self.rollback()
            self.rows(f"SELECT pg_advisory_unlock({WRITER})")
        except self._server.troubles:
            self.close()

    def holder(self) -> str:
        with contextlib.suppress(self._server.troubles):
            return "".join(line for (line,) in self.rows_alone(HOLDER))
        return ""

    def evidence(self) -> Mapping[str, str]:
        # A server gives its databases and tables their own numbers.
        # The same register has both numbers on every computer that uses it.
        # A copy of the database that was restored elsewhere has other numbers.
        query = (
            "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),"
            " to_regclass('deliveries')::oid"
        )
        ((database, table),) = self.rows(query)
        return {"database": str(database), "table": str(table)}

    def tables(self) -> set[str]:
        names = ", ".join("?" for _ in TABLES)
        query = (
            "SELECT relname FROM pg_class WHERE relnamespace ="
            " quote_ident(current_schema())::regnamespace AND"
            f" relname IN ({names})"
        )
        return {name for (name,) in self.rows(query, sorted(TABLES))}

    def prove(self) -> None:
        """Does nothing, because the server has checksums of its own."""

    def seal(self) -> None:
        """Does nothing, because the server has checksums of its own."""

    def tables_without_steps(self) -> set[str] | None:
        if self._steps:
            return None
        # Another run may have created the table after this connection was opened.
        there = self.tables()
        self._steps = "migrations" in there
        return None if self._steps else there

    def erase_what_is_deleted(self) -> None:
        """Does nothing. On PostgreSQL, `vacuum` removes deleted data."""

    def vacuum(self) -> None:
        # Without FULL, the pages of a table keep the bytes of deleted rows for a while.
        self.rows(f"VACUUM FULL {', '.join(sorted(self.tables()))}")

    def close(self) -> None:
        self.raw.close()


class PostgreSQLServer:
    """The PostgreSQL database that the URL names. It implements the protocol `Driver`."""

    def __init__(self, url: str) -> None:
        try:
            import psycopg2
            from psycopg2.extensions import parse_dsn
        except ImportError:
            raise RegisterError(missing("A register on PostgreSQL", "postgresql")) from None
        self.troubles: type[Exception] = psycopg2.Error
        self._not_connected: Exception | None = None
        """The last failure to connect. Such an error has no code."""
        self.is_session = False
        """True after it was checked that a pooler, if there is one, gives each session its own
        server."""
        self._url = f"postgresql://{url.partition('://')[2]}"
        try:
            said = parse_dsn(self._url)
        except psycopg2.Error:
            raise unusable_url() from None
        database = said.get("dbname") or said.get("user") or ""
        self.place = f"on {said.get('host') or 'this machine'}, database {database}".rstrip()
        self._wait: dict[str, Any] = (
            {} if "connect_timeout" in said else {"connect_timeout": int(WAIT)}
        )

    def session(self) -> Any:
        """Opens and returns a psycopg2 connection."""
        import psycopg2

        try:
            # The database may have another encoding: the server then translates.
            return psycopg2.connect(self._url, client_encoding="UTF8", **self._wait)
        except psycopg2.OperationalError as error:
            if "startup parameter" in str(error):
                raise RegisterError(NO_OPTIONS.format(place=self.place)) from None
            self._not_connected = error
            raise

    def connect(self) -> PostgreSQLConnection:
        return PostgreSQLConnection(self)

    def code(self, error: Exception) -> str:
        if error is self._not_connected:
            return ""
        # If the server closed a session, the driver drops the reason that the server gave.
        return str(getattr(error, "pgcode", None) or LOST)

    @contextmanager
    def alone(self) -> Iterator[Lock | None]:
        """Yields an advisory lock on a session of its own, or None if another run holds it."""
        with contextlib.closing(self.connect()) as session:
            ((got,),) = session.rows(f"SELECT pg_try_advisory_lock({RUN})")

            def holds() -> bool:
                try:
                    return session._is_same()
                except self.troubles:
                    return False

            if not got:
                yield None
                return
            if not holds():
                raise RegisterError(POOLED.format(place=self.place))
            try:
                yield Lock(holds)
            finally:
                with contextlib.suppress(self.troubles):
                    session.rows(f"SELECT pg_advisory_unlock({RUN})")


def scrambled(password: str, role: str, raw: Any) -> str:
    """Returns the text from which a server can check the password of a role. The server and its
    log never get the password itself."""
    from psycopg2.extensions import encrypt_password

    return str(encrypt_password(password, role, raw, "scram-sha-256"))


def way_to(url: str) -> tuple[str, str]:
    """Returns two texts: the hosts in the URL that are other machines, and the sslmode. The first
    text is '' if the URL names only this machine or a socket.

    What the URL leaves out is taken from the environment (`PGHOST`, `PGSSLMODE`), as the library
    libpq does."""
    from psycopg2.extensions import parse_dsn

    said = parse_dsn(f"postgresql://{url.partition('://')[2]}")
    names = said.get("hostaddr") or said.get("host") or os.environ.get("PGHOST", "")
    others = [name for name in names.split(",") if name and not _is_here(name)]
    return ", ".join(others), said.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer"


def _is_here(host: str) -> bool:
    return host.startswith(("/", "@", "127.")) or host in ("localhost", "::1")


def _asked(raw: Any, question: str) -> Any:
    cursor = raw.cursor()
    cursor.execute(question)
    return cursor.fetchone()[0]


_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _copied(value: str | int | None) -> str:
    """Returns a value in the text format of the statement COPY."""
    if value is None:
        return r"\N"
    return value.translate(_ESCAPED) if isinstance(value, str) else str(value)
