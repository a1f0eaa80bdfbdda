"""How long a group waits after a job that failed. It waits longer each time, so that it takes
nobody's turn, and after three days it counts as stuck."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from budgettrack import files, structured

WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
"""The wait after the first failure, the second, and every further one."""

ASKED_AGAIN = timedelta(hours=1)
"""The longest wait while somebody is asked to mend something, such as to share a sheet."""

STUCK_AFTER = timedelta(days=3)
FILE = "failures.json"


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of a group since its last job that went well.

    `since`: the time of the first one. `until`: the time of the next try. Both are ISO texts."""

    count: int = 0
    since: str = ""
    until: str = ""

    def are_over(self, now: datetime) -> bool:
        """Whether the group may be tried again."""
        return not self.count or now >= datetime.fromisoformat(self.until)

    def is_stuck(self, now: datetime) -> bool:
        return bool(self.count) and now - datetime.fromisoformat(self.since) >= STUCK_AFTER

    def with_one_more(self, now: datetime, longest: timedelta | None = None) -> Failures:
        """Returns these failures and one more, after which the group waits at most so long."""
        wait = WAITS[min(self.count, len(WAITS) - 1)]
        wait = wait if longest is None else min(wait, longest)
        return Failures(
            self.count + 1,
            self.since or now.isoformat(timespec="seconds"),
            (now + wait).isoformat(timespec="seconds"),
        )


def failures_in(folder: Path) -> Failures:
    """Returns what is noted in a group's folder. A note that cannot be read counts as none."""
    try:
        noted = Failures(**structured.json_object((folder / FILE).read_text("utf-8")))
        times = [datetime.fromisoformat(text) for text in (noted.since, noted.until)]
    except (OSError, ValueError, TypeError):
        return Failures()
    is_whole = type(noted.count) is int and noted.count > 0 and all(time.tzinfo for time in times)
    return noted if is_whole else Failures()


def note(folder: Path, failures: Failures) -> None:
    """Notes the failures in a group's folder. No failure takes the note away."""
    if failures.count:
        content = json.dumps(asdict(failures)).encode()
        files.write(folder / FILE, content, private=True)
    else:
        (folder / FILE).unlink(missing_ok=True)
