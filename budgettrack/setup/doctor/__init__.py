"""The command `doctor`: checks, in order, everything that a sync, a report and a monthly run need.

What can be checked without a change is checked directly. Everything else is tried with copies in
a folder that is deleted afterwards (`trial.py`). So the doctor reports in advance what a run
would refuse, in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from budgettrack.config.load import load
from budgettrack.core.base.errors import ConfigError, TrackError
from budgettrack.core.base.grids import Book
from budgettrack.core.base.plurals import count
from budgettrack.group import OpenedGroup, open_group
from budgettrack.register.store import Turn
from budgettrack.setup.doctor import places, sending, workbook
from budgettrack.setup.doctor import register as registers
from budgettrack.setup.doctor.examined import Examined, stopped
from budgettrack.setup.doctor.trial import trial

__all__ = ["Examined", "clean", "examine"]


def examine(path: Path) -> Iterator[Examined]:
    """Check everything in order, and yield the results.

    Stops after an error that makes the next checks impossible."""
    try:
        config = load(path)
    except ConfigError as error:
        yield Examined("config", error.findings)
        return
    yield Examined("config", words=str(config.path))
    with open_group(config, patient=False, turn=Turn("doctor", 0.0)) as group:
        yield from _examined(group)


def clean(path: Path) -> list[Path]:
    """Delete the files that killed runs left behind. Return their paths."""
    left = places.leftovers(load(path))
    for file in left:
        file.unlink(missing_ok=True)
    return left


def _examined(group: OpenedGroup) -> Iterator[Examined]:
    config = group.config
    try:
        to_read = group.workbook_to_read
        if config.google:
            yield Examined("credentials", words=workbook.whose(to_read))
        book = to_read.read()
    except TrackError as error:
        yield stopped("workbook", "workbook-not-usable", error)
        return
    yield Examined("workbook", words=f"{count(len(book.grids), 'tab')} read")
    if thrown_away := workbook.in_trash(config):
        yield thrown_away
    if elsewhere := workbook.link(config, to_read):
        yield elsewhere
    yield workbook.writing(group)
    if closed := list(workbook.protected(config, to_read)):
        yield Examined("protections", closed)
    yield workbook.shape(config, book)
    if foreign := workbook.foreign(config, book):
        yield foreign
    if named := list(workbook.personal(config, book)):
        yield Examined("names of people", named)
    examined = registers.register(group, book)
    yield examined
    is_new = registers.is_to_be_made(config)
    history = None if is_new else registers.proven(group)
    if history is not None:
        yield history
    is_usable = not examined.findings
    if is_usable:
        yield registers.key_here(group)
    if in_the_open := list(registers.in_the_open(config.register)):
        yield Examined("way to the register", in_the_open)
    yield from _places(group)
    if unregistered := list(sending.identifiers(config)):
        yield Examined("identifiers", unregistered)
    yield from sending.sending(config)
    if is_usable and not is_new:
        yield from sending.sent(group)
    if is_usable and (history is None or not history.findings):
        yield from _tried(group, book)


def _places(group: OpenedGroup) -> Iterator[Examined]:
    config = group.config
    yield places.reports(config)
    if standing_open := list(places.open_to_others(config)):
        yield Examined("permissions", standing_open)
    if without := list(places.without_paper()):
        yield Examined("PDF", without)
    if left := list(places.left(config)):
        yield Examined("leftovers", left)
    if full := list(places.nearly_full(config)):
        yield Examined("disk", full)


def _tried(group: OpenedGroup, book: Book) -> Iterator[Examined]:
    """Yield what a sync, a report and a monthly run would refuse or report."""
    if found := list(trial(group, book)):
        yield Examined("trial", found)
    else:
        yield Examined("trial", words="a sync, its reports and a month's run would go well")
