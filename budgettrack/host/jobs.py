"""The types for a job that one process does for one group: the instructions for it, and its
outcome.

The host learns nothing about a group's rows: an outcome has days, months, and messages about
problems that are not in a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

JobResult = Literal["done", "asks", "refused", "busy", "broken"]
"""How a job ended.

`done`: the host has nothing to do. `asks`: the host or the group must first do what `words` say.
`refused`: a guard stopped the group's sync, and the group's treasurer must look. `busy`: another
run works on this group, so this one did nothing. `broken`: the job failed."""


class JobOrder(Struct, frozen=True):
    """What a job needs to know. It is passed by standard input, so that no address of a recipient
    can be seen in the list of processes.

    `path`: where the group's config is, or would be. `content`: the content of the config.
    `preset`: the ready-made plan with which a blank sheet begins. `send`: whether mails are
    sent. `on`: a day that replaces today, or ''."""

    code: str
    path: str
    content: Mapping[str, Any]
    preset: str = "blank"
    send: bool = False
    on: str = ""

    @property
    def folder(self) -> Path:
        return Path(self.path).parent

    @property
    def day(self) -> date | None:
        """The day that replaces today, or None."""
        return date.fromisoformat(self.on) if self.on else None


class JobOutcome(Struct, frozen=True):
    """What a job tells its host.

    `words`: what must be done, in sentences that contain nothing of the group's rows. `synced`:
    the day of the last sync, or ''. `month`: the last month that was finished, or ''."""

    result: JobResult
    words: Sequence[str] = ()
    synced: str = ""
    month: str = ""

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


def outcome_of(values: Mapping[str, Any]) -> JobOutcome:
    """Returns the outcome from what a job's process printed."""
    return JobOutcome(values["result"], tuple(values["words"]), values["synced"], values["month"])
