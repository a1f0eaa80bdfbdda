"""`doctor --rebuild`: a damaged register is made anew, and its history is kept as far as it holds."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
from pathlib import Path

import pytest

from tests.world.group import CONFIG, ON, Group
from tests.world.outside import LONG
from tests.world.registers import fresh, on_server

TITLES = ("One", "Two", "Three")


def years(folder: Path, config: str = CONFIG) -> Group:
    """A group with three edits, each of them synced: runs 2 to 8."""
    group = Group(folder, config=config, before=(("sync", *ON),))
    for title in TITLES:
        assert group.run("grants", "set", "G-1", f"title={title}").exit_code == 0
        group.sync()
    return group


def titles(group: Group) -> list[str]:
    rows = json.loads(group.run("history", "G-1", "--json").stdout)
    return [row["to"] for row in rows if row["field"] in ("title", "Title")]


def codes(group: Group) -> list[str]:
    return [row["code"] for row in json.loads(group.run("doctor", "--json").stdout)]


def by_hand(group: Group, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(group.folder / "register.sqlite")) as raw, raw:
        raw.execute(statement)


@pytest.mark.slow
def test_what_another_program_altered_is_left_out_and_the_rest_is_kept(tmp_path: Path) -> None:
    group = years(tmp_path)
    by_hand(group, "UPDATE history SET fields = replace(fields, 'Two', 'Too')")
    assert group.run("status", *ON).exit_code == 1
    assert "register-broken" in codes(group)
    done = group.run("doctor", "--rebuild")
    assert done.exit_code == 3, done.output
    assert "Lost: what run 5 wrote." in done.stdout
    assert "The damaged register is kept as " in done.stdout
    assert len(list(tmp_path.glob("register.damaged-*.sqlite"))) == 1
    assert titles(group) == ["Start", "One", "Three"]
    assert group.run("status", *ON).exit_code == 0
    assert codes(group) == ["hold-register-rebuilt"]
    assert group.run("deliveries", "release", "register-rebuilt").exit_code == 0
    assert codes(group) == []


@pytest.mark.slow
def test_what_was_typed_since_comes_from_the_workbook(tmp_path: Path) -> None:
    group = years(tmp_path)
    by_hand(group, "UPDATE records SET fields = replace(fields, 'Three', 'Tree')")
    assert group.run("doctor", "--rebuild").exit_code == 3
    assert titles(group)[-1] == "Three"
    assert group.held().records["grants"]["G-1"]["title"] == "Three"
    assert "conflict" not in group.sync().stdout


@pytest.mark.slow
def test_a_register_of_which_nothing_is_left_comes_from_the_copies_and_the_workbook(
    tmp_path: Path,
) -> None:
    group = years(tmp_path)
    (tmp_path / "register.sqlite").write_bytes(random.Random(7).randbytes(40_000))
    refused = group.run("sync", *ON)
    assert refused.exit_code == 1
    assert "budgettrack doctor --rebuild" in refused.stderr
    done = group.run("doctor", "--rebuild")
    assert done.exit_code == 3, done.output
    assert "Kept: 0 runs with 0 versions of records." in done.stdout
    assert "Taken from the copy plan.previous.xlsx" in done.stdout
    assert titles(group) == ["Start", "One", "Two", "Three"], "each copy was a state of its own"
    assert group.run("status", *ON).exit_code == 0
    assert codes(group) == ["hold-register-rebuilt"]


def test_a_register_that_holds_is_left_alone(tmp_path: Path) -> None:
    group = years(tmp_path)
    before = (tmp_path / "register.sqlite").read_bytes()
    refused = group.run("doctor", "--rebuild")
    assert refused.exit_code == 2
    assert "The register is not damaged. There is nothing to rebuild." in refused.stderr
    assert (tmp_path / "register.sqlite").read_bytes() == before


@pytest.mark.slow
def test_a_redaction_reaches_the_damaged_file(tmp_path: Path) -> None:
    group = years(tmp_path)
    by_hand(group, "UPDATE history SET fields = replace(fields, 'Two', 'Too')")
    assert group.run("doctor", "--rebuild").exit_code == 3
    (kept,) = tmp_path.glob("register.damaged-*")
    assert b"Three" in kept.read_bytes()
    assert group.run("redact", "G-1.title", "--yes").exit_code in (0, 3)
    assert not any(b"Three" in path.read_bytes() for path in tmp_path.glob("register*"))


@pytest.mark.slow
def test_whatever_byte_is_flipped_the_register_can_be_made_anew(tmp_path: Path) -> None:
    group = years(tmp_path)
    register = tmp_path / "register.sqlite"
    whole = register.read_bytes()
    draw, rebuilt = random.Random(11), 0
    flips = 50 if LONG else 3
    for _ in range(flips):
        place = draw.randrange(100, len(whole))
        register.write_bytes(whole[:place] + bytes([whole[place] ^ 85]) + whole[place + 1 :])
        done = group.run("doctor", "--rebuild")
        assert done.exit_code == 3, (place, done.output)
        rebuilt += 1
        assert group.held().records["grants"]["G-1"]["title"] == "Three", place
        # Where the syncs that wrote the workbook are lost, the register is an older one, too.
        held = {"hold-register-rebuilt", "hold-older-register"}
        assert "hold-register-rebuilt" in codes(group), place
        assert set(codes(group)) <= held, place
        assert group.run("status", *ON).exit_code == 0
        for kept in tmp_path.glob("register.damaged-*"):
            kept.unlink()
    assert rebuilt == flips


@pytest.mark.postgres
def test_a_register_on_a_server_is_made_anew_in_place(tmp_path: Path) -> None:
    with fresh("postgresql", tmp_path) as url:
        group = years(tmp_path, f'{CONFIG}[register]\nurl = "{url}"\n')
        on_server("UPDATE history SET fields = replace(fields, 'One', 'Own')", url)
        on_server("UPDATE totals SET spent = spent + 1", url)
        assert group.run("status", *ON).exit_code == 1
        done = group.run("doctor", "--rebuild")
        assert done.exit_code == 3, done.output
        assert titles(group) == ["Start", "Two", "Three"]
        assert codes(group) == ["hold-register-rebuilt"]
        assert group.run("status", *ON).exit_code == 0
