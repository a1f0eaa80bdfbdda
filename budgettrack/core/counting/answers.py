"""The answer of a host: what it paid to one group, according to its own books. The group compares
the answer with its own tab *Income*, so that a difference is found on both sides.

An answer has the payments to one group, by agreement reference. It has no field for anything else:
nothing about another group, and no grant or funder of the host."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from budgettrack.core.base.money import decimal, is_currency
from budgettrack.core.base.months import Month
from budgettrack.core.counting.handed_on import sub_grants
from budgettrack.core.counting.law import SubGrant, Trouble
from budgettrack.core.counting.roll_up import RollUp, roll_up
from budgettrack.core.counting.statements import ToldMovement, books_of, movements_read, statement
from budgettrack.core.figures.totals import Total
from budgettrack.core.records.model import Plan

VERSION = 4
"""The version of the form of an answer. An answer of another version is not read. Version 1 did not
say for which group it was, version 2 had the amount of the fee and not its percentage, and version
3 did not say when it was signed."""


OLD_FILE = "answer.json"
"""The name of the file of any host, before each host had a file of its own."""


class RefusedAnswer(Struct, frozen=True):
    """A file with an answer that is not read. `why`: its content is no answer, or it is for another
    group. `file`: its name."""

    why: Literal["damaged", "of another group"]
    file: str = ""


class AnsweredGrant(Struct, frozen=True):
    """What the host paid by one agreement, and what came back, as decimal texts in `currency`.

    `percent`: the percentage that the host keeps for handing the money on, such as '7.5'."""

    agreement: str
    currency: str
    percent: str
    paid: Sequence[ToldMovement] = ()
    back: Sequence[ToldMovement] = ()


class HostAnswer(Struct, frozen=True):
    """What the host paid to one group until the end of a month.

    `group`: the code of the group in the host's tab *Groups*. `key`: the public key of the group
    in that row, or ''. By the code or the key, a group knows that the
    answer is for it. `host`: the name of the host, by which a group knows whose answer this is.
    `made`: when it was signed (ISO, UTC), or ''. `signature`: the host's signature of all other
    fields, or ''."""

    version: int
    month: Month
    host: str
    group: str
    key: str = ""
    grants: Sequence[AnsweredGrant] = ()
    made: str = ""
    signature: str = ""


class ReadAnswer(HostAnswer, frozen=True, kw_only=True):
    """An answer that was read from a file.

    `file`: the name of the file. `is_signed_by`: whether it was signed with the secret key that
    belongs to a public key. `needs_key`: whether only the signature can say whose answer it is. It
    need not, if the host itself put the file into our folder. `is_to_come`: whether it was signed
    at a time that is still to come. `newest`: when the newest answer was signed that we have read
    before, by the public key of its host."""

    is_signed_by: Callable[[str], bool]
    needs_key: bool
    file: str = ""
    is_to_come: bool = False
    newest: Mapping[str, str] = field(default_factory=dict)


def answer(plan: Plan, group: str, month: Month, host: str, key: str = "") -> HostAnswer:
    """Returns what we, a host, paid to a group until the end of a month. `host`: our name. `key`:
    the public key of the group, or ''."""
    return HostAnswer(
        VERSION,
        month,
        host,
        group,
        key,
        tuple(_answered(one) for one in sub_grants(plan, month) if one.to == group),
    )


def _answered(sub_grant: SubGrant) -> AnsweredGrant:
    currency = sub_grant.currency
    return AnsweredGrant(
        sub_grant.reference,
        currency,
        f"{sub_grant.percent:f}",
        *(
            tuple(ToldMovement(one.day, decimal(one.units, currency)) for one in moved)
            for moved in (sub_grant.paid, sub_grant.back)
        ),
    )


def require_answer(told: HostAnswer) -> None:
    """Raises ValueError if this is no answer: a currency, a day, an amount or the time of the
    signature cannot be read."""
    _sub_grants(told)
    moment = told.made and datetime.fromisoformat(told.made).astimezone(UTC)
    if moment and moment.isoformat(timespec="seconds") != told.made:
        # Only texts of one form can be compared.
        raise ValueError("The time of an answer is not in UTC, to the second.")


def _sub_grants(told: HostAnswer) -> list[SubGrant]:
    if not all(is_currency(one.currency) for one in told.grants):
        raise ValueError("A currency of an answer cannot be read.")
    # The award is in the currency of the payments.
    # The group is not told what the money cost the host.
    return [
        SubGrant(
            f"{place}",
            one.agreement,
            "",
            one.currency,
            one.currency,
            movements_read(one.paid, one.currency),
            movements_read(one.back, one.currency),
            percent=_percentage(one.percent),
        )
        for place, one in enumerate(told.grants)
    ]


def _percentage(text: str) -> Decimal:
    """Returns a percentage of an answer. Raises ValueError if it is none."""
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("A percentage of an answer cannot be read.")
    return number


def differences(
    told: HostAnswer,
    plan: Plan,
    totals: Sequence[Total],
    rolled: RollUp | None = None,
    *,
    host: str = "",
) -> Sequence[Trouble]:
    """Returns the differences between a host's answer and the books of the group, at the end of the
    month of the answer. In each of them, `ours` is the host's amount, and `theirs` the group's
    amount.

    `rolled`: if the group hands money on itself, its awards with the money of those below. `host`:
    the name of the host whose money is compared; '' is any host."""
    books = books_of(statement(plan, totals, told.month, rolled=rolled, host=host))
    return roll_up((), _sub_grants(told), {"": books}).troubles
