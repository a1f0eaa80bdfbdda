"""Decides what a cell means in its table: a text, the label of a total, or an amount with its
sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from budgettrack.core.base.grids import Value
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.bounds import out_of_bounds
from budgettrack.core.cells.numbers import is_nothing
from budgettrack.core.cells.reading import CellKind, Priced, usual
from budgettrack.core.cells.table_rows import FIGURES, Cell, Refund
from budgettrack.core.cells.total_labels import total_label
from budgettrack.core.cells.values import is_counted_id, read
from budgettrack.core.records.tables import Column, FormerColumn, Shape, Table

Meaning = Callable[[Value], Cell]
Negatives = Literal["kept", "refused", "refund"]

MOST_KEPT = 50_000


class Meanings(dict[Value, Cell]):
    """Reads the cells of one column, and remembers each reading, so that equal cells are read once.

    The memory is cleared when it gets very large."""

    __slots__ = ("meaning",)

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning

    def __missing__(self, value: Value) -> Cell:
        if len(self) > MOST_KEPT:
            self.clear()
        cell = self[value] = self.meaning(value)
        return cell


def meaning_of(
    table: Table, column: Column, shape: Shape | None, locale: str, *, percent: bool = False
) -> Meaning:
    """Returns the function that reads the cells of one column.

    `percent` is true for cells whose number format is a percentage."""
    kind: CellKind = "label" if column.name == "category" else column.kind
    is_id = kind in {"id", "reference"}

    def plainly(value: Value) -> Cell:
        return read(value, kind, locale, column.choices, percent)

    def as_words(value: Value) -> Cell:
        if is_id and value.__class__ is str and is_counted_id(value):
            return value
        cell = read(value, kind, locale, column.choices, percent)
        # People also write "Total" into columns of other kinds, such as the column of dates.
        words = cell if isinstance(cell, str) else value
        return (isinstance(words, str) and words and total_label(words)) or cell

    if column.former:
        figure = _figure(plainly, column, locale, False, "refused")
        return _with_old_choices(figure, column.former, locale)
    if kind in FIGURES:
        # The months of a line have the same sign as its amount.
        name = "amount" if is_period(column.name) else column.name
        turned = shape is not None and name in shape.turned
        figure = _figure(plainly, column, locale, turned, _negatives(table, column, shape))
        is_simple = column.kind == "money" and column.bounds in {"any", "not below zero"}
        return _usually(figure) if is_simple and not (turned or percent) else figure
    return plainly if kind in {"choice", "currency"} else as_words


def _negatives(table: Table, column: Column, shape: Shape | None) -> Negatives:
    """Returns the rule for negative figures in a column.

    In a tab of our own, a figure must not be below the smallest value of its column, and a refund
    is shown by its state. In a mapped table, a negative amount may be a refund or a reversal, and
    its quantity may be negative, too."""
    if column.bounds == "any":
        return "kept"
    if shape is None or table.name == "income" or column.bounds != "not below zero":
        return "refused"
    return "refund" if (table.name, column.name) == ("expenses", "amount") else "kept"


def _figure(
    plainly: Meaning, column: Column, locale: str, turned: bool, negatives: Negatives
) -> Meaning:
    """Returns the function that reads a figure. It changes the sign if the config says so, and
    then checks the figure. A dash is zero."""

    def figure(value: Value) -> Cell:
        cell = "0" if column.kind == "money" and is_nothing(value, locale) else plainly(value)
        if not isinstance(cell, str | Priced):
            return cell
        text = cell if isinstance(cell, str) else cell.text
        currencies = cell.currencies if isinstance(cell, Priced) else frozenset()
        if turned:
            text = _turned(text)
        if negatives == "refused" and (beyond := out_of_bounds(column, text)):
            return beyond
        if text.startswith("-") and negatives == "refund":
            return Refund(text[1:], currencies)
        return Priced(text, currencies) if currencies else text

    return figure


def _usually(figure: Meaning) -> Meaning:
    """Returns the function that reads an amount whose sign is not changed. A usual number that is
    not below zero needs no other rule. Nearly all amounts are such numbers."""

    def usual_or_figure(value: Value) -> Cell:
        text = usual(value) if value.__class__ is float else ""
        return text if text and text[0] != "-" else figure(value)

    return usual_or_figure


def _with_old_choices(figure: Meaning, former: FormerColumn, locale: str) -> Meaning:
    """Returns the function that reads a figure. An older version had a dropdown of words in such a
    column. If the cell has such a word, the result is the figure that replaced the word."""
    choices = tuple(former.values)

    def figure_or_choice(value: Value) -> Cell:
        choice = read(value, "choice", locale, choices)
        return former.values[choice] if choice in choices else figure(value)

    return figure_or_choice


def _turned(text: str) -> str:
    """Returns the figure with the opposite sign. Zero and a blank cell stay as they are."""
    if not text or text == "0":
        return text
    return text[1:] if text.startswith("-") else "-" + text
