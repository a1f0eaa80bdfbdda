"""A group whose register lies on a server, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from budgettrack.register import queries
from budgettrack.register.store import open_register
from tests.world.group import CONFIG, Group, column
from tests.world.needs import POSTGRES
from tests.world.registers import on_server


class Place(Group):
    """A group whose register lies in a schema of a server."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        super().__init__(folder, config=CONFIG)
        self.to(url)
        self.sync()

    def to(self, url: str) -> None:
        self.config.write_text(f'{CONFIG}[register]\nurl = "{url}"\n')

    @property
    def title(self) -> str:
        with open_register(self.url) as register:
            return register.ask(queries.load).records["grants"]["G-1"]["title"]

    @property
    def agreed(self) -> str:
        with open_register(self.url) as register:
            return register.ask(queries.load).agreed["grants"]["G-1"]["title"]

    @property
    def title_in_workbook(self) -> object:
        return self.cell("Grants", f"{column('Grants', 'Title', self.path)}2")


@contextmanager
def setting(place: Place, name: str, value: str) -> Iterator[None]:
    """The register's sessions have a setting of the server."""
    place.to(f"{place.url}%20-c{name}%3D{value}")
    try:
        yield
    finally:
        place.to(place.url)


@contextmanager
def no_rights(place: Place) -> Iterator[None]:
    """The user may read all tables, and write into none."""
    role = f"reader{abs(hash(place.url))}"
    schema = place.url.rpartition("%3D")[2]
    on_server(
        f"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role};"
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    )
    parts = urlsplit(place.url)
    netloc = f"{role}@{parts.netloc.rpartition('@')[2]}"
    place.to(parts._replace(netloc=netloc).geturl())
    try:
        yield
    finally:
        place.to(place.url)
        on_server(f"DROP OWNED BY {role}; DROP ROLE {role}")


@contextmanager
def database(encoding: str) -> Iterator[str]:
    name = f"budgettrack_{encoding.lower()}"
    on_server(
        f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE"
        " 'C'"
    )
    try:
        yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
    finally:
        on_server(f"DROP DATABASE {name} WITH (FORCE)")
