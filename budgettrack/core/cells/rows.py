"""Reads the rows of our tables from a workbook, even if people have changed its layout.

Tables are found by the names of tabs and by headings (see `headings`); other parts of the
workbook are ignored. The module `fates` decides what each filled row is: a record, the heading
of a group, a total, or a row of another table. Personal columns are never read, with one
exception: of a payee's name a keyed hash is made, and the name is dropped at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.findings import Finding, quoted
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.base.months import is_period
from budgettrack.core.cells.amount_currencies import with_typed_currencies
from budgettrack.core.cells.below_totals import below_totals
from budgettrack.core.cells.cancelled import cancelled_rows
from budgettrack.core.cells.classes import with_classes
from budgettrack.core.cells.fates import Fate, fates
from budgettrack.core.cells.groups import evidence_of, groups_of, laid_out, usual_in
from budgettrack.core.cells.headings import mapped_headings, own_headings, tabs_of_tables
from budgettrack.core.cells.joined_tabs import fields_of_tab, joined, tabs_of_shape
from budgettrack.core.cells.known_rows import KnownRows, RowMemory, known_rows
from budgettrack.core.cells.left_out import left_out
from budgettrack.core.cells.locales import customs_of
from budgettrack.core.cells.moved_money import moved_money
from budgettrack.core.cells.own_transfers import own_transfers
from budgettrack.core.cells.reader import TEXTS, TabReader, filled_rows, tab_reader
from budgettrack.core.cells.reading import Priced, plain
from budgettrack.core.cells.rounding import with_rounded_formulas
from budgettrack.core.cells.shaping import needs_shaping, shaped
from budgettrack.core.cells.table_rows import (
    FIGURES,
    FilledRow,
    Headings,
    Neighbour,
    Place,
    Price,
    Prices,
    Refund,
    Row,
    Sheet,
    TableRows,
    TotalLabel,
    is_idle,
)
from budgettrack.core.cells.totals import TieOut, check_totals, tie_outs, without_accepted
from budgettrack.core.cells.values import read
from budgettrack.core.records.tables import BY_NAME, TABLES, Shape, Table

PayeeHash = Callable[[str], str]
"""A function that returns the keyed hash of a payee's name."""


_VOLATILE = re.compile(
    r"\b(TODAY|NOW|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT|IMPORTRANGE|IMPORTDATA|IMPORTXML"
    r"|IMPORTHTML|IMPORTFEED|GOOGLEFINANCE)\s*\(",
    re.IGNORECASE,
)


def read_rows(
    book: Book,
    shapes: Mapping[str, Shape],
    locale: str,
    payee_hash: PayeeHash | None = None,
    base: str = "",
    wanted: Sequence[Table] = TABLES,
    memory: RowMemory | None = None,
) -> Sheet:
    """Reads the `wanted` tables from a workbook. `shapes` has the tables whose layout the config
    describes, by name.

    `base` is the base currency. It decides to how many decimals a calculated amount is rounded.
    `payee_hash` makes the hash of a payee. Without it, no payee is read. `memory`: what earlier
    syncs found out about rows."""
    findings: list[Finding] = []
    tables: dict[str, TableRows] = {}
    prices: dict[str, Prices] = {}
    for tab in tabs_of_tables(book, shapes, locale, wanted):
        if isinstance(tab, Finding):
            findings.append(tab)
            continue
        table, parts_of_table = tab
        parts: list[tuple[TableRows, Prices]] = []
        for grid, shape in parts_of_table:
            beside = [*neighbours_of(grid, shape, shapes, book, locale)]
            table_rows, typed, problems = read_table(
                table, grid, shape, locale, payee_hash, beside, memory
            )
            findings += problems
            if table_rows is not None:
                parts.append((table_rows, typed))
        if parts:
            whole = shapes.get(table.name)
            tables[table.name], prices[table.name] = (
                parts[0]
                if len(parts_of_table) == 1
                else joined(parts, in_blocks=bool(whole and whole.more))
            )
    tables, of_currencies = with_typed_currencies(tables, prices, base)
    tables, of_rounding = with_rounded_formulas(tables, base)
    kept = without_accepted(_told_once(findings), shapes)
    moved = moved_money(tables)
    return Sheet(tables, (*kept, *of_currencies, *of_rounding, *moved), book.mark)


def _told_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yields the findings. A row that two tables of the same tab leave out is told once: nobody
    knows whether its money came in or went out."""
    told: set[str] = set()
    for finding in findings:
        if finding.code == "left-out-by-where":
            if finding.place in told:
                continue
            told.add(finding.place)
        yield finding


def read_table(
    table: Table,
    grid: Grid,
    shape: Shape | None,
    locale: str,
    payee_hash: PayeeHash | None = None,
    neighbours: Sequence[Neighbour] = (),
    memory: RowMemory | None = None,
) -> tuple[TableRows | None, Prices, list[Finding]]:
    """Reads one table: returns its rows, the currencies typed beside amounts, and the findings.

    `neighbours` has the other tables of the same tab. The rows are None if the tab has no usable
    headings."""
    place = Place(table, grid.tab)
    tab, findings = decide_tab(table, grid, shape, locale, neighbours, memory)
    if tab is None:
        return None, {}, findings
    reader, filled, decided, headings = tab.reader, tab.filled, tab.fates, tab.reader.headings
    grid = reader.grid
    constants, problems = _constants(place, shape, locale)
    of_tab = fields_of_tab(shape, grid.tab) if shape else {}
    constants |= of_tab
    findings += problems
    rows: list[Row] = []
    odd: list[FilledRow] = []
    groups = groups_of(reader, filled, decided, constants)
    for row in _records(reader, filled, decided):
        of_group = groups.get(row.number)
        rows.append(_record(reader, row, constants | of_group if of_group else constants))
        if row.odd:
            odd.append(row)
    facts = frozenset(tab.known.facts(rows, {row.number for row in odd}) if tab.known else ())
    if payee_hash and headings.payee is not None:
        rows = [*_with_payees(reader, rows, headings.payee, payee_hash)]
    records = [*_keyed(rows, table)] if table.key else rows
    findings += _problems(reader, records, odd)
    findings += _repeated(place, headings, records)
    records = [*_first_of_each_key(records)] if table.key else records
    findings += _volatile(place, grid, headings, records)
    findings += _struck(place, grid, headings, records)
    findings += cancelled_rows(place, grid, headings, records)
    findings += own_transfers(place, grid, headings, records)
    findings += _doubts(place, headings, records, decided)
    findings += left_out(place, reader)
    findings += check_totals(place, tied_totals(tab, records))
    findings.sort(key=lambda finding: (finding.row or 0, finding.column or 0))
    reads_payees = payee_hash is not None and headings.payee is not None
    table_rows = replace(
        _table_rows(reader, shape, records),
        reads_payees=reads_payees,
        laid_out=frozenset({*laid_out(reader, groups), *of_tab}),
        has_total_below=_has_total_below(records, decided),
        facts=facts,
    )
    prices = dict(_prices_by_format(reader, records)) | dict(_prices(reader, odd))
    return table_rows, prices, findings


def _has_total_below(records: Sequence[Row], decided: Sequence[Fate]) -> bool:
    """Whether the row after the last record is a total."""
    below = records[-1].number + 1 if records else -1
    return any(fate.number == below and fate.kind in ("sub", "total") for fate in decided)


class DecidedTab(Struct, frozen=True):
    """The filled rows of one table in a tab, each with its fate. `signed`: whether the table has
    only the positive or only the negative amounts of the tab. `known`: what was known of its rows
    before."""

    reader: TabReader
    filled: Sequence[FilledRow]
    fates: Sequence[Fate]
    signed: bool
    known: KnownRows | None = None


def decide_tab(
    table: Table,
    grid: Grid,
    shape: Shape | None,
    locale: str,
    neighbours: Sequence[Neighbour] = (),
    memory: RowMemory | None = None,
) -> tuple[DecidedTab | None, list[Finding]]:
    """Decides what each filled row of a table is: a record, a heading, a total or another row.

    Returns the rows and the findings about the headings. The rows are None if the tab has no
    usable headings."""
    if shape:
        headings, findings = mapped_headings(table, grid, shape, locale)
    else:
        headings, findings = own_headings(table, grid, locale)
    if headings is None:
        return None, findings
    if shape and needs_shaping(shape):
        grid = shaped(table, grid, headings, shape, locale)
    reader = tab_reader(table, grid, headings, shape, locale, neighbours)
    known = known_rows(memory, reader)
    filled = [*filled_rows(reader, known.rows if known else None)]
    signed = bool(shape and shape.amounts)
    return DecidedTab(reader, filled, _fates(reader, filled), signed, known), findings


def _fates(reader: TabReader, filled: Sequence[FilledRow]) -> list[Fate]:
    """Returns what each filled row of a tab is."""
    if all(map(usual_in(reader), filled)):
        return [Fate(row.number, "record") for row in filled]
    evidence = [*evidence_of(reader, [row.as_read for row in filled])]
    decided = fates(evidence, mapped=reader.mapped)
    if reader.mapped:
        decided = below_totals(evidence, with_classes(evidence, decided))
    return decided


def tied_totals(tab: DecidedTab, records: Iterable[Row]) -> list[TieOut]:
    """Returns the totals of a tab, each with the sum of the records that it should equal."""
    reader = tab.reader
    place = Place(reader.table, reader.grid.tab)
    return [
        *tie_outs(
            place,
            reader.grid,
            reader.headings,
            reader.locale,
            tab.fates,
            records,
            signed=tab.signed,
        )
    ]


def neighbours_of(
    grid: Grid, shape: Shape | None, shapes: Mapping[str, Shape], book: Book, locale: str
) -> Iterator[Neighbour]:
    """Yields the other mapped tables of the same tab, and the other blocks of the same table."""
    if shape is None:
        return
    for name, whole in shapes.items():
        for block in whole.blocks:
            if block is not shape and grid in tabs_of_shape(book, block):
                headings, _ = mapped_headings(BY_NAME[name], grid, block, locale)
                if headings is not None:
                    yield _neighbour(BY_NAME[name], headings)


def _neighbour(table: Table, headings: Headings) -> Neighbour:
    columns = headings.columns
    kinds = {index: table.column(field).kind for field, index in columns.items()}
    figures = frozenset(index for index, kind in kinds.items() if kind in FIGURES)
    return Neighbour(headings.row, frozenset(columns.values()), figures)


# Records


def _records(
    reader: TabReader, filled: Iterable[FilledRow], decided: Iterable[Fate]
) -> Iterator[FilledRow]:
    """Yields the filled rows that are records."""
    for row, fate in zip(filled, decided, strict=True):
        if fate.kind == "record":
            yield _without_labels(reader, row) if row.odd else row


def _without_labels(reader: TabReader, row: FilledRow) -> FilledRow:
    """Returns a record. If a cell was read as the label of a total, it is read again by the kind of
    its column. "Total" in a column of dates is an unreadable date, but in a column of descriptions
    it is a text."""
    again = {
        name: reader.plainly(name, row.number)
        for name, cell in row.odd.items()
        if isinstance(cell, TotalLabel) and reader.columns[name].kind not in TEXTS
    }
    return replace(row, odd=row.odd | again) if again else row


def _constants(
    place: Place, shape: Shape | None, locale: str
) -> tuple[dict[str, str], list[Finding]]:
    """Returns the fields that the config sets to one value in every row of a mapped table, and
    the findings about them."""
    constants: dict[str, str] = {}
    findings: list[Finding] = []
    for name, text in (shape.constant if shape else {}).items():
        column = place.table.column(name)
        cell = read(text, column.kind, locale, column.choices)
        if isinstance(cell, Finding):
            findings.append(place.finding(cell.code, field=name, values=cell.values))
        elif isinstance(cell, str) and cell:
            constants[name] = cell
    return constants, findings


_COUNTED = {"handed_out": "quantity", "lots": "value"}
"""Tables whose figure is not an amount, with the name of that figure. The figure is counted only if
other fields of its row can be read."""


def _record(reader: TabReader, row: FilledRow, constants: Mapping[str, str]) -> Row:
    """Returns a filled row as a record: its readable fields, and the names of its unreadable
    fields."""
    if row.known is not None:
        return row.known
    fields = dict(row.fields)
    unreadable: frozenset[str] = frozenset()
    if row.odd:
        fields |= _odd_fields(row)
        unreadable = frozenset(_unreadable(reader, row))
        if unreadable & reader.counted_with:
            # Without a readable currency, line or state, the amount would be counted wrongly.
            counted = _COUNTED.get(reader.table.name, "amount")
            unreadable |= {counted}
            fields.pop(counted, None)
    if (
        reader.mapped
        and reader.table.months == "money"
        and "amount" not in fields.keys() | unreadable
    ):
        fields |= _amount_of_periods(fields, unreadable)
    record = fields.pop("id", "")
    for name, text in constants.items():
        if name not in unreadable:
            fields.setdefault(name, text)
    return Row(row.number, record, fields, unreadable)


def _amount_of_periods(fields: Mapping[str, str], unreadable: Set[str]) -> dict[str, str]:
    """Returns the amount of a line that has only amounts by month or quarter: their sum."""
    amounts = [Decimal(text) for name, text in fields.items() if is_period(name)]
    if not amounts or any(is_period(name) for name in unreadable):
        return {}
    return {"amount": plain(sum(amounts, Decimal(0)))}


def _odd_fields(row: FilledRow) -> dict[str, str]:
    """Returns the readable fields of cells that are not plain text, such as a refund."""
    fields: dict[str, str] = {}
    for name, cell in row.odd.items():
        if isinstance(cell, Finding):
            continue
        fields[name] = cell if isinstance(cell, str) else cell.text
        if isinstance(cell, Refund):
            fields["state"] = "refunded"
    return fields


def _unreadable(reader: TabReader, row: FilledRow) -> Iterator[str]:
    """Yields the names of a row's fields that cannot be read. Fields that the program writes are
    left out: they are written again."""
    for name, cell in row.odd.items():
        if isinstance(cell, Finding) and reader.columns[name].owner != "tool":
            yield name


def _prices(reader: TabReader, odd: Iterable[FilledRow]) -> Iterator[tuple[tuple[int, str], Price]]:
    """Yields the currencies that are typed beside amounts. Each comes with its row and field."""
    for row in odd:
        for name, cell in row.odd.items():
            if isinstance(cell, Priced | Refund) and cell.currencies:
                value = reader.grid.at(row.number, reader.headings.columns[name])
                yield (row.number, name), Price(cell.currencies, quoted(str(value)))


def _prices_by_format(
    reader: TabReader, records: Iterable[Row]
) -> Iterator[tuple[tuple[int, str], Price]]:
    """Yields the currencies that the number formats of cells show beside amounts. Each comes with
    its row and field."""
    signs = reader.grid.signs
    if not signs:
        return
    meaning = customs_of(reader.locale).meaning
    money = [
        (name, index)
        for name, index in reader.headings.columns.items()
        if reader.columns[name].kind == "money"
    ]
    for record in records:
        for name, index in money:
            sign = signs.get((record.number, index), "")
            # A format may show any word. The word counts only if it is a currency.
            if sign and record.fields.get(name) and (currencies := meaning(sign)):
                shown = quoted(f"{sign} {record.fields[name]}")
                yield (record.number, name), Price(currencies, shown, by_format=True)


def _with_payees(
    reader: TabReader, rows: Iterable[Row], column: int, payee_hash: PayeeHash
) -> Iterator[Row]:
    """Yields the rows with the hash of their payee. The payee in a merged cell is the payee of
    all its rows."""
    grid = reader.grid
    above = {
        row: top
        for top, left, bottom, _ in grid.merged
        if left == column
        for row in range(top, bottom + 1)
    }
    for row in rows:
        name = read(grid.at(above.get(row.number, row.number), column), "text", "en")
        yield replace(row, payee=payee_hash(name)) if name and isinstance(name, str) else row


def _keyed(rows: Iterable[Row], table: Table) -> Iterator[Row]:
    """Yields the rows of a table without a column of IDs. Each row gets an ID made from its key,
    such as month and currency. If a required part of the key is missing, the ID counts as
    unreadable."""
    needed = [name for name in table.key if table.column(name).required]
    for row in rows:
        is_known = row.unreadable.isdisjoint(table.key)
        if is_known and all(name in row.fields for name in needed):
            parts = [row.fields[name] for name in table.key if name in row.fields]
            yield replace(row, id=" ".join(parts))
        else:
            yield replace(row, unreadable=row.unreadable | {"id"})


def _first_of_each_key(rows: Iterable[Row]) -> Iterator[Row]:
    """Yields the rows of a table without a column of IDs. If several rows have the same key, only
    the first one is yielded."""
    seen: set[str] = set()
    for row in rows:
        if row.id not in seen:
            yield row
        if row.id:
            seen.add(row.id)


# Findings about the rows


def _doubts(
    place: Place, headings: Headings, records: Iterable[Row], decided: Iterable[Fate]
) -> Iterator[Finding]:
    """Yields findings about rows whose figure is the sum of other rows, if no formula and no label
    says that they are totals."""
    ids = {row.number: row.id for row in records}
    for fate in decided:
        if fate.doubt:
            first, last = fate.summed or (0, 0)
            yield place.finding(
                fate.doubt,
                fate.number,
                headings.columns.get("amount"),
                record=ids.get(fate.number, ""),
                field="amount",
                values={"first": f"{first + 1}", "last": f"{last + 1}"} if fate.summed else {},
            )


def _problems(
    reader: TabReader, records: Iterable[Row], odd: Iterable[FilledRow]
) -> Iterator[Finding]:
    """Yields findings about cells that cannot be read, and about required cells that are blank."""
    place, places = Place(reader.table, reader.grid.tab), reader.headings.columns
    ids = {row.number: row.id for row in records}
    for row in odd:
        for name in _unreadable(reader, row):
            cell = row.odd[name]
            assert isinstance(cell, Finding)
            yield place.finding(
                cell.code,
                row.number,
                places[name],
                record=ids[row.number],
                field=name,
                values=cell.values,
            )
    begun = _without_amount(reader, records)
    if begun:
        yield place.finding(
            "lines-without-amount",
            begun[0].number,
            places["amount"],
            record=begun[0].id,
            field="amount",
            values={"lines": str(len(begun))},
        )
    told = {row.number for row in begun}
    for record in records:
        for name in reader.required:
            of_begun = record.number in told and name in ("grant", "amount")
            is_moved = name == "amount" and reader.is_moved(record.number)
            if _lacks(record, name) and not of_begun and not is_moved:
                yield place.finding(
                    "missing-value",
                    record.number,
                    places.get(name),
                    record=record.id,
                    field=name,
                    values={
                        "heading": reader.headings.shown.get(name)
                        or reader.table.column(name).heading
                    },
                )


def _lacks(record: Row, name: str) -> bool:
    return name not in record.fields and name not in record.unreadable


FEW = 5
"""If a grant has more than this many lines without an amount, one finding tells all of them.
Otherwise each line has a finding of its own."""


def _without_amount(reader: TabReader, records: Iterable[Row]) -> list[Row]:
    """Returns the budget lines without an amount that are told together in one finding.

    These are lines without a grant, as a ready-made plan has them at first, and the lines of a
    grant that has more than `FEW` of them."""
    if reader.table.name != "budget" or not {"grant", "amount"} <= set(reader.required):
        return []
    blank = [record for record in records if _lacks(record, "amount")]
    if len(blank) > FEW:
        return blank
    return [record for record in blank if _lacks(record, "grant")]


def _repeated(place: Place, headings: Headings, records: Iterable[Row]) -> Iterator[Finding]:
    """Yields findings about rows that have the same key as an earlier row, in a table without
    IDs."""
    key = place.table.key
    if not key:
        return
    first = next((headings.columns[name] for name in key if name in headings.columns), None)
    seen: dict[str, int] = {}
    for row in records:
        if row.id in seen:
            yield place.finding(
                "duplicate-key",
                row.number,
                first,
                record=row.id,
                field=key[0],
                values={"id": row.id, "row": f"{seen[row.id] + 1}"},
            )
        elif row.id:
            seen[row.id] = row.number


def _volatile(
    place: Place, grid: Grid, headings: Headings, records: Iterable[Row]
) -> Iterator[Finding]:
    """Yields findings about formulas that give another value each time they are calculated, such
    as TODAY."""
    fields = {index: name for name, index in headings.columns.items()}
    ids = {row.number: row.id for row in records}
    for (row, column), text in grid.formulas.items():
        if column not in fields or row not in ids:
            continue
        # The formula ="TODAY (a day of action)" does not call the function TODAY().
        # So texts in quotation marks are not searched for names of functions.
        match = _VOLATILE.search(re.sub(r'"[^"]*"', "", text))
        if match:
            yield place.finding(
                "volatile-formula",
                row,
                column,
                record=ids[row],
                field=fields[column],
                values={"function": match[1].upper()},
            )


def _struck(
    place: Place, grid: Grid, headings: Headings, records: Iterable[Row]
) -> Iterator[Finding]:
    """Yields a finding for each row that is struck through: people mean that the row no longer
    counts, but it is still counted."""
    if not grid.struck:
        return
    columns = sorted(headings.columns.items(), key=lambda item: item[1])
    for record in records:
        for name, column in columns:
            if (record.number, column) in grid.struck and record.fields.get(name):
                yield place.finding(
                    "struck-through", record.number, column, record=record.id, field=name
                )
                break


# The table


def _table_rows(reader: TabReader, shape: Shape | None, records: Sequence[Row]) -> TableRows:
    grid, headings = reader.grid, reader.headings
    fields = {index: name for name, index in headings.columns.items()}
    last = records[-1].number if records else headings.row

    def ours(cells: Iterable[tuple[int, int]]) -> frozenset[tuple[int, str]]:
        """Returns the cells below the headings in columns that are read, by row and field."""
        return frozenset(
            (row, fields[column])
            for row, column in cells
            if column in fields and row > headings.row
        )

    return TableRows(
        table=reader.table,
        tab=grid.tab,
        heading_row=headings.row,
        columns=headings.columns,
        rows=tuple(records),
        formulas=ours(grid.formulas),
        protected=ours([*grid.protected, *_under_merged(grid)]),
        missing=headings.missing,
        next_row=_next_row(grid, last),
        writable=shape is None or shape.write,
        turned=frozenset(shape.turned if shape else ()),
    )


def _under_merged(grid: Grid) -> Iterator[tuple[int, int]]:
    """Yields the cells under a merged area. A value written there would not be visible."""
    for top, left, bottom, right in grid.merged:
        for row in range(top + 1, bottom + 1):
            for column in range(left, right + 1):
                yield row, column


def _next_row(grid: Grid, last: int) -> int:
    """Returns the row for a new record: the one after the last record, or below everything else."""
    number = last + 1
    if number >= len(grid.rows):
        return number
    in_merged = any(top <= number <= bottom for top, _, bottom, _ in grid.merged)
    if not in_merged and _is_blank(grid, number):
        return number
    filled = [row for row in range(len(grid.rows)) if not _is_blank(grid, row)]
    bottoms = [bottom for _, _, bottom, _ in grid.merged]
    return max([last, *filled[-1:], *bottoms]) + 1


def _is_blank(grid: Grid, row: int) -> bool:
    return all(is_idle(grid, row, column) for column in range(len(grid.rows[row])))
