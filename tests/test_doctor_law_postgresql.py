"""What a sync, a report or a month would refuse because of a register on a server, `doctor` says
before, in the same words."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import urlsplit

import pytest

from budgettrack.register.store import open_register
from tests.world.doctor_reasons import REASONS, SERVER, problems
from tests.world.group import ON
from tests.world.needs import POSTGRES
from tests.world.pooler import pooler
from tests.world.registers import fresh, on_server
from tests.world.server_group import Place, database, no_rights, setting
from tests.world.tracing import traced

pytestmark = pytest.mark.postgres

Fault = Callable[[Place], AbstractContextManager[None]]

REFUSED = (("sync", *ON), ("report", "transparency", *ON), ("monthly", *ON))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("group")
    with fresh("postgresql", folder) as url:
        yield Place(folder, url)


@contextmanager
def at(place: Place, url: str) -> Iterator[None]:
    """The config names another register."""
    place.to(url)
    try:
        yield
    finally:
        place.to(place.url)


def other(**parts: str) -> str:
    return urlsplit(POSTGRES)._replace(**parts).geturl()


def read_only(place: Place) -> AbstractContextManager[None]:
    return setting(place, "default_transaction_read_only", "on")


@contextmanager
def wrong_password(place: Place) -> Iterator[None]:
    role = f"t{uuid.uuid4().hex}"
    on_server(f"CREATE ROLE {role} LOGIN PASSWORD 'right'")
    host = urlsplit(POSTGRES).netloc.rpartition("@")[2]
    try:
        with at(place, other(netloc=f"{role}:wrong@{host}")):
            yield
    finally:
        on_server(f"DROP ROLE {role}")


def no_server(place: Place) -> AbstractContextManager[None]:
    return at(place, "postgresql://books@127.0.0.1:9/books?connect_timeout=2")


def no_database(place: Place) -> AbstractContextManager[None]:
    return at(place, other(path="/nowhere"))


def no_schema(place: Place) -> AbstractContextManager[None]:
    return at(place, place.url.rpartition("%3D")[0] + "%3Dnowhere")


def no_url(place: Place) -> AbstractContextManager[None]:
    return at(place, "postgresql://books:a b@db.example.org:port/books")


@contextmanager
def latin1(place: Place) -> Iterator[None]:
    with database("LATIN1") as url, at(place, url):
        yield


@contextmanager
def newer(place: Place) -> Iterator[None]:
    on_server("INSERT INTO migrations VALUES (999, 'later', '')", place.url)
    try:
        yield
    finally:
        on_server("DELETE FROM migrations WHERE number = 999", place.url)


@contextmanager
def other_program(place: Place) -> Iterator[None]:
    with fresh("postgresql", place.folder) as url:
        on_server("CREATE TABLE records (id text)", url)
        with at(place, url):
            yield


@contextmanager
def another_writer(place: Place) -> Iterator[None]:
    with open_register(place.url) as held, held.writing():
        yield


@contextmanager
def transaction_pooler(place: Place) -> Iterator[None]:
    name = f"t{uuid.uuid4().hex}"
    on_server(f"CREATE DATABASE {name}")
    try:
        with pooler(name, "transaction") as url, at(place, url):
            yield
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")


FAULTS = (
    read_only,
    no_rights,
    wrong_password,
    no_server,
    no_database,
    no_schema,
    no_url,
    latin1,
    newer,
    other_program,
    another_writer,
    transaction_pooler,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_a_server_would_refuse_is_said_before_in_the_same_words(
    place: Place, fault: Fault
) -> None:
    with fault(place):
        before = place.path.read_bytes()
        said = place.run("--wait", "0", "doctor")
        assert (said.exit_code, place.path.read_bytes()) == (1, before), said.output
        refused = 0
        for words in REFUSED:
            if (words[0] == "report") and fault in (read_only, no_rights, another_writer):
                continue
            for line in problems(place, "--wait", "0", *words):
                # What is so after a failure, `doctor` cannot say.
                problem = line.partition(" Nothing was")[0]
                refused += 1
                told = (problem, problem.partition(": ")[2], problem.rpartition("  ")[2])
                assert any(text and text in said.output for text in told), (problem, said.output)
        assert refused >= 2


def test_a_month_at_work_on_another_computer_is_said_before(place: Place) -> None:
    with open_register(place.url) as held, held.cycles.lock():
        assert problems(place, "monthly", *ON)[0] in place.run("doctor").output


def test_a_server_that_is_well_is_well(place: Place) -> None:
    said = place.run("doctor").output
    assert "ok     register" in said
    assert "ok     trial" in said


@contextmanager
def new(place: Place) -> Iterator[None]:
    """Nothing is there yet: the register is made by whoever opens it."""
    with fresh("postgresql", place.folder) as url, at(place, url):
        yield


def test_doctor_passes_through_all_that_a_server_may_refuse(place: Place) -> None:
    visited: set[str] = set()
    for fault in (no_url, no_server, new, read_only, transaction_pooler):
        with fault(place), traced() as trace:
            place.run("doctor")
        visited.update(map(str, trace.visited()))
    assert {where for where, why in REASONS.items() if why == SERVER} <= visited
