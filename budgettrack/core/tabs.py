"""The tab *Summary* (the positions of all budget lines), and what people typed into the tabs that
the program writes: the choices in *Keep*, and edits that lost their row. (`checks_tab` makes the
tab *Checks*.)

Summary contains no time of day and no text such as "in 12 days", so that nothing is written if
the plan has not changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, CellEdit, Edits, Frame, Grid, PageCell, ToolTab
from budgettrack.core.base.money import decimal, digits, told
from budgettrack.core.base.months import Month
from budgettrack.core.base.sheet_words import ENGLISH, SheetWords, in_every_language
from budgettrack.core.checks_tab import SIDES
from budgettrack.core.counting.handed_on import notes_on_what_is_held
from budgettrack.core.counting.roll_up import RollUp
from budgettrack.core.counting.statements import is_agreed, statement
from budgettrack.core.counting.stock import QUANTITIES, ToldSupplies
from budgettrack.core.counting.terms import Terms
from budgettrack.core.figures.cash import GrantPosition, Overall, grant_positions, overall
from budgettrack.core.figures.positions import Position, forecast, forecast_without_line, positions
from budgettrack.core.figures.supplies import plain, stock
from budgettrack.core.figures.totals import Total
from budgettrack.core.merge.merge import Conflict, Side
from budgettrack.core.own_tabs import (
    AT_THE_END_OF,
    SUMMARY_HEADINGS,
    WRITTEN_BY_THE_TOOL,
    own_tab,
    text_of,
)
from budgettrack.core.records.model import Plan
from budgettrack.core.records.tables import (
    BY_NAME,
    KEEP,
    KEY,
    SUMMARY,
    TABLES,
    Column,
    Table,
    names,
    normal,
)

TOGETHER_HEADINGS = (
    "Currency",
    "Award",
    "Budget to date",
    "Spent",
    "Committed",
    "Received",
    "Balance held",
    "Exchange",
    "May come",
)
CASH_HEADINGS = (
    "Grant",
    "Funder",
    "Title",
    "State",
    "Currency",
    "Award",
    "Received",
    "Returned",
    "Spent",
    "Host fee",
    "Balance held",
    "Still to receive",
)
TEXT_HEADINGS = frozenset(
    (
        "Grant",
        "Line",
        "What",
        "Category",
        "Currency",
        "State",
        "Funder",
        "Title",
        "Kind",
        "Unit",
        "Group",
    )
)
"""The columns of texts. In all other columns the heading is at the right, above the figures."""

SUPPLIES_HEADINGS = (
    "Kind",
    "Unit",
    "Came in",
    "In store",
    "On the way",
    "With others",
    "Used",
    "Lost",
    "Given back",
)

AT_BUDGET_RATE = (
    "At each grant's budget rate, else the rate of the month in which it starts; Exchange is what"
    " spending cost more at the months' rates."
)


HANDED_ON_TERMS = {
    "Received": "received",
    "Returned": "returned",
    "Spent": "spent",
    "Fees": "fees",
    "Held by us": "held_here",
    "Held by groups": "held_below",
    "On the way": "on_the_way",
    "Exchange": "exchange",
    "Differs": "differs",
    "Unmatched": "unmatched",
}
"""The headings of the columns for money that is handed on, each with the term of the law of
counting once (see `counting.law`) that it shows."""
HANDED_ON_HEADINGS = ("Grant", "Group", "Currency", *HANDED_ON_TERMS)
HANDED_ON = "Money that we hand on, each unit counted once"
HANDED_ON_WITHOUT = (
    "Rows of Given and Instalments that are not counted, or only in part: {number}. These figures"
    " are wrong until they are mended; see Checks."
)
STATEMENT_HEADINGS = (
    "Grant",
    "Category",
    "Currency",
    "Received",
    "Returned",
    "Spent",
    "Fees",
    "Balance held",
)
SEEN_BY_HOST = "The host sees this each month, and nothing else of our books"
NOT_SEEN_YET = (
    "The host would see this each month, and nothing else of our books. Nobody sees it until"
    " Statement is yes in the tab Agreements."
)


def summary(
    plan: Plan,
    totals: Sequence[Total],
    month: Month,
    today: date,
    words: SheetWords = ENGLISH,
    rolled: RollUp | None = None,
    not_counted: int = 0,
    locale: str = "en",
) -> ToolTab:
    """Returns the tab Summary: every line and grant to the end of `month`, forecasts, all grants
    together, and where the supplies are today.

    For a host, it also has the money that the host hands on (`rolled`), and how many of these rows
    are not counted. For a group, it also has what the group's host sees. Amounts in sentences are
    formatted for `locale`."""
    of_line: dict[str, list[Total]] = defaultdict(list)
    for total in totals:
        of_line[total.line].append(total)
    lines = [
        _line_row(plan, position, of_line[position.line], month, words)
        for position in positions(plan, totals, end=month)
    ]
    rows = [
        [PageCell(words.say(AT_THE_END_OF, month=month), "title")],
        [PageCell(words.say(WRITTEN_BY_THE_TOOL), "note")],
        [],
        _headings(SUMMARY_HEADINGS, words),
        *lines,
        *_left_by_category(plan, totals, month, words),
        *_cash_tables(plan, grant_positions(plan, totals, month), words),
        *(
            [PageCell(text, "note")]
            for text in notes_on_what_is_held(
                plan, month, words, lambda units, currency: told(units, currency, locale)
            ).values()
        ),
        [],
        [PageCell(words.say("All grants together"), "title")],
        _headings(TOGETHER_HEADINGS, words),
        _together(overall(plan, totals, month), words),
        [PageCell(words.say(AT_BUDGET_RATE), "note")],
        *_supplies(plan, today, words),
        *_handed_on(rolled, not_counted, words),
        *_seen_by_host(plan, totals, month, words, rolled),
    ]
    widths = (16, 16, 34, 18, 12, 13, 14, 13, 13, 13, 13, 14, 14, 14, 14)
    return ToolTab(
        words.tab(SUMMARY),
        tuple(tuple(row) for row in rows),
        widths,
        frozen=4,
        kind="summary",
        right_to_left=words.right_to_left,
    )


def _handed_on(rolled: RollUp | None, not_counted: int, words: SheetWords) -> list[list[PageCell]]:
    """Returns the rows for each award, with the money that was handed on from the award, and
    below it a row for the part of each group."""
    awards = rolled.awards if rolled else ()
    if not awards and not not_counted:
        return []
    rows = [[], [PageCell(words.say(HANDED_ON), "title")]]
    if not_counted:
        note = words.say(HANDED_ON_WITHOUT, number=f"{not_counted}")
        rows.append([PageCell(note, "warning")])
    rows.append(_headings(HANDED_ON_HEADINGS, words))
    for award in awards:
        rows.append(_terms_row(award.grant, award.holder, award.currency, award.terms))
        rows += [_terms_row("", share.group, award.currency, share.terms) for share in award.parts]
    return rows


def _terms_row(grant: str, group: str, currency: str, terms: Terms) -> list[PageCell]:
    cells = [PageCell(grant), PageCell(group), PageCell(currency)]
    for name in HANDED_ON_TERMS.values():
        units = getattr(terms, name)
        cell = _money(units, currency)
        must_be_cleared_up = units and name in ("differs", "unmatched")
        cells.append(replace(cell, look="warning") if must_be_cleared_up else cell)
    return cells


def _seen_by_host(
    plan: Plan, totals: Sequence[Total], month: Month, words: SheetWords, rolled: RollUp | None
) -> list[list[PageCell]]:
    """Returns what the host sees, or would see, for the tab Summary of the group."""
    agreed = is_agreed(plan)
    told = statement(plan, totals, month, preview=not agreed, rolled=rolled)
    if not (told.grants or told.stock):
        return []
    title = words.say(SEEN_BY_HOST) if agreed else words.say(NOT_SEEN_YET)
    # Only who hands money on itself has money with groups.
    below = ("Held by groups", "On the way") if plan.given else ()
    headings = _headings((*STATEMENT_HEADINGS, *below), words)
    rows = [[], [PageCell(title, "title")], headings]
    for grant in told.grants:
        told_below = (HANDED_ON_TERMS[heading] for heading in below)
        names = ("received", "returned", "spent", "fees", "held_here", *told_below)
        figures = [_amount(grant.figures[name], grant.currency) for name in names]
        rows.append([PageCell(grant.grant), PageCell(""), PageCell(grant.currency), *figures])
        for one in grant.categories:
            texts = ("", one.category, grant.currency, "", "")
            rows.append([*map(PageCell, texts), _amount(one.spent, grant.currency)])
    return [*rows, *_stock_seen_by_host(told.stock, words)]


def _stock_seen_by_host(
    stock: Sequence[ToldSupplies], words: SheetWords
) -> Iterator[list[PageCell]]:
    if stock:
        yield []
        yield _headings(SUPPLIES_HEADINGS, words)
    for each in stock:
        quantities = (Decimal(each.quantities[name]) for name in QUANTITIES[:7])
        cells = (PageCell(one, "number", decimals=_decimals(one)) for one in quantities)
        yield [PageCell(each.kind), PageCell(each.unit), *cells]
    batches = [(each, batch) for each in stock for batch in each.batches]
    if batches:
        yield []
        left = PageCell(words.say("Left"), "number heading")
        yield [*_headings(("Kind", "Unit", "Batch", "Expiry"), words), left]
    for each, batch in batches:
        quantity = Decimal(batch.left)
        texts = (each.kind, each.unit, batch.batch, batch.expiry)
        yield [*map(PageCell, texts), PageCell(quantity, "number", decimals=_decimals(quantity))]


def _amount(text: str, currency: str) -> PageCell:
    return PageCell(Decimal(text), "money", decimals=digits(currency))


def _headings(texts: Sequence[str], words: SheetWords) -> list[PageCell]:
    return [
        PageCell(words.heading(text), "heading" if text in TEXT_HEADINGS else "number heading")
        for text in texts
    ]


LEFT_HEADINGS = ("Category", "Currency", "Amount", "Spent", "Committed", "Available")
"""The headings of the table that says what each category has left."""


def _left_by_category(
    plan: Plan, totals: Sequence[Total], month: Month, words: SheetWords
) -> list[list[PageCell]]:
    """Returns what each category has left, over all grants that are ours, in alphabetical order.
    Money without a category stands last, so that the rows add up to *All grants together*.

    It answers "how much is left for training?". Returns no rows if no line has a category."""
    left = [
        position
        for position in positions(plan, totals, end=month, by="category")
        if position.money == "ours"
    ]
    if not any(position.category for position in left):
        return []
    rows = [[], [PageCell(words.say("What is left"), "title")], _headings(LEFT_HEADINGS, words)]
    in_order = sorted(left, key=lambda row: (not row.category, row.category, row.currency))
    for position in in_order:
        amounts = (position.amount, position.spent, position.committed, position.available)
        rows.append(
            [
                PageCell(position.category or words.say("no category")),
                PageCell(position.currency),
                *(_money(units, position.currency) for units in amounts),
            ]
        )
    return rows


def _cash_tables(
    plan: Plan, cash: Sequence[GrantPosition], words: SheetWords
) -> list[list[PageCell]]:
    """Returns the money of each grant that is ours, and below it the grants that are in no
    total."""
    ours = [grant for grant in cash if grant.money == "ours"]
    apart = [grant for grant in cash if grant.money == "may come"]
    declined = [grant for grant in cash if grant.money == "declined" and _has_money(grant)]
    rows = _cash(words.say("Money of each grant"), plan, ours, words)
    if apart:
        rows += _cash(words.say("May come: not awarded, and in no total"), plan, apart, words)
    if declined:
        title = words.say("Declined, with money on it: in no total")
        rows += _cash(title, plan, declined, words)
    return rows


def _line_row(
    plan: Plan, position: Position, totals: Sequence[Total], month: Month, words: SheetWords
) -> list[PageCell]:
    """Returns the row of one budget line, or of spending without a line, for which there is no
    forecast."""
    line = plan.lines.get(position.line)
    # `available` is the amount of the line less spending and orders.
    # Orders count, because their money will certainly be paid.
    over = position.available < 0 or position.state.startswith("over")
    percent = Decimal(position.variance_percent) if position.variance_percent else None
    figures = (
        position.amount,
        position.budget,
        position.spent,
        position.committed,
        position.available,
        position.variance,
    )
    cells = [
        PageCell(position.grant),
        PageCell(position.line or words.say("none")),
        PageCell(line.description if line else _without_line(position, words)),
        PageCell(position.category),
        PageCell(position.currency),
        *(_money(units, position.currency) for units in figures),
        PageCell(percent, "number", decimals=1),
        PageCell(words.choice(position.state), "warning" if over else "text"),
    ]
    if line:
        ahead = forecast(plan, totals, line.id, month)
    else:
        ahead = forecast_without_line(totals, position.grant, month)
    expected = (ahead.as_planned, ahead.at_this_pace)
    cells += [_money(units, position.currency) for units in expected]
    return cells


def _cash(
    title: str, plan: Plan, positions: Sequence[GrantPosition], words: SheetWords
) -> list[list[PageCell]]:
    """Returns the rows with the money of some grants, under a title."""
    rows = [
        [],
        [PageCell(title, "title")],
        _headings(CASH_HEADINGS, words),
    ]
    for cash in positions:
        grant = plan.grants.get(cash.grant)
        figures = (
            cash.award,
            cash.received,
            cash.returned,
            cash.spent,
            cash.host_fee,
            cash.balance,
            cash.still_to_receive,
        )
        rows.append(
            [
                PageCell(cash.grant or words.say("none")),
                PageCell(grant.funder if grant else ""),
                PageCell(grant.title if grant else words.say("Unrestricted")),
                PageCell(words.choice(grant.state) if grant else ""),
                PageCell(cash.currency),
                *(_money(units, cash.currency) for units in figures),
            ]
        )
    return rows


def _supplies(plan: Plan, today: date, words: SheetWords) -> list[list[PageCell]]:
    """Returns where the supplies of each kind are. Returns nothing for a group without lots."""
    kinds = stock(plan, today)
    if not kinds:
        return []
    rows = [[], [PageCell(words.say("Supplies"), "title")], _headings(SUPPLIES_HEADINGS, words)]
    for each in kinds:
        quantities = (
            each.came,
            each.in_store,
            each.on_the_way,
            each.with_others,
            each.used,
            each.lost,
            each.given_back,
        )
        cells = [
            PageCell(quantity, "number", decimals=_decimals(quantity)) for quantity in quantities
        ]
        rows.append([PageCell(each.kind), PageCell(each.unit), *cells])
    return rows


def _decimals(quantity: Decimal) -> int:
    """Returns the number of decimals with which a quantity is shown. Half a litre must not become 1
    or 0."""
    return min(len(plain(quantity).partition(".")[2]), 6)


def _has_money(cash: GrantPosition) -> bool:
    return bool(cash.received or cash.returned or cash.spent or cash.committed)


def _together(sums: Overall, words: SheetWords) -> list[PageCell]:
    figures = (
        sums.award,
        sums.budget,
        sums.spent,
        sums.committed,
        sums.received,
        sums.balance,
        sums.exchange_difference,
        sums.may_come,
    )
    cells = [PageCell(sums.currency), *(_money(units, sums.currency) for units in figures)]
    without = (*sums.without_rate, *sums.may_come_without_rate)
    if without:
        told = words.say("Without {currencies}: no rate", currencies=", ".join(without))
        cells.append(PageCell(told, "warning"))
    return cells


def _without_line(position: Position, words: SheetWords) -> str:
    return words.say("Unbudgeted") if position.grant else words.say("Unrestricted, on no line")


def _money(units: int, currency: str) -> PageCell:
    return PageCell(Decimal(decimal(units, currency)), "money", decimals=digits(currency))


def kept(book: Book) -> dict[str, Side]:
    """Returns the choices that people made in the column *Keep*, by the seal of the conflict
    (its key with a digest of the values on both sides)."""
    grid = own_tab(book, "checks")
    if grid is None:
        return {}
    known = {
        normal(heading): ours
        for ours in (KEEP, KEY)
        for heading in in_every_language("heading", ours)
    }
    for number, cells in enumerate(grid.rows):
        names = [known.get(normal(value)) if isinstance(value, str) else None for value in cells]
        if KEEP in names and KEY in names:
            return dict(_choices(grid, number + 1, names.index(KEEP), names.index(KEY)))
    return {}


def _choices(grid: Grid, first: int, keep: int, key: int) -> Iterator[tuple[str, Side]]:
    """Yields the choice in every row that has one, from the row `first` on: the seal of the
    conflict, and the side that was chosen."""
    sides = {normal(text): side for side in SIDES for text in in_every_language("choice", side)}
    for row in range(first, len(grid.rows)):
        choice, seal = grid.at(row, keep), grid.at(row, key)
        if isinstance(choice, str) and isinstance(seal, str) and " #" in seal:
            side = sides.get(normal(choice))
            if side:
                yield seal, side


def set_down(book: Book) -> list[Finding]:
    """Returns a finding for each row of the tab *Kept edits*, which lists edits that could not
    be put back (see `workbook.google.repair`)."""
    grid = own_tab(book, "kept")
    if grid is None:
        return []
    edits = []
    for row in range(1, len(grid.rows)):
        tab, heading, typed = (grid.at(row, column) for column in range(3))
        if typed is not None:
            values = (("heading", str(heading or "")), ("tab", str(tab or "")))
            edits.append(Finding("edit-set-down", "", str(row), "", values, grid.tab, row, 2))
    return edits


def without_kept(
    book: Book, table: Table, column: Column, values: Collection[str], texts: Collection[str]
) -> Edits:
    """Returns the edits that clear rows in the tab *Kept edits* which have a wiped value.

    `values`: the values that the column had. A row about this column with one of them is cleared.
    `texts`: values that are also searched for within the words of every row."""
    grid = own_tab(book, "kept")
    if grid is None:
        return Edits()
    cells: list[CellEdit] = []
    of_column = kept_of(book, table, column)
    for row in range(1, len(grid.rows)):
        typed = text_of(grid.at(row, 2))
        if of_column.get(row) in values or any(text in typed for text in texts):
            held = [(at, grid.at(row, at)) for at in range(3)]
            cells += [
                CellEdit(grid.tab, row, at, None, value) for at, value in held if value is not None
            ]
    frames = {grid.tab: Frame(0, None, (0, 1, 2))} if cells else {}
    return Edits(tuple(cells), frames=frames)


def kept_of(book: Book, table: Table, column: Column) -> dict[int, str]:
    """Returns the values of a column that are in the tab *Kept edits*, by the row of that tab."""
    grid = own_tab(book, "kept")
    if grid is None:
        return {}
    rows = {row: [text_of(grid.at(row, at)) for at in range(3)] for row in range(len(grid.rows))}
    headings = names(table)
    # The tab *Kept edits* has titles and headings in the language of the workbook.
    # A title that belongs to no other table may be a renamed tab of this table.
    others = {title for other in TABLES if other is not table for title in _titles(other)}
    foreign = others - _titles(table)
    return {
        row: typed
        for row, (tab, heading, typed) in rows.items()
        if typed and headings.get(normal(heading)) is column and normal(tab) not in foreign
    }


def _titles(table: Table) -> set[str]:
    """Returns the titles that a tab of this table may have, in every language."""
    return {*map(normal, in_every_language("tab", table.tab)), *map(normal, table.aliases)}


def conflict_finding(conflict: Conflict) -> Finding:
    """Returns the finding about a conflict. It never quotes free text. The sync adds its cell
    later."""
    about = conflict.table, conflict.id
    if conflict.kind == "removed in sheet":
        return Finding("conflict-removed-here", *about)
    if conflict.kind == "removed in register":
        return Finding("conflict-removed-there", *about)
    table = BY_NAME[conflict.table]
    columns = [table.column(name) for name, _, _ in conflict.fields]
    field = columns[0].name
    changed = list(zip(columns, conflict.fields, strict=True))
    sheet = ", ".join(_quotable(column, here) for column, (_, here, _) in changed)
    register = ", ".join(_quotable(column, there) for column, (_, _, there) in changed)
    if conflict.kind == "protected":
        return Finding("cell-protected", *about, field, (("register", register),))
    heading = " and ".join(column.heading for column in columns)
    values = (("heading", heading), ("sheet", sheet), ("register", register))
    return Finding("conflict", *about, field, values)


def _quotable(column: Column, text: str) -> str:
    """Returns a value in a form that a finding may quote. Free text is not quoted, because it
    may be personal."""
    if text and column.kind in ("text", "link"):
        return "another text"
    return text or "nothing"
