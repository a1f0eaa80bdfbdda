"""Checks the workbook: whether it can be written, its tabs and headings, and columns with names
of people."""

from __future__ import annotations

from collections.abc import Iterator

from budgettrack.config.load import Config, default_locale
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.base.sheet_words import in_every_language
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.tables import Table, normal
from budgettrack.file_kinds import is_only_read
from budgettrack.group import OpenedGroup
from budgettrack.setup.adopt import glimpse
from budgettrack.setup.doctor.examined import Examined, stopped

_SHAPE = ("missing-tab", "duplicate-tab", "missing-heading", "missing-column", "duplicate-heading")
"""The codes of findings about tabs and headings; findings about rows are not among them."""


def whose(workbook: object) -> str:
    """Returns words that say which account is used to ask Google."""
    return getattr(getattr(workbook, "connection", None), "whose", "those of this machine")


def writing(group: OpenedGroup) -> Examined:
    """Checks that the workbook can be written. Changes nothing."""
    if group.is_read_only:
        why = "this kind of file" if is_only_read(group.config.xlsx) else "every table"
        return Examined("writing", words=f"nothing is written: {why} is only read")
    try:
        group.workbook.may_write()
    except TrackError as error:
        return stopped("writing", "workbook-not-usable", error)
    return Examined("writing")


def in_trash(config: Config) -> Examined | None:
    """Checks that an online sheet does not lie in the trash. Returns None if the sheet is not
    there, if Google does not say it, or if the workbook is a file."""
    if not config.google:
        return None
    from budgettrack.workbook.google.changes import is_in_trash

    if is_in_trash(config.credentials, config.address, config.google):
        return Examined("trash", [finding_at("trash", "sheet-in-trash")])
    return None


def protected(config: Config, workbook: object) -> Iterator[Finding]:
    """Yield findings about protections of an online sheet in the tabs in which the program writes.

    `workbook` was just read."""
    from budgettrack.workbook.google.workbook import GoogleWorkbook

    if not isinstance(workbook, GoogleWorkbook):
        return
    ours = {normal(tab) for tab in _written_tabs(config)}
    account = workbook.connection.email or "the account that runs this"
    for tab, cells in workbook.closed():
        if normal(tab) in ours:
            values = (("cells", cells), ("account", account))
            yield Finding("range-protected", values=values, tab=tab)


def _written_tabs(config: Config) -> Iterator[str]:
    """Yields the titles that the tabs in which the program writes may have."""
    for table in config.tables:
        yield from in_every_language("tab", table.tab)
        yield from table.aliases
    for shape in config.shapes.values():
        yield from (shape.tabs or (shape.tab,)) if shape.write else ()


def link(config: Config, workbook: object) -> Examined | None:
    """Checks that the tab exists that the link of an online sheet names. Returns None if it does,
    or if the link names none. `workbook` was just read."""
    from budgettrack.workbook.google.workbook import GoogleWorkbook

    number = config.google_tab
    if number is None or not isinstance(workbook, GoogleWorkbook) or workbook.has_tab(number):
        return None
    return Examined("link", [finding_at("link", "link-of-another-tab", gid=str(number))])


def shape(config: Config, book: Book) -> Examined:
    """Check tabs and headings. The findings are those that a sync would have."""
    locale = default_locale(config, book.locale)
    findings = read_rows(
        book, config.shapes, locale, base=config.currency, wanted=config.tables
    ).findings
    return Examined(
        "tabs and headings", [finding for finding in findings if finding.code in _SHAPE]
    )


def foreign(config: Config, book: Book) -> Examined | None:
    """Says how a workbook of another layout can be adopted. Returns None if the config maps its
    tables already, or if it has our layout."""
    locale = default_locale(config, book.locale)
    if config.shapes or glimpse.has_own_tab(book, locale):
        return None
    target = config.xlsx or f"https://docs.google.com/spreadsheets/d/{config.google}/edit"
    words = (
        "None of its tabs has the layout of budgettrack. Bring it in with: budgettrack adopt"
        f" {target} Seen: {glimpse.seen_in(book, locale)}"
    )
    return Examined("another layout", words=words)


def personal(config: Config, book: Book) -> Iterator[Finding]:
    """Yield findings about columns with names of people, if the workbook is online, because
    others can open it."""
    if not config.google:
        return
    tabs = {normal(table.tab): table for table in config.tables}
    for grid in book.grids:
        table = tabs.get(normal(grid.tab))
        if table is not None:
            yield from _personal_columns(grid, table)


def _personal_columns(grid: Grid, table: Table) -> Iterator[Finding]:
    """Yield findings about cells near the top of a tab that are the heading of a personal
    column."""
    names = {
        normal(text): column.heading
        for column in table.columns
        if column.audience == "personal"
        for text in (column.heading, *column.aliases)
    }
    for number, row in enumerate(grid.rows[:20]):
        for column, value in enumerate(row):
            heading = names.get(normal(value)) if isinstance(value, str) else None
            if heading is not None:
                values = (("heading", heading),)
                yield Finding(
                    "people-named", values=values, tab=grid.tab, row=number, column=column
                )
