"""Groups made at random, as a list of events, so that a group that gives something away can be cut
down to the smallest that still does.

An event that has become impossible, because one before it was cut away, is passed over."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.auditor.auditing import Report
from tests.auditor.driving import Parts, Recorder
from tests.auditor.truth import Stake

CATEGORIES = ("Catering", "Fares", "Venue hire", "Printing", "Naloxone", "Wages")
WHATS = ("", "weekly", "monthly", "by van")
PEOPLE = ("Ada", "Ben", "Cleo", "Dov", "Edna", "Finn", "Gus", "Hana", "Ines", "Jon")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody types. `numbers` choose among what is there."""

    kind: str
    month: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a group is. `long`: what happens in long groups alone may happen in it, too.
    `odd`: below how many times a month something does. `wide`: whether lines go to other grants and
    activities, refunds are parts and come without a word, and *People paid* is typed anew."""

    months: int = 3
    grants: int = 2
    lines: int = 7
    payments: int = 7
    long: bool = False
    odd: int = 4
    wide: bool = False


AUDITS = int(os.environ.get("AUDITS", "0"))
"""How many more groups a long search makes."""

MANY = (
    Size(months=3, lines=9, payments=14),
    Size(months=4, grants=1, lines=5, payments=10),
    Size(months=6, lines=12, payments=9),
    Size(months=2, grants=3, lines=12, payments=30),
)
"""The sizes of the groups of a long search."""

YEAR = (
    Size(months=15, lines=20, payments=15, long=True, odd=6),
    Size(months=12, lines=20, payments=15, long=True, odd=4),
    Size(months=8, lines=20, payments=15, long=True, odd=8),
    Size(months=6, lines=12, payments=12, long=True, odd=8),
)
"""Small groups over a year and more. The number of months is what people see of them."""


@dataclass(slots=True)
class Script:
    """A group as events. `payees`: whether its sheet has a column of payees."""

    payees: bool
    events: list[Event]
    size: Size


ODD = (
    "rename",
    "move line",
    "move payment",
    "late payment",
    "correct",
    "refund",
    "split",
    "publish",
    "take back",
    "flag people",
    "revise",
    "gift",
    "in kind",
    "remove",
    "new line",
)
"""What happens now and then, beside payments."""

IN_LONG = (
    *ODD,
    "member",
    "leave",
    "join",
    "raise",
    "un-pay",
    "retype",
    "year slip",
    "close grant",
    "merge lines",
    "again",
)
"""The same, in groups over a year."""

IN_WIDE = (
    *IN_LONG,
    "part refund",
    "loose refund",
    "people anew",
    "other activity",
    "other grant",
    "other person",
)
"""The same, in groups in which plans are turned over."""


def script(seed: int, size: Size | None = None) -> Script:
    """A group by its number."""
    size = size or Size()
    chance = random.Random(seed)

    def event(kind: str, month: str) -> Event:
        return Event(kind, month, tuple(chance.randrange(10**6) for _ in range(6)))

    months = [f"{2026 + n // 12}-{n % 12 + 1:02}" for n in range(size.months)]
    events = [event("grant", "") for _ in range(size.grants)]
    events += [event("line", "") for _ in range(size.lines)]
    for month in months:
        events += [event("wages", month)]
        events += [event("payment", month) for _ in range(size.payments)]
        odd = IN_WIDE if size.wide else IN_LONG if size.long else ODD
        events += [event(chance.choice(odd), month) for _ in range(chance.randrange(size.odd))]
        events.append(event("month", month))
    return Script(chance.random() < 0.5, events, size)


def record(made: Script) -> Recorder:
    """Types the events of a script."""
    return _Typist(Recorder(made.payees, {"USD": 2})).typed(made.events)


class _Typist:
    """Types one event after the other into a recorder."""

    def __init__(self, group: Recorder) -> None:
        self.group = group
        self.grants: dict[str, dict[str, object]] = {}
        self.categories: dict[str, str] = {}
        self.open: list[str] = []
        self.left: set[str] = set()
        self.slips: dict[str, str] = {}

    def typed(self, events: Sequence[Event]) -> Recorder:
        for number in range(1, 3):
            self.group.activity(f"A-{number}")
        for event in events:
            name = event.kind.replace(" ", "_").replace("-", "_")
            doing: Callable[[Event], None] = getattr(self, f"_{name}")
            doing(event)
        return self.group

    # ---- The plan

    def _grant(self, event: Event) -> None:
        id_ = f"G-{len(self.grants) + 1}"
        a, b, c, d, *_ = event.numbers
        currency = "USD" if a % 4 == 0 else "EUR"
        publish = b % 4 > 0 or not self.grants
        self.grants[id_] = {"currency": currency, "publish": publish}
        self.group.grant(
            id_,
            unplanned=300_000 if c % 2 else 0,
            Currency=currency,
            Publish="yes" if publish else "no",
        )
        if d % 3 == 0:
            self.group.income(f"I-{id_}", id_, "2026-01", self.group.awards[id_], Currency=currency)

    def _line(self, event: Event) -> None:
        if not self.grants:
            return
        id_ = f"B-{len(self.categories) + 1}"
        a, b, c, d, e, f = event.numbers
        grant = self._one(list(self.grants), a)
        people = (None, 1, 1, 2, 3, 4)[b % 6] if b % 3 == 0 else 0
        self.categories[id_] = "Wages" if people else self._one(CATEGORIES[:-1], c)
        self.group.line(
            id_,
            self.categories[id_],
            40_000 + d % 110_000,
            grant,
            people,
            Activity=(None, "A-1", "A-2")[e % 3],
            Description=("", "for the drop-in")[f % 2] or None,
        )

    _new_line = _line

    def _rename(self, event: Event) -> None:
        if self.categories:
            old = self._one(sorted(set(self.categories.values())), event.numbers[0])
            for id_, category in self.categories.items():
                if category == old:
                    self._categorise(id_, f"{old} anew")

    def _move_line(self, event: Event) -> None:
        if self.categories:
            id_ = self._one(list(self.categories), event.numbers[0])
            self._categorise(id_, self._one(CATEGORIES, event.numbers[1]))

    def _categorise(self, id_: str, category: str) -> None:
        self.categories[id_] = category
        self.group.edit("Budget", id_, Category=category)

    def _publish(self, event: Event) -> None:
        self._publicly(event, publish=True)

    def _take_back(self, event: Event) -> None:
        self._publicly(event, publish=False)

    def _publicly(self, event: Event, *, publish: bool) -> None:
        if self.grants:
            id_ = self._one(list(self.grants), event.numbers[0])
            self.grants[id_]["publish"] = publish
            self.group.publish(id_, "yes" if publish else "no")

    def _flag_people(self, event: Event) -> None:
        lines = [id_ for id_ in self.categories if not self.group.lines[id_]["people"]]
        if lines:
            # Without payees nobody knows which payments of a line were to the same person.
            people = 1 + event.numbers[1] % 3 if self.group.payees else 1
            self.group.people(self._one(lines, event.numbers[0]), people)

    def _revise(self, event: Event) -> None:
        """A part of the budget of one line goes to another of the grant."""
        if self.categories:
            id_ = self._one(list(self.categories), event.numbers[0])
            grant = self.group.lines[id_]["grant"]
            others = [
                other for other in self.categories if self.group.lines[other]["grant"] == grant
            ]
            other = self._one(others, event.numbers[1])
            if other != id_:
                self.group.revise(id_, other, 1_000 + event.numbers[2] % 9_000)

    # ---- Money out

    def _wages(self, event: Event) -> None:
        """Those whom a line pays get the same every month, or nearly."""
        for number, id_ in enumerate(self.categories):
            if id_ in self.left:
                continue
            people = self.group.lines[id_]["people"]
            for person in range(people or 0):
                cents = 30_000 + 2_500 * number + (event.numbers[person] % 7 == 0) * 1_000
                who = PEOPLE[(number + person) % len(PEOPLE)]
                self._pay(id_, event.month, cents, who, "")

    def _payment(self, event: Event) -> None:
        lines = [id_ for id_ in self.categories if not self.group.lines[id_]["people"]]
        if lines:
            a, b, c, d, *_ = event.numbers
            cents = (500 + b % 4_000, 5_000 + b % 20_000, 20_000 + b % 60_000)[c % 3]
            line = self._one(lines, a)
            self._pay(line, event.month, cents, f"shop {d % 12}", WHATS[d % len(WHATS)])

    def _late_payment(self, event: Event) -> None:
        self._payment(Event("payment", "2026-01", event.numbers))

    def _pay(self, line: str, month: str, cents: int, who: str, what: str) -> None:
        currency = self.grants[str(self.group.lines[line]["grant"])]["currency"]
        # Payments of the same amount would be told apart by their marks, which differ by world.
        while cents in self.group.marks.cents.values():
            cents += 1
        self.open.append(self.group.pay(line, month, cents, who, what, Currency=currency))

    def _move_payment(self, event: Event) -> None:
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            line = self._one(list(self.categories), event.numbers[1])
            self.group.move(id_, line)

    def _correct(self, event: Event) -> None:
        if self.open:
            self.group.correct(self._one(self.open, event.numbers[0]), 1 + event.numbers[1] % 9_000)

    def _refund(self, event: Event) -> None:
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            currency = self._currency(id_)
            self.open.remove(id_)
            self.group.refund(id_, event.month, Currency=currency)

    def _split(self, event: Event) -> None:
        """A receipt in two rows, on two lines."""
        if len(self.categories) < 2 or not self.open:
            return
        a, b, c, *_ = event.numbers
        first = self._one(self.open, a)
        line, who, _ = self.group.payments[first]
        other = self._one([id_ for id_ in self.categories if id_ != line], b)
        id_ = self.group.pay(
            other,
            event.month,
            1_000 + c % 9_000,
            who,
            Currency=self._currency(first),
            **{"Split of": first},
        )
        self.group.truth.stakes[id_] = self.group.truth.stakes[first]

    def _remove(self, event: Event) -> None:
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            self.open.remove(id_)
            self.group.take("Expenses", id_)

    def _currency(self, payment: str) -> object:
        line = self.group.payments[payment][0]
        return self.grants[str(self.group.lines[line]["grant"])]["currency"]

    # ---- In long groups

    def _leave(self, event: Event) -> None:
        """Nobody is paid by a line any more."""
        lines = [id_ for id_ in self.categories if self.group.lines[id_]["people"]]
        if lines:
            self.left.add(self._one(lines, event.numbers[0]))

    def _join(self, event: Event) -> None:
        """A line that pays one person is added."""
        a, b, c, d, e, f = event.numbers
        self._line(Event("line", event.month, (a, 6 * (b // 6) + 3, c, d, e, f)))

    def _raise(self, event: Event) -> None:
        """Somebody gets a little more from now on, beside what everybody gets."""
        lines = [id_ for id_ in self.categories if self.group.lines[id_]["people"]]
        if lines:
            number = list(self.categories).index(id_ := self._one(lines, event.numbers[0]))
            who = PEOPLE[number % len(PEOPLE)]
            self._pay(id_, event.month, 1_000 + event.numbers[1] % 4_000, who, "")

    def _un_pay(self, event: Event) -> None:
        """A payment turns out to be a promise; or it is made after all."""
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            self.group.edit("Expenses", id_, State=("committed", "paid")[event.numbers[1] % 2])

    def _retype(self, event: Event) -> None:
        """A row is taken out, and typed again with another ID."""
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            line, _, parts = self.group.payments[id_]
            if set(parts) == {id_} and not self.group.lines[line]["people"]:
                cents, currency = self.group.marks.cents[id_], self._currency(id_)
                self._remove(event)
                while cents in self.group.marks.cents.values():
                    cents += 1
                words = self.group.typed[id_]
                new = self.group.pay(line, event.month, cents, *words, Currency=currency)
                self.open.append(new)

    def _year_slip(self, event: Event) -> None:
        """A year is mistyped, and corrected later."""
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            year = (2016, 2025, 2027)[event.numbers[1] % 3]
            self.slips[id_] = event.month
            day = f"{year}{event.month[4:]}-12"
            self.group.edit("Expenses", id_, Date=day, **{"Paid on": day})

    def _close_grant(self, event: Event) -> None:
        if self.grants:
            state = ("closing", "closed", "active")[event.numbers[1] % 3]
            self.group.edit("Grants", self._one(list(self.grants), event.numbers[0]), State=state)

    def _merge_lines(self, event: Event) -> None:
        """All payments of a line go to another of the same grant."""
        if self.categories:
            first = self._one(list(self.categories), event.numbers[0])
            grant = self.group.lines[first]["grant"]
            others = [
                id_
                for id_, line in self.group.lines.items()
                if line["grant"] == grant and id_ != first
            ]
            for id_ in self.open if others else ():
                if self.group.payments[id_][0] == first:
                    self.group.move(id_, self._one(others, event.numbers[1]))

    def _again(self, event: Event) -> None:
        """The month is published twice, with what was typed between."""
        self._month(event)
        self._payment(event)

    # ---- Where plans are turned over

    def _part_refund(self, event: Event, **fields: object) -> None:
        """A part of a payment comes back, perhaps months later."""
        if self.open:
            id_ = self._one(self.open, event.numbers[0])
            cents = self.group.marks.cents[id_]
            back = 1 + event.numbers[1] % max(cents // 2, 1)
            currency = self._currency(id_)
            self.group.refund(id_, event.month, back, Currency=currency, **fields)

    def _loose_refund(self, event: Event) -> None:
        """The same, and nobody says of which payment."""
        if self.group.payees:
            self._part_refund(event, **{"Refund of": None})

    def _people_anew(self, event: Event) -> None:
        """Somebody changes how many people a line pays, or takes the answer out."""
        if self.categories and self.group.payees:
            people = (None, 0, 1, 2, 3, 4)[event.numbers[1] % 6]
            self.group.people(self._one(list(self.categories), event.numbers[0]), people)

    def _other_activity(self, event: Event) -> None:
        if self.categories:
            id_ = self._one(list(self.categories), event.numbers[0])
            self.group.edit("Budget", id_, Activity=(None, "A-1", "A-2")[event.numbers[1] % 3])

    def _other_grant(self, event: Event) -> None:
        """A line, with all that was paid by it, goes to another grant of the same currency."""
        if self.categories:
            id_ = self._one(list(self.categories), event.numbers[0])
            grant = self._one(list(self.grants), event.numbers[1])
            old = self.grants[str(self.group.lines[id_]["grant"])]
            if old["currency"] == self.grants[grant]["currency"]:
                self.group.regrant(id_, grant)

    def _other_person(self, event: Event) -> None:
        """A payment that nobody saw turns out to be to somebody else."""
        new = [id_ for id_ in self.open if id_ not in self.group.old]
        if new and self.group.payees:
            id_ = self._one(new, event.numbers[0])
            self.group.repay(id_, f"shop {event.numbers[1] % 12}")

    # ---- Gifts

    def _member(self, event: Event) -> None:
        """One of four members gives, again and again."""
        if self.grants:
            self.group.count += 1
            grant = self._one(["", *self.grants], event.numbers[0])
            cents = 1_000 + event.numbers[1] % 9_000
            who = f"member {event.numbers[2] % 4}"
            more = {"Kind": "donation", "Currency": "EUR", "Reference": who}
            self.group.income(f"I-{self.group.count}", grant, event.month, cents, who, **more)

    def _gift(self, event: Event) -> None:
        if self.grants:
            self.group.count += 1
            grant = self._one(list(self.grants), event.numbers[0])
            cents = 1_000 + event.numbers[1] % 9_000
            self.group.income(
                f"I-{self.group.count}", grant, event.month, cents, Kind="donation", Currency="EUR"
            )

    def _in_kind(self, event: Event) -> None:
        self.group.count += 1
        id_ = f"R-{self.group.count}"
        a, b, *_ = event.numbers
        for name, cents in (
            (f"{id_} hours", (5 + a % 20) * 100),
            (f"{id_} value", 8_000 + b % 9_000),
        ):
            self.group.marks.add(name, cents)
            self.group.truth.stakes[name] = (Stake(f"peer {a % 3}"),)
        more = {"From whom": "peers", "Valued by": "agreed rate"}
        more |= {"From": f"{event.month}-01", "Until": f"{event.month}-28"}
        self.group.put(
            "Resources",
            ID=id_,
            Kind="volunteer time",
            Quantity=Parts({f"{id_} hours": 1}),
            Unit="hours",
            Value=Parts({f"{id_} value": 1}),
            Currency="EUR",
            State="in use",
            **more,
        )

    # ---- Publishing

    def _month(self, event: Event) -> None:
        for id_, month in list(self.slips.items()):
            if month < event.month and id_ in self.open:
                day = f"{month}-12"
                self.group.edit("Expenses", id_, Date=day, **{"Paid on": day})
            if month < event.month:
                del self.slips[id_]
        self.group.month(event.month, secret=frozenset(self._secrets()))

    def _secrets(self) -> Iterator[str]:
        """The names that only grants have that are not published."""
        hidden = {id_ for id_, grant in self.grants.items() if not grant["publish"]}
        for id_ in hidden:
            yield from (f"Funder {id_}", f"Title {id_}")
        of = {id_: self.group.lines[id_]["grant"] for id_ in self.categories}
        told = {self.categories[id_] for id_, grant in of.items() if grant not in hidden}
        names = {self.categories[id_] for id_, grant in of.items() if grant in hidden}
        yield from (name for name in names if not any(name in other for other in told))

    @staticmethod
    def _one(choices: Sequence[str], number: int) -> str:
        return choices[number % len(choices)]


def smallest(made: Script, folder: Path, bad: Callable[[Report], bool]) -> Script:
    """Cuts events away for as long as the group that is left is still bad."""
    events = list(made.events)
    length = max(len(events) // 4, 1)
    while length:
        place = 0
        while place < len(events):
            shorter = events[:place] + events[place + length :]
            tried = Script(made.payees, shorter, made.size)
            if any(event.kind == "month" for event in shorter) and bad(
                record(tried).audited(folder)
            ):
                events = shorter
            else:
                place += length
        length //= 2
    return Script(made.payees, events, made.size)
