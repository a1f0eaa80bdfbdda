"""Makes test groups with the program's own command line, month by month, in several worlds.

What somebody types is recorded first and then done in each world, because the number of worlds is
known only when all contributions are. Amounts are in cents; the marks come in when a world is made.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import openpyxl
from click.testing import CliRunner, Result

from budgettrack.cli import main
from tests.auditor.auditing import Report, audit
from tests.auditor.marking import Marks
from tests.auditor.truth import NOBODY, Shown, Stake, Truth
from tests.world.smtp_server import MailHost, mail_section

CONFIG = """
[organisation]
name = "Harbour Peers"
currency = "EUR"
[workbook]
xlsx = "plan.xlsx"
[register]
url = "sqlite:///register.sqlite"
[reports]
out = "reports"
[sync]
rows = 100000
share = 100
[open_data]
country = "PT"
sectors = { "13040" = 100 }
withheld_because = "safety"
work_plan = true
giving_prefix = "360G-host"
[open_data.reporter]
name = "Host"
ref = "GB-COH-01234567"
type = "national NGO"
[open_data.group]
ref = "GB-COH-01234568"
"""
READERS = """
[[recipients]]
name = "readers"
address = "readers@partners.example.org"
audience = "public"
"""
KEY = ".budgettrack.key"
MONTHS = [f"{year}-{month:02}" for year in (2026, 2027) for month in range(1, 13)]
"""The months that have rates."""


class Parts(dict[str, int]):
    """An amount as the contributions that it is the sum of, each so many times."""


@dataclass(slots=True)
class World:
    """One of the folders in which the group is made."""

    folder: Path
    number: int
    marks: Marks
    rates: Mapping[str, int]
    post: MailHost | None = None
    giving: bool = False
    opened: Any = None

    def run(self, *words: str, good: tuple[int, ...] = (0, 3)) -> Result:
        config = ["--config", str(self.folder / "budgettrack.toml")]
        result = CliRunner().invoke(main, [*config, *words])
        assert result.exit_code in good, f"{words}: {result.output}{result.exception!r}"
        return result

    @property
    def book(self) -> Any:
        """The workbook, which somebody has open from the first look into it until the next command."""
        if self.opened is None:
            self.opened = openpyxl.load_workbook(self.folder / "plan.xlsx")
        return self.opened

    def save(self) -> None:
        """Saves the workbook if somebody has it open, and closes it."""
        if self.opened is not None:
            self.opened.save(self.folder / "plan.xlsx")
            self.opened = None

    def cell(self, value: object, currency: str = "EUR") -> object:
        """What is typed into a cell."""
        if not isinstance(value, Parts):
            return value
        minor = self.marks.amount(self.number, value) * self.rates.get(currency, 1)
        return f"{minor // 100}.{minor % 100:02}" if minor >= 10**15 else minor / 100

    def put(self, tab: str, fields: Mapping[str, Any]) -> None:
        """Types a new row."""
        sheet, headings = self.book[tab], _headings(self, tab)
        row = 2
        while any(sheet.cell(row, column).value is not None for column in headings.values()):
            row += 1
        _write(self, tab, row, fields)

    def edit(self, tab: str, id_: str, fields: Mapping[str, Any]) -> None:
        """Types into cells of a row."""
        row = _row(self, tab, id_)
        currency = _headings(self, tab).get("Currency")
        held = self.book[tab].cell(row, currency).value if currency else None
        _write(self, tab, row, {"Currency": held, **fields} if held else fields)

    def take(self, tab: str, id_: str) -> None:
        """Takes a row out."""
        self.book[tab].delete_rows(_row(self, tab, id_))

    def sync(self, on: str) -> None:
        self.save()
        self.run("sync", "--yes", "--on", on, "--allow", "changes")

    def command(self, words: Sequence[str]) -> None:
        """Runs a command between two syncs."""
        self.run(*words)
        self.opened = None

    def show(self, place: int, month: str, on: str) -> None:
        """Publishes a month, with open data, and keeps a copy of all that lies open then."""
        shown = self.folder / f"shown-{place}"
        if self.post is None:
            self.run("report", "transparency", "--month", month, "--on", on)
        else:
            self.run("monthly", "--send", "--month", month, "--on", on)
        self.run("report", "iati", "--yes")
        if self.giving:
            self.run("report", "360giving", "--month", month, "--on", on, "--yes")
        shutil.copytree(self.folder / "reports" / "public", shown)
        for number, mail in enumerate(self.post.taken if self.post else ()):
            (shown / f"mail-{number}.eml").write_bytes(mail.raw)
        if self.post:
            self.post.taken.clear()
            self.opened = None


class Typed(Protocol):
    """Where a group can be made: in folders, or in memory."""

    def put(self, tab: str, fields: Mapping[str, Any]) -> None: ...
    def edit(self, tab: str, id_: str, fields: Mapping[str, Any]) -> None: ...
    def take(self, tab: str, id_: str) -> None: ...
    def sync(self, on: str) -> None: ...
    def command(self, words: Sequence[str]) -> None: ...
    def show(self, place: int, month: str, on: str) -> None: ...


Step = Callable[[Typed], object]


@dataclass(slots=True)
class Recorder:
    """A group as somebody types it. Each method records what is typed, and what is true of it.

    `payees`: whether the sheet has a column of payees; the contributor is then whoever is paid, and
    else the line and the description.
    `post`: the mail server by which the months go to the public, too.
    `giving`: whether the host publishes what it gives.
    `before`: an archive for each world, with all that an older program left after the first `done`
    steps. It published the first `copies` months.
    """

    payees: bool = False
    rates: dict[str, int] = field(default_factory=dict)
    marks: Marks = field(default_factory=Marks)
    truth: Truth = field(default_factory=Truth)
    steps: list[Step] = field(default_factory=list)
    shown: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    awards: dict[str, Parts] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, tuple[str, str, Parts]] = field(default_factory=dict)
    paid: dict[str, dict[str, int]] = field(default_factory=dict)
    typed: dict[str, tuple[str, str]] = field(default_factory=dict)
    visible: dict[str, set[str]] = field(default_factory=dict)
    also: dict[str, dict[str, int]] = field(default_factory=dict)
    old: set[str] = field(default_factory=set)
    grants: set[str] = field(default_factory=set)
    currencies: dict[str, str] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    post: MailHost | None = None
    giving: bool = False
    count: int = 0
    before: Sequence[Path] = ()
    done: int = 0
    copies: int = 0

    # ---- Rows

    def grant(self, id_: str = "G-1", unplanned: int = 0, **fields: Any) -> Parts:
        """A grant. Its award is the sum of its lines, whenever they are typed.

        `unplanned`: cents of the award that are on no line."""
        award = self.awards.setdefault(id_, Parts())
        if unplanned:
            name = f"unplanned {id_}"
            self.marks.add(name, unplanned)
            self.truth.stakes[name] = (Stake(NOBODY),)
            award[name] = 1
        defaults = {
            "Funder": f"Funder {id_}",
            "Title": f"Title {id_}",
            "State": "active",
            "Kind": "grant",
            "Currency": "EUR",
            "Amount": award,
            "Start": "2026-01-01",
            "End": "2026-12-31",
            "Publish": "yes",
        }
        fields = {**defaults, **fields}
        self.currencies[id_] = str(fields["Currency"])
        self.publish(id_, str(fields["Publish"]))
        self.put("Grants", ID=id_, **fields)
        if fields["Kind"] == "grant":
            self.visible.setdefault(str(fields["Funder"]), set()).add(id_)
        return award

    def publish(self, grant: str, answer: str) -> None:
        """Somebody answers whether a grant is published. Its award is public for ever then."""
        if answer == "yes":
            self.published.add(grant)
        if grant in self.grants:
            self.edit("Grants", grant, Publish=answer)
        self.grants.add(grant)

    def activity(self, id_: str, **fields: Any) -> None:
        defaults = {
            "Activity": f"Activity {id_}",
            "Start": "2026-01-01",
            "End": "2026-12-31",
            "Status": "under way",
        }
        self.put("Work-plan", ID=id_, **{**defaults, **fields})

    def line(
        self,
        id_: str,
        category: str,
        cents: int,
        grant: str = "G-1",
        people: int | None = 0,
        **fields: Any,
    ) -> None:
        """A budget line. `people`: how many people it pays; None leaves the cell blank."""
        name = f"budget {id_}"
        self.marks.add(name, cents)
        self.lines[id_] = {"people": people, "grant": grant, "budget": Parts({name: 1})}
        self.lines[id_] |= {"page": len(self.shown), "people then": people}
        if not self.shown:  # a line that comes later is paid from what was not planned
            self.awards.setdefault(grant, Parts())[name] = 1
        row = {"Grant": grant, "Category": category, "Start": "2026-01-01", "End": "2026-12-31"}
        row["Currency"] = self.currencies[grant]
        self._people(self.put, "Budget", id_, people, Amount=Parts({name: 1}), **{**row, **fields})

    def regrant(self, line: str, grant: str) -> None:
        """A line goes to another grant. The funder of the old one has seen what was on it.

        Before the first page, both awards follow it: nobody has seen the old ones."""
        old = self.lines[line]["grant"]
        for name, times in () if self.shown else self.lines[line]["budget"].items():
            for award, moved in ((self.awards[old], -times), (self.awards[grant], times)):
                award[name] = award.get(name, 0) + moved
                if not award[name]:
                    del award[name]
        grants = self.lines[line].setdefault("grants", {})
        grants.setdefault(old, self.lines[line]["page"])
        grants.setdefault(grant, len(self.shown))
        self.lines[line]["grant"] = grant
        self.edit("Budget", line, Grant=grant)

    def repay(self, payment: str, who: str) -> None:
        """Somebody else is named as the payee of a payment that was never published."""
        line, _, parts = self.payments[payment]
        self._stands(payment, line, who, self.typed[payment][1])
        self.truth.stakes |= dict.fromkeys(parts, self.truth.stakes[payment])
        self.payments[payment] = line, who, parts
        self.edit("Expenses", payment, Payee=who)

    def people(self, line: str, people: int | None) -> None:
        """Somebody says late how many people a line pays."""
        self.lines[line]["people"] = people
        if len(self.shown) == self.lines[line]["page"]:
            self.lines[line]["people then"] = people
        for payment, (where, _, parts) in self.payments.items():
            if where == line and payment not in self.old and people == 1 and not self.payees:
                self.truth.stakes |= dict.fromkeys(parts, (Stake(f"{line}: one person"),))
        self._people(self.edit, "Budget", line, people)

    def revise(self, line: str, other: str, cents: int) -> None:
        """So many cents of the budget of another line of the grant are put on this line."""
        self.count += 1
        name = f"budget {line} change {self.count}"
        self.marks.add(name, cents)
        for id_, sign in ((line, 1), (other, -1)):
            budget = self.lines[id_]["budget"]
            budget[name] = sign
            fields = {
                "Reason for revision": "agreed",
                "Currency": self.currencies[self.lines[id_]["grant"]],
            }
            self.edit("Budget", id_, Amount=Parts(budget), **fields)

    def pay(
        self, line: str, month: str, cents: int, who: str = "", what: str = "", **fields: Any
    ) -> str:
        """A payment. Returns its ID. `who`: who is paid; `what`: the description."""
        self.count += 1
        id_ = f"E-{self.count}"
        self.marks.add(id_, cents)
        parts = Parts({id_: 1})
        self._stands(id_, line, who, what)
        self.payments[id_] = (line, self.truth.stakes[id_][0].who, parts)
        self._expense(id_, line, month, parts, who, what, fields)
        return id_

    def refund(self, payment: str, month: str, cents: int = 0, **fields: Any) -> str:
        """A refund of a payment, or of a part of it. The whole of it is the same amount."""
        line, who, parts = self.payments[payment]
        self.count += 1
        id_ = f"E-{self.count}"
        if cents:
            self.marks.add(id_, cents)
            self.truth.stakes[id_] = (Stake(who),)
            self._also(id_, line)
        amount = Parts({id_: 1}) if cents else Parts(parts)
        row = {"State": "refunded", "Refund of": payment}
        self._expense(id_, line, month, amount, who, "", {**row, **fields})
        return id_

    def correct(self, payment: str, cents: int) -> None:
        """The amount of a payment is changed by so many cents."""
        _, who, parts = self.payments[payment]
        name = f"{payment} change {len(parts)}"
        self.marks.add(name, cents)
        self.truth.stakes[name] = (Stake(who),)
        self._also(name, self.payments[payment][0])
        parts[name] = 1
        self.edit("Expenses", payment, Amount=Parts(parts))

    def move(self, payment: str, line: str) -> None:
        """A payment goes to another line. What was published stays whose it was."""
        for name in self.payments[payment][2] if not self.payees else ():
            stakes = (Stake(self._whose(line, *self.typed[payment])),)
            if payment in self.old:
                self.truth.moved.setdefault(name, []).append((len(self.shown), stakes))
            else:
                self.truth.stakes[name] = stakes
        for name in self.payments[payment][2]:
            if payment not in self.old:
                self.also[name].clear()
            self._also(name, line)
        self.payments[payment] = (
            line,
            self.truth.stakes[payment][0].who,
            self.payments[payment][2],
        )
        self.edit("Expenses", payment, **{"Budget line": line})

    def income(
        self,
        id_: str,
        grant: str,
        month: str,
        amount: Parts | int,
        who: str = "",
        **fields: Any,
    ) -> None:
        """Money in: a sum of contributions, or a gift of somebody in cents."""
        if isinstance(amount, int):
            self.marks.add(id_, amount)
            self.truth.stakes[id_] = (Stake(who or f"giver {id_}"),)
            amount = Parts({id_: 1})
        row = {"Date": f"{month}-09", "Kind": "instalment", "State": "received"}
        self.put("Income", ID=id_, Grant=grant, Amount=amount, **{**row, **fields})

    # ---- What is typed

    def put(self, tab: str, **fields: Any) -> None:
        self.steps.append(lambda world: world.put(tab, fields))

    def edit(self, tab: str, id_: str, **fields: Any) -> None:
        self.steps.append(lambda world: world.edit(tab, id_, fields))

    def take(self, tab: str, id_: str) -> None:
        """A row is taken out."""
        self.steps.append(lambda world: world.take(tab, id_))

    def sync(self, on: str) -> None:
        self.steps.append(lambda world: world.sync(on))

    def run(self, *words: str) -> None:
        """A command between two syncs."""
        self.steps.append(lambda world: world.command(words))

    def month(
        self, month: str, *, close: bool = True, secret: frozenset[str] = frozenset()
    ) -> None:
        """The month is closed, synced and published, with open data."""
        if close:
            self.put("Months", Month=month, Closed=f"{month}-28")
        year, number = map(int, month.split("-"))
        on = f"{year + number // 12}-{number % 12 + 1:02}-05"
        self.sync(on)
        self.old |= self.payments.keys()
        place = len(self.shown)
        self.shown.append((month, secret))

        self.steps.append(lambda world: world.show(place, month, on))

    # ---- Making it

    def audited(self, folder: Path) -> Report:
        """Makes the group in all its worlds, and audits what it published."""
        truth = self.truths()
        folders = [folder / f"world-{number}" for number in range(self.marks.worlds)]
        for number, place in enumerate(folders):
            world = World(place, number, self.marks, self.rates, self.post, self.giving)
            self._world(world, folders[0])
        shown = [
            Shown(month, [place / f"shown-{n}" for place in folders], secret, n < self.copies)
            for n, (month, secret) in enumerate(self.shown)
        ]
        return audit(self.marks, truth, shown)

    def truths(self) -> Truth:
        """What is true at the end: who stands behind the budgets, and what each funder sees."""
        for id_, line in self.lines.items():
            for name in line["budget"]:
                if name.split()[1] == id_:
                    self.truth.stakes[name] = self._planned(id_)
        for funder, grants in self.visible.items():
            self.truth.funders[funder] = {
                name: min(pages)
                for name in self.truth.stakes
                if (
                    pages := [page for grant, page in self._grants(name).items() if grant in grants]
                )
            }
        known = self.published - self.truth.secret
        self.truth.known |= {f"award {id_}": self.awards[id_] for id_ in known}
        self.truth.rates = self.rates
        return self.truth

    def _planned(self, line: str) -> tuple[Stake, ...]:
        """Who stands behind the budget of a line: the people whom it pays, as far as they are known
        when the line is published first; the line counts as one for all that it will pay to
        others. What is marked later opens nothing again."""
        people, page = self.lines[line]["people then"], self.lines[line]["page"]
        paid = sorted(who for who, month in self.paid.get(line, {}).items() if month <= page)
        if not people or (people == 1 and len(paid) != 1):
            return (Stake(f"line {line}"),)
        known = [Stake(who, Fraction(1, people)) for who in paid[:people]]
        others = people - len(known)
        return (*known, *([Stake(f"line {line}", Fraction(others, people))] if others else []))

    def _also(self, name: str, line: str) -> None:
        """A contribution stands on a line, from this month on."""
        self.also.setdefault(name, {}).setdefault(line, len(self.shown))

    def _grants(self, name: str) -> dict[str, int]:
        """The grants in which a contribution ever stood, each with the month from which on."""
        if name.startswith("budget "):
            return self._grants_of(name.split()[1])
        pages: dict[str, int] = {}
        for line, page in self.also.get(name, {}).items():
            for grant, since in self._grants_of(line).items() if line else ():
                pages[grant] = max(page, since)
        return pages

    def _grants_of(self, line: str) -> dict[str, int]:
        """The grants of a line, each with the month from which on. Whoever saw the line first is
        taken to see all that is paid by it, also after it went to another grant."""
        of = self.lines[line]
        return dict(of.get("grants") or {str(of["grant"]): of["page"]})

    def upgrade(self) -> None:
        """Up to here an older program was used, and from here on this one."""
        self.done, self.copies = len(self.steps), len(self.shown)

    def by_an_older_program(self, folder: Path) -> list[Path]:
        """Makes the group up to the upgrade. Returns the folder of each world."""
        self.truths()
        folders = [folder / f"world-{number}" for number in range(self.marks.worlds)]
        for number, place in enumerate(folders):
            world = World(place, number, self.marks, self.rates)
            self._new(world, folders[0])
            for step in self.steps[: self.done]:
                step(world)
        return folders

    def _world(self, world: World, first: Path) -> None:
        if self.before:
            shutil.unpack_archive(self.before[world.number], world.folder)
            world.opened = None
        else:
            self._new(world, first)
        for step in self.steps[self.done if self.before else 0 :]:
            step(world)

    def _new(self, world: World, first: Path) -> None:
        shutil.rmtree(world.folder, ignore_errors=True)
        world.folder.mkdir(parents=True)
        before = Path.cwd()
        os.chdir(world.folder)
        try:
            payees = ("--with", "payee") if self.payees else ()
            words = ("init", "--xlsx", "plan.xlsx", "--start", "2026-01-01", *payees)
            made = CliRunner().invoke(main, words)
            assert made.exit_code == 0, made.output
        finally:
            os.chdir(before)
        post = mail_section(self.post) + READERS if self.post else ""
        (world.folder / "budgettrack.toml").write_text(CONFIG + post)
        if world.number and (first / KEY).exists():  # hashes must be alike, so that order is
            shutil.copy2(first / KEY, world.folder / KEY)
            (world.folder / KEY).chmod(stat.S_IRUSR | stat.S_IWUSR)
        for currency, rate in self.rates.items():
            for month in MONTHS:
                row = {"Month": month, "Currency": currency, "Rate": rate}
                world.put("Rates", row)

    def _people(
        self, typed: Callable[..., None], tab: str, id_: str, people: int | None, **fields: Any
    ) -> None:
        fields["People paid"] = people
        if typed == self.put:
            typed(tab, ID=id_, **fields)
        else:
            typed(tab, id_, **fields)

    def _stands(self, name: str, line: str, who: str, what: str) -> None:
        """Who stands behind a payment: the payee; else the line and the description; else, of a
        line that pays people, the person on that line, or all of them if nobody says how many."""
        self.typed[name] = who, what
        who = self._whose(line, who, what)
        self.truth.stakes[name] = (Stake(who),)
        self.paid.setdefault(line, {}).setdefault(who, len(self.shown))
        self._also(name, line)

    def _whose(self, line: str, who: str, what: str) -> str:
        people = self.lines[line]["people"] if line else 0
        if self.payees and who:
            return who
        if people is None:
            what = "people"
        return f"{line}: {who if people else what}"

    def _expense(
        self, id_: str, line: str, month: str, parts: Parts, who: str, what: str, more: Any
    ) -> None:
        row = {
            "Date": f"{month}-10",
            "Budget line": line or None,
            "Description": what or None,
            "Amount": parts,
            "State": "paid",
            "Paid on": f"{month}-12",
            "Receipt": f"r {id_}",
        }
        if self.payees:
            row["Payee"] = who or None
        self.put("Expenses", ID=id_, **{**row, **more})


# ---- Cells


def _headings(world: World, tab: str) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in world.book[tab][1] if cell.value}


def _write(world: World, tab: str, row: int, fields: Mapping[str, Any]) -> None:
    sheet, headings = world.book[tab], _headings(world, tab)
    for name, value in fields.items():
        heading, typed = name, value
        if name == "People paid" and name not in headings:  # the program of before has yes and no
            heading, typed = "Pays people", {None: None, 0: "no"}.get(value, "yes")
        if heading == "Currency" and heading not in headings:
            continue  # the row is in the currency of its grant
        content = world.cell(typed, str(fields.get("Currency", "EUR")))
        if isinstance(content, str) and len(content) == 10 and content[4] == content[7] == "-":
            content = date.fromisoformat(content)
        sheet.cell(row, headings[heading]).value = content


def _row(world: World, tab: str, id_: str) -> int:
    sheet = world.book[tab]
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == id_)
