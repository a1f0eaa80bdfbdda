"""The groups of a host, read from the tab *Groups*."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from budgettrack.config.load import about_published, spreadsheet_id
from budgettrack.core.base.errors import UsageError
from budgettrack.core.records.model import Fields
from budgettrack.core.records.tables import GROUPS
from budgettrack.core.views.group_shares import AT_REST
from budgettrack.statements import is_folder

LAST_DAY = 28
NO_FOLDER = "No statement of the group {code} can be counted. {why}"


class HostedGroup(Struct, frozen=True):
    """A row of the tab *Groups*, as typed. `fields` has the canonical text of each cell, '' for
    a blank one."""

    code: str
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """Returns a field. Returns '' if it is blank."""
        return self.fields.get(name, "")

    @property
    def has_folder(self) -> bool:
        """Whether the code can be the name of a folder. If not, the group has no statement and
        gets no answer, and `mistake` says why."""
        return is_folder(self.code)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the group is on a server of its own: it has a public key and no workbook. It is
        never run here. Its statements are taken from files, and are counted like all others."""
        return bool(self.text("public_key")) and not self.text("workbook")

    @property
    def is_run(self) -> bool:
        return self.text("state") not in AT_REST and not self.is_elsewhere

    @property
    def mistake(self) -> str:
        """What is wrong with the row, and how to correct it. It is '' if the group can be run, or
        if it is on a server of its own and nothing is missing."""
        if not is_folder(self.code):
            return (
                f"{GROUPS.column('id').heading}: use letters, digits, - and _ only, 31 at most."
                " It names the group's folder."
            )
        if self.text("state") not in GROUPS.column("state").choices:
            return f"Choose a State: {', '.join(GROUPS.column('state').choices)}."
        if self.is_elsewhere:
            return ""
        workbook = self.text("workbook")
        if not workbook:
            return (
                "Paste the link of the group's sheet into the column Workbook. If the group is on a"
                " server of its own, type its Public key instead."
            )
        if published := about_published(workbook):
            return f"Workbook: {published}"
        if not is_file(workbook) and not spreadsheet_id(workbook):
            return (
                "Workbook: paste the link of a Google sheet, or type the name of a file in the"
                " group's folder, such as plan.xlsx."
            )
        if not self.text("currency"):
            return "Type the Currency of the group's books, such as EUR."
        day = self.text("day")
        if day and not 1 <= int(day) <= LAST_DAY:
            return f"Day: type a day from 1 to {LAST_DAY}, which every month has."
        return ""


def is_file(workbook: str) -> bool:
    """Whether a text in the column *Workbook* is the name of a file, and not a link.

    A name with a folder in it is refused: people who type into the host's sheet must not reach
    other files."""
    return workbook.lower().endswith(".xlsx") and not re.search(r"[/\\:]", workbook)


def group_named(groups: Sequence[HostedGroup], code: str) -> HostedGroup:
    """Returns the group with a code.

    Raises `UsageError` if there is none, or if the code cannot be the name of a folder: a code
    must not lead to another folder."""
    for group in groups:
        if group.code == code:
            if not is_folder(code):
                raise UsageError(group.mistake)
            return group
    there = ", ".join(group.code for group in groups) or "none yet"
    raise UsageError(f"There is no group {code}. There are: {there}.")


def directory(rows: Mapping[str, Fields]) -> list[HostedGroup]:
    """Returns the groups in the order of their codes. `rows`: the records of *Groups*, by their
    IDs."""
    return [HostedGroup(code, rows[code]) for code in sorted(rows, key=_in_order)]


def same_folder(groups: Sequence[HostedGroup]) -> frozenset[str]:
    """Returns codes that differ from another code only in capital letters. Some disks would keep
    two such groups in one folder."""
    seen: dict[str, list[str]] = {}
    for group in groups:
        seen.setdefault(group.code.casefold(), []).append(group.code)
    return frozenset(code for codes in seen.values() if len(codes) > 1 for code in codes)


def _in_order(code: str) -> tuple[str, int, str]:
    """Returns a key for sorting: GR-2 comes before GR-10."""
    match = re.fullmatch(r"(\D*)(\d{1,9})", code)
    return (match[1], int(match[2]), code) if match else (code, 0, code)
