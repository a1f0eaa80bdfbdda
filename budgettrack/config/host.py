"""Reads the section [host] of the config. A host is an organisation that runs the program for
the groups in its tab *Groups*."""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct

from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys

DATABASE = "BUDGETTRACK_HOST_DATABASE"
"""The environment variable that overrides [host] database: the URL may hold a password, and planner
and workers log in as different users."""


class HostSettings(Struct, frozen=True):
    """The settings of a host.

    `groups`: the folder that has a folder for each group; only its owner can read it. `share_with`:
    the address with which groups share their sheets; '' means the address in the key file.
    `accounts`: the folder with the key files of further Google accounts, or None. `account_groups`:
    the largest number of groups that share their sheets with one account. `seconds`: the job of a
    group is stopped after this many seconds. `at_once`: how many groups are worked on at the same
    time. `reads`: how many sheets are read in a minute with one account; Google allows 60.
    `project_reads`: how many sheets are read in a minute with all accounts of one Google project;
    Google allows 300. `hours`: workers sync each group once in this number of hours. `database`:
    the URL of the database of a host with workers, or ''. `metrics`: the file of figures for a
    monitoring program, or None."""

    groups: Path
    share_with: str = ""
    accounts: Path | None = None
    account_groups: int = 50
    seconds: int = 600
    at_once: int = 1
    reads: int = 50
    project_reads: int = 250
    hours: int = 1
    database: str = ""
    metrics: Path | None = None


def host_settings(reader: ConfigReader, folder: Path) -> HostSettings | None:
    """Reads the section [host]. Returns None if the config has none, so that it belongs to a
    group."""
    if "host" not in reader.content:
        return None
    given = reader.section("host", keys("host"))
    # A job also uses these paths, and it runs in another folder. So they are absolute.
    folder = folder.absolute()
    metrics = reader.text("host", given, "metrics", "")
    accounts = reader.text("host", given, "accounts", "")
    return HostSettings(
        groups=folder / reader.text("host", given, "groups", "groups"),
        share_with=reader.text("host", given, "share_with", ""),
        accounts=folder / Path(accounts).expanduser() if accounts else None,
        account_groups=reader.whole("host", given, "account_groups", 50, 1),
        seconds=reader.whole("host", given, "seconds", 600, 10),
        at_once=reader.whole("host", given, "at_once", 1, 1),
        reads=reader.whole("host", given, "reads", 50, 1),
        project_reads=reader.whole("host", given, "project_reads", 250, 1),
        hours=reader.whole("host", given, "hours", 1, 1),
        database=os.environ.get(DATABASE, "") or reader.text("host", given, "database", ""),
        metrics=folder / metrics if metrics else None,
    )
