"""The law of counting once: adds the books of the receivers of money to the books of the giver, so
that no amount is counted twice.

For each award, in minor units of its currency, this is true: received from outside = returned +
spent + fees kept + held here + held below + on the way + exchange difference. A payment is removed
from both books together, or from neither. If two sides say different amounts, or if only one side
has a payment, the amount becomes a term of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from budgettrack.core.base.money import share_of
from budgettrack.core.counting.matching import Matching, match
from budgettrack.core.counting.terms import OUT, Terms

TroubleKind = Literal[
    "paid-not-received",
    "amount-differs",
    "received-not-paid",
    "returned-not-noted",
    "return-differs",
    "back-not-returned",
    "fee-differs",
    "fee-rule-differs",
    "currency-differs",
    "no-rate",
    "no-grant",
    "reference-unknown",
    "reference-twice",
    "held-twice",
]


class MovedMoney(Struct, frozen=True):
    """Money that moved on a day (an ISO date), in minor units. `cost`: the same payment in the
    currency of the giver's grant, or None if this is the currency of the payment."""

    day: str
    units: int
    cost: int | None = None

    @property
    def value(self) -> int:
        """Returns the amount in the currency of the giver's grant."""
        return self.units if self.cost is None else self.cost


class SubGrant(Struct, frozen=True):
    """Money that is handed on by an agreement, as the giver's books have it.

    `grant`: the giver's grant from which the money comes. `fee`: the fee that the giver keeps
    for handing it on, in the currency of `grant`. `percent`: the percentage of the fee."""

    id: str
    reference: str
    to: str
    grant: str
    currency: str
    paid: tuple[MovedMoney, ...] = ()
    back: tuple[MovedMoney, ...] = ()
    fee: int = 0
    percent: Decimal = Decimal(0)


class Books(Struct, frozen=True):
    """What the books of one organisation say about one grant. The books of those to whom it handed
    money on are not in it.

    `receipts`: the instalments that came. `returns`: what went back. `by_category`: the spending
    and the commitments by category; the spending adds up to the spending in `terms`. `fee`: the
    part of the fees that the giver keeps, by these books. `is_held`: whether the host holds this
    money for the group, so that only the group's books have it. `fee_on_spending`: the percentage
    of all spending that the giver keeps; None if its fee is not on the spending. `fees_here`: fees
    of other awards that the organisation noted as income of this grant. They are taken off the fees
    in `terms`, so that each fee is either kept or received, and never both."""

    grant: str
    reference: str
    currency: str
    terms: Terms
    receipts: tuple[MovedMoney, ...] = ()
    returns: tuple[MovedMoney, ...] = ()
    by_category: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    fee: int = 0
    is_held: bool = False
    fee_on_spending: Decimal | None = None
    fees_here: int = 0


class Trouble(Struct, frozen=True):
    """An amount on which two sides do not agree, or that one side does not have yet.

    `sub_grant`: the giver's ID of the sub-grant, or '' if the giver has none. `ours`: the amount
    that the giver says. `theirs`: the amount that the other side says. Both are in minor units
    of `currency`. `grant`: the ID of the grant in the books of the other side, or '' if it has
    none. If the same money is in our own books twice (`held-twice`), it is the ID of our grant."""

    kind: TroubleKind
    group: str
    sub_grant: str
    reference: str
    currency: str
    ours: int = 0
    theirs: int = 0
    day: str = ""
    grant: str = ""


class AwardShare(Struct, frozen=True):
    """What a sub-grant adds to the giver's award, in the currency of the award.

    `terms`: `held_here` is 0; the money that the other side holds is in `held_below`. `fee`: what
    the giver keeps for handing this money on."""

    group: str
    sub_grant: str
    given: int
    terms: Terms
    by_category: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    counts: bool = True
    fee: int = 0


class Award(Struct, frozen=True):
    """One award, in which no amount is counted twice. `holder`: the group from whose books the
    award comes, or '' for our own. `fee`: the part of the fees that the giver of the award keeps,
    by these books. `fees_here`: fees of other awards that came to this one."""

    holder: str
    grant: str
    reference: str
    currency: str
    terms: Terms
    by_category: Mapping[str, tuple[int, int]]
    parts: tuple[AwardShare, ...] = ()
    fee: int = 0
    fees_here: int = 0


def fold(own: Books, given: Sequence[tuple[SubGrant, Books | None]]) -> tuple[Award, list[Trouble]]:
    """Returns two things: the award of a grant, with the books of all to whom money of the grant
    was handed on, and the differences between the two sides.

    `own.terms` are our books, calculated as if nothing had been handed on."""
    terms, troubles, parts = own.terms, [], []
    categories = dict(own.by_category)
    for sub_grant, theirs in given:
        part, found = _part(own, sub_grant, theirs)
        parts.append(part)
        troubles += found
        terms = terms.plus(part.terms)
        # The giver no longer holds the money that was handed on, except money that came back.
        back = sum(moved.value for moved in sub_grant.back)
        # The fee must count only once.
        # If the fee is in the books of the other side, it is already counted there.
        fee = 0 if theirs and part.counts and theirs.fee else sub_grant.fee
        terms = replace(
            terms,
            held_here=terms.held_here - part.given + back - fee,
            fees=terms.fees + fee,
        )
        _add_categories(categories, part.by_category)
    # A fee on the spending is also on what those below spent of the award.
    fee = own.fee
    if own.fee_on_spending is not None and parts:
        fee = share_of(terms.spent, own.fee_on_spending)
    more = fee - own.fee
    terms = replace(terms, fees=terms.fees + more, held_here=terms.held_here - more)
    award = Award(
        "",
        own.grant,
        own.reference,
        own.currency,
        terms,
        categories,
        tuple(parts),
        fee,
        own.fees_here,
    )
    return award, troubles


def _add_categories(sums: dict[str, tuple[int, int]], more: Mapping[str, tuple[int, int]]) -> None:
    for category, (spent, committed) in more.items():
        before = sums.get(category, (0, 0))
        sums[category] = (before[0] + spent, before[1] + committed)


def _part(
    own: Books, sub_grant: SubGrant, theirs: Books | None
) -> tuple[AwardShare, list[Trouble]]:
    """Returns what one sub-grant adds to the award, and the differences between the two sides."""
    given = sum(moved.value for moved in sub_grant.paid)
    trouble = _TroubleWith(sub_grant, theirs.grant if theirs else "")
    # Money that was paid is on the way until the other side has booked it as received.
    back = sum(moved.value for moved in sub_grant.back)
    apart = AwardShare(
        sub_grant.to,
        sub_grant.id,
        given,
        Terms(on_the_way=given, unmatched=back),
        counts=False,
        fee=sub_grant.fee,
    )
    if theirs is None or theirs.currency != sub_grant.currency:
        kind: TroubleKind = "no-grant" if theirs is None else "currency-differs"
        found = [trouble.of(kind, sum(moved.units for moved in sub_grant.paid))]
        return apart, found if sub_grant.paid or theirs else []
    there = match([m.units for m in sub_grant.paid], [m.units for m in theirs.receipts])
    rate = _rate(own.currency, sub_grant, there)
    if rate is None:
        # Nothing was paid yet.
        # So no rate is known for converting the other side's money into the award's currency.
        return apart, [trouble.of("no-rate")] if theirs.terms.came_in else []
    here = match([m.units for m in theirs.returns], [m.units for m in sub_grant.back])
    found = [*_troubles(trouble, sub_grant, theirs, there, here)]
    terms = _folded(sub_grant, theirs, there, here, rate)
    categories = _converted_categories(theirs.by_category, rate)
    found += _fees_that_differ(trouble, sub_grant, theirs)
    fee = _at(theirs.fee, rate) if theirs.fee else sub_grant.fee
    return AwardShare(sub_grant.to, sub_grant.id, given, terms, categories, fee=fee), found


class _TroubleWith(Struct, frozen=True):
    """Makes the list of differences between the two sides of one sub-grant. `grant`: its ID in the
    books of the other side, or ''."""

    sub_grant: SubGrant
    grant: str

    def of(self, kind: TroubleKind, ours: int = 0, theirs: int = 0, day: str = "") -> Trouble:
        about = self.sub_grant
        return Trouble(
            kind, about.to, about.id, about.reference, about.currency, ours, theirs, day, self.grant
        )


def _troubles(
    trouble: _TroubleWith, sub_grant: SubGrant, theirs: Books, there: Matching, here: Matching
) -> list[Trouble]:
    paid, got, back, returned = (
        sub_grant.paid, theirs.receipts, sub_grant.back, theirs.returns,
    )  # fmt: skip
    return [
        *(
            trouble.of("amount-differs", paid[one].units, got[other].units, paid[one].day)
            for one, other in there.differing
        ),
        *(
            trouble.of("paid-not-received", paid[one].units, 0, paid[one].day)
            for one in there.open_paid
        ),
        *(
            trouble.of("received-not-paid", 0, got[one].units, got[one].day)
            for one in there.open_got
        ),
        *(
            trouble.of("return-differs", back[other].units, returned[one].units, returned[one].day)
            for one, other in here.differing
        ),
        *(
            trouble.of("returned-not-noted", 0, returned[one].units, returned[one].day)
            for one in here.open_paid
        ),
        *(
            trouble.of("back-not-returned", back[one].units, 0, back[one].day)
            for one in here.open_got
        ),
    ]


def _fees_that_differ(
    trouble: _TroubleWith, sub_grant: SubGrant, theirs: Books
) -> Iterator[Trouble]:
    """Yields a difference if both sides have a fee, and theirs is not our percentage.

    Both sides keep it of what came, less what went back. It is calculated from their payments: a
    payment on which the sides do not agree, or which is on the way, is told anyway, and a rate
    would be rounded. Their program takes the percentage of interest and gifts too, and none of an
    opening balance, which can only be the first. If they take our percentage of what they spent,
    the two rules differ, and no correction of a payment can help."""
    if not (sub_grant.percent and theirs.fee):
        return
    came = [moved.units for moved in theirs.receipts]
    back = sum(moved.units for moved in theirs.returns)
    more = theirs.terms.received - sum(came)
    ours = [
        share_of(sum(came[brought:]) + extra - back, sub_grant.percent)
        for brought in (0, 1)
        for extra in (0, more)
    ]
    if theirs.fee not in ours:
        is_on_spending = theirs.fee == share_of(theirs.terms.spent, sub_grant.percent)
        kind: TroubleKind = "fee-rule-differs" if is_on_spending else "fee-differs"
        yield trouble.of(kind, ours[0], theirs.fee)


def _rate(currency: str, sub_grant: SubGrant, there: Matching) -> Fraction | None:
    """Returns the rate that the payments really had: how many units of the award's currency one
    unit of the sub-grant's currency cost. Returns None if this is not known."""
    if currency == sub_grant.currency:
        return Fraction(1)
    for payments in ([sub_grant.paid[one] for one in there.paid], sub_grant.paid):
        units = sum(moved.units for moved in payments)
        if units:
            return Fraction(sum(moved.value for moved in payments), units)
    return None


def _folded(
    sub_grant: SubGrant, theirs: Books, there: Matching, here: Matching, rate: Fraction
) -> Terms:
    """Returns the books of the other side in the currency of the award.

    The law of counting once is true in their own currency. After the conversion, both sides of the
    equation are rounded by steps, so that the law is true again to the last unit."""
    paid, got = sub_grant.paid, theirs.receipts
    back, returned = sub_grant.back, theirs.returns
    of = theirs.terms
    agreed = sum(got[one].units for one in there.got)
    differing = sum(got[other].units for _, other in there.differing)
    unpaid = sum(got[one].units for one in there.open_got)
    other_income = of.received - agreed - differing - unpaid
    agreed_in, differing_in, unpaid_in, other_in, unmatched_in = _by_steps(
        (agreed, differing, unpaid, other_income, of.unmatched), rate
    )
    returned_agreed = sum(returned[one].units for one in here.paid)
    returned_differing = sum(returned[one].units for one, _ in here.differing)
    returned_open = of.returned - returned_agreed - returned_differing
    *out, agreed_back, differing_back, open_back = _by_steps(
        (
            *(getattr(of, name) for name in OUT[1:]),
            returned_agreed,
            returned_differing,
            returned_open,
        ),
        rate,
    )
    folded = Terms(0, 0, *out)
    cost_agreed = sum(paid[one].value for one in there.paid)
    cost_differing = sum(paid[one].value for one, _ in there.differing)
    value_agreed = sum(back[one].value for one in here.got)
    value_differing = sum(back[other].value for _, other in here.differing)
    return replace(
        folded,
        received=other_in,
        held_here=0,
        held_below=folded.held_here + folded.held_below,
        on_the_way=folded.on_the_way + sum(paid[one].value for one in there.open_paid) + open_back,
        exchange=folded.exchange + cost_agreed - agreed_in + agreed_back - value_agreed,
        differs=folded.differs + cost_differing - differing_in + differing_back - value_differing,
        unmatched=unmatched_in + unpaid_in + sum(back[one].value for one in here.open_got),
    )


def _at(units: int, rate: Fraction) -> int:
    return units if rate == 1 else round(units * rate)


def _by_steps(parts: Sequence[int], rate: Fraction) -> list[int]:
    """Converts parts so that their sum is the converted sum: the rounding error of each part is
    carried to the next part."""
    if rate == 1:
        return list(parts)
    converted, sum_, before = [], 0, 0
    for part in parts:
        sum_ += part
        to_date = round(sum_ * rate)
        converted.append(to_date - before)
        before = to_date
    return converted


def _converted_categories(
    by_category: Mapping[str, tuple[int, int]], rate: Fraction
) -> dict[str, tuple[int, int]]:
    """Returns the categories in the currency of the award. The spending of the categories sums
    to the converted spending of the whole, which is rounded first."""
    names = sorted(by_category)
    parts = _by_steps([by_category[name][0] for name in names], rate)
    return {
        name: (part, _at(by_category[name][1], rate))
        for name, part in zip(names, parts, strict=True)
    }


def told_upwards(own: Books, award: Award) -> Books:
    """Returns the books of a grant in the form in which they are reported to the giver of this
    grant: together with all money that was handed on from it."""
    return replace(own, terms=award.terms, by_category=award.by_category, fee=award.fee)
