"""Random networks of money handed on, as events; what the books say of them; and what is true, by
an arithmetic of its own that shares nothing with the program."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from budgettrack.core.counting.law import Books, MovedMoney, SubGrant
from budgettrack.core.counting.terms import Terms

DAYS = [f"2026-{month:02d}-{day:02d}" for month in range(1, 13) for day in (3, 17)]


@dataclass
class Link:
    """A sub-grant. `payments`: (what was paid, what the other side wrote down or None). `unpaid`:
    what the other side says to have got and nobody paid. `returns`: (what went back, what the giver
    wrote down or None). `fee`: kept by the giver of it. `told`: whether there is a statement.
    `rate`: the giver's money for one unit of the other side's."""

    giver: str
    taker: str
    payments: list[tuple[int, int | None]] = field(default_factory=list)
    unpaid: list[int] = field(default_factory=list)
    returns: list[tuple[int, int | None]] = field(default_factory=list)
    fee: int = 0
    taker_fee: int = 0
    interest: int = 0
    spending: dict[str, int] = field(default_factory=dict)
    told: bool = True
    rate: Fraction = Fraction(1)
    currency: str = "EUR"

    @property
    def id(self) -> str:
        return f"{self.giver}>{self.taker}"


@dataclass
class Network:
    """`received`: what the host got from outside. `links`: its sub-grants."""

    received: list[int]
    spending: dict[str, int]
    fee: int
    links: list[Link]


CATEGORIES = st.sampled_from(["People", "Place", "Supplies"])
AMOUNTS = st.integers(1, 90_000)


@st.composite
def links(draw: st.DrawFn, taker: str, *, faulty: bool = True, foreign: bool = False) -> Link:
    """A sub-grant of which at most one kind of thing is wrong, so that anybody can say what."""
    amounts = draw(st.lists(AMOUNTS, max_size=4, unique=True))
    link = Link("host", taker)
    wrong = draw(st.sampled_from(["", "lost", "wrong", "unpaid", "silent"])) if faulty else ""
    link.payments = [(amount, amount) for amount in amounts]
    if wrong == "lost" and amounts:
        link.payments[-1] = (amounts[-1], None)
    elif wrong == "wrong" and amounts:
        # 100 000 more or less is no sum of the other payments.
        link.payments[-1] = (amounts[-1] + 1_000_000, amounts[-1] + draw(st.integers(1, 90_000)))
    elif wrong == "unpaid":
        link.unpaid = [draw(st.integers(1_000_000, 2_000_000))]
    elif wrong == "silent":
        link.told = False
    if link.told:
        back = draw(st.lists(st.integers(1, 500), max_size=2, unique=True))
        link.returns = [(amount, amount) for amount in back]
        if back and faulty and draw(st.booleans()):
            link.returns[-1] = (back[-1], None)
    link.fee = draw(st.sampled_from([0, 0, 250]))
    link.taker_fee = draw(st.sampled_from([0, link.fee]))
    link.interest = draw(st.sampled_from([0, 0, 77]))
    link.spending = draw(st.dictionaries(CATEGORIES, AMOUNTS, max_size=3))
    if foreign and draw(st.booleans()):
        link.currency, link.rate = (
            "KES",
            draw(st.fractions(Fraction(1, 200), Fraction(3), max_denominator=999)),
        )
    return link


@st.composite
def networks(draw: st.DrawFn, /, **options: Any) -> Network:
    """A host with up to five groups."""
    return Network(
        draw(st.lists(AMOUNTS, max_size=3)),
        draw(st.dictionaries(CATEGORIES, AMOUNTS, max_size=2)),
        draw(st.integers(0, 900)),
        [draw(links(f"g{number}", **options)) for number in range(draw(st.integers(0, 5)))],
    )


def own_books(network: Network, grant: str = "G-1") -> Books:
    """What the host's books say, as if nothing had been handed on."""
    spent = sum(network.spending.values())
    received = sum(network.received)
    held = received - spent - network.fee
    terms = Terms(received=received, spent=spent, fees=network.fee, held_here=held)
    categories = {name: (units, 0) for name, units in network.spending.items()}
    return Books(grant, "TOP", "EUR", terms, by_category=categories)


def cost(link: Link, units: int) -> int | None:
    return None if link.currency == "EUR" else round(units * link.rate)


def sub_grant(link: Link, grant: str = "G-1") -> SubGrant:
    """What the host's books say of a sub-grant."""
    paid = [
        MovedMoney(DAYS[at], units, cost(link, units))
        for at, (units, _) in enumerate(link.payments)
    ]
    back = [
        MovedMoney(DAYS[at + 12], noted, cost(link, noted))
        for at, (_, noted) in enumerate(link.returns)
        if noted is not None
    ]
    return SubGrant(
        link.id,
        f"ref {link.id}",
        link.taker,
        grant,
        link.currency,
        tuple(paid),
        tuple(back),
        link.fee,
    )


def taker_books(link: Link) -> Books | None:
    """What the other side's books say. None if it says nothing."""
    if not link.told:
        return None
    got = [units for _, units in link.payments if units is not None] + link.unpaid
    returned = [units for units, _ in link.returns]
    received, spent = sum(got) + link.interest, sum(link.spending.values())
    held = received - sum(returned) - spent - link.taker_fee
    return Books(
        "G-1",
        f"ref {link.id}",
        link.currency,
        Terms(
            received=received,
            returned=sum(returned),
            spent=spent,
            fees=link.taker_fee,
            held_here=held,
        ),
        tuple(MovedMoney(DAYS[at + 1], units) for at, units in enumerate(got)),
        tuple(MovedMoney(DAYS[at + 11], units) for at, units in enumerate(returned)),
        {name: (units, units // 3) for name, units in link.spending.items()},
        fee=link.taker_fee,
    )


def truth(network: Network) -> dict[str, Fraction]:
    """What is true of a network of one currency, event by event, in Fractions."""
    sums: dict[str, Fraction] = defaultdict(Fraction)
    purse = Fraction(sum(network.received))
    sums["received"] += sum(network.received)
    for units in network.spending.values():
        sums["spent"] += units
        purse -= units
    sums["fees"] += network.fee
    purse -= network.fee
    for link in network.links:
        theirs = Fraction(0)
        for paid, got in link.payments:
            purse -= paid
            if got is None or not link.told:
                sums["on_the_way"] += paid
            else:
                theirs += got
                sums["differs"] += paid - got
        if link.told:
            for units in link.unpaid:
                theirs += units
                sums["unmatched"] += units
            for returned, noted in link.returns:
                theirs -= returned
                if noted is None:
                    sums["on_the_way"] += returned
                else:
                    purse += noted
                    sums["differs"] += returned - noted
            theirs += link.interest
            sums["received"] += link.interest
            for units in link.spending.values():
                theirs -= units
                sums["spent"] += units
        if link.told and link.taker_fee:
            theirs -= link.taker_fee
            sums["fees"] += link.taker_fee
        else:
            purse -= link.fee
            sums["fees"] += link.fee
        sums["held_below"] += theirs
    sums["held_here"] = purse
    return sums


def journal(network: Network) -> str:
    """The same events as a journal of hledger. What moves between two of them goes over an account
    `between`, which the sum over all leaves out."""
    lines: list[str] = []

    def entry(day: str, *posts: tuple[str, int]) -> None:
        lines.append(f"{day} event")
        for account, units in posts:
            sign = "-" if units < 0 else ""
            lines.append(f"    {account}  {sign}{abs(units) // 100}.{abs(units) % 100:02d} EUR")
        lines.append("")

    for units in network.received:
        entry(DAYS[0], ("assets:host", units), ("income:outside", -units))
    for category, units in network.spending.items():
        entry(DAYS[1], (f"expenses:{category}", units), ("assets:host", -units))
    entry(DAYS[1], ("fees", network.fee), ("assets:host", -network.fee))
    for link in network.links:
        purse = f"assets:groups:{link.taker}"
        between = f"between:{link.taker}"
        for paid, got in link.payments:
            entry(DAYS[2], (between, paid), ("assets:host", -paid))
            if got is not None and link.told:
                entry(DAYS[3], (purse, got), (between, -got))
        if not link.told:
            entry(DAYS[3], ("fees", link.fee), ("assets:host", -link.fee))
            continue
        for units in link.unpaid:
            entry(DAYS[3], (purse, units), (between, -units))
        for returned, noted in link.returns:
            entry(DAYS[4], (between, returned), (purse, -returned))
            if noted is not None:
                entry(DAYS[5], ("assets:host", noted), (between, -noted))
        entry(DAYS[5], (purse, link.interest), ("income:outside", -link.interest))
        for category, units in link.spending.items():
            entry(DAYS[6], (f"expenses:{category}", units), (purse, -units))
        payer, fee = (purse, link.taker_fee) if link.taker_fee else ("assets:host", link.fee)
        entry(DAYS[6], ("fees", fee), (payer, -fee))
    return "\n".join(lines)
