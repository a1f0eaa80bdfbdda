"""No command ends in a traceback, whatever is typed, read, or the output can show."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from budgettrack.cli import main, unforeseen
from budgettrack.queries import figures
from tests.world import damage, hostile, readings_of_files
from tests.world.group import ON, Commands, Group

ALL = "HOSTILE" in os.environ
"""Whether every value goes into every place, as in `make soak`."""

UNFORESEEN = "The program itself failed"
SECRET = "a name that nobody may see"


@pytest.fixture
def before() -> Commands:
    return (("sync", *ON),)


def test_the_list_of_what_is_tried_is_the_program_itself() -> None:
    assert len(hostile.commands()) == 102
    assert len(hostile.slots()) == 360
    assert set(hostile.FOREVER) <= {" ".join(path) for path in hostile.commands()}
    assert len(damage.KINDS) == 57


def test_every_place_that_reads_a_file_is_reached_by_a_damaged_one() -> None:
    """Whoever lets the program read another file adds its kind to `damage.KINDS`."""
    assert set(readings_of_files.places()) == set(readings_of_files.REACHED_BY)
    reached = {kind for kinds in readings_of_files.REACHED_BY.values() for kind in kinds}
    assert reached - {readings_of_files.OWN} | {*readings_of_files.BY_LIBRARIES} == set(
        damage.KINDS
    )


@pytest.mark.slow
def test_no_value_in_any_place_of_any_command_is_unforeseen(
    group: Group,
    tmp_path_factory: pytest.TempPathFactory,
    record_property: Callable[[str, object], None],
) -> None:
    folder, chance, runs = tmp_path_factory.mktemp("hostile") / "w", random.Random(20261127), 0
    for slot in hostile.slots():
        if slot.command and slot.command[0] in hostile.FOREVER:
            continue
        values = ["on"] if slot.is_flag else list(hostile.VALUES)
        for value in values if ALL else chance.sample(values, min(2, len(values))):
            words = hostile.line(slot, value, hostile.USUAL, with_optional=chance if ALL else None)
            code, shown = hostile.run(group.folder, folder, words)
            assert code in (0, 1, 2, 3), (words, shown)
            assert UNFORESEEN not in shown, (words, shown)
            assert "Traceback" not in shown, (words, shown)
            runs += 1
    record_property("told", f"hostile values: {runs} runs of {len(hostile.slots())} places")


@pytest.mark.slow
def test_no_damaged_file_is_unforeseen(
    tmp_path_factory: pytest.TempPathFactory, record_property: Callable[[str, object], None]
) -> None:
    made, runs = tmp_path_factory.mktemp("damaged"), 0
    damage.make(made / "group")
    unforeseen: list[object] = []  # all of them: the long search takes most of an hour
    for name, kind, seed in damage.rounds(7, 100 if ALL else 1):
        chance = random.Random(f"{name} {seed}")
        way, place = chance.choice(damage.WAYS), chance.choice(damage.PLACES)
        in_place = chance.random() < 0.2

        def spoil(folder: Path) -> None:
            path = folder / kind.file  # noqa: B023 - called at once
            damage.kept_apart(folder, kind)  # noqa: B023
            if in_place:  # noqa: B023
                damage.put_in_place(path, place)  # noqa: B023
            else:
                content = path.read_bytes() if path.is_file() else b""
                path.write_bytes(way(content, chance))  # noqa: B023

        for words in kind.commands if ALL else kind.commands[:1]:
            code, shown = hostile.run(made / "group", made / "w", list(words), spoil)
            if code not in (0, 1, 2, 3) or UNFORESEEN in shown:
                unforeseen.append((name, way.__name__, words, shown))
            runs += 1
    assert not unforeseen, "\n".join(map(str, unforeseen))
    record_property("told", f"damaged files: {runs} runs of {len(damage.KINDS)} kinds")


@pytest.fixture(scope="module")
def of_all_kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a group that has a file of every kind."""
    folder = tmp_path_factory.mktemp("of all kinds") / "group"
    damage.make(folder)
    return folder


@pytest.mark.parametrize(
    ("kind", "sound", "spoilt", "code", "said"),
    [
        ("register", b"CREATE TABLE reported", b"CREATE TABLE\xa0reported", 1, "is damaged or was"),
        (
            "bank ofx",
            b"<OFX>",
            None,
            2,
            "bank.ofx: this OFX file was cut: its last tag, </OFX>, is missing. Download",
        ),
        ("list of site files", b"feed.xml", b"feed\xff.xml", 0, "The public site has"),
        ("told names", b'"grants"', b'"gr\xffnts"', 0, "The public site has"),
        ("told names", b"{", b"[" * 100_000, 0, "The public site has"),
        ("answers", b"signs", b"s\xffgns", 2, "answers.toml is neither JSON nor TOML: 'utf-8'"),
        ("config", b"[organisation]", b"a = " + b"[" * 9_900, 1, "too many brackets, one inside"),
        (
            "sign-in",
            b"client_id",
            b"client-id",
            1,
            "something else than a sign-in that this program",
        ),
        ("360Giving file", b'"grants": [', b'"grants": 5, "x": [', 3, "Nothing was written."),
    ],
)
def test_what_the_long_search_found_is_told_in_words(
    of_all_kinds: Path,
    tmp_path: Path,
    kind: str,
    sound: bytes,
    spoilt: bytes | None,
    code: int,
    said: str,
) -> None:
    """`spoilt` stands in the place of `sound`. With None, the file ends there."""

    def spoil(folder: Path) -> None:
        path = folder / damage.KINDS[kind].file
        head, found, tail = path.read_bytes().partition(sound)
        assert found
        path.write_bytes(head if spoilt is None else head + spoilt + tail)
        damage.kept_apart(folder, damage.KINDS[kind])

    words = list(damage.KINDS[kind].commands[0])
    ended, shown = hostile.run(of_all_kinds, tmp_path / "w", words, spoil)
    assert (ended, said in shown, UNFORESEEN in shown) == (code, True, False), shown


def test_a_page_is_ours_even_if_the_list_of_our_pages_is_damaged(
    of_all_kinds: Path, tmp_path: Path
) -> None:
    """Else a page of a month that the site has no more would stay public for ever."""
    public = tmp_path / "w" / "reports" / "public"

    def spoil(_: Path) -> None:
        damage.kept_apart(tmp_path / "w", damage.KINDS["list of site files"])
        (public / ".budgettrack-files").write_bytes(b"\xff\n2026-10.html\n")
        (public / "2020-01.html").write_bytes((public / "2026-10.html").read_bytes())
        (public / "theirs.html").write_text("a page of people")

    words = list(damage.KINDS["list of site files"].commands[0])
    ended, shown = hostile.run(of_all_kinds, tmp_path / "w", words, spoil)
    assert ended == 0, shown
    assert (public / "2026-10.html").exists()
    assert (public / "theirs.html").exists()
    assert not (public / "2020-01.html").exists()


# The one place for what nobody foresaw


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        secret = SECRET
        raise ZeroDivisionError(secret)

    monkeypatch.setattr(figures, "dated_findings", fail)


@pytest.mark.usefixtures("failing")
def test_what_nobody_foresaw_is_told_in_words_and_its_details_have_no_values(group: Group) -> None:
    result = group.run("checks", "--json")
    details = group.folder / unforeseen.NAME
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "The program itself failed (ZeroDivisionError). This is a mistake in it, not yours.\n"
        "Nothing was changed. You may run it again.\n"
        f"Details for whoever mends the program are in {details}. They have no amounts and no names.\n"
    )
    assert stat.S_IMODE(details.stat().st_mode) == 0o600
    kept = details.read_text()
    assert "builtins.ZeroDivisionError" in kept
    assert "budgettrack/cli/queries.py:" in kept
    assert "command: checks" in kept
    assert SECRET not in kept
    assert str(group.folder) not in kept


@pytest.mark.usefixtures("failing")
def test_the_details_go_to_the_temporary_folder_if_the_config_s_cannot_be_written(
    group: Group, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object, **__: object) -> Path:
        raise PermissionError(13, "Permission denied")

    other = tmp_path / "temporary"
    other.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(other))
    monkeypatch.setattr("budgettrack.files.write", refuse)
    assert group.run("checks", "--json").exit_code == 1
    (kept,) = other.glob("budgettrack-failure-*.txt")
    assert "ZeroDivisionError" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_was_done_before_a_failure_is_said(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("budgettrack.cli.sync.say", fail)
    group.set("Grants", "C2", "Another title")
    result = group.run("sync", *ON)
    assert result.exit_code == 1
    assert (
        "Before that, the register was written, and the workbook was written, and files were"
        " written. This stays. The rest was not done.\n"
    ) in result.stderr


def test_a_refusal_of_the_computer_names_the_place(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "reports/public")

    monkeypatch.setattr(figures, "dated_findings", fail)
    result = group.run("checks", "--json")
    assert result.stderr.startswith(
        "reports/public: No space left on device. Mend this, then try again.\nNothing was changed."
    )


# Real processes: encodings, pipes, closed outputs


def _process(
    group: Group, *words: str, shell: str = '"$@"', **environment: str
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "budgettrack", "--config", str(group.config), *words]
    return subprocess.run(
        ["bash", "-c", shell, "bash", *command],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
def test_signs_that_an_encoding_lacks_are_shown_as_others(group: Group, encoding: str) -> None:
    done = _process(group, "grants", "set", "G-1", "title=Ž→é", *ON, PYTHONIOENCODING=encoding)
    e_acute, z_caron = ("?" if encoding == "ascii" else "é"), ("Ž" if encoding == "cp1252" else "?")
    assert done.stdout.decode(encoding) == (f"G-1  title: Start -> {z_caron}->{e_acute}\n")
    assert (done.returncode, group.held().records["grants"]["G-1"]["title"]) == (0, "Ž→é")


@pytest.mark.slow
def test_json_loses_no_sign_in_any_encoding(group: Group) -> None:
    group.run("grants", "set", "G-1", "title=Ž→é", *ON)
    done = _process(group, "grants", "list", "--json", PYTHONIOENCODING="latin-1")
    assert b'"title": "\\u017d\\u2192\\u00e9"' in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "code", "said"),
    [
        ('"$@" | head -c 1; exit ${PIPESTATUS[0]}', 0, b""),
        ('"$@" >&-', 0, b""),
        ('"$@" >&- 2>&- <&-', 0, b""),
        (
            '"$@" >/dev/full',
            1,
            b"The results could not be printed: No space left on device. The command did its work.\n",
        ),
    ],
    ids=["reader goes away", "no output", "no output at all", "full"],
)
def test_an_output_that_cannot_be_written_stops_nothing(
    group: Group, shell: str, code: int, said: bytes
) -> None:
    done = _process(group, "-q", "grants", "set", "G-1", "title=New", *ON, shell=shell)
    assert (done.returncode, done.stderr) == (code, said)
    assert group.held().records["grants"]["G-1"]["title"] == "New"


def test_arguments_must_be_text_and_files_may_have_any_name() -> None:
    refused = CliRunner().invoke(main, ["grants", "set", "G-1", "title=\udcff"])
    assert refused.exit_code == 2
    assert "has characters that cannot be read. Type it again, or set the terminal to UTF-8." in (
        click.unstyle(refused.stderr)
    )
    named = CliRunner().invoke(main, ["--config", "\udcff.toml", "status"])
    assert named.exit_code == 1
    assert "There is no config file" in named.stderr


def test_the_name_of_a_config_may_have_5000_letters() -> None:
    result = CliRunner().invoke(main, ["--config", "a" * 5000, "status"])
    assert result.exit_code == 1
    assert "There is no config file" in result.stderr
    assert len(result.stderr) < 1000
