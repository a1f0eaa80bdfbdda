"""The addresses of cells as people see them: `'Budget'!F12`.

Every finding shows such an address. This module imports nothing heavy, so that a command that
only answers a question does not load the code that reads workbooks."""

from __future__ import annotations


def letters(column: int) -> str:
    """Returns the letters of a column. Columns count from 0: 0 is A, 26 is AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(name: str) -> int:
    """Returns the number of the column with these letters, from 0."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def a1(tab: str, row: int | None = None, column: int | None = None) -> str:
    """Returns the address of a place as people see it: a cell `'Budget'!F12`, a row `'Budget'!12`,
    a column `'Budget'!F`, or a tab `'Budget'`.

    `row` and `column` count from 0. `column` is None for a row, `row` is None for a column, and
    both are None for a tab."""
    name = "'" + tab.replace("'", "''") + "'"
    if row is None and column is None:
        return name
    where = (letters(column) if column is not None else "") + (
        str(row + 1) if row is not None else ""
    )
    return f"{name}!{where}"
