"""A document is a report before it is laid out: sections and blocks of formatted text, the same for
a page, a PDF and a mail.

Templates choose the layout of a block by its field `block`. A document contains only what its
reader may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

RowKind = Literal["", "group", "sum", "aside", "total"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a column. Columns with `number` are aligned to the end of the line."""

    text: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class TableCell:
    """A formatted text in a table. `over`: whether it is an amount beyond the plan; the minus sign
    of the amount shows this too. `say`: whether it is a sentence or a longer text. `sort` is the
    plain number by which a script sorts; it is blank on public pages, which have no script."""

    text: str
    over: bool = False
    say: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its heading `head`, the small text below the heading, and its cells.

    `bar` is the length of a bar from 0 to 100, or None for no bar. `full`: whether the bar goes
    beyond the plan."""

    head: str
    cells: Sequence[TableCell]
    small: str = ""
    bar: int | None = None
    full: bool = False
    kind: RowKind = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table. The first heading belongs to the column with the headings of rows.

    If `folded` is true, the table is closed on the page until the reader opens it."""

    caption: str
    headings: Sequence[Heading]
    rows: Sequence[TableRow]
    note: str = ""
    folded: bool = False
    block: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A key figure: its name, the formatted figure, and a short note in small print."""

    name: str
    figure: str
    small: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Key figures that are shown side by side."""

    facts: Sequence[Fact]
    block: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. If `quiet` is true, it is a note in small print."""

    text: str
    quiet: bool = False
    block: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section."""

    text: str
    block: str = field(default="subheading", init=False)


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list."""

    lines: Sequence[str]
    block: str = field(default="bullets", init=False)


@dataclass(frozen=True, slots=True)
class Link:
    """A link, with a note in small print after it."""

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
    """A chart. A table beside it shows the same values.

    `svg` is the whole drawing, with the description `says` in it. The title is shown above it."""

    title: str
    says: str
    svg: str
    block: str = field(default="chart", init=False)


@dataclass(frozen=True, slots=True)
class PictureSource:
    """One file of a picture: its path from the folder of the site, and its width in pixels."""

    path: str
    width: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with a text that describes it, in several sizes, the smallest first.

    `width`, `height`: the size of the largest one, in pixels. `content`: its bytes, for a PDF."""

    sources: Sequence[PictureSource]
    says: str
    width: int
    height: int
    content: bytes
    block: str = field(default="picture", init=False)


@dataclass(frozen=True, slots=True)
class Work:
    """One activity as formatted text.

    `bar` is the percentage done, or None if it is not known. `stop`: whether the activity is
    delayed or dropped."""

    activity: str
    status: str
    stop: bool
    about: str
    bar: int | None
    lines: Sequence[str]
    note: str


@dataclass(frozen=True, slots=True)
class Works:
    """A list of activities."""

    works: Sequence[Work]
    block: str = field(default="works", init=False)


Block = ReportTable | Facts | Text | Subheading | Bullets | Links | Chart | Picture | Works


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document. `name` is a fixed identifier in Latin letters; `title` is shown
    to the reader."""

    name: str
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Document:
    """A report as formatted text.

    `home` is the relative path from the page to the folder of the site: "" or "../". If `wide`
    is true, its tables need a page in landscape."""

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
    """A file attached to a mail. Its name has only letters, digits, hyphens and dots."""

    name: str
    content: bytes
