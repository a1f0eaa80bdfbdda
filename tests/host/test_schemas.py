"""The database of a host with workers: who owns what, who may do what, and who can log in. On a
real server, which asks groups' roles for their password."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg2
import pytest

from budgettrack.core.base.errors import RegisterError
from budgettrack.host import schemas
from budgettrack.host.engine import DEAD_AFTER, Queue
from budgettrack.host.jobs import JobOutcome
from budgettrack.host.schemas import BOOKED, GroupsDatabase, GroupTurn, as_group, tell_host
from budgettrack.register.database import Database, reach
from budgettrack.register.migrate import migrate
from budgettrack.register.migrations import MIGRATIONS, Migration
from budgettrack.register.store import open_register
from tests.world.grown import GrownHost

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
CODES = ("GR-1", "GR-2", "gr_3")


@pytest.fixture
def grown(server: GrownHost) -> GrownHost:
    """A prepared database with three groups, whose turn it is."""
    server.anew()
    with GroupsDatabase(server.planner) as database:
        database.prepare()
        Queue(server.planner).prepare(database)
        for code in CODES:
            database.make(code)
        database.give_turns([GroupTurn(code, {"id": code}, False, "") for code in CODES])
    return server


def login(grown: GrownHost, code: str) -> str:
    with GroupsDatabase(grown.worker) as database:
        url = database.url_for(code)
    assert url is not None
    return url


def refused(grown: GrownHost, url: str, statement: str) -> str:
    """Returns the words with which the server refuses a statement."""
    with pytest.raises(psycopg2.Error) as caught:
        grown.asked(statement, url)
    return str(caught.value)


# ---- a group's role


def test_a_job_logs_in_as_its_group_and_has_its_register_in_its_schema(grown: GrownHost) -> None:
    url = login(grown, "GR-1")
    open_register(url).close()

    assert grown.asked("SELECT current_user, current_schema()", url) == [("groups_GR-1", "g_GR-1")]
    owners = grown.asked("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'g_GR-1'")
    assert owners == [("groups_GR-1",)]


def test_a_job_that_tries_the_schema_of_another_group_is_refused_by_the_server(
    grown: GrownHost,
) -> None:
    open_register(login(grown, "GR-2")).close()
    url = login(grown, "GR-1")

    for statement in (
        'SELECT * FROM "g_GR-2".runs',
        "INSERT INTO \"g_GR-2\".meta VALUES ('a', 'b')",
        'RESET ROLE; SELECT * FROM "g_GR-2".runs',
        'CREATE TABLE "g_GR-2".mine (a integer)',
        'DROP SCHEMA "g_GR-2" CASCADE',
        "CREATE SCHEMA mine",
        "CREATE TABLE public.mine (a integer)",
        "CREATE TEMP TABLE mine (a integer)",
        "SELECT * FROM network.turns",
        "SELECT * FROM network.outcomes",
        "SELECT network.login('GR-2', 'x')",
    ):
        assert re.search("permission denied|must be owner", refused(grown, url, statement)), (
            statement
        )
    for other in ("groups_GR-2", "planner", "groups_worker", "budgettrack"):
        assert "permission denied to set role" in refused(grown, url, f'SET ROLE "{other}"')


def test_a_register_cannot_be_opened_in_the_schema_of_another_group(grown: GrownHost) -> None:
    url = login(grown, "GR-1")
    with pytest.raises(RegisterError):
        open_register(url.replace("g_GR-1", "g_GR-2")).close()


# ---- logins


def test_without_a_login_of_now_nobody_is_a_group(grown: GrownHost) -> None:
    url = login(grown, "GR-1")
    grown.asked("SELECT 1", url)

    without = as_group(grown.worker, "groups_GR-1", "", "GR-1")
    assert "no password supplied" in refused(grown, without, "SELECT 1")
    grown.asked("ALTER ROLE \"groups_GR-1\" VALID UNTIL '2026-01-01'")
    assert "password authentication failed" in refused(grown, url, "SELECT 1")


def test_a_login_is_good_for_ten_minutes_and_the_next_one_ends_it(grown: GrownHost) -> None:
    first = login(grown, "GR-1")
    ((seconds,),) = grown.asked(
        "SELECT extract(epoch FROM rolvaliduntil - now()) FROM pg_roles"
        " WHERE rolname = 'groups_GR-1'"
    )
    assert 540 < seconds <= 600

    grown.asked("UPDATE network.turns SET login = login - interval '3 minutes'")
    second = login(grown, "GR-1")
    grown.asked("SELECT 1", second)
    assert "password authentication failed" in refused(grown, first, "SELECT 1")


def test_a_turn_gives_one_login_in_90_seconds(grown: GrownHost) -> None:
    login(grown, "GR-1")
    with GroupsDatabase(grown.worker) as database:
        assert database.url_for("GR-1") is None
        assert database.url_for("GR-9") is None
        # A worker that is found dead was given it before then: its group waits no longer.
        grown.asked(f"UPDATE network.turns SET login = login - interval '{DEAD_AFTER} seconds'")
        assert database.url_for("GR-1") is not None


def test_neither_database_nor_a_message_has_the_password(grown: GrownHost) -> None:
    url = login(grown, "GR-1")
    password = url.split(":")[2].partition("@")[0]
    ((kept,),) = grown.asked("SELECT rolpassword FROM pg_authid WHERE rolname = 'groups_GR-1'")

    assert kept.startswith("SCRAM-SHA-256$4096:")
    assert password not in kept
    with pytest.raises(RegisterError) as caught:
        open_register(url.replace("/groups?", "/elsewhere?"))
    assert password not in str(caught.value)


def test_a_password_is_no_verifier(grown: GrownHost) -> None:
    said = refused(grown, grown.worker, "SELECT network.login('GR-1', 'a password')")
    assert "A verifier is needed, and no password." in said


# ---- the worker's user


def test_a_worker_makes_no_login_of_its_own(grown: GrownHost) -> None:
    grown.asked("DELETE FROM network.turns WHERE code = 'GR-2'")
    for statement in (
        "ALTER ROLE \"groups_GR-1\" PASSWORD 'x'",
        "ALTER ROLE \"groups_GR-1\" VALID UNTIL 'infinity'",
        "CREATE ROLE another LOGIN",
        'GRANT "groups_GR-1" TO groups_worker',
        'SET ROLE "groups_GR-1"',
        "SET ROLE planner",
        "INSERT INTO network.turns VALUES ('GR-2', '{}', false, '')",
        "UPDATE network.turns SET login = NULL",
        "UPDATE network.version SET number = 9",
        'CREATE TABLE "g_GR-1".mine (a integer)',
        "CREATE TABLE network.mine (a integer)",
        "CREATE SCHEMA mine",
        # It plans nothing either.
        "INSERT INTO network.procrastinate_jobs (queue_name, task_name) VALUES ('quick', 'group')",
        "UPDATE network.procrastinate_jobs SET args = '{}'",
        "CREATE OR REPLACE FUNCTION network.login(asked text, verifier text) RETURNS text"
        " LANGUAGE sql AS $$ SELECT 'x' $$",
    ):
        words = refused(grown, grown.worker, statement)
        assert re.search("permission denied|must be owner|must have", words), (statement, words)
    with GroupsDatabase(grown.worker) as database:
        assert database.url_for("GR-2") is None


def test_the_planner_sees_no_row_of_a_group(grown: GrownHost) -> None:
    open_register(login(grown, "GR-1")).close()

    assert "permission denied" in refused(grown, grown.planner, 'SELECT * FROM "g_GR-1".meta')


# ---- statements


TELL = "INSERT INTO told.statements (code, month, content) VALUES ('{}', '2026-10', 'a')"


def test_a_groups_role_adds_its_statement_and_reads_and_changes_none(grown: GrownHost) -> None:
    url = login(grown, "GR-1")
    assert tell_host(url, "GR-1", "2026-10", "one")
    assert tell_host(url, "GR-1", "2026-10", "two")
    assert tell_host(login(grown, "GR-2"), "GR-2", "2026-10", "theirs")

    for statement in (
        "SELECT content FROM told.statements",
        "SELECT count(*) FROM told.statements",
        "UPDATE told.statements SET content = 'other'",
        "DELETE FROM told.statements",
        "TRUNCATE told.statements",
        TELL.format("GR-1") + " RETURNING content",
        TELL.format("GR-1") + " ON CONFLICT (n) DO UPDATE SET content = 'b'",
        "INSERT INTO told.statements (code, month, content, at) VALUES ('GR-1', '', '', now())",
    ):
        assert "permission denied for table statements" in refused(grown, url, statement)
    words = refused(grown, url, TELL.format("GR-2"))
    assert "new row violates row-level security policy" in words
    assert "permission denied for schema told" in refused(
        grown, grown.worker, "SELECT content FROM told.statements"
    )
    with GroupsDatabase(grown.planner) as database:
        told = database.statements()
        assert [row[1:] for row in told] == [
            ("GR-1", "2026-10", "one"), ("GR-1", "2026-10", "two"), ("GR-2", "2026-10", "theirs"),
        ]  # fmt: skip
        database.taken([n for n, *_ in told])
        assert database.statements() == []


def test_a_register_in_a_file_or_in_a_database_without_a_host_tells_nothing_there(
    grown: GrownHost,
) -> None:
    assert not tell_host("sqlite:///register.sqlite", "GR-1", "2026-10", "one")
    grown.asked("DROP SCHEMA told CASCADE")
    assert not tell_host(login(grown, "GR-1"), "GR-1", "2026-10", "one")


# ---- the catalogue


CATALOGUE = {
    "a schema of a group is its role's": """
        SELECT nspname FROM pg_namespace WHERE nspname LIKE 'g\\_%'
        AND pg_get_userbyid(nspowner) <> 'groups_' || substr(nspname, 3)""",
    "all that lies in it is its role's": """
        SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname LIKE 'g\\_%' AND relowner <> nspowner""",
    "nobody else has a right on it": """
        SELECT nspname, a.grantee::regrole FROM pg_namespace, aclexplode(nspacl) a
        WHERE nspname LIKE 'g\\_%' AND a.grantee <> nspowner
        UNION ALL
        SELECT relname, a.grantee::regrole FROM pg_class
        JOIN pg_namespace n ON n.oid = relnamespace, aclexplode(relacl) a
        WHERE nspname LIKE 'g\\_%' AND a.grantee <> nspowner""",
    "no role of ours has a power over others": """
        SELECT rolname FROM pg_roles WHERE rolname LIKE 'groups\\_%' AND (rolsuper OR
        rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)""",
    "the planner is no superuser and passes by no policy": """
        SELECT rolname FROM pg_roles
        WHERE rolname = 'planner' AND (rolsuper OR rolbypassrls OR rolreplication)""",
    "a group's role is a member of that of all groups alone": """
        SELECT member::regrole, roleid::regrole FROM pg_auth_members
        WHERE member::regrole::text LIKE '%groups\\_%' AND roleid::regrole::text <> 'groups_groups'
        """,
    "nobody is a member of a group's role": """
        SELECT member::regrole FROM pg_auth_members WHERE roleid::regrole::text LIKE '%groups\\_%'
        AND roleid::regrole::text <> 'groups_groups'""",
    "groups have no right on what is shared": """
        SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'network' AND relkind = 'r'
        AND has_table_privilege('groups_GR-1', pg_class.oid, 'SELECT, INSERT, UPDATE, DELETE')""",
    "groups add statements and do nothing else with them, and workers nothing at all": """
        SELECT r.rolname, p FROM pg_roles r, unnest(array['SELECT', 'UPDATE', 'DELETE', 'TRUNCATE',
        'REFERENCES', 'TRIGGER', 'INSERT']) p WHERE (rolname LIKE 'groups\\_GR%'
        OR rolname IN ('groups_groups', 'groups_worker'))
        AND has_table_privilege(rolname, 'told.statements', p)
        UNION ALL SELECT r.rolname, p FROM pg_roles r, unnest(array['SELECT', 'UPDATE']) p
        WHERE (rolname LIKE 'groups\\_GR%' OR rolname IN ('groups_groups', 'groups_worker'))
        AND has_any_column_privilege(rolname, 'told.statements', p)
        UNION ALL SELECT 'groups_worker', 'USAGE'
        WHERE has_schema_privilege('groups_worker', 'told', 'USAGE')""",
    "a policy keeps each group to its own code": """
        SELECT 1 WHERE (SELECT array_agg(polname::text || polcmd::text) FROM pg_policy
        WHERE polrelid = 'told.statements'::regclass) IS DISTINCT FROM array['owna']
        UNION ALL SELECT 2 FROM pg_class WHERE oid = 'told.statements'::regclass
        AND (NOT relrowsecurity OR relowner <> 'planner'::regrole)""",
    "everybody has no right in the database, the schema public and ours": """
        SELECT a.privilege_type FROM pg_database, aclexplode(datacl) a
        WHERE datname = 'groups' AND grantee = 0
        UNION ALL SELECT a.privilege_type FROM pg_namespace, aclexplode(nspacl) a
        WHERE nspname IN ('public', 'network', 'told') AND grantee = 0""",
    "the planner's function is the planner's, and looks up no name elsewhere": """
        SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'network'::regnamespace
        AND (proowner <> 'planner'::regrole OR proconfig IS NULL
        OR NOT 'search_path=pg_catalog, pg_temp' = ANY (proconfig)
        OR has_function_privilege('groups_GR-1', pg_proc.oid, 'EXECUTE'))""",
}


def test_the_catalogue_shows_owners_and_rights_as_they_are_meant(grown: GrownHost) -> None:
    for code in CODES:
        open_register(login(grown, code)).close()

    for what, question in CATALOGUE.items():
        assert grown.asked(question) == [], what
    assert len(grown.asked("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'g\\_%'")) == len(CODES)


@pytest.mark.parametrize(
    "spoilt",
    [
        'ALTER SCHEMA "g_GR-1" OWNER TO planner',
        'GRANT USAGE ON SCHEMA "g_GR-1" TO "groups_GR-2"',
        'GRANT SELECT ON "g_GR-1".runs TO groups_worker',
        'GRANT "groups_GR-1" TO groups_worker',
        'ALTER ROLE "groups_GR-1" BYPASSRLS',
        "GRANT SELECT ON network.turns TO groups_groups",
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
        "ALTER FUNCTION network.login RESET search_path",
        "GRANT SELECT (content) ON told.statements TO groups_groups",
        "GRANT DELETE ON told.statements TO groups_groups",
        "GRANT USAGE ON SCHEMA told TO groups_worker",
        "ALTER TABLE told.statements DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own ON told.statements",
    ],
)
def test_the_catalogue_test_sees_what_is_spoilt(grown: GrownHost, spoilt: str) -> None:
    open_register(login(grown, "GR-1")).close()
    grown.asked(spoilt)

    assert any(grown.asked(question) for question in CATALOGUE.values())
    grown.asked('ALTER ROLE "groups_GR-1" NOBYPASSRLS')


# ---- preparing


def test_a_database_is_prepared_once_and_a_group_made_once(grown: GrownHost) -> None:
    with GroupsDatabase(grown.planner) as database:
        database.prepare()
        database.make("GR-1")
        assert database.groups() == set(CODES)


def test_whoever_may_not_prepare_is_told_what_the_administrator_says(server: GrownHost) -> None:
    server.anew()
    server.asked("CREATE ROLE groups_other LOGIN; GRANT CREATE ON DATABASE groups TO groups_other")
    with (
        GroupsDatabase(server.url("groups_other")) as database,
        pytest.raises(RegisterError, match='ALTER ROLE "groups_other" CREATEROLE; ALTER DATABASE'),
    ):
        database.prepare()


def test_old_and_new_workers_side_by_side_refuse(grown: GrownHost) -> None:
    for column in ("number", "registers"):
        with GroupsDatabase(grown.worker) as database:
            database.require_version()
            grown.asked(f"UPDATE network.version SET {column} = {column} + 1")
            with pytest.raises(RegisterError, match=r"newer budgettrack\. Upgrade budgettrack on"):
                database.require_version()
            with (
                GroupsDatabase(grown.planner) as planner,
                pytest.raises(RegisterError, match="newer budgettrack"),
            ):
                planner.prepare()
            grown.asked(f"UPDATE network.version SET {column} = {column} - 2")
            with pytest.raises(RegisterError, match="Run the planner of this version first"):
                database.require_version()
            grown.asked(f"UPDATE network.version SET {column} = {column} + 1")


# ---- migrations


def older(grown: GrownHost, code: str, steps: int) -> None:
    """The register of a group is that of an older program."""
    reach(login(grown, code), lambda made: migrate(made, MIGRATIONS[:-steps])).close()


def step_of(grown: GrownHost, code: str) -> int:
    return int(grown.asked(f'SELECT max(number) FROM "g_{code}".migrations')[0][0])


def test_all_registers_are_migrated_in_one_go_and_a_new_one_is_left_to_its_job(
    grown: GrownHost,
) -> None:
    older(grown, "GR-1", 2)
    older(grown, "GR-2", 1)
    with GroupsDatabase(grown.planner) as database:
        assert database.upgrade() == {}

    assert [step_of(grown, code) for code in ("GR-1", "GR-2")] == [len(MIGRATIONS)] * 2
    assert grown.asked("SELECT is_done FROM network.version") == [(True,)]
    grown.asked("UPDATE network.turns SET login = NULL")
    open_register(login(grown, "GR-1")).close()
    for what, question in CATALOGUE.items():
        assert grown.asked(question) == [], what


def test_a_register_that_cannot_be_migrated_keeps_no_other_waiting(grown: GrownHost) -> None:
    further = Migration(len(MIGRATIONS) + 1, "further", ("CREATE TABLE further (a integer)",))
    for code in CODES:
        open_register(login(grown, code)).close()
    # The second one fails in the midst: a table of that name is there.
    grown.asked('SET ROLE "groups_GR-2"; CREATE TABLE "g_GR-2".further (a integer)')
    with GroupsDatabase(grown.planner) as database:
        left = database.upgrade([*MIGRATIONS, further])
    assert list(left) == ["GR-2"]
    assert "is damaged or was altered by another program" in left["GR-2"]
    last = len(MIGRATIONS)
    assert [step_of(grown, code) for code in CODES] == [last + 1, last, last + 1]
    assert grown.asked("SELECT is_done FROM network.version") == [(False,)]
    for what, question in CATALOGUE.items():
        assert grown.asked(question) == [], what

    grown.asked('DROP TABLE "g_GR-2".further')
    with GroupsDatabase(grown.planner) as database:
        assert database.upgrade([*MIGRATIONS, further]) == {}
    assert [step_of(grown, code) for code in CODES] == [last + 1] * 3


def test_an_upgrade_during_which_the_database_goes_away_is_an_error(grown: GrownHost) -> None:
    for code in CODES:
        older(grown, code, 1)
    with GroupsDatabase(grown.planner) as database:
        database.groups()
        grown.asked(
            "ALTER ROLE planner NOLOGIN; SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'planner'"
        )
        try:
            with pytest.raises(RegisterError):
                database.upgrade()
        finally:
            grown.asked("ALTER ROLE planner LOGIN")
    assert step_of(grown, "gr_3") == len(MIGRATIONS) - 1


def test_a_planner_that_is_killed_in_the_midst_of_a_migration_leaves_nothing_half(
    grown: GrownHost,
) -> None:
    """Somebody writes into the second register, with a lock on its table: the planner waits."""
    for code in CODES:
        older(grown, code, 1)
    words = (
        "import sys; from budgettrack.host.schemas import GroupsDatabase as G;"
        " G(sys.argv[1]).upgrade()"
    )
    with contextlib.closing(psycopg2.connect(grown.url("budgettrack"))) as other:
        other.cursor().execute('LOCK TABLE "g_GR-2".migrations')
        process = subprocess.Popen([sys.executable, "-c", words, grown.planner])
        waits = (
            "SELECT 1 FROM pg_stat_activity WHERE usename = 'planner' AND wait_event_type = 'Lock'"
        )
        while not grown.asked(waits):
            assert process.poll() is None
        process.kill()
        process.wait()
        grown.asked(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'planner'"
        )
    for what, question in CATALOGUE.items():
        assert grown.asked(question) == [], what
    with GroupsDatabase(grown.planner) as database:
        assert database.upgrade() == {}
    assert [step_of(grown, code) for code in CODES] == [len(MIGRATIONS)] * 3


def test_a_register_into_which_somebody_writes_is_migrated_by_the_next_plan(
    grown: GrownHost,
) -> None:
    older(grown, "GR-1", 1)
    grown.asked("UPDATE network.turns SET login = NULL")
    with (
        open_register_as_it_is(login(grown, "GR-1")) as held,
        held.writer(),
        GroupsDatabase(grown.planner) as database,
    ):
        assert database.upgrade() == {"GR-1": ""}
    with GroupsDatabase(grown.planner) as database:
        assert database.upgrade() == {}
    assert step_of(grown, "GR-1") == len(MIGRATIONS)


@contextlib.contextmanager
def open_register_as_it_is(url: str) -> Iterator[Database]:
    with contextlib.closing(reach(url, lambda _: None)) as database:
        yield database


def test_a_worker_before_the_planner_is_told_so(server: GrownHost) -> None:
    server.anew()
    with (
        GroupsDatabase(server.planner) as database,
        pytest.raises(RegisterError, match=r"not prepared yet\. Run the planner first"),
    ):
        database.require_version()


def test_a_code_that_makes_too_long_a_name_is_refused(
    grown: GrownHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "LONGEST", 11)
    with (
        GroupsDatabase(grown.planner) as database,
        pytest.raises(RegisterError, match="Choose a shorter code"),
    ):
        database.make("GR-77")


# ---- quota


def test_places_in_the_quota_are_spread_over_the_minute(grown: GrownHost) -> None:
    places = {"account a": 60, "project p": 300}
    with GroupsDatabase(grown.worker) as database:
        waits = [database.take_quota(f"GR-{number}", places) for number in range(4)]
        other = database.take_quota("GR-9", {"account b": 60, "project p": 300})

    assert waits[0] == 0
    for number, wait in enumerate(waits[1:]):
        assert number - 0.5 < wait <= number + 1.01, waits
    assert other <= 0.41


def test_a_place_is_kept_for_its_group_and_lost_if_it_comes_too_late(grown: GrownHost) -> None:
    places = {"account a": 60}
    with GroupsDatabase(grown.worker) as database:
        database.take_quota("GR-1", places)
        assert database.take_quota("GR-2", places) > 0
        grown.asked("UPDATE network.booked SET at = now()")
        assert database.take_quota("GR-2", places) == 0
        # A second time it has no place.
        assert database.take_quota("GR-2", places) > 0
        grown.asked(f"UPDATE network.booked SET at = now() - interval '{BOOKED + 1} seconds'")
        assert database.take_quota("GR-2", places) > 0


def test_who_waits_for_an_account_leaves_the_project_to_the_others(grown: GrownHost) -> None:
    """Groups of one account often stand one after another in the tab *Groups*. If each held the
    project until its own moment, all accounts together would be as slow as one."""
    with GroupsDatabase(grown.worker) as database:
        waits = [
            database.take_quota(f"GR-{n}", {f"account {n // 10}": 60, "project p": 300})
            for n in range(50)
        ]
        again = database.take_quota("GR-49", {"account 4": 60, "project p": 300})

    assert max(waits) < 50 * 0.2 + 2
    # A job that comes too early keeps its moment.
    assert waits[49] - 2 < again <= waits[49]


@pytest.mark.parametrize("seed", range(3))
def test_no_minute_has_more_jobs_than_its_places(grown: GrownHost, seed: int) -> None:
    chance = random.Random(seed)
    of_project = chance.randint(20, 120)
    # So that now the accounts are too slow, and now the project.
    of_account = of_project // 3
    begun: dict[str, list[float]] = {}
    with GroupsDatabase(grown.worker) as database:
        for number in range(120):
            account = f"account {number // 9 % 6 if chance.random() < 0.8 else 0}"
            places = {account: of_account, "project p": of_project}
            asked = time.time()
            wait = database.take_quota(f"GR-{number}", places)
            for place in places:
                begun.setdefault(place, []).append(asked + wait)

    for place, moments in begun.items():
        most = of_project if place == "project p" else of_account
        moments.sort()
        # A job that begins at once does so within its slot; so a time may have one more.
        for slots in (5, most):
            for first, after in zip(moments, moments[slots + 1 :], strict=False):
                assert after - first > slots * 60 / most - 0.5, (place, slots, most)
    assert max(begun["project p"]) - min(begun["project p"]) > 60


def test_places_that_are_over_are_forgotten(grown: GrownHost) -> None:
    places = {"account a": 6000, "project p": 6000}
    with GroupsDatabase(grown.worker) as database:
        for number in range(30):
            database.take_quota(f"GR-{number}", places)
        time.sleep(0.5)
        database.take_quota("GR-30", places)

    assert grown.asked("SELECT count(*) FROM network.slots") == [(2,)]


def test_a_job_without_a_google_sheet_takes_no_quota(grown: GrownHost) -> None:
    with GroupsDatabase(grown.worker) as database:
        assert database.take_quota("GR-1", {}) == 0


# ---- turns and outcomes


def test_an_outcome_is_told_and_closes_the_turn(grown: GrownHost) -> None:
    outcome = JobOutcome("asks", ("Share it.",), "2026-11-02", "2026-10")
    with GroupsDatabase(grown.worker) as worker, GroupsDatabase(grown.planner) as planner:
        assert worker.turn("GR-1") == GroupTurn("GR-1", {"id": "GR-1"}, False, "")
        worker.tell("GR-1", outcome)
        ((at, told, is_read),) = planner.outcomes().values()
        assert (told, is_read) == (outcome, False)
        planner.close_turns({"GR-1": at})
        assert worker.turn("GR-1") is None
        assert [is_read for _, _, is_read in planner.outcomes().values()] == [True]
