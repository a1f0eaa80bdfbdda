"""What templates lay out: a document of sections and blocks in finished texts, the same for page,
PDF and mail.

Templates dispatch on each block's `block`. A document says everything that its reader may know, and
nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

RowKind = Literal["", "group", "sum", "aside", "total"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading; `number` columns are aligned at their end."""

    text: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class TableCell:
    """A finished text. `over` marks what is beyond the plan (its sign says so too); `say` is
    running text."""

    text: str
    over: bool = False
    say: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table's row: its heading, what stands in small under it, a bar (0 to 100, None for none),
    and its cells."""

    head: str
    cells: Sequence[TableCell]
    small: str = ""
    bar: int | None = None
    full: bool = False
    kind: RowKind = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table. The first heading stands over the row headings. `wide` ones have more columns than a
    phone has room for."""

    caption: str
    headings: Sequence[Heading]
    rows: Sequence[TableRow]
    note: str = ""
    folded: bool = False
    block: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure to be seen first: what it is, the figure, and a word about it."""

    name: str
    figure: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Figures side by side."""

    facts: Sequence[Fact]
    block: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; `quiet` ones are notes in small."""

    text: str
    quiet: bool = False
    block: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading within a section."""

    text: str
    block: str = field(default="subheading", init=False)


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of lines."""

    lines: Sequence[str]
    block: str = field(default="bullets", init=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A line that leads somewhere, and what stands in small after it."""

    text: str
    href: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """A list of links."""

    links: Sequence[Link]
    block: str = field(default="links", init=False)


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of values that a table beside it has too. `svg` is the whole drawing; `title` and
    `says` are in it."""

    title: str
    says: str
    svg: str
    block: str = field(default="chart", init=False)


@dataclass(frozen=True, slots=True)
class Work:
    """One activity, in finished texts. `bar` is its % done; `stop` marks what is delayed or
    dropped."""

    activity: str
    status: str
    stop: bool
    about: str
    bar: int | None
    lines: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class Works:
    """Activities, one under the other."""

    works: Sequence[Work]
    block: str = field(default="works", init=False)


Block = ReportTable | Facts | Text | Subheading | Bullets | Links | Chart | Works


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document; `name` is lasting and in Latin letters."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Document:
    """A report in finished texts. `home` is the way from the page to the folder of the site ("" or
    "../")."""

    title: str
    organisation: str
    language: str
    right_to_left: bool
    heading: str
    standing: str
    notices: Sequence[str]
    sections: Sequence[Section]
    foot: str
    links: Sequence[Link] = ()
    wide: bool = False
    home: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a mail; its name has letters, digits, hyphens and dots alone."""

    name: str
    content: bytes
