"""Checks folders and files: whether they can be written, disk space, files that killed runs left
behind, and who can open them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from budgettrack import files
from budgettrack.config.load import Config
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.extras import missing
from budgettrack.register.sqlite import unfinished_files as unfinished_registers
from budgettrack.reports.base import printer
from budgettrack.reports.make import not_written
from budgettrack.setup.doctor.examined import Examined, stopped
from budgettrack.workbook.xlsx.copies import all_copies
from budgettrack.workbook.xlsx.workbook import unfinished_files as unfinished_workbooks

ROOM = 100_000_000
"""A person is told if fewer bytes than this are free."""

RUNS = 10
"""The free space on the disk should be at least this many times the size of the file. A write makes
a new file beside the old one, and copies are kept."""


def reports(config: Config) -> Examined:
    """Check that the reports' folder can be written."""
    try:
        files.try_folder(config.reports)
    except OSError as error:
        return stopped("reports", "reports-not-writable", not_written(config.reports, error))
    return Examined("reports", words=str(config.reports))


def register_file(config: Config) -> Path | None:
    """Return the path of the register file. Return None if the register is on a server."""
    name = config.register.removeprefix("sqlite:///")
    return Path(name).absolute() if name != config.register else None


def open_to_others(config: Config) -> Iterator[Finding]:
    """Yield findings about files that others can read although they are not public."""
    private = [config.path, config.reports / "private", *config.path.parent.glob(".budgettrack*")]
    if config.xlsx is not None:
        private += [config.xlsx, *all_copies(config.xlsx)]
    if (register := register_file(config)) is not None:
        private.append(register)
    for path in files.stand_open(private):
        yield finding_at("permissions", "open-to-others", path=str(path))


def leftovers(config: Config) -> list[Path]:
    """Return the files that killed runs left behind. A file that a run may still be writing is
    left out."""
    unfinished = [*config.path.parent.glob(files.UNFINISHED)]
    for folder in filter(None, (config.reports, config.sending.folder)):
        unfinished += folder.rglob(files.UNFINISHED)
    if config.xlsx is not None:
        unfinished += unfinished_workbooks(config.xlsx.resolve())
    if (register := register_file(config)) is not None:
        unfinished += unfinished_registers(str(register))
    return sorted(files.stale({*unfinished}))


def left(config: Config) -> Iterator[Finding]:
    """Yield findings about files that killed runs left behind."""
    for path in leftovers(config):
        yield finding_at("leftovers", "left-by-killed-run", path=str(path))


def without_paper() -> Iterator[Finding]:
    """Yield a finding if no PDF can be made. Today's reports may not need one."""
    if not printer.is_there():
        yield finding_at("PDF", "pdf-not-installed", words=missing("A PDF", "pdf"))


def nearly_full(config: Config) -> Iterator[Finding]:
    """Yield findings about disks that are nearly full."""
    disks: dict[int, tuple[Path, int]] = {}
    for path in filter(None, (config.xlsx, register_file(config), config.reports, config.path)):
        there = path
        while not there.exists():
            there = there.parent
        size = path.stat().st_size if path.is_file() else 0
        device = there.stat().st_dev
        folder, most = disks.get(device, (there if there.is_dir() else there.parent, 0))
        disks[device] = folder, max(most, size)
    for folder, size in disks.values():
        free = shutil.disk_usage(folder).free
        if free < max(ROOM, RUNS * size):
            free_mb = str(free // 1_000_000)
            yield finding_at("disk", "disk-nearly-full", path=str(folder), free=free_mb)
