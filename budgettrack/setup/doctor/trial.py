"""Tries a sync, its reports and a monthly run with a copy of the register, in a folder that is
deleted afterwards. Nothing is sent.

A local workbook is copied there and written as a run would write it. An online workbook is not
written. So the trial cannot show what Google would refuse (but see `may_write`)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec import Struct, field

from budgettrack import files, lasting
from budgettrack.config.key import KEY_FILE
from budgettrack.config.load import Config
from budgettrack.core.base.cycles import newest
from budgettrack.core.base.errors import RegisterError, TrackError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.grids import Book, Edits
from budgettrack.core.decide import ChangeSet
from budgettrack.group import OpenedGroup, last_full_month, open_group
from budgettrack.monthly.delivery.folder import not_delivered
from budgettrack.monthly.outbox import Sends
from budgettrack.monthly.run import owed
from budgettrack.register import copy
from budgettrack.register.cycles import all_cycles
from budgettrack.register.store import open_register
from budgettrack.reports.make import not_written
from budgettrack.reports.make import reports as make_reports
from budgettrack.setup.doctor.register import is_to_be_made
from budgettrack.sync import FIRST_MEETING, sync

REGISTER = "register.sqlite"


class _Online(Struct):
    """An online workbook as it was read. Writes to it are accepted and forgotten."""

    book: Book

    def read(self) -> Book:
        return self.book

    def write(self, book: Book, edits: Edits) -> Book | None:  # noqa: ARG002
        return None

    def stamp(self) -> None:
        pass

    def tidy(self) -> None:
        pass

    def may_write(self) -> None:
        pass

    def forget(self) -> None:
        pass


def trial(group: OpenedGroup, book: Book) -> list[Finding]:
    """Returns findings about what would be refused, and about what a sync would report on
    workbook and register."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        config = _elsewhere(group.config, folder)
        if not is_to_be_made(group.config):
            with open_register(config.register) as target, group.register.reading() as source:
                copy.copy(source, target)
        online = _Online(book) if group.config.google else None
        with open_group(config, group.on, group.now, workbook=online) as there:
            trying = _Trial(group.config, there, folder)
            trying.all()
    # Everything in this folder is deleted at the end, so no change lasts.
    lasting.begin()
    return trying.findings


def _elsewhere(config: Config, folder: Path) -> Config:
    """Returns the config with all paths for writing inside `folder`, and copies the files there
    that a run needs."""
    beside = config.path.with_name(KEY_FILE)
    if beside.is_file():
        files.create(folder / KEY_FILE, beside.read_bytes())
    xlsx = config.xlsx
    if xlsx is not None:
        xlsx = folder / xlsx.name
        shutil.copyfile(config.xlsx or xlsx, xlsx)
    return msgspec.structs.replace(
        config,
        path=folder / config.path.name,
        xlsx=xlsx,
        register=f"sqlite:///{folder / REGISTER}",
        reports=folder / "reports",
    )


class _Trial(Struct):
    """A trial that is being made. `config` is the group's own config, `there` is the group in the
    folder of the trial."""

    config: Config
    there: OpenedGroup
    folder: Path
    findings: list[Finding] = field(default_factory=list)

    def all(self) -> None:
        if self._tried("sync", self._sync):
            self._tried("report", self._report)
            self._tried("month", self._month)
            self._tried("report", self._place)
            self._tried("month", self._deliver)
            return
        # If the sync is refused, the reports are made from the last sync in the register.
        try:
            self.there.standing  # noqa: B018 - is there one?
        except RegisterError:
            return
        self._tried("report", self._report)
        self._tried("report", self._place)

    def _tried(self, what: str, do: Callable[[], None]) -> bool:
        """Calls `do`. Records the error if it is refused, but the same error only once. Returns
        False if it was refused."""
        try:
            do()
        except TrackError as error:
            self._note("would-be-refused", what, " ".join(error.problems))
            return False
        return True

    def _note(self, code: str, what: str, words: str) -> None:
        for path, shown in self._names():
            words = words.replace(path, shown)
        values = {"what": what, "words": words}
        if not any(dict(finding.values)["words"] == words for finding in self.findings):
            self.findings.append(finding_at(what, code, **values))

    def _names(self) -> Iterator[tuple[str, str]]:
        """Yields the paths in the folder of the trial, each with the path of the group that it
        replaces."""
        config, there = self.config, self.there.config
        yield str(there.xlsx), str(config.xlsx)
        yield there.register.removeprefix("sqlite:///"), config.register.partition(":///")[2]
        yield str(there.reports), str(config.reports)
        yield str(self.folder), str(config.path.parent)

    def _sync(self) -> None:
        def confirm(_: ChangeSet) -> bool:
            self._note("would-be-told", "sync", FIRST_MEETING)
            return True

        for words in sync(self.there, confirm=confirm).told:
            self._note("would-be-told", "sync", words)

    def _report(self) -> None:
        there = self.there
        _, warnings = make_reports(there, last_full_month(there.today), there.config.reports)
        for words in warnings:
            self._note("would-be-told", "report", words)

    def _month(self) -> None:
        """Makes the reports of the months that are owed, and all their letters."""
        there = self.there
        for period in owed(there):
            cycle = newest(there.register.glance(all_cycles)).get(period)
            if cycle is None:
                cycle = there.register.cycles.begin(period, "", False, there.now())
            if "W" not in period:
                make_reports(there, period, there.config.reports)
            for item in Sends(there, cycle).items():
                if item.letter is not None:
                    item.letter(there.now())

    def _place(self) -> None:
        """Checks that the files which were made could be written into the group's own folder."""
        made, own = self.there.config.reports, self.config.reports
        try:
            files.try_site(own / "public", self._public())
            files.try_all(
                own / "private",
                [str(path.relative_to(made / "private")) for path in _files(made / "private")],
            )
        except OSError as error:
            raise not_written(own, error) from error

    def _deliver(self) -> None:
        """Checks that the site could be delivered."""
        folder = self.config.sending.folder
        if folder is None:
            return
        try:
            files.try_site(folder, self._public())
        except OSError as error:
            raise not_delivered(folder, error) from error

    def _public(self) -> dict[str, bytes]:
        public = self.there.config.reports / "public"
        return {str(path.relative_to(public)): path.read_bytes() for path in _files(public)}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]
