"""`--on` stands wherever the day matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click
import pytest
import time_machine

from budgettrack.cli import main
from tests.world.group import Group

NO_DAY = {
    "narratives list": "fields as they are",
    "narratives show": "fields as they are",
    "agreements list": "fields as they are",
    "agreements show": "fields as they are",
    "backup": "as things are now",
    "checks": "as of the last sync",
    "completion": "a script",
    "cycles": "past runs",
    "deliveries": "past deliveries",
    "deliveries release": "acts at once",
    "demo": "has a day of its own",
    "doctor": "as things are now",
    "grants list": "fields as they are",
    "grants show": "fields as they are",
    "grid": "whole budgets",
    "history": "past versions",
    "host leave": "acts at once",
    "host return": "acts at once",
    "host status": "as of the last run",
    "host work": "the planner has the day",
    "host take": "acts at once",
    "host why": "the words of the last job",
    "indicators list": "fields as they are",
    "indicators show": "fields as they are",
    "key": "acts at once",
    "login": "acts at once",
    "move": "acts at once",
    "open": "a place",
    "pipeline": "fields as they are",
    "profiles": "files of profiles",
    "reconcile": "the month of the statement",
    "report iati": "pages that were published",
    "report year": "pages that were published",
    "resources list": "fields as they are",
    "resources show": "fields as they are",
    "revisions": "whole budgets",
    "schedule": "waits for real days",
    "republish": "acts at once",
    "schema": "a description",
    "sheet": "rows as they are",
    "unpack": "acts at once",
    "unpublish": "acts at once",
    "withdraw": "as of now",
    "withdraw activity": "acts at once",
    "withdraw category": "acts at once",
    "withdraw grant": "acts at once",
    "withdraw organisation": "acts at once",
    "withdraw story": "acts at once",
}
"""The commands for which the day does not matter, and why."""

OTHER = {"init": "--start"}
"""Commands that name the day otherwise."""


def _commands(command: click.Command = main, *words: str) -> Iterator[tuple[str, click.Command]]:
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield " ".join(words), command
    for name, under in inner.items():
        yield from _commands(under, *words, name)


def test_every_command_for_which_the_day_matters_has_on() -> None:
    options = {
        name: {opt for p in command.params for opt in p.opts} for name, command in _commands()
    }

    assert {name for name, known in options.items() if "--on" not in known} == {*NO_DAY, *OTHER}
    assert all(option in options[name] for name, option in OTHER.items())


ASKED = [
    ("agreements", "list"),
    ("indicators", "list"),
    ("narratives", "list"),
    ("cash",),
    ("checks",),
    ("conflicts",),
    ("cycles",),
    ("deadlines",),
    ("deliveries",),
    ("diff", "--from", "2025-01-01"),
    ("grants", "list"),
    ("grants", "show", "G-1"),
    ("grid",),
    ("history", "B-1"),
    ("open", "B-1"),
    ("pipeline",),
    ("profiles",),
    ("resources", "gaps"),
    ("resources", "list"),
    ("revisions",),
    ("status",),
    ("variance",),
]


@pytest.fixture(scope="module")
def own_group(tmp_path_factory: pytest.TempPathFactory) -> Group:
    made = Group(tmp_path_factory.mktemp("group"))
    made.sync()
    return made


@pytest.mark.slow
@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_an_answer_depends_on_the_day_only_where_on_is(
    own_group: Group, words: tuple[str, ...]
) -> None:
    def answers(*more: str) -> set[str]:
        said = set()
        for year in (2026, 2027):
            with time_machine.travel(datetime(year, 4, 20, 12, tzinfo=UTC), tick=False):
                said.add(own_group.run(*words, *more).output)
        return said

    if " ".join(words[:2]) in NO_DAY or words[0] in NO_DAY:
        assert len(answers()) == 1
    else:
        assert len(answers("--on", "2026-11-02")) == 1
