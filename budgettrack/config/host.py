"""The section [host] of the config: a host runs the groups of its tab *Groups*."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from budgettrack.config.reader import ConfigReader
from budgettrack.config.settings import keys


@dataclass(frozen=True, slots=True)
class HostSettings:
    """The settings of a host.

    `groups`: the folder with a folder for each group, which only its owner reads.
    `share_with`: the address that groups share their sheets with. '' takes it from the key file.
    `seconds`: after how many seconds a group's job is ended.
    `at_once`: how many groups are worked on at the same time.
    `reads`: how many sheets are read in a minute at most. Google allows an account 60.
    `metrics`: the file of figures for a monitor. None if none is written.
    """

    groups: Path
    share_with: str = ""
    seconds: int = 600
    at_once: int = 1
    reads: int = 50
    metrics: Path | None = None


def host_settings(reader: ConfigReader, folder: Path) -> HostSettings | None:
    """Reads the section [host]. Returns None if the config has none: it is a group's."""
    if "host" not in reader.content:
        return None
    given = reader.section("host", keys("host"))
    # A job has the paths too, and another folder to begin from.
    folder = folder.absolute()
    metrics = reader.text("host", given, "metrics", "")
    return HostSettings(
        groups=folder / reader.text("host", given, "groups", "groups"),
        share_with=reader.text("host", given, "share_with", ""),
        seconds=reader.whole("host", given, "seconds", 600, 10),
        at_once=reader.whole("host", given, "at_once", 1, 1),
        reads=reader.whole("host", given, "reads", 50, 1),
        metrics=folder / metrics if metrics else None,
    )
