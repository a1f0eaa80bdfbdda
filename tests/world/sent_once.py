"""What was sent, held and noted, and how a test alters it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from budgettrack.register.holds import holds
from budgettrack.register.store import open_register
from tests.world.partners import Sending, command
from tests.world.smtp_server import MailHost


def taken(host: MailHost) -> Counter[tuple[str, str]]:
    return Counter((each.to.casefold(), str(each.message["subject"])) for each in host.taken)


def alter(sending: Sending, *changes: tuple[str, str]) -> None:
    text = sending.config.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    sending.config.write_text(text, "utf-8")


def held(sending: Sending) -> list[tuple[str, str]]:
    with open_register(sending.loaded.register) as register:
        return [(hold.kind, hold.period) for hold in register.ask(holds)]


def release(sending: Sending, kind: str) -> None:
    assert command(sending, "deliveries", "release", kind).stdout.startswith("Released.")


@contextmanager
def with_sql(sending: Sending) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(sending.folder / "register.sqlite")
    with connection:
        # As after a run that died before it sealed the file: the register's own checksums count.
        connection.execute("PRAGMA user_version = 0")
        yield connection
    connection.close()


def begin_again(sending: Sending) -> None:
    """The month is not done: something in it waits, so the next run looks at all of it again."""
    with with_sql(sending) as register:
        register.execute("UPDATE cycles SET ended = NULL")
