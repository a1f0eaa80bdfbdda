"""Decides what each filled row of a table is: a record, the heading of a group, a total, or a sum
carried over from another page. This is called the *fate* of the row.

A total is recognised first by the rows that its formula sums (its *members*), then by its label. If
only the figures suggest that a row is a total, a person must look at it: the fate has a `doubt`,
which becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.cells.row_sums import RowSum
from budgettrack.core.cells.table_rows import TotalLabel

RowRole = Literal["record", "section", "sub", "total", "carried", "heading", "elsewhere", "below"]
Doubt = Literal[
    "",
    "may-be-total",
    "nearly-total",
    "taken-for-total",
    "total-counted",
    "carried-not-counted",
    "taken-for-carried",
    "may-be-line",
    "below-total",
    "counted-below-total",
]


# These two classes are not frozen, because every row has one object of each.
# Frozen objects would take a third of the time of reading a large tab.
class Evidence(Struct):
    """The facts about a filled row. Its fate is decided from them.

    `amount`: the main amount of the row, or None if there is none or it cannot be read. `label`:
    the label of a total in the row or beside it. `sum`: the rows that its formulas sum. `words`:
    the kinds of its filled columns that hold no figures, without the label of a total.
    `calculated`: whether a figure is calculated by a formula. `named`: whether the row has an ID in
    a tab of our own layout. `section`: whether it looks like the heading of a group. `titled`:
    whether such a heading is merged, numbered or ends with a colon, as no record does. `heading`:
    whether it repeats the headings. `elsewhere`: whether its figures belong to another table of the
    tab, or are money that was only moved. `outlined`: whether the rows of `sum` stand below this
    row in an outline (`1`, `1.1`, `1.2`) and come from no formula. `opposite`: whether only the
    sign of its amount makes it a row of another table; a result below the rows sums such a row,
    too."""

    number: int
    amount: Decimal | None
    label: TotalLabel | None
    sum: RowSum | None
    words: frozenset[str]
    has_figures: bool
    calculated: bool
    named: bool
    section: bool
    heading: bool = False
    elsewhere: bool = False
    titled: bool = False
    outlined: bool = False
    opposite: bool = False


class Fate(Struct):
    """What a filled row is.

    `kind`: "record" is a row of data, "sub" is a subtotal, "carried" a sum carried over from or
    to another page, "elsewhere" a row whose figures belong to another table of the same tab or are
    money that was only moved, and "below" a row below the total of everything (see `below_totals`).
    `members`: the first and last rows of the parts that a formula of the row sums. `doubt`: the
    code of the finding that the row needs, '' for none. `summed`: if there is a doubt, the first
    and last of the rows that sum to the figure of this row."""

    number: int
    kind: RowRole
    members: tuple[tuple[int, int], ...] = ()
    doubt: Doubt = ""
    summed: tuple[int, int] | None = None


_LABELLED = frozenset({"text", "label", "link", "currency"})
"""The kinds of columns that may be filled beside the label in the row of a total."""
_GROUPING = _LABELLED | {"month"}
_DATED = _GROUPING | {"date"}


def fates(rows: Sequence[Evidence], *, mapped: bool) -> list[Fate]:
    """Returns the fate of each row, in order. `mapped`: whether the config describes the tab."""
    totals = _by_formula(rows, mapped=mapped)
    decided = [_by_structure(row, row.number in totals) for row in rows]
    decided = [*_headings_in_doubt(rows, _unfinished(rows, decided))] if mapped else decided
    if all(row.named and row.sum is None for row in rows):
        return decided  # In a tab of our own layout, a row with an ID is certainly a record.
    return _proven(rows, [*_by_arithmetic(rows, decided)])


# Formulas


def _by_formula(rows: Sequence[Evidence], *, mapped: bool) -> set[int]:
    """Returns the rows that sum other rows of the table by a formula. Rows whose words show that
    they are records are left out."""
    filled = {row.number for row in rows}
    summing = {
        row.number: row.sum
        for row in rows
        if row.sum is not None and _may_be_total(row, mapped=mapped)
    }
    totals = {
        number
        for number, members in summing.items()
        # `=SUM(B3)` is a total of a group with only one line.
        if (members.count > 1 or members.by_name) and _any_in(members, filled)
    }
    # `=E8` may show the total in E8 once more.
    # If E8 is a record, `=E8` is another payment of the same amount.
    single = {
        number: members.parts[0][0] for number, members in summing.items() if members.count == 1
    }
    while more := {number for number, of in single.items() if of in totals} - totals:
        totals |= more
    labelled = {row.number for row in rows if row.label is not None}
    return totals | {number for number, of in single.items() if number in labelled and of in filled}


def _any_in(members: RowSum, filled: set[int]) -> bool:
    return any(row in filled for first, last in members.parts for row in range(first, last + 1))


def _may_be_total(row: Evidence, *, mapped: bool) -> bool:
    """Whether a row that sums others by a formula may be a total, by its words.

    In a tab of our own layout, a row with an ID is a record, even if its amount is calculated
    from other rows. So is a row with a date and a budget line."""
    return mapped or (not row.named and row.words - {"id"} <= _GROUPING)


# Structure


def _by_structure(row: Evidence, is_total: bool) -> Fate:
    label = row.label
    if row.heading:
        return Fate(row.number, "heading")
    if row.elsewhere:
        return Fate(row.number, "elsewhere")
    if is_total:
        return _total_by_formula(row)
    members = row.sum.parts if row.sum else ()
    if label and label.carried and not row.named and row.words <= _DATED:
        # In a row with a date, a word such as Saldo (balance) may mean the last payment of a grant.
        is_sure = label.sure or "date" not in row.words
        return Fate(row.number, "carried", doubt="" if is_sure else "taken-for-carried")
    if label and not row.named and _is_labelled(row, label):
        return Fate(row.number, "sub" if label.sub else "total", members)
    if row.section:
        return Fate(row.number, "section")
    return Fate(row.number, "record", members)


def _total_by_formula(row: Evidence) -> Fate:
    """Returns the fate of a row with a formula that sums other rows.

    A row with words of its own and a formula such as `=B2+B3` may be a payment that somebody
    calculated in this way. So may a row with a date and a sum. In these cases the fate has a doubt.
    """
    label = row.label
    members = row.sum.parts if row.sum else ()
    by_name = row.sum is not None and row.sum.by_name
    is_sure = (
        label is not None or not row.words or row.outlined or (by_name and row.words <= _GROUPING)
    )
    return Fate(
        row.number,
        "sub" if row.outlined or (label and label.sub) else "total",
        members,
        "" if is_sure else "taken-for-total",
        None if is_sure or not members else _span(members),
    )


def _is_labelled(row: Evidence, label: TotalLabel) -> bool:
    """Whether a row with the label of a total is really a total. A record may have a similar
    name."""
    if label.whole:
        return row.words <= _LABELLED
    # "Total station" is an instrument; "Total for travel" is a total.
    return row.has_figures and (label.sure or row.calculated) and row.words <= {"currency"}


def _unfinished(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns the fates. A text directly below a record becomes a record if no record follows it:
    it is not a heading, but a row without its figure. A heading of an outline has a code (`2
    Travel`) and stays a heading."""
    finished = [*decided]
    for place, row in enumerate(rows):
        is_text = decided[place].kind == "section" and "id" not in row.words
        if is_text and _is_below_record(decided, place):
            after = _after(decided, place)
            if after is None or after.kind not in {"record", "section"}:
                finished[place] = replace(decided[place], kind="record")
    return finished


def _is_below_record(decided: Sequence[Fate], place: int) -> bool:
    """Whether a row stands directly below a record, without a blank row between them."""
    before = decided[place - 1] if place else None
    is_record = before is not None and before.kind == "record"
    return before is not None and is_record and before.number + 1 == decided[place].number


def _after(decided: Sequence[Fate], place: int) -> Fate | None:
    """Returns the fate of the next row that does not repeat the headings. Returns None if there is
    none."""
    below = (decided[number] for number in range(place + 1, len(decided)))
    return next((other for other in below if other.kind != "heading"), None)


def _headings_in_doubt(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns the fates. The heading of a group gets a doubt if it may be a line whose figure is
    missing.

    Such a text stands between two lines. It is doubtful if the table does not begin with a group,
    or if its other groups begin below a total or a blank row."""
    sections = [place for place, fate in enumerate(decided) if fate.kind == "section"]
    records = [place for place, fate in enumerate(decided) if fate.kind == "record"]
    if not sections or not records:
        return [*decided]
    between = {
        place
        for place in sections
        if _is_below_record(decided, place)
        and (after := _after(decided, place)) is not None
        and after.kind == "record"
    }
    apart = {
        place
        for place in sections
        if place > records[0]
        and place not in between
        and decided[place - 1].kind != "section"
        and not _is_below_record(decided, place)
    }
    in_groups = sections[0] < records[0]
    if in_groups and not apart:
        return [*decided]
    return [
        replace(fate, doubt="may-be-line")
        if place in between and not rows[place].titled and "id" not in rows[place].words
        else fate
        for place, fate in enumerate(decided)
    ]


# Arithmetic

_NEARLY = Decimal("0.0001")
"""A row is taken for a total if its figure differs from the sum of its neighbours by this share or
less: one cent in a hundred euros. An ordinary line is seldom so near to such a sum by chance."""


_ROUGHLY = Decimal("0.01")
"""If the last figure of a table differs from the sum of all others by this share or less, it is
meant as their total: one per cent of the sum."""
_FEW = 3


class _Running(Struct):
    """Sums records while the rows are read in one direction: the records since the last total,
    and all records."""

    group: Decimal = Decimal(0)
    group_rows: int = 0
    whole: Decimal = Decimal(0)
    whole_rows: int = 0
    group_begins: int = 0
    whole_begins: int = 0

    def add(self, number: int, amount: Decimal) -> None:
        self.group_begins = self.group_begins if self.group_rows else number
        self.whole_begins = self.whole_begins if self.whole_rows else number
        self.group, self.group_rows = self.group + amount, self.group_rows + 1
        self.whole, self.whole_rows = self.whole + amount, self.whole_rows + 1

    def end_group(self) -> None:
        self.group, self.group_rows = Decimal(0), 0

    def nearly_begins(self, amount: Decimal) -> int | None:
        """Returns the first of the consecutive rows (two or more) that sum to nearly this
        amount. Returns None if no rows do."""
        if self.group_rows > 1 and abs(amount - self.group) <= self.group * _NEARLY:
            return self.group_begins
        if self.whole_rows > 1 and abs(amount - self.whole) <= self.whole * _NEARLY:
            return self.whole_begins
        return None

    def begins(self, amount: Decimal, least: int) -> int | None:
        """Returns the first of the consecutive rows that sum to exactly this amount. Returns
        None if no rows do, or if they are fewer than `least`."""
        if self.group_rows >= least and amount == self.group:
            return self.group_begins
        if self.whole_rows >= least and amount == self.whole:
            return self.whole_begins
        return None


def _by_arithmetic(rows: Sequence[Evidence], decided: Sequence[Fate]) -> Iterator[Fate]:
    """Yields the fates. A record gets a doubt if its figure is the sum of the rows above or below
    it."""
    above, nearly_above = _sums_of(zip(rows, decided, strict=True))
    below, nearly_below = _sums_of(zip(reversed(rows), reversed(decided), strict=True))
    nearly = {**_roughly_all(rows, decided), **nearly_below, **nearly_above}
    is_first = True
    for row, fate in zip(rows, decided, strict=True):
        begins = above.get(row.number, below.get(row.number))
        if fate.kind == "record" and begins is not None:
            yield _in_doubt(row, fate, begins)
        elif fate.kind == "record" and fate.members and sum(1 for _ in _rows(fate.members)) > 1:
            yield replace(fate, doubt="may-be-total", summed=_span(fate.members))
        elif fate.kind == "record" and _says_total(row):
            yield replace(fate, doubt="total-counted")
        elif fate.kind == "record" and row.number in nearly:
            yield replace(fate, doubt="nearly-total", summed=_beside(row, nearly[row.number]))
        elif fate.kind == "carried" and is_first and row.has_figures:
            # A carried sum stands before the first record.
            # The carried sum may be the money that the group had when the sheet began.
            # So the carried sum is not counted, and a finding asks a person.
            yield replace(fate, doubt="carried-not-counted")
        else:
            yield fate
        is_first = is_first and fate.kind != "record"


def _roughly_all(rows: Sequence[Evidence], decided: Sequence[Fate]) -> dict[int, int]:
    """Returns {last record: first record} if the last record is probably a total with a mistake.
    Otherwise returns {}.

    Such a row has no date, and its figure is roughly the sum of the three or more records above it.
    Its label is in no list of the program."""
    records = [
        row for row, fate in zip(rows, decided, strict=True) if fate.kind == "record" and row.amount
    ]
    if len(records) <= _FEW:
        return {}
    *above, last = records
    whole = sum((row.amount or Decimal(0) for row in above), Decimal(0))
    is_near = abs((last.amount or Decimal(0)) - whole) <= abs(whole) * _ROUGHLY
    is_record = last.named or "date" in last.words
    return {last.number: above[0].number} if is_near and not is_record else {}


def _says_total(row: Evidence) -> bool:
    """Whether a row has the label of a total, a date, and no other words."""
    label = row.label
    return label is not None and label.whole and not row.named and row.words <= _DATED


def _proven(rows: Sequence[Evidence], decided: Sequence[Fate]) -> list[Fate]:
    """Returns the fates. A row loses its doubt if a total proves that it is a record: the total is
    the sum of its rows, and the doubtful row is one of them."""
    settled: set[int] = set()
    if all(fate.doubt not in _MAYBE for fate in decided):
        return [*decided]
    for pairs in (
        [*zip(rows, decided, strict=True)],
        [*zip(reversed(rows), reversed(decided), strict=True)],
    ):
        group = whole = Decimal(0)
        doubted: list[int] = []
        of_group: list[int] = []
        for row, fate in pairs:
            if fate.kind == "record":
                group, whole = group + (row.amount or 0), whole + (row.amount or 0)
                if fate.doubt in _MAYBE:
                    doubted.append(row.number)
                    of_group.append(row.number)
            elif fate.kind in {"sub", "total"} and not fate.doubt and row.amount:
                if row.amount == whole:
                    settled.update(doubted)
                elif row.amount == group:
                    settled.update(of_group)
                group, of_group = Decimal(0), []
    return [replace(fate, doubt="") if fate.number in settled else fate for fate in decided]


_MAYBE = frozenset({"may-be-total", "nearly-total"})


def _rows(parts: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in parts:
        yield from range(first, last + 1)


def _span(parts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return min(first for first, _ in parts), max(last for _, last in parts)


def _in_doubt(row: Evidence, fate: Fate, begins: int) -> Fate:
    """Returns the fate of a row whose figure is the sum of other rows, if no formula and no label
    says that it is a total."""
    summed = _beside(row, begins)
    # A figure without a text in its row is a total.
    # A row with the label of a total is a total, even if it also has a date, for example.
    if row.label is not None:
        kind: RowRole = "sub" if row.label.sub else "total"
        plainly = row.label.sure and row.words <= _LABELLED
        is_sure = plainly or row.label.whole or row.label.sub or row.label.of_period
        doubt: Doubt = "" if is_sure else "taken-for-total"
        return replace(fate, kind=kind, doubt=doubt, summed=summed)
    if not row.words:
        return replace(fate, kind="total", doubt="taken-for-total", summed=summed)
    return replace(fate, doubt="may-be-total", summed=summed)


def _beside(row: Evidence, begins: int) -> tuple[int, int]:
    """Returns the first and the last row of a sum: from the row `begins` to the row next to this
    one."""
    other = row.number - 1 if begins < row.number else row.number + 1
    return min(begins, other), max(begins, other)


def _sums_of(
    rows: Iterable[tuple[Evidence, Fate]],
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Returns two mappings from rows to rows. The first has rows that equal the sum of the rows
    before them. The second has rows that nearly equal it. The value of each row is the row at the
    other end of the sum."""
    running = _Running()
    sums: dict[int, int] = {}
    nearly: dict[int, int] = {}
    for row, fate in rows:
        if fate.kind in {"sub", "total", "section", "heading"}:
            running.end_group()
        elif fate.kind == "elsewhere" and row.opposite and row.amount:
            running.add(row.number, row.amount)
        elif fate.kind == "record" and row.amount:
            # A row with the same amount as the row before may be its total, or a second payment.
            # Only the label of a total shows that a row with the same amount is a total.
            least = 1 if row.label and row.label.sure else 2
            begins = running.begins(row.amount, least)
            if begins is not None and not row.named:
                sums[row.number] = begins
                running.end_group()
                continue
            near = running.nearly_begins(row.amount)
            if near is not None and not row.named:
                nearly[row.number] = near
            running.add(row.number, row.amount)
    return sums, nearly
