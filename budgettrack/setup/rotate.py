"""Gives the group another key, because somebody may know the old one.

The new key is in a file beside the old one until the register has its fingerprint. If a run is
killed in between, the next `budgettrack key --rotate` finishes the work.

The workbook is written first, as in a sync: its journal of sent mails is signed with the new key.
Until the register has the new key too, no run trusts the journal, so nothing is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from budgettrack import files, lasting, row_facts
from budgettrack.config.key import KEY, KEY_FILE, NEXT_KEY, fingerprint, key_in, key_of, new_key
from budgettrack.config.load import Config
from budgettrack.core.base.errors import Refused, UsageError
from budgettrack.core.base.plurals import count
from budgettrack.group import OpenedGroup, open_group
from budgettrack.interrupts import unbroken
from budgettrack.monthly.journal import sign_journal
from budgettrack.monthly.outbox import readers_of
from budgettrack.register import queries
from budgettrack.register.holds import holds
from budgettrack.register.rotate import Rekeyed
from budgettrack.sync import sync


def rotate(config: Config) -> Iterator[str]:
    """Gives the group another key, and yields sentences about what that means.

    Raises `UsageError` if there is no key, or if it is in an environment variable. Raises
    `Refused` if it is not certain what was sent."""
    if os.environ.get(KEY):
        raise UsageError(
            f"The key is in {KEY}, which this program cannot change. Write it into {KEY_FILE}"
            f" beside the config, remove {KEY}, and run this again. Then set {KEY} to the new"
            " content of the file."
        )
    with open_group(config) as group, group.register.cycles.lock():
        rekeyed = _rotated(group)
    yield from _told(rekeyed)
    with open_group(config) as group:
        sync(group)
    yield "The hashes of payees were made anew from the sheet. What is published stays as it is."


def _rotated(group: OpenedGroup) -> Rekeyed | None:
    """Changes the key in the workbook, in the register and in the folder, in this order.

    Returns None if an earlier run was killed and only the folder was left."""
    path = group.config.path.with_name(KEY_FILE)
    beside = path.with_name(NEXT_KEY)
    new = key_in(beside)
    if new is not None and fingerprint(new) == group.register.glance(queries.meta, "key"):
        _replace(beside, path)
        return None
    old = group.key
    if old is None or key_of(group.config) is None:
        raise UsageError(f"There is no {KEY_FILE} beside the config. The first sync makes one.")
    standing = group.register.glance(holds)
    if standing:
        raise Refused(*(hold.words for hold in standing), "The key stays as it is.")
    before = readers_of(group.config, old)
    if new is None:
        new = new_key()
        files.create(beside, new + b"\n")
    after = readers_of(group.config, new)
    readers = {before[name]: after[name] for name in before if before[name]}
    with unbroken():
        row_facts.forget(group.config.path)
        sign_journal(group, old, new, readers)
        rekeyed = group.register.rekey(new, fingerprint(new), readers, group.now())
        _replace(beside, path)
    return rekeyed


def _replace(beside: Path, path: Path) -> None:
    os.replace(beside, path)
    lasting.note("files")


def _told(rekeyed: Rekeyed | None) -> Iterator[str]:
    """Yields sentences about what another key means for deliveries, bank entries, copies and
    other computers."""
    yield f"The group has a new key, in {KEY_FILE}. The old one is gone."
    yield "Copy the new one to the group's other computers, and to where you keep it."
    if rekeyed is not None and rekeyed.known:
        known = count(rekeyed.known, "delivery", "deliveries")
        yield f"{known} known by the new key: nothing is sent twice."
    if rekeyed is not None and rekeyed.unknown:
        unknown = count(rekeyed.unknown, "delivery", "deliveries")
        yield (
            f"{unknown} to readers who are not in the config any more. Before their month sends"
            " anything again, you are asked."
        )
    if rekeyed is not None and rekeyed.banked:
        banked = count(rekeyed.banked, "bank entry", "bank entries")
        yield (
            f"{banked} imported before. If the same statement is imported again, they are"
            " recognised by day and amount only."
        )
    if rekeyed is not None and rekeyed.accounts:
        yield (
            "The next import asks once more which account a statement is of. Give the same name:"
            f" {', '.join(rekeyed.accounts)}"
        )
    yield (
        "Backups from before were made with the old key. Make a new one: budgettrack backup FILE."
        " After an older one is unpacked: budgettrack sync --new-key"
    )
