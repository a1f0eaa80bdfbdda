"""Back up, unpack, move: what is restored is what was there, nothing secret is in it, and nothing is sent twice."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from budgettrack.config.load import load
from budgettrack.core.base.errors import UsageError
from budgettrack.register import copy
from budgettrack.register.holds import holds
from budgettrack.register.queries import HOME
from budgettrack.register.store import open_register
from budgettrack.setup import backup, sealed
from tests.world.group import CONFIG, Group
from tests.world.partners import Sending, partners
from tests.world.registers import KINDS, fresh
from tests.world.smtp_server import PASSWORD, MailHost, address

WORDS = "four words that fit nothing"


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUDGETTRACK_PASSPHRASE", WORDS)
    # The same steps, hundreds of times cheaper. One test measures that the real cost is asked for.
    monkeypatch.setattr(sealed, "COST", 2**10)


@pytest.fixture
def kept_group(tmp_path: Path) -> Group:
    folder = tmp_path / "books"
    folder.mkdir()
    made = Group(folder)
    made.sync()
    made.set("Expenses", "F2", 999)
    made.sync()
    return made


def backed_up(kept_group: Group, *words: str) -> Path:
    file = kept_group.folder.parent / "archive"
    done = kept_group.run("backup", str(file), *words)
    assert done.exit_code == 0, done.output
    return file


def unpacked(kept_group: Group, file: Path, name: str = "new") -> tuple[Path, Result]:
    folder = kept_group.folder.parent / name
    return folder, kept_group.run("unpack", str(file), "--into", str(folder))


def tables(folder: Path) -> object:
    """What a register holds, but for the holds, and the place where it is used."""
    with open_register(f"sqlite:///{folder / 'register.sqlite'}") as register:
        of_tables = dict(register.ask(copy.digests))
        meta = register.ask(
            lambda ask: sorted(map(tuple, ask.rows("SELECT * FROM meta WHERE key <> ?", (HOME,))))
        )
    del of_tables["holds"], of_tables["meta"]
    return of_tables, meta


def inside(file: Path) -> dict[str, bytes]:
    return dict(backup.read(file, WORDS).contents)


# Back up, and unpack


def test_what_is_unpacked_is_what_was_there_and_nothing_is_sent_until_a_person_decides(
    kept_group: Group,
) -> None:
    folder, done = unpacked(kept_group, backed_up(kept_group))

    assert done.exit_code == 3, "a person must look"
    assert tables(folder) == tables(kept_group.folder)
    with open_register(f"sqlite:///{folder / 'register.sqlite'}") as register:
        assert [hold.kind for hold in register.ask(holds)] == ["older-register"]
    assert "budgettrack deliveries release older-register" in done.stdout
    assert load(folder / "budgettrack.toml").register.endswith(f"{folder}/register.sqlite")


@pytest.mark.slow
def test_the_archive_says_what_the_workbook_has_that_it_is_too_old_for(kept_group: Group) -> None:
    file = backed_up(kept_group)
    kept_group.set("Expenses", "F3", 777)
    folder = kept_group.folder.parent / "new"
    folder.mkdir()
    kept_group.path.rename(folder / "plan.xlsx")

    _, done = unpacked(kept_group, file)

    assert "The next sync will do this:" in done.stdout
    assert re.search(r"register: expenses E-2: .*777", done.stdout)


@pytest.mark.slow
def test_a_workbook_that_is_not_there_yet_is_said(kept_group: Group) -> None:
    _, done = unpacked(kept_group, backed_up(kept_group))

    assert "The workbook cannot be compared yet:" in done.stdout
    assert "Then: budgettrack sync --dry-run" in done.stdout


@pytest.mark.slow
def test_an_archive_has_no_secret_and_the_workbook_and_the_key_only_if_asked_for(
    kept_group: Group,
) -> None:
    for name in ("mail-password", "credentials.json"):
        (kept_group.folder / name).write_text("SECRET")
    kept_group.config.write_text(
        CONFIG + "[register]\nurl = 'sqlite:///register.sqlite'\n[monthly]\n"
        'ping = "https://example.org/SECRET"\n[deliver]\nwebhook = "https://example.org/SECRET"\n'
    )
    (kept_group.folder / "reports" / "private" / "mail").mkdir(parents=True, exist_ok=True)
    (kept_group.folder / "reports" / "private" / "mail" / "1.eml").write_text("sent")
    (kept_group.folder / "bank-layouts").mkdir()
    (kept_group.folder / "bank-layouts" / "ours.toml").write_text("[bank]\n")
    little = inside(backed_up(kept_group))

    assert little.keys() >= {
        "bank-layouts/ours.toml",
        "budgettrack.toml",
        "register.sqlite",
        "reports/private/mail/1.eml",
    }
    assert not little.keys() & {
        "plan.xlsx",
        ".budgettrack.key",
        "mail-password",
        "credentials.json",
    }
    assert all(b"SECRET" not in content for content in little.values())
    assert (
        b"left out of the backup, because it may hold a secret. Write it again: ping"
        in (little["budgettrack.toml"])
    )

    (kept_group.folder.parent / "archive").unlink()
    whole = inside(backed_up(kept_group, "--with-key", "--with-workbook"))
    assert whole["plan.xlsx"] == kept_group.path.read_bytes()
    assert whole[".budgettrack.key"] == (kept_group.folder / ".budgettrack.key").read_bytes()


def test_the_url_of_a_server_is_in_no_archive(kept_group: Group) -> None:
    text = '[register]\nurl = "postgresql://books:s3cret@db.example.org/books"\n'

    assert backup.portable(text, load(kept_group.config)) == (
        '[register]\nurl = "sqlite:///register.sqlite"\n'
    )


@pytest.mark.slow
def test_an_archive_is_encrypted_and_for_its_owner_only(kept_group: Group) -> None:
    file = backed_up(kept_group)

    content = file.read_bytes()
    assert content.startswith(b"budgettrack backup 1\n")
    assert b"SQLite" not in content
    assert b"plan.xlsx" not in content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_archive_without_a_passphrase_is_an_ordinary_one(
    kept_group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUDGETTRACK_PASSPHRASE")
    file = backed_up(kept_group, "--unencrypted")

    with tarfile.open(file) as tar:
        assert "register.sqlite" in tar.getnames()
    folder, _ = unpacked(kept_group, file)
    assert tables(folder) == tables(kept_group.folder)


@pytest.mark.slow
def test_a_wrong_passphrase_and_every_changed_byte_are_noticed(
    kept_group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(kept_group)
    content = file.read_bytes()
    words = "The archive cannot be opened: the passphrase is wrong, or the file was changed or cut."
    for at in (len(sealed.HEAD), len(sealed.HEAD) + 20, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        _, done = unpacked(kept_group, file)
        assert (done.exit_code, words in done.stderr) == (2, True)
    file.write_bytes(content)
    monkeypatch.setenv("BUDGETTRACK_PASSPHRASE", "other words altogether")
    _, done = unpacked(kept_group, file)
    assert words in done.stderr
    assert not (kept_group.folder.parent / "new").exists()


@pytest.mark.slow
def test_the_key_of_a_passphrase_costs_what_owasp_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert sealed.COST >= 2**17
    closed = sealed.sealed(b"content", WORDS)
    assert sealed.opened(closed, WORDS) == b"content"


def _refused(kept_group: Group, *words: str) -> str:
    done = kept_group.run(*words)
    assert done.exit_code == 2, done.output
    return done.stderr


@pytest.mark.slow
def test_what_cannot_be_backed_up_is_said(
    kept_group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = backed_up(kept_group)
    assert "is there already. Name a new file: an archive is never replaced." in _refused(
        kept_group, "backup", str(there)
    )
    (kept_group.folder / ".budgettrack.key").unlink()
    assert "This group has no key (.budgettrack.key). Leave out --with-key." in _refused(
        kept_group, "backup", str(there) + "2", "--with-key"
    )
    nowhere = kept_group.folder / "nowhere" / "file"
    assert f"{nowhere} cannot be written: No such file or directory." in _refused(
        kept_group, "backup", str(nowhere)
    )
    monkeypatch.setenv("BUDGETTRACK_PASSPHRASE", "short")
    assert "The passphrase is too short: it needs 12 letters or more." in _refused(
        kept_group, "backup", str(there) + "3"
    )
    monkeypatch.delenv("BUDGETTRACK_PASSPHRASE")
    assert "There is nobody to ask for the passphrase. Set BUDGETTRACK_PASSPHRASE" in _refused(
        kept_group, "backup", str(there) + "4"
    )


@pytest.mark.slow
def test_an_online_workbook_is_not_in_an_archive(kept_group: Group) -> None:
    kept_group.config.write_text(
        '[workbook]\ngoogle = "1x2y3z1x2y3z1x2y3z1x2y3z1x2y3z1x2y3z1x2y3z"\n'
    )

    assert "The workbook is online, and its copy is made there: File > Make a copy." in _refused(
        kept_group, "backup", str(kept_group.folder.parent / "a"), "--with-workbook"
    )


def test_what_cannot_be_unpacked_is_said(kept_group: Group) -> None:
    file = kept_group.folder.parent / "a"
    assert "cannot be read: No such file or directory. Name an archive." in _refused(
        kept_group, "unpack", str(file)
    )
    file.write_bytes(b"something else")
    assert "is no archive of budgettrack backup, or it was cut. Name another copy." in _refused(
        kept_group, "unpack", str(file)
    )
    assert "is there already. Unpack into an empty folder: --into FOLDER" in _refused(
        kept_group, "unpack", str(backed_up(kept_group)), "--into", str(kept_group.folder)
    )


def test_an_archive_that_is_spoilt_anywhere_is_told_or_is_what_it_was(kept_group: Group) -> None:
    """zlib raises an error of its own, which is neither an OSError nor a ValueError."""
    sound = backed_up(kept_group, "--unencrypted").read_bytes()
    file = kept_group.folder.parent / "spoilt"
    file.write_bytes(sound)
    whole, told = backup.read(file, ""), 0
    for place in range(20, len(sound) - 20, 211):
        spoilt = bytearray(sound)
        spoilt[place : place + 8] = bytes(8)
        file.write_bytes(spoilt)
        try:
            assert backup.read(file, "") == whole, place
        except UsageError:
            told += 1
    assert told > 10


def test_no_file_of_an_archive_leaves_its_folder(kept_group: Group) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../outside"), io.BytesIO())
    file = kept_group.folder.parent / "a"
    file.write_bytes(made.getvalue())

    assert "is no archive of budgettrack backup" in _refused(kept_group, "unpack", str(file))


@pytest.mark.slow
def test_a_month_that_was_sent_after_the_backup_is_not_sent_again_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine is lost after the month was sent. The register of the week before knows nothing of it."""
    monkeypatch.setenv("BUDGETTRACK_MAIL_PASSWORD", PASSWORD)
    folder = tmp_path / "books"
    folder.mkdir()
    with MailHost(tmp_path) as host:
        kept_group = Sending(folder, host, to=partners())
        kept_group.sync()
        file = backed_up(kept_group, "--with-workbook")
        kept_group.month()
        sent = len(host.taken)
        assert sent > 0

        new, _ = unpacked(kept_group, file)
        kept_group.config = new / "budgettrack.toml"
        kept_group.month()
        assert len(host.taken) == sent, "nothing is sent while the hold stands"

        assert kept_group.run("deliveries", "release", "older-register").exit_code == 0
        kept_group.month()
        assert len(host.to(address("everybody"))) == 2, "after the release, a person decided so"


# Move


@contextlib.contextmanager
def _moved(kept_group: Group, kind: str, folder: Path) -> Iterator[str]:
    with fresh(kind, folder) as url:
        given = url.replace("+psycopg", "")
        done = kept_group.run("move", kind, given)
        assert done.exit_code == 0, done.output
        assert "The register was copied, and is equal in every table." in done.stdout
        yield given


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_register_moves_with_its_whole_history_and_back(
    kind: str, kept_group: Group, tmp_path: Path
) -> None:
    before = tables(kept_group.folder)
    with _moved(kept_group, kind, tmp_path) as url:
        old = f"sqlite:///{kept_group.folder / 'register.sqlite'}"
        with open_register(old) as register:
            assert [hold.kind for hold in register.ask(holds)] == ["other-machine"]
        kept_group.config.write_text(f'{CONFIG}[register]\nurl = "{url}"\n')
        assert "Nothing to do" in kept_group.run("sync", "--dry-run", "--on", "2026-11-02").stdout
        assert "999" in kept_group.run("history", "E-1").stdout

        done = kept_group.run("move", "sqlite", "sqlite:///back.sqlite")
        assert done.exit_code == 0, done.output

    (kept_group.folder / "register.sqlite").unlink()
    (kept_group.folder / "back.sqlite").rename(kept_group.folder / "register.sqlite")
    assert tables(kept_group.folder) == before


@pytest.mark.slow
def test_a_register_moves_into_an_empty_one_alone(kept_group: Group, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    Group(other).sync()
    taken = f"sqlite:///{other / 'register.sqlite'}"

    done = kept_group.run("move", "sqlite", taken)

    assert done.exit_code == 1
    assert (
        "is not empty. Name a new file, or a database or schema without a register." in done.stderr
    )
    with open_register(f"sqlite:///{kept_group.folder / 'register.sqlite'}") as register:
        assert register.ask(holds) == [], "the old register goes on as before"


def test_a_url_of_another_kind_is_refused(kept_group: Group) -> None:
    assert "The URL of a register on postgresql begins with postgresql://" in _refused(
        kept_group, "move", "postgresql", "sqlite:///new.sqlite"
    )


def test_a_copy_that_differs_is_not_kept(
    kept_group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy, "COPIED", ["runs", "meta"])
    calls = itertools.count()
    digests = copy.digests
    monkeypatch.setattr(copy, "digests", lambda ask: {**digests(ask), "call": str(next(calls))})

    done = kept_group.run("move", "sqlite", f"sqlite:///{tmp_path / 'new.sqlite'}")

    assert done.exit_code == 1
    assert "differs from the register, so nothing of the copy was stored" in done.stderr
