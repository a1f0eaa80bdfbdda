"""A register with bytes flipped at random: every command answers as before, or in words."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import traceback
from pathlib import Path

import pytest

from tests.world.group import ON, Group

FLIPS = int(os.environ.get("FLIPS", "40"))
"""The number of damaged files. `make soak` has more."""

COMMANDS = (
    ("status", *ON),
    ("variance", *ON),
    ("deadlines", *ON),
    ("checks",),
    ("grants", "list", "--json"),
    ("history", "G-1"),
    ("cycles",),
    ("deliveries",),
    ("doctor",),
    ("grants", "set", "G-1", "title=New"),
    ("sync", *ON),
)


@pytest.fixture(scope="module")
def damaged_group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    made = Group(tmp_path_factory.mktemp("group"), before=(("sync", *ON),))
    for words in (("monthly", *ON), ("grants", "set", "G-1", "title=Once"), ("sync", *ON)):
        assert made.run(*words).exit_code in (0, 3)
    return made


def register(damaged_group: Group) -> Path:
    return damaged_group.folder / "register.sqlite"


@pytest.mark.slow
def test_a_flipped_byte_is_told_in_words_and_no_figure_is_ever_wrong(damaged_group: Group) -> None:
    whole, plan = register(damaged_group).read_bytes(), damaged_group.path.read_bytes()
    before = {words: damaged_group.run(*words) for words in COMMANDS[:9]}
    draw = random.Random(20261127)
    told = 0
    for index in range(FLIPS):
        # The header is a small part of the file, and of all parts the one that can do most.
        place = draw.randrange(100) if index % 4 == 0 else draw.randrange(len(whole))
        flipped = whole[place] ^ draw.randrange(1, 256)
        damaged = whole[:place] + bytes([flipped]) + whole[place + 1 :]
        words = COMMANDS[index % len(COMMANDS)]
        for command in {words, COMMANDS[0]}:
            register(damaged_group).write_bytes(damaged)
            result = damaged_group.run(*command)
            where = (place, flipped, command)
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                traceback.print_exception(result.exception)
            assert result.exception is None or isinstance(result.exception, SystemExit), where
            assert "Traceback" not in result.output, where
            if result.exit_code == 1:
                told += 1
                assert result.output.strip(), where
            elif command in before:
                assert result.output == before[command].output, where
    register(damaged_group).write_bytes(whole)
    damaged_group.path.write_bytes(plan)
    assert told > FLIPS


def test_what_another_program_altered_is_told(damaged_group: Group) -> None:
    whole = register(damaged_group).read_bytes()
    with contextlib.closing(sqlite3.connect(register(damaged_group))) as raw, raw:
        raw.execute("UPDATE totals SET spent = spent + 100")
    refused = damaged_group.run("status", *ON)
    assert refused.exit_code == 1
    assert "is damaged or was altered by another program" in refused.stderr
    assert "budgettrack doctor" in refused.stderr
    register(damaged_group).write_bytes(whole)
    assert damaged_group.run("status", *ON).exit_code == 0


def test_a_run_that_died_before_it_sealed_its_work_is_no_damage(damaged_group: Group) -> None:
    whole = register(damaged_group).read_bytes()
    with contextlib.closing(sqlite3.connect(register(damaged_group))) as raw, raw:
        raw.execute("PRAGMA user_version = 0")
    assert damaged_group.run("status", *ON).exit_code == 0
    assert damaged_group.run("grants", "set", "G-1", "title=Sealed").exit_code == 0
    with contextlib.closing(sqlite3.connect(register(damaged_group))) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() != (0,), "the next run seals it"
    assert damaged_group.run("status", *ON).exit_code == 0
    register(damaged_group).write_bytes(whole)
