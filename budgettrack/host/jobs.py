"""What one process does for one group, and what it tells its host.

The host reads nothing of a group's rows: an outcome has days, months, and the words of problems
that are not about a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

JobResult = Literal["done", "asks", "refused", "busy", "broken"]
"""How a job ended.

`done`: nothing is to be done by the host. `asks`: the host or the group must do what `words` say,
before the job can be done. `refused`: a guard stopped the group's sync, and the group's treasurer
must look. `busy`: another run works on this group, and this one did nothing. `broken`: it failed.
"""


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What a job needs to know. It is handed over by standard input, so that no address of a
    recipient stands in a list of processes.

    `path`: where the group's config lies, or would lie. `content`: the config's content. `preset`:
    what a blank sheet begins with. `send`: whether mails go out. `on`: replaces today, '' for
    today."""

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
        """The date that replaces today. None for today."""
        return date.fromisoformat(self.on) if self.on else None


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a job tells its host.

    `words`: what is to be done, in sentences, without anything of the group's rows. `synced`: the
    day of the last sync, or ''. `month`: the last month that was ended, or ''."""

    result: JobResult
    words: Sequence[str] = ()
    synced: str = ""
    month: str = ""

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


def outcome_of(values: Mapping[str, Any]) -> JobOutcome:
    """Returns the outcome that a job's process printed."""
    return JobOutcome(values["result"], tuple(values["words"]), values["synced"], values["month"])
