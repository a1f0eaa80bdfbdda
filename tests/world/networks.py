"""Random networks of money handed on, as events; what the books say of them; and what is true, by
an arithmetic of its own that shares nothing with the program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from budgettrack.core.base.money import decimal, minor
from budgettrack.core.counting.law import Books, MovedMoney, SubGrant
from budgettrack.core.counting.statements import (
    HostStatement,
    ToldCategory,
    ToldGrant,
    ToldMovement,
)
from budgettrack.core.counting.terms import Terms, names
from budgettrack.core.records.model import Fields

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


# The same network as the workbook of the host and the statements of its groups

SPENT_IN = {"People": "2026-02", "Place": "2026-04", "Supplies": "2026-05"}
"""The month in which all money of a category is spent."""

FEE_PERCENT = 5


def tables(network: Network, *, lines: int = 2) -> dict[str, dict[str, Fields]]:
    """Returns the rows of the host's workbook. Sub-grants are paid by the budget lines in turn."""

    def units(amount: int, currency: str = "EUR") -> str:
        return decimal(amount, currency)

    made: dict[str, dict[str, Fields]] = {
        "grants": {
            "G-1": {"funder": "Meridian Fund", "title": "All", "state": "active", "currency": "EUR",
                    "amount": "90000", "start": "2026-01-01", "end": "2026-12-31"},
        },
        "budget": {
            f"B-{number}": {"grant": "G-1", "category": f"Line {number}", "amount": "9000"}
            for number in range(1, lines + 1)
        },
        "income": {
            f"I-{at}": {"date": DAYS[0], "grant": "G-1", "kind": "instalment", "state": "received",
                        "amount": units(amount)}
            for at, amount in enumerate(network.received)
        },
        "expenses": {
            f"E-{at}": {"date": f"{SPENT_IN[name]}-03", "budget_line": "B-1", "state": "paid",
                        "paid_on": f"{SPENT_IN[name]}-03", "amount": units(amount)}
            for at, (name, amount) in enumerate(network.spending.items())
        },
        "groups": {}, "given": {}, "instalments": {},
    }  # fmt: skip
    for at, link in enumerate(network.links):
        made["groups"][link.taker] = {"name": link.taker, "state": "ready"}
        made["given"][f"V-{at}"] = {
            "group": link.taker, "grant": "G-1", "state": "active", "currency": link.currency,
            "amount": units(sum(paid for paid, _ in link.payments) or 100, link.currency),
            "agreement_reference": f"ref {link.id}",
            "budget_line": f"B-{at % lines + 1}",
            **({"fee": str(FEE_PERCENT)} if link.fee else {}),
        }  # fmt: skip
        moves = [("to the group", DAYS[one], paid) for one, (paid, _) in enumerate(link.payments)]
        moves += [
            ("back from the group", DAYS[one + 12], noted)
            for one, (_, noted) in enumerate(link.returns)
            if noted is not None
        ]
        for number, (direction, day, moved) in enumerate(moves):
            price = cost(link, moved)
            made["instalments"][f"P-{at}-{number}"] = {
                "given": f"V-{at}", "direction": direction, "paid_on": day,
                "amount_paid": units(moved, link.currency),
                **({} if price is None else {"cost": units(price)}),
            }  # fmt: skip
    return {
        name: {id_: {key: text for key, text in row.items() if text} for id_, row in rows.items()}
        for name, rows in made.items()
    }


def taker_tables(link: Link) -> dict[str, dict[str, Fields]]:
    """Returns the rows of the workbook of the group of a link, which tells its host."""
    books = taker_books(link)
    assert books is not None
    rows = [("instalment", one) for one in books.receipts]
    rows += [("returned to funder", one) for one in books.returns]
    if link.interest:
        rows.append(("interest", MovedMoney(DAYS[1], link.interest)))
    return {
        "grants": {
            "G-1": {"funder": "Delta Partners", "title": "All", "state": "active",
                    "currency": link.currency, "agreement_reference": books.reference},
        },
        "income": {
            f"I-{at}": {"date": one.day, "grant": "G-1", "kind": kind, "state": "received",
                        "amount": decimal(one.units, link.currency)}
            for at, (kind, one) in enumerate(rows)
        },
        "agreements": {
            "AG-1": {"kind": "host or country partner", "other_party": "Delta Partners",
                     "state": "in force", "statement": "yes"},
        },
    }  # fmt: skip


def statement_at(link: Link, month: str) -> HostStatement | None:
    """Returns what the group of a link told at the end of a month. None if it told nothing."""
    books = taker_books(link)
    if books is None:
        return None

    def until(moved: Sequence[MovedMoney]) -> tuple[ToldMovement, ...]:
        of_month = [one for one in moved if one.day[:7] <= month]
        return tuple(ToldMovement(one.day, decimal(one.units, link.currency)) for one in of_month)

    receipts, returns = until(books.receipts), until(books.returns)
    spending = {name: units for name, units in link.spending.items() if SPENT_IN[name] <= month}
    received = sum(minor(one.amount, link.currency) for one in receipts) + link.interest
    returned = sum(minor(one.amount, link.currency) for one in returns)
    spent = sum(spending.values())
    held = received - returned - spent - link.taker_fee
    terms = Terms(
        received=received, returned=returned, spent=spent, fees=link.taker_fee, held_here=held
    )
    told = ToldGrant(
        "G-1",
        books.reference,
        False,
        link.currency,
        {name: decimal(getattr(terms, name), link.currency) for name in names()},
        decimal(0, link.currency),
        decimal(link.taker_fee, link.currency),
        receipts,
        returns,
        tuple(
            ToldCategory(name, decimal(units, link.currency), decimal(units // 3, link.currency))
            for name, units in spending.items()
        ),
    )
    return HostStatement(1, month, True, (told,))


def told_at(network: Network, month: str) -> dict[str, HostStatement]:
    """Returns what each group told at the end of a month."""
    found = {link.taker: statement_at(link, month) for link in network.links}
    return {code: told for code, told in found.items() if told is not None}
