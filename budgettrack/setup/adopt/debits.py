"""Finds out whether a debit is money that came in or money that went out.

In a bank's statement a debit went out. In a group's own book of an account it came in. The words
alone do not say which is meant, so the balance, an opening balance, signs and what the rows are
about must say it. If they do not, a person is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from budgettrack.core.base.grids import Value
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.records.tables import normal, one_spelling
from budgettrack.setup.adopt.questions import Question, debit_question
from budgettrack.setup.adopt.seen import SeenColumn, SheetBlock, figure_of
from budgettrack.setup.adopt.seen_book import SeenBook
from budgettrack.setup.adopt.synonyms import (
    CAME_BACK,
    CAME_IN,
    CREDITS,
    DEBITS,
    TO_OTHERS,
    WENT_OUT,
)
from budgettrack.setup.adopt.vocabulary import way_of
from budgettrack.setup.adopt.ways import WayColumn

View = Literal["in", "out", ""]
"""What a debit is. '' if nothing says it."""

_WORD = re.compile(r"[^\W\d_]+")
_SURELY = 4
"""So many times more rows must speak for one view than for the other."""
_WHOLE_WORD = 4
"""A word of at most so many letters is known only as a whole, a longer one also as the beginning of
another word."""


def side_of(text: str) -> Literal["debit", "credit", ""]:
    """Returns which side a heading or a word is: `Debit`, `Cr`, `Soll (EUR)`. Returns '' if a
    word says besides whether money came in or went out, or if it names no side.

    >>> side_of("Debit"), side_of("Debit amount"), side_of("Receipts (Dr)"), side_of("Paid out")
    ('debit', 'debit', '', '')
    """
    words = _WORD.findall(one_spelling(normal(text)))
    sides = {word: side for word in words if (side := _sides().get(word))}
    others = [word for word in words if word not in sides]
    found = {*sides.values()}
    if len(found) != 1 or any(way_of(word) for word in others):
        return ""
    return "debit" if "debit" in found else "credit"


@lru_cache(maxsize=1)
def _sides() -> dict[str, str]:
    known = ((DEBITS, "debit"), (CREDITS, "credit"))
    return {one_spelling(normal(word)): side for words, side in known for word in words.split()}


def by_view(
    seen: SeenBook,
    block: SheetBlock,
    came: SeenColumn,
    went: SeenColumn,
    answers: Mapping[str, str],
) -> tuple[SeenColumn, SeenColumn, tuple[Question, ...]]:
    """Returns the columns of money in and of money out, and the question about them if only a
    person can know which is which. `came` and `went` are the columns as their headings say it."""
    sides = {side_of(column.heading): column for column in (came, went)}
    if sides.keys() != {"debit", "credit"}:
        return came, went, ()
    debit, credit = sides["debit"], sides["credit"]
    moves = {
        row: _figure(seen, block, row, debit) - _figure(seen, block, row, credit)
        for row in block.rows
    }
    below = [
        [figure for row in block.rows if (figure := _figure(seen, block, row, column))]
        for column in (debit, credit)
    ]
    view = (
        _by_balance(seen, block, moves, (debit, credit))
        or _by_opening(seen, block, moves)
        or _by_signs(*below)
        or view_by_texts(seen, block, moves)
    )
    view, asked = _answered(view, debit.heading, answers)
    return (debit, credit, asked) if view == "in" else (credit, debit, asked)


def way_by_view(
    seen: SeenBook,
    block: SheetBlock,
    amount: SeenColumn,
    way: WayColumn,
    answers: Mapping[str, str],
) -> tuple[WayColumn, tuple[Question, ...]]:
    """Returns the column whose words say whether money came in or went out, and the question about
    it if only a person can know which is which."""
    sides = {side_of(word): word for word in way.words.values()}
    if "" in sides or not sides:
        return way, ()
    moves: dict[int, Decimal] = {}
    typed: dict[str, list[Decimal]] = {"debit": [], "credit": []}
    for row in block.rows:
        word = seen.grid(block).at(row, way.column.index)
        side = side_of(word) if isinstance(word, str) else ""
        if side and (figure := _figure(seen, block, row, amount)):
            moves[row] = abs(figure) if side == "debit" else -abs(figure)
            typed[side].append(figure)
    view = (
        _by_balance(seen, block, moves, (amount,))
        or _by_signs(typed["debit"], typed["credit"])
        or view_by_texts(seen, block, moves)
    )
    shown = sides.get("debit") or sides["credit"]
    view, asked = _answered(view, shown, answers)
    other = "in" if view == "out" else "out"
    meant = {"debit": view, "credit": other}
    return WayColumn(way.column, {meant[side]: word for side, word in sides.items()}), asked


def is_journal(seen: SeenBook, block: SheetBlock) -> bool:
    """Whether each row names two accounts, one for the debit and one for the credit, as in
    double-entry books: `Date | Debit | Credit | Amount`. Most rows then have both."""
    grid = seen.grid(block)
    sides: dict[str, list[SeenColumn]] = {"debit": [], "credit": [], "": []}
    for column in block.columns:
        sides[side_of(column.heading)].append(column)
    for debit in sides["debit"]:
        for credit in sides["credit"]:
            filled = [
                [_names_account(seen, grid.at(row, column.index)) for column in (debit, credit)]
                for row in block.rows
            ]
            both, either = sum(map(all, filled)), sum(map(any, filled))
            if debit.holds == credit.holds and both * 2 > either:
                return True
    return False


def _names_account(seen: SeenBook, value: Value) -> bool:
    """Whether a cell names an account or has an amount. A zero or a dash is neither, also as a
    text: many banks' statements have it on the other side of each row."""
    figure = figure_of(value, seen.locale)
    if figure is not None:
        return figure != 0
    return isinstance(value, str) and any(sign.isalnum() for sign in value)


def _answered(
    view: View, shown: str, answers: Mapping[str, str]
) -> tuple[View, tuple[Question, ...]]:
    """Returns what a debit is, and the question about it if the sheet does not say it."""
    if view:
        return view, ()
    question = debit_question(shown)
    return ("in" if question.answer(answers) == "in" else "out"), (question,)


def _figure(seen: SeenBook, block: SheetBlock, row: int, column: SeenColumn) -> Decimal:
    return seen.figure(block, row, column) or Decimal(0)


def _by_balance(
    seen: SeenBook, block: SheetBlock, moves: Mapping[int, Decimal], sides: Sequence[SeenColumn]
) -> View:
    """Returns the view with which a running balance agrees in at least half of the rows. `moves`:
    by row, the debit less the credit.

    Many banks' statements have the newest row first. So the rows are read in both orders, and the
    one in which more rows agree is taken."""
    taken = {column.index for column in sides}
    for column in block.columns:
        is_other = column.means("id", "receipt", "line", "year", "quantity", "unit_cost")
        if column.holds == "figures" and column.index not in taken and not is_other:
            down, up = (
                [*_steps(seen, block, moves, column, rows)]
                for rows in (block.rows, block.rows[::-1])
            )
            steps = max(down, up, key=len)
            is_clear = len(down) != len(up) and len({*steps}) == 1
            if is_clear and 2 * len(steps) >= sum(map(bool, moves.values())):
                return "in" if steps[0] > 0 else "out"
    return ""


def _steps(
    seen: SeenBook,
    block: SheetBlock,
    moves: Mapping[int, Decimal],
    balance: SeenColumn,
    rows: Sequence[int],
) -> Iterator[int]:
    """Yields for each row 1 if the balance grew by its debit, and -1 if it shrank by it. The first
    balance may have begun at zero. Other rows say nothing."""
    before: Decimal | None = None
    for row in rows:
        now = seen.figure(block, row, balance)
        moved = moves.get(row)
        if now is not None and moved:
            step = {moved: 1, -moved: -1}.get(now - (before or Decimal(0)))
            if step is not None:
                yield step
        before = before if now is None else now


def _by_opening(seen: SeenBook, block: SheetBlock, moves: Mapping[int, Decimal]) -> View:
    """Returns the view in which an opening balance came in: it stands in the first row with an
    amount."""
    first = next((row for row in block.rows if moves.get(row)), None)
    if first is None:
        return ""
    is_carried = any(
        isinstance(cell, str) and (label := total_label(cell)) is not None and label.carried
        for cell in seen.grid(block).rows[first]
    )
    return _view(moves[first]) if is_carried else ""


def _by_signs(debits: Iterable[Decimal], credits_: Iterable[Decimal]) -> View:
    """Returns the view in which amounts below zero went out."""
    signs = [{figure < 0 for figure in figures} for figures in (debits, credits_)]
    if signs == [{True}, {False}]:
        return "out"
    return "in" if signs == [{False}, {True}] else ""


def view_by_texts(seen: SeenBook, block: SheetBlock, moves: Mapping[int, Decimal]) -> View:
    """Returns the view that fits what the rows are about: a donation came in, rent went out."""
    texts = [column for column in block.columns if column.holds == "texts"]
    votes: dict[View, int] = {"in": 0, "out": 0}
    for row, moved in moves.items():
        cells = [seen.grid(block).at(row, column.index) for column in texts]
        said = _kind_of_row(" ".join(cell for cell in cells if isinstance(cell, str)))
        if moved and said:
            votes[_view(moved if said == "in" else -moved)] += 1
    came, went = votes["in"], votes["out"]
    if came and came >= _SURELY * went:
        return "in"
    return "out" if went and went >= _SURELY * came else ""


def _view(came: Decimal) -> View:
    return "in" if came > 0 else "out"


def _kind_of_row(text: str) -> Literal["in", "out", ""]:
    """Returns whether a text is about money that came in or that went out. Returns '' if it may be
    either, as in `Rent came back` and `Grant to Peer Group`."""
    words = {*_WORD.findall(one_spelling(normal(text)))}
    if _has(words, CAME_BACK) or any(total_label(word) is not None for word in words):
        return ""
    is_in, is_out = _has(words, CAME_IN), _has(words, WENT_OUT)
    if is_in == is_out or (is_in and _has(words, TO_OTHERS)):
        return ""
    return "in" if is_in else "out"


def _has(words: Iterable[str], known: str) -> bool:
    stems = _stems(known)
    return any(
        word == stem or (len(stem) > _WHOLE_WORD and word.startswith(stem))
        for word in words
        for stem in stems
    )


@lru_cache(maxsize=8)
def _stems(known: str) -> frozenset[str]:
    return frozenset(one_spelling(normal(word)) for word in known.split())
