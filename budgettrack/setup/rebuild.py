"""The command `doctor --rebuild`: builds a damaged register again from its undamaged part, from
the copies beside the workbook, and from the workbook."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from budgettrack.config.load import Config, load
from budgettrack.core.base.errors import TrackError, UsageError
from budgettrack.core.base.plurals import count
from budgettrack.group import open_group
from budgettrack.register.rebuild import Rebuilt, rebuild
from budgettrack.setup.doctor.register import named_runs, proven
from budgettrack.sync import sync
from budgettrack.workbook.xlsx.copies import all_copies

ALLOWED = frozenset({"other-workbook", "removals", "changes", "older-copy"})
"""The guards against accidents that are switched off when a register is rebuilt. They would stop
the sync, because the workbook has more rows than the rebuilt register."""

RELEASE = (
    "Nothing is sent until you have looked: budgettrack status, then budgettrack deliveries release"
    " register-rebuilt"
)


def rebuilt(path: Path) -> Iterator[str]:
    """Builds the register again, and yields sentences that say what was done.

    Raises `UsageError` if the register is not damaged."""
    config = load(path)
    with open_group(config, patient=False) as group:
        if not proven(group).findings and not _is_refused(config):
            raise UsageError("The register is not damaged. There is nothing to rebuild.")
        at = group.now()
    known = rebuild(config.register, at)
    yield from _kept(known)
    if not known.versions:
        yield from _from_copies(config)
    try:
        with open_group(config) as group:
            outcome = sync(group, allow=ALLOWED)
        yield f"{count(len(outcome.changes.to_register), 'row')} taken from the workbook."
    except TrackError as error:
        yield from error.problems
        yield "The workbook could not be taken in. When that is mended: budgettrack sync --adopt"
    yield RELEASE


def _is_refused(config: Config) -> bool:
    """Tell whether other commands refuse the register because it is damaged."""
    try:
        with open_group(config) as group:
            group.register.close()
    except TrackError:
        return True
    return False


def _kept(known: Rebuilt) -> Iterator[str]:
    yield (f"Kept: {count(known.runs, 'run')} with {count(known.versions, 'version')} of records.")
    if known.lost:
        yield f"Lost: what {named_runs(known.lost)} wrote."
    if known.tables:
        yield f"Not readable to the end: {', '.join(known.tables)}."
    if known.old is not None:
        yield f"The damaged register is kept as {known.old}."


def _from_copies(config: Config) -> Iterator[str]:
    """Syncs the copies beside the workbook, the oldest first. These copies are all that is left of
    the lost history."""
    for copy in _copies(config):
        at = datetime.fromtimestamp(copy.stat().st_mtime, UTC)
        with tempfile.TemporaryDirectory() as folder:
            assert config.xlsx is not None
            # A sync writes into its workbook, so the sync works on a second copy.
            path = Path(folder) / config.xlsx.name
            shutil.copyfile(copy, path)
            then = msgspec.structs.replace(config, xlsx=path)
            try:
                with open_group(then, now=lambda at=at: at) as group:  # type: ignore[misc]
                    sync(group, allow=ALLOWED)
                yield f"Taken from the copy {copy.name}, of {at:%Y-%m-%d}."
            except TrackError as error:
                yield f"Not taken from the copy {copy.name}: {error.problems[0]}"


def _copies(config: Config) -> list[Path]:
    """Return the copies of a local workbook, the oldest first."""
    if config.xlsx is None:
        return []
    newest_first = all_copies(config.xlsx.resolve())
    return [copy for copy in reversed(newest_first) if copy.exists()]
