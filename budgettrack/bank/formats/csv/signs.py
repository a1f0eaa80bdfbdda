"""Decides which movements of a CSV file are payments. If the file has balances, they prove it.
Otherwise the plus and minus signs are read as nearly all banks write them. If this is doubtful,
a person is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from budgettrack.config.bank_csv import AS_WRITTEN, INVERTED, UNSIGNED
from budgettrack.core.base.errors import UsageError


@dataclass(frozen=True, slots=True)
class SignedRow:
    """A row of the file, with everything that shows how the row changes the balance.

    `amount`, `came_in`, `went_out`: as they are written, or None if there is no such column.
    `is_out`: True for a debit word, False for a credit word, None if there is no such column.
    `fee`: what the bank took in addition to the amount. `balance`: the balance after the row, or
    None if it is blank. `moves`: True for a movement, False for an opening or closing balance.
    `account`: the number of the account, and the currency. `day`: None if the row has no date.
    `side`: "opening" or "closing" if the row says that it has such a balance, otherwise ""."""

    place: str
    amount: Decimal | None = None
    came_in: Decimal = Decimal(0)
    went_out: Decimal = Decimal(0)
    is_out: bool | None = None
    fee: Decimal = Decimal(0)
    balance: Decimal | None = None
    moves: bool = True
    account: tuple[str, str] = ("", "")
    day: date | None = None
    side: str = ""


@dataclass(frozen=True, slots=True)
class ChosenSigns:
    """The meaning of the signs of a file.

    `amounts`: the amounts of all rows. `proofs`: how many balances prove these amounts."""

    meaning: str
    amounts: Sequence[Decimal]
    proofs: int = 0


class SignsDoubtfulError(UsageError):
    """Raised if nothing shows which movements are payments.

    `examples`: the places of three rows. `readings`: the amounts of these rows by each possible
    answer."""

    def __init__(
        self, name: str, examples: Sequence[str], readings: Mapping[str, Sequence[Decimal]]
    ) -> None:
        self.examples, self.readings = examples, readings
        shown = "; or ".join(
            f"{answer}: {', '.join(f'{amount:+}' for amount in amounts)}"
            for answer, amounts in readings.items()
        )
        super().__init__(
            f"{name}: nothing proves which rows are payments. The amounts of {', '.join(examples)}"
            f" may be, {shown}. Look at one that you know, and say which is right: --signs"
            ' "as written" (or another of these words). You are asked only once for an account.'
        )


def readings(steps: Sequence[SignedRow]) -> dict[str, list[Decimal]]:
    """Return the amounts of all rows for each meaning that their signs can have, the most usual
    meaning first."""
    if all(step.amount is None for step in steps):
        return _of_two_columns(steps)
    if any(step.is_out is not None for step in steps):
        return _of_words(steps)
    written = [(step.amount or Decimal(0)) for step in steps]
    return {
        AS_WRITTEN: [amount - step.fee for amount, step in zip(written, steps, strict=True)],
        INVERTED: [-amount - step.fee for amount, step in zip(written, steps, strict=True)],
    }


def _of_two_columns(steps: Sequence[SignedRow]) -> dict[str, list[Decimal]]:
    """Return the readings of a file with a column of money in and one of money out. If all
    payments or none have a minus sign, the sign has no meaning. If only some payments have it, it
    may mean a cancelled payment, so there are several readings."""
    outs = [step.went_out for step in steps if step.went_out]
    if all(out > 0 for out in outs) or all(out < 0 for out in outs):
        return {AS_WRITTEN: [step.came_in - abs(step.went_out) - step.fee for step in steps]}
    return {
        AS_WRITTEN: [step.came_in - step.went_out - step.fee for step in steps],
        INVERTED: [step.came_in + step.went_out - step.fee for step in steps],
        UNSIGNED: [step.came_in - abs(step.went_out) - step.fee for step in steps],
    }


def _of_words(steps: Sequence[SignedRow]) -> dict[str, list[Decimal]]:
    """Return the readings of a file with a debit/credit column. If all debit rows or none of them
    have a minus sign, the sign has no meaning; the same is true for the credit rows. If only some
    have it, these movements may be cancelled ones, so there are two readings."""

    def directed(step: SignedRow, size: Decimal) -> Decimal:
        return (-size if step.is_out else size) - step.fee

    unsigned = [directed(step, abs(step.amount or Decimal(0))) for step in steps]
    for side in (True, False):
        amounts = [step.amount for step in steps if step.amount and step.is_out is side]
        if not (all(amount > 0 for amount in amounts) or all(amount < 0 for amount in amounts)):
            return {
                AS_WRITTEN: [directed(step, step.amount or Decimal(0)) for step in steps],
                UNSIGNED: unsigned,
            }
    return {AS_WRITTEN: unsigned}


def chosen(name: str, steps: Sequence[SignedRow], declared: str) -> ChosenSigns:
    """Return the meaning of the signs, with the amounts of all rows.

    `declared`: the meaning that the layout or a person has named, or "". Raises UsageError if
    the balances contradict every meaning, and SignsDoubtfulError if several are possible."""
    possible = readings(steps)
    if declared and declared in possible:
        possible = {declared: possible[declared]}
    checked = {meaning: _checked(steps, amounts) for meaning, amounts in possible.items()}
    proven = [meaning for meaning, (wrong, proofs) in checked.items() if proofs and not wrong]
    if proven and all(possible[meaning] == possible[proven[0]] for meaning in proven):
        return ChosenSigns(proven[0], possible[proven[0]], checked[proven[0]][1])
    if not proven and any(proofs for _, proofs in checked.values()):
        wrong, _ = min(checked.values(), key=lambda outcome: len(outcome[0]))
        raise UsageError(
            f"{wrong[0]}: its balance does not follow from the line before it. A line is missing or"
            " was changed: download the file again."
        )
    if not declared and (proven or _is_doubtful(steps, possible)):
        moving = [index for index, step in enumerate(steps) if step.moves][:3]
        raise SignsDoubtfulError(
            name,
            [steps[index].place.rpartition(", ")[2] for index in moving],
            {
                meaning: [amounts[index] for index in moving]
                for meaning, amounts in possible.items()
            },
        )
    meaning = next(iter(possible))
    return ChosenSigns(meaning, possible[meaning])


def _is_doubtful(steps: Sequence[SignedRow], possible: Mapping[str, Sequence[Decimal]]) -> bool:
    """Whether the usual meaning of the signs may be wrong.

    Example: in a list of card purchases, a purchase has no minus sign, and a refund has one."""
    if len(possible) < 2:
        return False
    if INVERTED not in possible or UNSIGNED in possible:
        return True
    amounts = [step.amount for step in steps if step.moves and step.amount]
    minus = sum(amount < 0 for amount in amounts)
    plus = len(amounts) - minus
    return bool(amounts) and plus > minus


def after_last_balance(steps: Sequence[SignedRow]) -> list[str]:
    """Return the places of the movements after the last balance, the newest first. Nothing
    proves that the bank has booked these movements. Returns [] if the file has no balance."""
    newest_first = steps if _is_oldest_first(steps) is False else steps[::-1]
    places: list[str] = []
    for step in newest_first:
        if step.balance is not None:
            return places
        if step.moves:
            places.append(step.place)
    return []


def running(
    steps: Sequence[SignedRow], amounts: Sequence[Decimal]
) -> tuple[Decimal, Decimal] | None:
    """Return the balances before and after all movements of one account, whatever the order of
    the rows. Returns None if the file has no balance, the rows have several currencies, or both
    orders of the rows are possible and give different balances."""
    if len({step.account for step in steps if step.moves}) != 1:
        return None
    pairs = list(zip(steps, amounts, strict=True))
    is_oldest_first = _is_oldest_first(steps)
    orders = [pairs[:: 1 if is_oldest_first else -1]]
    if is_oldest_first is None:
        orders = [pairs, pairs[::-1]]
    found = {
        ends for order in orders if not _walked(order)[0] and (ends := _ends(order)) is not None
    }
    return found.pop() if len(found) == 1 else None


def _ends(pairs: Sequence[tuple[SignedRow, Decimal]]) -> tuple[Decimal, Decimal] | None:
    """Return the balances before and after the movements, which are given from the oldest to the
    newest. Returns None if no row has a balance."""
    moved = Decimal(0)
    before: Decimal | None = None
    for step, amount in pairs:
        moved += amount if step.moves else Decimal(0)
        if before is None and step.balance is not None:
            before = step.balance - moved
    return None if before is None else (before, before + moved)


def _checked(steps: Sequence[SignedRow], amounts: Sequence[Decimal]) -> tuple[list[str], int]:
    """Return the places of the balances that do not follow from the amounts, and how many
    balances were compared. The oldest row may be the first or the last."""
    pairs = list(zip(steps, amounts, strict=True))
    match _is_oldest_first(steps):
        case True:
            return _walked(pairs)
        case False:
            return _walked(pairs[::-1])
    return min(
        _walked(pairs), _walked(pairs[::-1]), key=lambda outcome: (len(outcome[0]), -outcome[1])
    )


def _is_oldest_first(steps: Sequence[SignedRow]) -> bool | None:
    """Whether the oldest row is first. Returns None if the file does not show it."""
    days = [step.day for step in steps if step.day]
    if days and days[0] != days[-1]:
        return days[0] < days[-1]
    sides = {(steps[0].side, True), (steps[-1].side, False)} if steps else set()
    if sides & {("opening", True), ("closing", False)}:
        return True
    return False if sides & {("opening", False), ("closing", True)} else None


def _walked(pairs: Sequence[tuple[SignedRow, Decimal]]) -> tuple[list[str], int]:
    """Compares the balances from row to row, for each account and currency. Returns the places
    of the balances that do not follow from the amounts, and how many balances were compared."""
    expected: dict[tuple[str, str], Decimal] = {}
    wrong, proofs = [], 0
    for step, amount in pairs:
        key = step.account
        moved = amount if step.moves else Decimal(0)
        if key in expected:
            expected[key] += moved
        if step.balance is None:
            continue
        if key in expected:
            proofs += 1
            if expected[key] != step.balance:
                wrong.append(step.place)
        expected[key] = step.balance
    return wrong, proofs
