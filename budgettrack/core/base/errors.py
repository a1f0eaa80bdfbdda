"""Exceptions, for what stops a run; data problems are values (see `findings`).

TrackError               a message for people: what is wrong and what to do; no traceback is shown
├── ConfigError          the config, with all of its problems at once ├── WorkbookError        the
workbook cannot be read or written as asked; nothing was changed ├── RegisterError        the
register cannot be opened, is locked, or is newer than this program ├── Refused              a guard
stopped a sync before anything was written └── UsageError           the question cannot be answered
as asked (an unknown grant, a month to come)"""

from __future__ import annotations

from collections.abc import Sequence

from budgettrack.core.base.findings import Finding


class TrackError(Exception):
    """Stops the run. `problems` are whole sentences, each with its remedy; shown one a line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


class ConfigError(TrackError):
    """The config, or what it names, is missing or wrong. Every mistake is among `problems`.

    `findings` are those that the catalogue has."""

    def __init__(self, *problems: str | Finding) -> None:
        super().__init__(
            *(each.sentence if isinstance(each, Finding) else each for each in problems)
        )
        self.findings = [each for each in problems if isinstance(each, Finding)]


class WorkbookError(TrackError):
    """The workbook cannot be read or written as asked. Nothing was changed in it."""


class RegisterError(TrackError):
    """The register cannot be opened, is being written to by another run, or is newer than this
    program."""


class Refused(TrackError):  # noqa: N818 - a refusal is the wanted outcome of a guard, not an error of ours
    """A guard found the sync suspicious. Nothing was written; the message names the option that
    overrides it."""


class UsageError(TrackError):
    """What was asked for does not exist or lies in the future."""
