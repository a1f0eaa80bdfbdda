"""The database of a host with workers. It has a schema and a role for each group, a schema that
planner and workers share, and a schema with the statements of groups.

Three kinds of users use the database. The planner owns it, creates the roles of the groups, and
plans jobs. The worker does planned jobs. The role of a group owns the schema of this group and
sees no other. Only the process of one job logs in as this role, with a password that is valid
for ten minutes. The database has only a text from which the password can be checked, and no file
has the password."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from msgspec import Struct

from budgettrack.core.base.errors import RegisterError
from budgettrack.host.jobs import JobOutcome, outcome_of
from budgettrack.register.migrations import MIGRATIONS, Migration
from budgettrack.register.postgresql import WRITER, PostgreSQLServer, scrambled
from budgettrack.register.troubles import in_words

SHARED = "network"
"""The schema that planner and workers share."""

VERSION = 3
"""The number of the shared tables. A worker of another version refuses to work."""

LONGEST = 63
"""PostgreSQL keeps at most this many characters of a name."""

OLDER = (
    "The database of the groups was prepared by an older budgettrack. Run the planner of this"
    " version first: budgettrack host plan"
)
NEWER = (
    "The database of the groups was prepared by a newer budgettrack. Upgrade budgettrack on this"
    " machine, then start it again."
)
NOT_PREPARED = (
    "The database of the groups is not prepared yet. Run the planner first: budgettrack host plan"
)
NOT_OWNER = (
    "The user {user} may not prepare the database of the groups. Let its administrator say: ALTER"
    ' ROLE "{user}" CREATEROLE; ALTER DATABASE "{database}" OWNER TO "{user}";'
)
TOO_LONG = (
    "The name of the database and the code {code} make a name of more than 63 letters. Choose a"
    " shorter code."
)
BOOKED = 10
"""A place in Google's quota is reserved for a group for this many seconds."""

# The SQL that creates the shared tables (docs/hosting.md explains them).
# `{planner}` and `{worker}` stand for the quoted names of the two users.
PREPARED = """
CREATE SCHEMA IF NOT EXISTS network;
REVOKE ALL ON SCHEMA network FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO {worker}, {groups};
GRANT USAGE ON SCHEMA network TO {worker};
-- `registers`: the last step of migration of the groups' registers. `is_done`: whether all have it.
CREATE TABLE IF NOT EXISTS network.version (
    number integer NOT NULL, registers integer NOT NULL, is_done boolean NOT NULL);
-- The turn of a group: what its next job is told. It goes when its outcome was read.
CREATE TABLE IF NOT EXISTS network.turns (
    code text PRIMARY KEY, fields jsonb NOT NULL, send boolean NOT NULL, day text NOT NULL,
    login timestamptz);
CREATE TABLE IF NOT EXISTS network.outcomes (
    code text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), outcome jsonb NOT NULL,
    is_read boolean NOT NULL DEFAULT false);
-- The quota of Google: from when on a sheet may be read, by account or project. Before that, all is
-- taken.
CREATE TABLE IF NOT EXISTS network.quota (place text PRIMARY KEY, next timestamptz NOT NULL);
-- What is taken after that: a minute has as many slots, by number, as sheets may be read in it.
CREATE TABLE IF NOT EXISTS network.slots (
    place text NOT NULL, n bigint NOT NULL, PRIMARY KEY (place, n));
CREATE TABLE IF NOT EXISTS network.booked (code text PRIMARY KEY, at timestamptz NOT NULL);
GRANT SELECT ON network.version, network.turns TO {worker};
GRANT SELECT, INSERT, UPDATE ON network.outcomes, network.quota TO {worker};
GRANT SELECT, INSERT, UPDATE, DELETE ON network.booked, network.slots TO {worker};
-- Lets a job in as its group for ten minutes: once in 90 seconds, and only in the group's turn.
CREATE OR REPLACE FUNCTION network.login(asked text, verifier text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE named text := current_database() || '_' || asked;
BEGIN
    IF verifier !~ '^SCRAM-SHA-256[$][0-9]+:[A-Za-z0-9+/=]+[$][A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE 'A verifier is needed, and no password.';
    END IF;
    UPDATE network.turns SET login = now()
        WHERE code = asked AND (login IS NULL OR login < now() - interval '90 seconds');
    IF NOT FOUND THEN RETURN NULL; END IF;
    EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', named, verifier,
        now() + interval '10 minutes');
    RETURN named;
END $body$;
-- What groups tell the host. The role of a group adds a statement of its own, and can neither
-- read nor change any. A blank content takes back all that the group told before.
CREATE SCHEMA IF NOT EXISTS told;
REVOKE ALL ON SCHEMA told FROM PUBLIC;
GRANT USAGE ON SCHEMA told TO {groups};
CREATE TABLE IF NOT EXISTS told.statements (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(),
    code text NOT NULL, month text NOT NULL, content text NOT NULL);
ALTER TABLE told.statements ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own ON told.statements;
CREATE POLICY own ON told.statements FOR INSERT TO {groups}
    WITH CHECK (current_user = current_database() || '_' || code);
GRANT INSERT (code, month, content) ON told.statements TO {groups};
REVOKE ALL ON FUNCTION network.login FROM PUBLIC;
GRANT EXECUTE ON FUNCTION network.login TO {worker};
-- Takes the first slot that is free in every place, and says how many seconds it is off. A job that
-- has to wait for its account leaves earlier slots of the project to the jobs of other accounts.
-- Times are in microseconds. The rows of `quota` are locked in one order, so that two workers never
-- wait for each other. `kept`: for how long a job that comes late keeps its slot.
CREATE OR REPLACE FUNCTION network.take(asked text, places text[], reads int[], kept interval)
RETURNS float8 LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    moment bigint := extract(epoch FROM now()) * 1000000;
    begins bigint := moment;
    own timestamptz;
    free bigint[];
    width bigint[];
    after bigint;
    is_free boolean;
BEGIN
    SELECT at INTO own FROM network.booked WHERE code = asked FOR UPDATE;
    IF own > now() THEN RETURN extract(epoch FROM own - now()); END IF;
    DELETE FROM network.booked WHERE code = asked;
    IF own > now() - kept THEN RETURN 0; END IF;
    FOR i IN 1 .. cardinality(places) LOOP
        width[i] := ceil(60000000.0 / reads[i]);
        INSERT INTO network.quota (place, next) VALUES (places[i], now())
            ON CONFLICT (place) DO UPDATE SET next = greatest(network.quota.next, now())
            RETURNING extract(epoch FROM next) * 1000000 INTO after;
        free[i] := after;
        begins := greatest(begins, free[i]);
        DELETE FROM network.slots WHERE place = places[i] AND n < moment / width[i];
    END LOOP;
    LOOP
        is_free := true;
        FOR i IN 1 .. cardinality(places) LOOP
            after := network.after(places[i], begins / width[i]);
            IF after > begins / width[i] THEN
                begins := after * width[i];
                is_free := false;
            END IF;
        END LOOP;
        EXIT WHEN is_free;
    END LOOP;
    FOR i IN 1 .. cardinality(places) LOOP
        INSERT INTO network.slots VALUES (places[i], begins / width[i]);
        after := network.after(places[i], free[i] / width[i]) * width[i];
        UPDATE network.quota SET next = timestamptz 'epoch' + after * interval '1 microsecond'
            WHERE place = places[i] AND after > free[i];
    END LOOP;
    IF begins = moment THEN RETURN 0; END IF;
    INSERT INTO network.booked
        VALUES (asked, timestamptz 'epoch' + begins * interval '1 microsecond');
    RETURN (begins - moment) / 1000000.0;
END $body$;
-- The first slot from this one on that nobody has.
CREATE OR REPLACE FUNCTION network.after(of_place text, slot bigint)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE each bigint;
BEGIN
    FOR each IN SELECT n FROM network.slots WHERE place = of_place AND n >= slot ORDER BY n LOOP
        EXIT WHEN each > slot;
        slot := slot + 1;
    END LOOP;
    RETURN slot;
END $body$;
REVOKE ALL ON FUNCTION network.take, network.after FROM PUBLIC;
GRANT EXECUTE ON FUNCTION network.take, network.after TO {worker};
"""

ROLE = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"


def quoted(name: str) -> str:
    """Returns a name in the form in which SQL needs it."""
    return '"' + name.replace('"', '""') + '"'


class GroupTurn(Struct, frozen=True):
    """What the planner tells the job of a group. `fields`: the row of the group in the tab
    *Groups*."""

    code: str
    fields: Mapping[str, str]
    send: bool
    day: str


class GroupsDatabase:
    """The database of the groups, as the planner or a worker sees it; the user in the URL
    decides which."""

    def __init__(self, url: str) -> None:
        self._server = PostgreSQLServer(url)
        self._url = url
        self._raw: Any = None

    def __enter__(self) -> GroupsDatabase:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._raw is not None:
            self._raw.close()
            self._raw = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Context manager that turns a database error into a `RegisterError`. Its message says what
        to do."""
        try:
            yield
        except self._server.troubles as error:
            words = in_words(self._server.place, self._server.code(error), str(error))
            self.close()
            raise RegisterError(words) from None

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs a statement in a transaction of its own."""
        with self._told(), self._session() as raw:
            cursor = raw.cursor()
            cursor.execute(statement, tuple(values) or None)
            return [] if cursor.description is None else cursor.fetchall()

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """Yields a session in which every statement is a transaction of its own."""
        if self._raw is None or self._raw.closed:
            self._raw = self._server.session()
        self._raw.autocommit = True
        yield self._raw

    @contextmanager
    def _whole(self) -> Iterator[Any]:
        """Yields a cursor. All statements of this cursor are one transaction."""
        with self._told(), self._session() as raw:
            cursor = raw.cursor()
            cursor.execute("BEGIN")
            try:
                yield cursor
            except BaseException:
                # If the session is lost, the server has undone everything.
                # An error while undoing is ignored: the error before it is more useful.
                with contextlib.suppress(self._server.troubles):
                    cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    # ---- the planner

    def prepare(self) -> None:
        """Makes the shared tables and the role of the workers, if they are missing. Raises
        `RegisterError` if the user has no right to do this, or if a newer version of the program
        prepared the database."""
        found = self._version()
        if found == (VERSION, len(MIGRATIONS)):
            return
        if found[0] > VERSION or found[1] > len(MIGRATIONS):
            raise RegisterError(NEWER)
        ((user, database, may),) = self._rows(
            "SELECT current_user, current_database(),"
            " (rolcreaterole OR rolsuper) AND pg_has_role(datdba, 'USAGE')"
            " FROM pg_roles, pg_database"
            " WHERE rolname = current_user AND datname = current_database()"
        )
        if not may:
            raise RegisterError(NOT_OWNER.format(user=user, database=database))
        worker, groups = f"{database}_worker", f"{database}_groups"
        with self._whole() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('budgettrack host', 0))")
            for name, can in ((worker, "LOGIN"), (groups, "NOLOGIN")):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
                if not cursor.fetchone():
                    cursor.execute(f"CREATE ROLE {quoted(name)} {can} {ROLE}")
            names = {"database": database, "worker": worker, "groups": groups}
            cursor.execute(PREPARED.format(**{key: quoted(to) for key, to in names.items()}))
            cursor.execute("DELETE FROM network.version")
            # The new version number stops workers of the older version: they begin no new job.
            cursor.execute(
                "INSERT INTO network.version VALUES (%s, %s, false)", (VERSION, len(MIGRATIONS))
            )

    def let_workers(self, statements: Sequence[str]) -> None:
        """Runs statements about the rights of the workers. `{worker}` in a statement stands for
        the name of their role."""
        ((database,),) = self._rows("SELECT current_database()")
        with self._whole() as cursor:
            for statement in statements:
                cursor.execute(statement.format(worker=quoted(f"{database}_worker")))

    def require_version(self) -> None:
        """Raises `RegisterError` if the database belongs to another version of the program."""
        found = self._version()
        if found == (0, 0):
            raise RegisterError(NOT_PREPARED)
        if found != (VERSION, len(MIGRATIONS)):
            is_newer = found[0] > VERSION or found[1] > len(MIGRATIONS)
            raise RegisterError(NEWER if is_newer else OLDER)

    def _version(self) -> tuple[int, int]:
        """Returns the version numbers of the shared tables and of the registers, or (0, 0)."""
        ((is_there,),) = self._rows("SELECT to_regclass('network.version') IS NOT NULL")
        rows = self._rows("SELECT number, registers FROM network.version") if is_there else []
        return (int(rows[0][0]), int(rows[0][1])) if rows else (0, 0)

    def upgrade(self, steps: Sequence[Migration] = MIGRATIONS) -> dict[str, str]:
        """Migrates the registers of all groups to the newest version, each in a transaction of its
        own. If it is stopped, the next call continues. A register that cannot be migrated keeps
        nobody else waiting.

        Returns the groups whose register was not migrated, each with the reason: '' if somebody
        is using the register. The next call tries these again. Raises `RegisterError` if the
        database cannot be used."""
        if self._rows("SELECT 1 FROM network.version WHERE is_done"):
            return {}
        left: dict[str, str] = {}
        for code in sorted(self.groups()):
            try:
                if not self._upgraded(code, steps):
                    left[code] = ""
            except RegisterError as error:
                # If the database itself is the reason, this raises, and no other group is tried.
                self._rows("SELECT 1")
                left[code] = str(error)
        if not left:
            self._rows("UPDATE network.version SET is_done = true")
        return left

    def _upgraded(self, code: str, steps: Sequence[Migration]) -> bool:
        """Migrates the register of one group to the newest version. Returns False if somebody is
        writing into it."""
        role, schema = quoted(self.role(code)), quoted(schema_of(code))
        with self._whole() as cursor:
            cursor.execute(
                f"GRANT {role} TO CURRENT_USER; SET LOCAL ROLE {role};"
                f" SET LOCAL search_path = {schema};"
                f" SELECT pg_try_advisory_xact_lock({WRITER}),"
                " to_regclass(quote_ident(current_schema()) || '.migrations') IS NOT NULL"
            )
            ((is_ours, is_there),) = cursor.fetchall()
            if is_ours and is_there:
                cursor.execute("SELECT max(number) FROM migrations")
                ((done,),) = cursor.fetchall()
                missing = steps[done or 0 :]
                if missing:
                    cursor.execute(";\n".join(_statements(missing)))
            cursor.execute(f"RESET ROLE; REVOKE {role} FROM CURRENT_USER")
        return bool(is_ours)

    def groups(self) -> set[str]:
        """Returns the codes of the groups that have a schema."""
        rows = self._rows(
            "SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) LIKE"
            " current_database() || '\\_%' AND nspname LIKE 'g\\_%'"
        )
        return {name.removeprefix("g_") for (name,) in rows}

    def make(self, code: str) -> None:
        """Creates the role and the schema of a group if they do not exist. The role cannot log in
        before its first job.

        Raises `RegisterError` if the code is too long."""
        ((database,),) = self._rows("SELECT current_database()")
        name = f"{database}_{code}"
        if len(name) > LONGEST:
            raise RegisterError(TOO_LONG.format(code=code))
        role, schema, all_groups = map(quoted, (name, schema_of(code), f"{database}_groups"))
        with self._whole() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
            if not cursor.fetchone():
                cursor.execute(f"CREATE ROLE {role} LOGIN {ROLE} CONNECTION LIMIT 20")
            cursor.execute(f"GRANT {all_groups} TO {role}")
            # PostgreSQL lets a user give a schema to a role only as a member of this role.
            # So the planner becomes a member of the role, and stops being one afterwards.
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}")
            cursor.execute(f"REVOKE {role} FROM CURRENT_USER")

    def has_register(self, code: str) -> bool:
        """Whether there is a register in the schema of a group."""
        return bool(
            self._rows(
                "SELECT 1 FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                " WHERE nspname = %s AND relname = 'migrations'",
                (schema_of(code),),
            )
        )

    def let_in(self, code: str) -> str:
        """Ends the turn of a group, so that no worker begins its job, and lets the planner in.

        Returns a URL with which the planner can log in as the group during the next ten minutes,
        to move its register."""
        password = secrets.token_urlsafe(24)
        role = self.role(code)
        with self._told(), self._session() as raw:
            verifier = scrambled(password, role, raw)
        with self._whole() as cursor:
            cursor.execute(
                "INSERT INTO network.turns (code, fields, send, day) VALUES (%s, '{}', false, '')"
                " ON CONFLICT (code) DO UPDATE SET login = NULL",
                (code,),
            )
            cursor.execute("SELECT network.login(%s, %s)", (code, verifier))
            cursor.execute("DELETE FROM network.turns WHERE code = %s", (code,))
        return as_group(self._url, role, password, code)

    def register_of(self, code: str) -> str:
        """Returns the URL of a group's register, without a password."""
        return as_group(self._url, self.role(code), "", code)

    def give_turns(self, turns: Sequence[GroupTurn]) -> None:
        """Allows each group to have its next job, and stores the information for these jobs."""
        with self._whole() as cursor:
            for turn in turns:
                cursor.execute(
                    "INSERT INTO network.turns (code, fields, send, day) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT (code) DO UPDATE SET fields = excluded.fields,"
                    " send = excluded.send, day = excluded.day, login = NULL",
                    (turn.code, json.dumps(dict(turn.fields)), turn.send, turn.day),
                )

    def outcomes(self) -> dict[str, tuple[Any, JobOutcome, bool]]:
        """Returns the last outcome of each group, with its time, and whether the tab *Groups*
        already shows it."""
        rows = self._rows("SELECT code, at, outcome, is_read FROM network.outcomes")
        return {code: (at, outcome_of(kept), is_read) for code, at, kept, is_read in rows}

    def statements(self) -> list[tuple[int, str, str, str]]:
        """Returns the statements that the planner has not taken yet, the oldest first. Each has a
        number, the code of the group, the month, and the content. If the content is '', the group
        withdraws all its earlier statements."""
        rows = self._rows("SELECT n, code, month, content FROM told.statements ORDER BY n")
        return [(int(n), code, month, content) for n, code, month, content in rows]

    def taken(self, statements: Sequence[int]) -> None:
        """Deletes statements that the planner has taken. `statements`: their numbers."""
        self._rows("DELETE FROM told.statements WHERE n = ANY (%s)", (list(statements),))

    def close_turns(self, seen: Mapping[str, Any]) -> None:
        """Records that outcomes are in the tab *Groups*. `seen`: the time of each of them, by
        the code of the group."""
        with self._whole() as cursor:
            for code, at in seen.items():
                cursor.execute(
                    "UPDATE network.outcomes SET is_read = true WHERE code = %s AND at = %s",
                    (code, at),
                )
                cursor.execute("DELETE FROM network.turns WHERE code = %s", (code,))

    # ---- the job of a group

    def add_statement(self, code: str, month: str, content: str) -> bool:
        """Adds a statement of the group that is logged in. Returns False if this is no database of
        a host."""
        ((is_host,),) = self._rows("SELECT to_regnamespace('told') IS NOT NULL")
        if is_host:
            self._rows(
                "INSERT INTO told.statements (code, month, content) VALUES (%s, %s, %s)",
                (code, month, content),
            )
        return bool(is_host)

    # ---- the worker

    def turn(self, code: str) -> GroupTurn | None:
        """Returns the information for the job of a group. Returns None if the group may have no job
        now."""
        rows = self._rows("SELECT fields, send, day FROM network.turns WHERE code = %s", (code,))
        return GroupTurn(code, *rows[0]) if rows else None

    def role(self, code: str) -> str:
        """Returns the name of a group's role."""
        ((database,),) = self._rows("SELECT current_database()")
        return f"{database}_{code}"

    def url_for(self, code: str) -> str | None:
        """Returns a URL with which the job of a group can log in during the next ten minutes.

        Returns None if another job of the group got one less than 90 seconds ago, or if the
        group may have no job now."""
        password = secrets.token_urlsafe(24)
        role = self.role(code)
        with self._told(), self._session() as raw:
            verifier = scrambled(password, role, raw)
        ((named,),) = self._rows("SELECT network.login(%s, %s)", (code, verifier))
        return None if named is None else as_group(self._url, named, password, code)

    def take_quota(self, code: str, places: Mapping[str, int]) -> float:
        """Reserves a place in Google's quota for a job. `places`: how many sheets may be read in a
        minute, by account and project.

        Returns 0 if the job may begin. Otherwise returns after how many seconds it may begin;
        its place is reserved until then."""
        if not places:
            return 0.0
        ((wait,),) = self._rows(
            "SELECT network.take(%s, %s, %s, make_interval(secs => %s))",
            (code, sorted(places), [places[place] for place in sorted(places)], BOOKED),
        )
        return float(wait)

    def tell(self, code: str, outcome: JobOutcome) -> None:
        """Tells the planner how a job ended."""
        self._rows(
            "INSERT INTO network.outcomes (code, outcome) VALUES (%s, %s) ON CONFLICT (code)"
            " DO UPDATE SET at = now(), outcome = excluded.outcome, is_read = false",
            (code, json.dumps(outcome.as_values())),
        )


def tell_host(url: str, code: str, month: str, content: str) -> bool:
    """Adds a statement of a group, for its host. `url`: the URL with which the group logs in.
    `content`: the statement, or '' to withdraw all earlier statements.

    Returns False if the group's register is in no database of a host. Raises `RegisterError` if the
    database cannot be reached."""
    if not url.startswith("postgresql"):
        return False
    with GroupsDatabase(url) as database:
        return database.add_statement(code, month, content)


def _statements(steps: Sequence[Migration]) -> Iterator[str]:
    for step in steps:
        yield from step.statements
        name = step.name.replace("'", "''")
        yield f"INSERT INTO migrations VALUES ({step.number}, '{name}', now()::text)"


def schema_of(code: str) -> str:
    return f"g_{code}"


def as_group(url: str, role: str, password: str, code: str) -> str:
    """Returns the URL of a group's register. `password` may be '', for a config file that is
    stored on a disk."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2]
    login = quote(role, safe="") + (f":{quote(password, safe='')}" if password else "")
    options = f"options=-csearch_path%3D{quote(quoted(schema_of(code)), safe='')}"
    rest = [part for part in parts.query.split("&") if part and not part.startswith("options=")]
    return parts._replace(netloc=f"{login}@{server}", query="&".join([*rest, options])).geturl()
