"""Checks the register, its history, and the group's key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from budgettrack.config.key import KEY_FILE, key_of
from budgettrack.config.load import Config
from budgettrack.core.base.errors import RegisterError, TrackError
from budgettrack.core.base.findings import Finding, finding_at
from budgettrack.core.base.grids import Book
from budgettrack.core.base.plurals import count
from budgettrack.core.figures.totals import totals
from budgettrack.group import OpenedGroup
from budgettrack.pairing import know_each_other
from budgettrack.register import queries
from budgettrack.register.proof import proof
from budgettrack.register.sqlite import may_be_made
from budgettrack.register.store import Held, Register, Run, open_register
from budgettrack.setup.doctor.examined import Examined, stopped


def is_to_be_made(config: Config) -> bool:
    """Tell whether the register is a file that does not exist yet. Then the first sync creates
    it."""
    name = config.register.removeprefix("sqlite:///")
    return name != config.register and not Path(name).exists()


def register(group: OpenedGroup, book: Book) -> Examined:
    """Checks that the register belongs to the workbook and can be written. If it does not exist
    yet, checks that it can be created."""
    config, is_new = group.config, is_to_be_made(group.config)
    try:
        if is_new:
            may_be_made(config.register.removeprefix("sqlite:///"))
        known = Held({}, {}, {}, None) if is_new else group.register.ask(queries.load)
        know_each_other(group, book, known)
        if is_new:
            return Examined("register", words="the first sync makes it")
    except TrackError as error:
        return stopped("register", "register-not-usable", error)
    return Examined("register", list(_not_writable(group.register)))


def _not_writable(register: Register) -> Iterator[Finding]:
    """Yield findings that say why a sync or a monthly run cannot write now."""
    try:
        register.try_writing()
    except TrackError as error:
        yield from stopped("register", "register-not-usable", error).findings
    try:
        with register.cycles.lock():
            pass
    except TrackError as error:
        yield from stopped("register", "register-not-usable", error).findings


def in_the_open(url: str) -> Iterator[Finding]:
    """Yield a finding if a register on another machine is reached without checking the identity
    of the server."""
    if url.startswith("sqlite:"):
        return
    from budgettrack.register.postgresql import way_to

    host, mode = way_to(url)
    if host and mode != "verify-full":
        yield finding_at("register", "register-in-the-open", host=host, mode=mode)


def proven(group: OpenedGroup) -> Examined:
    """Check the register: the checksums of all runs, and the totals against the records."""
    try:
        with open_register(group.config.register, proven=False) as register:
            known = register.ask(proof)
            differ = _totals_differ(group, register)
    except RegisterError as error:
        return stopped("history", "register-not-usable", error)
    except (ValueError, TypeError, LookupError, ArithmeticError):
        # A damaged file may have texts that cannot be read as records.
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
    """Return words that name the runs with these numbers."""
    return f"{'run' if len(numbers) == 1 else 'runs'} {', '.join(map(str, numbers))}"


def _told(run: Run | None) -> str:
    return "none" if run is None else f"{run.n} ({run.kind}, {run.at:%Y-%m-%d %H:%M} UTC)"


def _totals_differ(group: OpenedGroup, register: Register) -> bool:
    """Tell whether the stored totals differ from the sums of the records at the last sync."""
    with register.reading() as ask:
        synced = queries.last_run(ask, "sync")
        if synced is None:
            return False
        records, stored = queries.load_at(ask, synced.n), queries.stored_totals(ask)
    sums, _ = totals(group.plan_of(records))
    return sorted(sums, key=queries.total_key) != stored


def key_here(group: OpenedGroup) -> Examined:
    """Check that this computer has the group's key, and that it is the right one."""
    to_be_made = is_to_be_made(group.config)
    try:
        key = key_of(group.config) if to_be_made else group.key
        known = None if to_be_made else group.register.ask(queries.meta, "key")
    except TrackError as error:
        return stopped("key", "key-not-usable", error)
    if key is None and known is None:
        return Examined("key", words="the first sync makes it")
    if key is None:
        return Examined("key", [finding_at("key", "key-missing", file=KEY_FILE)])
    return Examined("key")
