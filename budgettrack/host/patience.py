"""Decides how long a group waits after a job that failed. The wait gets longer with each
failure, so that a broken group does not delay the others. After three days the group counts as
stuck."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct

from budgettrack import files, structured

WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
"""The wait after the first failure, after the second, and after every further one."""

ASKED_AGAIN = timedelta(hours=1)
"""The longest wait while a person is asked to do something, such as to share a sheet."""

STUCK_AFTER = timedelta(days=3)
FILE = "failures.json"


class Failures(Struct, frozen=True):
    """The failures of a group since its last job that succeeded.

    `since`: the time of the first one. `until`: the time of the next try. Both are ISO texts."""

    count: int = 0
    since: str = ""
    until: str = ""

    def are_over(self, now: datetime) -> bool:
        """Whether the group may be tried again now."""
        return not self.count or now >= datetime.fromisoformat(self.until)

    def is_stuck(self, now: datetime) -> bool:
        return bool(self.count) and now - datetime.fromisoformat(self.since) >= STUCK_AFTER

    def with_one_more(self, now: datetime, longest: timedelta | None = None) -> Failures:
        """Returns these failures and one more. `longest` is the longest time that the group
        waits after it."""
        wait = WAITS[min(self.count, len(WAITS) - 1)]
        wait = wait if longest is None else min(wait, longest)
        return Failures(
            self.count + 1,
            self.since or now.isoformat(timespec="seconds"),
            (now + wait).isoformat(timespec="seconds"),
        )


def failures_in(folder: Path) -> Failures:
    """Returns the failures that are recorded in a group's folder. A record that cannot be read
    counts as none."""
    try:
        noted = Failures(**structured.json_object((folder / FILE).read_text("utf-8")))
        times = [datetime.fromisoformat(text) for text in (noted.since, noted.until)]
    except (OSError, ValueError, TypeError):
        return Failures()
    is_whole = type(noted.count) is int and noted.count > 0 and all(time.tzinfo for time in times)
    return noted if is_whole else Failures()


def note(folder: Path, failures: Failures) -> None:
    """Records the failures in a group's folder. If there are none, the file is removed."""
    if failures.count:
        content = json.dumps(msgspec.to_builtins(failures)).encode()
        files.write(folder / FILE, content, private=True)
    else:
        (folder / FILE).unlink(missing_ok=True)
