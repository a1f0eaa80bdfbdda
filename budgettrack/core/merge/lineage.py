"""Finds out which state of the workbook was read: the one that the last sync wrote, an older copy,
or one that the register does not know.

Each sync that writes gives the workbook a hidden mark with its number and a random token. The
register keeps number, token and run of every such sync. So the program recognises an older copy of
the workbook. Such a copy is merged from the state on which both sides agreed when it was made, and
later changes are not undone. The order is decided by numbers, never by a clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from budgettrack.core.records.model import Fields, Records

AgreedChange = tuple[str, str, Fields | None]
"""A table, an ID, and the fields that both sides agree on now, or None if they agree on none."""


class WorkbookMark(Struct, frozen=True):
    """The hidden mark of a workbook.

    `id`: the number by which workbook and register recognise each other. `number`, `token`:
    those of the last sync that wrote the workbook. A mark of an earlier version of the program
    has the number 0. `before`: the tokens of earlier syncs whose results this workbook has, the
    newest first. `last`: the last ID that the program had given in each table, such as `E-12`."""

    id: str
    number: int = 0
    token: str = ""
    before: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        text = f"{self.id} {self.number} {self.token} {','.join(self.before)}".rstrip()
        if not self.last:
            return text
        return f"{text}{'' if self.before else ' -'} {','.join(self.last)}"

    def is_given_since(self, id_: str) -> bool:
        """Whether the program gave an ID after the sync that wrote this mark.

        It is False for an ID that a person made up, because nobody knows when it was typed."""
        prefix, number = _parts(id_)
        return number > max(
            (_parts(last)[1] for last in self.last if _parts(last)[0] == prefix), default=0
        )


def _parts(id_: str) -> tuple[str, int]:
    """Returns the prefix and the number of an ID that the program gave. For any other ID, the
    number is 0."""
    prefix, _, digits = id_.partition("-")
    return prefix, int(digits) if digits.isdecimal() and len(digits) < 20 else 0


def mark_read(text: str | None) -> WorkbookMark | None:
    """Reads a mark from its text. Returns None if the workbook has no mark. If the number in the
    mark cannot be read, the mark counts as one without a number."""
    if not text:
        return None
    id_, *rest = text.split()
    if not 2 <= len(rest) <= 4 or not rest[0].isdecimal() or len(rest[0]) >= 10:
        return WorkbookMark(id_)
    before, last = (
        tuple(part.split(",")) if part != "-" else () for part in (*rest[2:], "-", "-")[:2]
    )
    if not all(_parts(given)[1] for given in last):
        return WorkbookMark(id_)
    return WorkbookMark(id_, int(rest[0]), rest[1], before, last)


class WorkbookWrite(Struct, frozen=True):
    """A sync that wrote the workbook, as the register has recorded it.

    `run`: if a workbook has this mark, the merge takes the agreed records of this run as its base.
    `ended`: false if the sync was broken off. A workbook may have the mark of such a sync, too."""

    number: int
    token: str
    run: int = 0
    ended: bool = False


class Lineage(Struct, frozen=True):
    """The place of a workbook in the order of the syncs that the register knows.

    `kind`: `current`, `older` (the workbook was restored from a copy), or `unknown` (the register
    was restored from a copy, or another copy of it is in use). `base`: the merge takes the agreed
    records of this run as its base. `is_exact`: false if the workbook may have had more rows than
    these records."""

    kind: Literal["current", "older", "unknown"]
    base: int = 0
    is_exact: bool = True


def lineage(mark: WorkbookMark, writes: Sequence[WorkbookWrite]) -> Lineage:
    """Finds out from its mark which state of the workbook was read, and returns it as a `Lineage`.
    `writes` are the recorded syncs in the order of their numbers."""
    last = last_run(writes)
    if not mark.token:
        # The mark has no number of this register, or the copy was made before marks had numbers.
        first = next((write.run for write in writes if write.ended), None)
        return Lineage("current") if first is None else Lineage("older", first - 1)
    known = next((w for w in writes if (w.number, w.token) == (mark.number, mark.token)), None)
    if known is None:
        return Lineage("unknown", _common(mark, writes), is_exact=False)
    kind: Literal["current", "older"] = "current" if known.run >= last else "older"
    # A sync that was killed may have written new rows into the workbook.
    return Lineage(kind, known.run, is_exact=known.ended)


def _common(mark: WorkbookMark, writes: Sequence[WorkbookWrite]) -> int:
    """Returns the last run of this register whose result is in the workbook, if the register does
    not know the present state of the workbook.

    Example: a register is restored from a copy and used again. Later a workbook is restored from
    the time that the register has lost. In this case, the last state of the register must not be
    the base for merging the workbook."""
    runs = [write.run for write in writes if write.token in mark.before]
    if not runs:
        runs = [write.run for write in writes if write.ended and write.number < mark.number]
    return max(runs, default=0)


KEPT_TOKENS = 30


def marked(
    id_: str,
    write: WorkbookWrite,
    mark: WorkbookMark | None,
    writes: Sequence[WorkbookWrite],
    last: Sequence[str] = (),
) -> WorkbookMark:
    """Returns the new mark for a workbook that is being written. `mark`: the mark that it has until
    now.

    `writes`: the earlier syncs of the register, if the workbook has all of their results.
    `last`: the last IDs of its tables."""
    theirs = (mark.token, *mark.before) if mark and mark.token else ()
    ours = [known.token for known in reversed(writes) if known.ended]
    before = dict.fromkeys((*theirs[:KEPT_TOKENS], *ours[:KEPT_TOKENS]))
    return WorkbookMark(id_, write.number, write.token, tuple(before), tuple(last))


def unsure_rows(
    mark: WorkbookMark,
    added: Mapping[str, Collection[str]],
    removed: Mapping[str, Collection[str]],
    *,
    is_exact: bool,
) -> Iterator[tuple[str, str]]:
    """Yields each row (its table and its ID) if it is not known whether an older workbook had it.

    `added`: the IDs that the register took from a workbook after the base of the merge. `removed`:
    the IDs that the register removed after that base. Example: a register was restored, and took
    E-6 from the newest workbook. Later an older copy of the workbook is restored, which also had
    E-6, and somebody deletes the row. The base has no E-6. If E-6 counted as an addition of the
    register, the deleted row would come back."""
    for table, ids in removed.items():
        yield from ((table, id_) for id_ in ids)
    if not is_exact:
        for table, ids in added.items():
            yield from ((table, id_) for id_ in ids if not mark.is_given_since(id_))


class AgreedVersion(Struct, frozen=True):
    """The fields on which both sides agreed for one record, from the run `since` on.

    `until`: the run that replaced them, or None if they are still agreed."""

    table: str
    fields: Fields
    since: int
    until: int | None


def has_gone_back(now: Records, after: Records) -> bool:
    """Whether a workbook without a mark may be an older copy. It may if several rows differ or are
    missing.

    If it is only one row, this is an ordinary edit: somebody typed an old value again, or deleted a
    mistaken row."""
    return len(list(rebased(now, after, ()))) > 1


def run_with(after: Records, versions: Iterable[AgreedVersion]) -> int | None:
    """Returns the last run after which all agreed records were the same as `after`. Returns None if
    there is no such run, or if `after` has no records.

    IDs are not compared: in a workbook without IDs, a row that comes back gets a new ID."""
    came: dict[int, list[_Content]] = {}
    went: dict[int, list[_Content]] = {}
    apart: Counter[_Content] = Counter(
        _content(table, fields) for table, held in after.items() for fields in held.values()
    )
    if not apart:
        return None
    for version in versions:
        content = _content(version.table, version.fields)
        came.setdefault(version.since, []).append(content)
        if version.until is None:
            _count(apart, content, -1)
        else:
            went.setdefault(version.until, []).append(content)
    # The loop goes back from the newest run to the oldest.
    # `apart` has the difference between `after` and the records at the time of the run.
    for run in sorted({*came, *went}, reverse=True):
        for content in came.get(run, ()):
            _count(apart, content, 1)
        for content in went.get(run, ()):
            _count(apart, content, -1)
        if not apart:
            return run - 1
    return None


_Content = tuple[str, frozenset[tuple[str, str]]]
"""The content of a record: its table, and its fields that are not blank."""


def _content(table: str, fields: Fields) -> _Content:
    return table, frozenset((field, value) for field, value in fields.items() if value)


def _count(counted: Counter[_Content], content: _Content, by: int) -> None:
    """Adds `by` to the count of a content. If the count becomes zero, the content is removed."""
    counted[content] += by
    if not counted[content]:
        del counted[content]


def last_run(writes: Sequence[WorkbookWrite]) -> int:
    """Returns the run of the last sync that wrote the workbook, or 0 if there is none."""
    return max((write.run for write in writes if write.ended), default=0)


def next_write(
    mark: WorkbookMark | None, writes: Sequence[WorkbookWrite], base: int, token: str
) -> WorkbookWrite:
    """Returns the record of a sync that is about to write. It has the number after the last one,
    and a new token.

    A token is never used again, even if its sync was broken off: a copy of the workbook may have
    it."""
    last = max((write.number for write in writes), default=0)
    return WorkbookWrite(max(last, mark.number if mark else 0) + 1, token, base)


def with_changes(base: Records, changes: Sequence[AgreedChange]) -> dict[str, dict[str, Fields]]:
    """Returns the agreed records after the changes were applied."""
    final = {table: dict(records) for table, records in base.items()}
    for table, id_, fields in changes:
        records = final.setdefault(table, {})
        if fields is None:
            records.pop(id_, None)
        else:
            records[id_] = fields
    return final


def rebased(
    stored: Records, base: Records, changes: Sequence[AgreedChange]
) -> Iterator[AgreedChange]:
    """Yields the changes that bring the stored agreed records to the result of a merge that
    began from an older `base`."""
    final = with_changes(base, changes)
    for table in dict.fromkeys((*stored, *final)):
        before, after = stored.get(table, {}), final.get(table, {})
        for id_ in dict.fromkeys((*before, *after)):
            if before.get(id_) != after.get(id_):
                yield table, id_, after.get(id_)
