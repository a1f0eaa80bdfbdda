"""What templates lay out: tables of finished texts, the same for every report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["", "group", "sum", "aside", "total"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; `number` columns are aligned at their end."""

    text: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A finished text. `over` marks what is beyond the plan (its sign says so too); `say` is running text."""

    text: str
    over: bool = False
    say: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row: its heading, what stands in small under it, a bar (0 to 100, None for none), and its cells."""

    head: str
    cells: Sequence[Cell]
    small: str = ""
    bar: int | None = None
    full: bool = False
    kind: Kind = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first heading stands over the row headings."""

    caption: str
    headings: Sequence[Heading]
    rows: Sequence[Row]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure to be seen first: what it is, the figure, and a word about it."""

    name: str
    figure: str
    small: str = ""
