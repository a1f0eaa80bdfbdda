"""The month's run, killed at every step and at random instants: each mail once or marked, files
whole, the rerun goes on."""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from budgettrack.register import queries
from budgettrack.register.cycles import all_cycles, deliveries
from budgettrack.register.holds import holds
from budgettrack.register.store import open_register
from tests.world.killing import Runs
from tests.world.partners import Sending
from tests.world.smtp_server import MailHost, address

DEATHS = int(os.environ.get("DEATHS", "3"))
"""Runs that are killed at a random instant; `make soak` has hundreds. At events: all of them, else
every `STRIDE`th."""
STRIDE = 1 if "DEATHS" in os.environ else 60

DISTURBED = int(os.environ.get("DEATHS_DISTURBED", "1"))
"""Deaths of runs between which recipients are renamed and registers put back; `make soak` has 500."""

ON = date(2026, 11, 2)


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    made = Runs()
    yield made
    made.close()


class World:
    """A group, run once without harm, against which every other run of it is held."""

    def __init__(self, folder: Path, runs: Runs, host: MailHost) -> None:
        self.host = host
        self._runs, self._folder = runs, folder
        self.template = folder / "template"
        self.template.mkdir()
        group = Sending(self.template, self.host, more='[deliver]\nfolder = "www"\n')
        group.close("2026-10", "2026-11-01")
        self.number = 0
        whole = self.fresh()
        start = time.monotonic()
        answer = runs(whole)
        self.takes = time.monotonic() - start
        assert answer["ended"] == 0, answer
        self.events: int = answer["events"]
        self.mails = Counter((each.to, str(each.message["subject"])) for each in self.host.taken)
        self.files = _files(whole)
        self.records = _records(whole)
        self.host.taken.clear()

    def run(self, group: Path, **order: float) -> dict[str, Any]:
        return self._runs(group, ON, **order)

    def fresh(self) -> Path:
        self.number += 1
        made = self._folder / f"group {self.number}"
        shutil.copytree(self.template, made)
        return made

    def check(self, group: Path, *, done: bool) -> Counter[str]:
        """What must be true after a death, and, once a run came to its end, after that."""
        counts: Counter[str] = Counter()
        taken = Counter((each.to, str(each.message["subject"])) for each in self.host.taken)
        assert max(taken.values(), default=0) <= 1, f"twice: {taken}"
        for name, content in _files(group).items():
            assert content == self.files[name], f"{name} is neither whole nor absent"
        path = group / "register.sqlite"
        if not path.exists():
            return counts
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        with open_register(f"sqlite:///{path}") as register:
            sent = register.ask(deliveries)
            cycles = register.ask(all_cycles)
        assert len({each.period for each in cycles}) == len(cycles)
        names = {each["to"]: each["name"] for each in self._recipients()}
        arrived = {
            (names[to], "closing" if "please close" in subject else "") for to, subject in taken
        }
        known = {each.recipient: each for each in sent if each.what == "report"}
        for name, _ in arrived:
            state = known[name].state if name in known else "unknown"
            assert state in (
                "confirmed",
                "marked",
            ), f"{name} has a mail that the register does not know of"
        for name, delivery in known.items():
            if delivery.state == "confirmed":
                assert (name, "") in arrived, f"{name} is confirmed and has nothing"
        counts["unconfirmed"] = sum(each.state == "marked" for each in sent)
        counts["unconfirmed, and had arrived"] = sum(
            each.state == "marked" and (each.recipient, "") in arrived for each in sent
        )
        if done:
            assert set(_files(group)) == set(self.files)
            assert _records(group) == self.records
            assert {name for _, name in names.items() if (name, "") in arrived} | {
                each.recipient for each in sent if each.state == "marked"
            } >= {names[to] for to, _ in self.mails}
            assert all(each.ended for each in cycles)
        return counts

    def _recipients(self) -> list[dict[str, str]]:
        import tomllib

        config = tomllib.loads((self.template / "budgettrack.toml").read_text("utf-8"))
        return [{"to": each["address"], "name": each["name"]} for each in config["recipients"]]

    def live_through(self, group: Path, deaths: list[dict[str, float]]) -> Counter[str]:
        """Kill it as often as asked, then run it to its end, and once more for nothing."""
        counts: Counter[str] = Counter()
        self.host.taken.clear()
        for order in deaths:
            answer = self._runs(group, ON, **order)
            counts["killed" if answer["ended"] is None else "ended before"] += 1
            self.check(group, done=False)
        answer = self._runs(group)
        assert answer["ended"] == 0, answer
        counts += self.check(group, done=True)
        before, taken = _files(group), len(self.host.taken)
        assert self._runs(group)["ended"] == 0
        assert (_files(group), len(self.host.taken)) == (
            before,
            taken,
        ), "the last run was to do nothing"
        counts["final runs that did nothing"] += 1
        shutil.rmtree(group)
        return counts


def _files(group: Path) -> dict[str, bytes]:
    """Every report file; what a killed run left of a part is hidden, and none of them. The board
    links to the workbook, which lies in another folder for each group."""
    return {
        str(path.relative_to(group)): path.read_bytes().replace(group.as_uri().encode(), b"FOLDER")
        for folder in ("reports", "www")
        for path in (group / folder).rglob("*")
        if path.is_file() and not path.name.endswith(".part") and path.name != ".made.json"
    }


def _records(group: Path) -> Mapping[str, object]:
    with open_register(f"sqlite:///{group / 'register.sqlite'}") as register:
        return register.ask(queries.load).records


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, runs: Runs) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("killed")
    with MailHost(folder) as host:
        yield World(folder, runs, host)


def told(record: Callable[[str, object], None], what: str, counts: Counter[str]) -> None:
    record(
        "told", f"{what}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    )


@pytest.mark.slow
def test_a_run_killed_at_any_of_its_steps_goes_on(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    counts: Counter[str] = Counter()
    for event in range(0, world.events, STRIDE):
        counts += world.live_through(world.fresh(), [{"event": event}])
    assert counts["killed"] >= (world.events - 1) // STRIDE
    told(record_property, f"killed at {counts['killed']} of {world.events} events", counts)


@pytest.mark.slow
def test_a_run_killed_at_random_instants_goes_on(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(20261121)
    counts: Counter[str] = Counter()
    while counts["killed"] + counts["ended before"] < DEATHS:
        deaths = [
            {"after": chance.uniform(0, world.takes)} for _ in range(chance.choice((1, 1, 1, 2, 3)))
        ]
        counts += world.live_through(world.fresh(), deaths)
    assert counts["killed"] > DEATHS // 2
    told(record_property, "killed at random instants", counts)


NAMES = ("everybody", "lecteurs", "fund one", "fund two", "host", "treasurer")


def disturbed(world: World, chance: random.Random) -> Counter[str]:
    """One group that lives through deaths, renamed recipients, registers that are put back, and a
    server that hangs or breaks off; then it is run to its end. No mail twice, none unrecorded."""
    counts: Counter[str] = Counter()
    group, host = world.fresh(), world.host
    register, config = group / "register.sqlite", group / "budgettrack.toml"
    copies: list[bytes] = []
    host.taken.clear()
    for _ in range(chance.randint(2, 4)):
        trouble = chance.choice(("", "", "cut", "cut after", "451 later", "stall"))
        host.does.data = partial(_unlucky, chance.choice(NAMES), trouble)
        counts[f"server: {trouble or 'well'}"] += 1
        order: dict[str, float] = {"after": chance.uniform(0, world.takes)}
        if chance.random() < 0.5:
            order = {"event": chance.randrange(world.events)}
        answer = world.run(group, **order)
        counts["killed" if answer["ended"] is None else "ended before"] += 1
        # A register from before the first sync is another one: the sync refuses it, in words.
        if register.exists() and b" plan.xlsx" in register.read_bytes():
            copies.append(register.read_bytes())
        if chance.random() < 0.5:
            name = chance.choice(NAMES)
            text = config.read_text("utf-8")
            config.write_text(
                re.sub(rf'name = "{name}[^"]*"', f'name = "{name} {len(copies)}"', text), "utf-8"
            )
            counts["renamed"] += 1
        if copies and chance.random() < 0.5:
            register.write_bytes(chance.choice(copies))
            counts["put back"] += 1
    host.does.data = lambda _: ""
    for _ in range(2):
        assert world.run(group)["ended"] == 0
        counts["holds released"] += released(register)
    taken = Counter((each.to, str(each.message["subject"])) for each in host.taken)
    assert max(taken.values(), default=0) <= 1, f"twice: {taken}"
    with open_register(f"sqlite:///{register}") as opened:
        sent = [each for each in opened.ask(deliveries) if each.state in ("confirmed", "marked")]
    recorded = Counter(name for each in sent for name in NAMES if each.recipient.startswith(name))
    for name in NAMES:
        arrived = sum(to == address(name) for to, _ in taken)
        assert arrived <= recorded[name], f"{name} has a mail that the register does not know of"
    counts["unconfirmed"] = sum(each.state == "marked" for each in sent)
    counts["mails"] = len(host.taken)
    shutil.rmtree(group)
    return counts


def _unlucky(name: str, trouble: str, to: str) -> str:
    return trouble if to == address(name) else ""


def released(register: Path) -> int:
    """A person has looked, and releases every hold."""
    with open_register(f"sqlite:///{register}") as opened:
        kinds = {hold.kind for hold in opened.ask(holds)}
        for kind in kinds:
            opened.release(kind, datetime.now(UTC))
    return len(kinds)


@pytest.mark.slow
def test_no_mail_goes_twice_whatever_is_done_between_the_deaths(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(int(os.environ.get("DEATHS_SEED", "20261127")))
    counts: Counter[str] = Counter()
    while counts["killed"] < DISTURBED:
        counts += disturbed(world, chance)
    told(record_property, "disturbed between deaths", counts)
