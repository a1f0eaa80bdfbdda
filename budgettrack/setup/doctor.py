"""What is wrong between the config and the first sync, found in the order in which it stands in the
way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from budgettrack.config.load import Config, default_locale, load
from budgettrack.core.base.errors import TrackError
from budgettrack.core.base.grids import Book, a1
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.records.tables import BY_NAME, normal
from budgettrack.group import OpenedGroup, open_group
from budgettrack.monthly.history import deliveries
from budgettrack.register import queries
from budgettrack.register.cycles import holder
from budgettrack.sync import know_each_other

State = Literal["good", "doubtful", "wrong"]

_SHAPE = ("missing-tab", "duplicate-tab", "missing-heading", "missing-column", "duplicate-heading")
"""The findings that concern tabs and headings, not what stands below them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: what it is, how it is, and in words what to do where it is not
    good."""

    what: str
    state: State
    words: str = ""


def examine(path: Path) -> Iterator[Line]:
    """Look at everything in order; after what is wrong and stands in the way of the rest, nothing
    more is looked at."""
    try:
        config = load(path)
    except TrackError as error:
        yield from (Line("config", "wrong", problem) for problem in error.problems)
        return
    yield Line("config", "good", str(config.path))
    with open_group(config, patient=False) as group:
        yield from _looked_at(group)


def _looked_at(group: OpenedGroup) -> Iterator[Line]:
    try:
        workbook = group.workbook_to_read
        if group.config.google:
            yield Line("credentials", "good", _email(workbook))
        book = workbook.read()
    except TrackError as error:
        yield Line("workbook", "wrong", " ".join(error.problems))
        return
    yield Line("workbook", "good", f"{count(len(book.grids), 'tab')} read")
    yield _writing(group)
    yield from _shape(group.config, book)
    yield from _personal(group.config, book)
    register = _register(group, book)
    yield register
    yield _reports(group.config)
    yield from _sending(group.config)
    if register.state == "good" and not _is_to_be_made(group.config):
        yield from _sent(group)


def _email(workbook: object) -> str:
    return getattr(getattr(workbook, "connection", None), "email", None) or "those of this machine"


def _writing(group: OpenedGroup) -> Line:
    config = group.config
    if group.is_read_only:
        return Line("writing", "good", "nothing is written: every table is only read")
    if config.xlsx is not None:
        may = os.access(config.xlsx, os.W_OK) and os.access(config.xlsx.resolve().parent, os.W_OK)
        words = (
            f"{config.xlsx} or its folder may not be written by this user. Ask its owner for"
            " access."
        )
        return Line("writing", "good" if may else "wrong", "" if may else words)
    from budgettrack.workbook.google.workbook import GoogleWorkbook

    try:
        workbook = group.workbook
        assert isinstance(workbook, GoogleWorkbook)
        workbook.may_write()
    except TrackError as error:
        return Line("writing", "wrong", " ".join(error.problems))
    return Line("writing", "good")


def _shape(config: Config, book: Book) -> Iterator[Line]:
    """Tabs and headings, in the words of the findings."""
    found = [
        each
        for each in read_rows(book, config.shapes, default_locale(config, book.locale)).findings
        if each.code in _SHAPE
    ]
    for each in found:
        state: State = "wrong" if each.severity == "error" else "doubtful"
        yield Line("tabs and headings", state, f"{each.place}: {each.problem} {each.remedy}")
    if not found:
        yield Line("tabs and headings", "good")


def _personal(config: Config, book: Book) -> Iterator[Line]:
    """Columns that name people, where others than the treasurer can open the sheet."""
    if not config.google:
        return
    tabs = {normal(table.tab): table for table in BY_NAME.values()}
    for grid in book.grids:
        table = tabs.get(normal(grid.tab))
        names = {
            normal(text): column.heading
            for column in (table.columns if table else ())
            if column.audience == "personal"
            for text in (column.heading, *column.aliases)
        }
        for number, row in enumerate(grid.rows[:20]):
            for column, value in enumerate(row):
                if isinstance(value, str) and normal(value) in names:
                    words = (
                        f"{a1(grid.tab, number, column)}: the column {names[normal(value)]} names"
                        " people. Everybody with whom this sheet is shared sees it, and the"
                        " sheet's own history keeps it. Delete the column, or share the sheet with"
                        " few."
                    )
                    yield Line("names of people", "doubtful", words)


def _is_to_be_made(config: Config) -> bool:
    """Whether the register is a file that the first sync makes."""
    name = config.register.removeprefix("sqlite:///")
    return name != config.register and not Path(name).exists()


def _register(group: OpenedGroup, book: Book) -> Line:
    if _is_to_be_made(group.config):
        return Line("register", "good", "the first sync makes it")
    try:
        know_each_other(group, book, group.register.ask(queries.load))
    except TrackError as error:
        return Line("register", "wrong", " ".join(error.problems))
    return Line("register", "good")


def _sending(config: Config) -> Iterator[Line]:
    """The mail server; nothing is sent."""
    sending = config.sending
    if sending.mail is None:
        return
    from budgettrack.monthly.delivery.smtp import post

    try:
        with post(sending.mail) as way:
            way.open()
        yield Line("mail", "good", count(len(sending.recipients), "recipient"))
    except TrackError as error:
        yield Line("mail", "wrong", " ".join(error.problems))


def _sent(group: OpenedGroup) -> Iterator[Line]:
    """The audiences, what nobody knows whether it arrived, and a run that may have died."""
    with group.register.reading() as ask:
        grants = {id_.casefold() for id_ in queries.load(ask, ("grants",)).records["grants"]}
        at_work = holder(ask)
        sent = deliveries(group)
    for recipient in group.config.sending.recipients:
        if recipient.audience == "funder" and grants and recipient.grant.casefold() not in grants:
            words = (
                f"{recipient.name} is to read of {recipient.grant}, and there is no such grant."
                " Correct the audience."
            )
            yield Line("recipients", "wrong", words)
    for row in sent:
        if row["state"] in ("unconfirmed", "refused"):
            words = (
                f"{row['id']}, {row['what']} to {row['recipient']}, is {row['state']}."
                f" {row['words']}"
            )
            yield Line("deliveries", "doubtful", words)
    if at_work is not None:
        words = (
            f"{at_work.who} is at work on the month since {at_work.since:%Y-%m-%d %H:%M} UTC, or"
            " died at it. The next run of: budgettrack monthly notices which."
        )
        yield Line("runs", "doubtful", words)


def _reports(config: Config) -> Line:
    folder = config.reports
    while not folder.exists():
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Line("reports", "good", str(config.reports))
    return Line(
        "reports", "wrong", f"{folder} may not be written by this user. Ask its owner for access."
    )
