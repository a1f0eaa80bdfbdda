"""Adopts a workbook of people: reads it as proposed, compares its totals with our sums, and says
what will be written."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from budgettrack.core.base.addresses import letters
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.joined_tabs import tabs_of_shape
from budgettrack.core.cells.reading import plain
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.cells.stated import stated_tabs
from budgettrack.core.cells.table_rows import Row, Sheet, TableRows
from budgettrack.core.cells.totals import difference_of
from budgettrack.core.records.tables import BY_NAME, Shape
from budgettrack.setup.adopt.people import without_names
from budgettrack.setup.adopt.proposal import NO_TABLE, WorkbookProposal, propose
from budgettrack.setup.adopt.questions import MOST_QUESTIONS, Question, ids_question
from budgettrack.setup.adopt.unread import UnreadColumn

MOST_TOLD = 12
"""How many findings of one kind are told one by one."""


class Adoption(Struct, frozen=True):
    """A workbook, how it is read, and what was found.

    `book`: the workbook, without names of tabs that may be names of people. `answers`: the
    answers that were given, by question. `shapes`: how the tables of the workbook are laid out,
    from the config if there is one, otherwise as proposed. `differing`: the totals that are not
    the sum of their rows. `waived`: the cells of those totals that a person accepts as they are.
    `unproven`: the cells of totals that no sum can prove, because an amount is not counted."""

    book: Book
    proposal: WorkbookProposal
    answers: Mapping[str, str]
    shapes: Mapping[str, Shape]
    sheet: Sheet
    waived: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()

    @property
    def differing(self) -> list[Finding]:
        codes = ("total-does-not-match",)
        return [finding for finding in self.sheet.findings if finding.code in codes]

    @property
    def unsettled(self) -> list[Finding]:
        """The totals in the workbook that differ from the sum of their rows, and that no person has
        accepted."""
        return [finding for finding in self.differing if cell_of(finding) not in self.waived]

    @property
    def accepting(self) -> dict[str, Shape]:
        """The layouts of the tables with the accepted differences of totals, so that a sync does
        not report them."""
        shapes = dict(self.shapes)
        for finding in self.differing:
            if cell_of(finding) in self.waived:
                shapes[finding.table] = _accepting(shapes[finding.table], finding, self.book)
        return shapes

    @property
    def refusals(self) -> list[str]:
        """The reasons why the config is not written. Empty if it is written."""
        if self.proposal.is_own:
            return []
        if not self.shapes:
            return [*self._why_no_table()]
        if not any(table.rows for table in self.sheet.tables.values()):
            return [*self._why_no_row()]
        miscounted = [
            f"{self.book.grids[place].tab}!{column}: these days have no month, so what is below"
            " them would be counted in one month. Type whole dates, or a column with the month."
            for place, column in self.proposal.bare_days
        ]
        miscounted += [
            f"{self.book.grids[place].tab}!{column}: these dates cannot be read, so what was spent"
            " would be taken for a plan. Type them as year-month-day, such as 2026-03-12. If it is"
            " a plan, say so in a title or heading, such as Budget."
            for place, column in self.proposal.unreadable_dates
        ]
        miscounted += [
            f"{self.book.grids[place].tab}!{column}: heading or title says that these amounts are"
            " in thousands, millions or tomans, and they would be counted as they stand. Write"
            " them in full, and take out the word. A toman is ten rials."
            for place, column in self.proposal.in_thousands
        ]
        if self.shapes is self.proposal.shapes:
            miscounted += [
                f"{self.book.grids[place].tab}: income and spending stand below the same headings,"
                " and it is not certain where each ends, so income would be counted as spending."
                " Type Income above the one and Expenses above the other, each alone in its row."
                for place in self.proposal.mixed
            ]
            miscounted += [
                f"{self.book.grids[place].tab}: each row names two accounts, its debit and its"
                " credit, so nothing says which rows are spending. Add a column such as Type with"
                " Income, Expense or nothing, or adopt a sheet of the bank or the cash box."
                for place in self.proposal.journals
            ]
            miscounted += [
                f"{self.book.grids[place].tab}!{cell}: The word in this cell leaves open whether"
                " the row is spending that was paid, so it could be counted wrongly. Use one word"
                " each in this column: for money in and money out, or yes and no below Paid?."
                for place, cell in self.proposal.doubtful[:MOST_TOLD]
            ]
            miscounted += [
                f"{cell}: This total cannot be compared with its rows, because an amount among them"
                " is not counted. Correct that amount in the sheet, or accept the total: --waive"
                f" '{cell}'"
                for cell in self.unproven
                if cell not in self.waived
            ]
            miscounted += [
                _unanswered(question)
                for question in self.proposal.questions
                if question.is_open(self.answers)
            ]
        return miscounted + [
            f"{cell_of(finding)}: {finding.problem} Correct it in the sheet, or accept it:"
            f" --waive '{cell_of(finding)}'"
            for finding in self.unsettled
        ]

    def _why_no_table(self) -> Iterator[str]:
        """Yields why no tab is read, each tab with its own reason."""
        left_out = sorted(self.proposal.left_out.items())
        for number, reason in left_out:
            if reason != NO_TABLE:
                yield f"{self.book.grids[number].tab}: {reason}."
        unseen = [self.book.grids[number].tab for number, reason in left_out if reason == NO_TABLE]
        if unseen or not left_out:
            yield (
                f"No table with amounts was seen{' in ' if unseen else ''}{', '.join(unseen)}: no"
                " row has headings that are known, such as Item and Amount. Name them above the"
                " columns, or write the mapping by hand: see docs/workbook.md."
            )

    def _why_no_row(self) -> Iterator[str]:
        """Yields sentences about tables without any row with an amount. Each says where the
        headings of the table are."""
        yield "The tables that were seen have no row that can be read."
        for shape in self.shapes.values():
            for part in shape.blocks:
                row = f" in row {part.heading_row}" if part.heading_row else ""
                names = ", ".join([*part.headings.values(), *part.columns.values()])
                tabs = ", ".join(_tabs(part))
                yield f"{tabs}: below the headings{row} ({names}) is no amount that can be read."


def adoption(
    book: Book,
    today: date,
    answers: Mapping[str, str],
    *,
    waived: Iterable[str] = (),
    shapes: Mapping[str, Shape] | None = None,
    locale: str = "",
    currency: str = "",
    file_name: str = "",
) -> Adoption:
    """Returns how a workbook is read. `shapes`, `locale` and `currency` come from a config, if
    there is one."""
    proposal = propose(book, today, answers, locale=locale, file_name=file_name)
    if answers.get("ids") == "yes":
        proposal = replace(proposal, shapes=_written_into(proposal.shapes))
    if not book.read_as:
        proposal = _asking_for_ids(proposal)
    read = without_names(book, proposal.hidden)
    used = shapes or proposal.shapes
    money = currency or proposal.currency
    sheet = Sheet({}, ()) if proposal.is_own else read_rows(read, used, proposal.locale, base=money)
    cells = tuple(cell.replace("'", "") for cell in waived)
    unproven = () if proposal.is_own else (*_unproven(read, used, proposal.locale, money),)
    return Adoption(read, proposal, dict(answers), used, sheet, cells, unproven)


def _unproven(book: Book, shapes: Mapping[str, Shape], locale: str, currency: str) -> Iterator[str]:
    """Yields the cells of totals that cannot be compared with the sum of their rows, because an
    amount in these rows is not counted."""
    tabs, _ = stated_tabs(book, shapes, locale, currency)
    for tab in tabs:
        for row in tab.rows:
            for total in row.totals:
                if total.verdict in ("left-out", "unreadable"):
                    yield f"{tab.tab}!{letters(total.column)}{total.row + 1}"


def _asking_for_ids(proposal: WorkbookProposal) -> WorkbookProposal:
    """Returns the proposal. If a table has a column for IDs, adds the question whether the program
    may write IDs there."""
    has_ids = any(
        "id" in {*shape.headings, *shape.columns} and not shape.more and not shape.tabs
        for shape in proposal.shapes.values()
    )
    if not has_ids or len(proposal.questions) == MOST_QUESTIONS:
        return proposal
    return replace(proposal, questions=(*proposal.questions, ids_question()))


def _written_into(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    return {
        name: replace(shape, write="id" in shape.headings and _has_one_place(shape))
        for name, shape in shapes.items()
    }


def _has_one_place(shape: Shape) -> bool:
    return not shape.more and not shape.tabs


def _unanswered(question: Question) -> str:
    answers = " or ".join(f'{question.name} = "{choice}"' for choice in question.choices)
    return f"{question.words} Answer on a terminal, or in a file (--answers FILE): {answers}."


def _accepting(shape: Shape, finding: Finding, book: Book) -> Shape:
    """Returns a table that accepts the difference of one total. The setting belongs to the block
    in the tab of the total."""
    blocks = [*shape.blocks]
    of_tab = [
        number
        for number, block in enumerate(blocks)
        if any(grid.tab == finding.tab for grid in tabs_of_shape(book, block))
    ]
    number = (of_tab or [0])[0]
    accepted = dict(blocks[number].accepted)
    difference = plain(difference_of(finding))
    accepted[finding.field] = (*accepted.get(finding.field, ()), difference)
    blocks[number] = replace(blocks[number], accepted=accepted, more=())
    return replace(blocks[0], more=tuple(blocks[1:]))


def cell_of(finding: Finding) -> str:
    """Returns the address of a cell in the form in which people type it: S!B5."""
    return finding.place.replace("'", "")


# Words


def told(adoption: Adoption) -> Iterator[str]:
    """Yields sentences that say which tables are read from each tab."""
    proposal = adoption.proposal
    if proposal.is_own:
        yield "This workbook has the tabs and headings of budgettrack. Nothing has to be mapped."
        return
    for name, shape in adoption.shapes.items():
        table = adoption.sheet.tables.get(name)
        number = len(table.rows) if table else 0
        tabs = ", ".join(dict.fromkeys(tab for part in shape.blocks for tab in _tabs(part)))
        rows_read = (
            f"{count(number, 'row')}, {_in_words(_sums(adoption, table))} in all"
            f"{_open_part(adoption, table, shape)}"
        )
        yield f"{BY_NAME[name].tab}: {rows_read}, from {tabs}"
        for part in shape.blocks:
            fields = {**part.columns, **part.headings}
            yield "    " + ", ".join(f"{field} = {fields[field]}" for field in sorted(fields))
            for heading, wanted in part.where.items():
                yield f"    the rows with {wanted} below {heading}"
    for number, reason in sorted(proposal.left_out.items()):
        yield f"Not read: {adoption.book.grids[number].tab}: {reason}."
    for column in proposal.unread:
        whose = f" {column.whose}" if column.whose else ""
        place = _place_of(adoption, column)
        yield f"Not read: {place}: amounts{whose} of {column.total:,.2f} in all."
    if adoption.answers.get("ids") == "yes":
        yield from _without_ids(adoption.shapes)
    for balance in proposal.opening:
        yield (
            f"Not read: {adoption.book.grids[balance.place].tab}!{balance.cell}: an opening balance"
            f" of {balance.amount:,.2f}. If the group had this money then, type it as income of the"
            " kind opening balance."
        )
    for number, letter in proposal.out_of_sight:
        tab = adoption.book.grids[number].tab
        place = f"The hidden column {tab}!{letter}" if letter else f"The hidden tab {tab}"
        yield f"{place} is read. If it should not count, take it out of the config."
    for number, letter in proposal.shares:
        yield (
            f"Not read: {adoption.book.grids[number].tab}!{letter}: the share of each line that is"
            " charged. The lines are read whole: add a column with what is charged."
        )
    for number, letter in proposal.taxes:
        yield (
            f"Look at {adoption.book.grids[number].tab}!{letter}: a tax that the amounts that are"
            " read do not include. If the group pays it, add a column with both together."
        )
    yield from _of_in_kind(adoption)
    yield from _of_unknown_states(adoption)
    for number, letter in proposal.repeating:
        yield (
            f"Look at {adoption.book.grids[number].tab}!{letter}: these amounts are sums of rows"
            ' that are read elsewhere. If they only sum up, answer summary = "yes".'
        )
    yield from _doubtful_directions(adoption)
    yield from _taken_by_default(adoption)
    yield from _doubts(adoption.sheet.findings)


_DOUBTS = {
    "spending": "it is taken for spending, and no title, heading or text says so. If this money"
    " came in, write Income into a title above the headings, and adopt it again.",
    "income": "it is taken for income because of its title or the name of its tab. If this money"
    " went out, write Expenses into a title above the headings, and adopt it again.",
    "neither": "its name says that it is about loans, debts or things, and it is counted. If that"
    " is neither spending nor income, take it out of the config.",
    "planned": "its name says that it is a plan, and it is counted as what happened, because of"
    " its dates. If it is a plan, take it out of the config.",
}
"""What is told of a table of which little says whether its money came in or went out."""


def _doubtful_directions(adoption: Adoption) -> Iterator[str]:
    for place, doubt in adoption.proposal.directions:
        yield f"Look at {adoption.book.grids[place].tab}: {_DOUBTS[doubt]}"


def _taken_by_default(adoption: Adoption) -> Iterator[str]:
    """Yields a sentence for each question that nobody has answered, with the default that is
    taken."""
    for question in adoption.proposal.questions:
        if question.name not in adoption.answers and question.default:
            meant = question.choices.get(question.default, "")
            words = f", which means {meant}" if meant else ""
            yield f'Taken by default: {question.name} = "{question.default}"{words}.'


def _without_ids(shapes: Mapping[str, Shape]) -> Iterator[str]:
    """Yields a sentence for each table into which no IDs can be written although they may be."""
    for name, shape in shapes.items():
        if not shape.write:
            why = _why_only_read(shape)
            yield (
                f"No IDs or changes are written into {BY_NAME[name].tab}: the table {why}, so it is"
                " only read."
            )


def _why_only_read(shape: Shape) -> str:
    if not _has_one_place(shape):
        return "is read from several places"
    if "id" in shape.headings:
        return "is mapped without write = true"
    return "has no column ID"


def _in_words(sums: Mapping[str, Decimal]) -> str:
    """Returns sums by currency in the form for people. A single sum stands without its currency."""
    if len(sums) > 1:
        return " and ".join(f"{amount:,.2f} {code}" for code, amount in sorted(sums.items()))
    return f"{sum(sums.values(), Decimal(0)):,.2f}"


def _plain(sums: Mapping[str, Decimal]) -> str:
    """Returns sums by currency in the form for JSON. A single sum stands without its currency."""
    if len(sums) > 1:
        return ", ".join(f"{amount} {code}" for code, amount in sorted(sums.items()))
    return f"{sum(sums.values(), Decimal(0))}"


def _sums(
    adoption: Adoption, table: TableRows | None, states: Container[str] | None = None
) -> dict[str, Decimal]:
    """Returns the sum of the amounts in a table by currency, less refunds and returned money: of
    all rows, or of those with one of the `states`.

    A row without a required field, such as the date of a payment, is left out, as in all
    figures."""
    rows = [row.fields for row in table.rows if _counts(table, row)] if table else []
    sums: dict[str, Decimal] = {}
    for fields in rows:
        if states is not None and fields.get("state") not in states:
            continue
        amount = Decimal(fields["amount"])
        code = fields.get("currency") or adoption.proposal.currency
        signed = -amount if fields.get("state") == "refunded" else amount
        sums[code] = sums.get(code, Decimal(0)) + signed
    return sums


def _counts(table: TableRows, row: Row) -> bool:
    required = {column.name for column in table.table.columns if column.required}
    return (required | {"amount"}) - {"id"} <= row.fields.keys()


def _open_part(adoption: Adoption, table: TableRows | None, shape: Shape) -> str:
    """Returns the words for the part of the amounts that is not yet paid or received, if a column
    says it of each row."""
    if not any("state" in {*part.headings, *part.columns} for part in shape.blocks):
        return ""
    later = {"committed": "paid", "expected": "received"}
    for state, done in later.items():
        if sums := _sums(adoption, table, {state}):
            return f", of which {_in_words(sums)} is not yet {done}"
    return ""


def _of_in_kind(adoption: Adoption) -> Iterator[str]:
    for found in adoption.proposal.in_kind:
        place = f"{adoption.book.grids[found.place].tab}!{found.cell}"
        if found.fate == "left out":
            where = "from this row on" if found.cell[-1].isdigit() else "in this column"
            yield f"Not read: {place}: contributions in kind, {where}. They are no money."
        else:
            yield (
                f"Look at {place}: contributions in kind are no money, and they are counted. If"
                " they should not be, move them below the total, under a heading In kind, or into a"
                " column that is not read."
            )


def _of_unknown_states(adoption: Adoption) -> Iterator[str]:
    for number, letter in adoption.proposal.unknown_states:
        yield (
            f"Look at {adoption.book.grids[number].tab}!{letter}: no word in this column says"
            " whether a row is paid or received, so every row counts as such. If one is not, type"
            " paid or unpaid (for income received or expected) in each row."
        )


def _place_of(adoption: Adoption, column: UnreadColumn) -> str:
    return f"{adoption.book.grids[column.place].tab}!{column.column}"


def _tabs(shape: Shape) -> tuple[str, ...]:
    return shape.tabs or (shape.tab,)


def _doubts(findings: Sequence[Finding]) -> Iterator[str]:
    """Yields a sentence for each problem or doubt in the rows, except totals and missing
    columns."""
    told_of = [
        finding
        for finding in findings
        if finding.code not in ("total-does-not-match", "missing-column", "missing-tab")
    ]
    for finding in told_of[:MOST_TOLD]:
        yield f"Look at {cell_of(finding)}: {finding.problem}"
    if len(told_of) > MOST_TOLD:
        yield f"and {len(told_of) - MOST_TOLD} more."


# JSON


def as_rows(adoption: Adoption, file: str) -> list[dict[str, Any]]:
    """Returns the adoption as `adopt --json` prints it. Nothing in it may name a person.

    `file` is the config that was written, or ''."""
    rows: list[dict[str, Any]] = []
    for name, shape in adoption.shapes.items():
        table = adoption.sheet.tables.get(name)
        for part in shape.blocks:
            rows.append(_row("table", ", ".join(_tabs(part)), name, _plain(_sums(adoption, table))))
            rows += [
                _row("heading", ", ".join(_tabs(part)), f"{name}.{field}", heading)
                for field, heading in {**part.headings, **part.columns}.items()
            ]
    for place, reason in sorted(adoption.proposal.left_out.items()):
        rows.append(_row("left out", adoption.book.grids[place].tab, "", reason))
    rows += [
        _row("left out", _place_of(adoption, column), "", f"{column.total:.2f}")
        for column in adoption.proposal.unread
    ]
    rows += [
        _row("left out", f"{adoption.book.grids[of.place].tab}!{of.cell}", "", f"{of.amount:.2f}")
        for of in adoption.proposal.opening
    ]
    rows += [
        _row("in kind", adoption.book.grids[of.place].tab, of.cell, of.fate)
        for of in adoption.proposal.in_kind
    ]
    rows += [
        _row("state", adoption.book.grids[number].tab, letter, "not known")
        for number, letter in adoption.proposal.unknown_states
    ]
    rows += [
        _row("hidden", adoption.book.grids[number].tab, letter, "read")
        for number, letter in adoption.proposal.out_of_sight
    ]
    rows += [
        _row("repeats", adoption.book.grids[number].tab, letter, "read")
        for number, letter in adoption.proposal.repeating
    ]
    for finding in adoption.differing:
        values = dict(finding.values)
        state = "waived" if cell_of(finding) in adoption.waived else "differs"
        rows.append(_row(f"total {state}", cell_of(finding), values["value"], values["sum"]))
    for question in adoption.proposal.questions:
        answer = question.answer(adoption.answers)
        rows.append(_row("question", question.name, question.words, answer))
    rows += [
        _row("doubtful", adoption.book.grids[number].tab, "", doubt)
        for number, doubt in adoption.proposal.directions
    ]
    rows += [_row("refused", "", "", reason) for reason in adoption.refusals]
    if file:
        rows.append(_row("written", file, "", ""))
    return rows


def _row(what: str, place: str, name: str, value: str) -> dict[str, Any]:
    return {"what": what, "place": place, "name": name, "value": value}
