"""Checks whether workbook and register belong together, and whether one of them was restored from
an older copy.

An older workbook is merged from the records on which both sides agreed when that workbook was
written. If the register does not know the state of the workbook, the register is the older one. In
that case it does not know what was sent later, so a hold is placed: nothing is sent until a person
decides."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from budgettrack.config.load import Config
from budgettrack.core.base.errors import Refused
from budgettrack.core.base.grids import Book
from budgettrack.core.base.holds import Hold
from budgettrack.core.base.plurals import count
from budgettrack.core.decide import ChangeSet, RegisterState
from budgettrack.core.merge.lineage import (
    Lineage,
    WorkbookMark,
    WorkbookWrite,
    has_gone_back,
    last_run,
    lineage,
    mark_read,
    next_write,
    rebased,
    run_with,
    unsure_rows,
    with_changes,
)
from budgettrack.group import OpenedGroup
from budgettrack.register import queries
from budgettrack.register.queries import Ask
from budgettrack.register.store import Held
from budgettrack.register.workbook_writes import (
    added_since,
    agreed_at,
    agreed_versions,
    redacted_since,
    removed_since,
)

CLOCK_BACK = timedelta(days=1)
"""If the clock is behind the last run by more than this, there is a message. The clocks of two
computers differ a little."""


class Pairing(Struct, frozen=True):
    """The result of comparing a workbook with its register.

    `write`: the record of the write that will be made; the register stores it before the workbook
    is written. `mark`: the mark in the workbook, or a blank mark if the workbook has the mark of
    another register. `told`: what a person must know, in one or two sentences for each matter.
    `holds`: the holds to place."""

    lineage: Lineage
    write: WorkbookWrite
    mark: WorkbookMark
    told: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()


def paired(
    group: OpenedGroup,
    book: Book,
    held: Held,
    writes: Sequence[WorkbookWrite],
    last: datetime | None,
) -> Pairing:
    """Compares the workbook that was read with the register.

    `writes` are the syncs that wrote the workbook. `last` is the time of the last run."""
    at, mark = group.now(), mark_read(book.mark)
    own = mark if mark and held.mark and mark.id == id_of(held.mark) else None
    # The workbook is new to this register, or the user has asked to adopt it.
    # So the workbook is accepted as it is.
    where = lineage(own, writes) if own else Lineage("current", last_run(writes))
    told = list(_clock_set_back(at, last))
    if where.kind == "unknown":
        told.append(_told_unknown(group.config))
    write = next_write(mark, writes, where.base, secrets.token_hex(4))
    holds = (Hold("older-register", at),) if where.kind == "unknown" else ()
    return Pairing(where, write, own or WorkbookMark(""), tuple(told), holds)


def is_behind(pairing: Pairing, writes: Sequence[WorkbookWrite]) -> bool:
    """Whether the base of the merge is older than the last records on which workbook and
    register agreed."""
    return pairing.lineage.kind != "current" and pairing.lineage.base < last_run(writes)


def older_state(ask: Ask, state: RegisterState, pairing: Pairing) -> RegisterState:
    """Returns the state of the register for a merge with an older workbook.

    It may not be known whether the workbook had a certain row. Such a row gets no agreed values. If
    one side lacks the row now, the merge finds a conflict and a person is asked, so a deleted row
    does not come back without a decision."""
    base, tables = pairing.lineage.base, list(state.records)
    agreed, added = agreed_at(ask, base, tables), added_since(ask, base, tables)
    removed, is_exact = removed_since(ask, base), pairing.lineage.is_exact
    for table, id_ in unsure_rows(pairing.mark, added, removed, is_exact=is_exact):
        agreed[table].setdefault(id_, {})
    return replace(state, agreed=agreed, added_since=added, redacted=redacted_since(ask, base))


def told_older(ask: Ask, config: Config, base: int) -> str:
    """Returns sentences that tell the user about an older workbook."""
    when = queries.time_of(ask, base)
    of = "" if when is None else f", as it was on {_shown(when)}"
    return (
        f"{name_of(config)} was put back from an older copy{of}. What was changed after that stays:"
        " it goes into the workbook again."
    )


def refused_as_older(ask: Ask, config: Config, held: Held, changes: ChangeSet) -> str | None:
    """Returns the reason for refusing a workbook that has no mark and has exactly the rows that it
    had after an earlier sync. Returns None for any other workbook.

    Only a person knows whether this is a restored copy, or whether somebody typed the rows again.
    """
    after = with_changes(held.agreed, changes.agreed)
    if not has_gone_back(held.agreed, after):
        return None
    run = run_with(after, agreed_versions(ask))
    when = None if run is None else queries.time_of(ask, run)
    if when is None:
        return None
    moved = count(len(list(rebased(held.agreed, after, ()))), "row")
    return (
        f"{name_of(config)} is as it was on {_shown(when)}; since then {moved} changed. If an older"
        " copy was put back by mistake, put the newer one back. If it is meant, confirm with"
        " --allow older-copy."
    )


def _told_unknown(config: Config) -> str:
    return (
        f"{name_of(config)} was written by a sync that this register does not know: the register"
        " was put back from an older copy, or a second copy of it is in use. The register takes in"
        " what the workbook has. Nothing is sent until you decide: budgettrack deliveries release"
        " older-register"
    )


def _clock_set_back(at: datetime, last: datetime | None) -> Iterator[str]:
    if last is not None and at < last - CLOCK_BACK:
        yield (
            f"The clock of this computer says {_shown(at)}, which is before the last run"
            f" ({_shown(last)}). Set the clock right, or deadlines and months will be wrong. No"
            " record is lost by it: what is newer is known by the numbers of syncs, not by a clock."
        )


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def know_each_other(group: OpenedGroup, book: Book, held: Held) -> None:
    """Checks that workbook and register belong together, so that edits of two workbooks are never
    mixed.

    Raises `Refused` for a copy of the workbook, another workbook, or another register."""
    name, mark = name_of(group.config), mark_read(book.mark)
    if not any(held.agreed.values()):
        # A register that was never synced accepts any workbook without a mark.
        # A new register also accepts its own mark, which a killed run may have left there.
        if mark and not (held.mark and mark.id == id_of(held.mark)):
            raise Refused(
                f"{name} belongs to another register. Use that register, or tie this one to it with"
                " --adopt.",
                "Nothing was written.",
            )
        return
    if not held.mark:
        return
    if mark is None and group.is_read_only:
        return
    if mark is None or mark.id != id_of(held.mark):
        raise Refused(
            f"{name} is not the workbook that this register knows. Name the right one in the"
            " config, or tie this one to the register with --adopt.",
            "Nothing was written.",
        )
    known = held.mark.partition(" ")[2]
    if known != name:
        raise Refused(
            f"This register knows the workbook as {known}; {name} looks like a copy of it. Name the"
            " right one in the config, or go on with this one with --adopt.",
            "Nothing was written.",
        )


def name_of(config: Config) -> str:
    return config.xlsx.name if config.xlsx else config.google or ""


def id_of(mark: str) -> str:
    """Returns the ID in the register's mark, which the workbook also has."""
    return mark.partition(" ")[0]
