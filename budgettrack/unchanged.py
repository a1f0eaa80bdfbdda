"""Finds out whether a sync has nothing to do, because nothing on which it depends has changed.

What a sync decides depends only on the workbook, the register, the settings, the day and the
program (`core.decide` is pure). A sync is *at rest* if it wrote nothing into either side and had
nothing to tell. Such a sync stores a digest (a checksum made with the group's key) of all these
inputs in the register. If a later sync finds the same digests, it would decide the same again. Its
findings and totals are already stored, and no row is read.

In doubt, the sync decides again. So a digest may change although the decision would be the same.
But if the decision could change, the digest must change. Nobody can learn from a digest what a cell
contained."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import pickle
import platform
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from budgettrack.answers import answers_state
from budgettrack.config.host import HostSettings
from budgettrack.core.base.findings import Finding
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.decide import RegisterState
from budgettrack.core.merge.lineage import WorkbookWrite
from budgettrack.group import OpenedGroup
from budgettrack.register import published, queries
from budgettrack.register.queries import Ask
from budgettrack.register.records import AtRest, Held
from budgettrack.register.workbook_writes import workbook_writes
from budgettrack.reports.base.pictures import pictures_state
from budgettrack.statements import statements_state
from budgettrack.version import __version__

PLAIN = (str, bytes, int, float, Decimal, date, Path, Enum, type(None))
"""The types of values for which the digest uses the text from `repr`."""

PROGRAM = Path(__file__).parent
READERS = ("babel", "pillow", "python-calamine", "xlrd")
"""The libraries that decide what a cell means, and whether a picture can be shown. If their
versions change, a sync decides again."""

ROWS = 5_000
"""This number of rows is turned into bytes at once. This limits the memory that a digest needs."""


class BesideRecords(Struct, frozen=True):
    """Everything in the register that a decision needs, except the records. Records change only by
    a run. So if a sync had nothing to do, the number of its run stands for the records."""

    mark: str | None
    key: str | None
    has_home: bool
    withdrawn: Sequence[Any]
    reported: Mapping[str, Mapping[str, int]]
    first_seen: Mapping[tuple[str, str, str, str], str]
    finals: Mapping[str, Sequence[Any]]
    unsent: Sequence[Finding]
    writes: Sequence[WorkbookWrite]


def beside_of(held: Held, state: RegisterState, writes: Sequence[WorkbookWrite]) -> BesideRecords:
    """Returns the parts of a register that are not records, from a register that was loaded
    completely."""
    return BesideRecords(
        held.mark,
        held.key,
        held.has_home,
        held.withdrawn,
        state.reported,
        state.first_seen,
        state.finals,
        state.unsent,
        writes,
    )


class StillAtRest(Struct, frozen=True):
    """The last sync, if it had nothing to do and nothing has changed after it. Only the workbook
    may have changed, because it was not read yet. `findings`: the findings in the register. They
    stay valid if the workbook has not changed either."""

    rest: AtRest
    digests: Digests
    findings: Sequence[Finding]

    def has_stamp(self, stamp: str | None) -> bool:
        """Whether the workbook's file still has the version that it had at the last sync (see
        `Workbook.stamp`)."""
        return stamp is not None and self.rest.stamp == self.digests.of_stamp(stamp)

    def has_cells(self, book: Book) -> bool:
        """Whether the workbook that was read has the same cells as at the last complete sync."""
        return self.rest.cells == self.digests.of_cells(book)


def standing(
    ask: Ask, digests: Digests, known: Mapping[str, str], rest: AtRest, unsent: Sequence[Finding]
) -> StillAtRest | None:
    """Returns the last sync if it was at rest, and if only the workbook can have changed after it.
    Returns None if something else changed.

    `known`: the stored values of the register. `unsent`: the findings for reports that are not
    sent."""
    findings = queries.findings(ask)
    beside = BesideRecords(
        known.get("mark"),
        known.get("key"),
        queries.HOME in known,
        queries.withdrawals_in(known.get(queries.WITHDRAWN)),
        queries.reported(ask),
        {finding.identity: finding.first_seen for finding in findings},
        published.finals(ask),
        unsent,
        workbook_writes(ask),
    )
    if digests.of_register(beside) != rest.register:
        return None
    return StillAtRest(rest, digests, findings)


class Digests:
    """Makes the digests (checksums) of one sync with the group's key.

    `settings`: the digest of the settings, the day and the program."""

    def __init__(self, group: OpenedGroup, key: bytes, allow: Set[str]) -> None:
        self._key = key
        made = self._made("settings")
        for part in (program_state(), *_told([group.config, group.today, allow])):
            made.update(part)
        host = group.config.host
        told = statements_state(host.groups) if isinstance(host, HostSettings) else ()
        for part in (*_profiles(group.config.profiles), *_pictures(group.config.pictures), *told):
            made.update(_apart(part))
        made.update(_apart(answers_state(group.config.path.parent)))
        self.settings = made.hexdigest()

    def of_register(self, beside: BesideRecords) -> str:
        """Returns the digest of the register without its records."""
        made = self._made("register")
        # There may be as many findings as rows. So all findings are turned into bytes in one step.
        many = sorted(beside.first_seen.items(), key=str)
        for part in _told(msgspec.structs.replace(beside, first_seen={})):
            made.update(part)
        made.update(_apart(repr(many).encode("utf-8", "surrogatepass")))
        return made.hexdigest()

    def of_stamp(self, stamp: str) -> str:
        """Returns the digest for the version of the workbook's file."""
        made = self._made("stamp")
        made.update(stamp.encode())
        return made.hexdigest()

    def of_cells(self, book: Book) -> str:
        """Returns the digest of everything that was read from a workbook, without its version."""
        made = self._made("cells")
        about = (book.mark, book.locale, book.time_zone, book.titles, book.journal, book.read_as)
        for part in (*_told(about), *_told(book.room)):
            made.update(part)
        for grid in book.grids:
            for part in _cells(grid):
                made.update(_apart(part))
        return made.hexdigest()

    def _made(self, what: str) -> hmac.HMAC:
        return hmac.new(self._key, f"unchanged {what} ".encode(), hashlib.sha256)


@cache
def program_state() -> bytes:
    """Returns the versions of the program and of the libraries with which it reads.

    Two states of a checkout may have the same version, so the program files themselves are part
    of the result."""
    from importlib import metadata

    versions = [__version__, platform.python_version()]
    for name in READERS:
        try:
            versions.append(metadata.version(name))
        except metadata.PackageNotFoundError:
            versions.append("")
    for folder, folders, names in os.walk(PROGRAM):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            about = os.stat(os.path.join(folder, name))
            versions.append(f"{name} {about.st_size} {about.st_mtime_ns}")
    return b"".join(_told(versions))


def _profiles(folder: Path | None) -> Iterator[bytes]:
    """Yields the names and contents of the group's own profiles. The profiles that come with the
    program change only with its version."""
    for path in sorted(folder.glob("*.toml")) if folder else ():
        yield str(path).encode("utf-8", "surrogateescape")
        try:
            yield path.read_bytes()
        except OSError as error:
            yield str(error.errno).encode()


def _pictures(folder: Path) -> Iterator[bytes]:
    yield from pictures_state(folder)


def _cells(grid: Grid) -> Iterator[bytes]:
    """Turns everything that was read of a tab into bytes. The bytes of two tabs are equal only if
    their cells are equal."""
    yield b"".join(_told((grid.tab, grid.mark, grid.is_hidden, len(grid.rows), grid.merged)))
    yield repr((sorted(grid.formulas.items()), sorted(grid.signs.items()))).encode()
    yield repr([sorted(cells) for cells in (grid.protected, grid.percents, grid.struck)]).encode()
    yield repr(sorted(grid.hidden_columns)).encode()
    for first in range(0, len(grid.rows), ROWS):
        held = io.BytesIO()
        pickler = pickle.Pickler(held, 5)
        # `fast` makes the pickler forget earlier objects.
        # With `fast`, the same cells always give the same bytes.
        pickler.fast = True
        pickler.dump([list(row) for row in grid.rows[first : first + ROWS]])
        yield held.getvalue()


def _told(value: Any) -> Iterator[bytes]:
    """Turns a value into bytes, which it yields in parts. The bytes are equal only if the values
    are equal, in any process.

    Raises `TypeError` for a type of value that is not known here."""
    if isinstance(value, Mapping):
        yield from _listed("{", sorted(b"".join(_told(item)) for item in value.items()))
    elif isinstance(value, Set):
        yield from _listed("<", sorted(b"".join(_told(item)) for item in value))
    elif isinstance(value, (list, tuple)):
        yield from _listed("[", [b"".join(_told(item)) for item in value])
    elif isinstance(value, Struct) or is_dataclass(value):
        of_dataclass = () if isinstance(value, Struct) else fields(value)
        names = getattr(value, "__struct_fields__", [field.name for field in of_dataclass])
        yield _apart(type(value).__qualname__.encode())
        yield from _told([getattr(value, name) for name in names])
    elif isinstance(value, PLAIN):
        yield _apart(f"{type(value).__name__} {value!r}".encode("utf-8", "surrogatepass"))
    else:
        raise TypeError(f"no digest of a {type(value).__name__}")


def _listed(kind: str, parts: Sequence[bytes]) -> Iterator[bytes]:
    yield f"{kind}{len(parts)} ".encode()
    yield from parts


def _apart(part: bytes) -> bytes:
    """Returns a part of the bytes, with its length before it. So different lists of parts always
    give different bytes."""
    return b"%d " % len(part) + part


# The state is found out now, while the modules are loaded. A process such as that of `schedule`
# may live for weeks. If an upgrade exchanges the files of the program meanwhile, what the old
# program reads must not be taken for what the new one would read.
program_state()
