"""Makes networks of groups with the program's own command line, month by month, in several worlds.

What groups tell is written as the files that a run leaves for the host. Here the contributor of an
amount is a group. Who knows the groups that were named knows all that these ever spent."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from budgettrack.cli import main
from tests.auditor.auditing import Report, audit
from tests.auditor.marking import SCALE, Marks
from tests.auditor.truth import Shown, Stake, Truth
from tests.world.hosted import host_in, row

MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
TERMS = (
    "received", "unmatched", "spent", "fees", "returned", "held_here", "held_below", "on_the_way",
    "exchange", "differs",
)  # fmt: skip
KNOWS = "who knows the groups that were named"


@dataclass(slots=True)
class MonthOfGroup:
    """What a group does in a month. `spent`: cents by category. `tells`: whether there is a
    statement. `theirs`, `ours`: whether the group and the host want it named. `state`: as in the
    tab Groups. `held`: what it did not spend, in cents."""

    spent: Mapping[str, int] = field(default_factory=dict)
    tells: bool = True
    theirs: bool = False
    ours: bool = False
    state: str = "ready"
    held: int = 0

    @property
    def may_be_named(self) -> bool:
        return self.tells and self.theirs and self.ours and self.state == "ready"


@dataclass(slots=True)
class Told:
    """A network over months. `groups`: by code, what each does in each month, in order."""

    groups: dict[str, list[MonthOfGroup]]
    marks: Marks = field(default_factory=Marks)
    truth: Truth = field(default_factory=Truth)
    named: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for code, past in self.groups.items():
            for month, one in zip(MONTHS, past, strict=False):
                for category, cents in one.spent.items():
                    name = f"{code} {month} {category}"
                    self.marks.add(name, cents)
                    self.truth.stakes[name] = (Stake(code),)

    @property
    def months(self) -> list[str]:
        return MONTHS[: max(map(len, self.groups.values()))]

    def known_total(self) -> None:
        """Everybody knows what all groups spent together, as if it were a whole award."""
        self.truth.known["all awards"] = dict.fromkeys(self.marks.cents, 1)

    def audited(self, folder: Path) -> Report:
        """Makes the network in each world by the command line, and audits all that was ever
        published."""
        for number in range(self.marks.worlds):
            self._make(folder / f"world-{number}", number)
        return self.judged(folder)

    def judged(self, folder: Path) -> Report:
        """Audits what was published in each world."""
        worlds = [folder / f"world-{number}" for number in range(self.marks.worlds)]
        shown = [
            Shown(
                month,
                [world / f"shown-{place}" for world in worlds],
                frozenset(
                    word
                    for code, past in self.groups.items()
                    if not past[place].may_be_named
                    for word in (code, f"Circle {code}")
                ),
            )
            for place, month in enumerate(self.months)
        ]
        ever = {
            code
            for place in range(len(self.months))
            for code in self.groups
            if f"Circle {code}" in (worlds[0] / f"shown-{place}/groups.csv").read_text()
        }
        self.named = sorted(ever)
        self.truth.funders[KNOWS] = {
            name: 0 for name in self.marks.cents if name.split(" ")[0] in ever
        }
        return audit(self.marks, self.truth, shown)

    def spent(self, code: str, place: int, world: int) -> dict[str, int]:
        """Returns what a group spent up to a month, in minor units by category."""
        sums: dict[str, dict[str, int]] = {}
        for month, past in zip(MONTHS[: place + 1], self.groups[code], strict=False):
            for category in past.spent:
                sums.setdefault(category, {})[f"{code} {month} {category}"] = 1
        return {name: self.marks.amount(world, parts) for name, parts in sums.items()}

    def _make(self, world: Path, number: int) -> None:
        first = {code: past[0] for code, past in self.groups.items()}
        rows = [
            row(code, state=one.state, listed="yes" if one.ours else "no")
            for code, one in first.items()
        ]
        config = host_in(world, rows)
        before: dict[str, tuple[str, bool]] = {}
        for place in range(len(self.months)):
            later = f"2026-{place + 2:02}" if place < 11 else "2027-01"
            now = {code: past[place] for code, past in self.groups.items()}
            for code, one in now.items():
                self._tell(world / "groups" / code / "statements", code, place, number, one)
            rows_now = {code: (one.state, one.ours) for code, one in now.items()}
            if rows_now != before:
                _type(world / "host.xlsx", rows_now)
                _run(config, "sync", "--yes", "--on", f"{later}-16", "--allow", "changes")
                before = rows_now
            _run(config, "host", "network", "--on", f"{later}-16")
            shutil.copytree(world / "reports/network", world / f"shown-{place}")

    def _tell(self, folder: Path, code: str, place: int, world: int, one: MonthOfGroup) -> None:
        if not one.tells:
            shutil.rmtree(folder, ignore_errors=True)
            return
        spent = self.spent(code, place, world)
        figures = dict.fromkeys(TERMS, "0.00")
        total, held = sum(spent.values()), one.held * SCALE
        figures |= {"spent": decimal(total), "held_here": decimal(held)}
        figures["received"] = decimal(total + held)
        folder.mkdir(parents=True, exist_ok=True)
        grant = {
            "grant": "G-1", "agreement": f"SG {code}", "held": False, "currency": "EUR",
            "figures": figures, "committed": "0.00", "fee": "0.00",
            "categories": [
                {"category": name, "spent": decimal(units), "committed": "0.00"}
                for name, units in spent.items()
            ],
        }  # fmt: skip
        content = {"version": 1, "month": MONTHS[place], "closed": True, "grants": [grant]}
        content["listed"] = one.theirs
        (folder / f"{MONTHS[place]}.json").write_text(json.dumps(content))


def decimal(units: int) -> str:
    return f"{units // 100}.{units % 100:02}"


def _type(path: Path, rows: Mapping[str, tuple[str, bool]]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["Groups"]
    headings = {str(cell.value): cell.column or 0 for cell in sheet[1]}
    for line in range(2, sheet.max_row + 1):
        code = str(sheet.cell(line, headings["Code"]).value)
        if code in rows:
            state, ours = rows[code]
            sheet.cell(line, headings["State"]).value = state
            sheet.cell(line, headings["Listed"]).value = "yes" if ours else "no"
    book.save(path)


def _run(config: Path, *words: str) -> None:
    result = CliRunner().invoke(main, ["--config", str(config), *words])
    assert result.exit_code in (0, 3), f"{words}: {result.output}{result.exception!r}"


CATEGORIES = ("Food", "Rent", "Travel")


def drawn(seed: int, months: int = 12) -> Told:
    """A random network: groups join, leave, stop telling, are named, and are named no more."""
    draw = random.Random(seed)
    size = draw.choice([4, 5, 6, 7, 8])
    groups = {}
    for number in range(size):
        code = f"GR-{number + 1}"
        joins = draw.choice([0, 0, 0, 0, draw.randrange(months)])
        leaves = draw.choice([months, months, months, draw.randrange(months)])
        scale = draw.choice([5_000, 20_000, 20_000, 30_000, 90_000])
        regular = {name: draw.randrange(scale // 2, scale) for name in draw.sample(CATEGORIES, 2)}
        groups[code] = _past(draw, months, joins, leaves, regular, is_regular=draw.random() < 0.4)
    return Told(groups)


def _past(
    draw: random.Random,
    months: int,
    joins: int,
    leaves: int,
    regular: Mapping[str, int],
    *,
    is_regular: bool,
) -> list[MonthOfGroup]:
    theirs, ours = draw.random() < 0.3, draw.random() < 0.6
    holds = draw.choice([0, 200_000, 400_000])
    past = []
    for month in range(months):
        # Either side may change its mind.
        theirs ^= draw.random() < 0.12
        ours ^= draw.random() < 0.12
        spent = {
            name: cents if is_regular else draw.randrange(cents // 2, 2 * cents)
            for name, cents in regular.items()
            if draw.random() < 0.8
        }
        is_here = joins <= month < leaves
        past.append(
            MonthOfGroup(
                spent if is_here else {},
                is_here,
                theirs,
                ours,
                "ready" if month < leaves or draw.random() < 0.5 else "left",
                holds,
            )
        )
    return past
