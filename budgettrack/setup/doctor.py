"""The command `doctor`: it checks, in order, all that the first sync needs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budgettrack import files
from budgettrack.config.key import KEY_FILE, key_of
from budgettrack.config.load import Config, default_locale, load
from budgettrack.core.base.errors import ConfigError, RegisterError, TrackError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.grids import Book, Grid
from budgettrack.core.base.plurals import count
from budgettrack.core.cells.rows import read_rows
from budgettrack.core.figures.totals import totals
from budgettrack.core.records.tables import BY_NAME, Table, normal
from budgettrack.group import OpenedGroup, open_group
from budgettrack.monthly.history import deliveries
from budgettrack.pairing import know_each_other
from budgettrack.register import queries
from budgettrack.register.cycles import holder
from budgettrack.register.holds import holds
from budgettrack.register.proof import proof
from budgettrack.register.store import Register, Run, open_register
from budgettrack.reports.site.told_names import is_outdated, told_now, told_then
from budgettrack.workbook.xlsx.copies import all_copies

_SHAPE = ("missing-tab", "duplicate-tab", "missing-heading", "missing-column", "duplicate-heading")
"""The findings about tabs and headings, not about the rows below them."""


@dataclass(frozen=True, slots=True)
class Examined:
    """One step of the doctor, with its findings. Without findings, `words` tell the result."""

    step: str
    findings: Sequence[Finding] = ()
    words: str = ""


def examine(path: Path) -> Iterator[Examined]:
    """Check everything in order, and yield the results.

    Stops after an error that makes the next checks impossible."""
    try:
        config = load(path)
    except ConfigError as error:
        yield Examined("config", error.findings)
        return
    yield Examined("config", words=str(config.path))
    with open_group(config, patient=False) as group:
        yield from _looked_at(group)


def _looked_at(group: OpenedGroup) -> Iterator[Examined]:
    try:
        workbook = group.workbook_to_read
        if group.config.google:
            yield Examined("credentials", words=_email(workbook))
        book = workbook.read()
    except TrackError as error:
        yield _stopped("workbook", "workbook-not-usable", error)
        return
    yield Examined("workbook", words=f"{count(len(book.grids), 'tab')} read")
    yield _writing(group)
    yield _shape(group.config, book)
    if named := list(_personal(group.config, book)):
        yield Examined("names of people", named)
    register = _register(group, book)
    yield register
    if not _is_to_be_made(group.config):
        yield proven(group)
    if not register.findings:
        yield _key(group)
    if in_the_open := list(_in_the_open(group.config.register)):
        yield Examined("way to the register", in_the_open)
    yield _reports(group.config)
    if standing_open := list(_open_to_others(group.config)):
        yield Examined("permissions", standing_open)
    yield from _sending(group.config)
    if not register.findings and not _is_to_be_made(group.config):
        yield from _sent(group)


def _stopped(step: str, code: str, error: TrackError) -> Examined:
    """Return the step that failed, with the words of the error."""
    return Examined(step, [finding_at(step, code, words=" ".join(error.problems))])


def _email(workbook: object) -> str:
    return getattr(getattr(workbook, "connection", None), "email", None) or "those of this machine"


def _writing(group: OpenedGroup) -> Examined:
    config = group.config
    if group.is_read_only:
        return Examined("writing", words="nothing is written: every table is only read")
    if config.xlsx is not None:
        if os.access(config.xlsx, os.W_OK) and os.access(config.xlsx.resolve().parent, os.W_OK):
            return Examined("writing")
        return Examined(
            "writing", [finding_at("writing", "workbook-not-writable", path=str(config.xlsx))]
        )
    from budgettrack.workbook.google.workbook import GoogleWorkbook

    try:
        workbook = group.workbook
        assert isinstance(workbook, GoogleWorkbook)
        workbook.may_write()
    except TrackError as error:
        return _stopped("writing", "workbook-not-usable", error)
    return Examined("writing")


def _shape(config: Config, book: Book) -> Examined:
    """Check tabs and headings, with the findings that a sync would have."""
    locale = default_locale(config, book.locale)
    findings = read_rows(book, config.shapes, locale, base=config.currency).findings
    return Examined(
        "tabs and headings", [finding for finding in findings if finding.code in _SHAPE]
    )


def _personal(config: Config, book: Book) -> Iterator[Finding]:
    """Yield the columns that hold names of people, if the workbook is online: others can open
    it."""
    if not config.google:
        return
    tabs = {normal(table.tab): table for table in BY_NAME.values()}
    for grid in book.grids:
        table = tabs.get(normal(grid.tab))
        if table is not None:
            yield from _personal_columns(grid, table)


def _personal_columns(grid: Grid, table: Table) -> Iterator[Finding]:
    """Yield the cells near the top of a tab that are the heading of a personal column."""
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


def _is_to_be_made(config: Config) -> bool:
    """Tell whether the register is a file that does not exist yet: the first sync creates it."""
    name = config.register.removeprefix("sqlite:///")
    return name != config.register and not Path(name).exists()


def _register(group: OpenedGroup, book: Book) -> Examined:
    if _is_to_be_made(group.config):
        return Examined("register", words="the first sync makes it")
    try:
        know_each_other(group, book, group.register.ask(queries.load))
    except TrackError as error:
        return _stopped("register", "register-not-usable", error)
    return Examined("register")


def _in_the_open(url: str) -> Iterator[Finding]:
    """Yield that a register on another machine is reached without a proof of who answers."""
    if url.startswith("sqlite:"):
        return
    from budgettrack.register.postgresql import way_to

    host, mode = way_to(url)
    if host and mode != "verify-full":
        yield finding_at("register", "register-in-the-open", host=host, mode=mode)


def proven(group: OpenedGroup) -> Examined:
    """Prove the register: the checksums of all runs, and the totals by the records."""
    try:
        with open_register(group.config.register, proven=False) as register:
            known = register.ask(proof)
            differ = _totals_differ(group, register)
    except RegisterError as error:
        return _stopped("history", "register-not-usable", error)
    except (ValueError, TypeError, LookupError, ArithmeticError):
        # A damaged file may hold texts that are no records.
        return Examined("history", [finding_at("history", "register-unreadable")])
    findings = []
    if known.broken:
        runs = named_runs(known.broken)
        findings.append(finding_at("history", "register-broken", runs=runs, last=_told(known.last)))
    if differ:
        findings.append(finding_at("history", "totals-differ"))
    words = f"{known.proven} of {count(known.runs, 'run')} proven; the last is {_told(known.last)}"
    return Examined("history", findings, words)


def named_runs(numbers: Sequence[int]) -> str:
    """Return the runs with these numbers in words."""
    return f"{'run' if len(numbers) == 1 else 'runs'} {', '.join(map(str, numbers))}"


def _told(run: Run | None) -> str:
    return "none" if run is None else f"{run.n} ({run.kind}, {run.at:%Y-%m-%d %H:%M} UTC)"


def _totals_differ(group: OpenedGroup, register: Register) -> bool:
    """Tell whether the stored totals are not the sums of the records as they were at the last
    sync."""
    with register.reading() as ask:
        synced = queries.last_run(ask, "sync")
        if synced is None:
            return False
        records, stored = queries.load_at(ask, synced.n), queries.stored_totals(ask)
    sums, _ = totals(group.plan_of(records))
    return sorted(sums, key=queries.total_key) != stored


def _key(group: OpenedGroup) -> Examined:
    """Check that the group's key is here, and that it is the right one."""
    to_be_made = _is_to_be_made(group.config)
    try:
        key = key_of(group.config) if to_be_made else group.key
        known = None if to_be_made else group.register.ask(queries.meta, "key")
    except TrackError as error:
        return _stopped("key", "key-not-usable", error)
    if key is None and known is None:
        return Examined("key", words="the first sync makes it")
    if key is None:
        return Examined("key", [finding_at("key", "key-missing", file=KEY_FILE)])
    return Examined("key")


def _sending(config: Config) -> Iterator[Examined]:
    """Check that the mail server answers. Nothing is sent."""
    sending = config.sending
    if sending.mail is None:
        return
    from budgettrack.monthly.delivery.smtp import post

    try:
        with post(sending.mail) as way:
            way.open()
        yield Examined("mail", words=count(len(sending.recipients), "recipient"))
    except TrackError as error:
        yield _stopped("mail", "mail-not-usable", error)


def _sent(group: OpenedGroup) -> Iterator[Examined]:
    """Check the recipients' grants, unconfirmed deliveries, and a run that may have died."""
    with group.register.reading() as ask:
        grants = {id_.casefold() for id_ in queries.load(ask, ("grants",)).records["grants"]}
        at_work = holder(ask)
        sent = deliveries(group)
    unknown = list(_unknown_grants(group.config, grants)) if grants else []
    if unknown:
        yield Examined("recipients", unknown)
    if held := [hold.finding for hold in group.register.glance(holds)]:
        yield Examined("sending", held)
    if publishing := list(_publishing(group)):
        yield Examined("publishing", publishing)
    open_deliveries = [
        _open_delivery(delivery)
        for delivery in sent
        if delivery["state"] in ("unconfirmed", "refused")
    ]
    if open_deliveries:
        yield Examined("deliveries", open_deliveries)
    if at_work is not None:
        since = f"{at_work.since:%Y-%m-%d %H:%M}"
        yield Examined("runs", [finding_at("runs", "run-unfinished", who=at_work.who, since=since)])


def _unknown_grants(config: Config, grants: Set[str]) -> Iterator[Finding]:
    """Yield the funders whose grant the register does not have."""
    for reader in config.sending.recipients:
        if reader.audience == "funder" and reader.grant.casefold() not in grants:
            named = {"name": reader.name, "grant": reader.grant}
            yield finding_at("recipients", "recipient-grant-unknown", **named)


def _open_delivery(delivery: Mapping[str, Any]) -> Finding:
    told = {name: str(delivery[name]) for name in ("id", "what", "recipient", "state", "words")}
    return finding_at("deliveries", "delivery-open", **told)


def _publishing(group: OpenedGroup) -> Iterator[Finding]:
    """Yield that publishing is stopped, and that public files are not as they should be."""
    stopped = group.stopped
    if stopped is not None:
        since = f"{stopped.since:%Y-%m-%d %H:%M}"
        values = {"since": since, "command": stopped.command, "by": stopped.by}
        yield finding_at("publishing", "publishing-stopped", **values)
    out = group.config.reports
    if (out / "public").is_dir() and is_outdated(told_then(out), told_now(group)):
        yield finding_at(str(out / "public"), "taking-back-unfinished")


def _reports(config: Config) -> Examined:
    folder = config.reports
    while not folder.exists():
        folder = folder.parent
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Examined("reports", words=str(config.reports))
    return Examined("reports", [finding_at("reports", "reports-not-writable", path=str(folder))])


def _open_to_others(config: Config) -> Iterator[Finding]:
    """Check that what is not public can be read by its owner only."""
    private = [config.path, config.reports / "private", *config.path.parent.glob(".budgettrack*")]
    if config.xlsx is not None:
        private += [config.xlsx, *all_copies(config.xlsx)]
    register = config.register.removeprefix("sqlite:///")
    if register != config.register:
        private.append(Path(register))
    for path in files.stand_open(private):
        yield finding_at("permissions", "open-to-others", path=str(path))
