"""Exceptions: errors that stop a run. Problems in the data are values instead (see `findings`).

TrackError               the base class; users see its message and no traceback
├── ConfigError          the config has mistakes; all are listed together
├── WorkbookError        the workbook cannot be read or written; nothing was changed in it
├── RegisterError        the register cannot be opened, is locked, or is newer than this program
├── Refused              a guard stopped a sync before anything was written
└── UsageError           the request is not possible, such as an unknown grant or a future month"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from budgettrack.core.base.findings import Finding


class TrackError(Exception):
    """Stops the run. Each of `problems` is a full sentence with its remedy and is shown on its own
    line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self._problems = problems
        self.so = ""
        """What was changed before the error and what was not, in words. It is '' if `problems`
        already say this. Only `progress` sets it."""

    @property
    def problems(self) -> Sequence[str]:
        """The sentences to show. The last one may say what was changed before the error."""
        return (*self._problems, self.so) if self.so else self._problems

    def __str__(self) -> str:
        return "\n".join(self.problems)


class ConfigError(TrackError):
    """The config, or a file that it names, is missing or wrong.

    `problems` lists every mistake. `findings` has those mistakes that have an entry in the
    catalogue of findings."""

    def __init__(self, *problems: str | Finding) -> None:
        super().__init__(
            *(problem if isinstance(problem, str) else problem.sentence for problem in problems)
        )
        self.findings = [problem for problem in problems if not isinstance(problem, str)]


class WorkbookError(TrackError):
    """The workbook cannot be read, or cannot be written. Nothing was changed in it."""


class Kept(Enum):
    """What the register has of a change, after a transaction failed. `EARLIER`: this transaction
    changed nothing, but the same command committed an earlier one. `UNKNOWN`: the connection was
    lost during the commit, so it is not known whether the change was made."""

    NOTHING = "nothing"
    EARLIER = "earlier"
    UNKNOWN = "unknown"


class RegisterError(TrackError):
    """The register cannot be opened, is locked by another run, or is newer than this program."""

    kept: Kept | None = None
    """What the register has of the change. It is None if the error came while the register was
    opened or read."""


class Refused(TrackError):  # noqa: N818 - a refusal is the wanted outcome of a guard, not an error of ours
    """A guard stopped the sync because it looked like an accident, such as an emptied tab. Nothing
    was written.

    The message names the option that allows the sync."""


class UsageError(TrackError):
    """The user asked for something that is not possible, such as a record that does not exist or
    a day in the future."""
