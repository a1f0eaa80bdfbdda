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
    """How large a group is."""

    months: int = 3
    grants: int = 2
    lines: int = 7
    payments: int = 7


AUDITS = int(os.environ.get("AUDITS", "0"))
"""How many more groups a long search makes."""

MANY = (
    Size(months=3, lines=9, payments=14),
    Size(months=4, grants=1, lines=5, payments=10),
    Size(months=6, lines=12, payments=9),
    Size(months=2, grants=3, lines=12, payments=30),
)
"""The sizes of the groups of a long search."""


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


def script(seed: int, size: Size | None = None) -> Script:
    """A group by its number."""
    size = size or Size()
    chance = random.Random(seed)

    def event(kind: str, month: str) -> Event:
        return Event(kind, month, tuple(chance.randrange(10**6) for _ in range(6)))

    months = [f"2026-{number:02}" for number in range(1, size.months + 1)]
    events = [event("grant", "") for _ in range(size.grants)]
    events += [event("line", "") for _ in range(size.lines)]
    for month in months:
        events += [event("wages", month)]
        events += [event("payment", month) for _ in range(size.payments)]
        events += [event(chance.choice(ODD), month) for _ in range(chance.randrange(4))]
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

    def typed(self, events: Sequence[Event]) -> Recorder:
        for number in range(1, 3):
            self.group.activity(f"A-{number}")
        for event in events:
            doing: Callable[[Event], None] = getattr(self, "_" + event.kind.replace(" ", "_"))
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

    # ---- Gifts

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
