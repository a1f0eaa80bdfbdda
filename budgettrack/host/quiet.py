"""Decides which sheets need not be read now, because nobody changed them since their last sync.

One question to Google Drive for each account says which of its sheets may have changed. The answer
is no proof, and it is minutes late. So it only puts off a sync for which nobody waits, and each
sheet is read on every day, and whenever a month is owed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import asdict

from budgettrack import files, structured
from budgettrack.config.load import spreadsheet_id
from budgettrack.config.mail import Sending
from budgettrack.core.base.cycles import last_owed
from budgettrack.core.base.errors import WorkbookError
from budgettrack.host.accounts import GoogleAccount
from budgettrack.host.directory import HostedGroup, is_file
from budgettrack.host.group_config import HostDefaults, folder_of, stands_beside
from budgettrack.host.jobs import JobOutcome

FILE = "changes.json"
"""The file in the folder of the groups that remembers what Google Drive said."""

NOT_KNOWN = "Nobody knows which sheets changed, so all are read. {words}"
EARLIEST_DAY = timezone(timedelta(hours=14))
"""The time zone in which a day begins first. It is used if the zone of a group is not known."""


class SheetsWatch(Struct):
    """What is known about changes of sheets. Times are ISO texts.

    `tokens`: for the address of each account, the token for the next question to Google, and the
    time since which all changes are known. `told`: for the ID of each sheet, the time at which
    Google last reported a change. `read`: for the code of each group, the time of the last reading
    of its sheet, and whether that job sent mails. `known`: the accounts that have just answered.
    `notes`: why the other accounts have not answered."""

    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    read: dict[str, tuple[str, bool]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def ask(self, groups: Sequence[HostedGroup], set_for_all: HostDefaults, now: datetime) -> None:
        """Asks Google Drive, for each account, which sheets may have changed. If an account
        cannot be asked, all its sheets are read."""
        sheets: dict[str, set[str]] = {}
        for group in groups:
            account = set_for_all.account(group)
            if group.is_run and account is not None and not is_file(group.text("workbook")):
                sheets.setdefault(account.address, set()).add(sheet_of(group))
        wanted = {sheet for theirs in sheets.values() for sheet in theirs}
        self.told = {sheet: at for sheet, at in self.told.items() if sheet in wanted}
        for account in set_for_all.accounts:
            if account.key is not None and account.address in sheets:
                try:
                    self._ask_one(account, set_for_all.address, sheets[account.address], now)
                except WorkbookError as error:
                    self.notes.append(NOT_KNOWN.format(words=" ".join(error.problems)))

    def _ask_one(
        self, account: GoogleAccount, address: str, sheets: set[str], now: datetime
    ) -> None:
        from budgettrack.workbook.google import changes
        from budgettrack.workbook.google.workbook import connected

        connection = connected(account.key, changes.SEEING, address or None, patient=False)
        if connection.is_a_person:
            return
        token, _ = self.tokens.get(account.address, ("", ""))
        answer = changes.changed_since(connection, token) if token else None
        at = _text(now)
        if answer is None:
            # Changes before this moment are not known.
            self.tokens[account.address] = (changes.begin(connection), at)
        else:
            changed, new_token = answer
            self.told |= dict.fromkeys(changed & sheets, at)
            self.tokens[account.address] = (new_token, self.tokens[account.address][1])
        self.known.add(account.address)

    def note(self, code: str, outcome: JobOutcome, began: datetime, *, send: bool) -> None:
        """Remembers that a job has read the sheet of a group, if the job reported no problem.
        `began`: a time before the job began."""
        self.read.pop(code, None)
        if outcome.result == "done" and not outcome.words:
            self.read[code] = (_text(began), send)

    def wake(self, codes: Sequence[str]) -> None:
        """Forgets that the sheets of some groups were read, so that they are synced again."""
        for code in codes:
            self.read.pop(code, None)

    def is_quiet(
        self,
        group: HostedGroup,
        content: Mapping[str, Any],
        set_for_all: HostDefaults,
        now: datetime,
        *,
        send: bool,
    ) -> bool:
        """Whether the sync of a group may be put off. This is so if nobody waits for the sync, and
        if Google has reported no change of the sheet after it was read. `content`: the content of
        the group's config."""
        account = set_for_all.account(group)
        read, sent = self.read.get(group.code, ("", False))
        if account is None or account.address not in self.known or not read or (send and not sent):
            return False
        _, since = self.tokens[account.address]
        zone, day = _zone(content), _day(content)
        if zone is None or day is None:
            return False
        today = now.astimezone(zone).date()
        return (
            group.text("state") == "ready"
            and not group.text("what_to_do")
            and since <= read
            and self.told.get(sheet_of(group), "") <= read
            # Each group is synced every day, and also if a month may be owed.
            and datetime.fromisoformat(read).astimezone(zone).date() == today
            and group.text("last_month") >= last_owed(today, day)
            # If a setting of the group was changed, the group is synced at once.
            and files.holds(*stands_beside(folder_of(set_for_all, group), content))
        )

    def keep(self, folder: Path) -> None:
        """Writes what is known into the folder of the groups."""
        kept = asdict(self)
        del kept["known"], kept["notes"]
        files.write(folder / FILE, json.dumps(kept).encode(), private=True)


def watch_in(folder: Path) -> SheetsWatch:
    """Returns what is known about changes of sheets. If the file cannot be read, nothing is
    known, so all sheets are read."""
    try:
        kept = structured.json_object((folder / FILE).read_text("utf-8"))
        return SheetsWatch(
            {
                str(name): (str(token), _time(since))
                for name, (token, since) in kept["tokens"].items()
            },
            {str(sheet): _time(at) for sheet, at in kept["told"].items()},
            {str(code): (_time(at), sent is True) for code, (at, sent) in kept["read"].items()},
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return SheetsWatch()


def sheet_of(group: HostedGroup) -> str:
    """Returns the ID of the sheet of a group, or ''."""
    return spreadsheet_id(group.text("workbook")) or ""


def _time(text: Any) -> str:
    """Returns a time from its stored text. Raises `ValueError` or `TypeError` if the text is no
    time."""
    return _text(datetime.fromisoformat(text))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _zone(content: Mapping[str, Any]) -> tzinfo | None:
    """Returns the time zone of a group. Returns None if it cannot be read."""
    zone = content["organisation"].get("time_zone", "")
    try:
        return ZoneInfo(zone) if zone else EARLIEST_DAY
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _day(content: Mapping[str, Any]) -> int | None:
    """Returns the day of the month from which a group's report is owed, or None if it cannot be
    read."""
    monthly = content.get("monthly", {})
    day = monthly.get("day", Sending().day) if isinstance(monthly, dict) else None
    return day if isinstance(day, int) else None
