"""`budgettrack key --rotate`: no hash of the old key stays, no mail goes twice, no payment twice,
and a run that dies in between is finished by the next."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from budgettrack.config.key import KEY, KEY_FILE, NEXT_KEY, fingerprint
from budgettrack.core.base.holds import Hold
from budgettrack.core.sealing.contributors import payee_hash
from budgettrack.register import store
from budgettrack.register.proof import proof
from budgettrack.register.published import batches
from budgettrack.register.store import open_register
from budgettrack.setup import rotate
from tests.world.bank_files import mt940
from tests.world.bank_month import BOOKED, ON, answer, put
from tests.world.group import CONFIG, Group, Rows
from tests.world.partners import ROWS, Sending, command
from tests.world.payees import hashes, with_payees
from tests.world.registers import KINDS, fresh
from tests.world.sent_once import alter, begin_again, held, release, taken, with_sql
from tests.world.smtp_server import MailHost, Partners, address


@pytest.fixture
def sending(tmp_path: Path, host: MailHost) -> Sending:
    folder = tmp_path / "group"
    folder.mkdir()
    to = Partners().add("everybody", "public").add("host", "host").add("treasurer", "internal")
    return Sending(folder, host, to=to, rows=ROWS)


SPENT: Rows = {
    "grants": [
        {"id": "G-1", "funder": "Fund", "title": "A room", "state": "active", "currency": "EUR"}
        | {"amount": "300", "start": "2026-01-01", "end": "2026-12-31", "publish": "yes"}
    ],
    "budget": [
        {"id": "B-1", "grant": "G-1", "category": "Rent", "amount": "1200", "people_paid": "0"}
    ],
    "expenses": [
        {"id": f"E-{n}", "date": f"2026-0{1 + n % 3}-0{1 + n // 3}", "budget_line": "B-1"}
        | {"description": f"Bill {n % 6}", "amount": "25", "state": "paid"}
        for n in range(12)
    ],
}  # fmt: skip
"""A grant that is spent: each bill of six has been paid twice."""

NAMES = ("Zqfirstzq Person", "Zqsecondzq Person", "Zqthirdzq Person")


def key(group: Group) -> bytes:
    return (group.folder / KEY_FILE).read_bytes().strip()


def rotated(group: Group) -> list[str]:
    answer = command(group, "key", "--rotate", "--yes")
    assert answer.exit_code == 0, answer.output
    return answer.stdout.splitlines()


def there(kept: set[str], group: Group) -> set[str]:
    """Those of the hashes that stand anywhere in the register's file."""
    content = (group.folder / "register.sqlite").read_bytes()
    return {text for text in kept if text.encode() in content}


def holds_itself(group: Group) -> bool:
    with open_register(f"sqlite:///{group.folder / 'register.sqlite'}") as register:
        return not register.ask(proof).broken


def test_the_key_is_known_by_its_fingerprint_and_never_shown(tmp_path: Path) -> None:
    group = Group(tmp_path)
    none = command(group, "key")
    assert (none.exit_code, none.stderr) == (
        2,
        "There is no .budgettrack.key yet. The first sync makes one.\n",
    )
    group.sync()

    assert command(group, "key").output == f"{fingerprint(key(group))}\n"
    asked = command(group, "key", "--rotate")
    assert (asked.exit_code, asked.stderr) == (
        2,
        "The key stays. To make another without being asked: --yes\n",
    )


@pytest.mark.slow
def test_no_hash_of_the_old_key_stays_and_everybody_is_known_by_the_new_one(
    tmp_path: Path,
) -> None:
    group = with_payees(tmp_path, *NAMES)
    group.sync()
    file = put(group, mt940(BOOKED))
    assert command(group, "import", file, "--yes", "--account", "Current", *ON).exit_code in (0, 3)
    group.sync()
    assert command(group, "report", "transparency", "--month", "2026-11", *ON).exit_code == 0
    old, before = key(group), hashes(group)
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as register:
        batched = register.execute("SELECT contributor FROM batch_parts").fetchall()
        marks = {mark for (mark,) in register.execute("SELECT mark FROM bank")}
        marks |= {mark for (mark,) in register.execute("SELECT mark FROM accounts")}
    kept = {*before.values(), *marks, *re.findall("[0-9a-f]{32}", str(batched))}
    assert there(kept, group) == kept
    assert len(marks) == len(BOOKED) + 1

    said = rotated(group)

    assert key(group) != old
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert not (tmp_path / NEXT_KEY).exists()
    assert there(kept, group) == set()
    new = {f"E-{n}": payee_hash(key(group), name) for n, name in enumerate(NAMES, 1)}
    assert {id_: hashes(group)[id_] for id_ in new} == new
    assert holds_itself(group)
    assert "ok     register" in command(group, "doctor").output
    assert said == [
        "The group has a new key, in .budgettrack.key. The old one is gone.",
        "Copy the new one to the group's other computers, and to where you keep it.",
        "6 bank entries imported before. If the same statement is imported again, they are"
        " recognised by day and amount only.",
        "The next import asks once more which account a statement is of. Give the same name:"
        " Current",
        "Backups from before were made with the old key. Make a new one: budgettrack backup FILE."
        " After an older one is unpacked: budgettrack sync --new-key",
        "The hashes of payees were made anew from the sheet. What is published stays as it is.",
    ]
    rows = answer(group, "import", file, "--yes", "--account", "Current", *ON)
    assert {row["what"] for row in rows} == {"duplicate"}


def test_no_other_column_of_the_register_has_a_keyed_hash(tmp_path: Path) -> None:
    group = Group(tmp_path)
    group.sync()
    with closing(sqlite3.connect(tmp_path / "register.sqlite")) as register:
        columns = register.execute(
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE c.name"
            " IN ('mark', 'reader', 'contributor', 'hash')"
        ).fetchall()
    assert {f"{table}.{column}" for table, column in columns} == {
        "accounts.mark",
        "bank.mark",
        "bank_changes.mark",
        "batch_parts.contributor",
        "contributors.hash",
        "deliveries.reader",
    }


def test_a_payee_whose_column_is_gone_is_not_known_any_more(tmp_path: Path) -> None:
    group = with_payees(tmp_path, *NAMES)
    group.sync()

    def drop(book: openpyxl.Workbook) -> None:
        sheet = book["Expenses"]
        sheet.delete_cols(next(cell.column for cell in sheet[1] if cell.value == "Payee"))

    group.edit(drop)
    group.sync()
    assert len(hashes(group)) == 3

    rotated(group)

    assert hashes(group) == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_stays_and_who_was_the_same_stays_the_same(
    tmp_path: Path, kind: str
) -> None:
    with fresh(kind, tmp_path) as url:
        group = Group(tmp_path, SPENT, config=f'{CONFIG}[register]\nurl = "{url}"\n')
        group.sync()
        report = ("report", "transparency", "--month", "2026-03", "--on", "2026-08-01")
        assert command(group, *report).exit_code == 0
        page = (tmp_path / "reports" / "public" / "2026-03.html").read_bytes()
        before = contributors(url)
        old = {who for who, _ in before}
        assert len(old) > 3
        assert len(old) < len(before)

        rotated(group)

        after = contributors(url)
        assert not old & {who for who, _ in after}
        assert same(before) == same(after)
        assert command(group, *report).exit_code == 0
        assert (tmp_path / "reports" / "public" / "2026-03.html").read_bytes() == page
        assert contributors(url) == after


def contributors(url: str) -> list[tuple[str, str]]:
    """The hash of the contributor and the ID of each part of the published batches."""
    with open_register(url) as register:
        parts = [part for batch in register.ask(batches) for part in batch.parts]
    return [(part.contributor, part.id) for part in parts if part.what == "spent"]


def same(parts: list[tuple[str, str]]) -> set[frozenset[str]]:
    """The parts that one contributor stands behind."""
    whose: dict[str, set[str]] = {}
    for who, id_ in parts:
        whose.setdefault(who, set()).add(id_)
    return {frozenset(ids) for ids in whose.values()}


@pytest.mark.slow
def test_nobody_gets_a_mail_twice_under_the_new_key(sending: Sending, host: MailHost) -> None:
    sending.sync()
    sending.month()
    once = taken(host)
    assert set(once.values()) == {1}

    assert "3 deliveries known by the new key: nothing is sent twice." in rotated(sending)

    begin_again(sending)
    sending.month()
    assert (taken(host), held(sending)) == (once, [])
    # The workbook's journal knows them, too, by the new key: a register of before the month.
    with with_sql(sending) as register:
        register.execute("DELETE FROM deliveries")
    begin_again(sending)
    alter(sending, ('name = "host"', 'name = "the host"'))
    sending.month()
    assert (taken(host), held(sending)) == (once, [])


@pytest.mark.slow
def test_a_reader_whom_the_config_does_not_know_is_asked_about(
    sending: Sending, host: MailHost
) -> None:
    sending.sync()
    sending.month()
    once = taken(host)
    alter(sending, (address("host"), "elsewhere@example.org"))

    assert (
        "1 delivery to readers who are not in the config any more. Before their month sends"
        " anything again, you are asked."
    ) in rotated(sending)

    # The address comes back under another name: nobody can know that it has the mail.
    alter(sending, ("elsewhere@example.org", address("host")), ('name = "host"', 'name = "bank"'))
    begin_again(sending)
    sending.month()
    assert (taken(host), held(sending)) == (once, [("unknown-deliveries", "2026-10")])


@pytest.mark.slow
@pytest.mark.parametrize("at", ["the journal", "the register", "the folder", "the sync"])
def test_a_rotation_that_dies_is_finished_by_the_next(
    sending: Sending, host: MailHost, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.sync()
    sending.month()
    once, old = taken(host), key(sending)

    def dies(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(
            *{
                "the journal": (rotate, "sign_journal"),
                "the register": (store.Register, "rekey"),
                "the folder": (rotate, "_replace"),
                "the sync": (rotate, "sync"),
            }[at],
            dies,
        )
        assert command(sending, "key", "--rotate", "--yes").exit_code == 1
    begin_again(sending)
    if at == "the folder":
        assert (
            "The group is getting another key, and that was interrupted. Finish it: budgettrack key"
            " --rotate"
        ) in command(sending, "monthly", "--send", "--on", "2026-11-02").output
    else:
        sending.month()
    assert taken(host) == once
    for kind, _ in held(sending):
        release(sending, kind)

    rotated(sending)

    assert key(sending) != old
    assert not (sending.folder / NEXT_KEY).exists()
    sending.month()
    assert (taken(host), held(sending)) == (once, [])
    assert command(sending, "key").output == f"{fingerprint(key(sending))}\n"


@pytest.mark.slow
def test_the_key_stays_while_it_is_not_clear_what_was_sent(
    sending: Sending, host: MailHost, tmp_path: Path
) -> None:
    sending.sync()
    before = tmp_path / "before"
    shutil.copy(sending.folder / "register.sqlite", before)
    sending.month()
    old = key(sending)
    shutil.copy(before, sending.folder / "register.sqlite")

    refused = command(sending, "key", "--rotate", "--yes")

    assert (refused.exit_code, refused.stderr.splitlines()) == (
        1,
        [
            "The workbook's journal of what was sent does not fit this register. Run this first, and"
            " do what it says: budgettrack monthly --send",
            "The key stays as it is.",
        ],
    )
    assert key(sending) == old
    once = taken(host)
    sending.month()
    with open_register(sending.loaded.register) as register:
        register.hold(
            Hold(
                "unknown-deliveries", datetime(2026, 11, 2, tzinfo=UTC), {"why": "It is not known."}
            )
        )
    assert "The key stays as it is." in command(sending, "key", "--rotate", "--yes").stderr
    release(sending, "unknown-deliveries")
    rotated(sending)
    begin_again(sending)
    sending.month()
    assert (taken(host), key(sending) != old) == (once, True)


def test_a_key_in_the_environment_is_changed_by_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = Group(tmp_path)
    monkeypatch.setenv(KEY, "k" * 40)
    group.sync()

    refused = command(group, "key", "--rotate", "--yes")

    assert (refused.exit_code, refused.stderr) == (
        2,
        "The key is in BUDGETTRACK_KEY, which this program cannot change. Write it into"
        " .budgettrack.key beside the config, remove BUDGETTRACK_KEY, and run this again. Then set"
        " BUDGETTRACK_KEY to the new content of the file.\n",
    )
